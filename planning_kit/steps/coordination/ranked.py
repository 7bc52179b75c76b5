"""The ranking of the initiatives by own criteria, and how little would change which of them are chosen."""

import textwrap
from typing import NamedTuple

import pandas as pd

from planning_kit.analysis import ranking
from planning_kit.analysis.priority import Hierarchy, ahp, comparison_matrix
from planning_kit.analysis.ranking import Turn
from planning_kit.errors import PlanError
from planning_kit.plan import Plan
from planning_kit.spec import amount

LOWEST, HIGHEST = 1, 5
DOWNWARD = {"difficulty": "ease"}
"""Criteria of which less is better, and what they are called once their votes are turned round."""
ROUNDING = 0.05
"""Points of weight that are not worth saying."""
KEY = 7
"""Initiatives that are chosen as long as none is marked as key."""


class Ranked(NamedTuple):
    """Initiatives scored on every criterion, the best first; what is chosen are the first ``chosen`` of them."""

    rows: pd.DataFrame
    """Index = initiative: a column a criterion (mean vote, more is better), ``score``, ``rank``."""
    weights: "pd.Series[float]"
    """By criterion, adding up to 1."""
    source: str
    """Where the weights come from, in words."""
    chosen: int
    by_weight: Turn
    by_votes: Turn


def ranked(plan: Plan) -> Ranked | None:
    """Return the ranking by the weighted mean of the votes; None until something has votes on every criterion."""
    votes = plan.scores.dropna(subset=["task", "criterion", "value"])
    votes = votes[votes["task"].isin(plan.tasks.index)].astype({"value": "float64", "criterion": "str"})
    votes["value"] = votes["value"].where(~votes["criterion"].isin(DOWNWARD), LOWEST + HIGHEST - votes["value"])
    means = votes.pivot_table(index="task", columns="criterion", values="value", sort=False).dropna()
    if means.empty:
        return None
    weights, source = weighed(plan, list(means.columns))
    rows = means.join(ranking.weighted(means, weights)).sort_values("score", ascending=False, kind="stable")
    key = plan.tasks["is_key"].fillna(value=False).astype(bool)
    chosen = int(key.sum()) or KEY
    votes = votes[votes["task"].isin(rows.index)].rename(columns={"task": "item"})
    many = votes.groupby(["item", "criterion"])["value"].transform("size")
    votes["weight"] = votes["criterion"].map(weights).astype("float64") / many
    by_weight = ranking.weights_that_turn(rows[means.columns], weights, chosen)
    by_votes = ranking.votes_that_turn(votes, chosen, LOWEST, HIGHEST)
    return Ranked(rows, weights, source, chosen, by_weight, by_votes)


def weighed(plan: Plan, names: list[str]) -> "tuple[pd.Series[float], str]":
    """Return the weights of criteria, adding up to 1: as written, else from the comparisons, else all alike."""
    asked = plan.criteria.dropna(subset=["criterion"]).drop_duplicates("criterion", keep="last")
    written = asked.set_index("criterion")["weight"].astype("float64").reindex(names)
    if written.notna().all() and written.sum() > 0:
        return written / written.sum(), "as written down"
    found = judged(plan)
    if found is not None and set(names) <= set(found.weights.index):
        weights = found.weights.reindex(names)
        return weights / weights.sum(), "from the comparisons in pairs"
    return pd.Series(1 / len(names), names), "all criteria alike"


def judged(plan: Plan) -> Hierarchy | None:
    """Return what everybody's comparisons of the criteria make together (AHP); None until they link all of them."""
    asked = plan.criteria.dropna(subset=["criterion"]).drop_duplicates("criterion", keep="last")
    rows = plan.comparisons.dropna(subset=["a", "b", "judgement"])
    rows = rows[rows["a"].isin(asked.index) & rows["b"].isin(asked.index)]
    try:
        found = ahp(comparison_matrix(rows, list(asked.index))) if len(rows) else None
    except PlanError:  # judgements that cannot be read have findings of their own
        return None
    return found and found._replace(weights=found.weights.rename(asked["criterion"].to_dict()))


def turned(plan: Plan, found: Ranked, most: int = 200) -> tuple[str, str]:
    """Return in a sentence each how few points of weight, and how few votes, would change what is chosen.

    Parameters
    ----------
    plan : Plan
    found : Ranked
    most : int
        Longest name in a sentence.
    """
    if found.chosen >= len(found.rows):
        return ("All that were scored are chosen.", "")
    weight, votes = found.by_weight, found.by_votes

    def pair(turn: Turn) -> str:
        first, second = (textwrap.shorten(plan.label(str(one)), most, placeholder=" …") for one in turn[1:3])
        return f"“{first}” and “{second}”"

    if weight.change == 0:
        return (f"{pair(weight)} are level: which of them is chosen is chance.", "")
    words = "No other weights would change what is chosen."
    if weight.enters is not None:
        moved = (weight.to - found.weights).rename(DOWNWARD) * 100
        less = " and ".join(moved.index[moved < -ROUNDING])
        points = round(moved.max(), int(moved.max() < 10))  # noqa: PLR2004 - two digits are enough
        words = f"{amount(points)} of 100 points more on {moved.idxmax()}, taken from {less}, would swap"
        words += f" {pair(weight)}."
    if votes.enters is None:
        return (words, "No vote cast otherwise would change it.")
    count = "One vote" if votes.change == 1 else f"{votes.change:.0f} votes"
    same = votes[1:3] == weight[1:3]
    return (words, f"{count} cast otherwise would {'do the same' if same else f'swap {pair(votes)}'}.")
