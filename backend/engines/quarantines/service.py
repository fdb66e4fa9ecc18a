"""Keeping apart what disagrees, and what people rule: take it in, send it back, leave it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tortoise.exceptions import IntegrityError

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import is_duplicate, moment, move_paths, transaction
from backend.core.errors import Conflict
from backend.core.events import emit
from backend.core.states import check, make
from backend.engines.payments import queries as payment_queries
from backend.engines.payments import service as payments
from backend.engines.payments.queries import Payment
from backend.engines.payments.service import Line, Method, Money, Want
from backend.engines.quarantines import queries
from backend.engines.quarantines.events import Quarantined
from backend.engines.quarantines.models import Quarantine
from backend.engines.quarantines.queries import QuarantineStatus, Why
from backend.engines.quarantines.schemas import Acceptance, QuarantineOut, Ruling
from backend.engines.quarantines.states import MOVES
from backend.engines.refunds import service as refunds
from backend.foundation.audit import service as audit
from backend.integrations.wechat_pay_answers import RefundState, Transaction

BY_ITSELF = "重复支付，自动退回"


class AmountDiffers(Conflict):
    code, title = "amount_differs", "金额与这笔支付不一致"


@dataclass(frozen=True)
class Said:
    """What WeChat said, without who paid."""

    kind: str
    number: str
    transaction_id: str = ""
    mchid: str = ""
    amount: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)


def said_of(transaction: Transaction) -> Said:
    paid_at = transaction.paid_at
    return Said(
        "payment",
        transaction.number,
        transaction.transaction_id,
        transaction.receiver,
        transaction.amount,
        vars(transaction) | {"paid_at": clock.iso(paid_at) if paid_at else None},
    )


def said_of_refund(refund: RefundState) -> Said:
    ended = refund.finished_at
    return Said(
        "refund",
        refund.number,
        refund.refund_id,
        refund.mchid,
        refund.amount,
        vars(refund) | {"finished_at": clock.iso(ended) if ended else None},
    )


async def keep(said: Said, why: Why, payment: Payment | None) -> Quarantine:
    """Keep it apart, once however often it is said. What was paid twice goes back by itself."""
    key = f"{said.kind}:{said.transaction_id or said.number}:{why.value}"
    try:
        async with transaction():
            made = await Quarantine.create(
                key=key[:120],
                why=why,
                status=QuarantineStatus.OPEN,
                payment_id=payment and payment.id,
                unit_id=payment and payment.unit_id,
                area_path=payment.area_path if payment else "/",
                created_at=clock.now(),
                **vars(said) | {"facts": dict(said.facts)},
            )
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        return await Quarantine.get(key=key[:120])
    if why is Why.TWICE:
        await _send_back(made, SYSTEM, BY_ITSELF)
    await emit(Quarantined(made.id))
    return made


# -- rulings -----------------------------------------------------------------------------------
async def accept(actor: Actor, quarantine_id: int, body: Acceptance) -> QuarantineOut:
    """Take the money in for a payment of the same amount that is not paid.

    Raises NotFound, Forbidden, WrongState, AmountDiffers, AlreadyPaid.
    """
    one = await _ruled(actor, quarantine_id, "accept")
    payment = await payment_queries.get(actor, body.payment_id)
    if payment.amount != one.amount:
        raise AmountDiffers(amount=payment.amount)
    check(one, MOVES["accept"], actor, body.version)
    await payments.settle(payment, _money(one))
    return await _rule(one, actor, "accept", body, payment.id)


async def send_back(actor: Actor, quarantine_id: int, body: Ruling) -> QuarantineOut:
    """Send the money back the way it came. Raises NotFound, Forbidden, WrongState."""
    one = await _ruled(actor, quarantine_id, "refund")
    check(one, MOVES["refund"], actor, body.version)
    await _send_back(one, actor, body.reason)
    return await _told(one, actor)


async def ignore(actor: Actor, quarantine_id: int, body: Ruling) -> QuarantineOut:
    """Leave it: seen to elsewhere, or no business of ours. Raises NotFound, WrongState."""
    one = await _ruled(actor, quarantine_id, "ignore")
    return await _rule(one, actor, "ignore", body, None)


async def _ruled(actor: Actor, quarantine_id: int, move: str) -> Quarantine:
    one = await queries.get(actor, quarantine_id)
    is_open = one.status is QuarantineStatus.OPEN
    if is_open and one.may(actor, MOVES[move].who) and move not in queries.open_moves(one, actor):
        raise Conflict("这笔钱不在我们的账户里，只能核对后不处理")
    return one


async def _rule(
    one: Quarantine, actor: Actor, move: str, body: Ruling, applied_to: int | None
) -> QuarantineOut:
    await _make(one, actor, move, body.reason, applied_to, body.version)
    return await _told(one, actor)


async def _make(
    one: Quarantine,
    actor: Actor,
    move: str,
    reason: str,
    applied_to: int | None,
    version: int | None = None,
) -> None:
    ruled: dict[str, Any] = {
        "ruling": move,
        "ruled_by": actor.user_id,
        "ruled_at": clock.now(),
        "reason": reason,
        "applied_to": applied_to,
    }
    await make(one, MOVES[move], actor, version=version, **ruled)
    await audit.record(
        actor,
        "quarantines.ruled",
        f"quarantine:{one.id}",
        one.area_path,
        ruling=move,
        reason=reason,
        amount=one.amount,
        payment_id=applied_to,
    )


async def _told(one: Quarantine, actor: Actor) -> QuarantineOut:
    return (await queries.shown(actor, [one]))[0]


def _money(one: Quarantine) -> Money:
    paid_at = moment(one.facts.get("paid_at")) or clock.now()
    return Money(Method.WECHAT, f"wechat:{one.mchid}", paid_at, one.transaction_id, one.mchid)


async def _send_back(one: Quarantine, actor: Actor, reason: str) -> None:
    """Take it in as a payment that nothing waited for, and refund that whole."""
    payment = await payment_queries.get(SYSTEM, one.payment_id) if one.payment_id else None
    payee_id = payment.payee_id if payment else (await payments.payee("house", 0, "平台")).id
    subject, title = f"surplus:{one.id}", payment.title if payment else "无法对应的付款"
    line = Line(subject, title, one.amount, f"suspense:{one.mchid}")
    path = payment.area_path if payment else one.area_path
    want = Want(payment_queries.SURPLUS, payee_id, title, [line], path)
    payer_id = payment.payer_id if payment else None
    made = await payments.take_in(payer_id, want, _money(one))
    back = [refunds.RefundLine(subject, one.amount)]
    await refunds.refund(actor, made.id, key=subject, lines=back, reason=reason)
    await _make(one, actor, "refund", reason, made.id)


# -- what others change ------------------------------------------------------------------------
async def follow_move(from_path: str, to_path: str) -> None:
    """An area was moved: what lies below it follows."""
    await move_paths("payments_quarantine", from_path, to_path)
