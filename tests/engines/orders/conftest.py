"""A small town with its people: who reports, who handles, who dispatches, and who is elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import time_machine

from backend.core import clock, jobs
from backend.core.actor import Role
from backend.engines.duties.service import load_list
from backend.foundation.areas.models import Area
from backend.foundation.departments.models import Department, DepartmentKind, ServedArea
from backend.foundation.files.models import File, Kind, Purpose
from backend.foundation.identity.models import Post, User
from backend.foundation.residents.models import Binding, Resident
from tests.conftest import People
from tests.foundation.conftest import City
from tests.foundation.conftest import city as city

NOON = "2026-11-18T02:00:00Z"
"""A Wednesday, ten in the morning in Shanghai."""
API = "/api/v1/orders"
UNCLEAR = "麻烦看看我们这边的事情"
SURE = "小区二次供水水压低，自来水发黄，停水没有通知"


@dataclass
class Town:
    client: httpx.AsyncClient
    city: City
    people: People
    firm: Department
    water: Department
    housing: Department
    ids: dict[str, int] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)

    async def call(
        self,
        who: str,
        path: str,
        body: Any = None,
        *,
        method: str = "",
        status: int = 0,
        **query: Any,
    ) -> Any:
        """Call as one of the people; `status` 0 wants success."""
        verb = method or ("GET" if body is None else "POST")
        answer = await self.client.request(
            verb, f"{API}{path}", headers=self.headers[who], json=body, params=query or None
        )
        assert answer.status_code == status or (not status and answer.is_success), (
            answer.status_code,
            answer.text,
        )
        return answer.json()

    async def report(self, who: str = "resident", **body: Any) -> Any:
        said = {"kind": "complaint", "text": UNCLEAR, "place": {"area_id": self.city.unit.id}}
        return await self.call(who, "", said | body)

    async def move(self, who: str, order: Any, name: str, status: int = 0, **body: Any) -> Any:
        return await self.call(who, f"/{order['id']}/{name}", body, status=status)

    async def pooled(self, **body: Any) -> Any:
        """An order in the community's pool."""
        order = await self.report(**body)
        return await self.move("secretary", order, "dispatch", party="community")

    async def taken(self, who: str = "worker", **body: Any) -> Any:
        return await self.move(who, await self.pooled(**body), "take")

    async def resolved(self, **body: Any) -> Any:
        order = await self.taken(**body)
        await self.move("worker", order, "contact", note="电话里说好了")
        return await self.move("worker", order, "resolve", result="已经办好了")

    async def picture(self, who: str, kind: Kind = Kind.IMAGE) -> int:
        """An upload of somebody's, ready to be attached."""
        key = f"key-{who}-{await File.all().count()}"
        made = await File.create(
            owner_id=self.ids[who],
            purpose=Purpose.ORDER,
            kind=kind,
            media_type="image/jpeg" if kind is Kind.IMAGE else "audio/mpeg",
            bytes=10,
            key=key,
            thumb_key=f"thumb-{key}",
            sha256="0" * 64,
            created_at=clock.now(),
            stored_at=clock.now(),
        )
        return int(made.id)

    async def work(self) -> None:
        """Let the worker do all that is due."""
        while await jobs.run_due():
            pass
        assert await jobs.dead() == []

    async def inbox(self, who: str) -> list[str]:
        answer = await self.client.get("/api/v1/inbox", headers=self.headers[who])
        return [one["title"] for one in answer.json()["items"]]


async def _person(
    town: Town, name: str, *posts: tuple[Role, Area], unit: Department | None = None
) -> None:
    user = await User.create(nickname=name, openid=f"openid-{name}")
    unit_id = unit.id if unit else None
    for role, area in posts:
        await Post.create(
            user_id=user.id,
            role=role,
            area_id=area.id,
            unit_id=unit_id,
            starts_at=clock.now().replace(year=2020),
        )
    held = [(role, area.id, area.path or "") for role, area in posts]
    town.ids[name] = user.id
    town.headers[name] = town.people.sign_in(user.id, *held, unit_id=unit_id)


async def _unit(code: str, name: str, kind: DepartmentKind, *areas: Area) -> Department:
    made = await Department.create(code=code, name=name, kind=kind)
    for area in areas:
        await ServedArea.create(department_id=made.id, area_id=area.id)
    return made


@pytest.fixture
def frozen() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
async def town(client: httpx.AsyncClient, people: People, city: City) -> Town:
    kinds = DepartmentKind
    firm = await _unit("WY1", "锦绣物业", kinds.PROPERTY, city.compound)
    other_firm = await _unit("WY2", "丰收物业", kinds.PROPERTY, city.autumn)
    water = await _unit("SL", "水利局", kinds.GOVERNMENT)
    housing = await _unit("ZJ", "住房和城乡建设局", kinds.GOVERNMENT)
    town = Town(client, city, people, firm, water, housing)
    await load_list()
    for name in ("resident", "neighbour"):
        await _person(town, name)
    spring, autumn, grid = city.spring, city.autumn, city.grids[0]
    await _person(town, "worker", (Role.SOCIAL_WORKER, spring))
    await _person(town, "grid", (Role.GRID_OFFICER, grid))
    await _person(town, "other_grid", (Role.GRID_OFFICER, city.grids[1]))
    await _person(town, "far_worker", (Role.SOCIAL_WORKER, autumn))
    await _person(town, "secretary", (Role.SECRETARY, spring))
    await _person(town, "far_secretary", (Role.SECRETARY, autumn))
    await _person(town, "street", (Role.STREET_DISPATCHER, city.street))
    await _person(town, "office", (Role.COUNTY_OFFICE, city.county))
    await _person(town, "admin", (Role.ADMINISTRATOR, city.county))
    await _person(town, "head", (Role.BUILDING_HEAD, city.buildings[0]))
    await _person(town, "staff", (Role.PROPERTY_STAFF, city.compound), unit=firm)
    await _person(town, "manager", (Role.PROPERTY_MANAGER, city.compound), unit=firm)
    await _person(town, "far_manager", (Role.PROPERTY_MANAGER, autumn), unit=other_firm)
    await _person(town, "water", (Role.DEPARTMENT_HANDLER, city.county), unit=water)
    await _person(town, "housing", (Role.DEPARTMENT_HANDLER, city.county), unit=housing)
    return town


async def live_at_home(town: Town, who: str = "resident") -> None:
    """Bind somebody to the first flat, confirmed."""
    resident = await Resident.create(
        user_id=town.ids[who], seal=f"seal-{who}", name="x", name_index="x"
    )
    await Binding.create(
        resident_id=resident.id,
        dwelling_id=town.city.home.id,
        relation="owner",
        status="confirmed",
        live_key=f"{resident.id}:{town.city.home.id}",
        created_at=clock.now(),
    )
