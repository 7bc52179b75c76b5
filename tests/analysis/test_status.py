"""Measures: progress, expectation, status, trend and reasons."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning_kit.analysis import status
from planning_kit.errors import PlanError

YEAR = {"baseline_on": "2026-01-01", "due": "2026-12-31"}


def measure(**fields: object) -> pd.DataFrame:
    """Return one measure M1 that runs over 2026."""
    return pd.DataFrame([{"target_kind": "raise_to", "baseline": 0.0, "target": 100.0, **YEAR, **fields}], ["M1"])


def actuals(*values: tuple[str, float | None]) -> pd.DataFrame:
    """Return the reported values of M1."""
    return pd.DataFrame([("M1", on, value) for on, value in values], columns=["measure", "period_end", "value"])


def seen(measures: pd.DataFrame, *values: tuple[str, float | None], as_of: str = "2026-10-15") -> pd.Series:
    """Return the row of M1."""
    return status.progress(measures, actuals(*values), as_of).loc["M1"]


@pytest.mark.parametrize(
    ("baseline", "target", "actual", "expected"),
    [(32, 45, 42, 10 / 13), (8, 5, 6, 2 / 3), (200, 0, 100, 0.5), (94.93, 96, 94.7, -0.214953271)],
)
def test_progress_is_signed_and_works_for_falling_measures(
    baseline: float, target: float, actual: float, expected: float
) -> None:
    """Rising and falling measures give the published share of the way; a step back is negative."""
    assert status.progress_of(baseline, target, actual) == pytest.approx(expected, abs=1e-9)


def test_progress_is_undefined_when_the_target_equals_the_baseline() -> None:
    """No way to go means no progress, and the reason says so instead of showing 0 or 100 %."""
    row = seen(measure(baseline=100.0), ("2026-09-30", 90))
    assert np.isnan(row["progress"])
    assert row["status"] == "not met"
    assert "equals the baseline" in row["reason"]


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0.001, 1000))
def test_progress_does_not_depend_on_the_unit_of_measure(b: float, t: float, v: float, factor: float) -> None:
    """Hours or minutes, euro or cent: the progress is the same, and the two ends are 0 and 1."""
    if abs(t - b) < 1e-3:
        return
    assert status.progress_of(b, t, [b, t]).tolist() == pytest.approx([0, 1], abs=1e-9)
    ours = float(status.progress_of(b, t, v))
    assert float(status.progress_of(b * factor, t * factor, v * factor)) == pytest.approx(ours, rel=1e-6, abs=1e-6)


def test_missing_is_missing_and_never_zero() -> None:
    """A measure without any value has no progress, no distance, no age, and the status says no data."""
    for values in ([], [("2026-09-30", None)], [("2026-12-31", 50.0)]):
        row = seen(measure(), *values)
        assert row["status"] == "no data"
        assert row[["actual", "progress", "distance", "expected", "health", "met", "trend", "age_days"]].isna().all()


def test_only_values_up_to_the_date_count() -> None:
    """The latest value on or before as_of is taken, whatever the order of the rows."""
    row = seen(measure(), ("2026-11-30", 99), ("2026-09-30", 80), ("2026-06-30", 40))
    assert (row["actual"], row["actual_on"], row["age_days"]) == (80, pd.Timestamp("2026-09-30"), 15)


def test_a_corrected_value_replaces_the_one_before() -> None:
    """Of two rows for the same period the later one counts, and it is not a trend."""
    row = seen(measure(), ("2026-09-30", 70), ("2026-09-30", 80))
    assert row["actual"] == 80
    assert pd.isna(row["trend"])


@pytest.mark.parametrize(
    ("value", "name"),
    [(100.0, "met"), (75, "on track"), (71, "on track"), (66, "behind"), (60, "at risk"), (-5, "at risk")],
)
def test_status_compares_with_the_straight_line_on_the_value_s_own_day(value: float, name: str) -> None:
    """On 30 September 74.7 % is expected; the bands 95 and 85 decide."""
    row = seen(measure(), ("2026-09-30", value), as_of="2026-12-30")
    assert row["expected"] == pytest.approx(272 / 364)
    assert row["status"] == name


def test_too_early_while_little_is_expected() -> None:
    """In January nobody is red."""
    assert seen(measure(), ("2026-01-31", 0), as_of="2026-02-01")["status"] == "too early"


def test_after_the_due_date_an_unreached_target_is_not_met() -> None:
    """Once the due date has passed, an older value that falls short cannot stay green."""
    assert seen(measure(), ("2026-11-30", 95), as_of="2027-01-05")["status"] == "not met"
    assert seen(measure(), ("2026-11-30", 100), as_of="2027-01-05")["status"] == "met"


@pytest.mark.parametrize(
    ("fields", "value", "name", "distance"),
    [
        ({"target_kind": "keep_at_least", "baseline": 86.0, "target": 80.0}, 84, "met", 4),
        ({"target_kind": "keep_at_least", "baseline": 88.0, "target": 86.0}, 67, "not met", -19),
        ({"target_kind": "keep_at_most", "baseline": 0.2, "target": 1.0}, 6.9, "not met", -5.9),
        ({"target_kind": "keep_at_most", "target": None, "upper": 3.0}, 3.0, "met", 0),
        ({"target_kind": "keep_within", "target": None, "lower": 2.0, "upper": 8.0}, 7, "met", 1),
        ({"target_kind": "keep_within", "target": None, "lower": 2.0, "upper": 8.0}, 1, "not met", -1),
    ],
)
def test_a_bound_is_kept_or_not_and_has_no_progress(
    fields: dict[str, object], value: float, name: str, distance: float
) -> None:
    """Measures to keep show the distance to the bound instead of a share of a way."""
    row = seen(measure(**fields), ("2026-09-30", value))
    assert (row["status"], bool(row["met"])) == (name, name == "met")
    assert row["distance"] == pytest.approx(distance)
    assert np.isnan(row["progress"])


def test_a_deed_is_not_late_before_it_is_due() -> None:
    """A done_by measure has no half-way expectation: too early, then met or not met."""
    deed = measure(target_kind="done_by", baseline=None, target=None)
    assert seen(deed, ("2026-09-30", 0))["status"] == "too early"
    assert seen(deed, ("2026-09-30", 1))["status"] == "met"
    assert seen(deed, ("2026-09-30", 0), as_of="2027-01-01")["status"] == "not met"


def test_a_trajectory_replaces_the_straight_line() -> None:
    """A seasonal measure that reaches its summer point is on track although half the line is missing."""
    points = pd.DataFrame({"measure": "M1", "period_end": ["2026-06-30", "2026-12-31"], "value": [20.0, 100.0]})
    row = status.progress(measure(), actuals(("2026-06-30", 20)), "2026-07-01", targets=points).loc["M1"]
    assert (row["expected"], row["health"], row["status"]) == (
        pytest.approx(0.2),
        pytest.approx(1),
        "on track",
    )
    assert seen(measure(), ("2026-06-30", 20), as_of="2026-07-01")["status"] == "at risk"


def test_the_last_point_of_the_trajectory_is_the_target() -> None:
    """A measure whose target stands only in its trajectory is judged like any other."""
    points = pd.DataFrame({"measure": ["M1"], "period_end": ["2026-12-31"], "value": [50.0]})
    row = status.progress(measure(target=None), actuals(("2026-09-30", 25)), "2026-10-15", targets=points).loc["M1"]
    assert row["progress"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("raise_to", ["better", "same", "worse"]),
        ("lower_to", ["worse", "same", "better"]),
        ("keep_at_most", ["worse", "same", "better"]),
    ],
)
def test_the_trend_knows_which_way_is_good(kind: str, words: list[str]) -> None:
    """More complaints is worse, more visits is better."""
    for value, word in zip([60, 50, 40], words, strict=True):
        assert seen(measure(target_kind=kind), ("2026-08-31", 50), ("2026-09-30", value))["trend"] == word


def test_moving_inside_a_band_is_no_trend() -> None:
    """A value that stays within its limits is neither better nor worse."""
    within = measure(target_kind="keep_within", lower=2.0, upper=8.0)
    assert seen(within, ("2026-08-31", 3), ("2026-09-30", 5))["trend"] == "same"
    assert seen(within, ("2026-08-31", 3), ("2026-09-30", 9))["trend"] == "worse"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"baseline": None}, "baseline"),
        ({"target": None}, "target"),
        ({"baseline_on": None}, "baseline date"),
        ({"target_kind": None}, "kind of target"),
    ],
)
def test_what_is_missing_is_said(fields: dict[str, object], words: str) -> None:
    """A half-filled card gives no data and a reason that names the gap."""
    row = seen(measure(**fields), ("2026-09-30", 50))
    assert row["status"] == "no data"
    assert words in row["reason"]


def test_average_health_caps_each_measure_at_100_percent() -> None:
    """The published example gives 89.52, behind."""
    health = status.average_health([50 / 55, 99 / 100, 120 / 100, 15 / 22])
    assert health * 100 == pytest.approx(89.5227, abs=1e-4)
    assert status.band(health) == "behind"
    assert (status.band(0.95), status.band(0.85), status.band(0.8499), status.band(np.nan)) == (
        "on track",
        "behind",
        "at risk",
        "no data",
    )


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*status.TARGET_KINDS, None]),
            *[st.none() | st.floats(-100, 100) for _ in range(4)],
            st.sampled_from(["2026-03-31", "2026-12-31", None]),
            st.none() | st.floats(-100, 100),
        ),
        max_size=8,
    )
)
def test_whatever_is_typed_every_measure_gets_one_status_and_a_reason(rows: list[tuple[object, ...]]) -> None:
    """Holes and contradictions never raise; every status is in the closed list and has a colour."""
    names = ["target_kind", "baseline", "target", "lower", "upper", "due", "value"]
    frame = pd.DataFrame(rows, columns=names, index=[f"M{n}" for n in range(len(rows))])
    values = pd.DataFrame({"measure": frame.index, "period_end": "2026-06-30", "value": frame["value"]})
    result = status.progress(frame.assign(baseline_on="2026-01-01"), values, "2026-07-01")
    assert result["status"].isin(status.STATUSES).all()
    assert result["status"].isin(status.LIGHTS).all()
    assert result["reason"].str.endswith(".").all()
    assert (result["status"].eq("met") == result["met"].fillna(value=False)).all()


def test_a_missing_column_is_named() -> None:
    """An analyst who hands over the wrong frame reads which column is missing."""
    with pytest.raises(PlanError, match=r"measures: column due was not found"):
        status.progress(measure().drop(columns="due"), actuals(), "2026-10-15")
