"""Studies on a page as the kernel tells them: begun, watched, stopped, set, accepted."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from planning_kit import folder
from planning_kit.errors import PlanError
from planning_kit.forms.guide import step
from planning_kit.forms.study import StudyView
from planning_kit.samples import build
from planning_kit.studies import STUDIES

PATIENCE = 90


class Heard:
    """What a page hears, for a test to wait on: without a loop the worker's thread tells it directly."""

    def __init__(self, view: StudyView) -> None:
        self.view, self.messages, self.news = view, list[dict[str, Any]](), threading.Condition()
        vars(view)["push"] = self.push

    def push(self, op: str, **body: Any) -> None:
        """Note a message to the browser."""
        with self.news:
            self.messages.append({"op": op, **body})
            self.news.notify_all()

    def wait(self, what: Any) -> None:
        """Wait until something is so."""
        with self.news:
            assert self.news.wait_for(what, PATIENCE), self.messages[-3:]

    def finish(self) -> dict[str, Any]:
        """Wait for the end of every calculation and return the state."""
        self.wait(lambda: self.view.progress is None)
        return self.view.state()


@pytest.fixture(autouse=True)
def without_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the event loop that the browser of other tests in this process keeps: nobody runs it meanwhile."""

    def none() -> None:
        raise RuntimeError("no running event loop")

    monkeypatch.setattr(asyncio, "get_running_loop", none)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the library service."""
    where = tmp_path_factory.mktemp("studies")
    build("library-service", where / folder.DEFAULT_PLAN)
    folder.write(where, plan=folder.DEFAULT_PLAN, author="Ana")
    return where


@pytest.fixture
def shown(place: Path, request: pytest.FixtureRequest) -> Iterator[Heard]:
    """Return a study of step 6 on the page."""
    view = step(6, place).study(request.param)
    assert isinstance(view, StudyView)
    heard = Heard(view)
    view.on_open({})
    yield heard
    view.worker.close()


@pytest.mark.parametrize("shown", ["portfolio"], indirect=True)
def test_the_slider_moves_cards_and_a_card_turned_over_says_its_price(shown: Heard) -> None:
    """Less money funds less; a card against the optimum has its price in words and needs a reason to be adopted."""
    view = shown.view
    view.on_start({})
    shown.finish()
    less = view.on_set({"name": "budget", "value": -30})
    assert len(less["groups"][0]["items"]) < len(less["groups"][0]["items"]) + len(less["groups"][1]["items"])
    assert less["headline"].startswith("With -30 % money")
    state = shown.finish()
    rejected = state["groups"][1]["items"][0]
    assert any(line.startswith("Why not: ") for line in rejected["lines"])
    turned = view.on_turn({"id": rejected["id"], "over": True})
    card = next(one for one in turned["groups"][0]["items"] if one["id"] == rejected["id"])
    assert card["turned"]
    assert any(line.startswith("Insisting on it ") for line in card["lines"])
    with pytest.raises(PlanError, match="needs a reason"):
        view.on_accept({"ids": []})
    view.on_why({"id": rejected["id"], "text": "Promised to the council"})
    book = view.session.book()
    before = book.plan
    view.on_accept({"ids": [], "reason": "Decided on Monday"})
    row = book.plan.funding.set_index("initiative").loc[rejected["id"]]
    assert (row["decision"], row["reason"]) == ("fund", "Promised to the council")
    assert book.plan.solutions["problem"].tolist()[-1] == "portfolio"
    assert len(book.plan.decisions) == len(before.decisions) + 1
    book.undo()
    assert not [one for one in before.diff(book.plan) if one.table in ("funding", "decisions")]


@pytest.mark.parametrize("shown", ["levelling"], indirect=True)
def test_moves_are_accepted_in_one_transaction_and_undone_in_one(shown: Heard) -> None:
    """The result is kept in the plan for the checks; all moves are one undo, which leaves the result alone."""
    view = shown.view
    view.on_start({})
    state = shown.finish()
    assert state["headline"].startswith(("Optimal", "Good, not proven best", "No plan keeps"))
    assert any(one["op"] == "progress" for one in shown.messages)
    book = view.session.book()
    assert "levelling" in book.plan.solutions["problem"].tolist()
    moves = [one for group in state["groups"] for one in group["items"] if not one["fixed"]]
    assert all(any(" has no room " in line or "has moved" in line for line in one["lines"]) for one in moves)
    before = book.plan
    view.on_accept({"ids": [one["id"] for one in moves]})
    after = view.state()
    changed = {one.row for one in before.diff(book.plan)}
    assert changed == {one["id"] for one in moves}
    assert all(one["fixed"] for group in after["groups"] for one in group["items"])
    book.undo()
    assert before.diff(book.plan) == []


@pytest.mark.parametrize("shown", ["scenarios"], indirect=True)
def test_a_shock_is_answered_and_plan_b_switched_on_is_one_transaction(shown: Heard) -> None:
    """Scenarios stand side by side with the answer to a shock; switching one on makes its edits with the reason."""
    view = shown.view
    view.on_start({})
    shown.finish()
    view.on_set({"name": "shock", "value": "cut"})
    state = shown.finish()
    assert state["table"]["columns"][1] == "The plan"
    assert "After the shock" in state["table"]["columns"]
    assert state["groups"][0]["title"] == "The least change that answers the shock"
    book = view.session.book()
    before, scenario = book.plan, str(book.plan.scenarios.index[0])
    view.on_accept({"ids": [scenario], "reason": "The pipe has burst"})
    assert book.history(limit=1)[0].reason == "The pipe has burst"
    assert len(book.plan.tasks) == len(before.tasks) + 1
    book.undo()
    assert before.diff(book.plan) == []
    view.on_accept({"ids": ["keep"], "reason": ""})
    assert len(book.plan.scenarios) == len(before.scenarios) + 1
    assert book.plan.funding.equals(before.funding)
    book.undo()
    assert before.diff(book.plan) == []


def test_a_calculation_is_stopped_with_the_best_so_far(place: Path) -> None:
    """Stop reaches the worker between two words of its progress, and what was found until then is the answer."""
    book = step(6, place).session.book()
    told: list[str] = []

    def tell(words: str, _part: float) -> bool:
        told.append(words)
        return len(told) > 2

    found = STUDIES["scenarios"].compute(book.plan, book.as_of, {}, tell)
    assert 0 < len(found["rows"]) < 1 + len(book.plan.scenarios)
    assert STUDIES["scenarios"].display(book.plan, book.as_of, {}, found).table is not None


@pytest.mark.parametrize("name", ["portfolio", "levelling", "scenarios"])
def test_an_empty_plan_says_what_to_do(name: str, tmp_path: Path) -> None:
    """Without rows a study says what is missing, before and after the calculation is asked for."""
    build("", tmp_path / folder.DEFAULT_PLAN)
    folder.write(tmp_path, plan=folder.DEFAULT_PLAN, author="Ana")
    view = step(6, tmp_path).study(name)
    assert isinstance(view, StudyView)
    heard = Heard(view)
    assert view.on_open({})["headline"].endswith(".")
    view.on_start({})
    state = heard.finish()
    view.worker.close()
    assert state["sorry"].endswith(".") or state["headline"].endswith(".")


def test_a_worker_that_dies_is_a_sentence(place: Path) -> None:
    """When the process ends without a result, the page says so and can begin again."""
    view = step(6, place).study("scenarios")
    assert isinstance(view, StudyView)
    heard = Heard(view)
    view.on_open({})
    view.on_start({})
    view.worker.close()
    state = heard.finish()
    assert "ended without a result" in state["sorry"]
    assert state["begin"] == "Compare"
