"""A report from end to end: papermill runs the notebook, one whole page is published, or nothing is."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from pathlib import Path

import pytest

from planning_kit.errors import PlanError
from planning_kit.reports import Made, run_many
from planning_kit.reports import run as report
from planning_kit.reports.runner import requests
from planning_kit.reports.server import Limits
from planning_kit.samples import build
from planning_kit.workbook import Workbook

HOSTILE = "</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the illustrative plan."""
    path = tmp_path_factory.mktemp("sample") / "plan.db"
    build("library-service", path)
    return path


@pytest.fixture(scope="module")
def made(sample: Path) -> Made:
    """Return the progress report of the illustrative plan."""
    return report(sample, "progress", as_of=dt.date(2026, 12, 31), folder=sample.parent / "reports")


def test_the_page_tells_what_a_reader_asks_first(made: Made) -> None:
    """Organisation and date, headlines, measures, delivery, changes, and how it was made are on one page."""
    assert made.ok, made.sentence
    page = made.path.read_text(encoding="utf-8")
    for words in (
        "City Library Service (illustrative)",
        "2026-12-31",
        "Headlines",
        "measures are behind",
        "Loans per opening hour",
        "tasks are done",
        "What changed",
        "How this report was made",
        "revision",
    ):
        assert words in page
    assert page.count("<svg") == 4
    assert "<script" not in page


def test_the_same_plan_and_date_give_the_same_bytes(made: Made, sample: Path) -> None:
    """A second run makes the same page, byte for byte."""
    again = report(sample, "progress", as_of=dt.date(2026, 12, 31), folder=sample.parent / "again")
    assert again.path.read_bytes() == made.path.read_bytes()


def test_a_report_for_a_unit_shows_only_what_the_unit_answers_for(sample: Path, made: Made) -> None:
    """The report for Collections has its own name and not the measures of others."""
    own = report(sample, "progress", parameters=["unit=Collections"], folder=sample.parent / "units")
    assert own.ok, own.sentence
    assert own.path.name != made.path.name
    page = own.path.read_text(encoding="utf-8")
    assert "Lending stock tagged" in page
    assert "Own income, last twelve months" not in page


def test_a_hostile_name_is_shown_as_text(tmp_path: Path) -> None:
    """Names that try to leave their place stay text in the published page."""
    with Workbook(tmp_path / "plan.db", HOSTILE, create=True) as workbook:
        workbook.add("profile", name=HOSTILE, organisation=HOSTILE)
        workbook.add("people", name=HOSTILE)
        workbook.add("objectives", title=HOSTILE, owner="P1", due="2029-12-31")
        workbook.add(
            "measures", name=HOSTILE, objective="O1", target_kind="raise_to", baseline=1, target=9, uom=HOSTILE
        )
        workbook.add("actuals", measure="M1", period_end="2027-01-31", value=3, note=HOSTILE)
        workbook.add("tasks", name=HOSTILE, owner="P1", duration=5, objective="O1")
    made = report(tmp_path / "plan.db", "progress", as_of=dt.date(2027, 3, 31), folder=tmp_path)
    assert made.ok, made.sentence
    page = made.path.read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;/script&gt;" in page


