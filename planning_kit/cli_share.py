"""The command ``planning-kit share``: open the plan, print the link and its QR code, answer until stopped."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import socket
import sys
from typing import Annotated

import typer

from planning_kit.errors import PlanError
from planning_kit.folder import asked
from planning_kit.workbook import Workbook

ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 - recognised, so that a link can name a real address
LOCAL = ("127.0.0.1", "localhost")
EPILOG = "Example: planning-kit share plan.db --address 192.168.1.20 --step 5"


def share(  # noqa: PLR0913, PLR0917 - one parameter an option
    plan: Annotated[
        str,
        typer.Argument(metavar="PLAN", help="Plan file; without it PLANNING_KIT_PLAN or the plan of this folder."),
    ] = "",
    address: Annotated[
        str,
        typer.Option(metavar="HOST", help="This computer's address on the network; without it nobody else gets in."),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to try first.")] = 8765,
    step: Annotated[int | None, typer.Option(min=0, max=8, help="Only what this step shares.")] = None,
    hours: Annotated[float, typer.Option(min=0.01, max=72, help="How long the link works.")] = 8,
    author: Annotated[str, typer.Option(help="Who facilitates: named where votes are revealed.")] = "",
) -> None:
    """Serve the participants' pages: silent votes and more on everybody's own phone, until stopped."""
    server = importlib.import_module("planning_kit.share.server")
    seats = importlib.import_module("planning_kit.share.seats")
    with Workbook(asked(plan), author) as book:
        site = server.Site(book, seats.Workshop(hours), reachable(address), step)
        asyncio.run(server.serve(site, address, port, lambda: announce(site)))
    _say("Stopped. The link does not work any more; every answer that was acknowledged is in the plan.")


def reachable(address: str) -> str:
    """Return the address participants write: for "anywhere", the one this computer has on its network."""
    if address not in ANYWHERE:
        return address
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: it only asks which of our addresses would
        except OSError:
            message = f"--address {address}: this computer is on no network. Connect it, or leave --address out."
            raise PlanError(message) from None
        return str(probe.getsockname()[0])


def announce(site: object) -> None:
    """Print the links, the QR code, and what the facilitator should know."""
    link, facilitator, host = (str(getattr(site, name)) for name in ("link", "facilitators_link", "host"))
    with contextlib.suppress(UnicodeEncodeError):  # a terminal without blocks to draw with: the page shows the code
        _say("\n" + str(getattr(site, "drawing")))  # noqa: B009 - loaded by name
    _say(f"  Participants:  {link}\n  Facilitator:   {facilitator}\n")
    if host in LOCAL:
        _say("  Only this computer can open these links. For phones: --address and this computer's network address.\n")
    else:
        _say(
            "  WARNING: whoever is on this network and has the link can open the pages and pick a name, and what is\n"
            "  sent is not encrypted. Use a network you trust, and do not post the link anywhere but in the room.\n"
        )
    _say("  Stop it with Ctrl+C: the link ends with it.")


def _say(text: str) -> None:
    """Print at once: a person waits for it."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
