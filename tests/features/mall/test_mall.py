"""Redeeming: points and stock together or neither, handed over once, both back otherwise."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from backend.core.actor import Actor
from backend.core.database import execute, rows, transaction
from backend.core.errors import Conflict
from backend.core.events import emit
from backend.engines.ledgers import queries as ledgers
from backend.engines.shelves.models import ShelfStock
from backend.engines.shops.models import Shop, Staff, StaffRole
from backend.features.mall import queries, service
from backend.features.mall.models import Redemption
from backend.features.mall.schemas import Redeem
from backend.foundation.areas.events import AreaMoved
from tests.engines.points.test_points import patiently
from tests.features.mall.conftest import Mall, city, frozen, house, mall_

__all__ = ["city", "frozen", "house", "mall_"]


async def test_redeem_and_fetch(mall_: Mall) -> None:
    made = await mall_.redeem(quantity=2)
    assert (made["points"], made["balance"], made["status"]) == (60, 40, "waiting")
    assert made["moves"] == ["cancel"]
    assert made["qr"].startswith("data:image/png")
    assert await mall_.left() == 8
    seen = await mall_.call(
        "worker", f"/mall/places/{mall_.place}/find", {"code": f"LLJF{made['code']}"}
    )
    assert (seen["name"], seen["quantity"], seen["person"], seen["code"]) == (
        "洗衣液 2 升", 2, "a**", None,
    )  # fmt: skip
    done = await mall_.hand_over(made["code"])
    assert (done["status"], done["code"]) == ("done", None)
    assert await mall_.house.pool() == 60
    assert (await mall_.call("ann", f"/mall/goods/{mall_.soap}"))["redeemed"] == 2
    await mall_.house.work()
    assert {"兑换成功", "已领取"} <= set(await mall_.house.inbox("ann"))
    await mall_.agrees()


async def test_a_code_is_good_once(mall_: Mall) -> None:
    made = await mall_.redeem()
    await mall_.hand_over(made["code"])
    for path in ("find", "hand-over"):
        where = f"/mall/places/{mall_.place}/{path}"
        again = await mall_.call("worker", where, {"code": made["code"]}, status=409)
        assert again["code"] == "already_handed_over"
        assert "11月18日" in again["detail"]
    assert await mall_.house.pool() == 30
    await mall_.agrees()


async def test_of_many_scans_one_counts(mall_: Mall) -> None:
    made = await mall_.redeem()
    worker = mall_.house.people.known[mall_.house.headers["worker"]["authorization"][7:]]

    async def scan() -> bool:
        body = service.CodeBody(code=made["code"])
        try:
            async with transaction():
                await service.hand_over(worker, mall_.place, body)
        except (service.AlreadyHandedOver, Conflict):
            return False
        return True

    assert sum(await asyncio.gather(*(scan() for _ in range(8)))) == 1
    await mall_.agrees()


async def test_wrong_codes_open_nothing_and_are_few(mall_: Mall) -> None:
    await mall_.redeem()
    answers = set()
    for number in range(12):
        answer = await mall_.house.client.post(
            f"/api/v1/mall/places/{mall_.place}/hand-over",
            json={"code": f"{number:08d}"},
            headers=mall_.house.headers["worker"],
        )
        answers.add(answer.status_code)
    assert answers == {404, 429}


async def test_who_may_hand_over(mall_: Mall) -> None:
    made = await mall_.redeem()
    for who in ("ann", "bob", "far_secretary"):
        await mall_.hand_over(made["code"], who, status=404)
    # Another place knows nothing of it, and nobody hands over to themselves.
    mine = await mall_.house.earn("worker", 60, "worker")
    assert mine.amount == 60
    await execute(
        "UPDATE mall_redemption SET user_id = ? WHERE id = ?", mall_.house.ids["worker"], made["id"]
    )
    await mall_.hand_over(made["code"], "worker", status=403)


async def test_thinking_better_of_it(mall_: Mall) -> None:
    made = await mall_.redeem()
    path = f"/mall/redemptions/{made['id']}/cancel"
    await mall_.call("bob", path, {}, status=404)
    done = await mall_.call("ann", path, {})
    assert (done["status"], await mall_.left(), await mall_.house.balance("ann")) == (
        "cancelled", 10, 100,
    )  # fmt: skip
    await mall_.call("ann", path, {}, status=409)
    again = await mall_.hand_over(made["code"], status=409)
    assert again["code"] == "code_over"
    await mall_.agrees()


async def test_the_counter_cannot_serve(mall_: Mall) -> None:
    made = await mall_.redeem()
    path = f"/mall/redemptions/{made['id']}/call-off"
    await mall_.call("ann", path, {"reason": "我不要了"}, status=403)
    await mall_.call("worker", path, {"reason": "商品破损"})
    await mall_.house.work()
    assert "兑换已取消" in await mall_.house.inbox("ann")
    assert await mall_.house.balance("ann") == 100
    await mall_.agrees()


async def test_what_is_not_fetched_goes_back(mall_: Mall, frozen: time_machine.Traveller) -> None:
    made = await mall_.redeem()
    frozen.shift(timedelta(days=6, minutes=1))
    await mall_.house.work()
    await mall_.house.work()
    assert (await mall_.house.inbox("ann")).count("兑换的物品快过期了") == 1
    frozen.shift(timedelta(days=1))
    late = await mall_.hand_over(made["code"], status=409)
    assert late["code"] == "code_over"
    await mall_.house.work()
    assert "兑换已过期" in await mall_.house.inbox("ann")
    assert (await mall_.left(), await mall_.house.balance("ann")) == (10, 100)
    await mall_.agrees()


async def test_never_more_than_there_are(mall_: Mall) -> None:
    three = await mall_.good(price=1)
    await mall_.stock(three, 3)
    body = Redeem(shelf_id=three, place_id=mall_.place, points=1)
    buyers = [Actor(mall_.house.ids[who]) for who in ("ann", "dad", "bob")]

    async def once(buyer: Actor) -> int:
        try:
            return int(await patiently(lambda: service.redeem(buyer, body)))
        except queries.shelves.SoldOut:
            return 0

    won = await asyncio.gather(*(once(buyers[n % 3]) for n in range(15)))
    assert sum(won) == 3
    assert await mall_.left(three) == 0
    await mall_.house.work()
    assert "积分商品兑完了" in await mall_.house.inbox("worker")
    sold = await mall_.redeem(shelf_id=three, points=1, status=409)
    assert sold["code"] == "sold_out"
    await mall_.agrees()


async def test_without_points_nothing_moves(mall_: Mall) -> None:
    said = await mall_.redeem(quantity=4, status=409)
    assert said["code"] == "not_enough_points"
    assert await mall_.left() == 10
    assert await Redemption.all().count() == 0
    await mall_.agrees()


async def test_a_person_gets_so_many(mall_: Mall, frozen: time_machine.Traveller) -> None:
    few = await mall_.good(price=1, per_person=2, span="month")
    await mall_.stock(few, 9)
    first = await mall_.redeem(shelf_id=few, points=1)
    await mall_.redeem(shelf_id=few, points=1)
    over = await mall_.redeem(shelf_id=few, points=1, status=409)
    assert over["code"] == "over_limit"
    assert (await mall_.call("ann", f"/mall/goods/{few}"))["mine"] == 2
    await mall_.call("ann", f"/mall/redemptions/{first['id']}/cancel", {})
    await mall_.redeem(shelf_id=few, points=1)
    await mall_.redeem("dad", shelf_id=few, points=1)
    frozen.move_to("2026-12-01T04:00:00Z")
    await mall_.redeem(shelf_id=few, points=1)
    await mall_.agrees()


async def test_another_price_is_asked_for_again(mall_: Mall) -> None:
    path = f"/mall/goods/{mall_.soap}"
    await mall_.call("secretary", path, {"price": 40, "version": 1}, method="PATCH")
    said = await mall_.redeem(status=409)
    assert (said["code"], said["facts"]["points"]) == ("price_changed", 40)
    assert await mall_.left() == 10
    await mall_.call("secretary", path, {"price": 30, "version": 1}, method="PATCH", status=409)


@pytest.mark.parametrize(
    "bad",
    [
        {"quantity": 0},
        {"quantity": -1},
        {"quantity": 10**9},
        {"quantity": 1.0},
        {"points": 0},
        {"points": -30},
        {"points": 10**18},
        {"user_id": 7},
    ],
)
async def test_bad_wants(mall_: Mall, bad: dict[str, Any]) -> None:
    await mall_.redeem(status=422, **{"quantity": 1, "points": 30, **bad})
    await mall_.agrees()


async def test_whats_offered_elsewhere_is_not_there(mall_: Mall) -> None:
    """cat lives in the other community, eve nowhere."""
    await mall_.house.earn("cat", 100, "cat", area_path=mall_.house.city.autumn.path)
    for who in ("cat", "eve"):
        await mall_.redeem(who, status=404)
        await mall_.call(who, f"/mall/goods/{mall_.soap}", status=404)
        assert (await mall_.call(who, "/mall/goods"))["items"] == []
    assert len((await mall_.call("ann", "/mall/goods"))["items"]) == 1
    far = {"area_id": mall_.house.city.autumn.id, "name": "秋实积分超市"}
    far |= {"address": "东门", "hours": "每天上午"}
    other = (await mall_.call("far_secretary", "/mall/places", far, status=201))["id"]
    await mall_.redeem(place_id=other, status=404)
    stock = {"place_id": other, "cause": "in", "quantity": 1, "note": "配送"}
    await mall_.call("secretary", f"/mall/goods/{mall_.soap}/stock", stock, status=404)
    await mall_.call("far_secretary", f"/mall/goods/{mall_.soap}/stock", stock, status=404)


async def test_what_is_off_the_shelf(mall_: Mall) -> None:
    path = f"/mall/goods/{mall_.soap}"
    await mall_.call("secretary", path, {"is_on": False, "version": 1}, method="PATCH")
    await mall_.redeem(status=404)
    await mall_.call("secretary", path, {"is_on": True, "version": 2}, method="PATCH")
    where = f"/mall/places/{mall_.place}"
    await mall_.call("secretary", where, {"is_on": False, "version": 1}, method="PATCH")
    assert (await mall_.redeem(status=409))["code"] == "not_offered"
    assert await mall_.left() == 0


async def test_a_shop_takes_part_and_gets_the_points(mall_: Mall) -> None:
    spring = mall_.house.city.spring
    shop = await Shop.create(
        name="理发店", kind="service", status="open", area_id=spring.id, area_path=spring.path,
        serves_path=spring.path, reach="community", place="东门", phone="1", hours={"week": []},
        licensed_until="2099-01-01", created_at="2026-11-18T04:00:00Z",
    )  # fmt: skip
    owner = await mall_.house.person("owner")
    await Staff.create(
        shop_id=shop.id, user_id=owner, role=StaffRole.OWNER, since="2026-11-18T04:00:00Z"
    )
    body = {"area_id": spring.id, "name": "理发店", "address": "东门", "hours": "每天"}
    place = await mall_.call("secretary", "/mall/places", body | {"shop_id": shop.id}, status=201)
    cut = await mall_.good(name="老人理发", kind="service", price=20)
    await mall_.stock(cut, 5, place_id=place["id"])
    made = await mall_.redeem(shelf_id=cut, place_id=place["id"], points=20)
    mine = (await mall_.call("owner", "/mall/places"))["items"]
    assert [(one["id"], one["may_serve"], one["may_manage"]) for one in mine] == [
        (place["id"], True, False)
    ]
    waiting = await mall_.call("owner", f"/mall/places/{place['id']}/redemptions")
    assert [one["name"] for one in waiting["items"]] == ["老人理发"]
    await mall_.call("owner", f"/mall/places/{mall_.place}/redemptions", status=404)
    path = f"/mall/places/{place['id']}/hand-over"
    await mall_.call("owner", path, {"code": made["code"]})
    assert await ledgers.balance(f"points:shop/{shop.id}", "points") == 20
    far = body | {"shop_id": shop.id, "area_id": mall_.house.city.autumn.id}
    await mall_.call("far_secretary", "/mall/places", far, status=404)
    await mall_.agrees()


async def test_stock_comes_and_goes_with_a_reason(mall_: Mall) -> None:
    await mall_.stock(mall_.soap, 3, "out", note="包装破损")
    assert await mall_.left() == 7
    body = {"place_id": mall_.place, "cause": "out", "quantity": 8, "note": "太多了"}
    path = f"/mall/goods/{mall_.soap}"
    assert (await mall_.call("secretary", f"{path}/stock", body, status=409))["code"] == "sold_out"
    for bad in ({"quantity": 0}, {"quantity": -4}, {"cause": "counted"}, {"note": ""}):
        await mall_.call("secretary", f"{path}/stock", body | bad, status=422)
    await mall_.call("ann", f"{path}/stock", body, status=403)
    said = (await mall_.call("secretary", f"{path}/movements"))["items"]
    assert [(one["delta"], one["cause_name"]) for one in said] == [(-3, "出库、报损"), (10, "入库")]
    await mall_.call("far_secretary", f"{path}/movements", status=404)
    await mall_.agrees()


async def test_who_leaves_gives_back(mall_: Mall) -> None:
    await mall_.redeem()
    await mall_.call("ann", "/me/erase", {"confirm": "注销"})
    await mall_.house.work()
    assert await mall_.house.pool() == 100
    stock = (await ShelfStock.all())[0]
    assert (stock.amount, stock.promised) == (10, 0)
    for table in ("mall_redemption", "points_hold", "shelves_taking"):
        sql = f"SELECT id FROM {table} WHERE user_id = ?"
        assert not await rows(sql, mall_.house.ids["ann"])
    await mall_.agrees()


async def test_the_shop_follows_its_area(mall_: Mall) -> None:
    await mall_.redeem()
    spring = mall_.house.city.spring
    async with transaction():
        await emit(AreaMoved(spring.id, spring.path or "", "/77/", by=0))
    await mall_.house.work()
    for table in ("mall_redemption", "shelves_good", "shelves_place"):
        assert await rows(f"SELECT area_path FROM {table}") == [{"area_path": "/77/"}]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE shelves_stock SET amount = amount + 1", "movements"),
        ("UPDATE shelves_stock SET promised = promised - 1", "promised"),
        ("UPDATE points_hold SET status = 'spent'", "its points are spent"),
        ("UPDATE mall_redemption SET points = 1", "its points are reserved"),
        ("DELETE FROM points_hold", "its points are None"),
    ],
)
async def test_the_proof_finds_what_was_touched(mall_: Mall, sql: str, words: str) -> None:
    await mall_.redeem()
    await mall_.agrees()
    await execute(sql)
    assert any(words in one for one in await queries.check())
