"""Step 8 in the room: appraisal, reward, consequence, with care."""

from planning_kit.spec import Act, Agenda, Check, Figure, Picture, Ready, Step, Table, View, declared
from planning_kit.steps.appraisal import calibration, checks, checks_people, figures, letters, tables

STEP = Step(
    number=8,
    name="appraisal",
    title="Appraisal, reward, consequence",
    question="What was achieved, by whom, what follows from it, and is it fair?",
    who="Managers of a calibration group and somebody from personnel; half a day, plus time for appeals.",
    tables=declared(tables, Table),
    checks=(*declared(checks, Check), *declared(checks_people, Check)),
    agenda=(
        Agenda(
            "Own view",
            15,
            "Each team, then each person, writes what was achieved and where it can be seen.",
            "What are you proud of, and what was not in your hands?",
        ),
        Agenda(
            "Manager's view",
            30,
            "Written before seeing what others gave. Opening the calibration freezes it.",
            "Which evidence would change your mind?",
        ),
        Agenda(
            "Calibration",
            60,
            "Compare how raters use the scale, then settle each rating with a sentence and a name under it.",
            "Would you say this sentence to the person's face?",
        ),
        Agenda(
            "Recognition",
            15,
            "Choose who is thanked, by whom and where; then training, then money if it is switched on.",
            "Whose work made somebody else's success possible?",
        ),
        Agenda(
            "Retrospective",
            75,
            "What to keep, what to change. Lessons go to step 1, without names.",
            "What would have made this year easier for everybody?",
        ),
        Agenda("Read back", 5, "What is told to whom, by whom, on which day, and how to appeal."),
    ),
    views=(
        View(
            "own_views",
            "reviews",
            "Own view",
            "Evidence first, then your own judgement.",
            ("subject", "start", "finish", "evidence", "shown_by", "self_view", "self_rating"),
        ),
        View(
            "managers_views",
            "reviews",
            "Manager's view",
            "Before the calibration is opened; after that it cannot be changed.",
            ("subject", "evidence", "manager", "manager_view", "manager_rating", "outcome"),
        ),
    ),
    pictures=(
        Picture(
            "contribution",
            "What the rules, told before the period, make of what was reached; amber is what others' promises cost.",
            pick=("reviews",),
            pick_title="Whose review?",
        ),
        Picture(
            "calibration",
            "Grey is measured, blue is as much of it as so few ratings can be believed. A suggestion, and no more.",
            act=Act("Opened by", "Open the calibration", "people", "Calibration opened by {taken}", calibration.opened),
        ),
        Picture("ratings_spread", "How many have which rating; 3 is as agreed."),
        Picture("thanks", "Begin with these: say aloud what was achieved, and by whom."),
        Picture(
            "adverse_impact",
            "A screening rule of US practice: it says where to look, with n and an exact test. Counts only, no names.",
            pick=("group_counts",),
            pick_title="With the groups of",
        ),
        Picture(
            "pool",
            "Each bar is a share of the pool; what is left over is shown, never hidden.",
            pick=("reward_pools",),
            pick_title="Which pool?",
        ),
        Picture(
            "letter",
            "What the letter says. Written for one person, into a folder only its writer can read.",
            pick=("reviews",),
            pick_title="Whose review?",
            act=Act("To", "Write the letter", "people", "Letter to {taken}", letters.written, letters.posted),
        ),
    ),
    figures=declared(figures, Figure),
    ready=(
        Ready("Teams are reviewed, with evidence.", ("reviews",), ("800",)),
        Ready("Every review belongs to somebody who is there.", ("reviews",), ("899",)),
    ),
    book="appraisal",
)
