"""Reading purchases: the buyer's own, and for the staff of a shop the shop's."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.core import clock, paging, pickups
from backend.core.actor import Actor
from backend.core.database import marks, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.purchases import rules
from backend.engines.purchases.models import CODE, PurchaseEvent, PurchaseLine
from backend.engines.purchases.models import Delivery as Delivery
from backend.engines.purchases.models import Kind as Kind
from backend.engines.purchases.models import Purchase as Purchase
from backend.engines.purchases.models import PurchaseStatus as PurchaseStatus
from backend.engines.purchases.permissions import P
from backend.engines.purchases.schemas import Address as Address
from backend.engines.purchases.schemas import (
    EventOut,
    LineOut,
    MineQuery,
    PurchaseCard,
    ShopPurchaseQuery,
    Takings,
)
from backend.engines.purchases.schemas import PurchaseOut as PurchaseOut
from backend.engines.purchases.states import ENDED, IN_HAND, MOVES, S
from backend.engines.shops import queries as shops

SOLD = "purchase"
"""What payments for purchases are for."""
SLOTS = {"breakfast": "早餐", "lunch": "午餐", "dinner": "晚餐"}
_STATES = {
    "open": Q(status__not_in=list(ENDED)),
    "over": Q(status__in=list(ENDED)),
    "new": Q(status=S.PAID),
    "doing": Q(status__in=list(IN_HAND)),
    "all": ~Q(id=0),
}
_EVENTS = {
    "place": "下单",
    "settle": "已支付",
    "close": "已取消",
    "expire": "超时未支付，已关闭",
    "accept": "商家已接单",
    "cancel": "顾客取消",
    "refuse": "商家拒单",
    "lapse": "超时未接单",
    "ready": "已备好，等待取货",
    "deliver": "已送出",
    "hand-over": "已凭码取货",
    "receive": "顾客确认收货",
    "finish": "系统确认完成",
    "give-up": "商家取消",
    "refund": "部分退款",
    "rate": "顾客已评价",
    "answer": "商家已回复评价",
    "complain": "顾客投诉",
}
_TAKINGS = (
    "SELECT COUNT(*) AS orders, COALESCE(SUM(total), 0) AS total, "
    "COALESCE(SUM(reduction), 0) AS reductions, COALESCE(SUM(CASE WHEN reduction_account <> '' "
    "THEN reduction - subsidy_back ELSE 0 END), 0) AS subsidies, "
    "COALESCE(SUM(payable), 0) AS paid, COALESCE(SUM(refunded), 0) AS refunded "
    "FROM purchases_purchase WHERE shop_id = ? AND paid_at >= ? AND paid_at < ? "
    "AND status <> 'cancelled'"
)
_COUNTS = (
    "SELECT COALESCE(SUM(status = 'paid'), 0) AS waiting, COALESCE(SUM(status IN "
    "('accepted', 'ready', 'delivering')), 0) AS doing FROM purchases_purchase "
    "WHERE shop_id = ? AND status IN ('paid', 'accepted', 'ready', 'delivering')"
)


def visible_to(actor: Actor) -> QuerySet[Purchase]:
    """One's own purchases; what a shop sold is asked for with the shop."""
    return Purchase.all() if actor.is_system else Purchase.filter(buyer_id=actor.user_id)


async def get(actor: Actor, purchase_id: int, *, is_held: bool = False) -> Purchase:
    """The purchase with its lines and sellers. Raises NotFound for one that is not the actor's.

    `is_held`: rivals wait until this transaction ends.
    """
    chosen = Purchase.filter(id=purchase_id)
    found = await (chosen.select_for_update() if is_held else chosen).first()
    if found is None:
        raise NotFound("没有这个订单")
    await load([found])
    if not found.may(actor, P.VIEW):
        raise NotFound("没有这个订单")
    return found


async def load(purchases: Sequence[Purchase]) -> None:
    """Lines and sellers beside the rows."""
    ids = [one.id for one in purchases]
    lines = await PurchaseLine.filter(purchase_id__in=ids).order_by("id") if ids else []
    staff = {one: set(await shops.staff_of(one)) for one in {each.shop_id for each in purchases}}
    for one in purchases:
        one.lines = [line for line in lines if line.purchase_id == one.id]
        one.sellers = staff[one.shop_id]


async def by_lines(subjects: Iterable[str]) -> Purchase | None:
    """The purchase that the lines of a payment belong to, with everything beside it."""
    ids = [int(one.partition(":")[2]) for one in subjects]
    line = await PurchaseLine.filter(id__in=ids).first()
    found = await Purchase.get_or_none(id=line.purchase_id) if line else None
    if found is not None:
        await load([found])
    return found


async def by_code(shop_id: int, text: str) -> list[Purchase]:
    """What a pick-up code (as scanned or typed) stands for at the shop, latest first."""
    indexes = pickups.indexes(text, shop_id, field=CODE)
    return await Purchase.filter(shop_id=shop_id, code_index__in=indexes).order_by("-id")


async def due(limit: int) -> list[int]:
    """Ids of purchases whose time has come."""
    found = Purchase.filter(status__in=[S.PAID, S.READY, S.DELIVERING], due_at__lte=clock.now())
    return [one.id for one in await found.order_by("due_at").limit(limit).only("id")]


async def mine(actor: Actor, query: MineQuery) -> Page[PurchaseCard]:
    """The actor's purchases, latest first."""
    return await _page(visible_to(actor), query.state, query.cursor, query.limit)


