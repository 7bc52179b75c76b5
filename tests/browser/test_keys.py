"""Letters belong to what a person types in: a guided notebook never loses or gains a cell by them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from planning_kit.shipped import shipped
from planning_kit.workbook import Workbook
from tests.browser.conftest import Serve, Visit
from tests.browser.seat import PAGES, Seat

LETTERS = "abddxcvmz"
COMMANDS = ("a", "b", "d", "d", "x", "c", "v", "m", "y", "z", "l", "0", "0", "i", "i", "Enter", "Escape")


def two_objectives(workbook: Workbook) -> None:
    """Fill a plan with something to type over."""
    workbook.add("profile", name="Libraries 2030", as_of="2027-03-31")
    workbook.add("people", name="Ana")
    workbook.add("objectives", title="Every child reads by eight", owner="Ana", due="2029-12-31")
    workbook.add("objectives", title="Loans go up again", owner="Ana", due="2028-06-30")


@pytest.fixture(scope="module")
def seat(serve: Serve, visit: Visit) -> Seat:
    """Return a person on the first step."""
    return visit(serve(two_objectives)).enter("Strategy")


def kinds(seat: Seat) -> list[str]:
    """Return the kind of every cell of the notebook in front."""
    names = "[...node.querySelectorAll('.jp-Cell')].map(cell => cell.className.match(/jp-(Code|Markdown|Raw)Cell/)[1])"
    found: list[str] = seat.notebook.evaluate(f"node => {names}")
    return found


def assert_untouched(seat: Seat, before: list[str]) -> None:
    """See the same cells, none of them open for editing, and the notebook's file as it was shipped."""
    assert kinds(seat) == before
    assert seat.notebook.locator(".cm-editor").locator("visible=true").count() == 0
    assert seat.page.locator(".jp-Dialog").count() == 0
    on_disk = (seat.lab.folder / PAGES["Strategy"]).read_bytes()
    assert on_disk == (shipped("notebooks") / PAGES["Strategy"]).read_bytes()


def press(seat: Seat) -> None:
    """Press the keys that JupyterLab takes for commands."""
    for one in COMMANDS:
        seat.page.keyboard.press(one)


def test_letters_typed_in_a_cell_of_the_grid_arrive_there(seat: Seat) -> None:
    """With a grid cell focused, letters are typed into it and the notebook keeps its cells; Ctrl+Z takes them back."""
    before, grid = kinds(seat), seat.table("objective")
    grid.type("O1", "title", LETTERS)
    grid.kept("O1", "title", LETTERS)
    grid.select("O1", "title")
    seat.page.keyboard.press("Escape")
    assert_untouched(seat, before)
    with seat.lab.book(read_only=True) as book:
        assert book.plan.row("objectives", "O1")["title"] == LETTERS
    seat.page.keyboard.press("Control+z")
    grid.kept("O1", "title", "Every child reads by eight")
    with seat.lab.book(read_only=True) as book:
        assert book.plan.row("objectives", "O1")["title"] == "Every child reads by eight"


def test_letters_typed_in_a_form_arrive_there(seat: Seat) -> None:
    """With an input of the form focused, letters are typed into it and the notebook keeps its cells."""
    before, grid = kinds(seat), seat.table("objective")
    grid.select("O2", "title")
    grid.button("Open").click()
    field = grid.field("Objective")
    field.fill("")
    field.press_sequentially(LETTERS)
    expect(field).to_have_value(LETTERS)
    field.press("Enter")
    grid.kept("O2", "title", LETTERS)
    field.press("Escape")
    expect(grid.form).to_be_hidden()
    assert_untouched(seat, before)
    with seat.lab.book(read_only=True) as book:
        assert book.plan.row("objectives", "O2")["title"] == LETTERS


def test_letters_pressed_anywhere_else_do_nothing(seat: Seat) -> None:
    """With a row number, a button, the timer, a text or nothing focused, command keys change no cell."""
    before = kinds(seat)
    seat.notebook.locator(".pk-run > summary").click()
    for place in places(seat):
        place.scroll_into_view_if_needed()
        place.focus()
        press(seat)
        assert_untouched(seat, before)
    grid = seat.table("objective")
    grid.select("O1", "_id")
    press(seat)
    assert_untouched(seat, before)
    seat.notebook.locator(".jp-MarkdownCell").first.click()
    press(seat)
    assert_untouched(seat, before)
    seat.page.evaluate("document.activeElement.blur()")
    press(seat)
    assert_untouched(seat, before)
    with seat.lab.book(read_only=True) as book:
        assert len(book.plan.frame("objectives")) == 2


def places(seat: Seat) -> list[Locator]:
    """Return parts of the page that take the focus without being typed in."""
    notebook = seat.notebook
    return [
        notebook.locator(".pk-kind-agenda").get_by_role("button", name="Again"),
        notebook.locator(".pk-kind-agenda .pk-stage"),
        seat.table("objective").button("Columns"),
        notebook.locator(".pk-kind-findings summary").first,
        notebook.locator(".jp-Notebook"),
    ]
