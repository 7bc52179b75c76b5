"""From sums to rows: what must change in a table so that the sums of a pivot become what somebody wants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from planning_kit.analysis.budget import cents, spread
from planning_kit.errors import PlanError, StillReferenced
from planning_kit.forms.table import MOST_OPTIONS
from planning_kit.frames import plain
from planning_kit.plan import Edit, Plan
from planning_kit.spec import Pivot, amount, shown
from planning_kit.spec import Table as Declared

MINOR = 100
ANY_COLUMN = object()
"""Stands for all columns together, where None is the column of what has no value."""


def worded(money: int | None) -> str:
    """Return an amount of cents as a person reads it."""
    return "" if money is None else amount(money / MINOR)


class Sums:
    """The sums of a pivot at one moment, for chosen slices. Amounts are whole cents.

    Parameters
    ----------
    plan : Plan
    pivot : Pivot
    chosen : mapping of str to object
        Value of each slice; one that is missing stands for all values, None for nothing.
    """

    def __init__(self, plan: Plan, pivot: Pivot, chosen: Mapping[str, Any]) -> None:
        self.plan, self.pivot, self.chosen = plan, pivot, dict(chosen)
        self._offers: dict[str, dict[Any, str]] = {}
        self.table: Declared = plan.tables[pivot.table]

    # --- looking -------------------------------------------------------------------------------------------

    def offered(self, name: str) -> dict[Any, str]:
        """Return the values of a field with what they are called: those offered, then others that rows hold."""
        if name not in self._offers:
            self._offers[name] = self._offer(name)
        return dict(self._offers[name])

    def _offer(self, name: str) -> dict[Any, str]:
        plan, field = self.plan, self.table.fields[name]
        if name in self.pivot.offers:
            found = dict(self.pivot.offers[name](plan))
        elif field.choices:
            found = {one: field.choice_label(one) for one in field.choices}
        else:
            found = {one: plan.label(one) for to in field.to for one in list(plan.content(to).labels)[:MOST_OPTIONS]}
        return found | {one: shown(field, one, plan.label) for one in self.held(name) if one not in found}

    def held(self, name: str) -> list[Any]:
        """Return the values of a field that rows have."""
        field = self.table.fields[name]
        return [plain(field, one) for one in self.plan.frame(self.table.name)[name].dropna().unique()]

    def named(self, name: str, text: str) -> Any:
        """Return the value of a field that the browser names by its text.

        Raises
        ------
        PlanError
            When it is gone.
        """
        found = next((one for one in self.offered(name) if str(one) == text), None)
        if found is None:
            raise PlanError(f"{self.table.fields[name].title}: {text} is no longer there. Look at the page anew.")
        return found

    def lines(self, row: Any = ANY_COLUMN, column: Any = ANY_COLUMN, **fixed: Any) -> pd.DataFrame:
        """Return the rows behind a sum; in a slice other than the chosen one where that is fixed."""
        where = {**self.chosen, **fixed}
        where |= {} if row is ANY_COLUMN else {self.pivot.rows: row}
        where |= {} if column is ANY_COLUMN else {self.pivot.columns: column}
        frame = self.plan.frame(self.table.name)
        for name, value in where.items():
            held, usual = frame[name], self.table.fields[name].default
            held = held if usual is None else held.fillna(usual)
            frame = frame[held.isna() if value is None else (held == value).fillna(value=False)]
        return frame

    def cents(self, lines: pd.DataFrame) -> list[int]:
        """Return the amount of each row."""
        return [int(one) for one in cents(lines[self.pivot.value].fillna(0).to_numpy(np.float64))]

    def sum(self, lines: pd.DataFrame) -> int | None:
        """Return what rows add up to, None without rows."""
        return sum(self.cents(lines)) if len(lines) else None

    # --- one sum -------------------------------------------------------------------------------------------

    def written(self, row: Any, column: Any, wanted: int | None) -> Iterator[Edit]:
        """Yield the edits that make one sum what is wanted: nothing removes its rows, several share it as they do."""
        lines = self.lines(row, column)
        if wanted is None:
            yield from self._removed(lines)
        elif len(lines):
            yield from self._shared(lines, wanted)
        else:
            beside = self.lines(row)
            first = {} if beside.empty else self._like(str(beside.index[0]))
            alike = {name: one for name, one in first.items() if len(beside[name].drop_duplicates()) == 1}
            yield self._new({**alike, **self.chosen, self.pivot.rows: row}, column, wanted)

    def _shared(self, lines: pd.DataFrame, wanted: int) -> Iterator[Edit]:
        now = self.cents(lines)
        for line, old, new in zip(lines.index, now, spread(wanted, now), strict=True):
            if old != new or pd.isna(lines[self.pivot.value][line]):
                yield Edit("set", self.table.name, str(line), {self.pivot.value: new / MINOR})

    def _removed(self, lines: pd.DataFrame) -> Iterator[Edit]:
        for line in map(str, lines.index):
            if referrers := self.plan.referrers(line):
                raise StillReferenced(f"“{self.plan.label(line)}”", referrers)
            yield Edit("remove", self.table.name, line)

    def _new(self, values: Mapping[str, Any], column: Any, money: int) -> Edit:
        """Return the edit that adds a row; what is needed must have been chosen."""
        full = {**values, self.pivot.columns: column, self.pivot.value: money / MINOR}
        for name in self.pivot.slices:
            field = self.table.fields[name]
            if field.needed and full.get(name) is None:
                raise PlanError(f"Choose {field.title} above first: a new {self.table.noun} needs it.")
        return Edit("add", self.table.name, None, {name: one for name, one in full.items() if one is not None})

    def _like(self, line: str) -> dict[str, Any]:
        """Return what a copy of a row takes along."""
        own = (self.pivot.columns, self.pivot.value, "source_id")
        return {name: one for name, one in self.plan.row(self.table.name, line).items() if name not in own}

    # --- spread --------------------------------------------------------------------------------------------

    def weights(self, row: Any, like: str) -> dict[Any, int]:
        """Return how much each column gets: ``even``, ``same`` as now, or as another row or slice has it."""
        columns = list(self.offered(self.pivot.columns))
        kind, _, name = like.partition(":")
        if kind == "even":
            return dict.fromkeys(columns, 1)
        fixed = {self.pivot.along: self.named(self.pivot.along, name)} if kind == "along" else {}
        source = self.named(self.pivot.rows, name) if kind == "beside" else row
        sums = {column: self.sum(self.lines(source, column, **fixed)) or 0 for column in columns}
        if any(sums.values()):
            return sums
        if kind != "same":
            raise PlanError("What it shall be like has no amounts in these columns. Spread it evenly, or type them.")
        return dict.fromkeys(columns, 1)

    def spread(self, row: Any, wanted: int, weights: Mapping[Any, int]) -> Iterator[Edit]:
        """Yield the edits that spread a sum over columns; rows that differ in anything else keep their part of it."""
        lines = self.lines(row)
        if lines.empty:
            values = {**self.chosen, self.pivot.rows: row}
            yield from (self._new(values, column, money) for column, money in _parts(wanted, weights) if money)
            return
        kinds = [one for one in lines.columns if one not in (self.pivot.columns, self.pivot.value, "source_id")]
        groups = [group for _, group in lines.groupby(kinds, dropna=False, sort=False)]
        for group, money in zip(groups, spread(wanted, [self.sum(one) or 0 for one in groups]), strict=True):
            yield from self._over(group, money, weights)

    def _over(self, group: pd.DataFrame, wanted: int, weights: Mapping[Any, int]) -> Iterator[Edit]:
        """Yield the edits that spread rows of one kind; those of other columns move to where there are none."""
        held = [plain(self.table.fields[self.pivot.columns], one) for one in group[self.pivot.columns]]
        spare = [str(line) for line, column in zip(group.index, held, strict=True) if column not in weights]
        for column, money in _parts(wanted, weights):
            there = group[[one == column for one in held]]
            if len(there):
                yield from self._shared(there, money)
            elif not money and wanted:
                continue
            elif spare:
                values = {self.pivot.columns: column, self.pivot.value: money / MINOR}
                yield Edit("set", self.table.name, spare.pop(0), values)
            else:
                yield self._new(self._like(str(group.index[0])), column, money)
        yield from self._removed(group.loc[spare])

    # --- copy ----------------------------------------------------------------------------------------------

    def copied(self, row: Any, source: Any, targets: Sequence[Any]) -> Iterator[Edit]:
        """Yield the edits that copy a sum to other columns: its rows where there are none, else the sum alone."""
        lines = self.lines(row, source)
        for column in targets:
            if lines.empty or len(self.lines(row, column)):
                yield from self.written(row, column, self.sum(lines))
            else:
                for line, money in zip(lines.index, self.cents(lines), strict=True):
                    yield self._new(self._like(str(line)), column, money)

    def onward(self, to: Any, percent: float) -> Iterator[Edit]:
        """Yield the edits that put everything chosen in place of another slice, with so many per cent more."""
        lines, columns = self.lines(), self.table.fields[self.pivot.columns]
        yield from self._removed(self.lines(**{self.pivot.along: to}))
        now = self.cents(lines)
        for line, money in zip(lines.index, spread(round(sum(now) * (100 + percent) / 100), now), strict=True):
            values = {**self._like(str(line)), self.pivot.along: to}
            yield self._new(values, plain(columns, lines[self.pivot.columns][line]), money)


def _parts(wanted: int, weights: Mapping[Any, int]) -> Iterator[tuple[Any, int]]:
    return zip(weights, spread(wanted, list(weights.values())), strict=True)
