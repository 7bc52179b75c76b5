"""Checks of unit plans and budgets: inside the frame, inside the time, tied to an objective, believable."""

from typing import Any

import numpy as np
import pandas as pd

from planning_kit.errors import PlanError
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Hit, Setting, amount, check
from planning_kit.steps.reading import (
    Hits,
    fiscal_year,
    follow,
    horizon,
    in_order,
    inherited,
    lineage,
    listed,
    objective_of,
    told,
)
from planning_kit.steps.unit_plans.budgets import against_envelope, change_money


@check(
    "301",
    "error",
    Setting("envelope_off_most", 0.5, "Percent by which a unit's lines may go beyond its envelope in a year."),
    thread="resource allocation",
)
def outside_the_envelope(plan: Plan, at: Circumstances) -> Hits:
    """Difference to the envelope.

    What: The expected lines of a unit in a fiscal year go beyond its envelope by more than the set share (an
    error), or stay below it by more than that (a warning). Computed to the cent, per category where the
    envelope names one, else on costs less income.
    Why: Two budgets are worse than none: each side acts on its own.
    Fix: Move, cut or defer lines; or agree on another envelope, with the reason.
    Source: Top-down and bottom-up budgeting, OECD, Budgeting and Public Expenditures, 2019.
    """
    frames = plan.envelopes.dropna(subset=["unit", "fiscal_year", "amount"])
    try:
        found = against_envelope(plan)
    except PlanError:  # an amount too large to be exact
        return
    limit = at.settings["envelope_off_most"] / 100
    for row, frame in frames.iterrows():
        unit, category, year = frame["unit"], frame["category"], int(frame["fiscal_year"])
        whole = pd.isna(category)
        sums: Any = (found.net if whole else found.lines).loc[(unit, year) if whole else (unit, category, year), :]
        names = ("net" if whole else "planned", "envelope", "difference")
        planned, envelope, off = (float(sums[name]) for name in names)
        if abs(off) > limit * abs(envelope):
            where = f"“{plan.label(unit)}” in {year}" + ("" if whole else f" for {category}")
            way = "above" if off > 0 else "below"
            yield Hit(
                "envelopes",
                str(row),
                "amount",
                f"The lines of {where} make {amount(planned)}: {amount(abs(off))} {way} the envelope of "
                f"{amount(envelope)}; {limit:.1%} is allowed.",
                "Move, cut or defer lines, or agree on another envelope and write down why.",
                "error" if off > 0 else "warning",
            )


@check("302", "error", thread="resource allocation")
def line_outside_the_plan(plan: Plan, _at: Circumstances) -> Hits:
    """Line outside the plan.

    What: The fiscal year of a budget line does not touch the time the plan covers.
    Why: The money is in no sum of the plan; often it is a typing error in the year.
    Fix: Correct the fiscal year (it is named after the year it ends in), or the time of the plan.
    Source: Definition of a planning horizon.
    """
    if None in horizon(plan):
        return
    first, last = fiscal_year(plan, pd.to_datetime(pd.Series(horizon(plan))))
    rows = plan.budget_lines
    outside = ((rows["fiscal_year"] < first) | (rows["fiscal_year"] > last)).fillna(value=False)
    years = rows.assign(year=rows["fiscal_year"].astype("str"), first=str(first), last=str(last))
    yield from told(
        plan,
        "budget_lines.fiscal_year",
        years[outside],
        "A line of {unit} over {amount} is for fiscal year {year}; the plan covers {first} to {last}.",
        "Correct the fiscal year, which is named after the year it ends in.",
    )


@check("303", "warning", thread="goal alignment", gap="lost in the cascade")
def change_money_without_objective(plan: Plan, _at: Circumstances) -> Hits:
    """Change money without an objective.

    What: A line is meant for change, but it names no initiative, or one that serves no objective.
    Why: This is the money the strategy could move, and nobody can say what it buys.
    Fix: Name the initiative it pays for; or call it run money.
    Source: Kaplan and Norton, The Execution Premium, 2008 (STRATEX, strategic expenditure).
    """
    rows = change_money(plan)
    yield from told(
        plan,
        "budget_lines.task",
        rows[rows["objective"].isna()],
        "{amount} of change money of {unit} (initiative: {task}) leads to no objective.",
        "Which initiative does it pay for, and what does that serve? Or is it run money?",
    )


