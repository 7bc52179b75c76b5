"""A ranking from many votes: how far raters agree, own criteria, and how little would turn the choice.

Examples
--------
>>> import pandas as pd
>>> scores = pd.DataFrame({"value": [5, 4, 2], "urgency": [1, 4, 3]}, index=["T1", "T2", "T3"])
>>> weights = pd.Series({"value": 80.0, "urgency": 20.0})
>>> weighted(scores, weights)["score"].round(2).to_dict()
{'T1': 4.2, 'T2': 4.0, 'T3': 2.2}
>>> turned = weights_that_turn(scores, weights, 1)
>>> turned.leaves, turned.enters, round(turned.change, 3)
('T1', 'T2', 0.05)
"""

import itertools
import math
from collections.abc import Hashable
from typing import NamedTuple

import numpy as np
import pandas as pd

from planning_kit.analysis._frames import Floats, keyed, numbers, require
from planning_kit.errors import PlanError

_CAMP = 0.3
_FINE = 1e-9


class Turn(NamedTuple):
    """The smallest change after which another item is among the chosen ones."""

    change: float
    """Share of all weight that moves (0 to 1), or number of votes; 0 where two are level already, inf if nothing
    of the kind can do it."""
    leaves: Hashable
    """The item that leaves the chosen ones; None if none does."""
    enters: Hashable
    """The item that takes its place, or draws level."""
    to: pd.Series
    """The weights after the change (index = criterion, adding up to 1), or the votes to change (index = their rows,
    values = what they would have to be)."""


def weighted(scores: pd.DataFrame, weights: pd.Series) -> pd.DataFrame:
    """Return the weighted mean of own criteria; the highest goes first.

    Parameters
    ----------
    scores : DataFrame, index = id, columns = criteria
        All on one scale, more is better (turn difficulty round before).
    weights : Series, index = criterion
        At least 0, not all 0; only their ratios count. AHP weights will do.

    Returns
    -------
    DataFrame, index = id
        ``score`` = sum(weight x score) / sum(weight), NaN where a score with weight is missing; ``rank`` (1 = first,
        equal ones share the better rank).

    Raises
    ------
    PlanError
        For a criterion without a weight, or weights that are below 0 or all 0.

    Notes
    -----
    Additive value model: Keeney and Raiffa, Decisions with Multiple Objectives (1976).
    """
    share = _shares(scores, weights)
    score = scores.to_numpy(dtype=np.float64)[:, share > 0] @ share[share > 0]
    found = pd.DataFrame({"score": score}, index=scores.index)
    found["rank"] = found["score"].rank(ascending=False, method="min").astype("Int64")
    return found


def spread(votes: pd.DataFrame, apart: float = 1.0) -> pd.DataFrame:
    """Return how far raters agree on each item, before anybody averages it away.

    Parameters
    ----------
    votes : DataFrame
        ``item``, ``rater``, ``value``; an empty value is no vote.
    apart : float
        The least distance between two peaks, on the scale of the votes.

    Returns
    -------
    DataFrame, index = item, in the order of the rows
        ``raters``, ``mean``, ``min``, ``q1``, ``median``, ``q3``, ``max`` (quartiles by linear interpolation),
        ``two_peaks``: whether the votes fall into two camps, each of two raters and 30 % at least, at least `apart`
        from each other and further than the width of either camp.
    """
    require(votes, "votes", "item", "rater", "value")
    known = votes.assign(value=numbers(votes, "value")).dropna(subset=["value"])
    groups = known.groupby("item", sort=False)["value"]
    found = pd.DataFrame({"raters": groups.size(), "mean": groups.mean()})
    for name, level in (("min", 0.0), ("q1", 0.25), ("median", 0.5), ("q3", 0.75), ("max", 1.0)):
        found[name] = groups.quantile(level)
    return found.assign(two_peaks=groups.agg(lambda given: _two_peaks(np.sort(given.to_numpy()), apart)).astype(bool))


