"""The city is as large as the source's, and its rows are what the rooms' services would write."""

import re
from collections import Counter
from pathlib import Path

import pytest

from backend.core import crypto
from backend.core.actor import Role
from backend.engines.duties import rules as duties
from backend.foundation.areas import rules as areas
from backend.foundation.areas.models import Level
from backend.foundation.codes.models import CodeKind
from backend.foundation.departments.models import DepartmentKind
from backend.foundation.residents.models import BindingStatus, Relation, Tag, live_key, plain
from backend.foundation.residents.rules import PHONE, Secret, is_id_number
from backend.sample import cast
from backend.sample.households import NO_PLACE
from backend.sample.seed import Sample
from tests.sample.conftest import NOW, compose


@pytest.mark.parametrize(
    ("level", "count"),
    [
        (Level.COUNTY, 1),
        (Level.STREET, 4),
        (Level.COMMUNITY, 12),
        (Level.COMPOUND, 56),
        (Level.GRID, 110),
        (Level.BUILDING, 298),
    ],
)
def test_the_tree_has_the_sources_size(sample: Sample, level: Level, count: int) -> None:
    assert len(sample.city.at(level)) == count


def test_dwellings_have_floors_and_floor_space(sample: Sample) -> None:
    homes = sample.city.dwellings
    assert len(homes) >= 20_000
    assert all(3_000 < (one.square or 0) < 30_000 and (one.floor or 0) >= 1 for one in homes)
    assert len({(one.area_id, one.number) for one in homes}) == len(homes)
    levels = {sample.city.by_id[one.area_id].level for one in homes}
    assert levels <= areas.WITH_DWELLINGS


def test_areas_stand_as_the_house_wants_them(sample: Sample) -> None:
    city = sample.city
    for one in city.areas:
        parent = city.by_id[one.parent_id] if one.parent_id else None
        assert one.path == areas.path_below(parent.path if parent else None, one.id)
        assert one.sibling_key == areas.sibling_key(one.parent_id, one.name)
        assert areas.may_stand_below(one.level, parent.level if parent else None)
    assert len({one.sibling_key for one in city.areas}) == len(city.areas)


def test_each_community_and_building_has_its_code(sample: Sample) -> None:
    coded = {(one.kind, one.area_id) for one in sample.city.codes}
    for level, kind in (
        (Level.COMMUNITY, CodeKind.COMMUNITY),
        (Level.BUILDING, CodeKind.BUILDING),
        (Level.COMPOUND, CodeKind.CHECKPOINT),
    ):
        assert {(kind, area.id) for area in sample.city.at(level)} <= coded
    counted = Counter[int]()
    for day in sample.city.code_days:
        counted[day.code_id] += day.scans
    assert all(counted[one.id] == one.scans for one in sample.city.codes)
    assert len({one.token for one in sample.city.codes}) == len(sample.city.codes)


def test_departments_are_those_of_the_duty_list(sample: Sample) -> None:
    items = duties.packaged().items.values()
    named = {name for one in items for name in (one.lead, *one.co)}
    assert len(named) == 16
    units = sample.people.departments
    others = [one for one in units if one.name not in named]
    assert named <= {one.name for one in units}
    assert Counter(one.kind for one in others) == {
        DepartmentKind.STREET: 4,
        DepartmentKind.PROPERTY: 12,
    }


def test_every_compound_with_a_firm_has_one_and_its_people(sample: Sample) -> None:
    firms = sample.people.firms
    assert len(firms) == 53
    assert len({firm.id for firm in firms.values()}) == 12
    for compound_id, firm in firms.items():
        for role in (Role.PROPERTY_MANAGER, Role.PROPERTY_STAFF):
            at = sample.people.at(role, sample.city.by_id[compound_id])
            assert at, (role, compound_id)
            assert {post.unit_id for one in at for post in one.posts} == {firm.id}


@pytest.mark.parametrize(
    ("role", "count"),
    [
        (Role.SOCIAL_WORKER, 78),
        (Role.WELFARE_POST, 144),
        (Role.GRID_OFFICER, 110),
        (Role.BUILDING_HEAD, 298),
        (Role.SECRETARY, 12),
        (Role.PROPERTY_MANAGER, 53),
        (Role.STREET_DISPATCHER, 8),
        (Role.COUNTY_OFFICE, 3),
        (Role.ADMINISTRATOR, 1),
    ],
)
def test_as_many_posts_as_the_source_has(sample: Sample, role: Role, count: int) -> None:
    assert sum(one.role is role for one in sample.people.posts) == count


def test_every_department_has_people_everywhere(sample: Sample) -> None:
    for unit in sample.people.departments:
        if unit.kind == DepartmentKind.PROPERTY:
            continue
        served = [one.area_id for one in sample.people.served if one.department_id == unit.id]
        for street in sample.city.at(Level.STREET):
            handlers = sample.people.at(Role.DEPARTMENT_HANDLER, street)
            is_there = any(post.unit_id == unit.id for one in handlers for post in one.posts)
            assert is_there or (served and street.id not in served)


