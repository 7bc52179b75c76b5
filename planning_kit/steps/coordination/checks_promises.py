"""Checks of promises between units: asked, answered, in time, kept; and of units that should meet."""

from typing import Any

import pandas as pd

from planning_kit.analysis.coupling import partition, silo_index
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Hit, Setting, check
from planning_kit.steps.reading import (
    Hits,
    day,
    finished,
    follow,
    in_order,
    lineage,
    listed,
    open_tasks,
    scheduled,
    several,
    told,
)

AGREED = ("accepted", "renegotiated", "kept", "kept_late", "broken")
OPEN = ("asked", "accepted", "renegotiated")


def across(plan: Plan, at: Circumstances) -> pd.DataFrame:
    """Return the dependencies between open work of two units of which neither is part of the other."""
    links, tasks = plan.dependencies, plan.tasks
    done = finished(plan, at)
    open_links = ~links["predecessor"].isin(done) & links["successor"].isin(open_tasks(plan, at).index)
    links = links[open_links & links["predecessor"].isin(tasks.index)]
    links = links.assign(
        giver=follow(links["predecessor"], tasks["unit"]), receiver=follow(links["successor"], tasks["unit"])
    )
    paths = lineage(plan.content("units"))
    apart = [
        one in paths and two in paths and one not in paths[two] and two not in paths[one]
        for one, two in zip(links["giver"].fillna(""), links["receiver"].fillna(""), strict=True)
    ]
    return links[pd.Series(apart, index=links.index, dtype=bool)]


@check("504", "error", thread="communication", gap="silos")
def dependency_without_promise(plan: Plan, at: Circumstances) -> Hits:
    """Dependency between units without an accepted promise.

    What: Work of one unit waits for work of another, and the other has not accepted a promise for it.
    Why: Each unit keeps its own plan and the gap between them belongs to nobody.
    Fix: Ask the giver: what, in which quality, by when; the answer may be no, but there must be one.
    Source: Sull and Spinosa, Promise-Based Management, Harvard Business Review, April 2007.
    """
    links = across(plan, at)
    if links.empty:
        return
    paths = lineage(plan.content("tasks"))
    states: dict[tuple[str, str], list[tuple[Any, Any, Any]]] = {}
    made = plan.promises
    for giver, receiver, gives, needs, state in zip(
        made["giver"], made["receiver"], made["giving_task"], made["needed_by_task"], made["state"], strict=True
    ):
        states.setdefault((giver, receiver), []).append((gives, needs, state))
    said = []
    for giver, receiver, one, two in zip(
        links["giver"], links["receiver"], links["predecessor"], links["successor"], strict=True
    ):
        fits = [
            state
            for gives, needs, state in states.get((giver, receiver), [])
            if (pd.isna(gives) or gives in paths[one] or one in paths.get(gives, ()))
            and (pd.isna(needs) or needs in paths[two] or two in paths.get(needs, ()))
        ]
        part = one in paths[two] or two in paths[one]  # waiting for what it is part of has a finding of its own
        said.append("" if part or set(fits) & set(AGREED) else _worded(fits))
    rows = links.assign(said=said)
    yield from told(
        plan,
        "dependencies.predecessor",
        rows.assign(giver=rows["giver"].map(plan.label), receiver=rows["receiver"].map(plan.label))[rows["said"] != ""],
        "“{successor}” ({receiver}) waits for “{predecessor}” ({giver}), {said}.",
        "Let the two units agree: what, good enough when, by which day. No is an answer, too.",
    )


def _worded(states: list[str]) -> str:
    if "asked" in states:
        return "which was asked for and not answered yet"
    return "which was declined" if "declined" in states else "but nobody has promised it"


@check("505", "error", thread="communication", gap="silos")
def promise_too_late(plan: Plan, _at: Circumstances) -> Hits:
    """Promise due after it is needed.

    What: The day of a promise lies after the latest day on which the work that needs it must start.
    Why: Even a kept promise then makes the receiver late.
    Fix: Agree on an earlier day, or let the receiver start later and say so to those behind.
    Source: Sull and Spinosa, 2007; late start of the critical path method.
    """
    rows = plan.promises
    rows = rows[rows["state"].isin(OPEN) | rows["state"].isna()]
    dates = scheduled(plan, to_the_end=True)
    starts = dates[["early_start", "late_start"]].max(axis=1)
    typed = plan.tasks[["due", "deadline"]].min(axis=1)
    needed = follow(rows["needed_by_task"], starts).fillna(follow(rows["needed_by_task"], typed))
    yield from told(
        plan,
        "promises.due",
        rows.assign(needed=needed)[rows["due"] > needed],
        "“{label}” is promised by {giver} for {due}; “{needed_by_task}” of {receiver} needs it by {needed}.",
        "Agree on an earlier day, or let the receiver start later and tell those who wait behind.",
    )


