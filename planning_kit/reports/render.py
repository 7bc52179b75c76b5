"""From an executed report notebook to one HTML page: escaped, static SVG, no script, no request.

Every text goes through Jinja's autoescape. Charts are drawn by vl-convert and let through only when they
consist of the elements and attributes of a static drawing. The page forbids everything else by its policy.
"""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jinja2
from markupsafe import Markup

from planning_kit.charts import theme
from planning_kit.errors import PlanError
from planning_kit.reports.section import MIME
from planning_kit.reports.words import level

HERE = Path(__file__).parent
DRAWING = {
    "svg",
    "g",
    "path",
    "rect",
    "circle",
    "line",
    "text",
    "tspan",
    "title",
    "defs",
    "clipPath",
    "linearGradient",
    "stop",
}
KEPT = 64
"""Drawings a maker of reports keeps for the next."""
NAMESPACE = "{http://www.w3.org/2000/svg}"


def page(notebook: dict[str, Any]) -> str:
    """Return the HTML page of an executed report notebook.

    Parameters
    ----------
    notebook : dict
        As read from the file.

    Raises
    ------
    PlanError
        When the notebook shows nothing.
    """
    return html(parts(notebook))


def parts(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the sections an executed notebook shows, with ``id`` and the drawing of each chart as ``svg``.

    Raises
    ------
    PlanError
        When the notebook shows nothing.
    """
    found = [
        {**output["data"][MIME], "svg": _drawing(output["data"][MIME], number), "id": f"s{number}"}
        for number, output in enumerate(one for cell in notebook["cells"] for one in cell.get("outputs", ()))
        if MIME in output.get("data", {})
    ]
    if not found:
        message = "The report notebook ran but showed nothing. Display at least one section, for example r.cover()."
        raise PlanError(message)
    return found


def html(sections: Sequence[Mapping[str, Any]]) -> str:
    """Return the page of sections."""
    return _template().render(parts=sections, title=_title(sections), css=_style())


def _title(sections: Sequence[Mapping[str, Any]]) -> str:
    return " · ".join(dict.fromkeys(text for text in (sections[0]["title"], sections[0]["lead"]) if text))


@functools.cache
def _style() -> Markup:
    """Return our own style sheet, with the rules that turn drawings dark on a dark page."""
    return Markup((HERE / "page.css").read_text(encoding="utf-8") + theme.svg_style())  # noqa: S704 - our own files


@functools.cache
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(HERE)
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["level"] = level
    return environment.get_template("page.html.j2")


def _drawing(section: dict[str, Any], number: int) -> Markup | None:
    if not section.get("spec"):
        return None
    return Markup(safe(_drawn(section["spec"]), f"c{number}-"))  # noqa: S704 - rebuilt below from an allowed set of elements and attributes


def ahead(outputs: Sequence[Mapping[str, Any]]) -> None:
    """Draw the charts among the outputs of a cell while the next cell runs; what cannot be drawn is told later."""
    for one in outputs:
        if spec := one.get("data", {}).get(MIME, {}).get("spec"):
            with contextlib.suppress(ValueError):
                _drawn(spec)


@functools.lru_cache(maxsize=KEPT)
def _drawn(text: str) -> str:
    """Return the drawing of a chart as vl-convert makes it: the same for the same text, so each is drawn once."""
    import vl_convert  # noqa: PLC0415 - starts a JavaScript engine; only needed when there is a chart

    spec = {**json.loads(text), "background": "transparent"}
    spec["config"] = {**theme.config(dark=False), **spec.get("config", {})}
    drawn: str = vl_convert.vegalite_to_svg(json.dumps(spec), vl_version="6.4", allowed_base_urls=[])
    return drawn


def safe(svg: str, prefix: str) -> str:
    """Return a drawing with only static elements, ids made its own, and neutral colours that follow light and dark.

    Raises
    ------
    PlanError
        When the drawing holds anything that is not a drawing.
    """
    if "<!DOCTYPE" in svg or "<!ENTITY" in svg:
        raise PlanError("A chart holds declarations a drawing does not need. The report was not made.")
    root = ET.fromstring(svg)  # noqa: S314 - made by our own converter, declarations refused above
    for one in root.iter():
        name = str(one.tag).removeprefix(NAMESPACE)
        if name not in DRAWING:
            raise PlanError(
                f"A chart holds the element {name}, which is not part of a drawing. The report was not made."
            )
        for key, value in list(one.attrib.items()):
            if key.startswith("on") or key.endswith("href") or "javascript:" in value:
                del one.attrib[key]
            elif key == "id" or "url(#" in value:
                one.attrib[key] = prefix + value if key == "id" else value.replace("url(#", f"url(#{prefix}")
    root.attrib.pop("width", None)
    ET.register_namespace("", NAMESPACE.strip("{}"))
    return ET.tostring(root, encoding="unicode")
