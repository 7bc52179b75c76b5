"""A process may be killed at any moment and many may write at once: what was acknowledged is there."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from pathlib import Path
from string import ascii_lowercase

import pytest

from planning_kit.workbook import Workbook
from tests.scale import IS_SOAK, times
from tests.store.writer import processes, sign, write


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a plan file with one objective."""
    with Workbook(tmp_path / "plan.db", "Ana", create=True) as workbook:
        workbook.add("objectives", title="Objective 0")
    return tmp_path / "plan.db"


def integrity(path: Path) -> str:
    """Return what SQLite says about a file."""
    connection = sqlite3.connect(path)
    try:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        connection.close()


def killed_while_writing(path: Path, first: int, patience: float) -> int:
    """Let a process write, kill it after a while, and return the last number it acknowledged."""
    ours, theirs = processes().Pipe(duplex=False)
    process = processes().Process(target=write, args=(str(path), first, theirs))
    process.start()
    theirs.close()
    last = int(ours.recv())  # it writes
    process.join(patience)
    process.kill()
    process.join()
    try:
        while True:
            last = int(ours.recv())
    except EOFError:
        return last
    finally:
        ours.close()


def test_no_acknowledged_edit_is_lost_when_the_process_is_killed(path: Path) -> None:
    """After every kill the file is whole, holds every acknowledged edit, and at most the one in flight besides."""
    chance = random.Random(None if IS_SOAK else 20)  # noqa: S311 - moments to kill at, no secret
    last = 0
    for _ in range(times(12, 200)):
        acknowledged = killed_while_writing(path, last + 1, chance.uniform(0, 0.15))
        with Workbook(path, "Ana") as workbook:
            assert integrity(path) == "ok"
            newest = workbook.plan.revision - 1
            assert newest in (acknowledged, acknowledged + 1)
            assert list(workbook.plan.tasks["name"]) == [f"Task {n}" for n in range(1, newest + 1, 2)]
            assert workbook.plan.objectives.at["O1", "title"] == f"Objective {newest // 2 * 2}"
            assert workbook.history(limit=1)[0].revision == newest + 1
            last = newest


def test_many_writers_lose_nothing_and_nobody_is_locked_out(path: Path) -> None:
    """Everybody goes on writing in the same field at the same time, and every letter of everybody is there."""
    writers, edits = ascii_lowercase[: times(4, 20)], times(15, 50)
    running = [processes().Process(target=sign, args=(str(path), letter, edits)) for letter in writers]
    for one in running:
        one.start()
    for one in running:
        one.join()
    assert [one.exitcode for one in running] == [0] * len(writers)
    with Workbook(path, "Ana") as workbook:
        assert Counter(workbook.plan.objectives.at["O1", "description"]) == dict.fromkeys(writers, edits)
        assert sorted(workbook.plan.tasks["name"]) == sorted(f"{one} {n}" for one in writers for n in range(edits))
        assert workbook.plan.revision == 1 + 2 * len(writers) * edits
    assert integrity(path) == "ok"
