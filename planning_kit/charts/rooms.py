"""The coordination agenda: who must sit in one room, about what, by when."""

import datetime as dt

import pandas as pd
from pandas.api.typing import NaTType

from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, Sheet, charted, counted, finished, layered, nothing, spoken
from planning_kit.charts.promises import SILENT, ledger, pulls
from planning_kit.charts.structure import blocks_of_units
from planning_kit.charts.theme import ACCENT
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances
from planning_kit.steps import reading
from planning_kit.steps.coordination.checks_promises import across, dependency_without_promise

MEETINGS, TOPICS = 7, 3
"""Meetings on one picture, and topics of each."""


def topics(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return what units have to settle with each other.

    Four things make a topic: units that wait for each other in a circle, a promise without an answer, work that
    waits for another unit's without a promise, and an objective that harms another without a decision.

    Returns
    -------
    DataFrame
        ``units`` (frozenset of ids, two at least), ``about`` (a sentence), ``by`` (date; missing where nothing says
        when), ``row`` (id it is about).
    """
    at = Circumstances(as_of)
    starts, links = reading.scheduled(plan)["early_start"], across(plan, at)
    needed = reading.follow(links["successor"], starts)
    found: list[tuple[frozenset[str], str, pd.Timestamp | NaTType, str]] = []
    for block in blocks_of_units(plan, as_of):
        first = needed[links["giver"].isin(block) & links["receiver"].isin(block)].min()
        found.append(
            (frozenset(block), "They wait for each other in a circle: plan that work together.", first, block[0])
        )
    asked = ledger(plan, as_of)
    found += [
        (frozenset((row.giver, row.receiver)), f"Asked and not answered: {row.what}", row.due, row.Index)
        for row in base.each(asked[asked["standing"] == SILENT])
    ]
    for hit in dependency_without_promise.function(plan, at):
        ends = ("predecessor", "successor", "giver", "receiver")
        before, after, giver, receiver = (str(links.loc[hit.row, one]) for one in ends)
        about = f"“{plan.label(after)}” waits for “{plan.label(before)}”; nobody has promised it."
        found.append((frozenset((giver, receiver)), about, needed[hit.row], hit.row))
    home = plan.objectives["unit"].fillna(reading.follow(plan.objectives["owner"], plan.people["unit"]))
    for row in base.each(pulls(plan, as_of).query("not decided")):
        about = f"“{plan.label(row.cause)}” harms “{plan.label(row.effect)}”: how far may each go?"
        found.append((frozenset({home[row.cause], home[row.effect]} & set(plan.units.index)), about, pd.NaT, row.Index))
    rows = pd.DataFrame(found, columns=["units", "about", "by", "row"])
    return rows[rows["units"].map(len) > 1].assign(by=lambda some: pd.to_datetime(some["by"])).reset_index(drop=True)


def meetings(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return the fewest meetings in which all `topics` can be settled, the first one needed first.

    Returns
    -------
    DataFrame
        ``units`` (frozenset), ``people`` (ids of their heads), ``by`` (date of the first need, not before `as_of`;
        missing where nothing says when), ``topics`` (list of sentences).
    """
    rows = topics(plan, as_of)
    rooms = [room for room in dict.fromkeys(rows["units"]) if not any(room < other for other in rows["units"])]
    where = [next(room for room in rooms if units <= room) for units in rows["units"]]
    found = []
    for room in rooms:
        mine = rows[[one == room for one in where]].sort_values("by", kind="stable")
        by = mine["by"].min()
        heads = plan.units["head"].reindex(reading.in_order(room)).dropna()
        found.append(
            (room, tuple(heads), max(by, pd.Timestamp(as_of)) if pd.notna(by) else pd.NaT, list(mine["about"]))
        )
    frame = pd.DataFrame(found, columns=["units", "people", "by", "topics"])
    return frame.assign(by=pd.to_datetime(frame["by"])).sort_values("by", kind="stable").reset_index(drop=True)


@charted(
    "Nothing has to be settled between units: no block, no open promise, no undecided harm. Enter dependencies first."
)
def coordination_agenda(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw who must sit in one room, about what, by when.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Nothing is asked for earlier than this day.
    """
    columns = ("Units", "Who", "By", "About")
    rows = meetings(plan, as_of)
    if rows.empty:
        return nothing("coordination_agenda", *columns)
    count = int(rows["topics"].map(len).sum())
    title = f"{counted(len(rows), 'meeting')} would settle {counted(count, 'open point')} between units"
    first = rows["by"].min()
    title += f"; the first is needed by {spoken(first)}" if pd.notna(first) else ""
    note = (
        f"As of {as_of:%Y-%m-%d}. From coupled blocks, promises without an answer, work that waits without a promise, "
    )
    note += "and harm nobody has decided on."
    shown = rows.head(MEETINGS)
    if len(shown) < len(rows) or shown["topics"].map(len).max() > TOPICS:
        note += " The table holds every point."
    long = rows.explode("topics")
    table = pd.DataFrame(
        {
            columns[0]: [_units(plan, one) for one in long["units"]],
            columns[1]: ["; ".join(plan.label(one) for one in people) or base.DASH for people in long["people"]],
            columns[2]: [spoken(one) for one in long["by"]],
            columns[3]: long["topics"],
        }
    ).reset_index(drop=True)
    return finished("coordination_agenda", _picture(plan, shown), title, table, note=note)


def _units(plan: Plan, room: frozenset[str]) -> str:
    return ", ".join(plan.label(one) for one in reading.in_order(room))


def _picture(plan: Plan, rows: pd.DataFrame) -> alt.LayerChart:
    """Return each meeting with its topics below."""
    heads: list[tuple[int, str, str]] = []
    lines: list[tuple[int, str]] = []
    at = 0
    for row in base.each(rows):
        heads.append(
            (at, _units(plan, row.units), f"by {spoken(row.by)}" if pd.notna(row.by) else "at the next review")
        )
        kept = row.topics[:TOPICS] if len(row.topics) <= TOPICS else row.topics[: TOPICS - 1]
        more = len(row.topics) - len(kept)
        texts = [*(base.short(one, 150) for one in kept), *([f"and {more} more"] if more else [])]
        lines += [(at + number, text) for number, text in enumerate(texts, 1)]
        at += len(texts) + 1
    sheet = Sheet(at, 24)
    first = pd.DataFrame(heads, columns=["line", "who", "by"])
    rest = pd.DataFrame(lines, columns=["line", "about"])
    return layered(
        sheet.text(first, "who", 0, 76, fontWeight=600, fontSize=14),
        sheet.text(first, "by", 78, 22, fontWeight=600, color=ACCENT),
        sheet.text(rest, "about", 2, 97, opacity=0.9),
        height=sheet.height,
    )
