"""What the steps declare holds together: names, references, words for people, views, agendas, lights."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter

import pydantic
import pytest

from planning_kit.spec import ANY, Kind, Step, Table, View, parse
from planning_kit.steps import CHECKS, STEPS, TABLES, tables_of

VIEWS = [(step, view) for step in STEPS for view in step.views]
REPORT_FIELDS = [one for step in STEPS for report in step.reports for one in report.parameters.values()]
SENTENCE = re.compile(r"[.?!:]$")
DATE_NAME = re.compile(r"(_on|period_end|due|deadline|as_of|start|finish|start_no_earlier_than)$")
NUMBERS = (Kind.NUMBER, Kind.MONEY, Kind.WHOLE)

each_table = pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
each_step = pytest.mark.parametrize("step", STEPS, ids=[step.name for step in STEPS])
each_view = pytest.mark.parametrize(("step", "view"), VIEWS, ids=[view.name for _, view in VIEWS])


def no_resolver(_tables: tuple[str, ...], text: str) -> str:
    """Refuse to look up a row: these tests have no plan."""
    raise ValueError(text)


def test_the_steps_are_numbered_in_order_and_named_as_their_notebooks() -> None:
    """A group walks from the start page through the steps one to eight."""
    assert [step.number for step in STEPS] == list(range(9))
    assert [step.notebook for step in STEPS][:2] == ["00_start.ipynb", "01_strategy.ipynb"]
    assert STEPS[8].notebook == "08_appraisal.ipynb"


def test_table_names_are_unique() -> None:
    """No two tables of any step or workbook share a name."""
    assert sum(len(step.tables) for step in STEPS) == len(TABLES)


def test_prefixes_are_unique_and_short() -> None:
    """An id such as T14 says which table a row is in, over both workbooks."""
    counts = Counter(table.prefix for table in TABLES.values())
    assert [prefix for prefix, n in counts.items() if n > 1] == []
    assert all(re.fullmatch("[A-Z]{1,3}", prefix) for prefix in counts)


def test_check_codes_are_unique_and_begin_with_the_digit_of_their_step() -> None:
    """A code names one check for ever, and N00 and N99 are the engine's own."""
    assert max(Counter(one.code for one in CHECKS).values(), default=1) == 1
    assert all(one.code.startswith(str(step.number)) for step in STEPS for one in step.checks)
    assert not [one.code for one in CHECKS if one.code[1:] in ("00", "99")]


def test_the_appraisal_keeps_its_own_workbook() -> None:
    """Nothing of step 8 is stored with the plan, and nothing of the plan with step 8."""
    assert tables_of("appraisal") == {table.name: table for table in STEPS[8].tables}
    assert set(tables_of("plan")) | set(tables_of("appraisal")) == set(TABLES)
    assert all(table.book == step.book for step in STEPS for table in step.tables)


@pytest.mark.parametrize("role", ["profile", "people", "units", "settings", "approvals"])
def test_every_table_an_engine_looks_for_is_declared_once(role: str) -> None:
    """The engines find profile, people, units, settings and approvals by their role."""
    assert sum(table.role == role for table in TABLES.values()) == 1


def test_the_profile_marks_what_engines_read() -> None:
    """Currency, calendar, leader, horizon and date are found without knowing a field's name."""
    roles = ("currency", "leader", "calendar_country", "start", "finish", "organisation", "as_of")
    assert [role for role in roles if TABLES["profile"].field_with_role(role) is None] == []
    assert TABLES["profile"].single
    assert TABLES["approvals"].field_with_role("step") == "step"


@each_table
def test_a_table_says_what_it_holds(table: Table) -> None:
    """Its page opens with a sentence, and its rows have a noun."""
    assert SENTENCE.search(table.doc)
    assert table.noun
    assert table.noun == table.noun.strip()


@each_table
def test_the_natural_key_names_fields_of_the_table(table: Table) -> None:
    """Import and merge find every field they match by."""
    assert table.key
    assert [name for name in table.key if name not in table.fields] == []
    assert "source_id" not in table.key


