"""Ranking: AHP with consistency, WSJF, RICE."""

from __future__ import annotations

import itertools

import ahpy
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning_kit.analysis import priority
from planning_kit.errors import PlanError
from tests.scale import examples

LEADER = {
    ("Experience", "Education"): 4,
    ("Experience", "Charisma"): 3,
    ("Experience", "Age"): 7,
    ("Education", "Charisma"): 1 / 3,
    ("Education", "Age"): 3,
    ("Charisma", "Age"): 5,
}
DRINKS = {
    "coffee": [1, 9, 5, 2, 1, 1, 1 / 2],
    "wine": [1 / 9, 1, 1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9],
    "tea": [1 / 5, 3, 1, 1 / 3, 1 / 4, 1 / 3, 1 / 9],
    "beer": [1 / 2, 9, 3, 1, 1 / 2, 1, 1 / 3],
    "soda": [1, 9, 4, 2, 1, 2, 1 / 2],
    "milk": [1, 9, 3, 1, 1 / 2, 1, 1 / 3],
    "water": [2, 9, 9, 3, 2, 3, 1],
}


def matrix(judged: dict[tuple[str, str], float]) -> pd.DataFrame:
    """Return the matrix of judgements of one rater."""
    items = list(dict.fromkeys(itertools.chain(*judged)))
    rows = pd.DataFrame([(*pair, value) for pair, value in judged.items()], columns=["a", "b", "judgement"])
    return priority.comparison_matrix(rows, items)


def test_the_leader_example() -> None:
    """Weights .548 .127 .270 .056 and a consistency ratio of .044."""
    found = priority.ahp(matrix(LEADER))
    assert found.weights.round(3).to_dict() == {
        "Experience": 0.548,
        "Education": 0.127,
        "Charisma": 0.270,
        "Age": 0.056,
    }
    assert round(found.consistency_ratio, 3) == 0.044
    assert found.accepted


def test_the_leader_example_by_criterion() -> None:
    """Local weights .717 .217 .066; its ratio depends on the table: .035 with the later one, .032 by default."""
    judged = {("Moll", "Nell"): 1 / 4, ("Moll", "Sue"): 4, ("Nell", "Sue"): 9}
    found = priority.ahp(matrix(judged), random_index="saaty_later")
    assert found.weights.round(3).to_dict() == {"Moll": 0.217, "Nell": 0.717, "Sue": 0.066}
    assert round(found.consistency_ratio, 3) == 0.035
    assert round(priority.ahp(matrix(judged)).consistency_ratio, 3) == 0.032
    education = {("Moll", "Nell"): 3, ("Moll", "Sue"): 1 / 5, ("Nell", "Sue"): 1 / 7}
    assert round(priority.ahp(matrix(education), random_index="saaty_later").consistency_ratio, 3) == 0.062
    assert round(priority.ahp(matrix(education)).consistency_ratio, 3) == 0.056


LEADERS = {
    "Experience": {("Moll", "Nell"): 1 / 4, ("Moll", "Sue"): 4, ("Nell", "Sue"): 9},
    "Education": {("Moll", "Nell"): 3, ("Moll", "Sue"): 1 / 5, ("Nell", "Sue"): 1 / 7},
    "Charisma": {("Moll", "Nell"): 5, ("Moll", "Sue"): 9, ("Nell", "Sue"): 4},
    "Age": {("Moll", "Nell"): 1 / 3, ("Moll", "Sue"): 5, ("Nell", "Sue"): 9},
}


def test_the_leader_example_as_a_whole() -> None:
    """The leader chosen by four criteria: Nell .493, Moll .358, Sue .150 as published, and as ahpy composes them."""
    local = pd.DataFrame({name: priority.ahp(matrix(judged)).weights for name, judged in LEADERS.items()})
    found = local @ priority.ahp(matrix(LEADER)).weights
    published = {"Moll": 0.358, "Nell": 0.493, "Sue": 0.150}  # from rounded weights; exact is .1494
    assert found.to_dict() == pytest.approx(published, abs=1e-3)
    goal = ahpy.Compare("Goal", LEADER, precision=6)
    goal.add_children([ahpy.Compare(name, judged, precision=6) for name, judged in LEADERS.items()])
    assert found.to_dict() == pytest.approx(goal.target_weights, abs=1e-5)


