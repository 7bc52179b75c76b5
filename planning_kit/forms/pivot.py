"""A table as a grid of sums: what is typed, pasted, spread or copied changes the rows behind the sums."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from planning_kit.analysis.budget import cents
from planning_kit.errors import PlanError, ValueRefused
from planning_kit.forms.screen import Screen
from planning_kit.forms.session import Session
from planning_kit.forms.sums import MINOR, Sums, worded
from planning_kit.forms.table import Table
from planning_kit.forms.words import clock_text, undo_words
from planning_kit.frames import Change
from planning_kit.plan import Edit
from planning_kit.spec import Field, Kind, Pivot, View, parse, shown
from planning_kit.spec import Table as Declared
from planning_kit.workbook import Workbook

Answer = dict[str, Any]
ALL = "*"
HEAD, SUM, WHOLE, NONE, TOTAL = "~head", "~sum", "~whole", "~none", "~total"
"""Names of the columns and rows that are no value of a field."""
COMMA = re.compile(r",\d{1,2}\s*$")
"""A number as 1.250,50: then the points in the whole block part thousands."""
PERCENT = Field("percent", Kind.NUMBER, "Change", "Percent", least=-100, most=1000)


class PivotGrid(Screen):
    """One pivot of a table, to be read and edited.

    Parameters
    ----------
    session : Session
    pivot : Pivot
        What makes rows, columns and sums.
    book : str
        Which workbook the table is in.
    """

    def __init__(self, session: Session, pivot: Pivot, book: str = "plan") -> None:
        super().__init__(kind="pivot")
        self.session, self.pivot, self.book_name = session, pivot, book
        self.chosen: dict[str, Any] = {}
        self.problems: dict[tuple[str, str], tuple[str, str]] = {}
        self._begun = False
        self._sums: Sums | None = None
        self._shown: list[str] = []
        self._behind: Table | None = None
        session.watch(self)

    @property
    def book(self) -> Workbook:
        """The workbook of the moment."""
        return self.session.book(self.book_name)

    @property
    def table(self) -> Declared:
        """The table behind the sums."""
        return self.book.plan.tables[self.pivot.table]

    @property
    def sums(self) -> Sums:
        """The sums of the moment."""
        kept = self._sums
        if kept is None or kept.plan is not self.book.plan or kept.chosen != self.chosen:
            kept = self._sums = Sums(self.book.plan, self.pivot, self.chosen)
        return kept

    def _row(self, row: str) -> Any:
        return None if row == NONE else self.sums.named(self.pivot.rows, row)

    def _column(self, column: str) -> Any:
        return None if column == WHOLE else self.sums.named(self.pivot.columns, column)

    # --- what the browser is told --------------------------------------------------------------------------

    def on_open(self, _message: Answer) -> Answer:
        """Send everything."""
        return {"op": "state", **self._state()}

    def on_choose(self, message: Answer) -> Answer:
        """Show another slice."""
        name, value = str(message["field"]), str(message["value"])
        self.problems.clear()
        self.chosen.pop(name, None)
        if value != ALL:
            self.chosen[name] = self.sums.named(name, value) if value else None
        return self._patch()

    def _begin(self) -> None:
        """Choose what is shown at first: what is usual, else the first value that rows have."""
        for name in () if self._begun else self.pivot.slices:
            field, offered, held = self.table.fields[name], self.sums.offered(name), self.sums.held(name)
            self.chosen.pop(name, None)
            if field.needed and offered:
                self.chosen[name] = next((one for one in offered if one in held), next(iter(offered)))
                self._begun = True
            elif name in self.pivot.begins:
                self.chosen[name] = self.pivot.begins[name]
            elif field.default is not None and not field.more:
                self.chosen[name] = field.default

    def _state(self) -> Answer:
        pivot = self.pivot
        money = {"kind": "money", "width": 96}
        self._begin()
        heads = [{**money, "field": str(at), "title": words} for at, words in self.sums.offered(pivot.columns).items()]
        whole = [{**money, "field": WHOLE, "title": pivot.whole, "width": 108}] if pivot.whole else []
        kind = {"title": self.table.fields[pivot.rows].title, "kind": "choice", "readonly": True, "width": 190}
        return {
            "help": pivot.help,
            "noun": self.table.noun,
            "nouns": pivot.title,
            "whole": pivot.whole,
            "fixed": True,
            "label": HEAD,
            "uom": self.book.plan.marked("profile", "currency") or "",
            "readonly": self.book.store.read_only,
            "columns": [
                {"field": HEAD, "frozen": True, **kind},
                {**money, "field": SUM, "title": "Total", "frozen": True, "width": 112, "readonly": not pivot.whole},
                *whole,
                *heads,
            ],
            **self._body(),
        }

    def _body(self) -> Answer:
        """Return rows with their sums and everything that changes with them."""
        self._begin()
        found, marks = self._cells()
        before, self._shown = self._shown, [one["id"] for one in found]
        along = self.sums.offered(self.pivot.along) if self.pivot.along else {}
        return {
            "rows": found,
            "order": self._shown,
            "removed": [one for one in before if one not in self._shown],
            "problems": [
                {"id": row, "field": column, "typed": typed, "sentence": sentence}
                for (row, column), (typed, sentence) in self.problems.items()
            ],
            "marks": marks,
            "slices": [self._slice(name) for name in self.pivot.slices],
            "along": [[str(one), words] for one, words in along.items() if one != self.chosen.get(self.pivot.along)],
            "hint": self._hint(),
            "said": self.pivot.said(self.book.plan, self.chosen) if self.pivot.said else "",
            "undo": undo_words(self.book, redo=False),
            "redo": undo_words(self.book, redo=True),
            "saved": clock_text(self.book),
        }

    def _slice(self, name: str) -> Answer:
        field, value = self.table.fields[name], self.chosen.get(name, ALL)
        nothing = [] if field.needed or field.default is not None else [["", f"no {field.title.lower()}"]]
        offered = [[str(one), words] for one, words in self.sums.offered(name).items()]
        options = [[ALL, "all"], *nothing, *offered]
        return {"field": name, "title": field.title, "options": options, "value": "" if value is None else str(value)}

    def _hint(self) -> str:
        """Return what to do while there is no row at all."""
        if len(self.book.plan.frame(self.table.name)):
            return ""
        needed = [self.table.fields[one] for one in self.pivot.slices if self.table.fields[one].needed]
        missing = [one for one in needed if not self.sums.offered(one.name)]
        todo = "Type a number below, or paste a block of numbers from a spreadsheet."
        if any(one.is_reference for one in missing):
            todo = f"Add the first {missing[0].title.lower()}; then type amounts here."
        elif missing:
            todo = "Say in the profile from when to when the plan goes; then type amounts here."
        return f"No {self.table.title.lower()} yet. {todo}"

    def _cells(self) -> tuple[list[Answer], list[Answer]]:
        """Return the rows of the grid, their total last, and marks on sums of several rows."""
        pivot, sums = self.pivot, self.sums
        lines, words = sums.lines(), sums.offered(pivot.rows)
        behind: dict[tuple[Any, str], list[int]] = {}
        places = (lines[one].tolist() for one in (pivot.rows, pivot.columns))
        for row, column, money in zip(*places, sums.cents(lines), strict=True):
            at = (None if pd.isna(row) else row, WHOLE if pd.isna(column) else str(column))
            behind.setdefault(at, []).append(money)
        cells: dict[Any, dict[str, int]] = {row: {} for row in words}
        for (row, name), some in behind.items():
            cells.setdefault(row, {})[name] = sum(some)
        marks = [
            {"id": _name(row), "field": name, "severity": "note", "sentence": self._several(some)}
            for (row, name), some in behind.items()
            if len(some) > 1
        ]
        words[None] = f"no {self.table.fields[pivot.rows].title.lower()}"
        signs = {row: -1 if row in pivot.minus else 1 for row in cells}
        taken = [words[row].lower() for row in cells if row in pivot.minus and cells[row]]
        whole = {
            at: sum(signs[row] * own.get(at, 0) for row, own in cells.items()) for one in cells.values() for at in one
        }
        rows = [_told(_name(row), words[row], own) for row, own in cells.items()]
        total = _told(TOTAL, f"Net of {' and '.join(taken)}" if taken else pivot.total, whole)
        return [*rows, {**total, "readonly": True}], marks

    def _several(self, some: Sequence[int]) -> str:
        return f"The sum of {len(some)} {self.table.title.lower()}. Shift and Enter opens them."

    def _patch(self) -> Answer:
        return {"op": "patch", **self._body()}

    def changed(self, changes: Sequence[Change] | None) -> None:
        """Take over what this or another session changed."""
        mine = {self.table.name, *(to for field in self.table.fields.values() for to in field.to)}
        if changes is None:
            self._begun = False
            self.problems.clear()
            self.push("state", **self._state())
        elif any(one.table in mine for one in changes):
            self.push("patch", **self._body())

    # --- what is typed and pasted --------------------------------------------------------------------------

    def on_set(self, message: Answer) -> Answer:
        """Store one sum: it changes the row behind it, or adds one; several share it if that is meant."""
        row, column = str(message["id"]), str(message["field"])
        wanted = self._parsed(row, column, message.get("text", ""))
        if (row, column) in self.problems:
            return self._patch()
        if column == SUM:
            return self._how_to_spread(row, wanted)
        lines = self.sums.lines(self._row(row), self._column(column))
        now, several = self.sums.sum(lines), len(lines) > 1 and wanted is not None
        if message.get("how") or wanted == now:
            pass
        elif message.get("seen") not in (None, worded(now)):
            question = f"Somebody changed this to {worded(now) or 'nothing'} meanwhile."
            return self._ask(message, question, f"Use {worded(wanted) or 'nothing'}")
        elif several:
            question = f"{worded(now)} is the sum of {len(lines)} {self.table.title.lower()}."
            return self._ask(message, question, f"Share {worded(wanted)} out as now", "Open them")
        return self._store(self.sums.written(self._row(row), self._column(column), wanted))

    def _ask(self, message: Answer, question: str, yes: str, opens: str = "") -> Answer:
        again = {name: message[name] for name in ("id", "field", "text")}
        choices: list[Answer] = [{"label": yes, "send": {"op": "set", **again, "how": "meant"}}]
        if opens:
            choices.append({"label": opens, "send": {"op": "lines", **again}})
        return {"op": "ask", "question": question, "choices": [*choices, {"label": "Leave it"}]}

    def _how_to_spread(self, row: str, wanted: int | None) -> Answer:
        if wanted is None:
            raise PlanError("A total is worked out from its parts. Empty those instead.")
        ways = {"Evenly, to the cent": "even", "In the proportion of now": "same", f"As one: {self.pivot.whole}": WHOLE}
        if not self.sums.sum(self.sums.lines(self._row(row))):
            del ways["In the proportion of now"]
        send = {"op": "spread", "ids": [row], "total": worded(wanted)}
        choices = [{"label": words, "send": {**send, "like": like}} for words, like in ways.items()]
        question = f"How shall {worded(wanted)} be spread?"
        return {"op": "ask", "question": question, "choices": [*choices, {"label": "Leave it"}]}

    def on_paste(self, message: Answer) -> Answer:
        """Store a block of numbers in one transaction; a block that does not fit is refused as a whole."""
        ids, fields = ([str(one) for one in message[name]] for name in ("ids", "fields"))
        block, room = message["cells"], len([one for one in ids if one != TOTAL])
        wide = max(map(len, block))
        too = ""
        if wide > len(fields):
            too = f"The block is {wide} columns wide; from here on there are {len(fields)}. Begin further left."
        elif len(block) > room:
            too = f"The block has {len(block)} rows; from here on there are {room}. Begin further up."
        elif {HEAD, SUM} & set(fields[:wide]):
            too = "Names and totals are not pasted over. Begin in a column of amounts."
        if too:
            raise PlanError(f"{too} Nothing was pasted.")
        if any(COMMA.search(text) for texts in block for text in texts):
            block = [[text.replace(".", "") for text in texts] for texts in block]
        edits: list[Edit] = []
        for row, texts in zip(ids, block, strict=False):
            for column, text in zip(fields, texts, strict=False):
                wanted = self._parsed(row, column, text)
                if (row, column) not in self.problems:
                    edits += self.sums.written(self._row(row), self._column(column), wanted)
        return self._store(edits, "pasted")

    def _parsed(self, row: str, column: str, text: Any) -> int | None:
        """Return what was typed in cents; a refused text is kept with its sentence."""
        self.problems.pop((row, column), None)
        try:
            value = self.book.parse(self.table.name, self.pivot.value, text)
        except ValueRefused as refused:
            self.problems[row, column] = (str(text), refused.sentence)
            return None
        return None if value is None else int(cents(np.array(value)))

    def _store(self, edits: Iterable[Edit], reason: str = "") -> Answer:
        if wanted := list(edits):
            self.book.edit_many(wanted, reason=reason)
        return self._patch()

    # --- spread and copy -----------------------------------------------------------------------------------

    def on_spread(self, message: Answer) -> Answer:
        """Spread the totals of rows over the columns, evenly or like something else."""
        edits: list[Edit] = []
        for row in map(self._row, self._rows(message)):
            wanted = self.sums.sum(self.sums.lines(row))
            if message.get("total"):
                wanted = round(self.book.parse(self.table.name, self.pivot.value, message["total"]) * MINOR)
            if wanted is not None:
                like = str(message["like"])
                edits += self.sums.spread(row, wanted, {None: 1} if like == WHOLE else self.sums.weights(row, like))
        if not edits:
            raise PlanError("There is nothing to spread here. Type the total of the row first.")
        return self._store(edits, "spread")

    def on_copy(self, message: Answer) -> Answer:
        """Copy a column of some rows to columns that follow."""
        source, targets = self._column(str(message["field"])), [self._column(str(one)) for one in message["to"]]
        rows = map(self._row, self._rows(message))
        return self._store([one for row in rows for one in self.sums.copied(row, source, targets)], "copied")

    def _rows(self, message: Answer) -> list[str]:
        return [str(one) for one in message["ids"] if one != TOTAL]

    def on_onward(self, message: Answer) -> Answer:
        """Copy everything that is shown onto another slice, with so many per cent more or less."""
        name, sums = self.pivot.along, self.sums
        to, title = sums.named(name, str(message["to"])), self.table.fields[name].title.lower()
        if name not in self.chosen or sums.lines().empty:
            raise PlanError(f"There is nothing to copy. Choose one {title} that has amounts.")
        try:
            percent = parse(PERCENT, message.get("percent"), lambda _tables, text: text) or 0.0
        except ValueError as problem:
            raise PlanError(f"Per cent: {problem}") from None
        there = sums.lines(**{name: to})
        if len(there) and not message.get("how"):
            again = {"op": "onward", "to": str(to), "percent": percent, "how": "meant"}
            held = f"{len(there)} {self.table.title.lower()} of {worded(sums.sum(there))} in all"
            choices = [{"label": "Keep them"}, {"label": "Replace them", "send": again}]
            return {"op": "ask", "question": f"{to} already holds {held}.", "choices": choices}
        edits = list(sums.onward(to, percent))
        self.chosen[name] = to
        return self._store(edits, f"copied to {to}")

    # --- the rows themselves, undo -------------------------------------------------------------------------

    def on_lines(self, message: Answer) -> Answer:
        """Make a grid of the rows behind a sum and say which model it is."""
        row, column = str(message["id"]), str(message["field"])
        fixed = dict(self.chosen)
        if row != TOTAL:
            fixed[self.pivot.rows] = self._row(row)
        if column not in (HEAD, SUM):
            fixed[self.pivot.columns] = self._column(column)
        fields = self.table.fields
        where = {
            n: ("",) if one is None else (one, "") if one == fields[n].default else (one,) for n, one in fixed.items()
        }
        known = {name: one for name, one in fixed.items() if one is not None}
        words = [shown(fields[name], one, self.book.label) for name, one in known.items()]
        columns = tuple(name for name in self.table.essential if name not in known)
        view = View("", self.table.name, ", ".join(words), "", columns, where, known)
        self._behind = Table(self.session, view, self.book_name)
        return {"op": "lines", "title": view.title, "model": self._behind.model_id}

    def on_undo(self, _message: Answer) -> Answer:
        """Take back the last change."""
        self.book.undo()
        return self._patch()

    def on_redo(self, _message: Answer) -> Answer:
        """Make again what was undone last."""
        self.book.redo()
        return self._patch()


def _name(row: Any) -> str:
    return NONE if row is None else str(row)


def _told(row: str, words: str, sums: Mapping[str, int]) -> Answer:
    """Return one row of the grid."""
    cells = {at: {"t": worded(money), "v": money / MINOR} for at, money in sums.items()}
    total = sum(sums.values())
    whole = {SUM: {"t": worded(total), "v": total / MINOR}} if sums else {}
    return {"id": row, "cells": {HEAD: words[:1].upper() + words[1:], **cells, **whole}}
