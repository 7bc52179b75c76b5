"""Copies made while others write, copies made by hand, and files that were damaged on the way."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest

from planning_kit.errors import PlanFileError
from planning_kit.plan import Edit
from planning_kit.store import Store
from planning_kit.workbook import Workbook
from tests.kinds import TABLES
from tests.scale import IS_SOAK, times
from tests.store.writer import processes, write


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a plan file with one objective."""
    with Workbook(tmp_path / "plan.db", "Ana", create=True) as workbook:
        workbook.add("objectives", title="Objective 0", due="2029-12-31")
        workbook.add("people", name="Ana")
        workbook.edit("objectives", "O1", contributors="Ana")
    return tmp_path / "plan.db"


def test_copies_made_while_others_write_are_whole(path: Path, tmp_path: Path) -> None:
    """Every copy opens and holds every edit acknowledged before it was begun."""
    ours, theirs = processes().Pipe(duplex=False)
    process = processes().Process(target=write, args=(str(path), 1, theirs))
    process.start()
    theirs.close()
    acknowledged = int(ours.recv())
    try:
        with Workbook(path, "Ana", read_only=True) as workbook:
            for number in range(times(4, 200)):
                while ours.poll():
                    acknowledged = int(ours.recv())
                copy = tmp_path / f"copy {number}.db"
                workbook.store.copy(copy)
                with Workbook(copy, read_only=True) as copied:
                    made = copied.plan.revision - 3
                    assert made >= acknowledged
                    assert list(copied.plan.tasks["name"]) == [f"Task {n}" for n in range(1, made + 1, 2)]
                    assert copied.history(limit=1)[0].revision == copied.plan.revision
                copy.unlink()
    finally:
        process.kill()
        process.join()
        ours.close()


def test_a_copy_takes_the_history_along_and_goes_its_own_way(path: Path, tmp_path: Path) -> None:
    """A copy is a plan like the first, with undo, and neither changes the other."""
    with Workbook(path, "Ana") as workbook:
        workbook.store.copy(tmp_path / "monday.db")
        workbook.edit("objectives", "O1", title="Objective 1")
    with Workbook(tmp_path / "monday.db", "Ana") as copy:
        assert copy.plan.objectives.at["O1", "title"] == "Objective 0"
        assert copy.undo().row("objectives", "O1")["contributors"] is None
    with Workbook(path) as workbook:
        assert workbook.plan.row("objectives", "O1")["contributors"] == ("P1",)


def test_a_file_copied_by_hand_while_it_is_open_is_whole(path: Path, tmp_path: Path) -> None:
    """A plan mailed from the file manager between two edits is complete; nothing waits beside it."""
    with Workbook(path, "Ana") as workbook:
        workbook.add("people", name="Bo")
        shutil.copyfile(path, tmp_path / "mailed.db")
        assert sorted(one.name for one in tmp_path.iterdir()) == ["mailed.db", "plan.db"]
        with Workbook(tmp_path / "mailed.db") as mailed:
            assert list(mailed.plan.people["name"]) == ["Ana", "Bo"]


def test_a_copy_never_overwrites_and_needs_a_folder(path: Path, tmp_path: Path) -> None:
    """A file that is there stays, and a folder that is not there is a sentence."""
    (tmp_path / "diary.txt").write_text("dear diary")
    with Workbook(path, read_only=True) as workbook:
        for target in (path, tmp_path / "diary.txt"):
            with pytest.raises(PlanFileError, match="there is a file of this name already"):
                workbook.store.copy(target)
        with pytest.raises(PlanFileError, match="the copy could not be written"):
            workbook.store.copy(tmp_path / "nowhere" / "copy.db")
    assert (tmp_path / "diary.txt").read_text() == "dear diary"


def looked_through(path: Path, *, read_only: bool) -> list[tuple[str, int]]:
    """Open a plan, look at everything in it, and return the rows of each table."""
    with Workbook(path, "Ana", read_only=read_only) as workbook:
        found = [(name, len(workbook.plan.frame(name))) for name in workbook.plan.tables]
        workbook.history()
        workbook.at(1)
        return found


def things_of(path: Path, *, read_only: bool) -> dict[str, list[str]]:
    """Open a small store, look at everything in it, and return the ids of each table."""
    store = Store(path, TABLES, "things", read_only=read_only)
    try:
        plan = store.plan()
        store.history()
        _ = store.plan(1).things
        return {name: list(plan.frame(name).index) for name in plan.tables}
    finally:
        store.close()


@pytest.mark.parametrize("read_only", [False, True])
def test_a_flipped_byte_is_noticed_or_does_no_harm(tmp_path: Path, *, read_only: bool) -> None:
    """A damaged file is refused with a sentence or shows every row; it never ends in a traceback."""
    chance = random.Random(None if IS_SOAK else 7)  # noqa: S311 - places to damage, no secret
    damaged = tmp_path / "damaged.db"
    store = Store(damaged, TABLES, "things", create=True)
    for number in range(20):
        values = {"name": f"Thing {number}", "due": dt.date(2029, 12, 31), "cost": 12.5, "places": ("PL1",)}
        store.apply([Edit("add", "things", None, values)], author="Ana")
    store.apply([Edit("remove", "things", "TH7")], author="Ana")
    store.close()
    whole = damaged.read_bytes()
    wanted = things_of(damaged, read_only=True)
    used = [place for place, byte in enumerate(whole) if byte]
    unnoticed = 0
    for _ in range(times(60, 1000)):
        place = chance.choice(used)
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << chance.randrange(8))]) + whole[place + 1 :])
        with suppress(PlanFileError):
            unnoticed += things_of(damaged, read_only=read_only) != wanted
        shutil.rmtree(damaged.with_name("damaged.db.backups"), ignore_errors=True)
    assert unnoticed == 0


def test_half_a_file_is_refused_and_the_copies_are_named(path: Path) -> None:
    """A plan cut off by a full disk is not opened as if it were whole; the sentence says where copies are."""
    with Workbook(path, "Ana") as workbook:
        from_copy = looked_through(path, read_only=True)
        kept = path.with_name("plan.db.backups") / "2026-11-01-080000-000000.db"
        kept.parent.mkdir()
        workbook.store.copy(kept)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(PlanFileError, match=r"not a whole plan file.*2026-11-01-080000-000000\.db"):
        Workbook(path, "Ana")
    assert looked_through(kept, read_only=True) == from_copy


def test_a_plan_is_one_file(path: Path) -> None:
    """Nothing but the plan file is left behind by a session."""
    looked_through(path, read_only=False)
    assert sorted(one.name for one in path.parent.iterdir()) == ["plan.db"]
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()
