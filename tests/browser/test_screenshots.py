"""Pictures of every page in light, dark and large type, and of the frame with its three phones.

Taken anew by `scripts/test tests/browser/test_screenshots.py --screenshots` into
`tests/browser/screenshots/`; without the option nothing is taken.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.phones import Api, Booth, Person, Watch
from tests.browser.scenes import LOOKS, PROPERTY, RESIDENT, SCENES, WORKER, Story, visit

SHOTS = Path(__file__).parent / "screenshots"
COLOURS = 160
WIDE = {"width": 1440, "height": 900}


@pytest.fixture(autouse=True)
def _wanted(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--screenshots", default=False):
        pytest.skip("pictures are taken with --screenshots")


def keep(png: bytes, name: str) -> None:
    """Keep a picture with few colours: a tenth of its size, and nobody sees the difference."""
    SHOTS.mkdir(exist_ok=True)
    picture = Image.open(BytesIO(png)).convert("RGB")
    few = picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(SHOTS / name, optimize=True)


@pytest.mark.parametrize("look", LOOKS)
def test_pages(booth: Booth, story: Story, call_as: Callable[[Person], Api], look: str) -> None:
    tour = visit(booth, story, look, call_as)
    for scene in SCENES:
        phone = tour.see(scene)
        keep(phone.page.screenshot(), f"{scene.name}-{look}.png")


def test_frame(booth: Booth, story: Story, call_as: Callable[[Person], Api]) -> None:
    """The three phones of the frame in the middle of the story."""
    for person in story.holders.values():
        call_as(person).patch("/me", {"settings": {"large_type": False, "theme": "auto"}})
    context = booth.browser.new_context(viewport=WIDE, locale="zh-CN", timezone_id="Asia/Shanghai")
    page, watch = context.new_page(), Watch()
    watch.follow(page)
    pages = {
        RESIDENT: "/pages/order/index?id={resolved}",
        WORKER: "/pages/worker/index?tab=pool",
        PROPERTY: "/pages/worker/order?id={repair}",
    }
    page.goto(f"{booth.base}/m/frame.html")
    for side, address in pages.items():
        phone = page.locator(f"#phone-{side}")
        phone.locator("summary").click()
        phone.get_by_test_id("who").select_option(story.holders[side].openid)
        phone.locator("summary").click()
        frame = page.frame_locator(f"#phone-{side} iframe")
        expect(frame.get_by_test_id("capsule").first).to_be_visible()
        page.wait_for_timeout(2500)
        inner = next(one for one in page.frames if f"phone={side}" in one.url)
        command = {"what": "open", "page": story.address(address)}
        said = {"linli": "do", "phone": side, "command": command}
        inner.evaluate("said => window.postMessage(said, location.origin)", said)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)
    page.evaluate("window.scrollTo(0, 0)")
    keep(page.screenshot(), "frame.png")
    context.close()
    assert watch.left() == []
