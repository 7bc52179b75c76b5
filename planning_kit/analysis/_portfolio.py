"""A choice under money, skills and rules as rows of whole numbers, and what a given choice breaks."""

import math
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypedDict

import numpy as np
import pandas as pd

from planning_kit.analysis._frames import Flags, Floats, Ints, numbers, positions, require
from planning_kit.analysis._highs import Program
from planning_kit.analysis.budget import cents
from planning_kit.errors import PlanError

Groups: TypeAlias = Iterable[Sequence[Hashable]]
Counted: TypeAlias = Iterable[tuple[int, Sequence[Hashable]]]

_EXACT = 10**12
_ROUNDED = 10**9
_DECIMALS = 7
_FINE = 1e-6
_LACKING = ("requires", "mandatory", "at_least")


class Limits(TypedDict, total=False):
    """The limits of `portfolio.choose` besides money, by the same names."""

    requires: Groups
    excludes: Groups
    mandatory: Iterable[Hashable]
    skills: pd.DataFrame | None
    capacity: pd.DataFrame | None
    at_most: Counted
    at_least: Counted
    minor: int


@dataclass(frozen=True)
class Model:
    """Items to choose from, in whole numbers, and every limit as one row of weights."""

    items: pd.Index
    given: Floats
    """Values as they were given."""
    worth: Ints
    """Values in whole numbers of one step."""
    step: float
    minor: int
    limits: pd.DataFrame
    """``limit``, ``skill``, ``period``, ``least``, ``most``, ``tolerance``; the budget first, in minor units."""
    weights: Floats
    """Rows = limits, columns = items."""
    price: Ints
    """Costs in minor units."""

    @property
    def budget(self) -> int:
        """The budget in minor units."""
        return int(self.limits["most"].iloc[0])

    @property
    def common(self) -> int:
        """What all costs are multiples of (often whole thousands): smaller numbers, the same choice."""
        return math.gcd(*self.price.tolist()) or 1

    def money(self, amount: float) -> float:
        """Return minor units as money."""
        return amount / 10.0**self.minor

    def value(self, taken: Flags) -> float:
        """Return the value of a choice, in the values as they were given."""
        return math.fsum(self.given[taken])

    def cost(self, taken: Flags) -> float:
        """Return what a choice costs, as money."""
        return self.money(int(self.price[taken].sum()))

    def ids(self, taken: Flags) -> tuple[Hashable, ...]:
        """Return the ids of a choice."""
        return tuple(self.items[taken])

    def flags(self, ids: Iterable[Hashable], where: str) -> Flags:
        """Return a choice given by ids."""
        taken = np.zeros(len(self.items), dtype=bool)
        (places,) = positions(self.items, where, "initiatives", pd.Series(list(ids), name="item", dtype=object))
        taken[places] = True
        return taken

    def program(
        self,
        gain: Ints | Floats,
        budget: float | None = None,
        *,
        fixed: Iterable[tuple[int, int]] = (),
        also: Iterable[tuple[Ints | Floats, float, float]] = (),
        relaxed: bool = False,
    ) -> Program:
        """Return what a solver needs to maximise `gain` under all limits; without a budget, under the given one."""
        budget = self.budget if budget is None else budget
        rows = [(self.weights[0] / self.common, -math.inf, budget // self.common if budget < math.inf else budget)]
        ends = self.limits[["least", "most"]].to_numpy(dtype=np.float64)[1:]
        rows += [(row, *pair) for row, pair in zip(self.weights[1:], ends.tolist(), strict=True)]
        return Program(
            gain=gain.astype(np.float64).tolist(),
            rows=[_sparse(*row) for row in (*rows, *also)],
            fixed=list(fixed),
            relaxed=relaxed,
        )

    def over(self, taken: Flags) -> Floats:
        """Return by how much a choice breaks each limit; 0 where it keeps it."""
        used = self.weights @ taken
        by = np.maximum(used - self.limits["most"], self.limits["least"] - used).to_numpy(dtype=np.float64)
        return np.where(by > self.limits["tolerance"], by, 0.0)

    def breaks(self, taken: Flags) -> Iterator[tuple[int, tuple[Hashable, ...], float]]:
        """Yield each limit a choice breaks: its row, the items it is about, and by how much."""
        over = self.over(taken)
        for row in np.flatnonzero(over).tolist():
            part = self.weights[row] != 0
            lacking = self.limits["limit"].iloc[row] in _LACKING
            by = self.money(over[row]) if row == 0 else float(over[row])
            yield row, self.ids(part if lacking else part & taken), by

    def broken(self, taken: Flags) -> pd.DataFrame:
        """Return the limits a choice breaks: ``limit``, ``items``, ``skill``, ``period``, ``by``."""
        rows, items, by = zip(*self.breaks(taken), strict=True) if self.over(taken).any() else ((), (), ())
        found = self.limits.iloc[list(rows)][["limit", "skill", "period"]].reset_index(drop=True)
        found.insert(1, "items", pd.Series(["; ".join(map(str, one)) for one in items], dtype="str"))
        return found.assign(by=np.array(by, dtype=np.float64))


def read(  # noqa: PLR0913 - the limits of a choice
    values: pd.Series,
    costs: pd.Series,
    budget: float,
    *,
    requires: Groups = (),
    excludes: Groups = (),
    mandatory: Iterable[Hashable] = (),
    skills: pd.DataFrame | None = None,
    capacity: pd.DataFrame | None = None,
    at_most: Counted = (),
    at_least: Counted = (),
    minor: int = 2,
) -> Model:
    """Return the model of a choice; `portfolio.choose` says what the arguments mean."""
    items = values.index
    if not items.is_unique:
        raise PlanError(f"values {items[items.duplicated()][0]}: two initiatives have this id. Give each its own.")
    value = _complete(values, "values", -np.inf)
    price = cents(_complete(costs.reindex(items), "costs", 0), minor)
    if not budget >= 0:
        raise PlanError(f"budget: {budget:g} is not an amount from 0 on. Write what there is to spend.")
    money = cents(np.array([budget]), minor)
    rows = [("budget", price.astype(np.float64), -np.inf, float(money[0]))]
    for first, *needed in requires:
        rows += [("requires", _row(items, "requires", [first], [one]), -np.inf, 0.0) for one in needed]
    rows += [("excludes", _row(items, "excludes", group), -np.inf, 1.0) for group in excludes]
    rows += [("mandatory", _row(items, "mandatory", [one]), 1.0, np.inf) for one in mandatory]
    rows += [("at_most", _row(items, "at_most", group), -np.inf, float(count)) for count, group in at_most]
    rows += [("at_least", _row(items, "at_least", group), float(count), np.inf) for count, group in at_least]
    limits = pd.DataFrame(
        [(kind, least, most) for kind, _, least, most in rows], columns=["limit", "least", "most"]
    ).assign(tolerance=0.5)
    weights = [weight for _, weight, _, _ in rows]
    if skills is not None:
        demand, held = _skills(items, skills, capacity)
        weights += list(demand)
        limits = pd.concat([limits, held], ignore_index=True)
    limits = limits.assign(**{name: np.nan for name in ("skill", "period") if name not in limits})
    worth, step = _whole(value)
    return Model(items, value, worth, step, minor, limits, np.array(weights, dtype=np.float64), price)


def _complete(series: pd.Series, where: str, least: float) -> Floats:
    """Return numbers, none of them missing, infinite or below `least`."""
    found = numbers(series.to_frame(where), where)
    wrong = ~np.isfinite(found) | (found < least)
    if wrong.any():
        row = int(np.argmax(wrong))
        what = "nothing was found" if np.isnan(found[row]) else f"{found[row]:g} was found"
        allowed = "a number" if least < 0 else "a number from 0 on; income is left out"
        raise PlanError(f"{where} {series.index[row]}: {what}. Needed is {allowed}. Fill it in or leave this one out.")
    return found


def _row(items: pd.Index, rule: str, plus: Sequence[Hashable], minus: Sequence[Hashable] = ()) -> Floats:
    """Return the weights of a rule: 1 for some items, -1 for others."""
    weights = np.zeros(len(items))
    for sign, ids in ((1, plus), (-1, minus)):
        (places,) = positions(items, rule, "initiatives", pd.Series(list(ids), name="item", dtype=object))
        weights[places] = sign
    return weights


def _skills(items: pd.Index, skills: pd.DataFrame, capacity: pd.DataFrame | None) -> tuple[Floats, pd.DataFrame]:
    """Return the demand for each skill in each period, per item, and the limits."""
    require(skills, "skills", "item", "skill", "period", "demand")
    held = pd.DataFrame(columns=["skill", "period", "capacity"]) if capacity is None else capacity
    require(held, "capacity", "skill", "period", "capacity")
    (item,) = positions(items, "skills", "initiatives", skills["item"])
    cells = pd.MultiIndex.from_frame(held[["skill", "period"]])
    if not cells.is_unique:
        twice = cells[cells.duplicated()][0]
        raise PlanError(
            f"capacity: {twice[0]} has two rows for {twice[1]}. Each skill and period has one. Add them up."
        )
    cell = cells.get_indexer(pd.MultiIndex.from_frame(skills[["skill", "period"]]))
    if (cell < 0).any():
        row = skills.iloc[int(np.argmax(cell < 0))]
        raise PlanError(
            f"skills {row.name}: nobody said how much {row['skill']} there is in {row['period']}. "
            "Each skill and period asked for needs a capacity. Write it, 0 if there is none."
        )
    demand = np.zeros((len(held), len(items)))
    np.add.at(demand, (cell, item), numbers(skills, "demand", default=0))
    most = numbers(held, "capacity", default=0)
    ends = pd.DataFrame({"limit": "skill", "least": -np.inf, "most": most, "tolerance": _FINE * np.maximum(most, 1)})
    cell_names = held[["skill", "period"]].reset_index(drop=True)
    if pd.api.types.is_integer_dtype(cell_names["period"]):
        cell_names = cell_names.astype({"period": "Int64"})  # stays whole beside limits without a period
    return demand, ends.join(cell_names)


def _whole(values: Floats) -> tuple[Ints, float]:
    """Return values as whole numbers of one step: exactly up to six decimals, else to a billionth of their sum."""
    total = float(np.abs(values).sum())
    for scale in (10**decimals for decimals in range(_DECIMALS)):
        scaled = values * scale
        if total * scale < _EXACT and np.allclose(scaled, np.rint(scaled), rtol=0, atol=_FINE):
            return np.rint(scaled).astype(np.int64), 1 / scale
    scale = _ROUNDED / total
    return np.rint(values * scale).astype(np.int64), 1 / scale


def _sparse(weights: Ints | Floats, least: float, most: float) -> tuple[list[int], list[float], float, float]:
    """Return a row without its zeros."""
    places = np.flatnonzero(weights)
    return places.tolist(), weights[places].astype(np.float64).tolist(), least, most
