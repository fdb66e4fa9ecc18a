"""The API of votes for those whom they concern: what they see, and casting."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, Forbidden, NotFound
from backend.core.http import Download, endpoint
from backend.core.schemas import Done, Page, PageQuery
from backend.engines.ballots import queries, service
from backend.engines.ballots.permissions import P
from backend.engines.ballots.schemas import (
    CastBody,
    CastOut,
    MyBallots,
    NamingBody,
    ProxyNew,
    ProxyOut,
    RollLine,
)
from backend.engines.ballots.service import AlreadyVoted, NotYourVote, VotingOver
from backend.engines.votings import queries as votings
from backend.engines.votings.queries import VotingOut

bp = Blueprint("ballots", url_prefix="/votings/<voting_id:id>")
CASTING = (NotFound, NotYourVote, VotingOver, AlreadyVoted)


@bp.get("", name="voting")
@endpoint(P.CAST, raises=(NotFound,))
async def voting(actor: Actor, voting_id: int) -> VotingOut:
    """One vote."""
    return await votings.shown(actor, await queries.voting(actor, voting_id))


@bp.get("/hashes", name="hashes")
@endpoint(P.CAST, limit="60/minute", raises=(NotFound,))
async def hashes(actor: Actor, voting_id: int) -> Download:
    """The hashes of all ballots, to find one's own."""
    return await votings.hashes(await queries.voting(actor, voting_id))


@bp.get("/export", name="export")
@endpoint(P.CAST, limit="30/minute", raises=(NotFound,))
async def export(actor: Actor, voting_id: int) -> Download:
    """All that is needed to count again."""
    return await votings.export(await queries.voting(actor, voting_id))


@bp.get("/ballots/mine", name="mine")
@endpoint(P.CAST, raises=(NotFound,))
async def mine(actor: Actor, voting_id: int) -> MyBallots:
    """The dwellings I vote for, and how they stand."""
    return await queries.mine(actor, voting_id)


@bp.post("/ballots", name="cast")
@endpoint(P.CAST, status=201, limit="60/hour", transaction=False, raises=CASTING)
async def cast(actor: Actor, voting_id: int, body: CastBody) -> CastOut:
    """Cast my vote; it cannot be changed."""
    return await service.cast(actor, voting_id, body)


@bp.post("/naming", name="name")
@endpoint(P.CAST, raises=(*CASTING, Forbidden))
async def name(actor: Actor, voting_id: int, body: NamingBody) -> MyBallots:
    """Say which of a dwelling's owners votes."""
    return await service.name(actor, voting_id, body)


@bp.get("/roll/<dwelling_id:id>", name="roll_line")
@endpoint(P.RECORD, limit="120/minute", raises=(NotFound,))
async def roll_line(actor: Actor, voting_id: int, dwelling_id: int) -> RollLine:
    """A dwelling as it stands in the roll."""
    return await queries.roll_line(actor, voting_id, dwelling_id)


@bp.get("/proxies", name="proxies")
@endpoint(P.RECORD, raises=(NotFound,))
async def proxies(actor: Actor, voting_id: int, query: PageQuery) -> Page[ProxyOut]:
    """List who was given a vote in writing."""
    return await queries.proxies(actor, voting_id, query)


@bp.post("/proxies", name="entrust")
@endpoint(P.RECORD, status=201, raises=(NotFound, Conflict, VotingOver, AlreadyVoted))
async def entrust(actor: Actor, voting_id: int, body: ProxyNew) -> ProxyOut:
    """Record a written power of attorney."""
    return await service.entrust(actor, voting_id, body)


@bp.post("/proxies/<proxy_id:id>/withdraw", name="withdraw")
@endpoint(P.RECORD, raises=(NotFound,))
async def withdraw(actor: Actor, voting_id: int, proxy_id: int) -> Done:
    """Record that a power was taken back."""
    return await service.withdraw(actor, voting_id, proxy_id)
