"""Who answers for what, who does it, is asked and is told; and how much each person holds."""

import datetime as dt
import itertools
from typing import Any

import numpy as np
import pandas as pd

from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import (
    Drawn,
    charted,
    counted,
    finished,
    kinds,
    layered,
    moved,
    names,
    nothing,
    part,
    short,
)
from planning_kit.charts.people import loads
from planning_kit.charts.theme import ACCENT, BAD, FAIR, GOOD, NEUTRAL, PURPLE
from planning_kit.engine import settings_of
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances
from planning_kit.steps import reading
from planning_kit.steps.breakdown.checks import owner_of_too_much

SHOWN, ACROSS = 40, 18
"""Tasks and people of one matrix; the upper levels, and those who hold most, come first."""
PEOPLE = 25
STEP, HEADS = 28, 5.6
"""Height of a line in pixels; room for the slanted names in lines."""
LEFT, RIGHT = 36.0, 91.0
"""Where the columns begin and end, in per cent of the width; the last slanted name needs the rest."""
ROLES = {"A": "A answers for it", "R": "R does it", "C": "C is asked before", "I": "I is told after"}
COLOURS = {ROLES["A"]: ACCENT, ROLES["R"]: GOOD, ROLES["C"]: FAIR, ROLES["I"]: NEUTRAL}
OBJECTIVES, WORK, BACKUP = "objectives owned", "open work owned", "backup for"


