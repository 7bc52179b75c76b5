"""The Gantt's half in the kernel: a drag stores one field, all that follows is answered, refusals are sentences."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from planning_kit import folder
from planning_kit.errors import PlanError
from planning_kit.forms.guide import step
from planning_kit.forms.session import Session, session
from planning_kit.forms.timeline import DAY_0, Timeline, number
from planning_kit.workbook import Workbook


@pytest.fixture
def place(filled: Workbook, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Return the session of a folder with a chain of work: project, two tasks, a milestone, and one that is done."""
    filled.edit("profile", "PF1", start="2027-03-01", finish="2028-12-31")
    filled.add("tasks", name="Project", kind="project")
    filled.edit("tasks", "T1", parent="T3")
    filled.add("tasks", name="Opening", kind="milestone", duration="0")
    filled.add("dependencies", predecessor="T2", successor="T4")
    filled.add("tasks", name="Permit", duration="3")
    filled.add("updates", task="T5", reported_on="2027-03-10", percent_complete="100", finished_on="2027-03-09")
    filled.add("baselines", name="Adopted", taken_on="2027-03-01", revision=str(filled.plan.revision))
    filled.add("baselines", name="Empty one", taken_on="2027-03-01")
    monkeypatch.chdir(filled.path.parent)
    folder.write(filled.path.parent, plan=filled.path.name, author="Ana")
    return session()


@pytest.fixture
def gantt(place: Session) -> Timeline:
    """Return the timeline."""
    found = step(4, place.place).timeline("schedule")
    assert isinstance(found, Timeline)
    return found


def bars(answer: dict[str, Any], columns: list[str]) -> dict[str, dict[str, Any]]:
    """Return what an answer says of each bar, days as dates."""
    days = {"start", "finish", "latest", "deadline"}
    return {
        row: {
            name: DAY_0 + dt.timedelta(days=value) if name in days and value is not None else value
            for name, value in zip(columns, cells, strict=True)
        }
        for row, cells in answer["bars"].items()
    }


def in_loop(act: Callable[[], Any]) -> Any:
    """Do something as a kernel does it: while its loop runs, so that other widgets hear of it after the answer."""

    async def run() -> Any:
        return act()

    return asyncio.run(run())


def ask(gantt: Timeline, op: str, **body: Any) -> dict[str, Any]:
    """Send a message as the browser does."""
    answer: dict[str, Any] = in_loop(lambda: gantt._answer({"op": op, **body}))
    return answer


def test_the_state_holds_what_is_drawn_and_nothing_more(gantt: Timeline) -> None:
    """Bars with computed dates, names, links and the calendar; the fields of a form come when it is opened."""
    state = ask(gantt, "open")
    found = bars(state, state["columns"])
    assert (found["T1"]["start"], found["T1"]["finish"]) == (dt.date(2027, 3, 1), dt.date(2027, 3, 26))
    assert (found["T3"]["role"], found["T4"]["milestone"]) == ("whole", True)
    assert found["T5"]["says"] == "done"
    assert state["order"] == ["T2", "T3", "T1", "T4", "T5"]
    assert state["links"] == [("T1", "T2", "FS"), ("T2", "T4", "FS")]
    assert (state["week"], state["as_of"]) == ("1111100", number(dt.date(2027, 3, 31)))
    assert state["against"] == [["BL1", "Adopted"], ["BL2", "Empty one"]]
    assert state["rows"] == []
    assert "options" not in state


def test_a_moved_bar_is_stored_and_what_waits_for_it_follows(gantt: Timeline, place: Session) -> None:
    """The day goes to “not before”; the answer holds the bars that moved, the others not, and says how many."""
    columns = ask(gantt, "open")["columns"]
    answer = ask(gantt, "move", id="T1", day=number(dt.date(2027, 4, 5)))
    assert str(place.book().plan.tasks["start_no_earlier_than"]["T1"])[:10] == "2027-04-05"
    moved = bars(answer, columns)
    assert (
        set(moved) == {"T1", "T2", "T3", "T4", "T5"} - {"T5"} or "T5" in moved
    )  # its latest finish may follow the end
    assert moved["T2"]["start"] == dt.date(2027, 5, 3)
    assert "2 others move with it" in answer["said"]
    assert "names" not in answer
    back = bars(ask(gantt, "undo"), columns)
    assert back["T1"]["start"] == dt.date(2027, 3, 1)
    assert place.book().plan.row("tasks", "T1")["start_no_earlier_than"] is None


def test_a_longer_bar_is_stored_in_working_days(gantt: Timeline, place: Session) -> None:
    """The right edge changes the duration, and nothing else of the row."""
    columns = ask(gantt, "open")["columns"]
    moved = bars(ask(gantt, "stretch", id="T1", by=5), columns)
    assert place.book().plan.tasks["duration"]["T1"] == 25
    assert moved["T1"]["finish"] == dt.date(2027, 4, 2)
    assert moved["T2"]["start"] == dt.date(2027, 4, 5)


