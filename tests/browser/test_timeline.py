"""The Gantt in a browser whose clock runs half a day ahead: drag, keys, filters, and thousands of rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from planning_kit.plan import Edit
from tests.browser.conftest import Serve, Visit
from tests.browser.seat import PATIENCE, Seat, audit

WEEK = 7 * 7.5
"""Pixels of seven days when weeks are shown."""
MANY = 3000


@pytest.fixture(scope="module")
def window(chromium: Browser) -> Iterator[BrowserContext]:
    """Return a browser in Auckland: whoever takes a date for a moment would show the day before."""
    context = chromium.new_context(timezone_id="Pacific/Auckland", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE / 2)
    yield context
    context.close()


class Gantt:
    """The timeline on the page in front."""

    def __init__(self, seat: Seat) -> None:
        self.seat, self.page = seat, seat.page
        self.root = seat.notebook.locator(".pk-kind-timeline")

    def row(self, row: str) -> Locator:
        """Return a row by its id."""
        return self.root.locator(f'.pk-tl-row[data-id="{row}"]')

    def says(self, row: str, text: str) -> None:
        """Wait until what is read aloud of a bar contains a text."""
        expect(self.row(row).get_by_role("gridcell", name=text)).to_have_count(1)

    def go(self, row: str, below: str) -> None:
        """Choose a row with the keys, from the one above it, so that its bar comes into view."""
        self.row(below).locator(".pk-tl-name").click()
        self.page.keyboard.press("ArrowDown")
        expect(self.row(row)).to_have_attribute("aria-selected", "true")

    def drag(self, row: str, pixels: float, *, edge: bool = False) -> None:
        """Drag a bar, or its right edge."""
        self.row(row).locator(".pk-tl-name").scroll_into_view_if_needed()
        box = self.row(row).locator(".pk-tl-bar").bounding_box()
        assert box is not None
        x, y = box["x"] + (box["width"] - 3 if edge else 12), box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + pixels / 2, y)
        self.page.mouse.move(x + pixels, y)
        expect(self.page.locator(".pk-tip")).to_contain_text(" to ")
        expect(self.row(row).locator(".pk-tl-drag")).to_have_count(1)
        self.page.mouse.up()

    def stored(self, row: str) -> dict[str, Any]:
        """Return a task as the plan holds it."""
        with self.seat.lab.book(read_only=True) as book:
            return book.plan.row("tasks", row)


@pytest.fixture(scope="module")
def gantt(serve: Serve, visit: Visit) -> Gantt:
    """Return the timeline of the library service, with weeks shown and one bar brought into view."""
    found = Gantt(visit(serve("library-service")).enter("Timelines"))
    found.root.scroll_into_view_if_needed()
    found.root.get_by_role("button", name="Weeks", exact=True).click()
    found.go("T16", below="T15")
    return found


def test_bars_stand_at_the_days_the_plan_computes(gantt: Gantt) -> None:
    """Work, milestone and summary are read aloud with their dates; the day that is looked at is marked."""
    gantt.says("T16", "Dates 2027-02-15 to 2027-03-12")
    gantt.says("T17", "Dates 2027-03-12")
    expect(gantt.row("T8")).to_have_attribute("aria-expanded", "true")
    expect(gantt.root.locator(".pk-tl-now")).to_have_text("2026-12-31")
    assert audit(gantt.page, ".pk-kind-timeline") == []


def test_a_dragged_bar_takes_along_what_waits_for_it_and_undo_brings_both_back(gantt: Gantt) -> None:
    """Two weeks later is stored as the earliest start, the milestone after it follows, Ctrl+Z restores the two."""
    gantt.drag("T16", 2 * WEEK)
    gantt.says("T16", "Dates 2027-03-01 to 2027-03-30")
    gantt.says("T17", "Dates 2027-03-30")
    expect(gantt.root.locator(".pk-tl-said")).to_contain_text("1 other moves with it")
    assert gantt.stored("T16")["start_no_earlier_than"] == dt.date(2027, 3, 1)
    gantt.page.keyboard.press("Control+z")
    gantt.says("T16", "Dates 2027-02-15 to 2027-03-12")
    gantt.says("T17", "Dates 2027-03-12")
    assert gantt.stored("T16")["start_no_earlier_than"] == dt.date(2027, 2, 15)


def test_the_right_edge_changes_the_duration(gantt: Gantt) -> None:
    """A week longer is four working days more, as one of them is a day off; the button takes it back."""
    gantt.drag("T16", WEEK, edge=True)
    gantt.says("T16", "Dates 2027-02-15 to 2027-03-19")
    assert gantt.stored("T16")["duration"] == 24
    gantt.root.get_by_role("button", name="Undo").click()
    gantt.says("T16", "Dates 2027-02-15 to 2027-03-12")


def test_a_bar_moves_by_keys(gantt: Gantt) -> None:
    """Arrows move it by a day, with Shift by a week, with Alt they change how long it takes; each is undone."""
    gantt.go("T16", below="T15")
    for key, dates in (
        ("ArrowRight", "2027-02-16 to 2027-03-15"),
        ("Shift+ArrowRight", "2027-02-23 to 2027-03-23"),
        ("Alt+ArrowRight", "2027-02-23 to 2027-03-24"),
        ("Control+z", "2027-02-23 to 2027-03-23"),
        ("Control+z", "2027-02-16 to 2027-03-15"),
        ("Control+z", "2027-02-15 to 2027-03-12"),
    ):
        gantt.page.keyboard.press(key)
        gantt.says("T16", f"Dates {dates}")


def test_what_does_not_move_says_why_and_stays(gantt: Gantt) -> None:
    """Finished work is not dragged; with the keys, and on the kernel's refusal, a sentence is shown."""
    alert = gantt.root.locator(".pk-table-main > .pk-alert")
    gantt.go("T14", below="T13")
    gantt.page.keyboard.press("ArrowRight")
    expect(alert).to_contain_text("cannot be moved: it is done")
    gantt.go("T17", below="T16")
    gantt.page.keyboard.press("Shift+ArrowLeft")
    expect(alert).to_contain_text("cannot start before 2027-03-12: it waits for “Bring self-service to Central”")
    with gantt.seat.lab.book("Bo") as book:
        book.edit("tasks", "T17", name="Self-service in every branch")
    expect(gantt.row("T17")).to_contain_text("Self-service in every branch")
    expect(alert).to_contain_text("cannot start before 2027-03-12")  # news of others does not wipe it away
    gantt.says("T17", "Dates 2027-03-12")


