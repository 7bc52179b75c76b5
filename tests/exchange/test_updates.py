"""Updates by mail: a file goes out, comes back and is merged; conflicts are listed, nothing is lost or overwritten."""

from __future__ import annotations

import contextlib
import csv
import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from planning_kit import cli
from planning_kit.errors import PlanError
from planning_kit.exchange import files, updates
from planning_kit.workbook import Workbook


@pytest.fixture
def book(tmp_path: Path) -> Workbook:
    """Return a plan in which a value, a report, an action and a promise are due from Ana, and an action from Bo."""
    found = Workbook(tmp_path / "plan.db", "Facilitator", create=True)
    found.add("profile", organisation="City library", as_of="2027-03-31", start="2026-01-01", finish="2028-12-31")
    found.add("units", name="Branches")
    for name in ("Ana", "=Bo"):
        found.add("people", name=name, unit="Branches")
    found.edit("units", "U1", head="Ana")
    found.add("objectives", title="Every child reads", owner="Ana", start="2026-01-01", due="2028-12-31")
    of = {"objective": "O1", "owner": "Ana", "target": 20, "baseline": 10, "baseline_on": "2026-01-01"}
    found.add("measures", name="=1+1", frequency="quarterly", uom="thousand", due="2028-12-31", **of)
    found.add("tasks", name="Self-service", kind="initiative", owner="Ana")
    found.add("actions", what="Order tags", owner="Ana", due="2027-03-01")
    found.add("actions", what="Call the school", owner="P2", due="2027-03-01")
    found.add("promises", what="Two stations", giver="Branches", due="2027-04-01", state="accepted")
    return found


def filled(book: Workbook, person: str, path: Path, typed: dict[str, dict[str, str]]) -> Path:
    """Write the CSV file of a person and fill in some of its lines, by the name of what is due."""
    grid = list(csv.reader(io.StringIO(updates.csv_file(book, person).decode("utf-8-sig"))))
    heads = grid[1]
    for line in grid[2:]:
        for head, text in typed.get(line[heads.index(updates.WHAT)].removeprefix("'"), {}).items():
            line[heads.index(head)] = text
    path.write_bytes(files.csv_of(grid))
    return path


def merge(book: Workbook, *paths: Path, options: tuple[str, ...] = ()) -> tuple[int, str]:
    """Run the command; returns its exit code and what it said."""
    back = [str(one) for one in paths]
    said = ["--merge", *back, "-o", str(book.path.parent), "--author", "Facilitator", *options]
    ran = CliRunner().invoke(cli.app, ["updates", str(book.path), *said])
    book.poll()
    return ran.exit_code, ran.output


ANSWERS = {
    "=1+1": {"Value": "12,5", "Note": "=HYPERLINK(1)"},
    "Self-service": {"Complete (%)": "40"},
    "Order tags": {"Your answer": "Done"},
    "Two stations": {"Your answer": "Kept, but late"},
}


def test_a_file_goes_out_and_comes_back_once(book: Workbook, tmp_path: Path) -> None:
    """Four answers in one revision; the same file again changes nothing; one undo takes all of it back."""
    back, before = filled(book, "P1", tmp_path / "ana.csv", ANSWERS), book.plan.revision
    code, said = merge(book, back)
    assert (code, book.plan.revision) == (0, before + 1), said
    assert (book.plan.row("actuals", "AL1")["value"], book.plan.row("actuals", "AL1")["note"]) == (
        12.5,
        "=HYPERLINK(1)",
    )
    assert book.plan.row("updates", "UD1")["percent_complete"] == 40
    assert str(book.plan.row("actions", "A1")["done_on"]) == "2027-03-31"
    assert book.plan.row("promises", "PR1")["state"] == "kept_late"
    assert "Ana" in book.history(limit=1)[0].reason
    code, said = merge(book, back)
    assert (code, book.plan.revision) == (0, before + 1)
    assert "0 to merge, 0 in conflict, 0 refused, 4 in the plan already" in said
    book.undo()
    assert book.plan.actuals.empty


def test_two_files_with_conflicts_lose_nothing(book: Workbook, tmp_path: Path) -> None:
    """What changed in the plan, and what two files say differently, is listed with both values; the rest is merged."""
    ana = filled(book, "P1", tmp_path / "ana.csv", {**ANSWERS, "Order tags": {"By when": "2027-05-05"}})
    book.edit("actions", "A1", owner="P2")
    theirs = {"Order tags": {"By when": "2027-06-06"}, "Call the school": {"Your answer": "Done"}}
    bo = filled(book, "P2", tmp_path / "bo.csv", theirs)
    book.add("actuals", measure="M1", period_end="2027-03-31", value=11)
    before = book.plan.revision
    code, said = merge(book, ana, bo)
    assert (code, book.plan.revision) == (1, before)
    assert "Nothing was changed" in said
    assert "12.5, but 11 (the plan, by Facilitator)" in said
    assert "bo.csv, row 3, Order tags, By when: 2027-06-06, but 2027-05-05 (ana.csv, row 5)" in said
    assert merge(book, ana, bo, options=("--dry-run",))[0] == 1
    code, said = merge(book, ana, bo, options=("--partly",))
    assert (code, book.plan.revision) == (1, before + 1)
    assert book.plan.row("actuals", "AL1")["value"] == 11
    assert str(book.plan.row("actions", "A1")["due"]) == "2027-03-01"
    assert str(book.plan.row("actions", "A2")["done_on"]) == "2027-03-31"
    assert book.plan.row("promises", "PR1")["state"] == "kept_late"
    listed = (tmp_path / "not-merged.csv").read_text("utf-8-sig")
    assert listed.count("conflict,") == 2
    for value in ("12.5", "11 (the plan", "2027-05-05", "2027-06-06"):
        assert value in listed
    book.edit("actuals", "AL1", value=12.5, note="=HYPERLINK(1)")
    book.edit("actions", "A1", due="2027-06-06")
    assert merge(book, bo)[0] == 0


