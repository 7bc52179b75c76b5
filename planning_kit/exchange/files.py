"""CSV and Excel files: limits before anything is parsed, every cell a text, no cell a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from planning_kit.errors import PlanFileError

LARGEST, UNPACKED, RATIO = 20 * 2**20, 200 * 2**20, 100
"""Bytes of a file, bytes of what is packed in it, and how many times larger that may be than the file."""
ROWS, CELLS, PARTS = 200_000, 2_000_000, 1_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""
CELL = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,9})(\d+)["']""")
UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
Grid = list[list[str]]


def rows(path: Path, first: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every row below a heading that begins with a word: where it stands, and its texts by heading.

    What stands under no heading is under the empty one.

    Raises
    ------
    PlanFileError
        When the file is too large, damaged, of another kind, or has no such heading.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise _refused(path, f"is larger than {LARGEST // 2**20} MB. Send back the file as it was made")
        content = path.read_bytes()
    except OSError as problem:
        raise _refused(path, f"cannot be read ({problem.strerror}). Name a file that is there") from None
    is_excel = content[:4] == b"PK\x03\x04"
    heads_found = False
    for sheet, grid in _excel(path, content) if is_excel else _csv(path, content, first):
        heads: list[str] = []
        for number, cells in enumerate(grid, start=1):
            if not heads:
                heads = cells if cells[:1] == [first] else []
                heads_found |= bool(heads)
            elif any(cells):
                where = f"{path.name}, {f'{sheet}, ' if sheet else ''}row {number}"
                rest = " ".join(filter(None, cells[len(heads) :]))
                told = dict(zip(heads, cells, strict=False))
                yield where, {**told, "": " ".join(filter(None, (told.get("", ""), rest)))}
    if not heads_found:
        raise _refused(path, f"has no column “{first}”. Send back the file that was made, as CSV or Excel (.xlsx)")


def _refused(path: Path, why: str) -> PlanFileError:
    return PlanFileError(f"{path.name}: this file {why}. Nothing was changed.")


def _csv(path: Path, content: bytes, first: str) -> Iterator[tuple[str, Grid]]:
    """Read CSV as spreadsheets write it: with commas, semicolons or tabs, in UTF-8, UTF-16 or Windows' letters."""
    try:
        text = content.decode("utf-16" if content[:2] in UTF16[:2] else "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    head = next((one for one in text.splitlines() if one.lstrip('"').startswith(first)), "")
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count)))
    except csv.Error:
        raise _refused(path, "is no CSV file that can be read. Save it again as CSV or Excel (.xlsx)") from None
    if len(found) > ROWS:
        raise _refused(path, f"has more than {ROWS:,} rows. Send back the file as it was made")
    yield "", [[one[1:] if one[:1] == "'" and one[1:].startswith(FORMULA) else one for one in line] for line in found]


def _excel(path: Path, content: bytes) -> Iterator[tuple[str, Grid]]:
    import python_calamine  # noqa: PLC0415 - loaded when an Excel file is read

    _refuse_bomb(path, content)
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            for name in book.sheet_names:
                grid = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                yield name, [[_text(cell) for cell in line] for line in grid]
    except (python_calamine.CalamineError, OSError, ValueError):
        raise _refused(path, "is a damaged Excel file. Save it again") from None


def _refuse_bomb(path: Path, content: bytes) -> None:
    """Refuse what would need more memory than it is worth, before a reader looks at it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            unpacked = sum(one.file_size for one in parts)
            if len(parts) > PARTS or unpacked > min(UNPACKED, RATIO * len(content)):
                raise _refused(path, "unpacks to far more than it says. Send back the file as it was made")
            for one in parts:
                text = packed.read(one)
                spans = [(_column(found[1]), int(found[2][:9])) for found in CELL.finditer(text)]
                wide, tall = (max((span[place] for span in spans), default=0) for place in (0, 1))
                if text.startswith(UTF16) or tall > ROWS or wide * tall > CELLS:
                    raise _refused(path, f"has more than {ROWS:,} rows, or too wide a sheet. Clear what lies far out")
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError):
        raise _refused(path, "is a damaged Excel file. Save it again") from None


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _text(value: Any) -> str:
    """Return a cell of Excel as a person would type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return str(value.date())
    return f"{value:.15g}" if isinstance(value, float) else str(value).strip()


def csv_of(grid: Iterable[Sequence[str]]) -> bytes:
    """Return rows as CSV that a spreadsheet shows as it is: what looks like a formula has an apostrophe before it."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows([_harmless(one) for one in line] for line in grid)
    return file.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    is_number = re.fullmatch(r"[-+]?\d+(\.\d+)?", cell)
    return f"'{cell}" if cell.startswith(FORMULA) and not is_number else cell
