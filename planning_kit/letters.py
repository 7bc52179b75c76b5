"""Letters of a step that keeps its own workbook: one file a recipient, for the eyes of its writer only."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from planning_kit.errors import PlanError
from planning_kit.reports import render

FOLDER = "letters"
SHARED = "reports"


def write(folder: Path, name: str, sections: Sequence[Mapping[str, Any]]) -> Path:
    """Write a letter that nobody but its writer can read; returns where it is.

    Parameters
    ----------
    folder : Path
        Made when it is missing, for its owner only; never a folder of reports.
    name : str
        Name of the file; an earlier letter of this name is replaced.
    sections : sequence of mapping
        As `reports.section.Section` holds them.

    Raises
    ------
    PlanError
        When the folder is one of reports, or cannot be written.
    """
    if SHARED in folder.absolute().parts or (folder / "index.html").exists():
        raise PlanError(f"{folder}: letters never go where reports are, which others read. Name a folder of their own.")
    page = render.html(
        [{"items": (), "heads": (), "facts": (), **one, "id": f"s{n}"} for n, one in enumerate(sections)]
    )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / Path(name).name
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(page)
    except OSError as problem:
        raise PlanError(
            f"{folder}: the letter could not be written ({problem.strerror}). Name another folder."
        ) from None
    return path
