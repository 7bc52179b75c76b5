"""A real browser, and JupyterLab on workbook folders: one browser for a worker, servers for a module."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from planning_kit import folder
from planning_kit.samples import build
from planning_kit.workbook import Workbook
from tests.browser.seat import ARGUMENTS, PATIENCE, SCREENSHOTS, Lab, Seat, browser_path

Serve = Callable[[Callable[[Workbook], None] | str], Lab]
Visit = Callable[[Lab], Seat]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return the browser."""
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Return how to start JupyterLab on a new folder: with a sample by its name, or a plan that a function fills."""
    running: list[Lab] = []

    def start(content: Callable[[Workbook], None] | str) -> Lab:
        place = tmp_path_factory.mktemp("work book")
        plan = place / folder.DEFAULT_PLAN
        build(content if isinstance(content, str) else "", plan)
        if not isinstance(content, str):
            with Workbook(plan, "Ana") as workbook:
                content(workbook)
        folder.write(place, plan=plan.name)
        running.append(Lab(place))
        return running[-1]

    yield start
    for lab in running:
        lab.stop()


@pytest.fixture(scope="module")
def window(chromium: Browser) -> Iterator[BrowserContext]:
    """Return a browser that keeps what it has loaded, so that only the first page of a module is slow."""
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"], reduced_motion="reduce")
    context.set_default_timeout(PATIENCE / 2)
    yield context
    context.close()


@pytest.fixture(scope="module")
def visit(window: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Return how to sit down at a workbook; nothing may leave this computer, pop up or break meanwhile."""
    seats: list[Seat] = []

    def sit(lab: Lab) -> Seat:
        page = window.new_page()
        page.set_viewport_size({"width": 1280, "height": 900})
        seats.append(Seat(page, lab))
        return seats[-1]

    yield sit
    for number, one in enumerate(seats):
        if SCREENSHOTS and not one.page.is_closed():
            one.page.screenshot(path=f"{SCREENSHOTS}/{request.path.stem}-{number}-at-the-end.png")
        one.page.close()
    heard = [(one.heard.outside, one.heard.dialogs, one.heard.errors) for one in seats]
    assert heard == [([], [], [])] * len(seats)
