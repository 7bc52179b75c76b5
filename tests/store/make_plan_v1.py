"""Write ``plan-v1.sql``, a plan as the first released schema kept it. Run once per schema, never again for an old one.

python -m tests.store.make_plan_v1
"""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

from planning_kit.workbook import Workbook

TARGET = Path(__file__).with_name("plan-v1.sql")


def main() -> None:
    """Make a small plan with a history and write its database as SQL text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.db"
        with Workbook(path, "Ana", create=True) as workbook:
            workbook.add("people", name="Ana")
            workbook.add("units", name="Branches")
            workbook.add("objectives", title="Every child reads", owner="Ana", due="2029-12-31", contributors="U1; P1")
            workbook.add("tasks", name="Reading rooms", duration="20", deadline="2028-06-30")
            workbook.edit("objectives", "O1", title="Every child reads by eight", reason="say when")
            workbook.store.name_revision("Adopted", "Ana")
            workbook.remove("tasks", "T1")
        connection = sqlite3.connect(path)
        TARGET.write_text("\n".join(connection.iterdump()) + "\n", encoding="utf-8")
        connection.close()


if __name__ == "__main__":
    main()
