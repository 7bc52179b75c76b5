"""Rows of the system tables: schedules, their runs and the mails these send; ballots and sealed votes.

They lie outside history and undo. A *slot* is one moment at which a schedule is due; (schedule, slot) is the key
of a run. All moments are UTC as ISO text with milliseconds, so that they sort as they follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

CatchUp = Literal["latest", "all", "none"]


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A report that is made again and again; ``number`` is given when it is added.

    Attributes
    ----------
    every, zone : str
        The rule and the time zone it is read in.
    parameters : tuple of str
        ``name=value`` texts.
    recipients : tuple of str
        Who is sent the report.
    owner : str
        Who is told when it fails; the recipients when empty.
    folder : str
        Where it is published; seen from the folder of the plan.
    catch_up : str
        Which missed slots are made up for: the latest, all, none.
    formats : tuple of str
        In which formats it is published and mailed; the page is always one of them.
    ended_at : str
        When it was removed; its runs stay.
    """

    number: int = 0
    report: str
    parameters: tuple[str, ...] = ()
    every: str
    zone: str
    recipients: tuple[str, ...] = ()
    owner: str = ""
    folder: str = "reports"
    catch_up: CatchUp = "latest"
    formats: tuple[str, ...] = ("html",)
    made_at: str
    made_by: str
    ended_at: str = ""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One slot of a schedule and what became of it.

    Attributes
    ----------
    state : str
        ``waiting`` (also before another attempt), ``running``, ``made`` (its page waits to be put in place),
        ``published``, ``failed``, ``missed``.
    free_at : str
        From when on a scheduler may take it: the slot, the end of the lease, the moment of the next attempt.
    sentence : str
        The verdict.
    staged, file : str
        What the page is called while it waits, and where it belongs, seen from the folder of the plan.
    page_hash, order_hash, notebook_hash : str
        SHA-256 of the files that were published, of what was asked for, and of the notebook that ran.
    """

    schedule: int
    slot: str
    report: str
    parameters: tuple[str, ...] = ()
    as_of: str
    revision: int = 0
    state: Literal["waiting", "running", "made", "published", "failed", "missed"] = "waiting"
    attempt: int = 0
    claimed_by: str = ""
    free_at: str
    sentence: str = ""
    started_at: str = ""
    finished_at: str = ""
    staged: str = ""
    file: str = ""
    page_hash: str = ""
    order_hash: str = ""
    notebook_hash: str = ""
    versions: str = ""


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail of a run to one recipient; its identity is fixed when it is written, so that a repeat is recognised."""

    message_id: str
    schedule: int
    slot: str
    recipient: str
    headline: str
    body: str
    file: str = ""
    page_hash: str = ""
    made_at: str
    state: Literal["waiting", "sent", "failed"] = "waiting"
    attempt: int = 0
    claimed_by: str = ""
    free_at: str
    sentence: str = ""
    sent_at: str = ""


@dataclass(frozen=True, kw_only=True)
class Ballot:
    """Whether a ballot is open: ``revealed_at`` is empty then."""

    ballot: str
    revealed_at: str = ""


@dataclass(frozen=True, kw_only=True)
class Vote:
    """All votes of one person on a ballot, sealed; ``device`` is a hash of what the device shows to see its own."""

    ballot: str
    rater: str
    device: str
    filled: int
    complete: int
    sealed: str
    cast_at: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer of a device that was taken, so that one sent again is stored once."""

    name: str
    taken_at: str


RECORDS: Mapping[str, tuple[type[Schedule | Run | Mail | Ballot | Vote | Answer], tuple[str, ...]]] = {
    "schedules": (Schedule, ("number",)),
    "runs": (Run, ("schedule", "slot")),
    "outbox": (Mail, ("message_id",)),
    "ballots": (Ballot, ("ballot",)),
    "sealed_votes": (Vote, ("ballot", "rater")),
    "answers": (Answer, ("name",)),
}
"""The tables: what a row is, and its key."""
