"""Risks by likelihood and impact, and where they go once the responses work."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, charted, counted, finished, layered, moved, names, nothing, part, short
from planning_kit.charts.theme import ACCENT, BAD
from planning_kit.plan import Plan

GRADES = (1, 2, 3, 4, 5)
HIGH = 12
"""Likelihood times impact from which a risk counts as high: the upper right corner."""
NAMED = 2
"""Names in one field."""
LIKELIHOOD = {1: "1 rare", 2: "2", 3: "3", 4: "4", 5: "5 almost certain"}
IMPACT = {1: "1 hardly felt", 2: "2", 3: "3", 4: "4", 5: "5 an objective is lost"}
ROW = 100
SPOT = (0.32, -0.34)
"""Where in a field its arrows begin and end: below the words."""
WIDER = 1.7
"""A field is about so much wider than high."""


def placed(plan: Plan) -> pd.DataFrame:
    """Return the open risks that were rated, the gravest first.

    Returns
    -------
    DataFrame, index = risk id
        ``event``, ``owner``, ``likelihood``, ``impact``, ``score`` (their product), ``after_likelihood``,
        ``after_impact``, ``after`` (the same once the response works; missing if not rated), ``response``.
    """
    risks = plan.risks
    risks = risks[risks["likelihood"].notna() & risks["impact"].notna() & (risks["state"].fillna("open") != "closed")]
    found = risks[["event", "owner", "response", "likelihood", "impact"]].copy()
    after = risks[["residual_likelihood", "residual_impact"]]
    rated = after.notna().any(axis=1)
    found["after_likelihood"] = after["residual_likelihood"].fillna(risks["likelihood"]).where(rated)
    found["after_impact"] = after["residual_impact"].fillna(risks["impact"]).where(rated)
    found["score"] = found["likelihood"] * found["impact"]
    found["after"] = found["after_likelihood"] * found["after_impact"]
    order = np.lexsort(
        (np.arange(len(found)), -found["impact"].to_numpy(np.float64), -found["score"].to_numpy(np.float64))
    )
    return found.iloc[order]


def fields(risks: pd.DataFrame) -> pd.DataFrame:
    """Return the 25 fields of the picture: how many risks are in each, the first names, the id of an only one."""
    inside = dict(iter(risks.groupby(["likelihood", "impact"])["event"]))
    rows = []
    for likelihood in GRADES:
        for impact in GRADES:
            some = inside.get((likelihood, impact), risks["event"].iloc[:0])
            only = str(some.index[0]) if len(some) == 1 else ""
            rows.append((likelihood, impact, likelihood * impact, len(some), list(some[:NAMED]), only))
    return pd.DataFrame(rows, columns=["likelihood", "impact", "score", "count", "events", "id"])


@charted("There is no rated risk yet. Collect risks in step 5 and rate likelihood and impact from 1 to 5.")
def risk_heat_map(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw the open risks by likelihood and impact, with arrows to where they go once the responses work.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Named below the title; ratings have no date of their own.
    """
    risks = placed(plan)
    columns = (
        "Risk",
        "Owner",
        "Likelihood",
        "Impact",
        "Score",
        "Likelihood after",
        "Impact after",
        "Score after",
        "Response",
    )
    if risks.empty:
        return nothing("risk_heat_map", *columns)
    high, still = int((risks["score"] >= HIGH).sum()), int((risks["after"].fillna(risks["score"]) >= HIGH).sum())
    title = f"{part(high, len(risks), 'risk')} high"
    title += f"; {still:,} would stay high once the responses work" if risks["after"].notna().any() else ""
    unrated = int((plan.risks["likelihood"].isna() | plan.risks["impact"].isna()).sum())
    note = f"As of {as_of:%Y-%m-%d}. High: likelihood times impact is {HIGH} or more. Arrows: where the response leads."
    note += f" {counted(unrated, 'risk')} not rated." if unrated else ""
    table = risks.assign(
        event=names(plan, risks.index), owner=names(plan, risks["owner"]), response=risks["response"].fillna(base.DASH)
    )
    order = ["event", "owner", "likelihood", "impact", "score", "after_likelihood", "after_impact", "after", "response"]
    return finished("risk_heat_map", _picture(risks), title, table[order].set_axis(list(columns), axis=1), note=note)


def arrows(risks: pd.DataFrame) -> pd.DataFrame:
    """Return how many risks move from which field to which, the longest way first."""
    moving = risks.dropna(subset=["after"])
    moving = moving[(moving["after_likelihood"] != moving["likelihood"]) | (moving["after_impact"] != moving["impact"])]
    ends = ["likelihood", "impact", "after_likelihood", "after_impact"]
    return moving.groupby(ends, as_index=False).size().astype("float64")


