"""Checks of team goals and of the chance that dates are kept."""

import pandas as pd

from planning_kit.analysis.forecast import finish
from planning_kit.analysis.schedule import bind_leaves, in_working_days
from planning_kit.errors import PlanError
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Setting, check
from planning_kit.steps.reading import Hits, calendar, day, horizon, lineage, open_tasks, told

DATES = ("start_no_earlier_than", "deadline")
DOING = (
    r"(?:number of |no\. of |# of )?(?:implement|develop|launch|conduct|organi[sz]e|hold|run|write|prepare|publish|"
    r"set up|establish|introduce|carry out|roll out|start|begin|finish|complete|meetings?|workshops?|trainings?|"
    r"courses?|campaigns?|reports? written|mails?|newsletters?)\b"
)
"""How an activity begins when it is called a key result."""


@check("405", "warning", thread="goal alignment", gap="measures not tracked")
def key_result_is_activity(plan: Plan, _at: Circumstances) -> Hits:
    """Key result that is an activity.

    What: A measure of a unit's goal names something one does, or counts what goes in or is done.
    Why: It can be done to the last item and change nothing.
    Fix: Ask “and then?” until something is different for somebody; measure that.
    Source: Doerr, Measure What Matters, 2018; Wodtke, Radical Focus, 2016.
    """
    goals, rows = plan.objectives, plan.measures
    teams = rows["objective"].isin(goals.index[goals["unit"].notna()])
    doing = rows["name"].str.match(rf"(?i)\s*{DOING}").fillna(value=False).astype(bool)
    yield from told(
        plan,
        "measures.name",
        rows[teams & (doing | rows["stage"].isin(["input", "activity"])) & ~rows["stage"].isin(["output", "outcome"])],
        "The key result “{label}” of “{objective}” is something you do.",
        "Ask “and then?” until something is different for somebody, and measure that.",
    )


@check(
    "406",
    "warning",
    Setting("unit_objectives_most", 5, "Open goals one unit can work on at a time."),
    Setting("key_results_most", 7, "Key results (measures) one goal of a unit can have."),
    thread="resource allocation",
)
def too_many_goals(plan: Plan, at: Circumstances) -> Hits:
    """Too many goals or key results.

    What: A unit has more open goals than it can work on, or one of its goals more key results than people keep
    in mind.
    Why: What is not among the first five is not done; it only costs meetings.
    Fix: Ask which the unit would keep if it could have three.
    Source: Doerr, Measure What Matters, 2018 (three to five objectives).
    """
    goals = plan.objectives[~(plan.objectives["due"] < day(at))]
    many, most = goals["unit"].value_counts(), at.settings["unit_objectives_most"]
    many = many[(many > most) & many.index.isin(plan.units.index)].sort_index()
    yield from told(
        plan,
        "units.name",
        plan.units.reindex(many.index).assign(count=many, most=most),
        "{label} has {count} open goals; {most} are set as the most.",
        "Which would the unit keep if it could have three?",
    )
    results, most = plan.measures["objective"].value_counts(), at.settings["key_results_most"]
    crowded = goals[goals["unit"].notna() & (results.reindex(goals.index) > most)]
    yield from told(
        plan,
        "objectives.title",
        crowded.assign(count=results.reindex(crowded.index), most=most),
        "The goal “{label}” of {unit} has {count} key results; {most} are set as the most.",
        "Keep those that would make you say: it worked.",
    )


@check(
    "408",
    "warning",
    Setting("date_chance_least", 60, "Percent: chance of finishing by the date below which it warns."),
    thread="risk management",
    slow=True,
)
def date_unlikely(plan: Plan, at: Circumstances) -> Hits:
    """Date that is unlikely to be kept.

    What: By simulation of the three estimates, open work finishes by its due date or deadline with less than the
    set chance.
    Why: Dates computed from likely durations are kept less than half the time; where paths merge, even less.
    Fix: Promise the later date now, or make the longest chain before it shorter.
    Source: Van Slyke, Monte Carlo Methods and the PERT Problem, 1963; MacCrimmon and Ryavec, 1964.
    """
    chance = chances(plan)
    rows = open_tasks(plan, at)
    rows = rows.assign(chance=(chance.reindex(rows.index) * 100).round(), limit=rows[["due", "deadline"]].min(axis=1))
    yield from told(
        plan,
        "tasks.due",
        rows[rows["chance"] < at.settings["date_chance_least"]].assign(least=at.settings["date_chance_least"]),
        "“{label}” will be finished by {limit} with a chance of {chance} %; {least} % are wanted.",
        "Promise a later date now, or make the longest chain before it shorter.",
    )


def chances(plan: Plan) -> "pd.Series[float]":
    """Return the simulated chance of each task with a date to be finished by it; nothing while none can be computed."""
    nothing = pd.Series(dtype="float64")
    work, links, (start, _) = plan.tasks, plan.dependencies, horizon(plan)
    known = links["predecessor"].isin(work.index) & links["successor"].isin(work.index)
    if start is None or not (work["optimistic"].notna() | work["pessimistic"].notna()).any():
        return nothing
    mask, off = calendar(plan)
    work = work.assign(deadline=work[["deadline", "due"]].min(axis=1))
    try:
        leaves, bound = bind_leaves(work, links[known])
        ends = work[~work.index.isin(leaves.index) & work["deadline"].notna()]  # a summary ends with its last leaf
        paths = lineage(plan.content("tasks"))
        last = [(leaf, row) for leaf in leaves.index for row in paths[leaf][1:] if row in ends.index]
        ends = ends[["deadline"]].assign(duration=0.0)
        leaves = pd.concat([leaves[["duration", "optimistic", "pessimistic", *DATES]], ends])
        bound = pd.concat([bound, pd.DataFrame(last, columns=["predecessor", "successor"])], ignore_index=True)
        return finish(in_working_days(leaves, start, weekmask=mask, holidays=off), bound, 2_000).tasks["chance"]
    except PlanError:  # circles and estimates out of order have findings of their own
        return nothing