@pytest.mark.parametrize(("table", "ratio"), [("saaty", 0.022), ("saaty_later", 0.022), ("donegan_dodd", 0.0235)])
def test_the_drinks_example(table: str, ratio: float) -> None:
    """Water .327, soda .190, coffee .177 ... and the ratio with each table."""
    drinks = pd.DataFrame.from_dict(DRINKS, orient="index", columns=list(DRINKS))
    found = priority.ahp(drinks, random_index=table)
    expected = {"beer": 0.116, "coffee": 0.177, "milk": 0.129, "soda": 0.19, "tea": 0.042, "water": 0.327}
    assert found.weights.round(3).to_dict() == expected | {"wine": 0.019}
    assert found.consistency_ratio == pytest.approx(ratio, abs=0.0006)


@given(st.integers(3, 7), st.data())
def test_agrees_with_ahpy(n: int, data: st.DataObject) -> None:
    """An independent package finds the same weights and the same ratio for any judgements."""
    scale = [*range(1, 10), *(1 / k for k in range(2, 10))]
    pairs = itertools.combinations([f"i{k}" for k in range(n)], 2)
    judged = {pair: data.draw(st.sampled_from(scale)) for pair in pairs}
    theirs = ahpy.Compare("oracle", judged, precision=6, random_index="dd", iterations=1000, tolerance=1e-9)
    ours = priority.ahp(matrix(judged), random_index="donegan_dodd")
    assert ours.weights.to_dict() == pytest.approx(theirs.local_weights, abs=2e-5)
    assert ours.consistency_ratio == pytest.approx(theirs.consistency_ratio, abs=2e-3)


@given(st.lists(st.floats(0.1, 9), min_size=1, max_size=9))
def test_perfect_judgements_give_back_their_weights(values: list[float]) -> None:
    """Ratios of known weights are consistent, and no judgement is blamed."""
    weights = pd.Series(values, index=[f"i{k}" for k in range(len(values))])
    ratios = pd.DataFrame(np.divide.outer(values, values), index=weights.index, columns=weights.index)
    found = priority.ahp(ratios)
    assert found.weights.to_dict() == pytest.approx((weights / weights.sum()).to_dict())
    assert found.consistency_ratio == pytest.approx(0, abs=1e-9)
    assert found.worst is None


SCALE = [*range(1, 10), *(1 / k for k in range(2, 10))]


def some_missing(n: int, data: st.DataObject) -> dict[tuple[str, str], float]:
    """Return judgements of n items of which some pairs are open, and a chain holds all together."""
    pairs = list(itertools.combinations([f"i{k}" for k in range(n)], 2))
    free = [pair for pair in pairs if int(pair[1][1:]) - int(pair[0][1:]) > 1]
    left_out = set(data.draw(st.lists(st.sampled_from(free), unique=True)))
    return {pair: data.draw(st.sampled_from(SCALE)) for pair in pairs if pair not in left_out}


@examples(8, 100)
@given(st.integers(3, 5), st.data())
def test_open_pairs_are_completed_as_ahpy_does(n: int, data: st.DataObject) -> None:
    """The optimal completion of an independent package, and its weights."""
    judged = some_missing(n, data)
    theirs = ahpy.Compare("oracle", judged, precision=6, iterations=50, tolerance=1e-4, cr=False)
    ours = priority.ahp(matrix(judged))
    assert ours.weights.to_dict() == pytest.approx(theirs.local_weights, abs=2e-3)


@examples(40, 500)
@given(st.integers(3, 7), st.data())
def test_no_other_completion_is_more_consistent(n: int, data: st.DataObject) -> None:
    """Whatever is put into the open pairs, the principal eigenvalue is not lower; a chain alone contradicts nothing."""
    judged = some_missing(n, data)
    found = priority.ahp(matrix(judged))
    for _ in range(5):
        pairs = itertools.combinations([f"i{k}" for k in range(n)], 2)
        other = {pair: judged.get(pair) or data.draw(st.floats(1 / 9, 9)) for pair in pairs}
        assert found.lambda_max <= priority.ahp(matrix(other)).lambda_max + 1e-6
    if len(judged) == n - 1:
        assert (found.consistency_ratio, found.worst) == (0, None)


