"""Pairs of rows of another table as the fields of a square: from a pair a row is written that cites both."""

from __future__ import annotations

from collections.abc import Sequence

from planning_kit.errors import PlanError
from planning_kit.forms.board import face_down
from planning_kit.forms.session import Session
from planning_kit.forms.table import Answer, Table
from planning_kit.frames import Change
from planning_kit.spec import Pairs


class PairBoard(Table):
    """Rows of a table by the pairs they cite; rows nobody cites can be seen.

    Parameters
    ----------
    session : Session
    view : Pairs
    book : str
        Which workbook the table is in.
    """

    def __init__(self, session: Session, view: Pairs, book: str = "plan") -> None:
        self.pairs = view
        super().__init__(session, view, book, "pairs")

    @property
    def _cited(self) -> str:
        """The table whose rows are cited."""
        return self.book.plan.tables[self.view.table].fields[self.pairs.cites].to[0]

    def state(self) -> Answer:
        """Return the rows with the two sides of the square."""
        plan, pairs = self.book.plan, self.pairs
        cited = self._cited
        by, labels = plan.frame(cited)[pairs.by], plan.tables[cited].fields[pairs.by].choice_label
        sides = [
            [[str(row), plan.label(str(row)), labels(one)] for row, one in by[by.isin(side)].items()]
            for side in pairs.sides
        ]
        down = cited in face_down(self.session.place)
        about = {"cites": pairs.cites, "mark": pairs.mark, "sides": [[], []] if down else sides, "down": down}
        return {**super().state(), "pairs": {**about, "nouns": plan.tables[cited].title.lower()}}

    def changed(self, changes: Sequence[Change] | None) -> None:
        """Take over changes; those of the cited rows change the square itself."""
        if any(one.table == self._cited for one in changes or ()):
            changes = None
        super().changed(changes)

    def on_pair(self, message: Answer) -> Answer:
        """Write a row that cites a pair; what the pair means is filled in."""
        pairs, plan = self.pairs, self.book.plan
        pair, text = [str(one) for one in message["pair"]], str(message.get("text") or "")
        kinds = tuple(plan.row(self._cited, one)[pairs.by] for one in pair)
        if kinds not in pairs.signs:
            raise PlanError("This pair is not one from each side. Choose one from the rows and one from the columns.")
        if not text.strip():
            raise PlanError("Write what it says first: an empty one cannot be kept.")
        label = plan.tables[self.view.table].label
        values = {label: text, pairs.cites: "", pairs.sign: pairs.signs[kinds]}
        return self.on_add({"values": values, "picked": {pairs.cites: pair}})
