"""Where the cards of a map stand and how its arrows run: rows from top to bottom, few crossings.

Arrows between rows that are not neighbours run through the gaps between cards (Sugiyama, Tagawa and Toda,
1981): a place is kept for them in each row they pass, and rows are ordered by the mean place of what they are
tied to, up and down, keeping the order with the fewest crossings; then neighbours are exchanged where that helps
(Gansner, Koutsofios, North and Vo, 1993).
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

SWEEPS, EXCHANGES = 12, 4
BEND = 5
"""Points on each piece of an arrow; the curve is drawn through them as a spline."""
LANE = 0.012
"""Distance of arrows that pass through the same gap."""


class Arrow(NamedTuple):
    """An arrow: from, to, and every place it passes on its way."""

    cause: str
    effect: str
    way: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """Places of cards and ways of arrows.

    Attributes
    ----------
    cards : DataFrame, index = id
        ``row`` (0 at the top), ``x`` (centre, 0 to 1).
    arrows : DataFrame
        ``arrow`` (position in the list of links), ``step``, ``x`` (0 to 1), ``y`` (rows; a card at row r reaches
        from r - 0.5 to r + 0.5), ``last``, ``down`` (whether the arrow points down).
    rows : int
    """

    cards: pd.DataFrame
    arrows: pd.DataFrame
    rows: int


def layout(layer: "pd.Series[int]", links: list[tuple[str, str]], widest: int, card: float, half: float) -> Layout:
    """Return the layout of a map.

    Parameters
    ----------
    layer : Series of int, index = id
        The layer of each card, 0 at the top.
    links : list of (str, str)
        Cause and effect of each arrow, by id.
    widest : int
        Most cards in a row; a layer with more takes several rows.
    card : float
        Height of a card in rows (the rest is room for arrows).
    half : float
        Half the width of a card (the map is 1 wide).
    """
    rows, row_of = _rows(layer, links, widest)
    arrows = [_arrow(number, link, row_of, rows) for number, link in enumerate(links)]
    order = _ordered(rows, arrows)
    place = _places(order, arrows, half)
    ids = list(layer.index)
    cards = pd.DataFrame({"row": [row_of[one] for one in ids], "x": [place[one] for one in ids]}, index=layer.index)
    at = {one: number for number, row in enumerate(order) for one in row}
    return Layout(cards, _drawn(arrows, place, at, card, half), len(order))


def _rows(layer: "pd.Series[int]", links: list[tuple[str, str]], widest: int) -> tuple[list[list[str]], dict[str, int]]:
    """Return the cards of each row; layers that are too wide are cut, the most tied ones to the middle row."""
    ties = pd.Series([one for link in links for one in link], dtype="str").value_counts()
    rows: list[list[str]] = []
    for _, group in layer.groupby(layer):
        ids = [str(one) for one in group.index]
        pieces = -(-len(ids) // widest)
        by_ties = sorted(ids, key=lambda one: -int(ties.get(one, 0))) if pieces > 1 else ids
        size = -(-len(ids) // pieces)
        rows.extend(by_ties[start : start + size] for start in range(0, len(ids), size))
    return rows, {one: number for number, row in enumerate(rows) for one in row}


def _arrow(number: int, link: tuple[str, str], row_of: dict[str, int], rows: list[list[str]]) -> Arrow:
    """Return an arrow; the rows it passes get a place for it."""
    cause, effect = link
    first, last = row_of[cause], row_of[effect]
    step = 1 if last > first else -1
    passed = []
    for row in range(first + step, last, step):
        name = f"\0{number}.{row}"
        rows[row].append(name)
        passed.append(name)
    return Arrow(cause, effect, (cause, *passed, effect))


def _ordered(rows: list[list[str]], arrows: list[Arrow]) -> list[list[str]]:
    """Return the rows in the order with the fewest crossings that the sweeps found."""
    at = {one: number for number, row in enumerate(rows) for one in row}
    ties = [(a, b) for arrow in arrows for a, b in pairwise(arrow.way) if at[a] != at[b]]
    near: dict[str, list[str]] = {one: [] for row in rows for one in row}
    for a, b in ties:
        near[a].append(b)
        near[b].append(a)
    best, fewest = [list(row) for row in rows], _crossings(rows, ties, at)
    now = [list(row) for row in rows]
    for sweep in range(SWEEPS):
        downward = sweep % 2 == 0
        for number in range(len(now)) if downward else reversed(range(len(now))):
            _sort_row(now, number, near, at, -1 if downward else 1)
        found = _crossings(now, ties, at)
        if found < fewest:
            best, fewest = [list(row) for row in now], found
    return _exchanged(best, ties, at, fewest)


def _exchanged(rows: list[list[str]], ties: list[tuple[str, str]], at: dict[str, int], fewest: int) -> list[list[str]]:
    """Return the rows with neighbours exchanged wherever that leaves fewer crossings."""
    places = [(row, place) for row in rows for place in range(len(row) - 1)]
    for row, place in places * EXCHANGES if fewest else ():
        row[place : place + 2] = row[place + 1], row[place]
        found = _crossings(rows, ties, at)
        if found <= fewest:
            fewest = found
        else:
            row[place : place + 2] = row[place + 1], row[place]
    return rows


def _sort_row(now: list[list[str]], number: int, near: dict[str, list[str]], at: dict[str, int], side: int) -> None:
    """Order one row by the mean place of what its members are tied to in the row beside it."""
    if not 0 <= number + side < len(now):
        return
    beside = {one: place for place, one in enumerate(now[number + side])}
    scale = max(len(beside) - 1, 1)
    kept = {one: place / max(len(now[number]) - 1, 1) for place, one in enumerate(now[number])}

    def middle(one: str) -> float:
        places = [beside[other] / scale for other in near[one] if at[other] == number + side]
        return sum(places) / len(places) if places else kept[one]

    now[number].sort(key=middle)


def _crossings(rows: list[list[str]], ties: list[tuple[str, str]], at: dict[str, int]) -> int:
    """Return how many pairs of arrows cross between neighbouring rows."""
    place = {one: number for row in rows for number, one in enumerate(row)}
    total = 0
    for number in range(len(rows) - 1):
        upper = [(a, b) if at[a] == number else (b, a) for a, b in ties if {at[a], at[b]} == {number, number + 1}]
        ends = np.array([(place[a], place[b]) for a, b in upper], dtype=np.int64).reshape(-1, 2)
        left, right = ends[:, 0], ends[:, 1]
        total += int(((left[:, None] < left) & (right[:, None] > right)).sum())
    return total


def _places(order: list[list[str]], arrows: list[Arrow], half: float) -> dict[str, float]:
    """Return the centre of each card, spread evenly; an arrow that passes takes the gap nearest to its way."""
    place: dict[str, float] = {}
    cards = [[one for one in row if not one.startswith("\0")] for row in order]
    for row in cards:
        place.update({one: (number + 0.5) / len(row) for number, one in enumerate(row)})
    wanted: dict[str, float] = {}
    for arrow in arrows:
        start, stop, pieces = place[arrow.cause], place[arrow.effect], len(arrow.way) - 1
        wanted.update({one: start + (stop - start) * number / pieces for number, one in enumerate(arrow.way)})
    for row, every in zip(cards, order, strict=True):
        edges = [0.0, *(place[one] + side for one in row for side in (-half, half)), 1.0]
        gaps = list(zip(edges[::2], edges[1::2], strict=True))
        taken: dict[int, list[str]] = {}
        for one in every:
            if one not in place:
                away = [max(low - wanted[one], wanted[one] - high, 0.0) for low, high in gaps]
                taken.setdefault(away.index(min(away)), []).append(one)
        for number, passing in taken.items():
            place.update(_spread(sorted(passing, key=wanted.__getitem__), wanted, *gaps[number]))
    return place


def _spread(passing: list[str], wanted: dict[str, float], low: float, high: float) -> dict[str, float]:
    """Return the places of arrows in one gap: near where they want to be, apart from one another."""
    apart = min(LANE, (high - low) / (len(passing) + 1))
    middle = sum(wanted[one] for one in passing) / len(passing)
    first = min(max(middle - apart * (len(passing) - 1) / 2, low + apart), high - apart * len(passing))
    return {one: first + apart * number for number, one in enumerate(passing)}


def _drawn(arrows: list[Arrow], place: dict[str, float], at: dict[str, int], card: float, half: float) -> pd.DataFrame:
    """Return the points of all arrows; those that meet at a card are spread along its edge."""
    ports = _ports(arrows, place, at, half)
    rows: list[tuple[int, int, float, float, bool, bool]] = []
    for number, arrow in enumerate(arrows):
        level = at[arrow.cause] == at[arrow.effect]
        points = _arc(arrow, ports[number], at, card) if level else _steps(arrow, ports[number], place, at, card)
        down = level or at[arrow.effect] > at[arrow.cause]
        rows.extend((number, step, x, y, step == len(points) - 1, down) for step, (x, y) in enumerate(points))
    return pd.DataFrame(rows, columns=["arrow", "step", "x", "y", "last", "down"])


def _ports(arrows: list[Arrow], place: dict[str, float], at: dict[str, int], wide: float) -> list[tuple[float, float]]:
    """Return where each arrow leaves and enters its cards: beside one another, in the order of the other ends."""
    sides: dict[tuple[str, bool], list[tuple[float, int, int]]] = {}
    for number, arrow in enumerate(arrows):
        for end, (card, other) in enumerate(((arrow.cause, arrow.way[1]), (arrow.effect, arrow.way[-2]))):
            above = at[other] <= at[card]
            sides.setdefault((card, above), []).append((place[other], number, end))
    found = [[0.0, 0.0] for _ in arrows]
    for (card, _), ends in sides.items():
        step = min(0.028, wide / max(len(ends), 1))
        for position, (_, number, end) in enumerate(sorted(ends)):
            found[number][end] = place[card] + (position - (len(ends) - 1) / 2) * step
    return [(one, other) for one, other in found]


def _steps(
    arrow: Arrow, port: tuple[float, float], place: dict[str, float], at: dict[str, int], card: float
) -> list[tuple[float, float]]:
    """Return the points of an arrow that goes from row to row in soft bends, straight past the cards."""
    up = at[arrow.effect] < at[arrow.cause]
    half = card / 2 * (-1 if up else 1)
    xs = [port[0], *(place[one] for one in arrow.way[1:-1]), port[1]]
    points: list[tuple[float, float]] = []
    for number, (a, b) in enumerate(pairwise(arrow.way)):
        start, stop = at[a] + half, at[b] - half
        t = np.linspace(0, 1, BEND)
        bend = 3 * t**2 - 2 * t**3
        x = xs[number] + (xs[number + 1] - xs[number]) * bend
        points.extend(zip(x.tolist(), (start + (stop - start) * t).tolist(), strict=True))
    return points


def _arc(arrow: Arrow, port: tuple[float, float], at: dict[str, int], card: float) -> list[tuple[float, float]]:
    """Return the points of an arrow within a row: out of the top of one card and into the top of the other."""
    t = np.linspace(0, 1, BEND * 2)
    top = at[arrow.cause] - card / 2
    x = port[0] + (port[1] - port[0]) * (3 * t**2 - 2 * t**3)
    return list(zip(x.tolist(), (top - 0.75 * (1 - card) * 4 * t * (1 - t)).tolist(), strict=True))
