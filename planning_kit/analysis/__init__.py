"""Calculations: frames and scalars in, frames and scalars out; no plan, no clock, no file, no screen."""

from planning_kit.analysis import (
    actions,
    appraisal,
    budget,
    calibration,
    cascade,
    coupling,
    earned_value,
    forecast,
    portfolio,
    priority,
    ranking,
    readings,
    risk,
    schedule,
    status,
    workload,
)

__all__ = [
    "actions",
    "appraisal",
    "budget",
    "calibration",
    "cascade",
    "coupling",
    "earned_value",
    "forecast",
    "portfolio",
    "priority",
    "ranking",
    "readings",
    "risk",
    "schedule",
    "status",
    "workload",
]
