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

    board.card("FA2").drag_to(board.lane("opportunity").locator("h4"))
    expect(board.cards("opportunity")).to_have_text([re.compile("^Schools come")])
    board.card("FA4").drag_to(board.card("FA3"))
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
