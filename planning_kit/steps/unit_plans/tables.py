"""What each unit contributes and what it costs: unit plans, budget lines and their frame."""

from typing import Literal

from planning_kit.spec import AnyRef, Date, Flag, Long, Money, Number, Ref, Row, Text, Whole, field

Category = Literal["income", "staff", "operating", "capital", "transfer", "contingency"] | None


class UnitPlans(Row, prefix="UP", noun="unit plan", key=("unit",)):
    """One page per unit: its part in the strategy, whom it serves and with what."""

    unit: Ref = field("Unit", to="units", needed=True, doc="The unit whose plan this is.")
    role: Long = field(
        "Role in the strategy",
        needed=True,
        doc="What the strategy would lack without this unit, in two or three sentences.",
    )
    customers: Long = field("Customers", doc="Who receives the unit's work, inside and outside the house.")
    services: Long = field("Services", doc="What they receive, and the level they can count on.")
    assumptions: Long = field("Assumptions", doc="What must stay true for this plan, for example no hiring freeze.")
    outlook: Long = field("Outlook", more=True, doc="What comes after the horizon, and what it depends on.")
    approved_by: AnyRef = field("Approved by", to=("people", "units"), more=True, doc="Who accepted this unit plan.")
    approved_on: Date = field("Approved on", more=True, doc="The day it was accepted.")


class BudgetLines(
    Row,
    prefix="B",
    noun="budget line",
    key=("unit", "task", "purpose", "category", "fiscal_year", "month", "case"),
):
    """Money by unit, work and time. Write income and costs alike as positive amounts; the net is computed."""

    unit: Ref = field("Unit", to="units", needed=True, doc="The unit that answers for the money.")
    task: Ref = field("Initiative", to="tasks", doc="The work it pays for; empty for statutory and run money.")
    purpose: Literal["statutory", "run", "change"] | None = field(
        "Purpose",
        doc="Statutory: the law asks for it. Run: the daily business. Change: this plan's initiatives.",
    )
    category: Category = field("Category", doc="What the money is, for example staff, operating or capital.")
    fiscal_year: Whole = field(
        "Fiscal year",
        needed=True,
        least=1900,
        most=2200,
        doc="The fiscal year, named after the calendar year it ends in, for example 2028.",
    )
    month: Whole = field("Month", least=1, most=12, doc="Calendar month 1 to 12; empty for the whole year.")
    amount: Money = field("Amount", needed=True, doc="Positive, in the plan's currency; income counts as income.")
    case: Literal["base", "low", "high"] | None = field(
        "Case", default="base", doc="Base is what you expect; low and high say how far it might be off."
    )
    state: Literal["proposed", "approved"] | None = field(
        "State", default="proposed", more=True, doc="Only approved lines count as budget in steps 6 and 7."
    )
    funding_source: Text = field("Funding source", more=True, doc="Who pays, for example city, grant X, fees.")
    restricted_to: AnyRef = field(
        "Restricted to",
        to=("objectives", "tasks", "units"),
        more=True,
        doc="What this money may only be spent on, if its source says so.",
    )
    is_recurring: Flag = field("Recurring", more=True, doc="Yes if it comes back every year; no for one year only.")


class Envelopes(Row, prefix="EN", noun="envelope", key=("unit", "category", "fiscal_year"), more=True):
    """The frame set from above, against which the units' lines are held."""

    unit: Ref = field("Unit", to="units", needed=True, doc="The unit that receives the frame.")
    category: Category = field("Category", doc="Leave empty if the frame holds for all costs together.")
    fiscal_year: Whole = field(
        "Fiscal year", needed=True, least=1900, most=2200, doc="Named after the calendar year it ends in."
    )
    amount: Money = field("Amount", needed=True, doc="What the unit may plan with in that year.")


class Virements(Row, prefix="V", noun="virement", key=("giving_line", "receiving_line", "moved_on"), more=True):
    """Money moved between budget lines, with a reason. Lines keep the amount adopted, every sum counts what moved."""

    giving_line: Ref = field("From", to="budget_lines", needed=True, doc="The line that gives.")
    receiving_line: Ref = field("To", to="budget_lines", needed=True, doc="The line that receives.")
    amount: Money = field("Amount", needed=True, least=0, doc="How much moves; always positive.")
    reason: Long = field("Reason", needed=True, doc="Why the money does more good there.")
    approved_by: AnyRef = field("Approved by", to=("people", "units"), doc="Who had the right to move it.")
    moved_on: Date = field("Moved on", doc="The day it took effect.")


class ClosedWork(Row, prefix="CW", noun="closed piece of work", key=("work_class", "name"), more=True):
    """What work of a kind really took: the reference class for new estimates."""

    name: Text = field("Work", needed=True, doc="What it was, for example self-service at Westside, 2024.")
    work_class: Text = field("Class", needed=True, doc="The same word as in the tasks, for example software change.")
    basis: Literal["money", "duration"] | None = field(
        "Estimated was", default="money", doc="Whether the two numbers are money or working days."
    )
    estimate: Number = field("Estimate", needed=True, least=0, doc="What was said at the time of the decision.")
    actual: Number = field("Actual", needed=True, least=0, doc="What it came to in the end.")
