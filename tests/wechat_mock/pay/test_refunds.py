"""Refunds: never more than was paid, one a minute, the same again is one, and how they end."""

from typing import Any

import pytest

from tests.wechat_mock.pay.conftest import (
    MCHID,
    REFUNDS,
    SUB,
    Client,
    Receiver,
    refund_body,
    until,
)

MINUTE = 61


async def refund(client: Client, name: str, amount: int, code: int = 200) -> dict[str, Any]:
    return await client.post(REFUNDS, refund_body("bill-000001", name, amount, 10_000), code)


async def later(client: Client, seconds: float = MINUTE) -> None:
    await client.mock.control("clock", advance_seconds=seconds)


async def test_parts_never_more_than_was_paid(client: Client) -> None:
    order = await client.paid("bill-000001")
    first = await refund(client, "r-1", 6_000)
    assert (first["status"], first["amount"]["refund"]) == ("PROCESSING", 6_000)
    await later(client)
    assert (await refund(client, "r-2", 4_001, 400))["code"] == "INVALID_REQUEST"
    await refund(client, "r-2", 4_000)
    await later(client)
    assert (await refund(client, "r-3", 1, 400))["code"] == "INVALID_REQUEST"
    assert order.refunded() == order.total
    told = await client.get(f"/v3/pay/transactions/out-trade-no/bill-000001?mchid={MCHID}")
    assert told["trade_state"] == "REFUND"


async def test_the_same_again_is_one_refund(client: Client) -> None:
    await client.paid("bill-000001")
    first = await refund(client, "r-1", 100)
    assert await refund(client, "r-1", 100) == first
    assert (await refund(client, "r-1", 200, 400))["code"] == "PARAM_ERROR"
    assert await client.get(f"{REFUNDS}/r-1") == first
    await client.paid("bill-000002")
    other = refund_body("bill-000002", "r-1", 100, 10_000)
    assert (await client.post(REFUNDS, other, 400))["code"] == "PARAM_ERROR"


async def test_one_a_minute_and_fifty_in_all(client: Client) -> None:
    await client.paid("bill-000001")
    await refund(client, "r-0", 100)
    assert (await refund(client, "r-1", 100, 429))["code"] == "FREQUENCY_LIMITED"
    for number in range(1, 50):
        await later(client)
        await refund(client, f"r-{number}", 100)
    await later(client)
    said = await refund(client, "r-50", 100, 400)
    assert (said["code"], "50" in said["message"]) == ("INVALID_REQUEST", True)


async def test_within_a_year(client: Client) -> None:
    await client.paid("bill-000001")
    await later(client, 365 * 86_400 + 1)
    assert (await refund(client, "r-1", 100, 400))["code"] == "INVALID_REQUEST"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"amount": {"refund": 0, "total": 10_000, "currency": "CNY"}}, 400, "PARAM_ERROR"),
        ({"amount": {"refund": -1, "total": 10_000, "currency": "CNY"}}, 400, "PARAM_ERROR"),
        ({"amount": {"refund": 1.5, "total": 10_000, "currency": "CNY"}}, 400, "PARAM_ERROR"),
        ({"amount": {"refund": 1, "total": 9_999, "currency": "CNY"}}, 400, "INVALID_REQUEST"),
        ({"amount": {"refund": 1, "total": 10_000}}, 400, "PARAM_ERROR"),
        ({"out_refund_no": "r 1"}, 400, "PARAM_ERROR"),
        ({"out_refund_no": "r" * 65}, 400, "PARAM_ERROR"),
        ({"reason": "字" * 81}, 400, "PARAM_ERROR"),
        ({"notify_url": "http://example.com"}, 400, "PARAM_ERROR"),
        ({"out_trade_no": None}, 400, "PARAM_ERROR"),
        ({"out_trade_no": "bill-000404"}, 404, "RESOURCE_NOT_EXISTS"),
        ({"transaction_id": "4200"}, 404, "RESOURCE_NOT_EXISTS"),
        ({"sub_mchid": SUB}, 403, "NO_AUTH"),
    ],
)
async def test_a_wrong_refund(
    client: Client, changes: dict[str, Any], status: int, code: str
) -> None:
    await client.paid("bill-000001")
    body = refund_body("bill-000001", "r-1", 100, 10_000) | changes
    assert (await client.post(REFUNDS, body, status))["code"] == code
    assert not client.mock.world.pay.refunds


async def test_an_order_that_is_not_paid(client: Client) -> None:
    await client.order("bill-000001")
    assert (await refund(client, "r-1", 100, 400))["code"] == "INVALID_REQUEST"


