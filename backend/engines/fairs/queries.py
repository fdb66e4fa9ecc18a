"""Reading fairs, and what the rooms above count of one."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import ClassVar

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import clock
from backend.core.actor import Actor
from backend.core.database import below
from backend.core.errors import NotFound, WrongState
from backend.engines.fairs import rules
from backend.engines.fairs.models import Fair as Fair
from backend.engines.fairs.models import FairStatus as FairStatus
from backend.engines.fairs.permissions import P as P
from backend.engines.fairs.rules import MOST_COLUMNS as MOST_COLUMNS
from backend.engines.fairs.rules import MOST_ROWS as MOST_ROWS
from backend.engines.fairs.rules import Figure as Figure
from backend.engines.fairs.states import ANNOUNCED as ANNOUNCED
from backend.engines.fairs.states import MOVES as MOVES
from backend.engines.fairs.states import RECRUITING as RECRUITING
from backend.engines.fairs.states import SEEN

Counting = Callable[[int], Awaitable[list[Figure]]]
PAGE = "/pages/fairs/fair?id={}"
MANAGE_PAGE = "/pages/fairs/manage?id={}"


class _Above:
    """What rooms above count of a fair; they tell us at start, for we cannot ask them."""

    figures: ClassVar[list[Counting]] = []


def count_by(counting: Counting) -> None:
    """Have the figures of a fair (by its id) counted into its review."""
    _Above.figures.append(counting)


async def figures(fair_id: int) -> list[Figure]:
    """Everything that is counted of a fair, as it stands now."""
    return [one for counting in _Above.figures for one in await counting(fair_id)]


def visible_to(actor: Actor) -> QuerySet[Fair]:
    """What is announced or looks for helpers is everybody's; the rest the staff's there."""
    if actor.is_system:
        return Fair.all()
    return Fair.filter(_public() | staffed(actor))


def _public() -> Q:
    told = Q(status=FairStatus.CANCELLED, previewed_at__isnull=False)
    return Q(status__in=list(SEEN)) | told


def staffed(actor: Actor) -> Q:
    """The fairs at the actor's posts."""
    scope = Q(id__lt=0)
    for path in {*actor.paths(P.RUN), *actor.paths(P.REVIEW)}:
        first, end = below(path)
        scope |= Q(area_path__gte=first, area_path__lt=end)
    return scope


async def get(actor: Actor, fair_id: int) -> Fair:
    """The fair. Raises NotFound for one that is not the actor's to see."""
    found = await visible_to(actor).filter(id=fair_id).first()
    if found is None:
        raise NotFound("没有这场集市")
    return found


async def run_by(actor: Actor, fair_id: int) -> Fair:
    """A fair that the actor's community holds. Raises NotFound."""
    found = await get(actor, fair_id)
    if not found.may(actor, P.RUN):
        raise NotFound("没有这场集市")
    return found


async def staffed_by(actor: Actor, fair_id: int) -> Fair:
    """A fair at the actor's posts, the community's or the street's. Raises NotFound."""
    found = await get(actor, fair_id)
    if not is_staff(found, actor):
        raise NotFound("没有这场集市")
    return found


def is_staff(fair: Fair, actor: Actor) -> bool:
    return actor.may(P.RUN, fair.area_path) or actor.may(P.REVIEW, fair.area_path)


async def by_code(code_id: int) -> Fair | None:
    """The fair whose code it is."""
    return await Fair.get_or_none(code_id=code_id)


def demand_status(fair: Fair, wanted: Iterable[FairStatus]) -> None:
    """Raise WrongState unless the fair stands as wanted: what belongs to it follows its life."""
    if fair.status not in set(wanted):
        raise WrongState(f"集市{fair.status.label}，现在不能这样操作", status=str(fair.status))


async def behind() -> list[Fair]:
    """Fairs whose time has come or has passed."""
    now = clock.now()
    due = Q(status=FairStatus.PREVIEWED, starts_at__lte=now)
    over = Q(status=FairStatus.OPEN, ends_at__lte=now)
    return await Fair.filter(due | over).order_by("id").limit(100)


def latest_preview(fair: Fair) -> datetime | None:
    """The last moment for an ordinary announcement, once the fair has a time."""
    return fair.starts_at and fair.starts_at - rules.PREVIEW
