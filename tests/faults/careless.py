"""The product's own command line with some of its cares taken out, for controls that must go red.

`CARELESS_ABOUT`, with commas between: `word` settles a payment again whenever it is told of it,
`repeats` takes up every notification whatever is known of its payment, `number` asks WeChat for a
refund under a new number on every try, `shelf` promises pieces that are not there.
"""

import os
import secrets
from dataclasses import replace

from backend import cli
from backend.engines.checkouts import service as checkouts
from backend.engines.payments import service as payments
from backend.engines.payments.models import Payment, PaymentStatus
from backend.engines.payments.service import Money
from backend.engines.shelves import service as shelves
from backend.integrations.wechat_pay import RefundOrder, WeChatPay
from backend.integrations.wechat_pay_answers import RefundState
from backend.integrations.wechat_pay_notify import Notice


async def _settle(payment: Payment, money: Money) -> Payment:
    await Payment.filter(id=payment.id).update(status=PaymentStatus.UNPAID)
    fresh = await Payment.get(id=payment.id)
    return await payments._settle(fresh, "settle", payments.SYSTEM, money)


async def _is_known(_: Notice) -> bool:
    return False


_refund = WeChatPay.refund


async def _refund_anew(self: WeChatPay, order: RefundOrder) -> RefundState:
    return await _refund(self, replace(order, number=f"LR{secrets.token_hex(12)}"))


if __name__ == "__main__":
    about = set(os.environ["CARELESS_ABOUT"].split(","))
    if "word" in about:
        payments.settle = _settle
    if "repeats" in about:
        checkouts._is_known = _is_known
    if "shelf" in about:
        shelves._PROMISE = shelves._PROMISE.replace("amount >= ?", "? > 0")
    if "number" in about:
        WeChatPay.refund = _refund_anew  # type: ignore[method-assign]
    cli.main()
