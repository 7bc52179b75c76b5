"""Checks of the way to the strategy: factors, options, themes and the arrows of the strategy map."""

import pandas as pd

from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Hit, Setting, check
from planning_kit.steps.reading import Hits, circles, follow, several, strategic, told

RESULTS = ("stakeholder", "customer", "finance")
INSIDE, OUTSIDE = ("strength", "weakness"), ("opportunity", "threat")
SIDES = (INSIDE, OUTSIDE)


@check("102", "error", thread="goal alignment", gap="lost in the cascade")
def circle_in_the_map(plan: Plan, _at: Circumstances) -> Hits:
    """Circle in the strategy map.

    What: Arrows that help lead from an objective back to itself.
    Why: A story of cause and effect has a beginning; a circle explains nothing and cannot be drawn in layers.
    Fix: Take out or turn the weakest arrow of the circle.
    Source: Kaplan and Norton, Strategy Maps, 2004.
    """
    links = plan.objective_links.dropna(subset=["cause", "effect"])
    links = links[(links["sign"] != "harms") & links["cause"].isin(plan.objectives.index)]
    row_of = {
        (cause, effect): row for cause, effect, row in zip(links["cause"], links["effect"], links.index, strict=True)
    }
    for ring in circles(row_of):
        names = " → ".join(f"“{plan.label(row)}”" for row in (*ring, ring[0]))
        closing = min(row for pair, row in row_of.items() if pair == (ring[-1], ring[0]))
        yield Hit(
            "objective_links",
            closing,
            "effect",
            f"In the map these objectives help each other in a circle: {names}.",
            "Which of these arrows is the weakest? Take it out or turn it round.",
        )


@check("104", "warning", thread="goal alignment", gap="lost in the cascade")
def no_path_upward(plan: Plan, _at: Circumstances) -> Hits:
    """Objective without a path upward.

    What: The map has arrows, but from this objective of process or capability none leads to a result for
    funders, people served or finance.
    Why: It may be good in itself; the strategy does not need it, or nobody has said how.
    Fix: Draw the arrow to what it helps, or take the objective out of the strategy.
    Source: Kaplan and Norton, Strategy Maps, 2004.
    """
    links = plan.objective_links
    helping = links[links["sign"] != "harms"].dropna(subset=["cause", "effect"])
    if helping.empty:
        return
    goals = plan.objectives
    reached = set(goals.index[goals["perspective"].isin(RESULTS)])
    steps = pd.concat(
        [helping[["cause", "effect"]], pd.DataFrame({"cause": goals.index, "effect": goals["parent"]}).dropna()]
    )
    size = -1
    while size != len(reached):
        size = len(reached)
        reached |= set(steps.loc[steps["effect"].isin(reached), "cause"])
    rows = strategic(plan)
    lower = rows["perspective"].isin(["process", "capability"])
    yield from told(
        plan,
        "objectives.perspective",
        rows[lower & ~rows.index.isin(reached)],
        "In the map nothing leads from “{label}” ({perspective}) to a result for anybody outside.",
        "Draw the arrow to what it helps, or ask whether the strategy needs it.",
    )


@check(
    "107",
    "warning",
    Setting("themes_most", 5, "Big plays that people can remember."),
    thread="communication",
)
def too_many_themes(plan: Plan, at: Circumstances) -> Hits:
    """Too many themes.

    What: There are more big plays than people can remember.
    Why: A strategy with ten themes is a table of contents.
    Fix: Merge themes until each would fit on one poster with the others.
    Source: Kaplan and Norton, The Execution Premium, 2008 (strategic themes).
    """
    count, most = len(plan.themes), at.settings["themes_most"]
    if count > most:
        message = f"There are {count} themes; up to {most:g} can be remembered."
        yield Hit("themes", "", "name", message, "Merge the two that share the most objectives, then look again.")


@check("117", "warning", thread="adaptability")
def option_one_sided(plan: Plan, _at: Circumstances) -> Hits:
    """Option without a factor from inside and from outside.

    What: An option does not name at least one strength or weakness and one opportunity or threat.
    Why: What answers to the outside alone may be beyond you; what answers to the inside alone may be for nobody.
    Fix: Name the pair of factors it comes from.
    Source: Weihrich, The TOWS Matrix, Long Range Planning, 1982.
    """
    rows = plan.options
    kinds = follow(several(rows, "factors"), plan.factors["kind"])
    inside, outside = (kinds[kinds.isin(side)].index.unique() for side in (INSIDE, OUTSIDE))
    missing = pd.Series("", index=rows.index)
    missing = missing.mask(~rows.index.isin(outside), "no opportunity or threat")
    missing = missing.mask(~rows.index.isin(inside), "no strength or weakness")
    missing = missing.mask(~rows.index.isin(inside) & ~rows.index.isin(outside), "no factor at all")
    yield from told(
        plan,
        "options.factors",
        rows.assign(missing=missing)[missing != ""],
        "The option “{label}” answers to {missing}.",
        "Which strength or weakness does it use or mend, and on which opportunity or threat?",
    )


