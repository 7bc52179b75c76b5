"""Checks of work under way: reported, finished, blocked, within its money and time."""

import numpy as np
import pandas as pd

from planning_kit.analysis.earned_value import earned_schedule
from planning_kit.errors import PlanError
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Hit, Setting, amount, check
from planning_kit.steps.reading import (
    WHOLE,
    Hits,
    cost_lines,
    day,
    finished,
    follow,
    in_order,
    initiative_of,
    latest,
    open_tasks,
    scheduled,
    told,
)

TOO_EARLY = 0.1
"""Share of the work that must have been planned by now for an index to say anything."""


@check("713", "warning", thread="accountability")
def task_overdue(plan: Plan, at: Circumstances) -> Hits:
    """Work past its day.

    What: The due date or deadline of a piece of work has passed and it is not reported as finished.
    Why: Others planned with that day.
    Fix: Report it as finished, or say how many days it still needs and tell those who wait.
    Source: PMI Practice Standard for Scheduling (status updates).
    """
    rows = open_tasks(plan, at)
    limit = rows[["due", "deadline"]].min(axis=1)
    yield from told(
        plan,
        "tasks.due",
        rows.assign(limit=limit)[limit < day(at)],
        "“{label}” was due on {limit} and is not reported as finished.",
        "Ask {owner}: finished, or how many days does it still need?",
    )


@check(
    "714",
    "warning",
    Setting("report_days", 45, "Days work under way may go without a report."),
    thread="monitoring and evaluation",
    gap="measures not tracked",
)
def report_missing(plan: Plan, at: Circumstances) -> Hits:
    """Work under way without a report.

    What: Work should have begun (or has), is not finished, and nobody has reported on it for some time.
    Why: Bad news travels slowly; no news is often bad news.
    Fix: Ask for one line: how far, what remains, what is in the way.
    Source: PMI Practice Standard for Scheduling (status updates).
    """
    rows = open_tasks(plan, at)
    if plan.updates.empty:
        return
    seen = latest(plan.updates, "task", "reported_on", at)
    last = seen["reported_on"].reindex(rows.index)
    since = last.fillna(scheduled(plan)["early_start"].reindex(rows.index))
    leaf = ~rows.index.isin(plan.tasks["parent"]) & (rows["kind"] != "milestone")
    silent = since < day(at) - pd.Timedelta(days=at.settings["report_days"])
    yield from told(
        plan,
        "tasks.name",
        rows.assign(since=since, last=last)[leaf & silent],
        "“{label}” has been under way since {since} at the latest; last report: {last}.",
        "Ask {owner} for one line: how far, what remains, what is in the way.",
    )


@check("715", "warning", thread="monitoring and evaluation")
def complete_without_finish(plan: Plan, at: Circumstances) -> Hits:
    """Complete, but not finished.

    What: The newest report says 100 % and gives no day of finish, or a day of finish and less than 100 %.
    Why: Whoever waits does not know whether to begin; dates are computed from the day, not from the percentage.
    Fix: Enter the day it was handed over, or the true percentage.
    Source: PMI Practice Standard for Scheduling (actual finish).
    """
    rows = latest(plan.updates, "task", "reported_on", at)
    done, whole = rows["finished_on"].notna(), rows["percent_complete"] >= WHOLE
    wrong = rows[(whole & ~done) | (done & rows["percent_complete"].notna() & ~whole)]
    yield from told(
        plan,
        "updates.finished_on",
        plan.updates.loc[wrong["id"]],
        "“{task}” is reported on {reported_on} as {percent_complete} % complete; finished on: {finished_on}.",
        "Enter the day it was handed over, or the true percentage.",
    )


@check("717", "warning", thread="communication", gap="silos")
def blocked_and_nothing(plan: Plan, at: Circumstances) -> Hits:
    """Blocked, and nothing follows.

    What: The newest report on open work says that it is blocked, and no open action, issue or promise refers to it.
    Why: A report is not a request: nobody reads “blocked” and feels asked.
    Fix: Turn it into a promise asked of the one who can help, or an action with a name.
    Source: Sull and Spinosa, Promise-Based Management, 2007.
    """
    rows = latest(plan.updates, "task", "reported_on", at)
    rows = rows[rows["blocked_by"].notna() & rows.index.isin(open_tasks(plan, at).index)]
    actions, issues, promises = plan.actions, plan.issues, plan.promises
    actions = actions[actions["done_on"].isna()]
    followed = pd.concat(
        [
            actions["task"],
            actions["about"],
            issues.loc[~issues["state"].isin(["solved", "closed"]), "about"],
            promises.loc[~promises["state"].isin(["kept", "kept_late", "withdrawn"]), "needed_by_task"],
        ]
    )
    yield from told(
        plan,
        "updates.blocked_by",
        plan.updates.loc[rows.loc[~rows.index.isin(followed), "id"]],
        "“{task}” is blocked by “{blocked_by}” since {reported_on} or longer, and nobody is asked to help.",
        "Ask for a promise from whoever can help, or write an action with a name and a day.",
    )


