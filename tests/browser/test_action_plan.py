"""The action plan and the week on the page: a table to read, for an objective, a unit or a person."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Serve, Visit
from tests.browser.seat import SCREENSHOTS


def test_the_action_plan_is_read_as_a_table_and_narrowed_to_one_person(serve: Serve, visit: Visit) -> None:
    """Who, what, when and how much stand in a table without opening anything; picked, only one person's is left."""
    seat = visit(serve("library-service")).enter().go("Tracking")
    plan = seat.notebook.locator(".pk-kind-picture", has=seat.page.get_by_label("For which objective, unit or person?"))
    table = plan.get_by_role("table")
    plan.scroll_into_view_if_needed()
    expect(table.get_by_role("columnheader")).to_have_text(
        ["What", "Who", "When", "Promised for", "How much", "Status"]
    )
    expect(table).to_contain_text("Renew the mobile library")
    if SCREENSHOTS:
        plan.screenshot(path=f"{SCREENSHOTS}/action-plan.png")
    plan.get_by_label("For which objective, unit or person?").select_option(label="Systems Librarian")
    expect(table).to_contain_text("Launch one app for catalogue, account and e-media")
    expect(table).not_to_contain_text("Renew the mobile library")
