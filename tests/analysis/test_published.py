"""Networks out of textbooks and courses, to the last number, and frames as other programs bring them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from planning_kit.analysis import cascade, coupling, forecast, schedule, status
from planning_kit.errors import PlanError

TIMES = ["early_start", "early_finish", "late_start", "late_finish", "total_slack", "free_slack"]


def network(text: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return tasks and links of words such as ``B 3 A:FF:2; C 1/2/6 A B``: id, days, what it waits for."""
    tasks, links = {}, []
    for line in text.split(";"):
        task, days, *waits = line.split()
        names = ("optimistic", "likely", "pessimistic") if "/" in days else ("duration",)
        tasks[task] = dict(zip(names, map(int, days.split("/")), strict=True))
        for word in waits:
            before, kind, lag = (word.split(":") + ["FS", "0"][word.count(":") :])[:3]
            links.append((before, task, kind, int(lag)))
    columns = ["predecessor", "successor", "kind", "lag"]
    return pd.DataFrame.from_dict(tasks, orient="index"), pd.DataFrame(links, columns=columns)


FOUR_KINDS = network("A 4; B 6 A:SS:2; C 5 A; D 3 B:FF:1; E 2 C:SF:6; F 3 B:FS:-1 C:FS:-1; M 0 D E")


def test_all_four_kinds_with_lags_and_a_lead() -> None:
    """Times and both slacks of a network with every kind of link, worked out by hand with Fondahl's rules."""
    assert {task: tuple(row) for task, row in schedule.critical_path(*FOUR_KINDS)[TIMES].iterrows()} == {
        "A": (0, 4, 0, 4, 0, 0),
        "B": (2, 8, 3, 9, 1, 0),
        "C": (4, 9, 4, 9, 0, 0),
        "D": (6, 9, 8, 11, 2, 1),
        "E": (8, 10, 9, 11, 1, 0),
        "F": (8, 11, 8, 11, 0, 0),
        "M": (10, 10, 11, 11, 1, 1),
    }


def test_the_same_with_a_deadline_and_a_first_day() -> None:
    """A deadline of 9 for M lies a day before it can be: -1 along E, C and A. C from day 6 on moves all by two days."""
    tasks, links = FOUR_KINDS
    path = schedule.critical_path(tasks.assign(deadline=pd.Series({"M": 9})), links)
    assert path["total_slack"].to_dict() == {"A": -1, "B": 0, "C": -1, "D": 0, "E": -1, "F": 0, "M": -1}
    assert path.index[path["critical"]].tolist() == list("ABCDEFM")
    later = schedule.critical_path(tasks.assign(start_no_earlier_than=pd.Series({"C": 6})), links)
    assert later["early_start"].to_dict() == {"A": 0, "B": 2, "C": 6, "D": 6, "E": 10, "F": 10, "M": 12}
    assert later["total_slack"].to_dict() == {"A": 2, "B": 3, "C": 0, "D": 4, "E": 1, "F": 0, "M": 1}


def test_a_course_network_with_starts_that_wait_for_starts() -> None:
    """The fourteen activities of a university module on precedence diagrams take 38 days along A-D-H-M-N."""
    text = """A 2; B 10 A:SS; C 13 A; D 12 A; E 12 B; F 7 B; G 10 D; H 16 D; I 6 F; J 12 C G:SS; K 5 I:SS; L 8 E I K;
        M 5 H; N 3 G J L M"""
    path = schedule.critical_path(*network(text))
    assert path["early_start"].tolist() == [0, 0, 2, 2, 10, 10, 14, 14, 17, 15, 17, 23, 30, 35]
    assert path["late_start"].tolist() == [0, 4, 10, 2, 15, 14, 23, 14, 21, 23, 22, 27, 30, 35]
    assert "-".join(path.index[path["critical"]]) == "A-D-H-M-N"


def test_longer_work_can_make_a_plan_shorter() -> None:
    """Wiest (1981): where a path enters work by its finish and leaves it by its start, the work counts against it."""
    tasks, links = network("A 5; B 3 A:FF; C 4 B:SS")
    assert schedule.critical_path(tasks, links)["early_finish"].max() == 6
    tasks.loc["B", "duration"] = 4
    assert schedule.critical_path(tasks, links)["early_finish"].max() == 5


