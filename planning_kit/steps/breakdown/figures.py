"""Numbers of step 2 that explain themselves: what an objective weighs, what work costs, what a person holds."""

import datetime as dt

import pandas as pd

from planning_kit.analysis import cascade
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Explained, amount, figure
from planning_kit.steps import reading


@figure("objectives")
def weight(plan: Plan, row: str, as_of: dt.date) -> Explained | None:  # noqa: ARG001 - weights have no date
    """Weight of an objective.

    Its weight divided by the weights of all objectives beside it; an empty one counts as the mean of those that are
    typed, so without any all count equally.
    Source: weighted mean, normalised; targets of 100,000, 20,000 and 1,000 weigh 82.6, 16.5 and 0.8 %.
    """
    goals = plan.objectives
    above = goals["parent"].where(goals["parent"].isin(goals.index), "")
    beside = goals[above == above[row]]
    if len(beside) < 2:  # noqa: PLR2004 - alone it is all there is
        return None
    shares = cascade.weights(beside)
    typed = ["not typed" if pd.isna(one) else amount(one) for one in beside["weight"]]
    terms = tuple(
        (plan.label(str(one)), f"{share:.1%} ({words})")
        for one, share, words in zip(shares.index, shares, typed, strict=True)
    )
    where = f"under “{plan.label(str(above[row]))}”" if above[row] else "among the topmost"
    return Explained(f"{shares[row]:.1%} {where}", terms, tuple(map(str, shares.index)))


@figure("tasks")
def approved_money(plan: Plan, row: str, as_of: dt.date) -> Explained | None:  # noqa: ARG001 - lines have no date
    """Money approved for a piece of work.

    The sum of the approved budget lines of this work and everything under it, in the expected case, without income.
    Source: budget at completion (PMI, Practice Standard for Earned Value Management, 2011).
    """
    lines = reading.cost_lines(plan)
    paths = reading.lineage(plan.content("tasks"))
    mine = lines[[row in paths.get(str(one), ()) for one in lines["task"]]]
    if mine.empty:
        return None
    approved, waiting = mine[mine["state"] == "approved"], mine[mine["state"] != "approved"]
    currency = str(plan.marked("profile", "currency") or "")
    sums = approved["amount"].groupby(approved["task"], sort=False).sum()
    terms = [(plan.label(str(one)), f"{amount(value)} {currency}".strip()) for one, value in sums.items()]
    if len(waiting):
        terms.append(("proposed, not approved", f"{amount(waiting['amount'].sum())} {currency}".strip()))
    return Explained(
        f"{amount(approved['amount'].sum())} {currency}".strip(), tuple(terms), tuple(map(str, mine.index))
    )


@figure("people")
def holdings(plan: Plan, row: str, as_of: dt.date) -> Explained:
    """Items a person answers for.

    The objectives and the open pieces of work a person owns, and the work for which the person would step in.
    Source: responsibility assignment (RACI, PMI, A Guide to the Project Management Body of Knowledge).
    """
    work = reading.open_tasks(plan, Circumstances(as_of))
    goals = plan.objectives[~(plan.objectives["due"] < pd.Timestamp(as_of))]
    roles = plan.responsibilities[plan.responsibilities["party"] == row]
    held = {
        "objectives owned": goals.index[goals["owner"] == row],
        "open work owned (A)": work.index[work["owner"] == row],
        "backup for": work.index[work["backup"] == row],
        **{f"{role} of": roles.index[roles["role"] == role] for role in "RCI"},
    }
    owned = len(held["objectives owned"]) + len(held["open work owned (A)"])
    terms = tuple((name, str(len(rows))) for name, rows in held.items())
    return Explained(reading.counted(owned, "item"), terms, tuple(str(one) for rows in held.values() for one in rows))
