"""Bills are fetched when they can be there, once, and again until they are."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
import time_machine

from backend.core import jobs
from backend.core.database import rows
from backend.engines.settlements import service as settlements
from backend.engines.wechat_bills import service as wechat_bills
from backend.engines.wechat_bills.models import BillKind, WechatBill
from backend.integrations import wechat_pay
from backend.integrations.wechat_pay import Bill
from backend.integrations.wechat_pay_errors import PayError
from tests.bills import MCHID, bills, digest
from tests.engines.settlements.conftest import DAY, NEXT, Desk, at


class Counter:
    """Stands for WeChat's counter where bills are handed out."""

    merchant = type("Merchant", (), {"mchid": MCHID})

    def __init__(self) -> None:
        self.files: dict[tuple[str, str], bytes] = {}
        self.asked: list[tuple[str, str]] = []
        self.failing: PayError | None = None

    def keep(self, day: object, trade: bytes, funds: bytes) -> None:
        self.files |= {("trade", str(day)): trade, ("funds", str(day)): funds}

    async def trade_bill(self, day: object) -> Bill:
        return self._bill("trade", str(day))

    async def fund_flow_bill(self, day: object) -> Bill:
        return self._bill("funds", str(day))

    def _bill(self, kind: str, day: str) -> Bill:
        self.asked.append((kind, day))
        if self.failing:
            raise self.failing
        if (kind, day) not in self.files:
            raise PayError("NO_STATEMENT_EXIST", "no")
        content = self.files[kind, day]
        return Bill(content, digest(content))

    async def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
async def counter(desk: Desk) -> AsyncIterator[Counter]:
    one = Counter()
    wechat_pay.configure(one)  # type: ignore[arg-type]
    yield one
    wechat_pay.configure(None)


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(NEXT, 12), tick=False) as traveller:
        yield traveller


async def work(traveller: time_machine.Traveller) -> None:
    """Let the clock start what it starts, and the worker do it."""
    traveller.shift(timedelta(minutes=16))
    for _ in range(3):
        await jobs.start_due_schedules()
        while await jobs.run_due():
            pass
    assert await jobs.dead() == []


async def test_the_clock_does_it_all(
    desk: Desk, counter: Counter, noon: time_machine.Traveller
) -> None:
    one = await desk.paid()
    counter.keep(DAY, *bills(DAY, [desk.traded(one)]))
    await work(noon)
    await work(noon)
    found = await WechatBill.all().order_by("id")
    assert [(s.day, s.kind.value, s.status.value) for s in found] == [
        (str(DAY), "trade", "compared"),
        (str(DAY), "funds", "compared"),
    ]
    assert counter.asked == [("trade", str(DAY)), ("funds", str(DAY))]
    assert await desk.differences() == []
    assert len(await rows("SELECT id FROM settlements_fee")) == 1


async def test_not_before_ten(desk: Desk, counter: Counter, noon: time_machine.Traveller) -> None:
    noon.move_to(at(NEXT, 9, 30))
    await desk.paid()
    await work(noon)
    assert counter.asked == []


async def test_what_cannot_be_had_is_asked_for_again(
    desk: Desk, counter: Counter, noon: time_machine.Traveller
) -> None:
    one = await desk.paid()
    counter.failing = PayError("SYSTEM_ERROR", "later")
    await work(noon)
    assert "SYSTEM_ERROR" in (await WechatBill.get(kind=BillKind.TRADE)).reason
    counter.failing = None
    counter.keep(DAY, *bills(DAY, [desk.traded(one)]))
    await work(noon)
    assert {s.status.value for s in await WechatBill.all()} == {"compared"}
    assert (await WechatBill.get(kind=BillKind.TRADE)).reason == ""


async def test_a_day_without_a_bill(
    desk: Desk, counter: Counter, noon: time_machine.Traveller
) -> None:
    await desk.paid()
    await work(noon)
    assert await desk.differences() == [("payment", "ours_only", "open")]


async def test_a_broken_bill_waits_for_a_person(
    desk: Desk, counter: Counter, noon: time_machine.Traveller
) -> None:
    one = await desk.paid()
    trade, funds = bills(DAY, [desk.traded(one)])
    counter.keep(DAY, trade[: len(trade) // 2], funds)
    await work(noon)
    broken = await WechatBill.get(kind=BillKind.TRADE)
    assert (broken.status.value, broken.line_count) == ("refused", 0)
    path = f"/finance/statements/{broken.id}/again"
    await desk.till.call("accountant", path, {}, status=404)
    await desk.till.call("cashier", path, {}, status=403)
    counter.keep(DAY, trade, funds)
    await desk.till.call("auditor", path, {})
    await work(noon)
    assert {s.status.value for s in await WechatBill.all()} == {"compared"}
    listed = await desk.till.call("auditor", "/finance/statements")
    assert [s["line_count"] for s in listed["items"]] == [2, 1]
    assert (await desk.till.call("accountant", "/finance/statements"))["items"] == []


async def test_a_hash_that_is_not_the_files(desk: Desk, noon: time_machine.Traveller) -> None:
    one = await desk.paid()
    trade, _ = bills(DAY, [desk.traded(one)])
    await wechat_bills.plan(MCHID)
    bill = (await WechatBill.all())[0]
    await wechat_bills.load(bill, trade, "0" * 40)
    again = await WechatBill.get(id=bill.id)
    assert (again.status.value, "SHA1" in again.reason) == ("refused", True)
    assert await rows("SELECT id FROM wechat_bills_line") == []


async def test_by_hand(desk: Desk, counter: Counter, noon: time_machine.Traveller) -> None:
    one = await desk.paid()
    counter.keep(DAY, *bills(DAY, [desk.traded(one, amount=1)]))
    assert await settlements.run(MCHID) == {str(DAY): 1}
    assert await settlements.run(MCHID) == {}
    assert await settlements.run(MCHID, str(DAY)) == {str(DAY): 1}
    said = await settlements.report()
    assert len(said) == 3
    assert one.number in said[-1]
