"""Checks of work under way: reported, finished, blocked, within its money and time."""

import pandas as pd

from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Hit, Setting, amount, check
from planning_kit.steps.reading import (
    WHOLE,
    Hits,
    day,
    latest,
    open_tasks,
    scheduled,
    told,
)
from planning_kit.steps.tracking.earned import performance


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
    found = performance(plan, at)
    for row, cpi, spi in found[found.index.isin(open_tasks(plan, at).index)].itertuples(name=None):
        if cpi < least or spi < least:
            shown = [f"{name} {value:.2f}" for name, value in (("CPI", cpi), ("SPI(t)", spi)) if value < least]
            yield Hit(
                "tasks",
                row,
                "name",
                f"“{plan.label(row)}” shows {' and '.join(shown)}; below {amount(least)} it rarely recovers.",
                "Look at what remains: less of it, more means, or another end, decided now.",
            )
