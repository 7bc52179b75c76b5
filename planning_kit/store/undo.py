"""What takes changes back: pure functions on changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from planning_kit.frames import Change, inverse

Wanted = dict[str, Any] | None
"""The state a row shall have: some of its fields, all of them, or None for absent."""


def inverses(changes: Sequence[Change]) -> list[Change]:
    """Return the changes that take one transaction back, last change first."""
    return [inverse(one) for one in reversed(changes)]


def states_before(changes: Sequence[Change]) -> dict[tuple[str, str], Wanted]:
    """Return, for every row some changes touched, the state it had before the first of them.

    Parameters
    ----------
    changes : sequence of Change
        Oldest first.
    """
    wanted: dict[tuple[str, str], Wanted] = {}
    for change in reversed(changes):
        row = (change.table, change.row)
        if change.op in ("add", "restore"):
            wanted[row] = None
        elif change.op == "remove":
            wanted[row] = dict(change.before)
        else:
            wanted[row] = {**(wanted.get(row) or {}), **change.before}
    return wanted
