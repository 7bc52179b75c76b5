"""The formats a report is written in, each made from the sections of one executed notebook."""

from __future__ import annotations

import datetime as dt
import difflib
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from planning_kit.errors import PlanError
from planning_kit.reports import book, pdf, render, word

Document = Callable[[Sequence[dict[str, Any]], dt.date], bytes]


def _page(parts: Sequence[dict[str, Any]], _as_of: dt.date) -> bytes:
    """Return the page, whole."""
    return render.html(parts).encode()


FORMATS: dict[str, Document | None] = {
    "html": _page,
    "pdf": pdf.document,
    "xlsx": book.document,
    "docx": word.document,
    "ipynb": None,
}
"""By the end of the file's name; the executed notebook is there already."""


def chosen(text: str) -> tuple[str, ...]:
    """Return the formats named in a text such as ``html,docx``.

    Raises
    ------
    PlanError
        When one is unknown, or what writes it is not installed.
    """
    names = tuple(dict.fromkeys(one for one in text.lower().replace(",", " ").split()))
    for one in names:
        if one not in FORMATS:
            close = difflib.get_close_matches(one, FORMATS, n=1)
            meant = f" Did you mean {close[0]}?" if close else ""
            raise PlanError(f"--format {text}: “{one}” is not a format.{meant} Formats are: {', '.join(FORMATS)}.")
    if "docx" in names:
        try:
            import docx  # noqa: F401, PLC0415 - the extra "word"
        except ImportError:
            cure = 'pip install "planning-kit[word]"'
            raise PlanError(f"--format {text}: Word documents need python-docx. Install it with: {cure}") from None
    return names or ("html",)


def documents(names: Collection[str], executed: Path, as_of: dt.date) -> Iterator[tuple[str, bytes]]:
    """Yield what a report is in each format.

    Parameters
    ----------
    names : collection of str
        Keys of `FORMATS`.
    executed : Path
        The executed notebook.
    as_of : datetime.date
        The date of the report.

    Raises
    ------
    PlanError
        When the notebook shows nothing, or a chart holds what is no drawing.
    """
    content = executed.read_bytes()
    parts = render.parts(json.loads(content))
    for one in names:
        write = FORMATS[one]
        yield one, write(parts, as_of) if write else content
