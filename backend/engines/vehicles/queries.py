"""Reading vehicles. Plates come out masked for all but the vehicle's own people."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import crypto, paging
from backend.core.actor import Actor
from backend.core.database import below
from backend.core.errors import Invalid, NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.vehicles import rules
from backend.engines.vehicles.models import FIELD as FIELD
from backend.engines.vehicles.models import Contact, Vehicle, VehicleStatus
from backend.engines.vehicles.models import indexes as indexes
from backend.engines.vehicles.models import new_seal as new_seal
from backend.engines.vehicles.models import opened as opened
from backend.engines.vehicles.models import sealed as sealed
from backend.engines.vehicles.permissions import P
from backend.engines.vehicles.rules import Plate as Plate
from backend.engines.vehicles.rules import masked as masked
from backend.engines.vehicles.schemas import ContactOut, VehicleQuery
from backend.engines.vehicles.schemas import PlateText as PlateText
from backend.engines.vehicles.schemas import VehicleOut as VehicleOut
from backend.engines.vehicles.states import LIVE, MOVES
from backend.foundation.areas import queries as areas
from backend.foundation.areas.queries import Level
from backend.foundation.identity import queries as identity
from backend.foundation.residents import queries as residents


def plate_of(text: str, field: str = "plate") -> Plate:
    """The plate that somebody typed. Raises Invalid for that field of the body."""
    try:
        return rules.parse(text)
    except rules.NotAPlate as error:
        raise Invalid(fields={field: str(error)}) from error


def read_plate(text: str) -> Plate | None:
    """The plate that a camera read, None when it cannot be one."""
    try:
        return rules.parse(text)
    except rules.NotAPlate:
        return None


def visible_to(actor: Actor) -> QuerySet[Vehicle]:
    """One's own vehicles, and those of dwellings where the actor may confirm them."""
    if actor.is_system:
        return Vehicle.all()
    scope = Q(owner_id=actor.user_id) | Q(contacts__user_id=actor.user_id)
    for path in actor.paths(P.CONFIRM):
        scope |= _at(path)
    return Vehicle.filter(scope).distinct()


def _at(path: str) -> Q:
    first, end = below(path)
    return Q(dwelling__area__path__gte=first, dwelling__area__path__lt=end)


async def get(actor: Actor, vehicle_id: int) -> Vehicle:
    """The vehicle with its dwelling and area. Raises NotFound."""
    chosen = visible_to(actor).filter(id=vehicle_id).prefetch_related("dwelling__area")
    found = await chosen.first()
    if found is None:
        raise NotFound("没有这辆车")
    return found


async def mine(actor: Actor) -> Page[VehicleOut]:
    """Vehicles that the actor registered or is a contact of, those in use first."""
    scope = Q(owner_id=actor.user_id) | Q(contacts__user_id=actor.user_id)
    chosen = Vehicle.filter(scope).distinct().prefetch_related("dwelling__area")
    found = await chosen.order_by("-id").limit(100)
    ranked = sorted(found, key=lambda one: one.status not in LIVE)
    return Page(items=await shown(actor, ranked))


async def listed(actor: Actor, query: VehicleQuery) -> Page[VehicleOut]:
    """Vehicles at the actor's places, latest first. Raises NotFound, Invalid for a bad plate."""
    scope = Q(id__lt=0)
    for path in await residents.paths_within(actor, P.CONFIRM, query.area_id):
        scope |= _at(path)
    chosen = Vehicle.filter(scope)
    if query.status is not None:
        chosen = chosen.filter(status=query.status)
    if query.plate is not None:
        chosen = chosen.filter(plate_index__in=indexes(plate_of(query.plate).text))
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1).prefetch_related("dwelling__area")
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await shown(actor, items), next=after)


async def shown(actor: Actor, found: Sequence[Vehicle]) -> list[VehicleOut]:
    """Vehicles as the actor may see them; they come with their dwelling and area."""
    people: defaultdict[int, list[Contact]] = defaultdict(list)
    ids = [one.id for one in found]
    for row in await Contact.filter(vehicle_id__in=ids).order_by("rank", "id"):
        people[row.vehicle_id].append(row)
    names = await identity.names(row.user_id for rows in people.values() for row in rows)
    places = await areas.places(one.dwelling_id for one in found)
    along = await areas.many(part for one in found for part in _ids(one))
    return [
        _shown(actor, one, people[one.id], names, (places[one.dwelling_id], _compound(one, along)))
        for one in found
    ]


