"""Small plans to try things on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from planning_kit.workbook import Workbook

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
os.environ.pop("PLANNING_KIT_PLAN", None)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Workbook]:
    """Return Ana's session on a new plan file."""
    with Workbook(tmp_path / "plan.db", "Ana", create=True) as workbook:
        yield workbook


@pytest.fixture
def filled(empty: Workbook) -> Workbook:
    """Return a plan with two people, an objective with a measure, and two tasks that wait for each other."""
    empty.add("profile", name="Libraries 2030", organisation="City library", as_of="2027-03-31")
    empty.add("people", name="Ana")
    empty.add("people", name="Bo")
    empty.add("objectives", title="Every child reads by eight", owner="Ana", due="2029-12-31")
    empty.add("measures", name="Readers at eight", objective="O1", baseline="62", target="90", uom="%")
    empty.add("tasks", name="Reading rooms", owner="Bo", duration="20")
    empty.add("tasks", name="Open the doors", owner="Bo", duration="1", deadline="2028-06-30")
    empty.add("dependencies", predecessor="T1", successor="T2")
    return empty
