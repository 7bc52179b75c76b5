"""Whatever ends a report before its time: it is marked as failed with the reason, and what was published stays."""

from __future__ import annotations

import datetime as dt
import functools
import random
import re
import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from planning_kit import clock
from planning_kit.reports import Made, slots
from planning_kit.reports import run as report
from planning_kit.reports.server import Limits, Server, server
from planning_kit.reports.slots import LEASE, Scheduler
from planning_kit.workbook import Workbook
from tests.reports.scheduling import (
    instead_of_shipped,
    is_there,
    processes,
    runs,
    schedule,
    until,
    work_on,
    written_in,
)
from tests.scale import times

SHOWS = "import planning_kit as pk\npk.sections(run).cover()"
FAULTS = {
    "progress": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "stopped from outside or ran out of mem"),
    "board": (
        "kept = []\nwhile True:\n    kept.append(bytearray(1 << 20))",
        "MemoryError|ran out of mem|longer than 30 s",
    ),
    "scorecard": ("while True:\n    pass", "took longer than 0.5 seconds and was stopped"),
    "delivery": ("import sys\nsys.exit(0)", "failed with SystemExit: 0"),
    "alignment": ("raise ValueError('the well is dry')", "failed with ValueError: the well is dry"),
    "replan": ("import os\nos._exit(0)", "stopped from outside or ran out of memory"),
    "implementation-plan": ("1", "The report notebook ran but showed nothing"),
}
"""A way to end for each report, and what its verdict says."""
ENDLESS = "scorecard"
Written = Callable[..., None]


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Written:
    """Return a function that puts a notebook of such cells in the place of a report."""
    instead_of_shipped(str(tmp_path), monkeypatch)

    def write(name: str, *sources: str) -> None:
        written_in(tmp_path, name, ("run = ''", *sources))

    return write


@pytest.fixture(scope="module")
def started() -> Iterator[Server]:
    """Return a server for all tests of this module."""
    with server() as one:
        assert one
        yield one


def files(folder: Path) -> dict[str, bytes]:
    """Return what lies in a folder and is no list, by name."""
    lists = ("index.html", "history.html")
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.name not in lists}


def test_whatever_ends_a_report_it_has_failed_and_the_ledger_says_why(
    filled: Workbook, written: Written, started: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed, out of memory, endless, left, broken, empty: no wrong verdict, and yesterday's page byte for byte."""
    assert started
    monkeypatch.setattr(slots, "TRIES", 1)
    days, folder = times(1, 25), filled.path.parent / "reports"
    folder.mkdir()
    for name, (source, _) in FAULTS.items():
        written(name, SHOWS if name != "implementation-plan" else "2", source)
        made = schedule(filled, days=days, report=name, catch_up="all")
        for ago in range(days + 1):
            day = clock.today() - dt.timedelta(ago)
            place = folder / f"{name}-{day}-r{filled.plan.revision}-S{made.number}.html"
            place.write_text(f"{name} of {day}", encoding="utf-8")
    before = files(folder)

    def make(plan: Path, name: str, **told: Any) -> Made:
        return report(plan, name, limits=Limits(0.5 if name == ENDLESS else 30, memory=256 << 20), **told)

    failed = Scheduler(filled, make=make).do_what_is_due()
    wrong = [one for one in runs(filled) if one.state != "failed" or not re.search(FAULTS[one.report][1], one.sentence)]
    assert [(one.report, one.state, one.sentence) for one in wrong] == []
    assert failed == len(runs(filled)) == days * len(FAULTS)
    after = files(folder)
    assert {name: after[name] for name in before} == before
    assert [name for name in set(after) - set(before) if ".failed-S" not in name] == []


def test_a_disk_that_is_full_at_any_byte_leaves_the_page_that_was_there(
    filled: Workbook, written: Written, started: Server, tmp_path: Path
) -> None:
    """However much of notebook, page or PDF could still be written: a sentence, no new file, the old ones whole."""
    written("progress", SHOWS)
    asked = functools.partial(report, filled.path, "progress", folder=tmp_path / "reports", kinds=("html", "pdf"))
    assert asked().ok
    before = files(tmp_path / "reports")
    chance = random.Random(6)  # noqa: S311 - where the disk is full, no secret
    assert started._process
    for _ in range(times(4, 100)):
        started._dismiss()  # who makes the next one has the room that is left now
        room = chance.randrange(max(map(len, before.values())))
        resource.prlimit(started._process.pid, resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
        with pytest.raises(slots.PlanFileError, match="the report could not be written"):
            asked()
        assert files(tmp_path / "reports") == before
    started._dismiss()
    resource.prlimit(started._process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert asked().ok


KILL_MAKER = """
import os, pathlib, signal
if not pathlib.Path({mark!r}).exists():
    pathlib.Path({mark!r}).touch()
    parent = os.getppid()
    for one in pathlib.Path(f"/proc/{{parent}}/task/{{parent}}/children").read_text().split():
        if int(one) != os.getpid():
            os.kill(int(one), signal.SIGKILL)
    signal.pause()
"""


def test_when_the_process_that_makes_reports_is_killed_the_next_one_makes_it_once(
    filled: Workbook, written: Written, started: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The verdict names the reason; when it is tried again, by the same scheduler, there is one page."""
    assert started
    written("progress", SHOWS, KILL_MAKER.format(mark=str(tmp_path / "mark")))
    schedule(filled, days=1)
    one = Scheduler(filled)
    one.do_what_is_due()
    assert [(each.state, each.attempt) for each in runs(filled)] == [("waiting", 1)]
    assert "it was stopped from outside or ran out of memory" in runs(filled)[0].sentence
    shown = clock.now()
    monkeypatch.setattr(clock, "now", lambda: shown + slots.WAIT)
    one.do_what_is_due()
    assert [(each.state, each.attempt) for each in runs(filled)] == [("published", 2)]
    assert len(files(filled.path.parent / "reports")) == 1


WAITS = """
import os, pathlib, threading
if not pathlib.Path({mark!r}).exists():
    pathlib.Path({mark!r}).write_text(str(os.getppid()))
    while pathlib.Path({mark!r}).read_text():
        threading.Event().wait(0.02)
"""


def test_a_scheduler_killed_while_its_report_is_made_is_taken_over_and_what_it_left_behind_publishes_nothing(
    filled: Workbook, written: Written, started: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """When its lease has ended the report is made once; the one begun before comes to its end and changes nothing."""
    assert started
    mark = tmp_path / "mark"
    written("progress", SHOWS, WAITS.format(mark=str(mark)))
    schedule(filled, days=1)
    process = processes().Process(target=work_on, args=(str(filled.path), str(tmp_path)))
    process.start()
    until(lambda: mark.exists() and mark.read_text(encoding="ascii"))
    behind = int(mark.read_text(encoding="ascii"))
    process.kill()
    process.join()
    shown = clock.now()
    monkeypatch.setattr(clock, "now", lambda: shown + LEASE)
    Scheduler(filled).do_what_is_due()
    assert [(one.state, one.attempt) for one in runs(filled)] == [("published", 2)]
    before = files(filled.path.parent / "reports")
    assert len(before) == 1
    mark.write_text("", encoding="ascii")
    until(lambda: not is_there(behind))
    Scheduler(filled).do_what_is_due()
    assert files(filled.path.parent / "reports") == before
    assert [(one.state, one.attempt) for one in runs(filled)] == [("published", 2)]
