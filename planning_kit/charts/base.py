"""What every chart is made of: the drawn picture with its table, short labels, dates that stay, lines of text."""

import datetime as dt
import functools
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeAlias, TypeVar, cast

import pandas as pd

from planning_kit.charts.alt import alt
from planning_kit.charts.sheet import Sheet as Sheet  # noqa: PLC0414 - every chart takes its pieces from here
from planning_kit.charts.theme import Mark, scale
from planning_kit.errors import PlanError
from planning_kit.plan import Plan

AnyChart: TypeAlias = alt.Chart | alt.LayerChart
P = ParamSpec("P")
Axis = TypeVar("Axis", alt.X, alt.Y)

DASH = "\N{EN DASH}"


@dataclass(frozen=True)
class Drawn:
    """A picture, the finding it shows, and the same facts as a table.

    Attributes
    ----------
    chart : Chart or None
        None when there is nothing to draw; `empty` then says what to do.
    title : str
        The finding in one sentence.
    note : str
        What the reader should know besides: the date looked at, how much is shown.
    table : DataFrame
        The table twin: what is drawn, with full names, in columns a person can read.
    age : date or None
        Date of the newest value that is shown, where values come from reports.
    empty : str
        What to do so that there is something to see.
    heads : tuple of int
        Rows of the table that head those below them.
    beside : DataFrame or None
        Rows a person should read with the picture, shown openly; None where there is nothing to say.
    """

    chart: AnyChart | None
    title: str
    note: str
    table: pd.DataFrame
    age: dt.date | None
    empty: str
    heads: tuple[int, ...] = ()
    beside: pd.DataFrame | None = None


DRAW: dict[str, Callable[..., Drawn]] = {}
"""By name of the chart: the function that draws it with its title and its table."""

EMPTY: dict[str, str] = {}
"""By name of the chart: what to do when there is nothing to draw."""


def charted(empty: str) -> Callable[[Callable[P, Drawn]], Callable[P, AnyChart | None]]:
    """Declare a chart from a function ``(plan, as_of, *, picks) -> Drawn``; calling it gives the chart alone.

    Parameters
    ----------
    empty : str
        What to do when there is nothing to draw: one or two sentences.
    """

    def declare(draw: Callable[P, Drawn]) -> Callable[P, AnyChart | None]:
        name = draw.__name__
        DRAW[name], EMPTY[name] = draw, empty

        @functools.wraps(draw)
        def chart(*args: P.args, **kwargs: P.kwargs) -> AnyChart | None:
            return draw(*args, **kwargs).chart

        vars(chart)["__signature__"] = inspect.signature(draw).replace(return_annotation="Chart | None")
        return chart

    return declare


def drawn(name: str, plan: Plan, as_of: dt.date, pick: str = "", **picks: Any) -> Drawn:
    """Return a chart with its title, its table and its age.

    Parameters
    ----------
    name : str
        Name of the chart, for example ``"gantt"``.
    plan : Plan
    as_of : datetime.date
        The date the plan is looked at.
    pick : str
        Id of the row a person picked, for charts that look at one: it goes to the chart's first pick.
    **picks
        Picks by name, for example ``unit="U3"``.

    Raises
    ------
    PlanError
        When there is no such chart, or it takes no such pick.
    """
    if name not in DRAW:
        raise PlanError(f"“{name}” is not a chart. Charts are: {', '.join(DRAW)}.")
    allowed = picks_of(name)
    if pick and not allowed:
        raise PlanError(f"charts, {name}: “{pick}” was picked, but this chart shows the whole plan. Pick nothing.")
    chosen = {allowed[0]: pick, **picks} if pick else picks
    wrong = set(chosen) - set(allowed)
    if wrong:
        raise PlanError(
            f"charts, {name}: there is no pick {', '.join(sorted(wrong))}. Picks are: {', '.join(allowed) or 'none'}."
        )
    return DRAW[name](plan, as_of, **chosen)


def picks_of(name: str) -> list[str]:
    """Return the names of what can be picked on a chart, the first being the one a page offers."""
    kinds = inspect.signature(DRAW[name]).parameters.items()
    return [one for one, parameter in kinds if parameter.kind is inspect.Parameter.KEYWORD_ONLY]


def nothing(name: str, *columns: str, why: str = "") -> Drawn:
    """Return the drawing of nothing: no chart, an empty table, and the sentence that says what to do."""
    text = why or EMPTY[name]
    return Drawn(None, text, "", pd.DataFrame({one: pd.Series(dtype="str") for one in columns}), None, text)


