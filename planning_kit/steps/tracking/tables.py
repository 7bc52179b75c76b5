"""What really happened: values of measures, reports on work, costs, and what is done about red."""

from typing import Literal

from planning_kit.spec import AnyRef, Date, Money, Number, Ref, Row, Text, field


class Actuals(Row, prefix="AL", noun="actual", key=("measure", "period_end")):
    """Values of measures, period by period."""

    measure: Ref = field("Measure", to="measures", needed=True, doc="The measure the value belongs to.")
    period_end: Date = field("Period ends", needed=True, doc="Last day of the period, for example 2027-03-31.")
    value: Number = field(
        "Value", needed=True, doc="The value of that period, in the unit of the measure; 0 means nought."
    )
    note: Text = field("Note", doc="What a reader should know: preliminary, two branches missing.")
    published_progress: Number = field(
        "Published as",
        uom="%",
        more=True,
        doc="The progress another report printed for this value, to hold it against our own reading.",
    )


class Updates(Row, prefix="UD", noun="update", key=("task", "reported_on")):
    """Reports on work: how far it is, what remains, what stands in the way."""

    task: Ref = field("Task", to="tasks", needed=True, doc="The work reported on.")
    reported_on: Date = field("Reported on", needed=True, doc="The day for which the report is true.")
    percent_complete: Number = field(
        "Complete",
        uom="%",
        least=0,
        most=100,
        doc="Share of the result that is there, not of the time that is gone.",
    )
    started_on: Date = field("Started on", doc="The day work really began.")
    finished_on: Date = field("Finished on", doc="The day it was handed over; then it is done.")
    remaining_days: Number = field(
        "Still needs", uom="working days", least=0, doc="Working days from now; the honest number."
    )
    confidence: Literal["low", "medium", "high"] | None = field(
        "Confidence", more=True, doc="How sure you are of the date. It is never used in an appraisal."
    )
    blocked_by: Text = field(
        "Blocked by", doc="What or whom you are waiting for; leave empty if nothing is in the way."
    )
    comment: Text = field("Comment", doc="One sentence for those who read only this.")


class Costs(Row, prefix="CS", noun="cost", key=("task", "unit", "category", "period_end")):
    """Money really spent, as the books show it."""

    task: Ref = field("Task", to="tasks", doc="The work that was paid for; or name the unit.")
    unit: Ref = field("Unit", to="units", doc="The unit that paid, for costs without a task.")
    category: Literal["income", "staff", "operating", "capital", "transfer", "contingency"] | None = field(
        "Category", doc="As in the budget lines, so that the two can be held against each other."
    )
    period_end: Date = field("Period ends", needed=True, doc="Last day of the month or year it was booked in.")
    amount: Money = field("Amount", needed=True, doc="Positive, in the plan's currency; income counts as income.")


class Countermeasures(Row, prefix="CT", noun="countermeasure", key=("about", "what")):
    """What is done about red: every red needs one, with an owner and a date."""

    what: Text = field("Countermeasure", needed=True, doc="What we do about the cause, not about the colour.")
    about: AnyRef = field("Against", to=("objectives", "measures", "tasks"), needed=True, doc="What is red.")
    owner: Ref = field("Owner", to="people", needed=True, doc="Who does it.")
    due: Date = field("Due", needed=True, doc="The day it is done.")
    expected_effect: Text = field("Expected effect", doc="What should move, by how much, by when.")
    done_on: Date = field("Done on", more=True, doc="Empty as long as it is open.")
