"""What a person does at the workbook in a real browser: open a page, click, type, look."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from planning_kit.samples import PASSPHRASE
from planning_kit.steps import STEPS
from planning_kit.store import VARIABLE
from planning_kit.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60_000
"""Milliseconds anything may take on a slow machine before a person would give up."""
SCREENSHOTS = os.environ.get("PLANNING_KIT_SCREENSHOTS", "")
"""Folder for pictures of the pages, for people to look at; none are taken without it."""

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PAGES = {
    "Overview": "00_start.ipynb",
    "Strategy": "01_strategy.ipynb",
    "Breakdown": "02_breakdown.ipynb",
    "Unit plans": "03_unit_plans.ipynb",
    "Timelines": "04_timelines.ipynb",
    "Coordination": "05_coordination.ipynb",
    "Allocation": "06_allocation.ipynb",
    "Tracking": "07_tracking.ipynb",
    "Appraisal": "08_appraisal.ipynb",
}
ERRORS = '[data-mime-type="application/vnd.jupyter.error"], [data-mime-type="application/vnd.jupyter.stderr"]'


def heading_of(title: str) -> re.Pattern[str]:
    """Return what the page of a step is headed: its short title, or the long one it declares."""
    declared = next((one.title for one in STEPS if one.notebook == PAGES[title]), title)
    return re.compile(rf"^({title}|{re.escape(declared)})$")


def browser_path() -> str:
    """Return the browser of the environment, else the first Chromium along the path."""
    names = (os.environ.get("PLANNING_KIT_BROWSER", ""), "chromium", "chromium-browser", "google-chrome", "chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    return found or "/usr/bin/chromium"


def free_port() -> str:
    """Return a port that nobody uses now and that tests running beside this one are unlikely to pick."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


class Lab:
    """JupyterLab on a workbook folder, started as a person starts it: ``planning-kit start FOLDER``."""

    def __init__(self, folder: Path, passphrase: str = PASSPHRASE) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "planning_kit", "start", str(folder), "--no-browser", "--port", free_port()]
        paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter with arguments made here
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": paths, VARIABLE: passphrase},
            start_new_session=True,
        )
        self.said: list[str] = []
        self.address = ""
        self._up = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._up.wait(PATIENCE / 1000) or not self.address:
            self.stop()
            raise RuntimeError("planning-kit start printed no address:\n" + "".join(self.said))
        self._until_it_answers()

    def _until_it_answers(self) -> None:
        """Wait for the server: the address is printed before it is up."""
        last = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < last and self.process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5):
                return
            time.sleep(0.1)
        self.stop()
        raise RuntimeError("the server does not answer:\n" + "".join(self.said))

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line)
            if found := re.search(r"http://\S+", line):
                self.address = self.address or found[0]
            if "Stop it with" in line:
                self._up.set()
        self._up.set()

    @property
    def base(self) -> str:
        """The address without path and token."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def port(self) -> int:
        """The port of the server."""
        return urlsplit(self.address).port or 0

    @property
    def token(self) -> str:
        """What the server asks for."""
        return self.address.rpartition("token=")[2]

    @property
    def plan(self) -> Path:
        """The plan file of the folder."""
        return self.folder / "plan.db"

    def book(self, author: str = "", *, read_only: bool = False) -> Workbook:
        """Open the plan beside the browser, as another person or to look."""
        return Workbook(self.plan, author, read_only=read_only)

    def wait_closed(self) -> None:
        """Wait until the server and its kernels are gone."""
        self._reader.join(PATIENCE / 2000)
        assert not self._reader.is_alive(), "the server is still running"

    def stop(self) -> None:
        """End the server with its kernels and wait until the last of them let go of the output."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGTERM)
        else:
            self.process.terminate()
        self.process.wait(30)
        self._reader.join(30)
        if self.process.stdout:
            self.process.stdout.close()


