"""Stars, words, answers, and complaints that become orders."""

from datetime import timedelta

import pytest
import time_machine

from tests.engines.shops.conftest import Market, city, frozen, market, town
from tests.foundation.weixin import weixin
from tests.wechat_mock.conftest import Mock

__all__ = ["city", "frozen", "market", "town", "weixin"]


RISKY = "好评加微信刷单，日赚三百"


async def done(market: Market, who: str = "ann") -> dict[str, object]:
    paid = await market.buy(who)
    await market.move("owner", paid, "accept")
    await market.call("owner", f"/shops/{market.shop}/hand-over", {"code": paid["code"]})
    return paid  # type: ignore[no-any-return]


async def test_rated_once_averaged_and_answered(weixin: Mock, market: Market) -> None:
    first, second = await done(market), await done(market, "bob")
    await market.move("owner", first, "answer", status=409, text="谢谢惠顾")
    await market.move("ann", first, "rate", stars=5, text="面很筋道")
    await market.move("ann", first, "rate", status=409, stars=1)
    await market.move("bob", second, "rate", stars=2)
    await market.move("bob", first, "rate", status=404, stars=1)
    await market.move("owner", first, "rate", status=403, stars=5)
    shop = await market.call("cat", f"/shops/{market.shop}")
    assert (shop["stars"], shop["stars_count"]) == (3.5, 2)
    await market.move("owner", first, "answer", text="谢谢，下次多给您加勺汤")
    await market.move("owner", first, "answer", status=409, text="再说一句")
    said = (await market.call("cat", f"/shops/{market.shop}/ratings"))["items"]
    assert [(one["stars"], one["text"], one["answer"]) for one in said] == [
        (2, "", None),
        (5, "面很筋道", "谢谢，下次多给您加勺汤"),
    ]
    assert "ann" not in str(said)
    await market.work()
    assert "商家回复了您的评价" in await market.inbox("ann")


@pytest.mark.parametrize("stars", [0, 6, -1, 4.5])
async def test_bad_stars(market: Market, stars: float) -> None:
    paid = await done(market)
    await market.move("ann", paid, "rate", status=422, stars=stars)


async def test_risky_words_are_hidden_from_others(weixin: Mock, market: Market) -> None:
    paid = await done(market)
    await weixin.control("login-code", openid="openid-ann")
    await market.move("ann", paid, "rate", stars=1, text=RISKY)
    await market.work()
    said = (await market.call("bob", f"/shops/{market.shop}/ratings"))["items"]
    assert [(one["stars"], one["text"]) for one in said] == [(1, "")]
    assert "刷单" in (await market.one("ann", paid["id"]))["rating_text"]
    assert (await market.one("owner", paid["id"]))["rating_text"] is None


async def test_too_late_to_rate(market: Market, frozen: time_machine.Traveller) -> None:
    paid = await done(market)
    frozen.shift(timedelta(days=31))
    await market.move("ann", paid, "rate", status=409, stars=5)


async def test_a_complaint_becomes_an_order_once(market: Market) -> None:
    paid = await done(market)
    said = await market.move("ann", paid, "complain", text="送来的面是凉的，打电话也不接")
    assert said["complaint_id"]
    order = await market.call("ann", f"/orders/{said['complaint_id']}")
    assert order["kind"] == "complaint"
    assert "老王面馆" in order["title"]
    assert paid["number"] in order["text"]
    await market.move("ann", paid, "complain", status=409, text="送来的面是凉的")
    await market.move("bob", paid, "complain", status=404, text="我也不满意")
    assert (await market.one("owner", paid["id"]))["complaint_id"] is None
