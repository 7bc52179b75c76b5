"""Build the sample `library-service`: an illustrative plan, told as a history of changes.

Each folder leads to one named revision. Its `changes.csv` lists who changed what when and why, in order; every
other file is a table of the plan. A row says in `change` when it was added and in `key` what others call it;
`edits.csv` says which fields were changed later. Every change becomes one transaction, so that history,
differences and undo work on the sample as on a plan of your own.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from planning_kit.plan import Edit
from planning_kit.steps.appraisal.calibration import proposals

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from planning_kit.spec import Field, Table
    from planning_kit.workbook import Workbook

HERE = Path(__file__).parent
REVISIONS = {
    "1-draft": "Draft",
    "2-adopted": "Adopted",
    "3-after-the-cut": "After the cut",
    "4-month-18": "Month 18",
}
Row = dict[str, str]


def build(workbook: Workbook) -> None:
    """Fill an empty plan: four named revisions, each reached by changes of the people in the plan."""
    keys: dict[str, str] = {}
    for folder, name in REVISIONS.items():
        last = tell(workbook, HERE / folder, keys)
        keys[name] = str(workbook.store.name_revision(name, last))


def build_appraisal(workbook: Workbook) -> None:
    """Fill an empty appraisal workbook that was opened with the plan of :func:`build` beside it.

    Raises
    ------
    ValueError
        When no plan lies beside it.
    """
    if workbook.beside is None:
        raise ValueError("The appraisal names units and people of the plan. Open it with the plan beside it.")
    plan = workbook.beside.plan
    keys = {str(key): str(row) for name in plan.tables for row, key in plan.frame(name)["source_id"].dropna().items()}
    keys |= {name: str(number) for name, number in workbook.beside.store.names().items()}
    known = workbook.beside.at("After the cut")
    copied = {"calibration": lambda: proposals(workbook.plan, workbook.plan.reviews.index, known)}
    tell(workbook, HERE / "appraisal", keys, copied)


def tell(
    workbook: Workbook, folder: Path, keys: dict[str, str], computed: Mapping[str, Callable[[], list[Edit]]] = {}
) -> str:
    """Make the changes of a folder, one transaction each; return the author of the last.

    ``computed`` tells of a change what the program computes right after it.
    """
    added, edited = tables(folder, workbook), read(folder / "edits.csv")
    last = opener = workbook.author
    for change in read(folder / "changes.csv"):
        here = change["change"]
        fresh = [(name, row) for name, rows in added.items() for row in rows if row["change"] == here]
        keys |= {row["key"]: f"~{plan_table(workbook, name).prefix}{n}" for n, (name, row) in enumerate(fresh)}
        edits = [*adds(workbook, fresh, keys), *sets(workbook, edited, here, keys)]
        workbook.author = change["author"]
        workbook.edit_many(edits, reason=f"{change['on']}: {change['reason']}")
        keys |= {row["key"]: made for (_, row), made in zip(fresh, workbook.added, strict=True)}
        if here in computed:
            workbook.edit_many(computed[here](), reason=f"{change['on']}: Attainment copied from the plan")
        last, workbook.author = change["author"], opener
    return last


def tables(folder: Path, workbook: Workbook) -> dict[str, list[Row]]:
    """Return the rows of every table of a folder, in the order in which the plan declares the tables."""
    return {name: rows for name in workbook.plan.tables if (rows := read(folder / f"{name}.csv"))}


def adds(workbook: Workbook, fresh: list[tuple[str, Row]], keys: dict[str, str]) -> list[Edit]:
    """Return the edits that add rows."""
    edits = []
    for name, row in fresh:
        fields = plan_table(workbook, name).fields
        values = {one: said(fields[one], text, keys) for one, text in row.items() if one in fields and text}
        edits.append(Edit("add", name, keys[row["key"]], {**values, "source_id": row["key"]}))
    return edits


def sets(workbook: Workbook, edited: list[Row], change: str, keys: dict[str, str]) -> list[Edit]:
    """Return the edits that set fields; ``(remove)`` instead of a field takes the row out."""
    fields: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for one in edited:
        if one["change"] == change:
            fields[one["table"], one["key"]][one["field"]] = one["value"]
    return [
        Edit("remove", table, keys[key])
        if "(remove)" in values
        else Edit(
            "set",
            table,
            keys[key],
            {name: said(plan_table(workbook, table).fields[name], text, keys) for name, text in values.items()},
        )
        for (table, key), values in fields.items()
    ]


def said(field: Field, text: str, keys: dict[str, str]) -> str:
    """Return a cell with keys replaced by ids; in a text, ``@key`` and ``@Name of a revision`` are replaced."""
    if field.is_reference:
        return "; ".join(keys.get(one.strip(), one.strip()) for one in text.split(";"))
    return keys[text[1:]] if text.startswith("@") else text


def plan_table(workbook: Workbook, name: str) -> Table:
    """Return the declaration of a table."""
    return workbook.plan.tables[name]


def read(path: Path) -> list[Row]:
    """Return the rows of a CSV file; none when there is no such file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
