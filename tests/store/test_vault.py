"""The encrypted workbook: nothing of it can be read, it loses nothing, and a file of before is taken over once."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from planning_kit.errors import PlanError
from planning_kit.steps import tables_of
from planning_kit.store import restore
from planning_kit.store.store import Store
from planning_kit.workbook import Workbook
from tests.scale import times
from tests.store.writer import keep_secret, processes

SECRET = "it's four words"  # noqa: S105 - a test's own


def opened(path: Path, passphrase: str = SECRET) -> Workbook:
    """Open the workbook of step 8, making it when it is not there."""
    return Workbook(path, "Ana", create=True, book="appraisal", passphrase=passphrase)


def test_every_acknowledged_edit_survives_a_kill_and_stays_unreadable(tmp_path: Path) -> None:
    """Killed at any moment, the encrypted file opens whole with every acknowledged edit; no file shows a word of it."""
    path, last, chance = tmp_path / "plan.appraisal.db", 0, random.Random(8)  # noqa: S311 - moments to kill at
    for _ in range(times(4, 100)):
        ours, theirs = processes().Pipe(duplex=False)
        process = processes().Process(target=keep_secret, args=(str(path), SECRET, theirs))
        process.start()
        theirs.close()
        last = int(ours.recv())
        process.join(chance.uniform(0, 0.1))
        process.kill()
        process.join()
        while ours.poll():
            try:
                last = int(ours.recv())
            except EOFError:
                break
        ours.close()
        assert [one for one in tmp_path.rglob("*") if one.is_file() and b"confided" in one.read_bytes()] == []
        with opened(path) as book:
            assert len(book.plan.observations) in (last, last + 1)
            assert book.plan.revision == len(book.plan.observations)


def test_a_plain_file_of_before_is_taken_over_once_and_whole(tmp_path: Path) -> None:
    """Rows, history and undo are there after the first opening with a passphrase, and no plain copy is left."""
    path = tmp_path / "plan.appraisal.db"
    store = Store(path, tables_of("appraisal"), "appraisal", create=True)
    store.close()
    plain = path.read_bytes()
    with pytest.raises(PlanError, match="at least 12 characters"):
        opened(path, "short")
    assert path.read_bytes() == plain
    with opened(path) as book:
        book.add("observations", text="confided", reason="said in trust")
    kept = path.read_bytes()
    assert not kept.startswith(b"SQLite format 3")
    with opened(path) as book:
        assert list(book.plan.observations["text"]) == ["confided"]
        assert [one.reason for one in book.history()] == ["said in trust"]
        with pytest.raises(Exception, match="append-only"):
            book.store._connection.exec_driver_sql("DELETE FROM history")
        assert book.undo().observations.empty


def test_copies_open_with_the_same_passphrase_and_can_be_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy is encrypted like the file; restoring it takes the passphrase of the environment."""
    path, copy = tmp_path / "plan.appraisal.db", tmp_path / "copy.appraisal.db"
    with opened(path) as book:
        book.add("observations", text="confided")
        book.store.copy(copy)
        book.add("observations", text="a word too much")
    assert b"confided" not in copy.read_bytes()
    with pytest.raises(PlanError, match="passphrase"):
        restore(path, copy)
    monkeypatch.setenv("PLANNING_KIT_PASSPHRASE", SECRET)
    restore(path, copy)
    with Workbook(path, book="appraisal") as book:
        assert list(book.plan.observations["text"]) == ["confided"]
