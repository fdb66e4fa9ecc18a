"""The API of the shelves."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound, StaleVersion
from backend.core.http import endpoint
from backend.core.schemas import Page, PageQuery
from backend.engines.shelves import queries, service
from backend.engines.shelves.permissions import P
from backend.engines.shelves.schemas import (
    GoodChange,
    GoodDetail,
    GoodNew,
    GoodOut,
    GoodQuery,
    MovementOut,
    PlaceChange,
    PlaceList,
    PlaceNew,
    PlaceOut,
    StockBody,
)

bp = Blueprint("shelves", url_prefix="/mall")


@bp.get("/goods")
@endpoint(P.READ)
async def listed(actor: Actor, query: GoodQuery) -> Page[GoodOut]:
    """What can be had for points where I live."""
    return await queries.listed(actor, query)


@bp.get("/goods/<shelf_id:id>")
@endpoint(P.READ, raises=(NotFound,))
async def one(actor: Actor, shelf_id: int) -> GoodDetail:
    """One good, and where it lies."""
    return await queries.detail(actor, shelf_id)


@bp.post("/goods")
@endpoint(P.MANAGE, status=201, raises=(NotFound, Conflict))
async def offer(actor: Actor, body: GoodNew) -> GoodDetail:
    """Put something on my community's shelf."""
    return await service.offer(actor, body)


@bp.patch("/goods/<shelf_id:id>")
@endpoint(P.MANAGE, raises=(NotFound, StaleVersion))
async def change(actor: Actor, shelf_id: int, body: GoodChange) -> GoodDetail:
    """Change a good: price, limits, on or off the shelf."""
    return await service.change(actor, shelf_id, body)


@bp.post("/goods/<shelf_id:id>/stock")
@endpoint(P.MANAGE, raises=(NotFound, Conflict))
async def restock(actor: Actor, shelf_id: int, body: StockBody) -> GoodDetail:
    """Say that so many came in or went out at a place."""
    return await service.restock(actor, shelf_id, body)


@bp.get("/goods/<shelf_id:id>/movements")
@endpoint(P.MANAGE, raises=(NotFound,))
async def movements(actor: Actor, shelf_id: int, query: PageQuery) -> Page[MovementOut]:
    """What came, went and was redeemed of a good."""
    return await queries.movements(actor, shelf_id, query)


@bp.get("/places")
@endpoint(P.READ)
async def places(actor: Actor) -> PlaceList:
    """Places where I serve or which I manage."""
    return await queries.places(actor)


@bp.post("/places")
@endpoint(P.MANAGE, status=201, raises=(NotFound,))
async def open_place(actor: Actor, body: PlaceNew) -> PlaceOut:
    """Open a place where things are handed over."""
    return await service.open_place(actor, body)


@bp.patch("/places/<place_id:id>")
@endpoint(P.MANAGE, raises=(NotFound, StaleVersion))
async def change_place(actor: Actor, place_id: int, body: PlaceChange) -> PlaceOut:
    """Change a place, or close it."""
    return await service.change_place(actor, place_id, body)
