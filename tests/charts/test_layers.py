"""The layout of a map: rows, few crossings, arrows that pass beside cards."""

from __future__ import annotations

import itertools
import random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning_kit.charts.layers import Layout, layout

CARD, HALF = 0.66, 0.115


def layers(**rows: int) -> pd.Series[int]:
    """Return the layer of each card."""
    return pd.Series(rows, dtype="int64")


def test_rows_are_turned_so_that_arrows_do_not_cross() -> None:
    """Two arrows that would cross are drawn side by side."""
    found = layout(layers(a=0, b=0, c=1, d=1), [("c", "b"), ("d", "a")], 4, CARD, HALF)
    assert (found.cards["x"]["a"] < found.cards["x"]["b"]) == (found.cards["x"]["d"] < found.cards["x"]["c"])


def crossings(found: Layout, links: list[tuple[str, str]]) -> int:
    """Return how many pairs of arrows cross, by the order of the cards they leave and enter."""
    x, row = found.cards["x"], found.cards["row"]
    pairs = [tuple(sorted(link, key=row.__getitem__)) for link in links]
    return sum(
        row[a] == row[c] and (x[a] - x[c]) * (x[b] - x[d]) < 0 for (a, b), (c, d) in itertools.combinations(pairs, 2)
    )


def test_a_tree_whose_leaves_were_shuffled_is_drawn_without_a_crossing() -> None:
    """Two branches with three leaves each, told in an order that would cross seven times."""
    branches = [("p", "a"), ("q", "b"), ("p", "c"), ("q", "d"), ("p", "e"), ("q", "f")]
    links = [("q", "root"), ("p", "root"), *((leaf, branch) for branch, leaf in branches)]
    found = layout(layers(root=0, q=1, p=1, a=2, b=2, c=2, d=2, e=2, f=2), links, 9, CARD, HALF)
    assert crossings(found, links) == 0


def test_three_that_each_help_three_cross_as_little_as_is_possible() -> None:
    """K(3,3) in two rows cannot be drawn with fewer than nine crossings."""
    links = [(low, high) for low in "abc" for high in "xyz"]
    found = layout(layers(x=0, y=0, z=0, a=1, b=1, c=1), links, 9, CARD, HALF)
    assert crossings(found, links) == 9


@pytest.mark.parametrize("seed", range(8))
def test_no_order_of_the_cards_has_fewer_crossings(seed: int) -> None:
    """On small maps of three rows every other order is tried: none is better than the drawing."""
    pick = random.Random(seed)  # noqa: S311 - a map, not a secret
    rows = [[f"{row}{number}" for number in range(pick.randint(2, 4))] for row in range(3)]
    links = [(b, a) for high, low in itertools.pairwise(rows) for a in high for b in low if pick.random() < 0.45]
    found = layout(pd.Series({one: row for row, some in enumerate(rows) for one in some}), links, 9, CARD, HALF)

    def placed(*order: tuple[str, ...]) -> Layout:
        places = {one: (row, place) for row, some in enumerate(order) for place, one in enumerate(some)}
        return Layout(pd.DataFrame.from_dict(places, orient="index", columns=["row", "x"]), found.arrows, 3)

    orders = itertools.product(*map(itertools.permutations, rows))
    assert crossings(found, links) == min(crossings(placed(*order), links) for order in orders)


def test_a_wide_layer_takes_several_rows() -> None:
    """No row has more cards than fit; every card keeps its layer's place from top to bottom."""
    many = pd.Series({f"n{number}": number // 11 for number in range(22)})
    found = layout(many, [], 5, CARD, 0.09)
    assert found.cards.groupby("row").size().max() <= 5
    assert found.cards.loc[many.index[:11], "row"].max() < found.cards.loc[many.index[11:], "row"].min()


def test_an_arrow_ends_at_the_edge_of_its_cards() -> None:
    """It leaves the top of the cause and enters the foot of the effect."""
    found = layout(layers(a=0, b=1), [("b", "a")], 4, CARD, HALF)
    ends = found.arrows.iloc[[0, -1]]
    assert ends["y"].tolist() == pytest.approx([1 - CARD / 2, CARD / 2])
    assert not found.arrows["down"].any()


def test_an_arrow_within_a_row_runs_above_it() -> None:
    """It leaves the top of one card and comes down on the top of the other."""
    found = layout(layers(a=0, b=0), [("a", "b")], 4, CARD, HALF)
    assert found.arrows["y"].max() <= -CARD / 2 + 1e-9
    assert found.arrows["down"].all()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_arrow_runs_through_a_card(data: st.DataObject) -> None:
    """Whatever the map, arrows pass beside the cards and inside the picture; circles do no harm."""
    count = data.draw(st.integers(2, 24))
    layer = pd.Series(data.draw(st.lists(st.integers(0, 4), min_size=count, max_size=count)))
    layer = layer.set_axis([f"n{number}" for number in range(count)])
    pairs = st.tuples(st.sampled_from(list(layer.index)), st.sampled_from(list(layer.index)))
    links = [one for one in data.draw(st.lists(pairs, max_size=30, unique=True)) if one[0] != one[1]]
    widest = 4
    found = layout(layer, links, widest, CARD, HALF)
    assert found.arrows["x"].between(0, 1).all()
    for number, arrow in found.arrows.groupby("arrow"):
        own = set(links[int(str(number))])
        others = found.cards[~found.cards.index.isin(own)]
        for point in arrow.itertuples():
            inside = (abs(others["row"] - point.y) < CARD / 2 - 1e-6) & (abs(others["x"] - point.x) < HALF - 1e-6)
            assert not inside.any()
