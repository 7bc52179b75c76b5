"""Checks of the strategy: direction, objectives and their tree; measures and map stand beside."""

import pandas as pd

from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Hit, Setting, check
from planning_kit.steps.reading import Hits, counted, horizon, served, strategic, told, tree_circles

PERSPECTIVES = {
    "stakeholder": "those who fund us or those we serve",
    "finance": "finance",
    "process": "how we work",
    "capability": "what we can do",
}
VAGUE = (
    "world-class|world class|best-in-class|excellence|leverage|synerg|optimi[sz]e|holistic|state-of-the-art|"
    "cutting-edge|as needed|as appropriate|where possible|and so on|etc"
)
ACTIVITY = (
    "implement|develop|launch|conduct|organi[sz]e|hold|run|write|prepare|continue|support|work on|set up|"
    "establish|introduce|carry out|discuss|evaluate|explore|participate|attend"
)
WAY = (
    "improve|increase|enhance|strengthen|raise|boost|reduce|decrease|promote|foster|ensure|maximi[sz]e|minimi[sz]e|"
    "deepen|expand|grow|moderni[sz]e|accelerate"
)


@check("101", "error", thread="communication")
def direction_missing(plan: Plan, _at: Circumstances) -> Hits:
    """No vision, mission or diagnosis.

    What: There are objectives, but no statement of the vision, of the mission, or (a warning) of the diagnosis.
    Why: Objectives answer to something; without it any list is as good as any other.
    Fix: Write one or two sentences for each that anybody in the organisation could repeat.
    Source: Rumelt, Good Strategy Bad Strategy, 2011; Collins and Porras, Building Your Company's Vision, 1996.
    """
    if plan.objectives.empty and plan.statements.empty:
        return
    written = set(plan.statements["kind"])
    asks = {
        "vision": "Where will you be when the plan has worked? One sentence.",
        "mission": "Why does the organisation exist, and for whom? One sentence.",
        "diagnosis": "What is the one challenge that matters? Two sentences.",
    }
    for kind, ask in asks.items():
        if kind not in written:
            message = f"There is no statement of the {kind} yet."
            yield Hit("statements", "", "kind", message, ask, "warning" if kind == "diagnosis" else "error")


@check("103", "error", thread="goal alignment", gap="lost in the cascade")
def objectives_in_a_circle(plan: Plan, _at: Circumstances) -> Hits:
    """Objectives that serve each other in a circle.

    What: Following “Serves” from an objective leads back to it.
    Why: Progress of such objectives cannot be rolled up, and nobody knows which is the end and which the means.
    Fix: Decide which of them is the larger one and clear its “Serves”.
    Source: Definition of a tree.
    """
    return tree_circles(plan, "objectives", "objectives")


@check("105", "warning", thread="goal alignment")
def perspective_empty(plan: Plan, _at: Circumstances) -> Hits:
    """Perspective without an objective.

    What: One of the perspectives holds no strategic objective (funders and people served count as one).
    Why: A strategy that forgets how the work is done, or what it costs, stops there.
    Fix: Ask what must be true in that perspective for the others to be reached; or say why nothing must.
    Source: Kaplan and Norton, The Balanced Scorecard, 1996.
    """
    seen = set(strategic(plan)["perspective"].replace("customer", "stakeholder").dropna())
    for perspective, words in PERSPECTIVES.items() if seen else ():
        if perspective not in seen:
            yield Hit(
                "objectives",
                "",
                "perspective",
                f"No strategic objective looks at {words}.",
                "Ask what must be true there for the other objectives to be reached.",
            )


@check(
    "106",
    "warning",
    Setting("objectives_least", 5, "Fewest strategic objectives of a complete map."),
    Setting("objectives_most", 20, "Most strategic objectives people can keep in view."),
    Setting("objectives_limit", 24, "Number of strategic objectives above which the step is not done."),
    thread="goal alignment",
)
def number_of_objectives(plan: Plan, at: Circumstances) -> Hits:
    """Too few or too many strategic objectives.

    What: The number of strategic objectives lies outside the set bounds.
    Why: With very few something is missing; with very many nothing is a priority.
    Fix: Merge what is reached by the same work; move what is a means to the units; or add what is missing.
    Source: Kaplan and Norton, Strategy Maps, 2004.
    """
    count, least, most, limit = (
        len(strategic(plan)),
        *(at.settings[f"objectives_{name}"] for name in ("least", "most", "limit")),
    )
    if 0 < count < least:
        message = f"There are {counted(count, 'strategic objective')}; a complete map has {least:g} or more."
        yield Hit("objectives", "", "level", message, "Look at the perspectives that are empty.")
    elif count > most:
        message = f"There are {count} strategic objectives; up to {most:g} can be kept in view."
        remedy = "Merge what the same work would reach, and give what is a means to a unit as its own goal."
        yield Hit("objectives", "", "level", message, remedy, "error" if count > limit else "warning")


