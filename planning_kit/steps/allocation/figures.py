"""Numbers of step 6 that explain themselves: the load of a person."""

import datetime as dt

import pandas as pd

from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Explained, figure
from planning_kit.steps.allocation.checks_load import hours

MONTHS = 12


@figure("people")
def load(plan: Plan, row: str, as_of: dt.date) -> Explained | None:
    """Load of a person in the months to come.

    Hours of open work assigned to the person, divided by the hours free for change in that month: hours a week x share
    for change x working days, less absences. The heaviest month is shown first.
    Source: Little's law; Goldratt, Critical Chain, 1997.
    """
    first = pd.Timestamp(as_of).replace(day=1)
    found = hours(plan, Circumstances(as_of), first, first + pd.DateOffset(months=MONTHS) - pd.Timedelta(days=1))
    months = found.reset_index()
    months = months[(months["person"] == row) & (months["demand"] > 0)].sort_values(
        "load", ascending=False, kind="stable"
    )
    if months.empty:
        return None
    terms = tuple(
        (
            f"{one.month:%Y-%m}",
            f"{one.demand:.0f} of {one.capacity:.0f} hours" + (f", {one.load:.0%}" if one.capacity else ""),
        )
        for one in months.itertuples()
    )
    worst = months.iloc[0]
    value = (
        f"{worst['load']:.0%} in {worst['month']:%Y-%m}"
        if worst["capacity"]
        else f"no free hours in {worst['month']:%Y-%m}"
    )
    mine = plan.assignments.index[plan.assignments["person"] == row]
    return Explained(value, terms, tuple(map(str, mine)))
