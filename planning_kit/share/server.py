"""Serve the participants' pages: plain forms over HTTP, each write authorized, sealed or edited, and stored once."""

from __future__ import annotations

import asyncio
import io
import signal
import socket
from collections.abc import Callable
from typing import Any

import segno
from tornado import httpserver, netutil, web

from planning_kit import answers, ballots, clock, recall
from planning_kit.errors import PlanError
from planning_kit.share import pages
from planning_kit.share.request import ASSETS, Page, Site
from planning_kit.share.rights import authorize
from planning_kit.share.seats import Actor, NotAllowed
from planning_kit.spec import Ballot, Cards, Inbox, Recall

LARGEST_BODY, LARGEST_HEAD = 64 * 1024, 16 * 1024
PORTS_TRIED = 20


def _nothing(_request: web.RequestHandler) -> None:
    """Keep no log of requests: it would hold links, and who did what when."""


class Nothing(Page):
    """An address where nothing is."""

    def prepare(self) -> None:
        """Say so."""
        super().prepare()
        raise NotAllowed("There is no such page. Go back to the start.", 404)


class Asset(Page):
    """The style sheet and the script."""

    is_open = True

    def get(self, name: str) -> None:
        """Send it."""
        self.set_header("Content-Type", f"{ASSETS[name]}; charset=utf-8")
        self.finish(self.site.assets[name])


class Join(Page):
    """The link of the workshop: pick your name. The facilitator's link leads to the facilitator's page."""

    def get(self, kind: str, token: str) -> None:
        """Show the names, or take the facilitator's seat."""
        role = self._role(kind, token)
        if role == "facilitator":
            self.keep("desk", self.site.workshop.signed(Actor("facilitator", "", self.device())))
            self.redirect("/room", status=303)
            return
        self._names(token)

    def post(self, kind: str, token: str) -> None:
        """Take a name."""
        if self._role(kind, token) != "participant":
            raise NotAllowed("This link is the facilitator's. Open it, do not send it.")
        device, person = self.device(), self.get_body_argument("person", "")
        self.check_key(Actor("participant", "", device))
        if person not in dict(pages.names(self.site.book)):
            raise NotAllowed("This name is not in the plan. Pick one from the list.")
        self.site.workshop.sit(person, device)
        self.keep("seat", self.site.workshop.signed(Actor("participant", person, device)))
        self.redirect("/", status=303)

    def _role(self, kind: str, token: str) -> str:
        role = self.site.workshop.role_of(token)
        if role[0] != {"w": "p", "f": "f"}[kind]:
            raise NotAllowed("This link belongs to no workshop that is running here. Scan the code on the wall again.")
        return role

    def _names(self, token: str) -> None:
        device, taken = self.device(), self.site.workshop.taken
        rows = [(row, name, taken.get(row, device) != device) for row, name in pages.names(self.site.book)]
        self.show("join", Actor("participant", "", device), token=token, names=rows)


class Home(Page):
    """What there is to do for a person."""

    def get(self) -> None:
        """Show it."""
        actor = self.actor()
        self.show("home", actor, parts=pages.home(self.site.book, actor, self.site.step))


class BallotPage(Page):
    """A silent vote."""

    def get(self, name: str) -> None:
        """Show the form with what this device has voted."""
        actor = self.actor()
        on = pages.part(self.site.step, Ballot, name)
        self.show("ballot", actor, name=name, saved=self.was_saved, **pages.ballot(self.site.book, on, actor))

    def post(self, name: str) -> None:
        """Seal the votes."""
        actor, book = self.actor(), self.site.book
        on, once = pages.part(self.site.step, Ballot, name), self.answer_id(actor)
        authorize(book, actor, "vote", on, actor.person)
        total, complete = ballots.cast(book, on, actor.person, self.typed(), device=actor.device, once=once)
        self.taken(pages.taken(on, total, complete=complete), f"/ballot/{name}")


class DuePage(Page):
    """Everything that is due from a person."""

    def get(self, *_path: str) -> None:
        """Show it, prefilled."""
        actor = self.actor()
        parts = pages.inbox(self.site.book, actor, self.site.step)
        self.show("due", actor, parts=parts, saved=self.was_saved)

    def post(self, name: str, row: str) -> None:
        """Take one answer."""
        actor, book = self.actor(), self.site.book
        inbox = pages.part(self.site.step, Inbox, name)
        once = self.answer_id(actor)
        if not (once and book.store.sealed.knows(once)):
            authorize(book, actor, "update", inbox, actor.person, row)
            one = next(one for one in answers.due(book, inbox, actor.person) if one.row == row)
            typed, seen = self.typed(), self.typed("seen.")
            book.author = book.label(actor.person)
            answers.answer(book, inbox, one, self.get_body_argument("_button", ""), typed, seen=seen, once=once)
        self.taken("Saved.", "/due")


class CardsPage(Page):
    """Cards, one after another."""

    def get(self, name: str) -> None:
        """Show an empty card."""
        actor, cards = self.actor(), pages.part(self.site.step, Cards, name)
        table = self.site.book.plan.tables[cards.table]
        form = pages.fields(table, cards.fields, {})
        self.show("cards", actor, name=name, title=cards.title, help=cards.help, fields=form, saved=self.was_saved)

    def post(self, name: str) -> None:
        """Take a card."""
        actor, book = self.actor(), self.site.book
        cards = pages.part(self.site.step, Cards, name)
        authorize(book, actor, "card", cards, actor.person)
        book.author = book.label(actor.person)
        answers.card(book, cards, actor.person, self.typed(), once=self.answer_id(actor))
        self.taken("Your card is on the board.", f"/cards/{name}")


