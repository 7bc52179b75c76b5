"""The strategy map: objectives in layers, what helps and what harms, and who would be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, charted, counted, finished, layered, names, nothing, wrapped
from planning_kit.charts.computed import fallen, newest, rolled_up
from planning_kit.charts.layers import Layout, layout
from planning_kit.charts.theme import ACCENT, BAD, NEUTRAL, STATUS

if TYPE_CHECKING:
    import datetime as dt

    from planning_kit.plan import Plan

MOST = 30
"""Objectives on one map; a map with more is a wallpaper."""
ARROWS = 120
CARD, ROW = 0.66, 142
"""Height of a card in rows, and of a row in pixels."""
OTHER = "no perspective"
LOST = {
    "owner": "loses its owner",
    "only doer": "loses its only doer",
    "only skill": "loses its only skill",
    "only supplier": "loses its only supplier",
}
"""Why an objective falls, in words for its card."""


class Map(NamedTuple):
    """What a strategy map shows."""

    objectives: pd.DataFrame
    """Index = objective id: ``title``, ``perspective``, ``owner``, ``status``, ``reason``, ``falls``,
    ``because`` (why it falls)."""
    links: pd.DataFrame
    """``cause``, ``effect``, ``sign``, ``strength``, ``hypothesis``; both ends are shown."""
    hidden: int
    """Number of objectives that found no place."""


def mapped(plan: Plan, as_of: dt.date, gone: str = "") -> Map:
    """Return what the map shows: the strategic objectives, the tied and upper ones first where there are too many.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
    gone : str
        Id of a person, a unit or a supplier: who is taken away.
    """
    every = plan.objectives
    strategic = every[(every["level"] == "strategic") | every["level"].isna()]
    top = strategic[~strategic["parent"].isin(every.index)] if len(strategic) > MOST else strategic
    some = top if len(top) else every
    links = plan.objective_links
    ends = pd.concat([links["cause"], links["effect"]]).value_counts()
    if len(some) > MOST:
        order = np.argsort(-some.index.map(ends).fillna(0).to_numpy(dtype=np.float64), kind="stable")
        some = some.iloc[np.sort(order[:MOST])]
    shown = some[["title", "perspective", "owner"]].join(rolled_up(plan, as_of)[["status", "reason"]])
    lost = fallen(plan, as_of, gone) if gone else {}
    shown["because"] = [lost.get(str(one), "") for one in shown.index]
    shown["falls"] = shown["because"] != ""
    links = links[
        links["cause"].isin(shown.index) & links["effect"].isin(shown.index) & (links["cause"] != links["effect"])
    ]
    links = links.sort_values("strength", ascending=False, kind="stable").head(ARROWS).sort_index()
    return Map(shown, links[["cause", "effect", "sign", "strength", "hypothesis"]], len(every) - len(shown))


@charted("There is no objective yet. Write the first ones in step 1, each with a perspective and an owner.")
def strategy_map(plan: Plan, as_of: dt.date, *, gone: str = "") -> Drawn:
    """Draw the objectives in layers by perspective, with what helps and harms, owner and status.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Values after this day are not looked at.
    gone : str
        Id of a person, a unit or a supplier: the objectives that would fall without them turn pale.
    """
    seen = mapped(plan, as_of, gone)
    if seen.objectives.empty:
        return nothing("strategy_map", "Objective", "Perspective", "Owner", "Status", "Helps", "Harms")
    used = seen.objectives["perspective"].dropna().unique()
    perspectives = [one for one in plan.tables["objectives"].fields["perspective"].choices if one in used]
    layers = {one: number for number, one in enumerate(perspectives)}
    layer = seen.objectives["perspective"].map(layers).fillna(len(layers)).astype("int64")
    widest = 4 if layer.value_counts().max() <= 4 else 5  # noqa: PLR2004 - a fifth card makes all of them narrower
    plane = layout(
        layer, list(zip(seen.links["cause"], seen.links["effect"], strict=True)), widest, CARD, 0.46 / widest
    )
    cards = _cards(plan, seen, plane, 27 if widest == 4 else 22)  # noqa: PLR2004 - characters that fit
    lanes = _lanes(cards, layer, [*perspectives, OTHER])
    note = f"As of {as_of:%Y-%m-%d}. Full arrows help, broken red ones harm."
    if seen.hidden:
        note += f" {counted(len(seen.objectives), 'strategic objective')} of {len(seen.objectives) + seen.hidden:,} objectives; the cascade shows all."
    picture = _picture(cards, lanes, _arrows(plan, seen, plane), plane.rows, widest)
    return finished(
        "strategy_map",
        picture,
        _finding(plan, seen, gone),
        _table(plan, seen),
        height=ROW * plane.rows,
        note=note,
        age=newest(plan, as_of),
    )


def _finding(plan: Plan, seen: Map, gone: str) -> str:
    """Return the finding of the map."""
    total, links = len(seen.objectives), seen.links
    if gone:
        lost = int(seen.objectives["falls"].sum())
        return f"Without {base.short(plan.label(gone), 40)}, {lost} of {counted(total, 'objective')} would fall"
    bad = int(seen.objectives["status"].isin(["behind", "at risk", "not met"]).sum())
    harm = int((links["sign"] == "harms").sum())
    blind = int((seen.objectives["status"] == "no data").sum())
    parts = [
        f"{bad} of {counted(total, 'objective')} {'is' if bad == 1 else 'are'} behind"
        if blind < total
        else counted(total, "objective")
    ]
    parts += [f"{counted(harm, 'link')} {'does' if harm == 1 else 'do'} harm"] if harm else []
    return "; ".join(parts)


def _table(plan: Plan, seen: Map) -> pd.DataFrame:
    """Return the table twin: each objective with what it helps and harms."""
    facts = seen.objectives
    found = pd.DataFrame(
        {"Objective": names(plan, facts.index), "Perspective": facts["perspective"].fillna(OTHER)}, index=facts.index
    )
    found["Owner"], found["Status"] = names(plan, facts["owner"]), facts["status"]
    for sign, title in (("helps", "Helps"), ("harms", "Harms")):
        some = seen.links[seen.links["sign"].fillna("helps") == sign]
        effects = some.groupby("cause")["effect"].agg(lambda ends: "; ".join(names(plan, ends)))
        found[title] = effects.reindex(facts.index).fillna("")
    if facts["falls"].any():
        found["Falls because"] = facts["because"]
    return found


def _cards(plan: Plan, seen: Map, plane: Layout, letters: int) -> pd.DataFrame:
    """Return the cards with their words."""
    facts = seen.objectives
    found = plane.cards.assign(status=facts["status"], falls=facts["falls"], reason=facts["reason"])
    found["full"] = names(plan, facts.index)
    found["title"] = [wrapped(one, letters, 3) for one in found["full"]]
    owners = names(plan, facts["owner"])
    found["owner"] = ["no owner" if one == base.DASH else one for one in owners]
    found["foot"] = found["status"] + " · " + found["owner"]
    found["foot"] = found["foot"].where(~facts["falls"], facts["because"].map(lambda why: LOST.get(why, why)))
    found["x"] = found["x"] * 100
    return found


def _lanes(cards: pd.DataFrame, layer: pd.Series[int], words: list[str]) -> pd.DataFrame:
    """Return the bands behind the cards, one a perspective."""
    found = cards.groupby(layer)["row"].agg(["min", "max"])
    return pd.DataFrame(
        {
            "low": found["min"] - 0.46,
            "high": found["max"] + 0.46,
            "middle": (found["min"] + found["max"]) / 2,
            "words": [words[min(number, len(words) - 1)] for number in found.index],
        }
    )


def _arrows(plan: Plan, seen: Map, plane: Layout) -> pd.DataFrame:
    """Return the points of the arrows with what they say."""
    links = seen.links.reset_index(drop=True)
    ends = [
        f"{base.short(a, 50)} → {base.short(b, 50)}"
        for a, b in zip(names(plan, links["cause"]), names(plan, links["effect"]), strict=True)
    ]
    says = links.assign(sign=links["sign"].fillna("helps"), ends=ends, why=links["hypothesis"].fillna(base.DASH))
    gone = [bool(seen.objectives["falls"].get(one, default=False)) for one in links["cause"]]
    says["pale"] = gone
    found = plane.arrows.join(says[["sign", "ends", "why", "pale"]], on="arrow")
    return found.assign(x=found["x"] * 100)


def _picture(cards: pd.DataFrame, lanes: pd.DataFrame, arrows: pd.DataFrame, rows: int, widest: int) -> alt.LayerChart:
    """Return the picture, back to front: bands, arrows, cards, words."""
    x = alt.X("x:Q", scale=alt.Scale(domain=[-2.6, 100], nice=False), axis=None)
    scale = alt.Scale(domain=[-0.5, rows - 0.5], reverse=True, nice=False, zero=False)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", scale=scale, axis=None)

    half = 100 / widest * 0.46
    boxes = cards.assign(
        left=cards["x"] - half, right=cards["x"] + half, low=cards["row"] - CARD / 2, high=cards["row"] + CARD / 2
    )
    boxes = boxes.assign(
        text=boxes["left"] + 1.1, top=boxes["low"] + 0.075, foot_at=boxes["high"] - 0.09, sign_at=boxes["left"] + 1.9
    )
    tips = [
        alt.Tooltip(f"{name}:N", title=title)
        for name, title in (("full", "Objective"), ("owner", "Owner"), ("status", "Status"), ("reason", "Why"))
    ]
    pale = {"opacity": alt.condition("datum.falls", alt.value(0.3), alt.value(1))}
    box = alt.Chart(boxes).encode(
        y=y("low"), y2="high", x=alt.X("left:Q", scale=x["scale"], axis=None), x2="right", tooltip=tips
    )
    limit = alt.ExprRef(f"width * {2 * half / 100 - 0.02:.3f}")
    words = {"align": "left", "limit": limit, "lineBreak": "\n", "lineHeight": 16}
    text_x = alt.X("text:Q", scale=x["scale"], axis=None)
    return layered(
        alt.Chart(lanes).mark_rect(color=NEUTRAL, opacity=0.09, cornerRadius=6).encode(y=y("low"), y2="high"),
        alt.Chart(lanes)
        .mark_text(angle=270, opacity=0.75, limit=ROW - 20)
        .encode(x=alt.value(12), y=y("middle"), text="words:N"),
        *_flights(arrows, x, y("y")),
        box.mark_rect(color=NEUTRAL, fillOpacity=0.16, stroke=NEUTRAL, strokeWidth=1, cornerRadius=8).encode(**pale),
        alt.Chart(boxes)
        .mark_text(baseline="top", fontWeight=600, **words)
        .encode(x=text_x, y=y("top"), text="title:N", tooltip=tips, **pale),
        alt.Chart(boxes)
        .mark_point(filled=True, size=110)
        .encode(
            x=alt.X("sign_at:Q", scale=x["scale"], axis=None),
            y=y("foot_at"),
            tooltip=tips,
            **base.marked(STATUS, cards["status"]),
            **pale,
        ),
        alt.Chart(boxes)
        .mark_text(
            baseline="middle", dx=20, **{**words, "limit": alt.ExprRef(f"width * {2 * half / 100 - 0.02:.3f} - 20")}
        )
        .encode(x=text_x, y=y("foot_at"), text="foot:N", **pale),
    )


def _flights(arrows: pd.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Return the arrows with their heads; red and broken where they harm."""
    tips = [
        alt.Tooltip("ends:N", title="Arrow"),
        alt.Tooltip("sign:N", title="It"),
        alt.Tooltip("why:N", title="Because"),
    ]
    drawn = []
    for sign, colour, dash in (("helps", ACCENT, [1, 0]), ("harms", BAD, [6, 4])):
        some = arrows[arrows["sign"] == sign]
        if some.empty:
            continue
        pale = alt.condition("datum.pale", alt.value(0.2), alt.value(0.8))
        line = alt.Chart(some).mark_line(color=colour, strokeDash=dash, strokeWidth=1.8, interpolate="basis")
        drawn.append(line.encode(x=x, y=y, detail="arrow:N", order="step:Q", tooltip=tips, opacity=pale))
        for down, shape in ((False, "triangle-up"), (True, "triangle-down")):
            heads = some[some["last"] & (some["down"] == down)]
            if len(heads):
                drawn.append(
                    alt.Chart(heads)
                    .mark_point(filled=True, shape=shape, color=colour, size=70, yOffset=5 if not down else -5)
                    .encode(x=x, y=y, opacity=pale)
                )
    return drawn