async def test_an_account_without_money(client: Client) -> None:
    await client.paid("bill-000001")
    await client.mock.control("pay/balance", account=MCHID, balance=50)
    assert (await refund(client, "r-1", 100, 403))["code"] == "NOT_ENOUGH"
    await client.mock.control("pay/balance", account=MCHID, balance=10_000)
    await refund(client, "r-1", 100)  # the same number once there is money


async def test_by_wechats_own_number(client: Client) -> None:
    order = await client.paid("bill-000001")
    await client.paid("bill-000002")
    body = refund_body("bill-000001", "r-1", 100, 10_000)
    both = body | {"transaction_id": order.transaction_id, "out_trade_no": "bill-000002"}
    assert (await client.post(REFUNDS, both, 400))["code"] == "PARAM_ERROR"
    del body["out_trade_no"]
    said = await client.post(REFUNDS, body | {"transaction_id": order.transaction_id})
    assert said["out_trade_no"] == "bill-000001"


async def test_a_refund_succeeds_in_time_and_is_told(client: Client, receiver: Receiver) -> None:
    await client.paid("bill-000001")
    await refund(client, "r-1", 100)
    await later(client, 4)
    await until(lambda: receiver.requests)
    said = client.opened(receiver.requests[0])
    assert (said["refund_status"], said["out_refund_no"]) == ("SUCCESS", "r-1")
    told = await client.get(f"{REFUNDS}/r-1")
    assert (told["status"], told["success_time"]) == ("SUCCESS", said["success_time"])
    assert (await client.get(f"{REFUNDS}/r-2", 404))["code"] == "RESOURCE_NOT_EXISTS"


@pytest.mark.parametrize("status", ["SUCCESS", "ABNORMAL", "CLOSED"])
async def test_a_refund_ends_as_ordered(client: Client, receiver: Receiver, status: str) -> None:
    await client.mock.control("pay/policy", refund_seconds="never")
    order = await client.paid("bill-000001")
    before = client.mock.world.pay.balance(MCHID)
    await refund(client, "r-1", 10_000)
    await later(client, 86_400)
    assert (await client.get(f"{REFUNDS}/r-1"))["status"] == "PROCESSING"
    whose = {"mchid": MCHID, "out_refund_no": "r-1"}
    await client.mock.control("pay/refunds/finish", **whose, status=status)
    await until(lambda: receiver.requests)
    assert client.opened(receiver.requests[0])["refund_status"] == status
    assert (await client.get(f"{REFUNDS}/r-1"))["status"] == status
    assert order.refunded() == (0 if status == "CLOSED" else 10_000)
    left = before - 10_000 + order.fee
    assert client.mock.world.pay.balance(MCHID) == (before if status == "CLOSED" else left)
    answer = await client.mock.http.post("/control/pay/refunds/finish", json=whose)
    assert answer.status_code == 400


async def test_an_abnormal_refund_goes_elsewhere(client: Client) -> None:
    await client.mock.control("pay/policy", refund_seconds="never")
    await client.paid("bill-000001")
    made = await refund(client, "r-1", 100)
    path = f"{REFUNDS}/{made['refund_id']}/apply-abnormal-refund"
    body = {"out_refund_no": "r-1", "type": "MERCHANT_BANK_CARD"}
    assert (await client.post(path, body, 400))["code"] == "INVALID_REQUEST"
    whose = {"mchid": MCHID, "out_refund_no": "r-1"}
    await client.mock.control("pay/refunds/finish", **whose, status="ABNORMAL")
    card = {"bank_type": "ICBC_DEBIT", "bank_account": "6222021234567890123", "real_name": "王小明"}
    to_user = {"out_refund_no": "r-1", "type": "USER_BANK_CARD"}
    assert (await client.post(path, to_user, 400))["code"] == "PARAM_ERROR"
    assert (await client.post(path, to_user | card, 400))["code"] == "PARAM_ERROR", "not sealed"
    said = await client.post(path, body)
    assert (said["status"], said["user_received_account"]) == ("PROCESSING", "商户银行账户")
    wrong = f"{REFUNDS}/5030/apply-abnormal-refund"
    assert (await client.post(wrong, body, 404))["code"] == "RESOURCE_NOT_EXISTS"


async def test_the_fee_comes_back_with_the_money_to_the_fen(client: Client) -> None:
    order = await client.paid("bill-000001", 10_000)
    assert order.fee == 60
    for name, amount in (("r-1", 3_333), ("r-2", 3_333), ("r-3", 3_334)):
        await refund(client, name, amount)
        await later(client)
    assert sum(one.fee for one in order.refunds) == order.fee
    assert client.mock.world.pay.balance(MCHID) == 10_000_000
