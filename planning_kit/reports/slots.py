"""Do what is due: write slots down, claim one, run it, put its page in place, send the mails.

Any number of schedulers may do this on one plan at the same time, and each may be killed at any moment: a slot is
claimed before it runs, its verdict and its mails are written in one transaction by whoever still holds the claim,
and only then is the page moved to its place, by this scheduler or the next one.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import hashlib
import json
import logging
import platform
import re
import shutil
import socket
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from planning_kit import __version__, clock
from planning_kit.errors import PlanError, PlanFileError
from planning_kit.reports import index, outbox, runner
from planning_kit.reports.ledger import LATE, files, refuse_private, slot, slots, write_page
from planning_kit.reports.runner import Made
from planning_kit.reports.schedule import working_days, zone_named
from planning_kit.reports.server import server
from planning_kit.shipped import shipped
from planning_kit.store import Ledger, Mail, Run, Schedule, stamp
from planning_kit.workbook import Workbook

TRIES = 3
WAIT = dt.timedelta(minutes=2)
LEASE = dt.timedelta(minutes=2)
POLL_SECONDS = 5.0
HISTORY = "history.html"
"""The page with every run, beside the reports."""
log = logging.getLogger(__name__)


@dataclasses.dataclass
class Scheduler:
    """One scheduler on one plan.

    Attributes
    ----------
    workbook : Workbook
        The plan, open for writing.
    make : callable
        Makes a report: `planning_kit.reports.run`, or what stands in for it.
    say : callable
        Told in a sentence what was done.
    lease : datetime.timedelta
        How long a claim lasts when it is not renewed.
    stop : threading.Event
        Set from outside, it begins no further report.
    name : str
        As no other scheduler is called.
    base : Path, optional
        The folder from which those of schedules are seen; that of the plan without it.
    only : int
        The schedule it works on, once for each of its runs, without mails; 0 for all.
    """

    workbook: Workbook
    make: Callable[..., Made] = runner.run
    say: Callable[[str], None] = log.info
    lease: dt.timedelta = LEASE
    stop: threading.Event = dataclasses.field(default_factory=threading.Event)
    name: str = dataclasses.field(default_factory=lambda: f"{socket.gethostname()}/{uuid.uuid4().hex}")
    base: Path | None = None
    only: int = 0

    @property
    def ledger(self) -> Ledger:
        """What is written down about repeated reports."""
        return self.workbook.store.ledger

    @property
    def folder(self) -> Path:
        """The folder from which folders of schedules are seen."""
        return self.base or self.workbook.path.absolute().parent

    def do_what_is_due(self) -> int:
        """Run every slot that is due and send every mail that waits; returns how many runs failed.

        Raises
        ------
        PlanError
            When the plan cannot be written or the mail server is not set as it must be.
        """
        self.workbook.poll()
        through, failures = None if self.only else outbox.server(), 0
        if not self.only:
            self._write_down()
        self._put_in_place()
        run = self._claim()
        with server() if run and self.make is runner.run else contextlib.nullcontext():  # one for all that is due
            did = run is not None
            while run:
                failures += not self._do(run)
                self._put_in_place()
                run = self._claim()
            for folder in {one.folder for one in self.ledger.schedules(ended=True)} if did else ():
                index.write(self.folder / folder, self.folder, self.ledger)
                with contextlib.suppress(PlanFileError):  # a folder that cannot be written to has refused the report
                    write_page(self.folder / folder / HISTORY, self.workbook)
        if through:
            outbox.deliver(self.ledger, self.name, self.say, through, self._attached)
        return failures

    def _claim(self) -> Run | None:
        if self.stop.is_set():
            return None
        return self.ledger.claim(self.name, stamp(clock.now()), stamp(clock.now() + self.lease), self.only)

    def run_until_stopped(self) -> None:
        """Do what is due, again and again, until told to stop; a report that is being made is finished first."""
        while not self.stop.is_set():
            try:
                self.do_what_is_due()
            except (PlanFileError, OSError) as problem:  # locked for long, disk full: another time
                self.say(str(problem))
            self.stop.wait(POLL_SECONDS)

    # --- slots ---------------------------------------------------------------------------------------------

    def _write_down(self) -> None:
        """Write down what became due since the last slot of each schedule."""
        now, works = clock.now(), working_days(self.workbook.plan)
        for one in self.ledger.schedules():
            last = dt.datetime.fromisoformat(self.ledger.last_slot(one.number) or one.made_at)
            if fresh := slots(one, last, now, works):
                self.ledger.write_down(one.number, fresh)

    def ask(self, schedule: Schedule) -> None:
        """Write down that a report is wanted now, besides the moments of its rule."""
        self._write_down()
        self.ledger.write_down(schedule.number, [slot(schedule, clock.now())])

    def _do(self, run: Run) -> bool:
        """Run a claimed slot; False when it failed for good."""
        schedule, begun, is_final = self._schedule_of(run), clock.now(), self.only > 0
        if run.attempt > TRIES:
            made = _unmade(run, f"what made it was stopped {TRIES} times.")
            return self._failed(schedule, run, made, begun, is_final=True)
        try:
            refuse_private(run.report)
            with self._held(run):
                made = self.make(
                    self.workbook.store.address,
                    run.report,
                    as_of=dt.date.fromisoformat(run.as_of),
                    parameters=run.parameters,
                    folder=self._staging(schedule, run),
                    kinds=[one.suffix[1:] for one in files(schedule, Path(run.report))],
                )
            if made.ok:
                return self._made(schedule, run, made, begun)
        except PlanError as problem:  # asked again, it would be refused again
            made, is_final = _unmade(run, str(problem)), is_final or not isinstance(problem, PlanFileError)
        except Exception as fault:  # whatever it is, other slots go on and this one has its verdict
            log.debug("slot %s of schedule %s", run.slot, run.schedule, exc_info=True)
            made = _unmade(run, f"something unexpected happened ({type(fault).__name__}: {fault}).")
        except BaseException:  # told to stop at once: the next scheduler takes it over without waiting
            self.ledger.settle(run, state="waiting", free_at=stamp(clock.now()))
            raise
        return self._failed(schedule, run, made, begun, is_final=is_final)

    @contextlib.contextmanager
    def _held(self, run: Run) -> Iterator[None]:
        """Renew the lease while a report is being made, on a thread and connections of its own."""
        done = threading.Event()

        def renew() -> None:
            while not done.wait(self.lease.total_seconds() / 3):
                with contextlib.suppress(PlanFileError), contextlib.closing(self.ledger.another()) as ledger:
                    ledger.renew(run, stamp(clock.now() + self.lease))

        thread = threading.Thread(target=renew, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    # --- verdicts ------------------------------------------------------------------------------------------

    def _made(self, schedule: Schedule, run: Run, made: Made, begun: dt.datetime) -> bool:
        """Write down a page that was made, with its mails."""
        contents = [one.read_bytes() for one in files(schedule, made.path)]
        record = self._record(run, made, begun)
        file = _place(schedule, made)
        late = begun - dt.datetime.fromisoformat(run.slot) > LATE
        told = f"Published {file.name}: as of {run.as_of}, revision {record['revision']}"
        told += f", made late, on {begun:%Y-%m-%d}." if late else "."
        record |= {"file": str(file), "page_hash": outbox.hash_of(contents), "sentence": told}
        title, lines = outbox.headlines(contents[0].decode("utf-8", errors="replace"))
        body = "\n".join([title, *(f"- {one}" for one in lines), "", "The whole report is attached.", told])
        headline = f"{title or run.report}, {run.as_of}"
        mails = outbox.mails(schedule, dataclasses.replace(run, **record), schedule.recipients, headline, body)
        self._settle(run, mails, state="made", staged=made.path.name, **record)
        return True

    def _settle(self, run: Run, mails: Iterable[Mail] = (), **outcome: Any) -> bool:
        """Write a verdict and say it; False when the claim was lost meanwhile."""
        is_ours = self.ledger.settle(run, mails, **outcome)
        taken = f"{run.report} for {run.as_of} was taken over by another scheduler meanwhile."
        self.say(outcome["sentence"] if is_ours else taken)
        return is_ours

    def _failed(self, schedule: Schedule, run: Run, made: Made, begun: dt.datetime, *, is_final: bool) -> bool:
        """Write down a failure: another attempt later, or the end, with a notice; False at the end."""
        record = self._record(run, made, begun)
        if not is_final and run.attempt < TRIES:
            told = f"{made.sentence} It will be tried again."
            again = stamp(clock.now() + WAIT * 4 ** (run.attempt - 1))
            self._settle(run, state="waiting", free_at=again, sentence=told, **record)
            return True
        told = self._kept(schedule, made)
        due = dt.datetime.fromisoformat(run.slot).astimezone(zone_named(schedule.zone))
        body = f"{told}\n\nIt was due on {due:%Y-%m-%d at %H:%M} ({due.tzinfo}). Earlier reports are unchanged."
        recipients = (schedule.owner,) if schedule.owner else schedule.recipients
        notices = outbox.mails(schedule, run, recipients, f"{run.report}, {run.as_of}: not published", body)
        if is_ours := self._settle(run, notices, state="failed", sentence=told, **record):
            shutil.rmtree(self._staging(schedule, run).parent, ignore_errors=True)
        return not is_ours

    def _kept(self, schedule: Schedule, made: Made) -> str:
        """Keep the notebook with the error beside the reports; returns the verdict, which names it."""
        told = made.sentence
        if made.path.is_file():
            kept = self.folder / _place(schedule, made)
            made.path.replace(kept)
            told = told.replace(str(made.path), str(kept))
        return told

    @staticmethod
    def _record(run: Run, made: Made, begun: dt.datetime) -> dict[str, Any]:
        """Return what is kept of every run: when, on which revision, from what, by what."""
        revision = made.revision or run.revision
        order = json.dumps([run.report, run.as_of, run.parameters, revision])
        notebook = shipped("notebooks") / "reports" / f"{run.report}.ipynb"
        libraries = ", ".join(f"{one} {version(one)}" for one in ("pandas", "altair", "papermill"))
        return {
            "started_at": stamp(begun),
            "finished_at": stamp(clock.now()),
            "revision": revision,
            "order_hash": hashlib.sha256(order.encode()).hexdigest(),
            "notebook_hash": hashlib.sha256(notebook.read_bytes()).hexdigest() if made.path.name else "",
            "versions": f"planning-kit {__version__}, {libraries}, Python {platform.python_version()}",
        }

    def _attached(self, mail: Mail) -> list[Path]:
        return files(self._schedule_of(mail), self.folder / mail.file) if mail.file else []

    # --- pages ---------------------------------------------------------------------------------------------

    def _schedule_of(self, run: Run | Mail) -> Schedule:
        return next(one for one in self.ledger.schedules(ended=True) if one.number == run.schedule)

    def _staging(self, schedule: Schedule, run: Run) -> Path:
        """Return where the page of this attempt waits: beside its place, unseen."""
        slot = re.sub(r"\D", "", run.slot)
        return self.folder / schedule.folder / f".slot-{run.schedule}-{slot}" / str(run.attempt)

    def _put_in_place(self) -> None:
        """Move the pages of finished runs to their place: what is there was whole at any moment."""
        for run in self.ledger.made():
            schedule, file = self._schedule_of(run), self.folder / run.file
            staging = self._staging(schedule, run)
            waiting = files(schedule, staging / Path(run.staged).name)
            for one, target in reversed(list(zip(waiting, files(schedule, file), strict=True))):  # the page last
                with contextlib.suppress(FileNotFoundError):  # another scheduler has just done it
                    one.replace(target)
            shutil.rmtree(staging.parent, ignore_errors=True)
            if file.exists():
                self.ledger.settle(run, state="published")
            else:
                self.ledger.settle(run, state="failed", sentence=f"{file} was lost before it was in its place.")


def _place(schedule: Schedule, made: Made) -> Path:
    return Path(schedule.folder) / f"{made.path.stem}-S{schedule.number}{made.path.suffix}"


def _unmade(run: Run, reason: str) -> Made:
    return Made(ok=False, path=Path(), sentence=f"{run.report} was not published: {reason}")
