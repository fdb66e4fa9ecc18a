"""A neighbourhood that has its say: residents bound to dwellings, staff who ask them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from backend.core import clock
from backend.core.actor import SYSTEM, Actor, Role
from backend.engines.ballots.rules import new_code
from backend.foundation.areas.models import Dwelling
from backend.foundation.residents import service as residents
from backend.foundation.residents.models import Relation
from backend.foundation.residents.schemas import BindingNew, Confirm
from tests.conftest import People
from tests.engines.shops.conftest import Market, _person, frozen
from tests.foundation.conftest import City, city

__all__ = ["Assembly", "Hall", "assembly", "city", "frozen", "hall"]


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


VOTERS = ("ann", "bob", "cat", "dan", "eve", "fay")


@dataclass
class Assembly(Hall):
    """Six flats of 100 m² with an owner each, and a matter that was shaped."""

    flats: dict[str, Dwelling] = field(default_factory=dict)

    async def matter(self, who: str = "worker", **given: Any) -> Any:
        """A matter that collects opinions."""
        body = {
            "area_id": self.city.compound.id,
            "title": "单元门口装充电桩",
            "text": "居民多次反映电动车充电不便，请大家商议。",
            "sections": [{"key": "place", "title": "装在哪里"}],
            "opinions_until": str(clock.now() + timedelta(days=7)),
        }
        made = await self.call(who, "/matters", body | given, status=201)
        return await self.call(who, f"/matters/{made['id']}/publish", {})

    async def shaped(self, **given: Any) -> Any:
        matter = await self.matter(**given)
        body = {
            "summaries": [{"key": "place", "summary": "多数人希望装在东门。"}],
            "options": [{"key": "agree", "text": "同意"}],
        }
        return await self.call("worker", f"/matters/{matter['id']}/summarize", body)

    async def prepared(self, kind: str = "use_funds", **given: Any) -> Any:
        matter = await self.shaped()
        plan = {
            "kind": kind,
            "starts_at": str(clock.now()),
            "ends_at": str(clock.now() + timedelta(days=7)),
        }
        return await self.call(
            "worker", f"/matters/{matter['id']}/voting", plan | given, status=201
        )

    async def voting(self, kind: str = "use_funds", **given: Any) -> Any:
        """A vote that is open."""
        made = await self.prepared(kind, **given)
        await self.call("worker", f"/votings/{made['id']}/freeze", {})
        opened = await self.call("worker", f"/votings/{made['id']}/start", {})
        await self.work()
        return opened

    async def cast(
        self, who: str, voting: Any, choice: str = "agree", *flats: str, status: int = 201
    ) -> Any:
        """Cast for the flats, by default one's own."""
        ballots = [
            {"dwelling_id": self.flats[one].id, "code": new_code(26)} for one in flats or (who,)
        ]
        body = {"choice": choice, "ballots": ballots}
        return await self.call(who, f"/votings/{voting['id']}/ballots", body, status=status)

    async def paper(
        self,
        who: str,
        voting: Any,
        flat: str,
        choice: str = "agree",
        status: int = 201,
        **more: Any,
    ) -> Any:
        body = {
            "dwelling_id": self.flats[flat].id,
            "choice": choice,
            "code": "K7M2 QX9A B4CD",
            "received_at": str(clock.now()),
        }
        path = f"/votings/{voting['id']}/papers"
        return await self.call(who, path, body | more, status=status)

    async def mine(self, who: str, voting: Any, flat: str | None = None) -> Any:
        found = (await self.call(who, f"/votings/{voting['id']}/ballots/mine"))["items"]
        wanted = self.flats[flat or who].id
        return next(one for one in found if one["dwelling_id"] == wanted)

    async def counted(self, voting: Any, traveller: Any) -> Any:
        """Time is over, and the secretary counts."""
        traveller.move_to(datetime.fromisoformat(voting["ends_at"]))
        await self.tick()
        return await self.call("secretary", f"/votings/{voting['id']}/count", {})


@pytest.fixture
async def assembly(hall: Hall) -> Assembly:
    made = Assembly(hall.client, hall.city, hall.people, hall.ids, hall.headers)
    await Dwelling.filter(id__in=[made.city.home.id, made.city.shop.id]).delete()
    for number, name in enumerate(VOTERS, start=1):
        made.flats[name] = await Dwelling.create(
            area_id=made.city.unit.id, number=f"{number}01", floor=number, square=10_000
        )
        await made.move_in(name, made.flats[name])
    return made
