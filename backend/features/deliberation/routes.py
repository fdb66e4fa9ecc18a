"""The API of what joins matters and votes."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.http import Download, endpoint
from backend.core.states import REFUSALS
from backend.engines.matters.queries import MatterOut
from backend.engines.votings.queries import VotingOut
from backend.features.deliberation import service
from backend.features.deliberation.permissions import P
from backend.features.deliberation.schemas import PrepareBody, ScanQuery

bp = Blueprint("deliberation", url_prefix="/matters")


@bp.get("/scan", name="scan")
@endpoint(P.SEE, raises=(NotFound,))
async def scan(actor: Actor, query: ScanQuery) -> MatterOut:
    """Read the matter that a printed code is of."""
    return await service.scanned(actor, query.scene)


@bp.post("/<matter_id:id>/voting", name="prepare")
@endpoint(P.KEEP, status=201, raises=REFUSALS)
async def prepare(actor: Actor, matter_id: int, body: PrepareBody) -> VotingOut:
    """Prepare a vote on a matter."""
    return await service.prepare(actor, matter_id, body)


@bp.get("/<matter_id:id>/poster", name="poster")
@endpoint(P.KEEP, raises=(NotFound,))
async def poster(actor: Actor, matter_id: int) -> Download:
    """Print the poster with the matter's code."""
    return await service.poster(actor, matter_id)
