"""A workbook folder: guided notebooks, the address of its plan, and the person who works there."""

import itertools
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from planning_kit.errors import PlanError, PlanFileError
from planning_kit.samples import SAMPLES, build
from planning_kit.shipped import shipped
from planning_kit.store import Place, place

ADDRESS = ".planning-kit.json"
DEFAULT_PLAN = "plan.db"
DEFAULT_SAMPLE = "library-service"


def make(folder: Path, sample: str = DEFAULT_SAMPLE) -> Path:
    """Make a folder a workbook if it is not one; guided notebooks are brought up to date.

    Returns the path of its plan. What is there already (a plan, notebooks of an analyst) stays as it is.

    Raises
    ------
    PlanFileError
        When the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for notebook in sorted(shipped("notebooks").glob("*.ipynb")):
            target = folder / notebook.name
            if not target.exists() or target.read_bytes() != notebook.read_bytes():
                shutil.copyfile(notebook, target)
        for notebook in sorted((shipped("notebooks") / "analyst").glob("*.ipynb")):
            target = folder / "analyst" / notebook.name
            target.parent.mkdir(exist_ok=True)
            if not target.exists():
                shutil.copyfile(notebook, target)
    except OSError as problem:
        message = f"{folder}: the workbook could not be made here ({problem.strerror}). Name a folder you may write to."
        raise PlanFileError(message) from problem
    if "plan" not in read(folder):
        if not (folder / DEFAULT_PLAN).exists():
            build(sample, folder / DEFAULT_PLAN)
        write(folder, plan=DEFAULT_PLAN)
    return current_plan(folder)


def read(folder: Path) -> dict[str, Any]:
    """Return what the folder remembers: its plan and who works there."""
    try:
        found = json.loads((folder / ADDRESS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write(folder: Path, **values: str) -> None:
    """Remember something for the folder; the file is replaced whole, never half written."""
    kept = {**read(folder), **values}
    handle, name = tempfile.mkstemp(dir=folder, prefix=ADDRESS)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(kept, file, indent=1)
    Path(name).replace(folder / ADDRESS)


def current_plan(folder: Path | None = None) -> Path:
    """Return the plan of the environment, else of the workbook folder.

    Raises
    ------
    PlanError
        When neither names one.
    """
    if named := os.environ.get("PLANNING_KIT_PLAN"):
        if isinstance(place(named), str):
            raise PlanError(f"{named}: the guided pages work on a plan file. Set PLANNING_KIT_PLAN to one.")
        return Path(named)
    here = folder or Path.cwd()
    found = read(here).get("plan")
    if isinstance(found, str) and found:
        return here / found
    message = (
        f"{here} is not a workbook folder and PLANNING_KIT_PLAN is not set. "
        "Name a plan file, or make a workbook with: planning-kit start my-workbook"
    )
    raise PlanError(message)


def asked(plan: str) -> Place:
    """Return the plan a command is about: the one named, that of the environment, or that of this folder."""
    return place(plan or os.environ.get("PLANNING_KIT_PLAN", "") or current_plan())


def choose(folder: Path, name: str, sample: str = "", template: str = "") -> Path:
    """Make a plan the folder's current one; it is created (empty, from a sample or a template) when it is not there.

    A copy of a sample without a name is called like the sample, with a number where there is one already.

    Raises
    ------
    PlanError
        When the name is not a file name of this folder, or a sample or template is asked for over an existing plan.
    """
    name = name or _free_name(folder, sample)
    if not name.isprintable() or Path(name).name != name or not name or name.startswith("."):
        message = f"“{name}” is not a name for a plan. Write a file name without folders, for example my-plan.db."
        raise PlanError(message)
    target = folder / (name if name.endswith(".db") else f"{name}.db")
    if sample and sample not in SAMPLES:
        message = f"“{sample}” is not a sample. Samples are: {', '.join(SAMPLES)}."
        raise PlanError(message)
    if (sample or template) and target.exists():
        message = (
            f"{target.name}: there is a plan of this name already. Choose another name, so that nothing is overwritten."
        )
        raise PlanError(message)
    if not target.exists():
        build(sample, target, template)
    write(folder, plan=target.name)
    return target


def _free_name(folder: Path, sample: str) -> str:
    """Return a file name for a copy of a sample that nobody has yet."""
    names = itertools.chain([sample], (f"{sample}-{number}" for number in itertools.count(2)))
    return next(one for one in names if not one or not (folder / f"{one}.db").exists())


def plans(folder: Path) -> list[Path]:
    """Return the plan files of a folder."""
    return sorted(one for one in folder.glob("*.db") if not one.name.startswith("."))
