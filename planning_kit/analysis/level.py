"""Levelling: when each task starts if nobody may be asked for more than there is.

Outside callers use `schedule.level`. A plan from lists (`_generation`) is the start and the fallback; OR-tools CP-SAT
(extra ``planning-kit[level]``) betters it and proves how good it is, in a process of its own (`_cpsat`).

Examples
--------
>>> import pandas as pd
>>> tasks = pd.DataFrame({"duration": [3, 2, 2]}, index=["A", "B", "C"])
>>> links = pd.DataFrame({"predecessor": ["A"], "successor": ["B"]})
>>> work = pd.DataFrame({"task": ["A", "B", "C"], "resource": "P1", "amount": 1.0})
>>> found = level(tasks, links, work, pd.DataFrame({"resource": ["P1"], "amount": [1.0]}))
>>> found.status, found.makespan, found.moves["behind"].to_dict()
('optimal', 7.0, {'A': 'C', 'B': 'A'})
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter as stopwatch

import pandas as pd

from planning_kit.analysis._cpsat import Problem, Solver
from planning_kit.analysis._frames import listed
from planning_kit.analysis._generation import Project, Starts, improved, rules, search
from planning_kit.analysis._levelling import Question

Told = Callable[[float, float, float], object]

_HEARTBEAT = 0.2
_TIDYING = 1.0
_FIRST_SHARE = 0.5
_PATIENCE = 20
"""New lists per task without a better plan before the solver is asked."""


@dataclass(frozen=True)
class Levelled:
    """What `level` found."""

    status: str
    """``optimal``: no plan has fewer days late, nor as few and a smaller makespan. ``feasible``: links and capacity
    are kept, better plans are not ruled out. ``infeasible``: no plan keeps links, capacity and deadlines; `times`
    then holds the one with the fewest days late, if there is any."""
    reason: str
    """Why it is infeasible, or which deadline is missed: a sentence; empty otherwise."""
    times: pd.DataFrame
    """Index = task: ``start``, ``finish`` (working days from 0), ``late`` (days behind the deadline); ``Int64``,
    missing where there is no plan."""
    makespan: float
    """The largest finish in working days; NaN without a plan."""
    bound: float
    """No plan with as few days late has a smaller makespan."""
    gap: float
    """``makespan / bound - 1``; 0 if it is proven, NaN without a plan."""
    seconds: float
    moves: pd.DataFrame
    """Index = task that starts later than its links alone would let it, in order of time: ``early_start``, ``start``,
    ``days``, ``resource`` (who or what had no room, or made the predecessor move), ``behind`` (the task it waits for;
    missing if the resource is merely away)."""

    @property
    def starts(self) -> pd.Series:
        """Start of each task in working days from 0."""
        return self.times["start"]


def level(  # noqa: PLR0913 - a plan, its resources, and how long to search
    tasks: pd.DataFrame,
    dependencies: pd.DataFrame,
    assignments: pd.DataFrame,
    capacity: pd.DataFrame,
    seconds: float = 10.0,
    *,
    progress: Told | None = None,
) -> Levelled:
    """Return the shortest plan found that keeps every link and asks no resource for more than it has.

    Parameters
    ----------
    tasks : DataFrame, index = task id
        Leaves only (see `schedule.bind_leaves`). ``duration`` (working days, at least 0; part of a day counts as a
        day, empty as 0). Optional ``start_no_earlier_than`` and ``deadline`` (latest finish), both in working days
        from 0; ``priority`` (above 0, empty = 1): of plans equally long, the one is better whose starts, weighted by
        it, are earlier.
    dependencies : DataFrame
        ``predecessor``, ``successor``, optional ``kind`` and ``lag``, as for `schedule.critical_path`.
    assignments : DataFrame
        ``task``, ``resource``, ``amount`` (units of the resource on every day of the task, at least 0; two rows of
        the same pair add up). Units are free to choose: persons, hours a day, pieces. Nothing is compared finer than
        a millionth of a unit.
    capacity : DataFrame
        ``resource``, ``amount`` (units a day). Optional ``start``, ``finish``: the row holds for the days from start
        up to, not including, finish (working days from 0; empty = from the beginning, without end). Where rows of
        a resource overlap the smallest holds, so that absence is a row with 0; where there is none it has 0.
    seconds : float
        When to end with the best so far.
    progress : callable, optional
        Told makespan (NaN before the first plan), bound and seconds a few times a second; True ends the search.

    Raises
    ------
    PlanError
        For a circle (its tasks named in order), an unknown task, resource or kind, a negative number.

    Notes
    -----
    Deadlines come first: fewest days late in all, then the smallest makespan (resource-constrained project scheduling
    with generalised precedence: Brucker et al., 1999). The bound is the larger of the critical path, the work of
    each resource against its capacity, and what CP-SAT proves.
    """
    begun = stopwatch()
    plan = Question.read(tasks, dependencies, assignments, capacity)
    run = _Run(plan, begun, begun + seconds, progress)
    reason = plan.shortage()
    if not reason:
        run.search()
    return run.result(tasks.index, reason)


class _Run:
    """A search under way: the best plan, what is proven, the time."""

    def __init__(self, plan: Question, begun: float, until: float, progress: Told | None) -> None:
        self.plan, self.project = plan, plan.project
        self.begun, self.until, self.progress = begun, until, progress
        self.best: Starts | None = None
        self.bound, self.late = plan.bound(), sum(self.project.late(plan.early))
        self.is_proven = self.is_stopped = self.is_impossible = False
        self._told, self._idle = begun, 0

    def offer(self, starts: Starts) -> None:
        """Keep a plan if it is the best so far."""
        self._idle += 1
        if self.best is None or self.project.cost(starts) < self.project.cost(self.best):
            self.best, self._idle = starts, 0
            self._prove()

    def hear(self, bound: int, scale: int) -> None:
        """Take a bound of CP-SAT on ``scale x days late + makespan``."""
        late, makespan = divmod(bound, scale)
        if late >= self.late:
            self.late = late
            if self.best is not None and sum(self.project.late(self.best)) == late:
                self.bound = max(self.bound, makespan)
        self._prove()

    def _prove(self) -> None:
        self.is_proven |= self.best is not None and self.project.cost(self.best)[:2] <= (self.late, self.bound)

    def goes_on(self, until: float) -> bool:
        """Return whether to search on; tells how far it is."""
        now = stopwatch()
        if self.progress and now > self._told + _HEARTBEAT:
            self._told = now
            makespan = math.nan if self.best is None else self.project.finish(self.best)
            self.is_stopped |= bool(self.progress(makespan, self.bound, now - self.begun))
        return not (self.is_stopped or now > until)

    def is_open(self, until: float) -> bool:
        """Return whether there is still something to prove, and time for it."""
        return self.goes_on(until) and not self.is_proven

    def search(self) -> None:
        """Search by lists, then by CP-SAT from the best of them, or by lists on if it is not there."""
        project, plan = self.project, self.plan
        lists = rules(project, plan.early, plan.late, plan.walk)
        found = [project.listed(rank, parallel=one) for rank in lists for one in (False, True)]
        plans = [improved(project, one) for one in found if one is not None]
        for one in plans:
            self.offer(one)
        patience = _PATIENCE * len(project.duration)
        if self.is_open(self.until):
            with Solver() as solver:
                self._by_lists(plans, self.begun + _FIRST_SHARE * (self.until - self.begun), patience)
                if self.is_open(self.until):
                    if solver.is_ready():
                        self._by_solver(solver)
                    else:
                        self._by_lists(plans, self.until, math.inf)
        if self.is_proven and self.best:
            until = min(self.until, stopwatch() + _TIDYING)
            self._by_lists([*plans, self.best], until, patience / 2, is_tidying=True)

    def _by_lists(self, plans: list[Starts], until: float, patience: float, *, is_tidying: bool = False) -> None:
        """Search by lists until proven, or no better plan was found for long; tidying goes on to delay less."""
        self._idle = 0

        def goes_on(found: Starts) -> bool:
            self.offer(found)
            is_wanted = self.goes_on(until) if is_tidying else self.is_open(until)
            return is_wanted and self._idle < patience

        search(self.project, plans, goes_on)

    def _by_solver(self, solver: Solver) -> None:
        """Let CP-SAT search from the best plan, which it can only better."""
        project, best = self.project, self.best
        days = len(project.free[0]) if best is None or any(project.late(best)) else project.finish(best)
        problem = Problem(
            duration=project.duration,
            links=project.links,
            release=project.release,
            deadline=project.deadline,
            needs=project.needs,
            free=[row[:days] for row in project.free],
            hint=best,
            bound=self.bound,
            seconds=max(self.until - stopwatch(), _HEARTBEAT),
        )
        for report in solver.solve(problem):
            if "starts" in report:
                self.offer(improved(project, report["starts"]))
            if "bound" in report:
                self.hear(report["bound"], report["scale"])
            self.is_impossible |= report.get("status") == "INFEASIBLE"
            if not self.is_open(math.inf):
                return  # leaving ends the process

    def result(self, ids: pd.Index, shortage: str) -> Levelled:
        """Return what was found, for tasks in the order of the rows."""
        seconds = stopwatch() - self.begun
        columns = ["start", "finish", "late"]
        if self.best is None or shortage:
            times = pd.DataFrame(index=ids, columns=columns, dtype="Int64")
            moves = _moves(self.plan, self.plan.early)
            reason = shortage or self._no_plan(seconds)
            return Levelled("infeasible", reason, times, math.nan, float(self.bound), math.nan, seconds, moves)
        late, end = self.project.late(self.best), self.project.finish(self.best)
        values = zip(self.best, self.project.ends(self.best), late, strict=True)
        times = pd.DataFrame(list(values), index=self.plan.ids, columns=columns, dtype="Int64").reindex(ids)
        status = "infeasible" if self.late else "optimal" if self.is_proven else "feasible"
        bound = end if self.is_proven else self.bound
        gap = end / bound - 1 if bound else 0.0
        moves = _moves(self.plan, self.best)
        return Levelled(status, self._missed(late), times, float(end), float(bound), gap, seconds, moves)

    def _no_plan(self, seconds: float) -> str:
        """Return why there is no plan at all."""
        if self.is_impossible:
            return (
                "tasks: no plan keeps all links within the capacity, however late. Give the resources capacity on more "
                "days: after the last day of their rows they have none."
            )
        return (
            f"tasks: no plan was found in {seconds:.0f} seconds, nor was it shown that there is none. "
            "Allow more time, or give the resources capacity on more days."
        )

    def _missed(self, late: list[int]) -> str:
        """Return which deadlines are missed, and whether that has to be."""
        missed = [f"{self.plan.ids[j]} ({days})" for j, days in enumerate(late) if days]
        if not missed:
            return ""
        known = "No plan keeps all deadlines" if self.late else "Whether a plan keeps all deadlines is not known"
        return (
            f"tasks, deadline: missed by {listed(missed)}, in working days. {known}. "
            "Move a deadline, raise the capacity or shorten the work."
        )


def _moves(plan: Question, starts: Starts) -> pd.DataFrame:
    """Return the tasks that wait for a resource, or for one that does."""
    project = plan.project
    left = [row.copy() for row in project.free]
    for j, needs in enumerate(project.needs):
        for resource, amount in needs:
            for day in range(starts[j], starts[j] + project.duration[j]):
                left[resource][day] -= amount
    cause: dict[int, tuple[int, int]] = {}
    place = {j: number for number, j in enumerate(plan.walk)}
    for j in sorted(range(len(starts)), key=lambda one: (starts[one], place[one])):
        if starts[j] > plan.early[j]:
            cause[j] = _blocked(project, starts, left, j) or _behind(project, starts, cause, j)
    rows = [
        (
            plan.early[j],
            starts[j],
            starts[j] - plan.early[j],
            plan.resources[one] if one >= 0 else None,
            plan.ids[k] if k >= 0 else None,
        )
        for j, (one, k) in cause.items()
    ]
    return pd.DataFrame(
        rows, index=plan.ids[list(cause)].rename("task"), columns=["early_start", "start", "days", "resource", "behind"]
    )


def _blocked(project: Project, starts: Starts, left: list[list[int]], j: int) -> tuple[int, int] | None:
    """Return the resource without room if the task started a day earlier, and who of its users ends first."""
    first = starts[j] - 1
    for day in range(first, first + project.duration[j]):
        for resource, amount in project.needs[j]:
            mine = amount if day > first else 0
            if left[resource][day] + mine < amount:
                users = [
                    (starts[k] + project.duration[k], k)
                    for k, needs in enumerate(project.needs)
                    if k != j
                    and starts[k] <= day < starts[k] + project.duration[k]
                    and any(one == resource for one, _ in needs)
                ]
                return resource, min(users, default=(0, -1))[1]
    return None


def _behind(project: Project, starts: Starts, cause: dict[int, tuple[int, int]], j: int) -> tuple[int, int]:
    """Return the resource that moved a predecessor which lets the task start no earlier, and that predecessor."""
    binding = [i for i, k, weight in project.links if k == j and starts[i] + weight == starts[j]]
    known = [i for i in binding if i in cause] or binding
    return (cause[known[0]][0] if known and known[0] in cause else -1, known[0] if known else -1)
