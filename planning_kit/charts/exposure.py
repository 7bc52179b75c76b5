"""What risks may cost: exposure by objective before and after the responses, and the reserve that is enough."""

import datetime as dt

import pandas as pd

from planning_kit.analysis.risk import contingency, exposure
from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, charted, counted, finished, kinds, layered, money, names, nothing
from planning_kit.charts.theme import ACCENT, FAIR
from planning_kit.plan import Plan
from planning_kit.steps import reading
from planning_kit.steps.coordination.checks_risks import open_risks

SHOWN = 16
BEFORE, AFTER = "without the responses", "with the responses"
NOWHERE = "(no objective named)"


def priced(plan: Plan) -> pd.DataFrame:
    """Return the open risks with a probability and a cost, before and after their responses.

    Returns
    -------
    DataFrame, index = risk id
        ``objective`` (the one threatened, or served by the work threatened), ``probability`` (share), ``cost``,
        ``exposure``, and the same with ``_after``: what is not judged anew stays as it was.
    """
    rows = open_risks(plan).dropna(subset=["probability", "cost"])
    served = reading.objective_of(plan)
    about = rows["about"]
    found = pd.DataFrame({"objective": about.where(about.isin(plan.objectives.index), reading.follow(about, served))})
    for end, names_ in (("", ("probability", "cost")), ("_after", ("residual_probability", "residual_cost"))):
        share, cost = (
            rows[one].fillna(rows[usual]) for one, usual in zip(names_, ("probability", "cost"), strict=True)
        )
        both = pd.DataFrame({"probability": (share / 100).clip(0, 1), "cost": cost})
        found[[f"probability{end}", f"cost{end}"]] = both
        found[f"exposure{end}"] = exposure(both)
    return found


@charted("No open risk has a probability and a cost yet. Put the gravest ones in numbers: how likely, how expensive.")
def objective_exposure(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw what risks may cost each objective, and the reserve that is enough for all of them together.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Named below the title; ratings have no date of their own.
    """
    columns = ("Objective", "Risks", "Exposure without the responses", "Exposure with the responses")
    rows = priced(plan)
    if rows.empty:
        return nothing("objective_exposure", *columns)
    currency = base.short(str(plan.marked("profile", "currency") or ""), 8)
    reserves = [
        contingency(rows[[f"probability{end}", f"cost{end}"]].set_axis(["probability", "cost"], axis=1)).quantiles
        for end in ("", "_after")
    ]
    (half, likely), (half_after, likely_after) = (
        (money(one[0.5], currency), money(one[0.8], currency)) for one in reserves
    )
    title = f"{likely_after} in reserve is enough four times of five with the responses, {likely} without"
    note = f"As of {as_of:%Y-%m-%d}. {counted(len(rows), 'open risk')} in numbers, 20,000 simulated courses. "
    note += f"P50 without the responses {half}, P80 {likely}; with them P50 {half_after}, P80 {likely_after}. "
    note += "Bars: probability times cost."
    sums = rows.assign(objective=rows["objective"].fillna("")).groupby("objective")
    found = sums.agg(risks=("exposure", "size"), before=("exposure", "sum"), after=("exposure_after", "sum"))
    found = found.sort_values(["before", "risks"], ascending=False, kind="stable")
    labels = [NOWHERE if not row else name for row, name in zip(found.index, names(plan, found.index), strict=True)]
    table = found.set_axis(columns[1:], axis=1)
    table.insert(0, columns[0], labels)
    return finished("objective_exposure", _bars(found.head(SHOWN), labels[:SHOWN], currency), title, table, note=note)


def _bars(found: pd.DataFrame, texts: list[str], currency: str) -> alt.LayerChart:
    """Return two bars for each objective, the upper one before the responses."""
    labels = base.labelled(texts, found.index, 44)
    parts = [
        pd.DataFrame({"id": found.index, "label": labels, "kind": kind, "amount": found[column].to_numpy()})
        for kind, column in ((BEFORE, "before"), (AFTER, "after"))
    ]
    data = pd.concat(parts).assign(words=lambda some: [money(one, currency) for one in some["amount"]])
    y = base.rows_named(labels)
    offset = alt.YOffset("kind:N", scale=alt.Scale(domain=[BEFORE, AFTER]))
    axis = alt.Axis(title=f"exposure, {currency}".rstrip(", "), grid=False, format="~s", tickCount=5)
    x = alt.X(
        "amount:Q",
        axis=axis,
        scale=alt.Scale(
            domainMin=0, domainMax=max(float(found["before"].max()), float(found["after"].max()), 1.0) * 1.15
        ),
    )
    bars, tip = alt.Chart(data), base.tips(label="Objective", kind="Exposure", words="Amount")
    colour = kinds("kind", {BEFORE: FAIR, AFTER: ACCENT}, (BEFORE, AFTER), symbolType="square")
    return layered(
        bars.mark_bar(cornerRadius=2).encode(x=x, y=y, yOffset=offset, color=colour, tooltip=tip),
        bars.mark_text(align="left", baseline="middle", dx=6).encode(x=x, y=y, yOffset=offset, text="words:N"),
        height=46 * len(labels) + 20,
    )
