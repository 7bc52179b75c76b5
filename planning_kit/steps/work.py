"""The computed dates of all work with how far it is: what the Gantt draws, on the screen and in reports."""

import datetime as dt

import numpy as np
import pandas as pd

from planning_kit.analysis import cascade
from planning_kit.errors import PlanError
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances
from planning_kit.steps import reading

DONE = 100
"""Per cent complete."""
CRITICAL, OTHER, SUMMARY = "critical", "may slip", "whole"
MISSED = "misses its date"
CLOSED = ("done", "deferred", "stopped")
"""States of work that nobody waits for any more."""
NO_START = "Dates are counted from the start of the plan. Enter it in the profile."
CIRCULAR = "The dates cannot be computed: tasks may wait for one another in a circle. The findings of step 4 say which."


def dated(plan: Plan, as_of: dt.date, unit: str = "", task: str = "") -> pd.DataFrame:
    """Return all work with its computed dates and how far it is, each under its parent.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Reports after this day are not looked at.
    unit, task : str
        Only the work of this unit, or this task with everything under it.

    Returns
    -------
    DataFrame, index = task id, depth first
        ``start``, ``finish`` (last day worked), ``latest`` (last day without harm), ``slack`` (working days),
        ``role`` (critical, may slip, whole), ``milestone``, ``level``, ``complete`` (per cent), ``state``,
        ``owner``, ``unit``, ``deadline`` (the earlier of deadline and due), ``says`` (the word that stands beside
        it: late, done, misses its date), ``fixed`` (why nobody can move it; empty where one can).

    Raises
    ------
    PlanError
        When there is work and no dates can be computed, or work is part of itself.
    """
    tasks, dates = plan.tasks, reading.scheduled(plan)
    if dates.empty:
        if len(tasks):
            no_start = reading.horizon(plan)[0] is None and tasks["start_no_earlier_than"].isna().all()
            raise PlanError(NO_START if no_start else CIRCULAR)
        return pd.DataFrame()
    state = worked(plan, dates, as_of)
    order = cascade.depth_first(tasks, table="tasks")
    is_summary = tasks.index.isin(tasks["parent"])
    critical = dates["critical"].reindex(tasks.index).fillna(value=False)
    closed = state["state"].isin(CLOSED)
    missed = (dates["total_slack"].reindex(tasks.index) < 0) & ~closed
    told = closed | state["state"].isin(["late", "blocked", "no dates"])
    words = state["state"].replace("no dates", "no duration yet")
    found = pd.DataFrame(
        {
            "start": dates["early_start"],
            "finish": dates["early_finish"],
            "latest": dates["late_finish"],
            "slack": dates["total_slack"],
            "role": np.where(is_summary, SUMMARY, np.where(critical, CRITICAL, OTHER)),
            "milestone": ((tasks["kind"] == "milestone") | (tasks["duration"] == 0)).to_numpy(dtype=bool) & ~is_summary,
            "complete": state["complete"].fillna(0),
            "state": state["state"],
            "owner": tasks["owner"],
            "unit": tasks["unit"],
            "deadline": tasks[["deadline", "due"]].min(axis=1),
            "says": np.select([is_summary, missed, told], ["", MISSED, words], ""),
            "fixed": np.select(
                [is_summary, closed],
                ["its dates follow from the work below it", "it is " + state["state"]],
                "",
            ),
        },
        index=tasks.index,
    ).loc[order.index]
    found["level"] = order["level"]
    found = found[found["start"].notna()]
    if task:
        paths = reading.lineage(plan.content("tasks"))
        found = found[[task in paths[str(row)] for row in found.index]]
    return found[found["unit"] == unit] if unit else found


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
        ``state`` (done, under way, blocked, late, not started, deferred, stopped, no dates),
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


def put_off(plan: Plan) -> "pd.Series[str]":
    """Return ``stopped`` or ``deferred`` for work on which that was decided, and everything under it."""
    decided = plan.funding.dropna(subset=["initiative"]).drop_duplicates("initiative", keep="last")
    words = decided.set_index("initiative")["decision"].map({"stop": "stopped", "defer": "deferred"})
    return reading.inherited(plan.tasks, words).fillna("").astype("str")


def _summed(tasks: pd.DataFrame, found: pd.DataFrame, weight: "pd.Series[float]", leaves: pd.Index) -> pd.DataFrame:
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
