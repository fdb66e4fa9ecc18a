"""Notifications: sealed and signed, tried again in WeChat's rhythm, held, doubled, forged."""

import json
import time
from typing import Any

import httpx
import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag

from tests.wechat_mock.pay.conftest import (
    MCHID,
    NOTIFY,
    REFUNDS,
    Client,
    Receiver,
    refund_body,
    unsealed,
    until,
)
from wechat_mock.pay.notices import RETRY_SECONDS

Notice = dict[str, Any]


async def pay(client: Client, number: str = "bill-000001", total: int = 10_000) -> str:
    order = await client.order(number, total)
    said = await client.mock.control("pay/pay", prepay_id=order.prepay_id)
    assert said["errMsg"] == "requestPayment:ok"
    return order.prepay_id


async def notices(client: Client) -> list[Notice]:
    return (await client.mock.http.get("/control/pay/notifications")).json()["items"]


async def send(client: Client, **more: Any) -> list[Notice]:
    whose = {"mchid": MCHID, "out_trade_no": "bill-000001"}
    return (await client.mock.control("pay/notifications/send", **(whose | more)))["results"]


async def test_a_payment_is_told(client: Client, receiver: Receiver) -> None:
    await pay(client)
    await until(lambda: receiver.requests)
    request = receiver.requests[0]
    assert str(request.url) == NOTIFY
    envelope = json.loads(request.content)
    assert len(envelope["id"]) == 36
    assert envelope["event_type"] == "TRANSACTION.SUCCESS"
    assert envelope["resource_type"] == "encrypt-resource"
    assert envelope["resource"]["original_type"] == "transaction"
    assert envelope["resource"]["algorithm"] == "AEAD_AES_256_GCM"
    said = client.opened(request)
    told = await client.get(f"/v3/pay/transactions/out-trade-no/bill-000001?mchid={MCHID}")
    assert said == told
    await until(lambda: next(iter(client.mock.world.pay.notices.values())).state == "delivered")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500, json={"code": "FAIL", "message": "失败"}),
        httpx.Response(401),
        httpx.Response(302, headers={"location": "/"}),
        httpx.Response(202),
        httpx.ReadTimeout("five seconds"),
        httpx.ConnectError("no"),
    ],
)
async def test_what_is_not_taken_is_tried_again(
    client: Client, receiver: Receiver, answer: httpx.Response | Exception
) -> None:
    receiver.answers = [answer]
    await pay(client)
    await until(lambda: receiver.requests)
    (notice,) = client.mock.world.pay.notices.values()
    await until(lambda: len(notice.attempts) == 1 and notice.next_at)
    assert notice.state == "waiting"
    assert 14 < notice.next_at - client.mock.world.now() <= 15
    await client.mock.control("clock", advance_seconds=15)
    await until(lambda: notice.state == "delivered")
    first, second = receiver.requests
    assert first.content == second.content
    assert client.opened(second) == client.opened(first)
    assert first.headers["wechatpay-nonce"] != second.headers["wechatpay-nonce"]


async def test_the_whole_rhythm_and_its_end(client: Client, receiver: Receiver) -> None:
    receiver.answers = [httpx.Response(500)] * 99
    await pay(client)
    (notice,) = client.mock.world.pay.notices.values()
    pauses = []
    for count in range(1, len(RETRY_SECONDS) + 1):
        await until(lambda: len(notice.attempts) == count and notice.next_at)  # noqa: B023
        await until(lambda: (notice.next_at or 0) > client.mock.world.now())
        pauses.append(round(notice.next_at - notice.attempts[-1]["at"]))
        await client.mock.control("clock", advance_seconds=pauses[-1])
    await until(lambda: notice.state == "given up")
    minute, hour = 60, 3600
    assert pauses == [
        *(15, 15, 30, 3 * minute, 10 * minute, 20 * minute),
        *(30 * minute, 30 * minute, 30 * minute, 60 * minute),
        *(3 * hour, 3 * hour, 3 * hour, 6 * hour, 6 * hour),
    ]
    assert len(receiver.requests) == 16
    assert len({request.content for request in receiver.requests}) == 1


