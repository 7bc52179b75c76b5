"""Step 3 in the room: each unit's plan and its money."""

from planning_kit.spec import Agenda, Check, Figure, Picture, Pivot, Ready, Step, Table, View, declared
from planning_kit.steps.unit_plans import checks, checks_outlook, figures, grids, tables

STEP = Step(
    number=3,
    name="unit_plans",
    title="Unit plans and budgets",
    question="What does each unit contribute, what does it cost, and who pays?",
    who="One unit at a time: its head, its people who know the work, and somebody from finance; half a day.",
    tables=declared(tables, Table),
    checks=(*declared(checks_outlook, Check), *declared(checks, Check)),
    agenda=(
        Agenda(
            "From the inside out",
            60,
            "Write the unit's page: its role, whom it serves, with what. Then the money, initiative by initiative.",
            "What would the strategy lack without this unit?",
        ),
        Agenda(
            "The outside view",
            15,
            "Take the last five pieces of work of the same kind and compare estimate and actual.",
            "What did the last five cost?",
        ),
        Agenda(
            "Peer challenge",
            30,
            "Twice 15 minutes: another unit asks, this unit answers, nobody defends.",
            "Which line would you strike out first if it were your money?",
        ),
        Agenda(
            "Lines and objectives",
            20,
            "Go through the change money. Statutory and run money stand apart.",
            "Which line serves no objective?",
        ),
        Agenda(
            "Inside the frame",
            30,
            "Hold the lines against the envelope, year by year; write low and high where you are unsure.",
            "What goes if there is five percent less, and what comes if there is more?",
        ),
        Agenda("Read back", 10, "Decisions, actions and parked points are read aloud; owners nod or object."),
    ),
    views=(
        View(
            "change_money",
            "budget_lines",
            "Money for change",
            "What the initiatives cost, line by line. Each should lead to an objective through its initiative.",
            ("unit", "task", "category", "fiscal_year", "amount", "case", "state"),
            where={"purpose": ("change",)},
            defaults={"purpose": "change"},
        ),
        View(
            "daily_business",
            "budget_lines",
            "Statutory and run money",
            "What the law asks for and what the daily business needs. It is protected in step 6.",
            ("unit", "purpose", "category", "fiscal_year", "amount", "case", "state"),
            where={"purpose": ("statutory", "run")},
            defaults={"purpose": "run"},
        ),
        View(
            "classes_of_work",
            "tasks",
            "Class of each initiative",
            "Say what kind of work it is before you look at what such work has cost in the past.",
            ("name", "work_class", "unit", "owner"),
            where={"kind": ("initiative", "project")},
            defaults={"kind": "initiative"},
        ),
        View(
            "outside_view",
            "closed_work",
            "Closed work",
            "The last five of each kind, with what was said at the decision and what it came to.",
            ("name", "work_class", "basis", "estimate", "actual"),
        ),
        View(
            "moved_money",
            "virements",
            "Money moved",
            "Lines keep the amount that was adopted; what moves is written here and counts at once in every sum.",
            ("giving_line", "receiving_line", "amount", "reason", "approved_by", "moved_on"),
        ),
    ),
    pivots=declared(grids, Pivot),
    figures=declared(figures, Figure),
    pictures=(
        Picture(
            "envelopes_and_lines",
            "A bar is what a unit spends in a year, the mark its envelope with own income; what is beyond it must go.",
        ),
        Picture(
            "money_by_unit",
            "Each bar is a unit's money by purpose; what stands beyond the mark has no cover.",
        ),
        Picture(
            "money_to_objectives",
            "Each field is a unit's change money for an objective; the first row leads to none and asks for an answer.",
        ),
        Picture(
            "cost_cases",
            "How far low and high lie from the base case, which is the line; the longest bars are worth a second look.",
            pick=("units",),
            pick_title="Only the unit",
        ),
    ),
    ready=(
        Ready("Each unit has written its page.", ("unit_plans",), ("300",)),
        Ready("The money is there, by unit and year.", ("budget_lines",), ("300", "399")),
    ),
)