def camps(votes: pd.DataFrame, lowest: float, highest: float) -> pd.DataFrame:
    """Return the spread of each item's votes, the widest first, and whether raters stand in two camps.

    Parameters
    ----------
    votes : DataFrame
        ``item``, ``rater``, ``value``.
    lowest, highest : float
        The ends of the scale.

    Returns
    -------
    DataFrame, index = item
        As `spread`, with ``wide`` (standard deviation of these raters, in the unit of the votes) and ``camps``: two
        peaks half the scale apart, or 30 % of the votes and more in each outer quarter of it (1, 2 against 4, 5).

    Examples
    --------
    >>> votes = pd.DataFrame({"item": ["T1"] * 4 + ["T2"] * 4, "rater": list("abcd") * 2})
    >>> camps(votes.assign(value=[3, 3, 4, 4, 1, 2, 5, 5]), 1, 5)[["wide", "camps"]].round(2).to_dict("index")
    {'T2': {'wide': 1.79, 'camps': True}, 'T1': {'wide': 0.5, 'camps': False}}
    """
    quarter = (highest - lowest) / 4
    found = spread(votes, apart=2 * quarter)
    known = votes.assign(value=numbers(votes, "value")).dropna(subset=["value"])
    found["wide"] = known.groupby("item")["value"].std(ddof=0)
    low, high = (
        side.groupby(known["item"]).mean().reindex(found.index)
        for side in (known["value"] <= lowest + quarter, known["value"] >= highest - quarter)
    )
    found["camps"] = found["two_peaks"] | ((low >= _CAMP) & (high >= _CAMP) & (found["raters"] > 1))
    return found.sort_values("wide", ascending=False, kind="stable")


def _two_peaks(values: Floats, apart: float) -> bool:
    """Return whether sorted votes fall into two camps."""
    camp = max(2, math.ceil(_CAMP * len(values)))
    return any(
        values[cut] - values[cut - 1] >= apart
        and values[cut] - values[cut - 1] > max(values[cut - 1] - values[0], values[-1] - values[cut])
        for cut in range(camp, len(values) - camp + 1)
    )


def weights_that_turn(scores: pd.DataFrame, weights: pd.Series, chosen: int) -> Turn:
    """Return the smallest shift of weight between criteria that changes which items are chosen.

    Parameters
    ----------
    scores, weights
        As for `weighted`; items with a missing score are left out.
    chosen : int
        How many of the highest scores are chosen.

    Returns
    -------
    Turn
        ``change`` is the share of all weight that moves from some criteria to others.

    Notes
    -----
    For each pair of a chosen and another item, weight moves from the criteria that favour the chosen one most to the
    one that favours it least until both are level: the exact solution, a continuous knapsack. The least over all pairs
    is returned. After Triantaphyllou, Multi-criteria Decision Making Methods (2000), chapter 8, who moves one weight.
    """
    share = _shares(scores, weights)
    known = scores.dropna()
    values = known.to_numpy(dtype=np.float64)
    order = np.argsort(-(values @ share), kind="stable").tolist()
    best = Turn(math.inf, None, None, pd.Series(share, scores.columns, name="weight"))
    for a in reversed(order[:chosen]):
        leads = values[a] - values[order[chosen:]]
        with np.errstate(divide="ignore", invalid="ignore"):  # moving m of the weight cannot take more than m x width
            least = np.nan_to_num(np.round(leads @ share, 12) / np.ptp(leads, axis=1), posinf=math.inf)
        for number in np.argsort(least, kind="stable").tolist():
            if least[number] >= best.change:
                break
            moved, after = _shift(leads[number], share)
            if moved < best.change:
                enters = known.index[order[chosen + number]]
                best = Turn(moved, known.index[a], enters, pd.Series(after, scores.columns, name="weight"))
    return best


