"""Bring a plan in another place up to this one: rows, history and names, all in one transaction.

Schedules, runs, mails and votes belong to the place where they are made and stay there.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from planning_kit.errors import PlanError
from planning_kit.store import connect, postgres
from planning_kit.store.reader import Reader
from planning_kit.store.records import RECORDS

STAY = ("meta", *RECORDS)
GROW = ("revisions", "history")
"""What is only added to."""


def bring(source: Reader, target: Reader) -> None:
    """Bring a plan up to another one, of which it is an earlier state, or which it does not hold anything of yet.

    Raises
    ------
    PlanError
        When the target has changes of its own; nothing is changed then.
    """
    contents = _contents(source)
    known = {one["revision"]: (one["made_at"], one["author"]) for one in contents["revisions"]}
    with connect.writing(target._connection, target.address):  # noqa: SLF001 - two of one kind
        there, run = target.revision, target._connection.execute  # noqa: SLF001 - the same
        newest = run(sa.text("SELECT made_at, author FROM revisions WHERE revision = :there"), {"there": there}).first()
        if newest is not None and known.get(there) != tuple(newest):
            cure = "Go on with that one, or name an empty database."
            raise PlanError(f"{target.address}: this plan has changes that {source.address} does not have. {cure}")
        for name, rows in contents.items():
            table = target._metadata.tables[name]  # noqa: SLF001 - the same
            if name in GROW:
                rows = [one for one in rows if one["revision"] > there]  # noqa: PLW2901 - fewer of them
            else:
                run(sa.delete(table))
            if rows:
                run(sa.insert(table), rows)
        if not connect.is_file(target._connection):  # noqa: SLF001 - the same
            postgres.write_numbers_on(target._connection, target._metadata)  # noqa: SLF001 - the same


def _contents(source: Reader) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of all tables at one moment, by table."""
    connection, absent = source._connection, source._absent  # noqa: SLF001 - two of one kind
    with connect.reading(source.address):
        connection.exec_driver_sql("BEGIN" if connect.is_file(connection) else "BEGIN ISOLATION LEVEL REPEATABLE READ")
        try:
            found = {}
            for table in source._metadata.sorted_tables:  # noqa: SLF001 - the same
                columns = [one for one in table.columns if one.name not in absent.get(table.name, ())]
                if columns and table.name not in STAY:
                    found[table.name] = [dict(one) for one in connection.execute(sa.select(*columns)).mappings()]
            return found
        finally:
            connection.exec_driver_sql("ROLLBACK")
