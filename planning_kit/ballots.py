"""Silent votes: cast sealed, counted without being seen, revealed into the plan all at once.

What a ballot is about is declared in a step's room; the store keeps the votes secret (``planning_kit.store.sealed``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from planning_kit.errors import PlanError, ValueRefused
from planning_kit.frames import plain
from planning_kit.plan import Edit, Plan
from planning_kit.spec import Ballot, amount
from planning_kit.steps import STEPS
from planning_kit.workbook import Workbook, rows

BETWEEN = "|"
"""Between item and criterion in the name of a vote."""


@dataclass(frozen=True)
class Standing:
    """Where a ballot stands: who has voted on how much of it, and when it was revealed."""

    votes: Mapping[str, tuple[int, bool]]
    fields: int
    revealed_at: str

    @property
    def ready(self) -> int:
        """How many people have filled in everything."""
        return sum(complete for _, complete in self.votes.values())


def ballot(name: str) -> Ballot:
    """Return a declared ballot by its name.

    Raises
    ------
    PlanError
        When there is none.
    """
    known = {one.name: one for step in STEPS for one in step.shared if isinstance(one, Ballot)}
    if name not in known:
        message = f"{name} is not a ballot. Ballots are: {', '.join(known)}."
        raise PlanError(message)
    return known[name]


def items(plan: Plan, on: Ballot) -> list[str]:
    """Return the ids of what is voted on."""
    return rows(plan, plan.tables[on.table].fields[on.item].to[0], on.where)


def criteria(plan: Plan, on: Ballot) -> tuple[str, ...]:
    """Return the criteria that are voted on separately; one without a name where there is one vote an item."""
    return plan.tables[on.table].fields[on.criterion].choices if on.criterion else ("",)


def asked(plan: Plan, on: Ballot, criterion: str) -> dict[str, str]:
    """Return how a criterion is asked: its title, its question, what the lowest and the highest vote mean."""
    declared = plan.tables[on.table].fields[on.criterion or on.value]
    title = declared.choice_label(criterion).capitalize() if criterion else declared.title
    words = {"title": title, "question": "", "low": "little", "high": "much"}
    if on.asked:
        there = plan.tables[on.asked].fields
        frame = plan.frame(on.asked)
        found = frame[frame[on.criterion] == criterion]
        for name, field in there.items():
            if field.role in words and len(found) and not pd.isna(found[name].iloc[0]):
                words[field.role] = str(found[name].iloc[0])
    return words


def named(item: str, criterion: str) -> str:
    """Return the name of a vote."""
    return f"{item}{BETWEEN}{criterion}" if criterion else item


def cast(  # noqa: PLR0913 - a vote, whose it is, and how it is known again
    book: Workbook, on: Ballot, rater: str, votes: Mapping[str, str], *, device: str, once: str = ""
) -> tuple[float, bool]:
    """Seal all votes of a person on a ballot, in place of earlier ones; returns their sum and whether all are given.

    Parameters
    ----------
    votes : mapping of str to str
        Typed values by the name of the vote (see `named`); empty ones are not given.
    device, once : str
        As for `planning_kit.store.sealed.Sealed.cast`.

    Raises
    ------
    ValueRefused
        When a value cannot be taken, or the votes make more than they may together.
    PlanError
        When something else is voted on than the ballot asks for, or the votes are revealed.
    """
    plan = book.plan
    asked_for = {named(item, one): item for item in items(plan, on) for one in criteria(plan, on)}
    if strange := set(votes) - set(asked_for):
        message = f"{min(strange)} is not on this ballot. Load the page again: the plan may have changed."
        raise PlanError(message)
    values = {
        name: value for name, text in votes.items() if (value := _vote(book, on, asked_for[name], text)) is not None
    }
    total = round(sum(values.values()), 6)
    if on.total and total > on.total:
        where, most = on.title, amount(on.total)
        raise ValueRefused(where, f"you gave {amount(total)}. Take {amount(total - on.total)} back: {most} are all.")
    complete = total == on.total if on.total else len(values) == len(asked_for)
    book.store.sealed.cast(on.name, rater, values, device=device, complete=complete, once=once)
    return total, complete


def _vote(book: Workbook, on: Ballot, item: str, text: str) -> Any:
    try:
        return book.parse(on.table, on.value, text)
    except ValueRefused as problem:
        raise ValueRefused(book.label(item), problem.sentence) from None


def standing(book: Workbook, on: Ballot) -> Standing:
    """Return who has voted, and never what."""
    fields = len(items(book.plan, on)) * len(criteria(book.plan, on))
    sealed = book.store.sealed
    return Standing(sealed.cast_by(on.name), fields, sealed.revealed_at(on.name))


def reveal(book: Workbook, on: Ballot) -> Plan:
    """Write everybody's votes into the plan, all at once, and close the ballot. Returns the new plan."""
    book.poll()
    reason = f"{on.title}: the votes are revealed"
    book.store.reveal(on.name, lambda votes: _edits(book.plan, on, votes), author=book.author, reason=reason)
    book.poll()
    return book.plan


def _edits(plan: Plan, on: Ballot, votes: Mapping[str, Mapping[str, float]]) -> Sequence[Edit]:
    """Return what makes the plan hold the votes: a voter's rows of this ballot set, added, or taken out."""
    key = [on.item, on.rater, *([on.criterion] if on.criterion else [])]
    frame, field = plan.frame(on.table), plan.tables[on.table].fields[on.value]
    mine = frame[frame[on.rater].isin(list(votes)) & frame[on.item].isin(items(plan, on))]
    there = {tuple(map(str, one)): str(row) for row, *one in mine[key].itertuples()}
    made = []
    for rater in sorted(votes):
        for name, value in votes[rater].items():
            item, _, criterion = name.partition(BETWEEN)
            place = (item, rater, *([criterion] if criterion else []))
            row = there.pop(place, None)
            if row is None:
                made.append(Edit("add", on.table, None, {**dict(zip(key, place, strict=True)), on.value: value}))
            elif plain(field, frame[on.value][row]) != value:
                made.append(Edit("set", on.table, row, {on.value: value}))
    return [*made, *(Edit("remove", on.table, row) for row in there.values())]
