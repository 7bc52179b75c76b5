"""The budget grid's half in the kernel: sums become rows, to the cent, and one undo takes each step back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning_kit import folder
from planning_kit.analysis.budget import spread
from planning_kit.errors import PlanError
from planning_kit.forms.guide import step
from planning_kit.forms.pivot import PivotGrid
from planning_kit.forms.sums import Sums
from planning_kit.frames import Change
from planning_kit.plan import Plan
from planning_kit.plan import empty as empty_plan
from planning_kit.spec import Pivot
from planning_kit.steps import STEPS
from planning_kit.steps.unit_plans.grids import months
from planning_kit.workbook import Workbook

MONTHS = [str(month) for month in range(1, 13)]
Answer = dict[str, Any]


@pytest.fixture
def book(empty: Workbook) -> Workbook:
    """Return a plan of two years with two units and two initiatives."""
    empty.add("profile", name="Libraries", start="2027-01-01", finish="2028-12-31", currency="EUR")
    for name in ("Branches", "Digital"):
        empty.add("units", name=name)
    for name in ("Self-service", "Reading club"):
        empty.add("tasks", name=name, kind="initiative")
    return empty


def opened(book: Workbook, name: str = "budget_by_month") -> PivotGrid:
    """Return a grid of the step, opened."""
    folder.write(book.path.parent, plan=book.path.name, author="Ana")
    grid = step(3, book.path.parent).pivot(name)
    assert isinstance(grid, PivotGrid)
    grid.on_open({})
    return grid


def line(book: Workbook, amount: float, **values: Any) -> str:
    """Add a budget line of Branches in 2027 and return its id."""
    usual = {"unit": "Branches", "category": "staff", "fiscal_year": 2027}
    book.add("budget_lines", amount=amount, **{**usual, **values})
    return book.added[0]


def shown(grid: PivotGrid, row: str) -> Mapping[str, str]:
    """Return what a row of the grid shows, by column."""
    grid.book.poll()
    cells = next(one["cells"] for one in grid.on_open({})["rows"] if one["id"] == row)
    return {at: cell if isinstance(cell, str) else cell["t"] for at, cell in cells.items()}


def typed(grid: PivotGrid, row: str, column: str, text: str, **more: Any) -> Answer:
    """Type into a cell."""
    return grid.on_set({"id": row, "field": column, "text": text, **more})


def kept(grid: PivotGrid) -> list[tuple[Any, ...]]:
    """Return category, month and amount of all lines."""
    lines = grid.book.plan.budget_lines[["category", "month", "amount"]].astype("object")
    return [tuple(one) for one in lines.where(lines.notna(), None).to_numpy().tolist()]


def test_the_first_number_adds_a_line_the_next_changes_it_and_nothing_removes_it(book: Workbook) -> None:
    """The line has what was chosen above: the unit, the year, the expected case."""
    grid = opened(book)
    typed(grid, "staff", "3", "1.250,50")
    assert book.poll()
    (row,) = book.plan.budget_lines.index
    found = book.plan.row("budget_lines", str(row))
    assert {name: found[name] for name in ("unit", "fiscal_year", "month", "category", "amount", "case")} == {
        "unit": "U1", "fiscal_year": 2027, "month": 3, "category": "staff", "amount": 1250.5, "case": "base",
    }  # fmt: skip
    typed(grid, "staff", "3", "2000", seen="1,250.5")
    assert kept(grid) == [("staff", 3, 2000)]
    typed(grid, "staff", "3", "")
    assert kept(grid) == []


def test_a_new_line_is_like_its_neighbours(book: Workbook) -> None:
    """Where all lines of a row are for one initiative and from one source, the next month's is too."""
    line(book, 500, month=1, task="Self-service", purpose="change", funding_source="City grant")
    grid = opened(book)
    typed(grid, "staff", "2", "600")
    found = grid.book.plan.budget_lines.iloc[-1]
    assert (found["task"], found["purpose"], found["funding_source"]) == ("T1", "change", "City grant")


