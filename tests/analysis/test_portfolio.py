"""Choosing initiatives: the best choice, its proof, what a wish costs, and the calmest way through a shock."""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning_kit.analysis import portfolio
from planning_kit.analysis._highs import Solver
from planning_kit.bench import initiatives
from planning_kit.errors import PlanError
from tests.scale import examples

STOCKCO = (pd.Series([16, 22, 12, 8], list("ABCD")), pd.Series([5, 7, 4, 3], list("ABCD")))


def numbered(*amounts: float) -> pd.Series:
    """Return amounts of items 1, 2, 3, ..."""
    return pd.Series(amounts, range(1, len(amounts) + 1))


# --- published examples ------------------------------------------------------------------------------------

P07 = (135, 139, 149, 150, 156, 163, 173, 184, 192, 201, 210, 214, 221, 229, 240)
P07_WEIGHTS = (70, 73, 77, 80, 82, 87, 90, 94, 98, 106, 110, 113, 115, 118, 120)
KNAPSACKS = {
    "Stockco": ((16, 22, 12, 8), (5, 7, 4, 3), 14, 42, (2, 3, 4)),
    "seven items": ((19, 12, 17, 21, 9, 15, 11), (39, 24, 30, 44, 13, 28, 23), 76, 41, (3, 5, 6)),
    "Trick": ((8, 11, 6, 4), (5, 7, 4, 3), 14, 21, (2, 3, 4)),
    "R adagio": ((15, 100, 90, 60, 40, 15, 10, 1), (2, 20, 20, 30, 40, 30, 60, 10), 102, 280, (1, 2, 3, 4, 6)),
    "Burkardt p01": (
        (92, 57, 49, 68, 60, 43, 67, 84, 87, 72),
        (23, 31, 29, 44, 53, 38, 63, 85, 89, 82),
        165,
        309,
        (1, 2, 3, 4, 6),
    ),
    "Burkardt p02": ((24, 13, 23, 15, 16), (12, 7, 11, 8, 9), 26, 51, (2, 3, 4)),
    "Burkardt p03": ((50, 50, 64, 46, 50, 5), (56, 59, 80, 64, 75, 17), 190, 150, (1, 2, 5)),
    "Burkardt p04": ((70, 20, 39, 37, 7, 5, 10), (31, 10, 20, 19, 4, 3, 6), 50, 107, (1, 4)),
    "Burkardt p06": ((442, 525, 511, 593, 546, 564, 617), (41, 50, 49, 59, 55, 57, 60), 170, 1735, (2, 4, 7)),
    "Burkardt p07": (P07, P07_WEIGHTS, 750, 1458, (1, 3, 5, 7, 8, 9, 14, 15)),
}


@pytest.mark.parametrize("name", KNAPSACKS)
def test_published_knapsacks(name: str) -> None:
    """The optimum of the books and of public test sets (Trick's tutorial; Burkardt, knapsack_01; R's adagio)."""
    values, costs, budget, optimum, chosen = KNAPSACKS[name]
    found = portfolio.choose(numbered(*values), numbered(*costs), budget, explained=False)
    assert (found.optimum, found.status, found.bound, found.gap) == (optimum, "optimal", optimum, 0)
    assert found.chosen == chosen
    assert found.spent == sum(costs[item - 1] for item in chosen) <= budget


def test_the_best_ratio_first_is_not_the_best() -> None:
    """Stockco: taking the best value for money first ends at 38 of 42."""
    values, costs = STOCKCO
    left, greedy = 14, 0
    for item in (values / costs).sort_values(ascending=False, kind="stable").index:
        if costs[item] <= left:
            left, greedy = left - costs[item], greedy + values[item]
    assert greedy == 38
    assert portfolio.choose(values, costs, 14).optimum == 42


def yearly(table: list[tuple[int, ...]], funds: list[int]) -> dict[str, pd.DataFrame]:
    """Return cash per project and year as a demand with its capacity."""
    rows = [(item, "cash", year, cash) for item, row in enumerate(table, 1) for year, cash in enumerate(row, 1)]
    return {
        "skills": pd.DataFrame(rows, columns=["item", "skill", "period", "demand"]),
        "capacity": pd.DataFrame({"skill": "cash", "period": range(1, len(funds) + 1), "capacity": funds}),
    }


