"""Earned value and earned schedule."""

from __future__ import annotations

import math

import numpy as np
import pmcontrols
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning_kit.analysis import earned_value
from planning_kit.errors import PlanError

MONTHS = [10, 25, 45, 70, 100, 130, 155, 175, 190, 200]


def test_published_metrics() -> None:
    """PV 3000, EV 2500, AC 2800 of 4000: EAC 4480 (a printed 4479 rounds first), TCPI 1.25."""
    found = earned_value.metrics(bac=4000, pv=3000, ev=2500, ac=2800)
    expected = {"eac": 4480, "etc": 1680, "vac": -480, "tcpi": 1.25, "eac_combined": 4816, "eac_atypical": 4300}
    assert found[list(expected)].to_dict() == pytest.approx(expected)


def test_published_basics() -> None:
    """PV 40 000, EV 35 000, AC 36 000: SV -5000, CV -1000, SPI .875, CPI .9722222."""
    found = earned_value.metrics(bac=100_000, pv=40_000, ev=35_000, ac=36_000)
    assert found[["sv", "cv", "spi", "cpi"]].tolist() == pytest.approx([-5000, -1000, 0.875, 0.9722222], abs=1e-6)


def test_published_forecasts() -> None:
    """Given CPI .8 and SPI .9 the three estimates are 125 000, 128 000 and 153 277.78."""
    found = earned_value.estimates(bac=100_000, ev=35_000, ac=63_000, cpi=0.8, spi=0.9)
    assert found.tolist() == pytest.approx([125_000, 128_000, 153_277.77777777778])


def test_published_index_to_complete() -> None:
    """EV 35 000 for AC 40 000 of 100 000: 1.0833 to keep the budget."""
    assert earned_value.metrics(100_000, 35_000, 35_000, 40_000)["tcpi"] == pytest.approx(1.0833333333333333)


def test_before_anything_is_spent_there_is_no_ratio() -> None:
    """Nothing is divided by 0: what cannot be said is missing."""
    found = earned_value.metrics(bac=100, pv=0, ev=0, ac=0)
    assert found[["cpi", "spi", "eac", "etc", "vac"]].isna().all()
    assert found["eac_atypical"] == 100


@given(*[st.floats(1, 1e6)] * 4)
def test_the_identities_hold(bac: float, pv: float, ev: float, ac: float) -> None:
    """What was spent and what is to come make the estimate; staying as efficient as so far means TCPI = CPI."""
    found = earned_value.metrics(bac, pv, ev, ac)
    assert found["etc"] + ac == pytest.approx(found["eac"])
    assert found["vac"] + found["eac"] == pytest.approx(bac, rel=1e-6, abs=1e-3)
    if abs(found["eac"] - ac) > 1e-3 * ac:
        assert found["tcpi_eac"] == pytest.approx(found["cpi"], rel=1e-3)


def test_published_earned_schedule() -> None:
    """EV 62 at month 5: earned schedule 3.68, SPI(t) .736, end 13.59, while SPI in money is .62."""
    found = earned_value.earned_schedule(MONTHS, ev=62, at=5)
    assert found[["es", "spi_t", "ieac_t"]].tolist() == pytest.approx([3.68, 0.736, 13.586956521739131])
    assert earned_value.metrics(bac=200, pv=100, ev=62, ac=1)["spi"] == pytest.approx(0.62)


def test_a_project_finished_late_shows_it() -> None:
    """All is earned two months late: SPI is 1, SPI(t) is 10/12; a flat end of the curve changes nothing."""
    for curve in (MONTHS, [*MONTHS, 200, 200]):
        found = earned_value.earned_schedule(curve, ev=200, at=12)
        assert found[["es", "pd", "spi_t", "ieac_t"]].tolist() == pytest.approx([10, 10, 10 / 12, 12])


def test_nothing_earned_has_no_end() -> None:
    """With EV 0 the schedule stands at 0 and the end is nowhere."""
    found = earned_value.earned_schedule(MONTHS, ev=0, at=3)
    assert found["es"] == 0
    assert math.isinf(found["ieac_t"])


@given(st.lists(st.integers(1, 50), min_size=2, max_size=20), st.floats(0.01, 0.99), st.integers(1, 20), st.data())
def test_agrees_with_pmcontrols(steps: list[int], share: float, at: int, data: st.DataObject) -> None:
    """An independent package finds the same metrics and the same earned schedule; it wants a period 0."""
    curve = np.cumsum(steps)
    earned, spent = float(curve[-1] * share), data.draw(st.floats(0.1, 1000))
    baseline = pmcontrols.plan(range(len(curve) + 1), [0, *curve.tolist()])
    theirs = pmcontrols.evm(baseline, earned, spent, at).stats
    ours = earned_value.earned_schedule(curve, earned, at)
    names = ["es", "sv_t", "spi_t", "ieac_t"]
    assert ours[names].to_dict() == pytest.approx({name: theirs[name] for name in names})
    found = earned_value.metrics(theirs["bac"], theirs["pv"], earned, spent)
    pairs = {"cv": "cv", "sv": "sv", "cpi": "cpi", "spi": "spi", "etc": "etc", "vac": "vac", "eac": "eac_cpi"}
    pairs |= {"eac_atypical": "eac_typical", "eac_combined": "eac_cpi_spi"}
    for name, their_name in pairs.items():
        assert found[name] == pytest.approx(theirs[their_name])


@pytest.mark.parametrize("curve", [[], [10, 5], [10, float("nan")]])
def test_a_falling_or_empty_plan_is_refused(curve: list[float]) -> None:
    """A monthly instead of a cumulative series is said."""
    with pytest.raises(PlanError, match="is no cumulative curve"):
        earned_value.earned_schedule(curve, ev=1, at=1)
