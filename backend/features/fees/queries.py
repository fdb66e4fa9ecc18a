"""Reading what is owed by dwelling, balances, and what a cashier looks for."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import below, marks, rows
from backend.core.errors import NotFound
from backend.core.schemas import Page
from backend.engines.bills import queries as bills
from backend.engines.bills.queries import Bill
from backend.engines.ledgers import queries as ledgers
from backend.engines.ledgers.queries import EntryOut
from backend.engines.payments import queries as payments
from backend.engines.refunds import queries as refunds
from backend.engines.tariffs import queries as tariffs
from backend.features.fees import rules
from backend.features.fees.models import Agreement, BillRefund, live_key
from backend.features.fees.permissions import P
from backend.features.fees.schemas import (
    BalanceQuery,
    BillMoney,
    BillPayment,
    BillRefunded,
    CounterHome,
    DoorOut,
    DoorQuery,
    Doors,
    HomeFees,
    Overview,
)
from backend.foundation.areas import queries as areas
from backend.foundation.departments import queries as departments
from backend.foundation.holdings import queries as holdings
from backend.foundation.holdings.queries import Holding
from backend.foundation.residents import queries as residents
from backend.foundation.residents.queries import Relation
from backend.foundation.tenures import service as tenures

MOST_DOORS = 20
_CALLED = ("", "号%", "栋%", "幢%", "座%", "单元%", "楼%")
"""How a number on a house goes on, so that 3 finds 3号楼 and not 30号楼."""
_LEVELS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (),
    (("a.name", "p.name"),),
    (("a.name",), ("p.name",)),
)
"""Where the words before a door's number are looked for: one is unit or building, two are both,
the unit last."""
_OWED = (
    "SELECT b.dwelling_id, b.tenure, SUM(b.owed) AS owed, COUNT(*) AS unpaid, "
    "SUM(CASE WHEN b.due_on < ? THEN 1 ELSE 0 END) AS overdue FROM bills_bill b "
    "WHERE b.status = 'unpaid' AND {} GROUP BY b.dwelling_id, b.tenure"
)
_DOORS = (
    "SELECT d.id, COALESCE(n.number, 0) AS tenure FROM areas_area a "
    "CROSS JOIN areas_dwelling d ON d.area_id = a.id "
    "LEFT JOIN areas_area p ON p.id = a.parent_id "
    "LEFT JOIN tenures_tenure n ON n.dwelling_id = d.id WHERE {} ORDER BY d.id LIMIT ?"
)


# -- residents -----------------------------------------------------------------------------------
async def overview(actor: Actor) -> Overview:
    """My dwellings with what is owed, those of today first; former ones only while they owe."""
    mine = await holdings.of_user(actor.user_id)
    owed = await _owed(mine)
    places = await areas.places(one.dwelling_id for one in mine)
    agreed = await _agreed(mine)
    homes = [
        await _home(one, places[one.dwelling_id], owed.get(one.key, {}), one.key in agreed)
        for one in mine
    ]
    shown = [one for one in homes if one.is_current or one.owed or one.balance]
    return Overview(
        homes=shown,
        owed=sum(one.owed for one in shown),
        overdue=sum(one.overdue for one in shown),
    )


async def _home(one: Holding, place: str, owed: dict[str, Any], is_automatic: bool) -> HomeFees:  # noqa: FBT001
    return HomeFees(
        dwelling_id=one.dwelling_id,
        tenure=one.tenure,
        place=place,
        relation_name=one.relation.label,
        is_current=one.is_current,
        owed=int(owed.get("owed", 0)),
        unpaid=int(owed.get("unpaid", 0)),
        overdue=int(owed.get("overdue", 0)),
        balance=await balance(one.dwelling_id, one.tenure),
        is_automatic=is_automatic,
        may_agree=one.is_current and one.relation is Relation.OWNER,
    )


async def _owed(mine: Iterable[Holding]) -> dict[tuple[int, int], dict[str, Any]]:
    test, params = holdings.pairs(mine)
    found = await rows(_OWED.format(test), clock.today(), *params)
    return {(row["dwelling_id"], row["tenure"]): row for row in found}


async def _agreed(mine: Iterable[Holding]) -> set[tuple[int, int]]:
    keys = [live_key(*one.key) for one in mine]
    found = await Agreement.filter(live_key__in=keys) if keys else []
    return {(one.dwelling_id, one.tenure) for one in found}


async def balance(dwelling_id: int, tenure: int) -> int:
    """What lies ready for a dwelling's bills, in fen."""
    return await ledgers.balance(bills.prepaid_account(dwelling_id, tenure))


async def tenure_of(dwelling_id: int) -> int:
    """The tenure of the dwelling that runs."""
    return await tenures.current(dwelling_id)


async def balance_statement(actor: Actor, query: BalanceQuery) -> Page[EntryOut]:
    """What came onto the balance and went from it. Raises NotFound for who has no such dwelling."""
    mine = await holdings.mine(actor.user_id, query.dwelling_id)
    return await ledgers.statement(bills.prepaid_account(*mine.key), query.limit, query.cursor)


# -- the counter ---------------------------------------------------------------------------------
async def doors(actor: Actor, query: DoorQuery) -> Doors:
    """Dwellings whose door fits the words, at the actor's counter. Raises NotFound."""
    scope, params = await _counter_scope(actor, query.area_id)
    parts = rules.door(query.q)
    tests = [scope]
    if not parts:
        return Doors(items=[])
    *above, number = parts
    tests.append("d.number LIKE ?")
    params.append(f"{number}%")
    for part, columns in zip(reversed(above), _LEVELS[len(above)], strict=True):
        test = " OR ".join(f"{column} LIKE ?" for column in columns for _ in _CALLED)
        tests.append(f"({test})")
        params += [f"{part}{word}" for _ in columns for word in _CALLED]
    return Doors(
        items=await _doors(
            actor, found=await rows(_DOORS.format(" AND ".join(tests)), *params, MOST_DOORS)
        )
    )


