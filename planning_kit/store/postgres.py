"""A plan on a PostgreSQL server: where it differs from one in a file. The tables and the SQL are the same.

One database (or one schema along the search path) holds one plan. A writing transaction takes a lock of the whole
plan first, so that writers queue up as they do for a file. Needs psycopg, which comes with the extra ``cluster``.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from planning_kit.errors import PlanFileError

PREFIXES = ("postgresql://", "postgres://")
LOCK = "SELECT pg_advisory_xact_lock(hashtext('planning-kit'), hashtext(current_schema()))"
COLUMNS = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
_REFUSE = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME; END $$"""
_TRIGGER = """CREATE OR REPLACE TRIGGER refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {}
    EXECUTE FUNCTION refuse_change()"""
APPEND_ONLY = [_REFUSE, *map(_TRIGGER.format, ("history", "revisions"))]
"""What `planning_kit.store.schema.APPEND_ONLY` is for a file."""


def url_of(address: str) -> sa.URL:
    """Return the parts of an address, for example ``postgresql://planner@db.example.org/library``.

    Raises
    ------
    PlanFileError
        When it is none, or holds a password: addresses are printed and kept, passwords are not.
    """
    try:
        url = sa.make_url(address).set(drivername="postgresql+psycopg")
    except (sa.exc.ArgumentError, ValueError) as problem:
        message = f"{address}: this is no address of a database. Write postgresql://USER@HOST/DATABASE."
        raise PlanFileError(message) from problem
    if url.password or "password" in url.query:
        bare = sa.URL.create("postgresql", url.username, None, url.host, url.port, url.database)
        message = f"{bare.render_as_string()}: a password does not belong into an address."
        raise PlanFileError(f"{message} Leave it out and set PGPASSWORD, or write it into the file .pgpass.")
    return url


def connect(address: str, *, read_only: bool, wait: int) -> sa.Connection:
    """Open the database of a plan.

    Raises
    ------
    PlanFileError
        When there is no such server, it refuses, or the extra is not installed.
    """
    options = f"-c lock_timeout={wait}s -c default_transaction_read_only={'on' if read_only else 'off'}"
    told = {"connect_timeout": wait, "options": options, "application_name": "planning-kit"}
    try:
        engine = sa.create_engine(
            url_of(address), poolclass=StaticPool, isolation_level="AUTOCOMMIT", connect_args=told
        )
        sa.event.listen(engine, "before_cursor_execute", _placed, retval=True)
        return engine.connect()
    except ImportError as problem:
        cure = 'Install it with: pip install "planning-kit[cluster]"'
        raise PlanFileError(f"{address}: plans on PostgreSQL need psycopg. {cure}") from problem
    except sa.exc.DBAPIError as problem:
        raise PlanFileError(f"{address}: the server cannot be reached, {reason(problem)} Try again.") from problem


def _placed(*told: Any) -> tuple[str, Any]:
    """Write the places of values as psycopg does."""
    _, _, statement, values, *_ = told
    return statement.replace("?", "%s"), values


def reason(problem: sa.exc.DBAPIError) -> str:
    """Return what the server said, in one line."""
    return f"it says: {str(problem.orig).strip().splitlines()[0].removesuffix('.')}."


def write_numbers_on(connection: sa.Connection, metadata: sa.MetaData) -> None:
    """Let numbers the server gives go on after those that were copied."""
    for table in metadata.sorted_tables:
        if (column := table.autoincrement_column) is not None:
            highest = sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).scalar_subquery()
            counter = sa.func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(sa.select(sa.func.setval(counter, highest, sa.false())))
