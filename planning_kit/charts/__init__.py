"""Pictures of a plan: each is a small function ``(plan, as_of, *, picks)`` that returns an Altair chart.

>>> from planning_kit import charts
>>> charts.picks_of("gantt")
['unit', 'task']

``charts.gantt(plan, as_of)`` is the chart alone, or None when there is nothing to draw.
``charts.drawn("gantt", plan, as_of)`` comes with the title, the same facts as a table, and their age. The charts
follow Altair's active theme; ours, ``planning_kit`` and ``planning_kit_dark``, are in `planning_kit.charts.theme`.
"""

from planning_kit.charts.appraised import contribution
from planning_kit.charts.base import DRAW, EMPTY, Drawn, drawn, picks_of
from planning_kit.charts.breakdown import catchball, failure_ranking, orphans
from planning_kit.charts.budget import cost_cases, envelopes_and_lines, money_to_objectives
from planning_kit.charts.card import scorecard
from planning_kit.charts.choice import ansoff, factor_scores, recall, theme_perspective, trip_wires
from planning_kit.charts.dashboard import dashboard
from planning_kit.charts.earned import earned_value
from planning_kit.charts.exposure import objective_exposure
from planning_kit.charts.fair import adverse_impact, calibration, letter, ratings_spread, thanks
from planning_kit.charts.finish import delivery, finish_distribution
from planning_kit.charts.lights import light_that_lies
from planning_kit.charts.measures import measure_line, sparkline
from planning_kit.charts.money import money_by_unit
from planning_kit.charts.moved import chances_moved, decided, money_moved, objectives_moved, slips, work_moved
from planning_kit.charts.network import network
from planning_kit.charts.okr import okr_tree
from planning_kit.charts.past import forecast_calibration, slip_chart, status_over_time
from planning_kit.charts.people import load_heat_map
from planning_kit.charts.plan_b import plan_b
from planning_kit.charts.plans import action_plan, attention, goals, people_in_charge, single_points, this_week
from planning_kit.charts.priority import difficulty_value
from planning_kit.charts.promises import promise_ledger, promise_network, pulling_apart
from planning_kit.charts.ranked import focus_ranking
from planning_kit.charts.reallocation import money_elsewhere
from planning_kit.charts.reward import pool
from planning_kit.charts.risk import risk_heat_map
from planning_kit.charts.roles import items_per_person, raci
from planning_kit.charts.rooms import coordination_agenda
from planning_kit.charts.spread import point_spread, score_spread
from planning_kit.charts.strategy import strategy_map
from planning_kit.charts.structure import silos, task_matrix, unit_matrix
from planning_kit.charts.theme import config, sized, spec, svg_style
from planning_kit.charts.timeline import gantt
from planning_kit.charts.tree import cascade
from planning_kit.charts.written import WRITTEN

__all__ = [
    "DRAW",
    "EMPTY",
    "WRITTEN",
    "Drawn",
    "action_plan",
    "adverse_impact",
    "ansoff",
    "attention",
    "calibration",
    "cascade",
    "catchball",
    "chances_moved",
    "config",
    "contribution",
    "coordination_agenda",
    "cost_cases",
    "dashboard",
    "decided",
    "delivery",
    "difficulty_value",
    "drawn",
    "earned_value",
    "envelopes_and_lines",
    "factor_scores",
    "failure_ranking",
    "finish_distribution",
    "focus_ranking",
    "forecast_calibration",
    "gantt",
    "goals",
    "items_per_person",
    "letter",
    "light_that_lies",
    "load_heat_map",
    "measure_line",
    "money_by_unit",
    "money_elsewhere",
    "money_moved",
    "money_to_objectives",
    "network",
    "objective_exposure",
    "objectives_moved",
    "okr_tree",
    "orphans",
    "people_in_charge",
    "picks_of",
    "plan_b",
    "point_spread",
    "pool",
    "promise_ledger",
    "promise_network",
    "pulling_apart",
    "raci",
    "ratings_spread",
    "recall",
    "risk_heat_map",
    "score_spread",
    "scorecard",
    "silos",
    "single_points",
    "sized",
    "slip_chart",
    "slips",
    "sparkline",
    "spec",
    "status_over_time",
    "strategy_map",
    "svg_style",
    "task_matrix",
    "thanks",
    "theme_perspective",
    "this_week",
    "trip_wires",
    "unit_matrix",
    "work_moved",
]
