"""Agreeing, taking it back, topping up, and charging with nobody present."""

from dataclasses import dataclass

from tortoise.exceptions import IntegrityError

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import is_duplicate
from backend.core.errors import Conflict, Invalid
from backend.engines.agreements import messages, queries, rules
from backend.engines.agreements.models import Mandate, TopUp
from backend.engines.agreements.schemas import Agree, BalanceOut, TopUpBody
from backend.engines.ledgers import queries as ledgers
from backend.engines.lots import queries as lots
from backend.engines.lots import service as lot_service
from backend.engines.payments import queries as payment_queries
from backend.engines.payments import service as payments
from backend.engines.vehicles import queries as vehicles
from backend.foundation.audit import service as audit
from backend.foundation.notify import service as notify

PURPOSE = "parking_top_up"
MINE = "/pages/parking/index"


async def agree(actor: Actor, body: Agree) -> BalanceOut:
    """Let the house pay a car's parking from its balance. Raises NotFound, Invalid for a text
    that is not today's, Conflict when somebody agreed already."""
    car = await vehicles.own(actor, body.vehicle_id)
    if body.terms != rules.TERMS:
        raise Invalid(fields={"terms": "协议已更新，请重新阅读"})
    try:
        await Mandate.create(
            vehicle_id=car.id,
            user_id=actor.user_id,
            terms=body.terms,
            most_per_stay=body.most_per_stay,
            is_running=True,
            agreed_at=clock.now(),
        )
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict("这辆车已经开通无感出行") from error
    await audit.record(
        actor, "agreements.agreed", f"vehicle:{car.id}", car.area_path, terms=body.terms
    )
    amount = payment_queries.yuan(body.most_per_stay)
    await _tell(car, messages.AGREED, amount=amount)
    return await queries.shown(actor, car.id)


async def revoke(actor: Actor, vehicle_id: int) -> BalanceOut:
    """Take the agreement back, at once; any of the car's people may. Raises NotFound, Conflict."""
    car = await vehicles.own(actor, vehicle_id)
    if not await _end(car.id, actor):
        raise Conflict("这辆车没有开通无感出行")
    await audit.record(actor, "agreements.revoked", f"vehicle:{car.id}", car.area_path)
    await _tell(car, messages.REVOKED)
    return await queries.shown(actor, car.id)


async def _end(vehicle_id: int, actor: Actor) -> int:
    return await Mandate.filter(vehicle_id=vehicle_id, is_running=True).update(
        is_running=None, revoked_at=clock.now(), revoked_by=actor.user_id
    )


async def end_of(vehicle_id: int) -> None:
    """The car belongs to nobody here any more, so nothing is taken for it."""
    await _end(vehicle_id, SYSTEM)


async def _tell(car: vehicles.Known, template: messages.Template, **values: str) -> None:
    plate = vehicles.masked(car.plate.text)
    for user_id in await vehicles.contacts(car.id):
        await notify.send(template, to=user_id, link=MINE, plate=plate, **values)


async def top_up(actor: Actor, vehicle_id: int, body: TopUpBody) -> payments.PaymentOut:
    """Pay into the car's balance. Raises NotFound, Conflict beyond the most it may hold."""
    car = await vehicles.own(actor, vehicle_id)
    lot = await lots.get(body.lot_id)
    account = rules.account_of(car.id)
    if await ledgers.balance(account) + body.amount > rules.MOST_BALANCE:
        raise Conflict(f"余额最多 {payment_queries.yuan(rules.MOST_BALANCE)} 元")
    row = await TopUp.create(
        vehicle_id=car.id, user_id=actor.user_id, amount=body.amount, created_at=clock.now()
    )
    payee = await lot_service.payee_of(lot)
    payment = await payments.open_payment(
        actor,
        purpose=PURPOSE,
        payee_id=payee.id,
        title="停车余额充值",
        lines=[payments.Line(f"parking_top_up:{row.id}", "停车余额充值", body.amount, account)],
        area_path=car.area_path,
    )
    await TopUp.filter(id=row.id).update(payment_id=payment.id)
    return await payment_queries.shown(actor, payment)


async def tell_topped_up(payment_id: int) -> None:
    row = await TopUp.get_or_none(payment_id=payment_id)
    car = row and await vehicles.known(row.vehicle_id)
    if row and car:
        await _tell(car, messages.TOPPED_UP, amount=payment_queries.yuan(row.amount))


@dataclass(frozen=True)
class Due:
    """What a stay costs: `key` and `subject` name this very charge."""

    key: str
    subject: str
    amount: int
    lot: lots.Lot
    title: str


async def charge(vehicle_id: int, due: Due) -> payments.Payment | None:
    """Take the fee from the car's balance by its agreement, once per key. None when there is no
    agreement, it does not reach so far, or the balance does not: then it is asked for."""
    agreement = await queries.running(vehicle_id)
    car = await vehicles.known(vehicle_id)
    if agreement is None or car is None or due.amount > agreement.most_per_stay:
        return None
    payee = await lot_service.payee_of(due.lot)
    try:
        payment = await payments.charge(
            rules.account_of(vehicle_id),
            key=due.key,
            purpose="parking_stay",
            payee_id=payee.id,
            title=due.title,
            lines=[payments.Line(due.subject, due.title, due.amount, payee.account)],
            area_path=due.lot.area.path or "",
        )
    except ledgers.NotEnough:
        return None
    amount = payment_queries.yuan(due.amount)
    await _tell(car, messages.CHARGED, lot=due.lot.name, amount=amount)
    return payment


async def forget(user_id: int) -> None:
    """A person left: what they agreed to ends."""
    now = clock.now()
    mine = Mandate.filter(user_id=user_id)
    await mine.filter(is_running=True).update(is_running=None, revoked_at=now, revoked_by=0)
    await mine.update(user_id=0)
    await Mandate.filter(revoked_by=user_id).update(revoked_by=0)
    await TopUp.filter(user_id=user_id).update(user_id=0)