def finished(  # noqa: PLR0913 - what a drawing is made of
    name: str, chart: AnyChart, title: str, table: pd.DataFrame, *, note: str = "", age: dt.date | None = None
) -> Drawn:
    """Return a drawing with its title above it and the width of its container."""
    lines = textwrap.wrap(note, 105)
    heading = alt.Title(textwrap.wrap(title, 76), subtitle=lines) if lines else alt.Title(textwrap.wrap(title, 76))
    chart.title, chart.width, chart.description = heading, "container", title  # no copy: it was made just now
    return Drawn(chart, title, note, table, age, EMPTY.get(name, ""))


# --- words ---------------------------------------------------------------------------------------------------


def short(text: str, most: int) -> str:
    """Return a text on one line with at most so many characters, the rest as ``…``."""
    line = " ".join(str(text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def wrapped(text: str, width: int, lines: int) -> str:
    """Return a text broken into at most so many lines; what is left over is ``…``."""
    return "\n".join(textwrap.wrap(" ".join(str(text).split()), width, max_lines=lines, placeholder=" …"))


def labelled(texts: Iterable[str], ids: Iterable[object], most: int = 40, *, keep: bool = False) -> list[str]:
    """Return short labels that differ: where two read the same, the later ones get their id.

    Parameters
    ----------
    texts, ids : iterables
        One of each for a row.
    most : int
        Longest label.
    keep : bool
        Whether the texts are short already (spaces at their beginning stay).
    """
    seen: set[str] = set()
    found = []
    for text, row in zip(texts, ids, strict=True):
        label = text if keep else short(text, most)
        if label in seen:
            label = f"{label[: most - len(str(row)) - 3].rstrip()} ({row})"
        seen.add(label)
        found.append(label)
    return found


def names(plan: Plan, ids: Iterable[Any]) -> list[str]:
    """Return the names of rows; a dash where there is no row."""
    every = list(ids)
    known = {row: plan.label(row) for row in set(every) if not pd.isna(row)}
    return [known.get(row, DASH) for row in every]


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return ``1 task``, ``2 tasks``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def part(some: int, total: int, noun: str, plural: str = "") -> str:
    """Return ``1 of 5 tasks is``, ``2 of 5 tasks are``: the beginning of a finding."""
    return f"{some:,} of {counted(total, noun, plural)} {'is' if some == 1 else 'are'}"


def plain_number(value: Any) -> str:
    """Return a number as a person writes it: at most three significant places after a thousand is split."""
    if pd.isna(value):
        return DASH
    if abs(value) >= 1000:  # noqa: PLR2004 - from here on decimals say nothing
        return f"{value:,.0f}"
    return f"{value:.4g}"


def money(amount: float, currency: str = "") -> str:
    """Return an amount in millions or thousands, with its currency before it."""
    size, word = next(((s, w) for s, w in ((1e9, " bn"), (1e6, " M"), (1e3, " k")) if abs(amount) >= s), (1.0, ""))
    figure = f"{amount / size:,.3g}" if word else f"{amount:,.0f}"
    return f"{currency} {figure}{word}".strip()


def identified(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with their ids as a column ``id``: what a click on a mark explains (`rows` has the ids as index).

    Every chart whose marks stand for rows of the plan keeps the column in their data, and the table twin has the ids
    as index.
    """
    return rows.rename_axis("id").reset_index()


def each(frame: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows of a frame, columns as attributes."""
    yield from frame.itertuples()


# --- dates ---------------------------------------------------------------------------------------------------


def iso(dates: "pd.Series[Any]", plus: int = 0) -> "pd.Series[Any]":
    """Return dates as text, so that no time zone can move them; `plus` days are added."""
    moved = pd.to_datetime(dates) + pd.Timedelta(days=plus)
    return moved.dt.strftime("%Y-%m-%d").where(moved.notna(), None)


def spoken(value: Any) -> str:
    """Return a date as text, a dash for none."""
    return DASH if pd.isna(value) else f"{pd.Timestamp(value):%Y-%m-%d}"


def elapsed(days: Any) -> str:
    """Return a number of days in words: ``12 days``, ``3 months``."""
    if pd.isna(days):
        return DASH
    whole = round(float(days))
    if whole < 60:  # noqa: PLR2004 - up to two months days say more
        return "today" if not whole else counted(whole, "day")
    return counted(round(whole / 30.4), "month") if whole < 730 else f"{whole / 365.25:.0f} years"  # noqa: PLR2004 - up to two years


def day_axis(dates: Iterable[Any], *, above: bool = False, room: float = 0.02, field: str = "day") -> alt.X:
    """Return a horizontal axis of days: every date is read as UTC, ticks name month and year.

    Parameters
    ----------
    dates : iterable of dates
        What must be seen.
    above : bool
        Whether the axis stands above the picture, with lines through it.
    room : float
        Room for words after the last day, as a share of the whole.
    field : str
        Column with the days as ISO text.
    """
    whole = pd.to_datetime(pd.Series(list(dates))).dropna()
    first, last = whole.min(), whole.max()
    span = last - first
    pad = max(span * 0.02, pd.Timedelta(days=2))
    unit, step, form = next(found for days, *found in _TICKS if span.days <= days)
    ticks = alt.TimeIntervalStep(interval=unit, step=step)
    place: dict[str, Any] = {"grid": True, "orient": "top", "offset": 18} if above else {"grid": False}
    axis = alt.Axis(
        title=None, format=form, tickCount=ticks, labelOverlap="parity", labelSeparation=9, labelFlush=False, **place
    )
    low, high = (
        alt.DateTime(year=day.year, month=day.month, date=day.day, utc=True)
        for day in (first - pad, last + max(pad, span * room))
    )
    scale = alt.Scale(type="utc", domainMin=low, domainMax=high, nice=False)
    return alt.X(f"{field}:T", scale=scale, axis=axis)


_TICKS: tuple[tuple[int, Any, int, str], ...] = (
    (45, "week", 1, "%-d %b %Y"),
    (240, "month", 1, "%b %Y"),
    (480, "month", 2, "%b %Y"),
    (800, "month", 3, "%b %Y"),
    (1700, "month", 6, "%b %Y"),
    (10**9, "year", 1, "%Y"),
)
"""Up to so many days: the distance of the ticks and how they read."""


def as_of_line(as_of: dt.date, x: alt.X) -> alt.LayerChart:
    """Return the upright line of the day that is looked at, with its date, on an axis of days."""
    data = pd.DataFrame({"day": [as_of.isoformat()], "label": [f"as of {as_of.isoformat()}"]})
    day = alt.Chart(data).encode(x=moved(x, "day"))
    text = day.mark_text(align="left", baseline="bottom", dx=4, opacity=0.8).encode(text="label:N", y=alt.value(-3))
    return layered(day.mark_rule(strokeWidth=1.5, strokeDash=[5, 3]), text)


# --- pieces ----------------------------------------------------------------------------------------------------------


def layered(*charts: AnyChart, height: int | None = None) -> alt.LayerChart:
    """Return charts one upon the other, the first at the back, with a height in pixels."""
    found = cast("alt.LayerChart", alt.layer(*charts))
    if height:
        found.height = height
    return found


def moved(axis: Axis, field: str) -> Axis:
    """Return the same axis, with its scale, for another column."""
    kind = "T" if str(axis["shorthand"]).endswith(":T") else "Q"
    return type(axis)(f"{field}:{kind}", scale=axis["scale"], axis=axis["axis"])


def kinds(field: str, colours: Mapping[str, str], present: Iterable[str], **legend: Any) -> alt.Color:
    """Return the colours of the kinds of things that are there, with a legend above the picture."""
    here = set(present)
    used = [one for one in colours if one in here]
    shown = alt.Legend(title=None, symbolOpacity=1, **legend)
    return alt.Color(f"{field}:N", scale=alt.Scale(domain=used, range=[colours[one] for one in used]), legend=shown)


def tips(**titles: str) -> list[alt.Tooltip]:
    """Return what is shown beside the pointer: columns and what they are called."""
    return [alt.Tooltip(f"{field}:N", title=title) for field, title in titles.items()]


def rows_named(labels: Iterable[str], padding: float = 0.25) -> alt.Y:
    """Return a vertical axis with a label a row, from the top; the rows have a column ``label``."""
    scale = alt.Scale(domain=list(labels), padding=padding)
    return alt.Y("label:N", scale=scale, axis=alt.Axis(title=None, ticks=False, domain=False, grid=False))


def marked(
    marks: Mapping[str, Mark], present: Iterable[str], field: str = "status", legend: alt.Legend | None = None
) -> dict[str, Any]:
    """Return colour and shape of a state as encodings, with one legend for both."""
    here = list(present)
    return {
        "color": alt.Color(f"{field}:N", scale=scale(marks, here, "colour"), legend=legend),
        "shape": alt.Shape(f"{field}:N", scale=scale(marks, here, "shape"), legend=legend),
    }
