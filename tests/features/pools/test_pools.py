"""A community's pool: shops are settled with once, budgets come and go, mistakes are taken back."""

import asyncio
from typing import Any

import pytest

from backend.core.actor import Actor
from backend.core.database import rows, transaction
from backend.core.events import emit
from backend.engines.points import queries as bank
from backend.engines.shelves.models import ShelfPlace
from backend.engines.shops.models import Shop, ShopKind, ShopStatus, Staff, StaffRole
from backend.engines.shops.rules import FOREVER, Reach
from backend.features.pools import service
from backend.features.pools.models import PoolEntry
from backend.features.pools.schemas import SettlementNew
from backend.foundation.areas.events import AreaMoved
from tests.features.mall.conftest import Mall, city, frozen, house, mall_

__all__ = ["city", "frozen", "house", "mall_"]

PAPER = {"voucher": "JS-2026-11", "note": "11 月兑换结算"}
BUDGET = {"kind": "put_in", "amount": 500, "voucher": "YS-4", "note": "居民议事会通过的预算"}


@pytest.fixture
async def shop(mall_: Mall) -> int:
    """A shop that took 60 points at a place of its own; eve works there."""
    spring = mall_.house.city.spring
    made = await Shop.create(
        name="邻居食堂",
        kind=ShopKind.CANTEEN,
        status=ShopStatus.OPEN,
        area_id=spring.id,
        area_path=spring.path,
        serves_path=spring.path,
        reach=Reach.COMMUNITY,
        place="东门",
        phone="0539-2233445",
        hours={"week": [[["00:00", "24:00"]]] * 7},
        delivers=False,
        licensed_until=FOREVER,
        created_at="2026-11-18T04:00:00Z",
    )
    staff = {"role": StaffRole.OWNER, "since": "2026-11-18T04:00:00Z"}
    await Staff.create(shop_id=made.id, user_id=mall_.house.ids["eve"], **staff)
    await ShelfPlace.filter(id=mall_.place).update(shop_id=made.id)
    for who in ("ann", "bob"):
        await mall_.hand_over((await mall_.redeem(who))["code"], "eve")
    return made.id


def at(mall: Mall, path: str = "") -> str:
    return f"/pools/{mall.house.city.spring.id}{path}"


async def settle(mall: Mall, shop: int, amount: int, status: int = 201, **given: Any) -> Any:
    body = {"shop_id": shop, "amount": amount, **PAPER} | given
    return await mall.call("secretary", at(mall, "/settlements"), body, status=status)


async def seen(mall: Mall) -> tuple[int, int, list[int]]:
    """The pool, what was issued, what shops wait for."""
    found = await mall.call("secretary", at(mall))
    return found["balance"], found["issued"], [one["balance"] for one in found["shops"]]


async def test_a_shop_is_settled_with_once(mall_: Mall, shop: int) -> None:
    assert await seen(mall_) == (0, 300, [60])
    done = await settle(mall_, shop, 40)
    assert (done["change"], done["shop_name"], done["by_name"]) == (40, "邻居食堂", "secretary")
    again = await settle(mall_, shop, 20, 409)
    assert again["code"] == "already_booked"
    lower = await settle(mall_, shop, 20, 409, voucher="js-2026-11")
    assert lower["code"] == "already_booked"
    assert await seen(mall_) == (40, 300, [20])
    said = (await mall_.call("eve", f"/pools/shops/{shop}/statement"))["items"]
    assert [(one["amount"], one["balance"]) for one in said] == [(-40, 20), (30, 60), (30, 30)]
    assert said[0]["memo"] == "商户结算 JS-2026-11"
    for nosy in ("ann", "secretary"):
        await mall_.call(nosy, f"/pools/shops/{shop}/statement", status=404)
    much = await settle(mall_, shop, 21, 409, voucher="JS-2")
    assert much["code"] == "not_enough_points"
    assert await PoolEntry.all().count() == 1
    assert "收到的积分已结算" in await mall_.house.inbox("eve")
    (said,) = await rows("SELECT detail FROM audit_entry WHERE action = 'pools.booked'")
    assert '"JS-2026-11"' in said["detail"]
    await mall_.agrees()


async def test_two_who_settle_at_once(mall_: Mall, shop: int) -> None:
    """Different papers, more than there is together: one of them has to wait for more."""
    keeper = Actor(mall_.house.ids["secretary"])
    keeper = mall_.house.people.known[
        mall_.house.headers["secretary"]["authorization"].removeprefix("Bearer ")
    ]

    async def one(voucher: str) -> None:
        body = SettlementNew(shop_id=shop, amount=40, voucher=voucher, note="结算")
        async with transaction():
            await service.settle(keeper, mall_.house.city.spring.id, body)

    found = await asyncio.gather(one("JS-1"), one("JS-2"), return_exceptions=True)
    assert sorted(type(each).__name__ for each in found) == ["NoneType", "NotEnoughPoints"]
    assert await seen(mall_) == (40, 300, [20])
    await mall_.agrees()


