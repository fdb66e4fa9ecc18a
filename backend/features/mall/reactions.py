"""People are told what happened to what they redeemed; they leave, areas move."""

from backend.core.events import on
from backend.features.mall import messages, service
from backend.features.mall.events import RedemptionMoved
from backend.features.mall.models import Redemption
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity.events import UserErased


@on(RedemptionMoved)
async def tell_person(event: RedemptionMoved) -> None:
    template = messages.BY_MOVE.get(event.move)
    if template is not None:
        await service.tell(template, await Redemption.get(id=event.redemption_id))


@on(UserErased)
async def forget(event: UserErased) -> None:
    await service.forget(event.user_id)


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await service.follow_area(event.from_path, event.to_path)
