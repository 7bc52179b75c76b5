"""Cross-cutting logs: what is decided, done, promised to be told, learned and assumed, over all steps."""

from typing import Literal

from planning_kit.spec import ANY, AnyRef, Date, Money, Number, Ref, Refs, Row, Text, Whole, field

SUBJECTS = ("objectives", "measures", "tasks", "risks", "promises", "units", "unit_plans")


class Decisions(Row, prefix="D", noun="decision", key=("text", "decided_on")):
    """What was decided, by whom, and why: the memory of the plan."""

    text: Text = field("Decision", needed=True, doc="One sentence that a person who was absent understands.")
    reason: Text = field("Reason", needed=True, doc="Why this and not the alternative; include what it costs.")
    decided_by: AnyRef = field("Decided by", to=("people", "units"), needed=True, doc="The person or the body.")
    decided_on: Date = field("Decided on", needed=True, doc="The day it was decided.")
    review_on: Date = field("Look again on", doc="When the reasons should be tested again.")
    about: AnyRef = field("About", to=ANY, doc="The objective, initiative, risk or other row it concerns.")


class Actions(Row, prefix="A", noun="action", key=("what", "due")):
    """The week: who does what, by when, with how much time."""

    what: Text = field("What", needed=True, doc="Begin with a verb: order 400 tags from two suppliers.")
    owner: Ref = field("Who", to="people", needed=True, doc="One person, who said yes in the room.")
    due: Date = field("By when", needed=True, doc="A day, not a month.")
    task: Ref = field("For task", to="tasks", doc="The task or initiative it moves forward.")
    hours: Number = field("How much", uom="hours", least=0, doc="Hours it will take, roughly.")
    done_on: Date = field("Done on", doc="Empty as long as it is open.")
    repeats: Literal["daily", "weekly", "every_two_weeks", "monthly", "quarterly", "yearly"] | None = field(
        "Repeats", more=True, doc="For what comes back, such as the weekly report; empty for once."
    )
    about: AnyRef = field("About", to=ANY, more=True, doc="What made it necessary: a risk, a promise, a red measure.")


class Stops(Row, prefix="ST", noun="stop", key=("what",)):
    """What you will stop doing, to make room for what the plan asks."""

    what: Text = field(
        "What we stop", needed=True, doc="Something real that people do today, for example printed programme."
    )
    hours_freed: Number = field("Frees hours", uom="hours per month", least=0, doc="Hours a month that become free.")
    money_freed: Money = field("Frees money", uom="per year", least=0, doc="Money a year that becomes free.")
    start: Date = field("From", doc="The day it ends and the freed time begins.")
    agreed_by: AnyRef = field("Agreed by", to=("people", "units"), doc="Who has the right to end it and said yes.")


class Approvals(
    Row, prefix="AP", noun="approval", key=("step", "revision", "approved_on"), role="approvals", more=True
):
    """Ticks: this step, or this revision of the plan, is good enough to go on."""

    step: Whole = field("Step", role="step", least=0, most=8, doc="The number of the step that is done, 1 to 8.")
    revision: Whole = field("Revision", least=0, doc="The revision of the plan that was approved.")
    approved_by: AnyRef = field("Approved by", to=("people", "units"), needed=True, doc="Who answers for the tick.")
    approved_on: Date = field("Approved on", needed=True, doc="The day of the approval.")
    condition: Text = field("On condition that", doc="What must still happen, for example budget confirmed.")
    bring_back_on: Date = field("Bring back on", doc="When the condition will be looked at again.")


class Issues(Row, prefix="I", noun="issue", key=("what",), more=True):
    """Problems that are here already (a risk is one that may come)."""

    what: Text = field("Issue", needed=True, doc="What is wrong now and whom it hurts.")
    owner: Ref = field("Owner", to="people", needed=True, doc="Who brings it to an end.")
    due: Date = field("Solve by", doc="When it must be solved, before it costs more.")
    severity: Literal["low", "medium", "high"] | None = field("Severity", doc="How much it hurts the plan.")
    state: Literal["open", "solved", "closed"] | None = field("State", default="open", doc="Where it stands.")
    about: AnyRef = field("About", to=ANY, doc="What it holds up.")
    raised_on: Date = field("Raised on", more=True, doc="The day it was first named.")
    solution: Text = field("Solution", more=True, doc="What ended it, for the next time.")


class ParkingLot(Row, prefix="PL", noun="parked item", key=("text",), more=True):
    """Good points at the wrong time: kept here, so that the agenda holds and nothing is lost."""

    text: Text = field("Parked", needed=True, doc="The point in the words of whoever raised it.")
    raised_by: Ref = field("Raised by", to="people", doc="Whom to ask what was meant.")
    raised_on: Date = field("Raised on", doc="The day it was parked.")
    settled_on: Date = field("Settled on", doc="Empty as long as it waits.")
    answer: Text = field("Answer", doc="What came of it: an action, a decision, or nothing and why.")