def test_five_projects_over_three_years() -> None:
    """Taha, Operations Research, project selection: projects 1 to 4 return 95 within 25 a year."""
    cash = yearly([(5, 1, 8), (4, 7, 10), (3, 9, 2), (7, 4, 1), (8, 6, 10)], [25, 25, 25])
    values = numbered(20, 40, 20, 15, 30)
    found = portfolio.choose(values, values * 0, 0, **cash)
    assert (found.chosen, found.optimum) == ((1, 2, 3, 4), 95)
    assert found.why_not.loc[5, ["reason", "skills"]].tolist() == ["skill", "cash 1; cash 2; cash 3"]
    assert found.why_not.loc[5, ["price", "lets_in"]].tolist() == [5, math.inf]


def test_six_projects_under_ten_limits() -> None:
    """Petersen's first problem (1967; OR-Library mknap1): 3800."""
    limits = [
        (80, 8, 12, 13, 64, 22, 41),
        (96, 8, 12, 13, 75, 22, 41),
        (20, 3, 6, 4, 18, 6, 4),
        (36, 5, 10, 8, 32, 6, 12),
        (44, 5, 13, 8, 42, 6, 20),
        (48, 5, 13, 8, 48, 6, 20),
        (10, 0, 0, 0, 0, 8, 0),
        (18, 3, 0, 4, 0, 8, 0),
        (22, 3, 2, 4, 0, 8, 4),
        (24, 3, 2, 4, 8, 8, 4),
    ]
    values = numbered(100, 600, 1200, 2400, 500, 2000)
    table = list(zip(*(row[1:] for row in limits), strict=True))
    found = portfolio.choose(values, values * 0, 0, **yearly(table, [row[0] for row in limits]))
    assert (found.optimum, found.status) == (3800, "optimal")


def test_five_projects_with_rules() -> None:
    """100 for projects of 30 25 40 15 50; at least three; C and E exclude each other: A, B, C make 45."""
    ids = list("ABCDE")
    values, costs = pd.Series([15, 10, 20, 7, 20], ids), pd.Series([30, 25, 40, 15, 50], ids)
    found = portfolio.choose(values, costs, 100, excludes=["CE"], at_least=[(3, ids)])
    assert (found.chosen, found.optimum) == (("A", "B", "C"), 45)
    assert found.why_not.loc["E", ["reason", "excluded_by", "short"]].tolist() == ["excludes; budget", "C", 45]


# --- every choice, one by one: the oracle ------------------------------------------------------------------


@dataclass
class Case:
    """A small problem."""

    values: pd.Series
    costs: pd.Series
    budget: float
    limits: dict[str, Any] = field(default_factory=dict)

    def arguments(self) -> tuple[pd.Series, pd.Series, float]:
        """Return what every function takes first."""
        return self.values, self.costs, self.budget

    def keeps_rules(self, chosen: frozenset[Hashable]) -> bool:
        """Return whether a choice keeps everything but the budget."""
        rules, skills = self.limits, self.limits["skills"]
        used = skills[skills["item"].isin(chosen)].groupby(["skill", "period"])["demand"].sum()
        free = self.limits["capacity"].set_index(["skill", "period"])["capacity"]
        return (
            all(first not in chosen or chosen.issuperset(needed) for first, *needed in rules["requires"])
            and all(len(chosen.intersection(group)) <= 1 for group in rules["excludes"])
            and chosen.issuperset(rules["mandatory"])
            and all(len(chosen.intersection(group)) <= count for count, group in rules["at_most"])
            and all(len(chosen.intersection(group)) >= count for count, group in rules["at_least"])
            and bool((used <= free.reindex(used.index)).all())
        )

    def choices(self) -> Iterator[tuple[frozenset[Hashable], int, int]]:
        """Yield every choice that keeps the rules, with its value and its cost in cents."""
        for count in range(len(self.costs) + 1):
            for ids in map(frozenset, itertools.combinations(self.costs.index, count)):
                if self.keeps_rules(ids):
                    yield ids, *self.measures(ids)

    def measures(self, ids: frozenset[Hashable]) -> tuple[int, int]:
        """Return the value and the cost in cents of a choice."""
        return sum(int(self.values[i]) for i in ids), sum(round(self.costs[i] * 100) for i in ids)


