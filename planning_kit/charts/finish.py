"""Whether work comes when it should: planned against done over time, and when all of it may be finished."""

import datetime as dt
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas.api.typing import NaTType

from planning_kit.analysis import forecast, schedule
from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, charted, counted, each, finished, iso, layered, moved, nothing, part, spoken
from planning_kit.charts.computed import put_off
from planning_kit.charts.theme import ACCENT, BAD, GOOD, NEUTRAL
from planning_kit.errors import PlanError
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances
from planning_kit.steps import reading
from planning_kit.steps.work import SUMMARY, dated

POINTS = 200
"""Steps of a line; more cannot be told apart."""
PLANNED, DONE = "planned", "done"
BINS = 40
SAMPLES = 20_000_000
"""Durations drawn at most: fewer trials for more tasks."""


def cumulated(leaves: pd.DataFrame, finished_on: pd.Series, as_of: dt.date) -> pd.DataFrame:
    """Return how many tasks should be, and are, finished by which day.

    Parameters
    ----------
    leaves : DataFrame, index = task id
        ``start`` and ``finish``: computed dates.
    finished_on : Series, index = task id
        When tasks were really finished; missing otherwise.
    as_of : datetime.date
        The line of what is done ends here.

    Returns
    -------
    DataFrame
        ``line`` (planned or done), ``day``, ``tasks``.
    """
    first, today = leaves["start"].min(), pd.Timestamp(as_of)
    planned = _steps(leaves["finish"].dropna(), first, leaves["finish"].max(), PLANNED)
    done = finished_on.reindex(leaves.index).dropna()
    parts = [planned]
    if today >= first or len(done):
        parts.append(_steps(done[done <= today], min([first, *done[:1]]), max(today, first), DONE))
    return pd.concat(parts, ignore_index=True)


def _steps(days: pd.Series, first: pd.Timestamp, last: pd.Timestamp, line: str) -> pd.DataFrame:
    """Return the number of days passed, at days from the first to the last."""
    every = np.sort(days.to_numpy().astype("datetime64[D]"))
    at = np.unique(np.concatenate([every, [np.datetime64(first, "D"), np.datetime64(last, "D")]]))
    if len(at) > POINTS:
        at = at[np.unique(np.linspace(0, len(at) - 1, POINTS).astype(np.int64))]
    return pd.DataFrame(
        {"line": line, "day": at.astype("datetime64[s]"), "tasks": np.searchsorted(every, at, side="right")}
    )


@charted("There is no work with dates yet. Give tasks a duration in step 4 and report on them in step 7.")
def delivery(plan: Plan, as_of: dt.date, *, unit: str = "") -> Drawn:
    """Draw how many tasks should be finished by which day, and how many are.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Reports after this day are not looked at.
    unit : str
        Only the work of this unit.
    """
    columns = ("Day", "Planned to be finished", "Finished")
    try:
        rows = dated(plan, as_of, unit)
    except PlanError as problem:
        return nothing("delivery", *columns, why=str(problem))
    if rows.empty:
        return nothing("delivery", *columns)
    leaves = rows[(rows["role"] != SUMMARY) & ~rows["state"].isin(["stopped", "deferred", "no dates"])]
    if leaves.empty:
        return nothing("delivery", *columns)
    done = leaves["state"] == "done"
    last = reading.latest(plan.updates, "task", "reported_on", Circumstances(as_of))
    when = last["finished_on"].fillna(last["reported_on"]).reindex(leaves.index[done])
    lines = cumulated(leaves, when, as_of)
    due = int((leaves["finish"] < pd.Timestamp(as_of)).sum())
    title = f"{part(int(done.sum()), len(leaves), 'task')} done; {due:,} {'was' if due == 1 else 'were'} due by now"
    age = None if last.empty else last["reported_on"].max().date()
    note = f"As of {as_of:%Y-%m-%d}, newest report {spoken(age)}.{_against_plan(plan, last)}"
    table = lines.pivot_table(index="day", columns="line", values="tasks", aggfunc="last")
    table = table.reindex(columns=[PLANNED, DONE]).reset_index().set_axis(list(columns), axis=1)
    return finished("delivery", _lines(lines, as_of), title, table, note=note, age=age)


