"""The other parts of a guided page, as the kernel tells them."""

from __future__ import annotations

import pytest

from planning_kit import folder
from planning_kit.forms.guide import Guide, step
from planning_kit.forms.overview import Overview
from planning_kit.forms.page import Header, Next, PictureView
from planning_kit.steps import STEPS
from planning_kit.workbook import Workbook


@pytest.fixture
def guides(filled: Workbook) -> list[Guide]:
    """Return all steps on the filled plan."""
    folder.write(filled.path.parent, plan=filled.path.name, author="Ana")
    return [step(one.number, filled.path.parent) for one in STEPS]


def test_picking_who_you_are_names_you_in_the_history(guides: list[Guide], filled: Workbook) -> None:
    """After Bo is picked in the header, edits are Bo's."""
    header = guides[1].header()
    assert isinstance(header, Header)
    header.on_person({"id": "P2"})
    guides[1].session.book().edit("objectives", "O1", weight=2)
    assert filled.history("O1")[0].author == "Bo"


def test_a_tick_makes_a_step_done_and_can_be_taken_back(guides: list[Guide]) -> None:
    """The tick is a recorded row; without blockers the step is done."""
    last = guides[0].next()
    assert isinstance(last, Next)
    assert last.on_done({"ticked": True})["done"]["ticked"]
    assert not last.on_done({"ticked": False})["done"]["ticked"]


def test_the_overview_names_one_thing_to_do_next(guides: list[Guide]) -> None:
    """The headline is a sentence with a button that opens an existing notebook."""
    overview = guides[0].overview()
    assert isinstance(overview, Overview)
    state = overview.on_open({})
    assert state["headline"]["text"].endswith((".", "?"))
    assert state["headline"]["action"]["path"] in {one.notebook for one in STEPS}
    assert [one["number"] for one in state["steps"]] == list(range(1, 9))


@pytest.mark.parametrize("picture", [(one.number, p.chart) for one in STEPS for p in one.pictures], ids=str)
def test_every_picture_says_what_to_do_when_there_is_nothing_to_draw(picture: tuple[int, str], empty: Workbook) -> None:
    """On an empty plan a page shows a sentence instead of a chart."""
    folder.write(empty.path.parent, plan=empty.path.name, author="Ana")
    view = step(picture[0], empty.path.parent).chart(picture[1])
    assert isinstance(view, PictureView)
    state = view.on_open({})
    assert state["spec"] is None
    assert state["empty"].endswith(".")


def test_findings_are_grouped_and_calm_before_a_step_has_begun(guides: list[Guide]) -> None:
    """A step nobody has touched shows no red; one that has begun shows groups with what, why and fix."""
    untouched = guides[3].findings().on_open({})  # type: ignore[attr-defined] # a part of the page
    assert untouched["groups"] == []
    assert untouched["not_begun"]
    begun = guides[1].findings().on_open({})  # type: ignore[attr-defined] # a part of the page
    assert begun["groups"]
    assert all(one["count"] and one["what"] and one["why"] and one["fix"] for one in begun["groups"])
    assert all(len(one["first"]) <= 3 for one in begun["groups"])
