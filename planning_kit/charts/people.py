"""Who is asked for more hours than there are, month by month."""

import datetime as dt

import numpy as np
import pandas as pd

from planning_kit.analysis import workload
from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import (
    Drawn,
    charted,
    counted,
    each,
    finished,
    kinds,
    layered,
    names,
    nothing,
    part,
    short,
)
from planning_kit.charts.theme import ACCENT, BAD, FAIR
from planning_kit.plan import Plan
from planning_kit.steps import reading

SHOWN = 30
"""People on one picture; the most loaded ones come first."""
MONTHS = 12
WORKS = 3
"""Tasks named for one month."""
ROW = 34
FULL, OVER = 0.85, 1.0
ROOM, TIGHT, ABOVE = "up to 85 %", "85 to 100 %", "above 100 %"
COLOURS = {ROOM: ACCENT, TIGHT: FAIR, ABOVE: BAD}


def loads(plan: Plan, as_of: dt.date, unit: str = "", months: int = MONTHS) -> pd.DataFrame:
    """Return demand and capacity of everybody who is assigned to open work, by month.

    Twelve `months` are looked at, from the month of `as_of` on (from the plan's first month if that comes later).

    Returns
    -------
    DataFrame
        ``person``, ``month`` (its first day), ``capacity``, ``demand``, ``over`` (hours), ``load`` (demand /
        capacity; inf without capacity, missing without either).
    """
    people = plan.people[plan.people["unit"] == unit] if unit else plan.people
    given = _dated(plan)
    given = given[given["person"].isin(people.index)]
    people = people[people.index.isin(given["person"])]
    if people.empty:
        return pd.DataFrame(columns=["person", "month", "capacity", "demand", "over", "load"])
    first = pd.Timestamp(max(as_of, reading.horizon(plan)[0] or as_of)).replace(day=1)
    last = first + pd.DateOffset(months=months) - pd.Timedelta(days=1)
    week, off = reading.calendar(plan)
    away = plan.availability[plan.availability["person"].isin(people.index)]
    found = workload.load(people, given, first, last, availability=away, weekmask=week, holidays=off)
    return found.reset_index()


def _dated(plan: Plan) -> pd.DataFrame:
    """Return the assignments to work that is there, each with its days: its own, else those of the work."""
    given = plan.assignments
    given = given[given["task"].isin(plan.tasks.index)]
    dates = reading.scheduled(plan)
    return given.assign(
        start=given["start"].fillna(reading.follow(given["task"], dates["early_start"])),
        finish=given["finish"].fillna(reading.follow(given["task"], dates["early_finish"])),
    )


def _work(plan: Plan, cells: pd.DataFrame) -> list[str]:
    """Return which work makes the load of each person and month that is above capacity; empty for the others."""
    mine = {person: some for person, some in _dated(plan).groupby("person") if person in set(cells["person"])}
    found = []
    for row in each(cells):
        if not row.over > 0:
            found.append("")
            continue
        given, last = mine[row.person], row.month + pd.offsets.MonthEnd()
        tasks = given.loc[~(given["start"] > last) & ~(given["finish"] < row.month), "task"].drop_duplicates()
        more = [f"{len(tasks) - WORKS} more"] if len(tasks) > WORKS else []
        found.append("; ".join([*(short(plan.label(one), 50) for one in tasks[:WORKS]), *more]))
    return found


def band(load: pd.Series) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    """Return the band of each load; a load without any hours asked for has room."""
    found: np.ndarray[tuple[int], np.dtype[np.str_]] = np.select(
        [load > OVER + 1e-9, load > FULL + 1e-9], [ABOVE, TIGHT], ROOM
    )
    return found


