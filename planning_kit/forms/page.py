"""The other parts of a guided page: header, findings, agenda, picture, before-you-go-on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from planning_kit import charts, letters
from planning_kit.charts import theme
from planning_kit.engine import begun, grouped
from planning_kit.errors import PlanError
from planning_kit.forms.explain import Explaining
from planning_kit.forms.session import Session
from planning_kit.forms.words import clock_text, undo_words
from planning_kit.frames import Change, Content
from planning_kit.plan import Edit, Plan
from planning_kit.spec import Finding, Pick, Picture, Step
from planning_kit.workbook import Workbook, rows

Answer = dict[str, Any]
SHOWN_FIRST = 3
TWIN = 200
"""Rows of a table twin."""


class Part(Explaining):
    """A part of a page that shows a state worked out from the plan, and shows it anew when it differs.

    What takes long (slow checks) is left out at first, and shown once the session has looked at it.
    """

    def __init__(self, session: Session, step: Step, kind: str) -> None:
        super().__init__(kind=kind)
        self.session, self.step = session, step
        self._last: Answer | None = None
        session.watch(self)

    @property
    def book(self) -> Workbook:
        """The workbook the step is kept in."""
        return self.session.book(self.step.book)

    def findings(self, step: int | None = None) -> list[Finding]:
        """Return what is known of the checks at this moment."""
        return self.book.findings(step, slow=self.session.patient)

    def state(self) -> Answer:
        """Return everything the browser shows."""
        raise NotImplementedError

    def on_open(self, _message: Answer) -> Answer:
        """Send everything."""
        self._last = self.state()
        self.session.look_closer()
        return {"op": "state", **self._last}

    def changed(self, _changes: Sequence[Change] | None) -> None:
        """Show the state anew where it differs."""
        if self._last is not None and (state := self.state()) != self._last:
            self._last = state
            self.push("state", **state)


class Header(Part):
    """Title and question of the step, the plan, who works here, undo."""

    def __init__(self, session: Session, step: Step) -> None:
        super().__init__(session, step, "header")

    def state(self) -> Answer:
        """Return the header, and what the Plan panel shows."""
        book = self.book
        plan = self.session.book().plan
        people = plan.with_role("people")
        organisation = str(plan.marked("profile", "organisation") or "")
        return {
            "number": self.step.number,
            "title": self.step.title,
            "question": self.step.question,
            "who": self.step.who,
            "minutes": sum(one.minutes for one in self.step.agenda),
            "plan": self.session.book().path.name,
            "organisation": organisation,
            "as_of": str(book.as_of),
            "person": self.session.person,
            "people": [[row, plan.label(row)] for row in plan.content(people.name).labels] if people else [],
            "revision": book.plan.revision,
            "saved": clock_text(book),
            "undo": undo_words(book, redo=False),
            "redo": undo_words(book, redo=True),
            "panel": panel(self.session),
            "lock": self.session.lock(self.step.book),
        }

    def on_person(self, message: Answer) -> Answer:
        """Remember who works here."""
        self.session.pick_person(str(message.get("id") or ""))
        return self.on_open(message)

    def on_undo(self, message: Answer) -> Answer:
        """Take back the last change."""
        self.book.undo()
        return self.on_open(message)

    def on_redo(self, message: Answer) -> Answer:
        """Make again what was undone last."""
        self.book.redo()
        return self.on_open(message)

    def on_unlock(self, message: Answer) -> Answer:
        """Open the step's own workbook with what was typed; a new passphrase is typed twice."""
        self.session.unlock(self.step.book, _typed(message))
        return self.on_open(message)

    def on_lock(self, message: Answer) -> Answer:
        """Close the step's own workbook."""
        self.session.close_lock(self.step.book)
        return self.on_open(message)

    def on_passphrase(self, message: Answer) -> Answer:
        """Encrypt the step's own workbook with another passphrase."""
        self.session.change_passphrase(self.step.book, _typed(message))
        return self.on_open(message)


def _typed(message: Answer) -> str:
    """Return a passphrase as typed; typed twice, both must be the same."""
    typed = str(message.get("passphrase") or "")
    if message.get("again", typed) != typed:
        raise PlanError("The two are not the same. Type the new passphrase twice.")
    return typed


def panel(session: Session) -> Answer:
    """Return what the Plan panel at the left shows: the steps with their lights."""
    book = session.book()
    states = session.states(slow=False)
    steps = [
        {
            "number": one.step.number,
            "title": one.step.short,
            "state": one.state,
            "blockers": list(one.blockers[:SHOWN_FIRST]),
            "blocked": len(one.blockers),
            "findings": one.findings,
        }
        for one in states
    ]
    organisation = str(book.plan.marked("profile", "organisation") or "")
    person = book.label(session.person) if session.person else ""
    return {"plan": book.path.name, "organisation": organisation, "person": person, "steps": steps}


