"""Repeated reports: every slot is made exactly once, whoever runs, is killed, comes late or comes twice."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import html.parser
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planning_kit import clock
from planning_kit.errors import PlanError, PlanFileError
from planning_kit.reports import Made, ledger
from planning_kit.reports.slots import LEASE, TRIES, Scheduler
from planning_kit.steps import STEPS
from planning_kit.store import Run, Schedule
from planning_kit.workbook import Workbook
from tests.kinds import HOSTILE
from tests.reports.scheduling import cheap, hang, log_of, processes, runs, schedule, work, work_and_tell
from tests.scale import IS_SOAK, times

Later = Callable[[dt.timedelta], None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Return a function that puts the clock forward."""

    def forward(by: dt.timedelta) -> None:
        shown = clock.now
        monkeypatch.setattr(clock, "now", lambda: shown() + by)

    return forward


def scheduler(workbook: Workbook, make: Callable[..., Made] = cheap) -> Scheduler:
    """Return a scheduler that makes cheap pages."""
    return Scheduler(workbook, make=make)


def pages(workbook: Workbook) -> list[str]:
    """Return the names of what lies in the folder of reports, but for the list of them."""
    return sorted(
        one.name
        for one in (workbook.path.parent / "reports").iterdir()
        if one.name not in ("index.html", "history.html")
    )


def states(workbook: Workbook) -> Counter[str]:
    """Return how many runs came to what."""
    return Counter(one.state for one in runs(workbook))


# --- asking for a schedule ---------------------------------------------------------------------------------


def asked(**told: Any) -> Schedule:
    """Return a schedule as it is asked for."""
    return Schedule(
        **{
            "report": "progress",
            "every": "every Monday 08:00",
            "zone": "Europe/Berlin",
            "recipients": ("ana@example.org", "bo@example.org", "ana@example.org"),
            "made_at": "",
            "made_by": "",
            **told,
        }
    )


def test_a_schedule_is_kept_with_who_and_when_and_shows_its_next_dates(filled: Workbook) -> None:
    """A reader named twice is one; the next five dates are Mondays at eight in Berlin."""
    made = ledger.add(filled, asked())
    assert filled.store.ledger.schedules() == [made]
    assert (made.number, made.made_by, made.recipients) == (1, "Ana", ("ana@example.org", "bo@example.org"))
    assert {f"{one:%a %H:%M}" for one in ledger.preview(filled, made)} == {"Mon 08:00"}
    assert filled.plan.revision == filled.store.revision


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"report": "progres"}, "Did you mean progress?"),
        ({"parameters": ("unti=Branches",)}, "Did you mean unit?"),
        ({"every": "now and then"}, "is not a rule"),
        ({"zone": "Berlin"}, "is not a time zone"),
        ({"recipients": ("ana@example.org, bo@example.org",)}, "is not one mail address"),
        ({"recipients": ("ana@example.org\r\nBcc: all@example.org",)}, "is not one mail address"),
        ({"owner": "Ana"}, "is not one mail address"),
        ({"catch_up": "some"}, "Allowed are: latest, all, none"),
        ({"formats": ("pfd",)}, "Did you mean pdf?"),
    ],
    ids=["report", "parameter", "rule", "zone", "two-in-one", "line-break", "owner", "catch-up", "format"],
)
def test_what_cannot_be_scheduled_is_refused_before_anything_is_kept(
    filled: Workbook, told: dict[str, Any], words: str
) -> None:
    """The sentence says what is allowed; there is no schedule afterwards."""
    with pytest.raises(PlanError) as refused:
        ledger.add(filled, asked(**told))
    assert words in str(refused.value)
    assert filled.store.ledger.schedules() == []


