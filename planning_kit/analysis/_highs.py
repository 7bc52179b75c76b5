"""Yes-or-no programs for HiGHS in a process of its own: what to maximise goes in, the best choice and a bound come out.

HiGHS and OR-tools carry the same library and do not live in one process; and a process can be ended at any moment with
the best found so far. One `Solver` is one such process. It answers one program after the other, as lines of JSON, and
ends when its input does, so that it never outlives whoever asked. Run as a program, this file is the process.
"""

import contextlib
import json
import math
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypedDict

from planning_kit.errors import PlanError

_HEARTBEAT = 0.2


class Program(TypedDict, total=False):
    """Maximise ``gain @ x`` with x from 0 to 1 and every row within its ends."""

    gain: list[float]
    rows: list[tuple[list[int], list[float], float, float]]
    """Positions, coefficients, least, most."""
    fixed: list[tuple[int, int]]
    """Positions with the value they are given."""
    relaxed: bool
    """Whether x may be a fraction."""
    seconds: float


@dataclass(frozen=True)
class Solution:
    """The best that is known of a program; a line of JSON on its way out of the process."""

    status: str
    """optimal, feasible, infeasible, or unknown: nothing found yet."""
    value: float
    bound: float
    """No choice can be worth more."""
    x: list[float]
    duals: list[float]
    """Shadow price of each row; of relaxed programs only."""
    seconds: float
    """Of this program alone."""
    is_final: bool = True


UNKNOWN = Solution("unknown", -math.inf, math.inf, [], [], 0.0, is_final=False)


class Solver:
    """A process that solves programs one after the other, in `seconds` of work within a limit.

    Raises
    ------
    PlanError
        If the process ends without an answer.
    """

    def __init__(self, seconds: float) -> None:
        self.limit, self.seconds, self.is_stopped = seconds, 0.0, False
        # -P: the names in this folder must not hide those of the standard library
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, this file
            [sys.executable, "-P", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process, whatever it is doing."""
        self.stop()

    def stop(self) -> None:
        """End the process at once; programs given later stay unsolved."""
        if not self.is_stopped:
            self.is_stopped = True
            self._process.kill()
            self._process.communicate()

    def solve(self, program: Program, told: Callable[[Solution], object] = lambda _: False) -> Solution:
        """Return the best choice found; `told` hears of every better one, and stops the solver by answering True."""
        best, before = UNKNOWN, self.seconds
        if before < self.limit and not self.is_stopped:
            self._send(program | Program(seconds=self.limit - before))
            while not best.is_final:
                best = self._receive()
                self.seconds = before + best.seconds
                if told(best):
                    self.stop()
                    break
        return best

    def _send(self, program: Program) -> None:
        with contextlib.suppress(OSError):  # it has ended: the answer says so
            if self._process.stdin:
                self._process.stdin.write(json.dumps(program) + "\n")
                self._process.stdin.flush()

    def _receive(self) -> Solution:
        """Return what the process says next."""
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise PlanError(
                "portfolio: the solver ended without an answer. It needs the package highspy and memory to run. "
                "Install planning-kit again, or ask about fewer initiatives."
            )
        return Solution(**json.loads(line))


def _solved(program: Program, said: Callable[[Solution], None]) -> Solution:
    """Solve one program with HiGHS."""
    import highspy  # noqa: PLC0415 - only in this process: see the top of the file

    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # half of highspy is typed
    solver.setOptionValue("output_flag", False)  # noqa: FBT003 - HiGHS takes a name and a value
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("time_limit", program["seconds"])
    solver.passModel(_model(highspy, program))
    state: dict[str, Any] = {"x": [], "value": -math.inf, "told": 0.0}

    def better(event: Any) -> None:
        data = event.data_out
        state.update(x=[float(round(one)) for one in data.mip_solution], value=data.objective_function_value)
        tell(data)

    def beat(event: Any) -> None:
        if event.data_out.running_time > state["told"] + _HEARTBEAT:
            tell(event.data_out)

    def tell(data: Any) -> None:
        state["told"] = data.running_time
        status = "feasible" if state["x"] else "unknown"
        bound = max(data.mip_dual_bound, state["value"])
        said(Solution(status, state["value"], bound, state["x"], [], data.running_time, is_final=False))

    solver.cbMipImprovingSolution += better
    solver.cbMipInterrupt += beat
    solver.run()
    return _result(highspy, solver, relaxed=program.get("relaxed", False))


def _model(highspy: Any, program: Program) -> Any:
    """Return a program as HiGHS reads it."""
    model, rows, columns = highspy.HighsLp(), program["rows"], len(program["gain"])
    model.num_col_, model.num_row_ = columns, len(rows)
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = program["gain"]
    given = dict(program.get("fixed", []))
    model.col_lower_ = [given.get(place, 0.0) for place in range(columns)]
    model.col_upper_ = [given.get(place, 1.0) for place in range(columns)]
    model.row_lower_ = [least for _, _, least, _ in rows]
    model.row_upper_ = [most for _, _, _, most in rows]
    starts = [0]
    for places, *_ in rows:
        starts.append(starts[-1] + len(places))
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = starts
    model.a_matrix_.index_ = [place for places, *_ in rows for place in places]
    model.a_matrix_.value_ = [one for _, coefficients, *_ in rows for one in coefficients]
    if not program.get("relaxed"):
        model.integrality_ = [highspy.HighsVarType.kInteger] * columns
    return model


def _result(highspy: Any, solver: Any, *, relaxed: bool) -> Solution:
    """Return what HiGHS ended with."""
    ended, information, found = solver.getModelStatus(), solver.getInfo(), solver.getSolution()
    states = highspy.HighsModelStatus
    has_choice = information.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if ended in (states.kInfeasible, states.kUnboundedOrInfeasible):
        status = "infeasible"
    elif ended in (states.kOptimal, states.kModelEmpty):
        status = "optimal"
    else:
        status = "feasible" if has_choice else "unknown"
    if status in ("infeasible", "unknown"):
        return Solution(status, -math.inf, math.inf, [], [], solver.getRunTime())
    value = information.objective_function_value
    bound = value if relaxed or status == "optimal" else information.mip_dual_bound
    x = [float(one) if relaxed else float(round(one)) for one in found.col_value]
    return Solution(status, value, bound, x, list(found.row_dual), solver.getRunTime())


def _serve() -> None:
    """Answer programs, one a line, until there are no more."""

    def say(solution: Solution) -> None:
        sys.stdout.write(json.dumps(vars(solution)) + "\n")
        sys.stdout.flush()

    for line in sys.stdin:
        say(_solved(json.loads(line), say))


if __name__ == "__main__":
    _serve()
