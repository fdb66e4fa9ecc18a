"""Counting the shelf: what differs is ruled by somebody else, and the stock follows."""

from typing import Any

import pytest

from tests.features.mall.conftest import Mall, city, frozen, house, mall_

__all__ = ["city", "frozen", "house", "mall_"]

GROUNDS = {"grounds": "两件包装破损已报废"}


async def counted(mall: Mall, number: int, who: str = "worker", **given: Any) -> Any:
    body = {"shelf_id": mall.soap, "place_id": mall.place, "counted": number} | given
    return await mall.call(who, "/mall/counts", body, status=201)


async def test_what_was_redeemed_still_lies_there(mall_: Mall) -> None:
    await mall_.redeem(quantity=2)
    same = await counted(mall_, 10)
    assert (same["expected"], same["difference"], same["status"]) == (10, 0, "same")


async def test_the_stock_follows_by_the_difference(mall_: Mall) -> None:
    one = await counted(mall_, 8)
    assert (one["difference"], one["status"]) == (-2, "open")
    await mall_.redeem(quantity=3)
    path = f"/mall/counts/{one['id']}/adjust"
    for who, status in (("ann", 403), ("worker", 403), ("far_secretary", 404)):
        await mall_.call(who, path, GROUNDS, status=status)
    done = await mall_.call("secretary", path, GROUNDS)
    assert (done["status"], done["moves"], await mall_.left()) == ("adjusted", [], 5)
    await mall_.call("secretary", path, GROUNDS, status=409)
    found = (await mall_.call("secretary", "/mall/counts"))["items"]
    assert [(one["counted_by_name"], one["ruled_by_name"]) for one in found] == [
        ("worker", "secretary")
    ]
    await mall_.agrees()


async def test_nobody_rules_their_own_count(mall_: Mall) -> None:
    one = await counted(mall_, 8, "secretary")
    for move in ("adjust", "keep"):
        await mall_.call("secretary", f"/mall/counts/{one['id']}/{move}", GROUNDS, status=403)
    done = await mall_.call("office", f"/mall/counts/{one['id']}/keep", GROUNDS)
    assert (done["status"], await mall_.left()) == ("kept", 10)
    await mall_.agrees()


async def test_what_is_promised_stays_promised(mall_: Mall) -> None:
    await mall_.redeem("ann", quantity=3)
    one = await counted(mall_, 2)
    await mall_.redeem("bob", quantity=3)
    path = f"/mall/counts/{one['id']}/adjust"
    said = await mall_.call("secretary", path, GROUNDS, status=409)
    assert said["code"] == "more_promised"
    assert await mall_.left() == 4
    await mall_.agrees()


async def test_more_than_expected_comes_in(mall_: Mall) -> None:
    one = await counted(mall_, 13)
    await mall_.call("secretary", f"/mall/counts/{one['id']}/adjust", GROUNDS)
    assert await mall_.left() == 13
    await mall_.agrees()


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"counted": -1}, 422),
        ({"counted": 10**12}, 422),
        ({"counted": 1.5}, 422),
        ({"place_id": 999_999}, 404),
        ({"shelf_id": 999_999}, 404),
        ({"expected": 8}, 422),
    ],
)
async def test_bad_counts(mall_: Mall, given: dict[str, Any], status: int) -> None:
    body = {"shelf_id": mall_.soap, "place_id": mall_.place, "counted": 8} | given
    await mall_.call("worker", "/mall/counts", body, status=status)
    good = {"shelf_id": mall_.soap, "place_id": mall_.place, "counted": 8}
    await mall_.call("far_secretary", "/mall/counts", good, status=404)
    await mall_.call("ann", "/mall/counts", good, status=403)
    assert (await mall_.call("far_secretary", "/mall/counts"))["items"] == []
