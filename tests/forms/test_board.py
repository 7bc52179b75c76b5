"""Cards on a wall, as the kernel tells them."""

from __future__ import annotations

import json

import pytest

from planning_kit import folder
from planning_kit.errors import PlanError
from planning_kit.forms.board import CardBoard
from planning_kit.forms.guide import Guide, step, whole
from planning_kit.forms.pairs import PairBoard
from planning_kit.spec import Board
from planning_kit.steps import TABLES
from planning_kit.workbook import Workbook


@pytest.fixture
def strategy(filled: Workbook) -> Guide:
    """Return step 1 on a plan with three cards."""
    filled.add("factors", text="Staff know their readers", kind="strength", weight=3)
    filled.add("factors", text="One person runs the system", kind="weakness", weight=1)
    filled.add("factors", text="The city must save", kind="threat", pestle="economic", weight=2)
    folder.write(filled.path.parent, plan=filled.path.name, author="Ana")
    return step(1, filled.path.parent)


def board(guide: Guide, name: str = "swot") -> CardBoard:
    """Return a board of the step."""
    found = guide.board(name)
    assert isinstance(found, CardBoard)
    return found


def test_cards_face_down_do_not_reach_the_browser(strategy: Guide) -> None:
    """While all write, the browser of both boards knows how many cards there are, and no word of them."""
    swot, pestle = board(strategy), board(strategy, "pestle")
    assert "The city must save" in json.dumps(pestle.on_open({}))
    swot.on_turn({"down": True})
    for one in (swot, pestle):
        assert "must save" not in json.dumps(one.on_open({}))
    added = swot.on_add({"values": {"text": "Sundays are empty", "kind": "opportunity"}})
    assert [row["cells"] for row in added["rows"]] == [{"kind": {"t": "opportunity", "v": "opportunity"}}]
    assert "Sundays" not in json.dumps(added)
    again = board(step(1, strategy.session.place))
    assert again.on_open({})["down"], "a window opened later keeps the secret"
    assert len(again.on_turn({"down": False})["rows"]) == 4
    assert "Sundays are empty" in json.dumps(board(strategy).on_open({}))


def test_weights_are_shares_of_the_inside_and_of_the_outside(strategy: Guide) -> None:
    """Three dots and one make 75 and 25 %; made 100, they are kept as such, and one undo takes that back."""
    swot, book = board(strategy), strategy.session.book()
    assert swot.on_open({})["shares"] == {"FA1": 0.75, "FA2": 0.25, "FA3": 1.0}
    assert swot.on_scale({})["uneven"] is False
    assert book.plan.factors["weight"].tolist() == [75, 25, 100]
    book.undo()
    assert book.plan.factors["weight"].tolist() == [3, 1, 2]


def test_thirds_still_make_a_hundred(strategy: Guide) -> None:
    """What rounding leaves over is not lost."""
    swot, book = board(strategy), strategy.session.book()
    swot.on_add({"values": {"text": "Two more", "kind": "strength", "weight": "3"}})
    swot.on_move({"ids": ["FA2"], "values": {"weight": "3"}})
    swot.on_scale({})
    assert book.plan.factors["weight"][["FA1", "FA2", "FA4"]].sum() == pytest.approx(100)


def test_cards_put_together_are_one_change(strategy: Guide) -> None:
    """Two cards get the same heading and column at once; only what the board shows can be moved."""
    swot, book = board(strategy), strategy.session.book()
    values = {"kind": "weakness", "cluster": "People", "evidence": "made up"}
    swot.on_move({"ids": ["FA1", "FA2"], "values": values})
    assert book.plan.factors["cluster"].tolist()[:2] == ["People", "People"]
    assert book.plan.factors["evidence"].isna().all()
    book.undo()
    assert book.plan.factors["cluster"].isna().all()
    assert book.plan.factors["kind"]["FA1"] == "strength"


@pytest.mark.parametrize(("table", "column"), [("statements", "kind"), ("parking_lot", "")])
def test_any_table_can_be_a_board(table: str, column: str, strategy: Guide) -> None:
    """Directions lie in a column for each kind; what is parked lies in one."""
    view = whole(TABLES[table])
    shown = Board(f"{table}_cards", table, view.title, view.help, view.fields, column=column)
    wall = CardBoard(strategy.session, shown)
    wall.on_add({"values": {"text": "A card"}})
    state = wall.on_open({})
    assert len(state["board"]["lanes"]) == (len(TABLES[table].fields["kind"].choices) if column else 1)
    assert [row["cells"]["text"] for row in state["rows"]] == ["A card"]
    assert state["shares"] == {}


def test_an_option_written_from_a_pair_cites_it(strategy: Guide) -> None:
    """Factors and kind of pair are filled in; a pair from one side is refused; face down, no factor is shown."""
    pairs, book = strategy.board("option_pairs"), strategy.session.book()
    assert isinstance(pairs, PairBoard)
    square = pairs.on_open({})["pairs"]
    assert [[one[:2] for one in side] for side in square["sides"]] == [
        [["FA1", "Staff know their readers"], ["FA2", "One person runs the system"]],
        [["FA3", "The city must save"]],
    ]
    written = pairs.on_pair({"pair": ["FA2", "FA3"], "text": "Train a second expert"})
    assert written["focus"] == "OP1"
    assert book.plan.row("options", "OP1")["tows"] == "WT"
    assert list(book.plan.row("options", "OP1")["factors"]) == ["FA2", "FA3"]
    with pytest.raises(PlanError, match="one from each side"):
        pairs.on_pair({"pair": ["FA1", "FA2"], "text": "Both inside"})
    with pytest.raises(PlanError, match="Write what it says"):
        pairs.on_pair({"pair": ["FA1", "FA3"], "text": ""})
    board(strategy).on_turn({"down": True})
    assert pairs.on_open({})["pairs"]["sides"] == [[], []]