def test_what_is_for_few_eyes_is_neither_scheduled_nor_made(filled: Workbook, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report of a step that keeps its own file is refused, also when its schedule was there before."""
    schedule(filled, days=1, recipients=("ana@example.org",), owner="bo@example.org")
    progress = [one for step in STEPS for one in step.reports]
    moved = [dataclasses.replace(step, reports=() if step.book == "plan" else progress) for step in STEPS]
    monkeypatch.setattr(ledger, "STEPS", moved)
    with pytest.raises(PlanError, match="for few eyes only"):
        ledger.add(filled, asked())
    scheduler(filled).do_what_is_due()
    assert states(filled) == {"failed": 1}
    assert [(one.recipient, one.file) for one in filled.store.ledger.mails()] == [("bo@example.org", "")]
    assert not (filled.path.parent / "made.log").exists()


def test_schedules_lie_outside_history_and_undo(filled: Workbook) -> None:
    """Adding and running a schedule makes no revision, and undo takes back the last edit of the plan."""
    before = filled.store.revision
    schedule(filled, days=2)
    scheduler(filled).do_what_is_due()
    assert filled.store.revision == before
    filled.undo()
    assert filled.plan.dependencies.empty
    assert states(filled) == {"published": 1, "missed": 1}


def test_a_plan_of_an_earlier_version_shows_no_schedules_and_takes_one(filled: Workbook) -> None:
    """Looked at it has none; opened for writing it has room for them."""
    for name in ("schedules", "runs", "outbox"):
        filled.store._connection.exec_driver_sql(f"DROP TABLE {name}")
    with Workbook(filled.path, read_only=True) as looking:
        assert (looking.store.ledger.schedules(ended=True), looking.store.ledger.runs()) == ([], [])
    with Workbook(filled.path, "Ana") as writing:
        assert ledger.add(writing, asked()).number == 1


def test_a_plan_that_may_only_be_read_refuses_a_schedule(filled: Workbook) -> None:
    """The sentence is the one of any edit."""
    with Workbook(filled.path, read_only=True) as looking, pytest.raises(PlanFileError, match="read-only"):
        ledger.add(looking, asked())


# --- which slots -------------------------------------------------------------------------------------------

NOON = dt.datetime(2027, 3, 8, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("catch_up", "off", "due", "missed"),
    [
        ("latest", 7, ["2027-03-08"], 6),
        ("all", 7, [f"2027-03-0{n}" for n in range(2, 9)], 0),
        ("none", 7, [], 7),
        ("latest", 30, ["2027-03-08"], 29),
        ("latest", 5000, ["2027-03-08"], ledger.LISTED - 1),
    ],
)
def test_after_days_off_the_catch_up_rule_says_what_is_made(
    catch_up: str, off: int, due: list[str], missed: int
) -> None:
    """The newest missed slot, all, or none; the others are listed as missed, with the reason."""
    daily = asked(every="every day 08:00", catch_up=catch_up)
    found = ledger.slots(daily, NOON - dt.timedelta(off), NOON, lambda _: True)
    assert [one.as_of for one in found if one.state == "waiting"] == due
    assert [one.sentence for one in found if one.state == "missed"] == [
        "Not made: no scheduler was running when it was due."
    ] * missed


def test_without_catch_up_a_slot_that_is_due_now_is_made(filled: Workbook) -> None:
    """A minute late is not missed."""
    daily = asked(every="every day 08:00", zone="UTC", catch_up="none")
    begun = dt.datetime(2027, 3, 8, 8, 1, tzinfo=dt.UTC)
    assert [one.state for one in ledger.slots(daily, begun - dt.timedelta(1), begun, lambda _: True)] == ["waiting"]
    assert filled.store.ledger.runs() == []


def test_a_late_run_looks_at_the_date_it_was_due_and_says_which_revision(filled: Workbook, later: Later) -> None:
    """After a week off one page is made, as of its slot's date; a second pass and a second scheduler change nothing."""
    schedule(filled)
    later(dt.timedelta(7))
    assert scheduler(filled).do_what_is_due() == 0
    assert states(filled) == {"published": 1, "missed": 6}
    newest = runs(filled)[-1]
    assert newest.as_of == newest.slot[:10]
    assert f"as of {newest.as_of}, revision 1" in newest.sentence
    assert pages(filled) == [f"progress-{newest.as_of}-r1-S1.html"]
    before = runs(filled)
    scheduler(filled).do_what_is_due()
    with Workbook(filled.path, "Bo") as other:
        scheduler(other).do_what_is_due()
    assert runs(filled) == before
    assert len(log_of(filled.path)) == 1


def test_every_run_keeps_what_is_needed_to_make_it_again(filled: Workbook) -> None:
    """Parameters, date, revision, hashes of order, notebook and page, versions, duration."""
    schedule(filled, days=1, parameters=("period=6",))
    scheduler(filled).do_what_is_due()
    (one,) = runs(filled)
    assert (one.parameters, one.attempt, one.claimed_by) == (("period=6",), 1, "")
    assert all(len(found) == 64 for found in (one.order_hash, one.notebook_hash, one.page_hash))
    assert "papermill" in one.versions
    assert one.started_at <= one.finished_at


# --- many, killed, and taken over --------------------------------------------------------------------------


def test_any_number_of_schedulers_make_every_slot_exactly_once(filled: Workbook) -> None:
    """Several processes at the same time: each slot is asked for once, published once, and nobody fails."""
    many, slots = times(3, 8), times(20, 200)
    schedule(filled, days=slots, catch_up="all")
    working = [processes().Process(target=work, args=(str(filled.path),)) for _ in range(many)]
    for one in working:
        one.start()
    for one in working:
        one.join()
    assert [one.exitcode for one in working] == [0] * many
    assert states(filled) == {"published": slots}
    assert len(log_of(filled.path)) == len(set(log_of(filled.path))) == slots
    assert len(pages(filled)) == slots


def test_a_killed_scheduler_is_taken_over_when_its_lease_ends(filled: Workbook, later: Later) -> None:
    """Until then nobody touches the slot; after it one page is published, by the second attempt."""
    schedule(filled, days=1)
    ours, theirs = processes().Pipe(duplex=False)
    process = processes().Process(target=hang, args=(str(filled.path), theirs))
    process.start()
    assert ours.recv() == "begun"
    process.kill()
    process.join()
    scheduler(filled).do_what_is_due()
    assert states(filled) == {"running": 1}
    later(LEASE)
    scheduler(filled).do_what_is_due()
    assert [(one.state, one.attempt) for one in runs(filled)] == [("published", 2)]
    assert len(pages(filled)) == 1


def test_schedulers_killed_at_any_moment_lose_and_double_nothing(filled: Workbook, later: Later) -> None:
    """After every kill the next one goes on; in the end each slot is published once, at most made again."""
    chance = random.Random(None if IS_SOAK else 6)  # noqa: S311 - moments to kill at, no secret
    kills = times(4, 50)
    slots = kills * 8
    schedule(filled, days=slots, catch_up="all")
    for _ in range(kills):
        ours, theirs = processes().Pipe(duplex=False)
        process = processes().Process(target=work_and_tell, args=(str(filled.path), theirs, 0.05))
        process.start()
        theirs.close()
        with contextlib.suppress(EOFError):
            for _ in range(chance.randint(2, 6)):  # what the last one left is made first, and not killed again
                ours.recv()
        process.join(chance.uniform(0, 0.02))
        process.kill()
        process.join()
    later(LEASE)
    scheduler(filled).do_what_is_due()
    assert [one.sentence for one in runs(filled) if one.state != "published"] == []
    assert len(pages(filled)) == len(runs(filled)) == slots
    asked_for = Counter(log_of(filled.path))
    assert len(asked_for) == slots
    assert sum(asked_for.values()) <= slots + kills


def test_a_page_that_was_finished_but_not_yet_in_its_place_is_put_there(filled: Workbook) -> None:
    """A scheduler killed between its verdict and the move: the next one moves the page and makes nothing again."""
    schedule(filled, days=1)
    first = scheduler(filled)
    first._write_down()
    now = clock.now()
    run = filled.store.ledger.claim(first.name, now.isoformat(), (now + LEASE).isoformat())
    assert run
    assert first._do(run)
    assert states(filled) == {"made": 1}
    scheduler(filled).do_what_is_due()
    assert states(filled) == {"published": 1}
    assert len(log_of(filled.path)) == len(pages(filled)) == 1


def test_who_lost_the_claim_publishes_nothing(filled: Workbook, later: Later) -> None:
    """A scheduler that slept through its lease finds its slot done by another, and leaves it as it is."""
    schedule(filled, days=1, recipients=("ana@example.org",))
    said: list[str] = []

    def sleepy(plan: Path, name: str, **told: Any) -> Made:
        made = cheap(plan, name, **told)
        later(LEASE * 2)
        with Workbook(filled.path, "Bo") as other:
            scheduler(other).do_what_is_due()
        return made

    Scheduler(filled, make=sleepy, say=said.append).do_what_is_due()
    assert [(one.state, one.attempt) for one in runs(filled)] == [("published", 2)]
    assert len(filled.store.ledger.mails()) == len(pages(filled)) == 1
    assert "was taken over by another scheduler" in said[-1]


def test_a_long_report_keeps_its_claim(filled: Workbook) -> None:
    """The lease is renewed while the report is being made."""
    schedule(filled, days=1)

    def long(plan: Path, name: str, **told: Any) -> Made:
        with contextlib.closing(filled.store.ledger.another()) as looking:
            first = looking.runs()[0].free_at
            while looking.runs()[0].free_at <= first:
                pass
        return cheap(plan, name, **told)

    Scheduler(filled, make=long, lease=dt.timedelta(seconds=0.3)).do_what_is_due()
    assert [(one.state, one.attempt) for one in runs(filled)] == [("published", 1)]


def test_stopping_at_once_gives_the_slot_back(filled: Workbook) -> None:
    """Ctrl-C in the middle of a report: the next scheduler makes it without waiting for the lease."""
    schedule(filled, days=1)

    def stopped(*_: Any, **__: Any) -> Made:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scheduler(filled, stopped).do_what_is_due()
    scheduler(filled).do_what_is_due()
    assert states(filled) == {"published": 1}


def test_a_scheduler_told_to_stop_finishes_its_report_and_begins_no_other(filled: Workbook) -> None:
    """The page in the making is published; what else is due waits for the next scheduler."""
    schedule(filled, days=3, catch_up="all")
    one = scheduler(filled)

    def last(plan: Path, name: str, **told: Any) -> Made:
        one.stop.set()
        return cheap(plan, name, **told)

    one.make = last
    one.run_until_stopped()
    assert states(filled) == {"published": 1, "waiting": 2}


# --- failures ----------------------------------------------------------------------------------------------


def dry(_: Path, name: str, *, folder: Path, **__: Any) -> Made:
    """Stand in for a report whose third cell fails; the notebook with the error is left beside."""
    folder.mkdir(parents=True)
    kept = folder / f"{name}-r1.failed.ipynb"
    kept.write_text("{}", encoding="utf-8")
    return Made(ok=False, path=kept, sentence=f"cell 3 failed with ValueError: the well is dry. See {kept}.")


def test_a_failing_report_is_tried_again_later_and_then_told(filled: Workbook, later: Later) -> None:
    """Three attempts, further apart each time; then the owner is sent the failing cell's sentence."""
    schedule(filled, days=1, recipients=("ana@example.org",), owner="bo@example.org")
    for attempt in range(1, TRIES + 1):
        assert scheduler(filled, dry).do_what_is_due() == int(attempt == TRIES)
        assert scheduler(filled, dry).do_what_is_due() == 0
        assert [one.attempt for one in runs(filled)] == [attempt]
        later(dt.timedelta(hours=1))
    (mail,) = filled.store.ledger.mails()
    assert (mail.recipient, mail.file) == ("bo@example.org", "")
    assert "the well is dry" in mail.body
    assert states(filled) == {"failed": 1}
    assert [one for one in pages(filled) if one not in runs(filled)[0].sentence] == []


def test_a_report_that_works_again_is_published(filled: Workbook, later: Later) -> None:
    """What failed once and then runs is a page like any other, without a notice."""
    schedule(filled, days=1, recipients=("ana@example.org",))
    scheduler(filled, dry).do_what_is_due()
    later(dt.timedelta(hours=1))
    scheduler(filled).do_what_is_due()
    assert states(filled) == {"published": 1}
    assert [one.file for one in filled.store.ledger.mails()] == [runs(filled)[0].file]


@pytest.mark.parametrize(
    ("fault", "is_final"),
    [
        (PlanError("“Branches” is not a unit of this plan."), True),
        (PlanFileError("reports: the disk is full."), False),
        (ZeroDivisionError("oh"), False),
    ],
    ids=["refused", "disk", "unexpected"],
)
def test_whatever_goes_wrong_other_slots_go_on(filled: Workbook, fault: Exception, *, is_final: bool) -> None:
    """A refusal ends the slot at once, anything unexpected is tried again; the next schedule is made."""
    schedule(filled, days=1, report="progress")
    schedule(filled, days=1, parameters=("period=6",))

    def some(plan: Path, name: str, *, parameters: tuple[str, ...], **told: Any) -> Made:
        if not parameters:
            raise fault
        return cheap(plan, name, parameters=parameters, **told)

    assert scheduler(filled, some).do_what_is_due() == int(is_final)
    assert states(filled) == {"failed" if is_final else "waiting": 1, "published": 1}
    assert str(fault) in next(one.sentence for one in runs(filled) if not one.parameters)


def test_a_report_that_stops_its_scheduler_every_time_is_given_up(filled: Workbook, later: Later) -> None:
    """Out of memory three times: the slot fails with that reason instead of stopping schedulers for ever."""
    schedule(filled, days=1)
    first = scheduler(filled)
    first._write_down()
    for _ in range(TRIES):
        now = clock.now()
        assert filled.store.ledger.claim("killed", now.isoformat(), (now + LEASE).isoformat())
        later(LEASE)
    assert first.do_what_is_due() == 1
    assert "was stopped 3 times" in runs(filled)[0].sentence


def test_a_removed_schedule_makes_nothing_more_and_keeps_its_record(filled: Workbook, later: Later) -> None:
    """What waits for another attempt is given up with it."""
    made = schedule(filled, days=1)
    scheduler(filled, dry).do_what_is_due()
    assert filled.store.ledger.end(made.number, "now")
    assert not filled.store.ledger.end(made.number, "now")
    later(dt.timedelta(3))
    scheduler(filled).do_what_is_due()
    assert [one.sentence for one in runs(filled)] == ["Not made: the schedule was removed."]


def test_a_plan_of_a_stranger_moves_and_removes_nothing_of_ours(filled: Workbook, tmp_path: Path) -> None:
    """Rows that were written by hand into the ledger reach no file beyond what a scheduler has made itself."""
    precious = tmp_path / "precious" / "deep" / "diary.html"
    precious.parent.mkdir(parents=True)
    precious.write_text("dear diary", encoding="utf-8")
    made = schedule(filled, every="0 0 1 1 *")
    told = {"schedule": made.number, "slot": made.made_at, "report": "progress", "as_of": "2027-03-01", "free_at": ""}
    forged = Run(**told, state="made", staged=str(precious), file="gone.html")
    filled.store.ledger.write_down(made.number, [forged])
    scheduler(filled).do_what_is_due()
    assert precious.read_text(encoding="utf-8") == "dear diary"
    assert states(filled) == {"failed": 1}
    filled.store._connection.exec_driver_sql("UPDATE runs SET attempt = '../../precious', state = 'made'")
    with pytest.raises(PlanFileError, match="not a whole plan file"):
        scheduler(filled).do_what_is_due()


# --- the page with every run -------------------------------------------------------------------------------


class Elements(html.parser.HTMLParser):
    """Collects the elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element and its handlers."""
        self.found |= {tag, *(name for name, _ in attrs if name.startswith("on"))}


def test_hostile_names_stay_text_on_the_page_of_runs(filled: Workbook) -> None:
    """Organisation, report, parameters and verdicts are shown as they are written; the page allows nothing else."""
    many = [
        Run(
            schedule=1,
            slot=f"2027-03-0{n}T07:00:00.000+00:00",
            report=HOSTILE,
            parameters=(HOSTILE,),
            as_of="2027-03-01",
            free_at="",
            sentence=f"{HOSTILE}\n{HOSTILE}",
        )
        for n in (1, 2)
    ]
    page = ledger.page(HOSTILE, [schedule(filled)], many)
    elements = Elements()
    elements.feed(page)
    assert not elements.found & {"script", "img", "onerror", "link", "a"}
    assert "&lt;/script&gt;" in page
    assert "default-src 'none'" in page
    assert "2 waiting" in page
