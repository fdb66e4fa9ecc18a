"""The API of volunteering."""

from sanic import Blueprint

from backend.core.actor import Actor
from backend.core.errors import Invalid, NotFound
from backend.core.http import Download, endpoint
from backend.core.schemas import Page
from backend.core.states import REFUSALS
from backend.engines.attendances.queries import DoorOut, DoorQuery
from backend.engines.attendances.service import DoorShut
from backend.engines.bookings.queries import (
    BookingOut,
    Direction,
    GuestOut,
    GuestsQuery,
    ReleaseBody,
    SlotOut,
)
from backend.engines.bookings.service import BOOKING, QuotaTaken
from backend.engines.hours.queries import (
    ConfirmBody,
    CorrectBody,
    HourOut,
    HoursQuery,
    RejectBody,
)
from backend.features.volunteering import queries, service
from backend.features.volunteering.permissions import P
from backend.features.volunteering.schemas import (
    CodeQuery,
    ConfirmedOut,
    ProjectCard,
    ProjectChange,
    ProjectNew,
    ProjectOut,
    ProjectsQuery,
    ReasonBody,
    ShiftChange,
    ShiftNew,
)
from backend.features.volunteering.service import ProjectClosed, TeamOnly

bp = Blueprint("volunteering", url_prefix="/volunteering")


@bp.get("/projects", name="list")
@endpoint(P.JOIN, raises=(NotFound,))
async def listed(actor: Actor, query: ProjectsQuery) -> Page[ProjectCard]:
    """List projects."""
    return await queries.listed(actor, query)


@bp.post("/projects", name="create")
@endpoint(P.RUN, status=201, raises=(NotFound,))
async def create(actor: Actor, body: ProjectNew) -> ProjectOut:
    """Open a project."""
    return await service.create(actor, body)


@bp.get("/code", name="of_code")
@endpoint(P.JOIN, raises=(NotFound,))
async def of_code(actor: Actor, query: CodeQuery) -> ProjectOut:
    """Find the project whose poster was scanned."""
    return await queries.of_code(actor, query.scene)


@bp.get("/projects/<project_id:id>", name="one")
@endpoint(P.JOIN)
async def one(actor: Actor, project_id: int) -> ProjectOut:
    """Look at a project and its shifts."""
    return await queries.one(actor, project_id)


@bp.put("/projects/<project_id:id>", name="change")
@endpoint(P.RUN, raises=REFUSALS)
async def change(actor: Actor, project_id: int, body: ProjectChange) -> ProjectOut:
    """Change a project."""
    return await service.change(actor, project_id, body)


@bp.post("/projects/<project_id:id>/end", name="end")
@endpoint(P.RUN, raises=REFUSALS)
async def end(actor: Actor, project_id: int) -> ProjectOut:
    """End a project."""
    return await service.end(actor, project_id)


@bp.post("/projects/<project_id:id>/call-off", name="call_off")
@endpoint(P.RUN, raises=REFUSALS)
async def call_off(actor: Actor, project_id: int, body: ReasonBody) -> ProjectOut:
    """Call a project off, with all its shifts."""
    return await service.call_off(actor, project_id, body.reason)


@bp.get("/projects/<project_id:id>/poster", name="poster")
@endpoint(P.JOIN)
async def poster(actor: Actor, project_id: int) -> Download:
    """Print the poster with its code."""
    return await service.poster(actor, project_id)


@bp.post("/projects/<project_id:id>/shifts", name="add_shifts")
@endpoint(P.JOIN, status=201, raises=(*REFUSALS, Invalid, ProjectClosed))
async def add_shifts(actor: Actor, project_id: int, body: ShiftNew) -> ProjectOut:
    """Add shifts to a project you hold."""
    return await service.add_shifts(actor, project_id, body)


@bp.get("/projects/<project_id:id>/hours", name="hours")
@endpoint(P.JOIN)
async def hours(actor: Actor, project_id: int, query: HoursQuery) -> Page[HourOut]:
    """List what was served in a project you hold."""
    return await queries.served(actor, project_id, query)


@bp.post("/projects/<project_id:id>/hours/confirm", name="confirm_all")
@endpoint(P.JOIN, raises=REFUSALS)
async def confirm_all(actor: Actor, project_id: int) -> ConfirmedOut:
    """Confirm all hours of which nothing is to be said."""
    return await service.confirm_all(actor, project_id)


