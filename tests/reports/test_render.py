"""The page of a report: complete, static, and safe against the names in a plan."""

from __future__ import annotations

import html.parser
from typing import Any

import pytest

from planning_kit.errors import PlanError
from planning_kit.reports import render
from planning_kit.reports.section import Section

HOSTILE = "</script><img src=x onerror=alert(1)>"


def notebook(*sections: Section) -> dict[str, Any]:
    """Return an executed notebook that showed some sections."""
    outputs = [{"output_type": "display_data", "data": one._repr_mimebundle_()} for one in sections]
    return {"cells": [{"cell_type": "code", "outputs": outputs}]}


class Tags(html.parser.HTMLParser):
    """Collects the elements and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_hostile_names_stay_text() -> None:
    """A name that closes a script and opens an image is shown as it is written, in every place of the page."""
    spec = {
        "data": {"values": [{"name": HOSTILE, "value": 1}]},
        "mark": "bar",
        "encoding": {"x": {"field": "value", "type": "quantitative"}, "y": {"field": "name", "type": "nominal"}},
        "title": HOSTILE,
    }
    page = render.page(
        notebook(
            Section("cover", HOSTILE, HOSTILE, facts=((HOSTILE, HOSTILE),)),
            Section("list", HOSTILE, HOSTILE, ({"mark": "error", "text": HOSTILE, "note": HOSTILE},)),
            Section("chart", HOSTILE, HOSTILE, columns=(HOSTILE,), rows=((HOSTILE,),), spec=spec),
            Section("colophon", HOSTILE, HOSTILE, facts=((HOSTILE, HOSTILE),)),
        )
    )
    tags = Tags()
    tags.feed(page)
    assert not tags.found & {"script", "img", "iframe", "object", "link", "a", "use", "foreignobject"}
    assert not {name for name in tags.attributes if name.startswith("on") or name in ("src", "href", "xlink:href")}
    assert "&lt;/script&gt;" in page


def test_the_page_forbids_everything_but_itself() -> None:
    """The policy allows no script and no request; nothing on the page points outside."""
    page = render.page(notebook(Section("cover", "Progress", "City library")))
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in page


@pytest.mark.parametrize(
    "drawing",
    [
        '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><foreignObject/></svg>',
        '<!DOCTYPE svg [<!ENTITY x "y">]><svg xmlns="http://www.w3.org/2000/svg"/>',
    ],
)
def test_a_drawing_with_more_than_a_drawing_is_refused(drawing: str) -> None:
    """Scripts, images, foreign content and declarations stop the page."""
    with pytest.raises(PlanError):
        render.safe(drawing, "c1-")


def test_handlers_and_links_are_taken_out_of_a_drawing() -> None:
    """What could act is removed, what is drawn stays; ids become the chart's own."""
    drawn = render.safe(
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><defs><clipPath id="clip0"/></defs>'
        '<g clip-path="url(#clip0)"><path d="M0,0" onclick="alert(1)"/></g></svg>',
        "c7-",
    )
    assert "alert" not in drawn
    assert 'id="c7-clip0"' in drawn
    assert "url(#c7-clip0)" in drawn


def test_a_notebook_that_shows_nothing_is_not_a_report() -> None:
    """An empty page is refused with what to do."""
    with pytest.raises(PlanError, match="Display at least one section"):
        render.page({"cells": [{"cell_type": "code", "outputs": []}]})
