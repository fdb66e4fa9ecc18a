"""The API of bill runs."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound
from backend.core.http import endpoint
from backend.core.schemas import Page
from backend.engines.billings import queries, service
from backend.engines.billings.permissions import P
from backend.engines.billings.schemas import (
    Preview,
    ReissueBody,
    RunNew,
    RunOut,
    RunQuery,
    Trial,
    TrialOut,
)
from backend.engines.bills.queries import BillDetail
from backend.engines.tariffs.queries import ReadingNew, ReadingOut

bp = Blueprint("billings", url_prefix="/billings")


@bp.get("/runs", name="runs")
@endpoint(P.READ, raises=(NotFound,))
async def runs(actor: Actor, query: RunQuery) -> Page[RunOut]:
    """List the runs of my firm."""
    return await queries.runs(actor, query)


@bp.get("/runs/<run_id:id>", name="run")
@endpoint(P.READ)
async def run(actor: Actor, run_id: int) -> RunOut:
    """Read a run and what came of it."""
    return await queries.run(actor, run_id)


@bp.post("/preview", name="preview")
@endpoint(P.READ, limit="30/minute", deadline=30, raises=(NotFound, Conflict))
async def preview(actor: Actor, body: RunNew) -> Preview:
    """See what a run would make, without making it."""
    return await queries.preview(actor, body)


@bp.post("/trial", name="trial")
@endpoint(P.RUN, limit="120/minute", raises=(NotFound,))
async def trial(actor: Actor, body: Trial) -> TrialOut:
    """See what dwellings would pay by a price that does not hold yet."""
    return await queries.trial(actor, body)


@bp.post("/runs", name="start")
@endpoint(P.RUN, status=201, raises=(NotFound, Conflict))
async def start(actor: Actor, body: RunNew) -> RunOut:
    """Make the bills of a period; asked for again, only what is missing."""
    return await service.start(actor, body)


@bp.post("/reissue", name="reissue")
@endpoint(P.RUN, status=201, raises=(NotFound, Conflict))
async def reissue(actor: Actor, body: ReissueBody) -> BillDetail:
    """Issue a void bill anew."""
    return await service.reissue(actor, body)


@bp.post("/readings/<reading_id:id>/correct", name="correct")
@endpoint(P.RUN, status=201, raises=(Conflict,))
async def correct(actor: Actor, reading_id: int, body: ReadingNew) -> ReadingOut:
    """Put another reading in the place of a wrong one that no bill rests on."""
    return await service.correct_reading(actor, reading_id, body)