async def of_shop(actor: Actor, shop_id: int, query: ShopPurchaseQuery) -> Page[PurchaseCard]:
    """What a shop sold, latest first. Raises NotFound for a shop the actor does not run."""
    shop = await shops.run_by(actor, shop_id)
    chosen = Purchase.filter(shop_id=shop.id).exclude(status__in=[S.UNPAID, S.CLOSED])
    return await _page(chosen, query.state, query.cursor, query.limit)


async def _page(
    chosen: QuerySet[Purchase], state: str, cursor: str | None, limit: int
) -> Page[PurchaseCard]:
    chosen = chosen.filter(_STATES[state])
    if cursor:
        chosen = chosen.filter(id__lt=paging.decode(cursor, int)[0])
    found = await chosen.order_by("-id").limit(limit + 1)
    items, after = paging.cut(found, limit, lambda one: (one.id,))
    ids = [one.id for one in items]
    sql = f"SELECT * FROM purchases_line WHERE purchase_id IN ({marks(ids)}) ORDER BY id"  # noqa: S608
    for row in await rows(sql, *ids) if ids else []:
        owner = next(one for one in items if one.id == row["purchase_id"])
        owner.lines = [*owner.lines, PurchaseLine(**row)]
    return Page(items=[PurchaseCard(**card(one)) for one in items], next=after)


def number_of(one: Purchase) -> str:
    return rules.number(one.id, one.created_at)


def title_of(lines: Sequence[PurchaseLine]) -> str:
    """`牛肉面 等 2 件`: the first good and how many pieces there are."""
    goods = [one for one in lines if one.good_id] or list(lines)
    pieces = sum(one.quantity for one in goods)
    first = goods[0].name if goods else ""
    return first if pieces <= 1 else f"{first} 等 {pieces} 件"


def status_name(one: Purchase) -> str:
    """As people call it; a booking waits for nobody's acceptance."""
    is_booked = one.status is S.PAID and one.accept_at is not None
    return "已预订" if is_booked else one.status.label


def card(one: Purchase) -> dict[str, Any]:
    """The fields of schemas.PurchaseCard."""
    return {
        "id": one.id,
        "number": number_of(one),
        "kind": one.kind,
        "shop_id": one.shop_id,
        "shop_name": one.shop_name,
        "status": one.status,
        "status_name": status_name(one),
        "delivery": one.delivery,
        "delivery_name": one.delivery.label,
        "title": title_of(one.lines),
        "pieces": sum(line.quantity for line in one.lines if line.good_id),
        "total": one.total,
        "payable": one.payable,
        "refunded": one.refunded,
        "created_at": one.created_at,
        "due_at": one.due_at,
        "serve_on": one.serve_on,
        "slot_name": SLOTS.get(one.slot, ""),
        "stars": one.stars,
        "version": one.version,
    }


async def shown(actor: Actor, one: Purchase) -> PurchaseOut:
    """A purchase in full, as far as the one who looks may see it."""
    is_mine = one.buyer_id is not None and one.buyer_id == actor.user_id
    is_private = is_mine or (one.may(actor, P.SELL) and one.status not in ENDED)
    code = one.open_code() if is_mine else None
    address = one.open("address") if is_private else None
    return PurchaseOut(
        **card(one),
        lines=[_line(line) for line in one.lines],
        reduction=one.reduction,
        reduction_title=one.reduction_title,
        returned=one.returned,
        payment_id=one.payment_id if is_mine else None,
        code=code,
        qr=code and pickups.qr(rules.PREFIX, code),
        address=address and Address(**json.loads(address)),
        note=one.open("note") if is_private else None,
        for_whom=one.open("for_whom") if is_private else None,
        reason=one.reason,
        paid_at=one.paid_at,
        done_at=one.done_at,
        rating_text=None if one.is_hidden and not is_mine else one.rating_text,
        answer=None if one.is_answer_hidden else one.answer,
        complaint_id=one.complaint_id if is_mine else None,
        history=await _history(one),
        is_mine=is_mine,
        moves=moves_open_to(MOVES, one, actor),
    )


async def _history(one: Purchase) -> list[EventOut]:
    return [
        EventOut(at=each.at, move=each.move, title=_EVENTS[each.move], note=each.note)
        for each in await PurchaseEvent.filter(purchase_id=one.id).order_by("id")
    ]


def _line(one: PurchaseLine) -> LineOut:
    return LineOut(
        id=one.id,
        good_id=one.good_id,
        name=one.name,
        choice=one.choice,
        price=one.price,
        quantity=one.quantity,
        amount=one.amount,
        paid=one.paid,
        refunded_quantity=one.refunded_quantity,
    )


async def takings(actor: Actor, shop_id: int, day: date | None) -> Takings:
    """A day of a shop. Raises NotFound for a shop the actor does not run."""
    shop = await shops.run_by(actor, shop_id)
    chosen = day or clock.today()
    sums = (await rows(_TAKINGS, shop.id, *clock.bounds(chosen)))[0]
    found = {name: int(value) for name, value in sums.items()}
    counts = (await rows(_COUNTS, shop.id))[0]
    return Takings(
        day=chosen,
        **found,
        earned=found["paid"] + found["subsidies"] - found["refunded"],
        waiting=int(counts["waiting"]),
        doing=int(counts["doing"]),
    )


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    found = await Purchase.filter(buyer_id=user_id).order_by("id")
    await load(found)
    return {
        "购买记录": [
            {
                "编号": number_of(one),
                "商家": one.shop_name,
                "内容": [f"{line.name} {line.choice} ×{line.quantity}" for line in one.lines],
                "状态": one.status.label,
                "应付（分）": one.payable,
                "退款（分）": one.refunded,
                "收货地址": one.open("address"),
                "备注": one.open("note"),
                "用餐人": one.open("for_whom"),
                "评价": one.rating_text,
                "下单时间": one.created_at,
            }
            for one in found
        ]
    }
