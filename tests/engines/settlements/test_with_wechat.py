"""A day at WeChat's stand-in, through the gateway as it is: its bills agree with our books."""

from collections.abc import AsyncIterator

import pytest

from backend.core import clock, database
from backend.core.actor import SYSTEM
from backend.engines.ledgers import queries as ledgers
from backend.engines.payments import service as payments
from backend.engines.payments.models import Payment
from backend.engines.payments.service import Method, Money
from backend.engines.refunds import service as refunds
from backend.engines.refunds.service import RefundLine
from backend.engines.settlements import service as settlements
from backend.engines.wechat_bills import service as wechat_bills
from backend.engines.wechat_bills.models import BillKind, WechatBill, WechatBillStatus
from backend.integrations import wechat_pay
from backend.integrations.wechat_pay import Order, RefundOrder, WeChatPay
from tests.engines.settlements.conftest import Desk
from tests.integrations.test_wechat_pay import MCHID, Side
from tests.integrations.test_wechat_pay import side as side

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


@pytest.fixture
async def gateway(side: Side) -> AsyncIterator[WeChatPay]:
    client = side.client()
    wechat_pay.configure(client)
    yield client
    wechat_pay.configure(None)


async def pay(desk: Desk, side: Side, gateway: WeChatPay, amount: int) -> Payment:
    """A payment that went all the way through WeChat."""
    made = await desk.till.open("resident", amount)
    order = Order(made.number, "物业费, 11月", amount, "openid-1", made.expires_at)
    await side.pay(await gateway.prepay(order))
    told = await gateway.query(made.number)
    assert told.paid_at is not None
    account = f"wechat:{MCHID}"
    money = Money(Method.WECHAT, account, told.paid_at, told.transaction_id, MCHID)
    async with database.transaction():
        return await payments.settle(made, money)


async def give_back(gateway: WeChatPay, payment: Payment, amount: int) -> None:
    lines = [RefundLine("bill:1", amount)]
    async with database.transaction():
        one = await refunds.refund(SYSTEM, payment.id, key="back", lines=lines, reason="多缴")
    asked = RefundOrder(one.number, payment.transaction_id or "", amount, payment.amount, "多缴")
    state = await gateway.refund(asked)
    async with database.transaction():
        await refunds.succeed(one, SYSTEM, wechat_id=state.refund_id)


async def fetch(day: str) -> None:
    for kind in BillKind:
        status, now = WechatBillStatus.DUE, clock.now()
        one = await WechatBill.create(
            mchid=MCHID, day=day, kind=kind, status=status, created_at=now
        )
        assert (await wechat_bills.fetch(one.id)).reason == ""


async def test_to_the_fen(desk: Desk, side: Side, gateway: WeChatPay) -> None:
    paid = [await pay(desk, side, gateway, amount) for amount in (12_800, 1, 999, 1_000_000)]
    await give_back(gateway, paid[3], 250_000)
    day = str(clock.today())
    await side.http.post("/control/clock", json={"advance_seconds": 36 * 3600})
    await fetch(day)
    assert await settlements.compare(MCHID, day) == 0
    fees = await ledgers.balance(f"wechat-fees:{MCHID}")
    assert fees == 77 + 0 + 6 + 6000 - 1500
    assert await ledgers.balance(f"wechat:{MCHID}") == -(1_013_800 - 250_000)
    assert await ledgers.check() == []


async def test_what_we_never_heard_of_is_found(desk: Desk, side: Side, gateway: WeChatPay) -> None:
    """Negative control."""
    made = await desk.till.open("resident", 500)
    order = Order(made.number, "物业费", 500, "openid-1", made.expires_at)
    await side.pay(await gateway.prepay(order))
    day = str(clock.today())
    await side.http.post("/control/clock", json={"advance_seconds": 36 * 3600})
    await fetch(day)
    assert await settlements.compare(MCHID, day) == 1
    assert await desk.differences() == [("payment", "status", "open")]
