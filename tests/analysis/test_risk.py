"""Risks: exposure, matrix, contingency."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning_kit.analysis import risk
from planning_kit.errors import PlanError

RISKS = pd.DataFrame(
    {"probability": [0.8, 0.3, 0.5, 0.1, 0.3, 0.25], "cost": [10e3, 30e3, 8e3, 40e3, 20e3, 10e3]},
    index=[f"R{k}" for k in range(1, 7)],
)


def test_the_published_exposure() -> None:
    """Six risks make 33 500."""
    assert risk.exposure(RISKS).sum() == pytest.approx(33_500)


def test_a_risk_without_numbers_has_no_exposure() -> None:
    """Missing is missing, not nought."""
    assert risk.exposure(pd.DataFrame({"probability": [None, 0.5], "cost": [10.0, None]})).isna().all()


def test_probabilities_are_shares() -> None:
    """30 instead of 0.3 is refused with the row."""
    with pytest.raises(PlanError, match=r"risks R2, probability: 30 is not between 0 and 1"):
        risk.exposure(RISKS.assign(probability=[0.8, 30, 0.5, 0.1, 0.3, 0.25]))


def test_the_matrix_counts_risks_per_cell() -> None:
    """Likelihood runs down from 5, impact up from 1; half-filled cards are left out."""
    risks = pd.DataFrame({"likelihood": [5, 5, 1, None], "impact": [4, 4, 1, 3]})
    found = risk.matrix(risks)
    assert (list(found.index), list(found.columns)) == ([5, 4, 3, 2, 1], [1, 2, 3, 4, 5])
    assert (found.loc[5, 4], found.loc[1, 1], found.to_numpy().sum()) == (2, 1, 3)
    with pytest.raises(PlanError, match=r"risks 0, impact: 6 is no level"):
        risk.matrix(pd.DataFrame({"likelihood": [1], "impact": [6]}))


def test_the_reserve_agrees_with_all_courses_of_events() -> None:
    """The simulated 80 % reserve is the exact one over all 64 combinations."""
    totals = {}
    for comes in itertools.product([0, 1], repeat=len(RISKS)):
        chance = np.prod(np.where(comes, RISKS["probability"], 1 - RISKS["probability"]))
        total = float(np.dot(comes, RISKS["cost"]))
        totals[total] = totals.get(total, 0) + chance
    exact = pd.Series(totals).sort_index().cumsum()
    found = risk.contingency(RISKS)
    assert found.reserve == exact.index[exact >= 0.8][0]
    assert found.expected == pytest.approx(33_500)
    assert found.quantiles.is_monotonic_increasing
    assert found.reserve == found.quantiles[0.8]


def test_the_same_plan_gives_the_same_reserve() -> None:
    """The simulation is seeded."""
    assert risk.contingency(RISKS, 0.73).reserve == risk.contingency(RISKS, 0.73).reserve


def test_without_risks_no_reserve_is_needed() -> None:
    """An empty list, or one without numbers, needs nothing."""
    assert risk.contingency(RISKS.iloc[:0]).reserve == 0
    assert risk.contingency(RISKS.assign(cost=np.nan)).reserve == 0


@settings(max_examples=25)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1e6)), min_size=1, max_size=6))
def test_a_reserve_lies_between_nothing_and_everything(rows: list[tuple[float, float]]) -> None:
    """More certainty never needs less money, and all risks together are the most."""
    risks = pd.DataFrame(rows, columns=["probability", "cost"])
    found = risk.contingency(risks, trials=500)
    assert 0 <= found.quantiles[0.5] <= found.quantiles[0.8] <= found.quantiles[0.95]
    assert found.quantiles[0.95] <= risks["cost"].sum() * (1 + 1e-12)
