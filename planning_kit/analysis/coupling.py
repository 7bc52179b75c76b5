"""Where units depend on each other: coupled blocks, silos, and what hangs on one person, unit or supplier.

Examples
--------
>>> import pandas as pd
>>> waits = {"B": "AD", "C": "B", "D": "C", "E": "A", "F": "EG", "G": "F"}
>>> links = pd.DataFrame([(a, b) for b, before in waits.items() for a in before],
...                      columns=["predecessor", "successor"])
>>> partition(links)
[('A',), ('E',), ('B', 'C', 'D'), ('F', 'G')]
"""

from collections.abc import Hashable, Iterable, Iterator
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import pandas as pd

from planning_kit.analysis._frames import column, days, keyed, rows_of
from planning_kit.analysis._network import parents, tree_levels


class Failures(NamedTuple):
    """What `single_points_of_failure` found."""

    ranking: pd.DataFrame
    """One row per person, unit or supplier on whom something hangs, the gravest first: ``kind``, ``id``,
    ``objectives`` (how many fall), ``share`` (of all objectives), ``tasks`` (how many stop), ``money`` (of
    these tasks), ``first_due``."""
    objectives: pd.DataFrame
    """One row per objective that falls: ``kind``, ``id`` (who is gone), ``objective``, ``reason``."""
    tasks: pd.DataFrame
    """One row per task that stops: ``kind``, ``id`` (who is gone), ``task``, ``reason``."""


def partition(dependencies: pd.DataFrame, items: Iterable[Hashable] = ()) -> list[tuple[Hashable, ...]]:
    """Return the blocks of a dependency structure matrix in an order in which each waits for earlier ones only.

    Parameters
    ----------
    dependencies : DataFrame
        ``predecessor``, ``successor`` (units, tasks, anything with an id). A link with an open end couples nothing.
    items : iterable, optional
        Items without a dependency; each makes a block of its own.

    Returns
    -------
    list of tuple
        Strongly connected components in topological order: what stands together in one tuple waits for each
        other and must be planned together. Blocks that could stand at the same place come smaller first, then in
        the order of their ids, whatever the order of the rows.

    Notes
    -----
    Partitioning of a design structure matrix (Steward, 1981) by strongly connected components (Tarjan, 1972).
    """
    dependencies = rows_of(dependencies, "dependencies", "predecessor", "successor")
    dependencies = dependencies.dropna(subset=["predecessor", "successor"])
    after: dict[Hashable, list[Hashable]] = {item: [] for item in items}
    for a, b in zip(dependencies["predecessor"], dependencies["successor"], strict=True):
        after.setdefault(a, []).append(b)
        after.setdefault(b, [])
    blocks = [tuple(sorted(block, key=str)) for block in _components(after)]
    block_of = {item: number for number, block in enumerate(blocks) for item in block}
    level = [0] * len(blocks)
    for number in reversed(range(len(blocks))):  # the walk yields successors first
        for other in (other for item in blocks[number] for other in after[item]):
            if block_of[other] != number:
                level[block_of[other]] = max(level[block_of[other]], level[number] + 1)
    order = sorted(range(len(blocks)), key=lambda n: (level[n], len(blocks[n]), [str(i) for i in blocks[n]]))
    return [blocks[number] for number in order]


def _components(after: dict[Hashable, list[Hashable]]) -> Iterator[list[Hashable]]:
    """Yield the strongly connected components, each after the ones it leads to (Tarjan, without recursion)."""
    found: dict[Hashable, int] = {}
    lowest: dict[Hashable, int] = {}
    open_items: list[Hashable] = []
    is_open: set[Hashable] = set()
    for root, leads_to in after.items():
        walk = [] if root in found else [(root, iter(leads_to))]
        while walk:
            item, following = walk[-1]
            if item not in found:
                found[item] = lowest[item] = len(found)
                open_items.append(item)
                is_open.add(item)
            for other in following:
                if other not in found:
                    walk.append((other, iter(after[other])))
                    break
                if other in is_open:
                    lowest[item] = min(lowest[item], found[other])
            else:
                walk.pop()
                if walk:
                    lowest[walk[-1][0]] = min(lowest[walk[-1][0]], lowest[item])
                if lowest[item] == found[item]:
                    block = [open_items.pop()]
                    while block[-1] != item:
                        block.append(open_items.pop())
                    is_open.difference_update(block)
                    yield block


