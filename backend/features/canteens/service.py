"""Writing menus and booking meals: portions, cut-off and subsidy in one transaction."""

from typing import Any

from tortoise.exceptions import IntegrityError

from backend.core import clock
from backend.core.actor import Actor
from backend.core.database import is_duplicate
from backend.core.errors import Conflict, Invalid, NotFound
from backend.engines.goods import queries as goods
from backend.engines.goods import service as stock
from backend.engines.goods.service import GoodChange, GoodNew, Wanted
from backend.engines.purchases import service as purchases
from backend.engines.purchases.queries import Delivery, Kind
from backend.engines.purchases.service import NewLine, NewPurchase, Reduction
from backend.engines.shops import queries as shops
from backend.features.canteens import queries, rules
from backend.features.canteens.models import Canteen, Dish, SubsidisedMeal
from backend.features.canteens.permissions import P
from backend.features.canteens.schemas import (
    BookBody,
    Booked,
    CopyBody,
    DishNew,
    MenuBody,
    MenuOut,
    MenuQuery,
    Quote,
    RulesBody,
    SubsidiesBody,
)
from backend.foundation.audit import service as audit


class TooLate(Conflict):
    code, title = "too_late", "这一餐已经截止预订"


class PriceChanged(Conflict):
    code, title = "price_changed", "价格或补贴有变化，请确认后再提交"


class AlreadySubsidised(Conflict):
    code, title = "already_subsidised", "这位老人这一餐已享受过补贴"


# -- the canteen -------------------------------------------------------------------------------
async def set_rules(actor: Actor, shop_id: int, body: RulesBody) -> MenuOut:
    """Until when meals are booked and when they are served. Raises NotFound for others'."""
    await shops.run_by(actor, shop_id)
    shop, canteen = await queries.canteen_of(actor, shop_id)
    given = {meal.value: rule.model_dump() for meal, rule in body.meals.items()}
    await _keep(shop.id, meals=canteen.meals | given)
    return await queries.menu(actor, shop.id, MenuQuery())


async def set_subsidies(actor: Actor, shop_id: int, body: SubsidiesBody) -> MenuOut:
    """How much old people get off a meal. Raises NotFound beyond the actor's places."""
    shop, _ = await queries.canteen_of(actor, shop_id)
    if not actor.may(P.FUND, shop.area_path) or actor.user_id in shop.staff:
        raise NotFound("没有这家食堂")
    given = {str(age): fen for age, fen in body.subsidies.items()}
    await _keep(shop.id, subsidies=given)
    await audit.record(actor, "canteens.subsidised", f"shop:{shop.id}", shop.area_path, **given)
    return await queries.menu(actor, shop.id, MenuQuery())


async def _keep(shop_id: int, **columns: Any) -> None:
    usual: dict[str, Any] = {"meals": rules.USUAL_MEALS, "subsidies": {}}
    await Canteen.get_or_create(shop_id=shop_id, defaults=usual | columns)
    await Canteen.filter(shop_id=shop_id).update(**columns)


async def set_menu(actor: Actor, shop_id: int, body: MenuBody) -> MenuOut:
    """Write all dishes of a meal. Those left out are taken off; what is booked stays booked.

    Raises NotFound for others' canteens and dishes, Invalid for a day in the past or far ahead.
    """
    await shops.run_by(actor, shop_id)
    shop, _ = await queries.canteen_of(actor, shop_id)
    today = clock.today()
    if not 0 <= (body.day - today).days <= rules.AHEAD:
        raise Invalid(fields={"day": f"只能编辑今天起 {rules.AHEAD} 天内的菜单"})
    standing = {
        one.good_id: one for one in await Dish.filter(shop_id=shop.id, day=body.day, meal=body.meal)
    }
    kept = {one.good_id for one in body.dishes if one.good_id}
    if kept - set(standing):
        raise NotFound("菜单上没有这道菜")
    for good_id in set(standing) - kept:
        await stock.change(actor, good_id, GoodChange(is_on=False))
    for dish in body.dishes:
        await _write(actor, shop.id, body, dish)
    return await queries.menu(actor, shop.id, MenuQuery(start=body.day, days=1))


