"""Forgetting who left, following areas that move."""

from backend.core.database import move_paths
from backend.core.events import on
from backend.engines.coupons import service
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity.events import UserErased


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await move_paths("coupons_coupon", event.from_path, event.to_path)


@on(UserErased)
async def forget_vouchers(event: UserErased) -> None:
    await service.forget(event.user_id)
