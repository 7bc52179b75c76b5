"""A plan B is ready before it is needed: the sign is named, one press switches it on, one undo takes it back."""

from __future__ import annotations

import datetime as dt

import pytest

from planning_kit import charts, folder
from planning_kit.charts.base import DASH
from planning_kit.errors import PlanError
from planning_kit.forms.guide import step
from planning_kit.forms.page import PictureView
from planning_kit.steps.plan_b import switched_on, triggers
from planning_kit.studies import STUDIES
from planning_kit.workbook import Workbook

AS_OF = dt.date(2027, 6, 30)


@pytest.fixture
def armed(filled: Workbook) -> Workbook:
    """Return a plan whose only risk has a scenario: pop-up libraries, and a later start of other work."""
    filled.edit("profile", "PF1", as_of=AS_OF)
    filled.add("scenarios", name="Pop-ups", note="Written and priced.")
    for op, row, field, value in (
        ("add", "popups", "name", "Open pop-ups"),
        ("set", "T2", "start_no_earlier_than", "2027-10-01"),
    ):
        filled.add("scenario_edits", scenario="SN1", op=op, table_name="tasks", row_id=row, field=field, value=value)
    filled.add(
        "risks", event="A pipe bursts", owner="Ana", trigger="Closed for a week", plan_b="SN1", trigger_owner="Bo"
    )
    return filled


def lights(book: Workbook) -> list[str]:
    """Return the lights of the triggers."""
    return [str(one) for one in charts.drawn("plan_b", book.plan, AS_OF).table["Light"]]


def test_what_has_happened_switches_plan_b_on_with_one_undo(armed: Workbook) -> None:
    """On the page of step 5: the changes first, then the press; history and decisions know why."""
    folder.write(armed.path.parent, plan=armed.path.name, author="Ana")
    picture = step(5, armed.path.parent).chart("plan_b")
    assert isinstance(picture, PictureView)
    assert lights(armed) == ["● armed"]
    assert picture.on_open({})["act"] is None
    picked = picture.on_pick({"value": "R1"})
    assert [row[1:] for row in picked["beside"]["rows"]] == [
        ["Name", DASH, "Open pop-ups"],
        ["Not before", DASH, "2027-10-01"],
    ]
    assert picked["act"]["options"] == [["SN1", "Pop-ups"]]
    done = picture.on_act({"value": "SN1"})["done"]
    assert done == "Plan B switched on: Pop-ups, because of A pipe bursts: 4 entries changed."
    armed.poll()
    assert "Open pop-ups" in set(armed.plan.tasks["name"])
    assert armed.plan.risks.loc["R1", "state"] == "occurred"
    (decision,) = armed.plan.decisions.to_dict("records")
    assert decision["reason"] == "The sign was: Closed for a week. It has happened: A pipe bursts. Written and priced."
    assert (decision["decided_by"], decision["about"]) == ("P2", "R1")
    assert armed.history("R1")[0].reason == "Plan B switched on: Pop-ups, because of A pipe bursts"
    assert lights(armed) == ["✓ answered"]
    picture.on_undo({})
    armed.poll()
    assert (lights(armed), len(armed.plan.decisions)) == (["● armed"], 0)
    assert "Open pop-ups" not in set(armed.plan.tasks["name"])


def test_a_trigger_that_has_fired_stands_first_on_step_6(armed: Workbook) -> None:
    """The scenario whose risk has come is the first line; accepting it records the decision, too."""
    armed.add("scenarios", name="Another")
    armed.edit("risks", "R1", state="occurred")
    assert charts.drawn("plan_b", armed.plan, AS_OF).title == "Decide on plan B: “A pipe bursts”"
    study = STUDIES["scenarios"]
    found = study.compute(armed.plan, AS_OF, {}, lambda _words, _share: False)
    (group,) = study.display(armed.plan, AS_OF, {}, found).groups
    assert [one.title for one in group.items] == ["Pop-ups", "Another"]
    assert group.items[0].lines[0] == "◆ has fired: A pipe bursts"
    assert [one.table for one in group.items[0].edits] == ["tasks", "tasks", "decisions"]
    after = armed.plan.scenario(group.items[0].edits)
    assert triggers(after, AS_OF)["state"].tolist() == ["answered"]


def test_an_assumption_that_breaks_fires_its_plan_b(armed: Workbook) -> None:
    """The trip-wire of a measure is a trigger; a decision before it broke is no answer, one after it is."""
    armed.add("measures", name="Visits", objective="O1")
    armed.add("assumptions", statement="Readers stay", measure="M1", comparator="at_least", threshold=100, plan_b="SN1")
    assert triggers(armed.plan, AS_OF).loc["AS1", "state"] == "armed"
    armed.add("actuals", measure="M1", period_end="2027-05-31", value=90)
    armed.add("decisions", text="Wait", decided_on="2027-05-01", about="AS1")
    assert triggers(armed.plan, AS_OF).loc["AS1", "state"] == "fired"
    armed.add("decisions", text="Go", decided_on="2027-06-15", about="AS1")
    assert triggers(armed.plan, AS_OF).loc["AS1", "state"] == "answered"


def test_an_empty_plan_b_is_refused_with_what_to_do(armed: Workbook) -> None:
    """A scenario without edits would do nothing on the morning it is needed."""
    armed.add("scenarios", name="Empty")
    with pytest.raises(PlanError, match=r"“Empty” changes nothing\. Write what it changes in step 6 first"):
        switched_on(armed.plan, AS_OF, "R1", "SN2")
