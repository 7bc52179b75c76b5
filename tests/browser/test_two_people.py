"""Two people on one plan: each sees what the other does, and nobody's words are lost without being asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from planning_kit.workbook import Workbook
from tests.browser.conftest import Serve, Visit
from tests.browser.seat import Grid, Lab, Seat


def shared(workbook: Workbook) -> None:
    """Fill a plan with two people, two objectives and a task."""
    workbook.add("profile", name="Libraries 2030", as_of="2027-03-31")
    workbook.add("people", name="Ana")
    workbook.add("people", name="Bo")
    workbook.add("objectives", title="Every child reads by eight", owner="Ana", due="2029-12-31")
    workbook.add("objectives", title="Loans go up again", owner="Ana", due="2028-06-30")
    workbook.add("tasks", name="Reading rooms", kind="initiative", owner="Bo", objective="O1")


@pytest.fixture(scope="module")
def lab(serve: Serve) -> Lab:
    """Return the workbook they share."""
    return serve(shared)


@pytest.fixture(scope="module")
def seat(lab: Lab, visit: Visit) -> Seat:
    """Return the person at the browser, on the first step."""
    return visit(lab).enter("Strategy")


@pytest.fixture
def bo(lab: Lab) -> Iterator[Workbook]:
    """Return the other person's own session."""
    with lab.book("Bo") as workbook:
        yield workbook


def stored(lab: Lab, row: str, field: str) -> str:
    """Return a value of an objective as the file holds it."""
    with lab.book(read_only=True) as book:
        return str(book.plan.row("objectives", row)[field])


def meet(seat: Seat, bo: Workbook, *, mine: str, theirs: str, seen: bool) -> Grid:
    """Type over a title while the other stores one; ``seen``: the news of it arrives before Enter."""
    grid = seat.table("objective")
    grid.select("O1", "title")
    seat.page.keyboard.type(mine)
    bo.poll()
    bo.edit("objectives", "O1", title=theirs, due="2031-01-01" if seen else None)
    if seen:
        grid.kept("O1", "due", "2031-01-01")
    seat.page.keyboard.press("Enter")
    expect(grid.question).to_contain_text(mine)
    expect(grid.question).to_contain_text(theirs)
    return grid


def answer(grid: Grid, word: str) -> Locator:
    """Press the button whose label begins with a word."""
    button = grid.question.get_by_role("button").filter(has_text=word)
    button.click()
    return button


def test_what_another_kernel_writes_appears_without_reload(lab: Lab, visit: Visit) -> None:
    """A person renamed on the overview is called by the new name on the page of another kernel."""
    other = visit(lab).enter("Breakdown", alone=True)
    work = other.table("task")
    work.kept("T1", "owner", "Bo")
    first = visit(lab).enter("Overview", alone=True)
    people = first.table("person")
    people.type("P2", "name", "Bo Lind")
    work.kept("T1", "owner", "Bo Lind")
    people.type("P2", "name", "Bo")
    work.kept("T1", "owner", "Bo")
    other.page.close()
    first.page.close()


def test_what_another_program_writes_appears_without_reload(seat: Seat, bo: Workbook) -> None:
    """A changed, an added and a removed row of another session appear in the grid."""
    grid = seat.table("objective")
    bo.edit("objectives", "O2", title="Loans double")
    grid.kept("O2", "title", "Loans double")
    bo.add("objectives", title="Nobody waits at the desk")
    row = bo.added[-1]
    grid.kept(row, "title", "Nobody waits at the desk")
    bo.remove("objectives", row)
    expect(grid.cell(row, "title")).to_have_count(0)


