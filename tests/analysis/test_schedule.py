"""Critical path and its dates."""

from __future__ import annotations

import itertools
import random

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning_kit.analysis import _network, schedule
from planning_kit.errors import PlanError

TIMES = ["early_start", "early_finish", "late_start", "late_finish", "total_slack"]


def tasks_of(durations: dict[str, float], **columns: dict[str, object]) -> pd.DataFrame:
    """Return tasks with durations and, per column, the values of some of them."""
    frame = pd.DataFrame({"duration": pd.Series(durations)})
    for name, values in columns.items():
        frame[name] = pd.Series(values).reindex(frame.index)
    return frame


def links_of(text: str) -> pd.DataFrame:
    """Return the links of words such as ``A>B``, ``A>B:SS`` or ``A>B:FS:-2``."""
    rows = []
    for word in text.split():
        ends, kind, lag = (word.split(":") + ["FS", "0"][word.count(":") :])[:3]
        rows.append((*ends.split(">"), kind, int(lag)))
    return pd.DataFrame(rows, columns=["predecessor", "successor", "kind", "lag"])


FOUNDRY = dict(zip("ABCDEFGH", [2, 3, 2, 4, 4, 3, 5, 2], strict=True))
FOUNDRY_LINKS = "A>C B>D C>E C>F D>G E>G F>H G>H"
SEVEN = {"A": 6, "B": 2, "C": 2, "D": 3, "E": 4, "F": 2, "G": 1}
SEVEN_LINKS = "A>B A>C B>D D>E F>E C>F E>G"
SEVEN_TABLE = {
    "A": (0, 6, 0, 6, 0),
    "B": (6, 8, 6, 8, 0),
    "C": (6, 8, 7, 9, 1),
    "D": (8, 11, 8, 11, 0),
    "E": (11, 15, 11, 15, 0),
    "F": (8, 10, 9, 11, 1),
    "G": (15, 16, 15, 16, 0),
}
TEN = {"A": 8, "B": 4, "C": 3, "D": 5, "E": 1, "F": 2, "G": 7, "H": 6, "I": 9, "J": 6}
TEN_LINKS = "A>D A>E C>F D>G C>H B>I E>I F>I H>J"
TEN_TABLE = {
    "A": (0, 8, 0, 8, 0),
    "B": (0, 4, 7, 11, 7),
    "C": (0, 3, 5, 8, 5),
    "D": (8, 13, 8, 13, 0),
    "E": (8, 9, 10, 11, 2),
    "F": (3, 5, 9, 11, 6),
    "G": (13, 20, 13, 20, 0),
    "H": (3, 9, 8, 14, 5),
    "I": (9, 18, 11, 20, 2),
    "J": (9, 15, 14, 20, 5),
}


def test_general_foundry() -> None:
    """The textbook network takes 15 weeks along A-C-E-G-H; B, D and F have slack 1, 1 and 6."""
    path = schedule.critical_path(tasks_of(FOUNDRY), links_of(FOUNDRY_LINKS))
    assert path["early_finish"].max() == 15
    assert "-".join(path.index[path["critical"]]) == "A-C-E-G-H"
    assert path["total_slack"].to_dict() == {"A": 0, "B": 1, "C": 0, "D": 1, "E": 0, "F": 6, "G": 0, "H": 0}
    assert path["free_slack"].to_dict() == {"A": 0, "B": 0, "C": 0, "D": 1, "E": 0, "F": 6, "G": 0, "H": 0}


@pytest.mark.parametrize(
    ("durations", "links", "table"), [(SEVEN, SEVEN_LINKS, SEVEN_TABLE), (TEN, TEN_LINKS, TEN_TABLE)]
)
def test_published_tables(durations: dict[str, float], links: str, table: dict[str, tuple[int, ...]]) -> None:
    """Every early and late time and slack of two published networks, several starts and ends included."""
    path = schedule.critical_path(tasks_of(durations), links_of(links))
    assert {task: tuple(row) for task, row in path[TIMES].iterrows()} == table


