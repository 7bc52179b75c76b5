"""What several charts compute from a plan: the state of measures, objectives and work, who is missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from planning_kit.analysis.coupling import Failures, single_points_of_failure
from planning_kit.errors import PlanError
from planning_kit.spec import Circumstances
from planning_kit.steps import reading
from planning_kit.steps.tracking.states import DONE, limits, measured, put_off, rolled_up, worked

if TYPE_CHECKING:
    import datetime as dt

    from planning_kit.plan import Plan

__all__ = ["DONE", "fallen", "limits", "measured", "newest", "put_off", "rolled_up", "worked"]


def newest(plan: Plan, as_of: dt.date) -> dt.date | None:
    """Return the end of the newest period with a value that is known on a date."""
    known = plan.actuals.loc[plan.actuals["period_end"] <= pd.Timestamp(as_of), "period_end"]
    return None if known.empty else known.max().date()


def failures(plan: Plan, as_of: dt.date, units: pd.DataFrame) -> Failures:
    """Return what falls when a person, one of these units, or a supplier is gone.

    Whoever has a backup does not bring an objective down: its sponsor, a person among its contributors, the
    backups of the work (see `coupling.single_points_of_failure`).

    Raises
    ------
    PlanError
        If the work goes round in a circle.
    """
    goals, people = plan.objectives, plan.people
    helpers = reading.several(goals, "contributors")
    first = helpers[helpers.isin(people.index)].groupby(level=0).min()
    return single_points_of_failure(
        goals.assign(backup=goals["sponsor"].fillna(first)),
        reading.open_tasks(plan, Circumstances(as_of)),
        people,
        units,
        responsibilities=plan.responsibilities,
        contributions=plan.contributions,
        demands=plan.demands,
    )


def fallen(plan: Plan, as_of: dt.date, gone: str) -> dict[str, str]:
    """Return the objectives that fall when a person, a unit or a supplier is gone, each with the reason."""
    units = plan.units
    try:
        found = failures(plan, as_of, units if gone in units.index else units.iloc[:0]).objectives
    except PlanError:  # circles have findings of their own
        return {}
    mine = found[found["id"] == gone].drop_duplicates("objective")
    return dict(zip(mine["objective"], mine["reason"], strict=True))
