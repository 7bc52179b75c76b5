"""Lights that lie: what was published, or shown by hand, beside what the numbers say with their sign."""

import datetime as dt

import numpy as np
import pandas as pd

from planning_kit.analysis.readings import published, signed
from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, Sheet, charted, counted, finished, layered, names, nothing, spoken
from planning_kit.charts.computed import measured
from planning_kit.charts.finish import percent, spread
from planning_kit.charts.theme import STATUS
from planning_kit.errors import PlanError
from planning_kit.plan import Plan
from planning_kit.steps import reading

SHOWN = 20
COLUMNS = ("What", "Shown as", "Read with its sign", "Status", "As of")
WHAT, SAID, SIGNED = 0, 36, 58
"""Left edges of the columns in per cent of the width."""


def lies(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return what is shown beside what is so: published shares, lights set by hand, the promised date.

    Returns
    -------
    DataFrame, index = row id (the promised date of the whole plan has none)
        ``what``, ``said``, ``signed``, ``status`` (what the numbers say), ``seen_on``.
    """
    found = published(reading.begun(plan), plan.actuals, as_of, plan.objectives)
    printed = pd.DataFrame(
        {
            "what": names(plan, found.index),
            "said": [f"published as {share:.1f} %" for share in found["published"]],
            "signed": signed(found),
            "status": found["status"],
            "seen_on": found["period_end"],
        },
        index=found.index,
    )
    return pd.concat([printed, _by_hand(plan, as_of), _promised(plan)])


def _by_hand(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return the lights set by hand that the values do not bear out."""
    state = measured(plan, as_of)
    hand = plan.status_overrides
    valid = hand["expires_on"].isna() | (hand["expires_on"] >= pd.Timestamp(as_of))
    hand = hand[valid & hand["row"].isin(state.index)].drop_duplicates("row", keep="last").set_index("row")
    state = state.loc[hand.index]
    words = hand["status"].str.replace("_", " ")
    differ = words != state["status"]
    return pd.DataFrame(
        {
            "what": names(plan, hand.index),
            "said": "by hand: " + words,
            "signed": state["reason"],
            "status": state["status"],
            "seen_on": state["actual_on"],
        }
    )[differ]


def _promised(plan: Plan) -> pd.DataFrame:
    """Return the promised end of the plan beside the simulated one, where it will probably not be kept."""
    try:
        found = spread(plan)
    except PlanError:  # circles and estimates out of order have findings of their own
        found = None
    if found is None or not found.uncertain or pd.isna(found.promised) or found.chance >= 0.5:  # noqa: PLR2004 - more likely kept than not
        return pd.DataFrame()
    says = f"{spoken(found.likely)} with a chance of 80 %; the promised day with {percent(found.chance)}"
    row = {"what": "The work is finished", "said": f"promised for {spoken(found.promised)}", "signed": says}
    return pd.DataFrame([{**row, "status": "at risk", "seen_on": pd.NaT}], index=[""])


@charted(
    "Nothing is shown otherwise than the numbers say. What another report printed goes into “Published as” of a value."
)
def light_that_lies(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw what is shown beside the signed reading: published shares, lights set by hand, the promised date.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Values after this day are not looked at.
    """
    found = lies(plan, as_of)
    if found.empty:
        return nothing("light_that_lies", *COLUMNS)
    kept = int(found["status"].isin(["met", "on track"]).sum())
    title = f"{counted(len(found), 'light')} {'says' if len(found) == 1 else 'say'} something else than the numbers"
    title += f"; {kept} {'is' if kept == 1 else 'are'} better than shown" if kept else ""
    shown = found.head(SHOWN).assign(line=np.arange(min(len(found), SHOWN), dtype=float))
    note = f"As of {as_of:%Y-%m-%d}." + (
        f" {SHOWN} of {len(found)}; the table holds all." if len(found) > SHOWN else ""
    )
    table = found.assign(seen_on=[spoken(one) for one in found["seen_on"]]).set_axis(list(COLUMNS), axis=1)
    seen = found["seen_on"].dropna()
    age = seen.max().date() if len(seen) else None
    return finished("light_that_lies", _sheet(shown), title, table, note=note, age=age)


def _sheet(shown: pd.DataFrame) -> alt.LayerChart:
    """Return the picture: three columns of text, the sign of the status before the last."""
    sheet = Sheet(len(shown))
    words = base.identified(shown.drop(columns="seen_on"))
    tips = base.tips(what="What", said="Shown as", signed="Read with its sign", status="Status")
    point = alt.Chart(words.assign(at=SIGNED + 0.9)).mark_point(filled=True, size=120, opacity=1)
    heads: dict[float, str] = {WHAT: "What", SAID: "Shown as", SIGNED: "Read with its sign"}
    return layered(
        sheet.heads(heads),
        sheet.text(words, "what", WHAT, SAID - WHAT - 1).encode(tooltip=tips),
        sheet.text(words, "said", SAID, SIGNED - SAID - 1),
        point.encode(x=sheet.x(), y=sheet.y(), tooltip=tips, **base.marked(STATUS, shown["status"])),
        sheet.text(words, "signed", SIGNED + 2.2, 100 - SIGNED - 2.2).encode(tooltip=tips),
        height=sheet.height,
    )
