"""Checks of the breakdown: does work serve objectives, does somebody answer for it, does the sum hold."""

import numpy as np
import pandas as pd

from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Hit, Setting, check
from planning_kit.steps.reading import (
    Hits,
    counted,
    follow,
    in_order,
    inherited,
    lineage,
    objective_of,
    open_tasks,
    scheduled,
    served,
    several,
    strategic,
    told,
    tree_circles,
)


@check("201", "error", thread="goal alignment", gap="lost in the cascade")
def initiative_without_objective(plan: Plan, _at: Circumstances) -> Hits:
    """No objective behind an initiative.

    What: An initiative names no objective, contributes to none, and is part of nothing that does.
    Why: It takes people and money from those that serve the strategy, and nobody can say what for.
    Fix: Choose the objective it serves; or stop it; or call it daily business.
    Source: Kaplan and Norton, The Execution Premium, 2008 (align initiatives).
    """
    rows = plan.tasks
    yield from told(
        plan,
        "tasks.objective",
        rows[(rows["kind"] == "initiative") & objective_of(plan).isna()],
        "The initiative “{label}” serves no objective.",
        "Which objective would be missed without it? If none: stop it, or call it daily business.",
    )


@check("202", "warning", thread="goal alignment", gap="lost in the cascade")
def work_without_objective(plan: Plan, _at: Circumstances) -> Hits:
    """Work that serves no objective.

    What: A project, task or milestone at the top of the tree leads to no objective.
    Why: The thread from the work to the strategy breaks here.
    Fix: Hang it under the initiative it is part of, or name its objective.
    Source: Work breakdown structure, 100 % rule (PMI Practice Standard for WBS).
    """
    rows = plan.tasks
    top = ~rows["parent"].isin(rows.index) & (rows["kind"] != "initiative")
    yield from told(
        plan,
        "tasks.parent",
        rows[top & objective_of(plan).isna()],
        "“{label}” is part of no initiative and serves no objective.",
        "Hang it under the initiative it is part of, or name the objective it serves.",
    )


@check("203", "warning", thread="goal alignment", gap="lost in the cascade")
def objective_nobody_works_on(plan: Plan, _at: Circumstances) -> Hits:
    """Strategic objective nobody works on.

    What: A strategic objective has neither a goal nor an initiative below it, and no reason why it needs none.
    Why: It will be reached by hope.
    Fix: Ask each unit for one contribution; or write why none is needed.
    Source: Akao, Hoshin Kanri, 1991 (deployment of policy).
    """
    goals = strategic(plan)
    carried = goals.index.isin(served(plan)) | goals.index.isin(plan.objectives["parent"])
    if len(plan.tasks) or len(goals) < len(plan.objectives):
        yield from told(
            plan,
            "objectives.title",
            goals[~carried & goals["leaf_reason"].isna()],
            "Nothing carries “{label}”: no unit has a goal under it and no initiative serves it.",
            "Ask {owner} who will contribute; or write why it needs no initiative.",
        )


@check(
    "204",
    "warning",
    Setting("objective_weights_off_most", 0.5, "Percentage points by which typed weights may miss 100 %."),
    thread="goal alignment",
)
def objective_weights(plan: Plan, at: Circumstances) -> Hits:
    """Weights of objectives that do not make 100 %.

    What: All objectives under the same parent have a typed weight and the weights do not make 100 %.
    Why: Shares are computed from the sum, so each counts as something else than was typed.
    Fix: Correct the weights, or clear all of them to count equally.
    Source: Weighted mean; weights are shown normalised.
    """
    goals = plan.objectives
    above = goals["parent"].where(goals["parent"].isin(goals.index), "")
    group = above.mask(above == "", "unit " + goals["unit"].fillna("").astype("str"))
    groups = goals["weight"].groupby(group)
    total = groups.sum()
    off = (groups.count() == groups.size()) & ((total - 100).abs() > at.settings["objective_weights_off_most"])
    for name in total.index[off]:
        rows = in_order(goals.index[group == name])
        where = "at the top" if str(name).startswith("unit ") else f"under “{plan.label(str(name))}”"
        message = f"The weights of the {counted(len(rows), 'objective')} {where} make {total[name]:g} %, not 100 %."
        yield Hit("objectives", rows[0], "weight", message, "Correct them, or clear them all to count equally.")


