"""Reading who lives where. Sealed fields come out masked; plain only through service.reveal."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import crypto, paging
from backend.core.actor import Actor, Permission
from backend.core.database import below, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.foundation.areas import queries as areas
from backend.foundation.areas.queries import Area, Level
from backend.foundation.identity import queries as identity
from backend.foundation.residents.models import (
    Binding,
    PlainReading,
    Resident,
    ResidentTag,
    indexes,
    plain,
)
from backend.foundation.residents.permissions import P
from backend.foundation.residents.rules import Relation as Relation
from backend.foundation.residents.rules import Secret
from backend.foundation.residents.rules import Tag as Tag
from backend.foundation.residents.schemas import (
    BindingOut,
    BindingQuery,
    HomeOut,
    MyDwelling,
    ReadingOut,
    ResidentQuery,
    TagOut,
)
from backend.foundation.residents.schemas import End as End
from backend.foundation.residents.schemas import ResidentOut as ResidentOut
from backend.foundation.residents.states import LIVE, MOVES, BindingStatus

# CROSS JOIN is JOIN to MariaDB; SQLite, which keeps no statistics, is told the order by it.
_HOMES = (
    "SELECT b.id AS binding_id, b.dwelling_id, b.relation, b.status, b.reason, b.version, "
    "d.number, d.area_id, a.path FROM residents_resident r "
    "CROSS JOIN residents_binding b ON b.resident_id = r.id "
    "CROSS JOIN areas_dwelling d ON d.id = b.dwelling_id "
    "CROSS JOIN areas_area a ON a.id = d.area_id "
    "WHERE r.user_id = ? ORDER BY b.id DESC"
)
_STRANGERS = (
    "SELECT r.id FROM residents_resident r WHERE r.updated_at < ? AND NOT EXISTS (SELECT 1 FROM "
    "residents_binding b WHERE b.resident_id = r.id AND b.live_key IS NOT NULL) LIMIT ?"
)
_USERS_BELOW = (
    "SELECT DISTINCT r.user_id FROM areas_area a "
    "CROSS JOIN areas_dwelling d ON d.area_id = a.id "
    "CROSS JOIN residents_binding b ON b.dwelling_id = d.id "
    "CROSS JOIN residents_resident r ON r.id = b.resident_id "
    "WHERE a.path >= ? AND a.path < ? AND b.status = 'confirmed' AND r.user_id IS NOT NULL "
    "ORDER BY r.user_id"
)


def _within(paths: Iterable[str], *, status: Iterable[BindingStatus]) -> Q:
    scope = Q(id__lt=0)
    for path in paths:
        first, end = below(path)
        scope |= Q(
            bindings__status__in=list(status),
            bindings__dwelling__area__path__gte=first,
            bindings__dwelling__area__path__lt=end,
        )
    return scope


def visible_to(actor: Actor, permission: Permission = P.READ) -> QuerySet[Resident]:
    """Residents who live where the actor holds the permission.

    Those who only say so can be revealed, for it has to be checked, and nothing else.
    """
    if actor.is_system:
        return Resident.all()
    status = LIVE if permission == P.REVEAL else {BindingStatus.CONFIRMED}
    return Resident.filter(_within(actor.paths(permission), status=status)).distinct()


async def get(actor: Actor, resident_id: int, permission: Permission = P.READ) -> Resident:
    """The resident, if the actor's to deal with. Raises NotFound."""
    found = await visible_to(actor, permission).filter(id=resident_id).first()
    if found is None:
        raise NotFound("没有这位居民")
    return found


async def paths_within(actor: Actor, permission: Permission, area_id: int | None) -> list[str]:
    """Where to look: the actor's own part of the area. Raises NotFound when there is none."""
    held = ("/",) if actor.is_system else actor.paths(permission)
    if area_id is None:
        return list(held)
    path = (await areas.get(area_id)).path or ""
    if any(path.startswith(one) for one in held):
        return [path]
    inside = [one for one in held if one.startswith(path)]
    if not inside:
        raise NotFound("没有这个区域")
    return inside


async def listed(actor: Actor, query: ResidentQuery) -> Page[ResidentOut]:
    """A page of confirmed residents, masked. Raises NotFound for an area not the actor's."""
    chosen = _confirmed(await paths_within(actor, P.READ, query.area_id))
    if query.tag is not None:
        chosen = chosen.filter(tags__tag=query.tag)
    if query.q is not None:
        chosen = chosen.filter(_named(query.q))
    if query.cursor:
        chosen = chosen.filter(id__gt=paging.decode(query.cursor, int)[0])
    found = await _first(chosen, query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await shown(items), next=after)


async def _first(chosen: QuerySet[Resident], limit: int) -> list[Resident]:
    """The first by id. Telling ids apart first is cheap, telling whole rows apart is not."""
    ids = await chosen.order_by("id").limit(limit).values_list("id", flat=True)
    return await Resident.filter(id__in=ids).order_by("id") if ids else []


