"""Answers of one person: what is due from them, one by one, and cards; each is one edit of the plan, made once."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from planning_kit.errors import PlanError
from planning_kit.frames import Content, plain
from planning_kit.plan import Edit, Plan
from planning_kit.spec import TODAY, Cards, Inbox, Table
from planning_kit.steps import STEPS
from planning_kit.workbook import Workbook

LONGEST = 2_000
"""Characters of a text that comes from a participant."""


INBOXES = tuple(one for step in STEPS for one in step.shared if isinstance(one, Inbox))
"""Every list of what is due, in the order of the steps."""


@dataclass(frozen=True)
class Due:
    """One thing that is due from a person.

    ``known`` are the values there before, ``stored`` those of the row an answer changes (none where it adds one).
    """

    row: str
    label: str
    due: dt.date | None
    told: str
    known: Mapping[str, Any]
    stored: Mapping[str, Any]


def target(book: Workbook, inbox: Inbox) -> Table:
    """Return the table an answer is written to."""
    return book.plan.tables[inbox.into or inbox.table]


def waiting(book: Workbook, inboxes: Iterable[Inbox]) -> Counter[str]:
    """Return how much is due, by person."""
    return Counter(person for one in inboxes for person in _everybodys(book, one)["person"].dropna())


def due(book: Workbook, inbox: Inbox, person: str) -> list[Due]:
    """Return what is due from a person, the oldest first."""
    return listed(book.plan, inbox, _everybodys(book, inbox), person)


def listed(plan: Plan, inbox: Inbox, everybodys: pd.DataFrame, person: str) -> list[Due]:
    """Return what is due from a person, out of what is due from everybody, the oldest first."""
    mine = everybodys[everybodys["person"] == person].sort_values("due", kind="stable")
    fields = plan.tables[inbox.into or inbox.table].fields
    there = [name for name in fields if name in mine.columns and name not in ("due", "person")]
    made = []
    for row, one in mine.iterrows():
        values = {name: plain(fields[name], one[name]) for name in there}
        found = changes(plan, inbox, str(row), values)
        stored = plan.row(inbox.into or inbox.table, found) if found else {}
        when = None if pd.isna(one["due"]) else one["due"].date()
        made.append(Due(str(row), plan.label(str(row)), when, str(one["told"]), {**stored, **values}, stored))
    return made


def changes(plan: Plan, inbox: Inbox, row: str, known: Mapping[str, Any]) -> str:
    """Return the row an answer changes; empty where it adds one."""
    if not inbox.into:
        return row
    frame, values = plan.frame(inbox.into), {**known, inbox.about: row}
    for name in plan.tables[inbox.into].key:
        value = values.get(name)
        frame = frame[frame[name] == (pd.Timestamp(value) if isinstance(value, dt.date) else value)]
    return str(frame.index[0]) if len(frame) else ""


def text(value: Any) -> str:
    """Return a value as a form sends it."""
    return "" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)


def seen(inbox: Inbox, one: Due) -> dict[str, str]:
    """Return what is shown to a person of the fields an answer may change."""
    return {name: text(one.stored.get(name)) for name in sorted({*inbox.fields, *chain(*inbox.answers.values())})}


_KEPT: dict[str, tuple[Path, dt.date, dict[str, Content], pd.DataFrame]] = {}
"""By name of the inbox: what was due last, when, and the tables it was read from."""


def _everybodys(book: Workbook, inbox: Inbox) -> pd.DataFrame:
    """Return what is due from everybody; worked out anew when a table it reads has changed."""
    kept = _KEPT.get(inbox.name)
    if kept and kept[:2] == (book.path, book.as_of) and all(book.plan.content(n) is c for n, c in kept[2].items()):
        return kept[3]
    reads: set[str] = set()
    found: pd.DataFrame = inbox.due(book.plan.recording(reads), book.as_of)
    _KEPT[inbox.name] = (book.path, book.as_of, {name: book.plan.content(name) for name in reads}, found)
    return found


def answer(  # noqa: PLR0913 - an answer, what it is about, and how it is known again
    book: Workbook, inbox: Inbox, one: Due, button: str, typed: Mapping[str, str], *, seen: Mapping[str, str], once: str
) -> None:
    """Write an answer into the plan.

    Parameters
    ----------
    one : Due
    button : str
        Which of the inbox's answers.
    typed : mapping of str to str
        What was typed, by field.
    seen : mapping of str to str
        What the person saw there before: a field somebody else changed meanwhile is refused with both values.
    once : str
        Identity of the answer.

    Raises
    ------
    PlanError
        Nothing is changed then.
    """
    book.edit_many([edit(book.plan, inbox, one, button, typed, seen=seen, today=book.as_of)], once=once)


def edit(  # noqa: PLR0913 - an answer, what it is about, what was seen and when
    plan: Plan,
    inbox: Inbox,
    one: Due,
    button: str,
    typed: Mapping[str, str],
    *,
    seen: Mapping[str, str],
    today: dt.date,
) -> Edit:
    """Return the edit an answer stands for; see :func:`answer`."""
    if button not in inbox.answers or not set(typed) <= set(inbox.fields):
        raise PlanError("This form has changed. Load the page again. Nothing was changed.")
    short_enough(typed)
    fixed = sets(inbox, button, today)
    if inbox.into and not fixed and not any(str(text).strip() for text in typed.values()):
        first = plan.tables[inbox.into].fields[inbox.fields[0]].title
        message = f"{one.label}: there is nothing to save yet. Write {first} first."
        raise PlanError(message)
    values, row = {**typed, **fixed}, changes(plan, inbox, one.row, one.known)
    if row:
        known = {name: text for name, text in seen.items() if name in values}
        return Edit("set", inbox.into or inbox.table, row, values, known)
    return Edit("add", inbox.into, None, {**one.known, inbox.about: one.row, **values})


def sets(inbox: Inbox, button: str, today: dt.date) -> dict[str, Any]:
    """Return the values one of the answers sets by itself."""
    return {name: today if text == TODAY else text for name, text in inbox.answers[button].items()}


def card(book: Workbook, cards: Cards, person: str, typed: Mapping[str, str], *, once: str) -> None:
    """Write a card into the plan.

    Raises
    ------
    PlanError
        When nothing is written on it; nothing is changed then.
    """
    if not set(typed) <= set(cards.fields):
        raise PlanError("This form has changed. Load the page again. Nothing was changed.")
    short_enough(typed)
    if not typed.get(cards.fields[0], "").strip():
        raise PlanError("This card is empty. Write one thing on it first.")
    values: dict[str, Any] = dict(typed)
    if cards.by:
        values[cards.by] = person
    if cards.on:
        values[cards.on] = book.as_of
    book.edit_many([Edit("add", cards.table, None, values)], once=once)


def short_enough(typed: Mapping[str, str]) -> None:
    """Refuse a text that nobody could read aloud."""
    for text in typed.values():
        if len(text) > LONGEST:
            message = f"This text has {len(text):,} characters; up to {LONGEST:,} are taken here. Shorten it."
            raise PlanError(message)
