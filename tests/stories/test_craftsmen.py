"""A neighbour with a trade, from the registration to the stars."""

from datetime import timedelta
from typing import Any

from backend.core import clock
from backend.sample.caller import eventually
from tests.stories.conftest import Town

ALWAYS = [["morning", "afternoon", "evening"]] * 7


async def test_a_neighbour_mends_the_tap(town: Town) -> None:
    resident, artisan, secretary = town["resident"], town["neighbour"], town["secretary"]
    offer = {"called": "巧师傅", "text": "水电都懂一点", "week": ALWAYS}
    skills = [{"skill": "plumbing", "price": 0}]
    made = await artisan.post("/craftsmen", offer | {"skills": skills})
    waiting = await secretary.rows("/craftsmen/reviews", status="submitted", limit=50)
    assert made["id"] in [one["id"] for one in waiting]
    need = {"skill": "plumbing", "day": str(clock.today() + timedelta(days=1)), "part": "evening"}
    assert made["id"] not in await _offered(town, need)
    await secretary.post(f"/craftsmen/{made['id']}/approve", {"version": made["version"]})
    found = await _offered(town, need)
    why = found[made["id"]]["why"]
    assert any(one.startswith("同在") for one in why)
    assert "免费" in why

    body = need | {"text": "厨房水龙头漏水，要换垫圈"}
    call = await resident.post("/calls", body | {"craftsman_id": made["id"]})
    path = f"/calls/{call['id']}"

    async def told() -> Any:
        return [one["title"] for one in await artisan.rows("/inbox", limit=50)]

    await eventually(told, lambda titles: "有邻居请您上门" in titles)
    seen = await artisan.get(path)
    assert (seen["place"], seen["phone"]) == ("", "")
    coming = await artisan.post(f"{path}/accept")
    assert "桃花涧社区" in coming["place"]
    assert (await resident.get(path))["their_phone"]
    assert made["id"] not in await _offered(town, need)  # nobody is at two places
    await artisan.post(f"{path}/arrive")
    await artisan.post(f"{path}/finish")
    rated = await resident.post(f"{path}/rate", {"stars": 5, "text": "手艺好，人也和气"})
    assert (rated["status"], rated["their_phone"]) == ("done", "")
    assert (await artisan.get(path))["phone"] == ""
    known = await resident.get(f"/craftsmen/{made['id']}")
    assert (known["stars"], known["done"]) == (5.0, 1)


async def _offered(town: Town, need: dict[str, Any]) -> dict[int, Any]:
    answer = await town["resident"].post("/craftsmen/offers", need)
    return {one["craftsman_id"]: one for one in answer["items"]}
