"""The skyline: what is asked for month by month against what there is, before and after a change of the plan."""

import datetime as dt

import pandas as pd

from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, finished, kinds, layered, nothing
from planning_kit.charts.people import loads
from planning_kit.charts.theme import ACCENT, BAD, NEUTRAL
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances
from planning_kit.steps import reading
from planning_kit.steps.allocation.checks_load import capacities, demanded

MONTHS, HALF = 24, 0.5
BEFORE, AFTER = "before", "after"
WITHIN, ABOVE = "within what there is", "above what there is"
EMPTY = "Nobody is assigned to open work, and no skill is asked for. Say in step 6 who works on what."


def who_has_hours(plan: Plan) -> tuple[tuple[str, str], ...]:
    """Return whose hours can be looked at: units and people with assignments, skills and resources asked for."""
    people = plan.people[plan.people.index.isin(plan.assignments["person"])]
    units = reading.in_order(set(people["unit"].dropna()) & set(plan.units.index))
    pools = demanded(plan).drop_duplicates("what")[["what", "label"]]
    known = [(one, plan.label(one)) for one in (*units, *people.index)]
    return (*known, *((str(what), f"{label} (days)") for what, label in pools.itertuples(index=False, name=None)))


def asked(plan: Plan, as_of: dt.date, whose: str = "") -> pd.DataFrame:
    """Return demand, capacity and what is missing of them in each month (of a skill or resource: quarter).

    Parameters
    ----------
    whose : str
        Id of a unit, a person or a resource, or a skill; everybody without one.

    Returns
    -------
    DataFrame, index = period as text
        ``demand``, ``capacity`` and ``over`` (what single people lack, added up): hours, of skills and resources days.
    """
    if whose and whose not in plan.people.index and whose not in plan.units.index:
        days = demanded(plan).query("what == @whose").groupby("quarter")["days"].sum()
        days = days[[quarter.end_time >= pd.Timestamp(as_of) for quarter in days.index]]
        a_day = capacities(plan, Circumstances(as_of)).get(whose, 0.0)
        given = [a_day * ((one.end_time - one.start_time).days + 1) for one in days.index]
        found = pd.DataFrame({"demand": days.to_numpy(), "capacity": given}, [str(one) for one in days.index])
        return found.assign(over=(found["demand"] - found["capacity"]).clip(lower=0))
    rows = loads(plan, as_of, whose if whose in plan.units.index else "", MONTHS)
    rows = rows[rows["person"] == whose] if whose in plan.people.index else rows
    sums = rows.groupby("month")[["demand", "capacity", "over"]].sum()
    last = sums.index[sums["demand"] > 0].max() if (sums["demand"] > 0).any() else None
    sums = sums.loc[: last if last is not None else pd.Timestamp.min]
    return sums.set_axis([f"{one:%Y-%m}" for one in sums.index], axis=0)


def skyline(before: Plan, after: Plan | None, as_of: dt.date, whose: str = "") -> Drawn:
    """Draw demand against capacity of a plan, and beside it of the plan after a change.

    Parameters
    ----------
    before, after : Plan
        The same plan with and without the change; None: the plan alone.
    as_of : datetime.date
        The first month is the one of this day.
    whose : str
        See `asked`.
    """
    sides = {BEFORE: asked(before, as_of, whose)}
    if after is not None:
        sides[AFTER] = asked(after, as_of, whose)
    columns = ("Period", "When", "Demand", "Capacity", "Missing")
    if all(one.empty for one in sides.values()):
        return nothing("skyline", *columns, why=EMPTY)
    uom = "hours" if not whose or whose in before.people.index or whose in before.units.index else "days"
    lacking = [float(one["over"].sum()) for one in sides.values()]
    title = f"{lacking[0]:,.0f} {uom} are asked for beyond what there is"
    if after is not None:
        title = f"Beyond what there is: {lacking[0]:,.0f} {uom} before, {lacking[1]:,.0f} after"
    if max(lacking) < HALF:
        title = "Nobody is asked for more than there is in any month" + (
            ", before and after" if after is not None else ""
        )
    note = f"From {as_of:%Y-%m-%d} on. Lines: what there is for change work. "
    note += "Red: what single people lack, although others may have room."
    long = pd.concat([one.assign(side=side) for side, one in sides.items()]).rename_axis("period").reset_index()
    table = long[["period", "side", "demand", "capacity", "over"]].round(1).set_axis(list(columns), axis=1)
    return finished("skyline", _bars(long, uom), title, table, note=note)


def _bars(long: pd.DataFrame, uom: str) -> alt.LayerChart:
    """Return a bar for each period and side with the part above in red, and the capacity as a line."""
    parts = [
        long.assign(part=part, amount=amount)
        for part, amount in ((WITHIN, long["demand"] - long["over"]), (ABOVE, long["over"]))
    ]
    data = pd.concat(parts)[["period", "side", "part", "amount"]].assign(
        words=lambda some: some["amount"].round(0).astype("str")
    )
    kind = data["part"].where((data["part"] == ABOVE) | (data["side"] == AFTER), "before, within")
    data = data.assign(kind=kind.replace({WITHIN: "after, within", ABOVE: ABOVE}))
    colours = {"before, within": NEUTRAL, "after, within": ACCENT, ABOVE: BAD}
    periods = sorted(long["period"].unique())
    axis = alt.Axis(title=None, labelAngle=0, ticks=False, domain=False, labelOverlap="greedy", labelSeparation=8)
    x = alt.X("period:N", scale=alt.Scale(domain=periods, paddingInner=0.25), axis=axis)
    y = alt.Y("amount:Q", axis=alt.Axis(title=uom, grid=True, tickCount=5))
    offset = alt.XOffset("side:N", scale=alt.Scale(domain=[one for one in (BEFORE, AFTER) if one in set(long["side"])]))
    order = alt.Order("part:N", sort="descending")
    bars, there = alt.Chart(data), alt.Chart(long[["period", "side", "capacity"]])
    return layered(
        bars.mark_bar().encode(
            x=x,
            y=y,
            xOffset=offset,
            order=order,
            color=kinds("kind", colours, data["kind"], symbolType="square"),
            tooltip=base.tips(period="Period", kind="Part", words=uom.capitalize()),
        ),
        there.mark_tick(thickness=2.5, bandSize=22).encode(x=x, xOffset=offset, y=alt.Y("capacity:Q")),
        height=280,
    )
