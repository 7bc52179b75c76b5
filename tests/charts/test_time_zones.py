"""A date is the same date in every time zone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from planning_kit import charts
from planning_kit.charts import theme
from planning_kit.plan import Plan

from .conftest import AS_OF

ZONES = ("UTC", "America/Los_Angeles", "Pacific/Auckland")
PROGRAM = """
import sys, vl_convert
print(vl_convert.vegalite_to_svg(open(sys.argv[1], encoding="utf-8").read(), vl_version="6.4"))
"""


def pictures(spec: dict[str, object], folder: Path) -> set[str]:
    """Return the different pictures of a specification, drawn in several time zones."""
    file = folder / "spec.json"
    file.write_text(json.dumps(spec), encoding="utf-8")
    found = set()
    for zone in ZONES:
        ran = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", PROGRAM, str(file)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "TZ": zone},
        )
        found.add(re.sub(r"(clip|gradient)_?\d+", "", ran.stdout))
    return found


@pytest.mark.parametrize("name", ["gantt", "measure_line", "finish_distribution"])
def test_dates_do_not_move(name: str, library: Plan, tmp_path: Path) -> None:
    """Drawn in Los Angeles, Greenwich and Auckland, bars, ticks and labels are the same."""
    chart = charts.drawn(name, library, AS_OF).chart
    assert chart is not None
    assert len(pictures(theme.spec(chart, width=800), tmp_path)) == 1


def test_a_plain_time_axis_would_move(tmp_path: Path) -> None:
    """What the test above guards against is real: Vega's usual time axis shifts with the time zone."""
    naive = {
        "data": {"values": [{"day": "2027-01-01"}, {"day": "2027-03-01"}]},
        "mark": "point",
        "encoding": {"x": {"field": "day", "type": "temporal"}},
    }
    assert len(pictures(naive, tmp_path)) > 1
