"""A neighbourhood that has its say: residents bound to dwellings, staff who ask them."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from backend.core.actor import SYSTEM, Actor, Role
from backend.foundation.areas.models import Dwelling
from backend.foundation.residents import service as residents
from backend.foundation.residents.models import Relation
from backend.foundation.residents.schemas import BindingNew, Confirm
from tests.conftest import People
from tests.engines.shops.conftest import Market, _person, frozen
from tests.foundation.conftest import City, city

__all__ = ["Hall", "city", "frozen", "hall"]


@dataclass
class Hall(Market):
    """Markets call, work and tick already; here people live somewhere besides."""

    async def move_in(self, name: str, *homes: Dwelling, relation: str = "owner") -> int:
        """A person confirmed at the dwellings; their id."""
        if name not in self.ids:
            await _person(self, name)
        for home in homes:
            body = BindingNew(dwelling_id=home.id, relation=Relation(relation), name=f"张{name}")
            made = await residents.bind(Actor(self.ids[name]), body)
            await residents.confirm(SYSTEM, made.binding_id, Confirm())
        return self.ids[name]

    async def download(self, who: str, path: str) -> bytes:
        answer = await self.client.get(f"/api/v1{path}", headers=self.headers[who])
        assert answer.is_success, answer.text
        return answer.content


@pytest.fixture
async def hall(client: httpx.AsyncClient, people: People, city: City, frozen: Any) -> Hall:
    made = Hall(client, city, people)
    for name, role, area in (
        ("secretary", Role.SECRETARY, city.spring),
        ("worker", Role.SOCIAL_WORKER, city.spring),
        ("colleague", Role.SOCIAL_WORKER, city.spring),
        ("far_secretary", Role.SECRETARY, city.autumn),
        ("street", Role.STREET_DISPATCHER, city.street),
    ):
        await _person(made, name, (role, area))
    await _person(made, "stranger")
    return made