def test_a_missing_judgement_that_follows_from_the_others() -> None:
    """A is twice B and B three times C: A is six times C, and the ratio stays 0."""
    found = priority.ahp(matrix({("A", "B"): 2, ("B", "C"): 3}))
    assert found.weights.round(6).to_dict() == {"A": 0.6, "B": 0.3, "C": 0.1}
    assert found.accepted


def test_open_pairs_lower_the_random_index() -> None:
    """Of four items one pair is open: the random index is 2/3 of .90 (Ágoston and Csató, 2022)."""
    judged = {("A", "B"): 2, ("A", "C"): 1 / 3, ("B", "C"): 3, ("B", "D"): 2, ("C", "D"): 4}
    found = priority.ahp(matrix(judged))
    assert found.consistency_ratio == pytest.approx(found.consistency_index / 0.6)


@examples(25, 500)
@given(st.integers(4, 6), st.data())
def test_the_worst_judgement_is_the_one_that_inflates_the_ratio_most(n: int, data: st.DataObject) -> None:
    """With the value named in its place the ratio falls, and no other single change makes it fall further."""
    pairs = list(itertools.combinations([f"i{k}" for k in range(n)], 2))
    judged = {pair: data.draw(st.sampled_from(SCALE)) for pair in pairs}
    found = priority.ahp(matrix(judged))
    if found.worst is None:
        assert found.consistency_ratio < 1e-4
        return
    a, b, fitting = found.worst
    mended = priority.ahp(matrix(judged | {(a, b): fitting})).lambda_max
    assert mended < found.lambda_max
    for pair in pairs:
        other = priority.ahp(matrix(judged | {pair: data.draw(st.floats(1 / 9, 9))})).lambda_max
        assert mended <= other + 1e-6


def test_the_judgement_that_does_not_fit_is_named() -> None:
    """A > B > C but C > A: the pair is said with the value that would fit."""
    found = priority.ahp(
        matrix({("A", "B"): 2, ("B", "C"): 2, ("A", "C"): 1 / 5, ("A", "D"): 2, ("B", "D"): 1, ("C", "D"): 1})
    )
    assert not found.accepted
    assert found.worst is not None
    assert found.worst[:2] == ("A", "C")
    assert found.worst[2] > 1 / 5


def test_raters_are_joined_by_the_geometric_mean() -> None:
    """4 and 1 make 2; a judgement given the other way round counts as its reciprocal."""
    rows = pd.DataFrame({"a": ["A", "B"], "b": ["B", "A"], "judgement": [4, 1.0]})
    joined = priority.comparison_matrix(rows, ["A", "B"])
    assert joined.loc["A", "B"] == pytest.approx(2)
    assert joined.loc["B", "A"] == pytest.approx(0.5)


def test_what_cannot_be_compared_is_refused() -> None:
    """Items nothing leads to, judgements of 0, lopsided matrices, too many items and unknown tables are said."""
    rows = pd.DataFrame({"a": ["A"], "b": ["B"], "judgement": [2.0]}, index=["CM1"])
    with pytest.raises(PlanError, match="C was never compared with A, nor with anything compared with it"):
        priority.comparison_matrix(rows, ["A", "B", "C"])
    with pytest.raises(PlanError, match="not linked to the others"):
        priority.ahp(pd.DataFrame([[1, np.nan], [np.nan, 1]]))
    with pytest.raises(PlanError, match="not positive and reciprocal"):
        priority.ahp(pd.DataFrame([[1, 2], [np.nan, 1]]))
    with pytest.raises(PlanError, match=r"comparisons CM1, judgement: 0 is not above 0"):
        priority.comparison_matrix(rows.assign(judgement=0.0), ["A", "B"])
    with pytest.raises(PlanError, match="not positive and reciprocal"):
        priority.ahp(pd.DataFrame([[1, 2], [2, 1]]))
    with pytest.raises(PlanError, match="10 items are more than the 9"):
        priority.ahp(pd.DataFrame(np.ones((10, 10))))
    with pytest.raises(PlanError, match="there is no table x"):
        priority.ahp(pd.DataFrame(np.ones((3, 3))), random_index="x")


