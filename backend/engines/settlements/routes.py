"""The API of differences."""

from sanic import Blueprint

from backend.core import spreadsheets
from backend.core.actor import Actor
from backend.core.http import Download, endpoint
from backend.core.schemas import Page
from backend.core.states import REFUSALS
from backend.engines.settlements import queries, service
from backend.engines.settlements.permissions import P
from backend.engines.settlements.schemas import Days, DifferenceOut, DifferenceQuery, Ruling

bp = Blueprint("settlements", url_prefix="/finance/differences")


@bp.get("/", name="list", strict_slashes=False)
@endpoint(P.READ)
async def listed(actor: Actor, query: DifferenceQuery) -> Page[DifferenceOut]:
    """What disagrees between WeChat's bills and our books, newest first."""
    return await queries.listed(actor, query)


@bp.get("/export", name="export")
@endpoint(P.EXPORT, limit="30/hour", deadline=60)
async def export(actor: Actor, query: Days) -> Download:
    """Differences as a spreadsheet; taking them out is itself recorded."""
    return Download(await service.export(actor, query), spreadsheets.XLSX, "differences.xlsx")


@bp.post("/<difference_id:id>/pursue", name="pursue")
@endpoint(P.RULE, raises=REFUSALS)
async def pursue(actor: Actor, difference_id: int, body: Ruling) -> DifferenceOut:
    """Say that it is being looked into, and how."""
    return await service.rule(actor, difference_id, "pursue", body)


@bp.post("/<difference_id:id>/explain", name="explain")
@endpoint(P.RULE, raises=REFUSALS)
async def explain(actor: Actor, difference_id: int, body: Ruling) -> DifferenceOut:
    """Rule that nothing is to be done, with grounds."""
    return await service.rule(actor, difference_id, "explain", body)


@bp.post("/<difference_id:id>/correct", name="correct")
@endpoint(P.RULE, raises=REFUSALS)
async def correct(actor: Actor, difference_id: int, body: Ruling) -> DifferenceOut:
    """Rule that it was put right elsewhere; the grounds say where."""
    return await service.rule(actor, difference_id, "correct", body)


@bp.post("/<difference_id:id>/reopen", name="reopen")
@endpoint(P.RULE, raises=REFUSALS)
async def reopen(actor: Actor, difference_id: int, body: Ruling) -> DifferenceOut:
    """Take a ruling back."""
    return await service.rule(actor, difference_id, "reopen", body)
