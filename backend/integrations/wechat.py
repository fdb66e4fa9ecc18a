"""WeChat's servers (api.weixin.qq.com, or the mock): the calls this product makes, and no others.

Every call raises a ``WeChatError`` (see ``wechat_errors``); its ``advice`` says retry, stop or
unknown. Nothing is retried here but one thing, once: a call whose access token was refused.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import httpx

from backend.integrations import wechat_answers as answers
from backend.integrations.wechat_answers import (
    Answer,
    PhoneNumber,
    Picture,
    Session,
    Template,
    Verdict,
)
from backend.integrations.wechat_errors import (
    BadCode,
    BadToken,
    Misconfigured,
    RiskyContent,
    Throttled,
    Unreachable,
    UserAway,
    UserBlocked,
    UserRefused,
    WeChatError,
)
from backend.integrations.wechat_tokens import RedisStore, Store, Token, Tokens

__all__ = [
    "Account",
    "BadCode",
    "BadToken",
    "CodeLook",
    "Misconfigured",
    "PhoneNumber",
    "Picture",
    "RedisStore",
    "RiskyContent",
    "Session",
    "Store",
    "Template",
    "Throttled",
    "Unreachable",
    "UserAway",
    "UserBlocked",
    "UserRefused",
    "Verdict",
    "WeChat",
    "WeChatError",
    "api",
    "close",
    "configure",
]

# httpx logs whole addresses, and ours carry the secret and the access token.
logging.getLogger("httpx").setLevel(logging.WARNING)

T = TypeVar("T")
MOST_ANSWER_BYTES = 5 * 1024 * 1024
MOST_TEXT = 2500
OVERLAP = 50
AUDIO: Literal[1] = 1
IMAGE: Literal[2] = 2
Scene = Literal[1, 2, 3, 4]  # of moderation: profile, comment, forum, social diary


@dataclass(frozen=True)
class Account:
    """The mini-program's account and how to reach WeChat. Only this differs from mock to real."""

    appid: str
    secret: str = field(repr=False)
    base_url: str = "https://api.weixin.qq.com"
    connect_seconds: float = 3.0
    answer_seconds: float = 5.0
    proxy: str | None = None


@dataclass(frozen=True)
class CodeLook:
    """How a mini-program code is drawn: width 280 to 1280 pixels, colour of lines, ground."""

    width: int = 430
    line_color: tuple[int, int, int] = (0, 0, 0)
    is_transparent: bool = False


