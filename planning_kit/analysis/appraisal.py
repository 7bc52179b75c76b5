"""Payouts that can be explained, pools that add up to the cent, and a screen for unequal outcomes.

Examples
--------
>>> payout(10_000, 1.25, 1.5)
18750.0
>>> import pandas as pd
>>> amounts, unallocated = share_pool(1000, pd.Series({"A": 5, "B": 3, "C": 2}),
...                                   caps=pd.Series({"A": 400, "B": 350, "C": 500}))
>>> amounts.tolist(), unallocated
([400.0, 350.0, 250.0], 0.0)
"""

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pandas as pd

from planning_kit.analysis._frames import numbers, require
from planning_kit.analysis.budget import cents
from planning_kit.errors import PlanError

SMALLEST_GROUP = 5
SMALLEST_TOTAL = 30
"""Below these numbers of people nothing about groups is shown: it would say more about persons than about rules."""


class Shares(NamedTuple):
    """What `share_pool` found."""

    amounts: pd.Series
    """Money per participant; with `unallocated` it adds up to the pool, to the cent."""
    unallocated: float
    """Money that no cap leaves room for."""


def payout(base: float, *factors: float, minor: int = 2) -> float:
    """Return the base amount times all factors, to the cent.

    Parameters
    ----------
    base : float
        Target amount in money, at least 0.
    *factors : float
        For example 1.25 for the unit's result and 1.5 for the person's; at least 0.
    minor : int
        Decimal places of the currency.

    Raises
    ------
    PlanError
        For a number below 0: nobody pays in.

    Notes
    -----
    ``base x factor x factor ...`` of the decimal numbers as typed, rounded half to even once, at the end.
    """
    numbers_typed = (base, *factors)
    if min(numbers_typed) < 0:
        raise PlanError(
            f"payout: {min(numbers_typed):g} is below 0. Amounts and factors are 0 or more, nobody pays in. "
            "Write 0 for what was not earned."
        )
    product = math.prod((Fraction(str(number)) for number in numbers_typed), start=Fraction(1))
    return float(Fraction(round(product * 10**minor), 10**minor))


def pool_size(attainment: float, base: float, steps: Mapping[float, float], reserve: float = 0.0) -> float:
    """Return the pool that an attainment funds.

    Parameters
    ----------
    attainment : float
        Share of the target that was reached, 0.8 = 80 %.
    base : float
        Money the shares refer to, for example the payroll.
    steps : mapping of float to float
        Share of `base` from each attainment on, for example ``{0.8: 0.10, 1.0: 0.15}``; nothing below the first.
    reserve : float
        Share of the pool kept back, 0 to 1.

    Examples
    --------
    >>> pool_size(0.8, 4_000_000, {0.8: 0.10, 1.0: 0.15}, reserve=0.25)
    300000.0
    """
    reached = [share for level, share in sorted(steps.items()) if attainment >= level]
    return payout(base, reached[-1] if reached else 0.0, float(1 - Fraction(str(reserve))))


def share_pool(
    pool: float,
    weights: pd.Series,
    caps: pd.Series | None = None,
    floors: pd.Series | None = None,
    *,
    minor: int = 2,
) -> Shares:
    """Share a pool by weight between floors and caps, to the cent (water-filling).

    Parameters
    ----------
    pool : float
        Money to share, at least 0.
    weights : Series, index = participant
        At least 0; weight 0 receives the floor.
    caps, floors : Series, optional
        Most and least per participant; missing ones mean no cap and 0.
    minor : int
        Decimal places of the currency.

    Returns
    -------
    Shares
        ``amounts`` and what stays ``unallocated`` because everybody is at the cap.

    Raises
    ------
    PlanError
        For a weight below 0, a floor above its cap, or floors that add up to more than the pool.

    Notes
    -----
    Everybody receives ``clip(level x weight, floor, cap)`` with the one level at which the sum is the pool. The
    arithmetic is exact (fractions); odd cents go to the largest remainders, equal ones in the order of the ids.
    """
    total = int(cents(np.array(pool), minor))
    least = _limits(floors, weights.index, 0, minor)
    most = _limits(caps, weights.index, total, minor)
    _check_pool(total, weights, least, most)
    exact = _water_level(total, [Fraction(str(weight)) for weight in weights], least, most)
    whole = [math.floor(amount) for amount in exact]
    rest = math.floor(sum(exact) - sum(whole))
    order = sorted(range(len(whole)), key=lambda n: (whole[n] - exact[n], str(weights.index[n])))
    for n in order[:rest]:
        whole[n] += 1
    amounts = pd.Series(np.array(whole, dtype=np.float64) / 10**minor, index=weights.index, name="amount")
    return Shares(amounts, (total - sum(whole)) / 10**minor)


