"""An earlier state of a plan, and what became of it: which rows differ, who changed them and why."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from planning_kit.errors import PlanError
from planning_kit.plan import Difference, Plan
from planning_kit.spec import ANY, shown
from planning_kit.store import Revision
from planning_kit.workbook import Workbook

MOST = 10_000
"""Transactions that are looked through for who and why."""


class Earlier(NamedTuple):
    """A plan at an earlier revision, and what it is called."""

    plan: Plan
    name: str


def earlier(workbook: Workbook, since: str, now: int) -> Earlier:
    """Return the plan as it was.

    Parameters
    ----------
    workbook : Workbook
    since : str
        Name of a revision, or of a row that stands for one (a baseline); a day; a number. Nothing is the newest
        named revision before now, else the first revision.
    now : int
        The revision looked at.

    Raises
    ------
    PlanError
        When there is no such revision.
    """
    names = workbook.store.names()
    if not since:
        named = [(revision, name) for name, revision in names.items() if revision < now]
        revision, name = max(named, default=(min(1, now), "the beginning"))
        return Earlier(workbook.store.plan(revision), f"{name} (revision {revision})")
    if since not in names:
        with contextlib.suppress(ValueError):
            row = workbook.plan.find((ANY,), since)
            table = workbook.plan.table_of(row)
            known = workbook.plan.row(table.name, row).get("revision") if table else None
            if known is not None:
                return Earlier(workbook.store.plan(int(known)), f"{since} (revision {known})")
        with contextlib.suppress(ValueError):
            day = dt.date.fromisoformat(since).isoformat()
            older = [one.revision for one in workbook.history(limit=MOST) if one.made_at[:10] <= day]
            return Earlier(workbook.store.plan(max(older, default=0)), f"{day} (revision {max(older, default=0)})")
    plan = workbook.at(since)
    if plan.revision > now:
        raise PlanError(f"since: {since} is revision {plan.revision}, which is newer than revision {now} looked at.")
    return Earlier(plan, f"{since} (revision {plan.revision})")


def lines(old: Plan, new: Plan, found: Iterable[Difference], history: Iterable[Revision]) -> list[tuple[str, ...]]:
    """Return a line for each difference: what, the field, was, is, who and when, why."""
    last: dict[tuple[str, str], Revision] = {}
    for one in sorted(history, key=lambda each: each.revision):
        for change in one.changes:
            last |= {(change.row, name): one for name in ("", *change.before, *change.after)}
    said: list[tuple[str, ...]] = []
    for each in found:
        place = new if new.has(each.row) else old
        field = place.tables[each.table].fields.get(each.field)
        if field is None:
            facts = ("", "", "added" if each.before is None else "dropped")
        else:
            was, now = shown(field, each.before, old.label), shown(field, each.after, new.label)
            facts = (field.title, was or "—", now or "—")
        by = last.get((each.row, each.field)) or last.get((each.row, ""))
        said.append(
            (place.label(each.row), *facts, f"{by.author}, {by.made_at[:10]}" if by else "", by.reason if by else "")
        )
    return said
