"""Every check finds what it is there for, is silent where all is well, and survives whatever a plan may hold."""

from __future__ import annotations

import collections
import datetime as dt
import functools
import json
import math
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning_kit import docs
from planning_kit.frames import Content, framed
from planning_kit.plan import Plan
from planning_kit.spec import Break, Check, Circumstances, Field, Finding, Hit, Kind, Table, Thread, from_json
from planning_kit.steps import CHECKS, TABLES, tables_of

CASES = Path(__file__).parent.parent / "cases"
BASE: dict[str, list[dict[str, Any]]] = json.loads((CASES / "base.json").read_text(encoding="utf-8"))
ALL: list[dict[str, Any]] = [
    case for path in sorted(CASES.glob("step_*.json")) for case in json.loads(path.read_text(encoding="utf-8"))
]
CHECK_OF = {one.code: one for one in CHECKS}
each_case = pytest.mark.parametrize("case", ALL, ids=[f"{case['check']}-{number}" for number, case in enumerate(ALL)])


def planned(rows: Mapping[str, Iterable[Mapping[str, Any]]], tables: Mapping[str, Table] = TABLES) -> Plan:
    """Return a plan that holds these rows; each names its id."""
    return Plan({name: contents(table, list(rows.get(name, ()))) for name, table in tables.items()}, 1)


def contents(table: Table, rows: Sequence[Mapping[str, Any]]) -> Content:
    """Return a table with these rows."""
    values = [{name: from_json(table.fields[name], one) for name, one in row.items() if name != "id"} for row in rows]
    ids = [row["id"] for row in rows]
    return Content(table, functools.partial(framed, table, values, ids))


