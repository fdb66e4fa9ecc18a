"""The product's own command line with one of its cares taken out, for controls that must go red.

`CARELESS_ABOUT`: `word` settles a payment again whenever it is told of it, `number` asks WeChat for
a refund under a new number on every try, `shelf` promises pieces that are not there.
"""

import os
import secrets
from dataclasses import replace

from backend import cli
from backend.engines.payments import service as payments
from backend.engines.payments.models import Payment, PaymentStatus
from backend.engines.payments.service import Money
from backend.engines.shelves import service as shelves
from backend.integrations.wechat_pay import RefundOrder, WeChatPay
from backend.integrations.wechat_pay_answers import RefundState


async def _settle(payment: Payment, money: Money) -> Payment:
    await Payment.filter(id=payment.id).update(status=PaymentStatus.UNPAID)
    fresh = await Payment.get(id=payment.id)
    return await payments._settle(fresh, "settle", payments.SYSTEM, money)


_refund = WeChatPay.refund


async def _refund_anew(self: WeChatPay, order: RefundOrder) -> RefundState:
    return await _refund(self, replace(order, number=f"LR{secrets.token_hex(12)}"))


if __name__ == "__main__":
    what = os.environ["CARELESS_ABOUT"]
    if what == "word":
        payments.settle = _settle
    elif what == "shelf":
        shelves._PROMISE = shelves._PROMISE.replace("amount >= ?", "? > 0")
    else:
        WeChatPay.refund = _refund_anew  # type: ignore[method-assign]
    cli.main()
