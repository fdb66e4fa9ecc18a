"""What WeChat answers, read into plain values. Doubtful answers are errors, never guesses."""

import json
import re
from dataclasses import dataclass, field
from typing import Any, Literal

from backend.integrations.wechat_errors import Throttled, Unreachable, WeChatError, error_of

PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
KEYWORD = re.compile(r"(?P<label>[^\n]*?)[:：]?\{\{(?P<name>\w+)\.DATA\}\}")
Suggest = Literal["pass", "review", "risky"]
SUGGESTIONS: tuple[Suggest, ...] = ("pass", "review", "risky")  # from good to bad


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, whole."""

    path: str
    status: int
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Session:
    """Who logged in. ``unionid`` only for accounts bound to an open platform."""

    openid: str
    unionid: str | None
    session_key: str = field(repr=False)


@dataclass(frozen=True)
class PhoneNumber:
    """``number`` without country code, digits only; ``country_code`` such as "86"."""

    number: str = field(repr=False)
    country_code: str


@dataclass(frozen=True)
class Picture:
    """A PNG or JPEG."""

    content: bytes = field(repr=False)
    media_type: str


@dataclass(frozen=True)
class Template:
    """A subscription template. ``fields`` is {name: label}; one-time unless ``is_long_term``."""

    id: str
    title: str
    fields: dict[str, str]
    is_long_term: bool


@dataclass(frozen=True)
class Verdict:
    """Moderation's word: ``label`` 100 is harmless, the others are WeChat's categories."""

    suggest: Suggest
    label: int
    trace_id: str


def unreadable(path: str, what: str) -> Unreachable:
    """The request was answered, but not in a way that tells what happened."""
    return Unreachable(what, path=path, was_sent=True)


def parsed(answer: Answer) -> dict[str, Any]:
    """The JSON object of a good answer. Raises the error of its errcode or HTTP status."""
    if answer.status == 429:
        raise Throttled(429, "too many requests", path=answer.path)
    if answer.status >= 500:
        raise unreadable(answer.path, f"HTTP {answer.status}")
    if answer.status != 200:
        raise WeChatError(answer.status, "HTTP status", path=answer.path)
    try:
        found = json.loads(answer.content)
    except (ValueError, RecursionError) as error:
        raise unreadable(answer.path, "not JSON") from error
    if not isinstance(found, dict):
        raise unreadable(answer.path, "not an object")
    errcode = integer(answer.path, found, "errcode", default=0)
    if errcode != 0:
        raise error_of(errcode, str(found.get("errmsg", ""))[:300], answer.path)
    return found


def integer(path: str, found: dict[str, Any], name: str, *, default: int | None = None) -> int:
    """A whole number, also when it comes as text."""
    try:
        return int(found[name] if default is None else found.get(name, default))
    except (KeyError, TypeError, ValueError) as error:
        raise unreadable(path, f"{name} is no number") from error


def text(path: str, found: dict[str, Any], name: str) -> str:
    """A text that must be there."""
    value = found.get(name)
    if not isinstance(value, str) or not value:
        raise unreadable(path, f"{name} is missing")
    return value


def picture(answer: Answer) -> Picture:
    """The picture; where a JSON error comes instead, that error (HTTP says 200 to both)."""
    if answer.status == 200:
        for magic, media_type in PICTURES.items():
            if answer.content.startswith(magic):
                return Picture(answer.content, media_type)
    parsed(answer)
    raise unreadable(answer.path, "neither a picture nor an error")


def templates(answer: Answer) -> list[Template]:
    """The account's subscription templates."""
    entries = parsed(answer).get("data") or []
    return [_template(answer.path, entry) for entry in entries]


def _template(path: str, entry: dict[str, Any]) -> Template:
    labels = KEYWORD.finditer(str(entry.get("content", "")))
    return Template(
        id=text(path, entry, "priTmplId"),
        title=str(entry.get("title", "")),
        fields={found["name"]: found["label"].strip() for found in labels},
        is_long_term=integer(path, entry, "type", default=2) == 3,
    )


def verdict(path: str, said: dict[str, Any]) -> Verdict:
    """The verdict of a moderation answer or push."""
    result = said.get("result")
    if not isinstance(result, dict) or result.get("suggest") not in SUGGESTIONS:
        raise unreadable(path, "no verdict")
    label = integer(path, result, "label")
    return Verdict(result["suggest"], label, str(said.get("trace_id", "")))
