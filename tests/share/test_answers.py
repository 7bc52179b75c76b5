"""My updates, promises and cards: what is due is there, prefilled; an answer is one edit by its person, made once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from planning_kit import answers
from planning_kit.samples import build
from planning_kit.spec import Cards, Inbox, Kind
from planning_kit.steps import STEPS, TABLES
from planning_kit.workbook import Workbook
from tests.share.conftest import Serve
from tests.share.room import Phone, Room

INBOXES = {one.name: one for step in STEPS for one in step.shared if isinstance(one, Inbox)}
SIMPLE = {Kind.TEXT, Kind.LONG, Kind.DATE, Kind.NUMBER, Kind.MONEY, Kind.WHOLE, Kind.CHOICE}


@pytest.fixture
def busy(book: Workbook) -> Workbook:
    """Return a plan in which something of every kind is due from Ana."""
    book.edit("units", "U1", head="Ana")
    book.edit("profile", "PF1", start="2026-01-01", finish="2028-12-31")
    book.add("units", name="Digital", head="Bo")
    book.add("objectives", title="Every child reads", owner="Ana", start="2026-01-01", due="2028-12-31")
    book.add(
        "measures",
        name="Visits",
        objective="O1",
        owner="Ana",
        baseline=10,
        baseline_on="2026-01-01",
        target=20,
        due="2028-12-31",
        frequency="quarterly",
        uom="thousand",
    )
    book.add("actions", what="Order tags", owner="Ana", due="2027-03-01")
    book.add("actions", what="Call the school", owner="Bo", due="2027-03-01")
    book.add("countermeasures", what="Open on Sundays", about="M1", owner="Ana", due="2027-05-01")
    book.add("promises", what="Two stations", giver="Branches", receiver="Digital", due="2027-06-01")
    book.add("promises", what="A tested app", giver="Branches", receiver="Digital", due="2027-04-01", state="accepted")
    return book


def form(phone: Phone, path: str) -> dict[str, str]:
    """Return the hidden and prefilled inputs of the form that is sent to an address."""
    found = re.search(rf'<form[^>]*action="{path}".*?</form>', phone.text, re.DOTALL)
    assert found, phone.text
    return dict(re.findall(r'<input[^>]*name="([^"]*)" value="([^"]*)"', found[0]))


def test_everything_that_is_due_is_on_one_page(busy: Workbook, serve: Serve) -> None:
    """A measure, work, an action, two promises and a countermeasure; what is Bo's is not there."""
    ana = serve(busy).phone("Ana")
    assert "6 due from you" in ana.text
    ana.get("/due")
    heads = re.findall(r"<h3>(.*?)</h3>", ana.text)
    assert heads == ["Two stations", "Visits", "Self-service", "Order tags", "A tested app", "Open on Sundays"]
    assert "Due 2027-03-01, late." in ana.text
    assert "Call the school" not in ana.text


def test_each_kind_of_answer_becomes_an_edit_by_its_person(busy: Workbook, serve: Serve) -> None:
    """Six answers: the plan holds them, the history names Ana, and nothing is due any more."""
    ana = serve(busy).phone("Ana")
    typed = {
        "/due/promises_asked/PR1": {"_button": "Only on this day", "due": "2027-07-01"},
        "/due/readings/M1": {"value": "12.5", "note": "one branch missing"},
        "/due/work/T1": {"percent_complete": "40", "remaining_days": "12", "blocked_by": "", "comment": "on its way"},
        "/due/open_actions/A1": {"_button": "Done"},
        "/due/promises_due/PR2": {"_button": "Kept"},
        "/due/answers_to_red/CT1": {"_button": "Done"},
    }
    for path, fields in typed.items():
        ana.get("/due")
        assert ana.send(path, **{"_button": "Save", **form(ana, path), **fields}) == "Saved."
    busy.poll()
    plan = busy.plan
    promise, kept = plan.row("promises", "PR1"), plan.row("promises", "PR2")
    assert (promise["state"], str(promise["due"]), str(promise["answered_on"])) == (
        "renegotiated",
        "2027-07-01",
        "2027-03-31",
    )
    assert (kept["state"], str(kept["kept_on"])) == ("kept", "2027-03-31")
    value = plan.row("actuals", "AL1")
    assert (value["measure"], str(value["period_end"]), value["value"], value["note"]) == (
        "M1",
        "2027-03-31",
        12.5,
        "one branch missing",
    )
    report = plan.row("updates", "UD1")
    assert (report["task"], str(report["reported_on"]), report["percent_complete"]) == ("T1", "2027-03-31", 40)
    assert str(plan.row("actions", "A1")["done_on"]) == "2027-03-31"
    assert str(plan.row("countermeasures", "CT1")["done_on"]) == "2027-03-31"
    assert {one.author for one in busy.history(limit=6)} == {"Ana"}
    ana.get("/due")
    assert "Nothing is due from you" in ana.text


