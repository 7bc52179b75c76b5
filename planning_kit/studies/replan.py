"""Re-plan: the plan against a baseline, a named revision or a day: what changed, who decided it, what it is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from planning_kit.charts import drawn
from planning_kit.charts.base import nothing
from planning_kit.charts.chances import forecasts
from planning_kit.charts.moved import chances_between
from planning_kit.earlier import choices, earlier, usual
from planning_kit.studies.display import Choices, Control, Display, Found, Study, Tell, declared

if TYPE_CHECKING:
    import datetime as dt

    from planning_kit.plan import Plan

SHOWN = ("objectives_moved", "slips", "money_moved", "decided")
FIRST = "Nothing has happened yet that could be compared. Change the plan, or keep a baseline of it in step 4."
ASK = "What the changes do to the chances is simulated: press “Work out the chances”; it takes a few seconds."


def compute(plan: Plan, as_of: dt.date, choices: Choices, tell: Tell) -> Found:
    """Return the simulated chance of each objective in both plans, under what was compared with."""
    since = str(choices.get("since") or usual(plan).since)
    tell("simulating the plan as it was", 0.1)
    was = forecasts(earlier(plan, since).plan, as_of)
    tell("simulating the plan as it is", 0.5)
    return {since: {"was": was.to_dict(), "now": forecasts(plan, as_of).to_dict()}}


def display(plan: Plan, as_of: dt.date, chosen: Choices, found: Found) -> Display:
    """Return what changed since what was chosen, with the chances once they are simulated."""
    offered = choices(plan)
    if plan.past is None or not offered:
        return Display(notes=(FIRST,))
    since = str(chosen.get("since") or usual(plan).since)
    control = Control("since", "Compare with", since, tuple((one.since, one.title) for one in offered))
    before = earlier(plan, since)
    known = found.get(since)
    series = [pd.Series(known[one], dtype="float64") for one in ("was", "now")] if known else []
    chances = chances_between(plan, before.plan, *series) if known else nothing("chances_moved", why=ASK)
    pictures = [drawn(one, plan, as_of, before=before.plan) for one in SHOWN]
    wanted = {"since": since} if found and not known else None
    return Display(f"Compared with {before.name}", (control,), pictures=(*pictures, chances), wanted=wanted)


REPLAN = declared(Study("replan", "Work out the chances", compute, display))
