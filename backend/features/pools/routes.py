"""The API of pools."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page, PageQuery
from backend.engines.points.queries import EntryOut as PointsEntry
from backend.features.pools import queries, service
from backend.features.pools.permissions import P
from backend.features.pools.schemas import (
    BudgetNew,
    EntryOut,
    EntryQuery,
    PoolOut,
    SettlementNew,
    TakeBack,
)

bp = Blueprint("pools", url_prefix="/pools")


@bp.get("/<area_id:id>")
@endpoint(P.OVERSEE, raises=(NotFound,))
async def pool(actor: Actor, area_id: int) -> PoolOut:
    """A community's pool of points, and the shops that are to be settled with."""
    return await queries.pool(actor, area_id)


@bp.get("/<area_id:id>/entries")
@endpoint(P.OVERSEE, raises=(NotFound,))
async def entries(actor: Actor, area_id: int, query: EntryQuery) -> Page[EntryOut]:
    """What was booked into a community's pool and out of it."""
    return await queries.listed(actor, area_id, query)


@bp.post("/<area_id:id>/settlements")
@endpoint(P.KEEP, status=201, raises=(NotFound, Conflict))
async def settle(actor: Actor, area_id: int, body: SettlementNew) -> EntryOut:
    """Write down that a shop was paid for points it took."""
    return await service.settle(actor, area_id, body)


@bp.post("/<area_id:id>/budgets")
@endpoint(P.KEEP, status=201, raises=(NotFound, Conflict))
async def budget(actor: Actor, area_id: int, body: BudgetNew) -> EntryOut:
    """Put new points into a community's pool, or take some out for good."""
    return await service.budget(actor, area_id, body)


@bp.get("/shops/<shop_id:id>/statement")
@endpoint(P.TAKE, raises=(NotFound,))
async def of_shop(actor: Actor, shop_id: int, query: PageQuery) -> Page[PointsEntry]:
    """The points my shop took and what of them was settled; each with the balance after it."""
    return await queries.of_shop(actor, shop_id, query)


@bp.post("/entries/<entry_id:id>/take-back")
@endpoint(P.KEEP, status=201, raises=(NotFound, Conflict))
async def take_back(actor: Actor, entry_id: int, body: TakeBack) -> EntryOut:
    """Take back what was booked wrongly."""
    return await service.take_back(actor, entry_id, body)
