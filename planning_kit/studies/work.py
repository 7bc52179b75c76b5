"""A worker process: long calculations run aside, say how far they are, and stop when asked, with the best so far.

They talk in lines of JSON. A job names a study, a plan file, a revision, a date and what was set; the answers are any
number of ``progress`` and one ``found`` (or ``sorry``: a sentence). The process takes one job after the other and ends
when its input ends, so that it never outlives whoever asked. Run as a program, this file is the process.
"""

import datetime as dt
import json
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from planning_kit.errors import PlanError
from planning_kit.steps import tables_of
from planning_kit.store import Store
from planning_kit.studies.display import STUDIES, Tell

log = logging.getLogger(__name__)
Message = dict[str, Any]
FAILED = "The calculation ended without a result, and the reason is not your entry. Nothing was changed. Try again."
KINDER = 5
"""How much the process steps back behind the screen."""


class Worker:
    """The process, seen from the screen's side; it starts with the first job.

    Parameters
    ----------
    heard : callable
        Told every message of the process, from another thread; ``{"sorry": ...}`` also when it ends unasked.
    """

    def __init__(self, heard: Callable[[Message], None]) -> None:
        self._heard, self._job = heard, 0
        self._process: subprocess.Popen[str] | None = None

    def start(self, **job: Any) -> int:
        """Ask for a calculation; returns the number its messages bear."""
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", __package__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
            threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()
        self._job += 1
        self._say({**job, "job": self._job})
        return self._job

    def stop(self) -> None:
        """Ask for the best so far."""
        self._say({"stop": True})

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _say(self, message: Message) -> None:
        if self._process and self._process.stdin:
            try:
                self._process.stdin.write(json.dumps(message) + "\n")
                self._process.stdin.flush()
            except OSError:
                log.warning("the worker process is gone")

    def _listen(self, process: subprocess.Popen[str]) -> None:
        with process:
            for line in process.stdout or ():
                self._heard(json.loads(line))
        self._heard({"job": self._job, "sorry": FAILED})


def answer(job: Message, tell: Tell) -> Message:
    """Return what a study finds, or a sentence."""
    try:
        store = Store(Path(job["path"]), tables_of("plan"), "plan", read_only=True)
        plan = store.plan(job["revision"])
        found = STUDIES[job["study"]].compute(plan, dt.date.fromisoformat(job["as_of"]), job["choices"], tell)
        store.close()
    except PlanError as refused:
        return {"sorry": str(refused)}
    except Exception:
        log.exception("the study %s failed", job.get("study"))
        return {"sorry": FAILED}
    return {"found": found}


def _read(lines: TextIO, jobs: queue.Queue[Message], stopped: threading.Event) -> None:
    """Take jobs and wishes to stop as they come; end the process with its input."""
    for line in lines:
        message = json.loads(line)
        if message.get("stop"):
            stopped.set()
        else:
            jobs.put(message)
    os._exit(0)


def serve() -> None:
    """Do one job after the other."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    jobs: queue.Queue[Message] = queue.Queue()
    stopped = threading.Event()
    threading.Thread(target=_read, args=(sys.stdin, jobs, stopped), daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(KINDER)
    while True:
        job = jobs.get()
        stopped.clear()

        def say(number: int = job["job"], **message: Any) -> None:
            out.write(json.dumps({"job": number, **message}) + "\n")
            out.flush()

        def tell(words: str, share: float, say: Callable[..., None] = say) -> bool:
            say(progress={"words": words, "part": None if share != share else share})  # noqa: PLR0124 - NaN
            return stopped.is_set()

        say(**answer(job, tell))
