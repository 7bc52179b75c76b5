"""What a writing session does in a process of its own, to be killed, crowded or copied from outside."""

from __future__ import annotations

import multiprocessing
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext

from planning_kit.errors import EditConflict
from planning_kit.workbook import Workbook


def processes() -> BaseContext:
    """Return how processes are started: from a server that has loaded everything already, where there is one."""
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    context.set_forkserver_preload(["tests.store.writer"])
    return context


def write(path: str, first: int, acknowledged: Connection) -> None:
    """Add a task and edit the objective in turn, numbered on from ``first``; tell every number once it is saved."""
    with Workbook(path, "writer") as workbook:
        for number in range(first, first + 10_000):
            if number % 2:
                workbook.add("tasks", name=f"Task {number}", duration=number)
            else:
                workbook.edit("objectives", "O1", title=f"Objective {number}", reason=str(number))
            acknowledged.send(number)


def sign(path: str, letter: str, edits: int) -> None:
    """Add a letter to the description, ``edits`` times, beginning again whenever somebody else was faster."""
    with Workbook(path, letter) as workbook:
        made = 0
        while made < edits:
            workbook.poll()
            text = workbook.plan.row("objectives", "O1")["description"] or ""
            with suppress(EditConflict):
                workbook.edit("objectives", "O1", description=text + letter)
                workbook.add("tasks", name=f"{letter} {made}")
                made += 1


def keep_secret(path: str, passphrase: str, acknowledged: Connection) -> None:
    """Write into an encrypted workbook, telling how many rows there are once each is saved."""
    with Workbook(path, "writer", create=True, book="appraisal", passphrase=passphrase) as workbook:
        while True:
            acknowledged.send(len(workbook.add("observations", text="confided").observations))
