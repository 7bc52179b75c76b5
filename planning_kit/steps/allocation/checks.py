"""Checks of funding: what is funded fits together, leaves a reserve, and something stops for it."""

import pandas as pd

from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Hit, Setting, amount, check
from planning_kit.steps.reading import (
    Hits,
    cost_lines,
    counted,
    finished,
    follow,
    in_order,
    initiative_of,
    listed,
    several,
    told,
)


def funded(plan: Plan) -> "pd.Series[str]":
    """Return the funding decision that bears on each initiative: its row, index: the initiative."""
    rows = plan.funding.dropna(subset=["initiative"]).sort_index()
    rows = rows[rows["decision"] == "fund"].drop_duplicates("initiative")
    return pd.Series(rows.index, index=rows["initiative"], dtype="str")


@check("604", "error", thread="resource allocation", gap="silos")
def prerequisite_not_funded(plan: Plan, at: Circumstances) -> Hits:
    """Funded initiative whose prerequisite is not funded.

    What: A rule or a dependency says that an initiative needs another one, and that one is neither funded nor done.
    Why: The money is spent on something that cannot be finished.
    Fix: Fund the prerequisite, too; or defer both; or correct the rule.
    Source: Portfolio selection with logical constraints, Ghasemzadeh, Archer and Iyogun, 1999.
    """
    rows, done = funded(plan), finished(plan, at)
    of, links = initiative_of(plan), plan.dependencies
    dropped = set(plan.funding.loc[plan.funding["decision"].isin(["defer", "stop"]), "initiative"].dropna()) - set(
        rows.index
    )
    chains = pd.DataFrame({"one": follow(links["successor"], of), "two": follow(links["predecessor"], of)}).dropna()
    missing = {pair for pair in chains.itertuples(index=False, name=None) if pair[1] in dropped}
    rules = plan.portfolio_rules
    for wanted in rules.loc[rules["kind"] == "requires", "tasks"].dropna():
        first, *others = wanted.split("; ")
        missing |= {(first, other) for other in others if other not in rows.index}
    for one, two in sorted(missing, key=lambda pair: (in_order(pair), pair)):
        if one in rows.index and two not in done and one != two:
            yield Hit(
                "funding",
                rows[one],
                "decision",
                f"“{plan.label(one)}” is funded and needs “{plan.label(two)}”, which is not.",
                "Fund both, defer both, or correct the rule or dependency.",
            )


@check("605", "error", thread="resource allocation")
def choice_breaks_a_rule(plan: Plan, _at: Circumstances) -> Hits:
    """Choice that breaks a rule.

    What: What is funded contradicts a rule of the portfolio: excludes, at most, at least or mandatory.
    Why: The rule was agreed before anybody's own initiative was at stake.
    Fix: Change the choice, or change the rule openly, with a reason.
    Source: Portfolio selection with logical constraints, Ghasemzadeh, Archer and Iyogun, 1999.
    """
    chosen = set(funded(plan).index)
    decided = set(plan.funding.loc[plan.funding["decision"].notna(), "initiative"].dropna())
    rows = plan.portfolio_rules
    for row, kind, number in zip(rows.index, rows["kind"], rows["amount"].astype("float64"), strict=True):
        of = set(several(rows.loc[[row]], "tasks"))
        inside, bound = len(of & chosen), number if number == number else 0.0  # noqa: PLR0124 - nothing is not a number
        sentences = {
            "excludes": (inside > 1, "only one of them may be funded"),
            "at_most": (inside > bound, f"at most {bound:g} may be funded"),
            "at_least": (of <= decided and inside < bound, f"at least {bound:g} must be funded"),
            "mandatory": (bool(of & decided - chosen), "all of them must be funded"),
        }
        broken, said = sentences.get(kind, (False, ""))
        if broken:
            yield Hit(
                "portfolio_rules",
                str(row),
                "tasks",
                f"Of {listed(map(plan.label, in_order(of)))} {said}; {inside} are.",
                "Change the choice, or change the rule openly, with a reason.",
            )


