"""Rankings from many votes: spread, own criteria, and how little would turn the choice."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planning_kit.analysis import ranking
from planning_kit.errors import PlanError


def ballots(**votes: list[float]) -> pd.DataFrame:
    """Return the votes on each item, one row each."""
    rows = [(item, f"P{n}", value) for item, values in votes.items() for n, value in enumerate(values)]
    return pd.DataFrame(rows, columns=["item", "rater", "value"])


def test_the_spread_is_shown_beside_the_mean() -> None:
    """Two items of mean 3: one is agreed on, the other splits the room."""
    found = ranking.spread(ballots(calm=[3, 3, 3, 3, 2, 4], torn=[1, 1, 2, 5, 5, 4]))
    assert found["mean"].tolist() == [3, 3]
    assert found.loc["torn", ["raters", "min", "q1", "median", "q3", "max"]].tolist() == [6, 1, 1.25, 3, 4.75, 5]
    assert found["two_peaks"].to_dict() == {"calm": False, "torn": True}


@pytest.mark.parametrize(
    ("votes", "torn"),
    [
        ([1, 1, 5, 5], True),
        ([1, 5], False),
        ([1, 1, 1, 1, 1, 5], False),
        ([1, 2, 3, 4, 5], False),
        ([2, 2, 3, 3], True),
        ([3, 3, 3], False),
    ],
    ids=["two camps", "two people", "one outsider", "evenly spread", "near camps", "of one mind"],
)
def test_two_camps_need_two_people_each(votes: list[float], torn: bool) -> None:  # noqa: FBT001 - an expected value
    """One who sees it differently is no camp, and evenly spread votes have no peak."""
    assert ranking.spread(ballots(A=votes)).loc["A", "two_peaks"] == torn


def test_small_differences_are_no_peaks() -> None:
    """On a scale to 100 two camps of 10 and 12 are one."""
    votes = ballots(A=[10, 10, 12, 12])
    assert not ranking.spread(votes, apart=10)["two_peaks"].any()


def test_a_vote_left_empty_is_no_vote() -> None:
    """It lowers neither the mean nor the number of raters silently."""
    found = ranking.spread(ballots(A=[4, np.nan, 2]))
    assert found.loc["A", ["raters", "mean", "min"]].tolist() == [2, 3, 2]


def test_own_criteria_weigh_as_they_are_weighed() -> None:
    """Weights 3 and 1: 4 and 2 make 3.5, 2 and 5 make 2.75; an open score has no rank."""
    scores = pd.DataFrame({"value": [4.0, 2.0, 5.0], "urgency": [2.0, 5.0, np.nan]}, index=["A", "B", "C"])
    found = ranking.weighted(scores, pd.Series({"value": 3, "urgency": 1}))
    assert found["score"].tolist()[:2] == [3.5, 2.75]
    assert found["rank"].tolist()[:2] == [1, 2]
    assert found.loc["C"].isna().all()
    assert ranking.weighted(scores, pd.Series({"value": 1, "urgency": 0})).loc["C", "rank"] == 1


def test_a_criterion_without_a_weight_is_refused() -> None:
    """Nobody meant it to count nothing."""
    scores = pd.DataFrame({"value": [4.0], "urgency": [2.0]}, index=["A"])
    with pytest.raises(PlanError, match="weight urgency: nan was found"):
        ranking.weighted(scores, pd.Series({"value": 3}))
    with pytest.raises(PlanError, match="weight of all criteria: 0 was found"):
        ranking.weighted(scores, pd.Series({"value": 0, "urgency": 0}))


def test_the_weight_that_turns_the_choice() -> None:
    """A leads by .8 x 1 - .2 x 3 = .2; moving .05 from value to urgency takes it away; nothing helps C against both."""
    scores = pd.DataFrame({"value": [5, 4, 2], "urgency": [1, 4, 1]}, index=["A", "B", "C"])
    turned = ranking.weights_that_turn(scores, pd.Series({"value": 80, "urgency": 20}), 1)
    assert (turned.leaves, turned.enters, round(turned.change, 9)) == ("A", "B", 0.05)
    assert turned.to.round(9).to_dict() == {"value": 0.75, "urgency": 0.25}
    beaten = ranking.weights_that_turn(scores.loc[["B", "C"]], pd.Series({"value": 1, "urgency": 1}), 1)
    assert (beaten.change, beaten.leaves) == (math.inf, None)


@given(st.data(), st.integers(2, 3), st.integers(2, 5))
def test_no_smaller_shift_of_weight_turns_it(data: st.DataObject, criteria: int, items: int) -> None:
    """Against every mix of weights on a fine grid: none nearer than the shift found changes who is chosen."""
    grid = [np.array(w) / 20 for w in itertools.product(range(21), repeat=criteria) if sum(w) == 20]
    columns = [f"c{k}" for k in range(criteria)]
    table = data.draw(
        st.lists(st.lists(st.integers(1, 5), min_size=criteria, max_size=criteria), min_size=items, max_size=items)
    )
    scores = pd.DataFrame(table, [f"T{k}" for k in range(items)], columns).astype(float)
    weights = pd.Series(data.draw(st.sampled_from(grid)), columns)
    first = data.draw(st.integers(1, items - 1))
    turned = ranking.weights_that_turn(scores, weights, first)
    base = scores.to_numpy() @ weights.to_numpy()
    chosen = set(np.argsort(-base, kind="stable")[:first].tolist())
    if math.isfinite(turned.change):
        after = scores @ turned.to
        assert turned.to.sum() == pytest.approx(1)
        assert (turned.to >= -1e-9).all()
        assert after[turned.enters] >= after[turned.leaves] - 1e-9
        assert np.abs(turned.to - weights).sum() / 2 == pytest.approx(turned.change)
    for other in grid:
        if np.abs(other - weights.to_numpy()).sum() / 2 < turned.change - 1e-9:
            score = scores.to_numpy() @ other
            assert min(score[k] for k in chosen) > max(score[k] for k in range(items) if k not in chosen) - 1e-9


def test_the_votes_that_turn_the_choice() -> None:
    """5 5 4 against 4 4 4: one of the fives cast as 1 is enough."""
    votes = ballots(A=[5, 5, 4], B=[4, 4, 4])
    turned = ranking.votes_that_turn(votes, 1)
    assert (turned.change, turned.leaves, turned.enters) == (1, "A", "B")
    assert turned.to.to_dict() == {0: 1}
    assert ranking.votes_that_turn(ballots(A=[4, 4], B=[4, 4]), 1).change == 0
    assert ranking.votes_that_turn(votes, 2).change == math.inf


def test_votes_weigh_as_their_criterion_does() -> None:
    """A leads by 2 on a criterion of 10 %: one vote there is not enough, one of the other criterion's is."""
    votes = pd.DataFrame({"item": ["A", "A", "B", "B"], "value": [5, 3, 3, 3], "weight": [0.1, 0.9, 0.1, 0.9]})
    turned = ranking.votes_that_turn(votes, 1)
    assert (turned.change, turned.to.to_dict()) == (1, {1: 1})
    alike = votes.assign(value=[5, 3, 2, 3], weight=0.5)
    assert (
        ranking.votes_that_turn(alike, 1).to.to_dict()
        == ranking.votes_that_turn(alike.drop(columns="weight"), 1).to.to_dict()
    )