@st.composite
def cases(draw: st.DrawFn, most: int = 6) -> Case:
    """Return small problems of every kind, some of them impossible."""
    count = draw(st.integers(1, most))
    ids = [f"T{n}" for n in range(count)]
    column = st.lists(st.integers(0, 12), min_size=count, max_size=count)
    values = pd.Series(draw(st.lists(st.integers(-2, 20), min_size=count, max_size=count)), ids)
    costs = pd.Series(draw(st.lists(st.integers(0, 1500), min_size=count, max_size=count)), ids) / 100
    group = st.lists(st.sampled_from(ids), min_size=1, max_size=3, unique=True)
    few = {"max_size": 2} if count > 1 else {"max_size": 0}
    demand = pd.DataFrame(
        [(item, "law", period, days) for period in (1, 2) for item, days in zip(ids, draw(column), strict=True)],
        columns=["item", "skill", "period", "demand"],
    )
    free = [draw(st.integers(0, 40)), draw(st.integers(0, 40))]
    limits = {
        "requires": draw(st.lists(group, **few)),
        "excludes": draw(st.lists(group, **few)),
        "mandatory": draw(st.lists(st.sampled_from(ids), max_size=1)),
        "at_most": draw(st.lists(st.tuples(st.integers(0, 3), group), max_size=1)),
        "at_least": draw(st.lists(st.tuples(st.integers(0, 1), group), max_size=1)),
        "skills": demand,
        "capacity": pd.DataFrame({"skill": "law", "period": [1, 2], "capacity": free}),
    }
    return Case(values, costs, draw(st.integers(0, 4000)) / 100, limits)


def best(choices: list[tuple[frozenset[Hashable], int, int]], budget: float) -> float:
    """Return the most valuable of some choices; -inf if there is none."""
    return max((value for _, value, cost in choices if cost <= round(budget * 100)), default=-math.inf)


def extra(choices: list[tuple[frozenset[Hashable], int, int]], item: Hashable, budget: float) -> float:
    """Return the smallest extra budget with which an item belongs to an optimum, trying every budget there is."""
    with_it = [one for one in choices if item in one[0]]
    for cents in sorted({round(budget * 100), *(cost for _, _, cost in choices if cost > round(budget * 100))}):
        if best(with_it, cents / 100) == best(choices, cents / 100):
            return (cents - round(budget * 100)) / 100
    return math.inf


@examples(12, 400)
@given(cases())
def test_no_choice_beats_the_optimum(case: Case) -> None:
    """Against every possible choice: value, rules, price of each wish, and the money that would let it in."""
    found = portfolio.choose(*case.arguments(), **case.limits)
    choices = list(case.choices())
    optimum = best(choices, case.budget)
    if optimum == -math.inf:
        cheapest = min((cost for _, _, cost in choices), default=math.inf)
        assert found.status == "infeasible"
        assert found.chosen == ()
        assert found.shortfall == pytest.approx(cheapest / 100 - case.budget)
        return
    chosen = frozenset(found.chosen)
    assert (found.status, found.optimum, found.bound, found.shortfall) == ("optimal", optimum, optimum, 0)
    assert case.keeps_rules(chosen)
    assert case.measures(chosen) == (optimum, round(found.spent * 100))
    assert found.spent <= case.budget
    assert set(found.why_not.index) == set(case.costs.index) - chosen
    for item, row in found.why_not.iterrows():
        forced = best([one for one in choices if item in one[0]], case.budget)
        assert row["price"] == pytest.approx(optimum - forced)
        assert row["price"] >= 0
        assert row["lets_in"] == pytest.approx(extra(choices, item, case.budget))


