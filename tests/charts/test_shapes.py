"""What is drawn: the frames between a plan and its pictures."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from planning_kit import charts
from planning_kit.charts import (
    base,
    budget,
    card,
    computed,
    finish,
    measures,
    money,
    people,
    priority,
    reward,
    risk,
    timeline,
)
from planning_kit.charts import tree as trees
from planning_kit.charts.strategy import mapped
from planning_kit.plan import Edit, Plan

from .conftest import AS_OF, appraisal_rows, day, library_rows, planned


def with_edits(plan: Plan, *edits: tuple[str, str, dict[str, object]]) -> Plan:
    """Return a plan after setting fields: table, row, values."""
    return plan.scenario(Edit("set", table, row, values) for table, row, values in edits)


# --- words and dates -------------------------------------------------------------------------------------------------


def test_labels_that_read_the_same_get_their_id() -> None:
    """Two rows of one name stay two rows of a picture."""
    assert base.labelled(["Move", "Move", "Train"], ["T1", "T2", "T3"]) == ["Move", "Move (T2)", "Train"]
    long = "a name that goes on and on and on, far beyond the edge of the picture"
    assert base.labelled([long], ["T1"], 20) == ["a name that goes on…"]


def test_money_and_numbers_read_as_people_write_them() -> None:
    """Amounts are in millions or thousands with the currency first, numbers without false digits."""
    assert [base.money(one, "EUR") for one in (0, 950, 12_345, 8_440_000)] == [
        "EUR 0",
        "EUR 950",
        "EUR 12.3 k",
        "EUR 8.44 M",
    ]
    assert [base.plain_number(one) for one in (31000, 0.177, 97.6, float("nan"))] == [
        "31,000",
        "0.177",
        "97.6",
        base.DASH,
    ]
    assert [base.elapsed(one) for one in (0, 1, 12, 122, 800, pd.NA)] == [
        "today",
        "1 day",
        "12 days",
        "4 months",
        "2 years",
        base.DASH,
    ]


def test_dates_become_text_that_no_time_zone_moves() -> None:
    """A date of a frame is written year-month-day, a missing one is nothing."""
    assert base.iso(pd.Series([pd.Timestamp("2027-02-28"), pd.NaT]), 1).fillna("").tolist() == ["2027-03-01", ""]


# --- measures --------------------------------------------------------------------------------------------------------


def test_a_scorecard_begins_with_what_needs_attention(library: Plan) -> None:
    """Broken bounds and the worst health come first, what is fine comes last; a later value is not known yet."""
    found = card.scored(library, AS_OF)
    assert found["name"].head(3).tolist() == ["Visits per opening hour", "Items tagged", "Opening hours per week"]
    assert found["status"].iloc[-1] == "met"
    assert found.loc["M2", "actual"] == 68


def test_a_scorecard_can_be_of_one_objective_or_unit(library: Plan) -> None:
    """Only the measures of the objective, or of the unit's objectives."""
    assert set(card.scored(library, AS_OF, objective="O3").index) == {"M3", "M4"}
    own = with_edits(library, ("objectives", "O10", {"unit": "U4"}))
    assert set(card.scored(own, AS_OF, unit="U4").index) == {"M8"}


def test_a_bar_ends_where_the_progress_is() -> None:
    """Half of the way is half of the track; more than 110 % is cut, less than nothing has no length."""
    shown = pd.DataFrame(
        {
            "line": [0.0, 1.0, 2.0],
            "status": "on track",
            "progress": [0.5, 2.0, -0.3],
            "expected": [0.4, 0.4, np.nan],
            "distance": np.nan,
            "target_kind": ["raise_to", "raise_to", "lower_to"],
        }
    )
    found = card.bullets(shown)
    whole = found["full"].iloc[0] - card.BULLET
    assert (found["bar"] - card.BULLET).tolist() == pytest.approx([whole / 2, whole * 1.1, 0])
    assert found["words"].tolist() == ["50 %", "200 %", "-30 %"]
    assert found["moves"].all()


def test_small_lines_keep_to_their_row() -> None:
    """Each line has its own scale, a single value stands at the right, order of the rows does not matter."""
    values = pd.DataFrame(
        {
            "measure": ["M1", "M1", "M2"],
            "period_end": pd.to_datetime(["2027-03-31", "2027-01-31", "2027-02-28"]),
            "value": [5.0, 1.0, 900.0],
        }
    )
    shown = pd.DataFrame({"line": [0.0, 1.0]}, index=["M1", "M2"])
    found = card.small_lines(values, shown)
    assert found.loc[found["line"] == 0, "y"].tolist() == pytest.approx([0.3, -0.3])
    assert found.loc[found["line"] == 1, "x"].item() == card.SPARK + card.SPARK_WIDTH
    assert found["last"].sum() == 2


