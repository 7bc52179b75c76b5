"""Where measures, objectives and work stand on a date: computed once for screens, pictures and reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planning_kit.analysis import cascade, status
from planning_kit.spec import Circumstances
from planning_kit.steps import reading
from planning_kit.steps.tracking.checks import LIMITS

if TYPE_CHECKING:
    import datetime as dt

    from planning_kit.plan import Plan

DONE = 100
"""Per cent complete."""


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


def worked(plan: Plan, dates: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return how far all tasks are on a date.

    Parameters
    ----------
    plan : Plan
    dates : DataFrame
        The result of `reading.scheduled`.
    as_of : datetime.date
        Reports after this day are not looked at.

    Returns
    -------
    DataFrame, index = task id
        ``complete`` (per cent; a summary has the mean of its leaves, weighted by duration), ``finished_on``,
        ``state`` (one of `theme.WORK`),
        ``reported_on``.
    """
    tasks = plan.tasks
    seen = reading.latest(plan.updates, "task", "reported_on", Circumstances(as_of)).reindex(tasks.index)
    leaves = tasks.index[~tasks.index.isin(tasks["parent"])]
    finished = seen["finished_on"].notna() & (seen["finished_on"] <= pd.Timestamp(as_of))
    complete = seen["percent_complete"].astype("float64").mask(finished, DONE).fillna(0)
    weight = tasks["duration"].astype("float64").fillna(0).clip(lower=0.01)
    found = pd.DataFrame({"complete": complete, "finished_on": seen["finished_on"].where(finished)}, index=tasks.index)
    found["reported_on"] = seen["reported_on"]
    found = _summed(tasks, found, weight, leaves)
    dateless = tasks.index.isin(leaves) & tasks["duration"].isna() & (tasks["kind"] != "milestone").to_numpy(dtype=bool)
    dates = dates.reindex(tasks.index)
    late = (dates["early_finish"] < pd.Timestamp(as_of)) & ~dateless
    dropped = put_off(plan)
    found["state"] = np.select(
        [found["complete"] >= DONE, dropped != "", seen["blocked_by"].notna(), late, found["complete"] > 0, dateless],
        ["done", dropped, "blocked", "late", "under way", "no dates"],
        "not started",
    )
    return found


@reading.remembered("tasks", "updates", "funding", "dependencies", "profile", "calendar_exceptions")
def work(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return how far all tasks are on a date, by the computed dates (see `worked`)."""
    return worked(plan, reading.scheduled(plan), as_of)


def put_off(plan: Plan) -> pd.Series[str]:
    """Return ``stopped`` or ``deferred`` for work on which that was decided, and everything under it."""
    decided = plan.funding.dropna(subset=["initiative"]).drop_duplicates("initiative", keep="last")
    words = decided.set_index("initiative")["decision"].map({"stop": "stopped", "defer": "deferred"})
    return reading.inherited(plan.tasks, words).fillna("").astype("str")


def _summed(tasks: pd.DataFrame, found: pd.DataFrame, weight: pd.Series[float], leaves: pd.Index) -> pd.DataFrame:
    """Return the facts with those of summaries made from their leaves."""
    order = cascade.depth_first(tasks, table="tasks")
    done = (found["complete"] * weight).where(found.index.isin(leaves), 0.0)
    total = weight.where(found.index.isin(leaves), 0.0)
    above = tasks["parent"].where(tasks["parent"].isin(tasks.index))
    sums = pd.DataFrame({"done": done, "total": total})
    for level in range(int(order["level"].max()) if len(order) else 0, 0, -1):
        rows = order.index[order["level"] == level]
        part = sums.loc[rows].groupby(above[rows]).sum()
        sums.loc[part.index] += part
    return found.assign(complete=(sums["done"] / sums["total"]).round(6).to_numpy())
