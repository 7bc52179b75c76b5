"""The network of work and the tree of goals with their key results."""

from __future__ import annotations

import pandas as pd
import pytest

from planning_kit import charts
from planning_kit.charts.network import DEEPEST, MOST, waiting, window
from planning_kit.charts.okr import okrs
from planning_kit.plan import Plan

from .conftest import AS_OF, day, library_rows, multiplied, numbered, planned, with_frames


def test_the_network_holds_open_work_in_the_order_of_its_links(library: Plan) -> None:
    """What is done is left out; whatever waits for something stands at least one step further right."""
    rows, links = waiting(library, AS_OF)
    assert "T2" not in rows.index
    assert rows["step"].to_dict() == {
        "T3": 0,
        "T4": 1,
        "T5": 2,
        "T6": 3,
        "T9": 0,
        "T10": 1,
        "T12": 0,
        "T13": 1,
        "T14": 2,
    }
    after, before = (rows["step"].reindex(links[name]).to_numpy() for name in ("successor", "predecessor"))
    assert (after > before).all()


def test_a_link_to_a_whole_ties_its_parts() -> None:
    """Work that waits for an initiative waits for each of its open tasks."""
    links = {**library_rows()["dependencies"], "DE90": {"predecessor": "T7", "successor": "T16", "kind": "FS"}}
    _, found = waiting(planned({**library_rows(), "dependencies": links}), AS_OF)
    assert set(found.loc[found["successor"] == "T16", "predecessor"]) == {"T9", "T10"}


def test_critical_work_is_said_and_marked(library: Plan) -> None:
    """The title counts critical tasks, the table names them, and a unit sees its own with what is tied to it."""
    links = {**library_rows()["dependencies"], "DE90": {"predecessor": "T13", "successor": "T16", "kind": "FS"}}
    found = charts.drawn("network", planned({**library_rows(), "dependencies": links}), AS_OF)
    assert found.title == "10 open tasks wait for one another, 4 steps deep; 3 are critical"
    chain = ["Clean the records", "Merge the catalogues", "Refit the room"]
    assert found.table.loc[found.table["Critical"] == "yes", "Work"].tolist() == chain
    own = charts.drawn("network", library, AS_OF, unit="U5")
    assert set(own.table["Work"]) == {"Train forty volunteers", "First clubs meet"}


def test_a_large_network_shows_what_has_the_least_slack(library: Plan) -> None:
    """At most forty boxes in seven columns, none with more slack than one left out; the table holds all."""
    count = 300
    ids = [f"T{number}" for number in range(1, count + 1)]
    tasks = multiplied(library, "tasks", count, parent=None, kind="task", duration=[n % 7 + 1.0 for n in range(count)])
    links = multiplied(library, "dependencies", count - 20, predecessor=ids[:-20], successor=ids[20:], lag=0.0)
    plan = with_frames(library, tasks=tasks, dependencies=links, updates=library.updates.iloc[:0])
    rows, ties = waiting(plan, AS_OF)
    shown, _ = window(rows, ties)
    assert len(rows) == count
    assert len(shown) <= MOST
    assert shown["step"].max() < DEEPEST
    assert shown["slack"].max() <= rows["slack"].sort_values().iloc[MOST - 1]
    assert f"of {count} tasks" in charts.drawn("network", plan, AS_OF).note


def goals_of_units() -> Plan:
    """Return two goals of a unit: one with key results at 0.8 and 0.3 of the way, one without a value."""
    rows = library_rows()
    goals = {
        "O20": {"title": "Borrow in a minute", "unit": "U3", "parent": "O6", "owner": "P3", "due": day("2027-12-31")},
        "O21": {"title": "One login", "unit": "U3", "owner": "P3"},
    }
    common = {"objective": "O20", "target_kind": "raise_to", "baseline": 0.0, "target": 100.0, "due": day("2027-12-31")}
    measures = numbered(
        "M", {"name": "Fast", **common}, {"name": "Calm", **common}, {"name": "Late", "objective": "O21"}
    )
    actuals = [{"measure": f"M{n}", "period_end": day("2027-06-30"), "value": v} for n, v in ((1, 80.0), (2, 30.0))]
    return planned(
        {
            **rows,
            "objectives": {**{row: {**one, "unit": None} for row, one in rows["objectives"].items()}, **goals},
            "measures": measures,
            "actuals": numbered("AL", *actuals),
            "targets": {},
        }
    )


def test_goals_of_units_are_scored_with_their_key_results() -> None:
    """A goal has the mean of its key results; bands are 0.7 and 0.4; without a value there is no score."""
    rows = okrs(goals_of_units(), AS_OF)
    assert list(rows.index) == ["U3", "O20", "M1", "M2", "O21", "M3"]
    assert rows.loc[["O20", "M1", "M2"], "score"].tolist() == pytest.approx([0.55, 0.8, 0.3])
    assert rows["band"].tolist()[1:] == ["0.4 to 0.7", "0.7 and more", "under 0.4", "no value yet", "no value yet"]
    assert pd.isna(rows["score"]["O21"])


def test_the_tree_of_goals_says_where_they_stand() -> None:
    """The title counts good, low and unknown goals; the table names the objective that a goal serves."""
    found = charts.drawn("okr_tree", goals_of_units(), AS_OF)
    assert found.title == "0 of 2 goals of units have a score of 0.7 or more; 1 without a value"
    assert found.table.loc["O20", "Serves"] == "Borrowing takes less than a minute"
    assert charts.drawn("okr_tree", goals_of_units(), AS_OF, unit="U2").chart is None
