"""What a plan may begin with: a shipped sample, made by its build script, or a template for its kind."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from pathlib import Path

from planning_kit.errors import PlanError, PlanFileError
from planning_kit.plan import Edit
from planning_kit.shipped import shipped
from planning_kit.steps import STEPS, TABLES
from planning_kit.workbook import Workbook, beside

AUTHOR = "planning-kit"
PASSPHRASE = "open shelves at night"  # noqa: S105 - printed in the README: it protects an invented story
LAST_REVISION = "Month 18"
"""How a plan is known that was made from the sample with a step 8: the last name in its story."""

SAMPLES = {
    "library-service": "An illustrative public library service: all eight steps, a two-year story, role names only.",
    "us-dot": "US Department of Transportation, priority goals and indicators of 2022-23, as published.",
    "us-fda-it": "FDA information technology portfolio about 2012: investments, projects and activities, as published.",
}


def templates() -> dict[str, str]:
    """Return the kinds of plan that have a template, with their names in words."""
    profile = next(one for one in TABLES.values() if one.role == "profile")
    kind = profile.fields[profile.field_with_role("kind") or ""]
    return {one: kind.choice_label(one) for one in kind.choices}


def build(sample: str, path: Path, template: str = "") -> None:
    """Make a plan file: empty, from a sample, or with what a plan of its kind begins with.

    Raises
    ------
    PlanError
        When the file exists already or there is no such sample or template.
    """
    if path.exists():
        message = f"{path}: there is a file of this name already. Name another one; nothing was written."
        raise PlanFileError(message)
    if sample and sample not in SAMPLES:
        message = f"“{sample}” is not a sample. Samples are: {', '.join(SAMPLES)}."
        raise PlanError(message)
    if template and template not in templates():
        message = f"“{template}” is not a template. Templates are: {', '.join(templates())}."
        raise PlanError(message)
    if not path.parent.is_dir():
        message = f"{path}: the folder {path.parent} does not exist. Create it, or name another place for the plan."
        raise PlanFileError(message)
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    try:
        script = runpy.run_path(str(shipped("data") / sample / "build.py")) if sample else {}
        with Workbook(part, author=AUTHOR, create=True) as workbook:
            if sample:
                script["build"](workbook)
            if template:
                _begin_with(template, workbook)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    for book in {one.book for one in STEPS} - {"plan"}:
        if f"build_{book}" in script:
            _build_beside(path, book, script[f"build_{book}"])


def _begin_with(template: str, workbook: Workbook) -> None:
    """Write the objectives, measures, initiatives and risks a plan of this kind usually begins with."""
    profile = workbook.plan.with_role("profile")
    if profile is not None:
        workbook.add(profile.name, **{profile.field_with_role("kind") or "": template})
    text = (shipped("data") / "templates" / f"{template}.json").read_text(encoding="utf-8")
    for table, rows in json.loads(text).items():
        edits = [Edit("add", table, None, row) for row in rows]
        workbook.edit_many(edits, reason=f"template: {templates()[template]} plan")


def _build_beside(path: Path, book: str, fill: Callable[[Workbook], None]) -> None:
    """Make the workbook of a step that keeps its own file, encrypted and with its owner's rights only."""
    own = beside(path, book)
    if own.exists():
        return
    with (
        Workbook(path, read_only=True) as plan,
        Workbook(own, AUTHOR, create=True, book=book, beside=plan, passphrase=PASSPHRASE) as workbook,
    ):
        fill(workbook)
