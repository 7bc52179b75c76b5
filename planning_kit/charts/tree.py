"""From objectives down to the work: one indented tree with status, owner and money."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from planning_kit.analysis import cascade as trees
from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import DASH, Drawn, Sheet, charted, counted, finished, layered, names, nothing, spoken
from planning_kit.charts.computed import DONE, newest, rolled_up, worked
from planning_kit.charts.theme import ACCENT, STATUS, WORK
from planning_kit.errors import PlanError
from planning_kit.plan import Plan
from planning_kit.steps import reading

SHOWN = 45
"""Lines of one tree; the upper levels come first."""
NAME, WEIGHT, STATE, OWNER, DUE, MONEY = 0, 40, 43, 57, 71, 82
INDENT = 2.2
"""Per cent of the width by which a level is moved in."""
HEADS: dict[float, str] = {
    NAME: "Objective, initiative",
    WEIGHT - 4: "Weight",
    STATE: "Status",
    OWNER: "Owner",
    DUE: "Due",
}
OBJECTIVE, WORK_KIND, ALSO = "objective", "work", "contributes"
"""What a line is: a goal, the work that mainly serves it, or work that serves another and contributes to it."""
NOTHING = {OBJECTIVE: "no work below", WORK_KIND: "serves none"}


def tree(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return objectives with the initiatives that serve them, each under its parent.

    Returns
    -------
    DataFrame, index = id, depth first
        ``name``, ``kind`` (objective, work, or contributes: then the row is the contribution), ``weight`` (of an
        objective among its siblings, they sum to 1), ``level`` (0 at the top), ``owner``, ``due``, ``status``,
        ``says`` (the status in words), ``money`` (costs of its tree in the expected case, under its main objective),
        ``bare`` (an objective nothing carries, work that serves none).
    """
    rows = pd.concat([_objectives(plan, as_of), _initiatives(plan, as_of), _contributions(plan, as_of)])
    order = trees.depth_first(rows, table="objectives")
    rows = rows.loc[order.index].assign(level=order["level"])
    rows["money"] = _with_below(rows, rows["money"])
    carried = _with_below(rows, (rows["kind"] != OBJECTIVE).astype("float64"))
    unjustified = plan.objectives["leaf_reason"].reindex(rows.index).isna()
    rows["bare"] = (rows["kind"] == OBJECTIVE) & (carried == 0) & unjustified
    rows["bare"] |= (rows["kind"] == WORK_KIND) & ~rows["parent"].isin(rows.index)
    return rows.drop(columns="parent")


