"""Who sits where: the workshop's links, signed cookies, the names taken, and how much one device may ask for."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import hmac
import json
import secrets
from collections.abc import Callable
from typing import Literal

from planning_kit import clock
from planning_kit.errors import PlanError

Role = Literal["participant", "facilitator"]
MOST_REMEMBERED = 5_000
"""Devices whose pace is watched; the longest silent are forgotten first."""


class NotAllowed(PlanError):  # noqa: N818 - says what happened, as the trade does
    """A request is refused; the sentence is shown with the status."""

    def __init__(self, sentence: str, status: int = 403) -> None:
        super().__init__(sentence)
        self.status = status


@dataclasses.dataclass(frozen=True)
class Actor:
    """Who asks: a person of the plan on one device, or the facilitator."""

    role: Role
    person: str
    device: str

    @property
    def is_facilitator(self) -> bool:
        """Whether this is the facilitator's own page."""
        return self.role == "facilitator"


class Workshop:
    """One workshop: its two links end with it; names are taken by the device that picks them first.

    Parameters
    ----------
    hours : float
        How long the links work.
    now : callable
        The clock.
    """

    def __init__(self, hours: float, now: Callable[[], dt.datetime] = clock.now) -> None:
        self.token, self.facilitator_token = secrets.token_urlsafe(16), secrets.token_urlsafe(24)
        self._secret, self._now = secrets.token_bytes(32), now
        self.ends = now() + dt.timedelta(hours=hours)
        self.taken: dict[str, str] = {}

    def role_of(self, token: str) -> Role:
        """Return whom a link is for.

        Raises
        ------
        NotAllowed
            When it is none of this workshop, or the workshop is over.
        """
        self.refuse_late()
        if hmac.compare_digest(token.encode(), self.token.encode()):
            return "participant"
        if hmac.compare_digest(token.encode(), self.facilitator_token.encode()):
            return "facilitator"
        raise NotAllowed("This link belongs to no workshop that is running here. Scan the code on the wall again.")

    def refuse_late(self) -> None:
        """Refuse everything once the workshop is over."""
        if self._now() >= self.ends:
            raise NotAllowed("This workshop is over, and its links with it. Ask the facilitator for a new one.")

    def sit(self, person: str, device: str) -> None:
        """Take a name for a device; one taken by another device stays taken."""
        if self.taken.setdefault(person, device) != device:
            raise NotAllowed("This name is taken on another device. Ask the facilitator to free it.", 409)
        for other, holder in tuple(self.taken.items()):
            if holder == device and other != person:
                del self.taken[other]

    def free(self, person: str) -> None:
        """Let a name be picked again: the device that held it is out."""
        self.taken.pop(person, None)

    def signed(self, actor: Actor) -> str:
        """Return the cookie of a seat."""
        text = base64.urlsafe_b64encode(json.dumps(dataclasses.astuple(actor)).encode()).decode()
        return f"{text}.{self._mark(text)}"

    def actor(self, cookie: str) -> Actor:
        """Return who shows a cookie.

        Raises
        ------
        NotAllowed
            When the cookie is missing, forged, of another workshop, or its name was freed.
        """
        self.refuse_late()
        text, _, mark = cookie.partition(".")
        if not cookie:
            raise NotAllowed("This page needs the link of the workshop. Scan the code on the wall.")
        if not hmac.compare_digest(mark.encode(), self._mark(text).encode()):
            raise NotAllowed("Your seat is of another workshop. Scan the code on the wall again.")
        found = Actor(*json.loads(base64.urlsafe_b64decode(text)))
        if not found.is_facilitator and self.taken.get(found.person) != found.device:
            raise NotAllowed("Your name was freed for another device. Scan the code on the wall and pick it again.")
        return found

    def form_key(self, actor: Actor) -> str:
        """Return what a form of this seat carries, so that no other site can send it."""
        return self._mark(f"form {actor.role} {actor.person} {actor.device}")

    def _mark(self, text: str) -> str:
        return hmac.digest(self._secret, text.encode(), "sha256").hex()


class Pace:
    """How much one device may ask for: a bucket that fills up again.

    Parameters
    ----------
    burst : int
        Requests at once.
    each_second : float
        Requests a second in the long run.
    now : callable
        The clock.
    """

    def __init__(self, burst: int, each_second: float, now: Callable[[], dt.datetime] = clock.now) -> None:
        self.burst, self.each_second, self._now = burst, each_second, now
        self._left: dict[str, tuple[float, dt.datetime]] = {}

    def count(self, who: str) -> None:
        """Count a request.

        Raises
        ------
        NotAllowed
            When it is one too many.
        """
        at = self._now()
        left, before = self._left.pop(who, (float(self.burst), at))
        left = min(self.burst, left + (at - before).total_seconds() * self.each_second)
        self._left[who] = (max(left - 1, 0.0), at)
        if len(self._left) > MOST_REMEMBERED:
            del self._left[next(iter(self._left))]
        if left < 1:
            raise NotAllowed("That was too much at once. Wait a few seconds; your answers are kept.", 429)
