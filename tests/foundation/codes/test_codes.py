"""Codes: made once, counted exactly, retired for good, and printed."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from backend.core.actor import Role
from backend.core.database import rows
from backend.foundation.codes.models import Code, CodeDay
from backend.foundation.codes.rules import ALPHABET, address_of, new_token
from backend.integrations import wechat
from backend.integrations.wechat_answers import Picture
from backend.integrations.wechat_errors import Misconfigured
from backend.settings import Settings
from tests.conftest import People
from tests.foundation.conftest import City

API = "/api/v1/codes"
PNG = b"\x89PNG round"


@pytest.fixture
def secretary(people: People, city: City) -> dict[str, str]:
    return people.sign_in(1, (Role.SECRETARY, city.spring.id, city.spring.path or ""))


@pytest.fixture
def stranger(people: People, city: City) -> dict[str, str]:
    return people.sign_in(2, (Role.SECRETARY, city.autumn.id, city.autumn.path or ""))


async def make(
    client: httpx.AsyncClient, who: dict[str, str], status: int = 201, **body: Any
) -> Any:
    answer = await client.post(API, headers=who, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_scan_lands_and_is_counted(
    client: httpx.AsyncClient, secretary: dict[str, str], city: City
) -> None:
    code = await make(client, secretary, area_id=city.buildings[0].id, kind="building")
    assert code["area_name"] == "春晖社区锦绣花园1号楼"
    ways = (
        code["scene"],
        code["scene"].lower(),
        f"pages/resident/index?scene={code['scene']}",
        address_of("https://linli.example", code["scene"]),
    )
    for scene in ways:
        answer = await client.post(f"{API}/scan", json={"scene": scene})
        assert answer.json() == {
            "area_id": city.buildings[0].id,
            "community_id": city.spring.id,
            "compound_id": city.compound.id,
            "kind": "building",
            "label": "1号楼",
        }, scene
    listed = (await client.get(API, headers=secretary)).json()["items"]
    assert [one["scans"] for one in listed] == [len(ways)]
    days = (await client.get(f"{API}/{code['id']}/days", headers=secretary)).json()["items"]
    assert [one["scans"] for one in days] == [len(ways)]


async def test_scans_at_the_same_moment_are_all_counted(
    client: httpx.AsyncClient, secretary: dict[str, str], city: City
) -> None:
    code = await make(client, secretary, area_id=city.spring.id, kind="community")
    answers = await asyncio.gather(
        *(client.post(f"{API}/scan", json={"scene": code["scene"]}) for _ in range(25))
    )
    assert {one.status_code for one in answers} == {200}
    assert (await Code.get()).scans == 25
    assert [row.scans for row in await CodeDay.all()] == [25]


@pytest.mark.parametrize("scene", ["KKKKKKKKKK", "%", "中文", "https://evil.example/x", "' OR 1=1"])
async def test_what_is_no_code_of_ours(client: httpx.AsyncClient, scene: str) -> None:
    assert (await client.post(f"{API}/scan", json={"scene": scene})).status_code == 404


async def test_scanning_has_a_limit(client: httpx.AsyncClient) -> None:
    codes = [
        (await client.post(f"{API}/scan", json={"scene": "KKKKKKKKKK"})).status_code
        for _ in range(61)
    ]
    assert (codes.count(404), codes[-1]) == (60, 429)


async def test_one_code_per_community_until_it_is_retired(
    client: httpx.AsyncClient, secretary: dict[str, str], city: City
) -> None:
    first = await make(client, secretary, area_id=city.spring.id, kind="community")
    await make(client, secretary, 409, area_id=city.spring.id, kind="community")
    retired = await client.post(f"{API}/{first['id']}/retire", headers=secretary)
    assert retired.json()["retired_at"] is not None
    again = await client.post(f"{API}/{first['id']}/retire", headers=secretary)
    assert again.status_code == 409
    gone = await client.post(f"{API}/scan", json={"scene": first["scene"]})
    assert (gone.status_code, gone.json()["detail"]) == (404, "这个码已失效")
    second = await make(client, secretary, area_id=city.spring.id, kind="community")
    assert second["scene"] != first["scene"]
    for label in ("东门", "西门"):
        await make(client, secretary, area_id=city.spring.id, kind="checkpoint", label=label)
    await make(client, secretary, 422, area_id=city.spring.id, kind="building")
    await make(client, secretary, 422, area_id=city.spring.id, kind="stall")
    actions = [row["action"] for row in await rows("SELECT action FROM audit_entry")]
    assert actions.count("codes.created") == 4
    assert actions.count("codes.retired") == 1


async def test_codes_of_another_community_are_not_there(
    client: httpx.AsyncClient,
    people: People,
    secretary: dict[str, str],
    stranger: dict[str, str],
    city: City,
) -> None:
    code = await make(client, secretary, area_id=city.spring.id, kind="community")
    await make(client, stranger, 404, area_id=city.compound.id, kind="checkpoint")
    for method, path in (("GET", "image"), ("GET", "days"), ("POST", "retire")):
        answer = await client.request(method, f"{API}/{code['id']}/{path}", headers=stranger)
        assert answer.status_code == 404, path
    sheet = await client.post(f"{API}/sheet", headers=stranger, json={"code_ids": [code["id"]]})
    assert sheet.status_code == 404
    assert (await client.get(API, headers=stranger)).json()["items"] == []
    inside = await client.get(API, headers=stranger, params={"area_id": city.spring.id})
    assert inside.json()["items"] == []
    assert (await client.get(API, headers=people.sign_in(7))).status_code == 403


class Weixin:
    """WeChat as far as codes need it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self.refuses = False

    async def wxacode_unlimited(
        self, scene: str, page: str, *, env_version: str, is_page_checked: bool
    ) -> Picture:
        if self.refuses:
            raise Misconfigured(41030, "invalid page")
        self.asked.append((scene, page, env_version))
        return Picture(PNG, "image/png")

    async def close(self) -> None:
        return None


