"""Step 5 in the room: difficulty, focus, promises between units, risks, key initiatives and KPIs."""

from planning_kit.spec import (
    TODAY,
    Act,
    Agenda,
    Ballot,
    Cards,
    Check,
    Figure,
    Inbox,
    Pick,
    Picture,
    Ready,
    Step,
    Table,
    View,
    declared,
)
from planning_kit.steps.coordination import checks, checks_promises, checks_risks, due, figures, tables
from planning_kit.steps.plan_b import switched_on
from planning_kit.steps.readers import report

STEP = Step(
    number=5,
    name="coordination",
    title="Difficulty, focus, coordination",
    question="What matters most, what is hard, and where do we need one another?",
    who="Heads of all units together, in pairs for the promises; half a day, before budgets are frozen.",
    tables=declared(tables, Table),
    checks=(*declared(checks_promises, Check), *declared(checks_risks, Check), *declared(checks, Check)),
    figures=declared(figures, Figure),
    agenda=(
        Agenda(
            "Silent scores",
            15,
            "Twelve initiatives at most, three criteria, 1 to 5, everybody alone. Nothing is shown before "
            "all are done.",
            "How much does it move the objective? How hard is it for us? How much does waiting cost?",
        ),
        Agenda(
            "The three widest",
            30,
            "Discuss only the three with the widest spread: the highest and the lowest speak first.",
            "What do you know that the others do not?",
        ),
        Agenda(
            "Key initiatives",
            15,
            "Choose seven at most that the leaders watch themselves; write the decision and its reason.",
            "Which ones, if they fail, sink the strategy?",
        ),
        Agenda(
            "Dependency wall",
            40,
            "Each unit marks what it waits for from others; turn the wall into a matrix and look for blocks.",
            "Who waits for whom, and do they know?",
        ),
        Agenda(
            "Promises in pairs",
            30,
            "Two units at a table: “I need”, “I give”, by when, good enough when. Accepted on the spot, or not.",
            "By when do you really need it, and whom do you tell if it will be late?",
        ),
        Agenda(
            "Premortem",
            60,
            "It is two years later and the plan has failed. Write alone what happened, then make risks of it.",
            "What did everybody know and nobody say?",
        ),
        Agenda("Read back", 10, "Decisions, actions and parked points are read aloud; owners nod or object."),
    ),
    views=(
        View(
            "key_initiatives",
            "tasks",
            "Key initiatives",
            "Mark seven at most. Each has an owner and a backup, and the leaders look at it every month.",
            ("name", "is_key", "objective", "unit", "owner", "backup", "deadline"),
            where={"kind": ("initiative",)},
            defaults={"kind": "initiative"},
        ),
        View(
            "kpis",
            "measures",
            "KPIs: leading, lagging, guardrails",
            "Each objective needs one measure that moves early, and a guard against winning the wrong way.",
            ("name", "objective", "stage", "nature", "is_guardrail", "frequency", "owner", "source"),
        ),
        View(
            "promises_to_answer",
            "promises",
            "Promises that wait for an answer",
            "Asked is not agreed: the giver says yes, no, or not so.",
            ("what", "giver", "receiver", "due", "state", "answered_on", "needed_by_task"),
            where={"state": ("asked", "renegotiated")},
        ),
        View(
            "risk_responses",
            "risks",
            "Responses and plan B",
            "What we do now, what we do if it happens, and who may say so.",
            (
                "event",
                "response",
                "response_task",
                "residual_likelihood",
                "residual_impact",
                "trigger",
                "plan_b",
                "trigger_owner",
                "review_on",
            ),
            where={"state": ("open", "occurred")},
        ),
    ),
    shared=(
        Ballot(
            "scores",
            "Silent scores",
            "Everybody scores alone, 1 to 5. Nobody sees a vote before all are revealed.",
            table="scores",
            item="task",
            rater="rater",
            value="value",
            criterion="criterion",
            asked="criteria",
            where={"kind": ("initiative",)},
        ),
        Cards(
            "premortem",
            "Premortem",
            "It is two years later and the plan has failed. Write alone what happened, a card for each thing.",
            "risks",
            ("event", "cause", "effect"),
        ),
        Inbox(
            "promises_asked",
            "Promises to answer",
            "promises",
            due.asked,
            ("due",),
            answers={
                "Accept": {"state": "accepted", "answered_on": TODAY},
                "Only on this day": {"state": "renegotiated", "answered_on": TODAY},
                "Decline": {"state": "declined", "answered_on": TODAY},
            },
        ),
    ),
    pictures=(
        Picture(
            "score_spread",
            "The three widest are on top: talk about those only. The highest and the lowest speak first.",
        ),
        Picture(
            "difficulty_value",
            "Upper left is worth much and easy: begin there. Talk about the longest lines.",
        ),
        Picture(
            "focus_ranking",
            "A ranking that one vote or a few points of weight would turn decides nothing: talk about the marked ones.",
        ),
        Picture(
            "coordination_agenda",
            "Send the invitations before you leave: these units, these points, by this day.",
        ),
        Picture(
            "unit_matrix",
            "Units inside a red frame wait for each other: they plan together or not at all.",
        ),
        Picture(
            "task_matrix",
            "Read along a row what a task waits for; marks between units need a promise.",
        ),
        Picture(
            "silos",
            "A unit that keeps nearly everything inside needs nobody, or has forgotten whom it needs.",
        ),
        Picture(
            "promise_network",
            "Grey lines were asked and never answered: answer them first, then the red ones.",
        ),
        Picture(
            "promise_ledger",
            "Who keeps what it promised is asked first; who does not needs help or fewer promises.",
        ),
        Picture(
            "risk_heat_map",
            "Upper right hurts most and is likely: look there first.",
        ),
        Picture(
            "plan_b",
            "A plan B that is written, priced and owned starts within days. Pick what has happened and switch it on.",
            pick=(Pick("Risks", "risks", {"state": ("", "open", "occurred")}), "assumptions"),
            pick_title="What has happened?",
            act=Act(
                "Which scenario answers it?",
                "Switch on",
                "scenarios",
                "Plan B switched on: {taken}, because of {picked}",
                switched_on,
            ),
        ),
        Picture(
            "objective_exposure",
            "The reserve covers all risks together; a bar that does not shrink has no response that works.",
        ),
        Picture(
            "pulling_apart",
            "Each red line is two owners pulling in good faith against each other: decide how far each may go.",
        ),
    ),
    ready=(
        Ready("The initiatives are scored.", ("scores",), ("500",)),
        Ready("Units have promised one another what they need.", ("promises",), ("599",)),
        Ready("The risks are named and owned.", ("risks",), ("500",)),
    ),
    reports=(
        report(
            "alignment",
            "Alignment report",
            "Where strategy and work come apart: the four breaks, promises, silos, and what hangs on one alone.",
        ),
    ),
)
