"""How it came to be so: status over time, dates that slipped, forecasts that came true or did not."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from planning_kit.analysis import calibration
from planning_kit.analysis.status import progress
from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import (
    Drawn,
    charted,
    counted,
    each,
    finished,
    iso,
    labelled,
    layered,
    names,
    nothing,
    rows_named,
    short,
    spoken,
    tips,
)
from planning_kit.charts.computed import limits, measured, newest
from planning_kit.charts.theme import ACCENT, BAD, NEUTRAL, STATUS
from planning_kit.plan import Plan
from planning_kit.steps import reading

SHOWN, PERIODS, SLIPS = 20, 12, 10
ROW = 28
RED = ("behind", "at risk", "not met")


def judged(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return the status of every measure at the end of each of the last quarters with values, and on the date.

    Returns
    -------
    DataFrame
        Index = measure id, columns = timestamps, values = status.
    """
    first, today = plan.actuals["period_end"].min(), pd.Timestamp(as_of)
    if pd.isna(first) or first > today:
        return pd.DataFrame(index=plan.measures.index)
    ends = [*pd.date_range(first, today - pd.Timedelta(days=1), freq="QE")[-PERIODS + 1 :], today]
    begun = reading.begun(plan)
    return pd.DataFrame(
        {
            end: progress(begun, plan.actuals, end.date(), targets=plan.targets, **limits(plan))["status"]
            if end < today
            else measured(plan, as_of)["status"]
            for end in ends
        }
    )


@charted("There is no value yet. Report the first value of a measure in step 7.")
def status_over_time(plan: Plan, as_of: dt.date, *, objective: str = "") -> Drawn:
    """Draw the status of each measure quarter by quarter, as it was seen then.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        The last column; values after this day are not looked at.
    objective : str
        Only the measures of this objective.
    """
    every = judged(plan, as_of)
    if objective:
        every = every[(plan.measures["objective"] == objective).reindex(every.index).to_numpy(dtype=bool)]
    every = every[(every != "no data").any(axis=1)] if every.shape[1] else every.iloc[:0]
    if every.empty:
        return nothing("status_over_time", "Measure", "Status")
    bad = every.isin(RED)
    last, before = bad.iloc[:, -1], bad.iloc[:, -2] if bad.shape[1] > 1 else bad.iloc[:, -1]
    title = f"{base.part(int(last.sum()), len(every), 'measure')} behind now"
    title += f", {int((last & before).sum())} of them since last quarter or longer; " if last.any() else "; "
    title += f"{int((before & ~last).sum())} recovered"
    order = np.lexsort((np.arange(len(every)), -bad.sum(axis=1).to_numpy(), ~last.to_numpy()))
    shown = every.iloc[order].head(SHOWN)
    heads = [*(f"{end:%b %Y}" for end in every.columns[:-1]), "Now"]
    table = every.iloc[order].set_axis(heads, axis=1)
    table.insert(0, "Measure", names(plan, table.index))
    note = f"As of {as_of:%Y-%m-%d}. Each field is the status at the end of a quarter, from the values known then."
    note += f" The {SHOWN} that were behind most; the table holds all." if len(every) > SHOWN else ""
    picture = _strip(plan, shown.set_axis(heads, axis=1))
    return finished("status_over_time", picture, title, table, note=note, age=newest(plan, as_of))


def _strip(plan: Plan, shown: pd.DataFrame) -> alt.LayerChart:
    """Return a field with a sign for each measure and quarter."""
    full = names(plan, shown.index)
    words = base.identified(shown.assign(label=labelled(full, shown.index, 44), name=full))
    data = words.melt(["id", "label", "name"], var_name="when", value_name="status")
    x = alt.X(
        "when:N", scale=alt.Scale(domain=list(shown.columns)), axis=alt.Axis(title=None, orient="top", labelAngle=0)
    )
    present = [one for one in STATUS if one in set(data["status"])]
    signs = base.marked(STATUS, present, legend=alt.Legend(title=None, columns=4))
    tip = tips(name="Measure", when="At", status="Status")
    mark = alt.Chart(data).mark_point(filled=True, size=130, opacity=1)
    return layered(
        mark.encode(x=x, y=rows_named(labelled(full, shown.index, 44)), tooltip=tip, **signs), height=ROW * len(shown)
    )


