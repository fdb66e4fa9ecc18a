"""The API of the check-in wall."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound, WrongState
from backend.core.http import endpoint
from backend.features.arrivals import queries, service
from backend.features.arrivals.permissions import P
from backend.features.arrivals.schemas import ArrivalOut, ArriveBody, NamingBody, WallOut

bp = Blueprint("arrivals", url_prefix="/fairs")


@bp.post("/arrive")
@endpoint(P.ARRIVE, raises=(NotFound, WrongState), limit="60/minute")
async def arrive(actor: Actor, body: ArriveBody) -> ArrivalOut:
    """Check in at a fair by its code."""
    return await service.arrive(actor, body)


@bp.get("/<fair_id:id>/wall")
@endpoint(P.READ, raises=(NotFound,))
async def wall(actor: Actor, fair_id: int) -> WallOut:
    """Look at the check-in wall."""
    return await queries.wall(actor, fair_id)


@bp.put("/<fair_id:id>/wall/name")
@endpoint(P.ARRIVE, raises=(NotFound,))
async def name(actor: Actor, fair_id: int, body: NamingBody) -> WallOut:
    """Say whether the wall may show my name."""
    return await service.name(actor, fair_id, body)
