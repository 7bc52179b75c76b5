"""The network of work: what still waits for what, from left to right, with the critical path marked."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from planning_kit.analysis.schedule import bind_leaves
from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, charted, counted, finished, layered, moved, names, nothing, spoken
from planning_kit.charts.layers import Layout, layout
from planning_kit.charts.theme import ACCENT, BAD, NEUTRAL
from planning_kit.errors import PlanError
from planning_kit.plan import Plan
from planning_kit.steps.work import CLOSED, CRITICAL, SUMMARY, dated

MOST, DEEPEST, HIGHEST = 40, 7, 9
"""Boxes of one picture, columns of boxes, and boxes in a column."""
CARD, ROW = 0.76, 76
"""Width of a box in columns (the rest is room for arrows), and height of a row in pixels."""


def waiting(plan: Plan, as_of: dt.date, unit: str = "") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the open work that waits for other open work, or that other work waits for, and its links.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Reports after this day are not looked at.
    unit : str
        Only the work of this unit, with what it waits for and what waits for it.

    Returns
    -------
    tasks : DataFrame, index = task id
        As `work.dated` returns them, with ``step``: how many tasks come before, one after the other.
    links : DataFrame
        ``predecessor``, ``successor``: work under no other; links of a summary lead to its leaves.
    """
    rows = dated(plan, as_of)
    if rows.empty:
        return rows, pd.DataFrame(columns=["predecessor", "successor"])
    rows = rows[(rows["role"] != SUMMARY) & ~rows["state"].isin(CLOSED)]
    links = plan.dependencies
    links = links[links["predecessor"].isin(plan.tasks.index) & links["successor"].isin(plan.tasks.index)]
    links = bind_leaves(plan.tasks, links)[1][["predecessor", "successor"]].drop_duplicates()
    links = links[links["predecessor"].isin(rows.index) & links["successor"].isin(rows.index)]
    if unit:
        mine = rows.index[rows["unit"] == unit]
        links = links[links["predecessor"].isin(mine) | links["successor"].isin(mine)]
    rows = rows[rows.index.isin(links["predecessor"]) | rows.index.isin(links["successor"])]
    return rows.assign(step=_steps(rows.index, links)), links


def _steps(ids: pd.Index, links: pd.DataFrame) -> "pd.Series[int]":
    """Return how many tasks come before each, one after the other."""
    step = np.zeros(len(ids), dtype=np.int64)
    before, after = (ids.get_indexer(pd.Index(links[name])) for name in ("predecessor", "successor"))
    for _ in range(len(ids)):
        now = step.copy()
        np.maximum.at(now, after, step[before] + 1)
        if (now == step).all():
            break
        step = now
    return pd.Series(step, index=ids)


