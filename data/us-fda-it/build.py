"""Build the sample `us-fda-it`: investments, projects, activities and metrics of one agency, as published.

Nothing is invented: there are no owners, objectives' dates or actual costs in the source, so there are none in
the plan, and the checks say so. What is computed from the source is said in ``SOURCE.md``.
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
AS_OF = dt.date(2012, 5, 31)
FIRST, LAST = dt.date(2009, 10, 1), dt.date(2012, 9, 30)
AGENCY = "~U1"
RESULTS = {"Met": 1, "Not Met": 0}
Row = dict[str, str]
Links = dict[str, dict[str, list[str]]]


def build(workbook: Workbook) -> None:
    """Fill an empty workbook with what was published."""
    rows = {path.stem: read(path) for path in sorted(HERE.glob("*.csv"))}
    links: Links = defaultdict(lambda: defaultdict(list))
    for one in rows["links"]:
        if one["to_id"] not in links[one["relation"]][one["from_id"]]:
            links[one["relation"]][one["from_id"]].append(one["to_id"])
    named = {one["node_id"]: one for name in rows if name != "links" for one in rows[name]}
    edits = organisation(rows)
    for one in rows["investment"]:
        edits += investment(one, links, named)
    for one in rows["project"]:
        edits.append(project(one, links["pays_for"]))
    for one in rows["activity"]:
        edits += activity(one, links["has_task"])
    for one in rows["metric"]:
        edits += metric(one, links["judged_by"])
    workbook.edit_many(edits, reason="The portfolio of 2012, as published", kind="import")
    workbook.store.name_revision("As published", workbook.author)


def read(path: Path) -> list[Row]:
    """Return the rows of a CSV file, blanks trimmed."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [{key: value.strip() for key, value in row.items()} for row in csv.DictReader(lines)]


def added(table: str, row: str = "", **values: object) -> Edit:
    """Return the edit that adds a row; a provisional id lets others refer to it."""
    return Edit("add", table, row or None, values)


def organisation(rows: dict[str, list[Row]]) -> list[Edit]:
    """Return the agency and its suppliers."""
    agency = rows["bureau"][0]
    profile = added(
        "profile",
        name="Information technology portfolio 2012",
        organisation=agency["Name"],
        kind=None,
        start=FIRST,
        finish=LAST,
        fiscal_year_start=10,
        currency="USD",
        country="US",
        as_of=AS_OF,
    )
    agency_row = added("units", AGENCY, name=agency["Name"], kind="corporate", source_id=agency["Code"])
    suppliers = [
        added("units", f"~U{one['node_id']}", name=one["name"], kind="supplier", source_id=one["ID"])
        for one in rows["supplier"]
    ]
    return [profile, agency_row, *suppliers]


def investment(row: Row, links: Links, named: dict[str, Row]) -> list[Edit]:
    """Return an investment as an initiative, with an objective that holds the gap it shall close."""
    node, name = row["node_id"], row["name"] or f"Investment {row['Identifier']}"
    suppliers = [f"~U{one}" for one in links["uses_Supplier"][node]]
    goal = added(
        "objectives",
        f"~O{node}",
        title=f"Close the performance gap: {name}",
        description=row["Performance_Gap"],
        level=None,
        kind=None,
        source_id=row["Identifier"],
    )
    work = added(
        "tasks",
        f"~T{node}",
        name=name,
        kind="initiative",
        objective=f"~O{node}",
        unit=AGENCY,
        supplier=suppliers[0] if len(suppliers) == 1 else None,
        description=described(row, links, named),
        source_id=row["Identifier"],
    )
    return [goal, work, *(added("responsibilities", task=f"~T{node}", party=one, role="R") for one in suppliers)]


def described(row: Row, links: Links, named: dict[str, Row]) -> str:
    """Return the summary of an investment and all that has no field of its own, word for word."""
    functions = links["has_business_function"][row["node_id"]]
    areas = [area for one in functions for area in links["serves"][one]]
    by = {contract: named[one]["name"] for one, some in links["delivers"].items() for contract in some}
    said = [row["Summary"]]
    said.append(f"Evaluation by the CIO: {row['Evaluation_by_CIO']} of 5. Last baseline: {row['Last_Baseline']}.")
    said.append(f"Enhancement spend: {row['Enhancement_spend_$m']} million USD.")
    for title, nodes in (
        ("Business function", functions),
        ("Business area", areas),
        ("Service", links["is_a_type_of"][row["node_id"]]),
    ):
        said.append(f"{title}: {'; '.join(named[one]['name'] for one in nodes)}.")
    for one in links["lets_contract"][row["node_id"]]:
        size = f"{float(named[one]['Contract_size']):g} million USD"
        said.append(f"Contract {named[one]['ID']}, {size}, {by[one]}: {named[one]['Description']}")
    return "\n".join(said)


def project(row: Row, pays_for: dict[str, list[str]]) -> Edit:
    """Return a project under its investment."""
    start = dt.date(2000, 1, 1) + dt.timedelta(days=int(row["Start_days_after_2000"]))
    money = f"cost variance {row['Cost_Variance']} million USD of {row['Planned_Cost']} planned"
    return added(
        "tasks",
        f"~T{row['node_id']}",
        name=row["name"],
        kind="project",
        parent=f"~T{above(row, pays_for)}",
        unit=AGENCY,
        planned_start=start,
        planned_finish=last_day(start, int(row["Planned_Duration"])),
        description=f"Published: delay {row['Project_delay']} days, {money}.",
        source_id=f"project {row['Id']}",
    )


def activity(row: Row, has_task: dict[str, list[str]]) -> list[Edit]:
    """Return an activity with its planned money and its only report."""
    start = dt.date.fromisoformat(row["Start_Date_Planned"])
    finish = last_day(start, days(row["Planned_Duration"]))
    began = start + dt.timedelta(days=days(row["Actual_start_delay"]))
    ended = last_day(began, days(row["Actual_duration"])) if row["Actual_duration"] else None
    node = f"~T{row['node_id']}"
    work = added(
        "tasks",
        node,
        name=row["name"],
        kind="task",
        parent=f"~T{above(row, has_task)}",
        unit=AGENCY,
        start_no_earlier_than=start,
        duration=int(np.busday_count(start, finish + dt.timedelta(days=1))),
        planned_start=start,
        planned_finish=finish,
        description=f"{row['description']}\nOutput: {row['output_type']}.",
        source_id=f"activity {row['Id']}",
    )
    money = added(
        "budget_lines",
        unit=AGENCY,
        task=node,
        purpose="change",
        fiscal_year=start.year + (start.month >= FIRST.month),
        amount=round(float(row["planned_Costs"]) * 1_000_000),
        state="approved",
    )
    done = {"finished_on": ended, "percent_complete": 100} if ended else {}
    return [
        work,
        money,
        added("updates", task=node, reported_on=AS_OF, started_on=began, comment=row["status"], **done),
    ]


def metric(row: Row, judged_by: dict[str, list[str]]) -> list[Edit]:
    """Return a metric as a measure that keeps at least 1; its result, if there is one, as 1 or 0."""
    measure, result = f"~M{row['node_id']}", row["Metric_results"]
    asked = added(
        "measures",
        measure,
        name=row["Description"],
        objective=f"~O{above(row, judged_by)}",
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


def last_day(start: dt.date, length: int) -> dt.date:
    """Return the last of so many calendar days."""
    return start + dt.timedelta(days=length - 1)
