"""Every guided page, with the sample and with an empty plan: it opens, fits, shows no code, says what to do."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Serve, Visit
from tests.browser.seat import PAGES, SCREENSHOTS, Seat, audit, heading_of

SIZES = ((1920, 1080), (1280, 900))
CODE = ".cm-editor, .jp-InputPrompt, .jp-OutputPrompt, .jp-Collapser-child, .jp-cell-toolbar, .jp-cell-menu"
TOO_WIDE = """
node => {
  const page = node.querySelector('.jp-WindowedPanel-outer');
  const edge = page.getBoundingClientRect().right + 1;
  const scrolls = one => /auto|scroll|hidden|clip/.test(getComputedStyle(one).overflowX);
  const free = one => {
    let above = one.parentElement;
    while (above !== page && !scrolls(above)) above = above.parentElement;
    return above === page;
  };
  const out = [...page.querySelectorAll('.pk *')].filter(one => one.getBoundingClientRect().right > edge && free(one));
  const over = [page.scrollWidth - page.clientWidth, document.documentElement.scrollWidth - innerWidth];
  return [...over, ...out.slice(0, 3).map(one => one.outerHTML.slice(0, 90))];
}
"""


@pytest.fixture(scope="module")
def sample(serve: Serve, visit: Visit) -> Seat:
    """Return a person on the overview of the illustrative library service."""
    return visit(serve("library-service")).enter("Overview")


@pytest.fixture(scope="module")
def empty(serve: Serve, visit: Visit) -> Seat:
    """Return a person on the overview of a plan with nothing in it."""
    return visit(serve("")).enter("Overview")


@pytest.mark.parametrize("title", PAGES)
def test_a_page_of_the_sample_is_whole(sample: Seat, title: str) -> None:
    """A page of the sample plan opens with all its parts, fits the window, and shows one way on."""
    assert_whole(sample.go(title), title)
    look(sample, title, "sample")


@pytest.mark.parametrize("title", PAGES)
def test_a_page_of_an_empty_plan_says_what_to_do(empty: Seat, title: str) -> None:
    """A page of an empty plan opens with all its parts, and every table without rows says how to begin."""
    assert_whole(empty.go(title), title)
    for table in empty.notebook.locator(".pk-kind-table").all():
        if not table.locator(".tabulator-row").count():
            expect(table.locator(".pk-empty")).to_contain_text("Write the first")
    look(empty, title, "empty")


@pytest.mark.parametrize("title", ["Overview", "Strategy"])
def test_a_page_can_be_used_by_everybody(sample: Seat, title: str) -> None:
    """The accessibility checker finds nothing serious in the parts of the overview and of the first step."""
    read(sample.go(title), title)
    found = {one["id"]: [node["html"][:120] for node in one["nodes"]] for one in audit(sample.page, ".pk-Guided .pk")}
    assert found == {}


def code_cells(seat: Seat, title: str) -> int:
    """Return how many cells of a guided notebook show a part of the page."""
    notebook = json.loads((seat.lab.folder / PAGES[title]).read_text(encoding="utf-8"))
    return sum(one["cell_type"] == "code" for one in notebook["cells"])


def read(seat: Seat, title: str) -> None:
    """Scroll through the page in front, as a reader does, and see every part of it drawn."""
    parts = seat.notebook.locator(".jp-OutputArea-output [class*=pk-kind-]:not([class*=pk-kind-] [class*=pk-kind-])")
    expect(parts).to_have_count(code_cells(seat, title))
    for one in parts.all():
        one.scroll_into_view_if_needed()
        expect(one.locator("> *").first).to_be_attached()
    for one in seat.notebook.locator(".pk-kind-picture").all():
        one.scroll_into_view_if_needed()
        expect(one.locator(".pk-chart svg, .pk-chart canvas, .pk-empty, .pk-twin table").first).to_be_visible()
    for one in seat.notebook.locator(".pk-kind-table").all():
        expect(one.locator(".tabulator-row, .pk-empty").locator("visible=true").first).to_be_visible()
    expect(seat.notebook.get_by_text("Opening …", exact=True)).to_have_count(0)


def assert_whole(seat: Seat, title: str) -> None:
    """See a page without errors, code or parts that stick out, with a heading and one thing to do next."""
    read(seat, title)
    assert seat.complaints() == []
    assert seat.notebook.locator(CODE).locator("visible=true").count() == 0
    expect(seat.notebook.get_by_role("heading", level=2, name=heading_of(title))).to_be_visible()
    go_on = seat.notebook.locator(".pk-next").get_by_role("button", name=re.compile("^Go on: "))
    expect(go_on).to_have_count(1)
    expect(seat.notebook.locator(".pk-big").locator("visible=true")).to_have_count(2 if title == "Overview" else 1)
    assert seat.notebook.evaluate(TOO_WIDE) == [0, 0]
    seat.page.set_viewport_size({"width": 1920, "height": 1080})
    assert seat.notebook.evaluate(TOO_WIDE) == [0, 0]
    seat.page.set_viewport_size({"width": 1280, "height": 900})


def look(seat: Seat, title: str, plan: str) -> None:
    """Take pictures for people: the top of the page, light and dark, in two sizes, and all of it in the small one."""
    if not SCREENSHOTS:
        return
    page, name = seat.page, f"{SCREENSHOTS}/{plan}-{PAGES[title].removesuffix('.ipynb')}"
    whole = seat.notebook.locator(".jp-WindowedPanel-outer")
    whole.evaluate("node => node.scrollTo(0, 0)")
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        expect(page.locator("body")).to_have_attribute("data-jp-theme-light", str(scheme == "light").lower())
        expect(page.locator("#jupyterlab-splash")).to_have_count(0)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=f"{name}-{scheme}-{width}.png")
    page.set_viewport_size({"width": 1280, "height": 1500})
    seen, long = whole.evaluate("node => [node.clientHeight, node.scrollHeight]")
    for number, top in enumerate(range(0, long, seen - 60)):
        whole.evaluate("(node, top) => node.scrollTo(0, top)", top)
        page.screenshot(path=f"{name}-part-{number}.png", animations="disabled")
    page.set_viewport_size({"width": 1280, "height": 900})