@check(
    "113",
    "warning",
    Setting("objective_words_most", 20, "Words an objective may have and still be repeated."),
    thread="communication",
)
def objective_not_sharp(plan: Plan, at: Circumstances) -> Hits:
    """Objective that could be sharper.

    What: The title names an activity or a direction rather than a result, uses a word that means little, or is very
    long.
    Why: Nobody can tell when it is reached, so everybody will be right.
    Fix: Write what will be true for whom at the end: “every child reads by eight”, not “run reading courses”.
    Source: Doran, There's a S.M.A.R.T. Way to Write Management's Goals and Objectives, 1981.
    """
    rows = plan.objectives.dropna(subset=["title"])
    title = rows["title"].astype("str")
    gaps = {
        "begins with what we do, not with what will be true": title.str.match(rf"(?i)\s*(?:{ACTIVITY})\b"),
        "says which way to go, not where you arrive": title.str.match(rf"(?i)\s*(?:{WAY})\b"),
        "uses a word that could mean anything": title.str.contains(rf"(?i)\b(?:{VAGUE})", regex=True),
        "is longer than people will repeat": title.str.count(r"\S+") > at.settings["objective_words_most"],
    }
    said = pd.Series("", index=rows.index)
    for words, found in gaps.items():
        said = said.where(~found.astype(bool), said + (said != "").map({True: " and ", False: ""}) + words)
    yield from told(
        plan,
        "objectives.title",
        rows.assign(gap=said)[said != ""],
        "“{label}” {gap}.",
        "Perhaps say what will be true at the end, for whom, in words you would use at home; its measure carries the "
        "number.",
    )


@check("115", "warning", thread="goal alignment")
def due_outside_the_plan(plan: Plan, _at: Circumstances) -> Hits:
    """Due outside the plan.

    What: An objective or a measure is due before the plan begins or after it ends.
    Why: The plan ends before anybody could say whether it was reached.
    Fix: Bring the date into the plan, or set a milestone inside it.
    Source: Doran, 1981 (time-related).
    """
    start, finish = horizon(plan)
    if start is None or finish is None:
        return
    for table in ("objectives", "measures"):
        rows = plan.frame(table)
        outside = (rows["due"] < pd.Timestamp(start)) | (rows["due"] > pd.Timestamp(finish))
        yield from told(
            plan,
            f"{table}.due",
            rows[outside].assign(first=start.isoformat(), last=finish.isoformat()),
            "“{label}” is due on {due}; the plan covers {first} to {last}.",
            "Choose a day inside the plan, or a step on the way that lies inside it.",
        )


@check("119", "warning", thread="resource allocation", gap="resources that cannot move")
def nothing_refused(plan: Plan, _at: Circumstances) -> Hits:
    """Nothing is refused.

    What: There are statements of direction, but none that says what the organisation will not do.
    Why: A strategy that refuses nothing leaves every hour and every euro where it was.
    Fix: Write what a reasonable person might expect of you and you will not do.
    Source: Porter, What Is Strategy?, Harvard Business Review, 1996 (choosing what not to do).
    """
    kinds = plan.statements["kind"].dropna()
    if len(kinds) and "not_doing" not in set(kinds):
        yield Hit(
            "statements",
            "",
            "kind",
            "Nothing is written under “not doing”.",
            "What might a reasonable person expect of you that you will not do? One sentence is enough.",
        )


@check("120", "warning", thread="adaptability", gap="resources that cannot move")
def assumption_without_trip_wire(plan: Plan, _at: Circumstances) -> Hits:
    """Assumption without a trip-wire.

    What: An assumption names no measure, or not from which value on it no longer holds.
    Why: The plan goes on as if it were true long after it has stopped being so.
    Fix: Name the measure that would show it first, and the value at which you would plan anew.
    Source: Dewar, Assumption-Based Planning, 2002 (signposts).
    """
    rows = plan.assumptions
    missing = rows[["measure", "comparator", "threshold"]].isna()
    gaps = missing.dot(pd.Series({"measure": "a measure, ", "comparator": "a direction, ", "threshold": "a value, "}))
    yield from told(
        plan,
        "assumptions.measure",
        rows.assign(gap=gaps.astype("str").str.rstrip(", "))[missing.any(axis=1)],
        "“{label}” is assumed, but {gap} to watch it by is missing.",
        "Which number would show first that it no longer holds, and at which value would you plan anew?",
    )


@check("124", "warning", thread="goal alignment", gap="lost in the cascade")
def contributor_without_work(plan: Plan, _at: Circumstances) -> Hits:
    """Objective that names contributors and no work.

    What: Units or people are named as contributors of an objective, but no work and no goal of theirs serves it.
    Why: Those named believe that somebody else has begun.
    Fix: Ask each contributor for one piece of work or one goal under the objective, or take the name off.
    Source: Akao, Hoshin Kanri, 1991.
    """
    goals = plan.objectives
    idle = ~goals.index.isin(served(plan)) & ~goals.index.isin(goals["parent"])
    yield from told(
        plan,
        "objectives.contributors",
        goals[idle & goals["contributors"].notna()],
        "{contributors} are named as contributors of “{label}”, but no work and no goal serves it.",
        "Ask each of them for one piece of work or one goal under it, or take the name off.",
    )
