"""What the checks of several steps read from a plan: rows told in sentences, circles, trees, dates.

Everything here survives a half-filled plan: missing values, references to nothing and circles.
"""

import datetime as dt
import functools
import string
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

import numpy as np
import pandas as pd

from planning_kit.analysis import schedule
from planning_kit.analysis.budget import virements_applied
from planning_kit.analysis.calendars import Calendar, public_holidays, working
from planning_kit.analysis.coupling import partition
from planning_kit.errors import PlanError
from planning_kit.frames import Content, plain
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Field, Hit, amount
from planning_kit.spec.values import SEPARATOR, shown

Hits: TypeAlias = Iterator[Hit]
Rest = ParamSpec("Rest")
Kept = TypeVar("Kept")
Values = TypeVar("Values", "pd.Series[Any]", pd.DataFrame)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WHOLE = 100  # percent
MOST_KEPT = 4  # results of one function: the plan before and after an edit, on two dates


def told(plan: Plan, where: str, rows: pd.DataFrame, message: str, remedy: str) -> Hits:
    """Yield a hit for each row.

    Parameters
    ----------
    where : str
        ``table.field``.
    rows : DataFrame, index = id
        Rows of the table; further columns may hold what was computed, ``judged`` a severity of its own.
    message, remedy : str
        Sentences that may name ``{label}`` (the name of the row) and any column: references are shown by
        name, dates as year-month-day, nothing as ``(none)``; ``{target}{uom}`` sets the space itself.
    """
    if rows.empty:
        return
    table, _, field = where.partition(".")
    declared = plan.tables[table].fields
    names = sorted({name for _, name, _, _ in string.Formatter().parse(message + remedy) if name} - {"label"})
    judged = rows["judged"] if "judged" in rows.columns else [None] * len(rows)
    columns, labels = (rows[name].tolist() for name in names), plan.content(table).labels
    for row, severity, *values in zip(rows.index.tolist(), judged, *columns, strict=True):
        words = {"label": labels.get(row) or plan.label(row)}
        for name, value in zip(names, values, strict=True):
            words[name] = _said(plan, declared.get(name), name, value)
        yield Hit(table, row, field, message.format(**words), remedy.format(**words), severity)


def _said(plan: Plan, field: Field | None, name: str, value: Any) -> str:
    """Return one value in words; a missing unit of measure says nothing, a missing person is still somebody."""
    text = words_for(value) if field is None else shown(field, plain(field, value), plan.label)
    if name == "uom":
        return f" {text}".rstrip()
    return text or ("whoever is responsible" if field is not None and field.to == ("people",) else "(none)")


def words_for(value: Any) -> str:
    """Return a computed value as a person reads it."""
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return ""
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else amount(round(float(value), 2))


def listed(names: Iterable[str], most: int = 5) -> str:
    """Return names in quotation marks, the first few of them."""
    every = list(names)
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(f"“{name}”" for name in every[:most]) + more


def by_number(row: str) -> tuple[int, str]:
    """Return the key that sorts T2 before T10."""
    return len(row), row


def in_order(rows: Iterable[Any]) -> list[str]:
    """Return ids once each, in the order of their numbers."""
    return sorted({str(row) for row in rows}, key=by_number)


def counted(count: float, noun: str) -> str:
    """Return a number with its noun: 1 day, 2 days."""
    return f"{amount(count)} {noun}" + ("" if count == 1 else "s")


def day(at: Circumstances) -> pd.Timestamp:
    """Return the date the plan is looked at, as frames hold it."""
    return pd.Timestamp(at.as_of)


def several(frame: pd.DataFrame, field: str) -> "pd.Series[Any]":
    """Return each of several references of a field, index: the row."""
    return frame[field].dropna().str.split(SEPARATOR).explode()


def follow(links: "pd.Series[Any]", values: Values) -> Values:
    """Return what stands where links point to, missing where they point to nothing; the dtype stays.

    Parameters
    ----------
    links : Series of ids
    values : Series or DataFrame, index = id
    """
    return values.reindex(links).set_axis(links.index)


