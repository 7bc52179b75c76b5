"""Ten small projects of PSPLIB (Kolisch and Sprecher, 1996), kept beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from planning_kit.analysis import schedule
from planning_kit.bench import psplib

pytestmark = pytest.mark.acceptance

ROOT = Path(__file__).parents[2]
PSPLIB = ROOT / os.environ.get("PLANNING_KIT_SHARED", "../shared/data") / "psplib"
LIMIT = 20.0


def test_ten_small_projects_are_as_short_as_the_best_known() -> None:
    """Thirty tasks on four resources: the best known makespan, no link broken, no day above capacity."""
    known = pd.read_csv(PSPLIB / "best_known.csv").set_index("file")["best_known"]
    paths = sorted((PSPLIB / "j30").glob("*_1.sm"))[:10]
    assert len(paths) == 10
    for path in paths:
        tasks, links, work, capacity = psplib(path)
        found = schedule.level(tasks, links, work, capacity, LIMIT)
        assert found.makespan == known[path.name] == found.times["finish"].max()
        start, finish = found.times["start"], found.times["finish"]
        assert (start[links["successor"]].to_numpy() >= finish[links["predecessor"]].to_numpy()).all()
        for day in range(int(found.makespan)):
            running = found.times.index[(start <= day) & (day < finish)]
            asked = work[work["task"].isin(running)].groupby("resource")["amount"].sum()
            assert (asked <= capacity.set_index("resource")["amount"].reindex(asked.index)).all()
