"""Mails of reports: everybody gets each once, whatever the server does; nothing typed becomes a header."""

from __future__ import annotations

import datetime as dt
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from planning_kit import clock
from planning_kit.errors import PlanError
from planning_kit.reports import outbox
from planning_kit.reports.slots import Scheduler
from planning_kit.workbook import Workbook
from tests.kinds import HOSTILE
from tests.reports.post import POINTS, Post, serving
from tests.reports.scheduling import PAGE, cheap, runs, schedule
from tests.scale import IS_SOAK, times

READERS = ("ana@example.org", "bo@example.org", "cy@example.org")
NAMES = ("HOST", "PORT", "USER", "PASSWORD", "SECURITY", "FROM")
Set = Callable[..., None]


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Set:
    """Return a function that sets the environment of the mail server; nothing is set before."""
    for name in NAMES:
        monkeypatch.delenv(f"PLANNING_KIT_SMTP_{name}", raising=False)

    def tell(**told: object) -> None:
        for name, value in told.items():
            monkeypatch.setenv(f"PLANNING_KIT_SMTP_{name}", str(value))

    return tell


@pytest.fixture
def post(settings: Set) -> Iterator[Post]:
    """Return a mail server that the environment names."""
    with serving(Post()) as server:
        settings(HOST="127.0.0.1", PORT=server.port, SECURITY="none", FROM="plan@example.org")
        yield server


def pass_and_wait(workbook: Workbook, monkeypatch: pytest.MonkeyPatch, passes: int) -> list[str]:
    """Let a scheduler do what is due now, and then what waits, half a day apart; returns what it said."""
    said: list[str] = []
    for _ in range(passes):
        Scheduler(workbook, make=cheap, say=said.append).do_what_is_due()
        for one in workbook.store.ledger.schedules():
            workbook.store.ledger.end(one.number, "now")
        shown = clock.now()
        monkeypatch.setattr(clock, "now", lambda at=shown: at + dt.timedelta(hours=12))
    return said


def attached(mail: EmailMessage) -> tuple[str, str]:
    """Return name and content of what is attached."""
    (part,) = mail.iter_attachments()
    return str(part.get_filename()), part.get_content()


def test_a_report_is_mailed_to_every_reader_once(filled: Workbook, post: Post) -> None:
    """One mail each, with the headline inline and the page attached as it was published; nothing is sent again."""
    schedule(filled, days=1, recipients=READERS)
    for _ in range(2):
        Scheduler(filled, make=cheap).do_what_is_due()
    assert sorted(post.readers) == sorted(READERS)
    (run,) = runs(filled)
    page = filled.path.parent / run.file
    for mail in post.taken:
        assert mail["To"] in READERS
        assert mail["Subject"] == f"progress, {run.as_of}"
        assert "Two measures are behind." in mail.get_body().get_content()
        assert "revision 1" in mail.get_body().get_content()
        assert attached(mail) == (page.name, page.read_text(encoding="utf-8"))
    assert {one.state for one in filled.store.ledger.mails()} == {"sent"}


