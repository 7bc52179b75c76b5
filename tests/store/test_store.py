"""What is written is kept: transactions, history, conflicts, ids, money, faults of files and disks."""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning_kit.errors import EditConflict, PlanError, PlanFileError
from planning_kit.plan import Edit
from planning_kit.store import Store, connect
from tests.kinds import FIELDS, HOSTILE
from tests.scale import examples
from tests.store.conftest import Opener
from tests.store.stories import Wish, new_store, rows_of, told, wishes

FULL: dict[str, Any] = {
    "name": HOSTILE,
    "note": "one\ntwo",
    "due": dt.date(2027, 3, 31),
    "weight": 0.1,
    "share": 33.3,
    "cost": 1234.57,
    "count": 2**40,
    "is_open": False,
    "level": "very_high",
    "place": "PL1",
    "parent": "TH1",
    "about": "PL1",
    "places": ("PL2", "PL1"),
    "tags": ("b", "a c"),
    "source_id": "x-1",
}


def add(store: Store, author: str = "Ana", **values: Any) -> str:
    """Add a thing and return its id."""
    made = store.apply([Edit("add", "things", None, values)], author=author)
    assert made is not None
    return made.changes[0].row


def put(store: Store, row: str, author: str = "Ana", *, basis: int | None = None, **values: Any) -> None:
    """Set fields of a thing."""
    store.apply([Edit("set", "things", row, values)], author=author, basis=basis)


def ask(store: Store, sql: str) -> list[Any]:
    """Look into the file as any SQLite browser does."""
    connection = sqlite3.connect(store.path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


# --- rows and history --------------------------------------------------------------------------------------


def test_every_kind_of_value_is_kept(store: Store, open_store: Opener) -> None:
    """A row read by another program's session is the row that was written."""
    assert add(store, **FULL) == "TH1"
    assert rows_of(open_store().plan())["TH1"] == FULL


def test_every_field_can_be_emptied(store: Store) -> None:
    """What was typed can be taken out again, field by field."""
    add(store, **FULL)
    put(store, "TH1", **dict.fromkeys(FIELDS))
    assert rows_of(store.plan()) == {"TH1": dict.fromkeys(FIELDS)}
    assert rows_of(store.plan(1)) == {"TH1": FULL}


def test_a_plan_file_is_read_by_any_sqlite_browser(store: Store) -> None:
    """Money is whole hundredths, dates are text, several references stand in their own table."""
    add(store, **FULL)
    assert ask(store, "SELECT id, cost, due, is_open, tags FROM things") == [("TH1", 123457, "2027-03-31", 0, "b; a c")]
    assert ask(store, "SELECT target FROM things_places ORDER BY place") == [("PL2",), ("PL1",)]
    assert ask(store, "PRAGMA journal_mode") == [("delete",)]


@given(cents=st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=5))
@examples(6, 300)
def test_money_is_exact_to_the_hundredth(cents: list[int]) -> None:
    """No amount gains or loses a cent on the way into the file and out of it."""
    with new_store() as store:
        for one in cents:
            add(store, cost=one / 100)
        assert [round(value * 100) for value in store.plan().things["cost"]] == cents


def test_history_says_who_when_why_and_what(store: Store) -> None:
    """Every transaction is told with the values before and after."""
    add(store, name="Shelf", weight=2.0)
    store.apply([Edit("set", "things", "TH1", {"weight": 3.0, "name": "Shelf"})], author="Bo", reason="weighed again")
    newest, first = store.history()
    assert (newest.revision, newest.author, newest.reason, newest.kind) == (2, "Bo", "weighed again", "edit")
    assert dt.datetime.fromisoformat(newest.made_at).tzinfo is not None
    assert [(one.op, one.row, one.before, one.after) for one in newest.changes] == [
        ("set", "TH1", {"weight": 2.0}, {"weight": 3.0})
    ]
    assert first.changes[0].after == {"name": "Shelf", "weight": 2.0}


def test_history_of_a_row_tells_nothing_of_others(store: Store) -> None:
    """Asking about one row brings the transactions that touched it, newest first."""
    add(store, name="Shelf")
    add(store, name="Lamp")
    store.apply(
        [Edit("set", "things", "TH1", {"name": "a"}), Edit("set", "things", "TH2", {"name": "b"})], author="Ana"
    )
    assert [one.revision for one in store.history("TH2")] == [3, 2]
    assert [change.row for one in store.history("TH2") for change in one.changes] == ["TH2", "TH2"]
    assert [one.revision for one in store.history(limit=1)] == [3]


def test_an_edit_that_changes_nothing_leaves_no_trace(store: Store) -> None:
    """Leaving a cell as it was makes no revision."""
    add(store, **FULL)
    assert store.apply([Edit("set", "things", "TH1", FULL)], author="Ana") is None
    assert store.revision == 1
    assert len(store.history()) == 1


