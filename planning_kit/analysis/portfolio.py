"""Which initiatives, when money and skills do not suffice for all: the best choice, its proof, and what a wish costs.

Money is counted in whole minor units. Values are judgements: whole numbers and decimals are taken exactly. The search
runs in a process of its own (HiGHS), which can be stopped at any time with the best so far. A slider at the table reads
a `frontier` computed once.

Examples
--------
>>> import pandas as pd
>>> values, costs = pd.Series({"A": 16, "B": 22, "C": 12, "D": 8}), pd.Series({"A": 5, "B": 7, "C": 4, "D": 3})
>>> found = choose(values, costs, 14)
>>> found.chosen, found.optimum, found.status
(('B', 'C', 'D'), 42.0, 'optimal')
>>> found.why_not[["reason", "short", "price", "lets_in"]].to_dict("index")
{'A': {'reason': 'budget', 'short': 5.0, 'price': 4.0, 'lets_in': 1.0}}
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, Unpack

import numpy as np
import pandas as pd

from planning_kit.analysis._frames import numbers, require
from planning_kit.analysis._portfolio import Counted, Groups, Limits, read
from planning_kit.analysis._search import Search, Told, departures, scarcity, why_not
from planning_kit.analysis.ranking import spread
from planning_kit.errors import PlanError

SECONDS = 30.0
POINTS = 100.0
APART = 10.0


@dataclass(frozen=True)
class Choice:
    """What `choose` found."""

    chosen: tuple[Hashable, ...]
    """Ids, in the order given."""
    optimum: float
    """Total value of the chosen; NaN if there is no choice."""
    bound: float
    """No choice can be worth more."""
    gap: float
    """(bound - optimum) / bound: the share that may be missing; 0 if proven optimal."""
    status: str
    """``optimal`` (proven), ``feasible`` (stopped before the proof) or ``infeasible`` (no choice keeps all limits)."""
    seconds: float
    """Time the solver worked."""
    spent: float
    """Cost of the chosen."""
    shortfall: float
    """Extra budget without which there is no choice at all: 0 if there is one, inf if no money helps."""
    shadow_price: pd.DataFrame
    """One row for the budget and one per skill and period: ``limit``, ``skill``, ``period``, ``capacity``, ``used``,
    ``left``, ``lp_shadow_price``: the value one more unit would add **if parts of initiatives could be taken** (LP
    relaxation); a guide to what is scarce, not a promise."""
    why_not: pd.DataFrame
    """Index = rejected id. What it would break beside the chosen: ``reason`` (``requires``, ``excludes``, ``at_most``,
    ``skill``, ``budget``, joined by ``; ``; ``value``: it adds nothing; ``stopped``: it fits), ``requires`` (ids not
    chosen), ``excluded_by`` (ids chosen), ``skills`` (skill and period), ``short`` (money missing beside the chosen).
    ``price``: value lost if it is forced in, inf if it cannot be. ``lets_in``: smallest extra budget with which it
    belongs to an optimum, inf if no money brings it in. NaN: not computed in the time."""


@dataclass(frozen=True)
class Price:
    """What `price` found."""

    value: float
    optimum: float
    """NaN if no choice keeps all limits."""
    difference: float
    """optimum - value: what it costs to insist. Below 0 only where limits are broken or the proof is missing."""
    status: str
    """Of the optimum, as in `Choice`."""
    spent: float
    is_feasible: bool
    broken: pd.DataFrame
    """One row per limit broken: ``limit``, ``items`` (ids joined by ``; ``), ``skill``, ``period``, ``by`` (money,
    demand or number)."""
    departures: pd.DataFrame
    """Index = id: ``departure`` (``added`` or ``dropped`` against the optimum), ``price``: the value lost if this one
    wish were granted and all else chosen best; inf if it cannot be."""


class Frontier(NamedTuple):
    """What `frontier` found."""

    steps: pd.DataFrame
    """Index = budget, rising: ``value`` (never falls), ``bound``, ``spent`` and ``status`` as in `Choice`."""
    chosen: pd.DataFrame
    """Index = budget, columns = ids: whether it is chosen."""


@dataclass(frozen=True)
class Reallocation:
    """What `reallocate` found."""

    chosen: tuple[Hashable, ...]
    starts: tuple[Hashable, ...]
    stops: tuple[Hashable, ...]
    stays: tuple[Hashable, ...]
    value: float
    optimum: float
    """The most that is possible after the shock."""
    bound: float
    given_up: float
    """optimum - value: what stability costs, at most the tolerance."""
    disruption: float
    """Weighted number of starts and stops."""
    status: str
    """``optimal`` if all stages were proven, ``feasible`` or ``infeasible``."""
    seconds: float
    spent: float


def choose(  # noqa: PLR0913, PLR0917 - the limits of a choice, by their fixed names
    values: pd.Series,
    costs: pd.Series,
    budget: float,
    requires: Groups = (),
    excludes: Groups = (),
    mandatory: Iterable[Hashable] = (),
    skills: pd.DataFrame | None = None,
    *,
    capacity: pd.DataFrame | None = None,
    at_most: Counted = (),
    at_least: Counted = (),
    minor: int = 2,
    seconds: float = SECONDS,
    progress: Told | None = None,
    explained: bool = True,
) -> Choice:
    """Return the most valuable choice of whole initiatives under money, skills and rules.

    Parameters
    ----------
    values : Series, index = id
        Value of each initiative, any scale; all of them may be chosen. Its index says what there is to choose from.
    costs : Series, index = id
        Money, at least 0.
    budget : float
        Money there is.
    requires : groups of ids
        The first of each group needs all the others.
    excludes : groups of ids
        At most one of each group.
    mandatory : ids
        In every choice.
    skills : DataFrame, optional
        ``item``, ``skill``, ``period``, ``demand``. Anything that is limited per period will do, also cash.
    capacity : DataFrame, optional
        ``skill``, ``period``, ``capacity``, in the uom of the demand: what is free for these initiatives.
    at_most, at_least : pairs of a number and a group of ids
        So many of the group.
    minor : int
        Decimal places of the currency.
    seconds : float
        Time the solver may work, explanations included.
    progress : callable, optional
        Hears ``Progress(value, bound, seconds, done)`` several times a second; answers True to stop with the best
        so far.
    explained : bool
        Whether to compute ``price``, then ``lets_in`` of what is rejected: one exact solution for each, then several.

    Raises
    ------
    PlanError
        For numbers that are missing, unknown ids, a demand without a capacity, or no choice found in the time.

    Notes
    -----
    0-1 programming: ``max value @ x`` with ``cost @ x <= budget``, ``demand @ x <= capacity``, ``x_a <= x_b``, solved
    by branch and cut (HiGHS; Huangfu and Hall, 2018). ``lets_in`` is exact: the least cost b of a choice with the item
    worth as much as the optimum is found; if the optimum at budget b is worth more than that, the search goes on with
    that value. No smaller budget can do, because with less the item's best choice is worth less than the optimum.
    All but the budget stays as it is; values more than 9 digits apart are compared to a billionth of their sum.
    """
    model = read(
        values,
        costs,
        budget,
        requires=requires,
        excludes=excludes,
        mandatory=mandatory,
        skills=skills,
        capacity=capacity,
        at_most=at_most,
        at_least=at_least,
        minor=minor,
    )
    with Search(model, seconds, progress) as search:
        relaxed = search.solve(model.program(model.worth, relaxed=True))
        best = search.best()
        taken = search.taken(best)
        reasons = why_not(search, best, taken, explained=explained)
        return Choice(
            model.ids(taken),
            *search.proof(best, taken),
            best.status,
            spent=search.spent(best, taken),
            shortfall=0.0 if search.is_choice(best) else search.shortfall(),
            shadow_price=scarcity(model, taken, relaxed),
            why_not=reasons,
            seconds=search.seconds,
        )


def price(  # noqa: PLR0913 - a choice, its limits, and how to work
    picked: Iterable[Hashable],
    values: pd.Series,
    costs: pd.Series,
    budget: float,
    *,
    seconds: float = SECONDS,
    progress: Told | None = None,
    **limits: Unpack[Limits],
) -> Price:
    """Return what people's own choice costs against the optimum, and which limits it breaks.

    Parameters
    ----------
    picked : ids
        The choice people made.
    values, costs, budget, seconds, progress, **limits
        As for `choose`.

    Raises
    ------
    PlanError
        As for `choose`.
    """
    model = read(values, costs, budget, **limits)
    mine = model.flags(picked, "choice")
    with Search(model, seconds, progress) as search:
        best = search.best()
        taken = search.taken(best)
        value, (optimum, _, _) = model.value(mine), search.proof(best, taken)
        broken = model.broken(mine)
        return Price(
            value=value,
            optimum=optimum,
            difference=optimum - value,
            status=best.status,
            spent=model.cost(mine),
            is_feasible=broken.empty,
            broken=broken,
            departures=departures(search, best, taken, mine),
        )


def frontier(
    values: pd.Series,
    costs: pd.Series,
    budgets: Iterable[float],
    *,
    seconds: float = SECONDS,
    progress: Told | None = None,
    **limits: Unpack[Limits],
) -> Frontier:
    """Return the best choice at each of several budgets: the efficient frontier, and what a budget slider shows.

    Parameters
    ----------
    budgets : numbers
        Money, in any order.
    values, costs, seconds, progress, **limits
        As for `choose`; the time is for all budgets together.

    Raises
    ------
    PlanError
        As for `choose`.

    Notes
    -----
    From the largest budget down, because a proven choice that costs no more than the next budget is the best there too.
    Where time ran out the status is ``feasible``, below that ``unknown`` and NaN.
    """
    amounts = sorted(set(budgets))
    model = read(values, costs, max(amounts, default=0), **limits)
    with Search(model, seconds, progress) as search:
        steps, choices = search.downward(amounts)
    index = pd.Index(amounts, name="budget", dtype="float64")
    chosen = np.array(choices, dtype=bool).reshape(len(amounts), len(model.items))
    return Frontier(
        pd.DataFrame(steps, index, ["value", "bound", "spent", "status"]), pd.DataFrame(chosen, index, model.items)
    )


def reallocate(  # noqa: PLR0913 - before and after, limits, and how to work
    before: Iterable[Hashable],
    values: pd.Series,
    costs: pd.Series,
    budget: float,
    *,
    gone: Iterable[Hashable] = (),
    tolerance: float = 0.0,
    disruption: pd.Series | None = None,
    seconds: float = SECONDS,
    progress: Told | None = None,
    **limits: Unpack[Limits],
) -> Reallocation:
    """Return the choice after a shock that keeps as much as possible as it was.

    Parameters
    ----------
    before : ids
        What was chosen; those not among the values have gone, and stop.
    values, costs, budget, seconds, progress, **limits
        As for `choose`, **after** the shock: the smaller budget, the capacity without the skill that left.
    gone : ids
        Initiatives that cannot be chosen any more; what requires them goes too.
    tolerance : float
        Share of the optimum that may be given up for stability, 0.02 = 2 %.
    disruption : Series, index = id, optional
        What it means to start or stop each one, at least 0; 1 where nothing is given.

    Raises
    ------
    PlanError
        As for `choose`.

    Notes
    -----
    Three stages, one after the other (lexicographic): the most value; the least disruption among choices worth at
    least ``(1 - tolerance) x`` that; the most value among those.
    """
    model = read(values, costs, budget, **limits)
    old = tuple(dict.fromkeys(before))
    was = model.flags([one for one in old if one in model.items], "before")
    weight = np.ones(len(was)) if disruption is None else numbers(disruption.reindex(model.items).to_frame("d"), "d", 1)
    barred = [(row, 0) for row in np.flatnonzero(model.flags(gone, "gone")).tolist()]
    with Search(model, seconds, progress) as search:
        best, taken, status = search.calmest(was, weight, barred, tolerance)
        optimum, bound, _ = search.proof(best, search.flags(best))
        value = model.value(taken) if search.is_choice(best) else math.nan
        stays = model.ids(was & taken)
        return Reallocation(
            chosen=model.ids(taken),
            starts=model.ids(taken & ~was),
            stops=tuple(one for one in old if one not in stays),
            stays=stays,
            value=value,
            optimum=optimum,
            bound=bound,
            given_up=optimum - value,
            disruption=float(weight[was != taken].sum()) + sum(one not in model.items for one in old),
            status=status,
            seconds=search.seconds,
            spent=search.spent(best, taken),
        )


def points(given: pd.DataFrame, items: Iterable[Hashable] = ()) -> pd.DataFrame:
    """Return what several raters' blind 100 points say together, with their spread.

    Parameters
    ----------
    given : DataFrame
        ``rater``, ``item``, ``points`` (at least 0). Each rater's points are scaled to 100; what somebody left out
        got 0 from them.
    items : ids, optional
        Everything that could have received points.

    Returns
    -------
    DataFrame, index = item
        ``value``: mean points, which add up to 100, for `choose`; ``raters``, ``min``, ``q1``, ``median``, ``q3``,
        ``max``, ``two_peaks``: see `ranking.spread`; peaks are at least 10 points apart.

    Raises
    ------
    PlanError
        For points below 0 or a rater who gave none.
    """
    require(given, "points", "rater", "item", "points")
    amounts = numbers(given, "points", default=0)
    if (amounts < 0).any():
        row = int(np.argmax(amounts < 0))
        raise PlanError(f"points {given.index[row]}: {amounts[row]:g} is below 0. Points are from 0 on. Take from 100.")
    wide = given.assign(points=amounts).pivot_table("points", "item", "rater", "sum", fill_value=0.0, sort=False)
    wide = wide.reindex(list(dict.fromkeys([*items, *wide.index])), fill_value=0.0)
    totals = wide.sum()
    if (totals == 0).any():
        raise PlanError(f"points: {totals.index[totals == 0][0]} gave no points. Each rater spreads 100. Ask again.")
    shares = (wide / totals * POINTS).rename_axis(index="item").melt(value_name="value", ignore_index=False)
    return spread(shares.reset_index(), apart=APART).rename(columns={"mean": "value"})
