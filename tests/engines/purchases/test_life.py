"""A purchase from the cart to the last star, and every way back."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from backend.core.database import rows, transaction
from backend.engines.ledgers import queries as ledgers
from backend.engines.payments import service as payments
from backend.engines.purchases.models import Purchase
from backend.engines.refunds.models import Refund
from tests.engines.shops.conftest import Market, city, frozen, market, town

__all__ = ["city", "frozen", "market", "town"]
ADDRESS = {"place": "锦绣花园1号楼101", "name": "王女士", "phone": "13854321098"}


async def test_from_the_cart_to_the_counter(market: Market) -> None:
    placed = await market.buy("ann", pay=False)
    assert (placed["status"], placed["code"], placed["moves"]) == ("unpaid", None, ["close"])
    assert await market.earned() == 0
    await market.pay(placed["payment_id"])
    paid = await market.one("ann", placed["id"])
    assert (paid["status"], len(paid["code"]), paid["moves"]) == ("paid", 8, ["cancel", "complain"])
    assert paid["qr"].startswith("data:image/png;base64,")
    assert await market.earned() == 1800
    assert "有新订单" in await market.inbox("owner")

    new = (await market.call("owner", f"/shops/{market.shop}/purchases"))["items"]
    assert [one["id"] for one in new] == [paid["id"]]
    seen = await market.one("owner", paid["id"])
    assert (seen["code"], seen["qr"], seen["moves"]) == (None, None, ["accept", "refuse"])
    await market.move("owner", paid, "accept")
    await market.move("owner", paid, "ready")
    await market.work()
    assert await market.inbox("ann") == ["可以取货了", "商家已接单", "支付成功"]
    done = await market.call("owner", f"/shops/{market.shop}/hand-over", {"code": paid["code"]})
    assert (done["status"], done["moves"]) == ("done", ["refund", "answer"])
    mine = await market.one("ann", paid["id"])
    assert (mine["code"], mine["moves"]) == (None, ["rate", "complain"])
    assert [one["move"] for one in mine["history"]] == [
        "place", "settle", "accept", "ready", "hand-over",
    ]  # fmt: skip
    assert (await market.call("ann", f"/shops/{market.shop}"))["sold"] == 1
    await market.books_agree()


async def test_a_code_opens_once_and_only_here(market: Market) -> None:
    there = (await market.trading("rival", name="对面的店"))["id"]
    paid = await market.buy("ann")
    await market.move("owner", paid, "accept")
    path, theirs = f"/shops/{market.shop}/hand-over", f"/shops/{there}/hand-over"
    code = {"code": f"LLQH{paid['code']}"}
    assert (await market.call("rival", theirs, code, status=404))["code"] == "bad_code"
    assert (await market.call("rival", path, code, status=404))["code"] == "not_found"
    assert (await market.call("ann", path, code, status=404))["code"] == "not_found"
    spaced = f"{paid['code'][:4]} {paid['code'][4:]}"
    await market.call("owner", path, {"code": spaced})
    assert (await market.call("owner", path, code, status=409))["code"] == "already_collected"
    dump = str(await rows("SELECT * FROM purchases_purchase"))
    assert paid["code"] not in dump


async def test_codes_cannot_be_guessed(market: Market) -> None:
    paid = await market.buy("ann")
    await market.move("owner", paid, "accept")
    path = f"/shops/{market.shop}/hand-over"
    wrong = f"{(int(paid['code']) + 1) % 10**8:08d}"
    for _ in range(10):
        await market.call("owner", path, {"code": wrong}, status=404)
    await market.call("owner", path, {"code": wrong}, status=429)


async def test_delivery_is_sealed_and_shown_to_the_shop_until_it_is_done(market: Market) -> None:
    change = {"delivers": True, "delivery_fee": 300, "delivery_minimum": 1000}
    await market.call("owner", f"/shops/{market.shop}", change, method="PATCH")
    paid = await market.buy("ann", delivery="delivery", address=ADDRESS, note="不要香菜")
    assert (paid["total"], paid["payable"], paid["pieces"]) == (2100, 2100, 1)
    dump = str(await rows("SELECT * FROM purchases_purchase"))
    assert all(secret not in dump for secret in (*ADDRESS.values(), "不要香菜"))
    await market.move("owner", paid, "accept")
    seen = await market.move("owner", paid, "deliver")
    assert (seen["address"], seen["note"]) == (ADDRESS, "不要香菜")
    await market.move("ann", paid, "receive")
    over = await market.one("owner", paid["id"])
    assert (over["status"], over["address"], over["note"]) == ("done", None, None)
    assert (await market.one("ann", paid["id"]))["address"] == ADDRESS


async def test_where_it_is_not_delivered_or_nobody_says_where(market: Market) -> None:
    assert (await market.buy("ann", delivery="delivery", address=ADDRESS, status=409))["code"] == (
        "cannot_buy"
    )
    change = {"delivers": True, "delivery_fee": 300, "delivery_minimum": 5000}
    await market.call("owner", f"/shops/{market.shop}", change, method="PATCH")
    low = await market.buy("ann", delivery="delivery", address=ADDRESS, status=409)
    assert "起送" in low["detail"]
    await market.call("owner", f"/shops/{market.shop}", {"delivery_minimum": 0}, method="PATCH")
    await market.buy("ann", delivery="delivery", status=422)
    paid = await market.buy("ann")
    await market.move("owner", paid, "accept")
    await market.move("owner", paid, "deliver", status=409)


@pytest.mark.parametrize(
    ("who", "move", "body"),
    [("ann", "cancel", {}), ("owner", "refuse", {"reason": "食材用完了"})],
)
async def test_back_before_it_is_accepted(
    market: Market, who: str, move: str, body: dict[str, Any]
) -> None:
    paid = await market.buy("ann")
    back = await market.move(who, paid, move, **body)
    assert (back["status"], back["refunded"], back["returned"]) == ("cancelled", 1800, 0)
    assert await market.earned() == 0
    await market.money_goes_out()
    assert (await market.one("ann", paid["id"]))["returned"] == 1800
    assert await ledgers.balance("wechat:1900000001") == 0
    assert (await market.move(who, paid, move, status=409, **body))["code"] == "wrong_state"
    await market.books_agree()


async def test_not_accepted_in_time_is_paid_back_by_itself(
    market: Market, frozen: time_machine.Traveller
) -> None:
    paid = await market.buy("ann")
    frozen.shift(timedelta(minutes=14))
    await market.tick()
    assert (await market.one("ann", paid["id"]))["status"] == "paid"
    frozen.shift(timedelta(minutes=2))
    await market.tick()
    lapsed = await market.one("ann", paid["id"])
    assert (lapsed["status"], lapsed["refunded"]) == ("cancelled", 1800)
    assert "订单已取消" in await market.inbox("ann")
    await market.move("owner", paid, "accept", status=409)


async def test_unpaid_ones_expire_and_late_money_goes_back(
    market: Market, frozen: time_machine.Traveller
) -> None:
    unpaid = await market.buy("ann", pay=False)
    frozen.shift(timedelta(minutes=16))
    async with transaction():
        await payments.close_expired()
    await market.work()
    assert (await market.one("ann", unpaid["id"]))["status"] == "closed"
    await market.pay(unpaid["payment_id"])
    closed = await market.one("ann", unpaid["id"])
    assert (closed["status"], closed["refunded"], closed["code"]) == ("closed", 1800, None)
    assert await market.earned() == 0
    await market.money_goes_out()
    assert await ledgers.balance("wechat:1900000001") == 0
    await market.books_agree()


async def test_nobody_asks_for_it_for_a_week(
    market: Market, frozen: time_machine.Traveller
) -> None:
    paid = await market.buy("ann")
    await market.move("owner", paid, "accept")
    await market.move("owner", paid, "ready")
    frozen.shift(timedelta(days=7, minutes=1))
    await market.tick()
    assert (await market.one("ann", paid["id"]))["status"] == "done"


async def test_lines_are_paid_back_piece_by_piece(market: Market) -> None:
    """With a reduction that does not divide evenly: the parts sum to the whole, to the fen."""
    tea = (await market.good(name="茶", price=333))["id"]
    await market.put("ann", market.noodles, 2)
    await market.put("ann", tea, 3)
    coupon = {
        "name": "立减", "face": 1000, "total": 5, "area_id": market.city.county.id,
        "fund": "coupons", "ends_at": "2027-01-01T00:00:00Z",
    }  # fmt: skip
    number = (await market.call("office", "/coupons/funded", coupon, status=201))["id"]
    await market.call("ann", f"/coupons/{number}/claim", {})
    voucher = (await market.call("ann", "/coupons/mine"))["items"][0]["id"]
    paid = await market.buy("ann", voucher_id=voucher)
    assert (paid["total"], paid["payable"]) == (4599, 3599)
    assert await market.earned() == 4599
    await market.move("owner", paid, "accept")
    noodles, teas = paid["lines"]
    too_many = {"reason": "卖完了", "lines": [{"line_id": teas["id"], "quantity": 4}]}
    await market.move("owner", paid, "refund", status=422, **too_many)
    for line, quantity in ((teas, 1), (noodles, 1), (teas, 2)):
        parts = [{"line_id": line["id"], "quantity": quantity}]
        await market.move("owner", paid, "refund", reason="卖完了", lines=parts)
        await market.money_goes_out()
        await market.books_agree()
    assert (await market.call("ann", "/coupons/mine"))["items"][0]["status"] == "used"
    rest = [{"line_id": noodles["id"], "quantity": 1}]
    back = await market.move("owner", paid, "refund", reason="卖完了", lines=rest)
    assert back["refunded"] == 3599
    await market.money_goes_out()
    assert await market.earned() == 0
    assert await ledgers.balance("subsidy:coupons") == 0
    assert (await market.call("ann", "/coupons/mine"))["items"][0]["status"] == "unused"
    one_more = {"reason": "再退", "lines": rest}
    await market.move("owner", paid, "refund", status=422, **one_more)


async def test_somebody_elses_purchase_is_not_there(market: Market) -> None:
    await market.trading("rival", name="对面的店")
    paid = await market.buy("ann")
    for who in ("bob", "rival", "secretary", "worker"):
        await market.call(who, f"/purchases/{paid['id']}", status=404)
        for move in ("accept", "ready", "deliver", "cancel", "close", "receive"):
            await market.move(who, paid, move, status=404)
        for move in ("refuse", "give-up"):
            await market.move(who, paid, move, reason="随便", status=404)
        parts = {"lines": [{"line_id": paid["lines"][0]["id"], "quantity": 1}]}
        await market.move(who, paid, "refund", reason="随便", status=404, **parts)
        await market.call(who, f"/shops/{market.shop}/purchases", status=404)
        await market.call(who, f"/shops/{market.shop}/takings", status=404)
    assert (await market.call("bob", "/purchases"))["items"] == []
    await market.move("ann", paid, "accept", status=403)
    await market.move("owner", paid, "cancel", status=403)


async def test_two_at_once(market: Market) -> None:
    """The shop refuses while the buyer cancels: one of them does, and the money goes back once."""
    import asyncio

    for _ in range(3):
        paid = await market.buy("ann")
        path = f"/api/v1/purchases/{paid['id']}"
        answers = await asyncio.gather(
            market.client.post(f"{path}/cancel", json={}, headers=market.headers["ann"]),
            market.client.post(f"{path}/accept", json={}, headers=market.headers["owner"]),
            market.client.post(
                f"{path}/refuse", json={"reason": "卖完了"}, headers=market.headers["owner"]
            ),
        )
        assert sorted(one.status_code for one in answers)[0] == 200
        assert sum(one.is_success for one in answers) == 1
        found = await Refund.filter(payment_id=paid["payment_id"])
        row = await Purchase.get(id=paid["id"])
        assert sum(one.amount for one in found) == row.refunded
        assert row.refunded == (1800 if row.status == "cancelled" else 0)


async def test_the_same_checkout_twice_is_one_purchase(market: Market) -> None:
    await market.put("ann", market.noodles)
    key = market.headers["ann"] | {"idempotency-key": "checkout-0001"}
    body = {"shop_id": market.shop, "expected": 1800}
    answers = [
        await market.client.post("/api/v1/cart/checkout", json=body, headers=key) for _ in range(3)
    ]
    assert {one.json()["purchase_id"] for one in answers} == {answers[0].json()["purchase_id"]}
    assert await Purchase.all().count() == 1


async def test_a_rolled_back_checkout_leaves_nothing(market: Market) -> None:
    good = (await market.good(name="蛋糕", price=2000, stock=5))["id"]
    await market.put("ann", good, 2)
    body = {"shop_id": market.shop, "expected": 1}
    refused = await market.call("ann", "/cart/checkout", body, status=409)
    assert (refused["code"], refused["facts"]) == ("price_changed", {"payable": 4000})
    assert await rows("SELECT stock FROM goods_good WHERE id = ?", good) == [{"stock": 5}]
    assert await rows("SELECT id FROM purchases_purchase") == []
    assert len((await market.call("ann", "/cart"))["items"]) == 1


async def test_a_day_of_the_shop(market: Market) -> None:
    await market.buy("ann")
    cancelled = await market.buy("bob")
    await market.move("bob", cancelled, "cancel")
    day = await market.call("owner", f"/shops/{market.shop}/takings")
    assert (day["orders"], day["total"], day["earned"], day["waiting"]) == (1, 1800, 1800, 1)
    assert (await market.call("owner", f"/shops/{market.shop}/takings", day="2026-11-17"))[
        "orders"
    ] == 0


async def test_who_leaves_takes_names_and_addresses_along(market: Market) -> None:
    change = {"delivers": True}
    await market.call("owner", f"/shops/{market.shop}", change, method="PATCH")
    paid = await market.buy("ann", delivery="delivery", address=ADDRESS, note="不要香菜")
    exported = await market.call("ann", "/me/export")
    assert ADDRESS["phone"] in str(exported)
    assert exported["data"]["purchases"]["购买记录"][0]["商家"] == "老王面馆"
    await market.call("ann", "/me/erase", {"confirm": "注销"})
    await market.work()
    row = await Purchase.get(id=paid["id"])
    assert (row.buyer_id, row.address, row.note) == (None, None, None)
    assert row.payable == 1800
    assert await payments.Payment.filter(id=paid["payment_id"]).count() == 1
    assert (await market.move("owner", paid, "accept"))["address"] is None
