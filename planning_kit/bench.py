"""Benchmarks: each prints figures of one run on this machine, as ratios where two things can be compared."""

import datetime as dt
import functools
import importlib
import itertools
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

import numpy as np
import pandas as pd

from planning_kit.analysis import forecast, schedule
from planning_kit.analysis.portfolio import choose
from planning_kit.errors import PlanError
from planning_kit.plan import Edit
from planning_kit.reports import run as make
from planning_kit.reports import run_many
from planning_kit.reports.parameters import order
from planning_kit.reports.runner import requests
from planning_kit.reports.server import LIMITS, Server, server
from planning_kit.samples import build
from planning_kit.shipped import shipped
from planning_kit.steps import TABLES
from planning_kit.workbook import Workbook

REPEATS = 5
PARTICIPANTS, VOTES, THINKING = 30, 6, 4.0
"""People, taps of each, and seconds they think at most before the next."""
EDITS = 200
BUSY = 0.4
ROWS = 10_000
REPORTS = 200
SAMPLE = "library-service"
TASKS = (1_000, 10_000, 100_000, 1_000_000)
LINKS_PER_TASK = 1.8
TRIALS = 10_000
PSPLIB = {"j30": 20.0, "j60": 10.0, "j120": 10.0}
"""Seconds for each instance of a set."""


def run(name: str = "") -> Iterator[str]:
    """Yield the lines of one benchmark, or of all.

    Raises
    ------
    PlanError
        When there is no such benchmark.
    """
    if name and name not in BENCHES:
        message = f"“{name}” is not a benchmark. Benchmarks are: {', '.join(BENCHES)}."
        raise PlanError(message)
    for one in [name] if name else BENCHES:
        yield f"{one}: {BENCHES[one]()}"


def seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the median time of some work, in seconds."""
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def fresh(code: str) -> None:
    """Run a line in a fresh interpreter."""
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - our own interpreter, lines written here


def imports() -> str:
    """Compare ``import planning_kit`` with its spine loaded against ``import pandas``."""
    bare = seconds(lambda: fresh("pass"))
    pandas = seconds(lambda: fresh("import pandas")) - bare
    door = seconds(lambda: fresh("import planning_kit")) - bare
    opened = seconds(lambda: fresh("import planning_kit as pk; pk.open")) - bare
    return f"import planning_kit {door / pandas:.2f} x import pandas; with pk.open loaded {opened / pandas:.2f} x"


def edits() -> str:
    """Measure one edit with its history row, and with the fast checks, in a plan of 10,000 tasks."""
    with tempfile.TemporaryDirectory() as folder, Workbook(Path(folder) / "plan.db", "bench", create=True) as workbook:
        table = TABLES["tasks"]
        workbook.edit_many([Edit("add", table.name, None, {table.label: f"row {n}"}) for n in range(ROWS)])
        workbook.findings(slow=False)
        ids = list(workbook.plan.frame(table.name).index[:EDITS])
        stored, checked = [], []
        for n, row in enumerate(ids):
            begun = time.perf_counter()
            workbook.edit(table.name, row, **{table.label: f"edited {n}"})
            middle = time.perf_counter()
            workbook.findings(slow=False)
            stored.append(middle - begun)
            checked.append(time.perf_counter() - begun)
        read = seconds(lambda: pd.read_sql(f"SELECT * FROM {table.name}", workbook.store._connection))  # noqa: S608, SLF001 - a declared name; the same connection for a fair comparison
    spread = statistics.quantiles(stored, n=20)
    return (
        f"stored p50 {spread[9] * 1000:.1f} ms, p95 {spread[18] * 1000:.1f} ms; "
        f"with fast checks {statistics.median(checked) / read:.2f} x one read_sql of its table"
    )


def network(count: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return tasks with three-point estimates and links of all kinds, lags and leads between random pairs of them."""
    random = np.random.default_rng(7)
    ids = np.array([f"T{number}" for number in range(count)])
    pairs = np.sort(random.integers(0, count, (int(count * LINKS_PER_TASK), 2)), axis=1)
    pairs = np.unique(pairs[pairs[:, 0] < pairs[:, 1]], axis=0)
    likely = random.integers(1, 20, count)
    tasks = {"duration": likely, "optimistic": likely * 0.7, "likely": likely, "pessimistic": likely * 2.0}
    links = {
        "predecessor": ids[pairs[:, 0]],
        "successor": ids[pairs[:, 1]],
        "kind": random.choice(schedule.KINDS, len(pairs)),
        "lag": random.integers(-3, 6, len(pairs)),
    }
    return pd.DataFrame(tasks, index=ids), pd.DataFrame(links)


