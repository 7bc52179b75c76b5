"""Planning workbook for strategy execution: eight guided steps, one plan file, reports on a schedule.

>>> import planning_kit as pk
>>> wb = pk.open("plan.db", author="Ana")  # doctest: +SKIP
>>> wb.plan.tasks  # doctest: +SKIP

Everything is loaded when first used, so that ``import planning_kit`` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planning_kit import analysis, charts
    from planning_kit.errors import PlanError
    from planning_kit.forms import step
    from planning_kit.plan import Edit, Plan
    from planning_kit.reports import sections
    from planning_kit.workbook import Workbook
    from planning_kit.workbook import open_plan as open  # noqa: A004 - `pk.open` reads like the built-in on purpose

__version__ = "0.1.0"
__all__ = [
    "Edit",
    "Plan",
    "PlanError",
    "Workbook",
    "analysis",
    "charts",
    "open",
    "sections",
    "step",
]

_DOOR = {
    "Edit": "planning_kit.plan:Edit",
    "Plan": "planning_kit.plan:Plan",
    "PlanError": "planning_kit.errors:PlanError",
    "Workbook": "planning_kit.workbook:Workbook",
    "analysis": "planning_kit.analysis",
    "charts": "planning_kit.charts",
    "open": "planning_kit.workbook:open_plan",
    "sections": "planning_kit.reports:sections",
    "step": "planning_kit.forms:step",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for, the first time it is asked for."""
    if name not in _DOOR:
        message = f"planning_kit has no {name}. It has: {', '.join(__all__)}."
        raise AttributeError(message)
    module, _, inside = _DOOR[name].partition(":")
    found = importlib.import_module(module)
    value = getattr(found, inside) if inside else found
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List what the door offers."""
    return sorted(__all__)
