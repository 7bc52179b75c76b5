"""Budgets: to the cent, net of income, and how much moved."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning_kit.analysis import budget
from planning_kit.errors import PlanError

CELL = ["unit", "category", "fiscal_year"]
LINES = pd.DataFrame(
    [
        ("U1", "staff", 2027, 100_000.10),
        ("U1", "staff", 2027, 0.20),
        ("U1", "income", 2027, 20_000.0),
        ("U2", "operating", 2027, 500.0),
    ],
    columns=[*CELL, "amount"],
)


def envelopes(*rows: tuple[str, str | None, int, float]) -> pd.DataFrame:
    """Return envelopes."""
    return pd.DataFrame(rows, columns=[*CELL, "amount"])


def test_an_envelope_that_fits_fits_to_the_cent() -> None:
    """100 000.10 + 0.20 is 100 000.30: the difference is 0, not a rest of binary fractions."""
    found = budget.balance(LINES, envelopes(("U1", "staff", 2027, 100_000.30))).lines
    assert found.loc[("U1", "staff", 2027), ["difference", "relative"]].tolist() == [0, 0]
    assert np.isnan(found.loc[("U2", "operating", 2027), "difference"])


def test_income_is_taken_off_for_the_net() -> None:
    """Costs 100 000.30 less income 20 000 is held against the frame of the whole unit."""
    net = budget.balance(LINES, envelopes(("U1", None, 2027, 80_000.0))).net.loc[("U1", 2027)]
    assert net.to_dict() == {
        "costs": 100_000.30,
        "income": 20_000,
        "net": 80_000.30,
        "envelope": 80_000,
        "difference": 0.30,
        "relative": pytest.approx(0.3 / 80_000),
    }


def test_envelopes_by_category_make_the_envelope_of_the_net() -> None:
    """Without a frame for the whole, the categories' frames count, income taken off."""
    found = budget.balance(LINES, envelopes(("U1", "staff", 2027, 90_000.0), ("U1", "income", 2027, 15_000.0)))
    assert found.net.loc[("U1", 2027), "envelope"] == 75_000


def test_an_envelope_without_a_line_is_shown() -> None:
    """Money nobody planned with is not lost from view."""
    found = budget.balance(LINES, envelopes(("U3", "staff", 2028, 10.0), ("U4", None, 2028, 7.0)))
    assert found.lines.loc[("U3", "staff", 2028)].tolist() == [0, 10, -10, -1]
    assert found.net.loc[("U4", 2028), ["net", "difference"]].tolist() == [0, -7]


def test_a_line_without_unit_or_year_still_counts() -> None:
    """The sum of all cells is the sum of the lines."""
    lines = pd.concat([LINES, pd.DataFrame({"unit": [None], "fiscal_year": [np.nan], "amount": [3.0]})])
    found = budget.balance(lines, envelopes()).lines["planned"]
    assert found.sum() == pytest.approx(120_503.30)
    assert found.loc[("", "", 0)] == 3


@given(
    st.lists(
        st.tuples(st.sampled_from(["U1", "U2"]), st.sampled_from(["staff", "income"]), st.integers(-(10**9), 10**9)),
        min_size=1,
        max_size=40,
    )
)
def test_sums_agree_with_decimal_arithmetic(rows: list[tuple[str, str, int]]) -> None:
    """Whatever is added, the cell is the decimal sum to the cent."""
    lines = pd.DataFrame(rows, columns=["unit", "category", "amount"]).assign(fiscal_year=2027)
    lines["amount"] = lines["amount"] / 100
    found = budget.balance(lines, envelopes()).lines["planned"]
    for (unit, category, _), amount in found.items():
        exact = sum(Decimal(cents) / 100 for u, c, cents in rows if (u, c) == (unit, category))
        assert Decimal(str(amount)) == exact


def test_an_amount_that_cannot_be_exact_is_refused() -> None:
    """Amounts beyond what a number can hold to the cent are not silently rounded."""
    with pytest.raises(PlanError, match="cannot be kept to the cent"):
        budget.cents(np.array([1e15]))
    with pytest.raises(PlanError, match="cannot be kept to the cent"):
        budget.cents(np.array([np.nan]))


def test_the_reallocation_index_is_the_share_that_moved() -> None:
    """80/20 to 50/50 moved 30 %; the same shares of another total moved nothing; all new moved everything."""
    before = pd.Series({"A": 80.0, "B": 20.0})
    assert budget.reallocation_index(pd.Series({"A": 50.0, "B": 50.0}), before) == pytest.approx(0.3)
    assert budget.reallocation_index(before * 7, before) == pytest.approx(0)
    assert budget.reallocation_index(pd.Series({"C": 5.0}), before) == pytest.approx(1)
    assert np.isnan(budget.reallocation_index(before * 0, before))


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=9), st.lists(st.integers(1, 10**6), min_size=1, max_size=9))
def test_the_reallocation_index_lies_between_0_and_1_both_ways(a: list[int], b: list[int]) -> None:
    """Moving there and moving back are the same distance."""
    now, before = pd.Series(a, dtype=float), pd.Series(b, dtype=float)
    index = budget.reallocation_index(now, before)
    assert -1e-9 <= index <= 1
    assert index == pytest.approx(budget.reallocation_index(before, now))


