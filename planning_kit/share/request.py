"""One request: what all of them share, the checks before a page is looked at, and the sentence where it is refused."""

from __future__ import annotations

import io
import logging
import re
import secrets
from typing import Any
from urllib.parse import urlsplit

import segno
from tornado import web

from planning_kit.errors import EditConflict, PlanError, PlanFileError
from planning_kit.share import pages
from planning_kit.share.seats import Actor, NotAllowed, Pace, Workshop
from planning_kit.workbook import Workbook

log = logging.getLogger(__name__)
LOCAL = ("127.0.0.1", "localhost")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Server": "planning-kit",
}
ASSETS = {"share.css": "text/css", "share.js": "text/javascript"}
ANSWER = re.compile(r"[0-9a-f]{16,64}")
DEVICE = re.compile(r"[0-9a-f]{32}")
UNEXPECTED = "This did not work, and the reason is not your answer. Nothing was changed. Try again in a moment."


class Site:
    """What all requests share: the plan, the workshop, the pace.

    Parameters
    ----------
    book : Workbook
    workshop : Workshop
    host : str
        The address participants write; the pages answer to no other name.
    step : int, optional
        Only what this step shares.
    """

    def __init__(self, book: Workbook, workshop: Workshop, host: str, step: int | None) -> None:
        self.book, self.workshop, self.host, self.step, self.port = book, workshop, host, step, 0
        self.facilitator = book.author
        self.devices, self.strangers = Pace(60, 10), Pace(240, 4)
        self.assets = {name: (pages.HERE / "html" / name).read_bytes() for name in ASSETS}

    @property
    def base(self) -> str:
        """The address participants use."""
        return f"http://{self.host}:{self.port}"

    @property
    def hosts(self) -> set[str]:
        """The names this server answers to."""
        return {f"{one}:{self.port}" for one in (self.host, *LOCAL)}

    @property
    def link(self) -> str:
        """The participants' link."""
        return f"{self.base}/w/{self.workshop.token}"

    @property
    def facilitators_link(self) -> str:
        """The facilitator's own link."""
        return f"{self.base}/f/{self.workshop.facilitator_token}"

    @property
    def drawing(self) -> str:
        """The QR code of the participants' link, for a terminal."""
        found = io.StringIO()
        segno.make(self.link).terminal(found, compact=True, border=2)
        return found.getvalue()