@bp.put("/shifts/<slot_id:id>", name="change_shift")
@endpoint(P.JOIN, raises=(*REFUSALS, QuotaTaken))
async def change_shift(actor: Actor, slot_id: int, body: ShiftChange) -> SlotOut:
    """Change a shift you hold."""
    return await service.change_shift(actor, slot_id, body)


@bp.post("/shifts/<slot_id:id>/close", name="close_shift")
@endpoint(P.JOIN, raises=REFUSALS)
async def close_shift(actor: Actor, slot_id: int) -> SlotOut:
    """End the sign-up."""
    return await service.move_shift(actor, slot_id, "close")


@bp.post("/shifts/<slot_id:id>/reopen", name="reopen_shift")
@endpoint(P.JOIN, raises=REFUSALS)
async def reopen_shift(actor: Actor, slot_id: int) -> SlotOut:
    """Open the sign-up again."""
    return await service.move_shift(actor, slot_id, "reopen")


@bp.post("/shifts/<slot_id:id>/call-off", name="call_off_shift")
@endpoint(P.JOIN, raises=REFUSALS)
async def call_off_shift(actor: Actor, slot_id: int, body: ReasonBody) -> SlotOut:
    """Call a shift off; everybody hears why."""
    return await service.move_shift(actor, slot_id, "call-off", body.reason)


@bp.post("/shifts/<slot_id:id>/book", name="book")
@endpoint(P.JOIN, status=201, limit="60/hour", raises=(*BOOKING, ProjectClosed, TeamOnly))
async def book(actor: Actor, slot_id: int) -> BookingOut:
    """Sign up for a shift."""
    return await service.book(actor, slot_id)


@bp.get("/shifts/<slot_id:id>/guests", name="guests")
@endpoint(P.JOIN)
async def guests(actor: Actor, slot_id: int, query: GuestsQuery) -> Page[GuestOut]:
    """List who comes to a shift you hold."""
    return await queries.guests(actor, slot_id, query)


@bp.get("/shifts/<slot_id:id>/door", name="door")
@endpoint(P.JOIN, limit="120/minute")
async def door(actor: Actor, slot_id: int, query: DoorQuery) -> DoorOut:
    """Show the code of this moment on the screen."""
    return await queries.door(actor, slot_id, query)


@bp.post("/shifts/<slot_id:id>/guests/<booking_id:id>/admit", name="admit")
@endpoint(P.JOIN, raises=(*REFUSALS, DoorShut))
async def admit(actor: Actor, slot_id: int, booking_id: int) -> GuestOut:
    """Check somebody in by hand."""
    return await service.see(actor, slot_id, booking_id, Direction.IN)


@bp.post("/shifts/<slot_id:id>/guests/<booking_id:id>/see-off", name="see_off")
@endpoint(P.JOIN, raises=(*REFUSALS, DoorShut))
async def see_off(actor: Actor, slot_id: int, booking_id: int) -> GuestOut:
    """Check somebody out by hand."""
    return await service.see(actor, slot_id, booking_id, Direction.OUT)


@bp.post("/shifts/<slot_id:id>/guests/<booking_id:id>/release", name="release")
@endpoint(P.JOIN, raises=REFUSALS)
async def release(actor: Actor, slot_id: int, booking_id: int, body: ReleaseBody) -> GuestOut:
    """Take somebody off the list, with a reason."""
    return await service.release(actor, slot_id, booking_id, body.reason)


@bp.post("/shifts/<slot_id:id>/guests/<booking_id:id>/attest", name="attest")
@endpoint(P.JOIN, raises=REFUSALS)
async def attest(actor: Actor, slot_id: int, booking_id: int) -> GuestOut:
    """Say that somebody came who was not checked in."""
    return await service.attest(actor, slot_id, booking_id)


@bp.post("/hours/<hour_id:id>/confirm", name="confirm")
@endpoint(P.JOIN, raises=REFUSALS)
async def confirm(actor: Actor, hour_id: int, body: ConfirmBody) -> HourOut:
    """Confirm somebody's hours."""
    return await service.confirm(actor, hour_id, body)


@bp.post("/hours/<hour_id:id>/correct", name="correct")
@endpoint(P.JOIN, raises=REFUSALS)
async def correct(actor: Actor, hour_id: int, body: CorrectBody) -> HourOut:
    """Correct confirmed hours, with grounds."""
    return await service.correct(actor, hour_id, body)


@bp.post("/hours/<hour_id:id>/reject", name="reject")
@endpoint(P.JOIN, raises=REFUSALS)
async def reject(actor: Actor, hour_id: int, body: RejectBody) -> HourOut:
    """Say that nothing was served, and why."""
    return await service.reject(actor, hour_id, body)