def test_a_sum_of_several_lines_asks_and_keeps_their_proportion(book: Workbook) -> None:
    """100 and 50 become 133.33 and 66.67: they are still two lines, and they make 200 to the cent."""
    line(book, 100, month=1)
    line(book, 50, month=1, purpose="run")
    grid = opened(book)
    asked = typed(grid, "staff", "1", "200", seen="150")
    assert asked["op"] == "ask"
    assert "the sum of 2 budget lines" in asked["question"]
    assert len(kept(grid)) == 2
    share, opens, leave = asked["choices"]
    assert (opens["send"]["op"], "send" in leave) == ("lines", False)
    grid.on_set(share["send"])
    assert [amount for _, _, amount in kept(grid)] == [133.33, 66.67]


def test_the_lines_behind_a_sum_open_as_a_grid_of_their_own(book: Workbook) -> None:
    """Only the lines of the cell are there, and a line added there stays in the cell."""
    first = line(book, 100, month=1)
    line(book, 50, month=2)
    line(book, 7, month=1, unit="Digital")
    grid = opened(book)
    assert grid.on_lines({"id": "staff", "field": "1"})["title"].startswith("Branches, 2027")
    behind = grid._behind
    assert behind is not None
    assert [one["id"] for one in behind.on_open({})["rows"]] == [first]
    behind.on_add({"values": {"amount": "11"}})
    assert shown(grid, "staff")["1"] == "111"


def test_somebody_elses_number_is_not_overwritten_unasked(book: Workbook) -> None:
    """Both numbers are shown; mine is stored only when I say so."""
    row = line(book, 100, month=1)
    grid = opened(book)
    with Workbook(book.path, "Bo") as other:
        other.edit("budget_lines", row, amount=300)
    grid.book.poll()
    asked = typed(grid, "staff", "1", "120", seen="100")
    assert "changed this to 300" in asked["question"]
    grid.on_set(asked["choices"][0]["send"])
    assert shown(grid, "staff")["1"] == "120"


def test_a_wrong_number_keeps_its_text_and_its_sentence(book: Workbook) -> None:
    """The plan is unchanged, the cell says what is allowed."""
    grid = opened(book)
    (problem,) = typed(grid, "staff", "1", "much")["problems"]
    assert (problem["typed"], kept(grid)) == ("much", [])
    assert "Write digits" in problem["sentence"]
    assert typed(grid, "staff", "1", "5")["problems"] == []


BLOCK = [[f"{n * 100},50" for n in range(1, 13)], ["1.000"] * 12, [""] * 11 + ["x"]]


def test_a_pasted_block_is_one_step(book: Workbook) -> None:
    """Three rows and twelve months with commas as the spreadsheet writes them; one undo takes all of it back."""
    grid = opened(book)
    answer = grid.on_paste({"ids": ["staff", "operating", "capital", "transfer"], "fields": MONTHS, "cells": BLOCK})
    assert shown(grid, "staff")["~sum"] == "7,806"
    assert shown(grid, "operating")["~sum"] == "12,000"
    assert shown(grid, "~total")["1"] == "1,100.5"
    assert [(one["id"], one["typed"]) for one in answer["problems"]] == [("capital", "x")]
    grid.on_undo({})
    assert kept(grid) == []


@pytest.mark.parametrize(
    ("ids", "fields", "sentence"),
    [
        (["staff", "~total"], MONTHS[-2:], "2 columns wide; from here on there are 1|is 3 columns wide"),
        (["contingency", "~total"], MONTHS, "has 2 rows; from here on there are 1"),
        (["staff", "operating"], ["~sum", "~whole", *MONTHS], "totals are not pasted over"),
    ],
    ids=["too wide", "too long", "over totals"],
)
def test_a_block_that_does_not_fit_is_refused_whole(
    book: Workbook, ids: list[str], fields: list[str], sentence: str
) -> None:
    """Nothing is cut off silently."""
    grid = opened(book)
    with pytest.raises(PlanError, match=sentence):
        grid.on_paste({"ids": ids, "fields": fields, "cells": [["1", "2", "3"], ["4", "5", "6"]]})
    assert kept(grid) == []


def test_a_total_is_spread_over_the_months_to_the_cent(book: Workbook) -> None:
    """100,000 over twelve months: four get a cent more; what stood as one amount for the year is that money."""
    row = line(book, 90000, task="Self-service", funding_source="City grant")
    grid = opened(book)
    asked = typed(grid, "staff", "~sum", "100000", seen="90,000")
    assert asked["choices"][0]["label"] == "Evenly, to the cent"
    grid.on_spread(asked["choices"][0]["send"])
    assert [amount for _, _, amount in kept(grid)] == [8333.34] * 4 + [8333.33] * 8
    assert shown(grid, "staff")["~sum"] == "100,000"
    lines = grid.book.plan.budget_lines
    assert row in lines.index
    assert set(lines["funding_source"]) == {"City grant"}
    grid.on_undo({})
    assert kept(grid) == [("staff", None, 90000)]