def with_edits(case: Mapping[str, Any], edits: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a case: the base, its own tables instead, and rows added, changed or removed."""
    rows = {name: {row["id"]: dict(row) for row in made} for name, made in {**BASE, **case["plan"]}.items()}
    for name, changed in edits.items():
        for row in changed:
            if row.get("removed"):
                del rows[name][row["id"]]
            else:
                rows.setdefault(name, {}).setdefault(row["id"], {}).update(row)
    return {name: list(made.values()) for name, made in rows.items()}


def found_by(one: Check, plan: Plan, as_of: dt.date, values: Mapping[str, float] = {}) -> list[Hit]:
    """Return what a check finds, with its thresholds at their defaults or at these values."""
    at = Circumstances(as_of, {setting.name: setting.default for setting in one.settings} | dict(values))
    return list(one.function(plan, at))


def places(hits: Iterable[Hit]) -> list[list[str]]:
    """Return where something was found."""
    return sorted([hit.table, hit.row, hit.field] for hit in hits)


@each_case
def test_a_check_finds_exactly_what_is_wrong(case: dict[str, Any]) -> None:
    """Every case names its findings, no more and no less, and what the message must say."""
    as_of = dt.date.fromisoformat(case.get("as_of", "2027-06-30"))
    hits = found_by(CHECK_OF[case["check"]], planned(with_edits(case, {})), as_of)
    assert places(hits) == sorted(case["finds"])
    said = " ".join(f"{hit.message} {hit.remedy}" for hit in hits)
    assert [words for words in case.get("says", []) if words not in said] == []
    if "severity" in case:
        assert {hit.severity or CHECK_OF[case["check"]].severity for hit in hits} == {case["severity"]}


@each_case
def test_a_check_is_silent_once_it_is_put_right(case: dict[str, Any]) -> None:
    """What the remedy asks for makes the finding go away."""
    as_of = dt.date.fromisoformat(case.get("as_of", "2027-06-30"))
    hits = found_by(CHECK_OF[case["check"]], planned(with_edits(case, case["but"])), as_of)
    assert [hit.message for hit in hits] == []


@each_case
def test_messages_are_sentences_with_a_remedy(case: dict[str, Any]) -> None:
    """A finding reads as a sentence, points to a field that exists and says what to do."""
    as_of = dt.date.fromisoformat(case.get("as_of", "2027-06-30"))
    for hit in found_by(CHECK_OF[case["check"]], planned(with_edits(case, {})), as_of):
        assert hit.message[0].isupper() or not hit.message[0].isalpha()
        assert hit.message.endswith((".", "?", "!"))
        assert hit.remedy.endswith((".", "?", "!"))
        assert hit.field in TABLES[hit.table].fields
        assert not {"nan", "NaT", "None", "<NA>"} & set(f"{hit.message} {hit.remedy}".replace(".", " ").split())


def test_cases_hold_only_what_a_plan_may_hold() -> None:
    """A case speaks of fields and choices that are declared, so that it fails when those are renamed."""
    said = [(name, row) for case in ALL for name, rows in {**case["plan"], **case["but"]}.items() for row in rows]
    fields = [
        (TABLES[name].fields[field], value)
        for name, row in said
        for field, value in row.items()
        if field not in ("id", "removed")
    ]
    assert [one.name for one, value in fields if one.kind is Kind.CHOICE and value not in (*one.choices, None)] == []


def test_every_check_has_a_case() -> None:
    """No check is declared without an example of what it finds, and one that it leaves alone."""
    assert sorted({case["check"] for case in ALL if case["finds"] and case["but"]}) == sorted(CHECK_OF)


def test_every_thread_and_every_break_is_fed_by_several_checks() -> None:
    """A light of the overview never hangs on one check alone."""
    threads = collections.Counter(one.thread for one in CHECKS)
    gaps = collections.Counter(one.gap for one in CHECKS)
    assert min(threads[name] for name in get_args(Thread)) >= 5
    assert min(gaps[name] for name in get_args(Break)) >= 5


def test_a_setting_means_the_same_wherever_it_is_used() -> None:
    """Two checks that share the name of a threshold share its default and its words."""
    declared = {setting for one in CHECKS for setting in one.settings}
    assert len({setting.name for setting in declared}) == len(declared)


@pytest.mark.parametrize("one", CHECKS, ids=[one.code for one in CHECKS])
def test_a_check_is_documented(one: Check) -> None:
    """Title, what, why, fix and source are there for the page of the check."""
    assert all((one.title, one.what, one.why, one.fix, one.source))
    assert f"### {one.code} " in docs.checks_page()


@pytest.mark.parametrize("page", docs.PAGES, ids=str)
def test_the_committed_pages_are_up_to_date(page: str) -> None:
    """The pages drawn from the declarations are those in the repository (python -m planning_kit.docs draws them)."""
    assert (docs.FOLDER / page).read_text(encoding="utf-8") == docs.PAGES[page]()


@pytest.mark.parametrize("one", CHECKS, ids=[one.code for one in CHECKS])
def test_an_empty_plan_has_no_findings(one: Check) -> None:
    """Nothing is red before a group has begun."""
    assert found_by(one, planned({}), dt.date(2027, 6, 30)) == []


WORDS = (
    "Fatal accidents not to exceed 10", "Launch a portal", "</script><img src=x onerror=alert(1)>", "Reading", "RFID",
    "{label} {0}", "percent complete", "initiative", "tasks", "T1", "objective", "EUR", "50%",
)  # fmt: skip


def any_value(field: Field, chance: random.Random, ids: Mapping[str, list[str]]) -> Any:
    """Return some value of a field: often nothing, sometimes a row that is not there."""
    if chance.random() < 0.3:
        return None
    if field.is_reference:
        known = [row for name in (field.to if field.to != ("*",) else ids) for row in ids.get(name, [])]
        picks = [chance.choice([*known, "T999", "O999"]) for _ in range(2)]
        return tuple(picks) if field.kind is Kind.REFS else picks[0]
    bounds = (-10 if field.least is None else field.least, 2200 if field.most is None else field.most)
    near = [one for one in (*bounds, 0, 1, 3, 9, 80, 100, 2027, 2028) if bounds[0] <= one <= bounds[1]]
    number = chance.choice(near)
    some = {
        Kind.CHOICE: field.choices,
        Kind.FLAG: (True, False),
        Kind.DATE: [dt.date(2027, 1, 1) + dt.timedelta(days=chance.randint(-500, 900))],
        Kind.WHOLE: [math.ceil(number)],
        Kind.NUMBER: [number, number],
        Kind.MONEY: [number],
        Kind.TEXTS: [tuple(chance.sample(WORDS, 2))],
    }
    return chance.choice(some.get(field.kind, WORDS))


def any_plan(seed: int, book: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of some plan: every table, missing values, references to nothing, circles."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    tables = tables_of(book)
    most = chance.choice([1, 3, 8])
    counts = {name: 1 if table.single else chance.randint(0, most) for name, table in tables.items()}
    ids = {name: [f"{table.prefix}{number + 1}" for number in range(counts[name])] for name, table in tables.items()}
    ids |= {} if "people" in ids else {"people": ["P1", "P2"], "units": ["U1"], "measures": ["M1"]}
    return {
        name: [{"id": row, **{n: any_value(f, chance, ids) for n, f in table.fields.items()}} for row in ids[name]]
        for name, table in tables.items()
    }


def raw(rows: Mapping[str, Sequence[Mapping[str, Any]]], book: str) -> Plan:
    """Return a plan from rows whose values are Python's own."""
    made = {}
    for name, table in tables_of(book).items():
        values = [{field: one for field, one in row.items() if field != "id"} for row in rows[name]]
        made[name] = Content(table, functools.partial(framed, table, values, [row["id"] for row in rows[name]]))
    return Plan(made, 1)


def all_findings(plan: Plan, book: str) -> list[tuple[str, ...]]:
    """Return everything that is found, in an order of its own."""
    as_of = dt.date(2027, 9, 30)
    of_book = [one for one in CHECKS if TABLES_OF_CHECK[one.code] == book]
    found = [
        Finding(one.code, hit.severity or one.severity, hit.table, hit.row, hit.field, hit.message, hit.remedy)
        for one in of_book
        for hit in found_by(one, plan, as_of)
    ]
    return sorted((one.code, one.severity, one.table, one.row, one.field, one.message) for one in found)


TABLES_OF_CHECK = {one.code: "appraisal" if one.code.startswith("8") else "plan" for one in CHECKS}


@pytest.mark.parametrize("book", ["plan", "appraisal"])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32 - 1), order=st.integers(0, 2**32 - 1))
def test_checks_survive_any_plan_and_do_not_depend_on_the_order_of_rows(book: str, seed: int, order: int) -> None:
    """Half-filled plans, references to nothing and circles are found, never stumbled over, in any order of rows."""
    rows = any_plan(seed, book)
    chance = random.Random(order)  # noqa: S311 - not for secrets
    shuffled = {name: chance.sample(made, len(made)) for name, made in rows.items()}
    assert all_findings(raw(rows, book), book) == all_findings(raw(shuffled, book), book)


def holed(case: Mapping[str, Any], chance: random.Random) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a case with some fields empty or holding something else."""
    rows = with_edits(case, case["but"] if chance.random() < 0.3 else {})
    ids = {name: [row["id"] for row in made] for name, made in rows.items()}
    for name, made in rows.items():
        for row in made:
            for field in TABLES[name].fields.values():
                if field.name in row:
                    row[field.name] = from_json(field, row[field.name])
                if chance.random() < 0.12:
                    row[field.name] = any_value(field, chance, ids)
    return {name: rows.get(name, []) for name in TABLES}


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=st.sampled_from(ALL), seed=st.integers(0, 2**32 - 1))
def test_a_check_survives_holes_where_it_looks(case: dict[str, Any], seed: int) -> None:
    """What a check looks at may be half filled, and may come in any order."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    rows = holed(case, chance)
    shuffled = {name: chance.sample(made, len(made)) for name, made in rows.items()}
    one = CHECK_OF[case["check"]]
    book = TABLES_OF_CHECK[one.code]
    found = [found_by(one, raw(made, book), dt.date(2027, 6, 30)) for made in (rows, shuffled)]
    assert collections.Counter(found[0]) == collections.Counter(found[1])
