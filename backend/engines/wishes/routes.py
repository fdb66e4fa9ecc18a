"""The API of wishes."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Invalid, NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page, PageQuery
from backend.core.states import REFUSALS
from backend.engines.wishes import queries, service
from backend.engines.wishes.permissions import P
from backend.engines.wishes.schemas import (
    Approve,
    Figures,
    FiguresQuery,
    PersonOut,
    Refuse,
    Reveal,
    ReviewQuery,
    Revise,
    Say,
    WallQuery,
    WishDetail,
    WishNew,
    WishOut,
)
from backend.engines.wishes.service import NotAResident

bp = Blueprint("wishes", url_prefix="/wishes")


@bp.get("", name="wall")
@endpoint(P.READ)
async def wall(actor: Actor, query: WallQuery) -> Page[WishOut]:
    """List the wishes of neighbours that are open to where I live."""
    return await queries.wall(actor, query)


@bp.post("", name="publish")
@endpoint(P.PUBLISH, status=201, limit="20/day", raises=(Invalid, NotFound, NotAResident))
async def publish(actor: Actor, body: WishNew) -> WishDetail:
    """Wish for something, for myself or for somebody who agrees."""
    return await service.publish(actor, body)


@bp.get("/mine", name="mine")
@endpoint(P.PUBLISH)
async def mine(actor: Actor, query: PageQuery) -> Page[WishOut]:
    """List the wishes that I wrote."""
    return await queries.mine(actor, query)


@bp.get("/reviews", name="reviews")
@endpoint(P.REVIEW)
async def reviews(actor: Actor, query: ReviewQuery) -> Page[WishOut]:
    """List the wishes at my places, by where they stand."""
    return await queries.reviews(actor, query)


@bp.get("/figures", name="figures")
@endpoint(P.READ, raises=(NotFound,))
async def figures(query: FiguresQuery) -> Figures:
    """Count the wishes of an area."""
    return await queries.figures(query)


@bp.get("/<wish_id:id>", name="detail")
@endpoint(P.READ, raises=(NotFound,))
async def detail(actor: Actor, wish_id: int) -> WishDetail:
    """Look at a wish."""
    return await queries.detail(actor, wish_id)


@bp.post("/<wish_id:id>/revise", name="revise")
@endpoint(P.PUBLISH, raises=(*REFUSALS, Invalid))
async def revise(actor: Actor, wish_id: int, body: Revise) -> WishDetail:
    """Put my wish right before it is approved."""
    return await service.revise(actor, wish_id, body)


@bp.post("/<wish_id:id>/withdraw", name="withdraw")
@endpoint(P.PUBLISH, raises=REFUSALS)
async def withdraw(actor: Actor, wish_id: int, body: Say) -> WishDetail:
    """Take my wish back."""
    return await service.withdraw(actor, wish_id, body)


@bp.post("/<wish_id:id>/approve", name="approve")
@endpoint(P.REVIEW, raises=REFUSALS)
async def approve(actor: Actor, wish_id: int, body: Approve) -> WishDetail:
    """Open a wish to its neighbours."""
    return await service.approve(actor, wish_id, body)


@bp.post("/<wish_id:id>/refuse", name="refuse")
@endpoint(P.REVIEW, raises=REFUSALS)
async def refuse(actor: Actor, wish_id: int, body: Refuse) -> WishDetail:
    """Send a wish back, with the reason."""
    return await service.refuse(actor, wish_id, body)


@bp.post("/<wish_id:id>/close", name="close")
@endpoint(P.REVIEW, raises=REFUSALS)
async def close(actor: Actor, wish_id: int, body: Say) -> WishDetail:
    """Take a wish down."""
    return await service.close(actor, wish_id, body)


@bp.post("/<wish_id:id>/reveal", name="reveal")
@endpoint(P.REVIEW, limit="60/hour", raises=(NotFound,))
async def reveal(actor: Actor, wish_id: int, body: Reveal) -> PersonOut:
    """Read in plain whom a wish is for; it is written down."""
    return await service.reveal(actor, wish_id, body)
