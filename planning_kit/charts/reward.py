"""Who receives what from a pool: shares with floors and caps, and what is left over."""

import datetime as dt

import pandas as pd

from planning_kit.analysis import appraisal
from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, charted, counted, finished, kinds, layered, moved, nothing
from planning_kit.charts.theme import ACCENT, FAIR, NEUTRAL, PURPLE
from planning_kit.errors import PlanError
from planning_kit.plan import Plan
from planning_kit.steps import TABLES

SHOWN = 40
ROW = 34
TEAM, PERSON, LEFT, RESERVE = "team", "person", "left over", "reserve"
COLOURS = {TEAM: ACCENT, PERSON: PURPLE, LEFT: FAIR, RESERVE: NEUTRAL}


def shared(plan: Plan, pool_id: str) -> tuple[pd.DataFrame, float, float]:
    """Return the shares of a pool, what is left over and what is held back.

    Parameters
    ----------
    plan : Plan
        The workbook of the appraisal.
    pool_id : str

    Returns
    -------
    tuple of (DataFrame, float, float)
        Index = reward id, teams first, then by amount: ``subject``, ``what``, ``kind`` (team or person),
        ``amount`` (as decided, else by `appraisal.share_pool`), ``floor``, ``cap``, ``decided``. Then money that
        no cap leaves room for, and the reserve.

    Raises
    ------
    PlanError
        When floors take more than there is.
    """
    facts = plan.row("reward_pools", pool_id)
    whole = facts["amount"] or 0.0
    reserve = round(whole * (facts["reserve"] or 0.0) / 100, 2)
    rewards = plan.rewards[plan.rewards["pool"] == pool_id]
    weight = rewards["weight"].fillna(1.0)
    if facts["is_by_fte"] is not False:
        weight = weight * rewards["fte"].fillna(1.0) * rewards["months"].fillna(12.0) / 12
    found = rewards[["subject", "what", "floor", "cap"]].assign(decided=rewards["amount"].notna())
    given = rewards["amount"].fillna(0.0).sum()
    open_ones = rewards.index[rewards["amount"].isna()]
    rest = round(max(whole - reserve - given, 0.0), 2)
    computed = (
        appraisal.share_pool(rest, weight[open_ones], rewards.loc[open_ones, "cap"], rewards.loc[open_ones, "floor"])
        if len(open_ones)
        else None
    )
    found["amount"] = rewards["amount"].fillna(computed.amounts if computed else 0.0)
    found["kind"] = [TEAM if str(one).startswith(TABLES["units"].prefix) else PERSON for one in found["subject"]]
    found = found.sort_values(["kind", "amount"], ascending=[False, False], kind="stable")
    return found, computed.unallocated if computed else rest, reserve


@charted("There is no pool with rewards yet. Make a pool in step 8 and say who takes part.")
def pool(plan: Plan, as_of: dt.date, *, pool: str = "") -> Drawn:
    """Draw the shares of a pool as bars with floor and cap, teams first, and what is left over.

    Parameters
    ----------
    plan : Plan
        The workbook of the appraisal; teams and people are named by the plan beside it.
    as_of : datetime.date
        Named below the title.
    pool : str
        Id of the pool; without it, the first.
    """
    columns = ("For", "Team or person", "Reward", "Amount", "At least", "At most")
    if "reward_pools" not in plan.tables:
        return nothing("pool", *columns)
    pools = plan.reward_pools
    chosen = pool if pool in pools.index else next((one for one in pools.index if one in set(plan.rewards["pool"])), "")
    if not chosen or not (plan.rewards["pool"] == chosen).any():
        return nothing("pool", *columns)
    try:
        rows, left, reserve = shared(plan, chosen)
    except PlanError as problem:
        return nothing("pool", *columns, why=str(problem))
    rows["name"] = base.names(plan, rows["subject"])
    title = f"{base.short(plan.label(chosen), 50)}: {rows['amount'].sum():,.2f} for {counted(len(rows), 'reward')}"
    title += f", {left:,.2f} left over" if left else ""
    note = f"As of {as_of:%Y-%m-%d}. {reserve:,.2f} held back as reserve. Marks are floor and cap."
    if len(rows) > SHOWN:
        note += f" The first {SHOWN} of {len(rows):,}; the table holds all."
    table = rows[["name", "kind", "what", "amount", "floor", "cap"]].set_axis(list(columns), axis=1)
    return finished("pool", _picture(rows.head(SHOWN), left, reserve), title, table, note=note)


def _picture(rows: pd.DataFrame, left: float, reserve: float) -> alt.LayerChart:
    """Return the bars, their figures, and marks for floors and caps."""
    rest = [(name, amount) for name, amount in ((LEFT, left), (RESERVE, reserve)) if amount]
    data = pd.DataFrame(
        {
            "id": [*rows.index, *("" for _ in rest)],
            "label": [*base.labelled(rows["name"], rows.index, 36), *(f"({name})" for name, _ in rest)],
            "kind": [*rows["kind"], *(name for name, _ in rest)],
            "amount": [*rows["amount"], *(amount for _, amount in rest)],
            "floor": [*rows["floor"], *(float("nan") for _ in rest)],
            "cap": [*rows["cap"], *(float("nan") for _ in rest)],
            "what": [*rows["what"].fillna(""), *(name for name, _ in rest)],
        }
    )
    data["words"] = [f"{one:,.2f}" for one in data["amount"]]
    data["end"] = data[["amount", "cap"]].max(axis=1)
    most = float(data["end"].max()) or 1.0
    y = base.rows_named(data["label"])
    scale = alt.Scale(domain=[0, most * 1.15], nice=False)
    x = alt.X("amount:Q", scale=scale, axis=alt.Axis(title="amount", tickCount=6, grid=True, domain=False))
    colour = kinds("kind", COLOURS, data["kind"], symbolType="square")
    tick = {name: alt.Chart(data[data[name].notna()]).mark_tick(thickness=3, height=26) for name in ("floor", "cap")}
    text = alt.Chart(data).mark_text(align="left", dx=8)
    return layered(
        alt.Chart(data)
        .mark_bar()
        .encode(x=x, y=y, color=colour, tooltip=base.tips(label="For", what="Reward", words="Amount")),
        *(mark.encode(x=moved(x, name), y=y) for name, mark in tick.items()),
        text.encode(x=moved(x, "end"), y=y, text="words:N"),
        height=ROW * len(data),
    )
