"""What a plan is exposed to: whoever could be missed with what hangs on them, and assumptions that may not hold."""

import datetime as dt
from typing import Any, NamedTuple

import pandas as pd

from planning_kit.analysis.coupling import Failures, single_points_of_failure
from planning_kit.errors import PlanError
from planning_kit.plan import Edit, Plan
from planning_kit.spec import Circumstances
from planning_kit.steps.reading import (
    cost_lines,
    day,
    follow,
    initiative_of,
    latest,
    lineage,
    objective_of,
    open_tasks,
    remembered,
    scheduled,
    several,
)


def without_each(plan: Plan, at: Circumstances, units: pd.DataFrame) -> Failures:
    """Remove everybody who could be missed, and each of some units, one after the other (see `coupling`).

    The backup of an objective is the one it names, else its sponsor, else the first person who contributes to it.
    """
    goals, work, people = plan.objectives, open_tasks(plan, at), plan.people
    goals = goals[~(goals["due"] < day(at))]
    helpers = several(goals, "contributors")
    first = helpers[helpers.isin(people.index)].groupby(level=0).min()
    skilled = people.index[people["skills"].notna() & bool(len(plan.demands))]
    needed = {*goals["owner"], *work["owner"], *work["backup"], *plan.responsibilities["party"], *skilled}
    return single_points_of_failure(
        goals.assign(backup=goals["backup"].fillna(goals["sponsor"]).fillna(first)),
        work,
        people[people.index.isin(needed)],
        units,
        responsibilities=plan.responsibilities,
        contributions=plan.contributions,
        demands=plan.demands,
    )


REACHED = ("objectives", "tasks", "people", "units", "responsibilities", "contributions", "demands")
"""Tables a failure can reach."""


@remembered(*REACHED, "updates", "funding", "budget_lines")
def failures(plan: Plan, as_of: dt.date) -> Failures:
    """Remove everybody who could be missed and each unit in turn, with money and the first date at stake.

    Money are the costs on work that stops and on the initiatives it belongs to, each line once; the date is that of
    work that stops or of an objective that falls, whichever comes first.

    Raises
    ------
    PlanError
        When rows go round in a circle.
    """
    found, by = without_each(plan, Circumstances(as_of), plan.units), ["kind", "id"]
    of, costs = initiative_of(plan).dropna().to_dict(), _money(plan)[0].to_dict()
    stops = found.tasks.groupby(by)["task"].agg(list).map(lambda some: {*some, *(of[one] for one in some if one in of)})
    money = stops.map(lambda some: sum(costs.get(one, 0.0) for one in some))
    due = follow(found.objectives["objective"], plan.objectives["due"])
    first = due.groupby([found.objectives[one] for one in by]).min()
    keys = pd.MultiIndex.from_frame(found.ranking[by])
    money, first = (facts.reindex(keys).set_axis(found.ranking.index) for facts in (money, first))
    ranking = found.ranking.assign(money=money.astype("float64").fillna(0.0))
    ranking["first_due"] = pd.concat([ranking["first_due"], first], axis=1).min(axis=1)
    order = ["objectives", "tasks", "money", "kind", "id"]
    ranking = ranking.sort_values(order, ascending=[False, False, False, True, True], ignore_index=True)
    return found._replace(ranking=ranking)


def _money(plan: Plan) -> "tuple[pd.Series[float], bool]":
    """Return the costs by task, and whether they are approved; where no line is, what is proposed."""
    lines = cost_lines(plan)
    approved = lines[lines["state"] == "approved"]
    return (approved if len(approved) else lines).groupby("task")["amount"].sum(), bool(len(approved))


class Pulled(NamedTuple):
    """What hangs on one person, unit or supplier."""

    objectives: "pd.Series[str]"
    """Why each objective falls, index: objective."""
    tasks: "pd.Series[str]"
    """Why each task stops, index: task."""
    work: pd.DataFrame
    """What stops, by initiative (or by task where there is none): ``objective``, ``stops`` (how many tasks),
    ``money`` (budget lines of it and of its tasks that stop), ``finish`` (computed, else due)."""
    approved: bool
    """Whether the money is approved; where no line of the plan is, it is what is proposed."""


