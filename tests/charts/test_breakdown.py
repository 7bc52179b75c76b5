"""The pictures of the breakdown: roles, items per person, what hangs on one alone, lost threads, catchball, tree."""

from __future__ import annotations

from typing import Any

import pytest

from planning_kit import charts
from planning_kit.charts.roles import raci_of, too_many
from planning_kit.charts.tree import tree
from planning_kit.plan import Plan

from .conftest import AS_OF, library_rows, numbered, planned


def marks(plan: Plan, name: str, **has: Any) -> list[dict[str, Any]]:
    """Return the data of a chart's marks that have these values."""
    chart = charts.drawn(name, plan, AS_OF).chart
    assert chart is not None
    rows = [row for some in chart.to_dict()["datasets"].values() for row in some]
    return [row for row in rows if has.items() <= row.items()]


def test_the_owner_is_the_a_and_does_the_work_unless_somebody_else_is_named(library: Plan) -> None:
    """Tagging is answered for by Dev and done by Gita's unit head; installing has no R, so the owner does it."""
    roles = raci_of(library, AS_OF)
    found = {task: sorted(zip(some["role"], some["party"], strict=True)) for task, some in roles.groupby("task")}
    assert found["T3"] == [("A", "P4"), ("C", "P2"), ("C", "P3"), ("R", "P6")]
    assert found["T4"] == [("A", "P3"), ("I", "U2"), ("R", "P3")]
    assert "T2" not in found  # reported as done


def test_the_sums_below_the_matrix_are_the_vertical_reading(library: Plan) -> None:
    """Column P3: how many A, R, C and I in all open work."""
    roles = raci_of(library, AS_OF)
    mine = roles[roles["party"] == "P3"]["role"].value_counts()
    below = [row["words"] for row in marks(library, "raci", id="P3") if "words" in row]
    assert below == [str(mine.get(letter, 0) or "·") for letter in "ARCI"]


def test_too_many_as_are_marked() -> None:
    """Whoever owns more than is set as the most gets a sign, in words too."""
    rows = library_rows()
    rows["settings"] = numbered("SE", {"name": "items_per_owner_most", "value": 2.0})
    plan = planned(rows)
    held, most = too_many(plan, AS_OF)
    heavy = held.index[held["objectives owned"] + held["open work owned"] > most]
    assert len(heavy) > 0
    signs = {row["id"] for row in marks(plan, "raci") if str(row.get("words", "")).startswith("▲")}
    assert signs <= set(heavy)
    assert signs
    assert "more than 2 items" in charts.drawn("raci", plan, AS_OF).title


def test_a_matrix_of_one_initiative_shows_what_is_under_it(library: Plan) -> None:
    """Picked, the initiative stands with its tasks only."""
    found = charts.drawn("raci", library, AS_OF, "T1").table
    assert set(found.index) == {"T1", "T3", "T4", "T5", "T6"}


def test_items_of_a_person_are_counted_by_kind(library: Plan) -> None:
    """Ben owns two objectives and steps in for one task."""
    row = charts.drawn("items_per_person", library, AS_OF).table.loc["P2"]
    assert (row["Objectives owned"], row["Backup for"]) == (2, 0)
    assert row["Hours asked"] > 0


def test_who_is_missed_most_stands_first_by_role_with_money_and_date() -> None:
    """The name stays behind a click; the supplier without whom nothing opens is ranked with people and units."""
    rows = library_rows()
    rows["people"]["P3"]["role"] = "Systems librarian"
    rows["units"]["U7"] = {"name": "RFID Ltd", "kind": "supplier"}
    rows["tasks"]["T4"]["supplier"] = "U7"
    rows["tasks"]["T4"]["due"] = rows["profile"]["PF1"]["finish"]
    plan = planned(rows)
    found = charts.drawn("failure_ranking", plan, AS_OF).table
    assert list(found["Kind"][["P3", "U7"]]) == ["person", "supplier"]
    assert found["Without"]["P3"] == "Systems librarian"
    assert found["Money at stake"]["U7"] == 280000.0
    assert str(found["First date"]["U7"])[:10] == "2028-12-31"
    assert "U1" not in found.index  # the whole is no part that can be missed
    assert found["Objectives that fall"].str.count(";").is_monotonic_decreasing


def test_threads_that_end_early_are_told_in_both_directions() -> None:
    """Objectives nobody works on, and the initiative that serves none; a contribution is a thread."""
    rows = library_rows()
    rows["tasks"]["T15"]["objective"] = None
    found = charts.drawn("orphans", planned(rows), AS_OF).table
    assert found["Why"]["T15"] == "It serves no objective."
    assert found["Why"]["O1"] == "Nothing carries it."
    assert {"O2", "O6", "O8"} & set(found.index) == set()


def test_an_exchange_is_read_throw_by_throw_and_says_whether_it_is_agreed(library: Plan) -> None:
    """One target is agreed; the other is open after two rounds, which is where the sponsor decides."""
    found = charts.drawn("catchball", library, AS_OF)
    assert "1 of 2 targets agreed; 1 still open after two rounds" in found.title
    states = dict.fromkeys(row["state"] for row in marks(library, "catchball") if "state" in row)
    assert list(states) == ["agreed", "open after two rounds"]
    throws = [(row["who"], row["position"], row["value"]) for row in marks(library, "catchball") if "position" in row]
    assert throws[:2] == [("1  Library service", "proposed", "90 %"), ("1  Programmes", "countered", "75 %")]


def test_a_contribution_stands_under_its_objective_and_its_money_is_counted_once(library: Plan) -> None:
    """Self-service serves O3 and also O6: both have work below, the money of all roots is that of all lines."""
    rows = tree(library, AS_OF)
    assert rows["kind"]["CN1"] == "contributes"
    assert rows["name"]["CN1"] == "also: Self-service in all branches"
    assert not rows["bare"]["O6"]
    lines = library.budget_lines.dropna(subset=["task"])
    spent = lines.loc[lines["case"] == "base", "amount"].sum()
    assert rows.loc[rows["level"] == 0, "money"].sum() == pytest.approx(spent)


def test_weights_are_shown_normalised_among_siblings() -> None:
    """Typed 3 and 1 under one parent read 75 and 25 %."""
    rows = library_rows()
    for row, weight in (("O2", 3.0), ("O3", 1.0)):
        rows["objectives"][row] |= {"parent": "O1", "weight": weight}
    shown = tree(planned(rows), AS_OF)["weight"]
    assert (shown["O2"], shown["O3"]) == (0.75, 0.25)


def test_work_that_serves_no_objective_is_marked_in_the_tree() -> None:
    """It stands at the top with a sign, and the title counts it."""
    rows = library_rows()
    rows["tasks"]["T15"]["objective"] = None
    plan = planned(rows)
    assert charts.drawn("cascade", plan, AS_OF).title.endswith("1 initiative serves none")
    assert marks(plan, "cascade", id="T15")[0]["name"] == "▲ Second makerspace"
