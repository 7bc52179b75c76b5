"""Messages of the browser are answered where everything else of a kernel happens."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from planning_kit.forms.screen import Message, Screen


class Listener(Screen):
    """Remembers in which thread it was asked."""

    def on_where(self, message: Message) -> None:  # noqa: ARG002 - every handler takes the message
        """Remember the thread."""
        self.asked = threading.get_ident()


def test_a_message_from_another_thread_is_answered_in_the_kernels_own() -> None:
    """JupyterLab lets a thread of its own take the messages of widgets: they must not overtake the news of the plan."""

    async def ask() -> tuple[int, int]:
        listener = Listener(kind="listener")
        await asyncio.to_thread(listener._handle_custom_msg, {"op": "where"}, [])
        await asyncio.sleep(0)
        return listener.asked, threading.get_ident()

    with ThreadPoolExecutor(1) as fresh:  # a browser test of the same process may hold a loop in this one
        asked, own = fresh.submit(lambda: asyncio.run(ask())).result()
    assert asked == own
