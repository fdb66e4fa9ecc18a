"""Registering vehicles, their windscreen codes, and who is told when one is in the way."""

import asyncio
import secrets
from datetime import timedelta
from typing import Any

from tortoise.expressions import Q

from backend.core import clock, crypto, printing
from backend.core.actor import SYSTEM, Actor
from backend.core.database import duplicate_is
from backend.core.errors import Conflict, Invalid, LinliError, NotFound
from backend.core.events import emit
from backend.core.http import Download
from backend.core.states import make
from backend.engines.vehicles import queries, rules, schemas
from backend.engines.vehicles.events import VehicleAsked, VehicleDecided, VehicleEnded
from backend.engines.vehicles.models import Contact, Vehicle, VehicleStatus
from backend.engines.vehicles.states import LIVE, MOVES
from backend.foundation.areas import queries as areas
from backend.foundation.areas.queries import Dwelling, Level
from backend.foundation.audit import service as audit
from backend.foundation.codes import service as codes
from backend.foundation.residents import queries as residents

INVITED_FOR = timedelta(hours=24)


class InvitationGone(LinliError):
    status, code, title = 404, "invitation_gone", "邀请码无效或已过期，请车主重新邀请"


# -- registration --------------------------------------------------------------------------------


async def register(actor: Actor, body: schemas.VehicleNew) -> schemas.VehicleOut:
    """Say that a car belongs to one's dwelling; the staff of the place confirm it.

    The answer does not tell whether the plate is known elsewhere. Raises Invalid for what cannot
    be a plate, NotFound for a dwelling that is not the actor's, Conflict for the same car again.
    """
    plate = queries.plate_of(body.plate)
    home = await _home(actor, body.dwelling_id)
    mine = Vehicle.filter(owner_id=actor.user_id, status__in=list(LIVE))
    if await mine.count() >= rules.MOST_VEHICLES:
        raise Conflict(f"最多登记 {rules.MOST_VEHICLES} 辆车，请先解除不用的")
    seal, now = queries.new_seal(), clock.now()
    columns: dict[str, Any] = dict(queries.sealed(plate.text, seal))
    with duplicate_is(Conflict("您已经登记过这辆车")):
        vehicle = await Vehicle.create(
            seal=seal,
            **columns,
            plate_kind=plate.kind,
            is_claim=True,
            description=body.description,
            owner_id=actor.user_id,
            dwelling=home,
            created_at=now,
        )
    await Contact.create(vehicle_id=vehicle.id, user_id=actor.user_id, rank=1, joined_at=now)
    path = home.area.path or ""
    await audit.record(actor, "vehicles.registered", f"vehicle:{vehicle.id}", path)
    await emit(VehicleAsked(vehicle.id, actor.user_id, path))
    return await _shown(actor, vehicle.id)


async def _home(actor: Actor, dwelling_id: int) -> Dwelling:
    mine = {one.dwelling_id for one in await residents.dwellings_of(actor.user_id)}
    if dwelling_id not in mine:
        raise NotFound("请先绑定这户房屋，确认后再登记车辆")
    return await areas.dwelling(dwelling_id)


async def _shown(actor: Actor, vehicle_id: int) -> schemas.VehicleOut:
    return (await queries.shown(actor, [await queries.get(actor, vehicle_id)]))[0]


async def confirm(actor: Actor, vehicle_id: int, body: schemas.Decide) -> schemas.VehicleOut:
    """Confirm that the car belongs there. Raises Conflict when another dwelling has the plate."""
    vehicle = await queries.get(actor, vehicle_id)
    text = queries.opened(vehicle.plate, vehicle.seal)
    taken = Conflict("这个车牌已经确认给另一户，请先核实并解除原来的登记")
    if await queries.by_plate(text) is not None:
        raise taken
    with duplicate_is(taken):
        await _decide(actor, vehicle, "confirm", body.version, is_sole=True)
    return await _shown(actor, vehicle_id)


