"""Paying through WeChat: begun once, found whatever is lost, closed on both sides."""

import base64
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from backend.core import database
from backend.engines.checkouts.models import Checkout
from backend.engines.ledgers import queries as books
from backend.engines.payments import service as payments
from backend.engines.quarantines.models import Quarantine
from backend.engines.refunds.models import Refund
from tests.engines.checkouts.bank import APPID, MCHID, OURS
from tests.engines.checkouts.conftest import Desk
from tests.engines.payments.conftest import BALANCE


async def test_prepay_gives_what_the_phone_needs(desk: Desk) -> None:
    opened = await desk.till.open()
    path = f"/payments/{opened.id}/prepay"
    said = await desk.till.call("resident", path, {})
    assert set(said) == {"timeStamp", "nonceStr", "package", "signType", "paySign"}
    message = f"{APPID}\n{said['timeStamp']}\n{said['nonceStr']}\n{said['package']}\n"
    OURS.public_key().verify(
        base64.b64decode(said["paySign"]), message.encode(), padding.PKCS1v15(), hashes.SHA256()
    )
    again = await desk.till.call("resident", path, {})
    assert again["package"] == said["package"]
    assert len(desk.bank.bodies) == 1
    terms = desk.bank.bodies[0]
    assert terms["amount"] == {"total": 10000, "currency": "CNY"}
    assert (terms["mchid"], terms["payer"]) == (MCHID, {"openid": "openid-resident"})


async def test_only_ones_own_and_only_unpaid(desk: Desk) -> None:
    opened = await desk.till.open()
    for who in ("neighbour", "cashier", "accountant"):
        await desk.till.call(who, f"/payments/{opened.id}/prepay", {}, status=404)
    await desk.till.call("neighbour", f"/payments/{opened.id}/check", {}, status=404)
    await desk.till.call("resident", f"/payments/{opened.id}/close", {})
    await desk.till.call("resident", f"/payments/{opened.id}/prepay", {}, status=409)
    paid = await desk.paid()
    answer = await desk.till.call("resident", f"/payments/{paid.id}/prepay", {}, status=409)
    assert answer["code"] == "already_paid"


async def test_too_late_to_begin(desk: Desk, frozen: time_machine.Traveller) -> None:
    opened = await desk.till.open("resident", 5, minutes=1)
    answer = await desk.till.call("resident", f"/payments/{opened.id}/prepay", {}, status=409)
    assert answer["code"] == "payment_ends"


async def test_a_notification_settles_once(desk: Desk) -> None:
    opened = await desk.begun("resident", 10000, 2500)
    word = desk.bank.pay(opened.number)
    for _ in range(10):
        assert await desk.tell(word) == 204
    assert await desk.till.earned() == 12500
    assert await books.balance(f"wechat:{MCHID}") == -12500
    seen = await desk.till.call("resident", f"/payments/{opened.id}")
    assert (seen["status"], seen["method"]) == ("paid", "wechat")
    assert seen["paid_at"] == "2026-11-24T12:15:00Z"
    await desk.beat()
    assert await desk.till.inbox("resident") == ["支付成功"]
    assert await Quarantine.all().count() == 0


@pytest.mark.parametrize("lost", ["jsapi", "transactions"])
async def test_an_answer_that_is_lost(desk: Desk, lost: str) -> None:
    """The order is there all the same: the phone tries again with the same number."""
    opened = await desk.till.open()
    path = f"/payments/{opened.id}/prepay"
    desk.bank.lose.add(lost)
    answer = await desk.till.call("resident", path, {}, status=502)
    assert answer["code"] == "pay_unanswered"
    desk.bank.lose.clear()
    await desk.till.call("resident", path, {})
    assert list(desk.bank.orders) == [opened.number]


async def test_an_answer_that_is_not_wechats(desk: Desk) -> None:
    opened = await desk.till.open()
    desk.bank.lie = True
    await desk.till.call("resident", f"/payments/{opened.id}/prepay", {}, status=502)
    desk.bank.lie = False
    desk.bank.pay(opened.number)
    seen = await desk.till.call("resident", f"/payments/{opened.id}/check", {})
    assert seen["status"] == "paid"


async def test_the_notification_before_prepay_has_returned(desk: Desk) -> None:
    opened = await desk.till.open()
    desk.bank.lose.add("jsapi")
    await desk.till.call("resident", f"/payments/{opened.id}/prepay", {}, status=502)
    assert await desk.tell(desk.bank.pay(opened.number)) == 204
    assert await desk.status(opened) == "paid"


@pytest.mark.parametrize(
    ("status", "code", "ours"),
    [
        (403, "OUT_TRADE_NO_USED", "pay_number_used"),
        (429, "FREQUENCY_LIMITED", "pay_busy"),
        (500, "SYSTEM_ERROR", "pay_unanswered"),
        (401, "SIGN_ERROR", "pay_misconfigured"),
        (403, "NO_AUTH", "pay_misconfigured"),
        (400, "APPID_MCHID_NOT_MATCH", "pay_misconfigured"),
        (400, "PARAM_ERROR", "pay_refused"),
        (400, "INVALID_REQUEST", "pay_refused"),
    ],
)
async def test_what_wechat_refuses(desk: Desk, status: int, code: str, ours: str) -> None:
    opened = await desk.till.open()
    desk.bank.refuse["jsapi"] = (status, code)
    path = f"/payments/{opened.id}/prepay"
    answer = await desk.till.client.post(
        f"/api/v1{path}", headers=desk.till.headers["resident"], json={}
    )
    assert answer.json()["code"] == ours
    assert "不行" not in answer.text
    desk.bank.refuse.clear()
    await desk.till.call("resident", path, {})