@check("205", "warning", thread="goal alignment", gap="lost in the cascade")
def children_do_not_cover(plan: Plan, _at: Circumstances) -> Hits:
    """Units' targets that do not add up to the target of the whole.

    What: A measure sums over the units, and the targets of the same measure one level below add up to less
    (for something to be lowered: to more).
    Why: Everybody can reach their target and the whole is still missed.
    Fix: Throw the ball again: who can give more, or must the whole promise less?
    Source: Akao, Hoshin Kanri, 1991 (catchball).
    """
    measures = plan.measures.dropna(subset=["objective"])
    key = measures["name"].str.casefold().str.strip()
    above = follow(measures["objective"], plan.objectives["parent"])
    below = measures["target"].groupby([above, key]).agg(["sum", "count"])
    place = pd.MultiIndex.from_arrays([measures["objective"], key])
    sums = below.reindex(place).set_axis(measures.index)
    rows = measures.assign(sum=sums["sum"], count=sums["count"])[measures["across_units"] == "sum"]
    falls = rows["target_kind"].isin(["lower_to", "keep_at_most"])
    short = (~falls & (rows["sum"] < rows["target"])) | (falls & (rows["sum"] > rows["target"]))
    yield from told(
        plan,
        "measures.target",
        rows[short & (rows["count"] > 0)],
        "The target of “{label}” is {target}{uom}; the {count} targets of the units below make {sum}{uom}.",
        "Throw the ball again: who can take on the difference, or what must the whole promise instead?",
    )


@check("206", "warning", thread="risk management")
def no_backup(plan: Plan, at: Circumstances) -> Hits:
    """Key or critical task without a backup.

    What: A key initiative, or open work on the critical path, names nobody who would take over.
    Why: One illness moves the end of the plan.
    Fix: Ask the owner “who takes over on the day you are ill?”, and ask that person too.
    Source: Key-person risk; PMI, Standard for Risk Management, 2019.
    """
    rows = open_tasks(plan, at)
    dates = scheduled(plan)
    critical = rows.index.isin(dates.index[dates["critical"].astype(bool)]) & rows["kind"].isin(["task", "project"])
    key = rows["is_key"].fillna(value=False).astype(bool)
    why = pd.Series("lies on the critical path", index=rows.index).mask(key, "is a key initiative")
    yield from told(
        plan,
        "tasks.backup",
        rows.assign(why=why)[(key | critical) & rows["backup"].isna() & rows["owner"].notna()],
        "“{label}” {why}, and nobody but {owner} could do it.",
        "Ask {owner} who takes over on the day of illness, and ask that person too.",
    )


@check(
    "208",
    "warning",
    Setting("items_per_owner_most", 12, "Objectives and pieces of open work one person can own."),
    thread="accountability",
)
def owner_of_too_much(plan: Plan, at: Circumstances) -> Hits:
    """Owner of too many things.

    What: One person is accountable for more objectives and open pieces of work than agreed.
    Why: Whoever owns everything owns nothing; what is not urgent waits.
    Fix: Hand over whole pieces, with the right to decide on them.
    Source: Span-of-attention limits; Doerr, Measure What Matters, 2018 (few objectives).
    """
    work, goals = open_tasks(plan, at), plan.objectives
    owned = pd.concat([work["owner"], goals.loc[~(goals["due"] < pd.Timestamp(at.as_of)), "owner"]]).value_counts()
    most = at.settings["items_per_owner_most"]
    busy = owned[(owned > most) & owned.index.isin(plan.people.index)]
    yield from told(
        plan,
        "people.name",
        plan.people.reindex(in_order(busy.index)).assign(count=busy, most=most),
        "“{label}” owns {count} objectives and open pieces of work; {most} are set as the most.",
        "Which of them could somebody else own as a whole, with the right to decide?",
    )


