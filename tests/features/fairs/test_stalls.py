"""Stalls: offered, chosen, on the map, and who came by; the check-in wall."""

import asyncio
from typing import Any

from backend.core import live
from backend.core.database import rows, transaction
from backend.core.events import emit
from backend.foundation.identity.events import UserErased
from tests.fairground import Fairground, Moderator

OFFER = {"kind": "craft", "zone": "care", "name": "阳光理发", "about": "义剪"}


async def offered(fairground: Fairground, fair: Any, who: str = "ann", **given: Any) -> Any:
    return await fairground.call(who, f"/fairs/{fair['id']}/stalls", OFFER | given, status=201)


async def test_an_offer_is_accepted_and_gets_a_place(fairground: Fairground) -> None:
    fair = await fairground.prepared()
    stall = await offered(fairground, fair)
    assert (stall["status"], stall["moves"]) == ("offered", ["withdraw"])
    path = f"/stalls/{stall['id']}"
    await fairground.call("bob", f"{path}/withdraw", {}, status=404)
    await fairground.call("far_worker", f"{path}/accept", {}, status=404)
    seen = await fairground.call("bob", f"/fairs/{fair['id']}/stalls")
    assert stall["id"] not in [one["id"] for one in seen["items"]]
    await fairground.call("worker", f"{path}/place", {"row": 2, "column": 2}, status=409)
    await fairground.call("worker", f"{path}/accept", {})
    outside = await fairground.call("worker", f"{path}/place", {"row": 9, "column": 1}, status=422)
    assert "column" in str(outside["errors"])
    taken = await fairground.call("worker", f"{path}/place", {"row": 1, "column": 1}, status=409)
    assert taken["code"] == "spot_taken"
    await fairground.call("worker", f"{path}/place", {"row": 1, "column": None}, status=422)
    placed = await fairground.call("worker", f"{path}/place", {"row": 2, "column": 3})
    assert placed["spot"] == "B3"
    small = {"map_columns": 2, "map_rows": 3}
    fair = await fairground.call("worker", f"/fairs/{fair['id']}")
    body = {name: fair[name] for name in ("place", "starts_at", "ends_at", "exchange_rules")}
    await fairground.post("worker", fair, "arrange", 409, **body | small)
    await fairground.work()
    assert "摊位报名已确认" in await fairground.inbox("ann")
    assert "有新的摊位报名" in await fairground.inbox("worker")


async def test_a_declined_offer_says_why_and_frees_its_place(fairground: Fairground) -> None:
    fair = await fairground.prepared()
    first = await offered(fairground, fair)
    path = f"/stalls/{first['id']}"
    await fairground.call("worker", f"{path}/accept", {})
    await fairground.call("worker", f"{path}/place", {"row": 2, "column": 2})
    gone = await fairground.call("worker", f"{path}/decline", {"reason": "摊位已满"})
    assert (gone["status"], gone["spot"]) == ("declined", "")
    await fairground.work()
    assert "摊位报名未采用" in await fairground.inbox("ann")
    second = await offered(fairground, fair)
    await fairground.call("worker", f"/stalls/{second['id']}/accept", {})
    spot = {"row": 2, "column": 2}
    assert (await fairground.call("worker", f"/stalls/{second['id']}/place", spot))["spot"] == "B2"
    for number in range(4):
        await offered(fairground, fair, name=f"摊位{number}")
    await fairground.call("ann", f"/fairs/{fair['id']}/stalls", OFFER, status=409)


async def test_a_shop_is_offered_by_its_own_staff(fairground: Fairground) -> None:
    fair = await fairground.prepared()
    body = OFFER | {"kind": "merchant", "shop_id": 99}
    await fairground.call("ann", f"/fairs/{fair['id']}/stalls", body, status=404)
    closed = await fairground.approved()
    await fairground.call("worker", f"/fairs/{closed['id']}/stalls", OFFER, status=409)


async def test_each_person_counts_once_at_a_stall(fairground: Fairground) -> None:
    fair = await fairground.previewed()
    stall = (await fairground.call("ann", f"/fairs/{fair['id']}/stalls"))["items"][0]
    early = await fairground.scan("ann", stall, status=409)
    assert early["code"] == "wrong_state"
    fairground.frozen.shift(8 * 86400)
    fair = await fairground.post("worker", fair, "open")
    first = await fairground.scan("ann", stall)
    again = await fairground.scan("ann", stall)
    other = await fairground.scan("bob", stall)
    assert [one["is_first"] for one in (first, again, other)] == [True, False, True]
    assert [one["stall"]["visitors"] for one in (first, again, other)] == [1, 1, 2]
    assert (again["visited"], again["stall"]["has_visited"]) == (1, True)
    await asyncio.gather(*(fairground.scan("cat", stall) for _ in range(16)))
    found = await rows("SELECT visitors FROM stalls_stall WHERE id = ?", stall["id"])
    assert found[0]["visitors"] == 3


