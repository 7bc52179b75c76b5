"""Money from below against money from above, to the cent, and how far it moved between two plans.

Sums run in whole cents, so that 0.1 + 0.2 is 0.3 and an envelope that fits, fits.

Examples
--------
>>> import pandas as pd
>>> lines = pd.DataFrame({"unit": "U1", "category": ["staff", "staff", "income"], "fiscal_year": 2027,
...                       "amount": [0.1, 0.2, 0.05]})
>>> envelopes = pd.DataFrame({"unit": ["U1"], "category": ["staff"], "fiscal_year": [2027], "amount": [0.3]})
>>> float(balance(lines, envelopes).lines.loc[("U1", "staff", 2027), "difference"])
0.0
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from planning_kit.analysis._frames import Floats, Ints, numbers, require
from planning_kit.errors import PlanError

_CELL = ["unit", "category", "fiscal_year"]
_LIMIT = float(2**53)


class Balance(NamedTuple):
    """What `balance` found."""

    lines: pd.DataFrame
    """Index (unit, category, fiscal_year): ``planned``, ``envelope``, ``difference`` = planned - envelope,
    ``relative`` = difference / envelope."""
    net: pd.DataFrame
    """Index (unit, fiscal_year): ``costs``, ``income``, ``net`` = costs - income, ``envelope``,
    ``difference`` = net - envelope, ``relative``."""


def cents(amounts: Floats, minor: int = 2) -> Ints:
    """Return amounts of money as whole minor units; an amount finer than that is rounded half to even.

    Raises
    ------
    PlanError
        For an amount that is not finite or too large to be exact (above 2^53 minor units).
    """
    scaled = np.asarray(amounts, dtype=np.float64) * 10**minor
    wrong = ~(np.abs(scaled) < _LIMIT)
    if wrong.any():
        raise PlanError(
            f"amount: {np.asarray(amounts)[wrong].flat[0]} cannot be kept to the cent. "
            f"Allowed is up to {_LIMIT / 10**minor:.0f} either side of 0. Write a smaller number."
        )
    rounded: Ints = np.rint(scaled).astype(np.int64)
    return rounded


def virements_applied(lines: pd.DataFrame, virements: pd.DataFrame, *, minor: int = 2) -> pd.DataFrame:
    """Return budget lines after money was moved from one to another, exact to the cent.

    Parameters
    ----------
    lines : DataFrame, index = id
        ``amount`` as adopted (money); one without an amount that nothing was moved to stays without.
    virements : DataFrame
        ``giving_line``, ``receiving_line``, ``amount`` (money, at least 0); one that names only one of the lines moves
        nothing.
    minor : int
        Decimal places of the currency.

    Returns
    -------
    DataFrame
        The lines with ``amount`` = adopted + received - given: the sum of all stays what it was.

    Examples
    --------
    >>> import pandas as pd
    >>> lines = pd.DataFrame({"amount": [100.0, 20.0]}, index=["B1", "B2"])
    >>> moves = pd.DataFrame({"giving_line": ["B1"], "receiving_line": ["B2"], "amount": [30.0]})
    >>> virements_applied(lines, moves)["amount"].tolist()
    [70.0, 50.0]
    """
    require(lines, "lines", "amount")
    require(virements, "virements", "giving_line", "receiving_line", "amount")
    moves = virements.dropna(subset=["giving_line", "receiving_line", "amount"])
    money = pd.Series(cents(numbers(moves, "amount"), minor), index=moves.index)
    received, given = (money.groupby(moves[side]).sum() for side in ("receiving_line", "giving_line"))
    moved = received.sub(given, fill_value=0).reindex(lines.index)
    before = pd.Series(cents(numbers(lines, "amount", default=0), minor), index=lines.index)
    after = before.add(moved.fillna(0)) / 10**minor
    return lines.assign(amount=after.where(lines["amount"].notna() | moved.notna()))


def balance(
    lines: pd.DataFrame, envelopes: pd.DataFrame, virements: pd.DataFrame | None = None, *, minor: int = 2
) -> Balance:
    """Return plans from below against envelopes from above, per unit, category and year, exact to the cent.

    Parameters
    ----------
    lines : DataFrame
        ``unit``, ``category``, ``fiscal_year``, ``amount`` (money, income positive in its own category). An
        empty amount counts nothing; an empty unit or year is kept as "" and 0, so that the sum of all is the
        sum of the lines. Choose case and state before.
    envelopes : DataFrame
        The same columns; an empty category frames the unit's net of the year.
    virements : DataFrame, optional
        See :func:`virements_applied`. What was moved moves the lines and the envelopes that frame them alike.
    minor : int
        Decimal places of the currency.

    Returns
    -------
    Balance
        Money as float64, each the nearest to a whole number of cents. ``envelope``, ``difference`` are NaN where nobody
        set an envelope, ``planned`` is 0 where an envelope has no line.

    Raises
    ------
    PlanError
        For a missing column or an amount too large to be exact.

    Notes
    -----
    ``net = costs - income``. The net envelope is the one without a category, else the sum of the envelopes of
    the categories with income taken off.
    """
    require(lines, "lines", *_CELL, "amount")
    require(envelopes, "envelopes", *_CELL, "amount")
    planned, framed = _summed(lines, minor), _summed(envelopes, minor)
    if virements is not None:
        adopted, planned = planned, _summed(virements_applied(lines, virements, minor=minor), minor)
        moved = planned - adopted
        whole = pd.concat({"": _net(moved)["net"]}, names=["category"]).reorder_levels(_CELL)
        moved = pd.concat([moved[moved.index.get_level_values("category") != ""], whole])
        framed = framed.add(moved.reindex(framed.index, fill_value=0)).astype("int64")
    by_category = framed.index.get_level_values("category") != ""
    whole, framed = framed[~by_category].droplevel("category"), framed[by_category]
    cells = pd.DataFrame({"planned": planned, "envelope": framed})
    cells["planned"] = cells["planned"].fillna(0)
    envelope = whole.combine_first(_net(framed)["net"])
    net = _net(planned)
    net = net.reindex(net.index.union(envelope.index), fill_value=0).assign(envelope=envelope)
    return Balance(_compared(cells, "planned", minor), _compared(net, "net", minor))


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Return a sum in whole minor units shared out in proportion to weights, so that the parts add up to it.

    Parameters
    ----------
    total : int
        Minor units, for example cents; may be below 0.
    weights : sequence of int
        For example the months of another year; where they add up to nothing, every part gets the same.

    Returns
    -------
    list of int
        One part a weight, each less than one minor unit away from its exact share.

    Notes
    -----
    Method of the largest remainder (Hamilton, 1792); equal remainders go to the first.

    Examples
    --------
    >>> spread(10000, [1, 1, 1])
    [3334, 3333, 3333]
    """
    shares = list(weights) if sum(weights) else [1] * len(weights)
    whole = sum(shares)
    if whole < 0:
        shares, whole = [-one for one in shares], -whole
    parts = [total * one // whole for one in shares]
    rests = sorted(range(len(shares)), key=lambda n: -(total * shares[n] % whole))
    for n in rests[: total - sum(parts)]:
        parts[n] += 1
    return parts


def reallocation_index(now: pd.Series, before: pd.Series) -> float:
    """Return the share of the money that sits elsewhere than before.

    Parameters
    ----------
    now, before : Series, index = what receives money (unit, initiative, ...)
        Amounts, at least 0; something missing on one side received nothing there.

    Returns
    -------
    float
        ``1 - sum(min(share now, share before))``: 0 = every share as before, 1 = all of it moved; NaN where
        one side has no money.

    Raises
    ------
    PlanError
        For an amount below 0.

    Examples
    --------
    >>> round(reallocation_index(pd.Series({"A": 50.0, "B": 50.0}), pd.Series({"A": 80.0, "B": 20.0})), 2)
    0.3
    """
    both = pd.DataFrame({"now": now, "before": before}).fillna(0)
    if (both < 0).to_numpy().any():
        row = both.index[(both < 0).any(axis=1)][0]
        raise PlanError(f"budget {row}: an amount below 0 has no share. Allowed is 0 or more. Leave income out.")
    total = both.sum()
    if (total == 0).any():
        return np.nan
    return float(1 - (both / total).min(axis=1).sum())


def _summed(frame: pd.DataFrame, minor: int) -> pd.Series:
    """Return whole minor units per unit, category and year; "" and 0 stand for none."""
    amount = pd.Series(cents(numbers(frame, "amount", default=0), minor), index=frame.index)
    cell = [frame[name].astype("str").fillna("") for name in ("unit", "category")]
    year = pd.Series(numbers(frame, "fiscal_year", default=0), frame.index, np.int64, "fiscal_year")
    return amount.groupby([*cell, year]).sum()


def _net(cells: pd.Series) -> pd.DataFrame:
    """Return ``costs``, ``income`` and ``net`` per unit and year."""
    is_income = cells.index.get_level_values("category") == "income"
    parts = {"costs": cells[~is_income], "income": cells[is_income]}
    sums = {name: part.groupby(["unit", "fiscal_year"]).sum() for name, part in parts.items()}
    frame = pd.DataFrame(sums).fillna(0)
    return frame.assign(net=frame["costs"] - frame["income"])


def _compared(frame: pd.DataFrame, name: str, minor: int) -> pd.DataFrame:
    """Return minor units as money, with the difference to the envelope and its share."""
    compared = frame.assign(difference=frame[name] - frame["envelope"])
    share = compared["difference"] / compared["envelope"].where(compared["envelope"] != 0)
    return compared.div(10**minor).assign(relative=share)
