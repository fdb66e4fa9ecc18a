"""WeChat's message push, opened: signature and age checked, decrypted, XML and JSON made alike.

Pure: the route hands in query and body, and keeps ``Push.key`` so that a repetition is dropped.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from xml.parsers.expat import ExpatError

import xmltodict  # type: ignore[import-untyped]

from backend.core.errors import LinliError
from backend.core.loader import when_used
from backend.integrations import wechat_answers as answers
from backend.integrations.wechat_errors import WeChatError

MOST_BODY_BYTES = 256 * 1024
MOST_AGE_SECONDS = 300
MOST_KEY = 190
# What is answered to a push that was taken (also to one that was seen before).
TAKEN = "success"

Consent = Literal["accept", "reject", "ban", "filter"]


class PushRefused(LinliError):
    """A push that is forged, too old or unreadable. The reason is for the log, not the answer."""

    status, code, title = 403, "push_refused", "推送无效"

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why

    def __str__(self) -> str:
        return self.why


@dataclass(frozen=True)
class Push:
    """One message or event. ``key`` is the same for every repetition of it, ≤ 190 characters.

    ``kind`` is MsgType ("event", "text"), ``event`` its Event or empty; ``message`` all fields,
    with the wrappers that only XML has taken off.
    """

    key: str
    kind: str
    event: str
    openid: str
    created_at: int
    message: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Subscription:
    """An entry of a ``subscribe_msg_*`` event; ``answer`` is empty in "sent" events."""

    template_id: str
    answer: Consent | Literal[""]
    message_id: str = ""
    error_code: int = 0


@dataclass(frozen=True)
class MediaVerdict:
    """``verdict`` is None when WeChat could not look (``errcode`` −1008: could not download)."""

    trace_id: str
    errcode: int
    verdict: answers.Verdict | None


class Receiver:
    """Opens the pushes of one account. With an AES key, plain pushes are refused: their signature
    does not cover the body."""

    def __init__(
        self,
        appid: str,
        token: str,
        aes_key: str = "",
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if not token:
            raise ValueError("a push token is needed")
        self._appid = appid
        self._token = token
        self._aes_key = aes_key
        self._clock = clock

    def verify(self, query: Mapping[str, str]) -> str:
        """The handshake (GET): returns what to answer. Raises PushRefused."""
        self._check(query, query.get("signature", ""))
        return query.get("echostr", "")

    def open(self, query: Mapping[str, str], body: bytes) -> Push:
        """A push (POST). Raises PushRefused."""
        if len(body) > MOST_BODY_BYTES:
            raise PushRefused("too large")
        if not self._aes_key:
            self._check(query, query.get("signature", ""))
            return read(_fields(body))
        sealed = _fields(body).get("Encrypt")
        if query.get("encrypt_type") != "aes" or not isinstance(sealed, str):
            raise PushRefused("not encrypted")
        self._check(query, query.get("msg_signature", ""), sealed)
        return read(_fields(self._decrypt(sealed).encode()))

    def _check(self, query: Mapping[str, str], signature: str, *covered: str) -> None:
        stamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        parts = sorted((self._token, stamp, nonce, *covered))
        signed = "".join(parts).encode(errors="replace")
        wanted = hashlib.sha1(signed).hexdigest()  # noqa: S324 - WeChat's choice
        if not hmac.compare_digest(wanted.encode(), signature.encode(errors="replace")):
            raise PushRefused("wrong signature")
        if not _is_moment(stamp) or abs(self._clock() - int(stamp)) > MOST_AGE_SECONDS:
            raise PushRefused("too old")

    def _decrypt(self, sealed: str) -> str:
        aes = when_used("backend.integrations.wechat_sealed")
        try:
            return str(aes.opened(sealed, self._token, self._aes_key, self._appid))
        except ValueError as error:
            raise PushRefused("cannot be decrypted") from error


def _is_moment(text: str) -> bool:
    """Epoch seconds, of a length that can be one."""
    return text.isdecimal() and len(text) <= 12


def _fields(body: bytes) -> dict[str, Any]:
    """The message of an XML or JSON body, told apart by the first byte."""
    text = body.strip()
    try:
        found = json.loads(text) if text.startswith(b"{") else xmltodict.parse(text).get("xml")
    except (ValueError, RecursionError, ExpatError) as error:
        raise PushRefused("cannot be read") from error
    if not isinstance(found, dict):
        raise PushRefused("not a message")
    return found


def read(message: dict[str, Any]) -> Push:
    """A message that is known to be WeChat's. Raises PushRefused when it has no sender or type."""
    # XML nests the list of consent events once more: SubscribeMsgPopupEvent/List.
    for name in [name for name in message if name.startswith("SubscribeMsg")]:
        inner = message[name]
        message = {key: value for key, value in message.items() if key != name}
        message |= inner if isinstance(inner, dict) else {}
    openid, kind = message.get("FromUserName"), message.get("MsgType")
    created = str(message.get("CreateTime", ""))
    if not isinstance(openid, str) or not isinstance(kind, str) or not _is_moment(created):
        raise PushRefused("not a message")
    event = str(message.get("Event") or "")
    try:
        key = _key(message, openid, created)
    except RecursionError as error:
        raise PushRefused("nested too deep") from error
    return Push(key, kind, event, openid, int(created), message)


def _key(message: dict[str, Any], openid: str, created: str) -> str:
    if message_id := message.get("MsgId"):
        return f"message:{message_id}"[:MOST_KEY]
    # One person can cause two events within a second: what they say is part of the key.
    said = json.dumps(_plain(message), sort_keys=True).encode()
    return f"event:{openid[:64]}:{created}:{hashlib.sha256(said).hexdigest()[:32]}"


def _plain(value: Any) -> Any:
    """The same for XML (all texts) and JSON (numbers too)."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return "" if value is None else str(value)


def entries(push: Push) -> list[dict[str, Any]]:
    """The ``List`` of a push: an object when single, an array when several."""
    listed = push.message.get("List")
    several = listed if isinstance(listed, list) else [listed]
    return [entry for entry in several if isinstance(entry, dict)]


def subscriptions(push: Push) -> list[Subscription]:
    """What a ``subscribe_msg_{popup,change,sent}_event`` tells, entry by entry."""
    return [_subscription(entry) for entry in entries(push) if entry.get("TemplateId")]


def _subscription(entry: dict[str, Any]) -> Subscription:
    answer = entry.get("SubscribeStatusString", "")
    code = str(entry.get("ErrorCode") or "0")
    return Subscription(
        template_id=str(entry["TemplateId"]),
        answer=answer if answer in ("accept", "reject", "ban", "filter") else "",
        message_id=str(entry.get("MsgID") or ""),
        error_code=int(code) if code.lstrip("-").isdecimal() else -1,
    )


def media_verdict(push: Push) -> MediaVerdict:
    """What a ``wxa_media_check`` event says. Raises PushRefused when it says nothing."""
    trace_id = push.message.get("trace_id")
    if push.event != "wxa_media_check" or not isinstance(trace_id, str):
        raise PushRefused("no media verdict")
    try:
        errcode = answers.integer("push", push.message, "errcode", default=0)
        found = None if errcode else answers.verdict("push", push.message)
    except WeChatError as error:
        raise PushRefused("no media verdict") from error
    return MediaVerdict(trace_id, errcode, found)