def test_a_measure_is_drawn_against_its_trajectory(library: Plan) -> None:
    """Expected values come from the interim targets, opened by the baseline; values after the date are not known."""
    found = measures.course(library, "M8", AS_OF)
    expected = found[found["line"] == measures.EXPECTED]
    assert expected["value"].tolist() == [0, 60000, 120000, 180000]
    assert found.loc[found["line"] == measures.ACTUAL, "day"].max() <= pd.Timestamp(AS_OF)


def test_a_bound_is_a_line_across(library: Plan) -> None:
    """What must be kept is drawn at its level; it has no progress."""
    found = measures.course(library, "M6", AS_OF)
    assert found.loc[found["line"] == measures.BOUND, "value"].unique().tolist() == [60]


def test_the_limits_of_the_plan_decide(library: Plan) -> None:
    """A threshold changed in the plan changes the picture, as it changes the checks."""
    rows = {
        **library_rows(),
        "settings": {"SE1": {"name": "status_on_track", "value": 10.0}, "SE2": {"name": "status_behind", "value": 5.0}},
    }
    lenient = computed.measured(planned(rows), AS_OF)
    assert computed.measured(library, AS_OF).loc["M8", "status"] == "at risk"
    assert lenient.loc["M8", "status"] == "on track"


# --- objectives ------------------------------------------------------------------------------------------------------


def test_a_backup_brings_an_objective_back(library: Plan) -> None:
    """Who is gone takes their objectives along, unless somebody is named to stand in."""
    gone = mapped(library, AS_OF, "P3").objectives
    assert set(gone.index[gone["falls"]]) == {"O4", "O6", "O11"}
    saved = with_edits(library, ("objectives", "O6", {"sponsor": "P7"}))
    assert set(mapped(saved, AS_OF, "P3").objectives.query("falls").index) == {"O4", "O11"}


def test_a_map_shows_the_strategic_objectives_only(library: Plan) -> None:
    """A unit's goal under an objective is not on the map; the note says how many there are."""
    low = with_edits(library, ("objectives", "O9", {"level": "operational", "parent": "O6"}))
    seen = mapped(low, AS_OF)
    assert "O9" not in seen.objectives.index
    assert seen.hidden == 1
    assert "O9" not in set(seen.links["cause"])


def test_a_tree_sums_money_and_names_what_nothing_carries(library: Plan) -> None:
    """Initiatives stand under the objective they serve, money adds up, an objective without work is bare."""
    rows = trees.tree(library, AS_OF)
    place = list(rows.index)
    assert place.index("T1") == place.index("O3") + 1
    assert rows.loc["T1", "level"] == 1
    assert rows.loc["O3", "money"] == rows.loc["T1", "money"] == 630_000
    assert rows.loc["O1", "bare"]
    assert not rows.loc["O3", "bare"]


# --- work ------------------------------------------------------------------------------------------------------------


def test_a_summary_is_as_far_as_its_work(library: Plan) -> None:
    """Done is weighted by duration; the last report up to the date counts."""
    rows = timeline.dated(library, AS_OF)
    assert rows.loc["T7", "complete"] == pytest.approx((20 * 100 + 60 * 80) / 80, abs=0.1)
    assert rows.loc["T3", "state"] == "blocked"
    assert rows.loc["T2", "state"] == "done"
    assert timeline.dated(library, dt.date(2027, 6, 1)).loc["T2", "state"] == "late"


def test_work_that_was_stopped_is_not_late() -> None:
    """Stopped and deferred work is shown as such, with everything under it."""
    rows = {**library_rows(), "funding": {"FU1": {"initiative": "T7", "decision": "defer"}}}
    found = timeline.dated(planned(rows), AS_OF)
    assert set(found.loc[["T9", "T10"], "state"]) == {"deferred"}


def test_a_long_plan_shows_critical_work_and_work_near_the_day(library: Plan) -> None:
    """Chosen rows bring what they belong to; open work comes before what is done."""
    rows = timeline.dated(library, AS_OF)
    few = timeline.window(rows, library.tasks["parent"], AS_OF, 6)
    assert len(few) <= 6
    assert {"T15", "T16"} <= set(few.index)
    assert "T2" not in few.index


