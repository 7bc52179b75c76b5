"""Published progress of the US federal agency goals, recomputed."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planning_kit.analysis import status

pytestmark = pytest.mark.acceptance

ROOT = Path(__file__).parents[2]
SHARED = ROOT / os.environ.get("PLANNING_KIT_SHARED", "../shared/data")
KINDS = {
    "Measurable increase": "raise_to",
    "Measurable decrease": "lower_to",
    "Complete milestone": "done_by",
    "Maintain at or above threshold": "keep_at_least",
    "Maintain at or below threshold": "keep_at_most",
}
NUMBERS = ["value_start", "value_target", "value_current", "progress_pct"]


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Return the published rows that have all four numbers and a way to go."""
    published = pd.read_csv(SHARED / "us-agency-goals" / "indicator_updates.csv")
    return published.dropna(subset=NUMBERS).query("value_start != value_target")


@pytest.fixture(scope="module")
def ours(rows: pd.DataFrame) -> pd.DataFrame:
    """Return our reading of each row: one measure with one value on the last day of its quarter."""
    measures = pd.DataFrame(
        {
            "target_kind": rows["indicator_type"].map(KINDS),
            "baseline": rows["value_start"],
            "target": rows["value_target"],
            "baseline_on": "2021-10-01",
            "due": "2023-09-30",
        }
    )
    ends = {1: "2021-12-31", 2: "2022-03-31", 3: "2022-06-30", 4: "2022-09-30"}
    actuals = pd.DataFrame(
        {
            "measure": rows.index,
            "period_end": rows["fiscal_qtr"].map(ends),
            "value": rows["value_current"],
        }
    )
    return status.progress(measures, actuals, "2022-09-30")


def test_480_of_495_rows_agree_with_the_publication(rows: pd.DataFrame) -> None:
    """The signed share of the way equals the published progress within 0.005."""
    share = status.progress_of(rows["value_start"], rows["value_target"], rows["value_current"])
    agree = np.abs(share - rows["progress_pct"]) <= 0.005
    assert len(rows) == 495
    assert agree.sum() >= 480
    others = rows[~agree]
    assert others["indicator_type"].str.startswith("Maintain").sum() == 14
    assert (others["progress_pct"] == 0).all()


def test_every_measure_that_moves_agrees_but_one_milestone(rows: pd.DataFrame, ours: pd.DataFrame) -> None:
    """Measures to raise, lower or finish show the published progress; one reached milestone reads 0."""
    moves = ~rows["indicator_type"].str.startswith("Maintain")
    differ = rows[moves & ~((ours["progress"] - rows["progress_pct"]).abs() <= 0.005)]
    assert differ["indicator_type"].tolist() == ["Complete milestone"]
    assert (ours.loc[differ.index, "status"] == "met").all()


def test_measures_to_keep_are_met_or_not_met(rows: pd.DataFrame, ours: pd.DataFrame) -> None:
    """A threshold to maintain has no progress: 84 against at least 80 is met, 67 against 86 is not."""
    keep = rows["indicator_type"].str.startswith("Maintain")
    assert ours.loc[keep, "status"].isin(["met", "not met"]).all()
    assert ours.loc[keep, "progress"].isna().all()
    above = rows["indicator_type"].eq("Maintain at or above threshold")
    assert ours.loc[above, "met"].eq(rows["value_current"].ge(rows["value_target"])[above]).all()
