"""Scenarios: what if, side by side; shocks with the least change that answers them; plan B switched on."""

from __future__ import annotations

import math
from itertools import count
from typing import TYPE_CHECKING, Any

import pandas as pd

from planning_kit.analysis import portfolio
from planning_kit.analysis.coupling import single_points_of_failure
from planning_kit.charts.base import DASH, counted, money
from planning_kit.charts.chances import CHANCE, forecasts
from planning_kit.charts.exposure import priced
from planning_kit.charts.people import loads
from planning_kit.charts.plan_b import LIGHTS
from planning_kit.charts.sides import side_by_side
from planning_kit.errors import PlanError
from planning_kit.plan import Edit, Plan
from planning_kit.spec import Circumstances
from planning_kit.steps import reading
from planning_kit.steps.plan_b import FIRED, edits_of, switched_on, triggers
from planning_kit.studies.display import Choices, Control, Display, Found, Group, Item, Study, Tell, declared
from planning_kit.studies.portfolio import SECONDS, offer

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

MOST = 8
"""Scenarios side by side."""
TODAY = "The plan"
CUT, LATE = 10, 3
"""Per cent of the money, months."""
SHOCKS = (
    ("", "no shock"),
    ("cut", f"the budget falls by {CUT} %"),
    ("gone", "a person or unit is gone"),
    ("late", f"an initiative is {LATE} months late"),
)


def compare(plans: Mapping[str, Plan], as_of: dt.date) -> pd.DataFrame:
    """Return plans side by side.

    Parameters
    ----------
    plans : mapping of str to Plan
        By what they are called.
    as_of : datetime.date

    Returns
    -------
    DataFrame, one row per plan
        ``finish`` (of funded open work), ``money`` (funded), ``over`` (hours missing in twelve months), ``people``
        (above 100 % in a month), ``exposure`` (of open risks, with the responses), and the chance of each objective
        (see `forecasts`) under its id.
    """
    return pd.DataFrame({name: _figures(plan, as_of) for name, plan in plans.items()}).T


def _figures(plan: Plan, as_of: dt.date) -> pd.Series[Any]:
    at = Circumstances(as_of)
    ends = reading.scheduled(plan)["early_finish"].reindex(reading.open_tasks(plan, at).index).max()
    load, asked, risks = loads(plan, as_of), offer(plan, as_of), priced(plan)
    worst = load["load"].groupby(load["person"]).max() if len(load) else pd.Series(dtype="float64")
    figures = {
        "finish": ends,
        "money": float(asked.costs[list(asked.funded)].sum()),
        "over": float(load["over"].sum()),
        "people": int((worst > 1 + 1e-9).sum()),
        "exposure": float(risks["exposure_after"].sum()) if len(risks) else 0.0,
    }
    found: pd.Series[Any] = pd.concat([pd.Series(figures, dtype="object"), forecasts(plan, as_of).astype("object")])
    return found


def shock(plan: Plan, as_of: dt.date, choices: Choices) -> list[Edit]:
    """Return what a shock itself does to the plan (money and people are not edited: they are limits)."""
    late = str(choices.get("late", ""))
    if choices.get("shock") != "late" or late not in plan.tasks.index:
        return []
    dates = reading.scheduled(plan)["early_start"]
    paths = reading.lineage(plan.content("tasks"))
    parents = set(plan.tasks["parent"].dropna())
    leaves = [
        one for one in reading.open_tasks(plan, Circumstances(as_of)).index if late in paths[one] and one not in parents
    ]
    moved = dates.reindex(leaves).dropna() + pd.DateOffset(months=LATE)
    return [Edit("set", "tasks", str(one), {"start_no_earlier_than": when.date()}) for one, when in moved.items()]


