"""The demo's own routes on a seeded database, and nowhere but in the demo."""

import httpx
import pytest

from backend.foundation.areas.models import Area
from backend.sample import cast, seed
from backend.sample.schemas import SIDES
from backend.settings import Settings
from backend.settings import settings as cached


async def test_the_demo_can_be_played(demo: httpx.AsyncClient) -> None:
    told: list[str] = []
    await seed.build(7, told.append, days=2)
    await seed.build_once(told.append)
    assert len([line for line in told if "建成" in line]) == 1
    with pytest.raises(seed.NotEmpty):
        await seed.build(8, told.append)
    people = {}
    for side in SIDES:
        listed = (await demo.get("/demo/people", params={"side": side})).json()
        assert len(listed) == 12
        assert listed[0]["openid"] == f"demo-{side}-1"
        assert all(one["name"] and one["role_name"] and one["area_name"] for one in listed)
        people[side] = listed
    assert {one["role_name"] for one in people["resident"]} == {"居民"}
    assert [one["role_name"] for one in people["worker"][:2]] == ["专职社工"] * 2
    everybody = (await demo.get("/demo/people")).json()
    assert len(everybody) == 12 * len(SIDES)
    many = (await demo.get("/demo/people", params={"side": "resident", "limit": 300})).json()
    assert len(many) == 300
    resident = people["resident"][0]
    session = (await demo.post("/demo/login", json={"user_id": resident["user_id"]})).json()
    headers = {"authorization": f"Bearer {session['token']}"}
    me = (await demo.get("/me", headers=headers)).json()
    assert me["id"] == resident["user_id"]
    homes = (await demo.get("/me/dwellings", headers=headers)).json()["items"]
    assert [one["status"] for one in homes] == ["confirmed"]
    assert homes[0]["place"] == resident["area_name"]
    codes = (await demo.get("/demo/codes")).json()
    assert codes[0]["kind"] == "community"
    assert resident["area_name"].startswith(codes[0]["label"])
    landing = (await demo.post("/codes/scan", json={"scene": codes[0]["scene"]})).json()
    assert landing["community_id"] == homes[0]["community_id"]
    lines = [{"title": "物业费", "amount": 12_800}, {"title": "停车费", "amount": 5}]
    body = {"title": "试一试支付", "lines": lines}
    payment = (await demo.post("/demo/payments", json=body, headers=headers)).json()
    assert (payment["status"], payment["amount"]) == ("unpaid", 12_805)
    mine = (await demo.get("/payments/mine", headers=headers)).json()["items"]
    assert mine[0]["id"] == payment["id"]
    assert (await demo.post("/demo/payments", json=body)).status_code == 401
    info = (await demo.get("/demo/info")).json()
    assert info == {"wechat_mock_url": cached().wechat_url, "environment": "demo"}


async def test_an_empty_house_has_nobody_to_play(demo: httpx.AsyncClient) -> None:
    assert (await demo.get("/demo/people")).json() == []
    assert (await demo.get("/demo/codes")).json() == []
    assert (await demo.post("/demo/login", json={"user_id": 1})).status_code == 404


@pytest.mark.parametrize("path", ["/demo/people?limit=301", "/demo/people?side=nobody"])
async def test_wrong_questions_are_refused(demo: httpx.AsyncClient, path: str) -> None:
    assert (await demo.get(path)).status_code == 422


async def test_outside_the_demo_there_is_none_of_it(
    demo: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cast, "settings", lambda: Settings(environment="production"))
    for path in ("/demo/info", "/demo/people", "/demo/codes"):
        assert (await demo.get(path)).status_code == 404
    assert (await demo.post("/demo/login", json={"user_id": 1})).status_code == 404


async def test_a_city_is_not_built_beside_something_else(db: str) -> None:
    await Area.create(path="/1/", level="county", name="别处", sibling_key="0:别处")
    with pytest.raises(seed.NotEmpty, match="空库"):
        await seed.build(7, print)


def test_only_the_demo_has_the_routes(settings: Settings) -> None:
    from backend.sample import stage

    plain = stage.application(settings.model_copy(update={"environment": "production"}))
    assert not [one for one in plain.router.routes if "demo/" in one.path]
