"""Build the sample `us-fda-it`: investments, projects, activities and metrics of one agency, as published.

Nothing is invented: there are no owners, objectives' dates or actual costs in the source, so there are none in
the plan, and the checks say so. ``SOURCE.md`` says what is computed from the source.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from planning_kit.plan import Edit

if TYPE_CHECKING:
    from planning_kit.workbook import Workbook

HERE = Path(__file__).parent
AGENCY = "~U1"
AS_OF = "2012-05-31"
OCTOBER = 10
UNSAID = {"level": None, "kind": None}
RESULTS = {"Met": 1, "Not Met": 0}
Row = dict[str, str]
Links = dict[str, dict[str, list[str]]]
Named = dict[str, Row]


def build(workbook: Workbook) -> None:
    """Fill an empty workbook with what was published."""
    rows = {path.stem: read(path) for path in sorted(HERE.glob("*.csv"))}
    links: Links = defaultdict(lambda: defaultdict(list))
    for one in rows["links"]:
        if one["to_id"] not in links[one["relation"]][one["from_id"]]:
            links[one["relation"]][one["from_id"]].append(one["to_id"])
    named = {one["node_id"]: one for name in rows for one in rows[name] if "node_id" in one}
    edits = organisation(rows)
    for name, edits_of in (
        ("investment", investment),
        ("project", project),
        ("activity", activity),
        ("metric", metric),
    ):
        edits += [edit for row in rows[name] for edit in edits_of(row, links, named)]
    workbook.edit_many(edits, reason="The portfolio of 2012, as published", kind="import")
    workbook.store.name_revision("As published", workbook.author)


def read(path: Path) -> list[Row]:
    """Return the rows of a CSV file, blanks trimmed."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [{key: value.strip() for key, value in row.items()} for row in csv.DictReader(lines)]


def added(table: str, row: str = "", **values: object) -> Edit:
    """Return the edit that adds a row; a provisional id lets others refer to it."""
    return Edit("add", table, row or None, values)


def work(node: str, kind: str, name: str, source_id: str, **values: object) -> Edit:
    """Return the edit that adds a task of the agency."""
    return added("tasks", f"~T{node}", kind=kind, name=name, unit=AGENCY, source_id=source_id, **values)


def organisation(rows: dict[str, list[Row]]) -> list[Edit]:
    """Return the agency and its suppliers."""
    agency = rows["bureau"][0]
    own = {"name": agency["Name"], "kind": "corporate", "source_id": agency["Code"]}
    return [
        Edit("add", "profile", None, {**rows["profile"][0], "as_of": AS_OF}),
        Edit("add", "units", AGENCY, own),
        *(
            added("units", f"~U{one['node_id']}", name=one["name"], kind="supplier", source_id=one["ID"])
            for one in rows["supplier"]
        ),
    ]


def investment(row: Row, links: Links, named: Named) -> list[Edit]:
    """Return an investment as an initiative, with an objective that holds the gap it shall close."""
    node, name = row["node_id"], row["name"] or f"Investment {row['Identifier']}"
    suppliers = [f"~U{one}" for one in links["uses_Supplier"][node]]
    goal = added(
        "objectives",
        f"~O{node}",
        title=f"Close the performance gap: {name}",
        description=row["Performance_Gap"],
        **UNSAID,
    )
    initiative = work(
        node,
        "initiative",
        name,
        row["Identifier"],
        objective=f"~O{node}",
        supplier=suppliers[0] if len(suppliers) == 1 else None,
        description=described(row, links, named),
    )
    helps = [added("responsibilities", task=f"~T{node}", party=one, role="R") for one in suppliers]
    return [goal, initiative, *helps]


