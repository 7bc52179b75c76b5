"""A report as an Excel workbook: one sheet for each table, every cell a text, no formula."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Sequence
from typing import Any

from planning_kit.reports.words import level

NAME_LENGTH, WIDEST, CELL = 31, 60, 32_767
"""Letters in the name of a sheet, of a column on the screen, in a cell."""


def document(parts: Sequence[dict[str, Any]], as_of: dt.date) -> bytes:
    """Return the workbook of a report: a first sheet that says what it is, then a sheet for each table.

    Parameters
    ----------
    parts : sequence of dict
        As `render.parts` returns them.
    as_of : datetime.date
        The only date in it, so that the same parts give the same bytes.
    """
    import xlsxwriter  # noqa: PLC0415 - loaded when a workbook is asked for

    file = io.BytesIO()
    options = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    with xlsxwriter.Workbook(file, {**options, "in_memory": True}) as book:
        made = dt.datetime(as_of.year, as_of.month, as_of.day)  # noqa: DTZ001 - the format knows no zones
        book.set_properties({"title": parts[0]["title"], "author": parts[0]["lead"], "created": made})
        tables = [one for one in parts if one["rows"]]
        names = sheet_names(["About", *(one["title"] for one in tables)])
        facts = [fact for one in parts for fact in one["facts"]]
        said = [(one["title"], one["lead"]) for one in parts if one["title"] and one["lead"]]
        said += [(one["text"], one["note"]) for part in parts for one in part["items"]]
        _sheet(book, names[0], ("What", "Says"), [*facts, *said], ())
        for name, one in zip(names[1:], tables, strict=True):
            _sheet(book, name, one["columns"], one["rows"], one["heads"])
    return file.getvalue()


def _sheet(book: Any, name: str, columns: Sequence[str], rows: Sequence[Sequence[str]], heads: Sequence[int]) -> None:
    """Write one table, its first row frozen, its rows with a filter."""
    look = {"text_wrap": True, "valign": "top", "num_format": "@"}
    plain, bold = book.add_format(look), book.add_format({**look, "bold": True, "bg_color": "#F1F4F7"})
    moved = [plain, *(book.add_format({**look, "indent": far}) for far in range(1, 6))]
    sheet = book.add_worksheet(name)
    for place, column in enumerate(columns):
        longest = max((len(row[place]) for row in rows), default=0)
        sheet.set_column(place, place, min(max(len(column), longest) + 2, WIDEST))
        sheet.write_string(0, place, column, bold)
    for line, row in enumerate(rows):
        for place, cell in enumerate(row):
            look_of = bold if line in heads else moved[min(level(cell), 5)]
            sheet.write_string(line + 1, place, cell[level(cell) :][:CELL], look_of)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(rows)), max(0, len(columns) - 1))


def sheet_names(titles: Sequence[str]) -> list[str]:
    """Return a name for each sheet: what Excel allows, no two alike."""
    found: list[str] = []
    for title in titles:
        name = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip(" '")[:NAME_LENGTH].strip(" '") or "Table"
        number = 2
        while name.casefold() in {one.casefold() for one in found} or name.casefold() == "history":
            name, number = f"{name[: NAME_LENGTH - 4].rstrip()} {number}", number + 1
        found.append(name)
    return found
