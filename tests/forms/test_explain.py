"""What is behind a row, as the kernel tells it: fields, figures taken apart, and the rows that belong to it."""

from __future__ import annotations

from typing import Any

import pytest

from planning_kit import folder
from planning_kit.errors import PlanError
from planning_kit.forms.explain import behind
from planning_kit.forms.guide import step
from planning_kit.forms.page import PictureView
from planning_kit.forms.table import Table
from planning_kit.workbook import Workbook


@pytest.fixture
def told(filled: Workbook) -> Workbook:
    """Return a plan in which an objective has a measure with a value, an initiative, and its task a range."""
    filled.edit("profile", "PF1", start="2027-01-01", currency="EUR")
    filled.edit("measures", "M1", baseline_on="2027-01-01", due="2029-12-31", target_kind="raise_to")
    filled.add("actuals", measure="M1", period_end="2027-03-31", value="63")
    filled.add("tasks", name="Reading clubs", kind="initiative", objective="O1", owner="Ana")
    filled.edit("tasks", "T2", parent="T3", optimistic="1", pessimistic="90")
    filled.add("budget_lines", unit="", task="T3", category="operating", amount="1200", state="approved")
    return filled


def group(answer: dict[str, Any], title: str) -> list[list[str]]:
    """Return the rows of a group by its title."""
    return next((one["rows"] for one in answer["groups"] if one["title"] == title), [])


def figure(answer: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a figure by its name."""
    found: dict[str, Any] = next(one for one in answer["figures"] if one["name"] == name)
    return found


def test_an_objective_shows_its_measures_and_initiatives_with_their_status(told: Workbook) -> None:
    """The strategy map asks for it: a click shows measures and initiatives."""
    answer = behind(told, "O1")
    assert answer["name"] == "Every child reads by eight"
    assert ["Owner", [["P1", "Ana"]]] in answer["facts"]
    assert group(answer, "Measures") == [["M1", "Readers at eight", "too early"]]
    assert group(answer, "Initiatives") == [["T3", "Reading clubs", "late"]]


def test_a_figure_comes_with_formula_terms_rows_age_and_source(told: Workbook) -> None:
    """1 of 28 points is 3.6 % of the way; the value it came from can be opened."""
    found = figure(behind(told, "M1"), "progress")
    assert found["value"] == "3.6%"
    assert "(actual - baseline)" in found["formula"]
    assert ["actual", "63 %", ""] in found["parts"]
    assert [row for row, _ in found["rows"]] == ["AL1"]
    assert found["age"] == "Newest data: 2027-03-31"
    assert found["source"]


def test_a_term_that_is_a_row_leads_to_it(told: Workbook) -> None:
    """The measure among the terms of an objective's status can be opened, and is not named twice."""
    found = figure(behind(told, "O1"), "standing")
    assert found["parts"][0][2] == "M1"
    assert found["rows"] == []


def test_a_slow_figure_waits_until_it_is_opened(told: Workbook) -> None:
    """The simulated chance is asked for on its own."""
    folder.write(told.path.parent, plan=told.path.name)
    grid = step(4, told.path.parent).table("tasks")
    assert isinstance(grid, Table)
    assert figure(grid.on_explain({"id": "T2"}), "chance")["value"] is None
    worked_out = grid.on_figure({"id": "T2", "name": "chance"})
    assert worked_out["value"].endswith("by 2028-06-30")


def test_what_a_row_has_no_figure_for_is_left_out(told: Workbook) -> None:
    """A task without budget lines shows no money."""
    assert "approved_money" not in [one["name"] for one in behind(told, "T1")["figures"]]
    assert figure(behind(told, "T3"), "approved_money")["value"] == "1,200 EUR"


def test_a_row_that_is_gone_is_a_sentence(told: Workbook) -> None:
    """Somebody may have removed it while it was on the screen."""
    folder.write(told.path.parent, plan=told.path.name)
    picture = step(1, told.path.parent).chart("strategy_map")
    assert isinstance(picture, PictureView)
    with pytest.raises(PlanError, match="O9: there is no such row any more"):
        picture.on_explain({"id": "O9"})


def test_rows_of_a_picture_can_be_opened_from_its_table(told: Workbook) -> None:
    """Each line of the table twin knows the row behind it: the way in without a pointer."""
    folder.write(told.path.parent, plan=told.path.name)
    picture = step(1, told.path.parent).chart("strategy_map")
    assert isinstance(picture, PictureView)
    assert picture.on_open({})["table"]["ids"] == ["O1"]