def described(row: Row, links: Links, named: Named) -> str:
    """Return the summary of an investment and all that has no field of its own, word for word."""
    functions = links["has_business_function"][row["node_id"]]
    areas = [area for one in functions for area in links["serves"][one]]
    by = {contract: named[one]["name"] for one, some in links["delivers"].items() for contract in some}
    services = links["is_a_type_of"][row["node_id"]]
    said = [row["Summary"]]
    said.append(f"Evaluation by the CIO: {row['Evaluation_by_CIO']} of 5. Last baseline: {row['Last_Baseline']}.")
    said.append(f"Enhancement spend: {row['Enhancement_spend_$m']} million USD.")
    for title, nodes in (("Business function", functions), ("Business area", areas), ("Service", services)):
        said.append(f"{title}: {'; '.join(named[one]['name'] for one in nodes)}.")
    for one in links["lets_contract"][row["node_id"]]:
        size = f"{float(named[one]['Contract_size']):g} million USD"
        said.append(f"Contract {named[one]['ID']}, {size}, {by[one]}: {named[one]['Description']}")
    return "\n".join(said)


def project(row: Row, links: Links, _named: Named) -> list[Edit]:
    """Return a project under its investment."""
    start = dt.date(2000, 1, 1) + dt.timedelta(days=int(row["Start_days_after_2000"]))
    money = f"cost variance {row['Cost_Variance']} million USD of {row['Planned_Cost']} planned"
    task = work(
        row["node_id"],
        "project",
        row["name"],
        f"project {row['Id']}",
        parent=f"~T{above(row, links['pays_for'])}",
        planned_start=start,
        planned_finish=last_day(start, row["Planned_Duration"]),
        description=f"Published: delay {row['Project_delay']} days, {money}.",
    )
    return [task]


def activity(row: Row, links: Links, _named: Named) -> list[Edit]:
    """Return an activity with its planned money and its only report."""
    start = dt.date.fromisoformat(row["Start_Date_Planned"])
    finish = last_day(start, row["Planned_Duration"])
    began = start + dt.timedelta(days=days(row["Actual_start_delay"]))
    ended = last_day(began, row["Actual_duration"]) if row["Actual_duration"] else None
    node = f"~T{row['node_id']}"
    task = work(
        row["node_id"],
        "task",
        row["name"],
        f"activity {row['Id']}",
        parent=f"~T{above(row, links['has_task'])}",
        start_no_earlier_than=start,
        duration=int(np.busday_count(start, finish + dt.timedelta(days=1))),
        planned_start=start,
        planned_finish=finish,
        description=f"{row['description']}\nOutput: {row['output_type']}.",
    )
    year, amount = start.year + (start.month >= OCTOBER), round(float(row["planned_Costs"]) * 1_000_000)
    line = {"unit": AGENCY, "task": node, "purpose": "change", "state": "approved"}
    money = added("budget_lines", fiscal_year=year, amount=amount, **line)
    times = {"started_on": began, "finished_on": ended, "percent_complete": 100 if ended else None}
    report = {"task": node, "reported_on": AS_OF, "comment": row["status"], **times}
    return [task, money, Edit("add", "updates", None, report)]


def metric(row: Row, links: Links, _named: Named) -> list[Edit]:
    """Return a metric as a measure that keeps at least 1; its result, if there is one, as 1 or 0."""
    measure, result = f"~M{row['node_id']}", row["Metric_results"]
    asked = added(
        "measures",
        measure,
        name=row["Description"],
        objective=f"~O{above(row, links['judged_by'])}",
        target_kind="keep_at_least",
        target=1,
        uom="result (1 = met, 0 = not met)",
        frequency=None,
        source=row["Measurement_category"],
        source_id=f"metric {row['ID']}",
    )
    note = f"Published result: {result}. The source gives no value and no period."
    given = added("actuals", measure=measure, period_end=AS_OF, value=RESULTS.get(result), note=note)
    return [asked, given] if result else [asked]


def above(row: Row, links: dict[str, list[str]]) -> str:
    """Return the node that a row hangs on."""
    return next(parent for parent, children in links.items() if row["node_id"] in children)


def days(text: str) -> int:
    """Return calendar days: 73 for ``73 days``."""
    return int(text.partition(" ")[0])


def last_day(start: dt.date, length: str) -> dt.date:
    """Return the last of so many calendar days."""
    return start + dt.timedelta(days=days(length) - 1)
