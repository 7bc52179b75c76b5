"""The letter of one review: what was settled and why, what follows, how to appeal and until when."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from planning_kit.errors import PlanError
from planning_kit.plan import Edit
from planning_kit.spec.values import shown
from planning_kit.steps import reading
from planning_kit.steps.appraisal.attained import reached

if TYPE_CHECKING:
    import datetime as dt

    from planning_kit.plan import Plan

APPEAL_DAYS = 10
"""Working days within which one can appeal, at least: the default of check 805."""
TERMS = ("Rule", "Weight, %", "Attained, %", "Without time lost, %", "Days lost to others")


def appeal_until(plan: Plan, told_on: dt.date) -> dt.date:
    """Return the last day to appeal, by the working days of the plan."""
    known = plan.settings.set_index("name")["value"] if "settings" in plan.tables else pd.Series(dtype=float)
    week, off = reading.calendar(plan.beside or plan)
    days = int(known.get("appeal_days_least", APPEAL_DAYS))
    last = np.busday_offset(np.datetime64(told_on), days, "forward", weekmask=week, holidays=list(off))
    return pd.Timestamp(last).date()


def receiver(plan: Plan, review: str) -> str:
    """Return who receives the letter: the person, or the head of the team; empty where nobody is named."""
    who, of = plan.row("reviews", review)["subject"] or "", plan.beside
    head = of.row("units", who)["head"] if of is not None and who in of.units.index else who
    return head or ""


def settled(plan: Plan) -> list[str]:
    """Return the reviews with a settled rating: those that can have a letter."""
    rows = plan.ratings.dropna(subset=["review", "rating"])
    return [str(one) for one in plan.reviews.index if one in set(rows["review"])]


def letter(plan: Plan, review: str, as_of: dt.date, recipient: str) -> list[dict[str, Any]]:
    """Return the sections of a letter, as texts.

    Raises
    ------
    PlanError
        When the review has no settled rating, or nobody is to receive it.
    """
    if review not in settled(plan):
        raise PlanError(f"{plan.label(review)} has no settled rating yet. Settle it, then write the letter.")
    if not recipient:
        raise PlanError(f"{plan.label(review)}: nobody is named to receive the letter. Name the recipient.")
    facts, rating = plan.row("reviews", review), str(plan.ratings.index[plan.ratings["review"] == review][0])
    rewards = plan.rewards.index[plan.rewards["review"] == review]
    consequences = plan.consequences.index[plan.consequences["subject"] == facts["subject"]]
    appeals = plan.appeals.index[plan.appeals["about"] == rating]
    until = (
        ("Until", str(appeal_until(plan, as_of))),
        ("How", "In writing, in your own words, to anybody named here. Somebody who took no part decides."),
        ("Signing", "Both sides sign that it was talked about. Signing says read, not agreed."),
    )
    parts: list[tuple[str, tuple[str, ...], Iterable[tuple[str, ...]]]] = [
        ("What was settled", ("", ""), _facts(plan, [rating])),
        ("What was reached of what was committed", TERMS, _terms(plan, review)),
        ("What both sides wrote", ("", ""), _facts(plan, [review])),
        ("What follows", ("", ""), _facts(plan, [*rewards, *consequences])),
        ("If you do not agree", ("", ""), [*until, *_facts(plan, appeals)]),
    ]
    lead, period = plan.marked("profile", "organisation") or "", f"{facts['start']} to {facts['finish']}"
    head = (("To", plan.label(recipient)), ("Period", period), ("Date", str(as_of)))
    cover = {"kind": "cover", "title": f"Review of {plan.label(facts['subject'])}", "lead": lead, "facts": head}
    tables = (
        {"kind": "table", "title": title, "columns": columns, "rows": list(rows)} for title, columns, rows in parts
    )
    return [cover, *(one for one in tables if one["rows"])]


TOLD = {
    "ratings": ("rating", "sentence", "rated_by", "rated_on", "proposed", "attainment", "excused", "revision"),
    "reviews": ("evidence", "shown_by", "self_view", "self_rating", "manager_view", "manager_rating", "outcome"),
    "rewards": ("what", "kind", "amount", "given_on"),
    "consequences": ("kind", "rule", "reason", "informed_on", "heard_on", "approved_by", "second_approver"),
    "appeals": ("grounds", "decided_by", "decided_on", "outcome", "reason"),
}
"""The fields of each table that a letter tells."""


def _facts(plan: Plan, rows: Iterable[Any]) -> list[tuple[str, ...]]:
    """Return title and value of what a letter tells of some rows."""
    found: list[tuple[str, ...]] = []
    for row in map(str, rows):
        table = plan.table_of(row)
        values = plan.row(table.name, row) if table else {}
        told = (
            [(table.fields[one], values[one]) for one in TOLD[table.name] if values[one] is not None] if table else []
        )
        found += [(one.title, f"{shown(one, value, plan.label)} {one.uom}".strip()) for one, value in told]
    return found


def _terms(plan: Plan, review: str) -> list[tuple[str, ...]]:
    found, rules = reached(plan, review), plan.appraisal_rules["component"].to_dict()
    return [
        (rules[row], f"{100 * one['share']:.0f}", f"{one['attained']:.1f}", f"{one['excused']:.1f}", str(one["lost"]))
        for row, one in (found.terms.iterrows() if found else ())
    ]


def name_of(plan: Plan, review: str, as_of: dt.date) -> str:
    """Return the file name of a letter: the review's id and the day, no name of a person."""
    return f"letter-{review}-{as_of:%Y-%m-%d}.html" if review in plan.reviews.index else ""


def written(plan: Plan, as_of: dt.date, review: str, recipient: str) -> list[Edit]:
    """Return the edits that note in the ledger of letters that one was written, to whom."""
    values = {"review": review, "recipient": recipient, "written_on": as_of, "file_name": name_of(plan, review, as_of)}
    return [Edit("add", "letters", None, {**values, "appeal_ends_on": appeal_until(plan, as_of)})]


def posted(plan: Plan, as_of: dt.date, review: str, recipient: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the name of a letter and its sections."""
    return name_of(plan, review, as_of), letter(plan, review, as_of, recipient)
