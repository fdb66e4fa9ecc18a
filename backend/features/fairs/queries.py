"""Reading fairs for phones: lists, one in full, its figures."""

from collections.abc import Sequence
from typing import Any

from tortoise.expressions import Q

from backend.core import paging
from backend.core.actor import SYSTEM, Actor
from backend.core.database import below
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.fairs import queries as fairs
from backend.engines.fairs.queries import MOVES, Fair, FairStatus, Figure
from backend.engines.surveys import queries as surveys
from backend.features.fairs import rules
from backend.features.fairs.schemas import FairCard, FairOut, FairQuery, FigureList, FigureOut
from backend.foundation.areas import queries as areas
from backend.foundation.areas.queries import Level

S = FairStatus
COMING = (S.PREPARING, S.PREVIEWED, S.OPEN)
PAST = (S.CLOSED, S.REVIEWED)


async def listed(actor: Actor, query: FairQuery) -> Page[FairCard]:
    """A page of fairs, latest first. Raises NotFound for an unknown area."""
    if query.state == "managed":
        chosen = Fair.filter(fairs.staffed(actor))
    else:
        status = COMING if query.state == "coming" else PAST
        chosen = fairs.visible_to(actor).filter(status__in=list(status))
    if query.area_id is not None:
        chosen = chosen.filter(await _near(query.area_id))
    if query.cursor:
        chosen = chosen.filter(id__lt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    names = await areas.full_names(one.area_path for one in items)
    return Page(items=[FairCard(**_card(one, names)) for one in items], next=after)


async def _near(area_id: int) -> Q:
    """The fairs of the area's street, or of all that lies below an area above streets."""
    area = await areas.get(area_id)
    street = (await areas.ancestors(area.path or "")).get(Level.STREET, area)
    first, end = below(street.path or "")
    return Q(area_path__gte=first, area_path__lt=end)


def _card(one: Fair, names: dict[str, str]) -> dict[str, Any]:
    plain = "id title theme place starts_at ends_at status emergency visitors version"
    facts: dict[str, Any] = {name: getattr(one, name) for name in plain.split()}
    return facts | {"area_name": names[one.area_path], "status_name": one.status.label}


async def one(actor: Actor, fair_id: int) -> FairOut:
    """One fair. Raises NotFound."""
    return await shown(actor, await fairs.get(actor, fair_id))


async def shown(actor: Actor, fair: Fair) -> FairOut:
    names = await areas.full_names([fair.area_path])
    is_staff = fairs.is_staff(fair, actor)
    is_told = is_staff or fair.status is S.CANCELLED
    return FairOut(
        **_card(fair, names),
        area_id=fair.area_id,
        needs=fair.needs,
        map_columns=fair.map_columns,
        map_rows=fair.map_rows,
        exchange_rules=fair.exchange_rules,
        reason=fair.reason if is_told else "",
        needs_survey_id=fair.needs_survey_id,
        satisfaction_survey_id=fair.satisfaction_survey_id,
        previewed_at=fair.previewed_at,
        latest_preview=fairs.latest_preview(fair),
        opened_at=fair.opened_at,
        closed_at=fair.closed_at,
        summary=fair.summary,
        figures=[FigureOut(**each) for each in fair.figures],
        is_staff=is_staff,
        moves=moves_open_to(MOVES, fair, actor),
    )


async def figures(actor: Actor, fair_id: int) -> FigureList:
    """What is counted of a fair at this moment, for its staff. Raises NotFound."""
    fair = await fairs.staffed_by(actor, fair_id)
    return FigureList(items=_numbers(await all_figures(fair)))


def _numbers(found: Sequence[Figure]) -> list[FigureOut]:
    return [FigureOut(**each._asdict()) for each in found]


async def all_figures(fair: Fair) -> list[Figure]:
    """What the rooms count, and how content people were."""
    return [*await fairs.figures(fair.id), *await _satisfaction(fair)]


async def _satisfaction(fair: Fair) -> list[Figure]:
    """Nothing while there are too few answers to tell without telling whose they are."""
    if fair.satisfaction_survey_id is None:
        return []
    found = await surveys.results(SYSTEM, fair.satisfaction_survey_id)
    means = [one.mean for one in found.questions if one.key == rules.SATISFIED and one.mean]
    counted = [Figure("answers", "满意度问卷", found.answers)]
    return counted + [Figure("satisfaction", "满意度（%）", rules.percent(one)) for one in means]
