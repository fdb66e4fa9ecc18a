"""The API of goods."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound, StaleVersion
from backend.core.http import endpoint
from backend.core.schemas import Done, Page
from backend.engines.goods import queries, service
from backend.engines.goods.permissions import P
from backend.engines.goods.schemas import BlockBody, GoodChange, GoodNew, GoodOut, GoodQuery

bp = Blueprint("goods")


@bp.get("/shops/<shop_id:id>/goods")
@endpoint(P.READ, raises=(NotFound,))
async def listed(actor: Actor, shop_id: int, query: GoodQuery) -> Page[GoodOut]:
    """What a shop sells."""
    return await queries.listed(actor, shop_id, query)


@bp.post("/shops/<shop_id:id>/goods")
@endpoint(P.STOCK, status=201, raises=(NotFound, service.Prescription, Conflict))
async def create(actor: Actor, shop_id: int, body: GoodNew) -> GoodOut:
    """Put something on my shop's shelf."""
    return await service.create(actor, shop_id, body)


@bp.patch("/goods/<good_id:id>")
@endpoint(P.STOCK, raises=(NotFound, service.Prescription, StaleVersion, Conflict))
async def change(actor: Actor, good_id: int, body: GoodChange) -> GoodOut:
    """Change a good: price, stock, on or off the shelf."""
    return await service.change(actor, good_id, body)


@bp.delete("/goods/<good_id:id>")
@endpoint(P.STOCK, raises=(NotFound,))
async def remove(actor: Actor, good_id: int) -> Done:
    """Delete a good."""
    return await service.remove(actor, good_id)


@bp.post("/goods/<good_id:id>/block")
@endpoint(P.REVIEW, raises=(NotFound, StaleVersion))
async def block(actor: Actor, good_id: int, body: BlockBody) -> GoodOut:
    """Take a good off the shelf, as the community."""
    return await service.block(actor, good_id, body)


@bp.post("/goods/<good_id:id>/unblock")
@endpoint(P.REVIEW, raises=(NotFound, StaleVersion, Conflict))
async def unblock(actor: Actor, good_id: int) -> GoodOut:
    """Let a good be sold again, as the community."""
    return await service.unblock(actor, good_id)
