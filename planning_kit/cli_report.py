"""The command line, ``planning-kit report``: a report, or one for each of many readers."""

from __future__ import annotations

import datetime as dt
import importlib
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from planning_kit.errors import PlanError
from planning_kit.folder import asked
from planning_kit.workbook import Workbook

EPILOG = "Example: planning-kit report plan.db progress --as-of 2026-10-31 --for all -o reports"
PlanArgument = Annotated[
    str,
    typer.Argument(metavar="PLAN", help="Plan file, or address; without it PLANNING_KIT_PLAN or that of this folder."),
]
AsOf = Annotated[
    str, typer.Option("--as-of", metavar="DATE", help="Look at the plan as of this date (year-month-day).")
]


def day(text: str) -> dt.date | None:
    """Return a date given on the command line.

    Raises
    ------
    PlanError
        When it is none.
    """
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        message = f"--as-of: {text} is not a date. Write year-month-day, for example 2026-02-28."
        raise PlanError(message) from None


def report(  # noqa: PLR0913, PLR0917 - one parameter an option
    plan: PlanArgument = "",
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of a report; see --list.")] = "",
    as_of: AsOf = "",
    param: Annotated[list[str], typer.Option("--param", metavar="NAME=VALUE", help="A parameter of the report.")] = [],  # noqa: B006 - typer reads the default, nothing changes it
    folder: Annotated[Path, typer.Option("-o", "--output", help="Folder the report is written to.")] = Path("reports"),
    whom: Annotated[
        str, typer.Option("--for", metavar="WHOM", help="A unit, a person, units, people, or all: one report for each.")
    ] = "",
    kinds: Annotated[
        str, typer.Option("--format", metavar="FORMATS", help="html, pdf, xlsx, docx, ipynb; several with commas.")
    ] = "html",
    jobs: Annotated[int, typer.Option(min=1, help="How many reports are made at a time.")] = os.cpu_count() or 1,
    dask: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Make them on this Dask cluster: see docs/cluster.md.")
    ] = "",
    *,
    as_list: Annotated[bool, typer.Option("--list", help="List the reports and their parameters.")] = False,
) -> None:
    """Run a report notebook with papermill into one self-contained file, for one reader or for each of many."""
    if as_list:
        typer.echo(importlib.import_module("planning_kit.reports.parameters").listing())
        return
    with importlib.import_module("planning_kit.reports.server").server():  # it loads while the next line does
        reports = importlib.import_module("planning_kit.reports.runner")
        address = asked(plan)
        formats = importlib.import_module("planning_kit.reports.formats").chosen(kinds)
        many = reports.requests(address, name, whom, param)
        told = {"as_of": day(as_of), "folder": folder, "kinds": formats}
        if dask:
            made = importlib.import_module("planning_kit.reports.cluster").spread(address, dask, name, many, **told)
        else:
            made = reports.run_many(address, name, many, jobs=jobs, **told)
        bar = track(made, "Reports", len(many), console=Console(stderr=True), disable=not sys.stderr.isatty())
        verdicts = []
        for one in bar:
            typer.echo(one.sentence)
            verdicts.append(one.ok)
    with Workbook(address, read_only=True) as workbook:
        index = importlib.import_module("planning_kit.reports.index")
        index.write(folder.absolute(), workbook.path.absolute().parent, workbook.store.ledger)
    raise typer.Exit(0 if all(verdicts) else 1)
