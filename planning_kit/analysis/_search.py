"""The best choice of a `Model`, and why each of the others was not chosen, from exact solutions one after the other."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from planning_kit.analysis._frames import Flags, Floats, Ints
from planning_kit.analysis._highs import UNKNOWN, Solution, Solver
from planning_kit.analysis._portfolio import Model
from planning_kit.analysis.budget import cents
from planning_kit.errors import PlanError

Told: TypeAlias = "Callable[[Progress], object]"
Rows: TypeAlias = Iterable[tuple[Ints | Floats, float, float]]

_HALF = 0.5
_FINE = 1e-6
_REASONS = ("requires", "excludes", "at_most", "skill", "budget")
_WHY = ["requires", "excluded_by", "skills"]


class Progress(NamedTuple):
    """How far a calculation is."""

    value: float
    """Of the best choice so far; NaN before the first."""
    bound: float
    """No choice can be worth more."""
    seconds: float
    """Time worked."""
    done: float
    """Share of what follows the search (explanations, budgets, stages) that is finished, 0 to 1."""


class Search(Solver):
    """A solver at work on one model, telling how far it is."""

    def __init__(self, model: Model, seconds: float, progress: Told | None = None) -> None:
        super().__init__(seconds)
        self.model, self.done = model, 0.0
        self._tell = progress or (lambda _: False)
        self._best: dict[int, int] = {}
        self._shown = (math.nan, self.trivial)

    @property
    def trivial(self) -> float:
        """The value of everything that is worth something."""
        return math.fsum(self.model.given.clip(min=0))

    def _heard(self, found: Solution, *, is_search: bool) -> object:
        """Pass on how far it is; the value and the bound are those of the search, also while explaining."""
        if is_search:
            value = found.value * self.model.step if found.x else math.nan
            self._shown = (value, min(found.bound * self.model.step, self.trivial))
        return self._tell(Progress(*self._shown, self.seconds, self.done))

    def best(self, *, fixed: Iterable[tuple[int, int]] = ()) -> Solution:
        """Search for the most valuable choice.

        Raises
        ------
        PlanError
            If none was found before the time was over or somebody stopped it.
        """
        program = self.model.program(self.model.worth, fixed=fixed)
        found = self.solve(program, lambda one: self._heard(one, is_search=True))
        if found.status == "unknown":
            raise PlanError(
                f"portfolio: no choice was found in {self.seconds:.1f} seconds, nor was it shown that there is none. "
                "Allow more time, or loosen a rule."
            )
        return found

    def most(
        self,
        gain: Ints | Floats,
        budget: float | None = None,
        *,
        fixed: Iterable[tuple[int, int]] = (),
        also: Rows = (),
    ) -> Solution:
        """Maximise anything under the limits of the model, and more."""
        program = self.model.program(gain, budget, fixed=fixed, also=also)
        return self.solve(program, lambda one: self._heard(one, is_search=False))

    @staticmethod
    def is_choice(found: Solution) -> bool:
        """Return whether there is a choice in it: none was found, or none is possible."""
        return found.status in ("optimal", "feasible")

    def spent(self, found: Solution, taken: Flags) -> float:
        """Return the cost of a choice, NaN if there is none."""
        return self.model.cost(taken) if self.is_choice(found) else math.nan

    def flags(self, found: Solution) -> Flags:
        """Return which items a solution takes."""
        return np.array(found.x or np.zeros(len(self.model.items))) > _HALF

    def taken(self, found: Solution) -> Flags:
        """Return a solution as a choice, without what costs money, adds no value and is needed by no limit."""
        model = self.model
        chosen = self.flags(found)
        for row in sorted(np.flatnonzero(chosen & (model.worth <= 0)).tolist(), key=lambda one: -model.price[one]):
            chosen[row] = False
            chosen[row] = model.over(chosen).any()
        return chosen

    def proof(self, found: Solution, taken: Flags) -> tuple[float, float, float]:
        """Return value, bound and gap of a choice."""
        if not self.is_choice(found):
            return math.nan, math.nan if found.status == "infeasible" else self.trivial, math.nan
        value = self.model.value(taken)
        bound = value if found.status == "optimal" else max(value, min(found.bound * self.model.step, self.trivial))
        return value, bound, (bound - value) / abs(bound) if bound > value else 0.0

    def price(self, optimum: int, row: int, given: int) -> float:
        """Return the value lost if one item is forced in (1) or out (0); inf if it cannot be, NaN if not proven."""
        found = self.most(self.model.worth, fixed=[(row, given)])
        if found.status == "optimal":
            return (optimum - self._worth(found)) * self.model.step
        return math.inf if found.status == "infeasible" else math.nan

    def lets_in(self, optimum: int, row: int) -> float:
        """Return the smallest extra budget with which an item belongs to an optimum; `portfolio.choose` says how."""
        model, target = self.model, optimum
        self._best.setdefault(model.budget, optimum)
        while True:
            least = self.most(
                -model.price // model.common, math.inf, fixed=[(row, 1)], also=[(model.worth, target, math.inf)]
            )
            if least.status != "optimal":
                return math.inf if least.status == "infeasible" else math.nan
            budget = max(model.budget, int(model.price @ self.flags(least)))
            if budget not in self._best:
                rival = self.most(model.worth, budget)
                if rival.status != "optimal":
                    return math.nan
                self._best[budget] = self._worth(rival)
            if self._best[budget] <= target:
                return model.money(budget - model.budget)
            target = self._best[budget]

    def shortfall(self) -> float:
        """Return the extra budget without which no choice keeps all limits."""
        model = self.model
        least = self.most(-model.price // model.common, math.inf)
        if least.status != "optimal":
            return math.inf if least.status == "infeasible" else math.nan
        return model.money(int(model.price @ self.flags(least)) - model.budget)

    def downward(self, budgets: list[float]) -> tuple[list[tuple[float, float, float, str]], list[Flags]]:
        """Return value, bound, cost and status of the best choice at each of some rising budgets, and the choice."""
        steps: list[tuple[float, float, float, str]] = []
        choices: list[Flags] = []
        found, taken = UNKNOWN, self.flags(UNKNOWN)
        for budget in cents(np.array(budgets[::-1], dtype=np.float64), self.model.minor).tolist():
            self.done = len(steps) / len(budgets)
            is_open = found.status == "optimal" and self.model.price @ taken > budget
            if is_open or found.status in ("unknown", "feasible"):
                found = self.most(self.model.worth, budget)
                taken = self.taken(found)
            value, bound, _ = self.proof(found, taken)
            steps.append((value, bound, self.spent(found, taken), found.status))
            choices.append(taken)
        return steps[::-1], choices[::-1]

    def calmest(
        self, was: Flags, weight: Floats, barred: list[tuple[int, int]], tolerance: float
    ) -> tuple[Solution, Flags, str]:
        """Return the best choice, the calmest among nearly as good ones, and its status; see `portfolio.reallocate`."""
        best = last = self.best(fixed=barred)
        if best.status == "infeasible":
            return best, self.flags(best), best.status
        worth, stay, optimum = self.model.worth, np.where(was, weight, -weight), self._worth(best)
        also: list[tuple[Ints | Floats, float, float]] = [
            (worth, optimum - math.floor(tolerance * abs(optimum)), math.inf)
        ]
        is_proven = best.status == "optimal"
        for done, gain in ((1 / 3, stay), (2 / 3, worth)):
            self.done = done
            found = self.most(gain, fixed=barred, also=also)
            is_proven &= found.status == "optimal"
            last = found if found.x else last
            also = [*also, (stay, float(stay @ self.flags(last)) - _FINE, math.inf)]
        return best, self.flags(last), "optimal" if is_proven else "feasible"

    def _worth(self, found: Solution) -> int:
        return int(self.model.worth @ self.flags(found))


def departures(search: Search, best: Solution, taken: Flags, mine: Flags) -> pd.DataFrame:
    """Return what each single difference between a choice and the optimum costs."""
    rows = np.flatnonzero(taken != mine) if best.status == "optimal" else np.array([], dtype=np.int64)
    optimum, prices = int(search.model.worth @ taken), []
    for place, row in enumerate(rows.tolist()):
        search.done = place / len(rows)
        prices.append(search.price(optimum, row, int(mine[row])))
    kinds = pd.array(np.where(mine[rows], "added", "dropped"), dtype="str")
    return pd.DataFrame(
        {"departure": kinds, "price": np.array(prices, dtype=np.float64)}, index=search.model.items[rows]
    )


def scarcity(model: Model, taken: Flags, relaxed: Solution) -> pd.DataFrame:
    """Return capacity, use and shadow price in the relaxation of the budget and of each skill and period."""
    duals = np.array(relaxed.duals or [math.nan] * len(model.limits)) * model.step
    frame = model.limits.assign(used=model.weights @ taken, lp_shadow_price=duals)
    frame["left"] = frame["most"] - frame["used"]
    money = ["most", "used", "left"]
    frame.loc[0, money] = frame.loc[0, money].map(model.money)
    frame.loc[0, "lp_shadow_price"] *= 10**model.minor / model.common
    kept = frame[frame["limit"].isin(["budget", "skill"])].rename(columns={"most": "capacity"})
    return kept[["limit", "skill", "period", "capacity", "used", "left", "lp_shadow_price"]].reset_index(drop=True)


def why_not(search: Search, found: Solution, taken: Flags, *, explained: bool) -> pd.DataFrame:
    """Return why each rejected item was not chosen, what it would cost to force it in, and what would let it in."""
    model = search.model
    rejected = np.flatnonzero(~taken) if found.x else np.array([], dtype=np.int64)
    reasons = [_reason(model, taken, row) for row in rejected.tolist()]
    frame = pd.DataFrame(reasons, index=model.items[rejected], columns=["reason", *_WHY, "short"])
    frame = frame.astype(dict.fromkeys(["reason", *_WHY], "str") | {"short": "float64"})
    prices, lets_in = np.full((2, len(rejected)), np.nan)
    if explained and found.status == "optimal":
        optimum = int(model.worth @ taken)
        for place, row in enumerate(rejected.tolist()):
            search.done = place / len(rejected) / 2
            prices[place] = search.price(optimum, row, 1)
        for done, place in enumerate(np.argsort(prices, kind="stable").tolist()):  # the quickest first
            search.done = (1 + done / len(rejected)) / 2
            lets_in[place] = 0.0 if prices[place] == 0 else search.lets_in(optimum, int(rejected[place]))
    return frame.assign(price=prices, lets_in=lets_in)


def _reason(model: Model, taken: Flags, row: int) -> tuple[str | float, ...]:
    """Return what an item would break beside the chosen: the limits, whom it needs, who bars it, skills, money."""
    with_it = taken.copy()
    with_it[row] = True
    said: dict[str, list[str]] = {}
    short = 0.0
    for limit, items, by in model.breaks(with_it):
        kind, skill, period = model.limits.iloc[limit][["limit", "skill", "period"]]
        others = [str(one) for one in items if one != model.items[row]]
        said.setdefault(kind, []).extend([f"{skill} {period}".removesuffix(" 00:00:00")] if kind == "skill" else others)
        short = by if kind == "budget" else short
    reason = "; ".join(sorted(said, key=_REASONS.index)) or ("value" if model.worth[row] <= 0 else "stopped")
    words = (said.get("requires", []), said.get("excludes", []) + said.get("at_most", []), said.get("skill", []))
    return reason, *("; ".join(dict.fromkeys(one)) for one in words), short
