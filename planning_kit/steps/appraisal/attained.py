"""What a team or person reached of what was committed, computed from the plan; never from what people report of work.

Percent complete, confidence and the probability of risks are not read here, by construction.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import pandas as pd

from planning_kit.analysis import rating, status
from planning_kit.errors import PlanError
from planning_kit.plan import Plan
from planning_kit.steps import reading

SCALE = (1.0, 3.0, 5.0)
"""Ratings at the threshold, the target and the cap of a rule."""
STEPS = (0.0, 100.0)
"""Threshold and target in per cent, where a rule states none; the cap then lies as far above as the threshold below."""
EVER = pd.Timestamp("1900-01-01")
MOVING = ("raise_to", "lower_to", "done_by")


class Subject(NamedTuple):
    """A team or person that is looked at."""

    row: str
    units: frozenset[str]
    """A team's unit, with those under it that are not looked at themselves; nothing for a person."""


class Reached(NamedTuple):
    """What a subject reached in a period."""

    terms: pd.DataFrame
    """Index = rule: ``share`` (of 1), ``attained`` and ``excused`` (%, as the rule counts them), ``lost`` (days),
    ``rows`` (measures and promises of the plan it rests on), ``rating`` (1 to 5, of ``excused``)."""
    attainment: float
    """Weighted mean of what was attained, in per cent."""
    excused: float
    """The same with the time that others' broken promises cost added to the time allowed."""
    proposed: float
    """Weighted mean of the ratings."""
    revision: int
    """The revision of the plan it rests on."""


def source(plan: Plan, review: str) -> Plan | None:
    """Return the plan a review rests on: at the revision that was copied, else as it is; None without one beside."""
    known = plan.ratings.loc[plan.ratings["review"] == review, "revision"].dropna()
    now = plan.beside
    if now is None or known.empty or now.past is None or int(known.iloc[0]) == now.revision:
        return now
    try:
        return now.past.earlier(int(known.iloc[0]))
    except PlanError:  # an older plan beside a newer appraisal
        return now


def subject(plan: Plan, row: str, of: Plan) -> Subject:
    """Return a team with the units that are its own, or a person."""
    reviewed = set(plan.reviews["subject"].dropna())
    paths = reading.lineage(of.content("units")).items()
    own = (unit for unit, above in paths if next((one for one in above if one in reviewed), "") == row)
    return Subject(row, frozenset(own))


def reached(plan: Plan, review: str, of: Plan | None = None) -> Reached | None:
    """Return what the subject of a review reached of what was committed, by the rules; None where nothing is known.

    Parameters
    ----------
    plan : Plan
        The workbook of the appraisal, the plan beside it.
    review : str
    of : Plan, optional
        The plan it is read from; else `source`.
    """
    facts, of = plan.row("reviews", review), of or source(plan, review)
    rules = plan.appraisal_rules.dropna(subset=["basis"])
    if of is None or not facts["subject"] or not facts["finish"] or rules.empty:
        return None
    who, period = subject(plan, facts["subject"], of), (facts["start"], facts["finish"])
    rows = {rule: _term(of, one, who, period) for rule, one in rules.iterrows()}
    terms = pd.DataFrame({rule: one for rule, one in rows.items() if one}).T
    if terms.empty:
        return None
    weight = rules["weight"].fillna(0).reindex(terms.index)
    terms["share"] = weight / weight.sum() if weight.sum() else 1 / len(terms)
    terms = terms.astype({"attained": float, "excused": float, "rating": float, "lost": int})
    attainment, excused, proposed = ((terms["share"] * terms[name]).sum() for name in ("attained", "excused", "rating"))
    return Reached(terms, float(attainment), float(excused), float(proposed), of.revision)


def _term(of: Plan, rule: pd.Series, who: Subject, period: tuple[dt.date | None, dt.date]) -> dict[str, object] | None:
    """Return what a subject reached of one rule."""
    if rule["basis"] == "promises":
        given = rating.promise_keeping(promises_of(of, who, *period), period[1])
        values = pd.DataFrame({"attained": given * 100, "excused": given * 100, "lost": 0})
    else:
        values = attained(of, who, period[1])
        values = values[values["own"] if rule["basis"] == "own_goals" else values.index == rule["measure"]]
    values = values.dropna(subset=["attained"])
    if values.empty:
        return None
    least = rule["threshold"] if pd.notna(rule["threshold"]) else STEPS[0]
    target = rule["target"] if pd.notna(rule["target"]) else STEPS[1]
    most = rule["cap"] if pd.notna(rule["cap"]) else 2 * target - least
    before, after = (float(values[name].clip(0, most).mean()) for name in ("attained", "excused"))
    return {
        "attained": before if before >= least else 0.0,
        "excused": after if after >= least else 0.0,
        "rating": rating.on_curve(after, (least, target, most), SCALE),
        "lost": int(values["lost"].max()),
        "rows": tuple(map(str, values.index)),
    }