def test_spreading_keeps_the_money_of_each_initiative(book: Workbook) -> None:
    """Two lines of a year become twice twelve, and each initiative has to the cent what it had."""
    line(book, 100, task="Self-service")
    line(book, 50, task="Reading club")
    grid = opened(book)
    grid.on_spread({"ids": ["staff"], "like": "even"})
    sums = grid.book.plan.budget_lines.groupby("task")["amount"].sum().round(2)
    assert sums.to_dict() == {"T1": 100, "T2": 50}
    grid.on_spread({"ids": ["staff"], "like": "~whole"})
    assert sorted(kept(grid)) == [("staff", None, 50), ("staff", None, 100)]


def test_a_total_is_spread_like_another_row_or_another_year(book: Workbook) -> None:
    """Two summer months get everything where they got everything last year."""
    line(book, 30, month=7, fiscal_year=2028)
    line(book, 10, month=8, fiscal_year=2028)
    line(book, 5, month=2, category="capital")
    grid = opened(book)
    grid.on_spread({"ids": ["staff"], "total": "100", "like": "along:2028"})
    assert [one for one in kept(grid) if one[0] == "staff"][2:] == [("staff", 7, 75), ("staff", 8, 25)]
    grid.on_spread({"ids": ["operating"], "total": "1", "like": "beside:capital"})
    assert kept(grid)[-1] == ("operating", 2, 1)
    with pytest.raises(PlanError, match="has no amounts"):
        grid.on_spread({"ids": ["staff"], "total": "1", "like": "beside:transfer"})


def test_a_month_is_copied_to_all_that_follow(book: Workbook) -> None:
    """March goes on to December, with its initiative; what was typed before March stays."""
    line(book, 1, month=1)
    line(book, 70, month=3, task="Reading club")
    line(book, 30, month=3)
    line(book, 8, month=12)
    grid = opened(book)
    grid.on_copy({"ids": ["staff", "~total"], "field": "3", "to": MONTHS[3:]})
    assert shown(grid, "staff") == {"~head": "Staff", "1": "1", "~sum": "1,001", **dict.fromkeys(MONTHS[2:], "100")}
    assert grid.book.plan.budget_lines.groupby("task")["amount"].sum()["T2"] == 9 * 70
    grid.on_undo({})
    assert len(kept(grid)) == 4


def test_a_year_is_copied_with_so_many_per_cent_more(book: Workbook) -> None:
    """3 % on 1,234.56 is 1,271.60; a year that holds something asks before it is replaced."""
    line(book, 1000, month=1)
    line(book, 234.56, category="operating")
    line(book, 9, fiscal_year=2028)
    grid = opened(book)
    asked = grid.on_onward({"to": "2028", "percent": "3"})
    assert "2028 already holds 1 budget lines of 9" in asked["question"]
    grid.on_onward(asked["choices"][1]["send"])
    assert grid.chosen["fiscal_year"] == 2028
    assert shown(grid, "~total")["~sum"] == "1,271.6"
    grid.on_undo({})
    assert kept(grid) == [("staff", 1, 1000), ("operating", None, 234.56), ("staff", None, 9)]


def test_a_line_that_others_point_to_is_not_taken_away_by_emptying_a_cell(book: Workbook) -> None:
    """The sentence names who needs it, and nothing changes."""
    row = line(book, 100, month=1)
    book.add("virements", giving_line=row, amount=5)
    grid = opened(book)
    with pytest.raises(PlanError, match="virement"):
        typed(grid, "staff", "1", "")
    assert len(kept(grid)) == 1


def test_income_is_taken_off_the_total(book: Workbook) -> None:
    """Costs of 100 and fees of 30 make a net of 70."""
    line(book, 100, month=1)
    line(book, 30, month=1, category="income")
    total = shown(opened(book), "~total")
    assert (total["~head"], total["1"], total["~sum"]) == ("Net of income", "70", "70")