@check("118", "note", thread="adaptability")
def unused_factor(plan: Plan, _at: Circumstances) -> Hits:
    """Factor that no option uses.

    What: Options are written, and this strength, weakness, opportunity or threat is part of none.
    Why: Often it is the uncomfortable one.
    Fix: Ask whether an option is missing, or whether the factor does not matter after all.
    Source: Weihrich, 1982.
    """
    rows = plan.factors
    if len(plan.options):
        yield from told(
            plan,
            "factors.text",
            rows[~rows.index.isin(several(plan.options, "factors"))],
            "The {kind} “{label}” is part of no option.",
            "Is an option missing, or does it not matter after all?",
        )


@check("121", "warning", thread="goal alignment", gap="silos")
def harm_without_decision(plan: Plan, _at: Circumstances) -> Hits:
    """Objectives that harm each other without a decision.

    What: The map says that reaching one objective harms another, and no decision is recorded about it.
    Why: Two owners then pull against each other, both in good faith.
    Fix: Decide how far each may go, and record it as a decision about this arrow.
    Source: Sull, Homkes and Sull, 2015 (conflicting goals across units).
    """
    links = plan.objective_links
    settled = set(plan.decisions["about"].dropna())
    known = links.index.isin(settled) | (links["cause"].isin(settled) & links["effect"].isin(settled))
    yield from told(
        plan,
        "objective_links.sign",
        links[(links["sign"] == "harms") & ~known],
        "Reaching “{cause}” harms “{effect}”, and no decision says how far each may go.",
        "Let the two owners and the sponsor decide, and record the decision about this link.",
    )


@check("122", "warning", thread="accountability")
def option_without_reason(plan: Plan, _at: Circumstances) -> Hits:
    """Option decided without a reason.

    What: An option was chosen or rejected and no reason is written.
    Why: Next year the same option comes back and the same hour is spent.
    Fix: One sentence: why, or why not.
    Source: Decision logs; Rumelt, 2011.
    """
    rows = plan.options
    yield from told(
        plan,
        "options.reason",
        rows[rows["is_chosen"].notna() & rows["reason"].isna()],
        "The option “{label}” is decided (chosen: {is_chosen}), but the reason is not written.",
        "Add one sentence that next year's group will understand.",
    )


@check("123", "warning", thread="goal alignment", gap="lost in the cascade")
def option_became_nothing(plan: Plan, _at: Circumstances) -> Hits:
    """Chosen option that became no objective.

    What: An option is chosen, and no objective is named that carries it on.
    Why: The choice ends on the flip chart.
    Fix: Name the objectives it became, or write them.
    Source: Kaplan and Norton, The Execution Premium, 2008 (translate the strategy).
    """
    rows = plan.options
    yield from told(
        plan,
        "options.objectives",
        rows[rows["is_chosen"].fillna(value=False).astype(bool) & rows["objectives"].isna()],
        "The option “{label}” is chosen, but no objective came of it.",
        "Name the objectives it became, or write them now.",
    )


@check("127", "note", thread="goal alignment")
def factor_weights(plan: Plan, _at: Circumstances) -> Hits:
    """Weights of factors that do not make 100 %.

    What: The typed weights of the inside (or outside) factors do not make 100 %.
    Why: The factor score of the two sides can then not be compared with others or with last year's.
    Fix: Correct the weights of that side.
    Source: David, Strategic Management, IFE and EFE matrices.
    """
    rows = plan.factors
    for side, words in ((INSIDE, "strengths and weaknesses"), (OUTSIDE, "opportunities and threats")):
        weights = rows.loc[rows["kind"].isin(side), "weight"].dropna()
        if len(weights) and abs(weights.sum() - 100) > 0.5:  # noqa: PLR2004 - half a percentage point of rounding
            message = f"The weights of {words} make {weights.sum():g} %, not 100 %."
            yield Hit("factors", "", "weight", message, "Correct them, or clear them all.")


@check("129", "note", thread="goal alignment")
def without_theme(plan: Plan, _at: Circumstances) -> Hits:
    """Objective outside all themes.

    What: There are themes, and a strategic objective belongs to none of them.
    Why: It is told in no story, so nobody will ask about it.
    Fix: Give it a theme, or ask whether it belongs into the strategy.
    Source: Kaplan and Norton, The Execution Premium, 2008 (strategic themes).
    """
    rows = strategic(plan)
    if len(plan.themes):
        yield from told(
            plan,
            "objectives.theme",
            rows[rows["theme"].isna()],
            "“{label}” belongs to none of the themes.",
            "Which of the big plays would lack something without it?",
        )
