"""The API of statements and exports."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import NotFound, TooLarge
from backend.core.http import Download, endpoint
from backend.features.statements import service
from backend.features.statements.permissions import P
from backend.features.statements.schemas import ExportQuery, StatementQuery

bp = Blueprint("statements", url_prefix="/statements")


@bp.get("/dwellings/<dwelling_id:id>", name="statement")
@endpoint(P.OWN, limit="60/hour", deadline=30)
async def statement(actor: Actor, dwelling_id: int, query: StatementQuery) -> Download:
    """Download what a dwelling was billed and paid in a year."""
    return await service.statement(actor, dwelling_id, query)


@bp.get("/bills", name="export")
@endpoint(P.EXPORT, limit="20/hour", deadline=60, raises=(NotFound, TooLarge))
async def export(actor: Actor, query: ExportQuery) -> Download:
    """Download my firm's bills below an area as a spreadsheet."""
    return await service.export(actor, query)
