"""Numbers of step 7 that explain themselves: where measures, objectives and work stand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from planning_kit.analysis.earned_value import metrics
from planning_kit.errors import PlanError
from planning_kit.plan import Plan, day
from planning_kit.spec import Circumstances, Explained, amount, figure
from planning_kit.steps import reading
from planning_kit.steps.tracking import states
from planning_kit.steps.tracking.earned import curves, performance
from planning_kit.steps.work import DONE

LAST = 4
"""Values named one by one."""


@figure("measures", beside=True)
def health(plan: Plan, row: str, as_of: dt.date) -> Explained:
    """Health of a measure.

    Health is progress divided by the progress expected by the date of the newest value. From the first limit on it is
    on track, from the second behind, below both at risk; too early while less than 10 % is expected. A bound is met
    or not met; without a value nothing is known.
    Source: bands of 95 and 85 % of the expected progress, settings status_on_track and status_behind.
    """
    found, limits = states.measured(plan, as_of).loc[row], states.limits(plan)
    terms = [(name, _share(found[name])) for name in ("progress", "expected", "health")]
    terms.append(("rule", f"on track from {limits['on_track']:.0%}, behind from {limits['behind']:.0%}, else at risk"))
    terms += [("status", str(found["status"])), ("because", str(found["reason"]))]
    words = [str(found["status"]), "" if found["status"] == "too early" else _share(found["health"])]
    kept = tuple((name, text) for name, text in terms if text)
    return Explained(", ".join(word for word in words if word), kept, (row,), day(found["actual_on"]))


@figure("measures")
def progress(plan: Plan, row: str, as_of: dt.date) -> Explained:
    """Progress of a measure.

    (actual - baseline) / (target - baseline), signed, so that it also holds for numbers that shall fall; expected is
    the share of the time between baseline and due date that has passed (or the trajectory). A bound that is to be
    kept is met or not and has no progress.
    Source: share of the way from baseline to target, as for the indicators of the federal performance plans.
    """
    measure, found = plan.row("measures", row), states.measured(plan, as_of).loc[row]
    values = plan.actuals[(plan.actuals["measure"] == row) & (plan.actuals["period_end"] <= pd.Timestamp(as_of))]
    uom = measure["uom"] or ""
    named = [(name, measure[name]) for name in ("baseline", "target", "lower", "upper")]
    terms = [(name, f"{amount(value)} {uom}".strip()) for name, value in named if value is not None]
    terms += [(name, _number(found[name], uom)) for name in ("actual", "distance")]
    terms += [(name, _share(found[name])) for name in ("progress", "expected", "health")]
    terms += [("status", str(found["status"])), ("because", str(found["reason"]))]
    shown = _share(found["progress"]) if pd.notna(found["progress"]) else str(found["status"])
    kept = tuple((name, text) for name, text in terms if text)
    newest = values.sort_values("period_end", kind="stable")
    rows = (row, *map(str, newest.index[::-1][:LAST]))
    return Explained(shown, kept, rows, day(newest["period_end"].max()))


@figure("objectives", beside=True)
def standing(plan: Plan, row: str, as_of: dt.date) -> Explained:
    """Status of an objective.

    The mean health of its measures and of the objectives under it, each multiplied by its weight and counted as 100 %
    at most, so that no success hides a failure; the bands are those of a measure. How many are red below is always
    said.
    Source: balanced scorecard roll-up with capped terms; settings status_on_track and status_behind.
    """
    found = states.roll_up(plan, as_of)
    mine, facts = found.terms[found.terms["objective"] == row], found.objectives.loc[row]
    terms = [
        (plan.label(str(one)), f"{share:.0%} of it, {_share(health) or 'not known'}")
        for one, share, health in zip(mine["id"], mine["weight"], mine["health"], strict=True)
    ]
    words = str(facts["status"]) + (f", {facts['red']} red below" if facts["red"] else "")
    return Explained(
        words, (*terms, ("because", str(facts["reason"]))), (row, *map(str, mine["id"])), _age(plan, mine, as_of)
    )


@figure("objectives")
def score(plan: Plan, row: str, as_of: dt.date) -> Explained:
    """Score of an objective.

    The mean of the scores of its measures and of the objectives under it, each multiplied by its weight; empty
    weights count equally; what is not known is left out, never counted as nothing.
    Source: Doerr, Measure What Matters, 2018 (scores from 0 to 1); weighted mean.
    """
    found = states.roll_up(plan, as_of)
    mine, seen = found.terms[found.terms["objective"] == row], states.measured(plan, as_of)
    terms = [
        (plan.label(str(one)), _share(value) or str(seen["status"].get(one, "not known yet")))
        for one, value in zip(mine["id"], mine["score"], strict=True)
    ]
    shown = _share(found.objectives["value"][row]) or "not known yet"
    return Explained(shown, tuple(terms), (row, *map(str, mine["id"])), _age(plan, mine, as_of))


@figure("tasks", beside=True)
def state_of_work(plan: Plan, row: str, as_of: dt.date) -> Explained | None:
    """Status of a piece of work.

    What was last reported: done at 100 % or with a finish; blocked where something is named; late when its computed
    finish has passed; stopped or deferred where that was decided. A whole has the mean of its parts, each multiplied
    by its likely duration.
    Source: percent complete, weighted (PMI, Practice Standard for Earned Value Management, 2011).
    """
    try:
        found = states.work(plan, as_of).loc[row]
    except PlanError:  # circles have findings of their own
        return None
    parts = plan.tasks.index[plan.tasks["parent"] == row]
    work = states.work(plan, as_of)
    terms = [(plan.label(str(one)), f"{work['complete'][one]:.0f} %, {work['state'][one]}") for one in parts]
    report = reading.latest(plan.updates, "task", "reported_on", Circumstances(as_of))
    last = report.loc[row] if row in report.index else None
    if last is not None:
        named = (("blocked by", last["blocked_by"]), ("comment", last["comment"]))
        terms += [("reported", f"{_number(last['percent_complete'], '%')}"), *_texts(named)]
    words = [str(found["state"]), f"{found['complete']:.0f} %" if 0 < found["complete"] < DONE else ""]
    rows = (row, *map(str, parts)) if last is None else (row, *map(str, parts), str(last["id"]))
    return Explained(", ".join(filter(None, words)), tuple(terms), rows, day(found["reported_on"]))


def _texts(named: tuple[tuple[str, Any], ...]) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in named if pd.notna(value)]


def _age(plan: Plan, terms: pd.DataFrame, as_of: dt.date) -> dt.date | None:
    """Return the date of the newest value of the measures among some terms."""
    return day(states.measured(plan, as_of)["actual_on"].reindex(terms["id"]).max())


@figure("tasks")
def earned_value(plan: Plan, row: str, as_of: dt.date) -> Explained | None:
    """Earned value of an initiative.

    Earned value is the approved money of its leaves (spread by duration) times what is reported as done; planned value
    the same money evenly over the dates of the first baseline, without one over the computed dates. CPI = earned /
    spent; EAC = budget / CPI; SPI(t) = earned schedule / actual time.
    Source: PMI, The Standard for Earned Value Management, 2019; Lipke, Schedule is Different, 2003.
    """
    found = curves(plan, as_of)
    if found is None or row not in found.budget.index:
        return None
    mine = found.of([row])
    planned, earned, spent = (frame.loc[: pd.Timestamp(as_of), row].iloc[-1] for frame in mine[1:])
    values = metrics(float(mine.budget[row]), planned, earned, spent)
    money = ("bac", "pv", "ev", "ac", "eac")
    named = ("budget at completion", "planned value", "earned value", "actual cost", "estimate at completion")
    terms = [(word, _number(round(float(values[one]), 0), "")) for word, one in zip(named, money, strict=True)]
    timed = performance(plan, Circumstances(as_of))["spi_t"].get(row)
    terms += [("CPI", _number(values["cpi"], "")), ("SPI(t)", _number(timed, ""))]
    lines = plan.budget_lines.index[plan.budget_lines["task"] == row]
    known = plan.updates.loc[plan.updates["reported_on"] <= pd.Timestamp(as_of), "reported_on"].max()
    kept = tuple((word, text) for word, text in terms if text)
    return Explained(_number(round(float(values["ev"]), 0), ""), kept, (row, *map(str, lines)), day(known))


def _share(value: Any) -> str:
    return "" if pd.isna(value) else f"{value:.1%}"


def _number(value: Any, uom: str) -> str:
    return "" if pd.isna(value) else f"{amount(round(float(value), 4))} {uom}".strip()
