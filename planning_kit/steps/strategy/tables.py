"""Where the organisation goes: diagnosis and direction, objectives, measures, and how the choice was made."""

from typing import Literal

from planning_kit.spec import Date, Flag, Long, Number, Ref, Refs, Row, Text, Whole, field

Level = Literal["strategic", "tactical", "operational"] | None


class Statements(Row, prefix="S", noun="statement", key=("kind", "text")):
    """The direction in plain sentences: what is wrong, why we exist, where we go and what we leave."""

    kind: (
        Literal[
            "diagnosis",
            "mission",
            "vision",
            "value",
            "where_to_play",
            "how_to_win",
            "not_doing",
            "change_from_to",
        ]
        | None
    ) = field(
        "Kind",
        needed=True,
        labels={"change_from_to": "change from ... to ..."},
        doc="Diagnosis: the one challenge that matters. Not doing: what a reasonable person might expect "
        "and we refuse.",
    )
    text: Text = field("Statement", needed=True, doc="One or two sentences anybody in the organisation could repeat.")


class Objectives(Row, prefix="O", noun="objective", key=("title", "unit")):
    """What shall be true at the end, who answers for it, and by when."""

    title: Text = field(
        "Objective",
        needed=True,
        doc="A result, not an activity: “Every child reads by eight” rather than “run reading courses”. "
        "Numbers belong to its measures.",
    )
    perspective: Literal["stakeholder", "customer", "finance", "process", "capability"] | None = field(
        "Perspective",
        needed=True,
        doc="Whose eyes judge it: those who fund us, those we serve, the budget, how we work, what we can do.",
    )
    owner: Ref = field("Owner", to="people", needed=True, doc="The one person accountable, who said yes to it.")
    due: Date = field("Due", needed=True, doc="The day by which it shall be true, for example 2029-12-31.")
    description: Long = field(
        "Description", more=True, doc="What success looks like, whom it helps, and what it does not include."
    )
    theme: Ref = field("Theme", to="themes", more=True, doc="The big play it belongs to.")
    sponsor: Ref = field("Sponsor", to="people", more=True, doc="The senior person who clears the way for it.")
    backup: Ref = field("Backup", to="people", more=True, doc="Who takes over on the day the owner is ill.")
    contributors: Refs = field(
        "Contributors",
        to=("units", "people"),
        more=True,
        doc="Units and people without whom it cannot be reached.",
    )
    level: Level = field(
        "Level",
        default="strategic",
        more=True,
        doc="Strategic looks three to five years ahead, tactical a year or so, operational weeks to months.",
    )
    unit: Ref = field("Unit", to="units", more=True, doc="The unit whose goal it is; empty for the whole organisation.")
    parent: Ref = field("Serves", to="objectives", more=True, doc="The larger objective it is a part of.")
    weight: Number = field(
        "Weight",
        uom="%",
        least=0,
        more=True,
        doc="Its share among the objectives with the same parent; leave all empty to count them equally.",
    )
    kind: Literal["committed", "aspirational"] | None = field(
        "Kind",
        default="committed",
        more=True,
        doc="Committed: we keep it or say why. Aspirational: 70 % would be a good result.",
    )
    origin: Literal["cascaded", "own", "mandated"] | None = field(
        "Origin", more=True, doc="Cascaded from above, the unit's own, or asked for by law or an authority."
    )
    start: Date = field("Start", more=True, doc="When work towards it begins; empty means with the plan.")
    leaf_reason: Text = field(
        "Needs no initiative because",
        more=True,
        doc="Why it is reached without a goal or an initiative below it, for example kept by daily business.",
    )


class Measures(Row, prefix="M", noun="measure", key=("objective", "name")):
    """How we will know: a number with baseline, target, unit and day (a KPI, or the key result of a team)."""

    name: Text = field(
        "Measure",
        needed=True,
        doc="What is counted, of whom: “clients satisfied with the service”. Prefer a result to an activity.",
    )
    objective: Ref = field("Objective", to="objectives", needed=True, doc="The objective it proves.")
    target_kind: Literal["raise_to", "lower_to", "keep_at_least", "keep_at_most", "keep_within", "done_by"] | None = (
        field(
            "Aim",
            default="raise_to",
            doc="Raise or lower the value to the target, keep it above, below or within bounds, or have it done. "
            "A ceiling, such as complaints, is never raised.",
        )
    )
    baseline: Number = field(
        "Baseline", doc="The value today, for example 82.0. No baseline yet? Say when it will come."
    )
    target: Number = field(
        "Target",
        needed=True,
        doc="The value that counts as reached, for example 90.0; for the due date, not on the way.",
    )
    uom: Text = field("Unit of measure", needed=True, doc="For example %, EUR, days, visits per opening hour.")
    due: Date = field("Due", needed=True, doc="The day on which the target shall be reached.")
    baseline_on: Date = field("Baseline as of", more=True, doc="The day for which the baseline was true.")
    baseline_due: Date = field("Baseline will come by", more=True, doc="If there is none yet: when it will be known.")
    baseline_owner: Ref = field("Baseline comes from", to="people", more=True, doc="Who will find the baseline out.")
    lower: Number = field("Lower bound", more=True, doc="Lowest value that is still fine, to keep within bounds.")
    upper: Number = field("Upper bound", more=True, doc="Highest value that is still fine, to keep within bounds.")
    frequency: Literal["weekly", "monthly", "quarterly", "half_yearly", "yearly"] | None = field(
        "Measured", default="quarterly", more=True, doc="How often a new value is due."
    )
    source: Text = field("Source", more=True, doc="Where the value comes from, so that anybody finds the same one.")
    owner: Ref = field("Owner", to="people", more=True, doc="Who brings the value; empty means the objective's owner.")
    stage: Literal["input", "activity", "output", "outcome"] | None = field(
        "Stage",
        more=True,
        doc="Input: what we put in. Output: what comes out. Outcome: what changes for people.",
    )
    nature: Literal["leading", "lagging"] | None = field(
        "Nature",
        more=True,
        doc="Leading measures move first and can be steered; lagging ones confirm the result.",
    )
    weight: Number = field(
        "Weight",
        uom="%",
        least=0,
        more=True,
        doc="Its share in the objective; leave all empty to count them equally.",
    )
    is_guardrail: Flag = field(
        "Guardrail",
        default=False,
        more=True,
        doc="Yes if it guards against winning the wrong way: visits, beside loans per opening hour.",
    )
    across_units: Literal["sum", "weighted_mean", "none"] | None = field(
        "Across units", more=True, doc="How the units' values make the value of the whole."
    )
    across_time: Literal["latest", "sum", "mean", "year_to_date"] | None = field(
        "Across time", default="latest", more=True, doc="How the values of several periods make one."
    )
    numerator: Text = field("Numerator", more=True, doc="For a rate: what stands above the line.")
    denominator: Text = field("Denominator", more=True, doc="For a rate: what stands below the line.")
    is_used_in_appraisal: Flag = field(
        "Used in appraisal",
        default=False,
        more=True,
        doc="Yes if step 8 may use it; the owner must have been told.",
    )


