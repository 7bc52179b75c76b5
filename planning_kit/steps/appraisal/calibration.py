"""The opening of the calibration: it is recorded, freezes the manager's part, and copies what the plan says."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from planning_kit.errors import PlanError
from planning_kit.plan import Edit, Plan
from planning_kit.steps.appraisal.attained import reached


def waiting(plan: Plan) -> pd.DataFrame:
    """Return the reviews of the newest period whose calibration is not opened yet."""
    rows = plan.reviews if "reviews" in plan.tables else pd.DataFrame(columns=["finish", "calibration_opened_on"])
    found: pd.DataFrame = rows[(rows["finish"] == rows["finish"].max()) & rows["calibration_opened_on"].isna()]
    return found


def rated(plan: Plan) -> pd.DataFrame:
    """Return the managers' ratings of the newest period once the calibration is opened.

    Returns
    -------
    DataFrame, index = review
        ``rater``, ``rating``, ``team`` (the unit reviewed, or the unit of the person), ``who`` (teams or people).
    """
    rows = plan.reviews if "reviews" in plan.tables else pd.DataFrame()
    if rows.empty:
        return rows
    rows = rows[(rows["finish"] == rows["finish"].max()) & rows["calibration_opened_on"].notna()]
    rows = rows.dropna(subset=["subject", "manager", "manager_rating"])
    units = plan.beside.people["unit"] if plan.beside else pd.Series(dtype="str")
    team = rows["subject"].map(units).fillna(rows["subject"])
    who = rows["subject"].isin(plan.beside.units.index if plan.beside else []).map({True: "teams", False: "people"})
    found = pd.DataFrame({"rater": rows["manager"], "rating": rows["manager_rating"].astype(float)})
    return found.assign(team=team, who=who)


def opened(plan: Plan, as_of: dt.date, _picked: str, chosen: str) -> list[Edit]:
    """Return the edits that open the calibration of the newest period: who and when, and the proposals.

    Raises
    ------
    PlanError
        When it is open already, or nothing is reviewed.
    """
    rows = waiting(plan).index
    if rows.empty:
        raise PlanError("The calibration of this period is open already, or no team is reviewed yet.")
    marks = {"calibration_opened_on": as_of, "calibration_opened_by": chosen}
    return [*(Edit("set", "reviews", str(row), marks) for row in rows), *proposals(plan, rows)]


def proposals(plan: Plan, reviews: pd.Index[Any], of: Plan | None = None) -> list[Edit]:
    """Return the edits that copy attainment, the revision it rests on and the proposal to the ratings of reviews."""
    edits = []
    ratings = plan.ratings.dropna(subset=["review"]).drop_duplicates("review").reset_index().set_index("review")["id"]
    for review in map(str, reviews):
        found, first = reached(plan, review, of), plan.row("reviews", review)["manager_rating"]
        values: dict[str, Any] = {} if first is None else {"first_rating": first}
        if found is not None:
            values |= {"attainment": round(found.attainment, 1), "excused": round(found.excused, 1)}
            values |= {"proposed": round(found.proposed, 1), "revision": found.revision}
        if review in ratings.index:
            edits.append(Edit("set", "ratings", str(ratings[review]), values))
        else:
            edits.append(Edit("add", "ratings", None, {"review": review, **values}))
    return edits
