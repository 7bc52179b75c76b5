"""What goes when rows go: everything under them, and the references to them."""

from collections.abc import Mapping, Sequence
from typing import Any

from planning_kit.plan import Edit, Plan


def removal(plan: Plan, table: str, rows: Sequence[str]) -> list[Edit]:
    """Return the edits that remove rows, what lies under or needs them, and clear other references to them.

    Parameters
    ----------
    plan : Plan
    table : str
        The table the rows are in.
    rows : sequence of str
        Their ids.
    """
    gone: dict[str, str] = {}
    cleared: dict[tuple[str, str], set[str]] = {}
    waiting = [(table, row) for row in rows]
    while waiting:
        name, one = waiting.pop()
        if one in gone:
            continue
        gone[one] = name
        for other_table, other, field in plan.referrers(one):
            declared = plan.tables[other_table]
            if field == declared.tree or (declared.fields[field].needed and field in declared.key):
                waiting.append((other_table, other))
            else:
                cleared.setdefault((other_table, other), set()).add(field)
    sets = [
        Edit("set", name, row, {field: _without(plan.row(name, row)[field], gone) for field in fields})
        for (name, row), fields in cleared.items()
        if row not in gone
    ]
    return [*sets, *(Edit("remove", name, one) for one, name in reversed(gone.items()))]


def _without(value: Any, gone: Mapping[str, str]) -> Any:
    return tuple(one for one in value if one not in gone) or None if isinstance(value, tuple) else None
