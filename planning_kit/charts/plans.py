"""What is best read as a table: the action plan, the week, the goals with their way, what slipped."""

import datetime as dt
from typing import Any

import pandas as pd

from planning_kit.analysis import actions
from planning_kit.charts.base import DASH, Drawn, counted, each, nothing, plain_number, spoken
from planning_kit.charts.card import headline, scored
from planning_kit.charts.computed import measured, rolled_up, worked
from planning_kit.charts.scope import under
from planning_kit.charts.written import LEVEL, tabled, written
from planning_kit.errors import PlanError
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, amount
from planning_kit.steps import exposed, reading
from planning_kit.steps.tracking.checks import not_updated

AIMS = {
    "keep_at_least": "at least {target}",
    "keep_at_most": "at most {target}",
    "keep_within": "{lower} to {upper}",
    "done_by": "done",
}
SHOWN = 7
"""Measures that need attention on one page."""
WORDS = {"action": "Action", "task": "Work", "promise": "Promise", "measure": "Measure"}


def planned(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return the action plan of a plan (see `actions.action_plan`)."""
    dates, lines = reading.scheduled(plan), reading.cost_lines(plan)
    measures, goals = plan.measures, plan.objectives
    measures = measures.assign(owner=measures["owner"].fillna(reading.follow(measures["objective"], goals["owner"])))
    state = worked(plan, dates, as_of)
    states = [rolled_up(plan, as_of)["status"], measured(plan, as_of)["status"], state["state"]]
    return actions.action_plan(
        goals,
        measures,
        plan.tasks,
        reading.objective_of(plan),
        dates,
        lines.groupby("task")["amount"].sum(),
        pd.concat([one.astype("object") for one in states]),
    )


def of(plan: Plan, rows: pd.DataFrame, reader: str) -> "pd.Series[bool]":
    """Return which rows (``owner``, ``unit``) are a unit's, with all under it, or a person's; all for nobody."""
    if reader in plan.units.index:
        units = under(plan.units, {reader})
        home = rows["owner"].map(plan.people["unit"].to_dict())
        return rows["unit"].where(rows["unit"].notna(), home).isin(units)
    return rows["owner"] == reader if reader else pd.Series(data=True, index=rows.index)


@written("There is nothing to do yet. Write objectives in step 1 and the work that serves them in step 2.")
def action_plan(plan: Plan, as_of: dt.date, *, reader: str = "") -> Drawn:
    """Write for each objective its measures and its work: who, what, when, how much, and where it stands.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Reports and values after this day are not looked at.
    reader : str
        Id of an objective, a unit or a person: only this objective, or only what they answer for.
    """
    columns = ["What", "Who", "When", "Promised for", "How much", "Status"]
    try:
        rows = planned(plan, as_of)
    except PlanError as problem:
        return nothing("action_plan", *columns, why=str(problem))
    mine = rows["objective"] == reader if reader in plan.objectives.index else of(plan, rows, reader)
    rows = rows[mine | ((rows["level"] == 0) & rows["objective"].isin(rows.loc[mine, "objective"]))]
    currency = str(plan.marked("profile", "currency") or "")
    lines: list[tuple[str, ...]] = []
    heads = []
    for goal, some in rows.groupby(rows["objective"].fillna(""), sort=False):
        heads.append(len(lines))
        if not goal:
            lines.append(("Work that serves no objective yet", *[""] * 5))
        lines += [_line(plan, one, currency) for one in each(some)]
    table = pd.DataFrame(lines, columns=columns)
    work = rows[rows["kind"] == "work"]
    late = int(work["status"].isin(["late", "blocked"]).sum())
    total = float(rows.loc[rows["level"] == 0, "money"].sum())
    title = f"{counted(len(heads), 'objective')}, {counted(len(work), 'piece')} of work"
    title += f", {amount(round(total))} {currency}".rstrip() if total else ""
    title += f"; {late} late or blocked" if late else ""
    note = f"As of {as_of:%Y-%m-%d}. Start and finish are computed; money includes what lies below, in the base case."
    return tabled("action_plan", title, table, note=note, heads=heads)


def _line(plan: Plan, one: Any, currency: str) -> tuple[str, ...]:
    """Return one line of the action plan in words."""
    name = plan.label(one.row)
    if one.kind == "measure":
        words = f"{LEVEL}Measure: {name}"
        much = aim(plan.measures.loc[one.row])
    else:
        words = LEVEL * one.level + name
        much = f"{amount(round(one.money))} {currency}".rstrip() if one.money else ""
    when = f"{spoken(one.start)} to {spoken(one.finish)}" if pd.notna(one.start) else ""
    status = "" if pd.isna(one.status) else str(one.status)
    return words, _who(plan, one), when, "" if pd.isna(one.due) else spoken(one.due), much, status


def aim(measure: Any) -> str:
    """Return what a measure aims at in words: ``82 → 90 %``, ``at most 6 complaints``."""
    numbers = {one: plain_number(measure[one]) for one in ("baseline", "target", "lower", "upper")}
    form = AIMS.get(measure["target_kind"], "{baseline} → {target}")
    return f"{form.format(**numbers)} {'' if pd.isna(measure['uom']) else measure['uom']}".rstrip()


def _who(plan: Plan, one: Any) -> str:
    """Return who does it, with the unit where one is named."""
    parts = [plan.label(each) for each in (one.owner, one.unit) if pd.notna(each)]
    return ", ".join(parts) or DASH


@written("Nothing is open this week. Write actions with a name and a day; give work durations and promises a date.")
def this_week(plan: Plan, as_of: dt.date, *, reader: str = "") -> Drawn:
    """Write what the week holds for every unit and person: actions, work that moves, promises, values due.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        A day of the week that is looked at.
    reader : str
        Id of an objective, a unit or a person: only what serves it, or is theirs.
    """
    found = held(plan, as_of)
    if reader in plan.objectives.index:
        found = found[found["row"].isin(_serving(plan, reader))]
    else:
        found = found[of(plan, found, reader)]
    lines: list[tuple[str, ...]] = []
    heads = []
    for unit, some in found.groupby(found["unit"].fillna(""), sort=False):
        heads.append(len(lines))
        lines.append((plan.label(str(unit)) if unit else "No unit", *[""] * 5))
        for one in each(some):
            hours = "" if pd.isna(one.hours) else counted_hours(one.hours)
            who = DASH if pd.isna(one.owner) else plan.label(one.owner)
            lines.append((LEVEL + plan.label(one.row), who, WORDS[one.kind], one.what, spoken(one.day), hours))
    monday, sunday = actions.week_of(as_of)
    late = int((found["what"] == "overdue").sum())
    title = f"{counted(len(found), 'thing')} to do in the week from {monday:%Y-%m-%d} to {sunday:%Y-%m-%d}"
    title += f", {late} overdue" if late else ""
    columns = ["What", "Who", "Kind", "What happens", "Day", "How much"]
    return tabled("this_week", title, pd.DataFrame(lines, columns=columns), heads=heads)


def counted_hours(hours: float) -> str:
    """Return hours as a person writes them."""
    return f"{amount(hours)} h"


def held(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return what the week of a day holds (see `actions.week`)."""
    at, people, dates = Circumstances(as_of), plan.people, reading.scheduled(plan)
    todo, heads = plan.actions, plan.units["head"]
    home = reading.follow(todo["owner"], people["unit"])
    theirs = reading.follow(todo["task"], plan.tasks["unit"])
    state = worked(plan, dates, as_of)["state"] if len(plan.tasks) else pd.Series(dtype="str")
    leaves = plan.tasks[~plan.tasks.index.isin(plan.tasks["parent"])]
    leaves = leaves[~state.reindex(leaves.index).isin(["done", "deferred", "stopped", "no dates"]).to_numpy(dtype=bool)]
    work = leaves[["owner", "unit"]].join(dates[["early_start", "early_finish"]], how="inner")
    values = not_updated(plan, at, 0)
    goals = reading.follow(values["objective"], plan.objectives[["owner", "unit"]])
    owner = values["owner"].fillna(goals["owner"])
    given = plan.promises
    return actions.week(
        as_of,
        todo.assign(unit=theirs.fillna(home)),
        work.set_axis(["owner", "unit", "start", "finish"], axis=1),
        given.assign(owner=reading.follow(given["giver"], heads), unit=given["giver"]),
        values.assign(owner=owner, unit=goals["unit"].fillna(reading.follow(owner, people["unit"]))),
    )


def _serving(plan: Plan, objective: str) -> set[str]:
    """Return what serves an objective: its work, the actions for it, promises made by it, its measures."""
    serves = reading.objective_of(plan)
    work = set(serves.index[serves == objective])
    measures = plan.measures.index[plan.measures["objective"] == objective]
    todo, given = plan.actions, plan.promises
    moved = todo.index[todo["task"].isin(work) | (todo["about"] == objective)]
    needed = given.index[given["giving_task"].isin(work) | given["needed_by_task"].isin(work)]
    return {*work, *measures, *moved, *needed}


@written("There is no measure yet. Add measures with a baseline, a target and a day in step 1.")
def goals(plan: Plan, as_of: dt.date) -> Drawn:
    """Write objectives with their measures: where they begin, the smaller targets on the way, the end goal.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Values after this day are not looked at.
    """
    states = measured(plan, as_of)["status"]
    way = plan.targets.dropna(subset=["measure", "value"]).sort_values("period_end")
    steps: dict[Any, pd.DataFrame] = dict(iter(way.groupby("measure")))
    lines: list[tuple[str, ...]] = []
    heads = []
    for row, one in plan.objectives.iterrows():
        heads.append(len(lines))
        lines.append((plan.label(str(row)), _name(plan, one["owner"]), "", "", spoken(one["due"]), ""))
        for m in each(plan.measures[plan.measures["objective"] == row]):
            smaller = [f"{p.period_end:%Y-%m-%d}: {plain_number(p.value)}" for p in each_of(steps.get(m.Index), m.due)]
            owner = m.owner if pd.notna(m.owner) else one["owner"]
            ends = ("; ".join(smaller), aim(plan.measures.loc[m.Index]))
            lines.append((LEVEL + plan.label(m.Index), _name(plan, owner), *ends, spoken(m.due), states[m.Index]))
    columns = ["Objective, measure", "Who", "Smaller targets on the way", "End goal", "Due", "Status"]
    title = f"{counted(len(heads), 'objective')} with {counted(len(lines) - len(heads), 'measure')}"
    return tabled("goals", title, pd.DataFrame(lines, columns=columns), heads=heads)


def each_of(points: pd.DataFrame | None, due: Any) -> Any:
    """Return the points of a way before its end."""
    return () if points is None else points[points["period_end"] != due].itertuples()


def _name(plan: Plan, row: Any) -> str:
    return DASH if pd.isna(row) else plan.label(row)


@written("Nobody is named yet. Add people in the overview, and an owner to every objective and piece of work.")
def people_in_charge(plan: Plan, as_of: dt.date) -> Drawn:
    """Write who answers for what: the leader and the sponsor first, then every owner with objectives and work.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Not looked at: who answers does not depend on the day.
    """
    del as_of
    tasks, profile = plan.tasks, plan.one("profile")
    top = tasks[~tasks["parent"].isin(tasks.index)]
    owned = [some.dropna(subset="owner").groupby("owner").groups for some in (plan.objectives, top)]
    charge = {profile.get(one): word for one, word in (("sponsor", "Sponsor"), ("leader", "Plan leader"))}
    order = dict.fromkeys([*reversed(charge), *(one for some in owned for one in some)])
    lines = []
    for person in (one for one in order if one in plan.people.index):
        facts = plan.people.loc[person]
        of_plan = [charge[person]] if person in charge else []
        role = [str(facts["role"])] if pd.notna(facts["role"]) and facts["role"] != facts["name"] else []
        goals_of, work_of = ("; ".join(plan.label(str(one)) for one in some.get(person, ())) for some in owned)
        lines.append(
            (plan.label(str(person)), "; ".join(of_plan + role), _name(plan, facts["unit"]), goals_of, work_of)
        )
    columns = ["Person", "Role", "Unit", "Answers for", "Leads"]
    return tabled(
        "people_in_charge", f"{counted(len(lines), 'person', 'people')} in charge", pd.DataFrame(lines, columns=columns)
    )


@written("Nothing hangs on one person, unit or supplier alone, as far as objectives, owners and backups are entered.")
def single_points(plan: Plan, as_of: dt.date) -> Drawn:
    """Write on whom the plan hangs alone: what falls when a person, a unit or a supplier is gone.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Only work that is still open counts.
    """
    columns = ["Without", "Kind", "Objectives that fall", "Work that stops", "Money at stake", "First date at stake"]
    try:
        found = exposed.failures(plan, as_of)
    except PlanError as problem:
        return nothing("single_points", *columns, why=str(problem))
    lost = found.objectives.groupby("id")["objective"].unique().to_dict()
    currency = str(plan.marked("profile", "currency") or "")
    lines = []
    for one in each(found.ranking[found.ranking["kind"] != "unit"]):
        falls = "; ".join(plan.label(row) for row in lost.get(one.id, ()))
        at_stake = f"{amount(round(one.money))} {currency}".rstrip() if one.money else ""
        stops = str(int(one.tasks)) if one.tasks else ""
        first = spoken(one.first_due) if pd.notna(one.first_due) else ""
        lines.append((plan.label(one.id), one.kind, falls, stops, at_stake, first))
    title = f"{counted(len(lines), 'person, unit or supplier', 'people, units or suppliers')} alone can stop something"
    return tabled("single_points", title, pd.DataFrame(lines, columns=columns))


@written("Every measure that can be judged is on track, as far as measures and values are entered.")
def attention(plan: Plan, as_of: dt.date) -> Drawn:
    """Write the measures that are behind, the worst first, with what is done about them.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Values after this day are not looked at.
    """
    facts = scored(plan, as_of)
    red = facts[facts["status"].isin(["behind", "at risk", "not met"])]
    done = plan.countermeasures[plan.countermeasures["done_on"].isna()]
    lines = []
    for one in each(red.head(SHOWN)):
        mine = done[done["about"].isin([one.Index, plan.measures.loc[one.Index, "objective"]])]
        answer = "; ".join(f"{c.what} ({_name(plan, c.owner)}, {spoken(c.due)})" for c in each(mine))
        value = f"{plain_number(one.actual)}, aim {aim(plan.measures.loc[one.Index])}"
        lines.append((one.name, one.owner, value, one.status, answer or DASH))
    columns = ["Measure", "Who", "Value", "Status", "What is done"]
    note = f"The {SHOWN} worst of them." if len(red) > SHOWN else ""
    return tabled("attention", headline(facts["status"]), pd.DataFrame(lines, columns=columns), note=note)
