"""Every chart: with a plan, without rows, with one row, with names that bite, with ten thousand rows."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
import vl_convert

from planning_kit import charts
from planning_kit.charts import theme
from planning_kit.errors import PlanError
from planning_kit.plan import Plan

from .conftest import (
    AS_OF,
    appraisal_rows,
    drawn,
    library_rows,
    multiplied,
    numbered,
    planned,
    shown_in,
    with_frames,
)

NAMES = sorted(set(charts.DRAW) - set(charts.WRITTEN))
MANY = 10_000
EXPRESSIONS = {"signal", "expr", "test", "update", "init", "events"}


@pytest.fixture(scope="module")
def huge(library: Plan) -> Plan:
    """Return a plan with ten thousand rows in every table a chart reads."""
    everywhere = ("objectives", "measures", "tasks", "risks", "people", "units")
    tasks = multiplied(library, "tasks", MANY, parent=None, kind="task", duration=7.0, optimistic=5.0, pessimistic=12.0)
    frames = {name: multiplied(library, name, MANY) for name in everywhere if name != "tasks"}
    frames["tasks"] = tasks
    ids = pd.Series([f"T{number}" for number in range(1, MANY + 1)], dtype="str").to_numpy()
    links = multiplied(library, "dependencies", MANY - 1, predecessor=ids[:-1], successor=ids[1:], lag=0.0)
    frames["dependencies"] = links[[number % 5 != 0 for number in range(len(links))]]
    for name, column in (("actuals", "measure"), ("assignments", "task"), ("scores", "task"), ("updates", "task")):
        prefix = library.tables["measures" if column == "measure" else "tasks"].prefix
        targets = [f"{prefix}{number}" for number in range(1, MANY + 1)]
        frames[name] = multiplied(library, name, MANY, **{column: targets})
    given = {"initiative": [f"T{number + 1}" for number in range(MANY)]}
    frames["point_allocations"] = multiplied(library, "point_allocations", MANY, **given)
    frames["assignments"]["person"] = [f"P{number}" for number in range(1, MANY + 1)]
    frames["scores"]["criterion"] = ["value" if number % 2 else "difficulty" for number in range(MANY)]
    frames["scores"]["task"] = [f"T{number // 2 + 1}" for number in range(MANY)]
    frames["updates"]["task"] = [f"T{number // 2 + 1}" for number in range(MANY)]
    reports = [pd.Timestamp("2027-05-03") + pd.Timedelta(days=28 * (number % 2)) for number in range(MANY)]
    frames["updates"]["reported_on"] = pd.Series(reports, index=frames["updates"].index).astype("datetime64[s]")
    frames["updates"]["remaining_days"] = [float(number % 30) for number in range(MANY)]
    frames["actuals"]["measure"] = [f"M{number // 10 + 1}" for number in range(MANY)]
    periods = [pd.Timestamp("2026-08-31") + pd.DateOffset(months=number % 10) for number in range(MANY)]
    frames["actuals"]["period_end"] = pd.Series(periods, index=frames["actuals"].index).astype("datetime64[s]")
    half = MANY // 2
    cases = {"case": ["base" if n < half else "high" for n in range(MANY)], "amount": [float(n) for n in range(MANY)]}
    alike = {
        "purpose": "change",
        "category": "operating",
        "fiscal_year": [2027 + n % 2 for n in range(MANY)],
        "task": [f"T{n % half + 1}" for n in range(MANY)],
    }
    twice = [f"U{n % half + 1}" for n in range(MANY)]
    frames["budget_lines"] = multiplied(library, "budget_lines", MANY, unit=twice, **alike, **cases)
    frames["tasks"].loc[[number % 10 == 0 for number in range(MANY)], "kind"] = "initiative"
    rewards = numbered("RW", *({"what": "a day", "subject": f"P{n + 1}", "pool": "RP1"} for n in range(MANY)))
    plan = with_frames(library, **frames)
    return plan.next_to(planned({**appraisal_rows(), "rewards": rewards}, "appraisal").next_to(plan))


@pytest.mark.parametrize("name", NAMES)
def test_a_chart_says_its_finding_and_carries_its_table(name: str, everything: Plan) -> None:
    """Every chart has a finding as title and a table with the same facts in columns a person can read."""
    found = drawn(name, everything)
    assert found.chart is not None
    spec = found.chart.to_dict()
    assert len(found.title) > 20
    assert spec["description"] == found.title
    assert not found.table.empty
    assert all(str(column)[0].isupper() and "_" not in str(column) for column in found.table.columns)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_to_draw_is_a_sentence(name: str, blank: Plan) -> None:
    """Without rows there is no chart; the page says what to do instead."""
    found = drawn(name, blank)
    assert found.chart is None
    assert found.empty == charts.EMPTY[name]
    assert found.empty.endswith(".")
    assert found.table.empty


@pytest.mark.parametrize("name", NAMES)
def test_one_row_is_enough(name: str) -> None:
    """A table with its first row draws, or says what is still missing."""
    first = {table: dict(list(rows.items())[:1]) for table, rows in library_rows().items()}
    plan = planned(first)
    rewards = {table: dict(list(rows.items())[:1]) for table, rows in appraisal_rows().items()}
    found = drawn(name, plan.next_to(planned(rewards, "appraisal").next_to(plan)))
    assert found.chart is None or found.chart.to_dict()
    assert found.title


@pytest.mark.parametrize("name", NAMES)
def test_ten_thousand_rows_stay_a_picture(name: str, huge: Plan) -> None:
    """However large the plan, the picture holds few marks, says what it leaves out, and the table holds all."""
    found = drawn(name, huge)
    assert found.chart is not None
    spec = found.chart.to_dict()
    assert all(len(rows) < 3000 for rows in spec["datasets"].values())
    assert len(json.dumps(spec)) < 1_500_000
    svg = vl_convert.vegalite_to_svg(theme.spec(found.chart, width=900), vl_version="6.4")
    assert svg.startswith("<svg")


@pytest.mark.parametrize("name", NAMES)
def test_names_stay_data(name: str, biting: Plan) -> None:
    """A name never gets into an expression, nor as markup into the picture."""
    found = drawn(name, biting)
    assert found.chart is not None
    vega = vl_convert.vegalite_to_vega(found.chart.to_dict(), vl_version="6.4")
    assert not [one for one in expressions(vega) if "onerror" in one]
    svg = vl_convert.vegalite_to_svg(theme.spec(found.chart, width=900), vl_version="6.4")
    assert "<img" not in svg
    assert "<script" not in svg


def expressions(node: Any) -> Iterator[str]:
    """Yield every expression of a Vega specification."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in EXPRESSIONS and isinstance(value, str):
                yield value
            yield from expressions(value)
    elif isinstance(node, list):
        for one in node:
            yield from expressions(one)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_plan_gives_the_same_picture(name: str, everything: Plan) -> None:
    """Drawn twice, a chart is the same to the letter, so that a report is."""
    both = [drawn(name, everything).chart for _ in range(2)]
    first, second = (one.to_dict() for one in both if one is not None)
    assert first == second


