"""Whether forecasts come true: the Brier score and the forecasts it is made of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning_kit.analysis.calibration import brier, forecasts_made

MEASURES = pd.DataFrame(
    {
        "target_kind": ["raise_to", "keep_at_most"],
        "baseline": [0.0, None],
        "target": [100.0, 10.0],
        "baseline_on": ["2025-12-31", "2025-12-31"],
        "due": ["2027-12-31", "2027-12-31"],
    },
    index=["M1", "M2"],
)


def months(measure: str, values: list[float]) -> pd.DataFrame:
    """Return a value at the end of each month of 2026."""
    ends = pd.date_range("2026-01-31", periods=len(values), freq="ME")
    return pd.DataFrame({"measure": measure, "period_end": ends, "value": values})


def test_the_score_of_published_examples() -> None:
    """Certain and right 0, certain and wrong 1; rain at 70 % costs 0.09 or 0.49, at 50 % always 0.25 (Brier, 1950)."""
    assert [brier([chance], [came]) for chance, came in ((1.0, 1), (1.0, 0))] == [0.0, 1.0]
    assert [round(brier([0.7], [came]), 2) for came in (1, 0)] == [0.09, 0.49]
    assert brier([0.5, 0.5, 0.5], [1, 0, 1]) == 0.25
    assert np.isnan(brier([], []))


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
def test_the_score_lies_between_nought_and_one_and_the_usual_share_is_best_of_all_constants(
    made: list[tuple[float, bool]],
) -> None:
    """No forecaster who always says the same scores better than one who says the share that came true."""
    chances, came = np.array([one for one, _ in made]), np.array([two for _, two in made], dtype=float)
    assert 0 <= brier(chances, came) <= 1
    assert brier(np.full(len(came), came.mean()), came) <= brier(np.full(len(came), chances[0]), came) + 1e-12


def test_a_steady_measure_is_forecast_with_certainty_and_comes_true() -> None:
    """From the seventh value on, each value has been forecast from those before it, never from itself."""
    steady = months("M1", [10.0 * number for number in range(1, 11)])
    found = forecasts_made(MEASURES, steady, "2026-12-31")
    assert len(found) == 4
    assert found["chance"].tolist() == [1.0] * 4
    assert found["came"].all()
    assert (found["made_on"] < found["period_end"]).all()
    assert forecasts_made(MEASURES, steady, "2026-06-30").empty


def test_a_bound_that_breaks_by_surprise_costs() -> None:
    """What was quiet for seven months was forecast to stay so; the month it breaks is a miss of one."""
    found = forecasts_made(MEASURES, months("M2", [5.0, 5.1, 5.0, 4.9, 5.0, 5.1, 5.0, 40.0]), "2026-12-31")
    assert found["came"].tolist() == [True, False]
    assert brier(found["chance"], found["came"]) == pytest.approx(0.5)