@charted("Nobody is assigned to work yet. Say in step 6 who works on what, with which share of the week.")
def load_heat_map(plan: Plan, as_of: dt.date, *, unit: str = "") -> Drawn:
    """Draw the load of each person in each of the next twelve months, in per cent of the hours free for change.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        The first month is the one of this day.
    unit : str
        Only the people of this unit.
    """
    columns = ("Person", "Month", "Demand, hours", "Capacity, hours", "Load, %", "Above capacity, hours", "Work")
    found = loads(plan, as_of, unit)
    if found.empty:
        return nothing("load_heat_map", *columns)
    asked = found[found["demand"] > 0]
    if asked.empty:
        return nothing("load_heat_map", *columns)
    idle = found["person"].nunique() - asked["person"].nunique()
    found = found[found["person"].isin(asked["person"]) & (found["month"] <= asked["month"].max())]
    worst = found["load"].fillna(0).groupby(found["person"]).max().sort_values(ascending=False, kind="stable")
    over = int((worst > OVER).sum())
    people = counted(len(worst), "person", "people")
    title = (
        f"{part(over, len(worst), 'person', 'people')} above 100 % in a month"
        if over
        else f"Not one of {people} is above 100 %"
    )
    hours = found["over"].sum()
    title += f"; {hours:,.0f} hours are missing" if hours >= 1 else ""
    note = f"From {as_of:%Y-%m} on, twelve months at most. Demand in per cent of the hours free for change work."
    note += f" {counted(idle, 'person', 'people')} without work in this time." if idle else ""
    if len(worst) > SHOWN:
        note += f" The {SHOWN} most loaded of {len(worst):,} people; the table holds all."
    facts = found.assign(
        name=names(plan, found["person"]),
        month_name=found["month"].dt.strftime("%Y-%m"),
        percent=(found["load"] * 100).round(0),
        work=_work(plan, found),
    )
    if hours >= 1:
        peak = facts.loc[facts["over"].idxmax()]
        note += f" Most in {peak['month_name']}: {short(peak['name'], 40)}, {peak['over']:.0f} hours too many, "
        note += f"with {peak['work']}."
    table = facts.set_index("person")[["name", "month_name", "demand", "capacity", "percent", "over", "work"]].round(1)
    order = list(worst.index[:SHOWN])
    shown = facts[facts["person"].isin(order)]
    return finished("load_heat_map", _picture(shown, order), title, table.set_axis(list(columns), axis=1), note=note)


def _picture(shown: pd.DataFrame, order: list[str]) -> alt.LayerChart:
    """Return fields coloured by band, stronger with the load, each with its figure."""
    known = dict(zip(shown["person"], shown["name"], strict=True))
    labels = dict(zip(order, base.labelled((short(known[one], 30) for one in order), order, 34), strict=True))
    months = list(dict.fromkeys(shown["month"].sort_values()))
    heads = {
        month: f"{month:%b %Y}" if not number or month.month == 1 else f"{month:%b}"
        for number, month in enumerate(months)
    }
    load = shown["load"].replace(np.inf, 9.99)
    data = pd.DataFrame(
        {
            "id": shown["person"],
            "label": shown["person"].map(labels),
            "month": [f"{month:%Y-%m}" for month in shown["month"]],
            "band": band(load),
            "strength": load.fillna(0).clip(upper=2),
            "words": [_words(one) for one in load],
            "tip": [f"{row.demand:.0f} of {row.capacity:.0f} hours" for row in each(shown)],
            "work": shown["work"],
        }
    )
    keys = [f"{one:%Y-%m}" for one in months]
    x = alt.X("month:N", scale=alt.Scale(domain=keys, padding=0.06), axis=_months(keys, list(heads.values())))
    y = base.rows_named(labels.values(), 0.1)
    colour = kinds("band", COLOURS, data["band"], symbolType="square")
    opacity = alt.Opacity("strength:Q", scale=alt.Scale(domain=[0, 2], range=[0.1, 0.8]), legend=None)
    tips = base.tips(label="Person", month="Month", tip="Demand", work="Work")
    cells = alt.Chart(data)
    return layered(
        cells.mark_rect(cornerRadius=3).encode(x=x, y=y, color=colour, opacity=opacity, tooltip=tips),
        cells.mark_text(baseline="middle").encode(x=x, y=y, text="words:N", tooltip=tips),
        height=ROW * len(order) + 20,
    )


def _months(values: list[str], words: list[str]) -> alt.Axis:
    """Return the axis of months above the picture; the year stands at the first and at each January."""
    cases = " : ".join(f"datum.value == '{value}' ? '{word}'" for value, word in zip(values, words, strict=True))
    return alt.Axis(
        title=None,
        orient="top",
        labelAngle=0,
        ticks=False,
        domain=False,
        labelExpr=f"{cases} : ''",
        labelOverlap="greedy",
    )


def _words(load: float) -> str:
    """Return a load in per cent with a sign above 100 %; nothing where nothing is asked for."""
    if not load > 0:
        return ""
    if load > 9.9:  # noqa: PLR2004 - asked for without capacity, or beyond telling
        return "▲ none free"
    return f"{'▲ ' if load > OVER + 1e-9 else ''}{load * 100:.0f}"
