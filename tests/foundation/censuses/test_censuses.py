"""Counts by area, and the register as a spreadsheet."""

from backend.core import spreadsheets
from backend.core.actor import Role
from backend.core.database import rows
from backend.foundation.residents.models import Binding
from tests.conftest import People
from tests.foundation.residents.conftest import House, house

__all__ = ["house"]


async def peopled(house: House) -> None:
    """Two at home, one of them also at the shop; one at the shop; one in the other community."""
    both = await house.register(house.worker, name="张一", tags=["alone", "party_member"])
    await house.register(house.worker, name="张二", tags=["party_member"])
    await house.register(house.worker, name="张三", dwelling_id=house.city.shop.id)
    body = {"dwelling_id": house.city.shop.id, "relation": "owner"}
    answer = await house.client.post(
        f"/api/v1/residents/{both['id']}/bindings", headers=house.worker, json=body
    )
    assert answer.status_code == 201
    await house.register(
        house.stranger, name="李四", dwelling_id=house.city.far_home.id, tags=["alone"]
    )
    await house.bind(house.owner)


async def test_counts_by_grid_and_by_community(house: House, people: People) -> None:
    await peopled(house)
    grids = await house.get(house.worker, "/residents/counts", area_id=house.city.compound.id)
    seen = [(o["name"], o["residents"], o["dwellings"], o["tags"]) for o in grids["items"]]
    assert seen == [
        ("第一网格", 2, 1, {"alone": 1, "party_member": 2}),
        ("第二网格", 2, 1, {"alone": 1, "party_member": 1}),
    ]
    county = people.sign_in(9, (Role.COUNTY_OFFICE, house.city.county.id, "/"))
    query = {"area_id": house.city.county.id, "level": "community"}
    whole = await house.get(county, "/residents/counts", **query)
    seen = [(o["name"], o["residents"], o["dwellings"], o["tags"]) for o in whole["items"]]
    assert seen == [
        ("春晖社区", 3, 2, {"alone": 1, "party_member": 2}),
        ("秋实社区", 1, 1, {"alone": 1}),
    ]


async def test_who_moved_out_is_not_counted(house: House) -> None:
    made = await house.register(house.worker)
    binding = await Binding.get(resident_id=made["id"])
    await house.decide(house.worker, binding.id, "end")
    found = await house.get(house.worker, "/residents/counts", area_id=house.city.spring.id)
    assert [one["residents"] for one in found["items"]] == [0]


async def test_counts_are_for_the_staff_of_the_place(house: House) -> None:
    await house.get(house.stranger, "/residents/counts", 404, area_id=house.city.compound.id)
    await house.get(house.owner, "/residents/counts", 403, area_id=house.city.compound.id)
    await house.get(house.worker, "/residents/counts", 404, area_id=999999)
    await house.get(house.worker, "/residents/counts", 422)


async def test_the_export_is_masked_recorded_and_scoped(house: House, people: People) -> None:
    await peopled(house)
    spring = house.city.spring
    secretary = people.sign_in(6, (Role.SECRETARY, spring.id, spring.path or ""))
    query = {"area_id": spring.id, "purpose": "上报街道名册"}
    answer = await house.client.get("/api/v1/residents/export", headers=secretary, params=query)
    table = spreadsheets.read("r.xlsx", answer.content, 100)
    assert [row[0] for row in table[1:]] == ["张*", "张*", "张*"]
    assert "1单元101（业主）；" in table[1][4]
    entry = (await rows("SELECT * FROM audit_entry WHERE action = 'censuses.exported'"))[0]
    assert '"rows":3' in str(entry["detail"])
    for area in (house.city.street, house.city.autumn):
        await house.get(secretary, "/residents/export", 404, **(query | {"area_id": area.id}))
    await house.get(house.worker, "/residents/export", 403, **query)
    assert len(await rows("SELECT id FROM audit_entry WHERE action = 'censuses.exported'")) == 1
