"""A plan on a PostgreSQL server: the same as in a file, for many at a time, and every trouble is a sentence."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from planning_kit.errors import PlanError, PlanFileError
from planning_kit.plan import Edit
from planning_kit.store import Schedule, Store
from planning_kit.workbook import Workbook
from tests.kinds import TABLES
from tests.scale import examples, times
from tests.store.database import address, server  # noqa: F401 - fixtures
from tests.store.stories import Rows, Wish, rows_of, told, wishes

DAILY = Schedule(report="progress", every="every day 07:00", zone="UTC", made_at="2027-03-01", made_by="Ana")


@pytest.fixture(scope="module")
def stories(server: str) -> Iterator[Store]:  # noqa: F811 - the fixture
    """Return a store that many stories are told to, one after the other."""
    with closing(Store(server.format("postgres"), TABLES, "things", create=True)) as store:
        yield store


@given(st.lists(wishes, min_size=1, max_size=8))
@examples(15, 500)
def test_a_server_keeps_what_a_dictionary_keeps_at_every_revision(stories: Store, story: list[Wish]) -> None:
    """Whatever is written, changed and removed reads back the same, also from the past and after going back."""
    before, rows = stories.revision, rows_of(stories.plan())
    states: dict[int, Rows] = {before: rows}
    for wish in story:
        rows = told(stories, rows, wish)
        states[stories.revision] = rows
    assert {revision: rows_of(stories.plan(revision)) for revision in states} == states
    stories.undo_to(before, "Ana")
    assert rows_of(stories.plan()) == states[before]


def test_history_on_a_server_is_only_added_to(stories: Store) -> None:
    """Nobody who writes to the database changes what was recorded."""
    stories.apply([Edit("add", "things", None, {"name": "Shelf"})], author="Ana")
    for statement in ("DELETE FROM history", "UPDATE revisions SET author = 'Bo'", "TRUNCATE history"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            stories._connection.exec_driver_sql(statement)


def test_many_who_write_at_the_same_time_lose_nothing(address: str) -> None:  # noqa: F811 - the fixture
    """Every edit of everybody is there, each in its own revision."""
    many, each = times(4, 20), times(5, 50)
    Store(address, TABLES, "things", create=True).close()

    def write(author: str) -> None:
        with closing(Store(address, TABLES, "things")) as store:
            for number in range(each):
                store.apply([Edit("add", "things", None, {"name": f"{author}{number}"})], author=author)

    threads = [threading.Thread(target=write, args=(f"W{n}-",)) for n in range(many)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with closing(Store(address, TABLES, "things", read_only=True)) as store:
        assert sorted(store.plan().things["name"]) == sorted(f"W{n}-{m}" for n in range(many) for m in range(each))
        assert len(set(store.plan().things.index)) == many * each


def test_a_plan_is_copied_there_brought_up_to_date_and_copied_back(
    filled: Workbook,
    address: str,  # noqa: F811 - the fixture
    tmp_path: Path,
) -> None:
    """Rows, history and findings are the same; schedules made there stay there; a second copy brings what is new."""
    filled.store.copy(address)
    with Workbook(address, "Bo") as there:
        there.store.ledger.add(DAILY)
    filled.edit("tasks", "T1", name="Rooms to read in")
    filled.remove("tasks", "T2", everything_under=True)
    filled.store.copy(address)
    with Workbook(address, read_only=True) as there:
        there.store.copy(tmp_path / "back.db")
        assert [one.every for one in there.store.ledger.schedules()] == [DAILY.every]
        for book in (there, Workbook(tmp_path / "back.db", read_only=True)):
            assert book.history() == filled.history()
            assert book.findings() == filled.findings()
            assert [one for one in filled.plan.tables if not book.plan.frame(one).equals(filled.plan.frame(one))] == []
    with Workbook(address, "Bo") as there:
        there.add("tasks", name="Paint the doors")
        assert there.added == ["T3"]
    filled.add("tasks", name="Oil the doors")
    with pytest.raises(PlanError, match="this plan has changes that"):
        filled.store.copy(address)


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("postgresql://planner@127.0.0.1:9/library", "the server cannot be reached, it says: "),
        ("postgresql://planner:secret@db.example.org/library", "a password does not belong into an address"),
        ("postgresql://db.example.org/library?password=secret", "a password does not belong into an address"),
        ("postgresql://db.example.org:port/library", "no address of a database"),
    ],
    ids=["away", "password", "password-asked", "nonsense"],
)
def test_what_cannot_be_opened_says_why(named: str, words: str) -> None:
    """One sentence, and never a password."""
    with pytest.raises(PlanFileError, match=words) as refused:
        Workbook(named, read_only=True)
    assert "secret" not in str(refused.value)


def test_a_database_without_a_plan_is_told_from_one_that_is_only_looked_at(
    filled: Workbook,
    address: str,  # noqa: F811 - the fixture
) -> None:
    """Opening makes nothing; looking changes nothing; a database that is not there is named."""
    for read_only in (True, False):
        with pytest.raises(PlanFileError, match="this database holds no whole plan"):
            Workbook(address, read_only=read_only)
    with pytest.raises(PlanFileError, match='"nowhere" does not exist'):
        Workbook(_elsewhere(address))
    filled.store.copy(address)
    with Workbook(address, read_only=True) as there:
        with pytest.raises(PlanFileError, match="open for reading only"):
            there.add("people", name="Cy")
        with pytest.raises(PlanFileError, match="read-only"):
            there.store.ledger.add(DAILY)


def _elsewhere(named: str) -> str:
    """Return the address of a database that is not there."""
    front, _, back = named.rpartition("/library")
    return f"{front}/nowhere?{back.partition('?')[2]}"


def test_without_the_extra_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who has only the package learns the one command that is missing."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(PlanFileError, match=r'pip install "planning-kit\[cluster\]"'):
        Workbook("postgresql://planner@db.example.org/library", read_only=True)
