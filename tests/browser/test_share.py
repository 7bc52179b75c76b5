"""Participants on their phones and the facilitator at the wall: silent votes, a lost line, the reveal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from planning_kit.workbook import Workbook
from tests.browser.conftest import Serve, Visit
from tests.browser.seat import SCREENSHOTS, Heard, Lab, Seat, audit
from tests.share.room import Room

PHONE = {"width": 390, "height": 844}
Open = Callable[[], Page]


def initiatives(workbook: Workbook) -> None:
    """Fill a plan with three people and two initiatives."""
    workbook.add("profile", name="Libraries 2030", organisation="City library", as_of="2027-03-31")
    for name in ("Ana", "Bo", "Cleo", "Eli"):
        workbook.add("people", name=name)
    workbook.add("tasks", name="Self-service", kind="initiative", owner="Ana")
    workbook.add("tasks", name="New app", kind="initiative", owner="Bo")
    workbook.edit("profile", "PF1", start="2026-01-01", finish="2028-12-31")
    workbook.add("objectives", title="Every child reads", owner="Ana", start="2026-01-01", due="2028-12-31")
    for name in ("Visits", "Loans", "Members"):
        times = {"baseline_on": "2026-01-01", "due": "2028-12-31", "frequency": "quarterly"}
        workbook.add("measures", name=name, objective="O1", owner="Cleo", baseline=10, target=20, **times)
        workbook.add("tasks", name=f"Count {name.lower()}", kind="task", owner="Cleo", duration=5)
    for name in ("Call the school", "Order tags"):
        workbook.add("actions", what=name, owner="Cleo", due="2027-03-31")


@pytest.fixture(scope="module")
def lab(serve: Serve) -> Lab:
    """Return the facilitator's workbook."""
    return serve(initiatives)


@pytest.fixture(scope="module")
def room(lab: Lab) -> Iterator[Room]:
    """Return the participants' pages on the same plan."""
    with lab.book("Facilitator") as book:
        found = Room(book)
        yield found
        found.stop()


@pytest.fixture
def phone(chromium: Browser, room: Room) -> Iterator[Open]:
    """Return how to take out another phone, its name free again afterwards; nothing leaves this computer or pops up."""
    taken: list[tuple[BrowserContext, Heard]] = []

    def take() -> Page:
        context = chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce")
        heard = Heard()
        page = context.new_page()
        heard.listen(page)
        taken.append((context, heard))
        return page

    yield take
    room.site.workshop.taken.clear()
    for number, (context, _) in enumerate(taken):
        if SCREENSHOTS:
            context.pages[-1].screenshot(path=f"{SCREENSHOTS}/phone-{number}.png")
        context.close()
    assert [(heard.outside, heard.dialogs, heard.errors) for _, heard in taken] == [([], [], [])] * len(taken)


def join(page: Page, room: Room, name: str) -> Page:
    """Scan the code and pick a name."""
    page.goto(room.site.link)
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("heading", name="What waits for you")).to_be_visible()
    return page


def score(page: Page, *votes: int) -> None:
    """Tap one vote on every line."""
    for number, vote in enumerate(votes):
        page.locator("fieldset").nth(number).get_by_label(str(vote), exact=True).check()


def revealed(lab: Lab) -> dict[tuple[str, str, str], int]:
    """Return the votes that are in the plan."""
    with lab.book(read_only=True) as book:
        rows = book.plan.scores
        keys = zip(map(book.label, rows["rater"]), rows["task"], rows["criterion"], strict=True)
        found = dict(zip(keys, map(int, rows["value"]), strict=True))
        assert len(found) == len(rows)
        return found


