"""What is read as a table: action plan, week, goals, people in charge, what hangs on one."""

from __future__ import annotations

import datetime as dt

import pytest

from planning_kit import charts
from planning_kit.charts.written import LEVEL
from planning_kit.plan import Edit, Plan

from .conftest import AS_OF, HOSTILE, day, drawn, library_rows, numbered, planned

each = pytest.mark.parametrize("name", charts.WRITTEN)
CHOSEN = {"before", "review"}
"""What a table cannot do without: a day to compare with, a review to write of; both have tests of their own."""
alone = pytest.mark.parametrize("name", [one for one in charts.WRITTEN if not CHOSEN & set(charts.picks_of(one))])


def rows(found: charts.Drawn) -> list[list[str]]:
    """Return the rows of a table as texts."""
    return [[str(cell) for cell in row] for row in found.table.to_numpy().tolist()]


@alone
def test_a_table_says_its_finding(name: str, everything: Plan) -> None:
    """What is read as a table has a finding above it and columns a person can read."""
    found = drawn(name, everything)
    assert found.chart is None
    assert len(found.title) > 10
    assert not found.table.empty
    assert all(str(column)[0].isupper() and "_" not in str(column) for column in found.table.columns)


@each
def test_nothing_to_write_is_a_sentence(name: str, blank: Plan) -> None:
    """Without rows the page says what to do instead of showing an empty table."""
    found = charts.drawn(name, blank, AS_OF)
    assert found.table.empty
    assert found.title == found.empty == charts.EMPTY[name]


@alone
def test_hostile_names_are_written_as_they_are(name: str, biting: Plan) -> None:
    """A name that tries to be something else stays a text, to be escaped where it is shown."""
    found = drawn(name, biting)
    assert any(HOSTILE in cell for row in rows(found) for cell in row)


def test_the_action_plan_says_who_what_when_and_how_much(library: Plan) -> None:
    """An objective, its measures with their targets, its work with computed dates; work without one comes last."""
    found = charts.drawn("action_plan", library, AS_OF)
    told = rows(found)
    assert list(found.table.columns) == ["What", "Who", "When", "Promised for", "How much", "Status"]
    heads = [told[one][0] for one in found.heads]
    assert heads[0] == library.label("O1")
    assert not any(told[one][0].startswith(LEVEL) for one in found.heads)
    assert sum("Measure: " in row[0] for row in told) == len(library.measures)
    work = next(row for row in told if row[0].strip(LEVEL) == library.label("T2"))
    assert work[2].count("20") >= 2


def test_the_action_plan_of_one_is_a_part_of_the_whole(library: Plan) -> None:
    """Picked, an objective, a unit or a person sees only lines that the whole holds too."""
    whole = {tuple(row) for row in rows(charts.drawn("action_plan", library, AS_OF))}
    for whom in ("O1", "U2", "P2"):
        own = {tuple(row) for row in rows(charts.drawn("action_plan", library, AS_OF, whom))}
        assert own
        assert own < whole


def test_the_week_holds_what_is_due_and_nothing_that_is_done() -> None:
    """Open actions, the promise and the value that are due, work that goes on; what is done is gone."""
    todo = numbered(
        "A",
        {"what": "Order tags", "owner": "P2", "due": day("2027-06-29"), "hours": 3.0},
        {"what": "Count chairs", "owner": "P2", "due": day("2027-06-01")},
        {"what": "Write to schools", "owner": "P2", "due": day("2027-06-28"), "done_on": day("2027-06-28")},
        {
            "what": "Meet",
            "owner": "P2",
            "due": day("2027-06-01"),
            "done_on": day("2027-06-22"),
            "repeats": "weekly",
        },
    )
    given = numbered("PR", {"what": "A list", "giver": "U2", "receiver": "U3", "due": day("2027-07-01")})
    found = charts.drawn("this_week", planned({**library_rows(), "actions": todo, "promises": given}), AS_OF)
    told = {row[0].strip(LEVEL): row for row in rows(found)}
    assert told["Order tags"][3:] == ["overdue", "2027-06-29", "3 h"]
    assert told["Count chairs"][3] == "overdue"
    assert told["Meet"][3:5] == ["overdue", "2027-06-29"]
    assert any(row[2] == "Promise" and row[3] == "due" for row in told.values())
    assert "Write to schools" not in told
    assert "in the week from 2027-06-28 to 2027-07-04" in found.title


def test_without_the_only_one_who_can_objectives_fall(library: Plan) -> None:
    """What hangs on one alone is told with the objectives that fall."""
    told = rows(charts.drawn("single_points", library, AS_OF))
    assert any(row[0] == library.label("P3") and library.label("O1") for row in told)


def test_the_leader_comes_first(library: Plan) -> None:
    """The list of people in charge begins with whom to ask."""
    told = rows(charts.drawn("people_in_charge", library, dt.date(2027, 1, 1)))
    assert told[0][0] == "Ana Ruiz"
    assert told[0][1].startswith("Plan leader")


def test_what_slipped_is_told_in_days(library: Plan) -> None:
    """Work that takes longer ends later, with what waits for it; the end of all is named before and now."""
    longer = library.scenario([Edit("set", "tasks", "T3", {"duration": 200.0})])
    found = charts.drawn("slips", longer, AS_OF, before=library)
    told = {row[0].strip(LEVEL): row for row in rows(found)}
    assert told[library.label("T3")][4].startswith("+")
    assert "the end was" in found.title
    assert charts.drawn("slips", library, AS_OF, before=library).title.startswith("No date differs")


def test_money_that_moved_is_told_to_the_cent(library: Plan) -> None:
    """A line that is cut shows under its unit, and the totals before and after stand above."""
    line = str(library.budget_lines.index[0])
    less = library.scenario(
        [Edit("set", "budget_lines", line, {"amount": library.budget_lines["amount"].iloc[0] - 100.25})]
    )
    found = charts.drawn("money_moved", less, AS_OF, before=library)
    assert [row[3] for row in rows(found)].count("-100.25") >= 1
    assert found.title.startswith("The plan cost ")
    assert charts.drawn("money_moved", library, AS_OF, before=library).title.startswith("No money moved")
