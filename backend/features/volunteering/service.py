"""Projects and their shifts; signing up; what was served."""

import asyncio
from datetime import timedelta
from typing import Any

from backend.core import clock, printing
from backend.core.actor import Actor
from backend.core.database import move_paths
from backend.core.errors import Conflict, Forbidden, NotFound
from backend.core.http import Download
from backend.core.printing import Card
from backend.core.states import check, make
from backend.engines.attendances import service as doors
from backend.engines.bookings import queries as bookings
from backend.engines.bookings import service as booking_service
from backend.engines.bookings.queries import (
    Booking,
    BookingOut,
    Direction,
    GuestOut,
    Point,
    Slot,
    SlotOut,
)
from backend.engines.bookings.service import NewSlot
from backend.engines.hours import queries as hours
from backend.engines.hours import service as hour_service
from backend.engines.hours.queries import ConfirmBody, CorrectBody, HourOut, RejectBody
from backend.engines.hours.service import Service
from backend.engines.teams import queries as teams
from backend.features.volunteering import queries
from backend.features.volunteering.models import VolunteerProject
from backend.features.volunteering.permissions import P
from backend.features.volunteering.rules import KIND, MOST_SHIFTS, PAGE
from backend.features.volunteering.schemas import (
    ConfirmedOut,
    ProjectBody,
    ProjectChange,
    ProjectNew,
    ProjectOut,
    ShiftBody,
    ShiftChange,
    ShiftNew,
)
from backend.features.volunteering.states import MOVES, S
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.codes import service as codes
from backend.foundation.codes.service import CodeKind

AT_ONCE = 200


class TeamOnly(Forbidden):
    code, title = "team_only", "这个项目只限本队队员报名"


class ProjectClosed(Conflict):
    code, title = "project_closed", "这个项目已经结束"


# -- projects --------------------------------------------------------------------------------------
async def create(actor: Actor, body: ProjectNew) -> ProjectOut:
    """Open a project at a place of the actor's. Raises NotFound, also for a team elsewhere."""
    area = await areas.get(body.area_id)
    path = area.path or ""
    if not actor.may(P.RUN, path):
        raise NotFound("没有这个区域")
    await _check_team(actor, body, path)
    code = await codes.issue(
        actor, CodeKind.VOLUNTEERING, area, label=body.title[:40], live_key=None
    )
    project = await VolunteerProject.create(
        **body.model_dump(),
        area_path=path,
        code_id=code.id,
        created_by=actor.user_id,
        created_at=clock.now(),
    )
    await _record(actor, project, "created")
    return await queries.one(actor, project.id)


async def _check_team(actor: Actor, body: ProjectBody, path: str) -> None:
    """A team of the same community, or of one above or below."""
    if body.team_id is None:
        return
    team = await teams.get(actor, body.team_id)
    is_near = team.area_path.startswith(path) or path.startswith(team.area_path)
    if team.status is not teams.TeamStatus.ACTIVE or not is_near:
        raise NotFound("没有这支队伍")


async def change(actor: Actor, project_id: int, body: ProjectChange) -> ProjectOut:
    """Other words, another team. Raises NotFound, WrongState, StaleVersion."""
    project = await queries.run_by(actor, project_id)
    await _check_team(actor, body, project.area_path)
    changed: dict[str, Any] = body.model_dump(exclude={"version"})
    await make(project, MOVES["change"], actor, version=body.version, **changed)
    await _record(actor, project, "changed")
    return await queries.one(actor, project_id)


async def end(actor: Actor, project_id: int) -> ProjectOut:
    """Nothing more is to come. Raises NotFound, WrongState, Conflict while shifts are to come."""
    project = await queries.run_by(actor, project_id)
    check(project, MOVES["end"], actor)
    if await _running(project):
        raise Conflict("还有没结束的班次，请先取消或等它结束")
    await make(project, MOVES["end"], actor)
    await _record(actor, project, "ended")
    return await queries.one(actor, project_id)


async def call_off(actor: Actor, project_id: int, reason: str) -> ProjectOut:
    """Call it off with all its shifts; whoever signed up hears why. Raises NotFound, WrongState."""
    project = await queries.run_by(actor, project_id)
    await make(project, MOVES["call-off"], actor)
    for slot in await _running(project):
        await booking_service.move(actor, slot.id, "call-off", reason)
    await _record(actor, project, "called_off")
    return await queries.one(actor, project_id)


