"""Reading devices and what they saw. Plates come out masked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import clock, paging
from backend.core.actor import Actor, Permission
from backend.core.errors import NotFound
from backend.core.schemas import Page, PageQuery
from backend.engines.gates import rules
from backend.engines.gates.models import Correction, Gate, GateEvent, Opening
from backend.engines.gates.permissions import P
from backend.engines.gates.rules import Direction, EventKind
from backend.engines.gates.schemas import (
    CorrectionOut,
    Decision,
    EventOut,
    EventQuery,
    GateOut,
    OpeningOut,
)
from backend.engines.lots import queries as lots
from backend.engines.lots.queries import LotQuery
from backend.engines.stays import queries as stays
from backend.engines.stays.queries import Passing, Quote
from backend.engines.vehicles import queries as vehicles
from backend.foundation.files import queries as files
from backend.foundation.identity import queries as identity


def visible_to(actor: Actor, permission: Permission = P.READ) -> QuerySet[Gate]:
    """Devices of the car parks where the actor works."""
    return Gate.filter(lots.at_work(actor, permission, "lot__"))


async def get(actor: Actor, gate_id: int, permission: Permission = P.READ) -> Gate:
    """A device at the actor's work, with its car park. Raises NotFound."""
    chosen = visible_to(actor, permission).filter(id=gate_id)
    found = await chosen.prefetch_related("lot__area").first()
    if found is None:
        raise NotFound("没有这台道闸")
    return found


async def by_key(key: str) -> Gate | None:
    """The device in use of this public name, with its car park; None for what is no name at all."""
    if not rules.is_key(key):
        return None
    return await Gate.get_or_none(key=key, is_active=True).prefetch_related("lot__area")


async def listed(actor: Actor, query: LotQuery) -> Page[GateOut]:
    """Devices of the actor's car parks, with their health."""
    chosen = visible_to(actor)
    if query.area_id is not None:
        chosen = chosen.filter(lot__area_id=query.area_id)
    if query.cursor:
        chosen = chosen.filter(id__gt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=[shown(one) for one in items], next=after)


def shown(one: Gate) -> GateOut:
    seen = one.seen_at
    return GateOut(
        id=one.id,
        lot_id=one.lot_id,
        key=one.key,
        name=one.name,
        direction=one.direction,
        direction_name=one.direction.label,
        is_active=one.is_active,
        is_online=seen is not None and seen > clock.now() - rules.SILENT,
        seen_at=seen,
        skew_seconds=one.skew_seconds,
        last_sequence=one.last_sequence,
    )


async def quote(key: str) -> Quote:
    """What the car that stands at this exit owes: nobody types a plate. Raises NotFound."""
    gate = await by_key(key)
    if gate is None or gate.direction is not Direction.OUT:
        raise NotFound("请扫出口的缴费码")
    asked = GateEvent.filter(
        gate_id=gate.id,
        kind=EventKind.ASK,
        at__gt=clock.now() - rules.STANDING,
        plate__not_isnull=True,
    )
    event = await asked.order_by("-at", "-sequence").first()
    if event is None or event.plate is None:
        raise NotFound("出口还没有识别到车辆，请把车开到道闸前")
    return await stays.quote_of(gate.lot_id, vehicles.opened(event.plate, event.seal))


async def passings(lot_id: int, text: str, since: datetime | None) -> list[Passing]:
    """What the gates of a car park saw of a plate passing since then."""
    chosen = GateEvent.filter(
        lot_id=lot_id, plate_index__in=vehicles.indexes(text), kind=EventKind.PASS
    )
    if since is not None:
        chosen = chosen.filter(at__gte=since)
    return [
        Passing(one.at, one.gate_id, one.sequence, one.direction is Direction.IN)
        for one in await chosen
    ]


async def events(actor: Actor, query: EventQuery) -> Page[EventOut]:
    """The log of a car park's gates, latest first. Raises NotFound."""
    lot = await lots.managed(actor, query.lot_id, P.READ)
    chosen = GateEvent.filter(lot_id=lot.id)
    if query.kind is not None:
        chosen = chosen.filter(kind=query.kind)
    if query.is_unknown:
        chosen = chosen.filter(Q(plate=None))
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1).prefetch_related("gate")
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=[event_shown(one) for one in items], next=after)


def _masked(one: GateEvent | Correction) -> str | None:
    return vehicles.masked(vehicles.opened(one.plate, one.seal)) if one.plate else None


def event_shown(one: GateEvent) -> EventOut:
    return EventOut(
        id=one.id,
        gate_name=one.gate.name,
        direction=one.direction,
        direction_name=one.direction.label,
        kind=one.kind,
        kind_name=one.kind.label,
        plate=_masked(one),
        at=one.at,
        received_at=one.received_at,
        is_offline=one.is_offline,
        corrections=one.corrections,
        decision=Decision(**one.answer) if one.answer else None,
    )


async def event(actor: Actor, event_id: int, permission: Permission) -> GateEvent:
    """An event of a gate at the actor's work, with gate and car park. Raises NotFound."""
    scope = lots.at_work(actor, permission, "gate__lot__")
    found = await GateEvent.filter(scope, id=event_id).prefetch_related("gate__lot__area").first()
    if found is None:
        raise NotFound("没有这条记录")
    return found


async def corrections(actor: Actor, event_id: int) -> Page[CorrectionOut]:
    """How a reading was put right, latest first. Raises NotFound."""
    one = await event(actor, event_id, P.READ)
    found = await Correction.filter(event_id=one.id).order_by("-id").limit(50)
    names = await identity.names(row.made_by for row in found)
    items = [
        CorrectionOut(
            plate=_masked(row),
            reason=row.reason,
            made_by=_called(names, row.made_by),
            made_at=row.made_at,
        )
        for row in found
    ]
    return Page(items=items)


def _called(names: dict[int, identity.Name], user_id: int) -> str:
    return names[user_id].name if user_id in names else ""


async def openings(actor: Actor, query: PageQuery) -> Page[OpeningOut]:
    """Openings by hand at the actor's car parks, latest first."""
    chosen = Opening.filter(lots.at_work(actor, P.READ, "gate__lot__"))
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1).prefetch_related("gate")
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await openings_shown(items), next=after)


async def openings_shown(found: Sequence[Opening]) -> list[OpeningOut]:
    links: dict[int, Any] = await files.links(one.file_id for one in found)
    names = await identity.names(one.made_by for one in found)
    return [
        OpeningOut(
            id=one.id,
            gate_name=one.gate.name,
            made_by=_called(names, one.made_by),
            grounds=one.grounds,
            photo=links.get(one.file_id),
            made_at=one.made_at,
            fetched_at=one.fetched_at,
        )
        for one in found
    ]
