"""How the measures stand: the scorecard, one measure over time, and the line without words for reports."""

import datetime as dt

import numpy as np
import pandas as pd

from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import (
    DASH,
    Drawn,
    Sheet,
    charted,
    counted,
    each,
    finished,
    layered,
    nothing,
    plain_number,
)
from planning_kit.charts.computed import measured, newest
from planning_kit.charts.theme import ACCENT, NEUTRAL, STATUS
from planning_kit.plan import Plan
from planning_kit.steps import reading

SHOWN = 40
"""Measures on one scorecard; those that need attention come first."""
POINTS = 24
"""Values in a small line."""
WORST = ("not met", "at risk", "behind", "no data", "too early", "on track", "met")
NAME, STATE, VALUE, BULLET, FIGURE, SPARK, AGE = 0, 30, 40.5, 60, 78, 80, 91.5
"""Left edges of the columns in per cent of the width (of the figure: its right edge)."""
BULLET_WIDTH, SPARK_WIDTH, LONGEST = 11.5, 9.5, 1.1
"""Widths in per cent; the bar ends at 110 % of the way."""
HEADS: dict[float, str] = {
    NAME: "Measure",
    STATE: "Status",
    VALUE: "Value → target",
    BULLET: "Progress, | expected",
    SPARK: "Over time",
    AGE: "Age of value",
}


def scored(plan: Plan, as_of: dt.date, *, objective: str = "", unit: str = "") -> pd.DataFrame:
    """Return the state of the measures picked, those that need attention first.

    Returns
    -------
    DataFrame, index = measure id
        The columns of `status.progress` with ``name``, ``label``, ``objective``, ``owner``, ``target``,
        ``uom``, ``due``.
    """
    measures, objectives = plan.measures, plan.objectives
    kept = measures["objective"] == objective if objective else pd.Series(data=True, index=measures.index)
    if unit:
        kept &= measures["objective"].isin(objectives.index[objectives["unit"] == unit])
    facts = measures.loc[kept, ["name", "target", "uom", "due", "target_kind", "lower", "upper"]]
    facts = facts.assign(owner=measures["owner"].fillna(reading.follow(measures["objective"], objectives["owner"])))
    facts["objective"] = base.names(plan, measures.loc[kept, "objective"])
    facts["owner"] = base.names(plan, facts["owner"])
    facts["name"] = base.names(plan, facts.index)
    facts = facts.join(measured(plan, as_of))
    rank = facts["status"].map({name: place for place, name in enumerate(WORST)})
    order = np.lexsort((np.arange(len(facts)), facts["health"].fillna(9).to_numpy(), rank.to_numpy()))
    return facts.iloc[order]


def headline(states: "pd.Series[str]", noun: str = "measure") -> str:
    """Return the finding about a list of states in one sentence."""
    total = len(states)
    bad = int(states.isin(["behind", "at risk", "not met"]).sum())
    blind = int((states == "no data").sum())
    rest = f"; {blind:,} cannot be judged" if blind else ""
    if bad:
        return f"{base.part(bad, total, noun)} behind{rest}"
    if blind == total:
        return f"None of {counted(total, noun)} can be judged yet"
    return f"Not one of {counted(total, noun)} is behind{rest}"


@charted("There is no measure yet. Add measures with a baseline, a target and a day in step 1, values in step 7.")
def scorecard(plan: Plan, as_of: dt.date, *, objective: str = "", unit: str = "") -> Drawn:
    """Draw a line for each measure: status, value and target, progress against what is expected, the past.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Values after this day are not looked at.
    objective, unit : str
        Only the measures of this objective, or of the objectives of this unit.
    """
    facts = scored(plan, as_of, objective=objective, unit=unit)
    if facts.empty:
        return nothing("scorecard", *_table(facts).columns)
    shown = facts.head(SHOWN).assign(line=lambda some: np.arange(len(some), dtype=float))
    title = headline(facts["status"])
    age = newest(plan, as_of)
    note = f"As of {as_of:%Y-%m-%d}, newest value {base.spoken(age)}."
    note += " " + ", ".join(f"{count} {one}" for one, count in facts["status"].value_counts(sort=False).items()) + "."
    if len(facts) > SHOWN:
        note += f" The {SHOWN} that need attention most of {len(facts):,}; the table holds all."
    picture = _card(shown, _small_lines(plan, shown, as_of))
    return finished("scorecard", picture, title, _table(facts), note=note, age=age)


