"""Frames, changes folded into them, and the immutable plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning_kit.errors import PlanError
from planning_kit.frames import Change, Content, fold, framed, inverse, plain, sequence
from planning_kit.plan import Difference, Edit, Plan, day
from planning_kit.plan import empty as empty_plan
from tests.kinds import FIELDS, TABLES, some_values
from tests.scale import examples

THINGS = TABLES["things"]
Rows = dict[str, dict[str, Any]]
DTYPES = {
    "name": "str",
    "note": "str",
    "due": "datetime64[s]",
    "weight": "float64",
    "share": "float64",
    "cost": "float64",
    "count": "Int64",
    "is_open": "boolean",
    "level": "str",
    "place": "str",
    "parent": "str",
    "about": "str",
    "places": "str",
    "tags": "str",
    "source_id": "str",
}


def frame_of(rows: Rows) -> pd.DataFrame:
    """Return rows as a frame."""
    return framed(THINGS, rows.values(), list(rows))


def rows_of(frame: pd.DataFrame) -> Rows:
    """Return the rows of a frame as Python values."""
    return {
        str(row): {name: plain(field, frame.loc[row, name]) for name, field in FIELDS.items()} for row in frame.index
    }


def full(given_values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values of every field."""
    return {**dict.fromkeys(FIELDS), **given_values}


def plan_of(things: Rows | None = None, places: Rows | None = None, revision: int = 1) -> Plan:
    """Return a plan of these rows."""
    rows = {"things": things or {}, "places": places or {}}
    contents = {
        name: Content(table, lambda table=table, name=name: framed(table, rows[name].values(), list(rows[name])))  # type: ignore[misc]
        for name, table in TABLES.items()
    }
    return Plan(contents, revision)


@st.composite
def stories(draw: st.DrawFn) -> tuple[Rows, list[Change], Rows]:
    """Draw rows to begin with, changes that can happen to them, and what a dictionary makes of them."""
    model: Rows = {f"TH{n}": full(draw(some_values())) for n in range(1, draw(st.integers(0, 4)) + 1)}
    base = {row: dict(one) for row, one in model.items()}
    gone: Rows = {}
    last = len(model)
    changes = []
    for _ in range(draw(st.integers(0, 12))):
        doable = ["add", *["set", "remove"] * bool(model), *["restore"] * bool(gone)]
        op = draw(st.sampled_from(doable))
        if op == "add":
            last += 1
            row, before, after = f"TH{last}", {}, draw(some_values(1))
            model[row] = full(after)
        elif op == "set":
            row = draw(st.sampled_from(sorted(model)))
            after = draw(some_values(1))
            before = {name: model[row][name] for name in after}
            model[row] = {**model[row], **after}
        elif op == "remove":
            row = draw(st.sampled_from(sorted(model)))
            before, after = dict(model[row]), {}
            gone[row] = model.pop(row)
        else:
            row = draw(st.sampled_from(sorted(gone)))
            before, after = {}, gone.pop(row)
            model[row] = dict(after)
        changes.append(Change("things", row, op, before, after))  # type: ignore[arg-type]
    return base, changes, dict(sorted(model.items(), key=lambda one: int(one[0][2:])))


# --- folding -----------------------------------------------------------------------------------------------


@given(story=stories())
@examples(40, 3000)
def test_folding_changes_equals_a_dictionary(story: tuple[Rows, list[Change], Rows]) -> None:
    """Whatever is added, set, removed and brought back, the frame holds what a plain dictionary holds, in order."""
    base, changes, wanted = story
    found = fold(THINGS, frame_of(base), changes)
    assert rows_of(found) == wanted
    assert list(found.index) == list(wanted)
    assert found.dtypes.astype("str").to_dict() == DTYPES


