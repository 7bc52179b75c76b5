"""Readings that lie: ceilings typed as something to raise, published shares that are not the signed ones."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from planning_kit.analysis.readings import published, signed, typed_to_raise

NAMES = (
    "Total GA fatal accidents",
    "Runways in good condition",
    "Contract dollars",
    "Calls answered",
    "Complaints resolved",
)


def measures(**columns: object) -> pd.DataFrame:
    """Return five measures to be raised from 0 to 100 in two years."""
    base = {"name": list(NAMES), "target_kind": "raise_to", "target": 100.0, "baseline": 0.0}
    dates = {"baseline_on": "2021-10-01", "due": "2023-09-30"}
    return pd.DataFrame({**base, **dates, **columns}, index=[f"M{n}" for n in range(1, 6)])


def values(*rows: tuple[str, str, float, float | None]) -> pd.DataFrame:
    """Return values with what was published: measure, day, value, per cent."""
    return pd.DataFrame(rows, columns=["measure", "period_end", "value", "published_progress"])


def test_what_one_wants_less_of_is_a_ceiling_unless_it_is_turned_round() -> None:
    """Accidents are found, resolved complaints and calls answered are not; an objective may name the ceiling."""
    assert list(typed_to_raise(measures()).index) == ["M1"]
    goals = pd.DataFrame({"title": ["Cheap"], "description": ["Spend no more than 100 a year."]}, index=["O1"])
    found = typed_to_raise(
        measures(objective=["O1", None, "O1", None, "O2"], target=[1.0, 1.0, 100.0, 100.0, 100.0]), goals
    )
    assert found.to_dict() == {
        "M1": "counts something one usually wants less of",
        "M3": "is described as something not to be exceeded",
    }
    assert typed_to_raise(measures(target_kind="keep_at_most")).empty
    assert typed_to_raise(measures(uom="met / not met")).empty


def test_the_published_absurdities_are_read_with_their_sign() -> None:
    """242 of at most 267 was printed as 90.6 %, 97.6 of at least 93 as 0 % (performance.gov, US DOT, 2022)."""
    plan = measures(
        target_kind=["raise_to", "keep_at_least", "raise_to", "raise_to", "raise_to"],
        target=[267.0, 93.0, 20.5, 100.0, 100.0],
        baseline=[0.0, 97.8, 18.2, 0.0, 0.0],
    )
    seen = values(
        ("M1", "2022-06-30", 172.0, 64.4),
        ("M1", "2022-09-30", 242.0, 90.6367),
        ("M2", "2022-09-30", 97.6, 0.0),
        ("M3", "2022-09-30", 21.19, 130.0),
        ("M4", "2022-09-30", 40.0, 20.0),
        ("M5", "2022-12-31", 40.0, 20.0),
    )
    found = published(plan, seen, "2022-09-30")
    assert found["kind"].to_dict() == {"M1": "ceiling", "M2": "bound", "M4": "share"}
    assert signed(found).to_dict() == {
        "M1": "242 of at most 267: inside the bound by 25",
        "M2": "97.6 of at least 93: inside the bound by 4.6",
        "M4": "40.0 % of the way",
    }
    assert found.loc["M1", "published"] == 90.6367


def test_a_kept_bound_published_as_reached_and_a_broken_one_as_not_are_no_news() -> None:
    """Where the publication and the sign agree, nothing is found; what has no reading is not judged."""
    plan = measures(target_kind="keep_at_least", baseline=None)
    seen = values(
        ("M2", "2022-09-30", 120.0, 100.0), ("M3", "2022-09-30", 80.0, 0.0), ("M4", "2022-09-30", 120.0, None)
    )
    assert published(plan, seen, "2022-09-30").empty
    assert published(plan, values(), "2022-09-30").empty


@given(st.floats(-50, 150), st.floats(-1000, 1000), st.floats(1, 1000))
def test_publishing_the_signed_share_is_never_found(share: float, start: float, way: float) -> None:
    """Whoever prints the share of the way that has been gone prints what we read."""
    plan = measures(baseline=start, target=start + way).loc[["M2"]]
    seen = values(("M2", "2022-09-30", start + way * share / 100, share))
    assert published(plan, seen, "2022-09-30").empty
