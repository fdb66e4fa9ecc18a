"""Deriving stays from passings, paying for them, and giving back what was too much."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from tortoise.exceptions import IntegrityError

from backend.core import clock, live
from backend.core.actor import SYSTEM, Actor
from backend.core.database import is_duplicate
from backend.core.errors import Conflict
from backend.engines.agreements import service as agreements
from backend.engines.lots import queries as lots
from backend.engines.lots import service as lot_service
from backend.engines.passes import queries as covers
from backend.engines.passes import service as passes
from backend.engines.payments import queries as payment_queries
from backend.engines.payments import service as payments
from backend.engines.refunds import service as refunds
from backend.engines.stays import messages, queries, rules
from backend.engines.stays.models import Phase, Stay, StayPayment
from backend.engines.stays.rules import Pairing, Passing
from backend.engines.stays.schemas import PayBody, Reveal, Revealed, StayOut, Waive
from backend.engines.vehicles import queries as vehicles
from backend.foundation.audit import service as audit
from backend.foundation.notify import service as notify

PURPOSE = "parking_stay"
MINUTES = 5
"""How long a quoted amount can be paid."""
TOPIC = "lot"
MINE = "/pages/parking/index"
BATCH = 500


class NothingDue(Conflict):
    code, title = "nothing_due", "现在不用付停车费"


# -- deriving ------------------------------------------------------------------------------------


async def rebuild(
    lot: lots.Lot, text: str, since: datetime | None, passings: Sequence[Passing]
) -> None:
    """Make the plate's stays since `since` (queries.anchor) what its passings say.

    The caller holds the car park's row, so that of several gates one does this at a time. What was
    paid too much by it goes back; what is owed is taken by the car's agreement, if it has one.
    """
    wanted = rules.pair(passings)
    known = await vehicles.by_plate(text)
    for one in wanted:
        await _write(lot, text, known.id if known else None, one)
    await _drop_stale(lot, text, since, {one.key for one in wanted})
    await publish(lot)


async def publish(lot: lots.Lot) -> None:
    """Tell open phones that look at the car park how full it is."""
    seen = (await queries.occupancy([lot]))[0]
    body = {"type": "lot", **seen.model_dump()}
    live.publish(TOPIC, to={"watch": f"lot:{lot.id}"}, body=body)


async def _write(lot: lots.Lot, text: str, vehicle_id: int | None, one: Pairing) -> None:
    stay = await Stay.get_or_none(key=one.key)
    if stay is None:
        stay = Stay(lot=lot, key=one.key, seal=vehicles.new_seal(), tariff=lot.tariff)
    stay.update_from_dict(
        {
            **vehicles.sealed(text, stay.seal),
            "vehicle_id": vehicle_id,
            "phase": one.phase,
            "entered_at": one.entered_at,
            "left_at": one.left_at,
        }
    )
    await _cover(stay, text)
    await stay.save()
    stay.lot = lot
    await _settle_up(stay)


async def _cover(stay: Stay, text: str) -> None:
    """What lets the car in for nothing, and until when; an invitation is then used."""
    found = None
    if stay.entered_at is not None:
        found = await covers.covering(stay.lot_id, text, stay.entered_at, stay.key)
        if found and found.kind == "visit" and not await passes.use_visit(found.id, stay.key):
            found = None
    if found is None or found.kind != "visit":
        await passes.free_visit(stay.key)
    stay.cover, stay.cover_id = (found.kind, found.id) if found else (None, None)
    stay.free_until = found.until if found else None


async def _settle_up(stay: Stay) -> None:
    """Charge what a stay that is over owes; give back what it paid too much."""
    if stay.phase == Phase.LEFT and stay.left_at is not None:
        stay.fee = queries.bill(stay).fee_at(stay.left_at)
    elif stay.phase != Phase.INSIDE:
        stay.fee = 0
    await _return_excess(stay)
    if stay.phase == Phase.LEFT and queries.due_at(stay, clock.now()):
        await charge(stay, stay.left_at or clock.now())
    is_over = stay.phase != Phase.INSIDE
    stay.owed = rules.due(stay.fee, stay.paid, stay.waived) if is_over else 0
    await stay.save()


async def _drop_stale(lot: lots.Lot, text: str, since: datetime | None, wanted: set[str]) -> None:
    """Rows of the plate that its passings no longer tell of."""
    rows_ = await Stay.filter(lot_id=lot.id, plate_index__in=vehicles.indexes(text))
    for one in rows_:
        begins = one.entered_at or one.left_at
        is_older = since is not None and begins is not None and begins < since
        if one.key not in wanted and not is_older:
            one.lot = lot
            await _drop(one)


async def _drop(stay: Stay) -> None:
    await passes.free_visit(stay.key)
    if not await StayPayment.filter(stay_id=stay.id).exists():
        await stay.delete()
        return
    stay.update_from_dict({"phase": Phase.LOST, "fee": 0, "plate": None, "plate_index": None})
    await _return_excess(stay)
    await stay.save()


async def _return_excess(stay: Stay) -> None:
    """Pay back what the stay was charged too much, the latest payment first."""
    owed = stay.fee if stay.phase != Phase.INSIDE else queries.fee_at(stay, clock.now())
    excess = stay.paid - max(owed - stay.waived, 0)
    for one in await queries.payments_of(stay.id) if excess > 0 else []:
        amount = min(excess, one.amount - one.returned)
        if amount <= 0:
            continue
        one.returned += amount
        key = f"{one.subject}:back:{one.returned}"
        line = refunds.RefundLine(one.subject, amount)
        await refunds.refund(
            SYSTEM, one.payment_id or 0, key=key, lines=[line], reason="停车费更正"
        )
        await one.save()
        stay.paid -= amount
        excess -= amount
        await _tell(stay, one.payer_id, messages.RETURNED, amount)


async def _tell(stay: Stay, user_id: int, template: messages.Template, amount: int) -> None:
    text = queries.plate_of(stay)
    await notify.send(
        template,
        to=user_id,
        link=MINE,
        plate=vehicles.masked(text) if text else "",
        lot=stay.lot.name,
        amount=payment_queries.yuan(amount),
        until=stay.paid_until or "",
    )


# -- paying --------------------------------------------------------------------------------------


async def charge(stay: Stay, at: datetime) -> bool:
    """Take what is due at that moment by the car's agreement; False where it must be asked for."""
    amount = queries.due_at(stay, at)
    if not amount or stay.vehicle_id is None:
        return False
    number = await StayPayment.filter(stay_id=stay.id).count() + 1
    subject = f"stay:{stay.id}:{number}"
    due = agreements.Due(subject, subject, amount, stay.lot, f"{stay.lot.name}停车费")
    payment = await agreements.charge(stay.vehicle_id, due)
    if payment is None:
        return False
    row = StayPayment(stay=stay, subject=subject, payment_id=payment.id, quoted_at=at)
    row.update_from_dict({"amount": amount, "paid_at": clock.now()})
    await row.save()
    _apply(stay, row, clock.now())
    await stay.save()
    return True