@check("304", "warning", thread="resource allocation", gap="resources that cannot move")
def restricted_money_elsewhere(plan: Plan, _at: Circumstances) -> Hits:
    """Restricted money used elsewhere.

    What: The source of a line restricts it to an objective, an initiative or a unit, and the line is spent on
    something that is neither that nor part of it.
    Why: Whoever gave it may ask for it back.
    Fix: Move the line to what it is restricted to, or ask the source for a change.
    Source: Fund accounting (GASB 54; charity SORP).
    """
    rows = plan.budget_lines.dropna(subset=["restricted_to"])
    if rows.empty:
        return
    paths = {name: lineage(plan.content(name)) for name in ("objectives", "tasks", "units")}
    serves = objective_of(plan)
    used = {"objectives": follow(rows["task"], serves), "tasks": rows["task"], "units": rows["unit"]}
    elsewhere = pd.Series(data=False, index=rows.index)
    for name, spent in used.items():
        mine = rows["restricted_to"].isin(plan.frame(name).index)
        inside = [goal in paths[name].get(one, ()) for goal, one in zip(rows["restricted_to"], spent, strict=True)]
        elsewhere |= mine & ~pd.Series(inside, index=rows.index, dtype=bool)
    yield from told(
        plan,
        "budget_lines.restricted_to",
        rows[elsewhere],
        "{amount} from {funding_source} may only be spent on “{restricted_to}”; the line of {unit} is for {task}.",
        "Move the line, or ask the source whether the purpose may change.",
    )


@check("307", "warning", thread="accountability", gap="lost in the cascade")
def unit_without_plan(plan: Plan, _at: Circumstances) -> Hits:
    """People in a unit without a plan.

    What: A unit has people, and neither it nor a unit above it has written its plan.
    Why: Its money, customers and part in the strategy are decided by others, or by nobody.
    Fix: Let the head write one page: role, customers, services, assumptions.
    Source: Akao, Hoshin Kanri, 1991 (deployment of policy).
    """
    planned = set(plan.unit_plans["unit"].dropna())
    if not planned:
        return
    units = plan.units
    paths = lineage(plan.content("units"))
    bare = [planned.isdisjoint(paths[row]) for row in units.index]
    staffed = units.index.isin(plan.people["unit"]) & ~units["kind"].isin(["partner", "supplier"])
    yield from told(
        plan,
        "units.name",
        units[staffed & np.array(bare, dtype=bool)],
        "“{label}” has people, but no unit plan.",
        "Let {head} write one page: its role in the strategy, whom it serves, with what, and what must stay true.",
    )


@check("309", "warning", thread="resource allocation")
def line_not_sorted(plan: Plan, _at: Circumstances) -> Hits:
    """Line without a purpose or a category.

    What: A budget line does not say whether it is statutory, run or change money, or of which category.
    Why: It cannot be protected, nor compared with an envelope or with what is really spent.
    Fix: Fill in purpose and category.
    Source: Chart of accounts practice.
    """
    rows = plan.budget_lines
    missing = pd.Series("purpose", index=rows.index).mask(rows["category"].isna(), "category")
    missing = missing.mask(rows["category"].isna() & rows["purpose"].isna(), "purpose and category")
    yield from told(
        plan,
        "budget_lines.purpose",
        rows.assign(missing=missing)[rows["purpose"].isna() | rows["category"].isna()],
        "A line of {unit} over {amount} has no {missing}.",
        "Is it asked for by law, daily business, or change? And what does it buy?",
    )


