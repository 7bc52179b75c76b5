"""How far votes lie apart: a dot for each rater, the widest on top, two camps kept visible."""

import datetime as dt

import pandas as pd

from planning_kit.analysis import ranking
from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, charted, counted, each, finished, kinds, layered, moved, names, nothing
from planning_kit.charts.theme import ACCENT, FAIR, NEUTRAL
from planning_kit.plan import Plan

SHOWN = 12
"""Lines of a picture: as many as one can talk about."""
WIDEST = 3
DODGE = 0.1
"""Distance of equal votes, as a part of one step of the scale."""
ONE, TWO = "one camp", "two camps"
COLUMNS = ("What", "Raters", "Lowest", "Mean", "Highest", "Spread of votes", "Two camps")


@charted("There are no scores yet. Score the initiatives silently in step 5, then reveal the votes.")
def score_spread(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw the scores of each initiative and criterion, a dot for each rater, the widest first.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Named below the title; scores have no date of their own.
    """
    votes = plan.scores.dropna(subset=["task", "rater", "criterion", "value"])
    labels = pd.Series(names(plan, votes["task"]), votes.index)
    what = [f"{base.short(name, 36)} · {one}" for name, one in zip(labels, votes["criterion"], strict=True)]
    item = votes["task"].astype("str") + "|" + votes["criterion"].astype("str")
    return _spread("score_spread", plan, as_of, votes.assign(item=item, what=what), (1.0, 5.0), "score from 1 to 5")


@charted("There are no points yet. Spread 100 points silently in step 6, then reveal them.")
def point_spread(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw the points each initiative was given, a dot for each rater, the widest first.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Named below the title; points have no date of their own.
    """
    votes = plan.point_allocations.dropna(subset=["rater", "initiative", "points"])
    what = [base.short(name, 42) for name in names(plan, votes["initiative"])]
    given = votes.assign(item=votes["initiative"], value=votes["points"], what=what)
    most = float(given["value"].max()) if len(given) else 1.0
    return _spread("point_spread", plan, as_of, given, (0.0, most), "points out of 100")


def _spread(  # noqa: PLR0913, PLR0917 - what the two pictures differ in
    name: str, plan: Plan, as_of: dt.date, votes: pd.DataFrame, ends: tuple[float, float], title: str
) -> Drawn:
    """Return the picture of votes with ``item``, ``rater``, ``value`` and ``what``."""
    votes = votes.assign(value=votes["value"].astype("float64"))
    if votes.empty:
        return nothing(name, *COLUMNS)
    found = ranking.camps(votes[["item", "rater", "value"]], *ends)
    found["what"] = votes.drop_duplicates("item").set_index("item")["what"]
    found["label"] = base.labelled(found["what"], found.index, 52, keep=True)
    camps = int(found["camps"].sum())
    widest = [one for one in found.head(WIDEST)["label"] if found["wide"].iloc[0] > 0]
    said = f"Widest apart: {'; '.join(widest)}" if widest else "All raters agree"
    said += f". {counted(camps, 'vote')} with two camps" if camps else ""
    note = f"As of {as_of:%Y-%m-%d}, {counted(votes['rater'].nunique(), 'rater')}; a dot is a rater, the line the mean."
    if len(found) > SHOWN:
        note += f" The {SHOWN} widest of {len(found):,}."
    table = found.assign(camps=found["camps"].map({True: "yes", False: "no"}))
    table = table[["what", "raters", "min", "mean", "max", "wide", "camps"]].round(2).set_axis(list(COLUMNS), axis=1)
    table.index = table.index.str.partition("|").get_level_values(0)
    return finished(name, _picture(plan, votes, found.head(SHOWN), ends, title), said, table, note=note)


def _picture(
    plan: Plan, votes: pd.DataFrame, shown: pd.DataFrame, ends: tuple[float, float], title: str
) -> alt.LayerChart:
    """Return the lines from the lowest to the highest vote, the means, and the dots."""
    step = (ends[1] - ends[0]) / 4 or 1.0
    dots = votes[votes["item"].isin(shown.index)].copy()
    dots["id"], dots["label"] = dots.index, dots["item"].map(shown["label"])
    dots["kind"] = dots["item"].map(shown["camps"]).map({True: TWO, False: ONE})
    same = dots.groupby(["item", "value"])["value"]
    dots["at"] = dots["value"] + (same.cumcount() - (same.transform("size") - 1) / 2) * DODGE * step
    dots["who"] = names(plan, dots["rater"])
    dots["said"] = [f"{row.value:g}" for row in each(dots)]
    lines = shown[["label", "min", "max", "mean"]].rename(columns={"min": "low", "max": "high"})
    axis = alt.Axis(title=title, grid=False, tickCount=5)
    x = alt.X("at:Q", scale=alt.Scale(domain=[ends[0] - 0.4 * step, ends[1] + 0.4 * step], nice=False), axis=axis)
    y = base.rows_named(shown["label"])
    colour = kinds("kind", {ONE: ACCENT, TWO: FAIR}, dots["kind"])
    used = list(colour["scale"]["domain"])
    shapes = alt.Scale(domain=used, range=[{ONE: "circle", TWO: "diamond"}[one] for one in used])
    tips = base.tips(label="What", who="Rater", said="Vote")
    rule = alt.Chart(lines).mark_rule(strokeWidth=2, color=NEUTRAL, opacity=0.45)
    mean = alt.Chart(lines).mark_tick(thickness=3, size=22, color=NEUTRAL)
    point = alt.Chart(dots).mark_point(filled=True, size=110, opacity=0.85)
    return layered(
        rule.encode(x=moved(x, "low"), x2="high", y=y),
        mean.encode(x=moved(x, "mean"), y=y),
        point.encode(
            x=x, y=y, color=colour, shape=alt.Shape("kind:N", scale=shapes, legend=colour["legend"]), tooltip=tips
        ),
        height=max(120, 40 * len(shown)),
    )
