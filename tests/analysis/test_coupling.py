"""Blocks, silos and single points of failure."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning_kit.analysis import coupling


def links(waits: dict[str, str]) -> pd.DataFrame:
    """Return links of items to what they wait for, for example ``{"B": "AD"}``."""
    return pd.DataFrame([(a, b) for b, before in waits.items() for a in before], columns=["predecessor", "successor"])


def test_the_published_matrix() -> None:
    """{A}, {E}, {B, C, D}, {F, G}: three and two must be planned together."""
    found = coupling.partition(links({"B": "AD", "C": "B", "D": "C", "E": "A", "F": "EG", "G": "F"}), "ABCDEFG")
    assert found == [("A",), ("E",), ("B", "C", "D"), ("F", "G")]


def test_items_without_a_dependency_make_their_own_block() -> None:
    """Nobody disappears from the matrix."""
    assert coupling.partition(links({"B": "A"}), ["C"]) == [("A",), ("C",), ("B",)]
    assert coupling.partition(links({})) == []


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30), st.randoms(use_true_random=False))
def test_blocks_agree_with_networkx_and_stand_in_order(pairs: list[tuple[int, int]], random: object) -> None:
    """The blocks are the strongly connected components, each after what it waits for, in any order of rows."""
    names = [(f"U{a}", f"U{b}") for a, b in pairs]
    frame = pd.DataFrame(names, columns=["predecessor", "successor"])
    blocks = coupling.partition(frame)
    assert {frozenset(block) for block in blocks} == set(
        map(frozenset, nx.strongly_connected_components(nx.DiGraph(names)))
    )
    place = {item: number for number, block in enumerate(blocks) for item in block}
    assert all(place[a] <= place[b] for a, b in names)
    random.shuffle(names)
    assert coupling.partition(pd.DataFrame(names, columns=["predecessor", "successor"])) == blocks


def test_a_very_long_chain_of_waiting_is_no_problem() -> None:
    """Ten thousand items in a row do not exhaust anything."""
    n = 10_000
    ids = [f"T{k}" for k in range(n)]
    chain = pd.DataFrame({"predecessor": ids, "successor": ids[1:] + ids[:1]})
    assert [len(block) for block in coupling.partition(chain)] == [n]


def test_the_silo_index_is_the_internal_share_of_dependencies() -> None:
    """U1 has two links of its own and one to U2: 2/3; U2 none of its own: 0; U3 none at all: undefined."""
    units = pd.Series({"A": "U1", "B": "U1", "C": "U1", "D": "U2", "E": "U3", "F": None}, name="unit")
    found = coupling.silo_index(links({"B": "AF", "C": "B", "D": "C"}), units)
    assert found["internal"].to_dict() == {"U1": 2, "U2": 0, "U3": 0}
    assert found["external"].to_dict() == {"U1": 1, "U2": 1, "U3": 0}
    assert found["silo_index"].iloc[:2].tolist() == pytest.approx([2 / 3, 0])
    assert np.isnan(found["silo_index"].iloc[2])


OBJECTIVES = pd.DataFrame({"owner": ["P1", "P1", "P2"]}, index=["O1", "O2", "O3"])
PEOPLE = pd.DataFrame(
    {"unit": ["U1", "U2", "U3"], "skills": ["rfid; sql", "SQL", None]},
    index=["P1", "P2", "P3"],
)
UNITS = pd.DataFrame({"parent": [None, None, "U2", None]}, index=["U1", "U2", "U3", "S1"])
TASKS = pd.DataFrame(
    {
        "parent": [None, "T1", "T1", None],
        "objective": ["O2", None, None, "O3"],
        "owner": ["P1", "P3", "P3", "P2"],
        "backup": [None, None, None, "P1"],
        "supplier": [None, None, None, None],
        "due": pd.to_datetime(["2027-01-01", "2026-10-01", "2026-12-01", "2026-06-01"]),
    },
    index=["T1", "T2", "T3", "T4"],
)


def failures(tasks: pd.DataFrame = TASKS, objectives: pd.DataFrame = OBJECTIVES, **more: object) -> coupling.Failures:
    """Return what falls in the small plan."""
    return coupling.single_points_of_failure(objectives, tasks, PEOPLE, UNITS, **more)


def falls(found: coupling.Failures, who: str) -> dict[str, str]:
    """Return the objectives that fall without somebody, and why."""
    mine = found.objectives[found.objectives["id"] == who]
    return dict(zip(mine["objective"], mine["reason"], strict=True))


def test_an_objective_falls_with_its_owner_or_its_only_doer() -> None:
    """P1 owns O1 and O2, P3 does everything for O2, P2 owns O3 and has a backup for its task."""
    found = failures()
    assert falls(found, "P1") == {"O1": "owner", "O2": "owner"}
    assert falls(found, "P3") == {"O2": "only doer"}
    assert falls(found, "P2") == {"O3": "owner"}


def test_with_a_unit_go_its_people_and_the_units_below() -> None:
    """Without U2, P2 and P3 of the unit below are gone."""
    assert falls(failures(), "U2") == {"O2": "only doer", "O3": "owner"}


def test_a_named_backup_brings_the_objective_back() -> None:
    """Naming a backup for one of the tasks is enough; a backup in the same unit is none when the unit goes."""
    tasks = TASKS.assign(backup=[None, "P2", None, "P1"])
    assert falls(failures(tasks), "P3") == {}
    assert falls(failures(tasks), "U2") == {"O2": "only doer", "O3": "owner"}
    owners = OBJECTIVES.assign(backup=["P2", None, None])
    assert falls(failures(objectives=owners), "P1") == {"O2": "owner"}


def test_others_who_do_the_work_keep_it_going() -> None:
    """Work that somebody else is responsible for does not stop with its owner."""
    raci = pd.DataFrame({"task": ["T2", "T3"], "party": ["P2", "P1"], "role": ["R", "C"]})
    assert falls(failures(responsibilities=raci), "P3") == {}


def test_a_supplier_without_whom_a_task_cannot_be_done() -> None:
    """Removing the supplier lets the objective fall, whoever is backup."""
    tasks = TASKS.assign(supplier=[None, None, None, "S1"])
    found = failures(tasks)
    assert falls(found, "S1") == {"O3": "only supplier"}
    assert found.objectives.query("id == 'S1'")["kind"].tolist() == ["supplier"]


def test_a_skill_nobody_else_has() -> None:
    """RFID is known to P1 alone; SQL to two, however it is spelt."""
    demands = pd.DataFrame({"task": ["T4", "T2"], "skill": ["RFID", "sql"]})
    found = failures(demands=demands)
    assert falls(found, "P1") == {"O1": "owner", "O2": "owner", "O3": "only skill"}
    assert falls(found, "P2") == {"O3": "owner"}


def test_the_ranking_shows_what_is_at_stake() -> None:
    """The gravest comes first, with its share, tasks, money and first date."""
    money = pd.Series({"T2": 100.0, "T3": 50.0, "T4": 10.0})
    ranking = failures(money=money).ranking
    assert ranking["id"].tolist() == ["U2", "P1", "U1", "P3", "U3", "P2"]
    first = ranking.iloc[0]
    assert (first["objectives"], first["tasks"], first["money"]) == (2, 2, 150)
    assert first["share"] == pytest.approx(2 / 3)
    assert first["first_due"] == pd.Timestamp("2026-10-01")


def test_a_further_objective_falls_too() -> None:
    """An initiative that serves two objectives brings both down."""
    also = pd.DataFrame({"task": ["T1"], "objective": ["O3"]})
    tasks = TASKS.drop(index="T4")
    assert falls(failures(tasks, contributions=also), "P3") == {"O2": "only doer", "O3": "only doer"}


def test_a_plan_without_work_falls_nowhere() -> None:
    """On the first morning there is nothing to lose, and no error."""
    found = failures(TASKS.iloc[:0], OBJECTIVES.iloc[:0])
    assert found.ranking.empty
    assert list(found.ranking.columns) == ["kind", "id", "objectives", "share", "tasks", "money", "first_due"]


SOMEBODY = st.sampled_from(["P1", "P2", "P3", None])
LEAVES = st.lists(
    st.tuples(st.sampled_from(["O1", "O2", "O3", None]), SOMEBODY, SOMEBODY, st.sampled_from(["S1", None, None])),
    min_size=1,
    max_size=7,
)


def small(rows: list[tuple[str | None, ...]]) -> pd.DataFrame:
    """Return tasks side by side: objective, owner, backup, supplier."""
    found = pd.DataFrame(rows, columns=["objective", "owner", "backup", "supplier"], dtype="str")
    return found.assign(parent=pd.Series([None] * len(rows), dtype="str")).set_axis([f"T{n}" for n in range(len(rows))])


@given(LEAVES, st.randoms(use_true_random=False))
def test_what_falls_is_what_the_definition_says_in_any_order_of_rows(
    rows: list[tuple[str | None, ...]], random: object
) -> None:
    """Each person is taken away by hand: owner without another owner, all work without another hand."""
    tasks = small(rows)
    found = failures(tasks)
    for person in PEOPLE.index:
        stops = {n for n, (_, owner, backup, _) in enumerate(rows) if owner == person and backup in (person, None)}
        by_goal = {goal: {n for n, row in enumerate(rows) if row[0] == goal} for goal in OBJECTIVES.index}
        owned = set(OBJECTIVES.index[OBJECTIVES["owner"] == person])
        expected = owned | {goal for goal, mine in by_goal.items() if mine and mine <= stops}
        assert set(falls(found, person)) == expected
    order = list(range(len(rows)))
    random.shuffle(order)
    again = failures(tasks.iloc[order])
    pd.testing.assert_frame_equal(again.ranking, found.ranking)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=20), st.randoms(use_true_random=False))
def test_silo_indices_count_each_dependency_for_every_unit_it_touches(
    pairs: list[tuple[int, int]], random: object
) -> None:
    """Twice the inner and all the outer ends make two for each dependency, in any order of rows."""
    units = pd.Series([f"U{n % 3}" for n in range(6)], index=range(6), name="unit")
    frame = pd.DataFrame(pairs, columns=["predecessor", "successor"], dtype="int64")
    found = coupling.silo_index(frame, units)
    assert 2 * found["internal"].sum() + found["external"].sum() == 2 * len(pairs)
    random.shuffle(pairs)
    again = coupling.silo_index(pd.DataFrame(pairs, columns=frame.columns, dtype="int64"), units)
    pd.testing.assert_frame_equal(again, found)
