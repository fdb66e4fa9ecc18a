"""Asking for refunds, and what becomes of them.

What is promised back leaves the accounts that earned it at once and waits on `refunding:…`: when
the money is out, that is booked against where it had come from; when it fails, it is put back.
"""

from collections.abc import Sequence
from typing import Any

from tortoise.exceptions import IntegrityError

from backend.core import clock, crypto
from backend.core.actor import SYSTEM, Actor
from backend.core.database import execute, is_duplicate, move_paths, transaction
from backend.core.errors import Conflict, Invalid, KeyReused, NotFound
from backend.core.events import emit
from backend.core.states import check, make
from backend.engines.ledgers import service as ledgers
from backend.engines.ledgers.service import Leg
from backend.engines.payments import queries as payments
from backend.engines.payments.queries import Method, Payment, PaymentLine, PaymentStatus
from backend.engines.refunds import queries, rules
from backend.engines.refunds.events import RefundFailed, RefundStuck, RefundSucceeded
from backend.engines.refunds.models import CARD, COUNTER, Refund, Target
from backend.engines.refunds.rules import (
    Disagrees,
    RefundLine,
    RefundTooLarge,
    TooManyRefunds,
)
from backend.engines.refunds.schemas import Grounds, Redirect, RefundOut
from backend.engines.refunds.states import MOVES, SENT, UNSETTLED, RefundStatus, S
from backend.foundation.audit import service as audit
from backend.integrations.wechat_pay_answers import RefundState

__all__ = ["Disagrees", "Refund", "RefundLine", "RefundTooLarge", "TooManyRefunds", "refund"]

_PROMISE = (
    "UPDATE payments_payment SET refunded = refunded + ?, refunds = refunds + 1 "
    "WHERE id = ? AND status = ? AND refunds < ? AND refunded + ? <= amount"
)
_PROMISE_LINE = (
    "UPDATE payments_line SET refunded = refunded + ? WHERE id = ? AND refunded + ? <= amount"
)
_TAKE_BACK = "UPDATE payments_payment SET refunded = refunded - ? WHERE id = ?"
_TAKE_BACK_LINE = (
    "UPDATE payments_line SET refunded = refunded - ? WHERE payment_id = ? AND subject = ?"
)


async def refund(
    actor: Actor, payment_id: int, *, key: str, lines: Sequence[RefundLine], reason: str
) -> Refund:
    """Give back part or all of a paid payment, once per `key`; it goes back the way it came.

    A balance has it at once (`succeeded`), WeChat and the counter later (`requested`). Whether the
    actor may is the calling room's to say. Raises NotFound, Conflict for one that is not paid,
    RefundTooLarge, TooManyRefunds, Invalid, KeyReused, and NotEnough when what was paid for was a
    balance that has been spent since.
    """
    rules.check(lines)
    first = await Refund.get_or_none(key=key)
    if first is None:
        try:
            async with transaction():
                return await _ask(actor, payment_id, key, lines, reason)
        except IntegrityError as error:
            if not is_duplicate(error):
                raise
        first = await Refund.get(key=key)
    if first.payment_id != payment_id or _plain(first.lines) != [_pair(one) for one in lines]:
        raise KeyReused
    return first


def _pair(line: RefundLine) -> tuple[str, int]:
    return (line.subject, line.amount)


def _plain(lines: list[list[Any]]) -> list[tuple[str, int]]:
    return [(str(subject), int(amount)) for subject, amount in lines]


