"""Who lives in the sample city: residents with tags, their bindings, and those with accounts."""

from datetime import datetime, timedelta
from random import Random

from backend.core import clock
from backend.core.actor import Role
from backend.foundation.areas.models import Area, Dwelling, Level
from backend.foundation.residents.models import (
    Binding,
    BindingStatus,
    PlainReading,
    Relation,
    Resident,
    ResidentTag,
    Tag,
    live_key,
    sealed,
)
from backend.foundation.residents.rules import Education, Gender
from backend.sample import names, people
from backend.sample.city import City
from backend.sample.people import Neighbour, People, Worker

HOUSEHOLDS = 2_600
IN_THE_FIRST_COMPOUND = 120
ACCOUNTS = 460
ACCOUNTS_IN_THE_FIRST = 40
NEWCOMERS = 36
SIZES = (1, 1, 2, 2, 2, 3, 3, 3, 4)
NO_PLACE = "999999"
"""The region that ID numbers here begin with: there is none."""
PURPOSES = (
    "上门走访前电话联系",
    "核对残疾人补贴信息",
    "独居老人每日问安",
    "通知停水事项",
    "核对租住信息",
)


class _Move:
    """The next free numbers and the shared lists while households move in."""

    def __init__(self, city: City, crowd: People, random: Random) -> None:
        self.city, self.crowd, self.random = city, crowd, random
        self.year = clock.local(crowd.now).year
        self.deciders: dict[int, list[Worker]] = {}

    def deciders_of(self, area: Area) -> list[Worker]:
        """The social workers of the community."""
        community = self.city.above(area, Level.COMMUNITY)
        if community.id not in self.deciders:
            self.deciders[community.id] = self.crowd.at(Role.SOCIAL_WORKER, community)
        return self.deciders[community.id]

    def long_ago(self) -> datetime:
        return self.crowd.now - timedelta(minutes=self.random.randint(40 * 1440, 390 * 1440))

    def dweller(self, name: str, born: int, user_id: int | None) -> Resident:
        """A resident with sealed name, phone and (two of three) ID number."""
        random, number = self.random, len(self.crowd.residents) + 1
        gender = random.choice(list(Gender))
        seal = f"{random.getrandbits(128):032x}"
        phone: str | None = str(people.PHONES_FROM + (user_id or 20_000 + number))
        if user_id is None and (self.year - born < 12 or random.random() < 0.2):
            phone = None
        papers = id_number(random, born, gender) if random.random() < 0.66 else None
        since = self.long_ago()
        one = Resident(
            id=number,
            user_id=user_id,
            seal=seal,
            birth_year=born,
            gender=gender,
            education=_education(random, self.year - born),
            created_at=since,
            updated_at=since,
            **sealed(seal, name=name, phone=phone, id_number=papers),
        )
        self.crowd.residents.append(one)
        return one

    def bind(self, one: Resident, home: Dwelling, relation: Relation, since: datetime) -> Binding:
        """A confirmed binding, decided by a social worker of the community."""
        crowd, number = self.crowd, len(self.crowd.bindings) + 1
        by = self.random.choice(self.deciders_of(self.city.by_id[home.area_id]))
        binding = Binding(
            id=number,
            resident_id=one.id,
            dwelling_id=home.id,
            relation=relation,
            status=BindingStatus.CONFIRMED,
            version=2,
            live_key=live_key(one.id, home.id),
            created_at=since,
            decided_by=by.user_id,
            decided_at=since + timedelta(minutes=self.random.randint(20, 2000)),
        )
        crowd.bindings.append(binding)
        return binding

    def tag(self, one: Resident, age: int, *, is_alone: bool) -> None:
        for tag in _tags(self.random, age, is_alone=is_alone):
            number = len(self.crowd.tags) + 1
            self.crowd.tags.append(ResidentTag(id=number, resident_id=one.id, tag=tag))


def id_number(random: Random, born: int, gender: Gender) -> str:
    """Eighteen characters of the right form, from a region that does not exist."""
    odd = random.randrange(0, 499) * 2 + (1 if gender is Gender.MALE else 0)
    body = f"{NO_PLACE}{born}{random.randint(1, 12):02d}{random.randint(1, 28):02d}{odd:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def _education(random: Random, age: int) -> Education | None:
    if age < 18 or random.random() < 0.3:
        return None
    old = (Education.PRIMARY, Education.JUNIOR, Education.JUNIOR, Education.SENIOR)
    young = (Education.SENIOR, Education.COLLEGE, Education.BACHELOR, Education.MASTER)
    return random.choice(old if age > 55 else young)


def _tags(random: Random, age: int, *, is_alone: bool) -> list[Tag]:
    chances = {
        Tag.PARTY_MEMBER: 0.14 if age >= 20 else 0,
        Tag.ALONE: 1.0 if is_alone and age >= 65 else 0,
        Tag.AGED: 1.0 if age >= 80 else 0,
        Tag.DISABLED: 0.03,
        Tag.VETERAN: 0.05 if age >= 22 else 0,
        Tag.LOW_INCOME: 0.02,
        Tag.LEFT_BEHIND_CHILD: 0.04 if age < 15 else 0,
        Tag.VOLUNTEER: 0.08 if 16 <= age < 75 else 0,
    }
    return [tag for tag, chance in chances.items() if chance and random.random() < chance]


