"""The goals of units with their key results: one indented tree with scores and their bands."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from planning_kit.analysis.cascade import score_band
from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import DASH, Drawn, Sheet, charted, counted, finished, layered, names, nothing, spoken
from planning_kit.charts.computed import newest
from planning_kit.charts.theme import NEUTRAL, STATUS, Mark
from planning_kit.errors import PlanError
from planning_kit.plan import Plan
from planning_kit.steps.tracking.states import roll_up

SHOWN = 45
"""Lines of one tree; units and goals come before key results."""
BANDS: dict[str, Mark] = {
    "0.7 and more": STATUS["on track"],
    "0.4 to 0.7": STATUS["behind"],
    "under 0.4": STATUS["at risk"],
    "no value yet": STATUS["no data"],
}
"""How the bands of a score are drawn, best first: never by colour alone."""
BAND = dict(zip(("green", "amber", "red", "grey"), BANDS, strict=True))
NAME, SCORE, SERVES, OWNER, DUE = 0, 40, 56, 75, 90
UNIT, GOAL, RESULT = "unit", "goal", "key result"
INDENT = 2.4


def okrs(plan: Plan, as_of: dt.date, unit: str = "") -> pd.DataFrame:
    """Return units with their goals, each goal with its key results.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Values after this day are not looked at.
    unit : str
        Only the goals of this unit.

    Returns
    -------
    DataFrame, index = id
        ``kind`` (unit, goal, key result), ``level``, ``score`` (0 to 1, missing without a value), ``band``,
        ``serves`` (the larger objective), ``owner``, ``due``. A goal's score is the weighted mean of its terms.
    """
    found = roll_up(plan, as_of)
    goals = plan.objectives[plan.objectives["unit"].isin([unit] if unit else plan.units.index)]
    results = plan.measures[plan.measures["objective"].isin(goals.index)]
    scores = found.terms[found.terms["kind"] == "measure"].drop_duplicates("id").set_index("id")["score"]
    order = plan.units.index.get_indexer(pd.Index(goals["unit"]))
    first = goals.assign(
        kind=GOAL,
        level=1,
        unit=order,
        goal=np.arange(len(goals)),
        serves=goals["parent"],
        score=found.objectives["value"].reindex(goals.index),
    )
    whose = first.loc[results["objective"], ["unit", "goal", "owner"]].set_axis(results.index)
    second = results.assign(
        kind=RESULT, level=2, unit=whose["unit"], goal=whose["goal"], serves=None, score=scores.reindex(results.index)
    )
    second["owner"] = results["owner"].fillna(whose["owner"])
    heads = pd.DataFrame(
        {"kind": UNIT, "level": 0, "unit": np.unique(order), "goal": -1}, index=plan.units.index[np.unique(order)]
    )
    columns = ["kind", "level", "unit", "goal", "score", "serves", "owner", "due"]
    tree = pd.concat([one.reindex(columns=columns) for one in (heads.assign(score=np.nan), first, second)])
    tree = tree.sort_values(["unit", "goal", "level"], kind="stable").drop(columns=["unit", "goal"])
    return tree.assign(band=[BAND[score_band(score)] for score in tree["score"].astype("float64")])


@charted("No unit has a goal yet. Write three to five for each in step 4, with two to four key results.")
def okr_tree(plan: Plan, as_of: dt.date, *, unit: str = "") -> Drawn:
    """Draw the goals of units with their key results, scored from 0 to 1, as an indented tree.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Values after this day are not looked at.
    unit : str
        Only the goals of this unit.
    """
    columns = ("Unit, goal, key result", "Kind", "Score", "Band", "Serves", "Owner", "Due")
    try:
        rows = okrs(plan, as_of, unit)
    except PlanError as problem:
        return nothing("okr_tree", *columns, why=str(problem))
    if rows.empty:
        return nothing("okr_tree", *columns)
    goals = rows[rows["kind"] == GOAL]
    count = {band: int((goals["band"] == band).sum()) for band in BANDS}
    good, low, blind = (count[band] for band in ("0.7 and more", "under 0.4", "no value yet"))
    title = f"{good} of {counted(len(goals), 'goal')} of units {'has' if good == 1 else 'have'} a score of 0.7 or more"
    title += f"; {low} {'is' if low == 1 else 'are'} under 0.4" if low else ""
    title += f"; {blind} without a value" if blind else ""
    shown = _window(rows)
    note = f"As of {as_of:%Y-%m-%d}."
    if len(shown) < len(rows):
        note += f" The first {len(shown)} of {len(rows):,} lines, units and goals first; the table holds all."
    words = rows.assign(name=names(plan, rows.index), owner=names(plan, rows["owner"]))
    words["serves"] = names(plan, rows["serves"])
    table = words[["name", "kind", "score", "band", "serves", "owner", "due"]]
    table = table.assign(band=table["band"].where(table["kind"] != UNIT, ""), score=table["score"].round(2))
    picture = _picture(words.loc[shown.index])
    return finished(
        "okr_tree", picture, title, table.set_axis(list(columns), axis=1), note=note, age=newest(plan, as_of)
    )


def _window(rows: pd.DataFrame) -> pd.DataFrame:
    """Return as many lines as a page holds: units and goals, then the first key results."""
    order = np.argsort(rows["level"].to_numpy(), kind="stable")
    return rows.iloc[np.sort(order[:SHOWN])]


def _picture(words: pd.DataFrame) -> alt.LayerChart:
    """Return the tree as a sheet: names, scores as bars with the sign of their band, what a goal serves, who, when."""
    sheet = Sheet(len(words), 27)
    units, goals = words["kind"] == UNIT, words["kind"] == GOAL
    known = words["score"].notna()
    data = base.identified(
        words.assign(
            line=np.arange(len(words), dtype=float),
            at=words["level"] * INDENT,
            says=[f"{score:.2f}" if there else "" for score, there in zip(words["score"], known, strict=True)],
            serves=words["serves"].where(goals, ""),
            owner=words["owner"].where(~units, "").replace(DASH, ""),
            due=["" if one == DASH else one for one in map(spoken, words["due"])],
            low=np.arange(len(words)) - 0.22,
            high=np.arange(len(words)) + 0.22,
            left=SCORE + 5.6,
            whole=SCORE + 14.0,
            right=SCORE + 5.6 + words["score"].clip(0, 1).fillna(0) * 8.4,
        )
    )
    tips = base.tips(name="Name", kind="Kind", says="Score", band="Band", serves="Serves", owner="Owner", due="Due")
    scored = data[data["kind"] != UNIT]
    sign = alt.Chart(scored.assign(at=SCORE + 0.8)).mark_point(filled=True, size=95, opacity=1)
    bar = alt.Chart(scored).encode(x=sheet.x("left"), y=sheet.y("low"), y2="high", tooltip=tips)
    signs = base.marked(BANDS, scored["band"], "band", alt.Legend(title=None))
    name: dict[str, Any] = {"at": "at", "wide": SCORE - 2 - 2 * INDENT}
    return layered(
        sheet.heads({NAME: "Unit, goal, key result", SCORE: "Score", SERVES: "Serves", OWNER: "Owner", DUE: "Due"}),
        bar.mark_rect(color=NEUTRAL, opacity=0.2, cornerRadius=2).encode(x2="whole"),
        bar.mark_rect(cornerRadius=2, opacity=0.85).encode(x2="right", color=signs["color"]),
        sign.encode(x=sheet.x(), y=sheet.y(), tooltip=tips, **signs),
        sheet.text(data[data["kind"] == UNIT], "name", fontWeight=700, fontSize=14, **name),
        sheet.text(data[data["kind"] == GOAL], "name", fontWeight=600, **name).encode(tooltip=tips),
        sheet.text(data[data["kind"] == RESULT], "name", **name).encode(tooltip=tips),
        sheet.text(data, "says", SCORE + 1.9, 4),
        sheet.text(data, "serves", SERVES, OWNER - SERVES - 1),
        sheet.text(data, "owner", OWNER, DUE - OWNER - 1),
        sheet.text(data, "due", DUE, 100 - DUE),
        height=sheet.height,
    )