def test_a_bar_ends_on_the_evening_of_its_last_day(library: Plan) -> None:
    """A task from Monday to Friday is drawn up to Saturday's first moment."""
    rows = timeline.dated(library, AS_OF).assign(name="Choose", owner="Ana")
    found = timeline.bars(rows).set_index(rows.index)
    assert found.loc["T2", "day"] == "2027-01-04"
    assert found.loc["T2", "end"] == f"{rows.loc['T2', 'finish'] + pd.Timedelta(days=1):%Y-%m-%d}"
    assert found.loc["T3", "done"] < found.loc["T3", "end"]


def test_a_circle_of_tasks_is_said_instead_of_drawn() -> None:
    """Work that waits for itself has no dates; the page says where to look."""
    links = {**library_rows()["dependencies"], "DE99": {"predecessor": "T6", "successor": "T4", "kind": "FS"}}
    found = charts.drawn("gantt", planned({**library_rows(), "dependencies": links}), AS_OF)
    assert found.chart is None
    assert "circle" in found.empty


def test_lines_of_delivery_count_what_is_finished(library: Plan) -> None:
    """Both lines count tasks; what is done ends at the day that is looked at."""
    leaves = pd.DataFrame(
        {"start": [day("2027-01-04")] * 3, "finish": [day("2027-02-01"), day("2027-03-01"), day("2027-04-01")]}
    )
    leaves = leaves.apply(pd.to_datetime).set_axis(["A", "B", "C"])
    done = pd.Series({"A": pd.Timestamp("2027-02-10")})
    found = finish.cumulated(leaves, done, day("2027-03-15"))
    assert found[found["line"] == finish.PLANNED]["tasks"].tolist() == [0, 1, 2, 3]
    assert found[found["line"] == finish.DONE]["tasks"].tolist() == [0, 1, 1]
    assert found[found["line"] == finish.DONE]["day"].max() == pd.Timestamp("2027-03-15")
    assert charts.delivery(library, AS_OF) is not None


def test_simulated_dates_fall_into_whole_weeks() -> None:
    """Shares add up to 100 %; a long span is cut into weeks from Monday on."""
    dates = pd.Series(pd.bdate_range("2027-01-04", periods=200))
    found = finish.bins(dates)
    assert found["share"].sum() == pytest.approx(100)
    assert (found["day"].dt.day_of_week == 0).all()
    assert finish.bins(dates.head(3))["end"].iloc[0] - dates.iloc[0] == pd.Timedelta(days=1)


def test_a_task_is_simulated_with_what_it_waits_for(library: Plan) -> None:
    """The promised date of a task is its own deadline; stopped work is left out."""
    found = finish.spread(library, "T14")
    assert found is not None
    assert found.promised == pd.Timestamp("2027-11-30")
    assert found.uncertain == 2
    assert 0 < found.chance < 1
    assert found.half <= found.likely


# --- money, people, votes, risks -------------------------------------------------------------------------------------


def test_money_is_held_against_the_frame(library: Plan) -> None:
    """Own income may be spent on top of the frame; the difference is to the cent."""
    found = money.by_unit(library)
    assert found.loc["U2", "costs"] == 3_650_000
    assert found.loc["U2", "allowed"] == 4_000_000
    assert found.loc["U6", "over"] == 110_000
    assert money.by_unit(library, 2031).empty


def test_load_is_demand_by_capacity(library: Plan) -> None:
    """An assignment without dates runs with its task; a fifth of the week is there for change."""
    found = people.loads(library, dt.date(2027, 9, 1)).set_index(["person", "month"])
    assert found.loc[("P6", pd.Timestamp("2027-10-01")), "load"] == pytest.approx(0.9)
    assert people.band(pd.Series([0.85, 0.9, 1.0, 1.01, np.inf, np.nan])).tolist() == [
        people.ROOM,
        people.TIGHT,
        people.TIGHT,
        people.ABOVE,
        people.ABOVE,
        people.ROOM,
    ]


def test_two_camps_are_not_averaged_away(library: Plan) -> None:
    """Votes of 1 and 5 make a mean of 3, and a mark that the raters disagree."""
    votes = priority.voted(library)
    assert votes.loc["T15", "value"] == 3
    assert votes.index[votes["apart"]].tolist() == ["T15"]
    assert votes.index[0] == "T7"


def test_words_beside_points_do_not_overlap() -> None:
    """Where there is no room for a name it is left out rather than written over another."""
    same = pd.DataFrame({"difficulty": [3.0] * 6, "value": [3.0] * 6, "name": [f"Initiative {n}" for n in range(6)]})
    words = priority.beside(same)["words"]
    assert 1 <= (words != "").sum() < 6


