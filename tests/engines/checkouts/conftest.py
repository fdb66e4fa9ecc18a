"""The till of `payments`, with WeChat's side beside it."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine

from backend.core import clock, jobs
from backend.engines.checkouts import service as checkouts
from backend.engines.payments import service as payments
from backend.engines.payments.models import Payment
from backend.engines.refunds import jobs as refund_jobs
from backend.integrations import wechat_pay, wechat_pay_notify
from backend.integrations.wechat_pay import WeChatPay
from backend.integrations.wechat_pay_notify import Verifier, key_of
from tests.engines.checkouts.bank import APIV3_KEY, PUBLIC_KEY_ID, Bank, merchant, notification
from tests.engines.payments.conftest import Till
from tests.engines.payments.conftest import city as city
from tests.engines.payments.conftest import till as till


@dataclass
class Desk:
    """A till and a bank."""

    till: Till
    bank: Bank

    async def begun(self, who: str = "resident", *amounts: int) -> Payment:
        """A payment that was begun at WeChat."""
        opened = await self.till.open(who, *amounts)
        await self.till.call(who, f"/payments/{opened.id}/prepay", {})
        return opened

    async def tell(self, resource: dict[str, Any], kind: str = "transaction", **more: Any) -> int:
        """Send a notification; how it was answered."""
        return await self.post(*notification(resource, kind, **more))

    async def post(self, headers: dict[str, str], body: bytes) -> int:
        path = "/api/v1/wechat/pay/notify"
        answer = await self.till.client.post(path, content=body, headers=headers)
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            assert answer.json()["code"] == "FAIL"
        return answer.status_code

    async def paid(self, who: str = "resident", *amounts: int) -> Payment:
        """A payment that was paid at WeChat, and we were told."""
        opened = await self.begun(who, *amounts)
        assert await self.tell(self.bank.pay(opened.number)) == 204
        return await Payment.get(id=opened.id)

    async def ticks(self, clock_: time_machine.Traveller, seconds: float, step: float = 5) -> None:
        """Let time go by, and the clock's jobs with it."""
        for _ in range(int(seconds / step)):
            clock_.shift(step)
            await self.beat()

    async def beat(self) -> None:
        await payments.close_expired()
        await checkouts.ask_due()
        await refund_jobs.send_due()
        while await jobs.run_due():
            pass
        assert await jobs.dead() == []

    async def status(self, payment: Payment) -> str:
        return (await Payment.get(id=payment.id)).status.value


@pytest.fixture
def frozen() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(clock.now().replace(microsecond=0), tick=False) as traveller:
        yield traveller


@pytest.fixture
async def bank() -> Bank:
    return Bank()


@pytest.fixture
async def desk(till: Till, bank: Bank) -> AsyncIterator[Desk]:
    account = merchant()
    wechat_pay.configure(WeChatPay(account, transport=bank.transport()))
    keys = {PUBLIC_KEY_ID: key_of(account.public_key)}
    clock_ = lambda: clock.now().timestamp()  # noqa: E731
    wechat_pay_notify.configure(Verifier(APIV3_KEY, keys, clock=clock_))
    yield Desk(till, bank)
    await wechat_pay.close()
    wechat_pay_notify.configure(None)
