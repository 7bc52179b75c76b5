"""For whom a report can be made: parameters that reports of several steps share."""

from collections.abc import Mapping

from planning_kit.spec import Field, Ref, Report, Row, field


class Reader(Row, prefix="", noun="report parameter"):
    """What every report can be asked for."""

    unit: Ref = field("Unit", to="units", doc="Only this unit and those under it; empty for the whole plan.")
    person: Ref = field("Person", to="people", doc="Only what this person owns; empty for everybody.")


def asked(parameters: type[Row]) -> Mapping[str, Field]:
    """Return the declared parameters of a report."""
    return {name: one for name, one in parameters.table.fields.items() if name != "source_id"}


def report(name: str, title: str, doc: str, more: Mapping[str, Field] | None = None) -> Report:
    """Return a report that can be made for the whole plan, a unit or a person, with further parameters."""
    return Report(name, title, doc, {**asked(Reader), **(more or {})})
