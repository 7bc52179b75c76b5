"""A report as a Word document: real headings, tables with header rows, charts as pictures with their words."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from planning_kit.reports.pdf import TWIN, widths
from planning_kit.reports.words import level

MARKS = {"error": "▲ must be mended", "warning": "● watch", "note": "○ note", "good": "✓ in order"}
PAGE_CM, TALLEST_CM, SCALE, INDENT_CM = 17.0, 22.0, 2.0, 0.35
PROPERTY = 255
REFUSED = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The only time inside the file, so that the same parts give the same bytes."""


def document(parts: Sequence[dict[str, Any]], as_of: dt.date) -> bytes:
    """Return the Word document of a report.

    Parameters
    ----------
    parts : sequence of dict
        As `render.parts` returns them.
    as_of : datetime.date
        The date of its properties.
    """
    import docx  # noqa: PLC0415 - the extra "word"
    from docx.shared import Cm, Pt  # noqa: PLC0415 - the same

    made = docx.Document()
    page = made.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    made.styles["Normal"].font.size = Pt(10)
    about, noon = made.core_properties, dt.datetime(as_of.year, as_of.month, as_of.day, 12, tzinfo=dt.UTC)
    about.title, who = text(parts[0]["title"])[:PROPERTY], text(parts[0]["lead"])[:PROPERTY]
    about.author = about.last_modified_by = who
    about.subject, about.comments, about.language = f"As of {as_of.isoformat()}", "", "en"
    about.created = about.modified = noon
    for one in parts:
        _part(made, one)
    file = io.BytesIO()
    made.save(file)
    return _steady(file.getvalue())


def _part(made: Any, part: dict[str, Any]) -> None:
    """Write one section."""
    from docx.shared import Cm  # noqa: PLC0415 - the extra "word"

    is_cover = part["kind"] == "cover"
    if is_cover:
        made.add_paragraph(text(part["lead"]), style="Subtitle")
    made.add_heading(text(part["title"]), level=0 if is_cover else 1)
    if part["lead"] and not is_cover:
        made.add_paragraph(text(part["lead"]))
    for name, value in part["facts"]:
        line = made.add_paragraph()
        line.add_run(f"{text(name)}: ").bold = True
        line.add_run(text(value))
    for item in part["items"]:
        line = made.add_paragraph(style="List Bullet")
        line.add_run(f"{MARKS[item['mark']]}: ").bold = True
        line.add_run(" ".join(filter(None, (text(item["text"]), text(item["note"])))))
    if part["svg"]:
        import vl_convert  # noqa: PLC0415 - starts a JavaScript engine; only needed when there is a chart

        picture = io.BytesIO(vl_convert.svg_to_png(str(part["svg"]), scale=SCALE))
        shape = made.add_picture(picture, width=Cm(PAGE_CM))
        if shape.height > Cm(TALLEST_CM):
            shape.width, shape.height = int(shape.width * Cm(TALLEST_CM) / shape.height), Cm(TALLEST_CM)
        shape._inline.docPr.set("descr", text(part["title"]))  # noqa: SLF001 - the library has no word for alternative text
    if part["rows"] and not (part["svg"] and len(part["rows"]) > TWIN):
        _table(made, part)


def _table(made: Any, part: dict[str, Any]) -> None:
    """Write a table whose first row is repeated on every page."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 - the extra "word"
    from docx.shared import Cm, Pt  # noqa: PLC0415 - the same

    table = made.add_table(rows=1, cols=len(part["columns"]), style="Light Grid Accent 1")
    table.autofit = False
    lines = [part["columns"], *part["rows"]]
    shares = widths(part["columns"], part["rows"])
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - the library has no word for it
    for number, line in enumerate(lines):
        row = table.rows[0] if not number else table.add_row()
        for cell, words, share in zip(row.cells, line, shares, strict=True):
            cell.width = Cm(PAGE_CM * share / sum(shares))
            place = cell.paragraphs[0]
            run = place.add_run(text(words[level(words) :]))
            run.font.size, run.bold = Pt(8.5), not number or number - 1 in part["heads"]
            place.paragraph_format.left_indent = Cm(INDENT_CM * level(words))


def text(words: str) -> str:
    """Return words without the characters that XML refuses."""
    return REFUSED.sub("", words)


def _steady(content: bytes) -> bytes:
    """Return the same file with fixed times inside."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, FIRST_DAY), old.read(name), zipfile.ZIP_DEFLATED)
    return file.getvalue()
