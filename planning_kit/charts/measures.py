"""One measure over time: the line with its trajectory, and the small line without words for reports."""

import datetime as dt
from typing import Any, Literal

import pandas as pd

from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, charted, each, finished, iso, layered, nothing, plain_number, spoken
from planning_kit.charts.card import scored
from planning_kit.charts.theme import ACCENT, NEUTRAL
from planning_kit.plan import Plan
from planning_kit.steps import reading

LONGEST = 400
"""Values on one line; older ones are left out."""
EXPECTED, ACTUAL, BOUND = "expected", "actual", "bound"


def course(plan: Plan, measure: str, as_of: dt.date) -> pd.DataFrame:
    """Return what was, what is expected and what must be kept, as points in time.

    Returns
    -------
    DataFrame
        ``line`` (actual, expected or bound), ``day``, ``value`` (in the measure's uom); the last `LONGEST` values.
    """
    facts: Any = reading.begun(plan).loc[measure]
    values = plan.actuals[(plan.actuals["measure"] == measure) & (plan.actuals["period_end"] <= pd.Timestamp(as_of))]
    actual = _points(values.sort_values("period_end", kind="stable").tail(LONGEST), ACTUAL)
    way = plan.targets[plan.targets["measure"] == measure].sort_values("period_end", kind="stable")
    began = facts["baseline_on"] if pd.notna(facts["baseline_on"]) else facts["start"]
    ends = pd.DataFrame({"period_end": [began, facts["due"]], "value": [facts["baseline"], facts["target"]]})
    if str(facts["target_kind"]).startswith("keep"):
        return pd.concat([actual, _bounds(facts, actual)], ignore_index=True)
    expected = pd.concat([ends.head(1), way[["period_end", "value"]]]) if len(way) else ends
    return pd.concat([actual, _points(expected, EXPECTED)], ignore_index=True)


def _points(frame: pd.DataFrame, line: str) -> pd.DataFrame:
    """Return dated values as points of a line, those without date or value left out."""
    found = pd.DataFrame(
        {"line": line, "day": frame["period_end"].to_numpy(), "value": frame["value"].astype("float64").to_numpy()}
    )
    return found.dropna()


def _bounds(facts: Any, actual: pd.DataFrame) -> pd.DataFrame:
    """Return the bounds that are to be kept, over the time that is shown."""
    first = pd.Series([facts["start"], *actual["day"]]).min()
    kind = facts["target_kind"]
    sides = {"keep_at_least": ["lower"], "keep_at_most": ["upper"]}.get(str(kind), ["lower", "upper"])
    levels = [facts[side] if pd.notna(facts[side]) else facts["target"] for side in sides]
    rows = [(BOUND, day, float(level)) for level in levels for day in (first, facts["due"]) if pd.notna(level)]
    return pd.DataFrame(rows, columns=["line", "day", "value"]).dropna()


@charted("There is no measure with a value yet. Report the first value of a measure in step 7.")
def measure_line(plan: Plan, as_of: dt.date, *, measure: str = "") -> Drawn:
    """Draw one measure over time against its trajectory, or against the bound it must keep.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Values after this day are not looked at.
    measure : str
        Id of the measure; without it, the one that needs attention most.
    """
    facts = scored(plan, as_of)
    facts = facts.loc[[measure]] if measure in facts.index else facts[facts["actual"].notna()]
    if facts.empty:
        return nothing("measure_line", "Line", "Day", "Value")
    one = facts.iloc[0]
    points = course(plan, str(facts.index[0]), as_of)
    if points.empty:
        return nothing("measure_line", "Line", "Day", "Value")
    uom = "" if pd.isna(one["uom"]) else str(one["uom"])
    value = f"{plain_number(one['actual'])} {base.short(uom, 20)}".strip()
    title = f"{base.short(one['name'], 60)}: {value}, {one['status']}"
    note = f"As of {as_of:%Y-%m-%d}, newest value {spoken(one['actual_on'])}. {one['reason']}"
    points["id"] = str(facts.index[0])
    table = points.drop(columns="id").rename(columns={"line": "Line", "day": "Day", "value": "Value"})
    age = None if pd.isna(one["actual_on"]) else one["actual_on"].date()
    return finished("measure_line", _picture(points, uom, as_of), title, table, note=note, age=age)