HEIZER = network(
    """A 5/5/7; B 1/2/5; C 5/5/5 A; D 4/8/13 A; E 1/10/17 B C; F 1/5/7 D; G 2/6/9 D; H 4/4/6 E F; I 2/7/10 G H;
    J 2/4/7 I; K 6/10/13 I; L 2/6/6 J; M 2/2/3 K; N 7/7/12 L M"""
)


def test_fourteen_activities_with_three_times_each() -> None:
    """Heizer and Render's problem: 50.83 days along A-C-E-H-I-K-M-N, slack 8.00 for B, 1.83 for D and F, P(53) .74."""
    found = forecast.pert(*HEIZER)
    assert found.tasks["expected"].round(2).tolist() == [
        5.33, 2.33, 5, 8.17, 9.67, 4.67, 5.83, 4.33, 6.67, 4.17, 9.83, 5.33, 2.17, 7.83
    ]  # fmt: skip
    assert "-".join(found.tasks.index[found.tasks["critical"]]) == "A-C-E-H-I-K-M-N"
    assert (round(found.expected, 2), round(found.variance, 2)) == (50.83, 11.19)
    assert found.chance(53) == pytest.approx(0.74, abs=0.005)
    tasks, links = HEIZER
    path = schedule.critical_path(tasks.assign(duration=found.tasks["expected"]), links)
    assert path.loc[["B", "D", "F"], "total_slack"].round(2).tolist() == [8.00, 1.83, 1.83]
    assert path.loc[["C", "D", "H"], "early_finish"].round(2).tolist() == [10.33, 13.50, 24.33]


def test_ten_activities_with_three_times_each() -> None:
    """A course problem: 17 weeks along C-F-H-J, with the printed means and variances."""
    text = """A 5/6/7; B 1/3/5; C 1/4/7; D 1/2/3 A; E 1/2/9 B; F 1/5/9 C; G 2/2/8 C; H 4/4/10 E F; I 2/5/8 D;
        J 2/2/8 H G"""
    found = forecast.pert(*network(text))
    assert found.tasks["expected"].tolist() == pytest.approx([6, 3, 4, 2, 3, 5, 3, 5, 5, 3])
    assert found.tasks["variance"].round(2).tolist() == [0.11, 0.44, 1, 0.11, 1.78, 1.78, 1, 1, 1, 1]
    assert (found.expected, "-".join(found.tasks.index[found.tasks["critical"]])) == (pytest.approx(17), "C-F-H-J")


# --- frames of others --------------------------------------------------------------------------------------

TASKS = pd.DataFrame({"duration": [2, 3, 4]}, index=list("ABC"))
LINKS = pd.DataFrame([("A", "B", "FS", 0), ("B", "C", "SS", 1)], columns=["predecessor", "successor", "kind", "lag"])


NOTHING = {"deadline": None, "start_no_earlier_than": [None] * 3}


@pytest.mark.parametrize(
    ("tasks", "links"),
    [
        (TASKS.astype(object), LINKS.astype(object)),
        (TASKS.astype("str"), LINKS.astype("str")),
        (TASKS.astype("int8"), LINKS.astype({"lag": "float32"})),
        (TASKS.astype("Int64").rename_axis("task"), LINKS.astype({"kind": "category"}).rename_axis("link")),
        (TASKS.set_axis(pd.Index(list("ABC"), dtype=object)), LINKS.astype({"predecessor": "string"})),
        (TASKS.iloc[::-1].assign(**NOTHING), pd.concat([LINKS.iloc[::-1], LINKS])),
        (TASKS, LINKS.assign(kind=["", " ss "], lag=pd.Series([None, 1], dtype=object))),
        (TASKS.assign(note="x"), LINKS.assign(note="y").set_axis([7, 7])),
    ],
)
def test_frames_of_other_programs_are_read(tasks: pd.DataFrame, links: pd.DataFrame) -> None:
    """Texts, objects, small or nullable numbers, other index names, any order, double links give the same starts."""
    expected = {"A": 0, "B": 2, "C": 3}
    assert schedule.critical_path(tasks, links)["early_start"].to_dict() == expected
    assert forecast.finish(tasks, links, trials=2).finishes.tolist() == [7, 7]
    by_number = dict(zip("ABC", (10, 20, 30), strict=True))
    numbered = links.assign(
        predecessor=links["predecessor"].map(by_number), successor=links["successor"].map(by_number)
    )
    path = schedule.critical_path(tasks.set_axis([by_number[task] for task in tasks.index]), numbered)
    assert path["early_start"].to_dict() == {by_number[task]: day for task, day in expected.items()}


