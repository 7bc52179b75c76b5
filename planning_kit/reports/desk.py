"""What a form needs to set up reports on a schedule: the choices, the next dates, and how they are kept and run."""

from __future__ import annotations

import subprocess
import sys
import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planning_kit import clock
from planning_kit.errors import PlanError, ValueRefused
from planning_kit.reports import index, ledger, outbox
from planning_kit.reports.formats import FORMATS
from planning_kit.reports.parameters import REPORTS
from planning_kit.reports.schedule import FORMS, WEEK
from planning_kit.reports.slots import HISTORY
from planning_kit.spec import Field, Report
from planning_kit.steps import STEPS
from planning_kit.store import Run, Schedule, stamp
from planning_kit.workbook import Workbook

RULES = (
    "every first working day of month",
    "every last working day of month",
    "every first working day of quarter",
    "end of quarter + 3 working days",
    "every working day",
    "every day",
    *(f"every {day.capitalize()}" for day in WEEK),
    "every 2 weeks on Friday",
)
"""What is offered to pick from; a time of day makes each a rule. Anything else can be written."""
WORDS = {"pdf": "PDF", "xlsx": "Excel", "docx": "Word", "ipynb": "Notebook"}
LABELS = {"--every": "When", "--zone": "Time zone", "--to": "Readers", "--catch-up": "Missed dates"}
"""What the form calls an option of the command line."""
SHOWN = 30
Told = Mapping[str, Any]


def offer(workbook: Workbook) -> dict[str, Any]:
    """Return what can be chosen: reports with their parameters, for whom, when, where and in which formats."""
    open_ones = [report for step in STEPS if step.book == "plan" for report in step.reports]
    readers = {name: field for report in open_ones for name, field in report.parameters.items() if field.to}
    return {
        "reports": [_report(one) for one in open_ones],
        "scope": [
            [f"{name}={row}", f"{field.title}: {workbook.label(row)}"]
            for name, field in readers.items()
            for table in field.to
            for row in map(str, workbook.plan.frame(table).index)
        ],
        "rules": RULES,
        "forms": FORMS,
        "zones": sorted(one for one in zoneinfo.available_timezones() if "/" in one and not one.startswith("Etc/")),
        "formats": [[kind, WORDS[kind]] for kind in FORMATS if kind in WORDS],
    }


def _report(report: Report) -> dict[str, Any]:
    more = {name: field for name, field in report.parameters.items() if not field.to}
    return {
        "name": report.name,
        "title": report.title,
        "help": report.doc,
        "more": [_asked(name, field) for name, field in more.items()],
    }


def _asked(name: str, field: Field) -> dict[str, Any]:
    value = "" if field.default is None else str(field.default)
    options = [[one, field.choice_label(one)] for one in field.choices]
    return {"name": name, "label": field.title, "help": field.doc, "value": value, "options": options}


def wanted(told: Told) -> Schedule:
    """Return the schedule a filled form stands for."""
    more = [f"{name}={value}" for name, value in (told.get("more") or {}).items() if str(value).strip()]
    return Schedule(
        report=str(told["report"]),
        parameters=tuple(one for one in (str(told.get("scope") or ""), *more) if one),
        every=str(told["every"]).strip(),
        zone=str(told["zone"]).strip(),
        recipients=tuple(str(told.get("to") or "").replace(",", " ").replace(";", " ").split()),
        owner=str(told.get("failures") or "").strip(),
        formats=tuple(map(str, told.get("formats") or ())),
        made_at="",
        made_by="",
    )


def dates(workbook: Workbook, told: Told) -> list[str]:
    """Return the next five dates of a form, as the clocks of its zone show them.

    Raises
    ------
    PlanError
        In the words of the form.
    """
    try:
        return [f"{one:%a %Y-%m-%d %H:%M}" for one in ledger.preview(workbook, wanted(told))]
    except PlanError as problem:
        raise _worded(problem) from None


def keep(workbook: Workbook, told: Told) -> Schedule:
    """Keep what a form says, in the place of the schedule it was opened with.

    Raises
    ------
    PlanError
        In the words of the form; nothing is kept then.
    """
    try:
        return ledger.add(workbook, wanted(told), int(told.get("number") or 0))
    except PlanError as problem:
        raise _worded(problem) from None


def _worded(problem: PlanError) -> PlanError:
    """Return a refusal as the form says it: its labels instead of options."""
    option = str(problem).partition(":")[0]
    label = LABELS.get(option, option.removeprefix("--param ").removeprefix("--").capitalize())
    return ValueRefused(label, problem.sentence) if isinstance(problem, ValueRefused) else problem


def remove(workbook: Workbook, number: int) -> None:
    """Remove a schedule; what it made stays."""
    workbook.store.ledger.end(number, stamp(clock.now()))


def run_now(workbook: Workbook, number: int) -> subprocess.Popen[str]:
    """Make the report of a schedule now, in a process of its own: the page goes on."""
    command = [
        sys.executable,
        "-m",
        "planning_kit",
        "schedule",
        "run",
        str(workbook.store.address),
        "--now",
        f"S{number}",
    ]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, text=True, start_new_session=True, **quiet)  # type: ignore[call-overload,no-any-return]  # noqa: S603 - our own interpreter


def standing(workbook: Workbook) -> dict[str, Any]:
    """Return the schedules with their next date, and the newest runs with their verdicts."""
    kept = workbook.store.ledger
    found, runs = kept.schedules(ended=True), kept.runs(SHOWN)
    alive = [one for one in found if not one.ended_at]
    folders = dict.fromkeys(one.folder for one in alive)
    pages = [(name, f"{folder}/{file}") for folder in folders for name, file in _pages(workbook, folder)]
    return {
        "schedules": [_schedule(workbook, one) for one in alive],
        "runs": [_run(one, row) for one, row in zip(runs, ledger.rows(found, runs), strict=True)],
        "pages": pages,
        "mail": bool(outbox.server()),
    }


def _pages(workbook: Workbook, folder: str) -> list[tuple[str, str]]:
    there = (("All published reports", index.NAME), ("Every run", HISTORY))
    return [one for one in there if (workbook.path.absolute().parent / folder / one[1]).is_file()]


def _schedule(workbook: Workbook, one: Schedule) -> dict[str, Any]:
    (following,) = ledger.preview(workbook, one, 1)
    rows = dict(part.split("=", 1) for part in one.parameters)
    whom = next((f"{name}={row}" for name, row in rows.items() if REPORTS[one.report].parameters[name].to), "")
    return {
        "number": one.number,
        "title": REPORTS[one.report].title,
        "for": workbook.label(whom.partition("=")[2]) if whom else "",
        "next": f"{following:%a %Y-%m-%d %H:%M}",
        "report": one.report,
        "scope": whom,
        "more": {name: value for name, value in rows.items() if f"{name}={value}" != whom},
        "every": one.every,
        "zone": one.zone,
        "to": ", ".join(one.recipients),
        "failures": one.owner,
        "formats": [kind for kind in one.formats if kind in WORDS],
    }


def _run(run: Run, row: tuple[str, ...]) -> dict[str, Any]:
    verdict = row[-1] or {"waiting": "It begins in a moment.", "running": "It is being made."}.get(run.state, "")
    file = Path(run.file).as_posix() if run.state == "published" else ""
    return {"due": row[0], "what": f"{row[1]} {row[2]}", "state": run.state, "verdict": verdict, "file": file}
