"""Whoever manages a shelf is told that it is empty; people leave, areas move."""

from backend.core.actor import Role
from backend.core.events import on
from backend.engines.shelves import messages, service
from backend.engines.shelves.events import ShelfEmptied
from backend.engines.shelves.models import ShelfGood, ShelfPlace
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity import queries as identity
from backend.foundation.identity.events import UserErased
from backend.foundation.notify import service as notify


@on(ShelfEmptied)
async def ask_for_more(event: ShelfEmptied) -> None:
    good, place = await ShelfGood.get(id=event.good_id), await ShelfPlace.get(id=event.place_id)
    found = await identity.people_at(place.area_path, [Role.SECRETARY, Role.SOCIAL_WORKER])
    link = messages.GOOD.format(good.id)
    for user_id in {one.user_id for one in found}:
        await notify.send(messages.EMPTY, to=user_id, link=link, good=good.name, place=place.name)


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await service.follow_area(event.from_path, event.to_path)
