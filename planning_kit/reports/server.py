"""Start, ask and end the process that is forked for each report.

``with server():`` keeps one for all reports made inside; a report alone starts its own. Its forks are of two
kinds: a *run* executes the cells of one notebook and ends; a *maker* stays, hands notebooks to runs and draws
their pages, with a drawing engine that is slow at its first chart only and starts threads no run should inherit.
There is none where a fork of a process with libraries like these is not safe, which is everywhere but on Linux.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from planning_kit.errors import PlanError

START_SECONDS = 60
RUN, LEARN, MAKE = b"r", b"l", b"m"
"""What can be asked for: to run a notebook, to learn the plan that reports will be about, to start a maker."""
ENDED = "was stopped from outside or ran out of memory"
OWN = {
    **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "PYTHONHASHSEED": "0",  # the order of sets is the same in every report
}
"""Environment of the process: one thread, nothing left to chance."""


class Limits(NamedTuple):
    """What a report may take: seconds for a cell and for all, bytes beyond what is loaded at its start."""

    cell: float = 120
    run: float = 600
    memory: int = 2**30


LIMITS = Limits()


class Stopped(PlanError):  # noqa: N818 - says what happened
    """A report was ended; the text goes on from "cell 3 ..."."""


class Maker(NamedTuple):
    """A fork that makes one report after the other."""

    line: socket.socket
    file: io.TextIOWrapper

    def close(self) -> None:
        """Let it end."""
        self.file.close()
        self.line.close()


class Server:
    """The process that is forked for each report. Use it as a context manager, or close it.

    Parameters
    ----------
    control : socket, optional
        The way to a server that somebody else started and will end.
    """

    def __init__(self, control: socket.socket | None = None) -> None:
        self._makers: list[Maker] = []
        self._folder = tempfile.TemporaryDirectory(prefix="planning-kit-")
        self._process: subprocess.Popen[bytes] | None = None
        if control:
            self._control = control
        else:
            self._start()

    def _start(self) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-P", "-m", "planning_kit.reports.forks", str(theirs.fileno())],
                env={**os.environ, **OWN, "IPYTHONDIR": self._folder.name},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        """Return the server."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        self.close()

    def close(self) -> None:
        """End the process."""
        self._dismiss()
        self._control.close()
        if self._process:
            try:
                self._process.wait(START_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._folder.cleanup()

    def _dismiss(self) -> None:
        while self._makers:
            self._makers.pop().close()

    def _ask(self, what: bytes) -> socket.socket:
        """Send a request, with a way back to the server; returns the line its answer comes on."""
        ours, theirs = socket.socketpair()
        with theirs, contextlib.suppress(BrokenPipeError):  # then the line ends, which is the answer
            socket.send_fds(self._control, [what], [theirs.fileno(), self._control.fileno()])
        return ours

    def learn(self, order: str) -> None:
        """Read the plan of an order once for all reports that follow; says nothing when it cannot."""
        if self._process and self._process.poll() is not None:  # it was ended from outside: begin again
            self._dismiss()
            self._control.close()
            self._start()
        with self._ask(LEARN) as line, contextlib.suppress(BrokenPipeError):
            line.sendall(order.encode())

    def run(self, cells: Sequence[Mapping[str, Any]], limits: Limits) -> Iterator[dict[str, Any]]:
        """Run cells in a fresh fork, here and in this environment; yields what `Shell.run_cells` tells.

        Raises
        ------
        Stopped
            When a limit was reached. That the fork ended by itself shows in what is missing.
        """
        pid, end = 0, time.monotonic() + START_SECONDS
        with self._ask(RUN) as line, line.makefile(encoding="utf-8") as file:
            line.settimeout(START_SECONDS)
            try:
                pid = json.loads(file.readline() or "{}").get("pid", 0)
                job = {"environment": dict(os.environ), "folder": str(Path.cwd()), "cells": list(cells)}
                end = time.monotonic() + limits.run
                line.sendall(json.dumps({**job, "memory": limits.memory, "within": limits.run}).encode() + b"\n")
                while True:
                    line.settimeout(max(0.001, min(limits.cell, end - time.monotonic())))
                    text = file.readline()
                    if not text.endswith("\n"):
                        return
                    yield json.loads(text)
            except ConnectionError:
                return
            except TimeoutError:
                if not pid:
                    raise Stopped(f"was stopped: its process was not there within {START_SECONDS} seconds") from None
                over = time.monotonic() >= end
                took = f"longer than {limits.run if over else limits.cell:g} seconds"
                raise Stopped(
                    f"was stopped: the report took {took} in all" if over else f"took {took} and was stopped"
                ) from None
            finally:
                if pid:
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.killpg(pid, signal.SIGKILL)  # with all it started

    def make(self, jobs: Sequence[Any], makers: int) -> Iterator[tuple[Any, Any]]:
        """Make reports, so many at a time; yields each job with its answer as it comes, None when there was none.

        Parameters
        ----------
        jobs : sequence
            What `planning_kit.reports.runner.make` is to be told, as JSON values.
        makers : int
            How many work at the same time.
        """
        waiting = list(reversed(jobs))
        with selectors.DefaultSelector() as busy:
            for _ in range(min(makers, len(waiting))):
                self._give(busy, waiting.pop())
            while busy.get_map():
                for key, _ in busy.select():
                    maker, job = key.data
                    busy.unregister(maker.line)
                    answer = maker.file.readline()
                    if answer.endswith("\n"):
                        self._makers.append(maker)
                    else:
                        maker.close()
                    if waiting:
                        self._give(busy, waiting.pop())
                    yield job, json.loads(answer) if answer.endswith("\n") else None

    def _give(self, busy: selectors.BaseSelector, job: Any) -> None:
        if self._makers:
            maker = self._makers.pop()
        else:
            line = self._ask(MAKE)
            maker = Maker(line, line.makefile(encoding="utf-8"))
        with contextlib.suppress(BrokenPipeError):  # then its line ends, which is the answer
            maker.line.sendall(json.dumps(job).encode() + b"\n")
        busy.register(maker.line, selectors.EVENT_READ, (maker, job))


_shared: list[Server] = []


@contextlib.contextmanager
def server(control: socket.socket | None = None) -> Iterator[Server | None]:
    """Keep one server for all reports made inside.

    Parameters
    ----------
    control : socket, optional
        The way to a server that is there already.

    Yields
    ------
    Server or None
        The one that is there already, or a new one that ends with the block; None where there can be none.
    """
    if _shared or sys.platform != "linux":
        yield _shared[0] if _shared else None
        return
    with Server(control) as one:
        _shared.append(one)
        try:
            yield one
        finally:
            _shared.clear()