async def test_already_paid_is_found_by_asking(desk: Desk) -> None:
    opened = await desk.begun()
    desk.bank.pay(opened.number)
    await Checkout.filter(payment_id=opened.id).update(prepay_id=None)
    answer = await desk.till.call("resident", f"/payments/{opened.id}/prepay", {}, status=409)
    assert answer["code"] == "already_paid"
    assert await desk.status(opened) == "paid"


async def test_a_silent_payment_is_found(desk: Desk, frozen: time_machine.Traveller) -> None:
    """At whatever moment it is paid and never told of, five minutes later it is known."""
    for after in (0, 100, 900):
        opened = await desk.begun()
        await desk.ticks(frozen, after)
        desk.bank.pay(opened.number)
        await desk.ticks(frozen, 290)
        assert await desk.status(opened) == "paid", after


async def test_without_asking_the_silent_payment_stays_unknown(
    desk: Desk, frozen: time_machine.Traveller
) -> None:
    """Negative control: it is the clock's question that finds it."""
    opened = await desk.begun()
    await Checkout.all().update(ask_at=None)
    desk.bank.pay(opened.number)
    await desk.ticks(frozen, 290)
    assert await desk.status(opened) == "unpaid"


async def test_the_clock_asks_through_an_outage(desk: Desk, frozen: time_machine.Traveller) -> None:
    opened = await desk.begun()
    desk.bank.refuse["out-trade-no"] = (500, "SYSTEM_ERROR")
    desk.bank.pay(opened.number)
    await desk.ticks(frozen, 3600, step=30)
    assert await desk.status(opened) == "unpaid"
    desk.bank.refuse.clear()
    await desk.ticks(frozen, 210)
    assert await desk.status(opened) == "paid"


async def test_the_unpaid_is_closed_there_and_then_here(
    desk: Desk, frozen: time_machine.Traveller
) -> None:
    opened = await desk.begun()
    untouched = await desk.till.open("neighbour")
    await desk.ticks(frozen, 29 * 60, step=30)
    assert await desk.status(opened) == "unpaid"
    await desk.ticks(frozen, 120)
    assert desk.bank.orders[opened.number]["state"] == "CLOSED"
    assert await desk.status(opened) == await desk.status(untouched) == "closed"
    asked = len(desk.bank.calls)
    await desk.ticks(frozen, 1200, step=60)
    assert len(desk.bank.calls) == asked, "nothing is asked about any more"


async def test_closed_by_the_payer_closes_there(desk: Desk) -> None:
    opened = await desk.begun()
    await desk.till.call("resident", f"/payments/{opened.id}/close", {})
    await desk.beat()
    await desk.beat()
    assert desk.bank.orders[opened.number]["state"] == "CLOSED"


async def test_money_that_arrives_after_closing_is_booked(desk: Desk) -> None:
    opened = await desk.begun()
    word = desk.bank.pay(opened.number)
    await desk.till.call("resident", f"/payments/{opened.id}/close", {})
    assert await desk.status(opened) == "closed"
    assert await desk.tell(word) == 204
    assert await desk.status(opened) == "paid"
    assert await desk.till.earned() == 10000


async def test_paid_at_the_end_and_nobody_told(desk: Desk, frozen: time_machine.Traveller) -> None:
    """Closing there says that it is paid: so it is."""
    opened = await desk.begun()
    await desk.ticks(frozen, 1795, step=60)
    desk.bank.pay(opened.number)
    await desk.ticks(frozen, 120)
    assert await desk.status(opened) == "paid"


async def test_paid_twice_the_second_goes_back_by_itself(desk: Desk) -> None:
    """From the balance on one phone, through WeChat on the other."""
    opened = await desk.begun()
    await desk.till.top_up(10000)
    async with database.transaction():
        await payments.pay_from_balance(desk.till.actors["resident"], opened.id, BALANCE)
    word = desk.bank.pay(opened.number)
    for _ in range(3):
        assert await desk.tell(word) == 204
    await desk.beat()
    refund = await Refund.get()
    assert desk.bank.refunds[refund.number]["terms"]["transaction_id"] == word["transaction_id"]
    assert await desk.tell(desk.bank.refund_word(refund.number, "SUCCESS"), "refund") == 204
    assert await desk.till.earned() == 10000
    for account in (BALANCE, f"wechat:{MCHID}", f"suspense:{MCHID}", f"refunding:{refund.id}"):
        assert await books.balance(account) == 0
    kept = await Quarantine.get()
    assert (kept.why, kept.status, kept.ruled_by) == ("twice", "refunded", 0)
    await desk.beat()
    assert sorted(await desk.till.inbox("resident")) == ["支付成功", "退款已到账"]


async def test_paid_from_the_balance_the_order_there_is_closed(desk: Desk) -> None:
    opened = await desk.begun()
    await desk.till.top_up(10000)
    async with database.transaction():
        await payments.pay_from_balance(desk.till.actors["resident"], opened.id, BALANCE)
    await desk.beat()
    await desk.beat()
    assert desk.bank.orders[opened.number]["state"] == "CLOSED"
    assert await desk.status(opened) == "paid"


@pytest.mark.parametrize("title", ["物业费" * 40, "换行\n和\x00零", "𠮷" * 100])
async def test_any_title_fits(desk: Desk, title: str) -> None:
    if "\x00" in title:
        title = title.replace("\x00", "")
    opened = await desk.till.open("resident", 1, title=title)
    await desk.till.call("resident", f"/payments/{opened.id}/prepay", {})
    words: Any = desk.bank.bodies[-1]["description"]
    assert 0 < len(words.encode()) <= 127
    assert "\n" not in words
