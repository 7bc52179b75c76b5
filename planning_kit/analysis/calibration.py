"""Whether forecasts come true: what was forecast for the next value of each measure, and what came.

Examples
--------
>>> [round(brier([chance], [came]), 2) for chance, came in ((1.0, 1), (0.7, 1), (0.7, 0), (0.5, 1))]
[0.0, 0.09, 0.49, 0.25]
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from planning_kit.analysis._frames import Day, Floats, day
from planning_kit.analysis.forecast import ENOUGH, bounds_of
from planning_kit.analysis.status import progress

COLUMNS = ("measure", "made_on", "period_end", "chance", "came")


def brier(chances: ArrayLike, came: ArrayLike) -> float:
    """Return the Brier score of forecasts: the mean of (chance - outcome)²; NaN without a forecast.

    Parameters
    ----------
    chances : array_like of float
        Forecast probabilities, 0 to 1.
    came : array_like of bool or 0, 1
        Whether it came true.

    Returns
    -------
    float
        0 (always certain and right) to 1 (always certain and wrong); whoever always says a half has 0.25.

    Notes
    -----
    Brier, Verification of forecasts expressed in terms of probability, Monthly Weather Review, 1950, in the form for
    two outcomes.
    """
    misses = np.asarray(chances, dtype=np.float64) - np.asarray(came, dtype=np.float64)
    return float(np.mean(misses**2)) if len(misses) else float("nan")


def forecasts_made(measures: pd.DataFrame, actuals: pd.DataFrame, as_of: Day) -> pd.DataFrame:
    """Return for every value after the first six what had been forecast one value before, and what came.

    Parameters
    ----------
    measures, actuals : DataFrame
        As for `status.progress`.
    as_of : date
        Values after this day are not looked at.

    Returns
    -------
    DataFrame
        ``measure``, ``made_on``, ``period_end``, ``chance`` (that the value is where it should be by then: on the way
        to the target, or inside the bound), ``came`` (whether it was).

    Notes
    -----
    The chance is that of `forecast.target` for one value ahead: the share of the past changes which, added to the last
    value, end where it should be.
    """
    known = actuals[pd.to_datetime(actuals["period_end"]) <= pd.Timestamp(day(as_of))].dropna(subset=["value"])
    known = known[known["measure"].isin(measures.index)].assign(period_end=pd.to_datetime(known["period_end"]))
    known = known.sort_values("period_end", kind="stable").drop_duplicates(["measure", "period_end"], keep="last")
    known = known[known.groupby("measure")["value"].transform("size") > ENOUGH]
    made = [_made(one, mine) for one, mine in known.groupby("measure")[["period_end", "value"]]]
    found = pd.concat(made, ignore_index=True) if made else pd.DataFrame(columns=[*COLUMNS, "last", "value", "changes"])
    low, high = _bounds(measures, known, found)
    drawn = zip(found["last"], found["changes"], low, high, strict=True)
    chances = [float(np.mean(~((last + moves < a) | (last + moves > b)))) for last, moves, a, b in drawn]
    value = found["value"].astype("float64").to_numpy()
    found = found.assign(chance=np.array(chances, dtype=np.float64), came=~((value < low) | (value > high)))
    return found.loc[~(np.isnan(low) & np.isnan(high)), list(COLUMNS)].reset_index(drop=True)


def _made(measure: object, values: pd.DataFrame) -> pd.DataFrame:
    """Return the forecasts made for one measure: the last value known then and the changes before it."""
    value = values["value"].to_numpy(dtype=np.float64)
    when, moves = values["period_end"].to_numpy(), np.diff(value)
    at = range(ENOUGH, len(value))
    return pd.DataFrame(
        {
            "measure": measure,
            "made_on": when[ENOUGH - 1 : -1],
            "period_end": when[ENOUGH:],
            "last": value[ENOUGH - 1 : -1],
            "value": value[ENOUGH:],
            "changes": [moves[: number - 1] for number in at],
        }
    )


def _bounds(measures: pd.DataFrame, known: pd.DataFrame, made: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return the lowest and highest value that would have been where it should be on the day of each forecast."""
    aims = measures.loc[made["measure"]].reset_index(drop=True)
    moving = ~aims["target_kind"].str.startswith("keep", na=False)
    for when in made.loc[moving.to_numpy(), "period_end"].unique():
        rows = moving & (made["period_end"] == when)
        names = made.loc[rows, "measure"]
        share = progress(measures.loc[names], known[known["measure"].isin(names)], when)["expected"].to_numpy()
        way = aims.loc[rows, "target"] - aims.loc[rows, "baseline"]
        aims.loc[rows, "target"] = aims.loc[rows, "baseline"] + share * way
    pairs = [bounds_of(one) for _, one in aims.iterrows()]
    return np.array([low for low, _ in pairs]), np.array([high for _, high in pairs])
