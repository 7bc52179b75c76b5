"""What is not yet right, what runs again after an edit, where a step stands, and which light is on."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from planning_kit.engine import Engine, begun, grouped, settings_of
from planning_kit.plan import Edit, Plan
from planning_kit.spec import Agenda, Check, Circumstances, Hit, Number, Row, Setting, Step, Text, Whole, check
from planning_kit.spec import field as declare
from planning_kit.store import Store
from tests.kinds import TABLES

TODAY = dt.date(2027, 3, 31)


class Limits(Row, prefix="LI", noun="limit", role="settings", more=True):
    """Thresholds of checks."""

    name: Text = declare("Name", doc="Which one.")
    value: Number = declare("Value", doc="How much.")


class Ticks(Row, prefix="TI", noun="tick", role="approvals", more=True):
    """Steps somebody declared done."""

    by: Text = declare("By", doc="Who.")
    step: Whole = declare("Step", role="step", doc="Which one.")


class Notes(Row, prefix="NO", noun="note"):
    """Another step's table."""

    text: Text = declare("Text", doc="Anything.")


EVERY = {**TABLES, **{one.table.name: one.table for one in (Limits, Ticks, Notes)}}


@dataclass
class World:
    """A store, an engine of two steps with counted checks, and the plan as it is now."""

    store: Store
    calls: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Declare the steps."""
        agenda = (Agenda("Talk", 10, "Talk."),)
        names = ("places", "things", "limits", "ticks")
        first = tuple(EVERY[name] for name in names)
        self.engine = Engine(
            [
                Step(3, "things", "Things", "Which?", "All.", first, self.checks(), agenda),
                Step(4, "notes", "Notes", "What?", "All.", (EVERY["notes"],), (), agenda),
            ]
        )

    def checks(self) -> tuple[Check, ...]:
        """Return checks that count how often they run."""

        @check("310", "warning", Setting("heavy", 10.0, "Kilograms."), thread="risk management", gap="silos")
        def heavy(plan: Plan, at: Circumstances) -> Iterator[Hit]:
            """Too heavy to carry.

            What: The weight is above the limit.
            Why: Backs.
            Fix: Divide it.
            Source: Rule of thumb.
            """
            self.calls["heavy"] += 1
            frame = plan.things
            for row in frame.index[frame["weight"] > at.settings["heavy"]]:
                yield Hit("things", row, "weight", f"{plan.label(row)} is heavy.", "Divide it.")

        @check("311", "note", slow=True)
        def many(plan: Plan, _at: Circumstances) -> Iterator[Hit]:
            """Many places."""
            self.calls["many"] += 1
            if len(plan.places) > 1:
                yield Hit("places", "PL2", "", "There are many places.", "Fine.", severity="error")

        @check("312", "note")
        def late(plan: Plan, at: Circumstances) -> Iterator[Hit]:
            """Overdue."""
            self.calls["late"] += 1
            for row in plan.things.index[plan.things["due"] < pd.Timestamp(at.as_of)]:
                yield Hit("things", row, "due", f"{row} is overdue.", "Do it.")

        return heavy, many, late

    def do(self, op: Any, table: str, row: str | None = None, **values: Any) -> None:
        """Make one edit."""
        self.store.apply([Edit(op, table, row, values)], author="Ana")
        self.calls.clear()

    @property
    def plan(self) -> Plan:
        """The newest plan, sharing unchanged tables as a session does."""
        old = getattr(self, "_plan", None) or self.store.plan()
        self._plan = old.advanced(*self.store.changes_since(old.revision)) if old else old
        return self._plan

    def codes(self, **options: Any) -> list[tuple[str, str, str]]:
        """Return code, severity and row of the findings."""
        return [(one.code, one.severity, one.row) for one in self.engine.findings(self.plan, TODAY, **options)]

    def states(self) -> list[tuple[str, int]]:
        """Return state and number of blockers of the two steps."""
        return [(one.state, len(one.blockers)) for one in self.engine.states(self.plan, TODAY)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return a plan with a light thing in a place."""
    store = Store(tmp_path / "things.db", EVERY, "things", create=True)
    world = World(store)
    world.do("add", "places", name="Hall")
    world.do("add", "things", name="Shelf", place="PL1", weight=5.0)
    yield world
    store.close()


# --- what runs again ---------------------------------------------------------------------------------------


