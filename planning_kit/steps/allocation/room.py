"""Step 6 in the room: people and money go where they do most."""

from planning_kit.spec import Agenda, Ballot, Check, Figure, Picture, Ready, Step, Study, Table, View, declared
from planning_kit.steps.allocation import checks, checks_load, figures, tables

STEP = Step(
    number=6,
    name="allocation",
    title="Resources and budget",
    question="What do we fund, what do we stop, and do we have the people?",
    who="Those who decide on money and people, with the owners of the initiatives; two to three hours.",
    tables=declared(tables, Table),
    checks=(*declared(checks_load, Check), *declared(checks, Check)),
    figures=declared(figures, Figure),
    agenda=(
        Agenda(
            "100 points, blind",
            10,
            "Everybody spreads 100 points over the initiatives, alone, before seeing any result.",
            "Where would you put your own money?",
        ),
        Agenda(
            "Compare with the optimum",
            15,
            "Lay the group's points beside the computed choice. Look at what differs and what the difference costs.",
            "What do we know that the numbers do not?",
        ),
        Agenda(
            "Who is overloaded",
            20,
            "Look at the hottest fields of the load map: move work, lend a person, or drop something.",
            "Who will work evenings if we leave it like this?",
        ),
        Agenda(
            "What if",
            30,
            "Ten percent less, ten percent more, one unit absent: what moves, and what happens to the objectives?",
            "What would you do on the morning after the cut?",
        ),
        Agenda(
            "What we stop",
            15,
            "For every initiative that is funded, name what makes room for it.",
            "What would you stop to fund this?",
        ),
        Agenda(
            "Decide",
            30,
            "Fund, defer or stop, one by one. Where you leave the optimum, write the reason and the price.",
            "Can you explain this to those who get nothing?",
        ),
        Agenda("Read back", 10, "Decisions, actions and parked points are read aloud; owners nod or object."),
    ),
    views=(
        View(
            "room_we_make",
            "stops",
            "What we stop to make room",
            "Money and hours that become free, and from when.",
            ("what", "hours_freed", "money_freed", "start", "agreed_by"),
        ),
        View(
            "capacity",
            "people",
            "Hours for change",
            "How much of each week is free for the initiatives. Most people have less than they think.",
            ("name", "unit", "hours_per_week", "change_share", "skills"),
        ),
        View(
            "approved_money",
            "budget_lines",
            "Budget to approve",
            "Approved lines are the budget of their initiative in step 7.",
            ("unit", "task", "category", "fiscal_year", "amount", "funding_source", "state"),
            where={"case": ("base",)},
        ),
    ),
    shared=(
        Ballot(
            "points",
            "100 points, blind",
            "Spread 100 points over the initiatives, alone. Nobody sees yours before all are revealed.",
            table="point_allocations",
            item="initiative",
            rater="rater",
            value="points",
            total=100,
            where={"kind": ("initiative",)},
        ),
    ),
    pictures=(
        Picture(
            "point_spread",
            "Where the points lie far apart people know different things: let the highest and the lowest speak.",
        ),
        Picture(
            "money_elsewhere",
            "Near 0 % nothing has moved, whatever the strategy says; the reserve pays for surprises.",
        ),
        Picture(
            "load_heat_map",
            "Each field is a person's month: above 100 % somebody works evenings or something is late.",
        ),
    ),
    studies=(
        Study(
            "portfolio",
            "Ten percent less: what would you fund?",
            "Move the budget. The cards show the most valuable choice that money, skills and rules allow; turn one "
            "over and read what that costs.",
        ),
        Study(
            "levelling",
            "Move work until nobody is overloaded",
            "Demand against capacity month by month, and the shortest plan that asks nobody for more than there is.",
        ),
        Study(
            "scenarios",
            "Scenarios and shocks",
            "The plan and its scenarios side by side; a shock, and the least change that answers it.",
        ),
    ),
    ready=(
        Ready("Every initiative is decided: fund, defer or stop.", ("funding",), ("600",)),
        Ready("People are assigned, or skills are asked for.", ("assignments",), ("699",)),
        Ready("Something is stopped.", ("stops",)),
    ),
)