class RecallPage(Page):
    """Name what matters without looking; what is written does not leave the phone."""

    def get(self, name: str) -> None:
        """Show the lines and, folded away, the list."""
        actor = self.actor()
        test = pages.part(self.site.step, Recall, name)
        self.show("recall", actor, saved=self.was_saved, **pages.recall(self.site.book, test))

    def post(self, name: str) -> None:
        """Seal how many were named."""
        actor, book = self.actor(), self.site.book
        test = pages.part(self.site.step, Recall, name)
        authorize(book, actor, "recall", test, actor.person)
        recall.cast(book, test, actor.person, self.typed(), device=actor.device, once=self.answer_id(actor))
        self.taken("Saved. Thank you.", f"/recall/{name}")


class Room(Page):
    """The facilitator's own page: the code, who is here, who has voted, the reveal, the spread."""

    def get(self) -> None:
        """Show it."""
        actor = self.actor("desk")
        book, taken = self.site.book, self.site.workshop.taken
        self.show(
            "room",
            actor,
            link=self.site.link,
            seats=sorted((book.label(row), row) for row in taken),
            ends=f"{self.site.workshop.ends.astimezone():%H:%M}",
            ballots=pages.room(book, self.site.step),
            recalls=pages.recalls(book, self.site.step),
        )


class RoomAction(Page):
    """What the facilitator does: reveal, begin again, free a name."""

    def post(self, verb: Any, name: str) -> None:
        """Do it."""
        actor, site = self.actor("desk"), self.site
        authorize(site.book, actor, verb)
        if verb == "free":
            site.workshop.free(name)
        else:
            site.book.author = site.facilitator
            test = next((one for _, one in pages.shared(site.step, Recall) if one.name == name), None)
            if verb == "again":
                site.book.store.sealed.begin_again(test.name if test else pages.part(site.step, Ballot, name).name)
            elif test:
                recall.count(site.book, test)
            else:
                ballots.reveal(site.book, pages.part(site.step, Ballot, name))
        self.redirect("/room", status=303)


class Code(Page):
    """The QR code of the participants' link, for the wall."""

    def get(self, _name: str) -> None:
        """Draw it."""
        self.actor("desk")
        drawing = io.BytesIO()
        segno.make(self.site.link).save(drawing, kind="svg", scale=8, border=3, dark="#000", light="#fff")
        self.set_header("Content-Type", "image/svg+xml")
        self.finish(drawing.getvalue())


def application(site: Site) -> web.Application:
    """Return the web application of a workshop."""
    routes: list[tuple[str, type[Page]]] = [
        (r"/", Home),
        (r"/([wf])/([A-Za-z0-9_-]{1,64})", Join),
        (r"/ballot/([a-z_]{1,40})", BallotPage),
        (r"/due", DuePage),
        (r"/due/([a-z_]{1,40})/(\w{1,40})", DuePage),
        (r"/cards/([a-z_]{1,40})", CardsPage),
        (r"/recall/([a-z_]{1,40})", RecallPage),
        (r"/room", Room),
        (r"/room/(reveal|again|free)/(\w{1,40})", RoomAction),
        (r"/(qr\.svg)", Code),
        (r"/(share\.css|share\.js)", Asset),
    ]
    found = [(path, page, {"site": site}) for path, page in routes]
    return web.Application(
        found, log_function=_nothing, default_handler_class=Nothing, default_handler_args={"site": site}
    )


def listen(site: Site, address: str, port: int) -> httpserver.HTTPServer:
    """Bind to the first free port and answer from now on, in the running event loop.

    Raises
    ------
    PlanError
        When the address is not this computer's, or no port is free.
    """
    for number in range(port, port + PORTS_TRIED) if port else [0]:
        try:
            sockets = netutil.bind_sockets(number, address)
        except socket.gaierror as problem:
            message = f"--address {address}: this is no address of this computer ({problem.strerror})."
            raise PlanError(message) from problem
        except OSError:
            continue
        site.port = sockets[0].getsockname()[1]
        server = httpserver.HTTPServer(
            application(site),
            max_body_size=LARGEST_BODY,
            max_buffer_size=4 * LARGEST_BODY,
            max_header_size=LARGEST_HEAD,
            idle_connection_timeout=60,
            body_timeout=20,
        )
        server.add_sockets(sockets)
        return server
    message = (
        f"--port {port}: none of the ports {port} to {port + PORTS_TRIED - 1} is free at {address}. "
        "Name another port, or check that the address is one of this computer's."
    )
    raise PlanError(message)


async def serve(site: Site, address: str, port: int, announce: Callable[[], None]) -> None:
    """Answer until the command is stopped or the workshop is over."""
    server, done = listen(site, address, port), asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(one, done.set)
        except NotImplementedError:  # Windows: Ctrl+C raises KeyboardInterrupt
            break
    pages.home(site.book, Actor("participant", "", ""), site.step)  # loads what the first visitor would wait for
    announce()
    left = (site.workshop.ends - clock.now()).total_seconds()
    loop.call_later(left, done.set)
    await done.wait()
    server.stop()
    await server.close_all_connections()
