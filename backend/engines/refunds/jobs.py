"""Sending refunds to WeChat and asking after them, until each has ended.

The number is the same on every try, so that whatever became of a call that nobody heard the end
of, the next one finds it.
"""

import structlog

from backend.core import clock
from backend.core.database import execute, transaction
from backend.core.jobs import enqueue, every, job
from backend.engines.payments.queries import Payment
from backend.engines.refunds import queries, rules, service
from backend.engines.refunds.models import Refund
from backend.engines.refunds.schemas import Card
from backend.engines.refunds.states import SENT, WAITING, RefundStatus
from backend.integrations import wechat_pay
from backend.integrations.wechat_pay import Redirection, RefundOrder
from backend.integrations.wechat_pay_answers import RefundState
from backend.integrations.wechat_pay_errors import MerchantTooLow, NoSuchNumber, PayError

AT_ONCE = 100
_log = structlog.get_logger(__name__)
_CLAIM = "UPDATE refunds_refund SET next_at = ?, tries = tries + 1 WHERE id = ? AND next_at <= ?"
_PACE = (
    "UPDATE payments_payment SET refund_sent_at = ? "
    "WHERE id = ? AND (refund_sent_at IS NULL OR refund_sent_at <= ?)"
)


@every(seconds=5)
async def send_due() -> None:
    """Set out with every refund whose time has come; the next time is set beforehand, so that
    whatever happens on the way it comes up again."""
    now = clock.now()
    for refund_id, tries in await queries.due(now, AT_ONCE):
        if await execute(_CLAIM, now + rules.pause(tries), refund_id, now):
            await enqueue(send, refund_id=refund_id)


@job(outside=True)
async def send(refund_id: int) -> None:
    """Ask WeChat for the refund, or what became of it. What WeChat says stands in the row."""
    one = await Refund.get(id=refund_id)
    if one.status not in SENT:
        return
    payment = await Payment.get(id=one.payment_id)
    if one.status is RefundStatus.REQUESTED and not await _is_turn(one, payment):
        return
    try:
        said = await _call(one, payment)
    except PayError as error:
        await _put_off(one, error)
        return
    async with transaction():
        await service.hear(await Refund.get(id=refund_id), said, is_answer=True)


async def _is_turn(one: Refund, payment: Payment) -> bool:
    """One refund of a payment a minute: whoever is too early comes again."""
    now = clock.now()
    if one.tries > 1 or await execute(_PACE, now, payment.id, now - rules.APART):
        return True
    await Refund.filter(id=one.id).update(next_at=now + rules.APART, tries=0)
    return False


async def _call(one: Refund, payment: Payment) -> RefundState:
    api = wechat_pay.api()
    sub_mchid = str(payment.mchid) if api.merchant.is_partner else ""
    if one.status is RefundStatus.PROCESSING:
        return await api.query_refund(one.number, sub_mchid)
    if one.status is RefundStatus.REDIRECTED:
        return await api.redirect_refund(_elsewhere(one, sub_mchid))
    order = RefundOrder(
        one.number,
        str(payment.transaction_id),
        one.amount,
        payment.amount,
        one.reason,
        sub_mchid,
    )
    return await api.refund(order)


def _elsewhere(one: Refund, sub_mchid: str) -> Redirection:
    card = Card.model_validate_json(one.open_card() or "{}") if one.card else None
    return Redirection(
        one.number,
        str(one.wechat_id),
        sub_mchid,
        bank_type=card.bank_type if card else "",
        account=card.account if card else "",
        name=card.name if card else "",
    )


async def _put_off(one: Refund, error: PayError) -> None:
    """Nothing was heard, or a refusal: later again where that may help, else before a person."""
    _log.warning("refund_not_sent", refund=one.id, tries=one.tries, error=str(error))
    async with transaction():
        fresh = await Refund.get(id=one.id)
        if fresh.status is RefundStatus.REDIRECTED and error.advice == "stop":
            await service.doubt(fresh, f"微信没有受理改道：{error.words or error.title}")
        elif fresh.status in WAITING:
            await _judge(fresh, error)


async def _judge(fresh: Refund, error: PayError) -> None:
    if isinstance(error, NoSuchNumber) and fresh.status is RefundStatus.PROCESSING:
        await service.postpone(fresh)
    elif error.advice == "stop":
        await service.turn_abnormal(fresh, f"微信没有受理：{error.words or error.title}")
    elif isinstance(error, MerchantTooLow):
        await service.trouble(fresh, error.title)
