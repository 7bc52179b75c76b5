"""Levelling: which work moves so that nobody is asked for more than there is, with the resource that forced it."""

import datetime as dt
import itertools
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from planning_kit.analysis import schedule
from planning_kit.analysis.workload import CHANGE_SHARE
from planning_kit.charts.base import counted, short
from planning_kit.charts.skyline import skyline, who_has_hours
from planning_kit.errors import PlanError
from planning_kit.plan import Edit, Plan
from planning_kit.spec import Circumstances
from planning_kit.steps import reading
from planning_kit.steps.allocation.checks_load import capacities
from planning_kit.studies.display import Choices, Control, Display, Found, Group, Item, Study, Tell, declared

SECONDS = (("10", "10 seconds"), ("30", "30 seconds"), ("120", "2 minutes"), ("600", "10 minutes"))
WEEK, ROUNDING = 7, 1e-9
LEAVE = 15
"""Working days of absence that durations allow for; a longer one holds work up."""


class Question(NamedTuple):
    """What `schedule.level` is asked: frames in working days from `zero`, amounts in hours (skills: days) a day."""

    tasks: pd.DataFrame
    links: pd.DataFrame
    needs: pd.DataFrame
    capacity: pd.DataFrame
    zero: pd.Timestamp
    beyond: dict[str, tuple[float, float]]
    """Of which one task alone asks more than there is: asked, there. As no moving helps, they count as enough."""


