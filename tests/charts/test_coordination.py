"""The pictures of coordination: blocks, promises, meetings and what risks may cost say what the plan says."""

from __future__ import annotations

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning_kit import charts
from planning_kit.charts.exposure import priced
from planning_kit.charts.promises import ledger
from planning_kit.charts.rooms import meetings, topics
from planning_kit.charts.structure import blocks_of_units
from planning_kit.plan import Plan

from .conftest import AS_OF, day, numbered, planned

UNITS = numbered("U", *({"name": f"Unit {n}"} for n in range(1, 7)))
TASKS = numbered("T", *({"name": f"Work {n}", "unit": f"U{n}", "duration": 5.0} for n in range(1, 7)))
PAIRS = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), max_size=14, unique=True)


def coupled(pairs: list[tuple[int, int]]) -> Plan:
    """Return six units with one task each and these dependencies between them."""
    links = [{"predecessor": f"T{a}", "successor": f"T{b}", "kind": "FS", "lag": 0.0} for a, b in pairs if a != b]
    profile = {"PF1": {"name": "Six units", "start": day("2027-01-04"), "finish": day("2027-12-31")}}
    return planned({"profile": profile, "units": UNITS, "tasks": TASKS, "dependencies": numbered("DE", *links)})


@given(PAIRS)
def test_coupled_blocks_are_the_strongly_connected_units(pairs: list[tuple[int, int]]) -> None:
    """The units named as a block are exactly those that wait for each other in a circle, by another library too."""
    graph = nx.DiGraph((f"U{a}", f"U{b}") for a, b in pairs if a != b)
    expected = {frozenset(block) for block in nx.strongly_connected_components(graph) if len(block) > 1}
    assert {frozenset(block) for block in blocks_of_units(coupled(pairs), AS_OF)} == expected


@given(PAIRS)
def test_every_open_point_has_a_meeting_with_all_its_units(pairs: list[tuple[int, int]]) -> None:
    """No point is lost, everybody it concerns is in the room, and no meeting repeats a part of another."""
    plan = coupled(pairs)
    points, rooms = topics(plan, AS_OF), meetings(plan, AS_OF)
    held = {about: units for units, some in zip(rooms["units"], rooms["topics"], strict=True) for about in some}
    assert sum(map(len, rooms["topics"])) == len(points)
    assert all(units <= held[about] for units, about in zip(points["units"], points["about"], strict=True))
    assert not [one for one in rooms["units"] for other in rooms["units"] if one < other]


def test_the_agenda_says_who_about_what_and_by_when() -> None:
    """Two units in a circle and one silent promise make one meeting, due on the first day it is needed."""
    plan = coupled([(1, 2), (2, 1)])
    promise = {
        "PR1": {
            "what": "40,000 items tagged",
            "giver": "U1",
            "receiver": "U2",
            "due": day("2027-08-02"),
            "state": "asked",
        }
    }
    links = numbered("DE", {"predecessor": "T1", "successor": "T2", "kind": "FS"})
    rows = {"units": UNITS, "tasks": TASKS, "dependencies": links, "promises": promise}
    rooms = meetings(planned(rows), AS_OF)
    assert [sorted(one) for one in rooms["units"]] == [["U1", "U2"]]
    assert rooms["topics"][0][0] == "Asked and not answered: 40,000 items tagged"
    assert rooms["by"][0] == pd.Timestamp("2027-08-02")
    assert charts.drawn("coordination_agenda", plan, AS_OF).title.startswith("1 meeting would settle")


def test_the_ledger_counts_a_promise_as_it_stands(library: Plan) -> None:
    """An agreed promise whose day has passed is overdue; one asked for is without an answer."""
    standing = ledger(library, AS_OF)["standing"].tolist()
    assert standing == [
        "kept",
        "without an answer",
        "kept late or overdue",
        "kept late or overdue",
        "broken or declined",
        "broken or declined",
        "kept late or overdue",
    ]
    assert charts.drawn("promise_ledger", library, AS_OF).title == "1 of 6 promises that fell due were kept in time"


