"""The recall test: counted for groups of three and more, never for a person."""

from __future__ import annotations

import pytest

from planning_kit.workbook import Workbook
from tests.share.conftest import Serve
from tests.share.room import Room


@pytest.fixture
def known(book: Workbook) -> Workbook:
    """Return a plan with two objectives and a fourth person, alone in a unit under the first."""
    book.add("objectives", title="Every child reads", level="strategic")
    book.add("objectives", title="Open every day", level="strategic")
    book.add("units", name="Workshop", parent="Branches")
    book.add("people", name="Dan", unit="Workshop")
    return book


def named(room: Room, name: str, *rows: str) -> str:
    """Answer the test as a person; returns the sentence."""
    phone = room.phone(name)
    phone.get("/recall/recall")
    assert "Every child reads" in phone.text
    return phone.send("/recall/recall", **dict.fromkeys(rows, "yes"))


def test_counts_are_of_groups(known: Workbook, serve: Serve) -> None:
    """Four people name five of twelve; the one alone in a unit is counted with the unit above; no name is kept."""
    room = serve(known)
    before = known.plan.revision
    assert named(room, "Ana", "O1", "O2") == "Saved. Thank you."
    named(room, "Bo", "O1")
    desk = room.desk()
    assert desk.post("/room/reveal/recall") == 422
    assert "would tell who they are" in desk.text
    named(room, "Cleo")
    named(room, "Dan", "O1", "O2")
    known.poll()
    assert known.plan.revision == before
    desk.get("/room")
    assert "4 have answered" in desk.text
    assert desk.post("/room/reveal/recall") == 303
    known.poll()
    rows = [(one.unit, one.asked, one.named) for one in known.plan.recalls.itertuples()]
    assert rows == [("U1", 12, 5)]
    newest = known.history(limit=1)[0]
    assert (newest.author, newest.reason) == ("Facilitator", "Recall test: counted for groups")
    desk.get("/room")
    assert "Branches: 5 of 12 named" in desk.text


def test_what_is_written_does_not_leave_the_phone(known: Workbook, serve: Serve) -> None:
    """The lines to write on have no name, so that no browser sends them; a row that is not asked for is refused."""
    ana = serve(known).phone("Ana")
    ana.get("/recall/recall")
    assert ana.text.count('<input id="line-') == 3
    assert 'id="line-0" name' not in ana.text
    assert "This list has changed" in ana.send("/recall/recall", T1="yes")


def test_the_test_is_closed_once_it_is_counted(known: Workbook, serve: Serve) -> None:
    """A late answer is refused; asked again, it counts anew on the same day."""
    room = serve(known)
    for name in ("Ana", "Bo", "Cleo"):
        named(room, name, "O1")
    desk, late = room.desk(), room.phone("Dan")
    late.get("/recall/recall")
    desk.post("/room/reveal/recall")
    assert "revealed already" in late.send("/recall/recall", O1="yes")
    late.get("/")
    assert "Counted: look at the wall" in late.text
    desk.get("/room")
    desk.post("/room/again/recall")
    late.get("/recall/recall")
    assert late.send("/recall/recall", O1="yes") == "Saved. Thank you."
