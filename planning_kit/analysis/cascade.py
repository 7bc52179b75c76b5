"""The way from objectives down to work and back up: trees, weights, roll-up, and what got lost between.

Examples
--------
>>> import pandas as pd
>>> weights(pd.DataFrame({"weight": [100_000, 20_000, 1_000]})).round(3).tolist()
[0.826, 0.165, 0.008]
"""

from collections.abc import Hashable, Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from planning_kit.analysis._frames import Day, Floats, Ints, column, keyed, numbers, require
from planning_kit.analysis._network import parents, tree_levels
from planning_kit.analysis.status import LIGHTS, ROUNDING, progress
from planning_kit.errors import PlanError


class Rollup(NamedTuple):
    """What `rollup` found."""

    objectives: pd.DataFrame
    """Index = objective id: ``value`` (score 0 to 1), ``health`` (0 to 1), ``status``, ``measures``, ``red``,
    ``missing`` (numbers of measures here and below), ``known`` (share of the weight that has a value),
    ``reason``."""
    terms: pd.DataFrame
    """One row per measure or child of an objective: ``objective``, ``kind``, ``id``, ``weight`` (of all
    terms, sums to 1), ``score``, ``health``, ``contribution`` (to the value; sums to it)."""


def depth_first(frame: pd.DataFrame, parent: str = "parent", *, table: str = "rows") -> pd.DataFrame:
    """Return the ids of a tree, each under its parent, siblings in the order of the frame.

    Parameters
    ----------
    frame : DataFrame, index = id
        Column `parent`; an empty or unknown one makes a root.
    parent : str
        Name of that column.
    table : str
        Name used in the error.

    Returns
    -------
    DataFrame, index = id in depth-first order
        ``level``, 0 at a root.

    Raises
    ------
    PlanError
        If rows go round in a circle; they are named in order.
    """
    above = parents(frame, table, parent)
    below: list[list[int]] = [[] for _ in range(len(frame))]
    for row in np.flatnonzero(above >= 0).tolist():
        below[above[row]].append(row)
    stack = [(row, 0) for row in np.flatnonzero(above < 0).tolist()[::-1]]
    found: list[tuple[int, int]] = []
    while stack:
        row, level = stack.pop()
        found.append((row, level))
        stack.extend((child, level + 1) for child in reversed(below[row]))
    rows, levels = np.array(found, dtype=np.int64).reshape(-1, 2).T
    return pd.DataFrame({"level": levels}, index=frame.index[rows])


def weights(frame: pd.DataFrame, group: str | None = None, *, weight: str = "weight") -> pd.Series:
    """Return weights that sum to 1 in each group.

    Parameters
    ----------
    frame : DataFrame
        Column `weight` (any unit, at least 0). An empty one counts as the mean of the typed ones of its
        group, so all empty (or all 0) means equal.
    group : str, optional
        Column that names the group; rows without one form a group of their own.

    Raises
    ------
    PlanError
        For a weight below 0.
    """
    typed = pd.Series(numbers(frame, weight), index=frame.index)
    if (typed < 0).any():
        row = typed.index[typed < 0][0]
        raise PlanError(
            f"row {row}, {weight}: {typed[row]:g} is below 0. A weight is 0 or more. "
            "Write a positive number, or leave all empty for equal weights."
        )
    key = pd.Series(0, index=frame.index) if group is None else frame[group]
    filled = typed.fillna(typed.groupby(key, dropna=False).transform("mean")).fillna(1)
    total = filled.groupby(key, dropna=False).transform("sum")
    count = filled.groupby(key, dropna=False).transform("size")
    return (filled / total.where(total > 0)).fillna(1 / count).rename("weight")