def test_a_negative_amount_has_no_share() -> None:
    """The receiver is named."""
    with pytest.raises(PlanError, match=r"budget U2: an amount below 0"):
        budget.reallocation_index(pd.Series({"U1": 1.0, "U2": -1.0}), pd.Series({"U1": 1.0}))


# --- virements and reconciling ---------------------------------------------------------------------------------------

ADOPTED = pd.DataFrame(
    {
        "unit": ["U1", "U1", "U2"],
        "category": ["contingency", "operating", "operating"],
        "fiscal_year": 2027,
        "amount": [100.0, 20.0, 0.0],
    },
    index=["B1", "B2", "B3"],
)


def moves(*rows: tuple[str | None, str | None, float]) -> pd.DataFrame:
    """Return virements."""
    return pd.DataFrame(rows, columns=["giving_line", "receiving_line", "amount"])


def test_a_virement_moves_lines_and_their_envelopes() -> None:
    """30.10 go from the reserve to another unit: its line, its envelope and the giver's move, no difference does."""
    frames = envelopes(("U1", "contingency", 2027, 100.0), ("U1", "operating", 2027, 20.0), ("U2", None, 2027, 0.05))
    moved = budget.balance(ADOPTED, frames, moves(("B1", "B3", 30.10), ("B1", None, 5.0)))
    assert moved.lines.loc[("U1", "contingency", 2027), ["planned", "envelope"]].tolist() == [69.90, 69.90]
    assert moved.net.loc[("U2", 2027), ["net", "envelope", "difference"]].tolist() == [30.10, 30.15, -0.05]
    assert moved.net.loc[("U1", 2027), ["net", "envelope", "difference"]].tolist() == [89.90, 89.90, 0]


@given(
    st.lists(
        st.tuples(st.sampled_from(["B1", "B2", "B3"]), st.sampled_from(["B1", "B2", "B3"]), st.integers(0, 10**9)),
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_virements_conserve_money_in_any_order(rows: list[tuple[str, str, int]], chance: Random) -> None:
    """However often money moves, the sum stays to the cent, and the order of the moves says nothing."""
    many = moves(*((giver, receiver, cents / 100) for giver, receiver, cents in rows))
    found = budget.virements_applied(ADOPTED, many)
    assert budget.cents(found["amount"].to_numpy()).sum() == 12_000
    order = chance.sample(range(len(many)), len(many))
    pd.testing.assert_frame_equal(found, budget.virements_applied(ADOPTED, many.iloc[order]))


@given(st.permutations(range(len(LINES))), st.permutations(range(3)))
def test_reconciling_is_free_of_order(lines: list[int], frames: list[int]) -> None:
    """The same rows in another order make the same differences."""
    given_ = envelopes(("U1", "staff", 2027, 90_000.0), ("U2", None, 2027, 400.0), ("U3", "staff", 2028, 1.0))
    one, other = budget.balance(LINES, given_), budget.balance(LINES.iloc[lines], given_.iloc[frames])
    pd.testing.assert_frame_equal(one.lines, other.lines)
    pd.testing.assert_frame_equal(one.net, other.net)


@given(
    st.lists(
        st.tuples(st.sampled_from(["U1", "U2", "U3"]), st.sampled_from(["staff", "capital"]), st.integers(0, 10**9)),
        min_size=1,
        max_size=30,
    )
)
def test_a_roll_up_conserves_money(rows: list[tuple[str, str, int]]) -> None:
    """Categories add up to units, units to the whole, to the cent."""
    lines = pd.DataFrame(rows, columns=["unit", "category", "amount"]).assign(fiscal_year=2027)
    lines["amount"] = lines["amount"] / 100
    found = budget.balance(lines, envelopes())
    whole = sum(one for _, _, one in rows)
    assert budget.cents(found.lines["planned"].to_numpy()).sum() == whole
    assert budget.cents(found.net["costs"].to_numpy()).sum() == whole


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=9).filter(any), st.integers(1, 1000))
def test_nothing_moved_is_an_index_of_0(amounts: list[int], times: int) -> None:
    """More or less money in the same shares is no reallocation."""
    before = pd.Series(amounts, dtype=float)
    assert budget.reallocation_index(before * times, before) == pytest.approx(0, abs=1e-9)
