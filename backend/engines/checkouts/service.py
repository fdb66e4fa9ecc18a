"""Paying through WeChat: begin, ask, hear, close.

What can still be paid at WeChat stands in a `Checkout` that is committed before the first call.
From then on the clock asks until it is paid or closed there: a notification only makes it faster.
Calls are made outside transactions; what is heard is applied by `take`, once, whoever brings it.
"""

import json
from collections.abc import Awaitable, Callable, Mapping

import structlog
from prometheus_client import Counter
from tortoise.exceptions import IntegrityError

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import again, execute, is_duplicate, moment, transaction
from backend.core.errors import Conflict, NotFound, Unavailable
from backend.core.http import Download
from backend.core.jobs import enqueue, job
from backend.engines.checkouts import queries, rules
from backend.engines.checkouts.models import Checkout
from backend.engines.checkouts.rules import TooLate
from backend.engines.checkouts.schemas import PrepayOut
from backend.engines.payments import queries as payment_queries
from backend.engines.payments import service as payments
from backend.engines.payments.queries import Method, Payment, PaymentOut, PaymentStatus
from backend.engines.payments.service import AlreadyPaid, Money
from backend.engines.quarantines import service as quarantines
from backend.engines.quarantines.queries import Why
from backend.engines.quarantines.service import Said
from backend.engines.refunds import service as refunds
from backend.foundation.identity import queries as identity
from backend.integrations import wechat_pay, wechat_pay_notify
from backend.integrations import wechat_pay_answers as answers
from backend.integrations.wechat_pay import Order
from backend.integrations.wechat_pay_answers import RefundState, Transaction
from backend.integrations.wechat_pay_errors import (
    NoSuchNumber,
    NotOpen,
    NumberUsed,
    OrderPaid,
    PayError,
)
from backend.integrations.wechat_pay_notify import Notice, NotifyRefused

AT_ONCE = 200
RIVALS = 5
REFUSED = {
    "type": "urn:linli:problem:notify_refused",
    "title": NotifyRefused.title,
    "status": NotifyRefused.status,
    "code": "FAIL",
    "message": "refused",
    "detail": NotifyRefused.title,
    "request_id": "",
}
"""What WeChat wants to hear (`code`, `message`), in the form of all our errors."""
_KINDS = {"transaction": "payment", "refund": "refund"}
_log = structlog.get_logger(__name__)
_heard = Counter("linli_pay_notifications_total", "WeChat Pay's notifications by kind", ["kind"])
_CLAIM = "UPDATE checkouts_checkout SET ask_at = ?, asked = asked + 1 WHERE id = ? AND ask_at <= ?"


# -- begin -------------------------------------------------------------------------------------
async def prepay(actor: Actor, payment_id: int) -> PrepayOut:
    """What the phone hands to `wx.requestPayment`; once more gives the same order again.

    Raises NotFound for what is not the actor's own, AlreadyPaid, TooLate, and PayErrors.
    """
    begun, order = await again(lambda: _begin(actor, payment_id), safely=True)
    prepay_id = begun.prepay_id
    if prepay_id is None or not begun.is_fresh(clock.now(), rules.PREPAY_SECONDS):
        prepay_id = await _placed(begun, order)
    made = wechat_pay.api().signed(prepay_id)
    return PrepayOut(
        time_stamp=made.time_stamp,
        nonce_str=made.nonce,
        package=made.package,
        sign_type=made.sign_type,
        pay_sign=made.pay_sign,
    )


async def _begin(actor: Actor, payment_id: int) -> tuple[Checkout, Order]:
    """Write down, before anything is asked, that it can be paid at WeChat from now on."""
    async with transaction():
        payment = await payment_queries.get(actor, payment_id)
        if payment.payer_id != actor.user_id:
            raise NotFound("没有这笔支付")
        if payment.status is PaymentStatus.PAID:
            raise AlreadyPaid
        if payment.status is PaymentStatus.CLOSED:
            raise Conflict("这笔支付已经关闭，请重新发起")
        openid = await identity.openid_of(actor.user_id)
        if openid is None:
            raise Conflict("请在微信小程序里支付")
        begun = await queries.of_payment(payment.id) or await _write_down(payment)
        return begun, _order(begun, payment, openid)


async def _write_down(payment: Payment) -> Checkout:
    now, merchant = clock.now(), wechat_pay.api().merchant
    if payment.expires_at - now < rules.LEAST:
        raise TooLate
    to = await payment_queries.get_payee(payment.payee_id)
    if merchant.is_partner and to.sub_mchid is None:
        raise NotOpen("", "payee without an account")
    try:
        async with transaction():
            made = await Checkout.create(
                payment_id=payment.id,
                number=payment.number,
                appid=merchant.appid,
                mchid=merchant.mchid,
                sub_mchid=to.sub_mchid if merchant.is_partner else None,
                amount=payment.amount,
                begun_at=now,
                expires_at=payment.expires_at,
                ask_at=rules.next_ask(now, 0, payment.expires_at),
            )
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        return await Checkout.get(payment_id=payment.id)
    await payments.hold(payment.id, is_held=True)
    return made


