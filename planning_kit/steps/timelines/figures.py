"""Numbers of step 4 that explain themselves: the dates of a task."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from planning_kit.plan import Plan
from planning_kit.spec import Explained, amount, figure


@figure("tasks")
def effort_under(plan: Plan, row: str, as_of: dt.date) -> Explained:  # noqa: ARG001 - durations do not depend on the date
    """Working days under a piece of work.

    The sum of the durations of all work below it that has no work below itself, in working days; work without
    a duration counts nothing and is named.
    """
    tasks = plan.tasks
    found, waiting = [], [row]
    while waiting:
        one = waiting.pop()
        below = [str(child) for child in tasks.index[tasks["parent"] == one] if child not in found]
        waiting += below
        if not below:
            found.append(one)
    days = tasks.loc[found, "duration"]
    terms = tuple(
        (plan.label(str(one)), "no duration yet" if pd.isna(d) else f"{amount(d)} days") for one, d in days.items()
    )
    return Explained(f"{amount(float(days.sum()))} working days", terms, tuple(found))
