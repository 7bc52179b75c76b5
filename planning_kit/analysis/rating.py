"""What a rating may rest on, and how those who rate use the scale.

Examples
--------
>>> on_curve(110, (80, 100, 120), (1, 3, 5))
4.0
>>> credibility(5)
0.5
"""

import datetime as dt

import numpy as np
import pandas as pd

from planning_kit.analysis.appraisal import SMALLEST_GROUP

SMALLEST_VOTE = 4
"""Raters below which nothing is said of their spread."""
EARLY_WARNING = 0.5
"""What a promise counts that was not kept, with a warning before its day."""
STEADY = 5.0
"""Ratings of one rater at which half of the difference from all is believed."""


def on_curve(attainment: float, steps: tuple[float, float, float], values: tuple[float, float, float]) -> float:
    """Return the value at an attainment: given at threshold, target and cap, straight lines between, level outside.

    Parameters
    ----------
    attainment : float
        In the unit of `steps`, for example per cent of the target.
    steps : tuple of float
        Threshold, target and cap, rising.
    values : tuple of float
        What each of them is worth, for example ratings 1, 3 and 5, or shares of a bonus.

    Examples
    --------
    >>> on_curve(110, (80, 100, 120), (40, 50, 80))
    65.0
    """
    return float(np.interp(attainment, steps, values))


def promise_keeping(promises: pd.DataFrame, as_of: dt.date) -> "pd.Series[float]":
    """Return how far each promise was kept: 1 on its day, 1/2 not but with a warning before it, else 0.

    The mean is the share of promises kept (percent plan complete) with credit for early warning: who says in time
    that it will not work lets the other side act.

    Parameters
    ----------
    promises : DataFrame, index = promise
        ``state``, ``due``, ``answered_on``, ``warned_on``, ``kept_on``.
    as_of : datetime.date
        What is due later is left out, as is what was declined openly, or taken back after it was answered.

    Returns
    -------
    Series, index = those that count
        0, 0.5 or 1.

    Notes
    -----
    Ballard, The Last Planner System of Production Control, 2000 (percent plan complete); Sull and Spinosa,
    Promise-Based Management, 2007 (renegotiate early).
    """
    state, due = promises["state"].fillna("asked"), promises["due"]
    released = (state == "withdrawn") & promises["answered_on"].notna()
    counts = (due <= pd.Timestamp(as_of)) & (state != "declined") & ~released
    kept = state.isin(["kept", "kept_late"]) & ~(promises["kept_on"] > due) & (state != "kept_late")
    warned = promises["warned_on"] < due
    scores = np.select([kept, warned], [1.0, EARLY_WARNING], 0.0)
    return pd.Series(scores, index=promises.index, name="kept")[counts]


