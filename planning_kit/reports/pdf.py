"""A report as PDF, set by Typst: everything is handed over as JSON and shown as text, no file is opened."""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

from planning_kit.reports.words import level

FONT = "Libertinus Serif"
"""Comes with Typst, so that a report looks the same on every machine."""
TWIN = 12
"""Rows of a table beside a chart; longer ones are in the page and the workbook of the same report."""
SHARE, WHOLE, TALL = (4, 40), 14, 1.4
"""Least and most letters a column counts for; a text not to be broken; how much taller than wide a chart may be."""
CONTENTS = 8


def document(parts: Sequence[dict[str, Any]], as_of: dt.date) -> bytes:
    """Return the PDF of a report: tagged for screen readers (PDF/UA), the same bytes for the same parts.

    Parameters
    ----------
    parts : sequence of dict
        As `render.parts` returns them.
    as_of : datetime.date
        The only date in it.
    """
    import typst  # noqa: PLC0415 - a compiler, loaded when a PDF is asked for

    told = {
        "title": parts[0]["title"],
        "organisation": parts[0]["lead"],
        "as_of": as_of.isoformat(),
        "day": [as_of.year, as_of.month, as_of.day],
        "contents": len(parts) > CONTENTS,
        "parts": [_part(one) for one in parts],
    }
    midday = dt.datetime(as_of.year, as_of.month, as_of.day, 12, tzinfo=dt.UTC)
    order: dict[str, Any] = {"sys_inputs": {"told": json.dumps(told)}, "timestamp": midday, "format": "pdf"}
    try:
        fonts = typst.Fonts(include_system_fonts=False)
        made = typst.Compiler(_template(), font_paths=fonts).compile(**order, pdf_standards="ua-1")
    except typst.TypstError:  # signs that the font does not have: those of this machine may, and no claim is made
        made = typst.Compiler(_template()).compile(**order)
    return cast("bytes", made)


@functools.cache
def _template() -> bytes:
    return (Path(__file__).parent / "report.typ").read_bytes()


def _part(part: dict[str, Any]) -> dict[str, Any]:
    """Return a section as the template takes it: how far cells are moved in, how wide columns and charts are."""
    svg = part["svg"] and re.sub(r'font-family="[^"]*"', f'font-family="{FONT}"', str(part["svg"]))
    rows = [] if svg and len(part["rows"]) > TWIN else part["rows"]
    wide, tall = map(float, re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)[0]) if svg else (1, 1)
    return {
        **{name: part[name] for name in ("kind", "title", "lead", "items", "facts", "columns", "heads")},
        "rows": [[(level(cell), cell[level(cell) :]) for cell in row] for row in rows],
        "widths": widths(part["columns"], rows),
        "svg": svg,
        "width": min(1, TALL * wide / tall),
    }


def widths(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """Return how wide columns are to each other: by their longest word or short text, and their usual length."""

    def one(texts: Iterable[str]) -> float:
        found = [text.strip() for text in texts if text.strip()]
        whole = max(
            (len(word) for text in found for word in ([text] if len(text) <= WHOLE else text.split())), default=0
        )
        usual = sum(map(len, found)) / max(1, len(found))
        return float(min(max(whole + 2, usual, SHARE[0]), SHARE[1]))

    return [one([name, *(row[place] for row in rows)]) for place, name in enumerate(columns)]
