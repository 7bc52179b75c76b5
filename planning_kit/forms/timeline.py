"""The editable Gantt: bars of computed dates. A drag stores one field; all that moved by it goes to the browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from planning_kit.errors import PlanError
from planning_kit.forms.session import Session
from planning_kit.forms.table import Table
from planning_kit.frames import Content
from planning_kit.plan import Edit, Plan
from planning_kit.spec import Timeline as Declared
from planning_kit.spec import View

Answer = dict[str, Any]
DAY_0 = dt.date(1970, 1, 1)


class Timeline(Table):
    """A declared timeline, to be read and edited. Days go to the browser as whole numbers from 1970-01-01 on.

    Parameters
    ----------
    session : Session
    timeline : Timeline
        What is a bar, and which fields a drag sets.
    view : View
        The fields of the form that opens beside it.
    book : str
        Which workbook the table is in.
    """

    def __init__(self, session: Session, timeline: Declared, view: View, book: str = "plan") -> None:
        super().__init__(session, view, book, "timeline")
        self.timeline = timeline
        self._forms: set[str] = set()
        self._ghost: tuple[str, Answer] = ("", {})
        self._seen: tuple[object, ...] = ()
        self._read: dict[str, Content] = {}
        self._frame, self._why = pd.DataFrame(), ""
        self._sent: Answer = {}
        self._drawn: tuple[object, object] = (None, None)

    # --- what the browser is told --------------------------------------------------------------------------

    def state(self) -> Answer:
        """Return the whole picture; the fields of a row follow when its form is opened."""
        one, plan = self.timeline, self.book.plan
        table, (week, off) = plan.tables[one.table], one.calendar(plan)
        baselines = plan.content(one.baseline.partition(".")[0]).labels
        self._sent = {}
        if self._ghost[0] not in baselines:
            self._ghost = ("", {})
        return {
            "help": one.help,
            "empty": one.empty,
            "noun": table.noun,
            "nouns": table.title[0].lower() + table.title[1:],
            "readonly": self.book.store.read_only,
            "as_of": number(self.book.as_of),
            "week": week,
            "off": sorted(map(number, off)),
            "group": {"column": one.group, "title": table.fields[one.group].title},
            "against": [[row, plan.label(row)] for row in baselines],
            "compared": self._ghost[0],
            "ghost": self._ghost[1],
            **self._patch(None),
        }

    def _patch(self, only: Iterable[str] | None, *, marks: bool = False, **more: Any) -> Answer:
        """Return what Table returns, with the bars that differ from those sent before."""
        drawn = (self._bars(), self.book.plan.content(self.timeline.links[0]))
        news: Answer = {}
        if only is None or any(one is not other for one, other in zip(drawn, self._drawn, strict=True)):
            now, before = self._whole(), self._sent
            news = {name: value for name, value in now.items() if before.get(name) != value}
            if before and "bars" in news:
                news["bars"] = {row: bar for row, bar in now["bars"].items() if before["bars"].get(row) != bar}
            self._sent, self._drawn = now, drawn
        return {**super()._patch(only, marks=marks, **more), **news}

    def _whole(self) -> Answer:
        """Return all bars, links and names as the browser wants them."""
        frame, plan = self._bars(), self.book.plan
        fields, (table, *ends) = plan.tables[self.timeline.table].fields, self.timeline.links
        cells = zip(*(packed(frame[name]) for name in frame), strict=True)
        bars = dict(zip(map(str, frame.index.tolist()), cells, strict=True))
        pointed = [name for name in map(str, frame) if name in fields and fields[name].is_reference]
        named = {*bars, *(row for name in pointed for row in frame[name].dropna().unique().tolist())}
        links = [plan.frame(table)[name].fillna("").tolist() for name in ends]
        return {
            "columns": list(frame.columns),
            "bars": bars,
            "names": {row: plan.label(row) for row in named},
            "links": [link for link in zip(*links, strict=True) if link[0] and link[1]],
            "why": self._why,
        }

    def _rows(self, ids: list[str], levels: dict[str, int]) -> list[Answer]:
        """Return the fields of rows whose form is open."""
        return super()._rows([one for one in ids if one in self._forms], levels)

    def _marks(self, levels: dict[str, int]) -> list[Answer]:
        return super()._marks({row: level for row, level in levels.items() if row in self._forms})

    def _bars(self) -> pd.DataFrame:
        """Return the computed dates, worked out anew when a table they are read from has changed."""
        plan, seen = self.book.plan, (self.book.path, self.book.as_of)
        if seen != self._seen or any(plan.content(name) is not it for name, it in self._read.items()):
            reads: set[str] = set()
            self._frame, self._why = self._dated(plan.recording(reads))
            self._read, self._seen = {name: plan.content(name) for name in reads}, seen
        return self._frame

    def _dated(self, plan: Plan) -> tuple[pd.DataFrame, str]:
        try:
            return self.timeline.dates(plan, self.book.as_of), ""
        except PlanError as problem:
            return pd.DataFrame(), str(problem)

    # --- what the browser asks for -------------------------------------------------------------------------

    def on_row(self, message: Answer) -> Answer:
        """Send the fields of a row for its form; the columns and lists to choose from with the first."""
        row = str(message["id"])
        self._forms.add(row)
        if message.get("whole"):
            return {"op": "form", **super().state()}
        return {"op": "patch", **self._patch([row], marks=True)}

    def on_compare(self, message: Answer) -> Answer:
        """Show the dates of a baseline behind the bars."""
        table, _, field = self.timeline.baseline.partition(".")
        row = str(message.get("id") or "")
        revision = self.book.plan.row(table, row)[field] if row else None
        if row and revision is None:
            problem = f"{self.book.label(row)}: {self.book.field(table, field).title} is empty. Enter it first."
            raise PlanError(problem)
        there = self.timeline.dates(self.book.at(revision), self.book.as_of) if revision is not None else pd.DataFrame()
        bars: Iterable[Any] = there.itertuples()
        self._ghost = (row, {str(bar.Index): [number(bar.start), number(bar.finish)] for bar in bars})
        return {"op": "ghost", "compared": row, "ghost": self._ghost[1]}

    def on_move(self, message: Answer) -> Answer:
        """Let a row begin on another day; what waits for it follows."""
        row, bar = self._bar(message)
        wanted, now = DAY_0 + dt.timedelta(days=int(message["day"])), bar.start.date()
        if wanted < now and self._asked_for(row) != now:
            problem = f"“{self.book.label(row)}” cannot start before {now}: {self._reason(row)}."
            raise PlanError(problem)
        return self._store(row, self.timeline.start, wanted.isoformat(), wanted)

    def on_stretch(self, message: Answer) -> Answer:
        """Make a row longer or shorter by some working days."""
        row, bar = self._bar(message)
        if bar.milestone:
            problem = f"“{self.book.label(row)}” is a moment and takes no time. Make it a task in its form first."
            raise PlanError(problem)
        now = self.book.plan.row(self.timeline.table, row)[self.timeline.length]
        return self._store(row, self.timeline.length, max(1, (1 if now is None else now) + int(message["by"])))

    def _bar(self, message: Answer) -> tuple[str, Any]:
        """Return a row that may be moved, with its bar.

        Raises
        ------
        PlanError
            When it may not.
        """
        row, frame = str(message["id"]), self._bars()
        if row not in frame.index:
            raise PlanError(f"{self.book.label(row)}: there is no bar to move any more.")
        bar: Any = next(frame.loc[[row]].itertuples())
        if bar.fixed:
            raise PlanError(f"“{self.book.label(row)}” cannot be moved: {bar.fixed}.")
        return row, bar

    def _asked_for(self, row: str) -> dt.date | None:
        """Return the working day from which a row may begin as typed; None where nothing is typed."""
        typed = self.book.plan.row(self.timeline.table, row)[self.timeline.start]
        return None if typed is None else self._worked(typed)

    def _worked(self, day: dt.date) -> dt.date:
        """Return the first working day from a day on."""
        week, off = self.timeline.calendar(self.book.plan)
        days = np.array(off, dtype="datetime64[D]")
        worked: Any = np.busday_offset(np.datetime64(day, "D"), 0, "forward", week, days).item()
        return day if worked is None else worked

    def _reason(self, row: str) -> str:
        """Return why a row does not start earlier: the last row it waits for, else the first day of all."""
        plan, frame = self.book.plan, self._bars()
        table, before, after, _ = self.timeline.links
        above, links = [row], plan.frame(table)
        while (parent := self._parents.get(above[-1])) is not None and parent not in above:
            above.append(parent)
        waits = frame[frame.index.isin(links.loc[links[after].isin(above), before])]
        if waits.empty:
            return "that is the first day of the plan"
        return f"it waits for “{plan.label(str(waits.finish.idxmax()))}”"

    @property
    def _parents(self) -> dict[str, str]:
        """The row above each row that has one."""
        tree, frame = self.book.plan.tables[self.timeline.table].tree, self.book.plan.frame(self.timeline.table)
        above = frame[tree].dropna() if tree else frame.index[:0].to_series()
        return dict(zip(above.index.tolist(), above.tolist(), strict=True))

    def _store(self, row: str, field: str, value: Any, wanted: dt.date | None = None) -> Answer:
        """Store one field and answer with everything that moved and a sentence that says so."""
        before = self._bars()
        self.book.edit_many([Edit("set", self.timeline.table, row, {field: value})])
        after = self._bars()
        bar: Any = next(after.loc[[row]].itertuples())
        name, day = self.book.label(row), bar.start.date()
        said = f"“{name}” now goes from {day} to {bar.finish.date()}"
        if wanted and day > self._worked(wanted):
            said = f"“{name}” starts on {day}, not on {wanted}: {self._reason(row)}"
        others = after.index[~after.index.isin([row, *self._parents.values()])].intersection(before.index)
        moved = int(((after.start != before.start) | (after.finish != before.finish))[others].sum())
        said += f"; {moved:,} {'other moves' if moved == 1 else 'others move'} with it." if moved else "."
        return {"op": "patch", **self._patch([row]), "said": said}


def number(day: dt.date) -> int:
    """Return a day as a whole number from 1970-01-01 on, which no time zone can shift."""
    return (dt.date(day.year, day.month, day.day) - DAY_0).days


def packed(column: pd.Series[Any]) -> list[Any]:
    """Return a column of a frame as JSON values: dates as whole numbers, None for nothing."""
    if column.dtype.kind == "M":
        values = column.to_numpy().astype("datetime64[D]").astype("int64").tolist()
    else:
        values = (column.round(2) if column.dtype.kind == "f" else column).tolist()
    return [None if gone else value for value, gone in zip(values, column.isna().tolist(), strict=True)]
