"""Telling those concerned, and what follows from the fair's end and from people leaving."""

from backend.core.actor import SYSTEM, Role
from backend.core.events import on
from backend.engines.fairs import queries as fairs
from backend.engines.fairs.events import FairMoved
from backend.engines.stalls import messages, queries, service
from backend.engines.stalls.events import StallOffered, StallRuled
from backend.foundation.identity import queries as identity
from backend.foundation.identity.events import UserErased
from backend.foundation.moderations.events import TextRefused
from backend.foundation.notify import service as notify


@on(StallOffered)
async def tell_organisers(event: StallOffered) -> None:
    stall = await queries.get(SYSTEM, event.stall_id)
    people = await identity.people_at(stall.fair.area_path, [Role.SOCIAL_WORKER, Role.SECRETARY])
    link = fairs.MANAGE_PAGE.format(stall.fair_id)
    for user_id in sorted({one.user_id for one in people}):
        await notify.send(
            messages.OFFERED, to=user_id, link=link, name=stall.name, fair=stall.fair.title
        )


@on(StallRuled)
async def tell_offerer(event: StallRuled) -> None:
    stall = await queries.get(SYSTEM, event.stall_id)
    await notify.send(
        messages.RULED[event.move],
        to=stall.offered_by or 0,
        link=fairs.PAGE.format(stall.fair_id),
        name=stall.name,
        fair=stall.fair.title,
        reason=stall.reason,
    )


@on(FairMoved)
async def end_codes(event: FairMoved) -> None:
    if event.move in ("close", "cancel"):
        await service.withdraw_codes(event.fair_id)


@on(TextRefused)
async def hide(event: TextRefused) -> None:
    if event.room == service.ROOM:
        await service.hide(event.row_id)


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)
