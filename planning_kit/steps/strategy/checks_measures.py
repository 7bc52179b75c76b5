"""Checks of measures: is there one, does it point the right way, can progress be computed from it."""

from planning_kit.analysis.readings import typed_to_raise
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Setting, check
from planning_kit.steps.reading import Hits, follow, lineage, strategic, told


@check("108", "warning", thread="monitoring and evaluation", gap="measures not tracked")
def objective_without_measure(plan: Plan, _at: Circumstances) -> Hits:
    """Objective without a measure.

    What: No measure says how we would know that the objective is reached, nor does one of a goal below it.
    Why: It will be called green until the last day.
    Fix: Ask what somebody would see who comes back at the end; count that.
    Source: Kaplan and Norton, The Balanced Scorecard, 1996.
    """
    goals = plan.objectives
    paths = lineage(plan.content("objectives"))
    proven = {above for row in plan.measures["objective"].dropna() for above in paths.get(row, ())}
    yield from told(
        plan,
        "objectives.title",
        goals[~goals.index.isin(proven)],
        "The objective “{label}” has no measure.",
        "What would somebody see who comes back on the day it is due? Add that as a measure.",
    )


@check("109", "warning", thread="monitoring and evaluation", gap="measures not tracked")
def without_outcome(plan: Plan, _at: Circumstances) -> Hits:
    """Strategic objective without an outcome measure.

    What: The stages of its measures are given, and none of them is an outcome.
    Why: Work may be done to the last task and change nothing for anybody.
    Fix: Add one measure of what changes for people, even a rough one.
    Source: Results chains (OECD DAC glossary); Kellogg Foundation, Logic Model Development Guide, 2004.
    """
    stages = plan.measures.dropna(subset=["objective", "stage"])
    goals = strategic(plan)
    staged = goals.index.isin(stages["objective"])
    proven = goals.index.isin(stages.loc[stages["stage"] == "outcome", "objective"])
    yield from told(
        plan,
        "objectives.title",
        goals[staged & ~proven],
        "All measures of “{label}” count what goes in, is done or comes out; none counts what changes for people.",
        "Add one measure of the outcome, even a rough one.",
    )


@check("110", "error", thread="monitoring and evaluation")
def target_is_baseline(plan: Plan, _at: Circumstances) -> Hits:
    """Target equal to the baseline.

    What: A value to be raised or lowered has a target that is the value of today.
    Why: There is no way to go, so progress is undefined and reads as nothing, whatever happens.
    Fix: If it is to stay where it is, choose “keep at least” or “keep at most”; else correct one of the two.
    Source: Progress is (value - baseline) / (target - baseline).
    """
    rows = plan.measures
    moving = rows["target_kind"].isin(["raise_to", "lower_to"])
    yield from told(
        plan,
        "measures.target",
        rows[moving & (rows["target"] == rows["baseline"])],
        "The target of “{label}” is {target}{uom}, and so is its baseline.",
        "If it shall stay there, choose “keep at least” or “keep at most”; else correct target or baseline.",
    )


@check("111", "error", thread="monitoring and evaluation")
def target_on_the_wrong_side(plan: Plan, _at: Circumstances) -> Hits:
    """Target on the wrong side of the baseline.

    What: A value to be raised has a target below its baseline, one to be lowered a target above it, or the
    lower bound lies above the upper one.
    Why: Progress would count backwards: the worse it gets, the greener it looks.
    Fix: Correct the aim, the baseline or the target.
    Source: Progress is (value - baseline) / (target - baseline).
    """
    rows = plan.measures
    raised = (rows["target_kind"] == "raise_to") & (rows["target"] < rows["baseline"])
    lowered = (rows["target_kind"] == "lower_to") & (rows["target"] > rows["baseline"])
    yield from told(
        plan,
        "measures.target",
        rows[raised | lowered],
        "The aim of “{label}” is to {target_kind} {target}{uom}, but its baseline is {baseline}{uom}.",
        "One of the three is the wrong way round: the aim, the baseline or the target.",
    )
    yield from told(
        plan,
        "measures.lower",
        rows[(rows["target_kind"] == "keep_within") & (rows["lower"] > rows["upper"])],
        "“{label}” shall be kept between {lower} and {upper}; the lower bound lies above the upper one.",
        "Exchange the two bounds.",
    )


@check("112", "warning", thread="monitoring and evaluation", gap="measures not tracked")
def ceiling_raised(plan: Plan, _at: Circumstances) -> Hits:
    """Ceiling typed as something to raise.

    What: The measure counts something one wants less of, or its text says “not to exceed” and the like,
    but the aim is to raise it (or to keep at least so much of it).
    Why: Every accident and every complaint then counts as progress: 242 of at most 267 fatal accidents was
    published as 90.6 % of the way.
    Fix: Choose “keep at most” for a ceiling, “lower to” for something that shall shrink.
    Source: performance.gov data of 2022, US Department of Transportation, aviation safety goal.
    """
    why = typed_to_raise(plan.measures, plan.objectives)
    rows = plan.measures.loc[why.index].assign(why=why)
    yield from told(
        plan,
        "measures.target_kind",
        rows,
        "“{label}” {why}, but its aim is to {target_kind} {target}{uom}.",
        "If {target} is a ceiling, choose “keep at most”; if the value shall shrink, choose “lower to”. "
        "If more of it is really better, all is well: please say so in the name.",
    )


