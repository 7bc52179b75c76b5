"""Generated stories of edits, told to a store and to a dictionary."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from planning_kit.frames import plain
from planning_kit.plan import Edit, Plan
from planning_kit.store import Store
from tests.kinds import FIELDS, TABLES, some_values

Rows = dict[str, dict[str, Any]]
Wish = tuple[str, int, dict[str, Any]]
"""What shall happen next: add, set or remove; which of the rows there are; with which values."""

wishes = st.tuples(st.sampled_from(["add", "set", "set", "remove"]), st.integers(0, 20), some_values(1))


@contextmanager
def new_store() -> Iterator[Store]:
    """Yield a store on a file that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "things.db", TABLES, "things", create=True)
        try:
            yield store
        finally:
            store.close()


def rows_of(plan: Plan) -> Rows:
    """Return the things of a plan as Python values."""
    frame = plan.things
    return {str(row): {n: plain(one, frame.at[row, n]) for n, one in FIELDS.items()} for row in frame.index}


def told(store: Store, rows: Rows, wish: Wish, author: str = "Ana") -> Rows:
    """Carry out a wish in the store, and return what a dictionary makes of it."""
    op, which, values = wish
    if op == "add" or not rows:
        made = store.apply([Edit("add", "things", None, values)], author=author)
        assert made is not None
        return {**rows, made.changes[0].row: {**dict.fromkeys(FIELDS), **values}}
    row = sorted(rows)[which % len(rows)]
    if op == "remove":
        store.apply([Edit("remove", "things", row)], author=author)
        return {name: one for name, one in rows.items() if name != row}
    store.apply([Edit("set", "things", row, values)], author=author)
    return {**rows, row: {**rows[row], **values}}
