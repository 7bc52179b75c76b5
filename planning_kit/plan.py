"""The immutable plan: one pandas frame per table at one revision, lookups, differences and scenarios.

A plan never changes. An edit makes a new plan that shares every untouched table with the old one: each
table is a base frame plus the changes since, folded in when the frame is asked for.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any, Literal, Protocol

import pandas as pd

from planning_kit.errors import PlanError
from planning_kit.frames import Change, Content, framed, plain, prefix_of
from planning_kit.spec import ANY, Field, Kind, Table, shown
from planning_kit.spec.values import SEPARATOR, brief


@dataclass(frozen=True)
class Edit:
    """One wanted change: add a row, set fields of a row, remove a row."""

    op: Literal["add", "set", "remove"]
    table: str
    row: str | None = None
    values: Mapping[str, Any] = attribute(default_factory=dict)
    seen: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Difference:
    """One field in which two plans differ; ``field`` is empty for a row added or removed."""

    table: str
    row: str
    field: str
    before: Any
    after: Any


class Past(Protocol):
    """What the place a plan comes from knows of its earlier states."""

    def earlier(self, revision: int) -> Plan:
        """Return the plan at a revision."""

    def names(self) -> dict[str, int]:
        """Return the named revisions."""

    def days(self) -> dict[str, int]:
        """Return the last revision of each day on which something was changed, newest first."""

    def history(self, row: str = "", limit: int = 100) -> Sequence[Any]:
        """Return the newest transactions (of one row), newest first: revision, made_at, author, reason, changes."""


class Plan:
    """A plan at one revision. Every table is an attribute: ``plan.tasks`` is a frame, index ``id``.

    Parameters
    ----------
    contents : mapping of str to Content
        By table name.
    revision : int
        The revision of the store it shows.
    reads : set of str, optional
        Collects the names of the tables that are read (used to know what a check depends on).
    beside : Plan, optional
        Another plan whose rows may be pointed to by id.
    past : Past, optional
        Knows this plan's earlier revisions.
    """

    def __init__(
        self,
        contents: Mapping[str, Content],
        revision: int,
        reads: set[str] | None = None,
        beside: Plan | None = None,
        past: Past | None = None,
    ) -> None:
        self._contents, self.revision, self._reads, self.beside = contents, revision, reads, beside
        self.past = past

    def __repr__(self) -> str:
        """Say which revision."""
        return f"<Plan revision {self.revision}: {len(self._contents)} tables>"

    def __getattr__(self, name: str) -> pd.DataFrame:
        """Return a table by its name."""
        if name.startswith("_") or name not in self._contents:
            raise AttributeError(name)
        return self.frame(name)

    def __dir__(self) -> list[str]:
        """List the tables too."""
        return [*super().__dir__(), *self._contents]

    @property
    def tables(self) -> Mapping[str, Table]:
        """The declared tables by name."""
        return {name: content.table for name, content in self._contents.items()}

    def content(self, name: str) -> Content:
        """Return a table's content; two plans share it while nothing in the table changed."""
        if name not in self._contents:
            message = f"{name} is not a table of this plan. Tables are: {', '.join(self._contents)}."
            raise PlanError(message)
        if self._reads is not None:
            self._reads.add(name)
        return self._contents[name]

    def frame(self, name: str) -> pd.DataFrame:
        """Return a table as a frame: index ``id``, a column per field."""
        return self.content(name).frame

    def recording(self, reads: set[str]) -> Plan:
        """Return the same plan; the names of the tables read through it are added to ``reads``."""
        return Plan(self._contents, self.revision, reads, self.beside, self.past)

    def with_role(self, role: str) -> Table | None:
        """Return the table declared with a role, or None."""
        return next((one.table for one in self._contents.values() if one.table.role == role), None)

    def table_of(self, row: str) -> Table | None:
        """Return the table whose prefix an id bears."""
        return self._by_prefix.get(prefix_of(row.lstrip("~")))

    @functools.cached_property
    def _by_prefix(self) -> dict[str, Table]:
        return {content.table.prefix: content.table for content in self._contents.values()}

    def has(self, row: str) -> bool:
        """Whether a row of this id exists."""
        table = self.table_of(row)
        return table is not None and row in self.content(table.name).labels

    def row(self, name: str, row: str) -> dict[str, Any]:
        """Return one row as a dictionary of Python values.

        Raises
        ------
        PlanError
            When there is no such row.
        """
        frame = self.frame(name)
        if row not in frame.index:
            message = f"{name} {row}: there is no such row. It may have been removed; look into the history."
            raise PlanError(message)
        found = frame.loc[row]
        return {one: plain(field, found[one]) for one, field in self.content(name).table.fields.items()}

    def label(self, row: str) -> str:
        """Return the name a person knows a row by; an unnamed or unknown row is described."""
        table = self.table_of(row)
        if table is None:
            return self.beside.label(row) if self.beside else row
        content = self.content(table.name)
        if row not in content.labels:
            return f"(removed {table.noun} {row})"
        label = content.labels[row] or self._described(content, row)
        return label or f"({table.noun} {row} without a name)"

    def _described(self, content: Content, row: str) -> str:
        """Return the name of a row that is known by its key: "Visits, 2026-03-31"."""
        parts = [
            shown(
                content.table.fields[name],
                plain(content.table.fields[name], content.frame[name][row]),
                self.label,
            )
            for name in content.table.names
        ]
        return ", ".join(part for part in parts if part)

    def find(self, tables: tuple[str, ...], text: str) -> str:
        """Return the id of the row a person named by id or by name.

        Raises
        ------
        ValueError
            With a sentence, when nothing or more than one row fits.
        """
        names = tuple(self._contents) if ANY in tables else tuple(one for one in tables if one in self._contents)
        if not names and self.beside:
            return self.beside.find(tables, text)
        if any(
            content.table.prefix == prefix_of(text) and text in content.labels for content in map(self.content, names)
        ):
            return text
        wanted = " ".join(text.casefold().split())
        found = [row for name in names for row in self.content(name).ids_by_label.get(wanted, [])]
        nouns = " or ".join(self.content(name).table.noun for name in names[:3])
        if len(found) == 1:
            return found[0]
        if found:
            message = (
                f"“{brief(text)}” names {len(found)} rows ({', '.join(found[:5])}). Write the id of the one you mean."
            )
        else:
            message = f"“{brief(text)}” is not a {nouns} of this plan. Choose one from the list, or add it first."
        raise ValueError(message)

    def one(self, role: str) -> dict[str, Any]:
        """Return the only row of the table with a role (all None while it is empty)."""
        table = self.with_role(role)
        if table is None:
            return {}
        frame = self.frame(table.name)
        return dict.fromkeys(table.fields) if frame.empty else self.row(table.name, str(frame.index[0]))

    def marked(self, role: str, field_role: str) -> Any:
        """Return the value of the field with ``field_role`` in the only row of the table with ``role``.

        A workbook that has no such table asks the one beside it.
        """
        table = self.with_role(role)
        if table is None and self.beside is not None:
            return self.beside.marked(role, field_role)
        name = table.field_with_role(field_role) if table else None
        return self.one(role)[name] if name else None

    def references(self, tables: Iterable[str] = ()) -> Iterator[tuple[str, Field, pd.Series[Any]]]:
        """Yield every reference of every row: table, field, series of the ids pointed to (index: the row)."""
        for name in tables or self._contents:
            content = self.content(name)
            for field in content.table.fields.values():
                if field.is_reference:
                    column = content.frame[field.name].dropna()
                    yield (
                        name,
                        field,
                        (column.str.split(SEPARATOR).explode() if field.kind is Kind.REFS else column),
                    )

    def referrers(self, row: str) -> list[tuple[str, str, str]]:
        """Return table, id and field of every row that points to a row."""
        table = self.table_of(row)
        return [
            (name, str(one), field.name)
            for name, field, targets in self.references()
            if table is not None and (table.name in field.to or ANY in field.to)
            for one in targets.index[targets == row]
        ]

    def next_to(self, beside: Plan) -> Plan:
        """Return the same plan with another one beside it, whose rows may be pointed to by id."""
        return Plan(self._contents, self.revision, self._reads, beside, self.past)

    def advanced(self, revision: int, changes: Iterable[Change]) -> Plan:
        """Return the plan after some changes, sharing every table they do not touch."""
        by_table: dict[str, list[Change]] = {}
        for change in changes:
            by_table.setdefault(change.table, []).append(change)
        touched = {name: self._contents[name].changed(made) for name, made in by_table.items()}
        return Plan({**self._contents, **touched}, revision, beside=self.beside, past=self.past)

    def scenario(self, edits: Iterable[Edit]) -> Plan:
        """Return the plan as it would be after some edits; added rows get provisional ids (``~T1``).

        Raises
        ------
        PlanError
            When an edit names a row that does not exist.
        """
        changes = []
        counts: dict[str, int] = {}
        for edit in edits:
            table = self.content(edit.table).table
            unknown = sorted(set(edit.values) - set(table.fields))
            if unknown:
                message = f"{table.name}, {unknown[0]}: there is no such field. Fields are: {', '.join(table.fields)}."
                raise PlanError(message)
            if edit.op == "add":
                counts[table.name] = counts.get(table.name, 0) + 1
                row = edit.row or f"~{table.prefix}{counts[table.name]}"
                changes.append(Change(table.name, row, "add", {}, dict(edit.values)))
                continue
            before = self.row(table.name, edit.row or "")
            kept = before if edit.op == "remove" else {name: before[name] for name in dict(edit.values)}
            changes.append(Change(table.name, edit.row or "", edit.op, kept, dict(edit.values)))
        return self.advanced(self.revision, changes)

    def diff(self, other: Plan, *tables: str) -> list[Difference]:
        """Return what differs from this plan to another (in some tables), row by row and field by field."""
        return [
            one
            for name in tables or self._contents
            if name in other._contents and (content := self.content(name)) is not other._contents[name]
            for one in _differences(content, other.content(name))
        ]


def _differences(mine: Content, theirs: Content) -> Iterator[Difference]:
    name, fields = mine.table.name, mine.table.fields
    old, new = mine.frame, theirs.frame
    for row in old.index.difference(new.index, sort=False):
        yield Difference(name, str(row), "", mine.labels[row], None)
    for row in new.index.difference(old.index, sort=False):
        yield Difference(name, str(row), "", None, theirs.labels[row])
    common = old.index.intersection(new.index, sort=False)
    for one, field in fields.items():
        before, after = old.loc[common, one], new.loc[common, one]
        same = (before == after) | (before.isna() & after.isna())
        for row in common[~same.fillna(value=False).to_numpy(dtype=bool)]:
            yield Difference(name, str(row), one, plain(field, before[row]), plain(field, after[row]))


def day(value: Any) -> dt.date | None:
    """Return a timestamp of a frame as a date, None when missing."""
    return None if pd.isna(value) else value.date()


def empty(tables: Iterable[Table]) -> Plan:
    """Return a plan without rows."""
    return Plan({one.name: Content(one, functools.partial(framed, one, (), [])) for one in tables}, 0)
