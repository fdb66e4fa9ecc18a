"""How a call to WeChat Pay can fail, and what the caller may do about it."""

import json
from typing import ClassVar, Literal

from backend.core.errors import LinliError

Advice = Literal["retry", "stop", "ask"]


class PayError(LinliError):
    """WeChat refused: `wechat_code` and its own words, for the log. Asking again will not help.

    `advice`: "retry" later with the same number, "stop", or "ask" (query by the number) since the
    work may have been done although no answer could be believed.
    """

    status, code, title = 502, "pay_refused", "微信支付没有受理，请稍后再试"
    advice: ClassVar[Advice] = "stop"

    def __init__(self, wechat_code: str = "", words: str = "") -> None:
        super().__init__()  # people read the title
        self.wechat_code = wechat_code
        self.words = words

    def __str__(self) -> str:
        return f"{self.wechat_code} {self.words}".strip() or self.title


class NotOpen(PayError):
    """No merchant's account is configured here."""

    status, code, title = 503, "pay_not_open", "这里还没有开通微信支付"


class Unanswered(PayError):
    """No answer, or one that is not WeChat's: what was asked may have been done."""

    code, title = "pay_unanswered", "微信支付暂时没有响应，请稍后再试"
    advice = "ask"


class Unreached(PayError):
    """The request never left: nothing was done."""

    code, title = "pay_unreached", "暂时连接不上微信支付，请稍后再试"
    advice = "retry"


class Busy(PayError):
    """Too often, or not now: nothing was done."""

    status, code, title = 503, "pay_busy", "微信支付繁忙，请稍后再试"
    advice = "retry"


class NoSuchNumber(PayError):
    """WeChat knows no order or refund of this number."""

    status, code, title = 404, "pay_unknown_number", "微信支付没有这个单号"


class OrderPaid(PayError):
    status, code, title = 409, "already_paid", "已经支付过了"
    advice = "ask"


class OrderClosed(PayError):
    status, code, title = 409, "pay_closed", "这笔支付已经关闭，请重新发起"


class NumberUsed(PayError):
    """The number was used with other parameters: what became of it there must be asked."""

    status, code, title = 409, "pay_number_used", "支付信息已变化，请重新发起"
    advice = "ask"


class MerchantTooLow(PayError):
    """The merchant's account holds less than is to be refunded."""

    status, code, title = 409, "merchant_too_low", "商户可用余额不足"
    advice = "retry"


class Misconfigured(PayError):
    """Keys, numbers or rights of the account are wrong: an operator must act."""

    code, title = "pay_misconfigured", "微信支付配置有误，请联系管理员"
    advice = "retry"


BY_CODE: dict[str, type[PayError]] = {
    "ORDER_NOT_EXIST": NoSuchNumber,
    "RESOURCE_NOT_EXISTS": NoSuchNumber,
    "ORDERPAID": OrderPaid,
    "ORDER_PAID": OrderPaid,
    "ORDER_CLOSED": OrderClosed,
    "ORDERCLOSED": OrderClosed,
    "TRADE_ERROR": OrderClosed,
    "OUT_TRADE_NO_USED": NumberUsed,
    "NOT_ENOUGH": MerchantTooLow,
    "FREQUENCY_LIMITED": Busy,
    "FREQUENCY_LIMIT_EXCEED": Busy,
    "SYSTEM_ERROR": Unanswered,
    "BANK_ERROR": Unanswered,
    "SIGN_ERROR": Misconfigured,
    "NO_AUTH": Misconfigured,
    "APPID_MCHID_NOT_MATCH": Misconfigured,
    "MCH_NOT_EXISTS": Misconfigured,
}


def error_of(status: int, text: str | bytes) -> PayError:
    """The error that an answer other than 2xx is. One that cannot be read may hide anything."""
    try:
        said = json.loads(text)
        code, words = str(said["code"]), str(said.get("message", ""))[:200]
    except (ValueError, KeyError, TypeError, AttributeError):
        kind = Busy if status == 429 else Unanswered
        return kind(str(status), "unreadable")
    if code in BY_CODE:
        return BY_CODE[code](code, words)
    return (Unanswered if status >= 500 else PayError)(code, words)
