"""Critical path: when each task can start, when it must, and how much it may slip.

FS, SS, FF and SF links are one inequality ``start[successor] >= start[predecessor] + w`` with ``w`` =
``d_i + lag``, ``lag``, ``d_i + lag - d_j`` and ``lag - d_j``; one pass forward and one backward solve them
(Kelley and Walker, 1959; precedence diagrams: Fondahl, 1961).

Examples
--------
>>> import pandas as pd
>>> tasks = pd.DataFrame({"duration": [2, 3, 2, 4, 4, 3, 5, 2]}, index=list("ABCDEFGH"))
>>> links = pd.DataFrame([("A", "C"), ("B", "D"), ("C", "E"), ("C", "F"), ("D", "G"), ("E", "G"), ("F", "H"),
...                       ("G", "H")], columns=["predecessor", "successor"])
>>> path = critical_path(tasks, links)
>>> int(path["early_finish"].max()), "-".join(path.index[path["critical"]])
(15, 'A-C-E-G-H')
"""

import functools
from collections.abc import Hashable, Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planning_kit.analysis._frames import (
    Day,
    Flags,
    Floats,
    Ints,
    day,
    days,
    keyed,
    numbers,
    working_calendar,
)
from planning_kit.analysis._network import (
    KINDS,
    Links,
    circle_sentence,
    durations,
    parents,
    passes,
    read_bonds,
    tree_levels,
)
from planning_kit.analysis.level import Levelled, level
from planning_kit.errors import PlanError

__all__ = [
    "KINDS",
    "Levelled",
    "bind_leaves",
    "critical_path",
    "dates",
    "finish_dates",
    "in_working_days",
    "level",
    "with_summaries",
]

TIMES = ["early_start", "early_finish", "late_start", "late_finish"]
_ROUNDING = 1e-9


def critical_path(tasks: pd.DataFrame, dependencies: pd.DataFrame) -> pd.DataFrame:
    """Return early and late times, slack and the critical tasks, in working days from 0.

    Parameters
    ----------
    tasks : DataFrame, index = task id
        Leaves only (see `bind_leaves`). ``duration`` (working days, at least 0; 0 = milestone; an empty one
        counts as 0, so that a half-filled plan can be drawn: let a check say which are empty). Optional
        ``start_no_earlier_than`` and ``deadline`` (latest finish), both in working days from 0.
    dependencies : DataFrame
        ``predecessor``, ``successor``; optional ``kind`` (one of `KINDS`, empty = FS) and ``lag`` (working
        days, negative = lead, empty = 0).

    Returns
    -------
    DataFrame, index = index of `tasks`
        ``early_start``, ``early_finish``, ``late_start``, ``late_finish``, ``total_slack`` = late - early
        start (negative: the deadline is missed by so much), ``free_slack`` = delay that moves no other task
        and not the end, ``critical`` = total slack is not above 0. Whole numbers if all times are.

    Raises
    ------
    PlanError
        For a circle (its tasks named in order), an unknown id, kind or a negative duration.

    Notes
    -----
    No task starts before 0. The end is the largest early finish; several starts and ends are allowed.
    """
    keyed(tasks, "tasks", "duration")
    duration = durations(tasks)
    bonds = read_bonds(tasks.index, dependencies)
    links, weight = bonds.links, bonds.weights(duration)
    earliest = np.maximum(numbers(tasks, "start_no_earlier_than", default=0), 0)
    times = passes(links, weight, earliest, duration, numbers(tasks, "deadline", default=np.inf))
    if times is None:
        raise PlanError(circle_sentence(links, tasks.index, "dependencies"))
    early, late, end = times
    slack = late - early
    free = _free_slack(links, weight, early, end - early - duration)
    found = np.column_stack([early, early + duration, late, late + duration, slack, free])
    whole = found.astype(np.int64)
    if (whole == found).all():
        found = whole
    path = pd.DataFrame(found, index=tasks.index, columns=[*TIMES, "total_slack", "free_slack"])
    path["critical"] = slack <= _ROUNDING
    return path


