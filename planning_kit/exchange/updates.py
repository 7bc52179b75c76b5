"""My updates by mail: a file with everything that is due from a person, and what came back merged into the plan.

A row's key names the person, the list, the row, the revision and the day the file was made: what was known then is read
from the plan's own history, so a file needs no copy of it and rows may be sorted, left out or sent twice.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from planning_kit import answers
from planning_kit.errors import PlanError, shown
from planning_kit.exchange import files
from planning_kit.plan import Edit, Plan
from planning_kit.spec import Field, Inbox, Kind
from planning_kit.workbook import Workbook

KEY, LIST, WHAT, ON, TOLD, ANSWER = "Key", "List", "What is due", "On", "To know", "Your answer"
INBOXES = {one.name: one for one in answers.INBOXES}
HELP = (
    "What is known is filled in. Change what is not true any more; where answers are listed, choose one. "
    "Leave a line as it is to say nothing. Do not change the keys. Send the file back."
)
LONGEST_LIST = 255
"""Letters Excel takes for the list of a cell."""
Values = Mapping[str, Any]


def head(one: Field) -> str:
    """Return the heading of a field."""
    return one.title + (f" ({one.uom})" if one.uom else "")


def asked(book: Workbook, person: str) -> Iterator[tuple[Inbox, list[Field], list[tuple[str, answers.Due]]]]:
    """Yield the lists in which something is due from a person: what is asked, and the lines with their keys."""
    for inbox in answers.INBOXES:
        if due := answers.due(book, inbox, person):
            fields = [answers.target(book, inbox).fields[name] for name in inbox.fields]
            yield inbox, fields, [(_key(book.plan, person, inbox.name, one.row, book.as_of), one) for one in due]


def _key(plan: Plan, person: str, inbox: str, row: str, day: dt.date) -> str:
    parts = (person, inbox, row, str(plan.revision), day.isoformat())
    proof = hashlib.sha256("\n".join((*parts, plan.label(person), plan.label(row))).encode()).hexdigest()[:8]
    return ".".join((*parts, proof))


def csv_file(book: Workbook, person: str) -> bytes:
    """Return what is due from a person as CSV: one line each, with every field that is asked somewhere."""
    lists = list(asked(book, person))
    heads = list(dict.fromkeys(head(one) for _, fields, _ in lists for one in fields))
    grid = [[HELP], [KEY, LIST, WHAT, ON, TOLD, *heads, ANSWER]]
    for inbox, fields, lines in lists:
        for key, one in lines:
            known = {head(each): answers.text(one.known.get(each.name)) for each in fields}
            told = f"{one.told} Answers: {', '.join(inbox.answers)}.".strip()
            values = [known.get(each, "") for each in heads]
            grid.append([key, inbox.title, one.label, str(one.due or ""), told, *values, ""])
    return files.csv_of(grid)


def excel_file(book: Workbook, person: str) -> bytes:
    """Return what is due from a person as an Excel workbook: a sheet for each list, allowed values to choose from."""
    import xlsxwriter  # noqa: PLC0415 - loaded when a workbook is made

    file = io.BytesIO()
    options = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    with xlsxwriter.Workbook(file, {**options, "in_memory": True}) as made:
        for inbox, fields, lines in asked(book, person):
            _sheet(made, inbox, fields, lines)
    return file.getvalue()


def _sheet(made: Any, inbox: Inbox, fields: list[Field], lines: list[tuple[str, answers.Due]]) -> None:
    """Write one list; only what is asked can be typed into, the keys are out of sight."""
    wrap, bold = {"text_wrap": True, "valign": "top"}, {"bold": True, "bg_color": "#F1F4F7"}
    plain, title = made.add_format(wrap), made.add_format({**wrap, **bold})
    open_cell = {**wrap, "locked": False, "bg_color": "#FFFDE7", "border": 1, "border_color": "#BDBDBD"}
    typed, day = made.add_format(open_cell), made.add_format({**open_cell, "num_format": "yyyy-mm-dd"})
    sheet = made.add_worksheet(inbox.title[:31])
    sheet.write_string(0, 1, HELP)
    for place, text in enumerate([KEY, WHAT, ON, TOLD, *map(head, fields), ANSWER]):
        sheet.write_string(1, place, text, title)
    for line, (key, one) in enumerate(lines, start=2):
        for place, text in enumerate((key, one.label, str(one.due or ""), one.told)):
            sheet.write_string(line, place, text, plain)
        for place, each in enumerate(fields, start=4):
            _write(sheet, line, place, each, one.known.get(each.name), day if each.kind is Kind.DATE else typed)
        sheet.write_blank(line, 4 + len(fields), None, typed)
    last, answer = 1 + len(lines), 4 + len(fields)
    for place, each in enumerate(fields, start=4):
        if allowed := _allowed(each):
            sheet.data_validation(2, place, last, place, allowed)
    sheet.data_validation(2, answer, last, answer, {"validate": "list", "source": list(inbox.answers)})
    for place, width in enumerate((None, 36, 12, 44, *(22 for _ in fields), 22)):
        sheet.set_column(place, place, width, None, {"hidden": place == 0})
    sheet.freeze_panes(2, 2)
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _write(sheet: Any, line: int, place: int, each: Field, value: Any, look: Any) -> None:  # noqa: PLR0913, PLR0917 - a cell: where, what, how
    if value is None:
        sheet.write_blank(line, place, None, look)
    elif isinstance(value, dt.date):
        sheet.write_datetime(line, place, dt.datetime(value.year, value.month, value.day), look)  # noqa: DTZ001 - the format knows no zones
    elif isinstance(value, int | float):
        sheet.write_number(line, place, value, look)
    else:
        sheet.write_string(line, place, each.choice_label(str(value)) if each.choices else str(value), look)


def _allowed(each: Field) -> dict[str, Any] | None:
    """Return what Excel lets a person type into a field."""
    choices = [each.choice_label(one) for one in each.choices]
    if choices and len(",".join(choices)) <= LONGEST_LIST:
        return {"validate": "list", "source": choices}
    bounds = {"minimum": each.least, "maximum": each.most}
    if each.kind in (Kind.NUMBER, Kind.MONEY, Kind.WHOLE) and None not in bounds.values():
        return {"validate": "decimal", "criteria": "between", **bounds}
    return None


def file_name(book: Workbook, person: str, kind: str) -> str:
    """Return a name for the file of a person that any file system takes."""
    return f"{re.sub(r'[^A-Za-z0-9]+', '-', book.label(person)).strip('-')[:60]}-{person}.{kind}"


# --- what comes back ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One line that was answered: where it stands, what it is about, and the values it sets."""

    where: str
    person: str
    inbox: Inbox
    one: answers.Due
    button: str
    values: Values
    """The fields that differ from what the file was made with, and those the answer sets."""


