"""My updates on a guided page: everything that is due from one person, answered one after another."""

from __future__ import annotations

from collections import defaultdict

from planning_kit import answers
from planning_kit.errors import EditConflict, PlanError, shown
from planning_kit.forms.page import Answer, Part
from planning_kit.forms.session import Session
from planning_kit.forms.words import clock_text
from planning_kit.spec import Inbox, Step

INBOXES = {one.name: one for one in answers.INBOXES}
Kept = defaultdict[tuple[object, str], dict[tuple[str, str], answers.Due]]
"""By plan and person, then by list and row."""


class InboxView(Part):
    """What is due from a person, list by list, prefilled; each answer is an edit of the plan, made at once."""

    def __init__(self, session: Session, step: Step) -> None:
        self._picked = ""
        self._asked: Kept = defaultdict(dict)
        self._settled: Kept = defaultdict(dict)
        super().__init__(session, step, "inbox")

    @property
    def _person(self) -> str:
        """Whose updates: who was picked here, else who works at this page."""
        return next((one for one in (self._picked, self.session.person) if self.book.plan.has(one)), "")

    def state(self) -> Answer:
        """Return what is due and how much of it is done; what was shown once stays answerable."""
        book, person = self.book, self._person
        asked, settled = self._asked[book.path, person], self._settled[book.path, person]
        due = {
            inbox.name: [one for one in answers.due(book, inbox, person) if settled.get((inbox.name, one.row)) != one]
            for inbox in answers.INBOXES
        }
        asked |= {(name, one.row): one for name, some in due.items() for one in some}
        people, waits = book.plan.with_role("people"), answers.waiting(book, answers.INBOXES)
        named = sorted((book.label(row), row) for row in book.plan.content(people.name).labels) if people else []
        return {
            "person": person,
            "people": [[row, f"{label} ({waits[row]})" if waits[row] else label] for label, row in named],
            "name": book.label(person) if person else "",
            "all": len(asked),
            "done": len(asked) - sum(map(len, due.values())),
            "saved": clock_text(book),
            "readonly": book.store.read_only,
            "lists": [self._list(INBOXES[name], some) for name, some in due.items() if some],
        }

    def _list(self, inbox: Inbox, some: list[answers.Due]) -> Answer:
        fields = [answers.target(self.book, inbox).fields[name] for name in inbox.fields]
        asked = [
            {
                "field": one.name,
                "title": one.title,
                "help": one.doc,
                "kind": str(one.kind),
                "uom": one.uom,
                "choices": [[choice, one.choice_label(choice)] for choice in one.choices],
            }
            for one in fields
        ]
        items = [
            {
                "id": one.row,
                "label": one.label,
                "due": str(one.due or ""),
                "late": one.due is not None and one.due < self.book.as_of,
                "told": one.told,
                "values": {name: answers.text(one.known.get(name)) for name in inbox.fields},
                "seen": answers.seen(inbox, one),
            }
            for one in some
        ]
        buttons = [[words, not fixed] for words, fixed in inbox.answers.items()]
        return {"name": inbox.name, "title": inbox.title, "fields": asked, "answers": buttons, "items": items}

    def on_person(self, message: Answer) -> Answer:
        """Show what is due from somebody else."""
        self._picked = str(message.get("id") or "")
        return self.on_open(message)

    def on_answer(self, message: Answer) -> Answer:
        """Take one answer; where somebody else was faster, both values are shown and the person decides."""
        name, row = str(message.get("list")), str(message.get("id"))
        one = self._asked[self.book.path, self._person].get((name, row))
        if one is None:
            raise PlanError("This list is of another plan or person by now. Pick the person again.")
        self.book.poll()
        once = f"{message.get('view')}-{message.get('n')}"
        seen, typed = dict(message["seen"]), dict(message["typed"])
        try:
            answers.answer(self.book, INBOXES[name], one, str(message["button"]), typed, seen=seen, once=once)
        except EditConflict as conflict:
            again = {"seen": {**seen, conflict.field: answers.text(conflict.theirs)}}
            values = (conflict.theirs, conflict.yours)
            theirs, mine = (shown(self.book.shown(conflict.table, conflict.field, value)) for value in values)
            keep, use = {"label": f"Keep “{theirs}”"}, {"label": f"Use “{mine}”", "send": again}
            return {"op": "ask", "question": str(conflict), "choices": [keep, use]}
        still = {one.row: one for one in answers.due(self.book, INBOXES[name], self._person)}
        if row in still:  # put off, not done: it is asked again when it differs, or another day
            self._settled[self.book.path, self._person][name, row] = still[row]
        return self.on_open(message)
