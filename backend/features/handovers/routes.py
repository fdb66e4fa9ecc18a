"""The API of settling up between owners."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound
from backend.core.http import endpoint
from backend.features.handovers import queries, service
from backend.features.handovers.permissions import P
from backend.features.handovers.schemas import (
    Answered,
    HandoverNew,
    HandoverOut,
    Handovers,
    PayOut,
)

bp = Blueprint("handovers", url_prefix="/handovers")


@bp.get("/mine", name="mine")
@endpoint(P.OWN)
async def mine(actor: Actor) -> Handovers:
    """List the settlements of dwellings that are or were mine."""
    return await queries.mine(actor)


@bp.get("/", name="list", strict_slashes=False)
@endpoint(P.STAFF)
async def listed(actor: Actor) -> Handovers:
    """List the open settlements at my places."""
    return await queries.at_counter(actor)


@bp.post("/", name="ask", strict_slashes=False)
@endpoint(P.OWN, status=201, limit="30/hour", raises=(NotFound, Conflict))
async def ask(actor: Actor, body: HandoverNew) -> HandoverOut:
    """Ask for a balance back or over, or that debts go over."""
    return await service.ask(actor, body)


@bp.post("/<handover_id:id>/confirm", name="confirm")
@endpoint(P.OWN, raises=(Conflict,))
async def confirm(actor: Actor, handover_id: int, body: Answered) -> HandoverOut:
    """Agree, as the present owner."""
    return await service.confirm(actor, handover_id, body)


@bp.post("/<handover_id:id>/drop", name="drop")
@endpoint(P.OWN, raises=(Conflict,))
async def drop(actor: Actor, handover_id: int, body: Answered) -> HandoverOut:
    """Call it off, as one of the owners."""
    return await service.drop(actor, handover_id, body)


@bp.post("/<handover_id:id>/pay-out", name="pay_out")
@endpoint(P.PAY_OUT, raises=(Conflict,))
async def pay_out(actor: Actor, handover_id: int, body: PayOut) -> HandoverOut:
    """Note that the former owner got the balance back at the counter."""
    return await service.pay_out(actor, handover_id, body)
