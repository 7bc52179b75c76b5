"""Schedules, stand-ins for reports, and what a scheduler does in a process of its own, to be crowded or killed."""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

import pytest

from planning_kit import clock
from planning_kit.reports import Made, runner, slots
from planning_kit.reports.slots import Scheduler
from planning_kit.store import Run, Schedule, stamp
from planning_kit.workbook import Workbook

LOG = "made.log"
PAGE = """<!DOCTYPE html>
<html><title>{title}</title><body><span class="text">Two measures are behind.</span></body></html>
"""


def processes() -> BaseContext:
    """Return how processes are started: from a server that has loaded everything already, where there is one."""
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    context.set_forkserver_preload(["tests.reports.scheduling"])
    return context


def cheap(  # noqa: PLR0913 - what a report can be told
    plan: Path | str, name: str, *, as_of: dt.date, parameters: tuple[str, ...], folder: Path, kinds: Sequence[str]
) -> Made:
    """Stand in for a report: a small page; every time it is asked for one, a line in a log."""
    here = plan.parent if isinstance(plan, Path) else Path.cwd()
    with (here / LOG).open("a", encoding="utf-8") as log:
        log.write(f"{folder.parent.name}\n")
    folder.mkdir(parents=True)
    made = folder / f"{name}-{as_of}-r1.html"
    made.write_text(PAGE.format(title=f"{name} {' '.join(parameters)}"), encoding="utf-8")
    for kind in kinds[1:]:
        made.with_suffix(f".{kind}").write_bytes(kind.encode())
    return Made(ok=True, path=made, sentence=f"Wrote {made}", revision=1)


def schedule(workbook: Workbook, days: float = 0, **told: Any) -> Schedule:
    """Add a daily schedule that began some days ago."""
    began = clock.now() - dt.timedelta(days)
    asked: Mapping[str, Any] = {
        "report": "progress",
        "every": "every day 07:00",
        "zone": "UTC",
        "made_at": stamp(began),
        "made_by": "Ana",
        **told,
    }
    return workbook.store.ledger.add(Schedule(**asked))


def work(path: str, make: Callable[..., Made] = cheap, seconds: float = 120) -> None:
    """Do all that is due on a plan."""
    with Workbook(path, "scheduler") as workbook:
        Scheduler(workbook, make=make, lease=dt.timedelta(seconds=seconds)).do_what_is_due()


def work_in(folder: str, address: str) -> None:
    """Do all that is due on a plan that lies elsewhere."""
    os.chdir(folder)
    work(address)


def written_in(folder: Path, name: str, sources: Sequence[str]) -> None:
    """Write the notebook of a report; the first cell takes the parameters."""
    cells = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": one, "execution_count": None, "outputs": []}
        for n, one in enumerate(sources)
    ]
    cells[0]["metadata"] = {"tags": ["parameters"]}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    told = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "notebooks" / "reports").mkdir(parents=True, exist_ok=True)
    (folder / "notebooks" / "reports" / f"{name}.ipynb").write_text(json.dumps(told), encoding="utf-8")


def is_there(pid: int) -> bool:
    """Whether a process has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(happens: Callable[[], object]) -> None:
    """Wait for something to be so."""
    while not happens():
        threading.Event().wait(0.02)


def instead_of_shipped(folder: str, patch: pytest.MonkeyPatch) -> None:
    """Let reports be made from the notebooks of another folder."""
    for part in (runner, slots):
        patch.setattr(part, "shipped", lambda name: Path(folder) / name)


def work_on(path: str, folder: str) -> None:
    """Do all that is due with reports that are really made, from the notebooks of a folder."""
    with pytest.MonkeyPatch.context() as patch:
        instead_of_shipped(folder, patch)
        work(path, runner.run)


def work_and_tell(path: str, begun: Connection, seconds: float) -> None:
    """Do all that is due; tell whenever a report is about to be made."""

    def telling(plan: Path, name: str, **told: Any) -> Made:
        begun.send(name)
        return cheap(plan, name, **told)

    work(path, telling, seconds)


def hang(path: str, begun: Connection) -> None:
    """Begin a report that never ends."""

    def never(*_: Any, **__: Any) -> Made:
        begun.send("begun")
        threading.Event().wait()
        raise AssertionError

    work(path, never)


def runs(workbook: Workbook) -> list[Run]:
    """Return the runs, oldest first."""
    return workbook.store.ledger.runs()[::-1]


def log_of(path: Path) -> list[str]:
    """Return the slots for which a page was asked for, in order."""
    return (path.parent / LOG).read_text(encoding="utf-8").splitlines()
