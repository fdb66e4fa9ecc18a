"""A yard with a running project: the secretary runs it, residents take part."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from backend.core import clock
from tests.engines.vehicles.conftest import Yard
from tests.engines.vehicles.conftest import yard as yard
from tests.foundation.conftest import city as city

NOON = "2026-11-18T04:00:00Z"


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


@dataclass
class Service:
    """One project with a shift tomorrow, and what people do about it."""

    yard: Yard
    noon: time_machine.Traveller
    project: int = 0
    shift: int = 0

    async def open(self, **wanted: Any) -> Any:
        body = {"title": "清扫楼道", "text": "工具已备好", "category": "clean"}
        body |= {"area_id": self.yard.city.spring.id} | wanted
        made = await self.yard.call("secretary", "/volunteering/projects", body)
        self.project = made["id"]
        return made

    def times(self, **wanted: Any) -> dict[str, Any]:
        start = clock.now() + timedelta(days=1)
        usual = {"starts_at": iso(start), "ends_at": iso(start + timedelta(hours=2))}
        return {"place": "1号楼前", "quota": 2, **usual, **wanted}

    async def add_shift(self, who: str = "secretary", status: int = 0, **wanted: Any) -> Any:
        path = f"/volunteering/projects/{self.project}/shifts"
        made = await self.yard.call(who, path, self.times(**wanted), status=status)
        if "shift_list" in made:
            self.shift = made["shift_list"][0]["id"]
        return made

    async def book(self, who: str, status: int = 0) -> Any:
        return await self.yard.call(
            who, f"/volunteering/shifts/{self.shift}/book", {}, status=status
        )

    async def see(self, who: str = "owner") -> Any:
        return await self.yard.call(who, f"/volunteering/projects/{self.project}")

    async def scan(self, who: str, direction: str = "in", status: int = 0) -> Any:
        path = f"/volunteering/shifts/{self.shift}/door"
        door = await self.yard.call("secretary", path, direction=direction)
        return await self.yard.call(who, "/bookings/scan", {"code": door["code"]}, status=status)

    async def serve(self, who: str = "owner") -> Any:
        """Sign up, come, go; the hours that wait then."""
        await self.book(who)
        self.noon.shift(timedelta(days=1))
        await self.scan(who)
        self.noon.shift(timedelta(hours=2))
        await self.scan(who, "out")
        await self.yard.work()
        return (await self.hours())[0]

    async def hours(self, who: str = "secretary") -> list[Any]:
        page = await self.yard.call(who, f"/volunteering/projects/{self.project}/hours")
        return list(page["items"])


@pytest.fixture
async def service(yard: Yard, noon: time_machine.Traveller) -> Service:
    made = Service(yard, noon)
    await made.open()
    await made.add_shift()
    return made
