"""The command line, ``planning-kit schedule``: reports that are made again and again."""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer

from planning_kit import clock
from planning_kit.errors import PlanError
from planning_kit.folder import asked
from planning_kit.store import Schedule, stamp
from planning_kit.workbook import Workbook

app = typer.Typer(help="Make reports on a schedule and mail them.", no_args_is_help=True, rich_markup_mode=None)
Plan = Annotated[str, typer.Argument(metavar="PLAN", help="Plan file; without it that of this folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]


def _open(plan: str, author: str = "", *, read_only: bool = False) -> Workbook:
    return Workbook(asked(plan), author, read_only=read_only)


def _part(name: str) -> Any:
    return importlib.import_module(f"planning_kit.reports.{name}")


def _say(sentence: str) -> None:
    sys.stdout.write(f"{clock.now():%Y-%m-%d %H:%M:%SZ} {sentence}\n")
    sys.stdout.flush()


@app.command(
    epilog='Example: planning-kit schedule add plan.db progress --every "first working day of month 08:00" '
    "--zone Europe/Berlin --to ana@example.org"
)
def add(  # noqa: PLR0913, PLR0917 - one parameter an option
    plan: Plan,
    report: Annotated[str, typer.Argument(metavar="REPORT", help="Name of a report; see planning-kit report --list.")],
    every: Annotated[str, typer.Option(metavar="RULE", help="When: a phrase, or a cron line of five fields.")],
    zone: Annotated[str, typer.Option(metavar="ZONE", help="Whose wall clock counts, for example Europe/Berlin.")],
    to: Annotated[list[str], typer.Option(metavar="ADDRESS", help="A reader it is mailed to; may be repeated.")] = [],  # noqa: B006 - typer reads the default, nothing changes it
    param: Annotated[list[str], typer.Option("--param", metavar="NAME=VALUE", help="A parameter of the report.")] = [],  # noqa: B006 - the same
    owner: Annotated[str, typer.Option(metavar="ADDRESS", help="Who is told of a failure; else the readers.")] = "",
    folder: Annotated[str, typer.Option("-o", "--output", help="Folder, seen from the plan's.")] = "reports",
    kinds: Annotated[str, typer.Option("--format", help="Formats besides the page: pdf, xlsx, docx, ipynb.")] = "html",
    catch_up: Annotated[str, typer.Option(help="Which missed ones are made up for: latest, all or none.")] = "latest",
    author: Annotated[str, typer.Option(help="Who makes the schedule.")] = "",
) -> None:
    """Add a schedule and print the next five dates."""
    ledger = _part("ledger")
    with _open(plan, author) as workbook:
        asked = Schedule(
            report=report,
            parameters=tuple(param),
            every=every,
            zone=zone,
            recipients=tuple(to),
            owner=owner,
            folder=folder,
            formats=(kinds,),
            catch_up=catch_up,  # type: ignore[arg-type]  # checked by the ledger, with a sentence
            made_at="",
            made_by="",
        )
        made = ledger.add(workbook, asked)
        sys.stdout.write(f"Added S{made.number}: {made.report}, {made.every}, {made.zone}. The next five:\n")
        sys.stdout.writelines(f"  {one:%a %Y-%m-%d %H:%M}\n" for one in ledger.preview(workbook, made))


@app.command("list", epilog="Example: planning-kit schedule list plan.db")
def show(plan: Plan = "", *, as_json: Json = False) -> None:
    """Print the schedules, each with its next date."""
    with _open(plan, read_only=True) as workbook:
        found = workbook.store.ledger.schedules()
        if as_json:
            sys.stdout.write(json.dumps([vars(one) for one in found], indent=1, ensure_ascii=False) + "\n")
            return
        for one in found:
            (following,) = _part("ledger").preview(workbook, one, 1)
            asked = " ".join((one.report, *one.parameters))
            readers = ", ".join(one.recipients) or "nobody"
            next_one = f"next {following:%Y-%m-%d %H:%M}"
            sys.stdout.write(f"S{one.number}  {asked}  {one.every}, {one.zone}  {next_one}  to {readers}\n")
        if not found:
            sys.stdout.write("No schedules. Add one with: planning-kit schedule add\n")


@app.command(epilog="Example: planning-kit schedule remove plan.db S1")
def remove(plan: Plan, schedule: Annotated[str, typer.Argument(help="The schedule, for example S1.")]) -> None:
    """Remove a schedule; what it made, and the record of it, stays."""
    with _open(plan) as workbook:
        number = _named(workbook, schedule).number
        workbook.store.ledger.end(number, stamp(clock.now()))
    sys.stdout.write(f"Removed S{number}. Its reports and their record stay.\n")


def _named(workbook: Workbook, schedule: str) -> Schedule:
    there = {f"S{one.number}": one for one in workbook.store.ledger.schedules()}
    if (name := f"S{schedule.upper().removeprefix('S')}") not in there:
        message = f"{schedule}: there is no such schedule. Schedules are: {', '.join(there) or 'none'}."
        raise PlanError(message)
    return there[name]


@app.command(epilog="Example: planning-kit schedule run plan.db --due")
def run(
    plan: Plan = "",
    *,
    due: Annotated[bool, typer.Option("--due", help="Do what is due now, and end.")] = False,
    now: Annotated[str, typer.Option(metavar="SCHEDULE", help="Make this one, for example S1, due or not; end.")] = "",
    dask: Annotated[str, typer.Option(metavar="ADDRESS", help="With --due: let this Dask cluster make them.")] = "",
) -> None:
    """Make and mail what is due; without --due, go on until stopped with Ctrl-C."""
    with _open(plan) as workbook:
        scheduler = _part("slots").Scheduler(workbook, say=_say)
        if not _part("outbox").server() and any(one.recipients for one in scheduler.ledger.schedules()):
            _say("No mail server is set (PLANNING_KIT_SMTP_HOST): reports are made, their mails wait in the outbox.")
        if now:
            scheduler.ask(_named(workbook, now))
        if dask:
            raise typer.Exit(1 if _part("cluster").do_what_is_due(scheduler, dask) else 0)
        if due or now:
            raise typer.Exit(1 if scheduler.do_what_is_due() else 0)

        def stopping(number: int, _: FrameType | None) -> None:
            signal.signal(number, signal.default_int_handler)
            os.write(1, b"Stopping once the report in the making is done. Once more: stop at once.\n")  # may cut in
            scheduler.stop.set()

        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, stopping)
        _say("Waiting for what is due. Stop with Ctrl-C.")
        scheduler.run_until_stopped()
        _say("Stopped.")


@app.command(epilog="Example: planning-kit schedule history plan.db --html history.html")
def history(
    plan: Plan = "",
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a page instead.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many runs.")] = 1000,
    *,
    as_json: Json = False,
) -> None:
    """Print every run and its verdict, newest first."""
    ledger = _part("ledger")
    with _open(plan, read_only=True) as workbook:
        runs = workbook.store.ledger.runs(limit)
        if as_json:
            sys.stdout.write(json.dumps([vars(one) for one in runs], indent=1, ensure_ascii=False) + "\n")
        elif html:
            ledger.write_page(html, workbook, limit)
            sys.stdout.write(f"Wrote {html}\n")
        else:
            schedules = workbook.store.ledger.schedules(ended=True)
            sys.stdout.writelines("  ".join(row) + "\n" for row in ledger.rows(schedules, runs))