def test_several_edits_are_made_together_or_not_at_all(store: Store) -> None:
    """One refused edit of a paste takes the others with it, and no id is used up."""
    add(store, name="Shelf")
    edits = [
        Edit("add", "things", None, {"name": "Lamp"}),
        Edit("set", "things", "TH1", {"name": "x"}),
        Edit("set", "things", "TH9", {"name": "y"}),
    ]
    with pytest.raises(PlanError, match="things TH9 is not in the plan"):
        store.apply(edits, author="Ana")
    assert store.revision == 1
    assert rows_of(store.plan())["TH1"]["name"] == "Shelf"
    assert add(store, name="Chair") == "TH2"


@pytest.mark.parametrize("table", ["history", "revisions"])
@pytest.mark.parametrize("sql", ["UPDATE {} SET revision = 99", "DELETE FROM {}"])
def test_what_was_recorded_cannot_be_changed(store: Store, table: str, sql: str) -> None:
    """Not even a program that opens the file itself rewrites who did what."""
    add(store, name="Shelf")
    with pytest.raises(sqlite3.IntegrityError, match=f"{table} is append-only"):
        ask(store, sql.format(table))
    assert len(store.history()) == 1


def test_a_row_and_its_history_are_one_transaction(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the history cannot be written, the row is not written either."""
    add(store, name="Shelf")
    store._connection.exec_driver_sql(
        "CREATE TRIGGER full BEFORE INSERT ON history BEGIN SELECT RAISE(ABORT, 'no'); END"
    )
    monkeypatch.setattr(connect, "WAIT_SECONDS", 0)
    with pytest.raises(Exception, match="no"):
        put(store, "TH1", name="Lamp")
    assert rows_of(store.plan())["TH1"]["name"] == "Shelf"
    assert ask(store, "SELECT name, _version FROM things") == [("Shelf", 1)]


def test_versions_count_the_changes_of_a_row(store: Store) -> None:
    """Whoever keeps a copy of a row can tell that it is old."""
    add(store, name="Shelf")
    put(store, "TH1", name="Lamp")
    put(store, "TH1", name="Lamp")
    assert ask(store, "SELECT _version FROM things") == [(2,)]


@given(story=st.lists(wishes, max_size=12))
@examples(15, 500)
def test_every_earlier_revision_can_be_read_as_it_was(story: list[Wish]) -> None:
    """The plan at any revision is what it was then, read afresh or followed edit by edit."""
    with new_store() as store:
        rows: dict[str, dict[str, Any]] = {}
        was = {0: rows}
        followed = store.plan()
        for wish in story:
            rows = told(store, rows, wish)
            was[store.revision] = rows
            followed = followed.advanced(*store.changes_since(followed.revision))
        for revision, wanted in was.items():
            assert rows_of(store.plan(revision)) == wanted
        assert rows_of(followed) == rows


def test_an_old_plan_keeps_showing_its_revision(store: Store) -> None:
    """A page that was opened before an edit is not disturbed by it, even where it had not looked yet."""
    add(store, name="Shelf")
    old = store.plan()
    put(store, "TH1", name="Lamp")
    store.apply([Edit("remove", "things", "TH1")], author="Ana")
    assert (old.revision, rows_of(old)["TH1"]["name"], rows_of(store.plan())) == (1, "Shelf", {})


@pytest.mark.parametrize("revision", [-1, 2])
def test_a_revision_that_is_not_there_is_refused(store: Store, revision: int) -> None:
    """The sentence says which revisions there are."""
    add(store, name="Shelf")
    with pytest.raises(PlanError, match=f"revision {revision}: the plan has revisions 0 to 1"):
        store.plan(revision)


def test_revisions_can_be_named(store: Store) -> None:
    """Adopted is a word people remember; a name can be given anew."""
    add(store, name="Shelf")
    store.name_revision("Adopted", "Ana")
    add(store, name="Lamp")
    assert store.names() == {"Adopted": 1}
    store.name_revision("Adopted", "Ana")
    assert store.names() == {"Adopted": 2}


def test_a_table_of_many_pages_is_read_whole_and_in_order(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading in short pages loses and doubles nothing."""
    monkeypatch.setattr("planning_kit.store.reader.PAGE", 3)
    store.apply([Edit("add", "things", None, {"count": n}) for n in range(10)], author="Ana")
    assert list(store.plan().things["count"]) == list(range(10))


# --- ids ---------------------------------------------------------------------------------------------------


def test_ids_are_never_used_again(store: Store) -> None:
    """A removed or undone row keeps its number, so a note on paper never means another row."""
    assert [add(store, name="a"), add(store, name="b")] == ["TH1", "TH2"]
    store.apply([Edit("remove", "things", "TH2")], author="Ana")
    assert add(store, name="c") == "TH3"
    store.undo("Ana")
    assert add(store, name="d") == "TH4"
    store.undo_to(0, "Ana")
    assert add(store, name="e") == "TH5"


def test_rows_added_together_may_point_to_each_other(store: Store) -> None:
    """A pasted tree arrives with its branches."""
    made = store.apply(
        [
            Edit("add", "things", "~TH2", {"name": "leaf", "parent": "~TH1", "places": ("~PL1",), "note": "~TH1"}),
            Edit("add", "things", "~TH1", {"name": "root"}),
            Edit("add", "places", "~PL1", {"name": "hall"}),
        ],
        author="Ana",
    )
    assert made is not None
    leaf = rows_of(store.plan())["TH1"]
    assert (leaf["parent"], leaf["places"], leaf["note"]) == ("TH2", ("PL1",), "~TH1")


# --- two people --------------------------------------------------------------------------------------------


def test_the_same_field_changed_meanwhile_is_refused_with_both_values(store: Store, open_store: Opener) -> None:
    """Nobody's work is overwritten unseen: the sentence shows theirs, yours and who it was."""
    add(store, name="Shelf", weight=1.0)
    put(open_store(), "TH1", author="Bo", name="Rack")
    with pytest.raises(EditConflict, match="Bo changed this to “Rack” meanwhile, you wrote “Board”") as caught:
        put(store, "TH1", basis=1, name="Board", weight=2.0)
    assert (caught.value.theirs, caught.value.yours, caught.value.author) == ("Rack", "Board", "Bo")
    assert rows_of(store.plan())["TH1"]["weight"] == 1.0


def test_other_fields_changed_meanwhile_are_merged(store: Store, open_store: Opener) -> None:
    """Two people at one row do not stand in each other's way."""
    add(store, name="Shelf", weight=1.0)
    put(open_store(), "TH1", author="Bo", name="Rack")
    put(store, "TH1", basis=1, weight=2.0)
    row = rows_of(store.plan())["TH1"]
    assert (row["name"], row["weight"]) == ("Rack", 2.0)


def test_the_same_value_written_by_both_is_no_conflict(store: Store) -> None:
    """Agreeing is not a dispute."""
    add(store, name="Shelf")
    put(store, "TH1", author="Bo", name="Rack")
    put(store, "TH1", basis=1, name="Rack")
    assert store.revision == 2


def test_a_value_seen_is_what_counts(store: Store) -> None:
    """A cell that shows the newest value may be changed; one that shows an older one may not."""
    add(store, name="Shelf")
    put(store, "TH1", author="Bo", name="Rack")
    store.apply([Edit("set", "things", "TH1", {"name": "Board"}, seen={"name": "Rack"})], author="Ana", basis=1)
    with pytest.raises(EditConflict):
        store.apply([Edit("set", "things", "TH1", {"name": "Plank"}, seen={"name": "Rack"})], author="Bo")


def test_a_row_removed_meanwhile_says_who_did_it(store: Store) -> None:
    """An edit of a row that is gone is refused and says how to get it back."""
    add(store, name="Shelf")
    store.apply([Edit("remove", "things", "TH1")], author="Bo")
    with pytest.raises(PlanError, match=r"things TH1 was removed by Bo\. Undo the removal"):
        put(store, "TH1", basis=1, name="Rack")


# --- files and disks ---------------------------------------------------------------------------------------


def test_a_missing_file_and_a_missing_folder_are_sentences(open_store: Opener) -> None:
    """A slip in the name is answered with what to do, and no file appears."""
    for read_only in (False, True):
        with pytest.raises(PlanFileError, match="there is no plan here"):
            open_store("other.db", create=False, read_only=read_only)
    with pytest.raises(PlanFileError, match=r"does not exist\. Create it, or name another place"):
        open_store("nowhere/plan.db")


@pytest.mark.parametrize("name", ["my plan.db", "50%.db", "a#b?c=d&mode=ro.db", "ünïcödé 計画.db"])
def test_any_file_name_will_do(open_store: Opener, tmp_path: Path, name: str) -> None:
    """Blanks and signs in a path are only signs."""
    add(open_store(name), name="Shelf")
    assert (tmp_path / name).exists()
    assert rows_of(open_store(name, read_only=True).plan())["TH1"]["name"] == "Shelf"


def test_a_plan_open_for_reading_is_not_changed(store: Store, open_store: Opener) -> None:
    """A report cannot change what it reports on."""
    add(store, name="Shelf")
    reader = open_store(read_only=True)
    for change in (
        lambda: put(reader, "TH1", name="x"),
        lambda: reader.undo("Ana"),
        lambda: reader.undo_to(0, "Ana"),
        lambda: reader.name_revision("Adopted", "Ana"),
    ):
        with pytest.raises(PlanFileError, match="open for reading only"):
            change()
    assert store.revision == 1


def test_a_file_that_may_not_be_written_loses_nothing(store: Store) -> None:
    """The system's refusal to write becomes a sentence that names the file."""
    add(store, name="Shelf")
    store._connection.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(PlanFileError, match=r"things\.db: nothing was saved, the file is read-only"):
        put(store, "TH1", name="Rack")
    assert rows_of(store.plan())["TH1"]["name"] == "Shelf"


@pytest.mark.parametrize("read_only", [False, True])
def test_a_write_protected_file_opens_for_reading(store: Store, open_store: Opener, *, read_only: bool) -> None:
    """Whoever may read a plan can read it; whoever may not write it is told so."""
    add(store, name="Shelf")
    store.close()
    store.path.chmod(stat.S_IREAD)
    other = open_store(read_only=read_only)
    assert rows_of(other.plan())["TH1"]["name"] == "Shelf"
    if not os.access(store.path, os.W_OK):
        with pytest.raises(PlanFileError):
            put(other, "TH1", name="Rack")


def test_a_full_disk_loses_nothing(store: Store, open_store: Opener) -> None:
    """Every row acknowledged before the disk was full is there, and the sentence says what to do."""
    pages = store._connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    store._connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 20}")
    written = []
    with pytest.raises(PlanFileError, match="nothing was saved, the disk is full"):
        written.extend(add(store, note="x" * 3000) for _ in range(100))
    assert len(written) > 3
    assert list(store.plan().things.index) == written
    assert list(open_store().plan().things.index) == written
    assert ask(store, "PRAGMA integrity_check") == [("ok",)]


