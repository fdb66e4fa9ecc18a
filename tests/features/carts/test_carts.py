"""A cart lives on the server, at the prices of now."""

from typing import Any

import pytest

from backend.core.database import execute, rows
from tests.engines.shops.conftest import Market, city, frozen, market, town

__all__ = ["city", "frozen", "market", "town"]
SIZES = {"name": "规格", "choices": [{"name": "小碗"}, {"name": "大碗", "extra": 400}]}


async def test_it_survives_the_phone_and_tells_what_changed(market: Market) -> None:
    good = (await market.good(name="凉皮", price=900, options=[SIZES], stock=3))["id"]
    await market.put("ann", market.noodles, 2)
    await market.put("ann", good, 1, choices=["大碗"])
    await market.put("ann", good, 2, choices=["大碗"])
    await market.put("ann", good, 1, choices=["小碗"])
    market.headers["ann"] = market.people.sign_in(market.ids["ann"])  # another phone
    (cart,) = (await market.call("ann", "/cart"))["items"]
    assert (cart["total"], cart["pieces"]) == (2 * 1800 + 2 * 1300 + 900, 5)
    await market.call("owner", f"/goods/{market.noodles}", {"price": 2000}, method="PATCH")
    await market.call("owner", f"/goods/{good}", {"stock": 1}, method="PATCH")
    (cart,) = (await market.call("ann", "/cart"))["items"]
    troubles = {(one["name"], *one["choices"]): one["trouble"] for one in cart["items"]}
    assert troubles == {("牛肉面",): "", ("凉皮", "大碗"): "只剩 1 份", ("凉皮", "小碗"): ""}
    assert cart["total"] == 4000 + 900
    await market.put("ann", good, 0, choices=["大碗"])
    assert len((await market.call("ann", "/cart"))["items"][0]["items"]) == 2
    assert (await market.call("bob", "/cart"))["items"] == []
    await market.call("ann", "/cart", method="DELETE", shop_id=market.shop)
    assert (await market.call("ann", "/cart"))["items"] == []


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"quantity": -1}, 422),
        ({"quantity": 100}, 422),
        ({"quantity": 1.5}, 422),
        ({"choices": ["大碗"]}, 409),
        ({"good_id": 99999}, 404),
        ({"good_id": 0}, 422),
        ({"price": 1}, 422),
    ],
)
async def test_bad_items(market: Market, given: dict[str, Any], status: int) -> None:
    body = {"good_id": market.noodles, "quantity": 1} | given
    await market.call("ann", "/cart/items", body, method="PUT", status=status)


@pytest.mark.parametrize("expected", [0, 1, 1799, 1801, 18000])
async def test_the_price_is_the_houses_not_the_phones(market: Market, expected: int) -> None:
    await market.put("ann", market.noodles)
    body = {"shop_id": market.shop, "expected": expected}
    refused = await market.call("ann", "/cart/checkout", body, status=409)
    assert (refused["code"], refused["facts"]["payable"]) == ("price_changed", 1800)


async def test_an_empty_cart_buys_nothing(market: Market) -> None:
    body = {"shop_id": market.shop, "expected": 0}
    assert (await market.call("ann", "/cart/checkout", body, status=409))["code"] == "cannot_buy"


async def test_what_becomes_prescription_is_refused_at_the_till(market: Market) -> None:
    """The words grew since it was put up: what stands on the shelf is looked at again."""
    await market.put("ann", market.noodles)
    await execute("UPDATE goods_good SET name = '头孢克肟' WHERE id = ?", market.noodles)
    body = {"shop_id": market.shop, "expected": 1800}
    refused = await market.call("ann", "/cart/checkout", body, status=409)
    assert "处方药" in refused["detail"]


async def test_a_good_of_another_shop_does_not_come_along(market: Market) -> None:
    there = (await market.trading("rival", name="对面的店"))["id"]
    snack = (await market.good("rival", shop=there, name="糖", price=100))["id"]
    await market.put("ann", snack)
    await market.put("ann", market.noodles)
    assert len((await market.call("ann", "/cart"))["items"]) == 2
    bought = await market.buy("ann")
    assert [one["name"] for one in bought["lines"]] == ["牛肉面"]
    assert [one["shop_id"] for one in (await market.call("ann", "/cart"))["items"]] == [there]


async def test_leaving_empties_the_cart(market: Market) -> None:
    await market.put("ann", market.noodles)
    assert "牛肉面" in str(await market.call("ann", "/me/export"))
    await market.call("ann", "/me/erase", {"confirm": "注销"})
    await market.work()
    assert await rows("SELECT id FROM carts_item") == []
