"""Reading menus, whom one can book for, and the kitchen's list."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from backend.core import clock
from backend.core.actor import Actor
from backend.core.errors import Invalid, NotFound
from backend.engines.goods import queries as goods
from backend.engines.purchases import queries as purchases
from backend.engines.purchases.queries import Delivery, PurchaseStatus
from backend.engines.shops import queries as shops
from backend.features.canteens import rules
from backend.features.canteens.models import Canteen, Dish, SubsidisedMeal
from backend.features.canteens.rules import Meal
from backend.features.canteens.schemas import (
    DayOut,
    DishOut,
    Eater,
    Eaters,
    Kitchen,
    KitchenDish,
    KitchenQuery,
    KitchenRow,
    MealOut,
    MealRule,
    MenuOut,
    MenuQuery,
    Quote,
    QuoteBody,
)
from backend.foundation.identity import queries as identity
from backend.foundation.residents import queries as residents

CANTEEN = "canteen"
COOKED = [
    PurchaseStatus.PAID,
    PurchaseStatus.ACCEPTED,
    PurchaseStatus.READY,
    PurchaseStatus.DELIVERING,
    PurchaseStatus.DONE,
]


async def canteen_of(actor: Actor, shop_id: int) -> tuple[shops.Shop, Canteen]:
    """The canteen that a shop is, with what holds for it. Raises NotFound."""
    shop = await shops.get(actor, shop_id)
    if shop.kind != CANTEEN:
        raise NotFound("没有这家食堂")
    found = await Canteen.get_or_none(shop_id=shop.id)
    usual = Canteen(shop_id=shop.id, meals=rules.USUAL_MEALS, subsidies={})
    return shop, found or usual


async def menu(actor: Actor, shop_id: int, query: MenuQuery) -> MenuOut:
    """The dishes of some days, with what is left of each. Raises NotFound."""
    shop, canteen = await canteen_of(actor, shop_id)
    days = rules.days_from(query.start or clock.today(), query.days)
    found = await Dish.filter(shop_id=shop.id, day__gte=days[0], day__lte=days[-1]).order_by("id")
    known = await goods.many(one.good_id for one in found)
    pictures = await shops.pictures_of(
        good.picture_ids[0] for good in known.values() if good.picture_ids
    )
    by_meal: dict[tuple[date, Meal], list[DishOut]] = {}
    for one in found:
        good = known.get(one.good_id)
        if good is not None and good.is_on and not good.blocked:
            key = (shops.as_day(one.day), one.meal)
            by_meal.setdefault(key, []).append(_dish(good, pictures))
    return MenuOut(
        shop_id=shop.id,
        shop_name=shop.name,
        delivers=shop.delivers,
        delivery_fee=shop.delivery_fee,
        subsidies={int(age): fen for age, fen in canteen.subsidies.items()},
        rules={one: MealRule(**rules.of_meal(canteen.meals, one)) for one in Meal},
        is_mine=actor.user_id in shop.staff,
        days=[_day(canteen, one, by_meal) for one in days],
    )


def _dish(good: goods.Good, pictures: Mapping[int, Any]) -> DishOut:
    picture = pictures.get(good.picture_ids[0]) if good.picture_ids else None
    return DishOut(
        good_id=good.id,
        name=good.name,
        about=good.about,
        price=good.price,
        left=good.stock or 0,
        sold=good.sold,
        picture_url=picture and (picture.thumb_url or picture.url),
    )


def _day(canteen: Canteen, day: date, by_meal: Mapping[tuple[date, Meal], list[DishOut]]) -> DayOut:
    now = clock.now()
    meals = []
    for meal in Meal:
        if dishes := by_meal.get((day, meal)):
            until = rules.cutoff(canteen.meals, day, meal)
            meals.append(
                MealOut(
                    meal=meal,
                    name=meal.label,
                    served=rules.served(canteen.meals, meal),
                    book_until=until,
                    is_open=now < until,
                    dishes=dishes,
                )
            )
    return DayOut(day=day, meals=meals)


async def eaters(actor: Actor) -> Eaters:
    """Whom the actor can book for: themselves, and old people of their household."""
    found = await residents.household(actor.user_id)
    shown = [_eater(one) for one in found]
    if not any(one.is_me for one in shown):
        own = Eater(resident_id=None, name="我", is_me=True, age=None, is_old=False)
        shown = [own, *shown]
    return Eaters(items=[one for one in shown if one.is_me or one.is_old])


def _eater(one: residents.Member) -> Eater:
    age = rules.age_of(one.birth_year, clock.today())
    return Eater(
        resident_id=one.resident_id,
        name=one.name,
        is_me=one.is_me,
        age=age,
        is_old=age is not None and age >= rules.OLD,
    )


async def eater(actor: Actor, resident_id: int | None) -> Eater:
    """The one of them that is meant. Raises NotFound for anybody else."""
    for one in (await eaters(actor)).items:
        if one.resident_id == resident_id or (resident_id is None and one.is_me):
            return one
    raise NotFound("只能为自己或同住的老人订餐")


async def sitting(shop_id: int, body: QuoteBody) -> tuple[date, Meal]:
    """The day and meal that all the dishes are of. Raises Invalid, NotFound."""
    ids = [one.good_id for one in body.dishes]
    found = await Dish.filter(shop_id=shop_id, good_id__in=ids)
    if len({one.good_id for one in found}) != len(set(ids)) or len(set(ids)) != len(ids):
        raise NotFound("菜单上没有这道菜")
    sittings = {(shops.as_day(one.day), one.meal) for one in found}
    if len(sittings) != 1:
        raise Invalid(fields={"dishes": "一次只能订同一天的同一餐"})
    return sittings.pop()


async def quote(actor: Actor, shop_id: int, body: QuoteBody) -> Quote:
    """What a booking would cost. Raises NotFound, Invalid."""
    shop, canteen = await canteen_of(actor, shop_id)
    day, meal = await sitting(shop.id, body)
    known = await goods.many(one.good_id for one in body.dishes)
    if len(known) != len(body.dishes):
        raise NotFound("菜单上没有这道菜")
    total = sum(known[one.good_id].price * one.quantity for one in body.dishes)
    subsidy, why = await _subsidy(actor, canteen, body.resident_id, day, meal)
    fee = shop.delivery_fee if body.delivery is Delivery.DELIVERY else 0
    return Quote(
        day=day,
        meal=meal,
        meal_name=meal.label,
        book_until=rules.cutoff(canteen.meals, day, meal),
        total=total,
        delivery_fee=fee,
        subsidy=min(subsidy, total),
        why_no_subsidy=why,
        payable=total + fee - min(subsidy, total),
    )


async def _subsidy(
    actor: Actor, canteen: Canteen, resident_id: int | None, day: date, meal: Meal
) -> tuple[int, str]:
    """Fen off, or why there is nothing off."""
    who = await eater(actor, resident_id)
    if not canteen.subsidies:
        return 0, ""
    if who.resident_id is None or who.age is None:
        return 0, "居民档案中没有年龄，不能享受补贴，请先绑定住房并由社区核实"
    amount = rules.subsidy(canteen.subsidies, who.age)
    if not amount:
        return 0, ""
    key = rules.live_key(who.resident_id, day, meal)
    if await SubsidisedMeal.exists(live_key=key):
        return 0, f"{who.name}这一餐已享受过补贴"
    return amount, ""


async def kitchen(actor: Actor, shop_id: int, query: KitchenQuery) -> Kitchen:
    """What to cook for a meal, and for whom. Raises NotFound for others' canteens."""
    await shops.run_by(actor, shop_id)
    shop, canteen = await canteen_of(actor, shop_id)
    day = query.day or clock.today()
    found = await purchases.Purchase.filter(
        shop_id=shop.id, serve_on=day, slot=query.meal.value, status__in=COOKED
    ).order_by("delivery", "id")
    await purchases.load(found)
    names = await identity.names(one.buyer_id for one in found if one.buyer_id)
    cooked: Counter[str] = Counter()
    for one in found:
        for line in one.lines:
            if line.good_id:
                cooked[line.name] += line.quantity - line.refunded_quantity
    return Kitchen(
        day=day,
        meal=query.meal,
        meal_name=query.meal.label,
        served=rules.served(canteen.meals, query.meal),
        book_until=rules.cutoff(canteen.meals, day, query.meal),
        bookings=len(found),
        dishes=[KitchenDish(name=name, portions=n) for name, n in cooked.most_common() if n],
        rows=[_row(one, names) for one in found],
    )


def _row(one: purchases.Purchase, names: Mapping[int, Any]) -> KitchenRow:
    address = one.open("address")
    buyer = names.get(one.buyer_id or 0)
    lines: Sequence[Any] = [line for line in one.lines if line.good_id]
    return KitchenRow(
        purchase_id=one.id,
        number=purchases.number_of(one),
        status_name=purchases.status_name(one),
        who=one.open("for_whom") or (_short(buyer.name) if buyer else "顾客"),
        delivery_name=one.delivery.label,
        place=json.loads(address)["place"] if address else None,
        dishes="、".join(f"{line.name} ×{line.quantity}" for line in lines),
        note=one.open("note"),
    )


def _short(name: str) -> str:
    """As much of a name as the one who hands the meal over needs."""
    return f"{name[:1]}{'*' * max(len(name) - 1, 0)}"
