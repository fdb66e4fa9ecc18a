"""The tree over HTTP: who sees and changes what, and what a move leaves behind."""

import asyncio

import httpx
import pytest

from backend.core import paging
from backend.core.actor import Actor, Post, Role
from backend.core.database import transaction
from backend.core.errors import LinliError
from backend.foundation.areas import queries, rules, service
from backend.foundation.areas.events import AreaMoved
from backend.foundation.areas.models import Area, AreaMove, Dwelling, Level
from backend.foundation.areas.schemas import AreaMoveIn
from tests.conftest import People
from tests.foundation.conftest import City, plant

API = "/api/v1/areas"


def office(people: People, city: City) -> dict[str, str]:
    return people.sign_in(9, (Role.COUNTY_OFFICE, city.county.id, city.county.path or ""))


async def test_the_tree_is_read_level_by_level(
    client: httpx.AsyncClient, people: People, city: City
) -> None:
    me = people.sign_in(1)
    roots = (await client.get(API, headers=me)).json()["items"]
    assert [one["name"] for one in roots] == ["临河区"]
    below = await client.get(API, headers=me, params={"parent_id": city.compound.id})
    assert [(one["name"], one["children_count"]) for one in below.json()["items"]] == [
        ("第一网格", 1),
        ("第二网格", 1),
    ]
    deep = await client.get(
        API, headers=me, params={"parent_id": city.spring.id, "level": "building", "q": "1号"}
    )
    assert [one["full_name"] for one in deep.json()["items"]] == ["春晖社区锦绣花园1号楼"]
    one = (await client.get(f"{API}/{city.unit.id}", headers=me)).json()
    assert one["full_name"] == "春晖社区锦绣花园1号楼1单元"
    assert one["path"] == city.unit.path
    assert (await client.get(f"{API}/999999", headers=me)).status_code == 404
    assert (await client.get(API)).status_code == 401


async def test_wildcards_in_a_search_are_plain_characters(
    client: httpx.AsyncClient, people: People, city: City
) -> None:
    me = people.sign_in(1)
    for text in ("%", "_", "!"):
        found = await client.get(API, headers=me, params={"q": text})
        assert found.json()["items"] == []