def test_accounts_open_and_are_found_by_phone(sample: Sample) -> None:
    for user in sample.people.users[:5] + sample.people.users[-5:]:
        phone = user.plain_phone() or ""
        assert phone.startswith("199000")
        assert re.match(PHONE, phone)
        assert user.phone_index == crypto.blind_index(phone, field="user.phone")
    assert len({one.phone_index for one in sample.people.users}) == len(sample.people.users)
    staff = {post.user_id for post in sample.people.posts}
    assert all(sample.people.users[one - 1].plain_name() for one in list(staff)[::40])


def test_residents_are_sealed_and_belong_somewhere(sample: Sample) -> None:
    crowd = sample.people
    assert len(crowd.residents) > 5_000
    one = next(one for one in crowd.residents if one.id_number and one.phone)
    number, phone = plain(one, Secret.ID_NUMBER) or "", plain(one, Secret.PHONE) or ""
    assert is_id_number(number)
    assert number.startswith(NO_PLACE)
    assert phone.startswith("199000")
    assert plain(one, Secret.NAME)
    assert {row.resident_id for row in crowd.bindings} == {row.id for row in crowd.residents}
    tags = Counter(row.tag for row in crowd.tags)
    assert set(tags) == set(Tag)
    assert tags[Tag.PARTY_MEMBER] > 200


def test_bindings_are_as_their_moves_leave_them(sample: Sample) -> None:
    seen = Counter(row.status for row in sample.people.bindings)
    assert set(seen) == set(BindingStatus)
    for row in sample.people.bindings:
        is_live = row.status in (BindingStatus.PENDING, BindingStatus.CONFIRMED)
        assert row.live_key == (live_key(row.resident_id, row.dwelling_id) if is_live else None)
        assert (row.decided_at is None) == (row.status == BindingStatus.PENDING)
        assert row.version == {"pending": 1, "confirmed": 2, "refused": 2, "ended": 3}[row.status]
        assert all(at <= NOW for at in (row.created_at, row.decided_at, row.ended_at) if at)
    relations = {row.relation for row in sample.people.bindings}
    assert relations == set(Relation)


def test_the_front_row_plays_together(sample: Sample) -> None:
    crowd, city = sample.people, sample.city
    named = {one.openid: one.id for one in crowd.users if one.openid}
    compound = city.at(Level.COMPOUND)[0]
    resident = next(one for one in crowd.neighbours if one.user_id == named["demo-resident-1"])
    assert (resident.area.path or "").startswith(compound.path or "")
    staff = {one.user_id: one for one in crowd.workers}
    for name, role in (
        ("demo-worker-1", Role.SOCIAL_WORKER),
        ("demo-worker-2", Role.SOCIAL_WORKER),
        ("demo-property-1", Role.PROPERTY_MANAGER),
        ("demo-dispatcher-1", Role.STREET_DISPATCHER),
    ):
        one = staff[named[name]]
        assert one.role is role
        assert any(post.covers(compound.path or "") for post in one.posts)
    posts = staff[named["demo-property-1"]].posts
    assert {post.unit_id for post in posts} == {crowd.firms[compound.id].id}


def test_at_least_three_hundred_residents_can_be_played(sample: Sample) -> None:
    openids = {one.openid for one in sample.people.users}
    wanted = {cast.openid("resident", number) for number in range(1, 301)}
    assert wanted <= openids
    confirmed = {
        row.resident_id for row in sample.people.bindings if row.status == BindingStatus.CONFIRMED
    }
    accounts = {one.user_id: one.id for one in sample.people.residents if one.user_id}
    assert all(accounts[one.user_id] in confirmed for one in sample.people.neighbours)


CIPHERTEXT = {"real_name", "phone", "name", "id_number", "behalf", "words", "data", "plate"}


async def test_the_same_number_builds_the_same_city(tmp_path: Path) -> None:
    once, again = [await compose(tmp_path, 7, NOW, days=2) for _ in range(2)]
    other = await compose(tmp_path, 9, NOW, days=1)
    assert _readable(again) == _readable(once)
    assert _readable(other) != _readable(once)


def _readable(one: Sample) -> list[tuple[object, ...]]:
    found = []
    for rows in [rows for _, tables in one.groups() for rows in tables]:
        sealed = CIPHERTEXT if rows and hasattr(rows[0], "seal") else {"real_name", "phone"}
        sealed |= {"words", "data", "secret"}
        found += [
            tuple(getattr(row, name) for name in row._meta.db_fields if name not in sealed)
            for row in rows
        ]
    return [tuple(str(value) for value in row) for row in found]