@check("606", "warning", thread="accountability")
def differs_from_the_optimum(plan: Plan, _at: Circumstances) -> Hits:
    """Choice that differs from the optimum without a reason.

    What: The newest computed portfolio chooses otherwise than was decided, and no reason is written.
    Why: There are good reasons to differ; those that are not written down are usually others.
    Fix: Write what it is worth to you, or follow the computed choice.
    Source: Kirkwood, Strategic Decision Making, 1997.
    """
    found = plan.solutions[(plan.solutions["problem"] == "portfolio") & plan.solutions["chosen"].notna()]
    if found.empty:
        return
    newest = found.sort_index().sort_values("revision", kind="stable", na_position="first").iloc[[-1]]
    best = set(several(newest, "chosen"))
    rows = plan.funding[plan.funding["decision"].notna()]
    other = (rows["decision"] == "fund") != rows["initiative"].isin(best)
    yield from told(
        plan,
        "funding.reason",
        rows.assign(best=rows["initiative"].isin(best).map({True: "fund", False: "not fund"}))[
            other & rows["reason"].isna()
        ],
        "“{initiative}”: decided is {decision}, computed was {best}, and no reason is written.",
        "Write what it is worth to you, or follow the computed choice.",
    )


@check(
    "607",
    "warning",
    Setting("reserve_least", 3, "Percent of the change money to keep as contingency."),
    thread="adaptability",
    gap="resources that cannot move",
)
def no_reserve(plan: Plan, at: Circumstances) -> Hits:
    """No reserve.

    What: The contingency is less than the set share of the money for change.
    Why: Every surprise then has to be paid by an initiative.
    Fix: Set something aside before it is given away; it need not sit in one place.
    Source: GAO Cost Estimating and Assessment Guide, GAO-20-195G (contingency reserve).
    """
    lines = cost_lines(plan)
    change = lines.loc[(lines["purpose"] == "change") & (lines["category"] != "contingency"), "amount"].sum()
    held = lines.loc[lines["category"] == "contingency", "amount"].sum()
    least = at.settings["reserve_least"]
    if change > 0 and held < change * least / 100:
        yield Hit(
            "budget_lines",
            "",
            "category",
            f"{amount(held)} is kept as contingency for {amount(change)} of change money: {held / change:.1%}, "
            f"where {least:g} % are set.",
            "Set something aside before it is given away.",
        )


@check("608", "warning", thread="resource allocation", gap="resources that cannot move")
def nothing_stopped(plan: Plan, _at: Circumstances) -> Hits:
    """Nothing is stopped.

    What: Initiatives are funded, and nothing is stopped for them: no stop is recorded and no initiative stopped.
    Why: The hours come from somewhere; if nobody says from where, they come from evenings.
    Fix: Name one thing per unit that ends, from when, agreed by whoever has the right to end it.
    Source: Drucker, Managing in Turbulent Times, 1980 (planned abandonment).
    """
    count = len(funded(plan))
    if count and plan.stops.empty and not (plan.funding["decision"] == "stop").any():
        message = f"{counted(count, 'initiative')} are funded, and nothing is stopped for them."
        yield Hit("stops", "", "what", message, "What would you stop to fund this? One thing per unit is enough.")


@check("609", "note", thread="resource allocation", gap="resources that cannot move")
def stop_frees_nothing(plan: Plan, _at: Circumstances) -> Hits:
    """Stop that frees nothing.

    What: Something shall be stopped, and neither hours nor money are entered that become free.
    Why: What is not counted cannot be given to anything else.
    Fix: Estimate the hours a month or the money a year, roughly.
    Source: Drucker, 1980.
    """
    rows = plan.stops
    frees = rows[["hours_freed", "money_freed"]].fillna(0).sum(axis=1) > 0
    yield from told(
        plan,
        "stops.hours_freed",
        rows[~frees],
        "Stopping “{label}” frees neither hours nor money so far.",
        "Estimate the hours a month or the money a year, roughly.",
    )