@check("310", "warning", thread="resource allocation")
def virement_too_large(plan: Plan, _at: Circumstances) -> Hits:
    """Virement larger than its line.

    What: More money was moved out of a budget line than it holds.
    Why: The line would be below nothing; somebody counts on money that is not there.
    Fix: Correct the amount, or name the other line it came from.
    Source: Virement rules of public budgets.
    """
    rows = plan.virements
    moved = rows.groupby("giving_line")["amount"].transform("sum")
    held = follow(rows["giving_line"], plan.budget_lines["amount"])
    yield from told(
        plan,
        "virements.amount",
        rows.assign(moved=moved, held=held)[moved > held + 0.005],
        "{moved} is moved out of a line that holds {held}.",
        "Correct the amount, or name the other line it came from.",
    )


@check("311", "warning", thread="accountability")
def virement_without_approval(plan: Plan, _at: Circumstances) -> Hits:
    """Virement nobody approved.

    What: Money was moved and nobody is named who had the right to do so.
    Why: Money that moves by itself comes back as a question of the auditors.
    Fix: Name who approved it.
    Source: Virement rules of public budgets.
    """
    rows = plan.virements
    yield from told(
        plan,
        "virements.approved_by",
        rows[rows["approved_by"].isna()],
        "{amount} was moved on {moved_on}; nobody is named who approved it.",
        "Name who had the right to move it and said yes.",
    )


@check("312", "warning", thread="resource allocation", gap="resources that cannot move")
def no_change_money(plan: Plan, _at: Circumstances) -> Hits:
    """No money for change.

    What: There are initiatives and budget lines, but no line is meant for change.
    Why: All money is tied to what is done already, so the initiatives run on overtime.
    Fix: Mark the lines that pay for initiatives, or move some from run to change.
    Source: Kaplan and Norton, The Execution Premium, 2008 (STRATEX, strategic expenditure).
    """
    lines, initiatives = plan.budget_lines, (plan.tasks["kind"] == "initiative").sum()
    if initiatives and len(lines) and not (lines["purpose"] == "change").any():
        yield Hit(
            "budget_lines",
            "",
            "purpose",
            f"There are {initiatives} initiatives and {len(lines)} budget lines, none of them for change.",
            "Mark the lines that pay for initiatives, or move some money from run to change.",
        )


@check("314", "note", thread="accountability")
def unit_plan_not_approved(plan: Plan, _at: Circumstances) -> Hits:
    """Plan of a unit nobody has accepted.

    What: Money is approved for a unit whose plan nobody has accepted.
    Why: The unit reads its plan as a promise, whoever pays reads it as a wish.
    Fix: Let whoever pays read and accept it.
    Source: Governance practice.
    """
    rows = plan.unit_plans
    paid = rows["unit"].isin(plan.budget_lines.loc[plan.budget_lines["state"] == "approved", "unit"])
    yield from told(
        plan,
        "unit_plans.approved_by",
        rows[paid & rows["approved_by"].isna()],
        "Money of {unit} is approved, but nobody has accepted its plan.",
        "Let whoever pays read the page and accept it.",
    )


@check("315", "warning", thread="resource allocation", gap="lost in the cascade")
def initiative_without_money(plan: Plan, _at: Circumstances) -> Hits:
    """No money for an initiative.

    What: Some initiatives have budget lines, and this one has none on it or below it.
    Why: It is paid from somewhere; if nobody knows from where, it ends when that runs out.
    Fix: Add its lines, or write in its description that it needs hours only.
    Source: Kaplan and Norton, The Execution Premium, 2008 (fund strategic initiatives).
    """
    rows = plan.tasks
    own = rows.index.to_series().where(rows["kind"] == "initiative")
    paid = inherited(rows, own).reindex(plan.budget_lines["task"].dropna()).dropna()
    if len(paid):
        yield from told(
            plan,
            "tasks.name",
            rows[(rows["kind"] == "initiative") & ~rows.index.isin(paid)].assign(
                others=listed(map(plan.label, in_order(paid)), 2)
            ),
            "The initiative “{label}” has no budget line, as {others} have.",
            "Add what it costs; if it needs hours only, a line of 0 says so.",
        )
