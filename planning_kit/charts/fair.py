"""Is it fair: how raters use the scale, how ratings spread, how groups fare; nothing that would tell of one person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from planning_kit.analysis import appraisal, rating
from planning_kit.charts import base
from planning_kit.charts.alt import alt
from planning_kit.charts.base import Drawn, charted, counted, finished, kinds, layered, moved, nothing
from planning_kit.charts.theme import ACCENT, BAD, NEUTRAL, PURPLE
from planning_kit.charts.written import tabled, written
from planning_kit.steps.appraisal import letters
from planning_kit.steps.appraisal.calibration import rated, waiting

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from planning_kit.plan import Plan

ROW, SHOWN = 34, 40
TEAMS, PEOPLE, TOGETHER = "teams", "people", "all together"
ALL, LOW = "no lower than 4/5", "lower than 4/5 of the highest"
WHY = "as figures of fewer than {} would tell of persons"


@charted("Nobody is rated yet. The teams write first, then the managers; then open the calibration.")
def calibration(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw how far raters lie above or below all, as measured and as far as so few ratings can be believed.

    Parameters
    ----------
    plan : Plan
        The workbook of the appraisal.
    as_of : datetime.date
        Named below the title.
    """
    columns = ("Rater", "Ratings", "Mean", "Above or below all", "Of which believed")
    rows = rated(plan)
    if len(waiting(plan)):
        return _closed(plan, columns)
    if rows.empty:
        return nothing("calibration", *columns)
    counts, least = rows["rater"].value_counts(), appraisal.SMALLEST_GROUP
    shown = rating.shown_groups(counts)
    if not shown.any():
        why = f"{counted(len(rows), 'subject')}, {counted(len(counts), 'rater')}: none is left to compare. Raters of "
        why += f"fewer than {least}, and whom the rest would reveal, are hidden, {WHY.format(least)}."
        return nothing("calibration", *columns, why=why)
    found = rating.rater_bias(rows).loc[shown.index[shown]].sort_values("bias", ascending=False)
    found["apart"] = found["mean"] - rows["rating"].mean()
    found["label"] = base.labelled(base.names(plan, found.index), found.index)
    most = found.iloc[found["bias"].abs().argmax()]
    title = f"{most['label']} rates {abs(most['apart']):.1f} {'above' if most['apart'] > 0 else 'below'} all"
    title += f"; {abs(most['bias']):.1f} of it can be believed of {counted(most['n'], 'rating')}"
    note = (
        f"As of {as_of:%Y-%m-%d}. All: {rows['rating'].mean():.2f} of {len(rows)}. A suggestion: a team may be better. "
    )
    if (~shown).any():
        note += (
            f"Not shown: {counted(int((~shown).sum()), 'rater')} of fewer than {least}, or whom the rest would reveal. "
        )
    if len(counts) >= rating.SMALLEST_VOTE:
        note += f"The raters' means spread by {rows.groupby('rater')['rating'].mean().std():.2f}."
    else:
        note += f"Their spread is hidden under {rating.SMALLEST_VOTE} raters."
    table = found[["label", "n", "mean", "apart", "bias"]].round(2).set_axis(list(columns), axis=1)
    return finished("calibration", _apart(found.head(SHOWN)), title, table, note=note)


def _closed(plan: Plan, columns: tuple[str, ...]) -> Drawn:
    """Return who has written, but not what: the calibration is not opened yet."""
    rows = waiting(plan)
    table = {
        "Review": base.names(plan, rows["subject"]),
        "Own view": rows["self_view"].notna().map({True: "written", False: "missing"}),
        "Manager": base.names(plan, rows["manager"]),
        "Manager's view": rows["manager_rating"].notna().map({True: "written", False: "missing"}),
    }
    missing = int((rows["manager_rating"].isna() | rows["self_view"].isna()).sum())
    why = (
        "The calibration is not opened. Opening it is recorded, freezes the manager's part of every review, and copies "
    )
    why += "what the rules propose. " + (
        f"{counted(missing, 'review')} still wait for a view." if missing else "All wrote."
    )
    return replace(nothing("calibration", *columns, why=why), beside=pd.DataFrame(table))


def _apart(found: pd.DataFrame) -> alt.LayerChart:
    """Return a bar from all to each rater's mean, and on it what can be believed."""
    data = base.identified(found[["label", "apart", "bias", "n"]])
    data["words"] = [f"{one.bias:+.2f} of {one.apart:+.2f}, n = {one.n}" for one in data.itertuples()]
    data["end"] = data[["apart", "bias"]].max(axis=1).clip(lower=0)
    reach = max(float(data["apart"].abs().max()), 0.5) * 1.3
    y = base.rows_named(data["label"])
    axis = alt.Axis(title="above or below the mean of all", tickCount=7, domain=False)
    x = alt.X("apart:Q", scale=alt.Scale(domain=[-reach, reach], nice=False), axis=axis)
    tips = base.tips(label="Rater", words="Believed of measured")
    return layered(
        alt.Chart(data).mark_bar(color=NEUTRAL, opacity=0.45).encode(x=x, y=y, tooltip=tips),
        alt.Chart(data).mark_bar(color=ACCENT, size=10).encode(x=moved(x, "bias"), y=y, tooltip=tips),
        alt.Chart(data).mark_text(align="left", dx=6).encode(x=moved(x, "end"), y=y, text="words:N"),
        height=ROW * len(data),
    )