async def _running(project: VolunteerProject) -> list[Slot]:
    found = await bookings.slots_of(KIND, [project.id])
    return [one for one in found if one.status in bookings.RUNNING]


async def _record(actor: Actor, project: VolunteerProject, what: str) -> None:
    subject = f"volunteering:{project.id}"
    await audit.record(actor, f"volunteering.{what}", subject, project.area_path)


async def poster(actor: Actor, project_id: int) -> Download:
    """The poster with its code as PDF. Raises NotFound."""
    project = await queries.hosted(actor, project_id)
    place = (await areas.full_names([project.area_path]))[project.area_path]
    picture = await codes.qr(project.code_id)
    card = Card(project.title, place, "扫码报名志愿服务", picture)
    content = await asyncio.to_thread(printing.posters, [card])
    return Download(content, printing.PDF, f"volunteering-{project.id}.pdf")


# -- shifts ----------------------------------------------------------------------------------------
async def add_shifts(actor: Actor, project_id: int, body: ShiftNew) -> ProjectOut:
    """The same shift for some weeks. Raises NotFound, Invalid, ProjectClosed, Conflict."""
    project = await queries.hosted(actor, project_id)
    if project.status is not S.OPEN:
        raise ProjectClosed
    if len(await _running(project)) + body.weeks > MOST_SHIFTS:
        raise Conflict(f"一个项目最多有 {MOST_SHIFTS} 个未结束的班次")
    for week in range(body.weeks):
        columns = _columns(body, timedelta(weeks=week))
        point = _point(body)
        await booking_service.open_slot(
            actor,
            NewSlot(
                owner_kind=KIND,
                owner_id=project.id,
                link=PAGE.format(project.id),
                area_path=project.area_path,
                title=project.title,
                point=point,
                **columns,
            ),
        )
    return await queries.one(actor, project_id)


def _columns(body: ShiftBody, later: timedelta) -> dict[str, Any]:
    starts = body.starts_at + later
    return {
        "place": body.place,
        "starts_at": starts,
        "ends_at": body.ends_at + later,
        "closes_at": starts,
        "cancel_until": starts - timedelta(hours=body.cancel_hours),
        "quota": body.quota,
        "most_waiting": body.most_waiting,
        "radius": body.radius,
        "proof": body.proof,
    }


def _point(body: ShiftBody) -> Point | None:
    if body.latitude is None or body.longitude is None:
        return None
    return Point(body.latitude, body.longitude)


async def change_shift(actor: Actor, slot_id: int, body: ShiftChange) -> SlotOut:
    """Another time, place or number of places. Raises NotFound, Invalid, QuotaTaken, …"""
    await queries.shift(actor, slot_id)
    columns = _columns(body, timedelta())
    columns |= {"latitude": body.latitude, "longitude": body.longitude}
    slot = await booking_service.change(actor, slot_id, body.version, **columns)
    return (await bookings.slots_shown(actor, [slot]))[0]


async def move_shift(actor: Actor, slot_id: int, name: str, reason: str = "") -> SlotOut:
    """`close`, `reopen` or `call-off` a shift. Raises NotFound, WrongState."""
    await queries.shift(actor, slot_id)
    slot = await booking_service.move(actor, slot_id, name, reason)
    return (await bookings.slots_shown(actor, [slot]))[0]


# -- taking part -----------------------------------------------------------------------------------
async def book(actor: Actor, slot_id: int) -> BookingOut:
    """Sign up for a shift. Raises NotFound, ProjectClosed, TeamOnly, and as bookings do."""
    slot = await bookings.slot(slot_id, KIND)
    project = await queries.get(actor, slot.owner_id)
    if project.status is not S.OPEN:
        raise ProjectClosed
    if project.is_team_only and not await teams.is_member(actor.user_id, project.team_id or 0):
        raise TeamOnly
    booking = await booking_service.book(actor, slot_id)
    return await bookings.one_of_mine(actor, booking.id)


async def see(actor: Actor, slot_id: int, booking_id: int, direction: Direction) -> GuestOut:
    """Check somebody in or out by hand. Raises NotFound, WrongState, DoorShut."""
    await queries.shift(actor, slot_id)
    return await _guest(actor, await doors.see(actor, slot_id, booking_id, direction))


