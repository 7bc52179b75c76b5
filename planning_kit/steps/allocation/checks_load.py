"""Checks of money spent, and of hours and skills asked for."""

import pandas as pd

from planning_kit.analysis.workload import load
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Hit, Setting, amount, check
from planning_kit.steps.reading import (
    Hits,
    calendar,
    cost_lines,
    counted,
    day,
    finished,
    fiscal_year,
    follow,
    horizon,
    in_order,
    inherited,
    lineage,
    scheduled,
    several,
    told,
)

LOAD = (
    Setting("load_most", 100, "Percent of a month's hours for change above which the step is not done."),
    Setting("load_high", 85, "Percent of a month's hours for change above which it warns."),
)


@check("601", "error", thread="resource allocation")
def spend_above_budget(plan: Plan, at: Circumstances) -> Hits:
    """Spend above budget.

    What: A unit has spent more in a fiscal year than its approved lines of that year hold (an error), or in a month
    more than the approved lines of that month (a warning, for years that are budgeted by month).
    Why: The money comes out of something else, and that something does not know.
    Fix: Move money with a virement, cut, or ask for more; and say why it was higher.
    Source: Budget control; PMI, The Standard for Earned Value Management, 2019.
    """
    lines = cost_lines(plan)
    lines = lines[lines["state"] == "approved"].dropna(subset=["unit", "fiscal_year"])
    costs = plan.costs[(plan.costs["period_end"] <= day(at)) & (plan.costs["category"] != "income")]
    costs = costs.assign(
        unit=costs["unit"].fillna(follow(costs["task"], plan.tasks["unit"])),
        fiscal_year=fiscal_year(plan, costs["period_end"]),
        month=costs["period_end"].dt.month,
    )
    by = ["unit", "fiscal_year", "month"]
    lines, costs = (one.astype(dict.fromkeys(by[1:], "Int64")) for one in (lines, costs))
    monthly = lines["month"].notna().groupby([lines[name] for name in by[:2]]).all()
    for depth in (2, 3):
        found = pd.DataFrame(
            {
                "spent": costs.groupby(by[:depth])["amount"].sum().round(2),
                "budget": lines.groupby(by[:depth])["amount"].sum().round(2),
            }
        ).reset_index()
        found = found[found["unit"].isin(lines["unit"]) & found["unit"].isin(plan.units.index)].fillna({"budget": 0})
        if depth == 3:  # noqa: PLR2004 - by month
            found = found[
                monthly.reindex(pd.MultiIndex.from_frame(found[by[:2]]), fill_value=False).to_numpy(dtype=bool)
            ]
        for unit, year, month, spent, held in zip(
            found["unit"],
            found["fiscal_year"],
            found.get("month", found["unit"]),
            found["spent"],
            found["budget"],
            strict=True,
        ):
            if spent > held:
                when = f"month {month} of fiscal year {year}" if depth > 2 else f"fiscal year {year}"  # noqa: PLR2004 - by month
                yield Hit(
                    "units",
                    unit,
                    "name",
                    f"“{plan.label(unit)}” has spent {amount(spent)} in {when}; {amount(held)} are approved.",
                    "Move money with a virement, cut, or ask for more; and say why it was higher.",
                    "warning" if depth > 2 else None,  # noqa: PLR2004 - by month
                )


@check("602", "error", *LOAD, thread="resource allocation", gap="resources that cannot move")
def overload(plan: Plan, at: Circumstances) -> Hits:
    """Person with more work than hours.

    What: In a month to come, the open work assigned to a person takes more than the hours free for change (an
    error), or nearly all of them (a warning).
    Why: Somebody works evenings, or something is late; which of the two is decided by chance.
    Fix: Move work, lend a person, drop something, or raise the share for change and stop daily business for it.
    Source: Goldratt, Critical Chain, 1997; Little's law.
    """
    start, finish = horizon(plan)
    if start is None or finish is None or finish < at.as_of:
        return
    found = hours(plan, at, max(pd.Timestamp(start), day(at)), pd.Timestamp(finish)).dropna(subset=["load"])
    most, high = at.settings["load_most"] / 100, at.settings["load_high"] / 100
    found = found[(found["load"] > high + 1e-9) & (found["demand"] > 0)]
    for person, months in found.reset_index().groupby("person", sort=True):
        above = months[months["load"] > most + 1e-9]
        shown = above if len(above) else months
        worst = shown.sort_values("load", kind="stable").iloc[-1]
        yield Hit(
            "people",
            str(person),
            "change_share",
            f"“{plan.label(str(person))}” is loaded above {most if len(above) else high:.0%} in "
            f"{counted(len(shown), 'month')}, most in {worst['month']:%Y-%m}: {worst['demand']:.0f} hours of work for "
            f"{worst['capacity']:.0f} hours.",
            "Move work, lend a person, drop something, or stop daily business for it.",
            None if len(above) else "warning",
        )


