"""One person's session on a plan: typed edits, removal, undo, history, what others do meanwhile."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import planning_kit as pk
from planning_kit import clock
from planning_kit.errors import EditConflict, PlanError, PlanFileError, StillReferenced, ValueRefused
from planning_kit.plan import Edit, Plan
from planning_kit.workbook import Workbook, open_plan, rows
from tests.kinds import HOSTILE
from tests.scale import examples


@pytest.fixture
def bo(filled: Workbook) -> Iterator[Workbook]:
    """Return Bo's session on the same plan file."""
    with Workbook(filled.path, "Bo") as workbook:
        yield workbook


def unchanged(workbook: Workbook, revision: int) -> bool:
    """Whether nothing was written since a revision."""
    return workbook.store.revision == workbook.plan.revision == revision


# --- editing -----------------------------------------------------------------------------------------------


def test_values_are_typed_as_people_write_them(filled: Workbook) -> None:
    """Names, dates with months in words and numbers with thousands arrive as values; the new plan is returned."""
    plan = filled.edit("objectives", "O1", owner="bo", due="31 December 2030", contributors="ana; Bo", weight="1,250.5")
    row = plan.row("objectives", "O1")
    assert (row["owner"], row["due"], row["contributors"], row["weight"]) == (
        "P2",
        dt.date(2030, 12, 31),
        ("P1", "P2"),
        1250.5,
    )
    assert plan is filled.plan


def test_a_new_row_has_its_defaults_and_its_id(filled: Workbook) -> None:
    """What is not typed takes the declared default; the id says which row it became."""
    filled.add("objectives", title="More readers", level="tactical")
    assert filled.added == ["O2"]
    row = filled.plan.row("objectives", "O2")
    assert (row["level"], row["kind"], row["owner"]) == ("tactical", "committed", None)
    filled.edit("objectives", "O2", title="Many readers")
    assert filled.added == []


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"deadline": "2026-02-30"},
            "tasks T1, Deadline: 2026-02-30 is not a date in the calendar. Write year-month-day, for",
        ),
        ({"owner": "Eve"}, "tasks T1, Owner: “Eve” is not a person of this plan."),
        ({"duration": "long"}, "long is not a number"),
        ({"kind": "epic"}, "“epic” is not one of the choices. Allowed are: "),
        ({"finish_line": "x"}, "tasks, finish_line: there is no such field. Fields are: name, "),
        ({"name": "fine", "deadline": "soon"}, "soon is not a date"),
    ],
)
def test_a_value_that_cannot_be_taken_leaves_the_plan_as_it_is(
    filled: Workbook, values: dict[str, Any], sentence: str
) -> None:
    """The sentence says where, what was found and what is allowed; nothing of the edit is kept."""
    revision = filled.plan.revision
    with pytest.raises(PlanError, match=re.escape(sentence)):
        filled.edit("tasks", "T1", **values)
    assert unchanged(filled, revision)
    assert filled.plan.tasks.at["T1", "name"] == "Reading rooms"


def test_a_refusal_of_a_new_row_names_the_table(filled: Workbook) -> None:
    """There is no id yet, so the sentence begins with the table."""
    with pytest.raises(ValueRefused, match=r"^tasks, Deadline: soon is not a date") as caught:
        filled.add("tasks", name="x", deadline="soon")
    assert caught.value.where == "tasks, Deadline"


@pytest.mark.parametrize(
    ("table", "row"), [("tasks", "T99"), ("tasks", "O1"), ("taskz", "T1"), ("tasks", ""), ("tasks", HOSTILE)]
)
def test_a_row_or_table_that_is_not_there_is_a_sentence(filled: Workbook, table: str, row: str) -> None:
    """A slip in a name changes nothing."""
    revision = filled.plan.revision
    with pytest.raises(PlanError, match=r"\.$"):
        filled.edit(table, row, name="x")
    assert unchanged(filled, revision)


