"""Dates on real calendars, counted by hand on the calendar on the wall."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any

import pandas as pd
import pytest

from planning_kit.analysis import schedule
from planning_kit.frames import Content, framed
from planning_kit.plan import Plan
from planning_kit.spec import from_json
from planning_kit.steps import TABLES
from planning_kit.steps.reading import calendar, scheduled

WEEK = {"DE": "mon tue wed thu fri", "US": "mon tue wed thu fri", "EG": "sun mon tue wed thu"}


def planned(country: str, start: str, tasks: str, links: str = "", *exceptions: dict[str, Any]) -> Plan:
    """Return a plan of words: ``A 3 U1`` is a task of 3 days of a unit, ``A>B`` a link; U2 is part of U1."""
    rows: dict[str, list[dict[str, Any]]] = {
        "profile": [
            {"id": "PR1", "start": start, "finish": "2030-12-31", "country": country}
            | {"working_days": WEEK[country[:2]].split()}
        ],
        "units": [{"id": one, "name": one, "parent": "U1" if one == "U2" else None} for one in ("U1", "U2", "U3")],
        "tasks": [
            {"id": one, "name": one, "duration": float(days), "unit": unit or None}
            for one, days, unit in ([*word.split(" "), ""][:3] for word in tasks.split(", "))
        ],
        "dependencies": [
            {"id": f"DE{n}", **dict(zip(("predecessor", "successor"), word.split(">"), strict=True))}
            for n, word in enumerate(links.split())
        ],
        "calendar_exceptions": [{"id": f"CE{n}", **one} for n, one in enumerate(exceptions)],
    }  # fmt: skip
    contents = {}
    for name, table in TABLES.items():
        made = rows.get(name, [])
        values = [
            {field: from_json(table.fields[field], one) for field, one in row.items() if field != "id"} for row in made
        ]
        contents[name] = Content(table, functools.partial(framed, table, values, [row["id"] for row in made]))
    return Plan(contents, 1)


def spans(plan: Plan) -> dict[str, tuple[str, str]]:
    """Return first and last day of each task."""
    found = scheduled(plan)
    days = (found[name].dt.strftime("%Y-%m-%d") for name in ("early_start", "early_finish"))
    return dict(zip(found.index, zip(*days, strict=True), strict=True))


def off(day: str, unit: str | None = None, *, open_: bool = False) -> dict[str, Any]:
    """Return an exception of the calendar."""
    return {"falls_on": day, "unit": unit, "is_working": open_}


@pytest.mark.parametrize(
    ("country", "start", "tasks", "expected"),
    [
        # Christmas 2026 is a Friday, the second day a Saturday; New Year's Day 2027 a Friday.
        ("DE", "2026-12-23", "A 3, B 4", {"A": ("2026-12-23", "2026-12-28"), "B": ("2026-12-29", "2027-01-04")}),
        # Good Friday is 26 March 2027, Easter Monday the 29th.
        ("DE", "2027-03-24", "A 3, B 1", {"A": ("2027-03-24", "2027-03-30"), "B": ("2027-03-31", "2027-03-31")}),
        # Bavaria keeps Epiphany on Wednesday 6 January 2027, Germany as a whole does not.
        ("DE-BY", "2027-01-05", "A 2, B 1", {"A": ("2027-01-05", "2027-01-07"), "B": ("2027-01-08", "2027-01-08")}),
        # Thanksgiving is Thursday 26 November 2026, Christmas a Friday; Good Friday is worked in the US.
        ("US", "2026-11-25", "A 2, B 20", {"A": ("2026-11-25", "2026-11-27"), "B": ("2026-11-30", "2026-12-28")}),
        ("US", "2027-03-25", "A 2, B 1", {"A": ("2027-03-25", "2027-03-26"), "B": ("2027-03-29", "2027-03-29")}),
        # Independence Day 2027 is a Sunday, kept on Monday the 5th.
        ("US", "2027-07-02", "A 2, B 1", {"A": ("2027-07-02", "2027-07-06"), "B": ("2027-07-07", "2027-07-07")}),
        # Egypt rests on Friday and Saturday; Coptic Christmas is Thursday 7 January 2027.
        ("EG", "2027-01-05", "A 3, B 1", {"A": ("2027-01-05", "2027-01-10"), "B": ("2027-01-11", "2027-01-11")}),
        # A start on a Saturday, Christmas behind it; half days share a day.
        ("DE", "2026-12-26", "A 0.5, B 1.5", {"A": ("2026-12-28", "2026-12-28"), "B": ("2026-12-28", "2026-12-29")}),
        ("DE", "2026-12-26", "A 1.5, B 1", {"A": ("2026-12-28", "2026-12-29"), "B": ("2026-12-29", "2026-12-30")}),
    ],
)  # fmt: skip
def test_work_pauses_on_public_holidays_and_weekends(
    country: str, start: str, tasks: str, expected: dict[str, tuple[str, str]]
) -> None:
    """B follows A over Christmas, Easter and other holidays of three countries."""
    assert spans(planned(country, start, tasks, "A>B")) == expected


def test_closing_days_and_working_days_of_everybody() -> None:
    """Christmas Eve closed, a Saturday and a holiday worked: 21 to 30 December 2026 counted by hand."""
    plan = planned("DE", "2026-12-17", "A 3, B 2", "A>B", off("2026-12-24"), off("2026-12-19", open_=True))
    assert spans(plan) == {"A": ("2026-12-17", "2026-12-19"), "B": ("2026-12-21", "2026-12-22")}
    plan = planned("DE", "2026-12-23", "A 3", "", off("2026-12-24"), off("2026-12-25", open_=True))
    assert spans(plan) == {"A": ("2026-12-23", "2026-12-28")}
    week, days_off = calendar(plan)
    assert week == "1111100"
    assert {dt.date(2026, 12, 24), dt.date(2027, 1, 1)} <= set(days_off)
    assert dt.date(2026, 12, 25) not in days_off


def test_days_off_of_a_unit_hold_for_its_work_and_that_of_the_units_below() -> None:
    """U1 takes stock on Wednesday 3 March 2027: its work and U2's pause, U3's does not, and what waits moves along."""
    tasks = "A 3 U1, B 3 U2, C 3 U3, D 1 U3, E 2 U1"
    plan = planned("DE", "2027-03-01", tasks, "A>D D>E", off("2027-03-03", "U1"), off("2027-03-08", "U1"))
    assert spans(plan) == {
        "A": ("2027-03-01", "2027-03-04"),
        "B": ("2027-03-01", "2027-03-04"),
        "C": ("2027-03-01", "2027-03-03"),
        "D": ("2027-03-05", "2027-03-05"),
        "E": ("2027-03-09", "2027-03-10"),
    }
    assert calendar(plan)[1] == calendar(planned("DE", "2027-03-01", "A 1"))[1]


def test_a_unit_below_may_work_when_the_one_above_does_not() -> None:
    """A unit's own word counts more than that for everybody and that of the unit above it."""
    exceptions = (
        off("2027-03-03"),
        off("2027-03-04", "U1"),
        off("2027-03-03", "U2", open_=True),
        off("2027-03-04", "U2", open_=True),
    )
    plan = planned("DE", "2027-03-02", "A 2 U1, B 2 U2, C 2 U3", "", *exceptions)
    assert spans(plan) == {
        "A": ("2027-03-02", "2027-03-05"),
        "B": ("2027-03-02", "2027-03-03"),
        "C": ("2027-03-02", "2027-03-04"),
    }


