"""The action plan conserves money and rows; the week holds what it touches."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning_kit.analysis import actions

DAY = pd.Timestamp("2027-06-30")


def made(parents: list[int | None], goals: list[str | None], money: list[float]) -> pd.DataFrame:
    """Return the action plan of tasks numbered from 0 whose parents come before them."""
    ids = [f"T{number}" for number in range(len(parents))]
    above = [None if one is None else f"T{one}" for one in parents]
    tasks = pd.DataFrame({"parent": above, "owner": "P1"}, index=ids, dtype="object")
    objectives = pd.DataFrame({"owner": ["P1", "P2"]}, index=["O1", "O2"])
    measures = pd.DataFrame({"objective": ["O1"], "owner": ["P1"], "target": [90.0]}, index=["M1"])
    start = pd.Series(pd.date_range("2027-01-04", periods=len(ids), freq="W-MON"), index=ids)
    dates = pd.DataFrame({"early_start": start, "early_finish": start + pd.Timedelta(days=4)})
    return actions.action_plan(
        objectives,
        measures,
        tasks,
        pd.Series(goals, index=ids, dtype="object"),
        dates,
        pd.Series(money, index=ids, dtype="float64"),
        pd.Series({"T0": "done"}, dtype="object"),
    )


def test_an_objective_comes_with_its_measures_and_its_work() -> None:
    """Worked by hand: 10 + 5 under the first objective, 7 under the second, 3 that serve none."""
    found = made([None, 0, None, None, 2], ["O1", "O1", "O2", None, "O1"], [10, 5, 7, 3, 1])
    assert found["row"].tolist() == ["O1", "M1", "T0", "T1", "T4", "O2", "T2", "T3"]
    assert found["kind"].tolist() == ["objective", "measure", "work", "work", "work", "objective", "work", "work"]
    assert found.set_index("row")["money"].dropna().to_dict() == {
        "O1": 16,
        "T0": 15,
        "T1": 5,
        "T4": 1,
        "O2": 7,
        "T2": 7,
        "T3": 3,
    }
    whole = found.set_index("row").loc["O1"]
    assert (str(whole["start"].date()), str(whole["finish"].date())) == ("2027-01-04", "2027-02-05")
    assert found.set_index("row").loc["T0", "status"] == "done"


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.booleans(), st.sampled_from(["O1", "O2", None]), st.integers(0, 9)), max_size=9
    )
)
def test_money_is_neither_lost_nor_counted_twice(rows: list[tuple[int, bool, str | None, int]]) -> None:
    """Objectives and the work that serves none sum to all money; every piece of work is there once."""
    parents = [row[0] % number if row[1] and number else None for number, row in enumerate(rows)]
    found = made(parents, [row[2] for row in rows], [float(row[3]) for row in rows])
    work = found[found["kind"] == "work"]
    assert sorted(work["row"]) == sorted(f"T{number}" for number in range(len(rows)))
    of = {f"T{number}": row[2] for number, row in enumerate(rows)}
    above = {f"T{number}": f"T{one}" if one is not None else "" for number, one in enumerate(parents)}
    loose = [row for row in work["row"] if of[row] is None and (not above[row] or of[above[row]] is not None)]
    total = found.loc[found["level"] == 0, "money"].sum() + work.loc[work["row"].isin(loose), "money"].sum()
    assert total == pytest.approx(sum(row[3] for row in rows))


def week(work: pd.DataFrame | None = None, todo: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return what the week of Wednesday 2027-06-30 holds."""
    nothing = pd.DataFrame({"owner": [], "unit": [], "due": pd.to_datetime([]), "done_on": pd.to_datetime([])})
    nothing = nothing.assign(start=nothing["due"], finish=nothing["due"], ended=nothing["due"], state="")
    return actions.week(
        DAY, nothing if todo is None else todo, nothing if work is None else work, nothing, nothing
    ).set_index("row")


@pytest.mark.parametrize(
    ("start", "finish", "says"),
    [
        ("2027-06-01", "2027-06-25", "overdue"),
        ("2027-06-28", "2027-07-04", "starts and ends"),
        ("2027-06-28", "2027-07-09", "starts"),
        ("2027-06-21", "2027-07-02", "ends"),
        ("2027-06-21", "2027-07-09", "goes on"),
        ("2027-07-05", "2027-07-09", ""),
    ],
)
def test_work_is_told_by_how_it_meets_the_week(start: str, finish: str, says: str) -> None:
    """From Monday to Sunday: what starts, ends, goes on or is overdue; what comes later is not there."""
    work = pd.DataFrame({"owner": ["P1"], "unit": ["U1"], "start": [start], "finish": [finish]}, index=["T1"])
    found = week(work.astype({"start": "datetime64[s]", "finish": "datetime64[s]"}))
    assert found["what"].tolist() == ([says] if says else [])


@pytest.mark.parametrize(
    ("repeats", "done", "due"),
    [
        ("weekly", "2027-06-29", "2027-07-06"),
        ("monthly", "2027-06-01", "2027-07-01"),
        ("daily", "2027-06-29", "2027-06-30"),
        ("quarterly", "2026-01-31", "2026-03-01"),
    ],
)
def test_what_repeats_is_due_again_after_it_was_done(repeats: str, done: str, due: str) -> None:
    """Done once, a weekly action is due on its next day and not forgotten."""
    first = {"weekly": "2027-06-01", "monthly": "2027-01-01", "daily": "2027-01-01", "quarterly": "2025-12-01"}[repeats]
    facts = {"owner": ["P1"], "unit": ["U1"], "due": [first], "done_on": [done], "repeats": [repeats]}
    todo = pd.DataFrame(facts, index=["A1"]).astype({"due": "datetime64[s]", "done_on": "datetime64[s]"})
    found = week(todo=todo)
    assert found["day"].dt.strftime("%Y-%m-%d").tolist() == [due]
