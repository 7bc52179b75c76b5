"""The engine of reports: papermill's own outputs, each run alone in its fork, within limits."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import threading
import time
import tomllib
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import papermill
import pytest

from planning_kit.reports.engine import KERNEL, ForkEngine
from planning_kit.reports.execute import NAME, execute
from planning_kit.reports.parameters import order
from planning_kit.reports.server import Limits, Server, server
from planning_kit.samples import build
from planning_kit.shipped import shipped
from planning_kit.workbook import Workbook

REPORTS = sorted((shipped("notebooks") / "reports").glob("*.ipynb"))


@pytest.fixture(scope="module")
def started() -> Iterator[Server]:
    """Return a server for all tests of this module."""
    papermill.engines.papermill_engines.register(NAME, ForkEngine)
    with server() as one:
        assert one
        yield one


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the illustrative plan."""
    path = tmp_path_factory.mktemp("sample") / "plan.db"
    build("library-service", path)
    return path


def notebook(folder: Path, *sources: str, tags: tuple[str, ...] = ()) -> Path:
    """Write a notebook of code cells, the last with tags."""
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": one, "execution_count": None, "outputs": []}
        for n, one in enumerate(sources)
    ]
    cells[0]["metadata"] = {"tags": ["parameters"]}
    cells[-1]["metadata"] = {"tags": list(tags)} if tags else cells[-1]["metadata"]
    kernel = {"display_name": "Python 3", "language": "python", "name": KERNEL}
    path = folder / "notebook.ipynb"
    made = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(made), encoding="utf-8")
    return path


