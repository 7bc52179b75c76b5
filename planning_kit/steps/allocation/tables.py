"""Where people and money go: funding decisions, demand and assignment, scenarios and the rules of choice."""

from typing import Literal

from planning_kit.spec import Date, Long, Money, Number, Ref, Refs, Row, Text, Whole, field

column = field  # a table below has a column called field


class Funding(Row, prefix="FU", noun="funding decision", key=("initiative",)):
    """What is funded, deferred or stopped, and why."""

    initiative: Ref = field("Initiative", to="tasks", needed=True, doc="The initiative that is decided on.")
    decision: Literal["fund", "defer", "stop"] | None = field(
        "Decision", doc="Fund it now, defer it with its place in the queue, or stop it for good."
    )
    amount: Money = field("Amount", least=0, doc="What it receives over the whole plan.")
    reason: Text = field("Reason", doc="Needed when you choose otherwise than the optimum: what is it worth to you?")


class Demands(Row, prefix="DM", noun="demand", key=("task", "skill", "resource", "period_end")):
    """Days of a skill or a resource that work needs, before anybody is named for it."""

    task: Ref = field("Task", to="tasks", needed=True, doc="The work that needs it.")
    skill: Text = field("Skill", doc="A skill as people carry it, for example data migration; or name a resource.")
    resource: Ref = field("Resource", to="resources", doc="A room, machine or system; or name a skill.")
    days: Number = field("Days", uom="days", needed=True, least=0, doc="Days needed in that quarter.")
    period_end: Date = field(
        "Quarter ends", doc="Last day of the quarter, for example 2027-03-31; empty spreads it over the work."
    )


class Assignments(Row, prefix="AN", noun="assignment", key=("task", "person", "start")):
    """Who works on what, with how much of the week."""

    task: Ref = field("Task", to="tasks", needed=True, doc="The work.")
    person: Ref = field("Person", to="people", needed=True, doc="Who does it.")
    share: Number = field(
        "Share of the week",
        uom="%",
        least=0,
        most=100,
        doc="For example 40 for two days of five; or give hours.",
    )
    hours: Number = field("Hours in all", uom="hours", least=0, doc="If you know the hours rather than the share.")
    start: Date = field("From", doc="Empty means from the start of the work.")
    finish: Date = field("To", doc="Empty means to the end of the work.")


class Scenarios(Row, prefix="SN", noun="scenario", key=("name",), more=True):
    """What if: a set of edits kept beside the plan; also plan B of a risk."""

    name: Text = field("Scenario", needed=True, doc="For example ten percent less, or central branch closed.")
    note: Long = field("Note", doc="What would have to happen, and who asked the question.")


class ScenarioEdits(
    Row, prefix="SX", noun="scenario edit", key=("scenario", "table_name", "row_id", "field"), more=True
):
    """The edits of a scenario; the plan itself stays as it is."""

    scenario: Ref = column("Scenario", to="scenarios", needed=True, doc="The scenario it belongs to.")
    op: Literal["set", "add", "remove"] | None = column(
        "Edit", needed=True, default="set", doc="Set a field, add a row, or remove a row."
    )
    table_name: Text = column("Table", doc="The table, for example tasks.")
    row_id: Text = column("Row", doc="The row's id, for example T14; for an added row, any name of your own.")
    field: Text = column("Field", doc="The field that gets another value, for example deadline.")
    value: Text = column("Value", doc="The other value, written as in a form; empty clears the field.")


class PortfolioRules(Row, prefix="PO", noun="portfolio rule", key=("kind", "tasks"), more=True):
    """What the choice must respect besides money and people."""

    kind: Literal["requires", "excludes", "at_most", "at_least", "mandatory"] | None = field(
        "Rule",
        needed=True,
        doc="Requires: the first needs all the others. Excludes: only one of them. Mandatory: all of them.",
    )
    tasks: Refs = field("Initiatives", to="tasks", needed=True, doc="The initiatives; for requires, the order counts.")
    amount: Whole = field("How many", least=0, doc="For at most and at least: how many of them.")


class PointAllocations(Row, prefix="PA", noun="point allocation", key=("rater", "initiative"), more=True):
    """The blind 100 points: each person spreads them over the initiatives before seeing the others."""

    rater: Ref = field("Rater", to="people", needed=True, doc="Who gives the points.")
    initiative: Ref = field("Initiative", to="tasks", needed=True, doc="What receives them.")
    points: Number = field(
        "Points", uom="points", needed=True, least=0, most=100, doc="All points of one person make 100."
    )


class Solutions(Row, prefix="SL", noun="solution", key=("problem", "revision"), more=True):
    """What was computed, on which revision, and how good it is known to be."""

    problem: Literal["portfolio", "levelling"] | None = field(
        "Problem", readonly=True, doc="Choosing initiatives, or moving work until nobody is overloaded."
    )
    revision: Whole = field("Revision", readonly=True, doc="The revision of the plan it was computed on.")
    status: Literal["optimal", "feasible", "infeasible"] | None = field(
        "Status",
        readonly=True,
        doc="Optimal: proven best. Feasible: good, best not proven. Infeasible: no way.",
    )
    value: Number = field("Value", readonly=True, doc="What was reached: total value, or length in working days.")
    bound: Number = field("Bound", readonly=True, doc="What no solution can beat.")
    gap: Number = field("Gap", uom="%", readonly=True, doc="How far the value is from the bound at most.")
    seconds: Number = field("Time", uom="seconds", readonly=True, doc="How long the computer searched.")
    chosen: Refs = field("Chosen", to="tasks", readonly=True, doc="The initiatives of the computed choice.")