def _picture(risks: pd.DataFrame) -> alt.LayerChart:
    """Return 25 fields with counts, names and arrows."""
    cells = fields(risks)
    listed = [[short(one, 60) for one in events] for events in cells["events"]]
    cells["tip"] = [
        "; ".join([counted(count, "risk"), *events]) for count, events in zip(cells["count"], listed, strict=True)
    ]
    extra = cells["count"] - NAMED
    lines = [[short(one, 26) for one in events] for events in cells["events"]]
    lines = [[*one, f"+ {more} more"] if more > 0 else one for one, more in zip(lines, extra, strict=True)]
    cells["names"] = ["\n".join(one) for one in lines]
    cells["words"] = cells["count"].astype("str")
    cells = cells.drop(columns="events")
    for low, high, field in (("left", "right", "impact"), ("low", "high", "likelihood")):
        cells[low], cells[high] = cells[field] - 0.49, cells[field] + 0.49
    scale = alt.Scale(domain=[0.5, 5.5], nice=False, zero=False)
    x, y = (
        alt.X("left:Q", scale=scale, axis=_axis("impact", IMPACT)),
        alt.Y("low:Q", scale=scale, axis=_axis("likelihood", LIKELIHOOD)),
    )
    tip = base.tips(tip="Risks")
    opacity = alt.Opacity("score:Q", scale=alt.Scale(domain=[1, 25], range=[0.06, 0.62]), legend=None)
    fill = alt.Chart(cells).mark_rect(color=BAD, cornerRadius=4)
    words = alt.Chart(cells[cells["count"] > 0]).encode(x=x, y=moved(y, "high"), tooltip=tip)
    look: dict[str, Any] = {"align": "left", "baseline": "top", "dx": 8, "limit": alt.ExprRef("width / 5 - 18")}
    return layered(
        fill.encode(x=x, x2="right", y=y, y2="high", opacity=opacity, tooltip=tip),
        *_ways(arrows(risks), x, y),
        words.mark_text(fontSize=20, fontWeight=600, dy=7, **look).encode(text="words:N"),
        words.mark_text(dy=33, lineBreak="\n", lineHeight=16, **look).encode(text="names:N"),
        height=ROW * len(GRADES),
    )


def _axis(title: str, words: dict[int, str]) -> alt.Axis:
    """Return the axis of one rating with words at its ends."""
    cases = " : ".join(f"datum.value == {grade} ? '{word}'" for grade, word in words.items())
    return alt.Axis(
        title=f"{title}, 1 to 5", values=list(words), labelExpr=f"{cases} : ''", grid=False, ticks=False, domain=False
    )


def _ways(ways: pd.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Return arrows from field to field; more risks make a broader one."""
    if ways.empty:
        return []
    across, up = ways["after_impact"] - ways["impact"], ways["after_likelihood"] - ways["likelihood"]
    length = np.hypot(across, up)
    drawn = pd.DataFrame(
        {
            "left": ways["impact"] + SPOT[0],
            "right": ways["after_impact"] + SPOT[0] - 0.06 * across / length,
            "low": ways["likelihood"] + SPOT[1],
            "high": ways["after_likelihood"] + SPOT[1] - 0.06 * up / length,
            "angle": np.degrees(np.arctan2(across * WIDER, up)),
            "tip": [
                f"{counted(int(size), 'risk')} from {a:.0f} x {b:.0f} to {c:.0f} x {d:.0f}"
                for a, b, c, d, size in ways.to_numpy()
            ],
            "wide": ways["size"].clip(upper=5) * 0.5 + 1,
        }
    )
    tip = base.tips(tip="Response")
    line = alt.Chart(drawn).mark_rule(color=ACCENT, opacity=0.85)
    heads = alt.Chart(drawn).mark_point(shape="triangle-up", filled=True, color=ACCENT, size=110, opacity=1)
    start = alt.Chart(drawn).mark_point(shape="circle", filled=True, color=ACCENT, size=45, opacity=1)
    wide, turned = alt.StrokeWidth("wide:Q", scale=None), alt.Angle("angle:Q", scale=None)
    return [
        line.encode(x=x, x2="right", y=y, y2="high", strokeWidth=wide, tooltip=tip),
        start.encode(x=x, y=y),
        heads.encode(x=moved(x, "right"), y=moved(y, "high"), angle=turned, tooltip=tip),
    ]
