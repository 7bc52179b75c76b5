"""Step 4 in the room: team goals, estimates and dates."""

from planning_kit.spec import Agenda, Check, Figure, Picture, Ready, Step, Table, Timeline, View, declared
from planning_kit.steps import reading, work
from planning_kit.steps.readers import report
from planning_kit.steps.timelines import checks, checks_goals, figures, tables

STEP = Step(
    number=4,
    name="timelines",
    title="Goals and timelines",
    question="What will each team reach, and when does what happen?",
    who="One team at a time with its neighbours at hand; two hours for the goals, one for the dates.",
    tables=declared(tables, Table),
    checks=(*declared(checks_goals, Check), *declared(checks, Check)),
    figures=declared(figures, Figure),
    agenda=(
        Agenda(
            "Team goals and key results",
            120,
            "Draft alone in silence, then in pairs, then together: three to five goals, each with two to "
            "four "
            "key results.",
            "Result or activity? What would be different if you did all this and nobody noticed?",
        ),
        Agenda(
            "Back-casting",
            20,
            "Begin with the last milestone and walk back to today: what must be there just before?",
            "What has to be true the month before?",
        ),
        Agenda(
            "Three-point estimates",
            25,
            "Everybody writes optimistic, likely and pessimistic durations silently. Discuss only the widest spread.",
            "What would have to happen for your pessimistic number?",
        ),
        Agenda(
            "This week",
            10,
            "Who, what, by when, how much: one action for each piece of work that has begun.",
            "What is the first thing you will do on Monday?",
        ),
        Agenda("Read back", 5, "Decisions, actions and parked points are read aloud; owners nod or object."),
    ),
    views=(
        View(
            "team_goals",
            "objectives",
            "Team goals",
            "What the unit wants to reach this year, and which larger objective it serves.",
            ("title", "unit", "parent", "owner", "due", "kind", "origin", "weight"),
            where={"level": ("tactical", "operational")},
            defaults={"level": "tactical", "perspective": "process"},
        ),
        View(
            "key_results",
            "measures",
            "Key results",
            "Two to four for each goal. A key result is a number that moves, not a thing that is done.",
            ("name", "objective", "target_kind", "baseline", "target", "uom", "due", "owner", "weight"),
            where={"objective.level": ("tactical", "operational")},
        ),
        View(
            "timeline",
            "tasks",
            "Durations and dates",
            "Type how long it takes and what it waits for; start and finish are computed.",
            ("name", "kind", "parent", "duration", "start_no_earlier_than", "deadline", "owner", "unit"),
        ),
        View(
            "estimates",
            "tasks",
            "Three-point estimates",
            "Optimistic, likely, pessimistic, in working days. A narrow spread is a claim to know.",
            ("name", "optimistic", "duration", "pessimistic", "owner"),
            where={"kind": ("task", "project")},
        ),
        View(
            "milestones",
            "tasks",
            "Milestones",
            "At least one in every quarter: something others can see.",
            ("name", "parent", "deadline", "owner", "unit"),
            where={"kind": ("milestone",)},
            defaults={"kind": "milestone", "duration": 0.0},
        ),
        View(
            "this_week",
            "actions",
            "This week",
            "Who does what, by when, and how many hours it takes.",
            ("what", "owner", "due", "hours", "task", "done_on"),
        ),
    ),
    timelines=(
        Timeline(
            "schedule",
            "tasks",
            "Drag a bar to let it start on another day, its right edge to change how long it takes. What waits for it "
            "moves along; nobody types a finish. A day lost on critical work is a day lost at the end.",
            "No work yet. Write the first task in Durations and dates above; its bar appears here.",
            start="start_no_earlier_than",
            length="duration",
            links=("dependencies", "predecessor", "successor", "kind"),
            group="unit",
            baseline="baselines.revision",
            dates=work.dated,
            calendar=reading.calendar,
        ),
    ),
    pictures=(
        Picture(
            "okr_tree",
            "A key result scores from 0 to 1, a goal the weighted mean. All at 1.0 means the goals were too easy.",
            pick=("units",),
            pick_title="Which unit?",
        ),
        Picture(
            "network",
            "From left to right: what comes first. What is not critical may slip by the days that stand in its box.",
            pick=("units",),
            pick_title="Which unit?",
        ),
        Picture(
            "finish_distribution",
            "A bar is a share of the simulated runs. Promise the day that eight of ten runs keep, not the likely one.",
            pick=("tasks",),
            pick_title="Finished with what?",
        ),
        Picture(
            "action_plan",
            "For each objective: who does what, by when and for how much. Pick an objective, a unit or a person.",
            pick=("objectives", "units", "people"),
            pick_title="For which objective, unit or person?",
        ),
        Picture(
            "this_week",
            "Actions that are due or open, work that starts, runs or ends, promises and values due.",
            pick=("units", "people", "objectives"),
            pick_title="For which unit, person or objective?",
        ),
    ),
    ready=(
        Ready("Work has durations and waits for what it needs.", ("tasks", "dependencies"), ("400",)),
        Ready("Every link leads to work that exists.", ("dependencies",), ("499",)),
        Ready("The first actions have a name and a day.", ("actions",)),
    ),
    reports=(
        report(
            "implementation-plan",
            "Implementation plan",
            "The written plan: direction, goals, steps with dates and people in charge, money, risks, communication.",
        ),
    ),
)
