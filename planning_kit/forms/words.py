"""What the screen says of the history: when it was saved, what happened, what undo would take back."""

from __future__ import annotations

from planning_kit.frames import Change
from planning_kit.workbook import Workbook

DONE = {"add": "added", "restore": "brought back", "remove": "removed", "set": "changed"}
DONE_AGAIN = {"add": "removed", "restore": "removed", "remove": "added", "set": "changed"}
"""What an undo took back: making it again is the opposite of what the undo did."""


def clock_text(book: Workbook) -> str:
    """Return when this session saved last, as a clock shows it; empty before the first save."""
    return f"{book.saved_at.astimezone():%H:%M}" if book.saved_at else ""


def what_changed(book: Workbook, count: int, first: Change | None, words: dict[str, str] = DONE) -> str:
    """Return a transaction in a few words: how many rows, or what happened to the one."""
    return f"{words[first.op]} “{book.label(first.row)}”" if first and count == 1 else f"{count:,} changes"


def undo_words(book: Workbook, *, redo: bool) -> str | None:
    """Return what undo (or redo) would take back, or None when there is nothing."""
    revision = book.store.undoable(book.author, redo=redo)
    if revision is None:
        return None
    verb, words = ("Redo", DONE_AGAIN) if redo else ("Undo", DONE)
    return f"{verb}: {what_changed(book, *book.store.changed_in(revision), words)}"
