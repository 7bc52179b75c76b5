"""Where measures, objectives and work stand on a date: computed once for screens, pictures and reports."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from planning_kit.analysis import cascade, status
from planning_kit.plan import Plan
from planning_kit.steps import reading
from planning_kit.steps.tracking.checks import LIMITS
from planning_kit.steps.work import worked


def limits(plan: Plan) -> dict[str, float]:
    """Return from which health a measure is on track, and from which it is behind: the settings of the plan."""
    chosen = plan.settings.dropna(subset=["name", "value"]).drop_duplicates("name").set_index("name")["value"].to_dict()
    names = {"status_on_track": "on_track", "status_behind": "behind"}
    return {names[one.name]: float(chosen.get(one.name, one.default)) / 100 for one in LIMITS}


@reading.remembered("measures", "objectives", "actuals", "targets", "profile", "settings")
def measured(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return the state of every measure on a date (see `status.progress`)."""
    return status.progress(reading.begun(plan), plan.actuals, as_of, targets=plan.targets, **limits(plan))


@reading.remembered("measures", "objectives", "actuals", "targets", "profile", "settings")
def roll_up(plan: Plan, as_of: dt.date) -> cascade.Rollup:
    """Return the state of every objective on a date, with its terms (see `cascade.rollup`)."""
    measures = reading.begun(plan)
    return cascade.rollup(plan.objectives, measures, plan.actuals, as_of, targets=plan.targets, **limits(plan))


def rolled_up(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return the state of every objective on a date (see `cascade.rollup`)."""
    return roll_up(plan, as_of).objectives


@reading.remembered("tasks", "updates", "funding", "dependencies", "profile", "calendar_exceptions")
def work(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return how far all tasks are on a date, by the computed dates (see `worked`)."""
    return worked(plan, reading.scheduled(plan), as_of)
