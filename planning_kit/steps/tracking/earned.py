"""Earned value of initiatives: what was planned to be earned, what is earned, and what it cost, over time.

The budget at completion of an initiative is the approved lines on its tree. It is spread over the leaves below by
their duration; a leaf earns its part by the reported percentage and was to earn it evenly over the dates of the
first baseline (work that is newer, or all work while there is no baseline, over its computed dates).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from planning_kit.analysis.earned_value import earned_schedule
from planning_kit.errors import PlanError
from planning_kit.spec import Circumstances
from planning_kit.steps.reading import (
    WHOLE,
    cost_lines,
    day,
    finished,
    follow,
    in_order,
    initiative_of,
    latest,
    lineage,
    scheduled,
)

if TYPE_CHECKING:
    import datetime as dt

    from planning_kit.analysis._frames import Floats
    from planning_kit.plan import Plan

TOO_EARLY = 0.1
"""Share of the work that must have been planned by now for an index to say anything."""


class Earned(NamedTuple):
    """Money over time, cumulated, in the plan's currency; columns are initiatives."""

    budget: pd.Series[float]
    """Budget at completion, index = initiative."""
    planned: pd.DataFrame
    """Index = month end, from the first start to the last finish."""
    earned: pd.DataFrame
    spent: pd.DataFrame
    """Index = month end up to the date looked at, which is the last row."""

    def of(self, initiatives: list[str]) -> Earned:
        """Return the same for some initiatives."""
        return Earned(self.budget[initiatives], *(frame[initiatives] for frame in self[1:]))


def work(plan: Plan, at: Circumstances) -> pd.DataFrame:
    """Return leaves with dates: ``initiative``, ``weight`` (days), ``done``, ``ended``, ``start``, ``finish``."""
    dates = promised(plan, at)
    leaves = plan.tasks[~plan.tasks.index.isin(plan.tasks["parent"]) & plan.tasks.index.isin(dates.index)]
    reports = latest(plan.updates, "task", "reported_on", at)
    done = (reports["percent_complete"] / WHOLE).mask(reports["finished_on"].notna(), 1.0)
    return pd.DataFrame(
        {
            "initiative": initiative_of(plan).reindex(leaves.index),
            "weight": leaves["duration"].fillna(0).clip(lower=0.01),
            "done": done.reindex(leaves.index).mask(leaves.index.isin(finished(plan, at)), 1.0).fillna(0),
            "ended": reports["finished_on"].reindex(leaves.index),
            "start": dates["early_start"].reindex(leaves.index),
            "finish": dates["early_finish"].reindex(leaves.index),
        }
    )


def baseline(plan: Plan, at: Circumstances) -> tuple[str, Plan | None]:
    """Return the first baseline taken by a date: its row, and the plan as it was then; none where there is none."""
    rows = plan.baselines[plan.baselines["taken_on"] <= day(at)].dropna(subset=["revision"])
    rows = rows[rows["revision"] <= plan.revision].sort_values("taken_on", kind="stable")
    if rows.empty or plan.past is None:
        return "", None
    return str(rows.index[0]), plan.past.earlier(int(rows["revision"].iloc[0]))


def promised(plan: Plan, at: Circumstances) -> pd.DataFrame:
    """Return ``early_start`` and ``early_finish`` of all work as the first baseline had them, else as computed now."""
    now, then = scheduled(plan)[["early_start", "early_finish"]], baseline(plan, at)[1]
    return now if then is None else scheduled(then)[list(now.columns)].reindex(now.index).fillna(now)


def budgets(plan: Plan) -> pd.Series[float]:
    """Return the approved money on the tree of each initiative that has any, in the order of their numbers."""
    lines = cost_lines(plan)
    lines = lines[lines["state"] == "approved"]
    found = lines["amount"].groupby(follow(lines["task"], initiative_of(plan))).sum()
    return found.loc[in_order(found.index[found > 0])]


def paid(plan: Plan, at: Circumstances) -> pd.DataFrame:
    """Return the costs up to a date: ``initiative``, ``period_end``, ``amount``."""
    spent = plan.costs[(plan.costs["period_end"] <= day(at)) & (plan.costs["category"] != "income")]
    return spent[["period_end", "amount"]].assign(initiative=follow(spent["task"], initiative_of(plan)))


