"""Working calendars: public holidays, closing days, working Saturdays, and days off of single units.

Examples
--------
>>> import datetime as dt
>>> week, off = opened("1111100", [dt.date(2026, 12, 25)], [dt.date(2026, 12, 19)])
>>> week, dt.date(2026, 12, 19) in off, dt.date(2026, 12, 20) in off, dt.date(2026, 12, 25) in off
('1111111', False, True, True)
"""

import datetime as dt
import functools
from collections.abc import Collection, Iterable
from typing import NamedTuple

import pandas as pd

from planning_kit.analysis._frames import days, flags

EVERY_DAY = "1111111"
_AROUND = 20
"""So many years before and after a working Saturday all others are listed as days off."""


class Calendar(NamedTuple):
    """What `working` found."""

    week: str
    """Seven digits from Monday on."""
    off: tuple[dt.date, ...]
    """Days off within that week."""
    closed: dict[str, tuple[dt.date, ...]]
    """Further days off by unit, ``""`` for whoever is in no unit of its own calendar."""


@functools.lru_cache(maxsize=16)
def public_holidays(country: str, first: int, last: int) -> tuple[dt.date, ...]:
    """Return the public holidays of a country (DE, or DE-BY with a region) in some years; none if unknown."""
    import holidays  # noqa: PLC0415 - loads slowly, and only plans with a country need it

    land, _, region = country.partition("-")
    try:
        return tuple(holidays.country_holidays(land, subdiv=region or None, years=range(first, last + 1)))
    except (NotImplementedError, KeyError):
        return ()


def opened(week: str, off: Iterable[dt.date], worked: Collection[dt.date]) -> tuple[str, tuple[dt.date, ...]]:
    """Return a week and days off in which some more days are worked: a holiday is struck out, a week gets its Saturday.

    Parameters
    ----------
    week : str
        Seven digits from Monday on.
    off, worked : dates
        Days off, and days on which work is done all the same.
    """
    closed = set(off) - set(worked)
    if any(week[one.weekday()] == "0" for one in worked):
        first, last = min(worked).year - _AROUND, max(worked).year + _AROUND
        every = (one.date() for one in pd.date_range(f"{first}-01-01", f"{last}-12-31"))
        closed |= {one for one in every if week[one.weekday()] == "0"} - set(worked)
        week = EVERY_DAY
    return week, tuple(sorted(closed))


def working(week: str, holidays: Collection[dt.date], exceptions: pd.DataFrame) -> Calendar:
    """Return the calendar on which any unit works, with the days off of those who do not.

    Parameters
    ----------
    week : str
        Seven digits from Monday on.
    holidays : dates
        Days off of everybody.
    exceptions : DataFrame
        ``falls_on``, ``is_working``, ``unit`` (empty: for everybody; a unit's own word counts more). Of two rows
        about the same day and unit the later one counts.

    Notes
    -----
    Days that only some units work are working days of the calendar and days off of all others.
    """
    rows = exceptions.assign(on=days(exceptions, "falls_on"), open=flags(exceptions, "is_working")).dropna(subset="on")
    said: dict[str, dict[dt.date, bool]] = {"": {}}
    for unit, when, is_open in zip(rows["unit"], rows["on"], rows["open"], strict=True):
        said.setdefault("" if pd.isna(unit) else str(unit), {})[when.date()] = bool(is_open)

    def works(unit: str, day: dt.date) -> bool:
        usual = week[day.weekday()] == "1" and day not in holidays
        return said[unit].get(day, said[""].get(day, usual))

    special = {day for own in said.values() for day in own}
    worked = [day for day in special if any(works(unit, day) for unit in said)]
    closed = {unit: tuple(sorted(day for day in worked if not works(unit, day))) for unit in said}
    return Calendar(*opened(week, {*holidays, *special}, worked), closed)
