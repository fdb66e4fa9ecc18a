"""The API of claims."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page, PageQuery
from backend.core.states import REFUSALS
from backend.engines.wishes.queries import ClaimOut, P, PersonOut, Say
from backend.engines.wishes.service import NotAResident
from backend.features.claims import queries, service
from backend.features.claims.schemas import Claim, Fulfil, Progress
from backend.features.claims.service import ClaimedAlready, OwnWish, TooFewLeft, TooManyHeld

bp = Blueprint("claims")


@bp.post("/wishes/<wish_id:id>/claim", name="claim")
@endpoint(
    P.CLAIM,
    status=201,
    limit="30/hour",
    raises=(*REFUSALS, OwnWish, NotAResident, ClaimedAlready, TooFewLeft, TooManyHeld),
)
async def claim(actor: Actor, wish_id: int, body: Claim) -> ClaimOut:
    """Take a wish on, or some shares of it."""
    return await service.claim(actor, wish_id, body)


@bp.get("/wish-claims/mine", name="mine")
@endpoint(P.CLAIM)
async def mine(actor: Actor, query: PageQuery) -> Page[ClaimOut]:
    """List what I took on."""
    return await queries.mine(actor, query)


@bp.get("/wish-claims/<claim_id:id>", name="detail")
@endpoint(P.CLAIM, raises=(NotFound,))
async def detail(actor: Actor, claim_id: int) -> ClaimOut:
    """Look at a claim."""
    return await queries.detail(actor, claim_id)


@bp.post("/wish-claims/<claim_id:id>/contact", name="contact")
@endpoint(P.CLAIM, limit="30/hour", raises=REFUSALS)
async def contact(actor: Actor, claim_id: int) -> PersonOut:
    """Read what I need to bring it there; it is written down."""
    return await service.contact(actor, claim_id)


@bp.post("/wish-claims/<claim_id:id>/progress", name="progress")
@endpoint(P.CLAIM, raises=REFUSALS)
async def progress(actor: Actor, claim_id: int, body: Progress) -> ClaimOut:
    """Say how it goes."""
    return await service.progress(actor, claim_id, body)


@bp.post("/wish-claims/<claim_id:id>/fulfil", name="fulfil")
@endpoint(P.CLAIM, raises=REFUSALS)
async def fulfil(actor: Actor, claim_id: int, body: Fulfil) -> ClaimOut:
    """Say that it is done, with pictures."""
    return await service.fulfil(actor, claim_id, body)


@bp.post("/wish-claims/<claim_id:id>/give-up", name="give_up")
@endpoint(P.CLAIM, raises=REFUSALS)
async def give_up(actor: Actor, claim_id: int, body: Say) -> ClaimOut:
    """Give my shares free."""
    return await service.let_go(actor, claim_id, "give-up", body)


@bp.post("/wish-claims/<claim_id:id>/confirm", name="confirm")
@endpoint(P.CONFIRM, raises=REFUSALS)
async def confirm(actor: Actor, claim_id: int) -> ClaimOut:
    """Say that it came true."""
    return await service.confirm(actor, claim_id)


@bp.post("/wish-claims/<claim_id:id>/send-back", name="send_back")
@endpoint(P.CONFIRM, raises=REFUSALS)
async def send_back(actor: Actor, claim_id: int, body: Say) -> ClaimOut:
    """Say that it is not done."""
    return await service.send_back(actor, claim_id, body)


@bp.post("/wish-claims/<claim_id:id>/release", name="release")
@endpoint(P.REVIEW, raises=REFUSALS)
async def release(actor: Actor, claim_id: int, body: Say) -> ClaimOut:
    """Give somebody's shares free, as the community."""
    return await service.let_go(actor, claim_id, "release", body)
