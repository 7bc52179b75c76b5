"""How the strategy was chosen: scores, options, themes, trip-wires, recall."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from planning_kit import charts
from tests.charts.conftest import AS_OF, numbered, planned

FACTORS = numbered(
    "FA",
    {"text": "Known readers", "kind": "strength", "weight": 6.0, "rating": 4},
    {"text": "One expert", "kind": "weakness", "weight": 2.0, "rating": 1},
    {"text": "Sundays", "kind": "opportunity", "weight": 5.0, "rating": 2},
    {"text": "Not rated", "kind": "threat", "weight": 5.0},
)


def test_scores_weigh_each_side_for_itself() -> None:
    """Three quarters at 4 and a quarter at 1 make 3.25 inside; what is not rated counts nowhere and is counted."""
    drawn = charts.drawn("factor_scores", planned({"factors": FACTORS}), AS_OF)
    assert drawn.title == "Scores: inside 3.25, above average; outside 2.00, below average"
    assert "1 factor without weight or rating left out" in drawn.note
    assert drawn.table["Score"].tolist() == [3.0, 0.25, 2.0]


def test_options_lie_in_ansoffs_fields_with_their_reasons() -> None:
    """Chosen, rejected and open ones are told apart by signs; one without a field waits below."""
    rows = numbered(
        "OP",
        {"text": "Open Sundays", "ansoff": "market_development", "is_chosen": True, "reason": "they ask for it"},
        {"text": "A fourth branch", "ansoff": "diversification", "is_chosen": False},
        {"text": "Wait"},
    )
    drawn = charts.drawn("ansoff", planned({"options": rows}), AS_OF)
    assert drawn.title == "1 of 3 options is chosen, 1 rejected, 1 open"
    assert drawn.table.iloc[1].tolist()[1:] == ["✓ Open Sundays \N{EN DASH} they ask for it", "✕ A fourth branch"]
    assert drawn.table.iloc[2].tolist() == ["not placed yet", "○ Wait", ""]


def test_themes_show_where_they_have_nothing() -> None:
    """A theme without anything in a perspective has an empty field; an objective in no theme has a line of its own."""
    goals = numbered(
        "O",
        {"title": "Every child reads", "perspective": "customer", "theme": "TH1"},
        {"title": "Within our means", "perspective": "finance"},
    )
    plan = planned({"objectives": goals, "themes": numbered("TH", {"name": "Readers"})})
    drawn = charts.drawn("theme_perspective", plan, AS_OF)
    assert drawn.title == "1 of 2 fields of theme and perspective hold nothing; 1 objective in no theme"
    assert drawn.table.to_numpy().tolist() == [
        ["Readers", "○ Every child reads", ""],
        ["(no theme)", "", "○ Within our means"],
    ]


@pytest.mark.parametrize(
    ("comparator", "value", "decided", "light"),
    [
        ("at_least", 99.0, None, "◆ broken"),
        ("at_least", 100.0, None, "● holds"),
        ("above", 100.0, None, "◆ broken"),
        ("at_most", 101.0, "2027-06-30", "▲ broken, decided on"),
        ("below", None, None, "○ no value yet"),
        (None, 99.0, None, "○ no trip-wire"),
    ],
)
def test_a_trip_wire_has_a_light_with_value_wire_and_day(
    comparator: str | None, value: float | None, decided: str | None, light: str
) -> None:
    """The newest value decides; a decision taken since makes it amber; nothing to watch by is no light."""
    wire = {"statement": "They stay", "measure": "M1", "comparator": comparator, "threshold": 100.0}
    rows: dict[str, Any] = {
        "measures": {"M1": {"name": "Visits", "uom": "visits"}},
        "assumptions": {"AS1": wire},
        "actuals": {"A1": {"measure": "M1", "period_end": dt.date(2027, 5, 31), "value": value}},
    }
    if decided:
        on = dt.date.fromisoformat(decided)
        rows["decisions"] = {"D1": {"text": "Go on", "about": "AS1", "decided_on": on}}
    drawn = charts.drawn("trip_wires", planned(rows), AS_OF)
    found = drawn.table.loc["AS1"]
    assert found["Light"] == light
    assert ("They stay" in drawn.title) == (light == "◆ broken")
    if "broken" in light:
        assert found["Value"] == f"{value:g} visits\n2027-05-31"
        assert found["Holds while"].endswith("100 visits")


def test_the_recall_test_shows_the_share_and_the_time_before() -> None:
    """The newest test of each unit counts; one after the date looked at does not."""
    tests = [
        {"unit": "U1", "taken_on": dt.date(2027, 1, 10), "asked": 20, "named": 5},
        {"unit": "U1", "taken_on": dt.date(2027, 6, 10), "asked": 20, "named": 15},
        {"unit": "U2", "taken_on": dt.date(2027, 6, 10), "asked": 10, "named": 6},
        {"unit": "U2", "taken_on": dt.date(2027, 7, 10), "asked": 10, "named": 0},
    ]
    plan = planned({"recalls": numbered("RC", *tests), "units": numbered("U", {"name": "A"}, {"name": "B"})})
    drawn = charts.drawn("recall", plan, AS_OF)
    assert drawn.title == "21 of 30 priorities were named (70 %)"
    assert drawn.table["Share, %"].tolist() == [25.0, 75.0, 60.0]
