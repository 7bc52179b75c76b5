"""The command ``planning-kit updates``: a file for each person with what is due, and what came back merged."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from planning_kit.errors import PlanError
from planning_kit.folder import asked
from planning_kit.workbook import Workbook

EPILOG = (
    "Example: planning-kit updates plan.db --for all -o updates; planning-kit updates plan.db --merge updates/*.xlsx"
)
KINDS = ("xlsx", "csv")


def updates(  # noqa: PLR0913, PLR0917 - one parameter an option
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="Plan file; without it that of this folder.")] = "",
    came_back: Annotated[list[Path], typer.Argument(metavar="[FILE]...", help="With --merge: what came back.")] = [],  # noqa: B006 - typer reads the default, nothing changes it
    whom: Annotated[str, typer.Option("--for", metavar="WHOM", help="A person by name, or all.")] = "",
    folder: Annotated[Path, typer.Option("-o", "--output", help="Folder the files are written to.")] = Path("updates"),
    kind: Annotated[str, typer.Option("--format", help="xlsx or csv.")] = "xlsx",
    author: Annotated[str, typer.Option(help="Who merges.")] = "",
    *,
    merge: Annotated[bool, typer.Option("--merge", help="Merge files that came back.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="With --merge: show what would happen, no more.")] = False,
    partly: Annotated[
        bool, typer.Option("--partly", help="With --merge: merge what is clear; the rest goes into a list.")
    ] = False,
) -> None:
    """Write what is due from people as files to send out, or merge the files that came back."""
    part = importlib.import_module("planning_kit.exchange.updates")
    with Workbook(asked(plan), author, read_only=dry_run or not merge) as book:
        if not merge:
            _write(part, book, whom, folder, kind)
        elif not came_back:
            raise PlanError("--merge: name the files that came back, for example updates/*.xlsx.")
        else:
            _merge(part, book, came_back, None if dry_run else folder, partly=partly)


def _write(part: Any, book: Workbook, whom: str, folder: Path, kind: str) -> None:
    people = book.plan.with_role("people")
    if kind not in KINDS or not whom or people is None:
        raise PlanError(f"--for: name a person or all; --format: {' or '.join(KINDS)}.")
    chosen = (
        [str(one) for one in book.plan.frame(people.name).index] if whom == "all" else [book.find(people.name, whom)]
    )
    folder.mkdir(parents=True, exist_ok=True)
    for person in chosen:
        many = sum(len(lines) for _, _, lines in part.asked(book, person))
        if many:
            file = folder / part.file_name(book, person, kind)
            file.write_bytes((part.excel_file if kind == "xlsx" else part.csv_file)(book, person))
            _say(f"Wrote {file}: {many} due from {book.label(person)}.")
        elif whom != "all":
            _say(f"Nothing is due from {book.label(person)}.")


def _merge(part: Any, book: Workbook, came_back: list[Path], folder: Path | None, *, partly: bool) -> None:
    found = part.Merging(book).read(came_back)
    for line in found.told:
        _say(line)
    for one in found.conflicts:
        _say(f"conflict {one.where}, {one.what}, {one.title}: {one.yours}, but {one.theirs}")
    for one in found.refused:
        _say(f"refused  {one.where}, {one.what}, {one.title}: {one.why}")
    open_ones = len(found.conflicts) + len(found.refused)
    _say(
        f"{len(found.edits)} to merge, {len(found.conflicts)} in conflict, {len(found.refused)} refused, "
        f"{found.there} in the plan already, {found.silent} left as they were."
    )
    if folder is None:
        raise typer.Exit(1 if open_ones else 0)
    if open_ones:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "not-merged.csv").write_bytes(part.files.csv_of(part.left_out(found)))
        _say(f"What is open stands in {folder / 'not-merged.csv'}.")
    if open_ones and not partly:
        _say("Nothing was changed. Settle what is open, or merge the rest with --partly.")
    elif found.edits:
        names = ", ".join(sorted(map(book.label, found.people)))
        book.edit_many(found.edits, reason=f"Updates that came back from {names}", kind="import")
        _say(f"Merged in one step: undo takes all of it back. Revision {book.plan.revision}.")
    raise typer.Exit(1 if open_ones else 0)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
