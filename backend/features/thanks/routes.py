"""The API of thanks."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page, PageQuery
from backend.core.states import REFUSALS
from backend.engines.wishes.queries import P
from backend.features.thanks import queries, service
from backend.features.thanks.schemas import Praise, Thank, ThanksOut

bp = Blueprint("thanks", url_prefix="/wishes")


@bp.get("/thanks", name="wall")
@endpoint(P.READ)
async def wall(actor: Actor, query: PageQuery) -> Page[Praise]:
    """Read the wall of thanks."""
    return await queries.wall(actor, query)


@bp.get("/<wish_id:id>/thanks", name="of_wish")
@endpoint(P.READ, raises=(NotFound,))
async def of_wish(actor: Actor, wish_id: int) -> ThanksOut:
    """Read what was said of a wish that came true."""
    return await queries.of_wish(actor, wish_id)


@bp.put("/<wish_id:id>/thanks", name="thank")
@endpoint(P.PUBLISH, raises=REFUSALS)
async def thank(actor: Actor, wish_id: int, body: Thank) -> ThanksOut:
    """Say thanks, and how public it is."""
    return await service.thank(actor, wish_id, body)