def hours(plan: Plan, at: Circumstances, start: pd.Timestamp, finish: pd.Timestamp) -> pd.DataFrame:
    """Return capacity and demand of each person with open assignments, by month."""
    rows, dates = plan.assignments, scheduled(plan)
    rows = rows[rows["person"].isin(plan.people.index) & ~rows["task"].isin(finished(plan, at))]
    for field, column in (("start", "early_start"), ("finish", "early_finish")):
        rows = rows.assign(**{field: rows[field].fillna(follow(rows["task"], dates[column]))})
    rows = rows.dropna(subset=["start", "finish"])  # dates in a circle have a finding of their own
    away = plan.availability.dropna(subset=["start", "finish", "share"])
    people = plan.people[plan.people.index.isin(rows["person"])]
    mask, off = calendar(plan)
    away = away[away["person"].isin(people.index)]
    return load(people, rows, start, finish, availability=away, weekmask=mask, holidays=off)


@check("603", "error", *LOAD, thread="resource allocation", gap="resources that cannot move")
def skill_overload(plan: Plan, at: Circumstances) -> Hits:
    """Skill or resource asked for more than there is.

    What: In a quarter to come, more days of a skill or a resource are asked for than all who have it can give (an
    error), or nearly as many (a warning).
    Why: Each initiative counts on the same person, room or machine, and each believes to be the only one.
    Fix: Move one of the demands, buy it in, or teach it to somebody.
    Source: Goldratt, Critical Chain, 1997.
    """
    start, finish = horizon(plan)
    asked = demanded(plan)
    if start is None or finish is None or asked.empty:
        return
    quarters = pd.period_range(max(pd.Timestamp(start), day(at)), finish, freq="Q")
    most, high = at.settings["load_most"] / 100, at.settings["load_high"] / 100
    sums = asked.groupby(["what", "quarter"])["days"].sum()
    offered = capacities(plan, at)
    for what, per_day in sorted(offered.items()):
        days = sums.get(what, pd.Series(dtype="float64"))
        days = days[days.index.isin(quarters)]
        lengths = [(quarter.end_time - quarter.start_time).days + 1 for quarter in days.index]
        given = pd.Series(lengths, index=days.index, dtype="float64") * per_day
        share = days / given.where(given > 0)
        over = share[share > high + 1e-9]
        if len(over):
            worst = over.idxmax()
            mine = asked[asked["what"] == what].sort_values("row")
            yield Hit(
                "demands",
                in_order(mine["row"])[0],
                "days",
                f"“{mine['label'].iloc[0]}” is asked for {days[worst]:.0f} days in {worst}; "
                f"there are {given[worst]:.0f} ({over[worst]:.0%}).",
                "Move one of the demands, buy it in, or teach it to somebody.",
                None if over[worst] > most + 1e-9 else "warning",
            )


def demanded(plan: Plan) -> pd.DataFrame:
    """Return days of each skill or resource by quarter; without a quarter they spread over the time of the work."""
    dates = scheduled(plan)
    rows = plan.demands.dropna(subset=["days"])
    found: list[tuple[str, str, str, pd.Period, float]] = []
    for row, task, skill, resource, days, until in zip(
        rows.index, rows["task"], rows["skill"], rows["resource"], rows["days"], rows["period_end"], strict=True
    ):
        what = resource if isinstance(resource, str) else str(skill).casefold().strip()
        label = plan.label(resource) if isinstance(resource, str) else str(skill)
        if pd.notna(until):
            quarters = [until.to_period("Q")]
        elif task in dates.index:
            first, last = dates.loc[task, ["early_start", "early_finish"]]
            quarters = list(pd.period_range(first, max(first, last), freq="Q"))
        else:
            quarters = []
        found += [(row, what, label, quarter, days / len(quarters)) for quarter in quarters]
    return pd.DataFrame(found, columns=["row", "what", "label", "quarter", "days"])


def capacities(plan: Plan, _at: Circumstances) -> dict[str, float]:
    """Return the days a calendar day brings of each skill (hours for change) and of each resource."""
    people = plan.people
    share = people["change_share"].fillna(20) / 100
    weekly = people["hours_per_week"].fillna(40) * share / (plan.marked("profile", "hours_per_day") or 8)
    skills = several(people, "skills").str.casefold().str.strip()
    of_skill = weekly.reindex(skills.index).groupby(skills.to_numpy()).sum() / 7
    of_resource = plan.resources["capacity"].dropna() / 7
    return {str(name): float(days) for one in (of_skill, of_resource) for name, days in one.items()}


