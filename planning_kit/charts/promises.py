"""Between units and objectives: promises given and kept, and where objectives pull against each other."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, charted, counted, finished, kinds, layered, moved, names, nothing, part
from planning_kit.charts.theme import ACCENT, BAD, FAIR, GOOD, NEUTRAL
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances
from planning_kit.steps.strategy.checks_map import harm_without_decision

SHOWN = 14
"""Names on each side of a picture, or bars of a ledger."""
KEPT, OPEN, LATE, SILENT, BROKEN = (
    "kept",
    "agreed, still open",
    "kept late or overdue",
    "without an answer",
    "broken or declined",
)
COLOURS = {KEPT: GOOD, OPEN: ACCENT, LATE: FAIR, SILENT: NEUTRAL, BROKEN: BAD}
GRAVEST = (BROKEN, SILENT, LATE, OPEN, KEPT)
UNDECIDED, DECIDED = "no decision recorded", "a decision says how far each may go"


def ledger(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return the promises between two units with how each stands.

    Returns
    -------
    DataFrame, index = promise id
        ``what``, ``giver``, ``receiver``, ``due``, ``standing`` (one of `GRAVEST`).
    """
    rows = plan.promises
    rows = rows[rows["giver"].isin(plan.units.index) & rows["receiver"].isin(plan.units.index)]
    rows = rows[rows["giver"] != rows["receiver"]]
    rows = rows[rows["state"].fillna("asked") != "withdrawn"]
    state = rows["state"].fillna("asked")
    overdue = state.isin(["accepted", "renegotiated"]) & (rows["due"] < pd.Timestamp(as_of))
    choices = [state == "kept", state.isin(["broken", "declined"]), state == "asked", (state == "kept_late") | overdue]
    standing = np.select(choices, [KEPT, BROKEN, SILENT, LATE], OPEN)
    return rows[["what", "giver", "receiver", "due"]].assign(standing=standing)


