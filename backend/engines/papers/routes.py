"""The API of paper ballots."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound, TooLarge
from backend.core.http import Download, endpoint
from backend.core.schemas import Page
from backend.core.states import REFUSALS
from backend.engines.papers import queries, service
from backend.engines.papers.permissions import P
from backend.engines.papers.schemas import (
    CountBody,
    EntryBody,
    PaperOut,
    PaperQuery,
    PrintQuery,
    RulingBody,
    VoidBody,
)
from backend.engines.papers.service import AlreadyVoted, SamePerson, VotingOver
from backend.engines.votings.queries import VotingOut

bp = Blueprint("papers")
ENTERING = (NotFound, AlreadyVoted, SamePerson, VotingOver)


@bp.get("/votings/<voting_id:id>/papers", name="list")
@endpoint(P.ENTER, raises=(NotFound,))
async def listed(actor: Actor, voting_id: int, query: PaperQuery) -> Page[PaperOut]:
    """List a vote's papers."""
    return await queries.listed(actor, voting_id, query)


@bp.post("/votings/<voting_id:id>/papers", name="enter")
@endpoint(P.ENTER, status=201, raises=ENTERING)
async def enter(actor: Actor, voting_id: int, body: EntryBody) -> PaperOut:
    """Enter a paper, as the first or the second."""
    return await service.enter(actor, voting_id, body)


@bp.get("/votings/<voting_id:id>/papers/print", name="print")
@endpoint(P.ENTER, limit="30/hour", raises=(NotFound, TooLarge))
async def papers(actor: Actor, voting_id: int, query: PrintQuery) -> Download:
    """Print ballots for the dwellings of an area that have not voted."""
    return await service.papers(actor, voting_id, query)


@bp.post("/votings/<voting_id:id>/count", name="count")
@endpoint(P.RULE, deadline=30, raises=REFUSALS)
async def count(actor: Actor, voting_id: int, body: CountBody) -> VotingOut:
    """Count a vote that has ended, and publish it."""
    return await service.count(actor, voting_id, body.version)


@bp.post("/papers/<paper_id:id>/rule", name="rule")
@endpoint(P.RULE, raises=(*REFUSALS, AlreadyVoted, VotingOver))
async def rule(actor: Actor, paper_id: int, body: RulingBody) -> PaperOut:
    """Say what stands on a paper that was entered in two ways."""
    return await service.rule(actor, paper_id, body)


@bp.post("/papers/<paper_id:id>/void", name="void")
@endpoint(P.RULE, raises=REFUSALS)
async def void(actor: Actor, paper_id: int, body: VoidBody) -> PaperOut:
    """Take a paper out that was entered wrongly."""
    return await service.void(actor, paper_id, body)