@examples(8, 200)
@given(cases(), st.data())
def test_reasons_are_what_would_break(case: Case, data: st.DataObject) -> None:
    """A rejected initiative has a reason exactly where adding it to the chosen breaks something."""
    found = portfolio.choose(*case.arguments(), **case.limits, explained=False)
    for item, row in found.why_not.iterrows():
        ids = frozenset({*found.chosen, item})
        value, cost = case.measures(ids)
        over = cost - round(case.budget * 100)
        reasons = set(row["reason"].split("; "))
        assert ("budget" in reasons) == (over > 0)
        assert row["short"] == pytest.approx(max(over, 0) / 100)
        assert bool(reasons - {"budget", "value"}) == (not case.keeps_rules(ids))
        assert ("value" in reasons) == (case.keeps_rules(ids) and over <= 0)
        assert value <= found.optimum or reasons != {"value"}
    picked = data.draw(st.lists(st.sampled_from(list(case.costs.index)), unique=True))
    priced = portfolio.price(picked, *case.arguments(), **case.limits)
    value, cost = case.measures(frozenset(picked))
    fits = case.keeps_rules(frozenset(picked)) and cost <= round(case.budget * 100)
    assert (priced.value, priced.spent) == (value, cost / 100)
    assert priced.is_feasible == fits == priced.broken.empty
    assert priced.status == found.status
    if found.status == "optimal":
        assert priced.difference == found.optimum - value
        assert priced.difference >= 0 or not fits
        wanted = set(picked) ^ set(found.chosen)
        assert set(priced.departures.index) == wanted
        assert (priced.departures["price"] >= 0).all()


@examples(8, 200)
@given(cases(), st.lists(st.integers(0, 5000), min_size=1, max_size=12))
def test_more_budget_never_lowers_the_optimum(case: Case, budgets: list[int]) -> None:
    """The frontier rises, and each of its steps is the best of all choices."""
    found = portfolio.frontier(case.values, case.costs, [one / 100 for one in budgets], **case.limits)
    choices = list(case.choices())
    assert found.steps.index.is_monotonic_increasing
    assert found.steps["value"].dropna().is_monotonic_increasing
    for budget, step in found.steps.iterrows():
        optimum = best(choices, budget)
        chosen = frozenset(found.chosen.columns[found.chosen.loc[budget]])
        if optimum == -math.inf:
            assert (step["status"], chosen) == ("infeasible", frozenset())
        else:
            assert (step["status"], step["value"]) == ("optimal", optimum)
            assert case.measures(chosen) == (optimum, round(step["spent"] * 100))
            assert step["spent"] <= budget
            assert case.keeps_rules(chosen)


@examples(8, 200)
@given(cases(), st.data())
def test_a_shock_moves_as_little_as_it_must(case: Case, data: st.DataObject) -> None:
    """Enough value first, then the fewest changes, then the most value: against every choice."""
    ids = list(case.costs.index)
    before = data.draw(st.lists(st.sampled_from([*ids, "gone long ago"]), unique=True))
    gone = data.draw(st.lists(st.sampled_from(ids), max_size=1))
    tolerance = data.draw(st.sampled_from([0.0, 0.1, 0.5]))
    found = portfolio.reallocate(before, *case.arguments(), gone=gone, tolerance=tolerance, **case.limits)
    choices = [one for one in case.choices() if one[2] <= round(case.budget * 100) and one[0].isdisjoint(gone)]
    optimum = best(choices, case.budget)
    if optimum == -math.inf:
        assert (found.status, found.chosen, found.stops) == ("infeasible", (), tuple(before))
        return
    enough = [one for one in choices if one[1] >= optimum - math.floor(tolerance * abs(optimum))]
    changes = {one[0]: len(one[0] ^ set(before)) for one in enough}
    least = min(changes.values())
    value = max(value for ids, value, _ in enough if changes[ids] == least)
    assert (found.status, found.optimum, found.disruption, found.value) == ("optimal", optimum, least, value)
    assert found.given_up == optimum - value
    assert set(found.starts) == set(found.chosen) - set(before)
    assert set(found.stops) == set(before) - set(found.chosen)
    assert set(found.stays) == set(before) & set(found.chosen)


@examples(6, 150)
@given(cases())
def test_no_shock_moves_nothing(case: Case) -> None:
    """The optimum re-allocated under the same limits is the same choice."""
    first = portfolio.choose(*case.arguments(), **case.limits, explained=False)
    again = portfolio.reallocate(first.chosen, *case.arguments(), **case.limits)
    assert (again.chosen, again.starts, again.stops, again.disruption) == (first.chosen, (), (), 0)


# --- money, values, ties -----------------------------------------------------------------------------------


