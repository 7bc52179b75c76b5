"""The cascade: trees, weights, roll-up with its terms, orphans."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning_kit.analysis import cascade
from planning_kit.errors import PlanError

OBJECTIVES = pd.DataFrame(
    {"parent": [None, "O1", "O1", None], "weight": [np.nan, 3.0, 1.0, np.nan]}, index=["O1", "O2", "O3", "O4"]
)
MEASURES = pd.DataFrame(
    {
        "objective": ["O2", "O2", "O3", "O3", "O1"],
        "target_kind": ["raise_to", "raise_to", "lower_to", "keep_at_least", "raise_to"],
        "baseline": [0.0, 0.0, 10.0, np.nan, 0.0],
        "target": [100.0, 100.0, 0.0, 80.0, 100.0],
        "baseline_on": "2026-01-01",
        "due": "2026-12-31",
    },
    index=["M1", "M2", "M3", "M4", "M5"],
)
ACTUALS = pd.DataFrame(
    {
        "measure": ["M1", "M2", "M3", "M4"],
        "period_end": "2026-06-30",
        "value": [50.0, 10.0, 5.0, 84.0],
    }
)


def test_rows_stand_under_their_parents() -> None:
    """Children follow their parent, siblings keep their order, an unknown parent makes a root."""
    frame = pd.DataFrame({"parent": ["B", None, "B", "A1", "?"]}, index=["A2", "B", "A1", "C", "D"])
    tree = cascade.depth_first(frame)
    assert tree["level"].to_dict() == {"B": 0, "A2": 1, "A1": 1, "C": 2, "D": 0}
    assert list(tree.index) == ["B", "A2", "A1", "C", "D"]


def test_a_circle_in_a_tree_is_named() -> None:
    """The error shows the way round and the table."""
    frame = pd.DataFrame({"parent": ["C", "A", "B", None]}, index=list("ABCD"))
    with pytest.raises(PlanError, match=r"objectives: A -> B -> C -> A go round in a circle"):
        cascade.depth_first(frame, table="objectives")


@given(st.lists(st.integers(0, 30), max_size=30))
def test_depth_first_visits_every_row_once_below_its_parent(drawn: list[int]) -> None:
    """Each row appears once, after its parent, one level deeper."""
    parent = [None if p >= row else f"R{p}" for row, p in enumerate(drawn)]
    frame = pd.DataFrame({"parent": pd.Series(parent, dtype="str")})
    frame.index = pd.Index([f"R{row}" for row in range(len(drawn))], dtype="str")
    tree = cascade.depth_first(frame)
    assert sorted(tree.index) == sorted(frame.index)
    place = {row: number for number, row in enumerate(tree.index)}
    for row, over in frame["parent"].dropna().items():
        assert place[over] < place[row]
        assert tree.loc[row, "level"] == tree.loc[over, "level"] + 1


def test_targets_weigh_by_size() -> None:
    """Targets of 100k, 20k and 1k weigh 82.6, 16.5 and 0.8 %, not a third each."""
    shares = cascade.weights(pd.DataFrame({"weight": [100_000, 20_000, 1_000]})) * 100
    assert shares.round(1).tolist() == [82.6, 16.5, 0.8]


@pytest.mark.parametrize(
    ("typed", "shares"),
    [([None, None], [1 / 2, 1 / 2]), ([0, 0], [1 / 2, 1 / 2]), ([3, 1, None], [3 / 6, 1 / 6, 2 / 6])],
)
def test_empty_weights_are_equal_or_the_mean_of_the_typed(typed: list[float | None], shares: list[float]) -> None:
    """Nothing typed means equal; one hole among typed weights counts as their mean."""
    assert cascade.weights(pd.DataFrame({"weight": typed})).tolist() == pytest.approx(shares)


def test_a_negative_weight_is_refused() -> None:
    """The row and the value are named."""
    with pytest.raises(PlanError, match=r"row O7, weight: -2 is below 0"):
        cascade.weights(pd.DataFrame({"weight": [1, -2]}, index=["O1", "O7"]))


def test_the_value_of_an_objective_is_the_weighted_mean_of_its_terms() -> None:
    """O2 = mean(0.5, 0.1), O3 = mean(0.5, kept), O1 weighs them 3 to 1; what has no data is left out."""
    found, terms = cascade.rollup(OBJECTIVES, MEASURES, ACTUALS, "2026-07-15")
    assert found["value"].dropna().to_dict() == pytest.approx({"O1": (3 * 0.3 + 0.75) / 4, "O2": 0.3, "O3": 0.75})
    assert np.isnan(found.loc["O4", "value"])
    assert terms.groupby("objective")["weight"].sum().tolist() == pytest.approx([1, 1, 1])
    summed = terms.groupby("objective")["contribution"].sum()
    assert summed.to_dict() == pytest.approx(found["value"].dropna().to_dict())


def test_a_rollup_says_how_many_are_red_and_missing_below() -> None:
    """A red measure stays visible at the top, however good the mean looks."""
    found = cascade.rollup(OBJECTIVES, MEASURES, ACTUALS, "2026-07-15").objectives
    assert found["red"].to_dict() == {"O1": 1, "O2": 1, "O3": 0, "O4": 0}
    assert found.loc["O1", "reason"] == "1 red below, 1 of 5 without data."
    assert found.loc["O1", "known"] == pytest.approx(2 / 3)
    assert found["status"].to_dict() == {"O1": "at risk", "O2": "at risk", "O3": "on track", "O4": "no data"}


def test_health_is_capped_when_averaged() -> None:
    """The published example: 50/55, 99/100, 120/100, 15/22 average to 89.52, behind."""
    ways, shares = [50, 99, 120, 15], [55, 100, 100, 22]
    measures = pd.DataFrame(
        {"objective": "O1", "target_kind": "raise_to", "baseline": 0.0, "target": 200.0, "due": "2026-12-31"},
        index=list("abcd"),
    )
    points = pd.DataFrame({"measure": list("abcd"), "period_end": "2026-06-30", "value": shares})
    actuals = pd.DataFrame({"measure": list("abcd"), "period_end": "2026-06-30", "value": ways})
    objectives = pd.DataFrame({"parent": [None]}, index=["O1"])
    row = cascade.rollup(objectives, measures, actuals, "2026-06-30", targets=points).objectives.loc["O1"]
    assert row["health"] * 100 == pytest.approx(89.5227, abs=1e-4)
    assert row["status"] == "behind"


@settings(max_examples=15)
@given(st.permutations(range(4)), st.permutations(range(5)), st.permutations(range(4)))
def test_the_order_of_rows_changes_nothing(a: list[int], b: list[int], c: list[int]) -> None:
    """Sorting a grid never changes a number, to the last bit."""
    straight = cascade.rollup(OBJECTIVES, MEASURES, ACTUALS, "2026-07-15")
    shuffled = cascade.rollup(OBJECTIVES.iloc[a], MEASURES.iloc[b], ACTUALS.iloc[c], "2026-07-15")
    pd.testing.assert_frame_equal(shuffled.objectives.sort_index(), straight.objectives, check_exact=True)
    pd.testing.assert_frame_equal(shuffled.terms, straight.terms, check_exact=True)


WEIGHTS = st.none() | st.floats(0, 1e6)
TREES = st.integers(1, 8).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(-1, n - 1), min_size=n, max_size=n),
        st.lists(WEIGHTS, min_size=n, max_size=n),
        st.lists(st.tuples(st.integers(0, n - 1), st.none() | st.floats(0, 150), WEIGHTS), max_size=8),
    )
)


@given(TREES)
def test_a_rollup_conserves_weights_and_values(
    drawn: tuple[list[int], list[float | None], list[tuple[int, float | None, float | None]]],
) -> None:
    """In any tree the weights below an objective make 1, the known ones share its value, and nothing leaves 0 to 1."""
    above, weights, rows = drawn
    parents = [f"O{one}" if one < row else None for row, one in enumerate(above)]
    objectives = pd.DataFrame(
        {"parent": pd.Series(parents, dtype="str"), "weight": pd.Series(weights, dtype="float64")}
    ).set_axis([f"O{n}" for n in range(len(above))])
    names = [f"M{n}" for n in range(len(rows))]
    measures = pd.DataFrame(
        {
            "objective": pd.Series([f"O{one}" for one, _, _ in rows], dtype="str"),
            "weight": pd.Series([weight for _, _, weight in rows], dtype="float64"),
            "target_kind": pd.Series("raise_to", index=range(len(rows)), dtype="str"),
            "baseline": 0.0,
            "target": 100.0,
            "baseline_on": "2026-01-01",
            "due": "2026-12-31",
        }
    ).set_axis(names)
    actuals = pd.DataFrame({"measure": names, "period_end": "2026-06-30", "value": [value for _, value, _ in rows]})
    found = cascade.rollup(objectives, measures, actuals.astype({"value": "float64"}), "2026-07-15")
    below = found.terms.groupby("objective")
    assert below["weight"].sum().tolist() == pytest.approx([1.0] * below.ngroups)
    value = found.objectives["value"].dropna()
    assert value.between(-1e-9, 1 + 1e-9).all()
    assert below["contribution"].sum(min_count=1).reindex(value.index).tolist() == pytest.approx(value.tolist())


@pytest.mark.parametrize(
    ("score", "colour"),
    [
        (1, "green"),
        (0.7, "green"),
        (0.65, "amber"),
        (0.4, "amber"),
        (0.35, "red"),
        (0, "red"),
        (np.nan, "grey"),
    ],
)
def test_score_bands_have_no_gaps(score: float, colour: str) -> None:
    """The published gaps 0.3-0.4 and 0.6-0.7 belong to the worse colour."""
    assert cascade.score_band(score) == colour


def test_orphans_are_goals_and_initiatives_without_a_thread() -> None:
    """Lost and bare goals, aimless initiatives and silent units are listed; excused ones are not."""
    objectives = pd.DataFrame(
        {
            "parent": [None, "O1", None, None, None, None],
            "level": ["strategic", "operational", "operational", "operational", "strategic", "strategic"],
            "origin": [None, "cascaded", "cascaded", "mandated", None, None],
            "unit": [None, "U2", None, None, None, None],
            "leaf_reason": [None, None, None, None, None, "kept by daily business"],
        },
        index=["O1", "O2", "O3", "O4", "O5", "O6"],
    )
    tasks = pd.DataFrame(
        {"parent": [None, "T1", None, None], "objective": ["O2", None, None, None]},
        index=["T1", "T2", "T3", "T4"],
    )
    units = pd.DataFrame(
        {"parent": [None, "U1", None, None], "kind": ["division", "team", "supplier", "team"]},
        index=["U1", "U2", "U3", "U4"],
    )
    contributions = pd.DataFrame({"task": ["T4"], "objective": ["O2"]})
    found = cascade.orphans(objectives, tasks, units, contributions)
    assert list(zip(found["id"], found["reason"], strict=True)) == [
        ("O3", "No objective above it."),
        ("O5", "Nothing carries it."),
        ("T3", "It serves no objective."),
        ("U4", "It contributes to nothing."),
    ]


def test_an_empty_plan_rolls_up_to_nothing() -> None:
    """Before the first card is written there is no objective and no error."""
    found, terms = cascade.rollup(OBJECTIVES.iloc[:0], MEASURES.iloc[:0], ACTUALS.iloc[:0], "2026-07-15")
    assert found.empty
    assert terms.empty
