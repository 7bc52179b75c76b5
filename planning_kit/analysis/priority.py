"""Which first: pairwise comparison (AHP), shortest weighted job (WSJF), reach against effort (RICE), factor scores.

Examples
--------
>>> import pandas as pd
>>> jobs = pd.DataFrame({"value": [8, 5], "time_criticality": [4, 9], "risk_reduction": [3, 8], "size": [5, 2]},
...                     index=["T1", "T2"])
>>> wsjf(jobs)["wsjf"].to_dict()
{'T1': 3.0, 'T2': 11.0}
"""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from planning_kit.analysis._frames import Flags, Floats, keyed, numbers, require
from planning_kit.errors import PlanError

RANDOM_INDEX: dict[str, tuple[float, ...]] = {
    "saaty": (0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45),
    "saaty_later": (0.52, 0.89, 1.11, 1.25, 1.35, 1.40, 1.45, 1.49),
    "donegan_dodd": (0.4914, 0.8286, 1.0591, 1.1797, 1.2519, 1.3171, 1.3733, 1.4055),
}
"""Mean consistency index of random matrices for n = 3, 4, ...: Saaty (1980), Saaty (2008), Donegan and Dodd (1991)."""

ACCEPTED = 0.10
"""Judgements with a consistency ratio up to this are taken as consistent."""

_PAIR = 2
_REAL, _DIGITS = 1e-6, 9
_SETTLED, _ROUNDS = 1e-9, 10_000


class Hierarchy(NamedTuple):
    """What `ahp` found."""

    weights: pd.Series
    """Weight per item; they sum to 1."""
    lambda_max: float
    """Principal eigenvalue, n for perfect consistency."""
    consistency_index: float
    """(lambda_max - n) / (n - 1)."""
    consistency_ratio: float
    """Consistency index / random index; 0 where no judgement can contradict another."""
    random_index: str
    """Name of the table used."""
    accepted: bool
    """Whether the ratio is at most 0.10."""
    worst: tuple[Hashable, Hashable, float] | None
    """The judgement that inflates the ratio most: both items and the value that fits the others; None if all fit."""


def ahp(matrix: pd.DataFrame, random_index: str = "saaty") -> Hierarchy:
    """Return the weights of items from pairwise comparisons, with the consistency of the judgements.

    Parameters
    ----------
    matrix : DataFrame, shape (n, n), index = columns = items
        ``matrix.loc[a, b]`` says how many times a matters more than b (1/9 to 9); the diagonal is 1 and the other
        half holds the reciprocals. NaN where a pair was not compared, as long as others lead from one to the other.
    random_index : str
        One of `RANDOM_INDEX`; state it beside the ratio.

    Raises
    ------
    PlanError
        If the matrix is not square, positive and reciprocal, or too large for the table.

    Notes
    -----
    Principal eigenvector (Saaty, 1980). Pairs not compared get the values that make the principal eigenvalue least
    (Bozóki, Fülöp and Rónyai, 2010); as they contradict nothing, the random index of n items with m of them is
    ``(1 - 2m / ((n - 1)(n - 2))) x`` that of the table (Ágoston and Csató, 2022). The worst judgement is the one
    without which, the pair completed from the others, the eigenvalue is least.
    """
    values = _reciprocal(matrix)
    n, table = len(values), _table(random_index)
    if n > len(table) + _PAIR:
        raise PlanError(
            f"comparisons: {n} items are more than the {len(table) + _PAIR} of the table {random_index}. "
            "Nobody compares that many in earnest. Group them and compare the groups."
        )
    full = _completed(values)
    largest, vector = _principal(full)
    weights = pd.Series(vector / vector.sum(), index=matrix.index, name="weight")
    index = (largest - n) / (n - 1) if n > 1 else 0.0
    free, most = np.isnan(values).sum() / 2, (n - 1) * (n - 2) / 2
    ratio = index / (table[n - _PAIR - 1] * (1 - free / most)) if free < most else 0.0
    worst = _worst(values, full, matrix.index) if free < most else None
    return Hierarchy(weights, largest, index, ratio, random_index, ratio <= ACCEPTED, worst)


