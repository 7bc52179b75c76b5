"""Numbers of step 3 that explain themselves: against the envelope, without an objective, moved, beside the past."""

import datetime as dt
from itertools import pairwise
from typing import Any

from planning_kit.analysis.budget import reallocation_index
from planning_kit.analysis.forecast import reference_class
from planning_kit.plan import Plan
from planning_kit.spec import Explained, amount, figure
from planning_kit.steps.reading import cost_lines
from planning_kit.steps.unit_plans import budgets

QUANTILE = 0.8


@figure("envelopes", beside=True)
def envelope_difference(plan: Plan, row: str, as_of: dt.date) -> Explained | None:  # noqa: ARG001 - lines have no date
    """Difference to the envelope.

    Lines of the base case of the unit and fiscal year less the envelope, to the cent: per category where the envelope
    names one, else costs less income. Virements are added to what they go to and taken off what they come from, in
    lines and envelopes alike. Above 0 the lines exceed the envelope.
    Source: top-down and bottom-up budgeting, OECD, Budgeting and Public Expenditures, 2019.
    """
    frame = plan.row("envelopes", row)
    unit, category, year = frame["unit"], frame["category"], frame["fiscal_year"]
    if unit is None or year is None or frame["amount"] is None:
        return None
    found = budgets.against_envelope(plan)
    sums: Any = found.lines.loc[(unit, category, year), :] if category else found.net.loc[(unit, year), :]
    names = ("planned", "envelope") if category else ("costs", "income", "net", "envelope")
    lines = plan.budget_lines
    behind = (lines["unit"] == unit) & (lines["fiscal_year"] == year) & (lines["case"].fillna("base") == "base")
    if category:
        behind &= lines["category"] == category
    terms = tuple((name, amount(float(sums[name]))) for name in names)
    return Explained(
        _signed(float(sums["difference"])), terms, (row, *map(str, lines.index[behind.fillna(value=False)]))
    )


@figure("units", "profile")
def change_without_objective(plan: Plan, row: str, as_of: dt.date) -> Explained | None:  # noqa: ARG001 - lines have no date
    """Share of change money without an objective.

    Change money (base case, without income, virements applied) of lines that name no initiative, or one that serves no
    objective, divided by all change money. Statutory and run money is not counted.
    Source: Kaplan and Norton, The Execution Premium, 2008 (STRATEX, strategic expenditure).
    """
    lines = budgets.change_money(plan)
    lines = lines if plan.tables["profile"].prefix == row.rstrip("0123456789") else lines[lines["unit"] == row]
    total, lost = float(lines["amount"].sum()), lines[lines["objective"].isna()]
    if total <= 0:
        return None
    without = float(lost["amount"].sum())
    terms = (("change money", amount(total)), ("without an objective", amount(without)))
    return Explained(f"{without / total:.1%}", terms, (row, *map(str, lost.index)))


@figure("profile")
def reallocation(plan: Plan, row: str, as_of: dt.date) -> Explained | None:  # noqa: ARG001 - lines have no date
    """Reallocation index.

    1 - the sum over all units of the smaller of two shares of the change money, of this fiscal year and of the one
    before: 0 if every share stays as it was, 1 if all of the money moved. The shares are those of the last two years.
    Source: Hall, Lovallo and Musters, McKinsey Quarterly, 2012 (reallocation and performance).
    """
    sums = budgets.change_by_year(plan)
    pairs = [(f"{a} to {b}", reallocation_index(sums.loc[b], sums.loc[a])) for a, b in pairwise(sums.index)]
    if not pairs:
        return None
    shares = sums.div(sums.sum(axis=1), axis=0).iloc[-2:]
    terms = [(years, f"{moved:.1%}") for years, moved in pairs]
    terms += [(plan.label(str(unit)), " → ".join(f"{one:.1%}" for one in shares[unit])) for unit in shares]
    return Explained(terms[len(pairs) - 1][1], tuple(terms), (row, *map(str, sums.columns)))


@figure("tasks")
def reference_uplift(plan: Plan, row: str, as_of: dt.date) -> Explained | None:  # noqa: ARG001 - closed work has no date
    """Uplift from the reference class.

    The 80 % quantile of actual / estimate - 1 over all closed work of the same class: with so much added, four of five
    such pieces of work would have been within their estimate. Say the class before you look at the result.
    Source: Flyvbjerg, From Nobel Prize to Project Management, 2006; Kahneman and Lovallo, 1993.
    """
    closed = budgets.closed_like(plan, row)
    estimates = {
        "money": float(cost_lines(plan).query("task == @row")["amount"].sum()),
        "duration": plan.row("tasks", row)["duration"],
    }
    for basis, past in closed.groupby("basis", sort=True):
        uplift, n = reference_class(past, QUANTILE)
        estimate = estimates[str(basis)]
        if n == 0 or not estimate:
            continue
        middle, _ = reference_class(past, 0.5)
        uom = "" if basis == "money" else " working days"
        terms = (
            ("class", str(plan.row("tasks", row)["work_class"])),
            ("closed pieces of work (n)", str(n)),
            ("half of them took at most", f"{1 + middle:.0%} of the estimate"),
            ("four of five took at most", f"{1 + uplift:.0%} of the estimate"),
            ("estimate", f"{amount(estimate)}{uom}"),
            ("with the uplift", f"{amount(round(estimate * (1 + uplift), 2))}{uom}"),
        )
        return Explained(f"{uplift:+.0%} (n = {n})", terms, (row, *map(str, past.index)))
    return None


@figure("objectives")
def money_of_objective(plan: Plan, row: str, as_of: dt.date) -> Explained | None:  # noqa: ARG001 - lines have no date
    """Money of an objective.

    The cost lines of the base case, virements applied, on work that serves the objective: by its own link, by one it
    contributes to, or by that of the work above it. Each line counts for one objective, so that nothing counts twice.
    Source: Kaplan and Norton, The Execution Premium, 2008 (linking strategy to budgets).
    """
    lines = budgets.serving(plan, cost_lines(plan))
    lines = lines[lines["objective"] == row]
    if lines.empty:
        return None
    by_unit = lines["amount"].groupby(lines["unit"].fillna("")).sum().sort_values(ascending=False, kind="stable")
    names = [plan.label(str(one)) if one != "" else "no unit" for one in by_unit.index]
    terms = tuple((name, amount(float(money))) for name, money in zip(names, by_unit, strict=True))
    return Explained(amount(float(lines["amount"].sum())), terms, (row, *map(str, lines.index)))


def _signed(value: float) -> str:
    return f"+{amount(value)}" if value > 0 else amount(value)
