"""A phone of the browser tests: one page of the H5 build, watched for what must never happen."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import httpx
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, WebSocket, expect

SIZE = {"width": 390, "height": 844}
AGENT = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Mobile Safari/537.36"
)
OURS = ("127.0.0.1", "localhost", "")
PATIENCE = 60_000  # ms: two cores may be busy with other tests
LISTENS = """(() => {
  let last = ''
  window.toasts = []
  addEventListener('click', () => { last = ''; window.toasts = [] }, true)
  new MutationObserver(() => {
    const said = document.querySelector('[data-testid="toast"]')?.textContent ?? ''
    if (said && said !== last) window.toasts.push(said)
    last = said
  }).observe(document, { childList: true, subtree: true, characterData: true })
})()"""
HEARD = """text => [...document.querySelectorAll('[data-testid="toast"]')]
  .map(toast => toast.textContent).concat(window.toasts).some(said => said.includes(text))"""


@dataclass(frozen=True)
class Person:
    """Somebody of the sample city."""

    user_id: int
    openid: str
    name: str


class Watch:
    """What a page did that it must not do: foreign hosts, errors on the page or in the console."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.forgiven: list[str] = []

    def follow(self, page: Page) -> None:
        page.on("request", self._request)
        page.on("websocket", self._websocket)
        page.on("pageerror", lambda error: self.wrong.append(f"page error: {error}"))
        page.on("console", self._console)

    def forgive(self, pattern: str) -> None:
        """Expect console messages like this one: a refusal, or a network that was cut."""
        self.forgiven.append(pattern)

    def _request(self, request: Request) -> None:
        self._host(request.url)

    def _websocket(self, socket: WebSocket) -> None:
        self._host(socket.url)

    def _host(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.hostname not in OURS:
            self.wrong.append(f"foreign host: {url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        text = f"{message.text} {message.location.get('url', '')}"
        self.wrong.append(f"console: {text}")

    def left(self) -> list[str]:
        """What went wrong and was not expected."""
        return [
            one
            for one in self.wrong
            if one.startswith("foreign") or not any(re.search(p, one) for p in self.forgiven)
        ]


@dataclass
class Phone:
    """One phone: `side` is the name it is opened by; `taps` counts what the thumb did."""

    page: Page
    side: str
    base: str
    watch: Watch
    taps: int = 0

    def open(self, page: str = "") -> None:
        """Open the phone, at a page of the app when one is named."""
        self.page.goto(f"{self.base}/m/?phone={self.side}" + (f"#{page}" if page else ""))

    def turn_to(self, page: str) -> None:
        """Open a page of the app on top, without loading anything anew (as a message does)."""
        command = {"linli": "do", "phone": self.side, "command": {"what": "open", "page": page}}
        self.page.evaluate("said => window.postMessage(said, location.origin)", command)

    def part(self, testid: str) -> Locator:
        """What is visible under this name, the last opened page on top."""
        return self.page.locator(f'[data-testid="{testid}"]:visible').last

    def every(self, beginning: str) -> Locator:
        return self.page.locator(f'[data-testid^="{beginning}"]:visible')

    def tap(self, testid: str) -> None:
        self.part(testid).click()
        self.taps += 1

    def sees(self, testid: str, text: str | re.Pattern[str] | None = None) -> Locator:
        """Wait until it is there (and says that)."""
        found = self.part(testid)
        expect(found).to_be_visible()
        if text is not None:
            expect(found).to_contain_text(text)
        return found

    def hears(self, text: str = "") -> None:
        """Wait until a toast says that, or has since the last click: it is gone in three seconds,
        which is too short for who looks only now and then."""
        self.page.wait_for_function(HEARD, arg=text)

    def lacks(self, testid: str) -> None:
        expect(self.page.locator(f'[data-testid="{testid}"]:visible')).to_have_count(0)

    def write(self, testid: str, text: str) -> None:
        """Type into a field; uni wraps its own around the real one."""
        host = self.part(testid)
        host.locator("textarea, input").or_(host).last.fill(text)

    def photograph(self, within: str, number: int = 1, field_number: int = 0) -> None:
        """Add photos by the button of the part `within`; waits until they are on the phone."""
        area = self.part(within)
        with self.page.expect_file_chooser() as chosen:
            area.get_by_test_id("photo-add").nth(field_number).click()
        self.taps += 1
        chosen.value.set_files([picture(one) for one in range(number)])
        expect(area.get_by_test_id("photo").first).to_be_visible()

    def become(self, person: Person) -> None:
        """Take the phone over by its drawer."""
        self.tap("capsule")
        self.sees("drawer")
        with self.page.expect_navigation():
            self.part("who").select_option(person.openid)

    def scan(self, label: str) -> None:
        """Scan a code by the drawer; the drawer is closed afterwards."""
        self.tap("capsule")
        self.part("code").select_option(label=label)
        self.tap("scan")
        self.close_drawer()

    def signal(self, *, on: bool) -> None:
        self.tap("capsule")
        self.part("signal").set_checked(on)
        self.close_drawer()

    def close_drawer(self) -> None:
        drawer = self.page.get_by_test_id("drawer")
        if drawer.count():
            drawer.get_by_text("收起").click()
        expect(drawer).to_have_count(0)

    def quiet(self) -> None:
        """Wait until what was asked for has arrived and nothing moves any more."""
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate("document.fonts.ready")
        self.page.wait_for_function(
            "document.getAnimations().every(a => a.playState !== 'running'"
            " || a.effect?.getTiming().iterations === Infinity)"
        )


class Booth:
    """Hands out phones, each with a storage of its own, and what went wrong on any of them."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser, self.base = browser, base
        self.phones: list[Phone] = []

    def phone(self, side: str, person: Person | None = None, **look: Any) -> Phone:
        """A phone of this side; `person` holds it from the start, else the side's first."""
        context = self.browser.new_context(
            viewport=SIZE,
            is_mobile=True,
            has_touch=True,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            user_agent=AGENT,
            permissions=["clipboard-read", "clipboard-write", "geolocation"],
            **look,
        )
        context.set_default_timeout(PATIENCE)
        context.add_init_script(LISTENS)
        if person:
            context.add_init_script(holding(side, person))
        page, watch = context.new_page(), Watch()
        watch.follow(page)
        phone = Phone(page, side, self.base, watch)
        self.phones.append(phone)
        return phone

    def close(self) -> list[str]:
        """Close all phones; gives what went wrong on them."""
        wrong = [f"{phone.side}: {one}" for phone in self.phones for one in phone.watch.left()]
        for phone in self.phones:
            phone.page.context.close()
        self.phones.clear()
        return wrong


def holding(side: str, person: Person) -> str:
    """The script that puts a phone into somebody's hands before it is opened."""
    state = json.dumps({"openid": person.openid, "consent": "ask", "signal": True})
    kept, key = json.dumps({"type": "string", "data": state}), f"linli.{side}.mock.state"
    write = f"localStorage.setItem({json.dumps(key)}, {json.dumps(kept)})"
    return (
        f"if (location.protocol !== 'about:' && !localStorage.getItem({json.dumps(key)})) {write}"
    )


@contextmanager
def cut(page: Page, what: str, *, after: bool = False) -> Iterator[list[str]]:
    """Cut the network for writes to `what`; `after` lets them arrive, and loses the answer."""
    lost: list[str] = []

    def handle(route: Any) -> None:
        if route.request.method == "GET":
            route.fallback()
            return
        lost.append(route.request.url)
        if after:
            route.fetch()
        route.abort("connectionreset")

    page.route(what, handle)
    try:
        yield lost
    finally:
        page.unroute(what, handle)


def picture(number: int = 0) -> dict[str, Any]:
    """A photo of a landing as a phone takes it: dark at first, the lamp shines from 1 on."""
    wall = (196, 186, 168) if number else (70, 72, 80)
    image = Image.new("RGB", (960, 720), wall)
    draw = ImageDraw.Draw(image)
    dim = tuple(part * 3 // 4 for part in wall)
    draw.polygon([(0, 720), (960, 720), (760, 520), (200, 520)], fill=dim)
    draw.rectangle((330, 190, 630, 520), fill=(112, 74, 52) if number else (52, 40, 38))
    draw.rectangle(
        (344, 204, 616, 520), outline=(148, 106, 78) if number else (68, 54, 50), width=6
    )
    draw.ellipse((586, 360, 604, 378), fill=(210, 180, 120))
    for step in range(4):
        draw.rectangle((760 + step * 50, 470 - step * 60, 960, 530 - step * 60), fill=dim)
    if number:
        glow = Image.new("L", image.size)
        ImageDraw.Draw(glow).ellipse((300, -160, 660, 200), fill=190)
        light = Image.new("RGB", image.size, (255, 240, 200))
        image.paste(light, mask=glow.filter(ImageFilter.GaussianBlur(90)))
    lamp = (255, 250, 225) if number else (96, 96, 100)
    ImageDraw.Draw(image).ellipse((440, 20, 520, 62), fill=lamp)
    stream = BytesIO()
    image.filter(ImageFilter.GaussianBlur(1.5)).save(stream, "JPEG", quality=82)
    return {"name": f"photo-{number}.jpg", "mimeType": "image/jpeg", "buffer": stream.getvalue()}


class Api:
    """The public API as one person, for what a test needs besides the phones it watches."""

    def __init__(self, api: str, wechat: str, person: Person | None = None) -> None:
        self.http = httpx.Client(base_url=f"{api}/api/v1", timeout=20, trust_env=False)
        self.wechat = wechat
        if person:
            code = httpx.post(
                f"{wechat}/control/login-code", json={"openid": person.openid}, trust_env=False
            ).json()["code"]
            session = self.post("/auth/wechat", {"code": code, "device": "微信 小米手机"})
            self.http.headers["authorization"] = f"Bearer {session['token']}"

    def get(self, path: str, **query: Any) -> Any:
        return self.http.get(path, params=query).raise_for_status().json()

    def rows(self, path: str, **query: Any) -> list[dict[str, Any]]:
        answer = self.get(path, **query)
        return list(answer if isinstance(answer, list) else answer["items"])

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self.http.post(path, json=body or {})
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        return self.http.patch(path, json=body).raise_for_status().json()

    def owe(self, *lines: tuple[str, int]) -> int:
        """Open a payment of mine over (title, fen), to be paid."""
        owed = [{"title": title, "amount": amount} for title, amount in lines]
        return int(self.post("/demo/payments", {"title": lines[0][0], "lines": owed})["id"])

    def pay(self, payment: int) -> None:
        """Pay it as WeChat's sheet does, and wait for the server to know."""
        params = self.post(f"/payments/{payment}/prepay")
        url = f"{self.wechat}/control/pay/pay"
        said = httpx.post(url, json={"params": params}, timeout=20, trust_env=False).json()
        assert said["errMsg"] == "requestPayment:ok", said
        assert self.post(f"/payments/{payment}/check")["status"] == "paid"

    def upload(self, number: int = 0) -> int:
        one = picture(number)
        file = {"file": (one["name"], one["buffer"], one["mimeType"])}
        answer = self.http.post("/files", files=file, data={"purpose": "order"})
        assert answer.status_code < 300, answer.text
        return int(answer.json()["id"])
