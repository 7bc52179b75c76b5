"""A store of two small tables, and rows as plain dictionaries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from planning_kit.store import Store
from tests.kinds import TABLES

Opener = Callable[..., Store]


@pytest.fixture
def open_store(tmp_path: Path) -> Iterator[Opener]:
    """Return a function that opens a store on a file of the test's own folder."""
    opened: list[Store] = []

    def opener(name: str = "things.db", *, read_only: bool = False, create: bool = True) -> Store:
        opened.append(Store(tmp_path / name, TABLES, "things", read_only=read_only, create=create and not read_only))
        return opened[-1]

    yield opener
    for one in opened:
        one.close()


@pytest.fixture
def store(open_store: Opener) -> Store:
    """Return a new store."""
    return open_store()
