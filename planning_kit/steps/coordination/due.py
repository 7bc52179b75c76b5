"""What waits for an answer: promises asked of a unit, from its head."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from planning_kit.plan import Plan
from planning_kit.steps.reading import follow


def asked(plan: Plan, _as_of: dt.date) -> pd.DataFrame:
    """Return the promises that were asked for and not answered."""
    rows = plan.promises[plan.promises["state"] == "asked"]
    receiver = rows["receiver"].map(plan.label, na_action="ignore").fillna("somebody")
    told = receiver + " needs it. Good enough when: " + rows["quality"].fillna("not said yet") + "."
    head = follow(rows["giver"], plan.units["head"])
    return pd.DataFrame({"person": head, "due": rows["due"], "told": told}, index=rows.index)
