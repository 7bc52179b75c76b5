"""The process that is forked for each report: one thread, everything imported, no file open.

Started by `planning_kit.reports.server` and only by it. Whatever a report does to options, environment,
modules or folders happens in its own fork and ends with it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import random
import resource
import signal
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn, TextIO

import numpy as np
import pandas as pd

from planning_kit.charts.alt import alt
from planning_kit.errors import PlanError
from planning_kit.reports import runner
from planning_kit.reports.known import learn
from planning_kit.reports.parameters import Order
from planning_kit.reports.server import LEARN, RUN, server
from planning_kit.reports.shell import Shell, plain

GRACE_SECONDS = 5
KERNEL = {"TERM": "xterm-color", **dict.fromkeys(("CLICOLOR", "FORCE_COLOR", "CLICOLOR_FORCE"), "1")}
KERNEL |= dict.fromkeys(("PAGER", "GIT_PAGER"), "cat")
"""What a Jupyter kernel sets in its environment."""


def serve(descriptor: int) -> None:
    """Fork a child for each notebook asked for, until whoever asks is gone.

    Parameters
    ----------
    descriptor : int
        The socket on which each request arrives as one letter and the socket of its answer.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are not waited for
    shell = Shell.instance()
    _warm(shell)
    gc.collect()
    gc.freeze()  # no collection in a child touches, and so copies, what all share
    with socket.socket(fileno=descriptor) as control:
        while True:
            asked, given, *_ = socket.recv_fds(control, 1, 2, socket.MSG_CMSG_CLOEXEC)
            if not asked:
                return
            with socket.socket(fileno=given[0]) as line, socket.socket(fileno=given[1]) as back:
                if asked == LEARN:
                    _learn(line)
                elif os.fork() == 0:
                    control.close()
                    _work(line, back, shell if asked == RUN else None)


def _work(line: socket.socket, back: socket.socket, shell: Shell | None) -> NoReturn:
    """Be a run, or without a shell a maker, and end."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with line.makefile("rw", encoding="utf-8") as file:
            if shell is None:
                _make(file, back)
            else:
                back.close()
                _run(file, shell)
    finally:
        os._exit(0)  # whatever happened is told, or known from what was not told


def _make(file: TextIO, back: socket.socket) -> None:
    with server(back):
        for job in file:
            file.write(json.dumps(runner.make(json.loads(job))) + "\n")
            file.flush()


def _run(file: TextIO, shell: Shell) -> None:
    os.setsid()

    def tell(message: Mapping[str, Any]) -> None:
        file.write(json.dumps(message, default=plain) + "\n")
        file.flush()

    tell({"pid": os.getpid()})
    job = json.loads(file.readline())
    _settle(job)
    shell.run_cells(job["cells"], tell)


def _warm(shell: Shell) -> None:
    """Do once what is slow the first time only: run a cell, draw a chart."""
    shell.run_cell("None", store_history=False)  # type: ignore[no-untyped-call]
    alt.Chart(pd.DataFrame({"x": [1.0], "y": ["z"]})).mark_bar().encode(x="x:Q", y="y:N").to_dict()


def _learn(line: socket.socket) -> None:
    with line.makefile(encoding="utf-8") as file, contextlib.suppress(PlanError):  # its reports will say what is wrong
        learn(Order.from_text(file.read()))
    gc.collect()
    gc.freeze()


def _settle(job: Mapping[str, Any]) -> None:
    """Make this process one that was started just now, where the report was asked for, with its limits."""
    os.environ.clear()
    os.environ.update({**job["environment"], **KERNEL})
    time.tzset()
    os.chdir(job["folder"])
    sys.path.insert(0, "")
    random.seed()
    np.random.seed()  # noqa: NPY002 - what a report that uses it expects of a fresh process
    used = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    most = used + job["memory"]
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    signal.alarm(int(job["within"]) + GRACE_SECONDS)  # for the case that nobody is left to stop it


if __name__ == "__main__":
    serve(int(sys.argv[1]))
