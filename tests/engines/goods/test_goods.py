"""What a shop puts on its shelf, who may, and what a pharmacy must not."""

from typing import Any

import pytest

from backend.engines.goods import rules
from tests.engines.shops.conftest import Market, city, frozen, market, town

__all__ = ["city", "frozen", "market", "town"]
SIZES = {"name": "规格", "choices": [{"name": "小碗"}, {"name": "大碗", "extra": 400}]}


async def test_a_good_is_put_up_changed_and_taken_down(market: Market) -> None:
    good = await market.good(name="凉皮", price=900, options=[SIZES], stock=10)
    listed = (await market.call("ann", f"/shops/{market.shop}/goods"))["items"]
    assert [one["name"] for one in listed] == ["牛肉面", "凉皮"]
    path = f"/goods/{good['id']}"
    changed = await market.call(
        "owner", path, {"price": 1000, "stock": None, "version": 1}, method="PATCH"
    )
    assert (changed["price"], changed["stock"]) == (1000, None)
    stale = await market.call("owner", path, {"price": 1, "version": 1}, method="PATCH", status=409)
    assert stale["code"] == "stale_version"
    await market.call("owner", path, {"is_on": False}, method="PATCH")
    assert len((await market.call("ann", f"/shops/{market.shop}/goods"))["items"]) == 1
    everything = await market.call("owner", f"/shops/{market.shop}/goods", all=True)
    assert len(everything["items"]) == 2
    assert len((await market.call("ann", f"/shops/{market.shop}/goods", all=True))["items"]) == 1
    await market.call("owner", path, method="DELETE")
    await market.call("owner", path, method="DELETE", status=404)


@pytest.mark.parametrize(
    "given",
    [
        {"price": 0},
        {"price": -5},
        {"price": 1_000_001},
        {"price": 18.5},
        {"stock": -1},
        {"name": ""},
        {"name": "长" * 41},
        {"options": [SIZES, SIZES]},
        {"options": [{"name": "x", "choices": []}]},
        {"options": [{"name": "x", "choices": [{"name": "a", "extra": -100}]}]},
        {"sold": 5},
    ],
)
async def test_bad_goods(market: Market, given: dict[str, Any]) -> None:
    body = {"name": "凉皮", "price": 900} | given
    await market.call("owner", f"/shops/{market.shop}/goods", body, status=422)


async def test_other_peoples_shelves(market: Market) -> None:
    """A rival with a shop of their own, a buyer, somebody of another community."""
    theirs = (await market.trading("rival", name="对面的店"))["id"]
    body = {"name": "凉皮", "price": 900}
    for who in ("rival", "ann", "secretary"):
        await market.call(who, f"/shops/{market.shop}/goods", body, status=404)
        await market.call(who, f"/goods/{market.noodles}", {"price": 1}, method="PATCH", status=404)
        await market.call(who, f"/goods/{market.noodles}", method="DELETE", status=404)
    picture = await market.picture("ann")
    with_picture = body | {"picture_ids": [picture]}
    await market.call("rival", f"/shops/{theirs}/goods", with_picture, status=404)


async def test_medicine_on_prescription_is_refused_with_the_rule(market: Market) -> None:
    shop = (await market.trading(name="康民药店", kind="pharmacy"))["id"]
    path = f"/shops/{shop}/goods"
    for given in (
        {"name": "头孢克肟分散片"},
        {"name": "感冒药", "about": "本品为处方药"},
        {"name": "阿 莫 西 林胶囊"},
        {"name": "安心片", "is_prescription": True},
    ):
        refused = await market.call("owner", path, {"price": 900} | given, status=422)
        assert refused["code"] == "prescription"
        assert "药品网络销售监督管理办法" in str(refused)
    for name in ("布洛芬缓释胶囊（非处方药）", "板蓝根颗粒 OTC", "医用口罩"):
        good = await market.call("owner", path, {"name": name, "price": 900}, status=201)
    refused = await market.call(
        "owner", f"/goods/{good['id']}", {"name": "阿托伐他汀"}, method="PATCH", status=422
    )
    assert refused["code"] == "prescription"


async def test_what_the_community_takes_off_stays_off(market: Market) -> None:
    path = f"/goods/{market.noodles}"
    await market.put("ann", market.noodles)
    blocked = {"reason": "抽检不合格"}
    await market.call("far_secretary", f"{path}/block", blocked, status=404)
    await market.call("ann", f"{path}/block", blocked, status=403)
    await market.call("secretary", f"{path}/block", blocked)
    await market.call("owner", path, {"is_on": True}, method="PATCH", status=409)
    body = {"shop_id": market.shop, "expected": 1800}
    assert "已下架" in str(await market.call("ann", "/cart/checkout", body, status=409))
    await market.call("secretary", f"{path}/unblock", {})
    await market.call("owner", path, {"is_on": True}, method="PATCH")
    await market.call("ann", "/cart/checkout", body, status=201)
    await market.call("secretary", f"{path}/block", blocked | {"is_prescription": True})
    await market.call("secretary", f"{path}/unblock", {}, status=409)


def test_words_of_prescriptions() -> None:
    assert rules.prescription_word("阿莫西林") == "阿莫西林"
    assert rules.prescription_word("这是非处方药 OTC") is None
    assert rules.prescription_word("牛肉面", "大碗") is None


def test_choices() -> None:
    groups = [SIZES, {"name": "辣度", "choices": [{"name": "微辣", "extra": 0}]}]
    whole = [{**one, "choices": [{"extra": 0} | c for c in one["choices"]]} for one in groups]
    assert rules.chosen(whole, ["大碗", "微辣"]) == 400
    for wrong in ([], ["大碗"], ["微辣", "大碗"], ["大碗", "微辣", "x"]):
        with pytest.raises(rules.BadChoice):
            rules.chosen(whole, wrong)