@given(st.lists(st.lists(st.integers(1, 3), min_size=1, max_size=3), min_size=2, max_size=3), st.data())
def test_fewer_votes_cannot_turn_it(table: list[list[int]], data: st.DataObject) -> None:
    """Against every way to cast the votes: none with fewer changes brings another item level or in."""
    assume(sum(map(len, table)) <= 7)
    first = data.draw(st.integers(1, len(table) - 1))
    votes = ballots(**{f"T{k}": list(map(float, row)) for k, row in enumerate(table)})
    turned = ranking.votes_that_turn(votes, first, lowest=1, highest=3)
    means = [float(np.mean(row)) for row in table]
    chosen = set(np.argsort(-np.array(means), kind="stable")[:first].tolist())
    sizes, fewest = list(itertools.accumulate(map(len, table), initial=0)), math.inf
    cast = [vote for row in table for vote in row]
    for other in itertools.product((1, 2, 3), repeat=len(cast)):
        moved = [float(np.mean(other[a:b])) for a, b in itertools.pairwise(sizes)]
        if min(moved[k] for k in chosen) <= max(moved[k] for k in range(len(table)) if k not in chosen) + 1e-9:
            fewest = min(fewest, sum(a != b for a, b in zip(cast, other, strict=True)))
    assert turned.change == fewest
