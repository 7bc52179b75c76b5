"""Where a measure stands: progress, what was to be expected by now, and one status with its reason.

Missing is missing: without a value there is no progress, never a progress of 0.

Examples
--------
>>> import pandas as pd
>>> measures = pd.DataFrame(
...     {"target_kind": ["raise_to"], "baseline": [32.0], "target": [45.0],
...      "baseline_on": ["2026-01-01"], "due": ["2026-12-31"]}, index=["M1"])
>>> actuals = pd.DataFrame({"measure": ["M1"], "period_end": ["2026-09-30"], "value": [42.0]})
>>> seen = progress(measures, actuals, "2026-10-15")
>>> round(float(seen.loc["M1", "progress"]), 3), seen.loc["M1", "status"]
(0.769, 'on track')
"""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from planning_kit.analysis._frames import Day, Flags, Floats, column, day, day_numbers, days, keyed, numbers, rows_of

TARGET_KINDS = ("raise_to", "lower_to", "keep_at_least", "keep_at_most", "keep_within", "done_by")
STATUSES = ("no data", "too early", "on track", "behind", "at risk", "met", "not met")
LIGHTS: dict[str, Literal["grey", "green", "amber", "red"]] = {
    "no data": "grey",
    "too early": "grey",
    "on track": "green",
    "behind": "amber",
    "at risk": "red",
    "met": "green",
    "not met": "red",
}
"""The colour of each status; `behind` is the band between the two limits, `at risk` the one below both."""

ROUNDING = 1e-9  # 0.95 x 0.4 / 0.4 must still be 0.95


def progress_of(baseline: ArrayLike, target: ArrayLike, actual: ArrayLike) -> Floats:
    """Return the share of the way from baseline to target that is done.

    Parameters
    ----------
    baseline, target, actual : array_like of float
        In the measure's uom; any shapes that broadcast.

    Returns
    -------
    ndarray of float
        ``(actual - baseline) / (target - baseline)``, 1 = target reached, below 0 = further away than at the
        start, above 1 = more than asked. NaN where a value is missing or target equals baseline.

    Examples
    --------
    >>> progress_of([8, 200, 5], [5, 0, 5], [6, 100, 6]).round(3).tolist()
    [0.667, 0.5, nan]
    """
    start, end, now = (np.asarray(values, dtype=np.float64) for values in (baseline, target, actual))
    way = end - start
    return (now - start) / np.where(way == 0, np.nan, way)


def band(health: float, *, on_track: float = 0.95, behind: float = 0.85) -> str:
    """Return the status of a health: ``on track``, ``behind`` or ``at risk`` (``no data`` for NaN).

    Parameters
    ----------
    health : float
        Progress divided by expected progress.
    on_track, behind : float
        Lower limits of the two upper bands; a health on the limit belongs to the upper band.
    """
    if np.isnan(health):
        return "no data"
    if health >= on_track - ROUNDING:
        return "on track"
    return "behind" if health >= behind - ROUNDING else "at risk"