def silo_index(dependencies: pd.DataFrame, units: pd.Series) -> pd.DataFrame:
    """Return how far each unit works only with itself.

    Parameters
    ----------
    dependencies : DataFrame
        ``predecessor``, ``successor``: task ids.
    units : Series, index = task id
        The unit of each task. A dependency of a task without a unit counts for nobody.

    Returns
    -------
    DataFrame, index = unit
        ``internal``, ``external`` (numbers of dependencies; an external one counts for both units),
        ``silo_index`` = internal / (internal + external): 1 = depends on nobody and nobody on it, 0 = only on
        others; NaN without a dependency.
    """
    dependencies = rows_of(dependencies, "dependencies", "predecessor", "successor")
    ends = [dependencies[name].map(units) for name in ("predecessor", "successor")]
    known = ends[0].notna() & ends[1].notna()
    first, second = ends[0][known], ends[1][known]
    inside = first == second
    every = pd.Index(units.dropna().unique(), name=units.name)
    found = pd.DataFrame(
        {
            "internal": first[inside].value_counts().reindex(every, fill_value=0),
            "external": pd.concat([first[~inside], second[~inside]]).value_counts().reindex(every, fill_value=0),
        },
        index=every,
    )
    total = found["internal"] + found["external"]
    return found.assign(silo_index=found["internal"] / total.where(total > 0))


def single_points_of_failure(  # noqa: PLR0913 - the tables a failure can reach
    objectives: pd.DataFrame,
    tasks: pd.DataFrame,
    people: pd.DataFrame,
    units: pd.DataFrame,
    *,
    responsibilities: pd.DataFrame | None = None,
    contributions: pd.DataFrame | None = None,
    demands: pd.DataFrame | None = None,
    money: pd.Series | None = None,
) -> Failures:
    """Remove each person, unit and supplier in turn and return what falls.

    Parameters
    ----------
    objectives : DataFrame, index = id
        ``owner``; optional ``backup``.
    tasks : DataFrame, index = id
        ``parent``, ``objective``, ``owner``; optional ``backup``, ``supplier``, ``due``.
    people : DataFrame, index = id
        ``unit``; optional ``skills`` (text, separated by ``;``).
    units : DataFrame, index = id
        ``parent``. With a unit go the units below it and their people.
    responsibilities : DataFrame, optional
        ``task``, ``party``, ``role``: those with role R do the task; without one the owner does it.
    contributions : DataFrame, optional
        ``task``, ``objective``: further objectives a task serves.
    demands : DataFrame, optional
        ``task``, ``skill``: a skill that only those who are gone have stops the task.
    money : Series, index = task id, optional
        Money at stake per task.

    Returns
    -------
    Failures
        Whoever has a named backup outside what is removed does not bring anything down. A task stops when
        all its doers, its supplier or its only skill are gone. An objective falls when its owner goes, when
        all its tasks stop, or when one stops for want of a supplier or a skill nobody else has.
    """
    keyed(objectives, "objectives", "owner")
    keyed(tasks, "tasks", "parent", "objective", "owner")
    keyed(people, "people", "unit")
    work = _work(tasks, responsibilities, contributions, demands, people)
    goals = _goals(objectives)
    fallen: list[tuple[str, Hashable, Hashable, str]] = []
    stopped: list[tuple[str, Hashable, Hashable, str]] = []
    for kind, who, gone in _removals(people, units, tasks):
        stops = list(_stops(work, gone))
        stopped += [(kind, who, task, reason) for task, reason in stops]
        fallen += [(kind, who, objective, reason) for objective, reason in _falls(goals, work, stops, gone)]
    lost = pd.DataFrame(fallen, columns=["kind", "id", "objective", "reason"], dtype=None if fallen else "str")
    halted = pd.DataFrame(stopped, columns=["kind", "id", "task", "reason"], dtype=None if stopped else "str")
    return Failures(_ranking(lost, halted, objectives, tasks, money), lost, halted)


