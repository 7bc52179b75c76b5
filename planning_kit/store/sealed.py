"""Votes kept sealed until they are revealed: outside the plan's tables, undo and history.

All votes of one person on one ballot are one text, sealed with a key that lies in a file of its own beside the plan,
readable by its owner only. Whoever has the plan file alone sees who has voted, when, how much of the ballot is filled
in, and nothing else; the key goes as soon as nothing is sealed any more. Sealing is a keyed stream with a seal over
all of it (SHAKE-256 over key and nonce, HMAC-SHA-256 over what came out): encrypt, then authenticate.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from planning_kit import clock
from planning_kit.errors import PlanError, PlanFileError
from planning_kit.store import connect
from planning_kit.store.records import Ballot, Vote

Values = Mapping[str, float]
PADDED = 4096
"""Sealed texts have a multiple of this many bytes, so that their length says nothing."""
NONCE = SEAL = 32


class Sealed:
    """The ballots of one plan and the sealed votes on them.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    metadata : sqlalchemy.MetaData
    path : Path
        The plan.
    absent : collection of str
        Tables an older plan, opened for reading only, does not have yet.

    Raises
    ------
    PlanFileError
        From every method, when the plan or the key cannot be read or written; nothing is changed then.
    """

    def __init__(
        self, connection: sa.Connection, metadata: sa.MetaData, path: Path, absent: Collection[str] = ()
    ) -> None:
        self._connection, self.path, self._absent = connection, path, absent
        self._ballots, self._votes = metadata.tables["ballots"], metadata.tables["sealed_votes"]

    @property
    def key_file(self) -> Path:
        """Where the key lies while there are sealed votes."""
        return self.path.with_name(self.path.name + ".votes-key")

    def cast(  # noqa: PLR0913 - a vote, whose it is, and how it is known again
        self, ballot: str, rater: str, values: Values, *, device: str, complete: bool, once: str = ""
    ) -> bool:
        """Keep all votes of a person on a ballot in place of earlier ones; returns whether they were new.

        Parameters
        ----------
        ballot, rater : str
        values : mapping of str to float
        device : str
            What only the person's device can show again to see its own votes.
        complete : bool
            Whether nothing is left to fill in.
        once : str
            Identity of the answer: one that came before changes nothing.

        Raises
        ------
        PlanError
            When the votes are revealed already.
        """
        with connect.writing(self._connection, self.path):
            if once and not first_time(self._connection, once):
                return False
            if self.revealed_at(ballot):
                raise PlanError("The votes are revealed already: look at the wall. Nothing was changed.")
            text = json.dumps(values).encode()
            row = Vote(
                ballot=ballot,
                rater=rater,
                device=_fingerprint(device),
                filled=len(values),
                complete=int(complete),
                sealed=_sealed(self._key(), f"{ballot} {rater}", text),
                cast_at=clock.now().isoformat(timespec="minutes"),
            )
            mine = (self._votes.c.ballot == ballot) & (self._votes.c.rater == rater)
            self._connection.execute(sa.delete(self._votes).where(mine))
            if values:
                self._connection.execute(sa.insert(self._votes).values(dataclasses.asdict(row)))
        return True

    def own(self, ballot: str, rater: str, device: str) -> dict[str, float]:
        """Return the votes a device has cast for a person; nothing for any other device."""
        query = self._rows(ballot).where(self._votes.c.rater == rater, self._votes.c.device == _fingerprint(device))
        found = self._connection.execute(query).first()
        return _opened(self._key(), f"{ballot} {rater}", found.sealed) if found else {}

    def cast_by(self, ballot: str) -> dict[str, tuple[int, bool]]:
        """Return who has cast votes: how many fields are filled in, and whether all are."""
        if "sealed_votes" in self._absent:
            return {}
        return {one.rater: (one.filled, bool(one.complete)) for one in self._connection.execute(self._rows(ballot))}

    def revealed_at(self, ballot: str) -> str:
        """Return when the votes were revealed; empty while the ballot is open."""
        if "ballots" in self._absent:
            return ""
        query = sa.select(self._ballots.c.revealed_at).where(self._ballots.c.ballot == ballot)
        return str(self._connection.execute(query).scalar() or "")

    def take(self, ballot: str) -> dict[str, dict[str, float]]:
        """Open the votes of everybody and close the ballot, inside a transaction of the caller's."""
        rows = self._connection.execute(self._rows(ballot)).all()
        if not rows:
            raise PlanError("Nobody has voted yet, so there is nothing to reveal.")
        key = self._key()
        votes = {one.rater: _opened(key, f"{ballot} {one.rater}", one.sealed) for one in rows}
        self._connection.execute(sa.delete(self._votes).where(self._votes.c.ballot == ballot))
        self._state(ballot, clock.now().isoformat(timespec="minutes"))
        return votes

    def begin_again(self, ballot: str) -> None:
        """Open a new round: what is sealed on this ballot is thrown away unseen."""
        with connect.writing(self._connection, self.path):
            self._connection.execute(sa.delete(self._votes).where(self._votes.c.ballot == ballot))
            self._state(ballot, "")
        self.drop_key()

    def drop_key(self) -> None:
        """Destroy the key when nothing is sealed any more: no copy of the plan can be opened later."""
        with connect.writing(self._connection, self.path):
            if not self._any():
                self.key_file.unlink(missing_ok=True)

    def knows(self, answer: str) -> bool:
        """Return whether an answer of this identity was taken before."""
        found = self._connection.exec_driver_sql("SELECT 1 FROM answers WHERE name = ?", (answer,))
        return found.first() is not None

    def _state(self, ballot: str, revealed_at: str) -> None:
        self._connection.execute(sa.delete(self._ballots).where(self._ballots.c.ballot == ballot))
        row = dataclasses.asdict(Ballot(ballot=ballot, revealed_at=revealed_at))
        self._connection.execute(sa.insert(self._ballots).values(row))

    def _rows(self, ballot: str) -> sa.Select[Any]:
        return sa.select(self._votes).where(self._votes.c.ballot == ballot).order_by(self._votes.c.rater)

    def _any(self) -> bool:
        return self._connection.execute(sa.select(self._votes.c.rater).limit(1)).first() is not None

    def _key(self) -> bytes:
        """Return the key; made when nothing is sealed yet."""
        try:
            if not self.key_file.exists() and not self._any():
                handle = os.open(self.key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "wb") as file:
                    file.write(secrets.token_bytes(32))
                    file.flush()
                    os.fsync(file.fileno())
            return self.key_file.read_bytes()
        except OSError as problem:
            cure = "Put it back beside the plan, or begin a new round and let everybody vote again."
            message = f"{self.key_file}: the key of the sealed votes cannot be read ({problem.strerror}). {cure}"
            raise PlanFileError(message) from problem


