"""Checking in, once."""

from typing import Any

from tortoise.exceptions import IntegrityError

from backend.core import clock
from backend.core.actor import Actor
from backend.core.database import is_duplicate, transaction
from backend.core.errors import NotFound
from backend.engines.fairs import queries as fairs
from backend.engines.fairs.queries import FairStatus
from backend.engines.stalls import service as stalls
from backend.features.arrivals import queries
from backend.features.arrivals.models import Arrival
from backend.features.arrivals.schemas import ArrivalOut, ArriveBody, NamingBody, WallOut
from backend.foundation.codes import service as codes


async def arrive(actor: Actor, body: ArriveBody) -> ArrivalOut:
    """Check in by the poster's code: a second scan counts nothing and shows the first.

    Raises NotFound for what is no fair's code or leads nowhere any more, WrongState unless open.
    """
    code = await codes.read(body.scene)
    fair = await fairs.by_code(code.id)
    if fair is None:
        raise NotFound("这不是集市签到码")
    fairs.demand_status(fair, {FairStatus.OPEN})
    mine, is_first = await _arrived(fair.id, actor.user_id, is_named=body.is_named)
    if is_first:
        stalls.tell(fair.id, "arrival")
    return await queries.shown(fair, mine, is_first=is_first)


async def _arrived(fair_id: int, user_id: int, *, is_named: bool) -> tuple[Arrival, bool]:
    """Of two scans at once the database lets one in."""
    who: dict[str, Any] = {"fair_id": fair_id, "user_id": user_id}
    if (known := await Arrival.get_or_none(**who)) is not None:
        return known, False
    try:
        async with transaction():
            return await Arrival.create(**who, is_named=is_named, at=clock.now()), True
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        return await Arrival.get(**who), False


async def name(actor: Actor, fair_id: int, body: NamingBody) -> WallOut:
    """Let the wall say one's name from now on, or no longer. Raises NotFound."""
    fair = await fairs.get(actor, fair_id)
    mine = Arrival.filter(fair_id=fair.id, user_id=actor.user_id)
    if await mine.update(is_named=body.is_named) != 1:
        raise NotFound("您还没有签到")
    stalls.tell(fair.id, "arrival")
    return await queries.wall(actor, fair_id)


async def forget(user_id: int) -> None:
    """A person left: that somebody was there stays counted, nameless."""
    await Arrival.filter(user_id=user_id).update(user_id=None, is_named=False)
