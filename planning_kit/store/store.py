"""Write edits to a plan, each in one transaction with its history."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from planning_kit import clock
from planning_kit.errors import EditConflict, PlanError, PlanFileError
from planning_kit.frames import Change, Op, sequence
from planning_kit.plan import Edit
from planning_kit.spec import Field, Kind, Table, to_json
from planning_kit.store import connect
from planning_kit.store.reader import How, Reader, Revision
from planning_kit.store.schema import decode, encode, encoded, several
from planning_kit.store.sealed import Values, first_time
from planning_kit.store.transfer import bring
from planning_kit.store.undo import inverses, states_before


@dataclass(frozen=True)
class _Write:
    """One change to make; ``seen`` holds values that must still be there."""

    op: Op
    table: Table
    row: str
    values: Mapping[str, Any]
    seen: Mapping[str, Any]


class _NothingChangedError(Exception):
    """The edits leave everything as it is: the transaction is taken back."""


class Store(Reader):
    """The tables of one workbook in one SQLite file, to be read and written."""

    def _in_transaction(self, make: Callable[[], Revision | None]) -> Revision | None:
        """Run one transaction: all of it is on the disk at the end, or nothing; None when nothing changed."""
        if self.read_only:
            message = f"{self.address}: this plan is open for reading only. Open it for writing to change it."
            raise PlanFileError(message)
        try:
            with connect.writing(self._connection, self.address):
                return make()
        except _NothingChangedError:
            return None

    def apply(  # noqa: PLR0913 - one transaction, all that is kept of it
        self,
        edits: Sequence[Edit],
        *,
        author: str,
        reason: str = "",
        basis: int | None = None,
        kind: How = "edit",
        once: str = "",
    ) -> Revision | None:
        """Make some edits in one transaction; None when they change nothing.

        Parameters
        ----------
        edits : sequence of Edit
            Rows to add may bear provisional ids (``~T1``) that other edits refer to.
        author, reason : str
            Who, and why.
        basis : int, optional
            The revision the author saw: a field somebody changed since is refused with both values.
        kind : str
            What kind of transaction this is.
        once : str
            Identity of the answer these edits come from: one that came before changes nothing.

        Raises
        ------
        EditConflict, PlanError, PlanFileError
            Nothing is changed then.
        """

        def make() -> Revision | None:
            if once and not first_time(self._connection, once):
                return None
            return self._transaction(self._writes(edits), author, reason, basis, kind)

        return self._in_transaction(make)

    def reveal(
        self, ballot: str, edits: Callable[[Mapping[str, Values]], Sequence[Edit]], *, author: str, reason: str
    ) -> Revision | None:
        """Write everybody's sealed votes on a ballot into the plan, all in one transaction, and close the ballot.

        Parameters
        ----------
        ballot : str
        edits : callable
            ``(votes by rater) -> edits``; nothing but what differs from the plan.
        author, reason : str
            Who reveals them, and words that tell no vote.
        """

        def make() -> Revision | None:
            wanted = edits(self.sealed.take(ballot))
            return self._transaction(self._writes(wanted), author, reason, None, "edit") if wanted else None

        made = self._in_transaction(make)
        self.sealed.drop_key()
        return made

    def _writes(self, edits: Sequence[Edit]) -> list[_Write]:
        """Return what is to be written, with real ids for the rows to add."""
        real = self._new_ids(edits)
        return [
            _Write(
                one.op,
                self.tables[one.table],
                real[id(one)] if one.op == "add" else one.row or "",
                self._with_real_ids(self.tables[one.table], one.values, real),
                one.seen or {},
            )
            for one in edits
        ]

    def _new_ids(self, edits: Sequence[Edit]) -> dict[Any, str]:
        """Take ids from the counters; keys are the edits (by identity) and their provisional ids."""
        adds: dict[str, list[Edit]] = defaultdict(list)
        for one in edits:
            if one.op == "add":
                adds[self.tables[one.table].prefix].append(one)
        real: dict[Any, str] = {}
        for prefix, some in adds.items():
            sql = (
                "INSERT INTO counters (prefix, last) VALUES (?, ?) "
                "ON CONFLICT (prefix) DO UPDATE SET last = counters.last + excluded.last RETURNING last"
            )
            last = int(self._connection.exec_driver_sql(sql, (prefix, len(some))).scalar_one())
            for number, one in enumerate(some, start=last - len(some) + 1):
                real[id(one)] = f"{prefix}{number}"
                if one.row:
                    real[one.row] = f"{prefix}{number}"
        return real

    @staticmethod
    def _with_real_ids(table: Table, values: Mapping[str, Any], real: Mapping[Any, str]) -> dict[str, Any]:
        def mapped(value: Any) -> Any:
            return tuple(real.get(one, one) for one in value) if isinstance(value, tuple) else real.get(value, value)

        return {name: mapped(one) if table.fields[name].is_reference else one for name, one in values.items()}

    def _transaction(  # noqa: PLR0913, PLR0917 - one transaction, all that is kept of it
        self,
        writes: Iterable[_Write],
        author: str,
        reason: str,
        basis: int | None,
        kind: How,
        target: int | None = None,
    ) -> Revision:
        made_at = clock.now().isoformat(timespec="milliseconds")
        sql = "INSERT INTO revisions (made_at, author, reason, kind, target) VALUES (?, ?, ?, ?, ?) RETURNING revision"
        revision = int(self._connection.exec_driver_sql(sql, (made_at, author, reason, kind, target)).scalar_one())
        changes = self._insert([one for one in writes if one.op == "add"])
        changes += [made for one in writes if one.op != "add" and (made := self._write(one, revision, basis))]
        if not changes:
            raise _NothingChangedError
        records = [
            (
                revision,
                one.table,
                one.row,
                one.op,
                *(json.dumps({n: to_json(v) for n, v in values.items()}) for values in (one.before, one.after)),
            )
            for one in changes
        ]
        sql = "INSERT INTO history (revision, table_name, row_id, op, before, after) VALUES (?, ?, ?, ?, ?, ?)"
        self._connection.exec_driver_sql(sql, records)
        return Revision(revision, made_at, author, reason, kind, tuple(changes))

    def _insert(self, writes: list[_Write]) -> list[Change]:
        by_table: dict[str, list[_Write]] = defaultdict(list)
        for one in writes:
            by_table[one.table.name].append(one)
        for name, some in by_table.items():
            table = some[0].table
            rows = [
                {
                    "id": one.row,
                    "_sequence": sequence(one.row),
                    "_version": 1,
                    "_removed": None,
                    **dict.fromkeys(n for n, f in table.fields.items() if f.kind is not Kind.REFS),
                    **encoded(table, one.values),
                }
                for one in some
            ]
            self._connection.execute(sa.insert(self._metadata.tables[name]), rows)
            for one in some:
                self._write_links(table, one.row, one.values)
        return [
            Change(one.table.name, one.row, "add", {}, {n: v for n, v in one.values.items() if v is not None})
            for one in writes
        ]

    def _write(self, wanted: _Write, revision: int, basis: int | None) -> Change | None:
        """Set, remove or restore one row; None when nothing differs."""
        current, is_removed = self._current(wanted.table, wanted.row, "is not in the plan")
        where = f"{wanted.table.name} {wanted.row}"
        if is_removed and wanted.op != "restore":
            message = f"{where} was removed by {self._last_author(wanted.row)}. Undo the removal to change it."
            raise PlanError(message)
        if wanted.op == "restore" and not is_removed:
            message = f"{where} was brought back by {self._last_author(wanted.row)} meanwhile. It is left as it is now."
            raise PlanError(message)
        if wanted.op == "restore":
            values, before = dict(wanted.values), {}
        elif wanted.op == "remove":
            values, before = {}, current
        else:
            values = {n: v for n, v in wanted.values.items() if self._differs(wanted.table.fields[n], current[n], v)}
            before = {n: current[n] for n in values}
            if not values:
                return None
        self._refuse_stale(wanted, where, current, values, basis)
        stored = self._metadata.tables[wanted.table.name]
        state = {
            "_version": stored.c["_version"] + 1,
            "_removed": revision if wanted.op == "remove" else None,
        }
        self._connection.execute(
            sa.update(stored).where(stored.c.id == wanted.row).values(**encoded(wanted.table, values), **state)
        )
        self._write_links(wanted.table, wanted.row, values)
        return Change(wanted.table.name, wanted.row, wanted.op, before, values)

    @staticmethod
    def _differs(field: Field, one: Any, two: Any) -> bool:
        return bool(encode(field, one) != encode(field, two))

    def _refuse_stale(
        self,
        wanted: _Write,
        where: str,
        current: Mapping[str, Any],
        values: Mapping[str, Any],
        basis: int | None,
    ) -> None:
        fields = wanted.table.fields
        moved = {n for n, v in wanted.seen.items() if self._differs(fields[n], current[n], v)}
        if basis is not None and wanted.op == "set":
            later = self._changes("row_id = ? AND revision > ?", (wanted.row, basis))
            moved |= {n for one in later for n in one.after if n in values and n not in wanted.seen}
        for name in fields:
            if name in moved and (wanted.op != "set" or name in values):
                theirs, yours = current[name], values.get(name)
                author = self._last_author(wanted.row)
                place = f"{where}, {fields[name].title}"
                raise EditConflict(place, theirs, yours, author, wanted.table.name, name)

    def _current(self, table: Table, row: str, otherwise: str) -> tuple[dict[str, Any], bool]:
        stored = self._metadata.tables[table.name]
        names = [n for n, f in table.fields.items() if f.kind is not Kind.REFS]
        found = self._connection.execute(
            sa.select(stored.c["_removed"], *(stored.c[n] for n in names)).where(stored.c.id == row)
        ).first()
        if found is None:
            message = f"{table.name} {row} {otherwise}. Look into the history for rows that were there before."
            raise PlanError(message)
        values = {n: decode(table.fields[n], v) for n, v in zip(names, found[1:], strict=True)}
        for one in several(table):
            links = self._metadata.tables[f"{table.name}_{one.name}"]
            query = sa.select(links.c.target).where(links.c.row_id == row).order_by(links.c.place)
            values[one.name] = tuple(self._connection.execute(query).scalars()) or None
        return values, found[0] is not None

    def _write_links(self, table: Table, row: str, values: Mapping[str, Any]) -> None:
        for one in several(table):
            if one.name in values:
                links = self._metadata.tables[f"{table.name}_{one.name}"]
                self._connection.execute(sa.delete(links).where(links.c.row_id == row))
                targets = [{"row_id": row, "place": n, "target": t} for n, t in enumerate(values[one.name] or ())]
                if targets:
                    self._connection.execute(sa.insert(links), targets)

    def _last_author(self, row: str) -> str:
        sql = "SELECT author FROM revisions WHERE revision = (SELECT max(revision) FROM history WHERE row_id = ?)"
        return self._connection.exec_driver_sql(sql, (row,)).scalar() or "somebody"

    def undo(self, author: str, *, redo: bool = False) -> Revision | None:
        """Take back the author's last transaction (or last undo); None when there is none.

        Raises
        ------
        EditConflict
            When others changed those fields since.
        """

        def make() -> Revision | None:
            target = self.undoable(author, redo=redo)
            if target is None:
                return None
            back = inverses(self._changes("revision = ?", (target,)))
            writes = [_Write(one.op, self.tables[one.table], one.row, one.after, self._expected(one)) for one in back]
            return self._transaction(writes, author, "", None, "redo" if redo else "undo", target)

        return self._in_transaction(make)

    def _expected(self, change: Change) -> dict[str, Any]:
        """Return what must still stand in a row for a change to be made: everything, when it is to be removed."""
        nothing = dict.fromkeys(self.tables[change.table].fields) if change.op == "remove" else {}
        return {**nothing, **change.before}

    def undo_to(self, revision: int, author: str, reason: str = "") -> Revision | None:
        """Bring every row back to an earlier revision, as a new revision."""
        self.plan(revision)

        def make() -> Revision:
            writes = []
            for (name, row), wanted in states_before(self._changes("revision > ?", (revision,))).items():
                _, is_removed = self._current(self.tables[name], row, "is not in the plan")
                if wanted is None and not is_removed:
                    writes.append(_Write("remove", self.tables[name], row, {}, {}))
                elif wanted is not None:
                    op: Op = "restore" if is_removed else "set"
                    writes.append(_Write(op, self.tables[name], row, wanted, {}))
            return self._transaction(writes, author, reason or f"back to revision {revision}", None, "revert")

        return self._in_transaction(make)

    def name_revision(self, name: str, author: str) -> int:
        """Give the newest revision a name, so that it can be looked at and compared later."""
        revision = self.revision

        def make() -> None:
            sql = (
                "INSERT INTO revision_names (name, revision, made_at, author) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET revision = excluded.revision, made_at = excluded.made_at"
            )
            self._connection.exec_driver_sql(sql, (name, revision, clock.now().isoformat(), author))

        self._in_transaction(make)
        return revision

    def copy(self, target: connect.Place) -> None:
        """Write a consistent copy while others write; on a server, bring the plan there up to this one."""
        if isinstance(target, Path) and isinstance(self.address, Path):
            connect.copy(self._connection, target)
            shutil.copymode(self.address, target)
            return
        if isinstance(target, Path) and target.exists():
            raise PlanFileError(connect.taken(target))
        with contextlib.closing(Store(target, self.tables, self.book, create=True)) as other:
            bring(self, other)

    def change_passphrase(self, passphrase: str) -> None:
        """Encrypt the file anew."""
        connect.change_passphrase(self._connection, self.path, passphrase)
