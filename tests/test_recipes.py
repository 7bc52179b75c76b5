"""A field is one line in one file of the package and a check one function: everything else follows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import planning_kit as pk
from planning_kit.workbook import Workbook

PACKAGE = Path(pk.__file__).parent

FIELD = """    reviewed_on: Date = field("Reviewed on", doc="The day the board looked at it last.")

"""
CHECK = '''

@check("198", "warning", thread="communication")
def shouting(plan: Plan, _at: Circumstances) -> Hits:
    """Objective in capitals

    What: The title of an objective is written in capitals.
    Why: Nobody likes to be shouted at.
    Fix: Write it in small letters.
    Source: Good manners.
    """
    rows = plan.objectives[plan.objectives["title"].str.isupper().fillna(value=False)]
    return told(plan, "objectives.title", rows, "“{label}” shouts.", "Write it in small letters.")
'''

LOOK = """
import asyncio, json, sqlite3, sys
from pathlib import Path
import planning_kit as pk
from planning_kit import docs, folder
from planning_kit.forms.guide import Guide
from planning_kit.forms.session import Session
from planning_kit.steps import STEPS

place = Path(sys.argv[1])
folder.write(place, plan="plan.db")
found = {}
with pk.open(place / "plan.db", author="Ana") as wb:
    try:
        wb.edit("objectives", "O1", reviewed_on="2027-02-30")
    except pk.PlanError as refused:
        found["refusal"] = str(refused)
    wb.edit("objectives", "O1", reviewed_on="31 March 2027")
    wb.edit("objectives", "O1", reviewed_on="")
    found["undone"] = str(wb.undo().row("objectives", "O1")["reviewed_on"])
    found["history"] = wb.history("O1")[0].changes[0].after["reviewed_on"].isoformat()
    found["findings"] = [one.message for one in wb.findings() if one.code == "198"]
file = sqlite3.connect(place / "plan.db")
found["column"] = file.execute("SELECT reviewed_on FROM objectives").fetchall()
file.close()
found["page"] = docs.tables_page()
found["checks"] = docs.checks_page()
state = Guide(STEPS[1], Session(place)).table("objectives").on_open({})
found["form"] = json.loads(json.dumps(state, default=str))
found["package"] = pk.__file__
print(json.dumps(found))
"""


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return the folder of a copy of the package, to be changed."""
    left_out = shutil.ignore_patterns("__pycache__", "labextensions", "_shipped")
    shutil.copytree(PACKAGE, tmp_path / "changed" / PACKAGE.name, ignore=left_out)
    return tmp_path / "changed"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a workbook folder with a plan made before the change."""
    place = tmp_path / "workbook"
    place.mkdir()
    with Workbook(place / "plan.db", "Ana", create=True) as workbook:
        workbook.add("objectives", title="EVERY CHILD READS BY EIGHT")
    return place


def ran(copied: Path, *arguments: object) -> str:
    """Run the changed package in a process of its own and return what it printed."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=copied,
        env={**os.environ, "PYTHONPATH": str(copied), "PYTHONWARNINGS": "ignore"},
    )
    assert not done.stderr, done.stderr
    return done.stdout


def changed_files(copied: Path) -> list[str]:
    """Return the files of the package in which the copy differs."""
    return [
        str(one.relative_to(copied / PACKAGE.name))
        for one in sorted((copied / PACKAGE.name).rglob("*.py"))
        if one.read_bytes() != (PACKAGE / one.relative_to(copied / PACKAGE.name)).read_bytes()
    ]


def looked(copied: Path, place: Path) -> dict[str, Any]:
    """Return what the changed package makes of the plan."""
    found: dict[str, Any] = json.loads(ran(copied, "-c", LOOK, place).splitlines()[-1])
    assert Path(found["package"]).is_relative_to(copied)
    return found


def test_a_field_and_a_check_touch_one_file_each(copied: Path, place: Path) -> None:
    """Form, database, validation, history, command line and both pages know them at once, on a plan made before."""
    tables = copied / PACKAGE.name / "steps" / "strategy" / "tables.py"
    text = tables.read_text(encoding="utf-8")
    end = text.index("\n\nclass Measures(")
    tables.write_text(text[:end] + FIELD + text[end:], encoding="utf-8")
    assert changed_files(copied) == ["steps/strategy/tables.py"]
    checks = copied / PACKAGE.name / "steps" / "strategy" / "checks.py"
    checks.write_text(checks.read_text(encoding="utf-8") + CHECK, encoding="utf-8")
    assert changed_files(copied) == ["steps/strategy/checks.py", "steps/strategy/tables.py"]

    found = looked(copied, place)
    assert found["refusal"].startswith("objectives O1, Reviewed on: 2027-02-30 is not a date in the calendar.")
    assert found["column"] == [["2027-03-31"]]
    assert (found["undone"], found["history"]) == ("2027-03-31", "2027-03-31")
    assert "| `reviewed_on` | Reviewed on | date |" in found["page"]
    column = next(one for one in found["form"]["columns"] if one["field"] == "reviewed_on")
    assert column["title"] == "Reviewed on"
    assert "The day the board looked at it last" in json.dumps(column)
    assert "2027-03-31" in json.dumps(found["form"])
    assert list((place / "plan.db.backups").glob("*.db"))

    assert found["findings"] == ["“EVERY CHILD READS BY EIGHT” shouts."]
    assert "198 Objective in capitals" in found["checks"]
    assert "Nobody likes to be shouted at." in found["checks"]

    shown = ran(copied, "-m", "planning_kit", "show", place / "plan.db", "objectives", "--csv")
    assert ",reviewed_on," in shown.splitlines()[0]
    assert "2027-03-31" in shown.splitlines()[1]

    with Workbook(place / "plan.db", "Bo") as workbook:  # the program without the field goes on working
        workbook.edit("objectives", "O1", title="Every child reads by eight")
        assert [one.author for one in workbook.history("O1")] == ["Bo", "Ana", "Ana", "Ana", "Ana"]