def answer_to(plan: Plan, as_of: dt.date, choices: Choices, tell: Tell) -> portfolio.Reallocation | None:
    """Return the choice after a shock that keeps as much as possible as it was; None without a shock."""
    kind = choices.get("shock")
    if kind not in ("cut", "gone", "late"):
        return None
    hit = plan.scenario(shock(plan, as_of, choices))
    lost = str(choices.get("gone", "")) if kind == "gone" else ""
    gone: set[str] = set()
    if lost:
        tasks = reading.open_tasks(hit, Circumstances(as_of))
        stops = single_points_of_failure(
            hit.objectives, tasks, hit.people, hit.units, responsibilities=hit.responsibilities,
            contributions=hit.contributions, demands=hit.demands,
        ).tasks  # fmt: skip
        of = reading.initiative_of(hit)
        gone = {str(one) for one in of.reindex(stops.loc[stops["id"] == lost, "task"]).dropna()}
        away = lost if lost in hit.people.index else ""
        out = [row for row, unit in hit.people["unit"].items() if str(row) == away or unit == lost]
        hit = hit.scenario(Edit("set", "people", str(row), {"change_share": 0.0}) for row in out)
    asked = offer(hit, as_of)
    budget = asked.budget * (100 - CUT) / 100 if kind == "cut" else asked.budget

    def heard(progress: Any) -> bool:
        return tell(f"looking for the least change; {progress.seconds:.0f} s", math.nan)

    mandatory = [one for one in asked.limits.get("mandatory", ()) if one not in gone]
    limits = asked.limits.copy()
    limits["mandatory"] = mandatory
    return portfolio.reallocate(
        asked.funded,
        asked.value,
        asked.costs,
        budget,
        gone=gone & set(asked.value.index),
        seconds=SECONDS,
        progress=heard,
        **limits,
    )


def compute(plan: Plan, as_of: dt.date, choices: Choices, tell: Tell) -> Found:
    """Return the plan, each scenario and the answer to a shock side by side."""
    plans: dict[str, Plan] = {TODAY: plan}
    problems = {}
    for one in plan.scenarios.index[:MOST]:
        try:
            plans[str(one)] = plan.scenario(edits_of(plan, str(one)))
        except PlanError as refused:
            problems[str(one)] = str(refused)
    found = answer_to(plan, as_of, choices, tell)
    answer: Found = {}
    if found is not None:
        names = ("starts", "stops", "stays")
        answer = {"status": found.status, "value": found.value, "optimum": found.optimum, "spent": found.spent}
        answer |= {name: [str(one) for one in getattr(found, name)] for name in names}
        plans["shock"] = plan.scenario([*shock(plan, as_of, choices), *_reallocated(plan, answer)])
    rows = {}
    for number, (name, one) in enumerate(plans.items()):
        if tell(f"{number} of {len(plans)} looked at", number / len(plans)):
            break
        rows[name] = _figures(one, as_of)
    table = pd.DataFrame(rows).T
    table["finish"] = [None if pd.isna(one) else f"{one:%Y-%m-%d}" for one in table["finish"]]
    cells = {
        str(name): {str(key): None if pd.isna(cell) else cell for key, cell in row.items()}
        for name, row in table.iterrows()
    }
    asked = {name: choices.get(name, "") for name in ("shock", "gone", "late")}
    return {"revision": plan.revision, "rows": cells, "problems": problems, "answer": answer, "asked": asked}


def _reallocated(plan: Plan, answer: Found) -> list[Edit]:
    """Return the funding decisions that carry out a re-allocation."""
    rows = plan.funding.dropna(subset=["initiative"]).drop_duplicates("initiative", keep="last")
    of = dict(zip(rows["initiative"], rows.index, strict=True))
    changes = [(one, "fund", "Takes the place of what had to go.") for one in answer["starts"]]
    changes += [
        (one, "stop", "Stopped by the shock: the least change that keeps the most value.") for one in answer["stops"]
    ]
    return [
        Edit("set", "funding", str(of[one]), {"decision": decision, "reason": why})
        if one in of
        else Edit("add", "funding", None, {"initiative": one, "decision": decision, "reason": why})
        for one, decision, why in changes
    ]


