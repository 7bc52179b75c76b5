"""Names and texts that want to be programs stay texts, on every page."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from planning_kit.errors import PlanError
from planning_kit.plan import Edit
from planning_kit.samples import PASSPHRASE
from planning_kit.spec import ANY, Field, Kind
from planning_kit.workbook import Workbook
from tests.browser.conftest import Serve, Visit
from tests.browser.seat import PAGES, Seat

PAYLOADS = (
    "</script><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "{{7*7}}",
    "javascript:alert(1)",
    "[here](javascript:alert(1))",
    "<b onmouseover=alert(1)>bold</b>",
)
DAY = dt.date(2027, 3, 31)


def hostile(workbook: Workbook) -> None:
    """Fill every text of every table of a plan with markup and script."""
    for name in workbook.plan.tables:
        for number in range(1 if workbook.plan.tables[name].single else 2):
            add(workbook, name, number)


def add(workbook: Workbook, name: str, number: int) -> None:
    """Add a row with hostile texts; what a field does not take is left out."""
    values = {}
    for place, field in enumerate(workbook.plan.tables[name].fields.values()):
        text = value(workbook, field, PAYLOADS[(place + number) % len(PAYLOADS)], number)
        try:
            workbook.parse(name, field.name, text)
        except PlanError:
            continue
        values[field.name] = text
    workbook.edit_many([Edit("add", name, None, values)])


def value(workbook: Workbook, field: Field, payload: str, number: int) -> str:
    """Return something a field of this kind may take."""
    if field.is_reference:
        rows = rows_to_name(workbook, field)
        return str(rows[min(number, len(rows) - 1)]) if rows else ""
    plain = {
        Kind.DATE: str(DAY + dt.timedelta(days=number)),
        Kind.FLAG: "yes",
        Kind.CHOICE: (field.choices or ("",))[0],
    }
    if field.kind in (Kind.TEXT, Kind.LONG, Kind.TEXTS):
        return payload
    return plain.get(field.kind, str(number + 1))


def rows_to_name(workbook: Workbook, field: Field) -> list[str]:
    """Return the rows a reference may point to, also those of the plan beside an appraisal."""
    plans = [workbook.plan, *([workbook.beside.plan] if workbook.beside else [])]
    tables = field.to if field.to != (ANY,) else ("tasks", "reviews")
    return [str(row) for plan in plans for one in tables if one in plan.tables for row in plan.frame(one).index]


@pytest.fixture(scope="module")
def seat(serve: Serve, visit: Visit) -> Seat:
    """Return a person at a plan full of traps."""
    lab = serve(hostile)
    with lab.book("Ana") as plan:
        own = lab.plan.with_name("plan.appraisal.db")
        with Workbook(own, "Ana", book="appraisal", beside=plan, create=True, passphrase=PASSPHRASE) as workbook:
            hostile(workbook)
    return visit(lab).enter("Overview")


@pytest.mark.parametrize("title", PAGES)
def test_hostile_texts_are_shown_as_texts(seat: Seat, title: str) -> None:
    """On every page hostile texts are read as they were written; none becomes an element, a dialog or a request."""
    seat.go(title)
    draw_everything(seat)
    poke(seat)
    text = seat.notebook.evaluate("node => node.textContent")
    assert [one for one in PAYLOADS[:2] if one in text] == list(PAYLOADS[:2])
    assert_harmless(seat)


def draw_everything(seat: Seat) -> None:
    """Scroll through the page until every part has been drawn."""
    seat.page.set_viewport_size({"width": 1280, "height": 12_000})
    for one in seat.notebook.locator(".pk-kind-picture").all():
        expect(one.locator(".pk-chart svg, .pk-chart canvas, .pk-empty, .pk-twin table").first).to_be_visible()
    for one in seat.notebook.locator(".pk-kind-table").all():
        expect(one.locator(".tabulator-row, .pk-empty").locator("visible=true").first).to_be_visible()


def poke(seat: Seat) -> None:
    """Open what opens: a form, its suggestions, tables twins of pictures, hidden findings, tooltips."""
    notebook, keyboard = seat.notebook, seat.page.keyboard
    while (closed := notebook.locator("details:not([open]) > summary").locator("visible=true")).count():
        closed.first.click()
    for picture in notebook.locator(".pk-chart svg [role=graphics-symbol]:not(.role-legend)").all()[:3]:
        picture.hover(force=True)
    table = notebook.locator(".pk-kind-table", has=seat.page.locator(".tabulator-row")).first
    table.locator(".tabulator-row .tabulator-cell").nth(1).click()
    table.get_by_role("button", name="Open", exact=True).click()
    expect(table.locator(".pk-drawer")).to_be_visible()
    for combo in table.locator(".pk-drawer [role=combobox]:visible").all()[:2]:
        combo.click()
        keyboard.press("Escape")
    table.get_by_role("button", name="Close the form").click()


def assert_harmless(seat: Seat) -> None:
    """See no element, dialog or request that a payload asked for."""
    traps = seat.page.locator('img[src="x"], [onerror], [onload], [onmouseover], [href^="javascript:" i]')
    assert traps.count() == 0
    assert seat.heard.dialogs == []
    assert [one for one in seat.heard.requests if one.rpartition("/")[2] == "x"] == []
    assert seat.heard.outside == []