def time_lost(promises: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return the days that work waited for promises of others beyond the day agreed.

    Work begins when the last thing it needs is there. What it lost are the days from the last day agreed to the day
    the last thing came; a second promise in place of a first one does not move the day first agreed.

    Parameters
    ----------
    promises : DataFrame, index = promise
        ``giver``, ``needed_by_task``, ``state``, ``due``, ``kept_on``.
    as_of : datetime.date
        What has not come by then is counted up to this day.

    Returns
    -------
    DataFrame, index = task
        ``giver`` (of what came last), ``agreed``, ``arrived``, ``lost`` (calendar days, above 0).

    Notes
    -----
    As-planned against as-built on the driving predecessor: Society of Construction Law, Delay and Disruption Protocol,
    2nd edition, 2017 (an excusable delay extends the time).
    """
    promised = promises[promises["state"] != "declined"].dropna(subset=["needed_by_task", "giver", "due"])
    promised = promised.sort_values("due", kind="stable").assign(live=promised["state"] != "withdrawn")
    came = promised["kept_on"].fillna(pd.Timestamp(as_of))
    came = came.mask(came > pd.Timestamp(as_of), pd.Timestamp(as_of)).where(promised["live"])
    who = ["needed_by_task", "giver"]
    nth = promised.groupby(who)["live"].cumsum() - promised["live"]  # those taken back go with the one in their place
    chains = (
        promised.assign(came=came, nth=nth).groupby([*who, "nth"]).agg(agreed=("due", "min"), arrived=("came", "max"))
    )
    chains = chains.dropna().reset_index().sort_values("arrived", kind="stable")
    tasks = chains.groupby("needed_by_task").agg(
        giver=("giver", "last"), agreed=("agreed", "max"), arrived=("arrived", "last")
    )
    tasks["lost"] = (tasks["arrived"] - tasks["agreed"]).dt.days
    found: pd.DataFrame = tasks[tasks["lost"] > 0]
    return found


def credibility(n: float, k: float = STEADY) -> float:
    """Return how much ``n`` ratings of one rater say about the rater: ``n / (n + k)``.

    Parameters
    ----------
    n : float
        Ratings.
    k : float
        Number of ratings at which half is believed.

    Notes
    -----
    Bühlmann, Experience Rating and Credibility, ASTIN Bulletin 4, 1967.
    """
    return n / (n + k)


def rater_bias(ratings: pd.DataFrame, k: float = STEADY) -> pd.DataFrame:
    """Return how far each rater lies above or below all, shrunk because few ratings say little.

    A difference may as well be a better team: this says where to look, and proposes.

    Parameters
    ----------
    ratings : DataFrame
        ``rater``, ``rating``.
    k : float
        See `credibility`.

    Returns
    -------
    DataFrame, index = rater
        ``n``, ``mean``, ``bias`` = ``n / (n + k) x (mean - mean of all)``, ``spread`` (standard deviation).
    """
    found: pd.DataFrame = ratings.groupby("rater").agg(
        n=("rating", "size"), mean=("rating", "mean"), spread=("rating", "std")
    )
    believed = found["n"].map(lambda n: credibility(n, k))
    found["bias"] = believed * (found["mean"] - ratings["rating"].mean())
    return found


def without_bias(ratings: pd.DataFrame, bias: "pd.Series[float]") -> "pd.Series[float]":
    """Return the ratings less their raters' bias, between 1 and 5, the order inside each team kept.

    Parameters
    ----------
    ratings : DataFrame, index = rated
        ``rater``, ``team``, ``rating``.
    bias : Series, index = rater
        A rater without one is left alone.

    Notes
    -----
    Within a team the numbers are lifted and lowered as little as needed: the mean of the smallest order-keeping numbers
    above and the largest below them.
    """
    moved = (ratings["rating"] - ratings["rater"].map(bias).fillna(0)).clip(1, 5).rename("suggested")
    order = ratings.assign(moved=moved).sort_values(["rating", "moved"], kind="stable")
    for _, team in order.groupby("team"):
        up, down = team["moved"].cummax(), team["moved"][::-1].cummin()
        moved[team.index] = (up + down[::-1]) / 2
    return moved


def shown_groups(counts: "pd.Series[int]", least: int = SMALLEST_GROUP) -> "pd.Series[bool]":
    """Return which groups may be shown so that neither they nor the rest against all tell of fewer than ``least``.

    Parameters
    ----------
    counts : Series, index = group
        People in each; all together are known to the reader.
    least : int
        Smallest number of people a figure may tell of.

    Returns
    -------
    Series of bool, index = group
        Small groups are hidden; if these are together too few, the next larger ones too, because the rest of the
        total would reveal them.

    Notes
    -----
    Primary and complementary cell suppression: Federal Committee on Statistical Methodology, Statistical Policy Working
    Paper 22, 2005.
    """
    shown = counts >= least
    for group in counts[shown].sort_values(kind="stable").index:
        if not 0 < counts[~shown].sum() < least:
            break
        shown[group] = False
    return shown
