"""Checks of the organisation: what hangs on one person or supplier, where money gathers, who is not heard."""

import pandas as pd

from planning_kit.errors import PlanError
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Hit, Setting, amount, check
from planning_kit.steps.exposed import failures
from planning_kit.steps.reading import (
    Hits,
    cost_lines,
    counted,
    day,
    follow,
    horizon,
    in_order,
    listed,
    objective_of,
    open_tasks,
    several,
)


@check(
    "004",
    "warning",
    Setting("hang_on_one_most", 2, "Objectives that may hang on one person or supplier without a backup."),
    thread="risk management",
    slow=True,
)
def single_point_of_failure(plan: Plan, at: Circumstances) -> Hits:
    """Single point of failure.

    What: If one person or supplier were gone, more than a few objectives would lose their owner, the only one
    who does the work, or the only one with the skill; and no backup is named.
    Why: Illness, a better offer or an insolvency then decides on the strategy.
    Fix: Name a backup who says yes, teach the skill to a second person, or find a second supplier.
    Source: FMEA practice (IEC 60812): remove each part in turn and see what falls.
    """
    try:
        found = failures(plan, at.as_of)
    except PlanError:  # circles have findings of their own
        return
    for kind, gone, lost, tasks, money in found.ranking[["kind", "id", "objectives", "tasks", "money"]].itertuples(
        index=False
    ):
        table = "people" if kind == "person" else "units"
        if kind == "unit" or lost <= at.settings["hang_on_one_most"] or gone not in plan.frame(table).index:
            continue
        falls = found.objectives[(found.objectives["kind"] == kind) & (found.objectives["id"] == gone)]
        stake = f"{amount(money)} {plan.marked('profile', 'currency') or 'of money'}"
        yield Hit(
            table,
            gone,
            "name",
            f"Without “{plan.label(gone)}” {counted(lost, 'objective')} would fall "
            f"({', '.join(sorted(set(falls['reason'])))}): "
            f"{listed(plan.label(row) for row in in_order(falls['objective']))}. "
            f"At stake: {counted(tasks, 'task')}, {stake}.",
            "Name a backup for the work, teach the skill to a second person, or find a second supplier.",
        )


@check(
    "005",
    "warning",
    Setting("share_of_money_most", 50, "Percent of the change money one unit or objective may hold."),
    thread="resource allocation",
    gap="resources that cannot move",
)
def share_of_money(plan: Plan, at: Circumstances) -> Hits:
    """One unit or objective holds most of the money.

    What: More than the set share of the money for change sits with one unit or one objective.
    Why: The plan stands or falls with it, and there is little left to move elsewhere.
    Fix: Ask whether that is meant; if it is, raise the threshold in the settings and say why.
    Source: Hall, Lovallo and Musters, How to Put Your Money Where Your Strategy Is, McKinsey Quarterly, 2012.
    """
    lines = cost_lines(plan)
    lines = lines[lines["purpose"] == "change"]
    lines = lines.assign(objective=follow(lines["task"], objective_of(plan)))
    total = lines["amount"].sum()
    for table, field in (("units", "unit"), ("objectives", "objective")):
        sums = lines[lines[field].isin(plan.frame(table).index)].groupby(field)["amount"].sum()
        if len(plan.frame(table)) < 3 or total <= 0:  # noqa: PLR2004 - with two, one always holds half
            continue
        for row, money in sums[sums > total * at.settings["share_of_money_most"] / 100].items():
            yield Hit(
                table,
                str(row),
                plan.tables[table].label,
                f"“{plan.label(str(row))}” holds {money / total:.0%} of the money for change "
                f"({amount(money)} of {amount(total)}); up to {at.settings['share_of_money_most']:g} % is set.",
                "Ask in the room whether that is meant. If it is, note it in the settings.",
            )


@check("006", "note", thread="resource allocation", gap="silos")
def same_supplier(plan: Plan, at: Circumstances) -> Hits:
    """Supplier shared by several units.

    What: Work of different units needs the same partner or supplier.
    Why: Bought together it may cost less; bought apart, the units compete for the same hands.
    Fix: Let the owners talk before either signs; name one of them as the supplier's contact.
    Source: Campbell and Goold, Synergy, 1998.
    """
    work = open_tasks(plan, at)
    work = work[work["supplier"].isin(plan.units.index) & work["unit"].notna()]
    for supplier, rows in work.groupby("supplier", sort=True):
        units = sorted(set(rows["unit"]))
        if len(units) > 1:
            yield Hit(
                "units",
                str(supplier),
                "name",
                f"{listed(plan.label(unit) for unit in units)} all need “{plan.label(str(supplier))}”.",
                "Let the owners talk before anybody signs, and name one contact for the supplier.",
            )