class WeChat:
    """A client for one account. Lives as long as the process; ``close`` it at the end."""

    def __init__(
        self,
        account: Account,
        store: Store | None = None,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.account = account
        self._http = httpx.AsyncClient(
            base_url=account.base_url,
            timeout=httpx.Timeout(account.answer_seconds, connect=account.connect_seconds),
            proxy=account.proxy,
            trust_env=False,
            transport=transport,
        )
        self._tokens = Tokens(account.appid, self._fetch_token, store)

    async def close(self) -> None:
        """Give back the connections."""
        await self._http.aclose()

    # -- people ------------------------------------------------------------------------------
    async def code_to_session(self, code: str) -> Session:
        """Who is behind a ``wx.login`` code. Raises BadCode, UserBlocked, Throttled, …"""
        path = "/sns/jscode2session"
        query = {"js_code": code, "grant_type": "authorization_code", **self._credentials()}
        found = answers.parsed(await self._send("GET", path, query, None))
        return Session(
            openid=answers.text(path, found, "openid"),
            unionid=found.get("unionid") or None,
            session_key=str(found.get("session_key", "")),
        )

    async def phone_number(self, code: str) -> PhoneNumber:
        """The number behind a phone code. Raises BadCode, also for a number of another app."""
        path = "/wxa/business/getuserphonenumber"
        info = (await self._call(path, {"code": code}, answers.parsed)).get("phone_info")
        if not isinstance(info, dict):
            raise answers.unreadable(path, "phone_info is missing")
        if (info.get("watermark") or {}).get("appid") != self.account.appid:
            raise BadCode(40029, "the number was given to another appid", path=path)
        # Typed as text in the documentation, a number in its sample.
        country = str(info.get("countryCode") or "86").lstrip("+")
        return PhoneNumber(answers.text(path, info, "purePhoneNumber"), country)

    # -- codes and links ---------------------------------------------------------------------
    async def wxacode_unlimited(
        self,
        scene: str,
        page: str,
        *,
        env_version: Literal["release", "trial", "develop"] = "release",
        is_page_checked: bool = True,
        look: CodeLook | None = None,
    ) -> Picture:
        """The round code opening ``page`` (no leading slash, no query) with ``scene``: at most 32
        characters, see ``wechat_scene``."""
        look = look or CodeLook()
        body = {
            "scene": scene,
            "page": page,
            "check_path": is_page_checked,
            "env_version": env_version,
            "width": look.width,
            "line_color": dict(zip("rgb", look.line_color, strict=True)),
            "is_hyaline": look.is_transparent,
        }
        return await self._call("/wxa/getwxacodeunlimit", body, answers.picture)

    async def url_link(self, page: str, query: str = "", *, days: int = 30) -> str:
        """An https link that opens the mini-program, good for 1 to 30 days."""
        path = "/wxa/generate_urllink"
        body = {"path": page, "query": query, "expire_type": 1, "expire_interval": days}
        return answers.text(path, await self._call(path, body, answers.parsed), "url_link")

    # -- subscription messages ---------------------------------------------------------------
    async def send_subscribe_message(
        self,
        openid: str,
        template_id: str,
        data: Mapping[str, str],
        *,
        page: str = "",
        state: Literal["formal", "trial", "developer"] = "formal",
    ) -> str:
        """Send one; ``data`` is {field: text}, cut to size by ``wechat_fields.fit``.

        Returns WeChat's id of it (may be empty). Raises UserRefused when no consent is left.
        """
        body = {
            "touser": openid,
            "template_id": template_id,
            "page": page,
            "data": {name: {"value": value} for name, value in data.items()},
            "miniprogram_state": state,
            "lang": "zh_CN",
        }
        sent = await self._call("/cgi-bin/message/subscribe/send", body, answers.parsed)
        return str(sent.get("msgid", ""))

    async def templates(self) -> list[Template]:
        """The account's subscription templates."""
        return await self._call("/wxaapi/newtmpl/gettemplate", None, answers.templates)

    # -- moderation --------------------------------------------------------------------------
    async def check_text(self, text: str, openid: str, scene: Scene = 2) -> Verdict:
        """Judge a text of any length; the worst of its pieces counts.

        Raises UserAway when the user was not in the mini-program within two hours.
        """
        worst = Verdict("pass", 100, "")
        for piece in _pieces(text):
            path = "/wxa/msg_sec_check"
            body = {"version": 2, "content": piece, "openid": openid, "scene": scene}
            said = answers.verdict(path, await self._call(path, body, answers.parsed))
            worst = max(said, worst, key=lambda one: answers.SUGGESTIONS.index(one.suggest))
        return worst

    async def check_media(
        self, url: str, openid: str, kind: Literal[1, 2] = IMAGE, scene: Scene = 2
    ) -> str:
        """Have a picture or sound judged; returns the trace_id of the push that will follow."""
        path = "/wxa/media_check_async"
        media: dict[str, Any] = {"media_url": url, "media_type": kind}
        body = media | {"version": 2, "openid": openid, "scene": scene}
        return answers.text(path, await self._call(path, body, answers.parsed), "trace_id")

    # -- the way there -----------------------------------------------------------------------
    def _credentials(self) -> dict[str, str]:
        return {"appid": self.account.appid, "secret": self.account.secret}

    async def _fetch_token(self) -> Token:
        path = "/cgi-bin/stable_token"
        body = {"grant_type": "client_credential", "force_refresh": False, **self._credentials()}
        try:
            found = answers.parsed(await self._send("POST", path, {}, body))
            seconds = answers.integer(path, found, "expires_in")
            return Token.fresh(answers.text(path, found, "access_token"), seconds)
        except Unreachable as error:
            # What the token was wanted for has certainly not been sent.
            raise Unreachable(error.errmsg, path=path, was_sent=False) from error

    async def _call(
        self, path: str, body: Mapping[str, Any] | None, read: Callable[[Answer], T]
    ) -> T:
        token = await self._tokens.get()
        try:
            return read(await self._send_with(token, path, body))
        except BadToken:
            await self._tokens.drop(token)
        return read(await self._send_with(await self._tokens.get(), path, body))

    async def _send_with(self, token: Token, path: str, body: Mapping[str, Any] | None) -> Answer:
        method = "GET" if body is None else "POST"
        return await self._send(method, path, {"access_token": token.value}, body)

    async def _send(
        self, method: str, path: str, query: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> Answer:
        # Chinese goes unescaped: some interfaces show "\uXXXX" to people otherwise.
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {} if body is None else {"content-type": "application/json"}
        request = self._http.build_request(
            method, path, params=query, content=content, headers=headers
        )
        try:
            async with asyncio.timeout(self.account.connect_seconds + self.account.answer_seconds):
                return await self._whole(path, request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Unreachable(type(error).__name__, path=path, was_sent=False) from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unreachable(type(error).__name__, path=path, was_sent=True) from error

    async def _whole(self, path: str, request: httpx.Request) -> Answer:
        response = await self._http.send(request, stream=True)
        content = bytearray()
        try:
            async for piece in response.aiter_bytes():
                content += piece
                if len(content) > MOST_ANSWER_BYTES:
                    raise answers.unreadable(path, "too large")
        finally:
            await response.aclose()
        return Answer(path, response.status_code, bytes(content))


def _pieces(text: str) -> list[str]:
    """Parts of at most 2500 characters that overlap, so that no word is cut in all of them."""
    step = MOST_TEXT - OVERLAP
    if not text.strip():
        return []
    return [
        text[start : start + MOST_TEXT] for start in range(0, max(1, len(text) - OVERLAP), step)
    ]


_configured: list[WeChat] = []


def configure(client: WeChat) -> None:
    """Make this the process's client (at start)."""
    _configured[:] = [client]


def api() -> WeChat:
    """The process's client. Raises RuntimeError before ``configure``."""
    if not _configured:
        raise RuntimeError("wechat.configure() has not been called")
    return _configured[0]


async def close() -> None:
    """Close and forget the process's client (at the end)."""
    while _configured:
        await _configured.pop().close()
