"""Read plans, changes and history from a database."""

from __future__ import annotations

import functools
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import pandas as pd
import sqlalchemy as sa

from planning_kit.errors import PlanError, PlanFileError
from planning_kit.frames import Change, Content, Op, fold, framed
from planning_kit.plan import Plan
from planning_kit.spec import Field, Kind, Table, from_json
from planning_kit.spec.values import SEPARATOR
from planning_kit.store import connect, postgres
from planning_kit.store.ledger import Ledger
from planning_kit.store.schema import frame, schema, several
from planning_kit.store.sealed import Sealed
from planning_kit.store.undo import inverses

PAGE = 5000
Method = TypeVar("Method", bound=Callable[..., Any])
How = Literal["edit", "import", "undo", "redo", "revert"]


@dataclass(frozen=True)
class Revision:
    """One transaction: who made it, when, why, and what it changed."""

    revision: int
    made_at: str
    author: str
    reason: str
    kind: How
    changes: tuple[Change, ...]


def _reads(method: Method) -> Method:
    """Let a method that reads speak in sentences when the file does not let it."""

    @functools.wraps(method)
    def asked(self: Reader, *args: Any, **kwargs: Any) -> Any:
        with connect.reading(self.address):
            return method(self, *args, **kwargs)

    return cast("Method", asked)