def votes_that_turn(votes: pd.DataFrame, chosen: int, lowest: float = 1.0, highest: float = 5.0) -> Turn:
    """Return the smallest number of votes that, cast otherwise, change which items are chosen by mean vote.

    Parameters
    ----------
    votes : DataFrame, index = row id
        ``item``, ``value`` from `lowest` to `highest`; an empty value is no vote. With a column ``weight`` the score of
        an item is sum(weight x value) of its votes: a weighted mean of criteria (weight of the criterion / its votes).
    chosen : int
        How many of the highest means are chosen.

    Returns
    -------
    Turn
        ``change`` is the number of votes.

    Notes
    -----
    For each pair of a chosen and another item, the votes that matter most are moved to the end of the scale, one after
    the other, until both scores are level: fewer votes cannot do it.
    """
    keyed(votes, "votes", "item", "value")
    known = votes.assign(value=numbers(votes, "value")).dropna(subset=["value"])
    if "weight" not in known:
        known["weight"] = 1 / known.groupby("item")["value"].transform("size")
    weight, value = known["weight"], known["value"]
    known = known.assign(adds=weight * value, down=weight * (value - lowest), up=weight * (highest - value))
    scores = known.groupby("item", sort=False)["adds"].sum().sort_values(ascending=False, kind="stable")
    chosen_ones, others = scores.index[:chosen][::-1], scores.index[chosen:]
    down, up = (
        dict(iter(known[known["item"].isin(some)].sort_values(way, ascending=False).groupby("item")[way]))
        for way, some in (("down", chosen_ones), ("up", others))
    )
    most = int(known["item"].value_counts().max()) if len(known) else 0
    reach = {
        one: np.pad(gains.to_numpy(), (1, 2 * most - len(gains) + 1)).cumsum() for one, gains in (down | up).items()
    }
    best, by = Turn(math.inf, None, None, pd.Series(dtype="float64", name="value")), scores.to_dict()
    for a, b in itertools.product(chosen_ones, others):
        lead, fewer = by[a] - by[b] - _FINE, int(min(best.change, 2 * most + 1)) - 1
        if fewer < 0 or lead > reach[a][fewer] + reach[b][fewer]:
            continue  # not with fewer votes than the best so far
        gains = pd.concat([down[a], up[b]]).sort_values(ascending=False, kind="stable")
        enough = np.concatenate([[0.0], gains.cumsum()]) >= lead
        if enough.any() and int(enough.argmax()) < best.change:
            moved = gains.index[: int(enough.argmax())]
            to = pd.Series(np.where(moved.isin(down[a].index), lowest, highest), moved, name="value")
            best = Turn(float(len(moved)), a, b, to)
    return best


def _shares(scores: pd.DataFrame, weights: pd.Series) -> Floats:
    """Return the weights of the criteria, adding up to 1."""
    found = numbers(weights.reindex(scores.columns).to_frame("weight"), "weight")
    wrong = ~(found >= 0)
    if wrong.any() or not found.sum() > 0:
        where = scores.columns[int(np.argmax(wrong))] if wrong.any() else "of all criteria"
        what = f"{found[np.argmax(wrong)]:g}" if wrong.any() else "0"
        raise PlanError(f"weight {where}: {what} was found. Needed is a number from 0 on, not 0 for all. Write it.")
    share: Floats = found / found.sum()
    return share


def _shift(lead: Floats, share: Floats) -> tuple[float, Floats]:
    """Return how much weight has to move until a lead, by criterion, is gone, and the weights then."""
    after, target = share.copy(), int(np.argmin(lead))
    left = float(lead @ share)
    for source in np.argsort(-lead, kind="stable").tolist():
        drop = lead[source] - lead[target]
        if left <= _FINE or drop <= 0:
            break
        moved = min(after[source], left / drop)
        after[source] -= moved
        after[target] += moved
        left -= moved * drop
    return (float(np.abs(after - share).sum() / 2), after) if left <= _FINE else (math.inf, share)
