"""Every report that is shipped: on the illustrative plan and on an empty one, whole or for one reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from planning_kit.errors import PlanError
from planning_kit.reports import Made, index, run
from planning_kit.reports.parameters import REPORTS
from planning_kit.reports.server import server
from planning_kit.samples import build
from planning_kit.workbook import Workbook

pytestmark = pytest.mark.usefixtures("started")
each = pytest.mark.parametrize("name", [one for one in REPORTS if one != "progress"])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the illustrative plan and an empty one."""
    folder = tmp_path_factory.mktemp("set")
    build("library-service", folder / "library.db")
    build("", folder / "empty.db")
    return folder


@pytest.fixture(scope="module", autouse=True)
def started() -> Iterator[None]:
    """Keep one server for all reports here."""
    with server():
        yield


@pytest.fixture(scope="module")
def made(place: Path) -> dict[str, Made]:
    """Return every report of the illustrative plan, made once; what changed since it was adopted."""
    since = {"replan": ["since=Adopted"]}
    plan, folder = place / "library.db", place / "reports"
    return {name: run(plan, name, folder=folder, parameters=since.get(name, ())) for name in REPORTS}


def headings(page: str) -> list[str]:
    """Return the headings of a page with their level."""
    return re.findall(r"<(h\d)>", page)


@each
def test_a_report_is_one_page_with_headings_in_order(name: str, made: dict[str, Made]) -> None:
    """A title, then parts on one level; every chart has a name and its table; nothing is empty."""
    assert made[name].ok, made[name].sentence
    page = made[name].path.read_text(encoding="utf-8")
    levels = headings(page)
    assert levels[0] == "h1"
    assert set(levels[1:]) == {"h2"}
    assert page.count('<figure role="img" aria-label=') == page.count("<svg") == page.count("The same as a table")
    assert not re.search(r"<section[^>]*>\s*<h2>[^<]*</h2>\s*</section>", page)
    assert "(removed " not in page
    assert "nan" not in re.findall(r"<td[^>]*>([^<]*)</td>", page)


@each
def test_an_empty_plan_gives_sentences(name: str, place: Path) -> None:
    """Before anything is entered every part says what is missing, and none is an empty box."""
    one = run(place / "empty.db", name, folder=place / "empty")
    assert one.ok, one.sentence
    page = one.path.read_text(encoding="utf-8")
    parts = re.findall(r"<section[^>]*>(.*?)</section>", page, re.DOTALL)
    assert parts
    for part in parts:
        assert re.search(r'<p class="lead">[^<]+\.</p>', part) or "<li" in part


def test_the_implementation_plan_is_the_written_document(made: dict[str, Made]) -> None:
    """Direction, goals on the way to the end goal, steps with dates and people, money, risks, communication."""
    page = made["implementation-plan"].path.read_text(encoding="utf-8")
    for words in (
        "We give every person in the city free and equal access",  # direction
        "2026-06-30: 1,550",  # a smaller target
        "Plan leader",
        "Renew the mobile library",
        "2025-10-06 to 2027-02-12",
        "162,000 EUR",
        "Central closed: pop-up libraries",  # plan B
        "Systems Librarian",
        "Strategy map",
        "Communication",
        "Feedback",
    ):
        assert words in page


def test_a_report_for_a_person_holds_what_is_theirs(place: Path) -> None:
    """The plan of the systems librarian has her work and not the mobile library."""
    own = run(
        place / "library.db", "implementation-plan", parameters=["person=Systems Librarian"], folder=place / "own"
    )
    page = own.path.read_text(encoding="utf-8")
    assert "Launch one app for catalogue, account and e-media" in page
    assert "Renew the mobile library" not in page


def test_a_change_is_told_with_who_and_why(made: dict[str, Made]) -> None:
    """What was added, re-aimed, moved and decided since the plan was adopted, and the reason given at the time."""
    page = made["replan"].path.read_text(encoding="utf-8")
    for words in (
        "Compared with Adopted (revision 24).",
        "Westside, Northgate and the pop-ups carry the readers of Central",  # an objective added
        "A pipe burst on 9 March, Central is closed",  # why
        "Open a second makerspace at Central",  # money moved away
        "The second makerspace is stopped",  # decided
        "+313",  # days later
    ):
        assert words in page
    assert "Central stays our main building" not in page  # decided before


def test_what_to_compare_with_is_looked_up_before_a_run(place: Path) -> None:
    """A day or a number will do; a name nobody gave is refused with those there are, and nothing runs."""
    plan, folder = place / "library.db", place / "since"
    with pytest.raises(PlanError, match=r"“Autumn” is not a named revision\. Names are: Draft, Adopted"):
        run(plan, "replan", parameters=["since=Autumn"], folder=folder)
    assert not folder.exists()
    told = run(plan, "replan", parameters=["since=1"], folder=folder)
    assert "Compared with 1 (revision 1)." in told.path.read_text(encoding="utf-8")


def test_the_index_lists_reports_by_reader_with_their_files(place: Path, made: dict[str, Made]) -> None:
    """One line for each report, newest first, with a link to every format; other files are left alone."""
    folder = made["board"].path.parent
    run(place / "library.db", "board", folder=folder, parameters=["unit=Collections"], kinds=("html", "pdf"))
    (folder / "notes.html").write_text("mine", encoding="utf-8")
    with Workbook(place / "library.db", read_only=True) as workbook:
        index.write(folder, place, workbook.store.ledger)
        first = (folder / index.NAME).read_bytes()
        index.write(folder, place, workbook.store.ledger)
    assert (folder / index.NAME).read_bytes() == first
    page = first.decode()
    rows = re.findall(r"<tr>(<td.*?)</tr>", page)
    assert len(rows) == len(REPORTS) + 1
    own = next(row for row in rows if "Collections" in row)
    assert "Board report" in own
    files = re.findall(r'href="([^"]+)"', own)
    assert [one.rpartition(".")[2] for one in files] == ["html", "pdf"]
    assert all((folder / one).exists() for one in files)
    assert "notes" not in page
