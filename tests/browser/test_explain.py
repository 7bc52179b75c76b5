"""Every figure explains itself: a click on a mark, a line of a table or a row's form opens what is behind it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from planning_kit.workbook import Workbook
from tests.browser.conftest import Serve, Visit
from tests.browser.seat import Seat, audit

PAYLOAD = "</script><img src=x onerror=alert(1)>"


def content(book: Workbook) -> None:
    """Fill a plan: an objective with a measure and an initiative, a hostile name among them."""
    book.add("profile", name="Libraries", organisation="City library", start="2027-01-01", as_of="2027-06-30")
    book.add("people", name="Ana")
    book.add("objectives", title="Every child reads", owner="Ana", perspective="customer", due="2028-12-31")
    book.add("measures", name="Readers", objective="O1", target_kind="raise_to", baseline=60, target=90, uom="%",
             baseline_on="2027-01-01", due="2028-12-31")  # fmt: skip
    book.add("actuals", measure="M1", period_end="2027-06-30", value=70)
    book.add("tasks", name=PAYLOAD, kind="initiative", objective="O1", owner="Ana", duration=20)


@pytest.fixture(scope="module")
def seat(serve: Serve, visit: Visit) -> Seat:
    """Return a person at the strategy page."""
    return visit(serve(content)).enter("Strategy")


def panel(seat: Seat) -> Locator:
    """Return the panel that explains."""
    return seat.page.get_by_role("dialog")


def test_a_click_on_the_map_shows_measures_initiatives_and_figures(seat: Seat) -> None:
    """The objective opens with what belongs to it; a figure unfolds into its terms; its measure is one click on."""
    seat.notebook.locator(".pk-chart text", has_text="Every child reads").first.click()
    box = panel(seat)
    expect(box.get_by_role("heading", name="Every child reads")).to_be_visible()
    expect(box.locator("li", has_text="Readers")).to_contain_text("on track")
    expect(box.locator("li", has_text=PAYLOAD)).to_be_visible()
    status = box.locator("details", has_text="Status of an objective")
    status.locator("summary").click()
    expect(status).to_contain_text("The mean health of its measures")
    expect(status).to_contain_text("Newest data: 2027-06-30")
    box.locator("li").get_by_role("button", name="Readers").click()
    progress = box.locator("details", has_text="Progress of a measure")
    expect(progress.locator("summary")).to_contain_text("33.3%")
    assert [one for one in audit(seat.page, ".pk-behind") if one["id"] != "region"] == []
    box.get_by_role("button", name="Back to the row before").click()
    expect(box.get_by_role("heading", name="Every child reads")).to_be_visible()


def test_a_hostile_name_stays_a_text(seat: Seat) -> None:
    """The initiative is called like a script and is only read."""
    panel(seat).locator("li").get_by_role("button", name=PAYLOAD).click()
    expect(panel(seat).get_by_role("heading", name=PAYLOAD)).to_be_visible()
    assert seat.page.locator('img[src="x"], [onerror]').count() == 0
    seat.page.keyboard.press("Escape")
    expect(panel(seat)).to_have_count(0)


def test_the_table_below_a_picture_is_the_way_in_for_the_keyboard(seat: Seat) -> None:
    """Unfold the table, go to the line, press Enter; Escape leads back to it."""
    picture = seat.notebook.locator(".pk-kind-picture", has_text="Who is gone?")
    picture.get_by_text("Show as table").press("Enter")
    line = picture.get_by_role("button", name="Every child reads")
    line.press("Enter")
    expect(panel(seat).get_by_role("heading", name="Every child reads")).to_be_visible()
    seat.page.keyboard.press("Escape")
    expect(line).to_be_focused()


def test_other_pictures_and_forms_explain_themselves_too(seat: Seat) -> None:
    """On the scorecard a line is clicked, in the grid the form has a button; an edit shows in the open panel."""
    seat.go("Tracking")
    seat.notebook.locator(".pk-chart text", has_text="Readers").first.click()
    expect(panel(seat).get_by_role("heading", name="Readers")).to_be_visible()
    panel(seat).get_by_role("button", name="Close").click()
    grid = seat.go("Strategy").table("objective")
    grid.select("O1", "title")
    grid.button("Open").click()
    grid.form.get_by_role("button", name="Explain").click()
    expect(panel(seat).locator(".pk-facts")).to_contain_text("2028-12-31")
    with seat.lab.book("Bo") as other:
        other.edit("objectives", "O1", due="2029-06-30")
    expect(panel(seat).locator(".pk-facts")).to_contain_text("2029-06-30")
    seat.page.keyboard.press("Escape")
