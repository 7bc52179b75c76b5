"""Appraisal, reward and consequence: a workbook of its own, closed to all who need not see it."""

from typing import Literal

from planning_kit.spec import AnyRef, Date, Flag, Long, Money, Number, Ref, Refs, Row, Text, Whole, field

SUBJECT = ("units", "people")


class Reviews(Row, prefix="RV", noun="review", key=("subject", "finish"), book="appraisal"):
    """A look back on a period: the team first, then the person; evidence before judgement."""

    subject: AnyRef = field("Subject", to=SUBJECT, needed=True, doc="The team first; then its people.")
    start: Date = field("Period from", needed=True, doc="First day of the period looked at.")
    finish: Date = field("Period to", needed=True, doc="Last day of the period looked at.")
    evidence: Long = field(
        "Evidence",
        needed=True,
        doc="What happened and where it can be seen: results, promises kept, letters of thanks.",
    )
    shown_by: Refs = field(
        "Shown by",
        to=("measures", "promises", "tasks", "objectives", "achievements", "decisions"),
        doc="Rows of the plan where the evidence can be seen; a click on the review leads there.",
    )
    self_view: Long = field("Own view", doc="What the subject says: what I am proud of, what I would do otherwise.")
    self_rating: Whole = field(
        "Own rating", least=1, most=5, doc="1 far below what was agreed, 3 as agreed, 5 far above."
    )
    manager: Ref = field(
        "Manager", to="people", frozen_by="calibration_opened_on", doc="Who reviews, before seeing what others gave."
    )
    manager_view: Long = field(
        "Manager's view",
        frozen_by="calibration_opened_on",
        doc="Written before the calibration is opened; frozen then.",
    )
    manager_rating: Whole = field(
        "Manager's rating",
        least=1,
        most=5,
        frozen_by="calibration_opened_on",
        doc="Given before the calibration; frozen then.",
    )
    outcome: Literal["recognition", "development", "next_step"] | None = field(
        "Outcome", doc="What follows: thanks in public, time to learn, or a larger task."
    )
    calibration_opened_on: Date = field(
        "Calibration opened on", more=True, readonly=True, doc="From this day the manager's part is frozen."
    )
    calibration_opened_by: Ref = field(
        "Calibration opened by", to="people", more=True, readonly=True, doc="Who opened it, for all reviews at once."
    )
    erase_on: Date = field("Erase on", more=True, doc="The day after which this record is erased for good.")


class Ratings(Row, prefix="RT", noun="rating", key=("review",), more=True, book="appraisal"):
    """The rating after calibration: a named human and a sentence stand behind it; the rules only propose."""

    review: Ref = field("Review", to="reviews", needed=True, doc="The review it concludes.")
    proposed: Number = field("Computed proposal", readonly=True, doc="What the rules give; a proposal, no verdict.")
    first_rating: Whole = field(
        "Before calibration", readonly=True, doc="The manager's rating as it was when the calibration was opened."
    )
    rating: Whole = field("Rating", needed=True, least=1, most=5, doc="What the calibration settled on, 1 to 5.")
    rated_by: Ref = field("Rated by", to="people", needed=True, doc="The human being who answers for it.")
    sentence: Long = field("Because", needed=True, doc="The sentence you would say to the person's face.")
    rated_on: Date = field("Rated on", doc="The day of the calibration.")
    attainment: Number = field(
        "Attainment", uom="%", readonly=True, doc="Of committed targets, copied from the plan with its revision."
    )
    excused: Number = field(
        "Without time lost",
        uom="%",
        readonly=True,
        doc="The same if the days that others' broken promises cost are added to the time allowed.",
    )
    revision: Whole = field("Plan revision", readonly=True, doc="The revision of the plan the attainment rests on.")


class Observations(Row, prefix="OB", noun="observation", key=("subject", "text"), more=True, book="appraisal"):
    """Feedback about a person or team, kept here and never in the plan."""

    text: Text = field("Observation", needed=True, doc="What you saw or heard, and what it did; no guess at character.")
    subject: AnyRef = field("About", to=SUBJECT, needed=True, doc="Whom it concerns; they may read it.")
    given_by: Ref = field("From", to="people", doc="Who gives it; the subject will ask.")
    given_on: Date = field("Given on", doc="The day only.")


