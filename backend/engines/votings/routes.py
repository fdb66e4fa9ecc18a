"""The API of votes as they are held; rooms above show them and take ballots."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.http import endpoint
from backend.core.states import REFUSALS
from backend.engines.votings import service
from backend.engines.votings.permissions import P
from backend.engines.votings.schemas import CancelBody, MoveBody, VotingOut

bp = Blueprint("votings", url_prefix="/votings")


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
