"""What a report notebook calls: one displayed section per cell, made by the analysis and charts of the screens.

A section is data (texts, tables, a Vega-Lite specification), never HTML: the render stage turns it into
HTML and SVG, escaped in one place. In a notebook it shows itself as plain text.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import platform
import typing
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from typing import Any

import pandas as pd

from planning_kit import __version__, charts
from planning_kit.charts import theme
from planning_kit.charts.scope import scoped
from planning_kit.earlier import Earlier, earlier
from planning_kit.engine import SEVERITIES, grouped
from planning_kit.plan import Difference, Plan
from planning_kit.reports.known import opened
from planning_kit.reports.parameters import Order, report_named
from planning_kit.reports.words import sentence, texts, view_named
from planning_kit.spec import Break, Check, Field, Finding, Thread, shown
from planning_kit.steps import STEPS
from planning_kit.store import Revision
from planning_kit.workbook import rows as rows_of

MIME = "application/vnd.planning-kit.section+json"
HEADLINES = 8
REASONS = 3
LONGEST = 500
"""Rows of a table in a report."""
EMPTY_TITLE = "Nothing to show yet"
CHART_WIDTH = 860
CHANGES = 12


@dataclass(frozen=True)
class Section:
    """One part of a report.

    Attributes
    ----------
    kind : str
        ``cover``, ``list``, ``chart``, ``table`` or ``colophon``.
    title, lead : str
        Heading and the sentence below it.
    items : list of dict
        For lists: ``mark``, ``text``, ``note``.
    columns, rows : list
        The table, as text.
    heads : list of int
        Rows of the table that head those below them.
    spec : dict, optional
        The chart as Vega-Lite.
    facts : list of list of str
        Pairs of words, for the cover and the colophon.
    """

    kind: str
    title: str
    lead: str = ""
    items: tuple[Mapping[str, str], ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    heads: tuple[int, ...] = ()
    spec: Mapping[str, Any] | None = None
    facts: tuple[tuple[str, str], ...] = ()

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        lines = [
            self.title,
            self.lead,
            *(one["text"] for one in self.items),
            *(" | ".join(row) for row in self.rows),
        ]
        told = asdict(replace(self, spec=None)) | {"spec": json.dumps(self.spec) if self.spec else None}
        return {MIME: told, "text/plain": "\n".join(line for line in lines if line)}


class Sections:
    """The sections of one report. Made by :func:`sections` from the text papermill hands over.

    Parameters
    ----------
    order : Order
    """

    def __init__(self, order: Order) -> None:
        self.order = order
        self.workbook = opened(order)
        self.plan: Plan = scoped(
            self.workbook.plan, unit=order.parameters.get("unit"), person=order.parameters.get("person")
        )
        self._ages: dict[str, dt.date] = {}

    @property
    def as_of(self) -> dt.date:
        """The date looked at."""
        return self.order.as_of

    def cover(self) -> Section:
        """Return the title with organisation, scope, date and whom to ask."""
        plan = self.workbook.plan
        leader = plan.marked("profile", "leader")
        facts = [("As of", self.as_of.isoformat()), ("Scope", self._scope())]
        facts += [("Ask", plan.label(leader))] if leader else []
        return Section(
            "cover",
            report_named(self.order.report).title,
            str(plan.marked("profile", "organisation") or self.workbook.path.stem),
            facts=(*facts, ("Plan revision", str(self.order.revision))),
        )

    def _scope(self) -> str:
        names = [
            self.workbook.plan.label(self.order.parameters[one])
            for one in ("unit", "person")
            if one in self.order.parameters
        ]
        return ", ".join(names) or "the whole plan"

    @functools.cached_property
    def _findings(self) -> list[Finding]:
        """What the checks find in the part of the plan that is looked at."""
        return [one for one in self.workbook.findings() if self.plan.has(one.row)]

    def headlines(self, most: int = HEADLINES) -> Section:
        """Return the findings that matter most, grouped.

        Parameters
        ----------
        most : int
            How many groups.
        """
        found = self._findings
        items = tuple(self._headline(code, some) for code, some in list(grouped(found).items())[:most])
        counts = Counter(one.severity for one in found)
        lead = ", ".join(
            f"{counts[name]} {name}{'s' if counts[name] > 1 else ''}" for name in SEVERITIES if counts[name]
        )
        return Section(
            "list",
            "Headlines",
            f"The checks of the workbook found {lead}."
            if lead
            else "The checks of the workbook found nothing to mend.",
            items,
        )

    def _headline(self, code: str, some: list[Finding]) -> dict[str, str]:
        one = some[0]
        text = (
            one.message
            if len(some) == 1
            else f"{self.workbook.engine.checks[code].title}: {len(some)} times. For example: {one.message}"
        )
        return {"mark": one.severity, "text": text, "note": one.remedy}

    def threads(self) -> Section:
        """Return the seven threads that run through all steps, each with what its checks find."""
        return self._lights("The seven threads", lambda one: one.thread, typing.get_args(Thread))

    def breaks(self) -> Section:
        """Return the four breaks between strategy and execution, each with what its checks find."""
        return self._lights("Four breaks between strategy and execution", lambda one: one.gap, typing.get_args(Break))

    def _lights(self, title: str, mark: Callable[[Check], str | None], names: Iterable[str]) -> Section:
        checks = self.workbook.engine.checks
        items = []
        for name in names:
            found = [one for one in self._findings if mark(checks[one.code]) == name]
            said = [f"{checks[code].title} ({len(some)})" for code, some in list(grouped(found).items())[:REASONS]]
            text = f"{name[0].upper()}{name[1:]}: {'; '.join(said) or 'no finding'}"
            items.append({"mark": found[0].severity if found else "good", "text": text, "note": ""})
        calm = sum(one["mark"] == "good" for one in items)
        return Section("list", title, f"{calm} of {len(items)} without a finding.", tuple(items))

    def text(self, title: str, words: str) -> Section:
        """Return a heading with a sentence, for what the author of a report has to say."""
        return Section("list", title, words)

    def picture(self, name: str, heading: str = "", **picks: Any) -> Section:
        """Return a chart, or a table that is computed, of the screens; a chart with its table.

        Parameters
        ----------
        name : str
            Name of a chart.
        heading : str
            What stands above it instead of its finding, which then follows.
        **picks
            What the chart shall single out.
        """
        plan, reader = self.plan, self.order.parameters.get("person") or self.order.parameters.get("unit")
        if "reader" in charts.picks_of(name) and reader and not picks:  # it finds by itself what concerns its reader
            plan, picks = self.workbook.plan, {"reader": reader}
        drawn = charts.drawn(name, plan, self.as_of, **picks)
        if drawn.age:
            self._ages[drawn.title] = drawn.age
        spec = theme.sized(drawn.chart, CHART_WIDTH).to_dict(validate=False) if drawn.chart is not None else {}
        spec.pop("title", None)  # the heading of the section says it
        columns, rows = texts(drawn.table)
        said = [drawn.title, drawn.note] if drawn.chart is not None or rows else [drawn.empty]
        title = heading or (drawn.title if len(said) > 1 else EMPTY_TITLE)
        lead = " ".join(sentence(one) for one in said if one and one != title)
        return Section(
            "chart" if spec else "table", title, lead, columns=columns, rows=rows, heads=drawn.heads, spec=spec or None
        )

    def table(self, name: str, heading: str = "", fields: Sequence[str] = (), *, newest: int = 0) -> Section:
        """Return the rows of a view of a step, or of a table, in the words of the screens.

        Parameters
        ----------
        name : str
            Name of a view or of a table.
        heading : str
            What stands above it instead of its title.
        fields : sequence of str
            The fields to show; those of the view, or the essential ones, without it. Empty ones are left out.
        newest : int
            Only so many rows, those entered last; 0 for all.

        Raises
        ------
        PlanError
            When there is no such view or table.
        """
        view = view_named(name)
        table, plan = self.plan.tables[view.table], self.plan
        ids = rows_of(plan, view.table, view.where)
        ids = ids[-newest:] if newest else ids
        held = [plan.row(view.table, one) for one in ids[:LONGEST]]
        shown_fields = [table.fields[one] for one in fields or view.fields]
        words = [[shown(one, row[one.name], self.workbook.plan.label) for one in shown_fields] for row in held]
        filled = [place for place in range(len(shown_fields)) if any(row[place] for row in words)]
        step = next(one for one in STEPS if table in one.tables)
        missing = f"There is no {table.noun} yet. It is entered in step {step.number}, {step.title}."
        cut = f"The first {LONGEST} of {len(ids)} are shown." if len(ids) > LONGEST else ""
        return Section(
            "table",
            heading or view.title,
            cut if held else missing,
            columns=tuple(shown_fields[one].title for one in filled),
            rows=tuple(tuple(row[one] for one in filled) for row in words),
        )

    @functools.cached_property
    def _earlier(self) -> Earlier:
        """What the plan is compared with."""
        return earlier(self.workbook.plan, str(self.order.parameters.get("since") or ""))

    @functools.cached_property
    def before(self) -> Plan:
        """The part of the earlier plan that the reader answers for."""
        return scoped(
            self._earlier.plan, unit=self.order.parameters.get("unit"), person=self.order.parameters.get("person")
        )

    @functools.cached_property
    def _differences(self) -> list[Difference]:
        """What differs from the earlier plan, in the part the reader answers for."""
        found = self._earlier.plan.diff(self.workbook.plan)
        return [one for one in found if self.plan.has(one.row) or self.before.has(one.row)]

    def turns(self) -> Section:
        """Return how much of each table was added, dropped and changed since the earlier plan."""
        rows = []
        for name, table in self.plan.tables.items():
            mine = [one for one in self._differences if one.table == name]
            whole = [one for one in mine if not one.field]
            added = sum(one.before is None for one in whole)
            counts = (added, len(whole) - added, len({one.row for one in mine if one.field}))
            if any(counts):
                rows.append((table.title, *(str(one or "") for one in counts)))
        lead = f"Compared with {self._earlier.name}." + ("" if rows else " Nothing differs.")
        columns = ("Table", "Added", "Dropped", "Changed")
        return Section("table", "What was added, dropped and changed", lead, columns=columns, rows=tuple(rows))

    def changes(self) -> Section:
        """Return what was changed in the period before the date, by whom and why."""
        months = int(self.order.parameters.get("period", 3))
        first = (pd.Timestamp(self.as_of) - pd.DateOffset(months=months)).date()
        kept = [
            one
            for one in self.workbook.history(limit=500)
            if one.revision <= self.order.revision and first.isoformat() <= one.made_at[:10]
        ]
        rows = tuple((one.made_at[:10], one.author, self._change(one), one.reason) for one in kept[:CHANGES])
        lead = f"{len(kept)} changes recorded since {first}" + (
            f", the newest {CHANGES} below." if len(kept) > CHANGES else "."
        )
        return Section("table", "What changed", lead, columns=("Day", "Who", "What", "Why"), rows=rows)

    def _change(self, one: Revision) -> str:
        plan = self.workbook.plan
        if len(one.changes) > 1:
            tables = Counter(plan.tables[change.table].title.lower() for change in one.changes)
            return ", ".join(f"{count} {name}" for name, count in tables.most_common(4))
        change = one.changes[0]
        fields = plan.tables[change.table].fields

        def said(field: Field, value: Any) -> str:
            return shown(field, value, plan.label) or "—"

        if change.op != "set":
            return f"{plan.label(change.row)} {'removed' if change.op == 'remove' else 'added'}"
        edits = [
            f"{fields[n].title} {said(fields[n], change.before[n])} → {said(fields[n], v)}"
            for n, v in change.after.items()
        ]
        return f"{plan.label(change.row)}: " + "; ".join(edits)

    def colophon(self) -> Section:
        """Return parameters, revision, data age, software: what is needed to make the same report again."""
        fields = report_named(self.order.report).parameters
        facts = [
            (fields[n].title, shown(fields[n], v, self.workbook.plan.label)) for n, v in self.order.parameters.items()
        ]
        facts += [
            (title, f"newest data of {age}, {(self.as_of - age).days} days before the date of this report")
            for title, age in self._ages.items()
        ]
        libraries = ", ".join(f"{name} {version(name)}" for name in ("pandas", "altair", "papermill"))
        software = f"planning-kit {__version__}, {libraries}"
        facts += [
            ("Plan", f"{self.workbook.path.name}, revision {self.order.revision}"),
            ("As of", self.as_of.isoformat()),
        ]
        facts += [("Software", f"{software}, Python {platform.python_version()}")]
        return Section(
            "colophon",
            "How this report was made",
            "The same plan, date and parameters give the same report.",
            facts=tuple(facts),
        )


def sections(run: str) -> Sections:
    """Return the sections of a report from the text papermill hands over (first cell of a report notebook)."""
    return Sections(Order.from_text(run))
