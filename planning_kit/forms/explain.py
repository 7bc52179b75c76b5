"""What is behind a row: its fields, what belongs to it, and each number shown for it, taken apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from planning_kit.errors import PlanError
from planning_kit.forms.screen import Screen
from planning_kit.spec import ANY, Explained, Field, Figure, Kind, Table
from planning_kit.workbook import Workbook

Answer = dict[str, Any]
GONE = "{row}: there is no such row any more. It may have been removed; look into the history."
MOST = 100
"""Rows of one group, and rows behind one number, that are listed."""
TOLD_FIRST = (Kind.MONEY, Kind.NUMBER, Kind.CHOICE, Kind.DATE)


class Explaining(Screen):
    """A view whose rows can be asked what is behind them."""

    @property
    def book(self) -> Workbook:
        """The workbook of the moment."""
        raise NotImplementedError

    def on_explain(self, message: Answer) -> Answer:
        """Answer what is behind a row; slow figures wait until they are opened."""
        book, row = self._holder(message)
        return {"op": "explain", **behind(book, row)}

    def on_figure(self, message: Answer) -> Answer:
        """Answer one figure of a row, however long it takes."""
        book, row = self._holder(message)
        return {"op": "figure", **(_figure(book, book.figure(str(message.get("name"))), row, slow=True) or {})}

    def _holder(self, message: Answer) -> tuple[Workbook, str]:
        """Return the row asked for and the workbook it is in: this one, or the plan beside it."""
        row = str(message.get("id"))
        for book in (self.book, self.book.beside):
            if book is not None and book.plan.has(row):
                return book, row
        raise PlanError(GONE.format(row=row))


def behind(book: Workbook, row: str) -> Answer:
    """Return what is behind a row, in words and with the rows it leads to.

    Parameters
    ----------
    book : Workbook
    row : str
        Id of a row of its plan.
    """
    table = book.plan.table_of(row)
    if table is None:
        raise PlanError(GONE.format(row=row))
    figures = (_figure(book, one, row) for one in book.figures(table.name))
    return {
        "id": row,
        "name": book.label(row),
        "noun": table.noun,
        "as_of": str(book.as_of),
        "facts": list(_facts(book, table, row)),
        "figures": [one for one in figures if one],
        "groups": _groups(book, row),
    }


def _facts(book: Workbook, table: Table, row: str) -> Iterator[list[Any]]:
    """Yield title and value of each essential field that holds something; references with the rows they lead to."""
    for name, value in book.plan.row(table.name, row).items():
        field = table.fields[name]
        if value is None or field.more or (name == table.label and not field.is_reference):
            continue
        if field.is_reference:
            yield [field.title, _named(book, value if isinstance(value, tuple) else (value,))]
        else:
            yield [field.title, [["", _text(book, table, field, value)]]]


def _text(book: Workbook, table: Table, field: Field, value: Any) -> str:
    """Return a value with its unit."""
    money = book.plan.marked("profile", "currency") if field.kind is Kind.MONEY else None
    return f"{book.shown(table.name, field.name, value)} {field.uom or money or ''}".strip()


def _figure(book: Workbook, one: Figure, row: str, *, slow: bool = False) -> Answer | None:
    """Return a figure of a row taken apart; of a slow one only what it is; None where the row has none."""
    told: Explained | None = None
    sorry = ""
    if slow or not one.slow:
        try:
            told = one.explain(book.plan, row, book.as_of)
        except PlanError as problem:
            sorry = str(problem)
        if told is None and not sorry and not slow:
            return None
    found = {"name": one.name, "title": one.title, "formula": one.formula, "source": one.source, "sorry": sorry}
    if told is None:
        return {**found, "value": "" if slow or sorry else None}
    age = f"Newest data: {told.age}" if told.age else ""
    rows = _named(book, dict.fromkeys(one for one in told.rows if one != row))
    ids = {name: one for one, name in rows}
    parts = [[term, value, ids.pop(term, "")] for term, value in told.terms]
    rest = [[one, name] for name, one in ids.items()]
    return {**found, "value": told.value, "parts": parts, "rows": rest, "age": age}


def _groups(book: Workbook, row: str) -> list[Answer]:
    """Return the rows that point to a row: by table, what they are, and the field that points; essential ones first."""
    found: dict[tuple[bool, bool, int, str, str, str], list[str]] = {}
    tables = list(book.plan.tables)
    for name, other, field in book.plan.referrers(row):
        table = book.plan.tables[name]
        anything = len(table.fields[field].to) > 1 or ANY in table.fields[field].to
        order = -1 if table is book.plan.table_of(row) else tables.index(name)  # what is under it first
        place = (table.more, anything, order, name, field, _kind(book, table, other))
        found.setdefault(place, []).append(other)
    groups = []
    for (*_, name, field, kind), rows in sorted(found.items(), key=lambda pair: pair[0][:3]):
        table = book.plan.tables[name]
        groups.append(
            {
                "title": f"{kind}s".capitalize() if kind else table.title,
                "by": table.fields[field].title,
                "count": len(rows),
                "rows": [
                    [one, _label(book, table, one, field), _beside(book, table, one, field)] for one in rows[:MOST]
                ],
            }
        )
    return groups


def _kind(book: Workbook, table: Table, row: str) -> str:
    """Return what a row is called where its table holds several kinds of things."""
    name = table.field_with_role("kind")
    kind = book.plan.row(table.name, row)[name] if name else None
    return table.fields[name].choice_label(kind) if name and kind else ""


def _label(book: Workbook, table: Table, row: str, without: str) -> str:
    """Return the name of a row; one known by what it ties together is named by its other end."""
    if not book.plan.content(table.name).labels[row] and without in table.names:
        values = book.plan.row(table.name, row)
        others = [book.shown(table.name, name, values[name]) for name in table.names if name != without]
        if text := ", ".join(filter(None, others)):
            return text
    return book.label(row)


def _beside(book: Workbook, table: Table, row: str, without: str) -> str:
    """Return what stands beside a row in a list: the figure declared for it, else its first number, choice or date."""
    for one in book.figures(table.name):
        if one.beside:
            told = _figure(book, one, row, slow=True)
            return str(told["value"]) if told else ""
    values = book.plan.row(table.name, row)
    for kind in TOLD_FIRST:
        for name, field in table.fields.items():
            if field.kind is kind and name not in (*table.names, without) and values[name] is not None:
                return _text(book, table, field, values[name])
    return ""


def _named(book: Workbook, rows: Iterable[str]) -> list[list[str]]:
    """Return rows as id and name; what cannot be opened comes without its id."""
    plans = [book.plan, *([book.beside.plan] if book.beside else [])]
    return [[one if any(plan.has(one) for plan in plans) else "", book.label(one)] for one in list(rows)[:MOST]]