@charted("Nobody has a rating yet. Open the calibration, then settle each rating with a sentence and a name under it.")
def ratings_spread(plan: Plan, as_of: dt.date) -> Drawn:
    """Draw how many teams and people have which rating, where that tells of nobody.

    Parameters
    ----------
    plan : Plan
        The workbook of the appraisal.
    as_of : datetime.date
        Named below the title.
    """
    columns = ("Who", "Rating", "How many")
    rows = rated(plan)
    if not rows.empty:
        settled = plan.ratings.drop_duplicates("review").set_index("review")["rating"].astype(float)
        rows = rows.assign(rating=settled.reindex(rows.index)).dropna(subset=["rating"])
    if rows.empty:
        return nothing("ratings_spread", *columns)
    telling = rating.shown_groups(rows["who"].value_counts()).all() and not _alike(rows)
    rows = rows if telling else rows.assign(who=TOGETHER)
    if len(rows) < appraisal.SMALLEST_GROUP or _alike(rows):
        why = f"{counted(len(rows), 'subject')} rated; the distribution is hidden, "
        return nothing(
            "ratings_spread", *columns, why=f"{why}{WHY.format(appraisal.SMALLEST_GROUP)}, or all are alike."
        )
    data = rows.groupby(["who", "rating"]).size().rename("count").reset_index()
    title = f"{counted(int((rows['rating'] >= 4).sum()), 'subject')} of {len(rows)} rated 4 or 5, "  # noqa: PLR2004 - above what was agreed
    title += f"{int((rows['rating'] <= 2).sum())} rated 1 or 2"  # noqa: PLR2004 - below it
    note = f"As of {as_of:%Y-%m-%d}. 3 is as agreed. Groups under {appraisal.SMALLEST_GROUP}, or all alike, are hidden."
    data["label"] = data["rating"].astype(int).astype("str")
    x = alt.X("label:N", scale=alt.Scale(domain=list("12345")), axis=alt.Axis(title="rating", labelAngle=0))
    y = alt.Y("count:Q", axis=alt.Axis(title="how many", tickMinStep=1))
    colour = kinds("who", {TEAMS: ACCENT, PEOPLE: PURPLE, TOGETHER: NEUTRAL}, data["who"], symbolType="square")
    bars = (
        alt.Chart(data)
        .mark_bar()
        .encode(x=x, y=y, color=colour, tooltip=base.tips(who="Who", label="Rating", count="How many"))
    )
    table = data[["who", "label", "count"]].set_axis(list(columns), axis=1)
    return finished("ratings_spread", layered(bars, height=220), title, table, note=note)


def _alike(rows: pd.DataFrame) -> bool:
    """Whether everybody of a group has the same rating, so that the figure would tell each one's."""
    return any(len(set(some)) == 1 for _, some in rows.groupby("who")["rating"])


@charted("No groups are compared yet. Ask the personnel office for counts, without names, and enter them below.")
def adverse_impact(plan: Plan, as_of: dt.date, *, group: str = "") -> Drawn:
    """Draw how often each group was selected against the group selected most often (four-fifths rule).

    Parameters
    ----------
    plan : Plan
        The workbook of the appraisal.
    as_of : datetime.date
        Named below the title.
    group : str
        Id of a group: it is shown with those it is compared with; without it, the first.
    """
    columns = ("Group", "People", "Selected, %", "Ratio to highest", "Fisher's exact p", "Lower than 4/5")
    rows = plan.group_counts if "group_counts" in plan.tables else pd.DataFrame()
    rows = rows.dropna(subset=[one for one in ("compared_by", "selected", "headcount") if one in rows])
    if rows.empty:
        return nothing("adverse_impact", *columns)
    by = rows["compared_by"][group if group in rows.index else rows.index[0]]
    rows = rows[rows["compared_by"] == by]
    found = appraisal.adverse_impact(
        rows[["selected", "headcount"]].astype(float).rename(columns={"headcount": "total"})
    )
    hidden = f"Groups under {appraisal.SMALLEST_GROUP}, and all under {appraisal.SMALLEST_TOTAL} people, are hidden, "
    hidden += f"{WHY.format(appraisal.SMALLEST_GROUP)}."
    found["name"] = base.names(plan, found.index)
    table = found[["name", "n", "rate", "impact_ratio", "p_value", "flagged"]].assign(rate=found["rate"] * 100).round(3)
    table["flagged"] = found["flagged"].map({True: "yes", False: "no"}).fillna("hidden")
    table = table.set_axis(list(columns), axis=1)
    seen = found[~found["suppressed"] & found["impact_ratio"].notna()]
    if seen.empty:
        return nothing("adverse_impact", *columns, why=f"{base.short(str(by), 60)}: nothing to show. {hidden}")
    low = int(seen["flagged"].sum())
    title = f"{base.short(str(by), 60)}: {base.part(low, len(seen), 'group')} under 4/5 of the highest"
    note = f"As of {as_of:%Y-%m-%d}. A US screening rule (29 CFR 1607.4 D): it says where to look and judges nothing; "
    note += f"other laws ask otherwise. p is Fisher's exact test against the highest group. {hidden}"
    data = base.identified(
        seen.assign(label=base.labelled(seen["name"], seen.index), kind=seen["flagged"].map({True: LOW, False: ALL}))
    )
    data["words"] = [f"{one.impact_ratio:.2f}, n = {one.n:.0f}, p = {one.p_value:.3f}" for one in data.itertuples()]
    y, scale = base.rows_named(data["label"]), alt.Scale(domain=[0, 1.3], nice=False)
    x = alt.X(
        "impact_ratio:Q",
        scale=scale,
        axis=alt.Axis(title="selected, as a share of the highest", tickCount=6, domain=False),
    )
    colour = kinds("kind", {ALL: ACCENT, LOW: BAD}, data["kind"], symbolType="square")
    line = alt.Chart(pd.DataFrame({"at": [0.8]})).mark_rule(strokeDash=[5, 3])
    columns_kept = data[["id", "label", "kind", "impact_ratio", "words"]]
    bars = (
        alt.Chart(columns_kept)
        .mark_bar()
        .encode(x=x, y=y, color=colour, tooltip=base.tips(label="Group", words="Ratio"))
    )
    text = alt.Chart(columns_kept).mark_text(align="left", dx=6).encode(x=x, y=y, text="words:N")
    return finished(
        "adverse_impact",
        layered(bars, text, line.encode(x=moved(x, "at")), height=ROW * len(data)),
        title,
        table,
        note=note,
    )


