"""The kernel's half of every view: one widget class that answers the browser's messages.

The browser sends ``{op, n, view, ...}``; a subclass answers with a method ``on_<op>``. The bundle that draws
is asked for once for a whole page (see ``static/shim.js``), never sent with each widget.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import OrderedDict
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import traitlets

from planning_kit.errors import PlanError

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"
REMEMBERED = 100
"""Answers kept, so that a message sent again gets the answer it had."""

REPEATABLE = frozenset({"bundle", "state", "explain", "figure"})
"""Answers that change nothing: large, and worked out afresh when they are asked for again."""

UNEXPECTED = (
    "This did not work, and the reason is not your entry. Nothing was changed. "
    "Try again; if it stays so, run the step again and tell whoever looks after the workbook."
)

Message = dict[str, Any]


@cache
def bundle() -> dict[str, str]:
    """Return what draws every view.

    Returns
    -------
    dict of str to str
        ``op``, the script (``js``) and the style sheet (``css``).
    """
    return {
        "op": "bundle",
        "js": (STATIC / "widgets.js").read_text(encoding="utf-8"),
        "css": (STATIC / "widgets.css").read_text(encoding="utf-8"),
    }


class Screen(anywidget.AnyWidget):
    """A view in the notebook whose truth lies in the kernel.

    A subclass sets `kind` and writes one method for each message it takes: ``on_open`` returns the whole
    state, ``on_set`` and the like a patch. A method returns a message (a dict with ``op``), or None for a
    plain "taken". What it raises reaches the person as a sentence: a `PlanError` with its own text, anything
    else with a general one, and the details go to the log.

    Parameters
    ----------
    kind : str
        Which view the browser draws: header, overview, table, record, findings, agenda, picture or next.
    """

    _esm: ClassVar[Path] = STATIC / "shim.js"

    kind = traitlets.Unicode().tag(sync=True)

    def __init__(self, **kwargs: Any) -> None:
        self._answers: OrderedDict[tuple[str, object], Message] = OrderedDict()
        self._thread = threading.get_ident()
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:  # made outside of a kernel
            self._loop = None
        super().__init__(**kwargs)
        self.on_msg(self._receive)

    def beat(self) -> None:
        """Look once a second at what is no change of the plan; most views show nothing else."""

    def push(self, op: str, **body: Any) -> None:
        """Send a message nobody asked for to every open copy of this view.

        Parameters
        ----------
        op : str
            ``patch``, ``state`` or whatever the view knows.
        **body
            The rest of the message; JSON values only.
        """
        self.send({**body, "op": op})

    def on_bundle(self, message: Message) -> Message:  # noqa: ARG002 - every handler takes the message
        """Answer with the script and the style sheet that draw the views.

        Returns
        -------
        dict
            See `bundle`.
        """
        return dict(bundle())

    def _receive(self, _widget: object, message: object, _buffers: object) -> None:
        """Take one message where all else happens: JupyterLab sends those of widgets to a thread of their own."""
        if not isinstance(message, dict):
            return
        if self._loop is None or threading.get_ident() == self._thread:
            self._take(message)
        else:
            self._loop.call_soon_threadsafe(self._take, message)

    def _take(self, message: Message) -> None:
        """Answer one message; one seen before gets the answer it had and changes nothing."""
        sent = (str(message.get("view", "")), message.get("n"))
        answer = self._answers.get(sent)
        if answer is None:
            answer = self._answer(message)
            if sent[1] is not None:
                answer = {**answer, "view": sent[0], "n": sent[1]}
            if answer["op"] not in REPEATABLE:
                self._answers[sent] = answer
        while len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
        self.send(answer)

    def _answer(self, message: Message) -> Message:
        """Return what the handler of this message says, or a sentence that something went wrong."""
        op = str(message.get("op", ""))
        try:
            handler = getattr(self, f"on_{op}", None)
            if handler is None or hasattr(anywidget.AnyWidget, f"on_{op}"):
                log.warning("%s does not take the message %r", type(self).__name__, op)
                return {"op": "ok"}
            return handler(message) or {"op": "ok"}
        except PlanError as refused:
            return {"op": "sorry", "sentence": str(refused)}
        except Exception:
            log.exception("%s could not answer %r", type(self).__name__, op)
            return {"op": "sorry", "sentence": UNEXPECTED}
