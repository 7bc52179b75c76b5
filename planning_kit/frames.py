"""Rows as pandas frames, and the changes that lead from one frame to the next.

A table's content is a base frame plus the changes since, folded in when the frame is asked for, so that an
edit costs the same in a table of ten rows and of a million.
"""

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd

from planning_kit.spec import Field, Kind, Table
from planning_kit.spec.values import SEPARATOR

DTYPES: dict[Kind, Any] = {
    Kind.DATE: "datetime64[s]",
    Kind.NUMBER: "float64",
    Kind.MONEY: "float64",
    Kind.WHOLE: "Int64",
    Kind.FLAG: "boolean",
}
"""Dtype of each kind of field; every other kind is text. Several references are joined by ``"; "``."""

PROVISIONAL = 10**12
Op = Literal["add", "set", "remove", "restore"]


@dataclass(frozen=True)
class Change:
    """One change that was made: the fields before and after."""

    table: str
    row: str
    op: Op
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class Content:
    """One table's rows at one moment: a base frame and the changes since.

    Never changed once made, except that the folded frame and the labels are kept when first asked for.
    """

    def __init__(self, table: Table, load: Callable[[], pd.DataFrame], changes: tuple[Change, ...] = ()) -> None:
        self.table, self._load, self._changes = table, load, changes

    @functools.cached_property
    def frame(self) -> pd.DataFrame:
        """The rows, index ``id``, in the order they were made."""
        return fold(self.table, self._load(), self._changes)

    @functools.cached_property
    def labels(self) -> dict[str, str]:
        """Name of every row by id; empty where the row is known by references (see ``Plan.label``)."""
        if len(self.table.names) > 1 or self.table.fields[self.table.label].is_reference:
            return dict.fromkeys(self.frame.index.tolist(), "")
        names = self.frame[self.table.label].fillna("").astype("str")
        return dict(zip(self.frame.index.tolist(), names.tolist(), strict=True))

    @functools.cached_property
    def ids_by_label(self) -> dict[str, list[str]]:
        """Ids of the rows that bear a name, by the name in lower case."""
        found: dict[str, list[str]] = {}
        for row, label in self.labels.items():
            found.setdefault(" ".join(label.casefold().split()), []).append(row)
        return found

    def changed(self, changes: Iterable[Change]) -> "Content":
        """Return the content after some changes; the present one stays as it is."""
        if "frame" in self.__dict__:
            folded = self.frame
            return Content(self.table, lambda: folded, tuple(changes))
        return Content(self.table, self._load, (*self._changes, *changes))


def fold(table: Table, frame: pd.DataFrame, changes: Iterable[Change]) -> pd.DataFrame:
    """Return a frame with changes applied: fields set in place of copies, rows added at the end, rows taken out."""
    cells: dict[str, dict[str, Any]] = {}
    added: dict[str, dict[str, Any]] = {}
    removed: set[str] = set()
    for change in changes:
        if change.op in ("add", "restore"):
            added[change.row] = dict(change.after)
            removed.discard(change.row)
        elif change.op == "remove":
            removed.add(change.row)
            added.pop(change.row, None)
        elif change.row in added:
            added[change.row].update(change.after)
        else:
            for name, value in change.after.items():
                cells.setdefault(name, {})[change.row] = value
    if removed:
        frame = frame[~frame.index.isin(removed)]
    if cells:
        frame = _with_cells(table, frame, cells)
    if added:
        back = [row for row in added if row in frame.index]
        fresh = framed(table, added.values(), list(added))
        frame = pd.concat([frame.drop(index=back), fresh])
        frame = frame.loc[sorted(frame.index, key=sequence)] if back or _out_of_order(frame, len(fresh)) else frame
    return frame


def _with_cells(table: Table, frame: pd.DataFrame, cells: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    columns = {}
    for name, values in cells.items():
        positions = frame.index.get_indexer(pd.Index(list(values), dtype="str"))
        column = frame[name].array.copy()
        fresh = series(table.fields[name], list(values.values())).array
        here = positions >= 0
        column[positions[here]] = fresh[here]
        columns[name] = pd.Series(column, index=frame.index)
    return frame.assign(**columns)


def _out_of_order(frame: pd.DataFrame, fresh: int) -> bool:
    """Whether rows at the end have smaller numbers than those before (a removed row came back)."""
    numbers = [sequence(one) for one in frame.index[-fresh - 1 :]]
    return numbers != sorted(numbers)


def sequence(row: str) -> int:
    """Return the number in an id: 14 for T14; provisional ids (``~T1``) come after all others."""
    number = int(row.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ~") or 0)
    return number + PROVISIONAL if row.startswith("~") else number


def prefix_of(row: str) -> str:
    """Return the letters of an id: T for T14."""
    return row.rstrip("0123456789")


def series(field: Field, values: list[Any]) -> "pd.Series[Any]":
    """Return values of one field as a pandas series of the field's dtype."""
    if field.kind is Kind.DATE:
        days: pd.Series[Any] = pd.Series([pd.NaT if one is None else one for one in values], dtype="object")
        dates: pd.Series[Any] = days.astype("datetime64[s]")
        return dates
    if field.kind in DTYPES:
        plain_values: pd.Series[Any] = pd.Series(values, dtype=DTYPES[field.kind])
        return plain_values
    texts = [SEPARATOR.join(one) if isinstance(one, (tuple, list)) else one for one in values]
    return pd.Series(texts, dtype="str")


def framed(table: Table, rows: Iterable[Mapping[str, Any]], ids: list[str]) -> pd.DataFrame:
    """Return rows as a frame with a column per field and the ids as index."""
    kept = list(rows)
    index = pd.Index(ids, dtype="str", name="id")
    columns = {name: series(one, [row.get(name) for row in kept]).set_axis(index) for name, one in table.fields.items()}
    return pd.DataFrame(columns, index=index)


def plain(field: Field, value: Any) -> Any:
    """Return a value of a frame as Python has it: None for missing, ``date``, tuples for several."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value):  # noqa: PLR0124 - the test for not-a-number that costs nothing
        return None
    if field.kind is Kind.DATE:
        return value.date()
    if field.kind in (Kind.REFS, Kind.TEXTS):
        return tuple(one for one in str(value).split(SEPARATOR) if one)
    if field.kind is Kind.WHOLE:
        return int(value)
    if field.kind is Kind.FLAG:
        return bool(value)
    return float(value) if field.kind in (Kind.NUMBER, Kind.MONEY) else value


def inverse(change: Change) -> Change:
    """Return the change that takes a change back."""
    ops: dict[Op, Op] = {"add": "remove", "restore": "remove", "remove": "restore", "set": "set"}
    return replace(change, op=ops[change.op], before=change.after, after=change.before)
