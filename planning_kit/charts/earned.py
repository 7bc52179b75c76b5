"""Earned value: what was planned to be earned, what is earned, what it cost, and where that leads."""

import datetime as dt
import math
from typing import Any

import numpy as np
import pandas as pd

from planning_kit.analysis import earned_value as analysis
from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, charted, each, finished, iso, layered, money, moved, nothing, spoken
from planning_kit.charts.theme import ACCENT, BAD, NEUTRAL
from planning_kit.errors import PlanError
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances
from planning_kit.steps.tracking.earned import TOO_EARLY, Earned, baseline, curves

PLANNED, EARNED, SPENT, AHEAD = "planned", "earned", "spent", "may cost"
LOOKS: dict[str, dict[str, Any]] = {
    PLANNED: {"color": NEUTRAL, "strokeDash": [6, 4]},
    EARNED: {"color": ACCENT},
    SPENT: {"color": BAD},
}
CENT = 0.005
COLUMNS = ("Month ends", "Planned", "Earned", "Spent")


def outlook(found: Earned) -> dict[str, float]:
    """Return the metrics of the sum of some initiatives with ``spi_t`` and ``finish`` (month ends from the first).

    ``finish`` is the estimated duration IEAC(t) in months, missing while it is too early for an index.
    """
    planned, earned, spent = (frame.sum(axis=1) for frame in found[1:])
    budget, whole = float(found.budget.sum()), len(earned)
    now = float(np.interp(whole, range(len(planned) + 1), [0.0, *planned]))
    at = int((earned.to_numpy() < budget - CENT).sum()) + 1 if earned.iloc[-1] >= budget - CENT else whole
    metrics = analysis.metrics(budget, now, float(earned.iloc[-1]), float(spent.iloc[-1]))
    timed = {"spi_t": math.nan, "finish": math.nan}
    if now >= TOO_EARLY * budget:
        try:
            told = analysis.earned_schedule(planned, float(earned.iloc[-1]), at)
            timed = {"spi_t": told["spi_t"], "finish": told["ieac_t"]}
        except PlanError:  # nothing was planned
            pass
    return {**{str(name): float(value) for name, value in metrics.items()}, **timed}


@charted("There is no earned value yet. Approve budget lines of an initiative, date its work and report on it.")
def earned_value(plan: Plan, as_of: dt.date, *, unit: str = "", initiative: str = "") -> Drawn:
    """Draw planned value, earned value and actual cost over time, with the range of what it may cost in the end.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Reports and costs after this day are not looked at.
    unit : str
        Only the initiatives of this unit.
    initiative : str
        Only this initiative.
    """
    found = curves(plan, as_of)
    if found is not None and (initiative or unit):
        of = plan.tasks["unit"].reindex(found.budget.index)
        kept = [str(row) for row in found.budget.index if initiative in ("", row) and unit in ("", of[row])]
        found = found.of(kept) if kept else None
    if found is None:
        return nothing("earned_value", *COLUMNS)
    metrics, currency = outlook(found), str(plan.marked("profile", "currency") or "")
    said = {name: money(metrics[name], currency) for name in ("ev", "ac", "pv", "bac", "eac")}
    title = f"{said['ev']} earned for {said['ac']} spent"
    title += f" (CPI {metrics['cpi']:.2f})" if not math.isnan(metrics["cpi"]) else ""
    title += f"; {said['pv']} was planned by now"
    title += (
        f" of {said['bac']}"
        if math.isnan(metrics["eac"])
        else f"; at this pace it costs {said['eac']} of {said['bac']}"
    )
    against = baseline(plan, Circumstances(as_of))[0]
    dates = f"the dates of the baseline {plan.label(against)}" if against else "today's dates, as no baseline is kept"
    note = f"As of {as_of:%Y-%m-%d}. Approved budget over {dates}; earned by reported percentages. "
    note += "Too early for SPI(t)." if math.isnan(metrics["spi_t"]) else f"SPI(t) {metrics['spi_t']:.2f}."
    sums = pd.DataFrame({name: frame.sum(axis=1) for name, frame in zip(LOOKS, found[1:], strict=True)})
    table = sums.round(0).rename_axis("day").reset_index().set_axis(list(COLUMNS), axis=1)
    table["Month ends"] = [spoken(one) for one in table["Month ends"]]
    newest = plan.costs.loc[plan.costs["period_end"] <= pd.Timestamp(as_of), "period_end"].max()
    age = None if pd.isna(newest) else newest.date()
    return finished("earned_value", _picture(sums, metrics, as_of, currency), title, table, note=note, age=age)


