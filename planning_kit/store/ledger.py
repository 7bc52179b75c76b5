"""The ledger of repeated reports: a slot is claimed before it runs, and settled only by who holds the claim.

Every change is one ``BEGIN IMMEDIATE`` transaction, so that any number of schedulers may work on one plan.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Self, TypeVar

import sqlalchemy as sa

from planning_kit.store import connect
from planning_kit.store.records import RECORDS, Mail, Run, Schedule

Record = TypeVar("Record", Schedule, Run, Mail)
Held = TypeVar("Held", Run, Mail)


def stamp(moment: dt.datetime) -> str:
    """Return a moment as the ledger writes it."""
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds")


class Ledger:
    """Schedules, runs and mails of one plan.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    metadata : sqlalchemy.MetaData
    path : Path or str
        The plan, or its address.
    absent : collection of str
        Tables an older plan, opened for reading only, does not have yet.

    Raises
    ------
    PlanFileError
        From every method, when the plan cannot be read or written; nothing is changed then.
    """

    def __init__(
        self, connection: sa.Connection, metadata: sa.MetaData, path: connect.Place, absent: Collection[str] = ()
    ) -> None:
        self._connection, self._metadata, self.path, self._absent = connection, metadata, path, absent

    def another(self) -> Self:
        """Return the same ledger on a connection of its own, for another thread; to be closed."""
        return type(self)(connect.connect(self.path, read_only=False), self._metadata, self.path)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
        self._connection.engine.dispose()

    # --- schedules -----------------------------------------------------------------------------------------

    def add(self, wanted: Schedule, instead_of: int = 0) -> Schedule:
        """Keep a new schedule, in the place of another where one is named; returns it with its number."""
        values = _values(wanted)
        del values["number"]
        with connect.writing(self._connection, self.path):
            self._end(instead_of, wanted.made_at)
            table = self._table(Schedule)
            made = self._connection.execute(sa.insert(table).values(values).returning(table.c.number)).scalar_one()
        return dataclasses.replace(wanted, number=int(made))

    def end(self, number: int, at: str) -> bool:
        """Remove a schedule and what it has not begun; returns whether there was one."""
        with connect.writing(self._connection, self.path):
            return self._end(number, at)

    def _end(self, number: int, at: str) -> bool:
        schedules, runs = self._table(Schedule), self._table(Run)
        here = (schedules.c.number == number) & (schedules.c.ended_at == "")
        waiting = (runs.c.schedule == number) & (runs.c.state == "waiting")
        told = {"state": "missed", "sentence": "Not made: the schedule was removed."}
        found = self._connection.execute(sa.update(schedules).where(here).values(ended_at=at)).rowcount
        self._connection.execute(sa.update(runs).where(waiting).values(told))
        return bool(found)

    def schedules(self, *, ended: bool = False) -> list[Schedule]:
        """Return the schedules, also those that were removed where asked for."""
        table = self._table(Schedule)
        return self._read(Schedule, sa.select(table).where(sa.true() if ended else table.c.ended_at == ""))

    # --- runs ----------------------------------------------------------------------------------------------

    def last_slot(self, number: int) -> str:
        """Return the newest slot of a schedule that is written down; empty when there is none."""
        runs = self._table(Run)
        with connect.reading(self.path):
            query = sa.select(sa.func.max(runs.c.slot)).where(runs.c.schedule == number)
            return str(self._connection.execute(query).scalar() or "")

    def write_down(self, number: int, wanted: Sequence[Run]) -> None:
        """Write down slots of a schedule, but for those another scheduler knew first."""
        with connect.writing(self._connection, self.path):
            last = self.last_slot(number)
            fresh = [_values(one) for one in wanted if one.slot > last]
            if fresh:
                self._connection.execute(sa.insert(self._table(Run)), fresh)

    def claim(self, worker: str, now: str, until: str, only: int = 0) -> Run | None:
        """Take the oldest run (of one schedule) that is due, or whose holder let the lease run out; else None."""
        runs = self._table(Run)
        free = runs.c.state.in_(("waiting", "running")) & (runs.c.free_at <= now) & self._of(only)
        return self._take(Run, sa.select(runs).where(free).order_by(runs.c.slot), worker, until, state="running")

    def is_busy(self, now: str, only: int = 0) -> bool:
        """Return whether a run (of one schedule) is due or being made."""
        runs = self._table(Run)
        open_ones = (runs.c.state == "running") | ((runs.c.state == "waiting") & (runs.c.free_at <= now))
        return bool(self._read(Run, sa.select(runs).where(open_ones, self._of(only)).limit(1)))

    def runs_of(self, number: int) -> list[Run]:
        """Return the runs of one schedule, oldest first."""
        runs = self._table(Run)
        return self._read(Run, sa.select(runs).where(self._of(number)).order_by(runs.c.slot))

    def _of(self, only: int) -> sa.ColumnElement[bool]:
        return self._table(Run).c.schedule == only if only else sa.true()

    def renew(self, held: Run | Mail, until: str) -> bool:
        """Hold a claim for longer; False when somebody else has taken it over."""
        with connect.writing(self._connection, self.path):
            return self._update(held, {"free_at": until})

    def settle(self, held: Run | Mail, mails: Iterable[Mail] = (), **outcome: Any) -> bool:
        """Write what became of a claim, and the mails that follow from it, in one transaction.

        Returns False, and writes nothing, when somebody else has taken the claim over.
        """
        with connect.writing(self._connection, self.path):
            is_ours = self._update(held, {**outcome, "claimed_by": ""})
            rows = [_values(one) for one in mails]
            if is_ours and rows:
                self._connection.execute(sa.insert(self._table(Mail)), rows)
        return is_ours

    def made(self) -> list[Run]:
        """Return the runs whose page waits to be put in place."""
        runs = self._table(Run)
        return self._read(Run, sa.select(runs).where(runs.c.state == "made"))

    def runs(self, limit: int = 1000) -> list[Run]:
        """Return the newest runs, newest first."""
        runs = self._table(Run)
        return self._read(Run, sa.select(runs).order_by(runs.c.slot.desc(), runs.c.schedule).limit(limit))

    # --- mails ---------------------------------------------------------------------------------------------

    def claim_mail(self, worker: str, now: str, until: str) -> Mail | None:
        """Take the oldest mail that is to be sent now; None when there is none."""
        mails, runs = self._table(Mail), self._table(Run)
        unplaced = (runs.c.schedule == mails.c.schedule) & (runs.c.slot == mails.c.slot) & (runs.c.state == "made")
        free = (mails.c.state == "waiting") & (mails.c.free_at <= now) & ~sa.exists().where(unplaced)
        return self._take(Mail, sa.select(mails).where(free).order_by(mails.c.made_at), worker, until)

    def mails(self) -> list[Mail]:
        """Return all mails, oldest first."""
        mails = self._table(Mail)
        return self._read(Mail, sa.select(mails).order_by(mails.c.made_at, mails.c.message_id))

    # --- rows ----------------------------------------------------------------------------------------------

    def _table(self, kind: type[Schedule | Run | Mail]) -> sa.Table:
        return self._metadata.tables[next(name for name, (one, _) in RECORDS.items() if one is kind)]

    def _read(self, kind: type[Record], query: sa.Select[Any]) -> list[Record]:
        if self._table(kind).name in self._absent:
            return []
        with connect.reading(self.path):
            return [_record(kind, one) for one in self._connection.execute(query).mappings()]

    def _take(self, kind: type[Held], query: sa.Select[Any], worker: str, until: str, **state: Any) -> Held | None:
        with connect.writing(self._connection, self.path):
            found = self._connection.execute(query.limit(1)).mappings().first()
            if found is None:
                return None
            taken = {**state, "attempt": found["attempt"] + 1, "claimed_by": worker, "free_at": until}
            one = _record(kind, found)
            return dataclasses.replace(one, **taken) if self._update(one, taken) else None

    def _update(self, seen: Run | Mail, values: dict[str, Any]) -> bool:
        """Change a row if it is still as it was seen: the same attempt of the same worker."""
        table = self._table(type(seen))
        name = {key.name: getattr(seen, key.name) for key in table.primary_key}
        same = {**name, "attempt": seen.attempt, "claimed_by": seen.claimed_by, "state": seen.state}
        query = sa.update(table).where(*(table.c[key] == value for key, value in same.items()))
        return self._connection.execute(query.values(values)).rowcount == 1


def _values(record: Schedule | Run | Mail) -> dict[str, Any]:
    return {name: json.dumps(one) if isinstance(one, tuple) else one for name, one in vars(record).items()}


def _record(kind: type[Record], found: Any) -> Record:
    kinds = {one.name: str(one.type) for one in dataclasses.fields(kind)}

    def value(name: str, one: Any) -> Any:
        return tuple(map(str, json.loads(one))) if "tuple" in kinds[name] else int(one) if kinds[name] == "int" else one

    values: dict[str, Any] = {name: value(name, one) for name, one in found.items() if one is not None}
    return kind(**values)