def _confirmed(paths: Iterable[str]) -> QuerySet[Resident]:
    return Resident.filter(_within(paths, status={BindingStatus.CONFIRMED})).distinct()


async def register(paths: Iterable[str], most: int) -> list[ResidentOut]:
    """The masked register at or below the paths, for rooms that have checked whose they are."""
    return await shown(await _first(_confirmed(paths), most))


def _named(text: str) -> Q:
    return (
        Q(name_index__in=indexes(text, Secret.NAME))
        | Q(phone_index__in=indexes(text, Secret.PHONE))
        | Q(id_index__in=indexes(text.upper(), Secret.ID_NUMBER))
    )


async def shown(residents: Sequence[Resident]) -> list[ResidentOut]:
    """Residents masked, with tags and dwellings, with four statements for all of them."""
    ids = [one.id for one in residents]
    tags: defaultdict[int, list[TagOut]] = defaultdict(list)
    for row in await ResidentTag.filter(resident_id__in=ids).order_by("id"):
        tags[row.resident_id].append(TagOut(tag=row.tag, name=row.tag.label))
    bound = await Binding.filter(resident_id__in=ids, status__in=list(LIVE)).order_by("id")
    places = await areas.places(one.dwelling_id for one in bound)
    homes: defaultdict[int, list[HomeOut]] = defaultdict(list)
    for one in bound:
        homes[one.resident_id].append(
            HomeOut(
                binding_id=one.id,
                dwelling_id=one.dwelling_id,
                place=places[one.dwelling_id],
                relation=one.relation,
                relation_name=one.relation.label,
                status=one.status,
            )
        )
    return [_masked(one, tags[one.id], homes[one.id]) for one in residents]


def _masked(one: Resident, tags: list[TagOut], homes: list[HomeOut]) -> ResidentOut:
    phone, number = plain(one, Secret.PHONE), plain(one, Secret.ID_NUMBER)
    return ResidentOut(
        id=one.id,
        name=crypto.mask_name(plain(one, Secret.NAME) or ""),
        phone=phone and crypto.mask_phone(phone),
        id_number=number and crypto.mask_id_number(number),
        birth_year=one.birth_year,
        gender=one.gender,
        education=one.education,
        tags=tags,
        dwellings=homes,
        has_account=one.user_id is not None,
        version=one.version,
    )


# -- bindings ------------------------------------------------------------------------------------


async def binding(actor: Actor, binding_id: int) -> Binding:
    """A binding of one's own or of a place one may confirm at, with resident, dwelling and area.

    Raises NotFound.
    """
    found = await Binding.get_or_none(id=binding_id).prefetch_related("resident", "dwelling__area")
    if found is None or not found.may(actor, P.END):
        raise NotFound("没有这条绑定")
    return found


async def bindings(actor: Actor, query: BindingQuery) -> Page[BindingOut]:
    """Bindings at the actor's places, latest first. Raises NotFound."""
    scope = Q(id__lt=0)
    for path in await paths_within(actor, P.CONFIRM, query.area_id):
        first, end = below(path)
        scope |= Q(dwelling__area__path__gte=first, dwelling__area__path__lt=end)
    chosen = Binding.filter(scope)
    if query.status is not None:
        chosen = chosen.filter(status=query.status)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    chosen = chosen.order_by("-id").limit(query.limit + 1)
    found = await chosen.prefetch_related("resident", "dwelling__area")
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await bindings_shown(actor, items), next=after)


async def bindings_shown(actor: Actor, found: Sequence[Binding]) -> list[BindingOut]:
    places = await areas.places(one.dwelling_id for one in found)
    return [_binding(actor, one, places[one.dwelling_id]) for one in found]


def _binding(actor: Actor, one: Binding, place: str) -> BindingOut:
    phone = plain(one.resident, Secret.PHONE)
    return BindingOut(
        id=one.id,
        resident_id=one.resident_id,
        name=crypto.mask_name(plain(one.resident, Secret.NAME) or ""),
        phone=phone and crypto.mask_phone(phone),
        dwelling_id=one.dwelling_id,
        place=place,
        relation=one.relation,
        relation_name=one.relation.label,
        status=one.status,
        status_name=one.status.label,
        reason=one.reason,
        created_at=one.created_at,
        decided_at=one.decided_at,
        moves=moves_open_to(MOVES, one, actor),
        version=one.version,
    )


# -- one's own -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Home:
    """A dwelling that a person with an account is, wants to be, or was bound to."""

    binding_id: int
    dwelling_id: int
    area_id: int
    """The unit, or the building without units."""
    area_path: str
    number: str
    relation: Relation
    status: BindingStatus
    reason: str
    version: int


async def homes_of(user_id: int) -> list[Home]:
    """Every binding of the account, latest first, with one constant statement."""
    plain_ones = ("binding_id", "dwelling_id", "area_id", "number", "reason", "version")
    return [
        Home(
            area_path=row["path"],
            relation=Relation(row["relation"]),
            status=BindingStatus(row["status"]),
            **{name: row[name] for name in plain_ones},
        )
        for row in await rows(_HOMES, user_id)
    ]


