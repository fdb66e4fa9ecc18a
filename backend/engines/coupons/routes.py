"""The API of coupons."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound, StaleVersion, WrongState
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.engines.coupons import queries, service
from backend.engines.coupons.permissions import P
from backend.engines.coupons.schemas import (
    CouponList,
    CouponNew,
    CouponOut,
    PublicCouponNew,
    StopBody,
    VoucherOut,
    VoucherQuery,
)

bp = Blueprint("coupons")


@bp.get("/shops/<shop_id:id>/coupons")
@endpoint(P.CLAIM, raises=(NotFound,))
async def at_shop(actor: Actor, shop_id: int) -> CouponList:
    """Coupons that are good at a shop."""
    return await queries.at_shop(actor, shop_id)


@bp.post("/shops/<shop_id:id>/coupons")
@endpoint(P.OFFER, status=201, raises=(NotFound,))
async def offer(actor: Actor, shop_id: int, body: CouponNew) -> CouponOut:
    """Offer a coupon at my shop's cost."""
    return await service.offer(actor, shop_id, body)


@bp.get("/coupons/mine")
@endpoint(P.CLAIM, raises=(NotFound,))
async def mine(actor: Actor, query: VoucherQuery) -> Page[VoucherOut]:
    """The vouchers that I hold."""
    return await queries.mine(actor, query)


@bp.get("/coupons/funded")
@endpoint(P.FUND)
async def funded(actor: Actor) -> CouponList:
    """Coupons at the public's cost."""
    return await queries.funded(actor)


@bp.post("/coupons/funded")
@endpoint(P.FUND, status=201, raises=(NotFound,))
async def fund(actor: Actor, body: PublicCouponNew) -> CouponOut:
    """Offer a coupon at the public's cost."""
    return await service.fund(actor, body)


@bp.post("/coupons/<coupon_id:id>/claim")
@endpoint(P.CLAIM, raises=(NotFound, service.NoneLeft, service.EnoughClaimed), limit="60/minute")
async def claim(actor: Actor, coupon_id: int) -> CouponOut:
    """Take one of a coupon."""
    return await service.claim(actor, coupon_id)


@bp.post("/coupons/<coupon_id:id>/stop")
@endpoint(P.OFFER, raises=(NotFound, Conflict, WrongState, StaleVersion))
async def stop(actor: Actor, coupon_id: int, body: StopBody) -> CouponOut:
    """Give out no more of a coupon."""
    return await service.stop(actor, coupon_id, body)
