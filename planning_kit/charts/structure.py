"""Who waits for whom: dependency structure matrices of tasks and of units, and how closed each unit is."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from planning_kit.analysis.coupling import partition, silo_index
from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, charted, counted, each, finished, kinds, layered, moved, names, nothing
from planning_kit.charts.theme import ACCENT, BAD, FAIR
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances
from planning_kit.steps import reading
from planning_kit.steps.coordination.checks_promises import across

SHOWN = 34
"""Rows of one matrix."""
ROW = 28
INSIDE, ACROSS, COUPLED = "inside a unit", "between units", "in a coupled block"
COLOURS = {INSIDE: ACCENT, ACROSS: FAIR, COUPLED: BAD}
WITHIN, OUTSIDE = "inside the unit", "with other units"


def blocks_of_units(plan: Plan, as_of: dt.date) -> list[tuple[str, ...]]:
    """Return the groups of units that wait for each other in a circle of open work (see `coupling.partition`)."""
    return [block for block in _ordered(_units(plan, as_of)) if len(block) > 1]


def _units(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return which unit's open work waits for which unit's, how often."""
    links = across(plan, Circumstances(as_of))
    pairs = links.groupby(["giver", "receiver"], as_index=False).size()
    return pairs.set_axis(["predecessor", "successor", "count"], axis=1)


