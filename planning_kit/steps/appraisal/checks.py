"""Checks of appraisal: rules known beforehand, judgement by named others, pools that add up, a way to appeal."""

import numpy as np
import pandas as pd

from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Hit, Setting, amount, check
from planning_kit.steps.reading import Hits, counted, day, follow, in_order, told

FORBIDDEN = (
    r"(?i)\b(?:percent complete|per cent complete|% complete|complete[d]? ?%|confidence|risk probabilit|likelihood)"
)
MINE = {
    "legal_basis": "the legal basis",
    "works_council": "the agreement with the works council",
    "notice": "the notice to all",
    "appeal": "the way to appeal",
}


@check("801", "error", thread="accountability")
def rule_notified_too_late(plan: Plan, _at: Circumstances) -> Hits:
    """Rule told after it took effect.

    What: Those concerned were told of a rule only after the day from which it holds.
    Why: Nobody can act on a rule they do not know; it is a verdict, not a rule.
    Fix: Let it hold from the next period on.
    Source: Organisational justice, Leventhal, 1980 (no rule after the fact).
    """
    rows = plan.appraisal_rules
    yield from told(
        plan,
        "appraisal_rules.notified_on",
        rows[rows["notified_on"] > rows["effective_on"]],
        "The rule “{label}” holds from {effective_on}, but was told only on {notified_on}.",
        "Let it hold from the next period on, and tell everybody before.",
    )


@check("802", "error", thread="accountability")
def consequence_of_a_late_rule(plan: Plan, _at: Circumstances) -> Hits:
    """Consequence of a rule told after the period began.

    What: A consequence rests on a rule that was told, or took effect, after the first day of the period reviewed.
    Why: The person could not have acted on it from the start.
    Fix: Take the consequence back, or rest it on a rule that was known.
    Source: Organisational justice, Leventhal, 1980 (no rule after the fact).
    """
    rows = plan.consequences
    rules = follow(rows["rule"], plan.appraisal_rules[["notified_on", "effective_on"]].max(axis=1))
    reviews = plan.reviews.dropna(subset=["subject", "start"]).sort_index().sort_values("start", kind="stable")
    pairs = rows[["subject", "informed_on"]].reset_index().merge(reviews[["subject", "start", "finish"]], on="subject")
    before = pairs[pairs["informed_on"].isna() | (pairs["finish"] <= pairs["informed_on"]) | pairs["finish"].isna()]
    began = before.groupby("id")["start"].max().reindex(rows.index)
    yield from told(
        plan,
        "consequences.rule",
        rows.assign(known=rules, began=began)[rules > began],
        "A consequence for {subject} rests on the rule “{rule}” of {known}; the period began on {began}.",
        "Take it back, or rest it on a rule that was known before the period.",
    )


@check("803", "error", thread="accountability")
def rule_on_progress_reports(plan: Plan, _at: Circumstances) -> Hits:
    """Rule computed on percent complete, confidence or risk.

    What: A component of a rule names percent complete, confidence, or the probability of a risk.
    Why: Once pay depends on them nobody reports them honestly again, and step 7 is blind.
    Fix: Use the attainment of committed measures, and promises kept.
    Source: Austin, Measuring and Managing Performance in Organizations, 1996; Goodhart's law.
    """
    rows = plan.appraisal_rules
    wrong = rows["component"].str.contains(FORBIDDEN, regex=True).fillna(value=False).astype(bool)
    yield from told(
        plan,
        "appraisal_rules.component",
        rows[wrong],
        "The rule “{label}” would pay for what people report about their own work or worries.",
        "Use the attainment of committed measures, and promises kept.",
    )


@check("807", "error", thread="resource allocation")
def floors_above_pool(plan: Plan, _at: Circumstances) -> Hits:
    """Floors above the pool.

    What: What people shall receive at least adds up to more than the pool holds after its reserve.
    Why: There is no way to share it that keeps the promise.
    Fix: Lower the floors, raise the pool, or take some of the reserve.
    Source: Water-filling allocation.
    """
    yield from _above_pool(
        plan, "floor", "The floors of the pool “{label}” make {sum}; after its reserve it holds {held}."
    )


