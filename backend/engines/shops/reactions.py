"""Telling merchants and reviewers, and closing shops whose owners left."""

from backend.core.actor import SYSTEM, Role
from backend.core.events import on
from backend.engines.shops import messages, queries, service
from backend.engines.shops.events import LicenceSent, ShopAsked, ShopRuled
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity import queries as identity
from backend.foundation.identity.events import UserErased
from backend.foundation.notify import service as notify


@on(ShopAsked)
async def tell_reviewers(event: ShopAsked) -> None:
    await _tell_reviewers(messages.ASKED, event.shop_id, event.area_path)


@on(LicenceSent)
async def tell_of_licence(event: LicenceSent) -> None:
    await _tell_reviewers(messages.LICENCE, event.shop_id, event.area_path)


async def _tell_reviewers(template: messages.Template, shop_id: int, path: str) -> None:
    shop = await queries.get(SYSTEM, shop_id)
    link = f"{messages.REVIEW}?id={shop_id}"
    for user_id in {one.user_id for one in await identity.people_at(path, [Role.SECRETARY])}:
        await notify.send(template, to=user_id, link=link, name=shop.name)


@on(ShopRuled)
async def tell_staff(event: ShopRuled) -> None:
    shop = await queries.get(SYSTEM, event.shop_id)
    link = f"{messages.MERCHANT}?shop_id={shop.id}"
    for user_id in shop.staff:
        template = messages.RULED[event.move]
        await notify.send(template, to=user_id, link=link, name=shop.name, reason=event.reason)


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await service.follow_move(event.from_path, event.to_path)


@on(UserErased)
async def close_orphans(event: UserErased) -> None:
    await service.forget(event.user_id)
