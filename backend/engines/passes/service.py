"""Buying, prolonging and ending passes. Money decides: a term counts when it is paid."""

from datetime import datetime, timedelta
from typing import Any

from backend.core import clock, crypto
from backend.core.actor import SYSTEM, Actor
from backend.core.database import duplicate_is, transaction
from backend.core.errors import Conflict, Invalid, NotFound
from backend.core.events import emit
from backend.core.states import check, make
from backend.engines.lots import queries as lots
from backend.engines.lots import service as lot_service
from backend.engines.passes import queries, rules
from backend.engines.passes.events import PassActivated, PassEnded, PassExpiring
from backend.engines.passes.models import (
    VISIT_CODE,
    Pass,
    PassStatus,
    Term,
    TermStatus,
    Visit,
    VisitStatus,
)
from backend.engines.passes.schemas import (
    EndBody,
    InvitationOut,
    PassNew,
    PassOut,
    Redeem,
    Renewal,
    VisitNew,
    VisitOut,
)
from backend.engines.passes.states import MOVES, TERM_MOVES, VISIT_MOVES
from backend.engines.payments import queries as payment_queries
from backend.engines.payments import service as payments
from backend.engines.refunds import service as refunds
from backend.engines.vehicles import queries as vehicles
from backend.foundation.audit import service as audit
from backend.foundation.residents import queries as residents

PURPOSE = "parking_pass"
MINUTES = 15
BATCH = 200


class TermOpen(Conflict):
    code, title = "term_open", "这张月卡有一笔待支付，请先支付或取消"


class QuotaSpent(Conflict):
    code, title = "quota_spent", "本月的访客通行证已经用完"


class SpaceTaken(Conflict):
    code, title = "space_taken", "这个车位已经有月卡"


# -- buying --------------------------------------------------------------------------------------


async def buy(actor: Actor, body: PassNew) -> payments.PaymentOut:
    """Buy a pass for one's car: it holds plate and space while the payment is open.

    Raises NotFound for a car or space that is not to be had, Conflict when the plate has a pass
    there already (it is prolonged instead), SpaceTaken.
    """
    car = await vehicles.own(actor, body.vehicle_id)
    lot = await lots.get(body.lot_id)
    if not lot.is_active or not car.area_path.startswith(lot.area.path or ""):
        raise NotFound("这个停车场不办理您这辆车的月卡")
    space = await _space(lot, body.space_id, car)
    if await _has_live(lot_id=lot.id, plate_index=vehicles.indexes(car.plate.text)):
        raise Conflict("这辆车在这里已经有月卡，请续费")
    if space is not None and await _has_live(space_id=[space.id]):
        raise SpaceTaken
    seal = vehicles.new_seal()
    columns: dict[str, Any] = dict(vehicles.sealed(car.plate.text, seal))
    with duplicate_is(Conflict("这辆车或这个车位刚刚办理了月卡")):
        made = await Pass.create(
            lot=lot, space=space, owner_id=actor.user_id, vehicle_id=car.id, seal=seal,
            **columns, is_live=True, created_at=clock.now(),
        )  # fmt: skip
    return await _open_term(actor, made, body.months)


async def _space(lot: lots.Lot, space_id: int | None, car: vehicles.Known) -> lots.Space | None:
    if space_id is None:
        return None
    space = await lots.space(lot, space_id)
    is_own = space.kind is lots.SpaceKind.OWNED and space.dwelling_id == car.dwelling_id
    if space.kind is not lots.SpaceKind.RENTED and not is_own:
        raise NotFound("没有这个车位")
    return space


async def _has_live(**by: Any) -> bool:
    chosen = {
        f"{name}__in" if isinstance(value, list) else name: value for name, value in by.items()
    }
    return await Pass.filter(is_live=True, **chosen).exists()


async def renew(actor: Actor, pass_id: int, body: Renewal) -> payments.PaymentOut:
    """Buy more months: they follow what is still running. One that ran out takes plate and space
    again. Raises NotFound, WrongState, TermOpen, SpaceTaken, Conflict beyond the longest reach."""
    found = await queries.get(actor, pass_id)
    check(found, MOVES["renew"], actor)
    await vehicles.own(actor, found.vehicle_id)
    _, ends = rules.term(found.valid_until, clock.today(), body.months)
    if ends > clock.now() + rules.LONGEST_AHEAD:
        raise Conflict("最多提前续费两年")
    await _hold(found)
    return await _open_term(actor, found, body.months)


async def _hold(found: Pass) -> None:
    """Make the pass hold its plate and space again, if it does not. Raises SpaceTaken."""
    with duplicate_is(SpaceTaken("车位或车牌已有别的月卡")):
        async with transaction():
            await Pass.filter(id=found.id).update(is_live=True)
    found.is_live = True