def display(plan: Plan, as_of: dt.date, choices: Choices, found: Found) -> Display:
    """Return the scenarios side by side, the shock with its answer, and what can be switched on."""
    kind = str(choices.get("shock", ""))
    controls = [Control("shock", "What if", kind, options=SHOCKS)]
    if kind == "gone":
        people = [(str(one), plan.label(str(one))) for one in (*plan.units.index, *plan.people.index)]
        controls.append(Control("gone", "Who", str(choices.get("gone", "")), options=(("", "choose"), *people)))
    if kind == "late":
        late = [(one, plan.label(one)) for one in offer(plan, as_of).value.index]
        controls.append(Control("late", "Which", str(choices.get("late", "")), options=(("", "choose"), *late)))
    asked = {name: choices.get(name, "") for name in ("shock", "gone", "late")}
    ready = kind != "" and (kind == "cut" or bool(choices.get(kind)))
    wanted = asked if found and ready and found["asked"] != asked else None
    if not found:
        count = counted(len(plan.scenarios), "scenario")
        words = (
            f"{count} beside the plan."
            if len(plan.scenarios)
            else "No scenario yet. Write the first in the table below, or begin with a shock."
        )
        return Display(words, tuple(controls))
    currency = str(plan.marked("profile", "currency") or "")
    answer = found["answer"] if found["asked"] == asked else {}
    groups = [_switches(plan, as_of, found["problems"])] if len(plan.scenarios) else []
    if answer:
        changes = [*shock(plan, as_of, choices), *_reallocated(plan, answer)]
        lines = [_answer(plan, answer, changes, currency), *_moves(plan, changes)]
        if changes:
            lines.append(_keep(plan, f"After the shock: {dict(SHOCKS)[kind]}", changes))
        groups.insert(0, Group("The least change that answers the shock", tuple(lines)))
    names = {
        TODAY: TODAY,
        "shock": "After the shock",
        **{str(one): plan.label(str(one)) for one in plan.scenarios.index},
    }
    rows = {names.get(one, one): row for one, row in found["rows"].items() if one != "shock" or answer}
    table = _table(plan, rows, currency)
    return Display(
        _headline(rows, currency),
        tuple(controls),
        groups=tuple(groups),
        notes=(
            *(f"“{plan.label(one)}” cannot be looked at: {why}" for one, why in found["problems"].items()),
            CHANCE,
        ),
        table=table,
        pictures=(
            side_by_side(
                {name: {plan.label(one): row[one] for one in row if plan.has(one)} for name, row in rows.items()}
            ),
        ),
        accept=("Do what is ticked" if answer else "Switch on") if groups else "",
        reason="Plan B switched on" if not answer else f"Re-allocated: {dict(SHOCKS)[kind]}",
        wanted=wanted,
    )


def _headline(rows: Mapping[str, Found], currency: str) -> str:
    if len(rows) < 2:  # noqa: PLR2004 - the plan alone
        return "The plan as it stands. Choose a shock, or write a scenario in the table below."
    dear = max((one for one in rows if one != TODAY), key=lambda one: abs(rows[one]["money"] - rows[TODAY]["money"]))
    more = rows[dear]["money"] - rows[TODAY]["money"]
    if not more:
        return "No scenario moves money; look at dates, hours and chances."
    return f"“{dear}” moves most money: {money(abs(more), currency)} {'more' if more > 0 else 'less'} than the plan."


def _answer(plan: Plan, answer: Found, changes: list[Edit], currency: str) -> Item:
    """Return the proposal after a shock as one line."""
    if answer["status"] == "infeasible":
        return Item(
            "shock",
            "No choice keeps all rules after this shock.",
            ("Loosen a rule, or free money or skills.",),
            fixed=True,
        )
    stops, starts = ([plan.label(one) for one in answer[name]] for name in ("stops", "starts"))
    lines = [
        f"stops: {reading.listed(stops)}" if stops else "nothing has to stop",
        *([f"begins: {reading.listed(starts)}"] if starts else []),
        f"{counted(len(answer['stays']), 'initiative')} stay; {money(answer['spent'], currency)}",
        f"value {answer['value']:.1f} of {answer['optimum']:.1f} possible",
    ]
    return Item("shock", "Re-allocate", tuple(lines), tuple(changes), fixed=not changes)


