"""Plans under scarce resources from lists: serial and parallel schedule generation, improved and recombined.

The parallel scheme is the serial one with another order: always the task that can start first. Justification to the
right and back to the left never lengthens a plan (Valls, Ballestin and Quintanilla, 2005). New lists mix the orders of
good plans, bent at random (Debels and Vanhoucke, 2007; Kolisch and Hartmann, 2006, compare such methods).
"""

import heapq
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeAlias

Starts: TypeAlias = list[int]
Needs: TypeAlias = list[tuple[int, int]]
"""(resource, units a day)."""
Cost: TypeAlias = tuple[int, int, float]

_POOL, _BEND, _SEED = 30, 10.0, 20_260_101
_SHARES = 0.2, 0.8
"""How much of a plan the other one replaces in a new list."""


class Network(NamedTuple):
    """Links in one direction of time."""

    after: list[list[tuple[int, int]]]
    """(j, w) of each task i with ``start[j] >= start[i] + w``."""
    waiting: list[int]
    """How many links lead to each task."""


@dataclass(frozen=True)
class Project:
    """Tasks by position, in whole days and whole units of their resources."""

    duration: list[int]
    links: list[tuple[int, int, int]]
    """(i, j, w) with ``start[j] >= start[i] + w``; no circle."""
    release: list[int]
    """No start before this."""
    deadline: list[int | None]
    """Finish wanted by then."""
    needs: list[Needs]
    free: list[list[int]]
    """Units of each resource on each day; no plan goes beyond the last day."""
    weight: list[float]
    """How much a day of delay counts between plans that are equally long."""

    @cached_property
    def forward(self) -> Network:
        """The links as they are."""
        return self._network(self.links)

    @cached_property
    def backward(self) -> Network:
        """The links seen from the end."""
        length = self.duration
        return self._network([(j, i, weight + length[j] - length[i]) for i, j, weight in self.links])

    def _network(self, links: list[tuple[int, int, int]]) -> Network:
        network = Network([[] for _ in self.duration], [0] * len(self.duration))
        for i, j, weight in links:
            network.after[i].append((j, weight))
            network.waiting[j] += 1
        return network

    def ends(self, starts: Starts) -> list[int]:
        """Return the finish of each task."""
        return list(map(int.__add__, starts, self.duration))

    def finish(self, starts: Starts) -> int:
        """Return the makespan."""
        return max(map(int.__add__, starts, self.duration), default=0)

    def late(self, starts: Starts) -> list[int]:
        """Return the days that each task finishes after its deadline."""
        pairs = zip(self.ends(starts), self.deadline, strict=True)
        return [0 if due is None else max(0, end - due) for end, due in pairs]

    def cost(self, starts: Starts) -> Cost:
        """Return what is to be small: days late, makespan, weighted sum of the starts."""
        return sum(self.late(starts)), self.finish(starts), sum(map(float.__mul__, self.weight, map(float, starts)))

    def listed(self, rank: Sequence[float], *, parallel: bool = False) -> Starts | None:
        """Return the plan of a list: the eligible task with the smallest rank comes first, as early as it fits.

        With `parallel` the one that can start first comes first. None: a task found no room before the last day.
        """
        free = [row.copy() for row in self.free]
        return self._placed(self.forward, free, self.release.copy(), rank, parallel=parallel)

    def justified(self, starts: Starts) -> Starts | None:
        """Return the plan pushed to the right, no task beyond its deadline or its end now, and back to the left."""
        end = self.finish(starts)
        ends = self.ends(starts)
        until = [end if due is None else max(one, min(due, end)) for one, due in zip(ends, self.deadline, strict=True)]
        free = [row[:end][::-1] for row in self.free]
        release = [end - one for one in until]
        back = self._placed(self.backward, free, release, [end - one for one in ends])
        return None if back is None else self.listed([-one for one in self.ends(back)])

    def _placed(
        self,
        network: Network,
        free: list[list[int]],
        early: list[int],
        rank: Sequence[float],
        *,
        parallel: bool = False,
    ) -> Starts | None:
        """Place the tasks one after the other in what is free."""
        waiting, starts = network.waiting.copy(), [0] * len(early)
        heap = [(early[j] if parallel else 0, rank[j], j) for j, count in enumerate(waiting) if not count]
        heapq.heapify(heap)
        while heap:
            known, order, j = heapq.heappop(heap)
            length, needs = self.duration[j], self.needs[j]
            day = room(free, needs, max(known, early[j]), length)
            if day is None:
                return None
            if parallel and day > known:
                heapq.heappush(heap, (day, order, j))
                continue
            starts[j], end = day, day + length
            for resource, amount in needs:
                row = free[resource]
                row[day:end] = [left - amount for left in row[day:end]]
            for k, weight in network.after[j]:
                early[k] = max(early[k], day + weight)
                waiting[k] -= 1
                if not waiting[k]:
                    heapq.heappush(heap, (early[k] if parallel else 0, rank[k], k))
        return starts


def room(free: list[list[int]], needs: Needs, day: int, length: int) -> int | None:
    """Return the first day from `day` on with room for all needs on so many days in a row."""
    checked = 0
    while checked < len(needs):
        resource, amount = needs[checked]
        span = free[resource][day : day + length]
        if len(span) < length:
            return None
        if min(span) >= amount:
            checked += 1
            continue
        full = length - 1
        while span[full] >= amount:
            full -= 1
        day, checked = day + full + 1, 0
    return day


def improved(project: Project, starts: Starts) -> Starts:
    """Return the plan to the left, then justified as long as that makes it better."""
    left = project.listed(starts)
    best = min(starts, left or starts, key=project.cost)
    while (found := project.justified(best)) is not None and project.cost(found) < project.cost(best):
        best = found
    return best


def rules(project: Project, early: Starts, late: Starts, walk: Sequence[int]) -> list[list[float]]:
    """Return lists by priority rule: latest finish, latest start, slack, most successors, greatest rank weight.

    `walk` names the tasks so that predecessors come first.
    """
    below = [0] * len(early)
    follows = [{k for k, _ in after} for after in project.forward.after]
    for j in reversed(walk):
        below[j] = 1 << j
        for k in follows[j]:
            below[j] |= below[k]
    length = project.duration
    weight = [length[j] + sum(length[k] for k in follows[j]) for j in range(len(early))]
    return [
        [float(one) for one in rank]
        for rank in (
            project.ends(late),
            late,
            map(int.__sub__, late, early),
            [-one.bit_count() for one in below],
            [-one for one in weight],
        )
    ]


def search(project: Project, plans: list[Starts], goes_on: Callable[[Starts], bool]) -> None:
    """Mix and bend the orders of good plans; `goes_on` is given every new plan and says whether to go on."""
    if not plans:
        return
    dice = random.Random(_SEED)  # noqa: S311 - the same plan for the same question
    pool = {project.cost(plan): plan for plan in plans}
    while True:
        a, b = dice.choices(list(pool.values()), k=2)
        share = dice.uniform(*_SHARES)
        begin = dice.uniform(-share, 1) * project.finish(a)
        end = begin + share * project.finish(a)
        found = project.listed(
            [y + dice.uniform(-_BEND, _BEND) if begin <= x < end else x for x, y in zip(a, b, strict=True)]
        )
        found = found and (project.justified(found) or found)
        if not goes_on(found or a):
            return
        if found:
            pool[project.cost(found)] = found
            if len(pool) > _POOL:
                del pool[max(pool)]
