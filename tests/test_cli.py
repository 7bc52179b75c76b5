"""The command line: what is printed, which exit code, and that a refusal is one sentence and changes nothing."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from planning_kit import cli
from planning_kit.workbook import Workbook
from tests.kinds import HOSTILE

COMMANDS = sorted(str(one.name or one.callback.__name__) for one in cli.app.registered_commands if one.callback)
READING = ["info", "check", "show", "history", "diff"]


@dataclass
class Done:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed for a program."""
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs ``planning-kit`` with some arguments."""

    def runner(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["planning-kit", *map(str, arguments)])
        capsys.readouterr()
        try:
            cli.main()
            code = 0
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(bool(stop.code))
        printed = capsys.readouterr()
        return Done(code, printed.out, printed.err)

    return runner


@pytest.fixture
def path(filled: Workbook) -> Path:
    """Return the file of a small plan."""
    filled.store.name_revision("Adopted", "Ana")
    filled.edit("tasks", "T1", name="Rooms", reason="shorter")
    filled.close()
    return filled.path


def refused(done: Done, sentence: str) -> None:
    """Assert that a command was refused with one sentence on standard error."""
    assert (done.code, done.out) == (2, "")
    assert re.search(sentence, done.err)
    assert done.err.count("\n") == 1
    assert "Traceback" not in done.err


# --- help --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    """Somebody who has forgotten an option finds it, and a line to copy."""
    shown = CliRunner().invoke(cli.app, [command, "--help"])
    assert shown.exit_code == 0
    assert f"Example: planning-kit {command} " in shown.output + " "


def test_the_list_of_commands_says_what_each_does() -> None:
    """Every command is there with a sentence."""
    shown = CliRunner().invoke(cli.app, ["--help"]).output
    assert [name for name in COMMANDS if not re.search(rf"^\W*{name}\s+[A-Z]", shown, re.MULTILINE)] == []


def test_the_commands_of_this_version_are_there() -> None:
    """The names are fixed; programs rely on them."""
    assert {
        "start", "new", "info", "check", "show", "explain", "history", "undo", "redo",
        "diff", "copy", "restore", "report", "bench",
    } <= set(COMMANDS)  # fmt: skip


def test_figures_are_listed_by_table(run: Run, path: Path) -> None:
    """Whoever does not know a figure's name reads it here."""
    done = run("explain", path, "--list")
    assert done.code == 0
    assert "measures" in done.out
    assert "progress" in done.out


# --- new ---------------------------------------------------------------------------------------------------


def test_new_makes_an_empty_plan(run: Run, tmp_path: Path) -> None:
    """The plan opens and holds nothing."""
    done = run("new", tmp_path / "plan.db")
    assert (done.code, done.err) == (0, "")
    assert "an empty plan" in done.out
    assert run("info", tmp_path / "plan.db", "--json").json["rows"] == {}


def test_new_never_overwrites(run: Run, path: Path) -> None:
    """A plan of that name stays as it is."""
    content = path.read_bytes()
    refused(run("new", path), "there is a file of this name already")
    assert path.read_bytes() == content


@pytest.mark.parametrize("arguments", [("plan.db", "--sample", "nasa"), ("nowhere/plan.db",)])
def test_new_leaves_nothing_behind_when_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    """No half-made file lies there afterwards."""
    monkeypatch.chdir(tmp_path)
    refused(run("new", *arguments), r"is not a sample\. Samples are|does not exist\. Create it")
    assert list(tmp_path.iterdir()) == []


# --- looking -----------------------------------------------------------------------------------------------


def test_info_for_people(run: Run, path: Path) -> None:
    """Organisation, revision, rows, steps and the last change."""
    done = run("info", path)
    assert done.code == 0
    for words in ("City library", "revision 9", "as of 2027-03-31", "tasks 2", "Strategy", "by Ana"):
        assert words in done.out


def test_info_for_programs(run: Run, path: Path) -> None:
    """The same as JSON."""
    found = run("info", path, "--json").json
    assert (found["organisation"], found["revision"], found["as_of"]) == ("City library", 9, "2027-03-31")
    assert found["rows"]["people"] == 2
    assert [one["number"] for one in found["steps"]][:8] == list(range(8))
    assert found["last_change"]["author"] == "Ana"


def test_check_prints_findings_and_fails_on_errors(run: Run, path: Path) -> None:
    """Exit code 1 tells a program that something blocks a step."""
    done = run("check", path)
    assert done.code == 1
    assert re.search(r"^error +\d00 .* is missing\. Fill in ", done.out, re.MULTILINE)
    assert re.search(r"^\d+ errors, \d+ warnings, \d+ notes", done.out, re.MULTILINE)


