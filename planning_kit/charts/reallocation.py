"""What moved: the money of each unit against the year before, the reserve, and what stops for it."""

import datetime as dt

import pandas as pd

from planning_kit.analysis.budget import reallocation_index
from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, charted, counted, finished, kinds, layered, money, names, nothing
from planning_kit.charts.theme import ACCENT, NEUTRAL
from planning_kit.plan import Plan
from planning_kit.steps import reading

SHOWN = 20


@charted("There is no money of two fiscal years to compare yet. Enter budget lines of the next year in step 3.")
def money_elsewhere(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw each unit's share of the money this fiscal year and the year before, with index, reserve and stops.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        The fiscal year of this day is compared, the first two years of the plan where it has no year before.
    """
    columns = ("Unit", "Share before, %", "Share now, %", "Moved, points")
    lines = reading.cost_lines(plan).dropna(subset=["unit", "fiscal_year"])
    years = sorted(lines["fiscal_year"].unique())
    if len(years) < 2:  # noqa: PLR2004 - before and after
        return nothing("money_elsewhere", *columns)
    now = int(reading.fiscal_year(plan, pd.Series([pd.Timestamp(as_of)])).iloc[0])
    now = now if now in years[1:] else years[1]
    before = years[years.index(now) - 1]
    sums = lines.pivot_table("amount", "unit", "fiscal_year", "sum", fill_value=0.0).reindex(columns=[before, now])
    sums = sums[(sums > 0).any(axis=1)].clip(lower=0)
    if not (sums.sum() > 0).all():
        return nothing("money_elsewhere", *columns)
    index = reallocation_index(sums[now], sums[before])
    change = lines.loc[lines["purpose"] == "change", "amount"].sum()
    held = lines.loc[lines["category"] == "contingency", "amount"].sum()
    stops = plan.stops[["hours_freed", "money_freed"]].sum()
    currency = base.short(str(plan.marked("profile", "currency") or ""), 8)
    title = f"Reallocation index {index:.1%}: so much of the money sits elsewhere in {now} than in {before}"
    note = f"As of {as_of:%Y-%m-%d}. Reserve: {money(held, currency)} of {money(change, currency)} change money. "
    note += f"{counted(len(plan.stops), 'stop')} free {stops['hours_freed']:,.0f} hours a month and "
    note += f"{money(float(stops['money_freed']), currency)} a year."
    shares = (sums / sums.sum() * 100).set_axis(["before", "now"], axis=1)
    shares = shares.sort_values("now", ascending=False, kind="stable")
    table = shares.assign(moved=shares["now"] - shares["before"]).round(1)
    table.insert(0, "unit", names(plan, table.index))
    picture = _shares(plan, shares.head(SHOWN), str(before), str(now))
    table = table.set_axis(list(columns), axis=1)
    return finished("money_elsewhere", picture, title, table, note=note)


def _shares(plan: Plan, shares: pd.DataFrame, before: str, now: str) -> alt.LayerChart:
    """Return two bars for each unit."""
    labels = base.labelled(names(plan, shares.index), shares.index)
    wide = base.identified(shares.set_axis([before, now], axis=1).assign(label=labels))
    long = wide.melt(["id", "label"], var_name="year", value_name="share")
    long["words"] = long["share"].map("{:.1f} %".format)
    axis = alt.Axis(title="share of the money, %", grid=False, tickCount=5)
    x = alt.X("share:Q", axis=axis, scale=alt.Scale(domainMin=0, domainMax=float(long["share"].max()) * 1.15))
    y, offset = base.rows_named(labels), alt.YOffset("year:N", scale=alt.Scale(domain=[before, now]))
    colour = kinds("year", {before: NEUTRAL, now: ACCENT}, (before, now), symbolType="square")
    bars, tip = alt.Chart(long), base.tips(label="Unit", year="Fiscal year", words="Share")
    return layered(
        bars.mark_bar(cornerRadius=2).encode(x=x, y=y, yOffset=offset, color=colour, tooltip=tip),
        bars.mark_text(align="left", baseline="middle", dx=6).encode(x=x, y=y, yOffset=offset, text="words:N"),
        height=42 * len(labels) + 20,
    )
