"""Checks of who judges whom, in which order, and how one can appeal."""

import numpy as np
import pandas as pd

from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, Hit, Setting, check
from planning_kit.steps.reading import Hits, counted, day, follow, told


@check("804", "error", thread="accountability")
def appeal_decided_by_the_same(plan: Plan, _at: Circumstances) -> Hits:
    """Appeal decided by the same person.

    What: Who decides an appeal took part in what is appealed against, or filed it.
    Why: Nobody is a judge in their own case.
    Fix: Let somebody else decide, best from another unit.
    Source: Nemo iudex in causa sua; ACAS Code of Practice on Disciplinary and Grievance Procedures.
    """
    rows = plan.appeals
    reviews, ratings, decided = plan.reviews, plan.ratings, plan.consequences
    of_rating = follow(ratings["review"], reviews["manager"])
    of_reward = follow(plan.rewards["review"], reviews["manager"])
    judges = [ratings["rated_by"], of_rating, of_reward, decided["approved_by"], decided["second_approver"]]
    same = rows["decided_by"] == rows["filed_by"]
    for judge in judges:
        same |= rows["decided_by"] == follow(rows["about"], judge)
    yield from told(
        plan,
        "appeals.decided_by",
        rows[same],
        "The appeal “{label}” is decided by {decided_by}, who took part in what it is about.",
        "Let somebody else decide, best from another unit.",
    )


@check(
    "805",
    "error",
    Setting("appeal_days_least", 10, "Working days within which one can appeal, at least."),
    thread="accountability",
)
def appeal_window_too_short(plan: Plan, at: Circumstances) -> Hits:
    """Window to appeal too short.

    What: The last day to appeal is fewer working days after the news than agreed.
    Why: Who has three days does not appeal, but remembers.
    Fix: Set a later day.
    Source: ACAS Code of Practice on Disciplinary and Grievance Procedures (appeals).
    """
    rows = plan.appeals
    news = pd.concat([plan.ratings["rated_on"], plan.rewards["given_on"], plan.consequences["informed_on"]])
    told_on = follow(rows["about"], news)
    known = rows.assign(told_on=told_on)[told_on.notna() & rows["closes_on"].notna()]
    first, last = (known[name].to_numpy().astype("datetime64[D]") for name in ("told_on", "closes_on"))
    known = known.assign(days=np.busday_count(first, last), least=at.settings["appeal_days_least"])
    yield from told(
        plan,
        "appeals.closes_on",
        known[known["days"] < known["least"]],
        "The window of “{label}” closes on {closes_on}, {days} working days after the news of {told_on}; "
        "{least} are the least.",
        "Set a later day.",
    )


@check(
    "806",
    "warning",
    Setting("appeal_answer_days", 30, "Days after which an appeal should be decided."),
    thread="communication",
)
def appeal_waits(plan: Plan, at: Circumstances) -> Hits:
    """Appeal that waits.

    What: An appeal was filed some time ago and is not decided.
    Why: Waiting is an answer, too, and the worst of them.
    Fix: Decide it, or tell the person by which day.
    Source: ACAS Code of Practice (without unreasonable delay).
    """
    rows = plan.appeals
    before = day(at) - pd.Timedelta(days=at.settings["appeal_answer_days"])
    yield from told(
        plan,
        "appeals.decided_on",
        rows[rows["decided_on"].isna() & (rows["filed_on"] < before)],
        "The appeal “{label}” was filed on {filed_on} and is not decided.",
        "Decide it, or tell {filed_by} by which day.",
    )


@check("811", "error", thread="accountability")
def decided_alone(plan: Plan, _at: Circumstances) -> Hits:
    """Consequence decided by one person alone.

    What: First and second approver of a consequence are the same person.
    Why: The second pair of eyes is there for the person concerned.
    Fix: Ask somebody else.
    Source: Four-eyes principle.
    """
    rows = plan.consequences
    yield from told(
        plan,
        "consequences.second_approver",
        rows[rows["approved_by"] == rows["second_approver"]],
        "The consequence for {subject} was approved twice by {approved_by}.",
        "Ask somebody else to be the second approver.",
    )


@check("814", "note", thread="communication")
def small_group(plan: Plan, _at: Circumstances) -> Hits:
    """Group too small to show.

    What: In a period fewer than five people are rated.
    Why: A distribution of four says who had which rating; it is hidden.
    Fix: Nothing to do: talk to people one by one.
    Source: Statistical disclosure control (minimum cell size).
    """
    rated = plan.reviews[plan.reviews.index.isin(plan.ratings["review"])]
    periods = rated.groupby("finish")["subject"].nunique().sort_index()
    for finish, count in periods[periods < 5].items():  # noqa: PLR2004 - smallest group that is shown
        when = pd.Timestamp(str(finish)).date()
        message = f"For the period up to {when} {counted(count, 'subject')} are rated; distributions show from 5 on."
        yield Hit("ratings", "", "rating", message, "Nothing to do; talk about ratings one by one.")


@check("815", "warning", thread="accountability")
def person_before_team(plan: Plan, _at: Circumstances) -> Hits:
    """People reviewed before any team.

    What: People are reviewed for a period for which no team is.
    Why: Most results are results of a team; judged alone, people explain what was not in their hands.
    Fix: Review the teams first, with their evidence.
    Source: Deming, Out of the Crisis, 1986 (most variation comes from the system).
    """
    rows = plan.reviews.dropna(subset=["subject", "finish"])
    team = rows["subject"].str.match(r"U\d").astype(bool)
    alone = rows[~team & ~rows["finish"].isin(rows.loc[team, "finish"])]
    yield from told(
        plan,
        "reviews.subject",
        alone,
        "{subject} is reviewed for the period up to {finish}, for which no team is.",
        "Review the teams first, with their evidence.",
    )


