"""Files of other ages: older ones are brought up to date after a copy, newer and other ones are refused."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa

from planning_kit.errors import PlanFileError
from planning_kit.plan import Edit
from planning_kit.spec import Table
from planning_kit.store import Store, connect
from planning_kit.workbook import Workbook
from tests.kinds import TABLES
from tests.store.stories import rows_of

OLD_FILE = Path(__file__).with_name("plan-v1.sql")
THINGS = TABLES["things"]


def without(*names: str) -> dict[str, Table]:
    """Return the tables as an older program knew them: things without some fields."""
    fields = {name: one for name, one in THINGS.fields.items() if name not in names}
    return {**TABLES, "things": dataclasses.replace(THINGS, fields=fields)}


def open_as(path: Path, tables: Mapping[str, Table], book: str = "things", *, read_only: bool = False) -> Store:
    """Open a file with a program that knows these tables."""
    return Store(path, tables, book, read_only=read_only, create=not read_only)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a file written by a program that knew neither weights nor places nor places' table."""
    path = tmp_path / "things.db"
    older = {"things": without("weight", "places")["things"]}
    store = open_as(path, older)
    store.apply([Edit("add", "things", None, {"name": "Shelf", "cost": 0.29})], author="Ana")
    store.apply([Edit("set", "things", "TH1", {"name": "Rack"})], author="Ana")
    store.close()
    return path


def test_an_added_field_and_an_added_table_migrate_by_themselves(path: Path) -> None:
    """An old plan opens in the new program with every row, the new field empty and ready, history and undo intact."""
    store = open_as(path, TABLES)
    assert rows_of(store.plan())["TH1"]["weight"] is None
    assert [store.plan(n).things["name"].tolist() for n in range(3)] == [[], ["Shelf"], ["Rack"]]
    edits = [
        Edit("set", "things", "TH1", {"weight": 2.5, "places": ("~PL1",)}),
        Edit("add", "places", "~PL1", {"name": "Hall"}),
    ]
    store.apply(edits, author="Ana")
    row = rows_of(store.plan())["TH1"]
    assert (row["name"], row["cost"], row["weight"], row["places"]) == ("Rack", 0.29, 2.5, ("PL1",))
    for _ in range(2):
        store.undo("Ana")
    assert rows_of(store.plan())["TH1"]["name"] == "Shelf"
    store.close()


def test_a_copy_is_made_before_a_migration(path: Path) -> None:
    """The file as it was lies beside the plan, and the program of yesterday opens it."""
    open_as(path, TABLES).close()
    (copy,) = connect.backups(path)
    assert copy.parent == connect.backup_folder(path)
    connection = sqlite3.connect(copy)
    assert "weight" not in [one[1] for one in connection.execute("PRAGMA table_info(things)")]
    assert connection.execute("SELECT name FROM things").fetchall() == [("Rack",)]
    connection.close()


def test_an_up_to_date_file_is_opened_as_it_is(path: Path) -> None:
    """Opening a plan twice neither copies nor writes anything the second time."""
    open_as(path, TABLES).close()
    content, copies = path.read_bytes(), connect.backups(path)
    open_as(path, TABLES).close()
    assert path.read_bytes() == content
    assert connect.backups(path) == copies


def test_the_last_ten_copies_are_kept(path: Path) -> None:
    """Copies do not fill the disk, and the newest are the ones that stay."""
    store = open_as(path, TABLES)
    made = [connect.back_up(store._connection, path) for _ in range(12)]
    store.close()
    assert connect.backups(path) == sorted(made, reverse=True)[:10]


def test_an_older_file_can_be_read_without_changing_it(path: Path) -> None:
    """A report on last year's plan, which may not be written, shows what is in it."""
    content = path.read_bytes()
    store = open_as(path, TABLES, read_only=True)
    assert rows_of(store.plan())["TH1"]["name"] == "Rack"
    assert rows_of(store.plan())["TH1"]["weight"] is None
    assert rows_of(store.plan())["TH1"]["places"] is None
    assert store.plan().places.empty
    store.close()
    assert path.read_bytes() == content


def test_a_file_of_a_program_that_knew_more_fields_opens(path: Path) -> None:
    """A field that was taken out of the program is left alone in the file."""
    open_as(path, TABLES).close()
    store = open_as(path, without("cost"))
    store.apply([Edit("set", "things", "TH1", {"name": "Board"})], author="Bo")
    assert store.plan(1).things["name"].tolist() == ["Shelf"]
    store.close()
    store = open_as(path, TABLES)
    assert rows_of(store.plan())["TH1"]["cost"] == 0.29
    store.close()


