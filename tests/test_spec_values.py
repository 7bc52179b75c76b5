"""One value of one field: what people type, what they read, and what is refused with which sentence."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning_kit.spec import Kind, amount, from_json, parse, shown, to_json
from tests.kinds import FIELDS, HOSTILE, resolve, values
from tests.scale import examples

each_field = pytest.mark.parametrize("name", FIELDS)
NUMBERS = ("weight", "share", "cost", "count")


def typed(name: str, text: Any) -> Any:
    """Parse a text as a person typed it."""
    return parse(FIELDS[name], text, resolve)


def refusal(name: str, text: Any) -> str:
    """Return the sentence with which a text is refused."""
    with pytest.raises(ValueError, match=r"\.$") as caught:
        typed(name, text)
    assert type(caught.value) is ValueError
    return str(caught.value)


@each_field
@given(data=st.data())
@examples(30, 1000)
def test_what_is_shown_can_be_typed_again(name: str, data: st.DataObject) -> None:
    """Copying a cell into another one of its kind brings the same value, whatever the kind."""
    value = data.draw(values(FIELDS[name]))
    assert typed(name, shown(FIELDS[name], value, str)) == value


@each_field
@given(data=st.data())
@examples(30, 1000)
def test_a_value_passes_through_unchanged(name: str, data: st.DataObject) -> None:
    """A program may hand over values instead of text, and gets the same ones back."""
    value = data.draw(values(FIELDS[name]))
    assert typed(name, value) == value


@each_field
@given(data=st.data())
@examples(30, 1000)
def test_a_value_survives_json(name: str, data: st.DataObject) -> None:
    """History keeps values as JSON and gives them back as they were."""
    value = data.draw(values(FIELDS[name]))
    assert from_json(FIELDS[name], json.loads(json.dumps(to_json(value)))) == value


@each_field
@pytest.mark.parametrize("nothing", ["", "   ", "\n\t", "\x00", None, float("nan"), ()])
def test_nothing_is_nothing(name: str, nothing: object) -> None:
    """An emptied cell holds nothing, whatever was left in it."""
    assert typed(name, nothing) is None


@pytest.mark.parametrize("name", ["tags", "places"])
@pytest.mark.parametrize("nothing", [";", " ; ; ", "\n", []])
def test_separators_alone_are_nothing(name: str, nothing: object) -> None:
    """A list of which only the semicolons are left is empty, not a list of nothing."""
    assert typed(name, nothing) is None


@given(text=st.text(max_size=40), name=st.sampled_from(list(FIELDS)))
@examples(300, 20_000)
def test_any_text_is_taken_or_refused_with_a_sentence(text: str, name: str) -> None:
    """Whatever is pasted, the answer is a value or a sentence, never anything else."""
    try:
        value = typed(name, text)
    except ValueError:
        refusal(name, text)
    else:
        assert typed(name, shown(FIELDS[name], value, str)) == value or FIELDS[name].kind is Kind.NUMBER


# --- dates -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-03",
        "2026/2/3",
        "2026.02.03",
        "2026-02-03 00:00:00",
        "2026-02-03T00:00",
        "3.2.2026",
        "03. 02. 2026",
        "3 February 2026",
        "3. Feb 2026",
        "Feb 3, 2026",
        "February 3 2026",
        " 2026-02-03 ",
        dt.date(2026, 2, 3),
        dt.datetime(2026, 2, 3, 12, 30),  # noqa: DTZ001 - spreadsheets know no time zone
    ],
)
def test_dates_are_read_as_people_write_them(text: object) -> None:
    """Every spelling with one reading is the third of February."""
    assert typed("due", text) == dt.date(2026, 2, 3)


def test_slashes_are_read_where_only_one_reading_is_possible() -> None:
    """The 25th is a day in both worlds; 4/4 is the same day in both."""
    assert typed("due", "25/12/2026") == typed("due", "12/25/2026") == dt.date(2026, 12, 25)
    assert typed("due", "4/4/2026") == dt.date(2026, 4, 4)


@pytest.mark.parametrize(
    "text",
    ["2026-02-30", "2026-13-01", "30.2.2026", "31/31/2026", "3/2/2026", "soon", "3.2.26", "20260203", "3 Foo 2026"],
)
def test_other_dates_are_refused_with_the_way_to_write_them(text: str) -> None:
    """The sentence repeats what was typed and shows a date that works."""
    sentence = refusal("due", text)
    assert text in sentence
    assert "2026-02-28" in sentence


@pytest.mark.parametrize("text", ["0026-02-03", "1899-12-31", "2201-01-01", "9999-12-31"])
def test_years_no_plan_speaks_of_are_refused(text: str) -> None:
    """A year typed with a slip of the finger is caught."""
    assert "1900 to 2200" in refusal("due", text)


# --- numbers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1250.50", 1250.5),
        ("1,250.50", 1250.5),
        ("1.250,50", 1250.5),
        ("1 250,50", 1250.5),
        ("1\u00a0250,50", 1250.5),
        ("1\u202f250,50", 1250.5),
        ("1'250.50", 1250.5),
        ("1,250", 1250),
        ("1,250,000", 1250000),
        ("1.250.000", 1250000),
        ("12,5", 12.5),
        (",5", 0.5),
        ("-3", -3),
        ("\u22123", -3),
        ("(12)", -12),
        ("80 %", 80),
        ("€ 12", 12),
        ("12 EUR", 12),
        ("$1,250.50", 1250.5),
        ("1e3", 1000),
        (7, 7),
    ],
)
def test_numbers_are_read_as_people_write_them(text: object, number: float) -> None:
    """Thousands, decimal commas, currencies and brackets mean what they mean on paper."""
    assert typed("weight", text) == number


@pytest.mark.parametrize("text", ["twelve", "1,2,3", "1.2.3", "--5", "12-5", "inf", "nan", "1e999", "0x10", "=1+1"])
def test_other_numbers_are_refused_with_the_way_to_write_them(text: str) -> None:
    """The sentence repeats what was typed and shows a number that works."""
    sentence = refusal("weight", text)
    assert text in sentence
    assert "1250.50" in sentence


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(
    "text",
    ["1e300", "-1e300", "9" * 400, 10**400, 1e308, "99999999999999999999"],
    ids=["1e300", "-1e300", "400 nines", "an integer", "a float", "20 nines"],
)
def test_a_number_too_large_to_keep_is_refused(name: str, text: object) -> None:
    """A number the database cannot hold is refused with a sentence, unless the field can hold it exactly so."""
    if name == "weight" and abs(float(str(text))) <= 1e308:
        assert typed(name, text) == float(str(text))
    else:
        refusal(name, text)


def test_money_is_kept_to_the_hundredth() -> None:
    """Nobody books a thousandth."""
    assert typed("cost", "1,234.567") == 1234.57
    assert typed("cost", "0.1") + typed("cost", "0.2") == pytest.approx(0.3)


def test_a_whole_number_has_no_fraction() -> None:
    """Half a person is refused, 3.0 is three."""
    assert typed("count", "3.0") == 3
    assert type(typed("count", 3.0)) is int
    assert "3.5 is not a whole number" in refusal("count", "3.5")


@pytest.mark.parametrize(("text", "taken"), [("0", 0), ("100 %", 100), ("-0.01", None), ("100.01", None)])
def test_bounds_are_allowed_and_beyond_is_refused(text: str, taken: float | None) -> None:
    """Both bounds belong to what is allowed, and the sentence names them."""
    if taken is None:
        assert "from 0 to 100" in refusal("share", text)
    else:
        assert typed("share", text) == taken


@pytest.mark.parametrize(
    ("value", "text"),
    [(1250.5, "1,250.5"), (0.0, "0"), (-0.00001, "0"), (1e6, "1,000,000"), (1 / 3, "0.3333"), (-12.0, "-12")],
)
def test_amounts_are_shown_with_thousands_and_no_idle_zeros(value: float, text: str) -> None:
    """A number reads alike everywhere."""
    assert amount(value) == text


# --- choices, flags, references, texts ---------------------------------------------------------------------


@pytest.mark.parametrize("text", ["very_high", "VERY HIGH", "very high", "Sky-high", " sky-high "])
def test_a_choice_is_taken_by_code_or_by_the_words_shown(text: str) -> None:
    """What the list shows can be typed, and so can the code a file holds."""
    assert typed("level", text) == "very_high"


def test_another_choice_is_refused_with_the_list() -> None:
    """The sentence names every choice in the words people see."""
    assert refusal("level", "medium") == "“medium” is not one of the choices. Allowed are: low, Sky-high."


@pytest.mark.parametrize(("text", "flag"), [("yes", True), ("X", True), ("ja", True), ("no", False), ("0", False)])
def test_yes_and_no_are_read_as_people_write_them(text: str, flag: bool) -> None:  # noqa: FBT001 - a flag is the value tested
    """A cross is a yes, a zero is a no."""
    assert typed("is_open", text) is flag


def test_maybe_is_refused() -> None:
    """A flag has two values."""
    assert refusal("is_open", "maybe") == "maybe is neither yes nor no. Write yes or no."


def test_several_are_separated_by_semicolons_or_lines_and_named_once() -> None:
    """A pasted list loses its empty lines and its doubles, not its order."""
    assert typed("tags", "b; a\n\nb;  c  d ") == ("b", "a", "c d")
    assert typed("places", ["PL2", "PL1", "PL2"]) == ("PL2", "PL1")


def test_several_words_with_a_separator_inside_come_apart() -> None:
    """A list handed over by a program is the same list after it was kept and read again."""
    assert typed("tags", ["a; b", "c"]) == ("a", "b", "c")


def test_a_line_of_text_is_one_line_and_a_long_text_keeps_its_lines() -> None:
    """Names are tidy, notes are as they were written."""
    assert typed("name", "  Every\n child ") == "Every child"
    assert typed("note", " one\n\n two ") == "one\n\n two"


def test_hostile_text_is_kept_as_it_is() -> None:
    """Text is text: nothing is rewritten, so nothing is believed safe that is not."""
    assert typed("name", HOSTILE) == HOSTILE
    assert typed("note", "=cmd|'/c calc'!A1") == "=cmd|'/c calc'!A1"


def test_a_book_in_a_cell_is_refused() -> None:
    """A text too long to read says how long it is and how long it may be."""
    assert typed("note", "x" * 20_000) == "x" * 20_000
    assert "1,000,000 characters" in refusal("note", "x" * 1_000_000)
    assert "20,000" in refusal("name", "x" * 1_000_000)


@each_field
def test_the_sentence_about_a_huge_text_can_be_read(name: str) -> None:
    """A page pasted into a cell does not come back as a page of refusal."""
    if FIELDS[name].kind not in (Kind.REF, Kind.REFS, Kind.ANY_REF, Kind.TEXTS):
        assert len(refusal(name, "x" * 1_000_000)) < 1000


def test_half_a_character_is_refused_or_repaired() -> None:
    """A broken surrogate from a browser's clipboard never reaches the file, which could not keep it."""
    try:
        taken = typed("name", "a\ud83db")
    except ValueError:
        refusal("name", "a\ud83db")
    else:
        assert taken.encode().decode() == taken
