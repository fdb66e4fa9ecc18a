"""The API of counts, and of the register as a spreadsheet."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.http import Download, endpoint
from backend.core.schemas import Page
from backend.foundation.censuses import queries, service
from backend.foundation.censuses.permissions import P
from backend.foundation.censuses.schemas import CountOut, CountQuery, ExportQuery

bp = Blueprint("censuses", url_prefix="/residents")


@bp.get("/counts", name="counts")
@endpoint(P.COUNT, raises=(NotFound,))
async def counts(actor: Actor, query: CountQuery) -> Page[CountOut]:
    """Count residents, dwellings and tags by area."""
    return await queries.counts(actor, query)


@bp.get("/export", name="export")
@endpoint(P.EXPORT, limit="5/hour", deadline=30, raises=(NotFound,))
async def export(actor: Actor, query: ExportQuery) -> Download:
    """Download the masked register of an area as a spreadsheet."""
    return await service.export(actor, query)