def test_check_for_programs_and_for_one_step(run: Run, path: Path) -> None:
    """Findings as JSON; those of a step begin with its digit."""
    done = run("check", path, "--step", "1", "--as-of", "2027-06-30", "--json")
    assert {one["code"][0] for one in done.json} <= {"1"}
    assert done.code == (1 if any(one["severity"] == "error" for one in done.json) else 0)
    assert set(done.json[0]) == {"code", "severity", "table", "row", "field", "message", "remedy"}


def test_show_prints_names_and_csv_prints_everything(run: Run, path: Path) -> None:
    """People read names; a program gets every column and the ids."""
    assert "Ana" in run("show", path, "objectives").out
    (row,) = csv.DictReader(io.StringIO(run("show", path, "objectives", "--csv").out))
    assert (row["id"], row["owner"], row["due"], row["description"]) == ("O1", "P1", "2029-12-31", "")


def test_names_with_markup_are_printed_as_they_are(run: Run, path: Path) -> None:
    """Neither brackets nor tags in a name change what the terminal shows."""
    for name in (HOSTILE, "[bold]x[/bold]", "[/]", "a\\[b"):
        with Workbook(path, "Ana") as workbook:
            workbook.edit("tasks", "T1", name=name)
        assert name in run("show", path, "tasks").out
        assert name in run("diff", path, "Adopted", workbook.plan.revision).out


def test_history_tells_who_changed_what_and_why(run: Run, path: Path) -> None:
    """Newest first; one row alone; the last few; for programs."""
    lines = run("history", path).out.splitlines()
    assert len(lines) == 9
    assert re.search(r"^ +9 .* Ana .*name of T1 +shorter$", lines[0])
    assert len(run("history", path, "--row", "T1").out.splitlines()) == 2
    assert len(run("history", path, "--limit", "3").out.splitlines()) == 3
    newest = run("history", path, "--json").json[0]
    assert newest["changes"][0]["before"] == {"name": "Reading rooms"}
    assert newest["changes"][0]["after"] == {"name": "Rooms"}


def test_diff_compares_revisions_by_number_or_name(run: Run, path: Path) -> None:
    """In words, and for programs."""
    done = run("diff", path, "Adopted", "9")
    assert done.out.splitlines() == ["tasks T1 “Rooms”, Task: Reading rooms -> Rooms", "1 differences."] or (
        "Reading rooms -> Rooms" in done.out
    )
    assert run("diff", path, "9", "9").out == "No difference.\n"
    assert run("diff", path, "Adopted", "9", "--json").json == [
        {"table": "tasks", "row": "T1", "field": "name", "before": "Reading rooms", "after": "Rooms"}
    ]
    assert "was removed" in run("diff", path, "9", "0").out


# --- changing ----------------------------------------------------------------------------------------------


def test_undo_and_redo_take_back_the_authors_last_change(run: Run, path: Path) -> None:
    """The plan goes back and forth, as new revisions."""
    assert "revision 10" in run("undo", path, "--author", "Ana").out
    assert "Reading rooms" in run("show", path, "tasks").out
    assert "revision 11" in run("redo", path, "--author", "Ana").out
    assert "Reading rooms" not in run("show", path, "tasks").out
    assert "revision 12" in run("undo", path, "--to", "5", "--author", "Bo").out
    assert run("info", path, "--json").json["rows"].get("tasks") is None


def test_copy_and_restore(run: Run, path: Path, tmp_path: Path) -> None:
    """A copy holds everything, and can be put back in place."""
    copy = tmp_path / "monday.db"
    assert run("copy", path, copy).out.startswith(f"Wrote {copy} (")
    run("undo", path, "--to", "0", "--author", "Ana")
    assert run("info", path, "--json").json["rows"] == {}
    assert run("restore", path, copy).code == 0
    assert run("info", path, "--json").json["rows"]["tasks"] == 2


