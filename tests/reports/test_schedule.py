"""Rules: when a report is due, on the wall clock of a place, in every year and through every change of the clocks."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import given
from hypothesis import strategies as st

from planning_kit.errors import PlanError
from planning_kit.reports.schedule import FORMS, moments, next_times, parse, working_days
from planning_kit.workbook import Workbook
from tests.scale import examples, times

BERLIN = "Europe/Berlin"
ZONES = (BERLIN, "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham")
AFTER = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def dates(rule: str, count: int = 3, zone: str = BERLIN, after: dt.datetime = AFTER) -> list[str]:
    """Return the next dates of a rule as text."""
    return [f"{one:%a %Y-%m-%d %H:%M}" for one in next_times(rule, zone, after, count)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("every Monday 08:00", ["Mon 2026-11-23 08:00", "Mon 2026-11-30 08:00", "Mon 2026-12-07 08:00"]),
        ("Every Sunday at 9:30", ["Sun 2026-11-29 09:30", "Sun 2026-12-06 09:30", "Sun 2026-12-13 09:30"]),
        ("every working day 07:00", ["Mon 2026-11-23 07:00", "Tue 2026-11-24 07:00", "Wed 2026-11-25 07:00"]),
        ("first working day of month 08:00", ["Tue 2026-12-01 08:00", "Fri 2027-01-01 08:00", "Mon 2027-02-01 08:00"]),
        ("every first working day, 08:00", ["Tue 2026-12-01 08:00", "Fri 2027-01-01 08:00", "Mon 2027-02-01 08:00"]),
        (
            "last working day of the quarter 17:00",
            ["Thu 2026-12-31 17:00", "Wed 2027-03-31 17:00", "Wed 2027-06-30 17:00"],
        ),
        ("third Tuesday of each month 10:00", ["Tue 2026-12-15 10:00", "Tue 2027-01-19 10:00", "Tue 2027-02-16 10:00"]),
        (
            "end of quarter + 3 working days 09:00",
            ["Tue 2027-01-05 09:00", "Mon 2027-04-05 09:00", "Mon 2027-07-05 09:00"],
        ),
        ("end of month - 2 days 09:00", ["Sat 2026-11-28 09:00", "Tue 2026-12-29 09:00", "Fri 2027-01-29 09:00"]),
        ("end of the year 23:59", ["Thu 2026-12-31 23:59", "Fri 2027-12-31 23:59", "Sun 2028-12-31 23:59"]),
        (
            "every 2 weeks on Friday from 2027-01-08 16:00",
            ["Fri 2027-01-08 16:00", "Fri 2027-01-22 16:00", "Fri 2027-02-05 16:00"],
        ),
        ("0 8 * * 1", ["Mon 2026-11-23 08:00", "Mon 2026-11-30 08:00", "Mon 2026-12-07 08:00"]),
        ("30 6 L * *", ["Mon 2026-11-30 06:30", "Thu 2026-12-31 06:30", "Sun 2027-01-31 06:30"]),
    ],
)
def test_a_rule_gives_the_dates_a_person_expects(rule: str, expected: list[str]) -> None:
    """Phrases and cron lines alike, looked up in a calendar."""
    assert dates(rule) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        "every Mondy 08:00", "every Monday", "every day 24:00", "every day 7.00", "first working day 08:00",
        "every 0 weeks on Friday 10:00", "every 2 weeks on Friday from 2027-02-30 10:00", "", "61 * * * *",
        "0 0 31 2 *", "* * * * * *", "every day 07:00; rm -rf", "every day 07:00\r\nBcc: all@example.org",
    ],
)  # fmt: skip
def test_a_wrong_rule_is_refused_with_every_form_there_is(wrong: str) -> None:
    """The sentence repeats what was written and shows an example of each form to write instead."""
    with pytest.raises(PlanError) as refused:
        next_times(wrong, BERLIN, AFTER)
    assert str(refused.value).startswith(f"--every: “{wrong}” is not a rule.")
    assert [one for one in FORMS if one not in str(refused.value)] == []


@pytest.mark.parametrize("form", FORMS)
def test_every_form_that_is_offered_can_be_written(form: str) -> None:
    """What the refusal proposes is taken."""
    assert len(dates(form, 5)) == 5


@given(st.text(max_size=60) | st.from_regex(r"(every|first|last|end of) [a-z0-9 +:-]{0,40}", fullmatch=True))
@examples(200, 10_000)
def test_whatever_is_written_is_a_rule_or_refused_by_a_sentence(text: str) -> None:
    """Nothing typed ends in anything but dates or a sentence."""
    try:
        found = next_times(text, BERLIN, AFTER, 2)
    except PlanError as refused:
        assert "is not a rule" in str(refused) or "never happens" in str(refused)  # noqa: PT017 - either is right
    else:
        assert found == sorted(set(found))


@pytest.mark.parametrize("zone", ["Europe/Berlni", "Europe", "../../etc/passwd", "", "a\0b"])
def test_a_place_that_is_no_time_zone_is_refused(zone: str) -> None:
    """The sentence says what to write; nothing outside the list of zones is read."""
    with pytest.raises(PlanError, match="is not a time zone"):
        next_times("every day 07:00", zone, AFTER)


# --- clocks that change ------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("rule", ["every day 02:30", "15 2 * * *", "every day 00:00", "45 3 * * *"])
def test_exactly_one_run_on_every_local_date(zone: str, rule: str) -> None:
    """No date is left out and none has two, also where the clock skips the time or shows it twice."""
    first, last = dt.date(2026, 1, 1), dt.date(times(2027, 2031), 1, 1)
    place = ZoneInfo(zone)
    after = dt.datetime.combine(first, dt.time(), place) - dt.timedelta(seconds=1)
    found = [one.astimezone(place).date() for one in next_times(rule, zone, after, (last - first).days)]
    assert found == [first + dt.timedelta(n) for n in range((last - first).days)]


@pytest.mark.parametrize(
    ("zone", "rule", "after", "expected"),
    [
        (BERLIN, "every day 02:30", "2027-03-27T12:00", ["2027-03-28T03:00+02:00", "2027-03-29T02:30+02:00"]),
        (BERLIN, "every day 02:30", "2027-10-30T12:00", ["2027-10-31T02:30+02:00", "2027-11-01T02:30+01:00"]),
        (BERLIN, "*/20 2 * * *", "2027-03-28T00:30", ["2027-03-28T03:00+02:00", "2027-03-29T02:00+02:00"]),
        (
            "Australia/Lord_Howe",
            "every day 02:10",
            "2027-10-02T03:00",
            ["2027-10-03T02:30+11:00", "2027-10-04T02:10+11:00"],
        ),
    ],
)
def test_a_skipped_hour_runs_when_it_ends_and_a_doubled_one_once(
    zone: str, rule: str, after: str, expected: list[str]
) -> None:
    """In spring at the first moment there is, in autumn at the first of two."""
    found = next_times(rule, zone, dt.datetime.fromisoformat(after).replace(tzinfo=dt.UTC), 2)
    assert [one.isoformat(timespec="minutes") for one in found] == expected


@pytest.mark.parametrize("zone", ZONES)
@given(
    minute=st.integers(0, 59),
    hour=st.integers(0, 23),
    day=st.sampled_from(["*", "1", "15", "L"]),
    week=st.sampled_from(["*", "1", "5", "1-5"]),
    hours=st.integers(0, 4 * 365 * 24),
)
@examples(25, 2000)
def test_a_cron_line_gives_what_cronsim_gives(  # noqa: PLR0913, PLR0917 - the parts of a cron line
    zone: str, minute: int, hour: int, day: str, week: str, hours: int
) -> None:
    """Oracle: cronsim's own reading of the line in the zone, which follows Debian's cron."""
    line = f"{minute} {hour} {day} * {week}"
    begin = (dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=hours)).astimezone(ZoneInfo(zone))
    theirs = [one.astimezone(dt.UTC) for one in itertools.islice(CronSim(line, begin), 4)]
    assert list(itertools.islice(moments(parse(line), zone, begin), 4)) == theirs


# --- working days ------------------------------------------------------------------------------------------


def test_working_days_are_those_of_the_plan(empty: Workbook) -> None:
    """Public holidays of the country and region, closing days and the plan's own week are left out, in any year."""
    empty.add("profile", name="Libraries 2030", country="DE-BY", working_days="mon; tue; wed; thu; fri; sat")
    empty.add("calendar_exceptions", falls_on="2027-01-02", note="Stocktaking", is_working="no")
    works = working_days(empty.plan)
    found = next_times("first working day of month 08:00", BERLIN, AFTER, 3, works)
    assert [f"{one:%a %Y-%m-%d}" for one in found] == ["Tue 2026-12-01", "Mon 2027-01-04", "Mon 2027-02-01"]
    assert not works(dt.date(2041, 1, 6))
    assert works(dt.date(2027, 1, 9))


def test_the_page_on_schedules_shows_rules_that_are_taken() -> None:
    """Every rule in the table of the documentation gives dates."""
    text = (Path(__file__).parents[2] / "docs" / "schedules.md").read_text(encoding="utf-8")
    rules = [line.split("`")[1] for line in text.splitlines() if line.startswith("| `") and "planning-kit" not in line]
    rules = [one for one in rules if not one.isupper()]
    assert len(rules) >= len(FORMS)
    assert [one for one in rules if len(next_times(one, BERLIN, AFTER, 1)) != 1] == []
