"""Reading coupons and the vouchers of a person."""

from collections.abc import Sequence
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import clock, paging
from backend.core.actor import Actor
from backend.core.database import marks, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.coupons.models import Coupon, CouponStatus, Voucher, VoucherStatus
from backend.engines.coupons.permissions import P
from backend.engines.coupons.schemas import CouponList, CouponOut, VoucherOut, VoucherQuery
from backend.engines.coupons.states import MOVES
from backend.engines.shops import queries as shops
from backend.foundation.areas import queries as areas

_MINE = (
    "SELECT coupon_id, COUNT(*) AS count FROM coupons_voucher "
    "WHERE user_id = ? AND coupon_id IN ({}) GROUP BY coupon_id"
)


def visible_to(actor: Actor) -> QuerySet[Voucher]:
    """One's own vouchers."""
    return Voucher.all() if actor.is_system else Voucher.filter(user_id=actor.user_id)


async def get(coupon_id: int) -> Coupon:
    """The coupon with its shop's staff. Raises NotFound."""
    found = await Coupon.get_or_none(id=coupon_id)
    if found is None:
        raise NotFound("没有这种优惠券")
    if found.shop_id is not None:
        found.staff = set(await shops.staff_of(found.shop_id))
    return found


async def at_shop(actor: Actor, shop_id: int) -> CouponList:
    """What can be claimed for a shop now; its staff see all of its own. Raises NotFound."""
    shop = await shops.get(actor, shop_id)
    now = clock.now()
    public = Q(shop_id=None, area_path__in=areas.paths_to(shop.area_path))
    is_live = Q(status=CouponStatus.RUNNING, starts_at__lte=now, ends_at__gt=now)
    scope = (Q(shop_id=shop.id) | public) & is_live
    if actor.user_id in shop.staff:
        scope |= Q(shop_id=shop.id)
    found = await Coupon.filter(scope).order_by("-id").limit(100)
    for one in found:
        one.staff = set(shop.staff) if one.shop_id == shop.id else ()
    return CouponList(items=await shown(actor, found))


async def funded(actor: Actor) -> CouponList:
    """Public coupons of the actor's places."""
    from_paths = Q(id__lt=0)
    for path in actor.paths(P.FUND):
        from_paths |= Q(area_path__startswith=path)
    found = await Coupon.filter(from_paths, shop_id=None).order_by("-id").limit(100)
    return CouponList(items=await shown(actor, found))


async def shown(actor: Actor, coupons: Sequence[Coupon]) -> list[CouponOut]:
    """Coupons with how many the actor has of each, with one statement for all."""
    ids = [one.id for one in coupons]
    found = await rows(_MINE.format(marks(ids)), actor.user_id, *ids) if ids else []
    mine = {row["coupon_id"]: int(row["count"]) for row in found}
    return [_coupon(actor, one, mine.get(one.id, 0)) for one in coupons]


def _coupon(actor: Actor, one: Coupon, mine: int) -> CouponOut:
    return CouponOut(
        id=one.id,
        name=one.name,
        shop_id=one.shop_id,
        is_public=bool(one.account),
        face=one.face,
        minimum=one.minimum,
        total=one.total,
        issued=one.issued,
        left=one.total - one.issued,
        per_person=one.per_person,
        budget=one.budget,
        spent=one.spent,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        status=one.status.value,
        mine=mine,
        moves=moves_open_to(MOVES, one, actor),
        version=one.version,
    )


async def mine(actor: Actor, query: VoucherQuery) -> Page[VoucherOut]:
    """The actor's vouchers, latest first. With a shop only what is good there now."""
    chosen = visible_to(actor).prefetch_related("coupon")
    if query.shop_id is not None:
        chosen = chosen.filter(await _good_at(actor, query.shop_id))
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    named = await shops.names(one.coupon.shop_id for one in items if one.coupon.shop_id)
    return Page(items=[_voucher(one, named) for one in items], next=after)


async def _good_at(actor: Actor, shop_id: int) -> Q:
    shop = await shops.get(actor, shop_id)
    now = clock.now()
    where = Q(coupon__shop_id=shop.id) | Q(
        coupon__shop_id=None, coupon__area_path__in=areas.paths_to(shop.area_path)
    )
    return where & Q(
        status=VoucherStatus.UNUSED, coupon__starts_at__lte=now, coupon__ends_at__gt=now
    )


def _voucher(one: Voucher, named: dict[int, str]) -> VoucherOut:
    coupon = one.coupon
    is_over = one.status is VoucherStatus.UNUSED and coupon.ends_at <= clock.now()
    return VoucherOut(
        id=one.id,
        coupon_id=coupon.id,
        name=coupon.name,
        shop_id=coupon.shop_id,
        shop_name=named.get(coupon.shop_id or 0),
        face=coupon.face,
        minimum=coupon.minimum,
        ends_at=coupon.ends_at,
        status="expired" if is_over else one.status.value,
        status_name="已过期" if is_over else one.status.label,
    )


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    found = await Voucher.filter(user_id=user_id).prefetch_related("coupon").order_by("id")
    return {
        "优惠券": [
            {
                "名称": one.coupon.name,
                "状态": one.status.label,
                "领取时间": one.claimed_at,
                "使用时间": one.used_at,
            }
            for one in found
        ]
    }