class Factors(Row, prefix="FA", noun="factor", key=("kind", "text"), more=True):
    """What we are good and bad at, and what comes towards us (SWOT, found with the help of PESTLE)."""

    kind: Literal["strength", "weakness", "opportunity", "threat"] | None = field(
        "Kind",
        needed=True,
        doc="Strengths and weaknesses are inside, opportunities and threats come from outside.",
    )
    text: Text = field(
        "Factor", needed=True, doc="One fact, specific enough to be wrong: 40 % of our staff retire by 2030."
    )
    pestle: Literal["political", "economic", "social", "technological", "legal", "environmental"] | None = field(
        "PESTLE", doc="For outside factors: which part of the world it comes from."
    )
    evidence: Text = field("Evidence", doc="How we know: a number, a source, a visit.")
    weight: Number = field("Weight", uom="%", least=0, most=100, doc="How much it matters; all of one side make 100 %.")
    cluster: Text = field("Cluster", doc="The heading under which cards that say the like lie together.")
    rating: Whole = field("Rating", least=1, most=4, doc="How well we answer to it today: 1 poorly to 4 very well.")


class Options(Row, prefix="OP", noun="option", key=("text",), more=True):
    """Ways we could go, each from an inside and an outside factor; also those we did not choose."""

    text: Text = field("Option", needed=True, doc="What we would do: use the loyal members to open a second site.")
    tows: Literal["SO", "ST", "WO", "WT"] | None = field(
        "TOWS",
        labels={
            "SO": "SO (use a strength on an opportunity)",
            "ST": "ST (use a strength against a threat)",
            "WO": "WO (mend a weakness by an opportunity)",
            "WT": "WT (shrink where weak and threatened)",
        },
        doc="Which pair of factors it comes from.",
    )
    ansoff: Literal["market_penetration", "market_development", "product_development", "diversification"] | None = (
        field("Ansoff", doc="Same or new services, for the same or new people.")
    )
    factors: Refs = field("Factors", to="factors", doc="The inside and outside factors it answers to.")
    objectives: Refs = field("Objectives", to="objectives", doc="The objectives it became, if it was chosen.")
    is_chosen: Flag = field("Chosen", doc="Yes or no once the group has decided; empty before.")
    reason: Text = field("Reason", doc="Why it was chosen or rejected; next year's group will ask.")


class Themes(Row, prefix="TH", noun="theme", key=("name",), more=True):
    """Two to five big plays that hold the objectives together."""

    name: Text = field("Theme", needed=True, doc="Short enough for a poster, for example Open every day.")
    description: Long = field("Description", doc="What changes for people when this play works.")


class ObjectiveLinks(Row, prefix="OL", noun="link of the map", key=("cause", "effect"), more=True):
    """Arrows of the strategy map: reaching one objective helps, or harms, another."""

    cause: Ref = field("Cause", to="objectives", needed=True, doc="The objective that acts.")
    effect: Ref = field("Effect", to="objectives", needed=True, doc="The objective it acts on.")
    sign: Literal["helps", "harms"] | None = field(
        "Sign", default="helps", doc="Harms is honest: cutting hours helps finance and harms visits."
    )
    strength: Whole = field("Strength", default=3, least=1, most=9, doc="1 weak, 3 clear, 9 strong.")
    hypothesis: Text = field(
        "Hypothesis", doc="Why you believe it, so that step 7 can test it: if ..., then ..., because ...."
    )


class Targets(Row, prefix="TA", noun="interim target", key=("measure", "period_end"), more=True):
    """The trajectory of a measure on the way to its target; the last point is the target."""

    measure: Ref = field("Measure", to="measures", needed=True, doc="The measure whose way is planned.")
    period_end: Date = field("Period ends", needed=True, doc="Last day of the period, for example 2027-03-31.")
    value: Number = field("Value", needed=True, doc="Where the measure should be on that day, in its own unit.")
