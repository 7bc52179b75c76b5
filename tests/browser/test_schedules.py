"""A facilitator sets up a report by form; the clock run makes and mails it; the page says what became of it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect
from typer.testing import CliRunner

from planning_kit import cli, clock
from tests.browser.conftest import Serve, Visit
from tests.browser.seat import PATIENCE, Seat, audit
from tests.reports.post import Post, serving

READERS = ("ana@example.org", "bo@example.org", "cy@example.org")


@pytest.fixture(scope="module")
def seat(serve: Serve, visit: Visit) -> Seat:
    """Sit down at step 7 of the sample."""
    return visit(serve("library-service")).enter("Tracking")


def form(seat: Seat) -> Locator:
    """Return the part of the page about schedules, scrolled to."""
    part = seat.notebook.get_by_role("region", name="Reports on a schedule", exact=True)
    part.scroll_into_view_if_needed()
    return part


def test_a_report_is_set_up_by_form_and_made_and_mailed_by_the_clock(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every first working day, 08:00, Berlin time, to three readers; the run and its verdict appear on the page."""
    part = form(seat)
    expect(part).to_contain_text("No report comes by itself yet.")
    part.get_by_label("When", exact=True).select_option("every first working day of month")
    part.get_by_label("Time", exact=True).fill("08:00")
    part.get_by_label("Time zone", exact=True).fill("Europe/Berlni")
    dates = part.get_by_role("status")
    expect(dates).to_contain_text("Time zone: “Europe/Berlni” is not a time zone. Did you mean Europe/Berlin?")
    part.get_by_label("Time zone", exact=True).fill("Europe/Berlin")
    expect(dates).to_have_text(re.compile(r"^The next five: (\w{3} \d{4}-\d\d-\d\d 08:00(, )?){5}$"))
    part.get_by_label("Readers", exact=True).fill("ana, bo@example.org")
    part.get_by_role("button", name="Set it up").click()
    expect(part).to_contain_text("Readers: “ana” is not one mail address.")
    part.get_by_label("Readers", exact=True).fill("\n".join(READERS))
    part.get_by_label("PDF", exact=True).check()
    part.get_by_role("button", name="Set it up").click()
    expect(part.get_by_role("row", name=re.compile("^S1 Progress report"))).to_contain_text(", ".join(READERS))
    assert audit(seat.page, ".pk-schedules") == []
    with seat.lab.book(read_only=True) as book:
        (kept,) = book.store.ledger.schedules()
    assert (kept.every, kept.zone) == ("every first working day of month 08:00", "Europe/Berlin")
    assert (kept.recipients, kept.formats) == (READERS, ("html", "pdf"))
    due = dt.datetime.now(dt.UTC) + dt.timedelta(35)
    monkeypatch.setattr(clock, "now", lambda: due)
    with serving(Post()) as post:
        for name, value in (
            ("HOST", "127.0.0.1"),
            ("PORT", post.port),
            ("SECURITY", "none"),
            ("FROM", "p@example.org"),
        ):
            monkeypatch.setenv(f"PLANNING_KIT_SMTP_{name}", str(value))
        done: Any = CliRunner().invoke(cli.app, ["schedule", "run", str(seat.lab.plan), "--due"])
    assert done.exit_code == 0, done.output
    assert sorted(post.readers) == sorted(READERS)
    assert [one.get_content_type() for one in post.taken[0].iter_attachments()] == ["text/html", "application/pdf"]
    runs = part.get_by_role("listitem")
    expect(runs.first).to_contain_text("published")
    with seat.page.context.expect_page() as opened:
        runs.first.get_by_role("link", name="Open").click()
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text("Progress report")
    opened.value.close()
    assert seat.complaints() == []


def test_a_schedule_is_changed_run_at_once_and_removed(seat: Seat) -> None:
    """Changing puts it into the form and replaces it; run now makes a report while the page goes on."""
    part = form(seat)
    part.get_by_role("button", name="Change S1").click()
    part.get_by_label("When", exact=True).select_option("")
    part.get_by_label("In other words", exact=True).fill("every 2 weeks on Friday 16:00")
    part.get_by_label("For whom", exact=True).select_option(label="Unit: Collections")
    part.get_by_label("Readers", exact=True).fill("")
    part.get_by_role("button", name="Keep the change").click()
    row = part.get_by_role("row", name=re.compile("^S2 Progress report for Collections every 2 weeks on Friday 16:00"))
    expect(row).to_contain_text("nobody")
    expect(part.get_by_role("row", name=re.compile("^S1 "))).to_have_count(0)
    part.get_by_role("button", name="Run now S2").click()
    made = part.get_by_role("listitem").filter(has_text="S2 progress").filter(has_text="published")
    expect(made).to_have_count(1, timeout=PATIENCE)
    expect(made).to_contain_text("unit=")
    part.get_by_role("button", name="Remove S2").click()
    seat.notebook.get_by_role("button", name="Remove it").click()
    expect(part).to_contain_text("No report comes by itself yet.")
    assert seat.complaints() == []
