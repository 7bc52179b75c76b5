"""Money as grids: the budget by month and category, the envelopes by unit and year."""

import calendar
from collections.abc import Mapping
from typing import Any

import pandas as pd

from planning_kit.plan import Plan
from planning_kit.spec import Pivot, amount
from planning_kit.steps.reading import fiscal_year, horizon
from planning_kit.steps.unit_plans.budgets import against_envelope

MONTHS = 12
OTHERS = ("partner", "supplier")


def years(plan: Plan) -> dict[int, str]:
    """Return the fiscal years the plan touches."""
    if None in horizon(plan):
        return {}
    first, last = fiscal_year(plan, pd.to_datetime(pd.Series(horizon(plan))))
    return {year: str(year) for year in range(first, last + 1)}


def months(plan: Plan) -> dict[int, str]:
    """Return the months in the order of the fiscal year."""
    first = plan.marked("profile", "fiscal_year_start") or 1
    order = [(first + n - 1) % MONTHS + 1 for n in range(MONTHS)]
    return {month: calendar.month_abbr[month] for month in order}


def work(plan: Plan) -> dict[str, str]:
    """Return the initiatives."""
    return {str(one): plan.label(str(one)) for one in plan.tasks.index[plan.tasks["kind"] == "initiative"]}


def own_units(plan: Plan) -> dict[str, str]:
    """Return the units that are no partners or suppliers."""
    return {str(one): plan.label(str(one)) for one in plan.units.index[~plan.units["kind"].isin(OTHERS)]}


def framed(plan: Plan, chosen: Mapping[str, Any]) -> str:
    """Return how the chosen unit stands to its envelope in the chosen year."""
    unit, year = chosen.get("unit"), chosen.get("fiscal_year")
    found = against_envelope(plan).net.reindex([(unit, year)]).iloc[0]
    if pd.isna(found["net"]):
        return ""
    lines = f"All base lines of “{plan.label(str(unit))}” in {year}, costs less income, virements applied"
    if pd.isna(found["envelope"]):
        return f"{lines}: {amount(found['net'])}. There is no envelope."
    off = float(found["difference"])
    way = f"{amount(abs(off))} {'above' if off > 0 else 'below'}" if off else "exactly"
    return f"{lines}: {amount(found['net'])}, {way} the envelope of {amount(found['envelope'])}."


BUDGET = Pivot(
    "budget_by_month",
    "budget_lines",
    "Budget by month",
    "Type an amount, paste a block from a spreadsheet, or type a year's total and spread it.",
    rows="category",
    columns="month",
    value="amount",
    slices=("unit", "fiscal_year", "task", "purpose", "case", "state"),
    offers={"unit": own_units, "fiscal_year": years, "month": months, "task": work},
    along="fiscal_year",
    whole="Whole year",
    minus=("income",),
    said=framed,
)

ENVELOPES = Pivot(
    "envelopes_by_year",
    "envelopes",
    "Envelopes by unit and year",
    "The frame from above, set before the units write their lines; choose a category only where it has its own frame.",
    rows="unit",
    columns="fiscal_year",
    value="amount",
    slices=("category",),
    offers={"fiscal_year": years, "unit": own_units},
    begins={"category": None},
)
