"""Build the sample `us-dot` from the published goals and indicator updates, flaws kept.

Nothing is invented: where the source is silent, the field stays empty, and the checks say so.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING

from planning_kit.plan import Edit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planning_kit.workbook import Workbook

HERE = Path(__file__).parent
DEPARTMENT = "US Department of Transportation"
AIMS = {
    "Measurable increase": "raise_to",
    "Measurable decrease": "lower_to",
    "Maintain at or above threshold": "keep_at_least",
}
QUARTER_ENDS = {1: "12-31", 2: "03-31", 3: "06-30", 4: "09-30"}
Row = dict[str, str]


def build(workbook: Workbook) -> None:
    """Fill an empty workbook with what was published."""
    goals, updates = read("dot_goals.csv"), read("dot_indicator_updates.csv")
    organisation(workbook, goals, updates)
    strategic_objectives(workbook, [one for one in goals if one["goal_type"] == "SG"])
    priority_goals(workbook, [one for one in goals if one["goal_type"] == "APG"], updates)
    indicators(workbook, updates)
    workbook.store.name_revision("As published", workbook.author)


def correct(workbook: Workbook) -> None:
    """Apply the corrections of ``overrides.csv``: our reading of the indicators, never applied by itself."""
    for one in read("overrides.csv"):
        frame = workbook.plan.frame(one["table"])
        row = str(frame.index[frame["source_id"] == one["source_id"]][0])
        workbook.edit(one["table"], row, reason=one["reason"], **{one["field"]: one["corrected"]})


def read(name: str) -> list[Row]:
    """Return the rows of a CSV file beside this script, blanks trimmed."""
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return [{key: value.strip() for key, value in row.items()} for row in csv.DictReader(lines)]


def organisation(workbook: Workbook, goals: list[Row], updates: list[Row]) -> None:
    """Add the department, the parts of it that indicator names mention in brackets, and the named leaders."""
    edits = [
        Edit("add", "units", "~U1", {"name": DEPARTMENT, "kind": "corporate", "source_id": "021"}),
        Edit("add", "units", None, {"name": "Department of Energy", "kind": "partner", "source_id": "019"}),
    ]
    edits += [
        Edit("add", "units", None, {"name": name, "kind": "division", "parent": "~U1"})
        for name in sorted({one for row in updates for one in agencies(row)})
    ]
    leader = {"role": "Goal leader", "unit": "~U1", "hours_per_week": None, "change_share": None}
    edits += [
        Edit("add", "people", None, {"name": name, **leader})
        for name in sorted({one for row in goals for one in leaders(row)})
    ]
    profile = {
        "name": "Strategic objectives and priority goals 2022-23",
        "organisation": DEPARTMENT,
        "start": "2021-10-01",
        "finish": "2023-09-30",
        "fiscal_year_start": 10,
        "currency": "USD",
        "country": "US",
        "as_of": "2022-09-30",
    }
    edits.append(Edit("add", "profile", None, profile))
    workbook.edit_many(edits, reason="The department and everybody the source names", kind="import")


def strategic_objectives(workbook: Workbook, rows: list[Row]) -> None:
    """Add the six strategic goals and the objectives below them."""
    goals = {row["sg_id"]: row["goal_name"] for row in rows}
    edits = [
        objective(title=title, level="strategic", source_id=f"021SG{number}", row=f"~O{number}")
        for number, title in goals.items()
    ]
    edits += [
        objective(
            title=row["goal_description"],
            level="strategic",
            parent=f"~O{row['sg_id']}",
            description=f"Strategic objective {row['so_id']}. Tags: {row['applied_tags']}.",
            contributors=ids(workbook, "people", leaders(row)),
            source_id=row["goal_id"],
        )
        for row in rows
    ]
    workbook.edit_many(edits, reason="Strategic goals and objectives, as published", kind="import")


def priority_goals(workbook: Workbook, rows: list[Row], updates: list[Row]) -> None:
    """Add the two-year priority goals. The source does not say which strategic objective they serve."""
    edits = []
    for row in rows:
        mine = [one for one in updates if one["related_goal_id"] == row["goal_id"]]
        named = sorted({unit for one in mine for unit in agencies(one)})
        said = f"Published status: {row['goal_status']}. Tags: {row['applied_tags']}."
        joint = ["Department of Energy"] if row["joint_agency"] else []
        edits.append(
            objective(
                title=row["goal_name"],
                description=f"{row['goal_description']}\n\n{said}",
                start="2021-10-01" if row["date_start_fy"] else None,
                due="2023-09-30",
                contributors=ids(workbook, "people", leaders(row)) + ids(workbook, "units", [*named, *joint]),
                source_id=row["goal_id"],
            )
        )
    workbook.edit_many(edits, reason="Agency priority goals, as published", kind="import")


def indicators(workbook: Workbook, updates: list[Row]) -> None:
    """Add a measure per indicator, start and target from its latest update, and a value per quarter."""
    updates = sorted(updates, key=lambda one: (one["related_goal_id"], one["indicator"], one["fiscal_qtr"]))
    goals = dict(zip(workbook.plan.objectives["source_id"], workbook.plan.objectives.index, strict=True))
    latest = {(one["related_goal_id"], one["indicator"]): one for one in updates}
    edits, rows = [], {}
    for number, (key, one) in enumerate(latest.items(), start=1):
        rows[key] = f"~M{number}"
        measure = {
            "name": one["indicator"],
            "objective": goals[one["related_goal_id"]],
            "target_kind": AIMS[one["indicator_type"]],
            "baseline": one["value_start"],
            "target": one["value_target"],
            "due": "2023-09-30",
            "source": " ".join(["Quarterly indicator update.", one["target"]]).strip(),
            "source_id": f"{one['related_goal_id']}-{sum(k[0] == key[0] for k in rows)}",
        }
        edits.append(Edit("add", "measures", rows[key], measure))
    for one in updates:
        actual = {
            "measure": rows[one["related_goal_id"], one["indicator"]],
            "period_end": f"{one['fiscal_yr']}-{QUARTER_ENDS[int(one['fiscal_qtr'])]}",
            "value": one["value_current"],
            "note": published(one),
            "published_progress": float(one["progress_pct"]) * 100 if one["progress_pct"] else None,
        }
        edits.append(Edit("add", "actuals", None, actual))
    workbook.edit_many(edits, reason="Indicators and their quarterly updates, as published", kind="import")


def objective(row: str | None = None, **values: object) -> Edit:
    """Return the edit that adds an objective; what the source leaves open stays empty, defaults too."""
    return Edit("add", "objectives", row, {"kind": None, "level": None, **values})


def leaders(row: Row) -> list[str]:
    """Return the people named as leaders of a goal."""
    return [re.sub(r"\s*\(\w+\)$", "", one.strip()) for one in row["leaders"].split(";") if one.strip()]


def agencies(update: Row) -> list[str]:
    """Return the parts of the department named in brackets at the end of an indicator."""
    found = re.search(r"\(([A-Z]{3,5}(?:, [A-Z]{3,5})*)\)$", update["indicator"])
    return found[1].split(", ") if found else []


def ids(workbook: Workbook, table: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of rows by their names."""
    return tuple(workbook.plan.find((table,), one) for one in names)


def published(row: Row) -> str:
    """Return what the source computed and said about a value, word for word."""
    progress = f"Published progress {row['progress_pct']}"
    said = [progress, *(row[f"progress_{part}"] for part in ("pct_range", "pct_target_status", "threshold"))]
    return "; ".join(one for one in said if one)
