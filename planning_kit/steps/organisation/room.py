"""Before step 1: who plans, for how long, and who leads."""

from planning_kit.spec import Agenda, Cards, Check, Figure, Pick, Picture, Ready, Step, Table, View, declared
from planning_kit.steps.organisation import checks, checks_people, figures, logs, tables

STEP = Step(
    number=0,
    name="organisation",
    title="Overview",
    question="Who plans here, for which time, and whom do people ask?",
    who="The plan leader, the sponsor and the facilitator; about one hour before the first workshop.",
    tables=(*declared(tables, Table), *declared(logs, Table)),
    checks=(*declared(checks_people, Check), *declared(checks, Check)),
    figures=declared(figures, Figure),
    agenda=(
        Agenda(
            "Why a plan, and why now",
            10,
            "The sponsor says in three sentences what should be different at the end.",
            "What would people notice first if this plan worked?",
        ),
        Agenda(
            "Name of the plan, its time, its leader",
            10,
            "Fill in the profile together. One leader, not two.",
            "Whom will people call with a question?",
        ),
        Agenda(
            "Units and people",
            25,
            "List the units, then one person for each role. A post that is not filled yet gets its role as name.",
            "Whose work will change and is missing from the list?",
        ),
        Agenda(
            "Format and dates",
            10,
            "Choose the 90-minute taster, one day, or five half-days over six weeks. Tables of five to nine people.",
            "When do we meet, and who must not be missing?",
        ),
        Agenda("Read back", 5, "The facilitator reads decisions and actions aloud; owners nod or object."),
    ),
    views=(
        View(
            "contacts",
            "people",
            "Who is who",
            "The people of this plan and what others may ask them.",
            ("name", "role", "unit", "email", "skills"),
        ),
    ),
    shared=(
        Cards(
            "parking_lot",
            "Parking lot",
            "A good point at the wrong time: park it here, so that nothing is lost.",
            "parking_lot",
            ("text",),
            by="raised_by",
            on="raised_on",
        ),
    ),
    pictures=(
        Picture(
            "dashboard",
            "One line each, with the age of its data. Begin where red is; the step behind it shows the rows.",
            pick=("units", "themes", Pick("Level", "objectives", of="level")),
            pick_title="Which unit, theme or level?",
        ),
    ),
    ready=(
        Ready("The plan has a name, a leader, a time and a currency.", ("profile",), ("000",)),
        Ready("Units and people are listed.", ("units", "people"), ("099",)),
    ),
)