def _apply(stay: Stay, row: StayPayment, paid_at: datetime) -> None:
    stay.paid += row.amount
    is_later = stay.quoted_at is None or row.quoted_at > stay.quoted_at
    if is_later:
        stay.quoted_at = row.quoted_at
        stay.paid_until = paid_at + timedelta(minutes=stay.lot.leave_minutes)


async def pay(actor: Actor, body: PayBody) -> payments.PaymentOut:
    """Open the payment of what a stay owes now: the amount stands while it can be paid.

    A payment that somebody else left open is closed for it. Raises TicketGone, NothingDue,
    Conflict when another one is being paid at this moment.
    """
    seen = await queries.by_ticket(body.ticket)
    lot = await lots.held(seen.lot_id)
    stay = await Stay.get(id=seen.id)
    stay.lot = lot
    now = clock.now()
    amount = queries.due_at(stay, now)
    if not amount:
        raise NothingDue
    left_open = await StayPayment.get_or_none(stay_id=stay.id, is_open=True)
    if left_open is not None:
        if left_open.payer_id == actor.user_id and left_open.amount == amount:
            again = await payment_queries.get(actor, left_open.payment_id or 0)
            return await payment_queries.shown(actor, again)
        await payments.close(SYSTEM, left_open.payment_id or 0)
        await StayPayment.filter(id=left_open.id).update(is_open=None)
    return await _open(actor, stay, amount, now)


