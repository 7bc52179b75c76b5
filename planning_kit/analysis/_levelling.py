"""A levelling problem in whole days and whole units, and the makespan that no plan can beat."""

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from planning_kit.analysis._frames import Floats, Ints, keyed, numbers, positions, require
from planning_kit.analysis._generation import Project, Starts, room
from planning_kit.analysis._network import circle_sentence, durations, order, passes, read_bonds
from planning_kit.errors import PlanError

_FINE = 1_000_000
"""Amounts are compared to a millionth."""
_ROUNDING = 1e-3


class Question(NamedTuple):
    """The question by position, with tasks in an order that does not depend on that of the rows."""

    ids: pd.Index
    resources: pd.Index
    project: Project
    early: Starts
    late: Starts
    walk: list[int]
    units: Floats
    """What one whole unit of each resource is in units of its own."""
    most: Floats
    """What there is of each resource on its best day."""

    @staticmethod
    def read(
        tasks: pd.DataFrame, dependencies: pd.DataFrame, assignments: pd.DataFrame, capacity: pd.DataFrame
    ) -> "Question":
        """Return the question; what is wrong with it raises `PlanError`."""
        keyed(tasks, "tasks", "duration")
        tasks = tasks.iloc[np.argsort(tasks.index.astype(str).to_numpy(dtype=object), kind="stable")]
        length = np.ceil(durations(tasks))
        bonds = read_bonds(tasks.index, dependencies)
        links, weight = bonds.links, np.ceil(bonds.weights(length))
        earliest = np.ceil(np.maximum(numbers(tasks, "start_no_earlier_than", default=0), 0))
        times = passes(links, weight, earliest, length, np.full(len(tasks), np.inf))
        if times is None:
            raise PlanError(circle_sentence(links, tasks.index, "dependencies"))
        resources, task, resource, amount = _needs(tasks.index, assignments, capacity)
        beyond = np.zeros(len(tasks))
        np.maximum.at(beyond, links.target, weight - length[links.source])
        busy = int(length.sum() + beyond.sum())
        free = _free(resources, capacity, int(times.end), busy)
        fine = np.floor(amount * _FINE + _ROUNDING).astype(np.int64)
        steps = np.array(
            [max(1, math.gcd(*fine[resource == one].tolist())) for one in range(len(resources))], dtype=np.int64
        )
        most = free.max(axis=1, initial=0) / _FINE
        free //= steps[:, None]
        needs: list[list[tuple[int, int]]] = [[] for _ in range(len(tasks))]
        for j, one, many in zip(task.tolist(), resource.tolist(), (fine // steps[resource]).tolist(), strict=True):
            if many and length[j]:
                needs[j].append((one, many))
        due = np.floor(numbers(tasks, "deadline"))
        project = Project(
            _whole(length),
            list(zip(links.source.tolist(), links.target.tolist(), _whole(weight), strict=True)),
            _whole(times.early),
            [None if math.isnan(day) else int(day) for day in due],
            needs,
            free.tolist(),
            numbers(tasks, "priority", default=1).tolist(),
        )
        walk = order(links) or []
        return Question(tasks.index, resources, project, project.release, _whole(times.late), walk, steps / _FINE, most)

    def shortage(self) -> str:
        """Return a sentence on the first task that no day has room for, whatever else is done; empty if none."""
        for j, needs in enumerate(self.project.needs):
            for need in needs:
                if room(self.project.free, [need], self.early[j], self.project.duration[j]) is None:
                    resource, amount = need
                    return (
                        f"tasks {self.ids[j]}: needs {amount * self.units[resource]:g} of {self.resources[resource]} "
                        f"on every day of its duration ({self.project.duration[j]}). {self.resources[resource]} never "
                        f"has that for so long; the most on a day is {self.most[resource]:g}. "
                        "Assign less, or raise the capacity."
                    )
        return ""

    def bound(self) -> int:
        """Return a makespan that no plan can beat: the critical path, or the work of a resource after some day."""
        end = max(map(int.__add__, self.early, self.project.duration), default=0)
        tail = np.array([end - late - d for late, d in zip(self.late, self.project.duration, strict=True)], np.int64)
        best, early = end, np.array(self.early, np.int64)
        for resource, row in enumerate(self.project.free):
            given = np.concatenate(([0], np.cumsum(row)))
            work = np.zeros(len(early), np.int64)
            for j, needs in enumerate(self.project.needs):
                work[j] = sum(amount * self.project.duration[j] for one, amount in needs if one == resource)
            for day in np.unique(early[work > 0]):
                rest = (early >= day) & (work > 0)
                last = int(np.searchsorted(given, given[day] + work[rest].sum()))
                best = max(best, last + int(tail[rest].min()))
        return best


def _needs(ids: pd.Index, assignments: pd.DataFrame, capacity: pd.DataFrame) -> tuple[pd.Index, Ints, Ints, Floats]:
    """Return the resources, and who needs how much of what, each pair once."""
    require(assignments, "assignments", "task", "resource", "amount")
    require(capacity, "capacity", "resource", "amount")
    resources = pd.Index(capacity["resource"].unique())
    (task,) = positions(ids, "assignments", "tasks", assignments["task"])
    (resource,) = positions(resources, "assignments", "resources with a capacity", assignments["resource"])
    amount = numbers(assignments, "amount", default=0)
    for table, frame, values in (
        ("assignments", assignments, amount),
        ("capacity", capacity, numbers(capacity, "amount", default=0)),
    ):
        if (values < 0).any():
            row = int(np.argmin(values))
            raise PlanError(
                f"{table} {frame.index[row]}, amount: {values[row]:g} is below 0. Write 0 or what there is on a day."
            )
    pairs, where = np.unique(task * max(len(resources), 1) + resource, return_inverse=True)
    sums = np.bincount(where, amount, minlength=len(pairs)).astype(np.float64)
    return resources, pairs // max(len(resources), 1), pairs % max(len(resources), 1), sums


def _free(resources: pd.Index, capacity: pd.DataFrame, end: int, busy: int) -> Ints:
    """Return the millionths of each resource on each day, for as many days as any plan from lists can need."""
    (place,) = positions(resources, "capacity", "resources", capacity["resource"])
    first = np.maximum(numbers(capacity, "start", default=0), 0).astype(np.int64)
    last = numbers(capacity, "finish", default=-1).astype(np.int64)
    days = max([end, *first.tolist(), *last.tolist()]) + busy + 1
    free = np.full((len(resources), days), np.iinfo(np.int64).max)
    amounts = np.floor(numbers(capacity, "amount", default=0) * _FINE + _ROUNDING).astype(np.int64)
    for one, begin, until, amount in zip(place, first, last, amounts, strict=True):
        span = free[one, begin : days if until < 0 else until]
        np.minimum(span, amount, out=span)
    free[free == np.iinfo(np.int64).max] = 0
    return free


def _whole(values: Floats) -> list[int]:
    return [int(one) for one in values]