@pytest.mark.parametrize("links", [pd.DataFrame(), LINKS.iloc[:0], pd.DataFrame(columns=["predecessor", "successor"])])
def test_a_plan_without_links_needs_no_columns_for_them(links: pd.DataFrame) -> None:
    """Everything starts on the first day; so in dates and in a forecast."""
    assert schedule.critical_path(TASKS, links)["early_start"].tolist() == [0, 0, 0]
    assert schedule.dates(TASKS, links, "2027-03-01")["early_start"].tolist() == [pd.Timestamp("2027-03-01")] * 3
    assert forecast.finish(TASKS, links, trials=1).finishes.tolist() == [4]


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"duration": ["2", "three", "4"]}, r"duration of B: three is no number"),
        ({"duration": [2, np.inf, 4]}, r"tasks B, duration: inf is no number of days"),
        ({"duration": pd.to_timedelta([2, 3, 4], unit="D")}, r"duration of A: 2 days 00:00:00 is no number"),
        ({"deadline": [dt.date(2027, 1, 1), None, None]}, r"deadline of A: 2027-01-01 is no number"),
    ],
)
def test_frames_that_cannot_be_read_are_refused_in_a_sentence(columns: dict[str, object], sentence: str) -> None:
    """Words, dates and endless days where working days are asked for are named with their row."""
    with pytest.raises(PlanError, match=sentence):
        schedule.critical_path(TASKS.assign(**columns), LINKS)


def test_an_estimate_without_its_middle_is_refused_in_a_sentence() -> None:
    """The best and the worst case alone say nothing; the duration stands in for the likely one."""
    with pytest.raises(PlanError, match=r"tasks A: optimistic 1, likely empty, pessimistic empty"):
        forecast.finish(TASKS.assign(optimistic=1, likely=[None, 3, 4]).drop(columns="duration"), LINKS)
    found = forecast.finish(TASKS.assign(optimistic=1, likely=[None, 3, 4]), LINKS, trials=50)
    assert found.finishes.max() <= 7


@pytest.mark.parametrize("start", ["soon", None, pd.NaT])
def test_what_is_no_date_is_refused_in_a_sentence(start: object) -> None:
    """A first day, a day off and a deadline are dates."""
    with pytest.raises(PlanError, match="is no date"):
        schedule.dates(TASKS, LINKS, start)
    with pytest.raises(PlanError, match="is no date"):
        schedule.dates(TASKS, LINKS, "2027-03-01", holidays=[start])
    with pytest.raises(PlanError, match="deadline of A: soon is no date"):
        schedule.dates(TASKS.assign(deadline=["soon", None, None]), LINKS, "2027-03-01")


def test_dates_of_any_kind_are_dates() -> None:
    """Text, dates, timestamps with and without a zone: the deadline is the day that is written."""
    for written in (
        "2027-03-10",
        dt.date(2027, 3, 10),
        pd.Timestamp("2027-03-10"),
        pd.Timestamp("2027-03-10", tz="Asia/Tokyo"),
    ):
        found = schedule.dates(TASKS.assign(deadline=[None, None, written]), LINKS, "2027-03-01")
        assert found["total_slack"].tolist() == [0, 0, 0]
        earlier = schedule.dates(TASKS.assign(deadline=[written, None, None]), LINKS, dt.date(2027, 3, 10))
        assert earlier["total_slack"].tolist() == [-1, 0, 0]


