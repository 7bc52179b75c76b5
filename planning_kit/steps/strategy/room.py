"""Step 1 in the room: from an honest diagnosis to a strategy map."""

from planning_kit.spec import (
    Act,
    Agenda,
    Board,
    Cards,
    Check,
    Pairs,
    Pick,
    Picture,
    Ready,
    Recall,
    Step,
    Table,
    View,
    declared,
)
from planning_kit.steps.exposed import backup_named
from planning_kit.steps.reading import strategic
from planning_kit.steps.strategy import checks, checks_map, checks_measures, tables

STEP = Step(
    number=1,
    name="strategy",
    title="Strategy",
    question="What do we want to be true at the end, what will we not do, and how shall we know?",
    who="The leaders, one head from each unit and two people who meet those we serve; half a day to one day.",
    tables=declared(tables, Table),
    checks=(*declared(checks_map, Check), *declared(checks_measures, Check), *declared(checks, Check)),
    agenda=(
        Agenda(
            "Pre-work and readiness",
            10,
            "Read the cards that came in before. Answer the ten readiness questions with a show of hands; with fewer "
            "than seven times a clear yes, mend those first and write down who does it.",
            "Is there time, money and a mandate to change anything at all?",
            asks=(
                "Has somebody who may decide asked us to change something?",
                "Does the go-to person stay in the room until the end?",
                "Is there time or money that can still be moved?",
                "Do we know what those we serve said about us this year?",
                "Are the numbers of the last plan on the table, the red ones too?",
                "Is every unit that must carry the plan here?",
                "Can a bad message be said here without harm to whoever says it?",
                "Is it clear who decides when we do not agree?",
                "Will somebody look after the plan once a month?",
                "Are we ready to stop something for it?",
            ),
        ),
        Agenda(
            "What comes towards us (PESTLE)",
            12,
            "1-2-4-All: one minute alone, two in pairs, four in fours, five with all. One fact on each card.",
            "What outside us will be different in three years, whether we like it or not?",
        ),
        Agenda(
            "Strengths, weaknesses, opportunities, threats",
            20,
            "Silent cards, then put like with like. No debate before every card is up.",
            "Could this card stand in anybody's plan? Then make it sharper, with a number or a name.",
        ),
        Agenda(
            "Options from pairs of factors (TOWS)",
            25,
            "Pair one inside factor with one outside factor and write what we would do. Choose, and say why.",
            "Which strength answers which opportunity? Which weakness would a threat find first?",
        ),
        Agenda(
            "Where we go, and what we leave",
            25,
            "Diagnosis, mission, vision; then one card each on what we will not do.",
            "What will we not do, although a reasonable person might expect it?",
        ),
        Agenda(
            "Objectives and strategy map",
            120,
            "Draft objectives in trios, place them by perspective, draw helps and harms. Give each an owner, "
            "a date and one measure of result.",
            "If we reach this one, which of the others becomes easier, and which becomes harder?",
        ),
        Agenda(
            "Assumptions and trip-wires",
            15,
            "Write what must stay true. Name the number that would show first that it is not.",
            "What would have to happen for us to tear this plan up?",
        ),
        Agenda(
            "Recall test",
            3,
            "Everybody turns away from the wall and writes down three priorities. Count, name nobody.",
            "Which three things will we do, whatever happens?",
        ),
        Agenda("Read back", 10, "Decisions, actions and parked points are read aloud; owners nod or object."),
    ),
    views=(
        Board(
            "pestle",
            "factors",
            "What comes towards us",
            "One fact from outside on each card. They wait as “not placed yet” on the next board, where you say "
            "whether each is an opportunity or a threat.",
            ("text", "pestle", "kind", "evidence", "cluster"),
            where={"kind": ("", "opportunity", "threat")},
            column="pestle",
            group="cluster",
            across=6,
        ),
        Board(
            "swot",
            "factors",
            "Strengths, weaknesses, opportunities, threats",
            "Lay the cards face down while everybody writes, turn them over together, put like with like, then give "
            "dots to what matters. Shares are of the inside or the outside, each 100 %.",
            ("text", "kind", "evidence", "cluster", "weight", "rating"),
            column="kind",
            group="cluster",
            weight="weight",
            sides=checks_map.SIDES,
        ),
        Pairs(
            "option_pairs",
            "options",
            "Options from pairs of factors",
            "Rows are inside, columns outside. Press + where two meet, write what we would do, and Enter: the form "
            "beside it has its factors and the kind of pair filled in. ✓ chosen, ✕ rejected, ○ open.",
            ("text", "tows", "factors", "is_chosen", "reason", "ansoff", "objectives"),
            cites="factors",
            by="kind",
            sides=checks_map.SIDES,
            sign="tows",
            signs={
                ("strength", "opportunity"): "SO",
                ("strength", "threat"): "ST",
                ("weakness", "opportunity"): "WO",
                ("weakness", "threat"): "WT",
            },
            mark="is_chosen",
        ),
        View(
            "recall_test",
            "recalls",
            "Recall test",
            "Three priorities from each person, counted per unit: asked for, and named rightly.",
            ("unit", "taken_on", "asked", "named"),
        ),
        View(
            "trip_wires",
            "assumptions",
            "What must stay true",
            "An assumption without a number to watch is a hope. Name the measure and the value that rings the bell.",
            ("statement", "measure", "comparator", "threshold", "owner", "review_on"),
        ),
        View(
            "strategic_choices",
            "decisions",
            "What we decided",
            "Next year's group will ask why. Write it down while you still know.",
            ("text", "reason", "decided_by", "decided_on", "review_on", "about"),
        ),
        View(
            "map_of_objectives",
            "objectives",
            "Weights and links upward",
            "Which objective serves which, and how much each counts. Leave weights empty to count them equally.",
            ("title", "perspective", "theme", "parent", "weight", "kind", "owner"),
        ),
    ),
    pictures=(
        Picture(
            "strategy_map",
            "Read it from the bottom: what we can do carries how we work, that carries what people get. "
            "Pick somebody as gone and see which objectives hang on that one person.",
            pick=(
                Pick("People", "people"),
                Pick("Units", "units", {"kind": ("", "corporate", "division", "department", "team")}),
                Pick("Suppliers and partners", "units", {"kind": ("supplier", "partner")}),
            ),
            pick_title="Who is gone?",
            act=Act(
                "Who can step in, or will learn it?",
                "Name as backup",
                "people",
                "{taken} named as backup for {picked}",
                backup_named,
            ),
        ),
        Picture(
            "factor_scores",
            "The longer the bar, the more this factor weighs and the better you answer to it. Look for the heavy ones "
            "with a rating of 1.",
        ),
        Picture(
            "ansoff",
            "Ansoff: the further down and to the right, the less you know of it. Everything in one field is a bet.",
        ),
        Picture(
            "theme_perspective",
            "Read along a row: a big play with nothing in one perspective forgets how it is done, or what it costs.",
        ),
        Picture(
            "trip_wires",
            "A broken one opens a re-plan, not a discussion. One without a number is a hope.",
        ),
        Picture("recall", "The strategy people can name is the one they work for. Under half: tell it again, shorter."),
    ),
    shared=(
        Cards(
            "factors",
            "Cards: strengths, weaknesses, opportunities, threats",
            "One fact on each card, specific enough to be wrong. Write as many as you like, one after another.",
            "factors",
            ("text", "kind", "evidence"),
        ),
        Recall(
            "recall",
            "Recall test",
            "Turn away from the wall. Which three things will we do, whatever happens?",
            strategic,
            member="unit",
            table="recalls",
            group="unit",
            on="taken_on",
            asked="asked",
            named="named",
        ),
    ),
    ready=(
        Ready("The direction is written: diagnosis, mission, vision, and what we will not do.", ("statements",)),
        Ready("Every objective has an owner and a date.", ("objectives",), ("100",)),
        Ready("Every objective can be measured.", ("measures",), ("100", "199")),
    ),
)
