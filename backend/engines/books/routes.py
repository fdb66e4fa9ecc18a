"""The API of the day's books."""

from sanic import Blueprint

from backend.core import spreadsheets
from backend.core.actor import Actor
from backend.core.errors import NotFound
from backend.core.http import Download, endpoint
from backend.core.schemas import Page, PageQuery
from backend.engines.books import queries, service
from backend.engines.books.permissions import P
from backend.engines.books.schemas import (
    Close,
    DayDetail,
    DayOut,
    DayQuery,
    ExportQuery,
    MovementOut,
    TrialOut,
    TrialQuery,
)
from backend.engines.books.service import DayOpen

bp = Blueprint("books", url_prefix="/finance")


@bp.get("/days")
@endpoint(P.READ)
async def days(actor: Actor, query: DayQuery) -> Page[DayOut]:
    """Days that are over, the latest first."""
    return await queries.listed(actor, query)


@bp.get("/today")
@endpoint(P.READ, limit="60/minute")
async def today(actor: Actor) -> Page[DayOut]:
    """The present day of everyone whose books one reads, as far as it has gone."""
    return await queries.today(actor)


@bp.get("/days/export")
@endpoint(P.EXPORT, limit="30/hour")
async def export(actor: Actor, query: ExportQuery) -> Download:
    """Days as a spreadsheet; taking them out is itself recorded."""
    return Download(await service.export(actor, query), spreadsheets.XLSX, "books.xlsx")


@bp.get("/days/<day_id:id>")
@endpoint(P.READ, raises=(NotFound,))
async def day(actor: Actor, day_id: int) -> DayDetail:
    """A day with what it still needs, computed again from the ledger."""
    return await queries.detail(actor, day_id)


@bp.get("/days/<day_id:id>/movements")
@endpoint(P.READ, raises=(NotFound,))
async def movements(actor: Actor, day_id: int, query: PageQuery) -> Page[MovementOut]:
    """The movements of a day."""
    return await queries.movements(actor, day_id, query)


@bp.post("/days/<day_id:id>/close")
@endpoint(P.CLOSE, raises=(NotFound, DayOpen))
async def close(actor: Actor, day_id: int, body: Close) -> DayDetail:
    """Close a day; nothing opens it again."""
    return await service.close(actor, day_id, body)


@bp.get("/trial")
@endpoint(P.READ, raises=(NotFound,))
async def trial(actor: Actor, query: TrialQuery) -> TrialOut:
    """The trial balance of a day that is over, for the county's people."""
    return await queries.trial(actor, query.day)
