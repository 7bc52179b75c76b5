"""The shipped samples: they build, stay the same, and hold what their pages promise."""

from __future__ import annotations

import csv
import datetime as dt
import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from planning_kit.analysis import forecast, schedule
from planning_kit.analysis.status import progress, progress_of
from planning_kit.errors import PlanError
from planning_kit.samples import PASSPHRASE, SAMPLES, build, templates
from planning_kit.shipped import shipped
from planning_kit.steps.reading import calendar
from planning_kit.workbook import Workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planning_kit.plan import Plan
    from planning_kit.spec import Finding

DATA = shipped("data")
EXACT = 8
"""Up to this step the list of expected findings is complete."""
REVISIONS = ["Draft", "Adopted", "After the cut", "Month 18"]
ROLES = ("Director", "Manager", "Officer", "Head of", "Librarian", "Coordinator", "Technician", "Producer", "Member")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a plan file of every sample."""
    folder = tmp_path_factory.mktemp("samples")
    made = {name: folder / f"{name}.db" for name in SAMPLES}
    for name, path in made.items():
        build(name, path)
    return made


@pytest.fixture
def dot(files: dict[str, Path]) -> Iterator[Workbook]:
    """Return the sample us-dot, open for reading."""
    with Workbook(files["us-dot"], read_only=True) as workbook:
        yield workbook


@pytest.fixture
def fda(files: dict[str, Path]) -> Iterator[Workbook]:
    """Return the sample us-fda-it, open for reading."""
    with Workbook(files["us-fda-it"], read_only=True) as workbook:
        yield workbook


@pytest.fixture
def library(files: dict[str, Path]) -> Iterator[Workbook]:
    """Return the sample library-service, open for reading."""
    with Workbook(files["library-service"], read_only=True) as workbook:
        yield workbook


def found(workbook: Workbook, name: str) -> list[Finding]:
    """Return the findings of a named revision on the date its profile looks at."""
    plan = workbook.at(name)
    return workbook.engine.findings(plan, plan.marked("profile", "as_of"))


def rows_by_key(plan: Plan, table: str) -> dict[str, str]:
    """Return the ids of a table by the keys of the CSV files."""
    keys = plan.frame(table)["source_id"]
    return dict(zip(keys, keys.index, strict=True))


@pytest.mark.parametrize("name", list(SAMPLES))
def test_every_sample_says_where_it_comes_from(name: str) -> None:
    """A sample has a page about its source and a build script that can be read in one go."""
    assert (DATA / name / "SOURCE.md").read_text(encoding="utf-8").startswith(f"# {name}")
    assert len((DATA / name / "build.py").read_text(encoding="utf-8").splitlines()) <= 200


@pytest.mark.parametrize("name", list(SAMPLES))
def test_a_sample_is_the_same_every_time(name: str, files: dict[str, Path], tmp_path: Path) -> None:
    """Building a sample twice gives the same rows, ids included."""
    build(name, tmp_path / "again.db")
    with Workbook(files[name], read_only=True) as one, Workbook(tmp_path / "again.db", read_only=True) as two:
        assert one.store.names() == two.store.names()
        assert one.plan.diff(two.plan) == []


# --- us-dot ------------------------------------------------------------------------------------------------


def test_dot_holds_what_was_published(dot: Workbook) -> None:
    """Goals, objectives, indicators and quarterly values are all there, and nothing else."""
    plan = dot.plan
    assert plan.objectives["parent"].notna().sum() == 27
    assert (plan.objectives["due"] == pd.Timestamp("2023-09-30")).sum() == 5
    assert (len(plan.measures), len(plan.actuals)) == (14, 42)
    assert all(plan.frame(name).empty for name in ("statements", "tasks", "budget_lines", "risks"))


def test_dot_leaves_open_what_the_source_leaves_open(dot: Workbook) -> None:
    """No owner, unit of measure or perspective is made up; several leaders are contributors."""
    plan = dot.plan
    assert plan.objectives[["owner", "perspective", "level"]].notna().sum().tolist() == [0, 0, 33]
    assert plan.measures["uom"].isna().all()
    safety = rows_by_key(plan, "objectives")["021APG2202"]
    assert "Billy Nolen" in dot.shown("objectives", "contributors", plan.row("objectives", safety)["contributors"])


def test_dot_progress_is_the_published_one(dot: Workbook) -> None:
    """Where an indicator moves from start to target, our progress is the published one in every quarter."""
    measures = dot.plan.measures.loc[dot.plan.actuals["measure"]]
    said = dot.plan.actuals["note"].str.extract(r"^Published progress (-?[\d.]+)")[0].astype(float)
    ours = progress_of(measures["baseline"], measures["target"], dot.plan.actuals["value"])
    moving = (measures["target_kind"] != "keep_at_least").to_numpy()
    assert moving.sum() == 30
    assert abs(ours - said.to_numpy())[moving].max() < 0.005
    assert set(said[~moving]) == {0}


def test_dot_ceilings_typed_as_something_to_raise_are_found_by_name(dot: Workbook) -> None:
    """The four published defects are named row by row with their ceiling, and no other indicator is."""
    found = {one.row: one.message for one in dot.findings(1) if one.code == "112"}
    named = {
        "Total U.S.-Owned GA Fatal Accidents": "raise to 267",
        "U.S. GA Fatal Accidents per 100,000 Flight Hours": "raise to 0.95",
        "Total U.S.-Owned Commercial Carrier Aviation Fatalities": "raise to 35",
        "U.S.-Owned Commercial Carrier Aviation Fatalities per 100 Million Persons on Board": "raise to 5.2",
    }
    assert {dot.label(row) for row in found} == set(named)
    assert all(named[dot.label(row)] in message for row, message in found.items())
    assert "242 of at most 267" in dot.engine.checks["112"].why


def test_dot_maintain_rows_published_as_nothing_are_met(dot: Workbook) -> None:
    """Four indicators are to stay at or above a threshold and do: published as 0 %, read as met."""
    seen = progress(dot.plan.measures, dot.plan.actuals, dot.as_of)
    kept = seen[dot.plan.measures["target_kind"] == "keep_at_least"]
    assert kept["status"].tolist() == ["met"] * 4
    assert kept["progress"].isna().all()


def test_dot_keeps_the_ceiling_that_was_typed_as_something_to_raise(files: dict[str, Path], tmp_path: Path) -> None:
    """The light that lies is in the sample as published; our reading of it is applied only when asked for."""
    with Workbook(files["us-dot"], read_only=True) as workbook:
        workbook.store.copy(tmp_path / "dot.db")
    with Workbook(tmp_path / "dot.db", author="analyst") as workbook:
        row = rows_by_key(workbook.plan, "measures")["021APG2202-2"]
        before = progress(workbook.plan.measures, workbook.plan.actuals, workbook.as_of)
        assert round(float(before.loc[row, "progress"]), 3) == 0.906
        runpy.run_path(str(DATA / "us-dot" / "build.py"))["correct"](workbook)
        after = progress(workbook.plan.measures, workbook.plan.actuals, workbook.as_of)
        assert after.loc[row, "status"] == "met"
        assert (workbook.plan.measures["target_kind"] == "keep_at_most").sum() == 4


def test_dot_shows_each_published_absurdity_with_the_corrected_reading(dot: Workbook) -> None:
    """Four ceilings read as a way to go, four kept bounds read as nothing; each with its signed reading."""
    said = {one.row: one.message for one in dot.findings(7) if one.code == "720"}
    told = {dot.plan.row("measures", row)["source_id"]: text for row, text in said.items()}
    assert len(told) == 8
    assert "90.6 %; read with its sign it is 242 of at most 267: inside the bound by 25" in told["021APG2202-2"]
    assert any("90.5 %; read with its sign it is 0.86 of at most 0.95" in text for text in told.values())
    kept = [text for text in told.values() if "published as 0 %" in text and "inside the bound" in text]
    assert len(kept) == (dot.plan.measures["target_kind"] == "keep_at_least").sum()


# --- us-fda-it ---------------------------------------------------------------------------------------------


def test_fda_is_one_tree_of_work(fda: Workbook) -> None:
    """Investments, projects and activities stand under each other, with the planned money in dollars."""
    kinds = fda.plan.tasks["kind"].value_counts().to_dict()
    assert kinds == {"task": 122, "project": 17, "initiative": 8}
    assert fda.plan.tasks["parent"].isna().sum() == 8
    assert fda.plan.budget_lines["amount"].sum() == 25_703_000


def test_fda_says_what_was_late_and_what_took_longer(fda: Workbook) -> None:
    """14 of 122 activities started late, 27 ran longer than planned."""
    reports = fda.plan.updates.set_index("task")
    work = fda.plan.tasks.loc[reports.index]
    assert len(work) == 122
    assert (reports["started_on"] > work["planned_start"]).sum() == 14
    actual = reports["finished_on"] - reports["started_on"]
    assert (actual > work["planned_finish"] - work["planned_start"]).sum() == 27


def test_fda_says_which_metrics_were_met(fda: Workbook) -> None:
    """26 metrics were met, 6 were not, and 20 have no result, which is not the same as 0."""
    seen = progress(fda.plan.measures, fda.plan.actuals, fda.as_of)
    assert seen["status"].value_counts().to_dict() == {"met": 26, "no data": 20, "not met": 6}


# --- library-service ---------------------------------------------------------------------------------------


def test_library_has_its_four_revisions_in_order(library: Workbook) -> None:
    """Every named revision opens, each later than the one before, each looked at on a later day."""
    names = library.store.names()
    assert sorted(names, key=lambda name: names[name]) == REVISIONS
    days = [library.at(name).marked("profile", "as_of") for name in REVISIONS]
    assert days == sorted(days)
    assert str(library.as_of) == "2026-12-31"


def test_library_draft_has_exactly_the_findings_we_put_in(library: Workbook) -> None:
    """The list names what is found, warnings and notes too: complete up to the step of `EXACT`."""
    draft = library.at("Draft")
    here = {(one.code, one.table, one.row, one.field) for one in found(library, "Draft")}
    with (DATA / "library-service" / "expected_draft.csv").open(encoding="utf-8", newline="") as lines:
        listed = list(csv.DictReader(lines))
    ids = {"": "", **{key: row for table in draft.tables for key, row in rows_by_key(draft, table).items()}}
    expected = {(one["code"], one["table"], ids[one["key"]], one["field"]) for one in listed}
    assert len(expected) == len(listed) > 40
    assert expected - here == set()
    assert {one for one in here - expected if int(one[0][0]) <= EXACT} == set()


def test_library_draft_shows_the_four_breaks_with_the_step_that_mends_each(library: Workbook) -> None:
    """Each break is lit by what was put in, names its first reason, and leads to the step of that reason."""
    draft = library.at("Draft")
    seen = {one.name: one for one in library.engine.gaps(draft, draft.marked("profile", "as_of"))}
    assert {name: (one.state, one.step) for name, one in seen.items()} == {
        "lost in the cascade": ("red", 1),
        "measures not tracked": ("amber", 1),
        "silos": ("red", 5),
        "resources that cannot move": ("red", 5),
    }
    assert (
        "“The council sees what its libraries achieve” → “We live within our means”"
        in seen["lost in the cascade"].reason
    )
    assert "Complaints per 10,000 visits" in seen["measures not tracked"].reason


@pytest.mark.parametrize("name", REVISIONS[1:])
def test_library_has_no_error_once_it_is_adopted(library: Workbook, name: str) -> None:
    """What was repaired stays repaired."""
    assert [one.message for one in found(library, name) if one.severity == "error"] == []


def test_library_fills_every_table(library: Workbook) -> None:
    """A reader finds an example of everything a plan can hold."""
    empty = [name for name in library.plan.tables if library.plan.frame(name).empty]
    assert empty == ["solutions"]


def test_library_names_roles_and_no_people(library: Workbook) -> None:
    """Nobody in the illustrative plan could be taken for a person, and its name says that it is made up."""
    assert [name for name in library.plan.people["name"] if not any(role in name for role in ROLES)] == []
    assert "illustrative" in library.plan.one("profile")["organisation"]


def test_library_history_is_told_by_the_people_in_it(library: Workbook) -> None:
    """Every change has an author of the plan (or nobody, for anonymous cards), a day and a reason."""
    told = library.history(limit=1000)
    assert {one.author for one in told} <= {*library.plan.people["name"], "Anonymous"}
    assert all(one.reason[:4] in {"2025", "2026", "2027"} and len(one.reason) > 30 for one in told)


def test_library_hangs_on_its_systems_librarian(library: Workbook) -> None:
    """In month 18 four objectives hang on one person without a backup."""
    hits = [one for one in found(library, "Month 18") if one.code == "004"]
    assert [library.label(one.row) for one in hits] == ["Systems Librarian"]
    assert "4 objectives" in hits[0].message


def test_library_green_light_lies(library: Workbook) -> None:
    """Loans per opening hour reach their target while the guardrail on visits is broken."""
    plan = library.plan
    seen = progress(plan.measures, plan.actuals, library.as_of, targets=plan.targets)
    keys = rows_by_key(plan, "measures")
    assert seen.loc[keys["m_lph"], "status"] == "met"
    assert seen.loc[keys["m_visits"], "status"] == "not met"
    assert bool(plan.measures.loc[keys["m_visits"], "is_guardrail"])


def test_library_promise_of_the_app_rests_on_a_simulation(library: Workbook) -> None:
    """The formula for the longest path promises the end of April far too surely; the decision quotes both."""
    plan, first = library.at("Adopted"), dt.date(2025, 7, 1)
    week, off = calendar(plan)
    leaves, links = schedule.bind_leaves(plan.tasks, plan.dependencies)
    needed = {rows_by_key(plan, "tasks")["app_launch"]}
    while fresh := set(links.loc[links["successor"].isin(needed), "predecessor"]) - needed:
        needed |= fresh
    leaves = leaves[leaves.index.isin(needed)].assign(deadline=pd.NaT, likely=leaves["duration"])
    links = links[links["successor"].isin(needed)]
    work = schedule.in_working_days(leaves, first, weekmask=week, holidays=off)
    days = np.busday_count(first, dt.date(2026, 5, 1), weekmask=week, holidays=np.array(off, dtype="datetime64[D]"))
    assert round(forecast.pert(work, links).chance(days), 2) == 0.86
    assert round(forecast.finish(work, links).chance(days), 2) == 0.60
    reasons = plan.decisions.set_index("source_id")["reason"]
    assert "86 %" in reasons["d_app_date"]
    assert "60 %" in reasons["d_app_date"]


def test_library_plan_b_can_be_switched_on(library: Workbook) -> None:
    """The scenario of the burst pipe names rows and fields that exist."""
    edits, plan = library.at("Adopted").scenario_edits, library.at("Adopted")
    kept = edits[edits["op"] == "set"]
    assert all(plan.has(row) for row in kept["row_id"])
    assert all(name in plan.tables[table].fields for table, name in zip(kept["table_name"], kept["field"], strict=True))


def test_library_budget_is_cut_by_eight_percent_and_balances(library: Workbook) -> None:
    """The council takes eight percent of the grant, and income still pays all costs to the cent."""
    grants = {}
    for name in ("Adopted", "After the cut"):
        lines = library.at(name).budget_lines
        lines = lines[(lines["case"] == "base") & (lines["fiscal_year"] == 2027)]
        income = lines["category"] == "income"
        assert lines.loc[income, "amount"].sum() == lines.loc[~income, "amount"].sum()
        grants[name] = lines.loc[lines["source_id"] == "b_grant_2027", "amount"].item()
    assert grants["After the cut"] == pytest.approx(0.92 * grants["Adopted"])


def appraisal(files: dict[str, Path], path: Path, **also: Any) -> tuple[Workbook, Workbook]:
    """Return the plan and the appraisal workbook built beside it."""
    plan = Workbook(files["library-service"], read_only=True)
    workbook = Workbook(
        path, author="planning-kit", create=True, book="appraisal", beside=plan, passphrase=PASSPHRASE, **also
    )
    runpy.run_path(str(DATA / "library-service" / "build.py"))["build_appraisal"](workbook)
    return plan, workbook


def test_library_appraisal_has_no_error_and_no_bonus(files: dict[str, Path], tmp_path: Path) -> None:
    """Step 8 is filled, its pools add up, and nobody's pay depends on it."""
    plan, workbook = appraisal(files, tmp_path / "appraisal.db")
    with plan, workbook:
        assert all(len(workbook.plan.frame(name)) for name in workbook.plan.tables)
        assert [one.message for one in workbook.findings() if one.severity == "error"] == []
        rewards = workbook.plan.rewards
        assert set(rewards["kind"]) == {"recognition", "training"}
        shared = rewards.groupby("pool")["amount"].sum()
        pools = workbook.plan.reward_pools
        assert (shared <= pools["amount"] * (1 - pools["reserve"] / 100) + 1e-9).all()