def _objectives(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return the objectives as rows of the tree."""
    goals, seen = plan.objectives, rolled_up(plan, as_of)
    above = goals["parent"].where(goals["parent"].isin(goals.index), "")
    found = goals[["parent", "owner", "due"]].assign(kind=OBJECTIVE, money=0.0, status=seen["status"])
    found["name"], found["weight"] = names(plan, goals.index), trees.weights(goals.assign(above=above), "above")
    red = seen["red"].astype("int64")
    return found.assign(
        says=[f"{state}, {count} red" if count else state for state, count in zip(seen["status"], red, strict=True)]
    )


def _initiatives(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return initiatives (and work at the top of the tree) as rows under the objective they serve."""
    tasks, dates = plan.tasks, reading.scheduled(plan)
    state = worked(plan, dates, as_of)
    top = (tasks["kind"] == "initiative") | ~tasks["parent"].isin(tasks.index)
    serves = reading.objective_of(plan).astype("str")
    found = tasks.loc[top, ["owner", "due"]].assign(parent=serves[top], kind=WORK_KIND, status=state["state"])
    found["due"] = found["due"].fillna(dates["early_finish"].reindex(found.index))
    share = state["complete"].reindex(found.index).fillna(0)
    found["says"] = [
        f"{word}, {part:.0f} %" if 0 < part < DONE else word for word, part in zip(found["status"], share, strict=True)
    ]
    lines = reading.cost_lines(plan)
    spent = lines.groupby(_top_of(tasks, top).reindex(lines["task"]).to_numpy(dtype=object))["amount"].sum()
    return found.assign(money=spent.reindex(found.index).fillna(0.0), name=names(plan, found.index))


def _contributions(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return the contributions to further objectives as rows under these; money stays where the work mainly serves."""
    more = plan.contributions
    more = more[more["task"].isin(plan.tasks.index) & more["objective"].isin(plan.objectives.index)]
    state = worked(plan, reading.scheduled(plan), as_of)["state"]
    facts = reading.follow(more["task"], plan.tasks[["owner", "due"]])
    return facts.assign(
        parent=more["objective"],
        kind=ALSO,
        money=0.0,
        status=reading.follow(more["task"], state),
        says=reading.follow(more["task"], state),
        strength=[f"strength {one}" if pd.notna(one) else DASH for one in more["strength"]],
        name=[f"also: {name}" for name in names(plan, more["task"])],
    )


def _top_of(tasks: pd.DataFrame, top: "pd.Series[bool]") -> "pd.Series[str]":
    """Return the row of the tree each task belongs to."""
    return reading.inherited(tasks, tasks.index.to_series().where(top))


def _with_below(rows: pd.DataFrame, values: "pd.Series[float]") -> "pd.Series[float]":
    """Return sums that include everything below; rows are in depth-first order."""
    sums = values.to_numpy(dtype=np.float64, copy=True)
    level, above = rows["level"].to_numpy(), rows.index.get_indexer(pd.Index(rows["parent"]))
    for row in range(len(rows) - 1, -1, -1):
        if level[row]:
            sums[above[row]] += sums[row]
    return pd.Series(sums, index=rows.index)


@charted("There is no objective yet. Write the first ones in step 1; the work that serves them comes in step 2.")
def cascade(plan: Plan, as_of: dt.date, *, unit: str = "") -> Drawn:
    """Draw objectives and the initiatives under them as an indented tree with status, owner, due date and money.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Reports after this day are not looked at.
    unit : str
        Only the objectives and the work of this unit.
    """
    columns = ("Objective, initiative", "Kind", "Level", "Weight, %", "Status", "Owner", "Due", "Money")
    try:
        rows = tree(plan, as_of)
    except PlanError as problem:
        return nothing("cascade", *columns, why=str(problem))
    if unit:
        own = pd.concat([plan.objectives["unit"], plan.tasks["unit"]]).reindex(rows.index) == unit
        rows = rows[own.to_numpy()].assign(level=0)
    if rows.empty:
        return nothing("cascade", *columns)
    goals = rows[rows["kind"] == OBJECTIVE]
    bare, lost = int(goals["bare"].sum()), int(rows["bare"].sum()) - int(goals["bare"].sum())
    work = int((rows["kind"] == WORK_KIND).sum())
    title = f"{counted(len(goals), 'objective')} and {counted(work, 'initiative')}"
    title += (
        f"; {bare} {'objective has' if bare == 1 else 'objectives have'} no work below"
        if bare
        else "; every objective has work below"
    )
    title += f"; {counted(lost, 'initiative')} {'serves' if lost == 1 else 'serve'} none" if lost else ""
    shown = _window(rows)
    age = newest(plan, as_of)
    note = f"As of {as_of:%Y-%m-%d}."
    if len(shown) < len(rows):
        note += f" The first {len(shown)} of {len(rows):,} lines, upper levels first; the table holds all."
    currency = str(plan.marked("profile", "currency") or "")
    words = rows.assign(owner=names(plan, rows["owner"]))
    picture = _picture(words.loc[shown.index], base.short(currency, 8))
    return finished("cascade", picture, title, _table(words), note=note, age=age)


def _window(rows: pd.DataFrame) -> pd.DataFrame:
    """Return as many lines as a page holds: whole levels from the top, then the first of the next."""
    if len(rows) <= SHOWN:
        return rows
    order = np.argsort(rows["level"].to_numpy(), kind="stable")
    return rows.iloc[np.sort(order[:SHOWN])]


def _table(words: pd.DataFrame) -> pd.DataFrame:
    """Return the table twin."""
    return pd.DataFrame(
        {
            "Objective, initiative": words["name"],
            "Kind": words["kind"].replace({WORK_KIND: "initiative"}),
            "Level": words["level"] + 1,
            "Weight, %": (words["weight"] * 100).round(1),
            "Status": words["says"],
            "Owner": words["owner"],
            "Due": words["due"],
            "Money": words["money"],
        },
        index=words.index,
    )


def _picture(words: pd.DataFrame, currency: str) -> alt.LayerChart:
    """Return the picture: one line a row, indented by level, with a bar of money."""
    sheet = Sheet(len(words), 27)
    most = float(words["money"].max()) or 1.0
    data = pd.DataFrame(
        {
            "line": np.arange(len(words), dtype=float),
            "at": words["level"].clip(upper=6) * INDENT,
            "name": np.where(words["bare"] & (words["kind"] == WORK_KIND), "▲ ", "")
            + words["name"].to_numpy(dtype=object),
            "share": [f"{one:.0%}" if pd.notna(one) else "" for one in words["weight"]],
            "words": words["says"],
            "kind": words["kind"],
            "status": words["status"].fillna("no data"),
            "owner": words["owner"].to_numpy(),
            "due": [spoken(one) for one in words["due"]],
            "bar": MONEY + words["money"] / most * (100 - MONEY) * 0.55,
            "money": [
                base.money(sum_) if sum_ else NOTHING[kind] if bare else strength if isinstance(strength, str) else DASH
                for sum_, bare, kind, strength in zip(
                    words["money"], words["bare"], words["kind"], words["strength"], strict=True
                )
            ],
        }
    ).pipe(base.identified)
    data["money_at"] = data["bar"] + 0.6 * (data["bar"] > MONEY)
    marks = {**STATUS, **WORK}
    tips = [
        alt.Tooltip(f"{name}:N", title=name.capitalize()) for name in ("name", "kind", "words", "owner", "due", "money")
    ]
    goals, work = (data[data["kind"] == kind] for kind in (OBJECTIVE, WORK_KIND))
    sign = alt.Chart(data.assign(at=STATE - 1.2)).mark_point(filled=True, size=95, opacity=1)
    level: dict[str, Any] = {"y": sheet.y("low"), "y2": "high"}
    bars = data.assign(left=float(MONEY), low=data["line"] - 0.3, high=data["line"] + 0.3)
    name: dict[str, Any] = {"at": "at", "wide": WEIGHT - 4 - float(data["at"].max())}
    return layered(
        sheet.heads({**HEADS, MONEY: f"Money, {currency}".rstrip(", ")}),
        *_branches(data, sheet),
        sheet.text(goals, "name", fontWeight=600, **name).encode(tooltip=tips),
        sheet.text(work, "name", **name).encode(tooltip=tips),
        sheet.text(data[data["kind"] == ALSO], "name", **name, fontStyle="italic", opacity=0.8).encode(tooltip=tips),
        sheet.text(goals, "share", WEIGHT, 5, align="right", opacity=0.75),
        sign.encode(x=sheet.x(), y=sheet.y(), tooltip=tips, **base.marked(marks, data["status"])),
        sheet.text(data, "words", STATE, OWNER - STATE - 0.8),
        sheet.text(data, "owner", OWNER, DUE - OWNER - 1),
        sheet.text(data, "due", DUE, MONEY - DUE - 1),
        alt.Chart(bars[bars["bar"] > MONEY])
        .mark_bar(color=ACCENT, opacity=0.75)
        .encode(x=sheet.x("left"), x2="bar", **level),
        sheet.text(data, "money", "money_at", 20),
        height=sheet.height,
    )


def _branches(data: pd.DataFrame, sheet: Sheet) -> list[alt.Chart]:
    """Return the lines that tie each row to the one above it in the tree."""
    rows: list[tuple[float, float, float, float]] = []
    last: dict[float, float] = {}
    for line, at in zip(data["line"], data["at"], strict=True):
        above = [place for place in last if place < at]
        if above:
            parent = max(above)
            stem = parent + 0.5
            rows.append((stem, line, stem, last[parent] + 0.35))
            rows.append((stem, line, at - 0.3, line))
        last = {place: where for place, where in last.items() if place < at} | {at: line}
    if not rows:
        return []
    drawn = pd.DataFrame(rows, columns=["at", "line", "right", "up"])
    return [alt.Chart(drawn).mark_rule(opacity=0.35).encode(x=sheet.x(), x2="right", y=sheet.y(), y2="up")]