def first_time(connection: sa.Connection, answer: str) -> bool:
    """Note an answer by its identity, inside a transaction; returns whether it is new."""
    sql = "INSERT INTO answers (name, taken_at) VALUES (?, ?) ON CONFLICT (name) DO NOTHING RETURNING name"
    taken = (answer, clock.now().isoformat(timespec="minutes"))
    return connection.exec_driver_sql(sql, taken).first() is not None


def _fingerprint(device: str) -> str:
    return hashlib.sha256(device.encode()).hexdigest()


def _stream(key: bytes, nonce: bytes, text: bytes) -> bytes:
    """Return a text combined with the stream of a key and a nonce; twice is the text again."""
    size = len(text)
    stream = hashlib.shake_256(b"votes" + key + nonce).digest(size)
    return (int.from_bytes(text) ^ int.from_bytes(stream)).to_bytes(size)


def _mark(key: bytes, place: str, nonce: bytes, hidden: bytes) -> bytes:
    return hmac.digest(hashlib.sha256(b"seal" + key).digest(), nonce + hidden + place.encode(), "sha256")


def _sealed(key: bytes, place: str, text: bytes) -> str:
    nonce = secrets.token_bytes(NONCE)
    hidden = _stream(key, nonce, text.ljust(-(-len(text) // PADDED) * PADDED))
    return base64.b64encode(nonce + _mark(key, place, nonce, hidden) + hidden).decode()


def _opened(key: bytes, place: str, sealed: str) -> dict[str, float]:
    raw = base64.b64decode(sealed)
    nonce, mark, hidden = raw[:NONCE], raw[NONCE : NONCE + SEAL], raw[NONCE + SEAL :]
    if not hmac.compare_digest(mark, _mark(key, place, nonce, hidden)):
        message = "Some sealed votes do not fit their key. Begin a new round and let everybody vote again."
        raise PlanFileError(message)
    found: dict[str, float] = json.loads(_stream(key, nonce, hidden))
    return found
