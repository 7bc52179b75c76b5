"""What several charts compute from a plan: the state of measures and objectives, the state of work."""

import datetime as dt

import pandas as pd

from planning_kit.plan import Plan
from planning_kit.steps.tracking.states import limits, measured, rolled_up
from planning_kit.steps.work import DONE, put_off, worked

__all__ = ["DONE", "limits", "measured", "newest", "put_off", "rolled_up", "worked"]


def newest(plan: Plan, as_of: dt.date) -> dt.date | None:
    """Return the end of the newest period with a value that is known on a date."""
    known = plan.actuals.loc[plan.actuals["period_end"] <= pd.Timestamp(as_of), "period_end"]
    return None if known.empty else known.max().date()