def test_two_phones_score_at_once_and_one_loses_its_line(lab: Lab, room: Room, phone: Open, visit: Visit) -> None:
    """The facilitator sees who has voted and no vote, then the spread; nothing is lost, nothing doubled."""
    page = visit(lab).enter("Coordination")
    part = page.notebook.locator(".pk-kind-ballot")
    expect(part).to_contain_text("Nobody has voted yet")
    ana, bo = join(phone(), room, "Ana"), join(phone(), room, "Bo")
    for one in (ana, bo):
        one.get_by_role("link", name=re.compile("Silent scores")).click()
        expect(one.locator("output")).to_have_text("0 of 6")
    score(ana, 1, 2)
    expect(part.locator("li", has_text="Ana")).to_contain_text("2 given so far")
    ana.context.set_offline(True)
    score(bo, 5, 5, 4, 4, 2, 1)
    expect(bo.locator(".status")).to_have_text("Saved. You have voted on everything.")
    score(ana, 1, 2, 1, 2, 2, 1)
    expect(ana.locator(".status")).to_contain_text("kept here and sent again")
    expect(part.locator("li", has_text="Bo")).to_contain_text("has voted")
    expect(part.locator("li", has_text="Ana")).to_contain_text("2 given so far")
    assert audit(bo, "body") == []
    assert revealed(lab) == {}
    ana.context.set_offline(False)
    expect(ana.locator(".status")).to_have_text("Saved. You have voted on everything.")
    expect(part).to_contain_text("2 of 2 who began have voted on everything")
    assert revealed(lab) == {}
    ana.reload()
    expect(ana.locator("output")).to_have_text("6 of 6")
    _reveal(page, lab)
    expect(bo.get_by_text("look at the wall")).to_be_visible()
    assert page.complaints() == []


def _reveal(page: Seat, lab: Lab) -> None:
    """Reveal in the notebook: the votes are in the plan, the spread is drawn, the widest named first."""
    page.notebook.get_by_role("button", name="Reveal all votes").click()
    expect(page.notebook.locator(".pk-kind-ballot")).to_contain_text("The votes were revealed")
    picture = page.notebook.locator(".pk-kind-picture", has_text="Widest apart: Self-service · value")
    expect(picture).to_be_visible()
    expect(picture).to_contain_text("2 raters")
    votes = revealed(lab)
    assert [votes[who, task, kind] for who in ("Ana", "Bo") for task in ("T1", "T2") for kind in KINDS] == [
        *(1, 2, 1, 2, 2, 1),
        *(5, 5, 4, 4, 2, 1),
    ]
    assert len(votes) == 12


KINDS = ("value", "difficulty", "urgency")


def again(lab: Lab) -> None:
    """Begin a new round of the silent scores."""
    with lab.book() as book:
        book.store.sealed.begin_again("scores")


def test_nothing_is_called_saved_while_something_newer_waits(lab: Lab, room: Room, phone: Open) -> None:
    """The reply to the first tap comes while the second is only on the phone: Saved is said once, after the second."""
    again(lab)
    page, held = join(phone(), room, "Eli"), list[Route]()
    page.get_by_role("link", name=re.compile("Silent scores")).click()
    expect(page.locator("output")).to_have_text("0 of 6")
    page.evaluate(SAID)
    page.route("**/ballot/*", lambda route: held.append(route), times=1)  # noqa: PLW0108 - marked by the driver
    with page.expect_request("**/ballot/*"):
        score(page, 3)
    score(page, 3, 4)
    held[0].fallback()
    expect(page.locator(".status")).to_have_text("Saved.")
    assert page.evaluate("said.filter((one) => one.startsWith('Saved')).length") == 1
    page.reload()
    expect(page.locator("output")).to_have_text("2 of 6")


SAID = """() => {
  window.said = [];
  const status = document.querySelector(".status");
  new MutationObserver(() => said.push(status.textContent)).observe(status, { childList: true });
}"""
"""Notes everything the status line says."""


@pytest.mark.parametrize("full", [False, True], ids=["", "storage full"])
def test_a_page_left_right_after_the_last_tap_loses_nothing(lab: Lab, room: Room, phone: Open, *, full: bool) -> None:
    """What was tapped is on the phone at once: it stands in the page again and is sent when there is a connection."""
    again(lab)
    page = phone()
    if full:
        page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') }")
    join(page, room, "Ana")
    page.get_by_role("link", name=re.compile("Silent scores")).click()
    page.context.set_offline(True)
    score(page, 5, 4, 3)
    if full:
        expect(page.locator(".status")).to_contain_text("kept while this page is open")
        page.context.set_offline(False)
        expect(page.locator(".status")).to_have_text("Saved.")
        return
    page.context.set_offline(False)
    page.goto(f"{room.site.base}/ballot/scores")
    expect(page.locator("output")).to_have_text("3 of 6")
    score(page, 5, 4, 3, 2)
    expect(page.locator(".status")).to_have_text("Saved.")
    page.reload()
    expect(page.locator("output")).to_have_text("4 of 6")


