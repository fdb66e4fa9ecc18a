"""A firm with its cashier and accountants, residents, and money to move."""

from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from backend.core import clock, database, jobs
from backend.core.actor import Actor, Role
from backend.engines.ledgers import queries as books
from backend.engines.ledgers import service as ledgers
from backend.engines.ledgers.service import Leg
from backend.engines.payments import service as payments
from backend.engines.payments.models import Payee, Payment
from backend.engines.payments.service import Line
from backend.foundation.areas.models import Area
from backend.foundation.departments.models import Department, DepartmentKind
from backend.foundation.identity.models import Post, User
from tests.conftest import People
from tests.foundation.conftest import City
from tests.foundation.conftest import city as city

API = "/api/v1"
BALANCE = "prepaid:dwelling/77"


@dataclass
class Till:
    """Everything about the payments of one firm."""

    client: httpx.AsyncClient
    people: People
    city: City
    firm: Department
    payee: Payee
    actors: dict[str, Actor] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)

    async def call(
        self, who: str, path: str, body: Any = None, *, method: str = "", status: int = 0
    ) -> Any:
        """Call as one of the people; `status` 0 wants success."""
        verb = method or ("GET" if body is None else "POST")
        answer = await self.client.request(
            verb, f"{API}{path}", headers=self.headers[who], json=body
        )
        assert answer.status_code == status or (not status and answer.is_success), (
            answer.status_code,
            answer.text,
        )
        return answer.json() if answer.content else None

    async def open(self, who: str = "resident", *amounts: int, **more: Any) -> Payment:
        """An unpaid payment of so many fen a line (10000 when nothing is said)."""
        lines = [
            Line(f"bill:{number}", f"第{number}期物业费", amount, self.payee.account)
            for number, amount in enumerate(amounts or (10000,), start=1)
        ]
        wanted = {
            "purpose": "testing",
            "payee_id": self.payee.id,
            "title": "物业费",
            "lines": lines,
        }
        wanted |= {"area_path": self.city.compound.path, **more}
        async with database.transaction():
            return await payments.open_payment(self.actors[who], **wanted)

    async def top_up(self, amount: int, account: str = BALANCE) -> None:
        async with database.transaction():
            legs = [Leg("cash:1", -amount), Leg(account, amount)]
            await ledgers.post(f"top-up-{account}-{amount}", legs, kind="payment")

    async def work(self) -> None:
        """Let the worker do all that is due."""
        while await jobs.run_due():
            pass
        assert await jobs.dead() == []

    async def earned(self) -> int:
        assert await books.check() == []
        return await books.balance(self.payee.account)

    async def inbox(self, who: str) -> list[str]:
        return [one["title"] for one in (await self.call(who, "/inbox"))["items"]]


async def join(
    till: Till, name: str, *posts: tuple[Role, Area], unit: Department | None = None
) -> None:
    """Somebody with these posts comes in."""
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
    till.headers[name] = till.people.sign_in(user.id, *held, unit_id=unit_id)
    token = till.headers[name]["authorization"].removeprefix("Bearer ")
    till.actors[name] = till.people.known[token]


@pytest.fixture
async def till(client: httpx.AsyncClient, people: People, city: City) -> Till:
    firm = await Department.create(code="WY1", name="锦绣物业", kind=DepartmentKind.PROPERTY)
    rival = await Department.create(code="WY2", name="丰收物业", kind=DepartmentKind.PROPERTY)
    payee = await payments.payee("firm", firm.id, firm.name)
    till = Till(client, people, city, firm, payee)
    for name in ("resident", "neighbour"):
        await join(till, name)
    compound, county = city.compound, city.county
    await join(till, "cashier", (Role.CASHIER, compound), unit=firm)
    await join(till, "manager", (Role.PROPERTY_MANAGER, compound), unit=firm)
    await join(till, "rival", (Role.CASHIER, compound), unit=rival)
    await join(till, "far_cashier", (Role.CASHIER, city.autumn), unit=firm)
    await join(till, "accountant", (Role.ACCOUNTANT, county), unit=firm)
    await join(till, "rival_accountant", (Role.ACCOUNTANT, county), unit=rival)
    await join(till, "auditor", (Role.ACCOUNTANT, county))
    await join(till, "office", (Role.COUNTY_OFFICE, county))
    await join(till, "admin", (Role.ADMINISTRATOR, county))
    return till