def test_a_cent_decides() -> None:
    """Ten million and a cent do not fit into ten million, ten times 0.1 fit into 1."""
    values = pd.Series([2, 1], ["A", "B"])
    costs = pd.Series([10_000_000.01, 10_000_000.00], ["A", "B"])
    assert portfolio.choose(values, costs, 10_000_000).chosen == ("B",)
    assert portfolio.choose(values, costs, 10_000_000).why_not.loc["A", ["short", "lets_in"]].tolist() == [
        10_000_000.01,
        0.01,
    ]
    tenths = pd.Series(0.1, range(10))
    assert len(portfolio.choose(tenths, tenths, 1).chosen) == 10
    assert portfolio.choose(tenths, tenths, 1).optimum == 1


@examples(6, 150)
@given(st.lists(st.tuples(st.integers(1, 10**11), st.floats(0, 100)), min_size=1, max_size=9), st.floats(0, 1))
def test_large_sums_and_crooked_values(items: list[tuple[int, float]], share: float) -> None:
    """Amounts up to a billion are kept to the cent; crooked values are the best to a billionth of their sum."""
    cents = np.array([cost for cost, _ in items])
    values = pd.Series([value for _, value in items], dtype=float)
    budget = int(cents.sum() * share)
    found = portfolio.choose(values, pd.Series(cents / 100), budget / 100, explained=False)
    taken = np.array(list(itertools.product((0, 1), repeat=len(items))))
    best_value = (taken @ values.to_numpy())[taken @ cents <= budget].max()
    assert cents[list(found.chosen)].sum() <= budget
    assert found.optimum == pytest.approx(best_value, abs=1e-8 * max(values.sum(), 1))


def test_nothing_is_funded_that_adds_nothing() -> None:
    """An initiative of no value is chosen only where a rule needs it."""
    values, costs = pd.Series([5, 0, 0], list("ABC")), pd.Series([1, 1, 1], list("ABC"))
    assert portfolio.choose(values, costs, 3).chosen == ("A",)
    assert portfolio.choose(values, costs, 3).why_not["reason"].tolist() == ["value", "value"]
    assert portfolio.choose(values, costs, 3, requires=["AB"]).chosen == ("A", "B")


def test_a_group_of_which_none_may_be_chosen() -> None:
    """The rule is the reason, even where nobody else takes the place."""
    found = portfolio.choose(*STOCKCO, 14, at_most=[(0, "B")])
    assert found.why_not.loc["B", ["reason", "excluded_by", "price"]].tolist() == ["at_most; budget", "", math.inf]


def test_nothing_to_choose_from() -> None:
    """An empty list gives an empty choice, and a frontier of nothing."""
    nothing = pd.Series(dtype=float)
    found = portfolio.choose(nothing, nothing, 10)
    assert (found.chosen, found.optimum, found.status, found.spent) == ((), 0, "optimal", 0)
    assert portfolio.frontier(*STOCKCO, []).steps.empty


def test_the_shadow_price_is_the_ratio_of_the_item_that_is_cut() -> None:
    """Stockco: with 14, half of C (12 for 4) is taken in the relaxation, so one more is worth 3."""
    found = portfolio.choose(*STOCKCO, 14)
    row = found.shadow_price.iloc[0]
    assert row[["limit", "capacity", "used", "left", "lp_shadow_price"]].tolist() == ["budget", 14, 14, 0, 3]
    rich = portfolio.choose(*STOCKCO, 100).shadow_price.iloc[0]
    assert rich[["left", "lp_shadow_price"]].tolist() == [81, 0]


def test_the_scarce_skill_has_a_price_and_the_other_none() -> None:
    """Two lawyers' weeks in spring are worth a whole initiative, those in autumn nothing."""
    values = pd.Series([10.0, 8.0], ["A", "B"])
    skills = pd.DataFrame({"item": ["A", "B", "A"], "skill": "law", "period": ["spring", "spring", "autumn"]})
    capacity = pd.DataFrame({"skill": "law", "period": ["spring", "autumn"], "capacity": [2.0, 9.0]})
    found = portfolio.choose(values, values * 0, 0, skills=skills.assign(demand=[2, 2, 1]), capacity=capacity)
    assert found.chosen == ("A",)
    rows = found.shadow_price.set_index("period")
    assert rows.loc["spring", ["used", "left", "lp_shadow_price"]].tolist() == [2, 0, 4]
    assert rows.loc["autumn", ["used", "left", "lp_shadow_price"]].tolist() == [1, 8, 0]
    assert found.why_not.loc["B", ["reason", "skills", "price"]].tolist() == ["skill", "law spring", 2]


