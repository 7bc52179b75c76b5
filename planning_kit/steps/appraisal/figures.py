"""Numbers of step 8 that explain themselves: what was reached of what was committed, and what others' promises cost."""

from __future__ import annotations

import datetime as dt

from planning_kit.analysis import rating
from planning_kit.plan import Plan
from planning_kit.spec import Explained, amount, figure
from planning_kit.steps.appraisal.attained import reached, source, subject, waited
from planning_kit.steps.appraisal.calibration import rated
from planning_kit.steps.reading import counted


@figure("reviews", beside=True)
def attainment(plan: Plan, row: str, as_of: dt.date) -> Explained | None:  # noqa: ARG001 - of the period's last day
    """Attainment of committed targets.

    Progress of the measures that step 8 may use, against what was expected of them on the last day of the period;
    promises kept, a warning before the day counting half. Each rule counts nothing below its threshold and no more
    above its cap, and its weight is its share. Percent complete, confidence and risks are not read. Once the
    calibration is opened it is the plan at the revision copied with the rating.
    Source: management by objectives, Locke and Latham, 1990; percent plan complete, Ballard, 2000.
    """
    found, rules = reached(plan, row), plan.appraisal_rules["component"].to_dict()
    if found is None:
        return None
    terms = [
        (rules[rule], f"{amount(round(one['attained'], 1))} % x {amount(round(100 * one['share'], 1))} %")
        for rule, one in found.terms.iterrows()
    ]
    terms += [("proposes", f"{found.proposed:.1f} of 1 to 5"), ("plan revision", str(found.revision))]
    rows = dict.fromkeys(one for some in found.terms["rows"] for one in some)
    return Explained(f"{found.attainment:.1f} %", tuple(terms), tuple(rows), plan.row("reviews", row)["finish"])


@figure("reviews")
def without_rater_bias(plan: Plan, row: str, as_of: dt.date) -> Explained | None:  # noqa: ARG001 - of its period
    """Rating less the rater's bias, a suggestion.

    How far the rater's mean lies from that of all, times n / (n + 5): few ratings say little. Taken off the rating
    within 1 to 5, the order inside each team kept. It is a suggestion: a mild rater may simply have a better team.
    Hidden where it would tell of fewer than five people.
    Source: credibility theory, Bühlmann, 1967.
    """
    rows = rated(plan)
    if row not in rows.index or not rating.shown_groups(rows["rater"].value_counts())[rows["rater"][row]]:
        return None
    bias, who = rating.rater_bias(rows), str(rows["rater"][row])
    rater = {name: float(bias[name][who]) for name in bias.columns}
    terms = (
        ("manager's rating", f"{rows['rating'][row]:.0f}"),
        (plan.label(who), f"mean {rater['mean']:.2f} of {rater['n']:.0f}, all {rows['rating'].mean():.2f}"),
        ("believed", f"{100 * rating.credibility(rater['n']):.0f} %, that is {rater['bias']:+.2f}"),
    )
    return Explained(f"{rating.without_bias(rows, bias['bias'])[row]:.1f}", terms, (who,))


@figure("reviews")
def time_lost(plan: Plan, row: str, as_of: dt.date) -> Explained | None:  # noqa: ARG001 - of the period's last day
    """Results hurt by another unit's broken promise.

    Work begins when the last thing it needs is there: the days from the last day agreed to the day the last thing came
    are lost to the team that waited. Measures of the objective this work serves are then read as if these days were
    added to the time allowed.
    Source: Delay and Disruption Protocol, Society of Construction Law, 2nd edition, 2017 (extension of time).
    """
    found, of, facts = reached(plan, row), source(plan, row), plan.row("reviews", row)
    if found is None or of is None or not found.terms["lost"].any():
        return None
    lost = waited(of, subject(plan, facts["subject"], of), facts["finish"])
    days = "{}, {}: agreed {:%Y-%m-%d}, came {:%Y-%m-%d}".format
    terms = [
        (
            of.label(str(task)),
            days(counted(one["lost"], "day"), of.label(one["giver"]), one["agreed"], one["arrived"]),
        )
        for task, one in lost.iterrows()
    ]
    rules = plan.appraisal_rules["component"].to_dict()
    hurt = found.terms[found.terms["lost"] > 0]
    terms += [
        (rules[rule], f"{one['attained']:.1f} %, without the time lost {one['excused']:.1f} %")
        for rule, one in hurt.iterrows()
    ]
    return Explained(
        f"{found.attainment:.1f} % is {found.excused:.1f} % without {counted(int(hurt['lost'].max()), 'day')} lost",
        tuple(terms),
        tuple(dict.fromkeys(one for some in lost["promises"] for one in some)),
        facts["finish"],
    )
