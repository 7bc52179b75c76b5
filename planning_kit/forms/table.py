"""A table on the screen: a grid with a form beside it. The kernel decides what is valid, and stores it at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from planning_kit.analysis import cascade
from planning_kit.errors import EditConflict, PlanError, StillReferenced, ValueRefused, shown
from planning_kit.forms.cells import cells
from planning_kit.forms.explain import Explaining
from planning_kit.forms.session import Session
from planning_kit.forms.words import clock_text, undo_words
from planning_kit.frames import Change
from planning_kit.plan import Edit
from planning_kit.spec import ANY, Field, Kind, View
from planning_kit.spec import Table as Declared
from planning_kit.spec.values import SEPARATOR
from planning_kit.steps import TABLES
from planning_kit.workbook import Workbook, rows

Answer = dict[str, Any]
MOST_OPTIONS = 5000
ROOM = 6
"""Columns that fit beside one another on a laptop."""


class Table(Explaining):
    """One view of a table, to be read and edited.

    Parameters
    ----------
    session : Session
    view : View
        Which columns and rows.
    book : str
        Which workbook the table is in.
    """

    def __init__(self, session: Session, view: View, book: str = "plan", kind: str = "table") -> None:
        super().__init__(kind=kind)
        self.session, self.view, self.book_name = session, view, book
        self.problems: dict[tuple[str, str], tuple[str, str]] = {}
        self._shown: list[str] = []
        self._columns: list[str] | None = None
        session.watch(self)

    @property
    def book(self) -> Workbook:
        """The workbook of the moment (another plan may be chosen while the page is open)."""
        return self.session.book(self.book_name)

    # --- what the browser is told --------------------------------------------------------------------------

    def on_open(self, _message: Answer) -> Answer:
        """Send everything."""
        return {"op": "state", **self.state()}

    def state(self) -> Answer:
        """Return the whole state of the view."""
        table = self.book.plan.tables[self.view.table]
        noun, visible = table.noun, self._visible()
        return {
            "title": "",  # the page says it in the heading above
            "shown": self._columns,
            "help": self.view.help,
            "noun": noun,
            "nouns": table.title[0].lower() + table.title[1:],
            "empty": f"No {table.title.lower()} yet. Write the first {noun}, or paste rows from a spreadsheet.",
            "columns": [self._column(table.fields[name], visible) for name in self._in_order(table)],
            "tree": table.tree is not None,
            "label": table.label,
            "can_add": not (table.single and len(self.book.plan.frame(table.name))),
            "readonly": self.book.store.read_only,
            "options": self._options(),
            **self._patch(None, marks=True),
        }

    def _in_order(self, table: Declared) -> list[str]:
        """Return all fields, the view's first and in its order."""
        return [*self.view.fields, *(name for name in table.fields if name not in self.view.fields)]

    def _visible(self) -> set[str]:
        """Return the columns shown at first: the view's, and others that hold something while there is room.

        What a tree shows by indenting needs no column.
        """
        table = self.book.plan.tables[self.view.table]
        fields = table.fields
        shown = [name for name in self.view.fields if name != table.tree]
        if not self._chosen:
            frame = self.book.plan.frame(self.view.table)
            for name, one in fields.items():
                usual = SEPARATOR.join(one.default) if isinstance(one.default, tuple) else one.default
                told = one.more and name != "source_id" and (frame[name].notna() & (frame[name] != usual)).any()
                if told and len(shown) < ROOM:
                    shown.append(name)
        return set(shown)

    def _column(self, field: Field, visible: set[str]) -> Answer:
        return {
            "field": field.name,
            "title": field.title,
            "help": field.doc,
            "kind": str(field.kind),
            "uom": field.uom
            or (self.book.plan.marked("profile", "currency") or "" if field.kind is Kind.MONEY else ""),
            "choices": [[one, field.choice_label(one)] for one in field.choices],
            "to": list(field.to),
            "needed": field.needed,
            "essential": field.name in visible,
            "readonly": field.readonly,
        }

    @property
    def _chosen(self) -> bool:
        """Whether the view names its own columns (else a table's essential ones are shown)."""
        return tuple(self.view.fields) != self.book.plan.tables[self.view.table].essential

    def _options(self) -> Answer:
        """Return the names to choose from, by the table a reference points to."""
        plan = self.book.plan if self.book.beside is None else None
        found: Answer = {}
        for field in self.book.plan.tables[self.view.table].fields.values():
            for name in field.to:
                for one in (
                    (*self.book.plan.tables, *(self.book.beside.plan.tables if self.book.beside else ()))
                    if name == ANY
                    else (name,)
                ):
                    holder = plan or (self.book.plan if one in self.book.plan.tables else self._beside.plan)
                    if one not in holder.tables or one in found:
                        continue
                    labels = holder.content(one).labels
                    found[one] = [[row, holder.label(row)] for row in list(labels)[:MOST_OPTIONS]]
            if ANY in field.to:
                found[ANY] = [pair for options in found.values() for pair in options][:MOST_OPTIONS]
        return found

    @property
    def _beside(self) -> Workbook:
        return self.book.beside or self.book

    def _patch(self, only: Iterable[str] | None, *, marks: bool = False, **more: Any) -> Answer:
        """Return rows (all, or some of them) with everything that goes along.

        The marks of the checks come after the answer to an edit, with the news of the change.
        """
        order, levels = self._order()
        wanted = order if only is None else [one for one in only if one in levels]
        before, self._shown = self._shown, order
        patch: Answer = {
            "rows": self._rows(wanted, levels),
            "removed": [one for one in before if one not in levels],
            "problems": [
                {"id": row, "field": field, "typed": typed, "sentence": sentence}
                for (row, field), (typed, sentence) in self.problems.items()
            ],
            "undo": undo_words(self.book, redo=False),
            "redo": undo_words(self.book, redo=True),
            "saved": clock_text(self.book),
            **more,
        }
        if marks:
            patch["marks"] = self._marks(levels)
        if only is None or order != before:
            patch["order"] = order
        return patch

    def _order(self) -> tuple[list[str], dict[str, int]]:
        """Return the ids of the view's rows, children under their parents, and the depth of each."""
        plan, table = self.book.plan, self.book.plan.tables[self.view.table]
        kept = rows(plan, table.name, self.view.where)
        if table.tree is None:
            return kept, dict.fromkeys(kept, 0)
        try:
            levels = cascade.depth_first(plan.frame(table.name).loc[kept], table.tree)["level"]
        except PlanError:  # rows that go round in a circle are a finding; they are still shown, side by side
            return kept, dict.fromkeys(kept, 0)
        found = {str(row): int(level) for row, level in zip(levels.index, levels, strict=True)}
        return list(found), found

    def _rows(self, ids: list[str], levels: dict[str, int]) -> list[Answer]:
        plan = self.book.plan
        table = plan.tables[self.view.table]
        frame = plan.frame(table.name).loc[ids]
        columns = {name: cells(field, frame[name], self.book.label) for name, field in table.fields.items()}
        return [
            {
                "id": row,
                "level": levels[row],
                "cells": {name: column[n] for name, column in columns.items() if column[n] is not None},
            }
            for n, row in enumerate(ids)
        ]

    def _marks(self, levels: dict[str, int]) -> list[Answer]:
        return [
            {
                "id": one.row,
                "field": one.field,
                "severity": one.severity,
                "sentence": f"{one.message} {one.remedy}",
            }
            for one in self.book.findings(slow=False)
            if one.table == self.view.table and one.row in levels
        ]

    def changed(self, changes: Sequence[Change] | None) -> None:
        """Take over what this or another session changed."""
        table = self.book.plan.tables[self.view.table]
        targets = {to for field in table.fields.values() for to in field.to}
        renamed = {
            one.table for one in changes or () if one.op != "set" or set(one.after) & set(self._names(one.table))
        }
        if changes is None:
            self.problems.clear()
            self.push("state", **self.state())
        elif renamed & targets or (renamed and ANY in targets):
            self.push("patch", **self._patch(None, marks=True), options=self._options())
        else:
            mine = {one.row for one in changes if one.table == table.name}
            self.push("patch", **self._patch(mine, marks=True))

    def _names(self, table: str) -> tuple[str, ...]:
        """Return the fields that name the rows of a table, wherever it is kept."""
        return TABLES[table].names

    # --- what the browser asks for -------------------------------------------------------------------------

    def on_set(self, message: Answer) -> Answer:
        """Store one cell; a refused text stays in the cell with its sentence."""
        row, field = str(message["id"]), str(message["field"])
        text = self._typed(message.get("text", ""), message.get("picked"))
        refused_before = self.problems.pop((row, field), None)
        if refused_before and text == message.get("seen"):
            return {"op": "patch", **self._patch([row])}
        try:
            self._refuse_frozen(row, field)
            now = self.book.shown(self.view.table, field, self.book.plan.row(self.view.table, row)[field])
            if message.get("seen") not in (None, now, text) and now != text:
                return self._ask(row, field, text, now)
            self.book.edit_many([Edit("set", self.view.table, row, {field: text})])
        except EditConflict as conflict:
            self.book.poll()
            return self._ask(row, field, text, shown(conflict.theirs), str(conflict))
        except ValueRefused as refused:
            self.problems[row, field] = (str(text), self._sentence(row, field, refused))
        return {"op": "patch", **self._patch([row])}

    def _refuse_frozen(self, row: str, *fields: str) -> None:
        """Refuse to change a field that another field of its row has closed."""
        declared, values = self.book.plan.tables[self.view.table].fields, self.book.plan.row(self.view.table, row)
        for one in (declared[name] for name in fields):
            if one.frozen_by and values[one.frozen_by] is not None:
                since = declared[one.frozen_by].title
                sentence = f"it is closed (“{since}” is {values[one.frozen_by]}). Nothing was changed."
                raise ValueRefused(f"{self.book.label(row)}, {one.title}", sentence)

    def _sentence(self, row: str, field: str, refused: ValueRefused) -> str:
        title = self.book.field(self.view.table, field).title
        return f"{self.book.label(row)}, {title}: {refused.sentence}"

    def _ask(self, row: str, field: str, text: str, now: str, question: str = "") -> Answer:
        title = self.book.field(self.view.table, field).title
        again = {"op": "set", "id": row, "field": field, "text": text, "seen": now}
        where = f"{self.book.label(row)}, {title}"
        return {
            "op": "ask",
            "question": question
            or f"{where}: somebody changed this to “{shown(now)}” meanwhile. You wrote “{shown(text)}”.",
            "choices": [{"label": f"Keep “{shown(now)}”"}, {"label": f"Use “{shown(text)}”", "send": again}],
        }

    def on_add(self, message: Answer) -> Answer:
        """Add a row; cells that are refused keep their text with the sentence."""
        picked = message.get("picked") or {}
        typed = {name: self._typed(text, picked.get(name)) for name, text in (message.get("values") or {}).items()}
        table = self.book.plan.tables[self.view.table]
        if message.get("parent") and table.tree:
            typed.setdefault(table.tree, message["parent"])
        values, refused = self._parsed(typed)
        if all(one is None for one in values.values()):
            first = next(iter(refused.values()), None)
            raise first or PlanError(
                f"Write {table.fields[table.label].title} first: an empty {table.noun} cannot be kept."
            )
        self.book.edit_many([Edit("add", table.name, None, {**self.view.defaults, **values})])
        row = self.book.added[-1]
        self._note(row, typed, refused)
        return {"op": "patch", **self._patch([row], focus=row)}

    def _parsed(self, typed: dict[str, Any]) -> tuple[dict[str, Any], dict[str, ValueRefused]]:
        values: dict[str, Any] = {}
        refused: dict[str, ValueRefused] = {}
        for name, text in typed.items():
            try:
                values[name] = self.book.parse(self.view.table, name, text)
            except ValueRefused as problem:
                refused[name] = problem
        return values, refused

    def _note(self, row: str, typed: dict[str, Any], refused: dict[str, ValueRefused]) -> None:
        for name, problem in refused.items():
            self.problems[row, name] = (str(typed[name]), self._sentence(row, name, problem))

    def on_paste(self, message: Answer) -> Answer:
        """Store a block of cells in one transaction; rows past the end are added."""
        ids = [str(one) for one in message["ids"]]
        fields = [str(one) for one in message["fields"]]
        typed = [dict(zip(fields, cells, strict=False)) for cells in message["cells"]]
        for row in ids[: len(typed)]:
            self._refuse_frozen(row, *fields)
        parsed = [self._parsed(one) for one in typed]
        edits: list[Edit] = []
        added: list[int] = []
        for n, (values, _refused) in enumerate(parsed):
            if n < len(ids):
                edits.append(Edit("set", self.view.table, ids[n], values))
                for name in fields:
                    self.problems.pop((ids[n], name), None)
            elif any(one is not None for one in values.values()):
                edits.append(Edit("add", self.view.table, None, {**self.view.defaults, **values}))
                added.append(n)
        self.book.edit_many(edits, reason="pasted")
        where = {**dict(enumerate(ids)), **dict(zip(added, self.book.added, strict=True))}
        for n, (_values, refused) in enumerate(parsed):
            if n in where:
                self._note(where[n], typed[n], refused)
        return {"op": "patch", **self._patch(where.values(), focus=next(iter(where.values()), None))}

    def on_remove(self, message: Answer) -> Answer:
        """Take rows out; asks first when others point to them."""
        ids = [str(one) for one in message["ids"]]
        try:
            self.book.remove_many(self.view.table, ids, everything_under=bool(message.get("with")))
        except StillReferenced as used:
            choices = [
                {"label": "Keep it"},
                {
                    "label": "Remove with everything under it",
                    "send": {"op": "remove", "ids": ids, "with": True},
                },
            ]
            return {"op": "ask", "question": str(used), "choices": choices}
        for key in [one for one in self.problems if one[0] in ids]:
            del self.problems[key]
        return {"op": "patch", **self._patch(())}

    def on_view(self, message: Answer) -> None:
        """Remember which columns were chosen."""
        self._columns = [str(one) for one in message.get("columns") or ()] or None

    @staticmethod
    def _typed(text: Any, picked: Sequence[Any] | None) -> Any:
        """Return what was meant: the rows picked from a list, where names alone could mean two."""
        return SEPARATOR.join(str(one) for one in picked) if picked else text

    def on_undo(self, _message: Answer) -> Answer:
        """Take back the last change."""
        self.book.undo()
        return {"op": "patch", **self._patch(None)}

    def on_redo(self, _message: Answer) -> Answer:
        """Make again what was undone last."""
        self.book.redo()
        return {"op": "patch", **self._patch(None)}