async def test_pages_join_without_gap_or_repeat(
    client: httpx.AsyncClient, people: People, city: City
) -> None:
    me = people.sign_in(1)
    for number in range(7):
        await plant(city.street, Level.COMMUNITY, f"社区{number}", sort=number // 3)
    names: list[str] = []
    cursor: str | None = None
    while True:
        params = {"parent_id": city.street.id, "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(API, headers=me, params=params)).json()
        names += [one["name"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(names) == len(set(names)) == 9
    bad = await client.get(API, headers=me, params={"cursor": paging.encode("x", 1)})
    assert bad.status_code == 422


async def test_create_asks_for_level_name_and_reach(
    client: httpx.AsyncClient, people: People, city: City
) -> None:
    me = office(people, city)
    body = {"parent_id": city.compound.id, "level": "grid", "name": "第三网格", "sort": 3}
    made = await client.post(API, headers=me, json=body)
    assert made.status_code == 201
    assert made.json()["path"] == f"{city.compound.path}{made.json()['id']}/"
    again = await client.post(API, headers=me, json=body | {"name": "第三 网格"})
    assert (again.status_code, again.json()["errors"][0]["field"]) == (422, "name")
    wrong = await client.post(API, headers=me, json=body | {"level": "street"})
    assert wrong.json()["errors"][0]["message"] == "街道不能放在小区下面"
    root = await client.post(API, headers=me, json={"level": "county", "name": "别处"})
    assert root.status_code == 403
    nowhere = await client.post(API, headers=me, json=body | {"parent_id": 999999})
    assert nowhere.status_code == 404
    dispatcher = people.sign_in(8, (Role.STREET_DISPATCHER, city.autumn.id, city.autumn.path or ""))
    assert (await client.post(API, headers=dispatcher, json=body)).status_code == 403
    assert (await client.post(API, headers=people.sign_in(7), json=body)).status_code == 403


async def test_change_touches_only_what_is_given(
    client: httpx.AsyncClient, people: People, city: City
) -> None:
    me = office(people, city)
    contact = {"phone": "0539-1234567", "address": "春晖路 12 号"}
    body = {"contact": contact, "latitude": 35_060_000, "longitude": 118_330_000}
    answer = await client.patch(f"{API}/{city.spring.id}", headers=me, json=body)
    assert answer.json()["contact"] == contact | {"hours": None}
    renamed = await client.patch(f"{API}/{city.spring.id}", headers=me, json={"name": "春晓社区"})
    assert renamed.json()["contact"]["phone"] == contact["phone"]
    assert (renamed.json()["latitude"], renamed.json()["name"]) == (35_060_000, "春晓社区")
    taken = await client.patch(f"{API}/{city.spring.id}", headers=me, json={"name": "秋实社区"})
    assert taken.status_code == 422
    for field in ("path", "level", "parent_id", "id"):
        evil = await client.patch(f"{API}/{city.spring.id}", headers=me, json={field: 1})
        assert evil.status_code == 422


async def test_a_building_moves_with_all_below_and_leaves_its_history(
    client: httpx.AsyncClient, people: People, city: City
) -> None:
    me = people.sign_in(5, (Role.SECRETARY, city.spring.id, city.spring.path or ""))
    building, (first, second) = city.buildings[0], city.grids
    body = {"parent_id": second.id, "note": "网格调整"}
    moved = await client.post(f"{API}/{building.id}/move", headers=me, json=body)
    assert moved.status_code == 200, moved.text
    assert moved.json()["path"] == f"{second.path}{building.id}/"
    unit = await Area.get(id=city.unit.id)
    assert unit.path == f"{second.path}{building.id}/{unit.id}/"
    history = (await client.get(f"{API}/{building.id}/moves", headers=me)).json()["items"]
    assert [(one["from_name"], one["to_name"], one["note"]) for one in history] == [
        (first.name, second.name, "网格调整")
    ]
    assert history[0]["moved_by"] == 5
    again = await client.post(f"{API}/{building.id}/move", headers=me, json=body)
    assert again.status_code == 409
    assert await AreaMove.all().count() == 1


async def test_moves_that_cannot_be(client: httpx.AsyncClient, people: People, city: City) -> None:
    me = people.sign_in(5, (Role.SECRETARY, city.spring.id, city.spring.path or ""))
    building = city.buildings[0]
    for target, status in ((city.unit, 422), (building, 422), (city.spring, 422)):
        answer = await client.post(
            f"{API}/{building.id}/move", headers=me, json={"parent_id": target.id}
        )
        assert answer.status_code == status, target.name
    far = await client.post(
        f"{API}/{city.far_building.id}/move", headers=me, json={"parent_id": city.compound.id}
    )
    assert far.status_code == 403
    away = await client.post(
        f"{API}/{building.id}/move", headers=me, json={"parent_id": city.far_building.parent_id}
    )
    assert away.status_code == 403
    assert (await Area.get(id=building.id)).path == building.path


async def test_moves_at_the_same_moment_leave_a_whole_tree(city: City) -> None:
    office = Actor(1, (Post(1, Role.COUNTY_OFFICE, city.county.id, city.county.path or ""),))
    building, (first, second) = city.buildings[0], city.grids
    other = await plant(city.spring, Level.COMPOUND, "另一小区")

    async def move(area: Area, target: Area) -> None:
        try:
            async with transaction():
                await service.move(office, area.id, AreaMoveIn(parent_id=target.id))
        except LinliError:
            pass

    await asyncio.gather(
        move(building, second), move(first, other), move(second, other), move(building, first)
    )
    for area in await Area.all().prefetch_related("parent"):
        parent = area.parent.path if area.parent else None
        assert area.path == rules.path_below(parent, area.id)


async def test_a_move_is_told_to_whoever_keeps_paths(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []

    async def listen(event: object) -> None:
        told.append(event)

    monkeypatch.setattr(service, "emit", listen)
    office = Actor(1, (Post(1, Role.COUNTY_OFFICE, city.county.id, city.county.path or ""),))
    building, target = city.buildings[0], city.grids[1]
    await service.move(office, building.id, AreaMoveIn(parent_id=target.id))
    new = f"{target.path}{building.id}/"
    assert told == [AreaMoved(building.id, building.path or "", new, 1)]


async def test_details_of_dwellings_are_for_the_staff_of_the_place(
    client: httpx.AsyncClient, people: People, city: City
) -> None:
    worker = people.sign_in(2, (Role.SOCIAL_WORKER, city.spring.id, city.spring.path or ""))
    stranger = people.sign_in(3, (Role.SOCIAL_WORKER, city.autumn.id, city.autumn.path or ""))
    address = f"{API}/{city.unit.id}/dwellings"
    mine = (await client.get(address, headers=worker)).json()["items"]
    assert mine[0] | {"id": 0, "area_id": 0} == {
        "id": 0, "area_id": 0, "number": "101", "name": "101", "floor": 1, "square": 8950,
        "place": "春晖社区锦绣花园1号楼1单元101",
    }  # fmt: skip
    theirs = (await client.get(address, headers=stranger)).json()["items"]
    assert (theirs[0]["number"], theirs[0]["square"]) == ("101", None)
    whole = f"{API}/{city.spring.id}/dwellings"
    assert len((await client.get(whole, headers=worker)).json()["items"]) == 2
    assert (await client.get(whole, headers=stranger)).status_code == 404
    found = await client.get(whole, headers=worker, params={"q": "商铺"})
    assert [one["number"] for one in found.json()["items"]] == ["商铺1"]
    seen = await queries.visible_to(
        Actor(3, (Post(1, Role.SOCIAL_WORKER, 0, city.autumn.path or ""),))
    )
    assert [one.id for one in seen] == [city.far_home.id]
    assert await queries.visible_to(Actor(4)).count() == 0
    assert (await client.get(f"{API}/{city.spring.id}/export", headers=stranger)).status_code == 404


async def test_places_of_many_dwellings_cost_two_statements(city: City) -> None:
    places = await queries.places([city.home.id, city.shop.id, city.far_home.id, 999999])
    assert places == {
        city.home.id: "春晖社区锦绣花园1号楼1单元101",
        city.shop.id: "春晖社区锦绣花园2号楼商铺1",
        city.far_home.id: "秋实社区丰收里8号楼302",
    }
    assert await queries.places([]) == {}
    levels = await queries.ancestors(city.unit.path or "")
    assert levels[Level.COMMUNITY].id == city.spring.id
    assert len(levels) == 7
    assert await Dwelling.all().count() == 3