def _picture(points: pd.DataFrame, uom: str, as_of: dt.date) -> alt.LayerChart:
    """Return line, trajectory and bounds with their words at the end of each."""
    tips = [f"{row.line} {row.day:%Y-%m-%d}: {plain_number(row.value)} {base.short(uom, 20)}" for row in each(points)]
    data = points.assign(day=iso(points["day"]), tip=tips, group=points["line"])
    data["group"] = data["group"].where(data["line"] != BOUND, data["value"].astype("str"))
    low, high = points["value"].min(), points["value"].max()
    pad = (high - low) * 0.1 or abs(high) * 0.1 or 1.0
    x = base.day_axis([*points["day"], as_of])
    scale = alt.Scale(domain=[low - pad, high + pad], nice=False, zero=False)
    y = alt.Y("value:Q", scale=scale, axis=alt.Axis(title=base.short(uom, 40) or None, tickCount=6))
    encoding = {"x": x, "y": y, "tooltip": alt.Tooltip("tip:N", title="Value")}
    was, rest = data[data["line"] == ACTUAL], data[data["line"] != ACTUAL]
    return layered(
        alt.Chart(rest).mark_line(color=NEUTRAL, strokeDash=[6, 4], strokeWidth=2).encode(detail="group:N", **encoding),
        *_words(rest, x, y),
        alt.Chart(was).mark_line(color=ACCENT, strokeWidth=2.5).encode(**encoding),
        alt.Chart(was).mark_point(filled=True, color=ACCENT, size=70, opacity=1).encode(**encoding),
        base.as_of_line(as_of, x),
        height=300,
    )


def _words(rest: pd.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Return what each dashed line is, written at its end on the side it does not come from."""
    falls = rest.groupby("group")["value"].transform("last") < rest.groupby("group")["value"].transform("first")
    ends = rest.assign(falls=falls)[~rest.duplicated("group", keep="last")]
    ends = ends.assign(words=[f"{row.line} {plain_number(row.value)}" for row in each(ends)])
    sides: tuple[tuple[Any, Literal["bottom", "top"], int], ...] = (
        (~ends["falls"], "bottom", -6),
        (ends["falls"], "top", 8),
    )
    return [
        alt.Chart(ends[side])
        .mark_text(align="right", baseline=line, dy=dy, opacity=0.8)
        .encode(x=x, y=y, text="words:N")
        for side, line, dy in sides
        if side.any()
    ]


@charted("There is no value yet. Report the first value of a measure in step 7.")
def sparkline(plan: Plan, as_of: dt.date, *, measure: str = "") -> Drawn:
    """Draw the values of one measure as a small line without words, to stand in a row of a table.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Values after this day are not looked at.
    measure : str
        Id of the measure; without it, the first that has a value.
    """
    values = plan.actuals[plan.actuals["period_end"] <= pd.Timestamp(as_of)].dropna(subset=["value", "measure"])
    one = measure or (str(values["measure"].iloc[0]) if len(values) else "")
    points = _points(values[values["measure"] == one].sort_values("period_end", kind="stable").tail(LONGEST), ACTUAL)
    if points.empty:
        return nothing("sparkline", "Day", "Value")
    last = points.iloc[-1]
    title = f"{plan.label(one)}: {plain_number(last['value'])} on {spoken(last['day'])}"
    table = points[["day", "value"]].rename(columns={"day": "Day", "value": "Value"})
    data = points.assign(day=iso(points["day"]))
    y = alt.Y("value:Q", scale=alt.Scale(zero=False), axis=None)
    line = (
        alt.Chart(data)
        .mark_line(color=NEUTRAL, strokeWidth=1.8)
        .encode(x=alt.X("day:T", scale=alt.Scale(type="utc"), axis=None), y=y)
    )
    end = (
        alt.Chart(data.tail(1))
        .mark_point(filled=True, color=ACCENT, size=35, opacity=1)
        .encode(x=alt.X("day:T", axis=None), y=y)
    )
    small = (line + end).properties(width=110, height=24, description=title)
    return Drawn(small, title, "", table, last["day"].date(), base.EMPTY["sparkline"])
