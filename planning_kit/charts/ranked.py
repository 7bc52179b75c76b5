"""The ranking by own criteria: what each adds, where the line of the chosen runs, and how little would move it."""

import datetime as dt

import pandas as pd

from planning_kit.analysis import priority
from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, charted, counted, each, finished, kinds, layered, moved, names, nothing
from planning_kit.charts.theme import ACCENT, BAD, GOOD, NEUTRAL, PURPLE
from planning_kit.plan import Plan
from planning_kit.steps.coordination.ranked import DOWNWARD, LOWEST, Ranked, judged, ranked, turned

SHOWN = 24
"""Initiatives on one picture, those about the line among them."""
COLOURS = (ACCENT, GOOD, PURPLE, NEUTRAL)
LETTERS = 34
"""Of a name in the title."""
KEY = "★"


@charted("There is no ranking yet. Score the initiatives silently in step 5; weigh the criteria below “More”.")
def focus_ranking(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw the initiatives by their weighted score, with the line of the chosen and who would change places first.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Named below the title; votes have no date of their own.
    """
    found = ranked(plan)
    if found is None:
        return nothing("focus_ranking", "Rank", "Initiative", "Key", "Score", "WSJF", "RICE")
    rows = found.rows.rename(columns=DOWNWARD)
    weights = found.weights.rename(DOWNWARD)
    inputs = plan.priority_inputs.dropna(subset=["task"]).drop_duplicates("task").set_index("task")
    wsjf, rice = (
        priority.wsjf(inputs)["rank"],
        priority.rice(inputs.assign(confidence=inputs["confidence"] / 100))["rank"],
    )
    key = plan.tasks["is_key"].fillna(value=False).astype(bool).reindex(rows.index)
    rows = rows.assign(
        name=names(plan, rows.index), key=key, wsjf=wsjf.reindex(rows.index), rice=rice.reindex(rows.index)
    )
    title, by_votes = turned(plan, found, LETTERS)
    said = ", ".join(f"{name} {share * 100:.0f} %" for name, share in weights.items())
    note = f"{by_votes} As of {as_of:%Y-%m-%d}.".strip()
    note += f" Weights: {said}, {found.source}{_compared(plan)}. Below the line: not among the"
    note += f" {found.chosen} best. {KEY} marked as key, ◆ would change places first."
    left = int(plan.scores["task"].nunique()) - len(rows)
    note += f" {counted(left, 'initiative')} without votes on every criterion left out." if left > 0 else ""
    table = rows[["rank", "name", "key", *weights.index, "score", "wsjf", "rice"]].round(2)
    table["key"] = table["key"].map({True: KEY, False: ""})
    columns = [
        "Rank",
        "Initiative",
        "Key",
        *map(str.capitalize, map(str, weights.index)),
        "Score",
        "WSJF rank",
        "RICE rank",
    ]
    return finished("focus_ranking", _picture(rows, weights, found), title, table.set_axis(columns, axis=1), note=note)


def _compared(plan: Plan) -> str:
    """Return what the comparisons in pairs say, with how far they contradict each other."""
    found = judged(plan)
    if found is None:
        return ""
    shares = ", ".join(f"{name} {share * 100:.0f} %" for name, share in found.weights.rename(DOWNWARD).items())
    return f"; in pairs (AHP): {shares}, consistency ratio {found.consistency_ratio:.2f} (random index: Saaty 1980)"


def _picture(rows: pd.DataFrame, weights: "pd.Series[float]", found: Ranked) -> alt.LayerChart:
    """Return bars of what each criterion adds, the line below the last chosen one, and the marks of what would turn."""
    rows = rows.head(max(SHOWN, min(found.chosen + 3, 2 * SHOWN)))
    texts = [f"{row.rank}  {KEY + ' ' if row.key else ''}{base.short(row.name, 40)}" for row in each(rows)]
    rows = rows.assign(label=base.labelled(texts, rows.index, 56, keep=True))
    adds = (rows[weights.index] - LOWEST).mul(weights)
    ends = adds.cumsum(axis=1) + LOWEST
    parts = pd.concat(
        [
            pd.DataFrame(
                {"label": rows["label"], "criterion": name, "start": ends[name] - adds[name], "end": ends[name]}
            ).assign(tip=[f"{vote:.2f} x {share * 100:.0f} %" for vote in rows[name]])
            for name, share in weights.items()
        ]
    )
    turning = {found.by_weight.leaves, found.by_weight.enters, found.by_votes.leaves, found.by_votes.enters}
    ranks = [
        " · ".join(f"{name} {rank}" for name, rank in (("WSJF", row.wsjf), ("RICE", row.rice)) if pd.notna(rank))
        for row in each(rows)
    ]
    marks = rows[["label", "score"]].assign(
        words=[f"{'◆ ' if row in turning else ''}{score:.2f}" for row, score in rows["score"].items()],
        ranks=ranks,
        at=LOWEST + 4.2,
    )
    scale = alt.Scale(domain=[LOWEST, 6.2], nice=False, zero=False)
    axis = alt.Axis(title="weighted mean of the votes, from 1", values=[1, 2, 3, 4, 5], grid=False, domain=False)
    x, y = alt.X("start:Q", scale=scale, axis=axis), base.rows_named(rows["label"])
    colour = kinds("criterion", dict(zip(map(str, weights.index), COLOURS, strict=False)), map(str, weights.index))
    tips = base.tips(label="Initiative", criterion="Criterion", tip="Vote x weight")
    line = alt.Chart(pd.DataFrame({"label": rows["label"].iloc[found.chosen - 1 : found.chosen]}))
    under = alt.Y("label:N", scale=y["scale"], axis=y["axis"], bandPosition=1)
    text = alt.Chart(base.identified(marks))
    return layered(
        alt.Chart(base.identified(parts)).mark_bar().encode(x=x, x2="end", y=y, color=colour, tooltip=tips),
        *(
            [line.mark_rule(color=BAD, strokeDash=[6, 4], strokeWidth=2, yOffset=3).encode(y=under)]
            if found.chosen < len(rows)
            else []
        ),
        text.mark_text(align="left", dx=8).encode(x=moved(x, "score"), y=y, text="words:N"),
        text.mark_text(align="left", opacity=0.8).encode(x=moved(x, "at"), y=y, text="ranks:N"),
        height=28 * len(rows),
    )