def test_a_working_saturday_of_one_unit() -> None:
    """U1 works on Saturday 6 March 2027 and is done; U3 goes on on Monday, and Sundays stay free for both."""
    plan = planned("DE", "2027-03-05", "A 2 U1, B 2 U3, C 3 U1", "", off("2027-03-06", "U1", open_=True))
    assert spans(plan) == {
        "A": ("2027-03-05", "2027-03-06"),
        "B": ("2027-03-05", "2027-03-08"),
        "C": ("2027-03-05", "2027-03-08"),
    }
    week, days_off = calendar(plan)
    assert (week, dt.date(2027, 3, 6) in days_off, dt.date(2027, 3, 5) in days_off) == ("1111111", True, False)


def test_a_milestone_and_half_days_around_a_day_off() -> None:
    """Half of Tuesday is left when A ends; B is closed on Tuesday and Wednesday and begins on Thursday."""
    tasks = pd.DataFrame({"duration": [1.5, 1.0, 0.0]}, index=list("ABM"))
    links = pd.DataFrame({"predecessor": ["A", "B"], "successor": ["B", "M"]})
    found = schedule.dates(tasks, links, "2027-03-01", closed={"B": ["2027-03-03", "2027-03-02"], "M": ["2027-03-04"]})
    assert found["early_start"].dt.day.tolist() == [1, 4, 4]
    assert found["early_finish"].dt.day.tolist() == [2, 4, 4]
    assert found["total_slack"].tolist() == [0, 0, 0]


def test_a_day_off_of_one_task_does_not_move_another() -> None:
    """Days off that no work falls on, or of tasks that are not there, change nothing."""
    tasks = pd.DataFrame({"duration": [2, 3]}, index=list("AB"))
    links = pd.DataFrame({"predecessor": ["A"], "successor": ["B"]})
    plain = schedule.dates(tasks, links, "2027-03-01")
    pd.testing.assert_frame_equal(
        schedule.dates(tasks, links, "2027-03-01", closed={"A": ["2027-03-06", "2027-04-01"], "Z": ["2027-03-02"]}),
        plain,
    )