class Calendar(NamedTuple):
    """The working days of a plan, counted from one of them."""

    zero: np.datetime64
    week: str
    off: tuple[dt.date, ...]

    def date(self, days: float) -> pd.Timestamp:
        """Return the working day after so many."""
        holidays = np.array(self.off, dtype="datetime64[D]")
        return pd.Timestamp(
            np.busday_offset(self.zero, int(days), roll="forward", weekmask=self.week, holidays=holidays)
        )

    def days(self, dates: "pd.Series[Any]") -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return how many working days dates are away; dates must be there."""
        holidays = np.array(self.off, dtype="datetime64[D]")
        last = dates.to_numpy().astype("datetime64[D]")
        return np.asarray(np.busday_count(self.zero, last, weekmask=self.week, holidays=holidays), dtype=np.int64)


def calendar(plan: Plan, as_of: dt.date) -> Calendar:
    """Return the working days from the date that is looked at, or from the first day of a plan not yet begun."""
    week, off = reading.calendar(plan)
    first = max(as_of, reading.horizon(plan)[0] or as_of)
    zero = np.busday_offset(first, 0, roll="forward", weekmask=week, holidays=np.array(off, dtype="datetime64[D]"))
    return Calendar(zero, week, off)


def question(plan: Plan, as_of: dt.date) -> Question:
    """Return the open work that has not begun, what it needs, and what is left of everybody's hours.

    Work under way stays where it is: its hours are taken off, and what waits for it starts when it ends. An assignment
    with a start or finish of its own is for those days, wherever its task goes: its hours are taken off there.
    """
    at, days = Circumstances(as_of), calendar(plan, as_of)
    tasks, links = plan.tasks, plan.dependencies
    links = links[links["predecessor"].isin(tasks.index) & links["successor"].isin(tasks.index)]
    leaves, bound = schedule.bind_leaves(tasks, links)
    leaves = leaves[leaves.index.isin(reading.open_tasks(plan, at).index)]
    seen = reading.latest(plan.updates, "task", "reported_on", at).reindex(leaves.index)
    begun = leaves[seen["started_on"].notna() | seen["percent_complete"].gt(0)]
    dates = reading.scheduled(plan)
    planned = pd.Series(days.days(dates["early_finish"].reindex(begun.index).fillna(pd.Timestamp(as_of))), begun.index)
    rest = seen["remaining_days"].reindex(begun.index).astype("float64").fillna(planned + 1).clip(lower=1)
    waiting = leaves.drop(begun.index)
    after = bound[bound["predecessor"].isin(begun.index) & bound["kind"].fillna("FS").isin(["FS", "FF"])]
    held = (after["predecessor"].map(rest) + after["lag"].fillna(0)).groupby(after["successor"]).max()
    work = schedule.in_working_days(
        waiting.assign(deadline=waiting[["deadline", "due"]].min(axis=1)),
        pd.Timestamp(days.zero),
        weekmask=days.week,
        holidays=days.off,
    )
    release = pd.concat([work["start_no_earlier_than"], held.reindex(work.index)], axis=1).max(axis=1)
    length = work["duration"].astype("float64").fillna(0)
    every, dated = _needs(plan, pd.concat([length, rest]), dates, days)
    there = _there(plan, at)
    needs = every[every["resource"].isin(there.index) & (every["amount"] > 0)]
    most = needs.groupby("resource")["amount"].max()
    most = most[most > there.reindex(most.index) + 1e-9]
    beyond = {str(one): (float(asked), float(there[str(one)])) for one, asked in most.items()}
    enough = pd.concat([there, most]).groupby(level=0).max()
    busy = needs[needs["task"].isin(begun.index)].assign(first=0.0, last=lambda one: one["task"].map(rest))
    capacity = _capacity(plan, days, enough, pd.concat([busy, dated[dated["resource"].isin(enough.index)]]))
    return Question(
        pd.DataFrame({"duration": length, "start_no_earlier_than": release, "deadline": work["deadline"]}),
        bound[bound["predecessor"].isin(work.index) & bound["successor"].isin(work.index)],
        needs[needs["task"].isin(work.index)],
        capacity,
        pd.Timestamp(days.zero),
        beyond,
    )


def _needs(
    plan: Plan, length: "pd.Series[float]", dates: pd.DataFrame, days: Calendar
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what each task asks of each person, skill and resource on a working day, and what is asked on fixed days.

    The second has ``resource``, ``amount``, ``first``, ``last`` (working days from zero, without the last).
    """
    people, per_week = plan.people, max(reading.calendar(plan)[0].count("1"), 1)
    given = plan.assignments
    given = given[given["task"].isin(length.index) & given["person"].isin(people.index)]
    own = given["start"].notna() | given["finish"].notna()
    start = given["start"].fillna(reading.follow(given["task"], dates["early_start"])).fillna(days.zero)
    finish = given["finish"].fillna(reading.follow(given["task"], dates["early_finish"]))
    finish = finish.where(finish >= start, start)
    first = pd.Series(days.days(start), given.index)
    last = pd.Series(days.days(finish + pd.Timedelta(days=1)), given.index)
    daily = reading.follow(given["person"], people["hours_per_week"].fillna(40)) / per_week
    span = (last - first).where(own, reading.follow(given["task"], length)).astype("float64").clip(lower=1)
    hours = (given["hours"] / span).fillna(given["share"].fillna(0) / 100 * daily)
    fixed = pd.DataFrame({"resource": given["person"], "amount": hours, "first": first.clip(lower=0), "last": last})
    fixed = fixed[own & (last > 0) & (hours > 0)]
    given, hours = given[~own], hours[~own]
    asked = plan.demands[plan.demands["task"].isin(length.index)]
    what = asked["resource"].fillna(asked["skill"].str.casefold().str.strip())
    each = asked["days"] / reading.follow(asked["task"], length).clip(lower=1)
    parts = [
        pd.DataFrame({"task": given["task"], "resource": given["person"], "amount": hours}),
        pd.DataFrame({"task": asked["task"], "resource": what, "amount": each}),
    ]
    return pd.concat(parts).dropna().reset_index(drop=True), fixed


def _there(plan: Plan, at: Circumstances) -> "pd.Series[float]":
    """Return what there is of each person (hours), skill and resource (days) on a working day."""
    people, per_week = plan.people, max(reading.calendar(plan)[0].count("1"), 1)
    hours = people["hours_per_week"].fillna(40) * people["change_share"].fillna(CHANGE_SHARE) / 100 / per_week
    pools = pd.Series(capacities(plan, at), dtype="float64") * WEEK / per_week
    found: pd.Series[float] = pd.concat([hours, pools])
    return found


