"""Checks of tracking: values that are due, reds without an answer, work and actions that are late."""

import datetime as dt

import numpy as np
import pandas as pd

from planning_kit.analysis.forecast import ENOUGH, target
from planning_kit.analysis.readings import published, signed
from planning_kit.analysis.status import LIGHTS, progress
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Setting, check
from planning_kit.steps.exposed import watched
from planning_kit.steps.reading import Hits, begun, day, follow, latest, remembered, told

MONTHS = {"weekly": 1, "monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
LIMITS = (
    Setting("status_on_track", 95, "Percent of the expected progress from which a measure is on track (green)."),
    Setting("status_behind", 85, "Percent of the expected progress from which a measure is behind, below it red."),
)


def lights(plan: Plan, at: Circumstances, *, without_last: bool = False) -> pd.DataFrame:
    """Return the status of every measure with its ``light``; ``without_last``: as it was one value before."""
    limits = (at.settings[f"status_{name}"] / 100 for name in ("on_track", "behind"))
    return _lights(plan, at.as_of, without_last, *limits)


@remembered("measures", "objectives", "actuals", "targets", "profile")
def _lights(plan: Plan, as_of: dt.date, without_last: bool, on_track: float, behind: float) -> pd.DataFrame:  # noqa: FBT001 - as in `lights`
    actuals = plan.actuals.dropna(subset=["measure", "value"])
    actuals = actuals[actuals["period_end"] <= pd.Timestamp(as_of)]
    if without_last:
        actuals = actuals.drop(latest(actuals, "measure", "period_end", Circumstances(as_of))["id"])
    found = progress(begun(plan), actuals, as_of, targets=plan.targets, on_track=on_track, behind=behind)
    return found.assign(light=found["status"].map(LIGHTS))


def last_period(until: "pd.Series[pd.Timestamp]", frequency: "pd.Series[str]", first: int) -> pd.DataFrame:
    """Return the last whole period that ended by a date: its end, and the end of the one before.

    Parameters
    ----------
    until : Series of dates
    frequency : Series of str
        As in the measures; nothing counts as quarterly.
    first : int
        Month the fiscal year starts in; halves and years follow it.
    """
    days = until.to_numpy().astype("datetime64[D]")
    months = (days + 1).astype("datetime64[M]").astype("int64")
    length = frequency.map(MONTHS).fillna(MONTHS["quarterly"]).to_numpy(dtype="int64")
    opens = months - (months - (first - 1)) % length
    ended, before = (one.astype("datetime64[M]").astype("datetime64[D]") - 1 for one in (opens, opens - length))
    weekly = (frequency == "weekly").to_numpy(dtype=bool)
    sunday = days - (days.astype("int64") + 4) % 7  # 1970-01-04 was a Sunday, day 3
    ended, before = np.where(weekly, sunday, ended), np.where(weekly, sunday - 7, before)
    missing = np.isnat(days)
    ended[missing] = before[missing] = np.datetime64("NaT")
    return pd.DataFrame({"ended": ended, "before": before}, index=until.index).astype("datetime64[s]")


def not_updated(plan: Plan, at: Circumstances, wait: float) -> pd.DataFrame:
    """Return the measures without a value for the last period that ended so many days ago, with that period."""
    rows = begun(plan)
    values = latest(plan.actuals.dropna(subset=["value"]), "measure", "period_end", at)["period_end"]
    last = values.reindex(rows.index)
    asked = day(at) - pd.Timedelta(days=wait)
    until = rows["due"].where(rows["due"] < asked, asked)
    found = last_period(until, rows["frequency"], plan.marked("profile", "fiscal_year_start") or 1)
    rows = rows.assign(last=last, **found)
    start = rows["baseline_on"].fillna(rows["start"])
    done_by = rows["target_kind"] == "done_by"
    waiting = (rows["before"] >= start - pd.Timedelta(days=1)) & ~(last > rows["before"]) & ~done_by
    return rows[waiting | (done_by & (rows["due"] <= asked) & last.isna())]


@check(
    "701",
    "error",
    Setting("value_wait_days", 30, "Days after the end of a period by which its value should be there."),
    thread="monitoring and evaluation",
    gap="measures not tracked",
)
def measure_not_updated(plan: Plan, at: Circumstances) -> Hits:
    """Measure that is due and not updated.

    What: A period of a measure ended some time ago and there is no value for it.
    Why: What is not measured is reported as on track.
    Fix: Ask for the value; if it cannot be had, measure something else, or less often.
    Source: Kaplan and Norton, The Execution Premium, 2008 (monitor and learn).
    """
    yield from told(
        plan,
        "measures.name",
        not_updated(plan, at, at.settings["value_wait_days"]).assign(wait=at.settings["value_wait_days"]),
        "“{label}” has no value for the {frequency} period that ended on {ended}; its last one is from {last}.",
        "Ask for the value. If it cannot be had within {wait} days, measure something else, or less often.",
    )


@check(
    "702",
    "warning",
    Setting("value_wait_days", 30, "Days after the end of a period by which its value should be there."),
    thread="monitoring and evaluation",
    gap="measures not tracked",
)
def value_out_of_date(plan: Plan, at: Circumstances) -> Hits:
    """Value older than its period.

    What: A new period has ended, its value is not there yet, and the last one is still shown.
    Why: Last period's number stands under today's date.
    Fix: Enter the value, even a preliminary one with a note.
    Source: European Statistics Code of Practice, timeliness.
    """
    late = not_updated(plan, at, at.settings["value_wait_days"])
    fresh = not_updated(plan, at, 0)
    yield from told(
        plan,
        "measures.name",
        fresh[~fresh.index.isin(late.index)],
        "The {frequency} period of “{label}” ended on {ended}; the value shown is from {last}.",
        "Enter the new value, even a preliminary one with a note.",
    )


@check("703", "error", *LIMITS, thread="accountability", gap="measures not tracked")
def red_without_countermeasure(plan: Plan, at: Circumstances) -> Hits:
    """Red without a countermeasure.

    What: A measure is red, and no open countermeasure with an owner and a date is about it or its objective.
    Why: A red that nobody answers teaches everybody that red means nothing.
    Fix: One for each red: what, who, by when, what should move.
    Source: Policy deployment, Akao, 1991; A3 thinking, Shook, Managing to Learn, 2008.
    """
    rows = plan.measures.join(lights(plan, at)[["light", "status", "reason", "actual", "actual_on"]])
    rows = rows[rows["light"] == "red"]
    answers = plan.countermeasures
    newest = rows["actual_on"].min()
    live = answers[answers["done_on"].isna() | (answers["done_on"] >= newest)]
    whole = live[live["owner"].notna() & live["due"].notna()]
    answered = rows.index.isin(whole["about"]) | rows["objective"].isin(whole["about"])
    begun_one = rows.index.isin(live["about"]) | rows["objective"].isin(live["about"])
    said = pd.Series("no countermeasure", index=rows.index).mask(begun_one, "a countermeasure without owner or date")
    yield from told(
        plan,
        "measures.name",
        rows.assign(said=said)[~answered],
        "“{label}” is red ({actual}{uom} on {actual_on}, aim: {target_kind} {target}) and has {said}.",
        "What is done about the cause, by whom, by when, and what should move?",
    )


@check("704", "warning", *LIMITS, thread="adaptability", gap="resources that cannot move")
def red_twice(plan: Plan, at: Circumstances) -> Hits:
    """Two periods red without a re-plan.

    What: A measure is red now and was red one value before, and no decision about it or its objective was taken since.
    Why: The second red says that the countermeasure, the target or the plan is wrong.
    Fix: Decide: another way, more means, or another target; and write it down.
    Source: Argyris, Double Loop Learning in Organizations, Harvard Business Review, 1977.
    """
    before = lights(plan, at, without_last=True)
    twice = (lights(plan, at)["light"] == "red") & (before["light"] == "red")
    rows = plan.measures.assign(since=before["actual_on"])[twice]
    newest = plan.decisions.dropna(subset=["about"]).groupby("about")["decided_on"].max()
    decided = pd.concat([newest.reindex(rows.index), follow(rows["objective"], newest)], axis=1)
    yield from told(
        plan,
        "measures.name",
        rows[~(decided.max(axis=1) >= rows["since"])],
        "“{label}” has been red for two periods, since {since} or longer, and nothing was decided anew.",
        "Another way, more means, or another target: decide, and write it down.",
    )


@check("705", "warning", thread="accountability")
def action_overdue(plan: Plan, at: Circumstances) -> Hits:
    """Overdue action.

    What: The day of an action has passed and it is not done.
    Why: Meetings whose actions are not done have no reason to be held.
    Fix: Do it, drop it, or agree on a new day aloud.
    Source: Meeting practice: actions are read back first.
    """
    rows = plan.actions
    yield from told(
        plan,
        "actions.due",
        rows[rows["done_on"].isna() & (rows["due"] < day(at))],
        "{owner} was to “{label}” by {due}.",
        "Done, dropped, or by which new day?",
    )


@check("708", "warning", thread="accountability")
def override_expired(plan: Plan, at: Circumstances) -> Hits:
    """Status set by hand whose time is over.

    What: A status set by hand has no reason or no end, or its end has passed.
    Why: A colour that outlives its reason is decoration.
    Fix: Take it away, or give it a new end with a new reason.
    Source: Status governance of programmes (“watermelon” reports: green outside, red inside).
    """
    rows = plan.status_overrides
    over = rows["expires_on"] < day(at)
    said = pd.Series("has no reason or no end", index=rows.index).mask(over, "has run out")
    yield from told(
        plan,
        "status_overrides.expires_on",
        rows.assign(said=said)[over | rows["expires_on"].isna() | rows["reason"].isna()],
        "The status “{status}” set by hand for “{row}” until {expires_on} {said}.",
        "Take it away, or give it a new end with a new reason.",
    )


@check("709", "warning", thread="adaptability", gap="resources that cannot move")
def trip_wire_breached(plan: Plan, at: Circumstances) -> Hits:
    """Trip-wire breached.

    What: The newest value of the measure that watches an assumption says that it no longer holds.
    Why: The plan was made for a world that is gone.
    Fix: Re-plan what rests on it, or record a decision about this assumption.
    Source: Dewar, Assumption-Based Planning, 2002.
    """
    rows = watched(plan, at)
    yield from told(
        plan,
        "assumptions.threshold",
        rows[rows["breached"] & ~rows["settled"]],
        "It was assumed: “{label}”. “{measure}” was to stay {comparator} {threshold}; on {on} it is {value}.",
        "Re-plan what rests on it, or record a decision about this assumption.",
    )


@check("710", "warning", thread="adaptability")
def assumption_not_reviewed(plan: Plan, at: Circumstances) -> Hits:
    """Assumption not looked at in time.

    What: The day on which an assumption should be looked at again has passed.
    Why: Most assumptions do not break with a bang.
    Fix: Ask who watches it whether it still holds; enter the next day.
    Source: Dewar, Assumption-Based Planning, 2002.
    """
    rows = plan.assumptions
    yield from told(
        plan,
        "assumptions.review_on",
        rows[rows["review_on"] < day(at)],
        "The assumption “{label}” should have been looked at again on {review_on}.",
        "Ask {owner} whether it still holds, and enter the next day.",
    )


@check("711", "warning", *LIMITS, thread="goal alignment", gap="silos")
def guardrail_worse(plan: Plan, at: Circumstances) -> Hits:
    """Guardrail that worsens while its sibling improves.

    What: A guardrail measure got worse or is red, while another measure of the same objective got better or is green.
    Why: The objective is being won the wrong way: fewer opening hours make more loans per hour.
    Fix: Ask what was done, and whether those served would call it better.
    Source: Goodhart's law; paired indicators, Grove, High Output Management, 1983.
    """
    rows = plan.measures.join(lights(plan, at)[["light", "trend"]])
    guard = rows["is_guardrail"].fillna(value=False).astype(bool)
    better = rows[~guard & ((rows["trend"] == "better") | (rows["light"] == "green"))].sort_index()
    sibling = better.drop_duplicates("objective").set_index("objective")["name"]
    worse = (rows["trend"] == "worse") | (rows["light"] == "red")
    said = pd.Series("is red", index=rows.index).mask(rows["trend"] == "worse", "got worse")
    rows = rows.assign(said=said, sibling=follow(rows["objective"], sibling))
    yield from told(
        plan,
        "measures.name",
        rows[guard & worse & rows["objective"].isin(sibling.index)],
        "The guardrail “{label}” {said}, while “{sibling}” looks well.",
        "What was done, and would those you serve call it better?",
    )


@check(
    "707",
    "warning",
    Setting("target_chance_least", 50, "Percent: chance of reaching the target below which it warns."),
    thread="monitoring and evaluation",
    slow=True,
)
def target_unlikely(plan: Plan, at: Circumstances) -> Hits:
    """Target that is unlikely to be reached.

    What: The forecast from the values so far gives less than the set chance of reaching the target by its day.
    Why: There is still time to do something, or to say so; on the day itself there is neither.
    Fix: Decide now: another way, more means, or another target.
    Source: Politis and Romano, A Circular Block-Resampling Procedure, 1992 (the forecast).
    """
    rows = plan.measures[plan.measures["due"] >= day(at)]
    counts = plan.actuals["measure"].value_counts().reindex(rows.index)
    found = {row: target(plan.actuals, rows.loc[row], as_of=at.as_of) for row in rows.index[counts >= ENOUGH]}
    chances = pd.Series({row: one.probability for row, one in found.items()}, dtype="float64").reindex(rows.index)
    middles = pd.Series({row: one.middle for row, one in found.items()}, dtype="float64").reindex(rows.index)
    rows = rows.assign(chance=(chances * 100).round(), middle=middles, least=at.settings["target_chance_least"])
    yield from told(
        plan,
        "measures.target",
        rows[rows["chance"] < rows["least"]],
        "“{label}” will reach its target of {target}{uom} by {due} with a chance of {chance} %; "
        "in the middle of the forecast it is {middle}.",
        "Decide now: another way, more means, or another target.",
    )


@check("712", "warning", thread="accountability")
def countermeasure_overdue(plan: Plan, at: Circumstances) -> Hits:
    """Overdue countermeasure.

    What: The day of a countermeasure has passed and it is not done.
    Why: The red it was to end goes on, with a good conscience.
    Fix: Do it, or choose another one.
    Source: Policy deployment, Akao, 1991.
    """
    rows = plan.countermeasures
    yield from told(
        plan,
        "countermeasures.due",
        rows[rows["done_on"].isna() & (rows["due"] < day(at))],
        "{owner} was to “{label}” by {due}, against “{about}”.",
        "Done, by which new day, or what instead?",
    )


@check("716", "warning", *LIMITS, thread="monitoring and evaluation", gap="measures not tracked")
def green_light_that_lies(plan: Plan, at: Circumstances) -> Hits:
    """Green by hand, red by the numbers.

    What: A measure is shown as on track or met by hand while its computed status is red.
    Why: Whoever looks at the page sees the hand, not the number.
    Fix: Show both; ask what the hand knows that the number does not, and until when.
    Source: Status governance of programmes (“watermelon” reports: green outside, red inside).
    """
    rows = plan.status_overrides
    light = follow(rows["row"], lights(plan, at)["light"])
    yield from told(
        plan,
        "status_overrides.status",
        rows[rows["status"].isin(["on_track", "met"]) & (light == "red") & ~(rows["expires_on"] < day(at))],
        "“{row}” is shown as {status} until {expires_on}; its values say red. Reason given: {reason}.",
        "Show both, and ask what is known that the values do not show yet.",
    )


@check("720", "warning", thread="monitoring and evaluation", gap="measures not tracked")
def published_otherwise(plan: Plan, at: Circumstances) -> Hits:
    """Progress published that is not the signed one.

    What: Another report printed a progress for the newest value that is not the signed reading: a share of a ceiling,
    nothing for a bound that is kept, or another share of the way.
    Why: Readers remember the printed number: 242 fatal accidents of at most 267 look like 90.6 % of the way to a goal.
    Fix: Publish the signed reading beside it; where a ceiling was typed as something to raise, correct the aim.
    Source: performance.gov data of 2022, US Department of Transportation.
    """
    found = published(begun(plan), plan.actuals, at.as_of, plan.objectives)
    rows = plan.measures.loc[found.index, ["name"]].assign(said=found["published"].round(1), signed=signed(found))
    yield from told(
        plan,
        "measures.name",
        rows,
        "“{label}” was published as {said} %; read with its sign it is {signed}.",
        "Show both, and publish the signed reading from now on.",
    )