def dates(  # noqa: PLR0913 - the plan and its calendar
    tasks: pd.DataFrame,
    dependencies: pd.DataFrame,
    start: Day,
    *,
    weekmask: str = "1111100",
    holidays: Iterable[Day] = (),
    closed: Mapping[Hashable, Iterable[Day]] | None = None,
) -> pd.DataFrame:
    """Return the critical path as dates on a working calendar.

    Parameters
    ----------
    tasks, dependencies : DataFrame
        As for `critical_path`, with ``start_no_earlier_than`` and ``deadline`` as dates. A day off moves
        ``start_no_earlier_than`` to the next working day; a finish on the ``deadline`` is in time.
    start : date
        Day 0; a day off moves to the next working day.
    weekmask : str
        Working days of the week from Monday on, ``1111100`` or ``mon; tue; wed; thu; fri``.
    holidays : iterable of dates
        Further days off.
    closed : mapping of task id to dates, optional
        Days off of single tasks: the work pauses. Slack is counted with the pauses of the early dates.

    Returns
    -------
    DataFrame, index = index of `tasks`
        ``early_start``, ``early_finish``, ``late_start``, ``late_finish`` as dates, a finish being the last
        day worked; ``total_slack`` and ``free_slack`` in working days; ``critical``. A milestone has one
        date: the day its last predecessor finishes, or the day it may not come before.

    Raises
    ------
    PlanError
        As for `critical_path`, and for a week without a working day.
    """
    tasks = in_working_days(tasks, start, weekmask=weekmask, holidays=holidays)
    calendar = working_calendar(weekmask, holidays)
    zero = np.busday_offset(day(start), 0, roll="forward", busdaycal=calendar)
    pauses = _pauses(tasks.index, closed or {}, zero, calendar)
    tasks, found = _paused(tasks, dependencies, pauses)
    not_before = numbers(tasks, "start_no_earlier_than")
    duration = durations(tasks)
    milestone = duration <= 0
    numbered = {name: found[name].to_numpy(dtype=np.float64) for name in TIMES}
    first = {name: np.floor(numbered[name] + _ROUNDING) for name in ("early_start", "late_start")}
    last = {name: np.ceil(numbered[name] - _ROUNDING) - 1 for name in ("early_finish", "late_finish")}
    opens = milestone & _opens_the_day(tasks, dependencies, numbered["early_start"], not_before)
    early = np.where(opens, first["early_start"], last["early_finish"])
    late = np.where(opens & (found["total_slack"] == 0), early, last["late_finish"])
    shown = {
        "early_start": np.where(milestone, early, first["early_start"]),
        "early_finish": early,
        "late_start": np.where(milestone, late, first["late_start"]),
        "late_finish": late,
    }
    for row, off in pauses.items():
        for name, onward in (("early_start", 1), ("late_start", 1), ("late_finish", -1)):
            while not milestone[row] and shown[name][row] in off:
                shown[name][row] += onward
    for name, numbers_of_days in shown.items():
        when = np.busday_offset(zero, numbers_of_days.astype(np.int64), busdaycal=calendar)
        found[name] = when.astype("datetime64[s]")
    return found


def in_working_days(
    tasks: pd.DataFrame, start: Day, *, weekmask: str = "1111100", holidays: Iterable[Day] = ()
) -> pd.DataFrame:
    """Return tasks with their dates as working days from 0, as `critical_path` and `forecast.finish` want them.

    Parameters
    ----------
    tasks : DataFrame, index = task id
        Optional ``start_no_earlier_than`` and ``deadline`` as dates.
    start, weekmask, holidays
        As for `dates`.

    Returns
    -------
    DataFrame
        `tasks` with ``start_no_earlier_than`` = working days before it and ``deadline`` = working days up to its end.
    """
    keyed(tasks, "tasks")
    calendar = working_calendar(weekmask, holidays)
    zero = np.busday_offset(day(start), 0, roll="forward", busdaycal=calendar)
    not_before = _day_numbers(zero, days(tasks, "start_no_earlier_than"), calendar)
    until = days(tasks, "deadline") + np.timedelta64(1, "D")
    due = np.where(np.isnat(until), np.nan, np.busday_count(zero, _filled(until, zero), busdaycal=calendar))
    return tasks.assign(start_no_earlier_than=not_before, deadline=due)


def finish_dates(
    finishes: pd.Series, start: Day, *, weekmask: str = "1111100", holidays: Iterable[Day] = ()
) -> pd.Series:
    """Return finishes in working days from 0 as dates: the last day worked.

    Parameters
    ----------
    finishes : Series
        Working days, for example the quantiles of `forecast.finish`.
    start, weekmask, holidays
        As for `dates`.
    """
    calendar = working_calendar(weekmask, holidays)
    last = np.maximum(np.ceil(finishes.to_numpy(dtype=np.float64) - _ROUNDING) - 1, 0).astype(np.int64)
    zero = np.busday_offset(day(start), 0, roll="forward", busdaycal=calendar)
    when = np.busday_offset(zero, last, busdaycal=calendar).astype("datetime64[s]")
    return pd.Series(when, index=finishes.index, name=finishes.name)


