"""Who sees whom: the anonymous, the nosy neighbour, and who has left."""

import pytest

from backend.sample.caller import Caller, Refused, eventually
from tests.stories.conftest import Order, Town


async def test_handlers_never_see_an_anonymous_reporter(town: Town) -> None:
    me = await town["resident"].get("/me")
    order = await town.taken(is_anonymous=True, text="楼上半夜打牌太吵了，不想让人知道是我说的")
    seen = await town.see("worker", order)
    assert seen["reporter"] is None
    for shown in (seen, await town["worker"].rows("/orders/doing")):
        assert me["nickname"] not in str(shown)
        assert me["phone"] not in str(shown)
    assert (await town.see("resident", order))["reporter"]["is_me"]
    # A dispatcher knows whom to ask, by a masked number.
    told = (await town.see("secretary", order))["reporter"]
    assert told["phone"] == me["phone"]
    assert "****" in told["phone"]


async def test_a_dispatcher_who_handles_it_is_a_handler(town: Town) -> None:
    order = await town.report(is_anonymous=True, text="社区活动室一直锁着，不想说我是谁")
    await town.move("street", order, "assign", handler_id=town.user_ids["secretary"])
    order = await town.move("secretary", order, "take")
    assert order["reporter"] is None


async def test_a_reporter_who_is_not_anonymous_can_be_called(town: Town) -> None:
    """The control of the test above."""
    order = await town.taken()
    reporter = (await town.see("worker", order))["reporter"]
    assert reporter["phone"]
    assert not reporter["is_anonymous"]


async def _status(caller: Caller, method: str, path: str, **more: object) -> int:
    return (await caller.http.request(method, path, **more)).status_code  # type: ignore[arg-type]


async def test_a_neighbours_things_are_not_there(town: Town) -> None:
    """Another resident's token opens nothing of mine: 404, as if it did not exist."""
    resident, attacker = town["resident"], town["neighbour"]
    picture = await resident.upload("#123456")
    order: Order = await town.report(file_ids=[picture])
    path = f"/orders/{order['id']}"
    home = (await resident.rows("/me/dwellings"))[0]
    for method, where, body in (
        ("GET", path, None),
        ("POST", f"{path}/urge", {}),
        ("POST", f"{path}/withdraw", {}),
        ("POST", f"{path}/supplement", {"text": "我来补充"}),
        ("POST", f"{path}/rate", {"stars": 1, "is_solved": False}),
        ("POST", f"{path}/reopen", {"reason": "没办好"}),
        ("POST", f"/residents/bindings/{home['binding_id']}/end", {}),
        ("POST", "/orders", _demand(place={"dwelling_id": home["dwelling_id"]})),
        ("POST", "/orders", _demand(file_ids=[picture])),
    ):
        status = await _status(attacker, method, where, json=body)
        assert status == 404, (method, where, status)
    mine = await attacker.rows("/orders/mine")
    assert order["id"] not in [one["id"] for one in mine]
    session = (await resident.rows("/me/sessions"))[0]
    assert await _status(attacker, "DELETE", f"/me/sessions/{session['id']}") == 404
    for message in (await resident.rows("/inbox"))[:1]:
        assert await _status(attacker, "POST", f"/inbox/{message['id']}/read") == 404
    assert (await town.see("resident", order))["status"] == order["status"]


def _demand(**more: object) -> dict[str, object]:
    return {"kind": "complaint", "text": "这是别人的东西，不该让我用", **more}


async def test_residents_have_no_business_in_the_registers(town: Town) -> None:
    attacker = town["neighbour"]
    for method, where in (
        ("GET", "/residents?area_id=1"),
        ("GET", "/residents/export?area_id=1"),
        ("POST", "/residents/1/reveal"),
        ("GET", "/audit"),
        ("GET", "/orders/desk"),
        ("GET", "/orders/pool"),
        ("GET", "/deliveries/health"),
    ):
        body = {"fields": ["phone"], "purpose": "好奇看看"} if method == "POST" else None
        assert await _status(attacker, method, where, json=body) == 403, where


async def test_drafts_are_ones_own(town: Town) -> None:
    draft = {"text": "还没写完的秘密", "file_ids": [], "answers": {}}
    answer = await town["resident"].http.put("/orders/draft", json=draft)
    assert answer.status_code == 200
    assert (await town["resident"].get("/orders/draft"))["text"] == "还没写完的秘密"
    assert await town["neighbour"].get("/orders/draft") is None


async def test_an_address_of_a_picture_cannot_be_made_up(town: Town) -> None:
    picture = await town["resident"].upload("#654321")
    order = await town.report(file_ids=[picture])
    url = order["files"][0]["url"]
    http = town["neighbour"].http
    good = await http.get(town.demo.api + url if url.startswith("/") else url)
    assert good.status_code == 200, "the signature is the permission"
    assert good.headers["content-type"].startswith("image/")
    other = url.replace(f"/files/{picture}/", f"/files/{picture - 1}/")
    assert (await http.get(town.demo.api + other)).status_code in (403, 404)
    assert (await http.get(f"/files/{picture}/content")).status_code in (403, 422)


async def test_a_worker_elsewhere_sees_nothing(town: Town) -> None:
    order = await town.pooled()
    for name, body in (("take", {}), ("contact", {}), ("reply", {"text": "我来看看"})):
        assert (await town.refused("stranger", order, name, **body)).status == 404, name
    with pytest.raises(Refused) as caught:
        await town.see("stranger", order)
    assert caught.value.status == 404
    assert order["id"] not in [one["id"] for one in await town["stranger"].rows("/orders/pool")]


async def test_who_leaves_is_gone_and_the_order_stays(town: Town) -> None:
    leaver = await town.person("leaver", "resident", number=30)
    me = await leaver.get("/me")
    order = await town.report("leaver", text="走之前最后报一次：大门口的地砖松了")
    await leaver.post("/me/erase", {"confirm": "注销"})
    assert (await leaver.http.get("/me")).status_code == 401
    seen = await eventually(
        lambda: town.see("secretary", order),
        lambda it: me["nickname"] not in str(it) and not (it["reporter"] or {}).get("phone"),
    )
    assert seen["text"].startswith("走之前最后报一次")
    del leaver.http.headers["authorization"]
    assert (await leaver.http.post("/demo/login", json={"user_id": me["id"]})).status_code == 404
    fresh = await leaver.log_in(leaver.openid)
    assert fresh["id"] != me["id"], "the same WeChat begins anew"
    assert await leaver.rows("/orders/mine") == []