async def _counter_scope(actor: Actor, area_id: int | None) -> tuple[str, list[Any]]:
    tests, params = ["1 = 0"], list[Any]()
    for post in actor.posts:
        if post.role in P.COUNTER.roles and post.unit_id is not None:
            tests.append("(a.path >= ? AND a.path < ?)")
            params += below(post.area_path)
    scope = f"({' OR '.join(tests)})"
    if area_id is not None:
        scope += " AND a.path >= ? AND a.path < ?"
        params += below(await areas.path_of(area_id))
    return scope, params


async def _doors(actor: Actor, found: Sequence[dict[str, Any]]) -> list[DoorOut]:
    ids = [row["id"] for row in found]
    if not ids:
        return []
    places = await areas.places(ids)
    units = actor.units(P.COUNTER)
    owed = await rows(
        "SELECT dwelling_id, SUM(owed) AS owed, COUNT(*) AS unpaid FROM bills_bill "  # noqa: S608
        f"WHERE status = 'unpaid' AND dwelling_id IN ({marks(ids)}) "
        f"AND unit_id IN ({marks(list(units))}) GROUP BY dwelling_id",
        *ids,
        *units,
    )
    sums = {row["dwelling_id"]: row for row in owed}
    return [
        DoorOut(
            dwelling_id=row["id"],
            place=places[row["id"]],
            owed=int(sums.get(row["id"], {}).get("owed", 0)),
            unpaid=int(sums.get(row["id"], {}).get("unpaid", 0)),
            balance=await balance(row["id"], row["tenure"]),
        )
        for row in found
    ]


async def counter(actor: Actor, dwelling_id: int) -> CounterHome:
    """A dwelling before the cashier. Raises NotFound."""
    unit_id = await counter_unit(actor, dwelling_id)
    tenure = await tenure_of(dwelling_id)
    found = await bills.rows_of(
        "b.dwelling_id = ? AND b.unit_id = ? AND b.status = 'unpaid' ORDER BY b.due_on, b.id",
        dwelling_id,
        unit_id,
    )
    return CounterHome(
        dwelling_id=dwelling_id,
        place=(await areas.places([dwelling_id]))[dwelling_id],
        tenure=tenure,
        holders=await residents.owners_at(dwelling_id),
        balance=await balance(dwelling_id, tenure),
        bills=await bills.shown(found),
    )


async def counter_unit(actor: Actor, dwelling_id: int) -> int:
    """For which firm the actor takes money for the dwelling. Raises NotFound."""
    home = await areas.dwelling(dwelling_id)
    path = home.area.path or ""
    units = [
        post.unit_id
        for post in actor.posts
        if post.role in P.COUNTER.roles and post.unit_id is not None and post.covers(path)
    ]
    if not units:
        raise NotFound("没有这户")
    engaged = await departments.property_of(path)
    return engaged.id if engaged is not None and engaged.id in units else min(units)


async def about(user_id: int) -> dict[str, Any]:
    """Everything the room keeps about a person, in plain words for their own export."""
    found = await Agreement.filter(user_id=user_id).order_by("id")
    places = await areas.places(one.dwelling_id for one in found)
    return {
        "预存自动缴费": [
            {
                "房屋": places.get(one.dwelling_id, ""),
                "同意时间": one.agreed_at,
                "取消时间": one.ended_at,
            }
            for one in found
        ]
    }


# -- a bill's money ------------------------------------------------------------------------------
async def money(actor: Actor, bill_id: int) -> BillMoney:
    """What came in for a bill of the actor's firm, and what went back. Raises NotFound."""
    bill = await bills.staffs(actor, bill_id, P.STAFF)
    left = await refundable(bill)
    paid = [await payments.get(SYSTEM, one) for one in left]
    may = tariffs.stands_for(actor, P.REFUND, bill.unit_id, await areas.path_of(bill.area_id))
    total = sum(left.values())
    return BillMoney(
        bill_id=bill.id,
        refundable=total,
        payments=[
            BillPayment(
                payment_id=one.id,
                method_name=one.method.label if one.method else "",
                receipt_no=one.receipt_no,
                paid_at=one.paid_at,
                amount=left[one.id],
            )
            for one in paid
        ],
        refunds=await _refunds(actor, bill),
        moves=["refund"] if may and total else [],
    )


async def _refunds(actor: Actor, bill: Bill) -> list[BillRefunded]:
    asked = await BillRefund.filter(bill_id=bill.id).order_by("-id")
    found = {one.id: one for one in await refunds.many(one.refund_id for one in asked)}
    return [
        BillRefunded(
            **refunds.shown(actor, found[one.refund_id]).model_dump(),
            is_owed_again=one.is_owed_again,
        )
        for one in asked
    ]


async def refundable(bill: Bill) -> dict[int, int]:
    """What of each payment lies in the bill and is not yet on its way back, latest first."""
    paid: Counter[int] = Counter()
    kinds = [bills.EntryKind.PAYMENT, bills.EntryKind.REFUND]
    for one in await bills.BillEntry.filter(bill_id=bill.id, kind__in=kinds):
        paid[one.payment_id or 0] -= one.amount
    for on_its_way in await BillRefund.filter(bill_id=bill.id, is_open=True):
        paid[on_its_way.payment_id] -= on_its_way.amount
    return {one: paid[one] for one in sorted(paid, reverse=True)}