@check(
    "209",
    "warning",
    Setting("consulted_most", 5, "People or units that may be asked or told about one piece of work."),
    thread="accountability",
    gap="silos",
)
def too_many_asked(plan: Plan, at: Circumstances) -> Hits:
    """Many who are asked or told.

    What: One piece of work has many C and I in its responsibilities.
    Why: Each C is a veto and each I a mail; work slows down where everybody has a say.
    Fix: Keep those without whom it goes wrong; tell the others once, in one place.
    Source: RACI practice, PMI, A Guide to the Project Management Body of Knowledge.
    """
    rows = plan.responsibilities
    count = rows.loc[rows["role"].isin(["C", "I"])].groupby("task")["party"].nunique()
    many = count[(count > at.settings["consulted_most"]) & count.index.isin(plan.tasks.index)]
    yield from told(
        plan,
        "tasks.name",
        plan.tasks.reindex(many.index).assign(count=many, most=at.settings["consulted_most"]),
        "For “{label}”, {count} people or units are to be asked or told; {most} are set as the most.",
        "Keep those without whom it goes wrong.",
    )


@check(
    "210",
    "warning",
    Setting("catchball_rounds_most", 2, "Rounds after which a target should be agreed."),
    thread="communication",
    gap="lost in the cascade",
)
def catchball_open(plan: Plan, at: Circumstances) -> Hits:
    """Proposal unanswered after two rounds.

    What: A target was thrown to and fro for the set number of rounds and the last throw is not an acceptance.
    Why: Below, people work for one number; above, another one is promised.
    Fix: Let the sponsor decide, with the reason written down.
    Source: Akao, Hoshin Kanri, 1991 (catchball).
    """
    rows = plan.catchball.dropna(subset=["objective"])
    rows = rows.rename_axis(None).assign(id=rows.index).sort_values(["round", "said_on", "id"], na_position="first")
    last = rows.drop_duplicates("objective", keep="last")
    unanswered = (last["round"] >= at.settings["catchball_rounds_most"]).fillna(value=False).astype(bool)
    yield from told(
        plan,
        "catchball.position",
        last[unanswered & (last["position"] != "accepted")],
        "After round {round} “{objective}” is still not agreed; the last word is {said_by}: {position} {value}.",
        "Let the sponsor decide now, and write down the reason.",
    )


@check("211", "warning", thread="goal alignment", gap="lost in the cascade")
def unit_without_contribution(plan: Plan, _at: Circumstances) -> Hits:
    """No contribution from a unit.

    What: A unit (other than partners and suppliers) has no goal, no work and no part in an objective, nor
    has a unit below it.
    Why: Its people read the strategy and do not find themselves in it.
    Fix: Ask the head what the strategy would lack without this unit; a goal of its own counts.
    Source: Sull, Homkes and Sull, 2015; Akao, Hoshin Kanri, 1991.
    """
    units = plan.units
    seen = {*plan.tasks["unit"], *plan.objectives["unit"], *several(plan.objectives, "contributors")}
    seen |= set(plan.responsibilities["party"])
    if not seen & set(units.index):
        return
    paths = lineage(plan.content("units"))
    heard = {above for row in seen & set(paths) for above in paths[row]}
    outside = units["kind"].isin(["partner", "supplier", "corporate"])
    yield from told(
        plan,
        "units.name",
        units[~units.index.isin(heard) & ~outside],
        "“{label}” contributes to nothing: it has no goal, no work and no part in an objective.",
        "What would the strategy lack without this unit? A goal of its own counts, too.",
    )


@check("212", "error", thread="goal alignment")
def tasks_in_a_circle(plan: Plan, _at: Circumstances) -> Hits:
    """Work that is part of itself.

    What: Following “Part of” from a piece of work leads back to it.
    Why: Its dates, money and progress cannot be added up.
    Fix: Clear or change “Part of” of one of them.
    Source: Definition of a tree.
    """
    return tree_circles(plan, "tasks", "pieces of work")


@check("213", "warning", thread="goal alignment", gap="lost in the cascade")
def goal_without_parent(plan: Plan, _at: Circumstances) -> Hits:
    """Goal that hangs in the air.

    What: A goal that is not strategic serves no larger objective and is marked neither as the unit's own nor as
    mandated.
    Why: Nobody above will notice when it is reached, nor when it is not.
    Fix: Name the objective it serves; or mark it as the unit's own or as mandated.
    Source: US GAO, GPRA Modernization Act reviews (priority goals linked to strategic objectives).
    """
    goals = plan.objectives
    lower = goals["level"].isin(["tactical", "operational"]) | (goals["origin"] == "cascaded")
    lower |= goals["level"].isna() & bool((goals["level"] == "strategic").any())
    yield from told(
        plan,
        "objectives.parent",
        goals[lower & ~goals["parent"].isin(goals.index) & ~goals["origin"].isin(["own", "mandated"])],
        "“{label}” serves no larger objective, and is called neither strategic nor the unit's own nor mandated.",
        "Which objective above would notice if it were missed? Name it, or mark the goal as own or mandated.",
    )


