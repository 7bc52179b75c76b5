"""What several charts compute from a plan: the state of measures and objectives, the state of work, who is missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planning_kit.analysis import cascade, status
from planning_kit.analysis.coupling import Failures, single_points_of_failure
from planning_kit.errors import PlanError
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


def measured(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return the state of every measure on a date (see `status.progress`)."""
    return status.progress(reading.begun(plan), plan.actuals, as_of, targets=plan.targets, **limits(plan))


def rolled_up(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return the state of every objective on a date (see `cascade.rollup`)."""
    measures = reading.begun(plan)
    found = cascade.rollup(plan.objectives, measures, plan.actuals, as_of, targets=plan.targets, **limits(plan))
    return found.objectives


def newest(plan: Plan, as_of: dt.date) -> dt.date | None:
    """Return the end of the newest period with a value that is known on a date."""
    known = plan.actuals.loc[plan.actuals["period_end"] <= pd.Timestamp(as_of), "period_end"]
    return None if known.empty else known.max().date()


def failures(plan: Plan, as_of: dt.date, units: pd.DataFrame) -> Failures:
    """Return what falls when a person, one of these units, or a supplier is gone.

    Whoever has a backup does not bring an objective down: its sponsor, a person among its contributors, the
    backups of the work (see `coupling.single_points_of_failure`).

    Raises
    ------
    PlanError
        If the work goes round in a circle.
    """
    goals, people = plan.objectives, plan.people
    helpers = reading.several(goals, "contributors")
    first = helpers[helpers.isin(people.index)].groupby(level=0).min()
    return single_points_of_failure(
        goals.assign(backup=goals["sponsor"].fillna(first)),
        reading.open_tasks(plan, Circumstances(as_of)),
        people,
        units,
        responsibilities=plan.responsibilities,
        contributions=plan.contributions,
        demands=plan.demands,
    )


def fallen(plan: Plan, as_of: dt.date, gone: str) -> dict[str, str]:
    """Return the objectives that fall when a person, a unit or a supplier is gone, each with the reason."""
    units = plan.units
    try:
        found = failures(plan, as_of, units if gone in units.index else units.iloc[:0]).objectives
    except PlanError:  # circles have findings of their own
        return {}
    mine = found[found["id"] == gone].drop_duplicates("objective")
    return dict(zip(mine["objective"], mine["reason"], strict=True))


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
