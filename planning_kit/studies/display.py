"""What a study consists of, and what it shows: controls, figures, cards, lists, tables and pictures."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pandas as pd

from planning_kit.charts.base import Drawn
from planning_kit.plan import Edit, Plan

Choices: TypeAlias = Mapping[str, Any]
"""What was set on the page, by name of the control; ``turned``: ids of the cards turned over, with the reason."""
Found: TypeAlias = dict[str, Any]
"""What a calculation found: JSON values only."""
Tell: TypeAlias = Callable[[str, float], bool]
"""Told how far it is, in words and as a share (NaN: nobody knows); True: end with the best so far."""


@dataclass(frozen=True)
class Control:
    """Something to set: a slider when it has ends, else a list to choose from."""

    name: str
    label: str
    value: Any
    options: tuple[tuple[str, str], ...] = ()
    low: float = 0
    high: float = 0
    step: float = 1
    words: str = ""


@dataclass(frozen=True)
class Item:
    """A card that can be turned over, or a line that can be accepted with its edits."""

    row: str
    title: str
    lines: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    turned: bool = False
    fixed: bool = False
    """Neither to be turned nor accepted by itself."""


@dataclass(frozen=True)
class Group:
    """Cards under one heading (``turn``: the word on the button that moves a card away), or a list of lines."""

    title: str
    items: tuple[Item, ...]
    turn: str = ""


@dataclass(frozen=True)
class Display:
    """What the page shows of a study."""

    headline: str = ""
    controls: tuple[Control, ...] = ()
    figures: tuple[tuple[str, str, str], ...] = ()
    """Label, value, remark."""
    groups: tuple[Group, ...] = ()
    notes: tuple[str, ...] = ()
    table: pd.DataFrame | None = None
    pictures: tuple[Drawn, ...] = ()
    accept: str = ""
    """The word on the button that makes edits of what is chosen; empty: nothing can be accepted."""
    every: bool = False
    """Whether all lines may be accepted at once."""
    edits: tuple[Edit, ...] = ()
    """Edits that are made in any case when something is accepted."""
    reason: str = ""
    """The reason that is proposed for the history."""
    refusal: str = ""
    """Why nothing can be accepted yet."""
    wanted: Choices | None = None
    """What should be computed next, without being asked."""


def _nothing(_found: Found) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Study:
    """A question with its calculation."""

    name: str
    begin: str
    """The word on the button that starts the calculation."""
    compute: Callable[[Plan, dt.date, Choices, Tell], Found]
    display: Callable[[Plan, dt.date, Choices, Found], Display]
    kept: Callable[[Found], Mapping[str, Any]] = field(default=_nothing)
    """The row of the plan that keeps the result; empty: none."""
    keeps: str = ""
    """The table of that row."""


STUDIES: dict[str, Study] = {}


def declared(study: Study) -> Study:
    """Enter a study under its name."""
    STUDIES[study.name] = study
    return study
