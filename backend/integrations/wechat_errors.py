"""How a call to WeChat can fail, and what the caller may do about it."""

from typing import ClassVar, Literal

from backend.core.errors import LinliError

Advice = Literal["retry", "stop", "unknown"]


class WeChatError(LinliError):
    """WeChat refused: ``errcode`` and ``errmsg`` as answered. Asking again will not help.

    ``advice`` is for whoever decides what comes next: "retry" later, "stop" for good, or "unknown"
    when the work may have been done although no answer came.
    """

    status, code, title = 502, "wechat_refused", "微信没有完成这个请求，请稍后再试"
    default_advice: ClassVar[Advice] = "stop"

    def __init__(self, errcode: int, errmsg: str, *, path: str = "") -> None:
        super().__init__()  # people read the title; WeChat's own words are for the log
        self.errcode = errcode
        self.errmsg = errmsg
        self.path = path

    def __str__(self) -> str:
        return f"{self.path} {self.errcode} {self.errmsg}".strip()

    @property
    def advice(self) -> Advice:
        """retry, stop or unknown."""
        return self.default_advice


class UserRefused(WeChatError):
    """43101: no consent left for this template. Routine, not a fault."""

    status, code, title = 409, "not_subscribed", "对方没有订阅这类提醒"


class BadCode(WeChatError):
    """A login or phone code that is unknown, used or older than five minutes."""

    status, code, title = 422, "bad_wechat_code", "微信授权已失效，请重新操作"


class UserBlocked(WeChatError):
    """40226: WeChat holds this user for high risk and will not log them in."""

    status, code, title = 403, "wechat_user_blocked", "微信提示该账号存在风险，暂时不能登录"


class RiskyContent(WeChatError):
    """The content itself was refused."""

    status, code, title = 422, "risky_content", "内容可能不合适，请修改后再提交"


class UserAway(WeChatError):
    """61010: moderation needs a user who was in the mini-program within two hours."""

    status, code, title = 409, "wechat_user_away", "请重新打开小程序后再试"


class BadToken(WeChatError):
    """The access token was refused twice: the account needs looking after."""

    default_advice: ClassVar[Advice] = "retry"


class Misconfigured(WeChatError):
    """appid, secret, address list or rights of the account are wrong: an operator must act."""

    default_advice: ClassVar[Advice] = "retry"


class Throttled(WeChatError):
    """Too often, or WeChat is busy: nothing was done, later it may work."""

    status, code, title = 503, "wechat_busy", "微信繁忙，请稍后再试"
    default_advice: ClassVar[Advice] = "retry"


class Unreachable(WeChatError):
    """No answer that can be read. ``was_sent`` tells whether WeChat may have done the work."""

    status, code, title = 502, "wechat_unreachable", "微信暂时没有响应，请稍后再试"

    def __init__(self, why: str, *, path: str = "", was_sent: bool) -> None:
        super().__init__(0, why, path=path)
        self.was_sent = was_sent

    @property
    def advice(self) -> Advice:
        """Unknown once the request was on its way."""
        return "unknown" if self.was_sent else "retry"


BY_CODE: dict[int, type[WeChatError]] = {
    **dict.fromkeys((40001, 40014, 42001), BadToken),
    **dict.fromkeys((40029, 40163, 42003), BadCode),
    **dict.fromkeys((-1, 43108, 44990, 44991, 44993, 45009, 45011), Throttled),
    **dict.fromkeys((45168, 87014), RiskyContent),
    **dict.fromkeys((40013, 40125, 40164, 40243, 41002, 41004, 48001), Misconfigured),
    **dict.fromkeys((50004, 50007, 89503, 89506, 89507), Misconfigured),
    40226: UserBlocked,
    43101: UserRefused,
    61010: UserAway,
}


def error_of(errcode: int, errmsg: str, path: str) -> WeChatError:
    """The error class of WeChat's errcode; unknown codes are plain WeChatErrors."""
    return BY_CODE.get(errcode, WeChatError)(errcode, errmsg, path=path)
