"""Checks of risks: high ones have an owner, a response, a date and, where promised, a task with money."""

from typing import Any

import pandas as pd

from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Setting, check
from planning_kit.steps.reading import Hits, day, follow, lineage, told

HIGH = Setting("high_risk", 15, "Likelihood times impact (1 to 25) from which a risk is high.")


def open_risks(plan: Plan) -> pd.DataFrame:
    """Return the risks that can still come, with their ``level`` = likelihood x impact."""
    rows = plan.risks[~plan.risks["state"].isin(["occurred", "closed"])]
    return rows.assign(level=rows["likelihood"] * rows["impact"])


def high(rows: pd.DataFrame, at: Circumstances) -> "pd.Series[Any]":
    """Return which risks are high."""
    return (rows["level"] >= at.settings["high_risk"]).fillna(value=False).astype(bool)


@check("509", "error", HIGH, thread="risk management")
def high_risk_open(plan: Plan, at: Circumstances) -> Hits:
    """High risk without owner, response or review date.

    What: A risk from the set level on lacks an owner, a response, or the day it is judged anew.
    Why: A list of high risks without these three is a list of excuses prepared in advance.
    Fix: Fill in what is missing; accepting it knowingly is a response, too.
    Source: ISO 31000:2018, risk treatment and monitoring.
    """
    rows = open_risks(plan)
    names = {"owner": "owner, ", "response": "response, ", "review_on": "day to look again, "}
    missing = rows[list(names)].isna()
    gaps = missing.dot(pd.Series(names)).astype("str").str.rstrip(", ")
    yield from told(
        plan,
        "risks.response",
        rows.assign(gaps=gaps)[high(rows, at) & missing.any(axis=1)],
        "The risk “{label}” is high ({likelihood} x {impact} = {level}) and has no {gaps}.",
        "Fill in what is missing; to accept it knowingly is a response, too.",
    )


@check("510", "error", HIGH, thread="risk management", gap="resources that cannot move")
def response_without_task(plan: Plan, at: Circumstances) -> Hits:
    """Response to a high risk without a task that carries it.

    What: A high risk shall be avoided or reduced, and there is no response task, or it lacks an owner, a date
    or money.
    Why: Until somebody is paid to do it by a day, the response is an intention.
    Fix: Name the task; give it an owner, a duration or due date, and a budget line (of 0 if it needs hours only).
    Source: ISO 31000:2018; PMI, Standard for Risk Management, 2019.
    """
    rows = open_risks(plan)
    rows = rows[high(rows, at) & rows["response"].isin(["avoid", "reduce"])]
    tasks = plan.tasks
    work = follow(rows["response_task"], tasks)
    paths = lineage(plan.content("tasks"))
    paid = set(plan.budget_lines["task"].dropna())
    money = [not paid.isdisjoint(paths.get(row, ())) for row in rows["response_task"]]
    dated = work[["due", "deadline", "start_no_earlier_than"]].notna().any(axis=1) | work["duration"].notna()
    lacks = pd.DataFrame({"an owner": work["owner"].isna(), "a date": ~dated, "money": [not one for one in money]})
    words = [", ".join(str(name) for name, one in row.items() if one) for row in lacks.to_dict("records")]
    known = rows["response_task"].isin(tasks.index)
    words = [f"its task lacks {text}" if there else "no task does it" for text, there in zip(words, known, strict=True)]
    yield from told(
        plan,
        "risks.response_task",
        rows.assign(words=words)[~known | lacks.any(axis=1)],
        "The response to the high risk “{label}” is to {response} it, but {words}.",
        "Name the task; give it an owner, a date and a budget line (of 0 if it needs hours only).",
    )


@check("511", "warning", thread="risk management")
def risk_review_overdue(plan: Plan, at: Circumstances) -> Hits:
    """Risk not looked at in time.

    What: The day on which an open risk should be judged anew has passed.
    Why: Risks change while nobody looks; that is what makes them risks.
    Fix: Judge it again and enter the next day.
    Source: ISO 31000:2018, monitoring and review.
    """
    rows = open_risks(plan)
    yield from told(
        plan,
        "risks.review_on",
        rows[rows["review_on"] < day(at)],
        "The risk “{label}” should have been looked at again on {review_on}.",
        "Ask {owner} for a new judgement and enter the next day.",
    )


@check("519", "warning", thread="adaptability", gap="resources that cannot move")
def occurred_and_nothing(plan: Plan, _at: Circumstances) -> Hits:
    """Risk that came, and nothing followed.

    What: A risk is marked as occurred, and no decision, issue or action refers to it.
    Why: The trigger was seen and nobody pulled it.
    Fix: Switch on plan B, or record what is done instead, as a decision about this risk.
    Source: ISO 31000:2018; contingency planning.
    """
    rows = plan.risks
    followed = pd.concat([plan.decisions["about"], plan.issues["about"], plan.actions["about"]])
    yield from told(
        plan,
        "risks.state",
        rows[(rows["state"] == "occurred") & ~rows.index.isin(followed)],
        "“{label}” has happened, but no decision, issue or action refers to it.",
        "Switch on plan B ({plan_b}), or record what is done instead.",
    )


@check("520", "warning", HIGH, thread="adaptability", gap="resources that cannot move")
def no_plan_b(plan: Plan, at: Circumstances) -> Hits:
    """High risk that is accepted, without a trigger or plan B.

    What: A high risk shall be accepted, and it is not said how one would see it coming or what would then be done.
    Why: To accept a risk is to be ready for it; otherwise it is only ignored.
    Fix: Name the sign, a scenario as plan B, and who may switch it on without asking.
    Source: Dewar, Assumption-Based Planning, 2002 (signposts and hedging actions).
    """
    rows = open_risks(plan)
    bare = rows["trigger"].isna() | rows["plan_b"].isna()
    yield from told(
        plan,
        "risks.trigger",
        rows[high(rows, at) & (rows["response"] == "accept") & bare],
        "The high risk “{label}” is accepted; trigger: {trigger}, plan B: {plan_b}.",
        "Name the sign that it is coming, what you would then do, and who may start it unasked.",
    )