def raci_of(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return every role in open work: ``task``, ``party``, ``role`` (A, R, C or I).

    The owner is the A; where nobody is named as R, the owner does the work as well.
    """
    work, more = reading.open_tasks(plan, Circumstances(as_of)), plan.responsibilities
    owners = work["owner"].dropna()
    accountable = pd.DataFrame({"task": owners.index, "party": owners.to_numpy(), "role": "A"})
    named = more.loc[more["task"].isin(work.index), ["task", "party", "role"]].dropna()
    itself = accountable[~accountable["task"].isin(named.loc[named["role"] == "R", "task"])].assign(role="R")
    return pd.concat([accountable, named, itself], ignore_index=True).drop_duplicates()


def too_many(plan: Plan, as_of: dt.date) -> tuple[pd.DataFrame, float]:
    """Return what each person holds (objectives, open work, backups), and how many items are set as the most."""
    work, goals = reading.open_tasks(plan, Circumstances(as_of)), plan.objectives
    goals = goals[~(goals["due"] < pd.Timestamp(as_of))]
    held = {OBJECTIVES: goals["owner"], WORK: work["owner"], BACKUP: work["backup"]}
    found = pd.DataFrame({name: column.value_counts() for name, column in held.items()}, index=plan.people.index)
    found = found.fillna(0).astype("int64")
    return found, settings_of(plan, owner_of_too_much)["items_per_owner_most"]


@charted(
    "Nobody owns open work yet. Give each piece of work one owner; add rows only where others do it or have a say."
)
def raci(plan: Plan, as_of: dt.date, *, task: str = "") -> Drawn:
    """Draw who answers for, does, is asked about and is told of each open piece of work, and how often each is.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Only work that is still open then.
    task : str
        Only this work and everything under it.
    """
    columns = ("Work", *(one[2:].capitalize() for one in ROLES.values()))
    every = raci_of(plan, as_of)
    paths = reading.lineage(plan.content("tasks"))
    roles = every[[task in paths.get(str(one), ()) for one in every["task"]]] if task else every
    if roles.empty:
        return nothing("raci", *columns)
    order = _in_tree(paths, set(roles["task"]))
    cells = roles.groupby(["task", "party"])["role"].agg(lambda some: "".join(sorted(some, key="ARCI".index)))
    table = pd.DataFrame({"Work": names(plan, order)}, index=order)
    for letter, words in ROLES.items():
        some = roles[roles["role"] == letter].groupby("task")["party"].agg(lambda who: "; ".join(names(plan, who)))
        table[words[2:].capitalize()] = some.reindex(order).fillna("").to_numpy()
    held, most = too_many(plan, as_of)
    heavy = held.index[held[OBJECTIVES] + held[WORK] > most]
    asked = int(roles[roles["role"] == "C"].groupby("task").size().max()) if (roles["role"] == "C").any() else 0
    title = f"{counted(roles['party'].nunique(), 'person or unit', 'people or units')} share "
    title += counted(len(order), "open piece of work", "open pieces of work")
    title += (
        f"; {counted(len(heavy), 'person answers', 'people answer')} for more than {most:g} items" if len(heavy) else ""
    )
    title += f"; up to {asked} are asked before" if asked > 1 else ""
    upper = sorted(order, key=lambda one: len(paths[one]) > 2)[:SHOWN]  # noqa: PLR2004 - initiatives and their parts
    shown, who = (
        [one for one in order if one in upper],
        [str(one) for one in roles["party"].value_counts().index[:ACROSS]],
    )
    note = f"As of {as_of:%Y-%m-%d}. Below: how often each holds a role in all open work; ▲ owns too much."
    if len(shown) < len(order) or len(who) < roles["party"].nunique():
        parties = roles["party"].nunique()
        note += f" {len(shown)} of {len(order):,} lines, {len(who)} of {parties:,} columns; the table holds all."
    counts = every.groupby(["party", "role"]).size()
    picture = _matrix(plan, cells, (shown, who), counts, set(heavy), paths)
    return finished("raci", picture, title, table, note=note)


def _in_tree(paths: Any, wanted: set[str]) -> list[str]:
    """Return some tasks in the order of the tree, each under what it is part of."""
    place = {row: number for number, row in enumerate(paths)}
    return sorted(wanted, key=lambda row: [place[one] for one in reversed(paths[row])])


def _matrix(  # noqa: PLR0913, PLR0917 - what a matrix is made of
    plan: Plan, cells: pd.Series, shown: tuple[list[str], list[str]], counts: pd.Series, heavy: set[str], paths: Any
) -> alt.LayerChart:
    """Return names at the left, slanted names above, letters in squares, and the sums below."""
    rows, who = shown
    wide, lines = (RIGHT - LEFT) / max(len(who), 6), len(rows)
    at = {one: LEFT + (n + 0.5) * wide for n, one in enumerate(who)}
    line = {one: float(n) for n, one in enumerate(rows)}
    data = cells.reset_index()
    data = data[data["task"].isin(line) & data["party"].isin(at)]
    data = data.assign(id=data["task"], line=data["task"].map(line), at=data["party"].map(at))
    data["kind"] = data["role"].str[0].map(ROLES)
    data["work"], data["who"] = names(plan, data["task"]), names(plan, data["party"])
    data = data.assign(left=data["at"] - wide * 0.46, right=data["at"] + wide * 0.46)
    data = data.assign(low=data["line"] - 0.42, high=data["line"] + 0.42).drop(columns=["task", "party"])
    indent = {one: min(len([up for up in paths[one][1:] if up in line]), 4) * 1.6 for one in rows}
    left = pd.DataFrame(
        {"id": rows, "line": list(line.values()), "at": list(indent.values()), "name": names(plan, rows)}
    )
    heads = pd.DataFrame(
        {"id": who, "at": list(at.values()), "line": -0.7, "name": [short(one, 24) for one in names(plan, who)]}
    )
    sums = []
    for (n, letter), one in itertools.product(enumerate("ARCI"), who):
        bad, count = letter == "A" and one in heavy, int(counts.get((one, letter), 0))
        sums.append((one, at[one], lines + 0.7 + n, f"▲ {count}" if bad else str(count or "·"), bad))
    below = pd.DataFrame(sums, columns=["id", "at", "line", "words", "bad"])
    said = pd.DataFrame(
        {"at": 0.0, "line": [lines + 0.7 + n for n in range(4)], "name": [f"{one} (in all)" for one in ROLES.values()]}
    )
    x = alt.X("at:Q", scale=alt.Scale(domain=[0, 100]), axis=None)
    y = alt.Y("line:Q", scale=alt.Scale(domain=[-HEADS, lines + 4.2], reverse=True, nice=False, zero=False), axis=None)
    text: dict[str, Any] = {
        "align": "left",
        "baseline": "middle",
        "limit": alt.ExprRef(f"width * {LEFT / 100 - 0.02:.2f}"),
    }
    tips = base.tips(work="Work", who="Who", kind="Role")
    squares, edge = alt.Chart(data), pd.DataFrame({"line": [lines + 0.05], "at": [0.0], "right": [RIGHT]})
    return layered(
        alt.Chart(edge).mark_rule(opacity=0.4).encode(x=x, x2="right", y=y),
        squares.mark_rect(cornerRadius=3, opacity=0.9).encode(
            x=moved(x, "left"),
            x2="right",
            y=moved(y, "low"),
            y2="high",
            color=kinds("kind", COLOURS, data["kind"], symbolType="square"),
            tooltip=tips,
        ),
        squares.mark_text(baseline="middle", color="white", fontWeight=700).encode(
            x=x, y=y, text="role:N", tooltip=tips
        ),
        alt.Chart(left).mark_text(**text).encode(x=x, y=y, text="name:N"),
        alt.Chart(heads)
        .mark_text(angle=305, align="left", baseline="middle", limit=150)
        .encode(x=x, y=y, text="name:N"),
        alt.Chart(said).mark_text(**text, opacity=0.75).encode(x=x, y=y, text="name:N"),
        *(
            alt.Chart(some)
            .mark_text(baseline="middle", fontWeight="bold" if bad else "normal")
            .encode(x=x, y=y, text="words:N")
            for bad, some in below.groupby("bad")
        ),
        height=round(STEP * (lines + 4.2 + HEADS)),
    )


@charted("Nobody holds anything yet. Give objectives and work an owner, and a backup where it would stop without them.")
def items_per_person(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw how many objectives and open pieces of work each person owns, steps in for, and how full their months are.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Only what is still open then; hours from its month on.
    """
    columns = (
        "Person",
        "Objectives owned",
        "Open work owned",
        "Backup for",
        "Hours asked",
        "Hours free for change",
        "Fullest month, %",
    )
    held, most = too_many(plan, as_of)
    held = held[held.sum(axis=1) > 0]
    if held.empty:
        return nothing("items_per_person", *columns)
    held["owned"] = held[OBJECTIVES] + held[WORK]
    held = held.sort_values(["owned", BACKUP], ascending=False, kind="stable")
    asked = loads(plan, as_of)
    months = asked[asked["demand"] > 0].groupby("person")
    hours = months[["demand", "capacity"]].sum().join(months["load"].max().replace(np.inf, np.nan)).reindex(held.index)
    over = int((held["owned"] > most).sum())
    first = short(plan.label(str(held.index[0])), 40)
    title = f"{first} owns most, {counted(int(held['owned'].iloc[0]), 'item')}; "
    title += part(over, len(held), "person", "people") if over else f"nobody of {len(held)} is"
    title += f" above the {most:g} that are set as the most"
    note = (
        f"As of {as_of:%Y-%m-%d}. Hours: asked for in the next twelve months, of those free for change in these months."
    )
    note += f" The first {PEOPLE} of {len(held):,} people; the table holds all." if len(held) > PEOPLE else ""
    table = held[[OBJECTIVES, WORK, BACKUP]].join(hours.round({"demand": 0, "capacity": 0}))
    table["load"] = (table["load"] * 100).round(0)
    table.insert(0, "Person", names(plan, held.index))
    picture = _bars(plan, held.head(PEOPLE), hours.head(PEOPLE), most)
    return finished("items_per_person", picture, title, table.set_axis(list(columns), axis=1), note=note)


def _bars(plan: Plan, held: pd.DataFrame, hours: pd.DataFrame, most: float) -> alt.LayerChart:
    """Return a divided bar for each person, the line of the most, and the hours at its end."""
    labels = base.labelled(names(plan, held.index), held.index, 34)
    facts = base.identified(held.assign(label=labels))
    long = facts.melt(["id", "label"], [OBJECTIVES, WORK, BACKUP], "kind", "count")
    long = long[long["count"] > 0].assign(rank=long["kind"].map({OBJECTIVES: 0, WORK: 1, BACKUP: 2}))
    ends = facts.assign(end=facts["owned"] + facts[BACKUP], words=[_hours(row) for row in base.each(hours)])
    width = max(float(ends["end"].max()), most) * 1.45
    y = base.rows_named(labels)
    axis = alt.Axis(title="items", grid=False, tickMinStep=1, tickCount=8)
    x = alt.X("count:Q", axis=axis, scale=alt.Scale(domain=[0, width], nice=False))
    colour = kinds("kind", {OBJECTIVES: PURPLE, WORK: ACCENT, BACKUP: NEUTRAL}, long["kind"], symbolType="square")
    limit = alt.Chart(pd.DataFrame({"most": [most], "words": [f"the most: {most:g} owned"]}))
    return layered(
        alt.Chart(long)
        .mark_bar(cornerRadius=2)
        .encode(x=x, y=y, color=colour, order="rank:Q", tooltip=base.tips(label="Person", kind="What", count="Items")),
        alt.Chart(ends).mark_text(align="left", baseline="middle", dx=8).encode(x=moved(x, "end"), y=y, text="words:N"),
        limit.mark_rule(strokeDash=[5, 3], color=BAD).encode(x=moved(x, "most")),
        limit.mark_text(align="left", baseline="bottom", dx=5).encode(
            x=moved(x, "most"), y=alt.value(-3), text="words:N"
        ),
        height=30 * len(labels) + 20,
    )


def _hours(row: Any) -> str:
    """Return the hours of one person in words."""
    if pd.isna(row.demand):
        return ""
    full = "" if pd.isna(row.load) else f", fullest month {row.load:.0%}"
    return f"{row.demand:,.0f} of {row.capacity:,.0f} h{full}"