async def test_budgets_come_and_go(mall_: Mall) -> None:
    done = await mall_.call("secretary", at(mall_, "/budgets"), BUDGET, status=201)
    assert (done["kind_name"], done["change"]) == ("预算拨入", 500)
    assert await seen(mall_) == (500, 800, [])
    out = BUDGET | {"kind": "take_out", "voucher": "YS-5"}
    said = await mall_.call("secretary", at(mall_, "/budgets"), out | {"amount": 501}, status=409)
    assert said["code"] == "not_enough_points"
    done = await mall_.call("secretary", at(mall_, "/budgets"), out | {"amount": 200}, status=201)
    assert done["change"] == -200
    assert await seen(mall_) == (300, 600, [])
    economy = await mall_.call("secretary", f"/points/communities/{mall_.house.city.spring.id}")
    assert (economy["pool"], economy["issued"]) == (300, 600)
    await mall_.agrees()


async def test_what_was_wrong_is_taken_back_once(mall_: Mall, shop: int) -> None:
    done = await settle(mall_, shop, 40)
    path, why = f"/pools/entries/{done['id']}/take-back", {"note": "金额记错，重新入账"}
    back = await mall_.call("secretary", path, why, status=201)
    assert (back["kind"], back["change"], back["voucher"]) == ("back", -40, "JS-2026-11/back")
    for entry in (done, back):
        path = f"/pools/entries/{entry['id']}/take-back"
        said = await mall_.call("secretary", path, why, status=409)
        assert said["code"] == "already_taken_back"
    assert await seen(mall_) == (0, 300, [60])
    found = (await mall_.call("secretary", at(mall_, "/entries")))["items"]
    assert [(one["change"], one["is_taken_back"]) for one in found] == [(-40, False), (40, True)]
    await mall_.agrees()


async def test_what_has_gone_on_cannot_be_taken_back(mall_: Mall) -> None:
    done = await mall_.call("secretary", at(mall_, "/budgets"), BUDGET, status=201)
    out = BUDGET | {"kind": "take_out", "voucher": "YS-5", "amount": 1}
    await mall_.call("secretary", at(mall_, "/budgets"), out, status=201)
    path = f"/pools/entries/{done['id']}/take-back"
    said = await mall_.call("secretary", path, {"note": "记错了单位"}, status=409)
    assert said["code"] == "not_enough_points"
    assert await seen(mall_) == (499, 799, [])
    await mall_.agrees()


async def test_pages_of_what_was_booked(mall_: Mall) -> None:
    for number in range(3):
        body = BUDGET | {"voucher": f"YS-{number}", "amount": number + 1}
        await mall_.call("secretary", at(mall_, "/budgets"), body, status=201)
    first = await mall_.call("secretary", at(mall_, "/entries"), limit=2)
    rest = await mall_.call("secretary", at(mall_, "/entries"), limit=2, cursor=first["next"])
    assert [one["amount"] for one in first["items"] + rest["items"]] == [3, 2, 1]


@pytest.mark.parametrize(
    ("who", "status"),
    [("ann", 403), ("eve", 403), ("far_secretary", 404), ("worker", 403), ("office", 201)],
)
async def test_who_may_keep_it(mall_: Mall, shop: int, who: str, status: int) -> None:
    body = {"shop_id": shop, "amount": 1, **PAPER}
    await mall_.call(who, at(mall_, "/settlements"), body, status=status)
    await mall_.call(who, at(mall_, "/budgets"), BUDGET, status=status)
    entry = await mall_.call("secretary", at(mall_, "/budgets"), BUDGET | {"voucher": "YS-9"})
    path = f"/pools/entries/{entry['id']}/take-back"
    await mall_.call(who, path, {"note": "重复记账了"}, status=status)


@pytest.mark.parametrize(
    ("who", "status"), [("ann", 403), ("far_secretary", 404), ("worker", 200), ("office", 200)]
)
async def test_who_may_look(mall_: Mall, who: str, status: int) -> None:
    for path in ("", "/entries"):
        await mall_.call(who, at(mall_, path), status=status)


async def test_only_communities_and_their_shops(mall_: Mall, shop: int) -> None:
    street = mall_.house.city.street.id
    await mall_.call("office", f"/pools/{street}", status=404)
    await mall_.call("office", f"/pools/{mall_.house.city.home.area_id}", status=404)
    body = {"shop_id": shop, "amount": 1, **PAPER}
    far = f"/pools/{mall_.house.city.autumn.id}/settlements"
    await mall_.call("office", far, body, status=404)
    await settle(mall_, 999_999, 1, 404)
    await mall_.agrees()


@pytest.mark.parametrize(
    "bad",
    [
        {"amount": 0},
        {"amount": -1},
        {"amount": 1.5},
        {"amount": 10**9},
        {"voucher": ""},
        {"voucher": "单"},
        {"voucher": "A/back"},
        {"note": ""},
        {"kind": "back"},
        {"kind": "settle"},
    ],
)
async def test_bad_budgets(mall_: Mall, bad: dict[str, Any]) -> None:
    await mall_.call("secretary", at(mall_, "/budgets"), BUDGET | bad, status=422)
    assert await seen(mall_) == (0, 300, [])


async def test_it_follows_its_area(mall_: Mall) -> None:
    await mall_.call("secretary", at(mall_, "/budgets"), BUDGET, status=201)
    spring = mall_.house.city.spring
    async with transaction():
        await emit(AreaMoved(spring.id, spring.path or "", "/77/", by=0))
    await mall_.house.work()
    assert [one.area_path for one in await PoolEntry.all()] == ["/77/"]
    assert await bank.check() == []
