"""Studies of a plan: what they propose keeps every limit, whatever the plan."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning_kit.charts.chances import forecasts
from planning_kit.charts.moved import chances_between
from planning_kit.errors import PlanError
from planning_kit.plan import Edit, Plan
from planning_kit.spec import Circumstances
from planning_kit.steps import reading
from planning_kit.steps.plan_b import edits_of
from planning_kit.studies import STUDIES
from planning_kit.studies.levelling import question
from planning_kit.workbook import Workbook
from tests.charts.conftest import numbered, planned

AS_OF = dt.date(2027, 1, 4)
PROFILE = {"PF1": {"name": "Works", "start": AS_OF, "finish": dt.date(2028, 12, 29), "currency": "EUR"}}


def quiet(_words: str, _part: float) -> bool:
    """Hear nothing and go on."""
    return False


@st.composite
def works(draw: st.DrawFn) -> Plan:
    """Return a plan with a few tasks, links forward, and two people with half their week."""
    count = draw(st.integers(2, 6))
    tasks = [{"name": f"Work {n}", "kind": "task", "duration": float(draw(st.integers(1, 9)))} for n in range(count)]
    pairs = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=5, unique=True))
    links = [
        {"predecessor": f"T{a + 1}", "successor": f"T{b + 1}", "kind": "FS", "lag": 0.0} for a, b in pairs if a < b
    ]
    people = [{"name": one, "hours_per_week": 40.0, "change_share": 50.0} for one in ("Ana", "Bo")]
    given_to = [
        {
            "task": f"T{n + 1}",
            "person": f"P{draw(st.integers(1, 2))}",
            "share": float(draw(st.sampled_from((15, 25, 35, 50)))),
        }
        for n in range(count)
    ]
    rows: dict[str, Any] = {"profile": PROFILE, "people": numbered("P", *people), "tasks": numbered("T", *tasks)}
    return planned({**rows, "dependencies": numbered("DE", *links), "assignments": numbered("AN", *given_to)})


@settings(max_examples=15, deadline=None)
@given(works())
def test_accepted_moves_ask_nobody_for_more_and_break_no_link(plan: Plan) -> None:
    """After all moves are accepted, no working day asks anybody for more hours than there are, and all links hold."""
    found = STUDIES["levelling"].compute(plan, AS_OF, {"seconds": "1"}, quiet)
    board = STUDIES["levelling"].display(plan, AS_OF, {}, found)
    after = plan.scenario(edit for group in board.groups for item in group.items for edit in item.edits)
    dates = reading.scheduled(after)
    links = after.dependencies
    finish, start = (
        reading.follow(links[end], dates[column])
        for end, column in (("predecessor", "early_finish"), ("successor", "early_start"))
    )
    assert (finish < start).all()
    asked = question(plan, AS_OF)
    days = pd.bdate_range(dates["early_start"].min(), dates["early_finish"].max())
    for person, needs in asked.needs.groupby("resource"):
        there = asked.capacity.loc[asked.capacity["resource"] == person, "amount"].max()
        worked = dates.loc[needs["task"]]
        busy = [(worked["early_start"] <= one).to_numpy() & (worked["early_finish"] >= one).to_numpy() for one in days]
        assert max(float(needs["amount"].to_numpy()[one].sum()) for one in busy) <= there + 1e-9
    assert found["bound"] <= found["value"]


def offers(values: list[int], costs: list[int]) -> Plan:
    """Return a plan with one funded initiative for each value and cost."""
    tasks = [{"name": f"Offer {n}", "kind": "initiative", "objective": "O1"} for n in range(len(values))]
    points = [{"rater": "P1", "initiative": f"T{n}", "points": float(one)} for n, one in enumerate(values, 1)]
    funding = [{"initiative": f"T{n}", "decision": "fund", "amount": float(one)} for n, one in enumerate(costs, 1)]
    return planned(
        {
            "profile": PROFILE,
            "people": {"P1": {"name": "Ana"}},
            "objectives": {"O1": {"title": "Grow"}},
            "tasks": numbered("T", *tasks),
            "point_allocations": numbered("PA", *points),
            "funding": numbered("FU", *funding),
        }
    )


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 30)), min_size=1, max_size=6))
def test_more_budget_never_lowers_the_optimum(pairs: list[tuple[int, int]]) -> None:
    """Along the slider the best value only rises, and no choice costs more than its budget."""
    values, costs = zip(*pairs, strict=True)
    plan = offers(list(values), list(costs))
    steps = STUDIES["portfolio"].compute(plan, AS_OF, {}, quiet)["steps"]
    ordered = [steps[str(one)] for one in range(-30, 21)]
    assert (np.diff([one["value"] for one in ordered]) >= -1e-6).all()
    for one in ordered:
        assert plan.funding.set_index("initiative")["amount"].reindex(one["chosen"]).sum() <= one["budget"] + 0.005


def test_the_published_knapsack_is_on_the_slider() -> None:
    """Stockco: with 14 of 19 the optimum is B, C, D; the first is worth 4 of 58 less than it takes away."""
    plan = offers([16, 22, 12, 8], [5, 7, 4, 3])
    found = STUDIES["portfolio"].compute(plan, AS_OF, {}, quiet)
    found |= STUDIES["portfolio"].compute(plan, AS_OF, {"explain": -26}, quiet)
    assert found["steps"]["-26"]["chosen"] == ["T2", "T3", "T4"]
    board = STUDIES["portfolio"].display(plan, AS_OF, {"budget": -26, "turned": {"T1": "Promised"}}, found)
    card = next(one for one in board.groups[0].items if one.row == "T1")
    assert "Insisting on it costs 6.9 of value, even if all else is chosen best." in card.lines
    assert board.notes[0] == "Over the budget by EUR 5: turn something back."


@given(st.sampled_from(["tasks", "funding", "people"]), st.integers(0, 3))
def test_a_scenario_that_changes_nothing_differs_in_nothing(table: str, place: int) -> None:
    """Edits that set what is there already leave a plan without a difference."""
    plan = offers([16, 22, 12, 8], [5, 7, 4, 3])
    row = str(plan.frame(table).index[place % len(plan.frame(table))])
    values = {name: one for name, one in plan.row(table, row).items() if one is not None}
    assert plan.diff(plan.scenario([Edit("set", table, row, values)])) == []
    assert plan.diff(plan.scenario([])) == []


def scenario(*edits: dict[str, Any]) -> Plan:
    """Return the offers with one scenario."""
    plan = offers([16, 22], [5, 7])
    rows = {
        name: {str(row): plan.row(name, str(row)) for row in plan.frame(name).index}
        for name in ("profile", "people", "tasks", "funding", "objectives", "point_allocations")
    }
    edited = [{"scenario": "SN1", "op": "set", **one} for one in edits]
    return planned({**rows, "scenarios": {"SN1": {"name": "Plan B"}}, "scenario_edits": numbered("SX", *edited)})


def test_a_scenario_reads_texts_and_adds_rows_that_others_name() -> None:
    """A new row has a name of its own; what refers to it finds it, and dates are read like typed ones."""
    added = {"op": "add", "table_name": "tasks", "row_id": "popups"}
    plan = scenario(
        {**added, "field": "name", "value": "Pop-up"},
        {**added, "field": "deadline", "value": "30.6.2027"},
        {"op": "add", "table_name": "funding", "row_id": "money", "field": "initiative", "value": "popups"},
        {"table_name": "funding", "row_id": "FU1", "field": "decision", "value": "stop"},
    )
    after = plan.scenario(edits_of(plan, "SN1"))
    assert after.tasks.loc["~T1", "deadline"] == pd.Timestamp("2027-06-30")
    assert after.funding.loc["~FU2", "initiative"] == "~T1"
    assert after.funding.loc["FU1", "decision"] == "stop"


def test_a_scenario_that_leads_nowhere_says_so_and_the_others_are_compared() -> None:
    """A wrong field is a sentence beside the comparison, not the end of it."""
    plan = scenario({"table_name": "tasks", "row_id": "T1", "field": "colour", "value": "red"})
    with pytest.raises(PlanError, match="there is no such field"):
        edits_of(plan, "SN1")
    found = STUDIES["scenarios"].compute(plan, AS_OF, {}, quiet)
    board = STUDIES["scenarios"].display(plan, AS_OF, {}, found)
    assert "cannot be looked at" in board.notes[0]
    assert board.table is not None
    assert list(board.table.columns) == ["", "The plan"]


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"shock": "cut"}, "stops: “Offer 0”"),
        ({"shock": "late", "late": "T2"}, "nothing has to stop"),
        ({"shock": "gone", "gone": "P1"}, "nothing has to stop"),
    ],
)
def test_a_shock_is_answered_with_the_least_change(choices: dict[str, str], said: str) -> None:
    """A tenth less money stops the initiative that is worth less; being late alone stops nothing."""
    plan = offers([16, 22, 12, 8], [2, 7, 4, 3]) if choices["shock"] != "cut" else offers([1, 22, 12, 8], [5, 7, 4, 3])
    found = STUDIES["scenarios"].compute(plan, AS_OF, choices, quiet)
    board = STUDIES["scenarios"].display(plan, AS_OF, choices, found)
    assert said in board.groups[0].items[0].lines


def test_what_is_under_way_stays_and_takes_its_hours() -> None:
    """Begun work is not moved; what waits for it starts when it ends, and its hours are taken off."""
    tasks = numbered("T", {"name": "Begun", "duration": 10.0}, {"name": "Next", "duration": 5.0})
    rows: dict[str, Any] = {
        "profile": PROFILE,
        "people": {"P1": {"name": "Ana", "hours_per_week": 40.0, "change_share": 50.0}},
        "tasks": tasks,
        "assignments": numbered(
            "AN", {"task": "T1", "person": "P1", "share": 40.0}, {"task": "T2", "person": "P1", "share": 20.0}
        ),
        "dependencies": {"DE1": {"predecessor": "T1", "successor": "T2", "kind": "FS", "lag": 1.0}},
        "updates": {"UD1": {"task": "T1", "reported_on": AS_OF, "started_on": AS_OF, "remaining_days": 4.0}},
    }
    asked = question(planned(rows), AS_OF)
    assert asked.tasks["start_no_earlier_than"].to_dict() == {"T2": 5.0}
    assert asked.capacity["amount"].round(6).tolist() == [4.0, 0.8]
    assert reading.open_tasks(planned(rows), Circumstances(AS_OF)).index.tolist() == ["T1", "T2"]


def test_days_of_an_assignment_are_kept_wherever_its_task_goes() -> None:
    """Ana is on loan for the first days: her other work waits, and the lent hours do not move with their task."""
    rows: dict[str, Any] = {
        "profile": PROFILE,
        "people": {"P1": {"name": "Ana", "hours_per_week": 40.0, "change_share": 50.0}},
        "tasks": numbered("T", {"name": "Lent", "duration": 30.0}, {"name": "Own", "duration": 5.0}),
        "assignments": numbered(
            "AN",
            {"task": "T1", "person": "P1", "hours": 32.0, "start": AS_OF, "finish": dt.date(2027, 1, 13)},
            {"task": "T2", "person": "P1", "share": 40.0},
        ),
    }
    asked = question(planned(rows), AS_OF)
    assert asked.needs["task"].tolist() == ["T2"]
    found = STUDIES["levelling"].compute(planned(rows), AS_OF, {"seconds": "1"}, quiet)
    assert [(one["task"], one["days"], one["resource"]) for one in found["moves"]] == [("T2", 8, "P1")]


def goal(decision: str, due: dt.date) -> Plan:
    """Return a plan of one objective with an initiative of two uncertain tasks in parallel, from the first of 2027."""
    length = {"duration": 10.0, "optimistic": 5.0, "pessimistic": 15.0}
    tasks = [{"name": "Bus", "kind": "initiative", "objective": "O1"}, *({"parent": "T1", **length} for _ in range(2))]
    return planned({
        "profile": PROFILE,
        "objectives": {"O1": {"title": "Near", "due": due}},
        "tasks": numbered("T", *({"name": "Work", **one} for one in tasks)),
        "funding": {"FU1": {"initiative": "T1", "decision": decision}},
    })  # fmt: skip


def test_the_chance_of_an_objective_is_that_all_its_funded_work_ends_by_its_date() -> None:
    """Both of two even chances come true in a quarter of the runs; without money there is no chance."""
    middle, late = dt.date(2027, 1, 15), dt.date(2027, 2, 1)
    assert 0.15 < forecasts(goal("fund", middle), AS_OF)["O1"] < 0.45
    assert forecasts(goal("fund", late), AS_OF)["O1"] == 1
    assert forecasts(goal("fund", AS_OF), AS_OF)["O1"] == 0
    assert forecasts(goal("defer", late), AS_OF)["O1"] == 0


def test_the_slider_shows_the_same_chance_as_the_scenarios() -> None:
    """A card turned over asks for a new simulation: deferred work has no chance, as in a scenario that defers it."""
    plan, study = goal("fund", dt.date(2027, 1, 15)), STUDIES["portfolio"]
    plan = plan.scenario([Edit("set", "funding", "FU1", {"amount": 5.0})])
    found = study.compute(plan, AS_OF, {}, quiet)
    found |= study.compute(plan, AS_OF, {"explain": 0}, quiet)
    today = f"{forecasts(plan, AS_OF)['O1']:.0%}"
    table = study.display(plan, AS_OF, {}, found).table
    assert table is not None
    assert table.to_numpy().tolist() == [["Near", today, today, ""]]
    turned = {"turned": {"T1": "Later"}}
    asked = study.display(plan, AS_OF, turned, found).wanted
    assert asked == {"funded": []}
    found |= study.compute(plan, AS_OF, asked, quiet)
    board = study.display(plan, AS_OF, turned, found)
    assert board.wanted is None
    assert board.table is not None
    assert board.table["With this choice"].tolist() == ["0%"]


def test_the_answer_to_a_shock_can_be_kept_and_is_the_same_when_it_is_switched_on() -> None:
    """A tenth less money: each move can be made alone, or all are kept as a scenario that does just the same."""
    plan = offers([1, 22, 12, 8], [5, 7, 4, 3])
    choices = {"shock": "cut"}
    found = STUDIES["scenarios"].compute(plan, AS_OF, choices, quiet)
    items = STUDIES["scenarios"].display(plan, AS_OF, choices, found).groups[0].items
    kept = plan.scenario(items[-1].edits)
    assert plan.funding.equals(kept.funding)
    (name,) = kept.scenarios.index
    assert kept.scenario(edits_of(kept, str(name))).diff(kept.scenario(items[0].edits)) == []


def test_a_replan_tells_what_changed_who_decided_and_what_it_is_worth(tmp_path: Path) -> None:
    """One objective dropped, one added without a decision, one re-weighted with one; chances wait to be asked for."""
    with Workbook(tmp_path / "plan.db", "Ana", create=True) as book:
        study = STUDIES["replan"]
        assert study.display(book.plan, AS_OF, {}, {}).notes[0].startswith("Nothing has happened yet")
        first, second = (book.add("objectives", title=one, weight=1) and book.added[0] for one in ("Grow", "Shrink"))
        book.add("baselines", name="Adopted", taken_on=AS_OF, revision=book.plan.revision)
        book.remove("objectives", second)
        book.edit("objectives", first, weight=3, reason="The board wants growth")
        book.add("objectives", title="Last", weight=1)
        book.add("decisions", text="Growth first", reason="It pays", decided_on=AS_OF, about=first)
        shown = study.display(book.plan, AS_OF, {}, {})
        aims, *_, decided, chances = shown.pictures
        found = study.compute(book.plan, AS_OF, {}, quiet)
    assert shown.headline == "Compared with Adopted (revision 2)"
    assert shown.controls[0].options[0][1] == "Baseline Adopted"
    assert aims.title == "1 objective added, 1 objective dropped, 1 objective re-weighted"
    weighed = aims.table.iloc[-1]
    assert weighed[["Field", "Was", "Is", "Why"]].tolist() == ["Weight", "1", "3", "The board wants growth"]
    assert weighed["By"].startswith("Ana, ")
    assert decided.title == "1 decision; 2 objectives came, went or changed weight without one"
    assert decided.table.iloc[1]["About"] == "Grow"
    assert "press “Work out the chances”" in chances.empty
    assert list(found) == ["BL1"]


def test_chances_that_fall_come_first() -> None:
    """Before and after stand side by side; what is new has no chance before."""
    plan = planned({"objectives": numbered("O", {"title": "Rise"}, {"title": "Fall"}, {"title": "New"})})
    was, now = pd.Series({"O1": 0.5, "O2": 0.8}), pd.Series({"O1": 0.6, "O2": 0.3, "O3": 0.4})
    found = chances_between(plan, plan, was, now)
    assert found.title == "The chance of 1 objective fell, of 1 it rose"
    assert found.table.to_numpy().tolist() == [
        ["Fall", "80 %", "30 %", "-50"],
        ["Rise", "50 %", "60 %", "+10"],
        ["New", "not in the plan", "40 %", ""],
    ]
