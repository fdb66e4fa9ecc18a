"""How a call to WeChat can fail, and what the caller may do about it."""

from typing import ClassVar, Literal

Advice = Literal["retry", "stop", "unknown"]


class WeChatError(Exception):
    """WeChat refused: ``errcode`` and ``errmsg`` as answered. Asking again will not help.

    ``advice`` is for whoever decides what comes next: "retry" later, "stop" for good, or "unknown"
    when the work may have been done although no answer came.
    """

    default_advice: ClassVar[Advice] = "stop"

    def __init__(self, errcode: int, errmsg: str, *, path: str = "") -> None:
        super().__init__(f"{path} {errcode} {errmsg}".strip())
        self.errcode = errcode
        self.errmsg = errmsg
        self.path = path

    @property
    def advice(self) -> Advice:
        """retry, stop or unknown."""
        return self.default_advice


class UserRefused(WeChatError):
    """43101: no consent left for this template. Routine, not a fault."""


class BadCode(WeChatError):
    """A login or phone code that is unknown, used or older than five minutes."""


class UserBlocked(WeChatError):
    """40226: WeChat holds this user for high risk and will not log them in."""


class RiskyContent(WeChatError):
    """The content itself was refused."""


class UserAway(WeChatError):
    """61010: moderation needs a user who was in the mini-program within two hours."""


class BadToken(WeChatError):
    """The access token was refused twice: the account needs looking after."""

    default_advice: ClassVar[Advice] = "retry"


class Misconfigured(WeChatError):
    """appid, secret, address list or rights of the account are wrong: an operator must act."""

    default_advice: ClassVar[Advice] = "retry"


class Throttled(WeChatError):
    """Too often, or WeChat is busy: nothing was done, later it may work."""

    default_advice: ClassVar[Advice] = "retry"


class Unreachable(WeChatError):
    """No answer that can be read. ``was_sent`` tells whether WeChat may have done the work."""

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
