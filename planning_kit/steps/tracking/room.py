"""Step 7 in the room: what really happened, and what we do about it; and the monthly report."""

from typing import Literal

from planning_kit.spec import (
    TODAY,
    Agenda,
    Check,
    Figure,
    Inbox,
    Picture,
    Ready,
    Row,
    Step,
    Study,
    Table,
    Text,
    View,
    Whole,
    declared,
    field,
)
from planning_kit.steps.readers import asked, report
from planning_kit.steps.tracking import checks, checks_work, due, figures, tables


class Progress(Row, prefix="", noun="report parameter"):
    """What the progress report can be asked for besides its reader."""

    period: Whole = field(
        "Period",
        uom="months",
        default=3,
        least=1,
        most=36,
        doc="How far the report looks back, 1 to 36 months.",
    )
    audience: Literal["board", "unit", "team"] | None = field(
        "Audience", default="unit", doc="Who reads it: a board gets the page, a team gets the detail."
    )


class Replan(Row, prefix="", noun="report parameter"):
    """What the report on a changed plan can be asked for besides its reader."""

    since: Text = field(
        "Since",
        doc="What to compare with: the name of a revision or baseline, a day, or a number; empty for the one before.",
    )


STEP = Step(
    number=7,
    name="tracking",
    title="Tracking",
    question="Where do we really stand, and what do we change?",
    who="Owners of red and amber, the plan leader and the sponsor; 60 to 90 minutes every month.",
    tables=declared(tables, Table),
    checks=(*declared(checks_work, Check), *declared(checks, Check)),
    figures=declared(figures, Figure),
    agenda=(
        Agenda(
            "Achievements first",
            5,
            "Who did what, and whom did it help? Name the people; they should hear it here.",
            "What went well that nobody has said aloud yet?",
        ),
        Agenda(
            "Silent reading",
            5,
            "Everybody reads the scorecard and marks what surprises them.",
            "Which number do you not believe?",
        ),
        Agenda(
            "Only the reds",
            40,
            "Green is not discussed. For each red: since when, why, what does it hold up?",
            "What is the cause, and what have we tried already?",
        ),
        Agenda(
            "Countermeasures",
            20,
            "One for each red: what, who, by when, and what should move.",
            "How shall we know in four weeks that it works?",
        ),
        Agenda(
            "Trip-wires",
            10,
            "Look at the assumptions. A breached one opens a re-plan, not a discussion.",
            "Is what we assumed still true?",
        ),
        Agenda("Read back", 5, "Actions are read aloud with name and day; owners nod or object."),
        Agenda(
            "Once a quarter: look at the strategy itself",
            90,
            "Recap 10, score the goals 25, test the strategy 20, look at the measures 15, adjust 15, focus "
            "5. "
            "Leave it out in the other months.",
            "Did reaching the one really help the other, as the map says?",
        ),
    ),
    views=(
        View(
            "achievements_to_tell",
            "achievements",
            "Achievements",
            "Before the problems: what is better, and thanks to whom.",
            ("what", "whom", "achieved_on", "told_to"),
        ),
        View(
            "actions_to_read_back",
            "actions",
            "Actions",
            "Who does what by when. An action without a name is a wish.",
            ("what", "owner", "due", "task", "hours", "repeats", "done_on", "about"),
        ),
        View(
            "promises_to_keep",
            "promises",
            "Promises under way",
            "The receiver confirms. Early warning counts for the giver.",
            ("what", "giver", "receiver", "due", "state", "warned_on", "kept_on", "confirmed_by"),
            where={"state": ("accepted", "renegotiated", "kept", "kept_late", "broken")},
            defaults={"state": "accepted"},
        ),
        View(
            "trip_wires_to_check",
            "assumptions",
            "Trip-wires",
            "What must stay true, and the number that says so.",
            ("statement", "measure", "comparator", "threshold", "owner", "review_on"),
        ),
        View(
            "what_we_learned",
            "lessons",
            "Lessons",
            "Step 1 reads these before it begins again.",
            ("text", "kind", "about", "learned_on"),
        ),
    ),
    pictures=(
        Picture(
            "scorecard",
            "One line a measure: where it is, where it should be by now, and how old the value is.",
        ),
        Picture("trip_wires", "What the plan rests on: a broken one opens a re-plan, not a discussion."),
        Picture(
            "light_that_lies",
            "Left what was printed or is shown by hand, right what the numbers say with their sign. "
            "Ask which of the two the room has been steering by.",
        ),
        Picture(
            "this_week",
            "Actions that are due or open, work that starts, runs or ends, promises and values due.",
            pick=("units", "people", "objectives"),
            pick_title="For which unit, person or objective?",
        ),
        Picture(
            "action_plan",
            "For each objective: who does what, by when and for how much. Pick an objective, a unit or a person.",
            pick=("objectives", "units", "people"),
            pick_title="For which objective, unit or person?",
        ),
        Picture(
            "status_over_time",
            "Read a line from left to right: red that stays red needs another answer than red that is new.",
        ),
        Picture(
            "earned_value",
            "Blue under the dashed line is late, blue under red is dear; the wedge is what it may cost in the end.",
            pick=("units",),
            pick_title="Which unit?",
        ),
        Picture(
            "slip_chart",
            "Each line is what people said, report by report. A line that rises with every report will rise again.",
        ),
        Picture(
            "forecast_calibration",
            "Dots on the line: the forecasts say what they know. Below it they promise too much.",
        ),
    ),
    shared=(
        Inbox("readings", "New values", "measures", due.readings, ("value", "note"), into="actuals", about="measure"),
        Inbox(
            "work",
            "Work under way",
            "tasks",
            due.reports,
            ("percent_complete", "remaining_days", "blocked_by", "comment"),
            answers={
                "Save": {},
                "Finished": {"finished_on": TODAY, "percent_complete": "100", "remaining_days": "0"},
            },
            into="updates",
            about="task",
        ),
        Inbox(
            "open_actions",
            "Actions",
            "actions",
            due.actions,
            ("due",),
            answers={"Done": {"done_on": TODAY}, "Not before this day": {}},
        ),
        Inbox(
            "promises_due",
            "Promises to keep",
            "promises",
            due.promises,
            ("due",),
            answers={
                "Kept": {"state": "kept", "kept_on": TODAY},
                "Kept, but late": {"state": "kept_late", "kept_on": TODAY},
                "It will be late": {"warned_on": TODAY},
            },
        ),
        Inbox(
            "answers_to_red",
            "Countermeasures",
            "countermeasures",
            due.countermeasures,
            ("due",),
            answers={"Done": {"done_on": TODAY}, "Not before this day": {}},
        ),
    ),
    studies=(
        Study(
            "replan",
            "Re-plan: what changed, and who decided",
            "Change the plan in the steps it belongs to, with a reason; here it is held against what was agreed.",
        ),
    ),
    ready=(
        Ready("Measures have values.", ("actuals",), ("700",)),
        Ready("Work is reported on.", ("updates",), ("799",)),
        Ready("What is agreed has a name and a day.", ("actions",)),
    ),
    reports=(
        report(
            "progress",
            "Progress report",
            "Where the plan, a unit or a person stands: measures, work, money, promises and what is done about red.",
            asked(Progress),
        ),
        report("board", "Board report", "One page: what matters most, the measures, the threads, what is achieved."),
        report("scorecard", "Scorecard", "Every measure: status, value and target, progress, trend and age."),
        report("delivery", "Delivery report", "The work: what is done and late, the dates that follow, the week."),
        report(
            "replan",
            "What changed in the plan",
            "The plan against an earlier one: goals, dates and money that moved, who decided it and why.",
            asked(Replan),
        ),
    ),
)
