"""Checks of the organisation: who leads, whom everything hangs on, who has gone silent, what was left open."""

import re

import pandas as pd

from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Hit, Setting, check
from planning_kit.steps.reading import Hits, day, listed, told, tree_circles


@check("001", "error", thread="accountability")
def plan_without_leader(plan: Plan, _at: Circumstances) -> Hits:
    """Plan without a leader.

    What: There are units, objectives or work, but no profile that names who leads the plan.
    Why: Questions that nobody is asked are answered by everybody differently.
    Fix: Fill in the profile on the start page and name one plan leader.
    Source: Sull, Homkes and Sull, Why Strategy Execution Unravels, Harvard Business Review, March 2015.
    """
    begun = any(len(plan.frame(name)) for name in ("units", "people", "objectives", "tasks"))
    if begun and plan.profile.empty:
        yield Hit(
            "profile",
            "",
            "leader",
            "The plan has content, but no profile: nobody is named as its leader and its time is not given.",
            "Fill in the profile on the start page: name of the plan, leader, first and last day.",
        )


@check("002", "error", thread="goal alignment")
def ends_before_it_begins(plan: Plan, _at: Circumstances) -> Hits:
    """Plan ends before it begins.

    What: The last day of the plan is not after its first day.
    Why: No date can lie inside the plan, so nothing can be scheduled or judged.
    Fix: Correct Start or Finish of the profile.
    Source: Definition of a planning horizon.
    """
    rows = plan.profile
    yield from told(
        plan,
        "profile.finish",
        rows[rows["finish"] <= rows["start"]],
        "The plan “{label}” starts on {start} and finishes on {finish}, which is not later.",
        "Correct one of the two dates; a strategy usually covers three to five years.",
    )


@check("003", "error", thread="accountability")
def units_in_a_circle(plan: Plan, _at: Circumstances) -> Hits:
    """Units that are part of each other.

    What: Following “Part of” from a unit leads back to the same unit.
    Why: Money, hours and results of such units cannot be added up.
    Fix: Clear or change “Part of” of one of them.
    Source: Definition of a tree.
    """
    return tree_circles(plan, "units", "units")


@check("009", "warning", thread="communication", gap="lost in the cascade")
def communication_due(plan: Plan, at: Circumstances) -> Hits:
    """Communication due and not done.

    What: The next date of a message lies in the past.
    Why: What is said once is heard by half; what is not said at all is made up.
    Fix: Say it and move “Next on” forward, or remove the message.
    Source: Kotter, Leading Change, 1996 (under-communicating the vision by a factor of ten).
    """
    rows = plan.communications
    yield from told(
        plan,
        "communications.next_on",
        rows[rows["next_on"] < day(at)],
        "“{message}” was due to be told to {audience} on {next_on}; no later date is entered.",
        "Ask {owner} to tell them, then enter the next date.",
    )


@check("010", "warning", thread="adaptability", gap="resources that cannot move")
def decision_to_look_at_again(plan: Plan, at: Circumstances) -> Hits:
    """Decision due for another look.

    What: The day on which a decision should be looked at again has passed.
    Why: The reasons may no longer hold, and people and money stay where they were put.
    Fix: Decide again, or confirm it with a new date to look at.
    Source: Kaplan and Norton, The Execution Premium, 2008 (strategy testing meetings).
    """
    rows = plan.decisions
    yield from told(
        plan,
        "decisions.review_on",
        rows[rows["review_on"] < day(at)],
        "The decision “{label}” should have been looked at again on {review_on}.",
        "Look at its reason, “{reason}”: does it still hold? Enter the next date, or decide anew.",
    )


@check("011", "warning", thread="accountability")
def condition_not_brought_back(plan: Plan, at: Circumstances) -> Hits:
    """Approval whose condition was not looked at.

    What: A step or revision was approved on a condition, and the day to bring it back has passed.
    Why: A conditional yes turns into an unconditional one by silence.
    Fix: Say whether the condition is met, then clear it or enter another day.
    Source: Minutes practice of boards and councils.
    """
    rows = plan.approvals
    yield from told(
        plan,
        "approvals.bring_back_on",
        rows[rows["bring_back_on"] < day(at)],
        "The approval of {approved_on} was to come back on {bring_back_on}; its condition: {condition}.",
        "Ask {approved_by} whether the condition is met, and clear it or enter another day.",
    )


@check("012", "warning", thread="accountability")
def issue_overdue(plan: Plan, at: Circumstances) -> Hits:
    """Issue not solved in time.

    What: An open issue should have been solved by now.
    Why: It goes on hurting the work it is about, and those who wait stop believing in the dates.
    Fix: Solve it, or agree on another day and say so to those who wait.
    Source: PRINCE2, issue management.
    """
    rows = plan.issues
    is_open = ~rows["state"].isin(["solved", "closed"])
    yield from told(
        plan,
        "issues.due",
        rows[is_open & (rows["due"] < day(at))],
        "The issue “{label}” should have been solved by {due} and is still open.",
        "Ask {owner} what is in the way; enter the solution or a new day.",
    )