@check("808", "error", thread="resource allocation")
def paid_above_pool(plan: Plan, _at: Circumstances) -> Hits:
    """More given than the pool holds.

    What: The amounts given from a pool make more than it holds after its reserve, to the cent.
    Why: Somebody has been promised money that is not there, or the reserve for appeals is gone.
    Fix: Compute the shares again.
    Source: Water-filling allocation, cent-exact.
    """
    yield from _above_pool(plan, "amount", "{sum} is given from the pool “{label}”; after its reserve it holds {held}.")


def _above_pool(plan: Plan, field: str, message: str) -> Hits:
    rows = plan.reward_pools
    total = plan.rewards.groupby("pool")[field].sum().reindex(rows.index).round(2)
    held = (rows["amount"] * (100 - rows["reserve"].fillna(0)) / 100).round(2)
    remedy = "Compute the shares again, raise the pool, or take some of the reserve."
    yield from told(plan, "reward_pools.amount", rows.assign(sum=total, held=held)[total > held], message, remedy)


@check("809", "warning", thread="accountability")
def rule_weights(plan: Plan, _at: Circumstances) -> Hits:
    """Weights of rules that do not make 100 %.

    What: The typed weights of the rules do not make 100 %.
    Why: Whoever reads 40 % takes it for 40 %.
    Fix: Correct the weights.
    Source: Weighted mean.
    """
    weights = plan.appraisal_rules["weight"].dropna()
    if len(weights) and abs(weights.sum() - 100) > 0.5:  # noqa: PLR2004 - half a percentage point of rounding
        message = f"The weights of the {counted(len(weights), 'rule')} make {amount(weights.sum())} %, not 100 %."
        yield Hit("appraisal_rules", in_order(weights.index)[0], "weight", message, "Correct the weights.")


@check("810", "error", thread="accountability")
def pay_not_settled(plan: Plan, at: Circumstances) -> Hits:
    """Pay before its preconditions are settled.

    What: There is a bonus, or variable pay not earned, while one of the four preconditions is not settled.
    Why: It may be void, and it will be the first thing a court looks at.
    Fix: Settle legal basis, works council, notice and appeal first; until then thank people in other ways.
    Source: General Data Protection Regulation, Articles 6 and 22; works constitution law.
    """
    settled = plan.preconditions[plan.preconditions["settled_on"] <= day(at)]
    missing = [words for kind, words in MINE.items() if kind not in set(settled["kind"])]
    for table, kind in (("rewards", "bonus"), ("consequences", "pay_not_earned")):
        rows = plan.frame(table)
        if missing:
            yield from told(
                plan,
                f"{table}.kind",
                rows[rows["kind"] == kind].assign(missing=" and ".join(", ".join(missing).rsplit(", ", 1))),
                "Pay of {subject} depends on this appraisal, but {missing} is not settled.",
                "Settle it first; until then thank people in other ways.",
            )


@check("812", "error", thread="accountability")
def formal_step_without_case(plan: Plan, _at: Circumstances) -> Hits:
    """Formal step without a case reference.

    What: A formal step is recorded here without the reference of its case.
    Why: Formal steps follow the law and the file of the personnel office, not this workbook.
    Fix: Enter the reference, or choose a support plan.
    Source: ACAS Code of Practice on Disciplinary and Grievance Procedures.
    """
    rows = plan.consequences
    yield from told(
        plan,
        "consequences.case_reference",
        rows[(rows["kind"] == "formal_step") & rows["case_reference"].isna()],
        "The formal step for {subject} has no case reference.",
        "Enter the reference of the file, or choose a support plan.",
    )


@check("817", "error", thread="risk management")
def kept_too_long(plan: Plan, at: Circumstances) -> Hits:
    """Record kept past its day.

    What: The day on which a review shall be erased has passed.
    Why: Personal data may be kept no longer than needed; it was promised in writing.
    Fix: Erase it (the stub stays), or set another day and say on which ground.
    Source: General Data Protection Regulation, Article 5(1)(e) (storage limitation) and Article 17.
    """
    rows = plan.reviews
    yield from told(
        plan,
        "reviews.erase_on",
        rows[rows["erase_on"] < day(at)],
        "The review of {subject} up to {finish} should have been erased on {erase_on}.",
        "Erase it; the stub stays. Or set another day and say on which ground.",
    )


