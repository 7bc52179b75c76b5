"""Run the cells of a notebook in this process: IPython without a kernel, every output collected as one would.

Runs in the forked children of `planning_kit.reports.server` only: it takes over the standard streams.
"""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import InteractiveShell

Output = dict[str, Any]
STREAMS = {"stdout": 1, "stderr": 2}
"""Names of the standard streams with their descriptors."""


class Outputs:
    """The outputs of a notebook by cell, as a front end would show them."""

    def __init__(self) -> None:
        self.cells: dict[int, list[Output]] = {}
        self.changed: set[int] = set()
        self._index = -1
        self._named: dict[str, list[tuple[int, Output]]] = {}
        self._is_stale = False

    def begin(self, index: int) -> None:
        """Turn to a cell."""
        self._index, self.cells[index], self._is_stale = index, [], False
        self.changed.add(index)

    def add(self, output: Output, name: str = "") -> None:
        """Add an output to the cell that runs; text joins the text before it, a name keeps displays up to date."""
        here = self.cells[self._index]
        if self._is_stale:
            self.clear()
        if output["output_type"] == "stream" and here and here[-1].get("name") == output["name"]:
            here[-1]["text"] += output["text"]
            return
        if name:
            self.update(name, output)
            self._named.setdefault(name, []).append((self._index, output))
        here.append(output)

    def update(self, name: str, output: Output) -> None:
        """Show something else wherever a display of this name is shown."""
        for index, one in self._named.get(name, ()):
            one.update(data=output["data"], metadata=output["metadata"])
            self.changed.add(index)

    def clear(self, *, wait: bool = False) -> None:
        """Empty the cell that runs, now or when its next output comes."""
        self._is_stale = wait
        if not wait:
            self.cells[self._index].clear()


class _Stream(io.TextIOBase):
    """Standard output or standard error of a cell."""

    encoding = "utf-8"

    def __init__(self, name: str, outputs: Outputs) -> None:
        self.name, self._outputs = name, outputs

    def writable(self) -> bool:
        """Whether it can be written to."""
        return True

    def fileno(self) -> int:
        """Return the descriptor that programs started from a cell inherit; as in a kernel, it is not collected."""
        return STREAMS[self.name]

    def write(self, text: str) -> int:
        """Take text."""
        if text:
            self._outputs.add({"output_type": "stream", "name": self.name, "text": text})
        return len(text)


class _Hook(DisplayHook):
    """Collects the value of the last line of a cell."""

    shell: Shell

    def write_output_prompt(self) -> None:
        """Write nothing: the count travels with the output."""

    def write_format_data(self, format_dict: Output, md_dict: Output | None = None) -> None:
        """Take the value in all its forms."""
        shown = {"data": format_dict, "metadata": md_dict or {}}
        self.shell.outputs.add({"output_type": "execute_result", "execution_count": self.prompt_count, **shown})


class _Publisher(DisplayPublisher):
    """Collects what a cell displays."""

    shell: Shell

    def publish(  # type: ignore[override] # its `source` was withdrawn
        self,
        data: Output,
        metadata: Output | None = None,
        *,
        transient: Mapping[str, str] | None = None,
        update: bool = False,
        **_: object,
    ) -> None:
        """Take a display, or change one that is shown."""
        name = (transient or {}).get("display_id", "")
        output = {"output_type": "display_data", "data": data, "metadata": metadata or {}}
        (self.shell.outputs.update if update else self.shell.outputs.add)(
            *((name, output) if update else (output, name))
        )

    def clear_output(self, wait: bool = False) -> None:  # noqa: FBT001, FBT002 - IPython's signature
        """Empty the cell."""
        self.shell.outputs.clear(wait=wait)


class Shell(InteractiveShell):
    """IPython that collects outputs, keeps no history on disk and starts no thread."""

    displayhook_class = _Hook
    display_pub_class = _Publisher

    def __init__(self, **traits: Any) -> None:
        self.outputs = Outputs()
        super().__init__(**traits)  # type: ignore[no-untyped-call]
        self.autoindent = False

    def init_history(self) -> None:
        """Remember the inputs of this notebook only."""
        self.history_manager = HistoryManager(shell=self, parent=self, enabled=False)

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        name, value = etype.__name__, str(evalue)
        self.outputs.add({"output_type": "error", "ename": name, "evalue": value, "traceback": stb})

    def run_cells(self, cells: Iterable[Mapping[str, Any]], tell: Callable[[Mapping[str, Any]], None]) -> None:
        """Run cells until one fails that may not.

        Parameters
        ----------
        cells : iterable of mapping
            ``index``, ``source``, ``may_fail``.
        tell : callable
            Is told ``begun`` with the index of each cell, and after it the ``outputs`` of every cell that
            changed, the ``count`` and whether it ``failed``.
        """
        sys.stdout, sys.stderr = (_Stream(name, self.outputs) for name in STREAMS)
        for cell in cells:
            tell({"begun": cell["index"]})
            self.outputs.begin(cell["index"])
            done = self.run_cell(cell["source"], store_history=True)  # type: ignore[no-untyped-call]
            here = self.outputs.cells[cell["index"]]
            told = any(one["output_type"] == "error" for one in here)
            failed = told or not done.success
            if not told and isinstance(done.error_in_exec, MemoryError):  # none was left to say it
                self._showtraceback(MemoryError, done.error_in_exec, [])
            changed = {str(index): self.outputs.cells[index] for index in sorted(self.outputs.changed)}
            self.outputs.changed.clear()
            tell({"outputs": changed, "count": self.execution_count - 1, "failed": failed and not cell["may_fail"]})
            if failed and not cell["may_fail"]:
                return


def plain(value: Any) -> Any:
    """Return a value JSON does not know, as Jupyter's messages write it."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else str(value)
