"""Who may do what: the one place that decides it, asked before anything is written."""

from __future__ import annotations

from typing import Literal

from planning_kit import answers
from planning_kit.share.seats import Actor, NotAllowed
from planning_kit.spec import Ballot, Cards, Inbox, Recall
from planning_kit.workbook import Workbook

Verb = Literal["vote", "update", "card", "recall", "reveal", "again", "free"]
Part = Ballot | Inbox | Cards | Recall
KINDS: dict[str, type[Part]] = {"vote": Ballot, "update": Inbox, "card": Cards, "recall": Recall}
FACILITATORS = frozenset({"reveal", "again", "free"})
"""What only the facilitator does; everything else only a person does, and only for themselves."""


def authorize(  # noqa: PLR0913, PLR0917 - who, what, to what, in whose name
    book: Workbook, actor: Actor, verb: Verb, part: Part | None = None, person: str = "", row: str = ""
) -> None:
    """Refuse what an actor may not do.

    Parameters
    ----------
    book : Workbook
    actor : Actor
    verb : str
        What is to be done.
    part : Ballot, Inbox, Cards or Recall, optional
        What it is done to.
    person : str
        In whose name.
    row : str
        The row that is answered for.

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
    if type(part) is not KINDS[verb]:
        raise NotAllowed("This is not what the page is for. Nothing was changed.")
    if isinstance(part, Inbox) and row not in {one.row for one in answers.due(book, part, person)}:
        raise NotAllowed("This is not due from you any more. Load the page again. Nothing was changed.", 409)
    if isinstance(part, Ballot | Recall) and book.store.sealed.revealed_at(part.name):
        raise NotAllowed("The votes are revealed already: look at the wall. Nothing was changed.", 409)