@written("No achievement is noted yet. Step 7 opens with them: write what was reached, and whom to thank.")
def thanks(plan: Plan, as_of: dt.date) -> Drawn:
    """List what was achieved in the period reviewed, whom to thank, and what they received for it.

    Parameters
    ----------
    plan : Plan
        The workbook of the appraisal, the plan beside it.
    as_of : datetime.date
        What came later is left out.
    """
    columns = ("What was achieved", "On", "Thanks to", "Told to", "Received")
    of = plan.beside
    if of is None or "achievements" not in of.tables:
        return nothing("thanks", *columns)
    rows = of.achievements[~(of.achievements["achieved_on"] > pd.Timestamp(as_of))].sort_values(
        "achieved_on", kind="stable"
    )
    given = plan.rewards.dropna(subset=["given_on"]).groupby("subject")["what"].agg("; ".join)
    homes = rows["whom"].map(of.people["unit"]).fillna(rows["whom"])
    received = rows["whom"].map(given).astype("str").fillna(homes.map(given).astype("str")).fillna("nothing yet")
    names = base.names(of, rows["whom"])
    data = [
        base.names(of, rows.index),
        rows["achieved_on"].map(base.spoken),
        names,
        rows["told_to"].fillna(base.DASH),
        received,
    ]
    table = pd.DataFrame(dict(zip(columns, data, strict=True)), index=rows.index)
    bare = int((received == "nothing yet").sum())
    title = f"{counted(len(rows), 'achievement')} to celebrate" + (
        f"; {bare} without a word of thanks" if bare else ", each with thanks"
    )
    return tabled("thanks", title, table)


@written("Choose a review with a settled rating: its letter is shown here before it is written.")
def letter(plan: Plan, as_of: dt.date, *, review: str = "") -> Drawn:
    """Show what the letter of a review will say, and the letters written of it so far.

    Parameters
    ----------
    plan : Plan
        The workbook of the appraisal, the plan beside it.
    as_of : datetime.date
        The day of the letter; the time to appeal begins with it.
    review : str
        Id of the review.
    """
    columns = ("Part", "About", "It says")
    if "reviews" not in plan.tables or review not in letters.settled(plan):
        return nothing("letter", *columns)
    parts = letters.letter(plan, review, as_of, letters.receiver(plan, review) or "nobody yet")
    rows = [(part["title"], row[0], _told(part["columns"], row)) for part in parts for row in part.get("rows", ())]
    table = pd.DataFrame(rows, columns=list(columns))
    table["Part"] = table["Part"].where(table["Part"] != table["Part"].shift(), "")
    sent = plan.letters[plan.letters["review"] == review]
    beside = pd.DataFrame(
        {"Written on": sent["written_on"].map(base.spoken), "To": base.names(plan, sent["recipient"])}
    )
    until = letters.appeal_until(plan, as_of)
    title = f"The letter of {base.short(plan.label(plan.row('reviews', review)['subject']), 50)}: appeal until {until}"
    return replace(tabled("letter", title, table), beside=beside)


def _told(heads: Sequence[str], row: Sequence[str]) -> str:
    """Return the values of a line of a letter after its first, each behind what it is."""
    return "; ".join(f"{head}: {value}" if head else value for head, value in zip(heads[1:], row[1:], strict=True))
