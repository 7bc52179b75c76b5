"""Readings that lie: a ceiling typed as something to raise, a published share that is not the signed one.

Examples
--------
>>> import pandas as pd
>>> measures = pd.DataFrame(
...     {"name": ["Fatal accidents", "Visits"], "target_kind": "raise_to", "target": [267.0, 9.0]}, index=["M1", "M2"])
>>> typed_to_raise(measures)
M1    counts something one usually wants less of
dtype: str
"""

import math
import re
from typing import Any

import numpy as np
import pandas as pd

from planning_kit.analysis._frames import Day, day, require
from planning_kit.analysis.status import progress

HARM = (
    r"\b(?:fatal|death|died|killed|injur|accident|crash|casualt|complaint|grievance|defect|error rate|errors\b|"
    r"failure|incident|outage|downtime|breach|backlog|overdue|late\b|delay|waiting|absen|sick leave|turnover rate|"
    r"vacanc|drop-?out|emission|pollut|waste\b|theft|shrinkage|unemploy|poverty|infection|readmission|churn)"
)
"""Words in a measure for what one wants less of."""
VERDICT = r"\b(?:met|yes|done)\b"
"""Words in a unit of measure that counts nothing, but says whether something is so."""
RELIEF = (
    r"\b(?:avoid|prevent|reduc|resolv|solved|answered|"
    r"closed|without|free of|fixed|corrected|survived|averted|fewer|cleared)|-free\b"
)
"""Words that turn such a measure round: complaints resolved."""
CEILING = (
    r"not to exceed|not exceed|no more than|not more than|at most|below|under|less than|fewer than|ceiling of|"
    r"cap of|maximum of|up to"
)
"""Words before a number that must not be passed."""
WHOLE, APART = 100.0, 0.5
"""Per cent; two published shares closer than this are the same, rounded."""


def typed_to_raise(measures: pd.DataFrame, objectives: pd.DataFrame | None = None) -> "pd.Series[str]":
    """Return the measures that are to be raised or kept up although their words name a ceiling, with the reason.

    Parameters
    ----------
    measures : DataFrame, index = id
        ``name``, ``target_kind``, ``target``; optionally ``uom``, ``numerator`` and ``objective``.
    objectives : DataFrame, index = id, optional
        ``title`` and ``description``: a ceiling named there for the number of the target counts.

    Returns
    -------
    Series of str, index = id
        Why, for the measures found; in English words only, so a hint to a person and no verdict.

    Notes
    -----
    Found in performance.gov data of 2022: 242 fatal accidents of at most 267 were published as 90.6 % of the way.
    """
    require(measures, "measures", "name", "target_kind", "target")
    around = pd.Series("", index=measures.index, dtype="str")
    if objectives is not None and "objective" in measures:
        said = objectives["title"].fillna("") + ". " + objectives["description"].fillna("")
        around = said.reindex(measures["objective"]).fillna("").set_axis(measures.index)
    upward = measures["target_kind"].isin(["raise_to", "keep_at_least"])
    if "uom" in measures:
        upward &= ~measures["uom"].fillna("").str.contains(VERDICT, case=False, regex=True).astype(bool)
    own = measures["name"].fillna("")
    for more in [one for one in ("uom", "numerator") if one in measures]:
        own = own + " " + measures[more].fillna("")
    harm = own.str.contains(HARM, case=False, regex=True) & ~own.str.contains(RELIEF, case=False, regex=True)
    texts = zip(own + ". " + around, measures["target"], strict=True)
    capped = np.array([_names_a_ceiling(text, target) for text, target in texts], dtype=bool)
    why = pd.Series("is described as something not to be exceeded", index=measures.index, dtype="str")
    found: pd.Series[str] = why.mask(harm.astype(bool), "counts something one usually wants less of")
    return found[upward & (harm.astype(bool) | capped)]


def _names_a_ceiling(text: str, target: float) -> bool:
    """Whether a text says that just this number must not be passed."""
    if math.isnan(target):
        return False
    number = f"{target:.6f}".rstrip("0").rstrip(".")
    spoken = re.escape(number) if "." in number else rf"{_with_commas(number)}(?!\.?\d)"
    return re.search(rf"(?i)\b(?:{CEILING})\b[^.;0-9]{{0,40}}(?<![\d.,]){spoken}", text) is not None