def test_only_checks_that_read_what_changed_run_again(world: World) -> None:
    """An edit of a place asks only the checks that look at places."""
    world.codes()
    assert world.calls == {"heavy": 1, "many": 1, "late": 1}
    world.calls.clear()
    world.codes()
    assert world.calls == {}
    world.do("set", "places", "PL1", name="Main hall")
    world.codes()
    assert world.calls == {"many": 1}
    world.do("set", "things", "TH1", note="Oak")
    world.codes()
    assert world.calls == {"heavy": 1, "late": 1}


def test_findings_follow_the_plan(world: World) -> None:
    """A finding appears with the edit that makes it and goes with the one that mends it."""
    world.do("set", "things", "TH1", weight=50.0)
    assert world.codes() == [("310", "warning", "TH1")]
    assert world.engine.findings(world.plan, TODAY)[0].message == "Shelf is heavy."
    world.do("set", "things", "TH1", weight=1.0)
    assert world.codes() == []


def test_another_date_is_another_look(world: World) -> None:
    """What is late today was not late last week."""
    world.do("set", "things", "TH1", due=dt.date(2027, 3, 30))
    assert world.codes() == [("312", "note", "TH1")]
    assert world.engine.findings(world.plan, dt.date(2027, 3, 30)) == []
    assert world.codes() == [("312", "note", "TH1")]


def test_slow_checks_wait_until_they_are_asked_for(world: World) -> None:
    """In the edit path their last result is shown, if there is one."""
    world.do("add", "places", name="Annex")
    assert world.codes(slow=False) == []
    assert world.calls["many"] == 0
    assert world.codes() == [("311", "error", "PL2")]
    world.do("remove", "places", "PL2")
    assert world.codes(slow=False) == [("311", "error", "PL2")]
    assert world.codes() == []


def test_errors_come_first_and_one_step_can_be_asked_alone(world: World) -> None:
    """What blocks is at the top."""
    world.do("add", "places", name="Annex")
    world.do("set", "things", "TH1", weight=50.0, due=dt.date(2020, 1, 1), place="PL9")
    assert [severity for _, severity, _ in world.codes()] == ["error", "error", "warning", "note"]
    assert world.codes(step=4) == []
    assert len(world.codes(step=3)) == 4
    assert list(grouped(world.engine.findings(world.plan, TODAY))) == ["311", "399", "310", "312"]
    assert world.engine.step_of("311").title == "Things"


def test_a_check_that_breaks_does_not_take_the_others_along(world: World) -> None:
    """The room sees which check could not be looked at, and everything else as usual."""

    @check("390", "error")
    def broken(plan: Plan, _at: Circumstances) -> Iterator[Hit]:
        """Broken check."""
        message = str(plan.things.loc["TH1", "name"])
        raise RuntimeError(message)

    world.engine.checks["390"], world.engine._step_of["390"] = broken, world.engine.steps[0]
    world.do("set", "things", "TH1", weight=50.0)
    found = world.engine.findings(world.plan, TODAY)
    assert [one.code for one in found] == ["310", "390"]
    assert "“Broken check” (check 390) could not be looked at" in found[1].message


# --- settings ----------------------------------------------------------------------------------------------


def test_the_plan_may_set_a_threshold(world: World) -> None:
    """A strong team sets the limit higher, and the checks follow."""
    world.do("set", "things", "TH1", weight=15.0)
    assert len(world.codes()) == 1
    world.do("add", "limits", name="heavy", value=20.0)
    assert world.codes() == []
    assert settings_of(world.plan, world.engine.checks["310"]) == {"heavy": 20.0}


@pytest.mark.parametrize("values", [{"name": "heavy"}, {"name": "unknown", "value": 1.0}, {"value": 1.0}])
def test_half_a_setting_leaves_the_default(world: World, values: dict[str, Any]) -> None:
    """A row without a value or with another name changes nothing and breaks nothing."""
    world.do("add", "limits", **values)
    world.do("set", "things", "TH1", weight=15.0)
    assert world.codes() == [("310", "warning", "TH1")]


# --- the two checks of every step --------------------------------------------------------------------------


def test_a_needed_field_that_is_empty_is_a_finding(world: World) -> None:
    """The sentence names the row as people know it, and the remedy is the help of the field."""
    world.do("add", "things", note="something without a name")
    (found,) = world.engine.findings(world.plan, TODAY)
    assert (found.code, found.row, found.field) == ("300", "TH2", "name")
    assert found.message == "Thing “(thing TH2 without a name)”: Thing is missing."
    assert found.remedy == "Fill in Thing. What people call it."


