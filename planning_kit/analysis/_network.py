"""Longest paths, circles and levels on plain arrays of positions.

A link from ``i`` to ``j`` with weight ``w`` says ``start[j] >= start[i] + w``: every kind of dependency is
such an inequality. Small networks run in plain lists, large ones level by level in numpy.
"""

from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planning_kit.analysis._frames import Flags, Floats, Ints, column, keyed, listed, numbers, positions, rows_of
from planning_kit.errors import PlanError

KINDS = ("FS", "SS", "FF", "SF")
"""Finish-to-start, start-to-start, finish-to-finish, start-to-finish."""

SMALL, SMALL_IN_ORDER = 4_000, 10_000
"""Up to so many tasks lists are faster; the second where every link leads down the frame, as it mostly does."""
_FLAT = 16
"""A network with fewer tasks a level than this is a long chain: lists again, after an eighth of the way at most."""


class Links(NamedTuple):
    """Links between the positions 0 to n - 1."""

    n: int
    source: Ints
    target: Ints


class Bonds(NamedTuple):
    """Dependencies by position, with their kind and lag."""

    links: Links
    lag: Floats
    from_finish: Flags
    """Where the predecessor's finish binds (FS, FF), not its start."""
    to_finish: Flags
    """Where the successor's finish is bound (FF, SF), not its start."""

    def weights(self, duration: Floats) -> Floats:
        """Return w of ``start[successor] >= start[predecessor] + w``."""
        before, after = duration[self.links.source], duration[self.links.target]
        weight: Floats = self.lag + self.from_finish * before - self.to_finish * after
        return weight


def read_bonds(ids: pd.Index, dependencies: pd.DataFrame) -> Bonds:
    """Return dependencies by position; an unknown id or kind raises `PlanError`."""
    dependencies = rows_of(dependencies, "dependencies", "predecessor", "successor")
    ends = dependencies["predecessor"], dependencies["successor"]
    source, target = positions(ids, "dependencies", "tasks", *ends)
    kind = np.zeros(len(dependencies), dtype=np.int64)
    if "kind" in dependencies.columns:
        codes, names = pd.factorize(dependencies["kind"])
        said = [str(name).strip().upper() or "FS" for name in names]
        known = [KINDS.index(name) if name in KINDS else -1 for name in said]
        if -1 in known:
            wrong = names[known.index(-1)]
            row = dependencies.index[int(np.flatnonzero(dependencies["kind"] == wrong)[0])]
            raise PlanError(f"dependencies {row}, kind: {wrong} is no kind of link. Write one of {', '.join(KINDS)}.")
        kind = np.array([*known, 0])[codes]  # nothing has code -1 and reads the 0 at the end: FS
    fs, _, ff, sf = (kind == number for number in range(len(KINDS)))
    return Bonds(Links(len(ids), source, target), finite(dependencies, "lag", "dependencies"), fs | ff, ff | sf)


def finite(frame: pd.DataFrame, name: str, table: str) -> Floats:
    """Return a column of days; nothing is 0, without end is refused."""
    values = numbers(frame, name, default=0)
    if not np.isfinite(values).all():
        row = int(np.flatnonzero(~np.isfinite(values))[0])
        where = f"{table} {frame.index[row]}, {name}"
        raise PlanError(f"{where}: {values[row]} is no number of days. Write a number such as 5, or nothing.")
    return values


def durations(tasks: pd.DataFrame) -> Floats:
    """Return durations; nothing is 0, a negative or an endless one is refused."""
    duration = finite(tasks, "duration", "tasks")
    if (duration < 0).any():
        row = int(np.flatnonzero(duration < 0)[0])
        raise PlanError(
            f"tasks {tasks.index[row]}, duration: {duration[row]:g} working days is below 0. "
            "Write 0 for a milestone or the days the work takes."
        )
    return duration


_Step: TypeAlias = "tuple[Ints, Ints, Ints, Ints]"


def passes(links: Links, weight: Floats, earliest: Floats, length: Floats, latest: Floats) -> "_Times | None":
    """Return the earliest and latest starts, or None if there is a circle.

    Parameters
    ----------
    links, weight : Links, ndarray
        ``start[target] >= start[source] + weight``.
    earliest : ndarray, shape (n,)
        No start before this.
    length : ndarray, shape (n,)
        Durations; the end of the network is the largest ``start + length``.
    latest : ndarray, shape (n,)
        No finish after this (inf where there is no deadline).
    """
    if links.n > (SMALL_IN_ORDER if _in_order(links) else SMALL):
        steps = _by_level(links, weight, earliest)
        if steps is not None:
            return _back_by_level(steps, weight, length, latest)
    return _in_lists(links, weight, earliest, length, latest)


class _Times(NamedTuple):
    early: Floats
    late: Floats
    end: float


class _Forward(NamedTuple):
    start: Floats
    steps: list[_Step]
    order: Ints


def _by_level(links: Links, weight: Floats, earliest: Floats) -> _Forward | None:
    """Return the earliest starts and the steps they took; None for a circle or a long chain."""
    order = np.argsort(links.source)
    target, weight = links.target[order], weight[order]
    leaving = np.bincount(links.source, minlength=links.n)
    first_link = np.concatenate(([0], np.cumsum(leaving)))
    waiting = np.bincount(links.target, minlength=links.n)
    start, front, reached = earliest.copy(), np.flatnonzero(waiting == 0), 0
    steps: list[_Step] = []
    while front.size and len(steps) * _FLAT <= reached + links.n // 8:
        reached += front.size
        front = front[leaving[front] > 0]
        if not front.size:
            break
        count = leaving[front]
        first = np.cumsum(count) - count
        link = np.arange(count.sum()) + np.repeat(first_link[front] - first, count)
        ends = target[link]
        np.maximum.at(start, ends, np.repeat(start[front], count) + weight[link])
        np.subtract.at(waiting, ends, 1)
        steps.append((front, first, link, ends))
        front = _distinct(ends[waiting[ends] == 0])
    return _Forward(start, steps, order) if reached == links.n else None


