"""A report as PDF, workbook, Word document and executed notebook: the same content, the same bytes, never a trap."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest

from planning_kit.errors import PlanError
from planning_kit.reports import book, pdf, run, word
from planning_kit.reports.formats import FORMATS, chosen
from planning_kit.reports.section import Section
from planning_kit.reports.server import server
from planning_kit.samples import build

HOSTILE = '=HYPERLINK("http://example.org","x") </w:t> #eval("1+1") $x$ [*a*] \x07 @SUM(A1) \' -- “é”'
LONG = "\uffff" + "x" * 40_000
DAY = dt.date(2027, 6, 30)
NAME = "implementation-plan"
REPEATABLE = ("html", "pdf", "xlsx", "docx")


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return two runs of the implementation plan in every format."""
    folder = tmp_path_factory.mktemp("formats")
    build("library-service", folder / "plan.db")
    with server():
        made = [run(folder / "plan.db", NAME, folder=folder / one, kinds=list(FORMATS)) for one in "ab"]
    assert all(one.ok for one in made), made[0].sentence
    return [one.path for one in made]


@pytest.mark.parametrize("kind", REPEATABLE)
def test_the_same_plan_and_date_give_the_same_bytes(kind: str, twice: list[Path]) -> None:
    """Made twice, a file is the same, byte for byte: its only date is the date of the report."""
    first, second = (one.with_suffix(f".{kind}").read_bytes() for one in twice)
    assert len(first) > 10_000
    assert first == second


def test_the_word_document_has_headings_tables_and_described_pictures(twice: list[Path]) -> None:
    """Word finds a title, headings for its navigation, tables whose head is repeated, and a text for every picture."""
    file = docx.Document(str(twice[0].with_suffix(".docx")))
    headings = [one.text for one in file.paragraphs if one.style and one.style.name == "Heading 1"]
    assert {"Direction", "Action plan", "People in charge", "Money", "How this report was made"} <= set(headings)
    assert [one.text for one in file.paragraphs if one.style and one.style.name == "Title"] == ["Implementation plan"]
    plan = next(one for one in file.tables if one.rows[0].cells[0].text == "What")
    assert [one.text for one in plan.rows[0].cells] == ["What", "Who", "When", "Promised for", "How much", "Status"]
    assert "w:tblHeader" in plan.rows[0]._tr.xml
    pictures = [one._inline.docPr.get("descr") for one in file.inline_shapes]
    assert len(pictures) == 4
    assert all(pictures)
    about = file.core_properties
    assert (about.title, about.author) == ("Implementation plan", "City Library Service (illustrative)")
    assert about.created is not None
    assert about.created.date() == dt.date(2026, 12, 31)


def test_the_pdf_is_tagged_and_dated_by_the_report(twice: list[Path]) -> None:
    """A screen reader is told title, language and structure; the date inside is the date of the report."""
    content = twice[0].with_suffix(".pdf").read_bytes()
    assert content.startswith(b"%PDF-1.7")
    assert b"pdfuaid" in content
    assert b"/Lang" in content
    assert b"20261231" in content


def test_the_workbook_holds_a_sheet_for_each_table(twice: list[Path]) -> None:
    """Every table has its sheet; the first says what this is."""
    with zipfile.ZipFile(twice[0].with_suffix(".xlsx")) as file:
        names = re.findall(r'<sheet name="([^"]+)"', file.read("xl/workbook.xml").decode())
        assert names[0] == "About"
        assert {"Direction", "Action plan", "Timeline", "Money"} <= set(names)
        assert b"Renew the mobile library" in file.read("xl/sharedStrings.xml")


def test_the_executed_notebook_opens_as_one(twice: list[Path]) -> None:
    """The notebook with its outputs is a notebook."""
    cells = json.loads(twice[0].with_suffix(".ipynb").read_text(encoding="utf-8"))["cells"]
    assert any(cell.get("outputs") for cell in cells)


@pytest.fixture
def parts() -> list[dict[str, Any]]:
    """Return sections in which everything is an attack."""
    cover = Section("cover", HOSTILE, HOSTILE, facts=((HOSTILE, HOSTILE),))
    points = Section("list", HOSTILE, HOSTILE, items=({"mark": "error", "text": HOSTILE, "note": HOSTILE},))
    table = Section(
        "table",
        HOSTILE,
        columns=(HOSTILE, "B"),
        rows=((HOSTILE, "=1+1"), (LONG, "")),
        heads=(0,),
    )
    bundles = [one._repr_mimebundle_() for one in (cover, points, table, table)]
    return [{**next(iter(one.values())), "svg": None, "id": "s"} for one in bundles]


def test_a_formula_stays_a_text_in_the_workbook(parts: list[dict[str, Any]]) -> None:
    """A cell that begins like a formula or an address is what somebody typed; names of sheets are allowed ones."""
    with zipfile.ZipFile(io.BytesIO(book.document(parts, DAY))) as file:
        sheets = [file.read(one).decode() for one in file.namelist() if one.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 3
        assert not any("<f>" in one or "<hyperlink" in one for one in sheets)


def test_words_stay_words_in_word_and_pdf(parts: list[dict[str, Any]]) -> None:
    """Mark-up of either format is written as it was typed, and what no format takes is left out."""
    file = docx.Document(io.BytesIO(word.document(parts, DAY)))
    assert file.paragraphs[0].text == HOSTILE.replace("\x07", "")
    assert pdf.document(parts, DAY).startswith(b"%PDF")


def test_a_format_is_refused_with_those_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt format, or one whose library is missing, is a sentence before anything runs."""
    assert chosen("html, DOCX") == ("html", "docx")
    with pytest.raises(PlanError, match=r"“doc” is not a format\. Did you mean docx\? Formats are: html, pdf"):
        chosen("html,doc")
    monkeypatch.setitem(__import__("sys").modules, "docx", None)
    with pytest.raises(PlanError, match=r'need python-docx\. Install it with: pip install "planning-kit\[word\]"'):
        chosen("docx")


def test_names_of_sheets_differ_and_are_short() -> None:
    """Two tables of one name get two sheets, and no name is longer than Excel allows."""
    names = book.sheet_names(["About", "a" * 40, "a" * 41, "History", "[x]/?*", "''"])
    assert len({one.casefold() for one in names}) == len(names)
    assert all(0 < len(one) <= 31 for one in names)
    assert "history" not in [one.casefold() for one in names]
