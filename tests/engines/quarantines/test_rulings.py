"""What disagrees, before an accountant: taken in, sent back, or left, each with its grounds."""

from typing import Any

import pytest

from backend.engines.ledgers import queries as books
from backend.engines.quarantines.models import Quarantine
from backend.engines.refunds.models import Refund
from tests.engines.checkouts.bank import MCHID
from tests.engines.checkouts.conftest import Desk

GROUNDS = {"reason": "已与微信商户平台核对"}


async def kept(desk: Desk, **changes: Any) -> Quarantine:
    """A payment of 10000 whose word came changed."""
    opened = await desk.begun()
    assert await desk.tell(desk.bank.pay(opened.number) | changes) == 204
    return await Quarantine.get()


async def test_who_sees_it(desk: Desk) -> None:
    one = await kept(desk, amount={"total": 9999, "currency": "CNY"})
    for who in ("accountant", "auditor", "office"):
        listed = (await desk.till.call(who, "/quarantines?status=open"))["items"]
        assert [item["id"] for item in listed] == [one.id], who
    assert listed[0]["moves"] == []
    assert (await desk.till.call("rival_accountant", "/quarantines"))["items"] == []
    for who, status in (("rival_accountant", 404), ("office", 403), ("resident", 403)):
        await desk.till.call(who, f"/quarantines/{one.id}/ignore", GROUNDS, status=status)


async def test_of_no_payment_of_ours(desk: Desk) -> None:
    """Only those who look after all units see what belongs to none."""
    one = await kept(desk, out_trade_no="LP-of-nobody")
    assert (await desk.till.call("rival_accountant", "/quarantines"))["items"] == []
    listed = (await desk.till.call("auditor", "/quarantines"))["items"]
    assert [item["id"] for item in listed] == [one.id]
    assert listed[0]["moves"] == ["accept", "refund", "ignore"]


async def test_taken_in(desk: Desk) -> None:
    one = await kept(desk, out_trade_no="LP-of-nobody")
    dear = await desk.till.open("neighbour", 9999)
    right = await desk.till.open("neighbour", 10000)
    path = f"/quarantines/{one.id}/accept"
    wrong = await desk.till.call("auditor", path, GROUNDS | {"payment_id": dear.id}, status=409)
    assert wrong["code"] == "amount_differs"
    await desk.till.call("auditor", path, GROUNDS | {"payment_id": 404}, status=404)
    body = GROUNDS | {"payment_id": right.id}
    await desk.till.call("auditor", path, body | {"version": 7}, status=409)
    seen = await desk.till.call("auditor", path, body)
    assert (seen["status"], seen["applied_to"]) == ("accepted", right.id)
    await desk.till.call("auditor", path, body, status=409)
    assert await desk.status(right) == "paid"
    assert await desk.till.earned() == 10000
    assert await books.balance(f"wechat:{MCHID}") == -10000


async def test_sent_back(desk: Desk) -> None:
    one = await kept(desk, amount={"total": 9999, "currency": "CNY"})
    path = f"/quarantines/{one.id}/refund"
    seen = await desk.till.call("accountant", path, GROUNDS)
    assert (seen["status"], seen["reason"]) == ("refunded", GROUNDS["reason"])
    await desk.till.call("accountant", path, GROUNDS, status=409)
    await desk.beat()
    refund = await Refund.get()
    terms = desk.bank.refunds[refund.number]["terms"]
    assert terms["amount"] == {"refund": 9999, "total": 9999, "currency": "CNY"}
    await desk.tell(desk.bank.refund_word(refund.number, "SUCCESS"), "refund")
    assert await books.balance(f"wechat:{MCHID}") == 0
    assert await books.balance(f"suspense:{MCHID}") == 0
    assert await desk.till.earned() == 0


@pytest.mark.parametrize("changes", [{"mchid": "1900000999"}, {"appid": "wx-of-others"}])
async def test_what_is_not_in_our_account(desk: Desk, changes: dict[str, str]) -> None:
    one = await kept(desk, **changes)
    await desk.till.call("accountant", f"/quarantines/{one.id}/refund", GROUNDS, status=409)
    body = GROUNDS | {"payment_id": one.payment_id}
    await desk.till.call("accountant", f"/quarantines/{one.id}/accept", body, status=409)
    await desk.till.call(
        "accountant", f"/quarantines/{one.id}/ignore", {"reason": "短"}, status=422
    )
    seen = await desk.till.call("accountant", f"/quarantines/{one.id}/ignore", GROUNDS)
    assert seen["status"] == "ignored"
    assert seen["ruled_by_name"] == "accountant"
    assert await books.balance(f"wechat:{MCHID}") == 0
