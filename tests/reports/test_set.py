"""Every report that is shipped: on the illustrative plan and on an empty one, whole or for one reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from planning_kit.reports import Made, run
from planning_kit.reports.parameters import REPORTS
from planning_kit.reports.server import server
from planning_kit.samples import build

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
    """Return every report of the illustrative plan, made once."""
    return {name: run(place / "library.db", name, folder=place / "reports") for name in REPORTS}


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