def cells_by(engine: str | None, path: Path, folder: Path, parameters: dict[str, str]) -> list[dict[str, Any]]:
    """Return the cells of an executed notebook without times and ids."""
    out = folder / f"{engine}.ipynb"
    folder.joinpath("ipython").mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        patch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
        try:
            papermill.execute_notebook(
                path, out, parameters, engine_name=engine, kernel_name=KERNEL, cwd=folder, progress_bar=False
            )
        except papermill.PapermillExecutionError as problem:
            assert problem.ename  # noqa: PT017 - the notebook says the rest
    cells: list[dict[str, Any]] = json.loads(out.read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        cell["metadata"] = {"tags": cell["metadata"].get("tags", [])}
        del cell["id"]
        cell["outputs"] = joined(cell.get("outputs", []))
    return cells


def joined(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return outputs with each stream in one piece, first; how a kernel cuts and mixes the two is chance."""
    streams: dict[str, str] = {}
    found: list[dict[str, Any]] = []
    for one in outputs:
        if one["output_type"] == "stream":
            streams[one["name"]] = streams.get(one["name"], "") + "".join(one["text"])
            continue
        if one["output_type"] == "error":
            one["traceback"] = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in one["traceback"]]
            one["evalue"] = re.sub(r"\(.*, line", "(a file, line", one["evalue"])
        found.append(one)
    return [*({"name": name, "text": streams[name]} for name in sorted(streams)), *found]


@pytest.mark.parametrize("path", REPORTS, ids=[one.stem for one in REPORTS])
def test_every_report_has_the_outputs_of_papermills_own_engine(
    path: Path, sample: Path, tmp_path: Path, started: Server
) -> None:
    """Cell by cell the same, down to counts and forms of each output."""
    with Workbook(sample, read_only=True) as workbook:
        told = order(workbook, path.stem, None, ()).to_text()
    started.learn(told)
    theirs = cells_by(None, path, tmp_path, {"run": told})
    assert cells_by(NAME, path, tmp_path, {"run": told}) == theirs


def test_whatever_a_cell_shows_is_what_papermills_own_engine_keeps(tmp_path: Path, started: Server) -> None:
    """Streams, values, displays that change, cleared cells, programs, awaited values, warnings, errors."""
    assert started
    path = notebook(
        tmp_path,
        "given = ''",
        "import sys\nprint('one')\nprint('two', file=sys.stderr)\nprint(given)\n1 + 1",
        "from IPython.display import HTML, display, clear_output, update_display\ndisplay(HTML('<b>x</b>'), {'a': 1})",
        "handle = display('first', display_id='d')\nprint('between')",
        "update_display('second', display_id='d')",
        "print('gone')\nclear_output(wait=True)\nprint('stays')",
        "import pandas as pd\npd.DataFrame({'a': [1, 2]})",
        "import asyncio\nawait asyncio.sleep(0, 'awaited')",
        "!echo from a program",
        "import subprocess\nsubprocess.run(['echo', 'not to the cell'], check=True).returncode",
        "data = {'text/plain': 'both', 'image/png': b'1', 'application/vnd.a+json': {'n': (1, 2.5)}}",
        "class Both:\n    def _repr_mimebundle_(self, **_):\n        return data\nBoth()",
        "_ , In[1], Out[2], __name__",
        "7;",
        "%who_ls int",
        "",
        "def f(x):\n    return 1 / x\nf(0)",
        "print('never')",
    )
    assert cells_by(NAME, path, tmp_path, {"given": "g"}) == cells_by(None, path, tmp_path, {"given": "g"})


@pytest.mark.parametrize("last", ["raise ValueError('told')", "import sys\nsys.exit(3)", "sys.exit(", "%nonsense"])
def test_an_error_is_kept_as_papermills_own_engine_keeps_it(last: str, tmp_path: Path, started: Server) -> None:
    """The cell that failed has its output, its count and its traceback; what follows is not run."""
    assert started
    path = notebook(tmp_path, "a = 1", "print('before')", last, "print('never')")
    assert cells_by(NAME, path, tmp_path, {"a": "2"}) == cells_by(None, path, tmp_path, {"a": "2"})


def test_a_cell_that_may_fail_does_not_end_the_run(tmp_path: Path, started: Server) -> None:
    """The tag ``raises-exception`` is honoured; the run goes on and papermill says what it says."""
    assert started
    path = notebook(tmp_path, "a = 1", "raise ValueError", tags=("raises-exception",))
    assert cells_by(NAME, path, tmp_path, {}) == cells_by(None, path, tmp_path, {})


def text_of(path: Path) -> str:
    """Return all that cells of an executed notebook printed."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "".join("".join(one.get("text", ())) for cell in cells for one in cell.get("outputs", ()))


def printed(folder: Path, *sources: str, limits: Limits = Limits()) -> str:  # noqa: B008 - it cannot be changed
    """Return what cells printed that ran in a fork."""
    assert execute(notebook(folder, "a = 1", *sources), folder / "out.ipynb", {}, folder, limits) is None
    return text_of(folder / "out.ipynb")


STATE = """
import gc, os, random, sys, threading, warnings
import numpy as np
import pandas as pd
print(pd.get_option("display.max_rows"), os.environ.get("LEAK"), pd.DataFrame({"a": [1, 2]}).sum().tolist(),
      threading.active_count(), len(sys.path), "LEAK" in globals(), len(warnings.filters), hasattr(np, "leak"),
      os.path.exists("left"), np.geterr()["divide"], gc.isenabled())
"""
MESS = """
import gc, os, random, sys, threading, time, warnings
import numpy as np
import pandas as pd
pd.set_option("display.max_rows", 7)
os.environ["LEAK"] = "1"
os.chdir("/")
pd.DataFrame.sum = lambda self: 5
threading.Thread(target=threading.Event().wait, args=(60,), daemon=True).start()
sys.path.append("leak")
warnings.simplefilter("ignore")
np.leak = LEAK = True
np.seterr(divide="raise")
gc.disable()
"""


def test_nothing_leaks_from_one_report_into_the_next(tmp_path: Path, started: Server) -> None:
    """Options, environment, folder, patched libraries, threads, paths, names, filters are as in a fresh process."""
    assert started
    before = printed(tmp_path, STATE)
    printed(tmp_path, MESS)
    assert printed(tmp_path, STATE) == before


def test_a_report_runs_where_and_as_it_was_asked_for(
    tmp_path: Path, started: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Folder and environment are those of the person who asks now, not those the server was started with."""
    assert started
    monkeypatch.setenv("ASKED", "now")
    assert printed(tmp_path, "import os\nprint(os.getcwd(), os.environ['ASKED'])") == f"{tmp_path} now\n"


def test_chance_is_new_in_every_report_and_libraries_use_one_thread(tmp_path: Path, started: Server) -> None:
    """Two forks of one process do not draw the same numbers; the process they come from has one thread."""
    assert started
    source = "import random, numpy as np\nprint(random.random(), np.random.random())"
    assert printed(tmp_path, source) != printed(tmp_path, source)
    threads = "import os\nprint(*(len(os.listdir(f'/proc/{one}/task')) for one in (os.getppid(), os.getpid())))"
    assert printed(tmp_path, "import numpy as np\nnp.ones((400, 400)) @ np.ones((400, 400));", threads) == "1 1\n"


@pytest.mark.parametrize(
    ("source", "limits", "words"),
    [
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", Limits(), "stopped from outside or ran out of"),
        ("import os\nos._exit(0)", Limits(), "stopped from outside or ran out of memory"),
        ("while True: pass", Limits(cell=0.5), "cell 3 took longer than 0.5 seconds and was stopped"),
        ("while True: pass", Limits(run=0.5), "cell 3 was stopped: the report took longer than 0.5 seconds in all"),
        (
            "import signal\nsignal.signal(15, lambda *_: 0)\nsignal.sigtimedwait([], 99)",
            Limits(cell=0.5),
            "took longer",
        ),
        ("x = bytearray(3 << 30)", Limits(), "MemoryError"),
        ("import sys\nsys.exit('enough')", Limits(), "SystemExit: enough"),
    ],
    ids=["killed", "exit", "endless cell", "endless report", "deaf", "memory", "sys.exit"],
)
def test_a_run_that_does_not_end_well_says_why(
    source: str, limits: Limits, words: str, tmp_path: Path, started: Server
) -> None:
    """The sentence names the cell and the reason; the notebook keeps what came before, and the error in its cell."""
    assert started
    told = execute(notebook(tmp_path, "a = 1", "print(1)", source), tmp_path / "out.ipynb", {}, tmp_path, limits)
    assert words in (told or "")
    kept = json.loads((tmp_path / "out.ipynb").read_text(encoding="utf-8"))["cells"]
    assert [one["output_type"] for cell in kept for one in cell.get("outputs", ())][:2] == ["stream", "error"]
    assert printed(tmp_path, "print('the next report is well')") == "the next report is well\n"


def test_what_a_report_started_ends_with_it(tmp_path: Path, started: Server) -> None:
    """A program left behind by a cell is ended with the report."""
    assert started
    source = "import subprocess\np = subprocess.Popen(['sleep', '600'])\nprint(p.pid)"
    pid = int(printed(tmp_path, source))
    end = time.monotonic() + 30
    while runs(pid):
        assert time.monotonic() < end
        threading.Event().wait(0.02)


def runs(pid: int) -> bool:
    """Whether a process is there that has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_server_that_was_ended_is_started_again(sample: Path) -> None:
    """Killing it costs the report that runs, not the ones after it."""
    with Workbook(sample, read_only=True) as workbook:
        told = order(workbook, "progress", None, ()).to_text()
    with Server() as one:
        cells = [{"index": 0, "source": "import os\nprint(os.getppid())", "may_fail": False}]
        (message,) = [each for each in one.run(cells, Limits()) if "outputs" in each]
        os.kill(int(message["outputs"]["0"][0]["text"]), signal.SIGKILL)
        assert one._process
        one._process.wait()
        assert list(one.run(cells, Limits())) == []
        one.learn(told)
        assert len(list(one.run(cells, Limits()))) == 2


def test_another_kernel_goes_to_papermills_own_engine(
    tmp_path: Path, started: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notebook in another language, or for another environment, runs as it would without us."""
    assert started
    spec = tmp_path / "kernels" / "other" / "kernel.json"
    spec.parent.mkdir(parents=True)
    start = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec.write_text(json.dumps({"argv": start, "display_name": "Other", "language": "python"}), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    path = notebook(tmp_path, "a = 1", "import os\nprint(os.environ['JPY_PARENT_PID'])")
    done = papermill.execute_notebook(path, None, engine_name=NAME, kernel_name="other", progress_bar=False)
    assert done.cells[1].outputs[0].text.strip() == str(os.getpid())


def test_papermill_finds_the_engine_by_its_name() -> None:
    """``papermill --engine planning-kit`` works wherever the package is installed."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name = EntryPoint(NAME, project["entry-points"]["papermill.engine"][NAME], "papermill.engine")
    assert name.load() is ForkEngine
