"""Numbers of step 5 that explain themselves: exposure of a risk, ranking of an initiative, silo index of a unit."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from planning_kit.analysis import priority
from planning_kit.analysis.coupling import silo_index
from planning_kit.analysis.ranking import spread
from planning_kit.plan import Plan
from planning_kit.spec import Explained, amount, figure
from planning_kit.steps.coordination.ranked import ranked, turned


@figure("risks", beside=True)
def exposure(plan: Plan, row: str, as_of: dt.date) -> Explained | None:  # noqa: ARG001 - ratings have no date
    """Exposure of a risk.

    Likelihood times impact on the scale from 1 to 25; where both are put in numbers, probability times costs. The
    product of two ranks only sorts: two risks with the same product need not be alike.
    Source: ISO 31000:2018; Cox, What's Wrong with Risk Matrices, Risk Analysis, 2008.
    """
    risk, currency = plan.row("risks", row), str(plan.marked("profile", "currency") or "")
    terms: list[tuple[str, str]] = []
    shown = []
    for after in ("", "residual_"):
        likelihood, impact = risk[f"{after}likelihood"], risk[f"{after}impact"]
        probability, cost = risk[f"{after}probability"], risk[f"{after}cost"]
        word = "after the response" if after else "now"
        if likelihood is not None and impact is not None:
            terms.append((word, f"{likelihood} x {impact} = {likelihood * impact}"))
            shown.append(f"{likelihood * impact} of 25 {word}")
        if probability is not None and cost is not None:
            money = f"{amount(probability * cost / 100)} {currency}".strip()
            terms.append((f"{word}, in money", f"{amount(probability)} % x {amount(cost)} = {money}"))
            shown.append(f"{money} {word}")
    return Explained(shown[0], tuple(terms), (row,)) if terms else None


@figure("units")
def silo(plan: Plan, row: str, as_of: dt.date) -> Explained | None:  # noqa: ARG001 - dependencies have no date
    """Silo index of a unit.

    Dependencies between tasks of the unit, divided by all dependencies at which the unit stands on at least one side:
    100 % depends on nobody else and nobody on it.
    Source: coupling of modules in a dependency structure matrix (Steward, 1981; Eppinger and Browning, 2012).
    """
    units, links = plan.tasks["unit"], plan.dependencies
    found = silo_index(links, units)
    if row not in found.index or pd.isna(found["silo_index"][row]):
        return None
    ends = [links[name].map(units) for name in ("predecessor", "successor")]
    others = pd.concat([ends[1][(ends[0] == row) & (ends[1] != row)], ends[0][(ends[1] == row) & (ends[0] != row)]])
    terms = [
        (words, f"{found[name][row]:.0f}")
        for words, name in (("inside the unit", "internal"), ("with other units", "external"))
    ]
    terms += [(f"with {plan.label(str(one))}", str(count)) for one, count in others.value_counts().items()]
    mine = links.index[(ends[0] == row) | (ends[1] == row)]
    return Explained(f"{found['silo_index'][row]:.0%}", tuple(terms), tuple(map(str, mine)))


@figure("tasks")
def ranking(plan: Plan, row: str, as_of: dt.date) -> Explained | None:  # noqa: ARG001 - votes have no date
    """Ranking of an initiative.

    The mean of the votes on each criterion from 1 to 5 with their range, and their weighted mean (difficulty counts as
    ease = 6 - difficulty); where they are filled in, WSJF = (value + time criticality + risk reduction) / size and
    RICE = reach x impact x confidence / effort, each with its rank.
    Source: Keeney and Raiffa, 1976 (own criteria); Triantaphyllou, 2000 (what would turn it); Reinertsen, The
    Principles of Product Development Flow, 2009 (WSJF); McBride, Intercom, 2016 (RICE).
    """
    votes = plan.scores[plan.scores["task"] == row].dropna(subset=["criterion", "value"])
    seen = spread(votes.assign(item=votes["criterion"]))
    terms = [
        (str(name), f"{one['mean']:.2f} from {one['raters']} raters, {amount(one['min'])} to {amount(one['max'])}")
        for name, one in seen.iterrows()
    ]
    inputs = plan.priority_inputs.dropna(subset=["task"]).drop_duplicates("task").set_index("task")
    shown = [f"{name} {one['mean']:.1f}" for name, one in seen.iterrows()][:1]
    share = inputs.assign(confidence=inputs["confidence"] / 100)
    for name, found in (("WSJF", priority.wsjf(inputs)), ("RICE", priority.rice(share))):
        number = found[name.lower()].get(row)
        if pd.notna(number):
            terms.append((name, f"{number:.2f}, rank {found['rank'][row]} of {found['rank'].count()}"))
            shown.append(f"{name} {number:.2f}")
    rows = plan.priority_inputs.index[plan.priority_inputs["task"] == row]
    terms += _own_criteria(plan, row)
    return Explained(", ".join(shown), tuple(terms), (*map(str, votes.index), *map(str, rows))) if terms else None


def _own_criteria(plan: Plan, row: str) -> list[tuple[str, str]]:
    """Return the weighted score of an initiative, and what would turn the choice if it is about this one."""
    found = ranked(plan)
    if found is None or row not in found.rows.index:
        return []
    mine = found.rows.loc[row]
    sums = " + ".join(f"{share * 100:.0f} % x {mine[str(name)]:.2f}" for name, share in found.weights.items())
    terms = [("own criteria", f"{sums} = {mine['score']:.2f}, rank {mine['rank']:.0f} of {len(found.rows)}")]
    about = {one for turn in (found.by_weight, found.by_votes) for one in turn[1:3]}
    return [*terms, *(("what would turn it", one) for one in turned(plan, found) if one and row in about)]
