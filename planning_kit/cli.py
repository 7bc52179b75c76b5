"""The command line: ``planning-kit``. Exit code 0 = done, 1 = findings or a failed report, 2 = input refused."""

from __future__ import annotations

import contextlib
import importlib
import json
import logging
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table as Lines

from planning_kit import cli_report, cli_schedule, cli_share, cli_updates
from planning_kit.cli_report import AsOf, PlanArgument
from planning_kit.errors import PlanError
from planning_kit.folder import asked
from planning_kit.plan import Difference
from planning_kit.samples import SAMPLES, build, templates
from planning_kit.spec.values import amount
from planning_kit.store import Revision, place
from planning_kit.store import restore as put_back
from planning_kit.workbook import Workbook

app = typer.Typer(
    name="planning-kit",
    help="Planning workbook for strategy execution: eight guided steps, one plan file, reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(cli_schedule.app, name="schedule")
app.command(epilog=cli_share.EPILOG)(cli_share.share)
app.command(epilog=cli_report.EPILOG)(cli_report.report)
app.command(epilog=cli_updates.EPILOG)(cli_updates.updates)
WIDE = 10_000
out = Console(soft_wrap=True, markup=False, highlight=False, width=None if sys.stdout.isatty() else WIDE)
log = logging.getLogger(__name__)
FINDINGS, REFUSED = 1, 2
SHOWN_ROWS = 200

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
Author = Annotated[str, typer.Option(help="Who makes the change.")]


def main() -> None:
    """Run the command line; a refusal is one sentence on standard error."""
    try:
        app()
    except PlanError as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(REFUSED)
    except Exception as fault:
        if os.environ.get("PLANNING_KIT_DEBUG"):
            raise
        log.debug("unexpected", exc_info=True)
        sys.stderr.write(
            f"Something unexpected happened ({type(fault).__name__}: {fault}). Nothing was changed by this command. "
            "Set PLANNING_KIT_DEBUG=1 and run it again to see where.\n"
        )
        sys.exit(FINDINGS)
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. Everything saved before is safe.\n")
        sys.exit(130)


@contextlib.contextmanager
def _open(plan: str, author: str = "", as_of: str = "", *, read_only: bool = True) -> Iterator[Workbook]:
    with Workbook(asked(plan), author, read_only=read_only, as_of=cli_report.day(as_of)) as workbook:
        yield workbook


def _json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, indent=1, default=str, ensure_ascii=False) + "\n")


