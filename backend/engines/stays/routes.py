"""The API of stays."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page, PageQuery
from backend.engines.payments.service import PaymentOut
from backend.engines.stays import queries, service
from backend.engines.stays.permissions import P
from backend.engines.stays.queries import TicketGone
from backend.engines.stays.schemas import (
    PayBody,
    Quote,
    QuoteBody,
    Reveal,
    Revealed,
    StayOut,
    StayQuery,
    Waive,
)
from backend.engines.stays.service import NothingDue

bp = Blueprint("stays", url_prefix="/parking")


@bp.post("/quotes", name="quote")
@endpoint(P.OWN, limit="20/hour", transaction=False, raises=(NotFound,))
async def quote(body: QuoteBody) -> Quote:
    """What a car that is inside owes now, by its plate."""
    return await queries.quote(body)


@bp.post("/stays/pay", name="pay")
@endpoint(P.OWN, status=201, limit="60/hour", raises=(TicketGone, NothingDue, Conflict))
async def pay(actor: Actor, body: PayBody) -> PaymentOut:
    """Pay before leaving, or what is still owed: the payment it waits for."""
    return await service.pay(actor, body)


@bp.get("/stays/mine", name="mine")
@endpoint(P.OWN)
async def mine(actor: Actor, query: PageQuery) -> Page[StayOut]:
    """List the stays of your cars."""
    return await queries.mine(actor, query)


@bp.get("/stays", name="list")
@endpoint(P.READ, limit="120/minute", raises=(NotFound,))
async def listed(actor: Actor, query: StayQuery) -> Page[StayOut]:
    """List the stays of a car park, masked."""
    return await queries.listed(actor, query)


@bp.post("/stays/<stay_id:id>/waive", name="waive")
@endpoint(P.WAIVE, raises=(NothingDue,))
async def waive(actor: Actor, stay_id: int, body: Waive) -> StayOut:
    """Let go of what a stay owes, with grounds."""
    return await service.waive(actor, stay_id, body)


@bp.post("/stays/<stay_id:id>/reveal", name="reveal")
@endpoint(P.READ, limit="60/hour")
async def reveal(actor: Actor, stay_id: int, body: Reveal) -> Revealed:
    """Read a plate in plain, for a purpose that is recorded."""
    return await service.reveal(actor, stay_id, body)