class Findings(Part):
    """What the checks of the step find, grouped, the three most telling first."""

    def __init__(self, session: Session, step: Step) -> None:
        super().__init__(session, step, "findings")

    def state(self) -> Answer:
        """Return the groups of findings."""
        found = self.findings(self.step.number)
        has_begun = begun(self.step.tables, self.book.plan)
        return {
            "groups": [self._group(code, some) for code, some in grouped(found).items()] if has_begun else [],
            "calm": "Nothing to mend here. Go on, or look again after the next change.",
            "not_begun": "" if has_begun else "Nothing is looked at before you begin. Fill in the first row above.",
        }

    def _group(self, code: str, some: list[Finding]) -> Answer:
        one = self.book.engine.checks[code]
        shown = [
            {"id": f.row, "where": self.book.label(f.row), "sentence": f.message, "remedy": f.remedy} for f in some
        ]
        return {
            "code": code,
            "severity": some[0].severity,
            "title": one.title,
            "count": len(some),
            "first": shown[:SHOWN_FIRST],
            "rest": shown[SHOWN_FIRST:],
            "what": one.what,
            "why": one.why,
            "fix": one.fix,
            "source": one.source,
        }


class AgendaClock(Part):
    """The run of show with a timer."""

    def __init__(self, session: Session, step: Step) -> None:
        super().__init__(session, step, "agenda")

    def state(self) -> Answer:
        """Return the items of the agenda."""
        items = self.step.agenda
        return {
            "title": f"Run of show · {sum(one.minutes for one in items)} minutes",
            "total": sum(one.minutes for one in items),
            "who": self.step.who,
            "items": [
                {"title": i.title, "minutes": i.minutes, "how": i.how, "prompt": i.prompt, "asks": list(i.asks)}
                for i in items
            ],
        }


class PictureView(Part):
    """A chart with the sentence on how to read it and its table."""

    def __init__(self, session: Session, step: Step, picture: Picture) -> None:
        self.picture, self._picked = picture, ""
        self._read: dict[str, Content] = {}
        self._seen: tuple[object, ...] = ()
        super().__init__(session, step, "picture")

    def state(self) -> Answer:
        """Return the chart as Vega-Lite, its table twin, its age; drawn anew when a table it shows has changed."""
        plan = self.book.plan
        seen = (self.session.book().path, self.book.as_of, self._picked, plan.beside and plan.beside.revision)
        same = self._last and seen == self._seen and all(plan.content(one) is it for one, it in self._read.items())
        if self._last is None or not same:
            reads: set[str] = set()
            drawn = self._drawn(plan.recording(reads))
            self._read, self._seen = {name: plan.content(name) for name in reads}, seen
            return drawn
        return self._last

    def _drawn(self, plan: Plan) -> Answer:
        drawn = charts.drawn(self.picture.chart, plan, self.book.as_of, self._picked)
        return {
            **shown(drawn, plan),
            "lead": self.picture.lead,
            "picks": self._picks(plan),
            "act": None if drawn.beside is None else self._act(plan),
        }

    def _picks(self, plan: Plan) -> list[Answer]:
        if not self.picture.pick:
            return []
        tables = plan.tables
        picks = [one if isinstance(one, Pick) else Pick(tables[one].title, one) for one in self.picture.pick]
        groups = [[one.title, self._options(plan, one)] for one in picks]
        return [{"name": "pick", "label": self.picture.pick_title, "groups": groups, "value": self._picked}]

    @staticmethod
    def _options(plan: Plan, pick: Pick) -> list[list[str]]:
        if pick.of:
            field = plan.tables[pick.table].fields[pick.of]
            return [[one, field.choice_label(one)] for one in field.choices]
        return [[row, plan.label(row)] for row in rows(plan, pick.table, pick.where)]

    def _act(self, plan: Plan) -> Answer | None:
        act = self.picture.act
        if act is None or self.book.store.read_only or (self.picture.pick and not self._picked):
            return None
        holder = plan if act.table in plan.tables else plan.beside or plan
        home = plan.table_of(self._picked) if self._picked else None
        linked = set(map(str, plan.row(home.name, self._picked).values())) if home else set()
        every = sorted(holder.content(act.table).labels, key=lambda row: row not in linked)  # the linked first
        options = [[row, plan.label(row)] for row in every if row != self._picked]
        return {"label": act.title, "button": act.button, "options": options}

    def on_act(self, message: Answer) -> Answer:
        """Do what the picture offers with the row that was chosen: one change, one undo."""
        act, chosen, picked = self.picture.act, str(message.get("value") or ""), self._picked
        if act is None or not chosen or (self.picture.pick and not picked):
            raise PlanError("Choose from the list first.")
        edits = act.edits(self.book.plan, self.book.as_of, picked, chosen)
        names = {"picked": picked and self.book.label(picked), "taken": self.book.label(chosen)}
        done = act.reason.format(**names)
        told = f"{len(edits)} entries changed."
        if act.writes:
            name, sections = act.writes(self.book.plan, self.book.as_of, picked, chosen)
            made = letters.write(self.session.place / letters.FOLDER, name, sections)
            told = f"{made.name} is in the folder {letters.FOLDER}; only you can read it."
        self.book.edit_many(edits, reason=done)
        return {**self.on_open(message), "done": f"{done}: {told}"}

    def on_undo(self, message: Answer) -> Answer:
        """Take back what was done on the spot."""
        self.book.undo()
        return self.on_open(message)

    def on_pick(self, message: Answer) -> Answer:
        """Draw the chart for another choice."""
        self._picked = str(message.get("value") or "")
        return self.on_open(message)


