"""A compound with a firm, its staff and residents, for tests of what is owed and paid."""

from dataclasses import dataclass, field
from typing import Any

from backend.core import clock
from backend.core.actor import SYSTEM, Actor, Post, Role
from backend.engines.tariffs import service as pricing
from backend.engines.tariffs.rules import Basis, Period, span_of
from backend.engines.tariffs.schemas import TariffNew, VersionNew
from backend.foundation.areas.models import Area, Dwelling
from backend.foundation.areas.rules import Level, sibling_key
from backend.foundation.departments.models import Department, DepartmentKind, ServedArea
from backend.foundation.identity.models import User
from backend.foundation.residents import service as residents
from backend.foundation.residents.models import Relation
from backend.foundation.residents.schemas import BindingNew, Confirm, End


async def area(level: Level, name: str, parent: Area | None = None) -> Area:
    one = await Area.create(
        parent_id=parent and parent.id,
        level=level,
        name=name,
        sibling_key=sibling_key(parent and parent.id, name),
    )
    one.path = f"{parent.path if parent else '/'}{one.id}/"
    await one.save()
    return one


@dataclass
class Estate:
    """Two dwellings of 89.50 m² and 120.00 m² in one compound, one in another of another firm."""

    compound: Area
    other: Area
    firm: Department
    rival: Department
    homes: list[Dwelling]
    elsewhere: Dwelling
    users: dict[str, int] = field(default_factory=dict)

    def staff(self, role: Role, user_id: int = 900, *, is_rival: bool = False) -> Actor:
        """Somebody of the firm (or of the other one) at its compound."""
        place, firm = (self.other, self.rival) if is_rival else (self.compound, self.firm)
        return Actor(user_id, (Post(1, role, place.id, place.path or "", firm.id),))

    @property
    def manager(self) -> Actor:
        return self.staff(Role.PROPERTY_MANAGER, 901)

    @property
    def cashier(self) -> Actor:
        return self.staff(Role.CASHIER, 902)

    async def person(self, name: str) -> Actor:
        if name not in self.users:
            self.users[name] = (await User.create(openid=f"openid-{name}", nickname=name)).id
        return Actor(self.users[name])

    async def move_in(
        self, name: str, home: Dwelling, relation: Relation = Relation.OWNER
    ) -> tuple[Actor, int]:
        """The person, confirmed at the dwelling, and the binding's id."""
        actor = await self.person(name)
        body = BindingNew(dwelling_id=home.id, relation=relation, name="张三")
        binding_id = (await residents.bind(actor, body)).binding_id
        await residents.confirm(SYSTEM, binding_id, Confirm())
        return actor, binding_id

    async def move_out(self, binding_id: int) -> None:
        await residents.end(SYSTEM, binding_id, End())

    async def tariff(self, **changes: Any) -> int:
        """A tariff of the firm at its compound: 1.25 yuan per m² and month, by the quarter."""
        first = {"valid_from": "2020-01-01", "price": 12_500} | changes.pop("first", {})
        body = {"area_id": self.compound.id, "name": "物业费", "first": first} | changes
        return (await pricing.create(self.manager, TariffNew(**body))).id


async def build() -> Estate:
    county = await area(Level.COUNTY, "沂南县")
    street = await area(Level.STREET, "望山街道", county)
    community = await area(Level.COMMUNITY, "春晖社区", street)
    compound = await area(Level.COMPOUND, "锦绣花园", community)
    other = await area(Level.COMPOUND, "金色家园", community)
    building = await area(Level.BUILDING, "1号楼", compound)
    firms = []
    for number, served in enumerate((compound, other)):
        firm = await Department.create(
            code=f"p-{number}", name=f"第{number + 1}物业", kind=DepartmentKind.PROPERTY
        )
        await ServedArea.create(department=firm, area=served)
        firms.append(firm)
    homes = [
        await Dwelling.create(area=building, number="101", square=8950),
        await Dwelling.create(area=building, number="102", square=12000),
    ]
    there = await Dwelling.create(
        area=await area(Level.BUILDING, "2号楼", other), number="201", square=10000
    )
    return Estate(compound, other, firms[0], firms[1], homes, there)


def last_quarter() -> str:
    return span_of(Period.QUARTER, clock.today()).key


def metered(*steps: tuple[int | None, int]) -> dict[str, Any]:
    """What makes a tariff of `Estate.tariff` one by meter, read every month."""
    ladder = [{"up_to": top, "price": price} for top, price in steps]
    return {
        "name": "水费",
        "basis": Basis.METER,
        "period": Period.MONTH,
        "meter_unit": "吨",
        "meter_digits": 5,
        "first": VersionNew(valid_from="2020-01-01", steps=ladder).model_dump(),
    }