def test_published_wsjf() -> None:
    """(8+4+3)/5 = 3, (5+9+8)/2 = 11, (4+3+7)/8 = 1.75, (9+5+4)/8 = 2.25; and two jobs at 17 and 24."""
    names = ["value", "time_criticality", "risk_reduction", "size"]
    jobs = pd.DataFrame([(8, 4, 3, 5), (5, 9, 8, 2), (4, 3, 7, 8), (9, 5, 4, 8)], columns=names)
    found = priority.wsjf(jobs)
    assert found["wsjf"].tolist() == [3.0, 11.0, 1.75, 2.25]
    assert found["rank"].tolist() == [2, 1, 4, 3]
    two = priority.wsjf(pd.DataFrame([(100, 50, 20, 10), (80, 30, 10, 5)], columns=names))
    assert two["cost_of_delay"].tolist() == [170, 120]
    assert two["wsjf"].tolist() == [17, 24]


def test_published_rice() -> None:
    """5000 x 2 x 80 % / 2 = 4000; three features at 26 667, 10 000 and 7500."""
    rows = [(5000, 2, 0.8, 2), (50_000, 2, 0.8, 3), (10_000, 0.5, 1.0, 0.5), (30_000, 0.25, 1.0, 1)]
    found = priority.rice(pd.DataFrame(rows, columns=["reach", "impact", "confidence", "effort"]))
    assert found["rice"].round().tolist() == [4000, 26_667, 10_000, 7500]
    assert found["rank"].tolist() == [4, 1, 2, 3]


def test_what_is_missing_has_no_rank() -> None:
    """A job without a size is not the first, nor the last: it is open."""
    jobs = pd.DataFrame(
        {"value": [1.0, 1.0, 1.0], "time_criticality": 1.0, "risk_reduction": 1.0, "size": [1, 0, None]}
    )
    found = priority.wsjf(jobs)
    assert found["wsjf"].isna().tolist() == [False, True, True]
    assert found["rank"].isna().tolist() == [False, True, True]


def test_per_cent_instead_of_a_share_is_refused() -> None:
    """A confidence of 80 would win every ranking."""
    ideas = pd.DataFrame({"reach": [1], "impact": [1], "confidence": [80], "effort": [1]}, index=["T3"])
    with pytest.raises(PlanError, match=r"ideas T3, confidence: 80 is above 1"):
        priority.rice(ideas)


UST = pd.DataFrame(
    {
        "side": "outside",
        "weight": [0.15, 0.05, 0.05, 0.15, 0.10, 0.10, 0.05, 0.05, 0.10, 0.20],
        "rating": [1, 3, 1, 4, 3, 2, 3, 2, 2, 1],
    },
    index=[f"F{number}" for number in range(10)],
)
"""External factors of a maker of smokeless tobacco, as printed by David (Strategic Management, EFE matrix)."""


def test_factor_scores_are_the_published_ones() -> None:
    """The printed total is 2.10, and each row is its weight times its rating."""
    found = priority.factor_scores(UST)["score"]
    assert found.round(2).tolist() == [0.15, 0.15, 0.05, 0.60, 0.30, 0.20, 0.15, 0.10, 0.20, 0.20]
    assert found.sum() == pytest.approx(2.10)


@given(st.lists(st.tuples(st.sampled_from("io"), st.integers(0, 9), st.integers(1, 4)), min_size=1, max_size=12))
def test_factor_scores_stay_between_one_and_four_whatever_the_scale(rows: list[tuple[str, int, int]]) -> None:
    """Dots or per cent make no difference, and the total of a side lies between its lowest and highest rating."""
    factors = pd.DataFrame(rows, columns=["side", "weight", "rating"], index=[f"F{n}" for n in range(len(rows))])
    found = priority.factor_scores(factors)
    again = priority.factor_scores(factors.assign(weight=factors["weight"] * 7.5))
    pd.testing.assert_frame_equal(found, again)
    for side, total in found["score"].groupby(factors["side"]).sum(min_count=1).dropna().items():
        used = factors["rating"][(factors["side"] == side) & (factors["weight"] > 0)]
        assert used.min() - 1e-9 <= total <= used.max() + 1e-9
