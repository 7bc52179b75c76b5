"""Numbers that explain themselves: worked examples, and a formula and a source for each."""

from __future__ import annotations

import pytest

from planning_kit.spec import Explained, Figure
from planning_kit.steps import STEPS, TABLES
from planning_kit.workbook import Workbook

FIGURES = [one for step in STEPS for one in step.figures]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda one: one.name)
def test_a_figure_says_how_it_comes_about(figure: Figure) -> None:
    """Title, formula and source are there, and its tables exist."""
    assert figure.title
    assert len(figure.formula) > 30
    assert figure.source.endswith(".")
    assert set(figure.tables) <= set(TABLES)


def test_names_are_unique_and_one_figure_stands_beside_a_row() -> None:
    """A name finds one figure; in a list each row shows one."""
    assert len({one.name for one in FIGURES}) == len(FIGURES)
    beside = [table for one in FIGURES if one.beside for table in one.tables]
    assert len(set(beside)) == len(beside)


def told(book: Workbook, name: str, row: str) -> Explained:
    """Return a figure of a row."""
    found = book.figure(name).explain(book.plan, row, book.as_of)
    assert found is not None
    return found


def test_weights_of_the_published_example(empty: Workbook) -> None:
    """Targets of 100,000, 20,000 and 1,000 weigh 82.6, 16.5 and 0.8 %."""
    for number in ("100000", "20000", "1000"):
        empty.add("objectives", title=f"Goal {number}", weight=number)
    assert [told(empty, "weight", f"O{n}").value.partition("%")[0] for n in (1, 2, 3)] == ["82.6", "16.5", "0.8"]


def test_exposure_in_grades_and_in_money(empty: Workbook) -> None:
    """30 % of 20,000 are 6,000."""
    empty.add("risks", event="Prices rise", likelihood="3", impact="4", probability="30", cost="20000")
    found = told(empty, "exposure", "R1")
    assert found.value == "12 of 25 now"
    assert ("now, in money", "30 % x 20,000 = 6,000") in found.terms


def test_wsjf_and_rice_of_the_published_examples(empty: Workbook) -> None:
    """(5 + 9 + 8) / 2 = 11; 5000 x 2 x 0.8 / 2 = 4000."""
    jobs = ((8, 4, 3, 5), (5, 9, 8, 2), (4, 3, 7, 8), (9, 5, 4, 8))
    for number, (value, time, risk, size) in enumerate(jobs, 1):
        empty.add("tasks", name=f"Job {number}", kind="initiative")
        inputs = {"value": value, "time_criticality": time, "risk_reduction": risk, "size": size}
        empty.add("priority_inputs", task=f"T{number}", **inputs)
    empty.edit("priority_inputs", "PI2", reach=5000, impact=2, confidence=80, effort=2)
    assert told(empty, "ranking", "T2").terms == (("WSJF", "11.00, rank 1 of 4"), ("RICE", "4000.00, rank 1 of 1"))


FOUNDRY = (
    ("A", 2, ""),
    ("B", 3, ""),
    ("C", 2, "A"),
    ("D", 4, "B"),
    ("E", 4, "C"),
    ("F", 3, "C"),
    ("G", 5, "DE"),
    ("H", 2, "FG"),
)


def test_dates_and_what_drives_them_in_the_general_foundry_network(empty: Workbook) -> None:
    """15 working days along A-C-E-G-H; F may slip by 6 (Heizer and Render, Operations Management)."""
    empty.add("profile", name="Foundry", start="2027-01-04")
    ids = {name: f"T{number}" for number, (name, _, _) in enumerate(FOUNDRY, 1)}
    for name, days, before in FOUNDRY:
        empty.add("tasks", name=name, duration=days)
        for one in before:
            empty.add("dependencies", predecessor=ids[one], successor=ids[name])
    last = told(empty, "dates", ids["H"])
    assert last.value == "2027-01-21 to 2027-01-22"
    assert last.rows == tuple(ids[one] for one in "HGECA")
    assert ("total slack", "6 working days") in told(empty, "dates", ids["F"]).terms


def test_dependencies_inside_and_outside_make_the_silo_index(empty: Workbook) -> None:
    """Two of three links stay inside the unit."""
    for unit in ("Digital", "Branches"):
        empty.add("units", name=unit)
    for unit in ("U1", "U1", "U1", "U2"):
        empty.add("tasks", name=f"Work of {unit}", unit=unit)
    for a, b in (("T1", "T2"), ("T2", "T3"), ("T3", "T4")):
        empty.add("dependencies", predecessor=a, successor=b)
    found = told(empty, "silo", "U1")
    assert found.value == "67%"
    assert ("with Branches", "1") in found.terms


