"""Trade in the sample city: purchases in every status, made by the house's own services so that the
books agree, and then set back in time."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import timedelta
from itertools import cycle
from random import Random

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import execute, marks, rows
from backend.core.jobs import Job
from backend.engines.coupons import service as coupons
from backend.engines.goods import queries as goods
from backend.engines.goods import service as stock
from backend.engines.goods.models import Good
from backend.engines.goods.service import Wanted
from backend.engines.payments import queries as paid
from backend.engines.payments import service as payments
from backend.engines.payments.service import Method, Money
from backend.engines.purchases import queries, rules
from backend.engines.purchases import service as purchases
from backend.engines.purchases.models import Purchase, PurchaseEvent
from backend.engines.purchases.queries import Delivery, Kind
from backend.engines.purchases.service import NewLine, NewPurchase, Reduction
from backend.engines.refunds import service as refunds
from backend.engines.refunds.models import Refund
from backend.engines.shops import service as shop_books
from backend.engines.shops.models import Shop, ShopKind
from backend.features.canteens.models import Dish
from backend.features.canteens.rules import Meal
from backend.sample.market import Market

SAID = (
    (5, "味道还是老样子，分量足"),
    (5, "送得很快，还热着"),
    (4, "东西不错，就是取的时候人多"),
    (5, "老板人很好，给老人切成了小块"),
    (3, "比上次咸了一点"),
    (2, "等了半个多小时"),
)
ANSWERS = ("谢谢街坊，常来", "不好意思，高峰期人手不够，下次给您先做")
ENDS = ("done", "rated", "answered", "done", "cancelled", "refused", "refunded", "lapsed")
NOW = ("unpaid", "paid", "paid", "accepted", "ready", "delivering", "closed")
IN_A_SHOP = 3
"""Purchases of the last days in an ordinary shop; the first ones have more."""
Step = Callable[["_Deal"], Awaitable[None]]


class _Deal:
    """One purchase on its way: who buys, who sells, how it ends."""

    def __init__(self, purchase: Purchase, random: Random, seller: Actor, buyer: Actor) -> None:
        self.purchase, self.random, self.seller, self.buyer = purchase, random, seller, buyer


async def trade(random: Random, market: Market, buyers: Sequence[int]) -> int:
    """Give every trading shop an account, let people buy; say how many purchases there are.

    Runs in the transaction at hand, after the shops are written. What would follow from it (the
    messages of past days) has followed: no job is left.
    """
    last = await _last_job()
    for shop in market.trading():
        payee = await payments.payee("shop", shop.id, shop.name)
        await Shop.filter(id=shop.id).update(payee_id=payee.id)
    count = 0
    for shop_id, buyer_id, end in _deals(random, market.trading(), cycle(buyers)):
        shop = await Shop.get(id=shop_id)
        if end == "dines":
            await _dine(random, shop, buyer_id)
        else:
            await _buy(random, market, shop, buyer_id, end)
        count += 1
    await Job.filter(id__gt=last).delete()
    return count


def _deals(
    random: Random, trading: Sequence[Shop], buyer: Iterator[int]
) -> Iterator[tuple[int, int, str]]:
    """Who buys where, and how it ends: every way in the first two shops, some in the others."""
    for number, shop in enumerate(trading):
        ends: Sequence[str] = random.sample(ENDS, IN_A_SHOP)
        if shop.kind is ShopKind.CANTEEN:
            ends = ["dines"] * 6
        elif number < 2:
            ends = NOW + ENDS * 2
        elif number % 4 == 0:
            ends = [*ends, "paid"]
        yield from ((shop.id, next(buyer), end) for end in ends)


async def _last_job() -> int:
    found = await rows("SELECT COALESCE(MAX(id), 0) AS id FROM core_job")
    return int(found[0]["id"])


async def _buy(random: Random, market: Market, shop: Shop, buyer_id: int, end: str) -> None:
    """One purchase that ends so."""
    shelf = [one for one in market.shelf(shop) if one.stock is None or one.stock > 10]
    chosen = random.sample(shelf, random.randint(1, 3))
    wanted = [Wanted(one.id, _choices(random, one), random.randint(1, 2)) for one in chosen]
    buyer = Actor(buyer_id)
    taken = await stock.take(buyer, shop.id, wanted)
    lines = [NewLine(one.good_id, one.name, one.choice, one.price, one.quantity) for one in taken]
    total = sum(one.amount for one in lines)
    reduction = await _reduction(random, market, buyer, shop, total)
    kind, delivery = Kind.SHELF, Delivery.PICKUP
    address = None
    if end == "delivering":
        delivery = Delivery.DELIVERY
        name, phone = "王女士", "19900000001"
        address = queries.Address(place="阳光花园 1 号楼 2 单元", name=name, phone=phone)
    new = NewPurchase(shop.id, kind, lines, delivery, reduction=reduction, address=address)
    purchase = await purchases.place(buyer, new)
    deal = _Deal(purchase, random, Actor(market.owner(shop)), buyer)
    await _live(deal, end)
    if end not in NOW:
        await _set_back(purchase.id, timedelta(hours=random.randint(5, 24 * 25)))
    elif end not in ("unpaid", "paid"):
        await _set_back(purchase.id, timedelta(minutes=random.randint(10, 40)))


def _choices(random: Random, good: Good) -> tuple[str, ...]:
    return tuple(str(random.choice(group["choices"])["name"]) for group in good.options)


async def _reduction(
    random: Random, market: Market, buyer: Actor, shop: Shop, total: int
) -> Reduction:
    """A coupon where one is good and chance wants it."""
    own = [one for one in market.coupons if one.shop_id in (shop.id, None)]
    good = [one for one in own if total >= one.minimum]
    if not good or random.random() < 0.4:
        return Reduction("", 0)
    try:
        await coupons.claim(buyer, random.choice(good).id)
    except coupons.EnoughClaimed:
        return Reduction("", 0)
    found = await rows("SELECT MAX(id) AS id FROM coupons_voucher")
    used = await coupons.use(buyer, int(found[0]["id"]), shop.id, total)
    return Reduction(used.name, used.amount, used.account, used.voucher_id)


# -- how each goes on --------------------------------------------------------------------------
async def _live(deal: _Deal, end: str) -> None:
    if end == "unpaid":
        return
    if end == "closed":
        await payments.close(SYSTEM, deal.purchase.payment_id or 0)
        await purchases.undo(deal.purchase, "expire", SYSTEM, "超时未支付")
        return
    await _pay(deal.purchase)
    for name in _WAYS[end]:
        await _STEPS[name](deal)
    await _money_arrives(deal.purchase)


async def _pay(purchase: Purchase) -> None:
    """Paid by card: WeChat's mock, which starts empty, knows nothing of the past."""
    if purchase.payment_id is None:
        return
    payment = await paid.get(SYSTEM, purchase.payment_id)
    await payments.settle(payment, Money(Method.POS, "pos:market", clock.now()))
    await purchases.settle(purchase)