async def _ask(
    actor: Actor, payment_id: int, key: str, lines: Sequence[RefundLine], reason: str
) -> Refund:
    payment = await payments.get(SYSTEM, payment_id)
    total = sum(one.amount for one in lines)
    await _promise(payment, total)
    earned = await _promise_lines(payment, lines)
    now = clock.now()
    is_wechat = payment.method is Method.WECHAT
    made = await Refund.create(
        number=payments.new_number("LR", now),
        key=key,
        status=RefundStatus.REQUESTED,
        **{name: getattr(payment, name) for name in _CARRIED},
        payment_id=payment.id,
        amount=total,
        lines=[[one.subject, one.amount] for one in lines],
        reason=reason[:80],
        asked_by=actor.user_id,
        created_at=now,
        next_at=now if is_wechat else None,
    )
    held = [Leg(account, -amount) for account, amount in earned]
    memo = f"退款：{payment.title}"
    await ledgers.post(_held(made), [*held, Leg(_waiting(made), total)], kind="refund", memo=memo)
    if payment.method is Method.BALANCE:
        await succeed(made, SYSTEM)
    return made


_CARRIED = ("method", "purpose", "title", "payee_name", "payer_id", "unit_id", "area_path")


def _held(one: Refund) -> str:
    return f"refund:{one.id}:held"


def _waiting(one: Refund) -> str:
    return f"refunding:{one.id}"


async def _promise(payment: Payment, total: int) -> None:
    """Check and add in one statement, of the payment as a whole."""
    paid = PaymentStatus.PAID
    if await execute(_PROMISE, total, payment.id, paid.value, rules.MOST_PARTS, total):
        return
    fresh = await payments.get(SYSTEM, payment.id)
    if fresh.status != paid:
        raise Conflict("还没有支付，不能退款")
    if fresh.refunds >= rules.MOST_PARTS:
        raise TooManyRefunds
    raise RefundTooLarge(left=fresh.amount - fresh.refunded)


async def _promise_lines(payment: Payment, lines: Sequence[RefundLine]) -> list[tuple[str, int]]:
    """The same for each line; the accounts that earned them. Raises Invalid, RefundTooLarge."""
    known: dict[str, PaymentLine] = {
        one.subject: one for one in await payments.lines_of(payment.id)
    }
    found = []
    for one in sorted(lines, key=lambda line: line.subject):
        row = known.get(one.subject)
        if row is None:
            raise Invalid(fields={"lines": "这笔支付里没有这一项"})
        if not await execute(_PROMISE_LINE, one.amount, row.id, one.amount):
            raise RefundTooLarge(subject=one.subject, left=row.amount - row.refunded)
        found.append((row.credit, one.amount))
    return found


# -- how it ends -------------------------------------------------------------------------------
async def succeed(
    one: Refund, actor: Actor, *, move: str = "succeed", version: int | None = None, **changes: Any
) -> Refund:
    """The money is out: book it against where it had come from, and tell."""
    payment = await payments.get(SYSTEM, one.payment_id)
    source = _bank(payment) if one.status is S.HANDED else str(payment.debit)
    ended: dict[str, Any] = {"finished_at": clock.now(), "finished_by": actor.user_id}
    ended |= {"next_at": None, "card": None, **changes}
    await make(one, MOVES[move], actor, version=version, **ended)
    legs = [Leg(_waiting(one), -one.amount), Leg(source, one.amount)]
    memo = f"退款：{one.title}"
    await ledgers.post(f"refund:{one.id}:done", legs, kind="refund", memo=memo)
    await emit(RefundSucceeded(one.id, one.payment_id, one.purpose, one.lines))
    return one


async def fail(one: Refund, why: str) -> Refund:
    """It came to nothing: what was promised is put back, and may be asked for anew."""
    ended: dict[str, Any] = {"finished_at": clock.now(), "next_at": None, "trouble": why[:200]}
    await make(one, MOVES["fail"], SYSTEM, **ended)
    await ledgers.reverse(f"refund:{one.id}:undone", _held(one), memo=f"退款未成：{one.title}")
    await execute(_TAKE_BACK, one.amount, one.payment_id)
    for subject, amount in _plain(one.lines):
        await execute(_TAKE_BACK_LINE, amount, one.payment_id, subject)
    await emit(RefundFailed(one.id, one.payment_id, one.purpose, one.lines, why))
    return one


