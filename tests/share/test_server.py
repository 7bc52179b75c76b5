"""Strangers, foreign pages, old links and too much at once get a sentence and change nothing."""

from __future__ import annotations

import datetime as dt
import itertools
import secrets
import sqlite3
import typing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from planning_kit import clock
from planning_kit.share.rights import FACILITATORS, KINDS, Verb, authorize
from planning_kit.share.seats import Actor, NotAllowed, Pace, Workshop
from planning_kit.spec import Inbox
from planning_kit.steps import STEPS
from planning_kit.workbook import Workbook
from tests.share.conftest import Serve
from tests.share.room import FORM, Phone, Room

BALLOT = "/ballot/points"


def dump(path: Path) -> str:
    """Return everything that is in the file."""
    with sqlite3.connect(path) as file:
        return "\n".join(file.iterdump())


def test_a_name_is_all_it_takes(room: Room) -> None:
    """The link shows the names, a click takes one, the page says what waits."""
    ana = room.phone("Ana")
    assert ana.status == 200
    assert "What waits for you" in ana.text
    assert "Silent scores" in ana.text
    assert "Waits for you" in ana.text


def test_a_name_is_taken_once(room: Room) -> None:
    """The second device that picks a name is told so; the facilitator frees it."""
    room.phone("Ana")
    other = room.phone()
    link = urlsplit(room.site.link).path
    other.get(link)
    assert other.post(link, person="P1") == 409
    assert "taken on another device" in other.text


@pytest.mark.parametrize("path", ["/", BALLOT, "/room", "/qr.svg", "/w/AAAAAAAAAAAAAAAAAAAAAA", "/f/" + "A" * 32])
def test_without_the_link_nothing_is_told(room: Room, path: str) -> None:
    """No page without a token that is running: 403, a sentence, and no name of anybody."""
    stranger = room.phone()
    assert stranger.get(path) == 403
    assert "Ana" not in stranger.text
    assert "City library" not in stranger.text
    assert stranger.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_thousand_forged_requests_change_nothing(room: Room, book: Workbook) -> None:
    """Guessed tokens, forged cookies, forms without a key: none is accepted, not a byte changes."""
    ana = room.phone("Ana")
    before = dump(book.path)
    codes = set()
    for number in range(250):
        codes.add(Phone(room.site.port).get(f"/w/{secrets.token_urlsafe(16)}"))
        forged = Phone(room.site.port)
        seat = f"seat_{room.site.port}"
        text, _, mark = ana.cookies[seat].partition(".")
        forged.cookies[seat] = f"{text}.{secrets.token_hex(32)}" if number % 2 else f"{text}x.{mark}"
        codes.add(forged.post(BALLOT, T1="100", _key=secrets.token_hex(32)))
        codes.add(Phone(room.site.port).post(BALLOT, T1="100", _key=""))
        codes.add(Phone(room.site.port).post("/room/reveal/points", _key=secrets.token_hex(32)))
    assert codes <= {403, 429}
    assert dump(book.path) == before


def test_a_form_of_another_seat_is_refused(room: Room) -> None:
    """A cookie alone is not enough: the form has to be of this seat, and of this page."""
    ana, bo = room.phone("Ana"), room.phone("Bo")
    ana.get(BALLOT)
    bo.get(BALLOT)
    own = ana.key
    assert ana.post(BALLOT, T1="100", _key=bo.key) == 403
    assert ana.post(BALLOT, T1="100", _key="") == 403
    assert ana.post(BALLOT, {"Origin": "http://evil.example"}, T1="100", _key=own) == 403
    assert ana.post(BALLOT, {"Content-Type": "text/plain"}, T1="100", _key=own) == 415
    assert ana.post(BALLOT, {"Origin": f"http://127.0.0.1:{room.site.port}"}, T1="100", _key=own) == 303


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "192.0.2.1"])
def test_a_foreign_name_for_this_computer_is_refused(room: Room, host: str) -> None:
    """A rebound name gets nothing, also with the link."""
    assert room.phone().get(urlsplit(room.site.link).path, Host=host) == 403


def test_yesterdays_link_and_seat_are_refused(book: Workbook, serve: Serve) -> None:
    """After its hours, and after another workshop began, a link and a seat are worth nothing."""
    late = [dt.timedelta()]
    room = serve(book, Workshop(8, lambda: clock.now() + late[0]))
    ana = room.phone("Ana")
    late[0] = dt.timedelta(hours=8)
    for path in (urlsplit(room.site.link).path, "/", BALLOT):
        assert ana.get(path) == 403
        assert "This workshop is over" in ana.text
    room.stop()
    other = serve(book, port=room.site.port)
    assert ana.get("/") == 403
    assert "of another workshop" in ana.text
    assert ana.get(urlsplit(room.site.link).path) == 403
    assert other.phone("Ana").status == 200


