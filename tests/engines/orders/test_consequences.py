"""What follows: messages, moderation, leaving, a building that moves, answers as documented."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from backend.core import cache, database
from backend.core.database import rows
from backend.core.events import emit
from backend.engines.boards.schemas import Day
from backend.engines.orders.models import Order, OrderEvent
from backend.engines.orders.queries import OrderCard, OrderDetail
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity.events import UserErased
from backend.foundation.notify.messages import known
from backend.integrations import wechat
from backend.integrations.wechat import Account, WeChat
from backend.integrations.wechat_tokens import RedisStore
from tests.engines.orders.conftest import API, Town


class Moderator:
    """WeChat's word on texts: risky where one says 坏话; `errcode` makes it fail."""

    def __init__(self) -> None:
        self.errcode = 0
        self.seen: list[dict[str, Any]] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        import json

        if request.url.path == "/cgi-bin/stable_token":
            return httpx.Response(200, json={"access_token": "t", "expires_in": 7200})
        body = json.loads(request.content)
        self.seen.append(body)
        if self.errcode:
            return httpx.Response(200, json={"errcode": self.errcode, "errmsg": "no"})
        suggest = "risky" if "坏话" in body["content"] else "pass"
        result = {"suggest": suggest, "label": 20002 if suggest == "risky" else 100}
        said = {"errcode": 0, "errmsg": "ok", "result": result, "detail": [], "trace_id": "x"}
        return httpx.Response(200, json=said)


@pytest.fixture
async def moderator(db: str) -> AsyncIterator[Moderator]:
    one = Moderator()
    account = Account("wxtest", "hush", base_url="http://wechat.test")
    transport = httpx.MockTransport(one.answer)
    wechat.configure(WeChat(account, RedisStore(cache.redis), transport=transport))
    yield one
    await wechat.close()


async def test_everyone_is_told_what_concerns_them(town: Town, moderator: Moderator) -> None:
    order = await town.report()
    await town.work()
    assert await town.inbox("resident") == ["您的诉求已受理"]
    assert await town.inbox("secretary") == ["有工单等待分派"]
    await town.move("secretary", order, "dispatch", party="property")
    await town.work()
    assert (await town.inbox("resident"))[0] == "您的诉求已派出"
    assert await town.inbox("staff") == ["有新工单待接单"]
    await town.move("staff", order, "return", reason="不属于物业维修范围")
    await town.work()
    assert (await town.inbox("secretary"))[0] == "有工单等待分派"
    await town.move("secretary", order, "assign", handler_id=town.ids["grid"])
    await town.move("grid", order, "take")
    await town.move("grid", order, "ask-co-handlers", unit_ids=[town.water.id])
    await town.move("resident", order, "supplement", text="顺便看看水表")
    await town.work()
    assert (await town.inbox("grid"))[:2] == ["居民补充了情况", "有工单交办给您"]
    assert await town.inbox("water") == ["请协办一件工单"]
    assert (await town.inbox("resident"))[0] == "有人接单了"
    part = (await town.call("water", f"/{order['id']}"))["parts"][0]["id"]
    await town.move("water", order, "close-part", part_id=part, result="水表正常")
    await town.move("grid", order, "arrive")
    await town.move("grid", order, "resolve", result="都看过了")
    await town.work()
    assert (await town.inbox("resident"))[0] == "您的诉求已办结"
    await town.move("resident", order, "rate", stars=5, is_solved=True)
    await town.work()
    assert {"收到评价", "协办已完成"} <= set(await town.inbox("grid"))
    assert await town.inbox("neighbour") == []


async def test_messages_lead_to_the_order_and_ask_for_consent(town: Town) -> None:
    order = await town.report()
    await town.work()
    inbox = await town.client.get("/api/v1/inbox", headers=town.headers["resident"])
    assert inbox.json()["items"][0]["link"] == f"/pages/order/index?id={order['id']}"
    for scene in ("report", "take"):
        asked = [one for one in known().values() if one.scene == scene and one.wechat]
        assert asked
        assert all(one.reason and one.labels.keys() == one.wechat.keys() for one in asked)


async def test_a_risky_text_is_kept_back(town: Town, moderator: Moderator) -> None:
    order = await town.taken(text="这里有一句坏话，小区的路灯坏了")
    await town.work()
    assert moderator.seen[0]["openid"] == "openid-resident"
    for who in ("worker", "grid"):
        seen = await town.call(who, f"/{order['id']}")
        assert (seen["title"], seen["text"]) == ("内容正在核实", "内容正在核实")
        assert "坏话" not in str(seen)
        assert "坏话" not in str(await town.call(who, "/desk"))
        assert (await town.call(who, "/desk", q="坏话"))["items"] == []
    for who in ("secretary", "resident"):
        assert "坏话" in (await town.call(who, f"/{order['id']}"))["text"]
    assert "有内容需要核实" in await town.inbox("secretary")


async def test_a_risky_addition_hides_only_itself(town: Town, moderator: Moderator) -> None:
    order = await town.taken(text="小区的路灯坏了好几天")
    await town.move("resident", order, "supplement", text="再说一句坏话")
    await town.work()
    seen = await town.call("worker", f"/{order['id']}")
    assert seen["text"] == "小区的路灯坏了好几天"
    assert "坏话" not in str(seen)
    assert "坏话" in str(await town.call("secretary", f"/{order['id']}"))


