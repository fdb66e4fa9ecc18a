"""Neighbours with skills: `upstairs` mends taps, `neighbour` too, `other` lives elsewhere."""

from datetime import timedelta
from typing import Any

import pytest

from backend.core import clock
from backend.foundation.areas.models import Dwelling
from backend.foundation.identity import service as identity
from backend.foundation.residents.models import Relation
from tests.engines.wishes.conftest import Village, city, noon, village, yard

__all__ = ["Guild", "city", "guild", "noon", "village", "yard"]

ALWAYS = [["morning", "afternoon", "evening"]] * 7


class Guild(Village):
    async def register(self, who: str, status: int = 201, **given: Any) -> Any:
        body = {
            "called": "王师傅",
            "week": ALWAYS,
            "skills": [{"skill": "plumbing", "price": 3000}],
        }
        return await self.call(who, "/craftsmen", body | given, status=status)

    async def craftsman(self, who: str, **given: Any) -> Any:
        made = await self.register(who, **given)
        body = {"version": made["version"]}
        return await self.call("secretary", f"/craftsmen/{made['id']}/approve", body)

    def need(self, **given: Any) -> dict[str, Any]:
        day = str(clock.today() + timedelta(days=1))
        return {"skill": "plumbing", "day": day, "part": "morning"} | given

    async def offered(self, who: str = "owner", **given: Any) -> list[Any]:
        return list((await self.call(who, "/craftsmen/offers", self.need(**given)))["items"])

    async def ask(self, who: str = "owner", status: int = 201, **given: Any) -> Any:
        body = self.need() | {"text": "厨房水龙头漏水"} | given
        return await self.call(who, "/calls", body, status=status)

    async def move_in_next_door(self, who: str) -> None:
        """Somebody more of the same unit, whom a craftsman could call."""
        home = await Dwelling.create(area_id=self.city.unit.id, number=f"of-{who}")
        await self.settle(who, home, Relation.OWNER)
        await identity.set_phone(self.ids[who], f"1360000{len(self.ids):04d}")

    async def do(self, who: str, one: Any, move: str, status: int = 0, **given: Any) -> Any:
        return await self.call(who, f"/calls/{one['id']}/{move}", given, status=status)

    async def look(self, who: str, one: Any, status: int = 0) -> Any:
        return await self.call(who, f"/calls/{one['id']}", status=status)


@pytest.fixture
async def guild(village: Village) -> Guild:
    made = Guild(
        village.client, village.city, village.people, village.firm, village.ids, village.headers
    )
    for number, name in enumerate(("neighbour", "other", "family")):
        await identity.set_phone(made.ids[name], f"1370000000{number}")
    return made