def test_library_appeal_excuses_a_team_for_a_promise_of_others(files: dict[str, Path], tmp_path: Path) -> None:
    """The rating that was lowered by another unit's late promise is raised after the appeal."""
    plan, workbook = appraisal(files, tmp_path / "appraisal.db")
    with plan, workbook:
        upheld = workbook.plan.appeals.query("outcome == 'upheld'").iloc[0]
        before = [one for one in workbook.history(upheld["about"]) if one.author == "Council Member for Culture"]
        change = next(one for one in before[0].changes if one.row == upheld["about"])
        assert (change.before["rating"], change.after["rating"]) == (2, 3)
        assert "promise" in upheld["reason"]
        late = plan.plan.promises
        assert late.loc[late["source_id"] == "p_batch_2", "state"].item() == "kept_late"


@pytest.mark.parametrize("kind", templates())
def test_a_template_begins_a_plan_of_its_kind(kind: str, tmp_path: Path) -> None:
    """Objectives with measures and work that serves them are there; numbers, names and days are left to the group."""
    build("", tmp_path / "plan.db", kind)
    with Workbook(tmp_path / "plan.db", read_only=True) as workbook:
        plan = workbook.plan
        assert plan.one("profile")["kind"] == kind
        goals = set(plan.objectives.index)
        assert set(plan.measures["objective"]) == goals
        assert set(plan.tasks["objective"]) == goals
        assert len(plan.risks) > 2
        assert plan.objectives[["owner", "due"]].isna().all(axis=None)
        assert plan.measures[["baseline", "target"]].isna().all(axis=None)
        codes = {one.code for one in workbook.findings() if one.severity == "error"}
        assert {code for code in codes if not code.endswith("00")} == {"101"}, (
            "only what the group has to write blocks it"
        )


def test_an_unknown_template_is_refused_with_the_list(tmp_path: Path) -> None:
    """A wrong name makes no file."""
    with pytest.raises(PlanError, match=r"“poetry” is not a template\. Templates are: strategic, annual_operating"):
        build("", tmp_path / "plan.db", "poetry")
    assert list(tmp_path.iterdir()) == []
