"""Files that cannot be read without a passphrase: SQLCipher (AES-256, PBKDF2), and rights for the owner only.

Journals and copies are encrypted with the file. A passphrase is never stored: it is typed for a session, or comes from
the environment for what runs on a schedule.
"""

from __future__ import annotations

import getpass
import os
import subprocess
from pathlib import Path
from typing import Any

from planning_kit.errors import PassphraseNeeded, PlanError

VARIABLE = "PLANNING_KIT_PASSPHRASE"
LEAST = 12
"""Characters of a passphrase."""
PLAIN = b"SQLite format 3\0"


def from_environment() -> str:
    """Return the passphrase of the environment; empty without one."""
    return os.environ.get(VARIABLE, "")


def is_plain(path: Path) -> bool:
    """Whether a file can be read without a passphrase."""
    if not path.exists():
        return False
    with path.open("rb") as file:
        return file.read(len(PLAIN)) == PLAIN


def literal(passphrase: str) -> str:
    """Return a passphrase as SQL; ``PRAGMA`` takes no bound values."""
    return "'" + passphrase.replace("'", "''") + "'"


def check_new(passphrase: str) -> None:
    """Refuse a passphrase that is too short or cannot be typed again.

    Raises
    ------
    PlanError
        With what is allowed.
    """
    if len(passphrase.strip()) < LEAST or not passphrase.isprintable():
        message = f"A passphrase has at least {LEAST} characters that can be typed, for example four words in a row."
        raise PlanError(message)


def needed(path: Path) -> PassphraseNeeded:
    """Return the sentence for a file that waits for its passphrase."""
    cure = f"Type it on the page of its step, or set {VARIABLE} for a scheduled run."
    return PassphraseNeeded(f"{path.name} is encrypted and opens with its passphrase only. {cure}")


def wrong(path: Path) -> PassphraseNeeded:
    """Return the sentence for a passphrase that does not fit, which cannot be told from a damaged file."""
    cure = "Type it again. Nobody can recover it; if the file is damaged, an automatic copy opens with the same one."
    return PassphraseNeeded(f"{path.name}: this passphrase does not open the file. {cure}")


def library() -> Any:
    """Return the driver of encrypted files."""
    import sqlcipher3.dbapi2 as driver  # noqa: PLC0415 - only who opens such a file pays for loading it

    return driver


def open_file(address: str, passphrase: str, wait: float) -> Any:
    """Open a file with its passphrase; an empty one opens a file that is not encrypted yet."""
    connection = library().connect(address, uri=True, timeout=wait, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA cipher_log_level = NONE")  # the sentence is enough
    if passphrase:
        connection.execute(f"PRAGMA key = {literal(passphrase)}")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def for_owner_only(path: Path) -> None:
    """Make a file, or leave what is there, with the rights of its owner alone."""
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    if os.name == "nt":
        rights = ["icacls", str(path), "/inheritance:r", "/grant:r", f"{getpass.getuser()}:F"]
        subprocess.run(rights, check=False, capture_output=True)  # noqa: S603 - the system's own program on our file
    elif path.stat().st_mode & 0o077:
        path.chmod(0o600)


def encrypt(path: Path, passphrase: str, wait: float) -> None:
    """Take over a file that is not encrypted: once, whole, and in place of the one that could be read."""
    fresh = path.with_name(path.name + ".sealing")
    fresh.unlink(missing_ok=True)
    for_owner_only(fresh)
    connection = open_file(f"{path.absolute().as_uri()}?mode=rw", "", wait)
    try:
        connection.execute(f"ATTACH ? AS sealed KEY {literal(passphrase)}", (str(fresh),))
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("SELECT sqlcipher_export('sealed')")
        connection.execute("COMMIT")
        connection.execute("DETACH sealed")
    finally:
        connection.close()
    fresh.replace(path)
