"""Telling people what became of a fair, and asking how it was."""

from backend.core.actor import SYSTEM, Role
from backend.core.events import on
from backend.core.jobs import enqueue, job
from backend.engines.fairs import queries as fairs
from backend.engines.fairs.events import FairMoved
from backend.features.fairs import messages, service
from backend.foundation.identity import queries as identity
from backend.foundation.notify import service as notify
from backend.foundation.residents import queries as residents

AT_ONCE = 100


@on(FairMoved)
async def tell_staff(event: FairMoved) -> None:
    fair = await fairs.get(SYSTEM, event.fair_id)
    link = fairs.MANAGE_PAGE.format(fair.id)
    if event.move == "submit":
        street = await identity.people_at(fair.area_path, [Role.STREET_DISPATCHER])
        for user_id in sorted({one.user_id for one in street}):
            await notify.send(messages.SUBMITTED, to=user_id, link=link, title=fair.title)
    template = messages.TO_ORGANISER.get(event.move)
    if template is not None:
        said = {"title": fair.title, "reason": event.reason}
        await notify.send(template, to=fair.created_by or 0, link=link, **said)


@on(FairMoved)
async def begin_to_tell_residents(event: FairMoved) -> None:
    fair = await fairs.get(SYSTEM, event.fair_id)
    if event.move in messages.TO_RESIDENTS and fair.previewed_at is not None:
        await enqueue(tell_residents, fair_id=fair.id, move=event.move, after=0)


@job()
async def tell_residents(fair_id: int, move: str, after: int) -> None:
    """So many residents at a time; the next ones are a job of their own."""
    fair = await fairs.get(SYSTEM, fair_id)
    waiting = [one for one in await residents.users_below(fair.area_path) if one > after]
    said = {"title": fair.title, "place": fair.place, "reason": fair.reason}
    link, template = fairs.PAGE.format(fair.id), messages.TO_RESIDENTS[move]
    for user_id in waiting[:AT_ONCE]:
        await notify.send(template, to=user_id, link=link, starts=fair.starts_at, **said)
    if len(waiting) > AT_ONCE:
        await enqueue(tell_residents, fair_id=fair_id, move=move, after=waiting[AT_ONCE - 1])


@on(FairMoved)
async def ask_satisfaction(event: FairMoved) -> None:
    if event.move == "open":
        await service.ask_satisfaction(event.fair_id)
