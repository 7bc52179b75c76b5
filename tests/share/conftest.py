"""A plan with something to vote on, and the participants' pages on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from planning_kit.share.seats import Workshop
from planning_kit.workbook import Workbook
from tests.share.room import Room

Serve = Callable[..., Room]


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with three people and two initiatives."""
    path = tmp_path_factory.mktemp("begun") / "plan.db"
    with Workbook(path, "Facilitator", create=True) as found:
        found.add("profile", name="Libraries 2030", organisation="City library", as_of="2027-03-31")
        found.add("units", name="Branches")
        for name in ("Ana", "Bo", "Cleo"):
            found.add("people", name=name, unit="Branches")
        found.add("tasks", name="Self-service", kind="initiative", owner="Ana")
        found.add("tasks", name="New app", kind="initiative", owner="Bo")
    return path


@pytest.fixture
def book(begun: Path, tmp_path: Path) -> Iterator[Workbook]:
    """Return a session of the facilitator's on a copy of it."""
    shutil.copy(begun, tmp_path / "plan.db")
    with Workbook(tmp_path / "plan.db", "Facilitator") as found:
        yield found


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return how to serve the participants' pages of a plan."""
    running: list[Room] = []

    def start(book: Workbook, workshop: Workshop | None = None, **options: int) -> Room:
        running.append(Room(book, workshop, **options))
        return running[-1]

    yield start
    for one in running:
        one.stop()


@pytest.fixture
def room(book: Workbook, serve: Serve) -> Room:
    """Return a workshop that is running."""
    return serve(book)