async def turn_abnormal(one: Refund, why: str, **changes: Any) -> Refund:
    """WeChat could not deliver it: a person decides."""
    changes |= {"trouble": why[:200], "next_at": None, "card": None}
    await make(one, MOVES["turn-abnormal"], SYSTEM, **changes)
    await emit(RefundStuck(one.id, why))
    return one


# -- what WeChat says --------------------------------------------------------------------------
async def of_number(number: str) -> Refund | None:
    """The refund that WeChat knows by this out_refund_no."""
    return await Refund.get_or_none(number=number)


async def hear(one: Refund, said: RefundState, *, is_answer: bool = False) -> None:
    """Do as WeChat says; what was done already is not done again.

    `is_answer`: to a question asked just now; a notification may be an old one. Raises Disagrees
    for word that does not fit our books.
    """
    payment = await payments.get(SYSTEM, one.payment_id)
    _check_facts(one, payment, said)
    if one.status not in UNSETTLED:
        _check_end(one, said)
        return
    if said.state == "SUCCESS" and one.target is Target.MERCHANT_CARD:
        await _hand(one, payment, said.refund_id)
    elif said.state == "SUCCESS":
        await succeed(one, SYSTEM, wechat_id=said.refund_id)
    elif said.state == "CLOSED":
        await fail(one, "微信已关闭这笔退款")
    elif said.state == "ABNORMAL" and one.status in SENT:
        await _hear_abnormal(one, said, is_answer=is_answer)
    elif said.state == "PROCESSING" and one.status in (S.REQUESTED, S.REDIRECTED):
        sent: dict[str, Any] = {"wechat_id": said.refund_id, "trouble": "", "card": None}
        await make(one, MOVES["send"], SYSTEM, **sent)


async def _hear_abnormal(one: Refund, said: RefundState, *, is_answer: bool) -> None:
    """Of one that was sent on, a notification may still tell of the first way: it is asked about.

    Whoever believed it would have a person give back what WeChat is giving back.
    """
    if one.target is None or is_answer:
        why = one.trouble or "微信未能退到支付账户（银行卡可能已注销）"
        await turn_abnormal(one, why, wechat_id=said.refund_id)
    elif one.status is S.PROCESSING:
        await Refund.filter(id=one.id).update(next_at=clock.now())


async def _hand(one: Refund, payment: Payment, wechat_id: str) -> None:
    """WeChat has given it to the merchant: the merchant's bank has it, and the payer not yet."""
    why = "微信已退到商户的银行账户，请转付给付款人"
    ended: dict[str, Any] = {"next_at": None, "trouble": why, "wechat_id": wechat_id, "card": None}
    await make(one, MOVES["hand"], SYSTEM, **ended)
    legs = [Leg(str(payment.debit), one.amount), Leg(_bank(payment), -one.amount)]
    memo = f"退款改退商户：{one.title}"
    await ledgers.post(f"refund:{one.id}:handed", legs, kind="refund", memo=memo)
    await emit(RefundStuck(one.id, why))


def _bank(payment: Payment) -> str:
    """The unit's account at its bank, or that of a payee without a unit (a shop)."""
    whose = f"payee/{payment.payee_id}" if payment.unit_id is None else payment.unit_id
    return f"{Method.TRANSFER.value}:{whose}"


def _check_facts(one: Refund, payment: Payment, said: RefundState) -> None:
    agrees = (said.amount, said.total) == (one.amount, payment.amount)
    if not agrees or said.transaction_id not in ("", payment.transaction_id):
        raise Disagrees("amount")
    if said.mchid not in ("", payment.mchid):
        raise Disagrees("merchant")


def _check_end(one: Refund, said: RefundState) -> None:
    """Of one that has ended here, WeChat may only say the same, or what a person has mended."""
    ended_well = one.status in (S.SUCCEEDED, S.HANDED)
    if (said.state == "SUCCESS" and not ended_well) or (said.state == "CLOSED" and ended_well):
        raise Disagrees("state")


async def postpone(one: Refund) -> None:
    """WeChat does not know it after all: it is sent anew."""
    await make(one, MOVES["postpone"], SYSTEM)


