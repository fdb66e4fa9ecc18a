"""A car park with an entrance and an exit, played by a gate that signs as a real one does."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine

from backend.core import clock
from backend.core.actor import SYSTEM
from backend.engines.ledgers import queries as ledgers
from backend.engines.payments import queries as payment_queries
from backend.engines.payments import service as payments
from backend.engines.payments.service import Method
from backend.sample.gate import Barrier
from tests.engines.vehicles.conftest import Yard
from tests.engines.vehicles.conftest import yard as yard
from tests.foundation.conftest import city as city

NOON = "2026-11-18T04:00:00Z"
TARIFF = {"free_minutes": 30, "step_minutes": 60, "step_price": 300, "day_cap": 2000}


@dataclass
class Park:
    yard: Yard
    clock: Any
    lot: Any
    entrance: Barrier
    exit: Barrier
    gate_ids: dict[str, int]

    def later(self, minutes: float) -> None:
        self.clock.shift(minutes * 60)

    async def call(self, who: str, path: str, body: Any = None, **more: Any) -> Any:
        return await self.yard.call(who, f"/parking{path}", body, **more)

    async def stays(self, **query: Any) -> list[Any]:
        page = await self.call("guard", "/stays", lot_id=self.lot["id"], **query)
        return list(page["items"])

    async def pay(self, payment: Any, transaction: str = "") -> None:
        """WeChat says that the payment was made; what follows is worked off."""
        row = await payment_queries.get(SYSTEM, payment["id"])
        number = transaction or f"4200{payment['id']:010d}"
        money = payments.Money(
            Method.WECHAT, "wechat:1900000001", clock.now(), number, "1900000001"
        )
        await payments.settle(row, money)
        await self.yard.work()

    async def park(self, plate: str, minutes: float) -> Any:
        """The car comes, stays and asks to leave. Answers with what the exit says."""
        assert (await self.entrance.drive(plate))["action"] == "open"
        self.later(minutes)
        return await self.exit.drive(plate)

    async def top_up(self, vehicle_id: int, amount: int) -> None:
        body = {"lot_id": self.lot["id"], "amount": amount}
        await self.pay(await self.call("owner", f"/vehicles/{vehicle_id}/top-up", body))

    async def agree(self, vehicle_id: int, **more: Any) -> Any:
        said = {"vehicle_id": vehicle_id, "is_agreed": True, "terms": "2026-11"}
        return await self.call("owner", "/agreements", said | {"most_per_stay": 5000} | more)

    async def check_books(self) -> None:
        assert await ledgers.check() == []


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


async def open_lot(yard: Yard, **more: Any) -> Any:
    said = {"area_id": yard.city.compound.id, "name": "地下停车场", "capacity": 3}
    said |= {"month_price": 15000, "tariff": TARIFF, "visitor_quota": 2}
    return await yard.call("manager", "/parking/lots", said | more)


@pytest.fixture
async def park(yard: Yard, noon: time_machine.Traveller) -> Park:
    lot = await open_lot(yard)
    barriers, ids = [], {}
    for name, direction in (("东门入口", "in"), ("东门出口", "out")):
        body = {"lot_id": lot["id"], "name": name, "direction": direction}
        made = await yard.call("manager", "/parking/gates", body)
        barriers.append(Barrier(yard.client, made["gate"]["key"], made["secret"]))
        ids[direction] = made["gate"]["id"]
    return Park(yard, noon, lot, barriers[0], barriers[1], ids)
