"""The part of a plan that one unit or one person answers for: the same plan, with fewer rows."""

import functools
from collections.abc import Mapping

import pandas as pd

from planning_kit.frames import Content
from planning_kit.plan import Plan
from planning_kit.spec.values import SEPARATOR

FOLLOWS = {
    "measures": ("objective", "objectives"),
    "actuals": ("measure", "measures"),
    "targets": ("measure", "measures"),
    "updates": ("task", "tasks"),
    "dependencies": ("successor", "tasks"),
    "costs": ("task", "tasks"),
    "budget_lines": ("task", "tasks"),
}
"""Tables whose rows go with a row of another table: the field and the table it points to."""

CONCERNS = (
    *("actions", "achievements", "assumptions", "communications", "contributions", "countermeasures", "decisions"),
    *("funding", "issues", "promises", "responsibilities", "risks", "stops", "virements"),
)
"""Tables whose rows are kept when they name anything or anybody that is kept."""


def scoped(
    plan: Plan, unit: str | None = None, person: str | None = None, theme: str | None = None, level: str | None = None
) -> Plan:
    """Return the part of a plan that a unit (with everything under it) or a person answers for, or of a theme or level.

    Objectives and tasks are kept when they belong to the unit or the person owns them, tasks also when they lie
    under a kept one or serve a kept objective; measures, values, reports, money and dependencies follow them.

    Parameters
    ----------
    plan : Plan
    unit, person, theme, level : str, optional
        Ids, and a level of objectives; without any the whole plan is returned.
    """
    if not unit and not person and not theme and not level:
        return plan
    units = under(plan.units, {unit}) if unit else set()
    people = {person} if person else set(plan.people.index[plan.people["unit"].isin(units)])
    kept: dict[str, pd.DataFrame] = {}
    objectives, tasks = plan.objectives, plan.tasks
    mine = objectives["unit"].isin(units) | objectives["owner"].isin(people) | (objectives["theme"] == (theme or ""))
    mine |= objectives["level"] == (level or "")
    kept["objectives"] = objectives[mine]
    own = (
        tasks["unit"].isin(units) | tasks["owner"].isin(people) | tasks["objective"].isin(set(kept["objectives"].index))
    )
    kept["tasks"] = tasks.loc[[row for row in tasks.index if row in under(tasks, set(tasks.index[own]))]]
    for name, (field, table) in FOLLOWS.items():
        frame = plan.frame(name)
        kept[name] = frame[frame[field].isin(set(kept[table].index))]
    known = {*units, *people, *(str(row) for frame in kept.values() for row in frame.index)}
    kept |= {name: _concerning(plan, name, known) for name in CONCERNS}
    return _with(plan, kept)


def _concerning(plan: Plan, name: str, known: set[str]) -> pd.DataFrame:
    """Return the rows of a table that name one of these rows."""
    frame = plan.frame(name)
    named = pd.Series(data=False, index=frame.index)
    for field in (one for one in plan.tables[name].fields.values() if one.is_reference):
        links = frame[field.name].dropna().astype("str").str.split(SEPARATOR).explode()
        named |= links.isin(known).groupby(level=0).any().reindex(frame.index, fill_value=False)
    return frame[named]


def under(frame: pd.DataFrame, roots: set[str]) -> set[str]:
    """Return rows of a tree and all rows below them."""
    found = set(roots)
    while True:
        below = set(frame.index[frame["parent"].isin(found)]) - found
        if not below:
            return found
        found |= below


def _with(plan: Plan, frames: Mapping[str, pd.DataFrame]) -> Plan:
    contents = {
        name: Content(table, functools.partial(frames.__getitem__, name)) if name in frames else plan.content(name)
        for name, table in plan.tables.items()
    }
    return Plan(contents, plan.revision, beside=plan.beside, past=plan.past)
