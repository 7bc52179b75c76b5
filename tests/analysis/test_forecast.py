"""Forecasts of finish dates and of measures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pmcontrols
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning_kit.analysis import forecast, schedule
from planning_kit.errors import PlanError

FOUNDRY = pd.DataFrame(
    {
        "optimistic": [1, 2, 1, 2, 1, 1, 3, 1],
        "likely": [2, 3, 2, 4, 4, 2, 4, 2],
        "pessimistic": [3, 4, 3, 6, 7, 9, 11, 3],
    },
    index=list("ABCDEFGH"),
)
LINKS = pd.DataFrame(
    [tuple(p) for p in ["AC", "BD", "CE", "CF", "DG", "EG", "FH", "GH"]], columns=["predecessor", "successor"]
)


def test_the_textbook_chance_of_the_foundry() -> None:
    """PERT says 71.5 % for 16 weeks: expected 15, variance 3.11 along A-C-E-G-H."""
    found = forecast.pert(FOUNDRY, LINKS)
    assert (found.expected, found.variance) == (pytest.approx(15), pytest.approx(28 / 9))
    assert found.chance(16) == pytest.approx(0.715, abs=0.001)
    assert found.tasks.index[found.tasks["critical"]].tolist() == list("ACEGH")


def test_the_solved_pert_problem() -> None:
    """Activities 1, 3, 5, 7 take 24 weeks with variance 5: 96.3 % for 28."""
    tasks = pd.DataFrame(
        {"optimistic": [5, 3, 4, 3], "likely": [8, 5, 6, 4], "pessimistic": [17, 7, 8, 5]}, index=list("1357")
    )
    links = pd.DataFrame({"predecessor": list("135"), "successor": list("357")})
    found = forecast.pert(tasks, links)
    assert (found.expected, found.variance) == (pytest.approx(24), pytest.approx(5))
    assert found.chance(28) == pytest.approx(0.9631808649398487)


def test_of_equally_long_paths_the_uncertain_one_counts() -> None:
    """Two paths of 10 days: the textbook takes the larger variance."""
    tasks = pd.DataFrame({"optimistic": [10, 4], "likely": [10, 10], "pessimistic": [10, 16]}, index=["A", "B"])
    found = forecast.pert(tasks, LINKS.iloc[:0])
    assert found.variance == pytest.approx(4)
    assert forecast.pert(tasks.loc[["A"]], LINKS.iloc[:0]).chance(10) == 1


def test_simulation_sees_what_pert_leaves_out() -> None:
    """P(<= 16) is 69.1 %, P50/P80/P95 15.10/16.65/18.28, criticality A, C .74, B, D .26, G 1.00."""
    found = forecast.finish(FOUNDRY, LINKS, trials=40_000)
    assert found.chance(16) == pytest.approx(0.691, abs=0.006)
    assert found.quantiles.tolist() == pytest.approx([15.10, 16.65, 18.28], abs=0.06)
    expected = {"A": 0.74, "B": 0.26, "C": 0.74, "D": 0.26, "G": 1.0}
    assert found.tasks.loc[list(expected), "criticality"].to_dict() == pytest.approx(expected, abs=0.01)


def test_agrees_with_pmcontrols() -> None:
    """An independent package simulates the same chances and criticalities."""
    before = LINKS.groupby("successor")["predecessor"].agg(list)
    activities = [
        {"id": task, "predecessors": before.get(task, []), "a": row.optimistic, "m": row.likely, "b": row.pessimistic}
        for task, row in FOUNDRY.iterrows()
    ]
    theirs = pmcontrols.pert(activities, n_sim=40_000)
    ours = forecast.finish(FOUNDRY, LINKS, trials=40_000)
    criticality = theirs.table.set_index("activity")["criticality_index"]
    assert ours.tasks["criticality"].to_dict() == pytest.approx(criticality.to_dict(), abs=0.015)
    assert ours.quantiles.tolist() == pytest.approx([theirs.stats[f"mc_p{p}"] for p in (50, 80, 95)], abs=0.08)


def test_the_same_plan_gives_the_same_numbers() -> None:
    """The simulation is seeded; another seed gives nearly the same."""
    one, two, three = (forecast.finish(FOUNDRY, LINKS, trials=2_000, seed=seed) for seed in (1, 1, 2))
    assert one.finishes.equals(two.finishes)
    assert not one.finishes.equals(three.finishes)


@st.composite
def certain(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw a plan whose durations are certain, with links of all kinds."""
    n = draw(st.integers(1, 8))
    ids = [f"T{k}" for k in range(n)]
    durations = draw(st.lists(st.integers(0, 9), min_size=n, max_size=n))
    tasks = pd.DataFrame({"duration": durations}, index=ids)
    tasks["start_no_earlier_than"] = draw(st.lists(st.none() | st.integers(0, 9), min_size=n, max_size=n))
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
    drawn = draw(st.lists(st.sampled_from(pairs), max_size=12)) if pairs else []
    rows = [(ids[i], ids[j], draw(st.sampled_from(schedule.KINDS)), draw(st.integers(-4, 4))) for i, j in drawn]
    return tasks, pd.DataFrame(rows, columns=["predecessor", "successor", "kind", "lag"])


