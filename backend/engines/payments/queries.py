"""Reading payments: one's own; as a cashier the unit's; as an accountant all of one's area."""

from dataclasses import dataclass
from typing import Any

from backend.core import clock, paging
from backend.core.actor import Actor, Permission
from backend.core.database import below, moment, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.payments.models import Method, Payee, Payment, PaymentLine, PaymentStatus
from backend.engines.payments.permissions import P
from backend.engines.payments.rules import SURPLUS as SURPLUS
from backend.engines.payments.rules import new_number as new_number
from backend.engines.payments.rules import yuan as yuan
from backend.engines.payments.schemas import (
    LineOut,
    MineQuery,
    PayeeOut,
    PayeeQuery,
    PaymentCard,
    PaymentQuery,
)
from backend.engines.payments.schemas import PaymentOut as PaymentOut
from backend.engines.payments.states import MOVES
from backend.foundation.identity import queries as identity

__all__ = ["Method", "Payee", "Payment", "PaymentLine", "PaymentOut", "PaymentStatus", "Scope"]

OVERSEE = P.OVERSEE
"""For rooms above that show accountants what is theirs."""
_CARD = (
    "SELECT id, number, status, purpose, title, amount, refunded, payee_name, method, created_at, "
    "paid_at, payer_id FROM payments_payment WHERE {} ORDER BY id DESC LIMIT ?"
)


@dataclass(frozen=True)
class Scope:
    """A condition on a table with `unit_id` and `area_path`, and its parameters."""

    where: str
    params: tuple[Any, ...] = ()


def overseen_by(actor: Actor, *permissions: Permission) -> Scope:
    """What staff with these permissions read: a unit's people that unit's, people without one
    everything in their area."""
    if actor.is_system:
        return Scope("1 = 1")
    parts, params = ["1 = 0"], list[Any]()
    for post in actor.posts:
        if any(post.role in one.roles for one in permissions):
            unit = " AND unit_id = ?" if post.unit_id else ""
            parts.append(f"(area_path >= ? AND area_path < ?{unit})")
            params += [*below(post.area_path), *([post.unit_id] if unit else [])]
    return Scope(f"({' OR '.join(parts)})", tuple(params))


def may_read(actor: Actor, payment: Payment) -> bool:
    where = (payment.unit_id, payment.area_path)
    return (
        actor.is_system
        or payment.payer_id == actor.user_id
        or actor.stands_for(P.COUNTER, *where)
        or actor.oversees(P.OVERSEE, *where)
    )


def counter_of(actor: Actor) -> Scope:
    """What the actor takes money for: of the units they stand for, and of no others."""
    here = overseen_by(actor, P.COUNTER)
    return Scope(f"({here.where} AND unit_id IS NOT NULL)", here.params)


async def get(actor: Actor, payment_id: int) -> Payment:
    """A payment that the actor may read. Raises NotFound for anybody else's."""
    found = await Payment.get_or_none(id=payment_id)
    if found is None or not may_read(actor, found):
        raise NotFound("没有这笔支付")
    return found


async def by_number(number: str) -> Payment | None:
    """The payment that WeChat knows by this out_trade_no."""
    return await Payment.get_or_none(number=number)


async def lines_of(payment_id: int) -> list[PaymentLine]:
    return await PaymentLine.filter(payment_id=payment_id).order_by("id")


async def get_payee(payee_id: int) -> Payee:
    """Raises NotFound."""
    found = await Payee.get_or_none(id=payee_id)
    if found is None:
        raise NotFound("没有这个收款方")
    return found


async def payee_of(kind: str, owner_id: int) -> Payee | None:
    return await Payee.get_or_none(kind=kind, owner_id=owner_id)


async def shown(actor: Actor, payment: Payment) -> PaymentOut:
    """The payment as the API shows it to the actor."""
    lines = await lines_of(payment.id)
    can_pay = payment.is_open(clock.now()) and payment.may(actor, P.PAY)
    return PaymentOut(
        **{name: getattr(payment, name) for name in _SAME},
        status_name=payment.status.label,
        method_name=payment.method.label if payment.method else "",
        lines=[
            LineOut(subject=one.subject, title=one.title, amount=one.amount, refunded=one.refunded)
            for one in lines
        ],
        methods=["wechat"] if can_pay else [],
        moves=[m for m in moves_open_to(MOVES, payment, actor) if m in ("close", "counter")],
    )