@check("506", "warning", thread="communication", gap="silos")
def block_without_meeting(plan: Plan, at: Circumstances) -> Hits:
    """Coupled units that do not meet.

    What: Some units wait for each other in a circle of open work, and no meeting has brought them together in
    the last 90 days.
    Why: They can only be planned together; apart, each replans on what the other has just changed.
    Fix: One short meeting with somebody of each unit, or one owner for the whole block.
    Source: Steward, The Design Structure System, 1981; Eppinger and Browning, 2012.
    """
    links = across(plan, at)
    units = plan.people["unit"]
    present = several(plan.meetings, "present")
    present = follow(present, units).dropna()
    held = plan.meetings["held_on"].reindex(present.index)
    recent = (held <= day(at)) & (held > day(at) - pd.Timedelta(days=90))
    tables = [set(group) for _, group in present[recent].groupby(level=0)]
    pairs = links[["giver", "receiver"]].set_axis(["predecessor", "successor"], axis=1)
    for block in partition(pairs):
        if len(block) > 1 and not any(table >= set(block) for table in tables):
            names = in_order(block)
            yield Hit(
                "units",
                names[0],
                "head",
                f"{listed(map(plan.label, names))} wait for each other, but have not met in the last 90 days.",
                "Thirty minutes with somebody of each unit, or one owner for the whole block.",
            )


@check(
    "507",
    "warning",
    Setting("silo_index_most", 95, "Percent of a unit's dependencies that may stay inside it."),
    Setting("silo_dependencies_least", 5, "Dependencies a unit must have for the index to say anything."),
    thread="goal alignment",
    gap="silos",
)
def silo(plan: Plan, at: Circumstances) -> Hits:
    """Silo.

    What: Nearly all dependencies of a unit stay inside it.
    Why: Either it needs nobody and nobody needs it, or the links to others have been forgotten.
    Fix: Ask its neighbours at the dependency wall: what do you get from them, what do they get from you?
    Source: Silo index = internal / (internal + external); Eppinger and Browning, 2012.
    """
    found = silo_index(plan.dependencies, plan.tasks["unit"])
    found = found[found.index.isin(plan.units.index)].sort_index()
    enough = found["internal"] + found["external"] >= at.settings["silo_dependencies_least"]
    closed = found[enough & (found["silo_index"] * 100 > at.settings["silo_index_most"])]
    other = len(set(plan.tasks["unit"].dropna())) > 1
    yield from told(
        plan,
        "units.name",
        plan.units.reindex(closed.index if other else closed.index[:0]).join(closed),
        "All but {external} of the dependencies of “{label}” stay inside it ({internal} do).",
        "Ask the other units: what do you get from them, and what do they get from you?",
    )


@check(
    "515",
    "warning",
    Setting("promise_answer_days", 30, "Days before the due date by which a promise should be answered."),
    thread="communication",
    gap="silos",
)
def promise_unanswered(plan: Plan, at: Circumstances) -> Hits:
    """Promise asked for and not answered.

    What: A unit needs something soon, has asked for it, and has got neither yes nor no.
    Why: Whoever waits takes silence for a yes; whoever was asked takes it for a no.
    Fix: Call the giver today; a no is better than nothing.
    Source: Sull and Spinosa, 2007.
    """
    rows = plan.promises
    soon = rows["due"] <= day(at) + pd.Timedelta(days=at.settings["promise_answer_days"])
    yield from told(
        plan,
        "promises.state",
        rows[soon & (rows["state"] == "asked")],
        "{receiver} has asked {giver} for “{label}” by {due} and has no answer yet.",
        "Call {giver} today; a no is better than silence.",
    )


@check("516", "warning", thread="accountability", gap="silos")
def promise_overdue(plan: Plan, at: Circumstances) -> Hits:
    """Promise past its day.

    What: An accepted promise was due and is not marked as kept.
    Why: The receiver's work stands still, or goes on with something worse.
    Fix: Ask whether it was handed over; if not, agree on a new day and tell those who wait.
    Source: Sull and Spinosa, 2007.
    """
    rows = plan.promises
    open_ones = rows["state"].isin(["accepted", "renegotiated"]) & rows["kept_on"].isna()
    yield from told(
        plan,
        "promises.kept_on",
        rows[open_ones & (rows["due"] < day(at))],
        "{giver} promised {receiver} “{label}” for {due}; it is not marked as kept.",
        "Was it handed over? If not, agree on a new day and tell those who wait.",
    )


@check("517", "note", thread="accountability")
def promise_to_oneself(plan: Plan, _at: Circumstances) -> Hits:
    """Promise of a unit to itself.

    What: Giver and receiver of a promise are the same unit.
    Why: Inside a unit a task with an owner says the same, and nobody outside can confirm it.
    Fix: Correct one of the two units, or make it a task.
    Source: Sull and Spinosa, 2007.
    """
    rows = plan.promises
    yield from told(
        plan,
        "promises.receiver",
        rows[rows["giver"] == rows["receiver"]],
        "“{label}” is a promise of {giver} to itself.",
        "Correct one of the two units, or make it a task.",
    )


@check("518", "note", thread="accountability")
def promise_unconfirmed(plan: Plan, _at: Circumstances) -> Hits:
    """Promise kept, says the giver.

    What: A promise is marked as kept, and nobody of the receiver has confirmed it.
    Why: Whether it was good enough only the receiver can say.
    Fix: Ask the receiver, and enter who confirmed it.
    Source: Sull and Spinosa, 2007 (the customer declares satisfaction).
    """
    rows = plan.promises
    yield from told(
        plan,
        "promises.confirmed_by",
        rows[rows["state"].isin(["kept", "kept_late"]) & rows["confirmed_by"].isna()],
        "“{label}” of {giver} counts as kept, but {receiver} has not confirmed it.",
        "Ask {receiver} whether it was good enough, and enter who said so.",
    )