@each_table
def test_a_row_is_called_by_its_one_text_or_by_its_key(table: Table) -> None:
    """The name people read for a row is what they wrote first, never an optional note."""
    texts = [name for name in table.names if table.fields[name].kind in (Kind.TEXT, Kind.LONG)]
    assert table.names in {(name,) for name in texts} | {table.key}
    assert len(table.names) > 1 or not texts or table.fields[table.label].needed


@each_table
def test_an_empty_row_and_the_defaults_are_valid(table: Table) -> None:
    """Silent cards and flawed imports get in: nothing but a wrong value is refused."""
    row = table.model()
    assert table.model.model_validate(row.model_dump()) == row


@each_table
def test_a_table_shows_something_at_first(table: Table) -> None:
    """At least two fields are on the page without opening anything."""
    assert len(table.essential) >= 2


@each_table
def test_every_reference_leads_to_a_declared_table(table: Table) -> None:
    """A picker is never empty for a misspelt table, and the plan never points into the closed workbook."""
    for one in table.fields.values():
        assert bool(one.to) == one.is_reference, one.name
        named = [name for name in one.to if name != ANY]
        assert [name for name in named if name not in TABLES] == []
        assert table.book != "plan" or all(TABLES[name].book == "plan" for name in named)


@each_table
def test_every_field_has_a_title_and_a_sentence_of_help(table: Table) -> None:
    """Nobody meets a column without words, and the sentence ends like one."""
    for one in table.fields.values():
        assert one.title[:1].isupper() or one.title[:1].isdigit(), one.name
        assert len(one.doc) >= 8
        assert SENTENCE.search(one.doc), one.name


@each_table
def test_what_is_needed_is_on_the_page(table: Table) -> None:
    """A field that keeps a step from being done is never hidden."""
    assert [one.name for one in table.fields.values() if one.needed and one.more] == []


@each_table
def test_choices_are_lower_case_words_or_the_letters_of_the_trade(table: Table) -> None:
    """Choices read alike everywhere; FS, SO and R are written as the trade writes them."""
    for one in table.fields.values():
        assert (one.kind is Kind.CHOICE) == bool(one.choices), one.name
        assert [word for word in one.choices if not re.fullmatch(r"[a-z][a-z0-9_]*|[A-Z]{1,2}", word)] == []
        assert set(one.labels) <= set(one.choices)


@each_table
def test_names_say_what_a_field_is(table: Table) -> None:
    """Dates and flags are told by their names, and only numbers have a unit of measure."""
    for one in table.fields.values():
        assert re.fullmatch("[a-z][a-z_]*", one.name)
        assert (one.kind is Kind.FLAG) == one.name.startswith("is_"), one.name
        assert one.kind is not Kind.DATE or DATE_NAME.search(one.name), one.name
        assert not one.uom or one.kind in NUMBERS, one.name


@each_table
def test_the_defaults_of_fields_can_be_typed(table: Table) -> None:
    """What a new row begins with passes the same door as what people type."""
    for one in table.fields.values():
        assert parse(one, one.default, no_resolver) == one.default, one.name


@each_view
def test_a_view_shows_fields_that_exist(step: Step, view: View) -> None:
    """A view names a table of the same workbook, its fields, and rows that can be."""
    table = TABLES[view.table]
    assert table.book == step.book
    assert view.fields
    assert [name for name in view.fields if name not in table.fields] == []
    for name, allowed in view.where.items():
        reference, _, far = name.partition(".")
        fields = TABLES[table.fields[reference].to[0]].fields if far else table.fields
        assert set(allowed) - {""} <= set(fields[far or name].choices)
    assert table.model(**view.defaults) is not None


@each_view
def test_a_row_added_in_a_view_stays_in_it(step: Step, view: View) -> None:
    """Nobody types a row and sees it vanish because the view leaves it out."""
    table = TABLES[view.table]
    for name, allowed in view.where.items():
        reference, _, far = name.partition(".")
        default = view.defaults.get(reference, table.fields[reference].default)
        assert default is None if far else (default or "") in allowed, step.name


@each_view
def test_a_view_has_a_name_of_its_own_and_says_what_it_is_for(step: Step, view: View) -> None:
    """A view is never mistaken for a table or for another view."""
    assert view.name not in TABLES
    assert Counter(one.name for _, one in VIEWS)[view.name] == 1, step.name
    assert view.title
    assert SENTENCE.search(view.help)


