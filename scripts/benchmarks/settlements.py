"""How long a day of 10⁵ lines takes: both bills read and checked, compared, the fees posted."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from backend.app import close_everything, database_config, load_settings, open_everything
from backend.core import clock, migrations
from backend.engines.payments import service as payments
from backend.engines.payments.models import Method, Payment, PaymentStatus
from backend.engines.refunds.models import Refund, RefundStatus
from backend.engines.settlements import queries
from backend.engines.settlements import service as settlements
from backend.engines.wechat_bills import service as wechat_bills
from backend.engines.wechat_bills.models import BillKind, WechatBill, WechatBillStatus
from backend.settings import Settings
from scripts.benchmarks import data
from tests.bills import MCHID, Trade, bills, digest

PAYMENTS, REFUNDS = 80_000, 20_000
DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 3, tzinfo=clock.UTC)
WRONG_EVERY = 1000
"""One payment of so many is listed with another amount."""
STEP = 2000
FILES = {BillKind.TRADE: "trade.csv.gz", BillKind.FUNDS: "funds.csv.gz"}


@dataclass(frozen=True)
class Seen:
    """What a day cost. Seconds, and the process's highest memory in MB."""

    lines: int
    seconds: float
    trade_seconds: float
    compare_seconds: float
    memory_mb: float
    differences: int


def _trades() -> Iterator[Trade]:
    for n in range(PAYMENTS):
        wrong = n % WRONG_EVERY == 0
        yield Trade(f"LP{n:08}", 10_000 + n + wrong, f"4200{n:08}", fee=60)
        if n < REFUNDS:
            refund = {"refund_no": f"LR{n:08}", "refund_id": f"5030{n:08}", "fee": -6}
            yield Trade(f"LP{n:08}", 1000, f"4200{n:08}", **refund)


async def _prepare(settings: Settings, folder: Path) -> None:
    await data._recreate(settings.database_url)  # noqa: SLF001 - of the same package
    await migrations.migrate(database_config(settings))
    await open_everything(settings)
    try:
        payee = await payments.payee("firm", 1, "蓝海物业")
        for start in range(0, PAYMENTS, STEP):
            some = range(start, start + STEP)
            await Payment.bulk_create([_payment(n, payee.id) for n in some])
        for start in range(0, REFUNDS, STEP):
            await Refund.bulk_create([_refund(n) for n in range(start, start + STEP)])
    finally:
        await close_everything()
    for kind, content in zip(FILES, bills(DAY, list(_trades())), strict=True):
        (folder / FILES[kind]).write_bytes(content)
        (folder / f"{FILES[kind]}.sha1").write_text(digest(content))


def _payment(n: int, payee_id: int) -> Payment:
    return Payment(
        id=n + 1,
        number=f"LP{n:08}",
        status=PaymentStatus.PAID,
        purpose="fees",
        payee_id=payee_id,
        payee_name="蓝海物业",
        title="物业费",
        amount=10_000 + n,
        area_path="/1/",
        created_at=AT,
        expires_at=AT + timedelta(minutes=30),
        method=Method.WECHAT,
        paid_at=AT,
        transaction_id=f"4200{n:08}",
        mchid=MCHID,
    )


def _refund(n: int) -> Refund:
    return Refund(
        number=f"LR{n:08}",
        key=f"bench:{n}",
        payment_id=n + 1,
        status=RefundStatus.SUCCEEDED,
        method=Method.WECHAT,
        purpose="fees",
        title="物业费",
        payee_name="蓝海物业",
        area_path="/1/",
        amount=1000,
        lines=[],
        reason="多缴",
        asked_by=0,
        created_at=AT,
        wechat_id=f"5030{n:08}",
        finished_at=AT,
        finished_by=0,
    )


def run(folder: str) -> None:
    """Settle the day, and say in a line of JSON what it took."""
    files = {kind: Path(folder, name).read_bytes() for kind, name in FILES.items()}
    digests = {kind: Path(folder, f"{name}.sha1").read_text() for kind, name in FILES.items()}
    print(json.dumps(asyncio.run(_work(files, digests))))


async def _work(files: dict[BillKind, bytes], digests: dict[BillKind, str]) -> list[float]:
    await open_everything(load_settings())
    try:
        started, read = time.perf_counter(), []
        for kind, content in files.items():
            one = await WechatBill.create(
                mchid=MCHID,
                day=str(DAY),
                kind=kind,
                status=WechatBillStatus.DUE,
                created_at=clock.now(),
            )
            one = await wechat_bills.load(one, content, digests[kind])
            read.append((one.line_count, time.perf_counter() - started))
        await settlements.compare(MCHID, str(DAY))
        ended = time.perf_counter() - started
        waiting = len((await queries.unsettled_numbers(MCHID)).get(queries.Subject.PAYMENT, ()))
    finally:
        await close_everything()
    memory = _peak_mb()
    lines = sum(count for count, _ in read)
    return [lines, ended, read[0][1], ended - read[1][1], memory, waiting]


def _peak_mb() -> float:
    """The highest memory of this program. Not `ru_maxrss`: that begins with the parent's."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def measure(settings: Settings, environ: dict[str, str], folder: Path) -> Seen:
    """Settle a day of 10⁵ trades, in a process of its own."""
    asyncio.run(_prepare(settings, folder))
    script = "import sys; from scripts.benchmarks import settlements as s; s.run(sys.argv[1])"
    command = [sys.executable, "-c", script, str(folder)]
    said = subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout
    return Seen(*json.loads(said.splitlines()[-1]))
