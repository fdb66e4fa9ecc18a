"""The API of second-hand exchange."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound, WrongState
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.core.states import REFUSALS
from backend.features.exchanges import queries, service
from backend.features.exchanges.permissions import P
from backend.features.exchanges.schemas import ItemNew, ItemOut, ItemQuery, MoveBody

bp = Blueprint("exchanges")


@bp.get("/fairs/<fair_id:id>/exchanges", name="list")
@endpoint(P.READ, raises=(NotFound,))
async def listed(actor: Actor, fair_id: int, query: ItemQuery) -> Page[ItemOut]:
    """List what can be exchanged at a fair."""
    return await queries.listed(actor, fair_id, query)


@bp.post("/fairs/<fair_id:id>/exchanges", name="offer")
@endpoint(P.GIVE, status=201, raises=(NotFound, WrongState, service.TooManyItems), limit="30/hour")
async def offer(actor: Actor, fair_id: int, body: ItemNew) -> ItemOut:
    """Bring a thing to exchange."""
    return await service.offer(actor, fair_id, body)


@bp.post("/exchanges/<item_id:id>/reserve")
@endpoint(P.TAKE, raises=(*REFUSALS, service.TooManyReserved))
async def reserve(actor: Actor, item_id: int, body: MoveBody) -> ItemOut:
    """Reserve a thing."""
    return await service.reserve(actor, item_id, body)


@bp.post("/exchanges/<item_id:id>/give-up")
@endpoint(P.KEEP, raises=REFUSALS)
async def give_up(actor: Actor, item_id: int, body: MoveBody) -> ItemOut:
    """Give my reservation up."""
    return await service.give_up(actor, item_id, body)


@bp.post("/exchanges/<item_id:id>/release")
@endpoint(P.GIVE, raises=REFUSALS)
async def release(actor: Actor, item_id: int, body: MoveBody) -> ItemOut:
    """Cancel the reservation of my thing."""
    return await service.release(actor, item_id, body)


@bp.post("/exchanges/<item_id:id>/hand-over")
@endpoint(P.GIVE, raises=REFUSALS)
async def hand_over(actor: Actor, item_id: int, body: MoveBody) -> ItemOut:
    """Say that my thing has changed hands."""
    return await service.hand_over(actor, item_id, body)


@bp.post("/exchanges/<item_id:id>/withdraw")
@endpoint(P.GIVE, raises=REFUSALS)
async def withdraw(actor: Actor, item_id: int, body: MoveBody) -> ItemOut:
    """Keep my thing."""
    return await service.withdraw(actor, item_id, body)


@bp.post("/exchanges/<item_id:id>/remove")
@endpoint(P.RUN, raises=REFUSALS)
async def remove(actor: Actor, item_id: int, body: MoveBody) -> ItemOut:
    """Take away what is against the rules."""
    return await service.remove(actor, item_id, body)
