"""Reading matters: those of one's own home, and for staff those of their areas."""

from collections.abc import Sequence
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import clock, paging
from backend.core.actor import SYSTEM, Actor
from backend.core.database import below, marks, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.matters.models import Matter as Matter
from backend.engines.matters.models import MatterOrigin, Milestone
from backend.engines.matters.models import MatterStatus as MatterStatus
from backend.engines.matters.permissions import P
from backend.engines.matters.schemas import (
    MatterCard,
    MatterQuery,
    MilestoneOut,
    OptionOut,
    OriginOut,
    SectionOut,
)
from backend.engines.matters.schemas import MatterNew as MatterNew
from backend.engines.matters.schemas import MatterOut as MatterOut
from backend.engines.matters.schemas import OptionBody as OptionBody
from backend.engines.matters.states import HIDDEN, MOVES, OVER
from backend.engines.orders import queries as orders
from backend.foundation.areas import queries as areas
from backend.foundation.files import queries as files
from backend.foundation.residents import queries as residents


async def homes_of(actor: Actor) -> list[str]:
    """The paths of the actor's confirmed homes."""
    return [one.area_path for one in await residents.dwellings_of(actor.user_id)]


def _kept_by(actor: Actor) -> Q:
    scope = Q(id__lt=0)
    for path in actor.paths(P.KEEP):
        first, end = below(path)
        scope |= Q(area_path__gte=first, area_path__lt=end)
    return scope


def visible_to(actor: Actor, homes: Sequence[str]) -> QuerySet[Matter]:
    if actor.is_system:
        return Matter.all()
    of_home = Q(area_path__in=areas.paths_above(homes)) & ~Q(status__in=list(HIDDEN))
    return Matter.filter((of_home if homes else Q(id__lt=0)) | _kept_by(actor))


async def get(actor: Actor, matter_id: int) -> Matter:
    """Raises NotFound for one that is not the actor's to see."""
    found = await visible_to(actor, await homes_of(actor)).filter(id=matter_id).first()
    if found is None:
        raise NotFound("没有这个议题")
    return found


async def kept(actor: Actor, matter_id: int) -> Matter:
    """A matter that the actor keeps. Raises NotFound."""
    found = await get(actor, matter_id)
    if not found.may(actor, P.KEEP):
        raise NotFound("没有这个议题")
    return found


async def by_subject(subject: str) -> Matter | None:
    """The matter that a vote was on."""
    kind, _, matter_id = subject.partition(":")
    return await Matter.get_or_none(id=int(matter_id)) if kind == "matter" else None


async def by_code(actor: Actor, code_id: int) -> Matter:
    """The matter that a printed code is of. Raises NotFound."""
    found = await Matter.get_or_none(code_id=code_id)
    if found is None:
        raise NotFound("没有这个议题")
    return await get(actor, found.id)


def hears(one: Matter) -> bool:
    """Whether an opinion that comes now is in time."""
    return one.status is MatterStatus.COLLECTING and clock.now() < one.opinions_until


async def listed(actor: Actor, query: MatterQuery) -> Page[MatterCard]:
    """A page of matters, latest first. Raises NotFound for an unknown area."""
    if query.state == "managed":
        chosen = Matter.filter(_kept_by(actor))
    else:
        over = Q(status__in=list(OVER))
        chosen = visible_to(actor, await homes_of(actor)).exclude(status__in=list(HIDDEN))
        chosen = chosen.filter(over if query.state == "over" else ~over)
    if query.area_id is not None:
        path = await areas.path_of(query.area_id)
        first, end = below(path)
        there = Q(area_path__gte=first, area_path__lt=end)
        chosen = chosen.filter(there | Q(area_path__in=areas.paths_above([path])))
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    names = await areas.full_names(one.area_path for one in items)
    return Page(items=[MatterCard(**_card(one, names)) for one in items], next=after)


_CARD = ("id", "title", "status", "opinions_until", "voting_id", "decision", "created_at")


def _card(one: Matter, names: dict[str, str]) -> dict[str, Any]:
    return {name: getattr(one, name) for name in (*_CARD, "version")} | {
        "area_name": names[one.area_path],
        "status_name": one.status.label,
    }


async def shown(actor: Actor, one: Matter) -> MatterOut:
    """The matter in full, as this person may deal with it."""
    names = await areas.full_names([one.area_path])
    steps = await Milestone.filter(matter_id=one.id).order_by("is_follow_up", "id")
    links = await files.links([*one.file_ids, *(each for step in steps for each in step.file_ids)])
    homes = await homes_of(actor)
    plain = ("area_id", "text", "published_at", "decided_at", "done_at")
    return MatterOut(
        **_card(one, names),
        **{name: getattr(one, name) for name in plain},
        sections=[SectionOut(**each) for each in one.sections],
        options=[OptionOut(**each) for each in one.options],
        photos=_photos(one.file_ids, links),
        origin_count=await MatterOrigin.filter(matter_id=one.id).count(),
        origins=await _origins(actor, one),
        milestones=[_step(each, links) for each in steps],
        may_speak=hears(one) and any(path.startswith(one.area_path) for path in homes),
        is_kept=one.may(actor, P.KEEP),
        moves=[name for name in moves_open_to(MOVES, one, actor) if MOVES[name].who == P.KEEP],
    )


def _photos(file_ids: Sequence[int], links: dict[int, files.FileLink]) -> list[files.FileLink]:
    return [links[one] for one in file_ids if one in links]


def _step(one: Milestone, links: dict[int, files.FileLink]) -> MilestoneOut:
    is_late = one.done_at is None and one.due_on is not None and one.due_on < clock.today()
    plain = ("id", "title", "due_on", "is_follow_up", "note", "done_at")
    told = {name: getattr(one, name) for name in plain}
    return MilestoneOut(**told, is_late=is_late, photos=_photos(one.file_ids, links))


async def order_ids(one: Matter) -> list[int]:
    """The demands that it comes from."""
    found = await MatterOrigin.filter(matter_id=one.id).order_by("id")
    return [each.order_id for each in found]


async def _origins(actor: Actor, one: Matter) -> list[OriginOut]:
    """Those of the demands that the actor may see anyway."""
    ids = await order_ids(one)
    if not ids:
        return []
    scope = orders.visible_to(actor)
    found = await rows(
        f"SELECT o.id, o.title FROM orders_order o WHERE o.id IN ({marks(ids)}) "  # noqa: S608
        f"AND ({scope.where}) ORDER BY o.id",
        *ids,
        *scope.params,
    )
    return [OriginOut(order_id=row["id"], title=row["title"]) for row in found]


async def current(matter_id: int) -> Matter:
    """The matter, for the house itself. Raises NotFound."""
    return await get(SYSTEM, matter_id)