@dataclass(frozen=True)
class LeftOut:
    """What is not merged: where it stands, what it is about, the field, what else says so, what the file says, why."""

    where: str
    what: str
    title: str
    theirs: str
    yours: str
    why: str


@dataclass
class Merged:
    """What files that came back would do to the plan."""

    edits: list[Edit] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    refused: list[LeftOut] = field(default_factory=list)
    conflicts: list[LeftOut] = field(default_factory=list)
    there: int = 0
    silent: int = 0
    people: set[str] = field(default_factory=set)


class Merging:
    """Read files that came back and compare them with the plan as it was then and as it is now."""

    def __init__(self, book: Workbook) -> None:
        self.book, self.found = book, Merged()
        self._plans: dict[int, Plan] = {}
        self._due: dict[tuple[int, str, str], Any] = {}

    def read(self, paths: Iterable[Path]) -> Merged:
        """Return what the files would do; nothing is written yet."""
        groups: dict[tuple[Any, ...], list[Line]] = defaultdict(list)
        for where, cells in itertools.chain.from_iterable(files.rows(path, KEY) for path in paths):
            line = self._line(where, cells)
            if line is not None:
                period = [line.one.known.get(name) for name in answers.target(self.book, line.inbox).key]
                about = period if line.inbox.into else []
                groups[line.inbox.into or line.inbox.table, line.one.row, *about].append(line)
        for some in groups.values():
            self._decide(some)
        return self.found

    def _line(self, where: str, cells: Mapping[str, str]) -> Line | None:
        """Return what one line says; None where it says nothing or cannot be taken."""
        try:
            person, inbox, one, day = self._about(cells.get(KEY, ""))
        except PlanError as problem:
            self._refuse(where, cells.get(WHAT, ""), KEY, cells.get(KEY, ""), str(problem))
            return None
        fields, refused = answers.target(self.book, inbox).fields, len(self.found.refused)
        heads = {head(fields[name]): name for name in inbox.fields}
        values: dict[str, Any] = {}
        for title, text in cells.items():
            if title in heads:
                self._cell(where, inbox, one, heads[title], text, values)
            elif title not in (KEY, LIST, WHAT, ON, TOLD, ANSWER) and text.strip():
                self._refuse(where, one.label, title, text, "Nothing is asked here. Put it under another heading.")
        button = self._button(where, inbox, one, cells.get(ANSWER, ""), values)
        if len(self.found.refused) > refused:
            return None
        if button is None:
            self.found.silent += 1
            return None
        self.found.people.add(person)
        fixed = answers.sets(inbox, button, day)
        values |= {name: self.book.parse(inbox.into or inbox.table, name, each) for name, each in fixed.items()}
        return Line(where, person, inbox, one, button, values)

    def _about(self, key: str) -> tuple[str, Inbox, answers.Due, dt.date]:
        """Return what a key stands for, as it was when the file was made."""
        message = "This key was changed, or the file is of another plan. Take the key from the file that was sent out."
        found = re.fullmatch(
            r"(\w{1,20})\.(\w{1,40})\.(\w{1,20})\.(\d{1,9})\.(\d{4}-\d\d-\d\d)\.[0-9a-f]{8}", key.strip()
        )
        if not found or found[2] not in INBOXES or int(found[4]) > self.book.plan.revision:
            raise PlanError(message)
        inbox, revision = INBOXES[found[2]], int(found[4])
        if revision not in self._plans:
            self._plans[revision] = self.book.at(revision)
        plan = self._plans[revision]
        try:
            day = dt.date.fromisoformat(found[5])
        except ValueError:
            raise PlanError(message) from None
        if not (plan.has(found[1]) and plan.has(found[3])) or key.strip() != _key(
            plan, found[1], found[2], found[3], day
        ):
            raise PlanError(message)
        at = (revision, found[5], inbox.name)
        if at not in self._due:
            self._due[at] = inbox.due(plan, day)
        due = (
            answers.listed(plan, inbox, self._due[at].loc[[found[3]]], found[1])
            if found[3] in self._due[at].index
            else []
        )
        if not due or not self.book.plan.has(found[3]):
            raise PlanError("This was not due, or it is not in the plan any more. Leave the line out.")
        return found[1], inbox, due[0], day

    def _cell(self, where: str, inbox: Inbox, one: answers.Due, name: str, text: str, values: dict[str, Any]) -> None:  # noqa: PLR0913, PLR0917 - a cell: where, of what, what it says
        each = answers.target(self.book, inbox).fields[name]
        try:
            answers.short_enough({name: text})
            value = self.book.parse(inbox.into or inbox.table, name, text)
        except PlanError as problem:
            self._refuse(where, one.label, head(each), text, getattr(problem, "sentence", str(problem)))
            return
        if answers.text(value) != answers.text(one.known.get(name)):
            values[name] = value

    def _button(self, where: str, inbox: Inbox, one: answers.Due, text: str, values: Values) -> str | None:
        """Return the answer of a line: the one chosen, else the one that only sets what was typed."""
        wanted = " ".join(text.casefold().split())
        named = {words.casefold(): words for words in inbox.answers}
        plain = next((words for words, sets in inbox.answers.items() if not sets), None)
        if wanted in named:
            as_before = inbox.into and any(one.known.get(name) is not None for name in inbox.fields)
            is_said = values or inbox.answers[named[wanted]] or as_before
            return named[wanted] if is_said else None
        if wanted or (values and plain is None):
            why = f"Choose one of these: {', '.join(inbox.answers)}."
            self._refuse(where, one.label, ANSWER, text, why)
        return plain if values else None

    def _refuse(self, where: str, what: str, title: str, text: str, why: str) -> None:
        self.found.refused.append(LeftOut(where, what, title, "", text, why))

    def _decide(self, some: list[Line]) -> None:
        """Merge what several lines say about one row, or list what speaks against it."""
        first, plan = some[0], self.book.plan
        table = answers.target(self.book, first.inbox)
        row = answers.changes(plan, first.inbox, first.one.row, first.one.known)
        now = plan.row(table.name, row) if row else {}
        against = list(self._between(some)) + [one for line in some for one in self._since(line, row, now)]
        self.found.conflicts += against
        if against:
            return
        values = {name: value for line in some for name, value in line.values.items()}
        if row:
            values = {name: value for name, value in values.items() if value != now[name]}
            edit = Edit("set", table.name, row, values, {name: now[name] for name in values})
        else:
            edit = Edit("add", table.name, None, {**first.one.known, first.inbox.about: first.one.row, **values})
        if row and not values:
            self.found.there += len(some)
            return
        said = ", ".join(
            f"{table.fields[name].title}: {self._shown(table.name, name, now.get(name))} → "
            f"{self._shown(table.name, name, value)}"
            for name, value in values.items()
        )
        self.found.edits.append(edit)
        names = ", ".join(dict.fromkeys(self.book.label(one.person) for one in some))
        self.found.told.append(f"{'changed' if row else 'new':9}{first.one.label}: {said or 'as before'} ({names})")

    def _between(self, some: list[Line]) -> Iterator[LeftOut]:
        """Yield where two files, or two lines, say different things about one row."""
        for one, other in itertools.combinations(some, 2):
            table = answers.target(self.book, one.inbox)
            differing = [name for name in one.values if name in other.values and one.values[name] != other.values[name]]
            for name in differing:
                theirs, mine = (self._shown(table.name, name, each.values[name]) for each in (one, other))
                yield LeftOut(other.where, one.one.label, table.fields[name].title, f"{theirs} ({one.where})", mine, "")
            if (
                not differing
                and one.button != other.button
                and one.inbox.answers[one.button]
                and (other.inbox.answers[other.button])
            ):
                yield LeftOut(other.where, one.one.label, ANSWER, f"{one.button} ({one.where})", other.button, "")

    def _since(self, line: Line, row: str, now: Values) -> Iterator[LeftOut]:
        """Yield the fields somebody changed in the plan since the file was made, to something else."""
        table = answers.target(self.book, line.inbox)
        for name, value in line.values.items() if row else ():
            if now[name] not in (value, line.one.stored.get(name)):
                who = self.book.history(row, 1)[0].author
                theirs = f"{self._shown(table.name, name, now[name])} (the plan, by {who})"
                mine = self._shown(table.name, name, value)
                yield LeftOut(line.where, line.one.label, table.fields[name].title, theirs, mine, "")

    def _shown(self, table: str, name: str, value: Any) -> str:
        return shown(self.book.shown(table, name, value))


def left_out(found: Merged) -> Iterator[tuple[str, ...]]:
    """Yield what is not merged as rows: what kind, where, what, field, what else says so, the file says, why."""
    yield ("kind", "where", "what", "field", "elsewhere", "in the file", "why")
    for kind, some in (("conflict", found.conflicts), ("refused", found.refused)):
        for one in some:
            yield (kind, one.where, one.what, one.title, one.theirs, one.yours, one.why)
