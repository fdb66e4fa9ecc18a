"""What can go wrong, as classes. Raising one rolls the transaction back and is the answer.

Each has an HTTP `status`, a stable `code` for programs and a Chinese `title` for people
(RFC 9457 problem details). `detail` adds what is special this time; `facts` are machine-readable.
"""

from typing import Any, ClassVar


class LinliError(Exception):
    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    title: ClassVar[str] = "请求有误"

    def __init__(self, detail: str = "", **facts: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.facts = facts


class Invalid(LinliError):
    """Fields that break a rule; `fields` maps a field's name to a Chinese sentence."""

    status, code, title = 422, "invalid", "填写的内容有误"

    def __init__(self, detail: str = "", fields: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.fields = fields or {}


class Malformed(LinliError):
    status, code, title = 400, "malformed", "请求内容无法识别"


class Unauthenticated(LinliError):
    status, code, title = 401, "unauthenticated", "请先登录"


class Forbidden(LinliError):
    status, code, title = 403, "forbidden", "没有权限"


class NotFound(LinliError):
    status, code, title = 404, "not_found", "没有找到"


class NoSuchMethod(LinliError):
    status, code, title = 405, "method_not_allowed", "不支持这样的请求"


class Conflict(LinliError):
    status, code, title = 409, "conflict", "状态已变化，请刷新后再试"


class StaleVersion(Conflict):
    code, title = "stale_version", "内容已被更新，请刷新后再试"


class WrongState(Conflict):
    code, title = "wrong_state", "当前状态不能这样操作"


class TooLarge(LinliError):
    status, code, title = 413, "too_large", "内容太大"


class KeyReused(LinliError):
    status, code, title = 422, "idempotency_key_reused", "同一个请求编号被用于不同的内容"


class TooMany(LinliError):
    status, code, title = 429, "too_many", "操作太频繁，请稍后再试"


class Internal(LinliError):
    status, code, title = 500, "internal", "系统出错了，我们已经记录"


class Unavailable(LinliError):
    status, code, title = 503, "unavailable", "系统繁忙，请稍后再试"


class UpstreamFailed(LinliError):
    status, code, title = 502, "upstream_failed", "微信暂时没有响应，请稍后再试"
