"""Reading the wall."""

from typing import Any

from backend.core import crypto
from backend.core.actor import Actor
from backend.engines.fairs import queries as fairs
from backend.engines.fairs.queries import Fair, Figure
from backend.engines.stalls import queries as stalls
from backend.features.arrivals.models import Arrival
from backend.features.arrivals.schemas import ArrivalOut, OnWall, StallOnWall, WallOut
from backend.foundation.identity import queries as identity

LATEST = 24
NAMELESS = "一位邻居"


async def wall(actor: Actor, fair_id: int) -> WallOut:
    """Who is there, latest first, and which stalls they go to. Raises NotFound."""
    fair = await fairs.get(actor, fair_id)
    found = await Arrival.filter(fair_id=fair.id).order_by("-id").limit(LATEST)
    mine = await Arrival.get_or_none(fair_id=fair.id, user_id=actor.user_id)
    taking_part = await stalls.accepted(fair.id)
    taking_part.sort(key=lambda one: (-one.visitors, one.id))
    return WallOut(
        fair_id=fair.id,
        title=fair.title,
        place=fair.place,
        status=fair.status,
        status_name=fair.status.label,
        total=await Arrival.filter(fair_id=fair.id).count(),
        latest=await _named(found),
        stalls=[
            StallOnWall(id=one.id, name=stalls.called(one), visitors=one.visitors)
            for one in taking_part
        ],
        watch=f"fair:{fair.id}",
        mine=mine and await shown(fair, mine, is_first=False),
    )


async def _named(found: list[Arrival]) -> list[OnWall]:
    willing = [one.user_id for one in found if one.is_named and one.user_id]
    people = await identity.names(willing)
    names = {key: crypto.mask_name(one.name) for key, one in people.items()}
    return [
        OnWall(name=names.get(one.user_id or 0, NAMELESS) if one.is_named else NAMELESS, at=one.at)
        for one in found
    ]


async def shown(fair: Fair, one: Arrival, *, is_first: bool) -> ArrivalOut:
    number = await Arrival.filter(fair_id=fair.id, id__lte=one.id).count()
    return ArrivalOut(
        fair_id=fair.id,
        title=fair.title,
        number=number,
        is_first=is_first,
        is_named=one.is_named,
    )


async def figures(fair_id: int) -> list[Figure]:
    return [Figure("visitors", "到场人数", await Arrival.filter(fair_id=fair_id).count())]


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    found = Arrival.filter(user_id=user_id).order_by("id").prefetch_related("fair")
    return {
        "到过的集市": [
            {"集市": one.fair.title, "时间": one.at, "签到墙显示姓名": one.is_named}
            for one in await found
        ]
    }


fairs.count_by(figures)
