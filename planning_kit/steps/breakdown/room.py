"""Step 2 in the room: from objectives to units and people."""

from planning_kit.spec import Agenda, Check, Figure, Picture, Ready, Step, Table, View, declared
from planning_kit.steps.breakdown import checks, figures, tables

STEP = Step(
    number=2,
    name="breakdown",
    title="Breakdown to units and people",
    question="Which work serves which objective, and who answers for it?",
    who="Heads of all units with one or two of their people each; two to three hours.",
    tables=declared(tables, Table),
    checks=declared(checks, Check),
    figures=declared(figures, Figure),
    agenda=(
        Agenda(
            "Objectives read aloud",
            10,
            "The owner of each objective reads it and says in one sentence why it matters.",
            "Which words would your own people not understand?",
        ),
        Agenda(
            "Units draft silently",
            20,
            "Each unit writes the initiatives it would contribute, one on a card, under an objective.",
            "What will be there afterwards that is not there now?",
        ),
        Agenda(
            "Catchball, first throw",
            30,
            "Units offer a contribution with a number; owners accept or throw back with a reason.",
            "What would you need to say yes?",
        ),
        Agenda(
            "Catchball, second throw",
            20,
            "Only what is still open. After two rounds the sponsor decides and the reason is written down.",
            "What has changed since your first answer?",
        ),
        Agenda(
            "Responsibilities by exception (RACI)",
            30,
            "One owner for each piece of work. Add rows only where somebody else does it, is asked or is told.",
            "Who decides when the two of you disagree?",
        ),
        Agenda(
            "What we stop",
            15,
            "Each unit names one thing it will stop, from when, and how many hours that frees.",
            "What will you stop to do this?",
        ),
        Agenda(
            "Backups",
            10,
            "Go through the owners. Each names one person, who must be in the room or on the phone.",
            "Who is your backup on the day you are ill?",
        ),
        Agenda("Read back", 5, "Decisions, actions and parked points are read aloud; owners nod or object."),
    ),
    views=(
        View(
            "initiatives",
            "tasks",
            "Initiatives and the work below them",
            "One tree: initiatives serve objectives, projects and tasks serve initiatives. One owner for each.",
            ("name", "kind", "parent", "objective", "unit", "owner", "backup", "due"),
            defaults={"kind": "initiative"},
        ),
        View(
            "what_we_stop",
            "stops",
            "What we stop",
            "New work needs room. Write what ends, from when, and how much time and money that frees.",
            ("what", "hours_freed", "money_freed", "start", "agreed_by"),
        ),
        View(
            "also_serves",
            "contributions",
            "What else it serves",
            "An initiative has one main objective, named in the tree. Add a line for each further one it moves.",
            ("task", "objective", "strength"),
        ),
        View(
            "throws",
            "catchball",
            "Catchball",
            "One line a throw: who speaks, which number they offer, and what makes it possible or impossible.",
            ("objective", "round", "said_by", "position", "value", "reason", "said_on"),
        ),
        View(
            "who_else",
            "responsibilities",
            "Who else does it, is asked, is told",
            "Only the exceptions: without a line, the owner does the work. Each C is a veto, each I a mail.",
            ("task", "party", "role"),
        ),
        View(
            "backups",
            "tasks",
            "Backups",
            "Name for each open piece of work who takes over on the day the owner is ill, and ask that person.",
            ("name", "owner", "backup", "supplier", "is_key"),
        ),
    ),
    pictures=(
        Picture(
            "cascade",
            "Follow a line from an objective down to the units and the work; where a line ends early, "
            "nobody is doing anything about it. In italics: work that mainly serves another objective.",
        ),
        Picture(
            "orphans",
            "Read it as two questions: who will work on the first ones, and which of the others do we stop?",
        ),
        Picture(
            "catchball",
            "Read each exchange from top to bottom: what was offered, what was thrown back, and why.",
        ),
        Picture(
            "raci",
            "Read across for one piece of work: one A, few C. Read the sums below for one person: many A's "
            "mean that things wait, many C's that meetings grow.",
            pick=("tasks",),
            pick_title="Only this work",
        ),
        Picture(
            "items_per_person",
            "The longest bar is where things will wait. Ask what could be handed over as a whole.",
        ),
        Picture(
            "failure_ranking",
            "From the top: if this role were empty tomorrow, these objectives would fall. Name a backup and it sinks.",
        ),
    ),
    ready=(
        Ready("Work is named, and each piece has a unit and an owner.", ("tasks",), ("200",)),
        Ready("Every link leads to something that exists.", ("tasks",), ("299",)),
        Ready("Something will be stopped to make room.", ("stops",)),
    ),
)