@pytest.mark.parametrize(
    ("link", "start"),
    [("A>B:FS", 5), ("A>B:SS:2", 2), ("A>B:FF", 2), ("A>B:FF:1", 3), ("A>B:SF:4", 1), ("A>B:FS:-2", 3)],
)
def test_each_kind_of_link_with_lag_and_lead(link: str, start: int) -> None:
    """A takes 5 days, B 3: where B starts under each kind of link."""
    path = schedule.critical_path(tasks_of({"A": 5, "B": 3}), links_of(link))
    assert path.loc["B", "early_start"] == start


def test_nothing_starts_before_day_0() -> None:
    """A long lead does not pull a task in front of the plan."""
    assert schedule.critical_path(tasks_of({"A": 1, "B": 3}), links_of("A>B:FS:-9")).loc["B", "early_start"] == 0


def test_a_deadline_that_cannot_be_kept_gives_negative_slack() -> None:
    """A and B need 8 days; with a deadline of 6 both are 2 days late and critical, C is not."""
    tasks = tasks_of({"A": 5, "B": 3, "C": 1}, deadline={"B": 6})
    path = schedule.critical_path(tasks, links_of("A>B"))
    assert path["total_slack"].to_dict() == {"A": -2, "B": -2, "C": 7}
    assert path["critical"].to_dict() == {"A": True, "B": True, "C": False}


def test_a_late_deadline_gives_no_extra_slack() -> None:
    """The end of the plan still binds when the deadline lies behind it."""
    assert schedule.critical_path(tasks_of({"A": 5}, deadline={"A": 50}), links_of(""))["critical"].all()


def test_start_no_earlier_than_delays_the_task_and_what_follows() -> None:
    """A may not start before day 4, so B starts on day 6."""
    tasks = tasks_of({"A": 2, "B": 3}, start_no_earlier_than={"A": 4})
    assert schedule.critical_path(tasks, links_of("A>B"))["early_start"].to_dict() == {"A": 4, "B": 6}


def test_an_empty_duration_counts_as_a_milestone_and_an_empty_plan_is_fine() -> None:
    """A half-filled plan can be drawn; so can one without a task."""
    assert schedule.critical_path(tasks_of({"A": np.nan, "B": 2}), links_of("A>B")).loc["B", "early_start"] == 0
    assert schedule.critical_path(tasks_of({}), links_of("")).empty


def test_whole_days_stay_whole_and_half_days_are_kept() -> None:
    """Times are integers when every duration is, and halves otherwise."""
    assert (schedule.critical_path(tasks_of(SEVEN), links_of(SEVEN_LINKS))[TIMES].dtypes == "int64").all()
    halves = schedule.critical_path(tasks_of({"A": 0.5, "B": 1.5}), links_of("A>B"))
    assert halves.loc["B", "early_finish"] == 2.0


def test_a_circle_is_named_in_order() -> None:
    """The sentence shows who waits for whom, starting with the first task of the frame."""
    with pytest.raises(PlanError, match=r"dependencies: B -> D -> C -> B go round in a circle"):
        schedule.critical_path(tasks_of(dict.fromkeys("ABCDE", 1)), links_of("A>B C>B D>C B>D D>E"))
    with pytest.raises(PlanError, match=r"A -> A"):
        schedule.critical_path(tasks_of({"A": 1}), links_of("A>A"))


@pytest.mark.parametrize(
    ("links", "sentence"),
    [
        ("A>T99", r"dependencies 0: successor names T99, which is not among the tasks"),
        ("A>B:XX", r"dependencies 0, kind: XX is no kind of link. Write one of FS, SS, FF, SF"),
    ],
)
def test_wrong_links_are_refused_in_a_sentence(links: str, sentence: str) -> None:
    """An unknown task or kind says which row, what was found and what is allowed."""
    with pytest.raises(PlanError, match=sentence):
        schedule.critical_path(tasks_of({"A": 1, "B": 1}), links_of(links))


def test_an_empty_end_of_a_link_and_a_negative_duration_are_refused() -> None:
    """Holes in links and days below zero are named with their row."""
    open_link = pd.DataFrame({"predecessor": ["A"], "successor": [None]}, index=["D7"])
    with pytest.raises(PlanError, match=r"dependencies D7: successor is empty"):
        schedule.critical_path(tasks_of({"A": 1}), open_link)
    with pytest.raises(PlanError, match=r"tasks A, duration: -3 working days is below 0"):
        schedule.critical_path(tasks_of({"A": -3}), links_of(""))


