"""Reading bills: the whole account's, so only for those who see the whole house."""

from collections.abc import Iterable

from backend.core import paging
from backend.core.actor import Actor
from backend.core.database import marks, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.core.states import moves_open_to
from backend.engines.wechat_bills.models import BillKind, WechatBill, WechatBillStatus
from backend.engines.wechat_bills.permissions import P
from backend.engines.wechat_bills.rules import day_bounds as day_bounds
from backend.engines.wechat_bills.schemas import WechatBillOut
from backend.engines.wechat_bills.schemas import WechatBillQuery as WechatBillQuery
from backend.engines.wechat_bills.states import MOVES, READY

__all__ = ["BillKind", "WechatBill", "WechatBillQuery", "WechatBillStatus", "day_bounds"]

Links = dict[tuple[str, str, str], tuple[str, str]]
"""Our numbers `(out_no, trade_no)` of lines of trade bills, by `(what, which number, number)`."""

_LINKS = (
    "SELECT what, out_no, wechat_no, trade_no FROM wechat_bills_line "
    "WHERE what IN ('payment', 'refund') AND {} IN ({})"
)


async def get(actor: Actor, bill_id: int) -> WechatBill:
    """A day's bill. Raises NotFound for whoever does not see the whole house."""
    found = await WechatBill.get_or_none(id=bill_id)
    if found is None or not actor.oversees_all(P.READ):
        raise NotFound("没有这份账单")
    return found


async def listed(actor: Actor, query: WechatBillQuery) -> Page[WechatBillOut]:
    """A page of bills, the latest days first."""
    chosen = WechatBill.all() if actor.oversees_all(P.READ) else WechatBill.filter(id=0)
    if query.status is not None:
        chosen = chosen.filter(status=query.status)
    if query.cursor:
        day, last = paging.decode(query.cursor, str, int)
        chosen = chosen.filter(day__lte=day).exclude(day=day, id__gte=last)
    found = await chosen.order_by("-day", "-id").limit(query.limit + 1)
    items, after = paging.cut(found, query.limit, lambda one: (one.day, one.id))
    return Page(items=[shown(actor, one) for one in items], next=after)


def shown(actor: Actor, one: WechatBill) -> WechatBillOut:
    """The bill as the API shows it to the actor."""
    same = {name: getattr(one, name) for name in WechatBillOut.model_fields if hasattr(one, name)}
    return WechatBillOut(
        **same,
        kind_name=one.kind.label,
        status_name=one.status.label,
        moves=moves_open_to(MOVES, one, actor),
    )


async def ready_pair(mchid: str, day: str) -> tuple[WechatBill, WechatBill] | None:
    """The trade bill and the fund-flow bill of a day; None while one of them is missing."""
    found = {
        one.kind: one
        for one in await WechatBill.filter(mchid=mchid, day=day, status__in=list(READY))
    }
    if len(found) < 2:
        return None
    return found[BillKind.TRADE], found[BillKind.FUNDS]


async def uncompared(mchid: str) -> set[str]:
    """The days with a bill that is not compared yet."""
    waiting = WechatBill.filter(mchid=mchid).exclude(status=WechatBillStatus.COMPARED)
    return {one.day for one in await waiting}


async def is_compared(day: str) -> bool:
    """Whether every account's bills of the day are compared, and there are some."""
    found = await WechatBill.filter(day=day)
    return bool(found) and all(one.status is WechatBillStatus.COMPARED for one in found)


async def links(column: str, numbers: Iterable[str]) -> Links:
    """Lines of trade bills by one of their numbers, `out_no` or `wechat_no`."""
    values = sorted(set(numbers) - {""})
    if not values:
        return {}
    found = await rows(_LINKS.format(column, marks(values)), *values)
    return {(row["what"], column, row[column]): (row["out_no"], row["trade_no"]) for row in found}
