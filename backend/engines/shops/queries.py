"""Reading shops: open ones are everybody's, the others their staff's and reviewers'."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import clock, paging
from backend.core.actor import Actor
from backend.core.database import below, marks, moment, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.shops import rules
from backend.engines.shops.models import Licence, ShopStatus, Staff
from backend.engines.shops.models import Shop as Shop
from backend.engines.shops.permissions import P
from backend.engines.shops.rules import Hours, ShopKind, StaffRole
from backend.engines.shops.rules import LicenceKind as LicenceKind
from backend.engines.shops.schemas import (
    HoursBody,
    LicenceOut,
    MyShop,
    MyShops,
    ReviewQuery,
    ShopCard,
    ShopOut,
    ShopQuery,
    StaffList,
    StaffOut,
)
from backend.engines.shops.schemas import Picture as Picture
from backend.engines.shops.states import MOVES
from backend.foundation.areas import queries as areas
from backend.foundation.files import queries as files
from backend.foundation.identity import queries as identity

MICRO = 1_000_000
MERCHANT = "merchant"
"""The side of the app that people with a shop have."""
_STAFF = "SELECT user_id, role FROM shops_staff WHERE shop_id = ? ORDER BY id"
_RUNS = "SELECT 1 AS one FROM shops_staff WHERE user_id = ? LIMIT 1"
_MINE = (
    "SELECT s.id, s.name, s.kind, s.status, s.hours, s.closed_until, p.role FROM shops_staff p "
    "JOIN shops_shop s ON s.id = p.shop_id WHERE p.user_id = ? AND s.status <> 'closed' "
    "ORDER BY s.id"
)


def visible_to(actor: Actor) -> QuerySet[Shop]:
    """Shops that trade, those the actor runs, and those the actor reviews."""
    if actor.is_system:
        return Shop.all()
    scope = Q(status=ShopStatus.OPEN) | Q(people__user_id=actor.user_id) | _reviewed_by(actor)
    return Shop.filter(scope).distinct()


def _reviewed_by(actor: Actor) -> Q:
    scope = Q(id__lt=0)
    for path in actor.paths(P.REVIEW):
        first, end = below(path)
        scope |= Q(area_path__gte=first, area_path__lt=end)
    return scope


async def get(actor: Actor, shop_id: int) -> Shop:
    """The shop with its staff. Raises NotFound for one that is not the actor's to see."""
    found = await visible_to(actor).filter(id=shop_id).first()
    if found is None:
        raise NotFound("没有这家店")
    found.staff = await staff_of(found.id)
    return found


async def run_by(actor: Actor, shop_id: int) -> Shop:
    """The shop, for what only its staff may see and do. Raises NotFound for everybody else."""
    found = await get(actor, shop_id)
    if not found.may(actor, P.RUN):
        raise NotFound("没有这家店")
    return found


async def reviewed_by(actor: Actor, shop_id: int) -> Shop:
    """The shop, for what only its reviewers may do. Raises NotFound for everybody else."""
    found = await get(actor, shop_id)
    if not found.may(actor, P.REVIEW):
        raise NotFound("没有这家店")
    return found


async def staff_of(shop_id: int) -> dict[int, StaffRole]:
    """Who runs the shop, by user."""
    return {row["user_id"]: StaffRole(row["role"]) for row in await rows(_STAFF, shop_id)}


async def runs_any(user_id: int) -> bool:
    """Whether the person is on the staff of any shop."""
    return bool(await rows(_RUNS, user_id))


async def by_ids(shop_ids: Iterable[int]) -> dict[int, Shop]:
    """Shops by id, without their staff."""
    return {one.id: one for one in await Shop.filter(id__in=sorted(set(shop_ids)))}


def takes_orders(shop: Shop) -> bool:
    """Whether its standing and licences allow new orders; the hours are asked beside."""
    today = clock.today()
    return (
        shop.status is ShopStatus.OPEN
        and shop.payee_id is not None
        and shop.licensed_until is not None
        and as_day(shop.licensed_until) >= today
    )


def hours_of(shop: Shop) -> Hours:
    return Hours.of(shop.hours, shop.closed_until)


def is_open(shop: Shop) -> bool:
    return rules.is_open(hours_of(shop), clock.now())


def opening(shop: Shop) -> str:
    """`营业至 21:00`, or when it opens next."""
    return rules.opening_words(hours_of(shop), clock.now())


def as_day(value: Any) -> date:
    """A day as a raw row gave it."""
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


async def mine(actor: Actor) -> MyShops:
    """The shops that the actor runs."""
    now = clock.now()
    return MyShops(items=[_mine(row, now) for row in await rows(_MINE, actor.user_id)])


def _mine(row: Mapping[str, Any], now: datetime) -> MyShop:
    status, role = ShopStatus(row["status"]), StaffRole(row["role"])
    kept = row["hours"]
    hours = Hours.of(
        json.loads(kept) if isinstance(kept, str | bytes) else kept, moment(row["closed_until"])
    )
    return MyShop(
        id=row["id"],
        name=row["name"],
        kind=ShopKind(row["kind"]),
        role=role,
        role_name=role.label,
        status=status,
        status_name=status.label,
        is_open=rules.is_open(hours, now),
        opening=rules.opening_words(hours, now),
    )


