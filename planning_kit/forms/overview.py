"""The overview of 00_start: where every step stands, the lights, the breaks, what changed, which plan."""

from __future__ import annotations

from typing import Any

from planning_kit import folder
from planning_kit.engine import Light, StepState
from planning_kit.forms.page import Answer, Part
from planning_kit.forms.session import Session
from planning_kit.forms.words import what_changed
from planning_kit.samples import SAMPLES, templates
from planning_kit.spec import Step
from planning_kit.store import Revision

CHANGES_SHOWN = 6


class Overview(Part):
    """The first page: one clear next action, then everything at a glance."""

    def __init__(self, session: Session, step: Step) -> None:
        super().__init__(session, step, "overview")

    def state(self) -> Answer:
        """Return the whole overview."""
        book = self.book
        slow = self.session.patient
        states = self.session.states(slow=slow)
        notebooks = {one.step.number: one.step.notebook for one in states}
        threads = book.engine.threads(book.plan, book.as_of, slow=slow)
        gaps = book.engine.gaps(book.plan, book.as_of, slow=slow)
        return {
            "plan": book.path.name,
            "organisation": str(book.plan.marked("profile", "organisation") or ""),
            "as_of": str(book.as_of),
            "headline": headline(states),
            "steps": [self._step(one) for one in states if one.step.number],
            "threads": [self._light(one, notebooks) for one in threads],
            "breaks": [self._light(one, notebooks) for one in gaps],
            "changes": [self._change(one) for one in book.history(limit=CHANGES_SHOWN)],
            "plans": [
                {"name": one.name, "label": one.stem.replace("-", " "), "current": one == book.path}
                for one in folder.plans(self.session.place)
                if ".appraisal." not in one.name
            ],
            "samples": [
                {"name": name, "title": name.replace("-", " "), "note": note} for name, note in SAMPLES.items()
            ],
            "templates": list(templates().items()),
            "revisions": [{"name": name, "revision": revision} for name, revision in book.store.names().items()],
        }

    def _step(self, one: StepState) -> Answer:
        return {
            "number": one.step.number,
            "title": one.step.short,
            "question": one.step.question,
            "state": one.state,
            "blockers": list(one.blockers[:3]),
            "blocked": len(one.blockers),
            "findings": one.findings,
            "path": one.step.notebook,
        }

    def _light(self, one: Light, notebooks: dict[int, str]) -> Answer:
        return {
            "name": one.name,
            "state": one.state,
            "reason": one.reason,
            "sentence": one.reason,
            "count": one.count,
            "path": notebooks[one.step],
        }

    def _change(self, one: Revision) -> Answer:
        return {
            "when": one.made_at[:16].replace("T", " "),
            "who": one.author,
            "what": what_changed(self.book, len(one.changes), next(iter(one.changes), None)),
            "why": one.reason,
        }

    def on_choose(self, message: Answer) -> Answer:
        """Make another plan the current one: an existing file, a copy of a sample, from a template, or empty."""
        wanted = (str(message.get(one) or "") for one in ("file", "sample", "template"))
        self.session.choose(*wanted)
        return self.on_open(message)


def headline(states: list[StepState]) -> dict[str, Any]:
    """Return the one thing to do next, as a sentence with a button."""
    guided = [one for one in states if one.step.number]
    for one in guided:
        if one.state == "blocked":
            others = len(one.blockers) - 1
            more = f" {others} more wait behind it." if others else ""
            return _do(
                f"{one.step.short} is blocked. {one.blockers[0]}{more}",
                f"Open {one.step.short}",
                one.step,
            )
    for one in guided:
        if one.state == "not started":
            return _do(
                f"Next is {one.step.short}. {one.step.question}",
                f"Begin {one.step.short}",
                one.step,
            )
    for one in guided:
        if one.state == "in progress":
            return _do(
                f"Nothing blocks {one.step.short}. Read it once more and tick it as done.",
                f"Open {one.step.short}",
                one.step,
            )
    last = next(one.step for one in reversed(guided) if one.step.reports)
    return _do(
        "All eight steps are done for now. Keep the plan alive: update measures and tasks every month.",
        f"Open {last.short}",
        last,
    )


def _do(text: str, label: str, step: Step) -> dict[str, Any]:
    return {"text": text, "action": {"label": label, "path": step.notebook}}