@pytest.mark.parametrize("read_only", [False, True])
def test_a_newer_file_is_refused_and_left_as_it_is(path: Path, *, read_only: bool) -> None:
    """Yesterday's program does not touch tomorrow's plan."""
    connection = sqlite3.connect(path)
    connection.execute("UPDATE meta SET value = 2 WHERE name = 'schema_version'")
    connection.commit()
    connection.close()
    content = path.read_bytes()
    with pytest.raises(PlanFileError, match=r"written by a newer planning-kit\. Update"):
        open_as(path, TABLES, read_only=read_only)
    assert path.read_bytes() == content


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_of_another_workbook_is_refused_and_left_as_it_is(path: Path, *, read_only: bool) -> None:
    """The appraisal is not opened as the plan, nor the plan as the appraisal."""
    content = path.read_bytes()
    with pytest.raises(PlanFileError, match="this file holds the things workbook, not the plan workbook"):
        open_as(path, TABLES, "plan", read_only=read_only)
    assert path.read_bytes() == content


def rename_name(connection: sa.Connection) -> None:
    """Migrate as a later version might: a field gets another name, in history too."""
    for table in ("history", "revisions"):
        connection.exec_driver_sql(f"DROP TRIGGER {table}_refuses_update")
    connection.exec_driver_sql("ALTER TABLE things RENAME COLUMN name TO title")
    connection.exec_driver_sql(
        "UPDATE history SET before = replace(before, '\"name\"', '\"title\"'),"
        " after = replace(after, '\"name\"', '\"title\"') WHERE table_name = 'things'"
    )


def renamed() -> dict[str, Table]:
    """Return the tables of a program in which the name of a thing is its title."""
    fields = {
        "title" if name == "name" else name: dataclasses.replace(one, name="title") if name == "name" else one
        for name, one in THINGS.fields.items()
    }
    return {**TABLES, "things": dataclasses.replace(THINGS, fields=fields, names=("title",), key=("title",))}


def test_a_renamed_field_keeps_its_values_and_its_history(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A numbered migration runs once, in one transaction, and history is append-only again afterwards."""
    monkeypatch.setattr(connect, "SCHEMA_VERSION", 2)
    monkeypatch.setitem(connect.MIGRATIONS, 2, rename_name)
    for _ in range(2):
        store = open_as(path, renamed())
        assert [store.plan(n).things["title"].tolist() for n in range(3)] == [[], ["Shelf"], ["Rack"]]
        with pytest.raises(sa.exc.IntegrityError, match="append-only"):
            store._connection.exec_driver_sql("UPDATE history SET before = ''")
        store.close()
    assert len(connect.backups(path)) == 1


def test_a_migration_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a migration never happens: the program of yesterday still opens the plan."""

    def breaks(connection: sa.Connection) -> None:
        rename_name(connection)
        message = "power cut"
        raise RuntimeError(message)

    with monkeypatch.context() as patch:
        patch.setattr(connect, "SCHEMA_VERSION", 2)
        patch.setitem(connect.MIGRATIONS, 2, breaks)
        with pytest.raises(RuntimeError, match="power cut"):
            open_as(path, renamed())
    store = open_as(path, without("weight", "places"))
    assert [store.plan(n).things["name"].tolist() for n in range(3)] == [[], ["Shelf"], ["Rack"]]
    store.close()


@pytest.mark.parametrize("read_only", [False, True])
def test_a_plan_of_the_first_schema_still_opens(tmp_path: Path, *, read_only: bool) -> None:
    """A plan somebody made with the first release is whole in this one: rows, names, history, undo."""
    path = tmp_path / "plan.db"
    connection = sqlite3.connect(path)
    connection.executescript(OLD_FILE.read_text(encoding="utf-8"))
    connection.close()
    with Workbook(path, "Ana", read_only=read_only) as workbook:
        row = workbook.plan.row("objectives", "O1")
        assert (row["title"], row["owner"], row["contributors"]) == ("Every child reads by eight", "P1", ("U1", "P1"))
        assert workbook.plan.tasks.empty
        assert workbook.at("Adopted").tasks.at["T1", "name"] == "Reading rooms"
        assert workbook.at(3).objectives.at["O1", "title"] == "Every child reads"
        assert [one.reason for one in workbook.history("O1")] == ["say when", ""]
        if not read_only:
            assert workbook.undo().row("tasks", "T1")["duration"] == 20
            workbook.add("tasks", name="Open the doors")
            assert workbook.added == ["T2"]
