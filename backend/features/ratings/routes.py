"""The API of ratings and complaints."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.core.states import REFUSALS
from backend.engines.purchases.queries import PurchaseOut
from backend.features.ratings import queries, service
from backend.features.ratings.permissions import P
from backend.features.ratings.schemas import (
    AnswerBody,
    ComplainBody,
    RateBody,
    RatingOut,
    RatingQuery,
)

bp = Blueprint("ratings")


@bp.get("/shops/<shop_id:id>/ratings")
@endpoint(P.READ, raises=(NotFound,))
async def of_shop(actor: Actor, shop_id: int, query: RatingQuery) -> Page[RatingOut]:
    """What was said of a shop."""
    return await queries.of_shop(actor, shop_id, query)


@bp.post("/purchases/<purchase_id:id>/rate")
@endpoint(P.RATE, raises=REFUSALS)
async def rate(actor: Actor, purchase_id: int, body: RateBody) -> PurchaseOut:
    """Say how it was."""
    return await service.rate(actor, purchase_id, body)


@bp.post("/purchases/<purchase_id:id>/answer")
@endpoint(P.ANSWER, raises=REFUSALS)
async def answer(actor: Actor, purchase_id: int, body: AnswerBody) -> PurchaseOut:
    """Answer a rating, as the shop."""
    return await service.answer(actor, purchase_id, body)


@bp.post("/purchases/<purchase_id:id>/complain")
@endpoint(P.RATE, raises=REFUSALS, limit="20/day")
async def complain(actor: Actor, purchase_id: int, body: ComplainBody) -> PurchaseOut:
    """Bring it before the community."""
    return await service.complain(actor, purchase_id, body)