@given(text=st.text(max_size=30) | st.from_regex(r"~?[A-Z]{1,2}\d{1,2}", fullmatch=True))
@examples(40, 3000)
def test_whatever_is_typed_into_whatever_field_the_plan_stays_readable(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Text is taken or refused with a sentence; the table is read and undone as before, also with ids made up."""
    workbook = Workbook(tmp_path_factory.mktemp("typed") / "plan.db", "Ana", create=True)
    workbook.add("tasks", name="Reading rooms")
    for name in ("name", "owner", "deadline", "duration", "kind", "is_key", "level"):
        try:
            workbook.edit("tasks", "T1", **{name: text})
        except PlanError:
            assert not workbook.added
    with Workbook(workbook.path, read_only=True) as reader:
        assert reader.plan.row("tasks", "T1") == workbook.plan.row("tasks", "T1")
    workbook.undo()
    assert len(workbook.plan.tasks) <= 1
    workbook.close()


@pytest.mark.parametrize("values", [{"deadline": "~T1"}, {"owner": "~P9"}, {"duration": "~T1"}, {"owner": "~T1"}])
def test_a_provisional_id_counts_only_where_its_row_is_added_with_it(filled: Workbook, values: dict[str, Any]) -> None:
    """Nobody stores a made-up id, least of all in a date."""
    revision = filled.plan.revision
    with pytest.raises(PlanError, match=r"\.$"):
        filled.edit("tasks", "T1", **values)
    assert unchanged(filled, revision)


def test_rows_pasted_together_may_refer_to_each_other(filled: Workbook) -> None:
    """A pasted block is one transaction, and its rows point to each other by provisional ids."""
    filled.edit_many(
        [
            Edit("add", "tasks", "~T1", {"name": "Fit out"}),
            Edit("add", "tasks", "~T2", {"name": "Buy shelves", "parent": "~T1", "owner": "Bo"}),
        ],
        reason="pasted",
    )
    assert filled.added == ["T3", "T4"]
    assert filled.plan.row("tasks", "T4")["parent"] == "T3"
    assert filled.history(limit=1)[0].reason == "pasted"


def test_one_refused_row_of_many_refuses_all(filled: Workbook) -> None:
    """Nobody has to find out which half of a paste arrived."""
    revision = filled.plan.revision
    with pytest.raises(ValueRefused):
        filled.edit_many([Edit("add", "tasks", None, {"name": "ok"}), Edit("add", "tasks", None, {"deadline": "?"})])
    assert unchanged(filled, revision)


def test_an_empty_row_cannot_be_added(filled: Workbook) -> None:
    """The sentence says what to write first."""
    with pytest.raises(PlanError, match=r"an empty task cannot be added\. Write \w+ first"):
        filled.add("tasks", name="   ")


def test_a_table_of_one_row_stays_one(filled: Workbook) -> None:
    """There is one profile, however often somebody adds it."""
    with pytest.raises(PlanError, match="one row only"):
        filled.add("profile", name="Another plan")


def test_hostile_names_are_kept_and_shown_as_text(filled: Workbook) -> None:
    """What looks like a script is a name like any other."""
    filled.edit("people", "P1", name=HOSTILE)
    assert filled.label("P1") == HOSTILE
    assert filled.shown("objectives", "owner", "P1") == HOSTILE
    assert filled.parse("objectives", "owner", HOSTILE) == "P1"


def test_a_plan_somebody_holds_does_not_change(filled: Workbook) -> None:
    """Edits make new plans."""
    old = filled.plan
    filled.edit("tasks", "T1", name="Rooms")
    assert (old.tasks.at["T1", "name"], filled.plan.tasks.at["T1", "name"]) == ("Reading rooms", "Rooms")


def test_the_time_of_the_last_save_is_known(filled: Workbook, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says when the last edit was saved."""
    moment = dt.datetime(2027, 1, 2, 3, 4, tzinfo=dt.UTC)
    monkeypatch.setattr(clock, "now", lambda: moment)
    filled.edit("tasks", "T1", name="Rooms")
    assert filled.saved_at == moment
    assert filled.history(limit=1)[0].made_at.startswith("2027-01-02T03:04")


# --- removing ----------------------------------------------------------------------------------------------


def test_a_row_others_point_to_is_not_removed_alone(filled: Workbook) -> None:
    """The sentence names the row and who uses it; nothing happens."""
    revision = filled.plan.revision
    with pytest.raises(StillReferenced, match=r"“Ana” is used by objectives O1 \(owner\)") as caught:
        filled.remove("people", "P1")
    assert caught.value.referrers == [("objectives", "O1", "owner")]
    assert unchanged(filled, revision)


def test_a_row_can_be_removed_with_everything_under_it_and_come_back_with_one_undo(filled: Workbook) -> None:
    """What lies under it or needs it goes too, other references are cleared, and it is one transaction."""
    filled.add("tasks", name="Paint", parent="T1")
    filled.add("tasks", name="Walls", parent="T3")
    before = filled.plan
    plan = filled.remove("tasks", "T1", everything_under=True)
    assert list(plan.tasks.index) == ["T2"]
    assert plan.dependencies.empty
    plan = filled.remove("people", "P1", everything_under=True)
    assert plan.row("objectives", "O1")["owner"] is None
    filled.undo()
    filled.undo()
    assert before.diff(filled.plan) == []


def test_rows_that_only_point_to_each_other_are_removed_together(filled: Workbook) -> None:
    """Marking both is enough."""
    filled.add("tasks", name="Paint", parent="T2")
    filled.remove("dependencies", "DE1")
    assert list(filled.remove_many("tasks", ["T2", "T3"]).tasks.index) == ["T1"]


def test_one_of_several_references_is_cleared_alone(filled: Workbook) -> None:
    """Removing one contributor leaves the other."""
    filled.edit("objectives", "O1", contributors="Ana; Bo", owner="Ana")
    filled.edit("tasks", "T1", owner="")
    filled.edit("tasks", "T2", owner="")
    assert filled.remove("people", "P2", everything_under=True).row("objectives", "O1")["contributors"] == ("P1",)


# --- undo and history --------------------------------------------------------------------------------------


def test_undo_and_redo_walk_through_ones_own_edits(filled: Workbook) -> None:
    """Two steps back, two forward; beyond the end is a sentence."""
    filled.edit("tasks", "T1", name="Rooms")
    filled.edit("tasks", "T1", name="Halls")
    assert filled.undo().tasks.at["T1", "name"] == "Rooms"
    assert filled.undo().tasks.at["T1", "name"] == "Reading rooms"
    assert filled.redo().tasks.at["T1", "name"] == "Rooms"
    assert filled.redo().tasks.at["T1", "name"] == "Halls"
    with pytest.raises(PlanError, match="There is nothing of Ana's to redo"):
        filled.redo()


def test_somebody_who_did_nothing_has_nothing_to_undo(bo: Workbook) -> None:
    """Undo is about one's own work."""
    with pytest.raises(PlanError, match="There is nothing of Bo's to undo"):
        bo.undo()


def test_going_back_keeps_what_came_after_in_history(filled: Workbook) -> None:
    """The old plan returns as a new revision, and the newer one can still be looked at."""
    newest = filled.plan
    filled.undo_to(4, reason="before the tasks")
    assert filled.plan.tasks.empty
    assert filled.plan.revision == newest.revision + 1
    assert newest.diff(filled.at(newest.revision)) == []


def test_named_revisions_are_found_by_name_and_by_number(filled: Workbook) -> None:
    """Adopted, or the number itself."""
    filled.store.name_revision("Adopted", "Ana")
    revision = filled.plan.revision
    filled.edit("tasks", "T1", name="Rooms")
    assert filled.at("Adopted").diff(filled.at(str(revision))) == []
    assert [one.field for one in filled.at("Adopted").diff(filled.plan)] == ["name"]


@pytest.mark.parametrize("name", ["adopted", "", "²", "99", "-1", HOSTILE])
def test_a_revision_that_is_not_there_is_a_sentence(filled: Workbook, name: str) -> None:
    """The sentence says which there are."""
    with pytest.raises(PlanError, match=r"Names are: none yet\.$|has revisions 0 to 8\. Name one of them\.$"):
        filled.at(name)


def test_a_revision_named_like_a_year_is_found(filled: Workbook) -> None:
    """People call a plan 2027, and mean the name they gave."""
    filled.store.name_revision("2027", "Ana")
    assert filled.at("2027").revision == filled.plan.revision


# --- two sessions ------------------------------------------------------------------------------------------


def test_an_edit_in_one_session_appears_in_the_other_at_its_next_poll(filled: Workbook, bo: Workbook) -> None:
    """The other page shows the new value and is told what changed."""
    told = []
    stop = bo.on_change(lambda workbook, changes: told.append((workbook, [one.row for one in changes])))
    filled.edit("tasks", "T1", name="Rooms")
    assert bo.plan.tasks.at["T1", "name"] == "Reading rooms"
    assert [one.after for one in bo.poll()] == [{"name": "Rooms"}]
    assert bo.plan.tasks.at["T1", "name"] == "Rooms"
    assert told == [(bo, ["T1"])]
    assert bo.poll() == ()
    stop()
    filled.edit("tasks", "T1", name="Halls")
    bo.poll()
    assert len(told) == 1


def test_watching_takes_over_what_others_do(filled: Workbook, bo: Workbook) -> None:
    """A page left open follows by itself until it is closed."""

    async def follow() -> Plan:
        watching = asyncio.create_task(bo.watch(0.001))
        seen = asyncio.Event()
        bo.on_change(lambda _workbook, _changes: seen.set())
        filled.edit("tasks", "T1", name="Rooms")
        await asyncio.wait_for(seen.wait(), 30)
        watching.cancel()
        return bo.plan

    assert asyncio.run(follow()).tasks.at["T1", "name"] == "Rooms"


def test_edits_of_different_fields_by_two_people_merge(filled: Workbook, bo: Workbook) -> None:
    """Neither has to know of the other, and both see both."""
    bo.edit("tasks", "T1", duration="25")
    plan = filled.edit("tasks", "T1", name="Rooms")
    assert (plan.tasks.at["T1", "name"], plan.tasks.at["T1", "duration"]) == ("Rooms", 25)


def test_edits_of_the_same_field_are_refused_with_both_values(filled: Workbook, bo: Workbook) -> None:
    """The second reads what the first wrote and may write again after looking."""
    bo.edit("tasks", "T1", name="Halls")
    with pytest.raises(EditConflict, match=r"Bo changed this to “Halls” meanwhile, you wrote “Rooms”"):
        filled.edit("tasks", "T1", name="Rooms")
    filled.poll()
    assert filled.plan.tasks.at["T1", "name"] == "Halls"
    assert filled.edit("tasks", "T1", name="Rooms").tasks.at["T1", "name"] == "Rooms"


def test_a_conflict_names_people_and_not_their_ids(filled: Workbook, bo: Workbook) -> None:
    """The sentence is for somebody who has never seen an id."""
    bo.edit("objectives", "O1", owner="Bo")
    filled.add("people", name="Eve")
    with Workbook(filled.path, "Eve") as eve:
        old = eve.plan
        bo.edit("objectives", "O1", owner="Ana")
        assert old is eve.plan
        with pytest.raises(EditConflict, match=r"Bo changed this to “Ana” meanwhile, you wrote “Eve”"):
            eve.edit("objectives", "O1", owner="Eve")


# --- opening and looking -----------------------------------------------------------------------------------


def test_as_of_is_the_date_given_else_the_profiles_else_today(filled: Workbook, tmp_path: Path) -> None:
    """Everybody looks at the plan on the same day."""
    assert filled.as_of == dt.date(2027, 3, 31)
    with open_plan(filled.path, as_of=dt.date(2028, 1, 1)) as workbook:
        assert workbook.as_of == dt.date(2028, 1, 1)
    with Workbook(tmp_path / "new.db", create=True) as workbook:
        assert workbook.as_of == clock.today()


def test_the_public_door_opens_a_plan(filled: Workbook, monkeypatch: pytest.MonkeyPatch) -> None:
    """``pk.open`` takes a path, or the plan of the environment."""
    with pk.open(filled.path, author="Eve") as workbook:
        assert workbook.add("people", name="Eve").people.at["P3", "name"] == "Eve"
    monkeypatch.setenv("PLANNING_KIT_PLAN", str(filled.path))
    with pk.open(read_only=True) as workbook:
        assert list(workbook.plan.people["name"]) == ["Ana", "Bo", "Eve"]


@pytest.mark.parametrize("path", ["nowhere.db", "postgresql://127.0.0.1:9/plan", "", "."])
def test_a_plan_that_cannot_be_opened_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """No file appears and no traceback: the sentence says what to do."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PlanFileError, match=r"\w.*\.$|planning-kit new"):
        pk.open(path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_shown_is_what_people_read(filled: Workbook) -> None:
    """Names for references, words for choices, dates in ISO form, yes and no, nothing for nothing."""
    assert filled.shown("objectives", "owner", "P1") == "Ana"
    assert filled.shown("objectives", "owner", "P9") == "(removed person P9)"
    assert filled.shown("objectives", "contributors", ("P1", "P2")) == "Ana; Bo"
    assert filled.shown("objectives", "due", dt.date(2029, 12, 31)) == "2029-12-31"
    assert filled.shown("measures", "target_kind", "raise_to") == "raise to"
    assert filled.shown("measures", "is_guardrail", value=False) == "no"
    assert filled.shown("tasks", "duration", None) == ""


def test_rows_of_a_view(filled: Workbook) -> None:
    """A view shows the rows that fit, in their order."""
    filled.add("tasks", name="Done", kind="milestone")
    assert rows(filled.plan, "tasks", {"kind": ("milestone",)}) == ["T3"]
    assert rows(filled.plan, "tasks", {}) == ["T1", "T2", "T3"]


def test_the_closed_workbook_names_people_of_the_plan_beside_it(filled: Workbook, tmp_path: Path) -> None:
    """Appraisal has its own file; who is appraised is a person of the plan, by name or id."""
    opened: dict[str, Any] = {"create": True, "book": "appraisal", "passphrase": "four words in a row"}
    with Workbook(tmp_path / "appraisal.db", "Ana", beside=filled, **opened) as closed:
        for text in ("Bo", "bo", "P2"):
            plan = closed.add("reviews", manager=text)
        assert list(plan.reviews["manager"]) == ["P2"] * 3
        assert closed.shown("reviews", "manager", "P2") == "Bo"
        with pytest.raises(ValueRefused, match="“Eve” is not a person of this plan"):
            closed.add("reviews", manager="Eve")
        assert "manager" not in [one.field for one in closed.findings() if one.code.endswith("99")]


def test_a_table_looked_at_after_closing_is_a_sentence(filled: Workbook) -> None:
    """A plan kept beyond its session shows what was read, and says so where nothing was."""
    with Workbook(filled.path) as workbook:
        plan = workbook.plan
        assert len(plan.people) == 2
    assert len(plan.people) == 2
    with pytest.raises(PlanError, match=r"\.$"):
        _ = plan.tasks


def test_a_reason_is_kept_in_the_history_and_in_the_field_of_that_name(filled: Workbook) -> None:
    """Why something was decided stands in the row of the decision, and why it was written in its history."""
    filled.add("decisions", text="Close on Mondays", reason="Half the visits")
    filled.edit("decisions", "D1", reason="A third of the visits")
    assert filled.plan.row("decisions", "D1")["reason"] == "A third of the visits"
    assert [one.reason for one in filled.history("D1")] == ["A third of the visits", "Half the visits"]
