"""How the strategy was chosen and what it rests on: factors, options, themes, assumptions, what people remember."""

import datetime as dt
from typing import Any

import pandas as pd

from planning_kit.analysis.priority import factor_scores as scores
from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import (
    DASH,
    Drawn,
    charted,
    counted,
    finished,
    kinds,
    layered,
    names,
    nothing,
    part,
    spoken,
)
from planning_kit.charts.computed import rolled_up
from planning_kit.charts.theme import ACCENT, BAD, FAIR, GOOD, STATUS
from planning_kit.charts.written import tabled, written
from planning_kit.plan import Plan
from planning_kit.spec import Circumstances, amount
from planning_kit.steps import exposed, reading

SIDES = {"strength": "inside", "weakness": "inside", "opportunity": "outside", "threat": "outside"}
KINDS = {"strength": GOOD, "weakness": FAIR, "opportunity": ACCENT, "threat": BAD}
SHOWN = 40
"""Bars on one picture."""
AVERAGE = 2.5
"""The middle of ratings from 1 to 4."""
OFFERS = {
    "to the people of today": ("market_penetration", "product_development"),
    "to new people": ("market_development", "diversification"),
}
"""For whom, with the services of today and with new ones (Ansoff, 1957)."""


@charted("Rate the factors in step 1: how much each matters (dots) and how well you answer to it, 1 to 4.")
def factor_scores(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw what each factor adds to the score of the inside (IFE) and of the outside (EFE).

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Named below the title; factors have no date of their own.
    """
    rows = plan.factors.assign(side=plan.factors["kind"].map(SIDES)).dropna(subset=["side"])
    found = rows.join(scores(rows)).dropna(subset=["score"])
    if found.empty:
        return nothing("factor_scores", "Factor", "Kind", "Weight", "Rating", "Score")
    totals = found.groupby("side", sort=False)["score"].sum()
    words = [f"{side} {total:.2f}, {_against_average(total)}" for side, total in totals.items()]
    left_out = len(plan.factors) - len(found)
    note = f"As of {as_of:%Y-%m-%d}. Score = share of the weights x rating (1 poorly to 4 very well)."
    note += f" {counted(left_out, 'factor')} without weight or rating left out." if left_out else ""
    shown = found.sort_values(["side", "score"], ascending=[True, False], kind="stable")
    shown = shown.assign(
        label=base.labelled(names(plan, shown.index), shown.index, 60),
        says=[f"{100 * row.share:.0f} % x {row.rating:.0f} = {row.score:.2f}" for row in base.each(shown)],
    )
    table = shown[["text", "kind", "share", "rating", "score"]].round({"share": 3, "score": 2})
    table.columns = pd.Index(["Factor", "Kind", "Share of weight", "Rating", "Score"])
    if len(shown) > SHOWN:
        shown = shown.nlargest(SHOWN, "share").sort_values(["side", "score"], ascending=[True, False], kind="stable")
        note += f" The {SHOWN} heaviest of {len(found):,}; the table holds all."
    y, x = base.rows_named(shown["label"]), alt.X("score:Q", axis=alt.Axis(title="score", tickCount=6))
    bars = alt.Chart(base.identified(shown)).encode(
        y=y, x=x, tooltip=base.tips(text="Factor", evidence="Evidence", says="Score")
    )
    picture = layered(
        bars.mark_bar(cornerRadius=3).encode(color=kinds("kind", KINDS, shown["kind"])),
        bars.mark_text(align="left", dx=6).encode(text="says:N"),
        height=26 * len(shown) + 20,
    )
    return finished("factor_scores", picture, f"Scores: {'; '.join(words)}", table, note=note)


def _against_average(total: float) -> str:
    return "average" if round(total, 2) == AVERAGE else "above average" if total > AVERAGE else "below average"


@written("There is no option yet. Write one from a pair of factors, and say where it leads.")
def ansoff(plan: Plan, as_of: dt.date) -> Drawn:  # noqa: ARG001 - every picture is asked for a date
    """Write the options by whether services and people are those of today or new ones, with what was decided and why.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Options have no date.
    """
    options = plan.options
    sign = options["is_chosen"].map({True: "✓", False: "✕"}).astype("str").fillna("○")
    reason = (f" {DASH} " + options["reason"].astype("str")).where(options["reason"].notna(), "")
    said = sign + " " + options["text"].fillna(DASH) + reason
    place = options["ansoff"].where(options["ansoff"].notna(), "")

    def there(which: str) -> str:
        return "\n".join(said[place == which])

    rows = [(whom, there(today), there(new)) for whom, (today, new) in OFFERS.items()]
    rows += [("not placed yet", there(""), "")] if (place == "").any() else []
    chosen, rejected = int((sign == "✓").sum()), int((sign == "✕").sum())
    title = (
        f"{part(chosen, len(options), 'option')} chosen, {rejected} rejected, {len(options) - chosen - rejected} open"
    )
    columns = ["What we offer", "Services of today", "New services"]
    table = pd.DataFrame(rows if len(options) else [], columns=columns)
    return tabled("ansoff", title, table, note="✓ chosen, ✕ rejected, ○ open; after the dash stands why.")


@written("There is no theme yet. Write two to five big plays in step 1 and give each objective one of them.")
def theme_perspective(plan: Plan, as_of: dt.date) -> Drawn:
    """Write the strategic objectives by theme and perspective, with their status.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Values after this day are not looked at.
    """
    goals = reading.strategic(plan)
    status = rolled_up(plan, as_of)["status"].reindex(goals.index)
    lines = status.map(lambda one: STATUS[one].sign).astype("str") + " " + goals["title"].fillna(DASH)
    used = [
        one for one in plan.tables["objectives"].fields["perspective"].choices if (goals["perspective"] == one).any()
    ]
    themes = {row: plan.label(row) for row in plan.themes.index}
    loose = ~goals["theme"].isin(list(themes))

    def there(some: "pd.Series[bool]", perspective: str) -> str:
        return "\n".join(lines[some & (goals["perspective"] == perspective)])

    fields = {name: [there(goals["theme"] == row, one) for one in used] for row, name in themes.items()}
    empty = sum(not cell for cells in fields.values() for cell in cells)
    if loose.any():
        fields["(no theme)"] = [there(loose, one) for one in used]
    title = f"{empty} of {counted(len(themes) * len(used), 'field')} of theme and perspective hold nothing"
    title += f"; {counted(int(loose.sum()), 'objective')} in no theme" if loose.any() else ""
    table = pd.DataFrame(
        [(name, *cells) for name, cells in fields.items()], columns=["Theme", *map(str.capitalize, used)]
    )
    return tabled("theme_perspective", title, table if themes and used else table.iloc[:0])


@written("There is no assumption yet. Write what must stay true, with the number that would show first that it is not.")
def trip_wires(plan: Plan, as_of: dt.date) -> Drawn:
    """Write the assumptions with a light each: the newest value of what watches it, the trip-wire, the day.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Values after this day are not looked at.
    """
    seen = exposed.watched(plan, Circumstances(as_of))
    fields = plan.tables["assumptions"].fields
    uom = reading.follow(seen["measure"], plan.measures["uom"]).fillna("")

    def numbered(value: Any, unit: str) -> str:
        return DASH if pd.isna(value) else f"{amount(float(value))} {unit}".strip()

    rows = []
    for (row, one), unit in zip(seen.iterrows(), uom, strict=True):
        how = "" if pd.isna(one["comparator"]) else fields["comparator"].choice_label(str(one["comparator"]))
        whole = bool(how) and not pd.isna(one["threshold"]) and not pd.isna(one["measure"])
        if one["breached"]:
            light = "▲ broken, decided on" if one["settled"] else "◆ broken"
        else:
            light = "○ no trip-wire" if not whole else "○ no value yet" if pd.isna(one["value"]) else "● holds"
        wire = f"{how} {numbered(one['threshold'], unit)}" if whole else DASH
        about = names(plan, [one["measure"], one["owner"]])
        now = numbered(one["value"], unit) + ("" if pd.isna(one["value"]) else f"\n{spoken(one['on'])}")
        rows.append((plan.label(str(row)), light, about[0], now, wire, about[1], spoken(one["review_on"])))
    columns = ["We assume that", "Light", "Watched by", "Value", "Holds while", "Who watches", "Look again on"]
    table = pd.DataFrame(rows, columns=columns, index=seen.index)
    table = table.sort_values(
        "Light", key=lambda lights: lights.str[0].map({"◆": 0, "▲": 1, "○": 2, "●": 3}), kind="stable"
    )
    broken = table.loc[table["Light"] == "◆ broken", "We assume that"]
    title = f"{len(broken)} of {counted(len(table), 'assumption')} no longer {'holds' if len(broken) == 1 else 'hold'}"
    title += f": {reading.listed(broken, 2)}" if len(broken) else ""
    return tabled("trip_wires", title, table, note=f"As of {as_of:%Y-%m-%d}.")


@charted("No recall test yet. Ask each unit for three priorities, count how many were named, and write it down above.")
def recall(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw how many of the priorities each unit could name without looking, now and the time before.

    Parameters
    ----------
    plan : Plan
    as_of : datetime.date
        Tests after this day are not looked at.
    """
    tests = plan.recalls[(plan.recalls["asked"] > 0) & (plan.recalls["taken_on"] <= pd.Timestamp(as_of))]
    tests = tests.dropna(subset=["unit", "named"]).sort_values("taken_on", kind="stable")
    if tests.empty:
        return nothing("recall", "Unit", "Taken on", "Asked for", "Named", "Share, %")
    tests = tests.assign(share=100 * tests["named"].astype("float64") / tests["asked"].astype("float64"))
    last = tests.drop_duplicates("unit", keep="last").set_index("unit")
    before = (
        tests[tests.duplicated("unit", keep="last")].drop_duplicates("unit", keep="last").set_index("unit")["share"]
    )
    shown = last.assign(before=before.reindex(last.index), label=base.labelled(names(plan, last.index), last.index))
    shown = shown.assign(says=[f"{row.named} of {row.asked}, {row.share:.0f} %" for row in base.each(shown)])
    whole = 100 * shown["named"].sum() / shown["asked"].sum()
    title = f"{int(shown['named'].sum())} of {int(shown['asked'].sum())} priorities were named ({whole:.0f} %)"
    table = pd.DataFrame(
        {"Unit": names(plan, tests["unit"]), "Taken on": tests["taken_on"].dt.strftime("%Y-%m-%d")}, index=tests.index
    )
    table = table.assign(**{"Asked for": tests["asked"], "Named": tests["named"], "Share, %": tests["share"].round(1)})
    x = alt.X("share:Q", scale=alt.Scale(domain=[0, 125], nice=False), axis=None)
    shown = base.identified(shown[["label", "share", "before", "says"]].head(SHOWN))
    bars = alt.Chart(shown).encode(y=base.rows_named(shown["label"]), tooltip=base.tips(label="Unit", says="Named"))
    picture = layered(
        bars.mark_bar(color=ACCENT, cornerRadius=3, opacity=0.85).encode(x=x),
        bars.transform_filter("isValid(datum.before)")
        .mark_tick(thickness=3, size=20)
        .encode(x=base.moved(x, "before")),
        bars.mark_text(align="left", dx=8).encode(x=x, text="says:N"),
        height=30 * len(shown) + 10,
    )
    note = f"As of {as_of:%Y-%m-%d}." + (" Upright line: the test before." if len(before) else "")
    return finished("recall", picture, title, table, note=note)
