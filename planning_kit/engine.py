"""Run the checks that read what changed; states of the steps; the lights of the overview.

The engine knows no table by name: it finds what it needs through references, trees and roles declared in
the spec. Two checks come with every step, drawn from its fields: ``N00`` something needed is missing,
``N99`` a reference to a row that is not there.
"""

import datetime as dt
import logging
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from planning_kit.frames import Content
from planning_kit.plan import Plan
from planning_kit.spec import (
    ANY,
    Break,
    Check,
    Circumstances,
    Finding,
    Hit,
    Severity,
    Step,
    Table,
    Thread,
    check,
)

log = logging.getLogger(__name__)

State = Literal["not started", "in progress", "blocked", "done"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


def needed_is_missing(step: Step) -> Check:
    """Return the check that every needed field of a step's rows is filled in."""

    def look(plan: Plan, _at: Circumstances) -> Iterator[Hit]:
        for table in step.tables:
            if table.name not in plan.tables:
                continue
            frame, labels = plan.frame(table.name), plan.content(table.name).labels
            for name, field in table.fields.items():
                if field.needed:
                    for row in frame.index[frame[name].isna()].tolist():
                        words = f"{table.noun} “{labels[row] or plan.label(row)}”: {field.title} is missing."
                        yield Hit(
                            table.name,
                            row,
                            name,
                            words[0].upper() + words[1:],
                            f"Fill in {field.title}. {field.doc}",
                        )

    look.__doc__ = """Something needed is missing

        What: A field that this step cannot be done without is empty.
        Why: Whoever works with the row later has to guess, ask, or leave it out.
        Fix: Fill in the field, or remove the row if it is not meant to stay.
        Source: The fields marked with * in the data dictionary.
        """
    return check(f"{step.number}00", "error", thread="accountability")(look)


def reference_to_nothing(step: Step) -> Check:
    """Return the check that every reference of a step's rows points to a row that exists."""

    def look(plan: Plan, _at: Circumstances) -> Iterator[Hit]:
        names = [one.name for one in step.tables if one.name in plan.tables]
        for name, field, targets in plan.references(names):
            targeted = plan.tables if ANY in field.to else [one for one in field.to if one in plan.tables]
            if targets.empty:
                continue
            known = {row for one in targeted for row in plan.content(one).labels}
            noun = plan.tables[name].noun
            for row, target in targets[~targets.isin(known)].items() if targeted else ():
                who = f"{noun[0].upper()}{noun[1:]} “{plan.label(str(row))}”"
                message = f"{who}: {field.title} points to {target}, which is not there."
                yield Hit(
                    name,
                    str(row),
                    field.name,
                    message,
                    "Choose another one, or bring the removed row back with undo.",
                )

    look.__doc__ = """Reference to a row that is not there

        What: A field points to a row that was removed or never came with an import.
        Why: Work, money or a name silently falls out of every sum that follows the link.
        Fix: Choose another row, clear the field, or undo the removal.
        Source: Referential integrity, checked here and not by the database, so that undo and imports pass through.
        """
    return check(f"{step.number}99", "error", thread="goal alignment")(look)


@dataclass(frozen=True)
class Light:
    """A light of the overview: what it says, why, and which step repairs it."""

    name: str
    state: Literal["dark", "red", "amber", "green"]
    reason: str
    step: int
    count: int


@dataclass(frozen=True)
class StepState:
    """Where a step stands, with the sentences that block it."""

    step: Step
    state: State
    blockers: tuple[str, ...]
    findings: int


class Engine:
    """Findings and states of one session; remembers what each check read.

    Parameters
    ----------
    steps : sequence of Step
        The steps whose checks are run, in order.
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = tuple(steps)
        self.checks: dict[str, Check] = {}
        self._step_of: dict[str, Step] = {}
        for step in steps:
            for one in (needed_is_missing(step), reference_to_nothing(step), *step.checks):
                self.checks[one.code], self._step_of[one.code] = one, step
        self._kept: dict[str, tuple[dict[str, Content], Circumstances, list[Finding]]] = {}

    def findings(self, plan: Plan, as_of: dt.date, *, step: int | None = None, slow: bool = True) -> list[Finding]:
        """Return what the checks find, errors first, then by code; only checks whose tables changed are run again.

        Parameters
        ----------
        plan : Plan
        as_of : datetime.date
            The date the plan is looked at.
        step : int, optional
            Only this step's checks.
        slow : bool
            Also the checks that are too slow for the edit path (else their last result, if there is one).
        """
        found = [
            finding
            for code, one in self.checks.items()
            if step is None or self._step_of[code].number == step
            for finding in self._run(one, plan, as_of, may_run=slow or not one.slow)
        ]
        return sorted(found, key=lambda one: (SEVERITIES.index(one.severity), one.code))

    def look(self, plan: Plan, as_of: dt.date, *, slow: bool) -> Iterator[str]:
        """Run the checks whose tables changed, one at a time; yields the code of each that was run."""
        for code, one in self.checks.items():
            if (slow or not one.slow) and not self._is_known(one, plan, as_of):
                self._run(one, plan, as_of, may_run=True)
                yield code

    def _is_known(self, one: Check, plan: Plan, as_of: dt.date) -> bool:
        """Whether nothing a check read has changed since it ran."""
        kept = self._kept.get(one.code)
        return (
            kept is not None
            and kept[1] == Circumstances(as_of, settings_of(plan, one))
            and all(plan.content(name) is content for name, content in kept[0].items())
        )

    def _run(self, one: Check, plan: Plan, as_of: dt.date, *, may_run: bool) -> list[Finding]:
        if not may_run or self._is_known(one, plan, as_of):
            return self._kept[one.code][2] if one.code in self._kept else []
        at = Circumstances(as_of, settings_of(plan, one))
        reads: set[str] = set()
        try:
            found = [
                Finding(one.code, hit.severity or one.severity, hit.table, hit.row, hit.field, hit.message, hit.remedy)
                for hit in one.function(plan.recording(reads), at)
            ]
        except Exception:
            log.exception("check %s could not be run", one.code)
            message = f"“{one.title}” (check {one.code}) could not be looked at. All other checks are complete."
            found = [Finding(one.code, "warning", "", "", "", message, "Tell whoever looks after the workbook.")]
        self._kept[one.code] = ({name: plan.content(name) for name in reads}, at, found)
        return found

    def states(self, plan: Plan, as_of: dt.date, *, slow: bool = True) -> list[StepState]:
        """Return where every step stands."""
        found = self.findings(plan, as_of, slow=slow)
        ticked = ticked_steps(plan)
        return [self._state(step, plan, found, ticked) for step in self.steps]

    def _state(self, step: Step, plan: Plan, found: list[Finding], ticked: set[int]) -> StepState:
        mine = [one for one in found if self._step_of[one.code] is step]
        blockers = tuple(dict.fromkeys(one.message for one in mine if one.severity == "error"))
        if not begun(step.tables, plan):
            return StepState(step, "not started", (), 0)
        state: State = "blocked" if blockers else "done" if step.number in ticked else "in progress"
        return StepState(step, state, blockers, len(mine))

    def threads(self, plan: Plan, as_of: dt.date, *, slow: bool = True) -> list[Light]:
        """Return the seven lights that run through all steps."""
        found = self.findings(plan, as_of, slow=slow)
        return [
            self._light(name, [one for one in found if self.checks[one.code].thread == name], plan)
            for name in typing.get_args(Thread)
        ]

    def gaps(self, plan: Plan, as_of: dt.date, *, slow: bool = True) -> list[Light]:
        """Return the four breaks between strategy and execution, with how often each was found."""
        found = self.findings(plan, as_of, slow=slow)
        return [
            self._light(name, [one for one in found if self.checks[one.code].gap == name], plan)
            for name in typing.get_args(Break)
        ]

    def _light(self, name: str, found: list[Finding], plan: Plan) -> Light:
        watched = [c for c in self.checks.values() if name in (c.thread, c.gap)]
        steps = {self._step_of[c.code].number: self._step_of[c.code] for c in watched}
        if not any(begun(one.tables, plan) for one in steps.values()):
            return Light(name, "dark", "Nothing to look at yet.", min(steps, default=1), 0)
        if not found:
            return Light(name, "green", "No finding.", min(steps), 0)
        worst = found[0]
        same = [one for one in found if one.code == worst.code]
        reason = worst.message if len(same) == 1 else f"{self.checks[worst.code].title}: {len(same)} times."
        state: Literal["red", "amber", "green"] = (
            "red" if worst.severity == "error" else "amber" if worst.severity == "warning" else "green"
        )
        return Light(name, state, reason, self._step_of[worst.code].number, len(found))

    def step_of(self, code: str) -> Step:
        """Return the step a check belongs to."""
        return self._step_of[code]


def begun(tables: Iterable[Table], plan: Plan) -> bool:
    """Whether any essential table of these holds a row."""
    return any(len(plan.frame(one.name)) for one in tables if not one.more and one.name in plan.tables)


def ticked_steps(plan: Plan) -> set[int]:
    """Return the numbers of the steps somebody has declared done."""
    table = plan.with_role("approvals")
    if table is None and plan.beside is not None:
        return ticked_steps(plan.beside)
    name = table.field_with_role("step") if table else None
    return set() if table is None or name is None else {int(n) for n in plan.frame(table.name)[name].dropna()}


def settings_of(plan: Plan, one: Check) -> Mapping[str, float]:
    """Return the thresholds of a check: its defaults, and what the plan holds instead."""
    values = {setting.name: setting.default for setting in one.settings}
    table = plan.with_role("settings")
    if values and table is not None:
        frame = plan.frame(table.name)
        typed = dict(zip(frame["name"], frame["value"], strict=True))
        values |= {name: float(typed[name]) for name in values if pd.notna(typed.get(name))}
    return values


def grouped(found: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Return findings by code, in the order of the first of each."""
    groups: dict[str, list[Finding]] = {}
    for one in found:
        groups.setdefault(one.code, []).append(one)
    return groups
