"""The benchmarks: both sides of a comparison give the same, and what is missing is said."""

from __future__ import annotations

import importlib
import re

import pandas as pd
import pytest

from planning_kit import bench
from planning_kit.analysis import schedule
from planning_kit.errors import PlanError


@pytest.mark.parametrize("count", [2, 300, 12_000])
def test_networkx_gives_the_same_frame(count: int) -> None:
    """All times and both slacks of random plans with every kind of link, small and large, to the last number."""
    tasks, links = bench.network(count)
    found = schedule.critical_path(tasks, links)
    pd.testing.assert_frame_equal(found, bench.by_networkx(tasks, links), check_exact=True)


def test_the_critical_path_is_printed_as_ratios(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line in one run, a ratio for each size."""
    monkeypatch.setattr(bench, "TASKS", (20, 40))
    (line,) = bench.run("critical-path")
    assert re.fullmatch(r"critical-path: networkx takes 20 tasks [\d.]+ x, 40 tasks [\d.]+ x as long", line)


def test_the_forecast_is_compared_with_its_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ratio names how many tasks and trials it is for."""
    monkeypatch.setattr(bench, "TASKS", (20,))
    monkeypatch.setattr(bench, "TRIALS", 10)
    (line,) = bench.run("monte-carlo")
    assert "20 tasks x 10 trials take" in line


def test_without_networkx_the_benchmark_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who installed the package alone reads a sentence."""

    def absent(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib, "import_module", absent)
    (line,) = bench.run("critical-path")
    assert "pip install networkx" in line
    with pytest.raises(PlanError, match="is not a benchmark"):
        list(bench.run("speed"))