def _lines(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    table = Lines(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*row)
    out.print(table)


@app.command(epilog="Example: planning-kit start my-workbook")
def start(
    folder: Annotated[Path, typer.Argument(help="The workbook folder; made when it is not there.")] = Path(),
    *,
    sample: Annotated[str, typer.Option(help="The sample a new workbook starts with.")] = "library-service",
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
    port: Annotated[int, typer.Option(help="The port to try first.")] = 8888,
) -> None:
    """Open the guided workbook of a folder in JupyterLab."""
    lab = importlib.import_module("planning_kit.lab")
    raise typer.Exit(lab.start(folder.absolute(), sample=sample, browser=not no_browser, port=port))


@app.command(epilog="Example: planning-kit new plan.db --sample us-dot")
def new(
    plan: Annotated[Path, typer.Argument(help="The plan file to make.")],
    sample: Annotated[str, typer.Option(help=f"Copy a sample: {', '.join(SAMPLES)}.")] = "",
    template: Annotated[str, typer.Option(help=f"Begin with a template: {', '.join(templates())}.")] = "",
) -> None:
    """Make a plan: empty, a copy of a sample, or with what a plan of its kind begins with."""
    build(sample, plan, template)
    begun = [f"{word} {name}" for word, name in (("the sample", sample), ("the template", template)) if name]
    out.print(f"Made {plan}" + (f" from {begun[0]}." if begun else ", an empty plan."))


@app.command(epilog="Example: planning-kit info plan.db --json")
def info(plan: PlanArgument = "", *, as_json: Json = False) -> None:
    """Print what a plan holds: organisation, revision, rows, states of the steps, last change."""
    with _open(plan) as workbook:
        states = workbook.engine.states(workbook.plan, workbook.as_of)
        last = workbook.history(limit=1)
        rows = {name: len(workbook.plan.frame(name)) for name in workbook.plan.tables}
        found = {
            "plan": str(workbook.store.address),
            "organisation": workbook.plan.marked("profile", "organisation"),
            "revision": workbook.plan.revision,
            "as_of": workbook.as_of,
            "rows": {name: count for name, count in rows.items() if count},
            "steps": [
                {
                    "number": s.step.number,
                    "title": s.step.title,
                    "state": s.state,
                    "blockers": len(s.blockers),
                }
                for s in states
            ],
            "last_change": {"at": last[0].made_at, "author": last[0].author} if last else None,
        }
    if as_json:
        _json(found)
        return
    out.print(
        f"{found['organisation'] or 'No organisation named yet'} · "
        f"revision {found['revision']} · as of {found['as_of']}"
    )
    _lines(
        ("step", "", "state", "blockers"),
        [(str(s["number"]), s["title"], s["state"], str(s["blockers"] or "")) for s in found["steps"]],
    )
    out.print("Rows: " + (", ".join(f"{name} {count:,}" for name, count in found["rows"].items()) or "none yet"))
    if last:
        out.print(f"Last change: {last[0].made_at[:16].replace('T', ' ')} by {last[0].author}")


@app.command(epilog="Example: planning-kit check plan.db --step 4")
def check(
    plan: PlanArgument = "",
    step: Annotated[int | None, typer.Option(min=0, max=8, help="Only this step.")] = None,
    as_of: AsOf = "",
    *,
    as_json: Json = False,
) -> None:
    """Print what is not yet right; exit code 1 when something blocks a step."""
    with _open(plan, as_of=as_of) as workbook:
        found = workbook.findings(step)
    if as_json:
        _json([one._asdict() for one in found])
    else:
        for one in found:
            out.print(f"{one.severity:8}{one.code}  {one.message} {one.remedy}")
        counts = Counter(one.severity for one in found)
        out.print(
            ", ".join(f"{counts[name]} {name}s" for name in ("error", "warning", "note")) if found else "No findings."
        )
    raise typer.Exit(FINDINGS if any(one.severity == "error" for one in found) else 0)


@app.command(epilog="Example: planning-kit show plan.db objectives --csv")
def show(
    plan: PlanArgument,
    table: Annotated[str, typer.Argument(help="Name of a table.")],
    *,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """Print a table of a plan."""
    with _open(plan) as workbook:
        frame = workbook.plan.frame(table)
        fields = workbook.plan.tables[table].fields
        if csv:
            frame.to_csv(sys.stdout)
            return
        kept = [name for name, one in fields.items() if not one.more]
        rows = [
            (
                str(row),
                *(workbook.shown(table, name, workbook.plan.row(table, str(row))[name]) for name in kept),
            )
            for row in frame.index[:SHOWN_ROWS]
        ]
        _lines(("id", *(fields[name].title for name in kept)), rows)
        if len(frame) > SHOWN_ROWS:
            out.print(f"… and {len(frame) - SHOWN_ROWS:,} more rows: use --csv for all of them.")


@app.command(epilog="Example: planning-kit explain plan.db progress M3")
def explain(
    plan: PlanArgument = "",
    figure: Annotated[str, typer.Argument(metavar="FIGURE", help="Name of a figure, for example progress.")] = "",
    row: Annotated[str, typer.Argument(metavar="ROW", help="The row it is shown for: its id or its name.")] = "",
    as_of: AsOf = "",
    *,
    listed: Annotated[bool, typer.Option("--list", help="Print the figures there are, by table.")] = False,
) -> None:
    """Take a displayed number apart: formula, terms, rows they came from, age."""
    with _open(plan, as_of=as_of) as workbook:
        if listed:
            _lines(
                ("table", "figure", "what it is"),
                [(table, one.name, one.title) for one in workbook.figures() for table in one.tables],
            )
            return
        found = workbook.figure(figure)
        one = workbook.find(found.tables, row)
        told = found.explain(workbook.plan, one, workbook.as_of)
        if told is None:
            out.print(f"{workbook.plan.label(one)} has no {found.title[0].lower()}{found.title[1:]}.")
            return
        out.print(f"{found.title}: {told.value}  ({workbook.plan.label(one)}, as of {workbook.as_of})")
        out.print(found.formula)
        _lines(("term", "value"), list(told.terms))
        out.print(f"From rows: {', '.join(told.rows)}" + (f". Newest data: {told.age}" if told.age else ""))
        if found.source:
            out.print(f"Source: {found.source}")


@app.command(epilog="Example: planning-kit history plan.db --row O3")
def history(
    plan: PlanArgument = "",
    row: Annotated[str, typer.Option(help="Only this row.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many transactions.")] = 20,
    *,
    as_json: Json = False,
) -> None:
    """Print who changed what, when and why, newest first."""
    with _open(plan) as workbook:
        found = workbook.history(row, limit)
    if as_json:
        _json([{**vars(one), "changes": [vars(change) for change in one.changes]} for one in found])
        return
    for one in found:
        out.print(
            f"{one.revision:5}  {one.made_at[:16].replace('T', ' ')}  "
            f"{one.author}  {one.kind}  {summary(one)}  {one.reason}".rstrip()
        )


def summary(revision: Revision) -> str:
    """Return what a transaction did, in a few words."""
    if len(revision.changes) == 1:
        change = revision.changes[0]
        words = {"add": "added", "restore": "brought back", "remove": "removed"}
        return (
            f"{words[change.op]} {change.row}" if change.op in words else f"{', '.join(change.after)} of {change.row}"
        )
    tables = Counter(one.table for one in revision.changes)
    return ", ".join(f"{count} {name}" for name, count in tables.items())


@app.command(epilog="Example: planning-kit undo plan.db --to 12")
def undo(
    plan: PlanArgument = "",
    to: Annotated[int | None, typer.Option(min=0, help="Bring the plan back to this revision.")] = None,
    author: Author = "",
) -> None:
    """Take back the author's last change, or go back to a revision (as a new one)."""
    with _open(plan, author, read_only=False) as workbook:
        after = workbook.undo() if to is None else workbook.undo_to(to)
        out.print(f"Done. The plan is now at revision {after.revision}.")


@app.command(epilog="Example: planning-kit redo plan.db")
def redo(plan: PlanArgument = "", author: Author = "") -> None:
    """Make again what was undone last."""
    with _open(plan, author, read_only=False) as workbook:
        out.print(f"Done. The plan is now at revision {workbook.redo().revision}.")


@app.command(epilog='Example: planning-kit diff plan.db "Adopted" "After the cut"')
def diff(
    plan: PlanArgument,
    before: Annotated[str, typer.Argument(metavar="A", help="A revision: its number or its name.")],
    after: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    *,
    as_json: Json = False,
) -> None:
    """Print what differs between two revisions."""
    with _open(plan) as workbook:
        old, new = workbook.at(before), workbook.at(after)
        found = old.diff(new)
        if as_json:
            _json([vars(one) for one in found])
            return
        for one in found:
            out.print(_words(one, workbook, new.label(one.row) if new.has(one.row) else old.label(one.row)))
        out.print(f"{len(found)} differences." if found else "No difference.")


def _words(one: Difference, workbook: Workbook, name: str) -> str:
    if not one.field:
        return f"{one.table} {one.row} “{name}” was {'removed' if one.after is None else 'added'}"
    values = [workbook.shown(one.table, one.field, value) or "—" for value in (one.before, one.after)]
    return f"{one.table} {one.row} “{name}”, {workbook.field(one.table, one.field).title}: {values[0]} -> {values[1]}"


@app.command(epilog="Example: planning-kit copy plan.db monday.db")
def copy(
    plan: PlanArgument,
    file: Annotated[str, typer.Argument(help="The copy to write, or the address of a database: see docs/cluster.md.")],
) -> None:
    """Write a consistent copy of a plan while others write; bring a plan in a database up to it."""
    target = place(file)
    with _open(plan) as workbook:
        workbook.store.copy(target)
        size = f"{amount(target.stat().st_size / 1024)} KB" if isinstance(target, Path) else "PostgreSQL"
        out.print(f"Wrote {target} ({size}), revision {workbook.plan.revision}.")


@app.command(epilog="Example: planning-kit restore plan.db monday.db")
def restore(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="The plan file.")],
    backup: Annotated[Path, typer.Argument(help="A copy of it, or the name of one of its automatic copies.")],
) -> None:
    """Put a copy back in place of a plan; what was there is kept beside it."""
    kept = put_back(plan, backup)
    out.print(f"Restored {plan} from {backup}." + (f" The plan that was there is kept in {kept}." if kept else ""))


@app.command(epilog="Example: planning-kit bench edits")
def bench(name: Annotated[str, typer.Argument(help="One benchmark; all without it.")] = "") -> None:
    """Measure this machine: figures as ratios of two things measured in the same run."""
    measures = importlib.import_module("planning_kit.bench")
    for line in measures.run(name):
        out.print(line)