def window(rows: pd.DataFrame, links: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what one picture can hold: critical work and that with the least slack, the first steps of it."""
    if len(rows) > MOST:
        rows = rows.sort_values(["slack", "start"], kind="stable").head(MOST).sort_index(key=rows.index.get_indexer)
        links = links[links["predecessor"].isin(rows.index) & links["successor"].isin(rows.index)]
        rows = rows.assign(step=_steps(rows.index, links))
    rows = rows[rows["step"] < DEEPEST]
    return rows, links[links["predecessor"].isin(rows.index) & links["successor"].isin(rows.index)]


@charted("No open work waits for other work. Say in step 4 what each task waits for.")
def network(plan: Plan, as_of: dt.date, *, unit: str = "") -> Drawn:
    """Draw the open work that is tied together as boxes in layers from left to right, critical work marked.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Reports after this day are not looked at.
    unit : str
        Only the work of this unit, with what it waits for and what waits for it.
    """
    columns = ("Work", "Waits for", "Owner", "Start", "Finish", "Slack, working days", "Critical")
    try:
        rows, links = waiting(plan, as_of, unit)
    except PlanError as problem:
        return nothing("network", *columns, why=str(problem))
    if rows.empty:
        return nothing("network", *columns)
    shown, ties = window(rows, links)
    critical = int((rows["role"] == CRITICAL).sum())
    title = (
        f"{counted(len(rows), 'open task')} wait for one another, {counted(int(rows['step'].max()) + 1, 'step')} deep"
    )
    title += f"; {critical} {'is' if critical == 1 else 'are'} critical" if critical else "; none is critical"
    note = f"As of {as_of:%Y-%m-%d}. A thick red frame is critical; arrows run from what comes first."
    if len(shown) < len(rows):
        note += f" {len(shown)} of {len(rows):,} tasks: those with the least slack, the next steps first."
    waits = links.groupby("successor")["predecessor"].agg(lambda ones: "; ".join(names(plan, ones)))
    table = pd.DataFrame(
        {
            "Work": names(plan, rows.index),
            "Waits for": waits.reindex(rows.index).fillna("").to_numpy(),
            "Owner": names(plan, rows["owner"]),
            "Start": rows["start"],
            "Finish": rows["finish"],
            "Slack, working days": rows["slack"],
            "Critical": np.where(rows["role"] == CRITICAL, "yes", "no"),
        },
        index=rows.index,
    )
    plane = layout(shown["step"], list(ties.itertuples(index=False, name=None)), HIGHEST, CARD, 0.4 / _high(shown))
    return finished("network", _picture(plan, shown, ties, plane), title, table, note=note)


def _high(rows: pd.DataFrame) -> int:
    """Return how many boxes stand in the highest column."""
    return int(min(rows["step"].value_counts().max(), HIGHEST))


def _picture(plan: Plan, rows: pd.DataFrame, links: pd.DataFrame, plane: Layout) -> alt.LayerChart:
    """Return arrows and boxes: the layers of the map, turned so that they run from left to right."""
    high, letters = _high(rows), max(11, 92 // plane.rows)
    x = alt.X("left:Q", scale=alt.Scale(domain=[-0.5, plane.rows - 0.5], nice=False), axis=None)
    y = alt.Y("low:Q", scale=alt.Scale(domain=[0, 100], reverse=True, nice=False), axis=None)
    half = 40 / high
    boxes = base.identified(rows.join(plane.cards))
    critical = boxes["role"] == CRITICAL
    boxes = boxes.assign(
        name=names(plan, boxes["id"]),
        owner=names(plan, boxes["owner"]),
        left=boxes["row"] - CARD / 2,
        right=boxes["row"] + CARD / 2,
        low=boxes["x"] * 100 - half,
        high=boxes["x"] * 100 + half,
        dates=[f"{spoken(a)} to {spoken(b)}" for a, b in zip(boxes["start"], boxes["finish"], strict=True)],
        foot=np.where(critical, "critical", boxes["slack"].map(lambda days: f"may slip {days:.0f} d")),
        may=boxes["slack"].map(lambda days: f"{days:.0f} working days"),
        frame=np.where(critical, BAD, NEUTRAL),
        wide=np.where(critical, 3.0, 1.0),
    )
    boxes["title"] = [base.wrapped(one, letters, 2) for one in boxes["name"]]
    boxes["foot"] = boxes["foot"].where(~boxes["milestone"], "milestone, " + boxes["foot"])
    drawn = boxes.drop(columns=["start", "finish", "latest", "deadline"])
    tips = base.tips(name="Work", owner="Owner", dates="Dates", may="May slip", state="State")
    card = alt.Chart(drawn).encode(tooltip=tips)
    limit = alt.ExprRef(f"width * {CARD / plane.rows:.4f} - 14")
    text: dict[str, Any] = {"align": "left", "limit": limit, "lineBreak": "\n", "lineHeight": 16, "dx": 8}
    fill = card.mark_rect(cornerRadius=6, color=NEUTRAL, fillOpacity=0.16).encode(
        x=x,
        x2="right",
        y=y,
        y2="high",
        stroke=alt.Stroke("frame:N", scale=None),
        strokeWidth=alt.StrokeWidth("wide:Q", scale=None),
    )
    return layered(
        *_arrows(rows, links, plane, moved(x, "y"), moved(y, "x")),
        fill,
        card.mark_text(baseline="top", dy=7, fontWeight=600, **text).encode(x=x, y=y, text="title:N"),
        card.mark_text(baseline="bottom", dy=-6, **text).encode(x=x, y=moved(y, "high"), text="foot:N"),
        height=ROW * max(high, 2),
    )


def _arrows(rows: pd.DataFrame, links: pd.DataFrame, plane: Layout, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Return the arrows with their heads, thick and red between critical work."""
    hot = rows["role"] == CRITICAL
    both = (hot[links["predecessor"]].to_numpy() & hot[links["successor"]].to_numpy()).tolist()
    points = plane.arrows.assign(hot=[both[arrow] for arrow in plane.arrows["arrow"]], x=plane.arrows["x"] * 100)
    found: list[alt.Chart] = []
    for name, colour, width in ((False, ACCENT, 1.6), (True, BAD, 3.0)):
        some = points[points["hot"] == name]
        if len(some):
            line = alt.Chart(some).mark_line(color=colour, strokeWidth=width, interpolate="monotone", opacity=0.85)
            heads = alt.Chart(some[some["last"].astype(bool)])
            head = heads.mark_point(shape="triangle-right", filled=True, color=colour, size=70, xOffset=-4, opacity=1)
            found += [line.encode(x=x, y=y, detail="arrow:N", order="step:Q"), head.encode(x=x, y=y)]
    return found
