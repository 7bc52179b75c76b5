"""Taking back and making again: any sequence, by several people, back to any revision."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning_kit.errors import EditConflict, PlanError
from planning_kit.frames import Change
from planning_kit.plan import Edit
from planning_kit.store import Store
from planning_kit.store.undo import inverses, states_before
from tests.kinds import FIELDS
from tests.scale import examples
from tests.store.stories import Rows, Wish, new_store, rows_of, told, wishes
from tests.store.test_store import add, put

moves = st.lists(st.one_of(wishes, wishes, st.sampled_from(["undo", "undo", "redo"])), max_size=14)


def remove(store: Store, row: str, author: str = "Ana") -> None:
    """Remove a thing."""
    store.apply([Edit("remove", "things", row)], author=author)


def names(store: Store, revision: int | None = None) -> dict[str, Any]:
    """Return the names of the things by id."""
    return {row: one["name"] for row, one in rows_of(store.plan(revision)).items()}


@given(story=moves)
@examples(40, 500)
def test_any_sequence_of_edits_undo_and_redo_is_a_walk_to_and_fro(story: list[Wish | str]) -> None:
    """Undo shows the state before, redo the state after, a new edit forgets what was undone; all of it is history."""
    with new_store() as store:
        rows: Rows = {}
        past: list[Rows] = []
        future: list[Rows] = []
        was = {0: rows}
        for move in story:
            if isinstance(move, tuple):
                before, known = rows, store.revision
                rows = told(store, rows, move)
                if store.revision > known:
                    past.append(before)
                    future.clear()
            else:
                source, target = (past, future) if move == "undo" else (future, past)
                made = store.undo("Ana", redo=move == "redo")
                assert (made is None) == (not source)
                if source:
                    target.append(rows)
                    rows = source.pop()
            assert rows_of(store.plan()) == rows
            was[store.revision] = rows
        for revision, wanted in was.items():
            assert rows_of(store.plan(revision)) == wanted


@given(story=st.lists(wishes, min_size=1, max_size=12), data=st.data())
@examples(12, 500)
def test_the_plan_can_go_back_to_any_revision(story: list[Wish], data: st.DataObject) -> None:
    """Going back is a revision of its own, says so in the history, and can be taken back itself."""
    with new_store() as store:
        rows: Rows = {}
        was = {0: rows}
        for wish in story:
            rows = told(store, rows, wish, data.draw(st.sampled_from(["Ana", "Bo"])))
            was[store.revision] = rows
        newest = store.revision
        target = data.draw(st.sampled_from(sorted(was)))
        made = store.undo_to(target, "Eve")
        assert rows_of(store.plan()) == was[target]
        if made is None:
            assert was[target] == rows
        else:
            assert (made.revision, made.kind, made.reason) == (newest + 1, "revert", f"back to revision {target}")
            store.undo("Eve")
            assert rows_of(store.plan()) == rows
        assert rows_of(store.plan(newest)) == rows


def test_going_back_to_a_revision_that_is_not_there_is_refused() -> None:
    """Nothing changes when the number is wrong."""
    with new_store() as store:
        add(store, name="Shelf")
        with pytest.raises(PlanError, match="revision 7: the plan has revisions 0 to 1"):
            store.undo_to(7, "Ana")
        assert store.revision == 1


def test_undo_takes_back_ones_own_work_only() -> None:
    """What others did meanwhile elsewhere stays, and somebody who did nothing has nothing to take back."""
    with new_store() as store:
        add(store, name="Shelf", weight=1.0)
        put(store, "TH1", author="Bo", weight=2.0)
        put(store, "TH1", name="Rack")
        add(store, author="Bo", name="Lamp")
        store.undo("Ana")
        assert names(store) == {"TH1": "Shelf", "TH2": "Lamp"}
        assert rows_of(store.plan())["TH1"]["weight"] == 2.0
        assert store.undo("Eve") is None
        assert store.undo("Eve", redo=True) is None


def test_undo_is_refused_with_both_values_where_others_changed_the_field() -> None:
    """Their later work is not lost to an undo of mine."""
    with new_store() as store:
        add(store, name="Shelf")
        put(store, "TH1", name="Rack")
        put(store, "TH1", author="Bo", name="Board")
        with pytest.raises(EditConflict, match="Bo changed this to “Board”") as caught:
            store.undo("Ana")
        assert (caught.value.theirs, caught.value.yours) == ("Board", "Shelf")
        assert names(store) == {"TH1": "Board"}


def test_undo_of_an_added_row_is_refused_once_others_worked_on_it() -> None:
    """A row somebody has filled in since does not vanish."""
    with new_store() as store:
        add(store, name="Shelf")
        put(store, "TH1", author="Bo", note="Made of oak")
        with pytest.raises(EditConflict, match="Bo changed this to “Made of oak”"):
            store.undo("Ana")
        assert names(store) == {"TH1": "Shelf"}


def test_redo_is_refused_where_others_changed_the_field() -> None:
    """Making again is an edit like any other."""
    with new_store() as store:
        add(store, name="Shelf")
        put(store, "TH1", name="Rack")
        store.undo("Ana")
        put(store, "TH1", author="Bo", name="Board")
        with pytest.raises(EditConflict, match="Bo changed this"):
            store.undo("Ana", redo=True)
        assert names(store) == {"TH1": "Board"}


def test_undo_of_a_removal_never_overwrites_work_on_a_row_that_is_back() -> None:
    """Somebody brought the row back first and went on with it: their work stays, and so does history."""
    with new_store() as store:
        add(store, name="Shelf")
        remove(store, "TH1")
        store.undo_to(1, "Bo")
        put(store, "TH1", author="Bo", name="Board")
        with pytest.raises(PlanError, match=r"TH1.*Bo|Bo.*TH1"):
            store.undo("Ana")
        assert names(store) == {"TH1": "Board"}
        assert [names(store, n) for n in range(5)] == [{}, {"TH1": "Shelf"}, {}, {"TH1": "Shelf"}, {"TH1": "Board"}]


def test_undo_of_an_added_row_that_others_removed_is_refused_with_a_sentence() -> None:
    """There is nothing left to take back, and the sentence says who took the row out."""
    with new_store() as store:
        add(store, name="Shelf")
        remove(store, "TH1", author="Bo")
        with pytest.raises(PlanError, match="removed by Bo"):
            store.undo("Ana")


def test_a_removal_is_taken_back_with_every_value() -> None:
    """Undo brings back the row as it was, references and lists included."""
    with new_store() as store:
        full = {"name": "Shelf", "places": ("PL2", "PL1"), "tags": ("a", "b"), "cost": 0.29, "is_open": False}
        add(store, **full)
        remove(store, "TH1")
        assert rows_of(store.plan()) == {}
        store.undo("Ana")
        assert rows_of(store.plan()) == {"TH1": {**dict.fromkeys(FIELDS), **full}}


def test_one_transaction_is_taken_back_whole() -> None:
    """A pasted block of rows goes with one undo, in the right order."""
    with new_store() as store:
        add(store, name="Shelf")
        store.apply(
            [
                Edit("add", "things", "~TH1", {"name": "Lamp"}),
                Edit("set", "things", "TH1", {"name": "Rack", "parent": "~TH1"}),
                Edit("add", "places", None, {"name": "Hall"}),
            ],
            author="Ana",
        )
        made = store.undo("Ana")
        assert made is not None
        assert (made.kind, len(made.changes)) == ("undo", 3)
        assert names(store) == {"TH1": "Shelf"}
        assert store.plan().places.empty


def test_going_back_brings_removed_rows_and_takes_new_ones_out() -> None:
    """An earlier revision comes back with exactly its rows."""
    with new_store() as store:
        add(store, name="Shelf")
        add(store, name="Lamp")
        remove(store, "TH1", author="Bo")
        put(store, "TH2", author="Bo", name="Light")
        add(store, author="Bo", name="Chair")
        store.undo_to(2, "Ana", "the old plan was better")
        assert names(store) == {"TH1": "Shelf", "TH2": "Lamp"}
        assert store.history(limit=1)[0].reason == "the old plan was better"


def test_states_before_are_worked_out_from_changes_alone() -> None:
    """What a row was before a stretch of history follows from the history."""
    story = [
        Change("things", "TH1", "set", {"name": "a", "note": None}, {"name": "b", "note": "x"}),
        Change("things", "TH1", "set", {"name": "b"}, {"name": "c"}),
        Change("things", "TH1", "remove", {"name": "c", "note": "x"}, {}),
        Change("things", "TH2", "add", {}, {"name": "new"}),
        Change("things", "TH2", "set", {"name": "new"}, {"name": "newer"}),
    ]
    assert states_before(story) == {("things", "TH1"): {"name": "a", "note": None}, ("things", "TH2"): None}
    assert [one.op for one in inverses(story)] == ["set", "remove", "restore", "set", "set"]