def shown(drawn: charts.Drawn, plan: Plan) -> Answer:
    """Return a drawing as the browser reads it."""
    return {
        "title": drawn.title,
        "spec": drawn.chart.to_dict() if drawn.chart is not None else None,
        "config": {"light": theme.config(dark=False), "dark": theme.config(dark=True)},
        "empty": drawn.empty,
        "note": drawn.note,
        "table": {**_told(drawn.table, plan), "heads": drawn.heads},
        "beside": None if drawn.beside is None else _told(drawn.beside, plan),
        "age": f"Data of {drawn.age}" if drawn.age else "",
    }


def _told(frame: pd.DataFrame, plan: Plan) -> Answer:
    """Return a frame as texts, with the ids of what its rows are about."""
    table = frame.head(TWIN).astype("str").replace({"nan": "", "NaT": "", "<NA>": "", "None": ""})
    return {
        "columns": [str(one) for one in table.columns],
        "rows": table.to_numpy().tolist(),
        "ids": [
            str(one) if any(each and each.has(str(one)) for each in (plan, plan.beside)) else "" for one in table.index
        ],
    }


class Next(Part):
    """Before you go on: the lights of the step, the tick, and the way to the next step."""

    def __init__(self, session: Session, step: Step, steps: Sequence[Step]) -> None:
        self.steps = steps
        super().__init__(session, step, "next")

    def state(self) -> Answer:
        """Return the lights, the tick and the next notebook."""
        plan = self.book.plan
        open_codes = {one.code for one in self.findings(self.step.number)}
        lights = [
            {
                "text": one.text,
                "ok": all(len(plan.frame(t)) for t in one.tables) and not open_codes & set(one.codes),
            }
            for one in self.step.ready
        ]
        later = [one for one in self.steps if one.number > self.step.number]
        following = later[0] if later else self.steps[0]
        return {
            "lights": lights,
            "done": {"label": f"{self.step.title} is done for now", "ticked": bool(self._ticks())},
            "next": {
                "label": f"{following.number or ''} {following.title}".strip(),
                "path": following.notebook,
            },
        }

    def _ticks(self) -> list[str]:
        plan = self.session.book().plan
        table = plan.with_role("approvals")
        name = table.field_with_role("step") if table else None
        if table is None or name is None:
            return []
        frame = plan.frame(table.name)
        return [str(one) for one in frame.index[frame[name] == self.step.number]]

    def on_done(self, message: Answer) -> Answer:
        """Record (or take back) that the step is done."""
        book = self.session.book()
        table = book.plan.with_role("approvals")
        name = table.field_with_role("step") if table else None
        if table is None or name is None:
            raise PlanError("This plan keeps no record of finished steps.")
        if message.get("ticked"):
            values = {name: self.step.number, **self._signature(table.fields)}
            book.edit_many([Edit("add", table.name, None, values)], reason=f"{self.step.title} is done")
        else:
            book.edit_many(
                [Edit("remove", table.name, one) for one in self._ticks()],
                reason=f"{self.step.title} is open again",
            )
        return self.on_open(message)

    def _signature(self, fields: Any) -> Answer:
        """Return who ticks and when, for the fields that keep it."""
        marks: dict[str, Callable[[], Any]] = {
            "by": lambda: self.session.person or None,
            "on": lambda: self.book.as_of,
        }
        return {name: marks[one.role]() for name, one in fields.items() if one.role in marks}
