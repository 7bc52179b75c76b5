"""Numbers of the organisation that explain themselves: what hangs on one person, unit or supplier."""

import datetime as dt

import pandas as pd

from planning_kit.errors import PlanError
from planning_kit.plan import Plan
from planning_kit.spec import Explained, amount, figure
from planning_kit.steps import reading
from planning_kit.steps.exposed import failures


@figure("people", "units")
def hangs_on(plan: Plan, row: str, as_of: dt.date) -> Explained | None:
    """Failure if it were gone.

    Whoever or whatever this is gets taken away, with everybody who belongs to it: work stops that has no other doer,
    no backup outside, no second supplier or nobody else with the skill; an objective falls that loses its owner
    without a deputy or all of its work.
    Source: failure mode and effects analysis (IEC 60812): remove each part in turn and see what falls.
    """
    try:
        found = failures(plan, as_of)
    except PlanError:  # circles have findings of their own
        return None
    mine = found.ranking[found.ranking["id"] == row]
    if mine.empty:
        return None
    facts = mine.iloc[0]
    lost = found.objectives[found.objectives["id"] == row].drop_duplicates("objective")
    stops = found.tasks[found.tasks["id"] == row].drop_duplicates("task")
    terms = [(plan.label(one), str(why)) for one, why in zip(lost["objective"], lost["reason"], strict=True)]
    terms.append(("work that stops", str(len(stops))))
    currency = str(plan.marked("profile", "currency") or "")
    terms.append(("money at stake", f"{amount(facts['money'])} {currency}".strip()))
    if pd.notna(facts["first_due"]):
        terms.append(("first date at stake", f"{facts['first_due']:%Y-%m-%d}"))
    value = f"{reading.counted(int(facts['objectives']), 'objective')}, {reading.counted(len(stops), 'task')}"
    return Explained(value, tuple(terms), (*map(str, lost["objective"]), *map(str, stops["task"])))
