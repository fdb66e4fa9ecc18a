"""Days made at random, with known faults: exactly those are found, whatever their mixture."""

import random
from collections import Counter

import pytest

from backend.core import clock
from backend.core.database import rows
from backend.engines.payments.models import Payment, PaymentStatus
from backend.engines.payments.service import Method
from tests.bills import MCHID, Trade, bills
from tests.engines.settlements.conftest import DAY, NEXT, Desk, at

FAULTS = ("none", "none", "none", "amount", "missing", "twice", "unknown", "unpaid", "number")
WANTED = {
    "amount": "amount",
    "missing": "ours_only",
    "twice": "twice",
    "unknown": "theirs_only",
    "unpaid": "status",
    "number": "status",
}


def payment(number: str, amount: int, payee_id: int, fault: str) -> Payment:
    is_paid = fault != "unpaid"
    return Payment(
        number=number,
        status=PaymentStatus.PAID if is_paid else PaymentStatus.UNPAID,
        purpose="fees",
        payee_id=payee_id,
        payee_name="锦绣物业",
        title="物业费",
        amount=amount,
        area_path="/1/",
        created_at=clock.now(),
        expires_at=clock.now(),
        method=Method.WECHAT if is_paid else None,
        paid_at=at(DAY) if is_paid else None,
        transaction_id=f"4200{number}" if is_paid else None,
        mchid=MCHID if is_paid else None,
    )


def lines(number: str, amount: int, fault: str) -> list[Trade]:
    line = Trade(number, amount, f"4200{number}", fee=amount // 200)
    changed = {
        "amount": [Trade(number, amount + 1, f"4200{number}")],
        "missing": [],
        "twice": [line, line],
        "unknown": [line, Trade(f"X{number}", amount)],
        "number": [Trade(number, amount, f"4300{number}")],
    }
    return changed.get(fault, [line])


@pytest.mark.parametrize("seed", range(4))
async def test_a_day_with_faults(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    ours, theirs, wanted = [], [], Counter[str]()
    for position in range(120):
        fault, amount = chance.choice(FAULTS), chance.randint(1, 10_000_000)
        number = f"LP{seed}{position:05}"
        ours.append(payment(number, amount, desk.till.payee.id, fault))
        theirs += lines(number, amount, fault)
        wanted[WANTED.get(fault, "")] += 1
    wanted.pop("", None)
    chance.shuffle(theirs)
    await Payment.bulk_create(ours)
    await desk.load_files(DAY, *bills(DAY, theirs))
    await desk.compare()
    assert await kinds() == wanted
    await desk.settle(NEXT, [])
    assert await kinds() == wanted


async def kinds() -> Counter[str]:
    found = await rows("SELECT kind FROM settlements_difference WHERE subject = 'payment'")
    return Counter(row["kind"] for row in found)