def slips(plan: Plan, as_of: dt.date) -> pd.DataFrame:
    """Return what each report on work said about its end, for work reported on at least twice.

    Returns
    -------
    DataFrame
        ``task``, ``reported_on``, ``ends`` (the day it was finished, else the working days still needed counted from
        the report), ``moved`` (calendar days from its first report to its last).
    """
    known = plan.updates[(plan.updates["reported_on"] <= pd.Timestamp(as_of)) & plan.updates["task"].notna()]
    known = known.sort_values("reported_on", kind="stable")
    week, off = reading.calendar(plan)
    needs = known["remaining_days"].astype("float64")
    some = needs.notna() & known["reported_on"].notna()
    closed = np.array(off, dtype="datetime64[D]")
    from_here = known.loc[some, "reported_on"].to_numpy().astype("datetime64[D]")
    ends = pd.Series(pd.NaT, index=known.index, dtype="datetime64[s]")
    days = np.ceil(needs[some].to_numpy()).astype("int64")
    ends[some] = np.busday_offset(from_here, days, roll="backward", weekmask=week, holidays=closed)
    found = known[["task", "reported_on"]].assign(ends=known["finished_on"].fillna(ends)).dropna()
    found = found[found.groupby("task")["ends"].transform("size") > 1]
    by = found.groupby("task")["ends"]
    return found.assign(moved=(by.transform("last") - by.transform("first")).dt.days)