def test_what_cannot_be_taken_is_refused_cell_by_cell(book: Workbook, tmp_path: Path) -> None:
    """A word for a number, an unknown answer, a text where nothing is asked, a changed key: nothing is merged."""
    typed = {
        "=1+1": {"Value": "many", "Blocked by": "the van"},
        "Order tags": {"Your answer": "Perhaps"},
        "Self-service": {"Key": "P1.work.T1.1.2027-03-31.00000000"},
        "Two stations": {"By when": "", "Due": "2027-09-01"},
    }
    before = book.plan.revision
    code, said = merge(book, filled(book, "P1", tmp_path / "ana.csv", typed))
    assert (code, book.plan.revision) == (1, before)
    for part in ("“many” is not", "many", "Nothing is asked here", "Choose one of these: Done", "This key was changed"):
        assert part in said.replace("Value: many", "Value: “many”")
    assert "Two stations, Your answer: Choose one of these: Kept" in said
    assert "0 to merge, 0 in conflict, 5 refused" in said


def test_the_excel_file_holds_no_formula_and_comes_back_as_it_went_out(book: Workbook, tmp_path: Path) -> None:
    """A sheet for each list, drop-downs, keys out of sight; untouched it says nothing, filled in it is merged."""
    content = updates.excel_file(book, "P1")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        sheets = [packed.read(one).decode() for one in packed.namelist() if "worksheets/" in one]
    assert len(sheets) == 4
    assert all("<f>" not in one and 'hidden="1"' in one and 'type="list"' in one for one in sheets)
    (tmp_path / "ana.xlsx").write_bytes(content)
    code, said = merge(book, tmp_path / "ana.xlsx")
    assert (code, "0 to merge" in said, "4 left as they were" in said) == (0, True, True)
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as went:
        went_out = {name: went.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in went.sheet_names}
    with xlsxwriter.Workbook(tmp_path / "back.xlsx", {"strings_to_formulas": False}) as made:
        for name, grid in went_out.items():
            sheet = made.add_worksheet(name)
            for number, line in enumerate(grid):
                values = ANSWERS.get(str(line[1]), {}) if number > 1 else {}
                told = [values.get(str(head), str(was)) for head, was in zip(grid[1], line, strict=True)]
                sheet.write_row(number, 0, told)
    code, said = merge(book, tmp_path / "back.xlsx")
    assert (code, "4 to merge" in said) == (0, True), said
    assert book.plan.row("actuals", "AL1")["value"] == 12.5


def zipped(**parts: bytes) -> bytes:
    """Return a packed file with some parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (zipped(a=bytes(60 * 2**20)), "unpacks to far more"),
        (zipped(a=b'<c r="A1"/><c r="XFD1048576"/>'), "too wide a sheet"),
        (zipped(a='<c r="XFD1048576"/>'.encode("utf-16")), "too wide a sheet"),
        (zipped(a=b"no workbook"), "damaged"),
        (b"PK\x03\x04" + b"broken" * 20, "damaged"),
        (b"a,b\n1,2\n", "has no column"),
        (b"\x00\xff" * 500, "has no column"),
        (b"Key\n" + b"x" * 200_000, "no CSV file"),
    ],
)
def test_hostile_files_are_refused_before_they_are_read(content: bytes, why: str, tmp_path: Path) -> None:
    """A sentence for each, and nothing else happens."""
    (tmp_path / "file.xlsx").write_bytes(content)
    with pytest.raises(PlanError, match=why):
        list(files.rows(tmp_path / "file.xlsx", updates.KEY))


def test_broken_excel_files_end_in_a_sentence(book: Workbook, tmp_path: Path) -> None:
    """A hundred files, each cut or with a byte changed: read whole or refused."""
    content, path = updates.excel_file(book, "P1"), tmp_path / "file.xlsx"
    for number in range(100):
        at = number * len(content) // 100
        path.write_bytes(content[:at] if number % 2 else content[:at] + b"\xa5" + content[at + 1 :])
        with contextlib.suppress(PlanError):
            assert len(list(files.rows(path, updates.KEY))) == 4


def test_files_are_written_for_everybody_or_one(book: Workbook, tmp_path: Path) -> None:
    """A name that looks like a formula and a path is harmless; whom nothing is due from gets no file."""
    out = tmp_path / "out"
    ran = CliRunner().invoke(cli.app, ["updates", str(book.path), "--for", "all", "--format", "csv", "-o", str(out)])
    assert (ran.exit_code, sorted(one.name for one in out.iterdir())) == (0, ["Ana-P1.csv", "Bo-P2.csv"]), ran.output
    assert "\n'=1+1" not in ran.output
    assert ",'=1+1," in (out / "Ana-P1.csv").read_text("utf-8-sig")
