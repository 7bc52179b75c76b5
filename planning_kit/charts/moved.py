"""A plan against an earlier one: what was added, dropped, re-weighted, slipped and moved, and who decided it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from planning_kit.charts.base import DASH, counted, each, names, nothing, short, spoken
from planning_kit.charts.chances import forecasts
from planning_kit.charts.finish import percent
from planning_kit.charts.written import LEVEL, tabled, written
from planning_kit.spec import amount, shown
from planning_kit.steps import reading

if TYPE_CHECKING:
    import datetime as dt

    from planning_kit.charts.base import Drawn
    from planning_kit.plan import Difference, Plan

ADDED, DROPPED, WEIGHED, OTHERWISE = "Added", "Dropped", "Re-weighted", "Changed otherwise"
AIMS = ("objectives", "measures")
LONG = 160
"""Longest text of one value."""
NO_OTHER = "Nothing can be compared yet. Keep a baseline in step 4 when the plan is agreed, then change the plan."


def turn(one: Difference) -> str:
    """Return the kind of a difference."""
    if not one.field:
        return ADDED if one.before is None else DROPPED
    return WEIGHED if one.field == "weight" else OTHERWISE


def because(plan: Plan, before: Plan, row: str, field: str) -> tuple[str, str]:
    """Return who changed a row (a field of it) last since an earlier plan and when, and why."""
    for one in plan.past.history(row) if plan.past is not None else ():
        touched = {name for change in one.changes for name in ("", *change.before, *change.after)}
        if before.revision < one.revision <= plan.revision and field in touched:
            return f"{one.author}, {one.made_at[:10]}", one.reason
    return "", ""


def turned(name: str, plan: Plan, before: Plan | None, *tables: str) -> Drawn:
    """Return what differs in some tables: a line a row and field, by kind, with who did it and why."""
    columns = ["What", "Field", "Was", "Is", "By", "Why"]
    if before is None:
        return nothing(name, *columns)
    found = before.diff(plan, *tables)
    noun = plan.tables[tables[0]].noun
    lines: list[tuple[str, ...]] = []
    ids, heads, said = [], [], []
    for kind in (ADDED, DROPPED, WEIGHED, OTHERWISE):
        mine = [one for one in found if turn(one) == kind]
        if mine:
            heads.append(len(lines))
            lines.append((kind, *[""] * 5))
            count = {one.row for one in mine if kind == OTHERWISE or one.table == tables[0]}
            said.append(f"{counted(len(count), 'row' if kind == OTHERWISE else noun)} {kind.lower()}")
        lines += [_difference(plan, before, one, alone=one.table == tables[0]) for one in mine]
        ids += ["", *(one.row for one in mine)] if mine else []
    if not lines:
        return nothing(name, *columns, why=f"No {noun} differs: all are as they were.")
    return tabled(name, ", ".join(said), pd.DataFrame(lines, index=ids, columns=columns), heads=heads)


def _difference(plan: Plan, before: Plan, one: Difference, *, alone: bool) -> tuple[str, ...]:
    """Return the line of one difference; `alone`: it needs no word for what it is."""
    place = plan if plan.has(one.row) else before
    table = place.tables[one.table]
    words = LEVEL + place.label(one.row) + ("" if alone else f" ({table.noun})")
    if (field := table.fields.get(one.field)) is None:
        return (words, "", "", "", *because(plan, before, one.row, one.field))
    both = (shown(field, one.before, before.label), shown(field, one.after, plan.label))
    was, now = (short(text, LONG) or DASH for text in both)
    return (words, field.title, was, now, *because(plan, before, one.row, one.field))


@written(NO_OTHER)
def objectives_moved(plan: Plan, as_of: dt.date, *, before: Plan | None = None) -> Drawn:
    """Write which objectives were added, dropped, re-weighted or changed otherwise, with their measures.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Not looked at: the two plans are compared as they stand.
    before : Plan
        The plan to compare with.
    """
    del as_of
    return turned("objectives_moved", plan, before, *AIMS)


@written(NO_OTHER)
def work_moved(plan: Plan, as_of: dt.date, *, before: Plan | None = None) -> Drawn:
    """Write which work was added, dropped or changed.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Not looked at: the two plans are compared as they stand.
    before : Plan
        The plan to compare with.
    """
    del as_of
    return turned("work_moved", plan, before, "tasks")


@written(NO_OTHER)
def decided(plan: Plan, as_of: dt.date, *, before: Plan | None = None) -> Drawn:
    """Write what was decided since an earlier plan, first about what has changed, and what changed without a decision.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Not looked at: the two plans are compared as they stand.
    before : Plan
        The plan to compare with.
    """
    del as_of
    columns = ["Decision", "Why", "Who", "On", "About"]
    if before is None:
        return nothing("decided", *columns)
    fresh = plan.decisions[~plan.decisions.index.isin(before.decisions.index)]
    found = before.diff(plan, *AIMS, "tasks")
    open_yet = {one.row for one in found if one.table == AIMS[0] and turn(one) != OTHERWISE} - set(fresh["about"])
    about = fresh["about"].isin({one.row for one in before.diff(plan)})
    lines: list[tuple[str, ...]] = []
    ids, heads = [], []
    for title, some in (("About what has changed", fresh[about]), ("Other decisions", fresh[~about])):
        if len(some):
            heads.append(len(lines))
            lines.append((title, *[""] * 4))
            ids += ["", *map(str, some.index)]
        for one, who, what in zip(each(some), names(plan, some["decided_by"]), names(plan, some["about"]), strict=True):
            lines.append((LEVEL + one.text, one.reason, who, spoken(one.decided_on), what))
    bare = [(LEVEL + (plan if plan.has(row) else before).label(row), *[""] * 4) for row in sorted(open_yet)]
    if bare:
        heads.append(len(lines))
        lines += [("Objectives changed without a decision", *[""] * 4), *bare]
        ids += ["", *sorted(open_yet)]
    if not lines:
        return nothing(
            "decided", *columns, why="Nothing was decided since, and no objective came, went or was re-weighted."
        )
    title = counted(len(fresh), "decision")
    title += f"; {counted(len(bare), 'objective')} came, went or changed weight without one" if bare else ""
    return tabled("decided", title, pd.DataFrame(lines, index=ids, columns=columns).fillna(""), heads=heads)


@written("No chance can be compared yet. Give initiatives an objective and their work durations, in both plans.")
def chances_moved(plan: Plan, as_of: dt.date, *, before: Plan | None = None) -> Drawn:
    """Write the simulated chance of each objective in an earlier plan and now (see `forecasts`).

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Work reported by this day as finished is certain.
    before : Plan
        The plan to compare with.
    """
    if before is None:
        return nothing("chances_moved", "Objective", "Was", "Is")
    return chances_between(plan, before, forecasts(before, as_of), forecasts(plan, as_of))


def chances_between(plan: Plan, before: Plan, was: pd.Series[float], now: pd.Series[float]) -> Drawn:
    """Return the chances of the objectives of two plans side by side, the greatest loss first."""
    columns = ["Objective", "Was", "Is", "Points"]
    both = pd.DataFrame({"was": was, "now": now}).dropna(how="all")
    if both.empty:
        return nothing("chances_moved", *columns)
    both = both.assign(moved=((both["now"] - both["was"]) * 100).round()).sort_values("moved", kind="stable")
    worse, better = int((both["moved"] < 0).sum()), int((both["moved"] > 0).sum())
    title = f"The chance of {counted(worse, 'objective')} fell, of {better} it rose"
    title = title if worse or better else "The chance of no objective has changed"
    table = pd.DataFrame(
        {
            columns[0]: [(plan if plan.has(str(row)) else before).label(str(row)) for row in both.index],
            columns[1]: ["not in the plan" if pd.isna(one) else percent(one) for one in both["was"]],
            columns[2]: ["not in the plan" if pd.isna(one) else percent(one) for one in both["now"]],
            columns[3]: ["" if pd.isna(one) else f"{one:+.0f}" for one in both["moved"]],
        },
        index=both.index,
    )
    note = "In how many simulated runs of the schedule all its funded initiatives end by its date."
    return tabled("chances_moved", title, table, note=note)


@written("No date can be compared yet. Give work durations in step 4, and compare with a plan that has them too.")
def slips(plan: Plan, as_of: dt.date, *, before: Plan | None = None) -> Drawn:
    """Write which work finishes on another day than in an earlier plan, and whose due date moved.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Not looked at: the computed dates do not depend on it.
    before : Plan
        The plan to compare with.
    """
    del as_of
    columns = ["What", "Owner", "Was", "Is", "Days later"]
    if before is None:
        return nothing("slips", *columns)
    old, new = (reading.scheduled(one)["early_finish"] for one in (before, plan))
    ends = pd.DataFrame({"was": old, "is": new}).dropna()
    if ends.empty:
        return nothing("slips", *columns)
    due = pd.DataFrame({"was": before.objectives["due"], "is": plan.objectives["due"]}).dropna()
    lines: list[tuple[str, ...]] = []
    heads = []
    for title, some, owner in (
        ("Work, by its computed finish", ends, plan.tasks["owner"]),
        ("Objectives, by their due date", due, plan.objectives["owner"]),
    ):
        late = some.assign(days=(some["is"] - some["was"]).dt.days, owner=owner.reindex(some.index))
        late = late[late["days"] != 0].sort_values("days", ascending=False, kind="stable")
        if len(late):
            heads.append(len(lines))
            lines.append((title, *[""] * 4))
        for one, who in zip(each(late), names(plan, late["owner"]), strict=True):
            lines.append((LEVEL + plan.label(one.Index), who, spoken(one.was), spoken(one[2]), f"{one.days:+d}"))
    later, sooner = int((ends["is"] > ends["was"]).sum()), int((ends["is"] < ends["was"]).sum())
    title = f"{counted(later, 'piece')} of work later, {sooner} earlier of {len(ends)}; "
    title += f"the end was {spoken(ends['was'].max())} and is {spoken(ends['is'].max())}"
    if not lines:
        return nothing("slips", *columns, why="No date differs: all work that is in both plans ends on the same day.")
    return tabled("slips", title, pd.DataFrame(lines, columns=columns), heads=heads)


@written("No money can be compared yet. Enter budget lines in step 3, and compare with a plan that has them too.")
def money_moved(plan: Plan, as_of: dt.date, *, before: Plan | None = None) -> Drawn:
    """Write what units and initiatives may spend now and in an earlier plan (costs, expected case).

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Not looked at: the budget is that of the whole plan.
    before : Plan
        The plan to compare with.
    """
    del as_of
    columns = ["Where", "Was", "Is", "Difference"]
    if before is None:
        return nothing("money_moved", *columns)
    old, new = reading.cost_lines(before), reading.cost_lines(plan)
    if old.empty and new.empty:
        return nothing("money_moved", *columns)
    lines: list[tuple[str, ...]] = []
    heads = []
    for title, field in (("Units", "unit"), ("Initiatives", "task")):
        sums = [some.groupby(field)["amount"].sum() for some in (old, new)]
        both = pd.DataFrame({"was": sums[0], "is": sums[1]}).fillna(0.0)
        both = both.assign(change=both["is"] - both["was"])
        both = both[both["change"].abs() >= 0.005]  # noqa: PLR2004 - half a cent
        if len(both):
            heads.append(len(lines))
            lines.append((title, "", "", ""))
        for one in each(both.sort_values("change", kind="stable")):
            known = plan if plan.has(one.Index) else before
            numbers = (amount(one.was), amount(one[2]), f"{'+' if one.change > 0 else ''}{amount(one.change)}")
            lines.append((LEVEL + known.label(one.Index), *numbers))
    totals = [float(some["amount"].sum()) for some in (old, new)]
    currency = str(plan.marked("profile", "currency") or "")
    title = f"The plan cost {amount(totals[0])} {currency} and costs {amount(totals[1])} {currency} now"
    if not lines:
        return nothing("money_moved", *columns, why="No money moved: every unit and initiative has what it had.")
    return tabled("money_moved", title, pd.DataFrame(lines, columns=columns), heads=heads)