def test_the_choice_of_people_is_priced_limit_by_limit() -> None:
    """A and C exclude each other and cost 2 too much: both are said, and what each wish alone would cost."""
    priced = portfolio.price("AC", *STOCKCO, 7, excludes=["AC"])
    assert (priced.value, priced.optimum, priced.difference, priced.is_feasible) == (28, 22, -6, False)
    assert priced.broken[["limit", "items", "by"]].to_numpy().tolist() == [
        ["budget", "A; C", 2],
        ["excludes", "A; C", 1],
    ]
    prices = priced.departures.sort_index()
    assert prices["departure"].to_dict() == {"A": "added", "B": "dropped", "C": "added"}
    assert prices["price"].to_dict() == {"A": 6, "B": 2, "C": 2}


def test_a_cut_with_weights_on_what_hurts_to_stop() -> None:
    """From 14 to 12 money the optimum is 38 by A and B; within 15 % the choice stays B and C, D stops alone."""
    strict = portfolio.reallocate("BCD", *STOCKCO, 12)
    assert (strict.starts, strict.stops, strict.value) == (("A",), ("C", "D"), 38)
    calm = portfolio.reallocate("BCD", *STOCKCO, 12, tolerance=0.15)
    assert (calm.starts, calm.stops, calm.stays, calm.given_up) == ((), ("D",), ("B", "C"), 4)
    heavy = portfolio.reallocate("BCD", *STOCKCO, 12, tolerance=0.25, disruption=pd.Series({"D": 5}))
    assert (heavy.stops, heavy.disruption) == (("C",), 1)


# --- size, stopping, refusing ------------------------------------------------------------------------------


def test_sixty_initiatives_in_twelve_months_are_proven() -> None:
    """The bound meets the value, and all limits hold."""
    arguments, rules = initiatives(60)
    found = portfolio.choose(*arguments, **rules, explained=False, seconds=300)
    assert (found.status, found.gap) == ("optimal", 0)
    assert portfolio.price(found.chosen, *arguments, **rules, seconds=300).is_feasible


def test_a_hundred_items_agree_with_dynamic_programming() -> None:
    """An independent method finds the same optimum."""
    random = np.random.default_rng(1)
    weights, values = random.integers(1, 60, 100), random.integers(1, 60, 100)
    table = np.zeros(1001)
    for weight, value in zip(weights, values, strict=True):
        table[weight:] = np.maximum(table[weight:], table[:-weight] + value)
    found = portfolio.choose(pd.Series(values), pd.Series(weights), 1000, explained=False)
    assert found.optimum == table[-1]


def test_stopping_keeps_the_best_so_far() -> None:
    """Whoever stops has a choice that keeps all limits, and is told how much better another could be."""
    arguments, rules = initiatives(200)
    heard: list[Any] = []

    def stop(told: Any) -> bool:
        heard.append(told)
        return told.value > 0

    found = portfolio.choose(*arguments, **rules, progress=stop)
    assert found.status == "feasible"
    assert found.optimum == pytest.approx(heard[-1].value)
    assert found.optimum < found.bound
    assert 0 < found.gap < 1
    assert found.why_not["price"].isna().all()
    chosen = set(found.chosen)
    assert {"T0"} <= chosen
    assert all(first not in chosen or other in chosen for first, other in rules["requires"])
    assert all(not chosen.issuperset(pair) for pair in rules["excludes"])
    assert (found.shadow_price["left"] >= -1e-6).all()


def test_explanations_can_be_stopped_too() -> None:
    """The optimum stands; what was not explained stays empty."""
    found = portfolio.choose(*STOCKCO, 7, progress=lambda told: told.done > 0)
    assert (found.status, found.optimum) == ("optimal", 22)
    assert len(found.why_not) == 3


