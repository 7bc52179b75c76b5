"""The grid's half in the kernel: what is typed is stored or answered with a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planning_kit import folder
from planning_kit.errors import PlanError, ValueRefused
from planning_kit.forms.guide import step, whole
from planning_kit.forms.page import Header
from planning_kit.forms.session import Session, session
from planning_kit.forms.table import Table
from planning_kit.steps import TABLES
from planning_kit.workbook import Workbook

SECRET = "four words in a row"  # noqa: S105 - a test's own


@pytest.fixture
def place(filled: Workbook, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Return the session of a workbook folder whose plan is the filled one."""
    monkeypatch.chdir(filled.path.parent)
    folder.write(filled.path.parent, plan=filled.path.name, author="Ana")
    return session()


@pytest.fixture
def objectives(place: Session) -> Table:
    """Return the grid of objectives, opened."""
    grid = step(1, place.place).table("objectives")
    assert isinstance(grid, Table)
    grid.on_open({})
    return grid


def texts(answer: dict[str, Any], field: str) -> list[str]:
    """Return what a column shows."""
    shown = [row["cells"].get(field, "") for row in answer["rows"]]
    return [one if isinstance(one, str) else one["t"] for one in shown]


def test_references_show_names_and_never_ids(objectives: Table) -> None:
    """The owner's cell shows Ana, and Ana can be chosen from the list."""
    state = objectives.on_open({})
    assert texts(state, "owner") == ["Ana"]
    assert ["P1", "Ana"] in state["options"]["people"]


def test_an_edit_is_stored_at_once(objectives: Table, filled: Workbook) -> None:
    """Another session sees the new date right after the answer."""
    objectives.on_set({"id": "O1", "field": "due", "text": "31.12.2030", "seen": "2029-12-31"})
    filled.poll()
    assert str(filled.plan.objectives["due"]["O1"])[:10] == "2030-12-31"


def test_a_wrong_date_gets_a_sentence_and_changes_nothing(objectives: Table, filled: Workbook) -> None:
    """The cell keeps what was typed, the sentence says what is allowed, the plan is unchanged."""
    answer = objectives.on_set({"id": "O1", "field": "due", "text": "2026-02-30", "seen": "2029-12-31"})
    (problem,) = answer["problems"]
    assert problem["typed"] == "2026-02-30"
    assert "2026-02-28" in problem["sentence"]
    assert "Due" in problem["sentence"]
    assert not filled.poll()
    mended = objectives.on_set({"id": "O1", "field": "due", "text": "2026-02-28", "seen": "2029-12-31"})
    assert mended["problems"] == []


def test_pasted_rows_past_the_end_are_added_and_checked_like_typed_ones(objectives: Table) -> None:
    """Three pasted rows become three objectives; the wrong date among them gets its sentence."""
    cells = [["More visits", "2028-01-31"], ["Fair fees", "soon"], ["Open late", ""]]
    answer = objectives.on_paste({"ids": [], "fields": ["title", "due"], "cells": cells})
    assert texts(answer, "title") == ["More visits", "Fair fees", "Open late"]
    (problem,) = answer["problems"]
    assert (problem["id"], problem["typed"]) == ("O3", "soon")


def test_a_paste_is_one_transaction(objectives: Table, place: Session) -> None:
    """One undo takes back everything that was pasted."""
    objectives.on_paste({"ids": ["O1"], "fields": ["title"], "cells": [["Changed"], ["Added"]]})
    assert list(place.book().plan.objectives["title"]) == ["Changed", "Added"]
    objectives.on_undo({})
    assert list(place.book().plan.objectives["title"]) == ["Every child reads by eight"]


def test_what_somebody_else_changed_is_asked_about(objectives: Table, filled: Workbook, place: Session) -> None:
    """A cell that shows an old value is not overwritten blindly: both values are shown, both can be taken."""
    filled.author = "Bo"
    filled.edit("objectives", "O1", title="Every child reads by nine")
    answer = objectives.on_set({"id": "O1", "field": "title", "text": "Reading", "seen": "Every child reads by eight"})
    assert answer["op"] == "ask"
    assert "Every child reads by nine" in answer["question"]
    assert "Reading" in answer["question"]
    objectives.on_set(answer["choices"][1]["send"])
    assert place.book().plan.objectives["title"]["O1"] == "Reading"


def test_edits_of_different_fields_by_two_people_merge(objectives: Table, filled: Workbook, place: Session) -> None:
    """Bo's new owner and Ana's new date are both there in the end."""
    filled.author = "Bo"
    filled.edit("objectives", "O1", owner="Bo")
    objectives.on_set({"id": "O1", "field": "due", "text": "2031-01-31", "seen": "2029-12-31"})
    row = place.book().plan.row("objectives", "O1")
    assert (row["owner"], str(row["due"])) == ("P2", "2031-01-31")


def test_removing_what_others_use_is_asked_about(place: Session) -> None:
    """Removing a person names what that person owns, and goes on only when told to."""
    people = Table(place, step(0, place.place)._view("people"))
    answer = people.on_remove({"ids": ["P1"]})
    assert answer["op"] == "ask"
    assert "owner" in answer["question"]
    people.on_remove(answer["choices"][1]["send"])
    plan = place.book().plan
    assert "P1" not in plan.people.index
    assert plan.row("objectives", "O1")["owner"] is None