def comparison_matrix(comparisons: pd.DataFrame, items: Sequence[str]) -> pd.DataFrame:
    """Return the matrix of one or several raters' pairwise judgements.

    Parameters
    ----------
    comparisons : DataFrame
        ``a``, ``b``, ``judgement`` (how many times a matters more than b, above 0). Judgements of several raters on
        one pair, in either direction, are joined by their geometric mean, which keeps the matrix reciprocal.
    items : sequence
        The items, in the order wanted.

    Returns
    -------
    DataFrame, shape (n, n)
        For `ahp`; NaN for pairs nobody compared.

    Raises
    ------
    PlanError
        If some items are not linked to the others by any judgement, or a judgement is not above 0.

    Notes
    -----
    Geometric mean: Aczel and Saaty (1983).
    """
    require(comparisons, "comparisons", "a", "b", "judgement")
    judged = numbers(comparisons, "judgement")
    place = {item: number for number, item in enumerate(items)}
    logs, counts = np.zeros((len(items), len(items))), np.zeros((len(items), len(items)))
    for row, (a, b) in enumerate(zip(comparisons["a"], comparisons["b"], strict=True)):
        if not judged[row] > 0:
            raise PlanError(
                f"comparisons {comparisons.index[row]}, judgement: {judged[row]:g} is not above 0. "
                "Write 1 to 9, or 1/9 to 1 if the second matters more."
            )
        if a in place and b in place:
            for i, j, value in ((place[a], place[b], judged[row]), (place[b], place[a], 1 / judged[row])):
                logs[i, j] += np.log(value)
                counts[i, j] += 1
    apart: list[int] = np.flatnonzero(~_linked(counts > 0)[0]).tolist() if len(items) else []
    if apart:
        raise PlanError(
            f"comparisons: {items[apart[0]]} was never compared with {items[0]}, nor with anything compared with it. "
            "Judgements must lead from each item to every other. Ask for one more."
        )
    joined = np.where(counts > 0, np.exp(logs / np.maximum(counts, 1)), np.nan)
    np.fill_diagonal(joined, 1)
    return pd.DataFrame(joined, index=list(items), columns=list(items))


def wsjf(jobs: pd.DataFrame) -> pd.DataFrame:
    """Return the cost of delay against the size of each job; the highest goes first.

    Parameters
    ----------
    jobs : DataFrame, index = id
        ``value``, ``time_criticality``, ``risk_reduction`` and ``size``, all on one relative scale (1, 2, 3, 5,
        8, 13, ...), at least 0.

    Returns
    -------
    DataFrame, index = id
        ``cost_of_delay`` = value + time criticality + risk reduction, ``wsjf`` = cost of delay / size (NaN where
        anything is missing or size is 0), ``rank`` (1 = first, equal ones share the better rank).

    Notes
    -----
    Weighted shortest job first: Reinertsen, The Principles of Product Development Flow (2009).
    """
    keyed(jobs, "jobs", "value", "time_criticality", "risk_reduction", "size")
    delay = sum((numbers(jobs, name) for name in ("value", "time_criticality", "risk_reduction")), np.zeros(len(jobs)))
    return _ranked(pd.DataFrame({"cost_of_delay": delay}, index=jobs.index), "wsjf", delay, numbers(jobs, "size"))


def rice(ideas: pd.DataFrame) -> pd.DataFrame:
    """Return reach x impact x confidence / effort of each idea; the highest goes first.

    Parameters
    ----------
    ideas : DataFrame, index = id
        ``reach`` (people per period), ``impact`` (3 massive, 2 high, 1 medium, 0.5 low, 0.25 minimal),
        ``confidence`` (share, 0.8 = 80 %), ``effort`` (person-months).

    Returns
    -------
    DataFrame, index = id
        ``rice`` (NaN where anything is missing or effort is 0), ``rank`` (1 = first).

    Raises
    ------
    PlanError
        For a confidence above 1.

    Notes
    -----
    McBride, RICE: simple prioritization for product managers, Intercom (2016).
    """
    keyed(ideas, "ideas", "reach", "impact", "confidence", "effort")
    confidence = numbers(ideas, "confidence")
    if (confidence > 1).any():
        row = int(np.flatnonzero(confidence > 1)[0])
        raise PlanError(
            f"ideas {ideas.index[row]}, confidence: {confidence[row]:g} is above 1. "
            "It is a share from 0 to 1. Divide per cent by 100."
        )
    gain = numbers(ideas, "reach") * numbers(ideas, "impact") * confidence
    return _ranked(pd.DataFrame(index=ideas.index), "rice", gain, numbers(ideas, "effort"))


