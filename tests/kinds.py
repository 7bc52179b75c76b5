"""Two small tables with a field of every kind, values for them, and edits as generated examples."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from hypothesis import strategies as st

from planning_kit.spec import (
    AnyRef,
    Date,
    Field,
    Flag,
    Kind,
    Long,
    Money,
    Number,
    Ref,
    Refs,
    Row,
    Table,
    Text,
    Texts,
    Whole,
    field,
)


class Places(Row, prefix="PL", noun="place"):
    """Where things are."""

    name: Text = field("Place", doc="What people call it.")


class Things(Row, prefix="TH", noun="thing", key=("name",)):
    """A row with a field of every kind."""

    name: Text = field("Thing", needed=True, doc="What people call it.")
    note: Long = field("Note", doc="Several lines.")
    due: Date = field("Due", doc="A day.")
    weight: Number = field("Weight", doc="A number.", uom="kg")
    share: Number = field("Share", doc="A number within bounds.", uom="%", least=0, most=100)
    cost: Money = field("Cost", doc="An amount of money.")
    count: Whole = field("Count", doc="A whole number.")
    is_open: Flag = field("Open", doc="Yes or no.")
    level: Literal["low", "very_high"] | None = field("Level", doc="A choice.", labels={"very_high": "Sky-high"})
    place: Ref = field("Place", doc="One place.", to="places")
    parent: Ref = field("Under", doc="The larger thing.", to="things")
    about: AnyRef = field("About", doc="Any row.", to="*")
    places: Refs = field("Places", doc="Several places.", to="places")
    tags: Texts = field("Tags", doc="Several words.")


TABLES: dict[str, Table] = {one.table.name: one.table for one in (Places, Things)}
FIELDS: dict[str, Field] = dict(TABLES["things"].fields)
HOSTILE = "</script><img src=x onerror=alert(1)>"


def resolve(_tables: tuple[str, ...], text: str) -> str:
    """Take any id as it is."""
    return text


def _words(least: int = 1) -> st.SearchStrategy[str]:
    return st.text(min_size=least, max_size=12).map(lambda one: " ".join(one.replace("\x00", "").split()))


def _ids(prefix: str) -> st.SearchStrategy[str]:
    return st.integers(1, 9).map(lambda number: f"{prefix}{number}")


def _several(parts: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...] | None]:
    return st.lists(parts, max_size=4, unique=True).map(lambda one: tuple(one) or None)


_OF_KIND: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: _words().map(lambda one: one or None),
    Kind.LONG: st.lists(_words(0), max_size=3).map(lambda one: "\n".join(one).strip() or None),
    Kind.DATE: st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31)),
    Kind.NUMBER: st.integers(-(10**9), 10**9).map(lambda one: one / 10_000),
    Kind.MONEY: st.integers(-(10**13), 10**13).map(lambda one: one / 100),
    Kind.WHOLE: st.integers(-(10**15), 10**15),
    Kind.FLAG: st.booleans(),
    Kind.ANY_REF: _ids("PL"),
    Kind.TEXTS: _several(_words().filter(bool).filter(lambda one: ";" not in one)),
    Kind.REFS: _several(_ids("PL")),
}


def values(one: Field) -> st.SearchStrategy[Any]:
    """Return values a field can hold, None among them."""
    if one.kind is Kind.CHOICE:
        found: st.SearchStrategy[Any] = st.sampled_from(one.choices)
    elif one.kind is Kind.REF:
        found = _ids(TABLES[one.to[0]].prefix)
    elif one.least is not None or one.most is not None:
        found = st.integers(int((one.least or 0) * 100), int((one.most or 1000) * 100)).map(lambda n: n / 100)
    else:
        found = _OF_KIND[one.kind]
    return st.none() | found


def some_values(least: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    """Return values for a few fields of a thing."""
    pairs = st.sampled_from(sorted(FIELDS)).flatmap(lambda name: st.tuples(st.just(name), values(FIELDS[name])))
    return st.lists(pairs, min_size=least, max_size=3).map(dict)
