"""Menus by day, the cut-off, portions, and the subsidy for old people, once a meal."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from backend.core import clock
from backend.core.database import rows
from backend.engines.ledgers import queries as ledgers
from backend.foundation.residents.models import Binding, Resident, sealed
from tests.engines.shops.conftest import Market, city, frozen, town

__all__ = ["city", "frozen", "town"]
ADDRESS = {"place": "锦绣花园1号楼101", "name": "王女士", "phone": "13854321098"}
DINNER = {"name": "红烧肉套餐", "price": 1200, "portions": 20}


class Canteen:
    """A canteen with tonight's dinner on its menu."""

    def __init__(self, market: Market) -> None:
        self.market, self.path = market, f"/canteens/{market.shop}"

    async def write(self, meal: str = "dinner", *, day: int = 0, **given: Any) -> int:
        when = str(clock.today() + timedelta(days=day))
        body = {"day": when, "meal": meal, "dishes": [DINNER | given]}
        menu = await self.market.call("owner", f"{self.path}/menu", body, method="PUT")
        meals = menu["days"][0]["meals"]
        return int(next(one for one in meals if one["meal"] == meal)["dishes"][0]["good_id"])

    async def book(
        self, who: str, dish: int, *, pay: bool = True, status: int = 0, **given: Any
    ) -> Any:
        how = {"dishes": [{"good_id": dish, "quantity": given.pop("quantity", 1)}]} | given
        asked = {key: how[key] for key in ("dishes", "resident_id", "delivery") if key in how}
        if "expected" not in how:
            quote = await self.market.call(who, f"{self.path}/quote", asked)
            how["expected"] = quote["payable"]
        booked = await self.market.call(who, f"{self.path}/bookings", how, status=status)
        if status >= 400:
            return booked
        if pay and booked["payment_id"]:
            await self.market.pay(booked["payment_id"])
        return await self.market.one(who, booked["purchase_id"])


@pytest.fixture
async def canteen(town: Market, frozen: Any) -> Canteen:
    shop = await town.trading(name="春晖幸福食堂", kind="canteen")
    town.shop = shop["id"]
    canteen = Canteen(town)
    subsidies = {"subsidies": {"60": 200, "70": 300, "80": 500}}
    await town.call("street", f"{canteen.path}/subsidies", subsidies, method="PUT")
    return canteen


async def lives(
    market: Market, name: str, age: int, who: str = "", relation: str = "family"
) -> int:
    """A confirmed resident of the first flat, with an account where `who` says whose."""
    seal = f"seal-{name}"
    one = await Resident.create(
        user_id=market.ids[who] if who else None,
        seal=seal,
        birth_year=clock.today().year - age,
        **sealed(seal, name=name),
    )
    home = market.city.home.id
    await Binding.create(
        resident_id=one.id,
        dwelling_id=home,
        relation=relation,
        status="confirmed",
        live_key=f"{one.id}:{home}",
        created_at=clock.now(),
    )
    return int(one.id)


async def test_the_menu_and_its_cut_off(canteen: Canteen, frozen: time_machine.Traveller) -> None:
    market = canteen.market
    dish = await canteen.write()
    (day,) = (await market.call("ann", f"{canteen.path}/menu", days=1))["days"]
    (meal,) = day["meals"]
    assert (meal["name"], meal["is_open"], meal["served"]) == ("晚餐", True, "17:00-18:30")
    assert meal["book_until"] == "2026-11-18T07:30:00Z"
    assert (await market.call("ann", f"/shops/{market.shop}/goods"))["items"] == []
    frozen.shift(timedelta(hours=3, minutes=29))
    assert (await canteen.book("ann", dish))["status"] == "paid"
    frozen.shift(timedelta(minutes=1))
    assert (await canteen.book("ann", dish, status=409))["code"] == "too_late"
    breakfast = await canteen.write("breakfast", day=1, name="豆浆油条", price=500)
    assert (await canteen.book("ann", breakfast))["slot_name"] == "早餐"


async def test_a_booking_is_accepted_at_the_cut_off_and_taken_back_before(
    canteen: Canteen, frozen: time_machine.Traveller
) -> None:
    market = canteen.market
    dish = await canteen.write()
    kept, back = await canteen.book("ann", dish), await canteen.book("bob", dish)
    assert "有新订单" not in await market.inbox("owner")
    frozen.shift(timedelta(hours=1))
    await market.tick()
    assert (await market.one("ann", kept["id"]))["status"] == "paid"
    await market.move("bob", back, "cancel")
    frozen.shift(timedelta(hours=2, minutes=31))
    await market.tick()
    assert (await market.one("ann", kept["id"]))["status"] == "accepted"
    await market.move("ann", kept, "cancel", status=409)
    kitchen = await market.call("owner", f"{canteen.path}/kitchen", meal="dinner")
    assert (kitchen["bookings"], kitchen["dishes"]) == (1, [{"name": "红烧肉套餐", "portions": 1}])
    await market.call("ann", f"{canteen.path}/kitchen", meal="dinner", status=404)