@charted("No work has been reported on twice yet. Write in step 7 how many days each piece still needs.")
def slip_chart(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw how the expected end of work moved from report to report.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Reports after this day are not looked at.
    """
    columns = ("Work", "Reported on", "Expected end", "Moved since the first report, days")
    found = slips(plan, as_of)
    if found.empty:
        return nothing("slip_chart", *columns)
    moves = found.drop_duplicates("task").set_index("task")["moved"].sort_values(ascending=False, kind="stable")
    late = int((moves > 0).sum())
    title = f"The end moved out for {late:,} of {counted(len(moves), 'piece')} of work reported on more than once"
    if late:
        title += f", most for {short(plan.label(str(moves.index[0])), 40)}: {counted(int(moves.iloc[0]), 'day')}"
    shown = found[found["task"].isin(moves.index[:SLIPS])]
    note = f"As of {as_of:%Y-%m-%d}. A level line keeps its day, a rising one slips."
    note += f" The {SLIPS} that moved most; the table holds all." if len(moves) > SLIPS else ""
    table = found.assign(name=names(plan, found["task"]), on=[spoken(one) for one in found["reported_on"]])
    table["end"] = [spoken(one) for one in found["ends"]]
    table = table.set_index("task")[["name", "on", "end", "moved"]].set_axis(list(columns), axis=1)
    age = found["reported_on"].max().date()
    return finished("slip_chart", _slip_lines(plan, shown), title, table, note=note, age=age)


def _slip_lines(plan: Plan, shown: pd.DataFrame) -> alt.LayerChart:
    """Return a line for each piece of work, its name at the end."""
    data = shown.assign(id=shown["task"], name=names(plan, shown["task"]), day=iso(shown["reported_on"]))
    data["end"] = iso(shown["ends"])
    data["moves"] = np.where(data["moved"] > 0, "moved out", np.where(data["moved"] < 0, "moved in", "kept"))
    data["tip"] = [f"{row.name}: on {row.day} expected for {row.end}" for row in each(data)]
    x = base.day_axis(shown["reported_on"], room=0.6)
    y = alt.Y(
        "end:T",
        scale=base.day_axis(shown["ends"])["scale"],
        axis=alt.Axis(title="expected end", format="%b %Y", tickCount=6),
    )
    colours = {"moved out": BAD, "kept": NEUTRAL, "moved in": ACCENT}
    colour = base.kinds("moves", colours, data["moves"], symbolType="stroke")
    tip = alt.Tooltip("tip:N", title="Work")
    line: dict[str, Any] = {"x": x, "y": y, "detail": "task:N", "color": colour, "tooltip": tip}
    ends = data.drop_duplicates("task", keep="last").sort_values("ends")
    gap = (shown["ends"].max() - shown["ends"].min()) / 18
    place = list(ends["ends"])
    for number in range(1, len(place)):
        place[number] = max(place[number], place[number - 1] + gap)
    says = [f"{row.moved:+d} d · {short(row.name, 24)}" for row in each(ends)]
    words = ends.assign(end=iso(pd.Series(place, index=ends.index)), words=says)
    chart = alt.Chart(data)
    return layered(
        chart.mark_line(strokeWidth=2.2).encode(**line),
        chart.mark_point(filled=True, size=55, opacity=1).encode(**line),
        alt.Chart(words).mark_text(align="left", dx=8).encode(x=x, y=y, text="words:N", color=colour),
        height=360,
    )


BANDS = (0.2, 0.4, 0.6, 0.8)
"""Between the bands of chance in which forecasts are counted together."""


@charted("There is not enough history yet: forecasts are judged from the seventh value of a measure on.")
def forecast_calibration(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw how often what was forecast for the next value of the measures came true.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Values after this day are not looked at.
    """
    columns = ("Measure", "Forecast on", "For", "Chance, %", "Came true")
    made = calibration.forecasts_made(reading.begun(plan), plan.actuals, as_of)
    if made.empty:
        return nothing("forecast_calibration", *columns)
    score = calibration.brier(made["chance"], made["came"])
    usual = float(made["came"].mean())
    better = "better" if score < calibration.brier(np.full(len(made), usual), made["came"]) else "no better"
    title = f"{counted(len(made), 'forecast')} of the next value: Brier score {score:.2f}"
    title += f" ({better} than always saying {usual * 100:.0f} %)"
    table = made.set_index("measure", drop=False)
    table = table.assign(measure=names(plan, made["measure"]), chance=(table["chance"] * 100).round(0))
    for name in ("made_on", "period_end"):
        table[name] = [spoken(one) for one in table[name]]
    table = table.assign(came=table["came"].map({True: "yes", False: "no"})).set_axis(list(columns), axis=1)
    note = f"As of {as_of:%Y-%m-%d}. 0 is perfect, 0.25 is always saying a half. "
    note += "On the line, forecasts come true as often as they say."
    return finished("forecast_calibration", _reliability(made), title, table, note=note, age=newest(plan, as_of))


def _reliability(made: pd.DataFrame) -> alt.LayerChart:
    """Return the share that came true in five bands of chance, with the line of a perfect forecaster."""
    band = np.digitize(made["chance"], BANDS)
    by = made.groupby(band).agg(chance=("chance", "mean"), came=("came", "mean"), count=("came", "size"))
    by["words"] = [f"{count} forecasts" if count > 1 else "1 forecast" for count in by["count"]]
    across = alt.Axis(title="forecast chance", format=".0%", tickCount=5)
    upward = alt.Axis(title="came true", format=".0%", values=[0, 0.25, 0.5, 0.75, 1])
    x = alt.X("chance:Q", scale=alt.Scale(domain=[-0.04, 1.14], nice=False), axis=across)
    y = alt.Y("came:Q", scale=alt.Scale(domain=[-0.06, 1.06], nice=False), axis=upward)
    perfect = alt.Chart(pd.DataFrame({"chance": [0.0, 1.0], "came": [0.0, 1.0]}))
    dots = alt.Chart(by)
    size = alt.Size("count:Q", scale=alt.Scale(domain=[0, int(by["count"].max())], range=[60, 500]), legend=None)
    mark = dots.mark_point(filled=True, color=ACCENT, opacity=0.9)
    return layered(
        perfect.mark_line(color=NEUTRAL, strokeDash=[6, 4]).encode(x=x, y=y),
        mark.encode(x=x, y=y, size=size, tooltip=tips(words="Forecasts")),
        dots.mark_text(align="left", dx=16).encode(x=x, y=y, text="words:N"),
        height=300,
    )