async def test_who_is_away_stays_unjudged_and_others_are_asked_again(
    town: Town, moderator: Moderator
) -> None:
    moderator.errcode = 61010
    order = await town.report(text="这里有一句坏话，小区的路灯坏了")
    await town.work()
    assert await rows("SELECT id FROM core_job WHERE is_outside = 1") == []
    assert (await Order.get(id=order["id"])).is_hidden is False
    moderator.errcode = -1
    await town.report(text="小区的路灯坏了")
    await town.work()
    assert len(await rows("SELECT id FROM core_job WHERE is_outside = 1")) == 1


async def test_who_leaves_leaves_no_name(town: Town, moderator: Moderator) -> None:
    order = await town.taken("grid", on_behalf_of=None, text="麻烦看看我家的事情")
    await town.call("resident", "/draft", {"text": "没写完"}, method="PUT")
    async with database.transaction():
        await emit(UserErased(town.ids["resident"]))
    await town.work()
    seen = await town.call("grid", f"/{order['id']}")
    assert seen["reporter"] is None
    assert seen["history"][0]["who"] == "居民"
    assert (await town.call("resident", "/mine"))["items"] == []
    assert await town.call("resident", "/draft") is None
    assert not await OrderEvent.filter(actor_id=town.ids["resident"])
    await town.move("grid", order, "arrive")
    done = await town.move("grid", order, "resolve", result="已经修好")
    assert done["status"] == "resolved"


async def test_names_of_staff_lie_nowhere_in_the_tables(town: Town, moderator: Moderator) -> None:
    order = await town.move("secretary", await town.report(), "assign", handler_id=town.ids["head"])
    await town.move("head", order, "take")
    await town.work()
    for table in ("orders_order", "order_event", "order_part", "order_clock"):
        assert "head" not in str(await rows(f"SELECT * FROM {table}")).replace("building_head", "")


async def test_orders_follow_an_area_that_moves(town: Town) -> None:
    order = await town.pooled()
    building, target = town.city.buildings[0], town.city.grids[1]
    old, new = building.path or "", f"{target.path}{building.id}/"
    unit = town.city.unit
    unit.path = (unit.path or "").replace(old, new)
    building.path = new
    await building.save()
    await unit.save()
    async with database.transaction():
        await emit(AreaMoved(building.id, old, new, by=1))
    await town.work()
    assert (await Order.get(id=order["id"])).area_path == unit.path
    assert (await town.call("grid", "/pool"))["items"] == []
    assert [one["id"] for one in (await town.call("other_grid", "/pool"))["items"]] == [order["id"]]


async def test_answers_are_what_the_documentation_says(town: Town) -> None:
    """Plain dicts are fast; this says that they are nevertheless the documented models."""
    picture = await town.picture("resident")
    order = await town.resolved(file_ids=[picture], kind="help", answers={"for_whom": "自己"})
    await town.move("resident", order, "rate", stars=5, is_solved=True)
    held = await town.taken(file_ids=[await town.picture("resident")])
    await town.move("worker", held, "ask-co-handlers", unit_ids=[town.water.id])
    await town.move("worker", held, "extend", hours=3, reason="要等配件")
    await town.move("resident", held, "urge")
    await town.pooled()
    for who in ("resident", "worker", "secretary"):
        for one in (order, held):
            _matches(OrderDetail, await town.call(who, f"/{one['id']}"))
    for who, path in (
        ("resident", "/mine"),
        ("worker", "/pool"),
        ("worker", "/doing"),
        ("secretary", "/desk"),
    ):
        page = await town.call(who, path)
        assert set(page) == {"items", "next"}
        assert page["items"]
        for one in page["items"]:
            _matches(OrderCard, one)
    _matches(Day, await town.call("worker", "/day"))


def _matches(model: Any, answer: Any) -> None:
    assert set(answer) == set(model.model_fields)
    read = model.model_validate(answer).model_dump(mode="json")
    assert _shape(read) == _shape(answer)


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(one) for key, one in sorted(value.items())}
    return [_shape(one) for one in value] if isinstance(value, list) else type(value).__name__


async def test_bad_ids_and_bodies_are_clear_errors(town: Town) -> None:
    order = await town.taken()
    for path in ("/999999", "/0", "/-1", "/x", "/99999999999999999999"):
        answer = await town.client.get(f"{API}{path}", headers=town.headers["worker"])
        assert answer.status_code == 404, path
    stale = await town.move("worker", order, "contact", status=409, version=1)
    assert stale["code"] == "stale_version"
    await town.move("worker", order, "contact", status=422, version=0)
    await town.move("worker", order, "contact", status=422, outcome="maybe")
    await town.move("worker", order, "resolve", status=422, result="x" * 501)
    await town.move("worker", order, "resolve", status=409, result="没有联系过就办结")
    assert (
        await town.client.post(f"{API}/{order['id']}/fly", headers=town.headers["worker"])
    ).status_code == 404