@each_step
def test_a_step_says_its_question_and_who_should_come(step: Step) -> None:
    """The page opens with a plain question and the people to invite."""
    assert step.question.endswith("?")
    assert SENTENCE.search(step.who)


@each_step
def test_the_agenda_fits_into_a_day(step: Step) -> None:
    """Every item has time, a title and instructions, and the whole fits between morning and evening."""
    assert step.agenda
    assert all(one.minutes > 0 and one.title and SENTENCE.search(one.how) for one in step.agenda)
    assert all(not one.prompt or SENTENCE.search(one.prompt) for one in step.agenda)
    assert 45 <= sum(one.minutes for one in step.agenda) <= 420


@each_step
def test_the_lights_look_at_tables_and_checks_that_exist(step: Step) -> None:
    """*Before you go on* never waits for something that cannot come."""
    known = {one.code for one in CHECKS} | {f"{one.number}{end}" for one in STEPS for end in ("00", "99")}
    assert step.ready
    for light in step.ready:
        assert SENTENCE.search(light.text)
        assert light.tables or light.codes
        assert all(TABLES[name].book == step.book for name in light.tables)
        assert [code for code in light.codes if code not in known] == []


@each_step
def test_every_picture_says_how_to_read_it(step: Step) -> None:
    """A chart comes with a sentence, and what it offers to pick is a table of the same workbook."""
    for picture in step.pictures:
        assert re.fullmatch("[a-z][a-z_]*", picture.chart)
        assert SENTENCE.search(picture.lead)
        assert all(TABLES[getattr(one, "table", one)].book == step.book for one in picture.pick)
        assert bool(picture.pick) == bool(picture.pick_title)


def test_the_steps_show_their_own_pictures() -> None:
    """The map, the cascade and the others are on the page of their step, each once."""
    shown = {step.number: [picture.chart for picture in step.pictures] for step in STEPS}
    main = {1: "strategy_map", 2: "cascade", 3: "money_by_unit", 5: "difficulty_value", 7: "scorecard", 8: "pool"}
    assert [number for number, chart in main.items() if chart not in shown[number]] == []
    assert all(len(set(names)) == len(names) for names in shown.values())


def test_the_progress_report_takes_typed_parameters() -> None:
    """Unit, person, period and audience are declared like fields, so they are checked before a run."""
    parameters = STEPS[7].reports[0].parameters
    assert list(parameters) == ["unit", "person", "period", "audience"]
    assert (parameters["period"].default, parameters["period"].least, parameters["period"].most) == (3, 1, 36)
    assert parameters["audience"].choices == ("board", "unit", "team")
    assert all(SENTENCE.search(one.doc) for one in REPORT_FIELDS)


def test_a_value_out_of_bounds_is_refused() -> None:
    """A likelihood of six is no likelihood, in the row model and when typed."""
    with pytest.raises(pydantic.ValidationError):
        TABLES["risks"].model(likelihood=6)
    with pytest.raises(ValueError, match="from 1 to 5"):
        parse(TABLES["risks"].fields["likelihood"], "6", no_resolver)


def test_nobody_is_charged_money() -> None:
    """A consequence is never a negative amount."""
    with pytest.raises(ValueError, match="from 0"):
        parse(TABLES["consequences"].fields["amount"], "-200", no_resolver)


def test_availability_asks_for_no_reason() -> None:
    """Why somebody is away is nobody's business."""
    assert set(TABLES["availability"].fields) == {"person", "start", "finish", "share", "source_id"}


def test_feedback_in_the_plan_is_never_about_a_person() -> None:
    """Feedback about people has its place in the closed workbook."""
    assert "people" not in TABLES["feedback"].fields["about"].to
    assert ANY not in TABLES["feedback"].fields["about"].to


def test_a_row_takes_the_values_of_the_trade() -> None:
    """A measure as people write it passes its row model."""
    row = TABLES["measures"].model(
        name="Clients satisfied with the service",
        objective="O1",
        target_kind="raise_to",
        baseline=82.0,
        target=90.0,
        uom="%",
        due=dt.date(2027, 12, 31),
    )
    assert row.model_dump()["is_guardrail"] is False
