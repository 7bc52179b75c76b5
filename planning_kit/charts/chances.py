"""The chance of each objective: whether its funded work ends in time, and which share of all behind it that is."""

import datetime as dt

import pandas as pd

from planning_kit.charts.finish import spread
from planning_kit.errors import PlanError
from planning_kit.plan import Edit, Plan
from planning_kit.spec import Circumstances
from planning_kit.steps import reading

STRENGTH = 9.0
"""How strongly an initiative serves its own objective; contributions are 1, 3 or 9."""


def serving(plan: Plan) -> pd.DataFrame:
    """Return which initiative serves which objective how strongly: ``initiative``, ``objective``, ``strength``."""
    tasks, more = plan.tasks, plan.contributions
    own = tasks[(tasks["kind"] == "initiative") & tasks["objective"].isin(plan.objectives.index)]
    rows = pd.DataFrame({"initiative": own.index, "objective": own["objective"].to_numpy(), "strength": STRENGTH})
    given = pd.DataFrame(
        {
            "initiative": more["task"],
            "objective": more["objective"],
            "strength": more["strength"].astype("float64").fillna(1),
        }
    )
    given = given[given["initiative"].isin(tasks.index[tasks["kind"] == "initiative"])]
    given = given[given["objective"].isin(plan.objectives.index)]
    return pd.concat([rows, given]).drop_duplicates(["initiative", "objective"]).reset_index(drop=True)


def in_time(plan: Plan, as_of: dt.date) -> "pd.Series[float]":  # noqa: ARG001 - every calculation takes its date
    """Return the simulated chance that each initiative ends by the date of its objective, if it is funded.

    An initiative without durations to simulate counts as in time.
    """
    decided = plan.funding[plan.funding["decision"] != "fund"]
    funded = plan.scenario(Edit("set", "funding", str(row), {"decision": "fund"}) for row in decided.index)
    rows = serving(plan).drop_duplicates("initiative").set_index("initiative")["objective"]
    due = reading.follow(rows, plan.objectives["due"])
    last = reading.horizon(plan)[1]
    found = {}
    for one, by in due.items():
        try:
            ends = spread(funded, str(one))
        except PlanError:  # circles have findings of their own
            ends = None
        limit = by if pd.notna(by) else pd.Timestamp(last) if last else pd.NaT
        found[str(one)] = 1.0 if ends is None or pd.isna(limit) else float((ends.dates <= limit).mean())
    return pd.Series(found, dtype="float64")


def chances(plan: Plan, punctual: "dict[str, float] | pd.Series[float]", funded: set[str]) -> "pd.Series[float]":
    """Return the chance of each objective that initiatives serve.

    Parameters
    ----------
    punctual : mapping
        The result of `in_time`.
    funded : set of str
        The initiatives that are funded or finished.

    Returns
    -------
    Series, index = objective
        ``sum(strength x in time, of those funded) / sum(strength, of all)``: the share of the work behind the
        objective that is funded and expected to end in time. It compares choices; it is no forecast of a measure.
    """
    rows = serving(plan)
    counts = rows["initiative"].isin(funded) * rows["initiative"].map(dict(punctual)).astype("float64").fillna(1.0)
    sums = pd.DataFrame({"got": rows["strength"] * counts, "all": rows["strength"], "objective": rows["objective"]})
    sums = sums.groupby("objective", sort=False)[["got", "all"]].sum()
    return sums["got"] / sums["all"]


def forecasts(plan: Plan, as_of: dt.date) -> "pd.Series[float]":
    """Return the simulated chance of each objective that its funded initiatives all end by its date.

    Returns
    -------
    Series, index = objective
        From the Monte Carlo of the schedule (`forecast.finish`) of all of them together with what they wait for; 0 if
        none is funded, 1 if all are finished or have no durations. An objective without a date is due with the plan.
    """
    last, done = reading.horizon(plan)[1], reading.finished(plan, Circumstances(as_of))
    alive = {*reading.open_tasks(plan, Circumstances(as_of)).index, *done}
    due = plan.objectives["due"]
    due = due.fillna(pd.Timestamp(last)) if last else due
    found = {}
    for goal, initiatives in serving(plan).groupby("objective", sort=False)["initiative"]:
        funded = [str(one) for one in initiatives if one in alive]
        waiting = [one for one in funded if one not in done]
        try:
            ends = spread(plan, *waiting) if waiting else None
        except PlanError:  # circles have findings of their own
            ends = None
        certain = 1.0 if funded else 0.0
        found[str(goal)] = certain if ends is None or pd.isna(due[goal]) else float((ends.dates <= due[goal]).mean())
    return pd.Series(found, dtype="float64")