def _order(begun: Checkout, payment: Payment, openid: str) -> Order:
    """Always the same for a payment: WeChat refuses a number with other parameters."""
    return Order(
        number=begun.number,
        words=payment.title,
        amount=begun.amount,
        openid=openid,
        expires_at=begun.expires_at,
        sub_mchid=begun.sub_mchid or "",
    )


async def _placed(begun: Checkout, order: Order) -> str:
    try:
        prepay_id = await wechat_pay.api().prepay(order)
    except (OrderPaid, NumberUsed):
        await look(begun)
        if (await payment_queries.get(SYSTEM, begun.payment_id)).status is PaymentStatus.PAID:
            raise AlreadyPaid from None
        raise
    changes = {"prepay_id": prepay_id, "prepaid_at": clock.now()}
    await Checkout.filter(id=begun.id).update(**changes)
    return prepay_id


# -- ask ---------------------------------------------------------------------------------------
async def check(actor: Actor, payment_id: int) -> PaymentOut:
    """Ask WeChat now, if it can know anything new. Raises NotFound, PayErrors."""
    payment = await payment_queries.get(actor, payment_id)
    begun = await queries.of_payment(payment.id)
    if begun is not None and not begun.ended:
        await look(begun)
    return await payment_queries.read(actor, payment_id)


async def look(begun: Checkout) -> None:
    """Ask what became of it, and do what follows. Raises PayErrors."""
    try:
        said = await wechat_pay.api().query(begun.number, begun.sub_mchid or "")
    except NoSuchNumber:
        said = None
    await _insist(lambda: _follow(begun, said))


async def _insist(work: Callable[[], Awaitable[None]]) -> None:
    """Do it in a transaction of its own; anew when somebody else moved the same thing meanwhile:
    what they did is then found done."""
    for _ in range(RIVALS):
        try:
            await again(work, safely=True)
        except Conflict:
            continue
        return
    raise Unavailable


async def _follow(begun: Checkout, said: Transaction | None) -> None:
    async with transaction():
        if said is not None and said.is_paid:
            await take(said)
        elif said is not None and said.state in ("CLOSED", "REVOKED"):
            await _end(begun, "closed")
        elif clock.now() >= begun.expires_at or await _is_over_here(begun):
            await enqueue(close_there, checkout_id=begun.id)


async def _is_over_here(begun: Checkout) -> bool:
    """Closed by its payer, or paid in another way."""
    payment = await payment_queries.get(SYSTEM, begun.payment_id)
    return payment.status is not PaymentStatus.UNPAID


async def ask_due() -> int:
    """Set out to ask about everything whose time has come; the next time is set beforehand, so
    that whatever happens on the way it comes up again. Says how many."""
    now, count = clock.now(), 0
    for row in await queries.due(now, AT_ONCE):
        expires_at = moment(row["expires_at"]) or now
        following = rules.next_ask(now, row["asked"] + 1, expires_at)
        if await execute(_CLAIM, following, row["id"], now):
            await enqueue(ask, checkout_id=row["id"])
            count += 1
    return count


@job(outside=True)
async def ask(checkout_id: int) -> None:
    """Ask about one. That WeChat is silent is no failure: the clock comes again."""
    begun = await Checkout.get(id=checkout_id)
    if begun.ended:
        return
    try:
        await look(begun)
    except PayError as error:
        _log.warning("checkout_not_asked", checkout=checkout_id, error=str(error))


@job(outside=True)
async def close_there(checkout_id: int) -> None:
    """Close it at WeChat, then here. If it was paid after all, the next question finds it."""
    begun = await Checkout.get(id=checkout_id)
    if begun.ended:
        return
    try:
        await wechat_pay.api().close_order(begun.number, begun.sub_mchid or "")
    except NoSuchNumber:
        # It may be on its way there still, as long as it could be placed.
        if clock.now() < begun.expires_at:
            return
    except PayError as error:
        _log.warning("checkout_not_closed", checkout=checkout_id, error=str(error))
        return
    await _insist(lambda: _closed(begun))


async def _closed(begun: Checkout) -> None:
    async with transaction():
        await _end(begun, "closed")


