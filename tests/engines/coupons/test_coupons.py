"""Coupons: claimed within their number, spent within their budget, given back with the purchase."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from backend.core import clock
from backend.core.database import rows, transaction
from backend.engines.coupons.models import Coupon
from backend.engines.ledgers import queries as ledgers
from tests.engines.shops.conftest import Market, city, frozen, market, town

__all__ = ["city", "frozen", "market", "town"]


def coupon(**given: Any) -> dict[str, Any]:
    ends = (clock.now() + timedelta(days=7)).isoformat()
    body = {"name": "满 15 减 5", "face": 500, "minimum": 1500, "total": 10, "ends_at": ends}
    return body | given


async def offered(market: Market, **given: Any) -> int:
    path = f"/shops/{market.shop}/coupons"
    return int((await market.call("owner", path, coupon(**given), status=201))["id"])


async def funded(market: Market, **given: Any) -> int:
    body = coupon(area_id=market.city.county.id, fund="coupons", **given)
    return int((await market.call("office", "/coupons/funded", body, status=201))["id"])


async def claimed(market: Market, who: str, number: int) -> int:
    await market.call(who, f"/coupons/{number}/claim", {})
    return int((await market.call(who, "/coupons/mine"))["items"][0]["id"])


async def test_a_shops_coupon_lessens_what_the_shop_gets(market: Market) -> None:
    voucher = await claimed(market, "ann", await offered(market))
    bought = await market.buy("ann", voucher_id=voucher)
    assert (bought["total"], bought["reduction"], bought["payable"]) == (1800, 500, 1300)
    assert await market.earned() == 1300
    again = await market.buy("ann", voucher_id=voucher, expected=1300, status=409)
    assert again["code"] in ("cannot_buy", "coupon_not_usable")
    await market.books_agree()


async def test_a_public_coupon_is_paid_by_its_fund(market: Market) -> None:
    voucher = await claimed(market, "ann", await funded(market))
    bought = await market.buy("ann", voucher_id=voucher)
    assert await market.earned() == 1800
    assert await ledgers.balance("subsidy:coupons") == -500
    await market.move("ann", bought, "cancel")
    await market.money_goes_out()
    assert await market.earned() == 0
    assert await ledgers.balance("subsidy:coupons") == 0
    mine = (await market.call("ann", "/coupons/mine"))["items"]
    assert [one["status"] for one in mine] == ["unused"]
    assert (await Coupon.all().first()).spent == 0  # type: ignore[union-attr]
    await market.books_agree()


@pytest.mark.parametrize(
    "given",
    [
        {"face": 0},
        {"face": -5},
        {"face": 2000},
        {"total": 0},
        {"per_person": 0},
        {"budget": 0},
        {"budget": 10**12},
        {"ends_at": "2020-01-01T00:00:00Z"},
        {"ends_at": "2030-01-01T00:00:00"},
        {"issued": -5},
    ],
)
async def test_bad_coupons(market: Market, given: dict[str, Any]) -> None:
    await market.call("owner", f"/shops/{market.shop}/coupons", coupon(**given), status=422)


async def test_who_may_offer_and_fund(market: Market) -> None:
    for who in ("ann", "rival", "secretary"):
        await market.call(who, f"/shops/{market.shop}/coupons", coupon(), status=404)
    body = coupon(area_id=market.city.county.id, fund="coupons")
    for who in ("owner", "secretary"):
        await market.call(who, "/coupons/funded", body, status=403)
    number = await offered(market)
    await market.call("rival", f"/coupons/{number}/stop", {}, status=404)
    await market.call("owner", f"/coupons/{number}/stop", {})
    assert (await market.call("ann", f"/coupons/{number}/claim", {}, status=409))["code"] == (
        "none_left"
    )


async def test_somebody_elses_voucher_is_not_there(market: Market) -> None:
    voucher = await claimed(market, "bob", await offered(market))
    await market.put("ann", market.noodles)
    body = {"shop_id": market.shop, "voucher_id": voucher}
    await market.call("ann", "/cart/quote", body, status=404)
    await market.call("ann", "/cart/checkout", body | {"expected": 1300}, status=404)


async def test_minimum_place_and_time(market: Market, frozen: time_machine.Traveller) -> None:
    there = (await market.trading("rival", name="对面的店"))["id"]
    voucher = await claimed(market, "ann", await offered(market, minimum=3000))
    await market.put("ann", market.noodles)
    quote = await market.call("ann", "/cart/quote", {"shop_id": market.shop, "voucher_id": voucher})
    assert quote["trouble"] == "还差 12.00 元可用"
    snack = (await market.good("rival", shop=there, price=5000))["id"]
    await market.put("ann", snack)
    other = {"shop_id": there, "voucher_id": voucher}
    assert "不适用" in (await market.call("ann", "/cart/quote", other))["trouble"]
    assert (await market.call("ann", "/coupons/mine", shop_id=there))["items"] == []
    frozen.shift(timedelta(days=8))
    assert (await market.call("ann", "/coupons/mine"))["items"][0]["status"] == "expired"
    here = {"shop_id": market.shop, "voucher_id": voucher}
    assert "有效期" in (await market.call("ann", "/cart/quote", here))["trouble"]


async def test_never_over_issued(market: Market) -> None:
    number = await offered(market, total=5, per_person=2)
    crowd = [market.people.sign_in(6000 + one // 2) for one in range(16)]

    async def claim(headers: dict[str, str]) -> str:
        while True:
            answer = await market.client.post(
                f"/api/v1/coupons/{number}/claim", json={}, headers=headers
            )
            if answer.status_code != 503:
                return "ok" if answer.is_success else str(answer.json()["code"])

    outcomes = Counter(await asyncio.gather(*(claim(one) for one in crowd)))
    found = await rows("SELECT user_id, COUNT(*) AS n FROM coupons_voucher GROUP BY user_id")
    assert outcomes["ok"] == sum(int(row["n"]) for row in found) <= 5
    assert all(int(row["n"]) <= 2 for row in found)
    assert (await Coupon.get(id=number)).issued == outcomes["ok"]


async def test_never_over_spent(market: Market) -> None:
    """Budget for three of five: whoever comes fourth is told, and buys nothing by it."""
    number = await funded(market, budget=1500, per_person=5)
    crowd = [market.people.sign_in(7000 + one) for one in range(5)]
    vouchers = []
    for headers in crowd:
        for path in (f"coupons/{number}/claim",):
            assert (
                await market.client.post(f"/api/v1/{path}", json={}, headers=headers)
            ).is_success
        mine = (await market.client.get("/api/v1/coupons/mine", headers=headers)).json()
        vouchers.append(mine["items"][0]["id"])
        item = {"good_id": market.noodles, "quantity": 1}
        await market.client.put("/api/v1/cart/items", json=item, headers=headers)

    async def buy(headers: dict[str, str], voucher: int) -> str:
        body = {"shop_id": market.shop, "voucher_id": voucher, "expected": 1300}
        while True:
            answer = await market.client.post("/api/v1/cart/checkout", json=body, headers=headers)
            if answer.status_code != 503:
                return "ok" if answer.is_success else str(answer.json()["code"])

    pairs = zip(crowd, vouchers, strict=True)
    outcomes = Counter(await asyncio.gather(*(buy(*pair) for pair in pairs)))
    assert outcomes == {"ok": 3, "coupon_not_usable": 2}
    assert (await Coupon.get(id=number)).spent == 1500


async def test_the_race_for_the_budget_would_notice_check_then_act(market: Market) -> None:
    number = await funded(market, budget=1500)

    async def spend() -> bool:
        async with transaction():
            row = await Coupon.get(id=number)
            await asyncio.sleep(0.01)
            if row.spent + 500 > row.budget:
                return False
            await rows("SELECT 1 AS one")
        await Coupon.filter(id=number).update(spent=row.spent + 500)
        return True

    done = await asyncio.gather(*(spend() for _ in range(5)))
    assert sum(done) > 3
