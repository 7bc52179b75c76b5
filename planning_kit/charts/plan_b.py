"""The triggers of the plan: what is looked out for, which scenario answers it, and whether it was switched on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from planning_kit.charts.base import DASH, counted, names, spoken
from planning_kit.charts.written import tabled, written
from planning_kit.errors import PlanError
from planning_kit.spec import shown
from planning_kit.steps import reading
from planning_kit.steps.plan_b import ANSWERED, ARMED, FIRED, edits_of, triggers

if TYPE_CHECKING:
    import datetime as dt

    from planning_kit.charts.base import Drawn
    from planning_kit.plan import Plan

LIGHTS = {FIRED: "◆ has fired", ANSWERED: "✓ answered", ARMED: "● armed"}


@written(
    "No risk and no assumption has a plan B yet. Name a scenario of step 6 as plan B, and the sign that starts it."
)
def plan_b(plan: Plan, as_of: dt.date, *, trigger: str = "") -> Drawn:
    """Write the risks and assumptions that have a plan B, with a light each; picked, also what the scenario changes.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Values and decisions after this day are not looked at.
    trigger : str
        A risk or an assumption.
    """
    found = triggers(plan, as_of)
    order = found["state"].map({one: number for number, one in enumerate(LIGHTS)}).sort_values(kind="stable").index
    found = found.loc[order]
    table = pd.DataFrame(
        {
            "If this happens": names(plan, found.index),
            "Light": found["state"].map(LIGHTS),
            "The sign": found["sign"].fillna(DASH),
            "Plan B": names(plan, found["scenario"]),
            "May switch it on": names(plan, found["person"]),
            "Answered by": names(plan, found["answer"]),
            "On": [spoken(one) for one in reading.follow(found["answer"], plan.decisions["decided_on"])],
        },
        index=found.index,
    )
    fired, answered = table[found["state"] == FIRED], int((found["state"] == ANSWERED).sum())
    title = f"{counted(answered, 'trigger')} of {len(table)} fired and answered"
    title = f"Decide on plan B: {reading.listed(fired['If this happens'], 2)}" if len(fired) else title
    drawn = tabled("plan_b", title, table, note=f"As of {as_of:%Y-%m-%d}.")
    changes = _changes(plan, found, trigger)
    return replace(drawn, beside=None if changes.empty else changes)


def _changes(plan: Plan, found: pd.DataFrame, trigger: str) -> pd.DataFrame:
    """Return what the scenario of a trigger changes, value by value."""
    rows: list[tuple[str, ...]] = []
    try:
        edits = edits_of(plan, str(found.loc[trigger, "scenario"])) if trigger in found.index else []
    except PlanError:  # an edit that leads nowhere has a finding of its own
        edits = []
    for edit in edits:
        fields, there = plan.tables[edit.table].fields, edit.op != "add"
        now = plan.row(edit.table, str(edit.row)) if there else {}
        what = plan.label(str(edit.row)) if there else f"new {plan.tables[edit.table].noun}"
        rows += [(what, "", "there", "removed")] if edit.op == "remove" else []
        rows += [
            (what, fields[name].title, *(shown(fields[name], one, plan.label) or DASH for one in (now.get(name), then)))
            for name, then in edit.values.items()  # noqa: PD011 - an edit, no frame
            if then != now.get(name)
        ]
    return pd.DataFrame(rows, columns=["What plan B changes", "Field", "Now", "Then"])