def _distinct(values: Ints) -> Ints:
    """Return each value once; for the short arrays of a level half the price of `numpy.unique`."""
    values.sort()
    return values[np.concatenate(([True], values[1:] != values[:-1]))] if values.size > 1 else values


def _back_by_level(forward: _Forward, weight: Floats, length: Floats, latest: Floats) -> _Times:
    """Return the latest starts by walking the steps backwards."""
    weight = weight[forward.order]
    end = float((forward.start + length).max())
    late = np.minimum(latest, end) - length
    for front, first, link, ends in reversed(forward.steps):
        late[front] = np.minimum(late[front], np.minimum.reduceat(late[ends] - weight[link], first))
    return _Times(forward.start, late, end)


def _in_lists(links: Links, weight: Floats, earliest: Floats, length: Floats, latest: Floats) -> _Times | None:
    """Return the same as `_by_level` and `_back_by_level`, one link at a time in the order of their sources."""
    walk = order(links)
    if walk is None:
        return None
    place = np.empty(links.n, dtype=np.int64)
    place[walk] = np.arange(links.n)
    turn = np.argsort(place[links.source])
    source, target, gap = links.source[turn].tolist(), links.target[turn].tolist(), weight[turn].tolist()
    early: list[float] = earliest.tolist()
    for i, j, w in zip(source, target, gap, strict=True):
        bound = early[i] + w
        if bound > early[j]:  # noqa: PLR1730 - the call of max would cost a third
            early[j] = bound
    start = np.array(early)
    end = float((start + length).max(initial=0))
    late: list[float] = (np.minimum(latest, end) - length).tolist()
    for i, j, w in zip(reversed(source), reversed(target), reversed(gap), strict=True):
        bound = late[j] - w
        if bound < late[i]:  # noqa: PLR1730 - as above
            late[i] = bound
    return _Times(start, np.array(late), end)


def _in_order(links: Links) -> bool:
    """Return whether every link leads from an earlier row to a later one."""
    return bool((links.source < links.target).all())


def order(links: Links) -> list[int] | None:
    """Return the positions so that every source stands before its targets; None if there is a circle."""
    if _in_order(links):
        return list(range(links.n))
    by_source = np.argsort(links.source, kind="stable")
    target = links.target[by_source].tolist()
    first = np.concatenate(([0], np.cumsum(np.bincount(links.source, minlength=links.n)))).tolist()
    waiting = np.bincount(links.target, minlength=links.n).tolist()
    queue = [node for node in range(links.n) if not waiting[node]]
    for node in queue:  # grows while it is read
        for link in range(first[node], first[node + 1]):
            j = target[link]
            waiting[j] -= 1
            if not waiting[j]:
                queue.append(j)
    return queue if len(queue) == links.n else None


def circle(links: Links) -> list[int]:
    """Return one circle in the order of its links, from its first position on; empty if there is none."""
    before: list[list[int]] = [[] for _ in range(links.n)]
    leaving = [0] * links.n
    for i, j in zip(links.source.tolist(), links.target.tolist(), strict=True):
        before[j].append(i)
        leaving[i] += 1
    queue = [node for node in range(links.n) if not leaving[node]]
    for node in queue:  # takes away everything that leads nowhere; what stays leads into a circle
        for i in before[node]:
            leaving[i] -= 1
            if not leaving[i]:
                queue.append(i)
    following = {
        i: j
        for i, j in zip(links.source.tolist(), links.target.tolist(), strict=True)
        if leaving[i] > 0 and leaving[j] > 0
    }
    path: dict[int, int] = {}
    node = min(following, default=-1)
    while node >= 0 and node not in path:
        path[node] = len(path)
        node = following[node]
    found = list(path)[path[node] :] if path else []
    turn = found.index(min(found)) if found else 0
    return found[turn:] + found[:turn]


def tree_levels(parent: Ints) -> list[NDArray[np.int64]] | None:
    """Return the positions of a tree level by level, roots (parent -1) first; None for a circle."""
    children = np.argsort(parent, kind="stable")
    count = np.bincount(parent + 1, minlength=len(parent) + 1)
    first = np.concatenate(([0], np.cumsum(count)))
    levels: list[NDArray[np.int64]] = []
    front = children[: count[0]] if len(parent) else children
    while front.size:
        levels.append(front)
        below = count[front + 1]
        shift = first[front + 1] - (np.cumsum(below) - below)
        front = children[np.arange(below.sum()) + np.repeat(shift, below)]
    return levels if sum(map(len, levels)) == len(parent) else None


def circle_sentence(links: Links, ids: pd.Index, table: str) -> str:
    """Return the sentence that names a circle in order."""
    around = circle(links)
    names = listed([*ids[around], ids[around[0]]], " -> ")
    return (
        f"{table}: {names} go round in a circle. "
        "Each may only follow from one that does not follow from it. Remove or turn one of these links."
    )


def parents(frame: pd.DataFrame, table: str, parent: str = "parent") -> Ints:
    """Return the position of each row's parent, -1 at a root; a circle raises `PlanError`."""
    keyed(frame, table)
    above = frame.index.get_indexer(pd.Index(column(frame, parent))).astype(np.int64)
    if tree_levels(above) is None:
        has = np.flatnonzero(above >= 0)
        raise PlanError(circle_sentence(Links(len(frame), above[has], has), frame.index, table))
    return above
