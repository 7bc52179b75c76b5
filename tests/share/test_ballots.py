"""Silent votes: nobody sees one before all are revealed; none is lost, none is doubled."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from pathlib import Path

import pytest

from planning_kit import ballots
from planning_kit.errors import PlanError, PlanFileError, ValueRefused
from planning_kit.workbook import Workbook
from tests.share.conftest import Serve
from tests.share.room import Room

SCORES = {f"{task}|{criterion}": 3 for task in ("T1", "T2") for criterion in ("value", "difficulty", "urgency")}


def everything(path: Path) -> str:
    """Return what somebody sees who has the plan file and a database browser, and its raw bytes."""
    with sqlite3.connect(path) as file:
        return "\n".join(file.iterdump()) + path.read_bytes().decode("latin-1")


def test_a_vote_is_seen_by_nobody_before_the_reveal(room: Room, book: Workbook) -> None:
    """Not in the tables, the history, the file, nor on any page; afterwards it is in the plan with its rater."""
    before = book.plan.revision
    ana = room.phone("Ana")
    ana.get("/ballot/points")
    assert ana.send("/ballot/points", T1="61.17", T2="38.83") == "Saved. All is given."
    desk, bo = room.desk(), room.phone("Bo")
    seen = [everything(book.path)]
    for one, paths in ((desk, ["/room"]), (bo, ["/", "/ballot/points"])):
        for path in paths:
            assert one.get(path) == 200
            seen.append(one.text)
    assert [text for text in seen if "61.17" in text or "38.83" in text or "6117" in text] == []
    assert (book.poll(), book.plan.revision, len(book.plan.point_allocations)) == ((), before, 0)
    desk.get("/room")
    assert "✓ Ana" in desk.text
    assert desk.post("/room/reveal/points") == 303
    book.poll()
    given = {(row.rater, row.initiative): row.points for row in book.plan.point_allocations.itertuples()}
    assert given == {("P1", "T1"): 61.17, ("P1", "T2"): 38.83}
    newest = book.history(limit=1)[0]
    assert (newest.author, newest.reason) == ("Facilitator", "100 points, blind: the votes are revealed")
    desk.get("/room")
    assert "Ana: 61.17" in desk.text


def test_only_the_own_device_sees_its_vote_again(room: Room) -> None:
    """A reload shows what this phone gave; somebody who is let in under the same name starts with nothing."""
    ana, desk = room.phone("Ana"), room.desk()
    ana.get("/ballot/points")
    ana.send("/ballot/points", T1="61")
    ana.get("/ballot/points")
    assert 'name="T1" value="61"' in ana.text
    desk.post("/room/free/P1")
    other = room.phone("Ana")
    other.get("/ballot/points")
    assert 'name="T1" value=""' in other.text
    assert ana.get("/ballot/points") == 403


def test_all_votes_are_revealed_at_once_and_then_closed(room: Room, book: Workbook) -> None:
    """Two people's scores arrive in one transaction; a late vote is refused with a sentence; a new round replaces."""
    ana, bo, desk = room.phone("Ana"), room.phone("Bo"), room.desk()
    for one in (ana, bo):
        one.get("/ballot/scores")
        assert one.send("/ballot/scores", **SCORES) == "Saved. You have voted on everything."
    before = book.plan.revision
    assert desk.post("/room/reveal/scores") == 303
    book.poll()
    assert (book.plan.revision, len(book.plan.scores)) == (before + 1, 12)
    assert "revealed already" in ana.send("/ballot/scores", **{**SCORES, "T1|value": 5})
    desk.get("/room")
    assert desk.post("/room/again/scores") == 303
    assert ana.send("/ballot/scores", **{"T1|value": 5}) == "Saved."
    desk.post("/room/reveal/scores")
    book.poll()
    mine = book.plan.scores[book.plan.scores["rater"] == "P1"]
    assert list(zip(mine["task"], mine["criterion"], mine["value"], strict=True)) == [("T1", "value", 5)]
    assert len(book.plan.scores) == 7


