"""What step 3 reads from the money of a plan: against the envelopes, without an objective, moved, beside the past."""

import pandas as pd

from planning_kit.analysis.budget import Balance, balance
from planning_kit.plan import Plan
from planning_kit.steps.reading import cost_lines, follow, objective_of, remembered

CELL = ["unit", "task", "purpose", "category", "fiscal_year", "month"]
"""What the cases of one expected cost have in common."""


@remembered("budget_lines", "envelopes", "virements")
def against_envelope(plan: Plan) -> Balance:
    """Return the expected lines of each unit and year against its envelopes, virements applied to both."""
    lines = plan.budget_lines[plan.budget_lines["case"].fillna("base") == "base"]
    return balance(lines, plan.envelopes.dropna(subset=["unit", "fiscal_year", "amount"]), plan.virements)


def serving(plan: Plan, lines: pd.DataFrame) -> pd.DataFrame:
    """Return budget lines with the ``objective`` each leads to, missing where it leads to none."""
    return lines.assign(objective=follow(lines["task"], objective_of(plan)))


def change_money(plan: Plan) -> pd.DataFrame:
    """Return the lines of change money with the ``objective`` each leads to."""
    lines = cost_lines(plan)
    return serving(plan, lines[lines["purpose"] == "change"])


def change_by_year(plan: Plan) -> pd.DataFrame:
    """Return the change money above 0 of each unit (columns) in each fiscal year (rows)."""
    lines = cost_lines(plan).dropna(subset=["unit", "fiscal_year"])
    lines = lines[(lines["purpose"] == "change") & (lines["amount"] > 0)]
    return lines.pivot_table(index="fiscal_year", columns="unit", values="amount", aggfunc="sum", fill_value=0.0)


def closed_like(plan: Plan, task: str) -> pd.DataFrame:
    """Return the closed work of the class of a task, ``basis`` filled in."""
    closed = plan.closed_work.dropna(subset=["work_class", "actual"])
    own = str(plan.tasks["work_class"].get(task) or "")
    same = closed["work_class"].str.casefold().str.strip() == own.casefold().strip()
    return closed[same].assign(basis=closed["basis"].fillna("money"))


def cases(plan: Plan) -> pd.DataFrame:
    """Return what is spent on one thing (``unit``, ``task``) in the ``low``, ``base`` and ``high`` case.

    Where a case is not written the base counts in its place, and the other way round. Virements move all three.
    """
    lines = plan.budget_lines[plan.budget_lines["category"] != "income"].dropna(subset=["unit", "amount"])
    kinds = lines["case"].fillna("base")
    parts = {one: lines["amount"].where(kinds == one) for one in ("low", "base", "high")}
    sums = lines[CELL].assign(**parts).groupby(CELL, dropna=False).sum(min_count=1)
    base = sums["base"].fillna(sums["low"]).fillna(sums["high"])
    found = sums.assign(base=base, low=sums["low"].fillna(base), high=sums["high"].fillna(base)).reset_index()
    moved = cost_lines(plan)["amount"] - lines["amount"]
    rest = lines.loc[moved.index[moved.fillna(0) != 0], ["unit", "task"]]
    return pd.concat([found, rest.assign(**dict.fromkeys(["low", "base", "high"], moved[rest.index]))])
