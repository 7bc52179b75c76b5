"""What was reached of what was committed: the story of the sample, and what never counts."""

from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from planning_kit import folder
from planning_kit import letters as private
from planning_kit.charts import drawn
from planning_kit.errors import PlanError
from planning_kit.forms.guide import step
from planning_kit.plan import Edit, Plan
from planning_kit.samples import PASSPHRASE, build
from planning_kit.steps.appraisal import attained, calibration, letters
from planning_kit.workbook import Workbook, beside


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbook]:
    """Return the appraisal of the library service, the plan beside it."""
    path = tmp_path_factory.mktemp("library") / "plan.db"
    build("library-service", path)
    own = beside(path, "appraisal")
    with (
        Workbook(path) as plan,
        Workbook(own, "Ana", book="appraisal", beside=plan, passphrase=PASSPHRASE) as workbook,
    ):
        yield workbook


def review(plan: Plan, key: str) -> str:
    """Return the id of a review of the sample."""
    return str(plan.reviews.index[plan.reviews["source_id"] == key][0])


def test_a_team_is_excused_for_the_weeks_another_units_promise_cost(library: Workbook) -> None:
    """31 % of loans where 35 were expected are 82.6 % of the way; seven weeks earlier 29.6 were expected: 107.9 %."""
    plan = library.plan
    found = attained.reached(plan, review(plan, "rv_digital"))
    assert found is not None
    common = found.terms.loc[plan.appraisal_rules.index[plan.appraisal_rules["source_id"] == "ar_self"][0]]
    assert common["lost"] == 49
    assert common["attained"] == pytest.approx(100 * (31 - 12) / (35 - 12))
    expected = 25 + 10 * 42 / 91  # on 12 May 2026, between the targets of March and June
    assert common["excused"] == pytest.approx(100 * (31 - 12) / (expected - 12))
    giver = attained.reached(plan, review(plan, "rv_collections"))
    assert giver is not None
    assert giver.attainment == giver.excused, "who broke the promise is not excused by it"


def test_what_was_reached_is_copied_with_the_revision_it_rests_on(library: Workbook) -> None:
    """Every rating holds the attainment, and computing it again from that revision gives the same."""
    plan, names = library.plan, library.beside.store.names() if library.beside else {}
    assert set(plan.ratings["revision"]) == {names["After the cut"]}
    for rating in plan.ratings.itertuples():
        found = attained.reached(plan, rating.review)
        assert found is not None
        assert (rating.attainment, rating.excused) == (round(found.attainment, 1), round(found.excused, 1))


def test_reports_of_work_and_worries_never_change_an_attainment(library: Workbook) -> None:
    """Whatever people report of percent complete, confidence and risks, no review moves by a hair."""
    plan, of = library.plan, library.beside.plan if library.beside else library.plan
    edits = [
        Edit("set", "updates", str(one), {"percent_complete": 1.0, "confidence": "low"}) for one in of.updates.index
    ]
    edits += [Edit("set", "risks", str(one), {"probability": 99.0, "likelihood": 5}) for one in of.risks.index]
    other = of.scenario(edits)
    for one in plan.reviews.index:
        before, after = attained.reached(plan, str(one), of), attained.reached(plan, str(one), other)
        assert before is not None
        assert after is not None
        assert before.terms.equals(after.terms)


def test_the_picture_tells_the_breach_by_itself(library: Workbook) -> None:
    """The waterfall of the team that appealed says how many days were lost, to whom, and what it made of the result."""
    found = drawn("contribution", library.plan, dt.date(2026, 12, 31))
    assert found.title.startswith("Digital Services reached 96.0 %")
    assert "101.1 % without 49 days lost" in found.title
    assert found.beside is not None
    assert found.beside.iloc[0][["Promised by", "Days lost"]].tolist() == ["Collections", 49]
    assert found.table["Counts, points"].sum() == pytest.approx(96.0, abs=0.1)


