"""A neighbour with a trade, from the registration to the stars."""

from datetime import timedelta
from typing import Any

from backend.core import clock
from backend.sample.caller import Refused, eventually
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


async def test_a_square_full_of_menders(town: Town) -> None:
    """Announced, booked, shown, counted, and the craftsman has points for it."""
    resident, artisan, worker = town["resident"], town["neighbour"], town["worker"]
    one = await _grinder(town)
    start = clock.local(clock.now()).replace(hour=9, minute=0, second=0, microsecond=0)
    start += timedelta(days=8)
    area = (await worker.get("/me"))["posts"][0]["area"]["id"]
    body: dict[str, Any] = {
        "area_id": area,
        "place": "文化广场东侧",
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=1)).isoformat(),
        "benches": [{"craftsman_id": one["id"], "skill": "knives", "minutes": 20}],
    }
    day = await worker.post("/mending-days", body)
    path = f"/mending-days/{day['id']}"

    async def told() -> Any:
        return [it["title"] for it in await resident.rows("/inbox", limit=50)]

    await eventually(told, lambda titles: "小修小补日预告" in titles)
    turns = day["bench_list"][0]["turns"]
    seen = await resident.post(f"/mending-days/turns/{turns[0]['id']}/book")
    code = seen["bench_list"][0]["turns"][0]["mine"]["code"]
    need = {"skill": "knives", "day": str(start.date()), "part": "morning"}
    assert one["id"] not in await _offered(town, need)

    _it_is_today(town, day)
    bench = f"/mending-days/benches/{day['bench_list'][0]['id']}"
    before = (await artisan.get("/points"))["balance"]
    done = await artisan.post(f"{bench}/read", {"code": f"LLXB{code}"})
    assert done["bench"]["served"] == 1
    assert (await resident.get(path))["served"] == 1

    async def points() -> Any:
        return (await artisan.get("/points"))["balance"]

    await eventually(points, lambda balance: balance == before + 2)


async def _grinder(town: Town) -> dict[str, Any]:
    """The neighbour, who sharpens knives from now on too."""
    artisan, skills = town["neighbour"], [{"skill": "knives", "price": 0}]
    body: dict[str, Any] = {"called": "巧师傅", "week": ALWAYS, "skills": skills}
    try:
        made: dict[str, Any] = await artisan.post("/craftsmen", body)
    except Refused:
        known = {"version": (await artisan.get("/craftsmen/mine"))["version"]}
        made = await artisan.put("/craftsmen/mine", body | known)
    path = f"/craftsmen/{made['id']}/approve"
    await town["secretary"].post(path, {"version": made["version"]})
    return made


def _it_is_today(town: Town, day: dict[str, Any]) -> None:
    """As if the eight days had passed, and the first turn had just begun."""
    now = clock.now()
    ends = now + timedelta(hours=1)
    town.time_passes(
        "UPDATE mending_days_day SET starts_at = ?, ends_at = ? WHERE id = ?",
        *(one.strftime("%Y-%m-%d %H:%M:%S.%f") for one in (now, ends)),
        day["id"],
    )
