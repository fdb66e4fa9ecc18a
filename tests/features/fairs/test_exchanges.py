"""Second-hand exchange: one has it, whatever happens at once; and letters and messages."""

import asyncio
from collections import Counter
from typing import Any

from backend.core.database import rows, transaction
from backend.core.events import emit
from backend.foundation.identity.events import UserErased
from tests.engines.shops.conftest import _person
from tests.fairground import Fairground, Moderator

BIKE = {"title": "儿童自行车", "about": "带辅助轮", "wants": "绘本", "accepts_rules": True}


async def brought(fairground: Fairground, fair: Any, who: str = "ann", **given: Any) -> Any:
    return await fairground.call(who, f"/fairs/{fair['id']}/exchanges", BIKE | given, status=201)


async def move(
    fairground: Fairground, who: str, item: Any, name: str, status: int = 0, **body: Any
) -> Any:
    return await fairground.call(who, f"/exchanges/{item['id']}/{name}", body, status=status)


async def test_reserved_by_one_and_handed_over(fairground: Fairground) -> None:
    fair = await fairground.previewed()
    picture = await fairground.picture("ann")
    no_rules = BIKE | {"accepts_rules": False}
    await fairground.call("ann", f"/fairs/{fair['id']}/exchanges", no_rules, status=422)
    item = await brought(fairground, fair, file_ids=[picture])
    assert (item["moves"], len(item["pictures"])) == (["withdraw"], 1)
    await move(fairground, "ann", item, "reserve", 403)
    kept = await move(fairground, "bob", item, "reserve")
    assert (kept["moves"], kept["giver"], kept["is_reserved_by_me"]) == (["give-up"], "a**", True)
    await move(fairground, "cat", item, "reserve", 409)
    await move(fairground, "ann", item, "hand-over", 409)
    await move(fairground, "bob", item, "give-up")
    await move(fairground, "cat", item, "reserve")
    await move(fairground, "ann", item, "release")
    await move(fairground, "bob", item, "reserve")
    fairground.frozen.shift(8 * 86400)
    await fairground.post("worker", fair, "open")
    await move(fairground, "bob", item, "hand-over", 403)
    done = await move(fairground, "ann", item, "hand-over")
    assert (done["status"], done["moves"]) == ("handed", [])
    await fairground.work()
    assert {"有人想要您的闲置", "预定取消了"} <= set(await fairground.inbox("ann"))
    assert "预定被取消" in await fairground.inbox("cat")
    listed = await fairground.call("cat", f"/fairs/{fair['id']}/exchanges")
    assert [one["status"] for one in listed["items"]] == ["handed"]


async def test_of_sixteen_one_has_it(fairground: Fairground) -> None:
    fair = await fairground.previewed()
    item = await brought(fairground, fair)
    crowd = [f"person{number}" for number in range(16)]
    for name in crowd:
        await _person(fairground, name)
    path = f"/api/v1/exchanges/{item['id']}/reserve"
    tries = [
        fairground.client.post(path, json={}, headers=fairground.headers[name]) for name in crowd
    ]
    said = Counter(one.status_code for one in await asyncio.gather(*tries))
    assert said == {200: 1, 409: 15}
    row = (await rows("SELECT status, taker_id, version FROM exchanges_item"))[0]
    assert row["taker_id"] in {fairground.ids[name] for name in crowd}
    assert (row["status"], row["version"]) == ("reserved", 2)


async def test_nobody_reserves_more_than_their_share(fairground: Fairground) -> None:
    fair = await fairground.previewed()
    items = [await brought(fairground, fair, title=f"绘本{n}") for n in range(5)]
    many = await fairground.call("ann", f"/fairs/{fair['id']}/exchanges", BIKE, status=409)
    assert many["code"] == "too_many_items"
    headers = fairground.headers["bob"]
    tries = [
        fairground.client.post(f"/api/v1/exchanges/{one['id']}/reserve", json={}, headers=headers)
        for one in items
    ]
    await asyncio.gather(*tries)
    for one in items:
        path = f"/api/v1/exchanges/{one['id']}/reserve"
        await fairground.client.post(path, json={}, headers=headers)
    kept = await rows("SELECT id FROM exchanges_item WHERE taker_id = ?", fairground.ids["bob"])
    assert len(kept) == 3


async def test_what_is_left_goes_home(fairground: Fairground) -> None:
    fair = await fairground.opened()
    item = await brought(fairground, fair)
    await move(fairground, "bob", item, "reserve")
    await fairground.post("worker", fair, "close")
    await fairground.work()
    assert "预定的物品没有了" in await fairground.inbox("bob")
    await move(fairground, "cat", item, "reserve", 404)
    await fairground.call("cat", f"/fairs/{fair['id']}/exchanges", BIKE, status=409)
    mine = await fairground.call("ann", f"/fairs/{fair['id']}/exchanges", mine="true")
    assert [one["status"] for one in mine["items"]] == ["withdrawn"]


async def test_what_is_against_the_rules_is_taken_away(
    fairground: Fairground, moderator: Moderator
) -> None:
    fair = await fairground.previewed()
    item = await brought(fairground, fair)
    bad = await brought(fairground, fair, title="坏话玩具")
    await fairground.work()
    seen = await fairground.call("bob", f"/fairs/{fair['id']}/exchanges")
    assert [one["id"] for one in seen["items"]] == [item["id"]]
    await move(fairground, "bob", bad, "reserve", 404)
    await move(fairground, "far_worker", item, "remove", 403)
    gone = await move(fairground, "worker", item, "remove")
    await fairground.work()
    assert gone["status"] == "removed"
    assert "您的闲置被下架" in await fairground.inbox("ann")


