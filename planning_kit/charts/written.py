"""Declare what is best read as a table and comes without a chart."""

from collections.abc import Callable, Iterable
from typing import ParamSpec

import pandas as pd

from planning_kit.charts.base import DRAW, EMPTY, Drawn

P = ParamSpec("P")

WRITTEN: list[str] = []
"""Names of what comes without a chart."""

LEVEL = "\N{EM SPACE}"
"""How far a level of a tree is moved in."""


def written(empty: str) -> Callable[[Callable[P, Drawn]], Callable[P, Drawn]]:
    """Declare a table from a function ``(plan, as_of, *, picks) -> Drawn`` without a chart.

    Parameters
    ----------
    empty : str
        What to do when there is nothing to show: one or two sentences.
    """

    def declare(write: Callable[P, Drawn]) -> Callable[P, Drawn]:
        DRAW[write.__name__], EMPTY[write.__name__] = write, empty
        WRITTEN.append(write.__name__)
        return write

    return declare


def tabled(name: str, title: str, table: pd.DataFrame, *, note: str = "", heads: Iterable[int] = ()) -> Drawn:
    """Return what is read as a table, with its finding; empty, it says what to do."""
    return Drawn(None, title if len(table) else EMPTY[name], note, table, None, EMPTY[name], tuple(heads))
