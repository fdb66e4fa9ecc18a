"""The door for notifications: what is not WeChat's own does not come in, and what does not agree
with our books is kept apart. Nothing is posted wrongly, whatever the order."""

import random
from datetime import timedelta
from typing import Any

import pytest

from backend.core import clock
from backend.engines.ledgers import queries as books
from backend.engines.payments.models import Payment
from backend.engines.quarantines.models import Quarantine
from tests.engines.checkouts.bank import MCHID, STRANGERS, THEIRS, notification, sealed, signed
from tests.engines.checkouts.conftest import Desk


def _stamp(seconds: int) -> str:
    return str(int((clock.now() + timedelta(seconds=seconds)).timestamp()))


FORGERIES: dict[str, dict[str, Any]] = {
    "by a stranger": {"key": STRANGERS},
    "sealed with another key": {"apiv3_key": "x" * 32},
    "an unknown public key": {"Wechatpay-Serial": "PUB_KEY_ID_0"},
    "an unknown certificate": {"Wechatpay-Serial": "5A3D1E"},
    "no serial": {"Wechatpay-Serial": ""},
    "a probe": {"Wechatpay-Signature": "WECHATPAY/SIGNTEST/" + "A" * 325},
    "no signature": {"Wechatpay-Signature": ""},
    "not base64": {"Wechatpay-Signature": "ÿ*"},
    "another nonce": {"Wechatpay-Nonce": "x"},
    "another time": {"Wechatpay-Timestamp": "1"},
    "no time": {"Wechatpay-Timestamp": ""},
    "time in words": {"Wechatpay-Timestamp": "-5"},
    "other digits": {"Wechatpay-Timestamp": "١٢"},
    "signed in another way": {"Wechatpay-Signature-Type": "MD5"},
}


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_what_is_not_wechats_is_refused(desk: Desk, forgery: str) -> None:
    opened = await desk.begun()
    word = desk.bank.pay(opened.number)
    headers, body = notification(word, **FORGERIES[forgery])
    raw = {name: value.encode() for name, value in headers.items()}
    answer = await desk.till.client.post("/api/v1/wechat/pay/notify", content=body, headers=raw)
    assert answer.status_code == 401, answer.text
    assert (answer.json()["code"], answer.json()["message"]) == ("FAIL", "refused")
    assert await desk.status(opened) == "unpaid"
    assert await desk.tell(word) == 204
    assert await desk.till.earned() == 10000


@pytest.mark.parametrize(("age", "status"), [(-290, 204), (-310, 401), (290, 204), (310, 401)])
async def test_five_minutes_either_way(desk: Desk, age: int, status: int) -> None:
    opened = await desk.begun()
    word = desk.bank.pay(opened.number)
    assert await desk.tell(word, stamp=_stamp(age)) == status


async def test_one_byte_more(desk: Desk) -> None:
    """The signature is over the raw bytes: the same JSON written otherwise is refused."""
    opened = await desk.begun()
    headers, body = notification(desk.bank.pay(opened.number))
    for changed in (body + b" ", body.replace(b": ", b":"), b"", b"x" * 70000):
        assert await desk.post(headers, changed) == 401
    assert await desk.post(headers, body) == 204


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"null", b'{"resource": {}}', b'{"resource": 1}', b"\xff\xfe"]
)
async def test_signed_nonsense(desk: Desk, body: bytes) -> None:
    assert await desk.post(signed(THEIRS, body), body) == 401


async def test_another_seal(desk: Desk) -> None:
    """A resource that was sealed as something else does not open."""
    opened = await desk.begun()
    resource = sealed(desk.bank.pay(opened.number), "transaction")
    resource["associated_data"] = "refund"
    import json

    body = json.dumps({"id": "1", "event_type": "TRANSACTION.SUCCESS", "resource": resource})
    assert await desk.post(signed(THEIRS, body.encode()), body.encode()) == 401
    assert await desk.status(opened) == "unpaid"


