"""Reading purchases: buyers' and shops'."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.engines.purchases import queries
from backend.engines.purchases.permissions import P
from backend.engines.purchases.schemas import (
    MineQuery,
    PurchaseCard,
    PurchaseOut,
    ShopPurchaseQuery,
    Takings,
    TakingsQuery,
)

bp = Blueprint("purchases")


@bp.get("/purchases")
@endpoint(P.BUY)
async def mine(actor: Actor, query: MineQuery) -> Page[PurchaseCard]:
    """What I bought."""
    return await queries.mine(actor, query)


@bp.get("/purchases/<purchase_id:id>")
@endpoint(P.VIEW, raises=(NotFound,))
async def one(actor: Actor, purchase_id: int) -> PurchaseOut:
    """One purchase."""
    return await queries.shown(actor, await queries.get(actor, purchase_id))


@bp.get("/shops/<shop_id:id>/purchases")
@endpoint(P.SELL, raises=(NotFound,))
async def of_shop(actor: Actor, shop_id: int, query: ShopPurchaseQuery) -> Page[PurchaseCard]:
    """What my shop sold."""
    return await queries.of_shop(actor, shop_id, query)


@bp.get("/shops/<shop_id:id>/takings")
@endpoint(P.SELL, raises=(NotFound,))
async def takings(actor: Actor, shop_id: int, query: TakingsQuery) -> Takings:
    """A day of my shop."""
    return await queries.takings(actor, shop_id, query.day)