class Preconditions(Row, prefix="PC", noun="precondition", key=("kind",), more=True, book="appraisal"):
    """What must be settled before pay depends on any of this. Until all four are, whatever is about pay is an error."""

    kind: Literal["legal_basis", "works_council", "notice", "appeal"] | None = field(
        "What",
        needed=True,
        doc="Legal basis, agreement with the works council, notice to all, a way to appeal.",
    )
    settled_by: Ref = field("Settled by", to="people", needed=True, doc="Who answers for it.")
    settled_on: Date = field("Settled on", needed=True, doc="The day it was settled.")
    reference: Text = field("Where it is written", doc="The agreement, law or letter, for example agreement 12/2026.")


class AppraisalRules(Row, prefix="AR", noun="appraisal rule", key=("component",), book="appraisal"):
    """How a result turns into a rating or a payout: known to all before the period begins."""

    component: Text = field("Component", needed=True, doc="What counts, for example objectives of the team.")
    basis: Literal["own_goals", "measure", "promises"] | None = field(
        "Computed from",
        labels={"own_goals": "own committed goals", "measure": "one committed measure", "promises": "promises given"},
        doc="What the plan knows of it; empty: people judge it, and it is no part of the proposal.",
    )
    measure: Ref = field("Measure", to="measures", doc="The committed measure it rests on, if it is one.")
    weight: Number = field("Weight", uom="%", least=0, most=100, doc="Its share in the whole; all make 100 %.")
    threshold: Number = field(
        "Threshold", uom="%", least=0, doc="Attainment below which it counts nothing, for example 60."
    )
    target: Number = field("Target", uom="%", least=0, doc="Attainment that counts in full, usually 100.")
    cap: Number = field("Cap", uom="%", least=0, doc="Attainment above which nothing more is earned, for example 120.")
    notified_on: Date = field("Notified on", needed=True, doc="The day those concerned were told.")
    effective_on: Date = field("Effective from", needed=True, doc="The first day it holds; never before the notice.")


class RewardPools(Row, prefix="RP", noun="reward pool", key=("name",), book="appraisal"):
    """Money or days to share out, who takes part and what is held back."""

    name: Text = field("Pool", needed=True, doc="For example training fund 2028.")
    amount: Money = field("Amount", needed=True, least=0, doc="What there is to share, before the reserve.")
    reserve: Number = field(
        "Reserve", uom="%", default=0.0, least=0, most=100, doc="Share held back for appeals and corrections."
    )
    eligibility: Text = field("Who takes part", doc="The rule, for example all staff employed for three months.")
    is_by_fte: Flag = field(
        "By hours and months", default=True, doc="Yes if part-time and part-year count in proportion."
    )
    start: Date = field("Period from", doc="First day of the period it rewards.")
    finish: Date = field("Period to", doc="Last day of the period it rewards.")


class Rewards(Row, prefix="RW", noun="reward", key=("subject", "what", "given_on"), more=True, book="appraisal"):
    """What was given, to whom, for what."""

    what: Text = field("Reward", needed=True, doc="For example a conference of their choice, thanks at the staff day.")
    subject: AnyRef = field("For", to=SUBJECT, needed=True, doc="The team or person.")
    kind: Literal["recognition", "training", "bonus"] | None = field(
        "Kind",
        needed=True,
        default="recognition",
        doc="A bonus needs the preconditions of pay to be settled.",
    )
    pool: Ref = field("From pool", to="reward_pools", doc="The pool it is paid from.")
    review: Ref = field("After review", to="reviews", doc="The review it follows from.")
    weight: Number = field("Weight", least=0, doc="Its part in the pool before hours, months, floors and caps.")
    fte: Number = field("Full-time share", default=1.0, least=0, most=1, doc="1 for full time, 0.5 for half.")
    months: Number = field("Months", uom="months", default=12.0, least=0, most=12, doc="Months employed in the period.")
    floor: Money = field("At least", least=0, doc="What it must not fall below.")
    cap: Money = field("At most", least=0, doc="What it must not exceed.")
    amount: Money = field("Amount", least=0, doc="What it came to, to the cent.")
    given_on: Date = field("Given on", doc="The day it was given and said aloud.")