class _Work(NamedTuple):
    """Leaves of the task tree by id: who does them, with what, for what; and the way back from who is gone."""

    doers: dict[Hashable, set[Hashable]]
    backup: dict[Hashable, Hashable]
    supplier: dict[Hashable, Hashable]
    experts: dict[Hashable, list[set[Hashable]]]
    serves: dict[Hashable, set[Hashable]]
    touched: dict[Hashable, list[tuple[int, Hashable]]]
    """By person, unit or supplier: the leaves they have a part in, with their places."""
    carried: dict[Hashable, int]
    """By objective: how many leaves serve it."""


class _Goals(NamedTuple):
    """Objectives by id: who owns them, who would step in, where they stand; and what each owner owns."""

    owner: dict[Hashable, Hashable]
    backup: dict[Hashable, Hashable]
    place: dict[Hashable, int]
    owned: dict[Hashable, list[Hashable]]


def _goals(objectives: pd.DataFrame) -> _Goals:
    """Return the objectives with the way back from their owners."""
    owned: dict[Hashable, list[Hashable]] = {}
    for objective, owner in objectives["owner"].items():
        owned.setdefault(owner, []).append(objective)
    backup = dict(column(objectives, "backup").dropna().items())
    place = {objective: number for number, objective in enumerate(objectives.index)}
    return _Goals(dict(objectives["owner"].items()), backup, place, owned)


def _work(
    tasks: pd.DataFrame,
    responsibilities: pd.DataFrame | None,
    contributions: pd.DataFrame | None,
    demands: pd.DataFrame | None,
    people: pd.DataFrame,
) -> _Work:
    """Return the leaves with all that can stop them."""
    leaves = tasks.index[~tasks.index.isin(tasks["parent"])]
    doers: dict[Hashable, set[Hashable]] = {}
    if responsibilities is not None and len(responsibilities):
        for row in responsibilities[responsibilities["role"] == "R"].itertuples():
            doers.setdefault(row.task, set()).add(row.party)
    owners = tasks["owner"].dropna()
    skilled: dict[str, set[Hashable]] = {}
    for person, text in column(people, "skills").dropna().items():
        for skill in str(text).split(";"):
            skilled.setdefault(skill.strip().casefold(), set()).add(person)
    experts: dict[Hashable, list[set[Hashable]]] = {}
    if demands is not None and len(demands):
        for row in demands.dropna(subset=["skill"]).itertuples():
            having = skilled.get(str(row.skill).strip().casefold(), set())
            experts.setdefault(row.task, []).append(having)
    doers = {task: doers.get(task) or {owners[task]} for task in leaves if task in doers or task in owners}
    supplier = dict(column(tasks, "supplier").dropna().items())
    serves = _serves(tasks, leaves, contributions)
    touched: dict[Hashable, list[tuple[int, Hashable]]] = {}
    for place, task in enumerate(serves):
        parts = doers.get(task, set()).union(*experts.get(task, ()), {supplier.get(task)})
        for one in parts:
            touched.setdefault(one, []).append((place, task))
    carried: dict[Hashable, int] = {}
    for objective in (one for served in serves.values() for one in served):
        carried[objective] = carried.get(objective, 0) + 1
    backup = dict(column(tasks, "backup").dropna().items())
    return _Work(doers, backup, supplier, experts, serves, touched, carried)


def _serves(tasks: pd.DataFrame, leaves: pd.Index, contributions: pd.DataFrame | None) -> dict[Hashable, set[Hashable]]:
    """Return the objectives each leaf serves: the nearest one named on it or above it, and contributions."""
    named: dict[Hashable, set[Hashable]] = {}
    if contributions is not None:
        for row in contributions.itertuples():
            named.setdefault(row.task, set()).add(row.objective)
    own = dict(tasks["objective"].dropna().items())
    above = parents(tasks, "tasks")
    serves: dict[Hashable, set[Hashable]] = {}
    nearest: dict[Hashable, Hashable] = {}
    for level in tree_levels(above) or []:
        for row in level.tolist():
            task, over = tasks.index[row], tasks.index[above[row]] if above[row] >= 0 else None
            nearest[task] = own.get(task, nearest.get(over))
            inherited = serves.get(over, set()) - {nearest.get(over)}
            serves[task] = {nearest[task], *inherited, *named.get(task, set())} - {None}
    return {task: serves[task] for task in leaves}


