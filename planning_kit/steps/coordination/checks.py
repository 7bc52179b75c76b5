"""Checks of focus and coordination: votes, key initiatives, measures that lead; promises and risks stand beside."""

import pandas as pd

from planning_kit.analysis.priority import ahp, comparison_matrix
from planning_kit.errors import PlanError
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Hit, Setting, check
from planning_kit.steps.reading import Hits, day, in_order, listed, told

LOW, MIDDLE, HIGH = 2, 3, 4  # on the scale from 1 to 5


@check(
    "501",
    "warning",
    Setting("raters_least", 3, "Raters a score needs, or the whole group if it is smaller."),
    thread="accountability",
)
def too_few_raters(plan: Plan, at: Circumstances) -> Hits:
    """Too few raters.

    What: An initiative was scored on a criterion by fewer people than agreed (or than there are).
    Why: One or two scores are an opinion; the mean of them looks like more.
    Fix: Let others score it, before anybody says aloud what they gave.
    Source: Surowiecki, The Wisdom of Crowds, 2004.
    """
    scores = plan.scores.dropna(subset=["task", "rater", "criterion", "value"])
    needed = min(at.settings["raters_least"], max(len(plan.people), 1))
    raters = scores.groupby(["task", "criterion"])["rater"].nunique()
    few = raters[raters < needed].reset_index()
    words = (few["criterion"] + " (" + few["rater"].astype("str") + ")").groupby(few["task"]).agg(", ".join)
    rows = plan.tasks[plan.tasks.index.isin(few["task"])]
    yield from told(
        plan,
        "tasks.name",
        rows.assign(few=words.reindex(rows.index), needed=needed),
        "“{label}” has fewer than {needed} raters: {few}.",
        "Let others score it, before anybody says aloud what they gave.",
    )


@check(
    "502",
    "warning",
    Setting("consistency_ratio_most", 0.10, "Consistency ratio of pairwise judgements (AHP) that is accepted."),
    thread="accountability",
)
def judgements_inconsistent(plan: Plan, at: Circumstances) -> Hits:
    """Judgements that contradict each other.

    What: One person's pairwise comparisons have a consistency ratio above the accepted one.
    Why: If A beats B and B beats C, but C beats A, the weights are an accident.
    Fix: Look again at the judgement that fits the others least; it is named.
    Source: Saaty, The Analytic Hierarchy Process, 1980.
    """
    rows = plan.comparisons.dropna(subset=["rater", "a", "b", "judgement"])
    for rater, judged in rows[rows["judgement"] > 0].groupby("rater"):
        items = in_order([*judged["a"], *judged["b"]])
        try:
            found = ahp(comparison_matrix(judged.sort_index(), items))
        except PlanError:  # a pair was never compared
            continue
        if found.consistency_ratio > at.settings["consistency_ratio_most"] and found.worst is not None:
            a, b, fitting = found.worst
            pair = judged["a"].isin([a, b]) & judged["b"].isin([a, b])
            yield Hit(
                "comparisons",
                in_order(judged.index[pair])[0],
                "judgement",
                f"The comparisons of “{plan.label(str(rater))}” have a consistency ratio of "
                f"{found.consistency_ratio:.2f}; up to {at.settings['consistency_ratio_most']:.2f} is accepted. "
                f"“{plan.label(str(a))}” against “{plan.label(str(b))}” fits the others least.",
                f"Look at it again: {fitting:.2g} would fit the other judgements.",
            )


@check(
    "503",
    "warning",
    Setting("two_peaks_least", 30, "Percent of the votes on each side (1-2 and 4-5) that make two peaks."),
    thread="communication",
    gap="silos",
)
def two_peaks(plan: Plan, at: Circumstances) -> Hits:
    """Two-peaked vote.

    What: Many gave a low and many a high score, hardly anybody one in the middle, and no decision is recorded.
    Why: The mean says that all agree on something nobody said.
    Fix: Let the highest and the lowest explain themselves; score again; record the decision.
    Source: Delphi method, Dalkey and Helmer, 1963.
    """
    scores = plan.scores.dropna(subset=["task", "criterion", "value"])
    value = scores["value"].astype("float64")
    sides = pd.DataFrame({"low": value <= LOW, "middle": value == MIDDLE, "high": value >= HIGH, "count": True})
    votes = sides.groupby([scores["task"], scores["criterion"]]).sum()
    least = votes["count"] * at.settings["two_peaks_least"] / 100
    torn = votes[
        (votes["count"] >= HIGH) & (votes["low"] >= least) & (votes["high"] >= least) & (votes["middle"] < least)
    ]
    torn = torn[torn.index.get_level_values("task").isin(set(plan.tasks.index) - set(plan.decisions["about"]))]
    for task, criterion, low, high in torn.reset_index()[["task", "criterion", "low", "high"]].itertuples(index=False):
        given = value[(scores["task"] == task) & (scores["criterion"] == criterion)].sort_values()
        yield Hit(
            "tasks",
            task,
            "name",
            f"The votes on the {criterion} of “{plan.label(task)}” have two peaks, {low} low and {high} high: "
            f"{', '.join(given.map('{:g}'.format))}.",
            "Let the highest and the lowest explain themselves, score again, and record the decision.",
        )


