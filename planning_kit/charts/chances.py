"""The chance of each objective: in how many simulated runs all its funded work ends by its date."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

import pandas as pd

from planning_kit.charts.base import DASH
from planning_kit.charts.finish import spread
from planning_kit.errors import PlanError
from planning_kit.plan import Edit, Plan
from planning_kit.spec import Circumstances
from planning_kit.steps import reading

CHANCE = (
    "Chance: in how many of the simulated runs of the schedule all funded initiatives of the objective end by its "
    "date; 0 % when none is funded. It says nothing about the measures."
)
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


def decided(plan: Plan, items: Iterable[str], funded: Collection[str]) -> Plan:
    """Return the plan with some initiatives funded and the other ones deferred."""
    rows = plan.funding.dropna(subset=["initiative"]).drop_duplicates("initiative", keep="last")
    of = dict(zip(rows["initiative"], rows.index, strict=True))
    edits = []
    for one in items:
        values = {"initiative": one, "decision": "fund" if one in funded else "defer"}
        edits.append(
            Edit("set", "funding", str(of[one]), values) if one in of else Edit("add", "funding", None, values)
        )
    return plan.scenario(edits)


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


def side_by_side(plan: Plan, today: Mapping[str, float], then: Mapping[str, float]) -> pd.DataFrame:
    """Return the chance of each objective today and with a choice; a dash until it is simulated."""
    rows = [
        (plan.label(one), f"{was:.0%}", f"{then[one]:.0%}" if one in then else DASH, then.get(one, was) - was)
        for one, was in today.items()
    ]
    table = pd.DataFrame(rows, columns=["Objective", "Chance today", "With this choice", "Change"])
    table = table.sort_values("Change", kind="stable")
    return table.assign(Change=[f"{100 * one:+.0f}" if one else "" for one in table["Change"]])
