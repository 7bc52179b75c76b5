"""The exceptions, drawn as a tree.

::

    PlanError             anything a person can put right; its text is a whole sentence for that person
    |-- ValueRefused      a value typed, pasted, imported or given as a parameter cannot be taken
    |-- EditConflict      somebody else changed the same field first; carries both values
    |-- StillReferenced   a row cannot be removed because others point to it; carries them
    `-- PlanFileError     the plan cannot be opened or written: missing, newer, damaged, read-only
        `-- PassphraseNeeded  an encrypted file waits for its passphrase

A sentence says *where - what was found - what is allowed - what to do*. Findings of checks never raise.
"""

from __future__ import annotations

from collections.abc import Callable

NAMED = 5
"""How many rows a sentence names before it says how many more there are."""


class PlanError(Exception):
    """Anything a person can put right. The text is shown to that person as it is."""


class ValueRefused(PlanError):  # noqa: N818 - says what happened, as the trade does
    """A value cannot be taken.

    Parameters
    ----------
    where : str
        Table, row and field as the person knows them, for example ``"tasks T14, deadline"``.
    sentence : str
        What was found, what is allowed, what to do.
    """

    def __init__(self, where: str, sentence: str) -> None:
        super().__init__(f"{where}: {sentence}" if where else sentence)
        self.where = where
        self.sentence = sentence


class EditConflict(PlanError):  # noqa: N818 - says what happened, as the trade does
    """Somebody else changed the same field first.

    Parameters
    ----------
    where : str
        Table, row and field.
    theirs, yours : object
        The value stored now and the one that was to replace it.
    author : str
        Who stored the present value.
    table, field : str
        Where, as the program knows it.
    show : callable, optional
        Turns a value into the words a person reads.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - all there is to say about a conflict
        self,
        where: str,
        theirs: object,
        yours: object,
        author: str,
        table: str,
        field: str,
        show: Callable[[object], str] | None = None,
    ) -> None:
        their_words, your_words = map(show or shown, (theirs, yours))
        super().__init__(
            f"{where}: {author} changed this to “{shown(their_words)}” meanwhile, you wrote “{shown(your_words)}”. "
            "Keep one of the two: write yours again to replace theirs."
        )
        self.where, self.theirs, self.yours, self.author = where, theirs, yours, author
        self.table, self.field = table, field


class StillReferenced(PlanError):  # noqa: N818 - says what happened, as the trade does
    """A row is used by others and cannot be removed alone.

    Parameters
    ----------
    where : str
        The row that was to be removed.
    referrers : list of tuple of (str, str, str)
        Table, id and field of every row that points to it.
    """

    def __init__(self, where: str, referrers: list[tuple[str, str, str]]) -> None:
        named = ", ".join(f"{table} {row} ({field})" for table, row, field in referrers[:NAMED])
        more = f" and {len(referrers) - NAMED} more" if len(referrers) > NAMED else ""
        super().__init__(
            f"{where} is used by {named}{more}. Change those first, or remove it with everything under it."
        )
        self.referrers = referrers


class PlanFileError(PlanError):
    """The plan cannot be opened or written."""


class PassphraseNeeded(PlanFileError):  # noqa: N818 - says what happened, as the trade does
    """An encrypted file waits for its passphrase, or got a wrong one."""


def shown(value: object) -> str:
    """Return a value as a person reads it; nothing is a dash."""
    return "—" if value is None or value == "" else str(value)