async def _open_term(actor: Actor, found: Pass, months: int) -> payments.PaymentOut:
    amount = lots.month_price(found.lot, found.space) * months
    with duplicate_is(TermOpen()):
        term = await Term.create(
            of=found, months=months, amount=amount, is_open=True, created_at=clock.now()
        )
    payee = await lot_service.payee_of(found.lot)
    title = f"{found.lot.name}停车月卡 {months} 个月"
    line = payments.Line(_subject(term), title, amount, payee.account)
    payment = await payments.open_payment(
        actor,
        purpose=PURPOSE,
        payee_id=payee.id,
        title=title,
        lines=[line],
        area_path=found.lot.area.path or "",
        minutes=MINUTES,
    )
    await Term.filter(id=term.id).update(payment_id=payment.id)
    return await payment_queries.shown(actor, payment)


def _subject(term: Term) -> str:
    return f"parking_term:{term.id}"


# -- money comes, or does not --------------------------------------------------------------------


async def pay(payment_id: int) -> None:
    """The money for a term is here, in time or late. When the pass cannot be had any more it goes
    back."""
    term = await Term.get_or_none(payment_id=payment_id).prefetch_related("of__lot__area")
    if term is None or term.status in (TermStatus.PAID, TermStatus.RETURNED):
        return
    found = term.of
    try:
        if found.status == PassStatus.ENDED:
            raise SpaceTaken("月卡已停用")
        await _hold(found)
    except SpaceTaken as error:
        await _give_back(term, str(error))
        return
    begins, ends = rules.term(found.valid_until, clock.today(), term.months)
    dates: dict[str, Any] = {"begins_at": begins, "ends_at": ends, "is_open": None}
    await make(term, TERM_MOVES["pay"], SYSTEM, **dates)
    kept: dict[str, Any] = {
        "valid_from": found.valid_from or begins,
        "valid_until": ends,
        "reminded": 0,
    }
    await make(found, MOVES["activate"], SYSTEM, **kept)
    await emit(PassActivated(found.id, found.owner_id, clock.iso(ends)))


async def _give_back(term: Term, reason: str) -> None:
    await make(term, TERM_MOVES["return"], SYSTEM, is_open=None)
    line = refunds.RefundLine(_subject(term), term.amount)
    key = f"{_subject(term)}:returned"
    await refunds.refund(SYSTEM, term.payment_id or 0, key=key, lines=[line], reason=reason)


async def drop(payment_id: int) -> None:
    """The payment is closed: plate and space are free again, unless the pass still runs."""
    term = await Term.get_or_none(payment_id=payment_id).prefetch_related("of")
    if term is None or term.status != TermStatus.UNPAID:
        return
    await make(term, TERM_MOVES["drop"], SYSTEM, is_open=None)
    found = term.of
    if found.status == PassStatus.PENDING:
        await make(found, MOVES["cancel"], SYSTEM, is_live=None)
    elif found.status == PassStatus.EXPIRED:
        await Pass.filter(id=found.id).update(is_live=None)


# -- ending --------------------------------------------------------------------------------------


async def end(actor: Actor, pass_id: int, body: EndBody) -> PassOut:
    """Stop a pass now, with grounds; terms that have not begun are paid back."""
    found = await queries.get(actor, pass_id)
    now = clock.now()
    await make(found, MOVES["end"], actor, version=body.version, is_live=None, valid_until=now)
    ahead = Term.filter(of_id=found.id, status=TermStatus.PAID, begins_at__gt=now)
    for term in await ahead:
        await _give_back(term, body.reason)
    path = found.lot.area.path or ""
    await audit.record(actor, "passes.ended", f"pass:{found.id}", path, reason=body.reason)
    await emit(PassEnded(found.id, body.reason))
    return (await queries.shown(actor, [found]))[0]


async def expire() -> None:
    """Passes that ran out: their owners hear of it; the space stays theirs for some days more."""
    now = clock.now()
    over = Pass.filter(status=PassStatus.ACTIVE, valid_until__lte=now).limit(BATCH)
    for found in await over:
        await make(found, MOVES["expire"], SYSTEM)
        until = clock.iso(found.valid_until or now)
        await emit(PassExpiring(found.id, found.owner_id, until, is_over=True))
    await _free_spaces(now - rules.KEEPS_SPACE)


async def _free_spaces(before: datetime) -> None:
    late = Pass.filter(status=PassStatus.EXPIRED, is_live=True, valid_until__lte=before)
    ids = [one.id for one in await late.limit(BATCH)]
    waiting = {one.of_id for one in await Term.filter(is_open=True, of_id__in=ids or [0])}
    await Pass.filter(id__in=[one for one in ids if one not in waiting] or [0]).update(is_live=None)


async def remind() -> None:
    """Tell owners before their passes run out."""
    now = clock.now()
    soon = Pass.filter(
        status=PassStatus.ACTIVE,
        valid_until__gt=now,
        valid_until__lte=now + max(rules.REMINDERS) + timedelta(seconds=1),
        reminded__lt=len(rules.REMINDERS),
    )
    for found in await soon.limit(BATCH):
        until = found.valid_until or now
        due = rules.reminder_due(until, found.reminded, now)
        still = Pass.filter(id=found.id, reminded=found.reminded)
        if due is not None and await still.update(reminded=due):
            event = PassExpiring(found.id, found.owner_id, clock.iso(until), is_over=False)
            await emit(event)


