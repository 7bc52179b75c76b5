"""Money by unit and purpose, against the frame each unit was given."""

import datetime as dt

import numpy as np
import pandas as pd

from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, charted, counted, each, finished, kinds, layered, moved, nothing
from planning_kit.charts.theme import ACCENT, FAIR, NEUTRAL, PURPLE
from planning_kit.plan import Plan
from planning_kit.steps.reading import budget

SHOWN = 25
"""Units on one picture; the rest stand in one bar."""
ROW = 40
PURPOSES = {"statutory": PURPLE, "run": NEUTRAL, "change": ACCENT, "no purpose": FAIR}
REST = "other units"
SIZES = ((1e9, "billions"), (1e6, "millions"), (1e3, "thousands"))
TOLERANCE = 0.005
"""Share of the frame a unit may plan above it without being named."""


def by_unit(plan: Plan, year: int | None = None) -> pd.DataFrame:
    """Return the costs of each unit by purpose, its income and its frame, the largest first.

    Parameters
    ----------
    plan : Plan
    year : int, optional
        Only this fiscal year; without it, all years together.

    Returns
    -------
    DataFrame, index = unit id
        A column a purpose, ``costs``, ``income``, ``net``, ``frame`` (missing without an envelope), ``allowed``
        = frame and own income (unless the unit raises more than it spends), ``over`` = costs - allowed; money in
        the plan's currency.
    """
    lines, frames = budget(plan), plan.envelopes
    if year is not None:
        lines, frames = (one[one["fiscal_year"] == year] for one in (lines, frames))
    expected = lines[lines["unit"].notna()]
    moved = expected["amount"] - plan.budget_lines["amount"].reindex(expected.index).fillna(0.0)
    is_income = expected["category"] == "income"
    costs = expected[~is_income].assign(purpose=expected["purpose"].fillna("no purpose"))
    found = costs.pivot_table(index="unit", columns="purpose", values="amount", aggfunc="sum", fill_value=0.0)
    found = found.reindex(columns=list(PURPOSES), fill_value=0.0).rename_axis(columns=None)
    income = expected[is_income].groupby("unit")["amount"].sum()
    found = found.reindex(found.index.union(income.index), fill_value=0.0)
    found["costs"], found["income"] = found[list(PURPOSES)].sum(axis=1), income.reindex(found.index).fillna(0.0)
    found["net"] = found["costs"] - found["income"]
    whole = frames["category"].isna() | ~frames["unit"].isin(frames.loc[frames["category"].isna(), "unit"])
    spent = whole & (frames["category"] != "income").fillna(value=True)
    found["frame"] = frames[spent].groupby("unit")["amount"].sum().reindex(found.index)
    found["frame"] += moved.groupby(expected["unit"]).sum().reindex(found.index)  # a virement moves the frame too
    own = found["income"].where(found["income"] < found["costs"], 0.0)  # what feeds others is not spent here
    found["allowed"] = found["frame"] + own
    found["over"] = found["costs"] - found["allowed"]
    return found.sort_values("costs", ascending=False, kind="stable")


@charted("There is no budget line yet. Write the first ones in step 3, by unit and purpose.")
def money_by_unit(plan: Plan, as_of: dt.date, *, year: str = "") -> Drawn:
    """Draw the costs of each unit by purpose as a bar, with its frame as a mark.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Named below the title; budget lines have no date of their own.
    year : str
        Only this fiscal year.
    """
    facts = by_unit(plan, int(year) if year else None)
    if facts.empty:
        return nothing(
            "money_by_unit", "Unit", *PURPOSES, "Costs", "Income", "Net", "Frame", "Frame and income", "Above"
        )
    currency = base.short(str(plan.marked("profile", "currency") or ""), 8)
    over = int((facts["over"] > facts["frame"].abs() * TOLERANCE).sum())
    framed = int(facts["frame"].notna().sum())
    total, change = float(facts["costs"].sum()), float(facts["change"].sum())
    share = f"{change / total * 100:.0f} % of it for change" if total else "none of it for change"
    title = f"{base.money(total, currency)} planned, {share}"
    if over:
        title += f"; {over} of {counted(framed, 'unit')} above the frame"
    years = f"fiscal year {year}" if year else _years(plan)
    note = f"As of {as_of:%Y-%m-%d}, expected case, {years}. The mark is the unit's frame, with its own income."
    if len(facts) > SHOWN:
        note += f" The {SHOWN} largest of {len(facts):,} units; the others stand in one bar."
    shown = _window(facts)
    words = [base.short(one, 34) for one in _names(plan, shown)]
    table = facts.rename(
        columns=lambda name: {"allowed": "Frame and income", "over": "Above"}.get(name, name.capitalize())
    )
    table.insert(0, "Unit", base.names(plan, facts.index))
    table = table.loc[:, [bool(name != "No purpose" or table[name].any()) for name in table.columns]]
    picture = _picture(shown.assign(label=base.labelled(words, shown.index)), currency)
    return finished("money_by_unit", picture, title, table, note=note)


