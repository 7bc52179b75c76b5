"""What was reached of what was committed, rule by rule, and how those who judge use the scale."""

import datetime as dt
from dataclasses import replace

import pandas as pd

from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, charted, counted, finished, kinds, layered, moved, nothing
from planning_kit.charts.theme import ACCENT, FAIR, NEUTRAL
from planning_kit.plan import Plan
from planning_kit.steps.appraisal.attained import Reached, reached, source, subject, waited

ROW, SHOWN = 34, 40
REACHED, OTHERS, TOGETHER = "reached", "lost to others' promises", "together"
COLOURS = {REACHED: ACCENT, OTHERS: FAIR, TOGETHER: NEUTRAL}


@charted("Choose a review. It needs a rule computed from the plan, told before the period, and a result in it.")
def contribution(plan: Plan, as_of: dt.date, *, review: str = "") -> Drawn:  # noqa: ARG001 - of the period's last day
    """Draw how the rules add up to the attainment of a team or person, and what others' broken promises cost.

    Parameters
    ----------
    plan : Plan
        The workbook of the appraisal, the plan beside it.
    as_of : datetime.date
        Results are those of the last day of the period.
    review : str
        Id of the review; without it, the first with a result, those who lost time to others before all others.
    """
    columns = ("Rule", "Weight, %", "Attained, %", "Without time lost, %", "Days lost", "Counts, points")
    if "reviews" not in plan.tables:
        return nothing("contribution", *columns)
    every = [review] if review in plan.reviews.index else [str(one) for one in plan.reviews.index[:SHOWN]]
    known = {one: found for one in every if (found := reached(plan, one)) is not None}
    if not known:
        return nothing("contribution", *columns)
    chosen = max(known, key=lambda one: known[one].excused > known[one].attainment)
    found, facts, of = known[chosen], plan.row("reviews", chosen), source(plan, chosen)
    terms = found.terms.assign(label=plan.appraisal_rules["component"].reindex(found.terms.index))
    terms["points"] = terms["share"] * terms["attained"]
    days = int(terms["lost"].max())
    title = f"{base.short(plan.label(facts['subject']), 50)} reached {found.attainment:.1f} % of what was committed"
    title += f"; {found.excused:.1f} % without {counted(days, 'day')} lost to others' promises" if days else ""
    note = (
        f"Up to {facts['finish']}, plan revision {found.revision}. The rules propose {found.proposed:.1f} of 1 to 5; "
    )
    note += "people decide. Percent complete, confidence and risks are not read."
    table = terms[["label", "share", "attained", "excused", "lost", "points"]].assign(share=terms["share"] * 100)
    table = table.round(1).set_axis(list(columns), axis=1)
    lost = pd.DataFrame() if of is None else waited(of, subject(plan, facts["subject"], of), facts["finish"])
    drawn = finished("contribution", _waterfall(terms, found), title, table, note=note, age=facts["finish"])
    return replace(drawn, beside=None if of is None or lost.empty else _lost(of, lost))


def _lost(of: Plan, lost: pd.DataFrame) -> pd.DataFrame:
    """Return the work that waited, with the promise it waited for: what a team can point to in an appeal."""
    table = {
        "Waited for": [of.label(promises[-1]) for promises in lost["promises"]],
        "Work that waited": base.names(of, lost.index),
        "Promised by": base.names(of, lost["giver"]),
        "First agreed": lost["agreed"],
        "Came": lost["arrived"],
        "Days lost": lost["lost"],
    }
    return pd.DataFrame(table).set_axis([promises[-1] for promises in lost["promises"]], axis=0)


def _waterfall(terms: pd.DataFrame, found: Reached) -> alt.LayerChart:
    """Return the rules as steps that end at the attainment, then what was lost to others, and all together."""
    steps = [(str(row), one["label"], REACHED, one["points"]) for row, one in terms.iterrows()]
    gain = found.excused - found.attainment
    steps += [("", f"({OTHERS})", OTHERS, gain)] if gain > 0 else []
    data = pd.DataFrame(steps, columns=["id", "name", "kind", "points"])
    data["end"] = data["points"].cumsum()
    data["start"] = data["end"] - data["points"]
    data.loc[len(data)] = ["", f"({TOGETHER})", TOGETHER, data["end"].iloc[-1], data["end"].iloc[-1], 0.0]
    data["label"] = base.labelled(data["name"], data.index, 44)
    data["words"] = [f"{one:.1f}" for one in data["points"]]
    y = base.rows_named(data["label"])
    scale = alt.Scale(domain=[0, max(float(data["end"].max()), 100.0) * 1.1], nice=False)
    x = alt.X("start:Q", scale=scale, axis=alt.Axis(title="per cent of what was committed", tickCount=6, domain=False))
    colour = kinds("kind", COLOURS, data["kind"], symbolType="square")
    bars = alt.Chart(data).mark_bar()
    target = alt.Chart(pd.DataFrame({"target": [100.0]})).mark_rule(strokeDash=[5, 3])
    return layered(
        bars.encode(x=x, x2="end", y=y, color=colour, tooltip=base.tips(name="Rule", words="Points")),
        alt.Chart(data).mark_text(align="left", dx=6).encode(x=moved(x, "end"), y=y, text="words:N"),
        target.encode(x=moved(x, "target")),
        height=ROW * len(data),
    )