def test_exposure_follows_the_threatened_work_to_its_objective(library: Plan) -> None:
    """A risk of work counts for the objective the work serves; responses lower it, what is not judged anew stays."""
    rows = priced(library)
    assert rows["objective"].fillna("").tolist()[:3] == [library.tasks.loc["T1", "objective"], "O6", ""]
    assert rows.loc["R1", "exposure"] == pytest.approx(0.6 * 40_000)
    assert rows.loc["R1", "exposure_after"] == pytest.approx(0.2 * 40_000)
    assert rows.loc["R3", "exposure_after"] == rows.loc["R3", "exposure"]


def scored(**votes: dict[str, int]) -> dict[str, dict[str, object]]:
    """Return one rater's votes by initiative and criterion."""
    return numbered(
        "SC",
        *(
            {"task": task, "rater": "P1", "criterion": criterion, "value": value}
            for task, some in votes.items()
            for criterion, value in some.items()
        ),
    )


def test_the_ranking_says_how_little_would_turn_it() -> None:
    """A leads B by .8 x 1 - .2 x 3 = .2: five points of weight or one vote would bring them level."""
    tasks = numbered("T", {"name": "A", "is_key": True}, {"name": "B"}, {"name": "C"}, {"name": "Never scored"})
    weights = numbered("CR", {"criterion": "value", "weight": 80.0}, {"criterion": "difficulty", "weight": 20.0})
    votes = scored(T1={"value": 5, "difficulty": 5}, T2={"value": 4, "difficulty": 2}, T3={"value": 1, "difficulty": 5})
    drawing = charts.drawn("focus_ranking", planned({"tasks": tasks, "criteria": weights, "scores": votes}), AS_OF)
    assert drawing.title == "5 of 100 points more on ease, taken from value, would swap “A” and “B”."
    assert drawing.note.startswith("One vote cast otherwise would do the same. As of ")
    assert drawing.table[["Rank", "Initiative", "Key", "Ease", "Score"]].to_numpy().tolist() == [
        [1, "A", "★", 1, 4.2],
        [2, "B", "", 4, 4.0],
        [3, "C", "", 1, 1.0],
    ]
    whole = planned({"tasks": tasks, "scores": scored(T1={"value": 5})})
    assert charts.drawn("focus_ranking", whole, AS_OF).title == "All that were scored are chosen."


def test_weights_come_from_comparisons_where_none_are_written() -> None:
    """Value matters three times as much: 75 and 25 %; two initiatives that are level are said to be."""
    tasks = numbered("T", {"name": "A", "is_key": True}, {"name": "B"})
    asked = numbered("CR", {"criterion": "value"}, {"criterion": "urgency"})
    pairs = {"CM1": {"rater": "P1", "a": "CR1", "b": "CR2", "judgement": 3.0}}
    votes = scored(T1={"value": 4, "urgency": 2}, T2={"value": 4, "urgency": 2})
    plan = planned({"tasks": tasks, "criteria": asked, "comparisons": pairs, "scores": votes})
    drawing = charts.drawn("focus_ranking", plan, AS_OF)
    assert drawing.title == "“A” and “B” are level: which of them is chosen is chance."
    assert "value 75 %, urgency 25 %, from the comparisons in pairs" in drawing.note


def test_a_decision_settles_a_pull() -> None:
    """A link that harms is without a decision until one is recorded about it."""
    goals = numbered("O", {"title": "Save"}, {"title": "Open longer"})
    links = {"OL1": {"cause": "O1", "effect": "O2", "sign": "harms"}}
    open_plan = planned({"objectives": goals, "objective_links": links})
    decided = planned(
        {"objectives": goals, "objective_links": links, "decisions": {"DC1": {"about": "OL1", "text": "To 40"}}}
    )
    titles = [charts.drawn("pulling_apart", one, AS_OF).title for one in (open_plan, decided)]
    assert titles == [
        "In 1 place one objective pulls against another; 1 without a decision",
        "In 1 place one objective pulls against another; each is decided",
    ]