def test_a_page_that_was_on_its_way_while_a_vote_was_taken_shows_the_vote(lab: Lab, room: Room, phone: Open) -> None:
    """The server drew the page before the vote came, and it arrives after: it is loaded again, so no tap undoes it."""
    again(lab)
    page, held, slow = phone(), list[Route](), [True]
    join(page, room, "Ana")
    page.get_by_role("link", name=re.compile("Silent scores")).click()
    expect(page.locator("output")).to_have_text("0 of 6")
    drawn = page.context.request.get(page.url).text()

    def way(route: Route) -> None:
        if slow[0] and route.request.is_navigation_request():
            held.append(route)
        elif slow[0] and not held:
            route.abort()
        else:
            route.continue_()

    page.route("**/ballot/scores", way)
    score(page, 5, 4, 3)
    expect(page.locator(".status")).to_contain_text("kept here")
    with page.expect_response(lambda reply: reply.request.method == "POST" and reply.ok):
        page.evaluate("setTimeout(() => location.assign(location.pathname))")
    slow[0] = False
    held[0].fulfill(body=drawn, content_type="text/html; charset=utf-8")
    expect(page.locator("output")).to_have_text("3 of 6")


def test_a_person_updates_eight_items_by_keyboard_only(lab: Lab, room: Room, chromium: Browser) -> None:
    """Pick the name, open the list, type and press Enter: eight answers, eight edits, nothing left."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(room.site.link)
    press, write = page.keyboard.press, page.keyboard.type
    while page.evaluate("document.activeElement.textContent.trim()") != "Cleo":
        press("Tab")
    press("Enter")
    expect(page.get_by_text("8 due from you")).to_be_visible()
    page.get_by_role("link", name=re.compile("My updates")).focus()
    press("Enter")
    expect(page.get_by_label("Value").first).to_be_focused()
    for value in ("11", "12", "13"):
        write(value)
        press("Enter")
    for percent in ("50", "60", "70"):
        write(percent)
        press("Enter")
    press("Enter")
    press("Enter")
    expect(page.locator("form.answered")).to_have_count(8)
    expect(page.locator(".status")).to_have_text("Saved.")
    assert audit(page, "body") == []
    page.reload()
    expect(page.get_by_text("Nothing is due from you")).to_be_visible()
    with lab.book(read_only=True) as book:
        plan = book.plan
        assert sorted(plan.actuals["value"]) == [11, 12, 13]
        assert sorted(plan.updates["percent_complete"]) == [50, 60, 70]
        assert list(plan.actions["done_on"].dt.strftime("%Y-%m-%d")) == ["2027-03-31"] * 2
        assert {one.author for one in book.history(limit=8)} == {"Cleo"}
    context.close()


def test_the_facilitators_own_page_shows_who_is_here_and_reveals(room: Room, phone: Open, chromium: Browser) -> None:
    """Names appear as they are picked, votes as a tick; after the reveal the dots stand on the wall."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    desk = context.new_page()
    desk.goto(room.site.facilitators_link)
    expect(desk.get_by_alt_text("QR code")).to_be_visible()
    eli = join(phone(), room, "Eli")
    expect(desk.get_by_text("Eli").first).to_be_visible()
    eli.get_by_role("link", name=re.compile("100 points")).click()
    eli.get_by_label("Self-service").fill("70")
    expect(eli.locator(".status")).to_have_text("Saved. 30 of 100 left to give.")
    eli.get_by_label("New app").fill("50")
    expect(eli.locator("output")).to_have_text("120 of 100")
    expect(eli.locator(".status")).to_contain_text("Take 20 back")
    eli.get_by_label("New app").fill("30")
    expect(eli.locator(".status")).to_have_text("Saved. All is given.")
    expect(desk.get_by_text("✓ Eli")).to_be_visible()
    votes = desk.locator("section.card", has_text="100 points")
    assert "70" not in votes.inner_text()
    assert audit(desk, "body") == []
    votes.get_by_role("button", name="Reveal all votes").click()
    expect(votes.locator("figure").first).to_contain_text("Self-service")
    expect(votes.get_by_role("img", name="Eli 70")).to_be_visible()
    context.close()