def test_every_format_of_a_schedule_is_published_and_attached(filled: Workbook, post: Post) -> None:
    """Page, PDF and workbook go out in one mail, each under its name; beside them lies the page of all runs."""
    schedule(filled, days=1, recipients=READERS[:1], formats=("html", "pdf", "xlsx"))
    Scheduler(filled, make=cheap).do_what_is_due()
    page = filled.path.parent / runs(filled)[-1].file
    (mail,) = post.taken
    found = {str(part.get_filename()): part.get_content_type() for part in mail.iter_attachments()}
    assert list(found.values())[:2] == ["text/html", "application/pdf"]
    assert list(found) == [page.with_suffix(end).name for end in (".html", ".pdf", ".xlsx")]
    assert all((page.parent / name).is_file() for name in found)
    assert "1 published" in (page.parent / "history.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("point", POINTS)
def test_a_server_that_drops_the_line_loses_no_mail(
    filled: Workbook, post: Post, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    """Everybody gets it; only where the reply was cut there is one more, which bears the same identity."""
    chance = random.Random(None if IS_SOAK else point)  # noqa: S311 - which connections fail, no secret
    for _ in range(times(1, 20)):
        post.taken.clear()
        post.readers.clear()
        post.drops[:] = [point if chance.random() < 0.6 else "" for _ in READERS]
        cut = post.drops.count("reply")
        schedule(filled, days=1, recipients=READERS)
        pass_and_wait(filled, monkeypatch, 2)
        assert set(post.readers) == set(READERS)
        assert len(post.taken) == len(READERS) + cut
        assert len({one["Message-ID"] for one in post.taken}) == len(READERS)
        assert {one.state for one in filled.store.ledger.mails()} == {"sent"}


def test_a_mail_that_can_never_be_sent_is_given_up_and_said(
    filled: Workbook, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight attempts, further apart each time; the reason stays beside the mail, the report stays published."""
    post.drops[:] = ["RCPT"] * 100
    schedule(filled, days=1, recipients=READERS[:1])
    said = pass_and_wait(filled, monkeypatch, 1)
    first = filled.store.ledger.mails()[0]
    assert first.free_at > first.made_at
    said += pass_and_wait(filled, monkeypatch, outbox.TRIES + 1)
    (mail,) = filled.store.ledger.mails()
    assert (mail.state, mail.attempt) == ("failed", outbox.TRIES)
    assert mail.sentence
    assert "given up" in [one for one in said if "could not be sent" in one][-1]
    assert runs(filled)[0].state == "published"


def test_a_failure_is_told_by_mail_with_the_sentence_of_the_cell(
    filled: Workbook, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The owner reads what failed and when it was due; no page is attached."""
    schedule(filled, days=1, recipients=READERS, owner="dee@example.org", parameters=("unit=Branches",))

    def refused(*_: object, **__: object) -> object:
        raise PlanError("--param unit: “Branches” is not a unit of this plan.")

    Scheduler(filled, make=refused).do_what_is_due()
    pass_and_wait(filled, monkeypatch, 1)
    (mail,) = post.taken
    assert post.readers == ["dee@example.org"]
    assert "not published" in mail["Subject"]
    assert "is not a unit of this plan" in mail.get_content()
    assert "It was due on" in mail.get_content()


def test_without_a_mail_server_reports_are_made_and_mails_wait(
    filled: Workbook, settings: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As soon as there is one, they leave."""
    schedule(filled, days=1, recipients=READERS)
    pass_and_wait(filled, monkeypatch, 1)
    assert {(one.state, one.attempt) for one in filled.store.ledger.mails()} == {("waiting", 0)}
    with serving(Post()) as later:
        settings(HOST="127.0.0.1", PORT=later.port, SECURITY="none", FROM="plan@example.org")
        Scheduler(filled, make=cheap).do_what_is_due()
        assert Counter(later.readers) >= Counter(READERS)


def test_a_page_that_was_changed_after_it_was_published_is_not_sent(filled: Workbook, post: Post) -> None:
    """What leaves is what the ledger knows; a file put in its place stays here."""
    schedule(filled, days=1, recipients=READERS[:1])
    post.drops[:] = ["connect"]
    Scheduler(filled, make=cheap).do_what_is_due()
    page = filled.path.parent / runs(filled)[0].file
    page.write_text("something else", encoding="utf-8")
    through = outbox.server()
    assert through
    with pytest.raises(ValueError, match="is not the page that was published"):
        outbox.message(filled.store.ledger.mails()[0], through.sender, [page])
    assert post.taken == []


# --- walls -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        "", "ana", "ana@", "@example.org", "ana@example.org, bo@example.org", "ana@example.org\r\nBcc: all@example.org",
        "ana@example.org\nX: y", "Ana <ana@example.org>", "ana@exa mple.org", "ana;bo@example.org", HOSTILE,
        "änä@example.org", "ana@example.org>", '"a b"@example.org',
    ],
)  # fmt: skip
def test_what_is_not_one_plain_address_is_refused(wrong: str) -> None:
    """Line breaks, lists, names and anything that is no address end in a sentence."""
    with pytest.raises(PlanError, match="is not one mail address"):
        outbox.address(wrong)


def test_a_name_with_line_breaks_stays_one_line_of_the_subject(filled: Workbook, post: Post) -> None:
    """A title that tries to add a header or a reader is a subject, and nothing else."""
    schedule(filled, days=1, recipients=READERS[:1])
    title = f"Progress\r\nBcc: all@example.org\r\n\r\n{HOSTILE}".replace("<", "&lt;")

    def titled(plan: Path, name: str, **told: object) -> object:
        made = cheap(plan, name, **told)  # type: ignore[arg-type]
        made.path.write_text(PAGE.format(title=title), encoding="utf-8", newline="")
        return made

    Scheduler(filled, make=titled).do_what_is_due()
    (mail,) = post.taken
    assert post.readers == [READERS[0]]
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("Progress Bcc: all@example.org </script>")
    assert {one.casefold() for one in mail} <= {
        "from", "to", "subject", "message-id", "date", "auto-submitted", "mime-version", "content-type", "x-peer",
        "x-mailfrom", "x-rcptto",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"PORT": "smtp"}, "PLANNING_KIT_SMTP_PORT: “smtp” is not a number"),
        ({"SECURITY": "maybe"}, "Set it to starttls, ssl, none"),
        ({"FROM": ""}, "PLANNING_KIT_SMTP_FROM: “” is not one mail address"),
        ({"FROM": "plan@example.org\r\nBcc: all@example.org"}, "PLANNING_KIT_SMTP_FROM"),
        ({"SECURITY": "none", "USER": "plan"}, "not sent over an open line"),
    ],
    ids=["port", "security", "no-sender", "sender", "open-line"],
)
def test_a_setting_that_cannot_be_taken_is_refused_by_its_name(settings: Set, told: dict[str, str], words: str) -> None:
    """The sentence names the variable and what to set it to."""
    settings(HOST="mail.example.org", **{"FROM": "plan@example.org", **told})
    with pytest.raises(PlanError) as refused:
        outbox.server()
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("told", "expected"),
    [({}, (587, "starttls")), ({"PORT": 465}, (465, "ssl")), ({"SECURITY": "SSL"}, (465, "ssl"))],
    ids=["nothing", "port", "security"],
)
def test_the_line_is_secure_unless_told_otherwise(
    settings: Set, told: dict[str, object], expected: tuple[int, str]
) -> None:
    """Without a word on it the server is asked for TLS."""
    settings(HOST="mail.example.org", FROM="plan@example.org", **told)
    found = outbox.server()
    assert found
    assert (found.port, found.security) == expected


def test_a_password_never_leaves_over_a_line_that_is_not_secure_and_is_never_kept(
    filled: Workbook, post: Post, settings: Set
) -> None:
    """A server without TLS gets neither password nor mail, and no file and no message holds the password."""
    secret = "correct horse battery staple"  # noqa: S105 - to be looked for
    settings(SECURITY="starttls", USER="plan", PASSWORD=secret)
    schedule(filled, days=1, recipients=READERS[:1])
    said: list[str] = []
    Scheduler(filled, make=cheap, say=said.append).do_what_is_due()
    assert post.taken == []
    assert "STARTTLS" in said[-1]
    assert secret not in repr(outbox.server()) + "".join(said)
    files = [one for one in filled.path.parent.rglob("*") if one.is_file()]
    assert [one for one in files if secret.encode() in one.read_bytes()] == []


def test_the_password_may_lie_in_the_keyring(settings: Set, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a keyring is installed it is asked for the user's password; without one there is none."""
    settings(HOST="mail.example.org", FROM="plan@example.org", USER="plan")
    monkeypatch.setitem(sys.modules, "keyring", None)
    without = outbox.server()
    (tmp_path / "keyring.py").write_text("def get_password(service, user):\n    return f'{service} of {user}'\n")
    monkeypatch.delitem(sys.modules, "keyring")
    monkeypatch.syspath_prepend(tmp_path)
    kept = outbox.server()
    monkeypatch.delitem(sys.modules, "keyring")
    assert without
    assert kept
    assert (without.password, kept.password) == ("", "planning-kit of plan")