def test_edits_of_different_fields_of_a_row_merge(lab: Lab, seat: Seat, bo: Workbook) -> None:
    """While one types a title the other stores a date: both are kept, nobody is asked."""
    grid = seat.table("objective")
    grid.select("O2", "title")
    seat.page.keyboard.type("Loans triple")
    bo.edit("objectives", "O2", due="2030-01-01")
    grid.kept("O2", "due", "2030-01-01")
    expect(grid.root.locator(".pk-editor textarea")).to_have_value("Loans triple")
    seat.page.keyboard.press("Enter")
    grid.kept("O2", "title", "Loans triple")
    expect(grid.question).to_have_count(0)
    assert (stored(lab, "O2", "title"), stored(lab, "O2", "due")) == ("Loans triple", "2030-01-01")


@pytest.mark.parametrize("seen", [False, True], ids=["before the news", "after the news"])
def test_edits_of_the_same_field_ask_and_theirs_can_be_kept(lab: Lab, seat: Seat, bo: Workbook, *, seen: bool) -> None:
    """A title both changed is asked about with both values; keeping the other's leaves it as it is."""
    grid = meet(seat, bo, mine="Mine is better", theirs="Theirs came first", seen=seen)
    answer(grid, "Keep")
    expect(grid.question).to_have_count(0)
    grid.kept("O1", "title", "Theirs came first")
    assert stored(lab, "O1", "title") == "Theirs came first"
    bo.poll()
    bo.edit("objectives", "O1", title="Every child reads by eight", due="2029-12-31")
    grid.kept("O1", "title", "Every child reads by eight")


@pytest.mark.parametrize("seen", [False, True], ids=["before the news", "after the news"])
def test_edits_of_the_same_field_ask_and_mine_can_be_used(lab: Lab, seat: Seat, bo: Workbook, *, seen: bool) -> None:
    """A title both changed is asked about with both values; using one's own replaces the other's."""
    grid = meet(seat, bo, mine="Mine is better", theirs="Theirs came first", seen=seen)
    answer(grid, "Use")
    grid.kept("O1", "title", "Mine is better")
    assert stored(lab, "O1", "title") == "Mine is better"
    bo.poll()
    bo.edit("objectives", "O1", title="Every child reads by eight", due="2029-12-31")
    grid.kept("O1", "title", "Every child reads by eight")


def test_a_form_asks_too(lab: Lab, seat: Seat, bo: Workbook) -> None:
    """A description both changed, one of them in the form, is asked about before it is replaced."""
    grid = seat.table("objective")
    grid.select("O2", "title")
    grid.button("Open").click()
    field = grid.field("Objective")
    field.fill("Typed in the form")
    bo.poll()
    bo.edit("objectives", "O2", title="Stored by Bo", due="2031-02-02")
    grid.kept("O2", "due", "2031-02-02")
    field.press("Enter")
    expect(grid.question).to_contain_text("Stored by Bo")
    answer(grid, "Use")
    grid.kept("O2", "title", "Typed in the form")
    assert stored(lab, "O2", "title") == "Typed in the form"
    grid.form.get_by_role("button", name="Close the form").click()


def test_a_second_window_leaves_the_first_working(lab: Lab, seat: Seat, visit: Visit) -> None:
    """The same step opened in another window shows the same, and what is typed in either appears in both."""
    second = visit(lab).enter("Strategy")
    there, here = second.table("objective"), seat.table("objective")
    there.type("O2", "title", "Typed in the second")
    here.kept("O2", "title", "Typed in the second")
    here.type("O2", "title", "Typed in the first")
    there.kept("O2", "title", "Typed in the first")


def test_going_on_in_one_window_leaves_the_others_working(lab: Lab, seat: Seat, visit: Visit) -> None:
    """Steps opened and closed, and kernels warmed and cooled, in one window do not stop a step shown in another."""
    same, other = visit(lab).enter("Strategy"), visit(lab).enter("Breakdown", alone=True)
    seat.go("Timelines")
    seat.go("Tracking")
    work = other.table("task")
    work.type("T1", "name", "Reading rooms for all")
    work.kept("T1", "name", "Reading rooms for all")
    same.table("objective").type("O2", "title", "Typed after the first window left the step")
    same.table("objective").kept("O2", "title", "Typed after the first window left the step")
    assert [*same.complaints(), *other.complaints()] == []
