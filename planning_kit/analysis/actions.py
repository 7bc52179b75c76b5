"""The action plan (who, what, when, how much, and where it stands) and what a week holds for everybody."""

from typing import Any

import numpy as np
import pandas as pd

from planning_kit.analysis._frames import Day, column, day, days, keyed
from planning_kit.analysis.cascade import depth_first

OPEN_PROMISES = ("asked", "accepted", "renegotiated")
"""States of a promise that somebody still has to keep or to answer."""
REPEATS = {
    "daily": (pd.DateOffset(days=1), 1),
    "weekly": (pd.DateOffset(weeks=1), 7),
    "every_two_weeks": (pd.DateOffset(weeks=2), 14),
    "monthly": (pd.DateOffset(months=1), 31),
    "quarterly": (pd.DateOffset(months=3), 92),
    "yearly": (pd.DateOffset(years=1), 366),
}
"""How far it is from one time to the next, and the most days that can be."""
WEEK = ("kind", "row", "owner", "unit", "day", "what", "hours")


def action_plan(  # noqa: PLR0913, PLR0917 - the tables an action plan is made of
    objectives: pd.DataFrame,
    measures: pd.DataFrame,
    tasks: pd.DataFrame,
    serves: pd.Series,
    dates: pd.DataFrame,
    money: pd.Series,
    status: pd.Series,
) -> pd.DataFrame:
    """Return for each objective its measures and its work: who owns it, when it is done, for how much.

    Parameters
    ----------
    objectives : DataFrame, index = id
        ``owner``; optional ``unit``, ``due``.
    measures : DataFrame, index = id
        ``objective``, ``owner``; optional ``due``, ``baseline``, ``target``, ``uom``.
    tasks : DataFrame, index = id
        ``parent``, ``owner``; optional ``unit``, ``due``.
    serves : Series, index = task id
        The objective a task serves, missing for none.
    dates : DataFrame, index = task id
        ``early_start``, ``early_finish``: the computed dates.
    money : Series, index = task id
        Money of the task itself; what belongs to work below it is added here.
    status : Series
        Where it stands, by id of an objective, a measure or a task.

    Returns
    -------
    DataFrame
        An objective, its measures, then its work depth first; work that serves none comes last. ``objective``,
        ``kind`` (objective, measure, work), ``row`` (id), ``level`` (0 for the objective), ``owner``, ``unit``,
        ``start``, ``finish``, ``due``, ``baseline``, ``target``, ``uom``, ``money`` (with everything below that
        serves the same objective, so that the objectives and the work that serves none sum to the whole),
        ``status``.

    Raises
    ------
    PlanError
        If tasks go round in a circle.

    Notes
    -----
    Source: the columns of an action plan in the 5W2H form: who, what, when, how much; the objective says why.
    """
    keyed(objectives, "objectives", "owner")
    keyed(tasks, "tasks", "parent", "owner")
    work, roots = _work(tasks, serves.where(serves.isin(objectives.index)), dates, money)
    heads = objectives.assign(objective=objectives.index, kind="objective", level=0)
    heads["money"] = work[roots].groupby("objective")["money"].sum().reindex(heads.index).fillna(0.0)
    spans = work.groupby("objective").agg(start=("start", "min"), finish=("finish", "max")).reindex(heads.index)
    heads["start"], heads["finish"] = spans["start"], spans["finish"]
    known = measures[measures["objective"].isin(objectives.index)].assign(kind="measure", level=1)
    parts = [_columns(one.assign(row=one.index, status=status.reindex(one.index))) for one in (heads, known, work)]
    found = pd.concat(parts)
    place = found["objective"].map({one: number for number, one in enumerate(objectives.index)}).fillna(len(objectives))
    return found.iloc[np.argsort(place.to_numpy(), kind="stable")].reset_index(drop=True)


DATES, AMOUNTS = ("start", "finish", "due"), ("baseline", "target", "money")
PLAN = ("objective", "kind", "row", "level", "owner", "unit", *DATES, *AMOUNTS, "uom", "status")