async def test_old_people_get_the_subsidy_of_their_age_once_a_meal(canteen: Canteen) -> None:
    market = canteen.market
    await lives(market, "王小明", 40, "ann", "owner")
    old = await lives(market, "王建国", 83)
    dish = await canteen.write()
    eaters = (await market.call("ann", "/canteens/eaters"))["items"]
    assert [(one["name"], one["is_old"]) for one in eaters] == [("王小明", False), ("王**", True)]
    mine = await canteen.book("ann", dish)
    assert (mine["payable"], mine["reduction"]) == (1200, 0)
    his = await canteen.book("ann", dish, resident_id=old, quantity=2)
    assert (his["total"], his["payable"], his["for_whom"]) == (2400, 1900, "王**")
    assert await ledgers.balance("subsidy:canteen") == -500
    assert await market.earned() == 1200 + 2400
    again = await canteen.book("ann", dish, resident_id=old)
    assert again["reduction"] == 0
    breakfast = await canteen.write("breakfast", day=1)
    assert (await canteen.book("ann", breakfast, resident_id=old))["reduction"] == 500
    await market.books_agree()


async def test_taken_back_the_subsidy_is_free_again(canteen: Canteen) -> None:
    market = canteen.market
    old = await lives(market, "王建国", 72, "ann", "owner")
    dish = await canteen.write(price=300)
    first = await canteen.book("ann", dish)
    assert (first["status"], first["payable"], first["payment_id"]) == ("paid", 0, None)
    assert await market.earned() == 300
    await market.move("ann", first, "cancel")
    await market.work()
    assert await market.earned() == 0
    assert await ledgers.balance("subsidy:canteen") == 0
    assert (await canteen.book("ann", dish, resident_id=old))["payable"] == 0
    await market.books_agree()


async def test_two_bookings_at_once_are_one_subsidy(canteen: Canteen) -> None:
    market = canteen.market
    await lives(market, "王建国", 72, "ann", "owner")
    dish = await canteen.write()
    body = {"dishes": [{"good_id": dish, "quantity": 1}], "expected": 900}

    async def book() -> int:
        path = f"/api/v1{canteen.path}/bookings"
        answer = await market.client.post(path, json=body, headers=market.headers["ann"])
        return int(answer.status_code)

    outcomes = Counter(await asyncio.gather(*(book() for _ in range(6))))
    assert outcomes[201] == 1, outcomes
    assert len(await rows("SELECT id FROM canteens_subsidised_meal")) == 1


async def test_for_whom_one_may_book(canteen: Canteen) -> None:
    market = canteen.market
    await lives(market, "王小明", 40, "ann", "owner")
    young = await lives(market, "王小小", 12)
    old = await lives(market, "王建国", 83)
    await lives(market, "租客", 30, "bob", "tenant")
    dish = await canteen.write()
    order = {"dishes": [{"good_id": dish, "quantity": 1}]}
    for who, whom in (("bob", old), ("cat", old), ("ann", young), ("ann", 9999)):
        body = order | {"resident_id": whom, "expected": 700}
        await market.call(who, f"{canteen.path}/quote", order | {"resident_id": whom}, status=404)
        await market.call(who, f"{canteen.path}/bookings", body, status=404)
    assert [one["name"] for one in (await market.call("bob", "/canteens/eaters"))["items"]] == [
        "租客"
    ]
    assert [one["name"] for one in (await market.call("cat", "/canteens/eaters"))["items"]] == [
        "我"
    ]


async def test_portions_are_limited(canteen: Canteen) -> None:
    dish = await canteen.write(portions=3)
    await canteen.book("ann", dish, quantity=2)
    body = {"quantity": 2, "expected": 2400, "status": 409}
    assert (await canteen.book("bob", dish, **body))["code"] == "sold_out"
    assert (await canteen.book("bob", dish))["pieces"] == 1


async def test_who_cannot_come_is_brought_it(canteen: Canteen) -> None:
    market = canteen.market
    dish = await canteen.write()
    given = {"delivery": "delivery", "address": ADDRESS}
    await canteen.book("ann", dish, status=422, **given)
    fee = {"delivers": True, "delivery_fee": 100}
    await market.call("owner", f"/shops/{market.shop}", fee, method="PATCH")
    assert (await canteen.book("ann", dish, **given))["payable"] == 1300
    kitchen = await market.call("owner", f"{canteen.path}/kitchen", meal="dinner")
    assert kitchen["rows"][0]["place"] == ADDRESS["place"]
    assert ADDRESS["phone"] not in str(kitchen)