async def _money_arrives(purchase: Purchase) -> None:
    for one in await Refund.filter(payment_id=purchase.payment_id, finished_at=None):
        await refunds.succeed(one, SYSTEM)
        fresh = await queries.get(SYSTEM, purchase.id)
        await purchases.note_returned(fresh, one.amount)


async def _accept(deal: _Deal) -> None:
    await purchases.step(deal.purchase, "accept", deal.seller, due_at=None)


async def _ready(deal: _Deal) -> None:
    due = clock.now() + rules.FINISHED_AFTER
    await purchases.step(deal.purchase, "ready", deal.seller, due_at=due)


async def _deliver(deal: _Deal) -> None:
    due = clock.now() + rules.FINISHED_AFTER
    await purchases.step(deal.purchase, "deliver", deal.seller, due_at=due)


async def _hand_over(deal: _Deal) -> None:
    await purchases.finish(deal.purchase, "hand-over", deal.seller)


async def _rate(deal: _Deal) -> None:
    stars, text = deal.random.choice(SAID)
    said = {"stars": stars, "rating_text": text, "rated_at": clock.now()}
    await purchases.step(deal.purchase, "rate", deal.buyer, "", **said)
    await shop_books.count_rating(deal.purchase.shop_id, stars)


async def _answer(deal: _Deal) -> None:
    await purchases.step(
        deal.purchase, "answer", deal.seller, "", answer=deal.random.choice(ANSWERS)
    )