def move_in(random: Random, city: City, crowd: People) -> None:
    """Fill some 2,600 dwellings; several hundred of their heads have accounts."""
    move = _Move(city, crowd, random)
    first = city.at(Level.COMPOUND)[0]
    homes = _chosen(random, city, first)
    with_account = {home.id for home in homes[:ACCOUNTS_IN_THE_FIRST]}
    others = homes[IN_THE_FIRST_COMPOUND:]
    with_account |= {home.id for home in random.sample(others, ACCOUNTS - len(with_account))}
    for home in homes:
        _household(move, home, has_account=home.id in with_account)
    _heads(move, city)
    _newcomers(move, others)
    _leavers(move, others)
    _readings(move)


def _chosen(random: Random, city: City, first: Area) -> list[Dwelling]:
    """The dwellings people live in, those of the first compound first."""
    near = [
        home
        for home in city.dwellings
        if (city.by_id[home.area_id].path or "").startswith(first.path or "")
    ]
    known = {home.id for home in near}
    far = [home for home in city.dwellings if home.id not in known]
    chosen = random.sample(near, IN_THE_FIRST_COMPOUND)
    return chosen + random.sample(far, HOUSEHOLDS - IN_THE_FIRST_COMPOUND)


def _household(move: _Move, home: Dwelling, *, has_account: bool) -> None:
    random, size = move.random, move.random.choice(SIZES)
    relation = Relation.TENANT if random.random() < 0.2 else Relation.OWNER
    since, surname = move.long_ago(), random.choice(names.SURNAMES)
    for place in range(size):
        age = random.randint(24, 88) if place < 2 else random.randint(1, 60)
        name = surname + people.named(random)[1:] if place != 1 else people.named(random)
        user_id = _account(move, name, home, since) if has_account and place == 0 else None
        one = move.dweller(name, move.year - age, user_id)
        move.tag(one, age, is_alone=size == 1)
        move.bind(one, home, relation if place == 0 else Relation.FAMILY, since)


def _account(move: _Move, name: str, home: Dwelling, since: datetime) -> int:
    area = move.city.by_id[home.area_id]
    user = move.crowd.add_user("", _nickname(move, name, area), since)
    neighbour = Neighbour(user.id, home.id, home.number, area)
    move.crowd.neighbours.append(neighbour)
    return int(user.id)


def _nickname(move: _Move, name: str, area: Area) -> str:
    place = move.city.above(area, Level.COMPOUND).name[:2]
    pattern = move.random.choice(names.NICKNAMES)
    return pattern.format(surname=name[0], given=name[1:], place=place)


def _heads(move: _Move, city: City) -> None:
    """Building heads live in the building that they look after."""
    homes: dict[int, list[Dwelling]] = {}
    for home in city.dwellings:
        building = city.above(city.by_id[home.area_id], Level.BUILDING)
        homes.setdefault(building.id, []).append(home)
    for head in move.crowd.of(Role.BUILDING_HEAD):
        age = move.random.randint(38, 74)
        one = move.dweller(head.name, move.year - age, head.user_id)
        move.tag(one, age, is_alone=False)
        home = move.random.choice(homes[head.posts[0].area_id])
        move.bind(one, home, Relation.OWNER, move.long_ago())


def _newcomers(move: _Move, homes: list[Dwelling]) -> None:
    """People with an account whose binding waits, or was refused."""
    random, crowd = move.random, move.crowd
    for number, home in enumerate(random.sample(homes, NEWCOMERS)):
        name, asked = people.named(random), crowd.now - timedelta(minutes=random.randint(9, 4000))
        user = crowd.add_user("", _nickname(move, name, move.city.by_id[home.area_id]), asked)
        one = move.dweller(name, move.year - random.randint(22, 60), user.id)
        row = move.bind(one, home, random.choice((Relation.OWNER, Relation.TENANT)), asked)
        if number % 4 == 3:
            decided = asked + timedelta(minutes=5)
            refusal = {"reason": "房号与登记不符，请核对后重新提交", "decided_at": decided}
            row.update_from_dict({**refusal, "live_key": None})
        else:
            row.update_from_dict({"decided_by": None, "decided_at": None, "version": 1})
        state = BindingStatus.REFUSED if number % 4 == 3 else BindingStatus.PENDING
        row.update_from_dict({"status": state})


def _leavers(move: _Move, homes: list[Dwelling]) -> None:
    """Tenants who have moved out."""
    for home in move.random.sample(homes, 20):
        one = move.dweller(people.named(move.random), move.year - 30, None)
        since = move.crowd.now - timedelta(days=move.random.randint(200, 380))
        row = move.bind(one, home, Relation.TENANT, since)
        ended = move.crowd.now - timedelta(days=move.random.randint(2, 80))
        left = {"status": BindingStatus.ENDED, "live_key": None, "ended_at": ended, "version": 3}
        row.update_from_dict(left)


def _readings(move: _Move) -> None:
    """That staff looked at phones in plain, and why."""
    random, crowd = move.random, move.crowd
    by_user = {one.user_id: one for one in crowd.residents if one.user_id}
    chosen = crowd.neighbours[:1] * 2 + random.sample(crowd.neighbours, 40)
    for neighbour in chosen:
        reader = random.choice(move.deciders_of(neighbour.area))
        crowd.readings.append(
            PlainReading(
                id=len(crowd.readings) + 1,
                resident_id=by_user[neighbour.user_id].id,
                reader_id=reader.user_id,
                fields_read="phone",
                purpose=random.choice(PURPOSES),
                read_at=crowd.now - timedelta(minutes=random.randint(60, 40_000)),
            )
        )
