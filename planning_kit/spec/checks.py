"""Checks: functions that find what is not yet right in a plan, with their documentation."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any, Literal, NamedTuple

Severity = Literal["error", "warning", "note"]
Thread = Literal[
    "communication",
    "goal alignment",
    "resource allocation",
    "risk management",
    "monitoring and evaluation",
    "accountability",
    "adaptability",
]
Break = Literal["lost in the cascade", "measures not tracked", "silos", "resources that cannot move"]


@dataclass(frozen=True)
class Setting:
    """A threshold of a check, with its default; the plan may hold another value."""

    name: str
    default: float
    doc: str


class Hit(NamedTuple):
    """What a check found in one place, in words for the person who will repair it."""

    table: str
    row: str
    field: str
    message: str
    remedy: str
    severity: Severity | None = None


class Finding(NamedTuple):
    """A hit with the code and the severity of the check that made it."""

    code: str
    severity: Severity
    table: str
    row: str
    field: str
    message: str
    remedy: str


@dataclass(frozen=True)
class Circumstances:
    """What a check may know besides the plan: the date it looks at and its settings."""

    as_of: dt.date
    settings: Mapping[str, float] = attribute(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """A declared check. Its documentation is the docstring: title, What, Why, Fix, Source."""

    code: str
    severity: Severity
    function: Callable[[Any, Circumstances], Iterable[Hit]]
    settings: tuple[Setting, ...]
    thread: Thread | None
    gap: Break | None
    slow: bool
    title: str
    what: str
    why: str
    fix: str
    source: str


def check(
    code: str,
    severity: Severity,
    *settings: Setting,
    thread: Thread | None = None,
    gap: Break | None = None,
    slow: bool = False,
) -> Callable[[Callable[[Any, Circumstances], Iterable[Hit]]], Check]:
    """Declare a check from a function ``(plan, circumstances) -> hits``.

    Parameters
    ----------
    code : str
        The step's digit and two more; never reused.
    severity : str
        ``error`` blocks *done*, ``warning`` warns, ``note`` notes.
    *settings : Setting
        The thresholds it uses.
    thread : str
        Which of the seven lights it feeds.
    gap : str
        Which of the four breaks between strategy and execution it finds.
    slow : bool
        Too slow for the edit path: runs when asked for, cached by revision.
    """

    def declare(function: Callable[[Any, Circumstances], Iterable[Hit]]) -> Check:
        head, _, rest = (function.__doc__ or "").strip().partition("\n")
        parts = dict.fromkeys(("What", "Why", "Fix", "Source"), "")
        for name, text in re.findall(
            r"(What|Why|Fix|Source):(.*?)(?=\n\s*(?:What|Why|Fix|Source):|\Z)", rest, re.DOTALL
        ):
            parts[name] = " ".join(text.split())
        return Check(
            code,
            severity,
            function,
            settings,
            thread,
            gap,
            slow,
            title=head.strip().rstrip("."),
            what=parts["What"],
            why=parts["Why"],
            fix=parts["Fix"],
            source=parts["Source"],
        )

    return declare