def _years(plan: Plan) -> str:
    """Return the fiscal years the lines are for, in words."""
    years = plan.budget_lines["fiscal_year"].dropna()
    if years.empty:
        return "no fiscal year"
    first, last = int(years.min()), int(years.max())
    return f"fiscal year {first}" if first == last else f"fiscal years {first} to {last}"


def _names(plan: Plan, shown: pd.DataFrame) -> list[str]:
    """Return the names of the units, the rest as one."""
    return [REST if one == "" else plan.label(str(one)) for one in shown.index]


def _window(facts: pd.DataFrame) -> pd.DataFrame:
    """Return the largest units and one line for the rest."""
    if len(facts) <= SHOWN:
        return facts
    rest = facts.iloc[SHOWN:].sum(min_count=1).to_frame("").T
    return pd.concat([facts.iloc[:SHOWN], rest])


def _picture(shown: pd.DataFrame, currency: str) -> alt.LayerChart:
    """Return bars by purpose, the frames as marks, and sums at the ends."""
    most = float(np.fmax(shown["costs"], shown["allowed"]).max()) or 1.0
    size, unit = next((one for one in SIZES if most >= one[0]), (1.0, ""))
    words = " ".join(one for one in (unit, currency) if one)
    axis = alt.Axis(title=words or None, tickCount=6, grid=True, domain=False)
    x = alt.X("amount:Q", scale=alt.Scale(domain=[0, most / size * 1.14], nice=False), axis=axis)
    y = base.rows_named(shown["label"])
    shown = base.identified(shown)
    parts = shown.melt(id_vars=["id", "label"], value_vars=list(PURPOSES), var_name="purpose", value_name="amount")
    parts = parts[parts["amount"] != 0]
    parts["rank"] = parts["purpose"].map({one: place for place, one in enumerate(PURPOSES)})
    parts["tip"] = [base.money(one, currency) for one in parts["amount"]]
    colour = kinds("purpose", PURPOSES, parts["purpose"], symbolType="square")
    bars = alt.Chart(parts.assign(amount=parts["amount"] / size)).mark_bar()
    tips = base.tips(label="Unit", purpose="Purpose", tip="Amount")
    ends = pd.DataFrame(
        {
            "id": shown["id"],
            "label": shown["label"],
            "end": np.fmax(shown["costs"], shown["allowed"]) / size,
            "words": [_ends(row) for row in each(shown)],
            "above": shown["over"] > shown["frame"].abs() * TOLERANCE,
        }
    )
    texts = [
        alt.Chart(some)
        .mark_text(align="left", dx=8, fontWeight="bold" if above else "normal")
        .encode(x=moved(x, "end"), y=y, text="words:N")
        for above, some in ends.groupby("above")
    ]
    return layered(
        bars.encode(x=x, y=y, color=colour, order="rank:Q", tooltip=tips),
        *texts,
        *_frames(shown, size, x, y),
        height=ROW * len(shown),
    )


def _frames(shown: pd.DataFrame, size: float, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Return the frames as marks across the bars."""
    framed = shown[shown["frame"].notna()]
    if framed.empty:
        return []
    data = pd.DataFrame(
        {
            "id": framed["id"],
            "label": framed["label"],
            "frame": framed["allowed"] / size,
            "tip": [base.money(one) for one in framed["frame"]],
        }
    )
    top = alt.Y("label:N", scale=y["scale"], axis=y["axis"], bandPosition=0)
    mark = alt.Chart(data).mark_rule(strokeWidth=3)
    tips = base.tips(label="Unit", tip="Frame")
    return [mark.encode(x=moved(x, "frame"), y=top, y2=alt.Y2("label:N", bandPosition=1), tooltip=tips)]


def _ends(row: object) -> str:
    """Return the words at the end of a bar: the sum, and by how much it stands above the frame."""
    costs, over, frame = (float(getattr(row, name)) for name in ("costs", "over", "frame"))
    above = f"  ▲ {base.money(over)} above" if over > abs(frame) * TOLERANCE else ""
    return base.money(costs) + above
