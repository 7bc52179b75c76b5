"""Reports made by the workers of a Dask cluster (the extra ``cluster``).

A worker is sent no report: it is sent the address of the plan, and claims one report after the other in its ledger. So
who dies loses its claim to another, and whatever it left behind publishes nothing.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from planning_kit import clock
from planning_kit.errors import PlanError
from planning_kit.reports.parameters import order
from planning_kit.reports.runner import Made
from planning_kit.reports.slots import LEASE, Scheduler
from planning_kit.store import Place, Run, Schedule, stamp
from planning_kit.workbook import Workbook

CONNECT_SECONDS = 10
Say = Callable[[str], None]
_alone = threading.Lock()
"""One at a time makes reports in a process; a cluster for reports has many workers of one thread."""


def spread(  # noqa: PLR0913 - what reports can be told
    plan: Place,
    dask: str,
    name: str,
    many: Iterable[Iterable[str]],
    *,
    as_of: dt.date | None = None,
    folder: Path = Path("reports"),
    kinds: Sequence[str] = ("html",),
    lease: dt.timedelta = LEASE,
) -> Iterator[Made]:
    """Make a report for many parameters on a cluster; yields what each came to.

    Parameters
    ----------
    plan, name, many, as_of, folder, kinds
        As for `planning_kit.reports.run_many`; all workers reach plan and folder.
    dask : str
        Address of the cluster's scheduler.
    lease : datetime.timedelta
        After how long another worker takes over what a dead one had claimed.

    Raises
    ------
    PlanError
        When a request is refused or there is no cluster; nothing has run then.
    """
    with Workbook(plan) as workbook:
        orders = [(order(workbook, name, as_of, texts), tuple(texts)) for texts in map(list, many)]
        now, kept = clock.now(), workbook.store.ledger
        told = {"report": name, "made_at": stamp(now), "made_by": workbook.author, "ended_at": stamp(now)}
        with _Cluster(dask) as cluster:
            once = Schedule(**told, every="once", zone="UTC", folder=str(folder.absolute()), formats=tuple(kinds))  # type: ignore[arg-type]  # all are texts
            number = kept.add(once).number
            moments = [stamp(now + dt.timedelta(milliseconds=n)) for n in range(len(orders))]
            wanted = [
                Run(schedule=number, slot=at, report=name, parameters=texts, as_of=str(one.as_of), free_at=stamp(now))
                for at, (one, texts) in zip(moments, orders, strict=True)
            ]
            kept.write_down(number, wanted)
            cluster.work(plan, Path.cwd(), number, lease)
        for one in kept.runs_of(number):
            yield Made(one.state == "published", Path(one.file), one.sentence, one.revision)


def do_what_is_due(scheduler: Scheduler, dask: str) -> int:
    """Let a cluster make every slot that is due, then send the mails from here; returns how many runs failed."""
    with _Cluster(dask) as cluster:
        failures = cluster.work(scheduler.workbook.store.address, scheduler.folder, 0, scheduler.lease, scheduler.say)
    return failures + scheduler.do_what_is_due()


class _Cluster:
    """The workers of a cluster. Use it as a context manager."""

    def __init__(self, dask: str) -> None:
        try:
            import distributed  # noqa: PLC0415 - the extra "cluster"
        except ImportError:
            cure = 'Install it with: pip install "planning-kit[cluster]"'
            raise PlanError(f"--dask {dask}: this needs Dask. {cure}") from None
        try:
            client: Any = distributed.Client
            self._client = client(dask, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as problem:
            cure = "Check the address, for example tcp://scheduler.example.org:8786."
            raise PlanError(f"--dask {dask}: no scheduler of a cluster answers there. {cure}") from problem
        if not self._client.scheduler_info(n_workers=-1)["workers"]:
            self._client.close()
            raise PlanError(f"--dask {dask}: this cluster has no workers. Start some with: dask worker {dask}")

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of it."""
        self._client.close()

    def work(self, plan: Place, base: Path, only: int, lease: dt.timedelta, say: Say = lambda _: None) -> int:
        """Let every worker do what is due until nothing is left; returns how many runs failed."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        place = plan.absolute() if isinstance(plan, Path) else plan
        asked = (place, base.absolute(), only, lease.total_seconds())
        failures = 0
        for failed, said in self._client.gather([self._client.submit(_work, *asked, pure=False) for _ in workers]):
            failures += failed
            for one in said:
                say(one)
        return failures


def _work(plan: Place, base: Path, only: int, lease: float) -> tuple[int, list[str]]:
    """Do what is due until nothing is left, also of workers that died; in a worker."""
    failures = 0
    said: list[str] = []
    with _alone, Workbook(plan, "Dask") as workbook:
        scheduler = Scheduler(workbook, say=said.append, lease=dt.timedelta(seconds=lease), base=base, only=only)
        while True:
            failures += scheduler.do_what_is_due()
            if not scheduler.ledger.is_busy(stamp(clock.now()), only):
                return failures, said
            scheduler.stop.wait(min(1.0, lease / 2))