def test_risks_stand_in_their_field_and_move(library: Plan) -> None:
    """Counts per field, the gravest risk first, arrows where a response changes something."""
    found = risk.placed(library)
    cells = risk.fields(found).set_index(["likelihood", "impact"])
    assert cells.loc[(3, 5), "count"] == 2
    assert cells["count"].sum() == len(found) == 7
    assert found["score"].iloc[0] == 16
    assert len(risk.arrows(found)) == 4
    closed = with_edits(library, ("risks", "R1", {"state": "closed"}))
    assert len(risk.placed(closed)) == 6


def test_a_pool_is_shared_to_the_cent() -> None:
    """Floors and caps hold, the reserve is kept back, teams come first."""
    plan = planned(appraisal_rows(), "appraisal")
    rows, left, reserve = reward.shared(plan, "RP1")
    assert rows["amount"].tolist() == [4000, 4000, 600, 400]
    assert rows["kind"].tolist() == ["team", "team", "person", "person"]
    assert (left, reserve) == (0, 1000)


def test_what_was_decided_stays_as_decided() -> None:
    """An amount that is written down is taken out of the pool before the rest is shared."""
    plan = with_edits(planned(appraisal_rows(), "appraisal"), ("rewards", "RW1", {"amount": 1000.0}))
    rows, left, reserve = reward.shared(plan, "RP1")
    assert rows.loc["RW1", "amount"] == 1000
    assert round(rows["amount"].sum() + left + reserve, 2) == 10_000


def test_the_dashboard_counts_what_the_pages_count(library: Plan) -> None:
    """Each line has every row once, quotes the finding of its own chart, and a unit or theme narrows it."""
    found = charts.drawn("dashboard", library, AS_OF)
    facts = found.table.set_index("What")
    counts = facts[["Well", "To watch", "Not well", "Cannot be judged yet"]].sum(axis=1)
    assert counts["Measures"] == len(library.measures)
    assert counts["Risk"] == len(library.risks)
    assert facts.loc["Measures", "Finding"] == charts.drawn("scorecard", library, AS_OF).title
    narrow = charts.drawn("dashboard", library, AS_OF, "U3").table.set_index("What")
    assert narrow.loc["Work", "Well"] <= facts.loc["Work", "Well"]
    assert narrow.loc["Measures"].iloc[1:5].sum() < counts["Measures"]


# --- budgets ---------------------------------------------------------------------------------------------------------


def test_lines_are_held_against_envelopes_in_words_and_to_the_cent(library: Plan) -> None:
    """The headline counts what is exceeded; the twin has the difference; a virement moves both sides."""
    found = charts.drawn("envelopes_and_lines", library, AS_OF)
    assert found.title.endswith("2 of 5 envelopes exceeded")
    row = found.table.set_index("Unit").loc["Digital"]
    assert (row["Lines, net"], row["Envelope"], row["Difference"]) == (1_140_000, 1_000_000, 140_000)
    move = Edit("add", "virements", None, {"giving_line": "B4", "receiving_line": "B1", "amount": 10_000.0})
    moved = charts.drawn("envelopes_and_lines", library.scenario([move]), AS_OF).table.set_index("Unit").loc["Digital"]
    assert (moved["Lines, net"], moved["Envelope"], moved["Difference"]) == (1_130_000, 990_000, 140_000)
    assert [budget._difference(one) for one in (0.0, 0.1, -6000.0, float("nan"))] == [
        "✓ exact",
        "▲ 0.10",
        "▽ 6,000",
        "no envelope",
    ]


def test_change_money_without_an_objective_is_the_headline(library: Plan) -> None:
    """100,000 of 1.84 million has no initiative: it stands in the first row, and the shares make a whole."""
    found = charts.drawn("money_to_objectives", library, AS_OF)
    assert found.title.startswith("5.4 % of the change money leads to no objective: EUR 100 k of EUR 1.84 M")
    assert found.table["Share, %"].sum() == pytest.approx(100, abs=0.5)
    named = library.scenario([Edit("remove", "budget_lines", str(library.budget_lines.index[-1]))])
    assert charts.drawn("money_to_objectives", named, AS_OF).title.startswith("All change money leads to an objective")


def test_low_and_high_lie_around_the_base(library: Plan) -> None:
    """Training at Branches costs 350,000, between 300,000 and 500,000; every other cost counts as its base."""
    by_unit = charts.drawn("cost_cases", library, AS_OF).table.set_index("Unit").loc["Branches"]
    assert (by_unit["High"] - by_unit["Base"], by_unit["Base"] - by_unit["Low"]) == (150_000, 50_000)
    one = charts.drawn("cost_cases", library, AS_OF, "U2").table.set_index("Initiative").loc["Train the staff"]
    assert one[["Low", "Base", "High"]].tolist() == [300_000, 350_000, 500_000]
