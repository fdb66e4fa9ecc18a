"""Who works in the sample city: departments and firms, and everyone with a post."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from backend.core import actor as actors
from backend.core import crypto
from backend.core.actor import Actor, Role
from backend.engines.duties import rules as duties
from backend.engines.orders import states
from backend.foundation.areas.models import Area, Level
from backend.foundation.departments.models import Department, DepartmentKind, ServedArea
from backend.foundation.identity.models import Post, User
from backend.foundation.residents.models import Binding, PlainReading, Resident, ResidentTag
from backend.sample import names
from backend.sample.city import FOUNDED, City

SOCIAL_WORKERS = 78
WELFARE_POSTS = 144
STAFF_PER_FIRM = 5
WITHOUT_FIRM = 3
"""Old compounds that no property firm looks after."""
UTILITIES = frozenset({"供电公司", "公用事业服务中心"})
PHONES_FROM = 19_900_000_000
"""No operator has given these numbers out."""


@dataclass(frozen=True)
class Worker:
    """Somebody with a post; `unit` is the department or firm they stand for."""

    user_id: int
    name: str
    posts: tuple[actors.Post, ...]
    unit: str = ""

    @property
    def role(self) -> Role:
        return self.posts[0].role

    @property
    def actor(self) -> Actor:
        return Actor(self.user_id, self.posts)


@dataclass(frozen=True)
class Neighbour:
    """A resident with an account and a confirmed dwelling."""

    user_id: int
    dwelling_id: int
    number: str
    area: Area
    """The unit that the dwelling is in."""


@dataclass
class People:
    """Everybody, ids given, not yet in a database."""

    now: datetime
    departments: list[Department] = field(default_factory=list)
    served: list[ServedArea] = field(default_factory=list)
    users: list[User] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    residents: list[Resident] = field(default_factory=list)
    tags: list[ResidentTag] = field(default_factory=list)
    bindings: list[Binding] = field(default_factory=list)
    readings: list[PlainReading] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    neighbours: list[Neighbour] = field(default_factory=list)
    merchants: list[int] = field(default_factory=list)
    """Accounts of those who run a shop, in the order of the shops."""
    firms: dict[int, Department] = field(default_factory=dict)
    """By compound."""
    _near: dict[str, list[Worker]] = field(default_factory=dict)
    _colleagues: dict[tuple[str, int | None, str], list[Worker]] = field(default_factory=dict)

    def of(self, role: Role) -> list[Worker]:
        return [one for one in self.workers if one.role is role]

    def at(self, role: Role, area: Area) -> list[Worker]:
        """Whose post of that role covers the area."""
        path = area.path or ""
        return [
            one
            for one in self.workers
            if any(post.role is role and post.covers(path) for post in one.posts)
        ]

    def colleagues(self, party: str, unit_id: int | None, path: str) -> list[Worker]:
        """Who handles what a party (and unit) has been handed at a place."""
        key = (party, unit_id, path)
        if key not in self._colleagues:
            self._colleagues[key] = [
                one
                for one in self._around(path)
                if any(states.works_for(post, party, unit_id, path) for post in one.posts)
            ]
        return self._colleagues[key]

    def _around(self, path: str) -> list[Worker]:
        """Whose posts have to do with the community that the place is in."""
        community = "/".join(path.split("/")[: states.COMMUNITY_DEPTH + 1]) + "/"
        if community not in self._near:
            self._near[community] = [
                one
                for one in self.workers
                if any(
                    post.covers(community) or post.area_path.startswith(community)
                    for post in one.posts
                )
            ]
        return self._near[community]

    def unit_called(self, name: str) -> Department:
        return next(one for one in self.departments if one.name == name)

    def add_user(self, name: str, nickname: str, since: datetime) -> User:
        """An account with a phone; `name` is sealed, empty for who is known by nickname only."""
        number = len(self.users) + 1
        phone = str(PHONES_FROM + number)
        user = User(
            id=number,
            nickname=nickname,
            real_name=(name and crypto.encrypt(name, field="user.name", row=number)) or None,
            phone=crypto.encrypt(phone, field="user.phone", row=number),
            phone_index=crypto.blind_index(phone, field="user.phone"),
            created_at=since,
        )
        self.users.append(user)
        return user

    def hire(
        self, name: str, role: Role, areas: Iterable[Area], unit: Department | None = None
    ) -> Worker:
        """An account with a post at each of the areas."""
        since = self.now - FOUNDED
        user = self.add_user(name, name, since)
        held = tuple(self._post(user.id, role, area, unit) for area in areas)
        worker = Worker(user.id, name, held, unit.name if unit else "")
        self.workers.append(worker)
        return worker

    def _post(
        self, user_id: int, role: Role, area: Area, unit: Department | None, title: str = ""
    ) -> actors.Post:
        number = len(self.posts) + 1
        row = Post(
            id=number,
            user_id=user_id,
            role=role,
            area_id=area.id,
            unit_id=unit and unit.id,
            title=title or _TITLES.get(role, ""),
            starts_at=self.now - FOUNDED + timedelta(days=7),
        )
        self.posts.append(row)
        unit_id = unit.id if unit else None
        return actors.Post(number, role, area.id, area.path or "", unit_id)

    def also(self, worker: Worker, role: Role, area: Area) -> None:
        """A second post for somebody who has one (交叉任职)."""
        held = (*worker.posts, self._post(worker.user_id, role, area, None))
        place = self.workers.index(worker)
        self.workers[place] = Worker(worker.user_id, worker.name, held, worker.unit)


_TITLES = {
    Role.SECRETARY: "党委书记、居委会主任",
    Role.PROPERTY_MANAGER: "项目经理",
    Role.STREET_DISPATCHER: "城市治理中心值班员",
}


def build(random: Random, city: City) -> People:
    """Departments, firms and everyone with a post."""
    people = People(city.now)
    _departments(people, city)
    _firms(people, city)
    _overseers(people, city, random)
    _community_workers(people, city, random)
    _grid_workers(people, city, random)
    _handlers(people, city, random)
    _property_people(people, city, random)
    _money_people(people, city)
    return people


def named(random: Random) -> str:
    """A made-up name of two or three characters."""
    given = random.choice(names.GIVEN_FIRST) if random.random() < 0.75 else ""
    return random.choice(names.SURNAMES) + given + random.choice(names.GIVEN_LAST)


def department_names() -> list[str]:
    """Everyone who leads or helps with a duty."""
    items = duties.packaged().items.values()
    return sorted({name for one in items for name in (one.lead, *one.co)})


def _departments(people: People, city: City) -> None:
    for name in department_names():
        kind = DepartmentKind.UTILITY if name in UTILITIES else DepartmentKind.GOVERNMENT
        if name == "街道办事处":
            kind = DepartmentKind.STREET
        _unit(people, names.DEPARTMENT_CODES[name], name, kind, ())
    for number, street in enumerate(city.at(Level.STREET), start=1):
        code, name = f"street-{number}", f"{street.name}办事处"
        _unit(people, code, name, DepartmentKind.STREET, [street])


def _unit(
    people: People, code: str, name: str, kind: DepartmentKind, serves: Sequence[Area]
) -> Department:
    number = len(people.departments) + 1
    unit = Department(
        id=number,
        code=code,
        name=name,
        kind=kind,
        phone=f"0000-666{number:04d}",
        created_at=people.now - FOUNDED,
        updated_at=people.now - FOUNDED,
    )
    people.departments.append(unit)
    for area in serves:
        row = ServedArea(id=len(people.served) + 1, department_id=number, area_id=area.id)
        people.served.append(row)
    return unit


def _firms(people: People, city: City) -> None:
    """Three firms to a street, each with some of its compounds."""
    streets = [street.id for street in city.at(Level.STREET)]
    served: dict[int, list[Area]] = {number: [] for number in range(len(names.FIRMS))}
    turns = dict.fromkeys(streets, 0)
    for compound in city.at(Level.COMPOUND)[:-WITHOUT_FIRM]:
        street = city.above(compound, Level.STREET).id
        served[streets.index(street) * 3 + turns[street] % 3].append(compound)
        turns[street] += 1
    for number, compounds in served.items():
        code, name = f"firm-{number + 1}", names.FIRMS[number]
        firm = _unit(people, code, name, DepartmentKind.PROPERTY, compounds)
        people.firms |= {compound.id: firm for compound in compounds}


def _overseers(people: People, city: City, random: Random) -> None:
    county = city.at(Level.COUNTY)[0]
    people.hire("系统管理员", Role.ADMINISTRATOR, [county])
    for _ in range(3):
        people.hire(named(random), Role.COUNTY_OFFICE, [county])
    for street in city.at(Level.STREET):
        for _ in range(2):
            people.hire(named(random), Role.STREET_DISPATCHER, [street])


def _community_workers(people: People, city: City, random: Random) -> None:
    communities = city.at(Level.COMMUNITY)
    for community in communities:
        people.hire(named(random), Role.SECRETARY, [community])
    for number in range(SOCIAL_WORKERS):
        community = communities[number % len(communities)]
        people.hire(named(random), Role.SOCIAL_WORKER, [community])


def _grid_workers(people: People, city: City, random: Random) -> None:
    """Officers, welfare posts and building heads; a social worker of each community looks after
    a grid as well."""
    spare = {one.posts[0].area_id: one for one in people.of(Role.SOCIAL_WORKER)}
    for grid in city.at(Level.GRID):
        double = spare.pop(city.above(grid, Level.COMMUNITY).id, None)
        if double is not None:
            people.also(double, Role.GRID_OFFICER, grid)
        else:
            people.hire(named(random), Role.GRID_OFFICER, [grid])
    compounds = city.at(Level.COMPOUND)
    for number in range(WELFARE_POSTS):
        people.hire(named(random), Role.WELFARE_POST, [compounds[number % len(compounds)]])
    for building in city.at(Level.BUILDING):
        people.hire(named(random), Role.BUILDING_HEAD, [building])


def _handlers(people: People, city: City, random: Random) -> None:
    """Each department has somebody at each street, and somebody for the whole county; a street's
    office has three people of its own."""
    county, streets = city.at(Level.COUNTY)[0], city.at(Level.STREET)
    for unit in [one for one in people.departments if one.kind != DepartmentKind.PROPERTY]:
        own = [row.area_id for row in people.served if row.department_id == unit.id]
        places = [city.by_id[one] for one in own * 3] or [*streets, county]
        for area in places:
            people.hire(named(random), Role.DEPARTMENT_HANDLER, [area], unit)


def _looked_after(people: People, city: City) -> dict[int, list[Area]]:
    """The compounds of each firm, by its id."""
    firms: dict[int, list[Area]] = {}
    for compound_id, firm in people.firms.items():
        firms.setdefault(firm.id, []).append(city.by_id[compound_id])
    return firms


def _property_people(people: People, city: City, random: Random) -> None:
    for firm_id, compounds in _looked_after(people, city).items():
        firm = people.departments[firm_id - 1]
        people.hire(named(random), Role.PROPERTY_MANAGER, compounds, firm)
        for number in range(STAFF_PER_FIRM):
            own = [one for place, one in enumerate(compounds) if (place + number) % 2 == 0]
            people.hire(named(random), Role.PROPERTY_STAFF, own or compounds, firm)


def _money_people(people: People, city: City) -> None:
    """Each firm's cashier and accountant, and the county's accountant, who sees all books."""
    random = Random(len(people.users))  # noqa: S311 - a sample, not a secret
    for firm_id, compounds in _looked_after(people, city).items():
        firm = people.departments[firm_id - 1]
        people.hire(named(random), Role.CASHIER, compounds, firm)
        people.hire(named(random), Role.ACCOUNTANT, compounds, firm)
    people.hire(named(random), Role.ACCOUNTANT, [city.at(Level.COUNTY)[0]])