def test_what_was_chosen_above_decides_what_is_shown_and_added(book: Workbook) -> None:
    """Another unit shows its lines; without a unit nothing can be added, and the sentence says why."""
    line(book, 100, month=1)
    line(book, 40, month=1, unit="Digital")
    grid = opened(book)
    grid.on_choose({"field": "unit", "value": "*"})
    assert shown(grid, "staff")["1"] == "140"
    with pytest.raises(PlanError, match="Choose Unit above first"):
        typed(grid, "capital", "1", "5")
    grid.on_choose({"field": "unit", "value": "U2"})
    assert shown(grid, "staff")["1"] == "40"


def test_months_follow_the_fiscal_year(book: Workbook) -> None:
    """A fiscal year that begins in July shows July first."""
    book.edit("profile", "PF1", fiscal_year_start=7)
    titles = [one["title"] for one in opened(book).on_open({})["columns"]]
    assert titles[:3] == ["Category", "Total", "Whole year"]
    assert " ".join(titles[3:]) == "Jul Aug Sep Oct Nov Dec Jan Feb Mar Apr May Jun"


def test_the_grid_says_how_the_unit_stands_to_its_envelope(book: Workbook) -> None:
    """100.10 against 100 is 0.1 above, virements counted on both sides."""
    row = line(book, 100.10, month=1)
    other = line(book, 20, unit="Digital")
    book.add("envelopes", unit="Branches", fiscal_year=2027, amount=100)
    book.add("virements", giving_line=row, receiving_line=other, amount=10)
    assert opened(book).on_open({})["said"].endswith("90.1, 0.1 above the envelope of 90.")


def test_an_empty_plan_says_what_to_do(empty: Workbook) -> None:
    """Without a unit the first thing is a unit; no sentence speaks of code."""
    grid = opened(empty)
    assert "Add the first unit" in grid.on_open({})["hint"]
    empty.add("units", name="Branches")
    grid.book.poll()
    assert "from when to when" in grid.on_open({})["hint"]
    empty.add("profile", name="Libraries", start="2027-01-01", finish="2028-12-31")
    grid.book.poll()
    assert "Type a number" in grid.on_open({})["hint"]


def test_envelopes_are_a_grid_of_units_and_years(book: Workbook) -> None:
    """The same grid shows another table: units in rows, years in columns."""
    grid = opened(book, "envelopes_by_year")
    typed(grid, "U2", "2028", "500000")
    assert book.poll()
    assert book.plan.envelopes[["unit", "fiscal_year", "amount"]].to_numpy().tolist() == [["U2", 2028, 500000.0]]


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=40))
def test_parts_add_up_and_none_is_a_cent_off(total: int, weights: list[int]) -> None:
    """Whatever is spread over whatever, no cent is lost and no part is a whole cent from its share."""
    parts = spread(total, weights)
    assert sum(parts) == total
    whole = sum(weights) or len(weights)
    shares = weights if sum(weights) else [1] * len(weights)
    assert all(abs(part * whole - total * one) < whole for part, one in zip(parts, shares, strict=True))


def planned(amounts: list[tuple[int | None, int]]) -> Plan:
    """Return a plan with a staff line of one unit for each month (or none) and amount in cents."""
    tables = STEPS[3].tables
    lines = [
        Change(
            "budget_lines",
            f"B{n}",
            "add",
            {},
            {"unit": "U1", "category": "staff", "month": month, "amount": money / 100},
        )
        for n, (month, money) in enumerate(amounts, 1)
    ]
    return empty_plan(tables).advanced(1, lines)


@settings(max_examples=40)
@given(
    amounts=st.lists(st.tuples(st.sampled_from([None, *range(1, 13)]), st.integers(1, 10**7)), min_size=1, max_size=6),
    total=st.integers(1, 10**9),
)
def test_a_spread_conserves_money(amounts: list[tuple[int | None, int]], total: int) -> None:
    """However the lines lie, after a spread they add up to the total and no month is a cent off the others."""
    plan = planned(amounts)
    pivot = Pivot(
        "p", "budget_lines", "", "", rows="category", columns="month", value="amount", offers={"month": months}
    )
    before = Sums(plan, pivot, {})
    found = Sums(plan.scenario(before.spread("staff", total, before.weights("staff", "even"))), pivot, {})
    parts = [found.sum(found.lines("staff", month)) or 0 for month in range(1, 13)]
    assert sum(parts) == found.sum(found.lines("staff")) == total
    assert max(parts) - min(parts) <= 1
