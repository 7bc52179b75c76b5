"""Risks: what they may cost, where they stand in the matrix, and how much reserve is enough.

Examples
--------
>>> import pandas as pd
>>> risks = pd.DataFrame({"probability": [0.8, 0.3], "cost": [10_000.0, 30_000.0]}, index=["R1", "R2"])
>>> exposure(risks).to_dict()
{'R1': 8000.0, 'R2': 9000.0}
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from planning_kit.analysis._frames import Floats, keyed, numbers, require
from planning_kit.errors import PlanError

LEVELS = range(1, 6)
QUANTILES = (0.5, 0.8, 0.95)
_BLOCK = 1_000


class Contingency(NamedTuple):
    """What `contingency` found."""

    reserve: float
    """Money that is enough with the probability asked for."""
    quantiles: pd.Series
    """Index = probability (0.5, 0.8, 0.95): the total that is not exceeded."""
    expected: float
    """Sum of the exposures."""
    trials: int
    """Number of simulated courses of events."""


def exposure(risks: pd.DataFrame) -> pd.Series:
    """Return the exposure of each risk: probability x cost.

    Parameters
    ----------
    risks : DataFrame, index = id
        ``probability`` (share, 0 to 1), ``cost`` (money if it comes, at least 0).

    Returns
    -------
    Series, index = id
        Money; NaN where one of the two is missing.

    Raises
    ------
    PlanError
        For a probability outside 0 to 1.
    """
    return pd.Series(_probability(risks) * numbers(risks, "cost"), index=risks.index, name="exposure")


def matrix(risks: pd.DataFrame, likelihood: str = "likelihood", impact: str = "impact") -> pd.DataFrame:
    """Return how many risks stand in each cell of the 5 x 5 matrix.

    Parameters
    ----------
    risks : DataFrame
        Columns `likelihood` and `impact`, whole numbers from 1 to 5; a risk without one of them is left out.
    likelihood, impact : str
        Names of the columns, for example those after the response.

    Returns
    -------
    DataFrame, shape (5, 5)
        Index = likelihood from 5 down to 1, columns = impact from 1 to 5.

    Raises
    ------
    PlanError
        For a level that is not 1 to 5.
    """
    require(risks, "risks", likelihood, impact)
    levels = np.column_stack([numbers(risks, likelihood), numbers(risks, impact)])
    wrong = ~np.isnan(levels) & ~np.isin(levels, LEVELS)
    if wrong.any():
        row, side = np.argwhere(wrong)[0]
        raise PlanError(
            f"risks {risks.index[row]}, {(likelihood, impact)[side]}: {levels[row, side]:g} is no level. "
            "Levels are whole numbers from 1 to 5. Choose one."
        )
    counts = np.zeros((5, 5), dtype=np.int64)
    known = levels[~np.isnan(levels).any(axis=1)].astype(np.int64) - 1
    np.add.at(counts, (known[:, 0], known[:, 1]), 1)
    found = pd.DataFrame(counts, index=pd.Index(LEVELS, name=likelihood), columns=pd.Index(LEVELS, name=impact))
    return found.iloc[::-1]


def contingency(risks: pd.DataFrame, quantile: float = 0.8, *, trials: int = 20_000, seed: int = 1) -> Contingency:
    """Return the reserve that covers all risks together with a given probability.

    Parameters
    ----------
    risks : DataFrame, index = id
        As for `exposure`; a risk without probability or cost is left out.
    quantile : float
        Probability that the reserve is enough, 0.8 = 80 %.
    trials, seed : int
        The same numbers give the same reserve.

    Notes
    -----
    In each trial every risk comes or not, independently, and its cost counts in full. Risks that come together
    need more. The sum of exposures is the mean of the trials: about every second time it is not enough. A product
    of ordinal levels cannot be added up at all (Cox, What's wrong with risk matrices?, 2008).
    """
    keyed(risks, "risks", "probability", "cost")
    probability, cost = _probability(risks), numbers(risks, "cost")
    known = ~np.isnan(probability) & ~np.isnan(cost)
    probability, cost = probability[known], cost[known]
    random = np.random.default_rng(seed)
    totals = np.concatenate(
        [
            (random.random((min(_BLOCK, trials - first), len(cost))) < probability) @ cost
            for first in range(0, trials, _BLOCK)
        ]
    )
    levels = pd.Series(np.quantile(totals, QUANTILES), index=pd.Index(QUANTILES, name="probability"), name="total")
    return Contingency(float(np.quantile(totals, quantile)), levels, float(probability @ cost), trials)


def _probability(risks: pd.DataFrame) -> Floats:
    """Return probabilities, checked."""
    require(risks, "risks", "probability", "cost")
    probability = numbers(risks, "probability")
    wrong = (probability < 0) | (probability > 1)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise PlanError(
            f"risks {risks.index[row]}, probability: {probability[row]:g} is not between 0 and 1. "
            "It is a share. Divide per cent by 100."
        )
    return probability
