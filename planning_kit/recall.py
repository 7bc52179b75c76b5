"""The recall test: everybody's count is sealed like a vote; only the sums of groups of three or more are written."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from planning_kit.errors import PlanError
from planning_kit.plan import Edit, Plan
from planning_kit.spec import Recall
from planning_kit.workbook import Workbook

FEWEST = 3
"""People in a group that is counted; smaller ones are counted with the group above them."""
ASKED, NAMED = "of", "known"


def cast(  # noqa: PLR0913 - a count, whose it is, and how it is known again
    book: Workbook, test: Recall, person: str, ticked: Collection[str], *, device: str, once: str = ""
) -> None:
    """Seal how many of what was asked for a person has named; which ones is not kept.

    Raises
    ------
    PlanError
        When something else is ticked than the list has, or the test is counted already.
    """
    if not set(ticked) <= set(test.of(book.plan).index):
        raise PlanError("This list has changed. Load the page again. Nothing was changed.")
    votes = {ASKED: test.most, NAMED: min(len(ticked), test.most)}
    book.store.sealed.cast(test.name, person, votes, device=device, complete=True, once=once)


def count(book: Workbook, test: Recall) -> None:
    """Write the sums of the groups into the plan; what a person named is thrown away.

    Raises
    ------
    PlanError
        When fewer than three people have answered: nothing is opened then.
    """
    book.poll()
    if len(book.store.sealed.cast_by(test.name)) < FEWEST:
        message = f"Fewer than {FEWEST} people have answered: a count would tell who they are. Wait for more."
        raise PlanError(message)
    reason = f"{test.title}: counted for groups"
    book.store.reveal(test.name, lambda votes: _edits(book, test, votes), author=book.author, reason=reason)
    book.poll()


def _edits(book: Workbook, test: Recall, votes: Mapping[str, Mapping[str, float]]) -> Sequence[Edit]:
    """Return the edits that write the sums of groups; small groups go with the one above them."""
    plan = book.plan
    people = plan.with_role("people")
    groups: dict[str, str] = dict(plan.frame(people.name)[test.member].dropna()) if people else {}
    sums: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for person, one in votes.items():
        sums[str(groups.get(person, ""))].append((one[ASKED], one[NAMED]))
    for group in _upwards(plan, test):
        if 0 < len(sums[group]) < FEWEST:
            sums[_above(plan, test, group)] += sums.pop(group)
    frame, today = plan.frame(test.table), book.as_of
    there = frame[frame[test.on] == pd.Timestamp(today)].reset_index().set_index(test.group)["id"]
    made = []
    for group, counts in sums.items():
        if group and len(counts) >= FEWEST:
            asked, named = (int(sum(some)) for some in zip(*counts, strict=True))
            values = {test.group: group, test.on: today, test.asked: asked, test.named: named}
            row = str(there[group]) if group in there.index else None
            made.append(Edit("set" if row else "add", test.table, row, values))
    if not made:
        raise PlanError(
            "No group has three answers. Give people a unit, and units one above them. Nothing was counted."
        )
    return made


def _above(plan: Plan, test: Recall, group: str) -> str:
    table = plan.tables[plan.tables[test.table].fields[test.group].to[0]]
    above = plan.row(table.name, group)[table.tree] if table.tree else None
    return str(above or "")


def _upwards(plan: Plan, test: Recall) -> list[str]:
    """Return the groups, each before the one above it."""
    table = plan.tables[test.table].fields[test.group].to[0]
    depth: dict[str, int] = {}
    for group in plan.frame(table).index:
        path, at = {str(group)}, _above(plan, test, str(group))
        while at and at not in path:
            path.add(at)
            at = _above(plan, test, at) if plan.has(at) else ""
        depth[str(group)] = len(path)
    return sorted(depth, key=lambda one: -depth[one])
