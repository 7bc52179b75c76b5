"""Demand against capacity: who has how many hours for change, and how many are asked of them.

Examples
--------
>>> import pandas as pd
>>> people = pd.DataFrame({"hours_per_week": [40.0], "change_share": [20.0]}, index=["P1"])
>>> assignments = pd.DataFrame({"person": ["P1"], "share": [30.0], "start": ["2026-06-01"],
...                             "finish": ["2026-06-30"]})
>>> load(people, assignments, "2026-06-01", "2026-06-30").iloc[0].round(2).to_dict()
{'capacity': 35.2, 'demand': 52.8, 'load': 1.5, 'over': 17.6}
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planning_kit.analysis._frames import Day, Floats, day, days, keyed, numbers, positions, require, working_calendar

CHANGE_SHARE = 20.0
"""Per cent of the week that is free for change work where nothing is typed."""

_DAY = np.timedelta64(1, "D")


def load(  # noqa: PLR0913 - the calendar belongs to the plan
    people: pd.DataFrame,
    assignments: pd.DataFrame,
    start: Day,
    finish: Day,
    *,
    availability: pd.DataFrame | None = None,
    weekmask: str = "1111100",
    holidays: Iterable[Day] = (),
) -> pd.DataFrame:
    """Return capacity, demand and load of each person in each month.

    Parameters
    ----------
    people : DataFrame, index = person id
        ``hours_per_week`` (hours), optional ``change_share`` (per cent of them free for change work,
        default 20).
    assignments : DataFrame
        ``person`` and ``share`` (per cent of the person's whole week) or ``hours`` (in all; they win over
        a share), ``start``, ``finish`` (both days included; empty means the ends of the period asked for). Hours
        are spread evenly over the working days between them.
    start, finish : date
        The months to show, both days included; the first and the last month may be partial.
    availability : DataFrame, optional
        ``person``, ``start``, ``finish``, ``share`` (per cent of the usual hours, 0 = away). Where two
        overlap, both changes apply.
    weekmask, holidays
        The working calendar, as for `schedule.dates`.

    Returns
    -------
    DataFrame, index = (person, month); month is the first day of the month
        ``capacity`` and ``demand`` in hours, ``load`` = demand / capacity (NaN without either, inf without
        capacity), ``over`` = hours above capacity.

    Raises
    ------
    PlanError
        For a missing column or an unknown person.

    Notes
    -----
    ``capacity = hours per working day x change share x working days``, with hours per working day =
    hours_per_week / working days a week. ``demand = share x hours per working day x working days`` or hours.
    """
    keyed(people, "people", "hours_per_week")
    calendar = working_calendar(weekmask, holidays)
    months = _months(start, finish)
    daily = numbers(people, "hours_per_week", default=0) / calendar.weekmask.sum()
    worked = np.busday_count(months[:-1], months[1:], busdaycal=calendar)
    present = np.broadcast_to(worked, (len(people), len(worked))).astype(np.float64)
    if availability is not None:
        present = present + _absence(people, availability, months, calendar)
    share = numbers(people, "change_share", default=CHANGE_SHARE) / 100
    capacity = daily[:, None] * share[:, None] * np.maximum(present, 0)
    demand = _demand(people, assignments, months, calendar, daily)
    names = [people.index, pd.DatetimeIndex(months[:-1].astype("datetime64[M]").astype("datetime64[s]"))]
    index = pd.MultiIndex.from_product(names, names=["person", "month"])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = demand / capacity
    found = {"capacity": capacity, "demand": demand, "load": ratio, "over": np.maximum(demand - capacity, 0)}
    return pd.DataFrame({name: values.ravel() for name, values in found.items()}, index=index)


def _months(start: Day, finish: Day) -> NDArray[np.datetime64]:
    """Return the first day of each month in the period, cut to the period, and the day after its end."""
    first, end = day(start), day(finish) + _DAY
    inner = np.arange(
        first.astype("datetime64[M]") + 1, (end - _DAY).astype("datetime64[M]") + 1, dtype="datetime64[M]"
    )
    return np.concatenate(([first], inner.astype("datetime64[D]"), [end]))


def _overlap(
    rows: pd.DataFrame, months: NDArray[np.datetime64], calendar: np.busdaycalendar
) -> tuple[NDArray[np.int64], Floats]:
    """Return the working days of each row in each month, and the part of the row that falls into it."""
    start, finish = days(rows, "start"), days(rows, "finish")
    start = np.where(np.isnat(start), months[0], start)[:, None]
    end = np.maximum(np.where(np.isnat(finish), months[-1], finish + _DAY)[:, None], start + _DAY)
    begins = np.clip(start, months[:-1], months[1:])
    ends = np.clip(end, months[:-1], months[1:])
    inside = np.busday_count(begins, ends, busdaycal=calendar)
    worked = np.busday_count(start, end, busdaycal=calendar)
    on_days_off = (ends - begins) / (end - start)  # hours for a weekend are still hours
    return inside, np.where(worked > 0, inside / np.maximum(worked, 1), on_days_off)


def _demand(
    people: pd.DataFrame,
    assignments: pd.DataFrame,
    months: NDArray[np.datetime64],
    calendar: np.busdaycalendar,
    daily: Floats,
) -> Floats:
    """Return the hours asked of each person in each month."""
    require(assignments, "assignments", "person", "start", "finish")
    (person,) = positions(people.index, "assignments", "people", assignments["person"])
    inside, part = _overlap(assignments, months, calendar)
    hours = numbers(assignments, "hours")[:, None]
    share = numbers(assignments, "share", default=0)[:, None] / 100
    asked = np.where(np.isnan(hours), share * daily[person][:, None] * inside, hours * part)
    demand = np.zeros((len(people), len(months) - 1))
    np.add.at(demand, person, asked)
    return demand


def _absence(
    people: pd.DataFrame,
    availability: pd.DataFrame,
    months: NDArray[np.datetime64],
    calendar: np.busdaycalendar,
) -> Floats:
    """Return the working days gained (more hours) or lost (fewer) per person and month."""
    require(availability, "availability", "person", "start", "finish", "share")
    (person,) = positions(people.index, "availability", "people", availability["person"])
    inside, _ = _overlap(availability, months, calendar)
    change = numbers(availability, "share", default=0)[:, None] / 100 - 1
    absence = np.zeros((len(people), len(months) - 1))
    np.add.at(absence, person, inside * change)
    return absence