class Achievements(Row, prefix="AC", noun="achievement", key=("what",), more=True):
    """What went well and whose work it was; told before the problems."""

    what: Text = field("Achievement", needed=True, doc="What is better now, for whom: 2,000 children joined.")
    whom: AnyRef = field("Thanks to", to=("people", "units"), doc="The person or team to thank.")
    achieved_on: Date = field("On", doc="The day it became true.")
    told_to: Text = field("Told to", doc="Who heard of it, for example all staff, the board, the local paper.")


class Meetings(Row, prefix="ME", noun="meeting", key=("step", "held_on"), more=True):
    """Planning sessions and reviews: who was there and whether the time was kept."""

    step: Whole = field("Step", least=0, most=8, doc="The step the group worked on, 1 to 8; 0 for the overview.")
    held_on: Date = field("Held on", needed=True, doc="The day of the meeting.")
    present: Refs = field("Present", to="people", doc="Everybody who was in the room or on the line.")
    planned_minutes: Whole = field("Planned", uom="minutes", least=0, doc="Length after the agenda.")
    actual_minutes: Whole = field("Took", uom="minutes", least=0, doc="Length after the clock.")
    next_on: Date = field("Next on", doc="The day the group meets again.")


class Feedback(Row, prefix="F", noun="feedback", key=("text", "given_on"), more=True):
    """What people say about the plan and its work. Feedback about a person belongs to step 8."""

    text: Text = field("Feedback", needed=True, doc="What you noticed and what would help. Name no person here.")
    about: AnyRef = field("About", to=SUBJECTS, doc="The objective, initiative, promise or unit it concerns.")
    given_on: Date = field("Given on", doc="The day only, never the hour.")


class Communications(Row, prefix="CO", noun="communication", key=("audience", "message"), more=True):
    """Who must hear what, from whom, how often."""

    audience: Text = field(
        "Audience", needed=True, doc="Who must know, for example branch staff or the finance committee."
    )
    message: Text = field("Message", needed=True, doc="What they should be able to repeat afterwards, in one sentence.")
    channel: Text = field("Channel", doc="How it reaches them: team meeting, intranet, letter.")
    owner: Ref = field("Owner", to="people", doc="Who sees to it that it is said.")
    frequency: Literal["once", "weekly", "monthly", "quarterly", "yearly"] | None = field(
        "How often", doc="How often it is said; what is said once is heard by half."
    )
    next_on: Date = field("Next on", doc="When it is due again; move it on when it is done.")
    acknowledged_share: Number = field(
        "Acknowledged", uom="%", least=0, most=100, more=True, doc="Share of the audience that confirmed it."
    )


class Recalls(Row, prefix="RC", noun="recall test", key=("unit", "taken_on"), more=True):
    """Can people name the priorities without looking? Counted per unit, never per person."""

    unit: Ref = field("Unit", to="units", needed=True, doc="Whose people were asked.")
    taken_on: Date = field("Taken on", needed=True, doc="The day of the test.")
    asked: Whole = field("Asked for", least=0, doc="Priorities asked for: three from each of eight people make 24.")
    named: Whole = field("Named", least=0, doc="How many of them were named rightly.")


class Lessons(Row, prefix="L", noun="lesson", key=("text",), more=True):
    """What the next plan should know; step 1 reads them before it begins."""

    text: Text = field("Lesson", needed=True, doc="What we would do again, or differently, and why.")
    kind: Literal["keep", "change"] | None = field(
        "Keep or change", doc="Whether to repeat it or to do it differently."
    )
    about: AnyRef = field("About", to=ANY, doc="Where it was learned.")
    learned_on: Date = field("Learned on", doc="The day of the retrospective.")


class Assumptions(Row, prefix="AS", noun="assumption", key=("statement",), more=True):
    """What must stay true for the plan to make sense, each with a trip-wire that is watched."""

    statement: Text = field("We assume that", needed=True, doc="For example: the city goes on growing by 1 % a year.")
    measure: Ref = field("Watched by", to="measures", doc="The measure that would show first that it no longer holds.")
    comparator: Literal["at_least", "at_most", "above", "below"] | None = field(
        "Holds while the value is",
        doc="The assumption holds while the measure is at least, at most... the threshold.",
    )
    threshold: Number = field("Threshold", doc="The trip-wire, in the unit of the measure.")
    review_on: Date = field("Look again on", needed=True, doc="When somebody looks, even if no alarm rang.")
    owner: Ref = field("Watched by whom", to="people", doc="Who raises the hand when it breaks.")
    plan_b: Ref = field("Plan B", to="scenarios", more=True, doc="The scenario that is switched on when it breaks.")


class StatusOverrides(Row, prefix="SO", noun="status override", key=("row", "expires_on"), more=True):
    """A status set by hand over the computed one: allowed, with a reason and an end."""

    row: AnyRef = field("What", to=("objectives", "measures", "tasks"), needed=True, doc="Whose status is set by hand.")
    status: Literal["on_track", "behind", "at_risk", "met", "not_met"] | None = field(
        "Status",
        needed=True,
        doc="What is shown, beside the computed status and never instead of it.",
    )
    reason: Text = field("Reason", needed=True, doc="What you know that the numbers do not show yet.")
    expires_on: Date = field("Until", needed=True, doc="After this day the computed status counts again.")
