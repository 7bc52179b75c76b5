"""Who may do what: the one place that decides it, asked before anything is written."""

from __future__ import annotations

from typing import Literal

from planning_kit import ballots
from planning_kit.share.seats import Actor, NotAllowed
from planning_kit.spec import Ballot
from planning_kit.workbook import Workbook

Verb = Literal["vote", "reveal", "again", "free"]
FACILITATORS = frozenset({"reveal", "again", "free"})
"""What only the facilitator does; everything else only a person does, and only for themselves."""


def authorize(book: Workbook, actor: Actor, verb: Verb, part: Ballot | None = None, person: str = "") -> None:
    """Refuse what an actor may not do.

    Parameters
    ----------
    book : Workbook
    actor : Actor
    verb : str
        What is to be done.
    part : Ballot, optional
        What it is done to.
    person : str
        In whose name.

    Raises
    ------
    NotAllowed
        Nothing is changed then.
    """
    if actor.is_facilitator != (verb in FACILITATORS):
        who = "the facilitator" if verb in FACILITATORS else "a participant, on their own device"
        message = f"Only {who} may do this. Nothing was changed."
        raise NotAllowed(message)
    if actor.is_facilitator:
        return
    if person != actor.person or not book.plan.has(actor.person):
        raise NotAllowed("You can answer for yourself only. Nothing was changed.")
    if verb == "vote" and part is not None and ballots.standing(book, part).revealed_at:
        raise NotAllowed("The votes are revealed already: look at the wall. Nothing was changed.", 409)
