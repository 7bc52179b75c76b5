"""The one look of all charts: fonts, colours that every eye tells apart, symbols, light and dark.

Colours of marks are the same on a light and on a dark page; each has a contrast of at least 3:1 on both.
What must differ (text, axes, grid) is left to the configuration, so the browser changes the theme of a chart
by changing its configuration, and a report's picture follows the reader's setting by a few lines of CSS.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from planning_kit.charts.alt import alt

FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif"
SIZE = 13
"""Points of the smallest text; a projector needs no less."""

ACCENT = "#2f7fd1"
GOOD, FAIR, BAD = "#17996e", "#bf7300", "#cc1f41"
NEUTRAL = "#7d8893"
PURPLE = "#a24bb5"

INK = ("#1b2733", "#e6ebf0")
MUTED = ("#55616d", "#a7b2bd")
LINES = ("#dfe4e9", "#3a444e")
"""Text, lesser text, grid: on a light page, on a dark page."""


class Mark(NamedTuple):
    """How a state is shown: never by colour alone."""

    colour: str
    shape: str
    sign: str


STATUS: Mapping[str, Mark] = {
    "met": Mark(GOOD, "M-1,-0.1L-0.6,-0.5L-0.3,-0.2L0.6,-1.1L1,-0.7L-0.3,0.7Z", "✓"),
    "on track": Mark(GOOD, "circle", "●"),
    "behind": Mark(FAIR, "triangle-up", "▲"),
    "at risk": Mark(BAD, "diamond", "◆"),
    "not met": Mark(BAD, "M-.9,-.6L-.6,-.9L0,-.3L.6,-.9L.9,-.6L.3,0L.9,.6L.6,.9L0,.3L-.6,.9L-.9,.6L-.3,0Z", "✕"),
    "too early": Mark(NEUTRAL, "M-.9,-.22L.9,-.22L.9,.22L-.9,.22Z", "\N{EN DASH}"),
    "no data": Mark(
        NEUTRAL, "M-.9,0A.9,.9,0,1,1,.9,0A.9,.9,0,1,1,-.9,0M-.55,0A.55,.55,0,1,0,.55,0A.55,.55,0,1,0,-.55,0Z", "○"
    ),
}
"""The states of measures and objectives, best first."""

WORK: Mapping[str, Mark] = {
    "done": STATUS["met"],
    "under way": STATUS["on track"],
    "blocked": STATUS["behind"],
    "late": STATUS["at risk"],
    "not started": STATUS["no data"],
    "deferred": STATUS["too early"],
    "stopped": Mark(NEUTRAL, STATUS["not met"].shape, "✕"),
    "no dates": STATUS["too early"],
}
"""The states of work."""


def config(*, dark: bool) -> dict[str, Any]:
    """Return the Vega-Lite configuration for a light or a dark page.

    Parameters
    ----------
    dark : bool
        Whether the page behind the chart is dark.

    Returns
    -------
    dict
        The ``config`` block of a specification.
    """
    ink, muted, lines = (pair[int(dark)] for pair in (INK, MUTED, LINES))
    guide = {"labelColor": ink, "titleColor": muted, "labelFontSize": SIZE, "titleFontSize": SIZE}
    return {
        "background": "transparent",
        "font": FONT,
        "axis": {
            **guide,
            "gridColor": lines,
            "domainColor": lines,
            "tickColor": lines,
            "titleFontWeight": "normal",
            "labelPadding": 6,
            "labelLimit": 260,
        },
        "legend": {
            **guide,
            "orient": "top",
            "titleFontWeight": "normal",
            "symbolSize": 120,
            "labelLimit": 220,
            "columnPadding": 18,
        },
        "title": {
            "color": ink,
            "subtitleColor": muted,
            "anchor": "start",
            "frame": "bounds",
            "fontSize": 17,
            "fontWeight": 600,
            "subtitleFontSize": SIZE,
            "subtitlePadding": 5,
            "offset": 14,
        },
        "mark": {"aria": False},  # a screen reader gets title, description and the table, not every mark
        "text": {"color": ink, "fontSize": SIZE},
        "rule": {"color": ink},
        "tick": {"color": ink},
        "line": {"color": ACCENT},
        "view": {"stroke": None},
    }


def svg_style() -> str:
    """Return the CSS that turns a light chart, drawn as SVG, dark on a dark page.

    It needs no script and no second picture: the few colours that differ are named by their value.
    """
    rules = "".join(
        f"svg [{name}='{light}']{{{name}:{dark}}}" for light, dark in (INK, MUTED, LINES) for name in ("fill", "stroke")
    )
    return f"@media (prefers-color-scheme: dark){{{rules}}}"


def spec(chart: alt.Chart | alt.LayerChart, *, dark: bool = False, width: int | None = None) -> dict[str, Any]:
    """Return the Vega-Lite specification of a chart for one page.

    Parameters
    ----------
    chart : Chart
    dark : bool
        Whether the page is dark.
    width : int, optional
        Width of the whole picture in pixels; without it the chart fills its container.
    """
    found: dict[str, Any] = (sized(chart, width) if width else chart).to_dict()
    return {**found, "config": config(dark=dark)}


def sized(chart: alt.Chart | alt.LayerChart, width: int) -> alt.Chart | alt.LayerChart:
    """Return a chart of a fixed width in pixels, labels included, for a report or a slide."""
    fit = alt.AutoSizeParams(type="fit-x", contains="padding")
    return chart.properties(width=width, autosize=fit)


def scale(marks: Mapping[str, Mark], present: Iterable[str], channel: str) -> alt.Scale:
    """Return the scale that gives every state present its colour or its shape."""
    here = set(present)
    kept = [name for name in marks if name in here]
    return alt.Scale(domain=kept, range=[getattr(marks[name], channel) for name in kept])


@alt.theme.register("planning_kit", enable=False)
def _light() -> alt.theme.ThemeConfig:
    return {"config": config(dark=False)}  # type: ignore[typeddict-item] # a dict of plain values


@alt.theme.register("planning_kit_dark", enable=False)
def _dark() -> alt.theme.ThemeConfig:
    return {"config": config(dark=True)}  # type: ignore[typeddict-item] # a dict of plain values


if alt.theme.active == "default":  # whoever chose a theme keeps it
    alt.theme.enable("planning_kit")