def by_networkx(tasks: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Return what `schedule.critical_path` returns, as one writes it with networkx."""
    nx = importlib.import_module("networkx")  # of the development tools; only this comparison needs it
    days, graph = tasks["duration"].to_dict(), nx.DiGraph()
    graph.add_nodes_from(days)
    for a, b, kind, lag in links.itertuples(index=False):
        gap = lag + (days[a] if kind in ("FS", "FF") else 0) - (days[b] if kind in ("FF", "SF") else 0)
        graph.add_edge(a, b, gap=gap)
    walk, early = list(nx.topological_sort(graph)), dict.fromkeys(days, 0)
    for a in walk:
        for _, b, gap in graph.out_edges(a, "gap"):
            early[b] = max(early[b], early[a] + gap)
    end = max(early[a] + days[a] for a in days)
    late, free = {a: end - days[a] for a in days}, {a: end - days[a] - early[a] for a in days}
    for a in reversed(walk):
        for _, b, gap in graph.out_edges(a, "gap"):
            late[a], free[a] = min(late[a], late[b] - gap), min(free[a], early[b] - gap - early[a])
    found = pd.DataFrame({"early_start": early, "early_finish": early, "late_start": late, "late_finish": late})
    found[["early_finish", "late_finish"]] = found[["early_finish", "late_finish"]].add(tasks["duration"], axis=0)
    slack = found["late_start"] - found["early_start"]
    return found.assign(total_slack=slack, free_slack=pd.Series(free), critical=slack <= 0)


def critical_path() -> str:
    """Compare the critical path with the same by networkx, both from frames to a frame of all times and slacks."""
    lines = []
    try:
        for count in TASKS:
            frames, repeats = network(count), REPEATS if count < TASKS[-1] else 1
            theirs = seconds(functools.partial(by_networkx, *frames), repeats)
            ours = seconds(functools.partial(schedule.critical_path, *frames), repeats)
            lines.append(f"{count:,} tasks {theirs / ours:.1f} x")
    except ModuleNotFoundError:
        return "networkx is not here to compare with. It comes with the development tools: pip install networkx"
    return f"networkx takes {', '.join(lines)} as long"


def monte_carlo() -> str:
    """Compare the forecast of a finish with drawing its samples alone."""
    tasks, links = network(TASKS[0])
    low, likely, high = (tasks[[name]].to_numpy() for name in ("optimistic", "likely", "pessimistic"))
    shape, size = 4 * (likely - low) / (high - low), (len(tasks), TRIALS)
    alone = seconds(lambda: low + (high - low) * np.random.default_rng(1).beta(1 + shape, 5 - shape, size))
    whole = seconds(lambda: forecast.finish(tasks, links, TRIALS))
    return f"{len(tasks):,} tasks x {TRIALS:,} trials take {whole / alone:.2f} x the time of drawing the samples alone"


def report() -> str:
    """Compare progress reports with the papermill command line on the same notebook, each for another date or unit."""
    with tempfile.TemporaryDirectory() as folder:
        plan, target = Path(folder) / "plan.db", Path(folder) / "reports"
        build(SAMPLE, plan)
        with Workbook(plan, read_only=True) as workbook:
            wanted = order(workbook, "progress", None, ())
        notebook = shipped("notebooks") / "reports" / "progress.ipynb"
        command = [
            sys.executable,
            "-m",
            "papermill",
            str(notebook),
            f"{folder}/out.ipynb",
            "-r",
            "run",
            wanted.to_text(),
        ]
        theirs = seconds(lambda: subprocess.run(command, check=True, capture_output=True), 3)  # noqa: S603 - our own interpreter
        cold = seconds(lambda: make(plan, "progress", folder=target), 3)
        with server() as one:
            begun = time.perf_counter()
            make(plan, "progress", folder=target)
            start = time.perf_counter() - begun
            days = (wanted.as_of + dt.timedelta(days) for days in itertools.count(1))
            fresh_day = seconds(lambda: make(plan, "progress", as_of=next(days), folder=target))
            again = seconds(lambda: make(plan, "progress", folder=target))
            units = requests(plan, "progress", "units")
            many = (units * -(-REPORTS // len(units)))[:REPORTS]
            each = seconds(lambda: list(run_many(plan, "progress", many, folder=target, jobs=2)), 1) / len(many)
            memory = in_flight(one, notebook, wanted.to_text()) if one else "not told by this system"
    return (
        f"papermill's command line takes {theirs / fresh_day:.1f} x the time of a whole report of another date with "
        f"its page (bar 12, aim 25), {theirs / again:.1f} x of the same again, {theirs / each:.1f} x of one "
        f"of {len(many)} unit reports made two at a time (bar 20, aim 40), "
        f"{theirs / cold:.2f} x of one with the start of the server; "
        f"the start and the first report take {start / theirs:.2f} of its time; "
        f"private memory of a report in flight, its plan read before, {memory} (bar 60 MiB)"
    )


def in_flight(one: Server, notebook: Path, told: str) -> str:
    """Return the private memory of the process that runs a report, when all its cells are done."""
    cells = [cell for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    sources = ["".join(cell["source"]) for cell in cells]
    held = "print(sum(int(one.split()[1]) for one in open('/proc/self/smaps_rollup') if one.startswith('Private_')))"
    lines = [sources[0], f"run = {told!r}", *sources[1:], held]
    jobs = [{"index": n, "source": line, "may_fail": False} for n, line in enumerate(lines)]
    *_, last = one.run(jobs, LIMITS)
    return f"{int(last['outputs'][str(len(lines) - 1)][0]['text']) / 1024:.0f} MiB"


def initiatives(count: int, months: int = 12) -> tuple[tuple[pd.Series, pd.Series, float], dict[str, Any]]:
    """Return values, costs and budget of initiatives that are hard to tell apart, and their rules and skills."""
    random = np.random.default_rng(3)
    ids = [f"T{n}" for n in range(count)]
    costs = random.integers(5, 100, count) * 1000.0
    values = (costs / 3000 + random.integers(1, 12, count)).round(1)
    days = random.integers(0, 3, (count, months, 2)) * (random.random((count, months, 2)) < BUSY)
    item, month, skill = days.nonzero()
    cells = {"item": np.array(ids)[item], "skill": skill, "period": month, "demand": days[item, month, skill]}
    skills = pd.DataFrame(cells).astype({"skill": "str"})
    held = skills.groupby(["skill", "period"])["demand"].sum().mul(BUSY).rename("capacity").reset_index()
    pairs = [random.choice(ids, 2, replace=False).tolist() for _ in range(count // 4)]
    rules = {"requires": pairs[::2], "excludes": pairs[1::2], "mandatory": ids[:1], "skills": skills, "capacity": held}
    return (pd.Series(values, ids), pd.Series(costs, ids), float(costs.sum() * BUSY)), rules


def portfolio() -> str:
    """Time the proof of the best choice of initiatives under a budget, rules and two skills in twelve months."""
    lines = []
    for count in (60, 200):
        arguments, rules = initiatives(count)
        found = choose(*arguments, **rules, seconds=600, explained=False)
        lines.append(f"{count} initiatives x 12 months {found.status} (gap {found.gap:.1%}) in {found.seconds:.2f} s")
    return "; ".join(lines)


def psplib(path: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return tasks, dependencies, assignments and capacity of an instance of PSPLIB (``.sm``)."""

    def numbers(title: str, skip: int) -> list[list[int]]:
        lines = text.partition(title)[2].partition("***")[0].splitlines()[skip:]
        return [[int(word) for word in line.split()] for line in lines if line.strip("- ")]

    text = path.read_text(encoding="ascii")
    links = [(job, one) for job, _, _, *after in numbers("PRECEDENCE RELATIONS:", 2) for one in after]
    work = {job: (days, needs) for job, _, days, *needs in numbers("REQUESTS/DURATIONS:", 2)}
    return (
        pd.DataFrame({"duration": {job: days for job, (days, _) in work.items()}}),
        pd.DataFrame(links, columns=["predecessor", "successor"]),
        pd.DataFrame(
            [(job, one, many) for job, (_, needs) in work.items() for one, many in enumerate(needs)],
            columns=["task", "resource", "amount"],
        ),
        pd.DataFrame({"amount": numbers("RESOURCEAVAILABILITIES:", 2)[0]}).rename_axis("resource").reset_index(),
    )


def levelling() -> str:
    """Compare levelling with the best known plans of PSPLIB; the folder in PLANNING_KIT_PSPLIB holds them."""
    folder = os.environ.get("PLANNING_KIT_PSPLIB", "")
    if not folder:
        return "set PLANNING_KIT_PSPLIB to a folder with best_known.csv and j30, j60, j120 of PSPLIB"
    known, lines = pd.read_csv(Path(folder) / "best_known.csv"), []
    for name, limit in PSPLIB.items():
        files = known[known["set"] == name].set_index("file")["best_known"]
        paths = [path for path in sorted((Path(folder) / name).glob("*.sm")) if path.name in files.index]
        if not paths:
            continue
        found = [schedule.level(*psplib(path), limit) for path in paths]
        gaps = [one.makespan / files[path.name] - 1 for one, path in zip(found, paths, strict=True)]
        proven, equal = (sum(hits) for hits in ([one.status == "optimal" for one in found], [not gap for gap in gaps]))
        lines.append(f"{name} {equal} of {len(paths)} as best known, {proven} proven, mean gap {np.mean(gaps):.2%}")
    return "; ".join(lines)


def crowd() -> str:
    """Let thirty simulated participants vote and look on the participants' pages that one command serves."""
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.db"
        build(SAMPLE, plan)
        with Workbook(plan, "Facilitator") as book:
            book.edit_many([Edit("add", "people", None, {"name": f"Participant {n}"}) for n in range(PARTICIPANTS)])
        command = [sys.executable, "-m", "planning_kit", "share", str(plan), "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as server:  # noqa: S603 - our own interpreter
            link = next(one[0] for line in server.stdout or () if (one := re.search(r"http\S+/w/\S+", line)))
            with ThreadPoolExecutor(PARTICIPANTS) as pool:
                times = [one for some in pool.map(partial(participant, link), range(PARTICIPANTS)) for one in some]
            status = Path(f"/proc/{server.pid}/status")
            peak = re.search(r"VmHWM:\s+(\d+)", status.read_text(encoding="ascii")) if status.exists() else None
            server.terminate()
    late = statistics.quantiles(times, n=20)[-1] * 1000
    memory = f"{int(peak[1]) // 1024} MB in all" if peak else "memory not told by this system"
    return f"{len(times)} requests of {PARTICIPANTS} people, p95 {late:.0f} ms, {memory}"


def participant(link: str, number: int) -> list[float]:
    """Join, then vote and look in turn, with a pause to think before each; returns how long each answer took."""
    times: list[float] = []
    chance = random.Random(number)  # noqa: S311 - a pause to think is no secret
    line = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def ask(path: str, **form: str) -> str:
        time.sleep(chance.random() * THINKING)
        begun = time.perf_counter()
        with line.open(urljoin(link, path), urlencode(form).encode() if form else None) as found:
            page = str(found.read().decode())
        times.append(time.perf_counter() - begun)
        return page

    names = ask(link)
    person = re.findall(r'value="(\w+)"(?: disabled)?>Participant', names)[number]
    key = re.compile(r'name="_key" value="(\w+)"')
    ask(link, person=person, _key=key.findall(names)[0])
    form, votes = ask("/ballot/scores"), {}
    for name in sorted(set(re.findall(r'type="radio" name="([^"]+)"', form)))[:VOTES]:
        votes[name] = str(chance.randint(1, 5))
        ask("/ballot/scores", _key=key.findall(form)[0], _answer=f"{chance.getrandbits(128):032x}", **votes)
        ask(chance.choice(("/", "/due", "/ballot/points")))
    return times


BENCHES: dict[str, Callable[[], str]] = {
    "imports": imports,
    "edits": edits,
    "critical-path": critical_path,
    "monte-carlo": monte_carlo,
    "report": report,
    "portfolio": portfolio,
    "levelling": levelling,
    "share": crowd,
}
