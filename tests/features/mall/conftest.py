"""A community's shop for points, with people who have some."""

from dataclasses import dataclass
from typing import Any

import pytest

from backend.core.actor import Role
from backend.engines.points import queries as bank
from backend.features.mall import queries as mall
from tests.engines.points.conftest import Bank, city, frozen, house

__all__ = ["city", "frozen", "house"]


@dataclass
class Mall:
    house: Bank
    place: int
    soap: int

    async def call(self, *args: Any, **given: Any) -> Any:
        return await self.house.call(*args, **given)

    async def good(self, **given: Any) -> int:
        """On the shelf of the first community."""
        body = {"area_id": self.house.city.spring.id, "name": "洗衣液 2 升", "price": 30} | given
        return int((await self.call("secretary", "/mall/goods", body, status=201))["id"])

    async def stock(self, good: int, quantity: int, cause: str = "in", **given: Any) -> Any:
        body = {"place_id": self.place, "cause": cause, "quantity": quantity, "note": "街道配送"}
        return await self.call("secretary", f"/mall/goods/{good}/stock", body | given)

    async def redeem(self, who: str = "ann", status: int = 201, **given: Any) -> Any:
        body = {"shelf_id": self.soap, "place_id": self.place, "quantity": 1}
        body |= {"points": 30 * given.get("quantity", 1)} | given
        return await self.call(who, "/mall/redemptions", body, status=status)

    async def hand_over(self, code: str, who: str = "secretary", status: int = 0) -> Any:
        path = f"/mall/places/{self.place}/hand-over"
        return await self.call(who, path, {"code": code}, status=status)

    async def left(self, good: int = 0) -> int:
        return int((await self.call("ann", f"/mall/goods/{good or self.soap}"))["left"])

    async def agrees(self) -> None:
        await self.house.agrees()
        assert await mall.check() == []
        assert await bank.check() == []


@pytest.fixture
async def mall_(house: Bank) -> Mall:
    """Ten bottles at 30 points; ann, dad and bob have 100 points each."""
    await house.person("worker", post=(Role.SOCIAL_WORKER, house.city.spring))
    for who in ("ann", "dad", "bob"):
        await house.earn(who, 100, f"start:{who}")
    place = {
        "area_id": house.city.spring.id,
        "name": "春晖积分超市",
        "address": "社区服务中心一楼",
        "hours": "周一至周六 9:00–17:00",
    }
    made = Mall(house, 0, 0)
    made.place = (await house.call("secretary", "/mall/places", place, status=201))["id"]
    made.soap = await made.good()
    await made.stock(made.soap, 10)
    return made
