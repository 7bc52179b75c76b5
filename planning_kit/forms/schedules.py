"""Reports on a schedule, on the page: the form, the next dates while one types, the list, and every run's verdict."""

from __future__ import annotations

import subprocess

from planning_kit import reports
from planning_kit.errors import PlanError
from planning_kit.forms.page import Answer, Part
from planning_kit.forms.session import Session
from planning_kit.spec import Step


class Schedules(Part):
    """The schedules of the plan; they lie outside its history, so the page looks once a second."""

    def __init__(self, session: Session, step: Step) -> None:
        self._started: subprocess.Popen[str] | None = None
        self.sorry = ""
        super().__init__(session, step, "schedules")

    def state(self) -> Answer:
        """Return what can be chosen, the schedules, and what became of them."""
        return {"offer": reports.offer(self.book), **reports.standing(self.book), **self._under_way()}

    def _under_way(self) -> Answer:
        """Return whether a report is being made on request, and why one could not be."""
        if self._started is not None and self._started.poll() is not None:
            _, said = self._started.communicate()
            self._started, self.sorry = None, said.strip()
        return {"busy": self._started is not None, "sorry": self.sorry}

    def beat(self) -> None:
        """Look again."""
        self.changed(())

    def on_dates(self, message: Answer) -> Answer:
        """Return the next dates of what is typed, or why there are none; whatever else is not filled in yet."""
        try:
            return {"op": "dates", "dates": reports.dates(self.book, message), "sorry": ""}
        except PlanError as problem:
            return {"op": "dates", "dates": [], "sorry": str(problem)}

    def on_keep(self, message: Answer) -> Answer:
        """Keep what the form says (a plain answer is remembered: sent twice, kept once)."""
        try:
            kept = reports.keep(self.book, message)
        except PlanError as problem:
            return {"op": "kept", "number": 0, "sorry": str(problem)}
        self.changed(())
        return {"op": "kept", "number": kept.number, "sorry": ""}

    def on_remove(self, message: Answer) -> None:
        """Remove a schedule."""
        reports.remove(self.book, int(message["number"]))
        self.changed(())

    def on_now(self, message: Answer) -> None:
        """Make a report now; what becomes of it is the newest run."""
        if self._started is not None:
            raise PlanError("A report is being made. Wait until it is done.")
        self._started, self.sorry = reports.run_now(self.book, int(message["number"])), ""
        self.changed(())
