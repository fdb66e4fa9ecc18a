"""The API of what one signs up for at a fair."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound, WrongState
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.engines.attendances.service import DoorShut
from backend.engines.bookings.queries import BookBody
from backend.engines.bookings.service import BOOKING
from backend.features.offerings import queries, service
from backend.features.offerings.permissions import P
from backend.features.offerings.queries import DoorOut, DoorQuery, GuestOut, GuestsQuery
from backend.features.offerings.schemas import OfferingList, OfferingNew, OfferingOut, ReasonBody

bp = Blueprint("offerings")


@bp.get("/fairs/<fair_id:id>/offerings", name="list")
@endpoint(P.BOOK, raises=(NotFound,))
async def listed(actor: Actor, fair_id: int) -> OfferingList:
    """List what a fair offers to sign up for."""
    return await queries.of_fair(actor, fair_id)


@bp.post("/fairs/<fair_id:id>/offerings", name="create")
@endpoint(P.RUN, status=201, raises=(NotFound, WrongState), limit="120/hour")
async def create(actor: Actor, fair_id: int, body: OfferingNew) -> OfferingOut:
    """Set up something to sign up for."""
    return await service.create(actor, fair_id, body)


@bp.post("/offerings/<offering_id:id>/call-off")
@endpoint(P.RUN, raises=(NotFound, WrongState, Conflict))
async def call_off(actor: Actor, offering_id: int, body: ReasonBody) -> OfferingOut:
    """Call an offering off, with grounds."""
    return await service.call_off(actor, offering_id, body)


@bp.post("/offerings/<offering_id:id>/slots/<slot_id:id>/book")
@endpoint(P.BOOK, raises=(*BOOKING, WrongState, service.OneTurn), limit="60/hour")
async def book(actor: Actor, offering_id: int, slot_id: int, body: BookBody) -> OfferingOut:
    """Take a turn, for me or somebody of my household."""
    return await service.book(actor, offering_id, slot_id, body)


@bp.get("/offerings/<offering_id:id>/slots/<slot_id:id>/guests")
@endpoint(P.RUN, raises=(NotFound,))
async def guests(
    actor: Actor, offering_id: int, slot_id: int, query: GuestsQuery
) -> Page[GuestOut]:
    """List who signed up for a turn."""
    return await queries.guests(actor, offering_id, slot_id, query)


@bp.post("/offerings/<offering_id:id>/slots/<slot_id:id>/guests/<booking_id:id>/admit")
@endpoint(P.RUN, raises=(NotFound, WrongState, Conflict, DoorShut))
async def admit(actor: Actor, offering_id: int, slot_id: int, booking_id: int) -> GuestOut:
    """Check somebody in by hand."""
    return await service.admit(actor, offering_id, slot_id, booking_id)


@bp.get("/offerings/<offering_id:id>/slots/<slot_id:id>/door")
@endpoint(P.RUN, raises=(NotFound,))
async def door(actor: Actor, offering_id: int, slot_id: int, query: DoorQuery) -> DoorOut:
    """Show the code at the door."""
    return await queries.door(actor, offering_id, slot_id, query)
