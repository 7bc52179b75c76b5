"""Levelling: links and capacity are kept, nothing shorter exists, and every move has its reason."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning_kit.analysis import schedule
from planning_kit.errors import PlanError

LONG = 60.0
COLUMNS = ["predecessor", "successor", "kind", "lag"]
Frames = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]

FISHER_AND_THOMPSON = """
2 1 0 3 1 6 3 7 5 3 4 6
1 8 2 5 4 10 5 10 0 10 3 4
2 5 3 4 5 8 0 9 1 1 4 7
1 5 0 5 2 5 3 3 4 8 5 9
2 9 1 3 4 5 5 4 0 3 3 1
1 3 3 3 5 9 0 10 4 4 2 1
"""
"""Machine and hours of six jobs with six operations each (Industrial Scheduling, 1963); the optimum is 55."""


def frames(
    durations: dict[str, float],
    links: str = "",
    work: str = "",
    capacity: tuple[tuple[object, ...], ...] = (("P1", 1, None, None),),
    **columns: dict[str, object],
) -> Frames:
    """Return a question from words such as ``A>B:SS:1`` and ``A:P1:0.5``."""
    tasks = pd.DataFrame({"duration": pd.Series(durations)})
    for name, values in columns.items():
        tasks[name] = pd.Series(values).reindex(tasks.index)
    bonds = [
        (*ends.split(">"), kind, int(lag))
        for ends, kind, lag in ((word.split(":") + ["FS", "0"][word.count(":") :])[:3] for word in links.split())
    ]
    needs = [(task, resource, float(amount)) for task, resource, amount in (word.split(":") for word in work.split())]
    return (
        tasks,
        pd.DataFrame(bonds, columns=COLUMNS),
        pd.DataFrame(needs, columns=["task", "resource", "amount"]),
        pd.DataFrame(capacity, columns=["resource", "amount", "start", "finish"]),
    )


def shop() -> Frames:
    """Return the job shop: each machine is a resource of one."""
    jobs = [[int(word) for word in line.split()] for line in FISHER_AND_THOMPSON.split("\n") if line]
    steps = {f"{job}{step}": pair for job, row in enumerate(jobs) for step, pair in enumerate(zip(row[::2], row[1::2]))}  # noqa: B905 - pairs
    links = " ".join(f"{job}{step}>{job}{step + 1}" for job in range(6) for step in range(5))
    work = " ".join(f"{task}:M{machine}:1" for task, (machine, _) in steps.items())
    hours = {task: hours for task, (_, hours) in steps.items()}
    return frames(hours, links, work, tuple((f"M{machine}", 1, None, None) for machine in range(6)))


def free_on(capacity: pd.DataFrame, resource: str, day: int) -> float:
    """Return what there is of a resource on a day."""
    rows = capacity[capacity["resource"] == resource].fillna({"start": 0, "finish": 10**6})
    return float(rows[(rows["start"] <= day) & (day < rows["finish"])]["amount"].min())


def keeps_all(question: Frames, starts: dict[str, int]) -> bool:
    """Return whether starts keep every link, every earliest start and the capacity of every day."""
    tasks, links, work, capacity = question
    length = tasks["duration"].to_dict()
    ends = {task: start + length[task] for task, start in starts.items()}
    for a, b, kind, lag in links[COLUMNS].itertuples(index=False):
        before, after = (ends if kind[0] == "F" else starts)[a], (ends if kind[1] == "F" else starts)[b]
        if after < before + lag:
            return False
    load: dict[tuple[str, int], float] = {}
    for task, resource, amount in work.itertuples(index=False):
        for day in range(starts[task], ends[task]):
            load[resource, day] = load.get((resource, day), 0) + amount
    return all(asked <= free_on(capacity, *where) + 1e-9 for where, asked in load.items())


def shortest(question: Frames, longest: int) -> int:
    """Return the smallest makespan by trying every start of every task."""
    tasks, links, work, capacity = question
    names, length, best = list(tasks.index), tasks["duration"].tolist(), longest + 1

    def place(starts: dict[str, int], end: int) -> None:
        nonlocal best
        if len(starts) == len(names):
            best = min(best, end)
            return
        name, days = names[len(starts)], length[len(starts)]
        for start in range(best - days):
            known = starts | {name: start}
            part = (tasks.loc[list(known)], *(frame[mine(frame, known)] for frame in (links, work)), capacity)
            if max(end, start + days) < best and keeps_all(part, known):
                place(known, max(end, start + days))

    def mine(frame: pd.DataFrame, known: dict[str, int]) -> pd.Series:
        ends = frame[[name for name in ("task", "predecessor", "successor") if name in frame]]
        return ends.isin(list(known)).all(axis=1)

    place({}, 0)
    return best


@st.composite
def small(draw: st.DrawFn) -> Frames:
    """Return up to four tasks with links of all kinds, two resources, and days with less of them."""
    names = "ABCD"[: draw(st.integers(1, 4))]
    pairs = [(a, b) for a in names for b in names if a < b]
    links = [
        (*pair, draw(st.sampled_from(schedule.KINDS)), draw(st.integers(-1, 2)))
        for pair in (draw(st.lists(st.sampled_from(pairs), max_size=3, unique=True)) if pairs else [])
    ]
    work = [(name, resource, draw(st.integers(0, 2))) for name in names for resource in ("P1", "P2")]
    less = [
        (resource, draw(st.integers(0, 1)), first, first + draw(st.integers(1, 2)))
        for resource in ("P1", "P2")
        for first in draw(st.lists(st.integers(0, 5), max_size=1))
    ]
    return (
        pd.DataFrame({"duration": [draw(st.integers(0, 3)) for _ in names]}, index=list(names)),
        pd.DataFrame(links, columns=COLUMNS),
        pd.DataFrame(work, columns=["task", "resource", "amount"]),
        pd.DataFrame(
            [("P1", 2, None, None), ("P2", 3, None, None), *less], columns=["resource", "amount", "start", "finish"]
        ),
    )


def test_the_job_shop_of_fisher_and_thompson() -> None:
    """Six jobs on six machines take 55 hours, proven, and no machine does two things at once."""
    found = schedule.level(*shop(), LONG)
    assert (found.status, found.makespan, found.bound, found.gap) == ("optimal", 55, 55, 0)
    assert keeps_all(shop(), found.starts.to_dict())


@settings(max_examples=20)
@given(small())
def test_nothing_shorter_exists(question: Frames) -> None:
    """Against every possible plan of a few tasks: the same makespan, all links and capacities kept."""
    found = schedule.level(*question, LONG)
    path = schedule.critical_path(question[0], question[1])["early_finish"].max()
    assert found.status == "optimal"
    assert keeps_all(question, found.starts.to_dict())
    assert found.makespan == found.times["finish"].max() >= path
    assert found.makespan == shortest(question, int(found.makespan))


@settings(max_examples=10)
@given(small(), st.randoms(use_true_random=False))
def test_the_order_of_rows_means_nothing_and_more_capacity_never_lengthens(question: Frames, dice: object) -> None:
    """Shuffled rows give the same plan; with one more of everything it is no longer."""
    found = schedule.level(*question, LONG)
    mixed = [frame.loc[dice.sample(list(frame.index), len(frame))] for frame in question]
    again = schedule.level(*mixed, LONG)
    assert again.makespan == found.makespan
    more = question[3].assign(amount=question[3]["amount"] + 1)
    assert schedule.level(*question[:3], more, LONG).makespan <= found.makespan


def test_two_tasks_of_one_person_follow_each_other_and_the_move_says_why() -> None:
    """B waits for A because P1 does both; C follows B and is moved by the same person."""
    question = frames({"A": 2, "B": 3, "C": 1}, "B>C", "A:P1:1 B:P1:1", deadline={"A": 2})
    found = schedule.level(*question)
    assert found.status == "optimal"
    assert found.starts.to_dict() == {"A": 0, "B": 2, "C": 5}
    assert found.moves.to_dict("index") == {
        "B": {"early_start": 0, "start": 2, "days": 2, "resource": "P1", "behind": "A"},
        "C": {"early_start": 3, "start": 5, "days": 2, "resource": "P1", "behind": "B"},
    }


def test_a_plan_that_fits_is_left_alone() -> None:
    """Half a person for each of two tasks at once is no overload, so nothing moves."""
    found = schedule.level(*frames({"A": 2, "B": 3}, "", "A:P1:0.5 B:P1:0.5"))
    assert (found.makespan, found.moves.empty, found.reason) == (3, True, "")


def test_thirds_of_a_person_make_a_person() -> None:
    """Three tasks with a third each run side by side, in spite of binary fractions."""
    found = schedule.level(*frames(dict.fromkeys("ABC", 2), "", " ".join(f"{task}:P1:{1 / 3}" for task in "ABC")))
    assert found.makespan == 2


def test_holidays_move_the_work() -> None:
    """P1 is away on days 1 and 2; the three days of A cannot be split and start on day 3."""
    found = schedule.level(*frames({"A": 3}, "", "A:P1:1", (("P1", 1, None, None), ("P1", 0, 1, 3))))
    assert found.starts.to_dict() == {"A": 3}
    assert found.moves.loc["A", "resource"] == "P1"
    assert pd.isna(found.moves.loc["A", "behind"])


def test_deadlines_come_before_the_makespan() -> None:
    """B has to be done by day 2, so A waits although that takes no longer either way."""
    question = frames({"A": 3, "B": 2}, "", "A:P1:1 B:P1:1", deadline={"B": 2}, priority={"A": 50})
    found = schedule.level(*question)
    assert found.starts.to_dict() == {"A": 2, "B": 0}
    assert found.times["late"].sum() == 0


def test_a_deadline_that_cannot_be_kept_is_named_beside_the_least_late_plan() -> None:
    """A and B need five days of P1 until day 4: B one day late is the least."""
    found = schedule.level(*frames({"A": 3, "B": 2}, "", "A:P1:1 B:P1:1", deadline={"A": 3, "B": 4}), LONG)
    assert found.status == "infeasible"
    assert found.times["late"].to_dict() == {"A": 0, "B": 1}
    assert "missed by B (1)" in found.reason


def test_a_need_above_all_capacity_is_infeasible_and_named() -> None:
    """No plan can help a task that needs two of one; nor one that needs five days of a guest of three."""
    found = schedule.level(*frames({"A": 1}, "", "A:P1:2"))
    assert found.status == "infeasible"
    assert found.reason.startswith("tasks A: needs 2 of P1 on every day of its duration (1). P1 never has that")
    assert found.times["start"].isna().all()
    guest = schedule.level(*frames({"A": 5}, "", "A:P1:1", (("P1", 1, 0, 3),)))
    assert guest.status == "infeasible"


def test_two_tasks_that_only_fit_alone_into_the_days_of_a_guest_are_infeasible() -> None:
    """Each fits into the three days P1 is there, both do not: proven, and said."""
    found = schedule.level(*frames({"A": 2, "B": 2}, "", "A:P1:1 B:P1:1", (("P1", 1, 0, 3),)), LONG)
    assert found.status == "infeasible"
    assert "capacity on more days" in found.reason


def test_a_circle_is_named_in_order() -> None:
    """The sentence is the one of the critical path."""
    with pytest.raises(PlanError, match="A -> B -> A go round in a circle"):
        schedule.level(*frames({"A": 1, "B": 1}, "A>B B>A"))


def test_an_unknown_resource_is_refused() -> None:
    """Who works must have a capacity."""
    with pytest.raises(PlanError, match="assignments 0: resource names P9"):
        schedule.level(*frames({"A": 1}, "", "A:P9:1"))


def test_an_empty_plan_is_fine() -> None:
    """Nothing to do takes no time."""
    assert schedule.level(*frames({})).makespan == 0


def test_without_or_tools_the_plan_is_feasible_and_claims_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lists find a plan of the job shop that keeps everything; that 55 is the optimum is not claimed."""
    (tmp_path / "ortools.py").write_text("raise ImportError", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = schedule.level(*shop(), 1)
    assert found.status == "feasible"
    assert found.bound <= 55 <= found.makespan
    assert found.gap > 0
    assert keeps_all(shop(), found.starts.to_dict())


def test_a_search_can_be_stopped_with_the_best_so_far() -> None:
    """The first word of progress is answered with stop: there is a plan, and it is not called optimal."""
    told = []
    found = schedule.level(*shop(), LONG, progress=lambda *how_far: told.append(how_far) or True)
    assert len(told) == 1
    assert found.status == "feasible"
    assert found.makespan <= told[0][0]
    assert keeps_all(shop(), found.starts.to_dict())
