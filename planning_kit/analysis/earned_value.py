"""Earned value: what was planned, what was earned, what it cost, and what follows for the end.

Examples
--------
>>> found = metrics(bac=4000, pv=3000, ev=2500, ac=2800)
>>> found[["eac", "etc", "vac", "tcpi"]].tolist()
[4480.0, 1680.0, -480.0, 1.25]
>>> float(earned_schedule([10, 25, 45, 70, 100, 130, 155, 175, 190, 200], ev=62, at=5)["es"])
3.68
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from planning_kit.analysis._frames import Floats
from planning_kit.errors import PlanError


def metrics(bac: float, pv: float, ev: float, ac: float) -> pd.Series:
    """Return the earned-value metrics of one piece of work on one date.

    Parameters
    ----------
    bac : float
        Budget at completion, money.
    pv, ev, ac : float
        Planned value, earned value and actual cost up to the date, money.

    Returns
    -------
    Series
        ``cv`` = EV - AC, ``sv`` = EV - PV, ``cpi`` = EV / AC, ``spi`` = EV / PV, the estimates at completion of
        `estimates` and ``etc`` = EAC - AC, ``vac`` = BAC - EAC, ``tcpi`` = (BAC - EV) / (BAC - AC), ``tcpi_eac`` =
        (BAC - EV) / (EAC - AC). Money or pure numbers; NaN where a divisor is 0 or a value is missing.

    Notes
    -----
    PMI, The Standard for Earned Value Management (2019). Nothing is rounded on the way.
    """
    cpi, spi = _ratio(ev, ac), _ratio(ev, pv)
    found = {"bac": bac, "pv": pv, "ev": ev, "ac": ac, "cv": ev - ac, "sv": ev - pv, "cpi": cpi, "spi": spi}
    at_end = estimates(bac, ev, ac, cpi, spi)
    eac = float(at_end["eac"])
    found.update({str(name): value for name, value in at_end.items()})
    found.update(
        etc=eac - ac,
        vac=bac - eac,
        tcpi=_ratio(bac - ev, bac - ac),
        tcpi_eac=_ratio(bac - ev, eac - ac),
    )
    return pd.Series(found, dtype=np.float64)


def estimates(bac: float, ev: float, ac: float, cpi: float, spi: float) -> pd.Series:
    """Return the three estimates at completion, each with its assumption.

    Parameters
    ----------
    bac, ev, ac : float
        Money.
    cpi, spi : float
        Cost and schedule performance, for example of the last months rather than of the whole time.

    Returns
    -------
    Series
        ``eac`` = BAC / CPI (it goes on as so far), ``eac_atypical`` = AC + BAC - EV (the rest goes as planned),
        ``eac_combined`` = AC + (BAC - EV) / (CPI x SPI) (lateness costs too).

    Examples
    --------
    >>> estimates(bac=100_000, ev=35_000, ac=63_000, cpi=0.8, spi=0.9).round(2).tolist()
    [125000.0, 128000.0, 153277.78]
    """
    return pd.Series(
        {
            "eac": _ratio(bac, cpi),
            "eac_atypical": ac + bac - ev,
            "eac_combined": ac + _ratio(bac - ev, cpi * spi),
        },
        dtype=np.float64,
    )


def earned_schedule(pv: ArrayLike, ev: float, at: float) -> pd.Series:
    """Return the earned schedule: when the plan meant to have earned what is earned.

    Parameters
    ----------
    pv : array_like of float, shape (periods,)
        Cumulative planned value at the end of period 1, 2, ...; never falling. Period 0 is 0.
    ev : float
        Earned value, money.
    at : float
        Actual time in periods, above 0.

    Returns
    -------
    Series
        ``es`` (periods), ``sv_t`` = ES - AT (periods), ``spi_t`` = ES / AT, ``pd`` = planned duration (the first
        period in which all is planned), ``ieac_t`` = PD / SPI(t) (periods; inf while nothing is earned).

    Raises
    ------
    PlanError
        If the planned values are missing or fall.

    Notes
    -----
    ``ES = C + (EV - PV_C) / (PV_{C+1} - PV_C)`` with C the last period whose planned value is reached (Lipke,
    Schedule is Different, 2003). Finished work has ES = PD, so finished late it keeps SPI(t) under 1 where SPI = 1.
    """
    planned: Floats = np.concatenate(([0.0], np.asarray(pv, dtype=np.float64)))
    if len(planned) < 2 or np.isnan(planned).any() or (np.diff(planned) < 0).any():  # noqa: PLR2004 - period 0 and 1
        raise PlanError(
            f"planned value: {planned[1:].tolist()} is no cumulative curve. "
            "It has one number per period and never falls. Add up the months."
        )
    duration = float(np.argmax(planned))
    if ev >= planned.max():
        schedule = duration
    else:
        reached = max(int(np.searchsorted(planned, ev, side="right")) - 1, 0)
        schedule = reached + (ev - planned[reached]) / (planned[reached + 1] - planned[reached])
    performance = schedule / at
    ends = duration / performance if performance > 0 else np.inf
    found = {"es": schedule, "sv_t": schedule - at, "spi_t": performance, "pd": duration, "ieac_t": ends}
    return pd.Series(found, dtype=np.float64)


def _ratio(part: float, whole: float) -> float:
    """Return part / whole, NaN where whole is 0."""
    return part / whole if whole else np.nan