def _columns(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of an action plan, each of one type whatever there is."""
    found = pd.DataFrame({one: column(rows, one).astype("object") for one in PLAN}, index=rows.index)
    for one in DATES:
        found[one] = days(rows, one).astype("datetime64[s]")
    return found.astype(dict.fromkeys(("baseline", "target", "money"), "float64"))


def _work(
    tasks: pd.DataFrame, goal: pd.Series, dates: pd.DataFrame, money: pd.Series
) -> "tuple[pd.DataFrame, pd.Series[bool]]":
    """Return work in depth-first order with its money, and which of it lies under no work for the same objective."""
    order = depth_first(tasks, table="tasks")
    work = tasks.loc[order.index].assign(objective=goal.reindex(order.index), kind="work", level=order["level"] + 1)
    above = work["parent"].where(work["parent"].isin(work.index))
    theirs = above.map(work["objective"])
    above = above.where(theirs.eq(work["objective"]) | (theirs.isna() & work["objective"].isna()))
    work["money"] = money.reindex(work.index).astype("float64").fillna(0.0)
    for level in range(int(work["level"].max()) if len(work) else 0, 1, -1):
        here = work.index[work["level"] == level]
        part = work.loc[here, "money"].groupby(above[here]).sum()
        work.loc[part.index, "money"] += part
    found = dates.reindex(work.index)
    return work.assign(start=found["early_start"], finish=found["early_finish"]), above.isna()


def week_of(as_of: Day) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return Monday and Sunday of the week a day lies in.

    >>> [str(one.date()) for one in week_of("2027-06-30")]
    ['2027-06-28', '2027-07-04']
    """
    one = pd.Timestamp(day(as_of))
    monday = one - pd.Timedelta(days=one.weekday())
    return monday, monday + pd.Timedelta(days=6)


def week(
    as_of: Day, actions: pd.DataFrame, work: pd.DataFrame, promises: pd.DataFrame, values: pd.DataFrame
) -> pd.DataFrame:
    """Return what the week of a day holds: open actions, work that moves, promises and values that are due.

    Parameters
    ----------
    as_of : date
    actions : DataFrame, index = id
        ``owner``, ``unit``, ``due``, ``done_on``; optional ``hours``, ``repeats``. One that repeats is due again
        after it was done.
    work : DataFrame, index = id
        Work that is still to be done: ``owner``, ``unit``, ``start``, ``finish`` (computed).
    promises : DataFrame, index = id
        ``owner`` (who speaks for the giver), ``unit`` (the giver), ``due``, ``state``.
    values : DataFrame, index = measure id
        Measures whose value is missing: ``owner``, ``unit``, ``ended`` (the period the value is missing for).

    Returns
    -------
    DataFrame
        ``kind`` (action, task, promise, measure), ``row``, ``owner``, ``unit``, ``day`` (when it is due, or begins),
        ``what`` (overdue, due, open; overdue, starts, ends, starts and ends, goes on; value due), ``hours``; by
        unit, owner and day. Actions due after the week are open; of everything else only what the week touches.
    """
    monday, sunday = week_of(as_of)
    today = pd.Timestamp(day(as_of))
    due = _next_due(actions)
    parts = [actions.assign(kind="action", day=due, hours=column(actions, "hours"), what=_due(due, today, sunday))]
    parts[0] = parts[0][due.notna() & ~(actions["done_on"].le(today) & due.eq(actions["due"]))]
    touched = work[(work["start"] <= sunday)]
    starts, ends = (touched[one].between(monday, sunday) for one in ("start", "finish"))
    says = np.select(
        [touched["finish"] < monday, starts & ends, starts, ends],
        ["overdue", "starts and ends", "starts", "ends"],
        "goes on",
    )
    when = touched["start"].where(starts & ~ends, touched["finish"])
    parts.append(touched.assign(kind="task", day=when, what=says, hours=np.nan))
    near = promises[promises["state"].isin(OPEN_PROMISES) & (promises["due"] <= sunday)]
    parts.append(near.assign(kind="promise", day=near["due"], what=_due(near["due"], today, sunday), hours=np.nan))
    parts.append(values.assign(kind="measure", day=values["ended"], what="value due", hours=np.nan))
    found = pd.concat([one.assign(row=one.index)[list(WEEK)].astype({"hours": "float64"}) for one in parts])
    return found.sort_values(["unit", "owner", "day", "row"], na_position="last").reset_index(drop=True)


def _due(due: "pd.Series[Any]", today: pd.Timestamp, sunday: pd.Timestamp) -> Any:
    """Return what is said of a day something is due."""
    return np.select([due < today, due <= sunday], ["overdue", "due"], "open")


def _next_due(actions: pd.DataFrame) -> "pd.Series[Any]":
    """Return when each action is due: one that repeats, the first time after it was done last."""
    found = actions["due"].copy()
    actions = actions.assign(repeats=column(actions, "repeats"))
    again = actions["repeats"].isin(REPEATS) & actions["done_on"].notna() & found.notna()
    for row, repeats, last in actions.loc[again, ["repeats", "done_on"]].itertuples():
        (step, longest), first = REPEATS[repeats], found[row]
        times = max(0, (last - first).days // longest)
        while first + times * step <= last:
            times += 1
        found[row] = first + times * step
    return found
