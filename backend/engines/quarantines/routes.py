"""The API of what disagrees: for accountants."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound, WrongState
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.engines.quarantines import queries, service
from backend.engines.quarantines.permissions import P
from backend.engines.quarantines.schemas import Acceptance, QuarantineOut, QuarantineQuery, Ruling

bp = Blueprint("quarantines", url_prefix="/quarantines")


@bp.get("/", name="list", strict_slashes=False)
@endpoint(P.OVERSEE)
async def listed(actor: Actor, query: QuarantineQuery) -> Page[QuarantineOut]:
    """List what came from WeChat and does not agree with our books."""
    return await queries.listed(actor, query)


@bp.post("/<quarantine_id:id>/accept", name="accept")
@endpoint(P.RULE, raises=(NotFound, WrongState, Conflict))
async def accept(actor: Actor, quarantine_id: int, body: Acceptance) -> QuarantineOut:
    """Take the money in for a payment of the same amount."""
    return await service.accept(actor, quarantine_id, body)


@bp.post("/<quarantine_id:id>/refund", name="refund")
@endpoint(P.RULE, raises=(NotFound, WrongState, Conflict))
async def refund(actor: Actor, quarantine_id: int, body: Ruling) -> QuarantineOut:
    """Send the money back the way it came."""
    return await service.send_back(actor, quarantine_id, body)


@bp.post("/<quarantine_id:id>/ignore", name="ignore")
@endpoint(P.RULE, raises=(NotFound, WrongState))
async def ignore(actor: Actor, quarantine_id: int, body: Ruling) -> QuarantineOut:
    """Leave it as it is, with the reason."""
    return await service.ignore(actor, quarantine_id, body)
