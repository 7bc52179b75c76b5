"""Who does what: one tree of all work, from initiatives down to tasks and milestones."""

from typing import Literal

from planning_kit.spec import AnyRef, Date, Flag, Long, Number, Ref, Row, Text, Whole, field


class Tasks(Row, prefix="T", noun="task", key=("name", "parent")):
    """All work in one tree: initiatives, their projects, tasks and milestones."""

    name: Text = field(
        "Name",
        needed=True,
        doc="Begin with a verb and name what is there afterwards: tag the stock of Central.",
    )
    kind: Literal["initiative", "project", "task", "milestone"] | None = field(
        "Kind",
        needed=True,
        default="task",
        role="kind",
        doc="An initiative changes something and serves an objective; a milestone takes no time.",
    )
    parent: Ref = field("Part of", to="tasks", doc="The initiative or project it belongs to; empty at the top.")
    objective: Ref = field(
        "Objective",
        to="objectives",
        doc="The objective it mainly serves. Every initiative needs one; the work below inherits it.",
    )
    unit: Ref = field("Unit", to="units", needed=True, doc="The unit that does the work.")
    owner: Ref = field(
        "Owner", to="people", needed=True, doc="Accountable: exactly one person, who said yes. The A of RACI."
    )
    backup: Ref = field("Backup", to="people", doc="Who takes over on the day the owner is ill.")
    due: Date = field("Due", doc="The day it was promised for; step 4 computes whether it can be met.")
    duration: Number = field(
        "Likely duration",
        uom="working days",
        least=0,
        doc="How long it most likely takes, in working days, waiting included; 0 for a milestone.",
    )
    start_no_earlier_than: Date = field(
        "Not before", doc="Only if something outside forbids an earlier start; dates are computed, not typed."
    )
    deadline: Date = field("Deadline", doc="A hard date from outside, for example the end of a grant.")
    optimistic: Number = field(
        "Optimistic duration",
        uom="working days",
        least=0,
        more=True,
        doc="If all goes well, one time in twenty.",
    )
    pessimistic: Number = field(
        "Pessimistic duration",
        uom="working days",
        least=0,
        more=True,
        doc="If much goes wrong, one time in twenty.",
    )
    is_key: Flag = field(
        "Key initiative",
        default=False,
        more=True,
        doc="Yes for the few (seven at most) the leaders watch themselves.",
    )
    level: Literal["strategic", "tactical", "operational"] | None = field(
        "Level", more=True, doc="Strategic work takes years, tactical months, operational days to weeks."
    )
    supplier: Ref = field("Supplier", to="units", more=True, doc="The partner or supplier it cannot do without.")
    description: Long = field("Description", more=True, doc="What is included, what is not, and when it is finished.")
    work_class: Text = field(
        "Class of work",
        more=True,
        doc="What kind of work it is, to compare with closed work: software change, move, campaign. "
        "Choose it before you look at the result.",
    )
    source: Text = field("Source", more=True, doc="Where it comes from, for example audit report 2026, item 4.")
    planned_start: Date = field(
        "Planned start, as imported", more=True, doc="What the source said; the start shown is computed."
    )
    planned_finish: Date = field(
        "Planned finish, as imported", more=True, doc="What the source said; the finish shown is computed."
    )


class Contributions(Row, prefix="CN", noun="contribution", key=("task", "objective"), more=True):
    """Further objectives an initiative serves, besides its main one."""

    task: Ref = field("Initiative", to="tasks", needed=True, doc="The initiative that contributes.")
    objective: Ref = field("Objective", to="objectives", needed=True, doc="The objective it also serves.")
    strength: Whole = field("Strength", default=3, least=1, most=9, doc="1 a little, 3 clearly, 9 decisively.")


class Responsibilities(Row, prefix="RE", noun="responsibility", key=("task", "party", "role"), more=True):
    """RACI by exception: who else does, advises or hears. Without a row, the owner does it."""

    task: Ref = field("Task", to="tasks", needed=True, doc="The work in question.")
    party: AnyRef = field("Who", to=("people", "units"), needed=True, doc="The person or unit with the role.")
    role: Literal["R", "C", "I"] | None = field(
        "Role",
        needed=True,
        labels={"R": "R (does the work)", "C": "C (is asked before)", "I": "I (is told after)"},
        doc="R does the work, C is asked before, I is told after; the A is the owner of the task.",
    )


class Catchball(Row, prefix="CB", noun="catchball throw", key=("objective", "round", "said_by"), more=True):
    """The exchange about a target between levels: proposed, countered, accepted, each with a reason."""

    objective: Ref = field("Objective", to="objectives", needed=True, doc="The goal that is passed up or down.")
    round: Whole = field("Round", default=1, least=1, doc="1 for the first throw; two rounds should be enough.")
    said_by: AnyRef = field("By", to=("units", "people"), needed=True, doc="Who speaks.")
    position: Literal["proposed", "countered", "accepted"] | None = field(
        "Position", needed=True, default="proposed", doc="What this throw says to the one before."
    )
    value: Number = field("Value", doc="The target this side offers, in the unit of the measure.")
    reason: Text = field("Reason", doc="What makes it possible or impossible; what would have to change.")
    said_on: Date = field("Said on", doc="The day of the throw.")