_SAME = (
    "id",
    "number",
    "status",
    "purpose",
    "title",
    "amount",
    "refunded",
    "payee_id",
    "payee_name",
    "created_at",
    "expires_at",
    "method",
    "paid_at",
    "receipt_no",
)


async def read(actor: Actor, payment_id: int) -> PaymentOut:
    return await shown(actor, await get(actor, payment_id))


async def mine(actor: Actor, query: MineQuery) -> Page[PaymentCard]:
    """The actor's own payments, newest first."""
    scope = Scope("payer_id = ?", (actor.user_id,))
    return await _page(scope, query, with_payers=False)


async def at_counter(actor: Actor, query: PaymentQuery) -> Page[PaymentCard]:
    """Payments of the units that the actor takes money for, newest first."""
    return await _page(_chosen(counter_of(actor), query), query, with_payers=True)


async def overseen(actor: Actor, query: PaymentQuery) -> Page[PaymentCard]:
    """Payments that the actor reads as an accountant, newest first."""
    return await _page(_chosen(overseen_by(actor, P.OVERSEE), query), query, with_payers=True)


def _chosen(scope: Scope, query: PaymentQuery) -> Scope:
    parts, params = [scope.where], list(scope.params)
    for column in ("payee_id", "method"):
        if (value := getattr(query, column)) is not None:
            parts.append(f"{column} = ?")
            params.append(value)
    if query.day is not None:
        parts.append("paid_at >= ? AND paid_at < ?")
        params += clock.bounds(query.day)
    if query.q is not None:
        parts.append("(number = ? OR transaction_id = ? OR receipt_no = ?)")
        params += [query.q] * 3
    return Scope(" AND ".join(parts), tuple(params))


async def _page(scope: Scope, query: MineQuery, *, with_payers: bool) -> Page[PaymentCard]:
    parts, params = [scope.where], list(scope.params)
    for column in ("status", "purpose"):
        if (value := getattr(query, column)) is not None:
            parts.append(f"{column} = ?")
            params.append(value)
    if query.cursor:
        parts.append("id < ?")
        params.append(paging.decode(query.cursor, int)[0])
    found = await rows(_CARD.format(" AND ".join(parts)), *params, query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one["id"],))
    names = await identity.names(r["payer_id"] for r in items if r["payer_id"] and with_payers)
    return Page(items=[_card(one, names) for one in items], next=after)


def _card(row: dict[str, Any], names: dict[int, identity.Name]) -> PaymentCard:
    payer = names.get(row.pop("payer_id") or 0)
    method = Method(row["method"]) if row["method"] else None
    times = {name: moment(row[name]) for name in ("created_at", "paid_at")}
    return PaymentCard(
        **row | times,
        status_name=PaymentStatus(row["status"]).label,
        method_name=method.label if method else "",
        payer=payer.name if payer else "",
    )


async def payees(actor: Actor, query: PayeeQuery) -> Page[PayeeOut]:
    """Payees by id, for whoever looks after the whole house."""
    if not actor.may_for_all(P.PAYEES):
        return Page(items=[])
    chosen = Payee.all() if query.q is None else Payee.filter(name__contains=query.q)
    if query.cursor:
        chosen = chosen.filter(id__gt=paging.decode(query.cursor, int)[0])
    found = await chosen.order_by("id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.id,))
    return Page(items=[payee_shown(one) for one in items], next=after)


def payee_shown(one: Payee) -> PayeeOut:
    return PayeeOut(id=one.id, kind=one.kind, name=one.name, sub_mchid=one.sub_mchid)


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    return {
        "支付": [
            {
                "单号": one.number,
                "项目": one.title,
                "金额（元）": yuan(one.amount),
                "收款方": one.payee_name,
                "状态": one.status.label,
                "方式": one.method.label if one.method else "",
                "支付时间": one.paid_at,
                "已退（元）": yuan(one.refunded),
            }
            for one in await Payment.filter(payer_id=user_id).order_by("id")
        ]
    }
