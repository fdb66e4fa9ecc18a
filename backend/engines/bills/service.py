"""Changing what is owed: always by an entry, whose key makes it happen once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tortoise.expressions import F

from backend.core import clock
from backend.core.actor import SYSTEM, Actor
from backend.core.database import execute, marks
from backend.core.errors import Conflict, Invalid
from backend.core.events import emit
from backend.core.states import make
from backend.engines.bills import queries, rules
from backend.engines.bills.events import BillVoided
from backend.engines.bills.models import Bill, BillEntry, BillStatus, EntryKind
from backend.engines.bills.permissions import P
from backend.engines.bills.rules import BillHeld, BillsNotPayable
from backend.engines.bills.schemas import BillDetail, VoidBody
from backend.engines.bills.states import MOVES
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit

CLAIMED = 0
"""In the place of a payment's id while the payment is being opened."""


# -- paying --------------------------------------------------------------------------------------
async def claim(bill_ids: Sequence[int]) -> list[Bill]:
    """Hold bills for one payment, late fees entered up to today: all of them, or BillsNotPayable.

    In the transaction at hand; whoever calls checked whose they are, and says `held_by` next.
    """
    ids = sorted(set(bill_ids))
    sql = (
        "UPDATE bills_bill SET payment_id = ?, version = version + 1 WHERE status = 'unpaid' "  # noqa: S608
        f"AND payment_id IS NULL AND owed > 0 AND id IN ({marks(ids)})"
    )
    if await execute(sql, CLAIMED, *ids) != len(ids):
        raise BillsNotPayable
    today = clock.today()
    late = {row["id"]: queries.late_fee_of(row, today) for row in await queries.by_ids(ids)}
    found = await Bill.filter(id__in=ids).order_by("due_on", "id")
    for bill in found:
        if fee := late[bill.id]:
            entry = Entry(EntryKind.LATE, fee, f"late:{bill.id}:{today}", f"计至{today}")
            await _post(bill, entry, SYSTEM)
    return found


async def held_by(bill_ids: Sequence[int], payment_id: int) -> None:
    """Say for which payment bills were claimed."""
    await Bill.filter(id__in=list(bill_ids), payment_id=CLAIMED).update(payment_id=payment_id)


async def free(payment_id: int) -> None:
    """The payment came to nothing: its bills can be paid otherwise."""
    held = Bill.filter(payment_id=payment_id, status=BillStatus.UNPAID)
    await held.update(payment_id=None, version=F("version") + 1)


@dataclass(frozen=True)
class Applied:
    """What became of money for a bill: what of it was too much, and which other open payment
    still holds the bill although nothing is owed any more."""

    bill: Bill
    excess: int
    rival: int | None


async def apply_payment(bill_id: int, payment_id: int, amount: int) -> Applied:
    """Put money towards a bill, once per payment; the rest is the caller's to give back."""
    bill = await _locked(bill_id)
    key = f"payment:{payment_id}:{bill.id}"
    if await BillEntry.filter(key=key).exists():
        return Applied(bill, 0, None)
    rival = bill.payment_id if bill.payment_id not in (None, CLAIMED, payment_id) else None
    used = min(amount, bill.owed) if bill.status is BillStatus.UNPAID else 0
    if used:
        entry = Entry(EntryKind.PAYMENT, -used, key, "", payment_id)
        await _post(bill, entry, SYSTEM, payment_id=rival)
    elif bill.payment_id == payment_id:
        await Bill.filter(id=bill.id).update(payment_id=None)
    return Applied(bill, amount - used, rival if not bill.owed else None)


async def apply_refund(
    bill_id: int, refund_id: int, payment_id: int, amount: int, *, is_owed_again: bool
) -> None:
    """Money of a bill went back, once per refund; unless it is owed again it is waived with it."""
    bill = await _locked(bill_id)
    key = f"refund:{refund_id}:{bill.id}"
    if await BillEntry.filter(key=key).exists():
        return
    await _post(bill, Entry(EntryKind.REFUND, amount, key, "", payment_id), SYSTEM)
    if not is_owed_again:
        waiver = Entry(EntryKind.WAIVER, -amount, f"waived-{key}", "随退费减免")
        await _post(bill, waiver, SYSTEM)