def _ids(one: Vehicle) -> list[int]:
    return areas.ids_of(one.dwelling.area.path or "")


def _compound(one: Vehicle, along: dict[int, areas.Area]) -> int | None:
    ids = _ids(one)
    return next((part for part in ids if along[part].level == Level.COMPOUND), None)


def _shown(
    actor: Actor,
    one: Vehicle,
    people: list[Contact],
    names: dict[int, identity.Name],
    place: tuple[str, int | None],
) -> VehicleOut:
    is_own = one.owner_id == actor.user_id or any(p.user_id == actor.user_id for p in people)
    text = opened(one.plate, one.seal)
    return VehicleOut(
        id=one.id,
        plate=rules.parse(text).shown if is_own else rules.masked(text),
        plate_kind=one.plate_kind,
        plate_kind_name=one.plate_kind.label,
        description=one.description,
        dwelling_id=one.dwelling_id,
        compound_id=place[1],
        place=place[0],
        status=one.status,
        status_name=one.status.label,
        reason=one.reason,
        has_code=one.code_id is not None,
        is_owner=one.owner_id == actor.user_id,
        contacts=[_contact(actor, row, names) for row in people] if is_own else [],
        created_at=one.created_at,
        moves=moves_open_to(MOVES, one, actor),
        version=one.version,
    )


def _contact(actor: Actor, row: Contact, names: dict[int, identity.Name]) -> ContactOut:
    return ContactOut(
        user_id=row.user_id,
        name=crypto.mask_name(names[row.user_id].name) if row.user_id in names else "",
        rank=row.rank,
        is_me=row.user_id == actor.user_id,
    )


# -- for the rooms above -------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """A confirmed vehicle, its plate in plain: for rooms that have a reason to ask."""

    id: int
    plate: Plate
    plate_index: str
    owner_id: int
    dwelling_id: int
    area_path: str
    description: str


def _known(one: Vehicle) -> Known:
    return Known(
        id=one.id,
        plate=rules.parse(opened(one.plate, one.seal)),
        plate_index=one.plate_index,
        owner_id=one.owner_id,
        dwelling_id=one.dwelling_id,
        area_path=one.dwelling.area.path or "",
        description=one.description,
    )


async def _first(**by: Any) -> Known | None:
    chosen = Vehicle.filter(status=VehicleStatus.CONFIRMED, **by)
    found = await chosen.prefetch_related("dwelling__area").first()
    return _known(found) if found else None


async def by_plate(text: str) -> Known | None:
    """The confirmed vehicle of a folded plate."""
    return await _first(plate_index__in=indexes(text))


async def by_code(code_id: int) -> Known | None:
    """The confirmed vehicle whose windscreen bears the code."""
    return await _first(code_id=code_id)


async def known(vehicle_id: int) -> Known | None:
    return await _first(id=vehicle_id)


async def own(actor: Actor, vehicle_id: int) -> Known:
    """A confirmed vehicle that the actor is a contact of. Raises NotFound."""
    found = await _first(id=vehicle_id, contacts__user_id=actor.user_id)
    if found is None:
        raise NotFound("没有这辆车")
    return found


async def owned(actor: Actor) -> list[Known]:
    """All confirmed vehicles that the actor is a contact of."""
    chosen = Vehicle.filter(status=VehicleStatus.CONFIRMED, contacts__user_id=actor.user_id)
    found = await chosen.order_by("id").prefetch_related("dwelling__area")
    return [_known(one) for one in found]


async def contacts(vehicle_id: int) -> list[int]:
    """The accounts to call on, first contact first."""
    ranked = Contact.filter(vehicle_id=vehicle_id).order_by("rank", "id")
    return [int(row.user_id) for row in await ranked]


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    chosen = Vehicle.filter(Q(owner_id=user_id) | Q(contacts__user_id=user_id)).distinct()
    found = await chosen.order_by("id")
    places = await areas.places(one.dwelling_id for one in found)
    return {
        "车辆": [
            {
                "车牌": opened(one.plate, one.seal),
                "描述": one.description,
                "地址": places[one.dwelling_id],
                "状态": one.status.label,
                "登记时间": one.created_at,
            }
            for one in found
        ]
    }
