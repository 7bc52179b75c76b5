"""What reports on one plan, revision and date have in common: the plan read, its checks looked at.

The server learns it once, before it forks, and every report finds it there; a report alone reads for itself.
Both give the same: a plan at a revision does not change, and checks have no memory.
"""

from __future__ import annotations

from typing import Any

from planning_kit.engine import Engine
from planning_kit.plan import Plan
from planning_kit.reports.parameters import Order
from planning_kit.workbook import Workbook

_KNOWN: dict[tuple[Any, ...], tuple[Plan, Engine]] = {}
"""At most one: by file, revision and date."""


def _key(order: Order, workbook: Workbook) -> tuple[Any, ...]:
    """Return what tells a plan at a revision from any other, also from one put back under the same name."""
    newest = [(one.revision, one.made_at) for one in workbook.history(limit=1)]
    return (order.plan, *newest, order.revision, order.as_of)


def opened(order: Order) -> Workbook:
    """Return the workbook of an order, at its revision, with what is known of it already.

    Raises
    ------
    PlanError
        When the plan cannot be opened or has no such revision.
    """
    workbook = Workbook(order.plan, read_only=True, as_of=order.as_of)
    plan, workbook.engine = _KNOWN.get(_key(order, workbook)) or (workbook.store.plan(order.revision), workbook.engine)
    plan.past = workbook.store  # what was learned was read through a file that is closed again
    workbook.plan = plan
    return workbook


def learn(order: Order) -> None:
    """Read the plan of an order and look at its checks, once for all reports that follow; the file is closed again.

    Raises
    ------
    PlanError
        When the plan cannot be opened or has no such revision.
    """
    with opened(order) as workbook:
        key = _key(order, workbook)
        if key in _KNOWN:
            return
        for name in workbook.plan.tables:
            _ = workbook.plan.frame(name)
        workbook.findings()
        _KNOWN.clear()
        _KNOWN[key] = workbook.plan, workbook.engine
