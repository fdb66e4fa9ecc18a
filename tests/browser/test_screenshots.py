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

from tests.browser.phones import Api, Booth, Person, Watch, holding
from tests.browser.scenes import LOOKS, PROPERTY, RESIDENT, SCENES, WORKER, Story, visit

SHOTS = Path(__file__).parent / "screenshots"
COLOURS = 256
PAGES = {
    RESIDENT: ("/pages/order/index?id={resolved}", "rate-card"),
    WORKER: ("/pages/worker/index?tab=pool", "pool-count"),
    PROPERTY: ("/pages/worker/order?id={repair}", "order-status"),
}
WIDE = {"width": 1440, "height": 900}


@pytest.fixture(autouse=True)
def _wanted(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--screenshots", default=False):
        pytest.skip("pictures are taken with --screenshots")


def keep(png: bytes, name: str, colours: int = COLOURS) -> None:
    """Keep a picture with few colours: a fraction of its size, and nobody sees the difference."""
    SHOTS.mkdir(exist_ok=True)
    picture = Image.open(BytesIO(png)).convert("RGB")
    if colours:
        few = Image.Quantize.MAXCOVERAGE
        picture = picture.quantize(colours, few, kmeans=2, dither=Image.Dither.NONE)
    picture.save(SHOTS / name, optimize=True)


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
    for side in PAGES:
        context.add_init_script(holding(side, story.holders[side]))
    page, watch = context.new_page(), Watch()
    watch.follow(page)
    page.goto(f"{booth.base}/m/frame.html")
    for side, (address, shows) in PAGES.items():
        screen = page.frame_locator(f"#phone-{side} iframe")
        expect(screen.get_by_test_id("capsule").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        command = {"what": "open", "page": story.address(address)}
        said = {"linli": "do", "phone": side, "command": command}
        inner = next(one for one in page.frames if f"phone={side}" in one.url)
        inner.evaluate("said => window.postMessage(said, location.origin)", said)
        expect(screen.get_by_test_id(shows).last).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)
    keep(page.screenshot(), "frame.png", colours=0)
    context.close()
    assert watch.left() == []
