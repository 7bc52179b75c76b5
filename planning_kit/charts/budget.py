"""Budgets seen from above and below: against the envelopes, from objectives to units, low, base and high."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, charted, counted, each, finished, kinds, layered, moved, nothing
from planning_kit.charts.money import SIZES, TOLERANCE
from planning_kit.charts.theme import ACCENT, BAD, NEUTRAL
from planning_kit.errors import PlanError
from planning_kit.plan import Plan
from planning_kit.steps.unit_plans import budgets

SHOWN, UNITS = 24, 9
"""Rows and units on one picture; the table holds all."""
ROW = 30
WITHIN, ABOVE, UNFRAMED = "within the envelope", "above it", "no envelope"
COLOURS = {WITHIN: ACCENT, ABOVE: BAD, UNFRAMED: NEUTRAL}
LINES = "split(datum.label, '\\n')"
REACHED, LOST = "leads to the objective", "leads to no objective"
NO_OBJECTIVE = "No objective"
ALL_OTHERS = "All others"


def _currency(plan: Plan) -> str:
    return base.short(str(plan.marked("profile", "currency") or ""), 8)


def _scaled(amounts: pd.Series, currency: str) -> tuple[float, alt.Axis]:
    """Return what amounts are divided by, and an axis that says so."""
    most = float(np.nanmax(np.abs(amounts.to_numpy(np.float64)))) or 1.0
    size, word = next((one for one in SIZES if most >= one[0]), (1.0, ""))
    title = " ".join(one for one in (word, currency) if one)
    return size, alt.Axis(title=title or None, tickCount=6, grid=True, domain=False)


@charted("There is no envelope and no budget line with a unit and a year yet. Write them in step 3, unit by unit.")
def envelopes_and_lines(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw what each unit plans in each year as a bar, and its envelope as a mark.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Named below the title; budget lines have no date of their own.
    """
    columns = ("Unit", "Fiscal year", "Costs", "Income", "Lines, net", "Envelope", "Difference", "Difference, %")
    try:
        net = budgets.against_envelope(plan).net.reset_index()
    except PlanError as inexact:
        return nothing("envelopes_and_lines", *columns, why=str(inexact))
    net = net[net["unit"].ne("") & net["fiscal_year"].gt(0)]
    if net.empty:
        return nothing("envelopes_and_lines", *columns)
    currency = _currency(plan)
    framed = net[net["envelope"].notna()]
    over = framed[framed["difference"] > framed["envelope"].abs() * TOLERANCE]
    off = float(framed["difference"].sum())
    way = f"{base.money(abs(off), currency)} {'above' if off > 0 else 'below'}" if off else "exactly on"
    title = f"Lines are {way} the envelopes; {len(over)} of {counted(len(framed), 'envelope')} exceeded"
    if framed.empty:
        title = f"{base.money(float(net['net'].sum()), currency)} planned, and no unit has an envelope"
    note = f"As of {as_of:%Y-%m-%d}, base case, virements applied. The mark is the envelope with the unit's own income."
    if len(net) > SHOWN:
        note += f" The {SHOWN} largest differences of {len(net):,} units and years; the table holds all."
    order = net.assign(size=net["difference"].abs().fillna(-1)).sort_values("size", ascending=False, kind="stable")
    shown = net.loc[order.index[:SHOWN].sort_values()]
    table = net.assign(unit=base.names(plan, net["unit"]), relative=(net["relative"] * 100).round(2))
    table = table.set_axis(net["unit"]).rename_axis(None)
    table = table[["unit", "fiscal_year", "costs", "income", "net", "envelope", "difference", "relative"]]
    picture = _against(shown.assign(name=base.names(plan, shown["unit"])), currency)
    return finished("envelopes_and_lines", picture, title, table.set_axis(list(columns), axis=1), note=note)


