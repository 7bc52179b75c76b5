"""What is due from each person: new values, reports on work, actions, countermeasures, promises."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from planning_kit.plan import Plan
from planning_kit.spec import Circumstances
from planning_kit.steps.reading import day, follow, latest, open_tasks, scheduled, words_for
from planning_kit.steps.tracking.checks import not_updated

FRESH_DAYS = 7
"""Days a report on work stays good enough."""
SOON_DAYS = 14
"""Days before its date that a promise is asked about."""


def readings(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return the measures whose last period has no value yet."""
    at = Circumstances(as_of)
    rows = not_updated(plan, at, 0)
    last = latest(plan.actuals.dropna(subset=["value"]), "measure", "period_end", at).reindex(rows.index)
    told = [
        f"{words_for(uom)}, for the period that ended on {words_for(ended)}. "
        f"{'No value yet' if pd.isna(when) else f'Last: {words_for(value)} on {words_for(when)}'}; "
        f"target {words_for(target)}."
        for uom, ended, value, when, target in zip(
            rows["uom"].fillna("value"), rows["ended"], last["value"], last["period_end"], rows["target"], strict=True
        )
    ]
    return pd.DataFrame(
        {"person": rows["owner"], "due": rows["ended"], "told": told, "period_end": rows["ended"]}, index=rows.index
    )


def reports(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return work that should be under way, with what was reported last."""
    at = Circumstances(as_of)
    rows = open_tasks(plan, at)
    rows = rows[~rows.index.isin(plan.tasks["parent"]) & (rows["kind"] != "milestone")]
    last = latest(plan.updates, "task", "reported_on", at).reindex(rows.index)
    start = scheduled(plan)["early_start"].reindex(rows.index)
    asked = last["reported_on"] + pd.Timedelta(days=FRESH_DAYS)
    due = asked.fillna(start)
    told = [f"Last report: {words_for(one) or 'none yet'}." for one in last["reported_on"]]
    found = pd.DataFrame({"person": rows["owner"], "due": due, "told": told, "reported_on": day(at)}, index=rows.index)
    found = found.join(last[["percent_complete", "remaining_days", "started_on", "blocked_by"]])
    return found[due <= day(at)]


def actions(plan: Plan, _as_of: dt.date) -> pd.DataFrame:
    """Return the open actions."""
    rows = plan.actions[plan.actions["done_on"].isna()]
    return pd.DataFrame({"person": rows["owner"], "due": rows["due"], "told": ""}, index=rows.index)


def countermeasures(plan: Plan, _as_of: dt.date) -> pd.DataFrame:
    """Return the open countermeasures."""
    rows = plan.countermeasures[plan.countermeasures["done_on"].isna()]
    told = "Expected: " + rows["expected_effect"].fillna("nothing written")
    return pd.DataFrame({"person": rows["owner"], "due": rows["due"], "told": told}, index=rows.index)


def promises(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return the accepted promises that are due soon, from the head of the unit that gives."""
    rows = plan.promises
    soon = rows["due"] <= pd.Timestamp(as_of) + pd.Timedelta(days=SOON_DAYS)
    rows = rows[rows["state"].isin(["accepted", "renegotiated"]) & soon]
    told = ["For " + (plan.label(one) if isinstance(one, str) else "nobody named") + "." for one in rows["receiver"]]
    head = follow(rows["giver"], plan.units["head"])
    return pd.DataFrame({"person": head, "due": rows["due"], "told": told}, index=rows.index)
