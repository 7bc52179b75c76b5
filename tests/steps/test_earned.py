"""Earned value over time from a plan: budgets, reports and costs of initiatives."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from planning_kit.charts import drawn
from planning_kit.charts.earned import outlook
from planning_kit.plan import Edit, Plan
from planning_kit.spec import Circumstances
from planning_kit.steps.tracking.earned import curves, performance
from tests.steps.test_checks import planned

AS_OF = dt.date(2027, 3, 31)
BEGUN = dt.date(2027, 1, 1)


@pytest.fixture
def plan() -> Plan:
    """Return an initiative of 1,000 with two tasks of equal length one after the other, one done and paid for."""
    return planned(
        {
            "profile": [{"id": "PF1", "start": "2027-01-01", "finish": "2027-12-31"}],
            "tasks": [
                {"id": "T1", "name": "Self-service", "kind": "initiative"},
                {"id": "T2", "name": "Tag", "kind": "task", "parent": "T1", "duration": 43},
                {"id": "T3", "name": "Install", "kind": "task", "parent": "T1", "duration": 43},
            ],
            "dependencies": [{"id": "DE1", "predecessor": "T2", "successor": "T3", "kind": "FS", "lag": 0}],
            "budget_lines": [
                {"id": "B1", "task": "T1", "category": "capital", "amount": 600, "state": "approved"},
                {"id": "B2", "task": "T2", "category": "staff", "amount": 400, "state": "approved"},
                {"id": "B3", "task": "T1", "category": "staff", "amount": 999, "state": "proposed"},
            ],
            "updates": [
                {"id": "UD1", "task": "T2", "reported_on": "2027-02-10", "percent_complete": 50},
                {"id": "UD2", "task": "T2", "reported_on": "2027-03-20", "finished_on": "2027-03-20"},
            ],
            "costs": [
                {"id": "CS1", "task": "T2", "category": "staff", "period_end": "2027-01-31", "amount": 250},
                {"id": "CS2", "task": "T1", "category": "capital", "period_end": "2027-03-31", "amount": 375},
                {"id": "CS3", "task": "T1", "category": "capital", "period_end": "2027-04-30", "amount": 100},
            ],
        }
    )


def test_money_is_earned_by_what_is_reported_and_spent_as_it_is_booked(plan: Plan) -> None:
    """Half of one of two equal tasks earns a quarter; the proposed line and later costs do not count."""
    found = curves(plan, AS_OF)
    assert found is not None
    assert found.budget.to_dict() == {"T1": 1000.0}
    earned, spent = found.earned["T1"], found.spent["T1"]
    assert earned.loc[pd.Timestamp("2027-01-31") :].tolist() == [0.0, 250.0, 500.0]
    assert spent.loc[pd.Timestamp("2027-01-31") :].tolist() == [250.0, 250.0, 625.0]
    assert found.planned["T1"].iloc[-1] == 1000.0
    assert found.planned["T1"].is_monotonic_increasing
    assert performance(plan, Circumstances(AS_OF)).loc["T1", "cpi"] == 0.8


def test_the_last_point_is_what_the_check_judges(plan: Plan) -> None:
    """The curve ends in the figures whose quotient is the CPI of check 706."""
    found = curves(plan, AS_OF)
    assert found is not None
    cpi = found.earned["T1"].iloc[-1] / found.spent["T1"].iloc[-1]
    assert performance(plan, Circumstances(AS_OF)).loc["T1", "cpi"] == cpi


def test_without_approved_money_there_is_nothing_to_earn(plan: Plan) -> None:
    """A plan without approved lines has no earned value, and says so."""
    assert curves(plan, AS_OF) is not None
    empty = planned({"tasks": [{"id": "T1", "name": "Self-service", "kind": "initiative", "duration": 5}]})
    assert curves(empty, AS_OF) is None
    assert performance(empty, Circumstances(AS_OF)).empty


class Kept:
    """A past with one earlier state."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def earlier(self, _revision: int) -> Plan:
        """Return that state."""
        return self.plan

    def names(self) -> dict[str, int]:
        """Return no names."""
        return {}

    def days(self) -> dict[str, int]:
        """Return no days."""
        return {}

    def history(self, _row: str = "", _limit: int = 100) -> tuple[()]:
        """Return no transactions."""
        return ()


def with_baseline(plan: Plan) -> Plan:
    """Return the plan with its first state kept as a baseline, its work twice as long since, and all of it done."""
    kept = plan.scenario([Edit("add", "baselines", "BL1", {"name": "Adopted", "taken_on": BEGUN, "revision": 0})])
    kept.past = Kept(plan)
    done = {"task": "T3", "reported_on": dt.date(2027, 9, 30), "finished_on": dt.date(2027, 9, 30)}
    return kept.scenario([Edit("set", "tasks", "T3", {"duration": 129.0}), Edit("add", "updates", "UD3", done)])


def test_planned_value_keeps_the_dates_of_the_first_baseline(plan: Plan) -> None:
    """Work that takes three times as long now was still to be earned by the day that was promised."""
    promised, late = curves(plan, AS_OF), curves(with_baseline(plan), AS_OF)
    assert promised is not None
    assert late is not None
    end = promised.planned.index[-1]
    assert late.planned.loc[end, "T1"] == pytest.approx(1000.0)
    note = drawn("earned_value", with_baseline(plan), AS_OF).note
    assert "the dates of the baseline Adopted" in note
    assert "as no baseline is kept" in drawn("earned_value", plan, AS_OF).note


def test_work_finished_late_has_spi_1_and_spi_t_below_1(plan: Plan) -> None:
    """In money all planned is earned in the end; in time the lateness stays, on every later day the same."""
    seen = []
    for later in (dt.date(2027, 10, 31), dt.date(2028, 6, 30)):
        found = curves(with_baseline(plan), later)
        assert found is not None
        told = outlook(found)
        assert told["spi"] == pytest.approx(1.0)
        assert told["spi_t"] < 0.6
        seen.append(performance(with_baseline(plan), Circumstances(later)).loc["T1", "spi_t"])
    assert seen[0] == seen[1] < 0.6