def test_opening_the_calibration_is_recorded_and_copies_the_proposals(library: Workbook) -> None:
    """One press marks all reviews of the period with who and when, and makes their ratings with what the rules give."""
    plan = library.plan
    with pytest.raises(PlanError, match="open already"):
        calibration.opened(plan, dt.date(2026, 12, 31), "", "P2")
    cleared = [Edit("set", "reviews", str(one), {"calibration_opened_on": None}) for one in plan.reviews.index]
    blank = plan.scenario([*cleared, *(Edit("remove", "ratings", str(one)) for one in plan.ratings.index)])
    again = blank.scenario(calibration.opened(blank, dt.date(2026, 9, 15), "", "P2"))
    assert set(again.reviews["calibration_opened_by"]) == {"P2"}
    assert again.ratings["rating"].isna().all()
    assert again.ratings["proposed"].between(1, 5).all()
    assert again.ratings["first_rating"].tolist() == plan.reviews["manager_rating"].tolist()


def test_raters_are_compared_only_where_it_tells_of_nobody(library: Workbook) -> None:
    """Six raters of ten subjects, none of five: the screen says why nothing is compared; with more, what is hidden."""
    plan, at = library.plan, dt.date(2026, 12, 31)
    hidden = drawn("calibration", plan, at)
    assert hidden.chart is None
    assert hidden.table.empty
    assert "fewer than 5 would tell of persons" in hidden.empty
    one = {"manager": "P1", "manager_rating": 5}
    half = plan.scenario(Edit("set", "reviews", str(row), one) for row in plan.reviews.index[:6])
    assert drawn("calibration", half, at).chart is None, "the rest of four would be revealed"
    found = drawn("calibration", plan.scenario(Edit("set", "reviews", f"RV{n}", one) for n in range(1, 6)), at)
    assert found.table["Ratings"].tolist() == [5]
    assert "Not shown: 4 raters of fewer than 5" in found.note
    few = plan.scenario(Edit("set", "reviews", f"RV{n}", {"manager": "P1" if n < 6 else "P2"}) for n in range(1, 11))
    assert "spread is hidden under 4 raters" in drawn("calibration", few, at).note


def test_before_the_calibration_is_opened_nobody_sees_what_others_gave(library: Workbook) -> None:
    """The page says who has written and who has not, no rating; nor does the distribution show any."""
    plan, at = library.plan, dt.date(2026, 12, 31)
    closed = plan.scenario(
        Edit("set", "reviews", str(row), {"calibration_opened_on": None}) for row in plan.reviews.index
    )
    found = drawn("calibration", closed, at)
    assert found.chart is None
    assert found.beside is not None
    assert set(found.beside["Manager's view"]) == {"written"}
    assert not found.beside.astype(str).isin(list("12345")).any(axis=None)
    assert drawn("ratings_spread", closed, at).chart is None


def test_a_distribution_in_which_all_are_alike_is_hidden(library: Workbook) -> None:
    """Five teams with the same rating are shown together with the others; ten alike are not shown at all."""
    plan, at = library.plan, dt.date(2026, 12, 31)
    teams = plan.scenario(Edit("set", "ratings", f"RT{n}", {"rating": 3}) for n in range(1, 6))
    assert set(drawn("ratings_spread", teams, at).table["Who"]) == {"all together"}
    alike = plan.scenario(Edit("set", "ratings", f"RT{n}", {"rating": 3}) for n in range(1, 11))
    assert "hidden" in drawn("ratings_spread", alike, at).empty