async def listed(query: ShopQuery) -> Page[ShopCard]:
    """Shops that serve the area, by id. With `open_now` a page may be shorter than asked."""
    ids = areas.ids_of(await areas.path_of(query.area_id))
    along = [f"/{'/'.join(map(str, ids[:depth]))}/" for depth in range(1, len(ids) + 1)]
    chosen = Shop.filter(status=ShopStatus.OPEN, serves_path__in=along)
    if query.kind is not None:
        chosen = chosen.filter(kind=query.kind)
    if query.q is not None:
        chosen = chosen.filter(name__contains=query.q)
    if query.cursor:
        chosen = chosen.filter(id__gt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    shown = [one for one in items if not query.open_now or (is_open(one) and takes_orders(one))]
    return Page(items=await cards(shown), next=after)


async def cards(shops: list[Shop]) -> list[ShopCard]:
    """Shops as cards, with one statement for all their pictures."""
    pictures = await pictures_of(one.picture_id for one in shops)
    return [ShopCard(**_facts(one, pictures)) for one in shops]


async def pictures_of(file_ids: Iterable[int | None]) -> dict[int, Picture]:
    """Pictures by file id; those that are gone are left out."""
    found = await files.links(one for one in file_ids if one)
    return {
        one.id: Picture(id=one.id, url=one.url, thumb_url=one.thumb_url) for one in found.values()
    }


def _facts(shop: Shop, pictures: Mapping[int, Picture]) -> dict[str, Any]:
    picture = pictures.get(shop.picture_id or 0)
    stars = round(shop.stars_sum / shop.stars_count, 1) if shop.stars_count else None
    return {
        "id": shop.id,
        "name": shop.name,
        "kind": shop.kind,
        "kind_name": shop.kind.label,
        "place": shop.place,
        "latitude": _degrees(shop.latitude),
        "longitude": _degrees(shop.longitude),
        "picture_url": picture and (picture.thumb_url or picture.url),
        "is_open": is_open(shop) and takes_orders(shop),
        "opening": opening(shop) if takes_orders(shop) else "暂停接单",
        "delivers": shop.delivers,
        "delivery_fee": shop.delivery_fee,
        "delivery_minimum": shop.delivery_minimum,
        "stars": stars,
        "stars_count": shop.stars_count,
        "sold": shop.sold,
        "notice": shop.notice,
    }


def _degrees(value: int | None) -> float | None:
    return None if value is None else value / MICRO


async def shown(actor: Actor, shop: Shop) -> ShopOut:
    """A shop by itself; what is internal only for its staff and reviewers."""
    is_inside = shop.may(actor, P.RUN) or shop.may(actor, P.REVIEW)
    papers = await Licence.filter(shop_id=shop.id).order_by("id") if is_inside else []
    pictures = await pictures_of([shop.picture_id, *(one.file_id for one in papers)])
    return ShopOut(
        **_facts(shop, pictures),
        phone=shop.phone,
        about=shop.about,
        reach=shop.reach,
        hours=HoursBody.model_validate(shop.hours),
        closed_until=shop.closed_until,
        closed_note=shop.closed_note,
        accept_minutes=shop.accept_minutes,
        status=shop.status,
        status_name=shop.status.label,
        takes_orders=takes_orders(shop),
        reason=shop.reason if is_inside else "",
        area_id=shop.area_id,
        licensed_until=shop.licensed_until if is_inside else None,
        licences=[_licence(one, pictures) for one in papers],
        my_role=shop.staff.get(actor.user_id),
        moves=moves_open_to(MOVES, shop, actor),
        version=shop.version,
    )


def _licence(one: Licence, pictures: Mapping[int, Picture]) -> LicenceOut:
    day = as_day(one.expires_on)
    return LicenceOut(
        id=one.id,
        kind=one.kind,
        kind_name=one.kind.label,
        number=one.number,
        expires_on=None if day == rules.FOREVER else day,
        state=_state(one, day),
        file=pictures.get(one.file_id),
    )


def _state(one: Licence, day: date) -> str:
    if one.refused_at is not None:
        return "refused"
    if one.confirmed_at is None:
        return "sent"
    return "confirmed" if day >= clock.today() else "expired"


async def to_review(actor: Actor, query: ReviewQuery) -> Page[ShopCard]:
    """Shops of one status at the actor's places; among open ones those with papers to confirm
    come by `status=open`. Latest first."""
    chosen = Shop.filter(_reviewed_by(actor), status=query.status)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=await cards(items), next=after)


async def staff_list(shop: Shop) -> StaffList:
    """Everybody who runs the shop, for one another."""
    found = await Staff.filter(shop_id=shop.id).order_by("id")
    called = await identity.names(one.user_id for one in found)
    return StaffList(
        items=[
            StaffOut(
                user_id=one.user_id,
                name=called[one.user_id].name if one.user_id in called else "",
                role=one.role,
                role_name=one.role.label,
                since=one.since,
            )
            for one in found
        ]
    )


async def names(shop_ids: Iterable[int]) -> dict[int, str]:
    """Names by id, with one statement."""
    ids = sorted(set(shop_ids))
    sql = f"SELECT id, name FROM shops_shop WHERE id IN ({marks(ids)})"  # noqa: S608
    return {row["id"]: str(row["name"]) for row in (await rows(sql, *ids) if ids else [])}


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    return {
        "参与经营的店铺": [
            {"店铺": row["name"], "身份": StaffRole(row["role"]).label}
            for row in await rows(_MINE, user_id)
        ]
    }


identity.open_side_by(MERCHANT, runs_any)
