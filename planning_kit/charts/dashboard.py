"""One page for the leadership team: objectives, measures, delivery, money, risk and promises, each with its finding."""

import datetime as dt
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, Sheet, charted, drawn, finished, layered, nothing, spoken
from planning_kit.charts.promises import BROKEN, KEPT, LATE, OPEN, SILENT, ledger
from planning_kit.charts.scope import scoped
from planning_kit.charts.theme import BAD, FAIR, GOOD, NEUTRAL
from planning_kit.errors import PlanError
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances
from planning_kit.steps import reading
from planning_kit.steps.tracking import states
from planning_kit.steps.tracking.earned import performance

WELL, WATCH, ILL, OPEN_YET = "well", "to watch", "not well", "cannot be judged yet"
COLOURS = {WELL: GOOD, WATCH: FAIR, ILL: BAD, OPEN_YET: NEUTRAL}
JUDGED = {
    **dict.fromkeys(("met", "on track", "done", "under way"), WELL),
    **dict.fromkeys(("behind", "blocked"), WATCH),
    **dict.fromkeys(("at risk", "not met", "late"), ILL),
}
"""How a state of a measure, an objective or work is counted; what is not named cannot be judged yet."""
DEAR, TOO_DEAR = 1.0, 0.9
"""Cost performance below which an initiative is to be watched, and is not well."""
HIGH, SOME = 12, 6
"""Likelihood times impact from which a risk is not well, and is to be watched (of 25)."""
PROMISED = {KEPT: WELL, LATE: WATCH, OPEN: WELL, SILENT: WATCH, BROKEN: ILL}
COLUMNS = ("What", "Finding", WELL.capitalize(), "To watch", "Not well", "Cannot be judged yet", "Data of")
WHAT, BAR, BAR_WIDTH, SAYS, AGE = 0, 12, 22, 37, 88
"""Left edges of the columns in per cent of the width."""


class Area(NamedTuple):
    """One line of the dashboard: what it is about, and the chart whose finding it quotes."""

    title: str
    chart: str
    judged: "pd.Series[str]"
    """A word of `COLOURS` for each row."""


def areas(plan: Plan, as_of: dt.date) -> list[Area]:
    """Return the six lines with the judgement of every row behind them."""
    at = Circumstances(as_of)
    try:
        work = states.work(plan, as_of)["state"]
    except PlanError:  # circles have findings of their own
        work = pd.Series(dtype="str")
    cpi = performance(plan, at)["cpi"]
    money = np.select([cpi.isna(), cpi < TOO_DEAR, cpi < DEAR], [OPEN_YET, ILL, WATCH], WELL)
    goals = states.rolled_up(plan, as_of)
    live = plan.risks[~plan.risks["state"].isin(["closed"])]
    size = live["likelihood"].astype("float64") * live["impact"].astype("float64")
    risk = np.select([size.isna(), size >= HIGH, size >= SOME], [OPEN_YET, ILL, WATCH], WELL)
    return [
        Area("Objectives", "strategy_map", _judged(goals.loc[reading.strategic(plan).index, "status"])),
        Area("Measures", "scorecard", _judged(states.measured(plan, as_of)["status"])),
        Area("Work", "delivery", _judged(work[~work.index.isin(plan.tasks["parent"])])),
        Area("Money", "earned_value", pd.Series(money, index=cpi.index, dtype="str")),
        Area("Risk", "risk_heat_map", pd.Series(risk, index=live.index, dtype="str")),
        Area("Promises", "promise_ledger", ledger(plan, as_of)["standing"].map(PROMISED).fillna(OPEN_YET)),
    ]


def _judged(state: "pd.Series[str]") -> "pd.Series[str]":
    return state.map(JUDGED).fillna(OPEN_YET)