def factor_scores(factors: pd.DataFrame) -> pd.DataFrame:
    """Return the weighted score of each factor: the matrices of internal (IFE) and external (EFE) factor evaluation.

    Parameters
    ----------
    factors : DataFrame, index = id
        ``side`` (inside, outside: each is a matrix of its own), ``weight`` (dots or per cent, its share on the side
        counts), ``rating`` (1 answers poorly, 4 very well).

    Returns
    -------
    DataFrame, index = id
        ``share`` = weight / sum of the weights on its side, ``score`` = share x rating; NaN where weight or rating is
        missing, such factors count nowhere. The scores of a side sum to its total, 1 to 4 (2.5 is average).

    Notes
    -----
    David, Strategic Management: Concepts and Cases (IFE and EFE matrix).
    """
    keyed(factors, "factors", "side", "weight", "rating")
    weight, rating = (pd.Series(numbers(factors, name), index=factors.index) for name in ("weight", "rating"))
    weight = weight.where((weight > 0) & rating.notna())
    share = weight / weight.groupby(factors["side"]).transform("sum")
    return pd.DataFrame({"share": share, "score": share * rating})


def _ranked(frame: pd.DataFrame, name: str, gain: Floats, price: Floats) -> pd.DataFrame:
    """Return gain / price and its rank."""
    frame[name] = gain / np.where(price > 0, price, np.nan)
    frame["rank"] = frame[name].rank(ascending=False, method="min").astype("Int64")
    return frame


def _reciprocal(matrix: pd.DataFrame) -> Floats:
    """Return the values of a positive reciprocal matrix."""
    values = matrix.to_numpy(dtype=np.float64)
    square = values.shape[0] == values.shape[1] > 0 and list(matrix.index) == list(matrix.columns)
    known = np.nan_to_num(values, nan=1.0)  # an open pair is open both ways, so that the product of its halves is 1
    if not square or (known <= 0).any() or not np.allclose(known * known.T, 1):
        raise PlanError(
            f"comparisons: a matrix of {values.shape[0]} x {values.shape[1]} that is not positive and reciprocal. "
            "It is square with the same items both ways, 1 on the diagonal and 1/x opposite x. Correct it."
        )
    return values


def _table(name: str) -> tuple[float, ...]:
    """Return a table of random indices."""
    if name not in RANDOM_INDEX:
        raise PlanError(f"random index: there is no table {name}. Write one of {', '.join(RANDOM_INDEX)}.")
    return RANDOM_INDEX[name]


def _linked(known: Flags) -> Flags:
    """Return which items judgements lead to from which."""
    reach = known | np.eye(len(known), dtype=bool)
    for _ in range(len(known).bit_length()):
        reach = reach @ reach
    return reach


def _principal(values: Floats) -> tuple[float, Floats]:
    """Return the principal eigenvalue with its eigenvector."""
    roots, vectors = np.linalg.eig(values)
    principal = int(np.argmax(roots.real))
    return float(roots[principal].real), np.abs(vectors[:, principal].real)


def _completed(values: Floats, guess: Floats | float = 1.0) -> Floats:
    """Return a matrix whose open pairs, from a guess on, make the principal eigenvalue least.

    There its derivative is 0: with the right and left eigenvectors w and v, ``x_ij^2 = (w_i v_j) / (w_j v_i)``.
    """
    is_open = np.isnan(values)
    if not is_open.any():
        return values
    if not _linked(~is_open).all():
        raise PlanError(
            "comparisons: some items are not linked to the others by any judgement. "
            "Judgements must lead from each item to every other. Ask for one more."
        )
    full = np.where(is_open, guess, values)
    right, left = full.sum(axis=1), 1 / full.sum(axis=0)
    for _ in range(_ROUNDS):
        right, left = full @ right, left @ full
        right, left = right / right.sum(), left / left.sum()
        fitting = np.sqrt(np.outer(right, left) / np.outer(left, right))
        step = np.abs(np.log(fitting / full))[is_open].max()
        full = np.where(is_open, fitting, full)
        if step < _SETTLED:
            break
    return full


def _worst(values: Floats, full: Floats, items: pd.Index) -> tuple[Hashable, Hashable, float] | None:
    """Return the judgement without which the eigenvalue is least (of equals the most strained), and what fits."""
    largest, vector = _principal(full)
    shares = vector / vector.sum()
    guess = np.where(np.isnan(values), full, shares[:, None] / shares[None, :])
    found: list[tuple[float, float, int, int, float]] = []
    for a, b in np.argwhere(np.triu(~np.isnan(values), k=1)).tolist():
        without = values.copy()
        without[[a, b], [b, a]] = np.nan
        if _linked(~np.isnan(without)).all():
            fitted = _completed(without, guess)
            strain = abs(float(np.log(values[a, b] / guess[a, b])))
            found.append((round(_principal(fitted)[0], _DIGITS), -strain, a, b, float(fitted[a, b])))
    least, _, a, b, fitting = min(found, default=(largest, 0.0, 0, 0, 1.0))
    return (items[a], items[b], fitting) if largest - least > _REAL else None
