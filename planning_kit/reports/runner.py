"""Run a report notebook with papermill and publish the page: whole, or not at all.

The verdict comes from the exception and our own checks, never from what the notebook file says of itself. A
failed run leaves the notebook with the error beside the reports; what was published before stays as it is.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from planning_kit.errors import PlanError, PlanFileError
from planning_kit.plan import Plan
from planning_kit.reports.execute import execute
from planning_kit.reports.formats import documents
from planning_kit.reports.parameters import Order, order, report_named
from planning_kit.reports.render import ahead
from planning_kit.reports.server import ENDED, LIMITS, Limits, server
from planning_kit.shipped import shipped
from planning_kit.workbook import Workbook


@dataclass(frozen=True)
class Made:
    """What a run came to: whether a report was published, the file, a sentence, and the revision it looked at."""

    ok: bool
    path: Path
    sentence: str
    revision: int = 0


def run(  # noqa: PLR0913 - what a report can be told
    plan: str | Path,
    name: str,
    *,
    as_of: dt.date | None = None,
    parameters: Iterable[str] = (),
    folder: str | Path = "reports",
    limits: Limits = LIMITS,
    kinds: Sequence[str] = ("html",),
) -> Made:
    """Run a report and publish it as one file for each format.

    Parameters
    ----------
    plan : str or Path
        The plan file; opened for reading only.
    name : str
        Name of the report.
    as_of : datetime.date, optional
        The date looked at.
    parameters : iterable of str
        ``name=value`` texts.
    folder : str or Path
        Where the page is published; made when it is missing.
    limits : Limits
        Seconds and bytes it may take.
    kinds : sequence of str
        Formats, as `planning_kit.reports.formats.chosen` returns them.

    Returns
    -------
    Made
        ``ok`` is False when a cell failed; nothing is published then.

    Raises
    ------
    PlanError
        When the request is refused; nothing has run then.
    """
    return next(run_many(plan, name, [parameters], as_of=as_of, folder=folder, limits=limits, kinds=kinds))


def run_many(  # noqa: PLR0913 - what reports can be told
    plan: str | Path,
    name: str,
    many: Iterable[Iterable[str]],
    *,
    as_of: dt.date | None = None,
    folder: str | Path = "reports",
    limits: Limits = LIMITS,
    kinds: Sequence[str] = ("html",),
    jobs: int = 1,
) -> Iterator[Made]:
    """Run a report for many parameters, so many at a time; yields what each came to, as they end.

    Parameters
    ----------
    plan, name, as_of, folder, limits, kinds
        As for `run`.
    many : iterable of iterable of str
        For each report its ``name=value`` texts.
    jobs : int
        How many reports are made at the same time.

    Raises
    ------
    PlanError
        When one of the requests is refused; nothing has run then.
    """
    with server() as one:
        with Workbook(plan, read_only=True) as workbook:
            orders = [order(workbook, name, as_of, typed) for typed in many]
        notebook = shipped("notebooks") / "reports" / f"{name}.ipynb"
        tasks = [_task(wanted, notebook, Path(folder).absolute(), limits, kinds) for wanted in orders]
        if one and orders:
            one.learn(orders[0].to_text())
        for task, answer in one.make(tasks, jobs) if one else _spread(tasks, jobs):
            told = answer or {"ok": False, "path": task["target"], "sentence": f"{name} was not published: it {ENDED}."}
            if "refused" in told:
                raise PlanFileError(told["refused"])
            yield Made(**{**told, "path": Path(told["path"])})


def _spread(tasks: Sequence[Mapping[str, Any]], jobs: int) -> Iterator[tuple[Mapping[str, Any], dict[str, Any] | None]]:
    """Make reports where there is no server to fork: in processes of their own when there are many."""
    if min(jobs, len(tasks)) <= 1:
        yield from ((task, make(task)) for task in tasks)
        return
    with ProcessPoolExecutor(min(jobs, len(tasks)), get_context("spawn")) as pool:
        waiting = {pool.submit(make, task): task for task in tasks}
        for one in as_completed(waiting):
            yield waiting[one], None if isinstance(one.exception(), BrokenProcessPool) else one.result()


def requests(plan: str | Path, name: str, whom: str, typed: Sequence[str] = ()) -> list[list[str]]:
    """Return the ``name=value`` texts of each report for a reader, or for many.

    Parameters
    ----------
    plan : str or Path
        The plan file.
    name : str
        Name of the report.
    whom : str
        A row that one of the report's parameters may name, the name of their table, or ``all`` for every row of
        the first of them; nothing for one report.
    typed : sequence of str
        Texts that all of them share.

    Raises
    ------
    PlanError
        When there is no such reader.
    """
    if not whom:
        return [list(typed)]
    named = {one: field.to for one, field in report_named(name).parameters.items() if field.to}
    reasons = []
    with Workbook(plan, read_only=True) as workbook:
        for one, tables in named.items():
            try:
                rows = _readers(workbook.plan, tables, whom)
            except ValueError as problem:
                reasons.append(str(problem))
            else:
                if rows:
                    return [[*typed, f"{one}={row}"] for row in rows]
                reasons.append(f"There is nothing yet in {' and '.join(tables)}.")
    words = ", ".join(table for tables in named.values() for table in tables)
    cure = f"{' '.join(reasons)} One of these words, or all, makes a report for each: {words}."
    message = f"--for {whom}: {name} cannot be made for “{whom}”. {cure if named else 'Leave it out.'}"
    raise PlanError(message)


def _readers(plan: Plan, tables: tuple[str, ...], whom: str) -> list[str]:
    if whom in {"all", *tables}:
        return [str(row) for table in tables for row in plan.frame(table).index]
    return [plan.find(tables, whom)]


def file_name(wanted: Order) -> str:
    """Return the name of the published file: report, date, scope, revision."""
    scope = [str(wanted.parameters[one]) for one in ("unit", "person") if one in wanted.parameters]
    return "-".join([wanted.report, wanted.as_of.isoformat(), *scope, f"r{wanted.revision}"])


def _task(wanted: Order, notebook: Path, folder: Path, limits: Limits, kinds: Sequence[str]) -> dict[str, Any]:
    target = folder / f"{file_name(wanted)}.{kinds[0]}"
    told = {"order": wanted.to_text(), "notebook": str(notebook), "target": str(target)}
    return {**told, "limits": limits, "kinds": list(kinds)}


def make(task: Mapping[str, Any]) -> dict[str, Any]:
    """Make one report; in a maker of the server, or here where there is none.

    Parameters
    ----------
    task : mapping
        ``order`` as text, ``notebook``, ``target`` (of the first format), ``limits`` and ``kinds``.

    Returns
    -------
    dict
        `Made` as JSON values, or ``refused`` with a sentence.
    """
    target = Path(task["target"])
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".run-", dir=target.parent) as scratch:
            made = _make_in(Path(scratch), task, target)
    except OSError as problem:
        cure = "Name a folder you may write to. Earlier reports are unchanged."
        return {"refused": f"{target.parent}: the report could not be written ({problem.strerror}). {cure}"}
    return {**asdict(made), "path": str(made.path)}


def _make_in(scratch: Path, task: Mapping[str, Any], target: Path) -> Made:
    executed, wanted = scratch / "executed.ipynb", Order.from_text(task["order"])
    told, limits = {"run": task["order"]}, Limits(*task["limits"])
    failure = execute(Path(task["notebook"]), executed, told, scratch, limits, ahead)
    contents: dict[Path, bytes] = {}
    if failure is None:
        try:
            made = documents(task["kinds"], executed, wanted.as_of)
            contents = {target.with_suffix(f".{kind}"): content for kind, content in made}
        except PlanError as problem:
            failure = str(problem)
    if failure is not None:
        kept = target.with_suffix(".failed.ipynb")
        if executed.exists():
            executed.replace(kept)
        why = f"{wanted.report} was not published: {failure} The notebook with the error: {kept}"
        return Made(ok=False, path=kept, sentence=why, revision=wanted.revision)
    publish(contents, scratch)
    wrote = f"Wrote {', '.join(map(str, contents))}"
    return Made(ok=True, path=target, sentence=wrote, revision=wanted.revision)


def publish(contents: Mapping[Path, bytes], scratch: Path | None = None) -> None:
    """Put whole files in place, each at once; what was there before is complete until that moment.

    Parameters
    ----------
    contents : mapping of Path to bytes
        What each file shall hold.
    scratch : Path, optional
        A folder on the same disk where they are written first; beside the first of them without it.
    """
    with tempfile.TemporaryDirectory(prefix=".page-", dir=scratch or next(iter(contents)).parent) as place:
        ready = {target: Path(place) / target.name for target in contents}
        for target, file in ready.items():
            if target.suffix == ".html" and not contents[target].rstrip().endswith(b"</html>"):
                raise PlanError("The page is not complete. Nothing was published.")
            with file.open("wb") as opened:
                opened.write(contents[target])
                opened.flush()
                os.fsync(opened.fileno())
            file.chmod(0o644)
        for target, file in ready.items():
            file.replace(target)