# -- less is owed --------------------------------------------------------------------------------
async def waive(actor: Actor, bill_id: int, amount: int, *, key: str, note: str) -> Bill:
    """Ask for less, never for less than nothing. Raises Invalid, BillHeld, Conflict."""
    bill = await _locked(bill_id)
    if bill.status is not BillStatus.UNPAID:
        raise Conflict("只能减免待缴的账单")
    if bill.payment_id is not None:
        raise BillHeld
    if amount > bill.owed:
        raise Invalid(fields={"amount": "不能超过还欠的金额"})
    await _post(bill, Entry(EntryKind.WAIVER, -amount, key, note), actor)
    return bill


async def void(actor: Actor, bill_id: int, body: VoidBody) -> BillDetail:
    """Take a wrong bill back by an opposite entry. One that was paid is refunded first.

    Raises NotFound, WrongState, StaleVersion, BillHeld.
    """
    await queries.staffs(actor, bill_id, P.VOID)
    bill = await _locked(bill_id)
    if bill.payment_id is not None:
        raise BillHeld
    if await _is_paid_into(bill):
        raise Conflict("这笔账单已收过款，请先退费再作废")
    rest, key = -bill.owed, f"void:{bill.id}"
    await make(bill, MOVES["void"], actor, version=body.version, owed=0)
    entry = Entry(EntryKind.VOID, rest, key, body.reason)
    await _write(bill, entry, actor)
    path = await areas.path_of(bill.area_id)
    await audit.record(actor, "bills.voided", f"bill:{bill.id}", path, amount=-rest)
    await emit(BillVoided(bill.id, bill.dwelling_id, body.reason))
    return await queries.detail(actor, bill.id)


async def _is_paid_into(bill: Bill) -> bool:
    found = await BillEntry.filter(bill_id=bill.id, kind__in=[EntryKind.PAYMENT, EntryKind.REFUND])
    return sum(int(one.amount) for one in found) != 0


# -- disputes ------------------------------------------------------------------------------------
async def dispute(bill_id: int, order_id: int) -> None:
    """Note that an order looks into the bill. Raises Conflict when one does already."""
    found = Bill.filter(id=bill_id, is_disputed=False, status=BillStatus.UNPAID)
    changes: dict[str, Any] = {"is_disputed": True, "order_id": order_id}
    if await found.update(version=F("version") + 1, **changes) != 1:
        raise Conflict("这笔账单已有异议在处理，或已缴清")


async def end_dispute(order_id: int) -> list[int]:
    """The order has ended; say which bills it was about."""
    found = await Bill.filter(order_id=order_id, is_disputed=True).values_list("id", flat=True)
    ids = [int(str(one)) for one in found]
    if ids:
        await Bill.filter(id__in=ids).update(is_disputed=False, version=F("version") + 1)
    return ids


async def dispute_again(order_id: int) -> None:
    """The order goes on after all."""
    open_ones = Bill.filter(order_id=order_id, status=BillStatus.UNPAID)
    await open_ones.update(is_disputed=True, version=F("version") + 1)


async def take_over(bill_ids: Sequence[int], tenure: int) -> int:
    """Bills go over to another tenure because its owners agreed; say how many."""
    open_ones = Bill.filter(id__in=list(bill_ids), status=BillStatus.UNPAID, payment_id=None)
    return await open_ones.update(tenure=tenure, version=F("version") + 1)


# -- entries -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Entry:
    """An entry to be written."""

    kind: EntryKind
    amount: int
    key: str
    note: str = ""
    payment_id: int | None = None


async def _locked(bill_id: int) -> Bill:
    """The bill, held until this transaction ends."""
    return await Bill.filter(id=bill_id).select_for_update().get()


async def _post(bill: Bill, entry: Entry, actor: Actor, **more: Any) -> None:
    """Change what is owed, and the status with it: settled at nothing, owed again above."""
    owed = bill.owed + entry.amount
    if owed == 0 and bill.status is BillStatus.UNPAID:
        name, more = "settle", {**more, "paid_at": clock.now(), "payment_id": None}
    elif owed > 0 and bill.status is BillStatus.PAID:
        name, more = "owe", {**more, "paid_at": None}
    else:
        name = "post"
    await make(bill, MOVES[name], SYSTEM, owed=owed, **more)
    await _write(bill, entry, actor)


async def _write(bill: Bill, entry: Entry, actor: Actor) -> None:
    await BillEntry.create(
        bill_id=bill.id,
        kind=entry.kind,
        amount=entry.amount,
        key=entry.key,
        note=entry.note,
        payment_id=entry.payment_id,
        by=actor.user_id,
        at=clock.now(),
    )


def number(bill: Bill) -> str:
    return rules.number(bill.id, bill.issued_at)
