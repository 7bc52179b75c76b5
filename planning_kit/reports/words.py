"""Words of reports: frames as texts, sentences, and which view a name means."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from planning_kit.charts.written import LEVEL
from planning_kit.errors import PlanError
from planning_kit.spec import View
from planning_kit.steps import STEPS, TABLES


def texts(frame: pd.DataFrame) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return a frame as texts: columns and rows, nothing for missing values, numbers with at most two decimals."""

    def one(value: Any) -> str:
        if value is None or value is pd.NA or value is pd.NaT or value != value:  # noqa: PLR0124 - the test for not-a-number
            return ""
        if isinstance(value, (pd.Timestamp, dt.date)):
            return str(value)[:10]
        return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)

    columns = tuple(str(name) for name in frame.columns)
    return columns, tuple(tuple(one(value) for value in row) for row in frame.astype(object).to_numpy().tolist())


def level(text: str) -> int:
    """Return how far the text of a cell is moved in: the wide spaces it begins with."""
    return len(text) - len(text.lstrip(LEVEL))


def sentence(text: str) -> str:
    """Return a finding with a full stop."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def view_named(name: str) -> View:
    """Return a view of any step, or a table with its essential fields.

    Raises
    ------
    PlanError
        When there is neither.
    """
    found = next((one for step in STEPS for one in step.views if one.name == name), None)
    if found is None and name not in TABLES:
        raise PlanError(f"“{name}” is neither a view of a step nor a table.")
    return found or View(name, name, TABLES[name].title, TABLES[name].doc, TABLES[name].essential)
