"""What stands on a receipt."""

from datetime import datetime

from backend.core import clock
from backend.core.slips import Slip
from backend.engines.payments import queries as payments
from backend.engines.payments.queries import Payment
from backend.engines.receipts.models import Receipt
from backend.engines.receipts.rules import capital
from backend.foundation.identity import queries as identity


async def slip(payment: Payment, receipt: Receipt) -> Slip:
    """The receipt of a paid payment as it is printed."""
    lines = await payments.lines_of(payment.id)
    people = [one for one in (payment.payer_id, payment.cashier_id) if one]
    names = await identity.names(people)
    known = {one: name.name for one, name in names.items()}
    facts = [
        ("收款单位", payment.payee_name),
        ("交款人", known.get(payment.payer_id or 0, "—")),
        ("事由", payment.title),
        ("支付时间", _spoken(payment.paid_at)),
        ("支付方式", payment.method.label if payment.method else ""),
        ("支付单号", payment.number),
        ("微信单号" if payment.transaction_id else "收据号", _theirs(payment)),
        ("收款人", known.get(payment.cashier_id or 0, "系统")),
    ]
    back = f"，其中已退款 {payments.yuan(payment.refunded)} 元" if payment.refunded else ""
    return Slip(
        title="收款收据",
        number=receipt.number,
        facts=facts,
        lines=[(one.title, payments.yuan(one.amount)) for one in lines],
        total=payments.yuan(payment.amount),
        words=capital(payment.amount),
        foot=f"开具日期 {clock.local(receipt.issued_at):%Y年%m月%d日}{back}。本收据不作发票使用。",
    )


def _spoken(at: datetime | None) -> str:
    return f"{clock.local(at):%Y-%m-%d %H:%M}" if at else ""


def _theirs(payment: Payment) -> str:
    return str(payment.transaction_id or payment.receipt_no or "—")
