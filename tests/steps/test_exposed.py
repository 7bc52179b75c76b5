"""What hangs on one person, and what a backup brings back."""

from __future__ import annotations

import pytest

from planning_kit import folder
from planning_kit.errors import PlanError
from planning_kit.forms.guide import step
from planning_kit.forms.page import PictureView
from planning_kit.steps.exposed import backup_named, pulled
from planning_kit.workbook import Workbook


@pytest.fixture
def thread(filled: Workbook) -> Workbook:
    """Return a plan in which Ana owns the objective, and Bo alone can do the work and has the skill for it."""
    filled.add("units", name="Reading")
    filled.add("units", name="Carpenter", kind="supplier")
    filled.edit("people", "P2", skills="joinery", unit="U1")
    filled.add("people", name="Cem", skills="music")
    filled.edit("tasks", "T1", kind="initiative", objective="O1")
    filled.add("tasks", name="Build shelves", parent="T1", owner="Bo", duration=5, due="2027-09-30")
    filled.add("tasks", name="Open", parent="T1", owner="Bo", duration=1, due="2027-10-31")
    filled.add("demands", task="T3", skill="Joinery", days=3)
    line = {"task": "T1", "unit": "U1", "category": "operating", "purpose": "change", "fiscal_year": 2027}
    filled.add("budget_lines", **line, amount="1200", state="approved")
    filled.add("budget_lines", **line, amount="800", state="proposed")
    return filled


def test_who_is_gone_takes_objectives_money_and_dates_along(thread: Workbook) -> None:
    """Without Bo the only joiner is missing: the objective falls, with the approved money and the last day."""
    found = pulled(thread.plan, thread.as_of, "P2")
    assert found.objectives.to_dict() == {"O1": "only skill"}
    assert found.tasks.to_dict() == {"T3": "only skill", "T4": "only doer", "T2": "only doer"}
    assert found.approved
    assert found.work.loc["T1", ["stops", "money"]].tolist() == [2, 1200]
    assert pulled(thread.plan, thread.as_of, "U1").objectives.to_dict() == {"O1": "only skill"}


def test_a_named_backup_brings_everything_back_and_one_undo_takes_it_away(thread: Workbook) -> None:
    """Cem steps in for Bo on the page: work and objective return, Cem learns joinery, the reason is kept."""
    folder.write(thread.path.parent, plan=thread.path.name, author="Ana")
    guide = step(1, thread.path.parent)
    picture = guide.chart("strategy_map")
    assert isinstance(picture, PictureView)
    before = picture.on_pick({"value": "P2"})
    assert before["title"] == (
        "Without Bo, 1 of 1 objective would fall; 3 pieces of work would stop, 1.2 k at stake, the first due 2027-10-31"
    )
    assert before["beside"]["columns"][3] == "Approved money"
    assert before["beside"]["rows"][0][:4] == [
        "Every child reads by eight",
        "loses its only skill",
        "Reading rooms",
        "1.2 k",
    ]
    after = picture.on_act({"value": "P3"})
    assert after["beside"] is None
    assert "every objective stands" in after["title"]
    assert after["done"].startswith("Cem named as backup for Bo")
    book = guide.session.book()
    assert book.plan.people["skills"]["P3"] == "music; Joinery"
    assert book.history("T3")[0].reason == "Cem named as backup for Bo"
    again = picture.on_undo({})
    assert again["beside"] == before["beside"]
    assert book.plan.people["skills"]["P3"] == "music"


def test_an_owner_gets_a_backup_for_the_objective(thread: Workbook) -> None:
    """Without Ana her objective has no owner; with Cem as its backup it stands."""
    assert pulled(thread.plan, thread.as_of, "P1").objectives.to_dict() == {"O1": "owner"}
    thread.edit_many(backup_named(thread.plan, thread.as_of, "P1", "P3"))
    assert thread.plan.objectives["backup"]["O1"] == "P3"
    assert pulled(thread.plan, thread.as_of, "P1").objectives.empty


def test_who_cannot_help_is_told_why(thread: Workbook) -> None:
    """A person who goes along is no backup, and nobody stands in for an only supplier."""
    with pytest.raises(PlanError, match="Bo would be gone too"):
        backup_named(thread.plan, thread.as_of, "U1", "P2")
    thread.edit("tasks", "T3", supplier="Carpenter")
    with pytest.raises(PlanError, match="Find a second supplier"):
        backup_named(thread.plan, thread.as_of, "U2", "P3")


def test_the_list_of_who_is_gone_is_grouped(thread: Workbook) -> None:
    """People, units and suppliers stand under a heading each."""
    folder.write(thread.path.parent, plan=thread.path.name, author="Ana")
    state = step(1, thread.path.parent).chart("strategy_map").on_open({})  # type: ignore[attr-defined] # a picture
    groups = {title: [label for _, label in some] for title, some in state["picks"][0]["groups"]}
    assert groups == {"People": ["Ana", "Bo", "Cem"], "Units": ["Reading"], "Suppliers and partners": ["Carpenter"]}