async def test_who_leaves_takes_their_things_along(fairground: Fairground) -> None:
    fair = await fairground.previewed()
    hers = await brought(fairground, fair)
    his = await brought(fairground, fair, "bob")
    await move(fairground, "ann", his, "reserve")
    async with transaction():
        await emit(UserErased(fairground.ids["ann"]))
    await fairground.work()
    found = {row["id"]: row for row in await rows("SELECT * FROM exchanges_item")}
    assert (found[hers["id"]]["status"], found[hers["id"]]["giver_id"]) == ("withdrawn", None)
    assert "自行车" not in str(found[hers["id"]])
    assert (found[his["id"]]["status"], found[his["id"]]["taker_id"]) == ("offered", None)


# -- letters and messages ------------------------------------------------------------------------
async def write(fairground: Fairground, fair: Any, who: str, kind: str, text: str) -> Any:
    body = {"kind": kind, "text": text}
    return await fairground.call(who, f"/fairs/{fair['id']}/letters", body, status=201)


async def test_a_letter_is_answered_or_becomes_a_demand(fairground: Fairground) -> None:
    fair = await fairground.opened()
    path = f"/fairs/{fair['id']}/letters"
    thanks = await write(fairground, fair, "ann", "letter", "磨刀师傅手艺好")
    lamp = await write(fairground, fair, "bob", "letter", "广场边的路灯不亮了，晚上太黑")
    await fairground.call("ann", path, what="box", status=404)
    box = await fairground.call("worker", path, what="box")
    assert [one["id"] for one in box["items"]] == [lamp["id"], thanks["id"]]
    await fairground.call("far_worker", f"/letters/{lamp['id']}/take", {}, status=404)
    taken = await fairground.call("worker", f"/letters/{lamp['id']}/take", {"kind": "complaint"})
    await fairground.call("worker", f"/letters/{lamp['id']}/take", {}, status=409)
    order = await fairground.call("bob", f"/orders/{taken['order_id']}")
    assert order["reporter"]["is_me"]
    answer = {"answer": "谢谢，下场还请他来"}
    await fairground.call("worker", f"/letters/{thanks['id']}/answer", answer)
    await fairground.work()
    assert "您的意见信有回复" in await fairground.inbox("ann")
    assert "您的意见信已转办" in await fairground.inbox("bob")
    mine = await fairground.call("ann", path, what="mine")
    assert [one["answer"] for one in mine["items"]] == ["谢谢，下场还请他来"]
    found = await fairground.call("worker", f"/fairs/{fair['id']}/figures")
    counted = {one["key"]: one["value"] for one in found["items"]}
    assert (counted["letters"], counted["demands"]) == (2, 1)


async def test_the_board_is_moderated(fairground: Fairground, moderator: Moderator) -> None:
    fair = await fairground.opened()
    path = f"/fairs/{fair['id']}/letters"
    good = await write(fairground, fair, "ann", "message", "希望每月都办")
    bad = await write(fairground, fair, "bob", "message", "一句坏话")
    await fairground.work()
    board = await fairground.call("cat", path)
    assert [one["id"] for one in board["items"]] == [good["id"]]
    own = await fairground.call("bob", path)
    assert bad["id"] in [one["id"] for one in own["items"]]
    await fairground.call("cat", f"/letters/{good['id']}/hide", {}, status=403)
    await fairground.call("worker", f"/letters/{bad['id']}/show", {})
    await fairground.call("worker", f"/letters/{good['id']}/hide", {})
    board = await fairground.call("cat", path)
    assert [one["id"] for one in board["items"]] == [bad["id"]]
    await fairground.call("bob", f"/letters/{bad['id']}/withdraw", {})
    assert (await fairground.call("cat", path))["items"] == []


async def test_words_come_in_time_and_go_with_their_writer(fairground: Fairground) -> None:
    fair = await fairground.prepared()
    body = {"kind": "message", "text": "什么时候开？"}
    await fairground.call("ann", f"/fairs/{fair['id']}/letters", body, status=409)
    await fairground.post("worker", fair, "preview")
    await write(fairground, fair, "ann", "message", "等着呢")
    letter = await write(fairground, fair, "ann", "letter", "想要修鞋摊")
    async with transaction():
        await emit(UserErased(fairground.ids["ann"]))
    await fairground.work()
    found = await rows("SELECT text, writer_id, status FROM letters_letter")
    assert {(row["text"], row["writer_id"], row["status"]) for row in found} == {
        ("（已删除）", None, "withdrawn")
    }
    await fairground.call("worker", f"/letters/{letter['id']}/take", {}, status=409)
    fairground.frozen.shift(8 * 86400)
    await fairground.post("worker", fair, "open")
    await fairground.post("worker", fair, "close")
    await write(fairground, fair, "bob", "message", "办得好")
    fairground.frozen.shift(14 * 86400)
    late = await fairground.call("bob", f"/fairs/{fair['id']}/letters", body, status=409)
    assert late["code"] == "wrong_state"