def pulled(plan: Plan, as_of: dt.date, gone: str) -> Pulled:
    """Return what falls and stops without a person, a unit (with everybody in it) or a supplier."""
    units = plan.units
    try:
        found = without_each(plan, Circumstances(as_of), units if gone in units.index else units.iloc[:0])
        falls, stops = found.objectives, found.tasks
    except PlanError:  # circles have findings of their own
        falls = stops = pd.DataFrame(columns=["id", "objective", "task", "reason"], dtype="str")
    fallen, stopped = (
        some[some["id"] == gone].drop_duplicates(of).set_index(of)["reason"]
        for some, of in ((falls, "objective"), (stops, "task"))
    )
    money, approved = _money(plan)
    tops = initiative_of(plan).reindex(stopped.index).fillna(stopped.index.to_series())
    counts = tops.value_counts(sort=False)
    own = money.reindex(counts.index).fillna(0)
    below = money.reindex(stopped.index[stopped.index != tops]).fillna(0)
    work = pd.DataFrame(
        {"stops": counts, "money": own.add(below.groupby(tops).sum(), fill_value=0)}, index=counts.index
    )
    work["objective"] = objective_of(plan).reindex(work.index)
    due = plan.tasks["due"]
    last = due.reindex(stopped.index).groupby(tops).max()
    computed = scheduled(plan)["early_finish"]
    work["finish"] = computed.reindex(work.index).fillna(due.reindex(work.index)).fillna(last.reindex(work.index))
    return Pulled(fallen, stopped, work.sort_values("money", ascending=False, kind="stable"), approved)


def backup_named(plan: Plan, as_of: dt.date, gone: str, backup: str) -> list[Edit]:
    """Return the edits that make a person the backup of all that hangs on somebody who is gone.

    Work that stops for want of a skill needs a backup who has it, so the skill is added to what the person can do.

    Raises
    ------
    PlanError
        When the person is gone too, or only a second supplier would help.
    """
    missing = _everybody(plan, gone)
    if backup in missing:
        raise PlanError(f"{plan.label(backup)} would be gone too. Choose somebody else.")
    falls, stops, _, _ = pulled(plan, as_of, gone)
    edits = [Edit("set", "objectives", row, {"backup": backup}) for row in falls.index[falls == "owner"]]
    edits += [Edit("set", "tasks", row, {"backup": backup}) for row in stops.index[stops != "only supplier"]]
    if not edits:
        raise PlanError(
            f"A backup cannot stand in for {plan.label(gone)}. Find a second supplier, or work without one."
        )
    held = several(plan.people, "skills").str.strip()
    rest = set(held[~held.index.isin(missing)].str.casefold())
    wanted = plan.demands[plan.demands["task"].isin(stops.index[stops == "only skill"])]["skill"].dropna().str.strip()
    learnt = [one for one in dict.fromkeys(wanted) if one.casefold() not in rest]
    if learnt:
        skills = "; ".join([*held[held.index == backup], *learnt])
        edits.append(Edit("set", "people", backup, {"skills": skills}))
    return edits


def _everybody(plan: Plan, gone: str) -> set[str]:
    """Return who goes with a person or a unit."""
    above = lineage(plan.content("units"))
    homes = plan.people["unit"].dropna()
    return {gone, *(str(row) for row, unit in homes.items() if gone in above.get(unit, ()))}


def watched(plan: Plan, at: Circumstances) -> pd.DataFrame:
    """Return the assumptions with the newest value of what watches each.

    Returns
    -------
    DataFrame, index = assumption
        The columns of the table, ``value``, ``on`` (its period's end), ``breached``, and ``settled`` (a decision about
        it was taken since then).
    """
    rows = plan.assumptions
    newest = latest(plan.actuals.dropna(subset=["value"]), "measure", "period_end", at)
    seen: pd.DataFrame = follow(rows["measure"], newest[["value", "period_end"]])
    value, wire, how = seen["value"], rows["threshold"], rows["comparator"]
    breached = ((how == "at_least") & (value < wire)) | ((how == "at_most") & (value > wire))
    breached |= ((how == "above") & (value <= wire)) | ((how == "below") & (value >= wire))
    decided: pd.Series[Any] = plan.decisions.dropna(subset=["about"]).groupby("about")["decided_on"].max()
    settled = decided.reindex(rows.index) >= seen["period_end"]
    return rows.assign(value=value, on=seen["period_end"], breached=breached, settled=settled)
