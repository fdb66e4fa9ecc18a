"""The API's documentation in a browser: our own build of it, from this host alone."""

from playwright.sync_api import expect

from tests.browser.phones import Booth
from tests.browser.town import Town


def test_the_documentation_renders_from_our_own_host(booth: Booth, city: Town) -> None:
    phone = booth.phone("docs")
    phone.page.set_viewport_size({"width": 1280, "height": 900})
    phone.page.goto(f"{city.api}/docs")
    rooms = phone.page.locator(".opblock-tag")
    expect(rooms.nth(12)).to_be_visible()
    phone.page.locator("#operations-tag-handling").click()
    phone.page.locator(".opblock", has_text="/take").first.click()
    expect(phone.page.get_by_text("Idempotency-Key").first).to_be_visible()