@check("114", "warning", thread="monitoring and evaluation")
def no_baseline(plan: Plan, _at: Circumstances) -> Hits:
    """No baseline, and nobody asked to find it.

    What: A value is to be raised or lowered, its value of today is unknown, and it is not said who will find
    it out by when.
    Why: Without a beginning there is no progress, only an end.
    Fix: Enter the value of today, or by when and from whom it will come.
    Source: Parmenter, Key Performance Indicators, 2015.
    """
    rows = plan.measures
    moving = rows["target_kind"].isin(["raise_to", "lower_to"])
    promised = rows["baseline_due"].notna() & rows["baseline_owner"].notna()
    yield from told(
        plan,
        "measures.baseline",
        rows[moving & rows["baseline"].isna() & ~promised],
        "“{label}” shall change, but nobody knows yet from where.",
        "Enter the value of today, or by when it will be known and who finds it out.",
    )


@check("116", "warning", thread="goal alignment")
def due_after_objective(plan: Plan, _at: Circumstances) -> Hits:
    """Measure due after its objective.

    What: The target of a measure is for a later day than the objective it proves.
    Why: On the day the objective is due nobody can say whether it was reached.
    Fix: Make the two dates the same, or add an interim target for the earlier day.
    Source: Doran, 1981 (time-related).
    """
    rows = plan.measures
    due = follow(rows["objective"], plan.objectives["due"])
    yield from told(
        plan,
        "measures.due",
        rows.assign(objective_due=due)[rows["due"] > due],
        "The target of “{label}” is due on {due}, its objective “{objective}” already on {objective_due}.",
        "Make the two dates the same, or say what the value should be on the earlier day.",
    )


@check("125", "warning", thread="monitoring and evaluation")
def trajectory_ends_elsewhere(plan: Plan, _at: Circumstances) -> Hits:
    """Interim targets that lead elsewhere.

    What: The last interim target of a measure is not its target.
    Why: A measure can be on its way all the time and still miss in the end.
    Fix: Correct the last interim target or the target; the last point of the way is the target.
    Source: Definition of a trajectory.
    """
    points = plan.targets.dropna(subset=["measure", "period_end", "value"])
    last = (
        points.rename_axis(None)
        .assign(id=points.index)
        .sort_values(["period_end", "id"])
        .drop_duplicates("measure", keep="last")
    )
    measured = follow(last["measure"], plan.measures["target"])
    yield from told(
        plan,
        "targets.value",
        last.assign(wanted=measured)[(last["value"] - measured).abs() > 1e-9 * (1 + measured.abs())],
        "The way of “{measure}” ends on {period_end} at {value}, its target is {wanted}.",
        "Correct the last interim target or the target.",
    )


@check(
    "126",
    "warning",
    Setting("weights_off_most", 0.5, "Percentage points by which typed weights may miss 100 %."),
    thread="goal alignment",
)
def measure_weights(plan: Plan, at: Circumstances) -> Hits:
    """Weights of measures that do not make 100 %.

    What: Weights are typed for all measures of an objective and their sum is not 100 %.
    Why: Readers take 40 for 40 %; here it counts as something else, because shares are computed from the sum.
    Fix: Correct the weights, or leave all of them empty to count the measures equally.
    Source: Weighted mean.
    """
    typed = plan.measures.dropna(subset=["objective"])
    groups = typed.groupby("objective")["weight"]
    total, whole = groups.sum(), groups.count() == groups.size()
    off = whole & ((total - 100).abs() > at.settings["weights_off_most"]) & total.index.isin(plan.objectives.index)
    rows = plan.objectives.reindex(total.index[off]).assign(total=total[off])
    yield from told(
        plan,
        "objectives.weight",
        rows,
        "The weights of the measures of “{label}” make {total} %, not 100 %.",
        "Correct them, or clear them all to count the measures equally.",
    )


@check("128", "warning", thread="monitoring and evaluation")
def bounds_missing(plan: Plan, _at: Circumstances) -> Hits:
    """Bound that is not given.

    What: A measure shall be kept within bounds and one or both of them are missing.
    Why: Nobody can say whether it is kept.
    Fix: Enter the lowest and the highest value that are still fine.
    Source: Control limits, Shewhart, 1931.
    """
    rows = plan.measures
    open_ended = rows["lower"].isna() | rows["upper"].isna()
    yield from told(
        plan,
        "measures.lower",
        rows[(rows["target_kind"] == "keep_within") & open_ended],
        "“{label}” shall be kept within bounds, from {lower} to {upper}.",
        "Enter the lowest and the highest value that are still fine.",
    )
