"""Step 6 at the screen: a budget slider that moves cards, and a long calculation beside which people go on working."""

from __future__ import annotations

import random
import re

import pytest
from playwright.sync_api import Locator, expect

from planning_kit.plan import Edit
from planning_kit.workbook import Workbook
from tests.browser.conftest import Serve, Visit
from tests.browser.seat import Seat

JOBS, MACHINES = 14, 10
OFFERS = {"Alpha": (16, 5000), "Beta": (22, 7000), "Gamma": (12, 4000), "Delta": (8, 3000)}


def stockco(book: Workbook) -> None:
    """Fill a plan with a published knapsack (42 of 58 with 14 of 19), and work that takes a computer long to level."""
    book.add("units", name="Works")
    draw = random.Random(7)  # noqa: S311 - a plan that is the same every time
    book.edit_many(
        [
            Edit(
                "add",
                "profile",
                None,
                {"name": "Stockco", "start": "2027-01-04", "finish": "2029-12-31", "as_of": "2027-01-04"},
            ),
            *(
                Edit(
                    "add",
                    "people",
                    None,
                    {"name": f"Role {n}", "unit": "U1", "hours_per_week": 40, "change_share": 100},
                )
                for n in range(MACHINES)
            ),
            *(Edit("add", "tasks", None, {"name": name, "kind": "initiative"}) for name in OFFERS),
        ]
    )
    book.edit_many(
        [
            edit
            for name, (points, cost) in OFFERS.items()
            for edit in (
                Edit("add", "funding", None, {"initiative": name, "decision": "fund", "amount": cost}),
                Edit("add", "point_allocations", None, {"rater": "P1", "initiative": name, "points": points}),
            )
        ]
    )
    steps = [
        (f"Job {job} part {place}", person, draw.randint(2, 30))
        for job in range(JOBS)
        for place, person in enumerate(draw.sample(range(MACHINES), MACHINES))
    ]
    book.edit_many(
        Edit("add", "tasks", None, {"name": name, "kind": "task", "parent": "Alpha", "duration": days})
        for name, _, days in steps
    )
    ids = {name: row for row, name in book.plan.tasks["name"].items()}
    rows = [(ids[name], f"P{person + 1}") for name, person, _ in steps]
    pairs = [(a, b) for (a, _), (b, _), n in zip(rows, rows[1:], range(1, len(rows)), strict=False) if n % MACHINES]
    book.edit_many(
        [
            *(Edit("add", "assignments", None, {"task": task, "person": who, "share": 100}) for task, who in rows),
            *(Edit("add", "dependencies", None, {"predecessor": a, "successor": b}) for a, b in pairs),
        ]
    )


@pytest.fixture(scope="module")
def seat(serve: Serve, visit: Visit) -> Seat:
    """Return a person at step 6."""
    return visit(serve(stockco)).enter("Allocation")


def part(seat: Seat, title: str) -> Locator:
    """Return a study on the page, scrolled to."""
    found = seat.notebook.get_by_role("region", name=title, exact=True)
    found.scroll_into_view_if_needed()
    return found


def test_the_budget_moves_cards_and_a_card_says_its_price(seat: Seat) -> None:
    """The slider, by keyboard, takes Alpha out at 14 of 19; funding it anyway says what that costs and asks why."""
    study = part(seat, "Ten percent less: what would you fund?")
    study.get_by_role("button", name="Compute the choices").click()
    funded = study.get_by_role("region", name="Funded", exact=True)
    expect(funded.locator("article")).to_have_count(len(OFFERS))
    slider = study.get_by_role("slider")
    for _ in range(26):
        slider.press("ArrowLeft")
    expect(study.locator("output")).to_contain_text("-26 %")
    left = study.get_by_role("region", name="Not funded", exact=True).locator("article")
    expect(left).to_contain_text("Alpha")
    expect(left).to_contain_text("Why not: ")
    study.get_by_role("button", name="Fund it: Alpha").click()
    card = funded.locator("article", has_text="Alpha")
    expect(card).to_contain_text("Insisting on it costs 6.9 of value")
    card_id = card.get_attribute("data-row")
    study.get_by_role("button", name="Adopt this choice").click()
    expect(study).to_contain_text("needs a reason")
    card.get_by_label("Reason for Alpha").fill("Promised to the council")
    study.get_by_role("button", name="Adopt this choice").click()
    expect(study).not_to_contain_text("needs a reason")
    with seat.lab.book(read_only=True) as book:
        kept = book.plan.funding.set_index("initiative").loc[card_id]
        assert (kept["decision"], kept["reason"]) == ("fund", "Promised to the council")
        assert len(book.plan.decisions) == 1


def test_work_goes_on_while_the_computer_searches_and_stop_keeps_the_best(seat: Seat) -> None:
    """Progress is shown, a row is added meanwhile, Stop brings the best so far; all moves are one undo."""
    study = part(seat, "Move work until nobody is overloaded")
    study.get_by_label("Search for").select_option("10 minutes")
    study.get_by_role("button", name="Level the work").click()
    expect(study.get_by_role("status")).to_contain_text(
        re.compile(r"best so far \d+ working days, none can be shorter than")
    )
    table = seat.table("stop")
    table.add("The weekly report")
    expect(table.rows).to_have_count(1)
    expect(table.rows.first).to_contain_text("The weekly report")
    study = part(seat, "Move work until nobody is overloaded")
    expect(study.locator("progress")).to_be_visible()
    study.get_by_role("button", name="Stop").click()
    expect(study.get_by_role("button", name="Compute again")).to_be_visible()
    expect(study).to_contain_text("not proven best")
    lines = study.locator(".pk-move")
    expect(lines.first).to_contain_text("working days later")
    expect(lines.first).to_contain_text("has no room")
    study.get_by_role("button", name=re.compile(r"^Accept all \d+$")).click()
    expect(study.get_by_role("button", name=re.compile("^Accept all"))).to_have_count(0)
    with seat.lab.book(read_only=True) as book:
        assert book.plan.tasks["start_no_earlier_than"].notna().sum() > 1
        assert "levelling" in book.plan.solutions["problem"].tolist()
    seat.notebook.get_by_role("button", name=re.compile("^Undo")).first.click()
    expect(
        part(seat, "Move work until nobody is overloaded").get_by_role("button", name=re.compile("^Accept all"))
    ).to_be_visible()
    with seat.lab.book(read_only=True) as book:
        assert book.plan.tasks["start_no_earlier_than"].notna().sum() == 0
    assert seat.complaints() == []