@check("214", "warning", thread="resource allocation", gap="resources that cannot move")
def stop_nobody_agreed_to(plan: Plan, _at: Circumstances) -> Hits:
    """Stop without a day or a yes.

    What: Something shall be stopped, but it is not said from when, or nobody with the right to end it agreed.
    Why: It goes on, and the hours it was to free are already given away.
    Fix: Enter the day, and ask whoever has the right to end it.
    Source: Drucker, Managing in Turbulent Times, 1980 (planned abandonment).
    """
    rows = plan.stops
    missing = pd.Series("from when", index=rows.index).mask(rows["agreed_by"].isna(), "who agreed to it")
    missing = missing.mask(rows["agreed_by"].isna() & rows["start"].isna(), "from when, and who agreed to it")
    yield from told(
        plan,
        "stops.agreed_by",
        rows.assign(missing=missing)[rows["start"].isna() | rows["agreed_by"].isna()],
        "“{label}” shall be stopped, but it is not said {missing}.",
        "Enter the day and ask whoever has the right to end it.",
    )


@check("215", "note", thread="accountability", gap="silos")
def owner_from_elsewhere(plan: Plan, _at: Circumstances) -> Hits:
    """Owner from another unit.

    What: An initiative is done by one unit and owned by a person of another one, neither part of the other.
    Why: That can be wise; but the owner then needs a yes from a head who is not their own.
    Fix: Make sure both heads know, or name an owner from the unit.
    Source: Matrix organisation; Sull, Homkes and Sull, 2015.
    """
    rows = plan.tasks[plan.tasks["kind"] == "initiative"]
    theirs = follow(rows["owner"], plan.people["unit"])
    paths = lineage(plan.content("units"))
    apart = [
        one in paths and two in paths and one not in paths[two] and two not in paths[one]
        for one, two in zip(rows["unit"].fillna(""), theirs.fillna(""), strict=True)
    ]
    yield from told(
        plan,
        "tasks.owner",
        rows.assign(from_unit=theirs.map(plan.label, na_action="ignore"))[np.array(apart, dtype=bool)],
        "“{label}” is work of {unit}, its owner {owner} is from {from_unit}.",
        "Do both heads know? If so, all is well.",
    )


@check("216", "warning", thread="accountability")
def nobody_answers(plan: Plan, _at: Circumstances) -> Hits:
    """Owner who is their own backup.

    What: The backup of a piece of work is its owner.
    Why: It looks as if somebody could take over, and nobody can.
    Fix: Name another person, and ask them.
    Source: Key-person risk.
    """
    rows = plan.tasks
    yield from told(
        plan,
        "tasks.backup",
        rows[rows["backup"] == rows["owner"]],
        "{owner} is both owner and backup of “{label}”.",
        "Name another person, and ask them.",
    )


@check("217", "warning", thread="goal alignment", gap="lost in the cascade")
def serves_another_branch(plan: Plan, _at: Circumstances) -> Hits:
    """Work that serves another objective than the initiative it is part of.

    What: A piece of work names an objective that differs from that of the work above it, and neither objective
    lies above the other.
    Why: Its progress and money are counted under one objective and reported under another.
    Fix: Clear its own objective, move it to another initiative, or add a contribution.
    Source: Work breakdown structure, 100 % rule.
    """
    rows = plan.tasks
    goals = lineage(plan.content("objectives"))
    above = follow(rows["parent"], inherited(rows, rows["objective"]))
    apart = [
        one in goals and two in goals and one not in goals[two] and two not in goals[one]
        for one, two in zip(rows["objective"].fillna(""), above.fillna(""), strict=True)
    ]
    yield from told(
        plan,
        "tasks.objective",
        rows.assign(other=above.map(plan.label, na_action="ignore"))[np.array(apart, dtype=bool)],
        "“{label}” serves “{objective}”, but “{parent}”, which it is part of, serves “{other}”.",
        "Clear its own objective, move it, or enter a contribution to the second objective.",
    )
