"""Forecasts with probabilities: when work will be finished, and whether a measure will reach its target.

Examples
--------
>>> import pandas as pd
>>> tasks = pd.DataFrame({"optimistic": [1, 2], "likely": [2, 3], "pessimistic": [3, 10]}, index=["A", "B"])
>>> links = pd.DataFrame({"predecessor": ["A"], "successor": ["B"]})
>>> found = finish(tasks, links)
>>> found.quantiles.round(1).to_dict(), round(found.chance(7), 2)
({0.5: 5.8, 0.8: 7.1, 0.95: 8.5}, 0.78)
"""

import math
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from planning_kit.analysis._frames import Day, Floats, day, days, keyed, numbers, require
from planning_kit.analysis._network import Bonds, circle_sentence, order, read_bonds
from planning_kit.analysis.schedule import critical_path
from planning_kit.errors import PlanError

_After: TypeAlias = "list[list[tuple[int, float, bool, bool]]]"

QUANTILES = (0.5, 0.8, 0.95)
ENOUGH = 6
"""Fewer values than this are not enough history for a forecast of a measure."""

_CELLS = 1_000_000  # task-trials in one block: about 40 MB
_AT_ONCE = 2  # blocks
_ROUNDING = 1e-6


class Finish(NamedTuple):
    """What `finish` found."""

    quantiles: pd.Series
    """Index = probability (0.5, 0.8, 0.95): finish in working days that is not exceeded with it."""
    tasks: pd.DataFrame
    """Index = task id: ``criticality`` (share of the trials in which it is on the longest path), ``mean_finish``
    (working days), ``chance`` (of finishing by its ``deadline``; NaN without one)."""
    finishes: pd.Series
    """Finish of each trial in working days, sorted."""

    def chance(self, by: float) -> float:
        """Return the share of the trials that finish within so many working days."""
        return float((self.finishes <= by + _ROUNDING).mean())


class Pert(NamedTuple):
    """What `pert` found."""

    tasks: pd.DataFrame
    """Index = task id: ``expected`` and ``variance`` (working days), ``critical``."""
    expected: float
    """Length of the longest path of expected durations, working days."""
    variance: float
    """Variance along that path; the largest of equally long ones."""

    def chance(self, by: float) -> float:
        """Return the textbook chance of finishing by then. Too good wherever paths merge: see `finish`."""
        if self.variance <= 0:
            return float(self.expected <= by)
        return 0.5 * (1 + math.erf((by - self.expected) / math.sqrt(2 * self.variance)))


class Outlook(NamedTuple):
    """What `target` found."""

    probability: float
    """Chance of reaching the target, or keeping the bound, on the due date; NaN if nothing can be said."""
    low: float
    """Lower end of the interval of the value on the due date, uom of the measure."""
    middle: float
    """Median of that value."""
    high: float
    """Upper end."""
    points: int
    """Number of values the forecast rests on."""
    note: str
    """Empty, or why there is no forecast: ``not enough history``, ``no target``, ``no due date``."""