def adverse_impact(groups: pd.DataFrame) -> pd.DataFrame:
    """Return the selection rate of each group against the highest one (four-fifths rule).

    A screening rule of US practice, no verdict: it says where to look.

    Parameters
    ----------
    groups : DataFrame, index = group
        ``selected``, ``total``: whole numbers of people, ``0 <= selected <= total``.

    Returns
    -------
    DataFrame, index = group
        ``n`` (people), ``rate`` = selected / total, ``impact_ratio`` = rate / highest rate, ``flagged`` (ratio
        strictly under 4/5, compared in whole numbers), ``p_value`` (Fisher's exact test, two-sided, against the
        group with the highest rate), ``suppressed``. With fewer than 30 people in all every number is missing,
        with fewer than 5 in a group that group's; such a group is nobody's measure either.

    Raises
    ------
    PlanError
        For counts that cannot be.

    Notes
    -----
    Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4 D (1978). A ratio of exactly .80 is not
    flagged.
    """
    require(groups, "groups", "selected", "total")
    selected, total = (numbers(groups, name, default=0) for name in ("selected", "total"))
    wrong = (selected < 0) | (selected > total) | (selected % 1 != 0) | (total % 1 != 0)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise PlanError(
            f"groups {groups.index[row]}: {selected[row]:g} selected of {total[row]:g} cannot be. "
            "Both are whole numbers of people, selected at most total. Count again."
        )
    hidden = (total < SMALLEST_GROUP) | (total.sum() < SMALLEST_TOTAL)
    rate = np.where(hidden, np.nan, selected / np.where(hidden, 1, total))
    found = pd.DataFrame({"n": np.where(hidden, np.nan, total), "rate": rate}, index=groups.index)
    found["suppressed"] = hidden
    best = None if hidden.all() else int(np.nanargmax(rate))
    top = (0, 0) if best is None else (int(selected[best]), int(total[best]))
    ours = [(int(s), int(t)) for s, t in zip(selected, total, strict=True)]
    found["impact_ratio"] = found["rate"] / (found["rate"].max() or np.nan)
    found["flagged"] = pd.array([5 * s * top[1] < 4 * top[0] * t for s, t in ours], dtype="boolean")
    found["flagged"] = found["flagged"].mask(hidden)
    p_values = [fisher(s, t - s, top[0], top[1] - top[0]) for s, t in ours]
    found["p_value"] = np.where(hidden, np.nan, p_values)
    return found[["n", "rate", "impact_ratio", "flagged", "p_value", "suppressed"]]


def fisher(a: int, b: int, c: int, d: int) -> float:
    """Return the two-sided p-value of Fisher's exact test for the table ``[[a, b], [c, d]]``.

    The sum of the probabilities of all tables with the same margins that are no likelier than this one.

    Examples
    --------
    >>> round(fisher(8, 2, 1, 5), 6)
    0.034965
    """
    row, column, n = a + b, a + c, a + b + c + d
    ways = [math.comb(row, k) * math.comb(n - row, column - k) for k in range(min(row, column) + 1)]
    ways = [count if 0 <= column - k <= n - row else 0 for k, count in enumerate(ways)]
    return float(Fraction(sum(count for count in ways if count <= ways[a]), math.comb(n, column)))


def _limits(limits: pd.Series | None, index: pd.Index, default: int, minor: int) -> list[int]:
    """Return floors or caps as whole minor units."""
    if limits is None:
        return [default] * len(index)
    typed = limits.reindex(index).to_numpy(dtype=np.float64, na_value=np.nan)
    return [default if np.isnan(value) else int(cents(np.array(value), minor)) for value in typed]


def _check_pool(total: int, weight: pd.Series, least: list[int], most: list[int]) -> None:
    """Refuse what cannot be shared."""
    if sum(least) > total:
        raise PlanError(
            f"pool: the floors add up to {sum(least)} of the smallest coin, the pool to {total}. "
            "Floors may take up the pool at most. Lower the floors or raise the pool."
        )
    for who, share, low, high in zip(weight.index, weight, least, most, strict=True):
        if not 0 <= share < math.inf or not 0 <= low <= high:
            raise PlanError(
                f"pool {who}: weight {share:g}, floor and cap do not fit. "
                "Weights and floors are 0 or more and a floor is not above its cap. Correct one of them."
            )


def _water_level(total: int, weight: list[Fraction], least: list[int], most: list[int]) -> list[Fraction]:
    """Return the exact amounts, which add up to the pool or, if that is less, to the caps.

    The sum of ``clip(level x weight, floor, cap)`` grows with the level and bends where somebody leaves the floor or
    reaches the cap. Between two bends it is a straight line.
    """
    bends = {limit / w for w, *limits in zip(weight, least, most, strict=True) if w for limit in limits}

    def amounts(level: Fraction) -> list[Fraction]:
        return [
            min(max(level * w, Fraction(low)), Fraction(high)) for w, low, high in zip(weight, least, most, strict=True)
        ]

    below = Fraction(0)
    for bend in sorted(bends):
        before, after = amounts(below), amounts(bend)
        if sum(after) > total:
            rising = sum((w for w, a, b in zip(weight, before, after, strict=True) if b > a), Fraction(0))
            return amounts(below + (total - sum(before)) / rising)
        below = bend
    return amounts(below)
