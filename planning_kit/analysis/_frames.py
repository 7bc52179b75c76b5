"""Reading frames: columns that must be there, columns that may be, and their values as plain arrays."""

from collections.abc import Hashable, Iterable
from datetime import date
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planning_kit.errors import PlanError

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Day: TypeAlias = date | str | pd.Timestamp

SHOWN = 12


def require(frame: pd.DataFrame, table: str, *columns: str) -> None:
    """Raise `PlanError` if a column is missing from the frame of `table`."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise PlanError(
            f"{table}: column {', '.join(missing)} was not found. Needed are {', '.join(columns)}. "
            f"Found: {', '.join(map(str, frame.columns)) or 'no column'}. Add or rename the column."
        )


def rows_of(frame: pd.DataFrame, table: str, *columns: str) -> pd.DataFrame:
    """Return the frame of `table` with these columns: without a row it may come without them, else `PlanError`."""
    if not len(frame):
        return frame.reindex(columns=list(dict.fromkeys([*frame.columns, *columns])))
    require(frame, table, *columns)
    return frame


def keyed(frame: pd.DataFrame, table: str, *columns: str) -> None:
    """Raise `PlanError` if a column is missing or two rows of the frame of `table` share an id."""
    require(frame, table, *columns)
    if not frame.index.is_unique:
        twice = frame.index[frame.index.duplicated()][0]
        raise PlanError(f"{table} {twice}: two rows have this id. An id stands for one row. Give each its own.")


def column(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return a column, or one full of nothing where the frame has none."""
    return frame[name] if name in frame.columns else pd.Series(np.nan, index=frame.index, name=name)


def numbers(frame: pd.DataFrame, name: str, default: float = np.nan) -> Floats:
    """Return a column as floats; nothing, or no such column, gives `default`; a word or a date is refused."""
    if name not in frame.columns:
        return np.full(len(frame), default, dtype=np.float64)
    column = frame[name]
    typed = pd.to_numeric(column, errors="coerce")
    wrong = typed.isna() & column.notna() if column.dtype.kind not in "mM" else column.notna()
    if wrong.any():
        raise _refused(column[wrong], "number")
    values = typed.to_numpy(dtype=np.float64, na_value=np.nan)
    return values if np.isnan(default) else np.where(np.isnan(values), default, values)


def days(frame: pd.DataFrame, name: str) -> NDArray[np.datetime64]:
    """Return a column of dates (dates, timestamps or ISO text) as ``datetime64[D]``; nothing gives NaT."""
    values = column(frame, name)
    try:
        when = pd.to_datetime(values, format="mixed")
        return when.dt.tz_localize(None).to_numpy().astype("datetime64[D]")
    except ValueError:
        wrong = pd.to_datetime(values, errors="coerce", format="mixed").isna() & values.notna()
        raise _refused(values[wrong] if wrong.any() else values, "date") from None


def _refused(values: pd.Series, wanted: str) -> PlanError:
    """Return the sentence about the first of some values that are no numbers or no dates."""
    example = {"number": "such as 5 or 2.5", "date": "such as 2027-03-31"}[wanted]
    return PlanError(
        f"{values.name} of {values.index[0]}: {values.iloc[0]} is no {wanted}. Write a {wanted} {example}, or nothing."
    )


def flags(frame: pd.DataFrame, name: str) -> Flags:
    """Return a yes/no column as booleans; nothing counts as no."""
    return column(frame, name).astype("boolean").fillna(value=False).to_numpy(dtype=bool)


def day(value: Day) -> np.datetime64:
    """Return one date as ``datetime64[D]``; anything else raises `PlanError`."""
    try:
        return np.datetime64(pd.Timestamp(value).date(), "D")
    except (ValueError, TypeError):  # TypeError: NaT has no date
        raise PlanError(f"{value} is no date. Write a date such as 2027-03-31.") from None


def day_numbers(dates: NDArray[np.datetime64]) -> Floats:
    """Return dates as days since 1970; NaT gives NaN."""
    return np.where(np.isnat(dates), np.nan, dates.astype("datetime64[D]").astype(np.int64))


def working_calendar(weekmask: str, holidays: Iterable[Day]) -> np.busdaycalendar:
    """Return the working days: a week such as ``1111100`` or ``mon; tue; wed`` less the days off."""
    off = [day(value) for value in holidays]
    try:
        return np.busdaycalendar(weekmask.replace(";", " ").title(), off)
    except ValueError as problem:
        raise PlanError(
            f"calendar: {weekmask!r} is not a working week with at least one day. "
            "Write seven digits from Monday on, for example 1111100, or names such as mon; tue; wed."
        ) from problem


def positions(ids: pd.Index, where: str, table: str, *wanted: pd.Series) -> list[Ints]:
    """Return where each wanted id stands in `ids`; an unknown or missing one raises `PlanError`."""
    found = [ids.get_indexer(pd.Index(column)).astype(np.int64) for column in wanted]
    for column, position in zip(wanted, found, strict=True):
        if (position < 0).any():
            row = int(np.argmin(position))
            value = column.iloc[row]
            what = "is empty" if pd.isna(value) else f"names {value}, which is not among the {table}"
            raise PlanError(
                f"{where} {column.index[row]}: {column.name} {what}. "
                f"Allowed are the ids of the {table} given. Choose one of them or remove this row."
            )
    return found


def listed(names: Iterable[Hashable], separator: str = ", ") -> str:
    """Return names in one sentence, the first dozen of them."""
    every = [str(name) for name in names]
    more = f"{separator}... ({len(every) - SHOWN} more)" if len(every) > SHOWN else ""
    return separator.join(every[:SHOWN]) + more
