"""My updates in JupyterLab: everything that is due from a person, answered without the mouse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from planning_kit.workbook import Workbook
from tests.browser.conftest import Serve, Visit
from tests.browser.seat import Seat, audit


def much_is_due(book: Workbook) -> None:
    """Fill a plan in which eight things of every kind are due from Ana."""
    book.add("profile", name="Libraries 2030", organisation="City library", as_of="2027-03-31")
    book.edit("profile", "PF1", start="2026-01-01", finish="2028-12-31")
    for name in ("Branches", "Digital"):
        book.add("units", name=name)
    for name in ("Ana", "Bo"):
        book.add("people", name=name, unit="Branches")
    book.edit("units", "U1", head="Ana")
    book.add("objectives", title="Every child reads", owner="Ana", start="2026-01-01", due="2028-12-31")
    of = {"objective": "O1", "owner": "Ana", "target": 20, "baseline": 10, "baseline_on": "2026-01-01"}
    for name in ("Visits", "Loans"):
        book.add("measures", name=name, frequency="quarterly", uom="thousand", due="2028-12-31", **of)
    for name in ("Self-service", "<b>New app</b>"):
        book.add("tasks", name=name, kind="initiative", owner="Ana")
    book.add("actions", what="Order tags", owner="Ana", due="2027-03-01")
    book.add("actions", what="Call the school", owner="Ana", due="2027-04-01")
    book.add("countermeasures", what="Open on Sundays", about="M1", owner="Ana", due="2027-05-01")
    book.add("promises", what="Two stations", giver="Branches", receiver="Digital", due="2027-06-01")


@pytest.fixture(scope="module")
def seat(serve: Serve, visit: Visit) -> Seat:
    """Sit down at step 7."""
    return visit(serve(much_is_due)).enter("Tracking")


def inbox(seat: Seat) -> Locator:
    """Return the part of the page with the updates, scrolled to."""
    part = seat.notebook.get_by_role("region", name="My updates", exact=True)
    part.scroll_into_view_if_needed()
    return part


def reached(part: Locator, done: int) -> None:
    """Wait until so many of the eight are done."""
    expect(part.get_by_text(f"{done} of 8", exact=True)).to_be_visible()


def test_eight_things_are_answered_by_keyboard_alone(seat: Seat) -> None:
    """Typed, Enter, next: the count goes up, what is done drops out, and it was saved at a time of day."""
    part, press, write = inbox(seat), seat.page.keyboard.press, seat.page.keyboard.type
    expect(part).to_contain_text("Choose whose updates these are")
    part.get_by_label("Updates of").focus()
    write("Ana")
    reached(part, 0)
    assert audit(seat.page, ".pk-inbox") == []
    press("Tab")  # a promise, its day filled in
    expect(part.get_by_role("textbox", name="Due Two stations")).to_be_focused()
    expect(part.get_by_role("textbox", name="Due Two stations")).to_have_value("2027-06-01")
    press("Enter")  # several answers are possible: on to the buttons
    expect(part.get_by_role("button", name="Accept")).to_be_focused()
    press("Enter")
    reached(part, 1)
    for done, what, keys in (
        (2, "Value Visits", ("12.5", "Enter")),
        (3, "Value Loans", ("14", "Tab", "two branches", "Enter")),
        (3, "Complete (%) Self-service", ("ArrowDown", "40", "ArrowUp", "60", "Tab", "12", "Enter")),
        (5, "Complete (%) <b>New app</b>", ("Enter",)),
        (6, "By when Order tags", ("Enter", "Enter")),
        (7, "By when Call the school", ("Control+A", "2027-04-15", "Enter")),  # moved, not done
        (8, "Due Open on Sundays", ("Enter", "Enter")),
    ):
        expect(part.get_by_role("textbox", name=what)).to_be_focused()
        for key in keys:
            press(key) if key[0].isupper() else write(key)
        reached(part, done + (what == "Complete (%) Self-service"))
    expect(part.get_by_text("8 of 8", exact=True)).to_be_focused()
    expect(part).to_contain_text("Nothing more is due from Ana. Thank you.")
    expect(part.locator(".pk-saved")).to_have_text(re.compile(r"^saved \d\d:\d\d$"))
    with seat.lab.book(read_only=True) as book:
        plan = book.plan
        assert sorted(plan.actuals["value"]) == [12.5, 14]
        assert plan.updates[["percent_complete", "remaining_days"]].fillna(0).to_numpy().tolist() == [[60, 12], [40, 0]]
        assert plan.promises["state"].tolist() == ["accepted"]
        assert plan.actions["done_on"].notna().tolist() == [True, False]
        assert str(plan.actions["due"].iloc[1])[:10] == "2027-04-15"
        assert plan.countermeasures["done_on"].notna().all()
    assert seat.complaints() == []


def test_undo_brings_back_what_was_answered_and_a_wrong_value_stays_to_be_mended(seat: Seat) -> None:
    """The workbook's undo, three times; a value that is none is refused at its line with what was typed in place."""
    part, undo = inbox(seat), seat.notebook.get_by_role("button", name="Undo", exact=True).first
    for done in (7, 6, 5):
        undo.click()
        reached(part, done)
    day = part.get_by_role("textbox", name="By when Order tags")
    day.fill("soon")
    day.press("Enter")
    expect(part.get_by_role("alert").filter(has_text="soon")).to_be_visible()
    expect(day).to_have_value("soon")
    expect(day).to_be_focused()
    reached(part, 5)
    day.fill("2027-03-09")
    day.press("Enter")
    reached(part, 6)


def test_where_somebody_else_was_faster_both_values_are_shown(seat: Seat) -> None:
    """What is being typed stays while the plan changes; the person keeps theirs or uses their own."""
    part = inbox(seat)
    day = part.get_by_role("textbox", name="By when Call the school")
    day.fill("2027-05-05")
    with seat.lab.book("Bo") as book:
        book.edit("actions", "A2", due="2027-06-06")
        book.edit("countermeasures", "CT1", what="Open on Mondays")
    expect(part).to_contain_text("Open on Mondays")
    expect(day).to_have_value("2027-05-05")
    day.press("Enter")
    question = seat.notebook.locator("dialog.pk-ask")
    expect(question).to_contain_text("Bo changed this to “2027-06-06” meanwhile, you wrote “2027-05-05”")
    expect(question.get_by_role("button", name="Keep “2027-06-06”")).to_be_focused()
    seat.page.keyboard.press("Tab")
    seat.page.keyboard.press("Enter")
    reached(part, 7)
    with seat.lab.book(read_only=True) as book:
        assert str(book.plan.actions.loc["A2", "due"])[:10] == "2027-05-05"
    assert seat.complaints() == []
