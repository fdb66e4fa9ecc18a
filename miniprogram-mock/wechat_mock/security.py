"""Content moderation: text at once, pictures and voice with a push afterwards."""

import asyncio
import hashlib
import secrets
from typing import Any

import httpx
from sanic import Blueprint, Request, Sanic

from wechat_mock import push
from wechat_mock.edge import body_of, interface
from wechat_mock.errors import Fault
from wechat_mock.quotas import DAY, MINUTE
from wechat_mock.world import World

security = Blueprint("security")

MOST_TEXT = 2500
MOST_MEDIA_BYTES = 10 * 1024 * 1024
MEDIA_TIMEOUT = 10.0
DOWNLOAD_FAILED = -1008

# A handful, so that demos and tests can see moderation at work; the label is WeChat's category.
RISKY_WORDS: dict[str, int] = {
    "加微信刷单": 20012,
    "刷单返利": 20012,
    "办假证": 20006,
    "出售枪支": 20006,
    "赌博网站": 20006,
    "裸聊": 20002,
    "去死吧": 20003,
    "傻逼": 20003,
}
# Unsure: a person should look.
DOUBTFUL_WORDS: dict[str, int] = {"加群领红包": 10001, "祖传秘方包治百病": 20008}
PASS_LABEL = 100
TEXT_PARTS = ("content", "title", "nickname", "signature")


def is_risky(text: str) -> bool:
    """Whether the text holds a word of the short list."""
    return any(word in text for word in RISKY_WORDS)


def judge(text: str) -> tuple[str, int, str]:
    """(suggest, label, word) of a text."""
    for suggest, words in (("risky", RISKY_WORDS), ("review", DOUBTFUL_WORDS)):
        for word, label in words.items():
            if word in text:
                return suggest, label, word
    return "pass", PASS_LABEL, ""


def _check_visitor(world: World, body: dict[str, Any]) -> str:
    openid = body.get("openid")
    if not isinstance(openid, str) or not 6 <= len(openid) <= 64:
        raise Fault(40003)
    if not world.is_active(openid):
        raise Fault(61010)
    return openid


def _check_scene(body: dict[str, Any]) -> None:
    if body.get("version") not in (2, "2"):
        raise Fault(40097, "invalid version")
    if body.get("scene") not in (1, 2, 3, 4):
        raise Fault(40129)


def _texts(body: dict[str, Any]) -> str:
    parts = [body.get(name, "") for name in TEXT_PARTS]
    if not all(isinstance(part, str) for part in parts) or not body.get("content"):
        raise Fault(40097, "invalid content")
    if any(len(part) > MOST_TEXT for part in parts):
        raise Fault(45002)
    return "\n".join(parts)


def trace_id() -> str:
    """Three random words, as WeChat's."""
    return "-".join(secrets.token_hex(4) for _ in range(3))


@interface(security, "POST", "/wxa/msg_sec_check")
async def check_text(request: Request, world: World) -> dict[str, Any]:
    """Whether a text may be shown."""
    body = body_of(request)
    _check_scene(body)
    text = _texts(body)
    _check_visitor(world, body)
    world.quotas.spend("msg_sec_check", world.now(), 4000, MINUTE, 44991)
    world.quotas.spend("msg_sec_check.day", world.now(), 2_000_000, DAY, 45009)
    suggest, label, word = judge(text)
    model = {"strategy": "content_model", "errcode": 0, "suggest": suggest, "label": label}
    keyword = {"strategy": "keyword", "errcode": 0, "suggest": suggest, "label": label}
    detail = [model | {"prob": 90}] + ([keyword | {"level": 90, "keyword": word}] if word else [])
    return {
        "errcode": 0,
        "errmsg": "ok",
        "detail": detail,
        "trace_id": trace_id(),
        "result": {"suggest": suggest, "label": label},
    }


@interface(security, "POST", "/wxa/media_check_async")
async def check_media(request: Request, world: World) -> dict[str, Any]:
    """Accept a picture or sound; the verdict is pushed later as ``wxa_media_check``."""
    body = body_of(request)
    url = body.get("media_url")
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise Fault(40097, "invalid media_url")
    if body.get("media_type") not in (1, 2):
        raise Fault(40004)
    _check_scene(body)
    openid = _check_visitor(world, body)
    world.quotas.spend("media_check_async", world.now(), 2000, MINUTE, 45009)
    world.quotas.spend("media_check_async.day", world.now(), 200_000, DAY, 45009)
    trace = trace_id()
    push.later(request.app, _verdict_later(request.app, openid, url, trace))
    return {"errcode": 0, "errmsg": "ok", "trace_id": trace}


async def _verdict_later(app: Sanic[Any, Any], openid: str, url: str, trace: str) -> None:
    world: World = app.ctx.world
    await asyncio.sleep(world.settings.media_seconds)
    content = await _download(world, url)
    if content is None:
        failed = {"errcode": DOWNLOAD_FAILED, "errmsg": "download failed", "detail": []}
        verdict: dict[str, Any] = failed
    else:
        suggest, label = _media_verdict(world, url, content)
        result = {"suggest": suggest, "label": label}
        detail = [{"strategy": "content_model", "errcode": 0, **result, "prob": 90}]
        verdict = {"errcode": 0, "errmsg": "ok", "detail": detail, "result": result}
    await push.event(
        app,
        "wxa_media_check",
        openid,
        {"appid": world.settings.appid, "trace_id": trace, "version": 2} | verdict,
    )


def _client(world: World) -> httpx.AsyncClient:
    transport = world.settings.transport
    return httpx.AsyncClient(timeout=MEDIA_TIMEOUT, trust_env=False, transport=transport)


async def _download(world: World, url: str) -> bytes | None:
    """The media, or None when it cannot be had or is too large."""
    kept = bytearray()
    try:
        async with (
            _client(world) as client,
            client.stream("GET", url) as answer,
        ):
            if answer.status_code != 200:
                return None
            async for piece in answer.aiter_bytes():
                kept += piece
                if len(kept) > MOST_MEDIA_BYTES:
                    return None
    except (httpx.HTTPError, httpx.InvalidURL):
        return None
    return bytes(kept)


def _media_verdict(world: World, url: str, content: bytes) -> tuple[str, int]:
    """As the control plane said for this address or these bytes, else pass."""
    digest = hashlib.sha256(content).hexdigest()
    for said in reversed(world.media_verdicts):
        if said["match"] in url or said["match"] == digest:
            return said["suggest"], said["label"]
    return "pass", PASS_LABEL