@pytest.mark.parametrize("name", NAMES)
def test_a_chart_fits_its_page(name: str, everything: Plan) -> None:
    """A chart fills its container on the screen and has the width that a report asks for."""
    chart = drawn(name, everything).chart
    assert chart is not None
    spec = theme.spec(chart, width=700)
    svg = vl_convert.vegalite_to_svg(spec, vl_version="6.4")
    width = float(svg.split('width="')[1].split('"')[0])
    assert width == pytest.approx(700, abs=2)
    assert chart.to_dict()["width"] == ("container" if name != "sparkline" else 110)


def test_the_public_function_gives_the_chart_alone(library: Plan, blank: Plan) -> None:
    """``charts.gantt(plan, as_of)`` is an Altair chart, None when there is nothing to draw."""
    chart = charts.gantt(library, AS_OF)
    assert chart is not None
    assert chart.to_dict()["$schema"].endswith(".json")
    assert charts.gantt(blank, AS_OF) is None


def test_a_pick_goes_to_the_first_choice_of_a_chart(library: Plan) -> None:
    """A page offers one choice: it goes to the chart's first pick, whatever that is called."""
    assert charts.picks_of("strategy_map") == ["gone"]
    by_position = charts.drawn("strategy_map", library, AS_OF, "P3")
    by_name = charts.drawn("strategy_map", library, AS_OF, gone="P3")
    assert by_position.title == by_name.title
    assert by_name.title.startswith("Without Carla Weiss, 3 of 11 objectives would fall; 3 pieces of work would stop")


def test_wrong_names_are_sentences(library: Plan) -> None:
    """An unknown chart or pick is refused with what there is instead."""
    with pytest.raises(PlanError, match=r"Charts are: .*gantt"):
        charts.drawn("gant", library, AS_OF)
    with pytest.raises(PlanError, match="Picks are: unit, task"):
        charts.drawn("gantt", library, AS_OF, colour="red")
    with pytest.raises(PlanError, match="shows the whole plan"):
        charts.drawn("risk_heat_map", library, AS_OF, "U1")


def test_a_date_before_the_plan_draws(library: Plan) -> None:
    """Looked at from before its first day, a plan still draws: nothing is done, nothing is late."""
    found = charts.drawn("delivery", library, dt.date(2026, 6, 1))
    assert found.title == "0 of 12 tasks are done; 0 were due by now"
    assert charts.drawn("gantt", library, dt.date(2026, 6, 1)).chart is not None


COUNTS = {
    "ratings_spread": "subjects, so that nobody can be told from a mark",
    "dashboard": "areas of the plan",
    "delivery": "tasks a day",
    "coordination_agenda": "meetings",
    "earned_value": "money by month",
    "forecast_calibration": "forecasts of a band of chances",
    "finish_distribution": "simulated runs",
    "sparkline": "a line for reports",
}
"""Charts whose marks stand for no single row of the plan, and what they stand for."""
SEVERAL = {"measure_line": "values of one measure", "unit_matrix": "pairs of units", "task_matrix": "pairs of tasks"}
"""Charts whose table has lines that stand for no single row."""


@pytest.mark.parametrize("name", [one for one in NAMES if one not in COUNTS])
def test_a_mark_can_be_asked_what_is_behind_it(name: str, everything: Plan) -> None:
    """Marks carry the id of their row in the column ``id`` (`base.identified`), and so does the table as its index."""
    found = drawn(name, everything)
    assert found.chart is not None
    marks = {row["id"] for rows in found.chart.to_dict()["datasets"].values() for row in rows if row.get("id")}
    plan = shown_in(name, everything)
    assert marks
    known = [one for one in (plan, plan.beside) if one is not None]
    assert {one for one in marks if not any(each.has(one) for each in known)} == set()
    if name not in SEVERAL:
        assert {str(one) for one in found.table.index if one and not any(each.has(str(one)) for each in known)} == set()
