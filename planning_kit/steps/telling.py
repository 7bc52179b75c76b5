"""How checks say what they find: sentences with names, and circles named in their order."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from planning_kit.frames import plain
from planning_kit.plan import Plan
from planning_kit.spec import Field, Hit, amount
from planning_kit.spec.values import shown

Hits: TypeAlias = Iterator[Hit]


def told(plan: Plan, where: str, rows: pd.DataFrame, message: str, remedy: str) -> Hits:
    """Yield a hit for each row.

    Parameters
    ----------
    where : str
        ``table.field``.
    rows : DataFrame, index = id
        Rows of the table; further columns may hold what was computed, ``judged`` a severity of its own.
    message, remedy : str
        Sentences that may name ``{label}`` (the name of the row) and any column: references are shown by
        name, dates as year-month-day, nothing as ``(none)``; ``{target}{uom}`` sets the space itself.
    """
    table, _, field = where.partition(".")
    declared = plan.tables[table].fields
    names = sorted({name for _, name, _, _ in string.Formatter().parse(message + remedy) if name} - {"label"})
    judged = rows["judged"] if "judged" in rows.columns else [None] * len(rows)
    for row, severity, *values in zip(rows.index, judged, *(rows[name] for name in names), strict=True):
        words = {"label": plan.label(row)}
        for name, value in zip(names, values, strict=True):
            words[name] = _said(plan, declared.get(name), name, value)
        yield Hit(table, row, field, message.format(**words), remedy.format(**words), severity)


def _said(plan: Plan, field: Field | None, name: str, value: Any) -> str:
    """Return one value in words; a missing unit of measure says nothing, a missing person is still somebody."""
    text = words_for(value) if field is None else shown(field, plain(field, value), plan.label)
    if name == "uom":
        return f" {text}" if text else ""
    return text or ("whoever is responsible" if field is not None and field.to == ("people",) else "(none)")


def words_for(value: Any) -> str:
    """Return a computed value as a person reads it."""
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return ""
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else amount(round(float(value), 2))


def listed(names: Iterable[str], most: int = 5) -> str:
    """Return names in quotation marks, the first few of them."""
    every = list(names)
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(f"“{name}”" for name in every[:most]) + more


def in_order(rows: Iterable[Any]) -> list[str]:
    """Return ids once each, in the order of their numbers."""
    return sorted({str(row) for row in rows}, key=by_number)


def counted(count: float, noun: str) -> str:
    """Return a number with its noun: 1 day, 2 days."""
    return f"{amount(count)} {noun}" + ("" if count == 1 else "s")


def circles(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return circles of links in their order, each from its smallest id on; no two share a row.

    Parameters
    ----------
    pairs : iterable of (str, str)
        From, to.
    """
    after: dict[str, set[str]] = {}
    for one, two in pairs:
        after.setdefault(one, set()).add(two)
    found: list[list[str]] = []
    while after := _in_circles(after):
        path: dict[str, int] = {}
        node = min(after, key=by_number)
        while node not in path:
            path[node] = len(path)
            node = min(after[node], key=by_number)
        ring = list(path)[path[node] :]
        turn = ring.index(min(ring, key=by_number))
        found.append(ring[turn:] + ring[:turn])
        after = {one: two - set(ring) for one, two in after.items() if one not in path or one not in ring}
    return sorted(found, key=lambda ring: by_number(ring[0]))


def by_number(row: str) -> tuple[int, str]:
    """Return the key that sorts T2 before T10."""
    return len(row), row


def _in_circles(after: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return the links without those that come from nowhere or lead nowhere."""
    kept = _leading_on(after)
    before: dict[str, set[str]] = {}
    for one, two in kept.items():
        for other in two:
            before.setdefault(other, set()).add(one)
    reached = _leading_on(before)
    return {one: inside for one, two in kept.items() if one in reached and (inside := two & reached.keys())}


def _leading_on(after: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return the nodes from which one can walk for ever, with their links among each other."""
    before: dict[str, list[str]] = {}
    left: dict[str, int] = {}
    for one, two in after.items():
        left[one] = left.get(one, 0) + len(two)
        for other in two:
            before.setdefault(other, []).append(one)
            left.setdefault(other, 0)
    queue = [node for node, count in left.items() if not count]
    for node in queue:  # grows while it is read
        for one in before.get(node, ()):
            left[one] -= 1
            if not left[one]:
                queue.append(one)
    gone = set(queue)
    return {one: two - gone for one, two in after.items() if one not in gone}


def tree_circles(plan: Plan, table: str, noun: str) -> Hits:
    """Yield a hit for each circle of parents in a tree, its rows named in order."""
    frame = plan.frame(table)
    above = frame.index.get_indexer(pd.Index(frame["parent"]))
    for _ in range(len(frame).bit_length()):
        above = np.where(above >= 0, above[above], -1)
    if (above < 0).all():  # everybody has reached a root
        return
    linked = frame["parent"].dropna()
    for ring in circles(zip(linked.index, linked, strict=True)):
        names = " → ".join(f"“{plan.label(row)}”" for row in (*ring, ring[0]))
        yield Hit(
            table,
            ring[0],
            "parent",
            f"These {noun} go round in a circle, each part of the next: {names}.",
            f"Clear or change “{plan.tables[table].fields['parent'].title}” of one of them.",
        )