def _removals(
    people: pd.DataFrame, units: pd.DataFrame, tasks: pd.DataFrame
) -> Iterator[tuple[str, Hashable, set[Hashable]]]:
    """Yield each person, unit and supplier with everybody who goes with them."""
    for person in people.index:
        yield "person", person, {person}
    members = {unit: {unit} for unit in units.index}
    for unit, staff in people.groupby("unit").groups.items():
        if unit in members:
            members[unit].update(staff)
    above = parents(units, "units")
    for level in reversed((tree_levels(above) or [])[1:]):
        for row in level.tolist():
            members[units.index[above[row]]] |= members[units.index[row]]
    suppliers = set(column(tasks, "supplier").dropna())
    for unit in units.index:
        yield ("supplier" if unit in suppliers else "unit"), unit, members[unit]
    for supplier in sorted(suppliers - set(members), key=str):
        yield "supplier", supplier, {supplier}


def _stops(work: _Work, gone: set[Hashable]) -> Iterator[tuple[Hashable, str]]:
    """Yield the tasks that stop, and why."""
    for _, task in sorted({leaf for one in gone for leaf in work.touched.get(one, ())}, key=itemgetter(0)):
        doers = work.doers.get(task)
        if work.supplier.get(task) in gone:
            yield task, "only supplier"
        elif any(having and having <= gone for having in work.experts.get(task, [])):
            yield task, "only skill"
        elif doers is not None and doers <= gone and work.backup.get(task, next(iter(doers))) in gone:
            yield task, "only doer"


def _falls(
    goals: _Goals, work: _Work, stops: list[tuple[Hashable, str]], gone: set[Hashable]
) -> Iterator[tuple[Hashable, str]]:
    """Yield the objectives that fall, and why."""
    stopped: dict[Hashable, list[str]] = {}
    for task, reason in stops:
        for objective in work.serves[task]:
            stopped.setdefault(objective, []).append(reason)
    owner, backup = goals.owner, goals.backup
    near = {one for who in gone for one in goals.owned.get(who, ())} | {one for one in stopped if one in owner}
    for objective in sorted(near, key=goals.place.__getitem__):
        reasons, who = stopped.get(objective, []), owner[objective]
        if who in gone and backup.get(objective, who) in gone:
            yield objective, "owner"
        elif hard := [reason for reason in reasons if reason != "only doer"]:
            yield objective, min(hard)
        elif reasons and len(reasons) == work.carried[objective]:
            yield objective, "only doer"


def _ranking(
    lost: pd.DataFrame,
    halted: pd.DataFrame,
    objectives: pd.DataFrame,
    tasks: pd.DataFrame,
    money: pd.Series | None,
) -> pd.DataFrame:
    """Return who brings down how much, the gravest first."""
    by = ["kind", "id"]
    at_stake = pd.Series(dtype=np.float64) if money is None else money
    due = pd.Series(days(tasks, "due").astype("datetime64[s]"), index=tasks.index)
    stopped = pd.Index(halted["task"])
    facts = halted.assign(
        money=at_stake.reindex(stopped).fillna(0).to_numpy(dtype=np.float64),
        first_due=due.reindex(stopped).to_numpy(),
    )
    ranking = pd.DataFrame(
        {
            "objectives": lost.groupby(by).size(),
            "tasks": halted.groupby(by).size(),
            "money": facts.groupby(by)["money"].sum(),
            "first_due": facts.groupby(by)["first_due"].min(),
        }
    )
    counts = ["objectives", "tasks"]
    ranking[counts] = ranking[counts].fillna(0).astype(np.int64)
    ranking["money"] = ranking["money"].fillna(0)
    ranking["share"] = ranking["objectives"] / max(len(objectives), 1)
    ranking = ranking.reset_index().sort_values(
        ["objectives", "tasks", "money", "kind", "id"], ascending=[False, False, False, True, True]
    )
    order = ["kind", "id", "objectives", "share", "tasks", "money", "first_due"]
    return ranking[order].reset_index(drop=True)