def _capacity(plan: Plan, days: Calendar, enough: "pd.Series[float]", busy: pd.DataFrame) -> pd.DataFrame:
    """Return what is left of each resource day by day: less while away, less for work under way."""
    rows = [(str(one), float(amount), np.nan, np.nan) for one, amount in enough.items()]
    for resource, some in busy.groupby("resource"):
        marks = sorted({*some["first"], *some["last"]})
        for first, last in itertools.pairwise(marks):
            taken = some.loc[(some["first"] <= first) & (some["last"] > first), "amount"].sum()
            rows.append((str(resource), max(float(enough[str(resource)] - taken), 0.0), first, np.ceil(last)))
    away = plan.availability.dropna(subset=["person", "start", "finish", "share"])
    away = away[away["person"].isin(enough.index) & (away["finish"] >= pd.Timestamp(days.zero))]
    away = away.assign(first=days.days(away["start"]), last=days.days(away["finish"] + pd.Timedelta(days=1)))
    away = away[away["last"] - away["first"] > LEAVE]
    rows += [
        (person, float(enough[person]) * share / 100, max(float(a), 0.0), float(b))
        for person, share, a, b in zip(
            away["person"], away["share"], away["first"].clip(lower=0), away["last"], strict=True
        )
    ]
    return pd.DataFrame(rows, columns=["resource", "amount", "start", "finish"])


def compute(plan: Plan, as_of: dt.date, choices: Choices, tell: Tell) -> Found:
    """Return the shortest plan that asks nobody for more than there is, and each move with what forced it."""
    seconds = float(choices.get("seconds", SECONDS[0][0]))
    asked = question(plan, as_of)
    if asked.tasks.empty or asked.needs.empty:
        raise PlanError("Nothing to level: no open work has people, skills or resources. Assign somebody first.")

    def heard(makespan: float, bound: float, spent: float) -> bool:
        best = "no plan yet" if makespan != makespan else f"best so far {makespan:.0f} working days"  # noqa: PLR0124 - NaN
        gap = "" if makespan != makespan or not bound else f", gap {makespan / bound - 1:.1%}"  # noqa: PLR0124 - NaN
        return tell(
            f"{best}, none can be shorter than {bound:.0f}{gap}; {spent:.0f} of {seconds:.0f} seconds", spent / seconds
        )

    tell("reading the plan", 0.0)
    found = schedule.level(asked.tasks, asked.links, asked.needs, asked.capacity, seconds, progress=heard)
    days = calendar(plan, as_of)
    bound = _followers(asked, found)
    moves = [
        {
            "task": str(task),
            "early": days.date(row["early_start"]).date().isoformat(),
            "start": days.date(row["start"]).date().isoformat(),
            "days": int(row["days"]),
            "resource": None if pd.isna(row["resource"]) else str(row["resource"]),
            "behind": None if pd.isna(row["behind"]) else str(row["behind"]),
            "follows": str(task) in bound,
        }
        for task, row in found.moves.iterrows()
        if pd.notna(row["start"]) and found.times["start"].notna().any()
    ]
    return {
        "revision": plan.revision,
        "status": found.status,
        "reason": _named(plan, found.reason),
        "value": found.makespan,
        "bound": found.bound,
        "gap": found.gap,
        "seconds": found.seconds,
        "late": int(found.times["late"].fillna(0).sum()),
        "proof": find_spec("ortools") is not None,
        "finish": days.date(max(found.makespan - 1, 0)).date().isoformat() if found.makespan == found.makespan else "",
        "beyond": {one: list(pair) for one, pair in asked.beyond.items()},
        "moves": moves,
    }


def _followers(asked: Question, found: schedule.Levelled) -> set[str]:
    """Return the tasks that move by themselves once those they wait for have moved."""
    starts = found.starts.astype("float64")
    held, typed = starts.copy(), asked.tasks["start_no_earlier_than"].astype("float64")
    free: set[str] = set()
    for task in reversed([str(one) for one in found.moves.index]):  # the last first: what it waits for stays held
        trial = held.copy()
        trial[task] = typed[task]
        work = asked.tasks[["duration"]].assign(start_no_earlier_than=trial)
        if float(schedule.critical_path(work, asked.links)["early_start"][task]) >= starts[task] - ROUNDING:
            held = trial
            free.add(task)
    return free


def _named(plan: Plan, sentence: str) -> str:
    """Return a sentence of the analysis with names for ids."""
    words = [plan.label(core) if plan.has(core := one.strip("(),.:;")) else one for one in sentence.split(" ")]
    return " ".join(f"“{word}”" if word != one else word for word, one in zip(words, sentence.split(" "), strict=True))


