"""What the buyer and the staff of the shop do with a purchase."""

from backend.core import clock, limits
from backend.core.actor import SYSTEM, Actor
from backend.core.errors import Conflict, Invalid, NotFound
from backend.engines.payments import service as payments
from backend.engines.purchases import queries
from backend.engines.purchases import service as purchases
from backend.engines.purchases.queries import Delivery, PurchaseOut, PurchaseStatus
from backend.engines.purchases.service import REFUNDABLE, UNTOUCHED
from backend.engines.shops import queries as shops
from backend.features.sales.schemas import CodeBody, MoveBody, ReasonBody, RefundBody

WRONG_CODES = "10/minute"
"""So many wrong codes of one person at one shop."""


class BadCode(NotFound):
    code, title = "bad_code", "没有找到这个取货码，请核对后再试"


class AlreadyCollected(Conflict):
    code, title = "already_collected", "这个取货码已经核销过了"


# -- the way there ----------------------------------------------------------------------------
async def accept(actor: Actor, purchase_id: int, body: MoveBody) -> PurchaseOut:
    purchase = await purchases.ready(actor, purchase_id, "accept", body.version)
    await purchases.step(purchase, "accept", actor, due_at=None)
    return await queries.shown(actor, purchase)


async def make_ready(actor: Actor, purchase_id: int, body: MoveBody) -> PurchaseOut:
    """It waits to be picked up."""
    purchase = await purchases.ready(actor, purchase_id, "ready", body.version)
    due = clock.now() + UNTOUCHED
    await purchases.step(purchase, "ready", actor, due_at=due)
    return await queries.shown(actor, purchase)


async def deliver(actor: Actor, purchase_id: int, body: MoveBody) -> PurchaseOut:
    """It is on its way. Raises Conflict for what is to be picked up."""
    purchase = await purchases.ready(actor, purchase_id, "deliver", body.version)
    if purchase.delivery is not Delivery.DELIVERY:
        raise Conflict("这一单由顾客到店自取")
    due = clock.now() + UNTOUCHED
    await purchases.step(purchase, "deliver", actor, due_at=due)
    return await queries.shown(actor, purchase)


async def receive(actor: Actor, purchase_id: int, body: MoveBody) -> PurchaseOut:
    """The buyer has it."""
    purchase = await purchases.ready(actor, purchase_id, "receive", body.version)
    await purchases.finish(purchase, "receive", actor)
    return await queries.shown(actor, purchase)


async def hand_over(actor: Actor, shop_id: int, body: CodeBody) -> PurchaseOut:
    """Hand over what belongs to a pick-up code, once.

    Raises NotFound for a shop that is not the actor's, BadCode, AlreadyCollected, WrongState,
    TooMany after too many wrong codes.
    """
    shop = await shops.run_by(actor, shop_id)
    found = await queries.by_code(shop.id, body.code)
    live_one = next((one for one in found if one.code is not None), None)
    if live_one is None:
        if any(one.status is PurchaseStatus.DONE for one in found):
            raise AlreadyCollected
        await limits.hit(WRONG_CODES, f"purchases.code:{shop.id}:{actor.user_id}")
        raise BadCode
    purchase = await purchases.ready(actor, live_one.id, "hand-over")
    await purchases.finish(purchase, "hand-over", actor)
    return await queries.shown(actor, purchase)


# -- back --------------------------------------------------------------------------------------
async def close(actor: Actor, purchase_id: int, body: MoveBody) -> PurchaseOut:
    """Give up before paying. Raises AlreadyPaid when the money is on its way here."""
    purchase = await purchases.ready(actor, purchase_id, "close", body.version)
    if purchase.payment_id is not None:
        await payments.close(SYSTEM, purchase.payment_id)
    await purchases.undo(purchase, "close", actor, "顾客取消")
    return await queries.shown(actor, purchase)


async def cancel(actor: Actor, purchase_id: int, body: MoveBody) -> PurchaseOut:
    """Take it back before the shop has accepted it; the money goes back by itself."""
    purchase = await purchases.ready(actor, purchase_id, "cancel", body.version)
    await purchases.undo(purchase, "cancel", actor, "顾客取消")
    return await queries.shown(actor, purchase)


async def refuse(actor: Actor, purchase_id: int, body: ReasonBody) -> PurchaseOut:
    purchase = await purchases.ready(actor, purchase_id, "refuse", body.version)
    await purchases.undo(purchase, "refuse", actor, body.reason)
    return await queries.shown(actor, purchase)


async def give_up(actor: Actor, purchase_id: int, body: ReasonBody) -> PurchaseOut:
    """The shop cannot keep its word after all: everything is paid back."""
    purchase = await purchases.ready(actor, purchase_id, "give-up", body.version)
    await purchases.undo(purchase, "give-up", actor, body.reason)
    return await queries.shown(actor, purchase)


async def refund(actor: Actor, purchase_id: int, body: RefundBody) -> PurchaseOut:
    """Pay some pieces back. Raises Invalid for more than there are, Conflict when it is too old."""
    purchase = await purchases.ready(actor, purchase_id, "refund", body.version)
    if purchase.done_at is not None and purchase.done_at + REFUNDABLE < clock.now():
        raise Conflict("完成超过 30 天，不能再退款")
    known = {one.id: one for one in purchase.lines}
    parts = []
    for part in body.lines:
        line = known.pop(part.line_id, None)
        if line is None or part.quantity > line.quantity - line.refunded_quantity:
            raise Invalid(fields={"lines": "退款数量超过了购买数量"})
        parts.append((line, part.quantity))
    await purchases.pay_back(purchase, actor, parts, body.reason)
    return await queries.shown(actor, purchase)