def attained(of: Plan, who: Subject, finish: dt.date) -> pd.DataFrame:
    """Return the attainment of the committed measures on a date.

    Returns
    -------
    DataFrame, index = measure that step 8 may use
        ``attained`` (% of what was expected by then; a bound is kept or not, 100 or 0), ``lost`` (days the subject
        waited for promises of others), ``excused`` (% with these days added to the time allowed), ``own`` (whether it
        is the subject's goal).
    """
    measures = of.measures[of.measures["is_used_in_appraisal"].fillna(value=False).astype(bool)]
    rows = reading.begun(of).loc[measures.index]
    found = status.progress(rows, of.actuals, finish, targets=of.targets)
    found = pd.DataFrame({"attained": _percent(rows, found)}, index=rows.index)
    lost = waited(of, who, finish)
    days = lost.groupby("objective")["lost"].max() if len(lost) else pd.Series(dtype="int64")
    found["lost"] = measures["objective"].map(days).fillna(0).astype(int)
    found["excused"] = found["attained"]
    for days_lost, some in found[found["lost"] > 0].groupby("lost"):
        late = pd.Timedelta(days=int(str(days_lost)))
        moved = rows.loc[some.index]
        moved = moved.assign(**{one: moved[one] + late for one in ("due", "baseline_on", "start")})
        targets = of.targets.assign(period_end=of.targets["period_end"] + late)
        again = status.progress(moved, of.actuals, finish, targets=targets)
        found.loc[some.index, "excused"] = _percent(moved, again).fillna(some["attained"])
    goals = of.objectives
    unit, owner = (reading.follow(measures["objective"], goals[name]) for name in ("unit", "owner"))
    found["own"] = unit.isin(who.units) | (measures["owner"].fillna(owner) == who.row)
    return found


def _percent(measures: pd.DataFrame, seen: pd.DataFrame) -> pd.Series[float]:
    """Return attainment in per cent: of what was expected by then, or whether a bound is kept."""
    seen = seen.loc[measures.index]
    kept = seen["met"].astype("float64") * 100
    moving = measures["target_kind"].isin(MOVING)
    return kept.mask(moving, (seen["health"] * 100).clip(lower=0)).astype("float64")


def promises_of(of: Plan, who: Subject, start: dt.date | None, finish: dt.date) -> pd.DataFrame:
    """Return the promises a unit gave to others, or those a person's own tasks make, that were due in a period."""
    rows, units = of.promises, who.units
    mine = rows["giver"].isin(units) & ~rows["receiver"].isin(units)
    if not units:
        mine = reading.follow(rows["giving_task"], of.tasks["owner"]) == who.row
    return rows[mine & rows["due"].between(pd.Timestamp(start or EVER), pd.Timestamp(finish))]


def waited(of: Plan, who: Subject, finish: dt.date) -> pd.DataFrame:
    """Return the work of a subject that waited for promises of others beyond the day agreed (see `time_lost`).

    Returns
    -------
    DataFrame, index = task
        As `analysis.rating.time_lost`, with ``objective`` and ``promises`` (their ids).
    """
    rows, units = of.promises, who.units
    mine = rows["receiver"].isin(units) & ~rows["giver"].isin(units)
    if not units:
        mine = reading.follow(rows["needed_by_task"], of.tasks["owner"]) == who.row
    found = rating.time_lost(rows[mine & (rows["due"] <= pd.Timestamp(finish))], finish)
    found["objective"] = reading.objective_of(of).reindex(found.index)
    late = [
        tuple(rows.index[mine & (rows["needed_by_task"] == task) & (rows["giver"] == giver)])
        for task, giver in found["giver"].items()
    ]
    found["promises"] = pd.Series(late, index=found.index, dtype=object)
    return found
