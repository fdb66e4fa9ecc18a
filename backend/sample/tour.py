"""One demand all the way, over HTTP: scan, report, take, contact, arrive, resolve, rate."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from backend.sample.caller import Caller, Refused, eventually

Say = Callable[[str], None]
TEXT = "我们单元楼道灯不亮三天了，晚上黑漆漆的，老人上下楼看不清，麻烦尽快来修"


class NotAsPromised(Exception):
    """A step of the loop did not do what it should."""


def demand(is_so: object, what: str) -> None:
    if not is_so:
        raise NotAsPromised(what)


@dataclass
class Cast:
    """Who plays: a resident, two workers who race, a dispatcher."""

    resident: Caller
    worker: Caller
    rival: Caller
    dispatcher: Caller


async def drive(api: str, wechat: str, say: Say) -> int:
    """Drive the demand through; a line per step. 0 when all held, 1 with the reason otherwise."""
    async with (
        Caller(api, wechat) as resident,
        Caller(api, wechat) as worker,
        Caller(api, wechat) as rival,
        Caller(api, wechat) as dispatcher,
    ):
        cast = Cast(resident, worker, rival, dispatcher)
        try:
            await _play(cast, say)
        except (NotAsPromised, Refused, TimeoutError) as error:
            say(f"✗ {error}")
            return 1
    say("✓ 全部通过")
    return 0


async def _play(cast: Cast, say: Say) -> None:
    await _arrive(cast, say)
    order = await _report(cast, say)
    await _dispatch(cast, order, say)
    await _race(cast, order, say)
    await _work(cast, order, say)
    await _hear_back(cast, order, say)
    await _rate(cast, order, say)
    await _pay(cast.resident, say)


async def _arrive(cast: Cast, say: Say) -> None:
    codes = await cast.resident.rows("/demo/codes")
    landing = await cast.resident.post("/codes/scan", {"scene": codes[0]["scene"]})
    demand(landing["community_id"], "a scanned code leads to its community")
    say(f"扫码　落地到「{codes[0]['label']}」")
    for side, caller, number in (
        ("resident", cast.resident, 0),
        ("worker", cast.worker, 0),
        ("worker", cast.rival, 1),
        ("dispatcher", cast.dispatcher, 0),
    ):
        person = (await caller.rows("/demo/people", side=side))[number]
        me = await caller.log_in(person["openid"])
        demand(me["id"] == person["user_id"], "the code of WeChat is the person's")
        say(f"登录　{person['name']}（{person['role_name']}，{person['area_name']}）")


async def _report(cast: Cast, say: Say) -> dict[str, Any]:
    resident = cast.resident
    offered = await resident.rows("/subscriptions", scene="report")
    for template in offered:
        wish = {"openid": resident.openid, "template_id": template["template_id"]}
        await resident.wechat.post("/control/subscribe", json=wish | {"result": "accept"})
    accepted = {template["template_id"]: "accept" for template in offered}
    await resident.post("/subscriptions", {"results": accepted})
    preview = await resident.post("/orders/preview", {"text": TEXT, "kind": "help"})
    demand(len(preview["promise"]) == 3, "the promise before sending names three clocks")
    home = (await resident.rows("/me/dwellings"))[0]
    photo = await resident.upload("#665544")
    order: dict[str, Any] = await resident.post(
        "/orders",
        {
            "kind": "help",
            "text": TEXT,
            "answers": {"for_whom": "自己"},
            "place": {"dwelling_id": home["dwelling_id"]},
            "file_ids": [photo],
            "is_anonymous": False,
        },
    )
    demand(order["status"] in ("pooled", "accepted"), "a report waits for somebody")
    demand(len(order["files"]) == 1, "the photo stands with the demand")
    say(f"上报　工单 {order['number']}：{order['status_name']}，{order['grade_name']}")
    return order


async def _dispatch(cast: Cast, order: dict[str, Any], say: Say) -> None:
    seen = await cast.dispatcher.get(f"/orders/{order['id']}")
    is_for_the_community = seen["status"] == "pooled" and seen["party"] == "community"
    if not is_for_the_community:
        body = {"party": "community", "grade": "yellow", "version": seen["version"]}
        if seen["candidates"]:
            body["duty_code"] = seen["candidates"][0]["code"]
        seen = await cast.dispatcher.post(f"/orders/{order['id']}/dispatch", body)
    demand(seen["status"] == "pooled", "a dispatched order is in the pool")
    demand(len(seen["clocks"]) == 3, "three clocks run from dispatch")
    words = "、".join((seen["duty"] or {}).get("words", [])) or "由调度员裁定"
    say(f"分派　{(seen['duty'] or {}).get('item', '社区')}（依据：{words}）")


async def _race(cast: Cast, order: dict[str, Any], say: Say) -> None:
    async def pool() -> Any:
        return await cast.worker.rows("/orders/pool", limit=100)

    await eventually(pool, lambda cards: any(card["id"] == order["id"] for card in cards))
    taken = await cast.worker.post(f"/orders/{order['id']}/take")
    demand(taken["status"] == "taken", "who takes has it")
    say("接单　第一位社工抢到")
    try:
        await cast.rival.post(f"/orders/{order['id']}/take")
    except Refused as refused:
        demand(refused.code == "already_taken", f"already_taken, not {refused.code}")
        say(f"抢单　第二位被告知：{refused.body['detail']}")
    else:
        raise NotAsPromised("two people took one order")
    try:
        await cast.rival.post(f"/orders/{order['id']}/resolve", {"result": "不是我办的"})
    except Refused as refused:
        demand(refused.status in (403, 404), "others cannot resolve it")
    else:
        raise NotAsPromised("somebody else resolved it")


async def _work(cast: Cast, order: dict[str, Any], say: Say) -> None:
    path = f"/orders/{order['id']}"
    await cast.worker.post(f"{path}/contact", {"outcome": "reached", "note": "约好今天上门"})
    say("联系　已电话联系居民")
    before, after = await cast.worker.upload("#332211"), await cast.worker.upload("#ddccaa")
    arrived = await cast.worker.post(f"{path}/arrive", {"note": "已到楼道", "file_ids": []})
    demand(arrived["status"] == "arrived", "arriving is noted")
    say("到场　已到现场")
    result = {"result": "换了灯泡和感应开关，已试亮", "before_ids": [before], "after_ids": [after]}
    resolved = await cast.worker.post(f"{path}/resolve", result)
    demand(resolved["status"] == "resolved", "resolving is noted")
    demand(all(one["state"] == "met" for one in resolved["clocks"]), "all three clocks are met")
    say("办结　附处理前后照片，三个时限均按时")


async def _hear_back(cast: Cast, order: dict[str, Any], say: Say) -> None:
    resident = cast.resident

    async def inbox() -> Any:
        return await resident.rows("/inbox")

    link = f"{order['id']}"
    messages = await eventually(inbox, lambda them: sum(link in m["link"] for m in them) >= 2)
    say(f"消息　收件箱最新一条：{messages[0]['title']}")
    delivered = await eventually(resident.delivered, bool)
    say(f"微信　送达 {len(delivered)} 条订阅消息")
    seen = await resident.get(f"/orders/{order['id']}")
    for step in sorted(seen["history"], key=lambda one: one["id"]):
        say(f"　　　{step['title']}　{step['who']}")


async def _rate(cast: Cast, order: dict[str, Any], say: Say) -> None:
    body = {"stars": 5, "is_solved": True, "text": "来得很快"}
    rated = await cast.resident.post(f"/orders/{order['id']}/rate", body)
    demand(rated["status"] == "closed", "rating ends it")
    say("评价　五星，已解决")


async def _pay(resident: Caller, say: Say) -> None:
    """A bill by WeChat Pay: prepaid, paid at WeChat, told by its notification, with a receipt."""
    bill = next(one for one in await resident.rows("/bills/mine", status="unpaid"))
    payment = await resident.post("/fees/payments", {"bill_ids": [bill["id"]]})
    demand(payment["amount"] == bill["owed"] + bill["late_fee"], "the amount is the bill's")
    params = await resident.post(f"/payments/{payment['id']}/prepay")
    tapped = {"params": params, "openid": resident.openid, "result": "pay"}
    paid = await resident.wechat.post("/control/pay/pay", json=tapped)
    demand(paid.json()["errMsg"] == "requestPayment:ok", f"WeChat takes the money: {paid.text}")

    async def seen() -> Any:
        return await resident.get(f"/payments/{payment['id']}")

    async def settled() -> Any:
        return await resident.get(f"/bills/{bill['id']}")

    await eventually(seen, lambda one: one["status"] == "paid", seconds=30)
    await eventually(settled, lambda one: one["status"] == "paid" and one["owed"] == 0)
    receipt = await resident.http.get(f"/payments/{payment['id']}/receipt")
    demand(receipt.content.startswith(b"%PDF"), "a paid bill has its receipt")
    say(f"缴费　{bill['title']} {payment['amount'] / 100:.2f} 元，微信支付已到账，收据已开")
