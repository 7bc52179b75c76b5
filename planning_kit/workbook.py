"""The session: open a plan, edit it, undo, look at findings and history, watch what others do."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import functools
import getpass
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from planning_kit import clock, earlier
from planning_kit.engine import Engine
from planning_kit.errors import EditConflict, PlanError, StillReferenced, ValueRefused
from planning_kit.frames import Change
from planning_kit.plan import Edit, Plan
from planning_kit.removal import removal
from planning_kit.spec import Field, Figure, Finding, parse, shown
from planning_kit.steps import STEPS, tables_of
from planning_kit.store import Revision, Store

Listener = Callable[["Workbook", Sequence[Change]], None]
POLL_SECONDS = 1.0


class Workbook:
    """One person's session on one plan file. Use it as a context manager, or close it.

    Parameters
    ----------
    path : str or Path
        The plan file, or the address of a plan on a PostgreSQL server.
    author : str
        Who edits; the name of the computer's user when empty.
    read_only : bool
        For reports and looking around.
    create : bool
        Make the file when it is missing.
    book : str
        ``"plan"``, or the workbook of another step that keeps its own file.
    as_of : datetime.date, optional
        Look at the plan as of this date; else the date in the profile, else today.
    beside : Workbook, optional
        Another workbook whose rows may be named by references.
    passphrase : str
        What opens the workbook of another step, else the environment's.

    Raises
    ------
    PlanFileError
        When the file cannot be opened.
    """

    def __init__(  # noqa: PLR0913 - what a session can be told
        self,
        path: str | Path,
        author: str = "",
        *,
        read_only: bool = False,
        create: bool = False,
        book: str = "plan",
        as_of: dt.date | None = None,
        beside: Workbook | None = None,
        passphrase: str = "",
    ) -> None:
        secret = None if book == "plan" else passphrase
        self.store = Store(path, tables_of(book), book, read_only=read_only, create=create, passphrase=secret)
        self.path, self.author, self.beside = self.store.path, author or _user(), beside
        self.engine = Engine([one for one in STEPS if one.book == book])
        self.plan: Plan = self._beside(self.store.plan())
        self.saved_at: dt.datetime | None = None
        self.added: list[str] = []
        self._as_of = as_of
        self._listeners: list[Listener] = []

    def __enter__(self) -> Self:
        """Return the workbook."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the file."""
        self.close()

    def __repr__(self) -> str:
        """Say which file and which revision."""
        return f"<Workbook {self.path.name}, revision {self.plan.revision}, author {self.author}>"

    def close(self) -> None:
        """Let go of the file."""
        self.store.close()

    @property
    def as_of(self) -> dt.date:
        """The date the plan is looked at: the one given, else the profile's, else today."""
        return self._as_of or self.plan.marked("profile", "as_of") or clock.today()

    # --- values in and out ---------------------------------------------------------------------------------

    def parse(self, table: str, field: str, text: Any, row: str = "", new: frozenset[str] = frozenset()) -> Any:
        """Turn what a person typed into a value.

        Parameters
        ----------
        table, field : str
        text : object
            As typed; a value of the right type passes through.
        row : str
            The row, for the sentence.
        new : frozenset of str
            Provisional ids that references may name, of rows added in the same transaction.

        Raises
        ------
        ValueRefused
            With a sentence that says where.
        """
        declared, plan = self.field(table, field), self._beside(self.plan)
        try:
            return parse(declared, text, lambda tables, name: name if name in new else plan.find(tables, name))
        except ValueError as problem:
            raise ValueRefused(f"{table} {row}".strip() + f", {declared.title}", str(problem)) from None

    def find(self, table: str | tuple[str, ...], name: str) -> str:
        """Return the id of a row (of one of several tables) named by id or by name.

        Raises
        ------
        ValueRefused
            When nothing or more than one row fits.
        """
        tables = (table,) if isinstance(table, str) else table
        try:
            return self.plan.find(tables, name)
        except ValueError as problem:
            raise ValueRefused(" or ".join(tables), str(problem)) from None

    def field(self, table: str, field: str) -> Field:
        """Return a declared field.

        Raises
        ------
        PlanError
            When the table or the field does not exist; the sentence lists those that do.
        """
        fields = self.plan.content(table).table.fields
        if field not in fields:
            raise PlanError(f"{table}, {field}: there is no such field. Fields are: {', '.join(fields)}.")
        return fields[field]

    def shown(self, table: str, field: str, value: Any) -> str:
        """Return the text a person reads for a value."""
        return shown(self.field(table, field), value, self.label)

    def label(self, row: str) -> str:
        """Return the name a person knows a row by."""
        return self._beside(self.plan).label(row)

    def _beside(self, plan: Plan) -> Plan:
        return plan.next_to(self.beside.plan) if self.beside else plan

    # --- editing -------------------------------------------------------------------------------------------

    def edit(self, table: str, row: str, /, *, reason: str = "", **values: Any) -> Plan:
        """Set fields of a row; values may be typed text. Returns the new plan.

        ``reason`` says why; in a table that has a field of this name it is also written there.

        Raises
        ------
        ValueRefused, EditConflict, PlanError
            The plan is unchanged then.
        """
        return self.edit_many([Edit("set", table, row, self._with_reason(table, reason, values))], reason=reason)

    def add(self, table: str, /, *, reason: str = "", **values: Any) -> Plan:
        """Add a row; its id is then in ``added``. Returns the new plan."""
        return self.edit_many([Edit("add", table, None, self._with_reason(table, reason, values))], reason=reason)

    def _with_reason(self, table: str, reason: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**values, "reason": reason} if reason and "reason" in self.plan.content(table).table.fields else values

    def edit_many(self, edits: Iterable[Edit], *, reason: str = "", kind: str = "edit", once: str = "") -> Plan:
        """Make several edits in one transaction: all, or none; an answer named ``once`` only once. Returns the plan."""
        wanted = list(edits)
        new = frozenset(one.row for one in wanted if one.op == "add" and one.row)
        parsed = [self._parsed(one, new) for one in wanted]
        with self._names_in_conflicts():
            made = self.store.apply(
                parsed,
                author=self.author,
                reason=reason,
                basis=self.plan.revision,
                kind="import" if kind == "import" else "edit",
                once=once,
            )
        return self._after(made)

    @contextlib.contextmanager
    def _names_in_conflicts(self) -> Iterator[None]:
        """Let a conflict speak in names: both values as a person reads them."""
        try:
            yield
        except EditConflict as found:
            self.poll()
            named = functools.partial(shown, self.field(found.table, found.field), label=self.label)
            raise EditConflict(
                found.where, found.theirs, found.yours, found.author, found.table, found.field, named
            ) from found

    def _parsed(self, edit: Edit, new: frozenset[str]) -> Edit:
        table = self.plan.content(edit.table).table
        row = edit.row or ""
        values = {name: self.parse(table.name, name, one, row, new) for name, one in edit.values.items()}
        seen = edit.seen and {name: self.parse(table.name, name, one, row) for name, one in edit.seen.items()}
        if edit.op == "add":
            if table.single and len(self.plan.frame(table.name)):
                raise PlanError(f"{table.title} has one row only. Change that one.")
            if not any(one is not None for one in values.values()):
                first = table.fields[table.label].title
                raise PlanError(f"{table.title}: an empty {table.noun} cannot be added. Write {first} first.")
            defaults = {n: f.default for n, f in table.fields.items() if f.default is not None}
            values = {**defaults, **values}
        return Edit(edit.op, edit.table, edit.row, values, seen)

    def remove(self, table: str, row: str, *, reason: str = "", everything_under: bool = False) -> Plan:
        """Take a row out; see :meth:`remove_many`. Returns the new plan."""
        return self.remove_many(table, [row], reason=reason, everything_under=everything_under)

    def remove_many(self, table: str, rows: Sequence[str], *, reason: str = "", everything_under: bool = False) -> Plan:
        """Take rows out in one transaction. Returns the new plan.

        Parameters
        ----------
        everything_under : bool
            Also rows under them in a tree and rows that need them; other references to them are cleared.

        Raises
        ------
        StillReferenced
            When other rows point to them; carries those.
        """
        referrers = [one for row in rows for one in self.plan.referrers(row) if one[1] not in rows]
        if referrers and not everything_under:
            named = ", ".join(f"“{self.label(row)}”" for row in rows[:3]) + (" and more" if len(rows) > 3 else "")  # noqa: PLR2004 - as many as a sentence can name
            raise StillReferenced(named, referrers)
        return self.edit_many(removal(self.plan, table, rows), reason=reason)

    def undo(self) -> Plan:
        """Take back this author's last transaction. Returns the new plan.

        Raises
        ------
        EditConflict
            When others changed those fields since.
        PlanError
            When there is nothing to take back.
        """
        return self._step_back(redo=False)

    def redo(self) -> Plan:
        """Make again what was undone last."""
        return self._step_back(redo=True)

    def _step_back(self, *, redo: bool) -> Plan:
        with self._names_in_conflicts():
            made = self.store.undo(self.author, redo=redo)
        if made is None:
            raise PlanError(f"There is nothing of {self.author}'s to {'redo' if redo else 'undo'}.")
        return self._after(made)

    def undo_to(self, revision: int, *, reason: str = "") -> Plan:
        """Bring the whole plan back to an earlier revision, as a new revision."""
        return self._after(self.store.undo_to(revision, self.author, reason))

    def _after(self, made: Revision | None) -> Plan:
        self.saved_at = clock.now()
        self.added = [one.row for one in made.changes if one.op == "add"] if made else []
        self.poll()
        return self.plan

    # --- looking -------------------------------------------------------------------------------------------

    def findings(self, step: int | None = None, *, slow: bool = True) -> list[Finding]:
        """Return what the checks find as of :attr:`as_of`, errors first."""
        return self.engine.findings(self.plan, self.as_of, step=step, slow=slow)

    def figures(self, table: str = "") -> list[Figure]:
        """Return the numbers that can explain themselves (those of one table), in the order of the steps."""
        return [one for step in self.engine.steps for one in step.figures if not table or table in one.tables]

    def figure(self, name: str) -> Figure:
        """Return a number that can explain itself; where there is none, the error lists them by table."""
        found = next((one for one in self.figures() if one.name == name), None)
        if found is None:
            tables = dict.fromkeys(table for one in self.figures() for table in one.tables)
            listed = "; ".join(f"{one}: {', '.join(figure.name for figure in self.figures(one))}" for one in tables)
            raise PlanError(f"“{name}” is not a figure. Figures are, by table: {listed}.")
        return found

    def history(self, row: str = "", limit: int = 100) -> list[Revision]:
        """Return the newest transactions (of one row), newest first."""
        return self.store.history(row, limit)

    def at(self, name: str | int) -> Plan:
        """Return the plan at a revision, given by number or by its name.

        Raises
        ------
        PlanError
            When there is no such revision.
        """
        return self.store.plan(earlier.number(self.store, name))

    # --- others --------------------------------------------------------------------------------------------

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Call a function with the workbook and the changes after every change; returns how to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def poll(self) -> Sequence[Change]:
        """Take over what this and other sessions changed; returns the changes."""
        self.plan = self._beside(self.plan)
        revision, changes = self.store.changes_since(self.plan.revision)
        if revision == self.plan.revision:
            return ()
        self.plan = self._beside(self.plan.advanced(revision, changes))
        for listener in tuple(self._listeners):
            listener(self, changes)
        return changes

    async def watch(self, seconds: float = POLL_SECONDS) -> None:
        """Poll for changes of others until cancelled."""
        while True:
            await asyncio.sleep(seconds)
            self.poll()