@pytest.fixture
def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with yesterday's report, where the report notebook fails in its second cell."""
    cells = [
        {"cell_type": "code", "id": "parameters", "metadata": {"tags": ["parameters"]}, "source": 'run = "{}"'},
        {"cell_type": "code", "id": "fails", "metadata": {}, "source": 'raise ValueError("the well is dry")'},
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {
        "cells": [{**one, "execution_count": None, "outputs": []} for one in cells],
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (tmp_path / "notebooks" / "reports").mkdir(parents=True)
    (tmp_path / "notebooks" / "reports" / "progress.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    monkeypatch.setattr("planning_kit.reports.runner.shipped", lambda name: tmp_path / name)
    return tmp_path


def test_a_failing_cell_leaves_yesterdays_report_and_the_notebook_with_the_error(failing: Path) -> None:
    """Nothing is published, the sentence names the cell, and what was there before is byte for byte the same."""
    with Workbook(failing / "plan.db", "Ana", create=True) as workbook:
        workbook.add("profile", name="Libraries 2030", as_of="2027-03-31")
    yesterday = failing / "reports" / "progress-2027-03-31-r1.html"
    yesterday.parent.mkdir()
    yesterday.write_text("yesterday", encoding="utf-8")
    made = report(failing / "plan.db", "progress", folder=failing / "reports")
    assert not made.ok
    assert "the well is dry" in made.sentence
    assert yesterday.read_text(encoding="utf-8") == "yesterday"
    assert "the well is dry" in made.path.read_text(encoding="utf-8")
    assert sorted(one.name for one in yesterday.parent.iterdir()) == [made.path.name, yesterday.name]


def test_a_refused_request_runs_nothing(sample: Path, tmp_path: Path) -> None:
    """A misspelt parameter is refused before a folder is made."""
    with pytest.raises(PlanError, match="Did you mean unit"):
        report(sample, "progress", parameters=["unti=Collections"], folder=tmp_path / "never")
    assert not (tmp_path / "never").exists()


def test_a_run_that_is_ended_from_outside_leaves_the_page_that_was_published(sample: Path, tmp_path: Path) -> None:
    """A report past its time is stopped with a sentence, and the page of the run before stays byte for byte."""
    before = report(sample, "progress", folder=tmp_path)
    kept = before.path.read_bytes()
    ended = report(sample, "progress", folder=tmp_path, limits=Limits(run=0.05))
    assert not ended.ok
    assert "longer than 0.05 seconds in all" in ended.sentence
    assert before.path.read_bytes() == kept


def test_reports_for_many_readers_are_each_their_own(sample: Path, tmp_path: Path) -> None:
    """Two at a time, every unit asked for gets its page, the same as if it were made alone."""
    many = [["unit=Collections"], ["unit=Digital Services"], ["unit=Branches and Outreach"]]
    made = list(run_many(sample, "progress", many, folder=tmp_path / "many", jobs=2))
    assert [one.ok for one in made] == [True] * len(many)
    assert len({one.path for one in made}) == len(many)
    alone = report(sample, "progress", parameters=many[0], folder=tmp_path / "alone")
    assert (tmp_path / "many" / alone.path.name).read_bytes() == alone.path.read_bytes()
    assert {one.revision for one in [*made, alone]} == {alone.revision}


def test_without_a_server_many_reports_are_made_side_by_side(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system cannot fork, two reports come from two processes, and the pages are the same."""
    many = [["unit=Collections"], ["unit=Digital Services"]]
    forked = list(run_many(sample, "progress", many, folder=tmp_path / "forked", jobs=2))
    monkeypatch.setattr("planning_kit.reports.runner.server", contextlib.nullcontext)
    spread = list(run_many(sample, "progress", many, folder=tmp_path / "spread", jobs=2))
    assert [one.ok for one in spread] == [True, True]
    assert {one.path.name: one.path.read_bytes() for one in spread} == {
        one.path.name: one.path.read_bytes() for one in forked
    }


def test_readers_are_named_by_name_by_id_by_table_or_all(sample: Path) -> None:
    """What stands after --for becomes one request for each reader, with what all of them share."""
    with Workbook(sample, read_only=True) as workbook:
        units, people = (list(workbook.plan.frame(one).index) for one in ("units", "people"))
    assert requests(sample, "progress", "") == [[]]
    assert requests(sample, "progress", "collections", ["audience=board"]) == [["audience=board", "unit=U3"]]
    assert requests(sample, "progress", "U3") == [["unit=U3"]]
    assert (
        requests(sample, "progress", "units") == requests(sample, "progress", "all") == [[f"unit={u}"] for u in units]
    )
    assert requests(sample, "progress", "people") == [[f"person={one}"] for one in people]


def test_a_reader_nobody_knows_is_refused_with_what_may_be_written(tmp_path: Path) -> None:
    """Unknown, ambiguous and not there yet each have their own words."""
    with Workbook(tmp_path / "plan.db", "Ana", create=True) as workbook:
        workbook.add("units", name="Branches")
        workbook.add("units", name="Branches")
    with pytest.raises(PlanError, match=r"“Nobody” is not a unit of this plan\..*or all, makes a report for each"):
        requests(tmp_path / "plan.db", "progress", "Nobody")
    with pytest.raises(PlanError, match=r"“branches” names 2 rows \(U1, U2\)\. Write the id"):
        requests(tmp_path / "plan.db", "progress", "branches")
    with pytest.raises(PlanError, match=r"There is nothing yet in people\."):
        requests(tmp_path / "plan.db", "progress", "people")