def test_a_participant_cannot_do_what_the_facilitator_does(room: Room, book: Workbook) -> None:
    """The room, the code and the reveal are the facilitator's; a ballot is not."""
    ana, desk = room.phone("Ana"), room.desk()
    assert ana.get("/room") == 403
    ana.get(BALLOT)
    assert ana.post("/room/reveal/points") == 403
    assert desk.post(BALLOT, T1="1") == 403
    assert book.store.sealed.cast_by("points") == {}
    assert desk.get("/qr.svg") == 200
    assert desk.text.startswith("<?xml")


def test_what_is_too_large_is_refused(room: Room, book: Workbook) -> None:
    """A body of 65 kilobytes and a head of 20 are not read."""
    ana = room.phone("Ana")
    assert ana.ask("POST", BALLOT, "T1=" + "9" * 66_000, **{"Content-Type": FORM}) in (0, 400, 413)
    assert ana.get("/", X=("y" * 20_000)) in (0, 400, 431)
    assert ana.get("/") == 200
    assert book.store.sealed.cast_by("points") == {}


def test_too_much_at_once_is_slowed_down(room: Room) -> None:
    """A device that asks without end is told to wait; another is not."""
    ana, bo = room.phone("Ana"), room.phone("Bo")
    room.site.devices = Pace(20, 0.01)
    assert [ana.get("/") for _ in range(22)] == [200] * 20 + [429] * 2
    assert "Wait a few seconds" in ana.text
    assert bo.get("/") == 200


def test_a_pace_fills_up_again() -> None:
    """Three at once, then one a second."""
    at = [dt.datetime(2027, 1, 1, tzinfo=dt.UTC)]
    pace = Pace(3, 1, lambda: at[0])
    for _ in range(3):
        pace.count("x")
    with pytest.raises(NotAllowed, match="too much at once"):
        pace.count("x")
    at[0] += dt.timedelta(seconds=1.5)
    pace.count("x")


@pytest.mark.parametrize("actor", [Actor("participant", "P1", "d"), Actor("facilitator", "", "d")])
def test_one_function_says_who_may_do_what(book: Workbook, actor: Actor) -> None:
    """Every role, verb, person and object: a participant acts for themselves, the facilitator never for a person."""
    parts = [None, *(one for step in STEPS for one in step.shared)]
    for verb, person, part in itertools.product(typing.get_args(Verb), ("P1", "P2", "P99", ""), parts):
        own = person == "P1" and type(part) is KINDS.get(verb) and not isinstance(part, Inbox)
        if verb in FACILITATORS if actor.is_facilitator else own:
            authorize(book, actor, verb, part, person)
        else:
            with pytest.raises(NotAllowed, match="Nothing was changed"):
                authorize(book, actor, verb, part, person)


def test_somebody_taken_out_of_the_plan_is_out(room: Room, book: Workbook) -> None:
    """A seat of a person that is not in the plan any more may not vote."""
    ana = room.phone("Cleo")
    ana.get(BALLOT)
    book.remove("people", "P3", everything_under=True)
    assert ana.post(BALLOT, T1="100") == 403


def test_only_what_the_step_shares_is_served(book: Workbook, serve: Serve) -> None:
    """With a step named, the other steps' pages are not there."""
    ana = serve(book, step=5).phone("Ana")
    assert "Silent scores" in ana.text
    assert "100 points" not in ana.text
    assert ana.get(BALLOT) == 422


def test_names_that_bite_are_only_read(room: Room, book: Workbook) -> None:
    """A name of the plan is text on every page."""
    bite = "<img src=x onerror=alert(1)>\"'"
    book.edit("tasks", "T1", name=bite)
    book.edit("people", "P2", name=bite)
    ana, desk = room.phone("Ana"), room.desk()
    for one, path in ((ana, "/"), (ana, BALLOT), (ana, "/ballot/scores"), (desk, "/room")):
        assert one.get(path) == 200
        assert "<img src=x" not in one.text
    assert "&lt;img src=x" in ana.text


def test_a_page_says_when_it_is_not_there(room: Room) -> None:
    """An unknown address is a sentence too."""
    assert room.phone("Ana").get("/nothing") == 404
