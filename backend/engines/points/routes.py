"""The API of points."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound, StaleVersion
from backend.core.http import endpoint
from backend.core.schemas import Page, PageQuery
from backend.engines.points import queries, service
from backend.engines.points.permissions import P
from backend.engines.points.queries import EntryOut
from backend.engines.points.schemas import (
    EconomyOut,
    PointsOut,
    PolicyBody,
    PolicyOut,
    TransferNew,
)

bp = Blueprint("points", url_prefix="/points")


@bp.get("/", strict_slashes=False)
@endpoint(P.HOLD)
async def mine(actor: Actor) -> PointsOut:
    """My points, what ends soon, and my families'."""
    return await queries.mine(actor)


@bp.get("/statement")
@endpoint(P.HOLD)
async def statement(actor: Actor, query: PageQuery) -> Page[EntryOut]:
    """What came and went of my points."""
    return await queries.statement(actor, query)


@bp.get("/families/<dwelling_id:id>/statement")
@endpoint(P.HOLD, raises=(NotFound,))
async def family_statement(actor: Actor, dwelling_id: int, query: PageQuery) -> Page[EntryOut]:
    """What came and went of what my family shares."""
    return await queries.family_statement(actor, dwelling_id, query)


@bp.post("/transfers")
@endpoint(P.HOLD, limit="30/minute", raises=(NotFound, Conflict))
async def transfer(actor: Actor, body: TransferNew) -> PointsOut:
    """Pass points on within my family."""
    return await service.transfer(actor, body)


@bp.get("/policies/<area_id:id>")
@endpoint(P.OVERSEE, raises=(NotFound,))
async def policy(actor: Actor, area_id: int) -> PolicyOut:
    """The policy that holds in an area."""
    return await queries.policy(actor, area_id)


@bp.put("/policies/<area_id:id>")
@endpoint(P.SET_POLICY, raises=(NotFound, StaleVersion))
async def set_policy(actor: Actor, area_id: int, body: PolicyBody) -> PolicyOut:
    """Set the policy of an area."""
    return await service.set_policy(actor, area_id, body)


@bp.get("/communities/<area_id:id>")
@endpoint(P.OVERSEE, raises=(NotFound,))
async def economy(actor: Actor, area_id: int) -> EconomyOut:
    """A community's points: issued, come back, and whether the books agree."""
    return await queries.economy(actor, area_id)
