"""A compound whose last quarter is billed, and hands to pay and to work off what follows."""

from typing import Any

import pytest

from backend.core import clock, jobs
from backend.core.actor import Actor
from backend.core.database import transaction
from backend.engines.billings import service as billings
from backend.engines.billings.schemas import RunNew
from backend.engines.bills import queries as bills
from backend.engines.bills.models import Bill
from backend.engines.ledgers import queries as ledgers
from backend.engines.payments import service as payments
from backend.engines.payments.models import Payment
from backend.engines.payments.service import Money
from backend.engines.payments.states import Method
from backend.features.fees import service
from backend.features.fees.schemas import PayBody
from tests import estate
from tests.estate import Estate, last_quarter


@pytest.fixture
async def place(db: str) -> Estate:
    return await estate.build()


async def work_off() -> None:
    while await jobs.run_due():
        pass


async def issue(place: Estate, tariff_id: int, period: str = "") -> None:
    """Make the tariff's bills of this quarter."""
    async with transaction():
        body = RunNew(tariff_id=tariff_id, period=period or last_quarter())
        await billings.start(place.manager, body)
    await work_off()


async def begin(actor: Actor, *bill_ids: int, **more: Any) -> Payment:
    async with transaction():
        out = await service.pay(actor, PayBody(bill_ids=list(bill_ids), **more))
    return await Payment.get(id=out.id)


async def arrive(payment: Payment) -> None:
    """WeChat's money for a payment comes in, and all that follows is done."""
    money = Money(Method.WECHAT, "wechat:1900000001", clock.now(), f"tx-{payment.id}")
    async with transaction():
        await payments.settle(await Payment.get(id=payment.id), money)
    await work_off()


async def agree_with_each_other() -> None:
    """Bills with their entries, and the ledger with itself."""
    assert await bills.check() == []
    assert await ledgers.check() == []


async def bill_of(dwelling_id: int) -> Bill:
    return await Bill.get(dwelling_id=dwelling_id, issue=0)
