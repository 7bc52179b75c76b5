"""The journey of a facilitator on the first step: type, paste, be corrected, reload, restart, undo."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from planning_kit.workbook import Workbook
from tests.browser.conftest import Serve, Visit
from tests.browser.seat import Seat

PASTED = (
    "Loans go up again\tcustomer\tBo\t2028-06-30\nNobody waits at the desk\tprocess\tAna\t2027-12-31\n"
    "Every branch has a maker room\tcapability\tBo\t2029-05-01"
)
TITLES = [
    "Every child reads by eight",
    "Loans go up again",
    "Nobody waits at the desk",
    "Every branch has a maker room",
]


def people(workbook: Workbook) -> None:
    """Fill a plan with who takes part."""
    workbook.add("profile", name="Libraries 2030", organisation="City library", as_of="2027-03-31")
    workbook.add("people", name="Ana")
    workbook.add("people", name="Bo")


def test_everything_typed_survives_reload_and_restart(serve: Serve, visit: Visit) -> None:
    """Objectives typed, filled in by form and pasted are there after reload and restart, and undo takes them back."""
    lab = serve(people)
    seat = visit(lab).enter("Strategy")
    add_by_form(seat)
    paste_three(seat)
    choose_in_cells(seat)
    be_corrected(seat)
    seat.reload("Strategy")
    all_there(seat)
    seat.command("Reopen")
    seat.ready("Strategy")
    all_there(seat)
    with lab.book(read_only=True) as book:
        kept = book.plan.frame("objectives")
        assert kept["title"].tolist() == TITLES
        assert kept.loc["O1", "owner"] == "P1"
        assert str(kept.loc["O4", "due"])[:10] == "2029-05-01"
    undo_twice(seat)
    with lab.book(read_only=True) as book:
        assert book.plan.frame("objectives")["title"].tolist() == TITLES[:1]
        assert str(book.plan.row("objectives", "O1")["due"]) == "2029-12-31"
    assert seat.complaints() == []


def add_by_form(seat: Seat) -> None:
    """Write the first objective into the empty table, then fill the rest in by its form."""
    grid = seat.table("objective")
    expect(grid.root.get_by_text("No objectives yet")).to_be_visible()
    grid.add(TITLES[0])
    grid.kept("O1", "title", TITLES[0])
    grid.select("O1", "title")
    grid.button("Open").click()
    grid.field("Perspective").select_option(label="customer")
    owner = grid.field("Owner")
    owner.fill("an")
    seat.page.locator(".pk-list").get_by_role("option", name="Ana").click()
    due = grid.field("Due")
    due.fill("2029-12-31")
    due.press("Enter")
    grid.kept("O1", "perspective", "customer")
    grid.kept("O1", "owner", "Ana")
    grid.kept("O1", "due", "2029-12-31")
    expect(grid.root.locator(".pk-saved")).to_have_text(re.compile(r"saved \d\d:\d\d"))
    grid.form.get_by_role("button", name="Close the form").click()


def paste_three(seat: Seat) -> None:
    """Paste three rows from a spreadsheet into the line below the last row."""
    grid = seat.table("objective")
    seat.copy(PASTED)
    grid.adder.click()
    seat.page.keyboard.press("Control+V")
    for row, title in enumerate(TITLES, 1):
        grid.kept(f"O{row}", "title", title)
    grid.kept("O4", "owner", "Bo")


def choose_in_cells(seat: Seat) -> None:
    """Type the beginning of a name and of a choice into cells: Enter takes what the list has lit."""
    grid = seat.table("objective")
    grid.type("O3", "owner", "bo")
    grid.kept("O3", "owner", "Bo")
    grid.type("O3", "perspective", "fin")
    grid.kept("O3", "perspective", "finance")
    for _ in range(2):
        grid.button("Undo").click()
    grid.kept("O3", "perspective", "process")


def be_corrected(seat: Seat) -> None:
    """Type a date that does not exist: the cell and the line below say so, and the plan keeps the old one."""
    grid = seat.table("objective")
    grid.type("O1", "due", "2026-02-30")
    cell = grid.cell("O1", "due")
    expect(grid.alert).to_contain_text("2026-02-30 is not a date")
    expect(cell).to_have_text("2026-02-30")
    expect(cell).to_have_attribute("aria-invalid", "true")
    grid.select("O1", "due")
    expect(seat.page.get_by_role("tooltip")).to_contain_text("2026-02-30 is not a date")
    with seat.lab.book(read_only=True) as book:
        assert str(book.plan.row("objectives", "O1")["due"]) == "2029-12-31"
    grid.alert.get_by_role("button", name="Keep what was stored").click()
    expect(cell).to_have_text("2029-12-31")
    expect(grid.alert).to_be_empty()


def all_there(seat: Seat) -> None:
    """See the four objectives with what belongs to them."""
    grid = seat.table("objective")
    for row, title in enumerate(TITLES, 1):
        grid.kept(f"O{row}", "title", title)
    grid.kept("O1", "owner", "Ana")
    grid.kept("O1", "due", "2029-12-31")
    grid.kept("O4", "due", "2029-05-01")
    assert seat.complaints() == []


def undo_twice(seat: Seat) -> None:
    """Take back a change of one cell, then the paste."""
    grid = seat.table("objective")
    grid.type("O1", "title", "Changed by mistake")
    grid.kept("O1", "title", "Changed by mistake")
    expect(grid.button("Undo")).to_be_enabled()
    grid.button("Undo").click()
    grid.kept("O1", "title", TITLES[0])
    grid.button("Undo").click()
    expect(grid.rows).to_have_count(1)
    grid.kept("O1", "due", "2029-12-31")