def _tasks(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return the dependencies between open work, each once."""
    open_work, links = reading.open_tasks(plan, Circumstances(as_of)), plan.dependencies
    links = links[links["predecessor"].isin(open_work.index) & links["successor"].isin(open_work.index)]
    return links[["predecessor", "successor"]].drop_duplicates().assign(count=1).reset_index(drop=True)


def _ordered(links: pd.DataFrame) -> list[tuple[str, ...]]:
    return [tuple(map(str, block)) for block in partition(links)]


@charted("Nobody waits for anybody yet. Say in step 4 which work waits for which, across units too.")
def unit_matrix(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw which unit's open work waits for which unit's, units in the order in which they can plan.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Work that is finished by then has nobody waiting.
    """
    links = _units(plan, as_of)
    blocks = _ordered(links)
    return _matrix("unit_matrix", plan, as_of, links, blocks, pd.Series(dtype="str"), "unit")


@charted("No task waits for another yet. Say in step 4 what waits for what.")
def task_matrix(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw which open task waits for which, in an order in which each waits for earlier ones only.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Finished work is left out.
    """
    links = _tasks(plan, as_of)
    return _matrix("task_matrix", plan, as_of, links, _ordered(links), plan.tasks["unit"], "task")


def _matrix(  # noqa: PLR0913, PLR0917 - what a matrix is made of
    name: str,
    plan: Plan,
    as_of: dt.date,
    links: pd.DataFrame,
    blocks: list[tuple[str, ...]],
    unit: pd.Series,
    noun: str,
) -> Drawn:
    """Return the drawing of a matrix: rows wait for columns."""
    head = noun.capitalize()
    columns = (f"{head} that waits", f"{head} it waits for", "Dependencies", "Kind")
    if links.empty:
        return nothing(name, *columns)
    coupled = [block for block in blocks if len(block) > 1]
    of = {item: number for number, block in enumerate(blocks) for item in block}
    same_unit = reading.follow(links["predecessor"], unit) == reading.follow(links["successor"], unit)
    circle = links["predecessor"].map(of) == links["successor"].map(of)
    links = links.assign(kind=np.select([circle, same_unit.fillna(value=False)], [COUPLED, INSIDE], ACROSS))
    order = [item for block in blocks for item in block]
    kept = _kept(order, links)
    every = counted(int(links["count"].sum()), "dependency", "dependencies")
    title = f"No {noun}s wait for each other in a circle; {every} in order"
    if coupled:
        title = f"{counted(len(coupled), 'coupled block')} of {noun}s: {_named(plan, coupled[0])} wait for each other"
    note = f"As of {as_of:%Y-%m-%d}, open work. A row waits for the columns that are marked; "
    note += "what stands right of the diagonal comes later than what waits for it."
    if len(kept) < len(order):
        note += (
            f" {len(kept)} of {len(order):,} {noun}s, coupled ones and those between units first; the table holds all."
        )
    table = pd.DataFrame(
        {
            columns[0]: names(plan, links["successor"]),
            columns[1]: names(plan, links["predecessor"]),
            columns[2]: links["count"],
            columns[3]: links["kind"],
        }
    )
    return finished(name, _squares(plan, links, kept, coupled), title, table, note=note)


def _named(plan: Plan, block: tuple[str, ...]) -> str:
    every = [base.short(plan.label(one), 24) for one in block[:4]]
    more = [f"{len(block) - 4} more"] if len(block) > 4 else []  # noqa: PLR2004 - as many as a title holds
    *first, last = every + more
    return f"{', '.join(first)} and {last}"


def _kept(order: list[str], links: pd.DataFrame) -> list[str]:
    """Return the items a picture has room for, in their order: coupled ones, then those with links to other units."""
    if len(order) <= SHOWN:
        return order
    rank = links["kind"].map({COUPLED: 0, ACROSS: 1, INSIDE: 2}).sort_values(kind="stable")
    telling = links.loc[rank.index, ["predecessor", "successor"]].to_numpy().ravel()
    chosen = set(list(dict.fromkeys(telling.tolist()))[:SHOWN])
    return [one for one in order if one in chosen]


def _squares(plan: Plan, links: pd.DataFrame, kept: list[str], coupled: list[tuple[str, ...]]) -> alt.LayerChart:
    """Return the matrix: numbers across, names downwards, a frame around each coupled block."""
    place = {item: number for number, item in enumerate(kept)}
    labels = [f"{number}  {base.short(plan.label(item), 34)}" for number, item in enumerate(kept, 1)]
    shown = links[links["predecessor"].isin(place) & links["successor"].isin(place)]
    told = links["count"].max() > 1
    data = pd.DataFrame(
        {
            "at": shown["predecessor"].map(place),
            "line": shown["successor"].map(place),
            "kind": shown["kind"],
            "words": shown["count"].astype("str") if told else "",
            "tip": [
                f"{base.short(plan.label(b), 60)} waits for {base.short(plan.label(a), 60)}"
                for a, b in zip(shown["predecessor"], shown["successor"], strict=True)
            ],
        }
    )
    size = len(kept)
    scale: dict[str, Any] = {"domain": [-0.5, size - 0.5], "nice": False, "zero": False}
    numbers = alt.Axis(
        title=None,
        values=list(range(size)),
        labelExpr="datum.value + 1",
        orient="top",
        grid=False,
        ticks=False,
        domain=False,
    )
    x = alt.X("at:Q", scale=alt.Scale(**scale), axis=numbers)
    y = alt.Y("line:Q", scale=alt.Scale(**scale, reverse=True), axis=None)
    named = alt.Chart(pd.DataFrame({"id": kept, "line": range(size), "label": labels, "at": -0.5}))
    text = named.mark_text(align="right", baseline="middle", dx=-10, limit=250).encode(x=x, y=y, text="label:N")
    diagonal = alt.Chart(pd.DataFrame({"at": range(size), "line": range(size)}))
    cells, tip = alt.Chart(_edges(data)), base.tips(tip="Dependency")
    colour = kinds("kind", COLOURS, data["kind"], symbolType="square")
    edges = {"x": moved(x, "left"), "x2": "right", "y": moved(y, "low"), "y2": "high"}
    frames = _frames(coupled, place)
    return layered(
        diagonal.mark_point(shape="circle", size=14, filled=True, opacity=0.35).encode(x=x, y=y),
        *(
            [alt.Chart(frames).mark_rect(color=BAD, opacity=0.14, stroke=BAD, strokeWidth=2).encode(**edges)]
            if len(frames)
            else []
        ),
        cells.mark_rect(cornerRadius=4, opacity=0.85).encode(**edges, color=colour, tooltip=tip),
        cells.mark_text(baseline="middle", color="white", fontWeight=600).encode(x=x, y=y, text="words:N", tooltip=tip),
        text,
        height=ROW * size + 10,
    )


def _edges(data: pd.DataFrame) -> pd.DataFrame:
    """Return cells with their four edges."""
    half = 0.44
    return data.assign(
        left=data["at"] - half, right=data["at"] + half, low=data["line"] - half, high=data["line"] + half
    )


def _frames(coupled: list[tuple[str, ...]], place: dict[str, int]) -> pd.DataFrame:
    """Return the frame of each coupled block that is shown."""
    spans = [[place[one] for one in block if one in place] for block in coupled]
    rows = [(min(one) - 0.5, max(one) + 0.5) for one in spans if one]
    return pd.DataFrame([(a, b, a, b) for a, b in rows], columns=["left", "right", "low", "high"])


@charted("No unit has work that waits for other work yet. Say in step 4 what waits for what.")
def silos(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw for each unit how many of its dependencies stay inside it, and how many lead to others.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Named below the title; dependencies have no date of their own.
    """
    columns = ("Unit", "Inside", "With other units", "Silo index, %")
    tasks, links = plan.tasks, plan.dependencies
    links = links[links["predecessor"].isin(tasks.index) & links["successor"].isin(tasks.index)]
    found = silo_index(links, tasks["unit"].where(tasks["unit"].isin(plan.units.index)))
    found = found[found["internal"] + found["external"] > 0]
    if found.empty:
        return nothing("silos", *columns)
    found = found.sort_values(["silo_index", "internal"], ascending=False, kind="stable")
    worst = found.iloc[0]
    title = (
        f"{base.short(plan.label(str(found.index[0])), 40)} keeps most to itself: "
        f"{worst['silo_index']:.0%} of its dependencies stay inside"
    )
    note = f"As of {as_of:%Y-%m-%d}. Silo index: dependencies inside the unit in per cent of all it has part in."
    if len(found) > SHOWN:
        note += f" The {SHOWN} most closed of {len(found):,} units; the table holds all."
    table = pd.DataFrame(
        {
            columns[0]: names(plan, found.index),
            columns[1]: found["internal"],
            columns[2]: found["external"],
            columns[3]: (found["silo_index"] * 100).round(0),
        }
    )
    return finished("silos", _bars(plan, found.head(SHOWN)), title, table, note=note)


def _bars(plan: Plan, found: pd.DataFrame) -> alt.LayerChart:
    """Return a divided bar for each unit with its index beside it."""
    labels = base.labelled(names(plan, found.index), found.index)
    rows = [
        {
            "id": unit,
            "label": label,
            "part": words,
            "count": float(count),
            "tip": f"{counted(int(count), 'dependency', 'dependencies')} {words}",
        }
        for unit, label, row in zip(found.index, labels, each(found), strict=True)
        for words, count in ((WITHIN, row.internal), (OUTSIDE, row.external))
    ]
    ends = pd.DataFrame(
        {
            "id": found.index,
            "label": labels,
            "count": (found["internal"] + found["external"]).to_numpy(),
            "words": [f"{one:.0%} inside" for one in found["silo_index"]],
        }
    )
    y = base.rows_named(labels)
    x = alt.X(
        "count:Q",
        axis=alt.Axis(title="dependencies", grid=False, tickMinStep=1, tickCount=6),
        scale=alt.Scale(domainMin=0, domainMax=float(ends["count"].max()) * 1.2),
    )
    colour = kinds("part", {WITHIN: FAIR, OUTSIDE: ACCENT}, (WITHIN, OUTSIDE), symbolType="square")
    bars = alt.Chart(pd.DataFrame(rows)).mark_bar(cornerRadius=3)
    return layered(
        bars.encode(
            x=x, y=y, color=colour, order=alt.Order("part:N"), tooltip=base.tips(label="Unit", tip="Dependencies")
        ),
        alt.Chart(ends).mark_text(align="left", baseline="middle", dx=8).encode(x=x, y=y, text="words:N"),
        height=34 * len(labels) + 20,
    )