@charted("No unit has promised another anything yet. In pairs: I need this from you by then; accepted, or not.")
def promise_network(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw which unit gives promises to which, and how they stand.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        An agreed promise that was due before it is overdue.
    """
    columns = ("Promise", "Gives", "Receives", "Due", "Stands")
    rows = ledger(plan, as_of)
    if rows.empty:
        return nothing("promise_network", *columns)
    silent = int((rows["standing"] == SILENT).sum())
    title = (
        f"{part(silent, len(rows), 'promise')} without an answer"
        if silent
        else f"All of {counted(len(rows), 'promise')} are answered"
    )
    trouble = int(rows["standing"].isin([LATE, BROKEN]).sum())
    title += f"; {trouble:,} {'was' if trouble == 1 else 'were'} broken, declined or late" if trouble else ""
    note = f"As of {as_of:%Y-%m-%d}. Givers at the left, receivers at the right; "
    note += "a line has the colour of the gravest promise on it."
    table = pd.DataFrame(
        {
            columns[0]: names(plan, rows.index),
            columns[1]: names(plan, rows["giver"]),
            columns[2]: names(plan, rows["receiver"]),
            columns[3]: rows["due"],
            columns[4]: rows["standing"],
        }
    ).sort_values(columns[3], kind="stable")
    lines = _between(rows.rename(columns={"giver": "left", "receiver": "right", "standing": "kind"}))
    chart = _sides(plan, lines, COLOURS, ("gives", "receives"), "promise")
    return finished("promise_network", chart, title, table, note=note)


def _between(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one line for each pair: how many, and the gravest kind on it."""
    rank = rows["kind"].map({one: number for number, one in enumerate(GRAVEST)})
    found = rows.assign(rank=rank).sort_values("rank", kind="stable").groupby(["left", "right"], sort=False)
    return found.agg(kind=("kind", "first"), count=("kind", "size")).reset_index()


def _sides(
    plan: Plan, lines: pd.DataFrame, colours: Mapping[str, str], heads: tuple[str, str], noun: str
) -> alt.LayerChart:
    """Return two columns of names with lines between them."""
    sides = {
        side: list(lines.groupby(side)["count"].sum().sort_values(ascending=False, kind="stable").index[:SHOWN])
        for side in ("left", "right")
    }
    most = max(map(len, sides.values()))
    place = {side: {one: (n + 0.5) * most / len(every) for n, one in enumerate(every)} for side, every in sides.items()}
    lines = lines[lines["left"].isin(place["left"]) & lines["right"].isin(place["right"])]
    data = pd.DataFrame(
        {
            "from": lines["left"].map(place["left"]),
            "to": lines["right"].map(place["right"]),
            "kind": lines["kind"],
            "wide": lines["count"].clip(upper=6) * 1.1 + 1.2,
            "tip": [
                f"{base.short(plan.label(a), 50)} → {base.short(plan.label(b), 50)}: {counted(count, noun)}"
                for a, b, count in zip(lines["left"], lines["right"], lines["count"], strict=True)
            ],
        }
    ).assign(start=36, end=64)
    x = alt.X("start:Q", scale=alt.Scale(domain=[0, 100]), axis=None)
    y = alt.Y("from:Q", scale=alt.Scale(domain=[-0.6, most], reverse=True, nice=False, zero=False), axis=None)
    colour = kinds("kind", colours, data["kind"], symbolType="stroke", symbolStrokeWidth=4)
    rule = alt.Chart(data).mark_rule(opacity=0.85, strokeCap="round")
    drawn: list[Any] = [
        rule.encode(
            x=x,
            x2="end",
            y=y,
            y2="to",
            color=colour,
            strokeWidth=alt.StrokeWidth("wide:Q", scale=None),
            tooltip=base.tips(tip="Between"),
        )
    ]
    look: dict[str, Any] = {"baseline": "middle", "limit": alt.ExprRef("width * 0.34")}
    places: tuple[tuple[str, int, Any, str], ...] = (("left", 36, "right", heads[0]), ("right", 64, "left", heads[1]))
    for side, at, align, head in places:
        words = pd.DataFrame(
            {
                "from": [-0.25, *(place[side][one] for one in sides[side])],
                "start": at,
                "id": ["", *sides[side]],
                "name": [head, *(base.short(plan.label(one), 60) for one in sides[side])],
                "strong": [0.65, *(1.0 for _ in sides[side])],
            }
        )
        text = alt.Chart(words).mark_text(**look, align=align, dx=-12 if side == "left" else 12)
        drawn.append(text.encode(x=x, y=moved(y, "from"), text="name:N", opacity=alt.Opacity("strong:Q", scale=None)))
        dots = alt.Chart(words.iloc[1:]).mark_point(filled=True, size=70, color=NEUTRAL, opacity=1)
        drawn.append(dots.encode(x=x, y=moved(y, "from")))
    return layered(*drawn, height=36 * most + 30)


@charted("No unit has promised another anything yet. The ledger fills when promises are asked, answered and kept.")
def promise_ledger(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw for each unit how the promises it gave stand.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        An agreed promise that was due before it is overdue.
    """
    columns = ("Unit", *(one.capitalize() for one in COLOURS))
    rows = ledger(plan, as_of)
    if rows.empty:
        return nothing("promise_ledger", *columns)
    counts = rows.groupby(["giver", "standing"]).size().unstack(fill_value=0)  # noqa: PD010 - a Series has no pivot_table
    counts = counts.reindex(columns=list(COLOURS), fill_value=0)
    counts = counts.loc[counts.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    due = rows[rows["standing"].isin([KEPT, LATE, BROKEN])]
    kept = int((due["standing"] == KEPT).sum())
    title = (
        f"{kept:,} of {counted(len(due), 'promise')} that fell due were kept in time"
        if len(due)
        else f"Not one of {counted(len(rows), 'promise')} is due yet"
    )
    table = counts.set_axis(columns[1:], axis=1)
    table.insert(0, "Unit", names(plan, counts.index))
    note = f"As of {as_of:%Y-%m-%d}. By the unit that gives. A promise renegotiated in time counts as agreed."
    return finished("promise_ledger", _ledger(plan, counts.head(SHOWN)), title, table, note=note)


def _ledger(plan: Plan, counts: pd.DataFrame) -> alt.LayerChart:
    """Return a divided bar for each unit."""
    labels = base.labelled(names(plan, counts.index), counts.index)
    long = (
        counts.set_axis(labels, axis=0)
        .rename_axis("label")
        .reset_index()
        .melt("label", var_name="kind", value_name="count")
    )
    long["id"] = long["label"].map(dict(zip(labels, counts.index, strict=True)))
    long = long[long["count"] > 0].assign(
        order=lambda some: some["kind"].map({one: n for n, one in enumerate(COLOURS)})
    )
    long = long.sort_values("order", kind="stable").assign(words=lambda some: some["count"].astype("str"))
    long["end"] = long.groupby("label", sort=False)["count"].cumsum()
    long["start"] = long["end"] - long["count"]
    long["middle"] = (long["start"] + long["end"]) / 2
    y = base.rows_named(labels)
    x = alt.X(
        "start:Q",
        axis=alt.Axis(title="promises given", grid=False, tickMinStep=1, format="d"),
        scale=alt.Scale(domainMin=0),
    )
    bars, tip = alt.Chart(long.astype({"count": "float64"})), base.tips(label="Unit", kind="Stand", words="Promises")
    return layered(
        bars.mark_bar(cornerRadius=2).encode(
            x=x, x2="end", y=y, color=kinds("kind", COLOURS, long["kind"], symbolType="square"), tooltip=tip
        ),
        bars.mark_text(baseline="middle", color="white", fontWeight=600).encode(
            x=moved(x, "middle"), y=y, text="words:N", tooltip=tip
        ),
        height=34 * len(labels) + 20,
    )


def pulls(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return the links that harm: ``cause``, ``effect``, ``decided`` (somebody has said how far each may go)."""
    links, goals = plan.objective_links, plan.objectives
    links = links[(links["sign"] == "harms") & links["cause"].isin(goals.index) & links["effect"].isin(goals.index)]
    undecided = {hit.row for hit in harm_without_decision.function(plan, Circumstances(as_of))}
    return links[["cause", "effect", "hypothesis"]].assign(decided=~links.index.isin(undecided))


@charted("No objective is said to harm another. If you can think of one, draw it on the map in step 1.")
def pulling_apart(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw which objective harms which, and whether anybody has decided how far each may go.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Named below the title; links have no date of their own.
    """
    columns = ("Reaching this", "Harms this", "Because", "Owners", "Decided")
    rows = pulls(plan, as_of)
    if rows.empty:
        return nothing("pulling_apart", *columns)
    open_ones = int((~rows["decided"]).sum())
    title = f"In {counted(len(rows), 'place')} one objective pulls against another; "
    title += f"{open_ones:,} without a decision" if open_ones else "each is decided"
    owner = plan.objectives["owner"]
    owners = [names(plan, rows[one].map(owner)) for one in ("cause", "effect")]
    table = pd.DataFrame(
        {
            columns[0]: names(plan, rows["cause"]),
            columns[1]: names(plan, rows["effect"]),
            columns[2]: rows["hypothesis"].fillna(base.DASH),
            columns[3]: [f"{a}; {b}" for a, b in zip(*owners, strict=True)],
            columns[4]: rows["decided"].map({True: "yes", False: "no"}),
        }
    )
    kind = rows["decided"].map({True: DECIDED, False: UNDECIDED})
    lines = pd.DataFrame({"left": rows["cause"], "right": rows["effect"], "kind": kind, "count": 1})
    chart = _sides(plan, lines, {UNDECIDED: BAD, DECIDED: ACCENT}, ("reaching this", "harms this"), "link")
    note = f"As of {as_of:%Y-%m-%d}. Owners of both ends should sit at one table."
    return finished("pulling_apart", chart, title, table, note=note)