@charted("There is nothing to look at yet. Begin with the objectives of step 1.")
def dashboard(plan: Plan, as_of: dt.date, *, part: str = "") -> Drawn:
    """Draw a line each for objectives, measures, work, money, risk and promises: how many are well, and the finding.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Nothing after this day is looked at.
    part : str
        Only what this unit, with those under it, answers for, or what belongs to this theme or level.
    """
    kind = next((one for one in ("unit", "theme") if part in plan.frame(f"{one}s").index), "level")
    plan = scoped(plan, **{kind: part})
    found = [(one, drawn(one.chart, plan, as_of)) for one in areas(plan, as_of)]
    if all(one.judged.empty for one, _ in found):
        return nothing("dashboard", *COLUMNS)
    counts = pd.DataFrame({one.title: one.judged.value_counts() for one, _ in found}).reindex(list(COLOURS)).fillna(0).T
    ill = [str(one).lower() for one in counts.index[counts[ILL] > 0]]
    title = f"Not all is well with {', '.join(ill)}" if ill else "Nothing is out of hand"
    ages = [one.age for _, one in found]
    table = (
        counts.astype("int64")
        .reset_index(names="what")
        .assign(
            finding=[one.title if one.chart is not None else one.empty for _, one in found],
            age=["" if one is None else spoken(one) for one in ages],
        )
    )
    table = table[["what", "finding", *COLOURS, "age"]].set_axis(list(COLUMNS), axis=1)
    known = [one for one in ages if one is not None]
    picture = _picture(counts, table)
    return finished("dashboard", picture, title, table, note=f"As of {as_of:%Y-%m-%d}.", age=max(known, default=None))


def _picture(counts: pd.DataFrame, table: pd.DataFrame) -> alt.LayerChart:
    """Return a line for each area: its name, a bar of shares, the finding, the age."""
    sheet = Sheet(len(counts), step=58)
    lines = table.assign(
        line=np.arange(len(table), dtype=float), finding=[base.wrapped(one, 60, 2) for one in table["Finding"]]
    )
    total = counts.sum(axis=1).replace(0, 1)
    ends = counts.div(total, axis=0).cumsum(axis=1) * BAR_WIDTH + BAR
    parts = [(number, kind) for number in range(len(counts)) for kind in COLOURS if counts[kind].iloc[number]]
    bars = pd.DataFrame(parts, columns=["line", "kind"])
    bars["count"] = [counts[kind].iloc[number] for number, kind in parts]
    bars["right"] = [ends[kind].iloc[number] for number, kind in parts]
    bars["left"] = bars["right"] - bars["count"] / bars["line"].map(total.reset_index(drop=True)) * BAR_WIDTH
    bars["tip"] = [f"{counts.index[number]}: {counts[kind].iloc[number]:.0f} {kind}" for number, kind in parts]
    bars = bars.assign(low=bars["line"] - 0.3, high=bars["line"] + 0.3, middle=(bars["left"] + bars["right"]) / 2)
    box = alt.Chart(bars)
    tip = alt.Tooltip("tip:N", title="How many")
    colour = base.kinds("kind", COLOURS, bars["kind"], symbolType="square")
    wide = bars[bars["right"] - bars["left"] > 1.6]  # noqa: PLR2004 - per cent of the width that hold a number
    says: dict[str, Any] = {"lineBreak": "\n", "lineHeight": 17}
    return layered(
        box.mark_bar(cornerRadius=2).encode(
            x=sheet.x("left"), x2="right", y=sheet.y("low"), y2="high", color=colour, tooltip=tip
        ),
        alt.Chart(wide)
        .mark_text(color="white", fontWeight=600)
        .encode(x=sheet.x("middle"), y=sheet.y(), text="count:N"),
        sheet.heads({WHAT: "What", BAR: "How many", SAYS: "Finding", AGE: "Data of"}),
        sheet.text(lines, "What", WHAT, BAR - WHAT, fontWeight=600, fontSize=15),
        sheet.text(lines, "finding", SAYS, AGE - SAYS - 1, fontSize=14, **says),
        sheet.text(lines, "Data of", AGE, 100 - AGE, opacity=0.75),
        height=sheet.height,
    )