def _picture(sums: pd.DataFrame, metrics: dict[str, float], as_of: dt.date, currency: str) -> alt.LayerChart:
    """Return the three lines, the range of the estimates at completion, and the day."""
    lines = sums.rename_axis("day").reset_index().melt("day", var_name="line", value_name="amount").dropna()
    fan = _fan(sums, metrics, as_of)
    top = max(lines["amount"].max(), fan["high"].max() if len(fan) else 0.0)
    x = base.day_axis([*lines["day"], *fan["day"], as_of], room=0.16)
    axis = alt.Axis(title=f"{currency}, cumulated".strip(", "), format="~s", tickCount=6)
    y = alt.Y("amount:Q", scale=alt.Scale(domain=[0, top * 1.08], nice=False), axis=axis)
    lines["tip"] = [f"{row.day:%Y-%m-%d}: {money(row.amount, currency)} {row.line}" for row in each(lines)]
    lines["day"] = iso(lines["day"])
    layers: list[alt.Chart | alt.LayerChart] = []
    if len(fan):
        area = alt.Chart(fan.assign(day=iso(fan["day"]))).mark_area(color=BAD, opacity=0.2)
        layers.append(area.encode(x=x, y=moved(y, "low"), y2="high", tooltip=alt.Tooltip("tip:N", title=AHEAD)))
    ends = lines.drop_duplicates("line", keep="last").sort_values("amount")
    gap = top * 0.055
    for name, look in LOOKS.items():
        some = lines[lines["line"] == name]
        line = alt.Chart(some).mark_line(strokeWidth=2.5, **look)
        layers.append(line.encode(x=x, y=y, tooltip=alt.Tooltip("tip:N", title="By this day")))
    place = np.array(ends["amount"], dtype=np.float64)
    for number in range(1, len(place)):
        place[number] = max(place[number], place[number - 1] + gap)
    words = ends.assign(amount=place, words=ends["line"])
    for one in each(words):
        text = alt.Chart(words[words["line"] == one.line]).mark_text(align="left", dx=6, color=LOOKS[one.line]["color"])
        layers.append(text.encode(x=x, y=y, text="words:N"))
    return layered(*layers, base.as_of_line(as_of, x), height=320)


def _fan(sums: pd.DataFrame, metrics: dict[str, float], as_of: dt.date) -> pd.DataFrame:
    """Return the range from what is spent to the estimates at completion, at the estimated finish."""
    ends = [one for name in ("eac", "eac_atypical", "eac_combined") if not math.isnan(one := metrics[name])]
    months = float(len(sums)) if math.isnan(metrics["finish"]) else metrics["finish"]
    if metrics["ev"] >= metrics["bac"] or not ends or not np.isfinite(months) or months > 4 * len(sums):
        return pd.DataFrame({name: pd.Series(dtype="float64") for name in ("day", "low", "high", "tip")})
    end = max(sums.index[0] + pd.DateOffset(months=round(months) - 1), pd.Timestamp(as_of) + pd.DateOffset(months=1))
    spent = metrics["ac"]
    tip = f"between {money(min(ends))} and {money(max(ends))}, about {spoken(end)}"
    low, high = max(min(ends), spent), max(*ends, spent)
    return pd.DataFrame({"day": [pd.Timestamp(as_of), end], "low": [spent, low], "high": [spent, high], "tip": tip})
