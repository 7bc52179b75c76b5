"""A stranger on the network, or on a page in another tab, gets nothing from a running workbook."""

from __future__ import annotations

import http.client
import json
import signal
import socket
from urllib.parse import urlsplit

import psutil
import pytest

from tests.browser.conftest import Serve
from tests.browser.seat import Lab

UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
NEW = json.dumps({"type": "notebook"})


@pytest.fixture(scope="module")
def lab(serve: Serve) -> Lab:
    """Return a running workbook."""
    return serve("")


def ask(
    lab: Lab, path: str, method: str = "GET", body: str | None = None, **headers: str
) -> tuple[int, dict[str, str], str]:
    """Send one request from this computer; return status, headers and text of the answer."""
    line = http.client.HTTPConnection("127.0.0.1", lab.port, timeout=30)
    try:
        line.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
        answer = line.getresponse()
        return answer.status, dict(answer.getheaders()), "" if answer.status == 101 else answer.read().decode()
    finally:
        line.close()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/contents"),
        ("GET", "/api/contents/plan.db"),
        ("GET", "/api/sessions"),
        ("POST", "/api/kernels"),
        ("POST", "/api/contents"),
        ("DELETE", "/api/contents/plan.db"),
        ("GET", "/api/kernels/0c9f2a1e-7f0b-4d1e-9f6a-1a2b3c4d5e6f/channels"),
        ("POST", "/api/shutdown"),
    ],
)
def test_nothing_without_the_token(lab: Lab, method: str, path: str) -> None:
    """Without the token, with a wrong one, and as a socket, every door is closed."""
    assert ask(lab, path, method)[0] == 403
    assert ask(lab, path, method, Authorization="token 0123")[0] == 403
    assert ask(lab, path, method, **UPGRADE)[0] in (400, 403)


@pytest.mark.parametrize("path", ["/lab", "/lab/tree/00_start.ipynb", "/files/plan.db", "/lab?token=0123"])
def test_a_page_without_the_token_asks_for_it(lab: Lab, path: str) -> None:
    """A page asked for without the token, or with a wrong one, leads to the login; nothing of the plan is told."""
    status, headers, _ = ask(lab, path)
    assert (status, urlsplit(headers.get("Location", "")).path) in ((302, "/login"), (403, ""))


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "192.0.2.1"])
def test_a_foreign_name_for_this_computer_is_refused(lab: Lab, host: str) -> None:
    """A request under another host name is refused, also with the token (a rebound name)."""
    assert ask(lab, "/api/contents", Host=host, Authorization=f"token {lab.token}")[0] == 403


def test_a_page_of_another_site_cannot_write_or_listen(lab: Lab) -> None:
    """With the cookie of the person but without the sign of our own page, writing and sockets are refused."""
    _, headers, _ = ask(lab, f"/lab?token={lab.token}")
    cookie = headers["Set-Cookie"].split(";")[0]
    evil = {"Cookie": cookie, "Origin": "http://evil.example"}
    assert ask(lab, "/api/contents", "POST", NEW, Cookie=cookie)[0] == 403
    assert ask(lab, "/api/contents", "POST", NEW, **evil)[0] in (403, 404)
    assert ask(lab, "/api/events/subscribe", **evil, **UPGRADE)[0] == 403
    assert not list(lab.folder.glob("Untitled*"))


def test_a_page_of_another_site_cannot_frame_the_workbook(lab: Lab) -> None:
    """The workbook refuses to be shown inside a page of another site."""
    _, headers, _ = ask(lab, "/lab", Authorization=f"token {lab.token}")
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]


def test_only_this_computer_can_knock(lab: Lab) -> None:
    """The port is open at 127.0.0.1 and at no other address of this computer."""
    port = lab.port
    with socket.create_connection(("127.0.0.1", port), timeout=5):
        pass
    cards = psutil.net_if_addrs().values()
    others = {one.address for card in cards for one in card if one.family == socket.AF_INET} | {"127.0.0.2"}
    for address in others - {"127.0.0.1"}:
        with pytest.raises(OSError, match=r"."):
            socket.create_connection((address, port), timeout=5)


def test_the_token_is_not_on_the_command_line(lab: Lab) -> None:
    """Another user of this computer who lists the processes does not read the token."""
    started = psutil.Process(lab.process.pid).children(recursive=True)
    assert len(started) >= 1
    assert [one.cmdline() for one in started if lab.token in " ".join(one.cmdline())] == []
    assert len(lab.token) >= 32


def test_a_workbook_that_is_ended_leaves_nothing_running(lab: Lab) -> None:
    """Ending the command ends JupyterLab with it: nobody can come back to an old address."""
    lab.process.send_signal(signal.SIGTERM)
    lab.process.wait(30)
    lab.wait_closed()
