"""What the breakdown leaves open: what hangs on one alone, what serves nothing, what is not agreed."""

import datetime as dt

import numpy as np
import pandas as pd

from planning_kit.analysis import cascade as trees
from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import (
    Drawn,
    Sheet,
    charted,
    counted,
    each,
    finished,
    layered,
    names,
    nothing,
    short,
    spoken,
)
from planning_kit.charts.theme import ACCENT, BAD, FAIR, GOOD, NEUTRAL
from planning_kit.errors import PlanError
from planning_kit.plan import Plan
from planning_kit.steps.exposed import failures

SHOWN = 25
LINES = 60
WHO, KIND, FALL, STOP, MONEY, FIRST = 0, 26, 34, 64, 75, 89
TITLE = 24
"""Letters of a role; longer ones describe the work."""
HOLDS = "Every thread holds: each objective is worked on, and all work serves one, as far as it is entered."
ROUNDS = 2
"""Rounds after which a target should be agreed."""
OPEN, AGREED, LONG = "open", "agreed", "open after two rounds"
SIGNS = {AGREED: GOOD, OPEN: NEUTRAL, LONG: BAD}
SHAPES = {AGREED: "circle", OPEN: "square", LONG: "diamond"}


@charted("Nothing hangs on one person, unit or supplier alone, as far as owners, backups and suppliers are entered.")
def failure_ranking(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw on whom the plan hangs alone: how many objectives fall, what work stops, money and dates at stake.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Only what is still open then.
    """
    columns = ("Without", "Kind", "Objectives that fall", "Why", "Work that stops", "Money at stake", "First date")
    try:
        found = failures(plan, as_of)
    except PlanError as problem:
        return nothing("failure_ranking", *columns, why=str(problem))
    units = plan.units
    whole = units.index[~units["parent"].isin(units.index) & units.index.isin(units["parent"])]  # no part of anything
    ranking = found.ranking[found.ranking["id"].map(plan.has) & ~found.ranking["id"].isin(whole)]
    if ranking.empty:
        return nothing("failure_ranking", *columns)
    lost = found.objectives.drop_duplicates(["kind", "id", "objective"]).groupby(["kind", "id"])
    fall = lost["objective"].agg(lambda some: "; ".join(names(plan, some)))
    why = lost["reason"].agg(lambda some: ", ".join(sorted(set(some))))
    keys = pd.MultiIndex.from_frame(ranking[["kind", "id"]])
    facts = ranking.assign(falls=fall.reindex(keys).fillna("").to_numpy(), why=why.reindex(keys).fillna("").to_numpy())
    facts["who"] = [_role(plan, one) for one in facts["id"]]
    facts = facts.set_index("id")
    worst = facts.iloc[0]
    title = f"{short(worst['who'], 44)} alone carries {counted(int(worst['objectives']), 'objective')}"
    some = counted(int((facts["objectives"] > 0).sum()), "person, unit or supplier", "people, units or suppliers")
    title += f"; {some} could bring one down"
    note = f"As of {as_of:%Y-%m-%d}, each taken away in turn; whoever has a backup outside does not count. "
    note += "Roles, not names: a click says who."
    note += f" The {SHOWN} gravest of {len(facts):,}; the table holds all." if len(facts) > SHOWN else ""
    table = facts[["who", "kind", "falls", "why", "tasks", "money", "first_due"]].set_axis(list(columns), axis=1)
    currency = base.short(str(plan.marked("profile", "currency") or ""), 8)
    return finished("failure_ranking", _ranking(facts.head(SHOWN), currency), title, table, note=note)


def _role(plan: Plan, row: str) -> str:
    """Return the role of a person where it is short enough to be one, else the name."""
    role = plan.people["role"].get(row)
    return role if isinstance(role, str) and 0 < len(role) <= TITLE else plan.label(row)


def _ranking(facts: pd.DataFrame, currency: str) -> alt.LayerChart:
    """Return a line for each: role, bar of objectives, work, money, first date."""
    sheet = Sheet(len(facts), 30)
    most = max(float(facts["objectives"].max()), 1.0)
    data = base.identified(facts).assign(
        line=np.arange(len(facts), dtype=float),
        count=[str(row.objectives) for row in each(facts)],
        stops=[counted(int(row.tasks), "task") if row.tasks else base.DASH for row in each(facts)],
        at_stake=[base.money(row.money) if row.money else base.DASH for row in each(facts)],
        day=[spoken(one) for one in facts["first_due"]],
        left=FALL + 3.0,
        right=FALL + 3.0 + facts["objectives"].to_numpy() / most * (STOP - FALL - 6),
    )
    data["falls"] = [short(one, 160) for one in data["falls"]]
    data = data.assign(low=data["line"] - 0.32, high=data["line"] + 0.32).drop(columns="first_due")
    tips = base.tips(who="Without", falls="Falls", why="Because", stops="Stops", at_stake="Money")
    heads: dict[float, str] = {WHO: "Without", FALL: "Objectives that fall", STOP: "Stops", FIRST: "First date"}
    return layered(
        sheet.heads({**heads, MONEY: f"Money, {currency}".rstrip(", ")}),
        sheet.text(data, "who", WHO, KIND - WHO - 1, fontWeight=600).encode(tooltip=tips),
        sheet.text(data, "kind", KIND, FALL - KIND - 1, opacity=0.75),
        sheet.text(data, "count", FALL, 3),
        alt.Chart(data)
        .mark_bar(color=BAD, opacity=0.75, cornerRadius=2)
        .encode(x=sheet.x("left"), x2="right", y=sheet.y("low"), y2="high", tooltip=tips),
        sheet.text(data, "stops", STOP, MONEY - STOP - 1),
        sheet.text(data, "at_stake", MONEY, FIRST - MONEY - 1),
        sheet.text(data, "day", FIRST, 100 - FIRST),
        height=sheet.height,
    )


@charted("There is no work yet. Name the first initiatives and the objective each serves.")
def orphans(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw what got lost on the way down or up: objectives nobody works on, goals and work that serve nothing.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Named below the title.
    """
    columns = ("What", "Kind", "Why", "Who answers", "Due")
    found = trees.orphans(plan.objectives, plan.tasks, plan.units, plan.contributions)
    if found.empty or plan.tasks.empty:  # before there is work, nothing has got lost
        return nothing("orphans", *columns, why="" if plan.tasks.empty else HOLDS)
    holder = pd.concat([plan.objectives["owner"], plan.tasks["owner"], plan.units["head"]])
    due = pd.concat([plan.objectives["due"], plan.tasks["due"]])
    facts = pd.DataFrame(
        {
            "name": names(plan, found["id"]),
            "kind": [plan.tables[one].noun for one in found["table"]],
            "reason": found["reason"].to_numpy(),
            "who": names(plan, holder.reindex(found["id"])),
            "due": due.reindex(found["id"]).to_numpy(),
            "down": (found["reason"] == "Nothing carries it.").to_numpy(),
        },
        index=pd.Index(found["id"]),
    )
    down = int(facts["down"].sum())
    title = f"{counted(down, 'objective')} nobody works on; " + counted(
        len(facts) - down, "goal, unit or piece of work", "goals, units or pieces of work"
    )
    title += " serves nothing" if len(facts) - down == 1 else " serve nothing"
    note = f"As of {as_of:%Y-%m-%d}. Own and mandated goals need nothing above them, justified ones nothing below."
    note += f" The first {LINES} of {len(facts):,}; the table holds all." if len(facts) > LINES else ""
    table = facts[["name", "kind", "reason", "who", "due"]].set_axis(list(columns), axis=1)
    shown = base.identified(facts.head(LINES)).drop(columns="due")
    shown = shown.assign(
        line=np.arange(len(shown), dtype=float), sign=np.where(shown["down"], "nobody works on it", "serves nothing")
    )
    sheet = Sheet(len(shown), 28)
    colours = {"nobody works on it": BAD, "serves nothing": FAIR}
    point = alt.Chart(shown.assign(at=0.9)).mark_point(filled=True, size=100, opacity=1)
    used = [one for one in colours if one in set(shown["sign"])]
    scales = (
        alt.Scale(domain=used, range=[colours[one] for one in used]),
        alt.Scale(
            domain=used,
            range=[{"nobody works on it": "triangle-down", "serves nothing": "triangle-up"}[one] for one in used],
        ),
    )
    legend = alt.Legend(title=None, symbolOpacity=1)
    picture = layered(
        sheet.heads({2.5: "What", 52: "Kind", 63: "Why", 82: "Who answers"}),
        point.encode(
            x=sheet.x(),
            y=sheet.y(),
            color=alt.Color("sign:N", scale=scales[0], legend=legend),
            shape=alt.Shape("sign:N", scale=scales[1], legend=legend),
        ),
        sheet.text(shown, "name", 2.5, 48.5, fontWeight=600),
        sheet.text(shown, "kind", 52, 10),
        sheet.text(shown, "reason", 63, 18),
        sheet.text(shown, "who", 82, 18),
        height=sheet.height,
    )
    return finished("orphans", picture, title, table, note=note)


@charted(
    "No target has been thrown yet. A unit proposes a number; the other side accepts, or throws back with a reason."
)
def catchball(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw the exchange about each target: who proposed, countered or accepted which number, and why.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        What was said later is not looked at.
    """
    columns = ("Objective", "Round", "By", "Position", "Value", "Reason", "Said on")
    rows = plan.catchball
    rows = rows[rows["objective"].isin(plan.objectives.index) & ~(rows["said_on"] > pd.Timestamp(as_of))]
    if rows.empty:
        return nothing("catchball", *columns)
    first = {goal: place for place, goal in enumerate(rows["objective"].unique())}
    rows = rows.assign(place=rows["objective"].map(first))
    rows = rows.sort_values(["place", "round", "said_on"], kind="stable", na_position="first")
    last = rows.drop_duplicates("objective", keep="last").set_index("objective")
    agreed = last["position"] == "accepted"
    state = pd.Series(
        np.select([agreed, (last["round"] >= ROUNDS).fillna(value=False)], [AGREED, LONG], OPEN), index=last.index
    )
    stuck, count = int((state == LONG).sum()), len(state)
    title = f"{int(agreed.sum())} of {counted(count, 'target')} agreed"
    title += f"; {stuck} still open after two rounds: the sponsor decides" if stuck else ""
    note = f"As of {as_of:%Y-%m-%d}. The number before a name is the round."
    table = pd.DataFrame(
        {
            columns[0]: names(plan, rows["objective"]),
            columns[1]: rows["round"],
            columns[2]: names(plan, rows["said_by"]),
            columns[3]: rows["position"],
            columns[4]: rows["value"],
            columns[5]: rows["reason"].fillna(""),
            columns[6]: rows["said_on"],
        },
        index=rows.index,
    )
    return finished("catchball", _exchange(plan, rows, state), title, table, note=note)


def _exchange(plan: Plan, rows: pd.DataFrame, state: pd.Series) -> alt.LayerChart:
    """Return a head for each objective and a line for each throw below it."""
    goals: list[tuple[str, float, str, str]] = []
    throws: list[tuple[str, float, str, str, str, str]] = []
    kinds = plan.measures.groupby("objective")["uom"].unique()
    uoms = {goal: str(some[0]) for goal, some in kinds.items() if len(some) == 1 and isinstance(some[0], str)}
    at = -1.0
    for goal, some in rows.groupby("objective", sort=False):
        if at + len(some) >= LINES:
            break
        goals.append((str(goal), at, plan.label(str(goal)), state[goal]))
        for n, one in enumerate(each(some), 1):
            value = base.plain_number(one.value) if pd.notna(one.value) else ""
            value += f" {short(uoms[goal], 8)}" if value and goal in uoms else ""
            who = base.DASH if pd.isna(one.said_by) else plan.label(one.said_by)
            said = "" if pd.isna(one.position) else str(one.position)
            throws.append(
                (
                    str(one.Index),
                    at + n,
                    f"{one.round}  {who}",
                    said,
                    value,
                    "" if pd.isna(one.reason) else str(one.reason),
                )
            )
        at += len(some) + 1.4
    sheet = Sheet(int(np.ceil(at)), 25)
    heads = pd.DataFrame(goals, columns=["id", "line", "name", "state"])
    lines = pd.DataFrame(throws, columns=["id", "line", "who", "position", "value", "reason"])
    used = [one for one in SIGNS if one in set(heads["state"])]
    legend = alt.Legend(title=None, symbolOpacity=1)
    return layered(
        alt.Chart(heads.assign(at=0.9))
        .mark_point(filled=True, size=110, opacity=1)
        .encode(
            x=sheet.x(),
            y=sheet.y(),
            color=alt.Color("state:N", scale=alt.Scale(domain=used, range=[SIGNS[one] for one in used]), legend=legend),
            shape=alt.Shape(
                "state:N", scale=alt.Scale(domain=used, range=[SHAPES[one] for one in used]), legend=legend
            ),
        ),
        sheet.text(heads, "name", 2.5, 75, fontWeight=600),
        sheet.text(lines, "who", 2.5, 23),
        sheet.text(lines, "position", 26.5, 9.5),
        sheet.text(lines, "value", 50, 13, align="right", fontWeight=600, color=ACCENT),
        sheet.text(lines, "reason", 51.5, 48.5).encode(tooltip=base.tips(who="Round, by", reason="Reason")),
        height=sheet.height,
    )
