"""Telling those who helped."""

from backend.core.events import on
from backend.engines.wishes import queries as wishes
from backend.features.thanks import messages, service
from backend.features.thanks.events import ThanksSaid
from backend.foundation.identity.events import UserErased
from backend.foundation.moderations.events import TextRefused
from backend.foundation.notify import service as notify


@on(ThanksSaid)
async def tell_helpers(event: ThanksSaid) -> None:
    one = await wishes.wish_of(event.wish_id)
    link = messages.WISH_PAGE.format(one.id)
    for user_id in await wishes.claimers(one.id):
        await notify.send(messages.SAID, to=user_id, link=link, title=one.title)


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)


@on(TextRefused)
async def hide(event: TextRefused) -> None:
    if event.room == "thanks":
        await service.hide(event.row_id)