async def test_dishes_of_two_meals_or_of_none(canteen: Canteen) -> None:
    market = canteen.market
    one, two = await canteen.write(), await canteen.write(day=1)
    both = {"dishes": [{"good_id": one, "quantity": 1}, {"good_id": two, "quantity": 1}]}
    await market.call("ann", f"{canteen.path}/quote", both, status=422)
    for wrong in ([{"good_id": 9999, "quantity": 1}], [{"good_id": one, "quantity": 1}] * 2):
        await market.call("ann", f"{canteen.path}/quote", {"dishes": wrong}, status=404)
    for quantity in (0, -1, 21, 1.5):
        wrong = [{"good_id": one, "quantity": quantity}]
        await market.call("ann", f"{canteen.path}/quote", {"dishes": wrong}, status=422)
    many = {"dishes": [{"good_id": one, "quantity": 1}], "expected": 1}
    assert (await market.call("ann", f"{canteen.path}/bookings", many, status=409))["code"] == (
        "price_changed"
    )


async def test_the_menu_is_rewritten_copied_and_nobody_elses(canteen: Canteen) -> None:
    market = canteen.market
    dish = await canteen.write()
    today, tomorrow = str(clock.today()), str(clock.today() + timedelta(days=1))
    copied = {"from_day": today, "to_day": tomorrow}
    menu = await market.call("owner", f"{canteen.path}/menu/copy", copied)
    assert menu["days"][0]["meals"][0]["dishes"][0]["left"] == 20
    await market.call("owner", f"{canteen.path}/menu/copy", copied, status=409)
    body = {"day": today, "meal": "dinner", "dishes": [DINNER | {"name": "鱼", "price": 900}]}
    menu = await market.call("owner", f"{canteen.path}/menu", body, method="PUT")
    assert [one["name"] for one in menu["days"][0]["meals"][0]["dishes"]] == ["鱼"]
    await canteen.book("ann", dish, status=409, expected=1200)
    for who in ("ann", "rival"):
        await market.call(who, f"{canteen.path}/menu", body, method="PUT", status=404)
        await market.call(who, f"{canteen.path}/menu/copy", copied, status=404)
        await market.call(who, f"{canteen.path}/rules", {"meals": {}}, method="PUT", status=404)
    far = body | {"day": str(clock.today() + timedelta(days=40))}
    await market.call("owner", f"{canteen.path}/menu", far, method="PUT", status=422)
    later = {"meals": {"dinner": {"until": "16:30", "served": "17:30-19:00"}}}
    menu = await market.call("owner", f"{canteen.path}/rules", later, method="PUT")
    assert menu["days"][0]["meals"][0]["book_until"] == "2026-11-18T08:30:00Z"
    kept = {"days_before": 0, "until": "16:30", "served": "17:30-19:00"}
    assert menu["rules"]["dinner"] == kept
    assert menu["rules"]["breakfast"]["days_before"] == 1  # the usual


async def test_who_says_how_much_is_subsidised(canteen: Canteen) -> None:
    market = canteen.market
    for who, status in (("ann", 403), ("owner", 403), ("secretary", 403)):
        body = {"subsidies": {"60": 5000}}
        await market.call(who, f"{canteen.path}/subsidies", body, method="PUT", status=status)
    for wrong in ({"60": 5001}, {"60": -1}, {"30": 100}):
        body = {"subsidies": wrong}
        await market.call("street", f"{canteen.path}/subsidies", body, method="PUT", status=422)


async def test_a_noodle_shop_is_no_canteen(canteen: Canteen) -> None:
    market = canteen.market
    shop = (await market.trading("rival", name="面馆"))["id"]
    await market.call("ann", f"/canteens/{shop}/menu", status=404)


async def test_a_booking_is_called_booked(canteen: Canteen) -> None:
    dish = await canteen.write()
    booked = await canteen.book("ann", dish)
    assert (booked["status"], booked["status_name"]) == ("paid", "已预订")


async def test_a_dish_that_was_deleted(canteen: Canteen) -> None:
    dish = await canteen.write()
    await canteen.market.call("owner", f"/goods/{dish}", method="DELETE")
    order = {"dishes": [{"good_id": dish, "quantity": 1}]}
    await canteen.market.call("ann", f"{canteen.path}/quote", order, status=404)
    (day,) = (await canteen.market.call("ann", f"{canteen.path}/menu", days=1))["days"]
    assert day["meals"] == []
