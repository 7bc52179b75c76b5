"""A study on the page: its calculation runs in a worker process, the page goes on, and what it proposes is accepted."""

from __future__ import annotations

import asyncio
import logging
import weakref
from collections.abc import Callable

from planning_kit.charts.base import DASH
from planning_kit.errors import PlanError
from planning_kit.forms.page import Answer, Part, shown
from planning_kit.forms.session import Session
from planning_kit.frames import Content
from planning_kit.plan import Edit, Plan
from planning_kit.spec import Step, Study
from planning_kit.studies import STUDIES, Display, Group, Worker

log = logging.getLogger(__name__)
TURNED = "turned"
CALCULATION = "calculation"
"""Who writes what was found: nobody's undo takes it back by accident."""


class StudyView(Part):
    """One study: what was set, how far the calculation is, what it found."""

    def __init__(self, session: Session, step: Step, study: Study) -> None:
        self.declared, self.study = study, STUDIES[study.name]
        self.choices: Answer = {TURNED: {}}
        self.found: Answer = {}
        self.progress: Answer | None = None
        self.sorry = ""
        self._job, self._display = 0, Display()
        self._wanted: Answer | None = None
        self._read: dict[str, Content] = {}
        self._path: object = None
        self.worker = Worker(self._from_worker())
        super().__init__(session, step, "study")

    def _from_worker(self) -> Callable[[Answer], None]:
        """Return how the worker's thread reaches the page: through the loop that serves the browser."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no loop: whoever called waits
            return self.heard
        itself = weakref.WeakMethod(self.heard)

        def take(message: Answer) -> None:
            if (hear := itself()) is not None:
                hear(message)

        def cross(message: Answer) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(take, message)

        return cross

    # --- what the browser is told --------------------------------------------------------------------------

    def state(self) -> Answer:
        """Return everything the page shows of the study."""
        book = self.session.book()
        if self._path != book.path:
            self.found, self._read, self._path = {}, {}, book.path
        reads: set[str] = set()
        choices = {**self.choices, "person": self.session.person}
        self._display = self.study.display(book.plan.recording(reads), book.as_of, choices, self.found)
        return {
            "title": self.declared.title,
            "lead": self.declared.lead,
            "begin": "" if self.progress is not None else self.study.begin,
            "progress": self.progress,
            "sorry": self.sorry,
            "stale": self._is_stale(),
            "begun": bool(self.found),
            **told(self._display, book.plan),
        }

    def _is_stale(self) -> bool:
        """Whether the plan has changed where the calculation looked."""
        plan = self.session.book().plan
        return bool(self.found) and any(plan.content(name) is not content for name, content in self._read.items())

    def refresh(self) -> None:
        """Send the state where it differs, and start what the study wants next."""
        self.changed(None)
        self._go_on()

    def _go_on(self) -> None:
        wanted = self._display.wanted
        if wanted is not None and self.progress is None and dict(wanted) != self._wanted:
            self._wanted = dict(wanted)
            self._start(self._wanted)

    # --- the calculation -----------------------------------------------------------------------------------

    def on_start(self, _message: Answer) -> None:
        """Begin the calculation on the plan as it is."""
        self.found, self._wanted = {}, None
        self._start({name: one for name, one in self.choices.items() if name != TURNED})
        self.refresh()

    def _start(self, choices: Answer) -> None:
        book = self.session.book()
        self.progress, self.sorry = {"words": "starting", "part": None}, ""
        if not self.found:
            self._read = {name: book.plan.content(name) for name in book.plan.tables if name != self.study.keeps}
        self._job = self.worker.start(
            study=self.study.name,
            path=str(book.path),
            revision=book.plan.revision,
            as_of=book.as_of.isoformat(),
            choices=choices,
        )
        self.push("progress", **self.progress)

    def on_stop(self, _message: Answer) -> None:
        """End the calculation with the best so far."""
        self.worker.stop()

    def heard(self, message: Answer) -> None:
        """Take over what the worker says about the calculation under way."""
        if message.get("job") != self._job or self.progress is None:
            return
        if "progress" in message:
            self.progress = message["progress"]
            self.push("progress", **message["progress"])
            return
        self.sorry = str(message.get("sorry", ""))
        if "found" in message:
            self.found = {**self.found, **message["found"]}
            self._keep(message["found"])
        self.progress = None
        self.refresh()

    def _keep(self, found: Answer) -> None:
        """Write the result into the plan, so that checks can read it."""
        values = dict(self.study.kept(found))
        book = self.session.book()
        if not values or book.store.read_only:
            return
        frame = book.plan.frame(self.study.keeps)
        key = book.plan.tables[self.study.keeps].key
        same = frame.index[[all(row[one] == values.get(one) for one in key) for _, row in frame.iterrows()]]
        edit = (
            Edit("set", self.study.keeps, str(same[0]), values)
            if len(same)
            else Edit("add", self.study.keeps, None, values)
        )
        author, book.author = book.author, CALCULATION
        try:
            book.edit_many([edit], reason=self.declared.title)
        except PlanError:
            log.warning("the result of %s could not be kept", self.study.name, exc_info=True)
        finally:
            book.author = author

    # --- what people do ------------------------------------------------------------------------------------

    def on_set(self, message: Answer) -> Answer:
        """Take over a control."""
        self.choices[str(message["name"])] = message["value"]
        return self._followed()

    def on_turn(self, message: Answer) -> Answer:
        """Turn a card over, or back: said outright, as a message may come twice."""
        turned, row = self.choices[TURNED], str(message["id"])
        if message["over"]:
            turned.setdefault(row, "")
        else:
            turned.pop(row, None)
        return self._followed()

    def on_why(self, message: Answer) -> Answer:
        """Keep the reason of a card that was turned over."""
        self._explain({message["id"]: message["text"]})
        return self._followed()

    def _explain(self, reasons: Answer) -> None:
        """Keep reasons of cards that are still turned over."""
        turned = self.choices[TURNED]
        turned.update({str(row): str(text) for row, text in reasons.items() if str(row) in turned})

    def on_accept(self, message: Answer) -> None:
        """Make the edits of the chosen lines in one transaction, once (a plain answer is remembered)."""
        self._explain(message.get("why") or {})
        self.state()
        if self._display.refusal:
            raise PlanError(self._display.refusal)
        picked = {str(one) for one in message.get("ids") or ()}
        items = [one for group in self._display.groups for one in group.items if one.row in picked]
        every = [*(edit for one in items for edit in one.edits), *self._display.edits]
        edits = [edit for number, edit in enumerate(every) if edit not in every[:number]]  # all, and one of them
        if not edits:
            raise PlanError("Nothing is chosen. Tick a line first.")
        self.session.book().edit_many(edits, reason=str(message.get("reason") or self._display.reason))
        self.choices[TURNED] = {}
        self.refresh()

    def _followed(self) -> Answer:
        """Return the state after something was set, and begin what follows from it."""
        self._last = self.state()
        self._go_on()
        return {"op": "state", **self._last, "progress": self.progress}


def told(display: Display, plan: Plan) -> Answer:
    """Return a display as the browser reads it."""
    table = display.table
    return {
        "headline": display.headline,
        "controls": [{**vars(one), "options": [list(pair) for pair in one.options]} for one in display.controls],
        "figures": [list(one) for one in display.figures],
        "groups": [_group(one) for one in display.groups],
        "notes": list(display.notes),
        "table": None
        if table is None
        else {
            "columns": [str(one) for one in table.columns],
            "rows": table.astype("str").replace("nan", DASH).to_numpy().tolist(),
        },
        "pictures": [shown(one, plan) for one in display.pictures],
        "accept": display.accept,
        "every": display.every,
        "reason": display.reason,
        "refusal": display.refusal,
    }


def _group(group: Group) -> Answer:
    items = [
        {"id": one.row, "title": one.title, "lines": list(one.lines), "turned": one.turned, "fixed": one.fixed}
        for one in group.items
    ]
    return {"title": group.title, "turn": group.turn, "items": items}
