"""The portfolio: what is funded at which budget, why not, and what it costs to decide otherwise."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import pandas as pd

from planning_kit.analysis import portfolio
from planning_kit.analysis._portfolio import Limits, read
from planning_kit.charts.base import counted, money, plain_number
from planning_kit.charts.chances import CHANCE, decided, forecasts, side_by_side
from planning_kit.charts.frontier import value_by_budget
from planning_kit.errors import PlanError
from planning_kit.plan import Edit
from planning_kit.spec import Circumstances
from planning_kit.steps import reading
from planning_kit.steps.allocation.checks_load import capacities, demanded
from planning_kit.studies.display import Choices, Control, Display, Found, Group, Item, Study, Tell, declared

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from planning_kit.plan import Plan

LOW, HIGH = -30, 20
"""Ends of the slider, per cent of the budget."""
SECONDS = 60.0


class Offer(NamedTuple):
    """What there is to choose from, and within what."""

    value: pd.Series
    costs: pd.Series
    budget: float
    limits: Limits
    funded: tuple[str, ...]
    worth: str
    """What the values are."""
    spread: pd.DataFrame
    """The blind points, if there are any (see `portfolio.points`)."""


def offer(plan: Plan, as_of: dt.date) -> Offer:
    """Return the initiatives neither finished nor stopped, with value and cost, the money there is, and the rules.

    Value is the mean of the blind 100 points, without them the mean score of value, without that 1 each. Cost is the
    amount of the funding decision, else the budget lines below. The budget is what is funded now, else all costs.
    """
    tasks, at = plan.tasks, Circumstances(as_of)
    stopped = plan.funding.loc[plan.funding["decision"] == "stop", "initiative"]
    out = {*reading.finished(plan, at), *stopped.dropna()}
    items = list(tasks.index[(tasks["kind"] == "initiative") & ~tasks.index.isin(out)])
    decided = (
        plan.funding.dropna(subset=["initiative"]).drop_duplicates("initiative", keep="last").set_index("initiative")
    )
    lines = reading.cost_lines(plan)
    below = lines["amount"].groupby(reading.follow(lines["task"], reading.initiative_of(plan))).sum()
    amount = decided["amount"].where(decided["decision"] == "fund").reindex(items)
    costs = amount.fillna(below.reindex(items)).fillna(decided["amount"].reindex(items)).fillna(0.0)
    funded = tuple(one for one in items if decided["decision"].get(one) == "fund")
    given = plan.point_allocations.rename(columns={"initiative": "item"}).dropna(subset=["rater", "item", "points"])
    given = given[given["item"].isin(items) & (given["points"] > 0)]
    scores = plan.scores[plan.scores["criterion"] == "value"].dropna(subset=["task", "value"])
    spread = portfolio.points(given, items) if len(given) else pd.DataFrame()
    if len(spread):
        values, worth = spread["value"].reindex(items).fillna(0.0), "points, mean of the blind 100"
    elif len(scores):
        values = scores["value"].astype("float64").groupby(scores["task"]).mean().reindex(items).fillna(0.0)
        worth = "mean score of value"
    else:
        values, worth = pd.Series(1.0, items), "each counts the same: nobody has given points or scores yet"
    budget = float(costs[list(funded)].sum()) or float(costs.sum())
    return Offer(
        values.astype("float64"), costs.astype("float64"), budget, _limits(plan, at, items), funded, worth, spread
    )


def _limits(plan: Plan, at: Circumstances, items: list[str]) -> Limits:
    """Return the rules between open initiatives, and the skills and resources they ask for in quarters to come."""
    rules: dict[str, Any] = {}
    for kind, tasks, amount in plan.portfolio_rules[["kind", "tasks", "amount"]].itertuples(index=False, name=None):
        group = [one for one in str(tasks).split("; ") if one in items]
        if kind in ("at_most", "at_least") and pd.notna(amount):
            rules.setdefault(kind, []).append((int(amount), group))
        elif kind == "mandatory":
            rules.setdefault(kind, []).extend(group)
        elif len(group) > 1 and (kind != "requires" or str(tasks).startswith(group[0])):
            rules.setdefault(str(kind), []).append(group)
    asked, offered = demanded(plan), capacities(plan, at)
    asked = asked.assign(
        item=reading.follow(plan.demands["task"].reindex(asked["row"]), reading.initiative_of(plan)).to_numpy()
    )
    future = [quarter.end_time >= reading.day(at) for quarter in asked["quarter"]]
    asked = asked[asked["item"].isin(items) & asked["what"].isin(offered) & pd.Series(future, asked.index, dtype=bool)]
    if len(asked):
        periods = asked.drop_duplicates(["what", "quarter"])
        there = [
            offered[what] * ((q.end_time - q.start_time).days + 1)
            for what, q in zip(periods["what"], periods["quarter"], strict=True)
        ]
        demand = asked.rename(columns={"what": "skill", "days": "demand"}).assign(period=asked["quarter"].astype("str"))
        alone = demand.groupby(["item", "skill", "period"], as_index=False)["demand"].sum()
        capacity = pd.DataFrame(
            {"skill": periods["what"], "period": periods["quarter"].astype("str"), "capacity": there}
        )
        rules["skills"], rules["capacity"] = alone, capacity.reset_index(drop=True)
    return cast("Limits", rules)


def compute(plan: Plan, as_of: dt.date, choices: Choices, tell: Tell) -> Found:
    """Return the best choice at each budget of the slider; for one budget, also why not and at which price."""
    asked = offer(plan, as_of)
    if asked.value.empty or not asked.costs.sum():
        raise PlanError(
            "There is nothing to choose from: no open initiative has money. Enter amounts or budget lines first."
        )

    def heard(progress: Any) -> bool:
        value = "no choice yet" if math.isnan(progress.value) else f"best so far {progress.value:.1f}"
        return tell(
            f"{value}, none can be worth more than {progress.bound:.1f}; {progress.seconds:.0f} s",
            progress.done or math.nan,
        )

    percent = int(choices.get("explain", 0))
    if "funded" in choices:
        tell("simulating the chances of the objectives", math.nan)
        return {"revision": plan.revision, **_simulated(plan, as_of, asked, choices["funded"])}
    if "explain" not in choices:
        budgets = {round(asked.budget * (100 + one) / 100, 2): one for one in range(LOW, HIGH + 1)}
        found = portfolio.frontier(asked.value, asked.costs, budgets, seconds=SECONDS, progress=heard, **asked.limits)
        tell("simulating the chances of the objectives", math.nan)
        columns = [found.steps[name].tolist() for name in ("value", "bound", "status")]
        rows = zip(found.steps.index.astype("float64"), *columns, found.chosen.to_numpy(), strict=True)
        steps = {
            str(budgets[budget]): {
                "budget": budget,
                "value": value,
                "bound": bound,
                "status": status,
                "chosen": [str(one) for one in found.chosen.columns[taken]],
            }
            for budget, value, bound, status, taken in rows
        }
        return {"revision": plan.revision, "steps": steps, "today": forecasts(plan, as_of).to_dict(), "explained": {}}
    budget = round(asked.budget * (100 + percent) / 100, 2)
    best = portfolio.choose(asked.value, asked.costs, budget, seconds=SECONDS, progress=heard, **asked.limits)
    others = [one for one in asked.value.index if one not in best.chosen]
    single = portfolio.price(others, asked.value, asked.costs, budget, seconds=SECONDS, progress=heard, **asked.limits)
    reasons = best.why_not.astype("object").where(best.why_not.notna(), None)
    why = {str(one): {name: _plain(row[name]) for name in reasons.columns} for one, row in reasons.iterrows()}
    shadow = float(best.shadow_price["lp_shadow_price"].iloc[0])
    prices = {str(one): float(price) for one, price in single.departures["price"].items()}
    told = {
        "why": why,
        "prices": prices,
        "shadow": shadow,
        "status": best.status,
        "gap": best.gap,
        "seconds": best.seconds,
        "value": best.optimum,
        "bound": best.bound,
        "chosen": [*map(str, best.chosen)],
        "percent": percent,
    }
    chances = _simulated(plan, as_of, asked, [*map(str, best.chosen)])
    return {"revision": plan.revision, f"explained:{percent}": told, "last": told, **chances}


def _simulated(plan: Plan, as_of: dt.date, asked: Offer, funded: Collection[str]) -> Found:
    """Return the chance of each objective with a choice, under the name of the choice."""
    return {_named(funded): forecasts(decided(plan, asked.value.index, funded), as_of).to_dict()}


def _named(funded: Collection[str]) -> str:
    return f"chances:{';'.join(sorted(funded))}"


def _plain(value: Any) -> Any:
    """Return a cell as JSON keeps it."""
    return [str(one) for one in value] if isinstance(value, (tuple, list)) else value


def display(plan: Plan, as_of: dt.date, choices: Choices, found: Found) -> Display:
    """Return the cards at the budget of the slider, with what was turned over against the optimum and its price."""
    asked = offer(plan, as_of)
    currency = str(plan.marked("profile", "currency") or "")
    if not found:
        if asked.value.empty:
            return Display("No initiative to choose from yet. Enter initiatives in step 2, and what each would cost.")
        count = counted(len(asked.value), "initiative")
        return Display(
            f"{count}, {money(asked.costs.sum(), currency)} asked for, {money(asked.budget, currency)} funded today."
        )
    percent = int(float(choices.get("budget", 0)))
    step = found["steps"][str(percent)]
    told = found.get(f"explained:{percent}", {})
    turned = {str(one): str(why or "") for one, why in choices.get("turned", {}).items() if one in asked.value.index}
    best = set(step["chosen"])
    mine = best ^ set(turned)
    model = read(asked.value, asked.costs, step["budget"], **asked.limits)
    flags = model.flags([one for one in asked.value.index if one in mine], "choice")
    broken = model.broken(flags)
    value, optimum = model.value(flags), step["value"]
    if math.isnan(optimum):
        optimum = 0.0
    cards = {one: _card(plan, asked, one, told, turned, currency, funded=one in mine) for one in asked.value.index}
    silent = [plan.label(one) for one, why in turned.items() if not why.strip()]
    slider = Control(
        "budget",
        "Budget",
        percent,
        low=LOW,
        high=HIGH,
        step=1,
        words=f"{percent:+d} %: {money(step['budget'], currency)}"
        if percent
        else f"today: {money(step['budget'], currency)}",
    )
    figures = (
        ("Budget", money(step["budget"], currency), f"{percent:+d} % against what is funded today"),
        ("Given", money(model.cost(flags), currency), f"{money(step['budget'] - model.cost(flags), currency)} left"),
        ("Value of this choice", plain_number(round(value, 1)), asked.worth),
        ("Optimum", plain_number(round(optimum, 1)), _proof(step)),
        ("Price of deciding otherwise", plain_number(round(optimum - value, 1)), _difference(optimum - value, turned)),
        (
            "Shadow price of money",
            f"{told['shadow'] * 1000:.2g} per thousand" if told else "…",
            "of the relaxation, as if parts could be funded: a hint, no promise",
        ),
    )
    return Display(
        headline=_headline(percent, len(mine), len(cards) - len(mine), len(turned)),
        controls=(slider,),
        figures=figures,
        groups=(
            Group("Funded", tuple(card for one, card in cards.items() if one in mine), "Do not fund"),
            Group("Not funded", tuple(card for one, card in cards.items() if one not in mine), "Fund it"),
        ),
        notes=(*_broken(plan, broken, currency), CHANCE),
        table=side_by_side(plan, found["today"], found.get(_named(mine), {})),
        pictures=(value_by_budget(found["steps"], percent, value, currency, asked.worth),),
        accept="Adopt this choice",
        edits=_adopted(plan, asked, mine, turned, step, told, choices, as_of),
        reason=f"Portfolio at {percent:+d} %: {money(step['budget'], currency)}",
        refusal=f"Write why for {reading.listed(silent)}: a choice against the optimum needs a reason."
        if silent
        else "",
        wanted={"explain": percent} if not told else {"funded": sorted(mine)} if _named(mine) not in found else None,
    )


def _headline(percent: int, funded: int, left: int, turned: int) -> str:
    with_what = f"{percent:+d} % money" if percent else "today's money"
    base = f"With {with_what} {counted(funded, 'initiative')} can be funded, {left} cannot"
    return f"{base}; {counted(turned, 'card')} turned against the optimum." if turned else f"{base}: the optimum."


def _proof(step: Found) -> str:
    if step["status"] == "optimal":
        return "proven: no choice is worth more"
    if step["status"] == "infeasible":
        return "no choice keeps all rules at this budget"
    return f"best found; none is worth more than {plain_number(round(step['bound'], 1))}"


def _difference(lost: float, turned: dict[str, str]) -> str:
    if not turned:
        return "this is the optimum"
    return "more than money and rules allow" if lost < 0 else "value given up against the optimum"


def _card(  # noqa: PLR0913, PLR0917 - all that a card says
    plan: Plan, asked: Offer, one: str, told: Found, turned: dict[str, str], currency: str, *, funded: bool
) -> Item:
    """Return the card of an initiative: what it is worth and costs, why not, what lets it in, the price of a wish."""
    value = plain_number(round(float(asked.value[one]), 1))
    spread = ""
    if len(asked.spread):
        low, high = asked.spread.loc[one, ["min", "max"]]
        spread = f" ({low:.0f} to {high:.0f}{', two camps' if asked.spread.loc[one, 'two_peaks'] else ''})"
    lines = [f"{money(float(asked.costs[one]), currency)} · {value}{spread}"]
    why = told.get("why", {}).get(one)
    if why and not funded:
        lines += [_why_not(plan, why, currency), _lets_in(why, currency)]
    price = told.get("prices", {}).get(one, (why or {}).get("price"))
    if one in turned and price is not None:
        lines.append(_price(price, wanted=funded))
    return Item(one, plan.label(one), tuple(filter(None, lines)), turned=one in turned)


def _why_not(plan: Plan, why: Found, currency: str) -> str:
    """Return in words what stands against an initiative."""
    words = {
        "requires": "needs " + reading.listed(map(plan.label, why["requires"] or ())),
        "excludes": "excluded by " + reading.listed(map(plan.label, why["excluded_by"] or ())),
        "at_most": "a rule allows no more of its kind",
        "skill": "asks for more of a skill than is left",
        "budget": f"{money(why['short'] or 0, currency)} short beside the chosen",
        "value": "adds no value",
        "stopped": "fits, but the search was stopped",
    }
    return "Why not: " + ", ".join(words.get(one, one) for one in str(why["reason"] or "").split("; ")) + "."


def _lets_in(why: Found, currency: str) -> str:
    more = why["lets_in"]
    if more is None:
        return ""
    return "No money alone brings it in." if math.isinf(more) else f"In with {money(more, currency)} more."


def _price(price: float, *, wanted: bool) -> str:
    """Return in words what a wish against the optimum costs."""
    what = "Insisting on it" if wanted else "Doing without it"
    if math.isinf(price):
        return f"{what} breaks a rule or the budget, whatever else is given up."
    return f"{what} costs {plain_number(round(price, 1))} of value, even if all else is chosen best."


def _broken(plan: Plan, broken: pd.DataFrame, currency: str) -> tuple[str, ...]:
    """Return the limits a choice breaks, as sentences."""
    said = []
    for limit, items, skill, period, by in broken[["limit", "items", "skill", "period", "by"]].itertuples(
        index=False, name=None
    ):
        names = reading.listed(plan.label(one) for one in str(items).split("; ") if plan.has(one))
        said.append(
            {
                "budget": f"Over the budget by {money(by, currency)}: turn something back.",
                "skill": f"{plan.label(skill) if plan.has(str(skill)) else skill}: {by:.0f} days too many in {period}.",
                "requires": f"Of {names} the first needs the others.",
                "excludes": f"Only one of {names} may be funded.",
                "mandatory": f"Must be funded by rule: {names}.",
            }.get(str(limit), f"A rule about {names} is broken by {by:.0f}.")
        )
    return tuple(said)


def _adopted(  # noqa: PLR0913, PLR0917 - what a decision is made of
    plan: Plan,
    asked: Offer,
    mine: set[str],
    turned: dict[str, str],
    step: Found,
    told: Found,
    choices: Choices,
    as_of: dt.date,
) -> tuple[Edit, ...]:
    """Return the funding decisions of a choice, and the decision that records it."""
    rows = plan.funding.dropna(subset=["initiative"]).drop_duplicates("initiative", keep="last")
    rows = rows.rename_axis("id").reset_index().set_index("initiative")
    currency, person = str(plan.marked("profile", "currency") or ""), str(choices.get("person", ""))
    edits = []
    for one in asked.value.index:
        was = rows["decision"].get(one)
        decision = "fund" if one in mine else "stop" if was == "stop" else "defer"
        reason = turned.get(one) or f"The optimum at {money(step['budget'], currency)}."
        values = {"decision": decision, "reason": reason} | ({"amount": float(asked.costs[one])} if one in mine else {})
        if one not in rows.index:
            edits.append(Edit("add", "funding", None, {"initiative": one, **values}))
        elif was != decision or one in turned:
            edits.append(Edit("set", "funding", str(rows.loc[one, "id"]), values))
    reasons = [f"{plan.label(one)}: {why}" for one, why in turned.items()]
    given = money(float(asked.costs[list(mine)].sum()), currency)
    text = f"Fund {counted(len(mine), 'initiative')} with {given}; not funded: {len(asked.value) - len(mine)}"
    why = "; ".join(reasons) or "The computed choice of the portfolio."
    decision_row = {"text": text, "reason": why, "decided_on": as_of} | ({"decided_by": person} if person else {})
    solved = [Edit("add", "solutions", None, _solution(plan.revision, told))] if told else []
    return (*edits, Edit("add", "decisions", None, decision_row), *solved)


def kept(found: Found) -> dict[str, Any]:
    """Return the row of the solutions that records the choice with today's money."""
    told = found.get("last", {})
    return _solution(found["revision"], told) if told.get("percent") == 0 else {}


def _solution(revision: int, told: Found) -> dict[str, Any]:
    if told["value"] != told["value"]:
        return {"problem": "portfolio", "revision": revision, "status": "infeasible"}
    numbers = {
        "gap": round(told["gap"] * 100, 3),
        **{name: round(told[name], 6) for name in ("value", "bound", "seconds")},
    }
    chosen = tuple(told["chosen"]) or None
    return {"problem": "portfolio", "revision": revision, "status": told["status"], "chosen": chosen, **numbers}


PORTFOLIO = declared(Study("portfolio", "Compute the choices", compute, display, kept, "solutions"))