def _moves(plan: Plan, changes: list[Edit]) -> list[Item]:
    """Return each change of an answer as a line of its own, if there are several."""
    items = []
    for number, edit in enumerate(changes if len(changes) > 1 else ()):
        what = dict(edit.values)
        of = what.get("initiative") or plan.row(edit.table, str(edit.row)).get("initiative") or edit.row
        told = what.get("decision") or f"starts on {what['start_no_earlier_than']} or later"
        items.append(Item(f"shock{number}", f"Only “{plan.label(str(of))}”", (str(told),), (edit,)))
    return items


def _keep(plan: Plan, name: str, changes: list[Edit]) -> Item:
    """Return the line that keeps edits as a new scenario instead of making them."""
    same = set(plan.scenarios["name"])
    name = next(one for number in count(1) if (one := name if number == 1 else f"{name} ({number})") not in same)
    kept = [Edit("add", "scenarios", "~SN1", {"name": name})]
    for number, edit in enumerate(changes):
        where = {"op": edit.op, "table_name": edit.table, "row_id": edit.row or f"new {number + 1}"}
        kept += [
            Edit("add", "scenario_edits", None, {"scenario": "~SN1", **where, "field": field, "value": str(value)})
            for field, value in edit.values.items()  # noqa: PD011 - an edit, no frame
        ]
    line = "the plan stays as it is; compare, change or switch it on later"
    return Item("keep", "Keep the answer as a new scenario", (line,), tuple(kept))


def _switches(plan: Plan, as_of: dt.date, problems: Found) -> Group:
    """Return the scenarios as lines that can be switched on, those whose trigger has fired first."""
    known = triggers(plan, as_of)
    items: list[Item] = []
    for row, note in plan.scenarios["note"].items():
        mine = known[known["scenario"] == row]
        fired = mine.index[mine["state"] == FIRED]
        edits = [] if row in problems else edits_of(plan, str(row))
        lines = [f"{LIGHTS[state]}: {plan.label(str(one))}" for one, state in mine["state"].items()]
        lines += [str(note) if pd.notna(note) else "", counted(len(edits), "change")]
        if edits and len(fired):
            edits = switched_on(plan, as_of, str(fired[0]), str(row))
        item = Item(str(row), plan.label(str(row)), tuple(filter(None, lines)), tuple(edits), fixed=not edits)
        items.insert(0 if len(fired) else len(items), item)
    return Group("Scenarios that can be switched on", tuple(items))


def _table(plan: Plan, rows: Mapping[str, Found], currency: str) -> pd.DataFrame:
    """Return the comparison with a column for each plan."""
    words: dict[str, tuple[str, Callable[[Any], str]]] = {
        "finish": ("Open work ends", lambda one: one or DASH),
        "money": ("Funded", lambda one: money(one, currency)),
        "over": ("Hours missing, 12 months", lambda one: f"{one:,.0f}"),
        "people": ("People above 100 %", lambda one: f"{one:,.0f}"),
        "exposure": ("Exposure with responses", lambda one: money(one, currency)),
    }
    goals = [one for one in next(iter(rows.values())) if one not in words]
    lines = [(title, *(say(row[key]) for row in rows.values())) for key, (title, say) in words.items()]
    lines += [
        (f"Chance: {plan.label(one)}", *(DASH if row.get(one) is None else f"{row[one]:.0%}" for row in rows.values()))
        for one in goals
    ]
    return pd.DataFrame(lines, columns=["", *rows])


SCENARIOS = declared(Study("scenarios", "Compare", compute, display))
