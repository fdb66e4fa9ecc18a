"""A firm's payments through WeChat, and the bills that WeChat gives of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import pytest

from backend.core import clock, database
from backend.core.actor import SYSTEM
from backend.core.clock import SHANGHAI
from backend.core.database import rows
from backend.engines.payments import service as payments
from backend.engines.payments.models import Payment
from backend.engines.payments.service import Method, Money
from backend.engines.refunds import service as refunds
from backend.engines.refunds.models import Refund
from backend.engines.refunds.service import RefundLine
from backend.engines.settlements import service as settlements
from backend.engines.wechat_bills import service as wechat_bills
from backend.engines.wechat_bills.models import BillKind, WechatBill, WechatBillStatus
from tests.bills import MCHID, Trade, bills, digest
from tests.engines.payments.conftest import Till
from tests.engines.payments.conftest import city as city
from tests.engines.payments.conftest import till as till

DAY = date(2026, 11, 23)
NEXT = date(2026, 11, 24)


def at(day: date, hour: int = 9, minute: int = 30) -> datetime:
    return datetime.combine(day, time(hour, minute), SHANGHAI)


MORNING = at(DAY)


@dataclass
class Desk:
    """Payments and refunds of ours, and days of WeChat's."""

    till: Till
    made: int = 0
    known: dict[str, str] = field(default_factory=dict)

    async def paid(
        self, amount: int = 10000, moment: datetime = MORNING, who: str = "resident"
    ) -> Payment:
        """A payment that WeChat told us of."""
        payment = await self.till.open(who, amount)
        money = Money(Method.WECHAT, f"wechat:{MCHID}", moment, f"42{payment.number}"[:32], MCHID)
        async with database.transaction():
            return await payments.settle(payment, money)

    async def refunded(self, payment: Payment, amount: int, moment: datetime = MORNING) -> Refund:
        """A refund that has arrived."""
        self.made += 1
        lines = [RefundLine("bill:1", amount)]
        key = f"test:{payment.id}:{self.made}"
        async with database.transaction():
            one = await refunds.refund(SYSTEM, payment.id, key=key, lines=lines, reason="多缴")
            one = await refunds.succeed(one, SYSTEM, wechat_id=f"50{one.number}"[:32])
        await Refund.filter(id=one.id).update(finished_at=moment)
        return one

    def traded(self, payment: Payment, **more: Any) -> Trade:
        """WeChat's line of the payment."""
        facts = {"amount": payment.amount, "transaction_id": payment.transaction_id, "fee": 6}
        return Trade(payment.number, **facts | more)

    def returned(self, payment: Payment, refund: Refund, **more: Any) -> Trade:
        """WeChat's line of the refund."""
        facts = {"amount": refund.amount, "refund_no": refund.number, "fee": -1}
        facts |= {"refund_id": refund.wechat_id or f"50{refund.number}"[:32]}
        return Trade(payment.number, **facts | more)

    async def load(self, day: date, trades: Sequence[Trade]) -> None:
        """Both bills of the day arrive."""
        await self.load_files(day, *bills(day, trades))

    async def load_files(self, day: date, trade: bytes | None, funds: bytes | None) -> None:
        for kind, content in ((BillKind.TRADE, trade), (BillKind.FUNDS, funds)):
            one, _ = await WechatBill.get_or_create(
                mchid=MCHID,
                day=str(day),
                kind=kind,
                defaults={"status": WechatBillStatus.DUE, "created_at": clock.now()},
            )
            if one.status is WechatBillStatus.DUE:
                await wechat_bills.load(one, content, digest(content) if content else "")

    async def compare(self, day: date = DAY) -> int | None:
        return await settlements.compare(MCHID, str(day))

    async def settle(self, day: date, trades: Sequence[Trade]) -> int | None:
        await self.load(day, trades)
        return await self.compare(day)

    async def differences(self) -> list[tuple[str, str, str]]:
        found = await rows("SELECT subject, kind, status FROM settlements_difference ORDER BY id")
        return [(row["subject"], row["kind"], row["status"]) for row in found]


@pytest.fixture
async def desk(till: Till) -> Desk:
    return Desk(till)