@check("823", "warning", thread="monitoring and evaluation")
def rating_rests_on_nothing(plan: Plan, _at: Circumstances) -> Hits:
    """Rating that rests on no revision of the plan.

    What: A rating proposes a number, and the attainment or the plan revision it rests on is missing.
    Why: Next year nobody can show from which figures it came.
    Fix: Compute the proposal again from the plan; it copies both.
    Source: Audit trail of performance ratings.
    """
    rows = plan.ratings
    yield from told(
        plan,
        "ratings.revision",
        rows[rows["proposed"].notna() & (rows["revision"].isna() | rows["attainment"].isna())],
        "A rating proposes {proposed}, but rests on revision {revision} and attainment {attainment}.",
        "Compute the proposal again from the plan; it copies both.",
    )


@check("824", "warning", thread="accountability")
def steps_of_a_rule(plan: Plan, _at: Circumstances) -> Hits:
    """Rule whose steps are out of order.

    What: The threshold of a rule lies above its target, or the target above its cap.
    Why: Somebody who does better would receive less.
    Fix: Threshold, target, cap should rise.
    Source: Definition of a payout curve.
    """
    rows = plan.appraisal_rules
    wrong = (rows["threshold"] > rows["target"]) | (rows["target"] > rows["cap"]) | (rows["threshold"] > rows["cap"])
    yield from told(
        plan,
        "appraisal_rules.target",
        rows[wrong],
        "The rule “{label}” begins at {threshold}, pays in full at {target} and ends at {cap}.",
        "The three should rise; exchange or correct them.",
    )


@check(
    "825",
    "warning",
    Setting("promises_of_rewards_days", 30, "Days after which a reward should have been given."),
    thread="communication",
)
def reward_not_given(plan: Plan, at: Circumstances) -> Hits:
    """Reward decided and not given.

    What: A review ended some time ago with recognition, and no reward follows from it.
    Why: Late thanks are heard as an afterthought, or not at all.
    Fix: Say it aloud this week; enter what was given and when.
    Source: Reinforcement practice; Kouzes and Posner, Encouraging the Heart, 1999.
    """
    rows = plan.reviews
    given = plan.rewards[plan.rewards["given_on"].notna()]
    before = day(at) - np.timedelta64(int(at.settings["promises_of_rewards_days"]), "D")
    late = (rows["outcome"] == "recognition") & (rows["finish"] < pd.Timestamp(before))
    yield from told(
        plan,
        "reviews.outcome",
        rows[late & ~rows.index.isin(given["review"]) & ~rows["subject"].isin(given["subject"])],
        "{subject} was to be recognised for the period up to {finish}; nothing has been given yet.",
        "Say it aloud this week, and enter what was given and when.",
    )


@check("828", "error", thread="accountability")
def more_selected_than_there(plan: Plan, _at: Circumstances) -> Hits:
    """More selected than there are.

    What: Of a group that is compared, more are selected than belong to it.
    Why: The comparison of groups cannot be computed.
    Fix: Count again; both are whole numbers of people.
    Source: Definition of a selection rate, 29 CFR 1607.4 D.
    """
    rows = plan.group_counts
    yield from told(
        plan,
        "group_counts.selected",
        rows[rows["selected"] > rows["headcount"]],
        "“{label}”: {selected} of {headcount} people are selected.",
        "Count again.",
    )


@check("829", "error", thread="goal alignment")
def rule_on_uncommitted_measure(plan: Plan, _at: Circumstances) -> Hits:
    """Rule on a measure that is not for appraisals.

    What: A rule rests on a measure that is not marked as used in appraisals, or names none.
    Why: The owner of a measure has to be told that people are judged by it; else the rule counts for nobody.
    Fix: Mark the measure in step 1 and tell its owner before the period, or choose another one.
    Source: Austin, Measuring and Managing Performance in Organizations, 1996.
    """
    rows, of = plan.appraisal_rules, plan.beside or plan
    if "measures" not in of.tables:  # opened without its plan: nothing is known of the measures
        return
    used = follow(rows["measure"], of.measures["is_used_in_appraisal"])
    yield from told(
        plan,
        "appraisal_rules.measure",
        rows[(rows["basis"] == "measure") & ~used.fillna(value=False).astype(bool)],
        "The rule “{label}” rests on the measure {measure}, which is not marked as used in appraisals.",
        "Mark it in step 1 and tell its owner before the period, or choose another one.",
    )