def _against_plan(plan: Plan, last: pd.DataFrame) -> str:
    """Return how much work started late and ran longer than its planned dates, where those are given."""
    leaves = plan.tasks[~plan.tasks.index.isin(plan.tasks["parent"])]
    planned = leaves[["planned_start", "planned_finish"]].dropna()
    real = last[["started_on", "finished_on"]].reindex(planned.index)
    late = int((real["started_on"] > planned["planned_start"]).sum())
    spans = real["finished_on"] - real["started_on"], planned["planned_finish"] - planned["planned_start"]
    longer = int((spans[0] > spans[1]).sum())
    of = f"{counted(len(planned), 'planned piece')} of work"
    return f" Of {of}, {late} started late and {longer} ran longer than planned." if len(planned) else ""


def _lines(lines: pd.DataFrame, as_of: dt.date) -> alt.LayerChart:
    """Return both lines with their names at the end."""
    x = base.day_axis([*lines["day"], as_of], room=0.12)
    most = int(lines["tasks"].max())
    axis = alt.Axis(title="tasks finished", tickMinStep=1, tickCount=6)
    y = alt.Y("tasks:Q", scale=alt.Scale(domain=[0, max(most, 1) * 1.08], nice=False), axis=axis)
    data = lines.assign(
        day=iso(lines["day"]),
        tip=[f"{row.day:%Y-%m-%d}: {counted(row.tasks, 'task')} {row.line}" for row in each(lines)],
    )
    tip = alt.Tooltip("tip:N", title="By this day")
    looks: dict[str, dict[str, Any]] = {PLANNED: {"color": NEUTRAL, "strokeDash": [6, 4]}, DONE: {"color": ACCENT}}
    layers: list[alt.Chart | alt.LayerChart] = []
    for name, look in looks.items():
        some = data[data["line"] == name]
        mark = alt.Chart(some).mark_line(interpolate="step-after", strokeWidth=2.5, **look)
        layers.append(mark.encode(x=x, y=y, tooltip=tip))
        end = alt.Chart(some.tail(1).assign(words=[f"{int(one)} {name}" for one in some["tasks"].tail(1)]))
        layers.append(
            end.mark_text(align="left", dx=6, dy=-8 if name == PLANNED else 12).encode(x=x, y=y, text="words:N")
        )
    return layered(*layers, base.as_of_line(as_of, x), height=300)


class Spread(NamedTuple):
    """When work may be finished."""

    dates: pd.Series
    """Finish of each trial, sorted."""
    half: pd.Timestamp
    likely: pd.Timestamp
    """The dates that are kept with a chance of 50 and of 80 per cent."""
    promised: pd.Timestamp | NaTType
    """The date that was promised; missing if none was."""
    chance: float
    """Chance of keeping it."""
    uncertain: int
    """Tasks with an optimistic or a pessimistic duration."""


