"""The strategy map: objectives in layers, what helps and what harms, and who would be missing."""

import datetime as dt
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import (
    Drawn,
    charted,
    counted,
    finished,
    layered,
    money,
    moved,
    names,
    nothing,
    spoken,
    wrapped,
)
from planning_kit.charts.computed import newest, rolled_up
from planning_kit.charts.layers import Layout, layout
from planning_kit.charts.theme import ACCENT, BAD, NEUTRAL, STATUS
from planning_kit.plan import Plan
from planning_kit.steps import exposed, reading

MOST = 30
"""Objectives on one map; a map with more is a wallpaper."""
ARROWS = 120
CARD, ROW = 0.72, 156
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
    pulled: exposed.Pulled | None
    """What falls and stops, where somebody is taken away."""


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
    strategic = reading.strategic(plan)
    top = strategic[~strategic["parent"].isin(every.index)] if len(strategic) > MOST else strategic
    some = top if len(top) else every
    links = plan.objective_links
    ends = pd.concat([links["cause"], links["effect"]]).value_counts()
    if len(some) > MOST:
        order = np.argsort(-some.index.map(ends).fillna(0).to_numpy(dtype=np.float64), kind="stable")
        some = some.iloc[np.sort(order[:MOST])]
    shown = some[["title", "perspective", "owner"]].join(rolled_up(plan, as_of)[["status", "reason"]])
    pulled = exposed.pulled(plan, as_of, gone) if gone else None
    shown["because"] = pulled.objectives.reindex(shown.index).fillna("") if pulled else ""
    shown["falls"] = shown["because"] != ""
    inside = links["cause"].isin(shown.index) & links["effect"].isin(shown.index)
    links = links[inside & (links["cause"] != links["effect"])]
    links = links.sort_values("strength", ascending=False, kind="stable").head(ARROWS).sort_index()
    return Map(shown, links[["cause", "effect", "sign", "strength", "hypothesis"]], len(every) - len(shown), pulled)


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
    cards = _cards(plan, seen, plane, 20 if widest == 4 else 16)  # noqa: PLR2004 - characters that fit
    lanes = _lanes(cards, layer, [*perspectives, OTHER])
    drawn_links = "Full arrows help, broken red ones harm." if len(seen.links) else "No link yet: say what helps what."
    note = f"As of {as_of:%Y-%m-%d}. {drawn_links}"
    if seen.hidden:
        total = len(seen.objectives) + seen.hidden
        note += f" {len(seen.objectives)} strategic ones of {total:,} objectives; the cascade shows all."
    picture = _picture(cards, lanes, _arrows(plan, seen, plane), plane.rows, 46 / widest)
    finding = _finding(plan, seen, gone)
    found = finished("strategy_map", picture, finding, _table(plan, seen), note=note, age=newest(plan, as_of))
    return replace(found, beside=_lost(plan, seen.pulled))


def _finding(plan: Plan, seen: Map, gone: str) -> str:
    """Return the finding of the map."""
    total, links = len(seen.objectives), seen.links
    if seen.pulled:
        work, everything = seen.pulled.work, len(plan.objectives)
        falls = len(seen.pulled.objectives)
        lost = f"{falls} of {counted(everything, 'objective')} would fall" if falls else "every objective stands"
        stops = f"; {counted(int(work['stops'].sum()), 'piece')} of work would stop" if len(work) else ""
        sum_ = work["money"].sum()
        stake = f", {money(sum_, plan.marked('profile', 'currency') or '')} at stake" if sum_ else ""
        first = work["finish"].min()
        when = "" if pd.isna(first) else f", the first due {spoken(first)}"
        return f"Without {base.short(plan.label(gone), 40)}, {lost}{stops}{stake}{when}"
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


def _lost(plan: Plan, pulled: exposed.Pulled | None) -> pd.DataFrame | None:
    """Return what falls and stops: each objective with the initiatives that stop, the rest of the work below."""
    if pulled is None or not (len(pulled.objectives) or len(pulled.work)):
        return None
    work = pulled.work.rename_axis("work").reset_index()
    falls = pulled.objectives.rename_axis("objective").rename("because").reset_index()
    found = falls.merge(work, on="objective", how="outer", sort=False)
    found = found.sort_values("because", key=lambda some: some.isna(), kind="stable")
    currency = plan.marked("profile", "currency") or ""
    because = found["because"].map(LOST).fillna("stands, but work for it stops")
    spent = "Approved money" if pulled.approved else "Proposed money"
    return pd.DataFrame(
        {
            "Objective": names(plan, found["objective"]),
            "What happens": because,
            "Initiative that stops": names(plan, found["work"]),
            spent: [money(one, currency) if one > 0 else "" for one in found["money"].fillna(0)],
            "Planned finish": [spoken(one) for one in found["finish"]],
        }
    ).set_index(found["objective"].fillna(found["work"]))


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
    found["foot"] = found["status"] + "\n" + found["owner"]
    found["foot"] = found["foot"].where(~facts["falls"], facts["because"].map(lambda why: LOST.get(why, why)))
    found["x"] = found["x"] * 100
    return found


