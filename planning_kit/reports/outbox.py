"""Send what a run came to: every mail is a row of the outbox, sent at least once, always with the same identity."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import hashlib
import html
import logging
import os
import re
import smtplib
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from planning_kit import clock
from planning_kit.errors import PlanError, ValueRefused
from planning_kit.store import Ledger, Mail, Run, Schedule, stamp

TRIES = 8
FIRST_WAIT, LONGEST_WAIT = dt.timedelta(minutes=1), dt.timedelta(hours=6)
LEASE = dt.timedelta(minutes=5)
ANSWER_SECONDS = 30
HEADLINES = 3
OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".xlsx": f"{OFFICE}.spreadsheetml.sheet",
    ".docx": f"{OFFICE}.wordprocessingml.document",
    ".ipynb": "application/x-ipynb+json",
}
"""What a mail program opens each file with."""
SUBMISSION_TLS = 465
SECURITY = ("starttls", "ssl", "none")
ADDRESS = r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
log = logging.getLogger(__name__)


def address(text: str) -> str:
    """Return one plain mail address.

    Raises
    ------
    ValueRefused
        When it is none, or more than one.
    """
    if re.fullmatch(ADDRESS, text.strip(), re.ASCII):
        return text.strip()
    message = f"“{text}” is not one mail address. Write it like name@example.org, one for each reader."
    raise ValueRefused("--to", message)


# --- the server --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Server:
    """Through which server mails leave, as whom."""

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = dataclasses.field(default="", repr=False)


def server() -> Server | None:
    """Return the mail server the environment names (``PLANNING_KIT_SMTP_HOST`` and so on); None without one.

    Raises
    ------
    PlanError
        When a setting is missing or cannot be taken.
    """
    told = {one: _setting(one) for one in ("HOST", "PORT", "SECURITY", "FROM", "USER", "PASSWORD")}
    if not told["HOST"]:
        return None
    security = told["SECURITY"].casefold() or ("ssl" if told["PORT"] == str(SUBMISSION_TLS) else "starttls")
    if security not in SECURITY:
        message = f"PLANNING_KIT_SMTP_SECURITY: “{security}” is not known. Set it to {', '.join(SECURITY)}."
        raise PlanError(message)
    port = told["PORT"] or {"starttls": "587", "ssl": str(SUBMISSION_TLS)}.get(security, "25")
    if not (port.isascii() and port.isdecimal()):
        message = f"PLANNING_KIT_SMTP_PORT: “{port}” is not a number. Set it to the port of the server, often 587."
        raise PlanError(message)
    if told["USER"] and security == "none":
        message = "PLANNING_KIT_SMTP_SECURITY: a password is not sent over an open line. Set it to starttls or ssl."
        raise PlanError(message)
    try:
        sender = address(told["FROM"])
    except ValueRefused as problem:
        message = f"PLANNING_KIT_SMTP_FROM: {problem.sentence}"
        raise PlanError(message) from None
    password = told["PASSWORD"] or _from_keyring(told["USER"])
    return Server(told["HOST"], int(port), security, sender, told["USER"], password)


def _setting(name: str) -> str:
    return os.environ.get(f"PLANNING_KIT_SMTP_{name}", "").strip()


def _from_keyring(user: str) -> str:
    """Return the password kept for ``planning-kit`` and a user, where the keyring is installed."""
    if not user:
        return ""
    try:
        import keyring  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415 - an extra
    except ImportError:
        return ""
    return keyring.get_password("planning-kit", user) or ""


# --- mails -------------------------------------------------------------------------------------------------


def mails(schedule: Schedule, run: Run, recipients: Iterable[str], headline: str, body: str) -> list[Mail]:
    """Return the mails of a run, one for each recipient; the same run and recipient give the same identity."""
    now = stamp(clock.now())
    return [
        Mail(
            message_id=_identity(schedule, run, one, "report" if run.file else "notice"),
            schedule=run.schedule,
            slot=run.slot,
            recipient=one,
            headline=" ".join(headline.split()),
            body=body,
            file=run.file,
            page_hash=run.page_hash,
            made_at=now,
            free_at=now,
        )
        for one in dict.fromkeys(recipients)
    ]


def _identity(schedule: Schedule, run: Run, recipient: str, kind: str) -> str:
    key = "\n".join((schedule.made_at, schedule.made_by, str(run.schedule), run.slot, recipient, kind))
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@planning-kit.invalid>"


def headlines(page: str) -> tuple[str, list[str]]:
    """Return the title of a page we published, and its first headlines, as text."""
    title = re.findall(r"<title>(.*?)</title>", page, re.DOTALL)[:1]
    lines = re.findall(r'<span class="text">(.*?)</span>', page, re.DOTALL)[:HEADLINES]
    plain, *others = (" ".join(html.unescape(one).split()) for one in [*(title or [""]), *lines])
    return plain, others


def hash_of(contents: Iterable[bytes]) -> str:
    """Return the SHA-256 of files one after another."""
    return hashlib.sha256(b"".join(contents)).hexdigest()


def message(mail: Mail, sender: str, attached: Iterable[Path] = ()) -> EmailMessage:
    """Return a mail as it leaves; the files of the report are attached.

    Raises
    ------
    ValueError, OSError
        When a header would hold a line break; when the report is not there.
    """
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"] = Address(addr_spec=sender), Address(addr_spec=mail.recipient)
    made["Subject"], made["Message-ID"] = mail.headline, mail.message_id
    made["Date"] = format_datetime(dt.datetime.fromisoformat(mail.made_at))
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(mail.body)
    contents = {one.name: one.read_bytes() for one in attached}
    if contents and hash_of(contents.values()) != mail.page_hash:
        raise ValueError(f"{mail.file} is not the page that was published any more")
    for name, content in contents.items():
        kind = KINDS.get(Path(name).suffix, "application/octet-stream")
        made.add_attachment(content, *kind.split("/"), filename=name)
    return made


def send(through: Server, made: EmailMessage) -> None:
    """Hand a mail to the server.

    Raises
    ------
    OSError, smtplib.SMTPException
        When the server did not say that it has it.
    """
    secure = ssl.create_default_context()
    line = (
        smtplib.SMTP_SSL(through.host, through.port, timeout=ANSWER_SECONDS, context=secure)
        if through.security == "ssl"
        else smtplib.SMTP(through.host, through.port, timeout=ANSWER_SECONDS)
    )
    with contextlib.closing(line):
        if through.security == "starttls":
            line.starttls(context=secure)
        if through.user:
            line.login(through.user, through.password)
        line.send_message(made)
        with contextlib.suppress(OSError, smtplib.SMTPException):  # it has the mail already
            line.quit()


def deliver(
    ledger: Ledger,
    worker: str,
    say: Callable[[str], None],
    through: Server,
    attached: Callable[[Mail], Iterable[Path]],
) -> None:
    """Send every mail that is waiting; what fails is tried again, later each time, and given up after eight times."""
    while mail := ledger.claim_mail(worker, stamp(clock.now()), stamp(clock.now() + LEASE)):
        try:
            send(through, message(mail, through.sender, attached(mail)))
        except (OSError, ValueError, smtplib.SMTPException) as problem:
            told = " ".join(str(problem).split())[:300]
            wait = min(FIRST_WAIT * 2 ** (mail.attempt - 1), LONGEST_WAIT)
            state, then = ("failed", "given up") if mail.attempt >= TRIES else ("waiting", f"tried again in {wait}")
            say(f"The mail to {mail.recipient} could not be sent ({told}): {then}.")
            ledger.settle(mail, state=state, sentence=told, free_at=stamp(clock.now() + wait))
        else:
            ledger.settle(mail, state="sent", sentence="", sent_at=stamp(clock.now()))
            say(f"Sent to {mail.recipient}: {mail.headline}")
