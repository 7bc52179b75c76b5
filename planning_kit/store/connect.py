"""Open a plan: pragmas, integrity, age of the file, migrations, copies.

One connection per store. Writing transactions begin with ``BEGIN IMMEDIATE``, so that two writers queue
up instead of failing; the rollback journal keeps a file copied by hand whole. A plan is a file, by its path, or lies
on a server (``postgres``), by its address as text.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from planning_kit import clock
from planning_kit.errors import PlanFileError
from planning_kit.store import postgres, vault
from planning_kit.store.schema import APPEND_ONLY, SCHEMA_VERSION

Place = Path | str
WAIT_SECONDS = 10
BACKUPS_KEPT = 10
MEMORY = ":memory:"
"""The path of an empty workbook that is nowhere."""
MIGRATIONS: dict[int, Callable[[sa.Connection], None]] = {}
"""Functions that bring a file of version n-1 to version n: renames, splits, removals (also in history).
Added tables and fields need none."""


def place(path: Place) -> Place:
    """Return where a plan is: a path, or the address of a server as text."""
    return path if isinstance(path, str) and path.startswith(postgres.PREFIXES) else Path(path)


def connect(path: Place, *, read_only: bool, passphrase: str | None = None) -> sa.Connection:
    """Open the database of a plan; with a passphrase, one that is encrypted (a plain one is taken over first).

    Raises
    ------
    PlanFileError
        When the file is not there or cannot be opened.
    """
    if isinstance(path, str):
        return postgres.connect(path, read_only=read_only, wait=WAIT_SECONDS)
    passphrase = passphrase if passphrase is None else passphrase or vault.from_environment()
    mode = "ro" if read_only else "rwc"
    address = MEMORY if str(path) == MEMORY else f"{path.absolute().as_uri()}?mode={mode}"

    def open_file() -> Any:
        if passphrase is not None:
            return vault.open_file(address, passphrase, WAIT_SECONDS)
        return sqlite3.connect(address, uri=True, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)

    if passphrase is not None:
        _make_secret(path, passphrase, read_only=read_only)
    engine = sa.create_engine(
        "sqlite://",
        creator=open_file,
        module=vault.library() if passphrase is not None else sqlite3,
        poolclass=StaticPool,
        isolation_level="AUTOCOMMIT",
    )
    try:
        connection = engine.connect()
        connection.exec_driver_sql("PRAGMA synchronous=FULL")
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
    except sa.exc.DBAPIError as problem:
        if passphrase is not None and "not a database" in str(problem.orig):
            raise vault.wrong(path) from None
        raise PlanFileError(_why_not(path, problem)) from problem
    except UnicodeDecodeError as problem:  # the complaint itself repeats damaged bytes
        raise PlanFileError(damaged(path)) from problem
    return connection


def _make_secret(path: Path, passphrase: str, *, read_only: bool) -> None:
    """Give a file its owner's rights and, where it is still plain, its encryption; plain copies go."""
    if not passphrase:
        raise vault.needed(path)
    if not path.parent.is_dir() or read_only or str(path) == MEMORY:
        return
    if not path.exists() or vault.is_plain(path):
        vault.check_new(passphrase)
    vault.for_owner_only(path)
    if vault.is_plain(path):
        vault.encrypt(path, passphrase, WAIT_SECONDS)
        forget_backups(path)


def _why_not(path: Path, problem: sa.exc.DBAPIError) -> str:
    if not path.parent.is_dir():
        return f"{path}: the folder {path.parent} does not exist. Create it, or name another place for the plan."
    if not path.exists():
        return f"{path}: there is no plan here. Check the name, or make one with: planning-kit new {path.name}"
    if "not a database" in str(problem.orig) or "malformed" in str(problem.orig):
        return str(vault.needed(path)) if Path(path.stem).suffix and not vault.is_plain(path) else damaged(path)
    cure = "Check that you may read and write this file and its folder."
    return f"{path}: the plan cannot be opened ({problem.orig}). {cure}"


def damaged(path: Place) -> str:
    """Return the sentence for a file that is not (or no longer) a plan."""
    if isinstance(path, str):
        return f"{path}: this database holds no whole plan. Check the address, or use: planning-kit copy"
    kept = [one.name for one in backups(path)]
    offer = f" Copies are in {backup_folder(path)}: {', '.join(kept)}. Use: planning-kit restore" if kept else ""
    return f"{path}: this is not a whole plan file.{offer or ' Use a copy of it, if there is one.'}"