@pytest.mark.parametrize(
    ("name", "value"), [("place", "PL7"), ("places", ("PL1", "PL7")), ("about", "NO7"), ("parent", "TH7")]
)
def test_a_reference_to_nothing_is_a_finding(world: World, name: str, value: Any) -> None:
    """Whatever kind of reference it is, the sentence names what is not there."""
    world.do("set", "things", "TH1", **{name: value})
    (found,) = world.engine.findings(world.plan, TODAY)
    assert (found.code, found.severity, found.row, found.field) == ("399", "error", "TH1", name)
    assert "Shelf" in found.message
    assert "7, which is not there" in found.message


def test_a_reference_comes_right_when_the_row_comes_back(world: World) -> None:
    """The check looks at the table pointed to, too."""
    world.do("remove", "places", "PL1")
    assert world.codes() == [("399", "error", "TH1")]
    world.store.undo("Ana")
    assert world.codes() == []


# --- states and lights -------------------------------------------------------------------------------------


def test_a_step_goes_from_not_started_to_done(world: World) -> None:
    """Rows begin it, an error blocks it, and done is what somebody has ticked while nothing blocks."""
    assert world.states() == [("in progress", 0), ("not started", 0)]
    world.do("add", "ticks", by="Ana", step=3)
    assert world.states()[0] == ("done", 0)
    world.do("set", "things", "TH1", place="PL9")
    assert world.states()[0] == ("blocked", 1)
    world.do("set", "things", "TH1", place="PL1")
    assert world.states()[0] == ("done", 0)
    world.do("remove", "ticks", "TI1")
    assert world.states()[0] == ("in progress", 0)


def test_a_tick_alone_does_not_begin_a_step(world: World) -> None:
    """A step without a row is not started, whatever was ticked."""
    world.do("add", "ticks", by="Ana", step=4)
    assert world.states()[1] == ("not started", 0)
    assert not begun([EVERY["notes"]], world.plan)
    assert not begun([EVERY["ticks"]], world.plan)  # tables behind More begin nothing


def lights(world: World) -> dict[str, tuple[str, int, str]]:
    """Return state, count and reason of the lights and gaps that the checks of this world feed."""
    engine, plan = world.engine, world.plan
    found = [*engine.threads(plan, TODAY), *engine.gaps(plan, TODAY)]
    return {one.name: (one.state, one.count, one.reason) for one in found}


def test_lights_are_dark_green_amber_or_red_and_say_why(world: World) -> None:
    """The worst finding decides, and its words are shown."""
    assert len(lights(world)) == 11
    assert lights(world)["risk management"] == ("green", 0, "No finding.")
    assert lights(world)["communication"][0] == "dark"
    world.do("set", "things", "TH1", weight=50.0)
    assert lights(world)["risk management"] == ("amber", 1, "Shelf is heavy.")
    assert lights(world)["silos"] == ("amber", 1, "Shelf is heavy.")
    world.do("add", "things", name="Lamp", weight=60.0)
    assert lights(world)["silos"] == ("amber", 2, "Too heavy to carry: 2 times.")
    world.do("set", "things", "TH2", place="PL9")
    assert lights(world)["goal alignment"][0] == "red"


def test_every_light_leads_to_a_step(world: World) -> None:
    """A click on a light opens the page where it can be repaired."""
    world.do("set", "things", "TH1", weight=50.0)
    numbers = {one.name: one.step for one in world.engine.threads(world.plan, TODAY)}
    assert numbers["risk management"] == 3


def test_an_empty_plan_has_nothing_to_look_at(tmp_path: Path) -> None:
    """Before the first row nothing is green and nothing is red."""
    store = Store(tmp_path / "things.db", EVERY, "things", create=True)
    world = World(store)
    assert world.states() == [("not started", 0)] * 2
    assert {state for state, _, _ in lights(world).values()} == {"dark"}
    store.close()


def test_the_documentation_of_a_check_is_its_docstring(world: World) -> None:
    """What, why, how to mend it and where the rule comes from are written where the check is."""
    one = world.engine.checks["310"]
    assert (one.title, one.what, one.why) == ("Too heavy to carry", "The weight is above the limit.", "Backs.")
    assert (one.fix, one.source) == ("Divide it.", "Rule of thumb.")
