"""``planning-kit schedule``: what is printed, which exit code, and that a clock from outside or Ctrl-C is enough."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planning_kit import cli, clock
from planning_kit.samples import build
from planning_kit.workbook import Workbook
from tests.kinds import HOSTILE
from tests.reports.scheduling import schedule
from tests.test_cli import Run, refused, run  # noqa: F401 - a fixture

COMMANDS = ["add", "list", "remove", "run", "history"]
MONDAYS = ("--every", "every Monday 08:00", "--zone", "Europe/Berlin")


@pytest.fixture
def path(filled: Workbook) -> Path:
    """Return the file of a small plan."""
    filled.close()
    return filled.path


@pytest.fixture(autouse=True)
def _no_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLANNING_KIT_SMTP_HOST", raising=False)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[dt.timedelta], None]:
    """Return a function that puts the clock forward."""

    def forward(by: dt.timedelta) -> None:
        shown = clock.now
        monkeypatch.setattr(clock, "now", lambda: shown() + by)

    return forward


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_on_schedules_has_help_with_an_example(command: str) -> None:
    """Somebody who has forgotten an option finds it, and a line to copy."""
    shown = CliRunner().invoke(cli.app, ["schedule", command, "--help"])
    assert shown.exit_code == 0
    assert f"Example: planning-kit schedule {command} plan.db" in shown.output


def test_a_schedule_is_added_listed_and_removed(run: Run, path: Path) -> None:  # noqa: F811 - the fixture
    """Adding shows the next five dates; the list shows the rule, the next date and who is written to."""
    done = run("schedule", "add", path, "progress", *MONDAYS, "--to", "ana@example.org", "--to", "bo@example.org")
    assert (done.code, done.err, len(done.out.splitlines())) == (0, "", 6)
    assert all(line.startswith("  Mon ") and line.endswith(" 08:00") for line in done.out.splitlines()[1:])
    listed = run("schedule", "list", path).out
    assert "S1  progress  every Monday 08:00, Europe/Berlin  next " in listed
    assert "to ana@example.org, bo@example.org" in listed
    assert run("schedule", "list", path, "--json").json[0]["recipients"] == ["ana@example.org", "bo@example.org"]
    refused(run("schedule", "remove", path, "S9"), "S9: there is no such schedule. Schedules are: S1")
    assert "Removed S1" in run("schedule", "remove", path, "s1").out
    assert "No schedules" in run("schedule", "list", path).out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "PLAN", "progress", "--every", "sometimes", "--zone", "UTC"), "“sometimes” is not a rule.*0 8 . . 1"),
        (("add", "PLAN", "progress", "--every", "every day 07:00", "--zone", "Berlin"), "is not a time zone"),
        (("add", "PLAN", "progress", *MONDAYS, "--to", "ana"), "--to: “ana” is not one mail address"),
        (("add", "PLAN", "progress", *MONDAYS, "--param", "unit=Nowhere"), "Nowhere"),
        (("add", "PLAN", "progress", *MONDAYS, "--catch-up", "some"), "Allowed are: latest, all, none"),
        (("add", "PLAN", "nonsense", *MONDAYS), "nonsense"),
        (("history", "PLAN", "--html", "nowhere/history.html"), "the page could not be written"),
        (("run", "nowhere.db", "--due"), "there is no plan here"),
    ],
)
def test_what_cannot_be_scheduled_is_refused_with_one_sentence(
    run: Run,  # noqa: F811 - the fixture
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    sentence: str,
) -> None:
    """Exit code 2, nothing on standard output, the file byte for byte as before."""
    monkeypatch.chdir(path.parent)
    content = path.read_bytes()
    refused(run("schedule", *(str(path) if one == "PLAN" else one for one in arguments)), sentence)
    assert path.read_bytes() == content


def test_what_is_due_is_made_by_papermill_and_told_in_the_history(
    run: Run,  # noqa: F811 - the fixture
    tmp_path: Path,
    later: Callable[[dt.timedelta], None],
) -> None:
    """A clock from outside starts ``run --due`` two days late: one page as of the day it was due, with its verdict."""
    path = tmp_path / "plan.db"
    build("library-service", path)
    asked = ("--every", "every day 07:00", "--zone", "Europe/Berlin", "--to", "ana@example.org")
    run("schedule", "add", path, "progress", *asked, "--param", "unit=Collections")
    assert run("schedule", "run", path, "--due").code == 0
    assert run("schedule", "history", path).out == ""
    later(dt.timedelta(2))
    done = run("schedule", "run", path, "--due")
    assert (done.code, done.err) == (0, "")
    assert "No mail server is set" in done.out
    newest, missed = run("schedule", "history", path, "--json").json
    assert (newest["state"], missed["state"]) == ("published", "missed")
    page = tmp_path / newest["file"]
    assert page.parent.name == "reports"
    assert newest["as_of"] in page.read_text(encoding="utf-8")
    assert f"as of {newest['as_of']}, revision {newest['revision']}" in run("schedule", "history", path).out
    run("schedule", "history", path, "--html", tmp_path / "history.html")
    assert "1 missed, 1 published" in (tmp_path / "history.html").read_text(encoding="utf-8")
    assert "Sent to" not in run("schedule", "run", path, "--due").out


def test_a_failed_report_is_exit_code_one(
    run: Run,  # noqa: F811 - the fixture
    filled: Workbook,
) -> None:
    """A unit that is gone since: nothing is published, the sentence says so."""
    schedule(filled, days=1, parameters=(f"unit={HOSTILE}",))
    done = run("schedule", "run", filled.path, "--due")
    assert done.code == 1
    assert "is not a unit of this plan" in done.out
    assert "Traceback" not in done.out + done.err


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_embedded_clock_ends_when_told_to(path: Path, stop: signal.Signals) -> None:
    """Ctrl-C, or the stop of a service: it says so and ends with exit code 0."""
    command = [sys.executable, "-m", "planning_kit", "schedule", "run", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as clockwork:  # noqa: S603 - our own interpreter
        assert clockwork.stdout
        assert "Waiting for what is due" in clockwork.stdout.readline()
        clockwork.send_signal(stop)
        said, wrong = clockwork.communicate()
    assert (clockwork.returncode, wrong) == (0, "")
    assert said.splitlines()[-1].endswith("Stopped.")