@check("612", "warning", thread="resource allocation", gap="resources that cannot move")
def stopped_and_going_on(plan: Plan, at: Circumstances) -> Hits:
    """Work that goes on after it was stopped.

    What: An initiative is stopped or deferred, and people are still assigned to it from now on, or approved lines
    of later years pay for it.
    Why: What was freed on paper is not free.
    Fix: End the assignments and take back the lines, so that both can go elsewhere.
    Source: Hall, Lovallo and Musters, McKinsey Quarterly, 2012.
    """
    rows = plan.funding[plan.funding["decision"].isin(["stop", "defer"])].dropna(subset=["initiative"])
    work, lines = plan.assignments, plan.budget_lines
    open_work = work[~(work["finish"] < day(at))]
    this_year = fiscal_year(plan, pd.Series([day(at)])).iloc[0]
    later = lines[(lines["state"] == "approved") & (lines["fiscal_year"] > this_year).fillna(value=False)]
    own = rows.drop_duplicates("initiative").set_index("initiative")["decision"]
    of = inherited(plan.tasks, own.index.to_series().reindex(plan.tasks.index))
    people = open_work["person"].groupby(follow(open_work["task"], of)).nunique().reindex(rows["initiative"])
    money = later["amount"].groupby(follow(later["task"], of)).sum().reindex(rows["initiative"])
    rows = rows.assign(people=people.fillna(0).to_numpy(), money=money.fillna(0).to_numpy())
    held = [
        " and ".join(
            filter(None, (people and counted(people, "assigned person"), money and f"{amount(money)} of later years"))
        )
        for people, money in zip(rows["people"], rows["money"], strict=True)
    ]
    yield from told(
        plan,
        "funding.decision",
        rows.assign(held=pd.Series(held, rows.index, dtype="str"))[(rows["people"] > 0) | (rows["money"] > 0)],
        "“{initiative}” is decided as {decision}, but still holds {held}.",
        "End the assignments and take back the lines, so that both can go elsewhere.",
    )


@check("614", "warning", thread="resource allocation")
def amount_of_assignment(plan: Plan, _at: Circumstances) -> Hits:
    """Too little said in an assignment.

    What: An assignment has neither a share nor hours, or it ends before it begins.
    Why: It counts as no work at all.
    Fix: Enter a share of the week or hours, or correct the dates.
    Source: Workload = assigned hours / hours for change.
    """
    rows = plan.assignments
    empty = rows["share"].isna() & rows["hours"].isna()
    said = pd.Series("ends before it begins", index=rows.index).mask(empty, "has neither a share nor hours")
    yield from told(
        plan,
        "assignments.share",
        rows.assign(said=said)[empty | (rows["finish"] < rows["start"])],
        "The assignment of {person} to “{task}” {said}.",
        "Enter a share of the week or hours, or correct the dates.",
    )


@check("616", "warning", thread="resource allocation", gap="resources that cannot move")
def skill_nobody_has(plan: Plan, _at: Circumstances) -> Hits:
    """Skill nobody has.

    What: Work asks for a skill that no person is entered with.
    Why: It is bought late, at a price, or done by somebody who learns it on the job.
    Fix: Enter who has it; else plan to hire, buy or teach it, as a task with a date.
    Source: Workforce planning, CIPD.
    """
    rows = plan.demands.dropna(subset=["skill"])
    known = set(several(plan.people, "skills").str.casefold().str.strip())
    yield from told(
        plan,
        "demands.skill",
        rows[~rows["skill"].str.casefold().str.strip().isin(known)],
        "“{task}” needs {days} days of {skill}, which nobody here has.",
        "Enter who has it; else plan to hire, buy or teach it.",
    )


@check("617", "warning", thread="resource allocation", gap="resources that cannot move")
def funded_without_people(plan: Plan, at: Circumstances) -> Hits:
    """Funded initiative without people.

    What: An initiative is funded, assignments are being made, and nobody is assigned to it or to work below it.
    Why: Money alone does nothing; the people are already somewhere else.
    Fix: Assign somebody, ask for a skill, or defer it until somebody is free.
    Source: Wheelwright and Clark, Creating Project Plans to Focus Product Development, 1992.
    """
    busy = {*plan.assignments["task"].dropna(), *plan.demands["task"].dropna()}
    paths = lineage(plan.content("tasks"))
    staffed = {above for row in busy & set(paths) for above in paths[row]} | finished(plan, at)
    rows = plan.funding[plan.funding["decision"] == "fund"]
    if staffed and busy:
        yield from told(
            plan,
            "funding.initiative",
            rows[rows["initiative"].isin(plan.tasks.index) & ~rows["initiative"].isin(staffed)],
            "“{initiative}” is funded, but nobody is assigned to it or to anything below it.",
            "Assign somebody, ask for a skill, or defer it until somebody is free.",
        )