@dataclass
class Heard:
    """What a browser asked for and complained about while a person worked."""

    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Note every request, socket, dialog and error of a page."""
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", lambda socket: self.requests.append(socket.url))
        page.on("pageerror", lambda problem: self.errors.append(str(problem)))
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))

    @property
    def outside(self) -> list[str]:
        """Addresses asked for that are not on this computer."""
        local = ("data", "blob", "about", "chrome-error")
        parts = [(urlsplit(url), url) for url in self.requests]
        return [url for one, url in parts if one.scheme not in local and one.hostname not in ("127.0.0.1", "localhost")]


class Seat:
    """A person at the browser.

    Parameters
    ----------
    page : Page
    lab : Lab
    """

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page, self.lab, self.heard = page, lab, Heard()
        self.heard.listen(page)

    def enter(self, title: str = "Overview", *, alone: bool = False) -> Seat:
        """Open the printed address, at the page of a step; ``alone``: without the tabs open elsewhere."""
        self.page.goto(self.lab.address.replace("00_start.ipynb", PAGES[title]) + ("&reset" if alone else ""))
        return self.ready(title)

    def go(self, title: str) -> Seat:
        """Open a step from the Plan panel."""
        self.page.locator(".pk-Step", has=self.page.get_by_text(title, exact=True)).click()
        return self.ready(title)

    def ready(self, title: str) -> Seat:
        """Wait until the page of a step has opened: its heading is there and the progress line is gone."""
        stopped = self.page.get_by_text("This step stopped working").locator("visible=true")
        heading = self.notebook.get_by_role("heading", level=2, name=heading_of(title))
        expect(heading.or_(stopped).first).to_be_visible(timeout=PATIENCE)
        expect(stopped).to_have_count(0)
        expect(self.notebook.locator(".pk-Notice")).to_be_hidden(timeout=PATIENCE)
        expect(stopped).to_have_count(0)
        return self

    def reload(self, title: str) -> Seat:
        """Reload the page of a step."""
        self.page.reload()
        return self.ready(title)

    def command(self, label: str) -> None:
        """Run a command from the palette."""
        self.page.keyboard.press("Control+Shift+C")
        palette = self.page.locator(".lm-CommandPalette-input:visible")
        palette.fill(label)
        self.page.locator(".lm-CommandPalette-itemLabel", has_text=label).first.click()

    def copy(self, text: str) -> None:
        """Put text on the clipboard, as a spreadsheet does."""
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)

    @property
    def notebook(self) -> Locator:
        """The page in front."""
        return self.page.locator(".jp-NotebookPanel.pk-Guided:visible")

    @property
    def cells(self) -> int:
        """How many cells the notebook in front has."""
        return self.notebook.locator(".jp-Notebook .jp-Cell").count()

    def table(self, noun: str) -> Grid:
        """Return the grid of these rows, by the word for one of them, scrolled to."""
        tools = self.page.get_by_role("toolbar", name=f"{noun} tools", exact=True)
        found = self.notebook.locator(".pk-kind-table", has=tools).first
        found.scroll_into_view_if_needed()
        return Grid(self.page, found)

    def complaints(self) -> list[str]:
        """Return what no facilitator should ever see on the page in front."""
        said = [one.inner_text() for one in self.notebook.locator(ERRORS).all()]
        text = self.notebook.evaluate("node => node.textContent")
        words = ("Traceback", "stopped working", "could not be opened", "cannot be drawn", "This did not work")
        return said + [word for word in words if word in text]


class Grid:
    """One table on the screen.

    Parameters
    ----------
    page : Page
    root : Locator
    """

    def __init__(self, page: Page, root: Locator) -> None:
        self.page, self.root = page, root

    @property
    def rows(self) -> Locator:
        """The rows in view."""
        return self.root.locator(".tabulator-row[data-id]")

    def cell(self, row: str, column: str) -> Locator:
        """Return a cell by the id of its row and its field."""
        return self.root.locator(f'.tabulator-row[data-id="{row}"] .tabulator-cell[tabulator-field="{column}"]')

    def kept(self, row: str, column: str, text: str) -> None:
        """Wait until a cell shows a text that the kernel has stored."""
        cell = self.cell(row, column)
        expect(cell).to_have_text(text)
        expect(cell).not_to_have_class(re.compile(r"\bpk-pending\b"))

    def select(self, row: str, column: str) -> Locator:
        """Put the cursor on a cell."""
        cell = self.cell(row, column)
        cell.click()
        expect(cell).to_have_class(re.compile(r"\bpk-on\b"))
        return cell

    def type(self, row: str, column: str, text: str) -> None:
        """Put the cursor on a cell, type, and finish with Enter."""
        self.select(row, column)
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    @property
    def adder(self) -> Locator:
        """The line below that adds rows."""
        return self.root.locator(".pk-adder textarea, .pk-adder input").first

    def add(self, text: str) -> None:
        """Write a row into the line that adds."""
        self.adder.click()
        self.adder.fill(text)
        self.adder.press("Enter")

    def button(self, name: str) -> Locator:
        """Return a button of the toolbar."""
        return self.root.locator(".pk-bar").get_by_role("button", name=name, exact=True)

    @property
    def alert(self) -> Locator:
        """The line below that says what needs attention."""
        return self.root.locator(".pk-table-main > .pk-alert")

    @property
    def form(self) -> Locator:
        """The drawer with the whole row."""
        return self.root.locator(".pk-drawer")

    def field(self, title: str) -> Locator:
        """Return the control of a field in the drawer."""
        return self.form.get_by_label(re.compile(rf"^{title}( *\(.+\))?( *needed)?$"))

    @property
    def question(self) -> Locator:
        """A question that waits for an answer."""
        return self.root.locator("dialog.pk-ask")


def audit(page: Page, root: str) -> list[dict[str, Any]]:
    """Return what axe finds serious or critical inside a part of the page."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - only two tests need it

    found = Axe().run(page, context=root).response["violations"]
    return [one for one in found if one["impact"] in ("serious", "critical")]
