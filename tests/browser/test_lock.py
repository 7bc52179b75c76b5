"""Step 8 behind its lock: nothing is shown before the passphrase, everything after it, nothing after the lock."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from planning_kit import folder
from planning_kit.samples import PASSPHRASE
from tests.browser.seat import SCREENSHOTS, Lab, Seat, audit


def test_step_8_opens_with_its_passphrase_only(chromium: Browser, tmp_path: Path) -> None:
    """A wrong one gets a sentence, the right one the reviews; locked again, the page holds nothing but the question."""
    folder.make(tmp_path)
    lab = Lab(tmp_path, passphrase="")
    try:
        page = chromium.new_page(viewport={"width": 1280, "height": 800}, base_url=lab.base)
        seat = Seat(page, lab).enter("Appraisal", alone=True)
        asked, reviews = seat.notebook.get_by_label("Passphrase", exact=True), seat.notebook.locator(".pk-kind-table")
        expect(seat.notebook.get_by_role("heading", name="This step is locked")).to_be_visible()
        expect(reviews.first).to_be_hidden()
        if SCREENSHOTS:
            page.screenshot(path=f"{SCREENSHOTS}/lock.png")
        assert audit(page, ".pk-lock") == []
        asked.fill("somebody else's guess")
        asked.press("Enter")
        expect(seat.notebook.get_by_text("does not open the file")).to_be_visible()
        expect(asked).to_have_value("somebody else's guess")
        asked.fill(PASSPHRASE)
        asked.press("Enter")
        expect(seat.table("review").rows.first).to_be_visible()
        assert seat.complaints() == []
        seat.notebook.get_by_text("is encrypted and open in this session").click()
        seat.notebook.get_by_role("button", name="Lock now").click()
        expect(asked).to_be_visible()
        expect(reviews.first).to_be_hidden()
        assert "kiosk" not in seat.notebook.evaluate("node => node.textContent")
        page.close()
    finally:
        lab.stop()
