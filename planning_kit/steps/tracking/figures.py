"""Numbers of step 7 that explain themselves: progress of a measure, score of an objective."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from planning_kit.analysis import cascade, status
from planning_kit.plan import Plan, day
from planning_kit.spec import Explained, amount, figure
from planning_kit.steps.reading import begun


@figure("measures")
def progress(plan: Plan, row: str, as_of: dt.date) -> Explained:
    """Progress of a measure.

    (actual - baseline) / (target - baseline), signed, so that it also holds for numbers that shall fall; expected is
    the share of the time between baseline and due date that has passed (or the trajectory); health is progress
    divided by expected progress. A bound that is to be kept is met or not and has no progress.
    """
    measure = plan.row("measures", row)
    found = status.progress(begun(plan).loc[[row]], plan.actuals, as_of, targets=plan.targets).loc[row]
    values = plan.actuals[(plan.actuals["measure"] == row) & (plan.actuals["period_end"] <= pd.Timestamp(as_of))]
    uom = measure["uom"] or ""
    named = [(name, measure[name]) for name in ("baseline", "target", "lower", "upper")]
    terms = [(name, f"{amount(value)} {uom}".strip()) for name, value in named if value is not None]
    terms += [(name, _number(found[name], uom)) for name in ("actual", "distance")]
    terms += [(name, _share(found[name])) for name in ("progress", "expected", "health")]
    terms += [("status", str(found["status"])), ("because", str(found["reason"]))]
    newest = values["period_end"].max()
    shown = _share(found["progress"]) if pd.notna(found["progress"]) else str(found["status"])
    kept = tuple((name, text) for name, text in terms if text)
    return Explained(shown, kept, (row, *map(str, values.index)), day(newest))


@figure("objectives")
def score(plan: Plan, row: str, as_of: dt.date) -> Explained:
    """Score of an objective.

    The mean of the scores of its measures and of the objectives under it, each multiplied by its weight; empty
    weights count equally; what is not known is left out, never counted as nothing.
    """
    found = cascade.rollup(plan.objectives, begun(plan), plan.actuals, as_of, targets=plan.targets)
    under = [str(one) for one in plan.objectives.index[plan.objectives["parent"] == row]]
    measures = [str(one) for one in plan.measures.index[plan.measures["objective"] == row]]
    values = status.progress(begun(plan).loc[measures], plan.actuals, as_of, targets=plan.targets)
    terms = [(plan.label(one), _share(found.objectives["value"][one])) for one in under]
    terms += [(plan.label(one), _share(values["progress"][one]) or str(values["status"][one])) for one in measures]
    ages = [day(one) for one in values["actual_on"].dropna()]
    known = [one for one in ages if one is not None]
    shown = _share(found.objectives["value"][row]) or "not known yet"
    return Explained(shown, tuple(terms), (row, *under, *measures), max(known, default=None))


def _share(value: Any) -> str:
    return "" if pd.isna(value) else f"{value:.1%}"


def _number(value: Any, uom: str) -> str:
    return "" if pd.isna(value) else f"{amount(value)} {uom}".strip()