def _table(facts: pd.DataFrame) -> pd.DataFrame:
    """Return the table twin of a scorecard."""
    columns = {
        "name": "Measure",
        "objective": "Objective",
        "owner": "Owner",
        "status": "Status",
        "actual": "Value",
        "target": "Target",
        "uom": "Unit of measure",
        "progress": "Progress",
        "expected": "Expected",
        "actual_on": "Value as of",
        "due": "Due",
        "reason": "Reason",
    }
    found = facts[[name for name in columns if name in facts]].rename(columns=columns)
    return found.assign(
        **{name: (found[name] * 100).round(1) for name in ("Progress", "Expected") if name in found}
    ).rename(columns={"Progress": "Progress, %", "Expected": "Expected, %"})


def _card(shown: pd.DataFrame, lines: pd.DataFrame) -> alt.LayerChart:
    """Return the picture: columns of text, bullets and small lines."""
    sheet = Sheet(len(shown))
    words = shown.assign(
        values=[_values(row) for row in each(shown)],
        age=[base.elapsed(days) for days in shown["age_days"]],
        tip=[f"{row.objective} · {row.owner} · due {base.spoken(row.due)}" for row in each(shown)],
    )[["line", "name", "status", "values", "age", "tip", "reason"]].pipe(base.identified)
    tips = [
        alt.Tooltip("name:N", title="Measure"),
        alt.Tooltip("tip:N", title="Objective"),
        alt.Tooltip("reason:N", title="Why"),
    ]
    point = alt.Chart(words.assign(at=STATE + 0.9)).mark_point(filled=True, size=120, opacity=1)
    return layered(
        sheet.heads(HEADS),
        sheet.text(words, "name", NAME, STATE - NAME - 1).encode(tooltip=tips),
        point.encode(x=sheet.x(), y=sheet.y(), tooltip=tips, **base.marked(STATUS, shown["status"])),
        sheet.text(words, "status", STATE + 2.2, VALUE - STATE - 3),
        sheet.text(words, "values", VALUE, BULLET - VALUE - 1),
        sheet.text(words, "age", AGE, 100 - AGE, opacity=0.75),
        *_bullets(shown, sheet),
        *_sparks(lines, sheet),
        height=sheet.height,
    )


def _values(row: object) -> str:
    """Return value and target in words."""
    now, target, uom = (getattr(row, name) for name in ("actual", "target", "uom"))
    bounds = [getattr(row, name) for name in ("lower", "upper")]
    aim = (
        plain_number(target)
        if pd.notna(target)
        else DASH.join(plain_number(one) for one in bounds if pd.notna(one)) or DASH
    )
    return f"{plain_number(now)} → {aim}{'' if pd.isna(uom) else ' ' + base.short(uom, 14)}"


def bullets(shown: pd.DataFrame) -> pd.DataFrame:
    """Return where bar, track and expected mark of each measure stand, in per cent of the width."""
    unit = BULLET_WIDTH / LONGEST
    drawn = shown["progress"].clip(0, LONGEST)
    return pd.DataFrame(
        {
            "line": shown["line"],
            "status": shown["status"],
            "left": float(BULLET),
            "full": BULLET + unit,
            "bar": BULLET + drawn * unit,
            "tick": BULLET + shown["expected"].clip(0, LONGEST) * unit,
            "low": shown["line"] - 0.28,
            "high": shown["line"] + 0.28,
            "words": [_progress_words(row) for row in each(shown)],
            "moves": ~shown["target_kind"].str.startswith("keep", na=False),
        }
    )


