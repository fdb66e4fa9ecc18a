"""The API of vehicles."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound, StaleVersion, WrongState
from backend.core.http import Download, endpoint
from backend.core.schemas import Done, Page
from backend.engines.vehicles import queries, service
from backend.engines.vehicles.permissions import P
from backend.engines.vehicles.schemas import (
    Decide,
    End,
    Invitation,
    Join,
    Rank,
    Refuse,
    VehicleNew,
    VehicleOut,
    VehicleQuery,
)
from backend.engines.vehicles.service import InvitationGone

bp = Blueprint("vehicles", url_prefix="/vehicles")
DECIDING = (Conflict, WrongState, StaleVersion)


@bp.post("", name="register")
@endpoint(P.OWN, status=201, limit="20/hour", raises=(NotFound, Conflict))
async def register(actor: Actor, body: VehicleNew) -> VehicleOut:
    """Register a car of your dwelling."""
    return await service.register(actor, body)


@bp.get("/mine", name="mine")
@endpoint(P.OWN)
async def mine(actor: Actor) -> Page[VehicleOut]:
    """List the cars you registered or are a contact of."""
    return await queries.mine(actor)


@bp.get("", name="list")
@endpoint(P.CONFIRM, limit="120/minute", raises=(NotFound,))
async def listed(actor: Actor, query: VehicleQuery) -> Page[VehicleOut]:
    """List cars at your places, masked; those that wait by default."""
    return await queries.listed(actor, query)


@bp.post("/join", name="join")
@endpoint(P.OWN, limit="10/hour", raises=(InvitationGone, Conflict))
async def join(actor: Actor, body: Join) -> VehicleOut:
    """Become a contact of the car whose owner gave you a code."""
    return await service.join(actor, body)


@bp.post("/<vehicle_id:id>/confirm", name="confirm")
@endpoint(P.CONFIRM, raises=DECIDING)
async def confirm(actor: Actor, vehicle_id: int, body: Decide) -> VehicleOut:
    """Confirm that a car belongs to a dwelling."""
    return await service.confirm(actor, vehicle_id, body)


@bp.post("/<vehicle_id:id>/refuse", name="refuse")
@endpoint(P.CONFIRM, raises=DECIDING)
async def refuse(actor: Actor, vehicle_id: int, body: Refuse) -> VehicleOut:
    """Refuse a car, with the reason."""
    return await service.refuse(actor, vehicle_id, body)


@bp.post("/<vehicle_id:id>/end", name="end")
@endpoint(P.END, raises=DECIDING)
async def end(actor: Actor, vehicle_id: int, body: End) -> VehicleOut:
    """Take a car off the list: your own, or one at your place."""
    return await service.end(actor, vehicle_id, body)


@bp.post("/<vehicle_id:id>/code", name="renew_code")
@endpoint(P.OWN, limit="10/hour", raises=(Conflict,))
async def renew_code(actor: Actor, vehicle_id: int) -> VehicleOut:
    """Get a windscreen code; an older one stops working."""
    return await service.renew_code(actor, vehicle_id)


@bp.get("/<vehicle_id:id>/card", name="card")
@endpoint(P.OWN, limit="30/hour", deadline=30, raises=(Conflict,))
async def card(actor: Actor, vehicle_id: int) -> Download:
    """Print the card for the windscreen, as PDF."""
    return await service.card(actor, vehicle_id)


@bp.post("/<vehicle_id:id>/invite", name="invite")
@endpoint(P.OWN, limit="30/hour", raises=(Conflict,))
async def invite(actor: Actor, vehicle_id: int) -> Invitation:
    """Get a code for somebody who is to be a contact of your car."""
    return await service.invite(actor, vehicle_id)


@bp.put("/<vehicle_id:id>/contacts", name="rank")
@endpoint(P.OWN, raises=(Conflict,))
async def rank(actor: Actor, vehicle_id: int, body: Rank) -> VehicleOut:
    """Say who is told first when your car is in the way."""
    return await service.rank(actor, vehicle_id, body)


@bp.post("/<vehicle_id:id>/leave", name="leave")
@endpoint(P.OWN, raises=(Conflict,))
async def leave(actor: Actor, vehicle_id: int) -> Done:
    """Be a contact of this car no more."""
    await service.leave(actor, vehicle_id)
    return Done()
