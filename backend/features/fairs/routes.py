"""The API of fairs."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Conflict, NotFound, WrongState
from backend.core.http import Download, endpoint
from backend.core.schemas import Page
from backend.core.states import REFUSALS
from backend.engines.fairs.service import PreviewTooLate, TooEarly
from backend.features.fairs import queries, service
from backend.features.fairs.permissions import P
from backend.features.fairs.schemas import (
    ArrangeBody,
    FairCard,
    FairEdit,
    FairNew,
    FairOut,
    FairQuery,
    FigureList,
    MoveBody,
    NeedsNew,
    PosterQuery,
    ReasonBody,
    SummaryBody,
    SurveyBody,
)

bp = Blueprint("fairs", url_prefix="/fairs")


@bp.get("/", name="list", strict_slashes=False)
@endpoint(P.READ, raises=(NotFound,))
async def listed(actor: Actor, query: FairQuery) -> Page[FairCard]:
    """List fairs."""
    return await queries.listed(actor, query)


@bp.post("/", name="create", strict_slashes=False)
@endpoint(P.RUN, status=201, raises=(NotFound,), limit="60/hour")
async def create(actor: Actor, body: FairNew) -> FairOut:
    """Plan a fair."""
    return await service.create(actor, body)


@bp.get("/<fair_id:id>", name="one")
@endpoint(P.READ, raises=(NotFound,))
async def one(actor: Actor, fair_id: int) -> FairOut:
    """Look at a fair."""
    return await queries.one(actor, fair_id)


@bp.patch("/<fair_id:id>", name="edit")
@endpoint(P.RUN, raises=REFUSALS)
async def edit(actor: Actor, fair_id: int, body: FairEdit) -> FairOut:
    """Change the theme of a fair."""
    return await service.edit(actor, fair_id, body)


@bp.post("/<fair_id:id>/needs")
@endpoint(P.RUN, raises=REFUSALS)
async def needs(actor: Actor, fair_id: int, body: NeedsNew) -> FairOut:
    """Ask residents what they need."""
    return await service.ask_needs(actor, fair_id, body)


@bp.post("/<fair_id:id>/survey")
@endpoint(P.RUN, raises=(*REFUSALS, service.NobodyAnswered))
async def survey(actor: Actor, fair_id: int, body: SurveyBody) -> FairOut:
    """Sum the survey of needs up."""
    return await service.finish_needs(actor, fair_id, body)


@bp.post("/<fair_id:id>/submit")
@endpoint(P.RUN, raises=REFUSALS)
async def submit(actor: Actor, fair_id: int, body: MoveBody) -> FairOut:
    """Bring the theme before the street."""
    return await service.step(actor, fair_id, "submit", body)


@bp.post("/<fair_id:id>/approve")
@endpoint(P.REVIEW, raises=REFUSALS)
async def approve(actor: Actor, fair_id: int, body: MoveBody) -> FairOut:
    """Agree to the theme, as the street."""
    return await service.approve(actor, fair_id, body)


@bp.post("/<fair_id:id>/return", name="return")
@endpoint(P.REVIEW, raises=REFUSALS)
async def send_back(actor: Actor, fair_id: int, body: ReasonBody) -> FairOut:
    """Send the theme back, with grounds."""
    return await service.send_back(actor, fair_id, body)


@bp.post("/<fair_id:id>/arrange")
@endpoint(P.RUN, raises=REFUSALS)
async def arrange(actor: Actor, fair_id: int, body: ArrangeBody) -> FairOut:
    """Set time, place, map and exchange rules."""
    return await service.arrange(actor, fair_id, body)


@bp.post("/<fair_id:id>/prepare")
@endpoint(P.RUN, raises=REFUSALS)
async def prepare(actor: Actor, fair_id: int, body: MoveBody) -> FairOut:
    """Look for stalls from now on."""
    return await service.step(actor, fair_id, "prepare", body)


@bp.post("/<fair_id:id>/preview")
@endpoint(P.RUN, raises=(*REFUSALS, PreviewTooLate, service.NoStalls))
async def preview(actor: Actor, fair_id: int, body: MoveBody) -> FairOut:
    """Announce the fair, seven days ahead."""
    return await service.preview(actor, fair_id, body)


@bp.post("/<fair_id:id>/preview-urgently")
@endpoint(P.REVIEW, raises=(*REFUSALS, PreviewTooLate, service.NoStalls))
async def preview_urgently(actor: Actor, fair_id: int, body: ReasonBody) -> FairOut:
    """Let the fair be announced later, with grounds, as the street."""
    return await service.preview_urgently(actor, fair_id, body)


@bp.post("/<fair_id:id>/retract")
@endpoint(P.RUN, raises=REFUSALS)
async def retract(actor: Actor, fair_id: int, body: MoveBody) -> FairOut:
    """Take the announcement back, for another time or place."""
    return await service.step(actor, fair_id, "retract", body)


@bp.post("/<fair_id:id>/open")
@endpoint(P.RUN, raises=(*REFUSALS, TooEarly))
async def open_doors(actor: Actor, fair_id: int, body: MoveBody) -> FairOut:
    """Open the fair."""
    return await service.open_doors(actor, fair_id, body)


@bp.post("/<fair_id:id>/close")
@endpoint(P.RUN, raises=REFUSALS)
async def close(actor: Actor, fair_id: int, body: MoveBody) -> FairOut:
    """Close the fair."""
    return await service.close(actor, fair_id, body)


@bp.post("/<fair_id:id>/review")
@endpoint(P.RUN, raises=REFUSALS)
async def review(actor: Actor, fair_id: int, body: SummaryBody) -> FairOut:
    """Publish the review with its figures."""
    return await service.review(actor, fair_id, body)


@bp.post("/<fair_id:id>/cancel")
@endpoint(P.RUN, raises=REFUSALS)
async def cancel(actor: Actor, fair_id: int, body: ReasonBody) -> FairOut:
    """Give the fair up, with grounds."""
    return await service.cancel(actor, fair_id, body)


@bp.get("/<fair_id:id>/figures")
@endpoint(P.READ, raises=(NotFound,))
async def figures(actor: Actor, fair_id: int) -> FigureList:
    """Count what the fair came to so far, for its staff."""
    return await queries.figures(actor, fair_id)


@bp.get("/<fair_id:id>/posters")
@endpoint(P.RUN, raises=(NotFound, WrongState, Conflict), deadline=60, limit="30/hour")
async def posters(actor: Actor, fair_id: int, query: PosterQuery) -> Download:
    """Print the posters with their codes."""
    return await service.posters(actor, fair_id, query)
