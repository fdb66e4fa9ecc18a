"""The API of carts."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound
from backend.core.http import endpoint
from backend.features.carts import queries, service
from backend.features.carts.permissions import P
from backend.features.carts.schemas import (
    Cart,
    CheckoutBody,
    ClearQuery,
    ItemBody,
    Placed,
    Quote,
    QuoteBody,
)

bp = Blueprint("carts", url_prefix="/cart")


@bp.get("")
@endpoint(P.OWN)
async def cart(actor: Actor) -> Cart:
    """What I mean to buy, by shop."""
    return await queries.cart(actor)


@bp.put("/items")
@endpoint(P.OWN, raises=(NotFound, service.CannotBuy), limit="240/minute")
async def put(actor: Actor, body: ItemBody) -> Cart:
    """So many of a good shall be in my cart."""
    return await service.put(actor, body)


@bp.delete("")
@endpoint(P.OWN)
async def clear(actor: Actor, query: ClearQuery) -> Cart:
    """Empty my cart of a shop."""
    return await service.clear(actor, query.shop_id)


@bp.post("/quote")
@endpoint(P.OWN, raises=(NotFound,))
async def quote(actor: Actor, body: QuoteBody) -> Quote:
    """What my cart of a shop would cost."""
    return await queries.quote(actor, body)


@bp.post("/checkout")
@endpoint(
    P.OWN,
    status=201,
    raises=(NotFound, service.CannotBuy, service.PriceChanged, Conflict),
    limit="30/minute",
)
async def checkout(actor: Actor, body: CheckoutBody) -> Placed:
    """Buy what is in my cart of a shop."""
    return await service.checkout(actor, body)
