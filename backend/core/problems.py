"""Errors as answers: RFC 9457 problem details, in Chinese for people, coded for programs."""

from typing import Any

import msgspec
import structlog
from pydantic import ValidationError
from sanic import HTTPResponse, Request, Sanic
from sanic.exceptions import MethodNotAllowed, PayloadTooLarge, SanicException
from sanic.exceptions import NotFound as NoRoute
from sanic.response import raw

from backend.core import database, errors
from backend.core.errors import LinliError

_log = structlog.get_logger(__name__)
CONTENT_TYPE = "application/problem+json"

_WORDS = {
    "missing": "必填",
    "extra_forbidden": "没有这一项",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "最多 {max_length} 个字",
    "too_short": "至少 {min_length} 个",
    "too_long": "最多 {max_length} 个",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "greater_than": "应大于 {gt}",
    "less_than": "应小于 {lt}",
    "enum": "只能是 {expected}",
    "literal_error": "只能是 {expected}",
    "string_pattern_mismatch": "格式不正确",
    "value_error": "{error}",
    "timezone_aware": "时间要带时区",
}
_KINDS = {"int": "应为整数", "bool": "应为真或假", "string": "应为文字", "float": "应为数字"}
_KINDS |= {"list": "应为列表", "dict": "应为对象", "model": "应为对象", "datetime": "应为时间"}


def field_errors(error: ValidationError) -> list[dict[str, str]]:
    """`[{field, message}]` without repeating what was sent: it may be somebody's secret."""
    found = error.errors(include_url=False, include_input=False)
    return [
        {"field": ".".join(map(str, one["loc"])) or "body", "message": _words(one)}
        for one in found[:50]
    ]


def _words(one: Any) -> str:
    words = _WORDS.get(one["type"])
    if words is None:
        return _KINDS.get(str(one["type"]).split("_", maxsplit=1)[0], "内容不正确")
    return words.format(**one.get("ctx", {}))


_STAND_INS: tuple[tuple[type[BaseException], LinliError], ...] = (
    (NoRoute, errors.NotFound("没有这个地址")),
    (MethodNotAllowed, errors.NoSuchMethod()),
    (PayloadTooLarge, errors.TooLarge()),
)


def as_error(problem: BaseException) -> LinliError:
    """The error of ours that stands for any exception whatever."""
    if isinstance(problem, LinliError):
        return problem
    for kind, error in _STAND_INS:
        if isinstance(problem, kind):
            return error
    if isinstance(problem, SanicException) and problem.status_code < 500:
        return errors.Malformed()
    return errors.Unavailable() if database.is_outage(problem) else errors.Internal()


def status_of(problem: BaseException) -> int:
    """The HTTP status that the problem is answered with."""
    error = _of_validation(problem) if isinstance(problem, ValidationError) else as_error(problem)
    return error.status


def body_of(problem: BaseException, request_id: str) -> dict[str, Any]:
    """The problem document. Shape: `{type, title, status, code, detail, …, request_id}`."""
    if isinstance(problem, ValidationError):
        error: LinliError = _of_validation(problem)
        listed = field_errors(problem)
    else:
        error = as_error(problem)
        fields = error.fields if isinstance(error, errors.Invalid) else {}
        listed = [{"field": name, "message": words} for name, words in fields.items()]
    body: dict[str, Any] = {
        "type": f"urn:linli:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.detail or error.title,
        "request_id": request_id,
    }
    if listed:
        body["errors"] = listed
    if error.facts:
        body["facts"] = error.facts
    return body


def _of_validation(problem: ValidationError) -> LinliError:
    if any(one["type"] == "json_invalid" for one in problem.errors(include_url=False)):
        return errors.Malformed()
    return errors.Invalid()


def answer(request: Request, problem: BaseException) -> HTTPResponse:
    """Say it to the client, and to the log when it is our fault."""
    body = body_of(problem, request_id(request))
    if body["status"] >= 500:
        _log.error(
            "request_failed",
            path=request.path,
            code=body["code"],
            request_id=body["request_id"],
            exc_info=problem if body["code"] == errors.Internal.code else None,
            error=repr(problem)[:300],
        )
    headers = {"retry-after": "5"} if body["status"] in (429, 503) else {}
    return raw(
        msgspec.json.encode(body), status=body["status"], content_type=CONTENT_TYPE, headers=headers
    )


def request_id(request: Request) -> str:
    return str(getattr(request.ctx, "request_id", "") or request.id)


def attach(app: Sanic[Any, Any]) -> None:
    """Answer every exception of the application as a problem."""

    @app.exception(Exception)
    async def on_exception(request: Request, problem: Exception) -> HTTPResponse:
        return answer(request, problem)