def spread(plan: Plan, *only: str) -> Spread | None:
    """Return when all work, or the last of some tasks with what they wait for, may be finished; None without dates.

    Raises
    ------
    PlanError
        When tasks wait for one another in a circle or three durations are not in order.
    """
    tasks, links = plan.tasks, plan.dependencies
    start, end = reading.horizon(plan)
    links = links[links["predecessor"].isin(tasks.index) & links["successor"].isin(tasks.index)]
    leaves, bound = schedule.bind_leaves(tasks, links)
    leaves, bound = _among(leaves[put_off(plan)[leaves.index] == ""], bound)
    promised = pd.Timestamp(end) if end else pd.NaT
    if wanted := set(only) & set(tasks.index):
        promised = tasks.loc[list(wanted), ["deadline", "due"]].min(axis=1).min()
        paths = reading.lineage(plan.content("tasks"))
        leaves, bound = _needed(leaves, bound, [one for one in leaves.index if wanted & set(paths[str(one)])])
    if start is None or leaves.empty or leaves["duration"].notna().sum() == 0:
        return None
    week, off = reading.calendar(plan)
    work = schedule.in_working_days(leaves, start, weekmask=week, holidays=off)
    trials = int(np.clip(SAMPLES / len(work), 500, 10_000))
    found = forecast.finish(work, bound, trials)
    ends = schedule.finish_dates(pd.concat([found.finishes, found.quantiles]), start, weekmask=week, holidays=off)
    dates, marks = ends.iloc[:trials], ends.iloc[trials:]
    chance = float("nan") if pd.isna(promised) else float((dates <= promised).mean())
    uncertain = int(leaves[["optimistic", "pessimistic"]].notna().any(axis=1).sum())
    return Spread(dates, marks.loc[0.5], marks.loc[0.8], promised, chance, uncertain)