@check("816", "warning", thread="accountability")
def rating_without_views(plan: Plan, _at: Circumstances) -> Hits:
    """Rating before both sides were heard.

    What: A review has a rating, but the subject's or the manager's own view is missing.
    Why: The calibration then compares how well managers talk.
    Fix: Ask for the missing view before the rating is told.
    Source: Organisational justice, Leventhal, 1980 (voice).
    """
    rows = plan.reviews[plan.reviews.index.isin(plan.ratings["review"])]
    missing = pd.Series("the subject's", index=rows.index).mask(rows["manager_view"].isna(), "the manager's")
    missing = missing.mask(rows["manager_view"].isna() & rows["self_view"].isna(), "either side's")
    yield from told(
        plan,
        "reviews.self_view",
        rows.assign(missing=missing)[rows["self_view"].isna() | rows["manager_view"].isna()],
        "{subject} is rated, but {missing} view is missing.",
        "Ask for it before the rating is told.",
    )


@check("820", "error", thread="accountability")
def judge_in_own_case(plan: Plan, _at: Circumstances) -> Hits:
    """Judge in their own case.

    What: A person is reviewed or rated by themselves.
    Why: Nobody is a judge in their own case.
    Fix: Name somebody else.
    Source: Nemo iudex in causa sua.
    """
    reviews, ratings = plan.reviews, plan.ratings
    yield from told(
        plan,
        "reviews.manager",
        reviews[reviews["manager"] == reviews["subject"]],
        "{subject} is reviewed by themselves.",
        "Name somebody else.",
    )
    subject = follow(ratings["review"], reviews["subject"])
    yield from told(
        plan,
        "ratings.rated_by",
        ratings[ratings["rated_by"] == subject],
        "{rated_by} is rated by themselves.",
        "Name somebody else.",
    )


@check(
    "821",
    "warning",
    Setting("sign_off_days", 30, "Days after which a rating should have been read and signed."),
    thread="communication",
)
def not_signed(plan: Plan, at: Circumstances) -> Hits:
    """Rating not signed by both sides.

    What: A rating was given some time ago, and the subject or the manager has not signed that it was talked about.
    Why: What was never told cannot be appealed, nor learned from.
    Fix: Talk about it; signing says read, not agreed.
    Source: Appraisal practice, CIPD.
    """
    rows, signed = plan.ratings, plan.sign_offs.dropna(subset=["review", "signed_by"])
    manager = follow(signed["review"], plan.reviews["manager"])
    by_manager = rows["review"].isin(signed.loc[signed["signed_by"] == manager, "review"])
    by_subject = rows["review"].isin(signed.loc[signed["signed_by"] != manager, "review"])
    before = day(at) - pd.Timedelta(days=at.settings["sign_off_days"])
    late = (rows["rated_on"] < before) & ~(by_manager & by_subject)
    missing = np.select([by_manager, by_subject], ["the subject", "the manager"], "either side")
    yield from told(
        plan,
        "ratings.rated_on",
        rows.assign(missing=missing)[late],
        "The rating of {rated_on} by {rated_by} is not signed as read by {missing}.",
        "Talk about it; signing says read, not agreed.",
    )


@check("826", "error", thread="accountability")
def settled_before_opened(plan: Plan, _at: Circumstances) -> Hits:
    """Rating settled before the calibration was opened.

    What: A rating stands for a review whose calibration is not opened, or was opened after the day of the rating.
    Why: Until it is opened the managers' parts may still change, and the rating rests on what nobody wrote down.
    Fix: Open the calibration first: subject, then manager, then the rating.
    Source: Organisational justice, Leventhal, 1980 (consistency, bias suppression).
    """
    rows = plan.ratings
    opened = follow(rows["review"], plan.reviews["calibration_opened_on"])
    yield from told(
        plan,
        "ratings.rating",
        rows.assign(opened=opened)[rows["rating"].notna() & (opened.isna() | (rows["rated_on"] < opened))],
        "{label} has its rating before the calibration was opened.",
        "Open the calibration first: subject, then manager, then the rating.",
    )


@check("827", "error", thread="accountability")
def changed_after_opening(plan: Plan, _at: Circumstances) -> Hits:
    """Change of a manager's rating after the opening of the calibration.

    What: The manager's rating of a review differs from the one kept when the calibration was opened.
    Why: Whoever has seen the others' ratings no longer gives their own.
    Fix: Put the first rating back; what the calibration settles on is the rating.
    Source: Independence of judgements, Kahneman, Sibony and Sunstein, Noise, 2021.
    """
    rows = plan.reviews
    first = plan.ratings.dropna(subset=["review"]).drop_duplicates("review").set_index("review")["first_rating"]
    rows = rows.assign(first=first.reindex(rows.index))
    yield from told(
        plan,
        "reviews.manager_rating",
        rows[rows["first"].notna() & (rows["first"] != rows["manager_rating"]).fillna(value=True)],
        "The manager's rating of {subject} was {first} when the calibration was opened, and is {manager_rating} now.",
        "Put the first one back; what the calibration settles on is the rating.",
    )
