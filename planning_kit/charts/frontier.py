"""The efficient frontier: the most value each budget can buy, and where the choice of the room stands."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, finished, layered, money, plain_number
from planning_kit.charts.theme import ACCENT, FAIR

ROUNDING = 1e-9


def value_by_budget(steps: Mapping[str, Mapping[str, Any]], at: int, value: float, currency: str, uom: str) -> Drawn:
    """Draw the best value at each budget, with the choice that is looked at.

    Parameters
    ----------
    steps : mapping
        By per cent of the budget: ``budget``, ``value``, ``status``.
    at : int
        The per cent that is looked at.
    value : float
        Value of the choice of the room at this budget.
    currency, uom : str
        Of the budget and of the value.
    """
    rows = pd.DataFrame([{"percent": int(one), **step} for one, step in steps.items()])
    rows = rows[["percent", "budget", "value", "status"]].dropna(subset=["value"]).sort_values("budget")
    table = (
        rows.assign(status=rows["status"].astype("str"))
        .set_axis(["Per cent", "Budget", "Value", "Proof"], axis=1)
        .round(2)
    )
    empty = "No choice keeps all rules at any of these budgets."
    if rows.empty:
        return Drawn(None, empty, "", table, None, empty)
    best = rows.set_index("percent")["value"]
    jump = best.diff().reindex(range(at + 1, at + 100)).dropna()
    more = jump[jump > ROUNDING].head(1)
    title = f"Up to {int(best.index.max()):+d} %, no more money buys more value"
    if len(more):
        gain = plain_number(round(float(more.iloc[0]), 1))
        title = f"{int(more.index[0]) - at} % more money would buy {gain} more value; less buys none"
    rows = rows.assign(
        tip=[
            f"{one:+d} %: {money(b, currency)}, value {v:.1f}"
            for one, b, v in zip(rows["percent"], rows["budget"], rows["value"], strict=True)
        ]
    )
    here = pd.DataFrame(
        {"budget": [float(steps[str(at)]["budget"])], "value": [value], "words": [f"this choice: {value:.1f}"]}
    )
    x = alt.X(
        "budget:Q",
        axis=alt.Axis(title=f"budget, {currency}".rstrip(", "), format="~s", grid=False),
        scale=alt.Scale(zero=False),
    )
    low = min(float(rows["value"].min()), value)
    y = alt.Y("value:Q", axis=alt.Axis(title="value", tickCount=5), scale=alt.Scale(zero=False, domainMin=low * 0.95))
    line, point = alt.Chart(rows), alt.Chart(here)
    chart = layered(
        line.mark_line(interpolate="step-after", strokeWidth=2.5, color=ACCENT).encode(x=x, y=y),
        line.mark_point(filled=True, size=40, color=ACCENT, opacity=1).encode(
            x=x, y=y, tooltip=base.tips(tip="Best choice")
        ),
        point.mark_point(shape="diamond", filled=True, size=220, color=FAIR, opacity=1).encode(x=x, y=y),
        point.mark_text(align="left", dx=14, dy=14, fontWeight=600).encode(x=x, y=y, text="words:N"),
        height=240,
    )
    return finished(
        "value_by_budget", chart, title, table, note=f"Value: {uom}. The line is the optimum at each budget."
    )