@check("610", "warning", thread="resource allocation")
def funded_below_its_lines(plan: Plan, _at: Circumstances) -> Hits:
    """More costs than an initiative was funded with.

    What: The budget lines of an initiative and of the work below it make more than the amount it was funded with.
    Why: The difference is missing, and whoever decided does not know.
    Fix: Cut the lines, or ask for the larger amount.
    Source: Portfolio practice; budget at completion.
    """
    rows = plan.funding[plan.funding["decision"] == "fund"]
    lines = cost_lines(plan)
    costs = follow(rows["initiative"], lines["amount"].groupby(follow(lines["task"], initiative_of(plan))).sum())
    yield from told(
        plan,
        "funding.amount",
        rows.assign(costs=costs)[costs > rows["amount"] + 0.005],
        "“{initiative}” was funded with {amount}; its lines make {costs}.",
        "Cut the lines, or ask for the larger amount.",
    )


@check("611", "warning", thread="resource allocation")
def initiative_undecided(plan: Plan, at: Circumstances) -> Hits:
    """Undecided initiative.

    What: Some initiatives are decided, and this one is neither funded, deferred nor stopped.
    Why: Its people go on as if it were funded; its money is given to others.
    Fix: Decide, even if the answer is later.
    Source: Portfolio practice.
    """
    decided = plan.funding.loc[plan.funding["decision"].notna(), "initiative"]
    rows = plan.tasks
    if len(decided):
        yield from told(
            plan,
            "tasks.name",
            rows[(rows["kind"] == "initiative") & ~rows.index.isin({*decided, *finished(plan, at)})],
            "“{label}” is neither funded, deferred nor stopped.",
            "Decide, even if the answer is later.",
        )


@check("613", "warning", thread="accountability")
def points_not_hundred(plan: Plan, _at: Circumstances) -> Hits:
    """Points that do not make 100.

    What: The points of one person do not make 100.
    Why: Who gives 140 counts more than who gives 100.
    Fix: Ask the person to give the rest, or take some back.
    Source: Constant-sum method.
    """
    sums = plan.point_allocations.groupby("rater")["points"].sum().sort_index()
    for rater, points in sums[(sums - 100).abs() > 0.5].items():  # noqa: PLR2004 - half a point of rounding
        rows = plan.point_allocations
        first = in_order(rows.index[rows["rater"] == rater])[0]
        message = f"The points of “{plan.label(str(rater))}” make {points:g}, not 100."
        yield Hit("point_allocations", first, "points", message, "Ask for the rest, or for some back.")


@check("615", "warning", thread="adaptability", gap="resources that cannot move")
def scenario_edit_to_nothing(plan: Plan, _at: Circumstances) -> Hits:
    """Edit of a scenario that leads nowhere.

    What: An edit names a table, a row or a field that does not exist.
    Why: On the morning plan B is switched on, that part of it will do nothing.
    Fix: Correct the name, or remove the edit.
    Source: Referential integrity of scenarios.
    """
    rows = plan.scenario_edits
    added = set(rows.loc[rows["op"] == "add", "row_id"].dropna())
    wrong = []
    for op, table, row, field in zip(rows["op"], rows["table_name"], rows["row_id"], rows["field"], strict=True):
        known = plan.tables.get(table)
        if known is None:
            wrong.append("there is no such table")
        elif op != "add" and row not in added and row not in plan.content(table).labels:
            wrong.append("there is no such row")
        else:
            missing = op != "remove" and field not in known.fields
            wrong.append("there is no such field" if missing else "")
    said = pd.Series(wrong, index=rows.index, dtype="str")
    yield from told(
        plan,
        "scenario_edits.row_id",
        rows.assign(said=said)[said != ""],
        "An edit of the scenario “{scenario}” names {table_name}, {row_id}, {field}: {said}.",
        "Correct the name, or remove the edit.",
    )
