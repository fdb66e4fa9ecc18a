"""The API of counts."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.core.states import REFUSALS
from backend.features.stocktakes import queries, service
from backend.features.stocktakes.permissions import P
from backend.features.stocktakes.schemas import CountNew, CountOut, CountQuery, CountRuling

bp = Blueprint("stocktakes", url_prefix="/mall/counts")


@bp.get("/", name="list", strict_slashes=False)
@endpoint(P.COUNT, raises=(NotFound,))
async def listed(actor: Actor, query: CountQuery) -> Page[CountOut]:
    """What was counted at my places."""
    return await queries.listed(actor, query)


@bp.post("/", name="count", strict_slashes=False)
@endpoint(P.COUNT, status=201, raises=(NotFound,))
async def count(actor: Actor, body: CountNew) -> CountOut:
    """Write down what lies on a shelf."""
    return await service.count(actor, body)


@bp.post("/<count_id:id>/adjust")
@endpoint(P.RULE, raises=REFUSALS)
async def adjust(actor: Actor, count_id: int, body: CountRuling) -> CountOut:
    """The shelf is right: the stock follows."""
    return await service.adjust(actor, count_id, body)


@bp.post("/<count_id:id>/keep")
@endpoint(P.RULE, raises=REFUSALS)
async def keep(actor: Actor, count_id: int, body: CountRuling) -> CountOut:
    """The books are right: nothing changes."""
    return await service.keep(actor, count_id, body)