def remembered(
    *tables: str,
) -> Callable[[Callable[Concatenate[Plan, Rest], Kept]], Callable[Concatenate[Plan, Rest], Kept]]:
    """Keep the last results of a function of a plan while the tables it reads stay as they are."""

    def decorate(function: Callable[Concatenate[Plan, Rest], Kept]) -> Callable[Concatenate[Plan, Rest], Kept]:
        kept: dict[Hashable, Kept] = {}

        @functools.wraps(function)
        def look(plan: Plan, /, *args: Rest.args, **kwargs: Rest.kwargs) -> Kept:
            key = (*map(plan.content, tables), *args, *kwargs.values())
            if key not in kept:
                if len(kept) >= MOST_KEPT:
                    kept.pop(next(iter(kept)))
                kept[key] = function(plan, *args, **kwargs)
            return kept[key]

        return look

    return decorate


# --- circles and trees -------------------------------------------------------------------------------------


def circles(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return a circle of links, in its order and from its smallest id on, for each knot that links make.

    Parameters
    ----------
    pairs : iterable of (str, str)
        From, to.
    """
    links = pd.DataFrame(list(pairs), columns=["predecessor", "successor"]).drop_duplicates()
    after = links.groupby("predecessor")["successor"].agg(set).to_dict()
    found: list[list[str]] = []
    for knot in partition(links):
        node, path = min(map(str, knot), key=by_number), dict[str, None]()
        while node not in path and (inside := after.get(node, set()).intersection(knot)):
            path[node] = None
            node = min(inside, key=by_number)
        if path:
            ring = list(path)[list(path).index(node) :]
            turn = ring.index(min(ring, key=by_number))
            found.append(ring[turn:] + ring[:turn])
    return sorted(found, key=lambda ring: by_number(ring[0]))


def tree_circles(plan: Plan, table: str, noun: str) -> Hits:
    """Yield a hit for each circle of parents in a tree, its rows named in order."""
    frame = plan.frame(table)
    above = frame.index.get_indexer(pd.Index(frame["parent"]))
    for _ in range(len(frame).bit_length()):
        above = np.where(above >= 0, above[above], -1)
    if (above < 0).all():  # everybody has reached a root
        return
    linked = frame["parent"].dropna()
    for ring in circles(zip(linked.index, linked, strict=True)):
        names = " → ".join(f"“{plan.label(row)}”" for row in (*ring, ring[0]))
        yield Hit(
            table,
            ring[0],
            "parent",
            f"These {noun} go round in a circle, each part of the next: {names}.",
            f"Clear or change “{plan.tables[table].fields['parent'].title}” of one of them.",
        )


@functools.lru_cache(maxsize=16)
def lineage(content: Content) -> Mapping[str, tuple[str, ...]]:
    """Return each row of a tree with everything above it, itself first; once round in a circle."""
    parent = content.frame["parent"].where(content.frame["parent"].isin(content.frame.index))
    above = dict(zip(parent.index.tolist(), parent.tolist(), strict=True))
    found: dict[str, tuple[str, ...]] = {}
    for row in above:
        path, node = [], row
        while isinstance(node, str) and node not in found and node not in path:
            path.append(node)
            node = above[node]
        if node in path:  # a circle: each of its rows lies above all others
            ring = path[path.index(node) :]
            found |= {one: (*ring[turn:], *ring[:turn]) for turn, one in enumerate(ring)}
            path = path[: path.index(node)]
        rest = found.get(node, ()) if isinstance(node, str) else ()
        for one in reversed(path):
            rest = found[one] = (one, *rest)
    return found


def inherited(frame: pd.DataFrame, own: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return a value of each row of a tree: its own, else that of the nearest row above that has one."""
    values = own.reindex(frame.index).to_numpy(dtype=object, copy=True)
    above = frame.index.get_indexer(pd.Index(frame["parent"]))
    for _ in range(len(frame).bit_length()):  # each turn looks twice as far up as the one before
        take = pd.isna(values) & (above >= 0)
        if not take.any():
            break
        values[take] = values[above[take]]
        above = np.where(above >= 0, above[above], -1)
    return pd.Series(values, index=frame.index, dtype=object)


# --- what work serves and how far it is --------------------------------------------------------------------


@remembered("tasks", "contributions", "objectives")
def objective_of(plan: Plan) -> "pd.Series[Any]":
    """Return the objective each task serves: its own, one it contributes to, else that of work above it."""
    tasks, more = plan.tasks, plan.contributions
    known = tasks["objective"].where(tasks["objective"].isin(plan.objectives.index))
    given = more[more["objective"].isin(plan.objectives.index)].sort_values("objective")
    first = given.drop_duplicates("task").set_index("task")["objective"]
    return inherited(tasks, known.fillna(first.reindex(tasks.index)))


def served(plan: Plan) -> set[str]:
    """Return the objectives that any work serves or contributes to."""
    return {*plan.tasks["objective"].dropna(), *plan.contributions["objective"].dropna()}


@remembered("tasks")
def initiative_of(plan: Plan) -> "pd.Series[Any]":
    """Return the initiative each task belongs to (itself for an initiative), missing where there is none."""
    tasks = plan.tasks
    return inherited(tasks, tasks.index.to_series().where(tasks["kind"] == "initiative"))


def strategic(plan: Plan) -> pd.DataFrame:
    """Return the strategic objectives; where no level is stated anywhere, those under no other."""
    goals = plan.objectives
    if goals["level"].isna().all():
        return goals[~goals["parent"].isin(goals.index)]
    return goals[goals["level"] == "strategic"]


def latest(frame: pd.DataFrame, key: str, when: str, at: Circumstances) -> pd.DataFrame:
    """Return the newest row of each key up to the date the plan is looked at, index: the key."""
    rows = frame[frame[key].notna() & (frame[when] <= day(at))]
    rows = rows.rename_axis(None).assign(id=rows.index).sort_values([when, "id"])
    return rows.drop_duplicates(key, keep="last").set_index(key)


def begun(plan: Plan) -> pd.DataFrame:
    """Return the measures with their ``start``: the objective's, else the plan's, for baselines without a date."""
    start = follow(plan.measures["objective"], plan.objectives["start"])
    first, _ = horizon(plan)
    return plan.measures.assign(start=start if first is None else start.fillna(pd.Timestamp(first)))


def finished(plan: Plan, at: Circumstances) -> frozenset[str]:
    """Return the tasks reported as done, with everything under them and summaries done in all parts."""
    return _finished(plan, at.as_of)


@remembered("tasks", "updates")
def _finished(plan: Plan, as_of: dt.date) -> frozenset[str]:
    reports = latest(plan.updates, "task", "reported_on", Circumstances(as_of))
    done = set(reports.index[reports["finished_on"].notna() | reports["percent_complete"].ge(WHOLE)])
    if not done:
        return frozenset()
    paths = lineage(plan.content("tasks"))
    summaries = set(plan.tasks["parent"].dropna())
    unfinished = [row for row in paths if row not in summaries and done.isdisjoint(paths[row])]
    still_open = {above for row in unfinished for above in paths[row]} - done
    return frozenset(paths) - still_open


def open_tasks(plan: Plan, at: Circumstances) -> pd.DataFrame:
    """Return the tasks that are neither finished nor stopped or deferred."""
    return _open_tasks(plan, at.as_of)


@remembered("tasks", "updates", "funding")
def _open_tasks(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    tasks, decided = plan.tasks, plan.funding
    dropped = set(decided.loc[decided["decision"].isin(["stop", "defer"]), "initiative"].dropna())
    out = _finished(plan, as_of)
    if dropped:
        paths = lineage(plan.content("tasks"))
        out |= {row for row, path in paths.items() if not dropped.isdisjoint(path)}
    return tasks[~tasks.index.isin(out)]


@remembered("budget_lines", "virements")
def budget(plan: Plan) -> pd.DataFrame:
    """Return the budget lines of the case that is expected, with what virements moved."""
    lines = plan.budget_lines[plan.budget_lines["case"].fillna("base") == "base"]
    return virements_applied(lines, plan.virements).dropna(subset="amount")


def cost_lines(plan: Plan) -> pd.DataFrame:
    """Return those that cost money."""
    return budget(plan)[budget(plan)["category"] != "income"]


# --- calendar and dates ------------------------------------------------------------------------------------


def horizon(plan: Plan) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and the last day of the plan, None where not given."""
    return plan.marked("profile", "start"), plan.marked("profile", "finish")


def fiscal_year(plan: Plan, dates: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return the fiscal year of dates, named after the year it ends in."""
    first = plan.marked("profile", "fiscal_year_start") or 1
    years: pd.Series[Any] = dates.dt.year + ((dates.dt.month >= first) & (first > 1)).astype("int64")
    return years


def calendar(plan: Plan) -> tuple[str, tuple[dt.date, ...]]:
    """Return the working week as seven digits from Monday on, and the further days off, of everybody."""
    week, off, closed = unit_calendars(plan)
    return week, (*off, *closed[""])


@remembered("profile", "calendar_exceptions", "units")
def unit_calendars(plan: Plan) -> Calendar:
    """Return the days on which anybody works, and the days off of single units; a unit's hold below it too."""
    week = [str(one).strip().casefold()[:3] for one in plan.marked("profile", "working_days") or ()]
    mask = "".join("1" if one in week else "0" for one in DAYS)
    start, finish = horizon(plan)
    years = (start.year, finish.year) if start and finish and start <= finish else (0, -1)
    country = str(plan.marked("profile", "calendar_country") or "").upper()
    rows, paths = plan.calendar_exceptions.rename_axis(None), lineage(plan.content("units"))
    own = dict(list(rows.groupby("unit")))
    spread = [own[one].assign(unit=row) for row, path in paths.items() for one in reversed(path) if one in own]
    rows = pd.concat([rows[rows["unit"].isna()], *spread])
    return working(mask if "1" in mask else "1111100", public_holidays(country, *years), rows)


@remembered("tasks", "dependencies", "profile", "calendar_exceptions", "units")
def scheduled(plan: Plan, *, to_the_end: bool = False) -> pd.DataFrame:
    """Return the computed dates of all tasks, index: task; no row while they cannot be computed.

    Columns ``early_start``, ``early_finish``, ``late_start``, ``late_finish``, ``total_slack`` (working
    days), ``critical``. Dues and deadlines of the work count as latest finish, and so does the end of the computed
    network, or with ``to_the_end`` the last day of the plan.
    """
    start, finish = horizon(plan)
    week, off, closed = unit_calendars(plan)
    work, links = plan.tasks, plan.dependencies
    work = work.assign(deadline=work[["deadline", "due"]].min(axis=1))
    links = links[links["predecessor"].isin(work.index) & links["successor"].isin(work.index)]
    opens = pd.Timestamp(start) if start else work["start_no_earlier_than"].min()
    if pd.isna(opens) or work.empty:
        return NO_DATES
    try:
        leaves, bound = schedule.bind_leaves(work, links)
        if to_the_end and finish is not None:
            end = {"duration": 0.0, "start_no_earlier_than": pd.Timestamp(finish)}
            leaves = pd.concat([leaves, pd.DataFrame(end, index=["~end"])])
        units = inherited(work, work["unit"]) if any(closed.values()) else pd.Series(dtype="str")
        own = {row: pause for row, unit in units.items() if (pause := closed.get(unit, closed[""]))}
        found = schedule.dates(leaves, bound, opens, weekmask=week, holidays=off, closed=own)
        return schedule.with_summaries(work, found.drop(index="~end", errors="ignore"))
    except (PlanError, OverflowError):  # circles and negative durations have findings of their own
        return NO_DATES


_COLUMNS = {**dict.fromkeys(schedule.TIMES, "datetime64[s]"), "total_slack": "float64", "critical": "bool"}
NO_DATES = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _COLUMNS.items()}, pd.Index([], dtype="str"))
"""The answer while no dates can be computed."""


def working_days(plan: Plan, start: "pd.Series[Any]", finish: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return the working days from one date to another, without the first; dates must be there."""
    mask, off = calendar(plan)
    first, last = (one.to_numpy().astype("datetime64[D]") for one in (start, finish))
    days = np.busday_count(first, last, weekmask=mask, holidays=np.array(off, dtype="datetime64[D]"))
    return pd.Series(days, index=start.index)