@contextlib.contextmanager
def writing(connection: sa.Connection, path: Place) -> Iterator[None]:
    """Run one transaction: all of it is on the disk when the block ends, or nothing is.

    Raises
    ------
    PlanFileError
        When the file is locked for too long, read-only, or the disk is full.
    """
    try:
        begin = ("BEGIN IMMEDIATE",) if is_file(connection) else ("BEGIN", postgres.LOCK)
        try:
            for one in begin:
                connection.exec_driver_sql(one)
            yield
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            with contextlib.suppress(sa.exc.DBAPIError):
                connection.exec_driver_sql("ROLLBACK")
            raise
    except sa.exc.DBAPIError as problem:
        if is_file(connection) and not isinstance(problem, sa.exc.OperationalError):
            raise
        raise PlanFileError(f"{path}: nothing was saved, {_reason(str(problem.orig))}") from problem


def is_file(connection: sa.Connection) -> bool:
    """Whether a plan is a file; else it lies on a server."""
    return connection.dialect.name == "sqlite"


def _reason(problem: str) -> str:
    if "locked" in problem or "lock timeout" in problem:
        return f"another program kept the plan locked for {WAIT_SECONDS} seconds. Try again."
    if "readonly" in problem or "read-only" in problem:
        return "the file is read-only. Allow writing to it, or work on a copy."
    if "full" in problem:
        return "the disk is full. Free some space and try again; everything saved before is safe."
    return f"it could not be written ({problem.strip().partition(chr(10))[0]}). Try again, or work on a copy."


@contextlib.contextmanager
def reading(path: Place) -> Iterator[None]:
    """Turn whatever goes wrong while reading into a sentence.

    Raises
    ------
    PlanFileError
        When the file is closed, locked or damaged.
    """
    try:
        yield
    except sa.exc.ResourceClosedError as problem:
        message = f"{path}: this plan was closed. Open it again to look at it."
        raise PlanFileError(message) from problem
    except sa.exc.OperationalError as problem:
        if isinstance(path, str):
            raise PlanFileError(f"{path}: the server does not answer, {postgres.reason(problem)}") from problem
        if "locked" in str(problem.orig):
            message = f"{path}: another program keeps the plan locked. Try again in a moment."
            raise PlanFileError(message) from problem
        raise PlanFileError(damaged(path)) from problem
    except (sa.exc.DBAPIError, json.JSONDecodeError, UnicodeDecodeError, KeyError, ValueError) as problem:
        raise PlanFileError(damaged(path)) from problem


def verify(connection: sa.Connection, path: Place, book: str, *, may_be_empty: bool = True) -> int | None:
    """Look whether a file is a plan this program can read; returns its schema version, None for an empty file.

    Raises
    ------
    PlanFileError
        When the file is newer than this program, damaged, not a plan, or holds another kind of workbook.
    """
    with reading(path):
        found = _meta(connection)
        if is_file(connection) and connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar() != "ok":
            raise PlanFileError(damaged(path))
        if not found:
            if not may_be_empty or _columns(connection):
                raise PlanFileError(damaged(path))
            return None
        version = int(found["schema_version"])
    if version > SCHEMA_VERSION:
        cure = "Update planning-kit to open it; nothing was changed."
        message = f"{path}: this plan was written by a newer planning-kit. {cure}"
        raise PlanFileError(message)
    if found.get("book", book) != book:
        message = f"{path}: this file holds the {found['book']} workbook, not the {book} workbook. Open the other file."
        raise PlanFileError(message)
    return version


def prepare(connection: sa.Connection, metadata: sa.MetaData, path: Place, book: str) -> None:
    """Bring a file to this version: create what is missing, migrate after a copy.

    Raises
    ------
    PlanFileError
        As `verify`; nothing was changed then.
    """
    version = verify(connection, path, book)
    with reading(path):
        absent = missing(connection, metadata)
    if version == SCHEMA_VERSION and not absent:
        return
    if version is not None and isinstance(path, Path):
        back_up(connection, path)
    with writing(connection, path):
        for number in range((version or SCHEMA_VERSION) + 1, SCHEMA_VERSION + 1):
            MIGRATIONS[number](connection)
        _add(connection, metadata, missing(connection, metadata))
        for name, value in (("schema_version", str(SCHEMA_VERSION)), ("book", book)):
            connection.exec_driver_sql(
                "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, value),
            )


def _meta(connection: sa.Connection) -> dict[str, str]:
    if not sa.inspect(connection).has_table("meta"):
        return {}
    return {one[0]: one[1] for one in connection.exec_driver_sql("SELECT name, value FROM meta")}


def missing(connection: sa.Connection, metadata: sa.MetaData) -> dict[str, set[str]]:
    """Return the columns a file does not have yet, by table (all of them for a missing table)."""
    here = _columns(connection)
    wanted = {
        table.name: {one.name for one in table.columns if (table.name, one.name) not in here}
        for table in metadata.sorted_tables
    }
    return {name: columns for name, columns in wanted.items() if columns}


