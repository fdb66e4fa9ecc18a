"""Reading carts, at the prices of now."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from tortoise.queryset import QuerySet

from backend.core.actor import Actor
from backend.core.errors import LinliError, NotFound
from backend.engines.coupons import service as coupons
from backend.engines.goods import queries as goods
from backend.engines.purchases.queries import Delivery
from backend.engines.shops import queries as shops
from backend.features.carts.models import CartItem
from backend.features.carts.schemas import Cart, CartItemOut, Quote, QuoteBody, ShopCart


def visible_to(actor: Actor) -> QuerySet[CartItem]:
    """One's own."""
    return CartItem.filter(user_id=actor.user_id)


async def cart(actor: Actor) -> Cart:
    """Everything in the actor's cart, by shop; what was last touched first."""
    found = await visible_to(actor).order_by("-updated_at", "-id")
    by_shop: defaultdict[int, list[CartItem]] = defaultdict(list)
    for one in found:
        by_shop[one.shop_id].append(one)
    known = await shops.by_ids(by_shop)
    shown = [await _of_shop(known[one], items) for one, items in by_shop.items() if one in known]
    return Cart(items=shown)


async def _of_shop(shop: shops.Shop, items: Sequence[CartItem]) -> ShopCart:
    lines = await priced(items)
    good = [one for one in lines if not one.trouble]
    takes = shops.takes_orders(shop)
    return ShopCart(
        shop_id=shop.id,
        shop_name=shop.name,
        is_open=takes and shops.is_open(shop),
        opening=shops.opening(shop) if takes else "暂停接单",
        items=lines,
        total=sum(one.amount for one in good),
        pieces=sum(one.quantity for one in good),
    )


async def priced(items: Sequence[CartItem]) -> list[CartItemOut]:
    """Items at the prices of now; what is gone says so."""
    known = await goods.many(one.good_id for one in items)
    pictures = await shops.pictures_of(
        good.picture_ids[0] for good in known.values() if good.picture_ids
    )
    return [_priced(one, known.get(one.good_id), pictures) for one in items]


def _priced(one: CartItem, good: goods.Good | None, pictures: dict[int, Any]) -> CartItemOut:
    choices = json.loads(one.choices)
    trouble = goods.trouble(good, choices, one.quantity) if good else "已下架"
    try:
        price = goods.price_of(good, choices) if good else 0
    except ValueError:
        price = good.price if good else 0
    picture = pictures.get(good.picture_ids[0]) if good and good.picture_ids else None
    return CartItemOut(
        good_id=one.good_id,
        name=good.name if good else "商品已下架",
        choices=choices,
        picture_url=picture and (picture.thumb_url or picture.url),
        price=price,
        quantity=one.quantity,
        amount=price * one.quantity,
        trouble=trouble,
    )


async def quote(actor: Actor, body: QuoteBody) -> Quote:
    """What the cart of a shop would cost. Raises NotFound for a shop that is not to be seen."""
    shop = await shops.get(actor, body.shop_id)
    items = await priced(await visible_to(actor).filter(shop_id=shop.id).order_by("id"))
    total = sum(one.amount for one in items)
    fee = shop.delivery_fee if body.delivery is Delivery.DELIVERY else 0
    trouble = _trouble(shop, items, total, body)
    reduction, title = 0, ""
    if body.voucher_id is not None:
        try:
            found = await coupons.quote(actor, body.voucher_id, shop.id, total)
            reduction, title = found.amount, found.name
        except NotFound:
            raise
        except LinliError as error:
            trouble = trouble or str(error)
    return Quote(
        shop_id=shop.id,
        shop_name=shop.name,
        items=items,
        goods=total,
        delivery_fee=fee,
        reduction=reduction,
        reduction_title=title,
        payable=total + fee - reduction,
        delivers=shop.delivers,
        trouble=trouble,
    )


def _trouble(shop: shops.Shop, items: Sequence[CartItemOut], total: int, body: QuoteBody) -> str:
    """Why it cannot be bought as asked, for people; empty when it can."""
    if not items:
        return "购物车是空的"
    if not shops.takes_orders(shop) or not shops.is_open(shop):
        return f"{shop.name}{'暂停接单' if not shops.takes_orders(shop) else shops.opening(shop)}"
    bad = next((one for one in items if one.trouble), None)
    if bad is not None:
        return f"{bad.name}：{bad.trouble}"
    if body.delivery is Delivery.DELIVERY and not shop.delivers:
        return "这家店不送货，请到店自取"
    if body.delivery is Delivery.DELIVERY and total < shop.delivery_minimum:
        return f"满 {shop.delivery_minimum / 100:.2f} 元起送"
    return ""


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    found = await CartItem.filter(user_id=user_id).order_by("id")
    known = await goods.many(one.good_id for one in found)
    return {
        "购物车": [
            {"商品": known[one.good_id].name, "数量": one.quantity}
            for one in found
            if one.good_id in known
        ]
    }
