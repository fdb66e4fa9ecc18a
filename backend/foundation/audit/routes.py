"""The audit over HTTP."""

from sanic import Blueprint

from backend.core import spreadsheets
from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.http import Download, endpoint
from backend.core.schemas import Page
from backend.foundation.audit import queries, service
from backend.foundation.audit.permissions import P
from backend.foundation.audit.schemas import AuditQuery, EntryOut, ExportQuery

bp = Blueprint("audit", url_prefix="/audit")


@bp.get("/", strict_slashes=False)
@endpoint(P.READ, raises=(NotFound,))
async def listed(actor: Actor, query: AuditQuery) -> Page[EntryOut]:
    """Who did what, newest first"""
    return await queries.page(actor, query)


@bp.get("/export")
@endpoint(P.READ, raises=(NotFound,), limit="10/hour")
async def export(actor: Actor, query: ExportQuery) -> Download:
    """The audit as a spreadsheet; taking it out is itself recorded"""
    content = await service.export(actor, query)
    return Download(content, spreadsheets.XLSX, "audit.xlsx")