def test_an_empty_row_is_not_kept(objectives: Table, place: Session) -> None:
    """Pressing Enter in the empty last line adds nothing and says what to write first."""
    answer = objectives._answer({"op": "add", "values": {"title": " "}})
    assert answer["op"] == "sorry"
    assert "Objective" in answer["sentence"]
    assert len(place.book().plan.objectives) == 1


def test_a_view_adds_rows_of_its_own_kind(place: Session) -> None:
    """A goal added on the page of step 4 is a tactical one, as that page shows."""
    goals = step(4, place.place).table("team_goals")
    assert isinstance(goals, Table)
    goals.on_add({"values": {"title": "Two more reading rooms"}})
    assert place.book().plan.row("objectives", "O2")["level"] == "tactical"


def test_children_stand_under_their_parents(place: Session) -> None:
    """Rows of a tree come in tree order with their depth, also when the parent was added last."""
    book = place.book()
    book.add("tasks", name="Programme")
    book.edit("tasks", "T1", parent="T3")
    grid = step(2, place.place).table("initiatives")
    assert isinstance(grid, Table)
    rows = grid.on_open({})["rows"]
    assert [(row["id"], row["level"]) for row in rows] == [("T2", 0), ("T3", 0), ("T1", 1)]


def test_rows_that_go_round_in_a_circle_are_still_shown(place: Session) -> None:
    """A task under itself is a finding, not an empty page."""
    place.book().edit("tasks", "T1", parent="T2")
    place.book().edit("tasks", "T2", parent="T1")
    grid = step(2, place.place).table("initiatives")
    assert isinstance(grid, Table)
    assert [row["id"] for row in grid.on_open({})["rows"]] == ["T1", "T2"]


def test_another_plan_can_be_chosen_while_the_page_is_open(place: Session, objectives: Table) -> None:
    """Choosing an empty plan empties the grid; the first plan is still there to go back to."""
    place.choose("second", "")
    assert objectives.on_open({})["rows"] == []
    place.choose("plan.db", "")
    assert texts(objectives.on_open({}), "title") == ["Every child reads by eight"]


def test_the_appraisal_is_kept_in_a_file_of_its_own_for_its_owner_only(place: Session) -> None:
    """Page 8 takes nothing before a passphrase is chosen, then nobody can read what is written without it."""
    page = step(8, place.place)
    header, reviews = page.header(), page.table("own_views")
    assert isinstance(header, Header)
    assert isinstance(reviews, Table)
    assert header.state()["lock"] == {"locked": True, "is_new": True, "file": "plan.appraisal.db", "hint": ""}
    assert reviews.on_open({})["readonly"]
    for typed, sentence in (("short", "at least 12"), ("long enough, I think", "not the same")):
        with pytest.raises(PlanError, match=sentence):
            header.on_unlock({"passphrase": typed, "again": typed if typed == "short" else "another"})
    assert not header.on_unlock({"passphrase": SECRET, "again": SECRET})["lock"]["locked"]
    reviews.on_add({"values": {"subject": "Ana", "evidence": "secret-evidence"}})
    own = Path(place.place / "plan.appraisal.db")
    assert own.stat().st_mode & 0o077 == 0
    kept = [one.read_bytes() for one in place.place.rglob("*") if one.is_file()]
    assert [one for one in kept if b"secret-evidence" in one or SECRET.encode() in one] == []
    assert texts(reviews.on_open({}), "subject") == ["Ana"]
    header.on_lock({})
    assert reviews.on_open({})["rows"] == []
    with pytest.raises(PlanError, match="does not open the file"):
        header.on_unlock({"passphrase": "somebody else's guess"})
    assert reviews.on_open({})["rows"] == []
    header.on_unlock({"passphrase": SECRET})
    header.on_passphrase({"passphrase": SECRET[::-1], "again": SECRET[::-1]})
    assert texts(reviews.on_open({}), "subject") == ["Ana"]
    for passphrase, sentence in ((SECRET, "does not open"), ("", "opens with its passphrase only")):
        with pytest.raises(PlanError, match=sentence):
            Workbook(own, book="appraisal", passphrase=passphrase)
    with pytest.raises(PlanError, match="opens with its passphrase only"):
        Workbook(own, read_only=True)


def test_a_part_that_is_closed_is_no_longer_typed(place: Session) -> None:
    """Once the calibration is opened the manager's part keeps its text, and a sentence says since when."""
    place.unlock("appraisal", SECRET)
    book = place.book("appraisal")
    place.book().add("units", name="Reading rooms")
    book.poll()
    book.add("reviews", subject=place.book().added[-1], finish="2028-12-31", evidence="x", manager_rating=3)
    reviews, row = Table(place, whole(TABLES["reviews"]), "appraisal"), book.added[-1]
    reviews.on_set({"id": row, "field": "manager_rating", "text": "4"})
    book.edit("reviews", row, calibration_opened_on="2029-01-15")
    said = reviews.on_set({"id": row, "field": "manager_rating", "text": "5"})
    assert "closed (“Calibration opened on” is 2029-01-15)" in said["problems"][0]["sentence"]
    with pytest.raises(ValueRefused, match="closed"):
        reviews.on_paste({"ids": [row], "fields": ["manager_view"], "cells": [["after all"]]})
    reviews.on_set({"id": row, "field": "self_view", "text": "still mine"})
    kept = book.plan.row("reviews", row)
    assert (kept["manager_rating"], kept["manager_view"], kept["self_view"]) == (4, None, "still mine")