def test_an_answer_sent_twice_is_made_once(busy: Workbook, serve: Serve) -> None:
    """The same card and the same report arrive twice: one row each, and both times the answer is a yes."""
    ana = serve(busy).phone("Ana")
    ana.get("/due")
    for _ in range(2):
        work = {"_answer": "c" * 32, "_button": "Finished", "percent_complete": "100"}
        assert ana.send("/due/work/T1", **work) == "Saved."
        assert ana.send("/cards/factors", _answer="d" * 32, text="40 % retire by 2030") == "Your card is on the board."
    busy.poll()
    assert (len(busy.plan.updates), len(busy.plan.factors)) == (1, 1)
    assert str(busy.plan.row("updates", "UD1")["finished_on"]) == "2027-03-31"


def test_what_somebody_else_changed_meanwhile_is_said(busy: Workbook, serve: Serve) -> None:
    """Ana answers a promise on a page from before it was moved: both values are shown, nothing is overwritten."""
    ana = serve(busy).phone("Ana")
    ana.get("/due")
    sent = {**form(ana, "/due/promises_asked/PR1"), "_button": "Accept"}
    busy.edit("promises", "PR1", due="2027-09-01")
    sentence = ana.send("/due/promises_asked/PR1", **sent)
    assert ana.status == 409
    assert "2027-09-01" in sentence
    assert "2027-06-01" in sentence
    busy.poll()
    assert busy.plan.row("promises", "PR1")["state"] == "asked"


def test_nobody_answers_for_others(busy: Workbook, serve: Serve) -> None:
    """What is due from Ana cannot be answered from Bo's seat, nor a field that is not asked."""
    room = serve(busy)
    bo, ana = room.phone("Bo"), room.phone("Ana")
    before = busy.plan.revision
    bo.get("/due")
    assert "not due from you" in bo.send("/due/open_actions/A1", _button="Done")
    assert bo.status == 409
    ana.get("/due")
    assert "This form has changed" in ana.send("/due/open_actions/A1", _button="Done", owner="P2")
    assert "This form has changed" in ana.send("/due/open_actions/A1", _button="Fire everybody")
    assert "nothing to save yet" in ana.send("/due/readings/M1", _button="Save", value="")
    assert "is not a number" in ana.send("/due/readings/M1", _button="Save", value="many")
    busy.poll()
    assert busy.plan.revision == before


def test_cards_go_on_the_board_one_after_another(room: Room, book: Workbook) -> None:
    """A fact with its kind, a parked point with its author and day; an empty card is refused."""
    ana = room.phone("Ana")
    ana.get("/cards/factors")
    assert "One fact on each card" in ana.text
    assert (
        ana.send("/cards/factors", text="Loyal members", kind="strength", evidence="") == "Your card is on the board."
    )
    ana.get("/cards/parking_lot")
    ana.send("/cards/parking_lot", text="Who pays for the van?")
    assert "This card is empty" in ana.send("/cards/parking_lot", text="  ")
    assert "up to 2,000" in ana.send("/cards/parking_lot", text="x" * 2001)
    book.poll()
    assert [(row.text, row.kind) for row in book.plan.factors.itertuples()] == [("Loyal members", "strength")]
    parked = book.plan.row("parking_lot", "PL1")
    assert (parked["text"], parked["raised_by"], str(parked["raised_on"])) == (
        "Who pays for the van?",
        "P1",
        "2027-03-31",
    )


def test_the_declarations_lead_somewhere() -> None:
    """Every field, button and list of what is shared is there, and of a kind a small form can show."""
    for step in STEPS:
        names = [one.name for one in step.shared]
        assert len(set(names)) == len(names)
        for one in step.shared:
            if isinstance(one, Cards):
                assert {*one.fields, *filter(None, (one.by, one.on))} <= set(TABLES[one.table].fields)
                assert {TABLES[one.table].fields[name].kind for name in one.fields} <= SIMPLE
            if isinstance(one, Inbox):
                fields = TABLES[one.into or one.table].fields
                set_by = {name for values in one.answers.values() for name in values}
                assert {*one.fields, *set_by} <= set(fields)
                assert {fields[name].kind for name in one.fields} <= SIMPLE


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the library service."""
    path = tmp_path_factory.mktemp("sample") / "plan.db"
    build("library-service", path)
    return path


@pytest.mark.parametrize("name", sorted(INBOXES))
def test_every_list_works_on_the_sample(sample: Path, name: str) -> None:
    """What is due is worked out for everybody, oldest first, with a name and a sentence."""
    with Workbook(sample, read_only=True) as book:
        for person in book.plan.people.index:
            found = answers.due(book, INBOXES[name], person)
            days = [one.due for one in found if one.due]
            assert days == sorted(days)
            assert all(one.label for one in found)