def _with_commas(number: str) -> str:
    return "|".join({re.escape(number), re.escape(f"{int(number):,}")}).join(("(?:", ")"))


def published(
    measures: pd.DataFrame, actuals: pd.DataFrame, as_of: Day, objectives: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the measures whose newest published reading says something else than the signed one.

    Parameters
    ----------
    measures : DataFrame, index = id
        As for `status.progress`, with ``name``.
    actuals : DataFrame
        As for `status.progress`, with ``published_progress``: what another report printed for the value, in per cent.
    as_of : date
        Values of periods that end later are not looked at.
    objectives : DataFrame, index = id, optional
        As for `typed_to_raise`; a ceiling typed as something to raise is read as a ceiling.

    Returns
    -------
    DataFrame, index = measure id
        ``period_end``, ``value``, ``published`` (per cent), ``target_kind`` and ``target`` as they are read,
        ``progress`` (signed share of the way), ``distance`` (to the bound, positive inside it), ``status``, ``kind``
        (``ceiling``: it was typed as something to raise; ``bound``: kept or not, and published as a share; ``share``:
        another share of the way).

    Notes
    -----
    A bound is met or not and has no share of the way; two shares differ when they are more than `APART` points
    apart. Source of the cases: performance.gov data of 2022 (242 of at most 267 printed as 90.6 %, 97.6 % of at
    least 93 % printed as 0 %).
    """
    require(actuals, "actuals", "measure", "period_end", "value", "published_progress")
    known = actuals[
        (pd.to_datetime(actuals["period_end"]) <= pd.Timestamp(day(as_of))) & actuals["published_progress"].notna()
    ]
    known = known.sort_values("period_end", kind="stable").drop_duplicates("measure", keep="last").set_index("measure")
    known = known[known.index.isin(measures.index)]
    wrong = measures.index.isin(typed_to_raise(measures, objectives).index)
    read = measures.assign(target_kind=measures["target_kind"].mask(wrong, "keep_at_most")).loc[known.index]
    state = progress(read, known.reset_index(), as_of)
    keeps = read["target_kind"].str.startswith("keep", na=False)
    met = state["status"] == "met"
    said = known["published_progress"].astype("float64")
    kind = np.select([pd.Series(wrong, measures.index)[known.index], keeps], ["ceiling", "bound"], "share")
    found = known[["period_end", "value"]].assign(
        published=said, target_kind=read["target_kind"], target=read["target"]
    )
    found = found.join(state[["progress", "distance", "status"]]).assign(kind=kind)
    bound_differs = (kind == "bound") & ((said < WHOLE - APART) == met) & (state["status"] != "no data")
    share_differs = (kind == "share") & ((state["progress"] * WHOLE - said).abs() > APART)
    differs = (kind == "ceiling") | bound_differs | share_differs
    telling: pd.DataFrame = found.loc[differs.to_numpy()].rename_axis(measures.index.name)
    return telling


def signed(found: pd.DataFrame) -> "pd.Series[str]":
    """Return the signed reading of what `published` found, in words.

    Examples
    --------
    >>> found = pd.DataFrame({"value": [242.0], "target_kind": ["keep_at_most"], "target": [267.0], "distance": [25.0],
    ...                       "progress": [np.nan]}, index=["M7"])
    >>> signed(found)["M7"]
    '242 of at most 267: inside the bound by 25'
    """
    return pd.Series([_signed(row) for row in found.itertuples()], index=found.index, dtype="str")


def _signed(row: Any) -> str:
    if pd.notna(row.progress):
        return f"{row.progress:.1%} of the way".replace("%", " %")
    words = {"keep_at_most": "at most", "keep_at_least": "at least"}.get(row.target_kind, "a range around")
    if pd.isna(row.distance):
        return "cannot be read without a value and a target"
    side = "inside the bound by" if row.distance >= 0 else "beyond the bound by"
    return f"{row.value:.6g} of {words} {row.target:.6g}: {side} {abs(row.distance):.4g}"
