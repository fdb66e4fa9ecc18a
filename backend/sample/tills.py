"""Money that cashiers took in the past weeks: rows as the services would have written them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from backend.core.database import execute, rows
from backend.engines.bills.models import Bill, BillEntry, EntryKind
from backend.engines.ledgers.models import LedgerEntry, Posting
from backend.engines.ledgers.rules import Leg, digest
from backend.engines.payments.models import Method, Payee, Payment, PaymentLine, PaymentStatus

METHODS = (Method.CASH, Method.TRANSFER, Method.POS)
AT_ONCE = 500


async def take_in(
    random: Random, bills: Sequence[Bill], payee: Payee, cashier_id: int, area_path: str
) -> None:
    """Each of the bills was paid at the counter, one a receipt, within its first weeks."""
    number = int((await rows("SELECT COALESCE(MAX(id), 0) AS id FROM payments_payment"))[0]["id"])
    posting = int((await rows("SELECT COALESCE(MAX(id), 0) AS id FROM ledgers_posting"))[0]["id"])
    paid, lines, postings, legs, entries = [], [], [], [], []
    for bill in bills:
        number, posting = number + 1, posting + 1
        at = bill.issued_at + timedelta(minutes=random.randint(600, 60_000))
        one = _payment(bill, payee, random.choice(METHODS), at, number)
        one.cashier_id, one.area_path = cashier_id, area_path
        paid.append(one)
        subject = f"bill:{bill.id}"
        more = {"title": bill.title, "amount": bill.amount, "credit": payee.account}
        lines.append(PaymentLine(payment_id=number, subject=subject, **more))
        both = [Leg(str(one.debit), -bill.amount), Leg(payee.account, bill.amount)]
        postings.append(_posting(posting, one, both))
        legs += [_leg(posting, leg, at) for leg in both]
        entries.append(_entry(bill, one))
    await Payment.bulk_create(paid, batch_size=AT_ONCE)
    await PaymentLine.bulk_create(lines, batch_size=AT_ONCE)
    await Posting.bulk_create(postings, batch_size=AT_ONCE)
    await LedgerEntry.bulk_create(legs, batch_size=AT_ONCE)
    await BillEntry.bulk_create(entries, batch_size=AT_ONCE)
    await execute(_SETTLE)


_SETTLE = (
    "UPDATE bills_bill SET owed = 0, status = 'paid', version = version + 1, paid_at = "
    "(SELECT e.at FROM bills_entry e WHERE e.bill_id = bills_bill.id) WHERE owed = amount "
    "AND id IN (SELECT e.bill_id FROM bills_entry e WHERE e.kind = 'payment')"
)


def _payment(bill: Bill, payee: Payee, method: Method, at: datetime, number: int) -> Payment:
    receipt_no = f"S{at:%y%m%d}-{number:07d}"
    return Payment(
        id=number,
        number=f"LP{at:%Y%m%d%H%M%S}{number:012d}",
        status=PaymentStatus.PAID,
        version=2,
        purpose="fees",
        payee_id=payee.id,
        payee_name=payee.name,
        unit_id=payee.unit_id,
        title=bill.title,
        amount=bill.amount,
        created_at=at,
        expires_at=at + timedelta(minutes=30),
        method=method,
        debit=f"{method.value}:{payee.unit_id}",
        paid_at=at,
        receipt_no=receipt_no,
        counter_key=f"{payee.id}:{receipt_no}",
    )


def _posting(number: int, one: Payment, legs: list[Leg]) -> Posting:
    return Posting(
        id=number,
        key=f"payment:{one.id}",
        kind="payment",
        unit="fen",
        memo=one.title,
        digest=digest(legs, "fen"),
        at=one.paid_at,
    )


def _leg(posting: int, leg: Leg, at: datetime) -> LedgerEntry:
    return LedgerEntry(
        posting_id=posting, account=leg.account, unit="fen", amount=leg.amount, at=at
    )


def _entry(bill: Bill, one: Payment) -> BillEntry:
    return BillEntry(
        bill_id=bill.id,
        kind=EntryKind.PAYMENT,
        amount=-bill.amount,
        key=f"payment:{one.id}:{bill.id}",
        payment_id=one.id,
        by=0,
        at=one.paid_at,
    )
