"""Where we pull together: scores, promises between units, risks and the ways to rank."""

from typing import Literal

from planning_kit.spec import AnyRef, Date, Money, Number, Ref, Row, Text, Whole, field

Criterion = Literal["value", "difficulty", "urgency"] | None


class Scores(Row, prefix="SC", noun="score", key=("task", "rater", "criterion")):
    """Silent scores of initiatives, secret until they are revealed."""

    task: Ref = field("Initiative", to="tasks", needed=True, doc="The initiative that is scored.")
    rater: Ref = field("Rater", to="people", needed=True, doc="Who scores; three raters or more.")
    criterion: Criterion = field("Criterion", needed=True, doc="What is scored: value, difficulty or urgency.")
    value: Whole = field(
        "Score", needed=True, least=1, most=5, doc="1 is little, 5 is much: 5 for difficulty is very hard."
    )


class Promises(Row, prefix="PR", noun="promise", key=("what", "giver", "receiver")):
    """What one unit needs from another and by when: asked, answered, kept."""

    what: Text = field("I need", needed=True, doc="Something one can hand over: 40,000 items tagged, list of losses.")
    giver: Ref = field("Giver", to="units", needed=True, doc="The unit that promises and delivers.")
    receiver: Ref = field("Receiver", to="units", needed=True, doc="The unit that needs it and confirms it.")
    due: Date = field("Due", needed=True, doc="The day it is handed over.")
    state: (
        Literal["asked", "accepted", "declined", "renegotiated", "kept", "kept_late", "broken", "withdrawn"] | None
    ) = field("State", default="asked", doc="Asked is not yet a promise: the giver has to accept it.")
    giving_task: Ref = field("Made by task", to="tasks", more=True, doc="The giver's task that produces it.")
    needed_by_task: Ref = field("Needed by task", to="tasks", more=True, doc="The receiver's task that waits for it.")
    quality: Text = field("Good enough when", more=True, doc="How both sides will know that it is right.")
    answered_on: Date = field("Answered on", more=True, doc="The day the giver said yes, no, or not so.")
    warned_on: Date = field(
        "Warned on", more=True, doc="The day the giver said it would be late; early warning counts."
    )
    kept_on: Date = field("Kept on", more=True, doc="The day it was handed over.")
    confirmed_by: Ref = field("Confirmed by", to="people", more=True, doc="Who on the receiving side said it is right.")


class Risks(Row, prefix="R", noun="risk", key=("event",)):
    """What may happen, how bad it would be, and what we do about it."""

    event: Text = field(
        "It may happen that", needed=True, doc="An event, not a worry: the supplier delivers after March."
    )
    owner: Ref = field("Owner", to="people", needed=True, doc="Who watches it and acts.")
    likelihood: Whole = field("Likelihood", least=1, most=5, doc="1 rare to 5 almost certain, within the plan's time.")
    impact: Whole = field("Impact", least=1, most=5, doc="1 hardly felt to 5 an objective is lost.")
    response: Literal["avoid", "reduce", "share", "accept"] | None = field(
        "Response",
        doc="Avoid: do otherwise. Reduce: make it rarer or milder. Share: insure. Accept: live with it.",
    )
    cause: Text = field("Because", more=True, doc="What would make it happen; causes can be worked on.")
    effect: Text = field("So that", more=True, doc="What it would do to the plan.")
    about: AnyRef = field(
        "Threatens", to=("objectives", "tasks"), more=True, doc="The objective or the work it threatens."
    )
    probability: Number = field(
        "Probability",
        uom="%",
        least=0,
        most=100,
        more=True,
        doc="If it can be put in numbers, for example 30.",
    )
    cost: Money = field("Costs", least=0, more=True, doc="Money it would cost if it came.")
    delay: Number = field(
        "Delays by", uom="working days", least=0, more=True, doc="Working days it would cost if it came."
    )
    response_task: Ref = field(
        "Response task",
        to="tasks",
        more=True,
        doc="The work that carries out the response, with owner, dates, money.",
    )
    residual_likelihood: Whole = field(
        "Likelihood after", least=1, most=5, more=True, doc="What remains once the response works."
    )
    residual_impact: Whole = field(
        "Impact after", least=1, most=5, more=True, doc="What remains once the response works."
    )
    residual_probability: Number = field(
        "Probability after",
        uom="%",
        least=0,
        most=100,
        more=True,
        doc="What remains once the response works.",
    )
    residual_cost: Money = field("Costs after", least=0, more=True, doc="What it would still cost with the response.")
    trigger: Text = field("Trigger", more=True, doc="The sign that says it is happening: no contract by 1 March.")
    plan_b: Ref = field("Plan B", to="scenarios", more=True, doc="The scenario that is switched on when it happens.")
    trigger_owner: Ref = field("May pull the trigger", to="people", more=True, doc="Who may switch plan B on, unasked.")
    review_on: Date = field("Look again on", more=True, doc="When it is judged anew.")
    state: Literal["open", "occurred", "closed"] | None = field(
        "State",
        default="open",
        more=True,
        doc="Occurred risks go on as issues; closed ones can no longer come.",
    )


class Criteria(Row, prefix="CR", noun="criterion", key=("criterion",), more=True):
    """How the criteria of the scores are asked and how much each counts."""

    criterion: Criterion = field("Criterion", needed=True, doc="Which of the criteria this row describes.")
    question: Text = field(
        "Question", role="question", doc="What raters are asked: how much does it move the objective?"
    )
    low_anchor: Text = field("1 means", role="low", doc="For example: we could do it tomorrow.")
    high_anchor: Text = field("5 means", role="high", doc="For example: nobody here has ever done it.")
    weight: Number = field(
        "Weight", uom="%", least=0, doc="How much it counts; empty for all alike, or from comparisons."
    )


class Comparisons(Row, prefix="CM", noun="comparison", key=("rater", "a", "b"), more=True):
    """Pairwise judgements (AHP): how many times one matters more than another."""

    rater: Ref = field("Rater", to="people", needed=True, doc="Who judges.")
    a: AnyRef = field("This", to=("tasks", "criteria"), needed=True, doc="The first of the pair.")
    b: AnyRef = field("Against", to=("tasks", "criteria"), needed=True, doc="The second of the pair.")
    judgement: Number = field(
        "How much more",
        needed=True,
        least=1 / 9,
        most=9,
        doc="1 alike, 3 more, 5 much more, 9 beyond comparison; 0.33 if the second matters more.",
    )


class PriorityInputs(Row, prefix="PI", noun="priority input", key=("task",), more=True):
    """Numbers for two quick rankings: WSJF (cost of delay by size) and RICE (reach by effort)."""

    task: Ref = field("Initiative", to="tasks", needed=True, doc="The initiative that is ranked.")
    value: Number = field("Value", least=0, doc="WSJF: what it is worth to those we serve, 1 to 10.")
    time_criticality: Number = field("Time criticality", least=0, doc="WSJF: how much waiting costs, 1 to 10.")
    risk_reduction: Number = field("Risk reduction", least=0, doc="WSJF: what it makes safe or possible, 1 to 10.")
    size: Number = field("Size", least=0, doc="WSJF: how big the work is against the others, 1 to 10.")
    reach: Number = field("Reach", uom="people per quarter", least=0, doc="RICE: how many people it reaches.")
    impact: Number = field("Impact", least=0, doc="RICE: 3 massive, 2 high, 1 medium, 0.5 low, 0.25 minimal.")
    confidence: Number = field("Confidence", uom="%", least=0, most=100, doc="RICE: how sure you are of the numbers.")
    effort: Number = field("Effort", uom="person-months", least=0, doc="RICE: work of all people together.")
