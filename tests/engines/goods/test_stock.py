"""Stock is never oversold, whoever comes at the same moment."""

import asyncio
from collections import Counter

import pytest

from backend.core import database
from backend.core.actor import Actor
from backend.engines.goods import service as stock
from backend.engines.goods.models import Good
from backend.engines.goods.service import Wanted
from tests.engines.shops.conftest import Market, city, frozen, market, town

__all__ = ["city", "frozen", "market", "town"]
BUYERS, PIECES = 16, 10


async def test_sixteen_buyers_and_ten_pieces(market: Market) -> None:
    """Over the API, each with a cart of their own: ten get one, six are told it is sold out."""
    good = (await market.good(name="限量蛋糕", price=2000, stock=PIECES))["id"]
    crowd = [market.people.sign_in(5000 + one) for one in range(BUYERS)]
    for headers in crowd:
        item = {"good_id": good, "quantity": 1}
        answer = await market.client.put("/api/v1/cart/items", json=item, headers=headers)
        assert answer.is_success, answer.text

    async def buy(headers: dict[str, str]) -> str:
        body = {"shop_id": market.shop, "expected": 2000}
        while True:
            answer = await market.client.post("/api/v1/cart/checkout", json=body, headers=headers)
            if answer.status_code != 503:  # a slow machine: undone, and asked again
                return "bought" if answer.is_success else str(answer.json()["code"])

    outcomes = Counter(await asyncio.gather(*(buy(one) for one in crowd)))
    assert outcomes["bought"] == PIECES
    assert set(outcomes) <= {"bought", "sold_out", "cannot_buy"}
    left = await Good.get(id=good)
    assert (left.stock, left.sold) == (0, PIECES)


async def test_the_race_would_notice_check_then_act(market: Market) -> None:
    """The same without the condition in the UPDATE sells what is not there: the test can fail."""
    good = (await market.good(name="限量蛋糕", price=2000, stock=PIECES))["id"]
    sold = 0

    async def buy() -> None:
        nonlocal sold
        row = await Good.get(id=good)
        await asyncio.sleep(0)
        if row.stock:
            await Good.filter(id=good).update(stock=row.stock - 1)
            sold += 1

    await asyncio.gather(*(buy() for _ in range(BUYERS)))
    assert sold > PIECES


async def test_all_or_nothing(market: Market) -> None:
    plenty = (await market.good(name="小菜", price=300, stock=50))["id"]
    few = (await market.good(name="蛋糕", price=300, stock=1))["id"]
    wanted = [Wanted(plenty, (), 5), Wanted(few, (), 2)]
    with pytest.raises(stock.SoldOut) as sold_out:
        async with database.transaction():
            await stock.take(Actor(market.ids["ann"]), market.shop, wanted)
    assert sold_out.value.facts["left"] == 1
    assert (await Good.get(id=plenty)).stock == 50


async def test_so_many_a_day_and_person(market: Market) -> None:
    good = (await market.good(name="平价鸡蛋", price=500, daily_limit=2))["id"]
    await market.put("ann", good, 2)
    first = await market.buy("ann", pay=False)
    await market.put("ann", good, 1)
    refused = await market.buy("ann", status=409)
    assert refused["code"] == "over_limit"
    await market.put("bob", good, 2)
    await market.buy("bob")
    await market.move("ann", first, "close")
    assert (await market.buy("ann", pay=False))["pieces"] == 1


async def test_given_back_whenever_it_comes_to_nothing(market: Market) -> None:
    good = (await market.good(name="蛋糕", price=2000, stock=5))["id"]

    async def left() -> int:
        return int((await Good.get(id=good)).stock or 0)

    await market.put("ann", good, 2)
    unpaid = await market.buy("ann", pay=False)
    assert await left() == 3
    await market.move("ann", unpaid, "close")
    assert await left() == 5
    for who, name, more in (("ann", "cancel", {}), ("owner", "refuse", {"reason": "卖完了"})):
        await market.put("ann", good, 2)
        paid = await market.buy("ann")
        assert await left() == 3
        await market.move(who, paid, name, **more)
        assert await left() == 5
    await market.put("ann", good, 2)
    paid = await market.buy("ann")
    await market.move("owner", paid, "accept")
    await market.move("owner", paid, "give-up", reason="停电了")
    assert await left() == 5
    await market.put("ann", good, 2)
    paid = await market.buy("ann")
    await market.move("owner", paid, "accept")
    code = (await market.one("ann", paid["id"]))["code"]
    await market.call("owner", f"/shops/{market.shop}/hand-over", {"code": code})
    assert await left() == 3
