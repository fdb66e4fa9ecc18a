"""What follows from money coming and going, from moves, from people leaving and areas moving."""

from typing import Any

from backend.core.actor import SYSTEM
from backend.core.database import move_paths
from backend.core.events import on
from backend.engines.payments.events import PaymentClosed, PaymentSucceeded
from backend.engines.payments.queries import yuan
from backend.engines.purchases import messages, queries, service
from backend.engines.purchases.events import PurchaseMoved
from backend.engines.purchases.queries import SOLD, Purchase, PurchaseStatus
from backend.engines.purchases.states import UNDOING
from backend.engines.refunds.events import RefundFailed, RefundSucceeded
from backend.foundation.areas.events import AreaMoved
from backend.foundation.identity.events import UserErased
from backend.foundation.notify import service as notify


@on(PaymentSucceeded)
async def take_money(event: PaymentSucceeded) -> None:
    """Paid: the shop is told. Paid too late: it goes back."""
    purchase = await _of(event.purpose, event.subjects)
    if purchase is None:
        return
    if purchase.status is PurchaseStatus.UNPAID:
        await service.settle(purchase)
    elif purchase.status is PurchaseStatus.CLOSED:
        await service.pay_back_late(purchase)


@on(PaymentClosed)
async def let_go(event: PaymentClosed) -> None:
    """Not paid in time: what it held is free again."""
    purchase = await _of(event.purpose, event.subjects)
    if purchase is not None and purchase.status is PurchaseStatus.UNPAID:
        await service.undo(purchase, "expire", SYSTEM, "超时未支付")


@on(RefundSucceeded)
async def note_refund(event: RefundSucceeded) -> None:
    subjects = [str(line[0]) for line in event.lines]
    purchase = await _of(event.purpose, subjects)
    if purchase is not None:
        await service.note_returned(purchase, sum(int(line[1]) for line in event.lines))


@on(RefundFailed)
async def tell_of_failure(event: RefundFailed) -> None:
    subjects = [str(line[0]) for line in event.lines]
    purchase = await _of(event.purpose, subjects)
    if purchase is not None and purchase.buyer_id:
        await _send(messages.FAILED, purchase, purchase.buyer_id, messages.BUYER)


async def _of(purpose: str, subjects: list[str]) -> Purchase | None:
    return await queries.by_lines(subjects) if purpose == SOLD else None


@on(PurchaseMoved)
async def tell_people(event: PurchaseMoved) -> None:
    """The buyer of what the shop does, the shop of what the buyer does."""
    purchase = await queries.get(SYSTEM, event.purchase_id)
    if event.move == "settle" and purchase.accept_at is None:
        await _tell_shop(messages.NEW, purchase, due=purchase.due_at or "")
    if event.move == "cancel":
        await _tell_shop(messages.CANCELLED, purchase)
    if purchase.buyer_id is None:
        return
    if event.move in messages.TO_BUYER:
        await _send(messages.TO_BUYER[event.move], purchase, purchase.buyer_id, messages.BUYER)
    if event.move in UNDOING and event.move in messages.WHY:
        reason = purchase.reason or messages.WHY[event.move]
        await _send(messages.UNDONE, purchase, purchase.buyer_id, messages.BUYER, reason=reason)
    if event.move == "refund":
        amount, reason = yuan(purchase.refunded), "详见订单"
        said = {"amount": amount, "reason": reason}
        await _send(messages.REFUNDED, purchase, purchase.buyer_id, messages.BUYER, **said)


async def _tell_shop(template: messages.Template, purchase: Purchase, **values: Any) -> None:
    for user_id in purchase.sellers:
        await _send(template, purchase, user_id, messages.SELLER, **values)


async def _send(
    template: messages.Template, purchase: Purchase, to: int, link: str, **values: Any
) -> None:
    known = {"shop": purchase.shop_name, "number": queries.number_of(purchase)}
    await notify.send(template, to=to, link=link.format(purchase.id), **known, **values)


@on(UserErased)
async def forget_buyer(event: UserErased) -> None:
    await service.forget(event.user_id)


@on(AreaMoved)
async def follow_area(event: AreaMoved) -> None:
    await move_paths("purchases_purchase", event.from_path, event.to_path)
