"""Demand against capacity per person and month."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning_kit.analysis import workload
from planning_kit.errors import PlanError

PEOPLE = pd.DataFrame({"hours_per_week": [40.0, 20.0], "change_share": [20.0, 50.0]}, index=["P1", "P2"])


def asked(**fields: object) -> pd.DataFrame:
    """Return one assignment of P1 in June 2026."""
    row = {"person": "P1", "share": None, "hours": None, "start": "2026-06-01", "finish": "2026-06-30"}
    return pd.DataFrame([{**row, **fields}])


def june(**fields: object) -> pd.Series:
    """Return the row of P1 in June 2026, which has 22 working days."""
    return workload.load(PEOPLE, asked(**fields), "2026-06-01", "2026-08-31").loc[("P1", "2026-06-01")]


def test_capacity_is_the_share_for_change_of_the_working_days() -> None:
    """P1 has 8 hours on each of 22 days, a fifth of them for change; P2 half of 4 hours."""
    found = workload.load(PEOPLE, asked(), "2026-06-01", "2026-08-31")["capacity"]
    assert found.loc["P1"].tolist() == pytest.approx([22 * 1.6, 23 * 1.6, 21 * 1.6])
    assert found.loc["P2"].tolist() == pytest.approx([22 * 2, 23 * 2, 21 * 2])


def test_a_share_of_the_week_is_held_against_the_share_for_change() -> None:
    """30 % of the week with 20 % free is a load of 150 %."""
    row = june(share=30.0)
    assert (row["load"], row["over"]) == (pytest.approx(1.5), pytest.approx(17.6))


def test_hours_win_over_a_share_and_are_spread_over_working_days() -> None:
    """66 hours from June to August are a third in each month, by working days."""
    found = workload.load(PEOPLE, asked(hours=66.0, share=90.0, finish="2026-08-31"), "2026-06-01", "2026-08-31")
    assert found.loc["P1", "demand"].tolist() == pytest.approx([22, 23, 21])


def test_an_assignment_without_dates_covers_the_whole_period() -> None:
    """Empty ends mean the ends of what is shown."""
    found = workload.load(PEOPLE, asked(share=10.0, start=None, finish=None), "2026-06-01", "2026-07-31")
    assert found.loc["P1", "load"].tolist() == pytest.approx([0.5, 0.5])


def test_holidays_and_absence_lower_the_capacity() -> None:
    """Five days away and one day off leave 16 of 22 days; half time leaves half."""
    away = pd.DataFrame({"person": ["P1"], "start": "2026-06-08", "finish": "2026-06-12", "share": 0.0})
    found = workload.load(PEOPLE, asked(), "2026-06-01", "2026-06-30", availability=away, holidays=["2026-06-04"])
    assert found.loc[("P1", "2026-06-01"), "capacity"] == pytest.approx(16 * 1.6)
    half = away.assign(start="2026-06-01", finish="2026-06-30", share=50.0)
    found = workload.load(PEOPLE, asked(), "2026-06-01", "2026-06-30", availability=half)
    assert found.loc[("P1", "2026-06-01"), "capacity"] == pytest.approx(11 * 1.6)


def test_a_month_away_with_work_is_an_endless_load() -> None:
    """No capacity and some demand is inf, not a division error; neither is undefined."""
    away = pd.DataFrame({"person": ["P1"], "start": "2026-06-01", "finish": "2026-06-30", "share": 0.0})
    found = workload.load(PEOPLE, asked(share=10.0), "2026-06-01", "2026-06-30", availability=away)
    assert np.isposinf(found.loc[("P1", "2026-06-01"), "load"])
    found = workload.load(PEOPLE, asked(), "2026-06-01", "2026-06-30", availability=away)
    assert np.isnan(found.loc[("P1", "2026-06-01"), "load"])


@given(st.integers(0, 500), st.integers(0, 300), st.floats(0.1, 1e4))
def test_no_hour_is_lost_or_doubled(start: int, length: int, hours: float) -> None:
    """The hours of an assignment, weekends included, add up over the months to what was typed."""
    first = np.datetime64("2026-01-01") + start
    row = asked(hours=hours, start=str(first), finish=str(first + length))
    found = workload.load(PEOPLE, row, "2026-01-01", "2028-12-31")
    assert found["demand"].sum() == pytest.approx(hours)


def test_an_unknown_person_is_named() -> None:
    """The row of the assignment is said."""
    with pytest.raises(PlanError, match=r"assignments 0: person names P9, which is not among the people"):
        june(person="P9", share=10.0)
