"""A real server of the participants' pages, and phones that talk to it over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import re
import secrets
import threading
from typing import Any
from urllib.parse import urlencode, urlsplit

from planning_kit.share.request import Site
from planning_kit.share.seats import Workshop
from planning_kit.share.server import listen
from planning_kit.workbook import Workbook

FORM = "application/x-www-form-urlencoded"


class Room:
    """The server in a thread of its own, as the command runs it.

    Parameters
    ----------
    book : Workbook
    workshop : Workshop, optional
    step : int, optional
    """

    def __init__(
        self, book: Workbook, workshop: Workshop | None = None, step: int | None = None, port: int = 0
    ) -> None:
        self.site = Site(book, workshop or Workshop(8), "127.0.0.1", step)
        self._up, self._loop = threading.Event(), asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(port,), daemon=True)
        self._thread.start()
        assert self._up.wait(20)

    def _run(self, port: int) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._answer(port))
        self._loop.close()

    async def _answer(self, port: int) -> None:
        server, self._stopped = listen(self.site, "127.0.0.1", port), asyncio.Event()
        self._up.set()
        await self._stopped.wait()
        server.stop()
        await server.close_all_connections()

    def stop(self) -> None:
        """End the server."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopped.set)
            self._thread.join(20)

    def phone(self, name: str = "") -> Phone:
        """Return a device; with a name it has opened the link and picked it."""
        found = Phone(self.site.port)
        if name:
            link = urlsplit(self.site.link).path
            found.get(link)
            row = re.search(rf'value="(\w+)">{re.escape(name)}', found.text)
            assert row, found.text
            assert found.post(link, person=row[1]) == 303, found.text
            found.get("/")
        return found

    def desk(self) -> Phone:
        """Return the facilitator's browser."""
        found = Phone(self.site.port)
        assert found.get(urlsplit(self.site.facilitators_link).path) == 303
        found.get("/room")
        return found


class Phone:
    """A device with its cookies and the page it saw last."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.status, self.text = 0, ""
        self.headers: dict[str, str] = {}

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> int:
        """Send a request; returns the status, 0 when the line was cut without an answer."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())} if self.cookies else {}
        sent |= {name.replace("_", "-"): text for name, text in headers.items()}
        try:
            line.request(method, path, body, sent)
            self.status, self.text = 0, ""
            with contextlib.suppress(http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self._take(line.getresponse())
        finally:
            line.close()
        return self.status

    def _take(self, answer: http.client.HTTPResponse) -> None:
        self.status, self.headers = answer.status, dict(answer.getheaders())
        for name, text in answer.getheaders():
            if name == "Set-Cookie":
                key, _, value = text.partition(";")[0].partition("=")
                self.cookies[key] = value
        self.text = answer.read().decode()

    def get(self, path: str, **headers: str) -> int:
        """Open a page."""
        return self.ask("GET", path, **headers)

    @property
    def key(self) -> str:
        """What the forms of the page seen last carry."""
        found = re.search(r'name="_key" value="(\w+)"', self.text)
        return found[1] if found else getattr(self, "_key", "")

    def post(self, path: str, _headers: dict[str, str] | None = None, **fields: Any) -> int:
        """Send a form of the page seen last; ``_answer`` may be given."""
        self._key = fields.pop("_key", self.key)
        fields = {"_key": self._key, "_answer": secrets.token_hex(16), **fields}
        return self.ask("POST", path, urlencode(fields), **{"Content-Type": FORM, **(_headers or {})})

    def send(self, path: str, **fields: Any) -> str:
        """Send a form as the script does; returns the sentence."""
        self.post(path, {"Accept": "application/json"}, **fields)
        return str(json.loads(self.text)["sentence"])