def curves(plan: Plan, as_of: dt.date) -> Earned | None:
    """Return planned value, earned value and actual cost of every initiative with approved money, month by month.

    Returns
    -------
    Earned or None
        None while no initiative has approved money and dated work.
    """
    at, budget = Circumstances(as_of), budgets(plan)
    leaves = work(plan, at)
    leaves = leaves[leaves["initiative"].isin(budget.index)]
    if leaves.empty:
        return None
    budget = budget[budget.index.isin(leaves["initiative"])]
    share = leaves["weight"] / leaves.groupby("initiative")["weight"].transform("sum")
    money = share * budget.reindex(leaves["initiative"]).to_numpy()
    costs = paid(plan, at)
    costs = costs[costs["initiative"].isin(budget.index)]
    first = min([leaves["start"].min(), *costs["period_end"].head(1)])
    months = pd.date_range(first, max(leaves["finish"].max(), day(at)) + pd.offsets.MonthEnd(0), freq="ME", unit="s")
    past = pd.DatetimeIndex([*months[months < day(at)], day(at)]).as_unit("s")
    planned = _summed(_planned(leaves, months) * money.to_numpy(), leaves["initiative"], months)
    earned = _summed(_done(plan, leaves, past) * money.to_numpy(), leaves["initiative"], past)
    slot = np.searchsorted(past.to_numpy(), costs["period_end"].to_numpy())
    booked = costs.assign(by=past.to_numpy()[slot]).pivot_table("amount", "by", "initiative", aggfunc="sum")
    spent = booked.reindex(index=past, columns=budget.index).fillna(0.0).cumsum()
    return Earned(budget, planned[budget.index], earned[budget.index], spent)


def _planned(leaves: pd.DataFrame, when: pd.DatetimeIndex) -> Floats:
    """Return the share of each leaf (columns) that was to be done by the evening of each date (rows)."""
    passed = (when.to_numpy()[:, None] - leaves["start"].to_numpy()).astype("timedelta64[D]").astype("float64") + 1
    shares: Floats = np.clip(passed / ((leaves["finish"] - leaves["start"]).dt.days.to_numpy() + 1), 0, 1)
    return shares


def _done(plan: Plan, leaves: pd.DataFrame, when: pd.DatetimeIndex) -> Floats:
    """Return the share of each leaf (columns) that was reported as done by each date (rows).

    Work that is reported as done is done in all its parts.
    """
    known = plan.updates[plan.updates["task"].notna() & (plan.updates["reported_on"] <= when[-1])]
    known = known.sort_values("reported_on", kind="stable")
    share = (known["percent_complete"] / WHOLE).mask(known["finished_on"].notna(), 1.0)
    said = pd.DataFrame({"task": known["task"], "share": share, "on": known["reported_on"]}).dropna()
    paths = lineage(plan.content("tasks"))
    above = pd.DataFrame([(leaf, one) for leaf in leaves.index for one in paths[str(leaf)]], columns=["leaf", "task"])
    told = above.merge(said[(said["share"] >= 1) | said["task"].isin(leaves.index)], on="task")
    told["slot"] = np.searchsorted(when.to_numpy(), told["on"].to_numpy())
    told = told.sort_values("on", kind="stable").drop_duplicates(["leaf", "slot"], keep="last")
    table = told.pivot_table(index="slot", columns="leaf", values="share", aggfunc="last")
    table = table.reindex(index=range(len(when)), columns=leaves.index).ffill().fillna(0.0)
    table.iloc[-1] = leaves["done"].to_numpy()
    return table.to_numpy(dtype=np.float64)


def _summed(values: Floats, initiative: pd.Series[str], when: pd.DatetimeIndex) -> pd.DataFrame:
    return pd.DataFrame(values, index=when, columns=initiative.index).T.groupby(initiative).sum().T


def performance(plan: Plan, at: Circumstances) -> pd.DataFrame:
    """Return ``cpi`` = earned value / actual cost and ``spi_t`` = earned schedule / actual time of initiatives."""
    leaves, costs = work(plan, at), paid(plan, at)
    spent = costs["amount"].groupby(costs["initiative"]).sum()
    found = {}
    for row, budget in budgets(plan).items():
        mine = leaves[leaves["initiative"] == row]
        earned = float((mine["done"] * mine["weight"]).sum() / mine["weight"].sum()) if len(mine) else 0.0
        cost = float(spent.get(row, 0.0))
        found[row] = (earned * budget / cost if cost > 0 else np.nan, _time_index(mine, earned, at))
    return pd.DataFrame.from_dict(found, orient="index", columns=["cpi", "spi_t"])


def _time_index(leaves: pd.DataFrame, earned: float, at: Circumstances) -> float:
    """Return the earned schedule over the actual time, both in weeks, for finished work until its last day of work.

    NaN before the first day, and for finished work of which nobody said when.
    """
    until = leaves["ended"].max() if len(leaves) and earned >= 1 else day(at)
    if leaves.empty or pd.isna(until) or not leaves["start"].min() < until:
        return np.nan
    weeks = pd.date_range(leaves["start"].min(), leaves["finish"].max() + pd.Timedelta(days=7), freq="7D")[1:]
    mornings = weeks - pd.Timedelta(days=1)
    planned = _planned(leaves, mornings) @ leaves["weight"].to_numpy() / leaves["weight"].sum()
    planned = np.maximum.accumulate(planned)
    now = ((until - leaves["start"].min()).days + 1) / 7
    if np.interp(now, range(len(planned) + 1), [0, *planned]) < TOO_EARLY:
        return np.nan
    try:
        return float(earned_schedule(planned, earned, now)["spi_t"])
    except PlanError:  # nothing was planned yet
        return np.nan
