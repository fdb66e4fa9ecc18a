"""What whoever reported can do: urge, add, withdraw, rate, reopen; and what happens by itself."""

from datetime import timedelta
from typing import Any

import pytest

from backend.core import jobs
from backend.engines.handling.jobs import close_unrated_orders
from backend.engines.orders.models import Order
from backend.foundation.files.models import File
from tests.engines.orders.conftest import Town

HOUR = 3600


async def test_urging_is_limited(town: Town, frozen: Any) -> None:
    order = await town.taken()
    for count in (1, 2, 3):
        seen = await town.move("resident", order, "urge", text="快一点吧")
        assert seen["urge"]["count"] == seen["urged"] == count
        if count < 3:
            again = await town.move("resident", order, "urge", status=429)
            assert again["code"] == "too_soon"
            assert again["facts"]["next_at"] == seen["urge"]["next_at"]
            frozen.shift(4 * HOUR)
    assert seen["urge"]["next_at"] is None
    frozen.shift(9 * HOUR)
    assert "urge" not in (await town.call("resident", f"/{order['id']}"))["moves"]
    await town.move("resident", order, "urge", status=403)
    await town.work()
    assert "居民催办" in await town.inbox("worker")


async def test_supplements_show_at_once(town: Town) -> None:
    order = await town.taken()
    picture = await town.picture("resident")
    await town.move("resident", order, "supplement", text="厨房也漏了", file_ids=[picture])
    seen = await town.call("worker", f"/{order['id']}")
    assert seen["history"][-1]["text"] == "厨房也漏了"
    assert [(one["id"], one["stage"], one["by"]) for one in seen["files"]] == [
        (picture, "extra", "居民")
    ]


async def test_withdrawing_before_anybody_came(town: Town) -> None:
    order = await town.taken()
    order = await town.move("resident", order, "withdraw", reason="自己好了")
    assert (order["status"], order["moves"], order["clock"]) == ("withdrawn", [], None)
    arrived = await town.taken()
    await town.move("worker", arrived, "arrive")
    problem = await town.move("resident", arrived, "withdraw", status=409)
    assert problem["code"] == "wrong_state"
    assert (await town.call("worker", "/doing"))["items"][0]["id"] == arrived["id"]


async def test_rating_ends_it(town: Town) -> None:
    order = await town.resolved()
    await town.move("resident", order, "rate", status=422, stars=6, is_solved=True)
    await town.move("worker", order, "rate", status=403, stars=5, is_solved=True)
    order = await town.move("resident", order, "rate", stars=4, is_solved=True, text="挺好")
    assert order["status"] == "closed"
    assert order["rating"] == {"stars": 4, "is_solved": True, "text": "挺好"}
    await town.move("resident", order, "rate", status=403, stars=1, is_solved=False)


async def test_reopening_goes_higher_and_counts_anew(town: Town, frozen: Any) -> None:
    order = await town.resolved()
    order = await town.move("resident", order, "reopen", reason="还在漏水")
    assert (order["status"], order["grade"], order["party"]) == ("accepted", "orange", None)
    assert (order["clock"], order["handler_name"], order["rating"]) == (None, None, None)
    order = await town.move("secretary", order, "dispatch", party="community")
    assert [one["state"] for one in order["clocks"]] == ["running"] * 3
    order = await town.move("worker", order, "take")
    day = await town.call("worker", "/day")
    assert [one["id"] for one in day["returned"]] == [order["id"]]
    await town.move("worker", order, "contact")
    order = await town.move("worker", order, "resolve", result="这次换了新的")
    order = await town.move("resident", order, "reopen", reason="又漏了")
    assert order["grade"] == "red"
    order = await town.move("secretary", order, "assign", handler_id=town.ids["worker"])
    await town.move("worker", order, "take")
    await town.move("worker", order, "contact")
    order = await town.move("worker", order, "resolve", result="彻底换了")
    assert (await town.call("resident", f"/{order['id']}"))["moves"] == ["rate"]
    await town.work()
    assert "工单被要求重办" in await town.inbox("secretary")
    assert "工单被要求重办" in await town.inbox("worker")


