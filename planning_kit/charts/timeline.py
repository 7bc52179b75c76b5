"""Dates that were computed: what is critical, what may slip, what is done, and where the day is."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import (
    Drawn,
    charted,
    counted,
    finished,
    iso,
    kinds,
    layered,
    moved,
    names,
    nothing,
    part,
    short,
)
from planning_kit.charts.theme import ACCENT, BAD, NEUTRAL, WORK
from planning_kit.errors import PlanError
from planning_kit.plan import Plan
from planning_kit.steps.work import CLOSED, CRITICAL, MISSED, OTHER, SUMMARY, dated

SHOWN = 60
"""Rows of one picture: critical work and work near the day comes first."""
ROW = 26
LETTERS = 42
INDENT = "\N{ZERO WIDTH SPACE}" + 3 * "\N{NO-BREAK SPACE}"
"""A level of the tree in a label: the space of no width keeps the others from being taken off."""


def window(rows: pd.DataFrame, parent: "pd.Series[str]", as_of: dt.date, most: int = SHOWN) -> pd.DataFrame:
    """Return the rows of a picture: critical ones and those nearest to the day, with what they belong to."""
    if len(rows) <= most:
        return rows
    day = pd.Timestamp(as_of)
    away = np.maximum((rows["start"] - day).dt.days, (day - rows["finish"]).dt.days).clip(lower=0)
    done = rows["state"].isin(CLOSED)
    order = np.lexsort((np.arange(len(rows)), away.to_numpy(), (rows["role"] != CRITICAL).to_numpy(), done.to_numpy()))
    chosen: dict[Any, None] = {}
    for row in rows.index[order[rows["role"].to_numpy()[order] != SUMMARY]]:
        path = [row]
        while (above := parent.get(path[-1])) in rows.index and above not in chosen:
            path.append(above)
        if len(chosen) + len(path) > most:
            break
        chosen.update(dict.fromkeys(path))
    return rows[rows.index.isin(list(chosen))]


@charted("There is no work with dates yet. Give tasks a duration in step 4; the plan needs a start date.")
def gantt(plan: Plan, as_of: dt.date, *, unit: str = "", task: str = "") -> Drawn:
    """Draw all work over time: computed dates, critical work, slack, milestones, what is done, the day.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        The upright line; reports after this day are not looked at.
    unit, task : str
        Only the work of this unit, or this task with everything under it.
    """
    columns = ("Work", "Owner", "Unit", "Start", "Finish", "Slack, working days", "Critical", "Done, %", "State")
    try:
        rows = dated(plan, as_of, unit, task)
    except PlanError as problem:
        return nothing("gantt", *columns, why=str(problem))
    missing = int((rows["state"] == "no dates").sum()) if len(rows) else 0
    rows = rows[rows["state"] != "no dates"] if missing else rows
    if rows.empty:
        return nothing("gantt", *columns)
    leaves = rows[(rows["role"] != SUMMARY) & ~rows["state"].isin(["stopped", "deferred"])]
    late, critical = int((leaves["state"] == "late").sum()), int((leaves["role"] == CRITICAL).sum())
    missed = int((leaves["says"] == MISSED).sum())
    title = f"By plan the work ends on {base.spoken(leaves['finish'].max())}"
    title += f"; {part(critical, len(leaves), 'task')} critical" if critical else ""
    title += f"; {counted(late, 'task')} late" if late else ""
    title += f"; {counted(missed, 'task')} cannot meet the date" if missed else ""
    shown = window(rows, plan.tasks["parent"], as_of)
    note = f"As of {as_of:%Y-%m-%d}. Dark: done. Thin line: how far it may slip. Tick: the promised date."
    if len(shown) < len(rows):
        note += f" {len(shown)} of {len(rows):,} rows: critical work and work near the day; the table holds all."
    note += f" {counted(missing, 'task')} without a duration." if missing else ""
    words = rows.assign(name=names(plan, rows.index), owner=names(plan, rows["owner"]), unit=names(plan, rows["unit"]))
    table = words[["name", "owner", "unit", "start", "finish", "slack", "role", "complete", "state"]]
    table = table.assign(role=table["role"].map({CRITICAL: "yes", OTHER: "no", SUMMARY: ""}))
    picture = _picture(words.loc[shown.index], as_of)
    return finished("gantt", picture, title, table.set_axis(list(columns), axis=1), note=note, age=_age(plan, as_of))


def _age(plan: Plan, as_of: dt.date) -> dt.date | None:
    """Return the day of the newest report on work."""
    known = plan.updates.loc[plan.updates["reported_on"] <= pd.Timestamp(as_of), "reported_on"]
    return None if known.empty else known.max().date()


def bars(words: pd.DataFrame) -> pd.DataFrame:
    """Return what is drawn for each row: dates as text (a bar ends on the morning after), labels, words."""
    one_day = pd.Timedelta(days=1)
    length = words["finish"] - words["start"] + one_day
    over = words["state"].isin(CLOSED)
    done = words["start"] + (length * (words["complete"] / 100)).dt.round("D")
    labels = [
        INDENT * min(level, 5) + short(name, LETTERS - 3 * min(level, 5))
        for name, level in zip(words["name"], words["level"], strict=True)
    ]
    return pd.DataFrame(
        {
            "label": base.labelled(labels, words.index, LETTERS, keep=True),
            "day": iso(words["start"]),
            "end": iso(words["finish"], 1),
            "done": iso(done),
            "slack_end": iso(words["latest"], 1).where((words["latest"] > words["finish"]) & ~over),
            "deadline": iso(words["deadline"], 1).where(~over),
            "role": words["role"],
            "milestone": words["milestone"],
            "state": words["state"],
            "name": words["name"],
            "owner": words["owner"],
            "from_to": [f"{a:%Y-%m-%d} to {b:%Y-%m-%d}" for a, b in zip(words["start"], words["finish"], strict=True)],
            "share": [
                f"{share:.0f} %, {state}" for share, state in zip(words["complete"], words["state"], strict=True)
            ],
            "may_slip": [f"{slack:.0f} working days" for slack in words["slack"]],
            "says": words["says"],
        }
    ).pipe(base.identified)


def _picture(words: pd.DataFrame, as_of: dt.date) -> alt.LayerChart:
    """Return bars, slack, milestones, deadlines and the line of the day."""
    data = bars(words)
    x = base.day_axis([*words["start"], *(words["finish"] + pd.Timedelta(days=1)), as_of], above=True, room=0.12)
    y = alt.Y("label:N", scale=alt.Scale(domain=list(data["label"])), axis=_left(LETTERS))
    titles = {"name": "Work", "owner": "Owner", "from_to": "Dates", "share": "Done", "may_slip": "May slip"}
    tips = [alt.Tooltip(f"{name}:N", title=title) for name, title in titles.items()]
    work = data[~data["milestone"]]
    leaves, wholes = work[work["role"] != SUMMARY], work[work["role"] == SUMMARY]
    stones = data[data["milestone"]]
    colour = kinds("role", {CRITICAL: BAD, OTHER: ACCENT}, data["role"], symbolType="square")
    start: dict[str, Any] = {"x": moved(x, "day"), "y": y, "tooltip": tips}
    slack = data[data["slack_end"].notna() & (data["role"] != SUMMARY)]
    dates = data[data["deadline"].notna()]
    return layered(
        alt.Chart(slack)
        .mark_rule(color=NEUTRAL, strokeWidth=3, opacity=0.6)
        .encode(x=moved(x, "end"), x2="slack_end", y=y, tooltip=tips),
        alt.Chart(wholes).mark_bar(color=NEUTRAL, height=6, cornerRadius=2).encode(**start, x2="end"),
        alt.Chart(leaves).mark_bar(height=14, cornerRadius=3, opacity=0.45).encode(**start, x2="end", color=colour),
        alt.Chart(leaves[leaves["done"] > leaves["day"]])
        .mark_bar(height=14, cornerRadius=3)
        .encode(**start, x2="done", color=colour),
        alt.Chart(stones).mark_point(shape="diamond", filled=True, size=150, opacity=1).encode(**start, color=colour),
        alt.Chart(dates).mark_tick(thickness=2.5, height=18).encode(x=moved(x, "deadline"), y=y, tooltip=tips),
        *_signs(data, x, y, tips),
        base.as_of_line(as_of, x),
        height=ROW * len(words),
    )


def _left(letters: int) -> alt.Axis:
    """Return the axis of names, written from the left so that a tree shows."""
    wide = letters * 6.4
    return alt.Axis(
        title=None, ticks=False, domain=False, labelAlign="left", labelPadding=wide, labelLimit=wide - 6, grid=False
    )


def _signs(data: pd.DataFrame, x: alt.X, y: alt.Y, tips: list[alt.Tooltip]) -> list[alt.Chart]:
    """Return the words after a bar that say what colour alone would not."""
    far = data[["end", "slack_end", "deadline"]].fillna("").max(axis=1)
    some = data.assign(far=far)[data["says"] != ""]
    if some.empty:
        return []
    place: dict[str, Any] = {"x": moved(x, "far"), "y": y, "tooltip": tips}
    marks = {**WORK, MISSED: WORK["late"]}
    look: dict[str, Any] = {"filled": True, "size": 80, "opacity": 1, "xOffset": 12}
    signs = [
        alt.Chart(some[some["says"] == one]).mark_point(color=mark.colour, shape=mark.shape, **look).encode(**place)
        for one, mark in marks.items()
        if one in set(some["says"])
    ]
    return [*signs, alt.Chart(some).mark_text(align="left", dx=20).encode(**place, text="says:N")]