def average_health(health: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Return the weighted mean of healths, each counted as at most 1, so that no success hides a failure.

    Parameters
    ----------
    health : array_like of float, shape (n,)
        Progress / expected progress; NaN is left out.
    weights : array_like of float, shape (n,), optional
        At least 0; equal when not given.

    Returns
    -------
    float
        NaN if nothing is known.

    Examples
    --------
    >>> round(average_health([50 / 55, 99 / 100, 120 / 100, 15 / 22]), 4), band(0.8952)
    (0.8952, 'behind')
    """
    values = np.asarray(health, dtype=np.float64)
    shares = np.ones_like(values) if weights is None else np.asarray(weights, dtype=np.float64)
    known = ~np.isnan(values) & (shares > 0)
    return float(np.average(np.minimum(values[known], 1), weights=shares[known])) if known.any() else np.nan


def progress(  # noqa: PLR0913 - the three limits are settings of the plan
    measures: pd.DataFrame,
    actuals: pd.DataFrame,
    as_of: Day,
    *,
    targets: pd.DataFrame | None = None,
    on_track: float = 0.95,
    behind: float = 0.85,
    too_early: float = 0.10,
) -> pd.DataFrame:
    """Return where each measure stands on a date.

    The latest value with ``period_end <= as_of`` counts. It is compared with what was expected on its own
    ``period_end`` (a value for September is not blamed for October), and with the whole target once the due
    date has passed.

    Parameters
    ----------
    measures : DataFrame, index = measure id
        ``target_kind`` (one of `TARGET_KINDS`), ``target`` and ``due``; where they apply ``baseline``,
        ``baseline_on`` (or ``start``), ``lower``, ``upper``. A ``done_by`` measure without numbers goes from
        0 to 1. A ``keep_...`` measure without ``lower`` or ``upper`` keeps its ``target``.
    actuals : DataFrame
        ``measure``, ``period_end``, ``value`` (in the measure's uom). Of two rows for one period the
        later row counts; rows without a value are ignored.
    as_of : date
        Nothing after this day is looked at.
    targets : DataFrame, optional
        ``measure``, ``period_end``, ``value``: the trajectory, for measures that do not move in a straight
        line. Its last point serves as target where none is given.
    on_track, behind, too_early : float
        Limits of health, and the expected progress under which nothing is judged.

    Returns
    -------
    DataFrame, index = index of `measures`
        ``actual`` (uom), ``actual_on``, ``progress`` (1 = 100 %, signed), ``met``, ``distance`` (uom;
        positive = on the good side of the bound), ``expected`` (progress), ``health`` = progress / expected,
        ``status`` (one of `STATUSES`), ``trend`` (``better``, ``same``, ``worse``), ``age_days``, ``reason``.

    Raises
    ------
    PlanError
        If a column is missing or an id stands twice.

    Notes
    -----
    ``progress = (actual - baseline) / (target - baseline)``; ``expected = (day - baseline_on) / (due -
    baseline_on)`` between 0 and 1. Bands 95 / 85 and the name ``behind`` for the middle one follow the
    published practice of OKR tools (health 89.52 is "behind").
    """
    keyed(measures, "measures", "target_kind", "target", "due")
    now = _latest(measures.index, actuals, as_of)
    seen = pd.DataFrame(index=measures.index)
    seen["actual"], seen["actual_on"] = now["actual"], now["actual_on"]
    path = None if targets is None else _points(measures, targets)
    baseline, target = _ends(measures, path)
    low, high = _bounds(measures, target)
    moving = measures["target_kind"].isin(["raise_to", "lower_to", "done_by"]).to_numpy(dtype=bool)
    seen["progress"] = np.where(moving, progress_of(baseline, target, seen["actual"]), np.nan)
    seen["distance"] = _distance(now["actual"], low, high)
    seen["met"] = (seen["distance"] >= 0).astype("boolean").mask(seen["distance"].isna())
    judged_on = _judged_on(measures, now["actual_on"], as_of)
    expected = np.where(moving, _expected(measures, judged_on, path, baseline, target), np.nan)
    seen["expected"] = np.where(seen["actual"].isna(), np.nan, expected)
    seen["health"] = seen["progress"] / seen["expected"].where(seen["expected"] > 0)
    facts = seen.assign(baseline=baseline, target=target, overdue=_overdue(measures, judged_on))
    seen["status"], reason = _judge(measures, facts, on_track, behind, too_early)
    seen["trend"] = _trend(now, low, high)
    age = pd.Series((day(as_of) - days(seen, "actual_on")).astype("timedelta64[D]"), index=seen.index)
    seen["age_days"] = age.dt.days.astype("Int64")
    seen["reason"] = reason
    columns = ["actual", "actual_on", "progress", "met", "distance", "expected", "health"]
    return seen[[*columns, "status", "trend", "age_days", "reason"]]


def _latest(ids: pd.Index, actuals: pd.DataFrame, as_of: Day) -> pd.DataFrame:
    """Return ``actual``, ``actual_on`` and the value before it, per measure."""
    actuals = rows_of(actuals, "actuals", "measure", "period_end", "value")
    rows = pd.DataFrame(
        {
            "measure": actuals["measure"].to_numpy(),
            "on": days(actuals, "period_end"),
            "value": numbers(actuals, "value"),
        }
    )
    rows = rows[(rows["on"] <= pd.Timestamp(day(as_of))) & rows["value"].notna()]
    rows = rows.sort_values("on", kind="stable").drop_duplicates(["measure", "on"], keep="last")
    last = rows.drop_duplicates("measure", keep="last")
    before = rows.drop(last.index).drop_duplicates("measure", keep="last")
    latest = last.set_index("measure").reindex(ids)
    return pd.DataFrame(
        {
            "actual": latest["value"],
            "actual_on": latest["on"],
            "previous": before.set_index("measure")["value"].reindex(ids),
        },
        index=ids,
    )


def _points(measures: pd.DataFrame, targets: pd.DataFrame) -> dict[object, tuple[Floats, Floats]]:
    """Return the trajectory of each measure (day numbers, values), opened by a dated baseline."""
    targets = rows_of(targets, "targets", "measure", "period_end", "value")
    rows = pd.DataFrame(
        {
            "measure": targets["measure"].to_numpy(),
            "on": day_numbers(days(targets, "period_end")),
            "value": numbers(targets, "value"),
        }
    )
    opening = pd.DataFrame(
        {
            "measure": measures.index,
            "on": day_numbers(_began(measures)),
            "value": numbers(measures, "baseline"),
        }
    )
    known = set(rows["measure"])
    both = pd.concat([opening[opening["measure"].isin(known)], rows]).dropna()
    both = both.sort_values("on", kind="stable").drop_duplicates(["measure", "on"], keep="last")
    return {key: (group["on"].to_numpy(), group["value"].to_numpy()) for key, group in both.groupby("measure")}


def _began(measures: pd.DataFrame) -> NDArray[np.datetime64]:
    """Return the date of the baseline, else the start."""
    baseline_on = days(measures, "baseline_on")
    return np.where(np.isnat(baseline_on), days(measures, "start"), baseline_on)


def _ends(measures: pd.DataFrame, path: dict[object, tuple[Floats, Floats]] | None) -> tuple[Floats, Floats]:
    """Return baseline and target; a trajectory's last point and the 0 to 1 of a deed fill the gaps."""
    baseline, target = numbers(measures, "baseline"), numbers(measures, "target")
    if path:
        last = [path[key][1][-1] if key in path else np.nan for key in measures.index]
        target = np.where(np.isnan(target), last, target)
    deed = (measures["target_kind"] == "done_by").to_numpy(dtype=bool)
    return (
        np.where(deed & np.isnan(baseline), 0.0, baseline),
        np.where(deed & np.isnan(target), 1.0, target),
    )


def _bounds(measures: pd.DataFrame, target: Floats) -> tuple[Floats, Floats]:
    """Return the lowest and the highest value that is good; NaN where that side is open or unknown."""
    kind = column(measures, "target_kind")
    lower, upper = numbers(measures, "lower"), numbers(measures, "upper")
    low = np.select(
        [kind.isin(["raise_to", "done_by"]), kind == "keep_at_least", kind == "keep_within"],
        [target, np.where(np.isnan(lower), target, lower), lower],
        np.nan,
    )
    high = np.select(
        [kind == "lower_to", kind == "keep_at_most", kind == "keep_within"],
        [target, np.where(np.isnan(upper), target, upper), upper],
        np.nan,
    )
    return low, high


def _distance(values: pd.Series, low: Floats, high: Floats) -> Floats:
    """Return how far values lie on the good side of the nearer bound."""
    shown = values.to_numpy(dtype=np.float64)
    nearer: Floats = np.fmin(shown - low, high - shown)
    return nearer


def _judged_on(measures: pd.DataFrame, actual_on: pd.Series, as_of: Day) -> NDArray[np.datetime64]:
    """Return the day whose expectation counts: the value's own, or the due date once that has passed."""
    due, own = days(measures, "due"), actual_on.to_numpy().astype("datetime64[D]")
    return np.where(due < day(as_of), due, own)


def _overdue(measures: pd.DataFrame, judged_on: NDArray[np.datetime64]) -> Flags:
    """Return where the due date is reached."""
    return judged_on >= days(measures, "due")


def _expected(
    measures: pd.DataFrame,
    judged_on: NDArray[np.datetime64],
    path: dict[object, tuple[Floats, Floats]] | None,
    baseline: Floats,
    target: Floats,
) -> Floats:
    """Return the expected progress: on the trajectory where there is one, else on the straight line."""
    began, due, on = (day_numbers(dates) for dates in (_began(measures), days(measures, "due"), judged_on))
    length = np.where(due > began, due - began, np.nan)
    expected: Floats = np.where(on >= due, 1.0, np.clip((on - began) / length, 0, 1))
    if path:
        for row, key in enumerate(measures.index):
            if key in path:
                when, values = path[key]
                wanted = np.interp(on[row], when, values, left=np.nan)
                expected[row] = progress_of(baseline[row], target[row], wanted)
    return expected


def _judge(
    measures: pd.DataFrame, facts: pd.DataFrame, on_track: float, behind: float, too_early: float
) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Return status and reason: the first rule that holds."""
    kind = column(measures, "target_kind")
    met = facts["met"].fillna(value=False).to_numpy(dtype=bool)
    keeps = kind.isin(["keep_at_least", "keep_at_most", "keep_within"])
    health = facts["health"] + ROUNDING
    rules: list[tuple[object, str, str]] = [
        (~kind.isin(TARGET_KINDS), "no data", "The kind of target is not given."),
        (facts["actual"].isna(), "no data", "There is no value up to this date."),
        (facts["met"].isna(), "no data", "The target or bound is not given."),
        (keeps & met, "met", "The value keeps its bound."),
        (keeps, "not met", "The value is outside its bound."),
        (met, "met", "The target is reached."),
        (facts["overdue"], "not met", "The due date has come and the target is not reached."),
        (kind == "done_by", "too early", "It is not done yet and not due yet."),
        (facts["baseline"].isna(), "no data", "Without a baseline there is no progress."),
        (facts["target"] == facts["baseline"], "not met", "The target equals the baseline and is not kept."),
        (
            facts["expected"].isna(),
            "no data",
            "Without a baseline date and a due date nothing is expected by now.",
        ),
        (facts["expected"] < too_early, "too early", f"Less than {too_early:.0%} is expected by now."),
        (health >= on_track, "on track", f"Progress is at least {on_track:.0%} of what is expected."),
        (health >= behind, "behind", f"Progress is {behind:.0%} to {on_track:.0%} of what is expected."),
    ]
    holds = [np.asarray(rule, dtype=bool) for rule, _, _ in rules]
    status = np.select(holds, [name for _, name, _ in rules], "at risk")
    reason = np.select(holds, [text for _, _, text in rules], f"Progress is under {behind:.0%} of expected.")
    return status, reason


def _trend(now: pd.DataFrame, low: Floats, high: Floats) -> pd.Series:
    """Return whether the last value is better than the one before; inside a band all are the same."""
    inside = np.where(np.isnan(low) | np.isnan(high), np.inf, 0)
    change = np.minimum(_distance(now["actual"], low, high), inside) - np.minimum(
        _distance(now["previous"], low, high), inside
    )
    words = np.select([change > 0, change == 0, change < 0], ["better", "same", "worse"], "")
    return pd.Series(words, index=now.index, dtype="str").mask(np.isnan(change))
