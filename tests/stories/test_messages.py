"""Consent on the phone, messages through WeChat: one for each yes, none without."""

from typing import Any

from backend.sample.caller import Caller, eventually
from tests.stories.conftest import Town

TAKEN = "orders.taken"


async def _answer(caller: Caller, template_id: str, result: str) -> None:
    asked = {"openid": caller.openid, "template_id": template_id, "result": result}
    await caller.wechat.post("/control/subscribe", json=asked)
    await caller.post("/subscriptions", {"results": {template_id: result}})


async def _quota(caller: Caller) -> int:
    listed = await caller.rows("/subscriptions", scene="report")
    return int(next(one["quota"] for one in listed if one["template_id"] == TAKEN))


async def _arrived(caller: Caller) -> list[dict[str, Any]]:
    return [one for one in await caller.delivered() if one["template_id"] == TAKEN]


async def _told(caller: Caller, order_id: int) -> list[dict[str, Any]]:
    return [one for one in await caller.rows("/inbox") if str(order_id) in one["link"]]


async def test_one_yes_one_message(town: Town) -> None:
    caller = await town.person("subscriber", "resident", number=32)
    await _answer(caller, TAKEN, "accept")
    before = await _quota(caller)
    order = await _taken_by_community(town, "subscriber")
    [message] = await eventually(lambda: _arrived(caller), lambda them: len(them) == 1)
    assert str(order["id"]) in message["page"]
    assert await _quota(caller) == before - 1 == 0
    again = await _taken_by_community(town, "subscriber")
    told = await eventually(
        lambda: _told(caller, again["id"]), lambda them: any("接单" in one["title"] for one in them)
    )
    assert told, "the inbox is the truth"
    assert len(await _arrived(caller)) == 1, "a second yes was never given"


async def test_a_no_is_heeded(town: Town) -> None:
    caller = await town.person("refuser", "resident", number=33)
    await _answer(caller, TAKEN, "reject")
    order = await _taken_by_community(town, "refuser")
    await eventually(
        lambda: _told(caller, order["id"]), lambda them: any("接单" in one["title"] for one in them)
    )
    assert await _arrived(caller) == []


async def test_wechat_knows_better_than_our_book(town: Town) -> None:
    """Our count says yes, WeChat says 43101: nothing is sent, nothing tried again."""
    caller = await town.person("changer", "resident", number=34)
    await caller.post("/subscriptions", {"results": {TAKEN: "accept"}})
    assert await _quota(caller) == 1
    await _taken_by_community(town, "changer")
    assert await eventually(lambda: _quota(caller), lambda count: count == 0) == 0
    assert await _arrived(caller) == []


async def _taken_by_community(town: Town, who: str) -> dict[str, Any]:
    order = await town.report(who)
    await town.move("street", order, "dispatch", party="community", grade="yellow")
    people = await town["street"].get(f"/orders/{order['id']}/handlers")
    chosen = people["items"][0]
    await town.move("street", order, "assign", handler_id=chosen["user_id"])
    handler = town.people.get(f"user-{chosen['user_id']}")
    if handler is None:
        handler = Caller(town.demo.api, town.demo.wechat)
        await town.stack.enter_async_context(handler)
        session = await handler.post("/demo/login", {"user_id": chosen["user_id"]})
        handler.http.headers["authorization"] = f"Bearer {session['token']}"
        town.people[f"user-{chosen['user_id']}"] = handler
    taken: dict[str, Any] = await handler.post(f"/orders/{order['id']}/take")
    return taken