def _columns(connection: sa.Connection) -> set[tuple[str, str]]:
    names = "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
    found = connection.exec_driver_sql(names if is_file(connection) else postgres.COLUMNS)
    return {(one[0], one[1]) for one in found}


def _add(connection: sa.Connection, metadata: sa.MetaData, absent: dict[str, set[str]]) -> None:
    for name, columns in absent.items():
        table = metadata.tables[name]
        if len(columns) == len(table.columns):
            table.create(connection)
            continue
        for one in table.columns:
            if one.name in columns:
                kind = one.type.compile(connection.dialect)
                quoted = connection.dialect.identifier_preparer.quote
                connection.exec_driver_sql(f"ALTER TABLE {quoted(name)} ADD COLUMN {quoted(one.name)} {kind}")
    for statement in APPEND_ONLY if is_file(connection) else postgres.APPEND_ONLY:
        connection.exec_driver_sql(statement)


def copy(connection: sa.Connection, target: Path) -> None:
    """Write a consistent copy while others write.

    Raises
    ------
    PlanFileError
        When the target exists or cannot be written.
    """
    if target.exists():
        raise PlanFileError(taken(target))
    try:
        connection.exec_driver_sql("VACUUM INTO ?", (str(target),))
    except sa.exc.OperationalError as problem:
        message = f"{target}: the copy could not be written ({problem.orig}). Check the folder and the free space."
        raise PlanFileError(message) from problem


def taken(target: Path) -> str:
    """Return the sentence for a file that is not written over."""
    return f"{target}: there is a file of this name already. Name another one; nothing was written."


def backup_folder(path: Path) -> Path:
    """Return the folder of automatic copies of a plan."""
    return path.with_name(path.name + ".backups")


def backups(path: Path) -> list[Path]:
    """Return the automatic copies of a plan, newest first."""
    return sorted(backup_folder(path).glob("*.db"), reverse=True)


def forget_backups(path: Path) -> None:
    """Remove automatic copies: they open with what should not open them any more, or hold what was erased."""
    for old in backups(path):
        old.unlink(missing_ok=True)


def change_passphrase(connection: sa.Connection, path: Path, passphrase: str) -> None:
    """Encrypt a file anew; automatic copies that open with the passphrase of before go, a fresh one is written.

    Raises
    ------
    PlanError
        When the new passphrase is too short, or the file cannot be written.
    """
    vault.check_new(passphrase)
    try:
        connection.exec_driver_sql(f"PRAGMA rekey = {vault.literal(passphrase)}")
    except sa.exc.DBAPIError as problem:
        raise PlanFileError(f"{path}: the passphrase is as it was, {_reason(str(problem.orig))}") from problem
    forget_backups(path)
    back_up(connection, path)


def back_up(connection: sa.Connection, path: Path) -> Path:
    """Write an automatic copy and keep the last ten."""
    backup_folder(path).mkdir(exist_ok=True)
    target = backup_folder(path) / f"{clock.now():%Y-%m-%d-%H%M%S-%f}.db"
    copy(connection, target)
    shutil.copymode(path, target)
    for old in backups(path)[BACKUPS_KEPT:]:
        old.unlink(missing_ok=True)
    return target


def restore(path: Path, backup: Path) -> Path | None:
    """Put a copy back in place of a plan; returns where the plan that was there is kept now, if there was one.

    An encrypted copy needs its passphrase in the environment.

    Parameters
    ----------
    path : Path
        The plan.
    backup : Path
        A copy of it: any path, or the name of one of its automatic copies.

    Raises
    ------
    PlanFileError
        When the copy is missing or not whole; nothing is changed then.
    """
    source = backup if backup.exists() else backup_folder(path) / backup.name
    if not source.exists():
        kept = ", ".join(one.name for one in backups(path)) or "none"
        message = f"{backup}: there is no such copy. Automatic copies of {path.name}: {kept}."
        raise PlanFileError(message)
    fresh = path.with_name(path.name + ".restoring")
    fresh.unlink(missing_ok=True)
    is_secret = not vault.is_plain(source) and bool(vault.from_environment())
    connection = connect(source, read_only=True, passphrase=vault.from_environment() if is_secret else None)
    try:
        with reading(source):
            book = _meta(connection).get("book", "")
        verify(connection, source, book, may_be_empty=False)
        copy(connection, fresh)
        shutil.copymode(source, fresh)
    finally:
        connection.close()
        connection.engine.dispose()
    kept_at = None
    if path.exists():
        backup_folder(path).mkdir(exist_ok=True)
        kept_at = backup_folder(path) / f"replaced-{clock.now():%Y-%m-%d-%H%M%S-%f}.db"
        path.replace(kept_at)
    fresh.replace(path)
    return kept_at
