"""Which initiatives are worth much and easy, and where the raters disagree."""

import datetime as dt
import itertools
from typing import Any, cast

import numpy as np
import pandas as pd

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
    moved,
    names,
    nothing,
    part,
    short,
)
from planning_kit.charts.theme import ACCENT, FAIR, NEUTRAL
from planning_kit.plan import Plan

SHOWN = 40
"""Initiatives on one picture; the most valued ones come first."""
MIDDLE = 3.0
AGREE, DISAGREE = "raters agree", "raters disagree"
LINE = 0.15
"""Height of a line of text on the scale of the votes."""
LETTER = 0.05
"""Width of a letter on the scale of the votes, in the narrowest window."""
APART = 1.5
"""Standard deviation of votes from 1 to 5 from which raters disagree (two camps, not noise)."""
CORNERS = (
    (0.65, 5.25, "do first", "right"),
    (5.35, 5.25, "plan well", "left"),
    (0.65, 0.75, "if there is time", "right"),
    (5.35, 0.75, "leave", "left"),
)
"""Difficulty and value of the words in the corners, and the side to which they run."""


def voted(plan: Plan) -> pd.DataFrame:
    """Return the votes on each initiative: means and spreads of value and difficulty.

    Returns
    -------
    DataFrame, index = task id, the most valued first
        ``value``, ``difficulty`` (means, 1 to 5), ``value_low``, ``value_high``, ``difficulty_low``,
        ``difficulty_high`` (one standard deviation each way), ``raters``, ``spread`` (the larger standard deviation),
        ``apart`` (whether raters disagree), ``urgency`` (mean; missing without votes).
    """
    votes = plan.scores.dropna(subset=["task", "criterion", "value"])
    votes = votes[votes["task"].isin(plan.tasks.index)].assign(value=lambda some: some["value"].astype("float64"))
    if not {"value", "difficulty"} <= set(votes["criterion"]):
        return pd.DataFrame()
    grouped = votes.groupby(["criterion", "task"])["value"]
    means = grouped.mean().unstack(level=0)  # noqa: PD010 - a Series has no pivot_table
    spread = grouped.std().fillna(0.0).unstack(level=0)  # noqa: PD010 - as above
    found = pd.DataFrame({"value": means["value"], "difficulty": means["difficulty"]})
    for one in ("value", "difficulty"):
        found[f"{one}_low"] = (found[one] - spread[one]).clip(lower=1)
        found[f"{one}_high"] = (found[one] + spread[one]).clip(upper=5)
    found["urgency"] = means.get("urgency", np.nan)
    found["raters"] = votes.groupby("task")["rater"].nunique()
    found["spread"] = spread[["value", "difficulty"]].max(axis=1)
    found["apart"] = found["spread"] >= APART
    found = found.dropna(subset=["value", "difficulty"])
    return found.sort_values(["value", "difficulty"], ascending=[False, True], kind="stable")