async def dwellings_of(user_id: int) -> list[Home]:
    """The dwellings that the person is confirmed to belong to."""
    return [one for one in await homes_of(user_id) if one.status == BindingStatus.CONFIRMED]


async def owners_at(dwelling_id: int) -> list[str]:
    """Masked names of a dwelling's confirmed owners: for a counter, to see whom one speaks with."""
    live = Binding.filter(dwelling_id=dwelling_id, status=BindingStatus.CONFIRMED)
    found = await live.filter(relation=Relation.OWNER).prefetch_related("resident")
    return [crypto.mask_name(plain(one.resident, Secret.NAME) or "") for one in found]


async def strangers(since: datetime, limit: int) -> list[int]:
    """Residents who have belonged nowhere since then."""
    return [row["id"] for row in await rows(_STRANGERS, since, limit)]


class Member(NamedTuple):
    """Somebody of a household: one's own name in plain, the others' masked."""

    resident_id: int
    name: str
    birth_year: int | None
    is_me: bool


async def household(user_id: int) -> list[Member]:
    """The person first, then who else belongs to a dwelling of theirs; no tenant sees an owner."""
    live = Binding.filter(status=BindingStatus.CONFIRMED).select_related("resident")
    mine = await live.filter(resident__user_id=user_id)
    homes = [one.dwelling_id for one in mine if one.relation != Relation.TENANT] or [0]
    near = await live.filter(dwelling_id__in=homes).exclude(relation=Relation.TENANT)
    known = {one.resident_id: one.resident for one in [*mine, *near]}
    return [_member(one, is_me=one.user_id == user_id) for one in known.values()]


def _member(one: Resident, *, is_me: bool) -> Member:
    name = plain(one, Secret.NAME) or ""
    return Member(one.id, name if is_me else crypto.mask_name(name), one.birth_year, is_me)


async def users_below(area_path: str) -> list[int]:
    """Accounts of the confirmed residents at or below an area: whom a notice reaches."""
    return [int(row["user_id"]) for row in await rows(_USERS_BELOW, *below(area_path))]


async def my_dwellings(actor: Actor) -> Page[MyDwelling]:
    """The person's own bindings for their phone, latest first."""
    found = await homes_of(actor.user_id)
    places = await areas.places(one.dwelling_id for one in found)
    along = await areas.many(part for one in found for part in areas.ids_of(one.area_path))
    return Page(items=[_mine(one, places[one.dwelling_id], along) for one in found])


def _mine(one: Home, place: str, along: dict[int, Area]) -> MyDwelling:
    ids = {along[part].level: part for part in areas.ids_of(one.area_path)}
    return MyDwelling(
        binding_id=one.binding_id,
        dwelling_id=one.dwelling_id,
        place=place,
        relation=one.relation,
        relation_name=one.relation.label,
        status=one.status,
        status_name=one.status.label,
        reason=one.reason,
        building_id=ids[Level.BUILDING],
        unit_area_id=ids.get(Level.UNIT),
        compound_id=ids.get(Level.COMPOUND),
        community_id=ids[Level.COMMUNITY],
        version=one.version,
    )


async def my_readings(actor: Actor, limit: int, cursor: str | None) -> Page[ReadingOut]:
    """Who read the person's data in plain, and why, latest first."""
    chosen = PlainReading.filter(user_id=actor.user_id)
    if cursor:
        chosen = chosen.filter(id__lt=paging.decode(cursor, int)[0])
    found = await chosen.order_by("-id").limit(limit + 1)
    items, after = paging.cut(found, limit, lambda one: (one.id,))
    names = await identity.names(one.reader_id for one in items)
    return Page(items=[_reading(one, names) for one in items], next=after)


def _reading(one: PlainReading, names: dict[int, Any]) -> ReadingOut:
    name, role = names.get(one.reader_id, ("已离开的工作人员", ""))
    return ReadingOut(
        id=one.id,
        reader=name,
        role=role,
        fields=[Secret(part).label for part in one.fields_read.split(",")],
        purpose=one.purpose,
        read_at=one.read_at,
    )


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    one = await Resident.get_or_none(user_id=user_id)
    if one is None:
        return {}
    found = await Binding.filter(resident_id=one.id).order_by("id")
    places = await areas.places(row.dwelling_id for row in found)
    tags = await ResidentTag.filter(resident_id=one.id)
    return {
        "居民档案": {secret.label: plain(one, secret) for secret in Secret}
        | {"出生年份": one.birth_year, "性别": one.gender, "学历": one.education},
        "身份标签": [row.tag.label for row in tags],
        "房屋": [
            {
                "地址": places[row.dwelling_id],
                "关系": row.relation.label,
                "状态": row.status.label,
                "提交时间": row.created_at,
            }
            for row in found
        ],
    }
