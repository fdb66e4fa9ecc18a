"""Offering, claiming, spending coupons: what is granted bounds all of it, in the UPDATE itself."""

from dataclasses import dataclass
from typing import Any

from tortoise.exceptions import IntegrityError

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import execute, is_duplicate
from backend.core.errors import Conflict, Invalid, NotFound
from backend.core.states import make
from backend.engines.coupons import queries
from backend.engines.coupons.models import Coupon, CouponStatus, Voucher, VoucherStatus
from backend.engines.coupons.permissions import P
from backend.engines.coupons.schemas import CouponNew, CouponOut, PublicCouponNew, StopBody
from backend.engines.coupons.states import MOVES, VOUCHER_MOVES
from backend.engines.shops import queries as shops
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit

_ISSUE = (
    "UPDATE coupons_coupon SET issued = issued + 1 WHERE id = ? AND issued < total "
    "AND status = 'running' AND starts_at <= ? AND ends_at > ?"
)
_SPEND = (
    "UPDATE coupons_coupon SET spent = spent + ? WHERE id = ? AND spent + ? <= budget "
    "AND starts_at <= ? AND ends_at > ?"
)
_UNSPEND = "UPDATE coupons_coupon SET spent = spent - ? WHERE id = ? AND spent >= ?"


class NoneLeft(Conflict):
    code, title = "none_left", "优惠券已领完"


class EnoughClaimed(Conflict):
    code, title = "enough_claimed", "已达到每人可领的数量"


class NotUsable(Conflict):
    code, title = "coupon_not_usable", "这张优惠券现在不能使用"


@dataclass(frozen=True)
class Reduction:
    """What a voucher takes off: `amount` fen, paid by `account` (empty: by the shop itself)."""

    voucher_id: int
    name: str
    amount: int
    account: str


# -- offering ----------------------------------------------------------------------------------
async def offer(actor: Actor, shop_id: int, body: CouponNew) -> CouponOut:
    """A coupon at the shop's own cost. Raises NotFound for a shop that is not the actor's."""
    shop = await shops.run_by(actor, shop_id)
    coupon = await _create(body, {"shop_id": shop.id, "area_path": shop.area_path})
    coupon.staff = set(shop.staff)
    await audit.record(actor, "coupons.offered", f"coupon:{coupon.id}", shop.area_path)
    return (await queries.shown(actor, [coupon]))[0]


async def fund(actor: Actor, body: PublicCouponNew) -> CouponOut:
    """A coupon at the public's cost. Raises NotFound for an area that is not the actor's."""
    path = await areas.path_of(body.area_id)
    if not actor.may(P.FUND, path):
        raise NotFound("没有这个区域")
    coupon = await _create(body, {"area_path": path, "account": f"subsidy:{body.fund}"})
    facts = {"budget": coupon.budget, "account": coupon.account}
    await audit.record(actor, "coupons.funded", f"coupon:{coupon.id}", path, **facts)
    return (await queries.shown(actor, [coupon]))[0]


async def _create(body: CouponNew, whose: dict[str, Any]) -> Coupon:
    now = clock.now()
    if body.ends_at <= now:
        raise Invalid(fields={"ends_at": "结束时间已经过去"})
    return await Coupon.create(
        **whose,
        **body.model_dump(include={"name", "face", "minimum", "total", "per_person", "ends_at"}),
        budget=body.budget or min(body.total * body.face, 2_000_000_000),
        starts_at=body.starts_at or now,
        created_at=now,
    )


async def stop(actor: Actor, coupon_id: int, body: StopBody) -> CouponOut:
    """Give out no more of it; what people hold stays good until its end."""
    coupon = await queries.get(coupon_id)
    if not coupon.may(actor, P.OFFER):
        raise NotFound("没有这种优惠券")
    await make(coupon, MOVES["stop"], actor, version=body.version)
    await audit.record(actor, "coupons.stopped", f"coupon:{coupon.id}", coupon.area_path)
    return (await queries.shown(actor, [coupon]))[0]


# -- claiming ----------------------------------------------------------------------------------
async def claim(actor: Actor, coupon_id: int) -> CouponOut:
    """Take one. Raises NotFound, NoneLeft (all given out or over), EnoughClaimed."""
    coupon = await queries.get(coupon_id)
    number = 1 + await Voucher.filter(coupon_id=coupon.id, user_id=actor.user_id).count()
    if number > coupon.per_person:
        raise EnoughClaimed
    now = clock.now()
    if await execute(_ISSUE, coupon.id, now, now) != 1:
        is_over = coupon.ends_at <= now or coupon.status is not CouponStatus.RUNNING
        raise NoneLeft("活动已结束" if is_over else "")
    try:
        # A second tap at the same moment has the same number: the key lets one of them in.
        await Voucher.create(
            coupon_id=coupon.id, user_id=actor.user_id, number=number, claimed_at=now
        )
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise EnoughClaimed from error
    return (await queries.shown(actor, [await queries.get(coupon.id)]))[0]


# -- spending ----------------------------------------------------------------------------------
async def quote(actor: Actor, voucher_id: int, shop_id: int, total: int) -> Reduction:
    """What the voucher would take off a purchase of `total` fen at the shop.

    Raises NotFound for somebody else's, NotUsable with the reason.
    """
    voucher = (
        await queries.visible_to(actor).filter(id=voucher_id).prefetch_related("coupon").first()
    )
    if voucher is None:
        raise NotFound("没有这张优惠券")
    coupon, now = voucher.coupon, clock.now()
    if voucher.status is not VoucherStatus.UNUSED:
        raise NotUsable("这张优惠券已经用过")
    if not coupon.starts_at <= now < coupon.ends_at:
        raise NotUsable("不在优惠券的有效期内")
    shop = await shops.get(actor, shop_id)
    is_here = (
        coupon.shop_id == shop.id if coupon.shop_id else shop.area_path.startswith(coupon.area_path)
    )
    if not is_here:
        raise NotUsable("这张优惠券不适用于这家店")
    if total < coupon.minimum:
        raise NotUsable(f"还差 {(coupon.minimum - total) / 100:.2f} 元可用")
    return Reduction(voucher.id, coupon.name, min(coupon.face, total), coupon.account)


async def use(actor: Actor, voucher_id: int, shop_id: int, total: int) -> Reduction:
    """Use the voucher, in the transaction at hand. Raises as quote, and when the budget is gone."""
    reduction = await quote(actor, voucher_id, shop_id, total)
    voucher = await Voucher.get(id=voucher_id)
    now = clock.now()
    spent = (reduction.amount, voucher.coupon_id, reduction.amount, now, now)
    if await execute(_SPEND, *spent) != 1:
        raise NotUsable("优惠活动的资金已经用完")
    await make(voucher, VOUCHER_MOVES["use"], actor, amount=reduction.amount, used_at=now)
    return reduction


async def give_back(voucher_id: int) -> None:
    """The purchase came to nothing: the voucher is as unused, its money free again."""
    voucher = await Voucher.get_or_none(id=voucher_id)
    if voucher is None or voucher.status is not VoucherStatus.USED:
        return
    await execute(_UNSPEND, voucher.amount, voucher.coupon_id, voucher.amount)
    await make(voucher, VOUCHER_MOVES["give-back"], SYSTEM, amount=0, used_at=None)


async def forget(user_id: int) -> None:
    """A person left: what they held unused is gone, what they used is nobody's."""
    await Voucher.filter(user_id=user_id, status=VoucherStatus.UNUSED).delete()
    await Voucher.filter(user_id=user_id).update(user_id=None)