@check(
    "013",
    "note",
    Setting("parked_days", 30, "Days after which a parked item should have an answer."),
    thread="communication",
)
def parked_and_forgotten(plan: Plan, at: Circumstances) -> Hits:
    """Parked item without an answer.

    What: A point was parked some time ago and nothing came of it yet.
    Why: People raise no second point when the first one disappeared.
    Fix: Answer it: an action, a decision, or nothing and why.
    Source: Facilitation practice.
    """
    rows = plan.parking_lot
    before = day(at) - pd.Timedelta(days=at.settings["parked_days"])
    waiting = rows["settled_on"].isna() & rows["answer"].isna() & (rows["raised_on"] < before)
    yield from told(
        plan,
        "parking_lot.answer",
        rows[waiting],
        "“{label}” has been parked since {raised_on}.",
        "Give {raised_by} an answer, even if it is no.",
    )


@check(
    "014",
    "warning",
    Setting("recall_least", 50, "Percent of the priorities that people should be able to name."),
    thread="communication",
    gap="lost in the cascade",
)
def priorities_not_known(plan: Plan, at: Circumstances) -> Hits:
    """Priorities that people cannot name.

    What: In its last recall test a unit named fewer of the priorities than agreed.
    Why: Nobody works towards what they do not know.
    Fix: Tell the story again in the unit's own words, with its own part in it; test again.
    Source: Sull, Homkes and Sull, 2015 (few managers could name their company's priorities).
    """
    rows = plan.recalls.sort_index().sort_values("taken_on", kind="stable").drop_duplicates("unit", keep="last")
    share = (rows["named"] / rows["asked"].where(rows["asked"] > 0)).astype("Float64") * 100
    low = (share < at.settings["recall_least"]).fillna(value=False)
    rows = rows.assign(share=share.round(), least=at.settings["recall_least"])[low]
    yield from told(
        plan,
        "recalls.named",
        rows,
        "{unit} named {named} of {asked} priorities on {taken_on}: {share} %, where {least} % are expected.",
        "Let the head of the unit tell what the priorities mean there, and ask again in a month.",
    )


@check("015", "note", thread="communication")
def achievement_not_told(plan: Plan, _at: Circumstances) -> Hits:
    """Achievement nobody was told of.

    What: Something went well and nobody is named who heard of it.
    Why: Thanks that are not said aloud cost more than they save.
    Fix: Tell it, first to those who did it, and enter whom you told.
    Source: Kotter, Leading Change, 1996 (short-term wins must be visible).
    """
    rows = plan.achievements
    yield from told(
        plan,
        "achievements.told_to",
        rows[rows["told_to"].isna()],
        "“{label}” is an achievement of {whom} that nobody has been told of yet.",
        "Tell it at the next meeting, with names, and enter who heard it.",
    )


@check("016", "warning", thread="communication")
def feedback_names_a_person(plan: Plan, _at: Circumstances) -> Hits:
    """Feedback that names a person.

    What: Feedback on the plan contains the name of somebody in the list of people.
    Why: Everybody who opens the plan can read it; feedback about a person belongs to step 8, behind a door.
    Fix: Write what happened without the name, or move it to step 8.
    Source: General Data Protection Regulation, Article 5 (purpose limitation).
    """
    names = [str(name) for name in plan.people["name"].dropna() if len(str(name)) >= 4]  # noqa: PLR2004 - shorter ones are parts of words
    rows = plan.feedback
    if names and len(rows):
        pattern = r"\b(?:" + "|".join(re.escape(name) for name in names) + r")\b"
        named = rows["text"].str.contains(pattern, case=False, regex=True).fillna(value=False)
        yield from told(
            plan,
            "feedback.text",
            rows[named.astype(bool)],
            "The feedback of {given_on} seems to name a person.",
            "Say what happened and what would help without the name; feedback about a person goes to step 8.",
        )


@check("017", "warning", thread="resource allocation")
def currency_unknown(plan: Plan, _at: Circumstances) -> Hits:
    """Currency that is not three letters.

    What: The currency of the plan is not written as a code of ISO 4217.
    Why: Reports and exports print the code beside every amount; $ may be one of twenty currencies.
    Fix: Write three capital letters, for example EUR, USD or GBP.
    Source: ISO 4217.
    """
    rows = plan.profile
    wrong = rows["currency"].notna() & ~rows["currency"].fillna("").str.fullmatch("[A-Z]{3}").astype(bool)
    yield from told(
        plan,
        "profile.currency",
        rows[wrong],
        "The currency of the plan is written as “{currency}”.",
        "Write three capital letters, for example EUR, USD or GBP.",
    )


@check("018", "note", thread="communication")
def same_name_twice(plan: Plan, _at: Circumstances) -> Hits:
    """Two people or units of the same name.

    What: Two rows of people, or of units, bear the same name.
    Why: Work may go to the wrong one, and imports by name cannot tell them apart.
    Fix: Add a middle name, the unit or the place; or remove the one that is a copy.
    Source: Natural keys, data dictionary.
    """
    for table in ("people", "units"):
        rows = plan.frame(table)
        names = rows["name"].str.casefold().str.strip()
        again = names.notna() & names.duplicated(keep=False)
        for _, same in rows[again].groupby(names[again], sort=True):
            ids = sorted(same.index, key=lambda row: (len(row), row))
            yield Hit(
                table,
                ids[0],
                "name",
                f"{listed([plan.label(ids[0])])} stands for {len(ids)} rows: {', '.join(ids)}.",
                "Tell them apart by the name, or remove the one that is a copy.",
            )
