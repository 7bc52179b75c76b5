"""What the steps declare: the organisation they share, then one to eight. Engines read nothing else."""

from __future__ import annotations

import types
from collections.abc import Mapping

from planning_kit.spec import Check, Step, Table
from planning_kit.steps.allocation.room import STEP as ALLOCATION
from planning_kit.steps.appraisal.room import STEP as APPRAISAL
from planning_kit.steps.breakdown.room import STEP as BREAKDOWN
from planning_kit.steps.coordination.room import STEP as COORDINATION
from planning_kit.steps.organisation.room import STEP as ORGANISATION
from planning_kit.steps.strategy.room import STEP as STRATEGY
from planning_kit.steps.timelines.room import STEP as TIMELINES
from planning_kit.steps.tracking.room import STEP as TRACKING
from planning_kit.steps.unit_plans.room import STEP as UNIT_PLANS

__all__ = ["CHECKS", "STEPS", "TABLES", "tables_of"]

STEPS: tuple[Step, ...] = (
    ORGANISATION,
    STRATEGY,
    BREAKDOWN,
    UNIT_PLANS,
    TIMELINES,
    COORDINATION,
    ALLOCATION,
    TRACKING,
    APPRAISAL,
)
"""All steps, in the order in which a group walks through them."""

TABLES: Mapping[str, Table] = types.MappingProxyType({table.name: table for step in STEPS for table in step.tables})
"""Every declared table by name, over all workbooks."""

CHECKS: tuple[Check, ...] = tuple(check for step in STEPS for check in step.checks)
"""Every declared check, in the order of the steps."""


def tables_of(book: str) -> dict[str, Table]:
    """Return the tables of one workbook by name.

    Parameters
    ----------
    book : str
        ``"plan"``, or the workbook of a step that keeps its own file, such as ``"appraisal"``.
    """
    return {name: table for name, table in TABLES.items() if table.book == book}