def _against(shown: pd.DataFrame, currency: str) -> alt.LayerChart:
    """Return bars of costs, marks of envelopes with own income, and the differences in words."""
    allowed = shown["envelope"] + shown["income"]
    size, axis = _scaled(pd.concat([shown["costs"], allowed]), currency)
    texts = [f"{base.short(row.name, 28)} {row.fiscal_year}" for row in each(shown)]
    ids = [f"{row.unit} {row.fiscal_year}" for row in each(shown)]
    above = shown["difference"] > shown["envelope"].abs() * TOLERANCE
    data = pd.DataFrame(
        {
            "id": shown["unit"],
            "label": base.labelled(texts, ids),
            "costs": shown["costs"] / size,
            "allowed": allowed / size,
            "end": np.fmax(shown["costs"], allowed) / size,
            "state": np.select([allowed.isna(), above], [UNFRAMED, ABOVE], WITHIN),
            "words": [_difference(one) for one in shown["difference"]],
            "tip": [base.money(one, currency) for one in shown["costs"]],
            "frame": ["none" if np.isnan(one) else base.money(one, currency) for one in allowed],
        }
    )
    low = min(0.0, float(np.fmin(data["costs"], data["allowed"]).min()))
    room = alt.Scale(domain=[low * 1.02, max(float(data["end"].max()), 0.0) * 1.25 or 1.0], nice=False)
    x, y = alt.X("costs:Q", scale=room, axis=axis), base.rows_named(data["label"])
    tips = base.tips(label="Unit and year", tip="Costs", frame="Envelope and own income", words="Difference")
    bars = alt.Chart(data).mark_bar().encode(x=x, y=y, color=kinds("state", COLOURS, data["state"]), tooltip=tips)
    words = alt.Chart(data).mark_text(align="left", dx=8).encode(x=moved(x, "end"), y=y, text="words:N")
    top = alt.Y("label:N", scale=y["scale"], axis=y["axis"], bandPosition=0)
    rule = alt.Chart(data[data["allowed"].notna()]).mark_rule(strokeWidth=3)
    rule = rule.encode(x=moved(x, "allowed"), y=top, y2=alt.Y2("label:N", bandPosition=1), tooltip=tips)
    return layered(bars, rule, words, height=ROW * len(data))


def _difference(off: float) -> str:
    """Return a difference to the cent in words."""
    if np.isnan(off):
        return "no envelope"
    return f"{'▲' if off > 0 else '▽'} {abs(off):,.2f}".removesuffix(".00") if off else "✓ exact"