def _needed(leaves: pd.DataFrame, bound: pd.DataFrame, wanted: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return some leaves with everything they wait for, and the links between them."""
    kept = set(wanted)
    before = bound.groupby("successor")["predecessor"].agg(list).to_dict()
    queue = list(wanted)
    for one in queue:  # grows while it is read
        fresh = [other for other in before.get(one, ()) if other not in kept]
        kept.update(fresh)
        queue.extend(fresh)
    return _among(leaves[leaves.index.isin(kept)], bound)


def _among(leaves: pd.DataFrame, bound: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return tasks with the links between them."""
    return leaves, bound[bound["predecessor"].isin(leaves.index) & bound["successor"].isin(leaves.index)]


@charted("There is nothing to simulate yet. Give tasks a likely, an optimistic and a pessimistic duration in step 4.")
def finish_distribution(plan: Plan, as_of: dt.date, *, task: str = "") -> Drawn:
    """Draw when the work may be finished: simulated dates with the promised one, P50 and P80.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Named below the title; the simulation takes the plan as it stands.
    task : str
        Only this task with everything it waits for; the promised date is its own.
    """
    columns = ("Finished by", "Chance, %")
    try:
        found = spread(plan, task)
    except PlanError as problem:
        return nothing("finish_distribution", *columns, why=str(problem))
    if found is None or not found.uncertain:
        return nothing("finish_distribution", *columns)
    title = f"Finished by {spoken(found.likely)} with a chance of 80 %"
    if pd.notna(found.promised):
        title += f", by the promised {spoken(found.promised)} with {percent(found.chance)}"
    note = (
        f"As of {as_of:%Y-%m-%d}, {len(found.dates):,} simulated runs of the plan, "
        f"{counted(found.uncertain, 'task')} with an optimistic or pessimistic duration."
    )
    table = _chances(found)
    table = table.set_axis(list(columns), axis=1)
    return finished("finish_distribution", _histogram(found, as_of), title, table, note=note)


def percent(chance: float) -> str:
    """Return a chance in per cent; nothing simulated is certain."""
    return "under 1 %" if chance < 0.01 else "over 99 %" if chance > 0.99 else f"{chance * 100:.0f} %"  # noqa: PLR2004 - per cent


def _chances(found: Spread) -> pd.DataFrame:
    """Return dates with the chance that work is finished by them."""
    quantiles = np.array([0.05, 0.1, 0.25, 0.5, 0.75, 0.8, 0.9, 0.95])
    days = found.dates.to_numpy()
    picked = days[np.minimum((quantiles * len(days)).astype(np.int64), len(days) - 1)]
    rows = pd.DataFrame({"day": picked, "chance": quantiles * 100})
    if pd.notna(found.promised):
        rows = pd.concat([rows, pd.DataFrame({"day": [found.promised], "chance": [round(found.chance * 100, 1)]})])
    return rows.sort_values(["day", "chance"], ignore_index=True)


def bins(dates: pd.Series) -> pd.DataFrame:
    """Return how many trials end in which span of days: ``day``, ``end`` (the day after), ``share`` (per cent)."""
    days = dates.to_numpy().astype("datetime64[D]").astype(np.int64)
    first, last = int(days.min()), int(days.max())
    width = 1
    if last - first >= BINS:  # whole weeks from a Monday (day 0 was a Thursday), or weekends would make a comb
        width, first = 7 * -(-(last - first + 1) // (7 * BINS)), first - (first + 3) % 7
    number = (days - first) // width
    count = np.bincount(number)
    starts = (first + np.arange(len(count)) * width).astype("datetime64[D]").astype("datetime64[s]")
    spans = pd.DataFrame({"day": starts, "share": count / len(days) * 100})
    return spans.assign(end=spans["day"] + pd.Timedelta(days=width))


def _histogram(found: Spread, as_of: dt.date) -> alt.LayerChart:
    """Return the simulated dates as bars, with lines for the dates that matter at different heights."""
    spans = bins(found.dates)
    lines = [("50 %", found.half, NEUTRAL), ("80 %", found.likely, GOOD)]
    if pd.notna(found.promised):
        lines.append((f"promised, {percent(found.chance)}", found.promised, BAD))
    day, width = pd.Timestamp(as_of), (spans["end"].max() - spans["day"].min()).days
    near = [day] if abs((day - found.half).days) < 3 * width else []
    shown = [*spans["day"], *spans["end"], *(one for _, one, _ in lines), *near]
    middle = min(shown) + 0.6 * (max(shown) - min(shown))
    x = base.day_axis(shown, room=0.25)
    spans["tip"] = [
        f"{row.share:.1f} % end {row.day:%Y-%m-%d} to {row.end - pd.Timedelta(days=1):%Y-%m-%d}" for row in each(spans)
    ]
    most = float(spans["share"].max())
    axis = alt.Axis(title="% of the simulated runs", tickCount=5)
    y = alt.Y("share:Q", scale=alt.Scale(domain=[0, most * 1.4], nice=False), axis=axis)
    bars = alt.Chart(spans.assign(day=iso(spans["day"]), end=iso(spans["end"]), zero=0)).mark_rect(
        color=ACCENT, opacity=0.75
    )
    layers: list[alt.Chart | alt.LayerChart] = [
        bars.encode(x=moved(x, "day"), x2="end", y=y, y2="zero:Q", tooltip=alt.Tooltip("tip:N", title="Runs"))
    ]
    for number, (word, when, colour) in enumerate(sorted(lines, key=lambda line: line[1])):
        place = (when, most * (1.34 - 0.11 * number))
        layers += _flag(place, f"{word} · {when:%Y-%m-%d}", colour, x, y, back=when > middle)
    if near:
        layers.append(base.as_of_line(as_of, x))
    return layered(*layers, height=280)


def _flag(  # noqa: PLR0913 - what a flag is made of
    place: tuple[pd.Timestamp, float], words: str, colour: str, x: alt.X, y: alt.Y, *, back: bool
) -> list[alt.Chart]:
    """Return an upright line with words at its top, before it where there is no room behind.

    Lines of later dates are lower and pass below the words.
    """
    when, high = place
    evening = when + pd.Timedelta(days=1)  # whoever finishes on the day has kept it
    data = pd.DataFrame({"day": [evening.strftime("%Y-%m-%d")], "words": [words], "share": [high], "zero": [0]})
    mark = alt.Chart(data).encode(x=moved(x, "day"), y=y)
    side: dict[str, Any] = {"align": "right", "dx": -6} if back else {"align": "left", "dx": 6}
    text = mark.mark_text(baseline="top", **side).encode(text="words:N")
    return [mark.mark_rule(color=colour, strokeWidth=2.5).encode(y2="zero:Q"), text]
