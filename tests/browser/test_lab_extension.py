"""The frame of the workbook: plan panel, guided notebooks and key guard, on small notebooks of this test's own."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Serve, Visit
from tests.browser.seat import PAGES, Lab, Seat

FORM = """
import ipywidgets
from IPython.display import HTML, display
name, add, said = ipywidgets.Text(), ipywidgets.Button(description="Add"), ipywidgets.Label("nothing added")
add.on_click(lambda _: setattr(said, "value", "one added"))
display(name, add, said, HTML('<div class="grid-cell" tabindex="0">a cell</div>'))
"""
HOSTILE = "</script><img src=x onerror=alert(1)>"


def guided(step: int, title: str, source: str) -> str:
    """Return a guided notebook with a heading and one cell of code."""
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "id": "heading", "metadata": {}, "source": f"## {title}"},
        {"cell_type": "code", "id": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None},
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"planning_kit": {"step": step, "autorun": True}, "kernelspec": kernel}
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture(scope="module")
def lab(serve: Serve) -> Lab:
    """Return JupyterLab on a folder of small guided notebooks; there is an error in the last one."""
    found = serve("")
    for step, (title, name) in enumerate(PAGES.items()):
        source = "1 / 0" if title == "Appraisal" else FORM
        (found.folder / name).write_text(guided(step, title, source), encoding="utf-8")
    return found


@pytest.fixture
def seat(lab: Lab, visit: Visit) -> Iterator[Seat]:
    """Return a person at the overview, whose form is there."""
    found = visit(lab)
    found.page.goto(f"{lab.address}&reset")
    yield live(found.ready("Overview"))
    found.page.close()


def live(seat: Seat) -> Seat:
    """Wait for the form of the page in front."""
    expect(seat.notebook.locator(".grid-cell")).to_be_visible()
    return seat


def answers(seat: Seat) -> None:
    """Press the button of the form and see its answer from the kernel."""
    seat.notebook.get_by_role("button", name="Add").click()
    expect(seat.notebook.get_by_text("one added", exact=True)).to_be_visible()


def press(seat: Seat, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        seat.page.keyboard.press(key)


def sessions(lab: Lab) -> list[dict[str, Any]]:
    """Return what runs on the server."""
    with urllib.request.urlopen(f"{lab.base}/api/sessions?token={lab.token}", timeout=30) as answer:  # noqa: S310 - our own server
        found: list[dict[str, Any]] = json.load(answer)
    return found


def test_a_step_opens_live_and_without_code(seat: Seat) -> None:
    """A facilitator meets a form that answers, and nothing of the notebook around it."""
    answers(seat)
    for part in (".jp-InputArea-editor", ".jp-InputPrompt", ".jp-NotebookPanel-toolbar", ".jp-Notebook-footer"):
        expect(seat.notebook.locator(f"{part}:visible")).to_have_count(0)


def test_keys_on_a_grid_cell_never_change_the_notebook(seat: Seat) -> None:
    """With a grid cell focused, the letters that insert and delete notebook cells do nothing."""
    cell = seat.notebook.locator(".grid-cell")
    cell.focus()
    press(seat, "a", "b", "d", "d", "x", "c", "v", "m", "y", "z", "Enter", "Control+Shift+m", "Control+a")
    expect(cell).to_be_focused()
    assert seat.cells == 2


def test_keys_on_text_never_change_the_notebook(seat: Seat) -> None:
    """The same letters do nothing after a double click on a heading, and saving asks nothing."""
    seat.notebook.get_by_role("heading").dblclick()
    press(seat, "a", "b", "d", "d", "x", "m", "Enter", "Shift+Enter", "Control+s")
    assert seat.cells == 2
    expect(seat.page.locator(".jp-InputArea-editor:visible, .jp-Dialog")).to_have_count(0)


def test_typing_in_an_input_reaches_the_input(seat: Seat) -> None:
    """Letters and the shortcuts for select, cut, paste and undo work inside an input."""
    box = seat.notebook.locator("input[type=text]")
    box.click()
    seat.page.keyboard.type("abddxcvmyz")
    for key, value in (("Control+a", "abddxcvmyz"), ("Control+x", ""), ("Control+v", "abddxcvmyz"), ("Control+z", "")):
        press(seat, key)
        expect(box).to_have_value(value)


def test_a_reload_brings_the_widgets_back(seat: Seat) -> None:
    """After a reload the form answers again."""
    answers(live(seat.reload("Overview")))


def test_an_error_becomes_a_sentence(seat: Seat) -> None:
    """A facilitator reads a sentence instead of a traceback; an analyst who shows the code reads both."""
    seat.page.locator(".pk-Step", has_text="Appraisal").click()
    sentence = seat.notebook.get_by_role("alert").filter(has_text="This step stopped working. Press Reopen.")
    traceback = seat.notebook.get_by_text("ZeroDivisionError").first
    expect(sentence).to_be_visible()
    expect(traceback).to_be_hidden()
    seat.command("Show or hide the code")
    expect(traceback).to_be_visible()
    expect(sentence).to_be_visible()


def test_a_lost_kernel_comes_back_with_one_button(seat: Seat, lab: Lab) -> None:
    """When the kernel of a step is gone, a sentence says so, and Reopen brings the form back."""
    kernel = next(one["kernel"]["id"] for one in sessions(lab) if one["path"] == PAGES["Overview"])
    address = f"{lab.base}/api/kernels/{kernel}?token={lab.token}"
    urllib.request.urlopen(urllib.request.Request(address, method="DELETE"), timeout=30)  # noqa: S310 - our own server
    expect(seat.notebook.get_by_role("alert")).to_be_visible()
    seat.page.get_by_role("button", name="Reopen").click()
    answers(live(seat.ready("Overview")))


def test_closing_asks_nothing_and_the_file_stays(seat: Seat, lab: Lab) -> None:
    """Running a step is not editing it: no question on closing, and the same bytes on disk."""
    path = Path(lab.folder, PAGES["Strategy"])
    before = path.read_bytes()
    live(seat.go("Strategy"))
    press(seat, "Control+s")
    tab = seat.page.locator('.lm-TabBar-tab[data-step="Strategy"]')
    tab.locator(".lm-TabBar-tabCloseIcon").click()
    expect(tab).to_have_count(0)
    expect(seat.page.locator(".jp-Dialog")).to_have_count(0)
    assert path.read_bytes() == before


def test_at_most_three_kernels_stay_alive(seat: Seat, lab: Lab) -> None:
    """Walking through the steps closes the ones used least recently, with their kernels."""
    for title in ("Strategy", "Breakdown", "Unit plans"):
        live(seat.go(title))
    seat.page.wait_for_function("document.querySelectorAll('.lm-TabBar-tab[data-step]').length <= 3")
    address = f"{lab.base}/api/sessions?token={lab.token}"
    count = "async ([address, most]) => (await (await fetch(address)).json()).length <= most"
    seat.page.wait_for_function(count, arg=[address, 3])
    assert PAGES["Unit plans"] in [one["path"] for one in sessions(lab)]


def test_the_panel_shows_lights_and_blockers_as_text(seat: Seat) -> None:
    """The lights of the steps come with symbol and words, and a hostile name stays text."""
    steps = [
        {"number": 0, "state": "blocked", "blockers": [f"{HOSTILE} has no owner."], "findings": 1},
        {"number": 1, "state": "done", "blockers": [], "findings": 0},
    ]
    detail = {"plan": "Plan", "organisation": HOSTILE, "person": "Ana", "steps": steps}
    seat.page.evaluate("detail => dispatchEvent(new CustomEvent('planning-kit:state', {detail}))", detail)
    panel = seat.page.get_by_role("region", name="Plan", exact=True)
    expect(panel.get_by_role("heading", name=HOSTILE)).to_be_visible()
    expect(panel.get_by_role("button", name="Overview")).to_contain_text("▲1 blocker")
    expect(panel.get_by_role("button", name="Strategy")).to_contain_text("✓done")
    expect(panel.get_by_text(f"{HOSTILE} has no owner.")).to_be_visible()
    expect(panel.locator("img")).to_have_count(0)


def test_the_panel_works_with_the_keyboard(seat: Seat) -> None:
    """Arrow keys move along the steps and Enter opens one; a widget may ask for one too."""
    current = seat.page.locator(".pk-Step[aria-current]")
    current.focus()
    press(seat, "ArrowDown", "Enter")
    expect(current).to_contain_text("Strategy")
    seat.page.evaluate("dispatchEvent(new CustomEvent('planning-kit:open', {detail: {path: '02_breakdown.ipynb'}}))")
    expect(current).to_contain_text("Breakdown")