def test_a_bar_stays_behind_what_it_waits_for(gantt: Timeline, place: Session) -> None:
    """Dragged before its predecessor's end nothing is stored, and the sentence names the predecessor."""
    ask(gantt, "open")
    answer = ask(gantt, "move", id="T2", day=number(dt.date(2027, 3, 8)))
    assert answer["op"] == "sorry"
    assert "cannot start before 2027-03-29: it waits for “Reading rooms”" in answer["sentence"]
    assert place.book().plan.row("tasks", "T2")["start_no_earlier_than"] is None
    first = ask(gantt, "move", id="T1", day=number(dt.date(2027, 2, 1)))
    assert "the first day of the plan" in first["sentence"]


def test_a_bar_pulled_back_too_far_says_where_it_stopped(gantt: Timeline) -> None:
    """With an earliest start of its own it goes back as far as its predecessor lets it."""
    ask(gantt, "open")
    ask(gantt, "move", id="T2", day=number(dt.date(2027, 6, 1)))
    said = ask(gantt, "move", id="T2", day=number(dt.date(2027, 3, 8)))["said"]
    assert "starts on 2027-03-29, not on 2027-03-08: it waits for “Reading rooms”" in said


@pytest.mark.parametrize(
    ("row", "op", "why"),
    [
        ("T3", "move", "its dates follow from the work below it"),
        ("T5", "move", "it is done"),
        ("T4", "stretch", "takes no time"),
        ("T99", "move", "no bar"),
    ],
)
def test_what_cannot_move_says_why(gantt: Timeline, row: str, op: str, why: str) -> None:
    """Summaries, finished work and rows that are gone do not move; a milestone takes no time."""
    ask(gantt, "open")
    answer = ask(gantt, op, id=row, day=number(dt.date(2027, 6, 1)), by=3)
    assert answer["op"] == "sorry"
    assert why in answer["sentence"]


def test_a_baseline_shows_the_dates_of_then(gantt: Timeline) -> None:
    """After a move the ghost still stands where the bar was promised; a baseline without a revision says so."""
    ask(gantt, "open")
    ask(gantt, "move", id="T1", day=number(dt.date(2027, 4, 5)))
    answer = ask(gantt, "compare", id="BL1")
    assert answer["ghost"]["T1"] == [number(dt.date(2027, 3, 1)), number(dt.date(2027, 3, 26))]
    assert ask(gantt, "open")["ghost"] == answer["ghost"]
    assert "Revision is empty" in ask(gantt, "compare", id="BL2")["sentence"]
    assert ask(gantt, "compare", id="")["ghost"] == {}


def test_a_form_opens_with_its_fields_and_saves(gantt: Timeline, place: Session) -> None:
    """The first form brings the lists to choose from, the next one its row only; what is typed moves the bars."""
    columns = ask(gantt, "open")["columns"]
    form = ask(gantt, "row", id="T1", whole=True)
    assert [row["id"] for row in form["rows"]] == ["T1"]
    assert ["P2", "Bo"] in form["options"]["people"]
    assert "options" not in ask(gantt, "row", id="T2")
    answer = ask(gantt, "set", id="T1", field="duration", text="10", seen="20")
    assert bars(answer, columns)["T2"]["start"] == dt.date(2027, 3, 15)
    refused = ask(gantt, "set", id="T1", field="duration", text="long", seen="10")
    assert "is not a number" in refused["problems"][0]["sentence"]
    assert place.book().plan.tasks["duration"]["T1"] == 10


def test_a_circle_is_said_and_the_bars_come_back(gantt: Timeline, place: Session) -> None:
    """While work waits for itself there are no bars but a sentence; mending it brings all of them again."""
    ask(gantt, "open")
    in_loop(lambda: place.book().add("dependencies", predecessor="T2", successor="T1"))
    circle = gantt._patch(())
    assert "circle" in circle["why"]
    assert circle["bars"] == {}
    mended = ask(gantt, "undo")
    assert (mended["why"], len(mended["bars"])) == ("", 5)


def test_without_work_the_page_says_where_to_begin(empty: Workbook, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty plan has no bars, no reason, and a sentence that says what to do; without a start the reason is said."""
    monkeypatch.chdir(empty.path.parent)
    folder.write(empty.path.parent, plan=empty.path.name, author="Ana")
    gantt = step(4, session().place).timeline("schedule")
    assert isinstance(gantt, Timeline)
    state = ask(gantt, "open")
    assert (state["bars"], state["why"]) == ({}, "")
    assert "Write the first task" in state["empty"]
    in_loop(lambda: session().book().add("tasks", name="Reading rooms", duration="5"))
    assert "Enter it in the profile" in gantt._patch(())["why"]


def test_a_timeline_that_is_not_there_is_a_sentence(place: Session) -> None:
    """Another name is answered with what there is."""
    with pytest.raises(PlanError, match="There are: schedule"):
        step(4, place.place).timeline("gantt")
