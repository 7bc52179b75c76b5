"""Numbers of step 4 that explain themselves: the dates of work, what drives them, the chance that they are kept."""

import datetime as dt
from typing import Any

import pandas as pd

from planning_kit.analysis import schedule
from planning_kit.plan import Plan
from planning_kit.spec import Explained, amount, figure
from planning_kit.steps import reading
from planning_kit.steps.timelines.checks_goals import chances

LONGEST = 12
"""Links of a chain that are named."""
ENDS = {"FS": ("early_finish", "early_start", 1), "SS": ("early_start", "early_start", 0)}
ENDS |= {"FF": ("early_finish", "early_finish", 0), "SF": ("early_start", "early_finish", -1)}
"""By kind of link: the date of the predecessor, the date of the successor it holds, days between them at least."""


@figure("tasks")
def dates(plan: Plan, row: str, as_of: dt.date) -> Explained | None:  # noqa: ARG001 - computed from the plan alone
    """Dates of a piece of work.

    The earliest start after everything it waits for, lags included, on working days; the finish is the last day
    worked. Total slack: how far it may slip before a date or the end of the plan moves; free slack: before anything
    that waits for it moves. What drives it is the chain of work whose dates leave it no earlier start.
    Source: critical path method, Kelley and Walker, 1959.
    """
    found = reading.scheduled(plan)
    if row not in found.index or pd.isna(found["early_start"][row]):
        return None
    facts, chain = found.loc[row], driven_by(plan, row)
    slack = [(name, facts.get(f"{name}_slack")) for name in ("total", "free")]
    terms = [(f"{name} slack", f"{amount(value)} working days") for name, value in slack if pd.notna(value)]
    terms.append(("critical", "yes" if facts["critical"] else "no"))
    terms += [("driven by", plan.label(one)) for one in chain[chain[0] == row :]]
    held = plan.row("tasks", chain[-1])["start_no_earlier_than"]
    starts = pd.notna(held) and pd.Timestamp(held) >= found["early_start"][chain[-1]]
    terms.append(("which starts with", f"its own date, not before {held}" if starts else "the first day of the plan"))
    value = f"{facts['early_start']:%Y-%m-%d} to {facts['early_finish']:%Y-%m-%d}"
    return Explained(value, tuple(terms), (row, *chain[chain[0] == row :]))


def driven_by(plan: Plan, row: str) -> tuple[str, ...]:
    """Return the last task under a piece of work and the chain of predecessors that leaves it no earlier start."""
    found, tasks, links = reading.scheduled(plan), plan.tasks, plan.dependencies
    links = links[links["predecessor"].isin(tasks.index) & links["successor"].isin(tasks.index)]
    leaves, bound = schedule.bind_leaves(tasks, links)
    under = [one for one, path in reading.lineage(plan.content("tasks")).items() if row in path and one in leaves.index]
    node: Any = found["early_finish"].reindex(under).idxmax() if under else row
    chain = [str(node)]
    while len(chain) < LONGEST:
        before = bound[(bound["successor"] == node) & ~bound["predecessor"].isin(chain)]
        gaps = {str(one.predecessor): _gap(plan, found, one) for one in before.itertuples()}
        if not gaps or min(gaps.values()) > 0:
            break
        node = min(gaps, key=gaps.__getitem__)
        chain.append(node)
    return tuple(chain)


def _gap(plan: Plan, found: pd.DataFrame, link: Any) -> float:
    """Return the working days by which a link leaves its successor room."""
    first, last, least = ENDS.get(link.kind, ENDS["FS"])
    ends = [pd.Series([found[name][one]]) for name, one in ((first, link.predecessor), (last, link.successor))]
    if ends[0].isna().any() or ends[1].isna().any():
        return float("inf")
    return float(reading.working_days(plan, *ends).iloc[0]) - least - (0 if pd.isna(link.lag) else float(link.lag))


@figure("tasks", slow=True)
def chance(plan: Plan, row: str, as_of: dt.date) -> Explained | None:  # noqa: ARG001 - simulated from the plan alone
    """Chance of finishing by its date.

    The share of 2,000 simulated runs of the whole plan in which it is finished by the earlier of due date and
    deadline. Each run draws every duration between optimistic and pessimistic, likely ones more often; where paths
    merge the later one counts, which is why the chance is lower than a sum along one path would say.
    Source: Van Slyke, Monte Carlo Methods and the PERT Problem, 1963; beta-PERT as in Vose, Risk Analysis, 2008.
    """
    found = chances(plan)
    if row not in found.index or pd.isna(found[row]):
        return None
    task = plan.row("tasks", row)
    names = ("optimistic", "duration", "pessimistic")
    terms = [(name, f"{amount(task[name])} working days") for name in names if task[name] is not None]
    limit = min(one for one in (task["due"], task["deadline"]) if one is not None)
    return Explained(f"{found[row]:.0%} by {limit}", tuple(terms), driven_by(plan, row))


@figure("tasks")
def effort_under(plan: Plan, row: str, as_of: dt.date) -> Explained:  # noqa: ARG001 - durations do not depend on the date
    """Working days under a piece of work.

    The sum of the durations of all work below it that has no work below itself, in working days; work without
    a duration counts nothing and is named.
    Source: work breakdown structure, 100 % rule (PMI, Practice Standard for WBS).
    """
    tasks = plan.tasks
    paths = reading.lineage(plan.content("tasks"))
    below = [one for one, path in paths.items() if row in path]
    leaves = [one for one in below if one not in set(tasks["parent"].reindex(below)) - {None}] or [row]
    days = tasks.loc[leaves, "duration"]
    terms = tuple(
        (plan.label(str(one)), "no duration yet" if pd.isna(d) else f"{amount(d)} days") for one, d in days.items()
    )
    return Explained(f"{amount(float(days.sum()))} working days", terms, tuple(leaves))
