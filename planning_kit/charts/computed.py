"""What several charts compute from a plan: the state of measures and objectives, the dates and state of work."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planning_kit.analysis import cascade, schedule, status

if TYPE_CHECKING:
    from planning_kit.plan import Plan

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DONE = 100


def measured(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return the state of every measure on a date (see `status.progress`)."""
    return status.progress(begun(plan), plan.actuals, as_of, targets=plan.targets)


def rolled_up(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return the state of every objective on a date (see `cascade.rollup`)."""
    found = cascade.rollup(plan.objectives, begun(plan), plan.actuals, as_of, targets=plan.targets)
    return found.objectives


def begun(plan: Plan) -> pd.DataFrame:
    """Return the measures with their start: the objective's, else the plan's, for baselines without a date."""
    start = plan.measures["objective"].map(plan.objectives["start"])
    first = plan.marked("profile", "start")
    return plan.measures.assign(start=start if first is None else start.fillna(pd.Timestamp(first)))


def newest(plan: Plan, as_of: dt.date) -> dt.date | None:
    """Return the end of the newest period with a value that is known on a date."""
    known = plan.actuals.loc[plan.actuals["period_end"] <= pd.Timestamp(as_of), "period_end"]
    return None if known.empty else known.max().date()


def calendar(plan: Plan) -> tuple[str, list[dt.date]]:
    """Return the working week from Monday on (``1111100``) and the days off of everybody."""
    working = plan.marked("profile", "working_days") or WEEK[:5]
    week = "".join(str(int(day in working)) for day in WEEK)
    off = plan.calendar_exceptions
    off = off[off["unit"].isna() & ~off["is_working"].fillna(value=False).astype(bool)]
    return week, [day.date() for day in off["falls_on"].dropna()]


def dated(plan: Plan) -> pd.DataFrame:
    """Return the computed dates of all tasks, summaries included (see `schedule.dates`).

    Raises
    ------
    PlanError
        When tasks wait for one another in a circle.
    """
    tasks = plan.tasks
    links = plan.dependencies
    links = links[links["predecessor"].isin(tasks.index) & links["successor"].isin(tasks.index)]
    leaves, bound = schedule.bind_leaves(tasks, links)
    week, off = calendar(plan)
    start = plan.marked("profile", "start") or _first_day(tasks)
    return schedule.with_summaries(tasks, schedule.dates(leaves, bound, start, weekmask=week, holidays=off))


def _first_day(tasks: pd.DataFrame) -> dt.date:
    """Return the earliest date that tasks name, for a plan whose profile has no start."""
    every = pd.concat([tasks[name] for name in ("start_no_earlier_than", "planned_start", "due")]).dropna()
    return dt.date(2000, 1, 1) if every.empty else every.min().date()


def worked(plan: Plan, dates: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return how far all tasks are on a date.

    Parameters
    ----------
    plan : Plan
    dates : DataFrame
        The result of `dated`.
    as_of : datetime.date
        Reports after this day are not looked at.

    Returns
    -------
    DataFrame, index = task id
        ``complete`` (per cent; a summary has the mean of its leaves, weighted by duration), ``finished_on``,
        ``state`` (``done``, ``late``, ``blocked``, ``under way``, ``not started``, ``no dates``),
        ``reported_on``.
    """
    tasks = plan.tasks
    seen = _latest(plan, as_of).reindex(tasks.index)
    leaves = tasks.index[~tasks.index.isin(tasks["parent"])]
    finished = seen["finished_on"].notna() & (seen["finished_on"] <= pd.Timestamp(as_of))
    complete = seen["percent_complete"].astype("float64").mask(finished, DONE).fillna(0)
    weight = tasks["duration"].astype("float64").fillna(0).clip(lower=0.01)
    found = pd.DataFrame({"complete": complete, "finished_on": seen["finished_on"].where(finished)}, index=tasks.index)
    found["reported_on"] = seen["reported_on"]
    found = _summed(tasks, found, weight, leaves)
    dateless = tasks.index.isin(leaves) & tasks["duration"].isna() & (tasks["kind"] != "milestone").to_numpy(dtype=bool)
    late = (dates["early_finish"] < pd.Timestamp(as_of)) & ~dateless
    found["state"] = np.select(
        [found["complete"] >= DONE, seen["blocked_by"].notna(), late, found["complete"] > 0, dateless],
        ["done", "blocked", "late", "under way", "no dates"],
        "not started",
    )
    return found


def _latest(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return the last report on each task."""
    updates = plan.updates
    known = updates[updates["reported_on"] <= pd.Timestamp(as_of)].sort_values("reported_on", kind="stable")
    return known.drop_duplicates("task", keep="last").set_index("task")


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
    return found.assign(complete=(sums["done"] / sums["total"]).to_numpy())
