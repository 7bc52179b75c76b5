"""Database tables drawn from the spec, and values on their way in and out.

Every declared table becomes a database table of the same name: ``id``, its fields, and three columns of the
store (``_sequence``, ``_version``, ``_removed``: the revision in which the row was taken out). A field that
holds several references becomes a table ``<table>_<field>``. Money is kept as whole hundredths, dates
as ISO text, text lists as text separated by ``"; "``.

The store's own tables: ``meta``, ``counters``, ``revisions``, ``history``, ``revision_names``, and those of
``records``: ``schedules``, ``runs``, ``outbox``, ``ballots``, ``sealed_votes``, ``answers``.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import sqlalchemy as sa

from planning_kit.frames import DTYPES
from planning_kit.spec import Field, Kind, Table
from planning_kit.spec.values import SEPARATOR
from planning_kit.store.records import RECORDS

SCHEMA_VERSION = 1
HUNDREDTHS = 100

_TYPES: dict[Kind, type[sa.types.TypeEngine[Any]]] = {
    Kind.NUMBER: sa.Float,
    Kind.MONEY: sa.BigInteger,
    Kind.WHOLE: sa.BigInteger,
    Kind.FLAG: sa.Integer,
}
SYSTEM_TABLES = ("meta", "counters", "revisions", "history", "revision_names", *RECORDS)


def schema(tables: Iterable[Table]) -> sa.MetaData:
    """Return the database schema of declared tables, with the store's own tables."""
    metadata = sa.MetaData()
    for table in tables:
        columns = [column(one) for one in table.fields.values() if one.kind is not Kind.REFS]
        sa.Table(
            table.name,
            metadata,
            sa.Column("id", sa.Text, primary_key=True),
            *columns,
            sa.Column("_sequence", sa.BigInteger, index=True),
            sa.Column("_version", sa.BigInteger),
            sa.Column("_removed", sa.BigInteger),
        )
        for one in several(table):
            sa.Table(
                f"{table.name}_{one.name}",
                metadata,
                sa.Column("row_id", sa.Text, primary_key=True),
                sa.Column("place", sa.Integer, primary_key=True),
                sa.Column("target", sa.Text),
            )
    _system_tables(metadata)
    return metadata


def _system_tables(metadata: sa.MetaData) -> None:
    text, whole = sa.Text, sa.BigInteger().with_variant(sa.Integer, "sqlite")
    sa.Table("meta", metadata, sa.Column("name", text, primary_key=True), sa.Column("value", text))
    sa.Table("counters", metadata, sa.Column("prefix", text, primary_key=True), sa.Column("last", whole))
    sa.Table(
        "revisions",
        metadata,
        sa.Column("revision", whole, primary_key=True, autoincrement=True),
        sa.Column("made_at", text),
        sa.Column("author", text, index=True),
        sa.Column("reason", text),
        sa.Column("kind", text),
        sa.Column("target", whole),
    )
    sa.Table(
        "history",
        metadata,
        sa.Column("entry", whole, primary_key=True, autoincrement=True),
        sa.Column("revision", whole, index=True),
        sa.Column("table_name", text),
        sa.Column("row_id", text),
        sa.Column("op", text),
        sa.Column("before", text),
        sa.Column("after", text),
        sa.Index("history_of_row", "row_id", "revision"),
    )
    sa.Table(
        "revision_names",
        metadata,
        sa.Column("name", text, primary_key=True),
        sa.Column("revision", whole),
        sa.Column("made_at", text),
        sa.Column("author", text),
    )
    for name, (kind, key) in RECORDS.items():
        columns = [
            sa.Column(one.name, whole if one.type == "int" else text, primary_key=one.name in key)
            for one in dataclasses.fields(kind)
        ]
        sa.Table(name, metadata, *columns)


APPEND_ONLY = [
    f"CREATE TRIGGER IF NOT EXISTS {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    for table in ("history", "revisions")
    for verb in ("UPDATE", "DELETE")
]
"""Triggers that refuse to change what was recorded."""


def column(field: Field) -> sa.Column[Any]:
    """Return the database column of a field."""
    return sa.Column(field.name, _TYPES.get(field.kind, sa.Text))


def several(table: Table) -> tuple[Field, ...]:
    """Return the fields that hold several references."""
    return tuple(one for one in table.fields.values() if one.kind is Kind.REFS)


def encoded(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values of a row as the database keeps them (without fields of several references)."""
    return {
        name: encode(table.fields[name], one)
        for name, one in values.items()
        if table.fields[name].kind is not Kind.REFS
    }


def encode(field: Field, value: Any) -> Any:
    """Return one value as the database keeps it."""
    if value is None:
        return None
    if field.kind is Kind.MONEY:
        return round(value * HUNDREDTHS)
    if field.kind is Kind.TEXTS:
        return SEPARATOR.join(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return int(value) if field.kind is Kind.FLAG else value


def decode(field: Field, value: Any) -> Any:
    """Return one value as Python has it."""
    if value is None:
        return None
    if field.kind is Kind.MONEY:
        return value / HUNDREDTHS
    if field.kind is Kind.TEXTS:
        return tuple(value.split(SEPARATOR))
    if field.kind is Kind.DATE:
        return dt.date.fromisoformat(value)
    return bool(value) if field.kind is Kind.FLAG else value


def frame(table: Table, rows: list[Any], links: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """Return database rows (id, then the single fields in order) as a frame of a plan.

    Parameters
    ----------
    rows : list of tuple
    links : mapping of str to mapping of str to str
        For every field of several references: joined ids by row.
    """
    single = [one for one in table.fields.values() if one.kind is not Kind.REFS]
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * (len(single) + 1)
    index = pd.Index(columns[0], dtype="str", name="id")
    data = {one.name: _column_of(one, cells, index) for one, cells in zip(single, columns[1:], strict=True)}
    for one in several(table):
        data[one.name] = pd.Series([links.get(one.name, {}).get(row) for row in index], dtype="str", index=index)
    return pd.DataFrame({name: data[name] for name in table.fields}, index=index)


def _column_of(field: Field, cells: tuple[Any, ...], index: pd.Index[Any]) -> pd.Series[Any]:
    if field.kind is Kind.DATE:
        days = pd.to_datetime(pd.Series(cells, index, dtype="str"), format="ISO8601")
        dates: pd.Series[Any] = days.astype("datetime64[s]")
        return dates
    if field.kind is Kind.MONEY:
        return pd.Series(cells, index, dtype="float64") / HUNDREDTHS
    if field.kind in (Kind.WHOLE, Kind.FLAG):
        whole: pd.Series[Any] = pd.Series(pd.array(cells, dtype="Int64"), index)
        if field.kind is Kind.FLAG:
            flags: pd.Series[Any] = whole.astype("boolean")
            return flags
        return whole
    plain: pd.Series[Any] = pd.Series(cells, index, dtype=DTYPES.get(field.kind, "str"))
    return plain
