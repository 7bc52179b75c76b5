"""What a guided notebook calls: ``s = pk.step(4)``, then one displayed part per cell."""

from __future__ import annotations

from pathlib import Path

from planning_kit import ballots
from planning_kit.errors import PlanError
from planning_kit.forms.ballot import BallotView
from planning_kit.forms.board import CardBoard
from planning_kit.forms.inbox import InboxView
from planning_kit.forms.overview import Overview
from planning_kit.forms.page import AgendaClock, Findings, Header, Next, PictureView
from planning_kit.forms.pairs import PairBoard
from planning_kit.forms.pivot import PivotGrid
from planning_kit.forms.schedules import Schedules
from planning_kit.forms.screen import Screen
from planning_kit.forms.session import Session, session
from planning_kit.forms.study import StudyView
from planning_kit.forms.table import Table
from planning_kit.forms.timeline import Timeline
from planning_kit.spec import Board, Pairs, Step, View
from planning_kit.spec import Table as Declared
from planning_kit.steps import STEPS, TABLES


class Guide:
    """One step on the folder's current plan; every method returns a part to be shown.

    Parameters
    ----------
    step : Step
    place : Session
    """

    def __init__(self, step: Step, place: Session) -> None:
        self.step, self.session = step, place

    def __repr__(self) -> str:
        """Name the step."""
        return f"<Step {self.step.number} {self.step.title}>"

    def header(self) -> Screen:
        """Return the title of the step, who works here, and undo."""
        return Header(self.session, self.step)

    def agenda(self) -> Screen:
        """Return the run of show with its timer."""
        return AgendaClock(self.session, self.step)

    def table(self, name: str) -> Screen:
        """Return a table, or a view of one, to be read and edited: a grid, or a form where there is one row only.

        Raises
        ------
        PlanError
            When the step shows no such table.
        """
        view = self._view(name)
        kind = "record" if TABLES[view.table].single else "table"
        return Table(self.session, view, self.step.book, kind)

    def board(self, name: str) -> Screen:
        """Return a table as cards to be written, turned over, put together and weighed, or by the pairs it cites.

        Raises
        ------
        PlanError
            When the step has no such board.
        """
        boards = {one.name: one for one in self.step.views if isinstance(one, (Board, Pairs))}
        if name not in boards:
            message = f"{name} is not a board of {self.step.title}. There are: {', '.join(boards) or 'none'}."
            raise PlanError(message)
        found = boards[name]
        if isinstance(found, Board):
            return CardBoard(self.session, found, self.step.book)
        return PairBoard(self.session, found, self.step.book)

    def _view(self, name: str) -> View:
        found = next((one for one in self.step.views if one.name == name), None)
        if found is not None:
            return found
        if name not in TABLES:
            message = f"{name} is not a table or a view of {self.step.title}. There are: {', '.join(TABLES)}."
            raise PlanError(message)
        return whole(TABLES[name])

    def pivot(self, name: str) -> Screen:
        """Return a table of the step as a grid of sums.

        Raises
        ------
        PlanError
            When the step has no such grid.
        """
        found = next((one for one in self.step.pivots if one.name == name), None)
        if found is None:
            message = (
                f"{name} is not a pivot of {self.step.title}. There are: {', '.join(p.name for p in self.step.pivots)}."
            )
            raise PlanError(message)
        return PivotGrid(self.session, found, self.step.book)

    def timeline(self, name: str) -> Screen:
        """Return work over time, to be read and edited by dragging.

        Raises
        ------
        PlanError
            When the step has no such timeline.
        """
        found = next((one for one in self.step.timelines if one.name == name), None)
        if found is None:
            there = ", ".join(one.name for one in self.step.timelines)
            message = f"{name} is not a timeline of {self.step.title}. There are: {there or 'none'}."
            raise PlanError(message)
        return Timeline(self.session, found, whole(TABLES[found.table]), self.step.book)

    def more(self) -> Screen:
        """Return the tables of the step that open on demand."""
        return More(self.session, self.step)

    def chart(self, name: str) -> Screen:
        """Return a picture of the step.

        Raises
        ------
        PlanError
            When the step has no such picture.
        """
        found = next((one for one in self.step.pictures if one.chart == name), None)
        if found is None:
            there = ", ".join(one.chart for one in self.step.pictures)
            message = f"{name} is not a picture of {self.step.title}. There are: {there}."
            raise PlanError(message)
        return PictureView(self.session, self.step, found)

    def ballot(self, name: str) -> Screen:
        """Return who has voted on a ballot of the step, and the reveal.

        Raises
        ------
        PlanError
            When there is no such ballot.
        """
        return BallotView(self.session, self.step, ballots.ballot(name))

    def inbox(self) -> Screen:
        """Return everything that is due from one person, to be answered one after another."""
        return InboxView(self.session, self.step)

    def study(self, name: str) -> Screen:
        """Return a question to work on, with a calculation that runs aside.

        Raises
        ------
        PlanError
            When the step has no such study.
        """
        found = next((one for one in self.step.studies if one.name == name), None)
        if found is None:
            there = ", ".join(one.name for one in self.step.studies) or "none"
            raise PlanError(f"{name} is not a study of {self.step.title}. There are: {there}.")
        return StudyView(self.session, self.step, found)

    def schedules(self) -> Screen:
        """Return the reports that are made again and again: a form for them, their runs and verdicts."""
        return Schedules(self.session, self.step)

    def findings(self) -> Screen:
        """Return what the checks of the step find."""
        return Findings(self.session, self.step)

    def next(self) -> Screen:
        """Return *before you go on* and the way to the next step."""
        return Next(self.session, self.step, STEPS)

    def overview(self) -> Screen:
        """Return where every step stands, the lights, and the choice of a plan."""
        return Overview(self.session, self.step)


class More(Screen):
    """The tables of a step that open on demand; each is made when it is opened first."""

    def __init__(self, place: Session, step: Step) -> None:
        super().__init__(kind="more")
        self.session, self.step = place, step
        self._made: dict[str, Table] = {}

    def on_open(self, _message: dict[str, object]) -> dict[str, object]:
        """Send the names of the tables with how many rows each holds."""
        plan = self.session.book(self.step.book).plan
        tables = [
            {"name": one.name, "title": one.title, "help": one.doc, "count": len(plan.frame(one.name))}
            for one in self.step.tables
            if one.more
        ]
        return {"op": "state", "tables": tables}

    def on_show(self, message: dict[str, object]) -> dict[str, object]:
        """Make the widget of a table and say which model it is."""
        name = str(message.get("name"))
        table = next((one for one in self.step.tables if one.name == name and one.more), None)
        if table is None:
            raise PlanError(f"{name} is not a table of {self.step.title}.")
        if name not in self._made:
            self._made[name] = Table(self.session, whole(table), self.step.book)
        return {"op": "show", "name": name, "model": self._made[name].model_id}


def whole(table: Declared) -> View:
    """Return the view of a table with all its rows and its essential fields."""
    return View(table.name, table.name, table.title, table.doc, table.essential)


def step(number: int, place: str | Path | None = None) -> Guide:
    """Return a step on the current plan of the workbook folder: ``s = pk.step(4)``.

    Parameters
    ----------
    number : int
        0 (overview) to 8.
    place : str or Path, optional
        The workbook folder; the working directory without it.

    Raises
    ------
    PlanError
        When there is no such step.
    """
    found = next((one for one in STEPS if one.number == number), None)
    if found is None:
        message = f"{number} is not a step. Steps are 0 (overview) to {len(STEPS) - 1}."
        raise PlanError(message)
    return Guide(found, session(Path(place) if place else None))
