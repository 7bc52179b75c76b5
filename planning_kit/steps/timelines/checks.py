"""Checks of goals and timelines: circles, dates that do not fit, quarters without a milestone, team goals."""

from itertools import pairwise

import pandas as pd

from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Hit, Setting, check
from planning_kit.steps.reading import (
    Hits,
    circles,
    counted,
    follow,
    horizon,
    in_order,
    lineage,
    listed,
    open_tasks,
    scheduled,
    told,
    working_days,
)


@check("401", "error", thread="goal alignment")
def dependency_circle(plan: Plan, _at: Circumstances) -> Hits:
    """Dependencies that go round in a circle.

    What: Following “waits for” leads from a piece of work back to itself, also by way of what it is part of.
    Why: None of it can ever start, so no date can be computed for the whole plan.
    Fix: Take out the dependency that is weakest, or split one of the tasks.
    Source: GAO Schedule Assessment Guide, GAO-16-89G (sequencing all activities).
    """
    if plan.dependencies.empty or len(scheduled(plan)):  # dates could be computed, so there is no circle
        return
    paths = lineage(plan.content("tasks"))
    links = plan.dependencies
    links = links[links["predecessor"].isin(paths) & links["successor"].isin(paths)].sort_index(ascending=False)
    pairs = {
        (one, two): row
        for one, two, row in zip(links["predecessor"], links["successor"], links.index, strict=True)
        if one not in paths[two] and two not in paths[one]
    }
    if not pairs:
        return
    steps = [(f"{one}.", two) for one, two in pairs]  # from the end (T1.) of the first to the start (T2) of the second
    summaries = {path[1] for path in paths.values() if len(path) > 1}
    steps += [(path[1], row) for row, path in paths.items() if len(path) > 1]
    steps += [(f"{row}.", f"{path[1]}.") for row, path in paths.items() if len(path) > 1]
    steps += [(row, f"{row}.") for row in paths if row not in summaries]
    for ring in circles(steps):
        walk = list(dict.fromkeys(node.rstrip(".") for node in ring))
        nodes = [*ring, ring[0]]
        used = [pairs[key] for one, two in pairwise(nodes) if (key := (one.rstrip("."), two)) in pairs]
        if not used:  # the tree itself goes round, which has a finding of its own
            continue
        names = " → ".join(f"“{plan.label(row)}”" for row in (*walk, walk[0]))
        yield Hit(
            "dependencies",
            in_order(used)[0],
            "predecessor",
            f"These wait for each other in a circle: {names}.",
            "Which of these dependencies is the weakest? Take it out, or split one of the tasks.",
        )


@check("402", "error", thread="goal alignment")
def waits_for_itself(plan: Plan, _at: Circumstances) -> Hits:
    """Work that waits for what it is part of.

    What: A dependency joins a piece of work with itself or with something above or below it in the tree.
    Why: A part cannot wait for the whole, nor the whole for its part: it ends with its last part anyway.
    Fix: Take the dependency out, or let it lead to the task that is really meant.
    Source: PMI Practice Standard for Scheduling.
    """
    paths = lineage(plan.content("tasks"))
    rows = plan.dependencies
    inside = [
        one in paths.get(two, ()) or two in paths.get(one, ())
        for one, two in zip(rows["predecessor"], rows["successor"], strict=True)
    ]
    yield from told(
        plan,
        "dependencies.predecessor",
        rows[pd.Series(inside, index=rows.index, dtype=bool)],
        "“{successor}” waits for “{predecessor}”, and one is part of the other or the same.",
        "Take it out, or choose the task that is really meant.",
    )