async def _write(actor: Actor, shop_id: int, body: MenuBody, dish: DishNew) -> None:
    given = dish.model_dump(exclude={"good_id", "portions"}) | {"stock": dish.portions}
    if dish.good_id is not None:
        if not dish.picture_ids:
            given.pop("picture_ids")
        await stock.change(actor, dish.good_id, GoodChange(**given, is_on=True))
        return
    made = await stock.create(actor, shop_id, GoodNew(**given), is_menu=True)
    await Dish.create(shop_id=shop_id, good_id=made.id, day=body.day, meal=body.meal)


async def copy_day(actor: Actor, shop_id: int, body: CopyBody) -> MenuOut:
    """The dishes of one day once more on another that has none. Portions as they were offered.

    Raises Conflict when that day has a menu already.
    """
    await shops.run_by(actor, shop_id)
    if await Dish.filter(shop_id=shop_id, day=body.to_day).exists():
        raise Conflict("这一天已经有菜单")
    source = await Dish.filter(shop_id=shop_id, day=body.from_day).order_by("id")
    known = await goods.many(one.good_id for one in source)
    for meal in rules.Meal:
        found = [known[one.good_id] for one in source if one.meal is meal and one.good_id in known]
        dishes = [
            DishNew(
                name=good.name,
                about=good.about,
                price=good.price,
                portions=(good.stock or 0) + good.sold,
            )
            for good in found
            if good.is_on
        ]
        if dishes:
            await set_menu(actor, shop_id, MenuBody(day=body.to_day, meal=meal, dishes=dishes))
    return await queries.menu(actor, shop_id, MenuQuery(start=body.to_day, days=1))


# -- booking -----------------------------------------------------------------------------------
async def book(actor: Actor, shop_id: int, body: BookBody) -> Booked:
    """Book dishes of a meal, for oneself or an old person at home.

    Raises NotFound, Invalid, TooLate, SoldOut, PriceChanged, AlreadySubsidised for the second of
    two bookings at the same moment.
    """
    shop, _ = await queries.canteen_of(actor, shop_id)
    found = await queries.quote(actor, shop.id, body)
    who = await queries.eater(actor, body.resident_id)
    _check(body, found, shop)
    wanted = [Wanted(one.good_id, (), one.quantity) for one in body.dishes]
    taken = await stock.take(actor, shop.id, wanted)
    lines = [NewLine(one.good_id, one.name, one.choice, one.price, one.quantity) for one in taken]
    if found.delivery_fee:
        lines.append(NewLine(None, "送餐费", "", found.delivery_fee, 1))
    if sum(one.amount for one in lines) - found.subsidy != body.expected:
        raise PriceChanged(payable=found.payable)
    new = NewPurchase(
        shop_id=shop.id,
        kind=Kind.MEAL,
        lines=lines,
        delivery=body.delivery,
        reduction=_subsidy(found),
        address=body.address,
        note=body.note,
        serve_on=found.day,
        slot=found.meal.value,
        for_whom=None if who.is_me else who.name,
        accept_at=found.book_until,
    )
    purchase = await purchases.place(actor, new)
    if found.subsidy and who.resident_id is not None:
        await _note_subsidy(who.resident_id, found, purchase.id)
    return Booked(purchase_id=purchase.id, payment_id=purchase.payment_id, payable=purchase.payable)


def _check(body: BookBody, found: Quote, shop: shops.Shop) -> None:
    """Raise TooLate or Invalid for what the canteen does not do."""
    if clock.now() >= found.book_until:
        raise TooLate
    if body.delivery is Delivery.DELIVERY and not shop.delivers:
        raise Invalid(fields={"delivery": "这家食堂不送餐"})
    if sum(one.quantity for one in body.dishes) > rules.MOST_PORTIONS:
        raise Invalid(fields={"dishes": f"一次最多订 {rules.MOST_PORTIONS} 份"})


def _subsidy(found: Quote) -> Reduction:
    if not found.subsidy:
        return Reduction("", 0)
    return Reduction("老年人就餐补贴", found.subsidy, rules.ACCOUNT)


async def _note_subsidy(resident_id: int, found: Quote, purchase_id: int) -> None:
    try:
        await SubsidisedMeal.create(
            resident_id=resident_id,
            day=found.day,
            meal=found.meal,
            amount=found.subsidy,
            purchase_id=purchase_id,
            live_key=rules.live_key(resident_id, found.day, found.meal),
            at=clock.now(),
        )
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise AlreadySubsidised from error


async def free_subsidy(purchase_id: int) -> None:
    """The booking came to nothing: the person may be subsidised for that meal again."""
    await SubsidisedMeal.filter(purchase_id=purchase_id).update(live_key=None)