def test_no_time_gives_no_choice() -> None:
    """Nothing found is said as such, not shown as an empty choice."""
    with pytest.raises(PlanError, match=r"no choice was found in 0\.0 seconds"):
        portfolio.choose(*STOCKCO, 14, seconds=0)


def test_a_solver_that_dies_is_said() -> None:
    """The sentence says what to do, and nothing hangs."""
    with Solver(10) as solver:
        solver._process.kill()
        solver._process.wait()
        with pytest.raises(PlanError, match="the solver ended without an answer"):
            solver.solve({"gain": [1.0], "rows": []})


def test_the_solver_stays_out_of_this_process() -> None:
    """HiGHS and OR-tools do not meet, and no process is left behind."""
    with Solver(10) as solver:
        assert solver.solve({"gain": [1.0], "rows": []}).value == 1
    assert solver._process.returncode is not None
    assert "highspy" not in sys.modules


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"values": pd.Series({"A": 1, "B": None})}, r"values B: nothing was found\. Needed is a number"),
        ({"costs": pd.Series({"A": 1, "B": -2})}, r"costs B: -2 was found\. Needed is a number from 0 on"),
        ({"costs": pd.Series({"A": 1})}, r"costs B: nothing was found"),
        ({"values": pd.Series([1, 2], ["A", "A"])}, "values A: two initiatives have this id"),
        ({"budget": math.nan}, "budget: nan is not an amount"),
        ({"requires": ["AX"]}, r"requires .* names X, which is not among the initiatives"),
        ({"mandatory": ["X"]}, r"mandatory .* names X"),
        (
            {"skills": pd.DataFrame({"item": ["A"], "skill": "law", "period": 1, "demand": 1}, index=["DM7"])},
            "skills DM7: nobody said how much law there is in 1",
        ),
    ],
    ids=["no value", "negative cost", "no cost", "twice", "no budget", "rule", "mandatory", "no capacity"],
)
def test_what_cannot_be_chosen_from_is_refused(change: dict[str, Any], sentence: str) -> None:
    """Where, what was found, what is needed."""
    usual = {"values": pd.Series({"A": 1, "B": 2}), "costs": pd.Series({"A": 1, "B": 2}), "budget": 3.0}
    with pytest.raises(PlanError, match=sentence):
        portfolio.choose(**usual | change)


# --- a hundred points --------------------------------------------------------------------------------------


def given_points(**raters: dict[str, float]) -> pd.DataFrame:
    """Return what raters gave, one row each."""
    rows = [(rater, item, points) for rater, gave in raters.items() for item, points in gave.items()]
    return pd.DataFrame(rows, columns=["rater", "item", "points"])


def test_points_keep_their_spread_and_their_two_peaks() -> None:
    """A: 60 60 0 0 is 30 in the mean and two camps; B is agreed on; C got nothing; the values make 100."""
    calm, keen = {"B": 50, "C": 50}, {"A": 60, "B": 40}
    found = portfolio.points(given_points(p=keen, q=keen, r=calm, s=calm), items="ABCD")
    assert found["value"].to_dict() == {"A": 30, "B": 45, "C": 25, "D": 0}
    assert found.loc["A", ["raters", "min", "q1", "median", "q3", "max"]].tolist() == [4, 0, 0, 30, 60, 60]
    assert found["two_peaks"].to_dict() == {"A": True, "B": True, "C": True, "D": False}
    assert portfolio.choose(found["value"], pd.Series({"A": 1, "B": 1, "C": 1, "D": 1}), 2).optimum == 75


def test_points_of_each_rater_weigh_the_same() -> None:
    """Whoever spread 10 instead of 100 is scaled, and small differences are no camps."""
    found = portfolio.points(given_points(p={"A": 7, "B": 3}, q={"A": 65, "B": 35}, r={"A": 72, "B": 28}))
    assert found["value"].round(6).to_dict() == {"A": 69, "B": 31}
    assert not found["two_peaks"].any()


def test_points_below_nought_and_empty_sheets_are_refused() -> None:
    """Both are said with the row or the rater."""
    with pytest.raises(PlanError, match="points 1: -5 is below 0"):
        portfolio.points(given_points(p={"A": 105, "B": -5}))
    with pytest.raises(PlanError, match="points: q gave no points"):
        portfolio.points(given_points(p={"A": 100}, q={"A": 0}))
