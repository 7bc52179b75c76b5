"""Run a report notebook with papermill and publish the page: whole, or not at all.

The verdict comes from the exception and our own checks, never from what the notebook file says of itself. A
failed run leaves the notebook with the error beside the reports; what was published before stays as it is.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planning_kit.errors import PlanError, PlanFileError
from planning_kit.quick import skip_slow_grammar
from planning_kit.reports import render
from planning_kit.reports.parameters import Order, order
from planning_kit.shipped import shipped
from planning_kit.workbook import Workbook

CELL_SECONDS = 120
START_SECONDS = 60


@dataclass(frozen=True)
class Made:
    """What a run came to: whether a report was published, the file, and a sentence."""

    ok: bool
    path: Path
    sentence: str


def run(
    plan: str | Path,
    name: str,
    *,
    as_of: dt.date | None = None,
    parameters: Iterable[str] = (),
    folder: str | Path = "reports",
) -> Made:
    """Run a report and publish it as one HTML file.

    Parameters
    ----------
    plan : str or Path
        The plan file; opened for reading only.
    name : str
        Name of the report.
    as_of : datetime.date, optional
        The date looked at.
    parameters : iterable of str
        ``name=value`` texts.
    folder : str or Path
        Where the page is published; made when it is missing.

    Returns
    -------
    Made
        ``ok`` is False when a cell failed; nothing is published then.

    Raises
    ------
    PlanError
        When the request is refused; nothing has run then.
    """
    with Workbook(plan, read_only=True) as workbook:
        wanted = order(workbook, name, as_of, parameters)
    notebook = shipped("notebooks") / "reports" / f"{name}.ipynb"
    target = Path(folder) / f"{file_name(wanted)}.html"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".run-", dir=target.parent) as scratch:
            return _run_in(Path(scratch), notebook, wanted, target)
    except OSError as problem:
        cure = "Name a folder you may write to. Earlier reports are unchanged."
        message = f"{folder}: the report could not be written ({problem.strerror}). {cure}"
        raise PlanFileError(message) from problem


def file_name(wanted: Order) -> str:
    """Return the name of the published file: report, date, scope, revision."""
    scope = [str(wanted.parameters[one]) for one in ("unit", "person") if one in wanted.parameters]
    return "-".join([wanted.report, wanted.as_of.isoformat(), *scope, f"r{wanted.revision}"])


def _run_in(scratch: Path, notebook: Path, wanted: Order, target: Path) -> Made:
    executed = scratch / "executed.ipynb"
    failure = _execute(notebook, executed, wanted, scratch)
    if failure is None:
        try:
            html = render.page(json.loads(executed.read_text(encoding="utf-8")))
        except PlanError as problem:
            failure = str(problem)
    if failure is not None:
        kept = target.with_suffix(".failed.ipynb")
        if executed.exists():
            executed.replace(kept)
        return Made(
            ok=False,
            path=kept,
            sentence=f"{wanted.report} was not published: {failure} The notebook with the error: {kept}",
        )
    publish(html, target)
    return Made(ok=True, path=target, sentence=f"Wrote {target}")


def _execute(notebook: Path, executed: Path, wanted: Order, scratch: Path) -> str | None:
    """Run the notebook; None, or a sentence on what failed."""
    skip_slow_grammar()
    import papermill  # noqa: PLC0415 - costs more than everything else here; only a run needs it
    from nbclient.exceptions import CellTimeoutError, DeadKernelError  # noqa: PLC0415 - comes with papermill

    before = dict(os.environ)
    os.environ.update(
        {
            "IPYTHONDIR": str(scratch / "ipython"),
            "JUPYTER_PREFER_ENV_PATH": "1",
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        }
    )
    try:
        papermill.execute_notebook(
            str(notebook),
            str(executed),
            parameters={"run": wanted.to_text()},
            kernel_name="python3",
            cwd=str(scratch),
            execution_timeout=CELL_SECONDS,
            start_timeout=START_SECONDS,
            progress_bar=os.isatty(2),
        )
    except papermill.PapermillExecutionError as problem:
        return f"cell {problem.exec_count} failed with {_plain(problem.ename)}: {_plain(problem.evalue)}."
    except CellTimeoutError:
        return f"a cell took longer than {CELL_SECONDS} seconds and was stopped."
    except DeadKernelError:
        return "the process that made it was stopped from outside or ran out of memory."
    finally:
        os.environ.clear()
        os.environ.update(before)
    return None


def _plain(text: Any) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", str(text)).strip().rstrip(".")[:500]


def publish(html: str, target: Path) -> None:
    """Put a whole page in place at once; what was there before is complete until that moment."""
    if not html.rstrip().endswith("</html>"):
        raise PlanError("The page is not complete. Nothing was published.")
    handle, name = tempfile.mkstemp(prefix=".page-", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(html)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