def test_whoever_has_no_backup_brings_the_objective_down(empty: Workbook) -> None:
    """Ana owns it alone; Bo, named as sponsor, brings it back."""
    for name in ("Ana", "Bo"):
        empty.add("people", name=name)
    empty.add("objectives", title="Open late", owner="Ana")
    empty.add("tasks", name="Change the rota", owner="Ana", objective="O1")
    assert told(empty, "hangs_on", "P1").value == "1 objective, 1 task"
    empty.edit("objectives", "O1", sponsor="Bo")
    empty.edit("tasks", "T1", backup="Bo")
    assert empty.figure("hangs_on").explain(empty.plan, "P1", empty.as_of) is None


def test_the_settings_of_the_plan_are_the_rule_of_health(empty: Workbook) -> None:
    """A stricter limit turns a measure from on track to behind, and the rule says so."""
    empty.add("profile", name="Plan", start="2027-01-01", as_of="2027-07-02")
    empty.add("objectives", title="Open late")
    empty.add(
        "measures",
        name="Hours",
        objective="O1",
        target_kind="raise_to",
        baseline=0,
        target=100,
        baseline_on="2027-01-01",
        due="2028-01-01",
    )
    empty.add("actuals", measure="M1", period_end="2027-07-02", value=49)
    assert told(empty, "health", "M1").value.startswith("on track")
    empty.add("settings", name="status_on_track", value=99)
    found = told(empty, "health", "M1")
    assert found.value.startswith("behind")
    assert ("rule", "on track from 99%, behind from 85%, else at risk") in found.terms


def test_the_load_of_a_person_is_hours_asked_by_hours_free(empty: Workbook) -> None:
    """Half of a week of 40 hours against a share of 20 % is 250 %."""
    empty.add("profile", name="Plan", start="2027-03-01", finish="2027-12-31", as_of="2027-03-01")
    empty.add("people", name="Ana", hours_per_week=40, change_share=20)
    empty.add("tasks", name="Tag the stock", owner="Ana")
    empty.add("assignments", task="T1", person="Ana", share=50, start="2027-03-01", finish="2027-03-31")
    assert told(empty, "load", "P1").value == "250% in 2027-03"
    assert told(empty, "holdings", "P1").value == "1 item"


def money(book: Workbook) -> None:
    """Fill a plan with lines of two units and years, an envelope, a virement and closed work."""
    for name in ("Branches", "Digital"):
        book.add("units", name=name)
    book.add("profile", name="Libraries", start="2027-01-01", finish="2028-12-31")
    book.add("objectives", title="Read")
    book.add("tasks", name="Club", kind="initiative", objective="O1", work_class="campaign", duration=10)
    book.add("tasks", name="Flyers", parent="T1")
    lines = (("U1", 2027, 80, "T2"), ("U2", 2027, 20, None), ("U1", 2028, 50, "T1"), ("U2", 2028, 50, "T1"))
    for unit, year, amount, task in lines:
        values = {"unit": unit, "fiscal_year": year, "amount": amount, "task": task, "category": "staff"}
        book.add("budget_lines", purpose="change", **values)
    book.add("envelopes", unit="U1", fiscal_year=2027, amount="79.90")
    for name, actual in (("a", 90), ("b", 110), ("c", 120), ("d", 150), ("e", 200)):
        book.add("closed_work", name=name, work_class="Campaign", estimate=100, actual=actual)


def test_money_figures_of_a_small_budget(empty: Workbook) -> None:
    """0.1 above the envelope, 20 of 200 without an objective, 30 % moved from 80/20 to 50/50, 100 for the objective."""
    money(empty)
    assert told(empty, "envelope_difference", "EN1").value == "+0.1"
    assert told(empty, "change_without_objective", "PF1").value == "10.0%"
    assert told(empty, "change_without_objective", "U2").terms[1] == ("without an objective", "20")
    assert told(empty, "reallocation", "PF1").terms[0] == ("2027 to 2028", "30.0%")
    assert told(empty, "money_of_objective", "O1").terms == (("Branches", "130"), ("Digital", "50"))
    empty.add("virements", giving_line="B2", receiving_line="B1", amount=5)
    found = told(empty, "envelope_difference", "EN1")
    assert (found.value, found.terms[-1]) == ("+0.1", ("envelope", "84.9"))
    assert told(empty, "money_of_objective", "O1").value == "185"


def test_the_uplift_says_n_and_what_the_estimate_becomes(empty: Workbook) -> None:
    """Four of five closed campaigns took at most 160 % of their estimate: 100 become 160."""
    money(empty)
    found = told(empty, "reference_uplift", "T1")
    assert found.value == "+60% (n = 5)"
    assert found.terms[-2:] == (("estimate", "100"), ("with the uplift", "160"))
