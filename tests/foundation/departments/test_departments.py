"""Departments: who serves which area, who may change them."""

import httpx

from backend.core.actor import Role
from backend.core.database import rows
from backend.foundation.departments import queries
from backend.foundation.departments.models import Department, DepartmentKind, ServedArea
from tests.conftest import People
from tests.foundation.conftest import City

API = "/api/v1/departments"


def office(people: People, city: City) -> dict[str, str]:
    return people.sign_in(9, (Role.COUNTY_OFFICE, city.county.id, city.county.path or ""))


async def test_a_department_is_made_changed_and_recorded(
    client: httpx.AsyncClient, people: People, city: City
) -> None:
    me = office(people, city)
    body = {"code": "heat", "name": "热力公司", "kind": "utility", "area_ids": [city.street.id]}
    made = await client.post(API, headers=me, json=body)
    assert made.status_code == 201, made.text
    one = made.json()
    assert (one["kind_name"], one["areas"]) == (
        "公用事业单位",
        [{"id": city.street.id, "name": "临河区望山街道"}],
    )
    change = {"phone": "0539-7654321", "area_ids": [city.spring.id, city.spring.id]}
    changed = await client.patch(f"{API}/{one['id']}", headers=me, json=change)
    assert [area["id"] for area in changed.json()["areas"]] == [city.spring.id]
    assert (changed.json()["phone"], changed.json()["name"]) == ("0539-7654321", "热力公司")
    found = await rows("SELECT action FROM audit_entry ORDER BY id")
    assert [row["action"] for row in found] == ["departments.created", "departments.changed"]


async def test_bad_input(client: httpx.AsyncClient, people: People, city: City) -> None:
    me = office(people, city)
    good = {"code": "heat", "name": "热力公司", "kind": "utility"}
    assert (await client.post(API, headers=me, json=good)).status_code == 201
    twice = await client.post(API, headers=me, json=good)
    assert (twice.status_code, twice.json()["errors"][0]["field"]) == (422, "code")
    for wrong in ({"code": "H"}, {"kind": "club"}, {"area_ids": [999999]}, {"id": 3}):
        answer = await client.post(API, headers=me, json=good | {"code": "other"} | wrong)
        assert answer.status_code == 422, wrong
    assert await Department.all().count() == 1
    assert (await client.patch(f"{API}/999999", headers=me, json={})).status_code == 404
    secretary = people.sign_in(2, (Role.SECRETARY, city.spring.id, city.spring.path or ""))
    assert (await client.post(API, headers=secretary, json=good)).status_code == 403
    assert (await client.get(API)).status_code == 401


async def test_who_serves_an_area(client: httpx.AsyncClient, people: People, city: City) -> None:
    await Department.create(code="urban", name="城市管理局", kind=DepartmentKind.GOVERNMENT)
    firm = await Department.create(code="p1", name="安居物业", kind=DepartmentKind.PROPERTY)
    wide = await Department.create(code="p2", name="街道物业", kind=DepartmentKind.PROPERTY)
    gone = await Department.create(
        code="p3", name="旧物业", kind=DepartmentKind.PROPERTY, is_active=False
    )
    for one, area in ((firm, city.compound), (gone, city.compound), (wide, city.street)):
        await ServedArea.create(department_id=one.id, area_id=area.id)
    unit = city.unit.path or ""
    assert [one.code for one in await queries.serving(unit)] == ["p1", "p2", "urban"]
    assert [one.code for one in await queries.serving(unit, DepartmentKind.PROPERTY)] == [
        "p1",
        "p2",
    ]
    assert (await queries.property_of(unit)) == firm
    assert (await queries.property_of(city.autumn.path or "")) == wide
    assert await queries.property_of(city.county.path or "") is None
    assert await queries.names([firm.id, 999999]) == {firm.id: "安居物业"}
    params = {"area_id": city.far_building.id}
    found = await client.get(API, headers=people.sign_in(1), params=params)
    assert [one["code"] for one in found.json()["items"]] == ["urban", "p2"]
    found = await client.get(API, headers=people.sign_in(1), params={"kind": "property"})
    assert [one["code"] for one in found.json()["items"]] == ["p1", "p2"]
    found = await client.get(API, headers=office(people, city), params={"limit": 2})
    rest = await client.get(
        API, headers=office(people, city), params={"cursor": found.json()["next"]}
    )
    assert [one["code"] for one in rest.json()["items"]] == ["p2", "p3"]