@given(story=stories(), cut=st.integers(0, 12))
@examples(25, 3000)
def test_folding_step_by_step_equals_folding_at_once(story: tuple[Rows, list[Change], Rows], cut: int) -> None:
    """A page that followed every edit shows what a page opened later shows."""
    base, changes, wanted = story
    content = Content(THINGS, lambda: frame_of(base))
    followed = content.changed(changes[:cut])
    assert len(followed.frame) >= 0
    pd.testing.assert_frame_equal(followed.changed(changes[cut:]).frame, content.changed(changes).frame)
    assert rows_of(content.changed(changes[:cut]).changed(changes[cut:]).frame) == wanted


@given(story=stories())
@examples(25, 3000)
def test_taking_every_change_back_leads_to_the_beginning(story: tuple[Rows, list[Change], Rows]) -> None:
    """Earlier revisions are read by taking back what came later."""
    base, changes, _ = story
    now = fold(THINGS, frame_of(base), changes)
    assert rows_of(fold(THINGS, now, [inverse(one) for one in reversed(changes)])) == base


@given(story=stories())
@examples(15, 1000)
def test_folding_leaves_the_frame_it_began_with(story: tuple[Rows, list[Change], Rows]) -> None:
    """A plan somebody still looks at never changes under the eyes."""
    base, changes, _ = story
    frame = frame_of(base)
    kept = frame.copy(deep=True)
    fold(THINGS, frame, changes)
    pd.testing.assert_frame_equal(frame, kept)


def test_a_new_row_that_came_back_stands_before_those_made_meanwhile() -> None:
    """Taking back a removal puts a row where it was, also when the others are just as new."""
    two, three = (Change("things", row, "add", {}, {"name": row}) for row in ("TH2", "TH3"))
    removed = Change("things", "TH2", "remove", {"name": "TH2"}, {})
    found = fold(THINGS, frame_of({"TH1": full({})}), [two, removed, three, inverse(removed)])
    assert list(found.index) == ["TH1", "TH2", "TH3"]


def test_rows_stand_in_the_order_of_their_numbers() -> None:
    """The tenth row comes after the ninth, also when the second came back."""
    rows = {f"TH{n}": full({"name": str(n)}) for n in range(1, 12)}
    removed = Change("things", "TH2", "remove", rows["TH2"], {})
    found = fold(THINGS, frame_of(rows), [removed, inverse(removed)])
    assert [sequence(one) for one in found.index] == list(range(1, 12))


# --- dtypes ------------------------------------------------------------------------------------------------


def test_an_empty_table_has_the_dtypes_of_a_full_one() -> None:
    """A chart of an empty plan adds and compares as on a full one."""
    assert frame_of({}).dtypes.astype("str").to_dict() == DTYPES
    assert empty_plan(TABLES.values()).things.dtypes.astype("str").to_dict() == DTYPES
    assert empty_plan(TABLES.values()).things.index.name == "id"


@given(values=some_values())
@examples(25, 1000)
def test_one_row_has_the_dtypes_of_many(values: dict[str, Any]) -> None:
    """No value and no gap turns a column into objects."""
    frame = frame_of({"TH1": full(values)})
    assert frame.dtypes.astype("str").to_dict() == DTYPES
    assert rows_of(frame) == {"TH1": full(values)}


def test_several_references_are_joined_by_semicolons() -> None:
    """A frame shows several places in one readable cell, and Python has them apart."""
    plan = plan_of({"TH1": {"places": ("PL2", "PL1"), "tags": ("a", "b c")}})
    assert plan.things.loc["TH1", "places"] == "PL2; PL1"
    assert plan.row("things", "TH1")["places"] == ("PL2", "PL1")
    assert plan.row("things", "TH1")["tags"] == ("a", "b c")


def test_day_of_a_timestamp() -> None:
    """A missing date is None, another one a date."""
    plan = plan_of({"TH1": {"due": dt.date(2027, 3, 31)}, "TH2": {}})
    assert [day(one) for one in plan.things["due"]] == [dt.date(2027, 3, 31), None]


# --- the plan ----------------------------------------------------------------------------------------------


