"""Reports on more than one machine: the plan in a database, claims that hold, every page exactly once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from planning_kit.reports import run as report
from planning_kit.workbook import Workbook
from tests.reports.scheduling import log_of, processes, runs, schedule, work_in
from tests.scale import times
from tests.store.database import address, server  # noqa: F401 - fixtures


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """Return a folder that all machines see."""
    folder = tmp_path / "shared"
    folder.mkdir()
    return folder


def test_schedulers_of_several_machines_make_every_slot_exactly_once(
    filled: Workbook,
    address: str,  # noqa: F811 - the fixture
    shared: Path,
) -> None:
    """They share a database and a folder, and no file of the plan; each slot is asked for once and published once."""
    many, slots = times(3, 8), times(20, 200)
    filled.store.copy(address)
    with Workbook(address, "Ana") as there:
        schedule(there, days=slots, catch_up="all")
    working = [processes().Process(target=work_in, args=(str(shared), address)) for _ in range(many)]
    for one in working:
        one.start()
    for one in working:
        one.join()
    assert [one.exitcode for one in working] == [0] * many
    with Workbook(address, read_only=True) as there:
        assert Counter(one.state for one in runs(there)) == {"published": slots}
    made = log_of(shared / "plan")
    assert len(made) == len(set(made)) == slots
    assert len(list(shared.glob("reports/progress-*.html"))) == slots


def test_a_report_from_a_database_is_that_from_the_file(
    filled: Workbook,
    address: str,  # noqa: F811 - the fixture
    shared: Path,
) -> None:
    """The same page, but for the name of the plan; nothing in it names the server."""
    filled.store.copy(address)
    here, there = (report(one, "progress", folder=shared / name) for one, name in ((filled.path, "a"), (address, "b")))
    assert there.ok, there.sentence
    with Workbook(address, read_only=True) as book:
        name = book.path.name
    page = there.path.read_text(encoding="utf-8")
    assert "postgresql" not in page
    assert page.replace(f"{name}, revision", "plan.db, revision") == here.path.read_text(encoding="utf-8")
