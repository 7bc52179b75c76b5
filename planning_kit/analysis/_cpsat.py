"""CP-SAT in a process of its own: a levelling problem goes in, ever better plans and bounds come out.

OR-tools and HiGHS do not live in one process, and a solver that works aside can be watched and stopped. They talk in
lines of JSON. The process first says that it could load OR-tools, then reads one problem; it stops with the best so
far when its input ends, so that it never outlives whoever asked. Run as a program, this file is the process.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import groupby
from time import perf_counter as stopwatch
from types import TracebackType
from typing import Any, Self, TypedDict

WORKERS = 8
"""Also on two cores: it is the variety of strategies that finds plans."""
_HEARTBEAT, _GRACE, _SEED = 0.2, 3.0, 7


class Problem(TypedDict):
    """The fields of `_generation.Project`, a plan to start from, and how long to search."""

    duration: list[int]
    links: list[tuple[int, int, int]]
    release: list[int]
    deadline: list[int | None]
    needs: list[list[tuple[int, int]]]
    free: list[list[int]]
    hint: list[int] | None
    bound: int
    seconds: float


class Report(TypedDict, total=False):
    """What the process says: each part only when it is new."""

    starts: list[int]
    bound: int
    """No plan has less of `scale` x days late + makespan."""
    scale: int
    """Comes with every bound."""
    status: str
    """OPTIMAL, FEASIBLE, INFEASIBLE or UNKNOWN; the last report."""


class Solver:
    """A process that solves one problem; leaving the block ends it."""

    def __enter__(self) -> Self:
        """Start the process, which loads OR-tools meanwhile."""
        # -P: the names in this folder must not hide those of the standard library
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, this file
            [sys.executable, "-P", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()

    def is_ready(self) -> bool:
        """Return whether the process could load OR-tools; waits for it."""
        return bool(self._process.stdout and self._process.stdout.readline())

    def solve(self, problem: Problem) -> Iterator[Report]:
        """Yield what is new, and several times a second that nothing is; ends some seconds after its time at most."""
        until = stopwatch() + problem["seconds"] + _GRACE
        if self._process.stdin and self._process.stdout:
            self._process.stdin.write(json.dumps(problem) + "\n")
            self._process.stdin.flush()
            for line in self._process.stdout:
                yield json.loads(line)
                if stopwatch() > until:
                    return


def _serve() -> None:
    """Solve the problem on the standard input."""
    try:
        from ortools.sat.python import cp_model  # noqa: PLC0415 - an optional extra, and only in this process
    except ImportError:
        return
    said, done = threading.Lock(), threading.Event()

    def say(**report: Any) -> None:
        with said:
            sys.stdout.write(json.dumps(report) + "\n")
            sys.stdout.flush()

    def beat() -> None:
        while not done.wait(_HEARTBEAT):
            say()

    def end_with_input() -> None:
        sys.stdin.read()
        solver.stop_search()

    class Teller(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            say(starts=[self.value(start) for start in starts])

    say()
    problem: Problem = json.loads(sys.stdin.readline())
    model, starts, scale = _model(cp_model, problem)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = WORKERS
    solver.parameters.random_seed = _SEED
    solver.parameters.max_time_in_seconds = problem["seconds"]
    solver.best_bound_callback = lambda bound: say(bound=round(bound), scale=scale)
    for work in (beat, end_with_input):
        threading.Thread(target=work, daemon=True).start()
    status = solver.solve(model, Teller())
    done.set()
    say(status=solver.status_name(status), bound=round(solver.best_objective_bound), scale=scale)


def _model(cp_model: Any, problem: Problem) -> tuple[Any, list[Any], int]:
    """Return the model, its starts, and how many days of makespan one day late outweighs."""
    model, duration, free = cp_model.CpModel(), problem["duration"], problem["free"]
    days = len(free[0])
    makespan = model.new_int_var(problem["bound"], days, "")
    starts = [
        model.new_int_var(first, days - length, "") for first, length in zip(problem["release"], duration, strict=True)
    ]
    spans = [
        model.new_fixed_size_interval_var(start, length, "") for start, length in zip(starts, duration, strict=True)
    ]
    for i, j, weight in problem["links"]:
        model.add(starts[j] >= starts[i] + weight)
    late, scale = [], days + 1
    for start, length, due in zip(starts, duration, problem["deadline"], strict=True):
        model.add(makespan >= start + length)
        if due is not None and due < days:
            late.append(model.new_int_var(0, days - due, ""))
            model.add(late[-1] >= start + length - due)
    for resource, row in enumerate(free):
        _share(
            model,
            row,
            [
                (spans[j], amount)
                for j, needs in enumerate(problem["needs"])
                for one, amount in needs
                if one == resource
            ],
        )
    model.minimize(scale * sum(late) + makespan)
    for start, day in zip(starts, problem["hint"] or [], strict=False):
        model.add_hint(start, day)
    return model, starts, scale


def _share(model: Any, row: list[int], users: list[tuple[Any, int]]) -> None:
    """Keep the users of a resource within what is free; what is lacking on some days is used by nobody."""
    most, day = max(row), 0
    for amount, same in groupby(row):
        length = len(list(same))
        if amount < most:
            users.append((model.new_fixed_size_interval_var(day, length, ""), most - amount))
        day += length
    model.add_cumulative([span for span, _ in users], [amount for _, amount in users], most)


if __name__ == "__main__":
    _serve()