class Consequences(
    Row, prefix="CQ", noun="consequence", key=("subject", "kind", "informed_on"), more=True, book="appraisal"
):
    """What follows from a result that fell short; only from a rule told before the period. Nobody pays in."""

    subject: AnyRef = field("For", to=SUBJECT, needed=True, doc="The team or person.")
    kind: Literal["support_plan", "formal_step", "pay_not_earned"] | None = field(
        "Kind",
        needed=True,
        default="support_plan",
        labels={"pay_not_earned": "variable pay not earned"},
        doc="Support comes first. A formal step needs a case reference.",
    )
    rule: Ref = field("By rule", to="appraisal_rules", needed=True, doc="The rule, notified before the period began.")
    reason: Long = field("Because", needed=True, doc="What was agreed, what happened, what was in the person's hands.")
    case_reference: Text = field("Case reference", doc="The file of the formal step, for example HR 2028/17.")
    amount: Money = field("Not earned", least=0, doc="Variable pay that was not earned; never a negative amount.")
    informed_on: Date = field("Informed on", needed=True, doc="The day the subject was told.")
    heard_on: Date = field("Heard on", needed=True, doc="The day the subject could answer.")
    approved_by: Ref = field("Approved by", to="people", needed=True, doc="Who decides.")
    second_approver: Ref = field("Second approver", to="people", needed=True, doc="Somebody else, who agrees.")


class Appeals(Row, prefix="AA", noun="appeal", key=("about", "filed_on"), more=True, book="appraisal"):
    """A result called into question, decided by somebody else."""

    grounds: Text = field("Grounds", needed=True, doc="What is wrong, in the words of whoever appeals.")
    about: AnyRef = field(
        "Against", to=("ratings", "rewards", "consequences"), needed=True, doc="What is called into question."
    )
    filed_by: Ref = field("Filed by", to="people", needed=True, doc="Who appeals.")
    filed_on: Date = field("Filed on", needed=True, doc="The day it was filed.")
    closes_on: Date = field("Window closes on", doc="Last day to appeal: at least ten working days after the news.")
    decided_by: Ref = field("Decided by", to="people", doc="Never one who took part in the first decision.")
    decided_on: Date = field("Decided on", doc="The day of the answer.")
    outcome: Literal["upheld", "partly_upheld", "dismissed"] | None = field("Outcome", doc="What the appeal led to.")
    reason: Text = field("Because", doc="Why, for example hurt by another unit's broken promise.")


class SignOffs(Row, prefix="SG", noun="sign-off", key=("review", "signed_by"), more=True, book="appraisal"):
    """Who has read the result. Signing says read, not agreed."""

    review: Ref = field("Review", to="reviews", needed=True, doc="The review that was read.")
    signed_by: Ref = field("Signed by", to="people", needed=True, doc="Who signs.")
    signed_on: Date = field("Signed on", needed=True, doc="The day of the signature.")
    comment: Long = field("Comment", doc="What the signer wishes to be kept with it.")


class GroupCounts(Row, prefix="GC", noun="group to compare", key=("compared_by", "name"), more=True, book="appraisal"):
    """Counts by group from the personnel office, to see whether a rule hits some more than others; never a name."""

    name: Text = field("Group", needed=True, doc="For example part-time, or staff over 50; never a list of persons.")
    compared_by: Text = field("Compared by", needed=True, doc="What tells the groups apart, for example working hours.")
    headcount: Whole = field("People", needed=True, least=0, doc="How many belong to it.")
    selected: Whole = field("Selected", needed=True, least=0, doc="How many of them received what is looked at.")


class Letters(Row, prefix="LT", noun="letter", key=("review", "written_on"), more=True, book="appraisal"):
    """The ledger of letters: which was written, to whom, and until when one can appeal."""

    review: Ref = field("Review", to="reviews", readonly=True, doc="The review it tells of.")
    recipient: Ref = field("To", to="people", readonly=True, doc="The one person it is meant for.")
    written_on: Date = field("Written on", readonly=True, doc="The day of the letter.")
    appeal_ends_on: Date = field("Appeal until", readonly=True, doc="At least ten working days later.")
    file_name: Text = field("File", readonly=True, doc="Its name; the file can be read by whoever wrote it only.")
