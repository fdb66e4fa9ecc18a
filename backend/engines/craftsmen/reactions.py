"""Telling the community and the craftsman, and forgetting."""

from backend.core.events import on
from backend.engines.craftsmen import messages, queries, service
from backend.engines.craftsmen.events import CraftsmanReviewed, CraftsmanSubmitted
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity import queries as identity
from backend.foundation.identity.events import UserErased
from backend.foundation.moderations.events import TextRefused
from backend.foundation.notify import service as notify


@on(CraftsmanSubmitted)
async def call_the_community(event: CraftsmanSubmitted) -> None:
    one = await queries.craftsman_of(event.craftsman_id)
    for person in await identity.people_at(one.area_path, queries.COMMUNITY):
        if person.user_id != one.user_id:
            link = messages.REVIEW_PAGE
            await notify.send(messages.TO_REVIEW, to=person.user_id, link=link, called=one.called)


@on(CraftsmanReviewed)
async def tell_the_ruling(event: CraftsmanReviewed) -> None:
    one = await queries.craftsman_of(event.craftsman_id)
    said = {"status": one.status.label, "reason": one.reason}
    await notify.send(messages.REVIEWED, to=one.user_id or 0, link=messages.OWN_PAGE, **said)


@on(TextRefused)
async def hide(event: TextRefused) -> None:
    if event.room == service.ROOM:
        await service.hide(event.row_id)


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await service.follow_area(event.from_path, event.to_path)


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)