async def _end(begun: Checkout, how: str) -> None:
    """Nothing can come of it at WeChat any more; unpaid, it is closed here as well."""
    if not await Checkout.filter(id=begun.id, ended="").update(ended=how, ask_at=None):
        return
    await payments.hold(begun.payment_id, is_held=False)
    payment = await payment_queries.get(SYSTEM, begun.payment_id)
    if how == "closed" and payment.status is PaymentStatus.UNPAID:
        await payments.close(SYSTEM, payment.id)


async def hasten(payment_id: int) -> None:
    """The payment was closed or paid in another way: WeChat is told soon."""
    await Checkout.filter(payment_id=payment_id, ended="").update(ask_at=clock.now())


# -- hear --------------------------------------------------------------------------------------
async def hear(headers: Mapping[str, str], body: bytes) -> Download:
    """Take a notification: what is not WeChat's own is refused, everything else is taken once.

    It is acknowledged when what follows from it is committed, and not before.
    """
    try:
        notice = await wechat_pay_notify.verifier().open(headers, body)
    except NotifyRefused as error:
        _heard.labels("refused").inc()
        _log.warning("pay_notification_refused", why=error.why)
        content = json.dumps(REFUSED, ensure_ascii=False).encode()
        return Download(content, "application/problem+json", status=error.status)
    await _insist(lambda: _apply(notice))
    _heard.labels(notice.kind if notice.kind in _KINDS else "other").inc()
    return Download(b"", "application/json", status=204)


async def _apply(notice: Notice) -> None:
    if await _is_known(notice):
        return
    async with transaction():
        try:
            if notice.kind == "transaction":
                await take(answers.transaction(notice.resource))
            elif notice.kind == "refund":
                await _take_refund(answers.refund(notice.resource))
            else:
                _log.warning("pay_notification_unknown", notice_kind=notice.kind[:40])
        except answers.Unreadable as error:
            facts = {"event": notice.event[:40], "what": str(error)}
            said = Said(_KINDS[notice.kind], notice.id, facts=facts)
            await quarantines.keep(said, Why.UNREADABLE, None)


async def _is_known(notice: Notice) -> bool:
    """Whether it only repeats what is settled: most notifications do, and need no transaction."""
    if notice.kind != "transaction":
        return False
    try:
        said = answers.transaction(notice.resource)
    except answers.Unreadable:
        return False
    payment = await payment_queries.by_number(said.number)
    if payment is None or payment.transaction_id != said.transaction_id:
        return False
    begun = await queries.of_payment(payment.id)
    is_settled = payment.status is PaymentStatus.PAID and begun is not None and bool(begun.ended)
    return is_settled and _disagreement(payment, begun, said) is None


async def _take_refund(said: RefundState) -> None:
    """Word of a refund: one of ours, or one that somebody made at WeChat's own counter."""
    one = await refunds.of_number(said.number)
    if one is None:
        await quarantines.keep(quarantines.said_of_refund(said), Why.UNKNOWN, None)
        return
    try:
        await refunds.hear(one, said)
    except refunds.Disagrees as error:
        payment = await payment_queries.get(SYSTEM, one.payment_id)
        why = Why(str(error))
        await quarantines.keep(quarantines.said_of_refund(said), why, payment)


# -- take --------------------------------------------------------------------------------------
async def take(said: Transaction) -> None:
    """Apply genuine word of WeChat's that an order is paid, in the transaction at hand.

    What agrees with our books in everything is settled; everything else is kept apart.
    """
    payment = await payment_queries.by_number(said.number)
    begun = await queries.of_payment(payment.id) if payment else None
    why = _disagreement(payment, begun, said)
    if why is None and payment is not None:
        try:
            await payments.settle(payment, _money(said))
        except AlreadyPaid:
            why = Why.TWICE
    if why is not None:
        await quarantines.keep(quarantines.said_of(said), why, payment)
    if begun is not None:
        await _end(begun, "quarantined" if why else "paid")


def _money(said: Transaction) -> Money:
    at = said.paid_at or clock.now()
    debit = f"wechat:{said.receiver}"
    return Money(Method.WECHAT, debit, at, said.transaction_id, said.receiver)


def _disagreement(payment: Payment | None, begun: Checkout | None, said: Transaction) -> Why | None:
    """The first thing in which WeChat's word does not agree with what we asked for."""
    if payment is None or begun is None:
        return Why.UNKNOWN
    found = {
        Why.MERCHANT: (said.mchid, said.sub_mchid or None) == (begun.mchid, begun.sub_mchid),
        Why.APP: said.appid == begun.appid,
        Why.CURRENCY: said.currency == "CNY",
        Why.AMOUNT: said.amount == begun.amount == payment.amount,
        Why.STATE: said.is_paid and bool(said.transaction_id),
    }
    return next((why for why, agrees in found.items() if not agrees), None)