@charted("There is no change money yet. Mark the lines that pay for initiatives as change in step 3.")
def money_to_objectives(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw the change money of each unit by the objective it leads to; what leads to none stands first.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Named below the title; budget lines have no date of their own.
    """
    columns = ("Objective", "Unit", "Change money", "Share, %")
    lines = budgets.change_money(plan)
    lines = lines[lines["amount"] != 0]
    total: Any = lines["amount"].sum()
    if total <= 0:
        return nothing("money_to_objectives", *columns)
    currency = _currency(plan)
    lines = lines.assign(objective=lines["objective"].fillna(""), unit=lines["unit"].fillna(""))
    sums = lines.groupby(["objective", "unit"])["amount"].sum().reset_index()
    lost = float(sums.loc[sums["objective"] == "", "amount"].sum())
    share = f"{lost / total * 100:.2g} % of the change money leads to no objective: {base.money(lost, currency)} of"
    title = f"{share if lost else 'All change money leads to an objective:'} {base.money(total, currency)}"
    note = f"As of {as_of:%Y-%m-%d}, base case, all years, virements applied; statutory and run money stand apart."
    rows = _largest(sums, "objective", SHOWN)
    cells = _largest(rows, "unit", UNITS).groupby(["objective", "unit"], sort=False)["amount"].sum().reset_index()
    if sums["objective"].nunique() > SHOWN or sums["unit"].nunique() > UNITS:
        note += " The largest by name, the others together; the table holds all."
    names = {
        one: one if one == ALL_OTHERS else base.names(plan, [one or None])[0] for one in {*sums["unit"], *cells["unit"]}
    }
    goals = {
        one: one if one == ALL_OTHERS else NO_OBJECTIVE if one == "" else plan.label(one)
        for one in {*sums["objective"], *cells["objective"]}
    }
    table = pd.DataFrame(
        {
            "Objective": sums["objective"].map(goals),
            "Unit": sums["unit"].map(names),
            "Change money": sums["amount"].round(2),
            "Share, %": (sums["amount"] / total * 100).round(1),
        }
    ).set_axis(sums["objective"])
    table = table.rename_axis(None).sort_values("Change money", ascending=False, kind="stable")
    return finished("money_to_objectives", _matrix(cells, goals, names, currency), title, table, note=note)


def _largest(sums: pd.DataFrame, name: str, most: int) -> pd.DataFrame:
    """Return sums with all but the largest of a kind put together; what has no name stays."""
    whole = sums[sums[name] != ""].groupby(name)["amount"].sum().sort_values(ascending=False, kind="stable")
    kept = {"", *whole.index[:most]} if len(whole) > most + 1 else {"", *whole.index}
    return sums.assign(**{name: sums[name].where(sums[name].isin(kept), ALL_OTHERS)})


def _ordered(cells: pd.DataFrame, name: str) -> list[str]:
    """Return what is shown: without a name first, then the largest, the others last."""
    whole = cells.groupby(name)["amount"].sum().sort_values(ascending=False, kind="stable").index
    return sorted(whole, key=lambda one: (one != "", one == ALL_OTHERS))


def _matrix(cells: pd.DataFrame, goals: dict[str, str], names: dict[str, str], currency: str) -> alt.LayerChart:
    """Return fields, stronger with the money, each with its amount; sums stand at the right."""
    rows, units = _ordered(cells, "objective"), _ordered(cells, "unit")
    sums = cells.groupby("objective")["amount"].sum().reset_index().assign(unit="all units")
    labels = dict(zip(rows, base.labelled((goals[one] for one in rows), rows, 46), strict=True))
    heads = dict(
        zip(units, base.labelled((base.wrapped(names[one], 11, 3) for one in units), units, keep=True), strict=True)
    )
    both = pd.concat([cells.assign(kind="cell"), sums.assign(kind="sum")])
    data = pd.DataFrame(
        {
            "id": both["objective"].where(both["objective"] != ALL_OTHERS, ""),
            "label": both["objective"].map(labels),
            "unit": both["unit"].map({**heads, "all units": "all units"}),
            "kind": both["kind"],
            "state": np.where(both["objective"] == "", LOST, REACHED),
            "strength": both["amount"].clip(lower=0) / float(cells["amount"].abs().max() or 1),
            "words": [base.money(one) for one in both["amount"]],
            "tip": [base.money(one, currency) for one in both["amount"]],
        }
    )
    pad = 4 + 16 * max(one.count("\n") for one in heads.values())
    top = alt.Axis(title=None, orient="top", labelAngle=0, ticks=False, domain=False, labelExpr=LINES, labelPadding=pad)
    x = alt.X("unit:N", scale=alt.Scale(domain=[*heads.values(), "all units"], padding=0.05), axis=top)
    y = base.rows_named(labels.values(), 0.08)
    tips = base.tips(label="Objective", unit="Unit", tip="Change money")
    opacity = alt.Opacity("strength:Q", scale=alt.Scale(domain=[0, 1], range=[0.14, 0.72]), legend=None)
    colour = kinds("state", {REACHED: ACCENT, LOST: BAD}, data["state"], symbolType="square")
    own = data[data["kind"] == "cell"]
    fields = alt.Chart(own).mark_rect(cornerRadius=3)
    plain = alt.Chart(own).mark_text(baseline="middle").encode(x=x, y=y, text="words:N", tooltip=tips)
    bold = alt.Chart(data[data["kind"] == "sum"]).mark_text(baseline="middle", fontWeight="bold")
    texts = [plain, bold.encode(x=x, y=y, text="words:N", tooltip=tips)]
    return layered(
        fields.encode(x=x, y=y, color=colour, opacity=opacity, tooltip=tips), *texts, height=ROW * len(rows) + 20
    )


@charted(
    "No cost has a low or a high case yet. In step 3 write low and high beside the base case where you are unsure."
)
def cost_cases(plan: Plan, as_of: dt.date, *, unit: str = "") -> Drawn:
    """Draw what each unit, or each initiative of one unit, costs in the low, the base and the high case.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Named below the title; budget lines have no date of their own.
    unit : str
        Only this unit, by initiative.
    """
    columns = ("Initiative" if unit else "Unit", "Low", "Base", "High", "Width, %")
    found = budgets.cases(plan)
    found = found[found["unit"] == unit] if unit else found
    sums = (
        found.assign(task=found["task"].fillna("")).groupby("task" if unit else "unit")[["low", "base", "high"]].sum()
    )
    wide = sums[sums["high"] > sums["low"]]
    if wide.empty:
        return nothing("cost_cases", *columns)
    currency = _currency(plan)
    sums = sums.assign(width=sums["high"] - sums["low"]).sort_values("width", ascending=False, kind="stable")
    named = [plan.label(str(one)) if one else "No initiative" for one in sums.index]
    low, middle, high = (base.money(float(sums[one].sum()), currency) for one in ("low", "base", "high"))
    title = f"{middle} expected, {low} to {high} if all goes well or badly; widest: {base.short(named[0], 40)}"
    note = f"As of {as_of:%Y-%m-%d}, all years. Where no low or high is written, the base counts in its place."
    if len(wide) > SHOWN:
        note += f" The {SHOWN} widest of {len(wide):,}; the table holds all."
    table = (
        sums[["low", "base", "high"]]
        .round(2)
        .assign(width=(sums["width"] / sums["base"].where(sums["base"] > 0) * 100).round(1))
    )
    table.insert(0, "name", named)
    table = table.rename_axis(None)
    shown = sums.assign(name=named)[sums["width"] > 0].iloc[:SHOWN]
    picture = _ranges(shown, currency)
    return finished("cost_cases", picture, title, table.set_axis(list(columns), axis=1), note=note)


def _ranges(shown: pd.DataFrame, currency: str) -> alt.LayerChart:
    """Return how far low and high lie from the base case, which is the line in the middle."""
    size, axis = _scaled(shown["width"], currency)
    data = pd.DataFrame(
        {
            "id": shown.index,
            "label": base.labelled((base.short(one, 38) for one in shown["name"]), shown.index),
            "below": (shown["low"] - shown["base"]) / size,
            "above": (shown["high"] - shown["base"]) / size,
            "base": 0.0,
            "words": [
                f"{base.money(row.low)} · {base.money(row.base)} · {base.money(row.high)}" for row in each(shown)
            ],
        }
    )
    axis.title = f"from the base case, {axis.title}" if axis.title else "from the base case"
    least, most = float(data["below"].min()), float(data["above"].max())
    room = alt.Scale(domain=[min(least * 1.05, 0.0), max(most, 0.0) + (most - least) * 0.45], nice=False)
    x, y = alt.X("below:Q", scale=room, axis=axis), base.rows_named(data["label"])
    tips = base.tips(label="Name", words="Low · base · high")
    chart = alt.Chart(data)
    top = alt.Y("label:N", scale=y["scale"], axis=y["axis"], bandPosition=0)
    middle = chart.mark_rule(strokeWidth=3).encode(x=moved(x, "base"), y=top, y2=alt.Y2("label:N", bandPosition=1))
    return layered(
        chart.mark_bar(color=ACCENT).encode(x=x, x2="above:Q", y=y, tooltip=tips),
        middle,
        chart.mark_text(align="left", dx=10).encode(x=moved(x, "above"), y=y, text="words:N"),
        height=ROW * len(data),
    )
