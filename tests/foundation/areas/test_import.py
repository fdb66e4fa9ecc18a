"""Importing a spreadsheet: whole or not at all, and every bad row named."""

from typing import Any

import httpx
import pytest

from backend.core import spreadsheets
from backend.core.actor import Role
from backend.foundation.areas import rules
from backend.foundation.areas.models import Area, Dwelling, Level
from tests.conftest import People
from tests.foundation.conftest import City, plant

API = "/api/v1/areas"
Rows = list[tuple[Any, ...]]


@pytest.fixture
def office(people: People, city: City) -> dict[str, str]:
    return people.sign_in(9, (Role.STREET_DISPATCHER, city.street.id, city.street.path or ""))


async def send(
    client: httpx.AsyncClient, headers: dict[str, str], rows: Rows, status: int = 200
) -> Any:
    content = spreadsheets.write("房屋", rules.COLUMNS, rows)
    files = {"file": ("房屋.xlsx", content, spreadsheets.XLSX)}
    answer = await client.post(f"{API}/import", headers=headers, files=files)
    assert answer.status_code == status, answer.text
    return answer.json()


async def counted() -> tuple[int, int]:
    return await Area.all().count(), await Dwelling.all().count()


async def test_areas_and_dwellings_come_in(
    client: httpx.AsyncClient, office: dict[str, str], city: City
) -> None:
    rows: Rows = [
        ("春晖社区", "锦绣花园", "第一网格", "1号楼", "1单元", "102", 1, 90.05),
        ("春晖社区", "锦绣花园", "第一网格", "1号楼", "2单元", "101", None, None),
        ("望山街道/秋实社区", "新苑", "一格", "甲座", None, "商铺1", -1, 40),
        ("秋实社区", None, "村网格", None, None, None, None, None),
    ]
    report = await send(client, office, rows)
    assert report == {"rows": 4, "created": 8, "updated": 0, "errors": [], "errors_total": 0}
    home = await Dwelling.get(number="102").prefetch_related("area")
    assert (home.area_id, home.floor, home.square) == (city.unit.id, 1, 9005)
    shop = await Dwelling.filter(area__name="甲座").get().prefetch_related("area__parent")
    assert shop.area.path == f"{shop.area.parent.path}{shop.area_id}/"
    assert (shop.area.level, shop.number, shop.floor) == (Level.BUILDING, "商铺1", -1)
    for area in await Area.all().prefetch_related("parent"):
        assert area.path == rules.path_below(area.parent.path if area.parent else None, area.id)


async def test_a_second_time_nothing_is_new(
    client: httpx.AsyncClient, office: dict[str, str], city: City
) -> None:
    rows: Rows = [("春晖社区", "锦绣花园", "第一网格", "1号楼", "1单元", "101", 2, 89.5)]
    report = await send(client, office, rows)
    assert (report["created"], report["updated"]) == (0, 1)
    before = await counted()
    report = await send(client, office, rows)
    assert (report["created"], report["updated"]) == (0, 0)
    assert await counted() == before
    assert (await Dwelling.get(id=city.home.id)).floor == 2


async def test_one_bad_row_and_nothing_is_done(
    client: httpx.AsyncClient, office: dict[str, str], city: City
) -> None:
    before = await counted()
    rows: Rows = [
        ("春晖社区", "新小区", "一格", "1号楼", "1单元", "101", 1, 90),
        ("没有的社区", "新小区", "一格", "1号楼", None, "101", 1, 90),
        ("春晖社区", None, None, "1号楼", None, "101", "三楼", "很大"),
        ("春晖社区", "新小区", "一格", None, "1单元", "105", 1, 90),
        ("春晖社区", "新小区", "一格", "1号楼", "1单元", "101", 1, 0),
        ("春晖社区", "新小区", "一格", "1号楼", "1单元", "101", 1, 90),
        ("春晖社区", "新小区", "二格", "1号楼", "1单元", "109", 1, 90),
        ("春晖社区", "锦绣花园", "第二网格", "1号楼", None, None, None, None),
    ]
    report = await send(client, office, rows)
    assert (report["created"], report["updated"]) == (0, 0)
    assert [(one["row"], one["column"]) for one in report["errors"]] == [
        (3, "社区"),
        (4, "小区"),
        (4, "楼层"),
        (4, "建筑面积（㎡）"),
        (5, "楼栋"),
        (6, "建筑面积（㎡）"),
        (7, "房号"),
        (8, "网格"),
        (9, "网格"),
    ]
    assert report["errors"][6]["message"] == "与第 2 行重复"
    assert "移动" in report["errors"][8]["message"]
    assert await counted() == before


async def test_only_into_ones_own_part_and_only_by_those_who_may(
    client: httpx.AsyncClient, people: People, city: City
) -> None:
    far = people.sign_in(3, (Role.STREET_DISPATCHER, city.autumn.id, city.autumn.path or ""))
    report = await send(client, far, [("春晖社区", "新", None, None, None, None, None, None)])
    assert report["errors"][0]["message"] == "没有这个社区，或不归您管理"
    worker = people.sign_in(4, (Role.SOCIAL_WORKER, city.spring.id, city.spring.path or ""))
    await send(client, worker, [], status=403)


async def test_two_communities_of_one_name_need_their_street(
    client: httpx.AsyncClient, people: People, city: City
) -> None:
    other = await plant(city.county, Level.STREET, "临水街道")
    twin = await plant(other, Level.COMMUNITY, "春晖社区")
    me = people.sign_in(9, (Role.COUNTY_OFFICE, city.county.id, city.county.path or ""))
    report = await send(client, me, [("春晖社区", "新", None, None, None, None, None, None)])
    assert "街道/社区" in report["errors"][0]["message"]
    report = await send(
        client, me, [("临水街道/春晖社区", "新", None, None, None, None, None, None)]
    )
    assert report["created"] == 1
    assert (await Area.get(name="新")).parent_id == twin.id


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.xlsx", b"PK\x03\x04nonsense", 422),
        ("a.exe", b"MZ", 422),
        ("a.csv", b"\xff\xff\xff", 422),
        ("a.csv", b"x\n" * 10_002, 413),
        ("a.csv", "社区,小区\n春晖社区,锦绣花园\n".encode("gb18030"), 200),
        ("a.csv", b"\n\n", 200),
    ],
)
async def test_files_that_are_no_register(
    client: httpx.AsyncClient, office: dict[str, str], name: str, content: bytes, status: int
) -> None:
    before = await counted()
    answer = await client.post(
        f"{API}/import", headers=office, files={"file": (name, content, "text/csv")}
    )
    assert answer.status_code == status, answer.text
    if status == 200:
        assert {one["row"] for one in answer.json()["errors"]} == {1}
    assert await counted() == before


async def test_without_a_file(client: httpx.AsyncClient, office: dict[str, str]) -> None:
    answer = await client.post(f"{API}/import", headers=office)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "file")


async def test_the_template_fits_and_an_export_comes_in_again(
    client: httpx.AsyncClient, office: dict[str, str], city: City
) -> None:
    template = await client.get(f"{API}/import/template", headers=office)
    table = spreadsheets.read("t.xlsx", template.content, 10)
    assert tuple(table[0]) == rules.COLUMNS
    assert rules.read_table(table)[1] == []
    export = await client.get(f"{API}/{city.street.id}/export", headers=office)
    files = {"file": ("e.xlsx", export.content, spreadsheets.XLSX)}
    report = (await client.post(f"{API}/import", headers=office, files=files)).json()
    assert report == {"rows": 3, "created": 0, "updated": 0, "errors": [], "errors_total": 0}
