"""Typed parameters of reports: refused with a sentence before a report starts, handed over as one JSON text."""

from __future__ import annotations

import datetime as dt
import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planning_kit.earlier import earlier
from planning_kit.errors import PlanError, ValueRefused
from planning_kit.spec import Report, from_json, parse, to_json
from planning_kit.steps import STEPS
from planning_kit.workbook import Workbook

REPORTS: Mapping[str, Report] = {report.name: report for step in STEPS for report in step.reports}


@dataclass(frozen=True)
class Order:
    """What is to be reported: everything a report notebook is told."""

    report: str
    plan: str
    revision: int
    as_of: dt.date
    parameters: Mapping[str, Any]

    def to_text(self) -> str:
        """Return the order as the one JSON text a notebook is handed."""
        return json.dumps(
            {
                "report": self.report,
                "plan": self.plan,
                "revision": self.revision,
                "as_of": self.as_of.isoformat(),
                "parameters": {name: to_json(value) for name, value in self.parameters.items()},
            }
        )

    @classmethod
    def from_text(cls, text: str) -> Order:
        """Return the order a notebook was handed."""
        told = json.loads(text)
        fields = REPORTS[told["report"]].parameters
        values = {name: from_json(fields[name], value) for name, value in told["parameters"].items()}
        return cls(told["report"], told["plan"], told["revision"], dt.date.fromisoformat(told["as_of"]), values)


def report_named(name: str) -> Report:
    """Return a declared report.

    Raises
    ------
    PlanError
        When there is none of this name.
    """
    if name in REPORTS:
        return REPORTS[name]
    close = difflib.get_close_matches(name, REPORTS, n=1)
    meant = f" Did you mean {close[0]}?" if close else ""
    message = f"“{name}” is not a report.{meant} Reports are: {', '.join(REPORTS)}."
    raise PlanError(message)


def order(workbook: Workbook, name: str, as_of: dt.date | None, typed: Iterable[str]) -> Order:
    """Check everything that was asked for and return the order.

    Parameters
    ----------
    workbook : Workbook
        The plan to report on.
    name : str
        Name of the report.
    as_of : datetime.date, optional
        The date looked at; the plan's own without it.
    typed : iterable of str
        ``name=value`` texts.

    Raises
    ------
    PlanError
        With a sentence, before anything runs.
    """
    report = report_named(name)
    values = {one: field.default for one, field in report.parameters.items()}
    for text in typed:
        key, equals, value = text.partition("=")
        key = key.strip()
        if not equals or key not in report.parameters:
            close = difflib.get_close_matches(key, report.parameters, n=1)
            meant = f" Did you mean {close[0]}?" if close else ""
            names = ", ".join(report.parameters)
            allowed = f"Parameters are: {names}, each written as name=value."
            message = f"--param {text}: “{key}” is not a parameter of {name}.{meant} {allowed}"
            raise PlanError(message)
        try:
            values[key] = parse(report.parameters[key], value, workbook.plan.find)
        except ValueError as problem:
            raise ValueRefused(f"--param {key}", str(problem)) from None
    kept = {one: value for one, value in values.items() if value is not None}
    if since := str(kept.get("since") or ""):
        earlier(workbook.plan, since)
    plan = workbook.store.address
    address = str(plan.absolute() if isinstance(plan, Path) else plan)
    return Order(name, address, workbook.plan.revision, as_of or workbook.as_of, kept)


def listing() -> str:
    """Return the reports and their parameters as text."""
    lines = []
    for report in REPORTS.values():
        lines.append(f"{report.name}: {report.title}. {report.doc}")
        lines += [f"  --param {name}=...  {field.doc}" for name, field in report.parameters.items()]
    lines.append("Each as --format html, pdf, xlsx, docx or ipynb; --for units, people, all or a name: one for each.")
    return "\n".join(lines)