async def test_codes_lead_nowhere_after_the_fair(fairground: Fairground) -> None:
    fair = await fairground.opened()
    stall = (await fairground.call("ann", f"/fairs/{fair['id']}/stalls"))["items"][0]
    wrong = await fairground.scene("fairs_fair", fair["id"])
    await fairground.call("ann", "/stalls/scan", {"scene": wrong}, status=404)
    at_stall = await fairground.scene("stalls_stall", stall["id"])
    await fairground.call("ann", "/fairs/arrive", {"scene": at_stall}, status=404)
    await fairground.call("ann", "/stalls/scan", {"scene": "nonsense!!"}, status=404)
    await fairground.post("worker", fair, "close")
    assert (await fairground.scan("ann", stall, status=409))["code"] == "wrong_state"
    await fairground.work()
    assert (await fairground.scan("ann", stall, status=404))["title"] == "没有找到"
    await fairground.arrive("ann", fair, status=404)


async def test_a_stall_that_was_taken_out_counts_nobody(fairground: Fairground) -> None:
    fair = await fairground.previewed()
    stall = await fairground.stall(fair, "ann", name="阳光理发")
    scene = await fairground.scene("stalls_stall", stall["id"])
    await fairground.call("ann", f"/stalls/{stall['id']}/withdraw", {})
    await fairground.call("bob", "/stalls/scan", {"scene": scene}, status=404)


async def test_the_wall_names_only_who_agrees(fairground: Fairground) -> None:
    fair = await fairground.opened()
    heard = live.subscribe(lambda message: message.to.get("watch") == f"fair:{fair['id']}")
    assert (await fairground.arrive("ann", fair))["number"] == 1
    assert (await fairground.arrive("bob", fair, is_named=True))["number"] == 2
    again = await fairground.arrive("ann", fair, is_named=True)
    assert (again["is_first"], again["number"], again["is_named"]) == (False, 1, False)
    assert heard.queue.qsize() == 2
    live.unsubscribe(heard)
    wall = await fairground.call("stranger", f"/fairs/{fair['id']}/wall")
    assert (wall["total"], wall["mine"]) == (2, None)
    assert [one["name"] for one in wall["latest"]] == ["b**", "一位邻居"]
    path = f"/fairs/{fair['id']}/wall/name"
    mine = await fairground.call("ann", path, {"is_named": True}, method="PUT")
    assert mine["latest"][1]["name"] == "a**"
    await fairground.call("cat", path, {"is_named": True}, method="PUT", status=404)


async def test_sixteen_scans_of_one_person_are_one_arrival(fairground: Fairground) -> None:
    fair = await fairground.opened()
    said = await asyncio.gather(*(fairground.arrive("ann", fair) for _ in range(16)))
    assert sum(one["is_first"] for one in said) == 1
    assert (await fairground.call("ann", f"/fairs/{fair['id']}/wall"))["total"] == 1


async def test_who_leaves_stays_counted_without_a_name(fairground: Fairground) -> None:
    fair = await fairground.opened()
    stall = (await fairground.call("ann", f"/fairs/{fair['id']}/stalls"))["items"][0]
    await fairground.arrive("ann", fair, is_named=True)
    await fairground.scan("ann", stall)
    async with transaction():
        await emit(UserErased(fairground.ids["ann"]))
    await fairground.work()
    wall = await fairground.call("bob", f"/fairs/{fair['id']}/wall")
    assert (wall["total"], wall["latest"][0]["name"]) == (1, "一位邻居")
    for table in ("arrivals_arrival", "stalls_visit"):
        assert [row["user_id"] for row in await rows(f"SELECT user_id FROM {table}")] == [None]


async def test_risky_words_of_a_stall_are_hidden(
    fairground: Fairground, moderator: Moderator
) -> None:
    fair = await fairground.prepared()
    stall = await fairground.stall(fair, "ann", name="坏话摊", about="坏话")
    await fairground.work()
    seen = await fairground.call("bob", f"/fairs/{fair['id']}/stalls")
    shown = next(one for one in seen["items"] if one["id"] == stall["id"])
    assert (shown["name"], shown["about"]) == ("能工巧匠", "")
    own = await fairground.call("ann", f"/fairs/{fair['id']}/stalls")
    assert "坏话摊" in [one["name"] for one in own["items"]]
