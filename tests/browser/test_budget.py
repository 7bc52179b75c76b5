"""The budget grid on the screen: type, paste from a spreadsheet, spread, copy, and one undo for each."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from planning_kit.workbook import Workbook
from tests.browser.conftest import Serve, Visit
from tests.browser.seat import Grid, Seat, audit

BLOCK = "\n".join("\t".join(f"{row * 1000 + month},50" for month in range(1, 13)) for row in (1, 2, 3))


def two_units(workbook: Workbook) -> None:
    """Fill a plan with units and a year, and no money yet."""
    workbook.add("profile", name="Libraries", start="2027-01-01", finish="2028-12-31", currency="EUR")
    for name in ("Branches", "Digital"):
        workbook.add("units", name=name)


@pytest.fixture(scope="module")
def seat(serve: Serve, visit: Visit) -> Seat:
    """Return a person on the page of the unit plans."""
    return visit(serve(two_units)).enter("Unit plans")


@pytest.fixture
def budget(seat: Seat) -> Grid:
    """Return the budget by month, with no line in it."""
    with seat.lab.book("Ana") as book:
        book.remove_many("budget_lines", list(book.plan.budget_lines.index))
    tools = seat.page.get_by_role("toolbar", name="Budget by month tools")
    grid = Grid(seat.page, seat.notebook.locator(".pk-kind-pivot", has=tools))
    grid.root.scroll_into_view_if_needed()
    expect(grid.root.locator(".pk-pivot-hint")).to_contain_text("paste a block of numbers")
    return grid


def months(seat: Seat) -> dict[tuple[str, int | None], float]:
    """Return what is stored, by category and month."""
    with seat.lab.book(read_only=True) as book:
        lines = book.plan.budget_lines
        return {
            (str(one.category), int(one.month) if one.month > 0 else None): one.amount
            for one in lines.fillna({"month": 0}).itertuples()
        }


def test_what_is_typed_is_a_line_with_its_totals(seat: Seat, budget: Grid) -> None:
    """The number stands in the plan for the unit and year above; row and column add up; the other unit has none."""
    budget.type("staff", "3", "1,250.50")
    budget.kept("staff", "3", "1,250.5")
    budget.type("operating", "3", "49.50")
    budget.kept("~total", "3", "1,300")
    budget.kept("staff", "~sum", "1,250.5")
    assert months(seat) == {("staff", 3): 1250.5, ("operating", 3): 49.5}
    unit = budget.root.get_by_label("Unit")
    unit.select_option("Digital")
    expect(budget.cell("staff", "3")).to_have_text("")
    unit.select_option("Branches")
    budget.kept("staff", "3", "1,250.5")
    assert audit(seat.page, ".pk-kind-pivot") == []


def test_a_block_is_pasted_and_taken_back_in_one_step(seat: Seat, budget: Grid) -> None:
    """Three rows by twelve months, decimal commas as the spreadsheet has them; Ctrl+Z removes all 36."""
    seat.copy(BLOCK)
    budget.select("staff", "1")
    seat.page.keyboard.press("Control+v")
    budget.kept("staff", "~sum", "12,084")
    budget.kept("capital", "12", "3,012.5")
    assert len(months(seat)) == 36
    seat.page.keyboard.press("Control+z")
    budget.kept("staff", "~sum", "")
    assert months(seat) == {}


def test_a_block_past_december_is_refused_with_a_sentence(seat: Seat, budget: Grid) -> None:
    """Nothing of it is stored, and the sentence says what to do."""
    seat.copy(BLOCK)
    budget.select("staff", "2")
    seat.page.keyboard.press("Control+v")
    expect(budget.root.get_by_role("alert")).to_contain_text("12 columns wide; from here on there are 11")
    assert months(seat) == {}


def test_a_total_is_spread_and_a_month_copied(seat: Seat, budget: Grid) -> None:
    """A year's total typed under Total is spread to the cent; then a month goes on to all that follow."""
    budget.type("staff", "~sum", "100000")
    budget.question.get_by_role("button", name="Evenly, to the cent").click()
    budget.kept("staff", "12", "8,333.33")
    budget.kept("staff", "~sum", "100,000")
    assert sorted(set(months(seat).values())) == [8333.33, 8333.34]
    budget.select("staff", "11")
    budget.button("Copy …").click()
    helper = seat.page.get_by_role("dialog", name="Copy")
    helper.get_by_role("button", name="Staff: Nov to Dec").click()
    expect(helper).to_be_hidden()
    budget.type("staff", "1", "5000")
    budget.select("staff", "1")
    budget.button("Copy …").click()
    helper.get_by_role("button", name="Staff: Jan to Feb … Dec").click()
    budget.kept("staff", "~sum", "60,000")
    budget.select("staff", "1")
    seat.page.keyboard.press("Control+z")
    budget.kept("staff", "12", "8,333.33")
    assert months(seat)["staff", 1] == 5000


def test_the_lines_behind_a_sum_open_below_it(seat: Seat, budget: Grid) -> None:
    """Shift and Enter on a sum of two lines shows both; sharing keeps their proportion."""
    with seat.lab.book("Ana") as book:
        for amount in (100, 50):
            book.add("budget_lines", unit="Branches", fiscal_year=2027, category="staff", month=1, amount=amount)
    budget.kept("staff", "1", "150")
    budget.select("staff", "1")
    seat.page.keyboard.press("Shift+Enter")
    expect(budget.root.locator(".pk-pivot-lines .tabulator-row")).to_have_count(2)
    budget.root.get_by_role("button", name="Close the lines").click()
    budget.type("staff", "1", "300")
    expect(budget.question).to_contain_text("sum of 2 budget lines")
    budget.question.get_by_role("button", name="Share 300 out as now").click()
    expect(budget.question).to_have_count(0)
    expect(budget.root.locator(".pk-alert")).to_be_empty()
    budget.kept("staff", "1", "300")
    with seat.lab.book(read_only=True) as book:
        assert sorted(book.plan.budget_lines["amount"]) == [100, 200]
    expect(budget.cell("staff", "1")).to_have_class(re.compile("pk-mark-note"))