async def release(actor: Actor, slot_id: int, booking_id: int, reason: str) -> GuestOut:
    """Take somebody off the list. Raises NotFound, WrongState."""
    await queries.shift(actor, slot_id)
    return await _guest(actor, await booking_service.release(actor, slot_id, booking_id, reason))


async def attest(actor: Actor, slot_id: int, booking_id: int) -> GuestOut:
    """Say that somebody came who was never checked in. Raises NotFound, WrongState; Forbidden for
    oneself."""
    await queries.shift(actor, slot_id)
    known = await bookings.guest(slot_id, booking_id)
    if known.user_id == actor.user_id:
        raise Forbidden("不能给自己补登")
    return await _guest(actor, await booking_service.attest(actor, slot_id, booking_id))


async def _guest(actor: Actor, booking: Booking) -> GuestOut:
    slot, project = await queries.shift(actor, booking.slot_id)
    is_staff = queries.is_staff(actor, project)
    return (await bookings.guests_shown(actor, slot, [booking], is_staff=is_staff))[0]


# -- hours -----------------------------------------------------------------------------------------
async def propose(booking_id: int) -> None:
    """Somebody has served: what the clock says of it waits for the host's word."""
    booking = await Booking.get(id=booking_id).prefetch_related("slot")
    slot, came, went = booking.slot, booking.checked_in_at, booking.checked_out_at
    if booking.user_id is None:
        return
    note = "" if came and went else "没有签退" if came else "组织者补登"
    came, went = came or slot.starts_at, went or slot.ends_at
    await hour_service.propose(
        Service(
            key=f"booking:{booking.id}",
            user_id=booking.user_id,
            owner_kind=KIND,
            owner_id=slot.owner_id,
            title=slot.title,
            area_path=slot.area_path,
            served_on=clock.local(slot.starts_at).date(),
            minutes=hour_service.served(came, went, slot.starts_at, slot.ends_at),
            note=note,
        )
    )


async def confirm(actor: Actor, hour_id: int, body: ConfirmBody) -> HourOut:
    """Confirm somebody's hours. Raises NotFound, Forbidden for one's own, Invalid, WrongState."""
    hour = await hours.hosted(hour_id, KIND)
    project = await queries.hosted(actor, hour.owner_id)
    is_staff = queries.is_staff(actor, project)
    return await hour_service.confirm(actor, hour, body, is_staff=is_staff)


async def confirm_all(actor: Actor, project_id: int) -> ConfirmedOut:
    """Confirm as proposed whatever nothing is to be said of: with both scans, and not one's own.

    Raises NotFound, WrongState when a rival was quicker.
    """
    project = await queries.hosted(actor, project_id)
    found = await hours.waiting((KIND, project.id), AT_ONCE)
    clear = [one for one in found if not one.note and one.minutes and one.user_id != actor.user_id]
    for hour in clear:
        hour.is_hosted = True
        await hour_service.confirm(actor, hour, ConfirmBody(), is_staff=True)
    return ConfirmedOut(confirmed=len(clear), left=len(found) - len(clear))


async def correct(actor: Actor, hour_id: int, body: CorrectBody) -> HourOut:
    """Put confirmed hours right, with grounds. Raises as `confirm`."""
    hour = await hours.hosted(hour_id, KIND)
    project = await queries.hosted(actor, hour.owner_id)
    is_staff = queries.is_staff(actor, project)
    return await hour_service.correct(actor, hour, body, is_staff=is_staff)


async def reject(actor: Actor, hour_id: int, body: RejectBody) -> HourOut:
    """Say that nothing was served. Raises as `confirm`."""
    hour = await hours.hosted(hour_id, KIND)
    project = await queries.hosted(actor, hour.owner_id)
    is_staff = queries.is_staff(actor, project)
    return await hour_service.reject(actor, hour, body, is_staff=is_staff)


async def follow_area(from_path: str, to_path: str) -> None:
    await move_paths("volunteering_project", from_path, to_path)


async def forget(user_id: int) -> None:
    """A person left: what they opened stays the community's."""
    await VolunteerProject.filter(created_by=user_id).update(created_by=0)
