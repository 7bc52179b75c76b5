"""The progress reports of the two federal samples say what was published and what is so."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from planning_kit.reports import run
from planning_kit.samples import build

pytestmark = pytest.mark.acceptance


def page(sample: str, place: Path) -> str:
    """Return the words of the progress report of a sample."""
    build(sample, place / "plan.db")
    made = run(place / "plan.db", "progress", folder=place / "reports")
    assert made.ok, made.sentence
    words = re.sub(r"<[^>]+>", " ", made.path.read_text(encoding="utf-8"))
    return re.sub(r"\s+", " ", html.unescape(words))


def test_the_transport_report_puts_the_signed_reading_beside_the_published_one(tmp_path: Path) -> None:
    """Four ceilings typed as something to raise, and four bounds that are kept and were published as nothing."""
    said = page("us-dot", tmp_path)
    assert "8 lights say something else than the numbers; 8 are better than shown" in said
    for published, signed in (
        ("90.6 %", "242 of at most 267: inside the bound by 25"),
        ("90.5 %", "0.86 of at most 0.95: inside the bound by 0.09"),
        ("0.0 %", "97.6 of at least 93: inside the bound by 4.6"),
    ):
        assert f"published as {published} {signed} met" in said
    assert len(re.findall(r"published as 0\.0 % \S+ of at least \S+ inside the bound by \S+ met", said)) == 4
    assert "Ceiling typed as something to raise: 4 times" in said


def test_the_portfolio_report_counts_late_long_and_met(tmp_path: Path) -> None:
    """14 of 122 activities started late, 27 ran longer; 26 metrics are met, 6 are not, 20 have no result."""
    said = page("us-fda-it", tmp_path)
    assert "Of 122 planned pieces of work, 14 started late and 27 ran longer than planned." in said
    assert {"26 met", "6 not met", "20 no data"} <= set(re.findall(r"\d+ (?:met|not met|no data)", said))