@pytest.fixture
async def weixin(client: httpx.AsyncClient) -> AsyncIterator[Weixin]:
    one = Weixin()
    before = list(wechat._configured)
    wechat.configure(one)  # type: ignore[arg-type]
    yield one
    wechat._configured[:] = before


async def test_pictures_of_both_kinds(
    client: httpx.AsyncClient, secretary: dict[str, str], city: City, weixin: Weixin
) -> None:
    code = await make(client, secretary, area_id=city.spring.id, kind="community")
    address = f"{API}/{code['id']}/image"
    qr = await client.get(address, headers=secretary)
    assert qr.headers["content-type"] == "image/png"
    assert qr.content.startswith(b"\x89PNG")
    for _ in range(2):
        picture = await client.get(address, headers=secretary, params={"kind": "wxa"})
        assert picture.content == PNG
    assert weixin.asked == [(code["scene"], "pages/resident/index", "release")]
    bad = await client.get(address, headers=secretary, params={"kind": "svg"})
    assert bad.status_code == 422


async def test_a_refusal_of_wechats_is_told_and_not_kept(
    client: httpx.AsyncClient, secretary: dict[str, str], city: City, weixin: Weixin
) -> None:
    code = await make(client, secretary, area_id=city.spring.id, kind="community")
    weixin.refuses = True
    address = f"{API}/{code['id']}/image?kind=wxa"
    assert (await client.get(address, headers=secretary)).status_code == 502
    weixin.refuses = False
    assert (await client.get(address, headers=secretary)).status_code == 200


async def test_sheets_and_posters(
    client: httpx.AsyncClient, secretary: dict[str, str], city: City, settings: Settings
) -> None:
    one = await make(client, secretary, area_id=city.spring.id, kind="community")
    other = await make(client, secretary, area_id=city.spring.id, kind="checkpoint", label="东门")
    ids = [one["id"], other["id"]]
    for body, pages in (
        ({"code_ids": ids, "copies": 6}, 2),
        ({"code_ids": ids, "layout": "poster"}, 2),
    ):
        answer = await client.post(f"{API}/sheet", headers=secretary, json=body)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.content.count(b"/Type /Page\n") == pages
    for wrong, status in (
        ({"code_ids": []}, 422),
        ({"code_ids": [*ids, 999999]}, 404),
        ({"code_ids": ids, "copies": 501}, 422),
        ({"code_ids": ids, "layout": "poster", "copies": 51}, 422),
        ({"code_ids": ids, "layout": "mug"}, 422),
    ):
        answer = await client.post(f"{API}/sheet", headers=secretary, json=wrong)
        assert answer.status_code == status, wrong
    await client.post(f"{API}/{one['id']}/retire", headers=secretary)
    answer = await client.post(f"{API}/sheet", headers=secretary, json={"code_ids": ids})
    assert answer.status_code == 404


def test_tokens_fit_a_scene_and_do_not_repeat() -> None:
    made = {new_token() for _ in range(2000)}
    assert len(made) == 2000
    assert all(set(one) <= set(ALPHABET) and len(one) <= 32 for one in made)