async def forget_visits() -> None:
    """Invitations go when no stay that they let in can be derived anew any more."""
    await Visit.filter(valid_until__lt=clock.now() - lots.LONGEST).delete()


async def forget(user_id: int) -> None:
    """A person left: what they paid for stays in the books, without a plate that could be read."""
    for found in await Pass.filter(owner_id=user_id).prefetch_related("lot__area"):
        if found.status == PassStatus.ACTIVE:
            await make(found, MOVES["end"], SYSTEM, valid_until=clock.now())
        seal = vehicles.new_seal()
        blank: dict[str, Any] = dict(vehicles.sealed(f"已注销{found.id}", seal))
        await Pass.filter(id=found.id).update(owner_id=0, seal=seal, is_live=None, **blank)
    await Visit.filter(issuer_id=user_id).delete()


# -- visitors ------------------------------------------------------------------------------------


async def invite(actor: Actor, body: VisitNew) -> VisitOut:
    """Invite a visitor of one's dwelling: one car, once in, within the car park's quota.

    Raises NotFound, Invalid for moments that cannot be, QuotaSpent.
    """
    lot = await _own_lot(actor, body)
    _check_window(body, lot)
    used = await queries.used(body.dwelling_id, lot)
    if used >= lot.visitor_quota:
        raise QuotaSpent(f"本月的 {lot.visitor_quota} 张访客通行证已经用完")
    seal, code = vehicles.new_seal(), rules.new_code()
    columns: dict[str, Any] = {}
    if body.plate is not None:
        columns |= vehicles.sealed(vehicles.plate_of(body.plate).text, seal)
    with duplicate_is(Conflict()):
        made = await Visit.create(
            lot=lot,
            issuer_id=actor.user_id,
            dwelling_id=body.dwelling_id,
            slot=queries.slots(body.dwelling_id, clock.today(), lot.visitor_quota)[used],
            code_digest=crypto.digest(code),
            code=crypto.encrypt(code, field=VISIT_CODE, row=seal),
            seal=seal,
            created_at=clock.now(),
            **body.model_dump(include={"remark", "valid_from", "valid_until"}),
            **columns,
        )
    await audit.record(actor, "passes.invited", f"visit:{made.id}", lot.area.path or "")
    return queries.visit_shown(actor, made)


async def _own_lot(actor: Actor, body: VisitNew) -> lots.Lot:
    """The car park, open and where the actor's dwelling is. Raises NotFound."""
    lot = await lots.get(body.lot_id)
    homes = {one.dwelling_id: one for one in await residents.dwellings_of(actor.user_id)}
    home = homes.get(body.dwelling_id)
    if home is None or not lot.is_active or not home.area_path.startswith(lot.area.path or ""):
        raise NotFound("只能为自己所在小区的停车场开访客通行证")
    return lot


def _check_window(body: VisitNew, lot: lots.Lot) -> None:
    now = clock.now()
    if body.valid_from.tzinfo is None or body.valid_until.tzinfo is None:
        raise Invalid(fields={"valid_from": "时间要带时区"})
    if not now - timedelta(hours=1) <= body.valid_from <= now + rules.BOOKABLE:
        raise Invalid(fields={"valid_from": "最早现在，最晚 30 天以后"})
    if not timedelta() < body.valid_until - body.valid_from <= timedelta(hours=lot.visitor_hours):
        raise Invalid(fields={"valid_until": f"最长 {lot.visitor_hours} 小时"})


async def redeem(body: Redeem) -> InvitationOut:
    """The visitor says which car it is, once. Raises NotFound, Conflict."""
    found = await queries.by_code(body.code)
    columns: dict[str, Any] = dict(vehicles.sealed(vehicles.plate_of(body.plate).text, found.seal))
    still = Visit.filter(id=found.id, plate=None, status=VisitStatus.ISSUED)
    if await still.update(**columns) != 1:
        raise Conflict("这张通行证已经填过车牌，要更换请联系邀请您的人")
    return await queries.invitation(body.code)


async def cancel_visit(actor: Actor, visit_id: int) -> VisitOut:
    """Take an invitation back. It counts towards the quota all the same."""
    found = await queries.visit(actor, visit_id)
    await make(found, VISIT_MOVES["cancel"], actor)
    return queries.visit_shown(actor, found)


async def use_visit(visit_id: int, stay: str) -> bool:
    """An invitation lets this stay in; False when another one was quicker."""
    found = await Visit.get(id=visit_id)
    if found.used_by == stay:
        return True
    if found.status != VisitStatus.ISSUED:
        return False
    await make(found, VISIT_MOVES["use"], SYSTEM, used_by=stay)
    return True


async def free_visit(stay: str) -> None:
    """What was taken for this stay's invitation was a wrong reading."""
    for found in await Visit.filter(used_by=stay, status=VisitStatus.USED):
        await make(found, VISIT_MOVES["free"], SYSTEM, used_by=None)