def bind_leaves(tasks: pd.DataFrame, dependencies: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the leaves of a task tree and the dependencies between them.

    A link to a summary binds each of its leaves.

    Parameters
    ----------
    tasks : DataFrame, index = task id
        ``parent`` (task id or empty; an unknown one counts as empty).
    dependencies : DataFrame
        ``predecessor``, ``successor`` and any further columns, which are kept.

    Raises
    ------
    PlanError
        For a circle of parents or an unknown id.
    """
    keyed(tasks, "tasks", "parent")
    parent = parents(tasks, "tasks")
    is_leaf = np.ones(len(tasks), dtype=bool)
    is_leaf[parent[parent >= 0]] = False
    leaves = _leaves_of(parent, is_leaf)
    links = read_bonds(tasks.index, dependencies).links
    pairs = [
        (row, i, j)
        for row, (a, b) in enumerate(zip(links.source.tolist(), links.target.tolist(), strict=True))
        for i in leaves[a]
        for j in leaves[b]
    ]
    rows, sources, targets = np.array(pairs, dtype=np.int64).reshape(-1, 3).T
    bound = dependencies.iloc[rows].assign(predecessor=tasks.index[sources], successor=tasks.index[targets])
    return tasks[is_leaf], bound.reset_index(drop=True)


def with_summaries(tasks: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return the times of all tasks: a summary spans its leaves and has their smallest slack.

    Parameters
    ----------
    tasks : DataFrame, index = task id
        ``parent``.
    found : DataFrame, index = ids of the leaves
        The result of `critical_path` or `dates`.
    """
    parent = parents(tasks, "tasks")
    is_leaf = tasks.index.isin(found.index)
    leaves = _leaves_of(parent, is_leaf)
    owner = np.repeat(np.arange(len(tasks)), [len(below) for below in leaves])
    spread = found.reindex(tasks.index[[leaf for below in leaves for leaf in below]]).groupby(owner)
    how = {name: "max" if name.endswith("finish") or name == "critical" else "min" for name in found.columns}
    every = spread.agg(how)
    every.index = tasks.index[every.index]
    return every.reindex(tasks.index)[list(found.columns)]


def _free_slack(links: Links, weight: Floats, early: Floats, to_end: Floats) -> Floats:
    """Return how far each task may slip without moving another's early start or the end."""
    free = to_end.copy()
    np.minimum.at(free, links.source, early[links.target] - weight - early[links.source])
    return free


def _filled(when: NDArray[np.datetime64], value: np.datetime64) -> NDArray[np.datetime64]:
    """Return dates with `value` where there is none."""
    return np.where(np.isnat(when), value, when)


def _day_numbers(zero: np.datetime64, when: NDArray[np.datetime64], calendar: np.busdaycalendar) -> Floats:
    """Return dates as working days from `zero`; NaN where there is none."""
    worked = np.busday_offset(_filled(when, zero), 0, roll="forward", busdaycal=calendar)
    return np.where(np.isnat(when), np.nan, np.busday_count(zero, worked, busdaycal=calendar))


def _pauses(
    ids: pd.Index, closed: Mapping[Hashable, Iterable[Day]], zero: np.datetime64, calendar: np.busdaycalendar
) -> dict[int, list[int]]:
    """Return the days off of single tasks by position, as numbers of working days from `zero`, in order."""

    @functools.cache
    def numbered(off: tuple[Day, ...]) -> list[int]:
        when = np.array(sorted(map(day, off)), dtype="datetime64[D]")
        found: list[int] = np.busday_count(
            zero, when[np.is_busday(when, busdaycal=calendar)], busdaycal=calendar
        ).tolist()
        return found

    rows = ids.get_indexer(pd.Index(list(closed)))
    pauses = {row: numbered(tuple(off)) for row, off in zip(rows.tolist(), closed.values(), strict=True) if row >= 0}
    return {row: off for row, off in pauses.items() if off}


def _paused(
    tasks: pd.DataFrame, dependencies: pd.DataFrame, pauses: dict[int, list[int]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tasks, as much longer as their days off between early start and finish, and their critical path."""
    length = durations(tasks)
    while True:  # a pause moves what follows, perhaps into another one: each turn settles at least one more task
        found = critical_path(tasks, dependencies)
        longer, early = length.copy(), found["early_start"].to_numpy(dtype=np.float64)
        for row, off in pauses.items():
            for number in off if length[row] > 0 else ():
                if early[row] - 1 < number < early[row] + longer[row] - _ROUNDING:
                    longer[row] += min(number + 1 - early[row], 1)
        if np.array_equal(longer, durations(tasks)):
            return tasks, found
        tasks = tasks.assign(duration=longer)


def _opens_the_day(tasks: pd.DataFrame, dependencies: pd.DataFrame, early: Floats, not_before: Floats) -> Flags:
    """Return which instants are the morning of their day: nothing that is worked ends in them.

    A milestone after a task that ends on Friday falls on that Friday, one that may not come before Monday on
    Monday, although both are the same instant of working time.
    """
    bonds = read_bonds(tasks.index, dependencies)
    links, duration = bonds.links, durations(tasks)
    binds = np.abs(early[links.source] + bonds.weights(duration) - early[links.target]) <= _ROUNDING
    works = duration[links.source] > 0
    opens: Flags = early <= np.maximum(np.nan_to_num(not_before), 0) + _ROUNDING
    opens[links.target[binds & works & ~bonds.from_finish]] = True
    passed_on = binds & ~works
    while True:
        newly = links.target[passed_on & opens[links.source] & ~opens[links.target]]
        if not newly.size:
            return opens
        opens[newly] = True


def _leaves_of(parent: Ints, is_leaf: Flags) -> list[list[int]]:
    """Return the leaves under each task, itself for a leaf."""
    below: list[list[int]] = [[row] if leaf else [] for row, leaf in enumerate(is_leaf)]
    for rows in reversed(tree_levels(parent) or []):
        for row in rows.tolist():
            if parent[row] >= 0:
                below[parent[row]].extend(below[row])
    return below
