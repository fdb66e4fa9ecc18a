"""The API of passes and invitations."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound, StaleVersion, WrongState
from backend.core.http import endpoint
from backend.core.schemas import Page, PageQuery
from backend.engines.passes import queries, service
from backend.engines.passes.permissions import P
from backend.engines.passes.schemas import (
    CodeQuery,
    EndBody,
    InvitationOut,
    PassNew,
    PassOut,
    PassQuery,
    Redeem,
    Renewal,
    VisitNew,
    VisitOut,
)
from backend.engines.passes.service import QuotaSpent, SpaceTaken, TermOpen
from backend.engines.payments.service import PaymentOut

bp = Blueprint("passes", url_prefix="/parking")


@bp.post("/passes", name="buy")
@endpoint(P.OWN, status=201, limit="30/hour", raises=(NotFound, Conflict, SpaceTaken))
async def buy(actor: Actor, body: PassNew) -> PaymentOut:
    """Buy a monthly pass: the payment it waits for."""
    return await service.buy(actor, body)


@bp.get("/passes/mine", name="mine")
@endpoint(P.OWN)
async def mine(actor: Actor) -> Page[PassOut]:
    """List your passes."""
    return await queries.mine(actor)


@bp.get("/passes", name="list")
@endpoint(P.READ, raises=(NotFound,))
async def listed(actor: Actor, query: PassQuery) -> Page[PassOut]:
    """List the passes of a car park, masked."""
    return await queries.listed(actor, query)


@bp.post("/passes/<pass_id:id>/renew", name="renew")
@endpoint(P.OWN, status=201, limit="30/hour", raises=(WrongState, TermOpen, SpaceTaken))
async def renew(actor: Actor, pass_id: int, body: Renewal) -> PaymentOut:
    """Prolong a pass: the payment it waits for."""
    return await service.renew(actor, pass_id, body)


@bp.post("/passes/<pass_id:id>/end", name="end")
@endpoint(P.END, raises=(WrongState, StaleVersion, Conflict))
async def end(actor: Actor, pass_id: int, body: EndBody) -> PassOut:
    """Stop a pass, with grounds; months not begun are paid back."""
    return await service.end(actor, pass_id, body)


@bp.post("/visits", name="invite")
@endpoint(P.OWN, status=201, limit="30/hour", raises=(NotFound, QuotaSpent, Conflict))
async def invite(actor: Actor, body: VisitNew) -> VisitOut:
    """Invite a visitor's car."""
    return await service.invite(actor, body)


@bp.get("/visits/mine", name="visits")
@endpoint(P.OWN)
async def visits(actor: Actor, query: PageQuery) -> Page[VisitOut]:
    """List your invitations."""
    return await queries.visits(actor, query)


@bp.get("/visits/by-code", name="invitation")
@endpoint(P.OWN, limit="30/minute", raises=(NotFound,))
async def invitation(query: CodeQuery) -> InvitationOut:
    """Look at an invitation that you were given."""
    return await queries.invitation(query.code)


@bp.post("/visits/redeem", name="redeem")
@endpoint(P.OWN, limit="20/hour", raises=(NotFound, Conflict))
async def redeem(body: Redeem) -> InvitationOut:
    """Say with which car you come."""
    return await service.redeem(body)


@bp.post("/visits/<visit_id:id>/cancel", name="cancel_visit")
@endpoint(P.OWN, raises=(WrongState, Conflict))
async def cancel_visit(actor: Actor, visit_id: int) -> VisitOut:
    """Take an invitation back."""
    return await service.cancel_visit(actor, visit_id)
