"""What a rating may rest on, and how those who rate use the scale."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning_kit.analysis import rating


def test_a_curve_is_straight_between_threshold_target_and_cap() -> None:
    """A published plan pays 40 % of base pay at 80 %, 50 at 100, and 1.5 more a point up to 80 at 120; level beyond."""
    paid = [rating.on_curve(at, (80, 100, 120), (40, 50, 80)) for at in (80, 90, 100, 110, 120, 140)]
    assert paid == [40, 45, 50, 65, 80, 80]
    assert rating.on_curve(110, (80, 100, 120), (32, 40, 64)) == 52, "1.2 a point for the next level of managers"


def promises(*rows: tuple[str, str, str | None, str | None]) -> pd.DataFrame:
    """Return promises of Collections that one task needs: state, due, kept and warned on."""
    frame = pd.DataFrame(rows, columns=["state", "due", "kept_on", "warned_on"])
    for name in ("due", "kept_on", "warned_on"):
        frame[name] = pd.to_datetime(frame[name])
    return frame.assign(giver="U3", needed_by_task="T10", answered_on=frame["due"] - pd.Timedelta(days=30))


def test_promises_kept_are_the_share_done_on_their_day() -> None:
    """Five of six promises done are 83 %, sixteen of twenty 80 % (published examples of percent plan complete)."""
    for kept, made in ((5, 6), (16, 20)):
        rows = [("kept", "2026-03-02", "2026-03-01", None)] * kept
        rows += [("broken", "2026-03-02", None, None)] * (made - kept)
        scores = rating.promise_keeping(promises(*rows), dt.date(2026, 6, 30))
        assert scores.mean() == pytest.approx(kept / made)


def test_an_early_warning_counts_half_and_silence_nothing() -> None:
    """Late with a warning before the day is half; a warning after it, an open refusal and what is due later are not."""
    rows = promises(
        ("kept_late", "2026-03-02", "2026-03-20", "2026-02-20"),
        ("kept_late", "2026-03-02", "2026-03-20", "2026-03-02"),
        ("broken", "2026-03-02", None, "2026-02-20"),
        ("asked", "2026-03-02", None, None),
        ("declined", "2026-03-02", None, None),
        ("withdrawn", "2026-03-02", None, None),
        ("accepted", "2026-09-30", None, None),
    )
    assert rating.promise_keeping(rows, dt.date(2026, 6, 30)).to_dict() == {0: 0.5, 1: 0, 2: 0.5, 3: 0}


def test_work_loses_the_days_from_the_last_agreed_to_the_last_that_came() -> None:
    """A batch agreed for 14 November and replaced by one that came on 2 January costs the team that waited 49 days."""
    rows = promises(("withdrawn", "2025-11-14", None, None), ("kept_late", "2025-12-19", "2026-01-02", "2025-12-15"))
    late = rating.time_lost(rows, dt.date(2026, 6, 30))
    assert late.loc["T10", ["giver", "lost"]].tolist() == ["U3", 49]
    other = rows.iloc[:1].assign(
        state="kept", giver="U1", due=pd.Timestamp("2025-12-30"), kept_on=pd.Timestamp("2025-12-30")
    )
    both = rating.time_lost(pd.concat([rows, other], ignore_index=True), dt.date(2026, 6, 30))
    assert both["lost"].tolist() == [3], "work that needed something else on 30 December only lost three days"
    assert rating.time_lost(rows.iloc[:1], dt.date(2026, 6, 30)).empty, "taken back, and nothing in its place"


@given(st.lists(st.tuples(st.integers(0, 300), st.none() | st.integers(0, 400)), min_size=1, max_size=6))
def test_nobody_loses_time_to_promises_kept_in_time(days: list[tuple[int, int | None]]) -> None:
    """Time lost is never below 0, is nought where all came in time, and grows while something is still missing."""
    start = pd.Timestamp("2026-01-01")
    rows = [
        (
            "accepted",
            str((start + pd.Timedelta(days=due)).date()),
            None if came is None else str((start + pd.Timedelta(days=came)).date()),
            None,
        )
        for due, came in days
    ]
    found = rating.time_lost(promises(*rows), dt.date(2026, 12, 1))
    assert (found["lost"] > 0).all()
    if all(came is not None and came <= due for due, came in days):
        assert found.empty
    later = rating.time_lost(promises(*rows), dt.date(2027, 6, 1))
    assert later["lost"].sum() >= found["lost"].sum()


def test_few_ratings_of_a_rater_say_little() -> None:
    """The published table of credibility: with k = 5 one rating is believed 16.7 %, three 37.5, five 50, ten 66.7."""
    believed = [round(100 * rating.credibility(n, 5), 1) for n in (1, 3, 5, 10, 25, 50)]
    assert believed == [16.7, 37.5, 50, 66.7, 83.3, 90.9]


def rated(*rows: tuple[str, str, int]) -> pd.DataFrame:
    """Return ratings: rater, team, rating."""
    return pd.DataFrame(rows, columns=["rater", "team", "rating"])


def test_a_mild_rater_is_proposed_less_and_a_strict_one_more() -> None:
    """Five ratings one above the mean count half: 0.5 less is proposed, and 0.5 more for the strict rater."""
    rows = rated(*[("mild", "A", 4)] * 5, *[("strict", "B", 2)] * 5)
    found = rating.rater_bias(rows)
    assert found["bias"].to_dict() == {"mild": 0.5, "strict": -0.5}
    assert set(rating.without_bias(rows, found["bias"])) == {3.5, 2.5}


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("AB"), st.integers(1, 5)), min_size=1, max_size=20))
def test_a_proposal_never_turns_the_order_inside_a_team(rows: list[tuple[str, str, int]]) -> None:
    """Whoever was rated higher in a team is proposed no less; nothing leaves the scale; one rater moves nobody."""
    ratings = rated(*rows)
    bias = rating.rater_bias(ratings)["bias"]
    found = rating.without_bias(ratings, bias)
    assert found.between(1, 5).all()
    for _, team in ratings.assign(found=found).groupby("team"):
        for one in team.itertuples():
            assert (team.loc[team["rating"] > one.rating, "found"] >= one.found - 1e-9).all()
    if len(set(ratings["rater"])) == 1:
        assert found.tolist() == pytest.approx(ratings["rating"].tolist())


def test_a_group_is_hidden_when_the_rest_would_reveal_it() -> None:
    """Of 20, groups of 9, 6 and 5 may be shown; of 19 with one of 4 hidden, the next smallest goes with it."""
    shown = rating.shown_groups
    assert shown(pd.Series({"a": 9, "b": 6, "c": 5})).tolist() == [True, True, True]
    assert shown(pd.Series({"a": 9, "b": 6, "c": 4})).tolist() == [True, False, False]
    assert shown(pd.Series({"a": 9, "b": 3, "c": 4})).tolist() == [True, False, False]


@given(st.lists(st.integers(1, 12), min_size=1, max_size=8))
def test_no_difference_reveals_fewer_than_five(counts: list[int]) -> None:
    """Neither a shown group nor all less the shown ones are fewer than five people."""
    groups = pd.Series(counts)
    shown = rating.shown_groups(groups)
    assert (groups[shown] >= 5).all()
    rest = groups[~shown].sum()
    assert rest == 0 or rest >= 5 or not shown.any()
