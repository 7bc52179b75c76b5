"""The papermill engine ``planning-kit``: each notebook in a fresh fork of a process that is ready.

It writes the notebook once, at the end, where papermill's own engine writes it twice a cell. What it cannot
run (another language, another system) goes to papermill's own engine. Papermill loads this module while it is
itself being imported, so nothing else here may come first: ``execute`` imports papermill, then this.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from planning_kit.quick import skip_slow_grammar

skip_slow_grammar()

import nbformat  # noqa: E402 - the line above must come first
from papermill.engines import Engine, NBClientEngine  # noqa: E402 - the same

from planning_kit.reports.server import ENDED, LIMITS, Limits, Stopped, server  # noqa: E402 - the same

KERNEL = "python3"
Seen = Callable[[Sequence[Mapping[str, Any]]], None]


class ForkEngine(Engine):  # type: ignore[misc] # papermill ships no types
    """Runs a notebook cell by cell in a fork; outputs are those of papermill's own engine."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, output_path: Any = None, **options: Any) -> Any:
        """Run a notebook without writing it; papermill writes what is returned, also after an error."""
        del output_path
        return super().execute_notebook(nb, kernel_name, None, **options)

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        execution_timeout: float | None = None,
        limits: Limits = LIMITS,
        seen: Seen | None = None,
        **options: Any,
    ) -> None:
        """Run the cells of a notebook.

        Parameters
        ----------
        nb_man : NotebookExecutionManager
        kernel_name : str
            ``python3`` runs here, any other by papermill's own engine.
        execution_timeout : float, optional
            Seconds for a cell, in place of the limit.
        limits : Limits
            Seconds and bytes.
        seen : callable, optional
            Is given the outputs of each cell as they come, while the next cell runs.
        """
        kept = limits._replace(cell=execution_timeout or limits.cell)
        with server() if kernel_name == KERNEL else contextlib.nullcontext() as one:
            if one:
                _run(nb_man, one.run(list(_cells(nb_man.nb)), kept), seen)
                return
        with _private_kernel():
            NBClientEngine.execute_managed_notebook(nb_man, kernel_name, execution_timeout=int(kept.cell), **options)


def _node(output: Mapping[str, Any]) -> Any:
    return nbformat.from_dict(output)  # type: ignore[no-untyped-call]


def _cells(notebook: Any) -> Iterator[dict[str, Any]]:
    for index, cell in enumerate(notebook.cells):
        tags = cell.metadata.get("tags", ())
        if cell.cell_type == "code" and cell.source.strip() and "skip-execution" not in tags:
            yield {"index": index, "source": cell.source, "may_fail": "raises-exception" in tags}


def _run(nb_man: Any, messages: Iterator[dict[str, Any]], seen: Seen | None) -> None:
    """Put into the notebook what its fork tells; the cell that did not come to its end says why."""
    cells = nb_man.nb.cells
    left = [one["index"] for one in _cells(nb_man.nb)]
    why = ENDED
    try:
        for message in messages:
            here = left[0]
            if "begun" in message:
                nb_man.cell_start(cells[here], here)
                continue
            for index, outputs in message["outputs"].items():
                cells[int(index)].outputs = [_node(one) for one in outputs]
                if seen:
                    seen(outputs)
            cells[here].execution_count = message["count"]
            if message["failed"]:
                nb_man.cell_exception(cells[here], here)
            nb_man.cell_complete(cells[here], here)
            left = [] if message["failed"] else left[1:]
    except Stopped as stopped:
        why = str(stopped)
    if left:
        told = {"output_type": "error", "ename": Stopped.__name__, "evalue": why, "traceback": [why]}
        cells[left[0]].outputs = [_node(told)]
        cells[left[0]].execution_count = sum(1 for one in _cells(nb_man.nb) if one["index"] <= left[0])
        nb_man.cell_exception(cells[left[0]], left[0])
        nb_man.cell_complete(cells[left[0]], left[0])


@contextlib.contextmanager
def _private_kernel() -> Iterator[None]:
    """Let papermill's own engine start this environment's kernel, without a person's own IPython settings."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(IPYTHONDIR=folder, JUPYTER_PREFER_ENV_PATH="1", PYDEVD_DISABLE_FILE_VALIDATION="1")
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)
