"""A table as cards on a wall: written one after another, face down until all are up, put together and weighed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from planning_kit import folder
from planning_kit.forms.session import Session
from planning_kit.forms.table import Answer, Table
from planning_kit.plan import Edit
from planning_kit.spec import Board
from planning_kit.spec.values import SEPARATOR

WHOLE = 100  # percent
DOWN = "face_down"
"""What the workbook folder remembers: the tables whose cards lie face down, for every window and device."""


def face_down(place: Path) -> set[str]:
    """Return the tables of a workbook folder whose cards lie face down."""
    kept = str(folder.read(place).get(DOWN, ""))
    return {one for one in kept.split(SEPARATOR) if one}


class CardBoard(Table):
    """A board of cards over a table; what a table does (typing, undo, forms) works here too.

    Parameters
    ----------
    session : Session
    view : Board
    book : str
        Which workbook the table is in.
    """

    def __init__(self, session: Session, view: Board, book: str = "plan") -> None:
        self.board = view
        super().__init__(session, view, book, "board")

    @property
    def is_face_down(self) -> bool:
        """Whether the cards are still secret: the browser is told how many there are, and nothing else."""
        return self.view.table in face_down(self.session.place)

    def state(self) -> Answer:
        """Return the cards with the columns they lie in."""
        board, table = self.board, self.book.plan.tables[self.view.table]
        lanes = table.fields[board.column].choices if board.column else ()
        shown = [[one, table.fields[board.column].choice_label(one)] for one in lanes if self._fits(one)]
        about = {"column": board.column, "group": board.group, "weigh": board.weight, "across": board.across}
        return {**super().state(), "board": {**about, "lanes": shown or [["", table.title]]}}

    def _fits(self, choice: str) -> bool:
        """Whether rows of a column belong to the view at all."""
        return choice in self.view.where.get(self.board.column, (choice,))

    def _patch(self, only: Iterable[str] | None, *, marks: bool = False, **more: Any) -> Answer:
        patch = super()._patch(only, marks=marks, **more)
        if self.is_face_down:
            kept = (self.board.column,)
            for row in patch["rows"]:
                row["cells"] = {name: cell for name, cell in row["cells"].items() if name in kept}
            said = {name: patch[name] and f"{name.capitalize()} the last change" for name in ("undo", "redo")}
            return patch | said | {"problems": [], "marks": [], "down": True}
        weights = self._weights()
        shares = {str(row): float(share) for some in weights for row, share in (some / some.sum()).items()}
        return patch | {"shares": shares, "uneven": any(round(some.sum(), 1) != WHOLE for some in weights)}

    def _weights(self) -> list[pd.Series[float]]:
        """Return the weights of the cards that have one, side by side of the board."""
        board = self.board
        if not board.weight:
            return []
        frame = self.book.plan.frame(self.view.table).loc[self._order()[0]]
        weights = frame[board.weight].astype("float64")
        side = {choice: str(number) for number, some in enumerate(board.sides) for choice in some}
        of = frame[board.column].map(side).fillna("") if side else pd.Series("", index=frame.index)
        return [some for _, some in weights[weights > 0].groupby(of)]

    # --- what the browser asks for -------------------------------------------------------------------------

    def on_turn(self, message: Answer) -> Answer:
        """Lay the cards of the table face down, or turn them over."""
        down = face_down(self.session.place)
        (down.add if message.get("down") else down.discard)(self.view.table)
        folder.write(self.session.place, **{DOWN: SEPARATOR.join(sorted(down))})
        self.session.tell(None)
        return {"op": "state", **self.state()}

    def on_move(self, message: Answer) -> Answer:
        """Put cards into another column, together, apart, or give them a weight: one change, one undo."""
        allowed = {self.board.column, self.board.group, self.board.weight} - {""}
        values = {name: text for name, text in message["values"].items() if name in allowed}
        ids = [str(one) for one in message["ids"]]
        self.book.edit_many([Edit("set", self.view.table, row, values) for row in ids])
        return {"op": "patch", **self._patch(ids)}

    def on_scale(self, _message: Answer) -> Answer:
        """Make the weights of each side 100: what rounding leaves over goes to the heaviest card."""
        edits: list[Edit] = []
        for some in self._weights():
            weights = (WHOLE * some / some.sum()).round(1)
            rest = (weights.index == weights.idxmax()) * (WHOLE - weights.sum())
            values = (weights + rest).round(1).items()
            edits += [Edit("set", self.view.table, str(row), {self.board.weight: one}) for row, one in values]
        self.book.edit_many(edits, reason="weights of each side made 100")
        return {"op": "patch", **self._patch([str(one.row) for one in edits])}
