"""Two communities with people at home in them, who have points to spend."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import time_machine

from backend.core import clock, jobs
from backend.core.actor import SYSTEM, Actor, Role
from backend.core.database import transaction
from backend.engines.awards import service as awards
from backend.engines.awards.models import Award
from backend.engines.ledgers import queries as ledgers
from backend.engines.points import queries as bank
from backend.engines.points import rules
from backend.engines.points import service as points
from backend.engines.points.models import PointHold
from backend.foundation.areas.models import Area, Dwelling
from backend.foundation.identity.models import Post, User
from backend.foundation.residents import service as residents
from backend.foundation.residents.models import Relation
from backend.foundation.residents.schemas import BindingNew, Confirm
from tests.conftest import People
from tests.foundation.conftest import City
from tests.foundation.conftest import city as city

API = "/api/v1"
NOON = "2026-11-18T04:00:00Z"


@dataclass
class Bank:
    """People by name, and what one does with their points."""

    client: httpx.AsyncClient
    city: City
    people: People
    ids: dict[str, int] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)

    async def person(
        self,
        name: str,
        home: Dwelling | None = None,
        relation: Relation = Relation.OWNER,
        post: tuple[Role, Area] | None = None,
    ) -> int:
        user = await User.create(nickname=name, openid=f"openid-{name}")
        held = [(post[0], post[1].id, post[1].path or "")] if post else []
        if post:
            since = clock.now().replace(year=2020)
            await Post.create(user=user, role=post[0], area=post[1], starts_at=since)
        self.ids[name] = user.id
        self.headers[name] = self.people.sign_in(user.id, *held)
        if home is not None:
            body = BindingNew(dwelling_id=home.id, relation=relation, name="张三")
            binding = await residents.bind(Actor(user.id), body)
            await residents.confirm(SYSTEM, binding.binding_id, Confirm())
        return user.id

    async def call(
        self, who: str, path: str, body: Any = None, *, method: str = "", status: int = 0, **q: Any
    ) -> Any:
        """Call as one of the people; `status` 0 wants success."""
        verb = method or ("GET" if body is None else "POST")
        answer = await self.client.request(
            verb, f"{API}{path}", headers=self.headers[who], json=body, params=q or None
        )
        said = (answer.status_code, answer.text)
        assert answer.status_code == status or (not status and answer.is_success), said
        return answer.json()

    async def earn(self, who: str, amount: int, key: str, **given: Any) -> Award:
        """Points for a deed in the first community."""
        deed = {"title": "帮助邻居", "kind": "help", "area_path": self.city.spring.path or ""}
        async with transaction():
            return await awards.award(
                awards.Deed(self.ids[who], amount, **{**deed, **given}), key=key
            )

    async def reserve(self, who: str, amount: int, key: str) -> PointHold:
        async with transaction():
            return await points.reserve(self.ids[who], amount, "兑换", key=key)

    async def spend(self, key: str) -> None:
        async with transaction():
            await points.spend(key, rules.pool(self.city.spring.id))

    async def release(self, key: str) -> None:
        async with transaction():
            await points.release(key)

    async def balance(self, who: str) -> int:
        return int((await self.call(who, "/points"))["balance"])

    async def pool(self) -> int:
        return await ledgers.balance(rules.pool(self.city.spring.id), rules.UNIT)

    async def work(self) -> None:
        """The clock looks, the worker works."""
        for _ in range(2):
            await jobs.start_due_schedules()
        while await jobs.run_due():
            pass
        assert await jobs.dead() == []

    async def inbox(self, who: str) -> list[str]:
        return [one["title"] for one in (await self.call(who, "/inbox"))["items"]]

    async def agrees(self) -> None:
        """The books of points, and all books."""
        assert await bank.check() == []
        assert await ledgers.check() == []


@pytest.fixture
def frozen() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
async def house(client: httpx.AsyncClient, people: People, city: City, frozen: Any) -> Bank:
    """ann and her father dad share a flat; bob, cat and eve live elsewhere, tom rents at ann's."""
    made = Bank(client, city, people)
    await made.person("ann", city.home)
    await made.person("dad", city.home, Relation.FAMILY)
    await made.person("tom", city.home, Relation.TENANT)
    await made.person("bob", city.shop)
    await made.person("cat", city.far_home)
    await made.person("eve")
    await made.person("secretary", post=(Role.SECRETARY, city.spring))
    await made.person("far_secretary", post=(Role.SECRETARY, city.autumn))
    await made.person("office", post=(Role.COUNTY_OFFICE, city.county))
    return made
