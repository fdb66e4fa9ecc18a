"""Neighbours who wish and claim: owner and family in one dwelling, upstairs in the same building,
neighbour in the next, other in another community; worker and secretary look after it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine

from backend.core import clock
from backend.core.actor import SYSTEM, Actor, Role
from backend.engines.wishes.models import Wish
from backend.foundation.areas.models import Dwelling
from backend.foundation.identity import service as identity
from backend.foundation.residents import service as residents
from backend.foundation.residents.models import Relation
from backend.foundation.residents.schemas import BindingNew, Confirm
from tests.conftest import People
from tests.engines.vehicles.conftest import Yard
from tests.engines.vehicles.conftest import yard as yard
from tests.foundation.conftest import City
from tests.foundation.conftest import city as city

NOON = "2026-11-18T04:00:00Z"
PHONES = {"owner": "13800000001", "upstairs": "13800000002"}
ELDER = {"name": "王秀英", "phone": "13900000009", "place": "锦绣花园1号楼101"}


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


class Village(Yard):
    async def wish(self, who: str = "owner", status: int = 201, **given: Any) -> Any:
        body = {
            "category": "goods",
            "title": "想要一双棉鞋",
            "text": "老人脚肿，穿42码",
            "until": str(clock.today() + timedelta(days=30)),
            "handover": "home",
        }
        return await self.call(who, "/wishes", body | given, status=status)

    async def for_elder(self, who: str = "worker", **given: Any) -> Any:
        body: dict[str, Any] = {"is_for_other": True, "has_consent": True, "whose": "elder"}
        body |= {"person": ELDER, "area_id": self.city.buildings[0].id}
        return await self.wish(who, **body | given)

    async def open(self, who: str = "owner", **given: Any) -> Any:
        """A wish that was approved."""
        made = await self.wish(who, **given)
        return await self.approve(made)

    async def approve(self, made: Any, who: str = "secretary") -> Any:
        body = {"version": made["version"]}
        return await self.call(who, f"/wishes/{made['id']}/approve", body)

    async def claim(self, who: str, made: Any, status: int = 201, **given: Any) -> Any:
        return await self.call(who, f"/wishes/{made['id']}/claim", given, status=status)

    async def act(self, who: str, claim: Any, move: str, status: int = 0, **given: Any) -> Any:
        return await self.call(who, f"/wish-claims/{claim['id']}/{move}", given, status=status)

    async def fulfil(self, who: str, claim: Any) -> Any:
        photo = await self.picture(who)
        return await self.act(who, claim, "fulfil", note="送到了", file_ids=[photo])

    async def see(self, who: str, made: Any, status: int = 0) -> Any:
        return await self.call(who, f"/wishes/{made['id']}", status=status)

    async def wall(self, who: str, status: str = "open") -> list[str]:
        found = await self.call(who, f"/wishes?status={status}")
        return [one["title"] for one in found["items"]]

    async def settle_in(self, who: str) -> None:
        """Somebody with a post lives here as well."""
        home = await Dwelling.create(area_id=self.city.unit.id, number=f"of-{who}")
        body = BindingNew(dwelling_id=home.id, relation=Relation.OWNER, name="李书记")
        asked = await residents.bind(Actor(self.ids[who]), body)
        await residents.confirm(SYSTEM, asked.binding_id, Confirm())

    async def everywhere(self, made: Any) -> None:
        """As if a week had passed: open to the whole city."""
        await Wish.filter(id=made["id"]).update(
            circle="county", open_path=self.city.county.path, widens_at=None
        )


@pytest.fixture
async def village(
    noon: time_machine.Traveller,
    client: httpx.AsyncClient,
    people: People,
    city: City,
    yard: Yard,
) -> Village:
    place = Village(client, city, people, yard.firm, yard.ids, yard.headers)
    above = await Dwelling.create(area_id=city.unit.id, number="201", floor=2)
    await place.settle("upstairs", above, Relation.OWNER)
    await place.employ("worker", Role.SOCIAL_WORKER, city.spring)
    for name, phone in PHONES.items():
        await identity.set_phone(place.ids[name], phone)
    return place
