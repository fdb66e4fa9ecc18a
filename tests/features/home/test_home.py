"""The first page of a community."""

from datetime import timedelta
from typing import Any

from backend.features.home.schemas import Home
from tests.engines.orders.conftest import Town, live_at_home
from tests.engines.orders.conftest import city as city
from tests.engines.orders.conftest import frozen as frozen
from tests.engines.orders.conftest import town as town

URL = "/api/v1/home"


async def home(town: Town, who: str = "resident", status: int = 200, **query: Any) -> Any:
    answer = await town.client.get(URL, headers=town.headers[who], params=query)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_scan_lands_in_the_community(town: Town) -> None:
    spring = town.city.spring
    spring.contact = {"phone": "0539-6200000", "hours": "9-18"}
    await spring.save()
    for area in (spring, town.city.compound, town.city.unit):
        found = await home(town, area_id=area.id)
        Home.model_validate(found)
        assert found["community"] == {"id": spring.id, "name": "春晖社区"}
    assert found["compound"]["name"] == "锦绣花园"
    assert found["secretary"] == {"name": "secretary", "phone": "0539-6200000"}
    assert [one["key"] for one in found["services"]][:4] == [
        "repair", "fees", "move_car", "parking",
    ]  # fmt: skip
    groups = list(dict.fromkeys(one["group"] for one in found["services"]))
    assert groups == ["有事找社区", "住房与出行", "生活服务", "共建共享"]
    assert found["mine"] == {"open": 0, "latest": None}
    far = await home(town, area_id=town.city.autumn.id)
    assert far["secretary"]["name"] == "far_secretary"


async def test_at_home_no_area_is_needed(town: Town) -> None:
    assert (await home(town, status=422))["errors"][0]["field"] == "area_id"
    await live_at_home(town)
    assert (await home(town))["community"]["id"] == town.city.spring.id


async def test_a_street_is_no_community(town: Town) -> None:
    await home(town, status=404, area_id=town.city.street.id)
    await home(town, status=404, area_id=999_999)
    assert (await town.client.get(URL)).status_code == 401


async def test_my_matters_and_what_was_done_nearby(town: Town, frozen: Any) -> None:
    order = await town.taken(text="李阿姨那边的事情麻烦看看")
    frozen.shift(timedelta(hours=5))
    await town.move("worker", order, "arrive")
    await town.move("worker", order, "resolve", result="修好了")
    mine = await town.report(text="路灯不亮了好几天")
    found = await home(town, area_id=town.city.spring.id)
    assert found["mine"]["open"] == 1
    assert found["mine"]["latest"]["id"] == mine["id"]
    assert [one["text"] for one in found["activity"]] == ["锦绣花园的一件投诉已办结，用时 5 小时"]
    seen = await home(town, "neighbour", area_id=town.city.spring.id)
    assert seen["mine"]["latest"] is None
    assert "李阿姨" not in str(seen)
    assert (await home(town, area_id=town.city.autumn.id))["activity"] == []


async def test_a_community_chooses_what_it_shows(town: Town) -> None:
    spring = town.city.spring
    body = {"area_id": spring.id, "keys": ["help", "repair", "help"]}
    for who, status in (("resident", 403), ("worker", 403), ("far_secretary", 404)):
        answer = await town.client.put(f"{URL}/services", headers=town.headers[who], json=body)
        assert answer.status_code == status
    secretary = town.headers["secretary"]
    wrong = body | {"keys": ["casino"]}
    answer = await town.client.put(f"{URL}/services", headers=secretary, json=wrong)
    assert answer.status_code == 422
    for _ in range(2):
        answer = await town.client.put(f"{URL}/services", headers=secretary, json=body)
        assert [one["key"] for one in answer.json()["items"]] == ["help", "repair"]
    found = await home(town, area_id=town.city.unit.id)
    assert [one["key"] for one in found["services"]] == ["help", "repair"]
    assert len((await home(town, area_id=town.city.autumn.id))["services"]) > 2
