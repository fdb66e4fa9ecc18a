"""The API of WeChat's daily bills."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.core.states import REFUSALS
from backend.engines.statements import queries, service
from backend.engines.statements.permissions import P
from backend.engines.statements.schemas import Again, StatementOut, StatementQuery

bp = Blueprint("finance_statements", url_prefix="/finance/statements")


@bp.get("/", name="list", strict_slashes=False)
@endpoint(P.READ)
async def listed(actor: Actor, query: StatementQuery) -> Page[StatementOut]:
    """The bills of days, for the county's people; empty for a firm's."""
    return await queries.listed(actor, query)


@bp.post("/<statement_id:id>/again", name="again")
@endpoint(P.RUN, raises=REFUSALS)
async def again(actor: Actor, statement_id: int, body: Again) -> StatementOut:
    """Fetch a refused bill anew."""
    return await service.again(actor, statement_id, body)
