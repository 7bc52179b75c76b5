"""Cells of a column as the browser shows them: the text a person reads and, where it differs, the value behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from planning_kit.spec import Field, Kind
from planning_kit.spec.values import SEPARATOR, shown

Cell = str | dict[str, Any]


def cells(field: Field, column: pd.Series[Any], label: Callable[[str], str]) -> list[Cell | None]:
    """Return a column's cells: None where empty, text alone where nothing more is meant, else ``{t, v}``.

    Parameters
    ----------
    field : Field
    column : Series
        As in a frame of a plan.
    label : callable
        ``id -> name`` of a row.
    """
    one = _cell(field, label)
    return [None if gone else one(value) for value, gone in zip(column.tolist(), column.isna().tolist(), strict=True)]


def _cell(field: Field, label: Callable[[str], str]) -> Callable[[Any], Cell]:
    if field.is_reference or field.kind is Kind.TEXTS:
        name = label if field.is_reference else str

        def several(value: Any) -> Cell:
            parts = str(value).split(SEPARATOR)
            return {
                "t": SEPARATOR.join(name(part) for part in parts),
                "v": parts if field.kind in (Kind.REFS, Kind.TEXTS) else parts[0],
            }

        return several
    if field.kind is Kind.DATE:
        return lambda value: str(value)[:10]
    if field.kind in (Kind.CHOICE, Kind.NUMBER, Kind.MONEY, Kind.WHOLE):
        return lambda value: {"t": shown(field, value, label), "v": value}
    return lambda value: shown(field, value, label)
