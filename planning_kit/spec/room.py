"""What a step shows in the room: views, pictures, agenda, lights, reports; and the step itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any, TypeVar

from planning_kit.spec.checks import Check
from planning_kit.spec.fields import Field, Row, Table

Declared = TypeVar("Declared")


@dataclass(frozen=True)
class View:
    """Chosen columns (and rows) of a table, also of another step's.

    ``where`` keeps rows whose field has one of some values; an empty one stands for no value.
    """

    name: str
    table: str
    title: str
    help: str
    fields: tuple[str, ...]
    where: Mapping[str, tuple[Any, ...]] = attribute(default_factory=dict)
    defaults: Mapping[str, Any] = attribute(default_factory=dict)


Offer = Callable[[Any], Mapping[Any, str]]
"""Tells from a plan which values there are to choose from, in their order, and what each is called."""


@dataclass(frozen=True)
class Pivot:
    """A table as a grid of sums: rows and columns are the values of two fields, others are chosen above it.

    ``offers`` tells the values of a field where its choices, or all rows it may point to, are not meant. What has no
    value in ``columns`` stands in a column of its own, headed ``whole``. ``minus`` names the rows that the total takes
    off, ``begins`` what a slice shows at first. ``along`` is the slice that follows upon itself, such as the year: it
    can be copied onto the next one. ``said`` adds a sentence on what was chosen.
    """

    name: str
    table: str
    title: str
    help: str
    rows: str
    columns: str
    value: str
    slices: tuple[str, ...] = ()
    offers: Mapping[str, Offer] = attribute(default_factory=dict)
    along: str = ""
    whole: str = ""
    minus: tuple[str, ...] = ()
    total: str = "Total"
    begins: Mapping[str, Any] = attribute(default_factory=dict)
    said: Callable[[Any, Mapping[str, Any]], str] | None = None


@dataclass(frozen=True)
class Board(View):
    """Rows of a view as cards, in a column for each choice of a field; cards that name the same group lie together.

    ``weight`` is a number shown as a share among the cards of a side; ``sides`` names the columns of each side.
    """

    column: str = ""
    group: str = ""
    weight: str = ""
    sides: tuple[tuple[str, ...], ...] = ()
    across: int = 2


@dataclass(frozen=True)
class Pairs(View):
    """Rows by the pairs of another table's rows they cite, one from each side, as the fields of a square.

    ``cites`` is the field with the citations, ``by`` the field of the cited table whose choices make the two ``sides``,
    ``sign`` the field that says which pair it is (``signs`` by the two choices), ``mark`` a flag shown on each row.
    """

    cites: str = ""
    by: str = ""
    sides: tuple[tuple[str, ...], ...] = ((), ())
    sign: str = ""
    signs: Mapping[tuple[Any, ...], str] = attribute(default_factory=dict)
    mark: str = ""


@dataclass(frozen=True)
class Pick:
    """Rows of a table to choose from, or the choices of its field ``of``, under a title; ``where`` as in a view."""

    title: str
    table: str
    where: Mapping[str, tuple[str, ...]] = attribute(default_factory=dict)
    of: str = ""


@dataclass(frozen=True)
class Act:
    """What a person does about a picture on the spot: chooses a row of a table, and the edits follow.

    ``edits`` is a function ``(plan, as_of, picked, chosen)``; ``reason`` may name ``{picked}`` and ``{taken}``.
    ``writes`` returns, from the same, name and sections of a letter that is written besides, for its writer only.
    """

    title: str
    button: str
    table: str
    reason: str
    edits: Callable[[Any, dt.date, str, str], list[Any]]
    writes: Callable[[Any, dt.date, str, str], tuple[str, list[dict[str, Any]]]] | None = None


@dataclass(frozen=True)
class Picture:
    """A chart on the page of a step; ``pick`` says which rows can be singled out on it: of tables, or grouped."""

    chart: str
    lead: str
    pick: tuple[str | Pick, ...] = ()
    pick_title: str = ""
    act: Act | None = None


@dataclass(frozen=True)
class Timeline:
    """Work over time that is edited by dragging: a moved bar sets one field, its right edge another.

    What a bar shows is computed, so what waits for it moves along.

    Attributes
    ----------
    table : str
        The table whose rows are bars.
    start, length : str
        The field a moved bar sets (a date), and the field its right edge sets (working days).
    links : tuple of str
        Table of what waits for what, its fields for the row waited for, the row that waits, and the kind of link.
    group : str
        The reference by which rows can be filtered.
    baseline : str
        ``table.field`` that holds revisions to compare with.
    dates : callable
        ``(plan, as_of) -> frame``, a row a bar, as `planning_kit.steps.work.dated` returns it.
    calendar : callable
        ``plan -> (working week as seven digits from Monday on, further days off)``.
    """

    name: str
    table: str
    help: str
    empty: str
    start: str
    length: str
    links: tuple[str, str, str, str]
    group: str
    baseline: str
    dates: Callable[[Any, dt.date], Any]
    calendar: Callable[[Any], tuple[str, tuple[dt.date, ...]]]


@dataclass(frozen=True)
class Study:
    """A question worked on with the screen, which may take the computer long; ``name`` is one of the studies."""

    name: str
    title: str
    lead: str


@dataclass(frozen=True)
class Explained:
    """A displayed number taken apart: its terms in order, the rows they came from, how old they are."""

    value: str
    terms: tuple[tuple[str, str], ...]
    rows: tuple[str, ...]
    age: dt.date | None = None


Told = Callable[[Any, str, dt.date], Explained | None]


@dataclass(frozen=True)
class Figure:
    """A number shown for the rows of some tables that can explain itself; ``explain`` returns None where it has none.

    ``beside`` marks the one that stands beside a row wherever rows are listed, ``slow`` one that is worked out only
    when somebody asks for it.
    """

    name: str
    tables: tuple[str, ...]
    title: str
    formula: str
    source: str
    explain: Told
    beside: bool = False
    slow: bool = False


def figure(*tables: str, beside: bool = False, slow: bool = False) -> Callable[[Told], Figure]:
    """Declare a figure from a function ``(plan, row, as_of) -> Explained``; its docstring is title, formula, Source.

    Parameters
    ----------
    *tables : str
        The tables whose rows it is shown for.
    beside, slow : bool
        See :class:`Figure`.
    """

    def declare(function: Told) -> Figure:
        title, _, rest = (function.__doc__ or "").strip().partition("\n")
        formula, _, source = (" ".join(part.split()) for part in rest.partition("Source:"))
        return Figure(function.__name__, tables, title.rstrip("."), formula, source, function, beside, slow)

    return declare


@dataclass(frozen=True)
class Ballot:
    """Votes several people give alone, secret until all are revealed at once.

    Attributes
    ----------
    table, item, rater, value : str
        The table the votes go to, and its fields for what is voted on, who votes, and the vote.
    criterion : str
        Its field of choices, where there is a vote for each of them.
    asked : str
        The table that says how a criterion is asked: roles ``question``, ``low`` and ``high``.
    total : int
        What all votes of one person make together; 0 for votes on a scale.
    where : mapping
        Which items are voted on, as in a view.
    """

    name: str
    title: str
    help: str
    table: str
    item: str
    rater: str
    value: str
    criterion: str = ""
    asked: str = ""
    total: int = 0
    where: Mapping[str, tuple[str, ...]] = attribute(default_factory=dict)


TODAY = "today"
"""In the values of an answer: the day the plan is looked at."""


@dataclass(frozen=True)
class Inbox:
    """Rows that are due from a person, each answered by pressing one button.

    Attributes
    ----------
    table : str
        The rows that are due.
    due : callable
        ``(plan, as_of) -> frame``, index = row: ``person``, ``due`` (a date or none), ``told`` (what to know about it);
        further columns are values of the fields that an answer sets.
    fields : tuple of str
        What is asked besides, of the row or of ``into``.
    answers : mapping
        The buttons: their words, and the values each sets.
    into, about : str
        The table that gets a row for each answer, and its field that names the row; without them the row is changed.
    """

    name: str
    title: str
    table: str
    due: Callable[[Any, dt.date], Any]
    fields: tuple[str, ...] = ()
    answers: Mapping[str, Mapping[str, str]] = attribute(default_factory=lambda: {"Save": {}})
    into: str = ""
    about: str = ""


@dataclass(frozen=True)
class Cards:
    """Cards written one after another; each becomes a row.

    ``by`` and ``on`` are the fields for who wrote it and when, where the table keeps that.
    """

    name: str
    title: str
    help: str
    table: str
    fields: tuple[str, ...]
    by: str = ""
    on: str = ""


@dataclass(frozen=True)
class Recall:
    """Can people name what matters without looking? Counted for groups, never for a person.

    ``of(plan)`` has the rows to be named, ``member`` is a person's field for the group; the other names are fields of
    ``table``: the group, the day, how many were asked for and named. Everybody is asked for ``most``.
    """

    name: str
    title: str
    help: str
    of: Callable[[Any], Any]
    member: str
    table: str
    group: str
    on: str
    asked: str
    named: str
    most: int = 3


@dataclass(frozen=True)
class Agenda:
    """One item of the run of show."""

    title: str
    minutes: int
    how: str
    prompt: str = ""
    asks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ready:
    """A light of *before you go on*: tables that hold rows, and codes without a finding."""

    text: str
    tables: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """A report notebook and its typed parameters."""

    name: str
    title: str
    doc: str
    parameters: Mapping[str, Field]


@dataclass(frozen=True)
class Step:
    """One of the eight steps (0: the organisation and the overview)."""

    number: int
    name: str
    title: str
    question: str
    who: str
    tables: tuple[Table, ...]
    checks: tuple[Check, ...]
    agenda: tuple[Agenda, ...]
    views: tuple[View, ...] = ()
    pivots: tuple[Pivot, ...] = ()
    timelines: tuple[Timeline, ...] = ()
    pictures: tuple[Picture, ...] = ()
    studies: tuple[Study, ...] = ()
    figures: tuple[Figure, ...] = ()
    ready: tuple[Ready, ...] = ()
    reports: tuple[Report, ...] = ()
    shared: tuple[Ballot | Inbox | Cards | Recall, ...] = ()
    book: str = "plan"

    @property
    def short(self) -> str:
        """The title in one or two words, for lists and buttons."""
        return self.name.replace("_", " ").capitalize() if self.number else self.title

    @property
    def notebook(self) -> str:
        """File name of the guided notebook."""
        return "00_start.ipynb" if self.number == 0 else f"{self.number:02d}_{self.name}.ipynb"


def declared(module: Any, kind: type[Declared]) -> tuple[Declared, ...]:
    """Return what a module declares of one kind (row models count as their tables), in order of the text."""
    found: list[Declared] = []
    for value in vars(module).values():
        one = value.__dict__.get("table") if isinstance(value, type) and issubclass(value, Row) else value
        if isinstance(one, kind) and one not in found:
            found.append(one)
    return tuple(found)