def finish(tasks: pd.DataFrame, dependencies: pd.DataFrame, trials: int = 10_000, seed: int = 1) -> Finish:
    """Return when the work will be finished, by Monte Carlo simulation with beta-PERT durations.

    Parameters
    ----------
    tasks : DataFrame, index = task id
        Leaves. ``optimistic``, ``likely`` (where empty ``duration``), ``pessimistic`` in working days; without the
        outer two the likely one is certain, with all of them empty it is 0. Optional ``start_no_earlier_than`` and
        ``deadline`` in working days from 0 (`schedule.in_working_days`).
    dependencies : DataFrame
        As for `schedule.critical_path`.
    trials, seed : int
        The same plan, trials and seed give the same numbers, in whatever order its rows stand.

    Raises
    ------
    PlanError
        For durations that are not in order, a circle, an unknown id or no trial.

    Notes
    -----
    Duration = a + (b - a) x Beta(1 + 4 (m - a) / (b - a), 1 + 4 (b - m) / (b - a)), independent of each other
    (Vose, Risk Analysis, 2008; criticality: Van Slyke, 1963). Where paths merge the later one counts, which the
    analytic PERT number leaves out (merge bias), so this is the number to show.
    """
    keyed(tasks, "tasks")
    trials = int(trials)
    if trials < 1:
        raise PlanError(f"trials: {trials} is not enough for a forecast. Ask for at least 1; 10000 are usual.")
    ids = tasks.index
    tasks = tasks.iloc[np.argsort(ids.astype("str"), kind="stable")]  # the order of the frame changes no number
    points = _three_points(tasks)
    bonds = read_bonds(tasks.index, dependencies)
    walk = order(bonds.links)
    if walk is None:
        raise PlanError(circle_sentence(bonds.links, tasks.index, "dependencies"))
    earliest = np.maximum(numbers(tasks, "start_no_earlier_than", default=0), 0)
    deadline = numbers(tasks, "deadline")
    after, block = _by_source(bonds), max(1, min(trials, _CELLS // max(len(tasks), 1)))
    sizes = [min(block, trials - first) for first in range(0, trials, block)]

    def simulated(number: int) -> tuple[Floats, Floats, Floats, Floats]:
        """Return of one block, with numbers of its own: the ends; per task how often critical, kept, the finishes."""
        length = _durations(points, sizes[number], np.random.default_rng([seed, number]))
        start, done = _forward(walk, after, earliest, length)
        end = done.max(axis=0, initial=0)
        kept = (done <= deadline[:, None] + _ROUNDING).sum(axis=1)
        return end, _critical(walk, after, length, start, end), kept, done.sum(axis=1)

    with ThreadPoolExecutor(_AT_ONCE) as pool:  # the order of the results does not depend on who is done first
        found = list(pool.map(simulated, range(len(sizes))))
    ends = [one[0] for one in found]
    critical, kept, summed = (
        np.array([one[part] for one in found]).sum(axis=0, dtype=np.float64) for part in (1, 2, 3)
    )
    finishes = np.sort(np.concatenate(ends))
    kept[np.isnan(deadline)] = np.nan
    every = pd.DataFrame({"criticality": critical, "mean_finish": summed, "chance": kept}, index=tasks.index) / trials
    levels = pd.Series(np.quantile(finishes, QUANTILES), index=pd.Index(QUANTILES, name="probability"), name="finish")
    return Finish(levels, every.reindex(ids), pd.Series(finishes, name="finish"))


def pert(tasks: pd.DataFrame, dependencies: pd.DataFrame) -> Pert:
    """Return the textbook PERT estimate: expected times and variances along one path.

    Parameters
    ----------
    tasks, dependencies : DataFrame
        As for `finish`.

    Notes
    -----
    ``te = (a + 4 m + b) / 6``, ``variance = ((b - a) / 6)^2`` (Malcolm et al., 1959), summed along the critical
    path and taken as normal.
    """
    low, likely, high = _three_points(tasks)
    expected, variance = (low + 4 * likely + high) / 6, ((high - low) / 6) ** 2
    path = critical_path(tasks.assign(duration=expected), dependencies)
    bonds = read_bonds(tasks.index, dependencies)
    start = path["early_start"].to_numpy(dtype=np.float64)
    source, target = bonds.links.source, bonds.links.target
    binds = np.abs(start[source] + bonds.weights(expected) - start[target]) <= _ROUNDING
    along = variance.copy()
    position = np.argsort(np.array(order(bonds.links), dtype=np.int64))
    for link in np.flatnonzero(binds)[np.argsort(position[source[binds]], kind="stable")]:
        along[target[link]] = max(along[target[link]], along[source[link]] + variance[target[link]])
    finishes = start + expected
    end = float(finishes.max(initial=0))
    found = pd.DataFrame({"expected": expected, "variance": variance, "critical": path["critical"]}, index=tasks.index)
    return Pert(found, end, float(along[finishes >= end - _ROUNDING].max(initial=0)))


def target(  # noqa: PLR0913 - level and trials are settings of the plan
    actuals: pd.DataFrame,
    measure: pd.Series,
    due: Day | None = None,
    seed: int = 1,
    *,
    as_of: Day | None = None,
    trials: int = 4_000,
    level: float = 0.8,
) -> Outlook:
    """Return the chance that a measure reaches its target, with an interval for its value.

    Parameters
    ----------
    actuals : DataFrame
        ``measure``, ``period_end``, ``value``; at about equal periods.
    measure : Series
        One row of the measures, its name the id: ``target_kind``, ``target``, ``lower``, ``upper``, ``due``.
    due : date, optional
        Instead of the measure's own.
    seed : int
        The same values give the same numbers.
    as_of : date, optional
        Nothing after this day is looked at.
    trials : int
        Number of simulated ways to the due date.
    level : float
        Share of the ways inside the interval.

    Returns
    -------
    Outlook
        ``not enough history`` with fewer than 6 values.

    Notes
    -----
    The changes from value to value are drawn in blocks as long as the way to go, at most half the history, round
    the end (circular block bootstrap, Politis and Romano, 1992), and added to the last value: what moved together
    stays together. Short series under-cover: an interval for 80 % from 36 values of an AR(1) process held 72 to
    88 % of the outcomes, and less where the process hardly returns to its mean.
    """
    values, spacing, last = _history(actuals, measure.name, as_of)
    (ends,) = days(pd.DataFrame({"due": [measure.get("due") if due is None else due]}), "due")
    low, high = bounds_of(measure)
    nothing = Outlook(np.nan, np.nan, np.nan, np.nan, len(values), "")
    if len(values) < ENOUGH:
        return nothing._replace(note="not enough history")
    if np.isnat(ends):
        return nothing._replace(note="no due date")
    if np.isnan(low) and np.isnan(high):
        return nothing._replace(note="no target")
    steps = max(round((ends - last) / spacing), 0)
    ways = values[-1] + _drawn(np.diff(values), steps, trials, np.random.default_rng(seed))
    reached = ~((ways < low) | (ways > high))
    bottom, middle, top = np.quantile(ways, [(1 - level) / 2, 0.5, (1 + level) / 2])
    return Outlook(float(reached.mean()), float(bottom), float(middle), float(top), len(values), "")


def reference_class(closed: pd.DataFrame, quantile: float = 0.8) -> tuple[float, int]:
    """Return the uplift that past work of the same class needed, and the number of pieces it rests on.

    Parameters
    ----------
    closed : DataFrame
        ``estimate``, ``actual``: closed work of one class, chosen before looking at the result.
    quantile : float
        Share of the past that the uplift would have covered.

    Returns
    -------
    tuple of float and int
        Uplift (0.25 = add a quarter; NaN without past work) and n.

    Notes
    -----
    Quantile of ``actual / estimate - 1`` (Flyvbjerg, From Nobel prize to project management, 2006).
    """
    require(closed, "closed work", "estimate", "actual")
    estimate, actual = numbers(closed, "estimate"), numbers(closed, "actual")
    known = (estimate > 0) & ~np.isnan(actual)
    over = actual[known] / estimate[known] - 1
    return (float(np.quantile(over, quantile)) if over.size else np.nan), int(over.size)


def _three_points(tasks: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Return optimistic, likely and pessimistic durations; a missing outer one equals the likely one."""
    low, likely, high = (numbers(tasks, name) for name in ("optimistic", "likely", "pessimistic"))
    likely = np.where(np.isnan(likely), numbers(tasks, "duration"), likely)
    likely = np.where(np.isnan(low) & np.isnan(likely) & np.isnan(high), 0, likely)
    low, high = (np.where(np.isnan(values), likely, values) for values in (low, high))
    wrong = ~((low >= 0) & (low <= likely) & (likely <= high) & np.isfinite(high))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        said = ["empty" if np.isnan(values[row]) else f"{values[row]:g}" for values in (low, likely, high)]
        raise PlanError(
            f"tasks {tasks.index[row]}: optimistic {said[0]}, likely {said[1]}, pessimistic {said[2]} "
            "working days are not in order. Each is at least 0 and not below the one before. Correct one of them."
        )
    return low, likely, high


def _durations(points: tuple[Floats, Floats, Floats], trials: int, random: Generator) -> Floats:
    """Return one block of beta-PERT durations, shape (tasks, trials)."""
    low, likely, high = points
    open_ = high > low
    a, m, b = (values[open_, None] for values in points)
    shape = 4 * (m - a) / (b - a)
    drawn = random.beta(1 + shape, 5 - shape, size=(len(a), trials))
    drawn *= b - a
    drawn += a
    if open_.all():
        return drawn
    length = np.repeat(likely[:, None], trials, axis=1)
    length[open_] = drawn
    return length


def _forward(walk: list[int], after: _After, earliest: Floats, length: Floats) -> tuple[Floats, Floats]:
    """Return the starts and finishes of one block, shape (tasks, trials)."""
    start, done = np.repeat(earliest[:, None], length.shape[1], axis=1), np.empty_like(length)
    starts, dones, lengths, moved = list(start), list(done), list(length), np.empty(length.shape[1])
    for task in walk:
        np.add(starts[task], lengths[task], out=dones[task])
        for j, lag, from_finish, to_finish in after[task]:
            bound = dones[task] if from_finish else starts[task]
            if lag:
                bound = np.add(bound, lag, out=moved)
            if to_finish:
                bound = np.subtract(bound, lengths[j], out=moved)
            np.maximum(starts[j], bound, out=starts[j])
    return start, done


def _critical(walk: list[int], after: _After, length: Floats, start: Floats, end: Floats) -> Floats:
    """Return in how many trials of one block each task cannot start later without moving the end."""
    starts, lengths, late, moved = list(start), list(length), list(start), np.empty_like(end)
    count = np.zeros(len(walk))
    for task in reversed(walk):
        own = late[task] = end - lengths[task]
        for j, lag, from_finish, to_finish in after[task]:
            bound = np.add(late[j], lengths[j], out=moved) if to_finish else late[j]
            if lag:
                bound = np.subtract(bound, lag, out=moved)
            if from_finish:
                bound = np.subtract(bound, lengths[task], out=moved)
            np.minimum(own, bound, out=own)
        count[task] = np.count_nonzero(np.subtract(own, starts[task], out=moved) <= _ROUNDING)
    return count


def _by_source(bonds: Bonds) -> _After:
    """Return the links that leave each task: successor, lag, from its finish, to the other's finish."""
    after: _After = [[] for _ in range(bonds.links.n)]
    columns = (bonds.links.source, bonds.links.target, bonds.lag, bonds.from_finish, bonds.to_finish)
    for i, *link in zip(*(values.tolist() for values in columns), strict=True):
        after[i].append(tuple(link))
    return after


def _history(actuals: pd.DataFrame, measure: object, as_of: Day | None) -> tuple[Floats, np.timedelta64, np.datetime64]:
    """Return the values of a measure in order, their usual distance in time, and the day of the last one."""
    require(actuals, "actuals", "measure", "period_end", "value")
    rows = pd.DataFrame({"on": days(actuals, "period_end"), "value": numbers(actuals, "value")})
    rows = rows[(actuals["measure"] == measure).to_numpy(dtype=bool)].dropna()
    if as_of is not None:
        rows = rows[rows["on"] <= pd.Timestamp(day(as_of))]
    rows = rows.sort_values("on", kind="stable").drop_duplicates("on", keep="last")
    on = rows["on"].to_numpy().astype("datetime64[D]")
    known = len(on) > 1
    spacing = np.timedelta64(round(float(np.median(np.diff(on).astype(np.int64)))) if known else 1, "D")
    values: Floats = rows["value"].to_numpy(dtype=np.float64)
    return values, spacing, on[-1] if len(on) else np.datetime64("1970-01-01", "D")


def bounds_of(measure: pd.Series) -> tuple[float, float]:
    """Return the lowest and highest good value; NaN where that side is open."""
    kind, goal = measure.get("target_kind"), measure.get("target")
    lower, upper = measure.get("lower"), measure.get("upper")
    low = {"raise_to": goal, "done_by": goal, "keep_at_least": goal if pd.isna(lower) else lower, "keep_within": lower}
    high = {"lower_to": goal, "keep_at_most": goal if pd.isna(upper) else upper, "keep_within": upper}
    ends = low.get(str(kind)), high.get(str(kind))
    bottom, top = (np.nan if pd.isna(end) else float(end) for end in ends)
    return bottom, top


def _drawn(changes: Floats, steps: int, trials: int, random: Generator) -> Floats:
    """Return the sums of `steps` changes drawn in blocks."""
    block = max(1, min(steps, len(changes) // 2))
    first = random.integers(0, len(changes), (trials, -(-steps // block)))
    drawn: NDArray[np.int64] = (first[:, :, None] + np.arange(block)) % len(changes)
    total: Floats = changes[drawn].reshape(trials, -1)[:, :steps].sum(axis=1)
    return total