@check("403", "warning", thread="monitoring and evaluation")
def finishes_too_late(plan: Plan, at: Circumstances) -> Hits:
    """Finish after the date that was promised.

    What: The computed finish of open work lies after its due date or deadline, or after the date of its objective.
    Why: The date was given to somebody who now plans with it.
    Fix: Shorten the longest chain before it, start earlier, or agree on another date now.
    Source: Kelley and Walker, Critical-Path Planning and Scheduling, 1959.
    """
    rows = open_tasks(plan, at)
    finish = scheduled(plan)["early_finish"].reindex(rows.index)
    due = follow(rows["objective"], plan.objectives["due"])
    limit = rows[["due", "deadline"]].assign(objective=due).min(axis=1)
    late = rows.assign(finish=finish, limit=limit)[(finish > limit).fillna(value=False)]
    if len(late):
        days = working_days(plan, late["limit"], late["finish"])
        yield from told(
            plan,
            "tasks.due",
            late.assign(days=[counted(count, "working day") for count in days]),
            "“{label}” finishes on {finish}, {days} after {limit}.",
            "Shorten the longest chain before it, start earlier, or agree on another date now.",
        )


@check("404", "warning", thread="goal alignment")
def due_after_the_whole(plan: Plan, _at: Circumstances) -> Hits:
    """Due after the whole it belongs to.

    What: A piece of work is due later than the work it is part of.
    Why: The whole cannot be ready before its last part.
    Fix: Correct one of the two dates.
    Source: PMI Practice Standard for Work Breakdown Structures.
    """
    rows = plan.tasks
    whole = follow(rows["parent"], rows["due"])
    yield from told(
        plan,
        "tasks.due",
        rows.assign(whole=whole)[rows["due"] > whole],
        "“{label}” is due on {due}, but “{parent}”, which it is part of, already on {whole}.",
        "Correct one of the two dates.",
    )


@check("407", "warning", thread="monitoring and evaluation", gap="measures not tracked")
def quarter_without_milestone(plan: Plan, _at: Circumstances) -> Hits:
    """Quarter without a milestone.

    What: There is work, and in some quarter of the plan no milestone falls due or is computed to be reached.
    Why: In a quarter without a milestone nobody can see whether the plan still holds.
    Fix: Name something for that quarter that somebody outside could see.
    Source: PRINCE2 (stages); GAO Schedule Assessment Guide, GAO-16-89G.
    """
    start, finish = horizon(plan)
    rows = plan.tasks
    stones = rows[rows["kind"] == "milestone"]
    if start is None or finish is None or rows.empty:
        return
    computed = scheduled(plan)["early_finish"].reindex(stones.index)
    dates = pd.concat([computed, stones[["due", "deadline"]].min(axis=1).where(computed.isna())]).dropna()
    marked = set(dates.dt.to_period("Q"))
    bare = [str(one).replace("Q", " Q") for one in pd.period_range(start, finish, freq="Q") if one not in marked]
    if bare:
        shown = ", ".join(bare[:8]) + (" and more" if len(bare) > 8 else "")  # noqa: PLR2004 - as many as a line holds
        message = f"{counted(len(bare), 'quarter')} without a milestone: {shown}."
        yield Hit("tasks", "", "kind", message, "Name something for each that somebody outside could see.")


@check(
    "409",
    "note",
    Setting("near_critical_days", 5, "Working days of slack below which work is nearly critical."),
    thread="risk management",
)
def nearly_critical(plan: Plan, at: Circumstances) -> Hits:
    """Work that is nearly critical.

    What: Open work beside the critical path has only a few days of slack.
    Why: A small delay there moves the end as well; together such paths make the end later than each alone.
    Fix: Look at these tasks as often as at the critical ones.
    Source: MacCrimmon and Ryavec, Analytical Study of the PERT Assumptions, 1964 (merge bias).
    """
    rows, dates = open_tasks(plan, at), scheduled(plan)
    slack = dates["total_slack"].reindex(rows.index)
    near = rows[(slack > 0) & (slack <= at.settings["near_critical_days"]) & ~rows.index.isin(rows["parent"])]
    if len(near):
        yield Hit(
            "tasks",
            "",
            "duration",
            f"{counted(len(near), 'task')} beside the critical path can slip by no more than "
            f"{counted(at.settings['near_critical_days'], 'working day')}: "
            f"{listed(map(plan.label, in_order(near.index)), 3)}.",
            "Look at them as often as at the critical ones.",
        )


