"""The API of craftsmen."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Invalid, NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.core.states import REFUSALS
from backend.engines.craftsmen import queries, service
from backend.engines.craftsmen.permissions import P
from backend.engines.craftsmen.schemas import (
    CraftsmanNew,
    CraftsmanOut,
    Need,
    OfferOut,
    ReviewQuery,
    Revise,
    Ruling,
    Seen,
)
from backend.engines.craftsmen.service import NotAResident, Registered

bp = Blueprint("craftsmen", url_prefix="/craftsmen")


@bp.post("", name="register")
@endpoint(P.OWN, status=201, limit="20/day", raises=(Invalid, NotFound, NotAResident, Registered))
async def register(actor: Actor, body: CraftsmanNew) -> CraftsmanOut:
    """Offer what I can."""
    return await service.register(actor, body)


@bp.get("/mine", name="mine")
@endpoint(P.OWN, raises=(NotFound,))
async def mine(actor: Actor) -> CraftsmanOut:
    """Look at my registration."""
    return await queries.mine(actor)


@bp.put("/mine", name="revise")
@endpoint(P.OWN, raises=(*REFUSALS, Invalid))
async def revise(actor: Actor, body: Revise) -> CraftsmanOut:
    """Change my registration; it is looked at anew."""
    return await service.revise(actor, body)


@bp.post("/mine/pause", name="pause")
@endpoint(P.OWN, raises=REFUSALS)
async def pause(actor: Actor, body: Seen) -> CraftsmanOut:
    """Take no calls for a while."""
    return await service.step(actor, "pause", body)


@bp.post("/mine/resume", name="resume")
@endpoint(P.OWN, raises=REFUSALS)
async def resume(actor: Actor, body: Seen) -> CraftsmanOut:
    """Take calls again."""
    return await service.step(actor, "resume", body)


@bp.post("/mine/leave", name="leave")
@endpoint(P.OWN, raises=REFUSALS)
async def leave(actor: Actor, body: Seen) -> CraftsmanOut:
    """Take no more calls."""
    return await service.step(actor, "leave", body)


@bp.get("/reviews", name="reviews")
@endpoint(P.REVIEW)
async def reviews(actor: Actor, query: ReviewQuery) -> Page[CraftsmanOut]:
    """List registrations at my places, by where they stand."""
    return await queries.reviews(actor, query)


@bp.post("/offers", name="offers")
@endpoint(P.CALL, answer=Page[OfferOut], limit="60/hour", raises=(Invalid,))
async def offers(actor: Actor, body: Need) -> Page[OfferOut]:
    """Ask who could come, and why they are offered."""
    return await queries.offers(actor, body)


@bp.get("/<craftsman_id:id>", name="detail")
@endpoint(P.READ, raises=(NotFound,))
async def detail(actor: Actor, craftsman_id: int) -> CraftsmanOut:
    """Look at a craftsman."""
    return await queries.detail(actor, craftsman_id)


@bp.post("/<craftsman_id:id>/approve", name="approve")
@endpoint(P.REVIEW, raises=REFUSALS)
async def approve(actor: Actor, craftsman_id: int, body: Seen) -> CraftsmanOut:
    """Let a craftsman be called."""
    return await service.rule(actor, craftsman_id, "approve", body)


@bp.post("/<craftsman_id:id>/refuse", name="refuse")
@endpoint(P.REVIEW, raises=REFUSALS)
async def refuse(actor: Actor, craftsman_id: int, body: Ruling) -> CraftsmanOut:
    """Send a registration back, with the reason."""
    return await service.rule(actor, craftsman_id, "refuse", body, body.reason)


@bp.post("/<craftsman_id:id>/suspend", name="suspend")
@endpoint(P.REVIEW, raises=REFUSALS)
async def suspend(actor: Actor, craftsman_id: int, body: Ruling) -> CraftsmanOut:
    """Let nobody call a craftsman for now."""
    return await service.rule(actor, craftsman_id, "suspend", body, body.reason)


@bp.post("/<craftsman_id:id>/restore", name="restore")
@endpoint(P.REVIEW, raises=REFUSALS)
async def restore(actor: Actor, craftsman_id: int, body: Seen) -> CraftsmanOut:
    """Let a craftsman be called again."""
    return await service.rule(actor, craftsman_id, "restore", body)
