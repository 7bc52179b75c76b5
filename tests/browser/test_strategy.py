"""Step 1 in the room: cards on the wall, and what hangs on one person."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from planning_kit.workbook import Workbook
from tests.browser.conftest import Serve, Visit
from tests.browser.seat import Lab, Seat, audit


def wall(workbook: Workbook) -> None:
    """Fill a plan with an organisation and nothing else."""
    workbook.add("profile", name="Libraries 2030", organisation="City library", as_of="2027-03-31")


@pytest.fixture(scope="module")
def lab(serve: Serve) -> Lab:
    """Return a server whose plan has no card yet."""
    return serve(wall)


def thread(workbook: Workbook) -> None:
    """Add an objective that Ana owns and Bo alone works for, and Cem, who could learn it."""
    for name in ("Ana", "Bo", "Cem"):
        workbook.add("people", name=name)
    workbook.add(
        "objectives", title="Every child reads by eight", perspective="customer", owner="Ana", due="2029-12-31"
    )
    workbook.add("tasks", name="Reading rooms", kind="initiative", objective="O1", owner="Bo", due="2028-06-30")
    line = {"task": "T1", "category": "operating", "purpose": "change", "fiscal_year": 2028}
    workbook.add("budget_lines", **line, amount="64000", state="approved")


CALM = """node => new Promise(done => {
    let last = '', same = 0;
    const look = () => {
        const { x, y } = node.getBoundingClientRect();
        same = last === `${x} ${y}` ? same + 1 : 0;
        last = `${x} ${y}`;
        same > 75 ? done() : requestAnimationFrame(look);
    };
    look();
})"""
"""Waits until a part of the page has stayed where it is for 75 frames: news above it moves it down."""


class Board:
    """Cards on the screen."""

    def __init__(self, seat: Seat, noun: str, lane: str) -> None:
        self.page = seat.page
        self.root = seat.notebook.locator(".pk-kind-board", has=seat.page.locator(f'[data-lane="{lane}"]'))
        self.root.scroll_into_view_if_needed()
        self.bar = self.root.get_by_role("toolbar", name=f"{noun} board tools")

    def lane(self, value: str) -> Locator:
        """Return a column."""
        return self.root.locator(f'[data-lane="{value}"]')

    def cards(self, value: str) -> Locator:
        """Return the cards of a column, in their order."""
        return self.lane(value).locator(".pk-note-card")

    def card(self, row: str) -> Locator:
        """Return a card by its id."""
        return self.root.locator(f'.pk-note-card[data-key="{row}"]')

    def drag(self, row: str, to: Locator) -> None:
        """Carry a card to a place, once both are in view and nothing moves any more.

        A hand moves over the place more than once; after a single move a busy browser may not yet know that it takes
        the card when it is dropped.
        """
        to.evaluate("node => node.scrollIntoView({ block: 'center' })")
        self.root.evaluate(CALM)
        self.card(row).hover()
        self.page.mouse.down()
        for _ in range(3):
            to.hover()
        self.page.mouse.up()

    def write(self, lane: str, *texts: str) -> None:
        """Write cards one after another without leaving the keyboard."""
        self.lane(lane).get_by_role("textbox", name=re.compile("^New")).click()
        for text in texts:
            self.page.keyboard.type(text)
            self.page.keyboard.press("Enter")


def test_cards_are_written_in_silence_turned_over_moved_and_put_together(lab: Lab, visit: Visit) -> None:
    """Four cards face down, turned over together, one dragged, two laid together, weighed by keys, and undone."""
    seat = visit(lab).enter("Strategy")
    board = Board(seat, "factor", "strength")
    board.bar.get_by_role("button", name="Lay the cards face down").click()
    board.write("strength", "Staff know their readers", "Schools come to us")
    board.write("weakness", "One person runs the system", "Nobody answers")
    expect(board.root.locator(".pk-down")).to_have_count(4)
    expect(board.root).not_to_contain_text("Staff know")
    board.bar.get_by_role("button", name="Turn the 4 cards over").click()
    expect(board.cards("strength")).to_have_text([re.compile("^Staff know"), re.compile("^Schools come")])

    board.drag("FA2", board.lane("opportunity").locator("h4"))
    expect(board.cards("opportunity")).to_have_text([re.compile("^Schools come")])
    board.drag("FA4", board.card("FA3"))
    heading = board.lane("weakness").get_by_label("Heading of these cards")
    expect(heading).to_have_value("One person runs the system")
    heading.fill("Hands")
    heading.press("Enter")
    expect(board.lane("weakness").locator(".pk-pile")).to_have_count(1)

    board.card("FA3").focus()
    for key in ("+", "+", "+"):
        seat.page.keyboard.press(key)
    expect(board.card("FA3")).to_contain_text("100 %")
    board.card("FA1").focus()
    seat.page.keyboard.press("+")
    expect(board.card("FA1")).to_contain_text("25 %")
    board.bar.get_by_role("button", name="Undo").click()
    expect(board.card("FA3")).to_contain_text("100 %")
    board.card("FA1").focus()
    seat.page.keyboard.press("Shift+ArrowDown")
    expect(board.cards("opportunity")).to_have_count(2)
    with lab.book(read_only=True) as book:
        factors = book.plan.factors
        assert factors["kind"].tolist() == ["opportunity", "opportunity", "weakness", "weakness"]
        assert factors["cluster"].tolist()[2:] == ["Hands", "Hands"]
    assert audit(seat.page, ".pk-kind-board") == []
    assert seat.complaints() == []


def test_a_backup_named_on_the_map_brings_the_objectives_back(lab: Lab, visit: Visit) -> None:
    """Bo is gone: the objective falls with money and date; Cem steps in, it returns, and undo takes that back."""
    with lab.book("Ana") as book:
        thread(book)
    seat = visit(lab).enter("Strategy", alone=True)
    gone = seat.notebook.get_by_label("Who is gone?")
    picture = seat.notebook.locator(".pk-kind-picture", has=seat.page.get_by_label("Who is gone?"))
    gone.scroll_into_view_if_needed()
    gone.select_option(label="Bo")
    title = picture.get_by_role("heading", level=3)
    expect(title).to_contain_text("Without Bo, 1 of 1 objective would fall; 1 piece of work would stop, 64 k at stake")
    expect(picture.locator(".pk-twin").first).to_contain_text("Every child reads by eight")
    expect(picture.locator(".pk-twin").first).to_contain_text("2028-06-30")
    picture.get_by_label("Who can step in, or will learn it?", exact=True).select_option(label="Cem")
    picture.get_by_role("button", name="Name as backup").click()
    expect(title).to_have_text("Without Bo, every objective stands")
    expect(picture.get_by_role("status")).to_contain_text("Cem named as backup for Bo")
    with lab.book(read_only=True) as book:
        assert book.plan.tasks["backup"]["T1"] == "P3"
    picture.get_by_role("button", name="Undo").click()
    expect(title).to_contain_text("1 of 1 objective would fall")
    assert seat.complaints() == []


def test_advice_is_given_as_soon_as_an_objective_is_typed(lab: Lab, visit: Visit) -> None:
    """A direction without an end is kept, and a polite sentence says what is missing."""
    seat = visit(lab).enter("Strategy", alone=True)
    grid = seat.table("objective")
    grid.add("Improve customer satisfaction")
    expect(grid.root.locator(".pk-advice")).to_contain_text("says which way to go, not where you arrive")
    expect(grid.root.locator(".pk-alert")).to_be_empty()
    assert seat.complaints() == []


def test_an_option_is_written_where_two_factors_meet(lab: Lab, visit: Visit) -> None:
    """A pair takes an option, though another person changes a factor meanwhile; its form has both factors filled in."""
    seat = visit(lab).enter("Strategy", alone=True)
    square = seat.notebook.locator(".pk-kind-pairs")
    square.scroll_into_view_if_needed()
    field = square.locator('[data-pair="FA3 FA1"]')
    field.get_by_role("button", name=re.compile("Write an option")).click()
    seat.page.keyboard.type("Train a ")
    with lab.book("Bo") as book:
        book.edit("factors", "FA4", text="Nobody answers after six")
    expect(square).to_contain_text("Nobody answers after six")
    seat.page.keyboard.type("second expert")
    seat.page.keyboard.press("Enter")
    expect(field).to_contain_text("○ Train a second expert")
    expect(square.locator(".pk-drawer")).to_contain_text("One person runs the system")
    expect(square.get_by_text("In no option:")).to_contain_text("Nobody answers")
    with lab.book(read_only=True) as book:
        assert book.plan.options["tows"].tolist() == ["WO"]
    assert seat.complaints() == []