def _progress_words(row: object) -> str:
    """Return the progress in words, for bars of no length and for bounds that are kept or not."""
    progress, distance, kind = (getattr(row, name) for name in ("progress", "distance", "target_kind"))
    if pd.notna(progress):
        return f"{progress * 100:.0f} %"
    if str(kind).startswith("keep") and pd.notna(distance):
        return "keeps its bound" if distance >= 0 else f"{plain_number(-distance)} beyond its bound"
    return DASH


def _bullets(shown: pd.DataFrame, sheet: Sheet) -> list[alt.Chart]:
    """Return track, bar, expected mark and figure."""
    data = base.identified(bullets(shown))
    moving, kept = data[data["moves"]], data[~data["moves"]]
    colour = base.marked(STATUS, shown["status"])["color"]
    high = {"y": sheet.y("low"), "y2": "high"}
    tall = alt.Chart(moving.assign(low=moving["line"] - 0.38, high=moving["line"] + 0.38))
    return [
        alt.Chart(moving).mark_bar(color=NEUTRAL, opacity=0.22).encode(x=sheet.x("left"), x2="full", **high),
        alt.Chart(moving).mark_bar().encode(x=sheet.x("left"), x2="bar", color=colour, **high),
        tall.mark_rule(strokeWidth=2.5).encode(x=sheet.x("tick"), **high),
        sheet.text(moving, "words", FIGURE, 8, align="right"),
        sheet.text(kept, "words", BULLET, FIGURE - BULLET),
    ]


def small_lines(actuals: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Return the last values of each measure as points in its line of the picture.

    Parameters
    ----------
    actuals : DataFrame
        ``measure``, ``period_end``, ``value``.
    shown : DataFrame, index = measure id
        ``line``.

    Returns
    -------
    DataFrame
        ``line``, ``x`` (per cent of the width), ``y`` (lines; each measure has its own scale), ``last``.
    """
    some = actuals[actuals["measure"].isin(shown.index) & actuals["value"].notna()].sort_values(
        "period_end", kind="stable"
    )
    some = some.groupby("measure").tail(POINTS)
    day = some["period_end"].astype("int64").astype("float64")
    group = some["measure"]
    share = [(one - one.groupby(group).transform("min")) / _spread(one, group) for one in (day, some["value"])]
    alone = group.map(group.value_counts()) == 1
    return pd.DataFrame(
        {
            "line": group.map(shown["line"]),
            "x": SPARK + SPARK_WIDTH * share[0].mask(alone, 1.0),
            "y": group.map(shown["line"]) + 0.3 - 0.6 * share[1].fillna(0.5),
            "last": ~group.duplicated(keep="last"),
        }
    )


def _spread(values: "pd.Series[float]", group: "pd.Series[str]") -> "pd.Series[float]":
    """Return the range of each group, missing where it is nothing."""
    found = values.groupby(group).transform("max") - values.groupby(group).transform("min")
    return found.where(found > 0)


def _small_lines(plan: Plan, shown: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return the points of the small lines up to a date."""
    return small_lines(plan.actuals[plan.actuals["period_end"] <= pd.Timestamp(as_of)], shown)


def _sparks(lines: pd.DataFrame, sheet: Sheet) -> list[alt.Chart]:
    """Return the small lines, each with a point at its end."""
    encoding = {"x": sheet.x("x"), "y": sheet.y("y")}
    return [
        alt.Chart(lines).mark_line(color=NEUTRAL, strokeWidth=1.8).encode(detail="line:N", order="x:Q", **encoding),
        alt.Chart(lines[lines["last"]]).mark_point(filled=True, color=ACCENT, size=45, opacity=1).encode(**encoding),
    ]
