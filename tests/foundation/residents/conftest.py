"""People of the small city, with an account and a post where they need one."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from backend.core.actor import Role
from backend.foundation.identity.models import User
from backend.foundation.residents.rules import is_id_number
from tests.conftest import People
from tests.foundation.conftest import City

API = "/api/v1/residents"


def id_number(seventeen: str) -> str:
    """The 17 digits with the check character that makes them valid."""
    return next(seventeen + check for check in "0123456789X" if is_id_number(seventeen + check))


GROWN = id_number("37132719880520123")


@dataclass
class House:
    """Headers of those who act, and shorthands for what they do."""

    client: httpx.AsyncClient
    city: City
    owner: dict[str, str]
    neighbour: dict[str, str]
    worker: dict[str, str]
    manager: dict[str, str]
    stranger: dict[str, str]
    """A social worker of the other community."""

    async def bind(self, who: dict[str, str], status: int = 201, **body: Any) -> Any:
        said = {"dwelling_id": self.city.home.id, "relation": "owner", "name": "王小明"} | body
        answer = await self.client.post(f"{API}/bindings", headers=who, json=said)
        assert answer.status_code == status, answer.text
        made = answer.json()
        return made | {"id": made.get("binding_id")}

    async def decide(
        self, who: dict[str, str], binding_id: int, move: str, status: int = 200, **body: Any
    ) -> Any:
        answer = await self.client.post(
            f"{API}/bindings/{binding_id}/{move}", headers=who, json=body
        )
        assert answer.status_code == status, answer.text
        return answer.json()

    async def register(self, who: dict[str, str], status: int = 201, **body: Any) -> Any:
        said = {"dwelling_id": self.city.home.id, "relation": "owner", "name": "李桂英"} | body
        answer = await self.client.post(API, headers=who, json=said)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def get(self, who: dict[str, str], path: str, status: int = 200, **query: Any) -> Any:
        answer = await self.client.get(f"/api/v1{path}", headers=who, params=query)
        assert answer.status_code == status, answer.text
        return answer.json()


@pytest.fixture
async def house(client: httpx.AsyncClient, people: People, city: City) -> House:
    for number in range(1, 7):
        await User.create(id=number, openid=f"o{number}", nickname=f"微信用户{number}")
    spring, autumn = city.spring, city.autumn
    return House(
        client=client,
        city=city,
        owner=people.sign_in(1),
        neighbour=people.sign_in(2),
        worker=people.sign_in(3, (Role.SOCIAL_WORKER, spring.id, spring.path or "")),
        manager=people.sign_in(
            4, (Role.PROPERTY_MANAGER, city.compound.id, city.compound.path or "")
        ),
        stranger=people.sign_in(5, (Role.SOCIAL_WORKER, autumn.id, autumn.path or "")),
    )