def open_plan(
    path: str | Path = "", author: str = "", *, read_only: bool = False, as_of: dt.date | None = None
) -> Workbook:
    """Open a plan: ``pk.open("plan.db", author="Ana")``.

    Parameters
    ----------
    path : str or Path
        The plan file; without one the environment variable ``PLANNING_KIT_PLAN``.
    author : str
        Who edits.
    read_only : bool
        Without the right to write.
    as_of : datetime.date, optional
        Look at the plan as of this date.
    """
    return Workbook(path or os.environ.get("PLANNING_KIT_PLAN", ""), author, read_only=read_only, as_of=as_of)


def beside(path: Path, book: str) -> Path:
    """Return the file of a workbook that is kept beside a plan: ``plan.appraisal.db`` beside ``plan.db``."""
    return path.with_name(f"{path.stem}.{book}.db")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "facilitator"


def rows(plan: Plan, table: str, where: Mapping[str, Sequence[Any]]) -> list[str]:
    """Return the ids of the rows of a table that fit a view: ``name`` is a field, or ``reference.field``.

    An empty value fits a row that has none.

    A row that points nowhere yet fits the second kind, so that a new row can be seen to be completed.
    """
    frame = plan.frame(table)
    for name, allowed in where.items():
        reference, _, far = name.partition(".")
        fits = frame[reference].isin(list(allowed)) | (frame[reference].isna() & ("" in allowed))
        if far:
            there = plan.frame(plan.tables[table].fields[reference].to[0])[far].isin(list(allowed))
            fits = frame[reference].isna() | frame[reference].isin(there.index[there])
        frame = frame[fits]
    return [str(one) for one in frame.index]