def test_enter_opens_the_form_of_the_row(gantt: Gantt) -> None:
    """The form is that of the grid; what is typed there moves the bar; Escape leads back to the row."""
    gantt.go("T16", below="T15")
    gantt.page.keyboard.press("Enter")
    field = gantt.root.locator(".pk-drawer").get_by_label("Likely duration")
    expect(field).to_have_value("20")
    field.fill("15")
    field.press("Enter")
    gantt.says("T16", "Dates 2027-02-15 to 2027-03-05")
    field.press("Escape")
    gantt.page.keyboard.press("Control+z")
    gantt.says("T16", "Dates 2027-02-15 to 2027-03-12")


def test_filters_and_folds_leave_what_is_looked_for(gantt: Gantt) -> None:
    """Critical only, one unit, words, and a folded row; what belongs above stays to show where it is."""
    rows = gantt.root.locator(".pk-tl-row")
    only = gantt.root.get_by_label("Critical only")
    only.check()
    expect(rows).to_have_count(2)
    expect(gantt.row("T41")).to_contain_text("!")
    only.uncheck()
    gantt.root.get_by_label("Only this unit").select_option(label="Collections")
    expect(gantt.row("T7")).to_be_visible()
    expect(gantt.row("T16")).to_have_count(0)
    gantt.root.get_by_label("Only this unit").select_option("")
    gantt.root.get_by_label("Filter tasks").fill("kiosks central")
    expect(gantt.row("T15")).to_be_visible()
    expect(rows).to_have_count(3)
    gantt.root.get_by_label("Filter tasks").fill("")
    gantt.row("T8").locator(".pk-tl-name").click()
    gantt.page.keyboard.press(" ")
    expect(gantt.row("T8")).to_have_attribute("aria-expanded", "false")
    expect(gantt.row("T16")).to_have_count(0)
    gantt.page.keyboard.press(" ")
    expect(gantt.row("T16")).to_have_count(1)


def test_a_baseline_stands_behind_the_bars(gantt: Gantt) -> None:
    """The dates of the adopted plan are drawn under those of today."""
    gantt.root.get_by_label("Compare with a baseline").select_option(label="Adopted")
    expect(gantt.row("T16").locator(".pk-tl-ghost")).to_be_visible()
    gantt.root.get_by_label("Compare with a baseline").select_option("")
    expect(gantt.row("T16").locator(".pk-tl-ghost")).to_be_hidden()


def test_three_thousand_rows_leave_only_those_in_view_on_the_page(gantt: Gantt) -> None:
    """Somebody else adds many tasks: they appear, the page holds a few dozen, the last is reached with a key."""
    names = [Edit("add", "tasks", None, {"name": f"Part {number}", "duration": "5"}) for number in range(MANY)]
    with gantt.seat.lab.book("Bo") as book:
        book.edit_many(names)
        last = book.added[-1]
    expect(gantt.root.get_by_role("treegrid")).to_have_attribute("aria-rowcount", str(MANY + 77), timeout=PATIENCE)
    gantt.row("T1").locator(".pk-tl-name").click()
    gantt.page.keyboard.press("End")
    expect(gantt.row(last)).to_have_attribute("aria-selected", "true")
    assert gantt.root.locator(".pk-tl-row").count() < 60
    assert gantt.seat.complaints() == []