def test_an_answer_sent_again_is_stored_once_also_after_a_restart(book: Workbook, serve: Serve) -> None:
    """An older answer that arrives again does not undo a newer one, though the server was started anew meanwhile."""
    first = serve(book)
    ana = first.phone("Ana")
    ana.get("/ballot/points")
    ana.send("/ballot/points", T1="10", _answer="a" * 32)
    ana.send("/ballot/points", T1="20", _answer="b" * 32)
    port = first.site.port
    first.stop()
    second = serve(book, port=port)
    assert ana.get("/") == 403
    link = second.site.link.partition(str(port))[2]
    ana.get(link)
    assert ana.post(link, person="P1") == 303
    ana.get("/ballot/points")
    assert 'name="T1" value="20"' in ana.text
    ana.send("/ballot/points", T1="10", _answer="a" * 32)
    ana.get("/ballot/points")
    assert 'name="T1" value="20"' in ana.text


def test_the_key_lies_beside_the_plan_for_its_owner_only_and_goes_with_the_reveal(
    book: Workbook, tmp_path: Path
) -> None:
    """A copy of the plan without the key cannot be opened; after the reveal no older copy can be."""
    on = ballots.ballot("points")
    ballots.cast(book, on, "P1", {"T1": "100"}, device="d")
    key = book.store.sealed.key_file
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    shutil.copy(book.path, tmp_path / "copy.db")
    ballots.reveal(book, on)
    assert not key.exists()
    with Workbook(tmp_path / "copy.db", "Eve") as copy:
        with pytest.raises(PlanFileError, match="key of the sealed votes cannot be read"):
            ballots.reveal(copy, on)
        assert ballots.standing(copy, on).votes == {"P1": (1, True)}
        copy.store.sealed.begin_again(on.name)
        assert ballots.standing(copy, on).votes == {}


def test_a_sealed_vote_cannot_be_moved_to_somebody_else(book: Workbook) -> None:
    """A text swapped in the file is found, and nothing is revealed."""
    on = ballots.ballot("points")
    ballots.cast(book, on, "P1", {"T1": "100"}, device="d")
    ballots.cast(book, on, "P2", {"T2": "100"}, device="e")
    with sqlite3.connect(book.path) as file:
        file.execute("UPDATE sealed_votes SET sealed = (SELECT sealed FROM sealed_votes WHERE rater = 'P2')")
    with pytest.raises(PlanFileError, match="do not fit their key"):
        ballots.reveal(book, on)
    assert len(book.plan.point_allocations) == 0


@pytest.mark.parametrize(
    ("ballot", "votes", "sentence"),
    [
        ("scores", {"T1|value": "6"}, "Self-service: 6 is out of range. Allowed are values from 1 to 5."),
        ("scores", {"T1|value": "much"}, "Self-service: much is not a number. Write digits, for example 1250.50."),
        ("points", {"T1": "70", "T2": "40"}, "100 points, blind: you gave 110. Take 10 back: 100 are all."),
        ("points", {"T9": "10"}, "T9 is not on this ballot. Load the page again: the plan may have changed."),
    ],
)
def test_what_cannot_be_taken_is_said_and_not_kept(
    book: Workbook, ballot: str, votes: dict[str, str], sentence: str
) -> None:
    """A wrong vote is a sentence that says where; earlier votes stay as they were."""
    on = ballots.ballot(ballot)
    with pytest.raises((PlanError, ValueRefused)) as refused:
        ballots.cast(book, on, "P1", votes, device="d")
    assert str(refused.value) == sentence
    assert ballots.standing(book, on).votes == {}


def test_votes_are_outside_undo(book: Workbook) -> None:
    """Undo takes back the last edit and no vote; the reveal can be undone like any edit."""
    on = ballots.ballot("points")
    book.edit("tasks", "T1", name="Self-service kiosks")
    ballots.cast(book, on, "P1", {"T1": "100"}, device="d")
    assert book.undo().row("tasks", "T1")["name"] == "Self-service"
    assert ballots.standing(book, on).votes == {"P1": (1, True)}
    assert len(ballots.reveal(book, on).point_allocations) == 1
    assert len(book.undo().point_allocations) == 0


def test_nothing_to_reveal_is_a_sentence(book: Workbook) -> None:
    """The button pressed too early closes nothing."""
    on = ballots.ballot("points")
    with pytest.raises(PlanError, match="Nobody has voted yet"):
        ballots.reveal(book, on)
    assert ballots.standing(book, on).revealed_at == ""
