"""The session of a guided notebook: the folder's current plan, the person, and whoever wants to know of changes."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from planning_kit import folder
from planning_kit.engine import StepState, ticked_steps
from planning_kit.errors import PassphraseNeeded, PlanError
from planning_kit.frames import Change
from planning_kit.samples import LAST_REVISION, PASSPHRASE
from planning_kit.steps import STEPS
from planning_kit.store import MEMORY
from planning_kit.workbook import POLL_SECONDS, Workbook, beside

log = logging.getLogger(__name__)

SETTLE_SECONDS = 0.1
"""How long after an edit everything else on the page is worked out anew."""
QUIET_SECONDS = 0.7
"""How long nobody has typed before slow checks run."""


class Watcher(Protocol):
    """A widget that shows something of the plan."""

    def changed(self, changes: Sequence[Change] | None) -> None:
        """Take over changes (none: slow checks are in); None means another plan, person or date: all may differ."""

    def beat(self) -> None:
        """Look once a second at what is no change of the plan."""


class Session:
    """One kernel's view of the folder's plan. Made once by :func:`session`.

    Parameters
    ----------
    place : Path
        The workbook folder.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self._watchers: weakref.WeakSet[Watcher] = weakref.WeakSet()
        self._books: dict[str, Workbook] = {}
        self._passphrases: dict[str, str] = {}
        self._locked: dict[str, str] = {}
        self._watching: asyncio.Task[None] | None = None
        self._news: asyncio.Task[None] | None = None
        self._waiting: list[Change] = []
        self.patient = False
        """Whether the slow checks have looked at the plan as it is now."""

    def book(self, name: str = "plan") -> Workbook:
        """Return the plan, or the workbook of a step that keeps its own file beside it: an empty one while locked."""
        if name not in self._books:
            path = folder.current_plan(self.place)
            plan = self.book() if name != "plan" else None
            own = path if plan is None else beside(path, name)
            opened = functools.partial(Workbook, author=self.person_name(), book=name, beside=plan)
            try:
                found = opened(own, create=plan is not None, passphrase=self._passphrases.get(name, ""))
                self._locked.pop(name, None)
            except PassphraseNeeded as locked:
                self._locked[name] = str(locked)
                found = opened(MEMORY, create=True, passphrase=name)
                found.store.read_only = True
            found.on_change(lambda _book, changes: self._later(changes))
            self._books[name] = found
        return self._books[name]

    def lock(self, name: str) -> dict[str, Any] | None:
        """Return what is to be said about the lock of a workbook; None for the plan, which has none."""
        if name == "plan":
            return None
        self.book(name)
        own = beside(self.book().path, name)
        return {
            "locked": name in self._locked,
            "is_new": not own.exists() or own.stat().st_size == 0,
            "file": own.name,
            "hint": PASSPHRASE if LAST_REVISION in self.book().store.names() else "",
        }

    def unlock(self, name: str, passphrase: str) -> None:
        """Open the workbook of a step for this session; the passphrase is kept in memory only.

        Raises
        ------
        PlanError
            When it is wrong, or too short for a new file.
        """
        self._open_again(name, passphrase)
        if name in self._locked:
            self._passphrases.pop(name, None)
            raise PlanError(self._locked[name])

    def close_lock(self, name: str) -> None:
        """Forget the passphrase of a workbook and what was read from it."""
        self._open_again(name, "")

    def _open_again(self, name: str, passphrase: str) -> None:
        self._passphrases[name] = passphrase
        if name in self._books:
            self._books.pop(name).close()
        self.book(name)
        self.tell(None)

    def change_passphrase(self, name: str, passphrase: str) -> None:
        """Encrypt a workbook anew."""
        self.book(name).store.change_passphrase(passphrase)
        self._passphrases[name] = passphrase

    def states(self, *, slow: bool) -> list[StepState]:
        """Return where every step stands; one whose own workbook was never begun has not started."""
        books = {one.book for one in STEPS}
        path = folder.current_plan(self.place)
        here = [self.book(name) for name in books if name == "plan" or beside(path, name).exists()]
        known = {one.step.number: one for book in here for one in book.engine.states(book.plan, book.as_of, slow=slow)}
        ticked = ticked_steps(self.book().plan)
        for step in STEPS:
            if step.book in self._locked and beside(path, step.book).exists():
                known[step.number] = StepState(step, "done" if step.number in ticked else "in progress", (), 0)
        return [known.get(step.number) or StepState(step, "not started", (), 0) for step in STEPS]

    @property
    def person(self) -> str:
        """Id of the person who works here; empty until one is picked."""
        return str(folder.read(self.place).get("person", ""))

    def person_name(self) -> str:
        """Name of the person who works here, as history keeps it."""
        return str(folder.read(self.place).get("author", ""))

    def pick_person(self, row: str) -> None:
        """Remember who works here; the history names them from now on."""
        name = self.book().label(row) if row else ""
        folder.write(self.place, person=row, author=name)
        for one in self._books.values():
            one.author = name or one.author
        self.tell(None)

    def choose(self, name: str, sample: str = "", template: str = "") -> None:
        """Make another plan the current one, from a sample, from a template or empty."""
        folder.choose(self.place, name, sample, template)
        folder.write(self.place, person="", author="")
        self._reopen()

    def _reopen(self) -> None:
        for one in self._books.values():
            one.close()
        self._books.clear()
        self._passphrases.clear()
        self._locked.clear()
        self.tell(None)

    def watch(self, watcher: Watcher) -> None:
        """Tell a widget of changes from now on, as long as it lives."""
        self._watchers.add(watcher)
        if self._watching is None:
            with contextlib.suppress(RuntimeError):
                self._watching = asyncio.get_running_loop().create_task(self._poll())

    def _later(self, changes: Sequence[Change]) -> None:
        self._waiting.extend(changes)
        self.look_closer()

    def look_closer(self) -> None:
        """Spread the news once the answers to what was typed are on their way; slow checks when it is quiet."""
        self.patient = False
        if self._news is not None:
            self._news.cancel()
        try:
            self._news = asyncio.get_running_loop().create_task(self._spread())
        except RuntimeError:  # no event loop: nobody types
            self.patient = True
            changes, self._waiting = self._waiting, []
            self.tell(changes)

    async def _spread(self) -> None:
        """Run checks and tell the widgets one at a time: what is typed meanwhile is answered in between."""
        await asyncio.sleep(SETTLE_SECONDS)
        if self._waiting:
            await self._look(slow=False)
            await self._tell_in_turn()
        await asyncio.sleep(QUIET_SECONDS)
        await self._look(slow=True)
        self.patient = True
        await self._tell_in_turn()

    async def _look(self, *, slow: bool) -> None:
        for book in tuple(self._books.values()):
            for _ in book.engine.look(book.plan, book.as_of, slow=slow):
                await asyncio.sleep(0)

    async def _tell_in_turn(self) -> None:
        changes = tuple(self._waiting)
        for one in tuple(self._watchers):
            self._tell(one, changes)
            await asyncio.sleep(0)
        del self._waiting[: len(changes)]

    def tell(self, changes: Sequence[Change] | None) -> None:
        """Tell every widget of changes at once."""
        for one in tuple(self._watchers):
            self._tell(one, changes)

    @staticmethod
    def _tell(watcher: Watcher, changes: Sequence[Change] | None) -> None:
        """Tell one widget; if it fails, that does not keep the others from hearing."""
        try:
            watcher.changed(changes)
        except Exception:
            log.exception("a widget could not take over a change")

    async def _poll(self) -> None:
        """Look once a second for what other kernels did, and for another choice of plan."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                if self._books and folder.current_plan(self.place) != self.book().path:
                    self._reopen()
                for one in tuple(self._books.values()):
                    one.poll()
                for watcher in tuple(self._watchers):
                    watcher.beat()
            except PlanError:
                log.warning("the plan could not be looked at", exc_info=True)


_SESSIONS: dict[Path, Session] = {}


def session(place: Path | None = None) -> Session:
    """Return the kernel's session for a workbook folder (the working directory without one)."""
    where = (place or Path.cwd()).resolve()
    if where not in _SESSIONS:
        _SESSIONS[where] = Session(where)
    return _SESSIONS[where]
