"""Reports: a notebook run by papermill on a read-only plan becomes one self-contained HTML file.

``parameters`` refuses a wrong parameter before anything runs; ``section`` is what report notebooks call;
``render`` turns an executed notebook into HTML; ``runner`` runs, checks and publishes, in a fork of a
``server`` that papermill reaches through ``engine``; ``execute`` asks it to.

Everything is loaded when first used: papermill's command line finds its engine here and needs nothing else.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planning_kit.reports.desk import dates, keep, offer, remove, run_now, standing
    from planning_kit.reports.parameters import listing
    from planning_kit.reports.runner import Made, run, run_many
    from planning_kit.reports.section import Sections, sections

__all__ = [
    "Made",
    "Sections",
    "dates",
    "keep",
    "listing",
    "offer",
    "remove",
    "run",
    "run_many",
    "run_now",
    "sections",
    "standing",
]

_DOOR = {
    "Made": "runner",
    "Sections": "section",
    **dict.fromkeys(("dates", "keep", "offer", "remove", "standing", "run_now"), "desk"),
    "listing": "parameters",
    "run": "runner",
    "run_many": "runner",
    "sections": "section",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for, the first time it is asked for."""
    if name not in _DOOR:
        message = f"planning_kit.reports has no {name}."
        raise AttributeError(message)
    return getattr(importlib.import_module(f"planning_kit.reports.{_DOOR[name]}"), name)
