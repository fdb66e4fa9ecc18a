"""A square with benches: `upstairs` mends taps there, `other` lives in another community."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import time_machine

from backend.core import clock, jobs
from backend.engines.bookings import jobs as booking_jobs
from backend.features.mending_days import jobs as day_jobs
from tests.engines.craftsmen.conftest import Guild, city, guild, noon, village, yard

__all__ = ["Square", "city", "guild", "noon", "square", "village", "yard"]

API = "/api/v1"
NINE = datetime(2026, 11, 19, 9, tzinfo=clock.SHANGHAI)
"""Tomorrow, where the clock says Wednesday noon."""


class Square(Guild):
    noon: time_machine.Traveller

    async def announce(
        self, *benches: Any, who: str = "worker", status: int = 201, **given: Any
    ) -> Any:
        """Tomorrow from nine to eleven; each bench is a craftsman, with what differs."""
        body = {
            "area_id": self.city.spring.id,
            "place": "文化广场",
            "starts_at": clock.iso(NINE),
            "ends_at": clock.iso(NINE + timedelta(hours=2)),
            "benches": [self.bench(one) for one in benches],
        }
        return await self.call(who, "/mending-days", body | given, status=status)

    def bench(self, craftsman: Any, **given: Any) -> dict[str, Any]:
        return {"craftsman_id": craftsman["id"], "skill": "plumbing", "minutes": 30} | given

    async def day(self, **given: Any) -> Any:
        """A day with the tap mender's four turns."""
        return await self.announce(await self.craftsman("upstairs"), **given)

    async def look_at(self, who: str, day: Any, status: int = 0) -> Any:
        return await self.call(who, f"/mending-days/{day['id']}", status=status)

    async def take(
        self, who: str, day: Any, turn: int = 0, bench: int = 0, status: int = 0, **given: Any
    ) -> Any:
        path = f"/mending-days/turns/{turn_id(day, turn, bench)}/book"
        return await self.call(who, path, given, status=status)

    async def try_to_take(self, who: str, turn: int) -> str:
        """The code of the refusal, or nothing."""
        path = f"{API}/mending-days/turns/{turn}/book"
        answer: httpx.Response = await self.client.post(path, json={}, headers=self.headers[who])
        return "" if answer.is_success else str(answer.json()["code"])

    async def stand(self, who: str, day: Any, bench: int = 0, status: int = 0) -> Any:
        path = f"/mending-days/benches/{day['bench_list'][bench]['id']}"
        return await self.call(who, path, status=status)

    async def read(self, who: str, day: Any, code: str, bench: int = 0, status: int = 0) -> Any:
        path = f"/mending-days/benches/{day['bench_list'][bench]['id']}/read"
        return await self.call(who, path, {"code": code}, status=status)

    async def say(self, who: str, day: Any, move: str, turn: int = 0, status: int = 0) -> Any:
        path = f"/mending-days/turns/{turn_id(day, turn)}/{move}"
        return await self.call(who, path, {}, status=status)

    def go_to(self, moment: datetime) -> None:
        self.noon.move_to(moment)

    async def tick(self) -> None:
        """What the clock does, and all that follows."""
        await day_jobs.look_at_the_time()
        await booking_jobs.look_at_the_time()
        await self.work()
        assert await jobs.dead() == []


def turn_id(day: Any, turn: int = 0, bench: int = 0) -> int:
    return int(day["bench_list"][bench]["turns"][turn]["id"])


def mine(day: Any, turn: int = 0, bench: int = 0) -> Any:
    return day["bench_list"][bench]["turns"][turn]["mine"]


@pytest.fixture
async def square(guild: Guild, noon: time_machine.Traveller) -> Square:
    made = Square(guild.client, guild.city, guild.people, guild.firm, guild.ids, guild.headers)
    made.noon = noon
    return made