@pytest.fixture
def plan() -> Plan:
    """Return two places and three things, one of them without a name."""
    return plan_of(
        {
            "TH1": {"name": "Shelf", "place": "PL1", "weight": 12.5},
            "TH2": {"name": "shelf ", "place": "PL2", "parent": "TH1", "places": ("PL1", "PL2")},
            "TH3": {"about": "PL2"},
        },
        {"PL1": {"name": "Main hall"}, "PL2": {"name": "Annex"}},
    )


def found(plan: Plan, text: str, *tables: str) -> str:
    """Return the id a text names, or the sentence of refusal."""
    try:
        return plan.find(tables, text)
    except ValueError as problem:
        return str(problem)


def test_a_row_is_found_by_id_and_by_name_whatever_the_case(plan: Plan) -> None:
    """People type names, files hold ids; extra blanks do not matter."""
    assert found(plan, "PL2", "places") == found(plan, "ANNEX", "places") == "PL2"
    assert found(plan, "main  hall", "places", "things") == "PL1"


def test_a_name_that_two_rows_bear_is_refused_with_both_ids(plan: Plan) -> None:
    """The sentence says which rows could be meant."""
    assert found(plan, "Shelf", "things") == ("“Shelf” names 2 rows (TH1, TH2). Write the id of the one you mean.")


def test_an_unknown_name_is_refused_with_what_to_do(plan: Plan) -> None:
    """The sentence says what kind of row is wanted."""
    assert found(plan, "Attic", "places") == (
        "“Attic” is not a place of this plan. Choose one from the list, or add it first."
    )
    assert "place or thing" in found(plan, "Attic", "places", "things")


def test_an_id_of_another_table_is_no_reference(plan: Plan) -> None:
    """A thing is not a place, even by its id."""
    assert "is not a place" in found(plan, "TH1", "places")
    assert found(plan, "TH1", "*") == "TH1"


def test_labels_name_every_row(plan: Plan) -> None:
    """A row without a name and a row that is gone are described, never raised."""
    assert plan.label("TH1") == "Shelf"
    assert plan.label("TH3") == "(thing TH3 without a name)"
    assert plan.label("TH9") == "(removed thing TH9)"
    assert plan.label("nonsense") == "nonsense"


def test_references_and_referrers(plan: Plan) -> None:
    """Removing a place lists everything that points to it, through one, several or any reference."""
    assert sorted(plan.referrers("PL2")) == [
        ("things", "TH2", "place"),
        ("things", "TH2", "places"),
        ("things", "TH3", "about"),
    ]
    assert plan.referrers("TH1") == [("things", "TH2", "parent")]
    assert plan.referrers("TH3") == []


def test_an_unknown_table_row_or_attribute_says_so(plan: Plan) -> None:
    """A misspelt name is answered with those that exist."""
    with pytest.raises(PlanError, match="Tables are: places, things"):
        plan.frame("thigns")
    with pytest.raises(PlanError, match="things TH9: there is no such row"):
        plan.row("things", "TH9")
    with pytest.raises(AttributeError):
        _ = plan.thigns
    assert {"things", "places"} <= set(dir(plan))


def test_a_plan_never_changes(plan: Plan) -> None:
    """An edit makes a new plan, which shares every table it does not touch."""
    kept = plan.things.copy(deep=True)
    new = plan.advanced(2, [Change("things", "TH1", "set", {"weight": 12.5}, {"weight": 1.0})])
    pd.testing.assert_frame_equal(plan.things, kept)
    assert (plan.revision, new.revision, new.things.loc["TH1", "weight"]) == (1, 2, 1.0)
    assert new.content("places") is plan.content("places")
    assert new.content("things") is not plan.content("things")


def test_reads_are_recorded(plan: Plan) -> None:
    """The engine learns which tables a check looks at."""
    reads: set[str] = set()
    _ = plan.recording(reads).places
    assert reads == {"places"}


