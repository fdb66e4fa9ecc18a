"""Placing purchases and moving them along: the goods, the voucher, the subsidy and the money of one
go together or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from backend.core import clock, live, pickups
from backend.core.actor import SYSTEM, Actor
from backend.core.errors import Conflict, Invalid
from backend.core.events import emit
from backend.core.states import check, make
from backend.engines.coupons import service as coupons
from backend.engines.goods import service as goods
from backend.engines.ledgers import service as ledgers
from backend.engines.ledgers.service import Leg
from backend.engines.payments import service as payments
from backend.engines.purchases import queries, rules
from backend.engines.purchases.events import PurchaseMoved, PurchaseUndone
from backend.engines.purchases.models import (
    CODE,
    Delivery,
    Kind,
    Purchase,
    PurchaseEvent,
    PurchaseLine,
    PurchaseStatus,
    new_seal,
    sealed,
)
from backend.engines.purchases.queries import SOLD
from backend.engines.purchases.rules import REFUNDABLE as REFUNDABLE
from backend.engines.purchases.rules import NewLine as NewLine
from backend.engines.purchases.rules import Reduction as Reduction
from backend.engines.purchases.schemas import (
    Address,
)
from backend.engines.purchases.states import MOVES, UNDOING, S
from backend.engines.refunds import service as refunds
from backend.engines.refunds.service import RefundLine
from backend.engines.shops import queries as shops
from backend.engines.shops import service as shop_books

UNTOUCHED = rules.FINISHED_AFTER
"""After so long what is ready or on its way and not spoken of has arrived."""
PAID_AT_ONCE = 90
"""Seconds that a payment is kept open at least."""


@dataclass(frozen=True)
class NewPurchase:
    """What a room above has worked out: goods already taken from stock, a voucher already used.

    `accept_at`: when the house accepts it (bookings); None: the shop accepts within its minutes.
    """

    shop_id: int
    kind: Kind
    lines: Sequence[NewLine]
    delivery: Delivery
    reduction: Reduction = field(default_factory=lambda: Reduction("", 0))
    address: Address | None = None
    note: str = ""
    serve_on: date | None = None
    slot: str = ""
    for_whom: str | None = None
    accept_at: datetime | None = None


# -- placing -----------------------------------------------------------------------------------
async def place(actor: Actor, new: NewPurchase) -> Purchase:
    """Write the purchase and open its payment, in the transaction at hand.

    What costs nothing is paid at once. Raises Invalid, NotFound, Conflict for a shop that takes
    no orders.
    """
    shop = await shops.get(actor, new.shop_id)
    if not shops.takes_orders(shop) or shop.payee_id is None:
        raise Conflict("这家店暂时不接单")
    purchase = await _write(actor, shop, new)
    if purchase.payable == 0:
        await settle(purchase)
        return purchase
    minutes = max((purchase.due_at or clock.now()) - clock.now(), timedelta(seconds=PAID_AT_ONCE))
    payment = await payments.open_payment(
        actor,
        purpose=SOLD,
        payee_id=purchase.payee_id,
        title=f"{shop.name} {queries.title_of(purchase.lines)}",
        lines=[
            payments.Line(one.subject, f"{one.name} ×{one.quantity}", one.paid, _earned(purchase))
            for one in purchase.lines
            if one.paid
        ],
        area_path=shop.area_path,
        minutes=-(-int(minutes.total_seconds()) // 60),
    )
    purchase.payment_id = payment.id
    await Purchase.filter(id=purchase.id).update(payment_id=payment.id)
    return purchase


def _earned(purchase: Purchase) -> str:
    return f"payee:{purchase.payee_id}"


async def _write(actor: Actor, shop: shops.Shop, new: NewPurchase) -> Purchase:
    if (new.delivery is Delivery.DELIVERY) != (new.address is not None):
        raise Invalid(fields={"address": "送货上门请填写地址，到店自取不用填"})
    total, now = sum(one.amount for one in new.lines), clock.now()
    pay_until = now + rules.TO_PAY
    purchase = await Purchase.create(
        kind=new.kind,
        shop_id=shop.id,
        shop_name=shop.name,
        area_path=shop.area_path,
        payee_id=shop.payee_id,
        buyer_id=actor.user_id,
        status=PurchaseStatus.UNPAID,
        delivery=new.delivery,
        **_private(new),
        total=total,
        payable=total - new.reduction.amount,
        **_reduced(new.reduction),
        serve_on=new.serve_on,
        slot=new.slot,
        accept_at=new.accept_at,
        created_at=now,
        due_at=min(pay_until, new.accept_at) if new.accept_at else pay_until,
    )
    purchase.lines = await _lines(purchase.id, new)
    purchase.sellers = set(shop.staff)
    await _note(purchase, "place", actor, "")
    return purchase


def _private(new: NewPurchase) -> dict[str, Any]:
    """What only the buyer and the shop may read, sealed."""
    seal = new_seal()
    address = new.address.model_dump_json() if new.address else None
    said = {"address": address, "note": new.note, "for_whom": new.for_whom}
    return {"seal": seal} | {name: sealed(seal, name, text) for name, text in said.items()}


def _reduced(by: Reduction) -> dict[str, Any]:
    return {
        "reduction": by.amount,
        "reduction_title": by.title,
        "reduction_account": by.account,
        "voucher_id": by.voucher_id,
    }


async def _lines(purchase_id: int, new: NewPurchase) -> list[PurchaseLine]:
    shares = rules.shared([one.amount for one in new.lines], new.reduction.amount)
    return [
        await PurchaseLine.create(
            purchase_id=purchase_id, amount=one.amount, reduced=share, **vars(one)
        )
        for one, share in zip(new.lines, shares, strict=True)
    ]


async def settle(purchase: Purchase) -> None:
    """It is paid: the code is made, whoever pays the reduction pays it, the shop is told."""
    now = clock.now()
    shop = await shops.get(SYSTEM, purchase.shop_id)
    due = now + timedelta(minutes=shop.accept_minutes)
    if purchase.accept_at is not None:
        due = purchase.accept_at
    code = await _fresh_code(purchase.shop_id)
    columns = pickups.sealed(code, purchase.shop_id, field=CODE, row=purchase.seal)
    await step(purchase, "settle", SYSTEM, paid_at=now, due_at=due, **columns)
    await _post_subsidy(purchase, purchase.reduction, "paid")


async def _fresh_code(shop_id: int) -> str:
    """A code that no other purchase of the shop that is under way has."""
    while True:
        code = pickups.new()
        indexes = pickups.indexes(code, shop_id, field=CODE)
        taken = Purchase.filter(shop_id=shop_id, code_index__in=indexes)
        if not await taken.exclude(code=None).exists():
            return code


async def _post_subsidy(purchase: Purchase, amount: int, key: str) -> None:
    """What somebody else pays of it, to the shop (negative: back again)."""
    if not purchase.reduction_account or not amount:
        return
    legs = [Leg(purchase.reduction_account, -amount), Leg(_earned(purchase), amount)]
    memo = f"{purchase.reduction_title} {queries.number_of(purchase)}"
    await ledgers.post(f"purchase:{purchase.id}:{key}", legs, kind="subsidy", memo=memo)


# -- moving ------------------------------------------------------------------------------------
async def ready(actor: Actor, purchase_id: int, name: str, version: int | None = None) -> Purchase:
    """The purchase, sure that the actor may make this move now; rivals wait for each other.

    Raises NotFound, Forbidden, WrongState, StaleVersion.
    """
    purchase = await queries.get(actor, purchase_id, is_held=True)
    check(purchase, MOVES[name], actor, version)
    return purchase


async def step(purchase: Purchase, name: str, actor: Actor, note: str = "", **changes: Any) -> None:
    """Make a move of the table, write it down, tell whoever looks and whoever reacts."""
    await make(purchase, MOVES[name], actor, **changes)
    await _note(purchase, name, actor, note)
    event = PurchaseMoved(
        purchase.id, name, purchase.kind.value, purchase.shop_id, purchase.buyer_id
    )
    await emit(event)


async def _note(purchase: Purchase, name: str, actor: Actor, note: str) -> None:
    is_buyer = actor.user_id == purchase.buyer_id and not actor.is_system
    by = "house" if actor.is_system else "buyer" if is_buyer else "shop"
    await PurchaseEvent.create(purchase_id=purchase.id, at=clock.now(), move=name, by=by, note=note)
    body = {
        "type": "purchase",
        "purchase_id": purchase.id,
        "shop_id": purchase.shop_id,
        "status": purchase.status.value,
        "version": purchase.version,
    }
    live.tell([*purchase.sellers, *([purchase.buyer_id] if purchase.buyer_id else [])], body)


async def finish(purchase: Purchase, name: str, actor: Actor) -> None:
    """It is done: its code opens nothing any more, and the shop has sold one more."""
    await step(purchase, name, actor, code=None, done_at=clock.now(), due_at=None)
    await shop_books.count_sale(purchase.shop_id)


# -- undoing -----------------------------------------------------------------------------------
async def undo(purchase: Purchase, name: str, actor: Actor, reason: str) -> None:
    """Close or cancel it: goods, voucher, subsidy and money go back where they came from."""
    if name not in UNDOING:
        raise ValueError(f"{name} undoes nothing")
    was_paid = purchase.status is not PurchaseStatus.UNPAID
    await step(purchase, name, actor, reason, reason=reason, code=None, due_at=None)
    left = [(one, one.quantity - one.refunded_quantity) for one in purchase.lines]
    await _give_goods_back(purchase, left)
    if was_paid:
        await _pay_back(purchase, [(one, n) for one, n in left if n], reason)
    if purchase.voucher_id is not None:
        await coupons.give_back(purchase.voucher_id)
    await emit(PurchaseUndone(purchase.id, purchase.kind.value))


async def _give_goods_back(purchase: Purchase, parts: Sequence[tuple[PurchaseLine, int]]) -> None:
    day = clock.local(purchase.created_at).date().isoformat()
    found = [(one.good_id, quantity) for one, quantity in parts if one.good_id and quantity]
    await goods.give_back(purchase.buyer_id, day, found)


async def pay_back(
    purchase: Purchase, actor: Actor, parts: Sequence[tuple[PurchaseLine, int]], reason: str
) -> None:
    """Pay so many pieces of lines back. Once all are, what helped to pay is free again."""
    if purchase.done_at is None:
        await _give_goods_back(purchase, parts)
    await step(purchase, "refund", actor, reason)
    await _pay_back(purchase, parts, reason)
    if all(one.quantity == one.refunded_quantity for one in purchase.lines):
        if purchase.voucher_id is not None:
            await coupons.give_back(purchase.voucher_id)
        await emit(PurchaseUndone(purchase.id, purchase.kind.value))


async def _pay_back(
    purchase: Purchase, parts: Sequence[tuple[PurchaseLine, int]], reason: str
) -> None:
    """Money and subsidy of so many pieces of lines, in one refund."""
    number = purchase.refunds + 1
    asked, subsidy = [], 0
    for line, quantity in parts:
        whole, before = line.quantity, line.refunded_quantity
        back = rules.part_of(line.paid, before, quantity, whole)
        subsidy += rules.part_of(line.reduced, before, quantity, whole)
        asked += [RefundLine(line.subject, back)] if back else []
        line.refunded_quantity = before + quantity
        await PurchaseLine.filter(id=line.id).update(refunded_quantity=line.refunded_quantity)
    if asked and purchase.payment_id is not None:
        key = f"purchase:{purchase.id}:refund:{number}"
        await refunds.refund(SYSTEM, purchase.payment_id, key=key, lines=asked, reason=reason)
    await _post_subsidy(purchase, -subsidy, f"back:{number}")
    changes = {
        "refunds": number,
        "refunded": purchase.refunded + sum(one.amount for one in asked),
        "subsidy_back": purchase.subsidy_back + (subsidy if purchase.reduction_account else 0),
    }
    await Purchase.filter(id=purchase.id).update(**changes)
    purchase.update_from_dict(changes)


async def pay_back_late(purchase: Purchase) -> None:
    """Money arrived for a purchase that had been closed: it goes back as a whole."""
    lines = [RefundLine(one.subject, one.paid) for one in purchase.lines if one.paid]
    if purchase.payment_id is None or not lines:
        return
    key = f"purchase:{purchase.id}:late"
    reason = "订单已关闭，付款自动退回"
    await refunds.refund(SYSTEM, purchase.payment_id, key=key, lines=lines, reason=reason)
    await Purchase.filter(id=purchase.id).update(refunded=purchase.payable)


# -- what time and others do -------------------------------------------------------------------
async def run_out(purchase_id: int) -> None:
    """Its time has come: a booking is accepted, what the shop did not hear of is paid back, what
    was fetched without a word is done. Looked at anew: it may have gone on meanwhile."""
    purchase = await queries.get(SYSTEM, purchase_id, is_held=True)
    if purchase.due_at is None or purchase.due_at > clock.now():
        return
    if purchase.status is S.PAID and purchase.accept_at is not None:
        await step(purchase, "accept", SYSTEM, due_at=None)
    elif purchase.status is S.PAID:
        await undo(purchase, "lapse", SYSTEM, "商家未在规定时间内接单")
    elif purchase.status in MOVES["finish"].sources:
        await finish(purchase, "finish", SYSTEM)


async def note_returned(purchase: Purchase, amount: int) -> None:
    """So much of what was promised back has arrived."""
    await Purchase.filter(id=purchase.id).update(returned=purchase.returned + amount)


async def forget(user_id: int) -> None:
    """A person left: addresses and notes go, the books stay nameless."""
    gone: dict[str, Any] = {"address": None, "note": None, "for_whom": None, "buyer_id": None}
    await Purchase.filter(buyer_id=user_id).update(**gone)
