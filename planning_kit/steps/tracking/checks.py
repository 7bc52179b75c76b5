"""Checks of tracking: values that are due, reds without an answer, work and actions that are late."""

import numpy as np
import pandas as pd

from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Hit, Setting, check
from planning_kit.steps.reading import (
    WHOLE,
    Hits,
    counted,
    day,
    finished,
    horizon,
    latest,
    listed,
    measured,
    open_tasks,
    scheduled,
    told,
)
from planning_kit.steps.tracking.checks_work import (
    blocked_and_nothing,
    complete_without_finish,
    costs_or_time_off,
    meeting_overdue,
    report_missing,
    task_overdue,
)

__all__ = [
    "blocked_and_nothing",
    "complete_without_finish",
    "costs_or_time_off",
    "finished",
    "meeting_overdue",
    "report_missing",
    "task_overdue",
]

LENGTHS = {"weekly": "W", "monthly": "M", "quarterly": "Q", "half_yearly": "2Q", "yearly": "Y"}