@check("508", "warning", thread="monitoring and evaluation", gap="measures not tracked")
def lagging_only(plan: Plan, _at: Circumstances) -> Hits:
    """Objective with lagging measures only.

    What: All measures of an objective are marked as lagging.
    Why: They tell you that you have missed it when nothing can be done any more.
    Fix: Add one measure of what must happen first, and can be steered.
    Source: Kaplan and Norton, The Balanced Scorecard, 1996; McChesney, Covey and Huling, 2012 (lead measures).
    """
    natures = plan.measures.dropna(subset=["objective"])
    lagging = (natures["nature"] == "lagging").groupby(natures["objective"]).all()
    goals = plan.objectives
    yield from told(
        plan,
        "objectives.title",
        goals[goals.index.isin(lagging.index[lagging.astype(bool)])],
        "All measures of “{label}” are lagging: they confirm the end and cannot be steered.",
        "What must move first? Add that as a leading measure.",
    )


@check(
    "513",
    "warning",
    Setting("key_initiatives_most", 7, "Initiatives the leaders can watch themselves."),
    thread="resource allocation",
)
def too_many_key_initiatives(plan: Plan, at: Circumstances) -> Hits:
    """Too many key initiatives.

    What: More initiatives are marked as key than leaders can watch themselves.
    Why: If everything is key, nothing is; attention is the scarcest of all resources.
    Fix: Ask of each: would the strategy sink without it?
    Source: Bossidy and Charan, Execution, 2002 (few clear priorities).
    """
    key = plan.tasks["is_key"].fillna(value=False).astype(bool)
    count, most = int(key.sum()), at.settings["key_initiatives_most"]
    if count > most:
        message = f"{count} initiatives are marked as key; up to {most:g} can be watched."
        yield Hit("tasks", "", "is_key", message, "Ask of each: would the strategy sink without it?")


@check("514", "warning", thread="accountability")
def key_without_decision(plan: Plan, _at: Circumstances) -> Hits:
    """Key initiative without a decision.

    What: An initiative is marked as key, and no decision is recorded about it.
    Why: Those whose initiative is not key will ask why; the answer should be written down.
    Fix: Record the decision, its reason, and who took it.
    Source: Decision logs.
    """
    rows = plan.tasks
    key = rows["is_key"].fillna(value=False).astype(bool)
    yield from told(
        plan,
        "tasks.is_key",
        rows[key & ~rows.index.isin(plan.decisions["about"])],
        "“{label}” is a key initiative, but no decision about it is recorded.",
        "Record who decided it, and why this one.",
    )


@check("512", "note", thread="resource allocation")
def fragile_ranking(plan: Plan, _at: Circumstances) -> Hits:
    """Ranking that one vote would turn.

    What: By mean value the last initiative that would be chosen as key and the first that would not are closer
    together than one vote can move them.
    Why: The line between them looks like a result and is chance.
    Fix: Discuss the two side by side instead of trusting the third digit.
    Source: Sensitivity analysis in multi-criteria decisions, Triantaphyllou, 2000.
    """
    scores = plan.scores.dropna(subset=["task", "criterion", "value"])
    value = scores[(scores["criterion"] == "value") & scores["task"].isin(plan.tasks.index)]
    means = value.astype({"value": "float64"}).groupby("task")["value"].agg(["mean", "count"])
    means = means.sort_index().sort_values("mean", ascending=False, kind="stable")
    chosen = int(plan.tasks["is_key"].fillna(value=False).sum()) or 7
    if 0 < chosen < len(means):
        last, first = means.iloc[chosen - 1], means.iloc[chosen]
        one_vote = 4 / min(last["count"], first["count"])
        if 0 <= last["mean"] - first["mean"] < one_vote and last["count"] > 1:
            names = listed(map(plan.label, means.index[chosen - 1 : chosen + 1]))
            message = f"Between rank {chosen} and {chosen + 1} ({names}) the mean value differs by less than one vote."
            yield Hit("tasks", str(means.index[chosen]), "name", message, "Discuss the two side by side.")


@check("522", "note", thread="risk management")
def objective_without_risk(plan: Plan, at: Circumstances) -> Hits:
    """Objective no risk was thought of.

    What: Risks are recorded, and none of them threatens this key initiative or anything it is made of.
    Why: Usually nobody has looked, rather than there being nothing.
    Fix: Imagine it has failed, and write down why.
    Source: Klein, Performing a Project Premortem, Harvard Business Review, 2007.
    """
    threatened = set(plan.risks["about"].dropna())
    if not threatened:
        return
    rows = plan.tasks[plan.tasks["is_key"].fillna(value=False).astype(bool)]
    parts = plan.tasks["parent"].reindex(list(threatened & set(plan.tasks.index)))
    open_rows = ~(rows["due"] < day(at))
    yield from told(
        plan,
        "tasks.name",
        rows[open_rows & ~rows.index.isin({*threatened, *parts}) & ~rows["objective"].isin(threatened)],
        "No risk is recorded for the key initiative “{label}”.",
        "Imagine it has failed two years from now, and write down why.",
    )
