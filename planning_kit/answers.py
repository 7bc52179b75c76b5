"""Answers of one person: what is due from them, one by one, and cards; each is one edit of the plan, made once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from planning_kit.errors import PlanError
from planning_kit.frames import Content, plain
from planning_kit.plan import Edit
from planning_kit.spec import TODAY, Cards, Inbox, Table
from planning_kit.workbook import Workbook

LONGEST = 2_000
"""Characters of a text that comes from a participant."""


@dataclass(frozen=True)
class Due:
    """One thing that is due from a person; ``known`` are the values there before."""

    row: str
    label: str
    due: dt.date | None
    told: str
    known: Mapping[str, Any]


def target(book: Workbook, inbox: Inbox) -> Table:
    """Return the table an answer is written to."""
    return book.plan.tables[inbox.into or inbox.table]


def waiting(book: Workbook, inbox: Inbox, person: str) -> int:
    """Return how much is due from a person."""
    return int((_everybodys(book, inbox)["person"] == person).sum())


def due(book: Workbook, inbox: Inbox, person: str) -> list[Due]:
    """Return what is due from a person, the oldest first."""
    found = _everybodys(book, inbox)
    mine = found[found["person"] == person].sort_values("due", kind="stable")
    fields = target(book, inbox).fields
    there = [name for name in fields if name in mine.columns and name not in ("due", "person")]
    made = []
    for row, one in mine.iterrows():
        values = {name: plain(fields[name], one[name]) for name in there}
        if not inbox.into:
            values = {**book.plan.row(inbox.table, str(row)), **values}
        when = None if pd.isna(one["due"]) else one["due"].date()
        made.append(Due(str(row), book.plan.label(str(row)), when, str(one["told"]), values))
    return made


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
    if button not in inbox.answers or not set(typed) <= set(inbox.fields):
        raise PlanError("This form has changed. Load the page again. Nothing was changed.")
    short_enough(typed)
    today = book.as_of
    values = {name: today if text == TODAY else text for name, text in inbox.answers[button].items()}
    if not inbox.into:
        known = {name: text for name, text in seen.items() if name in typed or name in values}
        book.edit_many([Edit("set", inbox.table, one.row, {**typed, **values}, known)], once=once)
        return
    table = target(book, inbox)
    whole = {**one.known, inbox.about: one.row, **typed, **values}
    if not any(str(typed.get(name, "")).strip() for name in inbox.fields) and not values:
        first = table.fields[inbox.fields[0]].title
        message = f"{one.label}: there is nothing to save yet. Write {first} first."
        raise PlanError(message)
    frame = book.plan.frame(table.name)
    parsed = {name: book.parse(table.name, name, whole.get(name)) for name in table.key}
    for name, value in parsed.items():
        frame = frame[frame[name] == (pd.Timestamp(value) if isinstance(value, dt.date) else value)]
    edit = Edit("set", table.name, str(frame.index[0]), whole) if len(frame) else Edit("add", table.name, None, whole)
    book.edit_many([edit], once=once)


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
