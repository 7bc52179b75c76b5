"""A mail server of its own for a test: it takes mails, or drops the line at a point of the conversation."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

POINTS = ("connect", "EHLO", "MAIL", "RCPT", "DATA", "reply")


@dataclass
class Post:
    """What arrived, and where the line is dropped: one point for every connection, then none.

    Attributes
    ----------
    drops : list of str
        Points, the next connection's first.
    taken : list of EmailMessage
        Every mail whose whole text arrived, also when the reply to it was cut.
    readers : list of str
        To whom, in the same order.
    """

    drops: list[str] = field(default_factory=list)
    taken: list[EmailMessage] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    port: int = 0

    async def handle_DATA(self, server: SMTP, _: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        """Keep a mail."""
        made = message_from_bytes(envelope.content or b"", policy=default)
        assert isinstance(made, EmailMessage)
        self.taken.append(made)
        self.readers += envelope.rcpt_tos
        assert isinstance(server, _Line)
        server.drop_at("reply")
        return "250 taken"


class _Line(SMTP):
    """One conversation; aborted at its point."""

    def __init__(self, post: Post, **told: Any) -> None:
        super().__init__(post, **told)
        self.point = ""
        self.post = post

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.point = self.post.drops.pop(0) if self.post.drops else ""
        self.drop_at("connect")

    def drop_at(self, point: str) -> None:
        """Cut the line, when this is the point."""
        if self.point == point:
            self.transport.abort()


def _dropping(name: str) -> Any:
    async def command(self: _Line, arg: str | None) -> None:
        self.drop_at(name)
        if self.point != name:
            await getattr(SMTP, f"smtp_{name}")(self, arg)

    return command


for _name in POINTS[1:-1]:
    setattr(_Line, f"smtp_{_name}", _dropping(_name))


@contextmanager
def serving(post: Post) -> Iterator[Post]:
    """Serve on a free port until the block ends."""
    loop, ready = asyncio.new_event_loop(), threading.Event()

    async def listen() -> asyncio.Server:
        return await loop.create_server(lambda: _Line(post, loop=loop, hostname="localhost"), "127.0.0.1", 0)

    def serve() -> None:
        server = loop.run_until_complete(listen())
        post.port = server.sockets[0].getsockname()[1]
        ready.set()
        loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    thread = threading.Thread(target=serve)
    thread.start()
    ready.wait()
    try:
        yield post
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