class Page(web.RequestHandler):
    """Every request: checked before it is looked at, answered with a page, or with a sentence."""

    site: Site
    is_open = False
    """Whether everybody may have it: the style sheet and the script."""

    def initialize(self, site: Site) -> None:
        """Take what all requests share."""
        self.site = site

    def set_default_headers(self) -> None:
        """Let a page load nothing but ours, and be kept nowhere."""
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        """Refuse foreign names of this computer, foreign pages and whoever asks too much."""
        if self.request.headers.get("Host", "") not in self.site.hosts:
            raise NotAllowed("This address is not the workshop's. Use the link on the wall.")
        if self.request.method not in ("GET", "POST"):
            raise NotAllowed("A page can be read and a form sent; nothing else.", 405)
        if self.is_open:
            return
        device = self.known_device()
        if device:
            self.site.devices.count(device)
        else:
            self.site.strangers.count(self.request.remote_ip or "")
        if self.request.method == "POST":
            self._refuse_foreign()
        self.site.book.poll()

    def known_device(self) -> str:
        """Return the device of a signed seat; empty for anybody else."""
        for name in ("seat", "desk"):
            try:
                return self.site.workshop.actor(self.cookie(name)).device
            except (NotAllowed, ValueError):
                continue
        return ""

    def _refuse_foreign(self) -> None:
        """Refuse a form another site sent."""
        origin = self.request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc not in self.site.hosts:
            raise NotAllowed("This form came from another page. Nothing was changed.")
        kind = self.request.headers.get("Content-Type", "").partition(";")[0]
        if kind != "application/x-www-form-urlencoded":
            raise NotAllowed("Only the forms of these pages can be sent. Nothing was changed.", 415)

    # --- who asks --------------------------------------------------------------------------------------------

    def cookie(self, name: str) -> str:
        """Return a cookie of this server (cookies are shared by all ports of a computer)."""
        return self.get_cookie(f"{name}_{self.site.port}") or ""

    def keep(self, name: str, value: str) -> None:
        """Set a cookie until the workshop ends."""
        self.set_cookie(
            f"{name}_{self.site.port}", value, expires=self.site.workshop.ends, httponly=True, samesite="Lax", path="/"
        )

    def device(self) -> str:
        """Return what this device alone knows; it outlives a restart of the server. Made when there is none."""
        found = self.cookie("device")
        if not DEVICE.fullmatch(found):
            found = secrets.token_hex(16)
            self.keep("device", found)
        return found

    def actor(self, name: str = "seat") -> Actor:
        """Return who sits on this device; a form carries the key of the seat besides."""
        found = self.site.workshop.actor(self.cookie(name))
        self.check_key(found)
        return found

    def check_key(self, actor: Actor) -> None:
        """Refuse a form that was not made for this seat."""
        if self.request.method == "POST":
            key = self.get_body_argument("_key", "")
            if not secrets.compare_digest(key.encode(), self.site.workshop.form_key(actor).encode()):
                raise NotAllowed("This form is not of your seat any more. Load the page again. Nothing was changed.")

    def answer_id(self, actor: Actor) -> str:
        """Return the identity of an answer; made on the device, so that one sent again is stored once."""
        found = self.get_body_argument("_answer", "")
        return f"{actor.person}:{found}" if ANSWER.fullmatch(found) else ""

    def typed(self, prefix: str = "") -> dict[str, str]:
        """Return what a form says, by field; its own marks begin with an underscore, what it showed with ``seen.``."""
        names = [
            one for one in self.request.body_arguments if one[0] != "_" and one.startswith("seen.") == bool(prefix)
        ]
        return {one.removeprefix(prefix): self.get_body_argument(one) for one in names}

    # --- answers ---------------------------------------------------------------------------------------------

    def show(self, template: str, /, actor: Actor | None = None, **values: Any) -> None:
        """Answer with a page."""
        book = self.site.book
        person = book.label(actor.person) if actor and actor.person else ""
        key = self.site.workshop.form_key(actor) if actor else ""
        shared = {"organisation": pages.organisation(book), "person": person, "key": key}
        self.finish(pages.page(template, **shared, answer=secrets.token_hex(16), **values))

    def taken(self, sentence: str, back: str) -> None:
        """Answer a form: with a sentence for the script, else with the way back."""
        if self.wants_json:
            self.finish({"sentence": sentence})
        else:
            self.redirect(f"{back}?saved", status=303)

    @property
    def was_saved(self) -> bool:
        """Whether this page follows on a form that was taken."""
        return "saved" in self.request.query

    @property
    def wants_json(self) -> bool:
        """Whether the script asks."""
        return "application/json" in self.request.headers.get("Accept", "")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with a sentence instead of a page."""
        problem = kwargs.get("exc_info", (None, None, None))[1]
        sentence = str(problem) if isinstance(problem, PlanError) else UNEXPECTED
        if isinstance(problem, web.HTTPError) and status_code < 500:  # noqa: PLR2004 - from here on it is our fault
            sentence = "This request cannot be read. Nothing was changed. Go back to the start."
        self.set_status(_status(problem, status_code))
        if self.wants_json:
            self.finish({"sentence": sentence})
        else:
            self.finish(pages.page("sorry", organisation="", person="", key="", sentence=sentence))

    def log_exception(self, kind: Any, problem: Any, trace: Any) -> None:
        """Log what is nobody's entry."""
        if not isinstance(problem, (PlanError, web.HTTPError)):
            log.error("a page failed", exc_info=(kind, problem, trace))


def _status(problem: BaseException | None, otherwise: int) -> int:
    if isinstance(problem, NotAllowed):
        return problem.status
    return (
        409
        if isinstance(problem, EditConflict)
        else 503
        if isinstance(problem, PlanFileError)
        else (422 if isinstance(problem, PlanError) else otherwise)
    )