def rollup(  # noqa: PLR0913 - the three limits are settings of the plan
    objectives: pd.DataFrame,
    measures: pd.DataFrame,
    actuals: pd.DataFrame,
    as_of: Day,
    *,
    targets: pd.DataFrame | None = None,
    on_track: float = 0.95,
    behind: float = 0.85,
    too_early: float = 0.10,
) -> Rollup:
    """Return score and health of each objective: the weighted mean of its measures and child objectives.

    Parameters
    ----------
    objectives : DataFrame, index = objective id
        ``parent``, optional ``weight`` (see `weights`).
    measures : DataFrame, index = measure id
        As for `status.progress`, with ``objective`` and optional ``weight``. Measures and children of one
        objective share its weight together.
    actuals, as_of, targets, on_track, behind, too_early
        As for `status.progress`.

    Returns
    -------
    Rollup
        The result does not depend on the order of any rows.

    Raises
    ------
    PlanError
        For a missing column, a circle of objectives or a weight below 0.

    Notes
    -----
    ``value = sum(weight x score) / sum(weight)`` over the terms that are known: missing is left out,
    never 0, and shown as ``known`` and ``missing``. The score of a measure is its progress from 0 to 1, or
    1 and 0 for a bound that is kept or not; its health lies between 0 and 1 too and is left out while it is
    too early.
    """
    keyed(objectives, "objectives", "parent")
    keyed(measures, "measures", "objective")
    limits = {"on_track": on_track, "behind": behind, "too_early": too_early}
    seen = progress(measures, actuals, as_of, targets=targets, **limits)
    terms = _terms(objectives, measures, seen)
    above = parents(objectives, "objectives")
    counts = _counts(objectives, measures, seen, above)
    found = _means(objectives, terms, above).join(counts)
    found["status"] = np.select(
        [
            counts["measures"] == counts["missing"],
            counts["measures"] == counts["met"],
            found["health"].isna(),
            found["health"] >= on_track - ROUNDING,
            found["health"] >= behind - ROUNDING,
        ],
        ["no data", "met", "too early", "on track", "behind"],
        "at risk",
    )
    said = [
        f"{red} red below, {missing} of {total} without data."
        for red, missing, total in zip(found["red"], found["missing"], found["measures"], strict=True)
    ]
    found["reason"] = pd.Series(said, index=found.index, dtype="str")
    order = ["value", "health", "status", "measures", "red", "missing", "known", "reason"]
    return Rollup(found[order], terms.drop(columns=["row", "child"]))


