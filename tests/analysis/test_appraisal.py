"""Payouts, pools and the screen for unequal outcomes."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planning_kit.analysis import appraisal
from planning_kit.errors import PlanError


def series(*values: float) -> pd.Series:
    """Return values of A, B, C, ..."""
    return pd.Series(values, index=list("ABCDEFGH")[: len(values)])


def test_a_payout_is_the_product_of_its_factors() -> None:
    """10 000 x 1.25 x 1.5 = 18 750, and cents are rounded once."""
    assert appraisal.payout(10_000, 1.25, 1.5) == 18_750
    assert appraisal.payout(0.1, 3) == 0.3
    assert appraisal.payout(1000) == 1000


def test_nobody_pays_in() -> None:
    """A negative factor is refused."""
    with pytest.raises(PlanError, match=r"payout: -0\.5 is below 0"):
        appraisal.payout(10_000, -0.5)


def test_the_size_of_a_pool() -> None:
    """80 % attainment funds 10 % of 4.0M = 400 000, less a quarter 300 000; below the first step nothing."""
    steps = {0.8: 0.10, 1.0: 0.15}
    assert appraisal.pool_size(0.8, 4_000_000, steps) == 400_000
    assert appraisal.pool_size(0.8, 4_000_000, steps, reserve=0.25) == 300_000
    assert appraisal.pool_size(0.79, 4_000_000, steps) == 0
    assert appraisal.pool_size(1.3, 4_000_000, steps) == 600_000


@pytest.mark.parametrize(
    ("caps", "amounts", "unallocated"),
    [((400, 350, 500), [400, 350, 250], 0), ((400, 300, 200), [400, 300, 200], 100), (None, [500, 300, 200], 0)],
)
def test_water_filling(caps: tuple[float, ...] | None, amounts: list[float], unallocated: float) -> None:
    """What a cap leaves goes to the others by weight; what nobody may take is shown as unallocated."""
    found = appraisal.share_pool(1000, series(5, 3, 2), series(*caps) if caps else None)
    assert (found.amounts.tolist(), found.unallocated) == (amounts, unallocated)


def test_floors_are_kept_and_the_rest_pays_for_them() -> None:
    """C is lifted to 400, A and B share what is left 5 to 3."""
    found = appraisal.share_pool(1000, series(5, 3, 2), floors=series(0, 0, 400))
    assert found.amounts.tolist() == [375, 225, 400]


def test_odd_cents_are_given_out() -> None:
    """100 among three is 33.34 + 33.33 + 33.33, the odd cent to the first id."""
    assert appraisal.share_pool(100, series(1, 1, 1)).amounts.tolist() == [33.34, 33.33, 33.33]


def test_weight_nought_receives_its_floor() -> None:
    """Without weight there is no share; with nobody weighed the pool stays unallocated."""
    assert appraisal.share_pool(100, series(0, 1), floors=series(10, 0)).amounts.tolist() == [10, 90]
    assert appraisal.share_pool(100, series(0, 0)).unallocated == 100


@given(
    st.integers(0, 10**7),
    st.lists(
        st.tuples(st.integers(0, 50), st.integers(0, 10**5), st.none() | st.integers(0, 10**6)), min_size=1, max_size=8
    ),
)
def test_every_pool_adds_up_to_the_cent(pool: int, people: list[tuple[int, int, int | None]]) -> None:
    """Whatever the limits, amounts keep them, add up with the rest to the pool, and follow the weights."""
    weights, floors = series(*(w for w, _, _ in people)), series(*(f for _, f, _ in people)) / 100
    caps = series(*(np.nan if cap is None else max(cap, floor) / 100 for _, floor, cap in people))
    assume(sum(floor for _, floor, _ in people) <= pool)
    found = appraisal.share_pool(pool / 100, weights, caps, floors)
    total = sum((Decimal(str(amount)) for amount in found.amounts), Decimal(str(found.unallocated)))
    assert total == Decimal(pool) / 100
    assert (found.amounts >= floors).all()
    assert (found.amounts <= caps.fillna(np.inf)).all()
    if found.unallocated:
        assert (found.amounts[weights > 0] == caps[weights > 0]).all()
    free = (found.amounts > floors) & (found.amounts < caps.fillna(np.inf))
    level = found.amounts[free] / weights[free]
    if free.any():
        assert (level.max() - level.min()) * weights[free].min() <= 0.02 + 1e-6
    turned = appraisal.share_pool(pool / 100, weights[::-1], caps, floors)
    assert turned.amounts.sort_index().equals(found.amounts)


@pytest.mark.parametrize(
    ("weights", "caps", "floors", "sentence"),
    [
        ((1, 1), None, (60, 60), r"pool: the floors add up to 12000 .*, the pool to 10000"),
        ((1, 1), (20, 90), (30, 0), r"pool A: weight 1, floor and cap do not fit"),
        ((1, -1), None, None, r"pool B: weight -1"),
        ((1, np.nan), None, None, r"pool B: weight nan"),
    ],
)
def test_a_pool_that_cannot_be_shared_is_refused(
    weights: tuple[float, ...],
    caps: tuple[float, ...] | None,
    floors: tuple[float, ...] | None,
    sentence: str,
) -> None:
    """Floors above the pool, floors above caps and negative weights are said, not bent."""
    limits = [series(*values) if values else None for values in (caps, floors)]
    with pytest.raises(PlanError, match=sentence):
        appraisal.share_pool(100, series(*weights), *limits)


def groups(**counts: tuple[int, int]) -> pd.DataFrame:
    """Return groups as (selected, total)."""
    return pd.DataFrame.from_dict(counts, orient="index", columns=["selected", "total"])


def test_the_published_four_fifths_example() -> None:
    """.48/.60 is exactly .80 and not flagged, .45/.60 is."""
    found = appraisal.adverse_impact(groups(White=(60, 100), Indian=(45, 100), Hispanic=(48, 100), Black=(51, 100)))
    assert found["impact_ratio"].tolist() == pytest.approx([1, 0.75, 0.8, 0.85])
    assert found["flagged"].tolist() == [False, True, False, False]
    assert found["p_value"].iloc[0] == 1


def test_small_groups_are_hidden() -> None:
    """Under 5 in a group or 30 in all nothing is shown, nor does such a group set the highest rate."""
    found = appraisal.adverse_impact(groups(a=(4, 4), b=(10, 20), c=(5, 10)))
    assert found["suppressed"].tolist() == [True, False, False]
    assert found.loc["a", ["n", "rate", "impact_ratio", "flagged", "p_value"]].isna().all()
    assert found.loc["b", "impact_ratio"] == 1
    assert appraisal.adverse_impact(groups(a=(4, 14), b=(7, 15)))["rate"].isna().all()


def test_nobody_selected_flags_nobody() -> None:
    """Without any selection there is no ratio and no flag."""
    found = appraisal.adverse_impact(groups(a=(0, 20), b=(0, 20)))
    assert found["impact_ratio"].isna().all()
    assert not found["flagged"].any()


@pytest.mark.parametrize(
    ("table", "p_value"),
    [((8, 2, 1, 5), 0.03496503496503495), ((3, 1, 1, 3), 0.48571428571428565), ((0, 10, 10, 0), 1.082508822446903e-05)],
)
def test_fishers_exact_test(table: tuple[int, int, int, int], p_value: float) -> None:
    """The lady tasting tea (34/70) and two more tables."""
    assert appraisal.fisher(*table) == pytest.approx(p_value, rel=1e-12)


@given(*[st.integers(0, 30)] * 4)
def test_fishers_test_is_symmetric(a: int, b: int, c: int, d: int) -> None:
    """Swapping rows, columns or both changes nothing, and it is a probability."""
    p_value = appraisal.fisher(a, b, c, d)
    assert 0 < p_value <= 1
    assert p_value == appraisal.fisher(c, d, a, b) == appraisal.fisher(b, a, d, c) == appraisal.fisher(a, c, b, d)


def test_counts_that_cannot_be_are_refused() -> None:
    """More selected than there are is said with the group."""
    with pytest.raises(PlanError, match=r"groups b: 7 selected of 5 cannot be"):
        appraisal.adverse_impact(groups(a=(1, 30), b=(7, 5)))


def test_nobody_to_share_with() -> None:
    """Without participants the pool stays unallocated; without groups there is nothing to screen."""
    assert appraisal.share_pool(100, pd.Series(dtype=float)).unallocated == 100
    assert appraisal.adverse_impact(groups().astype(int)).empty
