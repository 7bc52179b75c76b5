"""The page that lists every published report of a folder, newest first, with the verdict of its run."""

from __future__ import annotations

import contextlib
import functools
import html
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from planning_kit.reports import ledger
from planning_kit.reports.formats import FORMATS
from planning_kit.reports.parameters import REPORTS
from planning_kit.reports.runner import publish
from planning_kit.store import Ledger, Run

NAME = "index.html"
FILE = re.compile(
    rf"(?P<stem>(?P<report>.+)-(?P<as_of>\d{{4}}-\d\d-\d\d)(?P<scope>(?:-[A-Z]+\d+)*)-r(?P<revision>\d+)(?:-S\d+)?)"
    rf"\.(?P<kind>{'|'.join(FORMATS)})"
)
"""Files as `runner.file_name` and `slots` call them."""
HEAD = 6_000
"""Bytes after the style sheet in which a page says for whom it is."""
COLUMNS = ("Report", "For", "As of", "Revision", "Files", "Verdict")
PUBLISHED = "Published."


class Listed(NamedTuple):
    """One published report: what it is, and its files by format."""

    report: str
    reader: str
    as_of: str
    revision: int
    files: tuple[tuple[str, str], ...]


def published(folder: Path) -> list[Listed]:
    """Return the reports of a folder, newest first."""
    found: dict[str, list[re.Match[str]]] = {}
    for file in sorted(folder.iterdir()):
        if (match := FILE.fullmatch(file.name)) and match["report"] in REPORTS:
            found.setdefault(match["stem"], []).append(match)
    order = {kind: place for place, kind in enumerate(FORMATS)}
    listed = []
    for matches in found.values():
        one = matches[0]
        files = sorted((match["kind"], match.string) for match in matches)
        page = next((folder / name for kind, name in files if kind == "html"), None)
        reader = _reader(page) if page else one["scope"].strip("-")
        files.sort(key=lambda each: order[each[0]])
        listed.append(Listed(one["report"], reader, one["as_of"], int(one["revision"]), tuple(files)))
    return sorted(listed, key=lambda one: (one.as_of, one.revision, one.report), reverse=True)


def _reader(page: Path) -> str:
    """Return for whom a page we published is, as its cover says."""
    with contextlib.suppress(OSError):
        text = page.read_text(encoding="utf-8", errors="replace").partition("</style>")[2][:HEAD]
        if found := re.search(r"<dt>Scope</dt><dd>(.*?)</dd>", text, re.DOTALL):
            return html.unescape(found[1])
    return ""


def write(folder: Path, base: Path, kept: Ledger) -> None:
    """Write the page anew; whole, or not at all. Written again when reports came or went meanwhile.

    Parameters
    ----------
    folder : Path
        Where reports are published.
    base : Path
        The folder of the plan, from which runs name their files.
    kept : Ledger
        The schedules and runs of the plan.
    """
    runs = kept.runs()
    here = {one.number for one in kept.schedules(ended=True) if (base / one.folder).absolute() == folder.absolute()}
    told = {(base / one.file).name: " ".join(one.sentence.split()) for one in runs if one.file}
    failed = [one for one in runs if one.schedule in here and one.state in ("failed", "missed")]
    with contextlib.suppress(OSError):  # a folder that cannot be written to has refused the report already
        for _ in range(3):
            listed = published(folder)
            publish({folder / NAME: _page(listed, told, failed).encode()})
            if published(folder) == listed:
                break


def _page(listed: Iterable[Listed], told: dict[str, str], failed: Iterable[Run]) -> str:
    """Return the page, every name shown as text."""
    rows: list[tuple[str, tuple[object, ...]]] = [(one.as_of, _row(one, told)) for one in listed]
    for run in failed:
        revision = str(run.revision or "")
        rows.append((run.as_of, (_title(run.report), ", ".join(run.parameters), run.as_of, revision, "", run.sentence)))
    rows.sort(key=lambda row: row[0], reverse=True)
    counts = f"{len(rows)} in this folder, newest first" if rows else ""
    return ledger.listing("Published reports", "Reports", counts, COLUMNS, [row for _, row in rows])


def _row(one: Listed, told: dict[str, str]) -> tuple[object, ...]:
    """Return the cells of a published report; its files are links."""
    verdict = next((told[name] for _, name in one.files if name in told), PUBLISHED)
    links = [(kind.upper(), quote(name)) for kind, name in one.files]
    return _title(one.report), one.reader, one.as_of, str(one.revision), links, verdict


@functools.cache
def _title(report: str) -> str:
    return REPORTS[report].title if report in REPORTS else report
