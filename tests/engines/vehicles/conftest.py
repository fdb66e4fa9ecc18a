"""A compound with people, cars and a property firm."""

from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from backend.core import clock, jobs
from backend.core.actor import SYSTEM, Role
from backend.foundation.areas.models import Dwelling
from backend.foundation.departments.models import Department, DepartmentKind, ServedArea
from backend.foundation.files.models import File, Kind, Purpose
from backend.foundation.identity.models import Post, User
from backend.foundation.residents import service as residents
from backend.foundation.residents.models import Relation
from backend.foundation.residents.schemas import BindingNew, Confirm
from tests.conftest import People
from tests.foundation.conftest import City
from tests.foundation.conftest import city as city

API = "/api/v1"
PLATE = "鲁Q12345"


@dataclass
class Yard:
    """People by name: owner and family live in one dwelling, neighbour in another; guard, manager
    and secretary work there, stranger elsewhere."""

    client: httpx.AsyncClient
    city: City
    people: People
    firm: Department
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
        wanted = answer.status_code == status or (not status and answer.is_success)
        assert wanted, (answer.status_code, answer.text)
        is_json = answer.headers["content-type"].startswith("application/")
        return answer.json() if is_json and "pdf" not in answer.headers["content-type"] else answer

    async def car(self, who: str = "owner", plate: str = PLATE) -> Any:
        """A confirmed vehicle of the person's."""
        home = self.city.shop if who == "neighbour" else self.city.home
        made = await self.call(who, "/vehicles", {"plate": plate, "dwelling_id": home.id})
        return await self.call("manager", f"/vehicles/{made['id']}/confirm", {})

    async def picture(self, who: str) -> int:
        """An upload of somebody's, ready to be attached."""
        key = f"key-{who}-{await File.all().count()}"
        made = await File.create(
            owner_id=self.ids[who],
            purpose=Purpose.ORDER,
            kind=Kind.IMAGE,
            media_type="image/jpeg",
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
        answer = await self.client.get(f"{API}/inbox", headers=self.headers[who])
        return [one["title"] for one in answer.json()["items"]]

    async def settle(self, name: str, home: Dwelling, relation: Relation) -> None:
        user = await User.create(nickname=name, openid=f"openid-{name}")
        self.ids[name], self.headers[name] = user.id, self.people.sign_in(user.id)
        actor = self.people.known[self.headers[name]["authorization"][7:]]
        said = BindingNew(dwelling_id=home.id, relation=relation, name="王小明")
        asked = await residents.bind(actor, said)
        await residents.confirm(SYSTEM, asked.binding_id, Confirm())

    async def employ(
        self, name: str, role: Role, area: Any, unit: Department | None = None
    ) -> None:
        user = await User.create(nickname=name, openid=f"openid-{name}")
        unit_id = unit and unit.id
        await Post.create(
            user_id=user.id, role=role, area_id=area.id, unit_id=unit_id, starts_at=clock.now()
        )
        self.ids[name] = user.id
        post = (role, area.id, area.path or "")
        self.headers[name] = self.people.sign_in(user.id, post, unit_id=unit_id)


@pytest.fixture
async def yard(client: httpx.AsyncClient, people: People, city: City) -> Yard:
    firm = await Department.create(code="firm-1", name="锦绣物业", kind=DepartmentKind.PROPERTY)
    await ServedArea.create(department_id=firm.id, area_id=city.compound.id)
    yard = Yard(client, city, people, firm)
    await yard.settle("owner", city.home, Relation.OWNER)
    await yard.settle("family", city.home, Relation.FAMILY)
    await yard.settle("neighbour", city.shop, Relation.OWNER)
    await yard.settle("other", city.far_home, Relation.OWNER)
    await yard.employ("guard", Role.PROPERTY_STAFF, city.compound, firm)
    await yard.employ("manager", Role.PROPERTY_MANAGER, city.compound, firm)
    await yard.employ("secretary", Role.SECRETARY, city.spring)
    await yard.employ("stranger", Role.PROPERTY_MANAGER, city.autumn)
    return yard