async def _open(actor: Actor, stay: Stay, amount: int, now: datetime) -> payments.PaymentOut:
    number = await StayPayment.filter(stay_id=stay.id).count() + 1
    subject, title = f"stay:{stay.id}:{number}", f"{stay.lot.name}停车费"
    payee = await lot_service.payee_of(stay.lot)
    payment = await payments.open_payment(
        actor,
        purpose=PURPOSE,
        payee_id=payee.id,
        title=title,
        lines=[payments.Line(subject, title, amount, payee.account)],
        area_path=stay.lot.area.path or "",
        minutes=MINUTES,
    )
    try:
        await StayPayment.create(
            stay=stay, subject=subject, payment_id=payment.id, payer_id=actor.user_id,
            amount=amount, quoted_at=now, is_open=True,
        )  # fmt: skip
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise Conflict("这辆车正在缴费，请稍后再试") from error
    return await payment_queries.shown(actor, payment)


async def settle(payment_id: int, paid_at: datetime) -> None:
    """The money for a stay is here, in time or late; what it does not owe any more goes back."""
    row = await StayPayment.get_or_none(payment_id=payment_id)
    if row is None or row.paid_at is not None:
        return
    seen = await Stay.get(id=row.stay_id)
    lot = await lots.held(seen.lot_id)
    stay = await Stay.get(id=row.stay_id)
    stay.lot = lot
    row.update_from_dict({"paid_at": paid_at, "is_open": None})
    await row.save()
    _apply(stay, row, paid_at)
    await stay.save()
    await _tell(stay, row.payer_id, messages.PAID, row.amount)
    await _settle_up(stay)


async def close(payment_id: int) -> None:
    """The payment is closed, so that another can be opened."""
    await StayPayment.filter(payment_id=payment_id, paid_at=None).update(is_open=None)


# -- the staff -----------------------------------------------------------------------------------


async def waive(actor: Actor, stay_id: int, body: Waive) -> StayOut:
    """Let go of what a stay that is over owes, with grounds. Raises NothingDue."""
    seen = await queries.get(actor, stay_id)
    lot = await lots.held(seen.lot_id)
    stay = await Stay.get(id=seen.id)
    stay.lot = lot
    if not stay.owed:
        raise NothingDue
    amount = stay.owed
    stay.waived += amount
    stay.owed = 0
    await stay.save()
    said: dict[str, Any] = {"reason": body.reason, "amount": amount}
    await audit.record(actor, "stays.waived", f"stay:{stay.id}", lot.area.path or "", **said)
    return queries.shown(stay, is_own=False)


async def reveal(actor: Actor, stay_id: int, body: Reveal) -> Revealed:
    """The plate of a stay in plain, for a purpose that is recorded."""
    stay = await queries.get(actor, stay_id)
    path = stay.lot.area.path or ""
    await audit.record(actor, "stays.revealed", f"stay:{stay.id}", path, purpose=body.purpose)
    text = queries.plate_of(stay)
    plate = text and vehicles.read_plate(text)
    return Revealed(plate=plate.shown if plate else text)


async def forget_old() -> None:
    """A year and a month after it was settled nobody needs to know whose stay it was."""
    old = Stay.filter(left_at__lt=clock.now() - rules.KEPT, owed=0, plate__not_isnull=True)
    ids = [one.id for one in await old.limit(BATCH)]
    if ids:
        blank: dict[str, Any] = {"plate": None, "plate_index": None, "vehicle_id": None}
        await Stay.filter(id__in=ids).update(**blank)


async def forget(user_id: int) -> None:
    """A person left: payments stay in the books, nameless."""
    await StayPayment.filter(payer_id=user_id).update(payer_id=0)


async def forget_vehicle(vehicle_id: int) -> None:
    """The car belongs to nobody here any more: its stays are nobody's."""
    await Stay.filter(vehicle_id=vehicle_id).update(vehicle_id=None)