def test_a_damaged_plan_is_restored_from_a_copy(run: Run, path: Path, tmp_path: Path) -> None:
    """That is what copies are for."""
    copy = tmp_path / "monday.db"
    run("copy", path, copy)
    path.write_bytes(b"\x00" * 5000)
    refused(run("info", path), "this is not a whole plan file")
    assert run("restore", path, copy).code == 0
    assert run("info", path, "--json").json["rows"]["tasks"] == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("undo", "PLAN", "--author", "Eve"), "There is nothing of Eve's to undo"),
        (("redo", "PLAN", "--author", "Eve"), "There is nothing of Eve's to redo"),
        (("undo", "PLAN", "--to", "99"), "the plan has revisions 0 to 9"),
        (("diff", "PLAN", "Adopted", "nonsense"), "“nonsense” is not a named revision. Names are: Adopted"),
        (("show", "PLAN", "objektives"), "objektives is not a table of this plan. Tables are: profile"),
        (("check", "PLAN", "--as-of", "2026-02-30"), "--as-of: 2026-02-30 is not a date"),
        (("copy", "PLAN", "PLAN"), "there is a file of this name already"),
        (("restore", "PLAN", "nothing.db"), "nothing.db"),
        (
            ("explain", "PLAN", "nonsense", "M1"),
            "“nonsense” is not a figure. Figures are, by table: .*measures: health",
        ),
        (("explain", "PLAN", "progress", "M99"), "M99"),
        (("report", "PLAN", "nonsense"), "nonsense"),
        (("report", "PLAN", "progress", "--param", "unit=Nowhere"), "Nowhere"),
        (("report", "PLAN", "progress", "--param", "nonsense=1"), "nonsense"),
        (("info", "nowhere.db"), "there is no plan here.*planning-kit new nowhere.db"),
        (("info", "postgresql://127.0.0.1:9/plan"), "the server cannot be reached"),
    ],
)
def test_what_is_refused_is_one_sentence_and_changes_nothing(
    run: Run, path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], sentence: str
) -> None:
    """Exit code 2, nothing on standard output, the file byte for byte as before."""
    monkeypatch.chdir(path.parent)
    content = path.read_bytes()
    refused(run(*(str(path) if one == "PLAN" else one for one in arguments)), sentence)
    assert path.read_bytes() == content


@pytest.mark.parametrize("arguments", [("check", "PLAN", "--step", "9"), ("nonsense",), ("show",), ("info", "--x")])
def test_a_slip_in_the_command_itself_is_refused_too(run: Run, path: Path, arguments: tuple[str, ...]) -> None:
    """An unknown option or a missing argument is exit code 2, says so on standard error, and is no traceback."""
    done = run(*(str(path) if one == "PLAN" else one for one in arguments))
    assert (done.code, done.out) == (2, "")
    assert "Traceback" not in done.err
    assert done.err.strip()


def test_without_a_plan_the_one_of_the_folder_is_taken(run: Run, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a workbook folder no path needs to be typed; the environment comes first."""
    monkeypatch.chdir(path.parent)
    refused(run("info"), "is not a workbook folder and PLANNING_KIT_PLAN is not set")
    (path.parent / ".planning-kit.json").write_text('{"plan": "plan.db"}')
    assert "City library" in run("info").out
    monkeypatch.chdir("/")
    monkeypatch.setenv("PLANNING_KIT_PLAN", str(path))
    assert "City library" in run("info").out


# --- light on its feet -------------------------------------------------------------------------------------

HEAVY = ("altair", "ipywidgets", "anywidget", "papermill", "nbformat", "jupyterlab", "jsonschema", "IPython")


def loaded(code: str, *arguments: object) -> set[str]:
    """Return the modules loaded after some code ran in a process of its own."""
    told = f"{code}\nimport sys\nprint('\\n' + ' '.join(sys.modules))"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", told, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(cli.__file__).parents[1],
    )
    return {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}


def test_importing_the_package_loads_nothing_heavy() -> None:
    """``import planning_kit`` costs next to nothing, so scripts begin at once."""
    found = loaded("import planning_kit as pk; pk.__version__; dir(pk)")
    assert found.isdisjoint({*HEAVY, "pandas", "numpy", "sqlalchemy", "pydantic"})


def test_looking_at_a_plan_loads_no_charts_and_no_widgets(path: Path) -> None:
    """``planning-kit info`` and ``pk.open`` do not wait for what they do not show."""
    code = "import sys\nfrom planning_kit import cli\ntry:\n    cli.app(['info', sys.argv[1]])\nexcept SystemExit: pass"
    assert loaded(code, path).isdisjoint(HEAVY)
    code = "import sys, planning_kit as pk\nwb = pk.open(sys.argv[1], read_only=True); wb.plan.tasks"
    assert loaded(code, path).isdisjoint(HEAVY)


def test_the_installed_command_runs_in_a_process_of_its_own(path: Path) -> None:
    """What a person types in a terminal: text, exit code, and a sentence on standard error."""
    command = [sys.executable, "-m", "planning_kit"]
    done = subprocess.run([*command, "show", str(path), "people"], capture_output=True, text=True, check=False)  # noqa: S603 - our own interpreter
    assert (done.returncode, done.stderr) == (0, "")
    assert "Ana" in done.stdout
    done = subprocess.run([*command, "info", "nowhere.db"], capture_output=True, text=True, check=False)  # noqa: S603 - our own interpreter
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
