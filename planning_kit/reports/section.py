"""What a report notebook calls: one displayed section per cell, made by the analysis and charts of the screens.

A section is data (texts, tables, a Vega-Lite specification), never HTML: the render stage turns it into
HTML and SVG, escaped in one place. In a notebook it shows itself as plain text.
"""

from __future__ import annotations

import datetime as dt
import platform
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

import pandas as pd

from planning_kit import __version__, charts
from planning_kit.charts import theme
from planning_kit.charts.scope import scoped
from planning_kit.engine import SEVERITIES, grouped
from planning_kit.plan import Plan
from planning_kit.reports.known import opened
from planning_kit.reports.parameters import Order, report_named
from planning_kit.spec import Field, Finding, shown
from planning_kit.store import Revision

MIME = "application/vnd.planning-kit.section+json"
HEADLINES = 8
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
    spec: Mapping[str, Any] | None = None
    facts: tuple[tuple[str, str], ...] = ()

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        lines = [
            self.title,
            self.lead,
            *(one["text"] for one in self.items),
            *(" | ".join(row) for row in self.rows),
        ]
        return {MIME: asdict(self), "text/plain": "\n".join(line for line in lines if line)}


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
            str(plan.marked("profile", "organisation") or self.order.plan.stem),
            facts=(*facts, ("Plan revision", str(self.order.revision))),
        )

    def _scope(self) -> str:
        names = [
            self.workbook.plan.label(self.order.parameters[one])
            for one in ("unit", "person")
            if one in self.order.parameters
        ]
        return ", ".join(names) or "the whole plan"

    def headlines(self) -> Section:
        """Return the findings that matter most, grouped."""
        found = [one for one in self.workbook.findings() if self.plan.has(one.row)]
        items = tuple(self._headline(code, some) for code, some in list(grouped(found).items())[:HEADLINES])
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

    def picture(self, name: str, **picks: Any) -> Section:
        """Return a chart of the screens with its table.

        Parameters
        ----------
        name : str
            Name of a chart.
        **picks
            What the chart shall single out.
        """
        drawn = charts.drawn(name, self.plan, self.as_of, **picks)
        if drawn.age:
            self._ages[drawn.title] = drawn.age
        spec = theme.sized(drawn.chart, CHART_WIDTH).to_dict(validate=False) if drawn.chart is not None else {}
        spec.pop("title", None)  # the heading of the section says it
        columns, rows = texts(drawn.table)
        return Section(
            "chart",
            drawn.title,
            drawn.note if drawn.chart is not None else drawn.empty,
            columns=columns,
            rows=rows,
            spec=spec or None,
        )

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
            ("Plan", f"{self.order.plan.name}, revision {self.order.revision}"),
            ("As of", self.as_of.isoformat()),
        ]
        facts += [("Software", f"{software}, Python {platform.python_version()}")]
        return Section(
            "colophon",
            "How this report was made",
            "The same plan, date and parameters give the same report.",
            facts=tuple(facts),
        )


def texts(frame: pd.DataFrame) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return a frame as texts: columns and rows, nothing for missing values, numbers with at most two decimals."""

    def one(value: Any) -> str:
        if value is None or value is pd.NA or value is pd.NaT or value != value:  # noqa: PLR0124 - the test for not-a-number
            return ""
        if isinstance(value, (pd.Timestamp, dt.date)):
            return str(value)[:10]
        return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)

    columns = tuple(str(name) for name in frame.columns)
    return columns, tuple(tuple(one(value) for value in row) for row in frame.astype(object).to_numpy().tolist())


def sections(run: str) -> Sections:
    """Return the sections of a report from the text papermill hands over (first cell of a report notebook)."""
    return Sections(Order.from_text(run))
