"""The look: colours that every eye tells apart on both pages, and one way from light to dark."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
import vl_convert
from numpy.typing import NDArray

from planning_kit import charts
from planning_kit.charts import theme
from planning_kit.plan import Plan

from .conftest import AS_OF

PAGES = ("#ffffff", "#111417")
LIGHTS = (theme.GOOD, theme.FAIR, theme.BAD)
EYES = {
    "usual": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
"""How eyes see linear RGB (Machado, Oliveira and Fernandes, 2009, severity 1)."""


def linear(colour: str) -> NDArray[np.float64]:
    """Return a colour as linear RGB."""
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours after WCAG 2.2."""
    low, high = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return linear RGB as CIE L*a*b*."""
    matrix = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = matrix @ np.clip(rgb, 0, 1) / np.array([0.9505, 1, 1.089])
    fx, fy, fz = (np.cbrt(one) if one > 0.008856 else 7.787 * one + 16 / 116 for one in (x, y, z))
    return np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])


@pytest.mark.parametrize("page", PAGES)
def test_marks_are_seen_on_both_pages(page: str) -> None:
    """Every colour of a mark has a contrast of 3:1 at least on a light and on a dark page."""
    for colour in (*LIGHTS, theme.ACCENT, theme.NEUTRAL, theme.PURPLE):
        assert contrast(colour, page) >= 3, colour


@pytest.mark.parametrize("dark", [False, True])
def test_text_is_read_on_its_page(dark: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Text has a contrast of 4.5:1 at least on the page it is made for."""
    for pair in (theme.INK, theme.MUTED):
        assert contrast(pair[int(dark)], PAGES[int(dark)]) >= 4.5


@pytest.mark.parametrize("eye", EYES)
def test_the_three_lights_differ_for_every_eye(eye: str) -> None:
    """Good, fair and bad are told apart with any kind of colour vision."""
    for one, other in itertools.combinations(LIGHTS, 2):
        seen = [lab(EYES[eye] @ linear(colour)) for colour in (one, other)]
        assert np.linalg.norm(seen[0] - seen[1]) > 20


def test_no_state_is_told_by_colour_alone() -> None:
    """States that share a colour differ in shape and in sign."""
    for marks in (theme.STATUS, theme.WORK):
        assert len({mark.sign for mark in marks.values()}) >= len(marks) - 1
        for one, other in itertools.combinations(theme.STATUS.values(), 2):
            assert one.shape != other.shape


def test_text_is_large_enough_for_a_projector() -> None:
    """No text of the theme is smaller than 13 points."""
    sizes = re.findall(r"FontSize': (\d+)|fontSize': (\d+)", str(theme.config(dark=False)))
    assert min(int(one or other) for one, other in sizes) >= 13


def test_a_report_follows_the_reader(library: Plan) -> None:
    """The light picture of a report turns dark by CSS: every colour that differs is named by its value."""
    chart = charts.scorecard(library, AS_OF)
    assert chart is not None
    light = vl_convert.vegalite_to_svg(theme.spec(chart, width=800), vl_version="6.4")
    dark = vl_convert.vegalite_to_svg(theme.spec(chart, dark=True, width=800), vl_version="6.4")
    for name, before, after in re.findall(r"svg \[(\w+)='(#\w+)'\]\{\w+:(#\w+)\}", theme.svg_style()):
        light = light.replace(f'{name}="{before}"', f'{name}="{after}"')
    assert light == dark


def test_a_chart_honours_the_active_theme(library: Plan) -> None:
    """Whoever enables the dark theme of Altair's theme list gets dark charts."""
    chart = charts.scorecard(library, AS_OF)
    assert chart is not None
    with theme.alt.theme.enable("planning_kit_dark"):
        assert chart.to_dict()["config"] == theme.config(dark=True)
    with theme.alt.theme.enable("planning_kit"):
        assert chart.to_dict()["config"] == theme.config(dark=False)