class Reader:
    """The tables of one workbook in one SQLite file, or on a PostgreSQL server, to be read.

    Parameters
    ----------
    path : Path or str
        The file; made when it does not exist and ``create`` is given. Or the address of a plan on a server.
    tables : mapping of str to Table
        The declared tables.
    book : str
        Which workbook the file holds.
    read_only : bool
        Open without the right to write.
    create : bool
        Make the file when it is missing.
    passphrase : str, optional
        What opens an encrypted file; without it the file is a plain one.

    Raises
    ------
    PlanFileError
        When the file cannot be opened; nothing is changed then.
    """

    def __init__(  # noqa: PLR0913 - a file and how it is opened
        self,
        path: connect.Place,
        tables: Mapping[str, Table],
        book: str,
        *,
        read_only: bool = False,
        create: bool = False,
        passphrase: str | None = None,
    ) -> None:
        self.address, self.tables, self.book, self.read_only = connect.place(path), tables, book, read_only
        self._metadata = schema(tables.values())
        self._earlier: dict[int, Plan] = {}
        here = self.address
        if not create and isinstance(here, Path) and not here.exists():
            message = f"{here}: there is no plan here. Check the name, or make one with: planning-kit new {here.name}"
            raise PlanFileError(message)
        self._connection = connect.connect(here, read_only=read_only, passphrase=passphrase)
        try:
            if read_only or not (create or isinstance(here, Path)):
                connect.verify(self._connection, here, book, may_be_empty=False)
            if not read_only:
                connect.prepare(self._connection, self._metadata, here, book)
            with connect.reading(here):
                self._absent = connect.missing(self._connection, self._metadata) if read_only else {}
        except BaseException:
            self.close()
            raise

    @property
    def path(self) -> Path:
        """The file; for a plan on a server a name in the folder where this program runs."""
        here = self.address
        return here if isinstance(here, Path) else Path(str(postgres.url_of(here).database))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
        self._connection.engine.dispose()

    @property
    def ledger(self) -> Ledger:
        """Repeated reports: schedules, runs and mails, outside history and undo."""
        return Ledger(self._connection, self._metadata, self.address, self._absent)

    @property
    def sealed(self) -> Sealed:
        """Ballots and the votes nobody sees before they are revealed, outside history and undo."""
        return Sealed(self._connection, self._metadata, self.path, self._absent)

    @property
    @_reads
    def revision(self) -> int:
        """The number of the newest transaction; 0 for a plan nobody has touched."""
        return int(self._connection.exec_driver_sql("SELECT coalesce(max(revision), 0) FROM revisions").scalar_one())

    @_reads
    def plan(self, revision: int | None = None) -> Plan:
        """Return the plan at a revision (the newest without one); its tables are read when first asked for."""
        at = self.revision if revision is None else revision
        if not 0 <= at <= self.revision:
            message = f"revision {at}: the plan has revisions 0 to {self.revision}. Name one of them."
            raise PlanError(message)
        contents = {
            name: Content(table, functools.partial(self._frame_at, table, at)) for name, table in self.tables.items()
        }
        return Plan(contents, at, past=self)

    def earlier(self, revision: int) -> Plan:
        """Return the plan at a revision to compare with, read once."""
        if revision not in self._earlier:
            self._earlier[revision] = self.plan(revision)
        return self._earlier[revision]

    @_reads
    def _frame_at(self, table: Table, revision: int) -> pd.DataFrame:
        """Read a table in short pages, then take back what happened after the revision."""
        stored, absent = self._metadata.tables[table.name], self._absent.get(table.name, set())
        if "id" in absent:  # a file of an earlier version, opened for reading only
            return framed(table, (), [])
        single = [name for name, one in table.fields.items() if one.kind is not Kind.REFS]
        columns = [stored.c.id, *(sa.null().label(n) if n in absent else stored.c[n] for n in single)]
        rows: list[Any] = []
        last = -1
        while True:
            query = (
                sa.select(stored.c["_sequence"], stored.c["_removed"], *columns)
                .where(stored.c["_sequence"] > last)
                .order_by(stored.c["_sequence"])
                .limit(PAGE)
            )
            page = self._connection.execute(query).all()
            rows += [one[2:] for one in page if one[1] is None]
            if len(page) < PAGE:
                break
            last = page[-1][0]
        kept = [one for one in several(table) if f"{table.name}_{one.name}" not in self._absent]
        links = {one.name: self._links(table, one) for one in kept}
        found = frame(table, rows, links)
        later = self._changes("table_name = ? AND revision > ?", (table.name, revision))
        return fold(table, found, inverses(later)) if later else found

    def _links(self, table: Table, field: Field) -> dict[str, str]:
        stored = self._metadata.tables[f"{table.name}_{field.name}"]
        found: dict[str, list[str]] = defaultdict(list)
        for row, target in self._connection.execute(
            sa.select(stored.c.row_id, stored.c.target).order_by(stored.c.row_id, stored.c.place)
        ):
            found[row].append(target)
        return {row: SEPARATOR.join(targets) for row, targets in found.items()}

    @_reads
    def changes_since(self, revision: int) -> tuple[int, list[Change]]:
        """Return the newest revision and everything that changed after another one."""
        newest = self.revision
        return newest, self._changes("revision > ? AND revision <= ?", (revision, newest))

    def _changes(self, where: str, values: tuple[Any, ...]) -> list[Change]:
        sql = f"SELECT table_name, row_id, op, before, after FROM history WHERE {where} ORDER BY entry"  # noqa: S608 - the condition is one of this module's own, values are bound
        found = self._connection.exec_driver_sql(sql, values).all()
        return [self._change(*one) for one in found if one[0] in self.tables]

    def _change(self, name: str, row: str, op: Op, before: str, after: str) -> Change:
        fields = self.tables[name].fields
        old, new = (
            {one: from_json(fields[one], value) for one, value in json.loads(text).items() if one in fields}
            for text in (before, after)
        )
        return Change(name, row, op, old, new)

    @_reads
    def history(self, row: str = "", limit: int = 100) -> list[Revision]:
        """Return the newest transactions (of one row), newest first."""
        where = "WHERE revision IN (SELECT revision FROM history WHERE row_id = ?)" if row else ""
        sql = f"SELECT revision, made_at, author, reason, kind FROM revisions {where} ORDER BY revision DESC LIMIT ?"  # noqa: S608 - the condition is one of the two above
        found = self._connection.exec_driver_sql(sql, (row, limit) if row else (limit,)).all()
        wanted = "revision = ? AND row_id = ?" if row else "revision = ?"
        return [
            Revision(
                one[0],
                one[1],
                one[2],
                one[3],
                one[4],
                tuple(self._changes(wanted, (one[0], row) if row else (one[0],))),
            )
            for one in found
        ]

    @_reads
    def changed_in(self, revision: int) -> tuple[int, Change | None]:
        """Return how many changes a transaction made, and the first of them."""
        sql = "SELECT count(*), min(entry) FROM history WHERE revision = ?"
        count, entry = self._connection.exec_driver_sql(sql, (revision,)).one()
        return int(count), next(iter(self._changes("entry = ?", (entry,))), None)

    @_reads
    def undoable(self, author: str, *, redo: bool = False) -> int | None:
        """Return the revision that undo (or redo) would take back for an author, or None."""
        if redo:
            sql = """SELECT max(revision) FROM revisions WHERE author = ? AND kind = 'undo' AND revision > (
                SELECT coalesce(max(revision), 0) FROM revisions
                WHERE author = ? AND kind IN ('edit', 'import', 'revert'))
                AND revision NOT IN (SELECT target FROM revisions WHERE author = ? AND kind = 'redo')"""
            found = self._connection.exec_driver_sql(sql, (author,) * 3).scalar()
        else:
            sql = """SELECT max(revision) FROM revisions WHERE author = ? AND kind <> 'undo'
                AND revision NOT IN (SELECT target FROM revisions WHERE author = ? AND kind = 'undo')"""
            found = self._connection.exec_driver_sql(sql, (author,) * 2).scalar()
        return None if found is None else int(found)

    @_reads
    def days(self) -> dict[str, int]:
        """Return the last revision of each day on which something was changed, newest first."""
        sql = "SELECT substr(made_at, 1, 10) AS day, max(revision) FROM revisions GROUP BY day ORDER BY day DESC"
        return {str(day): int(last) for day, last in self._connection.exec_driver_sql(sql)}

    @_reads
    def names(self) -> dict[str, int]:
        """Return the named revisions."""
        return {
            str(name): int(revision)
            for name, revision in self._connection.exec_driver_sql(
                "SELECT name, revision FROM revision_names ORDER BY revision"
            )
        }
