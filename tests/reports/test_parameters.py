"""Parameters of reports: refused with a sentence before anything runs, or handed over with their type."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning_kit.errors import PlanError
from planning_kit.reports.parameters import Order, order
from planning_kit.workbook import Workbook


@pytest.fixture
def plan(filled: Workbook) -> Workbook:
    """Return a plan with a unit."""
    filled.add("units", name="Branches")
    return filled


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("unti=Branches", "Did you mean unit?"),
        ("unit=Collections", "“Collections” is not a unit of this plan"),
        ("period=soon", "soon is not a number"),
        ("period=99", "from 1 to 36"),
        ("unit", "name=value"),
        ("__import__('os').system('id')=1", "is not a parameter"),
        ("audience=everybody", "Allowed are:"),
    ],
)
def test_a_wrong_parameter_is_refused_with_what_is_allowed(plan: Workbook, typed: str, words: str) -> None:
    """The sentence names the parameter, what was found and what to write."""
    with pytest.raises(PlanError) as refused:
        order(plan, "progress", None, [typed])
    assert words in str(refused.value)
    assert "--param" in str(refused.value)


def test_an_unknown_report_is_refused_with_those_there_are(plan: Workbook) -> None:
    """A slip of the pen is answered with the name that was meant."""
    with pytest.raises(PlanError, match=r"Did you mean progress\?"):
        order(plan, "progres", None, [])


def test_good_parameters_keep_their_type(plan: Workbook) -> None:
    """A unit by its name becomes its id, a number a number; the date is the plan's own without one."""
    made = order(plan, "progress", None, ["unit=branches", "period=6"])
    assert (made.parameters["unit"], made.parameters["period"]) == ("U1", 6)
    assert made.as_of == dt.date(2027, 3, 31)
    assert Order.from_text(made.to_text()) == made


def test_no_name_and_no_value_gets_past_the_model(plan: Workbook) -> None:
    """Whatever is written is refused by a sentence, or survives the way through JSON unchanged."""

    @given(st.text(max_size=40) | st.sampled_from(["unit", "period", "audience"]), st.text(max_size=40))
    def refused_or_kept(name: str, value: str) -> None:
        try:
            made = order(plan, "progress", dt.date(2027, 3, 31), [f"{name}={value}"])
        except PlanError:
            return
        assert Order.from_text(made.to_text()) == made

    refused_or_kept()
