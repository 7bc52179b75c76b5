"""Every notebook that is shipped runs from top to bottom, on the illustrative plan and on an empty one."""

from __future__ import annotations

import shutil
from pathlib import Path

import papermill
import pytest

from planning_kit import folder
from planning_kit.samples import build
from planning_kit.shipped import shipped
from planning_kit.steps import STEPS


@pytest.fixture(scope="module", params=["library-service", ""], ids=["sample", "empty"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workbook folder."""
    made = tmp_path_factory.mktemp("workbook")
    build(request.param, made / "plan.db")
    folder.write(made, plan="plan.db")
    return made


@pytest.mark.parametrize("notebook", [one.notebook for one in STEPS])
def test_a_guided_page_runs_without_an_error(notebook: str, place: Path) -> None:
    """Papermill runs all cells; every code cell shows one part of the page."""
    shutil.copyfile(shipped("notebooks") / notebook, place / notebook)
    ran = papermill.execute_notebook(
        str(place / notebook), str(place / f"ran-{notebook}"), cwd=str(place), kernel_name="python3", progress_bar=False
    )
    outputs = [one["outputs"] for one in ran.cells if one.cell_type == "code"]
    shown = [
        kept for kept in outputs if any("application/vnd.jupyter.widget-view+json" in o.get("data", {}) for o in kept)
    ]
    assert len(shown) == len(
        [one for one in ran.cells if one.cell_type == "code" and "papermill" not in one.metadata.get("tags", [])]
    )
    assert not [o for kept in outputs for o in kept if o["output_type"] == "error"]