def orphans(
    objectives: pd.DataFrame,
    tasks: pd.DataFrame,
    units: pd.DataFrame | None = None,
    contributions: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return what hangs in the air: goals, initiatives and units that got lost in the cascade.

    Parameters
    ----------
    objectives : DataFrame, index = id
        ``parent``; optional ``level`` (strategic, tactical, operational), ``origin`` (cascaded, own,
        mandated), ``unit``, ``leaf_reason`` (why it needs nothing below it).
    tasks : DataFrame, index = id
        ``parent``, ``objective``; optional ``unit``. A task serves what it or a task above it names.
    units : DataFrame, index = id, optional
        ``parent``; optional ``kind`` (partners and suppliers owe no contribution).
    contributions : DataFrame, optional
        ``task``, ``objective``: further objectives a task serves.

    Returns
    -------
    DataFrame
        ``table``, ``id``, ``reason``; one row per orphan.

    Notes
    -----
    Own and mandated goals need nothing above them; one with a ``leaf_reason`` needs nothing below it.
    """
    keyed(objectives, "objectives", "parent")
    keyed(tasks, "tasks", "parent", "objective")
    served = pd.concat([tasks["objective"], _served(contributions)]).dropna()
    parent_known = objectives["parent"].isin(objectives.index)
    level, origin = column(objectives, "level"), column(objectives, "origin")
    lower = level.isin(["tactical", "operational"])
    lost = lower & ~parent_known & ~origin.isin(["own", "mandated"])
    top = (level == "strategic") | (level.isna() & ~parent_known)
    bare = top & ~objectives.index.isin(objectives["parent"]) & ~objectives.index.isin(served)
    by_hand = tasks.index.isin([] if contributions is None else contributions["task"])
    idle = ~tasks["parent"].isin(tasks.index) & ~tasks["objective"].isin(objectives.index) & ~by_hand
    found: list[tuple[str, Iterable[Hashable], str]] = [
        ("objectives", objectives.index[lost], "No objective above it."),
        (
            "objectives",
            objectives.index[bare & column(objectives, "leaf_reason").isna()],
            "Nothing carries it.",
        ),
        ("tasks", tasks.index[idle], "It serves no objective."),
    ]
    if units is not None:
        found.append(("units", _silent(units, objectives, tasks), "It contributes to nothing."))
    rows = [(table, row, reason) for table, ids, reason in found for row in ids]
    return pd.DataFrame(rows, columns=["table", "id", "reason"], dtype="str")


def score_band(score: float) -> str:
    """Return the colour of a key-result score from 0 to 1: green from 0.7, amber from 0.4, else red.

    The published bands (0.7-1, 0.4-0.6, 0-0.3) leave gaps; each is closed towards the worse colour.
    """
    if np.isnan(score):
        return "grey"
    rounded = round(score, 9)
    if rounded >= 0.7:  # noqa: PLR2004 - the published limits
        return "green"
    return "amber" if rounded >= 0.4 else "red"  # noqa: PLR2004 - the published limits


def _served(contributions: pd.DataFrame | None) -> pd.Series:
    """Return the objectives named in contributions."""
    if contributions is None:
        return pd.Series(dtype="str")
    require(contributions, "contributions", "task", "objective")
    return contributions["objective"]


def _silent(units: pd.DataFrame, objectives: pd.DataFrame, tasks: pd.DataFrame) -> list[Hashable]:
    """Return the units that own no objective and no task, nor does a unit below them."""
    heard = units.index.isin(column(objectives, "unit")) | units.index.isin(column(tasks, "unit"))
    above = parents(units, "units")
    for level in reversed(tree_levels(above) or []):
        loud = level[heard[level] & (above[level] >= 0)]
        heard[above[loud]] = True
    outside = column(units, "kind").isin(["partner", "supplier"]).to_numpy(dtype=bool)
    return list(units.index[~heard & ~outside])


def _terms(objectives: pd.DataFrame, measures: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """Return the terms of all objectives, in an order that depends on the ids alone."""
    met = seen["met"].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    score = np.where(seen["progress"].isna(), met, seen["progress"].clip(0, 1))
    health = np.where(seen["health"].isna(), met, seen["health"].clip(0, 1))
    health = np.where(seen["status"] == "met", 1.0, health)
    health = np.where(seen["status"].isin(["no data", "too early"]), np.nan, health)
    facts = {"kind": "measure", "id": measures.index, "child": -1, "score": score, "health": health}
    of_measures = pd.DataFrame(
        {"objective": measures["objective"].to_numpy(), **facts, "weight": numbers(measures, "weight")}
    )
    of_children = pd.DataFrame(
        {
            "objective": objectives["parent"].to_numpy(),
            "kind": "objective",
            "id": objectives.index,
            "child": np.arange(len(objectives)),
            "score": np.nan,
            "health": np.nan,
            "weight": numbers(objectives, "weight"),
        }
    )
    terms = pd.concat([of_measures, of_children], ignore_index=True)
    terms = terms[terms["objective"].isin(objectives.index)]
    terms = terms.sort_values(["objective", "kind", "id"], key=lambda c: c.astype("str"), ignore_index=True)
    terms["row"] = objectives.index.get_indexer(pd.Index(terms["objective"]))
    terms["weight"] = weights(terms, "objective")
    return terms[["objective", "kind", "id", "weight", "score", "health", "row", "child"]]


def _means(objectives: pd.DataFrame, terms: pd.DataFrame, above: Ints) -> pd.DataFrame:
    """Return value, health and known share, deepest level first; fills the children's terms on the way."""
    n, row, child = len(objectives), terms["row"].to_numpy(), terms["child"].to_numpy()
    weight, score, health = (terms[name].to_numpy(copy=True) for name in ("weight", "score", "health"))
    means = {name: np.full(n, np.nan) for name in ("value", "health")}
    depth = np.zeros(n, dtype=np.int64)
    for number, level in enumerate(tree_levels(above) or []):
        depth[level] = number
    order = np.argsort(-depth[row], kind="stable")
    cuts = np.flatnonzero(np.diff(depth[row][order])) + 1
    for term in np.split(order, cuts):
        from_child = term[child[term] >= 0]
        for name, values in (("value", score), ("health", health)):
            values[from_child] = means[name][child[from_child]]
            mean = _mean(row[term], weight[term], values[term], n)
            means[name][row[term]] = mean[row[term]]
    known = np.bincount(row, weight * ~np.isnan(score), minlength=n).astype(np.float64)
    terms["score"], terms["health"] = score, health
    with np.errstate(invalid="ignore", divide="ignore"):
        terms["contribution"] = weight / known[row] * score
    return pd.DataFrame({**means, "known": known}, index=objectives.index)


def _mean(row: Ints, weight: Floats, values: Floats, n: int) -> Floats:
    """Return the weighted mean of the known values per row."""
    there = ~np.isnan(values)
    total = np.bincount(row[there], weight[there], minlength=n)
    summed = np.bincount(row[there], weight[there] * values[there], minlength=n)
    return summed / np.where(total > 0, total, np.nan)


def _counts(objectives: pd.DataFrame, measures: pd.DataFrame, seen: pd.DataFrame, above: Ints) -> pd.DataFrame:
    """Return how many measures stand at and below each objective, how many are red, missing, met."""
    at = objectives.index.get_indexer(pd.Index(measures["objective"]))
    light = seen["status"].map(LIGHTS)
    kinds = {
        "measures": np.ones(len(seen), dtype=bool),
        "red": (light == "red").to_numpy(dtype=bool),
        "missing": (seen["status"] == "no data").to_numpy(dtype=bool),
        "met": (seen["status"] == "met").to_numpy(dtype=bool),
    }
    counts = np.column_stack(
        [np.bincount(at[(at >= 0) & chosen], minlength=len(objectives)) for chosen in kinds.values()]
    )
    for level in reversed((tree_levels(above) or [])[1:]):
        np.add.at(counts, above[level], counts[level])
    return pd.DataFrame(counts, index=objectives.index, columns=list(kinds))
