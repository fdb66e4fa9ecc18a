"""The API of votes as they are held; rooms above show them and take ballots."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.core.states import REFUSALS
from backend.engines.votings import queries, service
from backend.engines.votings.permissions import P
from backend.engines.votings.schemas import (
    CancelBody,
    MoveBody,
    RegisterLine,
    RegisterQuery,
    VotingChange,
    VotingOut,
)

bp = Blueprint("votings", url_prefix="/votings")


@bp.put("/<voting_id:id>", name="change")
@endpoint(P.HOLD, raises=REFUSALS)
async def change(actor: Actor, voting_id: int, body: VotingChange) -> VotingOut:
    """Plan a draft anew."""
    return await service.change(actor, voting_id, body)


@bp.get("/<voting_id:id>/register", name="register")
@endpoint(P.HOLD, limit="120/minute", raises=(NotFound,))
async def register(actor: Actor, voting_id: int, query: RegisterQuery) -> Page[RegisterLine]:
    """List the dwellings as the roll would have them today."""
    return await queries.register(actor, voting_id, query)


@bp.post("/<voting_id:id>/freeze", name="freeze")
@endpoint(P.HOLD, deadline=60, raises=REFUSALS)
async def freeze(actor: Actor, voting_id: int, body: MoveBody) -> VotingOut:
    """Let text and roll stand still."""
    return await service.freeze(actor, voting_id, body.version)


@bp.post("/<voting_id:id>/thaw", name="thaw")
@endpoint(P.HOLD, raises=REFUSALS)
async def thaw(actor: Actor, voting_id: int, body: MoveBody) -> VotingOut:
    """Take a frozen vote back to its draft."""
    return await service.thaw(actor, voting_id, body.version)


@bp.post("/<voting_id:id>/start", name="start")
@endpoint(P.HOLD, raises=REFUSALS)
async def start(actor: Actor, voting_id: int, body: MoveBody) -> VotingOut:
    """Begin a frozen vote."""
    return await service.start(actor, voting_id, body.version)


@bp.post("/<voting_id:id>/cancel", name="cancel")
@endpoint(P.RULE, raises=REFUSALS)
async def cancel(actor: Actor, voting_id: int, body: CancelBody) -> VotingOut:
    """Give a vote up, with a reason."""
    return await service.cancel(actor, voting_id, body.reason, body.version)