@check(
    "007",
    "warning",
    Setting("unit_silent_days", 90, "Days a unit with open work may go without a report, value or answer."),
    thread="communication",
    gap="silos",
)
def silent_units(plan: Plan, at: Circumstances) -> Hits:
    """Silent unit.

    What: A unit with open work has not reported, decided, answered or met for a long time.
    Why: Silence is where delay hides; nobody plans against the plan, they just stop looking at it.
    Fix: Call the head of the unit and go through its open work together.
    Source: Sull, Homkes and Sull, 2015 (coordination fails across units).
    """
    heard = _last_heard(plan, at)
    start, _ = horizon(plan)
    since = day(at) - pd.Timedelta(days=at.settings["unit_silent_days"])
    units = open_tasks(plan, at)["unit"].dropna()
    for unit in in_order(units[units.isin(plan.units.index)].unique()):
        last = heard.get(unit, pd.NaT)
        if last < since or (pd.isna(last) and start is not None and pd.Timestamp(start) < since):
            when = "so far" if pd.isna(last) else f"since {last.date()}"
            yield Hit(
                "units",
                unit,
                "head",
                f"Nothing has been heard of “{plan.label(unit)}” {when}: no report, value, answer or meeting.",
                "Call its head and go through the open work together.",
            )


@check(
    "008",
    "warning",
    Setting("sponsor_silent_days", 60, "Days the sponsor may go without a meeting, decision or approval."),
    thread="communication",
)
def silent_sponsor(plan: Plan, at: Circumstances) -> Hits:
    """Silent sponsor.

    What: The sponsor has not met, decided or approved anything for a long time.
    Why: What the sponsor does not ask about is what people stop doing first.
    Fix: Put the sponsor on the agenda of the next meeting with one question only they can answer.
    Source: PMI, Pulse of the Profession (actively engaged sponsors).
    """
    start, finish = horizon(plan)
    sponsor = plan.one("profile").get("sponsor")
    if sponsor is None or start is None or not start <= at.as_of <= (finish or at.as_of):
        return
    meetings, decisions, approvals = plan.meetings, plan.decisions, plan.approvals
    seen = [
        several(meetings, "present").eq(sponsor).groupby(level=0).any().reindex(meetings.index, fill_value=False),
        decisions["decided_by"] == sponsor,
        approvals["approved_by"] == sponsor,
    ]
    days = [meetings["held_on"], decisions["decided_on"], approvals["approved_on"]]
    began = pd.Series([pd.Timestamp(start)])
    signs = pd.concat([began, *(when[there.astype(bool)] for when, there in zip(days, seen, strict=True))])
    last = signs[signs <= day(at)].max()
    if last < day(at) - pd.Timedelta(days=at.settings["sponsor_silent_days"]):
        yield Hit(
            "profile",
            str(plan.profile.index[0]),
            "sponsor",
            f"Since {last.date()} the sponsor “{plan.label(sponsor)}” has been in no meeting, decision or approval.",
            "Bring the sponsor one question only they can answer, and note the meeting.",
        )


def _last_heard(plan: Plan, at: Circumstances) -> "pd.Series[pd.Timestamp]":
    """Return the last day each unit was heard of, in reports, values, answers, meetings and decisions."""
    tasks, people, goals, measures = plan.tasks, plan.people, plan.objectives, plan.measures
    of_person = people["unit"]
    of_measure = follow(measures["objective"], goals["unit"])
    of_measure = of_measure.fillna(follow(measures["owner"], of_person))
    present = several(plan.meetings, "present")
    signs = [
        (follow(plan.updates["task"], tasks["unit"]), plan.updates["reported_on"]),
        (follow(plan.actuals["measure"], of_measure), plan.actuals["period_end"]),
        (plan.promises["giver"], plan.promises["answered_on"]),
        (plan.promises["giver"], plan.promises["kept_on"]),
        (plan.promises["giver"], plan.promises["warned_on"]),
        (follow(plan.catchball["said_by"], of_person).fillna(plan.catchball["said_by"]), plan.catchball["said_on"]),
        (
            follow(plan.decisions["decided_by"], of_person).fillna(plan.decisions["decided_by"]),
            plan.decisions["decided_on"],
        ),
        (follow(plan.actions["owner"], of_person), plan.actions["done_on"]),
        (follow(present, of_person), plan.meetings["held_on"].reindex(present.index)),
    ]
    heard = pd.concat([pd.DataFrame({"unit": who.to_numpy(), "on": on.to_numpy()}) for who, on in signs])
    heard = heard[heard["unit"].notna() & (heard["on"] <= day(at))]
    last: pd.Series[pd.Timestamp] = heard.groupby("unit")["on"].max()
    return last
