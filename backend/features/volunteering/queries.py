"""Reading projects: everybody those that run, with their shifts; hosts what is to be done."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import clock, paging
from backend.core.actor import Actor
from backend.core.database import below
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.attendances import queries as doors
from backend.engines.attendances.queries import DoorOut, DoorQuery
from backend.engines.bookings import queries as bookings
from backend.engines.bookings.queries import GuestOut, GuestsQuery, Slot
from backend.engines.hours import queries as hours
from backend.engines.hours.queries import HourOut, HoursQuery
from backend.engines.teams import queries as teams
from backend.features.volunteering.models import VolunteerProject
from backend.features.volunteering.permissions import P
from backend.features.volunteering.rules import KIND
from backend.features.volunteering.schemas import ProjectCard, ProjectOut, ProjectsQuery
from backend.features.volunteering.states import MOVES, S
from backend.foundation.areas import queries as areas
from backend.foundation.codes import service as codes


def visible_to(_: Actor) -> QuerySet[VolunteerProject]:
    """Projects are everybody's to see: who is asked to help may know for what."""
    return VolunteerProject.all()


def _at(path: str) -> Q:
    first, end = below(path)
    return Q(area_path__gte=first, area_path__lt=end)


async def _hosted(actor: Actor) -> Q:
    scope = Q(team_id__in=await teams.led_by(actor.user_id) or [0])
    for path in ("/",) if actor.is_system else actor.paths(P.RUN):
        scope |= _at(path)
    return scope


# -- rows ----------------------------------------------------------------------------------------
async def get(actor: Actor, project_id: int) -> VolunteerProject:
    """The project, with whether the actor leads its team. Raises NotFound."""
    found = await visible_to(actor).filter(id=project_id).first()
    if found is None:
        raise NotFound("没有这个项目")
    found.is_led = await teams.is_captain(actor.user_id, found.team_id)
    return found


async def hosted(actor: Actor, project_id: int) -> VolunteerProject:
    """A project that the actor holds. Raises NotFound for anybody else."""
    found = await get(actor, project_id)
    if not found.may(actor, P.HOST):
        raise NotFound("没有这个项目")
    return found


async def run_by(actor: Actor, project_id: int) -> VolunteerProject:
    """A project at a place where the actor runs them. Raises NotFound."""
    found = await get(actor, project_id)
    if not found.may(actor, P.RUN):
        raise NotFound("没有这个项目")
    return found


async def shift(actor: Actor, slot_id: int) -> tuple[Slot, VolunteerProject]:
    """A shift that the actor holds, with its project. Raises NotFound for anybody else."""
    slot = await bookings.slot(slot_id, KIND)
    project = await hosted(actor, slot.owner_id)
    slot.is_hosted = True
    return slot, project


def is_staff(actor: Actor, project: VolunteerProject) -> bool:
    """Whether the actor reads whole names there: a captain reads them masked."""
    return project.may(actor, P.RUN)


# -- what is shown ---------------------------------------------------------------------------------
async def listed(actor: Actor, query: ProjectsQuery) -> Page[ProjectCard]:
    """A page of projects, latest first. Raises NotFound for an unknown area."""
    chosen = visible_to(actor)
    chosen = chosen.exclude(status=S.OPEN) if query.over else chosen.filter(status=S.OPEN)
    if query.area_id is not None:
        path = await areas.path_of(query.area_id)
        chosen = chosen.filter(_at(path) | Q(area_id__in=areas.ids_of(path)))
    if query.hosted:
        chosen = chosen.filter(await _hosted(actor))
    if query.category is not None:
        chosen = chosen.filter(category=query.category)
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=[ProjectCard(**one) for one in await _cards(actor, items)], next=after)


async def _cards(actor: Actor, found: Sequence[VolunteerProject]) -> list[dict[str, Any]]:
    """What cards and pages share, with five statements for all of them."""
    names = await areas.full_names(one.area_path for one in found)
    called = await teams.names({one.team_id for one in found if one.team_id})
    led = set(await teams.led_by(actor.user_id))
    ids = [one.id for one in found]
    coming: defaultdict[int, list[Slot]] = defaultdict(list)
    for slot in await bookings.slots_of(KIND, ids) if ids else []:
        if slot.status in bookings.RUNNING and slot.ends_at > clock.now():
            coming[slot.owner_id].append(slot)
    counts = await hours.counts(KIND, ids) if ids else {}
    for one in found:
        one.is_led = one.team_id in led
    return [
        _card(one, coming[one.id])
        | {
            "area_name": names[one.area_path],
            "team_name": called.get(one.team_id or 0),
            "waiting_hours": counts.get(one.id, 0) if one.may(actor, P.HOST) else None,
        }
        for one in found
    ]


def _card(one: VolunteerProject, slots: Sequence[Slot]) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "category": one.category,
        "category_name": one.category.label,
        "is_team_only": one.is_team_only,
        "status": one.status,
        "status_name": one.status.label,
        "shifts": len(slots),
        "next_at": slots[0].starts_at if slots else None,
        "left": sum(0 if each.waiting else each.quota - each.taken for each in slots),
    }


async def one(actor: Actor, project_id: int) -> ProjectOut:
    """A project with its shifts: those to come, and for hosts those behind too.

    Raises NotFound."""
    project = await get(actor, project_id)
    card = (await _cards(actor, [project]))[0]
    is_host = project.may(actor, P.HOST)
    slots = await bookings.slots_of(KIND, [project.id])
    shown = [each for each in slots if is_host or each.ends_at > clock.now()]
    for each in shown:
        each.is_hosted = is_host
    team_id = project.team_id
    return ProjectOut(
        **card,
        text=project.text,
        area_id=project.area_id,
        team_id=team_id,
        is_host=is_host,
        is_member=team_id is not None and await teams.is_member(actor.user_id, team_id),
        shift_list=await bookings.slots_shown(actor, shown),
        moves=moves_open_to(MOVES, project, actor),
        version=project.version,
    )


async def of_code(actor: Actor, scene: str) -> ProjectOut:
    """The project whose poster was scanned. Raises NotFound."""
    code = await codes.read(scene)
    found = await VolunteerProject.get_or_none(code_id=code.id)
    if found is None:
        raise NotFound("这不是志愿项目的码")
    return await one(actor, found.id)


# -- the host's ------------------------------------------------------------------------------------
async def guests(actor: Actor, slot_id: int, query: GuestsQuery) -> Page[GuestOut]:
    """Who comes to a shift that the actor holds. Raises NotFound."""
    slot, project = await shift(actor, slot_id)
    return await bookings.guests(actor, slot, query, is_staff=is_staff(actor, project))


async def door(actor: Actor, slot_id: int, query: DoorQuery) -> DoorOut:
    """What the screen at the door of such a shift shows. Raises NotFound."""
    slot, _ = await shift(actor, slot_id)
    return await doors.door(slot, query.direction)


async def served(actor: Actor, project_id: int, query: HoursQuery) -> Page[HourOut]:
    """Hours of a project that the actor holds. Raises NotFound."""
    project = await hosted(actor, project_id)
    owner = (KIND, project.id)
    return await hours.of_owner(actor, owner, query, is_staff=is_staff(actor, project))