async def _cancel(deal: _Deal) -> None:
    await purchases.undo(deal.purchase, "cancel", deal.buyer, "顾客取消")


async def _refuse(deal: _Deal) -> None:
    await purchases.undo(deal.purchase, "refuse", deal.seller, "今天的食材用完了，不好意思")


async def _lapse(deal: _Deal) -> None:
    await purchases.undo(deal.purchase, "lapse", SYSTEM, "商家未在规定时间内接单")


async def _refund(deal: _Deal) -> None:
    line = deal.purchase.lines[0]
    await purchases.pay_back(deal.purchase, deal.seller, [(line, 1)], "少装了一份，退给您")


_STEPS: dict[str, Step] = {
    "accept": _accept,
    "ready": _ready,
    "deliver": _deliver,
    "hand over": _hand_over,
    "rate": _rate,
    "answer": _answer,
    "cancel": _cancel,
    "refuse": _refuse,
    "lapse": _lapse,
    "refund": _refund,
}
_WAYS: dict[str, tuple[str, ...]] = {
    "paid": (),
    "accepted": ("accept",),
    "ready": ("accept", "ready"),
    "delivering": ("accept", "deliver"),
    "done": ("accept", "ready", "hand over"),
    "rated": ("accept", "ready", "hand over", "rate"),
    "answered": ("accept", "ready", "hand over", "rate", "answer"),
    "refunded": ("accept", "ready", "hand over", "refund"),
    "cancelled": ("cancel",),
    "refused": ("refuse",),
    "lapsed": ("lapse",),
}


# -- canteens ----------------------------------------------------------------------------------
async def _dine(random: Random, shop: Shop, buyer_id: int) -> None:
    """A booking for tomorrow's lunch, paid; the house accepts it at its cut-off."""
    day = clock.today() + timedelta(days=1)
    dishes = await Dish.filter(shop_id=shop.id, day=day, meal=Meal.LUNCH).order_by("id")
    known = await goods.many(one.good_id for one in dishes)
    dish = known[random.choice(dishes).good_id]
    buyer = Actor(buyer_id)
    (taken,) = await stock.take(buyer, shop.id, [Wanted(dish.id, (), 1)])
    new = NewPurchase(
        shop.id,
        Kind.MEAL,
        [NewLine(taken.good_id, taken.name, "", taken.price, 1)],
        Delivery.PICKUP,
        serve_on=day,
        slot=Meal.LUNCH.value,
        accept_at=clock.now() + timedelta(hours=12),
    )
    await _pay(await purchases.place(buyer, new))


# -- time --------------------------------------------------------------------------------------
_MOMENTS = ("created_at", "paid_at", "done_at", "rated_at", "due_at")


async def _set_back(purchase_id: int, by: timedelta) -> None:
    """It happened so long ago, a few minutes between its steps."""
    row = await Purchase.get(id=purchase_id)
    for name in _MOMENTS:
        value = getattr(row, name)
        if value is not None:
            setattr(row, name, value - by)
    await row.save()
    events = await PurchaseEvent.filter(purchase_id=purchase_id).order_by("id")
    for number, event in enumerate(events):
        event.at = event.at - by + timedelta(minutes=4 * number)
        await event.save(update_fields=["at"])
    await _set_payment_back(row.payment_id, by)


async def _set_payment_back(payment_id: int | None, by: timedelta) -> None:
    if payment_id is None:
        return
    payment = await payments.Payment.get(id=payment_id)
    for name in ("created_at", "expires_at", "paid_at", "closed_at"):
        value = getattr(payment, name)
        if value is not None:
            setattr(payment, name, value - by)
    await payment.save()
    keys = [f"payment:{payment_id}"]
    for one in await Refund.filter(payment_id=payment_id):
        keys += [f"refund:{one.id}:held", f"refund:{one.id}:done"]
        one.created_at -= by
        await one.save(update_fields=["created_at"])
    then = clock.now() - by
    found = await rows(f"SELECT id FROM ledgers_posting WHERE `key` IN ({marks(keys)})", *keys)  # noqa: S608
    for row in found:
        await execute("UPDATE ledgers_posting SET at = ? WHERE id = ?", then, row["id"])
        await execute("UPDATE ledgers_entry SET at = ? WHERE posting_id = ?", then, row["id"])
