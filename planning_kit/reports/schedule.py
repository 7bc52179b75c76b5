"""When a report is due: a phrase or a cron line, read on the wall clock of a place.

A rule gives wall-clock times; a time zone turns each into one moment. What the clock skips in spring happens at the
first moment there is, what it shows twice in autumn happens once.
"""

from __future__ import annotations

import datetime as dt
import difflib
import itertools
import re
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cronsim import CronSim, CronSimError

from planning_kit.analysis.calendars import public_holidays
from planning_kit.errors import PlanError, ValueRefused
from planning_kit.plan import Plan
from planning_kit.steps import reading

Working = Callable[[dt.date], bool]
Days = Callable[[dt.date, Working], Iterator[dt.date]]

FORMS = (
    "every day 07:00",
    "every working day 07:00",
    "every Monday 08:00",
    "every 2 weeks on Friday 16:00",
    "every 2 weeks on Friday from 2027-01-08 16:00",
    "every first working day 08:00",
    "first working day of month 08:00",
    "last Friday of the quarter 17:00",
    "end of quarter + 3 working days 09:00",
    "0 8 * * 1",
)
"""An example of every form a rule may have; the last is a cron line."""

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PLACES = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
MONTHS = {"m": 1, "q": 3, "y": 12}
"""Months in a month, a quarter, a year, by the first letter."""
DAY = rf"(?P<which>day|working day|{'|'.join(WEEK)})"
SPAN = "(?P<span>month|quarter|year)"
AT = r" (?P<hour>\d{1,2}):(?P<minute>\d{2})"
LONGEST = 100 * 366
"""Days after which nobody looks further."""


@dataclass(frozen=True)
class Rule:
    """A rule as it was written, and the wall-clock times it gives from a date on, in order."""

    text: str
    walls: Callable[[dt.date, Working], Iterator[dt.datetime]]


def parse(text: str) -> Rule:
    """Return the rule a phrase or a cron line stands for.

    Raises
    ------
    ValueRefused
        With the forms that are allowed.
    """
    words = " ".join(re.sub(r"\b(?:the|each|at)\b|,", " ", text.casefold()).split())
    try:
        for pattern, made in PHRASES:
            if found := re.fullmatch(pattern + AT, words):
                time = dt.time(int(found["hour"]), int(found["minute"]))
                return Rule(text, _at(time, made(found)))
        if len(text.split()) == len(FORMS[-1].split()):
            next(CronSim(text, dt.datetime(2000, 1, 1)))  # noqa: DTZ001 - a wall clock; the zone comes later
            return Rule(text, _cron(text))
    except (ValueError, CronSimError, StopIteration, OverflowError):
        pass
    message = f"“{text}” is not a rule. Write one of these: {'; '.join(FORMS)} (cron)."
    raise ValueRefused("--every", message)


def _at(time: dt.time, days: Days) -> Callable[[dt.date, Working], Iterator[dt.datetime]]:
    return lambda start, works: (dt.datetime.combine(one, time) for one in days(start, works))


def _cron(text: str) -> Callable[[dt.date, Working], Iterator[dt.datetime]]:
    before = dt.timedelta(seconds=1)
    return lambda start, _: iter(CronSim(text, dt.datetime.combine(start, dt.time()) - before))


# --- phrases -----------------------------------------------------------------------------------------------


def _every(found: re.Match[str]) -> Days:
    """``every Monday``, ``every working day``."""
    return lambda start, works: (one for one in _onward(start) if _fits(found["which"], one, works))


def _weeks(found: re.Match[str]) -> Days:
    """``every 2 weeks on Friday``, counted from a date, or from Monday 2001-01-01."""
    first = dt.date.fromisoformat(found["first"] or "2001-01-01")
    first += dt.timedelta((WEEK.index(found["which"]) - first.weekday()) % 7)
    step = int(found["count"]) * 7
    if not step:
        raise ValueError
    return lambda start, _: (one for one in _onward(max(start, first)) if (one - first).days % step == 0)


def _place(found: re.Match[str]) -> Days:
    """``first working day of month``, ``last Friday of quarter``; ``every first working day`` is that of a month."""

    def days(start: dt.date, works: Working) -> Iterator[dt.date]:
        for first, last in _spans(start, MONTHS[(found["span"] or "m")[0]]):
            fitting = [one for one in _onward(first, (last - first).days + 1) if _fits(found["which"], one, works)]
            yield from fitting[PLACES[found["place"]] :][:1]

    return days


