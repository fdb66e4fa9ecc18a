"""The API of stalls."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound, WrongState
from backend.core.http import endpoint
from backend.core.states import REFUSALS
from backend.engines.stalls import queries, service
from backend.engines.stalls.permissions import P
from backend.engines.stalls.schemas import (
    MoveBody,
    PlaceBody,
    ReasonBody,
    ScanBody,
    StallList,
    StallNew,
    StallOut,
    VisitOut,
)

bp = Blueprint("stalls")


@bp.get("/fairs/<fair_id:id>/stalls", name="list")
@endpoint(P.READ, raises=(NotFound,))
async def listed(actor: Actor, fair_id: int) -> StallList:
    """List the stalls of a fair."""
    return await queries.of_fair(actor, fair_id)


@bp.post("/fairs/<fair_id:id>/stalls", name="offer")
@endpoint(P.OFFER, status=201, raises=(NotFound, WrongState, Conflict), limit="60/hour")
async def offer(actor: Actor, fair_id: int, body: StallNew) -> StallOut:
    """Offer a stall to a fair."""
    return await service.offer(actor, fair_id, body)


@bp.post("/stalls/scan")
@endpoint(P.VISIT, raises=(NotFound, WrongState, Conflict), limit="120/minute")
async def scan(actor: Actor, body: ScanBody) -> VisitOut:
    """Come by a stall by its code."""
    return await service.scan(actor, body)


@bp.post("/stalls/<stall_id:id>/accept")
@endpoint(P.RUN, raises=REFUSALS)
async def accept(actor: Actor, stall_id: int, body: MoveBody) -> StallOut:
    """Accept a stall."""
    return await service.accept(actor, stall_id, body)


@bp.post("/stalls/<stall_id:id>/decline")
@endpoint(P.RUN, raises=REFUSALS)
async def decline(actor: Actor, stall_id: int, body: ReasonBody) -> StallOut:
    """Decline a stall, with grounds."""
    return await service.decline(actor, stall_id, body)


@bp.post("/stalls/<stall_id:id>/place")
@endpoint(P.RUN, raises=(*REFUSALS, service.SpotTaken))
async def place(actor: Actor, stall_id: int, body: PlaceBody) -> StallOut:
    """Put a stall on the map."""
    return await service.place(actor, stall_id, body)


@bp.post("/stalls/<stall_id:id>/withdraw")
@endpoint(P.OFFER, raises=REFUSALS)
async def withdraw(actor: Actor, stall_id: int, body: MoveBody) -> StallOut:
    """Take my stall back."""
    return await service.withdraw(actor, stall_id, body)