def _lanes(cards: pd.DataFrame, layer: "pd.Series[int]", words: list[str]) -> pd.DataFrame:
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
    links = base.identified(seen.links)
    ends = [
        f"{base.short(a, 50)} → {base.short(b, 50)}"
        for a, b in zip(names(plan, links["cause"]), names(plan, links["effect"]), strict=True)
    ]
    says = links.assign(sign=links["sign"].fillna("helps"), ends=ends, why=links["hypothesis"].fillna(base.DASH))
    gone = [bool(seen.objectives["falls"].get(one, default=False)) for one in links["cause"]]
    says["pale"] = gone
    found = plane.arrows.join(says[["id", "sign", "ends", "why", "pale"]], on="arrow")
    return found.assign(x=found["x"] * 100)


def _picture(cards: pd.DataFrame, lanes: pd.DataFrame, arrows: pd.DataFrame, rows: int, half: float) -> alt.LayerChart:
    """Return the picture, back to front: bands, arrows, cards, words."""
    x = alt.X("left:Q", scale=alt.Scale(domain=[-2.6, 100], nice=False), axis=None)
    y = alt.Y("low:Q", scale=alt.Scale(domain=[-0.5, rows - 0.5], reverse=True, nice=False, zero=False), axis=None)
    boxes = base.identified(cards).assign(left=lambda some: some["x"] - half, right=lambda some: some["x"] + half)
    boxes = boxes.assign(low=boxes["row"] - CARD / 2, high=boxes["row"] + CARD / 2, text=boxes["left"] + 1.1)
    boxes = boxes.assign(title_at=boxes["low"] + 0.075, foot_at=boxes["high"] - 0.2, sign_at=boxes["left"] + 1.9)
    pale = alt.condition("datum.falls", alt.value(0.3), alt.value(1))
    tips = base.tips(full="Objective", owner="Owner", status="Status", reason="Why")
    card = alt.Chart(boxes).encode(opacity=pale, tooltip=tips)
    box = card.mark_rect(color=NEUTRAL, fillOpacity=0.16, stroke=NEUTRAL, strokeWidth=1, cornerRadius=8)
    wide = f"width * {2 * half / 100 - 0.02:.3f}"
    title: dict[str, Any] = {"fontWeight": 600, "lineBreak": "\n", "lineHeight": 16, "limit": alt.ExprRef(wide)}
    foot: dict[str, Any] = {"baseline": "middle", "dx": 20, "lineBreak": "\n", "lineHeight": 16}
    foot["limit"] = alt.ExprRef(f"{wide} - 20")
    band, words = alt.Chart(lanes), alt.Text("words:N")
    signs = base.marked(STATUS, cards["status"])
    return layered(
        band.mark_rect(color=NEUTRAL, opacity=0.09, cornerRadius=6).encode(y=y, y2="high"),
        band.mark_text(angle=270, opacity=0.75, limit=ROW - 20).encode(
            x=alt.value(12), y=moved(y, "middle"), text=words
        ),
        *_flights(arrows, moved(x, "x"), moved(y, "y")),
        box.encode(x=x, x2="right", y=y, y2="high"),
        card.mark_text(align="left", baseline="top", **title).encode(
            x=moved(x, "text"), y=moved(y, "title_at"), text="title:N"
        ),
        card.mark_point(filled=True, size=110).encode(x=moved(x, "sign_at"), y=moved(y, "foot_at"), **signs),
        card.mark_text(align="left", **foot).encode(x=moved(x, "text"), y=moved(y, "foot_at"), text="foot:N"),
        height=ROW * rows,
    )


def _flights(arrows: pd.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Return the arrows with their heads; red and broken where they harm."""
    if arrows.empty:
        return []
    drawn = []
    for sign, colour, dash in (("helps", ACCENT, [1, 0]), ("harms", BAD, [6, 4])):
        some = arrows[arrows["sign"] == sign]
        pale = alt.condition("datum.pale", alt.value(0.2), alt.value(0.8))
        line = alt.Chart(some).mark_line(color=colour, strokeDash=dash, strokeWidth=1.8, interpolate="basis")
        tips = base.tips(ends="Arrow", sign="It", why="Because")
        drawn.append(line.encode(x=x, y=y, detail="arrow:N", order="step:Q", tooltip=tips, opacity=pale))
        for down, heads in some[some["last"].astype(bool)].groupby("down"):
            look: dict[str, Any] = {"shape": f"triangle-{'down' if down else 'up'}", "yOffset": -5 if down else 5}
            head = alt.Chart(heads).mark_point(filled=True, color=colour, size=70, **look)
            drawn.append(head.encode(x=x, y=y, opacity=pale))
    return drawn
