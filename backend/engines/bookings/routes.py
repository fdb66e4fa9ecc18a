"""One's own bookings, whatever room they are of."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.core.states import REFUSALS
from backend.engines.bookings import queries, service
from backend.engines.bookings.permissions import P
from backend.engines.bookings.schemas import BookingOut, MineQuery
from backend.engines.bookings.service import TooLate

bp = Blueprint("bookings", url_prefix="/bookings")


@bp.get("", name="mine")
@endpoint(P.BOOK)
async def mine(actor: Actor, query: MineQuery) -> Page[BookingOut]:
    """List what you have signed up for."""
    return await queries.mine(actor, query)


@bp.get("/<booking_id:id>", name="one")
@endpoint(P.BOOK)
async def one(actor: Actor, booking_id: int) -> BookingOut:
    """Look at one of your sign-ups."""
    return await queries.one_of_mine(actor, booking_id)


@bp.post("/<booking_id:id>/cancel", name="cancel")
@endpoint(P.BOOK, raises=(*REFUSALS, TooLate))
async def cancel(actor: Actor, booking_id: int) -> BookingOut:
    """Give your place or turn up."""
    return await service.cancel(actor, booking_id)


@bp.post("/<booking_id:id>/accept", name="accept")
@endpoint(P.BOOK, raises=REFUSALS)
async def accept(actor: Actor, booking_id: int) -> BookingOut:
    """Say yes to a place that became free."""
    return await service.accept(actor, booking_id)