def _end(found: re.Match[str]) -> Days:
    """``end of quarter``, ``end of quarter + 3 working days``."""
    count, step = int(found["count"] or 0), -1 if found["direction"] == "-" else 1

    def days(start: dt.date, works: Working) -> Iterator[dt.date]:
        earlier = start - dt.timedelta(31 + 4 * count)
        for _, last in _spans(earlier, MONTHS[found["span"][0]]):
            later = (last + step * dt.timedelta(n) for n in range(1, LONGEST))
            counted = (one for one in later if not found["working"] or works(one))
            yield next(itertools.islice(counted, count - 1, None)) if count else last

    return days


PHRASES: tuple[tuple[str, Callable[[re.Match[str]], Days]], ...] = (
    (rf"every {DAY}", _every),
    (
        rf"every (?P<count>\d{{1,2}}) weeks on (?P<which>{'|'.join(WEEK)})(?: from (?P<first>\d{{4}}-\d\d-\d\d))?",
        _weeks,
    ),
    (rf"(?P<place>{'|'.join(PLACES)}) {DAY} of {SPAN}", _place),
    (rf"every (?P<place>{'|'.join(PLACES)}) {DAY}(?: of {SPAN})?", _place),
    (rf"end of {SPAN}(?: ?(?P<direction>[+-]) ?(?P<count>\d{{1,2}}) (?P<working>working )?days?)?", _end),
)


def _onward(start: dt.date, count: int = LONGEST) -> Iterator[dt.date]:
    return (start + dt.timedelta(n) for n in range(count))


def _fits(which: str, day: dt.date, works: Working) -> bool:
    return which == "day" or (works(day) if which == "working day" else day.weekday() == WEEK.index(which))


def _spans(start: dt.date, months: int) -> Iterator[tuple[dt.date, dt.date]]:
    """Yield first and last day of the month, quarter or year of a date, and of those that follow."""
    number = (start.year * 12 + start.month - 1) // months * months
    for month in range(number, number + LONGEST // 30, months):
        first, after = (dt.date(one // 12, one % 12 + 1, 1) for one in (month, month + months))
        yield first, after - dt.timedelta(1)


# --- moments -----------------------------------------------------------------------------------------------


def zone_named(name: str) -> zoneinfo.ZoneInfo:
    """Return a time zone by its name.

    Raises
    ------
    ValueRefused
        When there is none of this name.
    """
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        close = difflib.get_close_matches(name, sorted(zoneinfo.available_timezones()), n=1)
        meant = f" Did you mean {close[0]}?" if close else ""
        message = f"“{name}” is not a time zone.{meant} Write an IANA name, for example Europe/Berlin."
        raise ValueRefused("--zone", message) from None


def weekdays(day: dt.date) -> bool:
    """Return whether a day is one from Monday to Friday."""
    return day.weekday() < WEEK.index("saturday")


def working_days(plan: Plan) -> Working:
    """Return the working calendar of a plan: its week, its days off, the public holidays of its country."""
    week, closed = reading.calendar(plan)
    off, country = frozenset(closed), str(plan.marked("profile", "calendar_country") or "").upper()

    def works(day: dt.date) -> bool:
        is_holiday = day in off or day in public_holidays(country, day.year, day.year)
        return week[day.weekday()] == "1" and not is_holiday

    return works


def moments(rule: Rule, zone: str, after: dt.datetime, works: Working = weekdays) -> Iterator[dt.datetime]:
    """Yield the moments of a rule after another moment, in UTC, each once.

    Parameters
    ----------
    rule : Rule
    zone : str
        IANA name of the time zone whose wall clock counts.
    after : datetime.datetime
        With a time zone.
    works : callable
        Whether a date is a working day.
    """
    place, last = zone_named(zone), after
    for wall in rule.walls(after.astimezone(place).date() - dt.timedelta(1), works):
        moment = _moment(wall, place)
        if moment > last and moment.astimezone(place).date() == wall.date():
            yield moment
            last = moment


def next_times(
    rule: str, zone: str, after: dt.datetime, count: int = 5, works: Working = weekdays
) -> list[dt.datetime]:
    """Return the next moments of a rule, as the clocks of the zone show them; for the parameters see `moments`.

    Raises
    ------
    PlanError
        When the rule or the zone is none.
    """
    found = list(itertools.islice(moments(parse(rule), zone, after, works), count))
    if not found:
        message = f"--every: “{rule}” never happens. Write another rule."
        raise PlanError(message)
    return [one.astimezone(zone_named(zone)) for one in found]


def _moment(wall: dt.datetime, place: zoneinfo.ZoneInfo) -> dt.datetime:
    """Return the moment a wall clock shows a time; the first one there is when the clock skips it."""
    while True:
        local = wall.replace(tzinfo=place)
        moment = local.astimezone(dt.UTC)
        if moment.astimezone(place) == local:  # in one zone, wall clocks are compared
            return moment
        wall += dt.timedelta(minutes=1)