@given(certain())
def test_without_uncertainty_it_is_the_critical_path(plan: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Certain durations give one finish, the one of the critical path, and criticality 0 or 1."""
    found, path = forecast.finish(*plan, trials=3), schedule.critical_path(*plan)
    assert found.finishes.tolist() == [path["early_finish"].max()] * 3
    assert found.tasks["criticality"].astype(bool).equals(path["critical"].rename("criticality"))
    assert found.tasks["mean_finish"].tolist() == pytest.approx(path["early_finish"].tolist())


@settings(max_examples=30)
@given(st.tuples(*[st.floats(0.1, 50)] * 3).map(sorted))
def test_a_task_keeps_its_limits_and_its_mean(points: list[float]) -> None:
    """One task never leaves its outer estimates, and its mean is (a + 4m + b) / 6."""
    tasks = pd.DataFrame([points], columns=["optimistic", "likely", "pessimistic"], index=["A"])
    found = forecast.finish(tasks, LINKS.iloc[:0], trials=4_000)
    low, likely, high = points
    assert found.finishes.between(low - 1e-9, high + 1e-9).all()
    expected = (low + 4 * likely + high) / 6
    assert found.tasks.loc["A", "mean_finish"] == pytest.approx(expected, abs=(high - low) / 60 + 1e-9)


def test_the_chance_of_a_deadline_is_per_task() -> None:
    """A deadline at 16 has the chance of 16; tasks without one have none."""
    tasks = FOUNDRY.assign(deadline=pd.Series({"H": 16.0}))
    found = forecast.finish(tasks, LINKS, trials=2_000)
    assert found.tasks.loc["H", "chance"] == found.chance(16)
    assert found.tasks["chance"].drop("H").isna().all()


def test_dates_of_a_forecast() -> None:
    """Deadlines as dates become working days, quantiles become dates, weekends left out."""
    tasks = pd.DataFrame({"duration": [5.0]}, index=["A"]).assign(
        deadline="2026-12-11", start_no_earlier_than="2026-12-05"
    )
    ready = schedule.in_working_days(tasks, "2026-12-04")
    assert ready.loc["A", ["start_no_earlier_than", "deadline"]].tolist() == [1, 6]
    found = forecast.finish(ready, LINKS.iloc[:0], trials=5)
    assert found.tasks.loc["A", "chance"] == 1
    shown = schedule.finish_dates(found.quantiles, "2026-12-04")
    assert shown.tolist() == [pd.Timestamp("2026-12-11")] * 3


def test_durations_out_of_order_and_circles_are_refused() -> None:
    """The task and its three numbers are named."""
    wrong = FOUNDRY.assign(optimistic=FOUNDRY["optimistic"].mask(FOUNDRY.index == "D", 5))
    with pytest.raises(
        PlanError, match=r"tasks D: optimistic 5, likely 4, pessimistic 6 working days are not in order"
    ):
        forecast.finish(wrong, LINKS)
    back = pd.concat([LINKS, pd.DataFrame({"predecessor": ["E"], "successor": ["A"]})])
    with pytest.raises(PlanError, match="A -> C -> E -> A go round in a circle"):
        forecast.finish(FOUNDRY, back)


MONTHS = pd.date_range("2026-01-31", periods=48, freq="ME")
RAISE = pd.Series({"target_kind": "raise_to", "target": 50.0, "due": "2026-12-31"}, name="M1")


def monthly(numbers: list[float]) -> pd.DataFrame:
    """Return monthly values of M1 from January 2026 on."""
    return pd.DataFrame({"measure": "M1", "period_end": MONTHS[: len(numbers)], "value": numbers})


def test_five_values_are_not_enough_history() -> None:
    """Under 6 points nothing is pretended."""
    found = forecast.target(monthly([1, 2, 3, 4, 5]), RAISE)
    assert (found.note, found.points) == ("not enough history", 5)
    assert np.isnan([found.probability, found.low, found.middle, found.high]).all()
    assert forecast.target(monthly([1, 2, 3, 4, 5, 6]), RAISE, as_of="2026-05-31").note == "not enough history"


def test_a_steady_measure_is_carried_on() -> None:
    """Growing by 4 a month from 4 it is 48 in December: 45 is reached, 50 is not."""
    steady = monthly([4.0 * month for month in range(1, 9)])
    found = forecast.target(steady, RAISE)
    assert (found.low, found.middle, found.high) == pytest.approx((48, 48, 48))
    assert found.probability == 0
    assert forecast.target(steady, RAISE.replace(50.0, 45.0)).probability == 1


@pytest.mark.parametrize(
    ("kind", "limits", "probability"),
    [
        ("lower_to", {"target": 50.0}, 1),
        ("keep_at_most", {"upper": 40.0}, 0),
        ("keep_at_least", {"target": 40.0}, 1),
        ("keep_within", {"lower": 40.0, "upper": 49.0}, 1),
        ("done_by", {"target": 60.0}, 0),
    ],
)
def test_every_kind_of_target_is_judged(kind: str, limits: dict[str, float], probability: float) -> None:
    """A value of 48 on the due date against each kind of bound."""
    measure = pd.Series({"target_kind": kind, "due": "2026-12-31", **limits}, name="M1")
    assert forecast.target(monthly([4.0 * month for month in range(1, 9)]), measure).probability == probability


def test_after_the_due_date_the_last_value_counts() -> None:
    """There is nothing left to forecast."""
    found = forecast.target(monthly([10, 30, 20, 60, 40, 70.0]), RAISE, due="2026-06-30")
    assert (found.probability, found.low, found.high) == (1, 70, 70)


def test_what_is_missing_is_said() -> None:
    """No target, no due date: no number, and a word why."""
    enough = monthly([1, 2, 3, 4, 5, 6.0])
    assert forecast.target(enough, RAISE.drop("target")).note == "no target"
    assert forecast.target(enough, RAISE.drop("due")).note == "no due date"


@pytest.mark.parametrize(("memory", "ahead"), [(0.3, 3), (0.5, 6), (0.5, 12), (0.7, 3)])
def test_an_80_per_cent_interval_holds_about_80_per_cent(memory: float, ahead: int) -> None:
    """For 36 values of an AR(1) process the interval holds 72 to 88 % of what then happens."""
    random = np.random.default_rng(7)
    measure, held, series = pd.Series({"target_kind": "raise_to", "target": 0.0}, name="M1"), 0, 400
    for number in range(series):
        process = np.zeros(86 + ahead)
        for step, shock in enumerate(random.standard_normal(len(process) - 1), start=1):
            process[step] = memory * process[step - 1] + shock
        seen, then = process[50:86], process[-1]
        due = MONTHS[35] + pd.Timedelta(days=round(30.44 * ahead))
        found = forecast.target(monthly(seen.tolist()), measure, due, seed=number, trials=400)
        held += found.low <= then <= found.high
    assert 0.72 <= held / series <= 0.88


def test_the_reference_class() -> None:
    """Four of five past projects cost up to 50 % more; without estimates there is no class."""
    closed = pd.DataFrame({"estimate": [100, 100, 100, 100, 100, 0], "actual": [90, 110, 120, 150, 200, 50]})
    assert forecast.reference_class(closed, 0.75) == (pytest.approx(0.5), 5)
    uplift, n = forecast.reference_class(closed.iloc[5:])
    assert np.isnan(uplift)
    assert n == 0