def display(plan: Plan, as_of: dt.date, choices: Choices, found: Found) -> Display:
    """Return demand against capacity, and once it is computed the moves with their reasons."""
    whose = str(choices.get("whose", ""))
    controls = (
        Control("whose", "Whose hours", whose, options=(("", "everybody"), *who_has_hours(plan))),
        Control("seconds", "Search for", str(choices.get("seconds", SECONDS[0][0])), options=SECONDS),
    )
    moves = [_move(plan, one) for one in found.get("moves", ())]
    new = [one for one in moves if one.edits]
    after = plan.scenario(edit for one in new for edit in one.edits) if new else None
    picture = skyline(plan, after, as_of, whose)
    if not found:
        return Display(
            "Nobody has looked yet whether the work fits the hours there are.", controls, pictures=(picture,)
        )
    notes = [
        f"“{plan.label(one) if plan.has(one) else one}”: one task alone asks {asked:.1f} a day where {there:.1f} are "
        "there; no moving helps. Give it to two, or free more of the week."
        for one, (asked, there) in found["beyond"].items()
    ]
    if not found["proof"]:
        notes.insert(
            0, "Found by lists of priorities; with the extra “level” installed it would also be proven how good it is."
        )
    groups = (Group("Moves", tuple(moves)),) if moves else ()
    figures = (
        ("Length", f"{found['value']:.0f} working days", f"to {found['finish']}")
        if found["finish"]
        else ("Length", "none", ""),
        ("None can be shorter than", f"{found['bound']:.0f}", f"gap {found['gap']:.1%}" if found["finish"] else ""),
        ("Days behind deadlines", f"{found['late']:,}", "in all"),
        ("Searched", f"{found['seconds']:.0f} s", ""),
    )
    return Display(
        _headline(found, len(new)),
        controls,
        figures,
        groups,
        tuple(notes),
        None,
        (picture,),
        accept="Accept" if new else "",
        every=True,
        reason="Levelled: nobody is asked for more than there is",
    )


def _headline(found: Found, open_moves: int) -> str:
    """Return the result in words."""
    words = {
        "optimal": "Optimal: no plan is shorter.",
        "feasible": f"Good, not proven best: {found['gap']:.1%} shorter might be possible." if found["finish"] else "",
        "infeasible": "No plan keeps everything.",
    }[found["status"]]
    moves = counted(open_moves, "move") if open_moves else "nothing has to move"
    return " ".join(
        filter(None, (words, found["reason"], f"Proposed: {moves}." if open_moves else f"With that, {moves}."))
    )


def _move(plan: Plan, one: Found) -> Item:
    """Return a move as a line; one that follows by itself or is made already has no edit."""
    task, start = str(one["task"]), dt.date.fromisoformat(one["start"])
    what = plan.label(one["resource"]) if one["resource"] and plan.has(one["resource"]) else one["resource"]
    behind = f" while “{short(plan.label(one['behind']), 60)}” runs" if one["behind"] else " then"
    why = f"“{what}” has no room{behind}" if what else "what it waits for has moved"
    if task not in plan.tasks.index:
        return Item(task, plan.label(task), ("is gone",), fixed=True)
    typed = plan.row("tasks", task)["start_no_earlier_than"]
    made = typed is not None and typed >= start
    lines = [f"from {one['early']} to {one['start']}, {counted(one['days'], 'working day')} later", why]
    lines += ["moves along by itself"] if one["follows"] else ["accepted"] if made else []
    quiet = bool(one["follows"] or made)
    edits = () if quiet else (Edit("set", "tasks", task, {"start_no_earlier_than": start}),)
    return Item(task, plan.label(task), tuple(lines), edits, fixed=quiet)


def kept(found: Found) -> dict[str, Any]:
    """Return the row of the solutions that records this."""
    numbers = {name: found[name] for name in ("value", "bound", "seconds") if found[name] == found[name]}
    gap = {"gap": round(found["gap"] * 100, 3)} if found["gap"] == found["gap"] else {}
    return {"problem": "levelling", "revision": found["revision"], "status": found["status"], **numbers, **gap}


LEVELLING = declared(Study("levelling", "Level the work", compute, display, kept, "solutions"))