async def test_reopening_ends_with_its_time(town: Town, frozen: Any) -> None:
    order = await town.resolved()
    frozen.shift(timedelta(days=16))
    await town.move("resident", order, "reopen", status=403, reason="想起来了")


async def test_it_closes_by_itself(town: Town, frozen: Any) -> None:
    order, rated = await town.resolved(), await town.resolved()
    await town.move("resident", rated, "rate", stars=5, is_solved=True)
    assert "自动结束" in (await town.call("resident", f"/{order['id']}"))["promise_text"]
    frozen.shift(timedelta(days=6, hours=23))
    await jobs.enqueue(close_unrated_orders)
    await town.work()
    assert (await Order.get(id=order["id"])).status == "resolved"
    frozen.shift(timedelta(hours=2))
    for _ in range(2):
        await jobs.enqueue(close_unrated_orders)
        await town.work()
    seen = await town.call("resident", f"/{order['id']}")
    assert (seen["status"], seen["history"][-1]["title"]) == ("closed", "已自动结束")
    assert [one["move"] for one in seen["history"]].count("close") == 1
    assert seen["moves"] == ["rate", "reopen"]
    assert (await town.inbox("resident")).count("您的诉求已结束") == 1


async def test_before_and_after(town: Town) -> None:
    order = await town.taken()
    arrival, before, after = [await town.picture("worker") for _ in range(3)]
    point = {"latitude": 35.1, "longitude": 118.3, "place_text": "单元门口"}
    order = await town.move("worker", order, "arrive", file_ids=[arrival], **point)
    foreign = await town.picture("grid")
    body = {"result": "已换新管", "before_ids": [before], "after_ids": [foreign]}
    await town.move("worker", order, "resolve", status=404, **body)
    assert (await File.get(id=before)).subject == ""
    order = await town.move("worker", order, "resolve", **(body | {"after_ids": [after]}))
    stages = {one["id"]: one["stage"] for one in order["files"]}
    assert stages == {arrival: "arrival", before: "before", after: "after"}


async def test_a_day(town: Town, frozen: Any) -> None:
    waiting, due, done = await town.taken(), await town.taken(), await town.resolved()
    await town.move("worker", waiting, "suspend", reason="等居民回家")
    day = await town.call("worker", "/day")
    assert [one["id"] for one in day["due"]] == [due["id"]]
    assert [one["id"] for one in day["waiting"]] == [waiting["id"]]
    assert day["done_today"] == 1
    assert done["status"] == "resolved"
    frozen.shift(timedelta(hours=14))
    assert (await town.call("worker", "/day"))["done_today"] == 0


@pytest.mark.parametrize(
    ("policy", "name"), [("full", "worker"), ("surname", "w社工"), ("role", "专职社工")]
)
async def test_how_residents_read_the_names_of_staff(
    town: Town, policy: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend.settings import settings

    monkeypatch.setattr(settings(), "staff_names", policy)
    order = await town.taken()
    seen = await town.call("resident", f"/{order['id']}")
    assert (seen["handler_name"], seen["history"][-1]["who"]) == (name, name)
    mine = await town.call("resident", "/mine", state="open")
    assert mine["items"][0]["handler_name"] == name
    assert (await town.call("secretary", f"/{order['id']}"))["handler_name"] == "worker"


async def test_lists_turn_their_pages(town: Town) -> None:
    ids = [(await town.pooled())["id"] for _ in range(5)]
    for who, path, expected in (
        ("resident", "/mine", ids[::-1]),
        ("secretary", "/desk", ids[::-1]),
        ("worker", "/pool", ids),
    ):
        found: list[int] = []
        cursor: dict[str, Any] = {}
        for _ in range(3):
            page = await town.call(who, path, limit=2, **cursor)
            found += [one["id"] for one in page["items"]]
            cursor = {"cursor": page["next"]}
        assert (found, page["next"]) == (expected, None)
        await town.call(who, path, cursor="!!", status=422)
    await town.call("worker", "/pool", cursor="WyJ4IiwxXQ", status=422)