KIND_WEIGHTS = {
    "FS": lambda a, _: a,
    "SS": lambda _a, _b: 0,
    "FF": lambda a, b: a - b,
    "SF": lambda _a, b: -b,
}


@st.composite
def plans(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw tasks in shuffled order and links without a circle, of all kinds, with lags and leads."""
    n = draw(st.integers(1, 12))
    ids = draw(st.permutations([f"T{k}" for k in range(n)]))
    tasks = pd.DataFrame({"duration": draw(st.lists(st.integers(0, 9), min_size=n, max_size=n))}, index=ids)
    pairs = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda pair: pair[0] < pair[1])
    link = st.tuples(pairs, st.sampled_from(schedule.KINDS), st.integers(-5, 5))
    drawn = draw(st.lists(link, max_size=20)) if n > 1 else []
    rows = [(f"T{i}", f"T{j}", kind, lag) for (i, j), kind, lag in drawn]
    return tasks, pd.DataFrame(rows, columns=["predecessor", "successor", "kind", "lag"])


def oracle(tasks: pd.DataFrame, links: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """Return early and late starts by networkx: longest paths between one source and one sink."""
    graph = nx.DiGraph()
    for task, length in tasks["duration"].items():
        graph.add_edge("source", task, weight=0)
        graph.add_edge(task, "sink", weight=length)
    for a, b, kind, lag in links.itertuples(index=False):
        weight = lag + KIND_WEIGHTS[kind](tasks.loc[a, "duration"], tasks.loc[b, "duration"])
        known = graph.get_edge_data(a, b, {"weight": -np.inf})["weight"]
        graph.add_edge(a, b, weight=max(weight, known))
    graph = nx.DiGraph((a, b, {"weight": -data["weight"]}) for a, b, data in graph.edges(data=True))
    early = nx.single_source_bellman_ford_path_length(graph, "source")
    to_end = nx.single_source_bellman_ford_path_length(graph.reverse(), "sink")
    return {task: (-early[task], -early["sink"] + to_end[task]) for task in tasks.index}


@given(plans())
def test_agrees_with_networkx(plan: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Early and late starts are the longest paths an independent library finds."""
    path = schedule.critical_path(*plan)
    ours = {task: (row.early_start, row.late_start) for task, row in path.iterrows()}
    assert ours == oracle(*plan)


@given(plans(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(plan: tuple[pd.DataFrame, pd.DataFrame], random: random.Random) -> None:
    """Sorting tasks or links, or writing a link twice, moves no date."""
    tasks, links = plan
    rows, lines = (random.sample(range(len(one)), len(one)) for one in plan)
    shuffled = schedule.critical_path(tasks.iloc[rows], pd.concat([links.iloc[lines], links]))
    pd.testing.assert_frame_equal(shuffled.loc[tasks.index], schedule.critical_path(tasks, links))


@given(plans(), st.data())
def test_shortening_what_is_not_critical_never_makes_the_plan_longer(
    plan: tuple[pd.DataFrame, pd.DataFrame], data: st.DataObject
) -> None:
    """Early is never after late, free slack never above total slack, and slack can be spent on being quicker."""
    tasks, links = plan
    path = schedule.critical_path(tasks, links)
    assert (path["early_start"] <= path["late_start"]).all()
    assert (path["early_finish"] <= path["late_finish"]).all()
    assert (path["total_slack"] >= 0).all()
    assert path["critical"].any()
    loose = path.index[~path["critical"] & (tasks["duration"] > 0)]
    if len(loose):
        task = data.draw(st.sampled_from(list(loose)))
        days = data.draw(st.integers(1, int(min(tasks.loc[task, "duration"], path.loc[task, "total_slack"]))))
        shorter = tasks["duration"].where(tasks.index != task, tasks["duration"] - days)
        ends = schedule.critical_path(tasks.assign(duration=shorter), links)["early_finish"].max()
        assert ends <= path["early_finish"].max()


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=14))
def test_each_task_named_in_a_circle_leads_to_the_next(pairs: list[tuple[int, int]]) -> None:
    """Whatever knot of links there is, the sentence walks along links and comes back to where it began."""
    names = [(f"T{a}", f"T{b}") for a, b in pairs]
    tasks, links = tasks_of({f"T{n}": 1 for n in range(7)}), pd.DataFrame(names, columns=["predecessor", "successor"])
    if nx.is_directed_acyclic_graph(nx.DiGraph(names)):
        schedule.critical_path(tasks, links)
    else:
        with pytest.raises(PlanError) as refused:
            schedule.critical_path(tasks, links)
        around = str(refused.value).removeprefix("dependencies: ").partition(" go round")[0].split(" -> ")
        assert around[0] == around[-1]
        assert set(itertools.pairwise(around)) <= set(names)


@given(plans())
def test_lists_and_levels_agree(plan: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """The two ways to walk a network give the same numbers."""
    tasks, dependencies = plan
    bonds, length = _network.read_bonds(tasks.index, dependencies), tasks["duration"].to_numpy(dtype=float)
    links, weight = bonds.links, bonds.weights(length)
    nothing, never = np.zeros(len(tasks)), np.full(len(tasks), np.inf)
    lists = _network._in_lists(links, weight, nothing, length, never)
    forward = _network._by_level(links, weight, nothing)
    if forward is not None:  # a chain goes back to lists
        levels = _network._back_by_level(forward, weight, length, never)
        for ours, theirs in zip(lists, levels, strict=True):
            assert np.array_equal(ours, theirs)


@given(plans())
def test_using_free_slack_moves_nobody_else(plan: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Delaying one task by its free slack changes no other start and not the end; total slack not the end."""
    tasks, links = plan
    path = schedule.critical_path(tasks, links)
    assert (path["free_slack"] >= 0).all()
    assert (path["free_slack"] <= path["total_slack"]).all()
    task = path["free_slack"].idxmax()
    for slack in ("free_slack", "total_slack"):
        later = path.loc[task, "early_start"] + path.loc[task, slack]
        moved = schedule.critical_path(tasks.assign(start_no_earlier_than=pd.Series({task: later})), links)
        assert moved["early_finish"].max() == path["early_finish"].max()
        if slack == "free_slack":
            others = path.index != task
            assert moved.loc[others, "early_start"].equals(path.loc[others, "early_start"])


@pytest.mark.parametrize("wide", [True, False])
def test_large_plans_wide_or_long(wide: bool) -> None:  # noqa: FBT001 - a pytest parameter
    """Plans beyond the size of a list walk give the same answer, whether broad or one long chain."""
    n = _network.SMALL_IN_ORDER + 1_000
    ids = [f"T{k}" for k in range(n)]
    before = ["T0"] * (n - 1) if wide else ids[:-1]
    links = pd.DataFrame({"predecessor": before, "successor": ids[1:]})
    path = schedule.critical_path(pd.DataFrame({"duration": 1}, index=ids), links)
    assert path["early_finish"].max() == (2 if wide else n)
    links.loc[n] = [ids[-1], "T0"]
    with pytest.raises(PlanError, match="circle"):
        schedule.critical_path(pd.DataFrame({"duration": 1}, index=ids), links)


def on(frame: pd.DataFrame, name: str) -> dict[str, str]:
    """Return one column of dates as text."""
    return frame[name].dt.strftime("%Y-%m-%d").to_dict()


def test_dates_skip_weekends_and_holidays() -> None:
    """Three days from Thursday 24 December 2026 with Christmas Day off end on Tuesday the 29th."""
    tasks = tasks_of({"A": 3, "B": 1})
    found = schedule.dates(tasks, links_of("A>B"), "2026-12-24", holidays=["2026-12-25"])
    assert on(found, "early_start") == {"A": "2026-12-24", "B": "2026-12-30"}
    assert on(found, "early_finish") == {"A": "2026-12-29", "B": "2026-12-30"}


def test_a_start_on_a_day_off_moves_to_the_next_working_day() -> None:
    """A plan that starts on a Saturday starts on Monday, on a six-day week on that Saturday."""
    assert on(schedule.dates(tasks_of({"A": 1}), links_of(""), "2026-12-05"), "early_start") == {"A": "2026-12-07"}
    six = schedule.dates(tasks_of({"A": 1}), links_of(""), "2026-12-05", weekmask="1111110")
    assert on(six, "early_start") == {"A": "2026-12-05"}


def test_finishing_on_the_deadline_is_in_time() -> None:
    """Five days from Monday with the deadline on Friday have slack 0, on Thursday -1."""
    for deadline, slack in (("2026-12-11", 0), ("2026-12-10", -1), ("2026-12-13", 0)):
        tasks = tasks_of({"A": 5}, deadline={"A": deadline})
        assert schedule.dates(tasks, links_of(""), "2026-12-07").loc["A", "total_slack"] == slack


def test_a_milestone_falls_on_the_day_its_work_ends() -> None:
    """Work ends on Friday: so do the milestone and one that follows it; the next task starts on Monday."""
    tasks = tasks_of({"A": 5, "M": 0, "N": 0, "B": 1}, deadline={"M": "2026-12-11"})
    found = schedule.dates(tasks, links_of("A>M M>N N>B"), "2026-12-07")
    friday = "2026-12-11"
    assert on(found, "early_finish") == {"A": friday, "M": friday, "N": friday, "B": "2026-12-14"}
    assert on(found, "early_start") == {"A": "2026-12-07", "M": friday, "N": friday, "B": "2026-12-14"}
    assert on(found, "late_finish")["M"] == friday
    assert found.loc["M", "total_slack"] == 0


def test_a_milestone_with_a_date_falls_on_that_date_and_work_starts_on_it() -> None:
    """A contract signed on Monday lets the work and a following milestone happen on that Monday."""
    tasks = tasks_of({"M": 0, "N": 0, "B": 1}, start_no_earlier_than={"M": "2026-12-14"})
    found = schedule.dates(tasks, links_of("M>N M>B"), "2026-12-07")
    assert set(on(found, "early_start").values()) == {"2026-12-14"}
    assert set(on(found, "early_finish").values()) == {"2026-12-14"}


@given(plans(), st.integers(0, 400))
def test_dates_and_day_numbers_agree(plan: tuple[pd.DataFrame, pd.DataFrame], shift: int) -> None:
    """Every task is worked on exactly its duration of working days, in the order of its day numbers."""
    tasks, links = plan
    start = np.datetime64("2026-01-01") + shift
    found, path = schedule.dates(tasks, links, str(start)), schedule.critical_path(tasks, links)
    assert found["total_slack"].equals(path["total_slack"])
    zero = np.busday_offset(start, 0, roll="forward")
    for early, late, column in (
        ("early_start", "early_finish", "early_start"),
        ("late_start", "late_finish", "x"),
    ):
        begun, done = (found[name].to_numpy().astype("datetime64[D]") for name in (early, late))
        work = tasks["duration"].to_numpy()
        assert (np.busday_count(begun, done + 1)[work > 0] == work[work > 0]).all()
        assert (begun[work == 0] == done[work == 0]).all()
        if column in path:
            assert (np.busday_count(zero, begun)[work > 0] == path.loc[work > 0, column]).all()


def test_a_week_without_a_working_day_is_refused() -> None:
    """The sentence shows how a week is written."""
    with pytest.raises(PlanError, match=r"calendar: '0000000' is not a working week"):
        schedule.dates(tasks_of({"A": 1}), links_of(""), "2026-12-07", weekmask="0000000")


TREE = {"P": None, "A": "P", "B": "P", "Q": None, "C": "Q", "D": "Q"}


def test_a_link_to_a_summary_binds_its_leaves() -> None:
    """Q after P means that C and D wait for A and B; the summaries span their leaves."""
    tasks = tasks_of({"P": 0, "A": 2, "B": 3, "Q": 0, "C": 1, "D": 4}, parent=TREE)
    leaves, links = schedule.bind_leaves(tasks, links_of("P>Q:FS:1"))
    assert list(leaves.index) == list("ABCD")
    assert sorted(links["predecessor"] + links["successor"]) == ["AC", "AD", "BC", "BD"]
    every = schedule.with_summaries(tasks, schedule.critical_path(leaves, links))
    assert list(every.index) == list(tasks.index)
    assert every.loc["Q", ["early_start", "early_finish"]].tolist() == [4, 8]
    assert every.loc["P", ["total_slack", "critical"]].tolist() == [0, True]


def test_a_circle_of_parents_is_named() -> None:
    """A task under itself is said, not looped over."""
    tasks = tasks_of({"A": 1, "B": 1}, parent={"A": "B", "B": "A"})
    with pytest.raises(PlanError, match=r"tasks: A -> B -> A go round in a circle"):
        schedule.bind_leaves(tasks, links_of(""))