async def refuse(actor: Actor, vehicle_id: int, body: schemas.Refuse) -> schemas.VehicleOut:
    """Refuse it, with a reason that the person reads."""
    vehicle = await queries.get(actor, vehicle_id)
    await _decide(actor, vehicle, "refuse", body.version, is_claim=None, reason=body.reason)
    return await _shown(actor, vehicle_id)


async def _decide(
    actor: Actor, vehicle: Vehicle, name: str, version: int | None, **changes: Any
) -> None:
    changes |= {"decided_by": actor.user_id, "decided_at": clock.now()}
    await make(vehicle, MOVES[name], actor, version=version, **changes)
    path = vehicle.dwelling.area.path or ""
    await audit.record(actor, f"vehicles.{name}", f"vehicle:{vehicle.id}", path)
    is_confirmed = vehicle.status == VehicleStatus.CONFIRMED
    await emit(VehicleDecided(vehicle.id, vehicle.owner_id, is_confirmed, vehicle.reason))


async def end(actor: Actor, vehicle_id: int, body: schemas.End) -> schemas.VehicleOut:
    """Take a car off the list: one's own, or one of the place. Its code leads nowhere any more."""
    vehicle = await queries.get(actor, vehicle_id)
    await _end(actor, vehicle, version=body.version, reason=body.reason)
    return (await queries.shown(actor, [vehicle]))[0]


async def _end(
    actor: Actor, vehicle: Vehicle, *, version: int | None = None, reason: str = ""
) -> None:
    code_id = vehicle.code_id
    ended: dict[str, Any] = {"is_sole": None, "is_claim": None, "code_id": None}
    ended |= {"invite_digest": None, "invite_until": None}
    ended |= {"ended_at": clock.now(), "reason": reason}
    await make(vehicle, MOVES["end"], actor, version=version, **ended)
    if code_id is not None:
        await codes.withdraw(code_id)
    path = vehicle.dwelling.area.path or ""
    await audit.record(actor, "vehicles.ended", f"vehicle:{vehicle.id}", path)
    await emit(VehicleEnded(vehicle.id, vehicle.owner_id))


# -- the windscreen code -------------------------------------------------------------------------


async def renew_code(actor: Actor, vehicle_id: int) -> schemas.VehicleOut:
    """Issue the windscreen code; the one before, lost or copied, leads nowhere from now on."""
    vehicle = await _owned(actor, vehicle_id)
    if vehicle.code_id is not None:
        await codes.withdraw(vehicle.code_id)
    along = await areas.ancestors(vehicle.dwelling.area.path or "")
    area = along.get(Level.COMPOUND) or along[Level.COMMUNITY]
    kind, key = codes.CodeKind.VEHICLE, f"vehicle:{vehicle.id}"
    code = await codes.issue(actor, kind, area, label=kind.label, live_key=key)
    await Vehicle.filter(id=vehicle.id).update(code_id=code.id)
    return await _shown(actor, vehicle_id)


async def card(actor: Actor, vehicle_id: int) -> Download:
    """The card for the windscreen as PDF: no plate, no phone, only the code. Raises NotFound."""
    vehicle = await _owned(actor, vehicle_id)
    if vehicle.code_id is None:
        raise NotFound("还没有挪车码，请先领取")
    note = "微信扫一扫，通知车主\n不显示车牌和电话"
    picture = await codes.qr(vehicle.code_id)
    one = printing.Card("临时停车，请多包涵", "扫码挪车", note, picture)
    drawn = await asyncio.to_thread(printing.cards, [one])
    return Download(drawn, printing.PDF, "move-car.pdf")


async def _owned(actor: Actor, vehicle_id: int) -> Vehicle:
    """A confirmed vehicle that the actor registered. Raises NotFound, Conflict."""
    vehicle = await queries.get(actor, vehicle_id)
    if vehicle.owner_id != actor.user_id:
        raise NotFound("没有这辆车")
    if vehicle.status != VehicleStatus.CONFIRMED:
        raise Conflict("车辆确认后才能操作")
    return vehicle


# -- who is told ---------------------------------------------------------------------------------