def test_groups_are_compared_with_n_and_an_exact_test(library: Workbook) -> None:
    """The screen shows ratio, n and p, calls it a US screening rule, and hides the group of four."""
    found = drawn("adverse_impact", library.plan, dt.date(2026, 12, 31))
    assert "US screening rule" in found.note
    assert found.table["Ratio to highest"].tolist()[1] == pytest.approx((25 / 38) / (34 / 46), abs=1e-3)
    assert found.table["Fisher's exact p"].tolist()[1] == pytest.approx(0.477, abs=1e-3)
    assert found.table["Lower than 4/5"].tolist() == ["no", "no", "hidden"]
    assert found.table["People"].isna().tolist() == [False, False, True]
    small = library.plan.scenario(
        Edit("set", "group_counts", f"GC{n}", {"headcount": 12, "selected": 6}) for n in (1, 2)
    )
    assert "all under 30 people" in drawn("adverse_impact", small, dt.date(2026, 12, 31)).empty


def test_a_letter_says_how_to_appeal_and_until_when(library: Workbook) -> None:
    """Rating, terms, outcome and the upheld appeal are in it; ten working days from 31 December end on 15 January."""
    plan, at = library.plan, dt.date(2026, 12, 31)
    assert letters.appeal_until(plan, dt.date(2026, 9, 18)) == dt.date(2026, 10, 2)
    found = letters.letter(plan, review(plan, "rv_digital"), at, letters.receiver(plan, review(plan, "rv_digital")))
    assert ("To", "Head of Digital") in found[0]["facts"]
    said = " ".join(str(row) for part in found for row in part.get("rows", ()))
    wanted = (
        "96 %",
        "101.1 %",
        "82.6",
        "107.9",
        "49",
        "recognition",
        "2027-01-15",
        "upheld",
        "Council Member for Culture",
    )
    assert [one for one in wanted if one not in said] == []
    table = drawn("letter", plan, at, review(plan, "rv_digital")).table
    assert table["It says"].str.contains("Weight, %: ").any(), "a figure on the page says what it is"
    bare = plan.scenario(Edit("set", "ratings", str(one), {"rating": None}) for one in plan.ratings.index)
    with pytest.raises(PlanError, match="no settled rating"):
        letters.letter(bare, review(plan, "rv_digital"), at, "P1")


def test_letters_are_for_their_writer_alone_and_never_among_reports(library: Workbook, tmp_path: Path) -> None:
    """Each is a file only its owner can read, escaped, without a person in its name; a folder of reports is refused."""
    biting = library.plan.scenario([Edit("set", "reviews", "RV3", {"self_view": "<img src=x onerror=alert(1)>"})])
    at, where = dt.date(2026, 12, 31), tmp_path / "private"
    for row in letters.settled(biting):
        private.write(where, *letters.posted(biting, at, row, letters.receiver(biting, row)))
    files = list(where.iterdir())
    assert {one.name for one in files} == {f"letter-RV{n}-2026-12-31.html" for n in range(1, 11)}
    assert {stat.S_IMODE(one.stat().st_mode) for one in files} == {0o600}
    assert stat.S_IMODE(where.stat().st_mode) == 0o700
    assert "<img" not in (where / "letter-RV3-2026-12-31.html").read_text(encoding="utf-8")
    with pytest.raises(PlanError, match="never go where reports are"):
        private.write(tmp_path / "reports", "letter.html", [])


def test_a_letter_is_written_from_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Choose the review and the recipient, press: the file is there for its writer only, and the ledger says so."""
    plan = tmp_path / "plan.db"
    build("library-service", plan)
    monkeypatch.setenv("PLANNING_KIT_PASSPHRASE", PASSPHRASE)
    monkeypatch.chdir(tmp_path)
    folder.choose(tmp_path, "plan.db", "", "")
    page = step(8).chart("letter")
    assert page.on_open({})["act"] is None
    shown = page.on_pick({"value": "RV3"})
    assert shown["act"]["button"] == "Write the letter"
    recipient = next(row for row, name in shown["act"]["options"] if name == "Head of Digital")
    done = page.on_act({"value": recipient})
    assert "letter-RV3-2026-12-31.html is in the folder letters" in done["done"]
    assert stat.S_IMODE((tmp_path / "letters" / "letter-RV3-2026-12-31.html").stat().st_mode) == 0o600
