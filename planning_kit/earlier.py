"""An earlier state of a plan to compare with: a baseline, a named revision, the end of a day, or a number."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import NamedTuple

from planning_kit.errors import PlanError
from planning_kit.plan import Past, Plan
from planning_kit.spec import ANY

DAYS = 60
"""Days on which something was changed that are offered, the newest."""
DAY, BEGINNING = "End of", "The beginning"


class Earlier(NamedTuple):
    """A plan at an earlier revision, and what it is called."""

    plan: Plan
    name: str


class Choice(NamedTuple):
    """What a plan may be compared with: how it is written, what it is called, its revision."""

    since: str
    title: str
    revision: int


def choices(plan: Plan) -> list[Choice]:
    """Return what a plan may be compared with: baselines, other named revisions, ends of days, newest first."""
    kept = plan.baselines.dropna(subset=["revision"]).sort_values("revision", ascending=False)
    at = kept["revision"].astype("int64").items()
    found = [Choice(str(row), f"Baseline {plan.label(str(row))}", revision) for row, revision in at]
    if plan.past is not None:
        taken = {one.revision for one in found}
        named = [(name, revision) for name, revision in plan.past.names().items() if revision not in taken]
        found += [Choice(name, f"Revision {name}", revision) for name, revision in reversed(named)]
        found += [Choice(day, f"{DAY} {day}", revision) for day, revision in list(plan.past.days().items())[:DAYS]]
        found.append(Choice("1", BEGINNING, 1))
    return [one for one in found if one.revision < plan.revision]


def usual(plan: Plan) -> Choice:
    """Return what a plan is compared with while nothing is chosen: the newest with a name, else the beginning."""
    named = [one for one in choices(plan) if not one.title.startswith(DAY)]
    return max(named, key=lambda one: one.revision, default=Choice("0", BEGINNING, 0))


def number(past: Past, name: str | int) -> int:
    """Return the revision that is meant by a number or by its name.

    Raises
    ------
    PlanError
        When there is none of this name.
    """
    names = past.names()
    if name in names:
        return names[str(name)]
    if isinstance(name, str) and not (name.isascii() and name.isdecimal()):
        message = f"“{name}” is not a named revision. Names are: {', '.join(names) or 'none yet'}."
        raise PlanError(message)
    return int(name)


def earlier(plan: Plan, since: str = "") -> Earlier:
    """Return the plan as it was.

    Parameters
    ----------
    plan : Plan
    since : str
        Name of a revision, or of a row that stands for one (a baseline); a day; a number. Nothing is `usual`.

    Raises
    ------
    PlanError
        When there is no such revision.
    """
    past = plan.past
    if past is None:
        raise PlanError("This plan has no history to compare with.")
    if not since:
        _, name, revision = usual(plan)
    else:
        revision, name = _meant(plan, past, since)
    if revision > plan.revision:
        raise PlanError(f"since: {since} is revision {revision}, newer than revision {plan.revision} looked at.")
    return Earlier(past.earlier(revision), f"{name} (revision {revision})")


def _meant(plan: Plan, past: Past, since: str) -> tuple[int, str]:
    """Return the revision that is meant by what was written, and what it is called."""
    if since not in past.names():
        with contextlib.suppress(ValueError):
            row = plan.find((ANY,), since)
            table = plan.table_of(row)
            if table is not None and (known := plan.row(table.name, row).get("revision")) is not None:
                return int(known), plan.label(row)
        with contextlib.suppress(ValueError):
            day = dt.date.fromisoformat(since).isoformat()
            return next((last for one, last in past.days().items() if one <= day), 0), day
    return number(past, since), since