@pytest.fixture
def locked(store: Store, open_store: Opener, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Return a store whose file another program keeps locked, with a short patience."""
    add(store, name="Shelf")
    monkeypatch.setattr(connect, "WAIT_SECONDS", 0.05)
    impatient = open_store()
    store._connection.exec_driver_sql("BEGIN EXCLUSIVE")
    return impatient


def test_a_plan_locked_by_another_program_cannot_be_written_for_now(locked: Store) -> None:
    """The sentence says that nothing was saved and that trying again is right."""
    with pytest.raises(PlanFileError, match=r"nothing was saved, another program kept the plan locked .* Try again"):
        put(locked, "TH1", name="Rack")


def test_a_plan_locked_by_another_program_cannot_be_read_for_now(locked: Store) -> None:
    """Looking for news or at a table in that time is a sentence too."""
    with pytest.raises(PlanFileError, match="locked"):
        locked.changes_since(0)


def test_what_is_no_plan_is_refused_and_left_as_it_is(open_store: Opener, tmp_path: Path) -> None:
    """A photo, a text or an unfinished download opened by mistake stays what it is."""
    for name, content in {"photo.db": b"\x89PNG" + bytes(5000), "text.db": b"Dear all,\n" * 300}.items():
        (tmp_path / name).write_bytes(content)
        for read_only in (True, False):
            with pytest.raises(PlanFileError, match="this is not a whole plan file"):
                open_store(name, read_only=read_only)
        assert (tmp_path / name).read_bytes() == content


@pytest.mark.parametrize("read_only", [True, False])
def test_a_database_of_another_program_is_refused_and_left_as_it_is(
    open_store: Opener, tmp_path: Path, *, read_only: bool
) -> None:
    """Somebody's bookmarks do not become a plan because of a slip in the path."""
    other = sqlite3.connect(tmp_path / "bookmarks.db")
    other.execute("CREATE TABLE bookmarks (address TEXT)")
    other.commit()
    other.close()
    content = (tmp_path / "bookmarks.db").read_bytes()
    with pytest.raises(PlanFileError):
        open_store("bookmarks.db", read_only=read_only)
    assert (tmp_path / "bookmarks.db").read_bytes() == content


def test_a_folder_is_no_plan(open_store: Opener, tmp_path: Path) -> None:
    """Naming the folder instead of the file is a sentence."""
    (tmp_path / "plans").mkdir()
    with pytest.raises(PlanFileError):
        open_store("plans")


def test_history_is_json_that_other_programs_read(store: Store) -> None:
    """The record needs no program of ours to be understood."""
    add(store, name="Shelf", due=dt.date(2027, 3, 31), places=("PL1",))
    ((after,),) = ask(store, "SELECT after FROM history")
    assert json.loads(after) == {"name": "Shelf", "due": "2027-03-31", "places": ["PL1"]}
