"""Scenarios as edits, and the triggers that switch one on: what was feared has happened, an assumption has broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from planning_kit.errors import PlanError
from planning_kit.plan import Edit
from planning_kit.spec import Circumstances, parse
from planning_kit.steps.exposed import watched

if TYPE_CHECKING:
    import datetime as dt

    from planning_kit.plan import Plan

ARMED, FIRED, ANSWERED = "armed", "fired", "answered"


def edits_of(plan: Plan, scenario: str) -> list[Edit]:
    """Return the edits of a scenario with values as the plan keeps them; added rows get provisional ids.

    Raises
    ------
    PlanError
        When an edit names a table, row or field that is not there, or a value that cannot be read.
    """
    rows = plan.scenario_edits[plan.scenario_edits["scenario"] == scenario].fillna({"op": "set"})
    names = dict.fromkeys(rows.loc[rows["op"] == "add", "row_id"].dropna())
    for number, name in enumerate(names, 1):
        table = str(rows.loc[(rows["op"] == "add") & (rows["row_id"] == name), "table_name"].iloc[0])
        names[name] = f"~{plan.content(table).table.prefix}{number}"
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for op, table, row, field, value in rows[["op", "table_name", "row_id", "field", "value"]].itertuples(
        index=False, name=None
    ):
        one = "add" if row in names else str(op)
        values = found.setdefault((one, str(table), str(names.get(row, row))), {})
        if op != "remove" and isinstance(field, str):
            values[field] = _read(plan, str(table), field, names.get(value, value))
    return [Edit(op, table, row, values) for (op, table, row), values in found.items()]  # type: ignore[arg-type] # one of the three


def _read(plan: Plan, table: str, field: str, text: Any) -> Any:
    """Return the value of an edit; a provisional id passes."""
    fields = plan.content(table).table.fields
    if field not in fields:
        raise PlanError(f"{table}, {field}: there is no such field. Fields are: {', '.join(fields)}.")
    if pd.isna(text) or str(text).startswith("~"):
        return None if pd.isna(text) else text
    try:
        return parse(fields[field], text, plan.find)
    except ValueError as problem:
        raise PlanError(f"{table}, {fields[field].title}: {problem}") from None


def triggers(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return the risks and assumptions that have a plan B.

    Returns
    -------
    DataFrame, index = risk or assumption
        ``sign`` (what is looked out for), ``scenario``, ``person`` (who may switch it on), ``state``: armed, fired (it
        has happened, or no longer holds) or answered, ``answer`` (the newest decision
        about it, else an issue or an action).
    """
    risks, seen = plan.risks, watched(plan, Circumstances(as_of))
    risks = risks[risks["state"].fillna("open") != "closed"]
    came = pd.DataFrame(
        {
            "sign": risks["trigger"],
            "scenario": risks["plan_b"],
            "person": risks["trigger_owner"].fillna(risks["owner"]),
            "fired": risks["state"].eq("occurred").fillna(value=False),
            "since": pd.NaT,
        }
    )
    broke = pd.DataFrame(
        {
            "sign": seen["measure"].map(plan.label, na_action="ignore"),
            "scenario": seen["plan_b"],
            "person": seen["owner"],
            "fired": seen["breached"].fillna(value=False),
            "since": seen["on"],
        }
    )
    found = pd.concat([came, broke]).dropna(subset=["scenario"])
    decided = plan.decisions[plan.decisions["decided_on"] <= pd.Timestamp(as_of)].sort_values(
        "decided_on", kind="stable"
    )
    rows = pd.concat([plan.actions[["about"]], plan.issues[["about"]], decided[["about", "decided_on"]]])
    last = rows.dropna(subset=["about"]).rename_axis("answer").reset_index().drop_duplicates("about", keep="last")
    last = last.set_index("about").reindex(found.index)
    answer = last["answer"].where(~(last["decided_on"] < found["since"]) & found["fired"].astype(bool))
    state = pd.Series(ARMED, found.index).where(~found["fired"].astype(bool), FIRED).where(answer.isna(), ANSWERED)
    return found[["sign", "scenario", "person"]].assign(state=state, answer=answer)


def switched_on(plan: Plan, as_of: dt.date, trigger: str, scenario: str) -> list[Edit]:
    """Return the edits that answer a trigger with a scenario: its edits, the risk as occurred, and the decision.

    Raises
    ------
    PlanError
        When the scenario changes nothing, or an edit of it cannot be made.
    """
    edits = edits_of(plan, scenario)
    if not edits:
        raise PlanError(f"“{plan.label(scenario)}” changes nothing. Write what it changes in step 6 first.")
    if trigger in plan.risks.index and plan.risks["state"][trigger] != "occurred":
        edits.append(Edit("set", "risks", trigger, {"state": "occurred"}))
    known = triggers(plan, as_of).reindex([trigger]).iloc[0]
    sign = "" if pd.isna(known["sign"]) else f"The sign was: {known['sign']}. "
    note = plan.scenarios["note"].get(scenario)
    values = {
        "text": f"Plan B is switched on: {plan.label(scenario)}",
        "reason": f"{sign}It has happened: {plan.label(trigger)}. {'' if pd.isna(note) else note}".strip(),
        "decided_on": as_of,
        "about": trigger,
    }
    person = {} if pd.isna(known["person"]) else {"decided_by": known["person"]}
    return [*edits, Edit("add", "decisions", None, values | person)]