@check("719", "warning", thread="communication")
def meeting_overdue(plan: Plan, at: Circumstances) -> Hits:
    """Review meeting that did not take place.

    What: The day of the next meeting has passed and no meeting has been noted since.
    Why: A rhythm that is broken once is broken.
    Fix: Meet this week, even for twenty minutes; or note the meeting that was held.
    Source: Kaplan and Norton, The Execution Premium, 2008 (operational review meetings).
    """
    rows = plan.meetings[plan.meetings["held_on"] <= day(at)]
    rows = rows.sort_index().sort_values("held_on", kind="stable").tail(1)
    yield from told(
        plan,
        "meetings.next_on",
        rows[rows["next_on"] < day(at)],
        "After the meeting of {held_on} the group was to meet on {next_on}; no meeting is noted since.",
        "Meet this week, even for twenty minutes; or note the meeting that was held.",
    )


@check(
    "706",
    "warning",
    Setting("performance_index_least", 0.9, "Cost or time performance (CPI, SPI(t)) below which it warns."),
    thread="monitoring and evaluation",
)
def costs_or_time_off(plan: Plan, at: Circumstances) -> Hits:
    """Money or time that buys too little.

    What: For an initiative under way, what is earned is worth clearly less than what was spent (CPI) or was
    earned clearly later than planned (SPI(t)).
    Why: Early indices rarely recover; they say now what the end will say later.
    Fix: Look at what remains: less of it, more means, or another end, decided now.
    Source: Christensen, Cost Performance Index stability, 1993; Lipke, Schedule is Different, 2003.
    """
    least = at.settings["performance_index_least"]
    for row, cpi, spi in performance(plan, at).itertuples(name=None):
        if cpi < least or spi < least:
            shown = [f"{name} {value:.2f}" for name, value in (("CPI", cpi), ("SPI(t)", spi)) if value < least]
            yield Hit(
                "tasks",
                row,
                "name",
                f"“{plan.label(row)}” shows {' and '.join(shown)}; below {amount(least)} it rarely recovers.",
                "Look at what remains: less of it, more means, or another end, decided now.",
            )


def performance(plan: Plan, at: Circumstances) -> pd.DataFrame:
    """Return ``cpi`` = earned value / actual cost and ``spi_t`` = earned schedule / actual time of initiatives.

    The budget at completion is the approved lines on the tree of an initiative, earned by the reported percentages
    of its leaves weighted by their duration, and planned evenly over the computed dates of each leaf.
    """
    dates, of = scheduled(plan), initiative_of(plan)
    leaves = plan.tasks[~plan.tasks.index.isin(plan.tasks["parent"]) & plan.tasks.index.isin(dates.index)]
    reports = latest(plan.updates, "task", "reported_on", at)
    done = (reports["percent_complete"] / WHOLE).mask(reports["finished_on"].notna(), 1.0)
    work = pd.DataFrame(
        {
            "initiative": of.reindex(leaves.index),
            "weight": leaves["duration"].fillna(0).clip(lower=0.01),
            "done": done.reindex(leaves.index).mask(leaves.index.isin(finished(plan, at)), 1.0).fillna(0),
            "start": dates["early_start"].reindex(leaves.index),
            "finish": dates["early_finish"].reindex(leaves.index),
        }
    )
    lines = cost_lines(plan)
    lines = lines[lines["state"] == "approved"]
    budget = lines["amount"].groupby(follow(lines["task"], of)).sum()
    spent = plan.costs[(plan.costs["period_end"] <= day(at)) & (plan.costs["category"] != "income")]
    cost = spent["amount"].groupby(follow(spent["task"], of)).sum()
    found = {}
    for row in in_order(budget.index[budget > 0]):
        mine = work[work["initiative"] == row]
        earned = float((mine["done"] * mine["weight"]).sum() / mine["weight"].sum()) if len(mine) else 0.0
        paid = float(cost.get(row, 0.0))
        found[row] = (earned * budget[row] / paid if paid > 0 else np.nan, _time_index(mine, earned, at))
    return pd.DataFrame.from_dict(found, orient="index", columns=["cpi", "spi_t"])


def _time_index(work: pd.DataFrame, earned: float, at: Circumstances) -> float:
    """Return the earned schedule over the actual time, both in weeks; NaN before the first and after the last day."""
    if work.empty or not work["start"].min() < day(at) <= work["finish"].max():
        return np.nan
    weeks = pd.date_range(work["start"].min(), work["finish"].max() + pd.Timedelta(days=7), freq="7D")[1:]
    lengths = (work["finish"] - work["start"]).dt.days.to_numpy() + 1
    passed = (weeks.to_numpy()[:, None] - work["start"].to_numpy()).astype("timedelta64[D]").astype("float64")
    planned = np.clip(passed / lengths, 0, 1) @ work["weight"].to_numpy() / work["weight"].sum()
    planned = np.maximum.accumulate(planned)
    now = (day(at) - work["start"].min()).days / 7
    if np.interp(now, range(len(planned) + 1), [0, *planned]) < TOO_EARLY:
        return np.nan
    try:
        return float(earned_schedule(planned, earned, now)["spi_t"])
    except PlanError:  # nothing was planned yet
        return np.nan
