"""Schedules as people ask for them, the slots that follow from them, and the page that shows every run."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import itertools
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from planning_kit import clock
from planning_kit.errors import PlanError, PlanFileError, ValueRefused
from planning_kit.reports.formats import FORMATS, chosen
from planning_kit.reports.outbox import address
from planning_kit.reports.parameters import order
from planning_kit.reports.runner import publish
from planning_kit.reports.schedule import Working, moments, next_times, parse, working_days, zone_named
from planning_kit.steps import STEPS
from planning_kit.store import Run, Schedule, stamp
from planning_kit.workbook import Workbook

LATE = dt.timedelta(hours=1)
"""A slot without catch-up that could not begin for so long is missed; a run that begins later says so."""
LISTED = 1000
"""Missed slots that are written down at most."""
CATCH_UP = ("latest", "all", "none")
HERE = Path(__file__).parent


def add(workbook: Workbook, wanted: Schedule, instead_of: int = 0) -> Schedule:
    """Check a schedule and keep it; returns it with its number.

    Parameters
    ----------
    workbook : Workbook
        The plan, open for writing; its author is kept.
    wanted : Schedule
        As it was asked for; who and when are filled in here.
    instead_of : int
        Number of the schedule that ends when this one is kept; 0 for none.

    Raises
    ------
    PlanError
        When the report, a parameter, the rule, the zone, an address, a format or the catch-up rule cannot be taken;
        nothing is kept then.
    """
    refuse_private(wanted.report)
    order(workbook, wanted.report, None, wanted.parameters)
    next_times(wanted.every, wanted.zone, clock.now(), 1, working_days(workbook.plan))
    if wanted.catch_up not in CATCH_UP:
        message = f"“{wanted.catch_up}” is not known. Allowed are: {', '.join(CATCH_UP)}."
        raise ValueRefused("--catch-up", message)
    return workbook.store.ledger.add(
        dataclasses.replace(
            wanted,
            recipients=tuple(dict.fromkeys(map(address, wanted.recipients))),
            owner=address(wanted.owner) if wanted.owner else "",
            formats=tuple(dict.fromkeys(("html", *chosen(",".join(wanted.formats))))),
            made_at=stamp(clock.now()),
            made_by=workbook.author,
        ),
        instead_of,
    )


def files(schedule: Schedule, page: Path) -> list[Path]:
    """Return the files of a report, one for each format of its schedule, from the first: its page."""
    return [page.with_suffix(f".{kind}") for kind in FORMATS if kind in schedule.formats or kind == "html"]


def refuse_private(report: str) -> None:
    """Refuse a report of a step that keeps its own file: appraisals are not published and not mailed.

    Raises
    ------
    PlanError
    """
    if any(one.name == report and step.book != "plan" for step in STEPS for one in step.reports):
        message = f"{report}: this report holds what is for few eyes only. It is not made on a schedule."
        raise PlanError(message)


def preview(workbook: Workbook, schedule: Schedule, count: int = 5) -> list[dt.datetime]:
    """Return the next moments of a schedule, as the clocks of its zone show them."""
    return next_times(schedule.every, schedule.zone, clock.now(), count, working_days(workbook.plan))


def slots(schedule: Schedule, last: dt.datetime, now: dt.datetime, works: Working) -> list[Run]:
    """Return the slots of a schedule after the last one: those to run and, by its catch-up rule, those missed."""
    following = moments(parse(schedule.every), schedule.zone, last, works)
    due = list(deque(itertools.takewhile(lambda one: one <= now, following), maxlen=LISTED))
    if schedule.catch_up == "all":
        wanted = due
    else:
        wanted = [one for one in due[-1:] if schedule.catch_up == "latest" or now - one <= LATE]
    missed = {"state": "missed", "sentence": "Not made: no scheduler was running when it was due."}
    return [slot(schedule, one, **({} if one in wanted else missed)) for one in due]


def slot(schedule: Schedule, moment: dt.datetime, **told: Any) -> Run:
    """Return the run of a schedule for one moment."""
    return Run(
        schedule=schedule.number,
        slot=stamp(moment),
        report=schedule.report,
        parameters=schedule.parameters,
        as_of=moment.astimezone(zone_named(schedule.zone)).date().isoformat(),
        free_at=stamp(moment),
        **told,
    )


def rows(schedules: Iterable[Schedule], runs: Iterable[Run]) -> list[tuple[str, ...]]:
    """Return runs as texts: when due, schedule, report, as of, revision, state, attempts, seconds, verdict."""
    zones = {one.number: zone_named(one.zone) for one in schedules}
    return [
        (
            f"{dt.datetime.fromisoformat(one.slot).astimezone(zones[one.schedule]):%Y-%m-%d %H:%M %Z}",
            f"S{one.schedule}",
            " ".join((one.report, *one.parameters)),
            one.as_of,
            str(one.revision or ""),
            one.state,
            str(one.attempt or ""),
            _seconds(one),
            " ".join(one.sentence.split()),
        )
        for one in runs
    ]


COLUMNS = ("due on", "schedule", "report", "as of", "revision", "state", "attempt", "took, s", "verdict")


def _seconds(run: Run) -> str:
    if not run.finished_at:
        return ""
    took = dt.datetime.fromisoformat(run.finished_at) - dt.datetime.fromisoformat(run.started_at)
    return f"{took.total_seconds():.1f}"


def page(title: str, schedules: list[Schedule], runs: list[Run]) -> str:
    """Return the page with every run and its verdict: one file, no script, every name shown as text."""
    counts = Counter(one.state for one in runs)
    said = ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "Nothing has been due yet"
    return listing("Reports on a schedule", title, said, COLUMNS, rows(schedules, runs), "Every run, newest first")


def listing(  # noqa: PLR0913, PLR0917 - the words of a page
    heading: str,
    title: str,
    counts: str,
    columns: Sequence[str],
    lines: Sequence[Sequence[object]],
    part: str = "Files",
) -> str:
    """Return a page with one table: one file, no script, every name shown as text; a cell may be a list of links."""
    css = Markup((HERE / "page.css").read_text(encoding="utf-8"))  # noqa: S704 - our own file
    words = {"heading": heading, "title": title, "counts": counts or "Nothing yet", "part": part}
    return _template().render(**words, columns=columns, rows=lines, css=css)


def write_page(file: Path, workbook: Workbook, limit: int = 1000) -> None:
    """Write the page with every run of a plan; whole, or not at all.

    Raises
    ------
    PlanFileError
        When it cannot be written there.
    """
    title = str(workbook.plan.marked("profile", "organisation") or workbook.path.stem)
    kept = workbook.store.ledger
    try:
        publish({file: page(title, kept.schedules(ended=True), kept.runs(limit)).encode()})
    except OSError as problem:
        message = f"{file}: the page could not be written ({problem.strerror}). Name a place you may write to."
        raise PlanFileError(message) from problem


@functools.cache
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(HERE)
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True).get_template("history.html.j2")
