"""Plans side by side: the chance of each objective in each of them."""

from collections.abc import Mapping

import pandas as pd

from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, counted, finished, kinds, layered
from planning_kit.charts.theme import ACCENT, BAD, FAIR, GOOD, NEUTRAL, PURPLE

COLOURS = (NEUTRAL, ACCENT, FAIR, GOOD, PURPLE, BAD)
SHAPES = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down")
SHOWN, HALF = 20, 0.5


def side_by_side(plans: Mapping[str, Mapping[str, float | None]]) -> Drawn:
    """Draw the chance of each objective in each plan.

    Parameters
    ----------
    plans : mapping
        By the name of the plan, the first being the one that stands: chance (0 to 1) by the name of the objective.
    """
    first = next(iter(plans))
    rows = [(name, goal, 100 * one) for name, goals in plans.items() for goal, one in goals.items() if one is not None]
    long = pd.DataFrame(rows, columns=["plan", "goal", "chance"])
    table = long.pivot_table("chance", "goal", "plan", sort=False).round(0).rename_axis("Objective").reset_index()
    empty = "No initiative serves an objective yet, so there is no chance to compare."
    if long.empty:
        return Drawn(None, empty, "", table, None, empty)
    wide = long.pivot_table("chance", "goal", "plan", sort=False)
    fall = (
        (wide.drop(columns=first).min(axis=1) - wide[first]).sort_values(kind="stable")
        if len(plans) > 1
        else pd.Series(dtype="float64")
    )
    title = "No scenario lowers the chance of an objective"
    if len(fall) and fall.iloc[0] < -HALF:
        title = f"{base.short(str(fall.index[0]), 44)} loses most: {-fall.iloc[0]:.0f} points in the worst case"
    elif len(plans) == 1:
        title = f"The chance of {counted(len(wide), 'objective')} as the plan stands"
    differs = wide.max(axis=1) - wide.min(axis=1) > HALF
    shown = differs[differs] if differs.any() else differs
    order = [one for one in (fall if len(fall) else wide[first]).index if one in shown.index][:SHOWN]
    labels = dict(zip(order, base.labelled(order, order, 44), strict=True))
    names = dict(zip(plans, base.labelled(plans, plans, 36), strict=True))
    data = long[long["goal"].isin(labels)].assign(
        label=lambda some: some["goal"].map(labels),
        kind=lambda some: some["plan"].map(names),
        words=lambda some: some["chance"].map("{:.0f} %".format),
    )
    colours = {name: COLOURS[number % len(COLOURS)] for number, name in enumerate(names.values())}
    shapes = alt.Scale(domain=list(colours), range=[SHAPES[number % len(SHAPES)] for number in range(len(colours))])
    y = base.rows_named(labels.values(), 0.4)
    x = alt.X(
        "chance:Q",
        scale=alt.Scale(domain=[0, 100], nice=False),
        axis=alt.Axis(title="chance, %", grid=True, tickCount=5),
    )
    offset = alt.YOffset("kind:N", scale=alt.Scale(domain=list(colours)))
    colour = kinds("kind", colours, list(colours), columns=3)
    chart = layered(
        alt.Chart(data)
        .mark_point(filled=True, size=110, opacity=1)
        .encode(
            x=x,
            y=y,
            yOffset=offset,
            color=colour,
            shape=alt.Shape("kind:N", scale=shapes, legend=colour["legend"]),
            tooltip=base.tips(label="Objective", kind="Plan", words="Chance"),
        ),
        height=max(34, 13 * len(plans) + 12) * len(labels) + 20,
    )
    note = "Chance: share of the work behind an objective that is funded and expected to end in time."
    note += (
        f" {counted(int((~differs).sum()), 'objective')} with the same chance everywhere left out."
        if differs.any()
        else ""
    )
    return finished("side_by_side", chart, title, table, note=note)