async def invite(actor: Actor, vehicle_id: int) -> schemas.Invitation:
    """A code for a person who is to be a contact: good once, for a day; the one before is not."""
    vehicle = await _owned(actor, vehicle_id)
    code, until = secrets.token_urlsafe(9), clock.now() + INVITED_FOR
    digest = crypto.digest(code)
    await Vehicle.filter(id=vehicle.id).update(invite_digest=digest, invite_until=until)
    return schemas.Invitation(code=code, expires_at=until)


async def join(actor: Actor, body: schemas.Join) -> schemas.VehicleOut:
    """Become a contact of the car whose owner gave the code. Raises InvitationGone, Conflict."""
    still = Vehicle.filter(invite_digest=crypto.digest(body.code), invite_until__gt=clock.now())
    vehicle = await still.filter(status=VehicleStatus.CONFIRMED).first()
    if vehicle is None or await still.update(invite_digest=None, invite_until=None) != 1:
        raise InvitationGone
    people = await queries.contacts(vehicle.id)
    if actor.user_id in people:
        raise Conflict("您已经是这辆车的联系人")
    if len(people) >= rules.MOST_CONTACTS:
        raise Conflict(f"一辆车最多 {rules.MOST_CONTACTS} 位联系人")
    await Contact.create(
        vehicle_id=vehicle.id, user_id=actor.user_id, rank=len(people) + 1, joined_at=clock.now()
    )
    await audit.record(actor, "vehicles.joined", f"vehicle:{vehicle.id}")
    return await _shown(actor, vehicle.id)


async def rank(actor: Actor, vehicle_id: int, body: schemas.Rank) -> schemas.VehicleOut:
    """Say who is told first; whoever is left out is a contact no more, except the owner.

    Raises Invalid for somebody who has not joined.
    """
    vehicle = await _owned(actor, vehicle_id)
    people, wanted = await queries.contacts(vehicle.id), list(dict.fromkeys(body.user_ids))
    if not set(wanted) <= set(people) or vehicle.owner_id not in wanted:
        raise Invalid(fields={"user_ids": "只能排列已加入的联系人，车主不能移除自己"})
    await Contact.filter(vehicle_id=vehicle.id).exclude(user_id__in=wanted).delete()
    for place, user_id in enumerate(wanted, start=1):
        await Contact.filter(vehicle_id=vehicle.id, user_id=user_id).update(rank=place)
    return await _shown(actor, vehicle_id)


async def leave(actor: Actor, vehicle_id: int) -> None:
    """Be a contact no more. The owner ends the registration instead."""
    vehicle = await queries.get(actor, vehicle_id)
    if vehicle.owner_id == actor.user_id:
        raise Conflict("车主请直接解除车辆登记")
    if not await Contact.filter(vehicle_id=vehicle.id, user_id=actor.user_id).delete():
        raise NotFound("没有这辆车")


# -- the house's own -----------------------------------------------------------------------------


async def end_of(owner_id: int, dwelling_id: int) -> None:
    """A person belongs to a dwelling no more: neither do the cars they registered there."""
    live = Vehicle.filter(owner_id=owner_id, dwelling_id=dwelling_id, status__in=list(LIVE))
    for vehicle in await live.prefetch_related("dwelling__area"):
        await _end(SYSTEM, vehicle, reason="房屋绑定已解除")


async def forget_ended() -> None:
    """What was refused or ended long ago concerns nobody any more, and neither does its plate."""
    before = clock.now() - rules.KEPT
    gone = Vehicle.filter(status__in=[VehicleStatus.REFUSED, VehicleStatus.ENDED])
    await gone.filter(Q(ended_at__lt=before) | Q(ended_at=None, decided_at__lt=before)).delete()


async def forget(user_id: int) -> None:
    """A person left: nothing of their cars stays, and they are nobody's contact."""
    live = Vehicle.filter(owner_id=user_id, status__in=list(LIVE))
    for vehicle in await live.prefetch_related("dwelling__area"):
        await _end(SYSTEM, vehicle)
    await Vehicle.filter(owner_id=user_id).delete()
    await Contact.filter(user_id=user_id).delete()
