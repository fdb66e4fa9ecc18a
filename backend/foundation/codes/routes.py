"""The API of codes."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound, UpstreamFailed
from backend.core.http import PUBLIC, Download, endpoint
from backend.core.schemas import Page
from backend.foundation.codes import queries, service
from backend.foundation.codes.permissions import P
from backend.foundation.codes.schemas import (
    CodeNew,
    CodeOut,
    CodeQuery,
    DayOut,
    ImageQuery,
    Landing,
    Scan,
    Sheet,
)

bp = Blueprint("codes", url_prefix="/codes")


@bp.get("/", name="list", strict_slashes=False)
@endpoint(P.MANAGE, raises=(NotFound,))
async def listed(actor: Actor, query: CodeQuery) -> Page[CodeOut]:
    """List codes with their scans."""
    return await queries.listed(actor, query)


@bp.post("/", name="create", strict_slashes=False)
@endpoint(P.MANAGE, status=201, raises=(NotFound, Conflict))
async def create(actor: Actor, body: CodeNew) -> CodeOut:
    """Make a code for a community, a building or a checkpoint."""
    return await service.create(actor, body)


@bp.post("/scan", name="scan")
@endpoint(PUBLIC, limit="60/minute", raises=(NotFound,))
async def scan(body: Scan) -> Landing:
    """Count a scan and say where it leads."""
    return await service.scan(body)


@bp.post("/sheet", name="sheet")
@endpoint(P.MANAGE, limit="30/hour", deadline=30, transaction=False, raises=(NotFound,))
async def sheet(actor: Actor, body: Sheet) -> Download:
    """Print codes: a sheet of cards or posters, as PDF."""
    return await service.sheet(actor, body)


@bp.post("/<code_id:id>/retire", name="retire")
@endpoint(P.MANAGE, raises=(Conflict,))
async def retire(actor: Actor, code_id: int) -> CodeOut:
    """Take a code out of use."""
    return await service.retire(actor, code_id)


@bp.get("/<code_id:id>/image", name="image")
@endpoint(P.MANAGE, limit="120/minute", deadline=15, raises=(UpstreamFailed,))
async def image(actor: Actor, code_id: int, query: ImageQuery) -> Download:
    """Get the code as a picture: an ordinary QR, or WeChat's round code."""
    return await service.image(actor, code_id, query)


@bp.get("/<code_id:id>/days", name="days")
@endpoint(P.MANAGE)
async def days(actor: Actor, code_id: int) -> Page[DayOut]:
    """Count scans by day."""
    return await queries.days(actor, code_id)