# --- differences and scenarios -----------------------------------------------------------------------------


@given(story=stories())
@examples(25, 2000)
def test_a_difference_names_exactly_what_differs(story: tuple[Rows, list[Change], Rows]) -> None:
    """Two plans are compared row by row and field by field, as dictionaries would be."""
    base, changes, wanted = story
    before = plan_of(base)
    made = before.diff(before.advanced(2, changes))
    assert {one.row for one in made if not one.field and one.after is None} == set(base) - set(wanted)
    assert {one.row for one in made if not one.field and one.before is None} == set(wanted) - set(base)
    fields = {(one.row, one.field): (one.before, one.after) for one in made if one.field}
    assert fields == {
        (row, name): (base[row][name], wanted[row][name])
        for row in set(base) & set(wanted)
        for name in FIELDS
        if base[row][name] != wanted[row][name]
    }


@given(story=stories())
@examples(15, 1000)
def test_a_scenario_that_changes_nothing_differs_in_nothing(story: tuple[Rows, list[Change], Rows]) -> None:
    """Setting every field to what it is makes no difference."""
    base, _, _ = story
    plan = plan_of(base)
    assert plan.diff(plan.scenario([Edit("set", "things", row, values) for row, values in base.items()])) == []
    assert plan.diff(plan.scenario([])) == []
    assert plan.diff(plan_of(base)) == []


def test_rows_added_in_a_scenario_get_provisional_ids_and_stand_at_the_end(plan: Plan) -> None:
    """A thought has no real id, other edits of the scenario may point to it, and the plan keeps its order."""
    thought = plan.scenario(
        [
            Edit("add", "places", None, {"name": "Roof"}),
            Edit("add", "things", None, {"name": "Bees", "place": "~PL1"}),
            Edit("set", "things", "TH1", {"weight": 1.0}),
            Edit("remove", "things", "TH2"),
        ]
    )
    assert list(thought.things.index) == ["TH1", "TH3", "~TH1"]
    assert thought.label("~PL1") == "Roof"
    assert thought.find(("places",), "roof") == "~PL1"
    assert thought.row("things", "~TH1")["place"] == "~PL1"
    assert set(plan.diff(thought)) == {
        Difference("things", "TH1", "weight", 12.5, 1.0),
        Difference("things", "TH2", "", "shelf ", None),
        Difference("things", "~TH1", "", None, "Bees"),
        Difference("places", "~PL1", "", None, "Roof"),
    }
    assert list(plan.things.index) == ["TH1", "TH2", "TH3"]


@pytest.mark.parametrize(
    "edit",
    [
        Edit("set", "things", "TH9", {"name": "x"}),
        Edit("remove", "things", "TH9"),
        Edit("set", "thigns", "TH1", {"name": "x"}),
        Edit("set", "things", "TH1", {"nmae": "x"}),
        Edit("add", "things", None, {"nmae": "x"}),
    ],
    ids=["unknown row", "removed row", "unknown table", "unknown field", "unknown field of a new row"],
)
def test_a_scenario_of_what_does_not_exist_is_refused(plan: Plan, edit: Edit) -> None:
    """A misspelt name is a sentence, not an empty result and not a traceback."""
    with pytest.raises(PlanError, match=r"\.$"):
        plan.scenario([edit])


def test_an_edit_of_a_large_table_waits_until_it_is_looked_at() -> None:
    """Setting a field does not read the table; looking at it does."""
    asked: list[str] = []

    def load() -> pd.DataFrame:
        asked.append("things")
        return framed(THINGS, [{"name": f"Thing {n}"} for n in (1, 2, 3)], ["TH1", "TH2", "TH3"])

    plan = Plan({"things": Content(THINGS, load)}, 1)
    new = plan.advanced(2, [Change("things", "TH3", "set", {}, {"name": "Third"})])
    assert asked == []
    assert list(new.things["name"]) == ["Thing 1", "Thing 2", "Third"]
    assert asked == ["things"]