def test_a_forecast_without_a_trial_is_refused_and_the_order_of_rows_changes_nothing() -> None:
    """The numbers hang on the plan and the seed alone."""
    with pytest.raises(PlanError, match="trials: 0 is not enough"):
        forecast.finish(*HEIZER, trials=0)
    tasks, links = HEIZER
    one, two = (
        forecast.finish(tasks, links, trials=300),
        forecast.finish(tasks.iloc[::-1], links.iloc[::-1], trials=300),
    )
    assert one.finishes.equals(two.finishes)
    pd.testing.assert_frame_equal(one.tasks, two.tasks.loc[tasks.index])


MEASURES = pd.DataFrame(
    {"target_kind": ["raise_to", "keep_at_most"], "baseline": [32, 0], "target": [45, 10], "objective": ["O2", "O1"]}
    | {"baseline_on": "2026-01-01", "due": "2026-12-31"},
    index=["M1", "M2"],
)
ACTUALS = pd.DataFrame({"measure": ["M1", "M2"], "period_end": "2026-09-30", "value": [42, 5]})
GOALS = pd.DataFrame({"parent": [None, "O1"], "owner": ["P1", "P2"]}, index=["O1", "O2"])
WORK = pd.DataFrame({"parent": [None, "T1"], "objective": ["O1", None], "owner": ["P1", "P2"]}, index=["T1", "T2"])


@pytest.mark.parametrize("kind", [object, "str", "category"])
def test_measures_and_objectives_of_other_programs_are_read(kind: str | type) -> None:
    """Objects, texts and categories give the same progress and roll-up; a frame without a row needs no column."""
    measures, values = MEASURES.astype(kind), ACTUALS.astype(kind).sample(frac=1, random_state=1)
    seen = status.progress(measures.rename_axis("a"), values.set_axis([0, 0]), "2026-10-15")
    assert seen["status"].tolist() == ["on track", "met"]
    assert seen.loc["M1", "progress"] == pytest.approx(10 / 13)
    found = cascade.rollup(GOALS.astype(object).assign(weight=None), measures, values, "2026-10-15").objectives
    assert found["value"].tolist() == pytest.approx([(1 + 10 / 13) / 2, 10 / 13])
    assert status.progress(measures, pd.DataFrame(), "2026-10-15", targets=pd.DataFrame())["status"].eq("no data").all()


def test_whatever_ids_are_they_fall_and_cost_the_same() -> None:
    """Numbers for ids bring down as much money as names do; empty frames beside them say nothing."""
    numbers = {"O1": 1, "O2": 2, "P1": 1, "P2": 2, "T1": 1, "T2": 2, "U1": 1}
    frames = (
        GOALS,
        WORK,
        pd.DataFrame({"unit": "U1"}, index=["P1", "P2"]),
        pd.DataFrame({"parent": [None]}, index=["U1"]),
    )
    nothing = {name: pd.DataFrame() for name in ("responsibilities", "demands")}
    named = coupling.single_points_of_failure(*frames, money=pd.Series({"T2": 5.0}), **nothing).ranking
    numbered = [one.rename(index=numbers).map(lambda cell: numbers.get(cell, cell)) for one in frames]
    found = coupling.single_points_of_failure(*numbered, money=pd.Series({2: 5.0}), **nothing).ranking
    assert found["money"].tolist() == named["money"].tolist() == [5, 5, 0]
    assert found["id"].tolist() == [numbers[one] for one in named["id"]]


def test_links_with_an_open_end_and_no_links_couple_nothing() -> None:
    """A half-filled row of dependencies is left out of blocks and silos."""
    links = pd.DataFrame({"predecessor": ["A", None, "B"], "successor": ["B", "C", None]})
    assert coupling.partition(links) == [("A",), ("B",)]
    assert coupling.partition(pd.DataFrame(), ["A"]) == [("A",)]
    assert coupling.silo_index(pd.DataFrame(), pd.Series({"A": "U1"}, name="unit"))["external"].to_dict() == {"U1": 0}
