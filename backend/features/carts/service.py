"""Filling a cart, and buying it: prices, stock, hours and voucher in one transaction."""

import json

from backend.core import clock
from backend.core.actor import Actor
from backend.core.database import dialect, execute
from backend.core.errors import Conflict, NotFound
from backend.engines.coupons import service as coupons
from backend.engines.goods import queries as goods
from backend.engines.goods import service as stock
from backend.engines.goods.service import Wanted
from backend.engines.purchases import service as purchases
from backend.engines.purchases.queries import Delivery, Kind
from backend.engines.purchases.service import NewLine, NewPurchase, Reduction
from backend.engines.shops import queries as shops
from backend.features.carts import queries
from backend.features.carts.models import CartItem
from backend.features.carts.schemas import Cart, CheckoutBody, ItemBody, Placed

MOST_ITEMS = 100
_PUT = "INTO carts_item (user_id, shop_id, good_id, choices, quantity, updated_at) VALUES "
_AGAIN = {
    "sqlite": "ON CONFLICT (user_id, good_id, choices) DO UPDATE SET quantity = excluded.quantity, "
    "updated_at = excluded.updated_at",
    "mysql": "ON DUPLICATE KEY UPDATE quantity = VALUES(quantity), updated_at = VALUES(updated_at)",
}


class CannotBuy(Conflict):
    code, title = "cannot_buy", "现在不能下单"


class PriceChanged(Conflict):
    code, title = "price_changed", "价格有变化，请确认后再提交"


async def put(actor: Actor, body: ItemBody) -> Cart:
    """So many of a good shall be in the cart. Raises NotFound for what is not on a shelf."""
    good = await goods.get(body.good_id)
    choices = json.dumps(body.choices, ensure_ascii=False)
    if body.quantity == 0:
        await CartItem.filter(user_id=actor.user_id, good_id=good.id, choices=choices).delete()
        return await queries.cart(actor)
    await shops.get(actor, good.shop_id)
    trouble = goods.trouble(good, body.choices, body.quantity)
    if good.is_menu or not good.is_on or good.blocked:
        raise NotFound("这件商品已下架")
    if trouble:
        raise CannotBuy(f"{good.name}：{trouble}")
    if await queries.visible_to(actor).count() >= MOST_ITEMS:
        raise CannotBuy("购物车满了，请先结算一部分")
    await execute(
        f"INSERT {_PUT} (?, ?, ?, ?, ?, ?) {_AGAIN[dialect()]}",
        actor.user_id,
        good.shop_id,
        good.id,
        choices,
        body.quantity,
        clock.now(),
    )
    return await queries.cart(actor)


async def clear(actor: Actor, shop_id: int) -> Cart:
    await queries.visible_to(actor).filter(shop_id=shop_id).delete()
    return await queries.cart(actor)


async def checkout(actor: Actor, body: CheckoutBody) -> Placed:
    """Buy what is in the cart of a shop. Everything is checked and taken here and now.

    Raises NotFound, CannotBuy, PriceChanged with the new sum, SoldOut, OverLimit, Prescription,
    NotUsable.
    """
    found = await queries.quote(actor, body)
    if found.trouble:
        raise CannotBuy(found.trouble)
    items = await queries.visible_to(actor).filter(shop_id=body.shop_id).order_by("id")
    wanted = [Wanted(one.good_id, tuple(json.loads(one.choices)), one.quantity) for one in items]
    taken = await stock.take(actor, body.shop_id, wanted)
    lines = [NewLine(one.good_id, one.name, one.choice, one.price, one.quantity) for one in taken]
    total = sum(one.amount for one in lines)
    reduction = await _reduced(actor, body, total)
    if body.delivery is Delivery.DELIVERY and found.delivery_fee:
        lines.append(NewLine(None, "配送费", "", found.delivery_fee, 1))
    payable = sum(one.amount for one in lines) - reduction.amount
    if payable != body.expected:
        raise PriceChanged(payable=payable)
    new = NewPurchase(
        shop_id=body.shop_id,
        kind=Kind.SHELF,
        lines=lines,
        delivery=body.delivery,
        reduction=reduction,
        address=body.address,
        note=body.note,
    )
    purchase = await purchases.place(actor, new)
    await CartItem.filter(id__in=[one.id for one in items]).delete()
    return Placed(purchase_id=purchase.id, payment_id=purchase.payment_id, payable=purchase.payable)


async def _reduced(actor: Actor, body: CheckoutBody, total: int) -> Reduction:
    if body.voucher_id is None:
        return Reduction("", 0)
    used = await coupons.use(actor, body.voucher_id, body.shop_id, total)
    return Reduction(used.name, used.amount, used.account, used.voucher_id)


async def forget(user_id: int) -> None:
    """A person left: nobody means to buy it any more."""
    await CartItem.filter(user_id=user_id).delete()
