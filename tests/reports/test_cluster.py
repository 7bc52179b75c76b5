"""Reports on more than one machine: the plan in a database, claims that hold, every page exactly once."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import distributed
import pytest
from typer.testing import CliRunner

from planning_kit import cli
from planning_kit.errors import PlanError
from planning_kit.reports import cluster
from planning_kit.reports import run as report
from planning_kit.workbook import Workbook
from tests.reports.scheduling import (
    instead_of_shipped,
    is_there,
    log_of,
    processes,
    runs,
    schedule,
    until,
    work_in,
    written_in,
)
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


WORKERS, UNITS = 3, 6
LEASE = dt.timedelta(seconds=2)
KILLS_ITS_WORKER = """
import os, pathlib, signal
def parent(pid):
    return int(pathlib.Path(f"/proc/{{pid}}/stat").read_text().rpartition(")")[2].split()[1])
try:
    with open({mark!r}, "x") as mark:
        mark.write(str(os.getppid()))
    os.kill(parent(os.getppid()), signal.SIGKILL)
except FileExistsError:
    pass
"""


class Notebooks(distributed.WorkerPlugin):
    """Lets a worker, also one that is started later, make reports from the notebooks of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)

    def setup(self, worker: object) -> None:
        """Prepare a worker."""
        assert worker
        instead_of_shipped(self.folder, pytest.MonkeyPatch())


@pytest.fixture(scope="module")
def dask() -> Iterator[str]:
    """Return the address of a cluster of three worker processes."""
    told = {"n_workers": WORKERS, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**told, silence_logs=60) as running:
        yield running.scheduler_address


@pytest.fixture
def units(filled: Workbook, address: str) -> str:  # noqa: F811 - the fixture
    """Return the address of a plan with some units."""
    for n in range(UNITS):
        filled.add("units", name=f"Unit {n}")
    filled.store.copy(address)
    return address


def test_a_worker_killed_while_it_makes_a_report_loses_and_doubles_nothing(
    units: str, dask: str, shared: Path, tmp_path: Path
) -> None:
    """Three workers, one killed in the middle of a report: every page once; what it left behind changes none."""
    mark = tmp_path / "mark"
    source = [
        "run = ''",
        "import planning_kit as pk\npk.sections(run).cover()",
        KILLS_ITS_WORKER.format(mark=str(mark)),
    ]
    written_in(tmp_path, "progress", source)
    with distributed.Client(dask, set_as_default=False) as client:
        client.register_plugin(Notebooks(tmp_path))
    many = [[f"unit=U{n + 1}"] for n in range(UNITS)]
    made = list(cluster.spread(units, dask, "progress", many, folder=shared, lease=LEASE))
    assert [one.ok for one in made] == [True] * UNITS, [one.sentence for one in made]
    assert len({one.path for one in made}) == UNITS
    with Workbook(units, read_only=True) as book:
        assert Counter((one.state, one.attempt) for one in runs(book)) == {
            ("published", 1): UNITS - 1,
            ("published", 2): 1,
        }
    before = {one.name: (one.read_bytes(), one.stat().st_ino) for one in shared.glob("progress-*.html")}
    assert len(before) == UNITS
    behind = int(mark.read_text(encoding="ascii"))
    until(lambda: not is_there(behind))
    assert list(cluster.spread(units, dask, "progress", [], folder=shared)) == []
    assert {one.name: (one.read_bytes(), one.stat().st_ino) for one in shared.glob("progress-*.html")} == before
    assert [one.name for one in shared.iterdir() if one.name.startswith(".slot")] == []


def test_what_is_due_or_asked_for_on_the_command_line_is_made_by_the_cluster(
    units: str, dask: str, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two schedules and a report for all units: each made once by whoever claimed it."""
    monkeypatch.chdir(shared)
    with Workbook(units, "Ana") as book:
        for unit in ("U1", "U2"):
            schedule(book, days=1, parameters=(f"unit={unit}",))
    done = CliRunner().invoke(cli.app, ["schedule", "run", units, "--due", "--dask", dask])
    assert (done.exit_code, done.output.count("Published progress-")) == (0, 2)
    asked = ["report", units, "progress", "--for", "all", "--dask", dask, "-o", "once"]
    done = CliRunner().invoke(cli.app, asked)
    assert (done.exit_code, done.output.count("Published progress-")) == (0, UNITS), done.output
    assert len(list(shared.glob("reports/progress-*.html"))) == 2
    assert len(list(shared.glob("once/progress-*.html"))) == UNITS
    with Workbook(units, read_only=True) as book:
        assert {(one.state, one.attempt) for one in runs(book)} == {("published", 1)}
        assert len(book.store.ledger.schedules()) == 2


def test_what_cannot_begin_on_a_cluster_says_why_and_begins_nothing(
    units: str, dask: str, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong parameter, no cluster, no extra: one sentence, and nothing is written down."""
    with pytest.raises(PlanError, match="is not a unit of this plan"):
        next(cluster.spread(units, dask, "progress", [["unit=U1"], ["unit=Nowhere"]], folder=shared))
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    with pytest.raises(PlanError, match="no scheduler of a cluster answers there"):
        next(cluster.spread(units, "tcp://127.0.0.1:9", "progress", [[]], folder=shared))
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(PlanError, match=r'pip install "planning-kit\[cluster\]"'):
        next(cluster.spread(units, dask, "progress", [[]], folder=shared))
    assert list(shared.iterdir()) == []
    with Workbook(units, read_only=True) as book:
        assert runs(book) == []