async def doubt(one: Refund, why: str) -> None:
    """WeChat would not send it on: it may be on its way already. The next question tells."""
    seen: dict[str, Any] = {"trouble": why[:200], "card": None, "next_at": clock.now()}
    await make(one, MOVES["send"], SYSTEM, **seen)


async def trouble(one: Refund, why: str) -> None:
    """It has not gone out yet; people are told once, and the house goes on trying."""
    if not one.trouble:
        await emit(RefundStuck(one.id, why))
    await Refund.filter(id=one.id).update(trouble=why[:200])


# -- what people do ----------------------------------------------------------------------------
async def pay_out(actor: Actor, refund_id: int, body: Grounds) -> RefundOut:
    """A cashier has given the money back. Raises NotFound, WrongState, StaleVersion."""
    one = await queries.get(actor, refund_id)
    if one.method not in COUNTER or not one.may(actor, MOVES["pay-out"].who):
        raise NotFound("没有这笔退款")
    await succeed(one, actor, move="pay-out", version=body.version, trouble=body.reason)
    return await _told(one, actor, "refunds.paid_out", body.reason)


async def retry(actor: Actor, refund_id: int, body: Grounds) -> RefundOut:
    """Have an abnormal refund sent again, with the same number."""
    one = await queries.get(actor, refund_id)
    is_wechat = one.method is Method.WECHAT
    again: dict[str, Any] = {"next_at": clock.now() if is_wechat else None}
    again |= {"tries": 0, "trouble": ""}
    await make(one, MOVES["retry"], actor, version=body.version, **again)
    return await _told(one, actor, "refunds.retried", body.reason)


async def redirect(actor: Actor, refund_id: int, body: Redirect) -> RefundOut:
    """Have WeChat send an abnormal refund elsewhere, under the number it knows it by.

    Raises NotFound, WrongState, StaleVersion, Conflict for one that WeChat never took.
    """
    one = await queries.get(actor, refund_id)
    check(one, MOVES["redirect"], actor, body.version)
    if one.wechat_id is None:
        raise Conflict("微信还没有受理过这笔退款，请重新发起")
    card = body.card and crypto.encrypt(body.card.model_dump_json(), field=CARD, row=one.id)
    again: dict[str, Any] = {"target": body.target, "card": card, "next_at": clock.now()}
    again |= {"tries": 0, "trouble": ""}
    await make(one, MOVES["redirect"], actor, version=body.version, **again)
    return await _told(one, actor, "refunds.redirected", body.reason)


async def hand_over(actor: Actor, refund_id: int, body: Grounds) -> RefundOut:
    """A person has handed over what WeChat gave to the merchant."""
    one = await queries.get(actor, refund_id)
    await succeed(one, actor, move="hand-over", version=body.version, trouble=body.reason)
    return await _told(one, actor, "refunds.handed_over", body.reason)


async def settle_by_hand(actor: Actor, refund_id: int, body: Grounds) -> RefundOut:
    """A person saw to it that the money is back (WeChat has given it out of our account)."""
    one = await queries.get(actor, refund_id)
    await succeed(one, actor, move="settle-by-hand", version=body.version, trouble=body.reason)
    return await _told(one, actor, "refunds.settled_by_hand", body.reason)


async def _told(one: Refund, actor: Actor, action: str, reason: str) -> RefundOut:
    subject = f"refund:{one.id}"
    await audit.record(actor, action, subject, one.area_path, amount=one.amount, reason=reason)
    return queries.shown(actor, one)


# -- what others change ------------------------------------------------------------------------
async def forget(user_id: int) -> None:
    """The person has left: the refunds stay, as books must, without a name."""
    await Refund.filter(payer_id=user_id).update(payer_id=None, card=None)


async def follow_move(from_path: str, to_path: str) -> None:
    """An area was moved: what lies below it follows."""
    await move_paths("refunds_refund", from_path, to_path)