@check("410", "warning", thread="resource allocation")
def no_duration(plan: Plan, at: Circumstances) -> Hits:
    """No duration for work that others wait for.

    What: Open work is part of a chain of dependencies and nobody has said how long it takes.
    Why: It is scheduled as if it took no time, so every date after it is too early.
    Fix: Ask who does it for a likely duration in working days.
    Source: GAO Schedule Assessment Guide, GAO-16-89G (establishing durations).
    """
    rows, links = open_tasks(plan, at), plan.dependencies
    linked = rows.index.isin(links["predecessor"]) | rows.index.isin(links["successor"])
    leaf = ~rows.index.isin(plan.tasks["parent"]) & (rows["kind"] != "milestone")
    yield from told(
        plan,
        "tasks.duration",
        rows[linked & leaf & rows["duration"].isna()],
        "“{label}” is part of a chain, but has no duration.",
        "Ask {owner} how many working days it most likely takes, waiting included.",
    )


@check("411", "warning", thread="risk management")
def estimates_out_of_order(plan: Plan, _at: Circumstances) -> Hits:
    """Three estimates out of order.

    What: The optimistic duration is longer than the likely one, or the pessimistic one is shorter.
    Why: The simulation cannot use them, so the work counts as certain.
    Fix: Exchange or correct them: optimistic, likely, pessimistic should rise.
    Source: Malcolm, Roseboom, Clark and Fazar, PERT, 1959.
    """
    rows = plan.tasks
    wrong = (rows["optimistic"] > rows["duration"]) | (rows["duration"] > rows["pessimistic"])
    wrong |= rows["optimistic"] > rows["pessimistic"]
    yield from told(
        plan,
        "tasks.pessimistic",
        rows[wrong],
        "“{label}”: optimistic {optimistic}, likely {duration}, pessimistic {pessimistic} working days.",
        "The three should rise; exchange or correct them.",
    )


@check("412", "note", thread="monitoring and evaluation")
def milestone_takes_time(plan: Plan, _at: Circumstances) -> Hits:
    """Milestone that takes time.

    What: A milestone has a duration.
    Why: A milestone is a moment one can see; what takes time is a task that leads to it.
    Fix: Make it a task, or set its duration to 0.
    Source: PMI Practice Standard for Scheduling.
    """
    rows = plan.tasks
    yield from told(
        plan,
        "tasks.duration",
        rows[(rows["kind"] == "milestone") & (rows["duration"] > 0)],
        "The milestone “{label}” takes {duration} working days.",
        "Make it a task, or set its duration to 0.",
    )


@check("413", "warning", thread="goal alignment")
def runs_past_the_plan(plan: Plan, at: Circumstances) -> Hits:
    """Work that runs past the last day of the plan.

    What: The computed finish of open work lies after the plan's last day.
    Why: What it was to achieve comes too late for the objectives.
    Fix: Start it earlier, make it smaller, or say in the outlook what remains for the next plan.
    Source: Kelley and Walker, 1959.
    """
    _, finish = horizon(plan)
    rows = open_tasks(plan, at)
    ends = scheduled(plan)["early_finish"].reindex(rows.index)
    top = ~rows["parent"].isin(rows.index)
    if finish is not None:
        yield from told(
            plan,
            "tasks.duration",
            rows.assign(ends=ends, last=finish.isoformat())[top & (ends > pd.Timestamp(finish))],
            "“{label}” finishes on {ends}; the plan ends on {last}.",
            "Start it earlier, make it smaller, or say what remains for the next plan.",
        )


@check("414", "warning", thread="monitoring and evaluation", gap="measures not tracked")
def no_baseline_of_dates(plan: Plan, _at: Circumstances) -> Hits:
    """Nothing to compare with.

    What: Work is reported on, and no baseline says what was promised.
    Why: A plan that is only ever overwritten is always on time.
    Fix: Name the revision that was agreed as a baseline.
    Source: ANSI/EIA-748, earned value management systems (performance measurement baseline).
    """
    if len(plan.updates) and plan.baselines.empty:
        yield Hit(
            "baselines",
            "",
            "name",
            f"There are {counted(len(plan.updates), 'report')} on work, but no baseline to hold them against.",
            "Name the revision that was agreed, for example “Adopted”.",
        )