async def test_a_slow_receiver_has_five_seconds(
    client: Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wechat_mock.pay.notices.REPLY_SECONDS", 0.05)

    async def slow(_: httpx.Request) -> httpx.Response:
        import asyncio

        await asyncio.sleep(1)
        return httpx.Response(204)

    client.mock.world.settings.transport = httpx.MockTransport(slow)
    await pay(client)
    (notice,) = client.mock.world.pay.notices.values()
    await until(lambda: notice.attempts)
    assert notice.attempts[0]["body"] == "TimeoutError"


async def test_held_back_and_let_go_in_another_order(client: Client, receiver: Receiver) -> None:
    await client.mock.control("pay/policy", is_holding=True)
    for number in ("bill-000001", "bill-000002", "bill-000003"):
        await pay(client, number)
    assert [notice["state"] for notice in await notices(client)] == ["held"] * 3
    assert not receiver.requests
    await client.mock.control("pay/notifications/release", order="reversed")
    said = [client.opened(request)["out_trade_no"] for request in receiver.requests]
    assert said == ["bill-000003", "bill-000002", "bill-000001"]
    assert [notice["state"] for notice in await notices(client)] == ["delivered"] * 3


async def test_what_is_let_go_but_not_taken_is_tried_again(
    client: Client, receiver: Receiver
) -> None:
    await client.mock.control("pay/policy", is_holding=True)
    await pay(client)
    (held,) = await notices(client)
    receiver.answers = [httpx.Response(500)]
    await client.mock.control("pay/notifications/release", ids=[held["id"], "unknown"])
    await until(lambda: len(receiver.requests) == 2)


async def test_delayed_doubled_and_not_at_all(client: Client, receiver: Receiver) -> None:
    await client.mock.control("pay/policy", delay_seconds=60, copies=5)
    await pay(client)
    (notice,) = await notices(client)
    assert (notice["state"], receiver.requests) == ("waiting", [])
    await client.mock.control("clock", advance_seconds=60)
    await until(lambda: len(receiver.requests) == 5)
    assert len({request.content for request in receiver.requests}) == 1
    await client.mock.control("pay/policy", is_silent=True)
    await pay(client, "bill-000002")
    assert len(await notices(client)) == 1


async def test_reset_ends_what_was_waiting(client: Client, receiver: Receiver) -> None:
    await client.mock.control("pay/policy", delay_seconds=0.2)
    await pay(client)
    await client.mock.http.post("/control/reset")
    tasks = client.mock.app.ctx.tasks
    await until(lambda: not tasks)
    assert not receiver.requests


# -- sent by order -------------------------------------------------------------------------------
async def test_again_many_times_and_as_a_new_one(client: Client, receiver: Receiver) -> None:
    await client.paid("bill-000001")
    results = await send(client, times=3, is_parallel=True)
    assert [result["status"] for result in results] == [204] * 3
    assert len({request.content for request in receiver.requests}) == 1
    await send(client, has_new_id=True)
    ids = {json.loads(request.content)["id"] for request in receiver.requests}
    assert len(ids) == 2


async def test_by_its_id(client: Client, receiver: Receiver) -> None:
    await pay(client)
    await until(lambda: receiver.requests)
    (notice,) = await notices(client)
    await client.mock.control("pay/notifications/send", id=notice["id"])
    assert receiver.requests[0].content == receiver.requests[1].content


@pytest.mark.parametrize(
    "forge",
    [
        {"signed_by_stranger": True},
        {"signature": "bm8="},
        {"is_probe": True},
        {"tampers": True},
    ],
)
async def test_a_forged_signature(client: Client, receiver: Receiver, forge: Notice) -> None:
    await client.paid("bill-000001")
    await send(client, forge=forge)
    (request,) = receiver.requests
    is_probe = request.headers["wechatpay-signature"].startswith("WECHATPAY/SIGNTEST/")
    assert is_probe is bool(forge.get("is_probe"))
    with pytest.raises((InvalidSignature, ValueError)):
        client.opened(request)


async def test_what_is_forged_but_truly_signed(client: Client, receiver: Receiver) -> None:
    await client.order("bill-000001")
    resource = {"amount": {"total": 1}, "mchid": "1900000999", "trade_state": "SUCCESS"}
    await send(client, forge={"resource": resource})
    said = client.opened(receiver.requests[0])
    assert (said["amount"]["total"], said["amount"]["currency"]) == (1, "CNY")
    assert (said["mchid"], said["trade_state"]) == ("1900000999", "SUCCESS")
    await send(client)
    assert client.opened(receiver.requests[1])["trade_state"] == "NOTPAY"


async def test_a_wrong_key_and_a_wrong_aad(client: Client, receiver: Receiver) -> None:
    await client.paid("bill-000001")
    await send(client, forge={"apiv3_key": "x" * 32})
    await send(client, forge={"associated_data": "other"})
    for request in receiver.requests:
        client.verify(request.headers, request.content)
        with pytest.raises(InvalidTag):
            unsealed(json.loads(request.content)["resource"])


async def test_an_old_a_serial_and_missing_headers(client: Client, receiver: Receiver) -> None:
    await client.paid("bill-000001")
    await send(client, forge={"age_seconds": 600, "serial": "PUB_KEY_ID_1"})
    await send(client, forge={"without": ["Wechatpay-Nonce", "Wechatpay-Timestamp"]})
    await send(client, forge={"envelope": {"event_type": "TRANSACTION.ODD"}})
    old, bare, odd = receiver.requests
    assert 595 < time.time() - int(old.headers["wechatpay-timestamp"]) < 660
    assert old.headers["wechatpay-serial"] == "PUB_KEY_ID_1"
    assert "wechatpay-nonce" not in bare.headers
    assert json.loads(odd.content)["event_type"] == "TRANSACTION.ODD"


async def test_a_refund_can_be_told_again(client: Client, receiver: Receiver) -> None:
    await client.paid("bill-000001")
    await client.mock.control("pay/policy", refund_seconds="never")
    await client.post(REFUNDS, refund_body("bill-000001", "r-1", 100, 10_000))
    await send(client, out_refund_no="r-1")
    assert client.opened(receiver.requests[0])["refund_status"] == "PROCESSING"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("notifications/send", {}),
        ("notifications/send", {"id": "unknown"}),
        ("notifications/send", {"mchid": "1900000404", "out_trade_no": "bill-000001"}),
        ("notifications/send", {"mchid": MCHID, "out_trade_no": "bill-000404"}),
        ("notifications/send", {"mchid": MCHID, "out_trade_no": "bill-000001", "times": 0}),
        ("notifications/send", {"id": "x", "forge": {"apiv3_key": "short"}}),
        ("notifications/release", {"order": "odd"}),
        ("policy", {"copies": 0}),
        ("policy", {"refund_seconds": "soon"}),
        ("pay", {}),
        ("pay", {"prepay_id": "x", "params": {}}),
        ("orders", {"mchid": "1900000404", "out_trade_no": "stray-1", "total": 1}),
        ("orders", {"mchid": MCHID, "out_trade_no": "stray-1", "total": 0}),
        ("refunds/finish", {"mchid": MCHID, "out_refund_no": "r-404"}),
        ("balance", {"account": MCHID, "balance": -1}),
        ("bills", {"account": MCHID, "bill_date": "today"}),
    ],
)
async def test_wrong_orders_say_why(client: Client, path: str, body: Notice) -> None:
    answer = await client.mock.http.post(f"/control/pay/{path}", json=body)
    assert answer.status_code == 400
    assert answer.json()


async def test_lists_of_everything(client: Client, receiver: Receiver) -> None:
    await pay(client)
    await client.order("bill-000002")
    await client.post(REFUNDS, refund_body("bill-000001", "r-1", 100, 10_000))
    get = client.mock.http.get
    orders = (await get("/control/pay/orders?limit=1")).json()["items"]
    assert [order["out_trade_no"] for order in orders] == ["bill-000002"]
    (order,) = (await get("/control/pay/orders?out_trade_no=bill-000001")).json()["items"]
    assert (order["fee"], order["refunds"][0]["out_refund_no"]) == (60, "r-1")
    (refund,) = (await get("/control/pay/refunds")).json()["items"]
    assert refund["amount"]["refund"] == 100
    await until(lambda: receiver.requests)
    assert len((await get("/control/pay/notifications?state=held")).json()["items"]) == 0
    said = (await get("/control/pay/keys")).json()
    assert said["public_key"] == client.mock.world.pay.platform.public_pem
    assert (await get("/control/pay/sheet?prepay_id=wx0")).status_code == 404
