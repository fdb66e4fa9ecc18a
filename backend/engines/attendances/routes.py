"""Checking oneself in and out, whatever room the booking is of."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.http import endpoint
from backend.engines.attendances import service
from backend.engines.attendances.permissions import P
from backend.engines.attendances.schemas import HereBody, ScanBody
from backend.engines.bookings.queries import BookingOut

bp = Blueprint("attendances", url_prefix="/bookings")


@bp.post("/scan", name="scan")
@endpoint(P.COME, limit="30/minute", raises=service.REFUSALS)
async def scan(actor: Actor, body: ScanBody) -> BookingOut:
    """Check in or out by the code on the screen."""
    return await service.scan(actor, body)


@bp.post("/<booking_id:id>/here", name="here")
@endpoint(P.COME, limit="30/minute", raises=service.REFUSALS)
async def here(actor: Actor, booking_id: int, body: HereBody) -> BookingOut:
    """Check in or out by being at the place."""
    return await service.here(actor, booking_id, body)
