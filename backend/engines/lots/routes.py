"""The API of car parks."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound, StaleVersion
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.engines.lots import queries, service
from backend.engines.lots.permissions import P
from backend.engines.lots.schemas import (
    LotChange,
    LotNew,
    LotOut,
    LotQuery,
    SpaceChange,
    SpaceNew,
    SpaceOut,
    SpaceQuery,
)

bp = Blueprint("lots", url_prefix="/parking")


@bp.get("/lots", name="list")
@endpoint(P.READ, raises=(NotFound,))
async def listed(actor: Actor, query: LotQuery) -> Page[LotOut]:
    """List car parks with their prices."""
    return await queries.listed(actor, query)


@bp.post("/lots", name="create")
@endpoint(P.MANAGE, status=201, raises=(NotFound, Conflict))
async def create(actor: Actor, body: LotNew) -> LotOut:
    """Open a car park."""
    return await service.create(actor, body)


@bp.patch("/lots/<lot_id:id>", name="change")
@endpoint(P.MANAGE, raises=(StaleVersion,))
async def change(actor: Actor, lot_id: int, body: LotChange) -> LotOut:
    """Change a car park: prices, tariff, rules."""
    return await service.change(actor, lot_id, body)


@bp.get("/lots/<lot_id:id>/spaces", name="spaces")
@endpoint(P.WORK)
async def spaces(actor: Actor, lot_id: int, query: SpaceQuery) -> Page[SpaceOut]:
    """List the spaces of a car park."""
    return await queries.spaces(actor, lot_id, query)


@bp.post("/lots/<lot_id:id>/spaces", name="add_spaces")
@endpoint(P.MANAGE, status=201, raises=(Conflict,))
async def add_spaces(actor: Actor, lot_id: int, body: SpaceNew) -> Page[SpaceOut]:
    """Add spaces to a car park."""
    return await service.add_spaces(actor, lot_id, body)


@bp.patch("/spaces/<space_id:id>", name="change_space")
@endpoint(P.MANAGE)
async def change_space(actor: Actor, space_id: int, body: SpaceChange) -> SpaceOut:
    """Change a space: kind, owner, price."""
    return await service.change_space(actor, space_id, body)
