"""Run a notebook with papermill and our engine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from planning_kit.quick import skip_slow_grammar

skip_slow_grammar()

import papermill  # noqa: E402 - the line above must come first; papermill itself loads our engine

from planning_kit.reports.engine import KERNEL, ForkEngine, Seen  # noqa: E402 - after papermill
from planning_kit.reports.server import LIMITS, Limits, Stopped  # noqa: E402 - the same

NAME = "planning-kit"


def execute(  # noqa: PLR0913, PLR0917 - what a run can be told
    notebook: Path,
    executed: Path,
    parameters: Mapping[str, Any],
    folder: Path,
    limits: Limits = LIMITS,
    seen: Seen | None = None,
) -> str | None:
    """Run a notebook with papermill and this engine.

    Parameters
    ----------
    notebook, executed : Path
        The notebook, and where it is written with its outputs.
    parameters : mapping
        What papermill puts into it.
    folder : Path
        Where its cells run.
    limits : Limits
        Seconds and bytes.
    seen : callable, optional
        Is given the outputs of each cell as they come, while the next cell runs.

    Returns
    -------
    str or None
        A sentence on what failed.
    """
    papermill.engines.papermill_engines.register(NAME, ForkEngine)  # also where the package is not installed
    try:
        done = papermill.execute_notebook(
            str(notebook),
            str(executed),
            parameters=dict(parameters),
            engine_name=NAME,
            kernel_name=KERNEL,
            cwd=str(folder),
            progress_bar=False,
            limits=limits,
            seen=seen,
        )
    except papermill.PapermillExecutionError as problem:
        if problem.ename == Stopped.__name__:
            return f"cell {problem.exec_count} {_words(problem.evalue)}."
        return _failure(problem.exec_count, problem.ename, problem.evalue)
    return next(_ended_early(done), None)


def _ended_early(notebook: Any) -> Iterator[str]:
    """Yield a sentence for a cell that left with ``sys.exit()``, which papermill takes for success."""
    for cell in notebook.cells:
        for one in cell.get("outputs", ()) if "raises-exception" not in cell.metadata.get("tags", ()) else ():
            if one.output_type == "error":
                yield _failure(cell.execution_count, one.ename, one.evalue)


def _failure(count: int, name: str, value: str) -> str:
    told = ": ".join(filter(None, (_words(name), _words(value))))
    return f"cell {count} failed with {told}."


def _words(text: Any) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", str(text)).strip().rstrip(".")[:500]
