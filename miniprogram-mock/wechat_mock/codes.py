"""Mini-program codes, QR codes, URL links and schemes; each is kept for the phone to "scan"."""

import asyncio
import re
import secrets
from typing import Any

from sanic import Blueprint, HTTPResponse, Request, response

from wechat_mock import drawing
from wechat_mock.edge import body_of, interface, text_in
from wechat_mock.errors import Fault
from wechat_mock.quotas import DAY, FOREVER, MINUTE, SECOND
from wechat_mock.world import World

codes = Blueprint("codes")

SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]+")
ENVIRONMENTS = ("release", "trial", "develop")
DEFAULT_PAGE = "pages/index/index"
THIRTY_DAYS = 30 * DAY
MOST_SCENE, MOST_PATH, MOST_QR_PATH, MOST_QUERY = 32, 1024, 128, 1024


def _colour(body: dict[str, Any]) -> drawing.Colour:
    given = body.get("line_color") or {}
    try:
        red, green, blue = (int(given.get(part, 0)) for part in "rgb")
    except (AttributeError, TypeError, ValueError, OverflowError) as error:
        raise Fault(40097, "invalid line_color") from error
    if body.get("auto_color") or not all(0 <= part <= 255 for part in (red, green, blue)):
        return (0, 0, 0)
    return (red, green, blue)


def _look(body: dict[str, Any]) -> drawing.Look:
    width = body.get("width", 430)
    if not isinstance(width, int) or isinstance(width, bool):
        raise Fault(40097, "invalid width")
    width = min(max(width, drawing.SMALLEST), drawing.LARGEST)
    return drawing.Look(width, _colour(body), bool(body.get("is_hyaline")))


def _check_environment(body: dict[str, Any], errcode: int = 40097) -> str:
    environment = body.get("env_version", "release")
    if environment not in ENVIRONMENTS:
        raise Fault(errcode, "invalid env_version")
    return str(environment)


def _check_scene(body: dict[str, Any]) -> str:
    scene = text_in(body, "scene", 40129)
    if not 0 < len(scene) <= MOST_SCENE:
        raise Fault(40169)
    if not SCENE.fullmatch(scene):
        raise Fault(40129)
    if "scancode_time" in scene:
        raise Fault(85096)
    return scene


def _check_page(world: World, body: dict[str, Any]) -> str:
    page = text_in(body, "page", 41030, default=DEFAULT_PAGE) or DEFAULT_PAGE
    if page.startswith("/") or "?" in page or len(page) > MOST_PATH:
        raise Fault(41030)
    is_known = not world.settings.pages or page in world.settings.pages
    if body.get("check_path", True) and not is_known:
        raise Fault(41030)
    return page


def remember(world: World, kind: str, page: str, query: str, **facts: Any) -> dict[str, Any]:
    """Keep a code for ``GET /control/scan-code``. ``path`` is what the phone opens."""
    path = f"{page}?{query}" if query else page
    scan = {"id": world.next_id(), "kind": kind, "page": page, "query": query, "path": path}
    world.scans.append(scan | {"at": world.now()} | facts)
    return scan


async def _picture(draw: Any, text: str, look: drawing.Look) -> HTTPResponse:
    try:
        drawn = await asyncio.to_thread(draw, text, look)
    except ValueError as error:  # a thousand Chinese characters are more than a symbol holds
        raise Fault(40159) from error
    return response.raw(drawn, content_type="image/png")


@interface(codes, "POST", "/wxa/getwxacodeunlimit")
async def unlimited(request: Request, world: World) -> HTTPResponse:
    """A round code carrying a scene of at most 32 characters."""
    body = body_of(request)
    scene, page, look = _check_scene(body), _check_page(world, body), _look(body)
    environment = _check_environment(body)
    world.quotas.spend("getwxacodeunlimit", world.now(), 5000, MINUTE, 45009)
    query = f"scene={scene}"
    remember(world, "wxa", page, query, scene=scene, env_version=environment)
    return await _picture(drawing.disc, f"{page}?{query}", look)


