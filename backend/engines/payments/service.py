"""Opening, settling and closing payments; the one place where money is booked as received."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tortoise.exceptions import IntegrityError

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.clock import iso
from backend.core.database import is_duplicate, move_paths, transaction
from backend.core.errors import Conflict, Invalid, KeyReused, NotFound
from backend.core.events import emit
from backend.core.states import make
from backend.engines.ledgers import service as ledgers
from backend.engines.ledgers.service import Leg
from backend.engines.payments import queries, rules
from backend.engines.payments.events import PaymentClosed, PaymentSucceeded
from backend.engines.payments.models import Payee, Payment, PaymentLine
from backend.engines.payments.permissions import P
from backend.engines.payments.queries import PaymentOut
from backend.engines.payments.rules import AlreadyPaid, Line, ReceiptTaken
from backend.engines.payments.schemas import CounterBody, PayeeChange, PayeeOut
from backend.engines.payments.states import MOVES, Method, PaymentStatus
from backend.foundation.audit import service as audit

__all__ = [
    "AlreadyPaid",
    "CounterBody",
    "Line",
    "Method",
    "Money",
    "Payee",
    "Payment",
    "PaymentOut",
    "PaymentStatus",
    "ReceiptTaken",
    "Want",
]

BACKDATED = timedelta(days=31)
"""How long ago money taken at the counter may have come in."""
EXPIRED_AT_ONCE = 100


# -- payees ------------------------------------------------------------------------------------
async def payee(kind: str, owner_id: int, name: str, *, unit_id: int | None = None) -> Payee:
    """The payee of this kind and owner, made when there is none; its name follows the owner's.

    `unit_id`: whose cashiers take its money; a `firm` is its own.
    """
    unit = owner_id if kind == "firm" else unit_id
    found = await queries.payee_of(kind, owner_id)
    if found is None:
        try:
            async with transaction():
                return await Payee.create(
                    kind=kind, owner_id=owner_id, name=name, unit_id=unit, created_at=clock.now()
                )
        except IntegrityError as error:
            if not is_duplicate(error):
                raise
        found = await Payee.get(kind=kind, owner_id=owner_id)
    if (found.name, found.unit_id) != (name, unit):
        await Payee.filter(id=found.id).update(name=name, unit_id=unit)
        found.name, found.unit_id = name, unit
    return found


async def change_payee(actor: Actor, payee_id: int, body: PayeeChange) -> PayeeOut:
    """Say under which account WeChat pays the payee. Raises NotFound."""
    found = await queries.get_payee(payee_id)
    if not actor.may_for_all(P.PAYEES):
        raise NotFound("没有这个收款方")
    found.sub_mchid = body.sub_mchid
    await found.save()
    await audit.record(
        actor, "payments.payee_changed", f"payee:{found.id}", sub_mchid=body.sub_mchid
    )
    return queries.payee_shown(found)


# -- opening and closing -----------------------------------------------------------------------
async def open_payment(  # noqa: PLR0913 - all of it is what a payment is
    actor: Actor,
    *,
    purpose: str,
    payee_id: int,
    title: str,
    lines: Sequence[Line],
    area_path: str,
    minutes: int = rules.MINUTES,
) -> Payment:
    """Open an unpaid payment of the actor's. Amounts are what the calling room's books say.

    Raises Invalid for lines that make no payment, NotFound for the payee.
    """
    want = Want(purpose, payee_id, title, lines, area_path)
    return await _open(actor.user_id or None, want, minutes)


@dataclass(frozen=True)
class Want:
    """What is to be paid, to whom, where."""

    purpose: str
    payee_id: int
    title: str
    lines: Sequence[Line]
    area_path: str


async def _open(
    payer_id: int | None, want: Want, minutes: int = rules.MINUTES, key: str | None = None
) -> Payment:
    rules.check(want.lines, minutes)
    to = await queries.get_payee(want.payee_id)
    now = clock.now()
    made = await Payment.create(
        number=rules.new_number("LP", now),
        key=key,
        status=PaymentStatus.UNPAID,
        purpose=want.purpose,
        payee_id=to.id,
        payee_name=to.name,
        unit_id=to.unit_id,
        payer_id=payer_id,
        title=want.title[:120],
        amount=sum(one.amount for one in want.lines),
        area_path=want.area_path,
        created_at=now,
        expires_at=now + timedelta(minutes=minutes),
    )
    await PaymentLine.bulk_create(
        [PaymentLine(payment_id=made.id, **vars(one)) for one in want.lines]
    )
    return made


async def close(actor: Actor, payment_id: int) -> Payment:
    """Close an unpaid payment: by its payer, or by the room with SYSTEM.

    Raises NotFound, AlreadyPaid; closing a closed one does nothing. Money under way at that very
    moment still arrives: then it is paid after all.
    """
    payment = await queries.get(actor, payment_id)
    if payment.status == PaymentStatus.CLOSED:
        return payment
    _demand_unpaid(payment)
    await make(payment, MOVES["close"], actor, closed_at=clock.now())
    subjects = [one.subject for one in await queries.lines_of(payment.id)]
    await emit(PaymentClosed(payment.id, payment.purpose, subjects))
    return payment


async def close_expired(limit: int = EXPIRED_AT_ONCE) -> int:
    """Close what was not paid in time, but for what can still be paid outside; say how many."""
    late = Payment.filter(status=PaymentStatus.UNPAID, is_held=False, expires_at__lte=clock.now())
    found = await late.order_by("expires_at").limit(limit)
    for one in found:
        await close(SYSTEM, one.id)
    return len(found)


async def hold(payment_id: int, *, is_held: bool) -> None:
    """Whether it can be paid outside: then its time is over only when it is closed there."""
    await Payment.filter(id=payment_id).update(is_held=is_held)


def _demand_unpaid(payment: Payment) -> None:
    if payment.status == PaymentStatus.PAID:
        raise AlreadyPaid
    if payment.status == PaymentStatus.CLOSED:
        raise Conflict("这笔支付已经关闭，请重新发起")


# -- settling ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Money:
    """Money that has come in: how, when, and the account it came from (`wechat:1900000001`)."""

    method: Method
    debit: str
    paid_at: datetime
    transaction_id: str | None = None
    mchid: str | None = None


async def settle(payment: Payment, money: Money) -> Payment:
    """Book the payment as paid, whether it was still open or not; what follows is told.

    Raises AlreadyPaid when other money paid it before; the same money again changes nothing.
    """
    if payment.status == PaymentStatus.PAID:
        if payment.transaction_id and payment.transaction_id == money.transaction_id:
            return payment
        raise AlreadyPaid
    return await _settle(payment, "settle", SYSTEM, money)


async def _settle(payment: Payment, move: str, actor: Actor, money: Money, **more: Any) -> Payment:
    changes = vars(money) | more
    await make(payment, MOVES[move], actor, **changes)
    lines = await queries.lines_of(payment.id)
    legs = [Leg(money.debit, -payment.amount), *(Leg(one.credit, one.amount) for one in lines)]
    await ledgers.post(f"payment:{payment.id}", legs, kind="payment", memo=payment.title)
    await emit(
        PaymentSucceeded(
            payment_id=payment.id,
            purpose=payment.purpose,
            payee_id=payment.payee_id,
            payer_id=payment.payer_id,
            amount=payment.amount,
            method=money.method.value,
            paid_at=iso(money.paid_at),
            subjects=[one.subject for one in lines],
        )
    )
    return payment


async def take_in(payer_id: int | None, want: Want, money: Money) -> Payment:
    """Open and settle at once a payment for money that nothing was waiting for."""
    return await _settle(await _open(payer_id, want), "settle", SYSTEM, money)


async def pay_from_balance(actor: Actor, payment_id: int, account: str) -> Payment:
    """Pay the actor's own payment from a prepaid account; the room has checked whose it is.

    Raises NotFound, NotEnough, AlreadyPaid.
    """
    payment = await queries.get(actor, payment_id)
    _demand_unpaid(payment)
    money = Money(Method.BALANCE, account, clock.now())
    return await _settle(payment, "spend", actor, money)


async def charge(  # noqa: PLR0913 - all of it is what a payment is
    account: str,
    *,
    key: str,
    purpose: str,
    payee_id: int,
    title: str,
    lines: Sequence[Line],
    area_path: str,
) -> Payment:
    """Take money from a prepaid account by a standing agreement, once per `key`.

    Raises NotEnough, and then nothing has happened: the caller may go on.
    """
    want = Want(purpose, payee_id, title, lines, area_path)
    first = await Payment.get_or_none(key=key)
    if first is None:
        try:
            async with transaction():
                made = await _open(None, want, key=key)
                money = Money(Method.BALANCE, account, clock.now())
                return await _settle(made, "settle", SYSTEM, money)
        except IntegrityError as error:
            if not is_duplicate(error):
                raise
        first = await Payment.get(key=key)
    if (first.debit, first.amount) != (account, sum(one.amount for one in lines)):
        raise KeyReused
    return first


async def record_at_counter(actor: Actor, payment_id: int, body: CounterBody) -> Payment:
    """Book money taken by a cashier of the payee's unit at this place.

    Raises NotFound, AlreadyPaid, ReceiptTaken, Invalid for a time that cannot be.
    """
    payment = await queries.get(actor, payment_id)
    if not actor.stands_for(P.COUNTER, payment.unit_id, payment.area_path):
        raise NotFound("没有这笔支付")
    _demand_unpaid(payment)
    money = Money(Method(body.method), f"{body.method}:{payment.unit_id}", _taken_at(body))
    taken = {
        "receipt_no": body.receipt_no,
        "counter_key": f"{payment.payee_id}:{body.receipt_no}",
        "cashier_id": actor.user_id,
    }
    try:
        await _settle(payment, "counter", actor, money, **taken)
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise ReceiptTaken(receipt_no=body.receipt_no) from error
    await audit.record(
        actor,
        "payments.counter",
        f"payment:{payment.id}",
        payment.area_path,
        amount=payment.amount,
        method=body.method,
        receipt_no=body.receipt_no,
    )
    return payment


def _taken_at(body: CounterBody) -> datetime:
    """When the money was taken. Raises Invalid for a time that cannot be."""
    now = clock.now()
    at = body.paid_at or now
    if at.tzinfo is None or not now - BACKDATED <= at <= now:
        raise Invalid(fields={"paid_at": "应为最近一个月内的时间，带时区"})
    return at


# -- what the API asks ---------------------------------------------------------------------------
async def close_mine(actor: Actor, payment_id: int) -> PaymentOut:
    return await queries.shown(actor, await close(actor, payment_id))


async def take_at_counter(actor: Actor, payment_id: int, body: CounterBody) -> PaymentOut:
    return await queries.shown(actor, await record_at_counter(actor, payment_id, body))


# -- what others change --------------------------------------------------------------------------
async def forget(user_id: int) -> None:
    """The person has left: the payments stay, as books must, without a name."""
    await Payment.filter(payer_id=user_id).update(payer_id=None)


async def follow_move(from_path: str, to_path: str) -> None:
    """An area was moved: what lies below it follows."""
    await move_paths("payments_payment", from_path, to_path)
