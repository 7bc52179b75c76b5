"""A plan against an earlier one: dates that slipped, money that moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from planning_kit.charts.base import counted, each, names, nothing, spoken
from planning_kit.charts.written import LEVEL, tabled, written
from planning_kit.spec import amount
from planning_kit.steps import reading

if TYPE_CHECKING:
    import datetime as dt

    from planning_kit.charts.base import Drawn
    from planning_kit.plan import Plan


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
