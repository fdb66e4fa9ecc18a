"""Reading refunds: one's own, and as staff those of one's unit or area."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from backend.core import paging
from backend.core.actor import Actor
from backend.core.database import marks, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.payments import queries as payments
from backend.engines.refunds.models import Refund
from backend.engines.refunds.permissions import P
from backend.engines.refunds.rules import RefundLine as RefundLine
from backend.engines.refunds.schemas import RefundLineOut, RefundQuery
from backend.engines.refunds.schemas import RefundOut as RefundOut
from backend.engines.refunds.states import MOVES, STUCK
from backend.engines.refunds.states import RefundStatus as RefundStatus

_BY_HAND = frozenset({"pay-out", "retry", "redirect", "hand-over", "settle-by-hand"})
_IDS = "SELECT id FROM refunds_refund WHERE {} ORDER BY id DESC LIMIT ?"


def is_staff(actor: Actor, refund: Refund) -> bool:
    return (
        actor.is_system
        or actor.stands_for(P.PAY_OUT, refund.unit_id, refund.area_path)
        or actor.oversees(payments.OVERSEE, refund.unit_id, refund.area_path)
    )


async def get(actor: Actor, refund_id: int) -> Refund:
    """A refund that the actor may read. Raises NotFound for anybody else's."""
    found = await Refund.get_or_none(id=refund_id)
    if found is None or not (found.payer_id == actor.user_id or is_staff(actor, found)):
        raise NotFound("没有这笔退款")
    return found


async def many(refund_ids: Iterable[int]) -> list[Refund]:
    """Refunds by id, for rooms that have checked whose they are."""
    return await Refund.filter(id__in=list(refund_ids))


def shown(actor: Actor, one: Refund) -> RefundOut:
    """The refund as the API shows it to the actor."""
    return RefundOut(
        **{name: getattr(one, name) for name in _SAME},
        status_name=one.status.label,
        method_name=one.method.label,
        lines=[RefundLineOut(subject=str(s), amount=int(a)) for s, a in one.lines],
        target_name=one.target.label if one.target else "",
        trouble=one.trouble if is_staff(actor, one) else "",
        moves=[name for name in moves_open_to(MOVES, one, actor) if _can(one, name)],
    )


def _can(one: Refund, move: str) -> bool:
    """Only people's moves; and what WeChat never took cannot be sent on."""
    return move in _BY_HAND and (move != "redirect" or one.wechat_id is not None)


_SAME = (
    "id",
    "number",
    "payment_id",
    "status",
    "version",
    "title",
    "payee_name",
    "method",
    "amount",
    "reason",
    "created_at",
    "finished_at",
)


async def read(actor: Actor, refund_id: int) -> RefundOut:
    return shown(actor, await get(actor, refund_id))


async def mine(actor: Actor, query: RefundQuery) -> Page[RefundOut]:
    """The actor's own refunds, newest first."""
    return await _page(actor, payments.Scope("payer_id = ?", (actor.user_id,)), query)


async def overseen(actor: Actor, query: RefundQuery) -> Page[RefundOut]:
    """Refunds that the actor reads as staff, newest first."""
    seen = payments.overseen_by(actor, payments.OVERSEE)
    counter = payments.counter_of(actor)
    scope = payments.Scope(f"({seen.where} OR {counter.where})", (*seen.params, *counter.params))
    return await _page(actor, scope, query)


async def _page(actor: Actor, scope: payments.Scope, query: RefundQuery) -> Page[RefundOut]:
    parts, params = [scope.where], list[Any](scope.params)
    for column in ("status", "payment_id"):
        if (value := getattr(query, column)) is not None:
            parts.append(f"{column} = ?")
            params.append(value)
    if query.is_stuck:
        parts.append(f"status IN ({marks(list(STUCK))})")
        params += sorted(STUCK)
    if query.cursor:
        parts.append("id < ?")
        params.append(paging.decode(query.cursor, int)[0])
    found = await rows(_IDS.format(" AND ".join(parts)), *params, query.limit + 1)
    ids, after = paging.cut([row["id"] for row in found], query.limit, lambda one: (one,))
    known = {one.id: one for one in await Refund.filter(id__in=ids or [0])}
    return Page(items=[shown(actor, known[one]) for one in ids], next=after)


async def due(at: datetime, limit: int) -> list[tuple[int, int]]:
    """Refunds that WeChat is to be asked about, each with how often it was."""
    found = await rows(
        "SELECT id, tries FROM refunds_refund WHERE next_at <= ? ORDER BY next_at LIMIT ?",
        at,
        limit,
    )
    return [(row["id"], row["tries"]) for row in found]


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    return {
        "退款": [
            {
                "单号": one.number,
                "项目": one.title,
                "金额（元）": payments.yuan(one.amount),
                "状态": one.status.label,
                "原因": one.reason,
                "申请时间": one.created_at,
                "完成时间": one.finished_at,
            }
            for one in await Refund.filter(payer_id=user_id).order_by("id")
        ]
    }