@charted("There are no scores for value and difficulty yet. Score the initiatives silently in step 5.")
def difficulty_value(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw the initiatives by difficulty and value, with lines for the spread of the votes.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Named below the title; scores have no date of their own.
    """
    votes = voted(plan)
    columns = ("Initiative", "Value", "Difficulty", "Urgency", "Raters", "Spread of votes", "Raters disagree")
    if votes.empty:
        return nothing("difficulty_value", *columns)
    first = int(((votes["value"] > MIDDLE) & (votes["difficulty"] <= MIDDLE)).sum())
    apart = int(votes["apart"].sum())
    title = f"{part(first, len(votes), 'initiative')} worth much and easy"
    title += f"; raters disagree about {apart:,}" if apart else ""
    few, many = int(votes["raters"].min()), int(votes["raters"].max())
    raters = counted(many, "rater") if few == many else f"{few} to {many} raters"
    note = f"As of {as_of:%Y-%m-%d}, {raters}. Lines: one standard deviation of the votes to each side."
    if len(votes) > SHOWN:
        note += f" The {SHOWN} most valued of {len(votes):,} initiatives."
    table = votes.assign(name=names(plan, votes.index), apart=votes["apart"].map({True: "yes", False: "no"}))
    table = table[["name", "value", "difficulty", "urgency", "raters", "spread", "apart"]].round(2)
    shown = votes.head(SHOWN).assign(name=names(plan, votes.index[:SHOWN]))
    return finished("difficulty_value", _picture(shown), title, table.set_axis(list(columns), axis=1), note=note)


def beside(votes: pd.DataFrame) -> pd.DataFrame:
    """Return the words of each point and the corner in which they stand, so that words do not overlap.

    Parameters
    ----------
    votes : DataFrame
        ``difficulty``, ``value`` and ``name``.

    Returns
    -------
    DataFrame
        ``words`` (empty where there is no room), ``side`` (left or right of the point), ``above``.
    """
    taken = [(row.value, row.difficulty - 0.05, row.difficulty + 0.05) for row in each(votes)]
    rows = []
    for row in each(votes):
        for letters, side, above in itertools.product((34, 20), ("right", "left"), (True, False)):
            words = short(row.name, letters)
            wide, gap = len(words) * LETTER + 0.02, 0.06
            left = row.difficulty + gap if side == "right" else row.difficulty - gap - wide
            high = row.value + (0.1 if above else -0.13)
            inside = left > 0.6 and left + wide < 5.5  # noqa: PLR2004 - the edges of the picture
            if inside and all(abs(high - at) > LINE or left + wide < a or left > b for at, a, b in taken):
                taken.append((high, left, left + wide))
                rows.append((words, side, above))
                break
        else:
            rows.append(("", "right", True))
    return pd.DataFrame(rows, columns=["words", "side", "above"], index=votes.index)


def _picture(votes: pd.DataFrame) -> alt.LayerChart:
    """Return the four corners, the lines of the votes, the points and their names."""
    points = votes.drop(columns="urgency").join(beside(votes)).pipe(base.identified)
    points["kind"] = np.where(points["apart"], DISAGREE, AGREE)
    points["tip"] = [
        f"value {row.value:.1f}, difficulty {row.difficulty:.1f}, {row.raters} raters, spread {row.spread:.1f}"
        for row in each(points)
    ]
    scale = alt.Scale(domain=[0.6, 5.4], nice=False, zero=False)
    x = alt.X("difficulty:Q", scale=scale, axis=_axis("difficulty", "easy", "very hard"))
    y = alt.Y("value:Q", scale=scale, axis=_axis("value", "little", "much"))
    colour = kinds("kind", {AGREE: ACCENT, DISAGREE: FAIR}, points["kind"])
    used = list(colour["scale"]["domain"])
    shapes = alt.Scale(domain=used, range=[{AGREE: "circle", DISAGREE: "diamond"}[one] for one in used])
    point = alt.Chart(points).mark_point(filled=True, size=190, opacity=1)
    line = alt.Chart(points).mark_rule(strokeWidth=1.5, opacity=0.45).encode(color=colour)
    corner = pd.DataFrame(CORNERS, columns=["difficulty", "value", "words", "side"])
    cross = alt.Chart(pd.DataFrame({"at": [MIDDLE]})).mark_rule(color=NEUTRAL, strokeDash=[3, 4])
    shape = alt.Shape("kind:N", scale=shapes, legend=colour["legend"])
    return layered(
        cross.encode(x=moved(x, "at")),
        cross.encode(y=moved(y, "at")),
        *(_written(corner, side, x, y, fontSize=15, opacity=0.6) for side in ("left", "right")),
        line.encode(x=x, y=moved(y, "value_low"), y2="value_high"),
        line.encode(x=moved(x, "difficulty_low"), x2="difficulty_high", y=y),
        point.encode(x=x, y=y, color=colour, shape=shape, tooltip=base.tips(name="Initiative", tip="Votes")),
        *(
            _written(some, side, x, y, dx=11 if side == "right" else -11, dy=-9 if above else 12)
            for side in ("left", "right")
            for above, some in points.groupby("above")
        ),
        height=460,
    )


def _axis(title: str, low: str, high: str) -> alt.Axis:
    """Return the axis of one criterion with words at its ends."""
    words = f"datum.value == 1 ? '1 {low}' : datum.value == 5 ? '5 {high}' : datum.value"
    look: dict[str, Any] = {"grid": False, "domain": False, "ticks": False}
    return alt.Axis(title=f"{title}, mean of the votes from 1 to 5", values=[1, 2, 3, 4, 5], labelExpr=words, **look)


def _written(data: pd.DataFrame, side: str, x: alt.X, y: alt.Y, **look: Any) -> alt.Chart:
    """Return the words of the rows that run to one side."""
    mark = alt.Chart(data[data["side"] == side]).mark_text(align="left" if side == "right" else "right", **look)
    return cast("alt.Chart", mark.encode(x=x, y=y, text="words:N"))
