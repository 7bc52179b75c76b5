"""Checks of what unit budgets are worth: reserves, estimates against the past, cases, and whether money moves."""

from itertools import pairwise

import pandas as pd

from planning_kit.analysis.budget import reallocation_index
from planning_kit.analysis.risk import contingency
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Hit, Setting, amount, check
from planning_kit.steps.reading import Hits, cost_lines, open_tasks, told
from planning_kit.steps.unit_plans.budgets import CELL, change_by_year


@check(
    "305",
    "warning",
    Setting("contingency_chance", 80, "Percent: how likely the contingency shall be enough for all risks."),
    thread="risk management",
    gap="resources that cannot move",
    slow=True,
)
def contingency_too_small(plan: Plan, at: Circumstances) -> Hits:
    """Contingency below what the risks may cost.

    What: The contingency lines hold less than the simulated cost of all open risks at the set chance.
    Why: The first risks that come eat what was meant for the initiatives.
    Fix: Set more aside, reduce or share a risk, or decide to live with the smaller chance.
    Source: GAO Cost Estimating and Assessment Guide, GAO-20-195G (contingency from simulation).
    """
    risks = plan.risks
    open_risks = risks[~risks["state"].isin(["occurred", "closed"])].dropna(subset=["probability", "cost"])
    if open_risks.empty or plan.budget_lines.empty:
        return
    shares = open_risks.assign(probability=open_risks["probability"].clip(0, 100) / 100).sort_index()
    chance = min(max(at.settings["contingency_chance"], 0), 100) / 100
    needed = contingency(shares[shares["cost"] >= 0], chance).reserve
    lines = cost_lines(plan)
    held = lines.loc[lines["category"] == "contingency", "amount"].sum()
    if held < needed:
        yield Hit(
            "budget_lines",
            "",
            "amount",
            f"The contingency holds {amount(held)}; with a chance of {chance:.0%} all {len(shares)} risks "
            f"together cost no more than {amount(round(needed, 2))}.",
            "Set more aside, make one of the risks smaller, or decide to live with the smaller chance.",
        )


@check(
    "306",
    "warning",
    Setting("reference_class_least", 3, "Closed pieces of work needed to compare an estimate with."),
    thread="risk management",
)
def below_reference_class(plan: Plan, at: Circumstances) -> Hits:
    """Estimate below what such work has taken.

    What: The money or the duration of a piece of work lies below the median of closed work of the same class.
    Why: Looking only at one's own case, people forget how such cases end.
    Fix: Say what is different this time; else take the median.
    Source: Kahneman and Lovallo, Timid Choices and Bold Forecasts, 1993; Flyvbjerg, reference class forecasting, 2006.
    """
    closed = plan.closed_work.dropna(subset=["work_class", "actual"])
    closed = closed.assign(key=closed["work_class"].str.casefold().str.strip(), basis=closed["basis"].fillna("money"))
    seen = closed.groupby(["basis", "key"])["actual"].agg(["median", "count"])
    seen = seen[seen["count"] >= at.settings["reference_class_least"]]
    rows = open_tasks(plan, at).dropna(subset=["work_class"])
    key = rows["work_class"].str.casefold().str.strip()
    estimates = {"money": cost_lines(plan).groupby("task")["amount"].sum(), "duration": rows["duration"]}
    for basis, words in (("money", "money"), ("duration", "working days")):
        estimate = estimates[basis].reindex(rows.index)
        past = seen.reindex(pd.MultiIndex.from_arrays([[basis] * len(rows), key])).set_axis(rows.index)
        low = rows.assign(estimate=estimate, median=past["median"], count=past["count"], words=words)
        yield from told(
            plan,
            "tasks.work_class",
            low[(low["estimate"] > 0) & (low["estimate"] < low["median"])],
            "“{label}” is estimated at {estimate} {words}; half of {count} closed pieces of work of the class "
            "“{work_class}” took {median} or more.",
            "What is different this time? If nothing, take the median.",
        )


@check(
    "308",
    "note",
    Setting("reallocation_least", 5, "Percent of the change money that moves from year to year."),
    thread="adaptability",
    gap="resources that cannot move",
)
def money_stays_where_it_was(plan: Plan, at: Circumstances) -> Hits:
    """Money that stays where it was.

    What: From one fiscal year to the next less than the set share of the change money moves between units.
    Why: Priorities that change while the money does not are words.
    Fix: Ask which unit would receive more if you began from nothing.
    Source: Hall, Lovallo and Musters, McKinsey Quarterly, 2012 (reallocation and performance).
    """
    sums = change_by_year(plan)
    for before, now in pairwise(sums.index):
        moved = reallocation_index(sums.loc[now], sums.loc[before])
        if len(sums.columns) > 1 and moved * 100 < at.settings["reallocation_least"]:
            yield Hit(
                "budget_lines",
                "",
                "amount",
                f"From {before} to {now} only {moved:.1%} of the change money moves between units.",
                "If you began from nothing: which unit would receive more?",
            )


@check("313", "warning", thread="risk management")
def cases_out_of_order(plan: Plan, _at: Circumstances) -> Hits:
    """Low and high case out of order.

    What: For the same unit, work, category and year the low case is more than the base, or the high case less.
    Why: The range that the cases should show does not contain the expected value.
    Fix: Exchange the amounts, or correct the case of one line.
    Source: GAO Cost Estimating and Assessment Guide, GAO-20-195G (risk and uncertainty).
    """
    rows = plan.budget_lines.assign(case=plan.budget_lines["case"].fillna("base"))
    rows = rows.assign(key=rows.groupby(CELL, dropna=False).ngroup())
    sums = rows.groupby(["key", "case"])["amount"].sum()
    rows = rows.assign(
        own=sums.reindex(pd.MultiIndex.from_frame(rows[["key", "case"]])).to_numpy(),
        expected=rows["key"].map(sums[sums.index.get_level_values("case") == "base"].droplevel("case")),
    )
    wrong = ((rows["case"] == "low") & (rows["own"] > rows["expected"])) | (
        (rows["case"] == "high") & (rows["own"] < rows["expected"])
    )
    yield from told(
        plan,
        "budget_lines.case",
        rows[wrong],
        "The {case} case of a line of {unit} is {own}, its base {expected}.",
        "Low, base and high should rise; exchange the amounts or correct the case.",
    )