def _limited_path(world: World, body: dict[str, Any], most: int) -> tuple[str, str]:
    path = text_in(body, "path", 40159)
    if not 0 < len(path) <= most or path.startswith("/"):
        raise Fault(40159)
    world.quotas.spend("wxacode", 0, 100_000, FOREVER, 45029)
    page, _, query = path.partition("?")
    return page, query


@interface(codes, "POST", "/wxa/getwxacode")
async def limited(request: Request, world: World) -> HTTPResponse:
    """A round code of a whole path; 100,000 in all, together with the square ones."""
    body = body_of(request)
    look, environment = _look(body), _check_environment(body)
    page, query = _limited_path(world, body, MOST_PATH)
    scan = remember(world, "wxa", page, query, env_version=environment)
    return await _picture(drawing.disc, scan["path"], look)


@interface(codes, "POST", "/cgi-bin/wxaapp/createwxaqrcode")
async def square(request: Request, world: World) -> HTTPResponse:
    """An ordinary QR code of a path."""
    body = body_of(request)
    look = _look(body)
    page, query = _limited_path(world, body, MOST_QR_PATH)
    scan = remember(world, "qr", page, query)
    return await _picture(drawing.square, scan["path"], look)


def _check_expiry(world: World, body: dict[str, Any]) -> float | None:
    """When the link ends, in seconds of the mock's clock; None for the longest."""
    kind = body.get("expire_type", 0)
    if kind not in (0, 1):
        raise Fault(85406)
    if kind == 1:
        days = body.get("expire_interval")
        if not isinstance(days, int) or not 1 <= days <= 30:
            raise Fault(85407)
        return world.now() + days * DAY
    moment = body.get("expire_time")
    if moment is None:
        return None
    if not isinstance(moment, int) or not 60 <= moment - world.now() <= THIRTY_DAYS:
        raise Fault(85401)
    return float(moment)


def _target(world: World, body: dict[str, Any]) -> tuple[str, str]:
    page = text_in(body, "path", 40165, default="").removeprefix("/")
    query = text_in(body, "query", 40212, default="")
    is_known = not page or not world.settings.pages or page in world.settings.pages
    if len(page) > MOST_PATH or "?" in page or not is_known:
        raise Fault(40165)
    if len(query) > MOST_QUERY or re.search(r"[\s<>\"]", query):
        raise Fault(40212)
    _check_environment(body, 85402)
    return page or DEFAULT_PAGE, query


def _spend_link(world: World) -> None:
    world.quotas.spend("links", world.now(), 100, SECOND, 44990)
    world.quotas.spend("links.day", world.now(), 500_000, DAY, 44993)


@interface(codes, "POST", "/wxa/generate_urllink")
async def url_link(request: Request, world: World) -> dict[str, Any]:
    """An https link that opens the mini-program."""
    body = body_of(request)
    page, query = _target(world, body)
    expires_at = _check_expiry(world, body)
    _spend_link(world)
    link = f"https://wxaurl.cn/{secrets.token_urlsafe(9)}"
    remember(world, "link", page, query, link=link, expires_at=expires_at)
    return {"errcode": 0, "errmsg": "ok", "url_link": link}


@interface(codes, "POST", "/wxa/generatescheme")
async def scheme(request: Request, world: World) -> dict[str, Any]:
    """A ``weixin://`` link; its target is nested in ``jump_wxa``."""
    body = body_of(request)
    jump = body.get("jump_wxa") or {}
    if not isinstance(jump, dict):
        raise Fault(40165)
    page, query = _target(world, jump)
    expires_at = _check_expiry(world, body) if body.get("is_expire", True) else None
    _spend_link(world)
    link = f"weixin://dl/business/?t={secrets.token_urlsafe(9)}"
    remember(world, "scheme", page, query, link=link, expires_at=expires_at)
    return {"errcode": 0, "errmsg": "ok", "openlink": link}