DISAGREEMENTS: dict[str, tuple[dict[str, Any], str]] = {
    "unknown number": ({"out_trade_no": "LP2026"}, "unknown"),
    "another merchant": ({"mchid": "1900000999"}, "merchant"),
    "a merchant below": ({"sub_mchid": "1900000999"}, "merchant"),
    "another app": ({"appid": "wx-of-others"}, "app"),
    "a fen less": ({"amount": {"total": 9999, "currency": "CNY"}}, "amount"),
    "a fen more": ({"amount": {"total": 10001, "currency": "CNY"}}, "amount"),
    "nothing": ({"amount": {"total": 0, "currency": "CNY"}}, "amount"),
    "dollars": ({"amount": {"total": 10000, "currency": "USD"}}, "currency"),
    "not paid": ({"trade_state": "NOTPAY"}, "state"),
    "without a number": ({"transaction_id": ""}, "state"),
    "no amount at all": ({"amount": {}}, "amount"),
    "half a fen": ({"amount": {"total": 0.5}}, "unreadable"),
    "no order": ({"out_trade_no": None}, "unreadable"),
    "a strange moment": ({"success_time": "gestern"}, "unreadable"),
}


@pytest.mark.parametrize("name", DISAGREEMENTS)
async def test_what_disagrees_is_kept_apart(desk: Desk, name: str) -> None:
    changes, why = DISAGREEMENTS[name]
    opened = await desk.begun()
    word = desk.bank.pay(opened.number) | changes
    headers, body = notification(word)
    for _ in range(3):
        assert await desk.post(headers, body) == 204
    kept = await Quarantine.get()
    assert (kept.why, kept.status) == (why, "open")
    assert "openid" not in str(kept.facts)
    assert await desk.status(opened) == "unpaid"
    assert await desk.till.earned() == 0
    assert await books.balance(f"wechat:{MCHID}") == 0
    await desk.till.work()
    told = await desk.till.inbox("auditor")
    assert told.count("有一笔微信账需要核对") == (1 if kept.payment_id else 0)


async def test_a_payment_that_never_went_to_wechat(desk: Desk) -> None:
    """Somebody knows the number of an unpaid payment: that alone pays nothing."""
    begun, opened = await desk.begun(), await desk.till.open("neighbour")
    word = desk.bank.pay(begun.number) | {"out_trade_no": opened.number, "transaction_id": "4299"}
    assert await desk.tell(word) == 204
    assert (await Quarantine.get()).why == "unknown"
    assert await desk.status(opened) == "unpaid"


async def test_another_transaction_for_a_paid_payment(desk: Desk) -> None:
    payment = await desk.paid()
    word = desk.bank.told(payment.number) | {"transaction_id": "4200000000"}
    assert await desk.tell(word) == 204
    kept = await Quarantine.get()
    assert (kept.why, kept.status) == ("twice", "refunded")
    assert await desk.till.earned() == 10000


async def test_what_is_not_about_money_is_taken(desk: Desk) -> None:
    assert await desk.tell({"complaint_id": "1"}, "complaint", event="COMPLAINT.CREATE") == 204
    assert await Quarantine.all().count() == 0


async def test_a_storm(desk: Desk) -> None:
    """Twenty payments, each told ten times, in any order, forgeries among them."""
    opened = [await desk.begun("resident", 100 + number) for number in range(20)]
    storm = []
    for one in opened:
        word = desk.bank.pay(one.number)
        storm += [(204, notification(word)) for _ in range(10)]
        storm += [(401, notification(word, key=STRANGERS))]
        wrong = word | {
            "amount": {"total": 1, "currency": "CNY"},
            "transaction_id": "x" + one.number,
        }
        storm += [(401, notification(wrong, apiv3_key="y" * 32))]
    random.shuffle(storm)
    for status, (headers, body) in storm:
        assert await desk.post(headers, body) == status
    assert await desk.till.earned() == sum(one.amount for one in opened)
    assert await Payment.filter(status="paid").count() == 20
    assert await Quarantine.all().count() == 0
