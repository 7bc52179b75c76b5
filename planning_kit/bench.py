"""Benchmarks: each prints figures of one run on this machine, as ratios where two things can be compared."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from planning_kit.errors import PlanError
from planning_kit.plan import Edit
from planning_kit.reports import run as make
from planning_kit.reports.parameters import order
from planning_kit.samples import build
from planning_kit.shipped import shipped
from planning_kit.steps import TABLES
from planning_kit.workbook import Workbook

REPEATS = 5
EDITS = 200
ROWS = 10_000
SAMPLE = "library-service"


def run(name: str = "") -> Iterator[str]:
    """Yield the lines of one benchmark, or of all.

    Raises
    ------
    PlanError
        When there is no such benchmark.
    """
    if name and name not in BENCHES:
        message = f"“{name}” is not a benchmark. Benchmarks are: {', '.join(BENCHES)}."
        raise PlanError(message)
    for one in [name] if name else BENCHES:
        yield f"{one}: {BENCHES[one]()}"


def seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the median time of some work, in seconds."""
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def fresh(code: str) -> None:
    """Run a line in a fresh interpreter."""
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - our own interpreter, lines written here


def imports() -> str:
    """Compare ``import planning_kit`` with its spine loaded against ``import pandas``."""
    bare = seconds(lambda: fresh("pass"))
    pandas = seconds(lambda: fresh("import pandas")) - bare
    door = seconds(lambda: fresh("import planning_kit")) - bare
    opened = seconds(lambda: fresh("import planning_kit as pk; pk.open")) - bare
    return f"import planning_kit {door / pandas:.2f} x import pandas; with pk.open loaded {opened / pandas:.2f} x"


def edits() -> str:
    """Measure one edit with its history row, and with the fast checks, in a plan of 10,000 tasks."""
    with tempfile.TemporaryDirectory() as folder, Workbook(Path(folder) / "plan.db", "bench", create=True) as workbook:
        table = TABLES["tasks"]
        workbook.edit_many([Edit("add", table.name, None, {table.label: f"row {n}"}) for n in range(ROWS)])
        workbook.findings(slow=False)
        ids = list(workbook.plan.frame(table.name).index[:EDITS])
        stored, checked = [], []
        for n, row in enumerate(ids):
            begun = time.perf_counter()
            workbook.edit(table.name, row, **{table.label: f"edited {n}"})
            middle = time.perf_counter()
            workbook.findings(slow=False)
            stored.append(middle - begun)
            checked.append(time.perf_counter() - begun)
        read = seconds(lambda: pd.read_sql(f"SELECT * FROM {table.name}", workbook.store._connection))  # noqa: S608, SLF001 - a declared name; the same connection for a fair comparison
    spread = statistics.quantiles(stored, n=20)
    return (
        f"stored p50 {spread[9] * 1000:.1f} ms, p95 {spread[18] * 1000:.1f} ms; "
        f"with fast checks {statistics.median(checked) / read:.2f} x one read_sql of its table"
    )


def report() -> str:
    """Compare one progress report with the papermill command line on the same notebook."""
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.db"
        build(SAMPLE, plan)
        with Workbook(plan, read_only=True) as workbook:
            told = order(workbook, "progress", None, ()).to_text()
        notebook = shipped("notebooks") / "reports" / "progress.ipynb"
        command = [sys.executable, "-m", "papermill", str(notebook), f"{folder}/out.ipynb", "-r", "run", told]
        theirs = seconds(lambda: subprocess.run(command, check=True, capture_output=True), 3)  # noqa: S603 - our own interpreter
        ours = seconds(lambda: make(plan, "progress", folder=Path(folder) / "reports"), 3)
    return f"papermill's command line takes {theirs / ours:.2f} x the time of a whole report with its page"


BENCHES: dict[str, Callable[[], str]] = {"imports": imports, "edits": edits, "report": report}
