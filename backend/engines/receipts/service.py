"""Issuing receipts: each payment one, each book without a gap."""

import asyncio

from tortoise.exceptions import IntegrityError

from backend.core import clock, printing, slips
from backend.core.actor import Actor
from backend.core.database import again, dialect, execute, is_duplicate, transaction
from backend.core.errors import Conflict
from backend.core.http import Download
from backend.engines.payments import queries as payments
from backend.engines.payments.queries import Payment, PaymentStatus
from backend.engines.receipts import queries, rules
from backend.engines.receipts.models import Receipt, ReceiptBook

_COUNT = "UPDATE receipts_book SET issued = issued + 1 WHERE payee_id = ? AND year = ?"
_OPEN = "INTO receipts_book (payee_id, year, issued) VALUES (?, ?, 0)"


async def printed(actor: Actor, payment_id: int) -> Download:
    """The receipt of a paid payment as PDF; its number is given when it is first asked for.

    Raises NotFound, Conflict for what is not paid.
    """
    payment = await payments.get(actor, payment_id)
    if payment.status is not PaymentStatus.PAID:
        raise Conflict("还没有支付，不能开收据")
    receipt = await _of(payment)
    content = await asyncio.to_thread(slips.slip, await queries.slip(payment, receipt))
    return Download(content, printing.PDF, f"receipt-{receipt.number}.pdf")


async def _of(payment: Payment) -> Receipt:
    found = await Receipt.get_or_none(payment_id=payment.id)
    if found is not None:
        return found
    try:
        return await again(lambda: _issue(payment), safely=True)
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
    return await Receipt.get(payment_id=payment.id)


async def _issue(payment: Payment) -> Receipt:
    """The count holds the book's row until the commit: whoever fails leaves no gap."""
    async with transaction():
        now = clock.now()
        year = clock.local(now).year
        sequence = await _next(payment.payee_id, year)
        return await Receipt.create(
            payment_id=payment.id,
            payee_id=payment.payee_id,
            year=year,
            sequence=sequence,
            number=rules.number(payment.payee_id, year, sequence),
            issued_at=now,
        )


async def _next(payee_id: int, year: int) -> int:
    if not await execute(_COUNT, payee_id, year):
        verb = "INSERT OR IGNORE" if dialect() == "sqlite" else "INSERT IGNORE"
        await execute(f"{verb} {_OPEN}", payee_id, year)
        await execute(_COUNT, payee_id, year)
    return int((await ReceiptBook.get(payee_id=payee_id, year=year)).issued)
